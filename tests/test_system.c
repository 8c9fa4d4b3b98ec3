/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The whole off-grid system: what each event does to the outputs, what a run accounts for, and that neither
 * long steps, nor a device that answers tick by tick, nor a second run changes an edge.
 */
#include "tests/reference_cell.h"
#include "tests/system_fixture.h"

#include "twin/charge.h"
#include "twin/schedule.h"
#include "twin/weather.h"

#define WARNING_TICKS 244 /* LOAD-3, of 30 s */

static struct test_record record;
static struct test_record other_record;

/* ---- one edge ------------------------------------------------------------------------------------------ */

/* The only edge of `kind` after the start (second 5) and before `before_s`; it fails when there is not one. */
static const struct system_edge *only_edge(enum system_edge_kind kind, double after_s, double before_s)
{
    const struct system_edge *found = NULL;

    for (int i = record_find(&record, kind, 0); i >= 0; i = record_find(&record, kind, i + 1)) {
        const struct system_edge *edge = &record.edges[i];

        if (edge->tick < (int64_t)(after_s * 8.0) || edge->tick >= (int64_t)(before_s * 8.0)) {
            continue;
        }
        assert_null(found);
        found = edge;
    }
    assert_non_null(found);
    return found;
}

static void expect_edge_(const struct system_edge *edge, int64_t tick, bool on, uint8_t cause,
                         const char *file, int line)
{
    const bool met = edge->tick == tick && edge->on == on && edge->cause == cause;

    if (!met) {
        print_error("%s:%d: tick %" PRId64 " on %d cause %s, not %" PRId64 " %d %s\n", file, line, edge->tick,
                    edge->on, sbms_cause_word(edge->cause), tick, on, sbms_cause_word(cause));
    }
    _assert_true(met, "edge", file, line);
}

#define expect_edge(edge, tick, on, cause) expect_edge_(edge, tick, on, cause, __FILE__, __LINE__)

static void expect_no_edges(double after_s, double before_s)
{
    for (int i = 0; i < record.count; i++) {
        const struct system_edge *edge = &record.edges[i];

        if (edge->kind <= EDGE_LED_FAULT && !edge->stays) {
            assert_false(edge->tick >= (int64_t)(after_s * 8.0) && edge->tick < (int64_t)(before_s * 8.0));
        }
    }
}

/* ---- start ----------------------------------------------------------------------------------------------- */

/* SAFE-1: up at the eighth sample; the relay's pull-in and hold current are what Load carries (LOAD-1). */
static void test_start_up(void **state)
{
    const struct scenario described = scenario_quiet();
    const struct system_totals totals = run_recorded(&described, false, &record);

    (void)state;
    expect_edge(only_edge(EDGE_LOAD, 0.0, 600.0), 7, true, SBMS_CAUSE_START_UP);
    expect_edge(only_edge(EDGE_CHARGER, 0.0, 600.0), 7, true, SBMS_CAUSE_START_UP);
    expect_edge(only_edge(EDGE_LED_LOAD, 0.0, 600.0), 7, true, SBMS_CAUSE_START_UP);
    assert_int_equal(record_count(&record, EDGE_PRE_ALARM), 0);
    assert_int_equal(record_count(&record, EDGE_STAGE), 0);
    assert_int_equal(only_edge(EDGE_LOAD, 0.0, 600.0)->cut_ticks, -1);
    assert_int_equal(totals.ticks, 4800);
    assert_int_equal(totals.load_ticks, 4793);
    assert_int_equal(totals.charger_ticks, 4793);
    assert_int_equal(totals.on_ticks, 4800);
    assert_int_equal(totals.prealarm_ticks, 0);
    assert_near(totals.load_output_a_max, 0.9, 1e-12);
    assert_near(totals.prealarm_output_a_max, 0.0, 0.0);
    assert_int_equal(record_count(&record, EDGE_LOAD_CURRENT), 0);
}

/* ---- the outputs' currents --------------------------------------------------------------------------------- */

struct coil_watch {
    double most_a;
    int64_t pull_in_ticks;
};

static void watch_coil(void *self, const struct system_run *run)
{
    struct coil_watch *watch = self;
    const double load_a = consumers_output_a(run, FEED_LOAD_OUTPUT);

    watch->most_a = load_a > watch->most_a ? load_a : watch->most_a;
    if (run->outputs.load) {
        assert_near(load_a, run->tick < 7 + watch->pull_in_ticks ? 3.0 : 0.15, 0.0);
    } else {
        assert_near(load_a, 0.0, 0.0);
    }
}

/* LOAD-1: more than 1 A on Load is told, at its tick, in mA; 1 A is not more. */
static void test_relay_over_one_ampere(void **state)
{
    const double currents_a[] = {1.0, 1.001, 3.5};
    struct scenario described = scenario_quiet();

    (void)state;
    for (int i = 0; i < 3; i++) {
        set_consumer(&described, CONSUMER_LOAD_RELAY, "pull_in_a", currents_a[i]);
        assert_near(run_recorded(&described, false, &record).load_output_a_max, currents_a[i], 1e-12);
        assert_int_equal(record_count(&record, EDGE_LOAD_CURRENT), i > 0 ? 1 : 0);
        if (i > 0) {
            const struct system_edge *told = only_edge(EDGE_LOAD_CURRENT, 0.0, 600.0);

            assert_int_equal(told->tick, 7);
            assert_int_equal(told->value, i == 1 ? 1001 : 3500);
        }
    }
    set_relay(&described, 3.0, 0.0, 1.2); /* no pull-in */
    (void)run_recorded(&described, false, &record);
    assert_int_equal(only_edge(EDGE_LOAD_CURRENT, 0.0, 600.0)->value, 1200);
}

/* The coil draws its pull-in current for its time, to the tick, and its hold current then. */
static void test_relay_pulls_in(void **state)
{
    static struct system_run run;
    struct scenario described = scenario_quiet();
    struct coil_watch watch = {.pull_in_ticks = 3};
    struct sbms_control control;

    (void)state;
    set_relay(&described, 3.0, 300.0, 0.15);
    assert_int_equal(sbms_control_init(&control, NULL), SBMS_SETTINGS_OK);
    assert_true(system_init(&run, &described, device_native(&control),
                            (struct system_observer){.self = &watch, .sample = watch_coil}, false));
    system_run_to(&run, run.end_tick);
    assert_near(watch.most_a, 3.0, 0.0);
    assert_near(run.bus.load_a, 50.0 / run.flow->load_v[0] + 0.15 + 0.0022, 1e-9);
    system_free(&run);
}

/* PRE-1: a lamp of more than 1 A on Pre-alarm is told when it lights. */
static void test_lamp_over_one_ampere(void **state)
{
    struct scenario described = scenario_quiet();

    (void)state;
    described.event_count = 1;
    described.events[0] = (struct scenario_event){.at_s = 100.0, .what = EVENT_UNPLUG_CHAIN};
    set_consumer(&described, CONSUMER_PRE_ALARM_DEVICE, "current_a", 1.0);
    assert_near(run_recorded(&described, false, &record).prealarm_output_a_max, 1.0, 0.0);
    assert_int_equal(record_count(&record, EDGE_PRE_ALARM_CURRENT), 0);
    set_consumer(&described, CONSUMER_PRE_ALARM_DEVICE, "current_a", 2.5);
    assert_near(run_recorded(&described, false, &record).prealarm_output_a_max, 2.5, 0.0);
    assert_int_equal(only_edge(EDGE_PRE_ALARM_CURRENT, 0.0, 600.0)->tick, 801);
    assert_int_equal(only_edge(EDGE_PRE_ALARM_CURRENT, 0.0, 600.0)->value, 2500);
}

/* ---- events --------------------------------------------------------------------------------------------------- */

/* Ten minutes with `first` at 100 s and `second` at 300 s, ticks 800 and 2400. */
static struct system_totals run_events(struct scenario_event first, struct scenario_event second)
{
    struct scenario described = scenario_quiet();

    described.event_count = 2;
    described.events[0] = first;
    described.events[0].at_s = 100.0;
    described.events[1] = second;
    described.events[1].at_s = 300.0;
    return run_recorded(&described, false, &record);
}

/* LOAD-4, REM-5, SAFE-2: two ticks after the switch, everything. */
static void test_switch_event(void **state)
{
    const struct system_totals totals = run_events((struct scenario_event){.what = EVENT_SWITCH_OFF},
                                                   (struct scenario_event){.what = EVENT_SWITCH_ON});

    (void)state;
    expect_edge(only_edge(EDGE_LOAD, 5.0, 200.0), 801, false, SBMS_CAUSE_REMOTE_OFF);
    expect_edge(only_edge(EDGE_CHARGER, 5.0, 200.0), 801, false, SBMS_CAUSE_REMOTE_OFF);
    expect_edge(only_edge(EDGE_LOAD, 200.0, 600.0), 2401, true, SBMS_CAUSE_REMOTE_ON);
    expect_edge(only_edge(EDGE_CHARGER, 200.0, 600.0), 2401, true, SBMS_CAUSE_REMOTE_ON);
    assert_int_equal(only_edge(EDGE_LOAD, 200.0, 600.0)->cut_ticks, 1600);
    assert_int_equal(record_count(&record, EDGE_PRE_ALARM), 0);
    assert_int_equal(record_count(&record, EDGE_SWITCH), 2);
    assert_int_equal(record_count(&record, EDGE_EVENT), 0);
    assert_int_equal(totals.on_ticks, 4800 - 1600);
    assert_int_equal(totals.load_ticks, 4793 - 1600);
}

/* SAFE-3: Charger at once, pre-alarm, Load 30 s later, all by the cable and no battery. */
static void test_cable_events(void **state)
{
    const struct system_edge *cut = NULL;

    (void)state;
    (void)run_events((struct scenario_event){.what = EVENT_UNPLUG_CHAIN},
                     (struct scenario_event){.what = EVENT_PLUG_CHAIN});
    expect_edge(only_edge(EDGE_CHARGER, 5.0, 200.0), 801, false, SBMS_CAUSE_CHAIN_OPEN);
    expect_edge(only_edge(EDGE_PRE_ALARM, 5.0, 102.0), 801, true, SBMS_CAUSE_CHAIN_OPEN);
    cut = only_edge(EDGE_LOAD, 5.0, 200.0);
    expect_edge(cut, 801 + WARNING_TICKS, false, SBMS_CAUSE_CHAIN_OPEN);
    assert_int_equal(cut->prealarm_ticks, WARNING_TICKS);
    assert_int_equal(cut->reason.battery, 0);
    expect_edge(only_edge(EDGE_PRE_ALARM, 102.0, 200.0), 801 + WARNING_TICKS, false, SBMS_CAUSE_CHAIN_OPEN);
    expect_edge(only_edge(EDGE_CHARGER, 200.0, 600.0), 2407, true, SBMS_CAUSE_ATC_RETURNED);
    expect_edge(only_edge(EDGE_LOAD, 200.0, 600.0), 2407, true, SBMS_CAUSE_ATD_RETURNED);
    assert_int_equal(record_count(&record, EDGE_EVENT), 2);
    assert_int_equal(record.edges[record_find(&record, EDGE_EVENT, 0)].value, 0);
}

/* BAT-6: a dead sensor takes its signals at its battery's third sample, says which it is, and gives them back at the
 * fifth good one. A thermistor is never a reason for Load (`has_cut`). */
static void check_sensor_fault(struct scenario_event event, int cell, uint8_t cause, int value, bool has_cut)
{
    const struct system_edge *edge = NULL;

    (void)run_events(event, (struct scenario_event){.what = EVENT_SENSORS_MENDED, .battery = 1});
    edge = only_edge(EDGE_CHARGER, 5.0, 200.0);
    expect_edge(edge, 801 + 16, false, has_cut ? SBMS_CAUSE_CHAIN_OPEN : SBMS_CAUSE_ATC_LOST);
    assert_int_equal(edge->reason.battery, 1);
    assert_int_equal(edge->reason.cell, cell);
    assert_int_equal(edge->reason.cause, cause);
    assert_int_equal(edge->reason.value, value);
    expect_edge(only_edge(EDGE_CHARGER, 200.0, 600.0), 2407 + 32, true, SBMS_CAUSE_ATC_RETURNED);
    if (!has_cut) {
        assert_int_equal(record_count(&record, EDGE_LOAD), 1);
        assert_int_equal(record_count(&record, EDGE_PRE_ALARM), 0);
        return;
    }
    edge = only_edge(EDGE_LOAD, 5.0, 200.0);
    expect_edge(edge, 801 + 16 + WARNING_TICKS, false, SBMS_CAUSE_CHAIN_OPEN);
    assert_int_equal(edge->reason.battery, 1);
    assert_int_equal(edge->reason.cell, cell);
    assert_int_equal(edge->reason.cause, cause);
    assert_int_equal(edge->reason.value, value);
    assert_int_equal(only_edge(EDGE_PRE_ALARM, 5.0, 102.5)->tick, 801 + 16);
    expect_edge(only_edge(EDGE_LOAD, 200.0, 600.0), 2407 + 32, true, SBMS_CAUSE_ATD_RETURNED);
}

static void test_sensor_events(void **state)
{
    (void)state;
    check_sensor_fault((struct scenario_event){.what = EVENT_CELL_SENSOR_MISSING, .battery = 1, .cell = 3}, 3,
                       SBMS_BATTERY_CELL_SENSOR, SBMS_READING_MISSING, true);
    check_sensor_fault(
        (struct scenario_event){.what = EVENT_CELL_SENSOR_STUCK, .battery = 1, .cell = 4, .value = 0}, 4,
        SBMS_BATTERY_CELL_SENSOR, 0, true);
    check_sensor_fault((struct scenario_event){.what = EVENT_TEMP_SENSOR_MISSING, .battery = 1}, 0,
                       SBMS_BATTERY_TEMP_SENSOR, SBMS_READING_MISSING, false);
    check_sensor_fault((struct scenario_event){.what = EVENT_SENSOR_FROZEN, .battery = 1}, 0,
                       SBMS_BATTERY_CELL_SENSOR, SBMS_READING_MISSING, true);
}

/* A sensor stuck at a plausible reading is believed at the second sample: BAT-1 and BAT-4, BAT-9. */
static void test_stuck_sensor_is_believed(void **state)
{
    const struct system_edge *edge = NULL;

    (void)state;
    (void)run_events(
        (struct scenario_event){.what = EVENT_CELL_SENSOR_STUCK, .battery = 1, .cell = 2, .value = 2799},
        (struct scenario_event){.what = EVENT_SENSORS_MENDED, .battery = 1});
    edge = only_edge(EDGE_LOAD, 5.0, 200.0);
    expect_edge(edge, 801 + 8 + WARNING_TICKS, false, SBMS_CAUSE_ATD_LOST);
    assert_int_equal(edge->reason.cell, 2);
    assert_int_equal(edge->reason.value, 2799);
    assert_int_equal(edge->reason.cause, SBMS_BATTERY_UNDER_VOLTAGE);
    assert_int_equal(record_count(&record, EDGE_CHARGER), 1); /* CHG-2 */
    expect_edge(only_edge(EDGE_LOAD, 200.0, 600.0), 2407 + 8, true, SBMS_CAUSE_ATD_RETURNED);
    (void)run_events(
        (struct scenario_event){.what = EVENT_CELL_SENSOR_STUCK, .battery = 1, .cell = 1, .value = 3800},
        (struct scenario_event){.what = EVENT_SENSORS_MENDED, .battery = 1});
    edge = only_edge(EDGE_CHARGER, 5.0, 200.0);
    expect_edge(edge, 801 + 8, false, SBMS_CAUSE_ATC_LOST);
    assert_int_equal(edge->reason.cell, 1);
    assert_int_equal(edge->reason.value, 3800);
    assert_int_equal(record_count(&record, EDGE_LOAD), 1); /* LOAD-7 */
}

/* SAFE-4, LED-3: everything floats at the fault's tick, red blinks; gone, the device starts anew (SAFE-1). */
static void test_fault_event(void **state)
{
    int blinks = 0;

    (void)state;
    (void)run_events((struct scenario_event){.what = EVENT_INTERNAL_FAULT, .value = 3},
                     (struct scenario_event){.what = EVENT_FAULT_GONE});
    expect_edge(only_edge(EDGE_LOAD, 5.0, 200.0), 800, false, SBMS_CAUSE_INTERNAL_FAULT);
    expect_edge(only_edge(EDGE_CHARGER, 5.0, 200.0), 800, false, SBMS_CAUSE_INTERNAL_FAULT);
    expect_edge(only_edge(EDGE_LOAD, 200.0, 600.0), 2408, true, SBMS_CAUSE_START_UP);
    expect_edge(only_edge(EDGE_CHARGER, 200.0, 600.0), 2408, true, SBMS_CAUSE_START_UP);
    for (int i = record_find(&record, EDGE_LED_FAULT, 0); i >= 0;
         i = record_find(&record, EDGE_LED_FAULT, i + 1)) {
        blinks += record.edges[i].on && record.edges[i].tick >= 800 && record.edges[i].tick < 2400;
    }
    assert_int_equal(blinks, 1600 / 20 * 3);
}

/* SUP-3: two ticks of low supply float everything; one does not; the voltage is the device's own lead's. */
static void test_supply_dip_event(void **state)
{
    const struct scenario_event dip = {.what = EVENT_SUPPLY_DIP, .value = 7499, .for_s = 10.0};
    const struct scenario_event glitch = {.what = EVENT_SUPPLY_DIP, .value = 0, .for_s = 0.125};
    const struct scenario_event sag = {.what = EVENT_SUPPLY_DIP, .value = 7500, .for_s = 10.0};

    (void)state;
    (void)run_events(dip, glitch);
    expect_edge(only_edge(EDGE_LOAD, 5.0, 105.0), 801, false, SBMS_CAUSE_SUPPLY_LOW);
    expect_edge(only_edge(EDGE_CHARGER, 5.0, 105.0), 801, false, SBMS_CAUSE_SUPPLY_LOW);
    expect_edge(only_edge(EDGE_LOAD, 105.0, 600.0), 887, true, SBMS_CAUSE_START_UP);
    expect_no_edges(120.0, 600.0);
    (void)run_events(sag, glitch);
    expect_no_edges(5.0, 600.0);
}

/* ---- terminals and the reference (SAFE-4) --------------------------------------------------------------------- */

/* Load, Pre-alarm or Charger is shorted at 100 s and mended at 300 s. */
static void run_short(enum scenario_output output)
{
    (void)run_events((struct scenario_event){.what = EVENT_OUTPUT_SHORTED, .output = output},
                     (struct scenario_event){.what = EVENT_OUTPUT_MENDED, .output = output});
}

/* Charger alone floats after four ticks, and is tried after 1, 2 and 4 min; the fault is told once. */
static void test_shorted_charger(void **state)
{
    const int64_t ticks[] = {
        7, 803, 803 + 480, 803 + 484, 803 + 484 + 960, 803 + 484 + 964, 803 + 484 + 964 + 1920};
    int found = -1;

    (void)state;
    run_short(OUTPUT_CHARGER);
    for (int i = 0; i < 7; i++) {
        found = record_find(&record, EDGE_CHARGER, found + 1);
        assert_true(found >= 0);
        expect_edge(&record.edges[found], ticks[i], i % 2 == 0,
                    i == 0 ? SBMS_CAUSE_START_UP
                           : (i % 2 == 0 ? SBMS_CAUSE_OUTPUT_RETRY : SBMS_CAUSE_OUTPUT_FAULT));
    }
    assert_int_equal(record_count(&record, EDGE_CHARGER), 7);
    assert_int_equal(record_count(&record, EDGE_LOAD), 1);
    assert_int_equal(record_count(&record, EDGE_PRE_ALARM), 0);
    assert_int_equal(record_count(&record, EDGE_OUTPUT_FAULT), 2);
    found = record_find(&record, EDGE_OUTPUT_FAULT, 0);
    assert_int_equal(record.edges[found].tick, 803);
    assert_int_equal(record.edges[found].value, SBMS_OUTPUT_CHARGER);
    assert_true(record.edges[found].on && record.edges[found].is_short);
    found = record_find(&record, EDGE_OUTPUT_FAULT, found + 1);
    assert_int_equal(record.edges[found].tick, ticks[6] + 8);
    assert_false(record.edges[found].on);
}

/* A short of Load is a cut (LOAD-8). Pre-alarm's stops neither the time nor the cut (LOAD-3). */
static void test_shorted_load_and_prealarm(void **state)
{
    struct scenario described = scenario_quiet();
    const struct system_edge *cut = NULL;

    (void)state;
    run_short(OUTPUT_LOAD);
    expect_edge(only_edge(EDGE_LOAD, 5.0, 150.0), 803, false, SBMS_CAUSE_OUTPUT_FAULT);
    expect_edge(only_edge(EDGE_LOAD, 150.0, 160.5), 1283, true, SBMS_CAUSE_OUTPUT_RETRY);
    assert_int_equal(record_count(&record, EDGE_CHARGER), 1);
    described.event_count = 2;
    described.events[0] =
        (struct scenario_event){.at_s = 50.0, .what = EVENT_OUTPUT_SHORTED, .output = OUTPUT_PRE_ALARM};
    described.events[1] = (struct scenario_event){.at_s = 100.0, .what = EVENT_UNPLUG_CHAIN};
    (void)run_recorded(&described, false, &record);
    expect_edge(only_edge(EDGE_PRE_ALARM, 100.0, 100.5), 801, true, SBMS_CAUSE_CHAIN_OPEN);
    expect_edge(only_edge(EDGE_PRE_ALARM, 100.5, 120.0), 805, false, SBMS_CAUSE_OUTPUT_FAULT);
    assert_false(only_edge(EDGE_PRE_ALARM, 100.5, 120.0)->with_load);
    cut = only_edge(EDGE_LOAD, 5.0, 600.0);
    expect_edge(cut, 801 + WARNING_TICKS, false, SBMS_CAUSE_CHAIN_OPEN);
    assert_int_equal(cut->prealarm_ticks, 0);
}

/* What is fed from outside is told after 30 s, and moves nothing. */
static void test_fed_load(void **state)
{
    struct scenario described = scenario_quiet();
    int found = -1;

    (void)state;
    described.remote.on = false;
    described.event_count = 2;
    described.events[0] =
        (struct scenario_event){.at_s = 100.0, .what = EVENT_OUTPUT_FED, .output = OUTPUT_LOAD};
    described.events[1] =
        (struct scenario_event){.at_s = 300.0, .what = EVENT_OUTPUT_MENDED, .output = OUTPUT_LOAD};
    (void)run_recorded(&described, false, &record);
    expect_no_edges(0.0, 600.0);
    assert_int_equal(record_count(&record, EDGE_OUTPUT_FAULT), 2);
    found = record_find(&record, EDGE_OUTPUT_FAULT, 0);
    assert_int_equal(record.edges[found].tick, 800 + 239);
    assert_int_equal(record.edges[found].value, SBMS_OUTPUT_LOAD);
    assert_true(record.edges[found].on && !record.edges[found].is_short);
    assert_int_equal(record.edges[record_find(&record, EDGE_OUTPUT_FAULT, found + 1)].tick, 2400);
}

/* A reference that is off for 3 ticks floats Charger and warns; Load is cut only after the warning time. */
static void test_reference_event(void **state)
{
    struct scenario described = scenario_quiet();
    const struct system_edge *edge = NULL;

    (void)state;
    described.event_count = 2;
    described.events[0] = (struct scenario_event){.at_s = 100.0, .what = EVENT_INTERNAL_FAULT, .value = 4};
    described.events[1] = (struct scenario_event){.at_s = 100.375, .what = EVENT_FAULT_GONE};
    (void)run_recorded(&described, false, &record);
    expect_edge(only_edge(EDGE_CHARGER, 5.0, 101.0), 800, false, SBMS_CAUSE_REFERENCE_FAULT);
    expect_edge(only_edge(EDGE_PRE_ALARM, 5.0, 101.0), 800, true, SBMS_CAUSE_REFERENCE_FAULT);
    edge = only_edge(EDGE_CHARGER, 101.0, 600.0);
    expect_edge(edge, 800 + 40, true, SBMS_CAUSE_CHARGER_WAIT); /* CHG-5 */
    edge = only_edge(EDGE_PRE_ALARM, 101.0, 600.0);
    expect_edge(edge, 810 + 480, false, SBMS_CAUSE_ATD_RETURNED); /* PRE-4 */
    assert_int_equal(edge->loss, SBMS_CAUSE_REFERENCE_FAULT);
    assert_false(edge->with_load);
    assert_int_equal(record_count(&record, EDGE_LOAD), 1);
    described.events[1].at_s = 300.0;
    (void)run_recorded(&described, false, &record);
    edge = only_edge(EDGE_LOAD, 5.0, 300.0);
    expect_edge(edge, 800 + WARNING_TICKS, false, SBMS_CAUSE_REFERENCE_FAULT);
    assert_int_equal(edge->prealarm_ticks, WARNING_TICKS);
    assert_true(only_edge(EDGE_PRE_ALARM, 101.0, 300.0)->with_load);
    edge = only_edge(EDGE_LOAD, 300.0, 600.0);
    expect_edge(edge, 2407, true, SBMS_CAUSE_ATD_RETURNED);
    assert_int_equal(edge->loss, SBMS_CAUSE_REFERENCE_FAULT);
}

/* A cable that is pulled while nothing can be measured is what keeps Load and Charger floating after that. */
static void test_reference_and_cable(void **state)
{
    struct scenario described = scenario_quiet();
    const struct system_edge *edge = NULL;

    (void)state;
    described.event_count = 4;
    described.events[0] = (struct scenario_event){.at_s = 100.0, .what = EVENT_INTERNAL_FAULT, .value = 4};
    described.events[1] = (struct scenario_event){.at_s = 200.0, .what = EVENT_UNPLUG_CHAIN};
    described.events[2] = (struct scenario_event){.at_s = 300.0, .what = EVENT_FAULT_GONE};
    described.events[3] = (struct scenario_event){.at_s = 400.0, .what = EVENT_PLUG_CHAIN};
    (void)run_recorded(&described, false, &record);
    expect_edge(only_edge(EDGE_LOAD, 5.0, 300.0), 800 + WARNING_TICKS, false, SBMS_CAUSE_REFERENCE_FAULT);
    edge = only_edge(EDGE_LOAD, 300.0, 600.0);
    expect_edge(edge, 3207, true, SBMS_CAUSE_ATD_RETURNED);
    assert_int_equal(edge->loss, SBMS_CAUSE_ATD_LOST);
    assert_int_equal(edge->reason.battery, 0);
    edge = only_edge(EDGE_CHARGER, 300.0, 600.0);
    expect_edge(edge, 3207, true, SBMS_CAUSE_ATC_RETURNED);
    assert_int_equal(edge->loss, SBMS_CAUSE_ATC_LOST);
    described.events[1].at_s = 100.5; /* an alarm that goes on, without a cut */
    described.events[2].at_s = 101.0;
    described.events[3].at_s = 110.0;
    (void)run_recorded(&described, false, &record);
    edge = only_edge(EDGE_PRE_ALARM, 101.0, 600.0);
    expect_edge(edge, 887 + 480, false, SBMS_CAUSE_ATD_RETURNED); /* PRE-4 */
    assert_int_equal(edge->loss, SBMS_CAUSE_NO_PREALARM_LOST);
}

/* ---- what a start leaves floating (SAFE-1) ---------------------------------------------------------------------- */

/* The only such row of `kind` in a time. */
static const struct system_edge *only_stay(enum system_edge_kind kind, double after_s, double before_s)
{
    const struct system_edge *found = NULL;

    for (int i = record_find_(&record, kind, true, 0); i >= 0; i = record_find_(&record, kind, true, i + 1)) {
        const struct system_edge *edge = &record.edges[i];

        if (edge->tick >= (int64_t)(after_s * 8.0) && edge->tick < (int64_t)(before_s * 8.0)) {
            assert_null(found);
            found = edge;
        }
    }
    assert_non_null(found);
    return found;
}

static void test_start_says_what_stays(void **state)
{
    struct scenario described = scenario_quiet();

    (void)state;
    described.ambient.mean_c = -15.0;
    (void)run_recorded(&described, false, &record);
    expect_edge(only_stay(EDGE_CHARGER, 0.0, 600.0), 1, false, SBMS_CAUSE_ATC_LOST);
    assert_int_equal(only_stay(EDGE_CHARGER, 0.0, 600.0)->reason.cause, SBMS_BATTERY_LOW_TEMP);
    assert_int_equal(record_find_(&record, EDGE_LOAD, true, 0), -1);
    described.ambient.mean_c = 20.0;
    described.bank.soc_pct = 0.3;
    (void)run_recorded(&described, false, &record);
    expect_edge(only_stay(EDGE_LOAD, 0.0, 600.0), 1, false, SBMS_CAUSE_ATD_LOST);
    assert_int_equal(only_stay(EDGE_LOAD, 0.0, 600.0)->reason.cause, SBMS_BATTERY_UNDER_VOLTAGE);
    assert_int_equal(record_find_(&record, EDGE_CHARGER, true, 0), -1);
    described = scenario_quiet();
    described.remote.on = false;
    described.event_count = 1;
    described.events[0] = (struct scenario_event){.at_s = 100.0, .what = EVENT_SWITCH_ON};
    (void)run_recorded(&described, false, &record);
    expect_edge(only_stay(EDGE_LOAD, 0.0, 600.0), 7, false, SBMS_CAUSE_REMOTE_OFF);
    expect_edge(only_stay(EDGE_CHARGER, 0.0, 600.0), 7, false, SBMS_CAUSE_REMOTE_OFF);
    expect_edge(only_edge(EDGE_LOAD, 0.0, 600.0), 801, true, SBMS_CAUSE_REMOTE_ON);
}

/* A cut by the cable at 100 s, which is plugged in at 140 s, and a dip of the supply at 141 s, within Load's wait. */
static struct scenario scenario_start_after_cut(void)
{
    struct scenario described = scenario_quiet();

    described.event_count = 3;
    described.events[0] = (struct scenario_event){.at_s = 100.0, .what = EVENT_UNPLUG_CHAIN};
    described.events[1] = (struct scenario_event){.at_s = 140.0, .what = EVENT_PLUG_CHAIN};
    described.events[2] =
        (struct scenario_event){.at_s = 141.0, .what = EVENT_SUPPLY_DIP, .value = 7000, .for_s = 1.0};
    return described;
}

/* LOAD-6, LOAD-8: a start that comes within a wait. */
static void test_start_within_a_wait(void **state)
{
    const int64_t start_tick = 142 * 8 + 7;
    struct scenario described = scenario_start_after_cut();

    (void)state;
    (void)run_recorded(&described, false, &record);
    expect_edge(only_stay(EDGE_LOAD, 5.0, 600.0), start_tick, false, SBMS_CAUSE_HOLD_OFF);
    expect_edge(only_edge(EDGE_LOAD, 140.0, 600.0), 801 + WARNING_TICKS + 240, true, SBMS_CAUSE_HOLD_OFF);
    described.bms.settings.reconnect_delay_s = 60;
    described.events[2].at_s = 170.0;
    (void)run_recorded(&described, false, &record);
    expect_edge(only_stay(EDGE_LOAD, 5.0, 600.0), start_tick + 29 * 8, false, SBMS_CAUSE_RECONNECT_DELAY);
    expect_edge(only_edge(EDGE_LOAD, 140.0, 600.0), start_tick + 29 * 8 + 480, true,
                SBMS_CAUSE_RECONNECT_DELAY);
    described = scenario_start_after_cut();
    described.bms.settings = (struct sbms_control_settings){.lockout_retries = 1, .lockout_clear_mv = 14000};
    described.event_count = 5;
    described.events[2] = (struct scenario_event){.at_s = 200.0, .what = EVENT_UNPLUG_CHAIN};
    described.events[3] = (struct scenario_event){.at_s = 240.0, .what = EVENT_PLUG_CHAIN};
    described.events[4] =
        (struct scenario_event){.at_s = 500.0, .what = EVENT_SUPPLY_DIP, .value = 7000, .for_s = 1.0};
    (void)run_recorded(&described, false, &record);
    expect_edge(only_stay(EDGE_LOAD, 5.0, 600.0), 501 * 8 + 7, false, SBMS_CAUSE_LOCKED_OUT);
    expect_no_edges(241.0, 500.0);
}

/* ---- cuts, and time without Load (LOAD-8) -------------------------------------------------------------------------- */

/* The cuts of ten minutes with these events, of which there are `cause`'s alone. */
static int64_t cuts_of(struct scenario_event first, struct scenario_event second, uint8_t cause)
{
    const struct system_totals totals = run_events(first, second);

    assert_int_equal(system_cut_count(&totals), totals.load_cuts[cause]);
    return totals.load_cuts[cause];
}

static void test_cuts_by_cause(void **state)
{
    const struct scenario_event gone = {.what = EVENT_FAULT_GONE};
    const struct scenario_event dip = {.what = EVENT_SUPPLY_DIP, .value = 7000, .for_s = 1.0};

    (void)state;
    assert_int_equal(cuts_of(gone, gone, SBMS_CAUSE_NONE), 0);
    assert_int_equal(cuts_of((struct scenario_event){.what = EVENT_UNPLUG_CHAIN},
                             (struct scenario_event){.what = EVENT_PLUG_CHAIN}, SBMS_CAUSE_CHAIN_OPEN),
                     1);
    assert_int_equal(
        cuts_of(
            (struct scenario_event){.what = EVENT_CELL_SENSOR_STUCK, .battery = 1, .cell = 2, .value = 2799},
            (struct scenario_event){.what = EVENT_SENSORS_MENDED, .battery = 1}, SBMS_CAUSE_ATD_LOST),
        1);
    assert_int_equal(cuts_of(dip, dip, SBMS_CAUSE_SUPPLY_LOW), 2);
    assert_int_equal(cuts_of((struct scenario_event){.what = EVENT_INTERNAL_FAULT, .value = 3}, gone,
                             SBMS_CAUSE_INTERNAL_FAULT),
                     1);
    assert_int_equal(cuts_of((struct scenario_event){.what = EVENT_INTERNAL_FAULT, .value = 4}, gone,
                             SBMS_CAUSE_REFERENCE_FAULT),
                     1);
    assert_int_equal(cuts_of((struct scenario_event){.what = EVENT_OUTPUT_SHORTED, .output = OUTPUT_LOAD},
                             (struct scenario_event){.what = EVENT_OUTPUT_MENDED, .output = OUTPUT_LOAD},
                             SBMS_CAUSE_OUTPUT_FAULT),
                     3); /* at once, and at two tries */
    assert_int_equal(cuts_of((struct scenario_event){.what = EVENT_SWITCH_OFF},
                             (struct scenario_event){.what = EVENT_SWITCH_ON}, SBMS_CAUSE_REMOTE_OFF),
                     0);
}

/* A remote that is off for less than 1 s cuts; one tick is not seen (SAFE-2). */
static void test_cuts_by_remote(void **state)
{
    (void)state;
    for (int off_ticks = 1; off_ticks <= 9; off_ticks++) {
        struct scenario described = scenario_quiet();
        struct system_totals totals;

        described.event_count = 4;
        for (int i = 0; i < 4; i++) {
            described.events[i] = (struct scenario_event){
                .at_s = 100.0 + 200.0 * (double)(i / 2) + 0.125 * (double)(i % 2 * off_ticks),
                .what = i % 2 == 0 ? EVENT_SWITCH_OFF : EVENT_SWITCH_ON};
        }
        totals = run_recorded(&described, false, &record);
        assert_int_equal(totals.load_cuts[SBMS_CAUSE_REMOTE_OFF], off_ticks >= 2 && off_ticks < 8 ? 2 : 0);
        assert_int_equal(system_cut_count(&totals), totals.load_cuts[SBMS_CAUSE_REMOTE_OFF]);
    }
}

/* Load floats with the switch on; a part of it may be a wait and nothing else. */
static void test_dark_time(void **state)
{
    const struct scenario_event gone = {.what = EVENT_FAULT_GONE};
    struct system_totals totals = run_events((struct scenario_event){.what = EVENT_SWITCH_OFF},
                                             (struct scenario_event){.what = EVENT_SWITCH_ON});

    (void)state;
    assert_int_equal(totals.dark_ticks,
                     7 + 1); /* the start, and the tick in which the switch is not seen yet */
    assert_int_equal(totals.dark_waiting_ticks, 0);
    totals = run_events((struct scenario_event){.what = EVENT_UNPLUG_CHAIN},
                        (struct scenario_event){.what = EVENT_PLUG_CHAIN});
    assert_int_equal(totals.dark_ticks, 7 + 2407 - (801 + WARNING_TICKS));
    assert_int_equal(totals.dark_waiting_ticks, 0); /* the cable was all that it waited for */
    totals = run_events((struct scenario_event){.what = EVENT_SUPPLY_DIP, .value = 7000, .for_s = 1.0}, gone);
    assert_int_equal(totals.dark_ticks, 7 + 40);
    assert_int_equal(totals.dark_waiting_ticks,
                     841 - 815); /* from the start after the dip to the end of 5 s */
    totals = run_events((struct scenario_event){.what = EVENT_OUTPUT_SHORTED, .output = OUTPUT_LOAD}, gone);
    assert_true(totals.dark_ticks > 3000);
    assert_true(totals.dark_waiting_ticks == 0); /* a fault, not a wait */
}

/* LOAD-6: a lock-out and a delay are waits too. */
static void test_dark_time_of_settings(void **state)
{
    struct scenario described = scenario_start_after_cut();
    struct system_totals totals;

    (void)state;
    described.event_count = 2;
    described.bms.settings.reconnect_delay_s = 60;
    totals = run_recorded(&described, false, &record);
    assert_int_equal(totals.dark_waiting_ticks, 480);
    assert_int_equal(only_edge(EDGE_LOAD, 140.0, 600.0)->tick, 140 * 8 + 7 + 480);
    described.bms.settings = (struct sbms_control_settings){.lockout_retries = 1, .lockout_clear_mv = 14000};
    described.event_count = 4;
    described.events[2] = (struct scenario_event){.at_s = 200.0, .what = EVENT_UNPLUG_CHAIN};
    described.events[3] = (struct scenario_event){.at_s = 240.0, .what = EVENT_PLUG_CHAIN};
    totals = run_recorded(&described, false, &record);
    assert_int_equal(totals.load_cuts[SBMS_CAUSE_CHAIN_OPEN], 2);
    assert_int_equal(totals.dark_waiting_ticks,
                     801 + WARNING_TICKS + 240 - (140 * 8 + 7) + 4800 - (240 * 8 + 7));
}

static struct scenario scenario_overload(double duration_s)
{
    struct scenario described = scenario_quiet();

    described.duration_s = duration_s;
    described.bank.capacity_ah = 50.0;
    described.bank.soc_pct = 60.0;
    described.ambient.mean_c = -10.0;
    described.loads[0].power_w = 5000.0;
    return described;
}

/* 5 kW out of 50 Ah at -10 degC: the supply falls below 7.5 V at each closing, and no cell has the time to warn. */
static void test_overload(void **state)
{
    const struct scenario described = scenario_overload(7200.0);
    struct system_totals totals;
    int64_t last_tick = 0;

    (void)state;
    totals = run_recorded(&described, false, &record);
    assert_real_in((double)totals.load_cuts[SBMS_CAUSE_SUPPLY_LOW], 8.0, 15.0);
    assert_int_equal(system_cut_count(&totals), totals.load_cuts[SBMS_CAUSE_SUPPLY_LOW]);
    assert_true(totals.dark_waiting_ticks > 7000 * 8);
    assert_int_equal(record_count(&record, EDGE_PRE_ALARM), 0);
    for (int i = record_find(&record, EDGE_LOAD, 0); i >= 0; i = record_find(&record, EDGE_LOAD, i + 1)) {
        if (record.edges[i].on && record.edges[i].tick >= 3600 * 8) { /* the waits have grown to 16 min */
            assert_true(last_tick == 0 || record.edges[i].tick - last_tick >= 16 * 60 * 8);
            last_tick = record.edges[i].tick;
        }
    }
    assert_true(last_tick > 0);
}

/* ---- under-voltage ------------------------------------------------------------------------------------------ */

/* LOAD-3, CHG-2, PRE-3, BAT-1, BAT-3: weeks of a battery that runs down. */
static void check_cut(const struct system_edge *cut)
{
    assert_true(cut->prealarm_ticks >= WARNING_TICKS);
    assert_int_equal(cut->reason.battery, 1);
    assert_real_in(cut->reason.cell, 1, 4);
    assert_int_equal(cut->reason.cause, SBMS_BATTERY_UNDER_VOLTAGE);
    assert_real_in(cut->reason.value, 2000, 2799);
}

static void test_under_voltage_cuts(void **state)
{
    struct scenario described = scenario_off_grid(1, 1);
    int64_t prealarm_tick = 0;
    int64_t cut_tick = 0;
    int cuts = 0;

    (void)state;
    described.duration_s = 60.0 * DAY_S;
    (void)run_recorded(&described, false, &record);
    for (int i = 0; i < record.count; i++) {
        const struct system_edge *edge = &record.edges[i];

        if (edge->kind == EDGE_PRE_ALARM && edge->on) {
            prealarm_tick = edge->tick;
        }
        if (edge->kind == EDGE_LOAD && !edge->on) {
            assert_int_equal(edge->cause, SBMS_CAUSE_ATD_LOST);
            assert_int_equal(edge->tick - prealarm_tick, edge->prealarm_ticks);
            check_cut(edge);
            cut_tick = edge->tick;
            cuts++;
        }
        if (edge->kind == EDGE_LOAD && edge->on && cuts > 0) {
            assert_int_equal(edge->cause, SBMS_CAUSE_ATD_RETURNED);
            assert_int_equal(edge->cut_ticks, edge->tick - cut_tick);
        }
    }
    assert_true(cuts >= 3);
    assert_int_equal(record_count(&record, EDGE_CHARGER), 1);
}

/* BAT-9: what a battery says changes at whole seconds; the device has it after its debounce (SAFE-2). */
static void test_sampling_is_once_a_second(void **state)
{
    struct scenario described = scenario_off_grid(1, 1);

    (void)state;
    described.bank.soc_pct = 15.0;
    (void)run_recorded(&described, true, &record);
    for (int i = 0; i < record.count; i++) {
        const struct system_edge *edge = &record.edges[i];

        if (edge->cause == SBMS_CAUSE_ATD_LOST && edge->kind == EDGE_PRE_ALARM) {
            assert_int_equal(edge->tick % 8, 1); /* lost at a second, two ticks in a row */
        }
        if (edge->cause == SBMS_CAUSE_NO_PREALARM_LOST) {
            assert_int_equal(edge->tick % 8, 1);
        }
        if (edge->cause == SBMS_CAUSE_ATD_RETURNED && edge->kind == EDGE_LOAD) {
            assert_int_equal(edge->tick % 8, 7);
        }
    }
    assert_true(record_count(&record, EDGE_PRE_ALARM) > 0);
}

/* ---- accounts ------------------------------------------------------------------------------------------------ */

enum { ACCOUNT_CELLS = 64 };

/* Integrates, step by step, what leaves the cells beside the bus's current. */
struct account {
    bool begun;
    int64_t tick;
    double cell_a[ACCOUNT_CELLS]; /* string less bleed at the last sample */
    double leak_a[ACCOUNT_CELLS];
    double charge_as[ACCOUNT_CELLS]; /* into the cell by string less bleed less leak */
    double bus_as;
    double bus_a;
};

static void keep_account(void *self, const struct system_run *run)
{
    struct account *kept = self;
    const double seconds = (double)(run->tick - kept->tick) * 0.125;
    const int per_string = run->bank.series * run->bank.cells_per_battery;

    for (int i = 0; i < run->bank.cell_count; i++) {
        const double bleed_a = run->bank.bleeding[i] ? run->bank.balancing_a : 0.0;
        const double cell_a = run->bank.now->string_a[i / per_string] - bleed_a;
        const double leak_a = run->bank.now->leak_a[i];

        if (kept->begun && seconds > 0.0) {
            kept->charge_as[i] += 0.5 * seconds * (kept->cell_a[i] + cell_a - kept->leak_a[i] - leak_a);
        }
        kept->cell_a[i] = cell_a;
        kept->leak_a[i] = leak_a;
    }
    if (kept->begun && seconds > 0.0) {
        kept->bus_as += 0.5 * seconds * (kept->bus_a + run->bus.bank_a);
    }
    kept->bus_a = run->bus.bank_a;
    kept->tick = run->tick;
    kept->begun = true;
}

static void start_accounted(struct system_run *run, struct sbms_control *control,
                            const struct scenario *described, struct account *kept)
{
    assert_true(described->bank.cells * described->bank.series * described->bank.parallel <= ACCOUNT_CELLS);
    assert_int_equal(sbms_control_init(control, &described->bms.settings), SBMS_SETTINGS_OK);
    *kept = (struct account){.begun = false};
    assert_true(system_init(run, described, device_native(control),
                            (struct system_observer){.self = kept, .sample = keep_account}, false));
}

static struct scenario generous_sun(int series, int parallel)
{
    struct scenario described = scenario_off_grid(series, parallel);

    described.solar.panel_w *= 2.0;
    described.solar.cloud_pct = 40.0;
    described.bank.spread = SPREAD_AGED;
    described.bank.soc_pct = 50.0;
    described.duration_s = 14.0 * DAY_S;
    return described;
}

/* Charge is neither made nor lost: each cell lacks less by what went in less bleed and leak, however it has aged; the strings
 * are the bus. */
static void check_charge(int series, int parallel)
{
    static struct system_run run;
    static struct account kept;
    const struct scenario described = generous_sun(series, parallel);
    struct sbms_control control;
    double lacking_as[ACCOUNT_CELLS];
    double through_as = 0.0;

    start_accounted(&run, &control, &described, &kept);
    for (int i = 0; i < run.bank.cell_count; i++) {
        lacking_as[i] = (1.0 - run.bank.now->z[i]) / run.bank.parameters.per_coulomb[i];
    }
    system_run_to(&run, run.end_tick);
    through_as = run.totals.charge_in_as + run.totals.charge_out_as;
    assert_true(through_as > 1e6);
    assert_near(run.totals.charge_in_as - run.totals.charge_out_as, kept.bus_as, 1e-6 * through_as);
    for (int i = 0; i < run.bank.cell_count; i++) {
        assert_near(lacking_as[i] - (1.0 - run.bank.now->z[i]) / run.bank.parameters.per_coulomb[i],
                    kept.charge_as[i], 1e-6 * through_as / parallel);
    }
    system_free(&run);
}

static void test_charge_balance(void **state)
{
    (void)state;
    check_charge(1, 1);
    check_charge(2, 1);
    check_charge(1, 3);
}

/* The whole of it for one string: in - out - bleed - leak is the change of z Q, from the totals alone. */
static void test_charge_totals(void **state)
{
    static struct system_run run;
    static struct account kept;
    struct scenario described = scenario_off_grid(1, 1);
    struct sbms_control control;
    double net_as = 0.0;

    (void)state;
    described.bank.self_discharge_pct_per_month = 0.0;
    described.bank.balancing_a = 0.0;
    start_accounted(&run, &control, &described, &kept);
    system_run_to(&run, run.end_tick);
    net_as = run.totals.charge_in_as - run.totals.charge_out_as;
    for (int i = 0; i < 4; i++) {
        const double start_z = 1.0 - 0.2 * 200.0 * 3600.0 * run.bank.parameters.per_coulomb[i];

        assert_near((run.bank.now->z[i] - start_z) / run.bank.parameters.per_coulomb[i], net_as,
                    1e-6 * run.totals.charge_out_as);
    }
    system_free(&run);
}

/* The integral of the open-circuit voltage between two states of charge, in V. */
static double stored_v(double from_z, double to_z)
{
    const int parts = 4000;
    const double width = (to_z - from_z) / parts;
    double sum = 0.0;

    for (int i = 0; i < parts; i++) {
        sum += reference_ocv_v(CELL_PRISMATIC, from_z + (i + 0.5) * width) * width;
    }
    return sum;
}

/* What went in and did not come out is in the cells or was lost as heat: a few per cent of what came out. */
static void test_energy_balance(void **state)
{
    static struct system_run run;
    static struct account kept;
    struct scenario described = generous_sun(1, 1);
    struct sbms_control control;
    double lacking_as = 0.0;
    double stored_j = 0.0;
    double lost_j = 0.0;

    (void)state;
    described.bank.balancing_a = 0.0;
    start_accounted(&run, &control, &described, &kept);
    lacking_as = (1.0 - run.bank.now->z[0]) / run.bank.parameters.per_coulomb[0]; /* of each */
    system_run_to(&run, run.end_tick);
    for (int i = 0; i < 4; i++) {
        const double start_z = 1.0 - lacking_as * run.bank.parameters.per_coulomb[i];

        stored_j += stored_v(start_z, run.bank.now->z[i]) / run.bank.parameters.per_coulomb[i];
    }
    lost_j = run.totals.in_j - run.totals.out_j - stored_j;
    assert_true(run.totals.in_j > 1e7 && run.totals.out_j > 1e7);
    assert_real_in(lost_j / run.totals.out_j, 0.005, 0.07); /* cables too */
    system_free(&run);
}

/* The loads of a day: their power times their hours, the coil and the device. */
static void test_energy_out(void **state)
{
    struct scenario described = scenario_quiet();
    struct system_totals totals;

    (void)state;
    described.duration_s = DAY_S;
    described.bank.capacity_ah = 400.0;
    set_relay(&described, 0.0, 0.0, 0.0);
    set_consumer(&described, CONSUMER_BMS, "on_ma", 0.0);
    described.loads[0].hours = (struct hours){1, {{HOURS_EVERY_DAY, 36000, 54000}}};
    totals = run_recorded(&described, false, &record);
    assert_near(totals.out_j / (50.0 * 18000.0), 1.0, 1e-6);
    described.loads[0] = (struct scenario_load){.name = "none", .chance_pct = 100.0};
    set_consumer(&described, CONSUMER_LOAD_RELAY, "hold_a", 0.15);
    set_consumer(&described, CONSUMER_BMS, "on_ma", 2.2);
    totals = run_recorded(&described, false, &record);
    assert_near(totals.charge_out_as / (0.1522 * DAY_S), 1.0, 1e-4);
}

/* SUP-2: the device's own draft by its state, with nothing else on the bus. */
static void check_own_draft(struct scenario *described, double wanted_ma)
{
    const struct system_totals totals = run_recorded(described, false, &record);

    assert_near(totals.charge_out_as / (described->duration_s * wanted_ma * 0.001), 1.0, 0.01);
}

static void test_own_consumption(void **state)
{
    struct scenario described = scenario_quiet();

    (void)state;
    set_bms(&described, 2.0, 1.0, 0.5);
    set_relay(&described, 0.0, 0.0, 0.0);
    described.load_count = 0;
    check_own_draft(&described, 2.0);
    described.remote.on = false;
    check_own_draft(&described, 0.5);
    described.remote.on = true;
    described.bank.soc_pct = 0.3; /* below 2.80 V from the start: Load stays floating (LOAD-5) */
    check_own_draft(&described, 1.0);
    assert_int_equal(record_count(&record, EDGE_LOAD), 0);
}

/* The contract of twin/consumer.h: a kind whose settings are all 0 draws nothing and names no next tick. */
static void test_consumers_that_are_not_there(void **state)
{
    static struct system_run run;
    static struct network network;
    const struct scenario described = {.seed = 1};

    (void)state;
    run = (struct system_run){.described = &described, .tick = 1000, .switch_on = true};
    run.outputs = (struct sbms_outputs){.load = true, .prealarm = true, .charger = true};
    for (int id = 0; id < CONSUMER_KIND_COUNT; id++) {
        assert_true(consumer_kinds[id]->draw_a == NULL || consumer_kinds[id]->draw_a(&run) == 0.0);
    }
    loads_begin(&run);
    consumers_add(&run, &network);
    assert_int_equal(network.load_count, 0);
    assert_true(consumers_next_tick(&run) == INT64_MAX);
}

/* All powers that a network's loads take, or all currents. */
static double sum_of(const struct network *network, bool is_power)
{
    double sum = 0.0;

    for (int i = 0; i < network->load_count; i++) {
        sum += is_power ? network->loads[i].power_w : network->loads[i].current_a;
    }
    return sum;
}

/* An output feeds nothing while it floats, and of what is on the bus nothing counts as its own. */
static void test_consumers_by_feed(void **state)
{
    static struct system_run run;
    struct scenario described = scenario_quiet();

    (void)state;
    set_relay(&described, 0.9, 100.0, 0.15);
    set_bms(&described, 3.0, 2.0, 1.0);
    for (int level = 0; level < 4; level++) {
        struct network network = {.node_count = 1};
        const double load_a = (level & 1) != 0 ? 0.9 : 0.0;
        const double prealarm_a = (level & 2) != 0 ? 0.02 : 0.0;

        run =
            (struct system_run){.described = &described, .tick = 1000, .load_since = 1000, .switch_on = true};
        run.outputs = (struct sbms_outputs){.load = (level & 1) != 0, .prealarm = (level & 2) != 0};
        run.bank.cells_per_string = 4;
        loads_begin(&run);
        consumers_add(&run, &network);
        assert_near(consumers_output_a(&run, FEED_LOAD_OUTPUT), load_a, 0.0);
        assert_near(consumers_output_a(&run, FEED_PRE_ALARM_OUTPUT), prealarm_a, 0.0);
        assert_near(sum_of(&network, false), load_a + prealarm_a + ((level & 1) != 0 ? 0.003 : 0.002), 1e-15);
        assert_near(sum_of(&network, true), (level & 1) != 0 ? 50.0 : 0.0, 0.0);
        assert_true(consumers_next_tick(&run) == ((level & 1) != 0 ? 1001 : 691200));
    }
}

/* 12.8 V with a load that pulls its terminals below its lowest voltage, and one that does not. */
static struct scenario scenario_of_low_voltage(double power_w)
{
    struct scenario described = scenario_quiet();

    described.duration_s = 600.0;
    described.bank.capacity_ah = 100.0;
    described.bank.soc_pct = 50.0;
    described.load_count = 2;
    described.loads[0] = (struct scenario_load){.name = "inverter",
                                                .power_w = power_w,
                                                .chance_pct = 100.0,
                                                .voltage_mv_min = 11000.0,
                                                .behind = BEHIND_BATTERY};
    described.loads[1] = (struct scenario_load){
        .name = "lamp", .power_w = 10.0, .chance_pct = 100.0, .behind = BEHIND_BATTERY};
    return described;
}

/* A load below its lowest voltage drops out within a second; it tries again after 30 s, 60, 120 ..., and of two the other stays. */
static void test_low_voltage_drops_a_load(void **state)
{
    const struct scenario described = scenario_of_low_voltage(3000.0);
    const int64_t waits_s[] = {30, 60, 120, 240};
    int edge = -1;
    int64_t off_tick = 0;

    (void)state;
    (void)run_recorded(&described, false, &record);
    for (int i = 0; i < 4; i++) {
        edge = record_find(&record, EDGE_DROP, edge + 1);
        assert_true(edge >= 0 && !record.edges[edge].on && record.edges[edge].value == 0);
        off_tick = record.edges[edge].tick;
        assert_true(i > 0 || off_tick <= 8);
        edge = record_find(&record, EDGE_DROP, edge + 1);
        if (i < 3) {
            assert_true(edge >= 0 && record.edges[edge].on);
            assert_int_equal(record.edges[edge].tick - off_tick, waits_s[i] * 8);
        }
    }
}

/* At the end of its hours a load that has dropped out is not "on again", and at the next start it is tried at once. */
static void test_a_dropped_load_ends_with_its_hours(void **state)
{
    struct scenario described = scenario_of_low_voltage(3000.0);

    (void)state;
    described.duration_s = 2.0 * DAY_S;
    described.loads[0].hours = (struct hours){1, {{HOURS_EVERY_DAY, 7 * 3600, 7 * 3600 + 20}}};
    (void)run_recorded(&described, false, &record);
    assert_int_equal(record_count(&record, EDGE_DROP), 2);
    for (int day = 0, edge = -1; day < 2; day++) {
        edge = record_find(&record, EDGE_DROP, edge + 1);
        assert_false(record.edges[edge].on);
        assert_int_equal(record.edges[edge].tick, (day * 86400 + 7 * 3600 + 1) * 8);
    }
}

/* The voltage that counts is at the load's own terminals: a longer cable drops it, a shorter one does not. */
static void test_lowest_voltage_is_at_the_terminals(void **state)
{
    struct scenario described = scenario_of_low_voltage(1000.0);

    (void)state;
    described.loads[0].cable_mohm = 1.0;
    (void)run_recorded(&described, false, &record);
    assert_int_equal(record_count(&record, EDGE_DROP), 0);
    described.loads[0].cable_mohm = 20.0; /* 80 A: 1.6 V */
    (void)run_recorded(&described, false, &record);
    assert_true(record_count(&record, EDGE_DROP) > 0);
    described.loads[0].resistance_ohm = 0.15; /* and a resistance has no lowest voltage */
    described.loads[0].power_w = 0.0;
    (void)run_recorded(&described, false, &record);
    assert_int_equal(record_count(&record, EDGE_DROP), 0);
}

/* A relay's contact and a cable are between the bus and a load behind it; Ohm's law, in a steady state. */
static void test_cables(void **state)
{
    static struct system_run run;
    struct scenario described = scenario_quiet();
    struct sbms_control control;

    (void)state;
    described.bank.cable_mohm = 2.0;
    described.loads[0] = (struct scenario_load){
        .name = "heater", .resistance_ohm = 0.2, .chance_pct = 100.0, .cable_mohm = 20.0};
    assert_int_equal(sbms_control_init(&control, NULL), SBMS_SETTINGS_OK);
    assert_true(system_init(&run, &described, device_native(&control), (struct system_observer){0}, false));
    system_run_to(&run, run.end_tick);
    assert_near(run.flow->load_a[0], run.bus.voltage_v / (0.001 + 0.020 + 0.2), 1e-9);
    assert_near(run.flow->load_v[0], 0.2 * run.flow->load_a[0], 1e-9);
    assert_near(run.bank.now->cell_v[0] + run.bank.now->cell_v[1] + run.bank.now->cell_v[2] +
                    run.bank.now->cell_v[3] + run.bus.bank_a * (run.bank.board_ohm + 0.002),
                run.bus.voltage_v, 1e-9);
    system_free(&run);
}

/* Loads behind the relay stop with Load, those on the battery do not. */
static void test_loads_behind(void **state)
{
    struct scenario described = scenario_quiet();

    (void)state;
    set_relay(&described, 0.0, 0.0, 0.0);
    set_bms(&described, 0.0, 0.0, 0.0);
    described.load_count = 2;
    described.loads[1] =
        (struct scenario_load){.current_a = 0.5, .chance_pct = 100.0, .behind = BEHIND_BATTERY};
    described.event_count = 1;
    described.events[0] = (struct scenario_event){.at_s = 100.0, .what = EVENT_SWITCH_OFF};
    {
        const struct system_totals totals = run_recorded(&described, false, &record);
        const double lamp_as = 50.0 / 13.2 * (801.0 - 7.0) * 0.125;

        assert_near(totals.charge_out_as, 0.5 * 600.0 + lamp_as, 0.02 * lamp_as);
    }
}

/* The times of the totals are the edges' times; the extremes are within what the run showed. */
static int64_t time_high(enum system_edge_kind kind, int64_t end_tick)
{
    int64_t sum = 0;
    int64_t since = -1;

    for (int i = record_find(&record, kind, 0); i >= 0; i = record_find(&record, kind, i + 1)) {
        const struct system_edge *edge = &record.edges[i];

        assert_true(edge->on == (since < 0));
        if (edge->on) {
            since = edge->tick;
        } else {
            sum += edge->tick - since;
            since = -1;
        }
    }
    return since < 0 ? sum : sum + end_tick - since;
}

static void test_times_add_up(void **state)
{
    struct scenario described = scenario_off_grid(1, 1);
    struct system_totals totals;

    (void)state;
    described.duration_s = 30.0 * DAY_S;
    described.event_count = 2;
    described.events[0] = (struct scenario_event){.at_s = 2.0 * DAY_S + 1234.56, .what = EVENT_SWITCH_OFF};
    described.events[1] = (struct scenario_event){.at_s = 3.0 * DAY_S, .what = EVENT_SWITCH_ON};
    totals = run_recorded(&described, false, &record);
    assert_int_equal(totals.ticks, 30 * 691200);
    assert_int_equal(totals.load_ticks, time_high(EDGE_LOAD, totals.ticks));
    assert_int_equal(totals.prealarm_ticks, time_high(EDGE_PRE_ALARM, totals.ticks));
    assert_int_equal(totals.charger_ticks, time_high(EDGE_CHARGER, totals.ticks));
    assert_int_equal(totals.on_ticks,
                     totals.ticks - 691200 + 9877); /* 1234.625 s, the first tick not before */
    assert_true(totals.prealarm_ticks > 0);
    assert_real_in(totals.cell_mv_min, 2000, 2799);
    assert_real_in(totals.cell_mv_max, 3301, 3700);
    assert_real_in(totals.soc_pct_min, -1.0, 10.0);
    assert_real_in(totals.soc_pct_max, 79.0, 100.5);
    assert_real_in(totals.temp_c_min, 13.0, 18.0);
    assert_real_in(totals.temp_c_max, 18.0, 40.0);
}

/* CHG-1: without Charger no sun reaches the bus; the charger's stages are told. */
static void test_charger_output_switches_the_sun(void **state)
{
    struct scenario described = generous_sun(1, 1);

    (void)state;
    described.duration_s = 3.0 * DAY_S;
    assert_true(run_recorded(&described, false, &record).in_j > 1e6);
    assert_true(record_count(&record, EDGE_STAGE) >= 1);
    described.remote.on = false;
    assert_true(run_recorded(&described, false, &record).in_j == 0.0);
    described.remote.on = true;
    described.ambient.mean_c = -15.0; /* BAT-5: too cold to charge */
    assert_true(run_recorded(&described, false, &record).in_j == 0.0);
    assert_int_equal(record_count(&record, EDGE_CHARGER), 0);
}

/* What drives the bus, as it should be between one sample and the next. */
struct drive_watch {
    int64_t tick;
    enum network_limit limit;
    int modes; /* changes of the charger's mode that were found inside a slot */
};

static double scheduled_w(const struct scenario *described, enum scenario_behind behind, int64_t tick)
{
    double sum_w = 0.0;

    for (int i = 0; i < described->load_count; i++) {
        if (described->loads[i].behind == behind && schedule_load_runs(described, i, tick)) {
            sum_w += described->loads[i].power_w;
        }
    }
    return sum_w;
}

static void watch_drive(void *self, const struct system_run *run)
{
    struct drive_watch *watch = self;
    const int64_t within = run->tick - 1; /* what held before this tick */

    if (run->tick > watch->tick) {
        assert_near(run->equipment[0].state.level,
                    weather_solar_w(run->described, &run->described->solar, within / WEATHER_SLOT_TICKS),
                    0.0);
        assert_near(run->ambient_c, weather_ambient_c(run->described, within / WEATHER_SLOT_TICKS), 0.0);
        assert_near(sum_of(&run->network, true),
                    scheduled_w(run->described, BEHIND_BATTERY, within) +
                        (run->outputs.load ? scheduled_w(run->described, BEHIND_RELAY, within) : 0.0),
                    1e-9);
        if (run->flow->source_limit[0] != watch->limit) { /* to the second */
            assert_true(run->tick - watch->tick <= 8);
            watch->modes++;
        }
    }
    watch->tick = run->tick;
    watch->limit = run->flow->source_limit[0];
}

/* Sun, air and loads are those of their time in every step; the charger's mode changes in steps of a second. */
static void test_nothing_is_passed_over(void **state)
{
    static struct system_run run;
    struct scenario described = generous_sun(1, 1);
    struct drive_watch watch = {.tick = 0};
    struct sbms_control control;

    (void)state;
    described.solar.panel_w = 1500.0;
    described.solar.cloud_pct = 20.0;
    assert_int_equal(sbms_control_init(&control, NULL), SBMS_SETTINGS_OK);
    assert_true(system_init(&run, &described, device_native(&control),
                            (struct system_observer){.self = &watch, .sample = watch_drive}, false));
    system_run_to(&run, run.end_tick);
    assert_true(watch.modes > 10);
    assert_true(run.totals.steps < run.totals.ticks / 16);
    system_free(&run);
}

/* ---- the same run again ---------------------------------------------------------------------------------------- */

static bool same_records(void)
{
    if (record.count != other_record.count) {
        return false;
    }
    for (int i = 0; i < record.count; i++) {
        if (!edges_equal(&record.edges[i], &other_record.edges[i])) {
            return false;
        }
    }
    return true;
}

static void test_same_seed_same_run(void **state)
{
    struct scenario described = scenario_off_grid(1, 1);
    struct system_totals first;
    struct system_totals second;

    (void)state;
    described.duration_s = 30.0 * DAY_S;
    first = run_recorded(&described, false, &record);
    second = run_recorded(&described, false, &other_record);
    assert_true(same_records());
    assert_memory_equal(&first, &second, sizeof first);
    described.seed = 2;
    second = run_recorded(&described, false, &other_record);
    assert_false(same_records());
    assert_true(first.in_j != second.in_j);
}

/* A device that never looks ahead, as a simulated controller may: every tick is stepped. */
static uint32_t no_quiet_ticks(void *self, const struct sbms_inputs *inputs)
{
    (void)self;
    (void)inputs;
    return 0u;
}

static void never_skips(void *self, const struct sbms_inputs *inputs, uint32_t ticks)
{
    (void)self;
    (void)inputs;
    assert_int_equal(ticks, 0);
}

static void run_tick_by_tick(const struct scenario *described, struct test_record *kept)
{
    static struct system_run run;
    struct sbms_control control;
    struct device stepped = device_native(&control);

    stepped.quiet_ticks = no_quiet_ticks;
    stepped.skip = never_skips;
    kept->count = 0;
    assert_int_equal(sbms_control_init(&control, &described->bms.settings), SBMS_SETTINGS_OK);
    assert_true(system_init(&run, described, stepped,
                            (struct system_observer){.self = kept, .edge = record_edge}, false));
    system_run_to(&run, run.end_tick);
    assert_int_equal(run.totals.steps, run.totals.ticks);
    assert_int_equal(control.tick, (uint32_t)run.end_tick);
    system_free(&run);
}

static void expect_tick_by_tick(const struct scenario *described)
{
    run_tick_by_tick(described, &other_record);
    (void)run_recorded(described, false, &record);
    assert_int_equal(record.count, other_record.count);
    for (int i = 0; i < record.count; i++) {
        struct system_edge ticked = other_record.edges[i];

        if (ticked.kind ==
            EDGE_STAGE) { /* it looks once a second, at a voltage that rises by some microvolts a second */
            assert_in_range(ticked.tick - record.edges[i].tick + 8, 0, 16);
            ticked.tick = record.edges[i].tick;
        }
        assert_true(edges_equal(&record.edges[i], &ticked));
    }
}

/* Hours around a cut and a return, with a pulled cable and the switch: each edge at its tick, the charger's stages within a second. */
static void test_tick_by_tick_is_the_same(void **state)
{
    struct scenario described = scenario_off_grid(1, 1);

    (void)state;
    described.duration_s = (variant_is_whole() ? 30.0 : 14.0) * 3600.0;
    described.bank.soc_pct = 14.0;
    described.solar.panel_w = 1500.0;
    described.solar.charge.current_a_max = 60.0;
    described.solar.cloud_pct = 10.0;
    described.event_count = 4;
    described.events[0] = (struct scenario_event){.at_s = 1000.3, .what = EVENT_UNPLUG_CHAIN};
    described.events[1] = (struct scenario_event){.at_s = 1100.9, .what = EVENT_PLUG_CHAIN};
    described.events[2] = (struct scenario_event){.at_s = 40000.55, .what = EVENT_SWITCH_OFF};
    described.events[3] = (struct scenario_event){.at_s = 40600.0, .what = EVENT_SWITCH_ON};
    expect_tick_by_tick(&described);
    assert_true(record_count(&record, EDGE_PRE_ALARM) >= 4);
    assert_true(record_count(&record, EDGE_LOAD) >= 5);
}

/* SAFE-4: a terminal is seen from the tick after its output's edge on. */
static void test_terminals_tick_by_tick(void **state)
{
    struct scenario described = scenario_quiet();

    (void)state;
    described.event_count = 5;
    described.events[0] =
        (struct scenario_event){.at_s = 20.3, .what = EVENT_OUTPUT_SHORTED, .output = OUTPUT_CHARGER};
    described.events[1] =
        (struct scenario_event){.at_s = 50.875, .what = EVENT_OUTPUT_SHORTED, .output = OUTPUT_LOAD};
    described.events[2] =
        (struct scenario_event){.at_s = 230.1, .what = EVENT_OUTPUT_FED, .output = OUTPUT_CHARGER};
    described.events[3] =
        (struct scenario_event){.at_s = 290.0, .what = EVENT_OUTPUT_MENDED, .output = OUTPUT_LOAD};
    described.events[4] = (struct scenario_event){.at_s = 400.4, .what = EVENT_UNPLUG_CHAIN};
    expect_tick_by_tick(&described);
    assert_true(record_count(&record, EDGE_OUTPUT_FAULT) >= 3);
    assert_true(record_count(&record, EDGE_LOAD) >= 6);
}

/* SUP-3: so is a bus that falls with the edge. */
static void test_overload_tick_by_tick(void **state)
{
    struct scenario described = scenario_overload(1200.0);

    (void)state;
    described.remote.on = false;
    described.event_count = 1;
    described.events[0] =
        (struct scenario_event){.at_s = 10.375, .what = EVENT_SWITCH_ON}; /* at an even tick */
    expect_tick_by_tick(&described);
    assert_true(record_count(&record, EDGE_LOAD) > 10);
}

/* ---- long steps against steps of a second ------------------------------------------------------------------ */

/*
 * Each edge, from the same state after the edge before it: a second's difference at a cut is some ampere-seconds,
 * which a weak sun takes a minute to bring back, so that runs left alone drift apart though each step is right.
 */
struct paced_run {
    struct system_run run;
    struct sbms_control control;
    struct test_record edges; /* of the outputs, since the last time that the runs were made equal */
};

static struct paced_run fixed_run;
static struct paced_run long_run;

static void record_output(void *self, const struct system_edge *edge)
{
    if (edge->kind == EDGE_LOAD || edge->kind == EDGE_PRE_ALARM || edge->kind == EDGE_CHARGER) {
        record_edge(self, edge);
    }
}

static void start_paced(struct paced_run *paced, const struct scenario *described, bool fixed_steps)
{
    paced->edges.count = 0;
    assert_int_equal(sbms_control_init(&paced->control, &described->bms.settings), SBMS_SETTINGS_OK);
    assert_true(system_init(&paced->run, described, device_native(&paced->control),
                            (struct system_observer){.self = &paced->edges, .edge = record_output},
                            fixed_steps));
}

/* What a bank holds; what a step tries is made anew by each. */
static void copy_bank(struct bank *to, const struct bank *from)
{
    *to->now = *from->now;
    to->energy = from->energy;
    memcpy(to->heat_owed_j, from->heat_owed_j, sizeof to->heat_owed_j);
    memcpy(to->bleeding, from->bleeding, sizeof to->bleeding);
    memcpy(to->bleed_a, from->bleed_a, sizeof to->bleed_a);
    to->any_bleeding = from->any_bleeding;
}

static void make_equal(struct paced_run *to, struct paced_run *from)
{
    const struct system_run kept = to->run;

    to->run = from->run;
    to->run.bank = kept.bank;
    to->run.device = kept.device;
    to->run.observer = kept.observer;
    to->run.step_s_max = kept.step_s_max;
    copy_bank(&to->run.bank, &from->run.bank);
    to->control = from->control;
    to->edges.count = 0;
    from->edges.count = 0;
}

/* Runs on until there are edges, in pieces of ten minutes, at which the weather ends a step anyway; and past the
 * second that the other run's may be late. */
static void run_past_edges(struct paced_run *paced)
{
    int64_t past_tick = 0;

    while (paced->edges.count == 0 && paced->run.tick < paced->run.end_tick) {
        system_run_to(&paced->run, (paced->run.tick / 4800 + 1) * 4800);
    }
    if (paced->edges.count > 0) {
        past_tick = (paced->edges.edges[paced->edges.count - 1].tick / 8 + 2) * 8;
    }
    if (past_tick > paced->run.tick) {
        system_run_to(&paced->run, past_tick);
    }
}

static void expect_near(const struct system_edge *fixed, const struct system_edge *found)
{
    const bool met = fixed->kind == found->kind && fixed->on == found->on && fixed->cause == found->cause &&
                     llabs(fixed->tick - found->tick) <= 8;

    if (!met) {
        print_error("output %d on %d %s at %" PRId64 ", with long steps %d %d %s at %" PRId64 "\n",
                    (int)fixed->kind, fixed->on, sbms_cause_word(fixed->cause), fixed->tick, (int)found->kind,
                    found->on, sbms_cause_word(found->cause), found->tick);
    }
    assert_true(met);
}

/* The same edges with the same causes in the same order, each within a second; returns how many. */
static int compare_steps(const struct scenario *described)
{
    int edges = 0;

    start_paced(&fixed_run, described, true);
    start_paced(&long_run, described, false);
    while (long_run.run.tick < long_run.run.end_tick) {
        run_past_edges(&long_run);
        system_run_to(&fixed_run.run, long_run.run.tick);
        assert_int_equal(fixed_run.edges.count, long_run.edges.count);
        for (int i = 0; i < long_run.edges.count; i++) {
            expect_near(&fixed_run.edges.edges[i], &long_run.edges.edges[i]);
        }
        edges += long_run.edges.count;
        make_equal(&long_run, &fixed_run);
    }
    system_free(&fixed_run.run);
    system_free(&long_run.run);
    return edges;
}

static void test_long_steps_12v(void **state)
{
    const double panels_w[] = {300.0, 400.0, 500.0};
    int edges = 0;

    (void)state;
    for (int i = 0; i < (variant_is_whole() ? 6 : 1); i++) {
        struct scenario described = scenario_off_grid(1, 1);

        described.duration_s = (variant_is_whole() ? 60.0 : 14.0) * DAY_S;
        described.seed = (uint64_t)i + 1u;
        described.bank.spread = i < 3 ? SPREAD_NEW : SPREAD_AGED;
        described.solar.panel_w = panels_w[i % 3];
        edges += compare_steps(&described);
    }
    assert_true(edges > 20);
}

static void test_long_steps_24v_and_48v(void **state)
{
    struct scenario described = scenario_off_grid(2, 1);

    (void)state;
    described.duration_s = (variant_is_whole() ? 14.0 : 4.0) * DAY_S;
    described.bank.soc_pct = 30.0;
    assert_true(compare_steps(&described) >= 4);
    described.bank.cells = 8;
    described.bank.series = 1;
    described.bank.spread = SPREAD_AGED;
    assert_true(compare_steps(&described) >= 4);
    described = scenario_off_grid(4, variant_is_whole() ? 2 : 1);
    described.duration_s = (variant_is_whole() ? 14.0 : 4.0) * DAY_S;
    described.bank.soc_pct = 30.0;
    assert_true(compare_steps(&described) >= 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_start_up),
        cmocka_unit_test(test_relay_over_one_ampere),
        cmocka_unit_test(test_relay_pulls_in),
        cmocka_unit_test(test_lamp_over_one_ampere),
        cmocka_unit_test(test_switch_event),
        cmocka_unit_test(test_cable_events),
        cmocka_unit_test(test_sensor_events),
        cmocka_unit_test(test_stuck_sensor_is_believed),
        cmocka_unit_test(test_fault_event),
        cmocka_unit_test(test_supply_dip_event),
        cmocka_unit_test(test_shorted_charger),
        cmocka_unit_test(test_shorted_load_and_prealarm),
        cmocka_unit_test(test_fed_load),
        cmocka_unit_test(test_reference_event),
        cmocka_unit_test(test_reference_and_cable),
        cmocka_unit_test(test_start_says_what_stays),
        cmocka_unit_test(test_start_within_a_wait),
        cmocka_unit_test(test_cuts_by_cause),
        cmocka_unit_test(test_cuts_by_remote),
        cmocka_unit_test(test_dark_time),
        cmocka_unit_test(test_dark_time_of_settings),
        cmocka_unit_test(test_overload),
        cmocka_unit_test(test_under_voltage_cuts),
        cmocka_unit_test(test_sampling_is_once_a_second),
        cmocka_unit_test(test_charge_balance),
        cmocka_unit_test(test_charge_totals),
        cmocka_unit_test(test_energy_balance),
        cmocka_unit_test(test_energy_out),
        cmocka_unit_test(test_own_consumption),
        cmocka_unit_test(test_consumers_that_are_not_there),
        cmocka_unit_test(test_consumers_by_feed),
        cmocka_unit_test(test_low_voltage_drops_a_load),
        cmocka_unit_test(test_a_dropped_load_ends_with_its_hours),
        cmocka_unit_test(test_lowest_voltage_is_at_the_terminals),
        cmocka_unit_test(test_cables),
        cmocka_unit_test(test_loads_behind),
        cmocka_unit_test(test_times_add_up),
        cmocka_unit_test(test_charger_output_switches_the_sun),
        cmocka_unit_test(test_nothing_is_passed_over),
        cmocka_unit_test(test_same_seed_same_run),
        cmocka_unit_test(test_tick_by_tick_is_the_same),
        cmocka_unit_test(test_terminals_tick_by_tick),
        cmocka_unit_test(test_overload_tick_by_tick),
        cmocka_unit_test(test_long_steps_12v),
        cmocka_unit_test(test_long_steps_24v_and_48v),
    };

    return cmocka_run_group_tests_name("system", tests, NULL, NULL);
}
