#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The README as a newcomer uses it: its commands run, what it names is there, its numbers that do not depend on a
# machine are what the tree measures.
set -euo pipefail
ROOT=${ROOT:-$(cd "$(dirname "$0")/.." && pwd)}
SMALLBMS=${SMALLBMS:-$ROOT/build/smallbms}
cd "$ROOT"

failed=0
fail() {
    echo "README.md: $1" >&2
    failed=1
}

# the commands, in a folder of their own that has scenarios/ and build/smallbms
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cp -r scenarios "$place"
mkdir -p "$place/build" "$place/tests"
ln -s "$ROOT/tests/cells" "$place/tests/cells"
ln -s "$SMALLBMS" "$place/build/smallbms"
commands=0
while read -r command; do
    commands=$((commands + 1))
    (cd "$place" && bash -c "$command" >/dev/null </dev/null) || fail "'$command' exits $?"
done < <(sed -n 's/^    \(build\/smallbms .*\)$/\1/p' README.md)
((commands >= 5)) || fail "names only $commands commands of smallbms"

while read -r target; do
    grep --quiet "^$target:" Makefile || fail "'make $target' is no target of the Makefile"
done < <(grep --only-matching --extended-regexp '(    |`)make [a-z]+' README.md | sed -E 's/.*make //')

while read -r path; do
    [[ -e $path ]] || fail "links to $path, which is not there"
done < <(grep --only-matching --extended-regexp '\]\([^):]+\)' README.md | tr -d '])(')
for folder in */; do
    [[ $folder == build/ || $folder == node_modules/ || $folder == setup/ ]] && continue
    grep --quiet "^    $folder" README.md || fail "does not say what $folder is"
done

# the circuit's rows: all but the first cell is a part of the line in docs/DATASHEET.md
circuit=0
while IFS= read -r row; do
    circuit=$((circuit + 1))
    grep --quiet --fixed-strings -- "$row" docs/DATASHEET.md || fail "docs/DATASHEET.md has no row '$row'"
done < <(sed -n '/^<!-- tests\/test_readme.sh holds these rows/,/^$/p' README.md | sed -n '4,$ s/^| [^|]* | \(.*\)$/| \1/p')
((circuit >= 10)) || fail "has only $circuit rows of docs/DATASHEET.md"

# "control law: F of F_MAX bytes of flash, S of S_MAX bytes of state"
sizes=$(bash tests/test_avr_size.sh | tail -n 1)
flash=$(sed -E 's/.*: ([0-9]+ of [0-9]+) bytes of flash.*/\1/' <<<"$sizes")
state=$(sed -E 's/.*, ([0-9]+ of [0-9]+) bytes of state/\1/' <<<"$sizes")
grep --quiet "^| control law on the ATmega328P: flash | $flash bytes |" README.md || fail "its flash is not the $flash measured"
grep --quiet "^| control law: state | $state bytes |" README.md || fail "its state is not the $state measured"

# what the image measures does not depend on the machine
while read -r row; do
    grep --quiet --fixed-strings --line-regexp -- "$row" README.md || fail "does not say: $row (make numbers)"
done <"$(dirname "$SMALLBMS")/firmware/smallbms-product.numbers"

((failed == 0)) && echo "README.md: $commands commands run, links and numbers hold"
exit $failed
