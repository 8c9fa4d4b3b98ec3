/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tests of twin/ share: comparing real numbers, banks and systems to start from, and a record of the
 * edges of a run.
 */
#ifndef TESTS_SYSTEM_FIXTURE_H
#define TESTS_SYSTEM_FIXTURE_H

#include "tests/control_fixture.h"

#include <math.h>

#include "tests/consumer_settings.h"
#include "twin/system.h"

#define DAY_S 86400.0

/* ---- real numbers --------------------------------------------------------------------------------- */

static inline void near_(double value, double wanted, double within, const char *what, const char *file,
                         int line)
{
    const bool is_near = fabs(value - wanted) <= within; /* false for what is not a number */

    if (!is_near) {
        print_error("%s:%d: %s is %.15g, not %.15g within %.3g\n", file, line, what, value, wanted, within);
    }
    _assert_true(is_near, what, file, line);
}

#define assert_near(value, wanted, within) near_(value, wanted, within, #value, __FILE__, __LINE__)

static inline void in_range_(double value, double low, double high, const char *what, const char *file,
                             int line)
{
    const bool is_in = value >= low && value <= high;

    if (!is_in) {
        print_error("%s:%d: %s is %.15g, not in %.15g..%.15g\n", file, line, what, value, low, high);
    }
    _assert_true(is_in, what, file, line);
}

#define assert_real_in(value, low, high) in_range_(value, low, high, #value, __FILE__, __LINE__)

/* low .. high, any number between */
static inline double random_real(struct test_random *random, double low, double high)
{
    return low + (high - low) * (double)(random_next(random) >> 11) / 9007199254740992.0;
}

/* The release's tests run everything; those of the slower builds a part of it. */
static inline bool variant_is_whole(void)
{
    const char *variant = getenv("SMALLBMS_VARIANT");

    return variant == NULL || strcmp(variant, "release") == 0;
}

/* ---- banks and systems ---------------------------------------------------------------------------- */

static inline struct scenario_bank bank_described(int cells, int series, int parallel)
{
    return (struct scenario_bank){
        .cells = cells,
        .capacity_ah = 100.0,
        .series = series,
        .parallel = parallel,
        .soc_pct = 80.0,
        .spread = SPREAD_NONE,
        .cell = CELL_PRISMATIC,
        .balancing_a = 1.0,
        .self_discharge_pct_per_month = 0.3,
        .board_mohm_ah = 800.0,
        .settings = sbms_battery_defaults(),
    };
}

static inline void set_bms(struct scenario *described, double on_ma, double low_cell_ma, double off_ma)
{
    set_consumer(described, CONSUMER_BMS, "on_ma", on_ma);
    set_consumer(described, CONSUMER_BMS, "low_cell_ma", low_cell_ma);
    set_consumer(described, CONSUMER_BMS, "off_ma", off_ma);
}

static inline void set_relay(struct scenario *described, double pull_in_a, double pull_in_ms, double hold_a)
{
    set_consumer(described, CONSUMER_LOAD_RELAY, "pull_in_a", pull_in_a);
    set_consumer(described, CONSUMER_LOAD_RELAY, "pull_in_ms", pull_in_ms);
    set_consumer(described, CONSUMER_LOAD_RELAY, "hold_a", hold_a);
}

/* Ten minutes of one battery of 12.8 V and a lamp behind the relay, no sun: nothing happens by itself. */
static inline struct scenario scenario_quiet(void)
{
    struct scenario made = {
        .seed = 1,
        .duration_s = 600.0,
        .start_day_of_year = 80,
        .bank = bank_described(4, 1, 1),
        .remote = {.wiring = WIRING_JOINED, .on = true},
        .ambient = {.mean_c = 20.0},
        .solar = {.latitude_deg = 50.0,
                  .cloud_pct = 60.0,
                  .efficiency_pct = 90.0,
                  .charge = {.current_a_max = 25.0,
                             .absorption_mv = 14200.0,
                             .float_mv = 13500.0,
                             .absorption_s = 7200.0,
                             .tail_a = 2.0,
                             .cable_mohm = 5.0}},
        .load_count = 1,
        .loads = {{.name = "lamp", .power_w = 50.0, .chance_pct = 100.0}},
    };

    set_bms(&made, 2.2, 1.2, 1.2);
    set_relay(&made, 0.9, 100.0, 0.15);
    set_consumer(&made, CONSUMER_PRE_ALARM_DEVICE, "current_a", 0.02);
    return made;
}

/* A cabin that runs its battery down in bad weather: 12 V for one battery of 12.8 V in series, and so on. */
static inline struct scenario scenario_off_grid(int series, int parallel)
{
    const double times = series * parallel;
    struct scenario made = scenario_quiet();
    const struct scenario_load loads[] = {
        {.name = "lights and router", .power_w = 22.0, .chance_pct = 100.0},
        {.name = "evening lights",
         .power_w = 30.0,
         .hours = {1, {{HOURS_EVERY_DAY, 66600, 82800}}},
         .chance_pct = 100.0},
        {.name = "fridge", .power_w = 24.0, .chance_pct = 100.0},
        {.name = "pump, morning",
         .power_w = 60.0,
         .hours = {1, {{HOURS_EVERY_DAY, 25200, 26100}}},
         .chance_pct = 100.0},
        {.name = "pump, evening",
         .power_w = 60.0,
         .hours = {1, {{HOURS_EVERY_DAY, 64800, 66000}}},
         .chance_pct = 100.0},
        {.name = "kettle, morning",
         .power_w = 1200.0,
         .hours = {1, {{HOURS_EVERY_DAY, 25500, 25800}}},
         .chance_pct = 100.0},
        {.name = "kettle, afternoon",
         .power_w = 1200.0,
         .hours = {1, {{HOURS_EVERY_DAY, 57600, 57840}}},
         .chance_pct = 70.0},
        {.name = "induction hob",
         .power_w = 1500.0,
         .hours = {1, {{HOURS_EVERY_DAY, 66600, 67500}}},
         .chance_pct = 60.0},
        {.name = "monitor", .current_a = 0.002, .chance_pct = 100.0, .behind = BEHIND_BATTERY},
    };

    made.duration_s = 7.0 * DAY_S;
    made.bank = bank_described(4, series, parallel);
    made.bank.capacity_ah = 200.0;
    made.bank.spread = SPREAD_NEW;
    made.ambient = (struct scenario_ambient){.mean_c = 18.0, .day_c = 4.0};
    made.solar.panel_w = 300.0 * times;
    made.solar.charge.current_a_max *= parallel;
    made.solar.charge.absorption_mv *= series;
    made.solar.charge.float_mv *= series;
    made.load_count = (int)(sizeof loads / sizeof loads[0]);
    for (int i = 0; i < made.load_count; i++) {
        made.loads[i] = loads[i];
        made.loads[i].power_w *= times;
        made.loads[i].current_a *= parallel;
    }
    return made;
}

/* ---- edges ---------------------------------------------------------------------------------------- */

enum { RECORD_MAX = 8192 };

struct test_record {
    struct system_edge edges[RECORD_MAX];
    int count;
};

static inline void record_edge(void *self, const struct system_edge *edge)
{
    struct test_record *record = self;

    assert_true(record->count < RECORD_MAX);
    record->edges[record->count++] = *edge;
}

/* Edges are compared field by field: padding may differ. */
static inline bool edges_equal(const struct system_edge *a, const struct system_edge *b)
{
    return a->tick == b->tick && a->kind == b->kind && a->on == b->on && a->cause == b->cause &&
           a->stays == b->stays && a->is_short == b->is_short && a->with_load == b->with_load &&
           a->loss == b->loss && a->reason.battery == b->reason.battery && a->reason.cell == b->reason.cell &&
           a->reason.cause == b->reason.cause && a->reason.value == b->reason.value &&
           a->prealarm_ticks == b->prealarm_ticks && a->cut_ticks == b->cut_ticks && a->value == b->value;
}

/* The next edge of `kind` from number `from` on, or -1; `stays`: what a start leaves floating instead (SAFE-1). */
static inline int record_find_(const struct test_record *record, enum system_edge_kind kind, bool stays,
                               int from)
{
    for (int i = from; i < record->count; i++) {
        if (record->edges[i].kind == kind && record->edges[i].stays == stays) {
            return i;
        }
    }
    return -1;
}

static inline int record_find(const struct test_record *record, enum system_edge_kind kind, int from)
{
    return record_find_(record, kind, false, from);
}

static inline int record_count(const struct test_record *record, enum system_edge_kind kind)
{
    int count = 0;

    for (int i = record_find(record, kind, 0); i >= 0; i = record_find(record, kind, i + 1)) {
        count++;
    }
    return count;
}

/* ---- runs ----------------------------------------------------------------------------------------- */

/* Runs `described` to its end with core/ as the device and keeps its edges. */
static inline struct system_totals run_recorded(const struct scenario *described, bool fixed_steps,
                                                struct test_record *record)
{
    static struct system_run run;
    struct sbms_control control;
    struct system_totals totals;

    record->count = 0;
    assert_int_equal(sbms_control_init(&control, &described->bms.settings), SBMS_SETTINGS_OK);
    assert_true(system_init(&run, described, device_native(&control),
                            (struct system_observer){.self = record, .edge = record_edge}, fixed_steps));
    system_run_to(&run, run.end_tick);
    totals = run.totals;
    system_free(&run);
    return totals;
}

#endif
