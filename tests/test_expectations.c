/* SPDX-License-Identifier: Apache-2.0 */
/* Expectations on the state of charge, shares, days and lengths of time: at their edges, and what they say. */
#include <string.h>

#include "result/expectations.h"
#include "scenario/file.h"
#include "tests/system_fixture.h"

#define DAY_TICKS INT64_C(691200)

static struct expectations watched;
static struct scenario described;
static struct system_totals totals;

/* One expectation of a run of `days` days. */
static void begin(struct scenario_expectation expectation, double days)
{
    described = (struct scenario){.duration_s = days * DAY_S, .expectation_count = 1};
    described.expectations[0] = expectation;
    totals = (struct system_totals){0};
    expectations_init(&watched, &described);
}

static void edge(enum system_edge_kind kind, bool on, int64_t tick)
{
    const struct system_edge told = {.kind = kind, .on = on, .tick = tick, .cause = SBMS_CAUSE_ATD_LOST};

    expectations_take_edge(&watched, &told);
}

/* The run ends at `end_tick`. */
static void end(int64_t end_tick, enum expectation_verdict verdict, const char *detail)
{
    char text[EXPECTATION_TEXT_SIZE];

    totals.ticks = end_tick;
    expectations_finish(&watched, &totals, end_tick);
    assert_int_equal(expectations_judge(&watched, 0, text, sizeof text), verdict);
    assert_string_equal(text, detail);
}

static void says(const char *wanted)
{
    char text[EXPECTATION_TEXT_SIZE];

    expectations_text(&watched, 0, text, sizeof text);
    assert_string_equal(text, wanted);
}

/* ---- how long ------------------------------------------------------------------------------------------- */

static struct scenario_expectation longest(bool high, double for_s_max)
{
    return (struct scenario_expectation){
        .what = EXPECT_LONGEST, .output = OUTPUT_LOAD, .high = high, .for_s_max = for_s_max};
}

static void test_longest_at_its_edge(void **state)
{
    (void)state;
    for (int more = 0; more <= 1; more++) { /* just as long as it may be, and a tick longer */
        begin(longest(false, 3600.0), 2.0);
        says("Load never floats for longer than 1 h");
        edge(EDGE_LOAD, true, 7);
        edge(EDGE_LOAD, false, 1000);
        edge(EDGE_LOAD, true, 1000 + 28800);
        edge(EDGE_LOAD, false, DAY_TICKS);
        edge(EDGE_CHARGER, false, DAY_TICKS + 8); /* another output */
        edge(EDGE_LOAD, true, DAY_TICKS + 28800 + more);
        edge(EDGE_LOAD, false, DAY_TICKS + 80000);
        edge(EDGE_LOAD, true, DAY_TICKS + 80080);
        end(2 * DAY_TICKS, more == 0 ? EXPECTATION_MET : EXPECTATION_UNMET,
            more == 0 ? "longest 1 h, from day 1 00:02:05 to day 1 01:02:05"
                      : "longest 01:00:00.125, from day 2 00:00:00 to day 2 01:00:00");
    }
}

static void test_longest_from_the_start_and_to_the_end(void **state)
{
    (void)state;
    begin(longest(false, 0.875), 1.0);
    edge(EDGE_LOAD, true, 7); /* outputs float until the device has started */
    end(DAY_TICKS, EXPECTATION_MET, "longest 0.9 s, from day 1 00:00:00 to day 1 00:00:00");
    begin(longest(true, 7200.0), 1.0);
    says("Load is never high for longer than 2 h");
    edge(EDGE_LOAD, true, 8);
    end(DAY_TICKS, EXPECTATION_UNMET, "longest 23:59:59.000, from day 1 00:00:01 to the end of the run");
    begin(longest(true, 7200.0), 1.0);
    end(DAY_TICKS, EXPECTATION_MET, "never");
    begin(longest(true, 7200.0), 1.0);
    described.start_date = 9000;
    edge(EDGE_LOAD, true, 8);
    edge(EDGE_LOAD, false, 808);
    end(DAY_TICKS, EXPECTATION_MET,
        "longest 100 s, from day 1 00:00:01 (Wed 2024-08-21) to day 1 00:01:41 (Wed 2024-08-21)");
}

/* ---- which part of the time ----------------------------------------------------------------------------- */

static struct scenario_expectation share(double pct_min, double pct_max)
{
    return (struct scenario_expectation){
        .what = EXPECT_HIGH_SHARE, .output = OUTPUT_PRE_ALARM, .pct_min = pct_min, .pct_max = pct_max};
}

/* Pre-alarm is high from tick 1000 for `ticks` of the day's 691200. */
static void high_for(struct scenario_expectation expectation, int64_t ticks)
{
    begin(expectation, 1.0);
    edge(EDGE_PRE_ALARM, true, 1000);
    edge(EDGE_PRE_ALARM, false, 1000 + ticks);
    totals.load_ticks = DAY_TICKS;
    totals.prealarm_ticks = ticks;
}

static void test_high_share_at_its_edges(void **state)
{
    (void)state;
    high_for(share(50.0, EXPECT_PCT_NONE), DAY_TICKS / 2);
    says("Pre-alarm is high for at least 50 % of the time");
    end(DAY_TICKS, EXPECTATION_MET,
        "50.000 %; it floated longest for 11 h 58 min, from day 1 12:02:05 to the end of the run");
    high_for(share(50.0, EXPECT_PCT_NONE), DAY_TICKS / 2 - 1);
    end(DAY_TICKS, EXPECTATION_UNMET,
        "50.000 %; it floated longest for 11 h 58 min, from day 1 12:02:04 to the end of the run");
    high_for(share(-EXPECT_PCT_NONE, 50.0), DAY_TICKS / 2);
    says("Pre-alarm is high for at most 50 % of the time");
    end(DAY_TICKS, EXPECTATION_MET,
        "50.000 %; it floated longest for 11 h 58 min, from day 1 12:02:05 to the end of the run");
    high_for(share(-EXPECT_PCT_NONE, 50.0), DAY_TICKS / 2 + 8);
    end(DAY_TICKS, EXPECTATION_UNMET,
        "50.001 %; longest high for 12 h, from day 1 00:02:05 to day 1 12:02:06");
    high_for(share(0.0, 0.5), DAY_TICKS / 2);
    says("Pre-alarm is high for 0 to 0.5 % of the time");
}

/* A run that was ended early may still have come to it, but not when it is met as it is. */
static void test_high_share_of_a_run_that_was_ended(void **state)
{
    (void)state;
    high_for(share(99.0, EXPECT_PCT_NONE), 1000);
    end(2000, EXPECTATION_NOT_REACHED,
        "50.000 %; it floated longest for 2 min 5 s, from day 1 00:00:00 to day 1 00:02:05");
    high_for(share(50.0, EXPECT_PCT_NONE), 1000);
    end(2000, EXPECTATION_MET,
        "50.000 %; it floated longest for 2 min 5 s, from day 1 00:00:00 to day 1 00:02:05");
}

/* ---- days ------------------------------------------------------------------------------------------------ */

static struct scenario_expectation a_day(int count_max)
{
    return (struct scenario_expectation){
        .what = EXPECT_EDGES_A_DAY, .output = OUTPUT_LOAD, .high = false, .count_max = count_max};
}

/* Load floats `count` times from `tick` on, each time for 2 ticks. */
static void floats(int count, int64_t tick)
{
    for (int i = 0; i < count; i++) {
        edge(EDGE_LOAD, false, tick + 4 * i);
        edge(EDGE_LOAD, true, tick + 4 * i + 2);
    }
}

static void test_edges_a_day(void **state)
{
    (void)state;
    for (int count_max = 2; count_max <= 3; count_max++) {
        begin(a_day(count_max), 4.0);
        edge(EDGE_LOAD, true, 7);
        floats(2, 100);
        floats(1, 2 * DAY_TICKS - 1); /* the last tick of day 2 */
        floats(2, 2 * DAY_TICKS + 4);
        floats(1, 3 * DAY_TICKS - 1); /* the third of day 3 */
        floats(2, 3 * DAY_TICKS);
        end(4 * DAY_TICKS, count_max < 3 ? EXPECTATION_UNMET : EXPECTATION_MET, "most on day 3: 3 times");
    }
    says("Load floats at most 3 times a day");
    begin(a_day(0), 1.0);
    says("Load never floats on any day");
    edge(EDGE_LOAD, true, 7);
    end(DAY_TICKS, EXPECTATION_MET, "never");
    begin(a_day(0), 1.0);
    described.start_date = 9000;
    floats(1, 7);
    end(DAY_TICKS, EXPECTATION_UNMET, "most on day 1 (2024-08-21): once");
}

/* ---- state of charge ------------------------------------------------------------------------------------ */

static struct scenario_expectation charge(double pct_min, double pct_max, double at_s)
{
    return (struct scenario_expectation){
        .what = EXPECT_STATE_OF_CHARGE, .pct_min = pct_min, .pct_max = pct_max, .at_s = at_s};
}

static void range(struct scenario_expectation expectation, enum expectation_verdict verdict)
{
    begin(expectation, 1.0);
    totals.soc_pct_min = 20.0;
    totals.soc_pct_max = 90.0;
    totals.soc_min_tick = 8;
    totals.soc_max_tick = 80;
    end(DAY_TICKS, verdict, "20.000 % at day 1 00:00:01, 90.000 % at day 1 00:00:10");
}

static void test_charge_all_along(void **state)
{
    (void)state;
    range(charge(20.0, EXPECT_PCT_NONE, -1.0), EXPECTATION_MET);
    says("state of charge is always at least 20 %");
    range(charge(20.001, EXPECT_PCT_NONE, -1.0), EXPECTATION_UNMET);
    range(charge(-EXPECT_PCT_NONE, 90.0, -1.0), EXPECTATION_MET);
    says("state of charge is always at most 90 %");
    range(charge(-EXPECT_PCT_NONE, 89.999, -1.0), EXPECTATION_UNMET);
    range(charge(20.0, 90.0, -1.0), EXPECTATION_MET);
    says("state of charge is always 20 to 90 %");
    range(charge(30.0, 90.0, -1.0), EXPECTATION_UNMET);
}

static void sample(int64_t tick, double soc_pct)
{
    static struct system_run run;

    run.tick = tick;
    run.soc_pct = soc_pct;
    expectations_take_sample(&watched, &run);
}

static void test_charge_at_one_time(void **state)
{
    static const double at_s[] = {0.0, 10.0, 13.0, 16.0, 3600.0};
    static const char *const details[] = {"it was 50.000 %", "it was 50.000 %", "it was 45.000 %",
                                          "it was 40.000 %", "the run was ended before"};

    (void)state;
    for (size_t i = 0; i < sizeof at_s / sizeof at_s[0]; i++) {
        begin(charge(40.0, 45.0, at_s[i]), 1.0);
        sample(0, 50.0);
        sample(0, 50.0); /* what has moved the bus at a tick shows it again */
        sample(80, 50.0);
        sample(104 + 24, 40.0);
        sample(200, 1.0);
        end(28799, i < 2 ? EXPECTATION_UNMET : (i < 4 ? EXPECTATION_MET : EXPECTATION_NOT_REACHED),
            details[i]);
    }
    says("state of charge is 40 to 45 % at day 1 01:00:00");
}

/* ---- a whole run ----------------------------------------------------------------------------------------- */

/* 5 A for ten hours out of 100 Ah, and what came out, whatever the lengths of the steps. */
static void test_charge_in_a_run(void **state)
{
    static struct system_run run;
    struct sbms_control control;
    char text[EXPECTATION_TEXT_SIZE];

    (void)state;
    described = scenario_quiet();
    described.duration_s = 36000.0;
    described.bank.capacity_ah = 100.0;
    described.bank.soc_pct = 80.0;
    described.bank.self_discharge_pct_per_month = 0.0;
    described.loads[0] =
        (struct scenario_load){.name = "l", .current_a = 5.0, .chance_pct = 100.0, .behind = BEHIND_BATTERY};
    set_relay(&described, 0.0, 0.0, 0.0);
    described.expectation_count = 3;
    described.expectations[0] = charge(64.98, 65.0, 3.0 * 3600.0 + 0.625);
    described.expectations[1] = charge(29.9, 30.0, 36000.0);
    described.expectations[2] = charge(29.9, 80.0, -1.0);
    expectations_init(&watched, &described);
    assert_int_equal(sbms_control_init(&control, NULL), SBMS_SETTINGS_OK);
    assert_true(system_init(&run, &described, device_native(&control), (struct system_observer){0}, false));
    run.observer = (struct system_observer){.self = &watched};
    while (run.tick < run.end_tick) {
        system_run_to(&run, run.tick + 1000 < run.end_tick ? run.tick + 1000 : run.end_tick);
        expectations_take_sample(&watched, &run);
    }
    expectations_finish(&watched, &run.totals, run.end_tick);
    for (int i = 0; i < 3; i++) {
        if (expectations_judge(&watched, i, text, sizeof text) != EXPECTATION_MET) {
            fail_msg("%s", text);
        }
    }
    system_free(&run);
}

/* ---- energy --------------------------------------------------------------------------------------------- */

static void test_energy_at_its_edges(void **state)
{
    static const double wh[] = {999.9, 1000.0, 2000.0, 2000.1};
    static const char *const details[] = {"it was 1000 Wh", "it was 1.00 kWh", "it was 2.00 kWh",
                                          "it was 2.00 kWh"};

    (void)state;
    for (int i = 0; i < 4; i++) {
        const enum expectation_verdict verdict = i == 0 || i == 3 ? EXPECTATION_UNMET : EXPECTATION_MET;

        begin(
            (struct scenario_expectation){
                .what = EXPECT_ENERGY, .name = "hob", .user = 3, .wh_min = 1000.0, .wh_max = 2000.0},
            1.0);
        says("energy of hob is 1.00 kWh to 2.00 kWh");
        totals.load_j[3] = wh[i] * 3600.0;
        end(DAY_TICKS, verdict, details[i]);
    }
}

/* A run that is ended early may not have come to the least of it; the most it may have passed. */
static void test_energy_of_a_run_that_was_ended(void **state)
{
    static const double wh[] = {999.0, 1500.0, 2001.0};
    static const enum expectation_verdict verdicts[] = {EXPECTATION_NOT_REACHED, EXPECTATION_MET,
                                                        EXPECTATION_UNMET};
    static const char *const details[] = {"it was 999 Wh", "it was 1.50 kWh", "it was 2.00 kWh"};

    (void)state;
    for (int i = 0; i < 3; i++) {
        begin(
            (struct scenario_expectation){
                .what = EXPECT_ENERGY, .name = "hob", .user = 3, .wh_min = 1000.0, .wh_max = 2000.0},
            1.0);
        totals.load_j[3] = wh[i] * 3600.0;
        end(DAY_TICKS - 8, verdicts[i], details[i]);
    }
}

/* Of equipment it is what it gives or, where it gives nothing, what it takes; the section `solar` is before it. */
static void test_energy_of_equipment(void **state)
{
    (void)state;
    for (int gives = 0; gives <= 1; gives++) {
        begin((struct scenario_expectation){.what = EXPECT_ENERGY,
                                            .name = "inverter",
                                            .user = SCENARIO_LOADS_MAX + 1,
                                            .wh_min = 3.0,
                                            .wh_max = EXPECT_WH_NONE},
              1.0);
        says("energy of inverter is at least 3.0 Wh");
        described.solar.panel_w = 100.0;
        described.equipment_count = 2;
        totals.equipment[2].taken_j = 3.0 * 3600.0;
        totals.equipment[2].given_j = gives * 2.9 * 3600.0;
        end(DAY_TICKS, gives == 0 ? EXPECTATION_MET : EXPECTATION_UNMET,
            gives == 0 ? "it was 3.0 Wh" : "it was 2.9 Wh");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_longest_at_its_edge),
        cmocka_unit_test(test_longest_from_the_start_and_to_the_end),
        cmocka_unit_test(test_high_share_at_its_edges),
        cmocka_unit_test(test_high_share_of_a_run_that_was_ended),
        cmocka_unit_test(test_edges_a_day),
        cmocka_unit_test(test_charge_all_along),
        cmocka_unit_test(test_charge_at_one_time),
        cmocka_unit_test(test_charge_in_a_run),
        cmocka_unit_test(test_energy_at_its_edges),
        cmocka_unit_test(test_energy_of_a_run_that_was_ended),
        cmocka_unit_test(test_energy_of_equipment),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
