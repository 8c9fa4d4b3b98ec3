#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs every check of this directory and says which failed; needs build/compile_commands.json (make build).
#   tests/lint/run.sh [CHECK...]
set -euo pipefail
cd "$(dirname "$0")/../.."

checks=("$@")
if ((${#checks[@]} == 0)); then
    checks=(format dialect words includes circles size cppcheck misra tidy)
fi

failed=()
for check in "${checks[@]}"; do
    if bash "tests/lint/$check.sh"; then
        echo "lint: $check: ok"
    else
        echo "lint: $check: FAILED; again: bash tests/lint/$check.sh" >&2
        failed+=("$check")
    fi
done
((${#failed[@]} == 0))
