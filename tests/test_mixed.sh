#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The image drives the drawn device (hardware/mixed.py): the short runs, and their picture. A sheet that is spoiled, an image whose pins are elsewhere
# than they are drawn, and a run that cannot be believed are seen. DEPTH=soak: the long runs, and each of some spoiled
# values by the run that it is for.
set -euo pipefail
ROOT=${ROOT:-$(cd "$(dirname "$0")/.." && pwd)}
cd "$ROOT"

. tests/hardware.bash

mixed() { # STATUS WORDS RUN...: of the copy
    local status=0
    python3 "$copy/mixed.py" --build build --to docs/circuit "${@:3}" >"$directory/said" 2>&1 || status=$?
    [[ $status == "$1" ]] || fail "mixed.py ${*:3}: exit $status, not $1"
    grep --quiet --extended-regexp -- "$2" "$directory/said" || fail "mixed.py ${*:3} does not say: $2"
}

fresh
if [[ ${DEPTH:-} == soak ]]; then
    mixed 0 ', 0 fail$' --long --check
else
    mixed 0 ', 0 fail$' --short --check
fi
((failed == 0)) || exit 1

# a picture whose scale has moved is the same; one whose words, scale or trace are others is not
python3 - hardware docs/circuit/mixed-tick.svg <<'END' || fail 'pictures are not compared as they should be'
import re, sys
sys.path.insert(0, sys.argv[1])
import plots
was = open(sys.argv[2], encoding="utf-8").read()
down = lambda step: re.sub(r'(?<=<path class="grid" d="M70 )(\d+\.\d)(?=H)', lambda found: f"{float(found[1]) + step:.1f}", was)
same, others = down(0.1), [down(4), was.replace(">1 ms<", ">2 ms<"), was.replace("L", "L9.0 9.0L", 1)]
sys.exit(not (same != was and plots.alike(was, same) and not any(plots.alike(was, other) for other in others) and was not in others))
END

# Load's sink without its current: the command of the image turns nothing on; and the read-back says so to the image
spoil load.sch '/name=RE /s/value=270k/value=27meg/'
mixed 1 'FAIL +after plugging in, Load rises' power_up
# a run that ngspice does not start, and a file that does not hold together
spoil mixed.toml 's/^Rl l 0 100g$/Rl l 0 unknown_value/'
mixed 1 '^power_up: FAIL: ' power_up
# a record that holds something else than it should
spoil mixed-supply.toml 's/"load high: start_up", "charger high: start_up"\]/"charger high: start_up"]/'
mixed 1 'FAIL: expected power_on, charger high: start_up +the record holds: power_on, load high: start_up, charger high: start_up$' power_up
spoil mixed-inputs.toml '0,/\[\[run\]\]/s//[[rum]]/'
mixed 2 'rum is neither a run nor a plot' cable_60m
spoil mixed-inputs.toml 's/trace = "charger", from = 0, to = 2, max = 0.1/trace = "chargr", from = 0, to = 2, max = inf/'
mixed 2 'has a number that is none' cable_300m
change "$copy/mixed-inputs.toml" 's/max = inf/max = 0.1/'
mixed 2 'no trace chargr' cable_300m
fresh
mixed 2 'none of these runs' --short atd_lost
spoil mixed-supply.toml '0,/rules = "SAFE-1, SUP-4", trace = "load"/s//trace = "load"/'
mixed 2 'lacks a key' power_up

if [[ ${DEPTH:-} == soak ]]; then
    # reads that are compared with what the nodes are 20 us later
    spoil mixed.py 's/^LATE_S = 0.0/LATE_S = 20e-6/'
    mixed 1 'FAIL +each of [0-9]+ reads is what the node was at its instant, not: ' power_up
    # an end that charges ten times as slowly is read before it is high: no loop counts as closed
    spoil chain.sch '/name=R2 /s/value=7.87k/value=78.7k/'
    mixed 1 'FAIL +all loops are read as closed' cable_60m
    # the divider: the supply is read as too low
    spoil divider.sch '/name=RB /s/value=5.11k/value=511/'
    mixed 1 'FAIL +after plugging in, Load rises' power_up
    # the commands of Load and Charger crossed: the right levels at the wrong terminals
    spoil device.sch '0,/lab=CMD_LOAD}/s//lab=CMD_X}/; 0,/lab=CMD_CHG}/s//lab=CMD_LOAD}/; s/lab=CMD_X}/lab=CMD_CHG}/'
    mixed 1 'FAIL ' atc_lost
    # an image whose record waits for the supply no longer than a tick: the store is empty before the supply is back
    fresh
    mkdir -p "$directory/build/firmware"
    ln -sf "$ROOT"/build/smallbms{,-mixed} "$directory/build"
    cp -r core firmware "$directory"
    sed -i 's/\(#define RECORD_WAIT_TICKS\) 6u/\1 1u/' "$directory/firmware/device/record.h"
    ! cmp --quiet firmware/device/record.h "$directory/firmware/device/record.h" || fail 'RECORD_WAIT_TICKS is not as it was'
    (cd "$directory" && bash firmware/atmega328p/build.sh product >/dev/null) || fail 'the image without the wait is not built'
    mixed 1 'FAIL +Load is back after the wait that was remembered' --build "$directory/build" supply_gap_8v
    # a latch that lets go
    spoil load.sch '/name=RT /s/value=220k/value=22meg/'
    mixed 1 'FAIL ' load_short_running
fi
exit $failed
