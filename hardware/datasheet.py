#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Simulates the datasheet: every row of every block, and each drawn part against its ratings:

    hardware/datasheet.py [--write] [--corners] [--check] [--block NAME]...

Without an option every block runs at each supply and temperature on the minimum, the typical and the maximum cards, and then at
random draws of its parts; the table is printed, build/datasheet.csv written, and build/bom.csv, the bill of materials. --write makes
docs/DATASHEET.md and docs/BENCH.md anew. --corners takes fewer states and no draws; --check then holds the two documents against what the
corners give, and always the numbers that the twin has of the device against those of the datasheet, and that each terminal has its rows of immunity.
Exit 0: all rows pass or are declared as not met; 1: one does not, or a document says something else; 2: a data file does not hold together.
"""
import argparse
import dataclasses
import math
import os
import sys
import time
from pathlib import Path

import blocks
import components
import report
import spice
import tables

ALIKE = 0.02  # values that are no farther apart are the same on another machine


@dataclasses.dataclass
class Options:
    """What blocks.states_of and blocks.verdict look at."""
    corners: bool = False
    draws: int = 0
    seed: int = 1
    state: str = ""


def worst_of(row, values):
    """Of a row's values that are alike the first one's state is named, so that the same is named everywhere."""
    state, worst = blocks.worst_of(row, values)
    limit = row.get("max", row.get("min"))
    slack = 0.001 * max(abs(limit), abs(worst))
    alike = [(other, value) for other, value in values if blocks.margin(row, value) <= blocks.margin(row, worst) + slack]
    return (alike[0][0], worst) if alike else (state, worst)


def record_of(block, row, values, draws, is_unverified):
    """What is known of a row."""
    doubtful = [(state, value) for state, value in [*values, *draws] if isinstance(value, spice.Doubtful)]
    verdict = blocks.verdict(row, values, Options())
    if draws and blocks.verdict(row, draws, Options(draws=1)) == "FAIL":
        verdict = "FAIL"
    record = report.Record(block.name, row, verdict, is_unverified)
    if doubtful:
        record.doubt = f"not measured, {len(doubtful)} of {len(values) + len(draws)}: {doubtful[0][0]}: {doubtful[0][1]}"
        return record
    record.state, record.worst = worst_of(row, values)
    record.typical = worst_of(row, [pair for pair in values if pair[0].corner == "typical"])[1]
    record.what = getattr(record.worst, "what", row["what"])
    record.drawn_state, record.drawn = blocks.worst_of(row, draws)
    return record


def simulate(name, directory, corners, draws):
    """The records of a block, and the block."""
    block = blocks.read(name, directory)
    asked = [bench for bench in block.data["bench"] if bench in {row["bench"] for row in block.data["rows"]}]
    states = blocks.states_of(block, Options(corners=corners)) + (blocks.states_of(block, Options(draws=draws)) if draws else [])
    measured = blocks.simulate(block, [(bench, state) for bench in asked for state in states], set(asked))
    values, drawn = (blocks.values_of(block, {name: pair for name, pair in measured.items() if (pair[0].seed is not None) == is_drawn})
                     for is_drawn in (False, True))
    is_unverified = bool(blocks.unverified(block))
    return block, [record_of(block, row, of_row, of_draws, is_unverified) for (row, of_row), (_, of_draws) in zip(values, drawn)]


def read_arguments(arguments):
    parser = argparse.ArgumentParser(description="Simulates the datasheet.")
    parser.add_argument("--corners", action="store_true", help="fewer states, and no random draws")
    parser.add_argument("--draws", type=int, help="how many, in place of what the data file says")
    parser.add_argument("--write", action="store_true", help="make the documents anew")
    parser.add_argument("--check", action="store_true", help="hold the documents against what was simulated")
    parser.add_argument("--hardware", type=Path, default=blocks.HERE, help="the directory of sheets and data files")
    parser.add_argument("--documents", type=Path, default=blocks.HERE.parent / "docs", help="the directory of the documents")
    parser.add_argument("--build", type=Path, default=blocks.HERE.parent / "build", help="the directory of the tables for programs")
    parser.add_argument("--block", action="append", default=[], help="only this block; may be given again")
    return parser.parse_args(arguments)


def cpu_s():
    """What this program and those that it ran have taken of the processors."""
    times = os.times()
    return sum((times.user, times.system, times.children_user, times.children_system))


def main(arguments):
    options = read_arguments(arguments)
    began = time.monotonic()
    try:
        data = tables.read(options.hardware / "datasheet.toml")
        wanted = options.block or list(data["blocks"])
        drawn = [name for name in wanted if options.block or (options.hardware / f"{name}.toml").exists()]
        draws = 0 if options.corners else data["draws"] if options.draws is None else options.draws
        sheet = report.Sheet(data, [name for name in data["blocks"] if name not in drawn and name in wanted])
        sheet.mixed_not_met = report.mixed_not_met(options.hardware)
        for name in drawn:
            block, records = simulate(name, options.hardware, options.corners, draws)
            sheet.add(block, records)
            print(report.table(sheet, name), flush=True)
    except (tables.Wrong, KeyError, OSError) as wrong:
        return tables.refused(wrong)
    print(report.closing(sheet))
    print(f"{time.monotonic() - began:.0f} s, {cpu_s():.0f} s of the processors; {draws} random draws")
    differs = [] if options.block else [*report.other_numbers(sheet, blocks.HERE.parent), *report.immunity_differences(sheet, options.hardware)]
    if not options.block:
        options.build.mkdir(exist_ok=True)
        (options.build / "datasheet.csv").write_text(report.comma_separated(sheet))
        (options.build / "bom.csv").write_text(components.bill_of_materials(components.read(options.hardware)))
    if options.write:
        text = report.document(sheet)
        (options.documents / "DATASHEET.md").write_text(text)
        (options.documents / "BENCH.md").write_text(report.protocol(sheet, text))
    elif options.check:
        differs += report.differences(sheet, options.documents, ALIKE)
    print("\n".join(differs) or "the documents and the twin say the same" if options.check else "\n".join(differs))
    return 1 if differs or any(math.isnan(record.worst) or record.verdict == "FAIL" for record in sheet.records) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
