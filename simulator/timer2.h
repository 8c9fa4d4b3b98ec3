/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Timer2, in place of simavr's: on the watch crystal (ASSR.AS2) or on the CPU's clock, in normal mode or CTC, with both
 * compare flags and the overflow flag. On the crystal a register that was written is busy (ASSR) for two periods of it; the
 * value itself counts at once. A write to TCNT2, TCCR2B or ASSR starts the prescaler anew. No pins, no PWM: other modes
 * count as normal mode. The crystal begins to start when AS2 is set, and makes no period until it has (silicon.h).
 */
#ifndef SIMULATOR_TIMER2_H
#define SIMULATOR_TIMER2_H

#include <stdbool.h>
#include <stdint.h>

#include "simulator/part.h"

struct timer2 {
    struct part *part;
    uint8_t count;       /* of the counter at ... */
    uint64_t origin;     /* ... this many periods of its clock, where a period of the prescaler began */
    uint8_t leaves;      /* flags (as in TIFR2) that the next event raises */
    uint64_t busy_until; /* crystal periods, after which no register is busy */
    bool starting;       /* the crystal */
    bool broken;         /* it does not run: a fault */
};

/* Takes Timer2's registers over. */
void timer2_make(struct timer2 *timer, struct part *part);

/* After a reset: stopped. */
void timer2_reset(struct timer2 *timer);

/* Around a change of the CPU's rate: hold, change, go on. */
void timer2_hold(struct timer2 *timer);
void timer2_go_on(struct timer2 *timer);

/* Stops the crystal, or lets it start again, with power or without. */
void timer2_break_crystal(struct timer2 *timer, bool broken);

#endif
