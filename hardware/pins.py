#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints which pin of the microcontroller goes where, from the sheet of the whole, and holds the drawing against the board's header:

    hardware/pins.py [--netlist] [--hardware DIRECTORY] [--header FILE]

The table has a row a pin: its number, its name, its net, what the firmware does with it, and which terminals of which blocks are on that
net. Every port, channel, resistance and capacitance of firmware/atmega328p/board_product.h must be what is drawn; a name in the header
that nothing here knows is wrong, too. --netlist prints the netlist of the whole device instead: each block once, the microcontroller
in reset, and the device as a subcircuit.
Exit 0: they agree; 1: they do not, a line each; 2: a sheet does not hold together.
"""
import argparse
import dataclasses
import re
import sys
from pathlib import Path

import blocks
import drawing
import parts
import ratings
import tables

HERE = Path(__file__).resolve().parent
HEADER = HERE.parent / "firmware" / "atmega328p" / "board_product.h"
MICROCONTROLLER = "ATmega328P"

# what the header calls a pin or a channel: the box on device.sch and its terminal
DRIVEN = {"BOARD_LOAD": "LOAD.cmd", "BOARD_PREALARM": "PREALARM.cmd", "BOARD_CHARGER": "CHARGER.cmd", "BOARD_LED_LOAD": "LEDS.blue",
          "BOARD_LED_FAULT": "LEDS.red", "BOARD_DIVIDERS": "DIVIDER.DIV_EN"}
DRIVEN_AND_LEFT = {"BOARD_ATC_DRIVE": "CHAIN_ATC.drive", "BOARD_ATD_DRIVE": "CHAIN_ATD.drive", "BOARD_NO_PREALARM_DRIVE": "CHAIN_PRE.drive"}
READ = {"BOARD_LOAD_BACK": "RB_LOAD.rb", "BOARD_PREALARM_BACK": "RB_PRE.rb", "BOARD_CHARGER_BACK": "RB_CHG.rb",
        "BOARD_ATC_RETURN": "CHAIN_ATC.sense", "BOARD_ATD_RETURN": "CHAIN_ATD.sense", "BOARD_NO_PREALARM_RETURN": "CHAIN_PRE.sense",
        "BOARD_ADAPTER": "HEADER.present"}
CONVERTED = {"BOARD_VBAT": "DIVIDER.SENSE_VBAT", "BOARD_REMOTE_L": "REMOTE.sense_l", "BOARD_REMOTE_H": "REMOTE.sense_h"}
# what the part itself gives a pin for
GIVEN = {"PD1": ("out", "HEADER.tx"), "PC6": ("reset", "HEADER.reset"), "PB6": ("crystal", "HEADER.tosc1"), "PB7": ("crystal", "HEADER.tosc2"),
         "AREF": ("reference", "HEADER.aref"), "VCC": ("supply", "SUPPLY.V33"), "AVCC": ("supply", "SUPPLY.V33"), "GND": ("ground", "SUPPLY.GND"),
         "ADC6": ("unused", "SUPPLY.GND"), "ADC7": ("unused", "SUPPLY.GND")}
PROGRAMMED = {"PB5": "HEADER.sck", "PB4": "HEADER.miso", "PB3": "HEADER.mosi"}
ONE_NET = [("LOAD.out", "RB_LOAD.out"), ("PREALARM.out", "RB_PRE.out"), ("CHARGER.out", "RB_CHG.out"), ("SUPPLY.V5", "REMOTE.v5")]
# each contact of a connector; J2 and J3 are the chain's M8
CONTACTS = {"J1": {"VBAT": "SUPPLY.VBAT", "GND": "SUPPLY.GND", "LOAD": "LOAD.out", "PRE": "PREALARM.out", "CHARGER": "CHARGER.out",
                   "L": "REMOTE.l", "H": "REMOTE.h"},
            "J2": {"C1": "CHAIN_ATC.out", "C3": "CHAIN_ATD.out", "C4": "CHAIN_PRE.out"},
            "J3": {"C1": "CHAIN_ATC.in", "C3": "CHAIN_ATD.in", "C4": "CHAIN_PRE.in"},
            "J4": {"MISO": "HEADER.miso", "VCC": "SUPPLY.V33", "SCK": "HEADER.sck", "MOSI": "HEADER.mosi", "RESET": "HEADER.reset",
                   "GND": "SUPPLY.GND"},
            "J5": {"ADAPTER": "HEADER.adapter", "GND": "SUPPLY.GND", "TXD": "HEADER.txd"}}
# a net by whose name the benches know a terminal of the device
NAMED = {net: terminal for name in ("J1", "J5") for net, terminal in CONTACTS[name].items()} | {
    f"CHAIN_{signal}_{way}": f"CHAIN_{signal}.{way.lower()}" for signal in ("ATC", "ATD", "PRE") for way in ("OUT", "IN")}
# a resistance in the header: the sheet, and the two nets that it lies between, through resistors alone
OHMS = {"BOARD_VBAT_TOP_OHM": ("divider", "TOP", "SENSE_VBAT"), "BOARD_VBAT_BOTTOM_OHM": ("divider", "SENSE_VBAT", "GND"),
        "BOARD_REMOTE_L_TOP_OHM": ("remote", "l", "tl"), "BOARD_REMOTE_L_BOTTOM_OHM": ("remote", "tl", "minus"),
        "BOARD_REMOTE_L_BIAS_OHM": ("remote", "bias", "l"), "BOARD_REMOTE_H_TOP_OHM": ("remote", "h", "th"),
        "BOARD_REMOTE_H_BOTTOM_OHM": ("remote", "th", "minus"), "BOARD_LOOP_SERIES_OHM": ("chain", "drive", "out"),
        "BOARD_LOOP_PULL_OHM": ("chain", "in", "minus")}
OHM_TOLERANCE = 0.003  # between a number of the header and the nearest value that is sold
CABLE_F = 60 * 100e-12
WIRES = ("out", "in")  # of chain.sch; what capacitance they have to minus is a part of BOARD_LOOP_PF


@dataclasses.dataclass
class Box:
    """A block on the sheet of the whole."""
    name: str
    model: str
    nets: dict  # by the terminal


def symbol_pins(symbol):
    """The pins of a symbol in their order, each with the part's numbers, if it says them."""
    found = re.findall(r"^B 5 .*\{name=(\S+) dir=\w+(?: pinnumber=\"([\d,]+)\")?\}", symbol.read_text(), re.MULTILINE)
    return [(name, number) for name, number in found]


def joined_lines(lines):
    """A netlist with its continued lines in one; what xschem has as comments for the top is read, too."""
    whole = []
    for line in lines:
        line = line.removeprefix("**") if line.startswith("**.subckt") else line.removeprefix("*") if line.startswith("*+") else line
        if line.startswith("+") and whole:
            whole[-1] += f" {line[1:]}"
        else:
            whole.append(line)
    return whole


def read_sheet(directory):
    """The device's terminals, and what is on the sheet of the whole by its names: blocks, microcontroller, connectors."""
    sheet = directory / "device.sch"
    symbols = {part["name"]: part["symbol"] for part in drawing.parts_of(sheet).values()}
    terminals, boxes = [], {}
    for line in joined_lines(drawing.xschem_netlist(sheet)):
        words = line.split()
        if line.startswith(".subckt"):
            terminals = words[2:]
        elif words and words[0][1:] in symbols:
            name = words[0][1:]
            pins = [pin for pin, _ in symbol_pins(directory / f"{symbols[name]}.sym")]
            if len(pins) != len(words) - 2:
                raise tables.Wrong(f"device.sch: {name} has {len(pins)} pins and {len(words) - 2} nets")
            boxes[name] = Box(name, words[-1], dict(zip(pins, words[1:-1])))
    if set(boxes) != set(symbols):
        raise tables.Wrong(f"device.sch: the netlist lacks {', '.join(sorted(set(symbols) - set(boxes)))}")
    return terminals, boxes


def connectors_of(directory):
    """The parts that are connectors, by their models."""
    return {part.model(): part for part in parts.read(directory / "parts") if part.device == "connector"}


def read_device(directory):
    """The device's terminals, and its boxes by their names, without the connectors, which nobody simulates."""
    terminals, boxes = read_sheet(directory)
    connectors = connectors_of(directory)
    return terminals, {name: box for name, box in boxes.items() if box.model not in connectors}


def read_blocks(directory, boxes):
    """The netlist of each block that is on the sheet of the whole; its symbol's pins must be the sheet's terminals, in order."""
    library = {model: part for part in parts.read(directory / "parts") for model in blocks.models_of(part)}
    with_value = {model for model, part in library.items() if "value=" in part.card}
    found = {}
    for model in dict.fromkeys(box.model for box in boxes.values() if box.model != MICROCONTROLLER):
        sheet = directory / f"{model}.sch"
        for text in drawing.faults(sheet, library):
            raise tables.Wrong(f"{sheet.name}: {text}")
        found[model] = joined_lines(drawing.netlist(sheet, with_value))
        drawn = [pin for pin, _ in symbol_pins(directory / f"{model}.sym")]
        if drawn != found[model][0].split()[2:]:
            raise tables.Wrong(f"{model}.sym: its pins are {' '.join(drawn)}, the sheet's terminals {' '.join(found[model][0].split()[2:])}")
    return library, found


def port_pins(names):
    """The pins of the ports, without those of the reset and the crystal."""
    return [name for name in names if re.fullmatch(r"P[B-D]\d", name) and name not in ("PC6", "PB6", "PB7")]


def microcontroller(pins, lines, reference="GND 32k"):
    """The microcontroller as a subcircuit of these lines, with what it always has: reset's pull-up, the reference's resistance, the crystal's ends."""
    return [f".subckt {MICROCONTROLLER} {' '.join(pins)}", "Rreset VCC PC6 30k", f"Raref AREF {reference}", "Rcrystal PB6 PB7 10meg",
            "Rground PB7 GND 100meg", *lines, ".ends"]


def in_reset(box):
    """The microcontroller in reset: every port floats and leaks, and it takes 10 uA."""
    return microcontroller(box.nets, ["Bown VCC GND I=10u*tanh(V(VCC,GND)/0.5)",
                                      *(f"X{pin} {pin} GND GND VCC GND ATmega328P_pin" for pin in port_pins(box.nets))])


def whole(directory, name, made_of, each_own=False):
    """The whole device as the subcircuit `name`, without the parts' cards: the blocks, the microcontroller, which `made_of` makes of its box, and
    what joins them. With `each_own` each box has a subcircuit of its own, its block's with the box's name behind."""
    terminals, boxes = read_device(directory)
    _, found = read_blocks(directory, boxes)

    def called(box):
        return f"{box.model}__{box.name}" if each_own and box.model in found else box.model

    lines, seen = [], set()
    for box in sorted(boxes.values(), key=lambda box: box.model == MICROCONTROLLER):
        if called(box) not in seen:
            seen.add(called(box))
            head, *body = found[box.model] if box.model in found else made_of(box)
            lines += [head.replace(f".subckt {box.model} ", f".subckt {called(box)} "), *body]
    lines.append(f".subckt {name} {' '.join(terminals)}")
    return [*lines, *(f"X{box.name} {' '.join(box.nets.values())} {called(box)}" for box in boxes.values()), ".ends"]


def netlist(directory=HERE, corner="typical", made_of=in_reset):
    """The whole device as a subcircuit, with all that it needs."""
    cards = [part.card_of(corner) for part in parts.read(directory / "parts") if blocks.models_of(part)]
    return [*cards, *whole(directory, "device", made_of)]


def read_header(path):
    """The header's numbers and letters by their names."""
    return {name: letter or int(number) for name, letter, number in
            re.findall(r"^#define (BOARD_\w+) (?:'(\w)'|(-?\d+))", path.read_text(), re.MULTILINE)}


def resistance(lines, start, end):
    """Between two nets of a block, along the one way that there is through resistors alone; None without one, or with several."""
    resistors = [(words[1], words[2], ratings.number(words[-1].removeprefix("value="))) for words in map(str.split, lines)
                 if words[0].startswith("XR") and words[-1].startswith("value=")]
    terminals = set(lines[0].split()[2:]) - {start, end}

    def ways(net, passed, ohm):
        if net == end:
            yield ohm
        elif net not in terminals:
            for one, other, value in resistors:
                if net in (one, other):
                    far = other if net == one else one
                    if far not in passed:
                        yield from ways(far, passed | {far}, ohm + value)

    found = list(ways(start, {start}, 0))
    return found[0] if len(found) == 1 else None


def wire_f(library, lines):
    """What the two wires of a loop have to minus: the capacitors that are drawn, and of each suppressor its highest capacitance."""
    total = 0
    for words in map(str.split, lines[1:-1]):
        if words[1] in WIRES and words[2] == "minus":
            part = library[next(word for word in words[3:] if "=" not in word)]
            if words[-1].startswith("value=") and words[0].startswith("XC"):
                total += ratings.number(words[-1].removeprefix("value="))
            else:
                total += sum(figure.columns["max"] for figure in part.figures if figure.quantity == "c_d")
    return total


def expected_pins(header):
    """Which terminal each pin of the microcontroller goes to, by the header: (what is done with it, terminal)."""
    found = dict(GIVEN)
    for names, done in ((DRIVEN, "out"), (DRIVEN_AND_LEFT, "out, else in"), (READ, "in")):
        for name, terminal in names.items():
            if f"{name}_PORT" in header:
                found[f"P{header[f'{name}_PORT']}{header[f'{name}_BIT']}"] = (done, terminal)
    for name, terminal in CONVERTED.items():
        if f"{name}_CHANNEL" in header:
            found[f"PC{header[f'{name}_CHANNEL']}"] = ("converter", terminal)
    return found


def net_at(boxes, terminal):
    """The net that a terminal of a box is on: LOAD.out."""
    box, pin = terminal.split(".")
    return boxes[box].nets[pin]


def differences(directory, boxes, header):
    """What of the header is not as it is drawn, a text each."""
    library, found = read_blocks(directory, boxes)
    mcu = next(box for box in boxes.values() if box.model == MICROCONTROLLER)

    known = {f"{name}_PORT" for name in (*DRIVEN, *DRIVEN_AND_LEFT, *READ)} | {f"{name}_CHANNEL" for name in CONVERTED} | set(OHMS)
    for name in header:
        if re.search(r"_(PORT|CHANNEL|OHM)$", name) and name not in known:
            yield f"{name} is in the header, and nothing drawn is known for it"
    for name in sorted(known - set(header)):
        yield f"{name} is not in the header"
    expected = expected_pins(header)
    for pin, at in mcu.nets.items():
        if pin not in expected:
            yield f"{pin} is on {at}, and the header has no use for it"
        elif net_at(boxes, expected[pin][1]) != at:
            yield f"{pin} is on {at}, and by the header it is {expected[pin][1]}, on {net_at(boxes, expected[pin][1])}"
    for pin, terminal in PROGRAMMED.items():
        if net_at(boxes, terminal) != mcu.nets[pin]:
            yield f"{terminal} is on {net_at(boxes, terminal)}, and {pin} on {mcu.nets[pin]}"
    for one, other in ONE_NET:
        if net_at(boxes, one) != net_at(boxes, other):
            yield f"{one} is on {net_at(boxes, one)}, and {other} on {net_at(boxes, other)}"
    for name, (block, start, end) in OHMS.items():
        ohm = resistance(found[block], start, end)
        if ohm is None or name in header and abs(ohm / header[name] - 1) > OHM_TOLERANCE:
            yield f"{name} is {header.get(name)}, and {block}.sch has {ohm and f'{ohm:g}'} between {start} and {end}"
    loop_f = CABLE_F + wire_f(library, found["chain"])
    if loop_f > header["BOARD_LOOP_PF"] * 1e-12:
        yield f"BOARD_LOOP_PF is {header['BOARD_LOOP_PF']}, and 60 m of cable and chain.sch have {loop_f * 1e12:.0f}"
    rail = [1000 * supply for supply in tables.read(directory / "remote.toml")["supplies_v"]]
    if not min(rail) <= header["BOARD_REMOTE_L_BIAS_MV"] <= max(rail):
        yield f"BOARD_REMOTE_L_BIAS_MV is {header['BOARD_REMOTE_L_BIAS_MV']}, and the rail {min(rail):g} to {max(rail):g}"


def table(directory, boxes, header):
    """The rows of the pin table: number, pin, net, what is done with it, what is on the net."""
    mcu = next(box for box in boxes.values() if box.model == MICROCONTROLLER)
    expected = expected_pins(header)
    rows = []
    for pin, numbers in symbol_pins(directory / "atmega328p.sym"):
        at = mcu.nets[pin]
        others = [f"{box.name}.{terminal}" for box in boxes.values() if box is not mcu for terminal, net in box.nets.items() if net == at]
        shown = ", ".join(others) if len(others) <= 4 else "all"
        rows += [(int(number), pin, at, expected.get(pin, ("?",))[0], shown) for number in numbers.split(",")]
    return sorted(rows)


def misplaced(terminals, boxes):
    """What of the connectors' contacts and of the device's terminals is not where its name says, a text each."""

    for name, box in boxes.items():
        wanted = CONTACTS.get(name, {})
        if name.startswith("J") and set(box.nets) != set(wanted):
            yield f"{name} has {', '.join(box.nets)}, and known are {', '.join(wanted) or 'none'}"
        for contact in set(wanted) & set(box.nets):
            if box.nets[contact] != net_at(boxes, wanted[contact]):
                yield f"{name}.{contact} is on {box.nets[contact]}, and {wanted[contact]} on {net_at(boxes, wanted[contact])}"
    if set(terminals) != set(NAMED):
        yield f"the device's terminals are {', '.join(terminals)}, and known are {', '.join(NAMED)}"
    for terminal in set(terminals) & set(NAMED):
        if terminal != net_at(boxes, NAMED[terminal]):
            yield f"the terminal {terminal} is not {NAMED[terminal]}, which is on {net_at(boxes, NAMED[terminal])}"


def main(arguments):
    parser = argparse.ArgumentParser(description="Prints the pin table, and holds the drawing against the board's header.")
    parser.add_argument("--netlist", action="store_true", help="print the netlist of the whole device")
    parser.add_argument("--hardware", type=Path, default=HERE, help="the directory of sheets and data files")
    parser.add_argument("--header", type=Path, default=HEADER, help="the board's header")
    options = parser.parse_args(arguments)
    try:
        if options.netlist:
            print("\n".join(netlist(options.hardware)))
            return 0
        header = read_header(options.header)
        wrong = sorted(misplaced(*read_sheet(options.hardware)))
        _, boxes = read_device(options.hardware)
        wrong += differences(options.hardware, boxes, header)
        rows = table(options.hardware, boxes, header)
    except (tables.Wrong, KeyError, OSError) as error:
        return tables.refused(error)
    for number, *row in rows:
        print(f"{number:2}  {row[0]:5} {row[1]:11} {row[2]:13} {row[3]}")
    return parts.told(wrong, f"{len(rows)} pins; {len(wrong)} differences from {options.header.name}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
