#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# `smallbms check` as a person and as another program see it, and what `smallbms run` says of its findings:
# SMALLBMS=... ROOT=... tests/test_check.sh. What is found where is tests/test_checks.c.
set -euo pipefail
source "$(dirname "$0")/command.bash"
unset NO_COLOR

# exits CODE ARGUMENT...: and says nothing on stderr
exits() {
    local code=$1
    shift
    smallbms "$@"
    [[ $status == "$code" ]] || fail "$*: exit $status, not $code: $(cat err)"
    [[ ! -s err ]] || fail "$*: stderr is not empty: $(cat err)"
}

# refused WORD ARGUMENT...: exit 2, one line on stderr with WORD, nothing on stdout, no file left
refused() {
    local word=$1
    shift
    smallbms "$@"
    [[ $status == 2 ]] || fail "$*: exit $status, not 2"
    [[ ! -s out ]] || fail "$*: stdout is not empty: $(head -n 3 out)"
    one_line err || fail "$*: not one line on stderr: $(cat err)"
    says err "$word"
    [[ ! -e new && -z $(left_beside new) ]] || fail "$*: wrote the file"
}

cat >bad.yaml <<'YAML'
title: Two mistakes
run: {duration: 1 h}
bank: {battery: 12.8 V, capacity_ah: 100, state_of_charge_pct: 80}
equipment:
  - {name: 'old "shore" charger', kind: charger, on: bank, current_a_max: 10}
loads:
  - {name: light, power_w: 20}
YAML
sed 's/on: bank, /on: bank, control: charger, /; s/^loads:/pre_alarm_device: {current_a: 0.02}\nloads:/; s/Two mistakes/None/' bad.yaml >good.yaml

# ---- for people

exits 1 check bad.yaml
says out 'bad.yaml: WIRE-8: nothing is on Pre-alarm' # of no line, so it is first
says out 'bad.yaml:5: WIRE-6: old "shore" charger charges the bank, and nothing stops it'
says out '    Why: '
says out '    Instead: '
[[ $(tail -n 1 out) == 'bad.yaml: 2 findings' ]] || fail "the last line is $(tail -n 1 out)"
says_not out $'\033'
exits 0 check good.yaml
one_line out || fail "more than a line: $(cat out)"
says out 'good.yaml: nothing found, by '
sed 's/^loads:/pre_alarm_device: {current_a: 0.02}\nloads:/' bad.yaml >one.yaml
exits 1 check one.yaml
[[ $(tail -n 1 out) == 'one.yaml: 1 finding' ]] || fail "the last line is $(tail -n 1 out)"
status=0
"$SMALLBMS" check - <bad.yaml >out 2>err || status=$?
[[ $status == 1 ]] || fail "-: exit $status"
says out '<stdin>:5: WIRE-6'

# on a terminal: lines broken at its width, colour unless that is not wanted
if command -v script >/dev/null; then
    script --quiet --command "stty cols 60; TERM=xterm '$SMALLBMS' check bad.yaml" /dev/null >out </dev/null || true
    says out $'\033[33mWIRE-6\033[0m'
    sed 's/\x1b\[[0-9;]*m//g; s/\r$//' out | awk 'length > 60 { print "over 60: " $0; failed = 1 } END { exit failed }' >wide ||
        fail "$(cat wide)"
    script --quiet --command "NO_COLOR=1 TERM=xterm '$SMALLBMS' check bad.yaml" /dev/null >out </dev/null || true
    says_not out $'\033['
fi

# ---- for programs

exits 1 check bad.yaml --json new
says out 'bad.yaml: 2 findings'
python3 - <<'PY' || fail '--json: see above'
import json
check = json.load(open("new"))
assert check["format"] == "smallbms-check-1" and check["scenario"] == "bad.yaml", check
assert [one["id"] for one in check["findings"]] == ["WIRE-8", "WIRE-6"], check
assert "line" not in check["findings"][0] and check["findings"][1]["line"] == 5, check
assert check["findings"][1]["what"] == 'old "shore" charger charges the bank, and nothing stops it', check
assert all(one["why"] and one["instead"] for one in check["findings"]) and check["findings_left_out"] == 0, check
PY
rm new
exits 0 check good.yaml --json -
python3 -c 'import json, sys; assert json.load(sys.stdin)["findings"] == []' <out || fail '--json -: JSON'
exits 1 check bad.yaml --json -
python3 -c 'import json, sys; assert len(json.load(sys.stdin)["findings"]) == 2' <out || fail '--json -: JSON'

# ---- all rules

exits 0 check --list
for number in 1 2 11; do says out "WIRE-$number: "; done
[[ $(grep --count '^WIRE-' out) == $(grep --count '^### WIRE-' "$ROOT/docs/CHECKS.md") ]] || fail '--list has other rules than docs/CHECKS.md'
says out '    Source: '
ids=$(grep --only-matching --extended-regexp '^WIRE-[0-9]+' out)
while read -r id; do
    grep --quiet --line-regexp -- "$id" <<<"$ids" || fail "$id is named somewhere, and is no rule of --list"
done < <(cd "$ROOT" && grep --recursive --no-filename --only-matching --extended-regexp '\bWIRE-[0-9]+' \
    cli docs result scenario scenarios tests twin web wiring README.md CONTRIBUTING.md | sort --unique)

# ---- the example in docs/CHECKS.md

(cd "$ROOT" && "$SMALLBMS" check scenarios/equipment-charger.yaml || true) >out
while read -r line; do
    says out "${line% ...}"
done < <(sed -n 's/^    \(.*\)$/\1/p' "$ROOT/docs/CHECKS.md" | head -n 3)

# ---- a run says behind its story what is found

exits 0 run bad.yaml
[[ $(sed -n 5p out) == 'WIRE-8: nothing is on Pre-alarm, so nobody is told before Load is cut' ]] || fail "line 5: $(sed -n 5p out)"
[[ $(sed -n 6p out) == 'WIRE-6: old "shore" charger charges the bank, and nothing stops it' ]] || fail "line 6: $(sed -n 6p out)"
says out $'\nsmallbms check tells why, and what to do instead\n\nday 1 00:00:00'
exits 0 run bad.yaml --quiet
[[ $(sed -n 3p out) == 'Wiring: 2 findings, which smallbms check names' ]] || fail "line 3: $(sed -n 3p out)"
exits 0 run one.yaml --quiet
says out 'Wiring: 1 finding, which'
exits 0 run good.yaml
says_not out 'smallbms check'
exits 0 run bad.yaml --json -
python3 -c 'import json, sys; assert [one["id"] for one in json.load(sys.stdin)["findings"]] == ["WIRE-8", "WIRE-6"]' <out ||
    fail 'the JSON of a run has other findings'

# ---- what a finding says is what happens: the scenarios of the rules that expect something of a run

ran=0
for scenario in "$ROOT"/tests/checks/*.yaml; do
    grep --quiet '^expect:' "$scenario" || continue
    ran=$((ran + 1))
    smallbms run --quiet "$scenario"
    [[ $status == 0 ]] || fail "run $scenario: exit $status: $(cat err)"
done
((ran >= 30)) || fail "only $ran scenarios of tests/checks/ expect something"

# ---- what is refused

sed 's/kind: charger/kind: multiplus/' bad.yaml >ve-bus.yaml
refused 've-bus.yaml:5:41: kind multiplus is on VE.Bus' check ve-bus.yaml --json new
says err 'WIRE-11'
refused 'nothing.yaml: ' check nothing.yaml --json new
refused 'no SCENARIO given' check
refused 'did you mean --json?' check --jsn new bad.yaml
refused '--list takes no SCENARIO' check --list bad.yaml
refused '--list takes no SCENARIO' check --list --json new
refused 'would overwrite the scenario' check bad.yaml --json bad.yaml
refused 'no-such-folder' check bad.yaml --json no-such-folder/new
if [[ -e /dev/full ]]; then
    status=0
    "$SMALLBMS" check bad.yaml >/dev/full 2>err || status=$?
    [[ $status == 2 ]] || fail "a full standard output: exit $status"
fi
exits 0 check --help
for word in --json --list 'Exit status:' 'Examples:'; do says out "$word"; done

exit $failed
