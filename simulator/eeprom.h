/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The EEPROM, in place of simavr's: a write keeps EEPE set for as long as the hardware does (26368 cycles of the RC
 * oscillator for erase and write, 14400 for one of them), EE_READY interrupts for as long as it is enabled and nothing is
 * being written, and the power can fail in a chosen write. The new byte is there at once.
 */
#ifndef SIMULATOR_EEPROM_H
#define SIMULATOR_EEPROM_H

#include <stdbool.h>
#include <stdint.h>

#define EEPROM_BYTES 1024u

struct machine;

struct eeprom {
    uint8_t bytes[EEPROM_BYTES];
    uint64_t unlocked_cycle; /* when EEMPE was written; EEPE must follow within four cycles */
    bool unlocked;
    bool busy;
    uint32_t cut_in;     /* the power fails in this write from now, 1 = the next; 0 = in none */
    uint32_t cut_number; /* what the command gave: its parity says how the byte is torn */
};

/* Takes the EEPROM's registers over and erases it. */
void eeprom_make(struct machine *machine);

/* After a reset. A write that was going on has ended well. */
void eeprom_reset(struct machine *machine);

#endif
