/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The record of a device (core/record.h): its entries in order, and with what follows from one entry for the next: for
 * how long an output had been as it was, and for how long a fault lasted (SAFE-7).
 *
 * Such a length is known only while nothing is missing between the entries that it is made from: a boot whose beginning
 * has been overwritten, or entries that came too fast to be recorded, leave it unknown.
 */
#ifndef CLI_RECORD_DEVICE_RECORD_H
#define CLI_RECORD_DEVICE_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/fault.h"
#include "core/record.h"

struct device_record_entry {
    struct sbms_entry decoded;
    unsigned slot; /* its place in the ring, from 0 */
    int64_t tick;  /* since the boot, beyond the entry's 32 bits as far as that shows */
    /* Of an edge: how long its output had been at the other level (since the boot, if this is its first edge); of a fault
     * or a flicker that is gone: how long it lasted; -1: not known. */
    int64_t held_ticks;
    int64_t prealarm_ticks; /* of a cut: how long Pre-alarm had been high; -1: not known, or no cut */
    unsigned missing;       /* entries between the one before and this one that were not recorded */
    bool begins_boot;       /* the first that is kept of its boot */
};

struct device_record {
    enum sbms_stored stored; /* whether there are settings */
    struct sbms_control_settings settings;
    struct device_record_entry entries[SBMS_RECORD_SLOTS]; /* oldest first */
    size_t count;
    size_t torn;  /* slots that hold something, but no entry */
    size_t empty; /* slots never written */
};

/* Reads `image`. Cannot fail: what is no entry is counted as torn or empty. */
void device_record_read(struct device_record *record, const uint8_t image[SBMS_EEPROM_BYTES]);

#endif
