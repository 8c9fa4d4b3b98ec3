#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# C sources are laid out as .clang-format says; `make format` does it.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lint/sources.sh

# many files each run: to start it costs more than to read a file
if ! c_and_h_files "${product[@]}" tests | xargs -0 --max-args=50 clang-format --dry-run -Werror; then
    echo 'these files should be clang-formatted: make format' >&2
    exit 1
fi
