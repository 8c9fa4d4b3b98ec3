#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What is told of a run in words is what happened: who took, what ended it, for how long, and the same numbers as the totals':
# SMALLBMS=... ROOT=... tests/test_story.sh
set -euo pipefail
source "$(dirname "$0")/command.bash"
unset NO_COLOR

# run_of NAME: the scenario on stdin as NAME.json and NAME.html
run_of() {
    cat >"$1.yaml"
    smallbms run "$1.yaml" --json "$1.json" --report "$1.html" --quiet
    [[ $status == 0 ]] || fail "$1: exit $status: $(cat err)"
}

# ---- who took it -------------------------------------------------------------------------------------------------

run_of winch <<'YAML'
title: A winch on the starter battery, with lights on an own bus behind it, a lamp on the bank
run: {duration: 1 h}
bank: {battery: 12.8 V, capacity_ah: 50, state_of_charge_pct: 5}
buses:
  - {name: starter, battery: lead_acid, capacity_ah: 200}
  - {name: engine room}
  - {name: cabin}
equipment:
  - {name: key, kind: relay, from: starter, to: engine room, control: load}
  - {name: main switch, kind: relay, from: bank, to: cabin, control: load}
loads:
  - {name: lamp, power_w: 30}
  - {name: cabin light, on: cabin, power_w: 5}
  - {name: winch, on: starter, power_w: 400}
  - {name: engine light, on: engine room, power_w: 60}
YAML
run_of thruster <<'YAML'
title: A thruster of eight seconds pulls a cell under; Load is cut when it is long off
run: {duration: 1 h}
bank: {battery: 12.8 V, capacity_ah: 100, state_of_charge_pct: 8}
ambient: {mean_c: -15}
loads:
  - {name: radio, power_w: 10}
  - {name: thruster, power_w: 2000, voltage_mv_min: 6000, from: "00:30:00", to: "00:30:08"}
YAML
run_of second <<'YAML'
title: A thruster that stops at the very second in which the batteries find the cell under
run: {duration: 1 h}
bank: {battery: 12.8 V, capacity_ah: 100, state_of_charge_pct: 8}
ambient: {mean_c: -15}
loads:
  - {name: radio, power_w: 10}
  - {name: thruster, power_w: 2000, voltage_mv_min: 6000, from: "00:30:00", to: "00:30:02"}
YAML
run_of heater <<'YAML'
title: The batteries' own heater empties them
run: {duration: 6 h}
bank: {battery: 12.8 V, capacity_ah: 100, state_of_charge_pct: 30}
ambient: {mean_c: -15}
equipment: [{name: battery heater, kind: heater, on: bank, power_w: 200}]
loads: [{name: clock, power_w: 1}]
YAML
run_of idle <<'YAML'
title: An idle inverter
run: {duration: 8 h}
bank: {battery: 12.8 V, capacity_ah: 100, state_of_charge_pct: 30}
equipment: [{name: inverter, kind: inverter, on: bank, control: load, power_w: 2000, no_load_w: 60}]
loads: [{name: clock, on: inverter, power_w: 1}, {name: leak, power_w: 2, behind: battery}]
YAML
run_of misread <<'YAML'
title: A sensor that is stuck has a cell below, which is full
run: {duration: 30 min}
bank: {battery: 12.8 V, capacity_ah: 50, state_of_charge_pct: 80}
loads: [{name: lamp, power_w: 10}]
events:
  - {at: "day 1 00:10", what: cell_sensor_stuck, battery: 1, cell: 4, value: 2790}
  - {at: "day 1 00:12", what: sensors_mended, battery: 1}
YAML
run_of sag <<'YAML'
title: A starter motor takes the supply down, later the device's own lead dips
run: {duration: 30 min}
bank: {battery: 12.8 V, capacity_ah: 50, state_of_charge_pct: 50}
ambient: {mean_c: -10}
loads:
  - {name: winch, power_w: 5000, voltage_mv_min: 1000, from: "00:05:00", to: "00:05:01"}
  - {name: lamp, power_w: 10}
events:
  - {at: "day 1 00:20:00", what: supply_dip, value: 6000, for_s: 2}
YAML

# ---- how it ended, and for how long ------------------------------------------------------------------------------

run_of alternator <<'YAML'
title: The cells recover by themselves while the alternator charges another battery
run: {duration: 1 days}
bank: {battery: 12.8 V, capacity_ah: 100, state_of_charge_pct: 25}
ambient: {mean_c: -15}
buses: [{name: starter, battery: lead_acid, capacity_ah: 95, state_of_charge_pct: 50}]
equipment: [{name: alternator, kind: alternator, on: starter, current_a_max: 90}]
loads: [{name: fan heater, power_w: 800, from: "08:00", to: "08:30", voltage_mv_min: 8000}]
YAML
run_of off_meanwhile <<'YAML'
title: Switched off for two days in the middle of a cut
run: {duration: 4 days}
bank: {battery: 12.8 V, capacity_ah: 50, state_of_charge_pct: 5}
equipment: [{name: shore, kind: charger, on: bank, current_a_max: 20, hours: "thu 12:00-18:00"}]
loads: [{name: lamp, power_w: 30}]
events: [{at: "day 1 12:00", what: switch_off}, {at: "day 3 12:00", what: switch_on}]
YAML
run_of welded <<'YAML'
title: The relay on Load welds
run: {duration: 6 h}
bank: {battery: 12.8 V, capacity_ah: 100, state_of_charge_pct: 20}
buses: [{name: cabin}]
equipment: [{name: contactor, kind: relay, from: bank, to: cabin, control: load}]
loads: [{name: lights, on: cabin, power_w: 60}]
events: [{at: "day 1 00:10", what: equipment_fault, name: contactor, fault: welded}]
YAML
run_of welded_later <<'YAML'
title: A cut in which the lights are dark, one in which the welded relay feeds them
run: {duration: 10 h}
bank: {battery: 12.8 V, capacity_ah: 100, state_of_charge_pct: 60}
buses: [{name: cabin}]
equipment: [{name: contactor, kind: relay, from: bank, to: cabin, control: load}]
loads: [{name: lights, on: cabin, power_w: 20}]
events:
  - {at: "day 1 02:00", what: supply_dip, value: 7000, for_s: 60}
  - {at: "day 1 04:00", what: equipment_fault, name: contactor, fault: welded}
  - {at: "day 1 06:00", what: supply_dip, value: 7000, for_s: 7200}
YAML
run_of cold_nights <<'YAML'
title: Cold nights, in some of them a charger that nothing stops
run: {duration: 5 days, start: 2026-01-01}
bank: {battery: 12.8 V, capacity_ah: 300, state_of_charge_pct: 70}
ambient: {mean_c: 6, day_c: 5}
equipment: [{name: old charger, kind: charger, on: bank, current_a_max: 4, hours: "02:00-06:00"}]
events: [{at: "day 3 01:00", what: equipment_fault, name: old charger, fault: dead}]
loads: [{name: router, power_w: 10}, {name: clock, power_w: 0.001}]
YAML
run_of switched_off <<'YAML'
title: Off all along
run: {duration: 1 h}
bank: {battery: 12.8 V, capacity_ah: 50, state_of_charge_pct: 50}
remote: {on: false}
loads: [{name: lamp, power_w: 30}]
YAML

# ---- warnings, Charger, starts -----------------------------------------------------------------------------------

run_of alarm <<'YAML'
title: The alarm is switched off once, and sounds as the run ends
run: {duration: 90 min}
bank: {battery: 12.8 V, capacity_ah: 50, state_of_charge_pct: 8}
loads: [{name: lamp, power_w: 20}]
events: [{at: "day 1 01:00", what: switch_off}, {at: "day 1 01:10", what: switch_on}]
YAML
run_of charged <<'YAML'
title: A charger that Charger does not stop
run: {duration: 1 h}
bank: {battery: 12.8 V, capacity_ah: 100, state_of_charge_pct: 40}
equipment: [{name: shore, kind: charger, on: bank, current_a_max: 20}]
loads: [{name: lamp, power_w: 20}]
events: [{at: "day 1 00:20", what: temp_sensor_missing, battery: 1}]
YAML
run_of uncharged <<'YAML'
title: One that it stops
run: {duration: 1 h}
bank: {battery: 12.8 V, capacity_ah: 100, state_of_charge_pct: 40}
equipment: [{name: shore, kind: charger, on: bank, control: charger, current_a_max: 20}]
loads: [{name: lamp, power_w: 20}]
events: [{at: "day 1 00:20", what: temp_sensor_missing, battery: 1}]
YAML
run_of beside <<'YAML'
title: An alternator that charges another battery alone
run: {duration: 1 h}
bank: {battery: 12.8 V, capacity_ah: 100, state_of_charge_pct: 40}
buses: [{name: starter, battery: lead_acid, capacity_ah: 95, state_of_charge_pct: 50}]
equipment: [{name: alternator, kind: alternator, on: starter, current_a_max: 90}]
loads: [{name: lamp, power_w: 20}]
events: [{at: "day 1 00:20", what: temp_sensor_missing, battery: 1}]
YAML
run_of cold <<'YAML'
title: Cold from the start, and charged
run: {duration: 1 h}
bank: {battery: 12.8 V, capacity_ah: 100, state_of_charge_pct: 40}
ambient: {mean_c: -3}
equipment: [{name: shore, kind: charger, on: bank, current_a_max: 20}]
loads: [{name: lamp, power_w: 20}]
YAML
run_of empty <<'YAML'
title: Empty from the start
run: {duration: 1 h}
bank: {battery: 12.8 V, capacity_ah: 50, state_of_charge_pct: 0}
loads: [{name: lamp, power_w: 30}]
YAML

smallbms run "$ROOT/scenarios/equipment-battery_protect.yaml" --json protect.json --quiet
python3 - <<'PY' || fail 'see above' # what is told is what happened
import html, json, re

def run(name):
    return json.load(open(f"{name}.json"))

def told(name, *words):
    story = run(name)["story"]
    for word in words:
        assert word in story, (name, word, story)

def not_told(name, *words):
    assert not any(word in run(name)["story"] for word in words), (name, words, run(name)["story"])

told("winch", "lamp (30 W) and cabin light (5.0 W) took battery 1 cell 1 below")
for name in ("thruster", "second"):
    told(name, "Dark once: day 1 00:30:32, thruster (2000 W, on for 2 s)", " took battery 1 cell 1 below", "30.5 s of warning")
told("heater", "battery heater (", " W) and clock (1.0 W) took")
told("idle", ", inverter (60 W) and 2 more (3.0 W) took")
told("misread", "battery 1 cell 4 below 2.80 V, by a wrong reading; 30.5 s of warning; dark for ", ", until: all cells at 3.20 V or more again.")
not_told("misread", "lamp")
told("sag", "Dark twice. First: day 1 00:05:00, winch (5000 W, on for 0.1 s) and lamp (10 W) took the supply below 7.50 V;")
dip = run("sag")["incidents"][1:]
assert any(one["kind"] == "cut" and one["text"].startswith("supply below 7.50 V;") for one in dip), dip

told("alternator", "until the cells had recovered by themselves")
told("off_meanwhile", "; dark for 35 h 26 min, and switched off for 2 d, until shore charged.")
told("welded", "; Load floated for 2 h 28 min, with all loads fed for ", " of it, to the end of the run.") # then the battery is empty
told("welded_later", "Load floated twice, dark once. First: day 1 02:00:00, ", "dark for 60.8 s", " Longest: day 1 06:00:00, for 2 h, with all loads fed.",
     " Charger floated twice; first: ") # nothing charges this bank, ever
told("cold_nights", " of them at a start", " in all; the bank was charged in 2 of them all the same.")
told("switched_off", "Load was never high: the system was switched off.")

# Load is high again, and a switch that has locked out by itself still floats: the loads behind it are dark all the same
told("protect", "Longest: day 1 01:24:06, for 53 min; a load had no supply for 9 h 56 min more.")
events = run("protect")["events"]
high, closed = [max(e["t_s"] for e in events if e["text"].startswith(words)) for words in ("Load high", "protect: closed")]
assert 9 * 3600 + 55.5 * 60 < closed - high < 9 * 3600 + 56.5 * 60, (high, closed)
assert [" no supply for " in i["text"] for i in run("protect")["incidents"] if i["kind"] == "cut"] == [False, False, False, True]

told("alarm", "Load was never cut. 2 warnings without a cut, the last still high at the end.")
warnings = run("alarm")["incidents"]
assert [(one["kind"], one["to_s"] is None) for one in warnings] == [("prealarm", False), ("prealarm", True)], warnings
assert warnings[0]["text"].endswith(", until it was switched off") and warnings[1]["text"].startswith("warning, still high: "), warnings
told("charged", " Charger floated once: day 1 00:20:0")
not_told("charged", "No charging")
told("uncharged", " No charging once: day 1 00:20:0")
told("beside", " Charger floated once: day 1 00:20:0") # nothing charges that bank either
told("cold", " Too cold to charge once, at a start, for 1 h; the bank was charged all the same.")
told("empty", "Dark once, at a start: day 1 00:00:00, Load stays floating: ")

# one truth: the totals' cuts and starts are the incidents', and the time without Load is theirs but for the start's own samples
names = "winch thruster second heater idle misread sag alternator off_meanwhile welded welded_later cold_nights switched_off alarm charged uncharged beside cold empty"
for name in names.split():
    one = run(name)
    totals, incidents = one["totals"], one["incidents"]
    cuts = [i for i in incidents if i["kind"] == "cut"]
    others = [i for i in incidents if i["kind"] in ("charger", "cold")]
    assert len(cuts) == totals["load_cuts"] + totals["load_starts"], (name, cuts, totals["load_cuts"])
    assert len(others) == totals["charger_cuts"] + totals["charger_starts"], (name, others, totals["charger_cuts"])
    assert 0 <= totals["dark_s"] - sum(i["dark_s"] for i in cuts) < 3, (name, totals["dark_s"], cuts)
    begins = [i.get("cut_s", i["from_s"]) for i in incidents]
    assert begins == sorted(begins), (name, begins)
    # in the table a cut stands at its own time, and its warning in words
    page = open(f"{name}.html").read()
    table = re.findall(r'<td class="when">day (\d+) (\d+):(\d+):(\d+).*?<td class="kind">(.*?)</td><td class="text">(.*?)</td>', page)
    seconds = [((int(d) - 1) * 24 + int(h)) * 3600 + int(m) * 60 + int(s) for d, h, m, s, *_ in table]
    assert seconds == [int(begin) for begin in begins], (name, seconds, begins)
    for (*_, kind, text), incident in zip(table, incidents):
        assert html.unescape(text) == incident["text"], (name, text)
        assert (kind == "no charging") == text.startswith("no charging: ") and (kind == "Charger floats") == text.startswith("Charger floated: "), (name, kind, text)
        warned = incident.get("cut_s", 0) - incident["from_s"]
        assert (" of warning, from day " in text) == (warned > 0), (name, text, warned)
    assert (" No charging " in one["story"]) <= any(kind == "no charging" for *_, kind, _ in table), (name, one["story"], table)
    # the energy of all spans is the total's, however little a span has of it
    used = {user["name"]: sum(user["wh"]) for user in one["energy"]["users"]}
    assert all(abs(used[load["name"]] - load["taken_wh"]) < 0.1 for load in one["loads"]), (name, used, one["loads"])
    # no total calls the time dark in which Load floats: a contact that has welded feeds the loads all the same
    rows = {row["label"]: row["text"] for row in one["summary"]}
    assert "dark" not in rows and "; with the system on" in rows["Load floated"], (name, rows)
assert "; 0 cuts, and a start that left it floating" in [row["text"] for row in run("empty")["summary"] if row["label"] == "Load high"][0]
PY

# ---- docs/RESULTS.md says how many are kept ------------------------------------------------------------------------

kept=$(sed -n 's/^ *INCIDENTS_[A-Z]*_MAX = \([0-9]*\),$/\1/p' "$ROOT/result/incidents.h" | tr '\n' ' ')
document=$(tr '\n' ' ' <"$ROOT/docs/RESULTS.md" | grep --only-matching --extended-regexp 'At most [0-9]+ cuts, +[0-9]+ warnings, [0-9]+ times without Charger, [0-9]+ of cold and [0-9]+ faults')
[[ -n $kept && $(grep --only-matching --extended-regexp '[0-9]+' <<<"$document" | tr '\n' ' ') == "$kept" ]] || fail "docs/RESULTS.md: '$document', not $kept"

# ---- a replay: Load that never was high, an alarm that sounds at the end -------------------------------------------

# told_of FILE STORY
told_of() {
    smallbms replay "$1" --report page.html
    [[ $status == 0 ]] || fail "$1: exit $status: $(cat err)"
    [[ $(grep --only-matching '<p class="story">.*' page.html) == "<p class=\"story\">$2</p>" ]] || fail "$1: $(grep 'class="story"' page.html)"
}

printf 't_s,vbat_mv,remote_l_mv,atc,atd,no_prealarm\n0,13200,13200,1,1,1\n600,13200,13200,1,1,1\n' >off.csv
told_of off.csv 'Load was never high.'
printf 't_s,vbat_mv,remote_l_mv,atc,atd,no_prealarm\n0,13200,0,1,1,1\n60,13200,0,1,1,0\n90,13200,0,1,1,0\n' >sounds.csv
told_of sounds.csv 'Load was never cut. Warnings without a cut: 1, the last still high at the end.'
grep --quiet '; warning without a cut: Pre-alarm was high for [0-9.]* s, to the end</td>' page.html || fail "sounds.csv: $(grep 'class="prealarm"' page.html)"

exit $failed
