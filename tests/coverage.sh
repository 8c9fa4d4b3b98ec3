#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Line and branch coverage of core/ by the C tests: none may be missed.
set -euo pipefail
cd "$(dirname "$0")/.."

find build/coverage -name '*.gcda' -delete 2>/dev/null || true
tests/variant.sh coverage

# One JSON pass by gcov; then each kind is judged and the lines that miss something are shown.
gcovr --root . --filter core/ --object-directory build/coverage --json build/coverage/core.json build/coverage
report() { gcovr --root . --add-tracefile build/coverage/core.json "$@"; }
report --txt
report --txt --branches
report --txt build/coverage/summary.txt --fail-under-line 100 --fail-under-branch 100
