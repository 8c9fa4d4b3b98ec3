#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# clang-tidy with the checks of .clang-tidy on the product's sources; on firmware/device/ and the part's folder with the
# controller's headers and types, for each board.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lint/sources.sh

# One file each run: with more, clang-tidy 14 reports va_lists of the second as not started. Left out of its words
# is only how many warnings of system headers it left out itself.
tidy() { # clang-tidy's arguments, {} the file
    xargs -0 --max-procs=2 -I{} clang-tidy --quiet "$@" 2> >(grep -v 'warnings generated' >&2)
}

c_files core firmware/device firmware/host twin scenario result cli |
    tidy --extra-arg=-Wno-ignored-optimization-argument -p build {}
c_files simulator |
    tidy {} -- -std=c11 -D_POSIX_C_SOURCE=200809L -I. '-DBOARD_HEADER="firmware/atmega328p/board_product.h"'
for header in firmware/atmega328p/board_*.h; do
    # (clang does not know an attribute that avr-libc gives to interrupt functions)
    c_files firmware/device firmware/atmega328p |
        tidy {} -- --target=avr -mmcu=atmega328p -std=gnu11 -isystem /usr/lib/avr/include -I. \
            -Wno-unknown-attributes "-DBOARD_HEADER=\"$header\""
done
