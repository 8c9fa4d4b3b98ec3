#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# MISRA C:2012 on core/ by cppcheck's add-on, held against the table of docs/MISRA.md both ways: a rule that
# is broken must be on the list with a reason, a rule on the list must still be broken somewhere.
set -euo pipefail
cd "$(dirname "$0")/../.."

findings=$(mktemp)
trap 'rm -f "$findings"' EXIT

cppcheck --quiet --std=c11 --platform=avr8 --addon=misra --enable=style --inline-suppr -I. \
    --template='{file}:{line}:{column}: {id}' core 2>"$findings"

if grep --invert-match --extended-regexp ': misra-c2012-[0-9]+\.[0-9]+$' "$findings" >&2; then
    echo 'cppcheck said more than rules; see above' >&2
    exit 1
fi

broken=$(sed --quiet 's/.*misra-c2012-//p' "$findings" | sort --unique)
listed=$(sed --quiet --regexp-extended 's/^\| ([0-9]+\.[0-9]+) \| .+ \| .{20,} \|$/\1/p' docs/MISRA.md | sort)

failed=0
for rule in $(comm -23 <(echo "$broken") <(echo "$listed")); do
    echo "rule $rule is broken, and docs/MISRA.md has no deviation for it:" >&2
    grep --extended-regexp "misra-c2012-${rule/./\\.}\$" "$findings" >&2
    failed=1
done
for rule in $(comm -13 <(echo "$broken") <(echo "$listed")); do
    echo "docs/MISRA.md lists rule $rule, which core/ does not break (or lists it twice)" >&2
    failed=1
done
exit $failed
