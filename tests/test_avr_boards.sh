#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every board but the product (whose lock-step is test_avr_lockstep.c) decides as the law does: random stimuli give the same rows.
# And docs/MANUAL.md says of every board what its header's resistors make.
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

# the rows of MANUAL, by the header's numbers
for header in firmware/atmega328p/board_*.h; do
    board=$(basename "${header#*board_}" .h)
    while read -r row; do
        grep --quiet --fixed-strings --line-regexp -- "$row" docs/MANUAL.md ||
            { echo "docs/MANUAL.md does not say: $row" >&2; failed=1; }
    done < <(sed -n 's/^#define BOARD_\([A-Z_]*\) \([0-9]\{1,\}\).*/\1 \2/p' "$header" | awk -v board="$board" '
        function ohm(name) { return v[name] >= 1e6 ? v[name] / 1e6 " MΩ" : v[name] / 1e3 " kΩ" }
        function code_mv(name) { return v["VCC_MV"] / 1024 * (v[name "_TOP_OHM"] + v[name "_BOTTOM_OHM"]) / v[name "_BOTTOM_OHM"] }
        function divider(name) { return ohm(name "_TOP_OHM") ", " ohm(name "_BOTTOM_OHM") }
        { v[$1] = $2 }
        END {
            printf "| %s | %s | %s | %s to %s | %s |\n", board, divider("VBAT"), divider("REMOTE_L"), \
                ohm("REMOTE_L_BIAS_OHM"), v["REMOTE_L_BIAS_MV"] / 1000 " V", divider("REMOTE_H")
            l = v["REMOTE_L_TOP_OHM"] + v["REMOTE_L_BOTTOM_OHM"]
            open_v = v["REMOTE_L_BIAS_MV"] / 1000 * l / (l + v["REMOTE_L_BIAS_OHM"])
            printf "| %s | %.1f mV | below %.2f V | %.2f V | above %.2f V |\n", board, code_mv("VBAT"), \
                code_mv("REMOTE_L") * 350 / 1000, open_v, code_mv("REMOTE_H") * 290 / 1000
            if (open_v * 0.975 < 4.2) # test_avr_corners.c takes it for open
                print "an open L that rests above 4.2 V for sure"
        }')
done
((boards > 0)) || { echo 'no board but the product: this test is needless' >&2; failed=1; }
exit $failed
