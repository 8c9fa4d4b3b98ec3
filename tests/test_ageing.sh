#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What ten years leave of a battery: at rest as the published formulas say, in scenarios/off-grid.yaml more the warmer it is. The table
# of docs/MODELS.md has the figures. Where a change is meant:  UPDATE=1 bash tests/test_ageing.sh, and read the diff.
# What is printed of it, and when: the totals, the JSON, and a bank that is old from the start.
set -euo pipefail
ROOT=${ROOT:-$(cd "$(dirname "$0")/.." && pwd)}
SMALLBMS=${SMALLBMS:-$ROOT/build/smallbms}
. "$ROOT/tests/command.bash"

# resting DURATION TEMPERATURE CHARGE SPREAD: run.yaml, a battery that nothing takes anything from
resting() {
    cat >run.yaml <<END
title: A battery at rest
run: {duration: $1}
bank: {battery: 12.8 V, capacity_ah: 100, state_of_charge_pct: $3, spread: $4, self_discharge_pct_per_month: 0}
bms: {on_ma: 0, low_cell_ma: 0, off_ma: 0}
ambient: {mean_c: $2}
load_relay: {pull_in_a: 0, hold_a: 0}
pre_alarm_device: {current_a: 0}
END
}

# off_grid TEMPERATURE: run.yaml, ten years of the scenario in air of that mean
off_grid() {
    sed "s/duration: 7 days/duration: 10 years/; s/mean_c: 18/mean_c: $1/; /^expect:/,\$d" "$ROOT/scenarios/off-grid.yaml" >run.yaml
    grep --quiet 'duration: 10 years' run.yaml && grep --quiet "mean_c: $1" run.yaml || fail 'scenarios/off-grid.yaml reads otherwise'
}

health='^ +state of health +capacity ([0-9.]+) % of a new cell.s, the weakest ([0-9.]+) %; resistance ([0-9.]+) %, the highest ([0-9.]+) %$'
# aged: runs run.yaml; its line of the totals in $capacity, $weakest, $resistance, $highest, and the JSON in run.json
aged() {
    smallbms run run.yaml --quiet --json run.json
    ((status == 0)) || fail "run: exit $status: $(cat err)"
    read -r capacity weakest resistance highest < <(sed -nE "s/$health/\1 \2 \3 \4/p" out) ||
        fail "no state of health in: $(cat out)"
}

# near NAME VALUE WANTED WITHIN
near() {
    awk -v value="$2" -v wanted="$3" -v within="$4" 'BEGIN { apart = value - wanted; exit !(value != "" && apart <= within && -apart <= within) }' ||
        fail "$1: $2, not $3 within $4"
}

# 100 % less 8.37e4 e^(-5210 / T) e^(-3560 Ua / T) 3650^0.526, Ua = 0.1233 V half full and 0.0864 V full; a battery at rest gets a
# little emptier as it ages (the charge that it loses is gone), which is why it keeps a bit more
table='| ten years | capacity | its weakest cell | resistance | its highest |
|---|---|---|---|---|'
while read -r temp_c soc_pct charge wanted wanted_resistance; do
    resting '10 years' "$temp_c" "$soc_pct" none
    aged
    near "capacity at $temp_c degC, ${charge/_/ }" "$capacity" "$wanted" 0.2
    near "resistance at $temp_c degC, ${charge/_/ }" "$resistance" "$wanted_resistance" 1.0
    table+=$'\n'"| at rest at $temp_c °C, ${charge/_/ } at first | $capacity % | $weakest % | $resistance % | $highest % |"
done <<'END'
10 50 half_full 98.64 103.6
25 50 half_full 96.30 116.8
25 100 full 94.25 107.7
40 50 half_full 90.83 167.4
END
before=100
for temp_c in 8 18 35; do
    off_grid $temp_c
    aged
    awk -v now="$capacity" -v before="$before" 'BEGIN { exit !(now < before && now > 80) }' || fail "$capacity % at $temp_c degC, $before % where it is colder"
    before=$capacity
    table+=$'\n'"| \`off-grid.yaml\`, air at $temp_c °C on average | $capacity % | $weakest % | $resistance % | $highest % |"
done
table_is ageing "$table"

# of days nothing is said, of a month it is, and of a bank that was old before at once
resting '29 days' 25 50 new
smallbms run run.yaml --quiet
says_not out 'state of health'
resting '30 days' 25 50 none
aged
near 'a new bank after a month' "$capacity" 99.7 0.05
resting '1 h' 25 50 aged
aged
near 'a used bank' "$capacity" 91 6
near 'its resistance' "$resistance" 120 12
awk -v mean="$capacity" -v weakest="$weakest" 'BEGIN { exit !(weakest < mean - 1) }' || fail 'the cells of a used bank are alike'

# the JSON has the same figures
near 'capacity_mean_pct' "$(sed -nE 's/^"capacity_mean_pct":([0-9.]+),$/\1/p' run.json)" "$capacity" 0.051
near 'capacity_min_pct' "$(sed -nE 's/^"capacity_min_pct":([0-9.]+),$/\1/p' run.json)" "$weakest" 0.051
near 'resistance_mean_pct' "$(sed -nE 's/^"resistance_mean_pct":([0-9.]+),$/\1/p' run.json)" "$resistance" 0.051
near 'resistance_max_pct' "$(sed -nE 's/^"resistance_max_pct":([0-9.]+),$/\1/p' run.json)" "$highest" 0.051
exit $failed
