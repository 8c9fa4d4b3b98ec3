#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds one variant of the tree in build/VARIANT and runs the tests that it has:
#   tests/variant.sh clang | sanitize | coverage | fuzz
# With TESTS=REGEX only the tests whose name matches.
set -euo pipefail
cd "$(dirname "$0")/.."

variant=$1
case $variant in
coverage) compiler=gcc ;;
clang | sanitize | fuzz) compiler=clang ;;
*)
    echo "tests/variant.sh: $variant is none of clang, sanitize, coverage, fuzz" >&2
    exit 2
    ;;
esac

cmake -S . -B "build/$variant" -G Ninja -DCMAKE_C_COMPILER=$compiler -DSMALLBMS_VARIANT="$variant"
cmake --build "build/$variant" --parallel 2
if [[ $variant != fuzz ]]; then
    cd "build/$variant"
    ctest --parallel 2 --output-on-failure --no-tests=error --tests-regex "${TESTS:-.}"
fi
