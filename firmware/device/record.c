/* SPDX-License-Identifier: Apache-2.0 */
#include "firmware/device/record.h"

#include "firmware/device/port.h"

#define INVALID \
    0xA5u /* no version that will ever be, and not what an EEPROM that was never used here holds */

/* What is known of an entry before it is written: the rest comes from the entry before. */
struct waiting {
    uint8_t kind;
    uint8_t cause;
    uint8_t output;
    uint8_t high;
    uint8_t outputs;
    uint8_t detail;
    uint16_t gap; /* entries that were dropped before it */
    uint16_t vbat_cv;
    uint32_t tick;
};

/* Counters of a device's life. */
struct counts {
    uint16_t cuts;
    uint16_t charger_stops;
    uint16_t faults;
};

static struct waiting queue[RECORD_QUEUE];
static uint8_t queued;
static uint16_t dropped;        /* since the last of the queue */
static struct counts uncounted; /* of those that were dropped, for the next that is written */
static uint8_t tokens;
static uint16_t refill_ticks;
static uint16_t pause_ticks; /* until the bucket begins to fill */
static uint8_t slot;         /* the next to be written, 0..SBMS_RECORD_SLOTS - 1 */
static uint16_t boot;        /* this one */

static uint8_t bytes[SBMS_ENTRY_BYTES];
static uint8_t
    next_byte; /* of `bytes` to be written; 0: make the slot invalid; after the last: make it valid */
static bool writing;
static bool waits;           /* for the supply */
static uint8_t waited_ticks; /* since it was good last, or since the start */

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

/* ---- the start ------------------------------------------------------------------------------------ */

/* What the slots tell, each looked at in turn. */
struct survey {
    bool found;
    uint16_t newest; /* number */
    uint16_t before_boot;
    uint32_t before_tick;
    uint32_t covered_ticks; /* run time between entries of the same boot */
};

static void take_into_account(struct survey *survey, const struct sbms_entry *entry, uint8_t its_slot)
{
    if (entry->boot == survey->before_boot && entry->tick > survey->before_tick &&
        survey->covered_ticks < RECORD_COVERED_TICKS) {
        const uint32_t passed_ticks = entry->tick - survey->before_tick;

        survey->covered_ticks += passed_ticks;
    }
    survey->before_boot = entry->boot;
    survey->before_tick = entry->tick;
    if (!survey->found || (int16_t)(entry->number - survey->newest) > 0) {
        survey->newest = entry->number;
        boot = entry->boot;
        slot = slot_after(its_slot);
    }
    survey->found = true;
}

/* Passes over slots that the last starts were interrupted in, so that they do not all wear the same one. */
static uint8_t pass_torn_slots(void)
{
    uint8_t torn = 0u;

    while (torn < RECORD_TORN_SLOTS && port_eeprom_read(address_of(slot)) == INVALID) {
        slot = slot_after(slot);
        torn++;
    }
    return torn;
}

/* SAFE-7: the bucket of this start. The first starts of a life are few enough; later ones, and those after starts that
 * never got further than their first entry, must not come so fast. */
static void fill_bucket(const struct survey *survey)
{
    const uint8_t torn = pass_torn_slots();

    tokens = RECORD_TOKENS;
    refill_ticks = 0u;
    pause_ticks = torn == RECORD_TORN_SLOTS ? RECORD_TORN_PAUSE_TICKS : 0u;
    if (torn == RECORD_TORN_SLOTS ||
        (boot >= RECORD_FREE_STARTS && survey->covered_ticks < RECORD_COVERED_TICKS)) {
        tokens = 0u;
    }
}

void record_init(void)
{
    struct sbms_entry entry;
    struct survey survey = {.found = false};

    slot = 0u;
    boot = 0u;
    queued = 0u;
    dropped = 0u;
    uncounted = (struct counts){.cuts = 0u};
    writing = false;
    waits = true;
    waited_ticks = 0u;
    for (uint8_t i = 0u; i <= SBMS_RECORD_SLOTS; i++) { /* the first once more, for it comes after the last */
        const uint8_t its_slot = i < SBMS_RECORD_SLOTS ? i : 0u;

        if (read_slot(its_slot, &entry)) {
            take_into_account(&survey, &entry, its_slot);
        }
    }
    fill_bucket(&survey);
    boot = boot < UINT16_MAX ? (uint16_t)(boot + 1u) : (uint16_t)RECORD_FREE_STARTS;
}

/* ---- adding ---------------------------------------------------------------------------------------- */

static void watch_supply(bool is_good)
{
    waits = !is_good && waited_ticks < RECORD_WAIT_TICKS;
    if (is_good) {
        waited_ticks = 0u;
    } else if (waits) {
        waited_ticks++;
    }
}

void record_tick(bool supply_is_good)
{
    watch_supply(supply_is_good);
    if (tokens > RECORD_TOKENS) {
        tokens = 0u; /* a flipped bit */
    }
    if (pause_ticks > 0u) {
        pause_ticks--;
        return;
    }
    refill_ticks++;
    if (refill_ticks >= RECORD_REFILL_TICKS) {
        refill_ticks = 0u;
        if (tokens < RECORD_TOKENS) {
            tokens++;
        }
    }
}

/* Whether `entry` is an output that floats because ATC, or the open chain, took it. */
static bool is_charger_stop(const struct sbms_entry *entry)
{
    return entry->kind == SBMS_ENTRY_EDGE && !entry->high && entry->output == SBMS_OUTPUT_CHARGER &&
           (entry->cause == SBMS_CAUSE_ATC_LOST || entry->cause == SBMS_CAUSE_CHAIN_OPEN);
}

static void count(struct counts *counts, const struct sbms_entry *entry)
{
    if (sbms_entry_is_cut(entry)) {
        counts->cuts++;
    }
    if (is_charger_stop(entry)) {
        counts->charger_stops++;
    }
    if (entry->kind == SBMS_ENTRY_FAULT && entry->high) {
        counts->faults++;
    }
}

/* Whether `entry` is a cut or Load's return from one. LOAD-8 bounds their rate, so nothing else may take their tokens. */
static bool is_cut_or_return(const struct sbms_entry *entry)
{
    return sbms_entry_is_cut(entry) || (entry->kind == SBMS_ENTRY_EDGE && entry->output == SBMS_OUTPUT_LOAD &&
                                        entry->high && entry->cause != SBMS_CAUSE_REMOTE_ON);
}

/* The tokens that `entry` must leave. A boot names no output but the first, which is Load. */
static uint8_t reserve_for(const struct sbms_entry *entry)
{
    const bool is_vital = entry->kind == SBMS_ENTRY_FAULT ||
                          (entry->output == SBMS_OUTPUT_LOAD && entry->kind != SBMS_ENTRY_FLICKER);

    if (is_cut_or_return(entry)) {
        return 0u;
    }
    return is_vital ? RECORD_RESERVE_CUTS : RECORD_RESERVE;
}

void record_add(const struct sbms_entry *entry)
{
    if (queued >= RECORD_QUEUE || tokens <= reserve_for(entry)) {
        count(&uncounted, entry);
        if (dropped < SBMS_RECORD_GAP_MAX) {
            dropped++;
        }
        return;
    }
    tokens--;
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

/* ---- writing --------------------------------------------------------------------------------------- */

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
    count(&uncounted, &entry);
    entry.cuts = (uint16_t)(entry.cuts + uncounted.cuts);
    entry.charger_stops = (uint16_t)(entry.charger_stops + uncounted.charger_stops);
    entry.faults = (uint16_t)(entry.faults + uncounted.faults);
    uncounted = (struct counts){.cuts = 0u};
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
    return port_eeprom_is_busy() || (!waits && (writing || queued > 0u));
}

bool record_work(void)
{
    if (queued > RECORD_QUEUE) {
        queued = 0u; /* a flipped bit: nothing beyond the queue may be touched */
    }
    if (port_eeprom_is_busy()) {
        return true;
    }
    if (waits) {
        return false;
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
