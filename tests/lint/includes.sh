#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Arrows point one way: core/ includes <stdint.h>, <stdbool.h>, <stddef.h> and itself; firmware/device/ <string.h> too, core/ and
# itself, and nothing of any part; firmware/host/ the standard library, core/, firmware/device/ and itself; every other folder
# of firmware/ avr-libc, core/, firmware/device/ and itself; twin/ the standard library, core/ and itself; scenario/ (with libyaml)
# these, POSIX and itself; wiring/ what twin/ may, twin/ and itself; result/ these, POSIX and itself, not scenario/; cli/ all of these; simulator/ core/, the board's
# header and phases of firmware/, POSIX, libelf, simavr and itself, and nothing of cli/ or twin/. Of <math.h>, twin/ calls only what IEEE 754 rounds
# exactly (sqrt, fabs, ...): the rest differs between machines, and the same seed must give the same bytes on all.
set -euo pipefail
cd "$(dirname "$0")/../.."

failed=0
# allow DIRECTORY PATTERN: every #include of its sources names what PATTERN matches
allow() {
    local hits
    hits=$(grep --recursive --line-number --include='*.[ch]' --extended-regexp '^[[:space:]]*#[[:space:]]*include' "$1" |
        grep --invert-match --extended-regexp "#[[:space:]]*include[[:space:]]+($2)([[:space:]]|\$)" || true)
    if [[ -n $hits ]]; then
        printf '%s/ may not include:\n%s\n' "$1" "$hits" >&2
        failed=1
    fi
}

allow core '<std(int|bool|def)\.h>|"core/[a-z0-9_]+\.h"'
libc='assert|errno|float|inttypes|limits|setjmp|stdalign|stdarg|stdbool|stddef|stdint|stdio|stdlib|string'
for folder in firmware/*/; do
    folder=${folder%/}
    case $folder in
    firmware/device) allow $folder '<(std(int|bool|def)|string)\.h>|"(core|firmware/device)/[a-z0-9_]+\.h"' ;;
    firmware/host) allow $folder "<($libc)\.h>|\"(core|firmware/device|firmware/host)/[a-z0-9_]+\.h\"" ;;
    *) allow "$folder" "<(std(int|bool|def)|string|avr/[a-z]+|util/[a-z0-9_]+)\.h>|\"(core|firmware/device|$folder)/[a-z0-9_]+\.h\"|BOARD_HEADER" ;;
    esac
done
allow simulator '<[a-z0-9_/]+\.h>|"(core|simulator)/[a-z0-9_]+\.h"|"firmware/atmega328p/(board|phase|mark)\.h"'
allow twin '<(assert|errno|float|inttypes|limits|math|stdalign|stdarg|stdbool|stddef|stdint|stdio|stdlib|string)\.h>|"(core|twin)/[a-z0-9_]+\.h"'
allow scenario '<[a-z0-9_/]+\.h>|"(core|twin|scenario)/[a-z0-9_]+\.h"'
allow wiring '<(assert|errno|float|inttypes|limits|math|stdarg|stdbool|stddef|stdint|stdio|stdlib|string)\.h>|"(core|twin|wiring)/[a-z0-9_]+\.h"'
allow result '<[a-z0-9_/]+\.h>|"(core|twin|wiring|result)/[a-z0-9_]+\.h"'
allow cli '<[a-z0-9_/]+\.h>|"(core|twin|scenario|wiring|result|cli(/[a-z]+)?)/[a-z0-9_]+\.h"'

# asked of the built library, so that comments and local names do not count
inexact='a?(sin|cos|tan)h?|atan2|cbrt|erfc?|exp(2|m1)?|hypot|[lt]gamma|log(2|10|1p|b)?|pow'
if nm --undefined-only build/libtwin.a | grep --extended-regexp "^ +U ($inexact)[fl]?\$" >&2; then
    echo 'twin/ may not call these of <math.h>' >&2
    failed=1
fi
exit $failed
