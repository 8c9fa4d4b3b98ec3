#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Functions stay small: at most 50 lines each, and a cyclomatic complexity (one more than the if, for, while,
# case, ?:, && and || in it) of at most 8 in core/ and firmware/ and 10 elsewhere. No file of the product has more than 500
# lines, but for what KiCad writes.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lint/sources.sh

# pmccabe's columns: complexity with a switch as one, complexity, statements, first line, lines, file, name
check() {
    local complexity_max=$1
    shift
    pmccabe "$@" | awk -v complexity_max="$complexity_max" -v lines_max=50 '
        { functions++ }
        $2 > complexity_max { print $6, $7 ": complexity " $2 " is over " complexity_max; failed = 1 }
        $5 > lines_max { print $6, $7 ": " $5 " lines are over " lines_max; failed = 1 }
        END { if (functions == 0) { print "pmccabe found no function"; failed = 1 } exit failed }' >&2
}

failed=0
for directory in "${product[@]}"; do
    complexity_max=10
    [[ $directory == core || $directory == firmware ]] && complexity_max=8
    mapfile -d '' files < <(c_files "$directory")
    check $complexity_max "${files[@]}" || failed=1
done
while read -r lines file; do
    echo "$file: $lines lines are over 500" >&2
    failed=1
done < <(find "${product[@]}" web hardware -type f -not -path '*/__pycache__/*' -not -name '*.kicad_*' -exec wc -l {} + | awk '$2 != "total" && $1 > 500')
exit $failed
