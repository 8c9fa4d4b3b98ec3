#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The firmware's images as files: the same bytes from any directory, budgets, what fills the unused flash, the CRC, and what
# firmware/atmega328p/flash.sh hands to avrdude:  SMALLBMS=... ROOT=... tests/test_avr_image.sh
set -euo pipefail
: "${SMALLBMS:?the command to test}" "${ROOT:?the source tree}"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
failed=0

fail() {
    echo "test_avr_image: $1" >&2
    failed=1
}

# ---- the same bytes from any directory --------------------------------------------------------------------------

one=$work/one two=$work/another/two
for tree in "$one" "$two"; do
    mkdir -p "$tree"
    cp -r "$ROOT"/{core,firmware} "$tree/"
    bash "$tree/firmware/atmega328p/build.sh" >built 2>&1 || {
        fail "firmware/atmega328p/build.sh: $(tail -n 5 built)"
        exit 1
    }
done
cat built
for board in nano product; do
    for kind in elf fuses hex map; do
        cmp "$one/build/firmware/smallbms-$board.$kind" "$two/build/firmware/smallbms-$board.$kind" ||
            fail "smallbms-$board.$kind differs with the directory"
    done
done
cmp {"$one","$two"}/build/firmware/SHA256SUMS || fail 'SHA256SUMS differs with the directory'
(cd "$one/build/firmware" && sha256sum --check --quiet SHA256SUMS) || fail 'SHA256SUMS does not match the files'
[[ $(wc -l <"$one/build/firmware/SHA256SUMS") == 8 ]] || fail 'SHA256SUMS has not four files of each board'

# ---- budgets of firmware/atmega328p/limits.h: flash, and SRAM with the deepest stack ---------------------------------

cd "$one"
limit() { sed -n "s/^#define LIMIT_$1 \([0-9]*\).*/\1/p" firmware/atmega328p/limits.h; }
flash_limit=$(limit FLASH_BYTES) sram_limit=$(limit SRAM_BYTES)
for board in nano product; do
    read -r _ flash _ flash_max _ <"build/firmware/smallbms-$board.budget"
    read -r _ sram _ sram_max _ <<<"$(sed -n 2p "build/firmware/smallbms-$board.budget")"
    ((flash > 0 && flash <= flash_limit && flash_max == flash_limit && sram > 0 && sram <= sram_limit && sram_max == sram_limit)) ||
        fail "$board: flash $flash of $flash_max, SRAM $sram of $sram_max"
done
# over FILE SED: stack.py refuses the image when that file of it has been edited
mkdir lower
over() {
    cp firmware/atmega328p/{stack.py,limits.h} lower/
    sed -i "$2" "lower/$1"
    ! cmp --silent "firmware/atmega328p/$1" "lower/$1" || fail "$2: nothing edited"
    ! python3 lower/stack.py build/firmware/smallbms-product.elf >said 2>&1 || fail "$2: passes"
    grep --quiet 'over the budget' said || fail "$2: not for the budget: $(cat said)"
}
over limits.h 's/^\(#define LIMIT_SRAM_BYTES\) .*/\1 300/'
over limits.h 's/^\(#define LIMIT_FLASH_BYTES\) .*/\1 7000/'
over stack.py 's/^GUARD_BYTES = .*/GUARD_BYTES = 1000/'
# and a program that is larger than its part of the flash does not link
cp -r "$one" "$work/large"
printf '    .section .init5,"ax",@progbits\n    .space 7000\n' >>"$work/large/firmware/atmega328p/startup.S"
! bash "$work/large/firmware/atmega328p/build.sh" product >said 2>&1 || fail 'a program that is too large builds'
grep --quiet --extended-regexp 'larger than its part|location counter backwards|overlaps section' said ||
    fail "a program that is too large: $(tail -n 3 said)"

# ---- constants -----------------------------------------------------------------------------------------------------------

# What starts with a value is copied to the SRAM, where a bit of it can flip until the next start. Nothing there may decide
# about an output: the telemetry's text and state, and where the self-tests go on.
for board in nano product; do
    copied=$(avr-nm "build/firmware/smallbms-$board.elf" | awk '$2 ~ /[dD]/ && $3 !~ /^_/ { sub(/[.].*/, "", $3); print $3 }' | sort | paste -sd' ')
    [[ $copied == 'checksum_label fields next program_crc sram_at' ]] || fail "$board: copied to the SRAM: $copied"
done

# ---- the deepest stack and the longest tick, seen with everything going on --------------------------------------------

image=$(dirname "$SMALLBMS")/firmware/smallbms-product.elf
stats=$({
    printf '%s\n' 'set 12800 0 0 111' start 'advance 5000000' 'uart bytes'
    for signals in 000 111 010 100 001 110; do
        printf 'set 12800 0 0 %s\nadvance 33123456\nset 12800 5000 0 111\nadvance 2000000\n' $signals
        printf 'set 7000 0 0 111\nadvance 1000000\nset 12800 0 0 000\nadvance 500000\n'
    done
    printf '%s\n' 'fault adc 0' 'advance 2000000' 'fault adc none' 'set 12800 0 0 111' 'advance 3000000' \
        'fault output load low' 'advance 70000000' 'fault output load none' 'reset brownout' 'advance 300000000' stats audit
} | "$(dirname "$SMALLBMS")/smallbms-avr" --adapter "$image" | tail -n 2)
[[ $stats == *'audit ok' ]] || fail "the audit: $stats"
[[ -s bytes ]] || fail 'no telemetry was sent'
number() { sed -n "s/.* $1=\([0-9]*\).*/\1/p" <<<"$stats"; }
deepest=$(sed -n 's/.* \([0-9]*\) of stack at most/\1/p' "$(dirname "$image")/smallbms-product.budget")
seen=$((0x8FF - $(number stack_min)))
cycles=$(number awake_cycles_max)
echo "stack: $seen bytes seen of $deepest worked out; awake for at most $cycles of 1000000 cycles of a tick"
((seen > 40 && seen <= deepest)) || fail "stack: $seen bytes seen, $deepest worked out"
((cycles > 1000 && cycles <= 100000)) || fail "a tick of $cycles cycles is over 10 %"

# ---- telemetry: a block a second, whenever a character leaves its register; also while the crystal does not run ---------

for board in nano product; do
    simulator=$(dirname "$SMALLBMS")/smallbms-avr
    adapter=(--adapter)
    [[ $board == nano ]] && simulator+=-nano && adapter=()
    for stopped in 0 1; do
        rm -f bytes
        answers=$(printf '%s\n' 'set 12800 0 0 111' "fault crystal $stopped" 'uart bytes' start 'advance 20500000' baud |
            "$simulator" "${adapter[@]}" "$(dirname "$SMALLBMS")/firmware/smallbms-$board.elf")
        blocks=$(grep --text --count '^Checksum' bytes) || true
        ((blocks >= 19 && blocks <= 21)) || fail "$board, crystal $stopped: $blocks blocks of telemetry in 20 s"
        [[ $answers =~ baud\ 19[12][0-9][0-9]\  ]] || fail "$board, crystal $stopped: ${answers##*$'\n'}"
    done
done

# ---- every board decides alike ------------------------------------------------------------------------------------------

rows_of() { # SIMULATOR BOARD: what the image does with inputs on both sides of every threshold, and what the audit says
    {
        echo start
        for inputs in '12800 0 0 111' '12800 3499 0 111' '12800 3549 0 111' '12800 3550 0 111' '12800 3500 0 111' \
            '12800 5000 2901 111' '12800 5000 2851 111' '12800 5000 2850 111' '12800 5000 2900 111' '12800 0 0 110' \
            '12800 0 0 100' '12800 0 0 111' '7500 0 0 111' '7499 0 0 111' '7999 0 0 111' '8000 0 0 011' '8000 0 0 000'; do
            printf 'run 20 %s\nrun 20 %s\nrun 300 %s\n' "$inputs" "$inputs" "$inputs"
        done
        echo audit
    } | "$1" "$(dirname "$image")/smallbms-$2.elf" | tail -n +2
}
rows_of "$(dirname "$SMALLBMS")/smallbms-avr" product >rows
for header in "$ROOT"/firmware/atmega328p/board_*.h; do
    board=$(basename "$header" .h)
    board=${board#board_}
    [[ $board == product ]] && continue
    rows_of "$(dirname "$SMALLBMS")/smallbms-avr-$board" "$board" | diff rows - || fail "board $board (>) decides otherwise than product (<)"
done
[[ $(wc -l <rows) == 52 && $(tail -n 1 rows) == 'audit ok' ]] || fail "the rows of board product: $(tail -n 1 rows)"
(($(sort -u rows | wc -l) > 15)) || fail 'the rows of the boards say little'

# ---- what fills the flash, and the CRC --------------------------------------------------------------------------------

cat >check.py <<'PYTHON'
"""check.py HEX LOAD_END PROGRAM_END FLASH_END: unused flash is "rjmp to itself", and the CRC is right and notices every byte."""
import binascii, subprocess, sys

hex_file, load_end, end, flash_end = sys.argv[1], int(sys.argv[2], 16), int(sys.argv[3]), int(sys.argv[4])
subprocess.run(["avr-objcopy", "-I", "ihex", "-O", "binary", hex_file, "image.bin"], check=True)
image = open("image.bin", "rb").read()
assert len(image) == flash_end, f"{len(image)} bytes, not {flash_end}"
unused = list(range(load_end + load_end % 2, end - 2)) + list(range(end, flash_end))
wrong = [address for address in unused if image[address] != (0xCF if address % 2 else 0xFF)]
assert not wrong, f"0x{wrong[0]:04X} is not filled"
crc = int.from_bytes(image[end - 2:end], "little")
program = bytearray(image[:end - 2])
assert binascii.crc_hqx(program, 0xFFFF) == crc, "the CRC is wrong"
for address in range(0, len(program), 61):
    program[address] ^= 1 << address % 8
    assert binascii.crc_hqx(program, 0xFFFF) != crc, f"a changed byte at 0x{address:04X} goes unnoticed"
    program[address] ^= 1 << address % 8
print(f"{len(unused)} unused bytes are filled")
PYTHON
for board in nano product; do
    boot_loader=$(sed -n 's/^#define BOARD_BOOT_LOADER_BYTES \([0-9]*\).*/\1/p' "firmware/atmega328p/board_$board.h")
    load_end=$(avr-nm "build/firmware/smallbms-$board.elf" | awk '$3 == "__data_load_end" { print $1 }')
    python3 check.py "build/firmware/smallbms-$board.hex" "$load_end" "$flash_limit" $((0x8000 - boot_loader)) || fail "$board: the flash"
done

# ---- firmware/atmega328p/flash.sh ---------------------------------------------------------------------------------------------------

mkdir bin
cat >bin/avrdude <<'SH'
#!/bin/sh
echo "$@" >called
SH
chmod +x bin/avrdude
# calls WORDS ARGUMENT...: avrdude is run with WORDS
calls() {
    local words=$1
    shift
    rm -f called
    PATH=$one/bin:$PATH bash firmware/atmega328p/flash.sh "$@" >said 2>&1 || fail "flash.sh $*: $(cat said)"
    [[ $(cat called) == "$words" ]] || fail "flash.sh $*: avrdude $(cat called), not $words"
    grep --quiet --fixed-strings -- "avrdude $words" said || fail "flash.sh $*: does not show the command"
}
nano=flash:w:build/firmware/smallbms-nano.hex:i
calls "-p m328p -c arduino -P /dev/ttyUSB0 -b 115200 -D -U $nano" nano /dev/ttyUSB0
BAUD=57600 calls "-p m328p -c arduino -P /dev/ttyUSB0 -b 57600 -D -U $nano" nano /dev/ttyUSB0
calls "-p m328p -c usbasp -P usb -U lfuse:w:0xff:m -U hfuse:w:0xc7:m -U efuse:w:0xfc:m -U $nano" nano usb usbasp
product=flash:w:build/firmware/smallbms-product.hex:i
calls "-p m328p -c usbasp -P usb -U lfuse:w:0xe2:m -U hfuse:w:0xc7:m -U efuse:w:0xfd:m -U $product" product usb
calls "-p m328p -c avrisp2 -P usb -U lfuse:w:0xe2:m -U hfuse:w:0xc7:m -U efuse:w:0xfd:m -U $product" product usb avrisp2

# refuses WORDS ARGUMENT...: exit 2, one line with WORDS, and avrdude is left alone
refuses() {
    local words=$1 status=0
    shift
    rm -f called
    PATH=$one/bin:$PATH bash firmware/atmega328p/flash.sh "$@" >said 2>err || status=$?
    [[ $status == 2 && $(wc -l <err) == 1 && ! -e called ]] || fail "flash.sh $*: exit $status: $(cat err)"
    grep --quiet --fixed-strings -- "$words" err || fail "flash.sh $*: not '$words': $(cat err)"
}
refuses 'wants BOARD PORT'
refuses 'wants BOARD PORT' nano
refuses 'wants BOARD PORT' nano usb usbasp more
refuses "no image for board 'mega', boards are: nano product" mega usb

((failed == 0)) && echo 'test_avr_image: all as it should be'
exit $failed
