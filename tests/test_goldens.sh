#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Golden timelines: each scenario of scenarios/ meets its expectations and prints, byte for byte, what
# tests/golden/ keeps. Where a change of the model is meant:  UPDATE=1 bash tests/test_goldens.sh, and read the diff.
set -euo pipefail
ROOT=${ROOT:-$(cd "$(dirname "$0")/.." && pwd)}
SMALLBMS=${SMALLBMS:-$ROOT/build/smallbms}
cd "$ROOT"

failed=0
printed=$(mktemp)
trap 'rm -f "$printed"' EXIT

for scenario in scenarios/*.yaml; do
    name=$(basename "$scenario" .yaml)
    golden=tests/golden/$name.txt
    status=0
    "$SMALLBMS" run "$scenario" >"$printed" || status=$?
    if ((status != 0)); then
        echo "goldens: $scenario exits $status; see: build/smallbms run $scenario" >&2
        failed=1
    fi
    [[ -z ${UPDATE:-} ]] || cp "$printed" "$golden"
    if ! diff -u "$golden" "$printed" >&2; then
        echo "goldens: $scenario prints another timeline than $golden" >&2
        failed=1
    fi
done

for golden in tests/golden/*.txt; do
    [[ -e scenarios/$(basename "$golden" .txt).yaml ]] || {
        echo "goldens: $golden has no scenario" >&2
        failed=1
    }
done
((failed == 0)) && echo "goldens: $(ls scenarios/*.yaml | wc -l) timelines as kept"
exit $failed
