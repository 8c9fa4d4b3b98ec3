#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The firmware's image in the simulated MCU against the control law (SPEC section 9: both print the same rows), and what
# becomes of a run when they part; tests/avr_scenarios.sh has the scenarios.  SMALLBMS=... ROOT=... tests/test_avr_device.sh
set -euo pipefail
source "$(dirname "$0")/command.bash"
mkdir scratch

folder=$(dirname "$SMALLBMS")
simulator=$folder/smallbms-avr
for part in "$simulator" "$folder/firmware/smallbms-product.elf"; do
    if [[ ! -e $part ]]; then
        echo "test_avr_device: $part is missing: make build" >&2
        exit 1
    fi
done

# smallbms ARGUMENT...: leaves the exit code in $status, the streams in the files out and err.
smallbms() {
    status=0
    TMPDIR=$work/scratch timeout 3000 "$SMALLBMS" "$@" >out 2>err || status=$?
    [[ -z $(ls scratch) ]] || fail "smallbms $*: left a temporary file: $(ls scratch)"
    rm -f scratch/*
}

# ---- a simulator that hangs: begun here, judged at the end, for each takes its time limit ---------------------------------

# hang NAME: in the background, in a folder of its own with the simulator that is there
hang() {
    (cd "$1" && exec ./smallbms replay --device avr --image image.elf long.csv --eeprom new >out 2>err) &
    hanging[$1]=$!
}
declare -A hanging
for name in silent closed stopped; do
    mkdir $name
    cp "$SMALLBMS" $name/smallbms
    cp "$folder/firmware/smallbms-product.elf" $name/image.elf
    printf 't_s,remote_l_mv\n0,0\n1000000,0\n' >$name/long.csv
done
printf '#!/bin/sh\nexec sleep 1000\n' >silent/smallbms-avr
printf '#!/bin/sh\nexec sleep 1000 >/dev/null </dev/null\n' >closed/smallbms-avr
chmod +x silent/smallbms-avr closed/smallbms-avr
cp "$simulator" stopped/smallbms-avr

# child_of PROCESS: waits until the simulator runs below it, leaves it in $child
child_of() {
    child=
    for _ in {1..200}; do
        child=$(cat "/proc/$1/task/$1/children" 2>/dev/null || true)
        child=${child%% *}
        [[ -n $child && $(readlink "/proc/$child/exe" || true) == *smallbms-avr ]] && return
        sleep 0.02
    done
    fail 'the simulator does not start'
}
hang silent
hang closed
hang stopped
child_of ${hanging[stopped]}
kill -STOP "$child"

# refused CODE WORDS ARGUMENT...: one line on stderr with WORDS, and no file written.
refused() {
    local code=$1 words=$2
    shift 2
    rm -f new
    printf 'as it was' >kept
    smallbms "$@"
    [[ $status == "$code" ]] || fail "smallbms $*: exit $status, not $code: $(cat err)"
    [[ $(wc -l <err) == 1 ]] || fail "smallbms $*: not one line on stderr: $(cat err)"
    says err "$words"
    [[ ! -e new && $(<kept) == 'as it was' && -z $(compgen -G 'new.*' || true) ]] || fail "smallbms $*: wrote a file"
}

# ---- the same rows and the same runs ----------------------------------------------------------------------------

# same_replay STIMULUS [OPTION...]
same_replay() {
    smallbms replay "$@"
    mv out expected
    smallbms replay --device avr "$@"
    [[ $status == 0 && ! -s err ]] || fail "replay $*: exit $status: $(cat err)"
    cmp --silent expected out || fail "replay $*: native (<) and avr (>): $(diff expected out | head -n 6)"
}
for stimulus in "$ROOT"/scenarios/*.csv "$ROOT"/tests/corpus/stimulus/{signals,cells,temperatures}.csv; do
    same_replay "$stimulus"
done

# signals, supply and remote terminals at random, on both sides of every threshold
random() { # SEED
    awk -v seed="$1" '
        function pick(a, b) { return rand() < 0.85 ? a : b }
        BEGIN {
            srand(seed)
            split("7499 7500 7999 8000 12800 70000", supply)
            split("-5000 0 3499 3500 3549 3550 5000 12800", l)
            split("-5000 0 2850 2851 2900 2901 5000 12800", h)
            print "t_s,vbat_mv,remote_l_mv,remote_h_mv,atc,atd,no_prealarm"
            for (n = 0; n < 120; n++) {
                printf "%.3f,%d,%d,%d,%d,%d,%d\n", tick / 8, pick(12800, supply[1 + int(rand() * 6)]), pick(0, l[1 + int(rand() * 8)]),
                    pick(0, h[1 + int(rand() * 8)]), pick(1, 0), rand() < 0.6, rand() < 0.6
                tick += 1 + int(rand() < 0.3 ? rand() * 400 : rand() * 12)
            }
        }'
}
for seed in {1..8}; do
    random "$seed" >"random-$seed.csv"
    same_replay "random-$seed.csv"
    [[ $(wc -l <out) -gt 8 ]] || fail "random-$seed.csv: nothing happens"
done

# LOAD-6: the settings are the same options, and reach the EEPROM
printf 't_s,remote_l_mv,vbat_mv,atd\n0,0,12800,1\n5,0,12800,0\n60,0,12800,1\n400,0,12800,0\n460,0,12800,1\n800,0,13500,1\n860,0,13500,1\n' >settings.csv
same_replay settings.csv
mv out without
same_replay settings.csv --reconnect-delay-s 100
! cmp --silent without out || fail 'replay --reconnect-delay-s does nothing'
same_replay settings.csv --lockout-retries 1 --lockout-clear-mv 13400
! cmp --silent without out || fail 'replay --lockout-retries does nothing'
# a log of cells: the supply and the remote from the log itself
printf 't_s,cell1_mv,cell2_mv,cell3_mv,cell4_mv\n0,3300,3300,3300,3300\n20,3300,2790,3300,3300\n22,3300,2790,3300,3300\n80,3300,3300,1900,3300\n400,,3300,3300,3300\n460,3300,3300,3300,3300\n500,3300,3300,3300,3300\n' >pack.csv
smallbms replay --cells-per-battery 4 pack.csv
mv out expected
smallbms replay --device avr --cells-per-battery 4 pack.csv
[[ $status == 0 ]] || fail "replay of cells: exit $status: $(cat err)"
cmp --silent expected out || fail "replay of cells: native (<) and avr (>): $(diff expected out | head -n 6)"

# ---- corners of the silicon table: oscillators that are off change no row ---------------------------------------------

smallbms replay random-1.csv
mv out expected
for corner in fast early-watchdog cold-crystal; do
    smallbms replay --device avr --corner $corner random-1.csv
    [[ $status == 0 && ! -s err ]] || fail "replay --corner $corner: exit $status: $(cat err)"
    cmp --silent expected out || fail "replay --corner $corner (>): $(diff expected out | head -n 6)"
done

# ---- what the device itself has recorded (SAFE-7) -----------------------------------------------------------------

smallbms replay --device avr --eeprom story "$ROOT/scenarios/chain-open.csv"
[[ $status == 0 && $(stat --format=%s story) == 1024 ]] || fail "replay --eeprom: exit $status: $(cat err)"
tail -n +3 out | awk -F, '{ print $1 "," $7 }' | sort >rows
smallbms log --csv - story
# an edge of the record for each cause of a row, at the same time (in this story all rows have an edge)
awk -F, '$5 == "edge" { printf "%.3f,%s\n", $4, $9 }' out | sort --unique >recorded
diff rows recorded >differences || fail "the record (>) tells another story than the rows (<): $(<differences)"
smallbms log story
says out 'boot 1: power-on'
says out 'Load floats: battery cable open: all three signals lost together; pre-alarm for 30.5 s' # LOAD-3, SAFE-3

# settings of a scenario reach the device (LOAD-6)
smallbms run --device avr "$ROOT/scenarios/rebound-delay.yaml" --until '1 h' --quiet --eeprom story
smallbms log story
says out 'locks it out until the supply has stood'
smallbms run --device avr "$ROOT/scenarios/rebound.yaml" --until '1 h' --eeprom - # alone on standard output
[[ $(wc -c <out) == 1024 ]] || fail "--eeprom -: $(wc -c <out) bytes"

# ---- a firmware that does not do what the law says -------------------------------------------------------------------

# other NAME SED: NAME is the image of a tree in which the law of Load has been edited
other() {
    mkdir -p "tree/build"
    cp -r "$ROOT"/{core,firmware} tree/
    sed -i "$2" tree/core/load.c
    ! cmp --silent "$ROOT/core/load.c" tree/core/load.c || fail "$1: nothing edited"
    if ! bash tree/firmware/atmega328p/build.sh product >built 2>&1; then
        fail "$1 does not build: $(tail -n 5 built)"
        exit 1
    fi
    mv tree/build/firmware/smallbms-product.elf "$1"
    rm -rf tree
}
printf 't_s,remote_l_mv,atd\n0,0,1\n5,0,0\n60,0,0\n' >cut.csv
other early.elf 's/ \/ 10u + 1u)/ \/ 10u)/' # cuts while the law says that all is quiet
refused 1 'differ at tick 284 (35.500 s after the reset): image load 0 (atd_lost)' replay --device avr --image early.elf --eeprom new cut.csv
says err "again: smallbms replay --device avr --image early.elf --eeprom new cut.csv"
[[ $(tail -n 1 out) == 5.125,1,1,1,1,0,atd_lost ]] || fail "rows after image and law have parted: $(tail -n 1 out)"
refused 1 'differ at tick' run --device avr --image early.elf --csv new --json kept "$ROOT/scenarios/pulled-cable.yaml"
[[ ! -s out ]] || fail 'a run in which image and law part prints results'
other late.elf 's/ \/ 10u + 1u)/ \/ 10u + 2u)/' # does not when the law does
refused 1 'differ at tick 285 (35.625 s after the reset): image load 1 (none)' replay --device avr --image late.elf --eeprom kept cut.csv

# ---- what is refused ------------------------------------------------------------------------------------------------

cat >fault.yaml <<'YAML'
title: A fault
run: {duration: 2 h}
bank: {battery: 12.8 V, capacity_ah: 100, state_of_charge_pct: 50}
events:
  - {at: "day 1 01:00:00", what: internal_fault, value: 3}
YAML
refused 2 'fault.yaml: the event internal_fault at day 1 01:00:00 needs --device native' run --device avr fault.yaml --csv new --json kept
smallbms run --device avr fault.yaml --until '1 h' # the run ends before it
[[ $status == 0 ]] || fail "a fault after the end: $(cat err)"
sed -i 's/internal_fault, value: 3/output_shorted, output: load/' fault.yaml
refused 2 'fault.yaml: the event output_shorted at day 1 01:00:00 needs --device native' run --device avr fault.yaml --csv new --json kept
# LOAD-6: a voltage between two of the converter's steps acts at the upper one, and that is no difference
cat >lockout.yaml <<'YAML'
title: A lock-out that the morning ends
run: {duration: 8 h}
bank: {battery: 12.8 V, capacity_ah: 50, state_of_charge_pct: 60}
bms: {lockout_retries: 1, lockout_clear_mv: 13400}
solar: {panel_w: 200, cloud_pct: 0}
loads: [{name: lights, power_w: 10}]
events:
  - {at: "day 1 03:00", what: cell_sensor_stuck, battery: 1, cell: 2, value: 2700}
  - {at: "day 1 03:02", what: sensors_mended, battery: 1}
  - {at: "day 1 03:10", what: cell_sensor_stuck, battery: 1, cell: 2, value: 2700}
  - {at: "day 1 03:12", what: sensors_mended, battery: 1}
YAML
smallbms run --device avr lockout.yaml
[[ $status == 0 ]] || fail "a lock-out that ends between two steps: $(cat err)"
says out 'Load high: lock-out cleared, supply at 13.40 V or more for 30 s'
refused 2 'cannot read the image nothing.elf: No such file' replay --device avr --image nothing.elf cut.csv --eeprom new
refused 2 'no-such-folder/x' replay --device avr cut.csv --eeprom no-such-folder/x
refused 2 'cannot write /dev/full: No space left on device' replay --device avr cut.csv --eeprom /dev/full
refused 2 '--corner needs --device avr' replay --corner fast cut.csv
refused 2 'fsat: there is no such corner, it is one of kind typical fast' replay --device avr --corner fsat --eeprom new cut.csv
refused 2 'fsat: there is no such corner' run --device avr --corner fsat --csv new --json kept "$ROOT/scenarios/rebound.yaml"
printf 'no image' >text.elf
smallbms replay --device avr --image text.elf cut.csv
[[ $status == 2 && $(wc -l <err) == 1 && ! -s out ]] || fail "an image that is none: exit $status: $(cat err)"

# the simulator and the image are looked for beside the command, and what makes them is named
cp "$SMALLBMS" alone
status=0
./alone replay --device avr cut.csv >out 2>err || status=$?
[[ $status == 2 && $(wc -l <err) == 1 && ! -s out ]] || fail "no simulator: exit $status: $(cat err)"
says err "'make build' builds it"
cp "$simulator" smallbms-avr
status=0
./alone replay --device avr cut.csv >out 2>err || status=$?
[[ $status == 2 && $(wc -l <err) == 1 && ! -s out ]] || fail "no image: exit $status: $(cat err)"
says err "'make hex' builds it"

printf 'no program' >smallbms-avr
status=0
./alone replay --device avr --image "$folder/firmware/smallbms-product.elf" cut.csv >out 2>err || status=$?
[[ $status == 2 && $(wc -l <err) == 1 && ! -s out ]] || fail "no program: exit $status: $(cat err)"
says err 'smallbms-avr: Exec format error'

# ---- the simulator and the command, one without the other --------------------------------------------------------------

# start_long: a run of hours in the background, its process in $command, the simulator's in $child
start_long() {
    "$SMALLBMS" run --device avr "$ROOT/scenarios/residual-drain.yaml" --csv new >out 2>err &
    command=$!
    child_of $command
}
start_long
kill -KILL "$child" 2>/dev/null || fail 'the run was over before the simulator was ended'
status=0
wait "$command" || status=$?
[[ $status == 2 && $(wc -l <err) == 1 && ! -s out && ! -e new ]] || fail "a dead simulator: exit $status: $(cat err)"
says err 'smallbms-avr was ended by signal 9'
# the second time the simulator is stopped, and cannot see for itself that nobody is there
for signal in CONT STOP; do
    start_long
    kill -$signal "$child"
    kill -KILL "$command"
    { wait "$command" || true; } 2>/dev/null # with bash's own words about it
    for _ in {1..500}; do
        [[ -e /proc/$child ]] || break
        sleep 0.02
    done
    [[ ! -e /proc/$child ]] || { fail "the simulator stays when the command has gone ($signal)" && kill -KILL "$child"; }
done

for name in silent closed stopped; do
    status=0
    wait ${hanging[$name]} || status=$?
    [[ $status == 2 && $(wc -l <$name/err) == 1 && ! -e $name/new ]] || fail "$name: exit $status: $(cat $name/err)"
    says $name/err 'smallbms-avr has hung or was stopped: no answer in 20 s to command'
done

((failed == 0)) && echo 'test_avr_device: all as it should be'
exit $failed
