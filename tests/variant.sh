#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds one variant of the tree in build/VARIANT and runs the tests that it has:
#   tests/variant.sh clang | sanitize | fuzz
# With TESTS=REGEX only the tests whose name matches; without those that tests/CMakeLists.txt calls long, but with DEPTH=soak.
set -euo pipefail
cd "$(dirname "$0")/.."

variant=$1
case $variant in
clang | sanitize | fuzz) ;;
*)
    echo "tests/variant.sh: $variant is none of clang, sanitize, fuzz" >&2
    exit 2
    ;;
esac

cmake -S . -B "build/$variant" -G Ninja -DCMAKE_C_COMPILER=clang -DSMALLBMS_VARIANT="$variant"
cmake --build "build/$variant" --parallel 2
if [[ $variant != fuzz ]]; then
    cd "build/$variant"
    left_out=(--label-exclude long)
    [[ ${DEPTH:-} != soak && -z ${TESTS:-} ]] || left_out=()
    ctest "${left_out[@]}" --parallel 2 --output-on-failure --no-tests=error --tests-regex "${TESTS:-.}"
fi
