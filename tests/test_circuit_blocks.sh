#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The drawn blocks of hardware/ (hardware/blocks.py): what is spoiled is seen, a value on a sheet, the name of a measure, a row that nothing
# measures, a sheet that a reader would read otherwise than xschem does; and their single faults are those that are listed. That every row
# holds at the corners is looked at by tests/test_datasheet.sh.
set -euo pipefail
ROOT=${ROOT:-$(cd "$(dirname "$0")/.." && pwd)}
cd "$ROOT"

. tests/hardware.bash

fresh
# random draws: each differs, and its seed gives it again
blocks 0 ' at 8 states each: 2 pass, 0 fail$' load --corners --draws 8 --row load_trip_least --row load_drop
drawn=$(sed --quiet 's/^load_trip_least .* \([0-9.]*\) *[0-9.]*  \([0-9.]* V -*[0-9]* degC\) seed \([0-9]*\) .*/\1 \3/p' "$directory/said")
blocks 0 "^load_trip_least .* ${drawn% *} .* seed ${drawn#* } " load --corners --draws 1 --seed "${drawn#* }" --row load_trip_least
other=$((${drawn#* } + 15)) # at the same supply and temperature
blocks 0 "^load_trip_least .* seed $other " load --corners --draws 1 --seed $other --row load_trip_least
! grep --quiet " ${drawn% *} " "$directory/said" || fail 'two seeds draw the same'

# where the latch fires within a step of ngspice QC has 17 A in it, which are none
blocks 0 '^load_rating_qc +- +<= 1 +1 +0[.][34]' load --row load_rating_qc --state '51.2 V 25 degC typical'

# a data file that is none, and one without something that is asked for
spoil leds.toml '1s/$/\nname = [/'
blocks 2 '^leds.toml: .*line' leds --corners
spoil leds.toml 's/^measures = /measure = /'
blocks 2 '^leds.toml: bench: lit lacks measures$' leds --corners
printf '\xff' >>"$copy/chain.toml"
blocks 2 '^chain.toml: .*utf-8' chain --corners

# values on the sheet, each seen by the row that it is for: one of each block here, all in the long run (DEPTH=soak)
spoil load.sch 's/value=24k/value=18k/'
blocks 1 '^load_trip_least .* FAIL ' load --corners --row load_trip_least --state '50 degC minimum'
spoil load.sch '/name=CGS/s/value=12n/value=4.7n/'
blocks 1 '^load_plug_in_slow .* FAIL ' load --corners --row load_plug_in_slow --state '70 V 50 degC'
spoil charger.sch 's/value=6.8 /value=8.2 /'
blocks 1 '^charger_drop .* FAIL ' charger --corners --row charger_drop --state '70 V -20 degC maximum'
spoil charger.sch 's/^N 400 520 400 550 /N 400 520 400 650 /; /^N 400 610 400 650 /d' # DN bridged
blocks 1 '^charger_reversed_current .* FAIL ' charger --corners --row charger_reversed_current --state '70 V 50 degC'
spoil load.sch '/name=COUT/s/value=100n/value=1n/; /name=COUT/s/model=100_nF_100_V_X7R/model=capacitor_C0G/'
blocks 1 '^load_discharge_most .* FAIL ' load --corners --row load_discharge_most --state '70 V 50 degC typical'
if [[ ${DEPTH:-} == soak ]]; then
    spoil load.toml '/name = "load_backfeed"/s/max = 0.1/max = 20/' # declared as not met, and met
    blocks 1 '^load_backfeed .* FAIL ' load --corners --row load_backfeed
    spoil supply.sch '/name=D1 /s/model=SMCJ70CA/model=SMAJ70CA/; /name=RD /s/value=1.2/value=22/; /name=RD /s/model=WSC2515_1_2_Ohm/model=resistor_1pct_1W/'
    blocks 1 '^load_rating_m2 .* FAIL ' load --corners --row load_rating_m2 --state '70 V 50 degC maximum' # the network that stands before it
    spoil supply.sch '/name=CD1 /s/name=CD1 /name=CD9 /'
    blocks 2 'supply.sch: not all are there of F1, D1, C1, RD, CD1' load --corners
    spoil load.sch 's/model=SQM120P10_10m1L/model=SQD40P10_40L/'
    blocks 1 '^load_drop .* FAIL ' load --corners --row load_drop --state '8 V 50 degC maximum'
    spoil parts/sqm120p10-10m1l.toml 's/pulse_s = 10e-6/pulse_s = 1e-7/; s/pulse_s = 1e-3/pulse_s = 1e-5/; s/pulse_s = 10e-3/pulse_s = 1e-4/; s/pulse_s = 0.1/pulse_s = 1e-3/'
    blocks 1 '^load_fall_soa .* FAIL ' load --corners --row load_fall_soa --state '70 V 50 degC minimum'
    spoil load.sch 's/value=470k/value=2.2meg/'
    blocks 1 '^load_pin_leaks .* FAIL ' load --corners --row load_pin_leaks --state '70 V 50 degC'
    spoil load.sch 's/model=PMEG10010ELR rating=100V/model=BAS21 rating=200V/'
    blocks 1 '^load_flyback .* FAIL ' load --corners --row load_flyback --state '8 V -20 degC maximum'
    spoil load.sch 's/value=47k/value=10/'
    blocks 1 '^load_collapse .* FAIL ' load --corners --row load_collapse --state '70 V 50 degC'
    spoil charger.sch 's/value=6.2k/value=5.1k/'
    blocks 1 '^charger_limit_least .* FAIL ' charger --corners --row charger_limit_least --state '8 V -20 degC maximum'
    spoil charger.sch 's/value=6.2k/value=9.1k/'
    blocks 0 '^charger_short_junction .* 1[78][0-9] .* not met' charger --corners --row charger_short_junction --state '70 V 50 degC minimum' # declared as not met, at 156 degC
    spoil charger.sch '/name=RSS/s/value=6.8/value=1/'
    blocks 1 '^charger_short_run_peak .* FAIL ' charger --corners --row charger_short_run_peak --state '70 V 50 degC minimum'
    spoil charger.sch '/name=CGS/s/value=1n/value=100p/'
    blocks 1 '^charger_plug_in .* FAIL ' charger --corners --row charger_plug_in --state '70 V 50 degC minimum'
    spoil charger.sch 's/value=470k/value=2.2meg/'
    blocks 1 '^charger_pin_leaks .* FAIL ' charger --corners --row charger_pin_leaks --state '70 V 50 degC'
    spoil charger.sch 's/value=100k/value=10/'
    blocks 1 '^charger_collapse .* FAIL ' charger --corners --row charger_collapse --state '70 V 50 degC'
    spoil charger.toml 's/warmer_k = 30/warmer_k = 80/'
    blocks 0 '^charger_short_junction .* 1[78][0-9] .* not met' charger --corners --row charger_short_junction --state '70 V 50 degC minimum' # declared as not met, at 156 degC
fi

# a measure that is not there
spoil output.toml 's/meas tran low when v(out)=$v10 fall=last/meas tran lower when v(out)=$v10 fall=last/'
blocks 1 '^load_fall .* not measured, 3 of 3: .* FAIL' load --corners --row load_fall --state '70 V 50 degC'
spoil load.toml 's/measure = "fall"/measure = "fell"/'
blocks 2 'load.toml: the row load_fall: the bench turn_off does not measure that' load --corners
spoil load.toml '/name = "load_drop"/s/max = 0.1, //'
blocks 2 'load.toml: the row load_drop has one limit' load --corners
fresh
blocks 2 'load.toml: no row load_dropp' load --corners --row load_dropp
blocks 2 "no state's name contains 71 V" load --corners --row load_drop --state '71 V'

# single faults: all of them as they are listed; then one that is not listed, one that is and does no harm, one of no part
! python3 hardware/faults.py load NOPE >"$directory/said" 2>&1 && grep --quiet '^load.toml: no part NOPE; there are ' "$directory/said" || fail 'faults.py takes a part that is not there'
! python3 hardware/faults.py leds >"$directory/said" 2>&1 && grep --quiet '^leds.toml lacks faults$' "$directory/said" || fail 'faults.py takes a block without a list'
single_faults load charger
spoil load.toml 's/^"DP short"/"DP open"/; s/^"RGS open"/"RGS c-e short"/'
wrong_faults 4 load DP RGS

# the sheet
spoil load.sch 's/model=BZX84_C12/model=BZX84_C13/'
blocks 2 'load.sch: DZ: no part has the model BZX84_C13' load --corners
spoil load.sch '/name=RGS/s/why=".*"/why=""/'
blocks 2 'load.sch: RGS has no why' load --corners
spoil load.sch 's/name=RGS /name=RA /'
blocks 2 'load.sch: a name stands twice' load --corners
spoil load.sch 's/^N 530 340 560 340/N 530 320 560 320/'
blocks 2 'load.sch: four wires meet at \(560, 320\)' load --corners
spoil load.sch 's/C {devices\/diode.sym} 320 660 0 0/C {devices\/diode.sym} 320 670 0 0/'
blocks 2 'load.sch: DP is not connected' load --corners --row load_drop

exit $failed
