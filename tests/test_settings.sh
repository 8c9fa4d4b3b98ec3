#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# `smallbms settings`: what it writes is what was asked for (LOAD-6), and nothing out of range is written (BAT-7):
#   SMALLBMS=... ROOT=... tests/test_settings.sh
set -euo pipefail
source "$(dirname "$0")/command.bash"

good() {
    smallbms settings "$@"
    [[ $status == 0 && ! -s err ]] || fail "settings $*: exit $status: $(cat err)"
}

# refused WORDS ARGUMENT...: exit 2, one line on stderr with WORDS, nothing on stdout, no file written.
refused() {
    local words=$1
    shift
    smallbms settings "$@"
    [[ $status == 2 && ! -s out ]] && one_line err || fail "settings $*: exit $status: $(cat out err)"
    says err "$words"
    [[ ! -e new && $(<kept) == 'as it was' ]] || fail "settings $*: wrote a file"
    compgen -G '[nk]e[wp]*.*' >/dev/null && fail "settings $*: left a temporary file"
    return 0
}
printf 'as it was' >kept

# ---- what is written, byte by byte ------------------------------------------------------------------------------

good settings.hex --reconnect-delay-s 60 --lockout-retries 3 --lockout-clear-mv 13400
prints 'the words' 'Pre-alarm is high for at least 30 s before Load is cut.
After a cut Load waits, 5 s at first and up to 16 min when cuts follow one
another (LOAD-8).
It also waits until allowed-to-discharge has been back for 60 s.
It returns 3 times; the cut after that locks it out until the supply has stood
at 13.40 V or more for 30 s, or the remote has been off for 1 s. Either forgets all cuts.

settings.hex holds bytes 0 to 11 of the EEPROM and no others, so the device keeps its
event record. The settings take effect at the reset that ends this:

  avrdude -c PROGRAMMER -p m328p -D -U eeprom:w:settings.hex:i'

# an encoder of its own: version, retries, delay, clear, spare, CRC; and the record around it
expected() { # DELAY RETRIES CLEAR
    python3 - "$@" <<'PY'
import struct, sys
warning, delay, retries, clear = map(int, sys.argv[1:])
body = struct.pack("<BBHIBB", 1, retries, delay, clear, warning, 0)
crc = 0xFFFF
for byte in body:
    crc ^= byte << 8
    for _ in range(8):
        crc = (crc << 1 ^ 0x1021) & 0xFFFF if crc & 0x8000 else crc << 1
record = b"\x0c\0\0\0" + body + struct.pack("<H", crc)
print(":" + (record + bytes([-sum(record) & 255])).hex().upper())
print(":00000001FF")
PY
}
# bytes WARNING DELAY RETRIES CLEAR OPTION...: the file, standard output, and what log reads back, as hex and as raw
bytes() {
    local warning=$1 delay=$2 retries=$3 clear=$4
    shift 4
    expected "$warning" "$delay" "$retries" "$clear" >wanted
    ((warning > 0)) || warning=30 # not given: the default
    good "$@" a.hex --raw a.eeprom
    says out 'a.eeprom is an EEPROM with these settings and without a record, for the simulator.'
    cmp wanted a.hex || fail "$*: $(<a.hex), not $(<wanted)"
    [[ $(stat --format=%s a.eeprom) == 1024 ]] || fail "$*: the raw image is not 1024 bytes"
    [[ $(tail -c +13 a.eeprom | tr -d '\377' | wc -c) == 0 ]] || fail "$*: the raw image holds more than settings"
    good - "$@"
    cmp --silent wanted out || fail "$*: - differs: $(<out)"
    good --raw - "$@"
    cmp --silent a.eeprom out || fail "$*: --raw - differs"
    for file in a.hex a.eeprom; do
        smallbms log --json - "$file"
        says out "\"settings\":{\"stored\":\"good\",\"warning_time_s\":$warning,\"reconnect_delay_s\":$delay,\"lockout_retries\":$retries,\"lockout_clear_mv\":$clear}"
    done
    smallbms log a.hex
    sed -n '/^Settings/,/^$/ s/^  //p' out >read_back
    smallbms settings "$@" --raw again.eeprom
    diff <(sed '/^$/,$d' out) read_back >&2 || fail "$*: log says other words than settings"
}
bytes 0 0 0 0
bytes 30 0 0 0 --warning-time-s 30
bytes 120 0 0 0 --warning-time-s=120
bytes 0 1 0 0 --reconnect-delay-s 1
bytes 0 3600 0 0 --reconnect-delay-s=3600
bytes 0 0 1 8000 --lockout-retries 1 --lockout-clear-mv 8000
bytes 0 0 10 70000 --lockout-clear-mv 70000 --lockout-retries 10
bytes 45 300 3 13400 --warning-time-s 45 --reconnect-delay-s 300 --lockout-retries 3 --lockout-clear-mv 13400

good --raw only.eeprom
[[ -s only.eeprom ]] || fail '--raw alone writes nothing'
! grep --quiet avrdude out || fail '--raw alone tells how to flash it'
good 'a name.hex'
says out "'eeprom:w:a name.hex:i'"

# ---- what is refused: the range is named, nothing is clamped, nothing written ---------------------------------------

for setting in warning-time-s:30:120 reconnect-delay-s:0:3600 lockout-retries:0:10 lockout-clear-mv:8000:70000; do
    IFS=: read -r name low high <<<"$setting"
    for value in $((low - 1)) $((high + 1)) '' x 1e3 60.0 ' 60' +60 0x10 99999999999999999999; do
        refused "--$name $value is outside the range, it must be a whole number $low to $high" kept --raw new --"$name" "$value"
    done
    refused 'needs a value' new --"$name"
done
refused '--lockout-retries 3 needs --lockout-clear-mv MV, 8000 to 70000' kept --raw new --lockout-retries 3
refused '--lockout-retries 1 to 10' kept --lockout-clear-mv 13400
refused '--lockout-retries 1 to 10' kept --lockout-clear-mv 13400 --lockout-retries 0
refused 'OUTPUT.hex is missing'
refused 'OUTPUT.hex is missing' --reconnect-delay-s 60
refused 'too many' new kept
refused 'must name a file' ''
refused 'both write to new' new --raw new
refused 'both write to ./kept' kept --raw ./kept
refused 'both write to standard output' - --raw -
refused 'did you mean --reconnect-delay-s?' new --reconnect-delay 60
refused 'no-such-folder/x' kept --raw no-such-folder/x
refused 'cannot write' kept --raw .
if [[ -e /dev/full ]]; then
    smallbms settings /dev/full
    [[ $status == 2 && -s err && ! -s out ]] || fail "a full device: exit $status"
    status=0
    "$SMALLBMS" settings - >/dev/full 2>err || status=$?
    [[ $status == 2 && -s err ]] || fail "a full stdout: exit $status"
fi

smallbms settings --help
[[ $status == 0 && ! -s err ]] || fail '--help'
for word in --warning-time-s --reconnect-delay-s --lockout-retries --lockout-clear-mv --raw 'Examples:' 'Exit status:'; do says out "$word"; done
(($(awk '{ if (length($0) > widest) widest = length($0) } END { print widest }' out) <= 90)) || fail '--help is too wide'

((failed == 0)) && echo 'test_settings: all as it should be'
exit $failed
