# SPDX-License-Identifier: Apache-2.0
"""Runs circuits in ngspice and returns what they measured, or says why that cannot be believed.

ngspice's exit code proves nothing: a failed measure exits 0. So each bench prints its measures by name and a last line; all
must be there once, finite, and no word of the output may tell of an error or of a solution that was forced.
"""
import dataclasses
import functools
import math
import re
import resource
import signal
import subprocess
import tempfile
from pathlib import Path

# gmin, source stepping: an operating point that was not found directly; timestep: a transient that got stuck
DOUBT = re.compile(r"error|fail|singular|gmin|source stepping|timestep|unknown|can't|cannot|no such|warning|invalid", re.IGNORECASE)
ASKED = ("vecmax(", "(", "asked")  # how a line with the answer of a probe begins: the names of nodes are in it
PRINTED_MAX = 240  # letters of an expression that is printed: ngspice writes it before its value, into 512 of them, with longer names of plots
TIMEOUT_S = 60  # of the processor, which a machine that is busy otherwise does not shorten
WALL_S = 1200


class Doubtful(Exception):
    """A run whose results must not be used; the text says why."""


@dataclasses.dataclass
class Bench:
    """One circuit: lines of a netlist, commands that analyse it, and an expression over their vectors for each measure; and for
    each of `samples` a vector that is returned whole, as (time, value)."""
    title: str
    netlist: list
    analyses: list
    measures: dict
    temp_c: float = 25.0
    samples: dict = dataclasses.field(default_factory=dict)
    probes: object = None  # ratings.Asked: what is asked about the parts after each transient

    def deck(self, index=0):
        lines = [f"* {self.title}", *self.netlist, f".option temp={self.temp_c} tnom=25", ".control"]
        if self.probes:
            lines.append(f"save all {' '.join(self.probes.saves)}")
        for analysis in self.analyses:
            lines.append(analysis)
            if self.probes and analysis.startswith("tran "):
                lines += answering(self.probes)
        for number_of, (name, expression) in enumerate(self.measures.items()):
            lines += [f"let measured{number_of} = {expression}", f"echo measure {name} $&measured{number_of}"]
        for name, expression in self.samples.items():
            lines += [f"let {name} = {expression}", f"wrdata {name}_{index}.txt {name}"]
        return "\n".join([*lines, "echo bench ended", "destroy all", ".endc", ".end", ""])


def answering(probes):
    """The commands that answer probes of the last transient. They work in a plot of their own: each operation on vectors makes ngspice
    enter all vectors of its plot into a table anew, and the transient's plot has hundreds. `time` is the scale of the new one."""
    lines = ["set run = $curplot", "setplot new", "let time = {$run}.time"]
    asked = [of_run(expression) for expression in probes.measures.values()]
    for index, expression in enumerate(asked):
        if len(expression) > PRINTED_MAX:
            asked[index] = f"asked{index}"
            lines.append(f"let {asked[index]} = {expression}")
    lines += ["echo probes begin", *(f"print {' '.join(asked[first:first + 20])}" for first in range(0, len(asked), 20)), "echo probes end"]
    return [*lines, "setplot $run"]


@functools.cache
def of_run(expression):
    """An expression over the vectors of the transient, from within another plot."""
    return re.sub(r"(?<![\w@.])(v\(|@)", r"{$run}.\1", expression)


def ngspice(benches):
    """The output of one process that runs the benches one after the other, each a circuit of its own, and of each the samples."""
    with tempfile.TemporaryDirectory() as directory:
        lines = ["* all", ".control"]
        for index, bench in enumerate(benches):
            path = Path(directory) / f"{index}.cir"
            path.write_text(bench.deck(index))
            lines.append(f"source {path}")
        main = Path(directory) / "main.cir"
        main.write_text("\n".join([*lines, "quit", ".endc", ".end", ""]))
        try:
            process = subprocess.run(["ngspice", "-n", "-b", main], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                     stderr=subprocess.STDOUT, text=True, timeout=WALL_S, check=False, cwd=directory,
                                     preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (TIMEOUT_S, TIMEOUT_S)))
        except FileNotFoundError:
            raise Doubtful("ngspice is not here: apt-get install ngspice") from None
        except subprocess.TimeoutExpired:
            raise Doubtful(f"no end after {WALL_S} s") from None
        if process.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
            raise Doubtful(f"no end after {TIMEOUT_S} s")
        samples = [{name: read_samples(Path(directory) / f"{name}_{index}.txt") for name in bench.samples} for index, bench in enumerate(benches)]
    return process.stdout, samples


def read_samples(path):
    if not path.exists():
        raise Doubtful(f"{path.stem} was not written")
    return [tuple(map(float, line.split())) for line in path.read_text().splitlines()]


def check(output, benches):
    """The measures of each bench by name, from what ngspice said; Doubtful when one is missing, twice, no finite number, or the
    run is in doubt as a whole."""
    doubtful = [line.strip() for line in output.splitlines() if not line.startswith(ASKED) and DOUBT.search(line)]
    if doubtful:
        raise Doubtful(doubtful[0])
    said = output.split("bench ended\n")
    if len(said) != len(benches) + 1:
        raise Doubtful("a run did not reach its end")
    results = []
    for bench, text in zip(benches, said):
        measured = re.findall(r"^measure (\S+) (\S*)$", text, re.MULTILINE)
        if [name for name, _ in measured] != list(bench.measures):
            raise Doubtful(f"measured {', '.join(name for name, _ in measured) or 'nothing'}, not {', '.join(bench.measures)}")
        results.append({name: number(name, value) for name, value in measured})
        if bench.probes:
            results[-1]["probes"] = probed(bench, text)
    return results


def probed(bench, text):
    """By the part, for each transient, the answers to what was asked about it by their names."""
    keys = list(bench.probes.measures)
    words = [word for said in re.findall(r"^probes begin\n(.*?)^probes end$", text, re.MULTILINE | re.DOTALL)
             for word in re.findall(r" = (\S+)$", said, re.MULTILINE)]
    transients = sum(1 for analysis in bench.analyses if analysis.startswith("tran "))
    if len(words) != len(keys) * transients:
        raise Doubtful(f"{len(words)} answers about the parts, not {len(keys) * transients}")
    answers = {}
    for index, word in enumerate(words):
        name, quantity = keys[index % len(keys)]
        runs = answers.setdefault(name, [{} for _ in range(transients)])
        runs[index // len(keys)][quantity] = number(f"{quantity} of {name}", word)
    return answers


def number(name, text):
    try:
        value = float(text)
    except ValueError:
        raise Doubtful(f"{name} is not a number: {text}") from None
    if not math.isfinite(value):
        raise Doubtful(f"{name} is not finite")
    return value


def run(benches):
    """For each bench the measures by name, or the Doubtful that it is in. One process runs them all; where something is wrong
    with any of them, each runs alone, so that the fault has its place."""
    if not benches:
        return []
    try:
        output, samples = ngspice(benches)
        return [{**measured, **sampled} for measured, sampled in zip(check(output, benches), samples)]
    except Doubtful as doubt:
        if len(benches) == 1:
            return [doubt]
    return [run([bench])[0] for bench in benches]
