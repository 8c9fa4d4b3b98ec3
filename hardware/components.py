# SPDX-License-Identifier: Apache-2.0
"""What is on the board, from the sheets: every part with its pads and their nets; and the rules of board/board.toml."""
import csv
import dataclasses
import io
import re
from pathlib import Path

import drawing
import pins
import tables

HERE = Path(__file__).resolve().parent
NEAR_MINUS = "Default"  # KiCad's class of nets that are in no other
NODES = {"npn": "CBE", "pnp": "CBE", "pair": "CBE", "pfet": "DGS", "nfet": "DGS", "diode": "AK"}  # of a line of SPICE, in its order
UNITS = ("first", "second")  # of two models in one case


@dataclasses.dataclass
class Component:
    """A part on the board."""
    name: str
    part: object
    drawn: dict  # the attributes on its sheet
    pads: dict  # the net by the pad's number

    def bought(self):
        """What the part is ordered as."""
        return self.part.data["board"].get("called", self.part.name)

    def value(self):
        return self.drawn.get("value") if "value=" in self.part.card else self.bought()


def terminals_of(part, model):
    """The names of a part's nodes in the order of its line in a netlist."""
    if part.device in NODES:
        return list(NODES[part.device])
    header = next(line for line in part.card_of("typical").split("\n") if line.startswith(f".subckt {model} "))
    return [word for word in header.split()[2:] if "=" not in word]


def net_names(box, lines):
    """The whole device's name of each net of a block."""
    outside = dict(zip(lines[0].split()[2:], box.nets.values()))
    return lambda net: outside.get(net, f"{box.name}.{net}")


def drawn_nodes(box, lines, library):
    """Of each part that is drawn in a block: its name, its model, the net by its terminal."""
    net = net_names(box, lines)
    for line in lines[1:-1]:
        words = line.split()
        at = next(index for index, word in enumerate(words) if index and word in library)
        terminals = terminals_of(library[words[at]], words[at])
        yield words[0], words[at], dict(zip(terminals, map(net, words[1:at])))


def joined(halves):
    """One case of several drawn halves: its terminals have the half's name before theirs, but those that all halves share."""
    shared = {terminal for terminal in halves[0] if all(half[terminal] == halves[0][terminal] for half in halves)}
    nodes = {terminal: halves[0][terminal] for terminal in shared}
    for unit, half in zip(UNITS, halves):
        nodes |= {f"{unit}.{terminal}": net for terminal, net in half.items()}
    return nodes


def board_of(part):
    """What the part's file says of its place on the board; only a card that no sheet has may do without."""
    if "board" not in part.data:
        raise tables.Wrong(f"{part.name} is drawn, and its file has no [board]")
    return part.data["board"]


def block_components(box, lines, library, drawn):
    """The parts of a block; two halves that are drawn and come in one case are one part."""
    cases = {}
    for word, model, nodes in drawn_nodes(box, lines, library):
        name = word if word in drawn else word[1:]
        part = library[model]
        is_half = any("." in terminal for terminal in board_of(part)["pads"].values())
        key = (part.name if is_half else name)
        cases.setdefault(key, []).append((model, name, nodes))
    for halves in cases.values():
        part = library[halves[0][0]]
        halves = sorted(halves, key=lambda half: half[0])
        name = "+".join(half[1] for half in halves)
        nodes = joined([half[2] for half in halves]) if len(halves) > 1 else halves[0][2]
        pads = {pad: nodes[terminal] for pad, terminal in part.data["board"]["pads"].items()}
        yield Component(f"{box.name}.{name}", part, drawn[halves[0][1]], pads)


def read(directory=HERE):
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


@dataclasses.dataclass
class Rules:
    """hardware/board/board.toml."""
    data: dict

    def group_of(self, net):
        """The group of nets that a net belongs to."""
        found = [name for name, nets in self.data["groups"].items() if any(re.fullmatch(pattern, net) for pattern in nets)]
        if len(found) > 1:
            raise tables.Wrong(f"board.toml: {net} is in the groups {', '.join(found)}")
        return found[0] if found else NEAR_MINUS

    def far_pairs(self):
        """The pairs of groups that keep the greater distance, each with its reason."""
        return {frozenset((one, other)): each["why"] for each in self.data["far"] for one in each["groups"] for other in each["others"]}

    def classes(self, nets):
        """The nets of each group."""
        made = {NEAR_MINUS: [], **{name: [] for name in self.data["groups"]}}
        for net in sorted(nets):
            made[self.group_of(net)].append(net)
        for name, members in made.items():
            if not members:
                raise tables.Wrong(f"board.toml: no net is in the group {name}")
        for name in sorted(set().union(*self.far_pairs()) - set(made)):
            raise tables.Wrong(f"board.toml: [[far]] names {name}, which is no group")
        return made


def read_rules(directory):
    return Rules(tables.read(directory / "board" / "board.toml"))


def nets_of(found):
    """The nets that pads are on."""
    return {net for component in found.values() for net in component.pads.values()}


def bill_of_materials(found):
    """What is to be bought for one device, a line a part and value: how many, which, of what kind, what it costs as remembered, and what
    they are called: block and name on its sheet."""
    lines = {}
    for name, component in found.items():
        part, drawn = component.part, component.drawn
        value = drawn.get("value", "") if "value=" in part.card else ""
        package = part.data["board"]["footprint"].partition(":")[2]
        key = (component.bought(), value, drawn.get("tol", ""), drawn.get("rating", ""), part.data.get("package", ""), package,
               part.data.get("maker", ""), part.what, part.data["board"]["price_eur"])
        lines.setdefault(key, []).append(name)
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow(("quantity", "part", "value", "tolerance", "rating", "package", "footprint", "maker", "what", "price_eur_unverified", "references"))
    for key, names in sorted(lines.items()):
        writer.writerow([len(names), *key, " ".join(names)])
    return made.getvalue()
