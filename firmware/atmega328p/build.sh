#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds the image of each board, or of one, in build/firmware/:  firmware/atmega328p/build.sh [BOARD]
#   smallbms-BOARD.hex .elf .map .fuses .budget, and SHA256SUMS. OUT: another directory than build/firmware.
# The same bytes come out in whatever directory: all paths are relative. Budgets are checked here: flash by the linker
# (firmware/atmega328p/program.ld), SRAM with the deepest stack by firmware/atmega328p/stack.py; limits.h has them.
# Cycles matter more than bytes: -O2, and -flto, which makes port.h's functions part of the tick and the board's scales constants.
set -euo pipefail
cd "$(dirname "$0")/../.."
export LC_ALL=C

out=${OUT:-build/firmware}
law=(core/{charger,control,follow,inputs,leds,load,possible,waits}.c)
sources=(firmware/device/*.c firmware/atmega328p/*.c "${law[@]}" core/record.c)
flags=(-flto -mmcu=atmega328p -std=gnu11 -g -gdwarf-2 -gno-record-gcc-switches
    -ffunction-sections -fdata-sections -frandom-seed=smallbms "-fdebug-prefix-map=$PWD=." -I. -Wall -Wextra -Wpedantic
    -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Werror)

build() { # BOARD
    local board=$1 objects=$out/$1 image=$out/smallbms-$1 header=firmware/atmega328p/board_$1.h
    local defines=("-DBOARD_HEADER=\"$header\"")
    if [[ ! -e $header ]]; then
        echo "firmware/atmega328p/build.sh: no board $board: $header is not there" >&2
        exit 2
    fi
    local boot_loader_bytes program_bytes
    program_bytes=$(sed -n 's/^#define LIMIT_FLASH_BYTES \([0-9]*\).*/\1/p' firmware/atmega328p/limits.h)
    boot_loader_bytes=$(sed -n 's/^#define BOARD_BOOT_LOADER_BYTES \([0-9]*\).*/\1/p' "$header")
    rm -rf "$objects"
    mkdir -p "$objects"
    for source in "${sources[@]}" firmware/atmega328p/startup.S; do
        avr-gcc -O2 "${flags[@]}" "${defines[@]}" -c "$source" -o "$objects/${source//\//.}.o"
    done
    TMPDIR=$objects avr-gcc -O2 "${flags[@]}" -o "$image.elf" "$objects"/*.o \
        -Wl,--gc-sections -Wl,--relax -Wl,--undefined=startup \
        -Wl,-Map="$image.map" -Wl,--defsym=PROGRAM_END="$program_bytes" \
        -Wl,--defsym=FLASH_END="$((0x8000 - boot_loader_bytes))" -Wl,-T,firmware/atmega328p/program.ld
    sed -i 's|/cc......\.ltrans|/lto.ltrans|' "$image.map" # the linker's plug-in names its files at random
    python3 firmware/atmega328p/seal.py "$image.elf"
    avr-objcopy -O ihex -R .eeprom "$image.elf" "$image.hex"
    sed -n 's/^#define BOARD_FUSE_\([A-Z]*\) \(0x[0-9A-F]*\).*/\1 \2/p' "$header" | tr A-Z a-z >"$image.fuses"
    python3 firmware/atmega328p/stack.py "$image.elf" >"$image.budget"
    cat "$image.budget"
}

if (($# > 0)); then
    boards=("$@")
else
    boards=()
    for header in firmware/atmega328p/board_*.h; do
        board=${header#firmware/atmega328p/board_}
        boards+=("${board%.h}")
    done
fi
for board in "${boards[@]}"; do build "$board"; done
(cd "$out" && sha256sum smallbms-*.{elf,fuses,hex,map} >SHA256SUMS)
