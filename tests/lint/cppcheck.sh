#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# cppcheck on the host's types, and on core/ with the 8-bit controller's too.
set -euo pipefail
cd "$(dirname "$0")/../.."

# Left out, as cppcheck 2.10 sees them where they are not: knownConditionTrueFalse takes one assumed value of a
# ?: for the only one; pointerOutOfBoundsCond takes the end of a buffer for a place beyond it.
check() {
    cppcheck --quiet --std=c11 --enable=warning,style,performance,portability --inline-suppr \
        --suppress=missingIncludeSystem --suppress=knownConditionTrueFalse --suppress=pointerOutOfBoundsCond \
        --error-exitcode=1 -I. "$@"
}

check -j2 --library=posix -DSMALLBMS_VERSION='"0"' core twin cli
check --platform=avr8 core
