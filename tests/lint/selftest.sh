#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Each check of this directory, and tests/rule_ids.sh, passes on a small tree that is in order and fails on the
# same tree with one fault in it.
set -euo pipefail
cd "$(dirname "$0")/../.."

tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
export LC_ALL=C

mkdir -p "$tree"/{core,firmware/{device,host,atmega328p},simulator,twin,scenario,wiring,result,cli,web,hardware,tests,docs,build}
cp -r tests/lint tests/rule_ids.sh "$tree/tests/"
cp .clang-format .clang-tidy "$tree/"

spdx='/* SPDX-License-Identifier: Apache-2.0 */'
source_of() { # DIRECTORY: a function in order
    printf '%s\n#include <stdint.h>\n\nuint8_t %s_one(uint8_t value);\n\nuint8_t %s_one(uint8_t value)\n{\n    return value;\n}\n' \
        "$spdx" "${1//\//_}" "${1//\//_}"
}
# the ids are put together so that this file names none
letters=BAT
fresh() { # the tree in order
    for directory in core firmware/{device,host,atmega328p} simulator twin scenario wiring result cli; do source_of $directory >"$tree/$directory/one.c"; done
    printf '%s\n' "$spdx" >"$tree/firmware/atmega328p/board_one.h"
    printf '%s\n/* %s-1 */\n' "$spdx" $letters >"$tree/tests/test_one.c"
    printf '| %s-1 | a rule |\n| %s-2 | another |\n' $letters $letters >"$tree/docs/SPEC.md"
    printf '%s-2 nothing measures it yet\n' $letters >"$tree/tests/rule_ids_waived.txt"
    printf '| rule | what it asks | reason |\n' >"$tree/docs/MISRA.md"
    rm -f "$tree/web/one.js" "$tree/hardware/one.py" "$tree/hardware/one.toml"
    cp "$tree/build/in_order.a" "$tree/build/libtwin.a"
    printf '[{"directory": "%s", "command": "gcc -std=c11 -Wall -I. -c core/one.c", "file": "core/one.c"}]\n' \
        "$tree" >"$tree/build/compile_commands.json"
}

failed=0
check_of() { # NAME
    case $1 in
    rule_ids) echo "$tree/tests/rule_ids.sh" ;;
    *) echo "$tree/tests/lint/$1.sh" ;;
    esac
}
passes() { # CHECK
    if ! bash "$(check_of "$1")" >"$tree/build/said" 2>&1; then
        echo "$1 fails on a tree in order:" >&2
        cat "$tree/build/said" >&2
        failed=1
    fi
}
fails() { # CHECK WORDS: and says WORDS
    if bash "$(check_of "$1")" >"$tree/build/said" 2>&1; then
        echo "$1 passes with a fault: $2" >&2
        failed=1
    elif ! grep --quiet --fixed-strings -- "$2" "$tree/build/said"; then
        echo "$1 fails, but not with: $2" >&2
        cat "$tree/build/said" >&2
        failed=1
    fi
    fresh
}

source_of twin | gcc -x c -c - -o "$tree/build/one.o"
ar rc "$tree/build/in_order.a" "$tree/build/one.o"
fresh
for check in rule_ids format dialect words includes circles size cppcheck misra tidy; do passes $check; done

printf '| %s-3 | untested |\n' $letters >>"$tree/docs/SPEC.md"
fails rule_ids "no test names $letters-3"
printf '/* %s-4 */\n' $letters >>"$tree/core/one.c"
fails rule_ids "core/one.c:10 names $letters-4"
printf '%s-2\n' $letters >"$tree/tests/rule_ids_waived.txt"
fails rule_ids "no reason for $letters-2"
printf '| %s-1 | twice |\n' $letters >>"$tree/docs/SPEC.md"
fails rule_ids "two rows for $letters-1"

printf 'int  x;\n' >>"$tree/cli/one.c"
fails format 'should be clang-formatted'
printf 'typedef struct one one;\n' >>"$tree/core/one.c"
fails dialect 'core/one.c:10: a typedef of a struct'
printf 'int two(int x)\n{\n    if (x)\n        return 1;\n    return x;\n}\n' >>"$tree/tests/test_one.c"
fails dialect 'tests/test_one.c:5: the body of if has no braces'
printf 'int two(int x)\n{\n    do\n        x--;\n    while (x > 0);\n    return x;\n}\n' >>"$tree/cli/one.c"
fails dialect 'the body of do has no braces'
printf '/* TO''DO */\n' >>"$tree/twin/one.c"
fails words 'unfinished work'
printf '/* /wo''rk/x */\n' >>"$tree/twin/one.c"
fails words 'a path of one machine'
printf '/* /tm''p/x */\n' >>"$tree/twin/one.c"
fails words 'a temporary path'
printf '/* a second wit''ness */\n' >>"$tree/twin/one.c"
fails words 'a private word'
sed -i 1d "$tree/core/one.c"
fails words 'no SPDX line'
printf 'name = "one"\n' >"$tree/hardware/one.toml"
fails words 'hardware/one.toml: no SPDX line'

printf '#include <string.h>\n' >>"$tree/core/one.c"
fails includes 'core/ may not include'
printf '#include <avr/io.h>\n' >>"$tree/firmware/device/one.c"
fails includes 'firmware/device/ may not include'
printf '#include "firmware/host/one.h"\n' >>"$tree/firmware/device/one.c"
fails includes 'firmware/device/ may not include'
printf '#include <avr/io.h>\n' >>"$tree/firmware/host/one.c"
fails includes 'firmware/host/ may not include'
printf '#include <stdio.h>\n' >>"$tree/firmware/atmega328p/one.c"
fails includes 'firmware/atmega328p/ may not include'
printf '#include "firmware/host/one.h"\n' >>"$tree/firmware/atmega328p/one.c"
fails includes 'firmware/atmega328p/ may not include'
printf '#include "firmware/one.h"\n' >>"$tree/simulator/one.c"
fails includes 'simulator/ may not include'
printf '#include "cli/one.h"\n' >>"$tree/twin/one.c"
fails includes 'twin/ may not include'
printf '#include "cli/one.h"\n' >>"$tree/result/one.c"
fails includes 'result/ may not include'
printf '#include "result/one.h"\n' >>"$tree/scenario/one.c"
fails includes 'scenario/ may not include'
printf '#include "wiring/one.h"\n' >>"$tree/scenario/one.c"
fails includes 'scenario/ may not include'
printf '#include "result/one.h"\n' >>"$tree/wiring/one.c"
fails includes 'wiring/ may not include'
printf '#include "tests/one.h"\n' >>"$tree/cli/one.c"
fails includes 'cli/ may not include'
printf 'double sin(double);\ndouble f(double x) { return sin(x); }\n' | gcc -x c -c - -o "$tree/build/one.o"
ar r "$tree/build/libtwin.a" "$tree/build/one.o"
fails includes 'may not call these of <math.h>'
printf '#include "simulator/two.h"\n' >>"$tree/simulator/one.c"
printf '%s\n#include "simulator/one.h"\n' "$spdx" >"$tree/simulator/two.h"
fails circles 'simulator/two'
rm "$tree/simulator/two.h"

{ printf 'void long_one(void)\n{\n'; printf '    ;\n%.0s' {1..49}; printf '}\n'; } >>"$tree/cli/one.c"
fails size 'lines are over 50'
{ printf 'int wide(int x)\n{\n    return x'; printf ' && x%.0s' {1..8}; printf ';\n}\n'; } >>"$tree/core/one.c"
fails size 'complexity 9 is over 8'
printf '#\n%.0s' {1..501} >"$tree/hardware/one.py"
fails size 'hardware/one.py: 501 lines are over 500'
printf '/**/\n%.0s' {1..501} >"$tree/web/one.js"
fails size 'web/one.js: 501 lines are over 500'

printf 'int past(void);\nint past(void)\n{\n    int x[2] = {0, 0};\n    return x[2];\n}\n' >>"$tree/cli/one.c"
fails cppcheck 'arrayIndexOutOfBounds'
printf 'uint8_t two(uint8_t x)\n{\n    if (x > 4u) {\n        return 1u;\n    }\n    return x;\n}\n' >>"$tree/core/one.c"
fails misra 'rule 15.5 is broken'
printf '| 17.2 | recursion | there is none here, so this row is one too many |\n' >>"$tree/docs/MISRA.md"
fails misra 'lists rule 17.2'
printf 'int same(int x);\nint same(int x)\n{\n    return x == x;\n}\n' >>"$tree/core/one.c"
fails tidy 'misc-redundant-expression'

((failed == 0)) && echo 'each check finds the fault that it is for'
exit $failed
