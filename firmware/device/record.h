/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The record in EEPROM (SAFE-7): core/record.h says what it looks like, this module writes it.
 *
 * Entries wait in a short queue, and record_work() writes a byte at a time. A slot is made invalid first and valid last, so
 * a power failure at any byte costs no entry but the one that is being written.
 *
 * No input can wear the record out (SAFE-7): an entry takes a token out of a bucket, and one that finds none is counted and
 * not written. docs/DESIGN.md has the sum over ten years.
 */
#ifndef FIRMWARE_DEVICE_RECORD_H
#define FIRMWARE_DEVICE_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "core/control.h"
#include "core/record.h"

#define RECORD_QUEUE 8u /* two ticks with an edge of each output, and two faults */

#define RECORD_WAIT_TICKS 6u /* for a supply that is gone: longer than half a second, whenever that begins */

#define RECORD_TOKENS 16u         /* the bucket's size */
#define RECORD_RESERVE 8u         /* the last tokens are for Load, boots and faults */
#define RECORD_RESERVE_CUTS 4u    /* ... and the last of these for cuts of Load and its returns from them */
#define RECORD_REFILL_TICKS 2400u /* a token each 5 min */
#define RECORD_FREE_STARTS 32768u /* the first starts of a life have a full bucket */
#define RECORD_COVERED_TICKS 691200u   /* a later one has it if the entries cover 24 h of run time */
#define RECORD_TORN_SLOTS 2u           /* ... and none has it after so many that did not finish one entry */
#define RECORD_TORN_PAUSE_TICKS 57600u /* ... in its first 2 h: the next entry may tear the same slot again */

/* At the start: finds the newest entry; the boot is one higher than its boot. The queue is empty; the bucket is full or
 * empty, as the numbers above say. */
void record_init(void);

/* Once a tick: fills the bucket. `supply_is_good`: so said the last sample. From the start, and from a sample that does not say so,
 * what is to be written waits for the first that does, RECORD_WAIT_TICKS at the most. */
void record_tick(bool supply_is_good);

/*
 * Queues an entry: `entry` with kind, cause, output, high, outputs, detail, tick and vbat_cv; numbers and counters are
 * added when it is written. Without a token, or with a full queue, it is dropped: the next entry's counters count it, and
 * its number leaves a gap of one, up to SBMS_RECORD_GAP_MAX of them.
 */
void record_add(const struct sbms_entry *entry);

/* Whether record_work() has anything to do. */
bool record_has_work(void);

/* Writes the next byte if there is one and the EEPROM is ready. Returns whether there is more to do. */
bool record_work(void);

#endif
