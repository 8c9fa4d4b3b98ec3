#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The sheet of the whole device and the board's header say the same (hardware/pins.py), and what is spoiled in either is seen. The netlist
# of the whole is one that ngspice starts: in reset, 3.3 V are there, the outputs float, an open L rests above its threshold.
set -euo pipefail
ROOT=${ROOT:-$(cd "$(dirname "$0")/.." && pwd)}
cd "$ROOT"

. tests/hardware.bash

header=$directory/board_product.h
pins() { # STATUS WORDS...: of the copies
    local status=0 words
    python3 "$copy/pins.py" --hardware "$copy" --header "$header" >"$directory/said" 2>&1 || status=$?
    [[ $status == "$1" ]] || fail "pins.py: exit $status, not $1, where it should say: $2"
    for words in "${@:2}"; do
        grep --quiet --fixed-strings -- "$words" "$directory/said" || fail "pins.py does not say: $words"
    done
}
anew() {
    fresh
    cp firmware/atmega328p/board_product.h "$header"
}

anew
pins 0 '32 pins; 0 differences from board_product.h'
[[ $(grep --count '^ *[0-9]* *\(P[BCD]\|VCC\|AVCC\|GND\|AREF\|ADC\)' "$directory/said") == 32 ]] || fail 'the table has not 32 rows'
((failed == 0)) || exit 1

# numbers of the header, each by a line of its own
change "$header" 's/BOARD_ATD_DRIVE_BIT 3/BOARD_ATD_DRIVE_BIT 4/'
change "$header" 's/BOARD_LOAD_BIT 5/BOARD_LOAD_BIT 6/; s/BOARD_PREALARM_BIT 6/BOARD_PREALARM_BIT 5/'
change "$header" 's/BOARD_REMOTE_L_CHANNEL 1/BOARD_REMOTE_L_CHANNEL 3/'
change "$header" 's/BOARD_LOOP_PULL_OHM 30100/BOARD_LOOP_PULL_OHM 47000/'
change "$header" 's/BOARD_LOOP_PF 10000/BOARD_LOOP_PF 8000/'
change "$header" 's/BOARD_REMOTE_L_BIAS_MV 5000/BOARD_REMOTE_L_BIAS_MV 3300/'
change "$header" "\$a #define BOARD_BUZZER_PORT 'B'"
change "$header" '/BOARD_REMOTE_H_TOP_OHM/d'
pins 1 'PB3 is on DRIVE_ATD, and the header has no use for it' \
    'PD5 is on CMD_LOAD, and by the header it is PREALARM.cmd, on CMD_PRE' \
    'PC3 is on RB_LOAD, and by the header it is REMOTE.sense_l' \
    'BOARD_LOOP_PULL_OHM is 47000, and chain.sch has 30100 between in and minus' \
    'BOARD_LOOP_PF is 8000, and 60 m of cable and chain.sch have 8240' \
    'BOARD_REMOTE_L_BIAS_MV is 3300, and the rail 4700 to 6100' \
    'BOARD_BUZZER_PORT is in the header, and nothing drawn is known for it' \
    'BOARD_REMOTE_H_TOP_OHM is not in the header'

# connectors and terminals: LOAD and PRE, the loops of ATC and ATD at the socket, the serial contacts, L and H exchanged
anew
exchange() { # COUNT ONE OTHER: the first so many of each label
    python3 - "$copy/device.sch" "$@" <<'END'
import re, sys
path, count, one, other = sys.argv[1], int(sys.argv[2]), *sys.argv[3:]
text = open(path).read()
def one_label(text, old, new): return text.replace(f"lab={old}}}", f"lab={new}}}", count)
text = one_label(one_label(one_label(text, one, "@"), other, one), "@", other)
open(path, "w").write(text)
END
}
exchange 4 LOAD PRE
exchange 1 L H
exchange 1 CHAIN_ATC_IN CHAIN_ATD_IN
exchange 1 ADAPTER TXD
pins 1 'FAIL  J1.LOAD is on LOAD, and LOAD.out on PRE' 'FAIL  J1.L is on L, and REMOTE.l on H' \
    'FAIL  J3.C3 is on CHAIN_ATD_IN, and CHAIN_ATD.in on CHAIN_ATC_IN' 'FAIL  J5.TXD is on TXD, and HEADER.txd on ADAPTER' \
    'FAIL  the terminal PRE is not PREALARM.out, which is on LOAD'

# the drawing
anew
change "$copy/remote.sch" '/name=RL3/s/value=210k/value=221k/'
change "$copy/divider.sch" '/name=RB /s/value=5.11k/value=5.62k/'
change "$copy/chain.sch" '/name=R1 /s/value=2.15k/value=2.49k/'
change "$copy/device.sch" '0,/lab=RB_LOAD}/s//lab=RB_PRE}/; 0,/lab=DRIVE_PRE}/s//lab=DRIVE_ATC}/'
pins 1 'BOARD_REMOTE_L_TOP_OHM is 2210000, and remote.sch has 2.221e+06 between l and tl' \
    'BOARD_VBAT_BOTTOM_OHM is 5110, and divider.sch has 5620' \
    'BOARD_LOOP_SERIES_OHM is 10000, and chain.sch has 10360 between drive and out' \
    'PC3 is on RB_PRE, and by the header it is RB_LOAD.rb, on RB_LOAD' \
    'HEADER.miso is on DRIVE_ATC, and PB4 on DRIVE_PRE'
anew
change "$copy/load.sym" 's/name=cmd /name=permit_ /; s/name=permit /name=cmd /; s/name=permit_ /name=permit /'
pins 2 'load.sym: its pins are vbat out permit cmd minus'
anew
change "$copy/readback.sch" '/name=RE /s/model=resistor_1pct/model=resistor_2pct/'
pins 2 'readback.sch: RE: no part has the model resistor_2pct'

PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=hardware python3 - <<'PY' || failed=1
import sys

import pins
import spice

WIRES = [f"Rw{loop} {loop}o {loop}i 1k" for loop in "abc"]
failed = False
for supply_v in (8, 70):
    around = [f"Vsource vbat 0 pwl(0 0 10m {supply_v})", "Xdevice vbat 0 l h adapter txd ao ai bo bi co ci load pre charger device", *WIRES,
              f"Rload load 0 {supply_v}", f"Rpre pre 0 {supply_v}", f"Rcharger charger 0 {supply_v * 100}", "Rl l 0 100g", "Rh h 0 100g",
              "Radapter adapter 0 1g", "Rtxd txd 0 1g", ".option method=gear"]
    vectors = {"v33": "xdevice.v33", "load": "load", "pre": "pre", "charger": "charger", "l": "l", "h": "h", "reset": "xdevice.reset",
               "permit": "xdevice.permit"}
    bench = spice.Bench(f"the whole at {supply_v} V", [*pins.netlist(), *around], ["tran 1m 1 uic", "let last = length(time)-1"],
                        {name: f"v({vector})[last]" for name, vector in vectors.items()} | {"own": "-i(vsource)[last]"})
    result = spice.run([bench])[0]
    print(supply_v, result)
    if isinstance(result, spice.Doubtful):
        failed = True
        continue
    right = {"v33": 3.25 < result["v33"] < 3.35, "reset": result["reset"] > 3.2, "permit": result["permit"] > 3.1, "l": result["l"] > 3.81,
             "h": result["h"] < 0.1, "own": result["own"] < 100e-6, **{name: result[name] < 0.1 for name in ("load", "pre", "charger")}}
    for name, is_right in right.items():
        if not is_right:
            print(f"the whole at {supply_v} V in reset: {name} is {result[name]:g}", file=sys.stderr)
            failed = True
sys.exit(failed)
PY
exit $failed
