#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The README's table of numbers: printed, or with --write put in its place in the README. Times are this
# machine's; tests/test_readme.sh holds the rows that do not depend on one.
#   tests/numbers.sh [--write]
set -euo pipefail
cd "$(dirname "$0")/.."

table=$(
    sizes=$(bash tests/test_avr_size.sh | tail -n 1)
    # "control law: F of F_MAX bytes of flash, S of S_MAX bytes of state"
    echo '| what | measured |'
    echo '|---|---|'
    sed -E 's/^control law: ([0-9]+ of [0-9]+) bytes of flash, ([0-9]+ of [0-9]+) bytes of state$/| control law on the ATmega328P: flash | \1 bytes |\n| control law: state | \2 bytes |/' <<<"$sizes"
    cat build/firmware/smallbms-product.numbers
    sed -n 's/^\(| random bit flips .*\)/\1/p' README.md # tests/test_avr_bit_flips.c holds it
    python3 firmware/atmega328p/numbers.py build --speed
    build/tests/bench | sed -E 's/ +\|/ |/g'
)
if [[ ${1:-} == --write ]]; then
    new=$(mktemp)
    awk -v table="$table" '
        /^<!-- numbers: / { print; print table; skipping = 1; next }
        /^<!-- end of numbers -->/ { skipping = 0 }
        !skipping' README.md >"$new"
    cat "$new" >README.md
    rm "$new"
else
    echo "$table"
fi
