/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Timer2, in place of simavr's: on the watch crystal (ASSR.AS2) or on the CPU's clock, in normal mode or CTC, with both
 * compare flags and the overflow flag. On the crystal a register that was written is busy (ASSR) for two periods of it; the
 * value itself counts at once. A write to TCNT2, TCCR2B or ASSR starts the prescaler anew. No pins, no PWM: other modes
 * count as normal mode.
 */
#ifndef SIMULATOR_TIMER2_H
#define SIMULATOR_TIMER2_H

#include <stdbool.h>
#include <stdint.h>

struct machine;

struct timer2 {
    uint8_t count;       /* of the counter at ... */
    uint64_t origin;     /* ... this many periods of its clock, where a period of the prescaler began */
    uint8_t leaves;      /* flags (as in TIFR2) that the next event raises */
    uint64_t busy_until; /* crystal periods, after which no register is busy */
};

/* Takes Timer2's registers over. */
void timer2_make(struct machine *machine);

/* After a reset: stopped. */
void timer2_reset(struct machine *machine);

/* Around a change of the CPU's rate or of the crystal: hold, change, go on. */
void timer2_hold(struct machine *machine);
void timer2_go_on(struct machine *machine);

#endif
