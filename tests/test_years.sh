#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Years of a cabin and a van: no edge of an output is lost, and the page stays small.  SMALLBMS=... ROOT=... tests/test_years.sh
set -euo pipefail
source "$(dirname "$0")/command.bash"

cat >cloudy.yaml <<'YAML'
title: A cabin under clouds
seed: 3
run: {duration: 1500 days}
bank: {battery: 12.8 V, capacity_ah: 100, state_of_charge_pct: 4, spread: new}
ambient: {mean_c: 20}
solar: {panel_w: 250, cloud_pct: 60}
pre_alarm_device: {current_a: 1.5}
loads:
  - {name: light, power_w: 60}
YAML
smallbms run cloudy.yaml --quiet --json cloudy.json --report cloudy.html
sed 's/^  duration: .*/  duration: 365 days/; /^expect/,$d' "$ROOT/scenarios/van.yaml" >van.yaml
smallbms run van.yaml --quiet --report van.html
python3 - cloudy.json cloudy.html van.html <<'PYTHON' || fail 'years: see above'
import json, os, sys
run = json.load(open(sys.argv[1]))
for what, seconds in (("load", "load_on_s"), ("prealarm", "prealarm_s"), ("charger", "charger_on_s")):
    edges = [e for e in run["events"] if e["what"] == what and "stays" not in e]
    high = last = 0.0
    on = False
    for e in edges:
        high += (e["t_s"] - last if on else 0) + e.get("high_s", 0)
        last, on = e.get("until_s", e["t_s"]), e.get("last_on", e["on"])
    high += run["duration_s"] - last if on else 0
    assert abs(high - run["totals"][seconds]) < 1, (what, high, run["totals"][seconds])
    if what == "load":
        assert sum(e.get("count", 1) for e in edges) - 2 * run["totals"]["load_cuts"] in (0, 1), "LOAD-8: the cuts are there"
assert run["totals"]["load_cuts"] > 200, run["totals"]["load_cuts"]
sizes = [os.path.getsize(name) for name in sys.argv[2:]]
assert sizes[0] < 6e6 and sizes[1] < 2e6, sizes
print("pages of 1500 days and of a year of the van:", *sizes, "bytes")
PYTHON

exit $failed
