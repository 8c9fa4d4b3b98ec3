#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The report page as a user sees it in Chromium: wide and narrow, light and dark, on paper, without JavaScript (tests/page.mjs).
set -euo pipefail
cd "${ROOT:-$(dirname "$0")/..}"

for program in chromium pdftotext node; do
    command -v "$program" >/dev/null || { echo "test_page: no $program; make setup installs it" >&2; exit 1; }
done
work=$(mktemp --directory)
trap 'rm --recursive --force "$work"' EXIT
smallbms=$(realpath "${SMALLBMS:-build/smallbms}")
"$smallbms" run scenarios/off-grid.yaml --quiet --report "$work/run.html" --json "$work/run.json" --csv "$work/run.csv" >"$work/out"
if ! node tests/page.mjs "$(dirname "$smallbms")/report.html" "$work" "$@"; then
    echo "test_page: failed; again: bash tests/test_page.sh" >&2
    exit 1
fi
echo 'test_page: all as it should be'
