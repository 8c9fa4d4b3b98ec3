#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Proves the claims of core/ from its sources, and refutes its mutants (docs/PROOF.md).

    prove.py                    all of it: claims, widths of int, mutants
    prove.py --mutants 12       all claims, 12 of the mutants, chosen by SEED, and a part of the random steps; not the widths
    prove.py CLAIM ...          those claims alone; a rule's id names all of its claims
    prove.py --width 16 ...     with an int of 16 bits instead of 32
    prove.py --table            the table of claims in docs/PROOF.md, written anew

A claim that does not hold leaves a C program in build/proof/ that shows a state and inputs for which it is not so, and finds the same
with core/ compiled.
"""
import argparse
import contextlib
import io
import multiprocessing
import os
import random
import sys
import time

import z3

import agree
import claims  # noqa: F401 (these three add to ground.CLAIMS)
import claims_battery
import claims_record
import counterexample
import ground
import law
import mutants
import translate

ROOT = agree.ROOT
MUTANTS = mutants.MUTANTS + claims_battery.MUTANTS + claims_record.MUTANTS
FOLDER = os.path.join(ROOT, "build", "proof")
SECONDS_MAX = 900  # of one formula; what takes longer is UNKNOWN, and fails


def read_core(name):
    with open(os.path.join(ROOT, "core", name)) as source:
        return source.read()


class Model:
    """core/ for one width of int, perhaps with other text in one file, and the ground of its claims."""

    def __init__(self, width, patch=None):
        self.patch = patch
        self.law = law.Law(translate.preprocess(ROOT, patch), width)
        self.ground = ground.Ground(self.law)
        self.excluded = 0  # side conditions of the translation that have been proved impossible

    def refute(self, claim, name):
        """Returns (verdict, text): "proved", "refuted" or "unknown"."""
        self.law.calls = dict(self.ground.calls)
        formulas = claim.formula(self.ground)
        formulas = formulas if isinstance(formulas, list) else [formulas]
        conditions = self.law.machine.side_conditions
        formulas = formulas + [z3.Not(c) for _, c in conditions[self.excluded:]]
        self.excluded = len(conditions)
        for formula in formulas:
            solver = z3.Solver()
            solver.set("timeout", SECONDS_MAX * 1000)
            solver.add(z3.Not(formula))
            verdict = solver.check()
            if verdict == z3.unknown:
                return "unknown", solver.reason_unknown()
            if verdict == z3.sat:
                path = os.path.join(FOLDER, name + ".c")
                differs = counterexample.replay(ROOT, solver.model(), claim, list(self.law.calls.values()), self.law.machine, path,
                                                self.patch)
                told = "build/proof/%s.c shows it, and the compiled law does the same" % name
                return "refuted", told if not differs else "build/proof/%s.c shows it, but compiled:\n%s" % (name, differs)
        return "proved", ""


MODELS = {}


def model_of(width):
    if width not in MODELS:
        MODELS[width] = Model(width)
    return MODELS[width]


# ---- what there is to do: each returns (name, what it is, whether it is well, text) ------------------------------------------


def prove_claim(name, width):
    claim = next(c for c in ground.CLAIMS if c.name == name)
    verdict, text = model_of(width).refute(claim, "%s-%d" % (name, width))
    return name, "%s: %s" % (", ".join(claim.rules), claim.text), verdict == "proved", \
        "" if verdict == "proved" else "%s, int of %d bits: %s" % (verdict, width, text)


def prove_widths(part):
    """What steps.c prints is the same for an int of 16 and of 32 bits, whatever the state: so every claim holds for both."""
    wide, narrow = model_of(32).law, model_of(16).law
    (_, ours, names), (_, theirs, _) = agree.predicted(wide), agree.predicted(narrow)
    for i, (name, a, b) in enumerate(zip(names, ours, theirs)):
        if i % 2 != part or a.eq(b):
            continue
        solver = z3.Solver()
        solver.add(a != b)
        if solver.check() != z3.unsat:
            return "widths", "", False, "%s is not the same for an int of 16 and of 32 bits" % name
    return "widths", "the same for an int of 16 and of 32 bits, from any state", True, ""


def refute_mutant(i):
    name, old, new, rule = MUTANTS[i]
    text = read_core(name)
    what = "%s broken in %s: %s" % (rule, name, " ".join(new.split())[:80] or "nothing for: " + " ".join(old.split())[:60])
    if text.count(old) != 1:
        return "mutant", what, False, "the text to change stands %d times in core/%s: %s" % (text.count(old), name, old)
    model = Model(32, {name: text.replace(old, new)})
    for claim in ground.CLAIMS:
        if rule not in claim.rules:
            continue
        verdict, told = model.refute(claim, "mutant-%d" % i)
        if verdict == "refuted":
            replays = "does the same" in told
            return "mutant", what + " -> " + claim.name, replays, "" if replays else told
    return "mutant", what, False, "no claim of %s refutes it" % rule


def run_agree(steps):
    wrong = agree.compare(int.from_bytes(os.urandom(4), "big"), steps)
    return "agree", "terms and compiled law, %d random steps" % steps, wrong is None, wrong or ""


def do(task):
    began = time.process_time()
    kind, *args = task
    try:
        result = run_task(kind, args)
    except Exception as error:  # of this one alone: the others go on
        result = (str(args[0]) if args else kind, "", False, "%s: %s" % (type(error).__name__, error))
    return result + (time.process_time() - began,)


def run_task(kind, args):
    return {"claim": prove_claim, "widths": prove_widths, "mutant": refute_mutant, "agree": run_agree, "table": check_table, "words": check_words}[kind](*args)


def tasks_of(arguments):
    if arguments.claims:
        return [("claim", c.name, arguments.width) for c in ground.CLAIMS if {c.name, *c.rules} & set(arguments.claims)]
    slow = [c.name for c in ground.CLAIMS if c.slow]
    order = slow + [c.name for c in ground.CLAIMS if not c.slow]
    ours = [c.name for c in ground.CLAIMS if c.formula.__module__ != "claims"]  # prove_widths() is about the law alone
    chosen, steps, widths = list(range(len(MUTANTS))), 5000, [("widths", 0), ("widths", 1)]
    if arguments.mutants is not None:
        steps, widths = 1000, []
        print("prove: %d of %d mutants, SEED=%d" % (arguments.mutants, len(MUTANTS), arguments.seed))
        chosen = sorted(random.Random(arguments.seed).sample(chosen, min(arguments.mutants, len(MUTANTS))))
    return ([("claim", name, 32) for name in order] + [("claim", name, 16) for name in ours] + widths +
            [("agree", steps), ("table",), ("words",)] + [("mutant", i) for i in chosen])


BEGIN, END = "<!-- table made by prove.py --table -->\n", "<!-- end of table -->"


def table():
    """docs/PROOF.md as it is, and as it should be."""
    with open(os.path.join(ROOT, "docs", "PROOF.md")) as page:
        text = page.read()
    head, rest = text.split(BEGIN)
    rows = ["| %s | `%s`: %s |\n" % (", ".join(c.rules), c.name, c.text) for c in ground.CLAIMS]
    return text, head + BEGIN + "".join(rows) + END + rest.split(END)[1]


def check_table():
    is_written, should_be = table()
    return "table", "docs/PROOF.md names each claim", is_written == should_be, "run tests/proof/prove.py --table"


def claim_or_rule(word):
    """The claim or the rule that `word` names, whose letters may be small or great."""
    known = {name for c in ground.CLAIMS for name in (c.name, *c.rules)}
    found = [name for name in known if name.lower() == word.lower()]
    if not found:
        raise argparse.ArgumentTypeError("no claim or rule %s; there are: %s" % (word, " ".join(sorted(known))))
    return found[0]


def count(word):
    if not word.isascii() or not word.isdigit() or int(word) < 1:
        raise argparse.ArgumentTypeError("%s is no whole number from 1" % word)
    return int(word)


def seed_of_environment(parser):
    word = os.environ.get("SEED") or str(int.from_bytes(os.urandom(4), "big"))
    if not word.isascii() or not word.isdigit():
        parser.error("SEED is a whole number; here %s" % word)
    return int(word)


def arguments_of(words):
    parser = argparse.ArgumentParser(description="Proves the claims of core/ (docs/PROOF.md).")
    parser.add_argument("claims", nargs="*", type=claim_or_rule, metavar="CLAIM|RULE")
    parser.add_argument("--width", type=int, choices=(16, 32), default=32, help="bits of int")
    parser.add_argument("--mutants", type=count, help="how many of the mutants; all without it")
    parser.add_argument("--jobs", type=count, default=2)
    parser.add_argument("--table", action="store_true", help="write the table of claims into docs/PROOF.md")
    arguments = parser.parse_args(words)
    arguments.seed = seed_of_environment(parser)
    return arguments


def check_words():
    """Words that cannot be are refused with exit code 2."""
    for words in ["nonsense"], ["--mutants", "0"], ["--jobs", "x"], ["--width", "8"], ["BAT-1", "nonsense"]:
        try:
            with contextlib.redirect_stderr(io.StringIO()):
                arguments_of(words)
            return "words", "", False, "%s is accepted" % words
        except SystemExit as end:
            if end.code != 2:
                return "words", "", False, "%s ends with %s" % (words, end.code)
    some = ground.CLAIMS[0]
    same = arguments_of([some.name.upper(), some.rules[0].lower()]).claims == [some.name, some.rules[0]]
    return "words", "what is asked for is known by its name, or refused", same, "small letters are other letters"


def main():
    arguments = arguments_of(sys.argv[1:])
    if arguments.table:
        text = table()[1]
        with open(os.path.join(ROOT, "docs", "PROOF.md"), "w") as page:
            page.write(text)
        return 0
    tasks = tasks_of(arguments)
    os.makedirs(FOLDER, exist_ok=True)
    model_of(32)
    model_of(arguments.width)
    if not arguments.claims:
        model_of(16)
    failed, claims_proved, mutants_refuted, seconds = 0, 0, 0, 0.0
    with multiprocessing.get_context("fork").Pool(arguments.jobs) as pool:
        for name, what, well, text, took in pool.imap(do, tasks):
            print("%-6s %5.1f s  %-28s %s" % ("ok" if well else "FAILED", took, name, what), flush=True)
            if not well:
                print("    " + text, flush=True)
                failed += 1
            mutants_refuted += well and name == "mutant"
            claims_proved += well and name not in ("mutant", "widths", "agree", "table", "words")
            seconds += took
    print("prove: %d claims proved, %d mutants refuted, %.0f s of one core" % (claims_proved, mutants_refuted, seconds))
    print("%d passed, %d failed" % (len(tasks) - failed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
