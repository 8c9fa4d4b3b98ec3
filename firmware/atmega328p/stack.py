#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Flash, SRAM and the deepest stack of an image, held against limits.h:  firmware/atmega328p/stack.py IMAGE.elf

The stack is worked out from the disassembly: each function's pushes and frame, and the calls between them. On top of
the deepest chain from main() comes the deepest interrupt, for they do not nest. Indirect calls and recursion are
refused. tests/ hold the result against what a painted SRAM shows in the simulator.
"""
import pathlib
import re
import subprocess
import sys

LIMITS = dict(re.findall(r"#define (\w+) (\d+)", pathlib.Path(__file__).with_name("limits.h").read_text()))
FLASH_MAX = int(LIMITS["LIMIT_FLASH_BYTES"])
SRAM_MAX = int(LIMITS["LIMIT_SRAM_BYTES"])
PC_BYTES = 2
GUARD_BYTES = 4  # selftest.c

FUNCTION = re.compile(r"^([0-9a-f]+) <([^>]+)>:$")
INSTRUCTION = re.compile(r"^\s*([0-9a-f]+):\t[0-9a-f ]+\t(\S+)\s*(.*?)\s*(?:;\s*(.*))?$")
TARGET = re.compile(r"<([^>+]+)(\+0x[0-9a-f]+)?>")


def read(image):
    text = subprocess.run(["avr-objdump", "-d", image], check=True, capture_output=True, text=True).stdout
    functions, name = {}, None
    for line in text.splitlines():
        head = FUNCTION.match(line)
        if head:
            name = head.group(2)
            functions[name] = []
            continue
        found = INSTRUCTION.match(line)
        if found and name:
            functions[name].append((found.group(2), found.group(3), found.group(4) or ""))
    return functions


def frame(instructions):
    """Bytes that a function puts on the stack itself: pushes of its prologue, and its locals."""
    pushed = sum(name == "push" for name, _, _ in instructions)
    popped = sum(name == "pop" for name, _, _ in instructions)
    reserved = sum(PC_BYTES for name, operands, _ in instructions if name == "rcall" and operands == ".+0")
    for at, (name, operands, _) in enumerate(instructions):
        if name == "in" and operands == "r28, 0x3d":
            adjust = {("sbiw", "r28"): 1, ("subi", "r28"): 1, ("sbci", "r29"): 256}
            for step, words, _ in instructions[at + 2 : at + 4]:
                register, _, value = words.partition(", ")
                if (step, register) in adjust:
                    reserved += int(value, 0) * adjust[(step, register)]
            break
    assert popped >= pushed or popped == 0 or pushed > 0
    return pushed + reserved


def calls(name, instructions, functions):
    """Names called, with whether the call leaves a return address (a jump to a function does not)."""
    for step, operands, comment in instructions:
        if step in ("icall", "eicall", "ijmp"):
            sys.exit(f"stack: {name} calls through a pointer, whose depth nobody knows")
        if step not in ("call", "rcall", "jmp", "rjmp") or operands == ".+0":
            continue
        target = TARGET.search(comment) or TARGET.search(operands)
        if target and target.group(2) is None and target.group(1) in functions and target.group(1) != name:
            yield target.group(1), PC_BYTES if step.endswith("call") else 0


def depth(name, functions, known, path=()):
    if name in path:
        sys.exit(f"stack: recursion: {' -> '.join(path + (name,))}")
    if name not in known:
        deeper = [
            returns + depth(called, functions, known, path + (name,))
            for called, returns in calls(name, functions[name], functions)
        ]
        known[name] = frame(functions[name]) + max(deeper, default=0)
    return known[name]


def sections(image):
    text = subprocess.run(["avr-size", "-A", image], check=True, capture_output=True, text=True).stdout
    return {row.split()[0]: int(row.split()[1]) for row in text.splitlines() if row.startswith(".")}


def main():
    image = sys.argv[1]
    functions, known = read(image), {}
    interrupts = [name for name in functions if re.fullmatch(r"__vector_\d+", name)]
    deepest = PC_BYTES + depth("main", functions, known)
    deepest += PC_BYTES + max(depth(name, functions, known) for name in interrupts)
    size = sections(image)
    flash = size[".text"] + size[".data"] + size[".crc"]
    static = size[".data"] + size[".bss"] + size.get(".noinit", 0) + GUARD_BYTES
    print(f"flash {flash} of {FLASH_MAX} bytes")
    print(f"SRAM {static + deepest} of {SRAM_MAX} bytes: {static} of data, {deepest} of stack at most")
    if flash > FLASH_MAX or static + deepest > SRAM_MAX:
        sys.exit("stack: over the budget")


main()
