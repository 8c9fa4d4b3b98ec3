/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The EEPROM, in place of simavr's: a write keeps EEPE set for as long as the hardware does (it counts on the RC oscillator,
 * whatever the CPU runs on; silicon.h), EE_READY interrupts for as long as it is enabled and nothing is being written, and
 * the power can fail in a chosen write. The new byte is there at once.
 */
#ifndef SIMULATOR_EEPROM_H
#define SIMULATOR_EEPROM_H

#include <stdbool.h>
#include <stdint.h>

#include "simulator/part.h"

#define EEPROM_BYTES 1024u

struct eeprom {
    struct part *part;
    uint8_t bytes[EEPROM_BYTES];
    uint64_t unlocked_cycle; /* when EEMPE was written; EEPE must follow within four cycles */
    bool unlocked;
    bool busy;
    uint32_t cut_in;     /* the power fails in this write from now, 1 = the next; 0 = in none */
    uint32_t cut_number; /* what the command gave: its parity says how the byte is torn */
};

/* Takes the EEPROM's registers over and erases it. */
void eeprom_make(struct eeprom *eeprom, struct part *part);

/* After a reset. A write that was going on has ended well. */
void eeprom_reset(struct eeprom *eeprom);

/* Reads exactly EEPROM_BYTES bytes from the file `path`. False: it cannot be read or has another length, and nothing has
 * changed. */
bool eeprom_load(struct eeprom *eeprom, const char *path);

/* Writes them to the file `path`. False: it cannot be written. */
bool eeprom_save(const struct eeprom *eeprom, const char *path);

#endif
