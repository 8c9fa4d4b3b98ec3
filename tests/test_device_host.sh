#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# smallbms-device, the device's program over the host's port, from outside: it does the same as `smallbms replay --device
# native`, tick by tick, with the scenarios' stimuli and at random; its protocol; its EEPROM as `smallbms log` reads it.
#   SMALLBMS=... ROOT=... tests/test_device_host.sh      SEED=N: of the random stimuli
set -euo pipefail
source "$(dirname "$0")/command.bash"
device=$(dirname "$SMALLBMS")/smallbms-device
seed=${SEED:-1}

# ---- the same rows -------------------------------------------------------------------------------------------------

# commands STIMULUS: one `run` for each tick
commands() {
    awk -F, '
        NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; print "start"; next }
        function value(name, none) { return name in at ? $at[name] : none }
        function pass(end) { for (; tick / 8 < end - first; tick++) print "run 1 " inputs }
        {
            if (NR == 2) first = $1
            pass($1)
            inputs = sprintf("%d %d %d %d%d%d", value("vbat_mv", 12800), value("remote_l_mv", 5000), value("remote_h_mv", 0),
                             value("atc", 1), value("atd", 1), value("no_prealarm", 1))
            last = $1
        }
        END { pass(last + 0.0625) }' "$1"
}

# rows FIRST_T_S: the replies as replay prints them
rows() {
    awk -v first="$1" -v words="$(sed -n 's/^ *SBMS_CAUSE_\([A-Z_]*\)[ ,].*/\L\1/p' "$ROOT/core/control.h" | paste -sd' ')" '
        BEGIN {
            split(words, word, " ")
            print "t_s,load,prealarm,charger,led_load,led_fault,cause"
        }
        # LED-4: while Load floats blue is lit one tick in 16 at most, which replay does not show
        function without_flash(pins) {
            if (substr(pins, 1, 1) == "0" && substr(pins, 4, 1) == "1" && tick % 16 == 15)
                return substr(pins, 1, 3) "0" substr(pins, 5)
            return pins
        }
        function set(place) { shown = substr(shown, 1, place - 1) substr(now, place, 1) substr(shown, place + 1) }
        $1 == "started" { printf "%.3f,0,0,0,0,0,start_up\n", first; shown = "00000"; next }
        $1 != "ran" { print "not an answer: " $0; exit }
        { # one row for each cause, the cause of Charger first, then of Load, then of Pre-alarm
            now = without_flash($3)
            causes[1] = $6; causes[2] = $4; causes[3] = $5
            for (part = 1; part <= 3; part++) {
                cause = causes[part]
                if (cause == 0)
                    continue
                for (other = part; other <= 3; other++)
                    if (causes[other] == cause) {
                        causes[other] = 0
                        if (other == 1) { set(3); set(5) }
                        if (other == 2) { set(1); set(4) }
                        if (other == 3) set(2)
                    }
                pins = shown
                gsub(/./, "&,", pins)
                printf "%.3f,%s%s\n", first + tick / 8, pins, word[cause + 1]
            }
            if (shown != now) print "an edge without a cause: " $0
            tick++
        }'
}

same_rows() { # STIMULUS
    smallbms replay "$1"
    mv out expected
    commands "$1" | "$device" | rows "$(sed -n '2s/,.*//p' "$1")" >out
    diff expected out >differences || fail "$1: native (<) and device (>): $(head -n 6 differences)"
    [[ $(wc -l <out) -ge ${2:-2} ]] || fail "$1: nothing happens"
}
for stimulus in "$ROOT"/scenarios/*.csv "$ROOT"/tests/corpus/stimulus/signals.csv; do
    ! grep --quiet cell1_mv "$stimulus" && same_rows "$stimulus"
done

# signals, supply and remote terminals at random, on both sides of every threshold
random() { # SEED
    awk -v seed="$1" '
        function pick(a, b) { return rand() < 0.85 ? a : b }
        BEGIN {
            srand(seed)
            split("7498 7500 7998 8000 12800 70000", supply)
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
runs=20
[[ ${SMALLBMS_VARIANT:-release} == release ]] || runs=3
for ((number = seed; number < seed + runs; number++)); do
    random "$number" >"random-$number.csv"
    same_rows "random-$number.csv" 9
    ((failed == 0)) || break
done
((failed == 0)) || echo "again: SEED=$number SMALLBMS=$SMALLBMS ROOT=$ROOT bash tests/test_device_host.sh" >&2

# ---- the protocol -----------------------------------------------------------------------------------------------------

# answers EXPECTED LINE...: the last line's reply
answers() {
    local expected=$1 got
    shift
    got=$(printf '%s\n' "$@" | "$device" | tail -n 1)
    [[ $got == "$expected" ]] || fail "'$*': $got, not $expected"
}
up='run 8 12800 0 0 111'
answers 'started 0' start
answers 'ran 8 10110 1 0 1 0' start "$up"
answers 'ran 244 00100 7 7 0 0' start "$up" 'run 9 12800 0 0 100' 'run 900 12800 0 0 100'
answers 'ran 5 10110 0 0 0 0' start 'set 12800 0 0 111' "$up" 'run 5 12800 0 0 111'
answers 'ran 1 00001 14 0 14 3' start "$up" 'fault crystal 1' "$up"
answers 'ran 2 11011 0 20 20 4' start "$up" 'fault reference 900' "$up"
answers 'ran 4 00101 18 0 18 5' start "$up" 'fault output load low' "$up"
answers 'ran 8 10110 0 0 0 0' start "$up" 'fault output load low' 'fault output load none' "$up"
answers 'restarts 2' start "$up" 'fault register 1' "$up" 'fault piece 7' "$up" restarts
answers 'ran 1 00001 0 0 14 6' 'fault start 6' start "$up"
answers 'ran 2 11011 0 11 11 0' start "$up" 'fault loop atc high' "$up"
for line in jump '' start\ 1 'run 1' 'run 0 12800 0 0 111' 'run 1x 12800 0 0 111' 'run 1 12800 0 0 11' 'run 1 12800 0 0 112' \
    'run 1 12800 0 0 111 1' 'set 1 2 3' 'reset power' 'fault crystal 2' 'fault load low' 'fault output load' 'fault loops none x' \
    'eeprom load none' 'eeprom save no-such-folder/x' 'eeprom copy x' 'poke eeprom 1024 0' 'poke eeprom 0 256' 'uart no-such-folder/x'; do
    got=$(printf 'start\n%s\n' "$line" | "$device" | tail -n 1)
    [[ $got == error\ * ]] || fail "'$line' is answered: $got"
done
answers 'error power is off: start' "$up"
# a line that is too long, or no text, is one error, and no part of it is obeyed
long=$(printf 'a%.0s' {1..511})
for line in "${long}start" "$long$long$long" 'start\0x'; do
    got=$(printf "$line\n" | "$device")
    [[ $got == 'error a line is text of at most 510 characters' ]] || fail "a line of ${#line} characters is answered: $got"
done

# ---- the record and the telemetry, as others read them ------------------------------------------------------------------

printf '%s\n' start "$up" 'run 9 12800 0 0 000' 'run 900 12800 0 0 000' 'eeprom save story' 'eeprom load story' | "$device" >out
[[ $(tail -n 1 out) == ok ]] || fail "eeprom: $(tail -n 1 out)"
smallbms log story
says out 'boot 1: power-on'
says out 'Load floats: battery cable open: all three signals lost together; pre-alarm for 30.5 s'
printf '%s\n' 'uart bytes' start "$up" | "$device" >out
[[ $(tr -d '\r' <bytes | sed -n 's/^V\t//p') == 12800 ]] || fail "telemetry: $(cat bytes)"

((failed == 0)) && echo 'test_device_host: all as it should be'
exit $failed
