#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Lines, branches and MC/DC of core/: none may be missed. MC/DC: each condition of a decision has decided it alone, both ways.
# By those tests that need nothing but core/, with few random runs: what is reached does not grow with more.
set -euo pipefail
cd "$(dirname "$0")/.."

tests=(skip control_state control control_waits battery record) # the longest first
export out=build/coverage SEED=1 RUNS=20

rm -rf "$out"
mkdir -p "$out"

compile() {
    clang-19 -std=c11 -I. -Wall -Wextra -Wpedantic -Werror -fprofile-instr-generate "$@"
}
object() {
    compile -O2 -fcoverage-mapping -fcoverage-mcdc -c "$1" -o "$out/$(basename "$1" .c).o"
}
test_one() {
    compile "tests/test_$1.c" "$out/core.a" -lcmocka -o "$out/test_$1"
    LLVM_PROFILE_FILE=$out/$1.profraw "$out/test_$1" >"$out/$1.log" 2>&1 || { cat "$out/$1.log" >&2; return 1; }
}
export -f compile object test_one

two_at_a_time() { # FUNCTION WORD...: calls it with each word
    printf '%s\n' "${@:2}" | xargs --max-args=1 --max-procs=2 bash -euo pipefail -c "$1 \"\$0\""
}

two_at_a_time object core/*.c
ar rc "$out/core.a" "$out"/*.o
two_at_a_time test_one "${tests[@]}"
llvm-profdata-19 merge --output="$out/core.profdata" "$out"/*.profraw
objects=() # not the archive: llvm-cov wants them aligned, which its members are by chance only
for source in core/*.c; do objects+=(--object "$out/$(basename "$source" .c).o"); done
llvm-cov-19 export --instr-profile="$out/core.profdata" "${objects[@]}" | python3 tests/coverage.py
