/* SPDX-License-Identifier: Apache-2.0 */
#include "firmware/device/record.h"

#include "firmware/device/port.h"

#define INVALID 0xFFu /* no version that will ever be */

/* What is known of an entry before it is written: the rest comes from the entry before. */
struct waiting {
    uint8_t kind;
    uint8_t cause;
    uint8_t output;
    uint8_t high;
    uint8_t outputs;
    uint8_t detail;
    uint8_t gap; /* entries that were dropped before it */
    uint16_t vbat_cv;
    uint32_t tick;
};

static struct waiting queue[RECORD_QUEUE];
static uint8_t queued;
static uint8_t dropped;
static uint8_t slot;  /* the next to be written, 0..SBMS_RECORD_SLOTS - 1 */
static uint16_t boot; /* this one */

static uint8_t bytes[SBMS_ENTRY_BYTES];
static uint8_t
    next_byte; /* of `bytes` to be written; 0: make the slot invalid; after the last: make it valid */
static bool writing;

static uint16_t address_of(uint8_t slot_number)
{
    return (uint16_t)(SBMS_RECORD_OFFSET + (uint16_t)slot_number * SBMS_ENTRY_BYTES);
}

static bool read_slot(uint8_t slot_number, struct sbms_entry *entry)
{
    uint8_t stored[SBMS_ENTRY_BYTES];

    for (uint8_t i = 0u; i < SBMS_ENTRY_BYTES; i++) {
        stored[i] = port_eeprom_read((uint16_t)(address_of(slot_number) + i));
    }
    return sbms_entry_decode(stored, entry);
}

static uint8_t slot_before(uint8_t slot_number)
{
    return slot_number == 0u ? (uint8_t)(SBMS_RECORD_SLOTS - 1u) : (uint8_t)(slot_number - 1u);
}

static uint8_t slot_after(uint8_t slot_number)
{
    return slot_number + 1u < SBMS_RECORD_SLOTS ? (uint8_t)(slot_number + 1u) : 0u;
}

void record_init(void)
{
    struct sbms_entry entry;
    uint16_t newest = 0u;
    bool found = false;

    slot = 0u;
    boot = 0u;
    queued = 0u;
    dropped = 0u;
    writing = false;
    for (uint8_t i = 0u; i < SBMS_RECORD_SLOTS; i++) {
        if (!read_slot(i, &entry)) {
            continue;
        }
        if (!found || (int16_t)(entry.number - newest) > 0) {
            newest = entry.number;
            boot = entry.boot;
            slot = slot_after(i);
        }
        found = true;
    }
    boot++;
}

void record_add(const struct sbms_entry *entry)
{
    if (queued >= RECORD_QUEUE) {
        if (dropped < UINT8_MAX) {
            dropped++;
        }
        return;
    }
    queue[queued] = (struct waiting){.kind = entry->kind,
                                     .cause = entry->cause,
                                     .output = entry->output,
                                     .high = entry->high,
                                     .outputs = entry->outputs,
                                     .detail = entry->detail,
                                     .gap = dropped,
                                     .vbat_cv = entry->vbat_cv,
                                     .tick = entry->tick};
    queued++;
    dropped = 0u;
}

/* Whether `entry` is an output that floats because `cause`, or the open chain, took its signal. */
static bool is_loss(const struct sbms_entry *entry, uint8_t output, uint8_t cause)
{
    return entry->kind == SBMS_ENTRY_EDGE && !entry->high && entry->output == output &&
           (entry->cause == cause || entry->cause == SBMS_CAUSE_CHAIN_OPEN);
}

/* The counters of a device's life, one entry further. */
static void count(struct sbms_entry *entry)
{
    if (is_loss(entry, SBMS_OUTPUT_LOAD, SBMS_CAUSE_ATD_LOST)) {
        entry->cuts++;
    }
    if (is_loss(entry, SBMS_OUTPUT_CHARGER, SBMS_CAUSE_ATC_LOST)) {
        entry->charger_stops++;
    }
    if (entry->kind == SBMS_ENTRY_FAULT && entry->high) {
        entry->faults++;
    }
}

/* The newest entry, for its number and counters: the slot before, or one further back where a slot is worn out. None yet:
 * `*entry` stays as it is. */
static void read_newest(struct sbms_entry *entry)
{
    uint8_t candidate = slot;

    for (uint8_t i = 0u; i < SBMS_RECORD_SLOTS; i++) {
        candidate = slot_before(candidate);
        if (read_slot(candidate, entry)) {
            return;
        }
    }
}

/* Makes the oldest of the queue into `bytes`. */
static void take_oldest(void)
{
    struct sbms_entry entry = {.number = UINT16_MAX}; /* so that the first ever is 0 */
    const struct waiting *oldest = &queue[0];

    read_newest(&entry);
    entry.kind = oldest->kind;
    entry.cause = oldest->cause;
    entry.output = oldest->output;
    entry.high = oldest->high != 0u;
    entry.outputs = oldest->outputs;
    entry.detail = oldest->detail;
    entry.vbat_cv = oldest->vbat_cv;
    entry.tick = oldest->tick;
    entry.boot = boot;
    entry.number = (uint16_t)(entry.number + 1u + oldest->gap);
    count(&entry);
    sbms_entry_encode(&entry, bytes);
    queued--;
    for (uint8_t i = 0u; i < queued; i++) {
        queue[i] = queue[i + 1u];
    }
}

/* Byte 0 holds the version: it goes last, and at first it is made one that is none. */
static void write_next_byte(void)
{
    uint8_t value = INVALID;
    uint16_t address = 0u;

    if (slot >= SBMS_RECORD_SLOTS) {
        slot = 0u; /* a flipped bit: must not lead to the settings */
    }
    address = address_of(slot);
    if (next_byte > 0u && next_byte < SBMS_ENTRY_BYTES) {
        address += next_byte;
        value = bytes[next_byte];
    } else if (next_byte > 0u) {
        value = bytes[0];
    }
    port_eeprom_write(address, value);
    next_byte++;
}

bool record_has_work(void)
{
    return writing || queued > 0u;
}

bool record_work(void)
{
    if (queued > RECORD_QUEUE) {
        queued = 0u; /* a flipped bit: nothing beyond the queue may be touched */
    }
    if (port_eeprom_is_busy()) {
        return true;
    }
    if (writing && next_byte > SBMS_ENTRY_BYTES) {
        writing = false;
        slot = slot_after(slot);
    }
    if (!writing) {
        if (queued == 0u) {
            return false;
        }
        take_oldest();
        writing = true;
        next_byte = 0u;
    }
    write_next_byte();
    return true;
}
