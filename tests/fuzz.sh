#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs one fuzz target for FUZZ_SECONDS, 6 unless set, from its corpus, tests/corpus/NAME; SEED makes it take another way:
#   tests/fuzz.sh fuzz_NAME
# What it finds on top of the corpus stays in build/fuzz/found/NAME, from where the next run goes on.
set -euo pipefail
cd "$(dirname "$0")/.."

target=$1
name=${target#fuzz_}
program=build/fuzz/tests/$target
corpus=tests/corpus/$name
found=build/fuzz/found/$name
crash=build/fuzz/$name-${SEED:-1}-

if ! compgen -G "$corpus/*" >/dev/null; then
    echo "tests/fuzz.sh: $corpus holds no example to start from" >&2
    exit 1
fi
mkdir -p "$found"

if ! "$program" -max_total_time="${FUZZ_SECONDS:-6}" -seed=$((${SEED:-1} % 2147483647 + 1)) -timeout=60 -rss_limit_mb=1024 -print_final_stats=1 \
    -verbosity=1 -artifact_prefix="$crash" "$found" "$corpus"; then
    for input in "$crash"*; do
        [[ -e $input ]] || continue
        echo "replay: $program $input" >&2
    done
    exit 1
fi
