#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs every check of this directory, two at a time, and says which failed; needs build/compile_commands.json (make build).
#   tests/lint/run.sh [CHECK...]
set -euo pipefail
cd "$(dirname "$0")/../.."

checks=("$@")
if ((${#checks[@]} == 0)); then
    checks=(tidy misra cppcheck format dialect words includes circles size) # the longest first
fi

# one CHECK: what it said comes in one piece, when it has ended
one() {
    local said
    if said=$(bash "tests/lint/$1.sh" 2>&1); then
        printf '%s\n' ${said:+"$said"} "lint: $1: ok"
    else
        printf '%s\n' ${said:+"$said"} "lint: $1: FAILED; again: bash tests/lint/$1.sh" >&2
        return 1
    fi
}

failed=0 running=0
for check in "${checks[@]}"; do
    if ((running == 2)); then
        wait -n || failed=1
        running=$((running - 1))
    fi
    one "$check" &
    running=$((running + 1))
done
while ((running > 0)); do
    wait -n || failed=1
    running=$((running - 1))
done
exit $failed
