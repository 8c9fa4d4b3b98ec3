#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# smallbms fit on the measured runs (tests/cells/): alone each is refused, two that go both ways are fitted and predict the others; the
# table of docs/MODELS.md has the errors. What is asked for wrongly is one line, and nothing is written.
# Where a change of the fit is meant:  UPDATE=1 bash tests/test_fit.sh, and read the diff; with DEPTH=soak all seven together too.
set -euo pipefail
ROOT=${ROOT:-$(cd "$(dirname "$0")/.." && pwd)}
SMALLBMS=${SMALLBMS:-$ROOT/build/smallbms}
. "$ROOT/tests/command.bash"

declare -A capacity=([o1_25]=2.0726 [o3_25]=2.0726 [s1_25]=2.0494 [s1_45]=2.0362 [s1_5]=2.0314 [s1_m15]=2.0378 [s3_25]=2.0494)
declare -A start=([o1_25]=100 [o3_25]=0 [s1_25]=100 [s1_45]=100 [s1_5]=100 [s1_m15]=100 [s3_25]=0)
declare -A temp=([o1_25]=25 [o3_25]=25 [s1_25]=25 [s1_45]=45 [s1_5]=5 [s1_m15]=-15 [s3_25]=25)
runs=(o1_25 o3_25 s1_25 s1_45 s1_5 s1_m15 s3_25)

# list NAME RUN...: its numbers with commas between
list() {
    local -n numbers=$1
    local text=
    for run in "${@:2}"; do text+=,${numbers[$run]}; done
    echo "${text#,}"
}

# fit_runs RUN...: into cell.yaml and page.html
fit_runs() {
    local files=() given=("$@")
    for run in "${given[@]}"; do files+=("$ROOT/tests/cells/a123_$run.csv"); done
    smallbms fit "${files[@]}" --capacity-ah "$(list capacity "${given[@]}")" --start-soc-pct "$(list start "${given[@]}")" \
        --temp-c "$(list temp "${given[@]}")" --output cell.yaml --report page.html --name "of ${given[*]}"
}

# alone, each goes one way
for run in "${runs[@]}"; do
    fit_runs "$run"
    ((status == 2)) || fail "$run alone: exit $status"
    one_line err || fail "$run alone: $(cat err)"
    words='a charge is missing'
    [[ ${start[$run]} == 100 ]] || words='a discharge is missing'
    says err "$words"
    [[ ! -e cell.yaml && ! -e page.html ]] || fail "$run alone: it left a file"
done

# error RUN: the mV rms by which the fitted cell misses the run
error() {
    smallbms predict "$ROOT/tests/cells/a123_$1.csv" --cell cell.yaml --capacity-ah "${capacity[$1]}" --start-soc-pct "${start[$1]}" \
        --temp-c "${temp[$1]}"
    ((status == 0)) || fail "predict $1: exit $status: $(cat err)"
    awk '$1 == "all" { print $2 }' err
}

# held_out WORDS: the mV rms of its line
held_out() { sed -nE "s/^ +$1 +([0-9.-]+) .*/\1/p" told; }

# row RUN...: a row of the table; what was fitted is in bold letters
row() {
    local cells=() mv
    fit_runs "$@"
    ((status == 0)) || fail "fit $*: exit $status: $(cat err)"
    mv out told
    for run in "${runs[@]}"; do
        mv=$(error "$run")
        [[ " $* " == *" $run "* ]] && mv="**$mv**"
        cells+=("$mv")
    done
    table+=$'\n'"| $* |$(printf ' %s |' "${cells[@]}") $(held_out 'where the first have been') / $(held_out elsewhere) |"
}
head='| fitted to |'$(printf ' %s |' "${runs[@]}")' held out |
|---|'$(printf -- '---|%.0s' "${runs[@]}")'---|'

table=$head
row o1_25 o3_25
cp cell.yaml slow.yaml
grep --quiet '^charge balance' told || grep --quiet '; charge balance: [+-]0\.' told || fail "no charge balance: $(head -n 2 told)"
if [[ ${SMALLBMS_VARIANT:-release} == release ]]; then # one fit is enough for what is built otherwise
    row s1_25 s3_25
    awk '$1 == "fitted" && $2 == "to" && $3 == "all" { exit !($8 <= 5) }' told || fail "s1_25 s3_25: $(grep '^fitted to all' told)"
    says told 'On a bound: '
    ! grep --quiet 'e+' told || fail "a number has an exponent: $(grep --max-count=1 'e+' told)"
    says told 'temperature      25 to 25 degC'
    says told 'not fitted, for the temperatures are less than 10 degC apart: of the cell a123'
    table_is fit "$table"
fi

# the page is whole and its script parses
grep --quiet '</html>' page.html || fail 'the page is not whole'
! grep --quiet '{{' page.html || fail 'the page has a place that is not filled'
awk '/^"use strict";$/ { on = 1 } /^<\/script>$/ { on = 0 } on' page.html >page.js
node --check page.js || fail 'the page: its script does not parse; the parts are in web/fit/'

# a scenario takes what is written
cat - cell.yaml >own.yaml <<'END'
title: A cell of its own
run: {duration: 1 h}
bank: {battery: 12.8 V, capacity_ah: 100, state_of_charge_pct: 80}
END
smallbms run own.yaml --quiet
((status == 0)) || fail "a scenario with the cell: exit $status: $(cat err)"

if [[ ${DEPTH:-} == soak ]]; then
    table=$head
    row s1_25 s1_45 s3_25
    row "${runs[@]}"
    table_is 'fit of more' "$table"
fi

smallbms help fit
((status == 0)) || fail "help: exit $status"
for word in --capacity-ah --start-soc-pct --full-at-s --end-soc-pct --temp-c --cells --board-mohm-ah --output --report 'Charge balance' 'Held out'; do
    says out "$word"
done

# ---- what is asked for wrongly ----
{
    echo t_s,i_a,v
    sed -n '/^[0-9]/p' "$ROOT/tests/cells/a123_s1_25.csv"
    awk -F, '/^[0-9]/ { print $1 + 40000 "," $2 "," $3 }' "$ROOT/tests/cells/a123_s3_25.csv"
} >both.csv
cp both.csv kept.csv
good=(--capacity-ah 2.0494 --start-soc-pct 100 --temp-c 25)

# refused WORDS ARGUMENT...: exit 2 and one line with these words, and nothing is written
refused() {
    smallbms fit "${@:2}" --output never.yaml </dev/null
    ((status == 2)) || fail "fit ${*:2}: exit $status"
    one_line err || fail "fit ${*:2}: $(cat err)"
    says err "$1"
    [[ ! -s out && ! -e never.yaml && -z $(left_beside never.yaml) ]] || fail "fit ${*:2}: it wrote something"
}
# changed PROGRAM: both.csv with its rows changed by a program of awk, as bad.csv
changed() { awk -F, -v OFS=, "NR == 1 { print; next } { $1; print }" both.csv >bad.csv; }

refused 'LOG.csv is missing' "${good[@]}"
refused '--capacity-ah is missing' both.csv --start-soc-pct 100 --temp-c 25
refused 'where was it full?' both.csv --capacity-ah 2 --temp-c 25
refused '--temp-c is missing' both.csv --capacity-ah 2 --start-soc-pct 100
refused 'one for each log with commas between' both.csv both.csv both.csv --capacity-ah 2,2 --start-soc-pct 100 --temp-c 25
refused '--start-soc-pct must be a number 0 to 100' both.csv "${good[@]}" --start-soc-pct 101
refused '--full-at-s 99999 is not in the log' both.csv "${good[@]}" --full-at-s 99999
refused '--cells must be a whole number' both.csv "${good[@]}" --cells 0
refused 'one argument too many' both.csv{,}{,}{,}{,} both.csv "${good[@]}"
refused '<stdin>:1:1: nothing here' - "${good[@]}"
: >bad.csv && refused 'bad.csv:1:1: nothing here' bad.csv "${good[@]}"
printf 't_s,i_a,v\n0,1,3.3\n' >bad.csv && refused 'there must be at least two' bad.csv "${good[@]}"
printf 't_s,i_a,v\n0,1,nan\n1,1,3\n' >bad.csv && refused 'bad.csv:2:5: v is "nan"' bad.csv "${good[@]}"
changed '$3 = 3.3' && refused 'stays within 0 mV' bad.csv "${good[@]}"
changed '$2 = 0' && refused 'too little depth' bad.csv "${good[@]}"
changed '$3 *= 1000' && refused '--cells' bad.csv "${good[@]}"
changed '$3 *= 4' && refused '--cells' bad.csv "${good[@]}"
changed '$2 *= -1' && refused 'charging must be positive' bad.csv "${good[@]}"
refused 'too little depth' both.csv "${good[@]}" --capacity-ah 20.494
refused 'of --capacity-ah 0.2' both.csv "${good[@]}" --capacity-ah 0.2
refused 'it must stay within 0 to 100 %' both.csv "${good[@]}" --capacity-ah 2
refused 'charge balance: at the last row' both.csv "${good[@]}" --end-soc-pct 100
refused '--cells the cells in series' both.csv "${good[@]}" --cells 4
changed 'if (NR > 5000) $1 += 7200' && refused 'one row' bad.csv "${good[@]}"
head -n 800 both.csv >bad.csv && refused 'too little depth' bad.csv "${good[@]}"
refused '--board-mohm-ah 5000' both.csv "${good[@]}" --board-mohm-ah 5000
# more than 0.5 % that the fit finds, too
awk -F, -v OFS=, '/^[0-9]/ { $2 *= 0.996 } !/^#/' "$ROOT/tests/cells/a123_o3_25.csv" >bad.csv
refused 'the voltages fit those of the other log if what is counted is 0.8 %' "$ROOT/tests/cells/a123_o1_25.csv" bad.csv \
    --capacity-ah 2.0726 --start-soc-pct 100,0 --temp-c 25
awk -F, -v OFS=, '/^[0-9]/ { $2 *= 0.97 } !/^#/' "$ROOT/tests/cells/a123_o3_25.csv" >bad.csv
refused 'the voltages fit those of the other log if what is counted is' "$ROOT/tests/cells/a123_o1_25.csv" bad.csv --capacity-ah 2.0726 \
    --start-soc-pct 100,0 --temp-c 25
# ---- what no cell of the model is ----
# what the voltage of the row is has nothing to do with the cell: fitted, far from it, and it says so
changed '$3 = 3.1 + 0.3 * sin(NR / 100) + 0.05 * $2'
end=$(awk -F, 'NR > 2 { sum += current * ($1 - t) / 36 / 2.0494 } { t = $1; current = $2 } END { print 100 + sum }' bad.csv)
smallbms fit bad.csv "${good[@]}" --end-soc-pct "$end" --output far.yaml --report far.html
((status == 0)) || fail "no cell: exit $status: $(cat err)"
grep --quiet '^Not validated: it is [0-9.]* mV rms .* more than 20 mV$' out || fail "no cell: $(cat out)"
says far.yaml 'validated: false'
says far.html '"validated":false'

refused 'No such file' missing.csv "${good[@]}"

for output in both.csv ./both.csv; do
    smallbms fit both.csv "${good[@]}" --output "$output"
    ((status == 2)) || fail "over the log: exit $status"
    says err 'would overwrite the log'
done
smallbms fit both.csv "${good[@]}" --report nowhere/page.html
((status == 2)) || fail "a folder that is not there: exit $status"
says err 'No such file or directory'
cmp --silent both.csv kept.csv || fail 'the log was changed'

# a time at which it was full does as well, and a battery as its cells
slow=("$ROOT/tests/cells/a123_o1_25.csv" "$ROOT/tests/cells/a123_o3_25.csv")
smallbms fit "${slow[@]}" --capacity-ah 2.0726 --full-at-s 0,- --start-soc-pct=-,0 --temp-c 25 --output -
((status == 0)) || fail "full at a time: exit $status: $(cat err)"
says err 'Errors in mV rms'
sed -i '/evidence\|name/d' out slow.yaml
cmp --silent out slow.yaml || fail "full at a time gives another cell: $(diff out slow.yaml | head -n 4)"
for log in "${slow[@]}"; do awk -F, -v OFS=, '/^[0-9]/ { $3 *= 4 } !/^#/' "$log" >"four-${log##*_o}"; done
smallbms fit four-* --capacity-ah 2.0726 --start-soc-pct 100,0 --temp-c 25 --cells 4 --board-mohm-ah 0 --output four.yaml
((status == 0)) || fail "a battery: exit $status: $(cat err)"
rounded() { sed -E 's/([0-9]\.[0-9]{3})[0-9]*/\1/g' "$1"; }
sed -i '/evidence\|name/d' four.yaml
diff <(rounded four.yaml) <(rounded slow.yaml) >differences || true
(($(wc -l <differences) <= 20)) || fail "a battery gives another cell: $(head -n 6 differences)"
exit $failed
