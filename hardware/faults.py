#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Opens and shorts each part of a block, one at a time:  hardware/faults.py [--hardware DIRECTORY] load [PART...]

No such fault may make an output high that is commanded to float. Those that do are exceptions, listed in the block's data file
([faults], in load.toml) with what they mean for the user, and the output must then stand above half of the supply, where the
device's read-back reports it (SAFE-4). The list is held both ways. Prints each fault and what the output does.

A block that has no output says itself what a fault may make of it, and the first that holds counts: `outcomes` in [faults], each a measure
that is above its limit, of which those that are harmful are the exceptions, listed as [faults.harmful]; or `watch`, each a measure that is
beyond its min or max, of which those with `listed` are in [faults.listed].
Exit 0: the list is right; 1: it is not, or a fault could not be simulated; 2: a sheet or a data file does not hold together.
"""
import argparse
import concurrent.futures
import dataclasses
import re
import sys
from pathlib import Path

import blocks
import spice
import tables

SHORT_OHM = 1
LOW_SHARE = 0.02  # of the supply: an output that floats
TERMINALS = {"M": "dgs", "Q": "cbe"}


def pins(block, words, model):
    """What the terminals of a line of the netlist are called."""
    if words[0][0] in TERMINALS:
        return TERMINALS[words[0][0]]
    card = block.library[model].card_of("typical")
    named = re.search(rf"^\.subckt {re.escape(model)} (.*)$", card, re.MULTILINE)
    return [word for word in named[1].split() if "=" not in word] if named and words[0][0] == "X" else "12"


def cases(block):
    """Each fault by its name, with the netlist that has it."""
    body = block.netlist[1:-1]
    for index, line in enumerate(body):
        words = line.split()
        name = words[0] if words[0] in block.drawn else words[0][1:]
        nodes = words[1:words.index(block.drawn[name]["model"])]
        rest = body[:index] + body[index + 1:]
        yield f"{name} open", [block.netlist[0], *rest, block.netlist[-1]]
        names = pins(block, words, block.drawn[name]["model"])
        for first in range(len(nodes)):
            for second in range(first + 1, len(nodes)):
                between = f" {names[first]}-{names[second]}" if len(nodes) > 2 else ""
                if nodes[first] != nodes[second]:
                    fault = f"Rfault {nodes[first]} {nodes[second]} {SHORT_OHM}"
                    yield f"{name}{between} short", [block.netlist[0], *body, fault, block.netlist[-1]]


def simulate(block, netlist):
    state = blocks.State(block.data["faults"]["supply_v"], 25, "typical")
    faulty = dataclasses.replace(block, netlist=netlist)
    return spice.run([blocks.bench_of(faulty, block.data["faults"]["bench"], state)])[0]


def outcomes_of(faults):
    """What a fault may make of a block without an output: the words, the measure with its limit as a row has it, and whether it is to be
    listed; of a block with an output nothing."""
    said = [(each["says"], {"measure": each["measure"], "max": each["above"]}, each.get("harmful", False))
            for each in faults.get("outcomes", [])]
    return said + [(each["words"], each, each.get("listed", False)) for each in faults.get("watch", [])]


def listed(faults):
    """The exceptions with their meaning."""
    return next((faults[name] for name in ("harmful", "listed", "high_when_off") if name in faults), {})


def outcome(faults, result):
    """What the block does, in words. Of an output the three voltages are before, during and after the command."""
    if isinstance(result, spice.Doubtful):
        return f"not simulated: {result}"
    own = outcomes_of(faults)
    if own:
        return next((says for says, row, _ in own if blocks.margin(row, result[row["measure"]]) < 0), "works")
    supply_v = faults["supply_v"]
    off = max(result["before"], result["after"])
    if off > supply_v / 2:
        return "high when off"
    if off > LOW_SHARE * supply_v:
        return f"neither high nor floating when off: {off:.3g} V"
    return "works" if result["during"] > 0.9 * supply_v else "stays off"


def main(arguments):
    parser = argparse.ArgumentParser(description="Opens and shorts each part of a block, one at a time.")
    parser.add_argument("--hardware", type=Path, default=blocks.HERE, help="the directory of sheets and data files")
    parser.add_argument("block")
    parser.add_argument("part", nargs="*", help="only the faults of these parts, by their names on the sheet")
    options = parser.parse_args(arguments)
    try:
        block = blocks.read(options.block, options.hardware)
        faults = block.data["faults"]
        for name in options.part:
            blocks.need(name in block.drawn, block.name, f"no part {name}; there are {', '.join(sorted(block.drawn))}")
    except (tables.Wrong, KeyError, OSError) as wrong:
        return tables.refused(wrong)

    def asked(fault):
        return not options.part or fault.split()[0] in options.part

    harmless = {"works", "stays off"} | {says for says, _, is_listed in outcomes_of(faults) if not is_listed}
    harmful = {"high when off"} | {says for says, _, is_listed in outcomes_of(faults) if is_listed}
    meanings = {fault: meaning for fault, meaning in listed(faults).items() if asked(fault)}
    every = [(fault, netlist) for fault, netlist in cases(block) if asked(fault)]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        outcomes = [outcome(faults, result) for result in pool.map(lambda case: simulate(block, case[1]), every)]
    failed = 0
    for (fault, _), said in zip(every, outcomes):
        right = said in (harmful if fault in meanings else harmless)
        failed += not right
        meaning = meanings.pop(fault, "")
        print(f"{fault:16} {said}{'' if right else '  FAIL'}{f'  ({meaning})' if meaning else ''}")
    for fault in meanings:
        failed += 1
        print(f"{fault:16} is listed, and is no fault of this sheet  FAIL")
    if outcomes_of(faults):
        counted = ", ".join(f"{outcomes.count(said)} {said}" for said in sorted(set(outcomes)))
    else:
        counted = (f"{outcomes.count('works')} change nothing that is seen here, {outcomes.count('stays off')} keep the output off, "
                   f"{outcomes.count('high when off')} make it high")
    print(f"{len(every)} single faults: {counted}; {failed} fail")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
