#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The second simulator: random stimuli through the control law (smallbms replay) and through the firmware's image in avr8js
# (tests/avr8js/) must give the same rows, and the image's EEPROM must hold the same edges.
#   SMALLBMS=build/smallbms bash tests/test_second_simulator.sh [SEED...]
# What differs stays in second_simulator/ beside the command.
set -euo pipefail
cd "${ROOT:-$(dirname "$0")/..}"

smallbms=$(realpath "${SMALLBMS:-build/smallbms}")
image=$(dirname "$smallbms")/firmware/smallbms-product.hex
if [[ ! -r $image || ! -r ${image%.hex}.elf ]]; then
    echo "$(basename "$0"): no image $image with its .elf; 'make hex' builds both" >&2
    exit 1
fi
kept=$(dirname "$smallbms")/second_simulator
seeds=("$@")
if ((${#seeds[@]} == 0)); then
    seeds=(3 4 8 14 25) # 3, 4, 8: each cause and each voltage at a limit; 25: an edge a tick after the last sample
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

failed=0
fail() { # SEED MESSAGE
    mkdir -p "$kept"
    cp "$scratch/$1".* "$kept"
    echo "seed $1: $2; files in $kept; again: SMALLBMS=$smallbms bash tests/test_second_simulator.sh $1" >&2
    failed=1
}

# The edges that rows of replay tell, as log's columns t_s, output, level and cause.
edges_of_rows() {
    awk -F, -v OFS=, '
        function flush_tick(i) {
            for (i = 2; i <= 4; i++)
                if (now[i] != before[i])
                    print sprintf("%.3f", t - first), name[i], now[i], why[i]
            for (i = 2; i <= 4; i++)
                before[i] = now[i]
        }
        NR == 1 { for (i = 2; i <= 4; i++) name[i] = $i; next }
        NR == 2 { first = t = $1 }
        $1 != t { flush_tick(); t = $1 }
        { for (i = 2; i <= 4; i++) { if ($i != now[i]) why[i] = $7; now[i] = $i } }
        END { flush_tick() }'
}

# The record's edges are those that replay tells, in order; between two of them as many are missing as the numbers leave out
# (SAFE-7: what comes too fast is dropped and counted).
cat >"$scratch/compare.py" <<'PY'
import csv
import sys

log, edges, end = list(csv.DictReader(open(sys.argv[1]))), [tuple(line.strip().split(",")) for line in open(sys.argv[2])], float(sys.argv[3])
at, may_miss, found = None, 0, 0
for row in log:
    if row["kind"] == "fault" or row["boot"] != "1":
        sys.exit(f"unexpected: {row}")
    may_miss += int(row["missing"])
    if row["kind"] != "edge" or float(row["t_s"]) >= end:
        continue
    edge = (row["t_s"], row["output"], row["level"], row["cause"])
    span = edges if at is None else edges[at : at + may_miss + 1]
    if edge not in span:
        sys.exit(f"replay does not tell {edge}")
    at, may_miss, found = (0 if at is None else at) + span.index(edge) + 1, 0, found + 1
if found == 0:
    sys.exit("no edge")
PY

check_log() { # SEED END_S: the entries before it, which is a tick after the last sample
    "$smallbms" log --csv - "$scratch/$1.eeprom" >"$scratch/$1.log" || fail "$1" 'smallbms log refuses the EEPROM'
    edges_of_rows <"$scratch/$1.native" >"$scratch/$1.edges"
    python3 "$scratch/compare.py" "$scratch/$1.log" "$scratch/$1.edges" "$2" 2>"$scratch/$1.compared" ||
        fail "$1" "the EEPROM does not hold the edges that replay tells: $(<"$scratch/$1.compared")"
}

for seed in "${seeds[@]}"; do
    stimulus=$scratch/$seed.csv
    node tests/avr8js/stimulus.mjs "$seed" >"$stimulus"
    "$smallbms" replay "$stimulus" >"$scratch/$seed.native"
    if ! node tests/avr8js/replay.mjs "$image" "$stimulus" "$scratch/$seed.eeprom" \
        >"$scratch/$seed.avr8js" 2>"$scratch/$seed.told"; then
        fail "$seed" "the second simulator fails: $(tail -n 1 "$scratch/$seed.told")"
    elif ! cmp --quiet "$scratch/$seed.native" "$scratch/$seed.avr8js"; then
        fail "$seed" "law and image differ: $(diff "$scratch/$seed.native" "$scratch/$seed.avr8js" | sed -n 2p)"
    else
        check_log "$seed" "$(<"$scratch/$seed.told")"
    fi
done
simulated_s=$(awk '{ sum += $1 } END { printf "%.0f", sum }' "$scratch"/*.told)
echo "seeds ${seeds[*]}: $(cat "$scratch"/*.native | wc -l) rows, $simulated_s s simulated in $SECONDS s"
if (($# > 0)); then
    exit $failed
fi

# The sample is worth something only if everything happened in it.
cat "$scratch"/*.native >"$scratch/all"
cat "$scratch"/*.csv >"$scratch/stimuli"
for cause in start_up supply_low remote_on remote_off atc_lost atc_returned atd_lost atd_returned no_prealarm_lost \
    no_prealarm_returned chain_open hold_off charger_wait; do
    grep --quiet ",$cause\$" "$scratch/all" || { echo "no row of the sample has the cause $cause" >&2; failed=1; }
done
for mv in 7499 7500 7999 8000 3499 3500 3549 3550 2900 2901 2850 2851; do
    grep --quiet ",$mv," "$scratch/stimuli" || { echo "no stimulus has $mv mV" >&2; failed=1; }
done
cuts=$(grep --extended-regexp --count '^[0-9.]+,0,0,.*,(atd_lost|chain_open)$' "$scratch/all")
((cuts > 0)) || { echo 'no cut in the sample' >&2; failed=1; }

# The second simulator in the simulator's place, behind the client.
mkdir "$scratch/bin"
cp "$smallbms" "$scratch/bin/smallbms"
printf '#!/usr/bin/env bash\nexec node "%s/tests/avr8js/main.mjs" "$@"\n' "$PWD" >"$scratch/bin/smallbms-avr"
chmod +x "$scratch/bin/smallbms-avr"
seed=${seeds[0]}
if ! "$scratch/bin/smallbms" replay --device avr --image "${image%.hex}.elf" --eeprom "$scratch/client.eeprom" \
    "$scratch/$seed.csv" >"$scratch/$seed.client" || ! cmp --quiet "$scratch/$seed.native" "$scratch/$seed.client" ||
    ! "$smallbms" log "$scratch/client.eeprom" >"$scratch/$seed.words"; then
    echo "seed $seed: smallbms replay --device avr does not agree with the second simulator in the simulator's place" >&2
    failed=1
fi

# The protocol's edges: what is not understood, and bytes on TX.
printf '%s\n' 'run 1 12800 0 0 111' start 'run 0 12800 0 0 111' 'run 1 12800 0 0 121' pigeon "uart $scratch/tx" \
    'run 100 12800 0 0 111' 'run 20 12800 0 0 111' |
    node tests/avr8js/main.mjs --adapter "$image" | sed 's/[0-9]\{6,\}/US/' >"$scratch/answers"
printf '%s\n' 'error not started' 'started US' 'error unknown command: run 0 12800 0 0 111' \
    'error unknown command: run 1 12800 0 0 121' 'error unknown command: pigeon' ok 'ran 8 10110 1 0 1 0' \
    'ran 20 10110 0 0 0 0' >"$scratch/expected"
diff "$scratch/expected" "$scratch/answers" >&2 || failed=1
grep --quiet --text '^LOAD' "$scratch/tx" || { echo 'uart FILE: no telemetry in the file' >&2; failed=1; }

((failed == 0)) && echo 'test_second_simulator: all as it should be'
exit $failed
