#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What a check claims before a run is what the run shows: each file of tests/checks/ that states expectations meets them. For a
# rule whose limit a run can feel, one file is just beyond it and one just within, with expectations that exclude one another.
set -euo pipefail
cd "$ROOT"

failed=0
count=0
for scenario in tests/checks/*.yaml; do
    if ! grep --quiet '^expect:' "$scenario"; then
        continue
    fi
    count=$((count + 1))
    if ! "$SMALLBMS" run --quiet "$scenario" >/dev/null; then
        echo "$scenario: its run is not what the check claims; see: build/smallbms run $scenario" >&2
        failed=1
    fi
done
if ((count < 16)); then
    echo "only $count files of tests/checks/ state expectations" >&2
    failed=1
fi
exit $failed
