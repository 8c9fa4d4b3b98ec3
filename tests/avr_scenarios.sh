#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The image in the place of the law in scenarios of the project: the same edges at the same ticks with the same causes, the
# same series, the same totals.
#   SMALLBMS=... ROOT=... tests/avr_scenarios.sh [SCENARIO...]
# Without a name: all but those of a piece of equipment each, which the device cannot tell from others, and some whose story takes longer
# than that (make soak takes all). Days take seconds each, so each scenario ends five minutes after every kind of edge (output,
# level, cause) that it has has come once, and after an hour at the latest. UNTIL_END=1 runs it to its end, or for a fortnight of it; SEED=N
# with another seed than its own, with which what it expects need not be met (make soak). Scenarios that tell the device of a fault are left out: the
# image finds its own (tests/test_avr_faults.c). A lock-out's voltage is taken to the next multiple of 500 mV, where law and converter have the
# same step (docs/SPEC.md, section 10, LOAD-6).
set -euo pipefail
: "${SMALLBMS:?the command to test}" "${ROOT:?the source tree}"

names=("$@")
if ((${#names[@]} == 0)); then
    long='bow-thruster|kettles|alternator-alone|low-temperature-chatter|winter-cut-each-night|residual-drain-60-days'
    mapfile -t names < <(basename --suffix=.yaml "$ROOT"/scenarios/*.yaml | grep --invert-match --extended-regexp "^equipment-|^($long)\$")
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# The seconds of SCENARIO that are run, by the law's edges.
seconds_of() {
    "$SMALLBMS" run "$1" --json - | python3 -c '
import collections, json, sys
run, kinds = json.load(sys.stdin), collections.defaultdict(list)
for edge in run["events"]:
    if edge["what"] in ("load", "prealarm", "charger", "led_load", "led_fault"):
        kinds[edge["what"], edge["on"], edge["cause"]].append(edge["t_s"])
first = max(times[0] for times in kinds.values())
print(min(int(first) + 300, 3600, run["duration_s"]))'
}

failed=0
for name in "${names[@]}"; do
    scenario=$ROOT/scenarios/$name.yaml
    if grep --quiet --extended-regexp 'what: (internal_fault|output_shorted|output_fed)' "$scenario"; then
        echo "$name: left out, it tells the device of a fault"
        continue
    fi
    awk '/lockout_clear_mv:/ { $0 = "  lockout_clear_mv: " int(($2 + 499) / 500) * 500 } { print }' "$scenario" >"$name.yaml"
    scenario=$work/$name.yaml
    options=(--csv=out.csv --json=out.json)
    if [[ -z ${UNTIL_END:-} ]]; then
        options+=(--until "$(seconds_of "$scenario") s")
    elif grep --quiet --extended-regexp '^  duration: ([2-9][0-9]|1[5-9]) days' "$scenario"; then
        options+=(--until '14 days')
    fi
    worst_status=0
    if [[ -n ${SEED:-} ]]; then
        options+=(--seed "$SEED")
        worst_status=1
    fi
    for device in native avr; do
        mkdir -p "$name/$device"
        status=0
        (cd "$name/$device" && "$SMALLBMS" run "$scenario" --device $device "${options[@]}" >out.txt) || status=$?
        if ((status > worst_status)); then
            echo "avr_scenarios: $name exits $status with --device $device" >&2
            failed=1
        fi
        sed -i "s/\"device\":\"$device\"/\"device\":\"\"/" "$name/$device/out.json"
    done
    if diff --recursive "$name/native" "$name/avr" >differences; then
        echo "$name: $(wc --lines <"$name/avr/out.csv") lines of CSV and all of JSON and text, the same"
    else
        echo "avr_scenarios: $name: native (<) and avr (>) differ:" >&2
        head -n 12 differences >&2
        echo "again: smallbms run scenarios/$name.yaml --device avr" >&2
        failed=1
    fi
done
exit $failed
