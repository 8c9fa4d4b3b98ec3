#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# C sources are laid out as .clang-format says; `make format` does it.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lint/sources.sh

failed=0
while IFS= read -r -d '' file; do
    if ! clang-format --dry-run -Werror "$file" 2>/dev/null; then
        echo "$file should be clang-formatted: make format" >&2
        failed=1
    fi
done < <(c_and_h_files "${product[@]}" tests)
exit $failed
