/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firmware/device/, the program around the law, natively over the host's port (firmware/host/): faults and what they float,
 * the following of the outputs, restarts, the record, the settings, the telemetry's text (SAFE-1 to SAFE-5, SAFE-7, LED-3,
 * LOAD-6).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/fault.h"
#include "firmware/device/judge.h"
#include "firmware/device/record.h"
#include "firmware/host/host.h"

#define UP_TICKS 8u        /* SAFE-1, with healthy inputs */
#define LOST_TICKS 2u      /* SAFE-2, of a signal that stays away */
#define WARNING_TICKS 244u /* LOAD-3 */
#define CUT_TICKS (LOST_TICKS + WARNING_TICKS)
#define FIRST_TRY_TICKS 480u /* SAFE-4: a minute */

/* ---- what the cases share --------------------------------------------------------------------------------------- */

static void pass(unsigned ticks)
{
    for (unsigned i = 0u; i < ticks; i++) {
        host_tick();
    }
}

static bool any_high(void)
{
    return host.pins.load || host.pins.prealarm || host.pins.charger || host.pins.led_load;
}

static bool is_up(void)
{
    return host.pins.load && host.pins.charger && host.pins.led_load && !host.pins.led_fault;
}

/* Ticks until all is up, at most `ticks_max`. */
static unsigned ticks_to_up(unsigned ticks_max)
{
    unsigned ticks = 0u;

    while (!is_up() && ticks < ticks_max) {
        host_tick();
        ticks++;
    }
    return ticks;
}

/* Powered, with all that is broken or stored as `host` says. */
static void power_on(void)
{
    host.remote_l_mv = 0;
    host_start(SBMS_RESET_POWER_ON);
}

static int set_up(void **state)
{
    (void)state;
    host_make();
    return 0;
}

static void power_on_healthy(void)
{
    power_on();
    assert_int_equal(ticks_to_up(100u), UP_TICKS);
}

/* The record's entry that is `age` entries older than the newest. */
static struct sbms_entry entry_of_age(unsigned age)
{
    struct sbms_entry entries[SBMS_RECORD_SLOTS];
    unsigned count = 0u;

    for (unsigned slot = 0u; slot < SBMS_RECORD_SLOTS; slot++) {
        const uint8_t *bytes = &host.eeprom[SBMS_RECORD_OFFSET + slot * SBMS_ENTRY_BYTES];
        count += sbms_entry_decode(bytes, &entries[count]) ? 1u : 0u;
    }
    assert_true(age < count);
    for (unsigned i = 0u; i < count; i++) { /* the number of entries that are newer than this one */
        unsigned newer = 0u;
        for (unsigned other = 0u; other < count; other++) {
            newer += (int16_t)(uint16_t)(entries[other].number - entries[i].number) > 0 ? 1u : 0u;
        }
        if (newer == age) {
            return entries[i];
        }
    }
    fail_msg("no entry of age %u", age);
    return entries[0];
}

static void assert_fault_entry(unsigned age, enum sbms_fault fault, bool came)
{
    const struct sbms_entry entry = entry_of_age(age);

    assert_int_equal(entry.kind, SBMS_ENTRY_FAULT);
    assert_int_equal(entry.detail, fault);
    assert_int_equal(entry.high, came);
}

/* Red blinks `fault` times in a round (LED-3). */
static void assert_blinks(enum sbms_fault fault)
{
    const unsigned round = sbms_control_blink_ticks((uint8_t)fault);
    unsigned blinks = 0u;
    bool was_lit = host.pins.led_fault;

    for (unsigned i = 0u; i < round; i++) {
        host_tick();
        assert_int_equal(fault_found, fault);
        blinks += host.pins.led_fault && !was_lit ? 1u : 0u;
        was_lit = host.pins.led_fault;
    }
    assert_int_equal(blinks, fault);
}

/* In force, and everything floats. */
static void assert_shows(enum sbms_fault fault)
{
    assert_blinks(fault);
    assert_false(any_high());
}

/* ---- the start ---------------------------------------------------------------------------------------------------- */

static void it_starts_and_records_it(void **state)
{
    (void)state;
    power_on_healthy();
    const struct sbms_entry boot = entry_of_age(2u);
    const struct sbms_entry load = entry_of_age(1u);
    const struct sbms_entry charger = entry_of_age(0u);
    assert_int_equal(boot.kind, SBMS_ENTRY_BOOT);
    assert_int_equal(boot.detail, SBMS_RESET_POWER_ON);
    assert_int_equal(boot.boot, 1);
    assert_int_equal(load.kind, SBMS_ENTRY_EDGE);
    assert_int_equal(load.output, SBMS_OUTPUT_LOAD);
    assert_int_equal(load.cause, SBMS_CAUSE_START_UP);
    assert_true(load.high);
    assert_int_equal(load.tick, UP_TICKS - 1u);
    assert_int_equal(load.vbat_cv, 1280);
    assert_int_equal(charger.output, SBMS_OUTPUT_CHARGER);
    assert_int_equal(charger.outputs, (1u << SBMS_OUTPUT_LOAD) | (1u << SBMS_OUTPUT_CHARGER));
    host_start(SBMS_RESET_BROWN_OUT);
    assert_false(any_high());
    pass(1u);
    assert_int_equal(entry_of_age(0u).detail, SBMS_RESET_BROWN_OUT);
    assert_int_equal(entry_of_age(0u).boot, 2);
}

static void a_lasting_fault_stays_until_the_next_start(void **state)
{
    static const enum sbms_fault faults[] = {SBMS_FAULT_WATCHDOG, SBMS_FAULT_PROGRAM};

    (void)state;
    for (unsigned i = 0u; i < 2u; i++) {
        host_make();
        host.found_at_start = (uint8_t)faults[i];
        power_on();
        pass(1u);
        assert_fault_entry(0u, faults[i], true);
        host.clock_stands = true; /* a lasting fault counts more */
        assert_shows(faults[i]);
        host.clock_stands = false;
        pass(5000u);
        assert_shows(faults[i]);
        assert_int_equal(host.restarts, 0);
        host.found_at_start = SBMS_FAULT_NONE;
        power_on_healthy();
    }
}

static void a_memory_that_failed_is_recorded_once(void **state)
{
    (void)state;
    host.memory_failed = true;
    power_on_healthy();
    assert_fault_entry(2u, SBMS_FAULT_MEMORY, true);
    host_start(SBMS_RESET_EXTERNAL);
    pass(1u);
    assert_int_equal(entry_of_age(0u).kind, SBMS_ENTRY_BOOT);
}

/* ---- faults ---------------------------------------------------------------------------------------------------------- */

static void a_clock_that_stops_floats_all(void **state)
{
    (void)state;
    power_on_healthy();
    host.clock_stands = true;
    pass(1u);
    assert_fault_entry(2u, SBMS_FAULT_CLOCK, true); /* then the edges of Load and Charger */
    assert_int_equal(entry_of_age(0u).cause, SBMS_CAUSE_INTERNAL_FAULT);
    assert_shows(SBMS_FAULT_CLOCK);
    host.clock_stands = false;
    pass(1u);
    assert_fault_entry(0u, SBMS_FAULT_CLOCK, false);
    pass(UP_TICKS);
    assert_true(host.pins.charger && !host.pins.load);
    assert_int_equal(ticks_to_up(100u),
                     40u - 1u - sbms_control_blink_ticks(SBMS_FAULT_CLOCK) - UP_TICKS); /* LOAD-8 */
    assert_int_equal(host.restarts, 0);
}

/* It restarts when the clock runs, and has nothing to show then. */
static void a_clock_that_never_started(void **state)
{
    (void)state;
    host.clock_stands = true;
    power_on();
    pass(1u);
    assert_shows(SBMS_FAULT_CLOCK);
    assert_int_equal(host.restarts, 0);
    host.clock_stands = false;
    pass(1u);
    assert_int_equal(host.restarts, 1);
    assert_int_equal(ticks_to_up(100u), UP_TICKS);
}

/* SAFE-2, SAFE-4: one bad reading of the band gap changes nothing; with two in a row the signals count as lost, and their
 * return is debounced. Load is warned before it is cut. */
static void a_converter_that_reads_wrong(void **state)
{
    static const int32_t good[] = {936, 1100, 1264};
    static const int32_t bad[] = {0, 934, 1266, 5000};

    (void)state;
    power_on_healthy();
    for (unsigned i = 0u; i < 3u; i++) {
        host.reference_mv = good[i];
        pass(10u);
        assert_true(is_up());
    }
    for (unsigned i = 0u; i < 4u; i++) {
        host.reference_mv = bad[i];
        host.vbat_mv = 0; /* means nothing then */
        pass(1u);
        assert_true(is_up());
        host.reference_mv = HOST_REFERENCE_MV;
        host.vbat_mv = 12800;
        pass(1u);
        assert_true(is_up());
        host.reference_mv = bad[i];
        pass(2u);
        assert_true(host.pins.load && host.pins.prealarm && !host.pins.charger);
        assert_blinks(SBMS_FAULT_REFERENCE);
        assert_true(host.pins.load && host.pins.prealarm && !host.pins.charger);
        host.reference_mv = HOST_REFERENCE_MV;
        pass(1u);
        assert_int_equal(fault_found, SBMS_FAULT_NONE);
        assert_true(host.pins.led_fault); /* Charger floats (LED-2) */
        pass(600u);
        assert_true(is_up() && !host.pins.prealarm); /* CHG-5 and PRE-4 are over */
    }
    host.reference_mv = 0;
    pass(2u + WARNING_TICKS - 1u);
    assert_true(host.pins.load);
    pass(1u);
    assert_shows(SBMS_FAULT_REFERENCE);
}

/* Load is held off for `wait_ticks` after the restart, which is a cut when Load was high (LOAD-8). */
static void assert_restarts_with(enum sbms_fault fault, unsigned wait_ticks)
{
    const uint32_t restarts = host.restarts;
    const unsigned shown = sbms_control_blink_ticks((uint8_t)fault);
    unsigned ticks = 0u;

    pass(1u);
    assert_int_equal(host.restarts, restarts + 1u);
    assert_false(any_high() || host.pins.led_fault);
    assert_shows(fault);
    while (!host.pins.charger && ticks < 100u) { /* Charger does not wait */
        host_tick();
        ticks++;
    }
    assert_int_equal(ticks, 1u + UP_TICKS); /* the tick at which the fault is gone is the reset */
    assert_int_equal(entry_of_age(1u).kind, SBMS_ENTRY_STAYS);
    assert_int_equal(entry_of_age(1u).output, SBMS_OUTPUT_LOAD);
    assert_int_equal(entry_of_age(1u).cause, SBMS_CAUSE_HOLD_OFF);
    assert_fault_entry(2u, fault, false);
    assert_fault_entry(3u, fault, true);
    assert_int_equal(entry_of_age(4u).kind, SBMS_ENTRY_BOOT);
    assert_int_equal(entry_of_age(4u).detail, SBMS_RESET_WATCHDOG);
    assert_true(entry_of_age(4u).high); /* Load was: a cut */
    ticks += shown;
    while (!host.pins.load && ticks < 10000u) {
        host_tick();
        ticks++;
    }
    assert_int_equal(ticks, 1u + wait_ticks); /* from the first sample */
}

/* SAFE-4: what a restart mends ends in one, and is recorded and shown once, with everything floating. */
static void what_a_restart_mends(void **state)
{
    static const enum sbms_fault pieces[] = {SBMS_FAULT_MEMORY, SBMS_FAULT_PROGRAM, SBMS_FAULT_STACK};
    static const unsigned wait_ticks[] = {40u, 240u, 480u, 960u};

    (void)state;
    power_on_healthy();
    for (unsigned i = 0u; i < 3u; i++) {
        host.found_by_piece = (uint8_t)pieces[i];
        assert_restarts_with(pieces[i], wait_ticks[i]);
    }
    host.register_changed = true;
    assert_restarts_with(SBMS_FAULT_REGISTER, wait_ticks[3]);
    host.found_by_piece = SBMS_FAULT_STACK;
    pass(1u);
    power_on_healthy(); /* power-on forgets it */
}

/* The program is not where it should be in its cycle. */
static void a_phase_out_of_order_restarts(void **state)
{
    (void)state;
    power_on_healthy();
    port_set_phase(PORT_PHASE_DRIVE);
    assert_restarts_with(SBMS_FAULT_PROGRAM, 40u);
}

/* ---- the outputs ------------------------------------------------------------------------------------------------------- */

/* What is high at the pins, bit n = sbms_output n. */
static unsigned pins_high(void)
{
    return (host.pins.load ? 1u : 0u) | (host.pins.prealarm ? 2u : 0u) | (host.pins.charger ? 4u : 0u);
}

/* SAFE-4: a short floats its output alone, and Pre-alarm with Load; it is tried after a minute, then after two. */
static void a_shorted_output_is_tried_again(void **state)
{
    static const unsigned left[] = {4u, 5u, 3u}; /* outputs that stay high */

    (void)state;
    for (unsigned output = 0u; output < SBMS_OUTPUT_COUNT; output++) {
        host_make();
        host.present.no_prealarm = false; /* so that all are high */
        power_on();
        pass(20u);
        assert_int_equal(pins_high(), 7);
        host.terminals[output] = HOST_STUCK_LOW;
        pass(SBMS_SHORT_TICKS - 1u);
        assert_int_equal(pins_high(), 7);
        pass(1u);
        assert_int_equal(pins_high(), left[output]);
        assert_fault_entry(0u, SBMS_FAULT_OUTPUT, true);
        assert_int_equal(entry_of_age(0u).output, output);
        assert_int_equal(entry_of_age(0u).cause, SBMS_TERMINAL_SHORTED);
        assert_blinks(SBMS_FAULT_OUTPUT);
        pass(FIRST_TRY_TICKS - sbms_control_blink_ticks(SBMS_FAULT_OUTPUT) - 1u);
        assert_int_equal(pins_high(), left[output]);
        pass(1u);
        assert_int_equal(pins_high(), 7);
        pass(SBMS_SHORT_TICKS);
        assert_int_equal(pins_high(), left[output]); /* it is short still */
        host.terminals[output] = HOST_FOLLOWS;
        pass(2u * FIRST_TRY_TICKS - 1u);
        assert_int_equal(pins_high(), left[output]);
        assert_int_equal(fault_found, SBMS_FAULT_OUTPUT);
        pass(1u);
        assert_int_equal(pins_high(), 7);
        pass(8u);
        assert_int_equal(fault_found, SBMS_FAULT_NONE);
        assert_fault_entry(0u, SBMS_FAULT_OUTPUT, false); /* once, and not at each try (SAFE-7) */
    }
}

/* SAFE-1: what red shows of a short that a reset has left is not Charger's decision, which comes later. */
static void a_remembered_short_decides_nothing(void **state)
{
    (void)state;
    power_on_healthy();
    host.terminals[SBMS_OUTPUT_LOAD] = HOST_STUCK_LOW;
    pass(SBMS_SHORT_TICKS);
    assert_false(host.pins.load);
    host_start(SBMS_RESET_EXTERNAL);
    pass(UP_TICKS);
    assert_int_equal(pins_high(), 4u);
    assert_int_equal(entry_of_age(0u).output, SBMS_OUTPUT_CHARGER);
    assert_int_equal(entry_of_age(0u).kind, SBMS_ENTRY_EDGE);
    assert_int_equal(entry_of_age(1u).output, SBMS_OUTPUT_LOAD);
    assert_int_equal(entry_of_age(1u).kind, SBMS_ENTRY_STAYS);
    assert_int_equal(entry_of_age(2u).kind, SBMS_ENTRY_BOOT);
    assert_fault_entry(3u, SBMS_FAULT_OUTPUT, true);
}

/* SUP-3: the start after a low supply is one as after a reset, and what stays floating then is recorded. */
static void a_low_supply_starts_the_record_anew(void **state)
{
    (void)state;
    power_on_healthy();
    host.vbat_mv = 7000;
    pass(SBMS_SUPPLY_TICKS);
    host.vbat_mv = 12800;
    host.present = (struct port_loop_ends){.no_prealarm = true};
    pass(100u);
    assert_int_equal(entry_of_age(0u).kind, SBMS_ENTRY_STAYS);
    assert_int_equal(entry_of_age(0u).output, SBMS_OUTPUT_LOAD);
    assert_int_equal(entry_of_age(0u).cause, SBMS_CAUSE_ATD_LOST);
    assert_int_equal(entry_of_age(1u).kind, SBMS_ENTRY_STAYS);
    assert_int_equal(entry_of_age(1u).output, SBMS_OUTPUT_CHARGER);
    assert_int_equal(entry_of_age(1u).cause, SBMS_CAUSE_ATC_LOST);
    assert_int_equal(entry_of_age(2u).cause, SBMS_CAUSE_SUPPLY_LOW);
}

static unsigned count_writes(void)
{
    unsigned writes = 0u;

    for (unsigned address = 0u; address < SBMS_EEPROM_BYTES; address++) {
        writes += host.eeprom_writes[address];
    }
    return writes;
}

/* The entries of Load and Charger for a supply that went at `tick`. */
static void assert_supply_entries(uint32_t tick)
{
    for (unsigned age = 0u; age < 2u; age++) {
        const struct sbms_entry entry = entry_of_age(age);

        assert_int_equal(entry.kind, SBMS_ENTRY_EDGE);
        assert_int_equal(entry.output, age == 0u ? SBMS_OUTPUT_CHARGER : SBMS_OUTPUT_LOAD);
        assert_int_equal(entry.cause, SBMS_CAUSE_SUPPLY_LOW);
        assert_false(entry.high);
        assert_int_equal(entry.tick, tick);
        assert_int_equal(entry.vbat_cv, 0u);
    }
}

/* LOAD-8, SAFE-7: a supply that is gone for half a second must not have to feed the EEPROM; what happened is recorded when it is
 * back, and with the time at which it happened. */
static void a_supply_that_comes_back(void **state)
{
    (void)state;
    for (unsigned away = SBMS_SUPPLY_TICKS; away <= RECORD_WAIT_TICKS; away++) {
        host_make();
        power_on_healthy();
        pass(10u);
        const unsigned writes = count_writes();
        host.vbat_mv = 0;
        for (unsigned tick = 0u; tick < away; tick++) {
            pass(1u);
            assert_int_equal(count_writes(), writes);
            assert_false(device_has_work());
        }
        assert_false(any_high());
        host.vbat_mv = SBMS_SUPPLY_LOW_MV + 100; /* one step of the converter above it: enough to write */
        pass(1u);
        assert_int_equal(count_writes(), writes + 2u * (SBMS_ENTRY_BYTES + 1u));
        assert_supply_entries(UP_TICKS + 10u + SBMS_SUPPLY_TICKS - 1u);
    }
}

/* SAFE-7: one that stays away is recorded from what is left in the device's own store. */
static void a_supply_that_stays_away(void **state)
{
    (void)state;
    power_on_healthy();
    pass(10u);
    const unsigned writes = count_writes();
    host.vbat_mv = SBMS_SUPPLY_LOW_MV - 100;
    pass(RECORD_WAIT_TICKS);
    assert_int_equal(count_writes(), writes);
    pass(1u);
    assert_int_equal(count_writes(), writes + 2u * (SBMS_ENTRY_BYTES + 1u));
    assert_int_equal(entry_of_age(0u).cause, SBMS_CAUSE_SUPPLY_LOW);
    assert_int_equal(entry_of_age(1u).cause, SBMS_CAUSE_SUPPLY_LOW);
}

/* A start without a supply records itself, too, but later; so does one whose converter tells nothing. */
static void a_start_without_a_supply(void **state)
{
    (void)state;
    for (unsigned blind = 0u; blind < 2u; blind++) {
        host_make();
        host.vbat_mv = blind != 0u ? 12800 : 3000;
        host.reference_mv = blind != 0u ? 800 : HOST_REFERENCE_MV;
        power_on();
        pass(RECORD_WAIT_TICKS);
        assert_int_equal(count_writes(), 0u);
        pass(1u);
        assert_int_equal(entry_of_age(blind).kind, SBMS_ENTRY_BOOT);
        if (blind != 0u) {
            assert_fault_entry(0u, SBMS_FAULT_REFERENCE, true);
        }
    }
}

/* SAFE-4, SAFE-7: a reset does not make a short that is remembered a new fault; its end is recorded after it. */
static void a_remembered_short_is_no_new_fault(void **state)
{
    (void)state;
    power_on_healthy();
    host.terminals[SBMS_OUTPUT_CHARGER] = HOST_STUCK_LOW;
    pass(SBMS_SHORT_TICKS + 1u);
    assert_fault_entry(0u, SBMS_FAULT_OUTPUT, true);
    const uint16_t faults = entry_of_age(0u).faults;
    host_start(SBMS_RESET_EXTERNAL);
    pass(100u);
    assert_int_equal(fault_found, SBMS_FAULT_OUTPUT);
    assert_int_equal(entry_of_age(0u).faults, faults);
    host.terminals[SBMS_OUTPUT_CHARGER] = HOST_FOLLOWS;
    pass(FIRST_TRY_TICKS);
    assert_int_equal(fault_found, SBMS_FAULT_NONE);
    assert_fault_entry(0u, SBMS_FAULT_OUTPUT, false);
    assert_int_equal(entry_of_age(0u).faults, faults);
}

/* An inrush or a glitch that is shorter than 0.5 s. */
static void a_short_dip_is_no_short(void **state)
{
    (void)state;
    power_on_healthy();
    for (unsigned i = 0u; i < 20u; i++) {
        host.terminals[SBMS_OUTPUT_LOAD] = HOST_STUCK_LOW;
        pass(SBMS_SHORT_TICKS - 1u);
        host.terminals[SBMS_OUTPUT_LOAD] = HOST_FOLLOWS;
        pass(1u);
        assert_true(is_up());
    }
}

/* SAFE-4: a terminal that is high while it should float is shown after 30 s, and nothing else changes. */
static void an_output_that_does_not_float(void **state)
{
    (void)state;
    for (unsigned output = 0u; output < SBMS_OUTPUT_COUNT; output++) {
        const unsigned others = output == SBMS_OUTPUT_CHARGER ? 0u : 4u;

        host_make();
        host.present = (struct port_loop_ends){.atc = output != SBMS_OUTPUT_CHARGER};
        power_on();
        pass(20u);
        assert_int_equal(pins_high(), others);
        host.terminals[output] = HOST_STUCK_HIGH;
        pass(SBMS_FED_TICKS - 1u);
        assert_int_equal(fault_found, SBMS_FAULT_NONE);
        pass(1u);
        assert_fault_entry(0u, SBMS_FAULT_OUTPUT, true);
        assert_int_equal(entry_of_age(0u).cause, SBMS_TERMINAL_FED);
        assert_blinks(SBMS_FAULT_OUTPUT);
        assert_int_equal(pins_high(), others);
        host.present = (struct port_loop_ends){true, true, true};
        pass(20u);
        assert_int_equal(pins_high(), 5u);
        host.terminals[output] = HOST_FOLLOWS;
        pass(1u);
        assert_int_equal(fault_found, SBMS_FAULT_NONE);
        host.remote_l_mv = 5000; /* LED-3: dark when the remote is known to be off */
        host.terminals[output] = HOST_STUCK_HIGH;
        for (unsigned tick = 0u; tick < 3u * SBMS_FED_TICKS; tick++) {
            host_tick();
            assert_false(tick > 2u && host.pins.led_fault);
        }
        assert_int_equal(fault_found, SBMS_FAULT_OUTPUT);
    }
}

/* ---- judging ------------------------------------------------------------------------------------------------------------ */

static struct port_loop_ends ends_of(unsigned bits)
{
    return (struct port_loop_ends){
        .atc = (bits & 1u) != 0u, .atd = (bits & 2u) != 0u, .no_prealarm = (bits & 4u) != 0u};
}

/* SAFE-3: all 512 patterns of the ends. A signal needs its own end, and no end where it does not belong. */
static void ends_to_signals(void **state)
{
    (void)state;
    for (unsigned pattern = 0u; pattern < 512u; pattern++) {
        const unsigned own =
            pattern & 0x111u; /* the diagonal: bit 0 of the first, 1 of the second, 2 of the third */
        const struct port_sample sample = {.band_gap_code = HOST_REFERENCE_MV,
                                           .with_atc = ends_of(pattern & 7u),
                                           .with_atd = ends_of((pattern >> 3) & 7u),
                                           .with_no_prealarm = ends_of(pattern >> 6)};
        const bool tied = own != pattern;
        struct sbms_inputs inputs = {.fault = 3u};
        assert_true(judge_sample(&sample, &inputs));
        assert_int_equal(inputs.atc, !tied && (pattern & 0x001u) != 0u);
        assert_int_equal(inputs.atd, !tied && (pattern & 0x010u) != 0u);
        assert_int_equal(inputs.no_prealarm, !tied && (pattern & 0x100u) != 0u);
        assert_int_equal(inputs.fault, 3);
    }
}

static void a_bad_sample_leaves_the_inputs(void **state)
{
    const struct port_sample sample = {.band_gap_code = 1u, .vbat_code = 1u};
    struct sbms_inputs inputs = {.vbat_mv = 12345, .atc = true};

    (void)state;
    assert_false(judge_sample(&sample, &inputs));
    assert_int_equal(inputs.vbat_mv, 12345);
    assert_true(inputs.atc);
}

static void loops_that_are_tied_read_as_lost(void **state)
{
    bool *const tied[] = {&host.loops_joined, &host.tied_high.atc, &host.tied_high.atd,
                          &host.tied_high.no_prealarm};

    (void)state;
    for (unsigned i = 0u; i < sizeof tied / sizeof tied[0]; i++) {
        power_on_healthy();
        *tied[i] = true;
        pass(LOST_TICKS);
        assert_false(host.pins.charger);
        assert_true(host.pins.prealarm);
        pass(CUT_TICKS);
        assert_false(any_high());
        assert_int_equal(fault_found, SBMS_FAULT_NONE);
        *tied[i] = false;
    }
}

/* ---- settings (LOAD-6) ----------------------------------------------------------------------------------------------------- */

/* Ticks from ATD's return, a minute after a cut, until Load is high. */
static unsigned reconnect_ticks(void)
{
    unsigned ticks = 0u;

    power_on_healthy();
    host.present = (struct port_loop_ends){.atc = true};
    pass(CUT_TICKS);
    assert_false(host.pins.load);
    pass(480u); /* LOAD-8's wait is over */
    host.present = (struct port_loop_ends){true, true, true};
    while (!host.pins.load && ticks < 1000u) {
        host_tick();
        ticks++;
    }
    return ticks;
}

static void settings_blank_good_and_bad(void **state)
{
    const struct sbms_control_settings delay = {.reconnect_delay_s = 60u};

    (void)state;
    assert_int_equal(reconnect_ticks(), SBMS_RETURNED_TICKS);
    sbms_settings_encode(&delay, &host.eeprom[SBMS_SETTINGS_OFFSET]);
    assert_int_equal(reconnect_ticks(), SBMS_RETURNED_TICKS + 60u * SBMS_TICKS_PER_S);
    for (unsigned byte = 0u; byte < SBMS_SETTINGS_BYTES; byte++) {
        host_make();
        sbms_settings_encode(&delay, &host.eeprom[SBMS_SETTINGS_OFFSET]);
        host.eeprom[SBMS_SETTINGS_OFFSET + byte] ^= 0x10u;
        power_on_healthy();
        assert_fault_entry(2u, SBMS_FAULT_SETTINGS, true);
        assert_int_equal(reconnect_ticks(), SBMS_RETURNED_TICKS);
    }
}

/* LED-4: while Load waits, blue is lit one tick in 16, and Load's pin stays low. */
static void blue_flashes_while_load_waits(void **state)
{
    unsigned lit = 0u;

    (void)state;
    power_on_healthy();
    host.present = (struct port_loop_ends){.atc = true};
    pass(CUT_TICKS + 16u);
    assert_false(host.pins.led_load);
    host.present = (struct port_loop_ends){true, true, true};
    pass(SBMS_RETURNED_TICKS);
    for (unsigned tick = 0u; tick < 160u; tick++) {
        host_tick();
        assert_false(host.pins.load);
        lit += host.pins.led_load ? 1u : 0u;
    }
    assert_int_equal(lit, 10);
}

/* ---- telemetry ------------------------------------------------------------------------------------------------------------- */

/* Passes a second in which one block is sent; returns its text without the checksum's byte, which is verified. */
static const char *block(void)
{
    static char text[HOST_UART_BYTES + 1u];
    uint8_t bytes[HOST_UART_BYTES];
    uint8_t sum = 0u;

    (void)host_take_uart(bytes);
    pass(SBMS_TICKS_PER_S);
    const size_t count = host_take_uart(bytes);
    assert_true(count > 0u);
    for (size_t i = 0u; i < count; i++) {
        sum = (uint8_t)(sum + bytes[i]);
    }
    assert_int_equal(sum, 0);
    memcpy(text, bytes, count - 1u);
    text[count - 1u] = '\0';
    return text;
}

#define BLOCK(v, load, relay, alarm, ar, or, chg, fault, cause, reason, wait, up) \
    "\r\nPID\t0xFFFF\r\nFW\t10\r\n" v "LOAD\t" load "\r\nRelay\t" relay "\r\nAlarm\t" alarm "\r\nAR\t" ar \
    "\r\nOR\t0x0000" or \
        "\r\nCHG\t" chg "\r\nFAULT\t" fault "\r\nCAUSE\t" cause "\r\nREASON\t" reason "\r\nWAIT\t" wait \
        "\r\nUP\t0x0000" up "\r\nChecksum\t"
#define VOLTS(mv) "V\t" mv "\r\n"

static void what_the_telemetry_says(void **state)
{
    (void)state;
    host.listens = true;
    power_on();
    assert_string_equal(
        block(), BLOCK(VOLTS("12800"), "ON", "OFF", "OFF", "0", "0000", "ON", "0", "1", "0", "OFF", "0001"));
    host.vbat_mv = 70000;
    host.present = (struct port_loop_ends){.atc = true};
    assert_string_equal(
        block(), BLOCK(VOLTS("70000"), "ON", "ON", "ON", "1", "0000", "ON", "0", "7", "1", "OFF", "0002"));
    for (unsigned s = 0u; s < 30u; s++) {
        (void)block();
    }
    assert_string_equal(
        block(), BLOCK(VOLTS("70000"), "OFF", "OFF", "ON", "1", "0040", "ON", "0", "7", "1", "OFF", "0021"));
    host.present = (struct port_loop_ends){.atd = true};
    (void)block(); /* SAFE-2: ATD returns within it */
    assert_string_equal(block(), BLOCK(VOLTS("70000"), "OFF", "OFF", "ON", "1", "0010", "OFF", "0", "5",
                                       "8193", "ON", "0023"));
    for (unsigned s = 0u; s < 40u; s++) {
        (void)block();
    }
    host.present = (struct port_loop_ends){.atd = true, .no_prealarm = true};
    for (unsigned s = 0u; s < 20u; s++) {
        (void)block();
    }
    assert_string_equal(block(), BLOCK(VOLTS("70000"), "ON", "OFF", "ON", "8192", "0000", "OFF", "0", "10",
                                       "8192", "OFF", "0060"));
    host.remote_l_mv = 5000;
    assert_string_equal(block(), BLOCK(VOLTS("70000"), "OFF", "OFF", "ON", "8192", "0008", "OFF", "0", "4",
                                       "8192", "OFF", "0061"));
    host.vbat_mv = 7000;
    assert_string_equal(
        block(), BLOCK(VOLTS("7000"), "OFF", "OFF", "OFF", "0", "0001", "OFF", "0", "4", "0", "OFF", "0062"));
    host.reference_mv = 0;
    assert_string_equal(block(),
                        BLOCK("", "OFF", "OFF", "ON", "0", "0010", "OFF", "4", "4", "0", "OFF", "0063"));
    host.clock_stands = true; /* the first of two faults */
    assert_string_equal(block(),
                        BLOCK("", "OFF", "OFF", "ON", "0", "0010", "OFF", "3", "4", "0", "OFF", "0064"));
    host.reference_mv = HOST_REFERENCE_MV;
    assert_string_equal(
        block(), BLOCK(VOLTS("7000"), "OFF", "OFF", "ON", "0", "0010", "OFF", "3", "4", "0", "OFF", "0065"));
}

static void nobody_listens(void **state)
{
    (void)state;
    power_on();
    pass(3u * SBMS_TICKS_PER_S);
    assert_int_equal(host.uart_bytes, 0);
    assert_false(host.uart_is_on);
    host.listens = true;
    (void)block();
    assert_true(host.uart_is_on);
    host.listens = false;
    pass(1u);
    assert_false(host.uart_is_on);
}

/* A UART that is full: what is left of the block comes later, and the next one only then. */
static void a_uart_without_room(void **state)
{
    static const char expected[] =
        BLOCK(VOLTS("12800"), "ON", "OFF", "OFF", "0", "0000", "ON", "0", "1", "0", "OFF", "0002");
    uint8_t bytes[HOST_UART_BYTES];

    (void)state;
    host.listens = true;
    power_on_healthy();
    (void)host_take_uart(bytes);
    host.uart_bytes = HOST_UART_BYTES - 5u;
    pass(3u * SBMS_TICKS_PER_S);
    assert_int_equal(host_take_uart(bytes), HOST_UART_BYTES);
    assert_memory_equal(&bytes[HOST_UART_BYTES - 5u], expected, 5u);
    pass(1u);
    assert_int_equal(host_take_uart(bytes), sizeof expected - 5u);
    assert_memory_equal(bytes, &expected[5], sizeof expected - 1u - 5u);
}

#define CASE(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(it_starts_and_records_it),
        CASE(a_lasting_fault_stays_until_the_next_start),
        CASE(a_memory_that_failed_is_recorded_once),
        CASE(a_clock_that_stops_floats_all),
        CASE(a_clock_that_never_started),
        CASE(a_converter_that_reads_wrong),
        CASE(what_a_restart_mends),
        CASE(a_phase_out_of_order_restarts),
        CASE(a_shorted_output_is_tried_again),
        CASE(a_remembered_short_is_no_new_fault),
        CASE(a_remembered_short_decides_nothing),
        CASE(a_low_supply_starts_the_record_anew),
        CASE(a_supply_that_comes_back),
        CASE(a_supply_that_stays_away),
        CASE(a_start_without_a_supply),
        CASE(a_short_dip_is_no_short),
        CASE(an_output_that_does_not_float),
        CASE(ends_to_signals),
        CASE(a_bad_sample_leaves_the_inputs),
        CASE(loops_that_are_tied_read_as_lost),
        CASE(settings_blank_good_and_bad),
        CASE(blue_flashes_while_load_waits),
        CASE(what_the_telemetry_says),
        CASE(nobody_listens),
        CASE(a_uart_without_room),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
