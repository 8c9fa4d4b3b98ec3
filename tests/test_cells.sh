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
# within NAME VALUE LIMIT
within() {
    [[ $3 == - ]] || awk -v value="$2" -v limit="$3" 'BEGIN { exit !(value ~ /^[-+]?[0-9.]+$/ && value + 0 <= limit + 0 && -value <= limit + 0) }' ||
        fail "$run: $1 is $2, the limit is $3"
}

table='| run | all | plateau | knee | top | rest | 3.10 V | 2.80 V |
|---|---|---|---|---|---|---|---|'
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
exit $failed
