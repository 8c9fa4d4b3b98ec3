/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/record/device_record.h"

#include <assert.h>

/* Everything that comes and goes: faults, each terminal's, and signals that flicker. */
#define TERMINAL_TROUBLES ((unsigned)SBMS_FAULT_COUNT)
#define FLICKER_TROUBLES (TERMINAL_TROUBLES + (unsigned)SBMS_OUTPUT_COUNT * SBMS_TERMINAL_COUNT)
#define TROUBLES (FLICKER_TROUBLES + (unsigned)SBMS_INPUT_COUNT)

/* What the entries of one boot have told so far. */
struct known {
    int64_t tick;                         /* of the last entry */
    bool high[SBMS_OUTPUT_COUNT];         /* after its last edge */
    int64_t edge_tick[SBMS_OUTPUT_COUNT]; /* of that; -1: not known */
    int64_t rise_tick;                    /* of Pre-alarm; -1: not known */
    int64_t come_tick[TROUBLES];          /* when it came; -1: not known */
};

/* ---- the ring ----------------------------------------------------------------------------------- */

static bool is_erased(const uint8_t bytes[SBMS_ENTRY_BYTES])
{
    for (unsigned i = 0; i < SBMS_ENTRY_BYTES; i++) {
        if (bytes[i] != 0xFFu) {
            return false;
        }
    }
    return true;
}

/* How far `number` is ahead of `other`; numbers wrap. */
static int ahead(uint16_t number, uint16_t other)
{
    const uint16_t difference = (uint16_t)(number - other);
    return difference < 0x8000u ? difference : difference - 0x10000;
}

/* Puts an entry where its number belongs, counted from that of the first entry taken, so that any set of numbers has one
 * order. */
static void insert(struct device_record *record, const struct device_record_entry *entry, uint16_t reference)
{
    size_t place = record->count;
    assert(record->count < SBMS_RECORD_SLOTS);
    while (place > 0 && ahead(record->entries[place - 1].decoded.number, reference) >
                            ahead(entry->decoded.number, reference)) {
        record->entries[place] = record->entries[place - 1];
        place--;
    }
    record->entries[place] = *entry;
    record->count++;
}

static void read_slots(struct device_record *record, const uint8_t *image)
{
    uint16_t reference = 0;
    for (unsigned slot = 0; slot < SBMS_RECORD_SLOTS; slot++) {
        const uint8_t *bytes = image + SBMS_RECORD_OFFSET + slot * SBMS_ENTRY_BYTES;
        struct device_record_entry entry = {.slot = slot, .held_ticks = -1, .prealarm_ticks = -1};
        if (sbms_entry_decode(bytes, &entry.decoded)) {
            reference = record->count == 0 ? entry.decoded.number : reference;
            insert(record, &entry, reference);
        } else if (is_erased(bytes)) {
            record->empty++;
        } else {
            record->torn++;
        }
    }
}

/* ---- what follows from one entry for the next -------------------------------------------------------- */

/* Nothing is known of the outputs, or, at a boot, that all float since tick 0 (SAFE-1). */
static void forget(struct known *known, bool is_boot)
{
    for (int output = 0; output < SBMS_OUTPUT_COUNT; output++) {
        known->high[output] = false;
        known->edge_tick[output] = is_boot ? 0 : -1;
    }
    for (unsigned trouble = 0; trouble < TROUBLES; trouble++) {
        known->come_tick[trouble] = -1;
    }
    known->rise_tick = -1;
}

static void take_edge(struct known *known, struct device_record_entry *entry)
{
    const struct sbms_entry *decoded = &entry->decoded;
    const unsigned output = decoded->output;
    assert(output < SBMS_OUTPUT_COUNT);
    if (known->edge_tick[output] >= 0 && known->high[output] != decoded->high) {
        entry->held_ticks = entry->tick - known->edge_tick[output];
    }
    /* a cut ends the pre-alarm at the same tick (PRE-3), whichever of the two was recorded first */
    const bool ends_prealarm =
        known->high[SBMS_OUTPUT_PREALARM] || known->edge_tick[SBMS_OUTPUT_PREALARM] == entry->tick;
    if (sbms_entry_is_cut(decoded) && known->rise_tick >= 0 && ends_prealarm) {
        entry->prealarm_ticks = entry->tick - known->rise_tick;
    }
    known->high[output] = decoded->high;
    known->edge_tick[output] = entry->tick;
    if (output == SBMS_OUTPUT_PREALARM && decoded->high) {
        known->rise_tick = entry->tick;
    }
}

static unsigned trouble_of(const struct sbms_entry *decoded)
{
    unsigned trouble = decoded->detail;
    if (decoded->kind == SBMS_ENTRY_FLICKER) {
        trouble += FLICKER_TROUBLES;
    } else if (decoded->detail == SBMS_FAULT_OUTPUT) {
        trouble = TERMINAL_TROUBLES + decoded->output * (unsigned)SBMS_TERMINAL_COUNT + decoded->cause;
    }
    assert(trouble < TROUBLES); /* the decoder has seen to it */
    return trouble;
}

/* A fault or a flicker. */
static void take_trouble(struct known *known, struct device_record_entry *entry)
{
    int64_t *come_tick = &known->come_tick[trouble_of(&entry->decoded)];
    if (entry->decoded.high) {
        *come_tick = entry->tick;
    } else if (*come_tick >= 0) {
        entry->held_ticks = entry->tick - *come_tick;
        *come_tick = -1;
    }
}

/* Entries whose numbers are missing between two. */
static unsigned count_missing(const struct sbms_entry *decoded, const struct sbms_entry *before)
{
    const int step = ahead(decoded->number, before->number);
    return step > 1 ? (unsigned)step - 1u : 0u;
}

/* `before`: the entry before this one, NULL for the oldest. */
static void derive(struct known *known, struct device_record_entry *entry,
                   const struct device_record_entry *before)
{
    const struct sbms_entry *decoded = &entry->decoded;
    const bool is_boot = decoded->kind == SBMS_ENTRY_BOOT;
    if (before != NULL) {
        entry->missing = count_missing(decoded, &before->decoded);
    }
    entry->begins_boot = before == NULL || is_boot || decoded->boot != before->decoded.boot;
    if (entry->begins_boot || entry->missing > 0) {
        forget(known, is_boot);
    }
    /* the tick wraps: within a boot only the difference counts (SAFE-6) */
    entry->tick = entry->begins_boot
                      ? (int64_t)decoded->tick
                      : known->tick + (int64_t)(uint32_t)(decoded->tick - before->decoded.tick);
    known->tick = entry->tick;
    if (decoded->kind == SBMS_ENTRY_EDGE) {
        take_edge(known, entry);
    } else if (decoded->kind == SBMS_ENTRY_FAULT || decoded->kind == SBMS_ENTRY_FLICKER) {
        take_trouble(known, entry);
    }
}

void device_record_read(struct device_record *record, const uint8_t image[SBMS_EEPROM_BYTES])
{
    struct known known = {0};
    assert(record != NULL);
    assert(image != NULL);
    *record = (struct device_record){0};
    record->stored = sbms_settings_decode(image + SBMS_SETTINGS_OFFSET, &record->settings);
    read_slots(record, image);
    for (size_t i = 0; i < record->count; i++) {
        derive(&known, &record->entries[i], i == 0 ? NULL : &record->entries[i - 1]);
    }
}
