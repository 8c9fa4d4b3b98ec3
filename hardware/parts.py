# SPDX-License-Identifier: Apache-2.0
"""Reads the parts' data files, hardware/parts/*.toml, and refuses what does not hold together (hardware/README.md has the form)."""
import dataclasses
import inspect
import math
import string
from pathlib import Path

import benches
import tables

PARTS = Path(__file__).resolve().parent / "parts"
CORNERS = {"minimum": "min", "typical": "typ", "maximum": "max"}  # a corner's card is held against this column
DEVICES = {"pfet", "nfet", "npn", "pnp", "diode", "pair", "subcircuit", "connector"}
CONNECTOR = {"figures": [], "card": "", "corners": dict.fromkeys(CORNERS, {})}  # what a connector, which nobody simulates, need not say
KEYS = {"name", "maker", "device", "package", "what", "why", "figures", "independent", "soa", "card", "corners", "ratings", "thermal",
        "board", "sources"}
BOARD_KEYS = {"footprint", "height_mm", "price_eur", "source"}
BOARD_MAY = {"called", "pads", "symbol", "sibling", "names"}
COLUMNS = set(CORNERS.values())
FIGURE_KEYS = {"quantity", "source", "tolerance_pct", "temp_c", "limit", "reversed", *COLUMNS}
REVERSED = {"min": "max", "typ": "typ", "max": "min"}
CHARGE = {"c", "k", "v0"}  # what $charge of a card is made from
CHARGE_AT = (0.05, 0.1, 0.2, 0.3, 0.45, 0.6, 0.8, 1.1, 1.6)  # of the rated voltage
UNITS = {"v": "V", "a": "A", "c": "degC", "hz": "Hz"}


@dataclasses.dataclass
class Figure:
    """One line of a data sheet: a quantity, its conditions, and what the sheet gives as minimum, typical and maximum."""
    quantity: str
    conditions: dict
    columns: dict
    source: str
    tolerance: float
    temp_c: float
    is_limit: bool
    is_reversed: bool

    def wanted(self, corner):
        """What the sheet gives for a corner, or None."""
        column = CORNERS[corner]
        return None if self.is_limit else self.columns.get(REVERSED[column] if self.is_reversed else column)

    def bounds(self):
        """The least and the most that the sheet allows, None where it does not say."""
        return self.columns.get("min"), self.columns.get("max")

    def condition(self):
        """The conditions in words: vgs_v = -10 reads VGS -10 V."""
        words = []
        for name, value in self.conditions.items():
            symbol, _, unit = name.rpartition("_")
            words.append(f"{symbol.replace('_', ' ')} {value:g} {UNITS[unit]}")
        if self.temp_c != 25:
            words.append(f"{self.temp_c:g} degC")
        return ", ".join(words)


@dataclasses.dataclass
class Part:
    name: str
    device: str
    what: str
    sources: dict
    figures: list
    ratings: dict
    thermal: dict
    card: str
    corners: dict
    data: dict
    cards: dict = dataclasses.field(default_factory=dict)  # of each corner, once it was asked for

    def model(self):
        """The name of the model in a netlist."""
        return "".join(letter if letter.isalnum() else "_" for letter in self.name)

    def card_of(self, corner):
        """The SPICE card of one corner."""
        if corner not in self.cards:
            self.cards[corner] = self.card_with(self.corners[corner], self.model())
        return self.cards[corner]

    def card_with(self, values, model):
        """The SPICE card with these parameters, under another name."""
        more = {"charge": charge(*(values[name] for name in sorted(CHARGE)), self.ratings["voltage_v"][0])} if values.keys() >= CHARGE else {}
        return string.Template(self.card).substitute(values, name=model, **more)

    def drawn(self, random):
        """Parameters of one part as it may come: one random number takes all of them from the minimum over the typical to the
        maximum card together, so that they still belong to one another; those that are `independent` have one each."""
        together = random.random()
        values = {}
        for name in self.corners["typical"]:
            share = random.random() if name in self.data.get("independent", []) else together
            ends = ("minimum", "typical") if share < 0.5 else ("typical", "maximum")
            low, high = (self.corners[end][name] for end in ends)
            way = 2 * share - (share >= 0.5)
            if low * high > 0 and max(low / high, high / low) > 2:  # saturation currents and the like: by their logarithm
                values[name] = low * (high / low) ** way
            else:
                values[name] = low + (high - low) * way
        return values

    def is_read(self, figure):
        return self.sources[figure.source]["read"]


def charge(c, k, v0, rated_v):
    """The charge of a capacitance that falls with its voltage as c (k + (1 - k) / (1 + (v / v0)^2)): voltages and charges, for the pwl() of ngspice,
    which takes a third of the time that the arc tangent takes."""
    above = [rated_v * share for share in CHARGE_AT]
    points = [(v, c * (k * v + (1 - k) * v0 * math.atan(v / v0))) for v in [*(-v for v in reversed(above)), *above]]
    return ",".join(f"{v:g},{q:.7g}" for v, q in points)


def need(condition, path, text):
    if not condition:
        raise tables.Wrong(f"{path.name}: {text}")


def read_figure(path, part_sources, row):
    name = row.get("quantity")
    need(name in benches.QUANTITIES, path, f"no bench measures the quantity {name}")
    conditions = {key: value for key, value in row.items() if key not in FIGURE_KEYS}
    accepted = inspect.signature(benches.QUANTITIES[name].function).parameters
    for key in conditions:
        need(key in accepted and key != "part", path, f"{name} has no condition {key}")
        need(key.rpartition("_")[2] in UNITS, path, f"{name}: the condition {key} has no unit")
    for key, parameter in list(accepted.items())[1:]:
        need(key in conditions or parameter.default is not parameter.empty, path, f"{name} lacks its condition {key}")
    need(row.get("source") in part_sources, path, f"{name}: no source {row.get('source')}")
    columns = {key: float(row[key]) for key in COLUMNS & set(row)}
    need(columns, path, f"{name} has neither min, typ nor max")
    in_order = [columns[key] for key in ("min", "typ", "max") if key in columns]
    need(in_order in (sorted(in_order), sorted(in_order, reverse=True)), path, f"{name}: min, typ, max are not in order")
    return Figure(name, conditions, columns, row["source"], row.get("tolerance_pct", 5) / 100, float(row.get("temp_c", 25)),
                  row.get("limit", False), row.get("reversed", False))


def read_thermal(path, thermal, sources):
    """A Foster network, [K/W, s] a stage from the junction on, whose sum is the resistance that the sheet gives."""
    for name, network in thermal.items():
        need(network.get("source") in sources, path, f"{name}: no source {network.get('source')}")
        total = sum(stage[0] for stage in network["stages_k_w_s"])
        need(abs(total - network["k_w"]) <= 0.01 * network["k_w"], path, f"{name}: the stages sum to {total:g}, not {network['k_w']:g} K/W")


def told(differences, closing):
    """Prints what differs, a line each, and a last line; the exit code."""
    for text in differences:
        print(f"FAIL  {text}")
    print(closing)
    return 1 if differences else 0


def read_board(path, board, sources):
    """The footprint, the height above the board, a price, and which terminal each pad is; a pad without a name is not connected."""
    need(BOARD_KEYS <= set(board) <= BOARD_KEYS | BOARD_MAY, path, "board lacks a key or has one too many")
    need(board["source"] in sources, path, f"board: no source {board['source']}")
    need(board["footprint"].count(":") == 1, path, f"the footprint {board['footprint']} is not library:name")


def read_part(path):
    data = tables.read(path)
    if data.get("device") == "connector":
        data = CONNECTOR | data
    need(set(data) <= KEYS, path, f"nothing knows {', '.join(sorted(set(data) - KEYS))}")
    for key in ("name", "device", "what", "why", "sources", "figures", "ratings", "card", "corners"):
        need(key in data, path, f"{key} is missing")
    sources = data["sources"]
    for name, source in sources.items():
        need(set(source) == {"title", "read"} and isinstance(source["read"], bool), path, f"the source {name} has no title or no read")
    need(data["device"] in DEVICES, path, f"no device {data['device']}")
    need(list(data["corners"]) == list(CORNERS), path, f"the corners are not {', '.join(CORNERS)}")
    for name, rating in data["ratings"].items():
        need(len(rating) == 3 and rating[2] in sources, path, f"the rating {name} is not value, unit, source")
    for point in data.get("soa", []):
        need(set(point) == {"vds_v", "id_a", "pulse_s", "source"} and point["source"] in sources, path, "a point of soa lacks something")
    read_thermal(path, data.get("thermal", {}), sources)
    if "board" in data:
        read_board(path, data["board"], sources)
    part = Part(data["name"], data["device"], data["what"], sources, [read_figure(path, sources, row) for row in data["figures"]],
                data["ratings"], data.get("thermal", {}), data["card"], data["corners"], data)
    used = {name for _, name, braced, _ in string.Template.pattern.findall(part.card) for name in (name or braced,) if name} - {"name"}
    if "charge" in used:
        used = used - {"charge"} | CHARGE
    for corner, values in part.corners.items():
        need(set(values) == used, path, f"{corner}: the card's parameters are {', '.join(sorted(used))}")
    return part


def read(directory=PARTS, names=()):
    """All parts of a directory by name, or those named; Wrong when there is none or one of them is."""
    parts = [read_part(path) for path in sorted(Path(directory).glob("*.toml"))]
    known = [part.name for part in parts]
    if len(set(known)) != len(known) or not known:
        raise tables.Wrong(f"{directory}: no parts, or a name twice")
    for name in names:
        if name not in known:
            raise tables.Wrong(f"there is no part {name}; there are {', '.join(known)}")
    return [part for part in parts if not names or part.name in names]
