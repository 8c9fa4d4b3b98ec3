#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Mutation of core/: each small change of the law must be seen by a test, or stand in tests/mutation_survivors.txt.

  python3 tests/mutation.py                    all mutants, in about half an hour of one core
  SEED=1 RUNS=150 python3 tests/mutation.py    150 of them, chosen by SEED (a campaign of make soak)
  python3 tests/mutation.py core/skip.c        those whose name contains this: of a file, of a function
  python3 tests/mutation.py --show             lists all of them

A mutant changes one place: an operator, a constant by one, a condition, one part of it, or a statement that goes. The
mutated file is compiled by itself and linked with the rest of core/ to a library under test programs that are built
once. What gives the same object code is no mutant. A test that fails, crashes, or takes far too long has killed it.

It fails when a mutant survives that the file does not list, when a listed one is killed, and when an entry of the file
fits no mutant any more. An entry names a mutant by file, function, line and change, so that it outlives shifted lines.
"""
import functools
import math
import os
import random
import re
import resource
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / "build/mutation"
SURVIVORS = ROOT / "tests/mutation_survivors.txt"
SOURCES = sorted(path.relative_to(ROOT) for path in (ROOT / "core").glob("*.[ch]"))
LAW = [path for path in SOURCES if path.suffix == ".c" and path.stem not in {"battery", "record", "fault", "cause"}]
COMPILE = ["gcc", "-std=c11", "-O2", "-fPIC", "-fno-semantic-interposition", "-w"]

# The programs that may kill, the quick ones first: name, sources besides its own, RUNS, and the files of core/ that it
# is about; None: all that are no others' own.
OWN = {"battery", "record", "fault"}
PROGRAMS = [
    ("test_record", [], None, {"record", "fault"}),
    ("test_retained", ["firmware/atmega328p/retain.c"], None, {"record", "waits"}),
    ("test_battery", [], "1000", {"battery"}),
    ("test_control", [], None, None),
    ("test_control_waits", [], None, None),
    ("test_properties", [], "600", None),
    ("test_skip", [], "60", None),
    ("test_control_state", [], None, None),
]
cpu_seconds = {}  # of each program over the unchanged core/

TOKEN = re.compile(
    r"""(?P<space>\s+|/\*.*?\*/|//[^\n]*|\\\n)
      | (?P<directive>\#[^\n]*(?:\\\n[^\n]*)*)
      | (?P<string>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')
      | (?P<number>\d[0-9A-Za-z]*)
      | (?P<name>[A-Za-z_]\w*)
      | (?P<operator><<=|>>=|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|.)""",
    re.S | re.X,
)
# What a test that sees the one change would see of another is left out: the contrary of a comparison is that of its
# condition, and && for || is seen by what sees that one of the two parts is gone.
BINARY = {
    "==": ["!="], "!=": ["=="], "<": ["<="], "<=": ["<"], ">": [">="], ">=": [">"],
    "+": ["-"], "-": ["+"], "*": ["+"], "/": ["*"], "%": ["/"],
    "|": ["^", "&"], "&": ["|"], "^": ["|"], "<<": [">>"], ">>": ["<<"],
    "|=": ["^=", "&="], "&=": ["|="], "^=": ["|="], "+=": ["-="], "-=": ["+="], "++": ["--"], "--": ["++"],
}
ENDS_PART = {"&&", "||", "?", ":", ",", ";", "=", "return", "{", "}"}
DECLARES = {"const", "static", "struct", "enum", "bool", "uint8_t", "uint16_t", "uint32_t", "int16_t", "int32_t",
            "case", "default", "inline", "else", "return", "void", "union", "goto", "switch", "for"}


class Token:
    def __init__(self, kind, text, at):
        self.kind, self.text, self.at, self.end = kind, text, at, at + len(text)
        self.depth, self.function = 0, ""
        self.in_block = False  # directly in the braces of statements


def tokens_of(text):
    """All that is not space, with its depth of brackets and the function that it stands in."""
    tokens, brackets, function, candidate = [], [], "", ""
    for match in TOKEN.finditer(text):
        if match.lastgroup == "space":
            continue
        token = Token(match.lastgroup, match.group(), match.start())
        before = tokens[-1] if tokens else None
        if token.text in ")]}" and token.kind == "operator":
            brackets.pop()
        token.depth, token.function, token.in_block = len(brackets), function, bool(brackets) and brackets[-1]
        if token.text in "([{" and token.kind == "operator":
            if not brackets and token.text == "(" and before and before.kind == "name":
                candidate = before.text
            if not brackets and token.text == "{" and before and before.text == ")":
                function = token.function = candidate
            brackets.append(token.text == "{" and bool(function) and before.text in {")", "else", "{", "}", ";", "do"})
        if token.text == "}" and not brackets:
            function = ""
        tokens.append(token)
    return tokens


def match_forward(tokens, i):
    """The place of the bracket that closes the one at `i`."""
    return next(j for j in range(i + 1, len(tokens)) if tokens[j].depth == tokens[i].depth and tokens[j].text in ")]}")


def part_begin(tokens, i):
    """The first token of the operand that ends before `i`."""
    j = i
    while tokens[j - 1].depth >= tokens[i].depth and not (
            tokens[j - 1].depth == tokens[i].depth and tokens[j - 1].text in ENDS_PART):
        if tokens[j - 1].text in "([{" and tokens[j - 1].depth < tokens[i].depth:
            break
        j -= 1
    return j if tokens[j - 1].depth >= tokens[i].depth or tokens[j - 1].text in "([{" else j


def part_end(tokens, i):
    """One past the last token of the operand that begins after `i`."""
    j = i + 1
    while not (tokens[j].depth == tokens[i].depth and tokens[j].text in ENDS_PART) and not (
            tokens[j].depth < tokens[i].depth):
        j += 1
    return j


def number_changes(text):
    digits, suffix = re.fullmatch(r"(0[xX][0-9a-fA-F]+|\d+)([uUlL]*)", text).groups()
    value = int(digits, 0)
    return [f"{value + 1}{suffix}"] + ([f"{value - 1}{suffix}"] if value > 0 else [])


class Mutant:
    def __init__(self, path, text, token, end, new, note=""):
        self.path, self.begin, self.end, self.new = path, token.at, end, new
        self.place = (path, token.function)
        line_begin = text.rfind("\n", 0, token.at) + 1
        line_end = text.find("\n", token.at)
        until = min(end, line_end)
        change = note or (" ".join(text[token.at:until].split()) + (" ..." if end > line_end else "") + " => " + new)
        line = text[line_begin:token.at] + "[[" + change + "]]" + text[until:line_end]
        self.name = f"{path} {token.function or '-'}: {' '.join(line.split())}"

    def apply(self, text):
        return text[:self.begin] + self.new + text[self.end:]


def masks():
    """Constants that are bits: one more than such a one is no neighbour of it."""
    text = "".join((ROOT / path).read_text() for path in SOURCES)
    return set(re.findall(r"#define (\w+) \(*(?:\(uint\d+_t\))?0x", text))


MASKS = masks()


def changes_of(tokens, i):
    """What may be put for the token at `i`: pairs of the end and the new text, and a note."""
    token, before = tokens[i], tokens[i - 1] if i else None
    after = tokens[i + 1] if i + 1 < len(tokens) else None
    is_operand_before = before is not None and (before.kind in {"name", "number"} and before.text not in {"return"}
                                                or before.text in {")", "]"})
    if token.kind == "number":
        return [(token.end, new) for new in number_changes(token.text)]
    if token.kind == "name":
        if token.text in {"true", "false"}:
            return [(token.end, "false" if token.text == "true" else "true")]
        if re.fullmatch(r"[A-Z][A-Z0-9_]+", token.text) and token.text not in MASKS | {"NULL"} and after.text != "(":
            return [(token.end, f"({token.text} + 1)")]
        return []
    if token.kind != "operator":
        return []
    if token.text in {"!", "~"}:
        return [(token.end, "")]
    if token.text == "*" and before.text == ")" and after.kind == "name":
        return []  # a dereference after a cast: there is none with a product
    if token.text in {"++", "--"} and not token.in_block and before.text != "(" and after.text == ")":
        return []  # of a loop, which then has no end
    if token.text in {"++", "--"} or token.text in BINARY and is_operand_before:
        return [(token.end, new) for new in BINARY[token.text]]
    return []


def parts_of(tokens, i):
    """Operands of && and || that go, and conditions that turn round: begin, end and text."""
    token = tokens[i]
    neutral = {"&&": "true", "||": "false"}.get(token.text)
    found = []
    if neutral:
        begin, end = part_begin(tokens, i), part_end(tokens, i)
        found.append((begin, i - 1, neutral))
        if tokens[end].text not in {"&&", "||"}:  # else it is the next one's left operand
            found.append((i + 1, end - 1, neutral))
    if token.text == "?":
        begin = part_begin(tokens, i)
        while tokens[begin - 1].text in {"&&", "||"} and tokens[begin - 1].depth == token.depth:
            begin = part_begin(tokens, begin - 1)
        found.append((begin, i - 1, None))
    if token.text in {"if", "while"}:
        found.append((i + 2, match_forward(tokens, i + 1) - 1, None))
    return [(begin, last, new) for begin, last, new in found if new or not is_equation(tokens[begin:last + 1])]


def is_equation(tokens):
    """Whether the contrary of a condition is a change of its one operator already."""
    return sum(token.text in {"&&", "||"} for token in tokens) == 0 and (
        any(token.text in {"==", "!="} for token in tokens) or tokens[0].text == "!")


def statement_end(tokens, i):
    """The end of the statement that begins at `i` and may go: neither a declaration nor a function's last return."""
    if not tokens[i].in_block or tokens[i - 1].text not in {"{", "}", ";"}:
        return None
    if tokens[i].text in DECLARES - {"return"} or tokens[i].text in {"if", "{", "}", "while", ";"}:
        return None
    j = i
    while tokens[j].text != ";" or tokens[j].depth != tokens[i].depth:
        j += 1
        if tokens[j].depth < tokens[i].depth:
            return None
    if tokens[i].text == "return" and tokens[i].depth == 1:
        return None
    return j


def mutants_of(path):
    text = (ROOT / path).read_text()
    tokens = tokens_of(text)
    mutants = []
    for i, token in enumerate(tokens):
        if token.kind == "directive":
            define = re.fullmatch(r"(#define\s+[A-Z]\w*\s+\(?-?)(\d\w*)\)?(\s.*)?", token.text, re.S)
            if define:
                number = Token("number", define.group(2), token.at + len(define.group(1)))
                mutants += [Mutant(path, text, number, number.end, new) for new in number_changes(number.text)]
            continue
        if not token.function:
            continue
        mutants += [Mutant(path, text, token, end, new) for end, new in changes_of(tokens, i)]
        for begin, last, neutral in parts_of(tokens, i):
            old = text[tokens[begin].at:tokens[last].end]
            mutants.append(Mutant(path, text, tokens[begin], tokens[last].end, neutral or f"!({old})",
                                  "" if neutral else f"{' '.join(old.split())} => its contrary"))
        last = statement_end(tokens, i) if i else None
        if last is not None:
            mutants.append(Mutant(path, text, token, tokens[last].end, ";"))
    return mutants


def all_mutants():
    mutants, seen = [], {}
    for path in SOURCES:
        for mutant in mutants_of(path):
            seen[mutant.name] = seen.get(mutant.name, 0) + 1
            if seen[mutant.name] > 1:  # the same line once more in this function
                mutant.name += f" #{seen[mutant.name]}"
            mutants.append(mutant)
    return mutants


# ---- running them -----------------------------------------------------------------------------------------


def compile_to(source, target, folder=ROOT):
    """`folder`: where a quoted include is looked for first."""
    done = subprocess.run([*COMPILE, f"-I{folder}", f"-I{ROOT}", "-c", source, "-o", target], capture_output=True, check=False)
    return done.returncode == 0


def link(objects, target):
    subprocess.run(["ld", "-shared", "-Bsymbolic", "-o", target, *objects], check=True)


def environment(library, runs):
    own = {name: value for name, value in os.environ.items() if name not in {"SEED", "RUNS", "DEPTH"}}
    own["LD_LIBRARY_PATH"] = str(library)
    own["CMOCKA_TEST_ABORT"] = "1"  # the first failure is enough
    if runs:
        own["RUNS"] = runs
    return own


def build_programs():
    """The unchanged core/ and the test programs over it; all of them must pass."""
    shutil.rmtree(WORK, ignore_errors=True)
    (WORK / "base").mkdir(parents=True)
    for path in SOURCES:
        if path.suffix == ".c" and not compile_to(ROOT / path, WORK / f"base/{path.stem}.o"):
            sys.exit(f"mutation: {path} does not compile")
    objects = sorted((WORK / "base").glob("*.o"))
    link(objects, WORK / "base/libcore.so")
    for name, sources, _, _ in PROGRAMS:
        if not (WORK / name).exists():
            subprocess.run([*COMPILE, f"-I{ROOT}", ROOT / f"tests/{name}.c", *[ROOT / source for source in sources], "-o",
                            WORK / name, f"-L{WORK / 'base'}", "-lcore", "-lcmocka", "-lm"], check=True)
    for name, _, runs, _ in PROGRAMS:
        began = children_seconds()
        if fails(name, runs, WORK / "base"):
            sys.exit(f"mutation: {name} fails without any mutation")
        cpu_seconds[name] = children_seconds() - began
    return objects


def rest_of(path):
    """The law but for one of its files, as one unit, for it is faster so."""
    rest = WORK / f"base/rest_of_{path.stem}"
    if not rest.with_suffix(".o").exists():
        rest.with_suffix(".c").write_text("".join(f'#include "{other}"\n' for other in LAW if other != path))
        if not compile_to(rest.with_suffix(".c"), rest.with_suffix(".o")):
            sys.exit(f"mutation: the law without {path} does not compile")
    return rest.with_suffix(".o")


def fails(name, runs, library):
    """What runs for ever is stopped by the time that it computes, however busy the machine is."""
    def limit():
        seconds = 2 + math.ceil(4 * cpu_seconds.get(name, 15))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    done = subprocess.run([WORK / name], env=environment(library, runs), stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL, preexec_fn=limit, check=False)
    return done.returncode != 0


def children_seconds():
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime


@functools.cache
def read_by(path):
    """The files of core/ that the compiler reads for this one."""
    included = re.findall(r'^#include "(core/\w+\.h)"', (ROOT / path).read_text(), re.M)
    return {Path(path)}.union(*[read_by(Path(header)) for header in included])


def build_mutant(mutant, objects):
    """The library of a mutant in WORK/mutant; None where nothing changes, False where it does not compile."""
    folder = WORK / "mutant"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "core").mkdir(parents=True)
    changed = folder / mutant.path
    changed.write_text(mutant.apply((ROOT / mutant.path).read_text()))
    linked, is_same = [], True
    for base in objects:
        source = ROOT / f"core/{base.stem}.c"
        if mutant.path not in read_by(source.relative_to(ROOT)):
            linked.append(base)
            continue
        linked.append(folder / base.name)
        if not compile_to(changed if mutant.path.suffix == ".c" else source, linked[-1], folder):
            return False
        is_same = is_same and linked[-1].read_bytes() == base.read_bytes()
    if is_same:
        return None
    if mutant.path in LAW:
        law = {path.stem for path in LAW} - {mutant.path.stem}
        linked = [path for path in linked if path.stem not in law] + [rest_of(mutant.path)]
    link(linked, folder / "libcore.so")
    return True


def programs_for(path):
    for name, _, runs, about in PROGRAMS:
        if path.stem in about if about is not None else path.stem not in OWN:
            yield name, runs


def killer(mutant, last_killers):
    """The program that kills the mutant in WORK/mutant, or None; that which killed the last one there goes first."""
    programs = sorted(programs_for(mutant.path), key=lambda program: program != last_killers.get(mutant.place))
    for program in programs:
        if fails(*program, WORK / "mutant"):
            last_killers[mutant.place] = program
            return program[0]
    return None


def listed():
    """The entries of the survivors' file: each line that is no comment, no reason and not empty."""
    lines = SURVIVORS.read_text().splitlines() if SURVIVORS.exists() else []
    return [line.strip() for line in lines if line.strip() and not line.startswith(("#", "="))]


def main(arguments):
    mutants = all_mutants()
    if "--show" in arguments:
        print("\n".join(mutant.name for mutant in mutants))
        return 0
    known = listed()
    problems = [f"listed, but no mutant any more: {name}" for name in sorted(set(known) - {m.name for m in mutants})]
    chosen = [m for m in mutants if not arguments or any(text in m.name for text in arguments)]
    if "RUNS" in os.environ:
        seed = int(os.environ.get("SEED", "1"))
        chosen = random.Random(seed).sample(chosen, min(int(os.environ["RUNS"]), len(chosen)))
    objects = build_programs()
    last_killers = {}
    counts = {"killed": 0, "survived": 0, "same code": 0, "not C": 0}
    for mutant in chosen:
        built = build_mutant(mutant, objects)
        by = killer(mutant, last_killers) if built else None
        fate = "same code" if built is None else "not C" if not built else "killed" if by else "survived"
        counts[fate] += 1
        print(f"{fate}{' by ' + by if by else ''}: {mutant.name}", flush=True)
        if fate == "survived" and mutant.name not in known:
            problems.append(f"survives: {mutant.name}")
        if fate != "survived" and mutant.name in known:
            problems.append(f"listed, but {fate}: {mutant.name}")
    print(", ".join(f"{count} {fate}" for fate, count in counts.items()), f"of {len(chosen)} of {len(mutants)} mutants")
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
