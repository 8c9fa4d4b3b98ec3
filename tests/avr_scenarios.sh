#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The image in the place of the law in scenarios of the project: the same edges at the same ticks with the same causes, the
# same series, the same totals.  SMALLBMS=... ROOT=... tests/avr_scenarios.sh SCENARIO...
# Weeks take minutes, so each runs until every kind of edge (output, level, cause) that it has at all has come twice, and ten
# minutes more; AVR_SCENARIOS_FULL=1: to its end.
# With no scenario named: says whether those that tests/CMakeLists.txt names are all there are.
set -euo pipefail
: "${SMALLBMS:?the command to test}" "${ROOT:?the source tree}"

if (($# == 0)); then
    diff <(basename --suffix=.yaml "$ROOT"/scenarios/*.yaml | sort) \
        <(sed -n 's/^ *set(avr_scenarios_[0-9] \(.*\))$/\1/p' "$ROOT/tests/CMakeLists.txt" | tr ' ' '\n' | sort) ||
        {
            echo 'avr_scenarios: tests/CMakeLists.txt does not name each scenario once' >&2
            exit 1
        }
    exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# The seconds of SCENARIO that are worth running, by the law.
seconds_of() {
    "$SMALLBMS" run "$1" --json - | python3 -c '
import collections, json, sys
run, kinds = json.load(sys.stdin), collections.defaultdict(list)
for edge in run["events"]:
    if edge["what"] in ("load", "prealarm", "charger", "led_load", "led_fault"):
        kinds[edge["what"], edge["on"], edge["cause"]].append(edge["t_s"])
second = max(times[min(1, len(times) - 1)] for times in kinds.values())
print(min(int(second) + 600, run["duration_s"]))'
}

failed=0
for name in "$@"; do
    scenario=$ROOT/scenarios/$name.yaml
    options=(--csv=out.csv --json=out.json)
    if [[ -n ${AVR_SCENARIOS_FULL:-} ]]; then
        :
    elif [[ $name == residual-drain ]]; then
        options+=(--until '12 h') # past its cut; what comes after, supply_low on day 10, start-up has too
    else
        options+=(--until "$(seconds_of "$scenario") s")
    fi
    for device in native avr; do
        mkdir -p "$name/$device"
        status=0
        (cd "$name/$device" && "$SMALLBMS" run "$scenario" --device $device "${options[@]}" >out.txt) || status=$?
        if ((status != 0)); then
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
