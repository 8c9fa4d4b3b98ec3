#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Of the drawn blocks around the signals, remote, chain, read-back, LEDs and header: single faults do what is listed (hardware/faults.py),
# and what is spoiled is seen by the row that it is for. test_datasheet.sh has their rows at the corners, test_circuit_blocks.sh what the
# programs refuse.
set -euo pipefail
ROOT=${ROOT:-$(cd "$(dirname "$0")/.." && pwd)}
cd "$ROOT"

. tests/hardware.bash

# spoiled BLOCK SED ROW STATE: that on the sheet is changed, and the row fails at that state
spoiled() {
    spoil "$1.sch" "$2"
    blocks 1 "^$3 .* FAIL " "$1" --corners --row "$3" --state "$4"
}

single_faults chain readback remote

# one or two values of each block, each seen by the row that it is for
spoiled remote '/name=RL3/s/value=210k/value=100k/' remote_l_on '4.7 V 50 degC maximum'
spoiled remote '/name=DB/s/model=PMEG10010ELR/model=BAS116/; /name=DB/s/rating=100V/rating=75V/' remote_open_l '4.7 V -20 degC maximum'
spoiled chain '/name=R2/s/value=7.87k/value=16k/' chain_closed '8 V 50 degC minimum'
spoiled chain '/name=RP/s/value=30.1k/value=47k/' chain_three_other '8 V 50 degC maximum'
spoiled chain '/name=RR1/s/value=680k/value=10k/' chain_plus_sense '70 V -20 degC maximum'
spoiled readback '/name=RL/s/value=620k/value=2.2meg/' readback_unused '70 V 50 degC minimum'
spoiled leds '/name=RB/s/value=5.1k/value=8.2k/' leds_blue_least '3.25 V 50 degC maximum'
spoiled header '/name=RE/s/value=680k/value=2.2meg/' header_absent '3 V 50 degC maximum'
# a discharge at H; the microcontroller's pins have ratings
spoiled remote '/name=CHT/s/value=10n/value=1n/' remote_discharge_h '6.1 V 50 degC typical'
spoil parts/atmega328p.toml 's/^pin_a = .*/pin_a = [0.0001, "A", "recalled"]/'
blocks 1 '^leds_rating_mcu_blue .* FAIL .*pin_a: ' leds --corners --row leds_rating_mcu_blue
# a fault that is not listed, and one that is and does no harm
spoil readback.toml 's/^"RB open"/"RD open"/'
wrong_faults 2 readback RB RD

if [[ ${DEPTH:-} == soak ]]; then
    spoiled remote '/name=RH2/s/value=1meg/value=1.2meg/' remote_h_on '4.7 V 50 degC minimum'
    spoiled remote '/name=RH2/s/value=1meg/value=2meg/' remote_joined_500k '4.7 V -20 degC'
    spoiled remote '/name=CHT/s/value=10n/value=1n/; /name=CLT/s/value=10n/value=1n/' remote_discharge '6.1 V 50 degC'
    spoiled remote '/name=CLO/s/model=100_nF_100_V_X7R/model=capacitor_C0G/; /name=CLO/s/value=100n/value=100p/; /name=RLO/s/value=1k/value=220k/' remote_sampled '4.7 V 50 degC'
    spoil parts/smaj70ca.toml 's/bv = \(8[0-9.]*\|7[0-9.]*\)/bv = 160/'
    blocks 1 '^chain_surge_wire .* FAIL ' chain --corners --row chain_surge_wire --state '8 V 50 degC'
    spoiled remote '/name=CLT/s/value=10n/value=100p/; /name=CHT/s/value=10n/value=100p/' remote_burst_terminal '6.1 V 50 degC'
    spoiled chain '/name=RP/s/value=30.1k/value=330k/' chain_left '8 V 50 degC maximum'
    spoiled chain '/name=RP/s/value=30.1k/value=24k/' chain_three_driven '8 V 50 degC minimum'
    spoiled chain '/name=RP/s/value=30.1k/value=15k/' chain_plus_rp '70 V 50 degC minimum'
    spoiled chain '/name=RS/s/value=100k/value=470k/' chain_closed '8 V 50 degC minimum'
    spoiled chain '/name=RX/s/value=100k/value=1k/' chain_plus_pump '70 V -20 degC maximum'
    spoiled chain '/name=R2/s/value=7.87k/value=3.9k/' chain_plus_r2 '70 V 50 degC'
    spoiled readback '/name=RG2/s/value=4.7meg/value=1meg/' readback_half '8 V -20 degC maximum'
    spoiled readback '/name=RL/s/value=620k/value=330k/' readback_taken '70 V 50 degC minimum'
    spoiled leds '/name=RB/s/value=5.1k/value=1k/' leds_blue_most '3.35 V 50 degC minimum'
    spoiled leds '/name=RR/s/value=8.2k/value=15k/' leds_red_least '3.25 V -20 degC maximum'
    spoiled header '/name=RB/s/value=470k/value=47meg/' header_present '3 V -20 degC maximum'
    spoiled header '/name=RR/s/value=10k/value=100k/' header_reset_rise '3 V 50 degC maximum'
    spoiled header '/name=RT/s/value=4.7k/value=1k/' header_dead_tx '5.5 V 50 degC minimum'
fi
exit $failed
