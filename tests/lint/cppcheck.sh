#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# cppcheck on the host's types, and on core/, firmware/device/ and the part's folder with the 8-bit controller's too.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lint/sources.sh

# Left out, as cppcheck 2.10 sees them where they are not: knownConditionTrueFalse takes one assumed value of a
# ?: for the only one; pointerOutOfBoundsCond takes the end of a buffer for a place beyond it.
check() {
    cppcheck --quiet --std=c11 --enable=warning,style,performance,portability --inline-suppr \
        --suppress=missingIncludeSystem --suppress=knownConditionTrueFalse --suppress=pointerOutOfBoundsCond \
        --error-exitcode=1 -I. "$@"
}

check -j2 --library=posix -DBOARD_HEADER='"firmware/atmega328p/board_product.h"' -DSMALLBMS_VERSION='"0"' core firmware/device firmware/host simulator twin scenario wiring result cli
check --platform=avr8 --library=avr '-DEMPTY_INTERRUPT(vector)=' -DBOARD_HEADER='"firmware/atmega328p/board_product.h"' core firmware/device firmware/atmega328p
