#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads what `llvm-cov export` writes from standard input, prints how much of each file is reached, and names what is not:
code that never ran, a branch that was never taken, a condition that never decided alone (MC/DC).

Exit status 1 when there is anything of that, or nothing to judge.
"""
import json
import os
import sys

KINDS = ("lines", "branches", "mcdc")


def misses(file):
    """Each place of `file` that is not covered, as (line, column, what)."""
    for line, column, count, has_count, is_entry, is_gap in file["segments"]:
        if has_count and is_entry and not is_gap and count == 0:
            yield line, column, "never runs"
    for line, column, _, _, taken, not_taken, *_ in file["branches"]:
        if taken == 0 or not_taken == 0:
            yield line, column, "is never true" if taken == 0 else "is never false"
    for line, column, *_, conditions in file["mcdc_records"]:
        for number, is_covered in enumerate(conditions, 1):
            if not is_covered:
                yield line, column, f"condition {number} of {len(conditions)} never decides alone"


def main():
    data = json.load(sys.stdin)["data"][0]
    is_whole = all(data["totals"][kind]["count"] > 0 for kind in KINDS)
    print(f"{'':26}" + "".join(f"{kind:>12}" for kind in KINDS))
    for file in data["files"]:
        name = os.path.relpath(file["filename"])
        counts = [file["summary"][kind] for kind in KINDS]
        print(f"{name:26}" + "".join(f"{count['covered']:>7}/{count['count']:<4}" for count in counts))
        is_whole &= all(count["covered"] == count["count"] for count in counts)
        for line, column, what in sorted(misses(file)):
            print(f"{name}:{line}:{column}: {what}", file=sys.stderr)
    return 0 if is_whole else 1


sys.exit(main())
