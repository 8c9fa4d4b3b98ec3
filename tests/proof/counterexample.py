# SPDX-License-Identifier: Apache-2.0
"""A model that refutes a claim, as a C program that makes the same calls and finds the same results."""
import os
import subprocess
import tempfile

import z3

import law
import translate


def number(model, term, kind):
    value = model.eval(term, model_completion=True)
    if z3.is_bool(value):
        return int(z3.is_true(value))
    return value.as_signed_long() if kind.signed else value.as_long()


def leaves(model, record, machine):
    return {law.name_of(path): number(model, record[law.name_of(path)], kind) for path, kind in machine.leaves(record.kind)}


def initializer(values):
    shown = [".%s = %d" % (name, n) for name, n in values.items() if n != 0]
    return "{%s}" % (", ".join(shown) if shown else "0")


def checks(place, values):
    return ["    same(\"%s.%s\", %s.%s, %d);" % (place, name, place, name, n) for name, n in values.items()]


def statements(model, call, machine, i):
    """One call of the claim in C: its arguments, the call, and what it has to leave."""
    lines, arguments, after = [], [], []
    for j, (before, later) in enumerate(zip(call.args, call.after)):
        if isinstance(before, law.Record):
            name = "argument_%d_%d" % (i, j)
            lines.append("    struct %s %s = %s;" % (before.kind.name, name, initializer(leaves(model, before, machine))))
            arguments.append("&" + name)
            after += checks(name, leaves(model, later, machine))
        else:
            arguments.append(before if isinstance(before, str) else str(number(model, law.Law.term(before, call.kinds[j]), call.kinds[j])))
    text = "%s(%s)" % (call.function, ", ".join(arguments))
    name = "result_%d" % i
    if isinstance(call.result, law.Record):
        lines.append("    struct %s %s = %s;" % (call.result.kind.name, name, text))
        after += checks(name, leaves(model, call.result, machine))
    elif call.result is not None:
        lines.append("    int64_t %s = (int64_t)%s;" % (name, text))
        after.append("    same(\"%s\", %s, %d);" % (name, name, number(model, call.result, call.result_kind)))
    else:
        lines.append("    %s;" % text)
    return lines + after


def program(model, claim, calls, machine, core_files):
    """The whole program. It says what differs, and returns 0 when nothing does."""
    free = ["%s = %s" % (d.name(), model[d]) for d in model.decls() if "." not in d.name() and "[" not in d.name()]
    text = ["/* A state and inputs for which this is not so: %s (%s)." % (claim.text, ", ".join(claim.rules))]
    text += [" * with " + ", ".join(free)] if free else []
    text += [" */", "#include <inttypes.h>", "#include <stdio.h>"]
    text += ['#include "%s"' % f for f in core_files]
    text += ["static int differing;",
             "static void same(const char *what, int64_t is, int64_t proved)", "{", "    if (is != proved) {",
             '        printf("%s is %" PRId64 ", in the proof %" PRId64 "\\n", what, is, proved);', "        differing = 1;", "    }", "}",
             "int main(void)", "{"]
    for i, call in enumerate(calls):
        text += ["    { /* %s */" % call.function] + ["    " + line for line in statements(model, call, machine, i)] + ["    }"]
    return "\n".join(text + ["    return differing;", "}"]) + "\n"


def replay(root, model, claim, calls, machine, path, patch):
    """Writes the program to `path` and runs it with core/ compiled, `patch`ed as the claim's was. Returns what differs, "" if nothing."""
    sources = [f for f in sorted(os.listdir(os.path.join(root, "core"))) if f.endswith(".c")]
    with open(path, "w") as out:
        out.write(program(model, claim, calls, machine, ["core/" + f for f in sources] + [translate.ARRAYS]))
    with tempfile.TemporaryDirectory() as folder:
        core = os.path.join(folder, "core")
        os.mkdir(core)
        for name in os.listdir(os.path.join(root, "core")):
            with open(os.path.join(root, "core", name)) as source:
                text = (patch or {}).get(name) or source.read()
            with open(os.path.join(core, name), "w") as out:
                out.write(text)
        binary = os.path.join(folder, "replay")
        subprocess.run(["cc", "-std=c11", "-w", "-I", folder, "-o", binary, path], check=True)
        return subprocess.run([binary], stdout=subprocess.PIPE, text=True, check=False).stdout
