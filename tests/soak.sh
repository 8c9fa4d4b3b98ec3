#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The long campaigns, with seeds that no test has seen: rounds of all of them, two at a time, until MINUTES are over.
#   SEED=1 MINUTES=15 bash tests/soak.sh          (make soak)
#   SEED=1 bash tests/soak.sh CAMPAIGN           one campaign of that seed, which is how a failure is seen again
# Round r takes SEED + r * 1000003, for some campaigns take many seeds in a row. What a campaign says is in build/soak/.
# What fails becomes a case of a test in tests/.
set -euo pipefail
cd "$(dirname "$0")/.."

export ROOT=$PWD SMALLBMS=$PWD/build/smallbms
folder=build/soak
seed=${SEED:-1}
minutes=${MINUTES:-15}
if ! [[ $seed =~ ^[0-9]{1,15}$ && $minutes =~ ^[1-9][0-9]{0,4}$ ]]; then
    echo "soak: SEED is a whole number of at most 15 digits, MINUTES one from 1 of at most 5; here '$seed', '$minutes'" >&2
    exit 2
fi
seed=$((10#$seed)) minutes=$((10#$minutes))

# Each takes half a minute to eight minutes of a core, and all of them more than the quarter of an hour that CI has: so the seed says
# with which one the rounds begin.
mapfile -t scenarios < <(basename --suffix=.yaml scenarios/*.yaml)
explored=(load delay lockout load_short prealarm_short charger shorts regions chain leds atc atd no_prealarm together) # all of them: bash tests/explorer.sh
campaigns=(scenario bit_flips lockstep faults fuzz_scenario power_cuts fuzz_stimulus second_simulator properties fuzz_log boards
    skip battery systems fuzz_system mutation explorer retained corners device_record proof fit circuit datasheet mixed analyzer
    sanitize clang allocation)

# campaign NAME SEED
campaign() {
    export SEED=$2
    case $1 in
    scenario) UNTIL_END=1 bash tests/avr_scenarios.sh "${scenarios[$2 % ${#scenarios[@]}]}" ;;
    scenario-*)
        [[ -e scenarios/${1#scenario-}.yaml ]] || { echo "soak: no scenario ${1#scenario-}" >&2; exit 2; }
        UNTIL_END=1 bash tests/avr_scenarios.sh "${1#scenario-}"
        ;;
    bit_flips) DEPTH=soak build/tests/test_avr_bit_flips ;;
    lockstep) cd build/tests && DEPTH=soak ./test_avr_lockstep ;;
    faults) DEPTH=soak build/tests/test_avr_faults ;;
    retained) RUNS=1000 build/tests/test_avr_retained ;; # DEPTH=soak goes through each address, for half an hour
    corners) DEPTH=soak build/tests/test_avr_corners ;;
    device_record) DEPTH=soak build/tests/test_device_record ;;
    fit) DEPTH=soak bash tests/test_fit.sh ;; # the same whatever the seed
    circuit) # each value that is spoiled on the sheets; the same whatever the seed
        for blocks in circuit supply signal; do
            DEPTH=soak bash "tests/test_${blocks}_blocks.sh" || return
        done
        ;;
    datasheet) # all blocks in all states and random draws, each measure and each part spoiled; the same whatever the seed
        python3 hardware/datasheet.py && DEPTH=soak bash tests/test_datasheet.sh
        ;;
    mixed) DEPTH=soak bash tests/test_mixed.sh ;; # the image with the circuit; the same whatever the seed
    analyzer) bash tests/lint/tidy.sh ;; # the same whatever the seed
    sanitize) DEPTH=soak bash tests/variant.sh sanitize ;; # all of its tests; the same whatever the seed
    clang) bash tests/variant.sh clang ;; # the same whatever the seed
    allocation) DEPTH=soak build/tests/test_allocation ;; # the same whatever the seed
    proof) /usr/bin/python3 tests/proof/prove.py ;;
    power_cuts) DEPTH=soak build/tests/test_avr_power_cuts ;;
    second_simulator) mapfile -t seeds < <(seq "$2" "$(($2 + 39))") && bash tests/test_second_simulator.sh "${seeds[@]}" ;;
    boards) RUNS=200 bash tests/test_avr_boards.sh ;;
    properties) RUNS=400000 build/tests/test_properties ;;
    skip) RUNS=40000 build/tests/test_skip ;;
    systems) RUNS=4000 build/tests/test_random_systems ;;
    battery) RUNS=400000 build/tests/test_battery ;;
    mutation) RUNS=150 python3 tests/mutation.py ;;
    explorer) bash tests/explorer.sh "${explored[$2 % ${#explored[@]}]}" ;;
    fuzz_*) FUZZ_SECONDS=60 bash tests/fuzz.sh "$1" ;;
    *)
        echo "soak: no campaign $1; there are: ${campaigns[*]} ${scenarios[*]/#/scenario-}" >&2
        exit 2
        ;;
    esac
}

if (($# == 1)); then
    campaign "$1" "$seed"
    exit
fi
mkdir -p $folder

# one NAME SEED: runs it, says how it went
one() {
    local told=$folder/$1-$2.txt began=$SECONDS
    if (campaign "$1" "$2") >"$told" 2>&1; then
        echo "soak: $1 of seed $2: passed ($((SECONDS - began)) s)"
        return 0
    fi
    echo "soak: $1 of seed $2: FAILED; again: SEED=$2 bash tests/soak.sh $1; $told ends with:"
    tail -n 25 "$told"
    return 1
}

echo "soak: SEED=$seed MINUTES=$minutes"
set -m # each campaign is a process group of its own, which ends as a whole
trap 'for job in $(jobs -p); do kill -TERM -- "-$job" || true; done; echo "soak: ended before its time"; exit 1' INT TERM
passed=0 failed=0 running=0
reap() {
    if wait -n; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
    running=$((running - 1))
}
for ((round = seed; SECONDS < minutes * 60; round += 1000003)); do
    for ((i = 0; i < ${#campaigns[@]}; i++)); do
        name=${campaigns[(seed + i) % ${#campaigns[@]}]}
        ((SECONDS < minutes * 60)) || break
        [[ $name != faults || $round == "$seed" ]] || continue # all of them, whatever the seed
        one "$name" "$round" &
        running=$((running + 1))
        if ((running == 2)); then reap; fi
    done
done
while ((running > 0)); do reap; done
echo "$passed passed, $failed failed"
((passed > 0 && failed == 0))
