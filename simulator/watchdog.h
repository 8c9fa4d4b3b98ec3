/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The watchdog, in place of simavr's: on its own oscillator of nominally 128 kHz (silicon.h), on from the reset at 16 ms
 * where the fuse WDTON says so, and a new period counts from the last WDR. It resets the part; its interrupt mode is not
 * modelled.
 */
#ifndef SIMULATOR_WATCHDOG_H
#define SIMULATOR_WATCHDOG_H

#include <stdbool.h>
#include <stdint.h>

#include "simulator/part.h"

#define WATCHDOG_WDE 0x08u

struct watchdog {
    avr_io_t io; /* sees WDR before simavr's own does */
    struct part *part;
    uint64_t fed_ns;
    uint64_t unlocked_cycle; /* when WDCE was written; the change must follow within four cycles */
    bool unlocked;
    bool never_fires; /* a fault */
};

/* Takes the watchdog's register and the WDR instruction over. */
void watchdog_make(struct watchdog *watchdog, struct part *part);

/* After a reset whose first instruction comes at `ns`: 16 ms from then, if it is on. */
void watchdog_reset(struct watchdog *watchdog, uint64_t ns);

/* Anew after the CPU's rate or the fault has changed. */
void watchdog_schedule(struct watchdog *watchdog);

/* Puts `value` into WDTCSR without the timed sequence, as a flipped bit would. */
void watchdog_force(struct watchdog *watchdog, uint8_t value);

#endif
