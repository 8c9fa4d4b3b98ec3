/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The watchdog, in place of simavr's: on its own 128 kHz, on from the reset at 16 ms where the fuse WDTON says so, and a
 * new period counts from the last WDR. It resets the part; its interrupt mode is not modelled.
 */
#ifndef SIMULATOR_WATCHDOG_H
#define SIMULATOR_WATCHDOG_H

#include <stdbool.h>
#include <stdint.h>

#include "simulator/simavr.h"

#define WATCHDOG_WDE 0x08u

struct machine;

struct watchdog {
    avr_io_t io; /* sees WDR before simavr's own does */
    struct machine *machine;
    uint64_t fed_ns;
    uint64_t unlocked_cycle; /* when WDCE was written; the change must follow within four cycles */
    bool unlocked;
    bool never_fires; /* a fault */
};

/* Takes the watchdog's register and the WDR instruction over. */
void watchdog_make(struct machine *machine);

/* After a reset: 16 ms from now, if it is on. */
void watchdog_reset(struct machine *machine);

/* Anew after the CPU's rate or the fault has changed. */
void watchdog_schedule(struct machine *machine);

/* Puts `value` into WDTCSR without the timed sequence, as a flipped bit would. */
void watchdog_force(struct machine *machine, uint8_t value);

#endif
