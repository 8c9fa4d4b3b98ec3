#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Long steps against steps of 1 s over 120 days of scenarios/off-grid.yaml: the same edges of the outputs in the same
# order for the same causes, each within 5 s; and 11 h of a constant current, each within 4 s. docs/DESIGN.md says what a system with more edges can show.
set -euo pipefail
ROOT=${ROOT:-$(cd "$(dirname "$0")/.." && pwd)}
SMALLBMS=${SMALLBMS:-$ROOT/build/smallbms}
days=120

place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
sed "s/duration: 7 days/duration: $days days/; /^expect:/,\$d" "$ROOT/scenarios/off-grid.yaml" >"$place/days.yaml"
grep --quiet "duration: $days days" "$place/days.yaml"

edges() {
    "$SMALLBMS" run "$place/$([[ $1 == cold* ]] && echo cold || echo days).yaml" --quiet --json "$place/$1.json" "${@:2}" >/dev/null
    node -e '
        const run = JSON.parse(require("fs").readFileSync(process.argv[1]));
        for (const e of run.events)
            if (["load", "prealarm", "charger"].includes(e.what)) console.log(e.t_s, `${e.what}:${e.on}:${e.cause}`);
    ' "$place/$1.json" >"$place/$1.txt"
}
edges long
edges fixed --fixed-steps
# a current that stays, where nothing but the cells' own curves says how long a step may be
cat >"$place/cold.yaml" <<'YAML'
title: A constant current in the cold
run: {duration: 11 h}
bank: {battery: 12.8 V, capacity_ah: 20, state_of_charge_pct: 100, spread: none}
ambient: {mean_c: 0}
loads: [{name: load, current_a: 4}]
YAML
edges cold
edges cold-fixed --fixed-steps
paste -d ' ' "$place/cold.txt" "$place/cold-fixed.txt" | awk '
    $2 != $4 { print "steps: edge " NR " in the cold: " $0 > "/dev/stderr"; failed = 1; exit }
    { apart = $1 > $3 ? $1 - $3 : $3 - $1; if (apart > 4) { print "steps: in the cold: " $0 > "/dev/stderr"; failed = 1 } }
    END { exit failed || NR < 5 }'

found=$(paste -d ' ' "$place/long.txt" "$place/fixed.txt" | awk -v days="$days" '
    $2 != $4 { print "steps: edge " NR ": " $0 > "/dev/stderr"; failed = 1; exit }
    { apart = $1 > $3 ? $1 - $3 : $3 - $1; if (apart > 3) over++; if (apart == 0) equal++; if (apart > most) most = apart }
    END {
        if (failed) exit 1
        printf "steps: %d edges in %d days, %d at the same tick, %d more than 3 s apart, at most %.0f s\n", NR, days, equal, over, most
        if (!(NR > days / 4 && most <= 5)) print "steps: too few edges, or one more than 5 s apart" > "/dev/stderr"
        exit !(NR > days / 4 && most <= 5)
    }') || { echo "$found"; exit 1; }
echo "$found"
# docs/DESIGN.md quotes the line
grep --quiet --fixed-strings "${found#steps: }" "$ROOT/docs/DESIGN.md" || {
    echo "steps: docs/DESIGN.md quotes another line" >&2
    exit 1
}
