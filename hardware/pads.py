# SPDX-License-Identifier: Apache-2.0
"""Holds the numbers of pads against what others say of them, and the symbols of the sheets against the cards.

Which pad is which terminal stands once, in the part's file. Whoever exchanges base and emitter there makes a board that is wrong and
agrees with itself. So it is compared with the symbol of that part in KiCad's libraries, which other people wrote; where these lack the
part, with the symbol of a part in the same case (`sibling = true`). A symbol on a sheet names its pins, but only their order goes into the
netlist: it has to be the order of the card's terminals. That a pad of the board has the place that its number has in KiCad's footprint
is board.py's.
"""
import re
from pathlib import Path

import blocks
import components
import drawing
import pins
import tables

SYMBOLS = Path("/usr/share/kicad/symbols")
XSCHEM = Path("/usr/share/xschem/xschem_library/devices")
ENDS = {"p": "A", "m": "K"}  # of xschem's diodes
TWO_ENDS = {"p": "A", "m": "B"}  # of its resistors and capacitors


def block_of(text, name):
    """The expression of a symbol in a library's file, or nothing."""
    found = re.search(rf'\(symbol "{re.escape(name)}"\s', text)
    start, depth, quoted = found.start() if found else len(text), 0, False
    for index in range(start, len(text)):
        letter = text[index]
        quoted ^= letter == '"' and text[index - 1] != "\\"
        depth += 0 if quoted else (letter == "(") - (letter == ")")
        if depth == 0:
            return text[start:index + 1]
    return ""


def kicad_pins(reference):
    """The name of each pin of a symbol of KiCad's, by its number; of several units in a case with the unit's number before it."""
    library, _, name = reference.partition(":")
    file = SYMBOLS / f"{library}.kicad_sym"
    if not file.exists():
        raise FileNotFoundError(f"{file} is not there: apt-get install kicad-symbols")
    text = file.read_text()
    block = block_of(text, name)
    of_whom = re.search(r'\(extends "([^"]+)"\)', block)
    if of_whom:
        block = block_of(text, of_whom[1])
    if not block:
        raise tables.Wrong(f"KiCad has no symbol {reference}")
    units = {}
    for inner, unit in re.findall(r'\(symbol "([^"]*_(\d+)_\d+)"', block):
        found = re.findall(r'\(pin [^"]*?\(name "([^"]*)".*?\(number "([^"]*)"', block_of(block, inner), re.DOTALL)
        units.setdefault(unit, []).extend(found)
    several = sum(1 for unit, found in units.items() if found and unit != "0") > 1
    return {number: f"{unit} {name}" if several else name for unit, found in units.items() for name, number in found}


def names_of(pin):
    """What a pin of KiCad's may be called: PC6 and RESET of ~{RESET}/PC6."""
    return {re.sub(r"^~\{(.*)\}$", r"\1", name).upper() for name in pin.split("/")}


def part_differences(part, numbers):
    """What of a part's pads is not as in KiCad's symbol, a text each; `numbers` has the terminal by the pad."""
    data = part.data["board"]
    if "symbol" not in data:
        if part.device != "connector" and set(numbers.values()) != {"a", "b"}:
            yield f"{part.name}: its file names no symbol of KiCad's to compare its pads with"
        return
    theirs = kicad_pins(data["symbol"])
    for number, terminal in numbers.items():
        called = data.get("names", {}).get(number, terminal)
        if number not in theirs:
            yield f"{part.name}: pad {number} is {terminal}, and {data['symbol']} has no such pin"
        elif called.upper() not in names_of(theirs[number]) and called != theirs[number]:
            yield f"{part.name}: pad {number} is {terminal}, and pin {number} of {data['symbol']} is {theirs[number]}"


def drawn_pins(directory, name):
    """The pins of a symbol of a sheet in their order."""
    own = directory / f"{name}.sym"
    file = own if own.exists() else XSCHEM / f"{name}.sym"
    if not file.exists():
        raise FileNotFoundError(f"{file} is not there")
    return re.findall(r"^B 5 .*?\{.*?\bname=(\w+)", file.read_text(), re.MULTILINE)


def sheet_differences(directory, sheet, library):
    """Which symbols of a sheet have their pins in another order than the card its terminals."""
    for name, drawn in drawing.parts_of(sheet).items():
        if drawn["model"] not in library:  # a block on the sheet of the whole
            continue
        part = library[drawn["model"]]
        ends = ENDS if part.device == "diode" else TWO_ENDS
        order = [ends.get(pin, pin).upper() for pin in drawn_pins(directory, drawn["symbol"])]
        wanted = [terminal.upper() for terminal in components.terminals_of(part, drawn["model"])]
        if order != wanted:
            yield f"{sheet.name}: {name} is drawn with the pins {', '.join(order)}, and {part.name} has {', '.join(wanted)}"


def differences(directory, wanted):
    """All that is wrong with numbers and names of pads, a text each."""
    seen = {}
    for component in wanted.values():
        seen[component.part.name] = component.part
    for part in seen.values():
        numbers = part.data["board"].get("pads")
        if numbers is None:  # the microcontroller: its symbol has the numbers
            drawn = pins.symbol_pins(directory / "atmega328p.sym")
            numbers = {number: pin for pin, several in drawn for number in several.split(",")}
        yield from part_differences(part, numbers)
    library = {model: part for part in seen.values() for model in blocks.models_of(part)}
    for sheet in sorted(directory.glob("*.sch")):
        yield from sheet_differences(directory, sheet, library)
