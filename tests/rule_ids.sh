#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Rule ids, both ways: every rule of docs/SPEC.md is named by a test (or waived, with a reason, in
# tests/rule_ids_waived.txt), and every id that is named anywhere is a rule of docs/SPEC.md.
#   tests/rule_ids.sh [ROOT]
set -euo pipefail
cd "${1:-$(dirname "$0")/..}"

id='\b(SUP|LOAD|PRE|CHG|REM|LED|SAFE|BAT)-[0-9]+\b'
failed=0
fail() {
    echo "rule_ids: $1" >&2
    failed=1
}
# has LINES LINE, without a process for each of some hundred ids
has() {
    [[ $'\n'$1$'\n' == *$'\n'"$2"$'\n'* ]]
}

rules=$(grep --only-matching --extended-regexp "^\| $id \|" docs/SPEC.md | tr -d '| ')
tested=$(find tests -maxdepth 1 \( -name '*.c' -o -name '*.h' -o -name '*.sh' -o -name '*.py' \) -print0 |
    xargs -0 grep --no-filename --only-matching --extended-regexp "$id" | sort --unique)

for rule in $(sort <<<"$rules" | uniq --repeated); do
    fail "docs/SPEC.md has two rows for $rule"
done

waived=
while read -r rule reason; do
    [[ -z $rule || $rule == '#'* ]] && continue
    [[ -n $reason ]] || fail "tests/rule_ids_waived.txt gives no reason for $rule"
    has "$rules" "$rule" ||
        fail "tests/rule_ids_waived.txt names $rule, which is no rule of docs/SPEC.md"
    waived+=" $rule"
done <tests/rule_ids_waived.txt

for rule in $rules; do
    has "$tested" "$rule" || [[ "$waived " == *" $rule "* ]] ||
        fail "no test names $rule"
done

# file:line:id of every id in the tree; directories that are not there yet are passed over
places=$(shopt -s nullglob && find README.md core twin scenario result cli web scenarios docs tests firmware hardware -type f \
    -not -path 'tests/corpus/*' -print0 2>/dev/null |
    xargs -0 grep --with-filename --line-number --only-matching --binary-files=without-match --extended-regexp "$id" || true)
while IFS=: read -r file line rule; do
    [[ -z $rule ]] && continue
    has "$rules" "$rule" ||
        fail "$file:$line names $rule, which is no rule of docs/SPEC.md"
done < <(awk -F: '!seen[$1 FS $3]++' <<<"$places")

count=$(wc --lines <<<"$rules")
((failed == 0)) && echo "rule_ids: $count rules, each with a test or a reason"
exit $failed
