#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds the groups of nets in hardware/board/board.toml against the simulated device:  hardware/voltages.py [--hardware DIRECTORY]

Which nets of the board keep the distance of 70 V from one another is said there, by a person. Here the whole device is simulated where
its nets are far apart: the supply there, away and reversed, before and after its store is charged, outputs commanded high and not, shorted,
and the terminals at 70 V of either sign. A net in no group must stay near minus, and the nets of a group near one another. Two groups that
are farther apart than what that distance is for must be listed, and no others.
Exit 0: they do; 1: they do not, a line each; 2: a sheet or a data file does not hold together.
"""
import argparse
import sys
from pathlib import Path

import components
import parts
import pins
import spice
import tables

HERE = Path(__file__).resolve().parent
COMMANDED = ["Vcommand command 0 pwl(0 0 20m 0 30m 3.3)",
             *(f"Rcommand{net} command xdevice.{net} 100" for net in ("cmd_load", "cmd_pre", "cmd_chg", "div_en"))]
LOADED = ["Rload load 0 70", "Rpre pre 0 70", "Rcharger charger 0 100k"]


def held(volts, *terminals):
    """Each terminal goes to a voltage."""
    return [line for name in terminals for line in (f"V{name} {name}_held 0 pwl(0 0 10m {volts:g})", f"R{name}_held {name}_held {name} 1")]


REVERSED_LATER = ["Vvbat vbat_held 0 pwl(0 0 10m 70 0.5 70 0.501 -70)", "Rvbat_held vbat_held vbat 1"]
STATES = {
    "70 V, outputs off": [*held(70, "vbat"), *LOADED],
    "70 V, outputs on": [*held(70, "vbat"), *LOADED, *COMMANDED],
    "8 V, outputs on": [*held(8, "vbat"), *LOADED, *COMMANDED],
    "70 V, outputs shorted": [*held(70, "vbat"), *COMMANDED, "Rload load 0 0.05", "Rpre pre 0 0.05", "Rcharger charger 0 1"],
    "reversed": [*held(-70, "vbat"), *LOADED],
    "reversed, the store charged": [*REVERSED_LATER, *LOADED],
    "12 V, outputs held at 70 V": held(12, "vbat") + held(70, "load", "pre", "charger"),
    "12 V, L and H at 70 V": held(12, "vbat") + held(70, "l", "h"),
    "12 V, L and H at -70 V": held(12, "vbat") + held(-70, "l", "h"),
    "70 V, outputs off, L and H at -70 V": [*held(70, "vbat"), *LOADED, *held(-70, "l", "h")],
    "70 V, outputs on, L and H at -70 V": [*held(70, "vbat"), *LOADED, *COMMANDED, *held(-70, "l", "h")],
    "12 V, chain at 70 V": held(12, "vbat") + held(70, *(f"chain_{loop}_{end}" for loop in ("atc", "atd", "pre") for end in ("out", "in"))),
}


def vector(net, terminals):
    """What a net of the device is called in ngspice."""
    name = net.lower()
    return f"v({name})" if net in terminals else f"v(xdevice.x{name})" if "." in net else f"v(xdevice.{name})"


def simulate(directory, nets):
    """Of each state: the voltage of each net, or the Doubtful that it is in."""
    terminals, _ = pins.read_device(directory)
    device = pins.netlist(directory)
    around = [f"Xdevice {' '.join('0' if name == 'GND' else name.lower() for name in terminals)} device",
              *(f"Rfar{name} {name.lower()} 0 1g" for name in terminals if name != "GND"), ".option method=gear"]
    benches = [spice.Bench(f"the whole, {state}", [*device, *around, *sources], ["tran 1m 1 uic", "let last = length(time)-1"],
                           {f"net{index}": f"{vector(net, terminals)}[last]" for index, net in enumerate(nets)}) for state, sources in STATES.items()]
    for state, result in zip(STATES, spice.run(benches)):
        yield state, result if isinstance(result, spice.Doubtful) else {net: result[f"net{index}"] for index, net in enumerate(nets)}


def differences(rules, state, volts):
    """What of the groups is not so in a state, a text each."""
    groups = {}
    for net, value in volts.items():
        groups.setdefault(rules.group_of(net), []).append((value, net))
    for name, members in groups.items():
        if name == components.NEAR_MINUS:
            members.append((0.0, "GND"))
        low, high = min(members), max(members)
        if high[0] - low[0] > rules.data["alike_v"]:
            where = "no group" if name == components.NEAR_MINUS else f"the group {name}"
            yield f"{state}: of {where} {high[1]} is at {high[0]:.1f} V, {low[1]} at {low[0]:.1f} V"


def far_apart(rules, volts):
    """The pairs of groups of which a net is farther from one of the other's than `far_v`, and by how much at the most."""
    groups = {components.NEAR_MINUS: [0.0]}
    for net, value in volts.items():
        groups.setdefault(rules.group_of(net), []).append(value)
    apart = {frozenset((one, other)): max(max(groups[one]) - min(groups[other]), max(groups[other]) - min(groups[one]))
             for one in groups for other in groups if one != other}
    return {pair: value for pair, value in apart.items() if value > rules.data["far_v"]}


def far_differences(rules, results):
    """What of the pairs of groups that keep the greater distance is not so, a text each."""
    listed, seen = rules.far_pairs(), set()
    for state, volts in results:
        apart = far_apart(rules, volts)
        seen |= set(apart)
        yield from (f"{state}: {' and '.join(sorted(pair))} are {apart[pair]:.1f} V apart, and not listed as far"
                    for pair in sorted(set(apart) - set(listed), key=sorted))
    yield from (f"{' and '.join(sorted(pair))} are listed as far ({listed[pair]}), and in no state" for pair in sorted(set(listed) - seen, key=sorted))


def main(arguments):
    parser = argparse.ArgumentParser(description="Holds the board's groups of nets against the simulated device.")
    parser.add_argument("--hardware", type=Path, default=HERE, help="the directory of sheets and data files")
    options = parser.parse_args(arguments)
    try:
        rules = components.read_rules(options.hardware)
        nets = sorted(components.nets_of(components.read(options.hardware)) - {"GND"})
        results = list(simulate(options.hardware, nets))
        said = []
        for state, volts in results:
            said += [f"{state}: {volts}"] if isinstance(volts, spice.Doubtful) else differences(rules, state, volts)
        if not said:
            said += far_differences(rules, results)
    except (tables.Wrong, KeyError, OSError) as wrong:
        return tables.refused(wrong)
    return parts.told(said, f"{len(nets)} nets in {len(results)} states; {len(said)} differences from the groups of board.toml")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
