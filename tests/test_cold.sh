#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What a full battery gives in the cold until its first cell is at 2.80 V: at 0.2C within 10 points of the maker's 80 % at 0 degC and
# 50 % at -20 degC. The table of docs/MODELS.md has these figures, those at 1C, and those of a battery that warms itself.
# Where a change of the cell is meant:  UPDATE=1 bash tests/test_cold.sh, and read the diff.
set -euo pipefail
ROOT=${ROOT:-$(cd "$(dirname "$0")/.." && pwd)}
SMALLBMS=${SMALLBMS:-$ROOT/build/smallbms}
. "$ROOT/tests/command.bash"

temps=(25 0 -20)

# held AMPERES TEMPERATURE: sets value to the charge in Ah, to one decimal, that a cell of 100 Ah gives at a temperature that stays
held() {
    awk -v amperes="$1" 'BEGIN { print "t_s,i_a,v"; for (t = 0; t <= 360000 / amperes; t += 10) printf "%d,%g,3.3\n", t, -amperes }' >in.csv
    smallbms predict in.csv --cell prismatic --capacity-ah 100 --start-soc-pct 100 --temp-c "$2"
    ((status == 0)) || fail "predict: exit $status: $(cat err)"
    value=$(awk -F, -v amperes="$1" 'NR > 1 && $3 < 2.8 { exit } NR > 1 { last = $1 } END { printf "%.1f", last * amperes / 3600 }' out)
}

# warmed AMPERES TEMPERATURE: likewise of a battery in air of that temperature
warmed() {
    cat >run.yaml <<END
title: A constant current until the cut
run: {duration: $((100 / $1 + 2)) h}
bank: {battery: 12.8 V, capacity_ah: 100, state_of_charge_pct: 100, spread: none}
bms: {on_ma: 0, low_cell_ma: 0, off_ma: 0}
ambient: {mean_c: $2}
load_relay: {pull_in_a: 0, hold_a: 0}
pre_alarm_device: {current_a: 0}
loads: [{name: load, current_a: $1}]
END
    smallbms run run.yaml
    ((status == 0)) || fail "run: exit $status: $(cat err)"
    value=$(sed -nE 's/^ +battery charge +0\.0 Ah in, ([0-9.]+) Ah out$/\1/p' out)
}

# near NAME VALUE MIN MAX
near() {
    awk -v value="$2" -v min="$3" -v max="$4" 'BEGIN { exit !(value != "" && value >= min && value <= max) }' ||
        fail "$1: $2 % are available, not $3 to $4"
}

table="| % of the capacity | ${temps[0]} °C | ${temps[1]} °C | ${temps[2]} °C |
|---|---|---|---|"
for amperes in 20 100; do
    for how in held warmed; do
        values=()
        for temp_c in "${temps[@]}"; do
            $how $amperes "$temp_c"
            values+=("$value")
        done
        if [[ $amperes$how == 20held ]]; then
            near '0.2C at 0 degC' "${values[1]}" 70 90
            near '0.2C at -20 degC' "${values[2]}" 40 60
        fi
        words='at a temperature that stays'
        [[ $how == held ]] || words='warmed by itself, air at that temperature'
        table+=$'\n'"| $(awk -v a=$amperes 'BEGIN { print a / 100 }')C, $words | ${values[0]} | ${values[1]} | ${values[2]} |"
    done
done

table_is cold "$table"
exit $failed
