/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The scenario reader: every row of the schema at both ends of its range and one step beyond, every error
 * with its place and words, the scenarios of the tree, and the reference in docs/SCENARIOS.md.
 *
 * `test_scenario_file --tables` prints the tables that the reference must hold.
 */
#include <glob.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "scenario/file.h"
#include "scenario/reader.h"
#include "scenario/schema.h"
#include "scenario/value.h"
#include "tests/consumer_settings.h"
#include "twin/cell.h"
#include "twin/equipment.h"

#define NAME "x.yaml"
#define TEXT_SIZE 65536u

/* Three lines that are a scenario; what is under test starts on line 4. */
#define MINIMAL \
    "title: t\n" \
    "run: {duration: 7 days}\n" \
    "bank: {battery: 12.8 V, capacity_ah: 100, state_of_charge_pct: 50}\n"
/* The same with the bank's braces left open. */
#define BANK(keys) \
    "title: t\n" \
    "run: {duration: 7 days}\n" \
    "bank: {battery: 12.8 V, capacity_ah: 100, state_of_charge_pct: 50,\n  " keys "}\n"
#define BANK_25_V(keys) \
    "title: t\n" \
    "run: {duration: 7 days}\n" \
    "bank: {battery: 25.6 V, capacity_ah: 100, state_of_charge_pct: 50,\n  " keys "}\n"

static struct scenario result;
static char message[SCENARIO_FILE_ERROR_SIZE];

/* Reads `text`, which must be accepted, into `result`. */
static void accept_bytes(const char *text, size_t size)
{
    memset(&result, 0xA5, sizeof result);
    bool is_read = scenario_file_read(text, size, NAME, &result, message, sizeof message);
    if (!is_read) {
        fail_msg("refused: %s\n%.2000s", message, text);
    }
}

static void accept(const char *text)
{
    accept_bytes(text, strlen(text));
}

/* Reads `text`, which must be refused with `error` after the file's name, and leave the result alone. */
static void refuse_bytes(const char *text, size_t size, const char *error)
{
    static struct scenario before;
    memset(&before, 0x5A, sizeof before);
    result = before;
    if (scenario_file_read(text, size, NAME, &result, message, sizeof message)) {
        fail_msg("accepted, but should be refused with %s\n%.2000s", error, text);
    }
    assert_memory_equal(&result, &before, sizeof before);
    assert_int_equal(strncmp(message, NAME ":", sizeof NAME), 0);
    if (strcmp(message + sizeof NAME, error) != 0) {
        fail_msg("says   %s\nshould %s\n%.2000s", message + sizeof NAME, error, text);
    }
}

static void refuse(const char *text, const char *error)
{
    refuse_bytes(text, strlen(text), error);
}

/* ---- what a file says is what comes out --------------------------------------------------------- */

static void defaults_are_those_of_the_header(void **state)
{
    (void)state;
    accept(MINIMAL);
    assert_string_equal(result.title, "t");
    assert_string_equal(result.description, "");
    assert_int_equal(result.seed, 1);
    assert_true(result.duration_s == 604800.0);
    assert_int_equal(result.start_day_of_year, 172);
    assert_int_equal(result.bank.cells, 4);
    assert_int_equal(result.bank.series, 1);
    assert_int_equal(result.bank.parallel, 1);
    assert_int_equal(result.bank.spread, SPREAD_NEW);
    assert_int_equal(result.bank.cell, CELL_PRISMATIC);
    assert_true(result.bank.balancing_a == 1.0 && result.bank.self_discharge_pct_per_month == 0.3);
    assert_true(result.bank.board_mohm_ah == 800.0);
    struct sbms_battery_settings settings = sbms_battery_defaults(); /* BAT-1, BAT-2, BAT-5 */
    assert_int_equal(result.bank.settings.under_voltage_mv, settings.under_voltage_mv);
    assert_int_equal(result.bank.settings.pre_alarm_mv, settings.pre_alarm_mv);
    assert_int_equal(result.bank.settings.low_temp_dc, settings.low_temp_dc);
    assert_true(result.bank.settings.has_pre_alarm && settings.has_pre_alarm);
    assert_true(consumer_setting(&result, CONSUMER_BMS, "on_ma") == 2.2 &&
                consumer_setting(&result, CONSUMER_BMS, "low_cell_ma") == 1.2 &&
                consumer_setting(&result, CONSUMER_BMS, "off_ma") == 1.2);
    assert_int_equal(result.bms.settings.warning_time_s, 30);   /* LOAD-3 */
    assert_int_equal(result.bms.settings.reconnect_delay_s, 0); /* LOAD-6: both off by default */
    assert_int_equal(result.bms.settings.lockout_retries, 0);
    assert_int_equal(result.remote.wiring, WIRING_JOINED);
    assert_true(result.remote.contact_kohm == 0.0 && result.remote.on);
    assert_true(result.ambient.mean_c == 20.0 && result.ambient.season_c == 0.0 &&
                result.ambient.day_c == 0.0);
    assert_true(result.solar.panel_w == 0.0 && result.solar.latitude_deg == 45.0 &&
                result.solar.cloud_pct == 30.0);
    assert_true(result.solar.efficiency_pct == 90.0 && result.solar.charge.current_a_max == 30.0);
    assert_true(result.solar.charge.absorption_mv == 14200.0 && result.solar.charge.float_mv == 13500.0);
    assert_true(result.solar.charge.absorption_s == 7200.0 && result.solar.charge.tail_a == 2.0);
    assert_true(consumer_setting(&result, CONSUMER_LOAD_RELAY, "pull_in_a") == 0.2 &&
                consumer_setting(&result, CONSUMER_LOAD_RELAY, "pull_in_ms") == 0.0 &&
                consumer_setting(&result, CONSUMER_LOAD_RELAY, "hold_a") == 0.15);
    assert_true(consumer_setting(&result, CONSUMER_PRE_ALARM_DEVICE, "current_a") == 0.02);
    assert_int_equal(result.load_count + result.event_count + result.expectation_count, 0);
}

static void every_part_of_a_full_file_arrives(void **state)
{
    (void)state;
    accept(
        "title: \"Full: #1\"\n"
        "description: >\n  Two\n  lines.\n\n"
        "seed: 9007199254740991\n"
        "run:\n  duration: 36 h\n  start_day_of_year: 365\n"
        "bank: {battery: \"25.6 V\", capacity_ah: 230.5, series: 2, parallel: 3, state_of_charge_pct: "
        "12.25,\n"
        "  spread: aged, cell: a123, under_voltage_mv: 2650, pre_alarm_mv: 3000, low_temp_dc: -15,\n"
        "  has_pre_alarm: false, balancing_a: 0.25, self_discharge_pct_per_month: 2, "
        "board_mohm_ah: 100}\n"
        "bms: {on_ma: 0.6, low_cell_ma: 0.15, off_ma: 0.1, warning_time_s: 90, reconnect_delay_s: 30,\n"
        "  lockout_retries: 3, lockout_clear_mv: 53600}\n"
        "remote: {wiring: h_to_plus, contact_kohm: 500, on: false}\n"
        "ambient: {mean_c: -10.5, season_c: 8, day_c: 4}\n"
        "solar: {panel_w: 300, latitude_deg: -33.5, cloud_pct: 10, efficiency_pct: 95, current_a_max: 20,\n"
        "  absorption_mv: 56000, float_mv: 54100, absorption_s: 3600, tail_a: 1.5}\n"
        "load_relay: {pull_in_a: 3.5, pull_in_ms: 100, hold_a: 0.1}\n"
        "pre_alarm_device: {current_a: 0.5}\n"
        "loads:\n"
        "  - {name: fridge, power_w: 45}\n"
        "  - {name: lamp, current_a: 1.5, from: \"22:30\", to: \"06:15\", chance_pct: 50, behind: battery}\n"
        "events:\n"
        "  - {at: \"day 2 00:00:01\", what: supply_dip, value: 6000, for_s: 5.5}\n"
        "  - {at: day 1 12:00, what: cell_sensor_stuck, battery: 6, cell: 8, value: 3300}\n"
        "expect:\n"
        "  - {what: warning, seconds_min: 30}\n"
        "  - {what: by, output: pre_alarm, is: high, after: \"day 1 01:00\", at: \"day 2 12:00\"}\n"
        "  - {what: edges, output: charger, to: floating, cause: chain_open, count_max: 3}\n"
        "  - {what: cells, mv_min: 2500, mv_max: 3700}\n"
        "  - {what: load_current, current_a_max: 1.0}\n"
        "  - {what: output, output: load, is: floating, at: \"day 2 12:00\"}\n");
    assert_string_equal(result.title, "Full: #1");
    assert_string_equal(result.description, "Two lines.");
    assert_true(result.seed == UINT64_C(9007199254740991));
    assert_true(result.duration_s == 129600.0);
    assert_int_equal(result.start_day_of_year, 365);
    assert_int_equal(result.bank.cells, 8);
    assert_true(result.bank.capacity_ah == 230.5 && result.bank.soc_pct == 12.25);
    assert_int_equal(result.bank.series * 10 + result.bank.parallel, 23);
    assert_int_equal(result.bank.spread, SPREAD_AGED);
    assert_int_equal(result.bank.cell, CELL_A123);
    assert_int_equal(result.bank.own_cell.ocv_count, 0);
    assert_true(result.bank.board_mohm_ah == 100.0);
    assert_int_equal(result.bank.settings.under_voltage_mv, 2650);
    assert_int_equal(result.bank.settings.pre_alarm_mv, 3000);
    assert_int_equal(result.bank.settings.low_temp_dc, -15);
    assert_false(result.bank.settings.has_pre_alarm);
    assert_int_equal(result.bms.settings.warning_time_s, 90);    /* LOAD-3 */
    assert_int_equal(result.bms.settings.reconnect_delay_s, 30); /* LOAD-6 */
    assert_int_equal(result.bms.settings.lockout_retries, 3);
    assert_int_equal(result.bms.settings.lockout_clear_mv, 53600);
    assert_int_equal(result.remote.wiring, WIRING_H_TO_PLUS);
    assert_false(result.remote.on);
    assert_true(result.ambient.mean_c == -10.5 && result.solar.latitude_deg == -33.5);
    assert_true(result.solar.charge.absorption_mv == 56000.0 && result.solar.charge.float_mv == 54100.0);
    assert_true(consumer_setting(&result, CONSUMER_LOAD_RELAY, "pull_in_a") == 3.5 &&
                consumer_setting(&result, CONSUMER_PRE_ALARM_DEVICE, "current_a") == 0.5);
    assert_int_equal(result.load_count, 2);
    assert_string_equal(result.loads[0].name, "fridge");
    assert_true(result.loads[0].power_w == 45.0 && result.loads[0].current_a == 0.0);
    assert_int_equal(result.loads[0].hours.count, 0);
    assert_int_equal(result.loads[0].behind, BEHIND_RELAY);
    assert_true(result.loads[1].power_w == 0.0 && result.loads[1].current_a == 1.5);
    assert_int_equal(result.loads[1].hours.count, 1);
    assert_int_equal(result.loads[1].hours.windows[0].weekdays, HOURS_EVERY_DAY);
    assert_int_equal(result.loads[1].hours.windows[0].from_s, 81000);
    assert_int_equal(result.loads[1].hours.windows[0].to_s, 22500);
    assert_true(result.loads[1].chance_pct == 50.0);
    assert_int_equal(result.loads[1].behind, BEHIND_BATTERY);
    assert_int_equal(result.event_count, 2);
    assert_int_equal(result.events[0].what, EVENT_CELL_SENSOR_STUCK); /* sorted */
    assert_true(result.events[0].at_s == 43200.0 && result.events[1].at_s == 86401.0);
    assert_int_equal(result.events[0].battery * 10 + result.events[0].cell, 68);
    assert_int_equal(result.events[0].value, 3300);
    assert_true(result.events[1].for_s == 5.5 && result.events[1].value == 6000);
    assert_int_equal(result.expectation_count, 6);
    assert_true(result.expectations[0].seconds_min == 30.0);
    assert_true(result.expectations[1].after_s == 3600.0 && result.expectations[1].at_s == 129600.0);
    assert_int_equal(result.expectations[1].output, OUTPUT_PRE_ALARM);
    assert_true(result.expectations[1].high);
    assert_int_equal(result.expectations[2].cause, SBMS_CAUSE_CHAIN_OPEN);
    assert_int_equal(result.expectations[2].count_min, 0);
    assert_int_equal(result.expectations[2].count_max, 3);
    assert_false(result.expectations[2].high);
    assert_true(result.expectations[3].mv_min == 2500.0 && result.expectations[3].mv_max == 3700.0);
    assert_true(result.expectations[4].current_a_max == 1.0);
    assert_true(result.expectations[5].at_s == 129600.0); /* the very end counts */
    for (int i = 1; i < result.expectation_count; i++) {
        assert_int_equal(result.expectations[i].line, result.expectations[i - 1].line + 1);
    }
    assert_int_equal(result.expectations[0].line, 28);
}

static void events_are_sorted_and_equal_times_keep_their_order(void **state)
{
    (void)state;
    accept(MINIMAL "events:\n"
                   "  - {at: day 3 00:00, what: switch_on}\n"
                   "  - {at: day 2 00:00, what: internal_fault, value: 1}\n"
                   "  - {at: day 1 00:00, what: switch_off}\n"
                   "  - {at: day 2 00:00, what: internal_fault, value: 2}\n"
                   "  - {at: day 2 00:00, what: fault_gone}\n");
    static const enum scenario_event_what order[] = {EVENT_SWITCH_OFF, EVENT_INTERNAL_FAULT,
                                                     EVENT_INTERNAL_FAULT, EVENT_FAULT_GONE, EVENT_SWITCH_ON};
    assert_int_equal(result.event_count, 5);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(result.events[i].what, order[i]);
    }
    assert_int_equal(result.events[1].value, 1);
    assert_int_equal(result.events[2].value, 2);
}

static void charge_voltages_follow_the_bank(void **state)
{
    (void)state;
    accept(BANK("series: 4, parallel: 2") "solar: {panel_w: 100}\n");
    assert_true(result.solar.charge.absorption_mv == 56800.0 && result.solar.charge.float_mv == 54000.0);
    accept(BANK_25_V("series: 1") "solar: {panel_w: 100, float_mv: 28399}\n");
    assert_true(result.solar.charge.absorption_mv == 28400.0 && result.solar.charge.float_mv == 28399.0);
    accept(MINIMAL "solar: {panel_w: 100, absorption_mv: 15000, float_mv: 12000}\n");
    refuse(MINIMAL "solar: {panel_w: 100, absorption_mv: 15000.001}\n",
           "4:38: absorption_mv 15000.001 is outside 12000..15000 mV on a bus of 12.8 V");
    refuse(MINIMAL "solar: {panel_w: 100, float_mv: 27000}\n",
           "4:33: float_mv 27000 is outside 12000..15000 mV on a bus of 12.8 V");
    refuse(BANK("series: 4") "solar: {panel_w: 100, float_mv: 47999}\n",
           "5:33: float_mv 47999 is outside 48000..60000 mV on a bus of 51.2 V");
    refuse(BANK("series: 4") "solar: {panel_w: 100, absorption_mv: 60001}\n",
           "5:38: absorption_mv 60001 is outside 12000..60000 mV");
    refuse(MINIMAL "solar: {panel_w: 100, float_mv: 11999}\n",
           "4:33: float_mv 11999 is outside 12000..60000 mV");
    refuse(MINIMAL "solar: {panel_w: 100, float_mv: 14200}\n",
           "4:33: float_mv 14200 is not below absorption_mv 14200");
    refuse(MINIMAL "solar: {panel_w: 100, absorption_mv: 13500}\n",
           "4:38: float_mv 13500 is not below absorption_mv 13500");
}

/* ---- every row of the schema -------------------------------------------------------------------- */

/* The kind of consumer whose keys are `group`; NULL: there is none. */
static const struct consumer_kind *consumer_of(int group)
{
    bool is_consumer = group >= SCENARIO_CONSUMER && group < SCENARIO_EVENT;
    return is_consumer ? consumer_kinds[group - SCENARIO_CONSUMER] : NULL;
}

/* The list of the top that holds entries of `group`; NULL: it is no group of entries. */
static const char *list_of(int group)
{
    const char *key = NULL;
    const struct consumer_kind *kind = consumer_of(group);
    if (kind != NULL) {
        key = kind->section.kind == SCENARIO_LIST ? kind->section.key : NULL;
    } else if (group == SCENARIO_EVENT || (group >= SCENARIO_EVENT_KEYS && group < SCENARIO_EXPECT_KEYS)) {
        key = "events";
    } else if (group == SCENARIO_BUS_ENTRY) {
        key = "buses";
    } else if (group == SCENARIO_EQUIPMENT_ENTRY || group >= SCENARIO_EQUIPMENT_KEYS) {
        key = "equipment";
    } else if (group == SCENARIO_EXPECT || group >= SCENARIO_EXPECT_KEYS) {
        key = "expect";
    } else if (group == SCENARIO_BATTERY_ENTRY) {
        key = "batteries";
    }
    return key;
}

/* The group of the keys that all entries have which may have those of `group`. */
static int common_of(int group)
{
    if (group >= SCENARIO_EQUIPMENT_KEYS) {
        return SCENARIO_EQUIPMENT_ENTRY;
    }
    return group >= SCENARIO_EXPECT_KEYS ? SCENARIO_EXPECT : SCENARIO_EVENT;
}

/* Where entries or values of `group` have been read to. */
static const void *base_of(int group)
{
    const char *list = list_of(group);
    if (list == NULL) {
        return &result;
    }
    const struct scenario_row *row = scenario_row_find(SCENARIO_TOP, list);
    assert_non_null(row);
    return (const char *)&result + row->offset;
}

/* A fault of equipment: a text, but one of few. */
static bool is_fault(const struct scenario_row *row)
{
    return row->group == SCENARIO_EVENT_KEYS + EVENT_EQUIPMENT_FAULT && strcmp(row->key, "fault") == 0;
}

/* A value for `row` that goes with every value of the other rows. */
static void write_sample(const struct scenario_row *row, char *text, size_t size)
{
    if (row->kind == SCENARIO_WORD) {
        snprintf(text, size, "%s", row->words[0].text);
    } else if (row->kind == SCENARIO_BUS || row->kind == SCENARIO_OUTLET) {
        snprintf(text, size, "%s", strcmp(row->key, "to") == 0 ? "side" : "bank");
    } else if (row->kind == SCENARIO_EQUIPMENT_NAME) {
        snprintf(text, size, "other");
    } else if (is_fault(row)) {
        snprintf(text, size, "stuck_open");
    } else if (row->kind == SCENARIO_INSTANT) {
        snprintf(text, size, "day 2 00:00");
    } else if (row->kind == SCENARIO_DURATION) {
        snprintf(text, size, "100 years");
    } else if (row->kind == SCENARIO_TEXT) {
        snprintf(text, size, "t");
    } else if (row->kind == SCENARIO_LIST) { /* the points of a cell */
        snprintf(text, size, "[{soc: 0, v: 0.01}, {soc: 1, v: 0.02}]");
    } else {
        static const char *const at_most[] = {"mv_max", "wh_max", "pull_in_ms"};
        bool is_at_most = false;
        for (size_t i = 0; i < sizeof at_most / sizeof at_most[0]; i++) {
            is_at_most = is_at_most || strcmp(row->key, at_most[i]) == 0;
        }
        snprintf(text, size, "%.16g", is_at_most ? row->maximum : row->minimum);
    }
}

/* A key that is not required by itself but by others. */
static bool is_companion(const struct scenario_row *row, const struct scenario_row *target)
{
    const struct consumer_kind *kind = consumer_of(row->group);
    bool is_one_of = kind != NULL && kind->one_of[0] != NULL && strcmp(row->key, kind->one_of[0]) == 0;
    bool is_clear = row->group == SCENARIO_BMS && strcmp(row->key, "lockout_clear_mv") == 0;
    bool is_count = row->group == SCENARIO_EXPECT_KEYS + EXPECT_EDGES && strcmp(row->key, "count_max") == 0;
    bool is_control = row->group >= SCENARIO_EQUIPMENT_KEYS && strcmp(row->key, "control") == 0;
    bool is_capacity = row->group == SCENARIO_BUS_ENTRY && strcmp(row->key, "capacity_ah") == 0;
    bool is_battery = row->group == SCENARIO_BUS_ENTRY && strcmp(row->key, "battery") == 0;
    bool is_pct = (row->group == SCENARIO_EXPECT_KEYS + EXPECT_STATE_OF_CHARGE ||
                   row->group == SCENARIO_EXPECT_KEYS + EXPECT_HIGH_SHARE) &&
                  strcmp(row->key, "pct_max") == 0 && strcmp(target->key, "pct_min") != 0;
    bool is_wh = row->group == SCENARIO_EXPECT_KEYS + EXPECT_ENERGY && strcmp(row->key, "wh_max") == 0;
    bool is_pull_in = strcmp(row->key, "pull_in_ms") == 0 && strcmp(target->key, "pull_in_a") == 0;
    bool is_target_one_of = false;
    for (int i = 0; is_one_of && kind->one_of[i] != NULL; i++) {
        is_target_one_of = is_target_one_of || strcmp(target->key, kind->one_of[i]) == 0;
    }
    bool is_difference = row->group == SCENARIO_BATTERY_ENTRY && strcmp(row->key, "capacity_pct") == 0 &&
                         (strcmp(target->key, "battery") == 0 || strcmp(target->key, "cell") == 0);
    return (is_one_of && !is_target_one_of) || is_clear || is_control || is_capacity || is_battery ||
           is_pct || is_wh || is_difference || is_pull_in ||
           (is_count && strcmp(target->key, "count_min") != 0);
}

/* Adds "key: sample, " for all keys that `target` needs beside it. */
static size_t write_companions(const struct scenario_row *target, int group, char *text, size_t size)
{
    size_t used = 0;
    for (size_t i = 0; i < scenario_schema()->count; i++) {
        const struct scenario_row *row = &scenario_schema()->rows[i];
        char sample[64];
        if (row->group != group || row == target || row == scenario_variant_row(group)) {
            continue;
        }
        if (row->presence == SCENARIO_REQUIRED || is_companion(row, target)) {
            write_sample(row, sample, sizeof sample);
            if (row->kind == SCENARIO_WORD && row->group >= SCENARIO_BUS_ENTRY &&
                row->words[1].text != NULL && row->presence != SCENARIO_REQUIRED) { /* not `none` */
                snprintf(sample, sizeof sample, "%s", row->words[1].text);
            }
            used += (size_t)snprintf(text + used, size - used, "%s: %s, ", row->key, sample);
        }
    }
    return used;
}

/*
 * Writes a scenario in which `row` has `value`, on a line of its own; where the value is goes to `line`
 * and `column`. All else is chosen so that every value in the row's range is good.
 */
static void write_scenario(const struct scenario_row *row, const char *value, char *text, size_t size,
                           size_t *line, size_t *column)
{
    size_t used = 0;
    char companions[1024] = "";
    int group = row->group;
    const char *list = list_of(group);
    bool is_variant = group >= SCENARIO_EVENT_KEYS;
    *line = 1;
    if (group != SCENARIO_TOP || strcmp(row->key, "title") != 0) {
        used += (size_t)snprintf(text + used, size - used, "title: t\n");
        ++*line;
    }
    if (group != SCENARIO_RUN) {
        used += (size_t)snprintf(text + used, size - used, "run: {duration: 100 years}\n");
        ++*line;
    }
    if (group != SCENARIO_BANK) {
        used += (size_t)snprintf(text + used, size - used,
                                 "bank: {battery: 25.6 V, capacity_ah: 9, state_of_charge_pct: 9, series: 2, "
                                 "parallel: 10}\n");
        ++*line;
    }
    if (group != SCENARIO_BUS_ENTRY && group != SCENARIO_TOP) {
        used += (size_t)snprintf(text + used, size - used, "buses: [{name: side}]\n");
        ++*line;
    }
    if (group >= SCENARIO_EXPECT_KEYS && group < SCENARIO_EQUIPMENT_KEYS) {
        used += (size_t)snprintf(text + used, size - used, "loads: [{name: t, power_w: 1}]\n");
        ++*line;
    }
    if (group >= SCENARIO_EVENT_KEYS && group < SCENARIO_EXPECT_KEYS) {
        used += (size_t)snprintf(text + used, size - used,
                                 "equipment: [{name: other, kind: battery_protect, from: bank, to: side}]\n");
        ++*line;
    }
    if (group == SCENARIO_TOP) {
        *column = strlen(row->key) + 3;
        snprintf(text + used, size - used, "%s: %s\n", row->key, value);
        return;
    }
    write_companions(row, group, companions, sizeof companions);
    if (group == SCENARIO_EQUIPMENT_ENTRY) {
        snprintf(companions, sizeof companions, "kind: battery_protect, from: bank, to: side, ");
    }
    if (is_variant) {
        size_t length = strlen(companions);
        length += write_companions(row, common_of(group), companions + length, sizeof companions - length);
        snprintf(companions + length, sizeof companions - length, "%s: %s, ",
                 scenario_variant_row(common_of(group))->key, scenario_group_name(group));
    }
    used += (size_t)snprintf(text + used, size - used, "%s: %s{%s\n",
                             list != NULL ? list : scenario_group_name(group), list != NULL ? "[" : "",
                             companions);
    ++*line;
    *column = strlen(row->key) + 5;
    snprintf(text + used, size - used, "  %s: %s}%s\n", row->key, value, list != NULL ? "]" : "");
}

/* The number in the field of `row`. */
static double stored_number(const struct scenario_row *row)
{
    const char *field = (const char *)base_of(row->group) + row->offset;
    int64_t value64 = 0;
    int32_t value32 = 0;
    int16_t value16 = 0;
    uint8_t value8 = 0;
    double number = 0;
    if (row->kind == SCENARIO_NUMBER) {
        memcpy(&number, field, sizeof number);
        return number;
    }
    switch (row->size) {
    case 1:
        memcpy(&value8, field, 1);
        return value8;
    case 2:
        memcpy(&value16, field, 2);
        return value16;
    case 4:
        memcpy(&value32, field, 4);
        return value32;
    default:
        memcpy(&value64, field, 8);
        return (double)value64;
    }
}

/* A kind of equipment may have a rule between its keys; it says so without the words of a range. */
static bool is_refused_by_its_kind(const char *text)
{
    char error[512];
    bool is_read = scenario_file_read(text, strlen(text), "x.yaml", &result, error, sizeof error);
    assert_true(is_read || strstr(error, "unknown key") == NULL);
    return !is_read;
}

static void accept_number(const struct scenario_row *row, double value)
{
    char text[TEXT_SIZE];
    char number[64];
    size_t line = 0;
    size_t column = 0;
    snprintf(number, sizeof number, row->kind == SCENARIO_WHOLE ? "%.0f" : "%.15g", value);
    write_scenario(row, number, text, sizeof text, &line, &column);
    if (row->group >= SCENARIO_EQUIPMENT_KEYS && is_refused_by_its_kind(text)) {
        return;
    }
    accept(text);
    if (stored_number(row) != value) {
        fail_msg("%s: %s is stored as %.17g", row->key, number, stored_number(row));
    }
}

static void refuse_number(const struct scenario_row *row, double value)
{
    char text[TEXT_SIZE];
    char number[64];
    char range[SCENARIO_RANGE_SIZE];
    char error[1024];
    size_t line = 0;
    size_t column = 0;
    snprintf(number, sizeof number, row->kind == SCENARIO_WHOLE ? "%.0f" : "%.15g", value);
    write_scenario(row, number, text, sizeof text, &line, &column);
    snprintf(error, sizeof error, "%zu:%zu: %s %s is outside %s%s%s%s", line, column, row->key, number,
             scenario_row_range(row, range, sizeof range), row->rules != NULL ? " (" : "",
             row->rules != NULL ? row->rules : "", row->rules != NULL ? ")" : "");
    refuse(text, error);
}

/* Whether another rule refuses the number one step below the last: 3 batteries of 25.6 V in series, and fault 8. */
static bool has_hole_below_maximum(const struct scenario_row *row)
{
    const bool is_series = strcmp(row->key, "series") == 0 && row->group == SCENARIO_BANK;
    const bool is_fault = strcmp(row->key, "value") == 0 &&
                          row->group == scenario_group_variant(SCENARIO_EVENT, (int)EVENT_INTERNAL_FAULT);
    return is_series || is_fault;
}

/* A number of a point of a curve, of which a curve has at least two. */
static bool is_point(const struct scenario_row *row)
{
    return row->group == SCENARIO_OCV_POINT || row->group == SCENARIO_HYSTERESIS_POINT;
}

/* BAT-7 */
static void every_number_is_checked_at_both_ends(void **state)
{
    (void)state;
    size_t checked = 0;
    for (size_t i = 0; i < scenario_schema()->count; i++) {
        const struct scenario_row *row = &scenario_schema()->rows[i];
        bool is_number = row->kind == SCENARIO_NUMBER || row->kind == SCENARIO_WHOLE;
        if (!is_number || row->presence == SCENARIO_COMPUTED || is_point(row)) {
            continue; /* these: charge_voltages_follow_the_bank(), points_of_a_cell() */
        }
        double step = row->kind == SCENARIO_NUMBER ? 0.001 : 1.0;
        refuse_number(row, row->minimum - step);
        accept_number(row, row->minimum);
        accept_number(row, row->minimum + step);
        accept_number(row, row->maximum);
        if (!has_hole_below_maximum(row)) {
            accept_number(row, row->maximum - step);
        }
        refuse_number(row, row->maximum + step);
        checked++;
    }
    assert_true(checked > 45);
}

/* BAT-7: the three settings of a battery, their ranges written out once more */
static void battery_settings_name_their_range(void **state)
{
    (void)state;
    refuse(BANK("under_voltage_mv: 2599"), "4:21: under_voltage_mv 2599 is outside 2600..2800 mV");
    accept(BANK("under_voltage_mv: 2600"));
    accept(BANK("under_voltage_mv: 2800"));
    refuse(BANK("under_voltage_mv: 2801"), "4:21: under_voltage_mv 2801 is outside 2600..2800 mV");
    refuse(BANK("pre_alarm_mv: 2849"), "4:17: pre_alarm_mv 2849 is outside 2850..3150 mV");
    accept(BANK("pre_alarm_mv: 2850"));
    accept(BANK("pre_alarm_mv: 3150"));
    refuse(BANK("pre_alarm_mv: 3151"), "4:17: pre_alarm_mv 3151 is outside 2850..3150 mV");
    refuse(BANK("low_temp_dc: -201"), "4:16: low_temp_dc -201 is outside -200..200 tenths of a degC");
    accept(BANK("low_temp_dc: -200"));
    accept(BANK("low_temp_dc: 200"));
    refuse(BANK("low_temp_dc: 201"), "4:16: low_temp_dc 201 is outside -200..200 tenths of a degC");
}

/* LOAD-3: a time that is set, and an expectation that says none asks for it. */
static void warning_time_is_checked_and_expected(void **state)
{
    (void)state;
    accept(MINIMAL "bms: {warning_time_s: 120}\nexpect: [{what: warning}, {what: warning, seconds_min: 0}]");
    assert_int_equal(result.bms.settings.warning_time_s, 120);
    assert_true(result.expectations[0].seconds_min == 120.0 && result.expectations[1].seconds_min == 0.0);
    accept(MINIMAL "expect: [{what: warning}]");
    assert_true(result.expectations[0].seconds_min == 30.0);
    refuse(MINIMAL "bms: {warning_time_s: 29}", "4:23: warning_time_s 29 is outside 30..120 s");
    refuse(MINIMAL "bms: {warning_time_s: 121}", "4:23: warning_time_s 121 is outside 30..120 s");
    refuse(MINIMAL "bms: {warning_time_s: 0}", "4:23: warning_time_s 0 is outside 30..120 s");
}

/* SAFE-4: a terminal is an event of its own; the device finds fault 5 by it. */
static void faults_of_outputs_are_events_of_terminals(void **state)
{
    (void)state;
    accept(MINIMAL "events:\n"
                   "  - {at: day 1 00:00, what: output_shorted, output: pre_alarm}\n"
                   "  - {at: day 1 00:01, what: output_fed, output: charger}\n"
                   "  - {at: day 1 00:02, what: output_mended, output: load}\n");
    assert_int_equal(result.events[0].what, EVENT_OUTPUT_SHORTED);
    assert_int_equal(result.events[0].output, OUTPUT_PRE_ALARM);
    assert_int_equal(result.events[1].what, EVENT_OUTPUT_FED);
    assert_int_equal(result.events[1].output, OUTPUT_CHARGER);
    assert_int_equal(result.events[2].what, EVENT_OUTPUT_MENDED);
    assert_int_equal(result.events[2].output, OUTPUT_LOAD);
    accept(MINIMAL "events: [{at: day 1 00:00, what: internal_fault, value: 4}]");
    refuse(MINIMAL "events: [{at: day 1 00:00, what: internal_fault, value: 5}]",
           "4:57: value 5 is an output that does not follow; output_shorted and output_fed make one");
    refuse(MINIMAL "events: [{at: day 1 00:00, what: internal_fault, value: 8}]",
           "4:57: value 8 is bad settings in EEPROM; the device works on, and a scenario has none");
    refuse(MINIMAL "events: [{at: day 1 00:00, what: output_fed, output: led_load}]",
           "4:54: output led_load is none of load, pre_alarm or charger");
}

/* LOAD-6 */
static void reconnect_and_lockout_settings_are_checked(void **state)
{
    (void)state;
    accept(MINIMAL "bms: {reconnect_delay_s: 3600}");
    assert_int_equal(result.bms.settings.reconnect_delay_s, 3600);
    refuse(MINIMAL "bms: {reconnect_delay_s: 3601}", "4:26: reconnect_delay_s 3601 is outside 0..3600 s");
    refuse(MINIMAL "bms: {lockout_retries: 11, lockout_clear_mv: 13400}",
           "4:24: lockout_retries 11 is outside 0..10");
    refuse(MINIMAL "bms: {lockout_retries: 1}",
           "4:24: lockout_retries 1 needs lockout_clear_mv: 8000..70000 mV");
    accept(MINIMAL "bms: {lockout_retries: 0}");
    accept(MINIMAL "bms: {lockout_clear_mv: 13400}");
    accept(MINIMAL "bms: {lockout_retries: 10, lockout_clear_mv: 70000}");
    assert_int_equal(result.bms.settings.lockout_clear_mv, 70000);
}

/* BAT-8 */
static void banks_have_up_to_20_batteries(void **state)
{
    (void)state;
    size_t accepted = 0;
    for (int cells = 4; cells <= 8; cells += 4) {
        for (int series = 1; series <= 4; series++) {
            for (int parallel = 1; parallel <= 20; parallel++) {
                char text[512];
                snprintf(text, sizeof text,
                         "title: t\nrun: {duration: 1 h}\nbank: {battery: %s, capacity_ah: 9, "
                         "state_of_charge_pct: 9, "
                         "series: %d, parallel: %d}\n",
                         cells == 4 ? "12.8 V" : "25.6 V", series, parallel);
                bool is_good = series * parallel <= 20 && series <= (cells == 4 ? 4 : 2);
                bool is_read = scenario_file_read(text, strlen(text), NAME, &result, message, sizeof message);
                assert_int_equal(is_read, is_good);
                accepted += is_read ? 1 : 0;
                assert_true(is_read || strstr(message, "(BAT-8, WIRE-13)") != NULL);
            }
        }
    }
    assert_int_equal(accepted, 20 + 10 + 6 + 5 + 20 + 10);
    refuse(BANK("parallel: 21"), "4:13: parallel 21 is outside 1..20 (BAT-8, WIRE-13)");
    refuse(BANK("series: 5"), "4:11: series 5 is outside 1..4 (BAT-8, WIRE-13)");
    refuse(BANK("series: 3, parallel: 7"), "4:24: parallel 7 is outside 1..6 with 3 in series: at most 20 "
                                           "batteries on a chain (BAT-8, WIRE-13)");
    refuse(BANK_25_V("series: 3"), "4:11: series 3 is outside 1..2 for batteries of 25.6 V (BAT-8, WIRE-13)");
}

static void check_words(const struct scenario_row *row)
{
    char text[TEXT_SIZE];
    char error[1024];
    char range[SCENARIO_RANGE_SIZE];
    size_t line = 0;
    size_t column = 0;
    for (size_t i = 0; row->words[i].text != NULL; i++) {
        write_scenario(row, row->words[i].text, text, sizeof text, &line, &column);
        if (row->group >= SCENARIO_EQUIPMENT_KEYS && is_refused_by_its_kind(text)) {
            continue;
        }
        accept(text);
        assert_true(stored_number(row) == row->words[i].value);
    }
    write_scenario(row, "qqqqqqqq", text, sizeof text, &line, &column);
    snprintf(error, sizeof error, "%zu:%zu: %s qqqqqqqq is none of %s", line, column, row->key,
             scenario_row_range(row, range, sizeof range));
    refuse(text, error);
}

static void every_word_is_read(void **state)
{
    (void)state;
    size_t checked = 0;
    for (size_t i = 0; i < scenario_schema()->count; i++) {
        if (scenario_schema()->rows[i].kind == SCENARIO_WORD &&
            strcmp(scenario_schema()->rows[i].key, "what") != 0 &&
            strcmp(scenario_schema()->rows[i].key, "kind") != 0) {
            check_words(&scenario_schema()->rows[i]);
            checked++;
        }
    }
    assert_true(checked >= 16);
}

/* Each `what` with exactly its own keys is read, and is at its place among the words. */
static void every_event_and_expectation_is_read(void **state)
{
    (void)state;
    static const struct {
        int group;
        const char *list;
        int count;
    } kinds[] = {{SCENARIO_EVENT, "events", EVENT_COUNT},
                 {SCENARIO_EXPECT, "expect", EXPECT_COUNT},
                 {SCENARIO_EQUIPMENT_ENTRY, "equipment", EQUIPMENT_KIND_COUNT}};
    static const struct scenario_row none = {.key = ""};
    for (size_t kind = 0; kind < sizeof kinds / sizeof kinds[0]; kind++) {
        const struct scenario_row *what = scenario_variant_row(kinds[kind].group);
        const char *other = kinds[kind].group == SCENARIO_EQUIPMENT_ENTRY
                                ? ""
                                : "equipment: [{name: other, kind: battery_protect, from: bank, to: side}]\n";
        assert_non_null(what);
        for (int value = 0; value < kinds[kind].count; value++) {
            char companions[1024] = "";
            char text[TEXT_SIZE];
            size_t used = write_companions(&none, kinds[kind].group, companions, sizeof companions);
            write_companions(&none, scenario_group_variant(kinds[kind].group, value), companions + used,
                             sizeof companions - used);
            assert_int_equal(what->words[value].value, value);
            snprintf(text, sizeof text,
                     MINIMAL "loads: [{name: t, power_w: 1}]\nbuses: [{name: side}]\n%s%s: [{%s%s: %s}]\n",
                     other, kinds[kind].list, companions, what->key, what->words[value].text);
            accept(text);
            assert_true(stored_number(what) == value);
        }
        assert_null(what->words[kinds[kind].count].text);
    }
}

static void every_cause_is_read(void **state)
{
    (void)state;
    for (uint8_t cause = 1; cause < SBMS_CAUSE_COUNT; cause++) {
        char text[1024];
        snprintf(text, sizeof text,
                 MINIMAL "expect: [{what: edges, output: load, to: high, count_min: 1, cause: %s}]",
                 sbms_cause_word(cause));
        accept(text);
        assert_int_equal(result.expectations[0].cause, cause);
    }
    refuse(
        MINIMAL "expect: [{what: edges, output: load, to: high, count_min: 1, cause: none}]",
        "4:69: cause none is none of start_up, supply_low, remote_on, remote_off, atc_lost, atc_returned, "
        "atd_lost, "
        "atd_returned, no_prealarm_lost, no_prealarm_returned, chain_open, reconnect_delay, "
        "lockout_cleared, internal_fault, hold_off, charger_wait, locked_out, output_fault, output_retry or "
        "reference_fault");
    refuse(MINIMAL "expect: [{what: edges, output: load, to: high, count_min: 1, cause: atd_lst}]",
           "4:69: cause atd_lst is unknown, did you mean atd_lost?");
}

static void every_text_has_a_length(void **state)
{
    (void)state;
    size_t checked = 0;
    for (size_t i = 0; i < scenario_schema()->count; i++) {
        const struct scenario_row *row = &scenario_schema()->rows[i];
        if ((row->kind != SCENARIO_TEXT &&
             row->kind != SCENARIO_LINES) || /* a name that must be there: tests/test_loads.c */
            strcmp(row->key, "load") == 0 ||
            strcmp(row->key, "profile") == 0 || is_fault(row) ||
            row->group == SCENARIO_EXPECT_KEYS + EXPECT_ENERGY) {
            continue;
        }
        char value[SCENARIO_DESCRIPTION_SIZE + 8];
        char text[TEXT_SIZE];
        char error[256];
        size_t line = 0;
        size_t column = 0;
        size_t longest = (size_t)row->maximum;
        memset(value, 'a', sizeof value);
        value[longest] = '\0';
        write_scenario(row, value, text, sizeof text, &line, &column);
        accept(text);
        assert_string_equal((const char *)base_of(row->group) + row->offset, value);
        value[longest] = 'a';
        value[longest + 1] = '\0';
        write_scenario(row, value, text, sizeof text, &line, &column);
        snprintf(error, sizeof error, "%zu:%zu: %s is %zu bytes long, outside %.0f..%zu", line, column,
                 row->key, longest + 1, row->minimum, longest);
        refuse(text, error);
        checked++;
    }
    assert_int_equal(checked, 7);
}

/* "  - ENTRY", with its number in the place of "%d". */
static size_t write_entry(char *text, size_t size, const char *entry, int number)
{
    const char *place = strstr(entry, "%d");
    if (place == NULL) {
        return (size_t)snprintf(text, size, "  - %s\n", entry);
    }
    return (size_t)snprintf(text, size, "  - %.*s%d%s\n", (int)(place - entry), entry, number, place + 2);
}

/* Builds `count` entries of a list. */
static void check_limit(const char *list, const char *entry, int limit, size_t line)
{
    static char text[TEXT_SIZE];
    char error[256];
    size_t used = (size_t)snprintf(text, sizeof text, MINIMAL "%s:\n", list);
    for (int i = 0; i < limit; i++) {
        used += write_entry(text + used, sizeof text - used, entry, i);
    }
    accept(text);
    used += write_entry(text + used, sizeof text - used, entry, limit);
    assert_true(used < sizeof text);
    snprintf(error, sizeof error, "%zu:5: %s has %d entries, at most %d are allowed", line + (size_t)limit,
             list, limit + 1, limit);
    refuse(text, error);
}

static void lists_have_limits(void **state)
{
    (void)state;
    check_limit("loads", "{name: a, power_w: 1}", SCENARIO_LOADS_MAX, 5);
    assert_int_equal(SCENARIO_LOADS_MAX, 32);
    check_limit("events", "{at: day 1 00:00, what: switch_on}", SCENARIO_EVENTS_MAX, 5);
    check_limit("expect", "{what: warning, seconds_min: 30}", SCENARIO_EXPECTATIONS_MAX, 5);
    check_limit("buses", "{name: b%d}", SCENARIO_BUSES_MAX, 5);
    accept(MINIMAL "loads: []\nbuses: []\nequipment: []\nevents: []\nexpect: []\n");
    assert_int_equal(result.load_count + result.event_count + result.expectation_count, 0);
}

/* The table itself: each default is in range, each key once in its group, each value within its struct. */
static void the_schema_is_sound(void **state)
{
    (void)state;
    assert_true(scenario_schema()->count <= SCENARIO_ROWS_MAX);
    for (size_t i = 0; i < scenario_schema()->count; i++) {
        const struct scenario_row *row = &scenario_schema()->rows[i];
        assert_ptr_equal(scenario_row_find(row->group, row->key), row);
        assert_non_null(row->unit);
        assert_non_null(row->help);
        assert_true((row->fallback != NULL) ==
                    (row->presence == SCENARIO_DEFAULT || row->presence == SCENARIO_COMPUTED));
        if (row->kind == SCENARIO_TEXT || row->kind == SCENARIO_LINES) {
            assert_int_equal((size_t)row->maximum + 1, row->size);
        }
        if (row->group >= SCENARIO_EVENT_KEYS) { /* no key may be there twice, once in the common group */
            assert_null(scenario_row_find(common_of(row->group), row->key));
        }
    }
    for (int id = 0; id < CONSUMER_KIND_COUNT; id++) {
        const struct consumer_kind *kind = consumer_kinds[id];
        const struct scenario_row *section = scenario_row_find(SCENARIO_TOP, kind->section.key);
        assert_non_null(section); /* its own, or one that it joins */
        bool is_list = section->kind == SCENARIO_LIST;
        size_t first =
            is_list ? 0 : offsetof(struct scenario, consumers) + (size_t)id * SCENARIO_CONSUMER_SIZE;
        size_t room = is_list ? section->size : SCENARIO_CONSUMER_SIZE;
        for (size_t i = 0; i < kind->row_count; i++) {
            const struct scenario_row *row = scenario_row_find(section->child, kind->rows[i].key);
            assert_non_null(row);
            assert_int_equal(row->offset, first + kind->rows[i].offset);
            assert_true(kind->rows[i].offset + row->size <= room);
        }
        for (size_t i = 0; kind->one_of[i] != NULL; i++) {
            assert_non_null(scenario_row_find(section->child, kind->one_of[i]));
        }
    }
}

/* ---- numbers and times -------------------------------------------------------------------------- */

static void numbers_are_decimal_and_nothing_else(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double value;
    } good[] = {{"0", 0},
                {"-0", 0},
                {"7", 7},
                {"-7", -7},
                {"0.1", 0.1},
                {"-0.5", -0.5},
                {"2.2", 2.2},
                {"123456789.25", 123456789.25},
                {"0.00000000000001", 1e-14},
                {"9007199254740992", 9007199254740992.0},
                {"0.30", 0.3},
                {"14.0", 14.0},
                {"999999999999999", 999999999999999.0}};
    static const char *const bad[] = {"",    "-",    "+1",   ".5",   "5.",      "1e3", "0x10", "inf",
                                      "nan", "-inf", ".inf", ".nan", "1 ",      " 1",  "1,5",  "1_000",
                                      "007", "00",   "-01",  "01.5", "1.2.3",   "--1", "1-",   "one",
                                      "1.",  "-.5",  "0b1",  "1:30", "\xC2\xB9"};
    double number = 0;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_int_equal(scenario_value_number(good[i].text, &number), SCENARIO_NUMBER_READ);
        assert_memory_equal(&number, &good[i].value, sizeof number); /* bit for bit */
    }
    number = 42;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (scenario_value_number(bad[i], &number) != SCENARIO_NUMBER_BAD) {
            fail_msg("\"%s\" is taken for a number", bad[i]);
        }
    }
    assert_int_equal(scenario_value_number("0.1234567890123456", &number), SCENARIO_NUMBER_LONG);
    assert_true(number == 42);
    assert_int_equal(scenario_value_number("99999999999999999999999999999999999999", &number),
                     SCENARIO_NUMBER_READ);
    assert_true(number > 9007199254740992.0);
}

/* Every decimal of up to nine places is what the C library makes of it. */
static void decimals_are_rounded_once(void **state)
{
    (void)state;
    uint64_t random = 1;
    for (int i = 0; i < 100000; i++) {
        random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        char text[64];
        double number = 0;
        snprintf(text, sizeof text, "%s%" PRIu64 ".%0*" PRIu64, (random & 1u) != 0 ? "-" : "",
                 (random >> 40) % 100000, 1 + (int)(random % 9), (random >> 20) % 10);
        assert_int_equal(scenario_value_number(text, &number), SCENARIO_NUMBER_READ);
        double expected = strtod(text, NULL);
        if (number != expected) {
            fail_msg("%s is read as %.17g", text, number);
        }
    }
}

static void durations_have_a_unit(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double seconds;
    } good[] = {{"1 s", 1},          {"90 min", 5400},   {"36 h", 129600},     {"36h", 129600},
                {"1 day", 86400},    {"7 days", 604800}, {"1 year", 31536000}, {"10 years", 315360000},
                {"0.5 days", 43200}, {"0 s", 0}};
    static const char *const bad[] = {"",        "7",       "days",   "7 weeks", "7  days",
                                      "-7 days", "7 days ", "7 Days", "1e3 s",   "inf s",
                                      " 7 days", "7 day s", "7.days", "07 days", "0.1234567890123456 s"};
    double seconds = 0;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(scenario_value_duration(good[i].text, &seconds));
        assert_true(seconds == good[i].seconds);
    }
    seconds = 42;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (scenario_value_duration(bad[i], &seconds)) {
            fail_msg("\"%s\" is taken for a duration", bad[i]);
        }
    }
    assert_true(seconds == 42);
}

static void times_of_day_run_from_0_to_24(void **state)
{
    (void)state;
    static const char *const bad[] = {"",          "24:01",    "25:00",  "12:60",  "1:0",      "12",
                                      "12:",       "12:3",     "12:345", "12:30:", "12:30:60", "12:30:0",
                                      "12:30:000", "24:00:01", "-1:00",  "12.30",  "ab:cd",    "12: 3",
                                      "1200",      " 12:00",   ":00",    "001:00", "9:60",     "9:00:"};
    int32_t seconds = 0;
    for (int minute = 0; minute <= 24 * 60; minute++) {
        char text[16];
        snprintf(text, sizeof text, "%02d:%02d", minute / 60, minute % 60);
        assert_true(scenario_value_time_of_day(text, &seconds));
        assert_int_equal(seconds, minute * 60);
        snprintf(text, sizeof text, "%d:%02d", minute / 60, minute % 60);
        assert_true(scenario_value_time_of_day(text, &seconds));
        assert_int_equal(seconds, minute * 60);
    }
    assert_true(scenario_value_time_of_day("0:00:07", &seconds) && seconds == 7);
    assert_true(scenario_value_time_of_day("00:00:01", &seconds) && seconds == 1);
    assert_true(scenario_value_time_of_day("23:59:59", &seconds) && seconds == 86399);
    assert_true(scenario_value_time_of_day("24:00:00", &seconds) && seconds == 86400);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (scenario_value_time_of_day(bad[i], &seconds)) {
            fail_msg("\"%s\" is taken for a time of day", bad[i]);
        }
    }
    assert_int_equal(seconds, 86400);
}

/* A window, and a text that says it. */
struct said_window {
    const char *text;
    unsigned weekdays;
    int32_t from_s;
    int32_t to_s;
};

static void hours_are_windows_on_weekdays(void **state)
{
    (void)state;
    static const struct said_window good[] = {
        {"00:00-24:00", 0x7F, 0, 86400},
        {"06:30:15-07:00:59", 0x7F, 23415, 25259},
        {"mon 18:00-01:00", 0x01, 64800, 3600},
        {"sun 12:00-12:00", 0x40, 43200, 43200},
        {"mon-fri 07:00-08:00", 0x1F, 25200, 28800},
        {"fri-mon 07:00-08:00", 0x71, 25200, 28800},
        {"sun-sat 07:00-08:00", 0x7F, 25200, 28800},
        {"mon,wed 07:00-08:00", 0x05, 25200, 28800},
        {"mon, tue 06:00-07:00", 0x03, 21600, 25200},
        {"fri-sun,tue, mon-mon 06:00-07:00", 0x73, 21600, 25200},
        {"8:00-9:05:30", 0x7F, 28800, 32730},
        {"0:00-07:00", 0x7F, 0, 25200},
        {"sat 23:00-5:00", 0x20, 82800, 18000},
        {"wed-wed 23:59:59-00:00", 0x04, 86399, 0},
    };
    static const char *const bad[] = {"",
                                      "mon",
                                      "mon 06:00",
                                      "06:00",
                                      "06:00-",
                                      "06:00-7",
                                      ":00-07:00",
                                      "6:0-07:00",
                                      "006:00-07:00",
                                      "06:00 - 07:00",
                                      "24:00-06:00",
                                      "06:00-24:01",
                                      "mon06:00-07:00",
                                      "mon  06:00-07:00",
                                      "Mon 06:00-07:00",
                                      "mon- 06:00-07:00",
                                      "mon-xyz 06:00-07:00",
                                      "monday 06:00-07:00",
                                      "06:00-07:00,",
                                      ",06:00-07:00",
                                      "06:00-07:00 ",
                                      " 06:00-07:00",
                                      "06:00-07:00,  08:00-09:00",
                                      "06:00-07:00;08:00-09:00",
                                      "mon,  tue 06:00-07:00",
                                      "mon,tue",
                                      "mon,tue,06:00-07:00",
                                      "mon,06:00-07:00",
                                      "mon, 06:00-07:00",
                                      ",mon 06:00-07:00",
                                      "mon,,tue 06:00-07:00",
                                      "mon,tue-xyz 06:00-07:00",
                                      "mon tue 06:00-07:00",
                                      "06:00:00:00-07:00",
                                      "06:00-07:00 mon"};
    struct hours hours = {0};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_null(scenario_value_hours(good[i].text, &hours));
        assert_int_equal(hours.count, 1);
        assert_int_equal(hours.windows[0].weekdays, good[i].weekdays);
        assert_int_equal(hours.windows[0].from_s, good[i].from_s);
        assert_int_equal(hours.windows[0].to_s, good[i].to_s);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        const char *wrong = scenario_value_hours(bad[i], &hours);
        if (wrong == NULL) {
            fail_msg("\"%s\" is taken for hours", bad[i]);
        }
        assert_true(wrong >= bad[i] && wrong <= bad[i] + strlen(bad[i]));
    }
    assert_int_equal(hours.windows[0].weekdays, 0x04); /* left as it was */
    assert_null(
        scenario_value_hours("00:00-01:00,sat 01:00-02:00, 02:00-03:00,03:00-04:00,04:00-05:00,05:00-06:00,"
                             "06:00-07:00,07:00-08:00",
                             &hours));
    assert_int_equal(hours.count, 8);
    assert_int_equal(hours.windows[1].weekdays, 0x20);
    assert_int_equal(hours.windows[7].to_s, 28800);
}

static void instants_count_days_from_1(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double seconds;
    } good[] = {{"day 1 00:00", 0},         {"day 1 00:00:00", 0},       {"day 3 12:00:00", 216000},
                {"day 1 23:59:59", 86399},  {"day 10 00:00:01", 777601}, {"day 36501 00:00", 3153600000.0},
                {"day 2 05:12:40", 105160}, {"day 2 5:12:40", 105160},   {"day 1 0:00", 0}};
    static const char *const bad[] = {"",
                                      "day 0 00:00",
                                      "day 01 00:00",
                                      "day -1 00:00",
                                      "day 1",
                                      "day 1 ",
                                      "day 1 24:00",
                                      "day 1 12:60",
                                      "day 1 12:00:60",
                                      "day 1 12:00:0",
                                      "day 1 12:00:000",
                                      "day 1 12:00:00 ",
                                      "day 1 12:00 ",
                                      "day 1  12:00",
                                      "day  1 12:00",
                                      "Day 1 12:00",
                                      "day1 12:00",
                                      "12:00",
                                      "day 36502 00:00",
                                      "day 99999999999999999999 00:00",
                                      "day 1.5 00:00",
                                      "day 1 12:00:"};
    double seconds = 0;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(scenario_value_instant(good[i].text, &seconds));
        assert_true(seconds == good[i].seconds);
    }
    seconds = 42;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (scenario_value_instant(bad[i], &seconds)) {
            fail_msg("\"%s\" is taken for a time of the run", bad[i]);
        }
    }
    assert_true(seconds == 42);
}

/* ---- errors: what is wrong, where, and what would be right ---------------------------------------- */

struct refusal {
    const char *text;
    const char *error;
};

static void refuse_all(const struct refusal *refusals, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        refuse(refusals[i].text, refusals[i].error);
    }
}

#define REFUSE_ALL(refusals) refuse_all(refusals, sizeof(refusals) / sizeof(refusals)[0])

/* ---- a cell of one's own ------------------------------------------------------------------------ */

#define CELL_NUMBERS \
    "  name: mine\n  evidence: made up\n  temp_c_min: 20\n  temp_c_max: 30\n  discharge_c_max: 0.5\n" \
    "  charge_c_max: 0.25\n  r0_ohm_ah: 0.05\n  r0_j_per_mol: 18000\n  exchange_per_h: 0.17\n" \
    "  exchange_j_per_mol: 45000\n  tau1_s: 70\n  diffusion1_h: 0.17\n  diffusion1_j_per_mol: 38000\n" \
    "  diffusion1_tau_s: 4500\n  hysteresis_gamma: 50\n"
#define OWN_CELL MINIMAL "cell:\n" CELL_NUMBERS /* lines 4 to 19 */
#define HYSTERESIS "  hysteresis: [{soc: 0, v: 0}, {soc: 1, v: 0.2}]\n"
#define OCV "  ocv: [{soc: -0.05, v: -1}, {soc: 0.5, v: 3.3}, {soc: 1.05, v: 5}]\n"

static void a_cell_of_ones_own(void **state)
{
    (void)state;
    accept(OWN_CELL OCV HYSTERESIS);
    assert_ptr_equal(cell_model_of(&result.bank), &result.bank.own_cell);
    const struct cell_model *cell = &result.bank.own_cell;
    assert_string_equal(cell->name, "mine");
    assert_string_equal(cell->evidence, "made up");
    assert_false(cell->is_validated);
    assert_true(cell->temp_c_min == 20.0 && cell->temp_c_max == 30.0);
    assert_true(cell->discharge_c_max == 0.5 && cell->charge_c_max == 0.25);
    assert_true(cell->r0_ohm_ah[0].at_25 == 0.05 && cell->r0_ohm_ah[0].j_per_mol == 18000.0);
    assert_true(cell->r0_ohm_ah[1].at_25 == 0.0 && cell->r0_cold_c == -15.0);
    assert_true(cell->exchange_per_h == 0.17 && cell->exchange_j_per_mol == 45000.0 && cell->tau1_s == 70.0);
    assert_true(cell->r2_ohm_ah.at_25 == 0.0 && cell->tau2_s == 2000.0);
    assert_true(cell->diffusion_h[0].at_25 == 0.17 && cell->diffusion_h[0].j_per_mol == 38000.0);
    assert_true(cell->diffusion_tau_s[0] == 4500.0 && cell->diffusion_h[1].at_25 == 0.0);
    assert_true(cell->hysteresis_gamma == 50.0);
    assert_int_equal(cell->ocv_count, 3);
    assert_true(cell->ocv_v[0].z == -0.05 && cell->ocv_v[0].value == -1.0 && cell->ocv_v[2].value == 5.0);
    assert_int_equal(cell->hysteresis_count, 2);
    assert_true(cell->hysteresis_v[1].z == 1.0 && cell->hysteresis_v[1].value == 0.2);
    accept(MINIMAL);
    assert_ptr_equal(cell_model_of(&result.bank), &cell_models[CELL_PRISMATIC]);
}

static void points_of_a_cell(void **state)
{
    (void)state;
    static const struct refusal refusals[] = {
        {MINIMAL "cell: {}\n", "4:7: cell needs name: 1..47 bytes"},
        {OWN_CELL OCV, "5:3: cell needs hysteresis: 0..48 entries"},
        {OWN_CELL HYSTERESIS, "5:3: cell needs ocv: 0..48 entries"},
        {OWN_CELL HYSTERESIS "  ocv: 3\n", "21:8: ocv takes a list, each entry a line that starts with '- '"},
        {OWN_CELL HYSTERESIS "  ocv: []\n", "21:8: ocv has 0 points, it takes at least 2"},
        {OWN_CELL HYSTERESIS "  ocv: [{soc: 0, v: 3}]\n", "21:8: ocv has 1 points, it takes at least 2"},
        {OWN_CELL HYSTERESIS "  ocv: [3, 4]\n",
         "21:9: a point of ocv takes keys and values (key: value); here is a text"},
        {OWN_CELL HYSTERESIS "  ocv: [{soc: 0, v: 3}, {soc: 1}]\n", "21:25: a point of ocv needs v: -1..5 V"},
        {OWN_CELL HYSTERESIS "  ocv: [{soc: 0, v: 3}, {soc: 1.051, v: 4}]\n",
         "21:31: soc 1.051 is outside -0.05..1.05"},
        {OWN_CELL HYSTERESIS "  ocv: [{soc: -0.051, v: 3}, {soc: 1, v: 4}]\n",
         "21:15: soc -0.051 is outside -0.05..1.05"},
        {OWN_CELL HYSTERESIS "  ocv: [{soc: 0, v: 3}, {soc: 1, v: 5.001}]\n",
         "21:37: v 5.001 is outside -1..5 V"},
        {OWN_CELL OCV "  hysteresis: [{soc: 0, v: 0.201}, {soc: 1, v: 0}]\n",
         "21:28: v 0.201 is outside 0..0.2 V"},
        {OWN_CELL OCV "  hysteresis: [{soc: 0, v: -0.001}, {soc: 1, v: 0}]\n",
         "21:28: v -0.001 is outside 0..0.2 V"},
        {OWN_CELL HYSTERESIS "  ocv: [{soc: 0, v: 3}, {soc: 0, v: 3.1}, {soc: 1, v: 4}]\n",
         "21:25: soc 0 is not above the point before, 0"},
        {OWN_CELL HYSTERESIS "  ocv: [{soc: 0, v: 3}, {soc: 1, v: 3}]\n",
         "21:25: v 3 is not above the point before, 3"},
        {OWN_CELL HYSTERESIS "  ocv: [{soc: 0.001, v: 3}, {soc: 1, v: 3.5}]\n",
         "21:8: ocv goes from soc 0.001 to 1, it must reach 0 and 1"},
        {OWN_CELL HYSTERESIS "  ocv: [{soc: 0, v: 3}, {soc: 0.999, v: 3.5}]\n",
         "21:8: ocv goes from soc 0 to 0.999, it must reach 0 and 1"},
        {OWN_CELL OCV "  hysteresis: [{soc: 0.1, v: 0}, {soc: 1, v: 0}]\n",
         "21:15: hysteresis goes from soc 0.1 to 1, it must reach 0 and 1"},
        {BANK("cell: a123") "cell:\n" CELL_NUMBERS OCV HYSTERESIS,
         "4:9: bank names a cell, and there is a section cell; one of them must go"},
    };
    REFUSE_ALL(refusals);
}

static void yaml_is_kept_plain(void **state)
{
    (void)state;
    static const struct refusal refusals[] = {
        {"", "1:1: the file is empty"},
        {"# only words\n", "1:1: the file is empty"},
        {"---\n", "2:1: the file is empty; a scenario needs title, run and bank"},
        {"~\n", "1:1: the file is empty; a scenario needs title, run and bank"},
        {"just words\n", "1:1: a scenario takes keys and values (key: value); here is a text"},
        {"- a\n", "1:1: a scenario takes keys and values (key: value); here is a list"},
        {MINIMAL "---\ntitle: u\n", "4:1: a second document starts here; a file holds one"},
        {MINIMAL "seed: &a 1\n",
         "4:7: an anchor (&name) is not allowed; write the value out where it is needed"},
        {MINIMAL "loads: &a []\n",
         "4:8: an anchor (&name) is not allowed; write the value out where it is needed"},
        {MINIMAL "bms: &a {}\n",
         "4:6: an anchor (&name) is not allowed; write the value out where it is needed"},
        {MINIMAL "seed: *a\n", "4:7: an alias (*name) is not allowed; write the value out"},
        {MINIMAL "seed: !!int 1\n", "4:7: a tag (!name) is not allowed; leave it out"},
        {MINIMAL "loads: !x []\n", "4:8: a tag (!name) is not allowed; leave it out"},
        {MINIMAL "bms: !x {}\n", "4:6: a tag (!name) is not allowed; leave it out"},
        {MINIMAL "loads: [[[[[[[[]]]]]]]]\n", "4:15: mappings and lists are nested more than 8 deep"},
        {MINIMAL "seed: 1\n  x: 1\n", "5:4: not YAML: mapping values are not allowed in this context"},
        {MINIMAL "loads: [\n",
         "5:1: not YAML: while parsing a flow node, did not find expected node content"},
        {MINIMAL "description: \xC3\xA9\nloads:\n\t- {name: a}\n",
         "6:1: not YAML: a tab stands where spaces are wanted"},
        {"title: a\x01\n", "1:9: not YAML: control characters are not allowed"},
        {"title: \"a\\x01\"\n", "1:8: control characters are not allowed in a text"},
        {"title: \"a\\0b\"\n", "1:8: control characters are not allowed in a text"},
        {"title: \"a\\x9bb\"\n", "1:8: control characters are not allowed in a text"},
        {"title: \"a\\x7f\"\n", "1:8: control characters are not allowed in a text"},
        {"title: \"a\\u061cb\"\n", "1:8: control characters are not allowed in a text"},
        {"title: \"a\\u200fb\"\n", "1:8: control characters are not allowed in a text"},
        {"title: \"a\\u2028b\"\n", "1:8: control characters are not allowed in a text"},
        {"title: \"a\\u202a\"\n", "1:8: control characters are not allowed in a text"},
        {"title: \"a\\ufffe\"\n", "1:8: control characters are not allowed in a text"},
        {"title: \"a\\uffffb\"\n", "1:8: control characters are not allowed in a text"},
        {"title: a\xE2\x80\xAE"
         "b\n",
         "1:8: control characters are not allowed in a text"},
        {"title: a\xE2\x81\xA6"
         "b\n",
         "1:8: control characters are not allowed in a text"},
        {MINIMAL "loads: [{name: a\xE2\x81\xA9}]\n", "4:16: control characters are not allowed in a text"},
        {"title: \xC3\xA9\n\nb: \xFF\n", "3:4: not YAML: invalid leading UTF-8 octet"},
    };
    REFUSE_ALL(refusals);
}

/*
 * A key of the top that is like no other, on line 4: the message lists those there are, in the order of the
 * reference.
 */
static void refuse_top_key(const char *text, const char *key)
{
    char error[1024];
    size_t used =
        (size_t)snprintf(error, sizeof error, "4:1: unknown key %s in a scenario, which takes", key);
    for (size_t i = 0; i < scenario_schema()->count; i++) {
        const struct scenario_row *row = &scenario_schema()->rows[i];
        if (row->group == SCENARIO_TOP) {
            used += (size_t)snprintf(error + used, sizeof error - used, "%s %s", i == 0 ? "" : ",", row->key);
        }
    }
    refuse(text, error);
}

static void keys_are_known_and_stand_once(void **state)
{
    (void)state;
    static const struct refusal refusals[] = {
        {MINIMAL "sed: 1\n", "4:1: unknown key sed in a scenario, did you mean seed?"},
        {BANK("capacity: 3"), "4:3: unknown key capacity in bank, did you mean capacity_ah?"},
        {MINIMAL "run: {duration: 1 h}\n", "4:1: run stands here a second time; the first is on line 2"},
        {BANK("capacity_ah: 100"), "4:3: capacity_ah stands here a second time; the first is on line 3"},
        {MINIMAL "loads: [{name: a, power_w: 1, name: b}]",
         "4:31: name stands here a second time; the first is on line 4"},
        {MINIMAL "[a]: 1\n", "4:1: a key is a word; here is a list or a mapping"},
        {MINIMAL "? {a: b}\n: 1\n", "4:3: a key is a word; here is a list or a mapping"},
        {"run: {duration: 1 h}\n", "1:1: a scenario needs title: 1..255 bytes"},
        {"title: t\n", "1:1: a scenario needs run: keys and values"},
        {"title: t\nrun: {duration: 1 h}\n", "1:1: a scenario needs bank: keys and values"},
        {"title: t\nrun: {}\nbank: {}\n", "2:6: run needs duration: \"1 s\"..\"100 years\""},
        {"title: t\nrun: {duration: 1 h}\nbank: {}\n", "3:7: bank needs battery: 12.8 V or 25.6 V"},
        {"title: t\nrun: {duration: 1 h}\nbank:\n  battery: 12.8 V\n",
         "4:3: bank needs capacity_ah: 1..1000 Ah"},
        {MINIMAL "solar: {cloud_pct: 1}\n", "4:8: solar needs panel_w: 0..100000 W"},
        {MINIMAL "loads: [{power_w: 1}]\n", "4:9: a load needs name: 1..47 bytes"},
        {MINIMAL "events: [{what: switch_on}]\n",
         "4:10: an event needs at: \"day N hh:mm\" or \"day N hh:mm:ss\", from \"day 1 00:00\""},
        {MINIMAL "events: [{at: day 1 00:00, what: supply_dip, value: 1}]\n",
         "4:10: supply_dip needs for_s: 0.125..86400 s"},
        {MINIMAL "events: [{at: day 1 00:00}]\n",
         "4:10: an event needs what: switch_on, switch_off, unplug_chain, plug_chain, cell_sensor_missing, "
         "cell_sensor_stuck, temp_sensor_missing, sensor_frozen, sensors_mended, internal_fault, fault_gone, "
         "supply_dip, output_shorted, output_fed, output_mended, load_on, load_off, "
         "equipment_fault or equipment_mended"},
        {MINIMAL "expect: [{seconds_min: 1}]\n",
         "4:10: an expectation needs what: warning, output, by, edges, cells, load_current, "
         "state_of_charge, high_share, edges_a_day, longest or energy"},
        {MINIMAL "expect: [{what: load_current}]\n", "4:10: load_current needs current_a_max: 0..20 A"},
    };
    REFUSE_ALL(refusals);
    refuse_top_key(MINIMAL "qqqqqqqq: 1\n", "qqqqqqqq");
}

static void entries_take_exactly_their_own_keys(void **state)
{
    (void)state;
    static const struct refusal refusals[] = {
        {MINIMAL "events: [{at: day 1 00:00, what: unplug_chain, cell: 2}]\n",
         "4:48: unknown key cell in unplug_chain, which takes at, what"},
        {MINIMAL "events: [{at: day 1 00:00, what: sensor_frozen, battry: 2}]\n",
         "4:49: unknown key battry in sensor_frozen, did you mean battery?"},
        {MINIMAL "events: [{at: day 1 00:00, what: suply_dip}]\n",
         "4:34: what suply_dip is unknown, did you mean supply_dip?"},
        {MINIMAL "events: [{at: day 1 00:00, what: [a]}]\n",
         "4:34: what takes switch_on, switch_off, unplug_chain, plug_chain, cell_sensor_missing, "
         "cell_sensor_stuck, "
         "temp_sensor_missing, sensor_frozen, sensors_mended, internal_fault, fault_gone, supply_dip, "
         "output_shorted, output_fed, output_mended, load_on, load_off, "
         "equipment_fault or equipment_mended; here is a list"},
        {MINIMAL "expect: [{what: warning, seconds_min: 30, output: load}]\n",
         "4:43: unknown key output in warning, which takes what, seconds_min"},
        {MINIMAL "expect: [{what: output, output: load, to: high, at: day 1 00:00}]\n",
         "4:39: unknown key to in output, which takes what, output, is, at"},
        {MINIMAL "loads: [{name: a, power: 1}]\n",
         "4:19: unknown key power in a load, did you mean power_w?"},
    };
    REFUSE_ALL(refusals);
}

static void values_are_of_their_kind(void **state)
{
    (void)state;
    static const struct refusal refusals[] = {
        {MINIMAL "seed: [1]\n", "4:7: seed takes 0..9007199254740991; here is a list"},
        {MINIMAL "seed: {a: 1}\n", "4:7: seed takes 0..9007199254740991; here is keys and values"},
        {MINIMAL "seed: \"1\"\n", "4:7: seed takes 0..9007199254740991 without quotes; here is a text"},
        {MINIMAL "seed: one\n", "4:7: seed one is not a number; it takes 0..9007199254740991"},
        {MINIMAL "seed: .inf\n", "4:7: seed .inf is not a number; it takes 0..9007199254740991"},
        {MINIMAL "seed: 0x10\n", "4:7: seed 0x10 is not a number; it takes 0..9007199254740991"},
        {MINIMAL "seed: 1.0\n", "4:7: seed 1.0 is not a whole number; it takes 0..9007199254740991"},
        {MINIMAL "seed:\n", "4:6: seed has no value; it takes 0..9007199254740991"},
        {MINIMAL "seed: ~\n", "4:7: seed has no value; it takes 0..9007199254740991"},
        {MINIMAL "seed: null\n", "4:7: seed has no value; it takes 0..9007199254740991"},
        {MINIMAL "ambient: {mean_c: 0.1234567890123456}\n",
         "4:19: mean_c 0.1234567890123456 has more than 15 digits; it takes -40..60 degC"},
        {MINIMAL "ambient: {mean_c: 99999999999999999999999999999999999999999999999999}\n",
         "4:19: mean_c 99999999999999999999999999999999999999999999... is outside -40..60 degC"},
        {MINIMAL "remote: {on: yes}\n", "4:14: on yes is not true or false"},
        {MINIMAL "remote: {on: \"true\"}\n", "4:14: on takes true or false without quotes; here is a text"},
        {MINIMAL "remote: {wiring: joind}\n", "4:18: wiring joind is unknown, did you mean joined?"},
        {MINIMAL "remote: on\n", "4:9: remote takes keys and values (key: value); here is a text"},
        {MINIMAL "remote:\n", "4:8: remote takes keys and values (key: value); here is a text"},
        {MINIMAL "remote: [on]\n", "4:9: remote takes keys and values (key: value); here is a list"},
        {MINIMAL "loads: {name: a}\n", "4:8: loads takes a list, each entry a line that starts with '- '"},
        {MINIMAL "loads:\n", "4:7: loads takes a list, each entry a line that starts with '- '"},
        {MINIMAL "loads: [a]\n", "4:9: a load takes keys and values (key: value); here is a text"},
        {MINIMAL "events: [[]]\n", "4:10: an event takes keys and values (key: value); here is a list"},
        {MINIMAL "expect: [a]\n", "4:10: an expectation takes keys and values (key: value); here is a text"},
        {"title: [t]\n", "1:8: title takes 1..255 bytes; here is a list"},
        {"title: \"\"\n", "1:8: title is 0 bytes long, outside 1..255"},
        {"title: \"a\\nb\"\n", "1:8: title is one line; here are several"},
        {"title: t\nrun: {duration: 7}\n", "2:17: duration 7 is not a length of time such as \"7 days\", "
                                           "\"36 h\", \"90 min\" or \"1 year\"; it takes \"1 "
                                           "s\"..\"100 years\""},
        {"title: t\nrun: {duration: 0.9 s}\n", "2:17: duration 0.9 s is outside \"1 s\"..\"100 years\""},
        {"title: t\nrun: {duration: 100.1 years}\n",
         "2:17: duration 100.1 years is outside \"1 s\"..\"100 years\""},
        {MINIMAL "loads: [{name: a, power_w: 1, from: 6:0}]\n",
         "4:37: from 6:0 is not a time of day; it takes \"hh:mm\" or \"hh:mm:ss\", \"00:00\"..\"24:00\""},
        {MINIMAL "loads: [{name: a, power_w: 1, hours: \"06:00-07:00, mon 8:0-9:00, 10:00-11:00\"}]\n",
         "4:38: hours: window 2, \"mon 8:0-9:00\", is none; it takes \"hh:mm-hh:mm\" or \"mon-fri "
         "hh:mm-hh:mm\", "
         "1..8 of them with commas between"},
        {MINIMAL
         "loads: [{name: a, power_w: 1, hours: \"mon,tue 06:00-07:00, wed,sun 8-9:00, 10:00-11:00\"}]\n",
         "4:38: hours: window 2, \"wed,sun 8-9:00\", is none; it takes \"hh:mm-hh:mm\" or \"mon-fri "
         "hh:mm-hh:mm\", "
         "1..8 of them with commas between"},
        {MINIMAL "loads: [{name: a, power_w: 1, hours: [06:00-07:00]}]\n",
         "4:38: hours takes \"hh:mm-hh:mm\" or \"mon-fri hh:mm-hh:mm\", 1..8 of them with commas between; "
         "here is a list"},
        {MINIMAL "loads: [{name: a, power_w: 1, hours: \"00:00-01:00,01:00-02:00,02:00-03:00,03:00-04:00,"
                 "04:00-05:00,05:00-06:00,06:00-07:00,07:00-08:00,08:00-09:00\"}]\n",
         "4:38: hours has more than 8 windows"},
        {MINIMAL "events: [{at: 12:00, what: switch_on}]\n",
         "4:15: at 12:00 is not a time of the run; it takes \"day N hh:mm\" or \"day N hh:mm:ss\", from "
         "\"day 1 00:00\""},
    };
    REFUSE_ALL(refusals);
    accept(
        "title: t\nrun: {duration: 1 s}\nbank: {battery: 12.8 V, capacity_ah: 9, state_of_charge_pct: 9}\n");
    accept("title: t\nrun: {duration: 100 years}\nbank: {battery: 12.8 V, capacity_ah: 9, "
           "state_of_charge_pct: 9}\n");
    assert_true(result.duration_s == 3153600000.0);
    accept(MINIMAL "description: \"\"\n");
}

static void keys_fit_one_another(void **state)
{
    (void)state;
    static const struct refusal refusals[] = {
        {MINIMAL "loads: [{name: a}]\n", "4:9: a load needs power_w, current_a, resistance_ohm or profile"},
        {MINIMAL "loads: [{name: a, current_a: 1, power_w: 1}]\n",
         "4:30: current_a stands beside power_w; a load takes one of them"},
        {MINIMAL "loads: [{name: a, power_w: 1, hours: 06:00-07:00, from: 06:00}]\n",
         "4:38: hours stands beside from; a load takes hours, or from and to"},
        {MINIMAL "loads: [{name: a, power_w: 1, to: 06:00, hours: 06:00-07:00}]\n",
         "4:49: hours stands beside to; a load takes hours, or from and to"},
        {MINIMAL "events: [{at: day 8 00:00, what: switch_on}]\n",
         "4:15: at day 8 00:00 is not before the end of the run, day 8 00:00:00"},
        {MINIMAL "events: [{at: day 1 00:00, what: sensor_frozen, battery: 2}]\n",
         "4:58: battery 2 is outside 1..1 of this bank"},
        {MINIMAL "events: [{at: day 1 00:00, what: cell_sensor_missing, battery: 1, cell: 5}]\n",
         "4:73: cell 5 is outside 1..4 of this bank"},
        {MINIMAL "expect: [{what: output, output: load, is: high, at: \"day 8 00:00:01\"}]\n",
         "4:53: at day 8 00:00:01 is after the end of the run, day 8 00:00:00"},
        {MINIMAL "expect: [{what: by, output: load, is: high, at: \"day 8 00:00:01\"}]\n",
         "4:49: at day 8 00:00:01 is after the end of the run, day 8 00:00:00"},
        {MINIMAL "expect: [{what: by, output: load, is: high, after: day 2 00:00, at: day 2 00:00}]\n",
         "4:69: at day 2 00:00 is not later than after day 2 00:00:00"},
        {MINIMAL "expect: [{what: edges, output: load, to: high}]\n",
         "4:10: edges needs count_min, count_max or both"},
        {MINIMAL "expect: [{what: edges, output: load, to: high, count_min: 2, count_max: 1}]\n",
         "4:73: count_max 1 is below count_min 2"},
        {MINIMAL "batteries: [{battery: 1}]\n",
         "4:13: nothing differs here; a battery takes capacity_pct, resistance_pct, state_of_charge_pct, "
         "self_discharge_pct_per_month or temp_offset_c"},
        {MINIMAL "batteries: [{battery: 2, capacity_pct: 90}]\n",
         "4:23: battery 2 is outside 1..1 of this bank"},
        {MINIMAL "batteries: [{battery: 1, cell: 5, capacity_pct: 90}]\n",
         "4:32: cell 5 is outside 1..4 of this bank"},
        {MINIMAL "batteries: [{battery: 1, cell: 4, temp_offset_c: 1}]\n",
         "4:50: temp_offset_c is of a whole battery; take it out, or take cell out"},
        {MINIMAL
         "batteries:\n  - {battery: 1, capacity_pct: 90}\n  - {battery: 1, cell: 1, capacity_pct: 90}\n"
         "  - {battery: 1, resistance_pct: 90}\n",
         "7:5: battery 1 stands here a second time; the first is on line 5"},
        {MINIMAL
         "batteries:\n  - {battery: 1, capacity_pct: 90}\n  - {battery: 1, cell: 1, capacity_pct: 90}\n"
         "  - {battery: 1, cell: 1, capacity_pct: 80}\n",
         "7:5: battery 1 cell 1 stands here a second time; the first is on line 6"},
        {MINIMAL "expect: [{what: state_of_charge}]\n",
         "4:10: state_of_charge needs pct_min, pct_max or both"},
        {MINIMAL "expect: [{what: high_share, output: load}]\n",
         "4:10: high_share needs pct_min, pct_max or both"},
        {MINIMAL "expect: [{what: high_share, output: load, pct_min: 50, pct_max: 49.5}]\n",
         "4:65: pct_max 49.5 is below pct_min 50"},
        {MINIMAL "expect: [{what: state_of_charge, pct_min: 50, at: day 8 00:00:01}]\n",
         "4:51: at day 8 00:00:01 is after the end of the run, day 8 00:00:00"},
        {MINIMAL "expect: [{what: cells, mv_min: 3000, mv_max: 3000}]\n",
         "4:46: mv_max 3000 is not above mv_min 3000"},
    };
    REFUSE_ALL(refusals);
    accept(MINIMAL "events: [{at: \"day 7 23:59:59\", what: switch_on}]\n");
    accept(BANK_25_V("series: 2, parallel: 10") "events: [{at: day 1 00:00, what: cell_sensor_missing, "
                                                "battery: 20, cell: 8}]\n");
    accept(MINIMAL "expect: [{what: edges, output: load, to: high, count_min: 2, count_max: 2}]\n");
    accept(MINIMAL "expect: [{what: by, output: load, is: high, after: day 7 23:59, at: day 8 00:00}]\n");
    accept(MINIMAL "loads: [{name: a, power_w: 1, from: 23:00, to: 23:00}]\n");
    accept(MINIMAL "loads: [{name: a, power_w: 1, hours: 23:00-23:00}]\n");
    accept(MINIMAL
           "batteries: [{battery: 1, state_of_charge_pct: 0}, {battery: 1, cell: 4, resistance_pct: 150}]\n");
    assert_true(result.bank.difference_count == 2 && result.bank.differences[0].soc_pct == 0.0);
    assert_true(result.bank.differences[0].self_discharge_pct_per_month == -1.0);
    assert_true(result.bank.differences[1].soc_pct == -1.0 &&
                result.bank.differences[1].resistance_pct == 150.0);
}

/* A key or value that is long or has several lines makes one short line. */
static void errors_are_one_short_line(void **state)
{
    (void)state;
    refuse_top_key(MINIMAL "\"a\\nb\": 1\n", "a b");
    refuse(MINIMAL
           "remote: {on: \xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9"
           "\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9"
           "a\xC3\xA9}\n",
           "4:14: on \xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9"
           "\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9"
           "... is not true or false");
    char small[12];
    static const char text[] = "title: [t]\n";
    assert_false(scenario_file_read(text, sizeof text - 1, NAME, &result, small, sizeof small));
    assert_string_equal(small, "x.yaml:1:8:");
    assert_false(scenario_file_read(text, sizeof text - 1, NAME, &result, small, 1));
    assert_string_equal(small, "");
}

/* ---- sizes and files ---------------------------------------------------------------------------- */

static void files_have_a_size_limit(void **state)
{
    (void)state;
    size_t size = SCENARIO_FILE_SIZE_MAX;
    char *text = malloc(size + 1);
    assert_non_null(text);
    memset(text, '#', size + 1);
    memcpy(text, MINIMAL, sizeof MINIMAL - 1);
    accept_bytes(text, size);
    refuse_bytes(text, size + 1, "1:1: the file is larger than 1048576 bytes");
    memset(text, '[', size);
    refuse_bytes(text, size, "1:9: mappings and lists are nested more than 8 deep");
    for (size_t i = 0; i < size; i++) {
        text[i] = i == 0 ? '[' : (i % 2 == 1 ? '0' : ',');
    }
    assert_false(scenario_file_read(text, size, NAME, &result, message, sizeof message));
    assert_non_null(strstr(message, ": the file holds more than 20000 keys and values"));
    free(text);
}

/* A file cut off anywhere, or with one byte changed, is read or refused, and never more than that. */
static void damaged_files_are_safe(void **state)
{
    (void)state;
    static const char whole[] =
        MINIMAL "solar: {panel_w: 300}\nloads:\n  - {name: a, power_w: 1, from: \"00:10\"}\n"
                "events: [{at: day 1 00:00, what: supply_dip, value: 1, for_s: 2}]\n";
    for (size_t size = 0; size < sizeof whole; size++) {
        char copy[sizeof whole];
        memcpy(copy, whole, sizeof whole);
        (void)scenario_file_read(copy, size, NAME, &result, message, sizeof message);
        for (unsigned value = 0; value < 256 && size < sizeof whole - 1; value++) {
            copy[size] = (char)value;
            (void)scenario_file_read(copy, sizeof whole - 1, NAME, &result, message, sizeof message);
        }
    }
}

static char reference[TEXT_SIZE * 2];

static void load_reference(void)
{
    FILE *stream = fopen(PROJECT_ROOT "/docs/SCENARIOS.md", "rb");
    assert_non_null(stream);
    size_t size = fread(reference, 1, sizeof reference - 1, stream);
    fclose(stream);
    assert_true(size < sizeof reference - 1);
    reference[size] = '\0';
}

static void every_scenario_of_the_tree_is_read(void **state)
{
    (void)state;
    glob_t found;
    load_reference();
    assert_int_equal(glob(PROJECT_ROOT "/scenarios/*.yaml", 0, NULL, &found), 0);
    assert_true(found.gl_pathc >= 12);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        if (!scenario_file_load(found.gl_pathv[i], &result, message, sizeof message)) {
            fail_msg("%s", message);
        }
        assert_true(strlen(result.description) > 40);
        assert_true(result.expectation_count > 0);
        char row[512];
        snprintf(row, sizeof row, "| `scenarios/%s` | %s |\n", strrchr(found.gl_pathv[i], '/') + 1,
                 result.title);
        if (strstr(reference, row) == NULL) {
            fail_msg("docs/SCENARIOS.md should hold %s", row);
        }
    }
    globfree(&found);
}

static void files_that_cannot_be_read_say_why(void **state)
{
    (void)state;
    memset(&result, 0x5A, sizeof result);
    struct scenario before = result;
    assert_false(
        scenario_file_load(PROJECT_ROOT "/scenarios/no such file", &result, message, sizeof message));
    assert_string_equal(message,
                        PROJECT_ROOT "/scenarios/no such file: cannot be read: No such file or directory");
    assert_false(scenario_file_load(PROJECT_ROOT "/scenarios", &result, message, sizeof message));
    assert_string_equal(message, PROJECT_ROOT "/scenarios: cannot be read: Is a directory");
    assert_memory_equal(&result, &before, sizeof before);
}

static void a_dash_is_standard_input(void **state)
{
    (void)state;
    assert_non_null(freopen(PROJECT_ROOT "/scenarios/frost.yaml", "r", stdin));
    assert_true(scenario_file_load("-", &result, message, sizeof message));
    assert_true(result.ambient.mean_c < 0);
    assert_false(scenario_file_load("-", &result, message, sizeof message)); /* there is no more */
    assert_string_equal(message, "<stdin>:1:1: the file is empty");
}

/* ---- the reference ------------------------------------------------------------------------------ */

struct page {
    char text[TEXT_SIZE];
    size_t used;
};

static void put(struct page *page, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void put(struct page *page, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    page->used +=
        (size_t)vsnprintf(page->text + page->used, sizeof page->text - page->used, format, arguments);
    va_end(arguments);
    assert_true(page->used < sizeof page->text);
}

static void put_row(struct page *page, const struct scenario_row *row)
{
    char range[SCENARIO_RANGE_SIZE];
    const char *fallback = row->fallback != NULL ? row->fallback : "";
    if (row->presence == SCENARIO_REQUIRED) {
        fallback = "required";
    }
    put(page, "| `%s` | %s | %s | %s |\n", row->key, scenario_row_range(row, range, sizeof range), fallback,
        row->help);
}

/* A key that kinds of equipment share. */
static bool is_shared(const struct scenario_row *row)
{
    bool is_one =
        row->group >= SCENARIO_EQUIPMENT_KEYS &&
        (strcmp(row->key, "on") == 0 || strcmp(row->key, "from") == 0 || strcmp(row->key, "to") == 0);
    for (size_t i = 0; row->group >= SCENARIO_EQUIPMENT_KEYS && i < schema_control_count; i++) {
        is_one = is_one || strcmp(row->key, schema_control_rows[i].key) == 0;
    }
    return is_one;
}

/* Those that kinds of equipment share. */
static void put_shared(struct page *page)
{
    put_row(page, &schema_on_row);
    put_row(page, &schema_from_row);
    put_row(page, &schema_to_row);
    for (size_t i = 0; i < schema_control_count; i++) {
        put_row(page, &schema_control_rows[i]);
    }
}

/* Which of those `kind` takes. */
static void put_takes(struct page *page, const struct equipment_kind *kind)
{
    put(page, "%s%s", kind->ports == EQUIPMENT_ON ? "`on`" : "`from`, `to`",
        kind->is_controlled ? ", `control`, `cable`, `input`" : "");
}

/* The table of one group; for entries with a `what` a second one, of their kinds. */
static void put_group(struct page *page, int group)
{
    put(page, "| key | takes | default | meaning |\n|---|---|---|---|\n");
    for (size_t i = 0; i < scenario_schema()->count; i++) {
        if (scenario_schema()->rows[i].group == group &&
            &scenario_schema()->rows[i] != scenario_variant_row(group)) {
            put_row(page, &scenario_schema()->rows[i]);
        }
    }
    if (group == SCENARIO_EQUIPMENT_ENTRY) {
        put_shared(page);
    }
}

static void put_kinds(struct page *page, int group)
{
    const struct scenario_row *what = scenario_variant_row(group);
    put(page, "| %s | key | takes | default | meaning |\n|---|---|---|---|---|\n", what->key);
    for (size_t word = 0; what->words[word].text != NULL; word++) {
        int variant = scenario_group_variant(group, what->words[word].value);
        put(page, "| `%s` | ", what->words[word].text);
        if (group == SCENARIO_EQUIPMENT_ENTRY) {
            put_takes(page, equipment_kinds[word]);
            put(page, " | | | %s |\n", equipment_kinds[word]->help);
        } else {
            put(page, "| | | %s |\n", what->words[word].help);
        }
        for (size_t i = 0; i < scenario_schema()->count; i++) {
            if (scenario_schema()->rows[i].group == variant && !is_shared(&scenario_schema()->rows[i])) {
                put(page, "| ");
                put_row(page, &scenario_schema()->rows[i]);
            }
        }
    }
}

/* The faults that events put into equipment: that of all, then of each kind that has some. */
static void put_faults(struct page *page)
{
    const struct scenario_row *kind = scenario_variant_row(SCENARIO_EQUIPMENT_ENTRY);
    put(page, "| kind | fault | meaning |\n|---|---|---|\n");
    put(page, "| any | `fuse_blown` | it is not there until it is mended, and begins anew then |\n");
    for (size_t word = 0; kind->words[word].text != NULL; word++) {
        const struct scenario_word *faults = equipment_kinds[kind->words[word].value]->faults;
        for (size_t i = 0; faults != NULL && faults[i].text != NULL; i++) {
            put(page, "| `%s` | `%s` | %s |\n", kind->words[word].text, faults[i].text, faults[i].help);
        }
    }
}

static bool group_is_empty(int group)
{
    for (size_t i = 0; i < scenario_schema()->count; i++) {
        if (scenario_schema()->rows[i].group == group) {
            return false;
        }
    }
    return true;
}

/* All tables, each under the heading that it needs in the reference. */
static void put_tables(void (*take)(const char *heading, const char *table))
{
    static struct page page;
    for (int group = 0; group <= SCENARIO_BATTERY_ENTRY; group++) {
        if (group_is_empty(group)) { /* a kind of consumer whose keys join another section */
            continue;
        }
        char heading[64];
        const char *list = list_of(group);
        snprintf(heading, sizeof heading, "## `%s`\n",
                 list != NULL
                     ? list
                     : scenario_group_name(group > SCENARIO_EQUIPMENT_ENTRY ? SCENARIO_CELL : group));
        page.used = 0;
        if (group != SCENARIO_EXPECT) {
            put_group(&page, group);
            take(group == SCENARIO_TOP ? "## The top\n" : heading, page.text);
        }
        page.used = 0;
        if (scenario_variant_row(group) != NULL) {
            put_kinds(&page, group);
            take(heading, page.text);
        }
        page.used = 0;
        if (group == SCENARIO_EVENT) {
            put_faults(&page);
            take(heading, page.text);
        }
    }
}

/* The table must be between its heading and the next. */
static void find_table(const char *heading, const char *table)
{
    const char *section = strstr(reference, heading);
    if (section == NULL) {
        fail_msg("docs/SCENARIOS.md has no heading %s", heading);
    }
    const char *end = strstr(section + 3, "\n## ");
    const char *found = strstr(section, table);
    if (found == NULL || (end != NULL && found > end)) {
        fail_msg("docs/SCENARIOS.md, %s should hold (test_scenario_file --tables prints all):\n%s", heading,
                 table);
    }
}

static void the_reference_has_every_key(void **state)
{
    (void)state;
    load_reference();
    put_tables(find_table);
}

static void the_example_of_the_reference_is_read(void **state)
{
    (void)state;
    static const char fence[] = "```yaml\n";
    load_reference();
    size_t examples = 0;
    for (const char *start = strstr(reference, fence); start != NULL; start = strstr(start, fence)) {
        start += sizeof fence - 1;
        const char *end = strstr(start, "```");
        assert_non_null(end);
        accept_bytes(start, (size_t)(end - start));
        examples++;
    }
    assert_true(examples >= 1);
    assert_non_null(
        strstr(reference, "scenarios/x.yaml:14:21: under_voltage_mv 2900 is outside 2600..2800 mV"));
}

static void print_table(const char *heading, const char *table)
{
    printf("%s\n%s\n", heading, table);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_those_of_the_header),
        cmocka_unit_test(every_part_of_a_full_file_arrives),
        cmocka_unit_test(events_are_sorted_and_equal_times_keep_their_order),
        cmocka_unit_test(charge_voltages_follow_the_bank),
        cmocka_unit_test(the_schema_is_sound),
        cmocka_unit_test(every_number_is_checked_at_both_ends),
        cmocka_unit_test(battery_settings_name_their_range),
        cmocka_unit_test(warning_time_is_checked_and_expected),
        cmocka_unit_test(faults_of_outputs_are_events_of_terminals),
        cmocka_unit_test(reconnect_and_lockout_settings_are_checked),
        cmocka_unit_test(banks_have_up_to_20_batteries),
        cmocka_unit_test(every_word_is_read),
        cmocka_unit_test(every_event_and_expectation_is_read),
        cmocka_unit_test(every_cause_is_read),
        cmocka_unit_test(every_text_has_a_length),
        cmocka_unit_test(a_cell_of_ones_own),
        cmocka_unit_test(points_of_a_cell),
        cmocka_unit_test(lists_have_limits),
        cmocka_unit_test(numbers_are_decimal_and_nothing_else),
        cmocka_unit_test(decimals_are_rounded_once),
        cmocka_unit_test(durations_have_a_unit),
        cmocka_unit_test(times_of_day_run_from_0_to_24),
        cmocka_unit_test(hours_are_windows_on_weekdays),
        cmocka_unit_test(instants_count_days_from_1),
        cmocka_unit_test(yaml_is_kept_plain),
        cmocka_unit_test(keys_are_known_and_stand_once),
        cmocka_unit_test(entries_take_exactly_their_own_keys),
        cmocka_unit_test(values_are_of_their_kind),
        cmocka_unit_test(keys_fit_one_another),
        cmocka_unit_test(errors_are_one_short_line),
        cmocka_unit_test(files_have_a_size_limit),
        cmocka_unit_test(damaged_files_are_safe),
        cmocka_unit_test(every_scenario_of_the_tree_is_read),
        cmocka_unit_test(files_that_cannot_be_read_say_why),
        cmocka_unit_test(a_dash_is_standard_input),
        cmocka_unit_test(the_reference_has_every_key),
        cmocka_unit_test(the_example_of_the_reference_is_read),
    };
    if (argc == 2 && strcmp(argv[1], "--tables") == 0) {
        put_tables(print_table);
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
