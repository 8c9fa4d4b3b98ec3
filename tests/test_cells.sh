#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The twin's cell against measured runs (tests/cells/): smallbms predict's errors of each run are within its limits, and the table
# of docs/MODELS.md says what they are. Where a change of the cell is meant:  UPDATE=1 bash tests/test_cells.sh, and read the diff.
set -euo pipefail
ROOT=${ROOT:-$(cd "$(dirname "$0")/.." && pwd)}
SMALLBMS=${SMALLBMS:-$ROOT/build/smallbms}
. "$ROOT/tests/command.bash"

# run, capacity, start of charge, temperature; then the limits: mV rms of all, plateau, knee, top, rest; % of the run by which
# 3.10 V and 2.80 V may be missed; - : not asked
runs='o1_25 2.0726 100 25  10.5  9.5 16   7   4  0.5 0.5
o3_25       2.0726   0 25   7    7    3  15  34  -   -
s1_25       2.0494 100 25   7.5  6   17  17   7  0.5 0.5
s1_45       2.0362 100 45   7    6.5 12  32   8  0.5 0.5
s1_5        2.0314 100  5  11.5  9.5 24  13  11  0.5 0.5
s1_m15      2.0378 100 -15 11.5  8.5 23  12  12  3   0.5
s3_25       2.0494   0 25   5    4.5  7   3  -   -   -'

# of REGION: the mV of its line in err, - if there is none
of() { awk -v region="$1" '$1 == region { print $2; found = 1 } END { if (!found) print "-" }' err; }
# time VOLTS: by how many % of the run its line misses
time_of() { sed -nE "s/^below $1 V for a minute: measured.* ([+-][0-9.]+) % of the run/\1/p" err; }
# bursts VOLTS: "measured/predicted, seconds apart" of its line by burst, - if there is none
bursts() {
    sed -nE "s/^below $1 V by burst: ([0-9]+) measured, ([0-9]+) predicted, in the same [0-9]+ at most ([0-9]+) s apart/\1\/\2, \3 s/p" err |
        grep . || echo -
}
# within NAME VALUE LIMIT
within() {
    [[ $3 == - ]] || awk -v value="$2" -v limit="$3" 'BEGIN { exit !(value ~ /^[-+]?[0-9.]+$/ && value + 0 <= limit + 0 && -value <= limit + 0) }' ||
        fail "$run: $1 is $2, the limit is $3"
}

table='| run | all | plateau | knee | top | rest | 3.10 V | by burst | 2.80 V | by burst |
|---|---|---|---|---|---|---|---|---|---|'
while read -r run capacity_ah soc_pct temp_c all plateau knee top rest at_310 at_280; do
    smallbms predict "$ROOT/tests/cells/a123_$run.csv" --cell a123 --capacity-ah "$capacity_ah" --start-soc-pct "$soc_pct" --temp-c "$temp_c"
    ((status == 0)) || fail "$run: exit $status: $(cat err)"
    within all "$(of all)" "$all"
    within plateau "$(of plateau)" "$plateau"
    within knee "$(of knee)" "$knee"
    within top "$(of top)" "$top"
    within rest "$(of rest)" "$rest"
    within 'the time at 3.10 V' "$(time_of 3.10)" "$at_310"
    within 'the time at 2.80 V' "$(time_of 2.80)" "$at_280"
    table+=$'\n'"| $run | $(of all) | $(of plateau) | $(of knee) | $(of top) | $(of rest) |"
    for limit in "$at_310:3.10" "$at_280:2.80"; do
        if [[ ${limit%:*} == - ]]; then table+=' - |'; else table+=" $(time_of "${limit#*:}") % |"; fi
        table+=" $(bursts "${limit#*:}") |"
    done
    head -n 1 out | grep --quiet '^t_s,v,predicted_v$' || fail "$run: header $(head -n 1 out)"
    (($(wc -l <out) + 1 == $(wc -l <"$ROOT/tests/cells/a123_$run.csv"))) || fail "$run: not a row for each"
done <<<"$runs"

table_is errors "$table"

# what is asked for wrongly
refused() { # WORDS ARGUMENT...: exit 2 and one line with these words
    smallbms predict "${@:2}" </dev/null
    ((status == 2)) || fail "predict ${*:2}: exit $status"
    (($(wc -l <err) == 1)) || fail "predict ${*:2}: $(wc -l <err) lines"
    says err "$1"
}
log=$ROOT/tests/cells/a123_s3_25.csv
good=(--cell a123 --capacity-ah 2.05 --start-soc-pct 0)
refused 'LOG.csv is missing' "${good[@]}"
refused '--temp-c is missing' "$log" "${good[@]}"
refused '--cell is missing' "$log" --capacity-ah 2.05 --start-soc-pct 0 --temp-c 25
refused 'did you mean a123?' "$log" "${good[@]}" --temp-c 25 --cell A123
refused '--capacity-ah must be a number 0.1 to 10000, not 0' "$log" "${good[@]}" --temp-c 25 --capacity-ah 0
refused '--start-soc-pct must be a number 0 to 100, not 101' "$log" "${good[@]}" --temp-c 25 --start-soc-pct 101
refused '--temp-c must be a number -60 to 120, not nan' "$log" "${good[@]}" --temp-c nan
refused '<stdin>:1:1: nothing here' - "${good[@]}" --temp-c 25
printf 't_s,i_a,v,temp_c\n# a comment\n0,1,3.3,25\n1,1,x,25\n' >bad.csv
refused 'bad.csv:4:5: v is "x", it must be a number' bad.csv "${good[@]}"
printf 't_s,i_a,v,temp_c\n0,1,3.3,25\n1,0,3.3,26\n' >with-temp.csv
refused 'the log has temp_c' with-temp.csv "${good[@]}" --temp-c 25
smallbms predict with-temp.csv "${good[@]}"
((status == 0)) || fail "a log with temperatures: exit $status"
# a cell of a file, alone or in a scenario
cat >mine.yaml <<'EOF'
cell:
  name: mine
  evidence: made up
  temp_c_min: 20
  temp_c_max: 30
  discharge_c_max: 0.5
  charge_c_max: 0.5
  r0_ohm_ah: 0.05
  r0_j_per_mol: 18000
  exchange_per_h: 0.17
  exchange_j_per_mol: 45000
  tau1_s: 70
  diffusion1_h: 0.17
  diffusion1_j_per_mol: 38000
  diffusion1_tau_s: 4500
  hysteresis_gamma: 50
  ocv: [{soc: 0, v: 2.5}, {soc: 0.1, v: 3.2}, {soc: 0.9, v: 3.35}, {soc: 1, v: 3.6}]
  hysteresis: [{soc: 0, v: 0.01}, {soc: 1, v: 0.01}]
EOF
{
    printf '%s\n' 'title: t' 'run: {duration: 3 h}' 'bank: {battery: 12.8 V, capacity_ah: 10, state_of_charge_pct: 90}' \
        'loads: [{name: lamp, power_w: 100}]'
    sed 's/made up/made up\n  validated: true/' mine.yaml
} >scenario.yaml
for file in ./mine.yaml scenario.yaml; do
    smallbms predict "$log" --cell "$file" --capacity-ah 2.05 --start-soc-pct 0 --temp-c 25
    ((status == 0)) || fail "$file: exit $status: $(cat err)"
    mv out "predicted-${file##*/}"
done
says err 'cell mine: made up'
cmp predicted-mine.yaml predicted-scenario.yaml
smallbms run scenario.yaml
((status == 0)) || fail "a scenario with a cell of its own: exit $status: $(cat err)"
says out 'mine'
says out 'measured at 20.0 to 30.0 degC, 0.50 C out, 0.50 C in; this run goes beyond'
smallbms run scenario.yaml --json run.json
says run.json '"cell_range_left":true'
# what the report says of the cells, by the page's own function
cells_text() {
    node -e 'const fs = require("fs"); const data = JSON.parse(fs.readFileSync(process.argv[1]));
        console.log(new Function("head", `${fs.readFileSync(process.argv[2])}; return cellsText();`)(data));' \
        "$1" "$ROOT/web/report/about.js" >text 2>&1
}
cells_text run.json
[[ $(<text) == 'mine: beyond what it was measured at' ]] || fail "the report says $(<text)"
sed 's/power_w: 100/power_w: 5/' scenario.yaml >gentle.yaml
smallbms run gentle.yaml --json gentle.json
says_not out 'goes beyond'
says gentle.json '"cell_range_left":false'
cells_text gentle.json
[[ $(<text) == mine ]] || fail "the report says $(<text)"
# a cell of slow runs: half as much again as its current is beyond
sed 's/discharge_c_max: 0.5/discharge_c_max: 0.03/; s/power_w: 5/power_w: 6/' gentle.yaml >slow.yaml
smallbms run slow.yaml
says out 'measured at 20.0 to 30.0 degC, 0.03 C out, 0.50 C in; this run goes beyond'
refused 'there is no section cell here' "$log" "${good[@]}" --temp-c 25 --cell "$ROOT/scenarios/frost.yaml"
refused 'no.yaml: cannot be read: No such file' "$log" "${good[@]}" --temp-c 25 --cell no.yaml
sed 's/soc: 0.9, v: 3.35/soc: 0.9, v: 3.1/' mine.yaml >falling.yaml
refused 'falling.yaml:17:47: v 3.1 is not above the point before, 3.2' "$log" "${good[@]}" --temp-c 25 --cell falling.yaml
refused 'a file is FILE.yaml' "$log" "${good[@]}" --temp-c 25 --cell lfp
printf '0,1,3.3\n1,0,3.3\n' >bare.csv
refused 'bare.csv:1:1: a number, the first line must be a header such as t_s,i_a,v' bare.csv "${good[@]}" --temp-c 25
printf 't_s,i_a,v\n0,1,2.4\n1,0,2.4\n' >low.csv
smallbms predict low.csv "${good[@]}" --temp-c 25
says err 'none at 2.50 V or more: there is nothing to judge by'
exit $failed
