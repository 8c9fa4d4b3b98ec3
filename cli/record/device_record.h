/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The event record of a device (core/record.h), in order and with what follows from one record for the next: for how
 * long an output had been as it was, and for how long a fault lasted (SAFE-7).
 *
 * Such a length is known only while nothing is missing between the records that it is made from: a boot whose beginning
 * has been overwritten, or a record that power failed in, leaves it unknown.
 */
#ifndef CLI_RECORD_DEVICE_RECORD_H
#define CLI_RECORD_DEVICE_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/fault.h"
#include "core/record.h"

struct device_record_entry {
    struct sbms_entry record;
    unsigned slot; /* where it stands in the ring, from 0 */
    int64_t tick;  /* since the boot, beyond the record's 32 bits as far as that shows */
    int64_t
        held_ticks; /* of an edge: how long its output had been at the other level (since the boot, if this is
                               its first edge); of a fault that is gone: how long it lasted; -1: not known */
    int64_t prealarm_ticks; /* of a cut: how long Pre-alarm had been high; -1: not known, or no cut */
    unsigned missing;       /* records that should stand between the one before and this one, and do not */
    bool begins_boot;       /* the first that is kept of its boot */
};

struct device_record {
    enum sbms_stored stored; /* whether there are settings */
    struct sbms_control_settings settings;
    struct device_record_entry entries[SBMS_RECORD_SLOTS]; /* oldest first */
    size_t count;
    size_t torn;  /* slots that hold something, but no record */
    size_t empty; /* slots never written */
};

/* Reads `image`. Cannot fail: what is no record is counted as torn or empty. */
void device_record_read(struct device_record *log, const uint8_t image[SBMS_EEPROM_BYTES]);

#endif
