#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The image drives the circuit: runs the firmware's image in its simulator with the whole drawn device around it in ngspice, and holds the
terminals' waveforms against the rules:

    hardware/mixed.py [--short] [--plots] [RUN...]

The runs stand in mixed-*.toml: what is done when, and rows of what must be seen. The program build/smallbms-mixed has both in one process
(simulator/world.h): the pins of the image drive the netlist of device.sch, and its converter and its inputs read the nodes at
the instant at which they do.
--short runs those that make test has; --plots draws the waveforms that they name, and --check holds the pictures against that.
Exit 0: all pass; 1: a row does not, or a run could not be believed; 2: a file does not hold together.
"""
import argparse
import array
import bisect
import concurrent.futures
import csv
import dataclasses
import io
import math
import re
import string
import subprocess
import sys
import tempfile
from pathlib import Path

import pins
import plots
import spice
import tables

HERE = Path(__file__).resolve().parent
RUN_KEYS = {"name", "what", "short", "cable", "options", "steps", "until", "skip", "events", "recorded", "recorded_not_met", "rows"}
STEP_KEYS = {"at", "volt", "ohm", "over", "skip"}
ROW_KEYS = {"what", "rules", "unit", "trace", "from", "to", "min", "max", "rises", "falls", "crosses", "mean", "not_met"}
PLOT_KEYS = {"name", "run", "title", "from_s", "to_s", "traces"}
HARMLESS = re.compile(r"^\s*(stdout |stderr )?\s*(Reference value|\S+\s+[-+0-9.e]+$)")  # progress, and the table of the nodes at the time 0
PROGRESS = re.compile(r"Reference value : +[-+0-9.e]+\r?")
CRYSTAL = ("PB6", "PB7")
ENTRIES = {"boot": "{reset}", "edge": "{output} {way}: {cause}", "stays": "{output} stays floating: {cause}",
           "fault": "fault of {fault_word} {output}, {terminal}: {fault_come}", "flicker": "{signal} flickers: {level}"}  # kinds of the log
PORTS = {0x23: "B", 0x26: "C", 0x29: "D"}  # registers that are read, and the port
CHANNELS = 0x100  # from here on: a channel of the converter
BAND_GAP = (14, 1.1)  # a channel, and its voltage
READS_LOW, READS_HIGH = 0.3, 0.6  # shares of the supply (parts/atmega328p.toml)
AT_ONCE_S = 2e-9  # between the instant of a read and one that was solved
LATE_S = 0.0  # a test lets the reads be compared with what the nodes are so much later
SKIPPED_S = 0.05  # longer than any step of ngspice, shorter than a tick
TIMEOUT_S = 1800


@dataclasses.dataclass
class Seen:
    """What a run left: when it was at each instant, each trace by its name, and what happened to the part."""
    times: array.array
    traces: dict
    events: list  # (seconds, words)
    amiss: list  # reads that are not what the node was, a text each
    reads: int
    recorded: list  # what the device's own record holds then, the oldest first

    def samples(self, expression):
        """A trace, or the difference of two, as (time, value)."""
        names = expression.split("-")
        if len(names) == 1:
            return list(zip(self.times, self.traces[names[0]]))
        return [(moment, one - other) for moment, one, other in zip(self.times, self.traces[names[0]], self.traces[names[1]])]


def need(condition, text):
    if not condition:
        raise tables.Wrong(f"mixed*.toml: {text}")


# ---- the circuit --------------------------------------------------------------------------------------------------------------------------------


def driven_outside(box):
    """The microcontroller, driven from outside: a pin has a source for how much it drives and one for its level."""
    lines = ["Vmcu mcu 0 external", "Bown VCC GND I=V(mcu)*0.5*(1+tanh((V(VCC,GND)-1.4)/0.1))"]
    for name in pins.port_pins(box.nets):
        lines += [f"V{name}_on {name}_on 0 external", f"V{name}_level {name}_level 0 external",
                  f"X{name} {name} {name}_on {name}_level VCC GND ATmega328P_pin"]
    return pins.microcontroller(box.nets, lines, "AVCC 10")


def nets_of_pins(directory):
    """The net that each pin of the microcontroller is on, and the pins that are read."""
    _, boxes = pins.read_device(directory)
    mcu = next(box for box in boxes.values() if box.model == pins.MICROCONTROLLER)
    read_nets = {boxes[box].nets[pin] for box, pin in (terminal.split(".") for terminal in pins.READ.values())}
    read_pins = {name for name, net in mcu.nets.items() if net in read_nets}
    nets = {name: f"xdevice.{net.lower()}" for name, net in mcu.nets.items() if re.fullmatch(r"P[B-D]\d|VCC|AREF", name)}
    return {name: net for name, net in nets.items() if name not in CRYSTAL}, read_pins


def netlist(data, run, device, nets):
    """The device with what is around it in a run."""
    lines = ["* the image drives the circuit", *device, ".subckt contact a b siemens", "Bcontact a b I=V(siemens)*V(a,b)", ".ends"]
    lines += string.Template(data["surroundings"]["netlist"]).substitute(data["cable"][run.get("cable", "short")]).split("\n")
    for name, (one, other) in data["contacts"].items():
        lines += [f"V{name} siemens_{name} 0 external", f"X{name} {one} {other} siemens_{name} contact"]
    saved = [f"v({net})" for net in dict.fromkeys(nets.values())] + data["surroundings"]["saved"]
    return "\n".join([*lines, f".option temp={data['surroundings']['temp_c']} tnom=25", f".save {' '.join(saved)}", ".end", ""])


# ---- a run --------------------------------------------------------------------------------------------------------------------------------------


def settings(data, step):
    """The script's lines that do what a step does. A contact is a conductance."""
    for name, value in step.get("volt", {}).items():
        yield f"set v{name} {value} {step.get('over', 1e-6)}"
    for name, ohm in step.get("ohm", {}).items():
        yield f"set v{name} {1 / ohm if ohm else 0} {step.get('over', 1e-6)}"


def script(data, run, nets):
    lines = [f"pin {name} {net}" for name, net in nets.items()]
    lines += settings(data, {"ohm": data["at_first_ohm"]})
    for step in run["steps"]:
        if step["at"] > 0:
            lines.append(f"{'skip' if step.get('skip') else 'advance'} {step['at']}")
        lines += settings(data, step)
    return "\n".join([*lines, f"{'skip' if run.get('skip') else 'advance'} {run['until']}", ""])


def read_trace(path):
    with path.open("rb") as file:
        names = file.readline().decode().split()
        values = array.array("d")
        values.frombytes(file.read())
    traces = {name.removeprefix("xdevice.").replace("#branch", "_a"): values[index::len(names)] for index, name in enumerate(names)}
    traces["mcu_ma"] = array.array("d", (1000 * value for value in traces.pop("xmcu.mcu")))
    traces["own"] = array.array("d", (-value for value in traces.pop("vbattery_a")))
    return traces


def read_events(text):
    events = []
    for line in text.splitlines():
        moment, words = line.split(" ", 1)
        events.append((float(moment), words))
    return events


def read_record(build, eeprom):
    """The entries of the device's record, from what `smallbms log` says: `power_on`, `load high: start_up`, `load floats: supply_low`."""
    said = subprocess.run([build / "smallbms", "log", eeprom, "--csv", "-"], capture_output=True, text=True, check=False)
    if said.returncode:
        raise spice.Doubtful(f"the record cannot be read: {said.stderr.strip()}")
    rows = csv.DictReader(io.StringIO(said.stdout))
    return [" ".join(ENTRIES[row["kind"]].format(way="high" if row["level"] == "1" else "floats", **row).split()) for row in rows]


def with_skips(times, events):
    """The instants and the events in the part's time: what is skipped is time that the circuit does not know."""
    skips = [(moment, float(words.split()[1])) for moment, words in events if words.startswith("skipped ")]
    starts, total, shifts = [moment for moment, _ in skips], 0.0, [0.0]
    for _, length in skips:
        total += length
        shifts.append(total)

    def moved(moment):
        return moment + shifts[bisect.bisect_left(starts, moment - 5e-10)]

    return array.array("d", map(moved, times)), [(moved(moment), words) for moment, words in events if not words.startswith("skipped ")]


def simulate(data, run, device, nets, read_pins, build):
    """What a run left; Doubtful when it cannot be believed."""
    with tempfile.TemporaryDirectory() as directory:
        circuit, trace, readings, eeprom = (Path(directory) / name for name in ("mixed.cir", "trace", "readings", "eeprom"))
        circuit.write_text(netlist(data, run, device, nets))
        words = [build / "smallbms-mixed", *run.get("options", []), "--trace", trace, "--readings", readings, "--eeprom", eeprom,
                 build / "firmware" / "smallbms-product.elf", circuit]
        try:
            process = subprocess.run(words, input=script(data, run, nets), capture_output=True, text=True, timeout=TIMEOUT_S, check=False,
                                     errors="replace")
        except FileNotFoundError:
            raise spice.Doubtful(f"{build}/smallbms-mixed is not there: make build") from None
        except subprocess.TimeoutExpired:
            raise spice.Doubtful(f"no end after {TIMEOUT_S} s") from None
        for line in PROGRESS.sub("", process.stderr).splitlines():
            if spice.DOUBT.search(line) and not HARMLESS.match(line):
                raise spice.Doubtful(line.strip())
        events = read_events(process.stdout)
        if process.returncode or not events or events[-1][1] != "done":
            raise spice.Doubtful(f"smallbms-mixed ended with {process.returncode}")
        traces, reads, recorded = read_trace(trace), readings.read_text(), read_record(build, eeprom)
    solved = traces.pop("time")
    wrong = amiss(reads, nets, read_pins, solved, traces)
    times, events = with_skips(solved, events)
    return Seen(times, traces, events, wrong, reads.count("\n"), recorded)


def amiss(readings, nets, read_pins, times, traces):
    """What of the reads is not as the node was at their instant: a pin between its levels may read either; a code is that of the node."""
    found = []
    for line in readings.splitlines():
        words = line.split()
        moment, where, value = float(words[0]) + LATE_S, int(words[1]), int(words[2])
        index = bisect.bisect_left(times, moment - AT_ONCE_S)
        if index == len(times) or (not LATE_S and abs(times[index] - moment) > AT_ONCE_S):
            found.append(f"at {moment:.9f} s nothing was solved")
            continue

        def volt(pin):
            return traces[nets[pin].removeprefix("xdevice.")][index]

        if where >= CHANNELS:
            channel = where - CHANNELS
            node = BAND_GAP[1] if channel == BAND_GAP[0] else volt(f"PC{channel}")
            if value != min(max(int(node / volt("AREF") * 1024), 0), 1023):
                found.append(f"at {moment:.9f} s channel {channel} gives {value}, and the node is at {node:.4f} V")
            continue
        for pin in (f"P{PORTS[where]}{bit}" for bit in range(8)):
            if pin in read_pins:
                share, high = volt(pin) / volt("VCC"), value >> int(pin[2]) & 1
                if high and share < READS_LOW or not high and share > READS_HIGH:
                    found.append(f"at {moment:.9f} s {pin} reads {high}, and the node is at {share:.3f} of the supply")
    return found


# ---- rows ---------------------------------------------------------------------------------------------------------------------------------------


def within(samples, first, last):
    times = [moment for moment, _ in samples]
    inner = samples[bisect.bisect_right(times, first):bisect.bisect_left(times, last)]
    return [(first, plots.at(samples, times, first)), *inner, (last, plots.at(samples, times, last))]


def crossings(samples, level, way):
    """The instants at which a trace passes a level upwards (1), downwards (-1), or either way (0)."""
    found = []
    for (before, low), (after, high) in zip(samples, samples[1:]):
        if low < level <= high and way >= 0 or low >= level > high and way <= 0:
            found.append(before + (after - before) * (level - low) / (high - low))
    return found


def value_of(row, seen):
    """What a row asks for: when a trace rises or falls, how often it crosses a level, its mean, or its highest or lowest value."""
    samples = within(seen.samples(row["trace"]), row["from"], row["to"])
    for key, way in (("rises", 1), ("falls", -1)):
        if key in row:
            found = crossings(samples, row[key], way)
            return found[0] - row["from"] if found else float("inf")
    if "crosses" in row:
        return len(crossings(samples, row["crosses"], 0))
    if "mean" in row:
        steps = [now - before for (before, _), (now, _) in zip(samples, samples[1:])]
        need(max(steps) < SKIPPED_S, f"the mean of {row['trace']} is over ticks that are skipped")
        return sum((now - before) * (low + high) / 2 for (before, low), (now, high) in zip(samples, samples[1:])) / (row["to"] - row["from"])
    values = [value for _, value in samples]
    return max(values) if "max" in row else min(values)


def is_met(row, value):
    return row.get("min", value) <= value <= row.get("max", value)


def once(words):
    """What happened, with resets that follow each other as one: how many a slow supply makes depends on each step of ngspice."""
    kept = []
    for word in words:
        kept.append(word)
        if kept[-4:] == ["brown-out", "released"] * 2:
            del kept[-2:]
    return kept


def not_met_of(run):
    return {"not_met": run["recorded_not_met"]} if "recorded_not_met" in run else {}


def judge(run, seen):
    """The rows of a run: (row, value, verdict)."""
    happened = once([words for _, words in seen.events if words.split()[0] not in ("written", "instants", "done")])
    expected = run["events"]
    said = [({"what": f"what happens to the part: {', '.join(happened) or 'nothing'}", "rules": "SAFE-4, SAFE-5"}, None,
             "pass" if happened == expected else f"FAIL: expected {', '.join(expected) or 'nothing'}")]
    said.append(({"what": f"each of {seen.reads} reads is what the node was at its instant{', not: ' * bool(seen.amiss)}{'; '.join(seen.amiss[:1])}",
                  "rules": "-"}, None, "FAIL" if seen.amiss or not seen.reads else "pass"))
    if "recorded" in run:
        said.append(({"what": f"the record holds: {', '.join(seen.recorded) or 'nothing'}", "rules": "SAFE-7"} | not_met_of(run), None,
                     f"FAIL: expected {', '.join(run['recorded']) or 'nothing'}" if seen.recorded != run["recorded"]
                     else "not met" if "recorded_not_met" in run else "pass"))
    for row in run["rows"]:
        value = value_of(row, seen)
        met = is_met(row, value)
        said.append((row, value, "pass" if met and "not_met" not in row else "not met" if not met and "not_met" in row else "FAIL"))
    return said


def limits(row):
    return " ".join(f"{sign} {row[key]:g}" for sign, key in ((">=", "min"), ("<=", "max")) if key in row)


def print_run(run, said, seen):
    print(f"{run['name']}: {run['what']}")
    for row, value, verdict in said:
        number = "" if value is None else f"{value:.5g} {row['unit']}"
        print(f"  {row['rules']:18} {limits(row):18} {number:14} {verdict:8} {row['what']}")
        if "not_met" in row:
            print(f"  {'':18} not met: {row['not_met']}")
    instants = next(words.split()[1] for _, words in seen.events if words.startswith("instants"))
    print(f"  {len(seen.times)} instants were solved, {instants} of them where the part reads or drives; the circuit ran {seen.events[-1][0]:g} s")


# ---- files --------------------------------------------------------------------------------------------------------------------------------------


def is_number(value):
    return type(value) in (int, float) and math.isfinite(value)


def are_words(value):
    return isinstance(value, list) and all(isinstance(word, str) for word in value)


def are_numbers(value, names, least):
    """A table of finite numbers by some of these names."""
    return isinstance(value, dict) and all(name in names and is_number(number) and number >= least for name, number in value.items())


def traces_of(data, nets):
    """The names of the traces that a run leaves."""
    saved = [re.fullmatch(r"([vi])\((.*)\)", vector).groups() for vector in data["surroundings"]["saved"]]
    names = {name.removeprefix("xdevice.") + "_a" * (kind == "i") for kind, name in saved} | {net.removeprefix("xdevice.") for net in nets}
    return names - {"vbattery_a", "xmcu.mcu"} | {"own", "mcu_ma"}


def check_step(data, step, here):
    need(isinstance(step, dict) and set(step) <= STEP_KEYS and is_number(step.get("at")), f"{here}: a step has no time, or a key that nobody knows")
    here = f"{here}: the step at {step['at']:g} s"
    sources = re.findall(r"^V(\w+) .* external$", data["surroundings"]["netlist"], re.MULTILINE)
    need(are_numbers(step.get("volt", {}), sources, -math.inf), f"{here} drives something else than {', '.join(sources)}, or to what is no number")
    need(are_numbers(step.get("ohm", {}), data["contacts"], 0), f"{here} changes what is no contact, or to what is no resistance")
    need(is_number(step.get("over", 1)) and step.get("over", 1) > 0 and step.get("skip", True) is True, f"{here}: `over` is a time, `skip` is true")


def check_row(row, run, traces):
    here = f"the run {run['name']}"
    need(isinstance(row, dict) and {"what", "rules", "unit", "trace", "from", "to"} <= set(row) <= ROW_KEYS,
         f"{here}: the row '{dict(row).get('what')}' lacks a key or has one too many")
    here = f"{here}: the row '{row['what']}'"
    need(all(isinstance(row.get(key, ""), str) for key in ("what", "rules", "unit", "trace", "not_met")), f"{here} has a word that is none")
    need(all(is_number(row.get(key, 0)) for key in ("from", "to", "min", "max", "rises", "falls", "crosses")) and row.get("mean", True) is True,
         f"{here} has a number that is none")
    for name in row["trace"].split("-"):
        need(name in traces, f"{here}: no trace {name}")
    need("min" in row or "max" in row, f"{here} has no limit")
    need(0 <= row["from"] < row["to"] <= run["until"], f"{here} is not within the run")
    asked = sum(key in row for key in ("rises", "falls", "crosses", "mean"))
    need(asked <= 1, f"{here} asks for two things")
    need(asked or ("min" in row) != ("max" in row), f"{here} has one limit, min or max")


def check_run(data, run, traces):
    here = f"the run {run.get('name')}"
    need({"name", "what", "steps", "until", "events", "rows"} <= set(run) <= RUN_KEYS, f"{here} lacks a key or has one too many")
    need(all(isinstance(run[key], str) for key in ("name", "what")) and run.get("short", True) is True, f"{here}: name and what are words, short is true")
    need(all(are_words(run.get(key, [])) for key in ("events", "recorded", "options")), f"{here}: events, recorded and options are lists of words")
    need("recorded" in run or "recorded_not_met" not in run, f"{here}: what of its record is not met?")
    need(run.get("cable", "short") in data["cable"], f"{here}: no cable {run.get('cable')}")
    need(is_number(run["until"]), f"{here} has no end")
    for step in run["steps"]:
        check_step(data, step, here)
    moments = [step["at"] for step in run["steps"]] + [run["until"]]
    need(moments == sorted(moments) and moments[0] == 0, f"{here}: its steps begin at 0 and are in order")
    need(run["rows"], f"{here} looks at nothing")
    for row in run["rows"]:
        check_row(row, run, traces)


def check(data, nets):
    names = [run.get("name") for run in data["run"]]
    need(len(set(names)) == len(names), "two runs have one name")
    traces = traces_of(data, nets)
    for run in data["run"]:
        check_run(data, run, traces)
    for plot in data["plot"]:
        need(PLOT_KEYS <= set(plot) <= PLOT_KEYS | {"after"}, f"the plot {plot.get('name')} lacks a key or has one too many")
        need(plot["run"] in names, f"the plot {plot['name']}: no run {plot['run']}")
        for name in [trace for _, _, trace in plot["traces"]] + ([plot["after"]["trace"]] if "after" in plot else []):
            need(name in traces, f"the plot {plot['name']}: no trace {name}")


def read(directory, nets):
    """What is around the device, and the runs and plots of all files."""
    data = tables.read(directory / "mixed.toml") | {"run": [], "plot": []}
    for path in sorted(directory.glob("mixed-*.toml")):
        found = tables.read(path)
        need(set(found) <= {"run", "plot"}, f"{path.name}: {', '.join(sorted(set(found) - {'run', 'plot'}))} is neither a run nor a plot")
        data["run"] += found.get("run", [])
        data["plot"] += found.get("plot", [])
    check(data, nets.values())
    return data


def without_noise(samples):
    """A trace in which what is next to nothing is 0: a panel of plots.py has room below 0 for whatever is negative."""
    least = 1e-3 * max(value for _, value in samples)
    return [(moment, 0.0 if abs(value) < least else value) for moment, value in samples]


def draw(plot, seen, options):
    """Writes a picture, or says whether it is as it was. Its time is the run's, or begins where a trace rises (`after`)."""
    file = options.to / f"{plot['name']}.svg"
    traces = [without_noise(seen.samples(trace)) for _, _, trace in plot["traces"]]
    if "after" in plot:
        begin = crossings(within(seen.samples(plot["after"]["trace"]), plot["after"]["from"], seen.times[-1]), plot["after"]["rises"], 1)[0]
        traces = [[(moment - begin, value) for moment, value in trace] for trace in traces]
    made = plots.picture(plot, traces, "made by hardware/mixed.py")
    if not options.check:
        file.write_text(made)
        return True
    same = file.exists() and plots.alike(file.read_text(), made)
    if not same:
        print(f"{file.name} does not show what is simulated: hardware/mixed.py --plots makes it", file=sys.stderr)
    return same


def read_arguments(arguments):
    parser = argparse.ArgumentParser(description="Runs the image with the drawn device around it, and holds the terminals against the rules.")
    part = parser.add_mutually_exclusive_group()
    part.add_argument("--short", action="store_true", help="the runs that make test has")
    part.add_argument("--long", action="store_true", help="the others")
    parser.add_argument("--plots", action="store_true", help="draw the waveforms")
    parser.add_argument("--check", action="store_true", help="hold the pictures against them")
    parser.add_argument("--to", type=Path, default=HERE.parent / "docs" / "circuit", help="the directory of the pictures")
    parser.add_argument("--hardware", type=Path, default=HERE, help="the directory of sheets and data files")
    parser.add_argument("--build", type=Path, default=HERE.parent / "build", help="the directory of the programs")
    parser.add_argument("run", nargs="*")
    return parser.parse_args(arguments)


def main(arguments):
    options = read_arguments(arguments)
    try:
        (nets, read_pins), device = nets_of_pins(options.hardware), pins.netlist(options.hardware, made_of=driven_outside)
        data = read(options.hardware, nets)
        names = [run["name"] for run in data["run"]]
        for name in options.run:
            need(name in names, f"no run {name}")
        runs = [run for run in data["run"] if (not options.run or run["name"] in options.run)
                and not (options.short and "short" not in run) and not (options.long and "short" in run)]
        need(runs, "none of these runs")
        need(options.to.is_dir() or not (options.plots or options.check), f"no directory {options.to}")
    except (tables.Wrong, KeyError, OSError) as wrong:
        return tables.refused(wrong)
    verdicts, alike = [], True

    def done(run):
        try:
            return simulate(data, run, device, nets, read_pins, options.build.resolve())
        except spice.Doubtful as doubt:
            return doubt

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for run, seen in zip(runs, pool.map(done, runs)):
            if isinstance(seen, spice.Doubtful):
                print(f"{run['name']}: FAIL: {seen}")
                verdicts.append("FAIL")
                continue
            said = judge(run, seen)
            print_run(run, said, seen)
            verdicts += [verdict for _, _, verdict in said]
            if options.plots or options.check:
                alike = all([draw(plot, seen, options) for plot in data["plot"] if plot["run"] == run["name"]]) and alike
    failed = sum(verdict.startswith("FAIL") for verdict in verdicts)
    print(f"{len(verdicts)} rows of {len(runs)} runs: {verdicts.count('pass')} pass, {verdicts.count('not met')} not met, {failed} fail")
    return 1 if failed or not alike else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
