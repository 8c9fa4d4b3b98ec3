/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Structs around the arrays that some functions of core/ take: law.py and counterexample.py pass structs and numbers.
 */
#ifndef PROOF_ARRAYS_H
#define PROOF_ARRAYS_H

#include "core/battery.h"
#include "core/record.h"

/* Six readings of a kind stand for any number (claims_battery.py). */
#define PROOF_OF_A_KIND 6u

struct proof_battery {
    struct sbms_battery battery;
    struct sbms_battery_reading readings[2u * PROOF_OF_A_KIND]; /* cells, then temperatures */
};

struct proof_sample {
    int16_t cell_mv[PROOF_OF_A_KIND];
    int16_t temp_dc[PROOF_OF_A_KIND];
    uint8_t conversion;
};

struct proof_entry_bytes {
    uint8_t bytes[SBMS_ENTRY_BYTES];
};

struct proof_settings_bytes {
    uint8_t bytes[SBMS_SETTINGS_BYTES];
};

static inline struct sbms_signals proof_battery_step(struct proof_battery *battery,
                                                     const struct proof_sample *values, uint8_t cell_count,
                                                     uint8_t temp_count)
{
    const struct sbms_battery_sample sample = {.cell_mv = values->cell_mv,
                                               .temp_dc = values->temp_dc,
                                               .cell_count = cell_count,
                                               .temp_count = temp_count,
                                               .conversion = values->conversion};

    return sbms_battery_step(&battery->battery, battery->readings, &sample);
}

static inline struct sbms_signals proof_join(const struct sbms_signals *a, const struct sbms_signals *b)
{
    return sbms_signals_join(*a, *b);
}

static inline void proof_entry_encode(const struct sbms_entry *entry, struct proof_entry_bytes *to)
{
    sbms_entry_encode(entry, to->bytes);
}

static inline bool proof_entry_decode(const struct proof_entry_bytes *from, struct sbms_entry *entry)
{
    return sbms_entry_decode(from->bytes, entry);
}

static inline void proof_settings_encode(const struct sbms_control_settings *settings,
                                         struct proof_settings_bytes *to)
{
    sbms_settings_encode(settings, to->bytes);
}

static inline enum sbms_stored proof_settings_decode(const struct proof_settings_bytes *from,
                                                     struct sbms_control_settings *settings)
{
    return sbms_settings_decode(from->bytes, settings);
}

#endif
