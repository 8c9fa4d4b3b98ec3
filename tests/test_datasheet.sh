#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The datasheet (hardware/datasheet.py): every block's rows at the corners, which docs/DATASHEET.md and docs/BENCH.md must say, and the numbers
# that the twin has of the device; the pictures of the sheets and of the waveforms. What is spoiled turns it red: a row, a document, a part
# that gets too much, a picture, and a sample of the measures and parts of every block (all of them in the long run, DEPTH=soak).
set -euo pipefail
ROOT=${ROOT:-$(cd "$(dirname "$0")/.." && pwd)}
cd "$ROOT"

. tests/hardware.bash

documents=$directory/docs
datasheet() { # STATUS WORDS [ARGUMENT...]
    local status=0
    python3 "$copy/datasheet.py" --corners --hardware "$copy" --documents "$documents" --build "$directory/build" "${@:3}" >"$directory/said" 2>&1 ||
        status=$?
    [[ $status == "$1" ]] || fail "datasheet.py ${*:3}: exit $status, not $1"
    grep --quiet --extended-regexp -- "$2" "$directory/said" || fail "datasheet.py ${*:3} does not say: $2"
}

# everything as it is: the one run of all blocks at the corners
python3 hardware/datasheet.py --corners --check --build "$directory/build" >"$directory/said" 2>&1 || fail 'the datasheet does not hold'
grep --quiet '^the documents and the twin say the same$' "$directory/said" || fail 'the documents are not compared'
! grep --extended-regexp '^.{101,}' "$directory/said" || fail 'the table is wider than 100 columns'
((failed == 0)) || exit 1
rows=$(for name in $(sed --quiet '/^\[blocks\]/,/^$/s/^\([a-z0-9-]*\) = .*/\1/p' hardware/datasheet.toml); do
    [[ ! -e hardware/$name.toml ]] || cat "hardware/$name.toml"
done | grep --count '^ *{name = "')
grep --quiet "^$rows rows: " "$directory/said" || fail "the table does not have the $rows rows of the data files"
[[ $(tail --lines=+2 "$directory/build/datasheet.csv" | cut --delimiter=, --fields=2 | sort | uniq --repeated) == '' ]] || fail 'a name stands twice'
head --lines=1 "$directory/build/datasheet.csv" | grep --quiet '^block,row,rules,what,unit,bound,limit,typical,worst,margin,' || fail 'the CSV has other columns'
grep --quiet '^4,SQM120P10-10m1L,,,100V,TO-263,TO-263-2,Vishay Siliconix,.*,LOAD.M1 LOAD.M2 PREALARM.M1 PREALARM.M2$' "$directory/build/bom.csv" || fail 'the bill of materials counts wrongly'
python3 hardware/picture.py --check || fail 'a picture is not that of its sheet'
python3 hardware/plots.py --check || fail 'a waveform is not what is simulated'

# each of these turns it red; one row of one block is enough for each
fresh
cp -r docs "$documents"
printf 'draws = 1\nblocks = {load = "Load"}\nnot_simulated = []\nplot = []\nsame = []\n' >"$copy/datasheet.toml"
sed --quiet 's/^\[immunity[.].*/&\ninstead = {discharge = "-", burst = "-", surge = "-"}/p' hardware/datasheet.toml >>"$copy/datasheet.toml"
sed --in-place '/^    {name = /{/"load_drop"\|"load_fall"/!d}; /^\[ratings_not_met\]/,/^$/d' "$copy/load.toml"
datasheet 1 '^docs/DATASHEET.md has a row load_rise that is not simulated$' --check
python3 "$copy/datasheet.py" --corners --hardware "$copy" --documents "$documents" --build "$directory/build" --write >/dev/null || fail 'two rows do not pass'
datasheet 0 '^2 rows: 2 pass, 0 not met, 0 fail$' --check
change "$documents/DATASHEET.md" '/load_drop/s/| 61.5 |/| 58.5 |/'
datasheet 1 '^docs/DATASHEET.md: load_drop: 58.5, and a corner has 61.5$' --check
change "$documents/DATASHEET.md" '/load_drop/s/| 58.5 |/| 61.5 |/; s/^- \*typical\*/- *usual*/'
datasheet 1 '^docs/DATASHEET.md says: - \*usual\*' --check
change "$documents/DATASHEET.md" 's/^- \*usual\*/- *typical*/'
change "$documents/BENCH.md" '/load_fall/d'
datasheet 1 '^docs/BENCH.md does not have the rows' --check
change "$copy/load.toml" '/"load_drop"/s/max = 0.1/max = 0.06/'
datasheet 1 '^load_drop .* FAIL$'
change "$copy/load.toml" '/"load_drop"/s/max = 0.06/max = 0.06, not_met = "the FETs take it"/'
datasheet 0 '^load_drop .* not met$'
grep --quiet '1 pass, 1 not met, 0 fail' "$directory/said" || fail 'what is not met is not counted'
change "$copy/load.toml" '/"load_drop"/s/max = 0.06/max = 0.1/'
datasheet 1 '^load_drop .* FAIL$'
change "$copy/load.toml" '/"load_drop"/s/not_met = "[^"]*", //; s/measure = "fall"/measure = "energy"/'
change "$copy/load.toml" '$a[ratings_not_met]\nM1 = {benches = ["held"], why = "it is not too much for it"}'
change "$copy/load.toml" '$aDZ = {benches = ["turn_off"], why = "in another bench it is too much"}'
change "$copy/parts/bzx84-c12.toml" 's/^pulse_power_w = \[40,/pulse_power_w = [0.001,/'
datasheet 1 '^  M1 .* FAIL$'
grep --quiet '^  DZ .* FAIL$' "$directory/said" || fail 'a part may take what it likes'
fresh
change "$copy/load.sch" '/name=QN /s/rating=160V/rating=200V/'
datasheet 2 'QN is drawn for 200V, and its part is not' --block load
fresh
change "$copy/datasheet.toml" "s/SWITCHED_DROP_V (/SWITCHED_LOSS_V (/; s/^row = \"charger_drop\"/row = \"load_drop\"/"
python3 - "$copy" >"$directory/said" 2>&1 <<'END' || fail 'the numbers of the twin are not compared'
import sys
import tomllib
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import blocks
import report
directory = Path(sys.argv[1])
sheet = report.Sheet(tomllib.loads((directory / "datasheet.toml").read_text()), [])
for name in ("charger",):
    sheet.blocks[name] = blocks.read(name)
sheet.blocks["load"] = blocks.read("load")
said = report.other_numbers(sheet, Path.cwd())
print("\n".join(said))
assert any("CHARGER_DROP_V" in text and "is 0.6, and the datasheet has 0.1" in text for text in said)
assert any("SWITCHED_LOSS_V" in text and "is not there" in text for text in said)
assert any("device_own_normal" in text and "no row" in text for text in said)
END

# a terminal that nothing hits, one where a kind of pulse is missing, rows of another sheet, a row that is not there, a terminal that is none
python3 - >"$directory/said" 2>&1 <<'END' || fail 'a terminal without its rows of immunity is not seen'
import sys
sys.path.insert(0, "hardware")
import blocks
import report
import tables
sheet = report.Sheet(tables.read(blocks.HERE / "datasheet.toml"), [])
sheet.blocks = {name: blocks.read(name) for name in sheet.data["blocks"]}
assert list(report.immunity_differences(sheet, blocks.HERE)) == []
listed = sheet.data["immunity"]
del listed["H"]
listed["PRE"]["rows"].remove("load_surge")
listed["LOAD"]["rows"] = listed["CHARGER"]["rows"]
listed["L"]["rows"].append("remote_flood")
listed["GND"]["rows"] = ["immunity_burst_vin"]
listed["BUZZER"] = {}
said = "\n".join(report.immunity_differences(sheet, blocks.HERE))
print(said)
for words in ("H has neither a row nor a reason for: discharge", "H has neither a row nor a reason for: bursts", "PRE has neither a row nor a reason for: surge",
              "charger_surge is of charger, which is not at LOAD", "L: no row remote_flood", "GND has both a row and a reason for: bursts",
              "the device has no terminal BUZZER"):
    assert words in said, words
END

# a bench with a block several times: each of them is held against its ratings
python3 - >"$directory/said" 2>&1 <<'END' || fail 'of several blocks in a bench only one is held against its ratings'
import sys
sys.path.insert(0, "hardware")
import blocks
import ratings
block = blocks.read("leds")
bench = blocks.bench_of(block, "lit", blocks.State(block.data["supplies_v"][0], 25, "typical"))
several = sum(line.startswith("X") and line.endswith(" leds") for line in bench.netlist)
asked = {name for name, _ in ratings.probes(block, bench.netlist).measures}
print(several, asked)
assert several > 1 and asked >= {f"DB__{index}" for index in range(2, several + 1)} | {"DB"}
high = {"i_peak": 1.0, "i_end": 1.0, "p_peak": 0, "p_end": 0, "joule": 0}
for key in ("DB", f"DB__{several}"):
    result = {"probes": {name: [high if name == key else dict.fromkeys(high, 0.0)] for name in ("DB", f"DB__{several}")}}
    assert ratings.worst(block, "DB", {}, result, 25).share > 1, key
# the microcontroller's pins, behind ammeters too
for name, pins in (("load", {"MCU_cmd"}), ("chain", {"MCU_drive", "MCU_sense"}), ("header", {"MCU_present", "MCU_tx"}), ("supply", set())):
    assert set(blocks.read(name).pins) == pins, name
END

# a block that has all of its benches itself
fresh
python3 - "$copy" <<'END'
import re
import string
import sys
import tomllib
from pathlib import Path
directory = Path(sys.argv[1])
shared = string.Template((directory / "output.toml").read_text()).safe_substitute(tomllib.loads((directory / "load.toml").read_text())["output"], block="load")
own = re.sub(r"\[output\]\n(.*\n)*?\n", "", (directory / "load.toml").read_text()).replace('shared = "output.toml"\n', shared[:shared.index("[surroundings]")])
(directory / "load.toml").write_text(own + "\n" + shared[shared.index("[surroundings]"):])
END
python3 "$copy/blocks.py" --corners --row load_drop --state '8 V 50 degC maximum' load >"$directory/said" 2>&1 || fail 'a block without shared benches does not run'
grep --quiet '^load_drop .* 0.0615 ' "$directory/said" || fail 'a block without shared benches measures something else'

# what a part takes of its ratings: the bound of its temperature is never below what its network gives, and ends that do not last do not count
python3 - >"$directory/said" 2>&1 <<'END' || fail 'shares of ratings are not what they are to be'
import random
import sys
import types
sys.path.insert(0, "hardware")
import parts
import ratings
chance, fet = random.Random(1), parts.read(names=["SQM120P10-10m1L"])[0]
stages = ratings.network(fet, "junction_ambient")["stages_k_w_s"]
for _ in range(300):
    times = sorted(chance.uniform(0, 10 ** chance.uniform(-5, 2)) for _ in range(30))
    course = [(0.0, 0.0)] + [(moment, chance.choice([0, 1, 10]) * chance.random()) for moment in times]
    joule = sum((now - before) * power for (before, power), (now, _) in zip(course, course[1:]))
    answers = {"p_peak": max(power for _, power in course), "p_end": 0, "joule": joule,
               "p2t": sum((now - before) * power ** 2 for (before, power), (now, _) in zip(course, course[1:]))}
    exact = ratings.rise_k(stages, answers | {"course": course}, True)
    assert exact <= ratings.rise_k(stages, answers, True) + 1e-9, course
ends = {"p_peak": 2.0, "p_end": 2.0, "joule": 1e-6}
assert abs(ratings.rise_k(stages, ends, True) - 80) < 1e-6 and ratings.rise_k(stages, ends, False) < 1
answers = {"vds": 101.0, "vgs": 5, "i_peak": 600.0, "i_end": 0, "i2t": 1e-6 * 48 ** 2, **ends}
found = {share.rating: share.share for share in ratings.shares(fet, answers, 50, False)}
assert found["drain_source_v"] == 1.01 and abs(found["pulsed_drain_a"] - 0.1) < 1e-9, found
drawn = types.SimpleNamespace(rated=lambda: {"M1": {"model": "fet"}}, library={"fet": fet})
once, often = (ratings.worst(drawn, "M1", {"lasts": False, "repeats": repeats}, {"probes": {"M1": [{"p_peak": 1e3, "p_end": 0, "joule": 1e-6}]}}, 25)
               for repeats in (1, 5))
assert 0 < once.share and abs(often.share / once.share - 5) < 1e-9, (once, often)
END

# what is asked about the parts: an answer that is missing is seen
python3 - >"$directory/said" 2>&1 <<'END' || fail 'parts are not asked as they are to be'
import sys
sys.path.insert(0, "hardware")
import blocks
import ratings
import spice
block = blocks.read("leds")
bench = blocks.bench_of(block, "lit", blocks.State(block.data["supplies_v"][0], 25, "typical"))
bench.probes = ratings.probes(block, bench.netlist)
whole = spice.run([bench])[0]
assert {key.partition(ratings.AGAIN)[0] for key in whole["probes"]} == set(block.rated()), whole
key = next(iter(bench.probes.measures))
for wrong in ("vecmax(v(nowhere))", "v(nowhere)", "time"):  # a vector that is not there, and one that is no number
    bench.probes.measures[key] = wrong
    assert isinstance(spice.run([bench])[0], spice.Doubtful), wrong
END

# the ticks of device.toml are those of the image in its simulator
python3 - "$(dirname "${SMALLBMS:-build/smallbms}")" >"$directory/said" 2>&1 <<'END' || fail 'the pulses of device.toml are not those of the image'
import re
import subprocess
import sys
from pathlib import Path
build = Path(sys.argv[1])
simulator = subprocess.Popen([build / "smallbms-avr", build / "firmware/smallbms-product.elf"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
def ask(text):
    simulator.stdin.write(text + "\n")
    simulator.stdin.flush()
    return simulator.stdout.readline().split()
def means():
    return {key: float(value) for key, value in (word.split("=") for word in ask("stats")[1:])}
ask("start")
for signals, ticks in (("111", 80), ("100", 400)):
    while ticks > 0:
        ticks -= int(ask(f"run {ticks} 12800 0 0 {signals}")[1])
before, ticks = means(), 4000
while ticks > 0:
    ticks -= int(ask(f"run {ticks} 12800 0 0 100")[1])
after = means()
def mean(key):
    return (after[key] * after["ticks"] - before[key] * before["ticks"]) / (after["ticks"] - before["ticks"])
simulated = {"awake": mean("awake_cycles_mean") / 8, "idle": mean("idle_us_mean"), "converting": mean("adc_on_us_mean"),
             "level_div_en": mean("dividers_on_us_mean")}
text = Path("hardware/device.toml").read_text()
for name, simulated_us in simulated.items():
    drawn_us = float(re.search(rf"^V\w+ {name} 0 pulse\(0 1 \S+ 1u 1u (\d+)u 250m\)$", text, re.MULTILINE)[1])
    print(f"{name}: {simulated_us:.0f} us in the simulator, {drawn_us:.0f} in device.toml")
    assert abs(drawn_us / simulated_us - 1) < 0.02, name
loops = re.findall(r"^V\w+ level_drive_\w+ 0 pulse\(0 1 \S+ 1u 1u (\d+)u 250m\)$", text, re.MULTILINE)
assert len(loops) == 3 and abs(sum(map(float, loops)) / mean("loops_on_us_mean") - 1) < 0.05, (loops, mean("loops_on_us_mean"))
END

# pictures
change "$copy/load.sch" 's/{name=RGS value=1meg/{name=RGS value=2meg/'
! python3 "$copy/picture.py" --hardware "$copy" --to docs/circuit --check load 2>/dev/null || fail 'another value is not seen in the picture'
fresh
change "$copy/parts/sqm120p10-10m1l.toml" 's/^name = .*/name = "another"/'
! python3 hardware/picture.py --hardware "$copy" --to docs/circuit --check load 2>/dev/null || fail 'the picture of a sheet has the names of other parts than those beside it'
change "$copy/output.toml" 's/50m 3.3 50.01m 0)/55m 3.3 55.01m 0)/'
! python3 "$copy/plots.py" --hardware "$copy" --to docs/circuit --check load-turn-off 2>/dev/null || fail 'another waveform is not seen'

# every block's measures and parts, spoiled one at a time
sample=(--sample 2 --blocks 2)
[[ ${DEPTH:-} != soak ]] || sample=()
python3 tests/spoiled_sheets.py "${sample[@]}" --seed "${SEED:-1}" >"$directory/said" 2>&1 || fail 'something that is spoiled is not seen'

exit $failed
