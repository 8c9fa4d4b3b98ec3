#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The control law's budget on the ATmega328P (firmware/atmega328p/limits.h): flash and state. That it
# compiles there without a warning also shows that it needs no more than a 16-bit int.
set -euo pipefail
cd "${ROOT:-$(dirname "$0")/..}"

limit() { sed -n "s/^#define LIMIT_$1 \([0-9]*\).*/\1/p" firmware/atmega328p/limits.h; }
flash_max=$(limit LAW_FLASH_BYTES)
state_max=$(limit LAW_STATE_BYTES)

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

compile() {
    avr-gcc -Os -mmcu=atmega328p -std=c11 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror \
        -ffunction-sections -fdata-sections -I. -c "$1" -o "$2"
}

# flash: code, constants, and the first values of variables
flash_bytes() { avr-size "$1" | awk 'NR == 2 { print $1 + $2 }'; }

for source in core/*.c; do
    object=$scratch/$(basename "$source" .c).o
    compile "$source" "$object"
    echo "$source: $(flash_bytes "$object") bytes of flash"
    # no global state: nothing in .data or .bss
    avr-size "$object" | awk 'NR == 2 && $2 + $3 > 0 { exit 1 }' || {
        echo "$source keeps $(avr-size "$object" | awk 'NR == 2 { print $2 + $3 }') bytes of global state" >&2
        exit 1
    }
done

cat >"$scratch/state.c" <<'C'
#include "core/control.h"
extern struct sbms_control state;
struct sbms_control state;
C
compile "$scratch/state.c" "$scratch/state.o"
state=$((16#$(avr-nm --print-size "$scratch/state.o" | awk '$4 == "state" { print $2 }')))
flash=0
for file in charger control follow inputs leds load possible waits; do
    flash=$((flash + $(flash_bytes "$scratch/$file.o")))
done

echo "control law: $flash of $flash_max bytes of flash, $state of $state_max bytes of state"
((flash <= flash_max && state > 0 && state <= state_max))
