#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Years of a cabin and a van: no edge of an output is lost, each has its rows, and the page stays small.  SMALLBMS=... ROOT=... tests/test_years.sh
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
smallbms run cloudy.yaml --quiet --json cloudy.json --report cloudy.html --csv cloudy.csv
sed 's/^  duration: .*/  duration: 365 days/; /^expect/,$d' "$ROOT/scenarios/van.yaml" >van.yaml
smallbms run van.yaml --quiet --report van.html
python3 - cloudy.json cloudy.html van.html cloudy.csv <<'PYTHON' || fail 'years: see above'
import collections, csv, json, os, page_data, re, sys
run = json.load(open(sys.argv[1]))
page = open(sys.argv[2]).read()
assert page_data.read(page) == run, "the page has other data"
times = collections.Counter(run["series"]["rows"]["t_s"])
bare = [e["t_s"] for e in run["events"] if e["what"] in ("load", "prealarm", "charger") and times[e["t_s"]] < 2]
assert not bare, f"{len(bare)} edges without a row before and one behind, such as at {bare[0]} s"
short = re.search(r'"events":\[.*?"totals"', page, flags=re.S)[0]
long = re.search(r'"events":\[.*?"totals"', open(sys.argv[1]).read(), flags=re.S)[0]
print(f"{len(run['events'])} events: {len(short)} bytes in the page, {len(long)} in JSON")
assert len(short) * 3 < len(long), "docs/DESIGN.md: a third of the bytes"
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
assert run["dense_window_s"] == 3600 and all("count" not in e for e in run["events"] if e["what"] in ("load", "prealarm", "charger")), "told together"
lines = list(csv.DictReader(open(sys.argv[4])))
assert all(float(one["t_s"]) <= float(next["t_s"]) for one, next in zip(lines, lines[1:])), "CSV: not in the order of time"
for what in ("load", "prealarm", "charger"):
    told = [(float(line["t_s"]), line[what] == "1", line[f"{what}_cause"]) for line in lines if line[f"{what}_cause"]]
    assert told == [(e["t_s"], e["on"], e["cause"]) for e in run["events"] if e["what"] == what], f"CSV: other edges of {what}"
sizes = [os.path.getsize(name) for name in sys.argv[2:4]]
assert sizes[0] < 6e6 and sizes[1] < 2e6, sizes
print("pages of 1500 days and of a year of the van:", *sizes, "bytes")
PYTHON

# docs/RESULTS.md has the limits that the sources have
while read -r name number words; do
    [[ $(sed -n "s/.*\b$name = \([0-9]*\).*/\1/p" "$ROOT"/result/{edge_list,series}.h) == "$number" ]] || fail "$name is not $number"
    tr -s '\n ' ' ' <"$ROOT/docs/RESULTS.md" | grep --quiet --fixed-strings "$words" || fail "docs/RESULTS.md does not say '$words'"
done <<'LIMITS'
EDGE_LIST_DENSE 61 denser than 60 in an hour
EDGE_LIST_DENSE 61 the 61 in a row that are nearest
EDGE_LIST_OUTPUTS_BASE 8000 Up to 8000 entries of outputs
EDGE_LIST_OUTPUTS_A_DAY 8 and 8 more for each day
EDGE_LIST_OUTPUTS_MAX 60000 60000 at most
EDGE_LIST_OTHERS_MAX 1000 at most 1000 entries
SERIES_ROWS_BASE 2600 There are up to 2600
SERIES_ROWS_A_DAY 14 and 14 more for each day
SERIES_ROWS_MAX 105000 105000 at most
SERIES_ROW_CELLS_MAX 1600000 no more than 1600000 divided by the cells
SERIES_DENSE 60 behind 60 others in an hour
SERIES_BUCKETS 4000 4000 in a run or a few less
SERIES_BUCKET_S_MIN 60 of 60 s at least
LIMITS

exit $failed
