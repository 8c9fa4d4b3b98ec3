#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# `smallbms replay` and the command around it, as another program sees them:  SMALLBMS=... ROOT=... tests/test_replay.sh
set -euo pipefail
source "$(dirname "$0")/command.bash"
header=t_s,load,prealarm,charger,led_load,led_fault,cause

# given STIMULUS: it is in in.csv
given() {
    printf '%b' "$1" >in.csv
}

# table: what replay told; its first line in $first, which is the header, the rest in $told, all with their line ends
table() {
    IFS= read -r -d '' told <out || true
    first=${told%%$'\n'*}
    told=${told#*$'\n'}
}

# rows NAME STIMULUS EXPECTED [OPTION...]: the rows after the header and the first one, which must be right.
rows() {
    local name=$1 stimulus=$2 expected first told
    printf -v expected '%b' "$3"
    shift 3
    given "$stimulus"
    smallbms replay "$@" in.csv
    table
    [[ $status == 0 && ! -s err && $first == "$header" ]] || fail "$name: exit $status: $(cat err)"
    first=${told%%$'\n'*}
    [[ ${first#*,} == 0,0,0,0,0,start_up ]] || fail "$name: first row $first"
    if [[ ${told#*$'\n'} != "$expected" ]]; then
        fail "$name: expected (<), got (>):"
        diff <(printf '%s' "$expected") <(tail -n +3 out) >&2 || true
        cat in.csv >&2
    fi
}

# states NAME STIMULUS EXPECTED [OPTION...]: what load, prealarm and charger go through, without the times: "000 101 111". What
# is said on standard error stays in err.
states() {
    local name=$1 stimulus=$2 expected=$3 found='' last='' first told load prealarm charger others
    shift 3
    given "$stimulus"
    smallbms replay "$@" in.csv
    table
    [[ $status == 0 && $first == "$header" ]] || fail "$name: exit $status: $(cat err)"
    while IFS=, read -r _ load prealarm charger others; do
        [[ $load$prealarm$charger == "$last" ]] || found+="$load$prealarm$charger "
        last=$load$prealarm$charger
    done <<<"${told%$'\n'}"
    [[ $found == "$expected " ]] || fail "$name: $found, not $expected: $(cat out)"
}

# warns NAME STIMULUS LINE:COLUMN WORD [OPTION...]: one line on standard error that says where and what; the run is done all the same.
warns() {
    local name=$1 stimulus=$2 place=$3 word=$4 first told
    shift 4
    given "$stimulus"
    smallbms replay "$@" in.csv
    table
    [[ $status == 0 && $first == "$header" ]] || fail "$name: exit $status: $(cat err)"
    one_line err && [[ $(<err) == "in.csv:$place: warning: "*"$word"* ]] ||
        fail "$name: expected one line in.csv:$place: warning: ...$word..., got: $(cat err)"
}

# silent NAME STIMULUS [OPTION...]: nothing on standard error.
silent() {
    local name=$1
    given "$2"
    shift 2
    smallbms replay "$@" in.csv
    [[ $status == 0 && ! -s err ]] || fail "$name: exit $status: $(cat err)"
}

# log FROM TO FIELDS: a row a second.
log() {
    seq -f "%.0f,$3" "$1" "$2"
}

# refused NAME STIMULUS LINE:COLUMN WORD [OPTION...]: one line that says where and what, and no data.
refused() {
    local name=$1 stimulus=$2 place=$3 word=$4
    shift 4
    given "$stimulus"
    smallbms replay "$@" in.csv
    [[ $status == 2 ]] || fail "$name: exit $status, not 2"
    [[ ! -s out ]] || fail "$name: printed data: $(head -n 3 out)"
    one_line err && [[ $(<err) == "in.csv:$place: "*"$word"* ]] ||
        fail "$name: expected one line in.csv:$place: ...$word..., got: $(cat err)"
}

# usage CODE STREAM WORD ARGUMENT...: WORD stands in `out` or `err`; the other is empty.
usage() {
    local code=$1 stream=$2 word=$3 other=out
    shift 3
    [[ $stream == out ]] && other=err
    smallbms "$@"
    [[ $status == "$code" ]] || fail "smallbms $*: exit $status, not $code"
    holds $stream "$word" || fail "smallbms $*: no '$word' in: $(cat $stream)"
    [[ ! -s $other ]] || fail "smallbms $*: std$other is not empty: $(head -n 3 $other)"
}

# usage_error WORD ARGUMENT...: as usage 2 err, and in one line.
usage_error() {
    usage 2 err "$@"
    one_line err || fail "smallbms ${*:2}: more than one line: $(cat err)"
}

on=0.875,1,0,1,1,0,start_up    # what a healthy system that is on does first, SAFE-1
off=0.875,0,0,0,0,0,remote_off # and what one that is off says

# ---- the rows: times, causes, what absent columns take --------------------------------------------------

rows 'LOAD-3: 30 s of pre-alarm' 't_s,remote_l_mv,atd\n0,0,1\n5,0,0\n60,0,0\n' \
    "$on\n5.125,1,1,1,1,0,atd_lost\n35.625,0,0,1,0,0,atd_lost\n"
states 'REM-2: absent remote columns are open, and open is off' 't_s,atc\n0,1\n60,0\n90,1\n' '000'
rows 'L alone' 't_s,remote_l_mv\n0,3499\n2,3499\n' "$on\n"
rows 'L alone, one more' 't_s,remote_l_mv\n0,3500\n2,3500\n' "$off\n"
rows 'H alone' 't_s,remote_h_mv\n0,2901\n2,2901\n' "$on\n"
rows 'H alone, one less' 't_s,remote_h_mv\n0,2900\n2,2900\n' "$off\n"
rows 'LOAD-4: off at once' 't_s,remote_l_mv\n0,0\n10,5000\n20,5000\n' "$on\n10.125,0,0,0,0,0,remote_off\n"
rows 'SUP-3: absent vbat is enough, 7499 is not' 't_s,remote_l_mv,vbat_mv\n0,0,12800\n10,0,7499\n20,0,8000\n30,0,8000\n' \
    "$on\n10.125,0,0,0,0,0,supply_low\n20.875,1,0,1,1,0,start_up\n"
rows 'SAFE-3: chain open is one cause' 't_s,remote_h_mv,atc,atd,no_prealarm\n0,9000,1,1,1\n10,9000,0,0,0\n90,9000,0,0,0\n' \
    "$on\n10.125,1,1,0,1,1,chain_open\n40.625,0,0,0,0,1,chain_open\n"
rows 'SAFE-7: two causes at one tick are two rows' 't_s,remote_l_mv,atc,atd\n0,0,1,1\n10,0,0,0\n20,0,0,0\n' \
    "$on\n10.125,1,0,0,1,1,atc_lost\n10.125,1,1,0,1,1,atd_lost\n"
rows 'SAFE-7: the Charger row comes before that of a Load cut' \
    't_s,remote_l_mv,atc,atd\n0,0,1,1\n10,0,1,0\n40.5,0,0,0\n41,0,0,0\n' \
    "$on\n10.125,1,1,1,1,0,atd_lost\n40.625,1,1,0,1,1,atc_lost\n40.625,0,0,0,0,1,atd_lost\n"
rows 'SAFE-7: Load and Pre-alarm with a cause each' 't_s,remote_l_mv,no_prealarm\n0,5000,0\n10,0,0\n20,0,0\n' \
    "$off\n10.125,1,0,1,1,0,remote_on\n10.125,1,1,1,1,0,no_prealarm_lost\n"
rows 'ATC and pre-alarm, there and back' \
    't_s,remote_l_mv,atc,no_prealarm\n0,0,1,1\n10,0,0,1\n20,0,1,1\n30,0,1,0\n40,0,1,1\n60,0,1,1\n' \
    "$on\n10.125,1,0,0,1,1,atc_lost\n20.875,1,0,1,1,0,atc_returned\n30.125,1,1,1,1,0,no_prealarm_lost\n50.875,1,0,1,1,0,no_prealarm_returned\n"
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
    "$on\n10.125,1,1,1,1,0,atd_lost\n40.625,0,0,1,0,0,atd_lost\n8999999990.875,1,0,1,1,0,atd_returned\n"
states 'a gap of 30 years between cells' \
    't_s,cell1_mv\n0,3300\n1000000000,2799\n1000000060,2799\n1000000600,3200\n1000001000,3200\n' '000 101 111 001 101'
((SECONDS - seconds <= 5)) || fail "gaps are not passed at once: $((SECONDS - seconds)) s"

# ---- measured cells and temperatures ----------------------------------------------------------------------

# cells NAME CELL TEMP SIGNAL [OPTION...]: what a second cell and a temperature, measured for 20 s, do to a healthy system.
cells() {
    local name=$1 cell=$2 temp=$3 signal=$4 expected=$on
    shift 4
    case $signal in
    none) ;;
    atd) expected+='\n11.125,1,1,1,1,0,atd_lost' ;;
    no_prealarm) expected+='\n11.125,1,1,1,1,0,no_prealarm_lost' ;;
    atc) expected+='\n11.125,1,0,0,1,1,atc_lost' ;;
    temp_failed) expected+='\n12.125,1,0,0,1,1,atc_lost' ;;
    cell_failed) expected+='\n12.125,1,1,0,1,1,chain_open' ;;
    esac
    rows "$name" "t_s,remote_l_mv,cell1_mv,cell2_mv,temp1_dc\n0,0,3300,3300,250\n10,0,3300,$cell,$temp\n30,0,3300,$cell,$temp\n" \
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
cells 'BAT-6: a cell is missing' '' 250 cell_failed
cells 'BAT-6: a temperature is missing' 3300 '' temp_failed
cells 'BAT-6: a temperature that cannot be' 3300 -401 temp_failed
cells 'BAT-6: a dead sensor' 0 250 cell_failed
cells 'BAT-6: a broken one' 5001 250 cell_failed

h=t_s,cell1_mv,cell2_mv,cell3_mv,cell4_mv,temp1_dc
states 'BAT-3: back at 3200, and not at 3199' \
    "$h\n0,3300,3300,3300,3300,250\n10,2799,3300,3300,3300,250\n200,3199,3300,3300,3300,250\n900,3200,3300,3300,3300,250\n1500,3200,3300,3300,3300,250\n" \
    '000 101 111 001 101' --max-gap-s 1000
[[ $(sed -n '$p' out) == 90[1-9].* ]] || fail "BAT-3: not back at 3200: $(cat out)"
for wild in 0 2000 2799 3751 5001 ''; do
    states "BAT-9: one wild reading of '$wild' changes nothing, nor do two that are not there" \
        "$h\n$(log 0 20 3185,3185,3185,3185,250)\n21,3185,$wild,3185,3185,-450\n$(log 22 30 3185,3185,3185,3185,250)\n31,,3185,3185,3185,\n32,,3185,3185,3185,\n$(log 33 99 3185,3185,3185,3185,250)\n" \
        '000 101'
done
states 'BAT-6: the sensor is back, cells at 3.185 V' \
    "$h\n$(log 0 20 3185,3185,3185,3185,250)\n$(log 21 99 3185,,3185,3185,250)\n$(log 100 400 3185,3185,3185,3185,250)\n" \
    '000 101 110 000 001 101'
states 'BAT-6: a broken thermistor takes Charger alone' \
    "$h\n$(log 0 20 3330,3330,3330,3330,250)\n$(log 21 999 3330,3330,3330,3330,)\n" '000 101 100'
states 'BAT-3: a kettle of 4 min at 30 %' \
    "$h\n$(log 0 20 3280,3280,3280,3280,250)\n$(log 21 260 3080,3090,3090,3090,250)\n$(log 261 999 3180,3190,3190,3190,250)\n" \
    '000 101 111 101'
states 'BAT-9: empty before the first sample' "$h\n$(log 0 99 2700,2700,2700,2700,250)\n" '000 001'
states 'BAT-9: without a reading before the first sample' "$h\n$(log 0 99 ,,,,)\n" '000'
states 'BAT-9: too cold before the first sample' "$h\n$(log 0 99 3300,3300,3300,3300,0)\n" '000 100'
rows 'BAT-9: cells are sampled once a second' \
    't_s,remote_l_mv,cell1_mv\n0,0,3300\n10.125,0,3000\n10.875,0,3300\n20.125,0,3000\n25,0,3000\n' \
    "$on\n22.125,1,1,1,1,0,no_prealarm_lost\n"
states 'temperatures without cells' 't_s,temp1_dc,temp2_dc\n0,250,250\n10,250,49\n20,250,69\n300,250,70\n400,250,70\n' '000 101 100 101'
{
    printf 't_s,vbat_mv'
    printf ',cell%d_mv' {1..160}
    printf '\n0,12800'
    printf ',3300%.0s' {1..160}
    for t in 10 12; do
        printf '\n%d,12800' $t
        printf ',3300%.0s' {1..159}
        printf ',2799'
    done
} >many.csv
rows 'the last of 160 cells counts' "$(<many.csv)" "$on\n11.125,1,1,1,1,0,atd_lost\n"
rows 'and in 20 batteries' "$(<many.csv)" "$on\n11.125,1,1,1,1,0,atd_lost\n" --cells-per-battery 8

# ---- several batteries, the supply, the remote: what a log of cells takes by itself --------------------------------

# BAT-8, BAT-9: each second another battery is beyond a limit, so none of them is twice in a row
two=t_s,cell1_mv,cell2_mv,temp1_dc,temp2_dc
for beyond in 2700,3300,250,250/3300,2700,250,250 3800,3300,250,250/3300,3800,250,250 3300,3300,0,250/3300,3300,250,0 3300,3300,600,250/3300,3300,250,600; do
    turns=$(for t in {10..40..2}; do printf '%d,%s\\n%d,%s\\n' "$t" "${beyond%/*}" $((t + 1)) "${beyond#*/}"; done)
    states "BAT-8: $beyond in turn, as two batteries" "$two\n0,3300,3300,250,250\n$turns" '000 101' --cells-per-battery 1
    states "BAT-9: $beyond in turn, as one" "$two\n0,3300,3300,250,250\n$turns" \
        "000 101 $(case $beyond in 27*) echo 111 ;; *) echo 100 ;; esac)"
done
states 'one temperature is every battery'"'"'s' 't_s,cell1_mv,cell2_mv,temp1_dc\n0,3300,3300,250\n10,3300,3300,0\n12,3300,3300,0\n' \
    '000 101 100' --cells-per-battery 1
states 'BAT-8: any battery opens a signal for all' "$two\n0,3300,3300,250,250\n10,2700,3300,250,501\n12,2700,3300,250,501\n" \
    '000 101 110' --cells-per-battery 1

# the supply is the sum of the first battery's cells: 4 of 1800 mV are 7.2 V, which floats everything (SUP-3)
low=1800,1800,1800,1800
for cells in 3 4; do
    columns=$(printf ',cell%d_mv' $(seq "$cells"))
    printf '%b' "t_s$columns\n0$(printf ',3300%.0s' $(seq "$cells"))\n10$(printf ',1800%.0s' $(seq "$cells"))\n20$(printf ',1800%.0s' $(seq "$cells"))\n" >in.csv
    smallbms replay in.csv
    [[ $(grep --count supply_low out) == $((cells == 4)) ]] || fail "the supply of $cells cells: $(cat out)"
done
eight=t_s,$(printf 'cell%d_mv,' {1..8})
states 'the supply is that of the first battery' "${eight%,}\n0,3300,3300,3300,3300,$low\n20,3300,3300,3300,3300,$low\n" '000 001' --cells-per-battery 4
! grep --quiet supply_low out || fail "the supply of the first battery: $(cat out)"
states 'and not of the second' "${eight%,}\n0,$low,3300,3300,3300,3300\n20,$low,3300,3300,3300,3300\n" '000' --cells-per-battery 4
states 'vbat_mv goes before the cells' "t_s,vbat_mv,cell1_mv,cell2_mv,cell3_mv,cell4_mv\n0,12800,$low\n20,12800,$low\n" '000 001'
# BAT-6: failed readings leave the last good sum, which is 7.6 V here: above 7.5 V, and not what a start takes
states 'the last good sum stands' \
    "$h\n$(log 0 20 3300,3300,3300,3300,250)\n$(log 21 24 1900,1900,1900,1900,250)\n$(log 25 45 ,,,,250)\n" '000 101 111 110'
! grep --quiet supply_low out || fail "the last good sum: $(cat out)"
states 'and does not follow the cells that are left' \
    "$h\n$(log 0 20 3300,3300,3300,3300,250)\n$(log 21 23 ,3300,3300,3300,250)\n$(log 24 45 ,1300,1300,1300,250)\n" '000 101 110'
! grep --quiet supply_low out || fail "the last good sum of four cells: $(cat out)"
states 'a supply of 7.6 V does not start' "$h\n$(log 0 20 1900,1900,1900,1900,250)\n$(log 21 45 ,,,,250)\n" '000'

# without remote columns a log of cells is on; one of them, and it is what it says
states 'cells alone are on' 't_s,cell1_mv\n0,3300\n2,3300\n' '000 101'
states 'temperatures alone are on' 't_s,temp1_dc\n0,250\n2,250\n' '000 101'
states 'with a remote column the other is open' 't_s,cell1_mv,remote_l_mv\n0,3300,5000\n2,3300,5000\n' '000'
states 'and with H' 't_s,cell1_mv,remote_h_mv\n0,3300,0\n2,3300,0\n' '000'

# --max-gap-s: a reading that is older is missing, and three of these in a row have failed (BAT-6)
rows 'a reading of 20 s is good, an older one is not' \
    't_s,remote_l_mv,cell1_mv\n0,0,3300\n20,0,3300\n45,0,3300\n46,0,3300\n' "$on\n43.125,1,1,0,1,1,chain_open\n" --max-gap-s 20
states 'a log without gaps' "$h\n$(log 0 60 3300,3300,3300,3300,250)\n" '000 101' --max-gap-s 1
states 'a log with one row' 't_s,cell1_mv\n0.03,3300\n5.03,3300\n' '000 101 110' --max-gap-s 1
states 'the longest gap at the latest time' 't_s,cell1_mv\n8999999990,3300\n9000000000,3300\n' '000 101' --max-gap-s 1000000000
states 'signals are no readings' 't_s,remote_l_mv,atc\n0,0,1\n100,0,1\n' '000 101'

# ---- the device's settings ------------------------------------------------------------------------------------------

cut='t_s,remote_l_mv,atd\n0,0,1\n5,0,0\n100,0,1\n600,0,1\n'
states 'LOAD-6: no delay' "$cut" '000 101 111 001 101'
[[ $(tail -n 1 out) == 100.875,* ]] || fail "LOAD-6: no delay: $(cat out)"
states 'LOAD-6: a delay' "$cut" '000 101 111 001 101' --reconnect-delay-s 200
[[ $(tail -n 1 out) == 300.*,reconnect_delay ]] || fail "LOAD-6: a delay of 200 s: $(cat out)"
cuts='t_s,remote_l_mv,vbat_mv,atd\n0,0,12800,1\n5,0,12800,0\n100,0,12800,1\n1000,0,12800,0\n1100,0,12800,1\n2000,0,13400,1\n2100,0,13400,1\n'
states 'LOAD-6: no lock-out' "$cuts" '000 101 111 001 101 111 001 101'
[[ $(tail -n 1 out) == 1[0-9]* ]] || fail "LOAD-6: no lock-out: $(cat out)"
states 'LOAD-6: a lock-out' "$cuts" '000 101 111 001 101 111 001 101' --lockout-retries 1 --lockout-clear-mv 13400
[[ $(tail -n 1 out) == 20[23]*,lockout_cleared ]] || fail "LOAD-6: a lock-out: $(cat out)"

# ---- warnings: where the answer would mislead -------------------------------------------------------------------------

warns 'off for want of remote columns' 't_s,atc\n0,1\n60,0\n' 1:1 'off throughout'
silent 'a remote column' 't_s,remote_h_mv\n0,0\n60,0\n'
silent '10 min' 't_s,cell1_mv\n0,3300\n600,3300\n'
warns 'more than 10 min' 't_s,cell1_mv\n0,3300\n600.001,3300\n2000,3300\n2010,3300\n' 3:1 'gaps of more than 10 min: 2'
silent 'more than 10 min, which --max-gap-s knows' 't_s,cell1_mv\n0,3300\n601,3300\n' --max-gap-s 60
silent 'signals that hold for long' 't_s,remote_l_mv,atc\n0,0,1\n86400,0,0\n'
for alone in 2799 3099 3751 499 5001 ''; do
    warns "a cell at '$alone' in one row" "t_s,cell1_mv\n0,3300\n10,$alone\n12.001,3300\n20,3300\n" 3:1 'in this row alone a cell'
    silent "a cell at '$alone' in one row of 2 s" "t_s,cell1_mv\n0,3300\n10,$alone\n12,3300\n20,3300\n"
    silent "a cell at '$alone' in two rows" "t_s,cell1_mv\n0,3300\n10,$alone\n20,$alone\n30,3300\n"
    silent "a cell at '$alone' in one row, which --max-gap-s ends" "t_s,cell1_mv\n0,3300\n2,$alone\n5,3300\n" --max-gap-s 2
done
for alone in 49 501 1001 ''; do
    warns "a temperature at '$alone' in one row" "t_s,temp1_dc\n0,250\n10,$alone\n20,250\n30,$alone\n40,250\n" 3:1 'rows like it: 2'
done
warns 'in the first row' 't_s,cell1_mv\n0,2700\n10,3300\n20,3300\n' 2:1 '--under-voltage-mv (battery 1), and for 10 s'
silent 'in the last row' 't_s,cell1_mv\n0,3300\n10,2700\n'
warns 'in another battery' 't_s,cell1_mv,cell2_mv\n0,3300,2700\n10,3300,2700\n20,2700,2700\n30,3300,2700\n40,3300,2700\n' 4:1 '(battery 1)' --cells-per-battery 1
silent 'in another battery, all as one' 't_s,cell1_mv,cell2_mv\n0,3300,2700\n10,3300,2700\n20,2700,2700\n30,3300,2700\n40,3300,2700\n'
warns 'cells in another unit' 't_s,cell1_mv,cell2_mv\n0,331,0\n10,331,\n' 1:1 'no cell reads more than 331 mV'
silent 'a dead cell' 't_s,cell1_mv\n0,0\n10,0\n'
columns=$(printf ',cell%d_mv' {1..24})
warns 'a supply of 24 cells' "t_s$columns\n0$(printf ',3300%.0s' {1..24})\n1$(printf ',3300%.0s' {1..24})\n" 2:1 '79.20 V'
silent 'a supply of 24 cells in six batteries' "t_s$columns\n0$(printf ',3300%.0s' {1..24})\n1$(printf ',3300%.0s' {1..24})\n" --cells-per-battery 4

# ---- silence skipped equals silence stepped: every row again at every tick, against the row alone -----------

# random SEED COLUMNS...: rows at random ticks; with dense=1 each is repeated at every tick that it holds.
random() {
    awk -v seed="$1" -v dense="$2" -v kind="$3" '
        function row(tick) { printf "%.3f,%s\n", tick / 8, values }
        function pick(a, b) { return rand() < 0.85 ? a : b }
        BEGIN {
            srand(seed)
            if (kind == "batteries")
                print "t_s,cell1_mv,cell2_mv,cell3_mv,cell4_mv,cell5_mv,cell6_mv,cell7_mv,cell8_mv,temp1_dc,temp2_dc"
            else
                print kind == "cells" ? "t_s,remote_l_mv,vbat_mv,cell1_mv,cell2_mv,temp1_dc" : "t_s,remote_l_mv,vbat_mv,atc,atd,no_prealarm"
            for (n = 0; n < 60; n++) {
                values = pick(0, 5000) "," (rand() < 0.95 ? 12800 : 7000)
                if (kind == "batteries") {
                    values = int(pick(3150 + rand() * 100, 1500 + rand() * 2300))
                    for (i = 2; i <= 8; i++)
                        values = values "," pick(3250, rand() < 0.5 ? "" : 3080)
                    values = values "," pick(250, int(20 + rand() * 60)) "," pick(250, "")
                } else if (kind == "cells")
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
seeds=20 # for the sanitizers less is as much: they see the same code at each
[[ ${SMALLBMS_VARIANT:-release} == release ]] || seeds=3
for kind in signals cells batteries; do
    options=()
    [[ $kind != cells ]] || options=(--cells-per-battery 1)
    [[ $kind != batteries ]] || options=(--cells-per-battery 4)
    for ((seed = 1; seed <= seeds; seed++)); do
        random "$seed" 0 $kind >sparse.csv
        random "$seed" 1 $kind >dense.csv
        smallbms replay "${options[@]}" sparse.csv
        [[ $status == 0 ]] || fail "random $kind, seed $seed: $(cat err)"
        expected=$(<out)
        smallbms replay "${options[@]}" dense.csv
        [[ $expected == *$'\n'*$'\n'*$'\n'*$'\n'*$'\n'* ]] || fail "random $kind, seed $seed: nothing happens"
        [[ $(<out) == "$expected" ]] || fail "random $kind, seed $seed: skipping differs from stepping: $(diff - out <<<"$expected" | head -n 4)"
        # rows are never older than 60 s here, and those of dense.csv not than 0.125 s
        [[ $kind != signals ]] || continue # which know no age
        smallbms replay "${options[@]}" --max-gap-s 60 sparse.csv
        [[ $(<out) == "$expected" ]] || fail "random $kind, seed $seed: --max-gap-s 60 differs: $(diff - out <<<"$expected" | head -n 4)"
    done
done

# ---- bad input: one line with the place, exit 2, no data -------------------------------------------------

refused 'nothing' '' 1:1 header
for mark in '\xFF\xFE' '\xFE\xFF'; do
    refused 'UTF-16' "${mark}t\\0_\\0s\\0" 1:1 'this is UTF-16, the file must be saved as UTF-8'
done
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

refused 'cells in volts' 't_s,cell1_mv\n0,3.31\n' 2:3 '3310 for 3.31 V'
refused 'cells that are no batteries of 3' 't_s,cell1_mv,cell2_mv,cell3_mv,cell4_mv\n0,1,1,1,1\n' 1:1 'must be 1, 2 or 4' --cells-per-battery 3
refused 'a battery of more cells than there are' 't_s,cell1_mv\n0,3300\n' 1:1 'must be 1' --cells-per-battery 2
refused '40 batteries' "t_s$(printf ',cell%d_mv' {1..40})\n0$(printf ',3300%.0s' {1..40})\n" 1:1 'must be 2, 4, 5, 8, 10, 20 or 40' --cells-per-battery 1
refused 'temperatures that do not fit' 't_s,cell1_mv,cell2_mv,temp1_dc,temp2_dc,temp3_dc\n0,1,1,1,1,1\n' 1:1 '1 for all, or 2, 4' --cells-per-battery 1
refused 'batteries of temperatures' 't_s,temp1_dc\n0,250\n' 1:1 'measured cells' --cells-per-battery 1

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
for setting in under-voltage-mv:2600:2800 pre-alarm-mv:2850:3150 low-temp-dc:-200:200 cells-per-battery:1:160 max-gap-s:1:1000000000; do
    IFS=: read -r name low high <<<"$setting"
    for value in $((low - 1)) $((high + 1)) '' x 1e3 2700.0 ' 2700' 99999999999999999999; do
        usage_error "$low to $high" replay --"$name" "$value" cells.csv
    done
    usage 0 out start_up replay --"$name" "$low" cells.csv
    [[ $name == cells-per-battery ]] || usage 0 out start_up replay --"$name=$high" cells.csv
    usage_error 'needs a value' replay cells.csv --"$name"
    printf 't_s,atc\n0,1\n' >in.csv
    refused "--$name with signals" 't_s,atc\n0,1\n' 1:1 "--$name" --"$name" "$low"
done
# the device's settings: the same reader as that of settings (test_settings.sh), which names the range
usage_error 'replay: --reconnect-delay-s 3601 is outside the range, it must be a whole number 0 to 3600' replay --reconnect-delay-s 3601 good.csv
usage_error 'replay: --lockout-retries 1 needs --lockout-clear-mv MV, 8000 to 70000' replay --lockout-retries 1 good.csv
usage_error 'replay: --lockout-clear-mv without a lock-out' replay --lockout-clear-mv 13400 good.csv
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
[[ $(SMALLBMS=$SMALLBMS bash example.sh | tail -n 1) == 35.625,0,0,1,0,0,atd_lost ]] || fail "the example fails: $(<example.sh)"

# the same page as a run's: each edge that is printed is in its data, and the cut is told without a script
cp "$ROOT/scenarios/chain-open.csv" '<stimulus>.csv'
smallbms replay '<stimulus>.csv' --report page.html
[[ $status == 0 ]] || fail "--report: exit $status: $(cat err)"
python3 - out page.html <<'PY' || fail '--report: see above'
import csv, page_data, sys
rows = list(csv.DictReader(open(sys.argv[1])))
page = open(sys.argv[2]).read()
data = page_data.read(page)
printed = []
for before, row in zip(rows, rows[1:]):
    printed += [(float(row["t_s"]), what, row[what] == "1", row["cause"]) for what in ("charger", "load", "prealarm") if row[what] != before[what]]
edges = [(e["t_s"], e["what"], e["on"], e["cause"]) for e in data["events"]]
assert sorted(edges) == sorted(printed) and len(edges) > 4, (edges, printed)
assert data["kind"] == "replay" and data["title"] == "<stimulus>.csv", data["title"]
assert [(i["kind"], i["cut_s"], i["to_s"]) for i in data["incidents"] if i["kind"] == "cut"] == [("cut", 50.625, None)], data["incidents"]
assert not any(i["kind"] == "prealarm" for i in data["incidents"]), "the warning of a cut is no warning without one"
assert '<p class="story">Load was cut once: day 1 00:00:50, battery cable open' in page and "<h1>&lt;stimulus&gt;.csv</h1>" in page
PY
printf 'as it was' >kept
smallbms replay --max-gap-s 3 '<stimulus>.csv' --report kept
[[ $status == 2 && $(<kept) == 'as it was' ]] || fail '--report: a page of a replay that is refused'

# every file of the fuzzer's corpus is taken, or refused where its name says so
for file in "$ROOT"/tests/corpus/stimulus/*.csv; do
    smallbms replay "$file"
    expected=0
    [[ $file == */refused_* ]] && expected=2
    [[ $status == "$expected" ]] || fail "$file: exit $status, not $expected: $(cat err)"
done

((failed == 0)) && echo 'test_replay: all as it should be'
exit $failed
