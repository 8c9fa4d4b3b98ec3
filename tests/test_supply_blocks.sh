#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Of the supply and the divider of VBAT: single faults do what is listed; what is spoiled is seen; the firmware's header has the
# resistors that are drawn. test_datasheet.sh has their rows at the corners.
set -euo pipefail
ROOT=${ROOT:-$(cd "$(dirname "$0")/.." && pwd)}
cd "$ROOT"

. tests/hardware.bash

# values, each seen by the row that it is for: two of each block here, all in the long run (DEPTH=soak)
spoil parts/fuse-5a.toml 's/r = 0.016/r = 0.040/'
blocks 1 '^supply_feed_drop .* FAIL ' supply --row supply_feed_drop --state '8 V 50 degC maximum'
spoil supply.sch '/name=D2 /s/model=S1G/model=PMEG10010ELR/; /name=D2 /s/rating=400V/rating=100V/'
blocks 1 '^supply_rating_d2 .* FAIL .*reverse_v' supply --row supply_rating_d2 --state '70 V 25 degC typical'
spoil divider.sch 's/value=5.11k/value=4.99k/'
blocks 1 '^divider_start .* FAIL ' divider --row divider_start --state '8 V 25 degC typical'
spoil divider.sch 's/value=4.7n/value=47n/'
blocks 1 '^divider_settled .* FAIL ' divider --row divider_settled --state '70 V 25 degC typical'
# what is declared as not met must not be met
spoil supply.toml '/name = "supply_hold_brown_out"/s/min = 2.9/min = 2.0/'
blocks 1 '^supply_hold_brown_out .* FAIL ' supply --row supply_hold_brown_out --corners
# the whole device: a part of one of its blocks takes too much
spoil parts/capacitor-22u-100v.toml 's/leak = 15.9e6/leak = 3.18e6/'
blocks 1 '^device_own_low_cell .* FAIL ' device --row device_own_low_cell --state '70 V 50 degC maximum'
# ... and Load's command outlives the 3.3 V
spoil load.sch '/name=DP /d'
blocks 1 '^device_collapse .* FAIL ' device --row device_collapse --state '70 V -20 degC minimum'
if [[ ${DEPTH:-} == soak ]]; then
    spoil device.toml '/^driven = /s/"CMD_PRE"/"CMD_BUZZER"/'
    blocks 2 'no pin of the microcontroller is on CMD_BUZZER' device
    spoil leds.sch '/name=RB /s/value=5.1k/value=1k/'
    blocks 1 '^device_own_normal .* FAIL ' device --row device_own_normal --state '70 V 50 degC minimum'
    spoil parts/bss126.toml 's/^maximum = {vto = -2.104,/maximum = {vto = -1.4,/'
    blocks 1 '^supply_start_margin .* FAIL ' supply --row supply_start_margin --state '8 V -20 degC maximum'
    spoil supply.sch '/name=M2 /s/^C .*name=M2 .*$//; s/^N 7[14]0 .* 390 .*$//; s/^N 8[03]0 .* 390 .*$//; s/^N 710 200 710 390.*$//; s/^N 830 200 830 390.*$//; s/^N 770 430.*$//; s/^C .*name=l3 .*$//'
    blocks 1 '^supply_v33_awake .* FAIL ' supply --row supply_v33_awake --state '8 V 50 degC maximum'
    spoil supply.sch '/name=CD[12] /s/model=4_7_uF_100_V_X7R/model=100_nF_100_V_X7R/'
    blocks 1 '^supply_reversed_vin .* FAIL ' supply --row supply_reversed_vin --state '70 V 50 degC maximum'
    spoil immunity.toml 's/+1.2u} 500 .*/+1.2u} 5 {0.3+50u} 0)/'
    blocks 1 '^immunity_surge_least .* FAIL ' immunity --row immunity_surge_least --corners
    spoil supply.sch '/name=C2 /s/model=22_uF_100_V_electrolytic/model=100_nF_100_V_X7R/'
    blocks 1 '^supply_hold .* FAIL ' supply --row supply_hold --state '8 V -20 degC minimum'
    spoil parts/tps3839k33.toml 's/^typical = {trip = 2.93,/typical = {trip = 2.3,/'
    blocks 1 '^supply_permit_middle .* FAIL ' supply --row supply_permit_middle --state '25.6 V 25 degC typical'
    spoil parts/smcj70ca.toml 's/^typical = {bv = 81.3,/typical = {bv = 60,/'
    blocks 1 '^supply_reversed_current .* FAIL ' supply --row supply_reversed_current --state '70 V 25 degC typical'
    spoil divider.sch '/name=RGS /s/value=220k/value=22k/'
    blocks 1 '^divider_start .* FAIL ' divider --row divider_start --state '8 V -20 degC maximum'
    spoil divider.sch 's/value=330k/value=3.3meg/'
    blocks 1 '^divider_off .* FAIL ' divider --row divider_off --state '70 V 50 degC minimum'
    spoil divider.sch '/name=RN /s/value=15k/value=100k/'
    blocks 1 '^divider_rating_qn .* FAIL .*emitter_base_v' divider --row divider_rating_qn --state '70 V -20 degC maximum'
fi

# single faults: all of them as they are listed; one that is not listed
single_faults supply divider
spoil divider.toml 's/^"RT short"/"RT open"/'
wrong_faults 2 divider RT

# the header has what is drawn; the benches move RT against RB by what their part may be off
equal() { # HARDWARE HEADER: prints what differs
    PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=hardware python3 - "$@" <<'PY'
import pathlib
import re
import sys

import drawing
import parts
import ratings

hardware, header = map(pathlib.Path, sys.argv[1:])
drawn = drawing.parts_of(hardware / "divider.sch")
defined = dict(re.findall(r"#define (BOARD_VBAT_\w+_OHM) (\d+)", header.read_text()))
for part, name in (("RT", "BOARD_VBAT_TOP_OHM"), ("RB", "BOARD_VBAT_BOTTOM_OHM")):
    if abs(ratings.number(drawn[part]["value"]) - int(defined[name])) > 1e-6:
        print(f"{part} is drawn as {drawn[part]['value']}, and {name} is {defined[name]}")
declared = (hardware / "divider.toml").read_text()
for part in parts.read(hardware / "parts"):
    if part.model() in (drawn["RT"]["model"], drawn["RB"]["model"]):
        least, most = part.corners["minimum"], part.corners["maximum"]
        against = most["share"] / least["share"] * (1 + 45 * (most["tc1"] - least["tc1"]))
        moved = {float(factor) for factor in re.findall(r"xrt\.r1\[resistance\][*/]([\d.]+)", declared)}
        if moved != {round(against, 5)}:
            print(f"two {part.name} may be off against each other by {against:.5f}; the benches move them by {sorted(moved)}")
PY
}
header=firmware/atmega328p/board_product.h
equal hardware $header >"$directory/said"
[[ ! -s $directory/said ]] || fail 'the header has other resistors than the drawing, or the benches other tolerances than the part'
sed 's/\(BOARD_VBAT_BOTTOM_OHM\) 5110/\1 5100/' $header >"$directory/header.h"
equal hardware "$directory/header.h" >"$directory/said"
grep --quiet 'RB is drawn as 5.11k, and BOARD_VBAT_BOTTOM_OHM is 5100' "$directory/said" || fail 'a header with another resistor passes'
spoil divider.sch '/name=RT /s/model=resistor_0_1pct/model=resistor_1pct/'
equal "$copy" $header >"$directory/said"
grep --quiet 'two resistor 1pct may be off' "$directory/said" || fail 'a resistor of 1 % passes'

exit $failed
