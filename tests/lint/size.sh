#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Functions stay small: at most 50 lines each, and a cyclomatic complexity (one more than the if, for, while,
# case, ?:, && and || in it) of at most 8 in core/ and firmware/ and 10 in simulator/, twin/ and cli/.
set -euo pipefail
cd "$(dirname "$0")/../.."

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
check 8 core/*.c firmware/*.c || failed=1
check 10 simulator/*.c twin/*.c cli/*.c || failed=1
exit $failed
