#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# clang-tidy with the checks of .clang-tidy on each of the product's sources once, as the host builds it; on simulator/ and a
# part's folder with their own headers. What includes the header of a board is seen with each board's. With QUICK=1 without the
# checks that go through each function's paths, which take nine tenths of the time: make lint and make soak have them.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lint/sources.sh

# tidy WORDS: the files from standard input, each ended by a NUL; WORDS stand after them. Six files each run, which reads the
# checks and the start of clang-tidy once; those with a va_list have a run each, for clang-tidy 14 reports the va_lists of a
# second file as not started. Left out of what it says is only how many warnings of system headers it left out itself.
tidy() {
    local files failed=0
    mapfile -d '' files
    of_these --files-without-match 6 "$1" || failed=1
    of_these --files-with-matches 1 "$1" || failed=1
    return $failed
}
of_these() { # CHOICE COUNT WORDS
    { printf '%s\0' "${files[@]}" | xargs -0 grep --null "$1" va_list || true; } |
        xargs -0 --no-run-if-empty --max-procs=2 --max-args="$2" bash -c "clang-tidy --quiet $choice \"\$@\" $3" clang-tidy \
            2> >(grep -v 'warnings generated' >&2)
}

choice=
[[ -z ${QUICK:-} ]] || choice='--checks=-clang-analyzer-*'
failed=0
c_files core firmware/device firmware/host twin scenario wiring result cli |
    tidy '-p build --extra-arg=-Wno-ignored-optimization-argument' || failed=1
c_files simulator |
    tidy '-- -std=c11 -D_POSIX_C_SOURCE=200809L -I. -DBOARD_HEADER=\"firmware/atmega328p/board_product.h\"' || failed=1

# (clang does not know an attribute that avr-libc gives to interrupt functions)
avr='--target=avr -mmcu=atmega328p -std=gnu11 -isystem /usr/lib/avr/include -I. -Wno-unknown-attributes'
including() { # HEADER: those of the part's sources that include it
    local file
    while IFS= read -r -d '' file; do
        # shellcheck disable=SC2086
        if clang $avr "-DBOARD_HEADER=\"$1\"" -MM "$file" | grep --quiet --fixed-strings "$1"; then
            printf '%s\0' "$file"
        fi
    done < <(c_files firmware/atmega328p)
}
boards=(firmware/atmega328p/board_*.h)
c_files firmware/atmega328p | tidy "-- $avr -DBOARD_HEADER=\\\"${boards[0]}\\\"" || failed=1
for header in "${boards[@]:1}"; do
    including "$header" | tidy "-- $avr -DBOARD_HEADER=\\\"$header\\\"" || failed=1
done
exit $failed
