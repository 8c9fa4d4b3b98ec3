/* SPDX-License-Identifier: Apache-2.0 */
/* Faults that are done to the part's insides: flipped bits and a stuck cell. Those of its surroundings are in front_end.h. */
#ifndef SIMULATOR_FAULTS_H
#define SIMULATOR_FAULTS_H

#include <stdbool.h>
#include <stdint.h>

struct machine;

struct faults {
    bool stuck; /* a bit of the SRAM is */
    uint16_t stuck_address;
    uint8_t stuck_mask;
    bool stuck_high;
};

/* Flips a bit of the byte at `address`, which lies in the SRAM or is one of r0 to r31. */
void faults_flip(struct machine *machine, uint16_t address, unsigned bit);

/* Flips a bit of the byte at `address` of the flash. */
void faults_flip_flash(struct machine *machine, uint16_t address, unsigned bit);

/* Flips a bit of the stack pointer, 0..15. */
void faults_flip_sp(struct machine *machine, unsigned bit);

void faults_flip_sreg(struct machine *machine, unsigned bit);

/*
 * Flips a bit of the I/O register at `address` (0x20..0xFF) as if it had been written, so that what it controls notices;
 * a flag comes or goes with its interrupt. False: it is one of PINB, PINC, PIND, which hold no state.
 */
bool faults_flip_io(struct machine *machine, uint8_t address, unsigned bit);

/* After each instruction while a cell is stuck. */
void faults_hold(struct machine *machine);

#endif
