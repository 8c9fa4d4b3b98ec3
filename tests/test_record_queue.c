/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firmware/device/record.c, the very source of the image, over an EEPROM that loses its power: at every byte of every write, singly
 * and in pairs, at most the newest record is lost (SAFE-7).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/fault.h"
#include "core/record.h"
#include "firmware/device/port.h"
#include "firmware/device/record.h"

#define WRITES_PER_RECORD (SBMS_ENTRY_BYTES + 1u) /* one more makes the slot invalid first */

/* ---- an EEPROM whose power fails -------------------------------------------------------------------- */

/* What a write that the power fails in leaves in its byte. */
enum tear { TEAR_OLD, TEAR_NEW, TEAR_ERASED, TEAR_MIXED, TEARS };

static uint8_t eeprom[SBMS_EEPROM_BYTES];
static unsigned writes;
static unsigned cut_at; /* the power fails in this write, from 1; 0: never */
static enum tear cut_tear;
static unsigned written[SBMS_EEPROM_BYTES]; /* how often, for the wear */

uint8_t port_eeprom_read(uint16_t address)
{
    assert_true(address < SBMS_EEPROM_BYTES);
    return eeprom[address];
}

void port_eeprom_write(uint16_t address, uint8_t value)
{
    assert_true(address < SBMS_EEPROM_BYTES);
    writes++;
    written[address]++;
    if (cut_at == 0u || writes < cut_at) {
        eeprom[address] = value;
    } else if (writes == cut_at) {
        const uint8_t torn[TEARS] = {eeprom[address], value, 0xFFu, (uint8_t)(eeprom[address] & value)};
        eeprom[address] = torn[cut_tear];
    } /* after it: no power, nothing is written */
}

bool port_eeprom_is_busy(void)
{
    return false;
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
                               .cause = SBMS_CAUSE_ATC_LOST,
                               .output = SBMS_OUTPUT_CHARGER,
                               .detail = 0x1Fu,
                               .tick = tick,
                               .vbat_cv = (uint16_t)(1280u + tick)};
}

static void finish_writing(void)
{
    while (record_work()) {
    }
}

static void write_event(uint32_t tick)
{
    const struct sbms_entry event = event_of(tick);

    record_add(&event);
    finish_writing();
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

/* An EEPROM with `records` events, of the ticks 0, 1, ...; one boot. */
static void fill(unsigned records)
{
    memset(eeprom, 0xFF, sizeof eeprom);
    memset(written, 0, sizeof written);
    cut_after(0u, TEAR_OLD);
    record_init();
    for (uint32_t tick = 0u; tick < records; tick++) {
        write_event(tick);
    }
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
        assert_int_equal(newest().charger_stops, records);
        assert_true(is_there(records < SBMS_RECORD_SLOTS ? 0u : records - SBMS_RECORD_SLOTS));
    }
}

static void test_first_boot_is_one_and_each_start_counts(void **state)
{
    (void)state;
    fill(1u);
    assert_int_equal(newest().boot, 1u);
    record_init();
    write_event(7u);
    assert_int_equal(newest().boot, 2u);
    assert_int_equal(newest().number, 1u);
}

/* SAFE-6: the numbers wrap, and the newest stays the newest. */
static void test_numbers_wrap(void **state)
{
    (void)state;
    fill(0u);
    for (uint32_t tick = 0u; tick < 65536u + SBMS_RECORD_SLOTS; tick++) {
        const struct sbms_entry event = event_of(tick);
        record_add(&event);
        finish_writing();
    }
    assert_int_equal(newest().number, SBMS_RECORD_SLOTS - 1u);
    record_init();
    write_event(99999u);
    assert_int_equal(newest().tick, 99999u);
    assert_int_equal(newest().number, SBMS_RECORD_SLOTS);
}

/* The slots wear alike: no byte is written more than twice as often as there are turns of the ring. */
static void test_wear_is_level(void **state)
{
    const unsigned turns = 10u;
    (void)state;
    fill(turns * SBMS_RECORD_SLOTS);
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
                record_init();
                write_event(1000u);
                assert_int_equal(newest().tick, 1000u);
                assert_int_equal(newest().boot, 2u);
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
                record_init();
                cut_after(second, (enum tear)(tears / TEARS));
                write_event(filled + 1u);
                write_event(filled + 2u);
                cut_at = 0u;
                assert_all_there(filled - 1u, 2u + second / WRITES_PER_RECORD);
                record_init();
                write_event(1000u);
                assert_int_equal(newest().tick, 1000u);
                assert_all_there(filled - 1u, 3u + second / WRITES_PER_RECORD);
            }
        }
    }
}

static void test_counters_count_what_they_say(void **state)
{
    const struct sbms_entry events[] = {
        {.kind = SBMS_ENTRY_EDGE, .output = SBMS_OUTPUT_LOAD, .cause = SBMS_CAUSE_ATD_LOST},
        {.kind = SBMS_ENTRY_EDGE, .output = SBMS_OUTPUT_LOAD, .cause = SBMS_CAUSE_CHAIN_OPEN},
        {.kind = SBMS_ENTRY_EDGE, .output = SBMS_OUTPUT_LOAD, .cause = SBMS_CAUSE_REMOTE_OFF},
        {.kind = SBMS_ENTRY_EDGE, .output = SBMS_OUTPUT_LOAD, .cause = SBMS_CAUSE_ATD_RETURNED, .high = true},
        {.kind = SBMS_ENTRY_EDGE, .output = SBMS_OUTPUT_CHARGER, .cause = SBMS_CAUSE_ATC_LOST},
        {.kind = SBMS_ENTRY_EDGE, .output = SBMS_OUTPUT_CHARGER, .cause = SBMS_CAUSE_CHAIN_OPEN},
        {.kind = SBMS_ENTRY_EDGE, .output = SBMS_OUTPUT_CHARGER, .cause = SBMS_CAUSE_REMOTE_OFF},
        {.kind = SBMS_ENTRY_EDGE, .output = SBMS_OUTPUT_PREALARM, .cause = SBMS_CAUSE_ATD_LOST},
        {.kind = SBMS_ENTRY_FAULT, .detail = SBMS_FAULT_CLOCK, .high = true},
        {.kind = SBMS_ENTRY_FAULT, .detail = SBMS_FAULT_CLOCK, .high = false},
        {.kind = SBMS_ENTRY_BOOT, .detail = SBMS_RESET_WATCHDOG},
    };
    (void)state;
    fill(0u);
    for (size_t i = 0u; i < sizeof events / sizeof events[0]; i++) {
        record_add(&events[i]);
        finish_writing();
    }
    assert_int_equal(newest().cuts, 2u);
    assert_int_equal(newest().charger_stops, 2u);
    assert_int_equal(newest().faults, 1u);
    assert_int_equal(newest().kind, SBMS_ENTRY_BOOT);
}

/* A full queue drops events, and the numbers show how many. */
static void test_full_queue_leaves_a_gap(void **state)
{
    (void)state;
    fill(0u);
    for (uint32_t tick = 0u; tick < RECORD_QUEUE + 3u; tick++) {
        const struct sbms_entry event = event_of(tick);
        record_add(&event);
    }
    finish_writing();
    assert_int_equal(newest().tick, RECORD_QUEUE - 1u);
    assert_int_equal(newest().number, RECORD_QUEUE - 1u);
    write_event(50u);
    assert_int_equal(newest().number, RECORD_QUEUE + 3u);
    assert_int_equal(count_records(), RECORD_QUEUE + 1u);
}

/* A slot whose cells no longer hold does not lose the counters. */
static void test_worn_slot_keeps_the_counters(void **state)
{
    (void)state;
    fill(10u);
    eeprom[SBMS_RECORD_OFFSET + 9u * SBMS_ENTRY_BYTES + 3u] ^= 0x10u; /* slot 9 held the newest */
    write_event(11u);
    assert_int_equal(newest().tick, 11u);
    assert_int_equal(newest().charger_stops, 10u);
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
        cmocka_unit_test(test_worn_slot_keeps_the_counters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
