/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An observer: what the image must keep to, checked as it runs; the first breach is kept in words, the rest are counted.
 *
 * At each SLEEP: SE set, idle or power-save, interrupts on. In power-save: no conversion, converter off, no EEPROM write
 * and no byte on its way, TIMSK0 and TIMSK1 and the UART's interrupts off, loops and dividers not energised, the
 * brown-out detector switched off (BODS is set for three cycles only), and Timer2 on the crystal with its compare
 * interrupt A on.
 * At each WDR: while running, GPIOR0 at PHASE_CHECK with SAMPLE, DECIDE, DRIVE, CHECK passed in that order since the
 * last WDR, and WDE set; before, GPIOR0 at PHASE_RESET or PHASE_STARTING.
 * Always: RXEN0 off, no output high before the first PHASE_DRIVE after a reset, UDR0 not written while full.
 * A program that goes wild is a breach too.
 */
#ifndef SIMULATOR_AUDIT_H
#define SIMULATOR_AUDIT_H

#include <stdbool.h>
#include <stdint.h>

#include "simulator/part.h"
#include "simulator/uart.h"

#define AUDIT_TEXT_BYTES 120

struct audit {
    const struct part *part;
    const struct uart *uart; /* no register says that a byte is on its way */
    uint64_t breaches;       /* since power-on */
    char first[AUDIT_TEXT_BYTES];
    uint8_t passed; /* phases passed in order since the last WDR */
    bool drove;     /* PHASE_DRIVE has come since the reset */
    bool waited;    /* PHASE_WAITING has */
};

/* Begins to observe. */
void audit_make(struct audit *audit, struct part *part, const struct uart *uart);

#endif
