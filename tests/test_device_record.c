/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The whole device over months of what comes again and again: no byte of its EEPROM is written so often that it would not
 * last for ten years, and the record still says what happened (SAFE-7). A month of the two that are most likely, days of the
 * others; DEPTH=soak takes a month of each. The slower variants take days.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/fault.h"
#include "firmware/device/record.h"
#include "firmware/host/host.h"
#include "tests/environment.h"

#define ENDURANCE_WRITES 100000u /* of a byte, the part's data sheet */
#define DAY_TICKS (86400u * SBMS_TICKS_PER_S)
#define TEN_YEARS_DAYS 3653u
#define REFILLS_PER_DAY (DAY_TICKS / RECORD_REFILL_TICKS)

static unsigned month_days(void)
{
    const char *variant = getenv("SMALLBMS_VARIANT");

    return variant == NULL || strcmp(variant, "release") == 0 ? 30u : 3u;
}

static unsigned most_writes(void)
{
    unsigned most = 0u;

    for (unsigned address = 0u; address < SBMS_EEPROM_BYTES; address++) {
        most = host.eeprom_writes[address] > most ? host.eeprom_writes[address] : most;
    }
    return most;
}

/* Slots that hold an entry of this kind, and of this detail. */
static unsigned count_entries(uint8_t kind, uint8_t detail, bool high)
{
    unsigned count = 0u;

    for (unsigned slot = 0u; slot < SBMS_RECORD_SLOTS; slot++) {
        struct sbms_entry entry;
        if (sbms_entry_decode(&host.eeprom[SBMS_RECORD_OFFSET + slot * SBMS_ENTRY_BYTES], &entry) &&
            entry.kind == kind && entry.detail == detail && entry.high == high) {
            count++;
        }
    }
    return count;
}

static struct sbms_entry newest(void)
{
    struct sbms_entry found = {.number = 0u};
    bool any = false;

    for (unsigned slot = 0u; slot < SBMS_RECORD_SLOTS; slot++) {
        struct sbms_entry entry;
        if (sbms_entry_decode(&host.eeprom[SBMS_RECORD_OFFSET + slot * SBMS_ENTRY_BYTES], &entry) &&
            (!any || (int16_t)(uint16_t)(entry.number - found.number) > 0)) {
            found = entry;
            any = true;
        }
    }
    assert_true(any);
    return found;
}

/* ---- what comes again and again, a tick of it ------------------------------------------------------------------- */

static void flap_atc(uint32_t tick) /* as fast as the debounce lets through */
{
    host.present.atc = tick % 20u >= 10u;
}

static void flap_all_signals(uint32_t tick)
{
    const bool present = tick % 120u >= 60u;

    host.present = (struct port_loop_ends){present, present, present};
}

static void flicker_all_signals(uint32_t tick)
{
    const bool present = tick % 400u < 200u ? tick % 2u == 0u : true;

    host.present = (struct port_loop_ends){present, present, present};
}

static void flap_remote(uint32_t tick)
{
    host.remote_l_mv = tick % 4u < 2u ? 0 : 5000;
}

static void flap_supply(uint32_t tick)
{
    host.vbat_mv = tick % 30u < 5u ? 7000 : 12800;
}

static void flap_reference(uint32_t tick)
{
    host.reference_mv = tick % 16u < 8u ? 800 : HOST_REFERENCE_MV;
}

static void short_charger(uint32_t tick)
{
    (void)tick;
    host.terminals[SBMS_OUTPUT_CHARGER] = HOST_STUCK_LOW;
}

/* A short that goes and comes, so that its waits are cleared by a remote in between. */
static void short_all_and_flap_remote(uint32_t tick)
{
    for (unsigned output = 0u; output < SBMS_OUTPUT_COUNT; output++) {
        host.terminals[output] = tick % 7u == 0u ? HOST_FOLLOWS : HOST_STUCK_LOW;
    }
    host.remote_l_mv = tick % 64u < 48u ? 0 : 5000;
}

static void feed_outputs(uint32_t tick)
{
    for (unsigned output = 0u; output < SBMS_OUTPUT_COUNT; output++) {
        host.terminals[output] = tick % 260u < 250u ? HOST_STUCK_HIGH : HOST_FOLLOWS;
    }
    host.remote_l_mv = 5000;
}

static void break_registers(uint32_t tick) /* a restart every two seconds */
{
    host.register_changed = tick % 16u == 15u;
}

static const struct {
    const char *what;
    void (*act)(uint32_t tick);
} troubles[] = {
    {"ATC flaps", flap_atc},
    {"all signals flap", flap_all_signals},
    {"all signals flicker", flicker_all_signals},
    {"the remote flaps", flap_remote},
    {"the supply flaps", flap_supply},
    {"the reference flaps", flap_reference},
    {"Charger is shorted", short_charger},
    {"all outputs are shorted and the remote flaps", short_all_and_flap_remote},
    {"all outputs are fed again and again", feed_outputs},
    {"restarts", break_registers},
};

/* Of each; the first day may take the bucket, and the starts of a life, beside the refill. */
static void test_no_trouble_wears_the_record_out(void **state)
{
    const unsigned days = environment_is_soak() ? 30u : 2u;
    (void)state;
    for (size_t i = 0u; i < sizeof troubles / sizeof troubles[0]; i++) {
        unsigned first_day = 0u;
        unsigned per_day = 0u;

        host_make();
        host.remote_l_mv = 0;
        host_start(SBMS_RESET_POWER_ON);
        for (uint32_t tick = 0u; tick < days * DAY_TICKS; tick++) {
            troubles[i].act(tick);
            host_tick();
            if (tick + 1u == DAY_TICKS) {
                first_day = most_writes();
            }
        }
        per_day = (most_writes() - first_day + days - 2u) / (days - 1u);
        if (first_day + per_day * TEN_YEARS_DAYS >= ENDURANCE_WRITES) {
            fail_msg("%s: a byte is written %u times on the first day and %u times on each other",
                     troubles[i].what, first_day, per_day);
        }
        assert_true(per_day <= 2u * REFILLS_PER_DAY / SBMS_RECORD_SLOTS + 2u);
    }
}

/* SAFE-4: a shorted Charger for a month: tried again and again, and recorded once. */
static void test_shorted_charger_for_a_month(void **state)
{
    const unsigned days = month_days();
    (void)state;
    host_make();
    host.remote_l_mv = 0;
    host.terminals[SBMS_OUTPUT_CHARGER] = HOST_STUCK_LOW;
    host_start(SBMS_RESET_POWER_ON);
    for (uint32_t tick = 0u; tick < days * DAY_TICKS; tick++) {
        host_tick();
    }
    assert_true(most_writes() * (TEN_YEARS_DAYS / days + 1u) < ENDURANCE_WRITES);
    assert_int_equal(newest().faults, 1u);
    host.terminals[SBMS_OUTPUT_CHARGER] = HOST_FOLLOWS;
    for (uint32_t tick = 0u; tick < 2u * 64u * 60u * SBMS_TICKS_PER_S; tick++) {
        host_tick();
    }
    assert_true(host.pins.charger);
    assert_int_equal(count_entries(SBMS_ENTRY_FAULT, SBMS_FAULT_OUTPUT, false), 1u);
    assert_int_equal(newest().output, SBMS_OUTPUT_CHARGER);
    assert_int_equal(newest().cause, SBMS_TERMINAL_SHORTED);
}

/* A signal that flaps for a month: what is not written is counted. */
static void test_flapping_signal_for_a_month(void **state)
{
    const unsigned days = month_days();
    unsigned stops = 0u;
    bool was_high = false;
    (void)state;
    host_make();
    host.remote_l_mv = 0;
    host_start(SBMS_RESET_POWER_ON);
    for (uint32_t tick = 0u; tick < days * DAY_TICKS; tick++) {
        flap_atc(tick);
        host_tick();
        stops += was_high && !host.pins.charger ? 1u : 0u;
        was_high = host.pins.charger;
    }
    assert_true(most_writes() * (TEN_YEARS_DAYS / days + 1u) < ENDURANCE_WRITES);
    assert_true(stops > days * 1000u);
    host.present.atd = false;
    for (uint32_t tick = 0u; tick < 400u;
         tick++) { /* Load's cut is recorded all the same, and counts the stops */
        host_tick();
    }
    assert_false(host.pins.load);
    assert_int_equal(newest().output, SBMS_OUTPUT_LOAD);
    assert_int_equal(newest().cuts, 1u);
    assert_int_equal(newest().charger_stops, (uint16_t)stops);
}

/* Power that fails every 2 s, until the starts of a life are used up: from then on nothing more is written; and a device that
 * runs on records as ever. */
static void test_flapping_power(void **state)
{
    unsigned writes_then = 0u;
    (void)state;
    host_make();
    host.remote_l_mv = 0;
    for (uint32_t start = 0u; start < RECORD_FREE_STARTS + 20000u; start++) {
        host_start(SBMS_RESET_POWER_ON);
        for (uint32_t tick = 0u; tick < 2u * SBMS_TICKS_PER_S; tick++) {
            host_tick();
        }
        if (start + 1u == RECORD_FREE_STARTS) {
            writes_then = most_writes();
        }
    }
    assert_int_equal(most_writes(), writes_then);
    assert_true(writes_then < ENDURANCE_WRITES / 2u);
    for (uint32_t tick = 0u; tick < RECORD_REFILL_TICKS; tick++) {
        host_tick();
    }
    host.vbat_mv = 7000; /* a cut: the first token is enough */
    for (uint32_t tick = 0u; tick <= RECORD_WAIT_TICKS; tick++) {
        host_tick();
    }
    assert_int_equal(newest().cause, SBMS_CAUSE_SUPPLY_LOW);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_trouble_wears_the_record_out),
        cmocka_unit_test(test_shorted_charger_for_a_month),
        cmocka_unit_test(test_flapping_signal_for_a_month),
        cmocka_unit_test(test_flapping_power),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
