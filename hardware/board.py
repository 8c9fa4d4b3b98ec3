#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
import dataclasses
import sys
from pathlib import Path

import blocks
import drawing
import parts
import pins

HERE = Path(__file__).resolve().parent
NODES = {"npn": "CBE", "pnp": "CBE", "pair": "CBE", "pfet": "DGS", "nfet": "DGS", "diode": "AK"}  # of a line of SPICE, in its order
UNITS = ("first", "second")  # of two models in one case


@dataclasses.dataclass
class Component:
    """A part on the board."""
    name: str
    part: object
    drawn: dict  # the attributes on its sheet
    pads: dict  # the net by the pad's number

    def value(self):
        return self.drawn.get("value") if "value=" in self.part.card else self.part.name


def terminals_of(part, model):
    """The names of a part's nodes in the order of its line in a netlist."""
    if part.device in NODES:
        return list(NODES[part.device])
    header = next(line for line in part.card_of("typical").split("\n") if line.startswith(f".subckt {model} "))
    return [word for word in header.split()[2:] if "=" not in word]


def nets_of(box, lines):
    """The whole device's name of each net of a block."""
    outside = dict(zip(lines[0].split()[2:], box.nets.values()))
    return lambda net: outside.get(net, f"{box.name}.{net}")


def drawn_nodes(box, lines, library):
    """Of each part that is drawn in a block: its name, its model, the net by its terminal."""
    net = nets_of(box, lines)
    for line in lines[1:-1]:
        words = line.split()
        at = next(index for index, word in enumerate(words) if index and word in library)
        terminals = terminals_of(library[words[at]], words[at])
        yield words[0], words[at], dict(zip(terminals, map(net, words[1:at])))


def joined(name, halves):
    """One case of several drawn halves: its terminals have the half's name before theirs, but those that all halves share."""
    shared = {terminal for terminal in halves[0] if all(half[terminal] == halves[0][terminal] for half in halves)}
    nodes = {terminal: halves[0][terminal] for terminal in shared}
    for unit, half in zip(UNITS, halves):
        nodes |= {f"{unit}.{terminal}": net for terminal, net in half.items()}
    return nodes


def block_components(box, lines, library, drawn):
    cases = {}
    for word, model, nodes in drawn_nodes(box, lines, library):
        name = word if word in drawn else word[1:]
        part = library[model]
        is_half = any("." in terminal for terminal in part.data["board"]["pads"].values())
        key = (part.name if is_half else name)
        cases.setdefault(key, []).append((model, name, nodes))
    for halves in cases.values():
        part = library[halves[0][0]]
        halves = sorted(halves, key=lambda half: half[0])
        name = "+".join(half[1] for half in halves)
        nodes = joined(name, [half[2] for half in halves]) if len(halves) > 1 else halves[0][2]
        pads = {pad: nodes[terminal] for pad, terminal in part.data["board"]["pads"].items()}
        yield Component(f"{box.name}.{name}", part, drawn[halves[0][1]], pads)


def components(directory=HERE):
    """Every part that is on the board, by its name: block and name on the block's sheet."""
    _, boxes = pins.read_sheet(directory)
    connectors = pins.connectors_of(directory)
    blocks_and_controller = {name: box for name, box in boxes.items() if box.model not in connectors}
    library, found = pins.read_blocks(directory, blocks_and_controller)
    made = []
    for box in boxes.values():
        if box.model in connectors:
            part = connectors[box.model]
            made.append(Component(box.name, part, {}, {pad: box.nets[terminal] for pad, terminal in part.data["board"]["pads"].items()}))
        elif box.model == pins.MICROCONTROLLER:
            numbers = dict(pins.symbol_pins(directory / "atmega328p.sym"))
            part = library["ATmega328P_pin"]
            made.append(Component(box.name, part, {}, {number: net for pin, net in box.nets.items() for number in numbers[pin].split(",")}))
        else:
            made += block_components(box, found[box.model], library, drawing.parts_of(directory / f"{box.model}.sch"))
    return {component.name: component for component in made}


if __name__ == "__main__":
    found = components()
    for c in found.values():
        print(c.name, c.part.name, c.value(), c.part.data["board"]["footprint"].split(":")[1], c.pads)
    print(len(found), len({n for c in found.values() for n in c.pads.values()}), sum(len(c.pads) for c in found.values()))
