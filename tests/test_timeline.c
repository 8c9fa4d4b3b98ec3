/* SPDX-License-Identifier: Apache-2.0 */
/* What happened, in words: each cause, each kind of edge, times and quantities (SAFE-7). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "result/edge_text.h"
#include "result/wording.h"
#include "twin/charge.h"

static struct scenario described; /* of the tests below; set up by reset() */

static int reset(void **state)
{
    (void)state;
    described = (struct scenario){
        .duration_s = 86400.0,
        .bank = {.cells = 4, .series = 2, .parallel = 1, .settings = sbms_battery_defaults()},
        .solar = {.panel_w = 100.0},
        .bms = {.settings = {.reconnect_delay_s = 60, .lockout_retries = 2, .lockout_clear_mv = 13400}},
        .event_count = 9,
        .events =
            {
                {.at_s = 10.0, .what = EVENT_SENSOR_FROZEN, .battery = 2},
                {.at_s = 20.0, .what = EVENT_INTERNAL_FAULT, .value = 7},
                {.at_s = 30.0, .what = EVENT_SUPPLY_DIP, .value = 6255, .for_s = 2.5},
                {.at_s = 40.0, .what = EVENT_TEMP_SENSOR_MISSING, .battery = 1},
                {.at_s = 50.0, .what = EVENT_OUTPUT_SHORTED, .output = OUTPUT_PRE_ALARM},
                {.at_s = 60.0, .what = EVENT_OUTPUT_FED, .output = OUTPUT_LOAD},
                {.at_s = 70.0, .what = EVENT_OUTPUT_MENDED, .output = OUTPUT_CHARGER},
                {.at_s = 80.0, .what = EVENT_LOAD_ON, .load_name = "hot plate"},
                {.at_s = 90.0, .what = EVENT_LOAD_OFF, .load_name = "hot plate"},
            },
    };
    return 0;
}

static void expect_text(struct system_edge edge, int64_t held_ticks, const char *expected)
{
    char text[EDGE_TEXT_SIZE];
    const struct recording_edge recorded = {.edge = edge, .held_ticks = held_ticks, .count = 1};
    edge_text(&described, &recorded, text, sizeof text);
    assert_string_equal(text, expected);
}

static struct system_edge charger_lost(uint8_t cause, int value)
{
    return (struct system_edge){.tick = 400,
                                .kind = EDGE_CHARGER,
                                .cause = SBMS_CAUSE_ATC_LOST,
                                .reason = {.battery = 2, .cell = 3, .cause = cause, .value = value}};
}

static struct system_edge charger_back(uint8_t cause)
{
    struct system_edge edge = charger_lost(cause, 0);
    edge.cause = SBMS_CAUSE_ATC_RETURNED;
    edge.on = true;
    return edge;
}

static void test_charge_reasons(void **state)
{
    (void)state;
    described.bank.settings.low_temp_dc = -35;
    /* BAT-4, BAT-5, BAT-6: why, with the threshold that is in force */
    expect_text(charger_lost(SBMS_BATTERY_OVER_VOLTAGE, 3751), 9,
                "Charger floats: battery 2 cell 3 above 3.75 V");
    expect_text(charger_lost(SBMS_BATTERY_LOW_TEMP, -36), 9,
                "Charger floats: battery 2 cell 3 at -3.6 degC, below -3.5 degC");
    expect_text(charger_lost(SBMS_BATTERY_HIGH_TEMP, 501), 9,
                "Charger floats: battery 2 cell 3 at 50.1 degC, above 50.0 degC");
    expect_text(charger_lost(SBMS_BATTERY_CELL_SENSOR, SBMS_READING_MISSING), 9,
                "Charger floats: battery 2 cell 3: no reading");
    expect_text(charger_lost(SBMS_BATTERY_CELL_SENSOR, 495), 9,
                "Charger floats: battery 2 cell 3: a reading of 0.495 V is not plausible");
    expect_text(charger_back(SBMS_BATTERY_OVER_VOLTAGE), 8,
                "Charger high: all cells below 3.60 V again; it floated for 1 s");
    expect_text(charger_back(SBMS_BATTERY_LOW_TEMP), 8,
                "Charger high: all cells at -1.5 degC or more again; it floated for 1 s");
    expect_text(charger_back(SBMS_BATTERY_HIGH_TEMP), 8,
                "Charger high: all cells at 48.0 degC or less again; it floated for 1 s");
    expect_text(charger_back(SBMS_BATTERY_CELL_SENSOR), 8,
                "Charger high: readings of battery 2 good again; it floated for 1 s");
    struct system_edge cable = charger_back(0);
    cable.reason = (struct chain_reason){0};
    expect_text(cable, 8, "Charger high: battery cable plugged in again; it floated for 1 s");
}

/* BAT-6 */
static void test_sensors(void **state)
{
    (void)state;
    struct system_edge edge = charger_lost(SBMS_BATTERY_CELL_SENSOR, SBMS_READING_MISSING);
    edge.reason.cell = 0;
    expect_text(edge, -1, "Charger floats: battery 2: its readings do not change any more");
    edge = charger_lost(SBMS_BATTERY_TEMP_SENSOR, SBMS_READING_MISSING);
    expect_text(edge, -1, "Charger floats: battery 2 cell 3: no temperature reading");
    edge.reason.cell = 0; /* of none of the battery's cells */
    expect_text(edge, -1, "Charger floats: battery 2: no temperature reading");
    edge.reason.cell = 3;
    edge.reason.value = -401;
    expect_text(edge, -1, "Charger floats: battery 2 cell 3: a reading of -40.1 degC is not plausible");
}

static void test_load(void **state)
{
    (void)state;
    described.bank.settings.under_voltage_mv = 2795;
    struct system_edge edge = {
        .tick = 400,
        .kind = EDGE_LOAD,
        .cause = SBMS_CAUSE_ATD_LOST,
        .reason = {.battery = 1, .cell = 3, .cause = SBMS_BATTERY_UNDER_VOLTAGE, .value = 2794},
        .prealarm_ticks = 41 * 60 * 8,
        .cut_ticks = -1};
    expect_text(edge, 9, "Load floats: battery 1 cell 3 below 2.795 V; pre-alarm for 41 min"); /* LOAD-3 */
    edge.cause = SBMS_CAUSE_CHAIN_OPEN;                                                        /* SAFE-3 */
    edge.prealarm_ticks = 244;
    edge.reason = (struct chain_reason){0};
    expect_text(edge, 9,
                "Load floats: battery cable open: all three signals lost together; pre-alarm for 30.5 s");
    edge.prealarm_ticks = 0; /* SAFE-4: its own terminal is shorted */
    expect_text(edge, 9,
                "Load floats: battery cable open: all three signals lost together; Pre-alarm was floating");
    edge.cause = SBMS_CAUSE_REMOTE_OFF; /* LOAD-4 */
    expect_text(edge, 9, "Load floats: switched off");
    edge.cause = SBMS_CAUSE_SUPPLY_LOW; /* SUP-3 */
    expect_text(edge, 9, "Load floats: supply below 7.50 V");
    edge.cause = SBMS_CAUSE_INTERNAL_FAULT; /* SAFE-4 */
    expect_text(edge, 9, "Load floats: internal fault 7");
    edge.cause = SBMS_CAUSE_OUTPUT_FAULT;
    expect_text(edge, 9, "Load floats: its terminal is shorted");
    edge.cause = SBMS_CAUSE_REFERENCE_FAULT;
    edge.prealarm_ticks = 244;
    expect_text(edge, 9,
                "Load floats: the device can measure nothing (internal fault 4); pre-alarm for 30.5 s");
}

static void test_load_returns(void **state)
{
    (void)state;
    struct system_edge edge = {.kind = EDGE_LOAD,
                               .on = true,
                               .cause = SBMS_CAUSE_ATD_RETURNED,
                               .reason = {.battery = 1, .cell = 3, .cause = SBMS_BATTERY_UNDER_VOLTAGE},
                               .cut_ticks = (17 * 60 + 3) * 60 * 8};
    expect_text(edge, 9,
                "Load high: all cells at 3.20 V or more again; it floated for 17 h 3 min"); /* BAT-3 */
    edge.cause = SBMS_CAUSE_RECONNECT_DELAY;                                                /* LOAD-6 */
    expect_text(edge, 9, "Load high: the reconnect delay of 60 s is over; it floated for 17 h 3 min");
    edge.cause = SBMS_CAUSE_HOLD_OFF; /* LOAD-8 */
    expect_text(edge, 9, "Load high: the wait after the last cut is over; it floated for 17 h 3 min");
    edge.cause = SBMS_CAUSE_OUTPUT_RETRY; /* SAFE-4 */
    expect_text(edge, 9, "Load high: tried again after a short of its terminal; it floated for 17 h 3 min");
    edge.cause = SBMS_CAUSE_ATD_RETURNED;
    edge.loss = SBMS_CAUSE_REFERENCE_FAULT;
    expect_text(edge, 9, "Load high: the device can measure again; it floated for 17 h 3 min");
    edge.cause = SBMS_CAUSE_LOCKOUT_CLEARED;
    expect_text(edge, 9,
                "Load high: lock-out cleared, supply at 13.40 V or more for 30 s; it floated for 17 h 3 min");
    edge.cause = SBMS_CAUSE_START_UP;
    edge.cut_ticks = -1;
    expect_text(edge, -1, "Load high: start-up");
}

static void test_prealarm(void **state)
{
    (void)state;
    struct system_edge edge = {
        .kind = EDGE_PRE_ALARM,
        .on = true,
        .cause = SBMS_CAUSE_NO_PREALARM_LOST,
        .reason = {.battery = 2, .cell = 4, .cause = SBMS_BATTERY_PRE_ALARM, .value = 3099}};
    expect_text(edge, -1, "Pre-alarm high: battery 2 cell 4 below 3.10 V"); /* PRE-2 */
    edge.on = false;
    edge.cause = SBMS_CAUSE_NO_PREALARM_RETURNED; /* PRE-4 */
    edge.prealarm_ticks = 12 * 60 * 8;
    expect_text(
        edge, 9,
        "Pre-alarm floats: all cells at 3.15 V or more again, no new alarm for 10 s; it was high for 12 min");
    edge.reason.cause = SBMS_BATTERY_CELL_SENSOR; /* BAT-6 */
    expect_text(
        edge, 9,
        "Pre-alarm floats: readings of battery 2 good again, no new alarm for 10 s; it was high for 12 min");
    edge.cause = SBMS_CAUSE_ATD_RETURNED;
    edge.reason.cause = SBMS_BATTERY_UNDER_VOLTAGE;
    expect_text(
        edge, 9,
        "Pre-alarm floats: all cells at 3.20 V or more again, no new alarm for 60 s; it was high for 12 min");
    edge.loss = SBMS_CAUSE_REFERENCE_FAULT; /* SAFE-4 */
    expect_text(
        edge, 9,
        "Pre-alarm floats: the device can measure again, no new alarm for 60 s; it was high for 12 min");
    edge.cause = SBMS_CAUSE_OUTPUT_FAULT;
    expect_text(edge, 9, "Pre-alarm floats: its terminal is shorted; it was high for 12 min");
    edge.with_load = true; /* PRE-3 */
    expect_text(edge, 9, "Pre-alarm floats: Load floats");
    edge.cause = SBMS_CAUSE_ATD_LOST;
    expect_text(edge, 9, "Pre-alarm floats: Load floats");
    edge.cause = SBMS_CAUSE_REMOTE_OFF; /* PRE-5 */
    expect_text(edge, 9, "Pre-alarm floats: switched off; it was high for 12 min");
}

/* SAFE-1: what a start leaves floating, and why. */
static void test_stays(void **state)
{
    (void)state;
    struct system_edge edge = charger_lost(SBMS_BATTERY_LOW_TEMP, 0);
    edge.stays = true;
    expect_text(edge, -1, "Charger stays floating: battery 2 cell 3 at 0.0 degC, below 5.0 degC");
    edge.cause = SBMS_CAUSE_CHARGER_WAIT; /* CHG-5 */
    expect_text(edge, 8, "Charger stays floating: the wait after the last loss is not over");
    edge.cause = SBMS_CAUSE_OUTPUT_FAULT; /* SAFE-4 */
    expect_text(edge, 8, "Charger stays floating: its terminal is shorted");
    edge = (struct system_edge){.kind = EDGE_LOAD, .stays = true, .cause = SBMS_CAUSE_REMOTE_OFF};
    expect_text(edge, -1, "Load stays floating: switched off");
    edge.cause = SBMS_CAUSE_CHAIN_OPEN;
    expect_text(edge, -1, "Load stays floating: battery cable open: all three signals lost together");
    edge.cause = SBMS_CAUSE_HOLD_OFF; /* LOAD-8 */
    expect_text(edge, 8, "Load stays floating: the wait after the last cut is not over");
    edge.cause = SBMS_CAUSE_RECONNECT_DELAY; /* LOAD-6 */
    expect_text(edge, 8, "Load stays floating: the reconnect delay of 60 s is not over");
    edge.cause = SBMS_CAUSE_LOCKED_OUT;
    expect_text(edge, 8, "Load stays floating: locked out until the supply is at 13.40 V or more for 30 s");
}

static void test_output_faults(void **state)
{
    (void)state;
    struct system_edge edge = {
        .kind = EDGE_OUTPUT_FAULT, .on = true, .is_short = true, .value = SBMS_OUTPUT_PREALARM};
    expect_text(edge, -1, "Fault 5: Pre-alarm's terminal is shorted");
    edge.is_short = false;
    edge.value = SBMS_OUTPUT_LOAD;
    expect_text(edge, -1, "Fault 5: Load's terminal is high though it floats: fed from outside, or broken");
    edge.on = false;
    edge.value = SBMS_OUTPUT_CHARGER;
    expect_text(edge, -1, "Fault 5 over: Charger's terminal follows again");
}

static void test_others(void **state)
{
    (void)state;
    expect_text((struct system_edge){.kind = EDGE_SWITCH, .on = true}, -1, "Switch on");
    expect_text((struct system_edge){.kind = EDGE_EVENT, .value = 2}, -1,
                "Event: supply lead at 6.255 V for 2.5 s");
    expect_text((struct system_edge){.kind = EDGE_EVENT, .value = 1}, -1,
                "Event: internal fault 7 in the device");
    expect_text((struct system_edge){.kind = EDGE_EVENT, .value = 4}, -1,
                "Event: Pre-alarm's terminal is shorted");
    expect_text((struct system_edge){.kind = EDGE_EVENT, .value = 5}, -1,
                "Event: Load's terminal is fed from outside");
    expect_text((struct system_edge){.kind = EDGE_EVENT, .value = 6}, -1,
                "Event: Charger's terminal does as it is told again");
    expect_text((struct system_edge){.kind = EDGE_EVENT, .value = 7}, -1,
                "Event: hot plate switched on by hand");
    expect_text((struct system_edge){.kind = EDGE_EVENT, .value = 8}, -1,
                "Event: hot plate switched off by hand");
    expect_text((struct system_edge){.kind = EDGE_STAGE, .value = 0, .phase = CHARGE_ABSORPTION}, -1,
                "Solar charger: absorption");
    expect_text((struct system_edge){.kind = EDGE_LED_FAULT, .on = true, .cause = SBMS_CAUSE_ATC_LOST}, -1,
                "LED \"Temp or OVP\" lit");
    expect_text((struct system_edge){.kind = EDGE_LOAD_CURRENT, .on = true, .value = 3500}, -1,
                "Warning: Load output carries 3.50 A, more than its 1 A (LOAD-1)");
    expect_text((struct system_edge){.kind = EDGE_PRE_ALARM_CURRENT, .on = true, .value = 1001}, -1,
                "Warning: Pre-alarm output carries 1.001 A, more than its 1 A (PRE-1)");
}

/* SAFE-7: whatever happens has words, and they fit. */
static void test_every_cause(void **state)
{
    (void)state;
    for (int kind = EDGE_LOAD; kind <= EDGE_CHARGER; kind++) {
        for (int cause = SBMS_CAUSE_START_UP; cause < SBMS_CAUSE_COUNT; cause++) {
            char text[EDGE_TEXT_SIZE];
            /* a return goes up, a loss down: but for Pre-alarm, where it is the other way round */
            bool returns = cause == SBMS_CAUSE_ATC_RETURNED || cause == SBMS_CAUSE_ATD_RETURNED ||
                           cause == SBMS_CAUSE_NO_PREALARM_RETURNED;
            bool on = kind == EDGE_PRE_ALARM ? !returns : returns;
            if ((kind == EDGE_CHARGER) != (cause == SBMS_CAUSE_ATC_RETURNED) && returns) {
                continue;
            }
            struct recording_edge edge = {
                .edge = {.tick = INT64_C(36500) * 691200,
                         .kind = (enum system_edge_kind)kind,
                         .on = on,
                         .cause = (uint8_t)cause,
                         .reason = {.battery = 20, .cell = 8, .cause = SBMS_BATTERY_CELL_SENSOR, .value = -1},
                         .prealarm_ticks = INT64_C(36500) * 691200,
                         .cut_ticks = INT64_C(36500) * 691200},
                .held_ticks = INT64_C(36500) * 691200,
                .count = 1};
            edge_text(&described, &edge, text, sizeof text);
            const char *colon = strchr(text, ':');
            assert_non_null(colon);
            assert_true(strlen(colon) > 3);
            assert_true(strlen(text) < sizeof text - 40);
        }
    }
}

static void test_spans(void **state)
{
    static const struct {
        int64_t ticks;
        const char *text;
    } cases[] = {
        {0, "0 s"},
        {1, "0.1 s"},
        {8, "1 s"},
        {241, "30.1 s"},
        {119 * 8, "119 s"},
        {120 * 8, "2 min"},
        {125 * 8, "2 min 5 s"},
        {599 * 8, "9 min 59 s"},
        {600 * 8, "10 min"},
        {3569 * 8, "59 min"},
        {3570 * 8, "1 h"},
        {7260 * 8, "2 h 1 min"},
        {172799 * 8, "2 d"},
        {172800 * 8, "2 d"},
        {INT64_C(176400) * 8, "2 d 1 h"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_string_equal(wording_span(cases[i].ticks).text, cases[i].text);
    }
}

static void test_numbers(void **state)
{
    (void)state;
    assert_string_equal(wording_number(0.0, 0).text, "0");
    assert_string_equal(wording_number(-0.0004, 3).text, "0.000");
    assert_string_equal(wording_number(-0.0005, 3).text, "-0.001");
    assert_string_equal(wording_number(-12.25, 1).text, "-12.3");
    assert_string_equal(wording_number(9.996, 2).text, "10.00");
    assert_string_equal(wording_number(1234567.5, 0).text, "1234568");
    assert_string_equal(wording_volts(2800).text, "2.80 V");
    assert_string_equal(wording_volts(2795).text, "2.795 V");
    assert_string_equal(wording_degrees(-5).text, "-0.5 degC");
    assert_string_equal(wording_energy(3.14).text, "3.1 Wh");
    assert_string_equal(wording_energy(999.4).text, "999 Wh");
    assert_string_equal(wording_energy(3421.0).text, "3.42 kWh");
    assert_string_equal(wording_energy(8075380.0).text, "8.08 MWh");
    assert_string_equal(wording_instant(0).text, "day 1 00:00:00");
    assert_string_equal(wording_instant(INT64_C(691200) - 1).text, "day 1 23:59:59");
    assert_string_equal(wording_instant(INT64_C(691200) * 2 + (5 * 3600 + 12 * 60 + 40) * 8 + 7).text,
                        "day 3 05:12:40");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_charge_reasons, reset),
        cmocka_unit_test_setup(test_sensors, reset),
        cmocka_unit_test_setup(test_load, reset),
        cmocka_unit_test_setup(test_load_returns, reset),
        cmocka_unit_test_setup(test_prealarm, reset),
        cmocka_unit_test_setup(test_stays, reset),
        cmocka_unit_test_setup(test_output_faults, reset),
        cmocka_unit_test_setup(test_others, reset),
        cmocka_unit_test_setup(test_every_cause, reset),
        cmocka_unit_test(test_spans),
        cmocka_unit_test(test_numbers),
    };
    return cmocka_run_group_tests_name("timeline", tests, NULL, NULL);
}
