#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# `smallbms log`, the device's own record of what happened and why (SAFE-7):  SMALLBMS=... ROOT=... tests/test_log.sh
set -euo pipefail
source "$(dirname "$0")/command.bash"

# good ARGUMENT...: log does it and says nothing on stderr.
good() {
    smallbms log "$@"
    [[ $status == 0 && ! -s err ]] || fail "log $*: exit $status: $(cat err)"
}

# refused NAME LINE:COLUMN WORDS [ARGUMENT...]: `log bad ...` names the place in one line and writes nothing.
refused() {
    local name=$1 place=$2 words=$3
    shift 3
    smallbms log bad --csv kept --json new "$@"
    [[ $status == 2 ]] || fail "$name: exit $status, not 2"
    [[ ! -s out ]] || fail "$name: stdout is not empty: $(head -n 3 out)"
    one_line err && [[ $(<err) == "bad:$place: "*"$words"* ]] ||
        fail "$name: expected one line bad:$place: ...$words..., got: $(cat err)"
    [[ $(<kept) == 'as it was' && ! -e new ]] || fail "$name: wrote a file"
}

usage_error() {
    local words=$1
    shift
    smallbms "$@"
    [[ $status == 2 && ! -s out ]] && one_line err || fail "smallbms $*: exit $status: $(cat out err)"
    says err "$words"
}

# An encoder of its own, so that it is not core/record.c against itself. image FILE <<<LINES:
#   record SLOT KIND [NAME=VALUE...]   settings DELAY RETRIES WARNING CLEAR   byte ADDRESS VALUE
cat >image.py <<'PY'
import struct, sys

def seal(body):
    crc = 0xFFFF
    for byte in body:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ 0x1021) & 0xFFFF if crc & 0x8000 else crc << 1
    return body + struct.pack("<H", crc)

kinds = {"boot": 1, "edge": 2, "fault": 3, "stays": 4, "flicker": 5}
terminals = ["unknown", "shorted", "fed"]
causes = ("none start_up supply_low remote_on remote_off atc_lost atc_returned atd_lost atd_returned no_prealarm_lost "
          "no_prealarm_returned chain_open reconnect_delay lockout_cleared internal_fault hold_off charger_wait locked_out "
          "output_fault output_retry reference_fault").split()
outputs = ["load", "prealarm", "charger"]
image = bytearray(b"\xff" * 1024)
for line in sys.stdin:
    words = line.split()
    if not words:
        continue
    if words[0] == "record":
        f = dict(word.split("=") for word in words[3:])
        n = lambda name, default=0: int(str(f.get(name, default)), 0)
        body = struct.pack("<BBBBIHHHHHH", 0x10 | kinds[words[2]], causes.index(f.get("cause", "none")) or terminals.index(f.get("terminal", "unknown")),
                           n("after") | outputs.index(f.get("output", "load")) << 3 | n("high") << 7, n("detail"), n("tick"),
                           n("vbat", 1280), n("boot"), n("number"), n("cuts"), n("stops"), n("faults"))
        at = 32 + 22 * int(words[1])
        image[at:at + 22] = seal(body)
    elif words[0] == "settings":
        image[0:12] = seal(struct.pack("<BBHIBB", 1, int(words[2]), int(words[1]), int(words[4]), int(words[3]), 0))
    else:
        image[int(words[1])] = int(words[2], 0)
sys.stdout.buffer.write(image)
PY
cat >hex.py <<'PY'
import sys
image = sys.stdin.buffer.read()
size = int(sys.argv[1])
for at in range(0, len(image), size):
    part = image[at:at + size]
    record = bytes([len(part), at >> 8, at & 255, 0]) + part
    print(":" + (record + bytes([-sum(record) & 255])).hex().upper())
print(":00000001FF")
PY
image() { python3 image.py >"$1"; }
printf 'as it was' >kept

# ---- a life: two boots, a cut, a fault; the first slots were written last --------------------------------------

image life <<'LINES'
settings 60 3 45 13000
record 40 boot  boot=11 number=65530 detail=1 tick=0 vbat=1310 cuts=2 stops=5
record 41 edge  boot=11 number=65531 cause=start_up output=charger high=1 after=4 detail=31 tick=7 cuts=2 stops=5
record 42 edge  boot=11 number=65532 cause=start_up output=load high=1 after=5 detail=31 tick=7 cuts=2 stops=5
record 43 edge  boot=11 number=65533 cause=no_prealarm_lost output=prealarm high=1 after=7 detail=15 tick=1000 vbat=1239 cuts=2 stops=5
record 44 edge  boot=11 number=65534 cause=atd_lost output=load high=0 after=6 detail=7 tick=21000 vbat=1121 cuts=3 stops=5
record 0  edge  boot=11 number=65535 cause=atd_lost output=prealarm high=0 after=4 detail=7 tick=21000 vbat=1121 cuts=3 stops=5
record 1  edge  boot=11 number=0 cause=reconnect_delay output=load high=1 after=5 detail=31 tick=1382407 vbat=1321 cuts=3 stops=5
record 2  boot  boot=12 number=1 detail=0xC tick=0 vbat=1200 cuts=3 stops=5
record 3  fault boot=12 number=2 detail=3 high=1 tick=80 vbat=1280 cuts=3 stops=5 faults=1
record 4  fault boot=12 number=3 detail=3 high=0 tick=176 vbat=1280 cuts=3 stops=5 faults=1
record 5  edge  boot=12 number=4 cause=atc_returned output=charger high=1 after=4 detail=23 tick=8000 cuts=3 stops=5 faults=1
byte 200 0
LINES
good life
prints 'a life' 'boot 11: power-on
      00:00:00.875   12.80 V  Charger high: start-up
      00:00:00.875   12.80 V  Load high: start-up
      00:02:05.000   12.39 V  Pre-alarm high: no-pre-alarm lost; it had floated since the boot
      00:43:45.000   11.21 V  Load floats: allowed-to-discharge lost; pre-alarm for 42 min; it had been high for 44 min
      00:43:45.000   11.21 V  Pre-alarm floats: Load floats; it had been high for 42 min
  2 d 00:00:00.875   13.21 V  Load high: the reconnect delay is over; it had floated for 47 h 16 min
boot 12: brown-out, watchdog
      00:00:10.000   12.80 V  Fault 3, clock, has come: crystal and RC oscillator differ, or the crystal stands; red blinks 3 times
      00:00:22.000   12.80 V  Fault 3, clock, is gone; it lasted 12 s
      00:16:40.000   12.80 V  Charger high: allowed-to-charge back; it had floated since the boot

Settings
  Pre-alarm is high for at least 45 s before Load is cut.
  After a cut Load waits, 5 s at first and up to 16 min when cuts follow one
  another (LOAD-8).
  It also waits until allowed-to-discharge has been back for 60 s.
  It returns 3 times; the cut after that locks it out until the supply has stood
  at 13.00 V or more for 30 s, or the remote has been off for 1 s. Either forgets all cuts.

Over the device'"'"'s life
  boots             12
  cuts               3   Load floated, and not by the remote
  charger stops      5
  faults             1

45 slots: 11 records, 1 torn, 33 empty'

good --csv - life
prints 'CSV' 'number,boot,slot,t_s,kind,reset,output,level,cause,fault,fault_word,fault_come,held_s,prealarm_s,load,prealarm,charger,vbat_mv,supply,remote,atc,atd,no_prealarm,cuts,charger_stops,faults,missing,terminal,signal
65530,11,40,0.000,boot,power_on,,0,,,,,,,0,0,0,13100,,,,,,2,5,0,0,,
65531,11,41,0.875,edge,,charger,1,start_up,,,,0.875,,0,0,1,12800,1,1,1,1,1,2,5,0,0,,
65532,11,42,0.875,edge,,load,1,start_up,,,,0.875,,1,0,1,12800,1,1,1,1,1,2,5,0,0,,
65533,11,43,125.000,edge,,prealarm,1,no_prealarm_lost,,,,125.000,,1,1,1,12390,1,1,1,1,0,2,5,0,0,,
65534,11,44,2625.000,edge,,load,0,atd_lost,,,,2624.125,2500.000,0,1,1,11210,1,1,1,0,0,3,5,0,0,,
65535,11,0,2625.000,edge,,prealarm,0,atd_lost,,,,2500.000,,0,0,1,11210,1,1,1,0,0,3,5,0,0,,
0,11,1,172800.875,edge,,load,1,reconnect_delay,,,,170175.875,,1,0,1,13210,1,1,1,1,1,3,5,0,0,,
1,12,2,0.000,boot,brown_out+watchdog,,0,,,,,,,0,0,0,12000,,,,,,3,5,0,0,,
2,12,3,10.000,fault,,,,,3,clock,1,,,0,0,0,12800,,,,,,3,5,1,0,,
3,12,4,22.000,fault,,,,,3,clock,0,12.000,,0,0,0,12800,,,,,,3,5,1,0,,
4,12,5,1000.000,edge,,charger,1,atc_returned,,,,1000.000,,0,0,1,12800,1,1,1,0,1,3,5,1,0,,'
cp out csv

# JSON says the same, field for field, and the text is printed beside a file
good --json life.json --csv life.csv life
says out 'boot 12: brown-out, watchdog'
cmp --silent csv life.csv || fail '--csv FILE differs from --csv -'
python3 - <<'PY' || fail '--json: see above'
import csv, json
log = json.load(open("life.json"))
assert log["format"] == "smallbms-log-1" and log["version"]
assert log["settings"] == {"stored": "good", "warning_time_s": 45, "reconnect_delay_s": 60, "lockout_retries": 3, "lockout_clear_mv": 13000}
assert log["slots"] == {"records": 11, "torn": 1, "empty": 33}
assert log["life"] == {"boots": 12, "cuts": 3, "charger_stops": 5, "faults": 1}
rows = list(csv.DictReader(open("life.csv")))
assert len(rows) == len(log["records"]) == 11
for row, record in zip(rows, log["records"]):
    assert list(row) == list(record), record
    for name, text in row.items():
        value = record[name]
        assert value is None if text == "" else (value == text if isinstance(value, str) else value == float(text)), (name, row, record)
PY

# ---- the same image in each form of file, whatever its name ---------------------------------------------------

good life
cp out expected
for form in 16 32 1 255; do
    python3 hex.py $form <life >life.bin
    good life.bin
    cmp --silent out expected || fail "Intel hex of $form bytes a line reads differently"
done
python3 hex.py 16 <life | sed 's/$/\r/' >crlf
python3 hex.py 16 <life | tr A-F a-f | head -c -1 >lower
{ printf ':020000040000FA\n:020000020000FC\n' && python3 hex.py 16 <life; } >bases
for file in crlf lower bases; do
    good $file
    cmp --silent out expected || fail "$file reads differently"
done
smallbms log - <life
{ [[ $status == 0 ]] && cmp --silent out expected; } || fail '- does not read standard input'
printf ':0100000055AA\n:00000001FF\n' >sparse # bytes that a hex file does not give are erased
good sparse
says out '45 slots: 0 records, 0 torn, 45 empty'
says out 'Settings: bad'

# ---- what there is when there is little -------------------------------------------------------------------------

image erased </dev/null
good erased
prints 'erased' 'no records

Settings: none stored, the defaults are in force
  Pre-alarm is high for at least 30 s before Load is cut.
  After a cut Load waits, 5 s at first and up to 16 min when cuts follow one
  another (LOAD-8).
  There is no lock-out: it returns after any number of cuts.

45 slots: 0 records, 0 torn, 45 empty'
good --csv - erased
[[ $(wc -l <out) == 1 ]] || fail 'erased: the CSV has rows'
good --json - erased
python3 -c 'import json, sys; log = json.load(sys.stdin); assert log["life"] is None and log["records"] == []' <out || fail 'erased: JSON'
head -c 1024 /dev/zero >zeros
good zeros
says out '45 slots: 0 records, 45 torn, 0 empty'
says out 'Settings: bad (checksum, version or range), the defaults are in force'

# a boot whose beginning is overwritten, a gap, an output twice at one level: what is not known is not said
image gaps <<'LINES'
record 7 edge boot=3 number=100 cause=atd_lost output=load high=0 after=6 tick=100000
record 8 edge boot=3 number=101 cause=atd_returned output=load high=1 after=4 tick=100800
record 9 edge boot=3 number=104 cause=atd_lost output=load high=0 after=6 tick=200000
record 10 edge boot=3 number=105 cause=chain_open output=load high=0 after=6 tick=200080
record 11 boot boot=4 number=107 detail=0
record 12 boot boot=4 number=108 detail=2
LINES
good gaps
prints 'gaps' 'boot 3: its beginning is not in the record
  03:28:20.000   12.80 V  Load floats: allowed-to-discharge lost
  03:30:00.000   12.80 V  Load high: allowed-to-discharge back; it had floated for 100 s
  2 entries were not recorded: they came too fast
  06:56:40.000   12.80 V  Load floats: allowed-to-discharge lost
  06:56:50.000   12.80 V  Load floats: battery cable open: all three signals lost together
  1 entry was not recorded: they came too fast
boot 4: the program ran into its beginning
boot 4: external reset

Settings: none stored, the defaults are in force
  Pre-alarm is high for at least 30 s before Load is cut.
  After a cut Load waits, 5 s at first and up to 16 min when cuts follow one
  another (LOAD-8).
  There is no lock-out: it returns after any number of cuts.

Over the device'"'"'s life
  boots              4
  cuts               0   Load floated, and not by the remote
  charger stops      0
  faults             0

45 slots: 6 records, 0 torn, 39 empty'
good --csv - gaps
[[ $(cut -d, -f1,13,14,27 out | tail -n +2 | tr '\n' ' ') == '100,,,0 101,100.000,,0 104,,,2 105,,,0 107,,,1 108,,,0 ' ]] ||
    fail "gaps: $(cut -d, -f1,13,14,27 out)"

# a trouble: what the second edition of the rules added to the record
image trouble <<'LINES'
record 0 boot    boot=1 number=0 detail=8 high=1 cuts=1
record 1 stays   boot=1 number=1 cause=hold_off output=load after=0 detail=31 tick=7 cuts=1
record 2 stays   boot=1 number=2 cause=atc_lost output=charger after=0 detail=27 tick=7 cuts=1
record 3 edge    boot=1 number=3 cause=hold_off output=load high=1 after=1 detail=27 tick=40 cuts=1
record 4 flicker boot=1 number=4 detail=2 high=1 after=1 tick=200 cuts=1
record 5 edge    boot=1 number=5 cause=supply_low output=load after=0 detail=1 tick=240 vbat=720 cuts=2
record 6 edge    boot=1 number=6 cause=hold_off output=load high=1 after=1 detail=27 tick=480 cuts=2
record 7 flicker boot=1 number=7 detail=2 high=0 after=1 tick=1000 cuts=2
record 8 edge    boot=1 number=8 cause=charger_wait output=charger high=1 after=5 detail=31 tick=1200 cuts=2
record 9 edge    boot=1 number=9 cause=output_fault output=charger after=1 detail=31 tick=1300 cuts=2
record 10 fault  boot=1 number=10 detail=5 terminal=shorted output=charger high=1 after=1 tick=1300 cuts=2 faults=1
record 11 fault  boot=1 number=11 detail=5 terminal=fed output=prealarm high=1 after=1 tick=1400 cuts=2 faults=2
record 12 edge   boot=1 number=12 cause=output_retry output=charger high=1 after=5 detail=31 tick=1780 cuts=2 faults=2
record 13 fault  boot=1 number=13 detail=5 terminal=shorted output=charger high=0 after=5 tick=1788 cuts=2 faults=2
record 14 fault  boot=1 number=14 detail=5 terminal=fed output=prealarm high=0 after=5 tick=2200 cuts=2 faults=2
record 15 edge   boot=1 number=15 cause=reference_fault output=load after=4 detail=3 tick=4000 cuts=3 faults=2
record 16 edge   boot=1 number=716 cause=remote_off output=charger after=0 detail=1 tick=90000 cuts=9 faults=2
record 17 fault  boot=1 number=717 detail=5 terminal=unknown high=1 after=0 tick=91000 cuts=9 faults=3
LINES
good trouble
prints 'trouble' 'boot 1: watchdog; Load was high until then
  00:00:00.875   12.80 V  Load stays floating: its wait after a cut is not over
  00:00:00.875   12.80 V  Charger stays floating: allowed-to-charge lost
  00:00:05.000   12.80 V  Load high: its wait after a cut is over; it had floated since the boot
  00:00:25.000   12.80 V  Signal allowed-to-charge flickers: it comes again and again, and never for long enough to count
  00:00:30.000    7.20 V  Load floats: supply low; it had been high for 25 s
  00:01:00.000   12.80 V  Load high: its wait after a cut is over; it had floated for 30 s
  00:02:05.000   12.80 V  Signal allowed-to-charge is back, it flickers no more; it lasted 100 s
  00:02:30.000   12.80 V  Charger high: its wait after a loss of allowed-to-charge is over; it had floated since the boot
  00:02:42.500   12.80 V  Charger floats: its terminal does not follow; it had been high for 12.5 s
  00:02:42.500   12.80 V  Fault 5, output, has come: Charger is shorted: low when it should be high; red blinks 5 times
  00:02:55.000   12.80 V  Fault 5, output, has come: Pre-alarm is fed from outside: high when it should float; red blinks 5 times
  00:03:42.500   12.80 V  Charger high: tried again after a short; it had floated for 60 s
  00:03:43.500   12.80 V  Fault 5, output, is gone: Charger was shorted; it lasted 61 s
  00:04:35.000   12.80 V  Fault 5, output, is gone: Pre-alarm was fed from outside; it lasted 100 s
  00:08:20.000   12.80 V  Load floats: the reference is at fault, nothing can be measured; it had been high for 7 min 20 s
  700 entries or more were not recorded: they came too fast
  03:07:30.000   12.80 V  Charger floats: switched off
  03:09:35.000   12.80 V  Fault 5, output, has come: an output does not follow its command; red blinks 5 times

Settings: none stored, the defaults are in force
  Pre-alarm is high for at least 30 s before Load is cut.
  After a cut Load waits, 5 s at first and up to 16 min when cuts follow one
  another (LOAD-8).
  There is no lock-out: it returns after any number of cuts.

Over the device'"'"'s life
  boots              1
  cuts               9   Load floated, and not by the remote
  charger stops      0
  faults             3

45 slots: 18 records, 0 torn, 27 empty'
good --csv - trouble
# number, kind, output, level, cause, fault, fault_come, held_s, terminal, signal
[[ $(cut -d, -f1,5,7-10,12-13,28-29 out) == 'number,kind,output,level,cause,fault,fault_come,held_s,terminal,signal
0,boot,,1,,,,,,
1,stays,load,0,hold_off,,,,,
2,stays,charger,0,atc_lost,,,,,
3,edge,load,1,hold_off,,,5.000,,
4,flicker,,,,,1,,,atc
5,edge,load,0,supply_low,,,25.000,,
6,edge,load,1,hold_off,,,30.000,,
7,flicker,,,,,0,100.000,,atc
8,edge,charger,1,charger_wait,,,150.000,,
9,edge,charger,0,output_fault,,,12.500,,
10,fault,charger,,,5,1,,shorted,
11,fault,prealarm,,,5,1,,fed,
12,edge,charger,1,output_retry,,,60.000,,
13,fault,charger,,,5,0,61.000,shorted,
14,fault,prealarm,,,5,0,100.000,fed,
15,edge,load,0,reference_fault,,,440.000,,
716,edge,charger,0,remote_off,,,,,
717,fault,,,,5,1,,,' ]] || fail "trouble: $(cut -d, -f1,5,7-10,12-13,28-29 out)"

# SAFE-6: the tick wraps after 17 years, within a boot the lengths do not care
image wraps <<'LINES'
record 0 boot boot=1 number=1 detail=1
record 1 edge boot=1 number=2 cause=start_up output=load high=1 after=1 tick=4294967288
record 2 edge boot=1 number=3 cause=remote_off output=load high=0 after=0 tick=8
LINES
good --csv - wraps
[[ $(tail -n 1 out) == 3,1,2,536870913.000,* && $(tail -n 1 out | cut -d, -f13) == 2.000 ]] || fail "wrap: $(tail -n 1 out)"

# a full ring in any turn, each also with one slot torn: always 45 (44) in the order of their numbers
for turn in 0 1 22 44; do
    for ((i = 0; i < 45; i++)); do
        echo "record $(((i + turn) % 45)) edge boot=1 number=$(((65500 + i) % 65536)) cause=remote_off output=charger tick=$i"
    done | image ring
    good --csv - ring
    [[ $(tail -n +2 out | cut -d, -f4 | sort --check=quiet --numeric-sort && wc -l <out) == 46 ]] || fail "full ring turned by $turn"
    printf '\1' | dd of=ring bs=1 seek=$((32 + 22 * 30 + 9)) conv=notrunc status=none
    good --json - ring
    says out '"records":44,"torn":1,"empty":0'
done

# ---- bad input -----------------------------------------------------------------------------------------------------

one=:0100000055AA
end=:00000001FF
bad() { printf '%b' "$1" >bad; }
bad '' && refused 'nothing' 1:1 '0 bytes'
head -c 1023 life >bad && refused 'one byte short' 1:1 'exactly 1024 bytes'
{ cat life && echo; } >bad && refused 'one byte long' 1:1 '1025 bytes'
bad 'hello\n' && refused 'no image' 1:1 "do not begin with ':'"
bad "$one\n" && refused 'no end' 2:1 'without its end record'
bad "$one" && refused 'no end, no line end' 1:14 'without its end record'
bad "$one\n$end\n$one\n" && refused 'after the end' 3:1 'should end before'
bad "$one\n$end\n\n" && refused 'a blank line after the end' 3:1 'should end before'
bad "$one\n\n$end\n" && refused 'a blank line' 2:1 "with ':'"
bad "$one $end\n" && refused 'two records in a line' 1:14 'the line should end here'
bad ":0100000055AB\n$end\n" && refused 'a wrong checksum' 1:12 'checksum AB does not fit this record, AA would'
bad "$one\n:00000001FE\n" && refused 'a wrong checksum at the end' 2:10 'FF would'
bad ":0100000055A\n$end\n" && refused 'an odd digit' 1:13 'hexadecimal digit'
bad ":01000000555AA\n$end\n" && refused 'one digit more' 1:12 'checksum'
bad ":01000000G5AA\n$end\n" && refused 'no digit' 1:10 'hexadecimal digit'
bad ":02000000 55AA\n$end\n" && refused 'a space' 1:10 'hexadecimal digit'
bad ":0200000055A9\n$end\n" && refused 'too few data' 1:14 'hexadecimal digit'
bad ":\n$end\n" && refused 'a colon alone' 1:2 'hexadecimal digit'
bad ":" && refused 'a colon and no more' 1:2 'hexadecimal digit'
bad "$one\n$one\n$end\n" && refused 'an address twice' 2:4 'address 0000 is given a second time'
bad ":0204000055550050\n$end\n" && refused 'a longer line' 1:14 'checksum'
bad ":0104000055A6\n$end\n" && refused 'outside' 1:4 'address 0400 is outside the EEPROM, 0000 to 03FF'
bad ":0203FF00555552\n$end\n" && refused 'over the end' 1:4 'address 0400 is outside'
bad ":01FFFF0055AC\n$end\n" && refused 'far outside' 1:4 'address FFFF'
bad ":020000040001F9\n$end\n" && refused 'a linear base' 1:10 'base'
bad ":020000021000EC\n$end\n" && refused 'a segment base' 1:10 'base'
bad ":0100000400FB\n$end\n" && refused 'a short base' 1:10 'base'
bad ":0400000300003800C1\n$end\n" && refused 'a start address' 1:8 'record type 03'
bad "$one\n:0100000155A9\n" && refused 'data at the end' 2:2 'must hold no data'
{ printf ':' && head -c 1023 /dev/zero | tr '\0' 0; } >bad && refused 'text of 1024 bytes is Intel hex' 1:12 'line should end'
python3 hex.py 16 <life >whole && head -c 700 whole >bad && refused 'cut off' 16:41 'hexadecimal digit'
{ printf ':' && tail -c 1023 life; } >colon # an image that begins with ':' is one all the same
good colon
says out 'Settings: bad'

head -c 2000000 /dev/zero >big
usage_error 'cannot read big: File too large' log big
usage_error 'FILE is missing' log
usage_error 'too many' log life life
usage_error 'No such file' log nothing
usage_error 'Is a directory' log .
usage_error 'did you mean --json?' log --jsn x life
usage_error 'both write to standard output' log --csv - --json - life
usage_error 'both write to x' log --csv x --json x life
usage_error 'overwrite the input' log --csv ./life life
usage_error 'must name a file' log --csv '' life
usage_error 'no-such-folder/x' log --csv no-such-folder/x --json kept life
[[ $(<kept) == 'as it was' && ! -e x ]] || fail 'a usage error wrote a file'
if [[ -e /dev/full ]]; then
    status=0
    "$SMALLBMS" log life >/dev/full 2>err || status=$?
    [[ $status == 2 && -s err ]] || fail "a full stdout: exit $status"
    smallbms log life --json /dev/full
    [[ $status == 2 && -s err ]] || fail "a full file: exit $status"
fi

# any bytes are safe input: one byte of a good file spoiled is refused or read, and never ends badly
python3 - "$SMALLBMS" <<'PY' || fail 'spoiled files: see above'
import random, subprocess, sys
files = [open(name, "rb").read() for name in ("lower", "life")]
for seed in range(50): # fuzz_log tries many more, in one process
    random.seed(seed)
    data = bytearray(random.choice(files))
    for _ in range(random.randrange(1, 4)):
        data[random.randrange(len(data))] = random.randrange(256)
    data = data[:random.randrange(len(data) + 1)] if random.random() < 0.3 else data
    run = subprocess.run([sys.argv[1], "log", "-"], input=data, capture_output=True, timeout=60)
    refused = run.returncode == 2 and run.stderr.count(b"\n") == 1 and not run.stdout
    if not (run.returncode == 0 and not run.stderr or refused):
        open("spoiled", "wb").write(data)
        sys.exit(f"seed {seed}: exit {run.returncode}: {run.stderr!r}; the file in hex: {data.hex()}")
PY

# the same page as a run's: each record is told, in the order of time
smallbms log life --json log.json --report log.html
[[ $status == 0 ]] || fail "--report: exit $status: $(cat err)"
python3 - log.json log.html <<'PY' || fail '--report: see above'
import json, page_data, sys
records = json.load(open(sys.argv[1]))["records"]
page = open(sys.argv[2]).read()
data = page_data.read(page)
told = [e["t_s"] for e in data["events"]]
assert told == sorted(told) and data["kind"] == "log"
edges = [(r["output"], r["level"] == 1, r["cause"]) for r in records if r["kind"] == "edge"]
assert [(e["what"], e["on"], e["cause"]) for e in data["events"] if e["what"] != "event" and "stays" not in e] == edges, edges
assert len(edges) > 4 and data["story"] in page
assert not any(e["what"] == "prealarm" and "Pre-alarm floats: allowed-to-discharge" in e["text"] for e in data["events"]), "PRE-3"
PY
# how long the device was without supply, and how it went on behind the last entry, is not in a record
image gone <<'LINES'
record 0 boot boot=1 number=1 detail=1 tick=0
record 1 edge boot=1 number=2 cause=start_up output=load high=1 after=1 detail=31 tick=7
record 2 edge boot=1 number=3 cause=atd_lost output=load high=0 detail=7 tick=807
record 3 boot boot=2 number=4 detail=1 tick=0
record 4 edge boot=2 number=5 cause=start_up output=load high=1 after=1 detail=31 tick=807
record 5 edge boot=2 number=6 cause=atd_lost output=load high=0 detail=7 tick=1607
LINES
smallbms log gone --report gone.html
python3 - gone.html <<'PY' || fail '--report of a record with a gap: see above'
import json, re, sys
data = json.loads(re.search(r'<script type="application/json" id="run">(.*?)</script>', open(sys.argv[1]).read(), flags=re.S)[1])
words = [incident["text"] for incident in data["incidents"]]
assert words == ["allowed-to-discharge lost; Load floated for at least 101.9 s, until: start-up",
                 "allowed-to-discharge lost; Load floated, for how long is not recorded"], words
PY
# the first is the earliest, a start or a cut
image start_first <<'LINES'
record 0 boot boot=1 number=1 detail=1 tick=0
record 1 stays boot=1 number=2 cause=hold_off output=load after=0 detail=31 tick=7
record 2 edge boot=1 number=3 cause=hold_off output=load high=1 after=1 detail=31 tick=240
record 3 edge boot=1 number=4 cause=atd_lost output=load high=0 detail=7 tick=807
LINES
smallbms log start_first --report start_first.html
grep --quiet '<p class="story">Load was cut once, and a start left it floating. First: day 1 00:00:00, its wait after a cut is not over;' start_first.html ||
    fail "the story of a record that begins with a start: $(grep 'class="story"' start_first.html)"

smallbms log --help
[[ $status == 0 && ! -s err ]] || fail '--help'
for word in --csv --json avrdude 'Examples:' 'Exit status:'; do says out "$word"; done
for word in $(head -n 1 csv | tr , ' '); do says out "$word"; done
(($(awk '{ if (length($0) > widest) widest = length($0) } END { print widest }' out) <= 90)) || fail '--help is too wide'

((failed == 0)) && echo 'test_log: all as it should be'
exit $failed
