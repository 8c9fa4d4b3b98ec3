#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Simulates a block's sheet and holds it against its rows:

    hardware/blocks.py [--corners] [--draws N [--seed S]] [--row NAME]... [--state TEXT] load

Each bench of the block's data file (load.toml) runs at each supply and temperature on the minimum, the typical and the maximum
cards; --corners takes the two lowest supplies and the highest, and the ends of the temperature. Every row is printed with its
limit, the worst value on the typical cards, the worst of all, the margin, where that was, and pass or fail. Each part on the sheet is
a row too: which share of one of its ratings is taken at the most, over all benches (ratings.py). The last line names
the parts that have figures whose data sheet was not open. A row with `not_met` says why it cannot be met; it is printed with that
reason, and fails when it is met after all. With --draws each part on the sheet gets parameters of its own,
somewhere between its cards, N times; draw S goes to the next supply and temperature and has the seed S.
Exit 0: all pass; 1: one does not, or could not be measured; 2: a sheet or a data file does not hold together.
"""
import argparse
import concurrent.futures
import dataclasses
import math
import random
import re
import string
import sys
from pathlib import Path

import drawing
import parts
import ratings
import spice
import tables

HERE = Path(__file__).resolve().parent
OF_POWER = ("junction", "endless", "soa")  # the keys of a row that is made from the power in the part that it names
SOA_LEVELS = 20  # so many parts of its peak a course of power is looked at
CHUNK = 25  # so many circuits are run by one process at the most
SMALL_STEPS = ".option trtol=1"
ROW_KEYS = {"name", "rules", "what", "unit", "min", "max", "bench", "measure", "not_met", *OF_POWER}


@dataclasses.dataclass
class State:
    """Where a bench runs."""
    supply_v: float
    temp_c: float
    corner: str
    seed: int = None  # of the draw, where the parts are not at a corner

    def __str__(self):
        return f"{self.supply_v:g} V {self.temp_c:g} degC {self.corner if self.seed is None else f'seed {self.seed}'}"


@dataclasses.dataclass
class Block:
    name: str
    data: dict
    netlist: list
    drawn: dict
    library: dict  # a part by the name of its model in a netlist
    rows: list
    beside: list = dataclasses.field(default_factory=list)  # lines of another sheet that the benches call
    pins: dict = dataclasses.field(default_factory=dict)  # the microcontroller's, that its benches have at its terminals, like drawn parts
    sheets: dict = None  # of the whole device: what is drawn in each of its boxes, by the box's subcircuit

    def sheet_name(self):
        return Path(self.data["sheet"]).stem

    def rated(self):
        """What is held against its ratings."""
        return self.drawn | self.pins


def need(condition, name, text):
    if not condition:
        raise tables.Wrong(f"{name}.toml: {text}")


def models_of(part):
    return re.findall(r"^\.(?:model|subckt) (\S+)", part.card_of("typical"), re.MULTILINE)


def heated(row):
    """The part in which a row wants the power, or None."""
    return next((row[key] for key in OF_POWER if key in row), None)


def check_rows(name, data):
    names = set()
    for row in data["rows"]:
        here = f"the row {row.get('name')}"
        need({"name", "rules", "what", "unit", "bench"} <= set(row) <= ROW_KEYS, name, f"{here} lacks a key or has one too many")
        need(row["name"] not in names, name, f"{here} stands twice")
        names.add(row["name"])
        need(("min" in row) != ("max" in row), name, f"{here} has one limit, min or max")
        need(row.get("not_met", "why"), name, f"{here}: not_met has no reason")
        bench = data["bench"].get(row["bench"])
        need(bench, name, f"{here}: no bench {row['bench']}")
        power = heated(row)
        need(row.get("measure") in bench["measures"] or power in bench.get("power", {}), name,
             f"{here}: the bench {row['bench']} does not measure that")


def read(name, directory=HERE):
    """A block: its rows and benches, the netlist of its sheet, and the parts that are drawn on it."""
    library = {model: part for part in parts.read(directory / "parts") for model in models_of(part)}
    own = tables.read(directory / f"{name}.toml")
    shared = {}
    if "shared" in own:
        path = directory / own["shared"]
        shared = tables.read(path, string.Template(path.read_text()).safe_substitute(dict(own.get("output", {})), block=name))
    data = shared | own
    data["bench"] = shared.get("bench", {}) | own.get("bench", {})
    sheet = directory / data["sheet"]
    if "driven" in data:
        check_rows(name, data)
        return whole(name, data, library, directory)
    for text in drawing.faults(sheet, library):
        raise tables.Wrong(f"{sheet.name}: {text}")
    check_rows(name, data)
    with_value = {model for model, part in library.items() if "value=" in part.card}
    block = Block(name, data, drawing.netlist(sheet, with_value), drawing.parts_of(sheet), library, data["rows"])
    around = (f"{data['surroundings']['netlist']}\n{bench['netlist']}" for bench in data["bench"].values())
    block.pins = {pin.name: {"name": pin.name, "model": ratings.PIN} for lines in around for pin in ratings.pins_of(block.netlist, lines.split("\n"))}
    block.rows = data["rows"] + rating_rows(block)
    if "beside" in data:
        block.beside = part_of_sheet(directory / data["beside"]["sheet"], with_value, data["beside"])
    return block


def part_of_sheet(sheet, with_value, wanted):
    """The parts of another sheet that stand before a block in its benches, as a subcircuit: its name, its terminals, and the parts by theirs."""
    lines = [line for line in drawing.netlist(sheet, with_value) if line.split()[0].removeprefix("X") in wanted["parts"]]
    if len(lines) != len(wanted["parts"]):
        raise tables.Wrong(f"{sheet.name}: not all are there of {', '.join(wanted['parts'])}")
    return [f".subckt {wanted['name']} {' '.join(wanted['terminals'])}", *lines, ".ends"]


def whole(name, data, library, directory):
    """The whole device as a block: each box of its sheet has a subcircuit of its own, so that each has its own parts in a draw. Its parts are
    held against their ratings where their sheets are."""
    import pins  # it reads blocks itself
    _, boxes = pins.read_device(directory)
    sheets = {f"{box.model}__{box.name}": drawing.parts_of(directory / f"{box.model}.sch") for box in boxes.values() if box.model != pins.MICROCONTROLLER}
    microcontroller = next(box for box in boxes.values() if box.model == pins.MICROCONTROLLER)
    sheets[microcontroller.model] = die_of(microcontroller, data["driven"])
    lines = pins.whole(directory, name, lambda box: controlled(box, data["driven"]), each_own=True)
    return Block(name, data, lines, {}, library, data["rows"], sheets=sheets)


def die_of(box, driven):
    """What of the microcontroller is drawn in a draw, as parts of a sheet: its own current, and all of its pins alike."""
    import pins  # as above
    found = {pin: {"name": "pins", "model": "ATmega328P_pin" if box.nets[pin] in driven else "ATmega328P_pin_floating"} for pin in pins.port_pins(box.nets)}
    return found | {"own": {"name": "own", "model": "ATmega328P_supply"}}


def controlled(box, driven):
    """The microcontroller as a subcircuit whose pins a bench drives: those on the nets `driven` by the nodes on_NET and level_NET, while all
    others float and leak. What it takes itself follows the nodes awake, idle and converting."""
    import pins  # as above
    nets = {pin: box.nets[pin] for pin in pins.port_pins(box.nets)}
    missing = set(driven) - set(nets.values())
    if missing:
        raise tables.Wrong(f"no pin of the microcontroller is on {', '.join(sorted(missing))}")
    lines = ["Xown awake idle converting VCC GND ATmega328P_supply"]
    for pin, net in nets.items():
        if net in driven:
            lines.append(f"X{pin} {pin} on_{net.lower()} level_{net.lower()} VCC GND ATmega328P_pin")
        else:
            lines.append(f"X{pin} {pin} VCC GND ATmega328P_pin_floating")
    given = f".global {' '.join(f'on_{net.lower()} level_{net.lower()}' for net in driven)} awake idle converting"
    return [given, *pins.microcontroller(box.nets, lines)]


def cards(block, corner, lines):
    """The card of each part that the lines name, once, whatever the number of its models."""
    named = {word for line in lines for word in line.split()}
    return [part.card_of(corner) for part in {id(part): part for model, part in block.library.items() if model in named}.values()]


def drawn_netlist(block, seed):
    """The block with a card of its own for each part on the sheet; the halves of a matched pair share one."""
    chance = random.Random(seed)
    made, lines, drawn, box = {}, [], block.drawn, ""
    for line in block.netlist:
        words = line.split()
        if words[0] == ".subckt" and block.sheets:
            drawn, box = block.sheets.get(words[1], {}), f"__{words[1]}"
        part = drawn.get(words[0]) or drawn.get(words[0][1:])
        if part:
            bought = block.library[part["model"]]
            own = bought.model() + box + "__" + ("pair" if bought.device == "pair" else part["name"])
            if own not in made:
                made[own] = bought.card_with(bought.drawn(chance), own)
            words[words.index(part["model"])] = own + part["model"].removeprefix(bought.model())
        lines.append(" ".join(words))
    return [*made.values(), *lines]


def bench_of(block, name, state, drawn=None):
    """The circuit of a bench at a state; `drawn` keeps the netlists of draws by their seeds, which all benches share."""
    bench = block.data["bench"][name]
    supply = {"v": f"{state.supply_v:g}", **{f"v{share}": f"{state.supply_v * share / 100:g}" for share in (10, 90)}}

    def fill(text):
        return string.Template(text).substitute(supply)

    drawn = {} if drawn is None else drawn
    if state.seed is not None and state.seed not in drawn:
        drawn[state.seed] = drawn_netlist(block, state.seed)
    parts_and_block = block.netlist if state.seed is None else drawn[state.seed]
    around = [*block.beside, *fill(block.data["surroundings"]["netlist"]).split("\n"), *fill(bench["netlist"]).split("\n")]
    netlist = [*cards(block, state.corner, [*parts_and_block, *around]), *parts_and_block, *around]
    return spice.Bench(f"{block.name} {name}, {state}", netlist, [fill(line) for line in bench["analyses"]],
                       {key: fill(text) for key, text in bench["measures"].items()}, state.temp_c + bench.get("warmer_k", 0),
                       {f"power_{key.lower()}": text for key, text in bench.get("power", {}).items()})


def junction_c(part, samples, ambient_c):
    """The highest temperature of a part's junction, through its thermal network to the case, which stays at the ambient; of a part
    whose sheet knows no case, through that to the ambient."""
    stages = ratings.network(part, "junction_case", "junction_ambient")["stages_k_w_s"]
    return ambient_c + ratings.highest_rise_k(stages, samples)


def endless_c(part, samples, ambient_c):
    """The temperature of a part's junction on its board when the last power stays for ever."""
    return ambient_c + samples[-1][1] * ratings.network(part, "junction_ambient")["k_w"]


def allowed_s(points, power):
    """How long one pulse of a power may last by the safe operating area: along the line between its points, each a power and a time, the
    highest power first; beyond its ends along their pieces."""
    upper, lower = next((pair for pair in zip(points, points[1:]) if power >= pair[1][0]), points[-2:])
    slope = math.log(lower[1] / upper[1]) / math.log(lower[0] / upper[0])
    return lower[1] * (power / lower[0]) ** slope


def soa_share(part, samples):
    """Of all powers that a course goes through, the largest share of the time that a pulse of it may last for which it was above that
    without a gap."""
    points = sorted(((point["vds_v"] * point["id_a"], point["pulse_s"]) for point in part.data["soa"]), reverse=True)
    peak, largest, longest_s = max(power for _, power in samples), 0.0, math.inf
    for level in (peak * share / SOA_LEVELS for share in range(1, SOA_LEVELS)):
        if longest_s / allowed_s(points, level) <= largest:
            continue  # it is not above this level for longer than above a lower one
        above_s = longest_s = 0.0
        for (before, power), (now, _) in zip(samples, samples[1:]):
            above_s = above_s + now - before if power > level else 0.0
            if above_s > longest_s:
                longest_s = above_s
        largest = max(largest, longest_s / allowed_s(points, level))
    return largest


def value_of(block, row, state, results):
    """What a row's bench measured, or the Doubtful that it is in."""
    if "part" in row:
        return taken(block, row, state, results)
    result = results[row["bench"]]
    if isinstance(result, spice.Doubtful):
        return result
    name = heated(row)
    if name:
        part, samples = block.library[block.drawn[name]["model"]], result[f"power_{name.lower()}"]
        if "soa" in row:
            return soa_share(part, samples)
        return (junction_c if "junction" in row else endless_c)(part, samples, state.temp_c)
    return result[row["measure"]]


def taken(block, row, state, results):
    """The highest share of any of a part's ratings in all benches, as a number that knows which; or the first Doubtful. A bench where more
    than the rating is declared hides no other that has too much."""
    doubtful = next((result for result in results.values() if isinstance(result, spice.Doubtful)), None)
    if doubtful:
        return doubtful
    results = {name: result for name, result in results.items() if "shares" in result}
    shares = [Taken(result["shares"][row["part"]], name) for name, result in results.items()]
    return max([share for share in shares if is_undeclared(row, share)] or shares)


def is_undeclared(row, share):
    """A part takes more than its rating where its row does not say so."""
    return share > 1 and share.bench not in row.get("benches", [])


class Taken(float):
    """A share of a rating, which is a number, and what it is."""
    def __new__(cls, share, bench):
        made = super().__new__(cls, share.share)
        made.what = f"{share.rating}: {share.value:.4g} of {share.limit:g} {share.unit}, {bench}" if share.limit else "no rating of it is compared"
        made.is_read = share.is_read
        made.bench = bench
        return made


def margin(row, value):
    """How far a value is within its limit; below 0 it is not."""
    return row["max"] - value if "max" in row else value - row["min"]


def rating_rows(block):
    """A row for each part on the sheet, that nobody writes: which share of one of its ratings is taken at the most, in all benches."""
    why = block.data.get("ratings_not_met", {})
    need(set(why) <= set(block.rated()), block.name, f"ratings_not_met: no part {', '.join(set(why) - set(block.rated()))}")
    for name, declared in why.items():
        need(set(declared) == {"benches", "why"} and declared["why"] and set(declared["benches"]) <= set(block.data["bench"]), block.name,
             f"ratings_not_met: {name} has the benches where it is so, and why")
    return [{"name": f"{block.name}_rating_{name.lower()}", "rules": "-", "what": "share of a rating", "unit": "1", "max": 1, "part": name}
            | ({"not_met": why[name]["why"], "benches": why[name]["benches"]} if name in why else {}) for name in block.rated()]


def closely(block, job, bench, result):
    """What a bench measured, and the shares of their ratings that its parts took; where a part has more than its rating, or for an instant
    more than its peak, from another run with steps as small as the errors ask for: a latch that fires within a step may overshoot by
    amperes that are none. A bench of which that is known asks for them itself."""
    shared = with_shares(block, job, result)
    if isinstance(shared, spice.Doubtful) or "shares" not in shared or SMALL_STEPS in bench.netlist:
        return shared
    if max((share.share for share in shared["shares"].values()), default=0) <= 1 and not ratings.is_spiked(block, result):
        return shared
    return with_shares(block, job, spice.run([dataclasses.replace(bench, netlist=[*bench.netlist, SMALL_STEPS])])[0])


def with_shares(block, job, result):
    """A result with the highest share of a rating of each part, in place of the answers that they come from."""
    if isinstance(result, spice.Doubtful) or "probes" not in result:
        return result
    name, state = job
    shares = {part: ratings.worst(block, part, block.data["bench"][name], result, state.temp_c) for part in block.rated()}
    return {key: value for key, value in result.items() if key != "probes"} | {"shares": shares}


def measure(block, states):
    """Of each row: its value at each state."""
    asked = {row["bench"] for row in block.rows if "bench" in row}
    is_rated = any("part" in row for row in block.rows)
    if is_rated:
        asked |= {row["bench"] for row in block.data["rows"]}
    return values_of(block, simulate(block, [(name, state) for name in block.data["bench"] if name in asked for state in states],
                                     asked if is_rated else set()))


def simulate(block, jobs, rated):
    """Runs jobs, each a bench at a state; of the benches in `rated` the parts are asked too. By the state's name: the state, and the results
    by bench."""
    drawn, probes = {}, {}

    def run(chunk):
        benches = [bench_of(block, name, state, drawn) for name, state in chunk]
        for (name, _), bench in zip(chunk, benches):
            if name in rated and name not in probes:  # what is asked depends on the names in the circuit only, which all states have
                probes[name] = ratings.probes(block, bench.netlist)
            bench.probes = probes.get(name)
        return [closely(block, *each) for each in zip(chunk, benches, spice.run(benches))]

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        done = [result for results in pool.map(run, chunks(jobs)) for result in results]
    measured = {}
    for (name, state), result in zip(jobs, done):
        measured.setdefault(str(state), (state, {}))[1][name] = result
    return measured


def chunks(jobs):
    """Jobs in their order, as many as one process runs: fewer towards the end, where one processor would wait for the other."""
    while jobs:
        size = min(CHUNK, len(jobs) // 8 + 1)
        yield jobs[:size]
        jobs = jobs[size:]


def values_of(block, measured):
    """Of each row: its value at each state where its bench ran; of a part where any bench did that was asked about it."""
    def is_there(row, results):
        return row["bench"] in results if "bench" in row else any(isinstance(result, spice.Doubtful) or "shares" in result for result in results.values())

    return [(row, [(state, value_of(block, row, state, results)) for state, results in measured.values() if is_there(row, results)])
            for row in block.rows]


def unverified(block):
    """The models on the sheet that have a figure whose data sheet was not open."""
    return sorted(part.name for part in used_parts(block) if not all(part.is_read(figure) for figure in part.figures))


def used_parts(block):
    """The parts that are bought for a block, each once."""
    sheets = block.sheets.values() if block.sheets else [block.drawn]
    return list({part["model"]: block.library[part["model"]] for sheet in [*sheets, block.pins] for part in sheet.values()}.values())


def worst_of(row, values):
    """The state and the value that are the nearest to a row's limit, or the farthest beyond it; first those that nothing excuses."""
    undeclared = [pair for pair in values if isinstance(pair[1], Taken) and is_undeclared(row, pair[1])]
    return min(undeclared or values, key=lambda pair: margin(row, pair[1]), default=(None, math.nan))


def verdict(row, values, options):
    """How a row fares: pass, not met as it is declared, or FAIL. A row that is declared not to be met must not be met where all of
    its corners were asked; a part of them, or random draws, may well meet it."""
    if any(isinstance(value, spice.Doubtful) for _, value in values):
        return "FAIL"
    worst = worst_of(row, values)[1]
    is_met = margin(row, worst) >= 0
    if isinstance(worst, Taken) and is_undeclared(row, worst):
        return "FAIL"
    if "not_met" in row:
        return "FAIL" if is_met and not options.state and not options.draws else "pass" if is_met else "not met"
    return "pass" if is_met else "FAIL"


def print_row(row, values, options):
    """Prints a row; returns its verdict."""
    said = verdict(row, values, options)
    doubtful = [(state, value) for state, value in values if isinstance(value, spice.Doubtful)]
    limit = f"{'<=' if 'max' in row else '>='} {row.get('max', row.get('min')):g}"
    head = f"{row['name']:26} {row['rules']:14} {limit:9} {row['unit']:5}"
    if doubtful:
        state, doubt = doubtful[0]
        print(f"{head} not measured, {len(doubtful)} of {len(values)}: {state}: {doubt}  FAIL")
        return said
    state, worst = worst_of(row, values)
    _, typical = worst_of(row, [pair for pair in values if pair[0].corner == "typical" and pair[0].seed is None])
    numbers = f"{'-' if math.isnan(typical) else f'{typical:.3g}':>9} {worst:9.3g} {margin(row, worst):9.3g}"
    print(f"{head} {numbers}  {str(state):24} {said}  {getattr(worst, 'what', row['what'])}")
    if "not_met" in row:
        print(f"{'':26} {'not met' if said == 'not met' else 'declared as not met'}: {row['not_met']}")
    return said


def states_of(block, options):
    """Where the benches run."""
    supplies, temperatures = block.data["supplies_v"], block.data["temperatures_c"]
    if options.corners:
        supplies, temperatures = sorted({*supplies[:2], supplies[-1]}), sorted({temperatures[0], temperatures[-1]})
    places = [(supply, temp) for supply in supplies for temp in temperatures]
    if options.draws:
        seeds = range(options.seed, options.seed + options.draws)
        states = [State(*places[seed % len(places)], "typical", seed) for seed in seeds]
    else:
        states = [State(*place, corner) for corner in ("typical", "minimum", "maximum") for place in places]
    chosen = [state for state in states if f" {options.state}" in f" {state}"]
    need(chosen, block.name, f"no state's name contains {options.state}")
    return chosen


def read_arguments(arguments):
    parser = argparse.ArgumentParser(description="Simulates a block's sheet and holds it against its rows.")
    parser.add_argument("--corners", action="store_true", help="fewer states")
    parser.add_argument("--hardware", type=Path, default=HERE, help="the directory of sheets and data files")
    parser.add_argument("--draws", type=int, default=0, help="random draws of the parts, in place of the corners")
    parser.add_argument("--seed", type=int, default=1, help="of the first draw")
    parser.add_argument("--row", action="append", default=[], help="only this row; may be given again")
    parser.add_argument("--state", default="", help="only the states whose name contains these words: '70 V', '50 degC minimum'")
    parser.add_argument("block")
    return parser.parse_args(arguments)


def main(arguments):
    options = read_arguments(arguments)
    try:
        block = read(options.block, options.hardware)
        for name in options.row:
            need(name in [row["name"] for row in block.rows], block.name, f"no row {name}")
        block.rows = [row for row in block.rows if not options.row or row["name"] in options.row]
        states = states_of(block, options)
    except (tables.Wrong, KeyError, OSError) as wrong:
        return tables.refused(wrong)
    print(f"{'row':26} {'rules':14} {'limit':9} {'':5} {'typical':>9} {'worst':>9} {'margin':>9}  {'where':24}")
    said = [print_row(row, values, options) for row, values in measure(block, states)]
    not_met = f"{said.count('not met')} not met, " if "not met" in said else ""
    print(f"{len(said)} rows at {len(states)} states each: {said.count('pass')} pass, {not_met}{said.count('FAIL')} fail")
    for name, missing in ratings.not_compared(block).items():
        print(f"not compared of {name}: {', '.join(missing)}")
    print(f"the rows rest on figures that are unverified, of: {', '.join(unverified(block)) or 'nothing'}")
    return 1 if "FAIL" in said else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
