/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The line protocol of smallbms-avr: the manual of its commands.
 *
 * One line in, one line out, flushed. A line that is not understood, or cannot be done, is answered `error TEXT`, and
 * nothing has happened. Where no reply is named it is `ok`. The end of input ends the program with exit status 0.
 *
 * Words: US microseconds, MV millivolts, SSS three characters 0 or 1 for ATC, ATD, no-pre-alarm (1 = present), OOOOO five
 * for the pins load, prealarm, charger, led_load, led_fault (1 = high). A host tick is 125 ms of the clock that makes
 * the device's tick: of simulated time, but for a corner in which that clock is off. Numbers are decimal, or hexadecimal after 0x.
 *
 * Power and time
 *   start                       powers on (off first), runs until the image first writes PHASE_WAITING, at most 10 s, and
 *                               then 62.5 ms further, so that host ticks begin in the middle of its sleep. Inputs are as
 *                               set last (at first 12800 5000 0 111: remote terminals open). Counters, edges and the
 *                               audit begin anew; faults stay. Reply `started US`: from power-on to that write, the
 *                               65 ms of each reset that the fuses ask for included. After `error` power is on.
 *   run TICKS VBAT_MV L_MV H_MV SSS
 *                               sets the inputs and passes up to TICKS host ticks; stops after the first at whose end an
 *                               output or LED differs from the tick before. Reply `ran N OOOOO LC PC CC F`: ticks passed,
 *                               pins, the causes (sbms_cause) of load, prealarm and charger in `decided`, `fault_found`.
 *   set VBAT_MV L_MV H_MV SSS   sets the inputs alone.
 *   advance US                  runs that long. Reply `at US OOOOO`: time since power-on.
 *   reset brownout|external|power
 *                               that reset, now. The SRAM stays, but for `power`; the EEPROM stays.
 *   cpu-hz HZ                   the CPU's true rate from now on, 1000000 to 20000000. The crystal keeps its.
 *
 * What was seen
 *   edges                       Reply `edges N NAME:LEVEL:US ...`: edges of outputs and LEDs since the last such command,
 *                               US with three decimals since power-on. ` lost=K` at the end: K more found no room (1024).
 *   stats                       Reply `stats KEY=VALUE ...` (simulator/stats.h). Times are at the present CPU rate.
 *   audit                       Reply `audit ok`, or `audit N first: TEXT` (simulator/audit.h).
 *   corner                      Reply `corner NAME KEY=VALUE ...`: the corner and its values (simulator/silicon.h).
 *   peek sram ADDR              Reply `value N`; ADDR is a data address, registers too.
 *   uart FILE                   bytes that leave TX from now on are appended to FILE.
 *   baud                        Reply `baud B N`: bits a second by UBRR0, U2X0 and the CPU's true rate; bytes since start.
 *
 * Faults inside
 *   flip sram ADDR BIT          0x100..0x8FF
 *   flip reg N BIT              r0..r31
 *   flip sreg BIT
 *   flip sp BIT                 0..15
 *   flip flash ADDR BIT         0..0x7FFF; it stays so, through `start` too, until it is flipped again
 *   flip io ADDR BIT            0x20..0xFF, through the register's write, so that what it controls notices
 *   stick sram ADDR BIT VALUE   that bit is stuck from now on (slow); `stick none`
 *   fault wdt 0|1               1: the watchdog never fires
 *   cut N                       power fails in the Nth EEPROM byte write from now. That byte becomes 0xFF when N is odd,
 *                               the old AND the new value when N is even. Then `run` and `advance` pass time with all
 *                               pins low, until `start`. A `start` before it forgets it.
 *
 * Faults outside
 *   fault crystal 0|1           1: the watch crystal does not run
 *   fault adc N|none            every conversion gives N
 *   fault reference MV          the band gap, normally the corner's
 *   fault output load|prealarm|charger low|high|none
 *                               its read-back is stuck
 *   fault loop atc|atd|no_prealarm high|none
 *                               that return is high whatever is driven
 *   fault loops joined|none     the returns are tied together
 *   fault cable PF              the capacitance at each loop's end, normally the corner's; 0..1000000
 *
 * The EEPROM
 *   eeprom save FILE            1024 raw bytes
 *   eeprom load FILE
 *   poke eeprom ADDR VALUE
 */
#ifndef SIMULATOR_PROTOCOL_H
#define SIMULATOR_PROTOCOL_H

#include <stdbool.h>
#include <stdio.h>

struct machine;

/* Answers the commands of `input` on `output` until `input` ends. False: `output` failed. */
bool protocol_run(struct machine *machine, FILE *input, FILE *output);

#endif
