/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The record in EEPROM (SAFE-7): core/record.h says what it looks like, this module writes it.
 *
 * Entries wait in a short queue, and record_work() writes a byte at a time. A slot is made invalid first and valid last, so
 * a power failure at any byte costs no entry but the one that is being written.
 */
#ifndef FIRMWARE_DEVICE_RECORD_H
#define FIRMWARE_DEVICE_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "core/control.h"
#include "core/record.h"

#define RECORD_QUEUE 8u /* two ticks with an edge of each output, and two faults */

/* At the start: finds the newest entry; the boot is one higher than its boot. The queue is empty. */
void record_init(void);

/*
 * Queues an entry: `entry` with kind, cause, output, high, outputs, detail, tick and vbat_cv; numbers and counters are
 * added when it is written. A full queue drops it, and leaves a gap in the entries' numbers.
 */
void record_add(const struct sbms_entry *entry);

/* Whether record_work() has anything to do. */
bool record_has_work(void);

/* Writes the next byte if there is one and the EEPROM is ready. Returns whether there is more to do. */
bool record_work(void);

#endif
