#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Holds the translator against the compiled law: the same random steps through both, for 16- and 32-bit int.

    agree.py [SEED] [COUNT]
"""
import os
import subprocess
import sys
import tempfile

import z3

import compute
import law
import translate

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PRINTED = {"control": "sbms_control", "inputs": "sbms_inputs", "standing": "sbms_standing", "decision": "sbms_decision"}


def printers(model):
    """print.h: each struct's leaves, in the translator's order, so that a struct that it reads wrongly shows."""
    lines = []
    for short, struct in PRINTED.items():
        leaves = [law.name_of(path) for path, _ in model.machine.leaves(model.machine.structs[struct])]
        lines.append("static void print_%s(const struct %s *it)\n{" % (short, struct))
        lines += ['    printf("%%" PRId64 " ", (int64_t)it->%s);' % leaf for leaf in leaves]
        lines.append("}")
    return "\n".join(lines) + "\n"


def compiled_steps(model, seed, count):
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "print.h"), "w") as out:
            out.write(printers(model))
        program = os.path.join(folder, "steps")
        core = [os.path.join(ROOT, "core", f) for f in sorted(os.listdir(os.path.join(ROOT, "core"))) if f.endswith(".c")]
        here = os.path.dirname(os.path.abspath(__file__))
        subprocess.run(["cc", "-std=c11", "-O1", "-Wall", "-Werror", "-I", ROOT, "-I", folder, "-o", program,
                        os.path.join(here, "steps.c")] + core, check=True)
        rows = subprocess.run([program, str(seed), str(count)], check=True, text=True, stdout=subprocess.PIPE).stdout
    return [[int(word) for word in row.split()] for row in rows.splitlines()]


def predicted(model):
    """(variables, terms, names): what steps.c prints, as terms over the first three structs of a line."""
    state, inputs, others = (model.fresh(s, n) for s, n in
                             (("sbms_control", "state"), ("sbms_inputs", "inputs"), ("sbms_inputs", "others")))
    quiet, _ = model.call("sbms_control_quiet_ticks", state, inputs)
    ticks = z3.BitVec("ticks", 32)
    _, (skipped, _, _) = model.call("sbms_control_skip", state, inputs, ticks)
    retained = model.part(state, "retained", "sbms_retained")
    restored, (control, _) = model.call("sbms_control_restore", state, retained)
    standing, _ = model.call("sbms_control_standing", state)
    same, _ = model.call("sbms_control_same", state, inputs, others)
    blue, _ = model.call("sbms_control_blue", state)
    after, decision = model.step(state, inputs)
    terms, names = [], []
    for name, record in (("skip", skipped), ("restore", restored), ("restore", control), ("standing", standing),
                         ("quiet_ticks", quiet), ("same", same), ("blue", blue), ("step", after), ("decision", decision)):
        pairs = record.items() if isinstance(record, dict) else [("", record)]
        for leaf, term in pairs:
            terms.append(term)
            names.append(name + "." + leaf)
    variables = [v for record in (state, inputs, others) for v in record.values()] + [ticks]
    return variables, terms, names


def disagreements(model, rows):
    """The first disagreement, as text; None when there is none."""
    variables, terms, names = predicted(model)
    f = compute.function(terms, variables)
    widths = [1 if z3.is_bool(t) else t.size() for t in terms]
    for number, row in enumerate(rows):
        given = [bool(n) if z3.is_bool(v) else n % (1 << v.size()) for v, n in zip(variables, row)]
        told = row[len(variables):]
        assert len(told) == len(terms), "steps.c and agree.py print different things"
        for name, term, number_told, width in zip(names, f(*given), told, widths):
            if term != number_told % (1 << width):
                state = ", ".join("%s=%d" % (v, n) for v, n in zip(variables, row) if n != 0)
                return "step %d: %s: the terms say %d, the program %d\nfrom %s" % (number, name, term, number_told, state)
    return None


def compare(seed, count):
    """Returns the first disagreement, as text; None when there is none."""
    text = translate.preprocess(ROOT)
    models = {width: law.Law(text, width) for width in (32, 16)}
    rows = compiled_steps(models[32], seed, count)
    for width, model in models.items():
        wrong = disagreements(model, rows)
        if wrong:
            return "int of %d bits, seed %d: %s" % (width, seed, wrong)
    return None


def main():
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 5000
    wrong = compare(seed, count)
    print("agree: %s" % (wrong or "%d steps of seed %d: terms and compiled law the same, int of 16 and of 32 bits" % (count, seed)))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
