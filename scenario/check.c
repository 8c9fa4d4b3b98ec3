/* SPDX-License-Identifier: Apache-2.0 */
#include "scenario/check.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "scenario/given.h"
#include "scenario/profile_file.h"
#include "scenario/suggest.h"
#include "twin/cable.h"
#include "twin/calendar.h"
#include "twin/charge.h"
#include "twin/consumer.h"

#define CELLS_OF_12_V 4
#define BATTERIES_25_V_SERIES_MAX 2 /* BAT-8 */
#define DAY_S 86400
#define UNIT_V 12.8

/* ---- groups ------------------------------------------------------------------------------------- */

/* A date says which day of the year and of the week day 1 is. */
static bool check_run(struct scenario_reader *reader)
{
    struct scenario *draft = reader->draft;
    const yaml_node_t *day_of_year = scenario_reader_value(reader, SCENARIO_RUN, "start_day_of_year");
    if (draft->start_date == 0) {
        return true;
    }
    if (day_of_year != NULL) {
        return scenario_reader_fail(reader, day_of_year,
                                    "start_day_of_year stands beside start; run takes one of them");
    }
    struct calendar_date date = calendar_date(draft->start_date - 1);
    draft->start_day_of_year = date.day_of_year;
    draft->first_weekday = date.weekday;
    return true;
}

static bool check_bank(struct scenario_reader *reader)
{
    struct scenario_bank *bank = &reader->draft->bank;
    const yaml_node_t *series = scenario_reader_value(reader, SCENARIO_BANK, "series");
    const yaml_node_t *parallel = scenario_reader_value(reader, SCENARIO_BANK, "parallel");
    assert(bank->series >= 1 && bank->parallel >= 1);
    scenario_note_given(reader, SCENARIO_BANK, NULL, 0, &reader->draft->given.bank);
    if (bank->cells != CELLS_OF_12_V && bank->series > BATTERIES_25_V_SERIES_MAX) {
        return scenario_reader_fail(reader, series,
                                    "series %d is outside 1..%d for batteries of 25.6 V (BAT-8, WIRE-13)",
                                    bank->series, BATTERIES_25_V_SERIES_MAX);
    }
    bank->cable_mohm = equipment_filled(
        bank->cable_mohm, cable_mohm_for(CABLE_MAIN_PART, UNIT_V * scenario_bus_units(reader->draft, 0),
                                         bank->capacity_ah * bank->parallel));
    int batteries = bank->series * bank->parallel;
    if (batteries > SCENARIO_BATTERIES_MAX) {
        return scenario_reader_fail(reader, parallel,
                                    "parallel %d is outside 1..%d with %d in series: at most %d batteries on "
                                    "a chain (BAT-8, WIRE-13)",
                                    bank->parallel, SCENARIO_BATTERIES_MAX / bank->series, bank->series,
                                    SCENARIO_BATTERIES_MAX);
    }
    return true;
}

static bool check_bms(struct scenario_reader *reader)
{
    const struct sbms_control_settings *settings = &reader->draft->bms.settings;
    const yaml_node_t *retries = scenario_reader_value(reader, SCENARIO_BMS, "lockout_retries");
    const yaml_node_t *clear_mv = scenario_reader_value(reader, SCENARIO_BMS, "lockout_clear_mv");
    if (settings->lockout_retries > 0 && clear_mv == NULL) {
        return scenario_reader_fail(reader, retries, "lockout_retries %u needs lockout_clear_mv: %d..%d mV",
                                    settings->lockout_retries, SBMS_LOCKOUT_CLEAR_MV_MIN,
                                    SBMS_LOCKOUT_CLEAR_MV_MAX);
    }
    assert(sbms_control_check(settings) == SBMS_SETTINGS_OK);
    return true;
}

static bool check_solar(struct scenario_reader *reader)
{
    struct equipment_complaint complaint;
    struct scenario *draft = reader->draft;
    const struct equipment_kind *kind = equipment_kinds[EQUIPMENT_SOLAR_CHARGER];
    scenario_note_given(reader, SCENARIO_SOLAR, kind->rows, kind->row_count, &draft->given.solar);
    if (charge_complete(&draft->solar.charge, scenario_bus_units(draft, 0), &complaint)) {
        return true;
    }
    return scenario_reader_fail(reader, scenario_reader_value(reader, SCENARIO_SOLAR, complaint.key), "%s",
                                complaint.text);
}

/* Both curves have points that rise, and the open-circuit voltage's reach from empty to full. */
static bool check_points(struct scenario_reader *reader, const char *key, const struct cell_point *points,
                         int count, bool is_rising)
{
    const yaml_node_t *list = scenario_reader_value(reader, SCENARIO_CELL, key);
    if (count < 2) {
        return scenario_reader_fail(reader, list, "%s has %d points, it takes at least 2", key, count);
    }
    for (int i = 1; i < count; i++) {
        const yaml_node_t *place = yaml_tree_item(reader->tree, list, (size_t)i);
        if (!(points[i].z > points[i - 1].z)) {
            return scenario_reader_fail(reader, place, "soc %.15g is not above the point before, %.15g",
                                        points[i].z, points[i - 1].z);
        }
        if (is_rising && !(points[i].value > points[i - 1].value)) {
            return scenario_reader_fail(reader, place, "v %.15g is not above the point before, %.15g",
                                        points[i].value, points[i - 1].value);
        }
    }
    if (points[0].z > 0.0 || points[count - 1].z < 1.0) {
        return scenario_reader_fail(reader, list, "%s goes from soc %.15g to %.15g, it must reach 0 and 1",
                                    key, points[0].z, points[count - 1].z);
    }
    return true;
}

static bool check_cell(struct scenario_reader *reader)
{
    const struct cell_model *cell = &reader->draft->bank.own_cell;
    const yaml_node_t *named = scenario_reader_value(reader, SCENARIO_BANK, "cell");
    if (scenario_reader_value(reader, SCENARIO_CELL, "name") == NULL) {
        return true; /* no such section */
    }
    if (named != NULL) {
        return scenario_reader_fail(reader, named,
                                    "bank names a cell, and there is a section cell; one of them must go");
    }
    return check_points(reader, "ocv", cell->ocv_v, cell->ocv_count, true) &&
           check_points(reader, "hysteresis", cell->hysteresis_v, cell->hysteresis_count, false);
}

bool scenario_check_group(struct scenario_reader *reader, int group)
{
    assert(group > SCENARIO_TOP && group < SCENARIO_CONSUMER);
    switch (group) {
    case SCENARIO_RUN:
        return check_run(reader);
    case SCENARIO_BANK:
        return check_bank(reader);
    case SCENARIO_CELL:
        return check_cell(reader);
    case SCENARIO_BMS:
        return check_bms(reader);
    case SCENARIO_SOLAR:
        return check_solar(reader);
    default:
        return true;
    }
}

/* ---- consumers and entries of lists ------------------------------------------------------------- */

bool scenario_check_consumer(struct scenario_reader *reader, int group, const yaml_node_t *place)
{
    assert(group >= SCENARIO_CONSUMER && group < SCENARIO_EVENT);
    const char *const *one_of = consumer_kinds[group - SCENARIO_CONSUMER]->one_of;
    const char *given = NULL;
    char list[SCENARIO_RANGE_SIZE] = "";
    size_t used = 0;
    if (one_of[0] == NULL) {
        return scenario_check_pull_in(reader, group);
    }
    for (int i = 0; one_of[i] != NULL; i++) {
        const yaml_node_t *value = scenario_reader_value(reader, group, one_of[i]);
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%s",
                                 i == 0 ? "" : (one_of[i + 1] == NULL ? " or " : ", "), one_of[i]);
        if (value != NULL && given != NULL) {
            return scenario_reader_fail(reader, value, "%s stands beside %s; %s takes one of them", one_of[i],
                                        given, scenario_group_name(group));
        }
        given = value != NULL ? one_of[i] : given;
    }
    if (given == NULL) {
        return scenario_reader_fail(reader, place, "%s needs %s", scenario_group_name(group), list);
    }
    return true;
}

/* A load's `from` and `to` are one window of every day, unless it has `hours`. */
static bool check_hours(struct scenario_reader *reader, int group, struct scenario_load *load)
{
    const yaml_node_t *hours = scenario_reader_value(reader, group, "hours");
    bool has_from = scenario_reader_value(reader, group, "from") != NULL;
    if (hours != NULL && (has_from || scenario_reader_value(reader, group, "to") != NULL)) {
        return scenario_reader_fail(reader, hours,
                                    "hours stands beside %s; a load takes hours, or from and to",
                                    has_from ? "from" : "to");
    }
    if (hours == NULL && load->hours.windows[0].from_s == 0 && load->hours.windows[0].to_s == DAY_S) {
        load->hours = (struct hours){.count = 0};
    } else if (hours == NULL) {
        load->hours.count = 1;
        load->hours.windows[0].weekdays = HOURS_EVERY_DAY;
    }
    return true;
}

/* Where a load is: `on` a bus or an inverter, or `behind` the relay or the battery. */
static bool check_outlet(struct scenario_reader *reader, int group, struct scenario_load *load)
{
    static const char *const keys[] = {"current_a", "resistance_ohm", "voltage_mv_min", "cable_mohm"};
    const yaml_node_t *on = scenario_reader_value(reader, group, "on");
    if (on != NULL && scenario_reader_value(reader, group, "behind") != NULL) {
        return scenario_reader_fail(reader, on, "on stands beside behind; a load takes one of them");
    }
    if (on != NULL && load->outlet == 0) {
        load->behind = BEHIND_BATTERY;
    }
    for (size_t i = 0; load->outlet >= SCENARIO_OUTLET_EQUIPMENT && i < sizeof keys / sizeof keys[0]; i++) {
        const yaml_node_t *value = scenario_reader_value(reader, group, keys[i]);
        if (value != NULL) {
            return scenario_reader_fail(
                reader, value, "%s is for a load on a bus; on %s it takes power_w", keys[i],
                reader->draft->equipment[load->outlet - SCENARIO_OUTLET_EQUIPMENT].name);
        }
    }
    return true;
}

static bool check_load(struct scenario_reader *reader, int group, struct scenario_load *load)
{
    scenario_note_given(reader, group, NULL, 0, &reader->draft->given.loads[load - reader->draft->loads]);
    if (load->profile_name[0] != '\0') {
        const yaml_node_t *place = scenario_reader_value(reader, group, "profile");
        load->profile = profile_file_read(reader, place, load->profile_name);
    }
    return (load->profile_name[0] == '\0' || load->profile != NULL) && check_hours(reader, group, load);
}

bool scenario_check_entry(struct scenario_reader *reader, int group, const yaml_node_t *place, void *entry)
{
    switch (group) {
    case SCENARIO_BATTERY_ENTRY:
        return scenario_check_difference(reader, place, entry);
    case SCENARIO_OCV_POINT:
    case SCENARIO_HYSTERESIS_POINT:
        return true;
    case SCENARIO_CONSUMER + CONSUMER_LOADS:
        return scenario_check_consumer(reader, group, place) && check_load(reader, group, entry) &&
               check_outlet(reader, group, entry);
    default:
        return scenario_check_consumer(reader, group, place);
    }
}

/* "day 3 12:00:00" */
static void write_instant(double at_s, char *text, size_t size)
{
    long long seconds = (long long)at_s;
    assert(seconds >= 0);
    snprintf(text, size, "day %lld %02lld:%02lld:%02lld", seconds / DAY_S + 1, seconds / 3600 % 24,
             seconds / 60 % 60, seconds % 60);
}

/* Refuses a time that the run does not reach. */
static bool refuse_time(struct scenario_reader *reader, const yaml_node_t *place, const char *key,
                        const char *relation)
{
    char end[64];
    struct scenario_shown shown = scenario_reader_show(yaml_tree_text(place));
    write_instant(reader->draft->duration_s, end, sizeof end);
    return scenario_reader_fail(reader, place, "%s %s is %s the end of the run, %s", key, shown.text,
                                relation, end);
}

/* `number` of `key`, 1 to `max`, if the event takes that key. */
static bool check_number(struct scenario_reader *reader, const struct scenario_event *event, const char *key,
                         int number, int max)
{
    int group = scenario_group_variant(SCENARIO_EVENT, (int)event->what);
    if (scenario_row_find(group, key) == NULL) {
        assert(number == 0);
        return true;
    }
    assert(number >= 1);
    if (number > max) {
        return scenario_reader_fail(reader, scenario_reader_value(reader, group, key),
                                    "%s %d is outside 1..%d of this bank", key, number, max);
    }
    return true;
}

/* SAFE-4: faults that float no output by themselves are none that a scenario can put into the device. */
static bool check_fault(struct scenario_reader *reader, const struct scenario_event *event)
{
    const char *why = event->value == SBMS_FAULT_OUTPUT
                          ? "an output that does not follow; output_shorted and output_fed make one"
                          : "bad settings in EEPROM; the device works on, and a scenario has none";
    if (event->what != EVENT_INTERNAL_FAULT ||
        (event->value != SBMS_FAULT_OUTPUT && event->value != SBMS_FAULT_SETTINGS)) {
        return true;
    }
    int group = scenario_group_variant(SCENARIO_EVENT, (int)event->what);
    return scenario_reader_fail(reader, scenario_reader_value(reader, group, "value"), "value %d is %s",
                                event->value, why);
}

/* Finds the load that the event names. */
static bool find_load(struct scenario_reader *reader, struct scenario_event *event)
{
    const char *names[SCENARIO_LOADS_MAX];
    const struct scenario *draft = reader->draft;
    int found = 0;
    if (event->what != EVENT_LOAD_ON && event->what != EVENT_LOAD_OFF) {
        return true;
    }
    const yaml_node_t *place =
        scenario_reader_value(reader, scenario_group_variant(SCENARIO_EVENT, (int)event->what), "load");
    for (int i = 0; i < draft->load_count; i++) {
        names[i] = draft->loads[i].name;
        if (strcmp(names[i], event->load_name) == 0) {
            event->load = i;
            found++;
        }
    }
    struct scenario_shown shown = scenario_reader_show(event->load_name);
    const char *nearest = suggest_word(event->load_name, names, (size_t)draft->load_count);
    if (found > 1) {
        return scenario_reader_fail(reader, place, "%d loads have the name %s; give each its own", found,
                                    shown.text);
    }
    if (found == 0) {
        return scenario_reader_fail(reader, place, "there is no load %s%s%s%s", shown.text,
                                    nearest != NULL ? ", did you mean " : "", nearest != NULL ? nearest : "",
                                    nearest != NULL ? "?" : "");
    }
    return true;
}

bool scenario_check_event(struct scenario_reader *reader, struct scenario_event *event)
{
    const struct scenario_bank *bank = &reader->draft->bank;
    assert(event->at_s >= 0);
    if (event->at_s >= reader->draft->duration_s) {
        return refuse_time(reader, scenario_reader_value(reader, SCENARIO_EVENT, "at"), "at", "not before");
    }
    return check_fault(reader, event) && find_load(reader, event) &&
           scenario_check_equipment_fault(reader, event) &&
           check_number(reader, event, "battery", event->battery, bank->series * bank->parallel) &&
           check_number(reader, event, "cell", event->cell, bank->cells);
}

/* The times of `output`, `by` and `state_of_charge`. */
static bool check_times(struct scenario_reader *reader, const struct scenario_expectation *expectation)
{
    int group = scenario_group_variant(SCENARIO_EXPECT, (int)expectation->what);
    const yaml_node_t *at = scenario_reader_value(reader, group, "at");
    if (expectation->at_s > reader->draft->duration_s) {
        return refuse_time(reader, at, "at", "after");
    }
    if (expectation->what == EXPECT_BY && expectation->after_s >= expectation->at_s) {
        char after[64];
        struct scenario_shown shown = scenario_reader_show(yaml_tree_text(at));
        write_instant(expectation->after_s, after, sizeof after);
        return scenario_reader_fail(reader, at, "at %s is not later than after %s", shown.text, after);
    }
    return true;
}

static bool check_counts(struct scenario_reader *reader, const yaml_node_t *place,
                         const struct scenario_expectation *expectation)
{
    int group = scenario_group_variant(SCENARIO_EXPECT, EXPECT_EDGES);
    const yaml_node_t *count_min = scenario_reader_value(reader, group, "count_min");
    const yaml_node_t *count_max = scenario_reader_value(reader, group, "count_max");
    if (count_min == NULL && count_max == NULL) {
        return scenario_reader_fail(reader, place, "edges needs count_min, count_max or both");
    }
    if (expectation->count_min > expectation->count_max) {
        assert(count_max != NULL); /* the default is above every count_min */
        return scenario_reader_fail(reader, count_max, "count_max %d is below count_min %d",
                                    expectation->count_max, expectation->count_min);
    }
    return true;
}

static bool check_cells(struct scenario_reader *reader, const struct scenario_expectation *expectation)
{
    int group = scenario_group_variant(SCENARIO_EXPECT, EXPECT_CELLS);
    if (expectation->mv_min >= expectation->mv_max) {
        return scenario_reader_fail(reader, scenario_reader_value(reader, group, "mv_max"),
                                    "mv_max %.15g is not above mv_min %.15g", expectation->mv_max,
                                    expectation->mv_min);
    }
    return true;
}

/* A limit that is not there is none. */
static bool check_pcts(struct scenario_reader *reader, const yaml_node_t *place,
                       struct scenario_expectation *expectation)
{
    int group = scenario_group_variant(SCENARIO_EXPECT, (int)expectation->what);
    const yaml_node_t *pct_min = scenario_reader_value(reader, group, "pct_min");
    const yaml_node_t *pct_max = scenario_reader_value(reader, group, "pct_max");
    if (pct_min == NULL && pct_max == NULL) {
        return scenario_reader_fail(reader, place, "%s needs pct_min, pct_max or both",
                                    scenario_group_name(group));
    }
    if (pct_min == NULL) {
        expectation->pct_min = -EXPECT_PCT_NONE;
    }
    if (pct_max == NULL) {
        expectation->pct_max = EXPECT_PCT_NONE;
    }
    if (expectation->pct_min > expectation->pct_max) {
        return scenario_reader_fail(reader, pct_max, "pct_max %.15g is below pct_min %.15g",
                                    expectation->pct_max, expectation->pct_min);
    }
    return true;
}

static bool check_state_of_charge(struct scenario_reader *reader, const yaml_node_t *place,
                                  struct scenario_expectation *expectation)
{
    int group = scenario_group_variant(SCENARIO_EXPECT, EXPECT_STATE_OF_CHARGE);
    if (scenario_reader_value(reader, group, "at") == NULL) {
        expectation->at_s = -1.0;
    }
    return check_pcts(reader, place, expectation) && check_times(reader, expectation);
}

/* LOAD-3: a warning is at least what the device is set to. */
static void fill_in_warning(struct scenario_reader *reader, struct scenario_expectation *expectation)
{
    int group = scenario_group_variant(SCENARIO_EXPECT, EXPECT_WARNING);
    if (scenario_reader_value(reader, group, "seconds_min") == NULL) {
        expectation->seconds_min = reader->draft->bms.settings.warning_time_s;
    }
}

bool scenario_check_expectation(struct scenario_reader *reader, const yaml_node_t *place,
                                struct scenario_expectation *expectation)
{
    expectation->line = (int)place->start_mark.line + 1;
    switch (expectation->what) {
    case EXPECT_WARNING:
        fill_in_warning(reader, expectation);
        return true;
    case EXPECT_OUTPUT:
    case EXPECT_BY:
        return check_times(reader, expectation);
    case EXPECT_EDGES:
        return check_counts(reader, place, expectation);
    case EXPECT_CELLS:
        return check_cells(reader, expectation);
    case EXPECT_ENERGY:
        return scenario_check_energy(reader, place, expectation);
    case EXPECT_STATE_OF_CHARGE:
        return check_state_of_charge(reader, place, expectation);
    case EXPECT_HIGH_SHARE:
        return check_pcts(reader, place, expectation);
    default:
        return true;
    }
}
