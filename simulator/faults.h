/* SPDX-License-Identifier: Apache-2.0 */
/* Faults that are done to the part's insides: flipped bits and a stuck cell. Those of its surroundings are in front_end.h. */
#ifndef SIMULATOR_FAULTS_H
#define SIMULATOR_FAULTS_H

#include <stdbool.h>
#include <stdint.h>

#include "simulator/part.h"
#include "simulator/watchdog.h"

struct faults {
    struct part *part;
    struct watchdog *watchdog;
    bool stuck; /* a bit of the SRAM is */
    uint16_t stuck_address;
    uint8_t stuck_mask;
    bool stuck_high;
};

void faults_make(struct faults *faults, struct part *part, struct watchdog *watchdog);

/* Flips a bit of the byte at `address`, which lies in the SRAM or is one of r0 to r31. */
void faults_flip(const struct faults *faults, uint16_t address, unsigned bit);

/* Flips a bit of the byte at `address` of the flash. */
void faults_flip_flash(const struct faults *faults, uint16_t address, unsigned bit);

/* Flips a bit of the stack pointer, 0..15. */
void faults_flip_sp(const struct faults *faults, unsigned bit);

void faults_flip_sreg(const struct faults *faults, unsigned bit);

/*
 * Flips a bit of the I/O register at `address` (0x20..0xFF) as if it had been written, so that what it controls notices;
 * a flag comes or goes with its interrupt. False: it is one of PINB, PINC, PIND, which hold no state.
 */
bool faults_flip_io(const struct faults *faults, uint8_t address, unsigned bit);

/* From now on the bits of `mask` in the SRAM's byte at `address` are stuck; mask 0: none is. */
void faults_stick(struct faults *faults, uint16_t address, uint8_t mask, bool high);

/* After each instruction while a cell is stuck. */
void faults_hold(const struct faults *faults);

#endif
