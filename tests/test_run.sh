#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# `smallbms run` as a person and as another program see it:  SMALLBMS=... ROOT=... tests/test_run.sh
set -euo pipefail
source "$(dirname "$0")/command.bash"
unset NO_COLOR

# refused WORD ARGUMENT...: exit 2, one line on stderr with WORD, nothing on stdout, no file left.
refused() {
    local word=$1
    shift
    smallbms run "$@"
    [[ $status == 2 ]] || fail "run $*: exit $status, not 2"
    [[ ! -s out ]] || fail "run $*: stdout is not empty: $(head -n 3 out)"
    one_line err || fail "run $*: not one line on stderr: $(cat err)"
    says err "$word"
    [[ ! -e new ]] || fail "run $*: wrote the file"
    [[ $(<kept) == 'as it was' ]] || fail "run $*: an existing file was changed"
    [[ -z $(left_beside new)$(left_beside kept) ]] || fail "run $*: left a temporary file"
    return 0
}

# ---- one alarm, tried again and again (SAFE-4) ------------------------------------------------------------------

cat >buzzer.yaml <<'YAML'
title: A shorted buzzer
run: {duration: 10 min}
bank: {battery: 12.8 V, capacity_ah: 50, state_of_charge_pct: 80}
events:
  - {at: "day 1 00:01", what: output_shorted, output: pre_alarm}
  - {at: "day 1 00:02", what: cell_sensor_stuck, battery: 1, cell: 2, value: 3050}
YAML
smallbms run buzzer.yaml
says out 'Pre-alarm high: tried again'
says out '; 1 pre-alarm'
says out ' 1 warning without a cut.'

# ---- a run with a cut, a return, a pulled cable, the switch, a fault ----------------------------------------

cat >a.yaml <<'YAML'
title: A "small" <run> & its cut
description: "Two\nlines."
seed: 3
run:
  duration: 1 days
bank:
  battery: 12.8 V
  capacity_ah: 100
  state_of_charge_pct: 4
  spread: new
ambient:
  mean_c: 20
solar:
  panel_w: 400
  cloud_pct: 0
pre_alarm_device:
  current_a: 1.5
loads:
  - {name: light, power_w: 60}
events:
  - {at: "day 1 14:00:00", what: unplug_chain}
  - {at: "day 1 14:05:00", what: plug_chain}
  - {at: "day 1 15:00:00", what: switch_off}
  - {at: "day 1 15:30:00", what: switch_on}
  - {at: "day 1 16:00:00", what: cell_sensor_missing, battery: 1, cell: 2}
  - {at: "day 1 16:00:10", what: sensors_mended, battery: 1}
  - {at: "day 1 17:00:00", what: internal_fault, value: 3}
  - {at: "day 1 17:00:20", what: fault_gone}
  - {at: "day 1 18:00:00", what: supply_dip, value: 7000, for_s: 5}
expect:
  - {what: warning, seconds_min: 30}
  - {what: edges, output: load, to: floating, cause: atd_lost, count_min: 1, count_max: 1}
YAML
printf 'as it was' >kept

smallbms run a.yaml
[[ $status == 0 ]] || fail "exit $status: $(cat err)"
[[ ! -s err ]] || fail "stderr is not empty: $(cat err)"
says out 'A "small" <run> & its cut'
grep --quiet --extended-regexp '^day 1 0[0-9]:[0-9]{2}:[0-9]{2}  Pre-alarm high: battery 1 cell [1-4] below 3\.10 V$' out ||
    fail 'no pre-alarm line'
grep --quiet --extended-regexp \
    '^day 1 0[0-9]:[0-9]{2}:[0-9]{2}  Load floats: battery 1 cell [1-4] below 2\.80 V; pre-alarm for [0-9]' out ||
    fail 'LOAD-3: no cut line'
grep --quiet --extended-regexp \
    '  Load high: all cells at 3\.20 V or more again; it floated for [0-9]+ h' out || fail 'BAT-3: no return line'
says out 'day 1 00:00:00  Load high: start-up'
says out 'day 1 14:00:00  Event: battery cable pulled'
says out 'day 1 14:00:30  Load floats: battery cable open: all three signals lost together; pre-alarm for 30.5 s' # SAFE-3
says out 'day 1 15:00:00  Switch off'
says out 'day 1 15:00:00  Load floats: switched off' # LOAD-4
says out 'day 1 15:30:00  Load high: switched on; it floated for 30 min'
says out 'day 1 16:00:02  Charger floats: battery 1 cell 2: no reading (all three signals lost together)' # BAT-6
says out 'day 1 17:00:00  Load floats: internal fault 3' # SAFE-4
says out 'day 1 17:00:21  Load high: start-up; it floated for 21 s'
says out 'day 1 18:00:00  Charger floats: supply below 7.50 V' # SUP-3
says out 'Warning: Pre-alarm output carries 1.50 A, more than its 1 A (PRE-1)'
says out 'Totals of 24 h'
says out '  met         Load never floats within 30 s of pre-alarm'
says out '  met         Load floats by atd_lost once'
says out '4 cuts: 1 supply_low, 1 atd_lost, 1 chain_open, 1 internal_fault' # LOAD-8
grep --quiet --extended-regexp '^  Load floated +5 h [0-9]+ min, [0-9.]+ % of the time; with the system on$' out || fail 'LOAD-8: no time with Load floating'
says out 'Seed 3;'
says_not out LED
says_not out 'Solar charger:'
says_not out $'\033'
says_not out $'\r'
cp out first

smallbms run a.yaml
cmp out first || fail 'a second run told something else'
NO_COLOR=1 smallbms run - <a.yaml
cmp out first || fail 'from stdin it told something else'
smallbms run --verbose a.yaml
says out 'LED "Load ON" lit' # LED-1
says out 'Solar charger: bulk'
smallbms run --quiet a.yaml
says out 'Totals of 24 h'
says_not out 'Load floats:'
smallbms run --seed 4 a.yaml
says out 'Seed 4;'
! cmp --silent out first || fail '--seed changed nothing'

# every edge within 1 s of the run with steps of 1 s
smallbms run --fixed-steps a.yaml
diff <(grep --count '^day' first) <(grep --count '^day' out) || fail 'steps of 1 s: another number of edges'
paste -d '|' <(grep '^day' first) <(grep '^day' out) | awk -F'|' '
    function seconds(line,  part) { split(line, part, /[ :]+/); return part[2] * 86400 + part[3] * 3600 + part[4] * 60 + part[5] }
    { off = seconds($1) - seconds($2); if (off > 1 || off < -1) { print; bad = 1 } } END { exit bad }' ||
    fail 'steps of 1 s: an edge is more than 1 s off'

# ---- ending early -------------------------------------------------------------------------------------------

smallbms run --until '2 h' a.yaml
[[ $status == 0 ]] || fail "--until: exit $status: $(cat err)"
says out 'Totals of 2 h'
smallbms run --until 'day 1 00:00:05' a.yaml
says out 'Totals of 5 s'
says out '  not reached Load floats by atd_lost once'
[[ $status == 0 ]] || fail "an expectation that was not reached: exit $status"

# ---- files --------------------------------------------------------------------------------------------------

for time in one two; do
    smallbms run a.yaml --csv $time.csv --vcd $time.vcd --json $time.json --report $time.html
    [[ $status == 0 ]] || fail "files: exit $status: $(cat err)"
    cmp out first || fail 'files changed what is told'
done
for kind in csv vcd json html; do
    cmp one.$kind two.$kind || fail "$kind: not the same bytes twice"
done

# docs/RESULTS.md: buckets of one length without a gap, instants between them, two of one time at an edge
header='t_s,span_s'
for quantity in bus_mv battery_a chargers_a load_a soc_pct temp_min_c temp_max_c ambient_c cell_min_mv cell_max_mv cell_spread_mv; do
    header+=,${quantity}_min,${quantity}_mean,${quantity}_max
done
for cell in 1 2 3 4; do header+=,cell${cell}_mv_min,cell${cell}_mv_max; done
header+=',load,prealarm,charger,load_cause,prealarm_cause,charger_cause'
[[ $(head -n 1 one.csv) == "$header" ]] || fail "csv: header $(head -n 1 one.csv)"
awk -F, '
    NR == 1 { next }
    NF != 49 { print "fields", NF; bad = 1 }
    $1 + 0 < last { print "time", $0; bad = 1 }
    $47 != "" || $48 != "" || $49 != "" { causes++ }
    { numbers = $0; sub(/,[a-z_]*,[a-z_]*,[a-z_]*$/, "", numbers) }
    numbers ~ /e|nan|inf|-0[.]0*,/ { print "number", $0; bad = 1 }
    $1 !~ /^[0-9]+[.][0-9][0-9][0-9]$/ || $3 !~ /^[0-9]+$/ || $6 !~ /^-?[0-9]+[.][0-9][0-9][0-9]$/ { print "decimals", $0; bad = 1 }
    { rest = $7 - $10 + $13; if (rest > 0.003 || rest < -0.003) { print "the currents do not add up", $0; bad = 1 } }
    { for (i = 3; i <= 35; i += 3) if ($i > $(i + 1) || $(i + 1) > $(i + 2)) { print "least, mean, greatest", i, $0; bad = 1 } }
    $2 == 0 && ($3 != $5 || $44 !~ /^[01]$/ || $36 != $37) { print "an instant with a range", $0; bad = 1 }
    { least = $36 < $38 ? $36 : $38; least = least < $40 ? least : $40; least = least < $42 ? least : $42
      if (least != $27) { print "the lowest cell", $0; bad = 1 } }
    $2 > 0 { if ($1 != even * 60 || $2 != 60) { print "buckets", $0; bad = 1 } even++; high += $44 * $2 }
    { last = $1 + 0 }
    END { if (even != 1440) { print "buckets", even; bad = 1 }
        if (causes != 16) { print "rows with causes", causes; bad = 1 } print high >"high"; exit bad }' one.csv >wrong || fail "csv: bad rows: $(head -n 5 wrong)"
grep --quiet '^0.875,0,.*,1,0,1,start_up,,start_up$' one.csv || fail 'csv: no row at the first edge'
grep --quiet '^50400.125,0,.*,1,0,1,,,$' one.csv || fail 'csv: no row before the edge of the pulled cable'
grep --quiet '^50400.125,0,.*,1,1,0,,chain_open,chain_open$' one.csv || fail 'csv: no row at the edge of the pulled cable'
smallbms run a.yaml --csv ten.csv --interval-s 600
(($(grep --count ',600[.]000,' ten.csv) == 144)) || fail 'csv: --interval-s'

for option in csv vcd json; do
    smallbms run a.yaml --$option -
    cmp out one.$option || fail "--$option -: stdout holds something else than the file"
    [[ ! -s err ]] || fail "--$option -: stderr $(cat err)"
done

python3 - one.json one.html <<'PYTHON' || fail 'json or report: see above'
import html, json, page_data, re, sys
text = open(sys.argv[1]).read()
run = json.loads(text)
series = run["series"]
assert run["format"] == "smallbms-run-2" and run["seed"] == 3 and run["duration_s"] == 86400
assert run["title"] == 'A "small" <run> & its cut' and run["description"] == "Two\nlines.", run["title"]
assert "<" not in text
count = series["count"]
assert count * series["bucket_s"] == 86400 and all(len(part) == count for one in series["buckets"].values() for part in one.values())
assert all(low <= mean <= high for one in series["buckets"].values() if "min" in one for low, mean, high in zip(one["min"], one["mean"], one["max"]))
cells = series["cells"]
assert len(cells["names"]) == 4 and all(len(one) == cells["count"] for part in ("min_mv", "max_mv") for one in cells[part])
rows = series["rows"]
assert all(len(values) == len(rows["t_s"]) for key, values in rows.items() if key != "cells_mv")
assert all(len(one) == len(rows["t_s"]) for one in rows["cells_mv"]) and rows["t_s"] == sorted(rows["t_s"])
assert all(a != b or joined for a, b, joined in zip(rows["t_s"], rows["t_s"][1:], rows["joined"][1:])), "nothing lies between two rows of one time"
for e in run["events"]:  # a row before and one behind each edge of an output
    if e["what"] in ("load", "prealarm", "charger") and e["t_s"] > 1 and "stays" not in e:
        states = [rows[e["what"]][i] for i, t in enumerate(rows["t_s"]) if t == e["t_s"]]
        assert states == [1 - e["on"], int(e["on"])], (e, states)
for place, cell in (("cell_mv_min", "cell_min_mv"), ("cell_mv_max", "cell_max_mv")):  # the tile and the curve
    extreme = min if place == "cell_mv_min" else max
    assert extreme(rows[cell]) == run["totals"][place]["mv"] == extreme(series["buckets"][cell][place[-3:]]), place
assert abs(float(open("high").read()) - run["totals"]["load_on_s"]) < 1, "CSV: the time with Load high"
spread = [series["buckets"][f"cell_{key}_mv"] for key in ("min", "max", "spread")]
assert max(rows["cell_spread_mv"]) == max(spread[2]["max"]) > 0, "the largest spread is a row"
for i in range(count):  # its greatest is of one instant: within what the two extremes leave, and not below its mean
    low, high = spread[1]["min"][i] - spread[0]["max"][i], spread[1]["max"][i] - spread[0]["min"][i]
    assert max(low, spread[2]["mean"][i]) - 1 <= spread[2]["max"][i] <= high + 1, (i, low, spread[2]["max"][i], high)
assert all(abs(high - low - apart) <= 1 for low, high, apart in zip(rows["cell_min_mv"], rows["cell_max_mv"], rows["cell_spread_mv"]))
share = sum(part * series["bucket_s"] for part in series["buckets"]["load"]["mean"])
assert abs(share - run["totals"]["load_on_s"]) < 1, share
energy = run["energy"]
assert energy["span_days"] == 1 and abs(sum(sum(one["wh"]) for one in energy["users"]) - run["totals"]["energy_out_wh"]) < 1, "who used it"
assert abs(sum(sum(one["wh"]) for one in energy["sources"]) - run["totals"]["energy_in_wh"]) < 1, "who gave it"
incidents = [(e["kind"], e["from_s"], e.get("cut_s"), e["to_s"]) for e in run["incidents"] if e["kind"] == "cut"]
for kind, start, cut, to in incidents:
    edge = [e for e in run["events"] if e["t_s"] == cut and e["what"] == "load"][0]
    assert not edge["on"] and start <= cut
assert len(incidents) == run["totals"]["load_cuts"] == 4, incidents
assert run["story"].startswith("Dark 4 times. First: day "), run["story"]
assert [e["met"] for e in run["expectations"]] == [True, True]
cuts = [e for e in run["events"] if e["what"] == "load" and not e["on"] and e["cause"] == "atd_lost"]
assert len(cuts) == 1 and run["totals"]["load_cuts"] == 4
assert run["totals"]["load_cuts_by_cause"] == {"supply_low": 1, "atd_lost": 1, "chain_open": 1, "internal_fault": 1}  # LOAD-8
dark = run["totals"]["system_on_s"] - run["totals"]["load_on_s"]
assert 0 <= run["totals"]["dark_s"] - dark < 1 and run["totals"]["dark_waiting_s"] == 0, (run["totals"]["dark_s"], dark)
assert not any("stays" in e for e in run["events"])
alarm = max(e["t_s"] for e in run["events"] if e["what"] == "prealarm" and e["on"] and e["t_s"] < cuts[0]["t_s"])
assert cuts[0]["t_s"] - alarm >= 30, "LOAD-3"
high = 0.0
last = None
for e in run["events"]:
    if e["what"] == "load":
        high += e["t_s"] - last if not e["on"] else 0.0
        last = e["t_s"]
high += run["duration_s"] - last
assert abs(high - run["totals"]["load_on_s"]) < 1e-6, (high, run["totals"]["load_on_s"])
blinks = [e for e in run["events"] if e["what"] == "led_fault" and 61200 < e["t_s"] < 61220]
assert len(blinks) <= 2, "LED-3: blinking is not among the events"
page = open(sys.argv[2]).read()
assert "<title>A \"small\" &lt;run&gt; &amp; its cut</title>" in page and "<h1>A \"small\" &lt;run&gt; &amp; its cut</h1>" in page
assert f'<p class="story">{html.escape(run["story"], quote=False)}</p>' in page
rows = re.search(r'<table class="incidents".*?</table>', page, flags=re.S)[0].count("<tr class=")
assert rows == len(run["incidents"]) > 4, (rows, len(run["incidents"]))
assert all(f'<dt>{row["label"]}</dt><dd>{html.escape(row["text"], quote=False)}</dd>' in page for row in run["summary"]), "the page rounds otherwise"
told = open("first").read()
assert run["story"] in told, "the story"
assert all(row["text"] in told for row in run["summary"]), "the terminal rounds otherwise"
written = re.sub(r"<script>.*?</script>", "", page, flags=re.S)
assert "NOT met" not in written and "Cut short" not in written
assert "{{" not in written and not re.search(r"/\*\{\{(FILE|UPLOT|DATA\}\}\*/null)", page)
assert page_data.read(page) == run, "the page has other data"
assert not re.search(r'(?:src|href)="?(?:https?:)?//', page), "the page fetches something"
scripts = re.findall(r"<script>(.*?)</script>", page, flags=re.S)
assert len(scripts) == 3, f"{len(scripts)} scripts"
open("page.js", "w").write(scripts[-1])
for name in re.findall(r"\bfunction (\w+)\(", scripts[-1]):
    assert len(re.findall(rf"\b{name}\b", scripts[-1])) > 1, f"the page does not call {name}()"
PYTHON
# the joined parts share one scope, so a name declared in two of them is found only here
node --check page.js || fail 'report: its script does not parse; the parts are in web/report/'
# the page has a name for each kind of event
while read -r word; do
    grep --quiet "^$word: { name: " page.js || fail "report: the page has no name for events of the kind '$word'"
done < <(sed -n 's/^ *\[EDGE_[A-Z_]*\] = "\([a-z_]*\)",$/\1/p' "$ROOT/result/write_json_edges.c")

grep --quiet --line-regexp '\$timescale 1 ms \$end' one.vcd || fail 'vcd: timescale'
says_not one.vcd date
awk '/^#/ { now = substr($0, 2) + 0; if (seen && now <= last) exit 1; last = now; seen = 1 } END { if (last != 86400000) exit 1 }' one.vcd ||
    fail 'vcd: times'
awk '/var wire 1 . led_fault / { code = $4 } /^#/ { now = substr($0, 2) + 0 }
    $0 == "1" code && now >= 61200000 && now < 61220000 { blinks++ } END { exit blinks < 9 }' one.vcd ||
    fail 'LED-3: vcd: no blinking'
if command -v vcd2fst >/dev/null; then
    vcd2fst one.vcd one.fst >/dev/null 2>&1 || fail 'vcd: vcd2fst cannot read it'
fi

# What is too much for it is told, and is unknown in it: nine blinks in 5.5 s for half a day (LED-3).
cat >blinks.yaml <<'YAML'
title: A fault that blinks
run: {duration: 12 h}
bank: {battery: 12.8 V, capacity_ah: 100, state_of_charge_pct: 50}
loads: [{name: lamp, power_w: 1}]
events: [{at: "day 1 00:01", what: internal_fault, value: 9}]
YAML
smallbms run blinks.yaml --quiet --json blinks.json
[[ $status == 0 && ! -s err ]] || fail "blinks: exit $status: $(cat err)"
smallbms run blinks.yaml --quiet --vcd blinks.vcd
[[ $status == 0 ]] && one_line err || fail "blinks: exit $status: $(cat err)"
left=$(sed -n 's/^smallbms: the wires of --vcd hold the first 100000 changes, \([0-9]*\) are not in it$/\1/p' err)
((left > 41185 - 30 && left < 41185 + 30)) || fail "vcd: of changes left out it says '$(cat err)'"
changes=$(grep --count '^[01][a-i]$' blinks.vcd)
((changes >= 100000 && changes <= 100000 + 9)) || fail "vcd: $changes changes, with the nine wires as they begin"
[[ $(tail --lines 10 blinks.vcd | tr '\n' ' ') == 'xa xb xc xd xe xf xg xh xi #43200000 ' ]] || fail "vcd: behind the last change: $(tail --lines 10 blinks.vcd)"

# ---- what floats from the start says why in every output (SAFE-1) -------------------------------------------

sed 's/mean_c: 20/mean_c: 0/; s/charge_pct: 4/charge_pct: 4.8/; s/^events:/events:\n  - {at: "day 1 00:20:00", what: supply_dip, value: 7000, for_s: 2}/; /internal_fault/d' a.yaml >cold.yaml
smallbms run --until '30 min' cold.yaml --csv cold.csv --vcd cold.vcd --json cold.json --report cold.html
[[ $status == 0 ]] || fail "cold: exit $status: $(cat err)"
says out 'day 1 00:00:00  Charger stays floating: battery 1 cell 1 at 0.0 degC, below 5.0 degC'
says out 'day 1 00:20:02  Load stays floating: the wait after the last cut is not over' # LOAD-8
says out 'day 1 00:20:05  Load high: the wait after the last cut is over; it floated for 5 s'
says out '2 cuts: 1 supply_low, 1 atd_lost'
says out 'with the system on; 2.3 s of it only for a wait'
grep --quiet '^0.125,0,.*,0,0,0,,,atc_lost$' cold.csv || fail 'csv: no row for what stays floating'
grep --quiet '^1202.875,0,.*,0,0,0,hold_off,,$' cold.csv || fail 'csv: no row for the wait'
python3 - cold.json cold.html <<'PYTHON' || fail 'what stays: see above'
import json, page_data, sys
text = open(sys.argv[1]).read()
run = json.loads(text)
stays = [(e["what"], e["on"], e["cause"]) for e in run["events"] if e.get("stays")]
assert stays == [("charger", False, "atc_lost"), ("charger", False, "atc_lost"), ("load", False, "hold_off")], stays
assert run["totals"]["charger_cuts"] == 0 and run["totals"]["load_cuts"] == 2
assert run["totals"]["dark_waiting_s"] == 2.25, run["totals"]["dark_waiting_s"]
assert page_data.read(open(sys.argv[2]).read()) == run, "the page has other data"
PYTHON
awk '/var wire 1 . charger / { code = $4 } $0 == "1" code || ($0 == "0" code && seen++) { exit 1 }' cold.vcd ||
    fail 'vcd: Charger moves'

# ---- dates, where the run starts on one ---------------------------------------------------------------------

sed 's/  duration: 1 days/  duration: 1 days\n  start: 2028-02-29/' a.yaml >dated.yaml
smallbms run dated.yaml --csv dated.csv --json dated.json
says out 'day 1 00:00:00 (Tue 2028-02-29)  Load high: start-up'
grep --quiet --extended-regexp '^  lowest cell .*, day 1 [0-9:]{8} \(Tue 2028-02-29\)$' out || fail 'dates: the totals have none'
[[ $(head -n 1 dated.csv) == "$header,date_time" ]] || fail "dates: csv: header $(head -n 1 dated.csv)"
grep --quiet '^0.875,.*,start_up,,start_up,2028-02-29 00:00:00.875$' dated.csv || fail 'dates: csv: the first edge has none'
[[ $(tail -n 1 dated.csv) == 86400.000,*,2028-03-01\ 00:00:00.000 ]] || fail "dates: csv: it ends with $(tail -n 1 dated.csv)"
python3 - dated.json one.json <<'PYTHON' || fail 'dates: json: see above'
import json, sys
dated, counted = (json.load(open(name)) for name in sys.argv[1:])
assert dated["start"] == "2028-02-29" and dated["start_day_of_year"] == 60
assert "start" not in counted
PYTHON

# ---- expectations -------------------------------------------------------------------------------------------

sed 's/count_max: 1}/count_max: 3}/; s/count_min: 1,/count_min: 2,/' a.yaml >unmet.yaml
smallbms run unmet.yaml --json unmet.json
[[ $status == 1 ]] || fail "unmet: exit $status, not 1"
line=$(grep --line-number 'count_min: 2' unmet.yaml | cut -d: -f1)
[[ $(<err) == "unmet.yaml:$line: expectation not met: Load floats by atd_lost 2 to 3 times; observed: once" ]] ||
    fail "unmet: $(cat err)"
says out '  NOT MET     Load floats by atd_lost 2 to 3 times'
[[ -s unmet.json ]] || fail 'unmet: the result was not written'

# each kind, met and unmet: KEYS WORDS
while IFS='|' read -r expected keys words; do
    { sed '/^expect:/,$d' a.yaml && printf 'expect:\n  - {%s}\n' "$keys"; } >e.yaml
    smallbms run --quiet e.yaml
    [[ $status == "$expected" ]] || fail "{$keys}: exit $status, not $expected: $(cat err)"
    says out "$words"
done <<'CASES'
0|what: output, output: load, is: high, at: "day 1 00:00:01"|Load is high at day 1 00:00:01
1|what: output, output: charger, is: floating, at: "day 1 12:00"|Charger was high
0|what: by, output: charger, is: high, after: "day 1 14:01", at: "day 1 14:06"|at day 1 14:05:0
1|what: by, output: charger, is: high, after: "day 1 14:01", at: "day 1 14:04"|Charger was floating all the time
0|what: by, output: charger, is: high, after: "day 1 10:00", at: "day 1 11:00"|Charger was high already
1|what: cells, mv_min: 2900, mv_max: 4000|all cells stay within 2900 to 4000 mV
0|what: cells, mv_min: 2000, mv_max: 4000|the lowest was at 27
1|what: load_current, current_a_max: 0.1|at most 0.150 A
0|what: load_current, current_a_max: 1|Load output never carries more than 1.00 A
1|what: edges, output: charger, to: floating, count_max: 0|Charger never floats
1|what: warning, seconds_min: 80000|shortest pre-alarm 30.5 s, cut at day 1 14:00:30
0|what: state_of_charge, pct_min: 1.5|1.566 % at day 1 04:20:00, 99.802 % at day 1 18:30:00
1|what: state_of_charge, pct_min: 4|state of charge is always at least 4 %
0|what: state_of_charge, pct_min: 60, at: "day 1 13:00"|it was 97.606 %
1|what: state_of_charge, pct_min: 5, pct_max: 40, at: "day 1 13:00"|state of charge is 5 to 40 % at day 1 13:00:00
0|what: high_share, output: load, pct_min: 20, pct_max: 75|74.693 %; it floated longest for 5 h 29 min, from day 1 00:21:25
1|what: high_share, output: charger, pct_min: 99|Charger is high for at least 99 % of the time
0|what: edges_a_day, output: load, to: floating, count_max: 5|Load floats at most 5 times a day
1|what: edges_a_day, output: load, to: floating, count_max: 4|most on day 1: 5 times
0|what: longest, output: load, is: floating, for_max: 5.5 h|longest 5 h 29 min, from day 1 00:21:25 to day 1 05:50:52
1|what: longest, output: load, is: floating, for_max: 5.49 h|longest 05:29:27.750, from day 1 00:21:25 to day 1 05:50:52
CASES

# ---- currents beyond what a battery may carry ---------------------------------------------------------------

sed '/^expect:/,$d; s/power_w: 60/current_a: 210, behind: battery, voltage_mv_min: 5000, hours: "00:01-00:02"/; s/charge_pct: 4/charge_pct: 60/' a.yaml >strained.yaml
smallbms run strained.yaml --json strained.json
grep --quiet --extended-regexp '^  discharge       above the recommended 100 A of a battery for 60 s, above its maximum of 200 A for 60 s: 2[0-9]{2}\.[0-9] A, string 1, day 1 00:0[12]:[0-9]{2}$' out ||
    fail "strained: $(grep discharge out)"
python3 - strained.json unmet.json <<'PYTHON' || fail 'strained: json: see above'
import json, sys
strained, calm = (json.load(open(name))["totals"] for name in sys.argv[1:])
out = strained["discharge_current"]
assert (out["recommended_a"], out["max_a"], out["above_recommended_s"], out["above_max_s"]) == (100, 200, 60, 60), out
assert out["string_a_max"] > 200 and out["string"] == 1 and 60 <= out["t_s"] <= 120, out
assert calm["discharge_current"] == {"recommended_a": 100, "max_a": 200, "above_recommended_s": 0, "above_max_s": 0}
assert calm["charge_current"]["recommended_a"] == 50
PYTHON

# ---- a measured profile, beside the scenario or in the working directory ------------------------------------

mkdir system
printf 'time_s,power_w\n0,60\n1800,0\n3600,0\n' | tee power.csv >system/power.csv
sed 's/power_w: 60/profile: power.csv/' unmet.yaml >system/measured.yaml
smallbms run system/measured.yaml
cp out beside
smallbms run - <system/measured.yaml
cmp --silent out beside || fail 'profile: from standard input it is another run'
printf 'time_s,power_w\n0,60\n0,0\n' >system/power.csv
refused 'system/power.csv:3:1: time_s 0 is not above that of the row before' system/measured.yaml --csv new --json kept

# ---- what is refused: nothing written, what stood there stays -----------------------------------------------

refused 'No such file' missing.yaml --csv new --json kept
for mark in '\xFF\xFE' '\xFE\xFF'; do
    printf '%b' "${mark}t\\0i\\0" >wide.yaml
    refused 'wide.yaml:1:1: this is UTF-16, the file must be saved as UTF-8' wide.yaml --csv new --json kept
done
printf 'title: x\nfoo: 1\n' >bad.yaml
refused bad.yaml: bad.yaml --csv new --json kept
refused 'did you mean --report?' --reprot new a.yaml
refused 'no SCENARIO' --csv new
refused 'b.yaml' a.yaml b.yaml --csv new
refused '--seed' a.yaml --csv new --seed x
refused '--seed' a.yaml --csv kept --seed -1
refused '--seed' a.yaml --csv kept --seed 9007199254740992
refused '--until' a.yaml --csv kept --until soon
refused 'outside the run' a.yaml --csv kept --until '2 days'
refused 'outside the run' a.yaml --csv kept --until 'day 1 00:00'
refused '--interval-s' a.yaml --csv kept --interval-s 0
refused '--image needs --device avr' a.yaml --csv kept --image x.elf
refused '--eeprom needs --device avr' a.yaml --csv kept --eeprom new
refused 'both write to' a.yaml --device avr --csv new --eeprom new
refused 'did you mean native?' a.yaml --csv kept --device natve
refused 'both write to' a.yaml --csv new --json new
refused 'both write to' a.yaml --csv - --vcd -
refused 'must name a file' a.yaml --report -
refused 'must name a file' a.yaml --csv ''
refused 'overwrite the scenario' a.yaml --csv ./a.yaml
refused 'no-such-folder/x' a.yaml --json kept --csv no-such-folder/x
refused 'cannot write' a.yaml --json kept --csv .
if ((EUID != 0)); then
    mkdir closed
    chmod a-w closed
    refused 'closed/x' a.yaml --json kept --csv closed/x
fi
if [[ -e /dev/full ]]; then
    status=0
    "$SMALLBMS" run a.yaml >/dev/full 2>err || status=$?
    [[ $status == 2 && -s err ]] || fail "a full stdout: exit $status"
    smallbms run a.yaml --csv /dev/full
    [[ $status == 2 && -s err ]] || fail "a full file: exit $status"
fi

# ---- cells that no battery is made of: an end with one line, and no file -----------------------------------------

cat >no-cell.yaml <<'YAML'
title: A cell whose surface runs away in the cold
run: {duration: 1 days}
bank: {battery: 12.8 V, capacity_ah: 10, state_of_charge_pct: 50, board_mohm_ah: 0}
ambient: {mean_c: -40}
loads: [{name: lamp, current_a: 20, behind: battery}]
cell:
  {name: made, evidence: made up, temp_c_min: 20, temp_c_max: 30, discharge_c_max: 1, charge_c_max: 1, r0_ohm_ah: 0.001,
   r0_j_per_mol: 0, exchange_per_h: 1, exchange_j_per_mol: 0, tau1_s: 70, diffusion1_h: 1, diffusion1_j_per_mol: 100000,
   diffusion1_tau_s: 60, hysteresis_gamma: 50, ocv: [{soc: 0, v: 2}, {soc: 0.1, v: 3.2}, {soc: 1, v: 3.6}],
   hysteresis: [{soc: 0, v: 0}, {soc: 1, v: 0}]}
YAML
refused 'no-cell.yaml: day 1 00:00:' no-cell.yaml --json new --csv kept
says err 'which no battery has; its cells, loads and charger do not fit together'
sed -i 's/diffusion1_h: 1,/diffusion1_h: 0.1,/; s/100000/0/; s/, behind: battery//' no-cell.yaml
smallbms run no-cell.yaml
[[ $status == 0 ]] || fail "a possible cell: exit $status: $(cat err)"

# ---- many edges ---------------------------------------------------------------------------------------------

{
    sed '/^events:/,$d' a.yaml
    echo 'events:'
    for minute in {10..59}; do
        printf '  - {at: "day 1 00:%s:00", what: switch_off}\n  - {at: "day 1 00:%s:30", what: switch_on}\n' "$minute" "$minute"
    done
} >many.yaml
smallbms run --until '1 h' many.yaml
(($(grep --count '^day' out) == 200)) || fail "many edges: $(grep --count '^day' out) lines"
grep --quiet --extended-regexp '^\.\.\. and [0-9]+ more; --csv or --json has them$' out || fail 'many edges: not told how many more'

# ---- equipment in the totals: the section solar beside it, what converters lose, names of any letters and length ------

cat >equipment.yaml <<'YAML'
title: Energy of equipment
run: {duration: 1 days}
bank: {battery: 12.8 V, capacity_ah: 100, state_of_charge_pct: 60}
solar: {panel_w: 100}
buses: [{name: tow, voltage: 24 V}, {name: кабина}]
equipment:
  - {name: up, kind: dc_dc_converter, from: bank, to: tow}
  - {name: защита, kind: battery_protect, from: bank, to: кабина}
  - {name: a name of more than sixteen bytes, kind: inverter, on: tow, power_w: 100, control: load}
  - {name: shore, kind: charger, on: bank, control: pre_alarm}
loads:
  - {name: радио, on: tow, power_w: 30}
  - {name: свет, on: кабина, power_w: 10}
YAML
smallbms run "$ROOT/scenarios/equipment-relay.yaml" --report relay.html
grep --quiet '^<tr><td>contactor<.*<td class="number">8</td></tr>$' relay.html || fail "a relay: makes in the page: $(grep '^<tr><td>contactor<' relay.html)"
smallbms run equipment.yaml --json equipment.json --report equipment.html
[[ $status == 0 ]] || fail "equipment: exit $status: $(cat err)"
# makes are counted of a contact that bounces alone: of others the page has none, rather than 0
grep --quiet '^<tr><td>up<.*<td class="number">&ndash;</td></tr>$' equipment.html || fail "equipment: makes in the page: $(grep '^<tr><td>up<' equipment.html)"
python3 - out equipment.json <<'PYTHON' || fail 'equipment: the totals'
import json, re, sys
lines = open(sys.argv[1], encoding="utf-8").read().split("\n")
run = json.load(open(sys.argv[2], encoding="utf-8"))
row = {name: line for name in ("energy", "Solar charger", "up", "защита", "a name of more than sixteen bytes", "shore")
       for line in lines if line.startswith(f"  {name} ")}
assert re.match(r"  up {14}\d", row["up"]) and re.match(r"  защита {10}\d", row["защита"]), row
assert re.match(r"  a name of more than sixteen bytes \d", row["a name of more than sixteen bytes"]), row
assert row["shore"] == "  shore           nothing given or taken; 0 changes", row
solar, up = run["equipment"][0], run["equipment"][1]
assert solar["name"] == "Solar charger" and row["Solar charger"].startswith(f"  Solar charger   {solar['given_wh']:.0f} Wh given; "), row
assert abs(solar["given_wh"] - run["totals"]["energy_in_wh"]) < 0.01
lost = run["totals"]["energy_converters_wh"]
assert lost > 100 and abs(lost - (up["taken_wh"] - up["given_wh"])) < 0.01, (lost, up)
assert row["energy"].endswith(f" lost in cables, {lost:.0f} Wh in converters"), row
PYTHON
# The relay that Load drives is there only where something is behind it, or where the file has it.
says out 'Load at most 0.00 A'
for relay in 's/on: кабина, power_w/behind: relay, power_w/' '$a load_relay: {hold_a: 0.15}' '/^buses/,/^loads/{/^loads/!d}; s/on: [^,]*, power_w/behind: battery, power_w/'; do
    sed "$relay" equipment.yaml >relay.yaml
    smallbms run relay.yaml
    [[ $status == 0 ]] || fail "load relay: exit $status: $(cat err)"
    says out 'Load at most 0.15 A'
done

# ---- Ctrl-C in a long run -----------------------------------------------------------------------------------

sed 's/  duration: 1 days/  duration: 7300 days\n  start: 2026-03-01/; /^events:/,/^[a-z]*:/{/^events:/d;/^ /d}; /^expect/,$d' a.yaml >years.yaml
interrupted=0
timeout --preserve-status --signal=INT 1 "$SMALLBMS" run years.yaml --csv part.csv --json part.json --report part.html >out 2>err || interrupted=$?
[[ $interrupted == 130 ]] || fail "Ctrl-C: exit $interrupted, not 130: $(cat err)"
one_line err && says err 'interrupted at day ' && says out 'Cut short at day '
python3 - part.json part.csv part.html <<'PYTHON' || fail 'Ctrl-C: see above'
import csv, json, sys
run = json.load(open(sys.argv[1]))
assert run["cut_short"] and 0 < run["duration_s"] < 7300 * 86400, run["duration_s"]
series = run["series"]
assert (series["count"] - 1) * series["bucket_s"] < run["duration_s"] <= series["count"] * series["bucket_s"]
assert min(2000, run["duration_s"] / 120) <= series["count"] <= 4000, (series["count"], run["duration_s"])
last = list(csv.DictReader(open(sys.argv[2])))[-1]
assert float(last["t_s"]) == run["duration_s"], last["t_s"]
page = open(sys.argv[3]).read()
assert "Cut short: the run was interrupted after " in page and f"<title>Cut short – {run['title']}</title>" in page.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
PYTHON
# sent twice at once it is one, as that of timeout(1), which signals the process and its group; later it is another
python3 - "$SMALLBMS" <<'PYTHON' || fail 'Ctrl-C twice: see above'
import fcntl, os, re, signal, subprocess, sys, time
def run(between_s, stdout, *arguments):
    command = subprocess.Popen([sys.argv[1], "run", "years.yaml", *arguments], stdout=stdout, stderr=subprocess.PIPE,
                               preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))  # a shell's background ignores it
    while not int(re.search(r"SigCgt:\s*(\w+)", open(f"/proc/{command.pid}/status").read())[1], 16) >> signal.SIGINT - 1 & 1:
        assert command.poll() is None, command.stderr.read()
        time.sleep(0.01)  # until it catches it
    time.sleep(0.2)
    command.send_signal(signal.SIGINT)
    time.sleep(between_s)
    command.send_signal(signal.SIGINT)
    return command
command = run(0, subprocess.PIPE, "--quiet")
errors = command.communicate()[1]
assert command.returncode == 130 and b"interrupted at day " in errors, (command.returncode, errors)
_, full = os.pipe()
os.write(full, bytes(fcntl.fcntl(full, 1032)))  # F_GETPIPE_SZ: it waits for somebody who reads
command = run(0.6, full, "--verbose")
assert command.wait(60) == -signal.SIGINT, command.returncode
PYTHON
# where SIGINT is ignored, as behind nohup, it stays so
(
    trap '' INT
    "$SMALLBMS" run --until '300 days' years.yaml --quiet >out 2>err &
    sleep 0.1
    kill -INT $!
    wait $!
) || fail 'ignored SIGINT'
says_not out 'Cut short'

# ---- help, and a terminal -----------------------------------------------------------------------------------

smallbms run --help
[[ $status == 0 && ! -s err ]] || fail '--help'
for word in --csv --vcd --report --json --seed --until --device --image --eeprom --fixed-steps --quiet --verbose --interval-s 'Examples:' 'Exit status:'; do
    says out "$word"
done
(($(awk '{ if (length($0) > widest) widest = length($0) } END { print widest }' out) <= 90)) || fail '--help is too wide'

# a place without pseudo-terminals (a bare chroot) cannot show this
if script --quiet --return --command true typescript >/dev/null 2>&1 </dev/null; then
    TERM=xterm script --quiet --return --command "stty cols 60; '$SMALLBMS' run a.yaml" typescript >/dev/null </dev/null || fail 'on a terminal'
    says typescript $'\033[31mLoad floats'
    sed 's/\x1b\[[0-9;]*m//g; s/\r//g' typescript | grep '^day\|^ \{16\}' | awk 'length($0) > 60 { exit 1 }' || fail 'lines are not broken at 60 columns'
    NO_COLOR=1 TERM=xterm script --quiet --return --command "'$SMALLBMS' run a.yaml" typescript >/dev/null </dev/null || fail 'on a terminal'
    says_not typescript $'\033['
    # the line that says how far a run is: one line however narrow the terminal is, with the simulated date and the time left
    for columns in 24 40 100; do
        TERM=xterm script --quiet --command "stty cols $columns; timeout --signal=INT 1 '$SMALLBMS' run years.yaml" typescript >/dev/null </dev/null || true
        tr '\r' '\n' <typescript | sed 's/\x1b\[K//g' | grep ' %  day [0-9]' >redraws || fail "progress at $columns columns: none"
        awk -v columns=$columns 'length($0) >= columns { exit 1 }' redraws || fail "progress at $columns columns: wider than the terminal"
    done
    grep --quiet --extended-regexp '^\[#*\.+\] +[0-9]+ %  day [0-9]+ \(20[0-9-]+\)  .* left$' redraws || fail "progress: $(tail -n 1 redraws)"
fi

exit $failed
