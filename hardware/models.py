#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds each part's SPICE cards against the figures of its data sheet:  hardware/models.py [--parts DIRECTORY] [PART...]

Each figure is measured on the typical, the minimum and the maximum card. Where the sheet gives a number for that corner, the
model's must be within the figure's tolerance of it; where it gives none, the model's must lie within what the sheet does give.
Exit 0: all hold; 1: one does not, or could not be measured; 2: a data file does not hold together.
"""
import argparse
import concurrent.futures
import sys

import benches
import parts
import spice
import tables

PREFIXES = {-15: "f", -12: "p", -9: "n", -6: "u", -3: "m", 0: "", 3: "k", 6: "M"}


def bench_of(part, figure, corner):
    """The circuit that measures a figure on one corner's card."""
    quantity = benches.QUANTITIES[figure.quantity]
    netlist, analyses, result = quantity.function(benches.Part(part.device, part.model()), **figure.conditions)
    return spice.Bench(f"{part.name} {corner}: {quantity.title}, {figure.condition()}", [part.card_of(corner), *netlist], analyses,
                       {figure.quantity: result}, figure.temp_c)


def fault(figure, corner, value):
    """What is wrong with a model's value, or an empty text."""
    wanted = figure.wanted(corner)
    if wanted is not None:
        scale = abs(wanted) or max(abs(column) for column in figure.columns.values())  # of 0, a share of the limits
        if abs(value - wanted) <= figure.tolerance * scale:
            return ""
        return f"{corner} is {value:.4g}, not {wanted:.4g} within {100 * figure.tolerance:g} %"
    least, most = figure.bounds()
    if None not in (least, most) and least > most or (least or most or 0) < 0 and (most or 0) <= 0:  # a P-channel's
        value, least, most = -value, least and -least, most and -most
    slack = figure.tolerance * max(abs(bound) for bound in (least or 0, most or 0))
    if least is not None and value < least - slack or most is not None and value > most + slack:
        return f"{corner} is {value:.4g}, outside {'' if least is None else least} to {'' if most is None else most}"
    return ""


def measure(part, corners=tuple(parts.CORNERS)):
    """Of each figure of a part: the value of each corner, and what is wrong."""
    keys = [(figure, corner) for figure in part.figures for corner in corners]
    results = spice.run([bench_of(part, figure, corner) for figure, corner in keys])
    rows = []
    for figure in part.figures:
        values, faults = {}, []
        for (other, corner), result in zip(keys, results):
            if other is not figure:
                continue
            if isinstance(result, spice.Doubtful):
                faults.append(f"{corner}: {result}")
                continue
            values[corner] = result[figure.quantity]
            faults.append(fault(figure, corner, values[corner]))
        rows.append((figure, values, [text for text in faults if text]))
    return rows


def scaled(value, exponent):
    return "-" if value is None else f"{value / 10 ** exponent:.4g}"


def columns(values, unit):
    """Three numbers in one unit with a prefix, minimum / typical / maximum."""
    size = max((abs(value) for value in values if value is not None), default=0)
    exponent = next((exponent for exponent in sorted(PREFIXES, reverse=True) if size >= 10 ** exponent), -15) if size and unit else 0
    return f"{' / '.join(scaled(value, exponent) for value in values)} {PREFIXES[exponent]}{unit}".rstrip()


def print_part(part, rows):
    print(f"{part.name}: {part.what}")
    for figure, values, faults in rows:
        quantity = benches.QUANTITIES[figure.quantity]
        sheet = columns([figure.columns.get(column) for column in parts.CORNERS.values()], quantity.unit)
        model = columns([values.get(corner) for corner in parts.CORNERS], quantity.unit)
        mark = "" if part.is_read(figure) else "unverified"
        print(f"  {quantity.title:24} {figure.condition():38} {sheet:28} {model:30} {'FAIL' if faults else 'pass'} {mark}".rstrip())
        for text in faults:
            print(f"    {text}")


def main(arguments):
    parser = argparse.ArgumentParser(description="Holds each part's SPICE cards against the figures of its data sheet.")
    parser.add_argument("--parts", default=parts.PARTS, help="the directory of data files")
    parser.add_argument("part", nargs="*")
    options = parser.parse_args(arguments)
    try:
        chosen = parts.read(options.parts, options.part)
    except tables.Wrong as wrong:
        return tables.refused(wrong)
    print("  quantity                 condition                              data sheet min/typ/max       model min/typ/max")
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        measured = list(pool.map(measure, chosen))
    for part, rows in zip(chosen, measured):
        print_part(part, rows)
    rows = [(part, figure, faults) for part, part_rows in zip(chosen, measured) for figure, _, faults in part_rows]
    failed = sum(1 for _, _, faults in rows if faults)
    unverified = sum(1 for part, figure, _ in rows if not part.is_read(figure))
    print(f"{len(chosen)} parts, {len(rows)} figures on three cards each: {len(rows) - failed} pass, {failed} fail; "
          f"{unverified} figures unverified")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
