# SPDX-License-Identifier: Apache-2.0
"""How the datasheet is said: the table on the terminal, docs/DATASHEET.md, docs/BENCH.md and a table for programs."""
import csv
import dataclasses
import io
import itertools
import math
import re
from collections import Counter

import blocks
import faults
import pins
import ratings
import tables

IMMUNITY = {"discharge": "discharge, 4 kV (-4-2)", "burst": "bursts, 1 kV (-4-4)", "surge": "surge, 0.5 kV (-4-5)"}  # a row's bench begins with it
PREFIXES = {-12: "p", -9: "n", -6: "u", -3: "m", 0: "", 3: "k", 6: "M"}
WITHOUT_PREFIX = ("1", "degC", "LSB", "%")
CARDS = {"minimum": "min", "typical": "typ", "maximum": "max"}
HEAD = f"{'row':27} {'rules':13} {'limit':11} {'typical':>7} {'worst':>7} {'margin':>7} {'at':14}"
COLUMNS = "| row | rules | what | limit | typical | worst | at | margin | draws | |"
PART_COLUMNS = "| part | model | what is used most | share | at | draws | |"
NAMES = ("block", "row", "rules", "what", "unit", "bound", "limit", "typical", "worst", "margin", "supply_v", "temp_c", "cards", "draws_worst",
         "draws_seed", "verdict", "not_met", "unverified")


@dataclasses.dataclass
class Record:
    """What is known of a row after its benches have run."""
    block: str
    row: dict
    verdict: str
    is_unverified: bool
    doubt: str = ""
    typical: float = math.nan
    worst: float = math.nan
    state: object = None
    what: str = ""
    drawn: float = math.nan
    drawn_state: object = None

    def is_part(self):
        return "part" in self.row

    def limit(self):
        return self.row.get("max", self.row.get("min"))

    def margin(self):
        return blocks.margin(self.row, self.worst)


class Sheet:
    """The datasheet: its data file, its blocks, and a record a row."""

    def __init__(self, data, not_drawn):
        self.data, self.not_drawn, self.blocks, self.records = data, not_drawn, {}, []
        self.mixed_not_met = []  # of the runs with the image: run, what is not kept, why

    def add(self, block, records):
        self.blocks[block.name] = block
        self.records += records

    def of(self, name):
        return [record for record in self.records if record.block == name]

    def not_met(self):
        return [record for record in self.records if record.verdict == "not met"]


def mixed_not_met(directory):
    """What the runs of mixed.py declare as not met: run, what, why."""
    found = []
    for path in sorted(directory.glob("mixed-*.toml")):
        for run in tables.read(path).get("run", []):
            if "recorded_not_met" in run:
                found.append((run["name"], "the record holds each event", run["recorded_not_met"]))
            found += [(run["name"], row["what"].removeprefix("... "), row["not_met"]) for row in run["rows"] if "not_met" in row]
    return found


def exponent_of(record):
    """The power of ten in which a row's values are given, by its limit."""
    size = abs(record.limit())
    if record.row["unit"] in WITHOUT_PREFIX or not size:
        return 0
    return max((each for each in PREFIXES if size >= 10 ** each * (1 - 1e-9)), default=-12)


def scaled(record, value):
    """A value in the unit of its row's limit: three digits, and none that mean nothing beside the limit."""
    if math.isnan(value):
        return "-"
    value /= 10 ** exponent_of(record)
    if abs(value) >= 999.5:
        return f"{value:.0f}"
    least = 1e-4 * abs(record.limit()) / 10 ** exponent_of(record)
    return f"{value:.3g}" if abs(value) >= max(least, 1e-4) else "0"


def unit_of(record):
    unit = record.row["unit"]
    return "" if unit == "1" else f" {PREFIXES[exponent_of(record)]}{unit}"


def limit_text(record):
    return f"{'<=' if 'max' in record.row else '>='} {scaled(record, record.limit())}{unit_of(record)}"


def state_text(state):
    return "-" if state is None else f"{state.supply_v:g} V {state.temp_c:g} C {CARDS[state.corner]}"


def place_text(state):
    """The same, as short as the terminal's table wants it."""
    return re.sub(r" (?=[VC] )", "", state_text(state))


def cut(text, width):
    """A text over as many lines as it needs."""
    words, lines = text.split(), [""]
    for word in words:
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def table_line(record):
    head = f"{record.row['name']:27} {record.row['rules']:13} {limit_text(record):11}"
    if record.doubt:
        return f"{head} FAIL\n" + "\n".join(f"    {line}" for line in cut(record.doubt, 94))
    numbers = " ".join(f"{scaled(record, value):>7}" for value in (record.typical, record.worst, record.margin()))
    line = f"{head} {numbers} {place_text(record.state):14} {record.verdict}"
    reason = record.row.get("not_met")
    return line + "".join(f"\n    {each}" for each in (cut(f"{record.what}: {reason}", 94) if reason else []))


def part_line(record):
    share = "-" if record.doubt else f"{100 * record.worst:.0f} %"
    line = f"  {record.row['part']:6} {share:>6} {record.what:52} {place_text(record.state):14} {record.verdict}"
    declared = "not met" if record.verdict == "not met" else "declared as not met"
    text = record.doubt or (f"{declared}: {record.row['not_met']}" if "not_met" in record.row else "")
    return line + "".join(f"\n    {each}" for each in (cut(text, 94) if text else []))


def table(sheet, name):
    """A block's table for the terminal, not wider than 100 columns."""
    records = sheet.of(name)
    lines = [sheet.data["blocks"].get(name, name), HEAD, *(table_line(record) for record in records if not record.is_part())]
    lines += ["  part    share of the rating that is used most"] if sheet.blocks[name].drawn else []
    lines += [part_line(record) for record in records if record.is_part()]
    return "\n".join([*lines, *cut(unverified_text(sheet.blocks[name]), 100), ""])


def unverified_text(block):
    names = blocks.unverified(block)
    if not names:
        return "No row rests on a figure that is unverified."
    used = {part.name: part for part in blocks.used_parts(block)}
    figures = [(part, figure) for part in used.values() for figure in part.figures]
    unread = sum(1 for part, figure in figures if not part.is_read(figure))
    return (f"Every row rests on figures that are unverified, {unread} of {len(figures)}, of: {', '.join(names)}.")


def count_text(records):
    counts = Counter(record.verdict for record in records)
    return f"{counts['pass']} pass, {counts['not met']} not met, {counts['FAIL']} fail"


def closing(sheet):
    """What stands below the table: what is not simulated, not drawn, and the counts."""
    lines = [f"not simulated: {row['name']:12} {row['rules']}" for row in sheet.data["not_simulated"]]
    lines += [f"no rows yet:   {name}" for name in sheet.not_drawn]
    rows, of_parts = ([record for record in sheet.records if record.is_part() == is_part] for is_part in (False, True))
    lines += [f"{len(rows)} rows: {count_text(rows)}", f"{len(of_parts)} parts against their ratings: {count_text(of_parts)}"]
    return "\n".join(lines)


def comma_separated(sheet):
    """The table for programs: SI units, names that stay."""
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow(NAMES)
    for record in sheet.records:
        state, row = record.state, record.row
        place = (f"{state.supply_v:g}", f"{state.temp_c:g}", state.corner) if state else ("", "", "")
        numbers = ["" if math.isnan(value) else f"{value:.6g}" for value in (record.typical, record.worst, record.margin())]
        drawn = ("" if math.isnan(record.drawn) else f"{record.drawn:.6g}", record.drawn_state.seed if record.drawn_state else "")
        writer.writerow([record.block, row["name"], row["rules"], record.what or row["what"], row["unit"], "max" if "max" in row else "min",
                         f"{record.limit():g}", *numbers, *place, *drawn, record.verdict, row.get("not_met", ""),
                         "yes" if record.is_unverified else "no"])
    return made.getvalue()


def other_numbers(sheet, root):
    """What the twin and the checks of a wiring have otherwise than the datasheet, a text each."""
    limits = {row["name"]: row.get("max", row.get("min")) for block in sheet.blocks.values() for row in block.data["rows"]}
    said = []
    for entry in sheet.data["same"]:
        file = root / entry["file"]
        number = re.search(entry["pattern"], file.read_text())
        where = f"{entry['file']}: {entry['pattern']}"
        if entry.get("row", entry.get("output")) not in {*limits, *sheet.blocks}:
            said.append(f"{where}: the datasheet has no row {entry.get('row', entry.get('output'))}")
        elif not number:
            said.append(f"{where} is not there")
        else:
            known = limits[entry["row"]] if "row" in entry else sheet.blocks[entry["output"]].data["output"]["load_a"]
            is_right = math.isclose(float(number[1]), known * entry.get("times", 1), rel_tol=1e-9)
            if not is_right:
                said.append(f"{where} is {number[1]}, and the datasheet has {known * entry.get('times', 1):g}")
    return said


def immunity_rows(sheet, entry, kind):
    """The blocks and rows that say what a terminal does when it is hit so."""
    return [(block, row) for block in sheet.blocks.values() for row in block.data["rows"]
            if row["name"] in entry.get("rows", []) and row["bench"].startswith(kind)]


def immunity_differences(sheet, directory):
    """Which terminal of the device has neither a row nor a reason for each kind of pulse, a text each."""
    terminals, boxes = pins.read_device(directory)
    listed = sheet.data["immunity"]
    yield from (f"datasheet.toml: immunity: the device has no terminal {name}" for name in listed if name not in terminals)
    known = {row["name"] for block in sheet.blocks.values() for row in block.data["rows"]}
    for terminal in terminals:
        entry = listed.get(terminal, {})
        yield from (f"datasheet.toml: immunity: {terminal}: no row {name}" for name in entry.get("rows", []) if name not in known)
        drawn = {box.model for box in boxes.values() if terminal in box.nets.values()}
        for kind, what in IMMUNITY.items():
            rows, reason = immunity_rows(sheet, entry, kind), entry.get("instead", {}).get(kind)
            yield from (f"datasheet.toml: immunity: {row['name']} is of {block.sheet_name()}, which is not at {terminal}"
                        for block, row in rows if block.sheet_name() not in drawn)
            if bool(rows) == bool(reason):
                yield f"datasheet.toml: immunity: {terminal} has {'both a row and a reason' if rows else 'neither a row nor a reason'} for: {what}"


def immunity_text(sheet):
    """The section of the document that has a line a terminal."""
    verdicts = {record.row["name"]: marked(record) for record in sheet.records}
    lines = ["## Immunity, by terminal", "", "What EN 61000-6-1 and -6-2 ask for at each terminal, levels and waves as remembered (`unverified`).", "",
             f"| terminal | {' | '.join(IMMUNITY.values())} |", "|---|---|---|---|"]
    for terminal, entry in sheet.data["immunity"].items():
        cells_of = [entry.get("instead", {}).get(kind) or ", ".join(f"`{row['name']}` {verdicts[row['name']]}" for _, row in immunity_rows(sheet, entry, kind))
                    for kind in IMMUNITY]
        lines.append(f"| `{terminal}` | {' | '.join(cells_of)} |")
    return [*lines, ""]


def marked(record):
    """The verdict in a document, with the mark of what is unverified."""
    return f"{'**not met**' if record.verdict == 'not met' else record.verdict}{' u' if record.is_unverified else ''}"


def document_row(record):
    row = record.row
    if record.is_part():
        return (f"| `{row['part']}` | {record.model} | {record.what} | {100 * record.worst:.0f} % | {state_text(record.state)} "
                f"| {'-' if math.isnan(record.drawn) else f'{100 * record.drawn:.0f} %'} | {marked(record)} |")
    numbers = [scaled(record, value) for value in (record.typical, record.worst)]
    return (f"| `{row['name']}` | {row['rules']} | {row['what']} | {limit_text(record)} | {numbers[0]} | {numbers[1]} "
            f"| {state_text(record.state)} | {scaled(record, record.margin())} | {scaled(record, record.drawn)} | {marked(record)} |")


INTRODUCTION = """# The datasheet, simulated

`make datasheet` makes this page. It simulates the drawn sheets of `hardware/` with ngspice. **Nothing has been built or measured**:
[BENCH.md](BENCH.md) has the same rows, with empty columns for the first who builds it.

- *typical* is the worst value on the typical cards of the parts, *worst* that on the minimum and the maximum cards too, over 8, 12.8,
  25.6, 51.2 and 70 V, and -20, 25 and 50 degC; *at* is where that was, and *margin* how far it is within the limit.
- *draws* is the worst value of random draws, in which each part has its own values between its cards: {draws} of each
  bench. Each part is held against its ratings in all of them.
- **not met** is a limit that this circuit does not keep; the reason is below the table. None is left out; what only a run with the
  image in the circuit shows stands in [a section of its own](#in-runs-with-the-image).
- The microcontroller is no drawn part. Where a bench has one of its pins at a block's terminal, that is a part of the block's table
  (`MCU_cmd`, `MCU_drive`): voltage beyond its supply, current, current through its diodes, supply. V33's rows are those of its supply.
- *u* marks a row that rests on figures of parts whose data sheet was not open (`unverified` in `hardware/parts/`).
- Below each table is every part on the sheet, with the one of its ratings that it uses most, over all benches. A junction's temperature
  comes from the part's thermal network, in an ambient of the same temperatures.
"""


def document(sheet):
    """docs/DATASHEET.md."""
    rows, of_parts = ([record for record in sheet.records if record.is_part() == is_part] for is_part in (False, True))
    lines = [INTRODUCTION.format(draws=sheet.data["draws"])]
    lines += [f"{len(rows)} rows: {count_text(rows)}. {len(of_parts)} parts against their ratings: {count_text(of_parts)}.", ""]
    for name, title in sheet.data["blocks"].items():
        if name in sheet.blocks:
            lines += [f"## {title}", "", *block_text(sheet, name)]
    lines += immunity_text(sheet)
    lines += ["## In runs with the image", "", "`python3 hardware/mixed.py` runs the image in the drawn circuit, and these do not keep their limits:", ""]
    lines += [f"- `{run}`: {what}: not met: {reason}." for run, what, reason in sheet.mixed_not_met]
    lines += ["", "## Not simulated", "", "| row | requirement | what | what a builder does |", "|---|---|---|---|"]
    lines += [f"| `{row['name']}` | {row['rules']} | {row['what']} | {row['builder']} |" for row in sheet.data["not_simulated"]]
    if sheet.not_drawn:
        lines += ["", f"Without a data file, and so without a row: {', '.join(sheet.data['blocks'][name] for name in sheet.not_drawn)}."]
    return "\n".join([*lines, ""])


def block_text(sheet, name):
    """A block's part of the document."""
    block, records = sheet.blocks[name], sheet.of(name)
    for record in records:
        record.model = block.library[block.rated()[record.row["part"]]["model"]].name if record.is_part() else ""
    title = sheet.data["blocks"][name]
    plots = [plot for plot in sheet.data["plot"] if plot["block"] == name]
    lines = [f"![The sheet of {title}](circuit/{block.sheet_name()}.svg)", "", unverified_text(block), "", COLUMNS,
             "|---|---|---|---|---:|---:|---|---:|---:|---|"]
    lines += [document_row(record) for record in records if not record.is_part()]
    if block.drawn:
        lines += ["", PART_COLUMNS, "|---|---|---|---:|---|---:|---|", *(document_row(record) for record in records if record.is_part())]
    lines.append("")
    reasons = [record for record in records if record.verdict == "not met"]
    lines += [f"- `{record.row.get('part', record.row['name'])}` is not met: {record.row['not_met']}." for record in reasons]
    exceptions = faults.listed(block.data.get("faults", {}))
    if exceptions:
        what = "are not harmless" if faults.outcomes_of(block.data["faults"]) else "make the output high when it is to float"
        lines += ["", f"Each part opened and shorted, one at a time: these {what}.", "", "| fault | meaning |", "|---|---|"]
        lines += [f"| {fault} | {meaning} |" for fault, meaning in exceptions.items()]
    lines += [text for plot in plots for text in ("", f"![{plot['title']}](circuit/{plot['name']}.svg)")]
    missing = ratings.not_compared(block)
    if missing:
        lines += ["", f"Ratings that no row compares: {'; '.join(f'{part}: ' + ', '.join(names) for part, names in missing.items())}."]
    return [*lines, ""] if lines[-1] else lines


def cells(text):
    """The rows of a document's tables by block and name: the text of their cells."""
    found, title = {}, ""
    for line in text.splitlines():
        title = line.removeprefix("## ") if line.startswith("## ") else title
        match = re.match(r"\| `(\w+)` \|", line)
        if match:
            found[title, match[1]] = [cell.strip() for cell in line.strip("|").split(" | ")]
    return found


PROTOCOL = """# Bench protocol

The rows of [DATASHEET.md](DATASHEET.md), for the first person who builds the device: **no column is filled, nothing has been measured.**
*Where* is the supply and the temperature at which the simulation came nearest to the limit; measure there first. The benches, with
what is connected to each terminal, are in `hardware/output.toml` and in the block's own data file, under the name of the bench.

**Before all else**: are the two BSS126 at the supply of the threshold band that the parts list names (gate threshold -2.25 to -2.05 V at
8 uA)? Those of another band give V5 another voltage, and L other thresholds.

You need a supply of 0 to 70 V and 3 A with a current limit, a load of 70 V and 1 A, an oscilloscope with two channels and a current probe, a
multimeter that reads 0.1 uA, and for the ends of the temperature a chamber. Begin at 12.8 V with the supply's limit at 100 mA.
"""


def protocol(sheet, text):
    """docs/BENCH.md, from the text of docs/DATASHEET.md."""
    found = cells(text)
    lines = [PROTOCOL]
    for name, title in sheet.data["blocks"].items():
        if (options := [row for row in sheet.blocks[name].data["rows"]] if name in sheet.blocks else []):
            lines += [f"## {title}", "", "| row | what | bench | where | limit | simulated | result | instrument | date | remarks |",
                      "|---|---|---|---|---|---|---|---|---|---|"]
            for row in options:
                _, _, what, limit, typical, worst, where, *_ = found[title, row["name"]]
                place = where.rpartition(" ")[0]
                lines.append(f"| `{row['name']}` | {what} | `{row['bench']}` | {place} | {limit} | {typical} to {worst} | | | | |")
            lines.append("")
    lines += ["## Not simulated", "", "| row | requirement | what a builder does | result | instrument | date | remarks |",
              "|---|---|---|---|---|---|---|"]
    lines += [f"| `{row['name']}` | {row['rules']}: {row['what']} | {row['builder']} | | | | |" for row in sheet.data["not_simulated"]]
    return "\n".join([*lines, ""])


def number_in(cell):
    match = re.match(r"-?[\d.]+", cell)
    return float(match[0]) if match else math.nan


def same(left, right, alike, limit):
    return abs(left - right) <= alike * max(abs(left), abs(right)) + 0.002 * abs(limit)


def differences(sheet, documents, alike):
    """What the two documents say otherwise than the records of the corners: rows and words must be the same; a row's worst value is the
    same where it is at a corner, and no corner's is worse."""
    text = (documents / "DATASHEET.md").read_text()
    found, said = cells(text), []
    fresh = cells(document(sheet))
    said += [f"docs/DATASHEET.md has no row {name}" for _, name in fresh.keys() - found.keys()]
    said += [f"docs/DATASHEET.md has a row {name} that is not simulated" for _, name in found.keys() - fresh.keys()]
    for (title, name), row in fresh.items():
        if (title, name) in found:
            said += [f"docs/DATASHEET.md: {name}: {each}" for each in row_differences(row, found[title, name], alike)]
    for old, new in itertools.zip_longest(prose(text), prose(document(sheet)), fillvalue="nothing"):
        if old != new:
            said.append(f"docs/DATASHEET.md says: {old}\n    and is to say: {new}")
            break
    if not said and (documents / "BENCH.md").read_text() != protocol(sheet, text):
        said.append("docs/BENCH.md does not have the rows of docs/DATASHEET.md: make datasheet writes it")
    return said


def prose(text):
    return [line for line in text.splitlines() if not re.match(r"\| `\w+` \|", line)]


def row_differences(new, old, alike):
    """What differs between a row of the corners and one of the document, a text each."""
    if len(new) == 10:  # row, rules, what, limit, typical, worst, at, margin, draws, verdict
        limit = number_in(new[3].split()[1])
        is_most = new[3].startswith("<=")
        worst, place, fixed, numbers = 5, 6, (0, 1, 2, 3, 9), (4, 5)
    elif len(new) == 7:  # part, model, what is used most, share, at, draws, verdict
        limit, is_most, worst, place, fixed, numbers = 100, True, 3, 4, (0, 1, 6), (3,)
    else:
        return [] if new == old else ["another text"]
    said = [f"{old[column]}, not {new[column]}" for column in fixed if old[column] != new[column]]
    for column in numbers:
        corner, written = number_in(new[column]), number_in(old[column])
        is_worse = (corner > written) == is_most
        if (is_worse or old[place] == new[place] and column == worst) and not same(corner, written, alike, limit):
            said.append(f"{written:g}, and a corner has {corner:g}")
    return said
