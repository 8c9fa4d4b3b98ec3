#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# `smallbms draw` as a command: its help, its errors, where the picture goes; and the pictures that the README shows, which are what
# the command draws. Where a change of the pictures is meant:  UPDATE=1 bash tests/test_draw.sh, and look at them.
#   SMALLBMS=... ROOT=... tests/test_draw.sh
ROOT=${ROOT:-$(cd "$(dirname "$0")/.." && pwd)}
SMALLBMS=${SMALLBMS:-$ROOT/build/smallbms}
set -euo pipefail
source "$(dirname "$0")/command.bash"

# refused WORDS ARGUMENT...: exit 2, one line on stderr with WORDS, nothing on stdout, no file written.
refused() {
    local words=$1
    shift
    smallbms draw "$@"
    [[ $status == 2 && ! -s out ]] && one_line err || fail "draw $*: exit $status: $(cat out err)"
    says err "$words"
    [[ ! -e new && $(<kept) == 'as it was' ]] || fail "draw $*: wrote a file"
    compgen -G '.smallbms.*' >/dev/null && fail "draw $*: left a temporary file"
    return 0
}
printf 'as it was' >kept
cat >lamp.yaml <<'YAML'
title: A <lamp> & a "fan"
run: {duration: 2 h}
bank: {battery: 12.8 V, capacity_ah: 50, state_of_charge_pct: 80}
loads:
  - {name: a <lamp> & a "fan" of Müller's, power_w: 20}
YAML

# ---- where the picture goes -------------------------------------------------------------------------------------

smallbms draw lamp.yaml
[[ $status == 0 && ! -s err ]] || fail "draw: exit $status: $(cat err)"
cp out lamp.svg
smallbms draw lamp.yaml --output new
[[ $status == 0 && ! -s out && ! -s err ]] || fail "draw --output: exit $status: $(cat out err)"
cmp lamp.svg new || fail 'draw --output: the file holds something else than standard output'
smallbms draw --output=new lamp.yaml
cmp lamp.svg new || fail 'draw --output over a file: it holds something else'
rm new
smallbms draw - <lamp.yaml
cmp lamp.svg out || fail 'draw -: another picture than from the file'
smallbms draw lamp.yaml --output -
cmp lamp.svg out || fail 'draw --output -: not standard output'

smallbms run lamp.yaml --report new.html --quiet
python3 - lamp.svg new.html <<'PYTHON' || fail 'run --report: the page has not this picture once'
import sys
picture, page = (open(name, encoding="utf-8").read() for name in sys.argv[1:])
sys.exit(page.count(picture) != 1 or 'aria-labelledby="wiring-title"' not in page)
PYTHON
rm new.html

# a load with a profile says which, and how much at most
mkdir house
printf 'time_s,power_w\n0,50.125\n3600,10\n604800,0\n' >house/week.csv
sed 's/power_w: 20/profile: week.csv/' lamp.yaml >house/lamp.yaml
smallbms draw house/lamp.yaml
python3 - out <<'PYTHON' || fail 'a profile: the picture does not say "profile week.csv, at most 50.125 W"'
import re, sys
words = re.sub(r"<[^>]*>", " ", open(sys.argv[1], encoding="utf-8").read()).replace("\u00a0", " ")
sys.exit("profile week.csv, at most 50.125 W" not in " ".join(words.split()))
PYTHON

# ---- what is refused --------------------------------------------------------------------------------------------

refused 'no SCENARIO given'
refused 'no SCENARIO given' --output new
refused 'lamp.yaml' lamp.yaml lamp.yaml
refused 'absent.yaml: ' absent.yaml
refused 'absent.yaml: ' absent.yaml --output new
refused 'did you mean --output?' lamp.yaml --ouput new
refused '--output' lamp.yaml --output
refused 'lamp.yaml' lamp.yaml --output lamp.yaml
refused 'absent/new' lamp.yaml --output absent/new
sed 's/power_w: 20/power: 20/' lamp.yaml >bad.yaml
refused 'bad.yaml:5:' bad.yaml --output kept
refused 'did you mean power_w?' bad.yaml

status=0
"$SMALLBMS" draw lamp.yaml >&- 2>err || status=$?
[[ $status == 2 ]] && one_line err || fail "draw with standard output closed: exit $status: $(cat err)"
if [[ -w /dev/full ]]; then
    status=0
    "$SMALLBMS" draw lamp.yaml >/dev/full 2>err || status=$?
    [[ $status == 2 ]] && one_line err || fail "draw to a full disk: exit $status: $(cat err)"
fi

smallbms draw --help
[[ $status == 0 && ! -s err ]] || fail "draw --help: exit $status"
for word in SCENARIO --output 'Examples:' 'Exit status:'; do says out "$word"; done
smallbms help draw
[[ $status == 0 ]] || fail "help draw: exit $status"
smallbms drwa lamp.yaml
[[ $status == 2 ]] || fail "drwa: exit $status"
says err 'did you mean draw?'
smallbms --help
says out '  draw '

# ---- the pictures -----------------------------------------------------------------------------------------------

for scenario in "$ROOT"/scenarios/*.yaml; do
    "$SMALLBMS" draw "$scenario" --output "$(basename "$scenario" .yaml).svg" || fail "$scenario: exit $?"
done
python3 - ./*.svg <<'PYTHON' || fail 'pictures: see above'
import itertools, re, sys
import xml.etree.ElementTree

failed = False


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def fail(message):
    global failed
    print(message, file=sys.stderr)
    failed = True


for name in sys.argv[1:]:
    root = xml.etree.ElementTree.parse(name).getroot()
    style = root.findtext("{*}style")
    classes = set(re.findall(r"\.([\w-]+)", style))
    for element in root.iter():
        for word in element.get("class", "").split():
            if word not in classes | {"legend", "equipment", "consumer", "battery", "lead-acid", "load-relay", "pre-alarm-device"}:
                fail(f"{name}: the class {word} is not in its style")
        if {"fill", "stroke", "style"} & set(element.attrib):
            fail(f"{name}: {element.attrib} is coloured without a class")
    if not root.findtext("{*}title") or not root.findtext("{*}desc"):
        fail(f"{name}: no title and description")

# of one picture, for all have the same style: colours of light, of dark, of a page that says which, and of paper
palettes = [dict(re.findall(r"--wire-([\w-]+): (#\w{6});", block)) for block in re.findall(r"\{[^{}]*--wire-ink:[^{}]*\}", style)]
if len(palettes) != 4 or any(set(palette) != set(palettes[0]) for palette in palettes):
    fail(f"{len(palettes)} palettes, not four with the same colours")
if palettes[0] != palettes[3] or palettes[1] != palettes[2]:
    fail("a page's light or dark, or paper, has colours of its own")
for used in set(re.findall(r"var\(--wire-([\w-]+)\)", style)) - set(palettes[0]):
    fail(f"--wire-{used} has no value")
rules = [rule for rule in style.split("\n") if rule.startswith((".smallbms-wiring", "svg.smallbms-wiring {"))]
for rule in rules: # a viewer without custom properties has the light colour of the same rule
    plain = re.sub(r"var\(--wire-([\w-]+)\)", lambda used: palettes[0][used[1]], rule)
    if plain != rule and plain not in rules[:rules.index(rule)]:
        fail(f"no plain colours before {rule}")
for palette, ground in itertools.product(palettes, ("ground", "box")):
    for colour in set(palette) - {"ground", "box"}:
        if contrast(palette[colour], palette[ground]) < 4.5:
            fail(f"{colour} {palette[colour]} on {ground} {palette[ground]}: contrast {contrast(palette[colour], palette[ground]):.2f}")
sizes = [int(size) for size in re.findall(r"font-size: (\d+)px", style)]
if min(sizes) < 12:
    fail(f"letters of {min(sizes)} px")
sys.exit(failed)
PYTHON

shown=0
for picture in "$ROOT"/docs/drawings/*.svg; do
    name=$(basename "$picture")
    [[ -e $name && $name != lamp.svg ]] || continue
    [[ -z ${UPDATE:-} ]] || cp "$name" "$picture"
    cmp "$name" "$picture" || fail "docs/drawings/$name is not what the command draws; UPDATE=1 bash tests/test_draw.sh"
    grep --quiet "(docs/drawings/$name)" "$ROOT/README.md" || fail "the README does not show docs/drawings/$name"
    shown=$((shown + 1))
done
((shown >= 2)) || fail "docs/drawings/ has $shown wiring pictures, not the two of the datasheet"

((failed == 0)) && echo "draw: $(ls ./*.svg | wc -l) pictures, $shown of them in the README"
exit $failed
