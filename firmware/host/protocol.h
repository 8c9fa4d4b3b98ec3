/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The line protocol of smallbms-device, a part of that of smallbms-avr with the same words and replies, so that a client of
 * the one can speak to the other.
 *
 * One line in, one line out, flushed. A line that is not understood, or cannot be done, is answered `error TEXT`, and
 * nothing has happened. Where no reply is named it is `ok`. The end of input ends the program with exit status 0.
 *
 * Words: MV millivolts, SSS three characters 0 or 1 for ATC, ATD, no-pre-alarm (1 = present), OOOOO five for the pins load,
 * prealarm, charger, led_load, led_fault (1 = high). Numbers are decimal.
 *
 *   start                       powers on; the EEPROM, the faults and the inputs stay (at first erased, none, 12800 5000 0
 *                               111: remote terminals open). Reply `started 0`: no time passes.
 *   run TICKS VBAT_MV L_MV H_MV SSS
 *                               sets the inputs and passes up to TICKS ticks, 1 to 1000000000; stops after the first at whose
 *                               end an output or LED differs from the tick before. Reply `ran N OOOOO LC PC CC F`: ticks
 *                               passed, pins, the causes (sbms_cause) of load, prealarm and charger, the fault in force.
 *   set VBAT_MV L_MV H_MV SSS   sets the inputs alone.
 *   reset brownout|external     that reset, now.
 *   restarts                    Reply `restarts N`: that the device has made itself, since the program began.
 *   uart FILE                   an adapter is plugged in; what it receives from now on is appended to FILE.
 *
 *   fault crystal 0|1           1: the tick's clock does not run
 *   fault register 0|1          1: a register was changed, until the next restart
 *   fault reference MV          the band gap, normally 1100
 *   fault start N               the tests of the next starts find sbms_fault N, 0 = none
 *   fault piece N               the next piece of a test finds sbms_fault N, once
 *   fault output load|prealarm|charger low|high|none
 *                               its read-back is stuck
 *   fault loop atc|atd|no_prealarm high|none
 *                               that end is high whatever is driven
 *   fault loops joined|none     the ends are tied together
 *
 *   eeprom save FILE            1024 raw bytes
 *   eeprom load FILE
 *   poke eeprom ADDR VALUE
 */
#ifndef FIRMWARE_HOST_PROTOCOL_H
#define FIRMWARE_HOST_PROTOCOL_H

#include <stdbool.h>
#include <stdio.h>

/* Answers the commands of `input` on `output` until `input` ends. False: `output` failed. */
bool protocol_run(FILE *input, FILE *output);

#endif
