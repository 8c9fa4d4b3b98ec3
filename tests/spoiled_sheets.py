#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Spoils the drawn blocks, one thing at a time, and looks whether their table turns red:

    tests/spoiled_sheets.py [--hardware DIRECTORY] [--sample N] [--blocks N] [--seed S] [BLOCK...]

Each measure of each bench that a row asks, by its name: no row that rests on it may pass. Each part on each sheet, by its value ten times
as large and a tenth, or by another model of its kind, or by leaving it out: some row that passes must fail then, a part's ratings among
them. A part whose spoiling nothing sees stands in tests/spoiled_sheets_unseen.txt with the reason; that list is held both ways. A few
states are simulated, the ends of the supply and the temperature. --sample takes N measures and N parts of each block, --blocks so many of the blocks.
Exit 0: everything is seen, or listed; 1: something is not, or is listed and seen.
"""
import argparse
import concurrent.futures
import copy
import dataclasses
import random
import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "hardware"))

import blocks  # noqa: E402
import datasheet  # noqa: E402
import spice  # noqa: E402

UNSEEN = ROOT / "tests" / "spoiled_sheets_unseen.txt"
OPTIONS = datasheet.Options(state="some")


def states_of(block):
    """A few of the corners: the ends of the supply, the coldest and the warmest, all three sets of cards once."""
    supplies, temperatures = block.data["supplies_v"], block.data["temperatures_c"]
    return [blocks.State(supplies[0], temperatures[0], "maximum"), blocks.State(supplies[-1], temperatures[-1], "minimum"),
            blocks.State(supplies[0], temperatures[-1], "minimum"), blocks.State(supplies[-1], temperatures[0], "maximum"),
            blocks.State(supplies[min(1, len(supplies) - 1)], temperatures[-1], "typical")]


def verdicts(block, states):
    """By the row whether it passes."""
    return {row["name"]: blocks.verdict(row, values, OPTIONS) for row, values in blocks.measure(block, states)}


def with_bench(block, name, bench):
    """The block with one bench in place of its own, and only the rows that ask it."""
    data = block.data | {"bench": block.data["bench"] | {name: bench}}
    rows = [row for row in block.data["rows"] if row["bench"] == name]
    return dataclasses.replace(block, data=data, rows=rows)


def spoiled_measures(block):
    """Each measure with its name spoiled: what it is called, the block, and the rows that rest on it."""
    asked = {row["bench"] for row in block.data["rows"]}
    for name in asked:
        bench = block.data["bench"][name]
        rows = [row for row in block.data["rows"] if row["bench"] == name]
        for index, analysis in enumerate(bench["analyses"]):
            match = re.match(r"meas (\w+) (\w+) ", analysis)
            used = [*bench["measures"].values(), *bench.get("power", {}).values(), *bench["analyses"][index + 1:]]
            if match and any(re.search(rf"\b{match[2]}\b", text) for text in used):  # else it only says that something happens at all
                analyses = list(bench["analyses"])
                analyses[index] = analysis.replace(f" {match[2]} ", f" {match[2]}x ", 1)
                yield f"{name}: {match[2]}", with_bench(block, name, bench | {"analyses": analyses}), rows
        for measure in {row["measure"] for row in rows if "measure" in row}:
            measures = {f"{key}x" if key == measure else key: text for key, text in bench["measures"].items()}
            resting = [row for row in rows if row.get("measure") == measure]
            yield f"{name}: {measure}", with_bench(block, name, bench | {"measures": measures}), resting
        for part in {blocks.heated(row) for row in rows} - {None}:
            power = {key: f"{text}x" if key == part else text for key, text in bench["power"].items()}
            yield f"{name}: power in {part}", with_bench(block, name, bench | {"power": power}), rows


def is_measure_seen(block, rows):
    """No row of these passes."""
    try:
        said = verdicts(block, states_of(block)[:1])
    except KeyError:
        return True
    return all(said[row["name"]] != "pass" for row in rows)


def netlists(block, name):
    """The block's netlist with a part spoiled in each way, with a word for it."""
    part = block.drawn[name]
    index = next(i for i, line in enumerate(block.netlist) if line.split()[0] in (name, f"X{name}"))
    line = block.netlist[index]

    def replaced(by):
        return [*block.netlist[:index], *([by] if by else []), *block.netlist[index + 1:]]

    if "value=" in line:
        for factor in (10, 0.1):
            yield f"value times {factor:g}", replaced(re.sub(r"value=(\S+)", lambda match: f"value={{{match[1]}*{factor}}}", line))
    words = line.split()
    place = words.index(part["model"])
    nodes = words[1:place]
    yield "left out", replaced(None)
    yield "shorted", replaced(f"R{name}_spoiled {nodes[0]} {nodes[-1]} 1")


def is_part_seen(block, name, passing):
    """The first spoiling that turns a row red that passes else, or nothing."""
    for how, netlist in netlists(block, name):
        for row in {row["bench"]: row for row in block.data["rows"]}.values():
            spoiled = copy.copy(block)
            spoiled.netlist = netlist
            spoiled.rows = [each for each in block.data["rows"] if each["bench"] == row["bench"]]
            said = verdicts(spoiled, states_of(block))
            red = next((each for each, verdict in said.items() if verdict == "FAIL" and passing[each] == "pass"), None)
            if red:
                return f"{how}: {red}"
    return None


def drawn_blocks(directory):
    names = tomllib.loads((directory / "datasheet.toml").read_text())["blocks"]
    return [name for name in names if (directory / f"{name}.toml").exists()]


def unseen_parts():
    """The parts that are listed as not seen: block and part."""
    lines = UNSEEN.read_text().splitlines() if UNSEEN.exists() else []
    return {tuple(line.split()) for line in lines if line and not line.startswith(("#", "="))}


def main(arguments):
    parser = argparse.ArgumentParser(description="Spoils the drawn blocks and looks whether their table turns red.")
    parser.add_argument("--hardware", type=Path, default=ROOT / "hardware")
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--blocks", type=int, default=0, help="so many of the blocks, by the seed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("block", nargs="*")
    options = parser.parse_args(arguments)
    chance = random.Random(options.seed)
    listed, failed, counts = unseen_parts(), 0, [0, 0]
    names = options.block or drawn_blocks(options.hardware)
    for name in chance.sample(names, min(options.blocks, len(names))) if options.blocks else names:
        block = blocks.read(name, options.hardware)
        passing = verdicts(block, states_of(block))
        measures = list(spoiled_measures(block))
        drawn = list(block.drawn) if block.sheet_name() == name else []  # once, by the block that is for the sheet
        if options.sample:
            measures = chance.sample(measures, min(options.sample, len(measures)))
            drawn = chance.sample(drawn, min(options.sample, len(drawn)))
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            for (what, _, _), seen in zip(measures, pool.map(lambda each: is_measure_seen(each[1], each[2]), measures)):
                counts[0] += 1
                if not seen:
                    failed += 1
                    print(f"{name}: spoiled, and not seen: {what}", flush=True)
            for part, seen in zip(drawn, pool.map(lambda each, block=block, passing=passing: is_part_seen(block, each, passing), drawn)):
                counts[1] += 1
                print(f"{name} {part}: {seen or 'not seen'}", flush=True)
                if bool(seen) == ((name, part) in listed):
                    failed += 1
                    print(f"{name} {part}: {'seen, and listed as not seen' if seen else 'not seen, and not listed'}  FAIL", flush=True)
    print(f"{counts[0]} measures and {counts[1]} parts spoiled: {failed} fail")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
