#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every board but the product (whose lock-step is test_avr_lockstep.c) decides as the law does: random stimuli give the same rows.
#   SMALLBMS=build/smallbms [SEED=1] [RUNS=20] bash tests/test_avr_boards.sh
set -euo pipefail
cd "${ROOT:-$(dirname "$0")/..}"

smallbms=$(realpath "${SMALLBMS:-build/smallbms}")
built=$(dirname "$smallbms")
seed=${SEED:-1} runs=${RUNS:-20}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

failed=0 boards=0
for header in firmware/atmega328p/board_*.h; do
    board=$(basename "${header#*board_}" .h)
    [[ $board == product ]] && continue
    boards=$((boards + 1))
    # the command looks for the simulator beside itself
    mkdir "$scratch/$board"
    cp "$smallbms" "$scratch/$board/smallbms"
    ln -s "$built/smallbms-avr-$board" "$scratch/$board/smallbms-avr"
    rows=0
    for ((number = seed; number < seed + runs; number++)); do
        node tests/avr8js/stimulus.mjs "$number" >"$scratch/stimulus.csv"
        "$smallbms" replay "$scratch/stimulus.csv" >"$scratch/native"
        if ! "$scratch/$board/smallbms" replay --device avr --image "$built/firmware/smallbms-$board.elf" \
            "$scratch/stimulus.csv" >"$scratch/avr" || ! diff "$scratch/native" "$scratch/avr" >&2; then
            echo "board $board: law (<) and image (>) differ; again: SEED=$number RUNS=1 bash tests/test_avr_boards.sh" >&2
            failed=1
        fi
        rows=$((rows + $(wc -l <"$scratch/native")))
    done
    echo "board $board: $runs stimuli, seeds from $seed, $rows rows, the same from both"
    ((rows > 10 * runs)) || { echo "board $board: too few rows to say anything" >&2; failed=1; }
done
((boards > 0)) || { echo 'no board but the product: this test is needless' >&2; failed=1; }
exit $failed
