#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# One dialect of C for all sources (CONTRIBUTING.md): types are named by their tags (`struct bank`, `enum sbms_cause`) and
# never by a typedef of them; every body of if, else, for, while and do is in braces.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lint/sources.sh

c_and_h_files "${product[@]}" tests | xargs -0 python3 tests/lint/dialect.py
