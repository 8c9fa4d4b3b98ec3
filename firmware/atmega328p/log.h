/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The event record in EEPROM (SAFE-7): core/record.h says what it looks like, this module writes it.
 *
 * Events wait in a short queue, and log_work() writes a byte at a time. A slot is made invalid first and valid last, so
 * a power failure at any byte costs no record but the one that is being written.
 */
#ifndef FIRMWARE_ATMEGA328P_LOG_H
#define FIRMWARE_ATMEGA328P_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "core/control.h"
#include "core/record.h"

#define LOG_QUEUE 8u /* two ticks with an edge of each output, and two faults */

/* Finds the newest record; the boot is one higher than its boot. To be called once, before all others. */
void log_init(void);

/*
 * Queues an event: `record` with kind, cause, output, high, outputs, detail, tick and vbat_cv; numbers and counters are
 * added when it is written. A full queue drops it, and leaves a gap in the records' numbers.
 */
void log_add(const struct sbms_entry *record);

/* Writes the next byte if there is one and the EEPROM is ready. Returns whether there is more to do. */
bool log_work(void);

#endif
