/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firmware/device/record.c, the very source of the image, over an EEPROM that loses its power: at every byte of every write, singly
 * and in pairs, at most the newest record is lost; and nothing that comes again and again wears it out (SAFE-7).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/fault.h"
#include "core/record.h"
#include "firmware/device/port.h"
#include "firmware/device/record.h"

#define WRITES_PER_RECORD (SBMS_ENTRY_BYTES + 1u) /* one more makes the slot invalid first */
#define ENDURANCE_WRITES 100000u                  /* of a byte, the part's data sheet */
#define TEN_YEARS_MIN 5259600u
#define TICKS_PER_MIN (60u * SBMS_TICKS_PER_S)

/* ---- an EEPROM whose power fails -------------------------------------------------------------------- */

/* What a write that the power fails in leaves in its byte. */
enum tear { TEAR_OLD, TEAR_NEW, TEAR_ERASED, TEAR_MIXED, TEARS };

static uint8_t eeprom[SBMS_EEPROM_BYTES];
static unsigned writes;
static unsigned cut_at; /* the power fails in this write, from 1; 0: never */
static enum tear cut_tear;
static unsigned written[SBMS_EEPROM_BYTES]; /* how often, for the wear */
static bool is_busy;

uint8_t port_eeprom_read(uint16_t address)
{
    assert_true(address < SBMS_EEPROM_BYTES);
    return eeprom[address];
}

void port_eeprom_write(uint16_t address, uint8_t value)
{
    assert_true(address < SBMS_EEPROM_BYTES);
    writes++;
    if (cut_at == 0u || writes <= cut_at) {
        written[address]++;
    }
    if (cut_at == 0u || writes < cut_at) {
        eeprom[address] = value;
    } else if (writes == cut_at) {
        const uint8_t torn[TEARS] = {eeprom[address], value, 0xFFu, (uint8_t)(eeprom[address] & value)};
        eeprom[address] = torn[cut_tear];
    } /* after it: no power, nothing is written */
}

bool port_eeprom_is_busy(void)
{
    return is_busy;
}

static void cut_after(unsigned write_count, enum tear tear)
{
    writes = 0u;
    cut_at = write_count;
    cut_tear = tear;
}

/* ---- what is written, and what is there --------------------------------------------------------------- */

static struct sbms_entry event_of(uint32_t tick)
{
    return (struct sbms_entry){.kind = SBMS_ENTRY_EDGE,
                               .cause = SBMS_CAUSE_ATD_LOST,
                               .output = SBMS_OUTPUT_LOAD,
                               .detail = 0x1Fu,
                               .tick = tick,
                               .vbat_cv = (uint16_t)(1280u + tick)};
}

static void finish_writing(void)
{
    while (record_work()) {
    }
}

static void write_entry(const struct sbms_entry *entry)
{
    record_add(entry);
    finish_writing();
}

static void write_event(uint32_t tick)
{
    const struct sbms_entry event = event_of(tick);

    write_entry(&event);
}

static void pass(unsigned ticks)
{
    for (unsigned tick = 0u; tick < ticks; tick++) {
        record_tick(true);
    }
}

/* Time for one more token. */
static void wait_for_token(void)
{
    pass(RECORD_REFILL_TICKS);
}

/* Time for the first token after two starts that did not finish one entry. */
static void wait_for_first_token(void)
{
    pass(RECORD_TORN_PAUSE_TICKS);
    wait_for_token();
}

/* Until the first sample has found a supply. */
static void power_up(void)
{
    record_init();
    record_tick(true);
}

static bool slot_holds(unsigned slot, struct sbms_entry *record)
{
    return sbms_entry_decode(&eeprom[SBMS_RECORD_OFFSET + slot * SBMS_ENTRY_BYTES], record);
}

static bool is_there(uint32_t tick)
{
    for (unsigned slot = 0u; slot < SBMS_RECORD_SLOTS; slot++) {
        struct sbms_entry record;
        if (slot_holds(slot, &record) && record.tick == tick) {
            return true;
        }
    }
    return false;
}

static unsigned count_records(void)
{
    unsigned count = 0u;

    for (unsigned slot = 0u; slot < SBMS_RECORD_SLOTS; slot++) {
        struct sbms_entry record;
        count += slot_holds(slot, &record) ? 1u : 0u;
    }
    return count;
}

static struct sbms_entry newest(void)
{
    struct sbms_entry found = {.number = 0u};
    bool any = false;

    for (unsigned slot = 0u; slot < SBMS_RECORD_SLOTS; slot++) {
        struct sbms_entry record;
        if (slot_holds(slot, &record) && (!any || (int16_t)(uint16_t)(record.number - found.number) > 0)) {
            found = record;
            any = true;
        }
    }
    assert_true(any);
    return found;
}

/* An EEPROM that was never written, and a device that starts with it for the first time. */
static void start_anew(void)
{
    memset(eeprom, 0xFF, sizeof eeprom);
    memset(written, 0, sizeof written);
    cut_after(0u, TEAR_OLD);
    is_busy = false;
    power_up();
}

/* An EEPROM with `records` events, of the ticks 0, 1, ..., of the first boot, and a device in its second. */
static void fill(unsigned records)
{
    static uint8_t filled[3u * SBMS_RECORD_SLOTS + 1u][SBMS_EEPROM_BYTES];
    static bool is_filled[3u * SBMS_RECORD_SLOTS + 1u];

    assert_true(records > 0u && records <= 3u * SBMS_RECORD_SLOTS);
    start_anew();
    if (!is_filled[records]) {
        for (uint32_t tick = 0u; tick < records; tick++) {
            write_event(tick);
            wait_for_token();
        }
        memcpy(filled[records], eeprom, sizeof eeprom);
        is_filled[records] = true;
    }
    memcpy(eeprom, filled[records], sizeof eeprom);
    power_up();
}

/* The records up to that of tick `last`, as far back as the ring has room beside `newer` slots, those that have been taken
 * for newer records, the interrupted one among them. */
static void assert_all_there(uint32_t last, unsigned newer)
{
    for (uint32_t tick = 0u; tick <= last; tick++) {
        if (last - tick < SBMS_RECORD_SLOTS - newer && !is_there(tick)) {
            fail_msg("record of tick %u is lost (power failed in write %u, tear %d)", tick, cut_at,
                     (int)cut_tear);
        }
    }
}

/* ---- tests ---------------------------------------------------------------------------------------------- */

static void test_ring_keeps_the_newest(void **state)
{
    (void)state;
    for (unsigned records = 1u; records <= 3u * SBMS_RECORD_SLOTS; records++) {
        fill(records);
        assert_int_equal(count_records(), records < SBMS_RECORD_SLOTS ? records : SBMS_RECORD_SLOTS);
        assert_int_equal(newest().tick, records - 1u);
        assert_int_equal(newest().number, records - 1u);
        assert_int_equal(newest().cuts, records);
        assert_true(is_there(records < SBMS_RECORD_SLOTS ? 0u : records - SBMS_RECORD_SLOTS));
    }
}

static void test_first_boot_is_one_and_each_start_counts(void **state)
{
    (void)state;
    start_anew();
    write_event(0u);
    assert_int_equal(newest().boot, 1u);
    power_up();
    write_event(7u);
    assert_int_equal(newest().boot, 2u);
    assert_int_equal(newest().number, 1u);
}

/* SAFE-6: the numbers wrap, and the newest stays the newest. */
static void test_numbers_wrap(void **state)
{
    (void)state;
    start_anew();
    for (uint32_t tick = 0u; tick < 65536u + SBMS_RECORD_SLOTS; tick++) {
        write_event(tick);
        wait_for_token();
    }
    assert_int_equal(newest().number, SBMS_RECORD_SLOTS - 1u);
    power_up();
    write_event(99999u);
    assert_int_equal(newest().tick, 99999u);
    assert_int_equal(newest().number, SBMS_RECORD_SLOTS);
}

/* The slots wear alike: no byte is written more than twice as often as there are turns of the ring. */
static void test_wear_is_level(void **state)
{
    const unsigned turns = 10u;
    (void)state;
    start_anew();
    for (uint32_t tick = 0u; tick < turns * SBMS_RECORD_SLOTS; tick++) {
        write_event(tick);
        wait_for_token();
    }
    for (unsigned address = 0u; address < SBMS_EEPROM_BYTES; address++) {
        const bool in_ring = address >= SBMS_RECORD_OFFSET &&
                             address < SBMS_RECORD_OFFSET + SBMS_RECORD_SLOTS * SBMS_ENTRY_BYTES;
        const bool is_first = in_ring && (address - SBMS_RECORD_OFFSET) % SBMS_ENTRY_BYTES == 0u;
        assert_int_equal(written[address], in_ring ? (is_first ? 2u * turns : turns) : 0u);
    }
}

/* One power failure at each byte, whatever it leaves there, with the ring short, full and wrapped. */
static void test_power_fails_at_each_byte(void **state)
{
    static const unsigned fills[] = {1u, 5u, SBMS_RECORD_SLOTS - 1u, SBMS_RECORD_SLOTS,
                                     2u * SBMS_RECORD_SLOTS + 3u};
    (void)state;
    for (size_t i = 0u; i < sizeof fills / sizeof fills[0]; i++) {
        for (unsigned cut = 1u; cut <= 2u * WRITES_PER_RECORD; cut++) {
            for (int tear = 0; tear < TEARS; tear++) {
                const uint32_t whole = fills[i] + (cut - 1u) / WRITES_PER_RECORD;
                fill(fills[i]);
                cut_after(cut, (enum tear)tear);
                write_event(fills[i]);
                write_event(fills[i] + 1u);
                cut_at = 0u;
                assert_all_there(whole - 1u, 1u);
                power_up();
                write_event(1000u);
                assert_int_equal(newest().tick, 1000u);
                assert_true(newest().boot >= 2u);
                assert_all_there(whole - 1u, 2u);
            }
        }
    }
}

/* Two failures: the second at each byte of what is written after the first. */
static void test_power_fails_twice(void **state)
{
    const unsigned filled = SBMS_RECORD_SLOTS + 7u;
    (void)state;
    for (unsigned first = 1u; first <= WRITES_PER_RECORD; first++) {
        for (unsigned second = 1u; second <= 2u * WRITES_PER_RECORD; second++) {
            for (int tears = 0; tears < TEARS * TEARS; tears++) {
                fill(filled);
                cut_after(first, (enum tear)(tears % TEARS));
                write_event(filled);
                power_up();
                cut_after(second, (enum tear)(tears / TEARS));
                write_event(filled + 1u);
                write_event(filled + 2u);
                cut_at = 0u;
                assert_all_there(filled - 1u, 3u + second / WRITES_PER_RECORD);
                power_up();
                write_event(1000u);
                if (newest().tick != 1000u) { /* both have failed in their first entry */
                    wait_for_first_token();
                    write_event(1000u);
                }
                assert_int_equal(newest().tick, 1000u);
                assert_all_there(filled - 1u, 4u + second / WRITES_PER_RECORD);
            }
        }
    }
}

#define LOAD_EDGE(cause_, high_) \
    { \
        .kind = SBMS_ENTRY_EDGE, .output = SBMS_OUTPUT_LOAD, .cause = (cause_), .high = (high_) \
    }
#define CHARGER_EDGE(cause_, high_) \
    { \
        .kind = SBMS_ENTRY_EDGE, .output = SBMS_OUTPUT_CHARGER, .cause = (cause_), .high = (high_) \
    }

struct counted {
    struct sbms_entry entry;
    unsigned cuts;
    unsigned charger_stops;
    unsigned faults;
};

/* LOAD-8: a cut is Load floating for whatever but the remote, or a reset that found it high. */
static const struct counted counted[] = {
    {LOAD_EDGE(SBMS_CAUSE_ATD_LOST, false), 1, 0, 0},
    {LOAD_EDGE(SBMS_CAUSE_CHAIN_OPEN, false), 1, 0, 0},
    {LOAD_EDGE(SBMS_CAUSE_SUPPLY_LOW, false), 1, 0, 0},
    {LOAD_EDGE(SBMS_CAUSE_OUTPUT_FAULT, false), 1, 0, 0},
    {LOAD_EDGE(SBMS_CAUSE_REFERENCE_FAULT, false), 1, 0, 0},
    {LOAD_EDGE(SBMS_CAUSE_INTERNAL_FAULT, false), 1, 0, 0},
    {LOAD_EDGE(SBMS_CAUSE_REMOTE_OFF, false), 0, 0, 0},
    {LOAD_EDGE(SBMS_CAUSE_ATD_RETURNED, true), 0, 0, 0},
    {{.kind = SBMS_ENTRY_STAYS, .output = SBMS_OUTPUT_LOAD, .cause = SBMS_CAUSE_ATD_LOST}, 0, 0, 0},
    {{.kind = SBMS_ENTRY_EDGE, .output = SBMS_OUTPUT_PREALARM, .cause = SBMS_CAUSE_ATD_LOST}, 0, 0, 0},
    {CHARGER_EDGE(SBMS_CAUSE_ATC_LOST, false), 0, 1, 0},
    {CHARGER_EDGE(SBMS_CAUSE_CHAIN_OPEN, false), 0, 1, 0},
    {CHARGER_EDGE(SBMS_CAUSE_REMOTE_OFF, false), 0, 0, 0},
    {CHARGER_EDGE(SBMS_CAUSE_ATC_RETURNED, true), 0, 0, 0},
    {{.kind = SBMS_ENTRY_STAYS, .output = SBMS_OUTPUT_CHARGER, .cause = SBMS_CAUSE_ATC_LOST}, 0, 0, 0},
    {{.kind = SBMS_ENTRY_FAULT, .detail = SBMS_FAULT_CLOCK, .high = true}, 0, 0, 1},
    {{.kind = SBMS_ENTRY_FAULT, .detail = SBMS_FAULT_CLOCK, .high = false}, 0, 0, 0},
    {{.kind = SBMS_ENTRY_BOOT, .detail = SBMS_RESET_WATCHDOG}, 0, 0, 0},
    {{.kind = SBMS_ENTRY_BOOT, .detail = SBMS_RESET_WATCHDOG, .high = true}, 1, 0, 0},
    {{.kind = SBMS_ENTRY_FLICKER, .detail = SBMS_INPUT_ATC, .high = true}, 0, 0, 0},
};

/* Each alone, recorded, and then dropped for want of a token: the next record counts it then. */
static void test_counters_count_what_they_say(void **state)
{
    const struct sbms_entry filler = LOAD_EDGE(SBMS_CAUSE_HOLD_OFF, true);
    (void)state;
    for (size_t i = 0u; i < sizeof counted / sizeof counted[0]; i++) {
        for (unsigned before = 0u; before <= RECORD_TOKENS; before += RECORD_TOKENS) {
            start_anew();
            for (unsigned token = 0u; token < before; token++) {
                write_entry(&filler);
            }
            write_entry(&counted[i].entry);
            wait_for_token();
            write_entry(&filler);
            if (newest().cuts != counted[i].cuts || newest().charger_stops != counted[i].charger_stops ||
                newest().faults != counted[i].faults) {
                fail_msg("entry %zu after %u others: %u cuts, %u stops, %u faults", i, before, newest().cuts,
                         newest().charger_stops, newest().faults);
            }
            assert_int_equal(newest().number, before + 1u);
            assert_int_equal(count_records(), before == 0u ? 2u : before + 1u);
        }
    }
}

/* A full queue drops events, and the numbers show how many. */
static void test_full_queue_leaves_a_gap(void **state)
{
    const struct sbms_entry edge = LOAD_EDGE(SBMS_CAUSE_ATD_LOST, false);
    (void)state;
    start_anew();
    for (uint32_t i = 0u; i < RECORD_QUEUE + 3u; i++) {
        record_add(&edge);
    }
    finish_writing();
    assert_int_equal(newest().number, RECORD_QUEUE - 1u);
    write_event(50u);
    assert_int_equal(newest().number, RECORD_QUEUE + 3u);
    assert_int_equal(newest().cuts, RECORD_QUEUE + 4u);
    assert_int_equal(count_records(), RECORD_QUEUE + 1u);
}

/* ---- a supply that is gone ----------------------------------------------------------------------------------- */

/* A sample without a supply; whether anything is done after it. */
static bool pass_without(void)
{
    const unsigned before = writes;

    record_tick(false);
    if (!record_has_work()) { /* the part sleeps */
        return false;
    }
    finish_writing();
    return writes != before;
}

/* What happens when the supply goes is kept until it is back, and nothing is written meanwhile; not for longer than the wait,
 * for a supply that stays away must not hide its own loss. */
static void test_entries_wait_for_the_supply(void **state)
{
    const struct sbms_entry edge = LOAD_EDGE(SBMS_CAUSE_SUPPLY_LOW, false);
    (void)state;
    for (unsigned away = 1u; away <= RECORD_WAIT_TICKS + 1u; away++) {
        start_anew();
        write_event(1u);
        for (unsigned tick = 1u; tick <= away; tick++) {
            if (tick == 2u) {
                record_add(&edge);
            }
            assert_int_equal(pass_without(), tick > RECORD_WAIT_TICKS);
        }
        if (away == 1u) {
            record_add(&edge);
        }
        assert_int_equal(count_records(), away > RECORD_WAIT_TICKS ? 2u : 1u);
        record_tick(true);
        assert_int_equal(record_has_work(), away <= RECORD_WAIT_TICKS);
        finish_writing();
        assert_int_equal(count_records(), 2u);
        assert_int_equal(newest().cause, SBMS_CAUSE_SUPPLY_LOW);
        assert_int_equal(newest().number, 1u);
        assert_int_equal(newest().cuts, 2u);
    }
}

/* One that has been away for long is away: what comes then is written at once. Each return begins the wait anew. */
static void test_wait_begins_with_each_loss(void **state)
{
    (void)state;
    start_anew();
    for (unsigned loss = 0u; loss < 3u; loss++) {
        const struct sbms_entry event = event_of(loss);
        record_add(&event);
        for (unsigned tick = 0u; tick < RECORD_WAIT_TICKS; tick++) {
            assert_false(pass_without());
        }
        assert_true(pass_without());
        write_event(10u + loss);
        for (unsigned tick = 0u; tick < 1000u; tick++) { /* no counter comes round */
            assert_false(pass_without());
            if (tick % 500u == 250u) {
                write_event(1000u * (loss + 1u) + tick);
            }
        }
        assert_int_equal(newest().tick, 1000u * (loss + 1u) + 750u);
        record_tick(true);
    }
    assert_int_equal(count_records(), 12u);
}

/* A supply that hangs at the level: what is written goes on at each sample that finds one. */
static void test_supply_at_the_level(void **state)
{
    (void)state;
    start_anew();
    const struct sbms_entry event = event_of(5u);
    record_add(&event);
    for (unsigned byte = 0u; byte < WRITES_PER_RECORD; byte++) {
        assert_false(pass_without());
        assert_int_equal(writes, byte);
        record_tick(true);
        assert_true(record_work()); /* one byte a tick */
    }
    finish_writing();
    assert_int_equal(newest().tick, 5u);
    assert_int_equal(writes, WRITES_PER_RECORD);
}

/* A loss at each byte of an entry: the byte is finished, no other is begun, and the entry is whole when the supply is back. A power
 * failure in the wait leaves what one without it leaves. */
static void test_supply_goes_at_each_byte(void **state)
{
    (void)state;
    for (unsigned byte = 0u; byte <= WRITES_PER_RECORD; byte++) {
        for (unsigned fails = 0u; fails < 2u; fails++) {
            fill(5u);
            const struct sbms_entry event = event_of(50u);
            record_add(&event);
            cut_after(0u, TEAR_OLD);
            for (unsigned i = 0u; i < byte; i++) {
                assert_true(record_work());
            }
            record_tick(false);
            is_busy = true;
            assert_true(record_has_work()); /* the part must not sleep deep */
            assert_true(record_work());
            is_busy = false;
            assert_false(record_has_work());
            assert_false(record_work());
            assert_int_equal(writes, byte);
            if (fails != 0u) {
                power_up();
            }
            record_tick(true);
            finish_writing();
            assert_int_equal(is_there(50u), fails == 0u || byte == WRITES_PER_RECORD);
            assert_all_there(4u, 1u);
            write_event(51u);
            assert_int_equal(newest().number, is_there(50u) ? 6u : 5u);
        }
    }
}

/* A start waits for its first sample with a supply: one that never gets so far writes nothing. */
static void test_start_waits_for_the_supply(void **state)
{
    const struct sbms_entry boot_entry = {.kind = SBMS_ENTRY_BOOT, .detail = SBMS_RESET_POWER_ON};
    (void)state;
    fill(5u);
    cut_after(0u, TEAR_OLD);
    for (unsigned starts = 0u; starts < 100u; starts++) {
        record_init();
        record_add(&boot_entry);
        assert_false(record_has_work());
        finish_writing();
        for (unsigned tick = 0u; tick < starts % RECORD_WAIT_TICKS; tick++) {
            assert_false(pass_without());
        }
    }
    assert_int_equal(writes, 0u);
    record_tick(true);
    finish_writing();
    assert_int_equal(newest().kind, SBMS_ENTRY_BOOT);
    assert_int_equal(newest().boot, 2u);
}

/* What finds the queue full in the wait is counted, as ever. */
static void test_full_queue_in_the_wait(void **state)
{
    const struct sbms_entry edge = LOAD_EDGE(SBMS_CAUSE_SUPPLY_LOW, false);
    (void)state;
    start_anew();
    record_tick(false);
    for (uint32_t i = 0u; i < RECORD_QUEUE + 3u; i++) {
        record_add(&edge);
        finish_writing();
    }
    record_tick(true);
    finish_writing();
    assert_int_equal(newest().number, RECORD_QUEUE - 1u);
    write_event(50u);
    assert_int_equal(newest().number, RECORD_QUEUE + 3u);
    assert_int_equal(newest().cuts, RECORD_QUEUE + 4u);
}

/* A slot whose cells no longer hold does not lose the counters. */
static void test_worn_slot_keeps_the_counters(void **state)
{
    (void)state;
    fill(10u);
    eeprom[SBMS_RECORD_OFFSET + 9u * SBMS_ENTRY_BYTES + 3u] ^= 0x10u; /* slot 9 held the newest */
    write_event(11u);
    assert_int_equal(newest().tick, 11u);
    assert_int_equal(newest().cuts, 10u);
}

/* ---- a bounded rate ---------------------------------------------------------------------------------------- */

/* How many of `entry` are written, one after the other, until none is. */
static unsigned count_taken(const struct sbms_entry *entry)
{
    unsigned taken = 0u;

    for (;;) {
        const unsigned before = writes;
        write_entry(entry);
        if (writes == before) {
            return taken;
        }
        taken++;
    }
}

/* Takes all the tokens that `first` gets, then those that `second` and `third` get. */
static void assert_taken(const struct sbms_entry *first, const struct sbms_entry *second,
                         const struct sbms_entry *third)
{
    start_anew();
    assert_int_equal(count_taken(first), RECORD_TOKENS - RECORD_RESERVE);
    assert_int_equal(count_taken(second), RECORD_RESERVE - RECORD_RESERVE_CUTS);
    assert_int_equal(count_taken(first), 0u);
    assert_int_equal(count_taken(third), RECORD_RESERVE_CUTS);
    assert_int_equal(count_taken(third), 0u);
}

/* What may come often leaves the last tokens to what matters more, and the very last of them to cuts. */
static void test_reserves_are_for_what_matters_more(void **state)
{
    static const struct sbms_entry often[] = {
        CHARGER_EDGE(SBMS_CAUSE_ATC_LOST, false),
        {.kind = SBMS_ENTRY_EDGE, .output = SBMS_OUTPUT_PREALARM, .cause = SBMS_CAUSE_ATD_LOST, .high = true},
        {.kind = SBMS_ENTRY_STAYS, .output = SBMS_OUTPUT_CHARGER, .cause = SBMS_CAUSE_ATC_LOST},
        {.kind = SBMS_ENTRY_FLICKER, .detail = SBMS_INPUT_ATD, .high = true},
    };
    static const struct sbms_entry vital[] = {
        LOAD_EDGE(SBMS_CAUSE_REMOTE_OFF, false),
        LOAD_EDGE(SBMS_CAUSE_REMOTE_ON, true),
        {.kind = SBMS_ENTRY_STAYS, .output = SBMS_OUTPUT_LOAD, .cause = SBMS_CAUSE_ATD_LOST},
        {.kind = SBMS_ENTRY_BOOT, .detail = SBMS_RESET_POWER_ON},
        {.kind = SBMS_ENTRY_FAULT, .detail = SBMS_FAULT_CLOCK, .high = true},
        {.kind = SBMS_ENTRY_FAULT, .detail = SBMS_FAULT_OUTPUT, .output = SBMS_OUTPUT_CHARGER, .high = true},
    };
    static const struct sbms_entry cuts[] = {
        LOAD_EDGE(SBMS_CAUSE_ATD_LOST, false),
        LOAD_EDGE(SBMS_CAUSE_HOLD_OFF, true),
        {.kind = SBMS_ENTRY_BOOT, .detail = SBMS_RESET_WATCHDOG, .high = true},
    };
    (void)state;
    for (size_t i = 0u; i < sizeof often / sizeof often[0]; i++) {
        for (size_t other = 0u; other < sizeof vital / sizeof vital[0]; other++) {
            for (size_t cut = 0u; cut < sizeof cuts / sizeof cuts[0]; cut++) {
                assert_taken(&often[i], &vital[other], &cuts[cut]);
            }
        }
    }
}

/* However much comes: in a long time no more than the refill, and not more at once than the bucket holds. */
static void test_refill_bounds_the_rate(void **state)
{
    const struct sbms_entry edge = LOAD_EDGE(SBMS_CAUSE_ATD_LOST, false);
    const uint32_t tokens = 500u;
    (void)state;
    start_anew();
    for (uint32_t tick = 0u; tick < tokens * RECORD_REFILL_TICKS; tick++) {
        record_tick(true);
        write_entry(&edge);
    }
    assert_int_equal(writes, (tokens + RECORD_TOKENS) * WRITES_PER_RECORD);
    pass(10u * RECORD_TOKENS * RECORD_REFILL_TICKS);
    assert_int_equal(count_taken(&edge), RECORD_TOKENS);
}

/* However many are missing, the order of the numbers stays known: a ring in which each has the widest gap. */
static void test_gaps_keep_the_order(void **state)
{
    const struct sbms_entry edge = LOAD_EDGE(SBMS_CAUSE_ATD_LOST, false);
    (void)state;
    start_anew();
    for (unsigned i = 0u; i < RECORD_TOKENS + 3u * SBMS_RECORD_SLOTS; i++) {
        const struct sbms_entry before = i == 0u ? edge : newest();
        write_entry(&edge);
        if (i >= RECORD_TOKENS + 1u) {
            assert_int_equal((uint16_t)(newest().number - before.number), SBMS_RECORD_GAP_MAX + 1u);
            assert_int_equal((uint16_t)(newest().cuts - before.cuts), SBMS_RECORD_GAP_MAX + 51u);
        }
        for (unsigned more = 0u; more < SBMS_RECORD_GAP_MAX + 50u && i >= RECORD_TOKENS; more++) {
            write_entry(&edge);
        }
        if (i + 1u >= RECORD_TOKENS) {
            wait_for_token();
        }
    }
    power_up();
    write_event(77u);
    assert_int_equal(newest().tick, 77u);
    assert_true((SBMS_RECORD_GAP_MAX + 1u) * SBMS_RECORD_SLOTS < 0x8000u);
}

/* ---- starts -------------------------------------------------------------------------------------------------- */

/* A full ring of boot `boot`, turned by `turn` slots, whose entries cover `covered_ticks`. */
static void make_ring(uint16_t boot, unsigned turn, uint32_t covered_ticks)
{
    start_anew();
    for (unsigned i = 0u; i < SBMS_RECORD_SLOTS; i++) {
        const unsigned slot = (i + turn) % SBMS_RECORD_SLOTS;
        const struct sbms_entry entry = {.kind = SBMS_ENTRY_EDGE,
                                         .cause = SBMS_CAUSE_REMOTE_ON,
                                         .high = true,
                                         .tick = 1000u + (i + 1u == SBMS_RECORD_SLOTS ? covered_ticks : i),
                                         .boot = boot,
                                         .number = (uint16_t)(65500u + i)};
        sbms_entry_encode(&entry, &eeprom[SBMS_RECORD_OFFSET + slot * SBMS_ENTRY_BYTES]);
    }
    power_up();
}

/* The first starts of a life have a full bucket. Of later ones those whose record covers a day of run time. */
static void test_starts_that_come_too_fast_have_no_tokens(void **state)
{
    static const struct {
        uint16_t boot;
        uint32_t covered_ticks;
        unsigned tokens;
    } cases[] = {
        {1u, 50u, RECORD_TOKENS},
        {RECORD_FREE_STARTS - 1u, 50u, RECORD_TOKENS},
        {RECORD_FREE_STARTS, 50u, 0u},
        {RECORD_FREE_STARTS, RECORD_COVERED_TICKS - 1u, 0u},
        {RECORD_FREE_STARTS, RECORD_COVERED_TICKS, RECORD_TOKENS},
        {UINT16_MAX, RECORD_COVERED_TICKS - 1u, 0u},
        {UINT16_MAX, UINT32_MAX - 1000u, RECORD_TOKENS},
    };
    const struct sbms_entry edge = LOAD_EDGE(SBMS_CAUSE_ATD_LOST, false);
    (void)state;
    for (size_t i = 0u; i < sizeof cases / sizeof cases[0]; i++) {
        for (unsigned turn = 0u; turn < SBMS_RECORD_SLOTS; turn++) {
            make_ring(cases[i].boot, turn, cases[i].covered_ticks);
            if (count_taken(&edge) != cases[i].tokens) {
                fail_msg("case %zu, ring turned by %u: not %u tokens", i, turn, cases[i].tokens);
            }
        }
    }
}

/* Ticks of different boots are no time that has passed. */
static void test_boots_cover_nothing_between_them(void **state)
{
    const struct sbms_entry edge = LOAD_EDGE(SBMS_CAUSE_ATD_LOST, false);
    (void)state;
    start_anew();
    for (unsigned slot = 0u; slot < SBMS_RECORD_SLOTS; slot++) {
        const struct sbms_entry entry = {.kind = SBMS_ENTRY_BOOT,
                                         .tick = slot * RECORD_COVERED_TICKS,
                                         .boot = (uint16_t)(RECORD_FREE_STARTS + slot),
                                         .number = (uint16_t)slot};
        sbms_entry_encode(&entry, &eeprom[SBMS_RECORD_OFFSET + slot * SBMS_ENTRY_BYTES]);
    }
    power_up();
    assert_int_equal(count_taken(&edge), 0u);
}

/* The number of the boot never wraps into the first ones. */
static void test_boot_stays_high(void **state)
{
    (void)state;
    make_ring(UINT16_MAX, 3u, RECORD_COVERED_TICKS);
    write_event(5u);
    assert_int_equal(newest().boot, RECORD_FREE_STARTS);
    make_ring(UINT16_MAX - 1u, 3u, RECORD_COVERED_TICKS);
    write_event(5u);
    assert_int_equal(newest().boot, UINT16_MAX);
}

/* Starts whose power fails in their first entry, at the same byte each time: some slots are torn and that is all. */
static void test_starts_without_one_entry_wear_nothing(void **state)
{
    const struct sbms_entry boot_entry = {.kind = SBMS_ENTRY_BOOT,
                                          .detail = SBMS_RESET_BROWN_OUT,
                                          .high = true}; /* a cut: any token is enough */
    (void)state;
    for (unsigned cut = 2u; cut < WRITES_PER_RECORD; cut++) {
        unsigned most = 0u;
        fill(SBMS_RECORD_SLOTS);
        memset(written, 0, sizeof written);
        for (unsigned starts = 0u; starts < 1000u; starts++) {
            power_up();
            cut_after(cut, TEAR_ERASED);
            write_entry(&boot_entry);
        }
        cut_at = 0u;
        for (unsigned address = 0u; address < SBMS_EEPROM_BYTES; address++) {
            most = written[address] > most ? written[address] : most;
        }
        assert_int_equal(most, 1u);
        assert_int_equal(count_records(), SBMS_RECORD_SLOTS - RECORD_TORN_SLOTS);
        power_up();
        wait_for_first_token(); /* one that runs on records as ever */
        write_entry(&boot_entry);
        assert_int_equal(newest().kind, SBMS_ENTRY_BOOT);
        power_up();
        assert_int_equal(count_taken(&boot_entry), RECORD_TOKENS);
    }
}

/* An EEPROM that held something else before is no reason to record nothing. */
static void test_foreign_bytes_are_no_torn_slots(void **state)
{
    static const uint8_t bytes[] = {0x00u, 0x55u, 0xFFu};
    const struct sbms_entry edge = LOAD_EDGE(SBMS_CAUSE_ATD_LOST, false);
    (void)state;
    for (size_t i = 0u; i < sizeof bytes; i++) {
        start_anew();
        memset(eeprom, bytes[i], sizeof eeprom);
        for (unsigned starts = 0u; starts < 3u; starts++) {
            power_up();
            assert_int_equal(count_taken(&edge), RECORD_TOKENS);
        }
    }
}

/* Starts that run for some minutes, and whose power then fails in their first entry: an overload on a weak supply each time that
 * Load returns. What the last torn slot takes in ten years. */
static void test_starts_of_minutes_wear_no_slot(void **state)
{
    static const unsigned run_min[] = {5u, 16u, 119u, 125u, 300u};
    const struct sbms_entry edge = LOAD_EDGE(SBMS_CAUSE_HOLD_OFF, true);
    const unsigned starts = 50u;
    (void)state;
    for (size_t i = 0u; i < sizeof run_min / sizeof run_min[0]; i++) {
        unsigned most = 0u;
        make_ring(RECORD_FREE_STARTS, 3u, 50u);
        memset(written, 0, sizeof written);
        for (unsigned start = 0u; start < starts; start++) {
            power_up();
            pass(run_min[i] * TICKS_PER_MIN);
            cut_after(2u, TEAR_ERASED);
            write_entry(&edge);
        }
        cut_at = 0u;
        for (unsigned address = 0u; address < SBMS_EEPROM_BYTES; address++) {
            most = written[address] > most ? written[address] : most;
        }
        if ((most - 1u) * (TEN_YEARS_MIN / run_min[i] / starts) > ENDURANCE_WRITES / 2u) {
            fail_msg("starts of %u min: a byte is written %u times in %u of them", run_min[i], most, starts);
        }
    }
}

/* ---- ten years ------------------------------------------------------------------------------------------------ */

/* The sum of docs/DESIGN.md, from the constants; and the document says the same. */
static void test_ten_years_do_not_wear_it_out(void **state)
{
    static char design[200000];
    const unsigned refill_min = RECORD_REFILL_TICKS / TICKS_PER_MIN;
    const unsigned covered_min = RECORD_COVERED_TICKS / TICKS_PER_MIN;
    const unsigned burst =
        (SBMS_RECORD_SLOTS - 2u + RECORD_TOKENS) * (2u + RECORD_TORN_SLOTS) / 2u; /* a torn one is half */
    const unsigned per_start = RECORD_TOKENS + RECORD_TORN_SLOTS / 2u;
    const unsigned entries =
        RECORD_FREE_STARTS * per_start + TEN_YEARS_MIN / refill_min + TEN_YEARS_MIN * burst / covered_min;
    const unsigned byte_writes = entries * 2u / SBMS_RECORD_SLOTS;
    char line[200];
    FILE *file = fopen(PROJECT_ROOT "/docs/DESIGN.md", "r");
    (void)state;
    assert_true(byte_writes < ENDURANCE_WRITES);
    snprintf(line, sizeof line,
             "%u * %u + %u / %u + %u * %u / %u = %u entries\n    %u * 2 / %u = %u writes of a byte\n",
             RECORD_FREE_STARTS, per_start, TEN_YEARS_MIN, refill_min, TEN_YEARS_MIN, burst, covered_min,
             entries, entries, SBMS_RECORD_SLOTS, byte_writes);
    assert_non_null(file);
    design[fread(design, 1, sizeof design - 1u, file)] = '\0';
    fclose(file);
    if (strstr(design, line) == NULL) {
        fail_msg("docs/DESIGN.md does not say:\n    %s", line);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ring_keeps_the_newest),
        cmocka_unit_test(test_first_boot_is_one_and_each_start_counts),
        cmocka_unit_test(test_numbers_wrap),
        cmocka_unit_test(test_wear_is_level),
        cmocka_unit_test(test_power_fails_at_each_byte),
        cmocka_unit_test(test_power_fails_twice),
        cmocka_unit_test(test_counters_count_what_they_say),
        cmocka_unit_test(test_full_queue_leaves_a_gap),
        cmocka_unit_test(test_entries_wait_for_the_supply),
        cmocka_unit_test(test_wait_begins_with_each_loss),
        cmocka_unit_test(test_supply_at_the_level),
        cmocka_unit_test(test_supply_goes_at_each_byte),
        cmocka_unit_test(test_start_waits_for_the_supply),
        cmocka_unit_test(test_full_queue_in_the_wait),
        cmocka_unit_test(test_worn_slot_keeps_the_counters),
        cmocka_unit_test(test_reserves_are_for_what_matters_more),
        cmocka_unit_test(test_refill_bounds_the_rate),
        cmocka_unit_test(test_starts_of_minutes_wear_no_slot),
        cmocka_unit_test(test_gaps_keep_the_order),
        cmocka_unit_test(test_starts_that_come_too_fast_have_no_tokens),
        cmocka_unit_test(test_boots_cover_nothing_between_them),
        cmocka_unit_test(test_boot_stays_high),
        cmocka_unit_test(test_starts_without_one_entry_wear_nothing),
        cmocka_unit_test(test_foreign_bytes_are_no_torn_slots),
        cmocka_unit_test(test_ten_years_do_not_wear_it_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
