#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Writes an image into a part:  firmware/atmega328p/flash.sh BOARD PORT [PROGRAMMER]
# PROGRAMMER is what avrdude -c takes. A board with a boot loader takes its image through that ("arduino") unless another is
# named, and then keeps its fuses; a bare part gets fuses and image through an ISP programmer ("usbasp" unless named).
set -euo pipefail
cd "$(dirname "$0")/../.."

if (($# < 2 || $# > 3)); then
    echo 'firmware/atmega328p/flash.sh: wants BOARD PORT [PROGRAMMER], as make flash BOARD=nano PORT=/dev/ttyUSB0' >&2
    exit 2
fi
board=$1 port=$2
image=build/firmware/smallbms-$board
header=firmware/atmega328p/board_$board.h
if [[ ! -e $image.hex ]]; then
    echo "firmware/atmega328p/flash.sh: no image for board '$board', boards are: $(ls firmware/atmega328p/board_*.h | sed 's/.*board_\(.*\)\.h/\1/' | paste -sd' ')" >&2
    exit 2
fi

boot_loader=$(sed -n 's/^#define BOARD_BOOT_LOADER_BYTES \([0-9]*\).*/\1/p' "$header")
programmer=${3:-$( ((boot_loader > 0)) && echo arduino || echo usbasp)}
arguments=(-p m328p -c "$programmer" -P "$port")
if [[ $programmer == arduino ]]; then
    echo "the fuses stay as they are: a boot loader cannot write them (docs/MANUAL.md, \"Flashing\")"
    arguments+=(-b "${BAUD:-115200}" -D) # 57600 for the boot loader of older Nanos
else
    while read -r fuse value; do
        arguments+=(-U "${fuse:0:1}fuse:w:$value:m")
    done <"$image.fuses"
fi
arguments+=(-U "flash:w:$image.hex:i")

echo "avrdude ${arguments[*]}"
exec avrdude "${arguments[@]}"
