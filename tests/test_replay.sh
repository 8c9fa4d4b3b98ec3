#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# `smallbms replay` and the command around it, as another program sees them:  SMALLBMS=... ROOT=... tests/test_replay.sh
set -euo pipefail
source "$(dirname "$0")/command.bash"
header=t_s,load,prealarm,charger,led_load,led_fault,cause

# rows NAME STIMULUS EXPECTED [OPTION...]: the rows after the header and the first one, which must be right.
rows() {
    local name=$1 stimulus=$2 expected=$3
    shift 3
    printf '%b' "$stimulus" >in.csv
    smallbms replay "$@" in.csv
    { [[ $status == 0 && ! -s err ]] && [[ $(head -n 1 out) == "$header" ]]; } ||
        fail "$name: exit $status: $(cat err)"
    local first
    first=$(sed -n 2p out)
    [[ ${first#*,} == 0,0,0,0,0,start_up ]] || fail "$name: first row $first"
    if ! diff <(printf '%b' "$expected") <(tail -n +3 out) >differences; then
        fail "$name: expected (<), got (>):"
        cat differences in.csv >&2
    fi
}

# refused NAME STIMULUS LINE:COLUMN WORD [OPTION...]: one line that says where and what, and no data.
refused() {
    local name=$1 stimulus=$2 place=$3 word=$4
    shift 4
    printf '%b' "$stimulus" >in.csv
    smallbms replay "$@" in.csv
    [[ $status == 2 ]] || fail "$name: exit $status, not 2"
    [[ ! -s out ]] || fail "$name: printed data: $(head -n 3 out)"
    [[ $(wc -l <err) == 1 && $(<err) == "in.csv:$place: "*"$word"* ]] ||
        fail "$name: expected one line in.csv:$place: ...$word..., got: $(cat err)"
}

# usage CODE STREAM WORD ARGUMENT...: WORD stands in `out` or `err`; the other is empty.
usage() {
    local code=$1 stream=$2 word=$3 other=out
    shift 3
    [[ $stream == out ]] && other=err
    smallbms "$@"
    [[ $status == "$code" ]] || fail "smallbms $*: exit $status, not $code"
    grep --quiet --fixed-strings -- "$word" $stream || fail "smallbms $*: no '$word' in: $(cat $stream)"
    [[ ! -s $other ]] || fail "smallbms $*: std$other is not empty: $(head -n 3 $other)"
}

# usage_error WORD ARGUMENT...: as usage 2 err, and in one line.
usage_error() {
    usage 2 err "$@"
    [[ $(wc -l <err) == 1 ]] || fail "smallbms ${*:2}: more than one line: $(cat err)"
}

on=0.875,1,0,1,1,0,start_up # what a healthy system that is on does first, SAFE-1

# ---- the rows: times, causes, what absent columns take --------------------------------------------------

rows 'LOAD-3: 30 s of pre-alarm' 't_s,remote_l_mv,atd\n0,0,1\n5,0,0\n60,0,0\n' \
    "$on\n5.125,1,1,1,1,0,atd_lost\n35.250,0,0,1,0,0,atd_lost\n"
rows 'REM-2: absent remote columns are open, and open is off' 't_s,atc\n0,1\n60,0\n90,1\n' ''
rows 'L alone' 't_s,remote_l_mv\n0,3499\n2,3499\n' "$on\n"
rows 'L alone, one more' 't_s,remote_l_mv\n0,3500\n2,3500\n' ''
rows 'H alone' 't_s,remote_h_mv\n0,2901\n2,2901\n' "$on\n"
rows 'H alone, one less' 't_s,remote_h_mv\n0,2900\n2,2900\n' ''
rows 'LOAD-4: off at once' 't_s,remote_l_mv\n0,0\n10,5000\n20,5000\n' "$on\n10.125,0,0,0,0,0,remote_off\n"
rows 'SUP-3: absent vbat is enough, 7499 is not' 't_s,remote_l_mv,vbat_mv\n0,0,12800\n10,0,7499\n20,0,8000\n30,0,8000\n' \
    "$on\n10.125,0,0,0,0,0,supply_low\n20.875,1,0,1,1,0,start_up\n"
rows 'SAFE-3: chain open is one cause' 't_s,remote_h_mv,atc,atd,no_prealarm\n0,9000,1,1,1\n10,9000,0,0,0\n90,9000,0,0,0\n' \
    "$on\n10.125,1,1,0,1,1,chain_open\n40.250,0,0,0,0,1,chain_open\n"
rows 'SAFE-7: two causes at one tick are two rows' 't_s,remote_l_mv,atc,atd\n0,0,1,1\n10,0,0,0\n20,0,0,0\n' \
    "$on\n10.125,1,0,0,1,1,atc_lost\n10.125,1,1,0,1,1,atd_lost\n"
rows 'SAFE-7: the Charger row comes before that of a Load cut' \
    't_s,remote_l_mv,atc,atd\n0,0,1,1\n10,0,1,0\n40.125,0,0,0\n41,0,0,0\n' \
    "$on\n10.125,1,1,1,1,0,atd_lost\n40.250,1,1,0,1,1,atc_lost\n40.250,0,0,0,0,1,atd_lost\n"
rows 'SAFE-7: Load and Pre-alarm with a cause each' 't_s,remote_l_mv,no_prealarm\n0,5000,0\n10,0,0\n20,0,0\n' \
    '10.125,1,0,1,1,0,remote_on\n10.125,1,1,1,1,0,no_prealarm_lost\n'
rows 'ATC and pre-alarm, there and back' \
    't_s,remote_l_mv,atc,no_prealarm\n0,0,1,1\n10,0,0,1\n20,0,1,1\n30,0,1,0\n40,0,1,1\n50,0,1,1\n' \
    "$on\n10.125,1,0,0,1,1,atc_lost\n20.875,1,0,1,1,0,atc_returned\n30.125,1,1,1,1,0,no_prealarm_lost\n40.875,1,0,1,1,0,no_prealarm_returned\n"
rows 'SAFE-2: one tick is nothing' 't_s,remote_l_mv,atd\n0,0,1\n10,0,0\n10.125,0,1\n20,0,1\n' "$on\n"
rows 'columns in any order, CRLF, no last line end' 'atd,t_s,remote_l_mv\r\n1,0,0\r\n0,5,0\r\n0,6,0' \
    "$on\n5.125,1,1,1,1,0,atd_lost\n"
rows 'byte order mark' '\xEF\xBB\xBFt_s,remote_l_mv\n0,0\n1,0\n' "$on\n"

# ---- time: t0, the grid, the end ------------------------------------------------------------------------

rows 'one row is one sample' 't_s,remote_l_mv\n7,0\n' ''
[[ $(sed -n 2p out) == 7.000,0,0,0,0,0,start_up ]] || fail "the start is at the first row: $(sed -n 2p out)"
rows 'the last row ends the run: its own time is sampled' 't_s,remote_l_mv\n0,0\n0.875,0\n' "$on\n"
rows 'and nothing later' 't_s,remote_l_mv\n0,0\n0.874999999,0\n' ''
rows 'ticks count from the first row' 't_s,remote_l_mv,atd\n100.05,0,1\n105.05,0,0\n106,0,0\n' \
    '100.925,1,0,1,1,0,start_up\n105.175,1,1,1,1,0,atd_lost\n'
rows 'a row just after a tick waits for the next' 't_s,remote_l_mv,atd\n0,0,1\n5.000000001,0,0\n6,0,0\n' \
    "$on\n5.250,1,1,1,1,0,atd_lost\n"
rows 'a row just before a tick does not' 't_s,remote_l_mv,atd\n0,0,1\n4.999999999,0,0\n6,0,0\n' \
    "$on\n5.125,1,1,1,1,0,atd_lost\n"
rows 'of rows with one t_s the later counts' 't_s,remote_l_mv,atd\n0,5000,0\n0,0,1\n5,0,0\n5,0,1\n5.0,0,1\n9,0,1\n' "$on\n"
rows 'rows between two ticks are not seen' 't_s,remote_l_mv,atd\n0,0,1\n5.01,0,0\n5.12,0,1\n9,0,1\n' "$on\n"

seconds=$SECONDS
rows 'a gap of 285 years' 't_s,remote_l_mv,atd\n0,0,1\n10,0,0\n8999999990,0,1\n9000000000,0,1\n' \
    "$on\n10.125,1,1,1,1,0,atd_lost\n40.250,0,0,1,0,0,atd_lost\n8999999990.875,1,0,1,1,0,atd_returned\n"
rows 'a gap of 30 years between cells' 't_s,remote_l_mv,cell1_mv\n0,0,3300\n1000000000,0,2799\n1000000060,0,3200\n1000000062,0,3200\n' \
    "$on\n1000000000.125,1,1,1,1,0,atd_lost\n1000000030.250,0,0,1,0,0,atd_lost\n1000000060.875,1,0,1,1,0,atd_returned\n"
((SECONDS - seconds <= 5)) || fail "gaps are not passed at once: $((SECONDS - seconds)) s"

# ---- measured cells and temperatures ----------------------------------------------------------------------

# cells NAME CELL TEMP SIGNAL [OPTION...]: what a second cell and a temperature, measured for 40 s, do to a healthy system.
cells() {
    local name=$1 cell=$2 temp=$3 signal=$4 expected=$on
    shift 4
    case $signal in
    none) ;;
    atd) expected+='\n10.125,1,1,1,1,0,atd_lost\n40.250,0,0,1,0,0,atd_lost' ;;
    no_prealarm) expected+='\n10.125,1,1,1,1,0,no_prealarm_lost' ;;
    atc) expected+='\n10.125,1,0,0,1,1,atc_lost' ;;
    all) expected+='\n10.125,1,1,0,1,1,chain_open\n40.250,0,0,0,0,1,chain_open' ;;
    esac
    rows "$name" "t_s,remote_l_mv,cell1_mv,cell2_mv,temp1_dc\n0,0,3300,3300,250\n10,0,3300,$cell,$temp\n50,0,3300,$cell,$temp\n" \
        "$expected\n" "$@"
}
cells 'BAT-1: at 2800 nothing more than the pre-alarm' 2800 250 no_prealarm
cells 'BAT-1: at 2799 ATD' 2799 250 atd
cells 'BAT-1: the setting' 2600 250 no_prealarm --under-voltage-mv 2600
cells 'BAT-1: the setting, below' 2599 250 atd --under-voltage-mv=2600
cells 'BAT-2: at 3100 nothing' 3100 250 none
cells 'BAT-2: at 3099 the pre-alarm' 3099 250 no_prealarm
cells 'BAT-2: the setting' 3150 250 none --pre-alarm-mv 3150
cells 'BAT-2: the setting, below' 3149 250 no_prealarm --pre-alarm-mv 3150
cells 'BAT-2: the lowest setting' 2850 250 none --pre-alarm-mv 2850
cells 'BAT-4: at 3750 nothing' 3750 250 none
cells 'BAT-4: at 3751 ATC' 3751 250 atc
cells 'BAT-5: at 50.0 nothing' 3300 500 none
cells 'BAT-5: at 50.1 ATC' 3300 501 atc
cells 'BAT-5: at 5.0 nothing' 3300 50 none
cells 'BAT-5: at 4.9 ATC' 3300 49 atc
cells 'BAT-5: -10.0 is not +10.0' 3300 -100 atc
cells 'BAT-5: the setting' 3300 -200 none --low-temp-dc -200
cells 'BAT-5: the setting, below' 3300 -201 atc --low-temp-dc -200
cells 'BAT-6: a cell is missing' '' 250 all
cells 'BAT-6: a temperature is missing' 3300 '' all
cells 'BAT-6: a dead sensor' 0 250 all
cells 'BAT-6: a broken one' 5001 250 all

rows 'BAT-3: back at 3200, not at 3199' \
    't_s,remote_l_mv,cell1_mv\n0,0,3300\n10,0,2799\n20,0,3199\n25,0,3200\n30,0,3200\n' \
    "$on\n10.125,1,1,1,1,0,atd_lost\n25.875,1,0,1,1,0,atd_returned\n"
rows 'BAT-9: cells are sampled once a second' \
    't_s,remote_l_mv,cell1_mv\n0,0,3300\n10.125,0,3000\n10.875,0,3300\n20.125,0,3000\n25,0,3000\n' \
    "$on\n21.125,1,1,1,1,0,no_prealarm_lost\n"
rows 'temperatures without cells' 't_s,remote_l_mv,temp1_dc,temp2_dc\n0,0,250,250\n10,0,250,49\n20,0,250,69\n30,0,250,70\n40,0,250,70\n' \
    "$on\n10.125,1,0,0,1,1,atc_lost\n30.875,1,0,1,1,0,atc_returned\n"
{
    printf 't_s,remote_l_mv'
    printf ',cell%d_mv' {1..160}
    printf '\n0,0'
    printf ',3300%.0s' {1..160}
    printf '\n10,0'
    printf ',3300%.0s' {1..159}
    printf ',2799\n11,0'
    printf ',3300%.0s' {1..159}
    printf ',2799\n'
} >many.csv
rows 'the last of 160 cells counts' "$(<many.csv)" "$on\n10.125,1,1,1,1,0,atd_lost\n"

# ---- silence skipped equals silence stepped: every row again at every tick, against the row alone -----------

# random SEED COLUMNS...: rows at random ticks; with dense=1 each is repeated at every tick that it holds.
random() {
    awk -v seed="$1" -v dense="$2" -v kind="$3" '
        function row(tick) { printf "%.3f,%s\n", tick / 8, values }
        function pick(a, b) { return rand() < 0.85 ? a : b }
        BEGIN {
            srand(seed)
            print kind == "cells" ? "t_s,remote_l_mv,vbat_mv,cell1_mv,cell2_mv,temp1_dc" : "t_s,remote_l_mv,vbat_mv,atc,atd,no_prealarm"
            for (n = 0; n < 60; n++) {
                values = pick(0, 5000) "," (rand() < 0.95 ? 12800 : 7000)
                if (kind == "cells")
                    values = values "," int(pick(3150 + rand() * 100, 2700 + rand() * 1100)) "," pick(3250, rand() < 0.5 ? "" : 3080) "," pick(250, int(20 + rand() * 60))
                else
                    values = values "," pick(1, 0) "," (rand() < 0.6) "," (rand() < 0.6)
                row(tick)
                next_tick = tick + 1 + int(rand() < 0.3 ? rand() * 400 : rand() * 12)
                while (++tick < next_tick)
                    if (dense)
                        row(tick)
            }
            row(tick)
        }'
}
for kind in signals cells; do
    for seed in {1..20}; do
        random "$seed" 0 $kind >sparse.csv
        random "$seed" 1 $kind >dense.csv
        smallbms replay sparse.csv
        [[ $status == 0 ]] || fail "random $kind, seed $seed: $(cat err)"
        mv out expected
        smallbms replay dense.csv
        [[ $(wc -l <expected) -gt 5 ]] || fail "random $kind, seed $seed: nothing happens"
        cmp --silent expected out || fail "random $kind, seed $seed: skipping differs from stepping: $(diff expected out | head -n 4)"
    done
done

# ---- bad input: one line with the place, exit 2, no data -------------------------------------------------

refused 'nothing' '' 1:1 header
refused 'a header alone' 't_s,atc\n' 2:1 'no row'
refused 'no t_s' 'atc,atd\n1,1\n' 1:1 't_s is missing'
refused 'no header' '0,1,1\n1,1,1\n' 1:1 'unknown column'
refused 'a misspelt column' 't_s,no_pre_alarm\n0,1\n' 1:5 'did you mean no_prealarm?'
refused 'a column twice' 't_s,atc,atd,atc\n0,1,1,1\n' 1:13 twice
refused 'a gap in the cells' 't_s,cell1_mv,cell3_mv\n0,3300,3300\n' 1:14 'cell3_mv without cell2_mv'
refused 'cells with signals' 't_s,cell1_mv,atc\n0,3300,1\n' 1:14 together
refused 'temperatures with signals' 't_s,atd,temp1_dc\n0,1,250\n' 1:9 together
refused 'a short row' 't_s,atc,atd\n0,1,1\n1,1\n' 3:4 short
refused 'a long row' 't_s,atc,atd\n0,1,1\n1,1,1,1\n' 3:7 long
refused 'a blank line' 't_s,atc\n0,1\n\n1,1\n' 3:1 short
refused 'a blank line at the end' 't_s,atc\n0,1\n\n' 3:1 short
refused 'an empty field' 't_s,atc,vbat_mv\n0,1,\n' 2:5 vbat_mv
refused 'an empty time' 't_s,cell1_mv\n,3300\n' 2:1 t_s
refused 'a signal of 2' 't_s,atc\n0,2\n' 2:3 'must be 0 or 1'
refused 'no number' 't_s,vbat_mv\n0,abc\n' 2:3 'whole number'
refused 'a fraction of a millivolt' 't_s,vbat_mv\n0,12800.5\n' 2:3 'whole number'
refused 'a space' 't_s,vbat_mv\n0, 12800\n' 2:3 'whole number'
refused 'a number that does not fit' 't_s,cell1_mv\n0,32768\n' 2:3 '-32767 to 32767'
refused 'a missing reading by its code' 't_s,cell1_mv\n0,-32768\n' 2:3 '-32767 to 32767'
refused 'a number beyond 64 bits' 't_s,vbat_mv\n0,18446744073709564416\n' 2:3 '0 to 100000'
refused 'time that goes back' 't_s,atc\n0,1\n2,1\n1.999,1\n' 4:1 'goes back'
refused 'time with a sign' 't_s,atc\n-1,1\n' 2:1 'not a time'
refused 'time with an exponent' 't_s,atc\n0,1\n1e3,1\n' 3:1 'not a time'
refused 'time beyond all' 't_s,atc\n0,1\n9000000001,1\n' 3:1 '0 to 9000000000'
refused 'a zero byte' 't_s,atc\n0,\0\n' 2:3 'must be 0 or 1'
refused 'an escape sequence' 't_s,atc\n0,\033[2J\n' 2:3 '"?[2J"'
refused 'a fault in the last of many rows' "t_s,atc\n$(seq -f '%.0f,1\n' 0 5000 | tr -d '\n')5000,x\n" 5003:6 'must be 0 or 1'
head -c 300000 /dev/zero | tr '\0' 7 >long.txt
refused 'a line of 300 kB' "t_s,atc\n0,$(<long.txt)\n" 2:3 '777...'

usage_error 'Is a directory' replay .
usage_error 'No such file' replay nothing.csv
usage_error 'STIMULUS.csv is missing' replay
usage_error 'too many' replay a.csv b.csv
printf 't_s,remote_l_mv\n0,0\n1,0\n' >good.csv
if [[ $(id -u) != 0 ]]; then
    cp good.csv secret.csv
    chmod 000 secret.csv
    usage_error 'Permission denied' replay secret.csv
fi

# ---- options ---------------------------------------------------------------------------------------------

# BAT-7: a setting outside its range is refused with the range, at both ends, and nothing is clamped
printf 't_s,cell1_mv,temp1_dc\n0,3300,250\n' >cells.csv
for setting in under-voltage-mv:2600:2800 pre-alarm-mv:2850:3150 low-temp-dc:-200:200; do
    IFS=: read -r name low high <<<"$setting"
    for value in $((low - 1)) $((high + 1)) '' x 1e3 2700.0 ' 2700' 99999999999999999999; do
        usage_error "$low to $high" replay --"$name" "$value" cells.csv
    done
    usage 0 out start_up replay --"$name" "$low" cells.csv
    usage 0 out start_up replay --"$name=$high" cells.csv
    usage_error 'needs a value' replay cells.csv --"$name"
    printf 't_s,atc\n0,1\n' >in.csv
    refused "--$name with signals" 't_s,atc\n0,1\n' 1:1 "--$name" --"$name" "$low"
done
usage 0 out "$on" replay good.csv --device native
usage 0 out "$on" replay --device=native -- good.csv
cp good.csv ./--help
usage 0 out "$on" replay -- --help
usage_error '--image needs --device avr' replay --image x.elf good.csv
usage_error '--eeprom needs --device avr' replay --device native --eeprom x good.csv
usage_error 'overwrite the stimulus' replay --device avr --eeprom good.csv good.csv
usage_error 'must name a file' replay --device avr --eeprom - good.csv
usage_error 'did you mean native?' replay --device nativ good.csv
usage_error 'native or avr' replay --device pigeon good.csv
usage_error 'did you mean --under-voltage-mv?' replay --under-voltage 2700 cells.csv
usage_error 'did you mean --device?' replay --devcie=native good.csv
usage_error 'unknown option --pigeon' replay --pigeon good.csv
usage_error 'unknown option -x' replay -x good.csv

smallbms replay - <good.csv
[[ $status == 0 && $(tail -n 1 out) == "$on" ]] || fail "- does not read standard input: $(cat out err)"
smallbms replay - < <(printf 't_s\nx\n')
[[ $status == 2 && $(<err) == '<stdin>:2:1: '* ]] || fail "a fault in standard input: $(cat err)"
smallbms replay - <&-
[[ $status == 2 && ! -s out ]] || fail "closed standard input: exit $status"

# a result that does not arrive is not claimed
for target in /dev/full closed; do
    status=0
    if [[ $target == closed ]]; then
        "$SMALLBMS" replay good.csv >&- 2>err || status=$?
    else
        "$SMALLBMS" replay good.csv >$target 2>err || status=$?
    fi
    [[ $status == 2 && $(<err) == *'standard output'* ]] || fail "stdout $target: exit $status: $(cat err)"
done
# a closed stdout is filled with what takes nothing, so that no file that is opened becomes it
mkfifo pipe
"$SMALLBMS" replay pipe >&- 2>err &
for _ in {1..100}; do
    stand_in=$(readlink /proc/$!/fd/1 || true)
    [[ $stand_in == /dev/null ]] && break
    sleep 0.05
done
[[ $stand_in == /dev/null ]] || fail "closed stdout became $stand_in"
cat good.csv >pipe
wait $! && fail 'closed stdout: claims success'
"$SMALLBMS" --version >/dev/full 2>err && fail '--version into a full device claims success'

# ---- the command around it -------------------------------------------------------------------------------

usage 0 out 'Usage: smallbms SUBCOMMAND' --help
usage 0 out 'Usage: smallbms SUBCOMMAND' help
usage 2 err 'Usage: smallbms SUBCOMMAND'
for subcommand in run replay log settings; do
    usage 0 out "Usage: smallbms $subcommand" $subcommand --help
    grep --quiet "^  smallbms $subcommand " out || fail "smallbms $subcommand --help gives no example"
    usage 0 out "Usage: smallbms $subcommand" help $subcommand
done
usage 0 out 'smallbms ' --version
[[ $(<out) =~ ^smallbms\ [0-9]+\.[0-9]+\.[0-9]+$ ]] || fail "--version: $(<out)"
usage_error 'did you mean replay?' repaly
usage_error 'did you mean run?' rnu scenario.yaml
usage_error 'did you mean --version?' --verison
usage_error 'did you mean replay?' help repla
usage_error 'unknown subcommand pigeon' pigeon
usage_error 'unknown subcommand' ''

# the examples of the help do what they say
smallbms replay --help
sed -n "s/^  \(printf .*\)| smallbms/\1| \"\$SMALLBMS\"/p" out >example.sh
[[ -s example.sh ]] || fail 'replay --help has no example with printf'
[[ $(SMALLBMS=$SMALLBMS bash example.sh | tail -n 1) == 35.250,0,0,1,0,0,atd_lost ]] || fail "the example fails: $(<example.sh)"

# every file of the fuzzer's corpus is taken, or refused where its name says so
for file in "$ROOT"/tests/corpus/stimulus/*.csv; do
    smallbms replay "$file"
    expected=0
    [[ $file == */refused_* ]] && expected=2
    [[ $status == "$expected" ]] || fail "$file: exit $status, not $expected: $(cat err)"
done

((failed == 0)) && echo 'test_replay: all as it should be'
exit $failed
