#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Draws the sheets as they are placed in xschem:  hardware/picture.py [--to DIRECTORY] [BLOCK...]

One SVG a sheet, which is light or dark as its reader's screen is; its words are text. xschem's own has them as thousands of strokes,
one in three times another picture, and shows each part's unused parameters.
"""
import argparse
import dataclasses
import functools
import html
import re
import sys
from math import cos, pi, sin
from pathlib import Path

import blocks
import drawing
import parts
import tables

LIBRARY = Path("/usr/share/xschem/xschem_library")
UNUSED = ("m=@m", "area=@area")  # words of a symbol that say nothing here
PLUS = (["4", "2.5", "-22.5", "7.5", "-22.5"], ["4", "5", "-25", "5", "-20"])  # of a resistor, and of a capacitor that has no polarity
MARGIN = 30
PIN_LAYER = "5"
STYLE = """svg{background:#fff;color:#1b1f24}
text{font-family:Helvetica,Arial,sans-serif;fill:currentColor}
path{fill:none;stroke:#1b1f24;stroke-width:1.4;stroke-linecap:round;stroke-linejoin:round}
.wire{stroke:#0b5cad}.dot,.solid{fill:#1b1f24}.dot{fill:#0b5cad;stroke:none}.net{fill:#0b5cad}
@media(prefers-color-scheme:dark){svg{background:#0f1419;color:#e6e6e6}path{stroke:#e6e6e6}.wire{stroke:#6cb6ff}
.solid{fill:#e6e6e6}.dot,.net{fill:#6cb6ff}}"""


@dataclasses.dataclass
class Words:
    """A text and how it stands: turned by quarters, mirrored, its size."""
    text: str
    x: float
    y: float
    turn: int
    flip: int
    size: float
    kind: str = "part"

    def box(self):
        """Where it stands, about: left, top, right, bottom."""
        long, high = 0.56 * self.size * len(self.text), self.size
        wide, tall = (long, high) if self.turn % 2 == 0 else (high, long)
        left = self.x - wide if (self.turn, self.flip) in ((0, 1), (2, 0), (1, 0), (1, 1)) else self.x
        top = self.y - tall if (self.turn, self.flip) in ((2, 0), (2, 1), (1, 1), (3, 0)) else self.y
        return left, top, left + wide, top + tall

    def svg(self):
        left, top, right, bottom = self.box()
        kind = ' class="net"' if self.kind == "net" else ""
        if self.turn % 2 == 0:
            end = abs(self.x - right) < 0.01
            place = f'x="{self.x:g}" y="{bottom - 0.22 * self.size:.1f}"'
        else:
            end = abs(self.y - top) < 0.01
            x, y = right - 0.22 * self.size, top if end else bottom
            place = f'x="{x:.1f}" y="{y:g}" transform="rotate(-90 {x:.1f} {y:g})"'
        anchor = ' text-anchor="end"' if end else ""
        return f'<text{kind} {place} font-size="{self.size:g}"{anchor}>{html.escape(self.text, quote=False)}</text>'


class Picture:
    """What is on a sheet, in its coordinates."""

    def __init__(self):
        self.lines, self.wires, self.shapes, self.words, self.pins = [], [], [], [], []

    def points(self):
        for first, last in [*self.lines, *self.wires]:
            yield from (first, last)
        for shape, _ in self.shapes:
            yield from shape
        for words in self.words:
            left, top, right, bottom = words.box()
            yield from ((left, top), (right, bottom))


def place_of(turn, flip, x, y):
    """The function that takes a point of a symbol to the sheet."""
    def placed(point):
        across, down = (-point[0] if flip else point[0]), point[1]
        across, down = ((across, down), (-down, across), (-across, -down), (down, -across))[turn]
        return x + across, y + down
    return placed


def records(text):
    """The records of xschem's file, each its letter and its words; braces hold one word, over lines too."""
    word = r"\{((?:[^{}\\]|\\.)*)\}"
    for match in re.finditer(rf"^([CLNPTBA]) ((?:{word}|[^\n{{}}])*)$", text, re.MULTILINE):
        yield match[1], [braced if bare.startswith("{") else bare for bare, braced in re.findall(rf"({word}|[^\s{{}}]+)", match[2])]


def symbol_text(name, sheet):
    for directory in (sheet.parent, sheet.parent / "symbols", LIBRARY):
        if (directory / name).exists():
            return (directory / name).read_text()
    raise tables.Wrong(f"{sheet.name}: no symbol {name}")


def arc(x, y, radius, first, sweep):
    """A circle or a piece of one, as short lines."""
    steps = max(4, int(abs(sweep) / 15))
    return [(x + radius * cos((first + sweep * i / steps) * pi / 180), y - radius * sin((first + sweep * i / steps) * pi / 180))
            for i in range(steps + 1)]


def add(picture, letter, words, placed, turn, flip, values):
    """One record of a sheet, or of a symbol that is placed on it; `values` are the attributes of that part, None on the sheet."""
    numbers = [float(word) for word in words[:-1] if re.fullmatch(r"-?[\d.]+(e-?\d+)?", word)]
    if letter == "N":
        picture.wires.append(((numbers[0], numbers[1]), (numbers[2], numbers[3])))
    elif letter == "L":
        picture.lines.append((placed(numbers[1:3]), placed(numbers[3:5])))
    elif letter == "A":
        points = [placed(point) for point in arc(*numbers[1:6])]
        picture.lines += list(zip(points, points[1:]))
    elif letter == "P":
        points = [placed(point) for point in zip(numbers[2::2], numbers[3::2])]
        picture.shapes.append((points, "fill=true" in words[-1]))
    elif letter == "B":
        if words[0] != PIN_LAYER:
            corners = [(numbers[1], numbers[2]), (numbers[3], numbers[2]), (numbers[3], numbers[4]), (numbers[1], numbers[4])]
            picture.shapes.append(([placed(point) for point in [*corners, corners[0]]], False))
        elif values is not None:
            picture.pins.append(placed(((numbers[1] + numbers[3]) / 2, (numbers[2] + numbers[4]) / 2)))
    elif letter == "T" and words[0] not in UNUSED:
        text = words[0] if values is None else re.sub(r"@(\w+)", lambda match: values.get(match[1], ""), words[0])
        x, y, own_turn, own_flip, _, high = (float(word) for word in words[1:7])
        turned = (int(own_turn) + turn + (2 if flip and int(own_turn) % 2 else 0)) % 4
        kind = "net" if words[0] == "@lab" else "part"
        if text.strip() and "@" not in text:
            text = values["called"] if words[0].startswith("@model") and "called" in values else text
            picture.words.append(Words(text, *placed((x, y)), turned, int(own_flip) ^ flip, 50 * high if high >= 0.3 else 10.5, kind))


@functools.cache
def names(directory):
    """What a part of a directory of sheets is called, by each of its models."""
    return {model: part.name for part in parts.read(directory / "parts") for model in blocks.models_of(part)}


def read(sheet):
    """The picture of a sheet."""
    picture = Picture()
    for letter, words in records(sheet.read_text()):
        if letter == "C":
            name, x, y, turn, flip, attributes = words[0], float(words[1]), float(words[2]), int(words[3]), int(words[4]), words[5]
            values = {key: quoted or bare for key, quoted, bare in drawing.ATTRIBUTE.findall(attributes)}
            if "model" in values:
                values["called"] = names(sheet.parent).get(values["model"], values["model"])
            text = symbol_text(name, sheet)
            is_label = "type=label" in text
            for inner, of_symbol in records(text):
                if inner == "B" and is_label or of_symbol[:5] in PLUS and "electrolytic" not in values.get("model", ""):
                    continue
                add(picture, inner, of_symbol, place_of(turn, flip, x, y), turn, flip, values)
        else:
            add(picture, letter, words, tuple, 0, 0, None)
    return picture


def dots(picture):
    """Where three or more wires and pins meet."""
    ends = {end for wire in picture.wires for end in wire}
    for point in sorted(ends | set(picture.pins)):
        count = drawing.ways(point, picture.wires) + sum(1 for pin in picture.pins if pin == point)
        if count >= 3:
            yield point


def path(pieces):
    """The data of a path from straight pieces, those that follow one another joined."""
    made, last = [], None
    for first, then in pieces:
        made.append(("" if first == last else f"M{first[0]:g} {first[1]:g}") + f"L{then[0]:g} {then[1]:g}")
        last = then
    return "".join(made)


def svg(sheet):
    """The sheet as SVG."""
    picture = read(sheet)
    points = list(picture.points())
    left, top = (min(point[axis] for point in points) - MARGIN for axis in (0, 1))
    wide, high = (max(point[axis] for point in points) + MARGIN - low for axis, low in ((0, left), (1, top)))
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left:g} {top:g} {wide:g} {high:g}" role="img">',
             "<!-- made by make datasheet -->",
             f"<title>{sheet.stem}</title>", f"<style>{STYLE}</style>",
             f'<path class="wire" d="{path(picture.wires)}"/>', f'<path d="{path(picture.lines)}"/>']
    for shape, is_solid in picture.shapes:
        lines.append(f'<path{" class=" + chr(34) + "solid" + chr(34) if is_solid else ""} d="{path(list(zip(shape, shape[1:])))}"/>')
    lines += [f'<circle class="dot" cx="{x:g}" cy="{y:g}" r="3.5"/>' for x, y in dots(picture)]
    return "\n".join([*lines, *(words.svg() for words in picture.words), "</svg>", ""])


def main(arguments):
    parser = argparse.ArgumentParser(description="Draws the sheets.")
    parser.add_argument("--to", type=Path, default=drawing.HERE.parent / "docs" / "circuit", help="the directory of the pictures")
    parser.add_argument("--hardware", type=Path, default=drawing.HERE, help="the directory of the sheets")
    parser.add_argument("--check", action="store_true", help="write nothing, and say which picture is not that of its sheet")
    parser.add_argument("block", nargs="*")
    options = parser.parse_args(arguments)
    sheets = [options.hardware / f"{name}.sch" for name in options.block] or sorted(options.hardware.glob("*.sch"))
    failed = 0
    for sheet in sheets:
        try:
            made = svg(sheet)
        except (tables.Wrong, OSError) as wrong:
            return tables.refused(wrong)
        file = options.to / f"{sheet.stem}.svg"
        if options.check:
            if not file.exists() or file.read_text() != made:
                print(f"{file.name} is not the picture of {sheet.name}: make datasheet makes it", file=sys.stderr)
                failed = 1
            continue
        options.to.mkdir(parents=True, exist_ok=True)
        file.write_text(made)
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
