#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Draws the waveforms that datasheet.toml names as SVG:  hardware/plots.py [--to DIRECTORY] [--check] [NAME...]

Each trace has its own panel over one time; a plot with `soa` has the pulses of that part beside the points of its safe operating area.
--check simulates them and holds the pictures against that, some pixels aside.
"""
import argparse
import bisect
import html
import math
import re
import sys
from pathlib import Path

import blocks
import spice
import tables

POINTS = 400  # of a trace, at equal distances
LEFT, WIDE, HIGH, GAP, TOP = 70, 620, 90, 26, 40
ALIKE = 3  # pixels
STYLE = """svg{background:#fff;color:#1b1f24}text{font:12px Helvetica,Arial,sans-serif;fill:currentColor}.title{font-size:15px}
path{fill:none;stroke:#0b5cad;stroke-width:1.5;stroke-linejoin:round}.grid{stroke:#d5dbe1;stroke-width:1}.limit{stroke:#b3261e}
.point{fill:#b3261e}@media(prefers-color-scheme:dark){svg{background:#0f1419;color:#e6e6e6}path{stroke:#6cb6ff}.grid{stroke:#2c353e}.limit{stroke:#ff8a80}
.point{fill:#ff8a80}}"""


def need(condition, text):
    if not condition:
        raise tables.Wrong(f"datasheet.toml: {text}")


def at(samples, times, moment):
    """The value of a trace at a moment, between its samples on a straight line."""
    index = min(max(bisect.bisect_right(times, moment), 1), len(times) - 1)
    (before, low), (after, high) = samples[index - 1], samples[index]
    return high if after == before else low + (high - low) * min(max((moment - before) / (after - before), 0), 1)


def ticks(low, high):
    """Round numbers between two values, some four."""
    step = 10 ** math.floor(math.log10((high - low) / 3))
    step = next(step * each for each in (1, 2, 5, 10) if (high - low) / (step * each) <= 4)
    return [round(index * step, 12) for index in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]


def panel(lines, top, trace, samples, plot):
    """One trace with its axes."""
    times = [moment for moment, _ in samples]
    moments = [plot["from_s"] + (plot["to_s"] - plot["from_s"]) * index / (POINTS - 1) for index in range(POINTS)]
    values = [at(samples, times, moment) for moment in moments]
    low, high = min(*values, 0), max(values)
    high += 0.08 * (high - low) or 1
    low -= 0.04 * (high - low) if low < 0 else 0

    def down(value):
        return round(top + HIGH * (high - value) / (high - low), 1)

    for tick in ticks(low, high):
        lines.append(f'<path class="grid" d="M{LEFT} {down(tick)}H{LEFT + WIDE}"/>')
        lines.append(f'<text x="{LEFT - 6}" y="{down(tick) + 4:g}" text-anchor="end">{tick:g}</text>')
    points = [f"{LEFT + WIDE * index / (POINTS - 1):.1f} {down(value)}" for index, value in enumerate(values)]
    lines.append(f'<path d="M{"L".join(points)}"/>')
    lines.append(f'<text x="{LEFT + WIDE - 4}" y="{top - 6}" text-anchor="end">{html.escape(trace[0])}, {trace[1]}</text>')


def area(lines, top, part, power):
    """How long a part's power lasts, over the power, beside the points of its safe operating area: both axes by their logarithm."""
    points = [(point["vds_v"] * point["id_a"], point["pulse_s"]) for point in part.data["soa"]]
    high_w = max(max(watt for watt, _ in points), max(value for _, value in power))
    levels = [high_w * 10 ** (-3 * index / 60) for index in range(61)]

    def lasts(level):
        total = sum(now - before for (before, _), (now, value) in zip(power, power[1:]) if value > level)
        return total

    curve = [(level, lasts(level)) for level in levels]
    times = [seconds for _, seconds in points] + [seconds for _, seconds in curve if seconds > 0]
    first, last = math.floor(math.log10(min(times))), math.ceil(math.log10(max(times)))
    low, high = math.floor(math.log10(levels[-1])), math.ceil(math.log10(high_w))

    def place(watt, seconds):
        return (round(LEFT + WIDE * (math.log10(seconds) - first) / (last - first), 1),
                round(top + 2 * HIGH * (high - math.log10(watt)) / (high - low), 1))

    for decade in range(first, last + 1):
        x = place(10 ** low, 10 ** decade)[0]
        lines.append(f'<path class="grid" d="M{x:g} {top}V{top + 2 * HIGH}"/>')
        lines.append(f'<text x="{x:g}" y="{top + 2 * HIGH + 16}" text-anchor="middle">{engineering(10 ** decade)}s</text>')
    for decade in range(low, high + 1):
        y = place(10 ** decade, 10 ** first)[1]
        lines.append(f'<path class="grid" d="M{LEFT} {y:g}H{LEFT + WIDE}"/>')
        lines.append(f'<text x="{LEFT - 6}" y="{y + 4:g}" text-anchor="end">{10.0 ** decade:g}</text>')
    drawn = [place(watt, seconds) for watt, seconds in curve if seconds > 0]
    lines.append(f'<path d="M{"L".join(f"{x:g} {y:g}" for x, y in drawn)}"/>')
    marks = [place(watt, seconds) for watt, seconds in points]
    lines.append(f'<path class="limit" d="M{"L".join(f"{x:g} {y:g}" for x, y in sorted(marks))}"/>')
    lines += [f'<circle class="point" cx="{x:g}" cy="{y:g}" r="3"/>' for x, y in marks]
    words = "power, W, that lasts as long; red: the safe operating area, unverified"
    lines.append(f'<text x="{LEFT + WIDE - 4}" y="{top - 6}" text-anchor="end">{words}</text>')


def engineering(value):
    """A number with a prefix of three digits' steps."""
    exponent = 3 * math.floor(math.log10(value) / 3 + 1e-9)
    return f"{value / 10 ** exponent:g} {({-9: 'n', -6: 'u', -3: 'm', 0: ''}).get(exponent, f'e{exponent}')}"


def svg(plot, directory):
    """A plot that is simulated, as SVG."""
    block = blocks.read(plot["block"], directory)
    need(plot["bench"] in block.data["bench"], f"the plot {plot['name']}: no bench {plot['bench']}")
    bench = blocks.bench_of(block, plot["bench"], blocks.State(*plot["state"]))
    bench.samples |= {f"trace{index}": expression for index, (_, _, expression) in enumerate(plot["traces"])}
    result = spice.run([bench])[0]
    if isinstance(result, spice.Doubtful):
        raise result
    return picture(plot, [result[f"trace{index}"] for index in range(len(plot["traces"]))], "made by make datasheet",
                   (block.library[block.drawn[plot["soa"]]["model"]], result[f"power_{plot['soa'].lower()}"]) if "soa" in plot else None)


def picture(plot, traces, made_by, pulse=None):
    """A plot whose traces are there, as SVG; `pulse` is a part and the power in it."""
    high = TOP + len(traces) * (HIGH + GAP) + (2 * HIGH + 2 * GAP if pulse else 0) + 24
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDE + 20} {high}" role="img">',
             f"<!-- {made_by} -->",
             f"<title>{html.escape(plot['title'])}</title>", f"<style>{STYLE}</style>",
             f'<text class="title" x="{LEFT}" y="18">{html.escape(plot["title"])}</text>']
    bottom = TOP + len(traces) * (HIGH + GAP) - GAP
    span = plot["to_s"] - plot["from_s"]
    for tick in ticks(0, span):
        x = round(LEFT + WIDE * tick / span, 1)
        lines.append(f'<path class="grid" d="M{x:g} {TOP}V{bottom}"/>')
        lines.append(f'<text x="{x:g}" y="{bottom + 16}" text-anchor="middle">{engineering(tick) if tick else "0 "}s</text>')
    for index, (trace, samples) in enumerate(zip(plot["traces"], traces)):
        panel(lines, TOP + index * (HIGH + GAP), trace, samples, plot)
    if pulse:
        part, power = pulse
        area(lines, bottom + 2 * GAP, part, [sample for sample in power if plot["from_s"] <= sample[0] <= plot["to_s"]])
    return "\n".join([*lines, "</svg>", ""])


def same(old, new):
    """Two pictures have the same words, and no number differs by more than some pixels."""
    number = re.compile(r"-?\d+\.?\d*")
    if number.sub("", old) != number.sub("", new):
        return False
    return all(abs(float(left) - float(right)) <= ALIKE for left, right in zip(number.findall(old), number.findall(new)))


def alike(old, new):
    """The same of pictures with steep edges: their words are the same, the lines of their scales have moved by some pixels at the most, and each point
    of a trace is no further from the other trace."""
    trace, place = re.compile(r'(?<=<path d="M)[^"HV]*(?=")'), re.compile(r'(?<=[ "])\d+\.\d(?=[H"])')
    left, right = (trace.sub("", picture) for picture in (old, new))
    if place.sub("", left) != place.sub("", right):
        return False
    if any(abs(float(one) - float(other)) > ALIKE for one, other in zip(place.findall(left), place.findall(right))):
        return False
    for left, right in zip(trace.findall(old), trace.findall(new)):
        left, right = ([tuple(map(float, point.split())) for point in path.split("L")] for path in (left, right))
        for points, others in ((left, right), (right, left)):
            columns = [x for x, _ in others]
            for x, y in points:
                near = [high for _, high in others[max(bisect.bisect_left(columns, x - ALIKE) - 1, 0):bisect.bisect_right(columns, x + ALIKE) + 1]]
                if not min(near) - ALIKE <= y <= max(near) + ALIKE:
                    return False
    return True


def main(arguments):
    parser = argparse.ArgumentParser(description="Draws the waveforms that datasheet.toml names.")
    parser.add_argument("--to", type=Path, default=blocks.HERE.parent / "docs" / "circuit", help="the directory of the pictures")
    parser.add_argument("--hardware", type=Path, default=blocks.HERE, help="the directory of sheets and data files")
    parser.add_argument("--check", action="store_true", help="write nothing, and say which picture differs")
    parser.add_argument("name", nargs="*")
    options = parser.parse_args(arguments)
    failed = 0
    try:
        for plot in tables.read(options.hardware / "datasheet.toml")["plot"]:
            if options.name and plot["name"] not in options.name:
                continue
            made, file = svg(plot, options.hardware), options.to / f"{plot['name']}.svg"
            if not options.check:
                options.to.mkdir(parents=True, exist_ok=True)
                file.write_text(made)
            elif not file.exists() or not same(file.read_text(), made):
                print(f"{file.name} does not show what is simulated: make datasheet makes it", file=sys.stderr)
                failed = 1
    except (tables.Wrong, spice.Doubtful, KeyError, OSError) as wrong:
        return tables.refused(wrong)
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
