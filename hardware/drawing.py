# SPDX-License-Identifier: Apache-2.0
"""Reads a drawn sheet (xschem) and makes the netlist of its block from it, each build anew: nothing is written twice.

A component's attributes are its `model` (the part's name in a netlist), `value` and `tol` where it has them, `rating`, and `why`.
xschem says how the parts are connected; the sheet itself is looked at for what a reader trips over.
"""
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import tables

HERE = Path(__file__).resolve().parent
NOT_PARTS = {"lab_pin", "iopin", "ipin", "opin", "title"}
ATTRIBUTE = re.compile(r'(\w+)=(?:"([^"]*)"|(\S+))')


def components(sheet):
    """Of each component on the sheet: its attributes, with its symbol's name as `symbol`."""
    found = []
    place = r"\S+ \S+ \S+ \S+"  # x, y, turned, mirrored
    for symbol, attributes in re.findall(rf"^C \{{(\S+)\}} {place} \{{(.*?)\}}$", sheet.read_text(), re.MULTILINE | re.DOTALL):
        values = {name: quoted or bare for name, quoted, bare in ATTRIBUTE.findall(attributes)}
        found.append({"symbol": Path(symbol).stem, **values})
    return found


def parts_of(sheet):
    """The components that are bought, by their names."""
    found = [component for component in components(sheet) if component["symbol"] not in NOT_PARTS]
    by_name = {component["name"]: component for component in found}
    if len(by_name) != len(found):
        raise tables.Wrong(f"{sheet.name}: a name stands twice")
    return by_name


def wires(sheet):
    """The straight pieces of wire, each as two points."""
    text = sheet.read_text()
    found = re.findall(r"^N (-?\d+) (-?\d+) (-?\d+) (-?\d+) ", text, re.MULTILINE)
    return [((int(a), int(b)), (int(c), int(d))) for a, b, c, d in found]


def touches(point, wire):
    """The point is on the wire, its ends included."""
    (x1, y1), (x2, y2) = wire
    x, y = point
    return min(x1, x2) <= x <= max(x1, x2) and min(y1, y2) <= y <= max(y1, y2)


def ways(point, drawn):
    """How many directions wires leave a point in."""
    directions = set()
    for wire in drawn:
        if touches(point, wire):
            for end in wire:
                directions.add(((end[0] > point[0]) - (end[0] < point[0]), (end[1] > point[1]) - (end[1] < point[1])))
    return len(directions - {(0, 0)})


def crossings(drawn):
    """Where a wire along and a wire across meet."""
    level = [wire for wire in drawn if wire[0][1] == wire[1][1]]
    upright = [wire for wire in drawn if wire[0][0] == wire[1][0]]
    for across in level:
        for along in upright:
            point = (along[0][0], across[0][1])
            if touches(point, across) and touches(point, along):
                yield point


def faults(sheet, models):
    """What is wrong with a sheet, a text each; `models` are the parts by the names that a component's model may have."""
    said = []
    for name, part in parts_of(sheet).items():
        for attribute in ("model", "rating", "why"):
            if not part.get(attribute):
                said.append(f"{name} has no {attribute}")
        if part["symbol"] in ("res", "capa") and not (part.get("value") and part.get("tol")):
            said.append(f"{name} has no value or no tol")
        if part.get("model") not in models:
            said.append(f"{name}: no part has the model {part.get('model')}")
        else:
            rated = {f"{value:g}{unit}" for value, unit, _ in models[part["model"]].ratings.values()}
            said += [f"{name} is drawn for {each}, and its part is not" for each in part.get("rating", "").split() if each not in rated]
    drawn = wires(sheet)
    for wire in drawn:
        if wire[0][0] != wire[1][0] and wire[0][1] != wire[1][1]:
            said.append(f"a slanting wire at {wire[0]}")
    for point in sorted(set(crossings(drawn))):
        if ways(point, drawn) == 4:
            said.append(f"four wires meet at {point}: a reader cannot tell a joint from a crossing, and xschem draws no dot")
    return said


def xschem_netlist(sheet):
    """The lines of xschem's netlist."""
    with tempfile.TemporaryDirectory() as directory:
        rc = Path(directory) / "xschemrc"
        rc.write_text(f"set netlist_dir {directory}\n")  # without it, 2.8.1 crashes
        for file in [sheet, *sheet.parent.glob("*.sym")]:  # of a copy: 2.8.1 has been seen to save an empty sheet over the one it read
            shutil.copy(file, directory)
        try:
            said = subprocess.run(["xschem", "-q", "-x", "-n", "-s", "--rcfile", rc, Path(directory) / sheet.name], stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60, check=False,
                                  cwd=directory).stdout
        except FileNotFoundError:
            raise tables.Wrong("xschem is not here: apt-get install xschem") from None
        made = Path(directory) / f"{sheet.stem}.spice"
        if not made.exists():
            raise tables.Wrong(f"xschem made no netlist of {sheet.name}: {said.strip()}")
        return made.read_text().splitlines()


def netlist(sheet, with_value):
    """The block as a subcircuit: its first line names its terminals in the order of the sheet. Resistors and capacitors become
    their part's subcircuit, with the value where `with_value` has its model."""
    drawn = parts_of(sheet)
    lines, seen = [], set()
    for line in xschem_netlist(sheet):
        words = line.split()
        if line.startswith("**.subckt"):
            lines.append(line.removeprefix("**"))
        elif words and (words[0] in drawn or words[0][1:] in drawn):
            name = words[0] if words[0] in drawn else words[0][1:]  # a subcircuit's line begins with X
            part = drawn[name]
            seen.add(name)
            if "<unconnected" in line.lower():
                raise tables.Wrong(f"{sheet.name}: {name} is not connected")
            if part["symbol"] in ("res", "capa"):
                value = f" value={part['value']}" if part["model"] in with_value else ""
                lines.append(f"X{words[0]} {words[1]} {words[2]} {part['model']}{value}")
            else:
                lines.append(line)
        elif words and not line.startswith(("*", ".end")):
            raise tables.Wrong(f"{sheet.name}: xschem says what the sheet does not have: {line}")
    if seen != set(drawn) or not lines or not lines[0].startswith(".subckt"):
        raise tables.Wrong(f"{sheet.name}: the netlist lacks {', '.join(sorted(set(drawn) - seen)) or 'its terminals'}")
    return [*lines, ".ends"]
