#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Opens and shorts each part of a block, one at a time:  hardware/faults.py [--hardware DIRECTORY] load [PART...]

No such fault may make an output high that is commanded to float. Those that do are exceptions, listed in the block's data file
([faults], in load.toml) with what they mean for the user, and the output must then stand above half of the supply, where the
device's read-back reports it (SAFE-4). The list is held both ways. Prints each fault and what the output does. A block that is no
switch has `watch` in its place: measures of its bench, each with a limit and the words for what is beyond it; the first that is
beyond counts, and with `listed` the fault must be in the list, which then is [faults.listed].
Exit 0: the list is right; 1: it is not, or a fault could not be simulated; 2: a sheet or a data file does not hold together.
"""
import argparse
import concurrent.futures
import sys
from pathlib import Path

import blocks
import drawing
import parts
import spice

SHORT_OHM = 1
LOW_SHARE = 0.02  # of the supply: an output that floats
TERMINALS = {"M": "dgs", "Q": "cbe"}


def cases(block):
    """Each fault by its name, with the netlist that has it."""
    body = block.netlist[1:-1]
    for index, line in enumerate(body):
        words = line.split()
        name = words[0] if words[0] in block.drawn else words[0][1:]
        nodes = words[1:words.index(block.drawn[name]["model"])]
        rest = body[:index] + body[index + 1:]
        yield f"{name} open", [block.netlist[0], *rest, block.netlist[-1]]
        names = TERMINALS.get(words[0][0], "12")
        for first in range(len(nodes)):
            for second in range(first + 1, len(nodes)):
                between = f" {names[first]}-{names[second]}" if len(nodes) > 2 else ""
                if nodes[first] != nodes[second]:
                    fault = f"Rfault {nodes[first]} {nodes[second]} {SHORT_OHM}"
                    yield f"{name}{between} short", [block.netlist[0], *body, fault, block.netlist[-1]]


def simulate(block, netlist):
    state = blocks.State(block.data["faults"]["supply_v"], 25, "typical")
    faulty = blocks.Block(block.name, block.data, netlist, block.drawn, block.library, block.rows)
    return spice.run([blocks.bench_of(faulty, block.data["faults"]["bench"], state)])[0]


def outcome(supply_v, result):
    """What the output does, in words; the three voltages are before, during and after the command."""
    if isinstance(result, spice.Doubtful):
        return f"not simulated: {result}"
    off = max(result["before"], result["after"])
    if off > supply_v / 2:
        return "high when off"
    if off > LOW_SHARE * supply_v:
        return f"neither high nor floating when off: {off:.3g} V"
    return "works" if result["during"] > 0.9 * supply_v else "stays off"


def watched(watch, result):
    """Of a block that is no switch: the first of the measures that is beyond its limit, or None; with the words for it."""
    if isinstance(result, spice.Doubtful):
        return None, f"not simulated: {result}"
    for entry in watch:
        if blocks.margin(entry, result[entry["measure"]]) < 0:
            return entry, entry["words"]
    return None, "works"


def watch_all(block, every, results, meanings):
    """Prints each fault of a block that is no switch; how many are not as they are listed."""
    failed, counts = 0, {}
    for (fault, _), result in zip(every, results):
        entry, said = watched(block.data["faults"]["watch"], result)
        right = said == "works" or entry is not None
        meaning = meanings.pop(fault, "")
        right = right and bool(meaning) == bool(entry and entry.get("listed"))
        failed += not right
        counts[said] = counts.get(said, 0) + 1
        print(f"{fault:16} {said}{'' if right else '  FAIL'}{f'  ({meaning})' if meaning else ''}")
    for fault in meanings:
        failed += 1
        print(f"{fault:16} is listed, and is no fault of this sheet  FAIL")
    print(f"{len(every)} single faults: {', '.join(f'{count} {said}' for said, count in sorted(counts.items()))}; {failed} fail")
    return failed


def main(arguments):
    parser = argparse.ArgumentParser(description="Opens and shorts each part of a block, one at a time.")
    parser.add_argument("--hardware", type=Path, default=blocks.HERE, help="the directory of sheets and data files")
    parser.add_argument("block")
    parser.add_argument("part", nargs="*", help="only the faults of these parts, by their names on the sheet")
    options = parser.parse_args(arguments)
    try:
        block = blocks.read(options.block, options.hardware)
    except (blocks.Wrong, drawing.Wrong, parts.Wrong, KeyError, FileNotFoundError) as wrong:
        print(wrong, file=sys.stderr)
        return 2

    def asked(fault):
        return not options.part or fault.split()[0] in options.part

    supply_v = block.data["faults"]["supply_v"]
    listed = block.data["faults"]["listed" if "watch" in block.data["faults"] else "high_when_off"]
    meanings = {fault: meaning for fault, meaning in listed.items() if asked(fault)}
    every = [(fault, netlist) for fault, netlist in cases(block) if asked(fault)]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda case: simulate(block, case[1]), every))
    if "watch" in block.data["faults"]:
        return 1 if watch_all(block, every, results, meanings) else 0
    outcomes = [outcome(supply_v, result) for result in results]
    failed = 0
    for (fault, _), said in zip(every, outcomes):
        right = said in ("works", "stays off") if fault not in meanings else said == "high when off"
        failed += not right
        meaning = meanings.pop(fault, "")
        print(f"{fault:16} {said}{'' if right else '  FAIL'}{f'  ({meaning})' if meaning else ''}")
    for fault in meanings:
        failed += 1
        print(f"{fault:16} is listed, and is no fault of this sheet  FAIL")
    print(f"{len(every)} single faults: {outcomes.count('works')} change nothing that is seen here, "
          f"{outcomes.count('stays off')} keep the output off, {outcomes.count('high when off')} make it high; {failed} fail")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
