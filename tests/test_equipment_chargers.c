/* SPDX-License-Identifier: Apache-2.0 */
/* Chargers on shore power and generators: every time at its edge, and whole runs with the device. */
#include "tests/equipment_fixture.h"

#define HOUR_TICKS (3600 * TICKS_PER_S)
#define MINUTE_TICKS (60 * TICKS_PER_S)

static struct equipment_bench bench;
static struct equipment_run whole;

/* ---- charger -------------------------------------------------------------------------------------- */

static void test_charger_stages(void **state)
{
    (void)state;
    bench_begin(&bench, "  - {name: shore, kind: charger, on: bank, absorption_s: 600}\n");
    assert_string_equal(bench.kind->phases[bench.state.phase], "off");
    assert_string_equal(bench_look(&bench, 0), "bulk");
    bench.seen.limit = NETWORK_BY_CURRENT;
    assert_string_equal(bench_look(&bench, 8), "bulk");
    bench.seen.limit = NETWORK_BY_VOLTAGE;
    bench.seen.source_a = 20.0;
    assert_string_equal(bench_look(&bench, 16), "absorption");
    assert_turns(&bench, 16 + 600 * TICKS_PER_S, "float");
}

/* A time that is no whole number of ticks (0.3 s are 2.4) ends at the first tick after it. */
static void test_part_of_a_tick(void **state)
{
    (void)state;
    bench_begin(&bench, "  - {name: shore, kind: charger, on: bank, absorption_s: 0.3}\n");
    bench_look(&bench, 0);
    bench.seen.limit = NETWORK_BY_VOLTAGE;
    bench.seen.source_a = 20.0;
    assert_string_equal(bench_look(&bench, 8), "absorption");
    assert_turns(&bench, 11, "float");

    bench_begin(&bench, "  - {name: genset, kind: generator, on: bank, start_delay_s: 0.3}\n");
    assert_string_equal(bench_look(&bench, 8), "starting");
    assert_turns(&bench, 11, "runs, bulk");
}

static void test_charger_hours_and_remote(void **state)
{
    (void)state;
    bench_begin(&bench,
                "  - {name: shore, kind: charger, on: bank, control: charger, hours: \"01:00-02:00\"}\n");
    assert_string_equal(bench_look(&bench, 0), "off");
    assert_turns(&bench, HOUR_TICKS, "bulk");
    bench.seen.is_enabled = false;
    assert_string_equal(bench_look(&bench, HOUR_TICKS + 8), "off");
    bench.seen.is_enabled = true;
    assert_string_equal(bench_look(&bench, HOUR_TICKS + 16), "bulk");
    assert_turns(&bench, 2 * HOUR_TICKS, "off");
}

static void test_charger_dead(void **state)
{
    struct network network;

    (void)state;
    bench_begin(&bench, "  - {name: shore, kind: charger, on: bank, current_a_max: 40}\n");
    bench_look(&bench, 0);
    network = bench_network(&bench, 0.0);
    assert_int_equal(network.source_count, 1);
    assert_near(network.sources[0].current_a_max, 40.0, 0.0);
    assert_near(network.sources[0].voltage_v_max, 14.2, 1e-12);
    assert_true(network.sources[0].power_w > 40.0 * 14.2);
    bench.seen.fault = bench.kind->faults[0].value;
    assert_string_equal(bench_look(&bench, 8), "dead");
    assert_int_equal(bench_network(&bench, 0.0).source_count, 0);
    assert_string_equal(bench_look(&bench, 16), "dead");
    bench.seen.fault = 0;
    assert_string_equal(bench_look(&bench, 24), "off");
    assert_string_equal(bench_look(&bench, 32), "bulk");
}

static void test_charger_refused(void **state)
{
    (void)state;
    assert_entry_refused("  - {name: shore, kind: charger, on: bank, absorption_mv: 28400}\n", "9:59",
                         "absorption_mv 28400 is outside 12000..15000 mV on a bus of 12.8 V");
    assert_entry_refused("  - {name: shore, kind: charger, on: high, float_mv: 23999}\n", "9:54",
                         "float_mv 23999 is outside 24000..30000 mV on a bus of 25.6 V");
    assert_entry_refused("  - {name: shore, kind: charger, on: bank, float_mv: 14200}\n", "9:54",
                         "float_mv 14200 is not below absorption_mv 14200");
}

/* A charger without a remote input goes on charging though Charger floats; one with it does not. */
static void test_charger_without_remote(void **state)
{
    static const char text[] = "title: t\n"
                               "run: {duration: 6 h}\n"
                               "bank: {battery: 12.8 V, capacity_ah: 100, state_of_charge_pct: 20}\n"
                               "ambient: {mean_c: -20}\n"
                               "equipment:\n"
                               "  - {name: shore, kind: charger, on: bank, control: %s}\n";
    char made[sizeof text + 16];
    double in_as[2];

    (void)state;
    for (int i = 0; i < 2; i++) {
        snprintf(made, sizeof made, text, i == 0 ? "none" : "charger");
        equipment_run(&whole, made, false);
        in_as[i] = whole.run.totals.charge_in_as;
        assert_int_equal(whole.run.totals.charger_ticks, 0);
    }
    assert_true(in_as[0] > 30.0 * 3600.0);
    assert_true(in_as[1] == 0.0);
}

/* Shore power for two hours a day: what it gives is what the run's energy has from sources, to the last. */
static void test_charger_gives_energy(void **state)
{
    (void)state;
    equipment_run(&whole,
                  "title: t\n"
                  "run: {duration: 1 day}\n"
                  "bank: {battery: 12.8 V, capacity_ah: 100, state_of_charge_pct: 20}\n"
                  "equipment:\n"
                  "  - {name: shore, kind: charger, on: bank, control: charger, hours: \"04:00-06:00\"}\n",
                  false);
    assert_int_equal(equipment_phases(&whole, "shore", "bulk", 0, NULL), 1);
    assert_near(whole.run.totals.charge_in_as / 3600.0, 60.0, 0.5); /* 30 A for 2 h */
    assert_true(system_energy(&whole.run).in_j / 3600.0 > 60.0 * 13.2);
}

/* Three solar chargers on one bus share it as one of three times the panel does, but for what their cables make. */
static void test_several_solar_chargers(void **state)
{
    static const char begin[] = "title: t\n"
                                "run: {duration: 2 days}\n"
                                "bank: {battery: 12.8 V, capacity_ah: 200, state_of_charge_pct: 30}\n"
                                "loads: [{name: lamp, power_w: 20}]\n"
                                "equipment:\n";
    char text[1024];
    double in_j = 0.0;

    (void)state;
    snprintf(text, sizeof text,
             "%s  - {name: roof, kind: solar_charger, on: bank, panel_w: 300, current_a_max: 45}\n", begin);
    equipment_run(&whole, text, false);
    in_j = whole.run.totals.in_j;
    snprintf(text, sizeof text,
             "%s  - {name: roof 1, kind: solar_charger, on: bank, panel_w: 100, current_a_max: 15}\n"
             "  - {name: roof 2, kind: solar_charger, on: bank, panel_w: 100, current_a_max: 15}\n"
             "  - {name: roof 3, kind: solar_charger, on: bank, panel_w: 100, current_a_max: 15}\n",
             begin);
    equipment_run(&whole, text, false);
    assert_true(in_j > 1e6);
    assert_near(whole.run.totals.in_j, in_j, 0.002 * in_j);
    assert_true(equipment_phases(&whole, "roof 3", "bulk", 0, NULL) > 0);
}

/* ---- generator ------------------------------------------------------------------------------------ */

#define GENERATOR "  - {name: genset, kind: generator, on: bank, control: pre_alarm, start_delay_s: 20, "

static void begin_generator(const char *keys)
{
    char text[256];

    snprintf(text, sizeof text, GENERATOR "%s}\n", keys);
    bench_begin(&bench, text);
    bench.seen.is_enabled = false;
    assert_string_equal(bench_look(&bench, 0), "stopped");
}

static void start_generator(int64_t tick)
{
    bench.seen.is_enabled = true;
    assert_string_equal(bench_look(&bench, tick), "starting");
    assert_int_equal(bench_network(&bench, 0.0).source_count, 0);
    assert_turns(&bench, tick + 20 * TICKS_PER_S, "runs, bulk");
    assert_int_equal(bench_network(&bench, 0.0).source_count, 1);
}

/* It runs for its shortest run though it is asked no longer, and stops at the end of it to the tick. */
static void test_generator_shortest_run(void **state)
{
    (void)state;
    begin_generator("run_min_min: 10");
    start_generator(80);
    bench.seen.is_enabled = false;
    assert_string_equal(bench_look(&bench, 400), "runs, bulk");
    assert_turns(&bench, 80 + 20 * TICKS_PER_S + 10 * MINUTE_TICKS, "stopped");
    assert_int_equal(bench.state.count, 1);
    start_generator(100 * MINUTE_TICKS);
    assert_int_equal(bench.state.count, 2);
    assert_string_equal(bench_look(&bench, 200 * MINUTE_TICKS), "runs, bulk"); /* still asked */
    bench.seen.is_enabled = false;
    assert_string_equal(bench_look(&bench, 200 * MINUTE_TICKS + 1), "stopped");
}

/* Asked no longer while it cranks: without a shortest run it stops, with one it goes on. */
static void test_generator_asked_for_a_moment(void **state)
{
    (void)state;
    begin_generator("run_min_min: 0");
    bench.seen.is_enabled = true;
    bench_look(&bench, 8);
    bench.seen.is_enabled = false;
    assert_string_equal(bench_look(&bench, 9), "stopped");
    begin_generator("run_min_min: 1");
    bench.seen.is_enabled = true;
    bench_look(&bench, 8);
    bench.seen.is_enabled = false;
    assert_string_equal(bench_look(&bench, 9), "starting");
    assert_turns(&bench, 8 + 20 * TICKS_PER_S, "runs, bulk");
}

static void test_generator_until(void **state)
{
    (void)state;
    begin_generator("run_min_min: 0, until: absorption");
    start_generator(8);
    bench.seen.is_enabled = false;
    bench.seen.limit = NETWORK_BY_CURRENT;
    assert_string_equal(bench_look(&bench, HOUR_TICKS), "runs, bulk");
    bench.seen.limit = NETWORK_BY_VOLTAGE;
    bench.seen.source_a = 20.0;
    assert_string_equal(bench_look(&bench, HOUR_TICKS + 8), "runs, absorption");
    assert_string_equal(bench_look(&bench, HOUR_TICKS + 16), "stopped");

    begin_generator("run_min_min: 0, until: float, absorption_s: 60");
    start_generator(8);
    bench.seen.is_enabled = false;
    bench.seen.limit = NETWORK_BY_VOLTAGE;
    bench.seen.source_a = 20.0;
    assert_string_equal(bench_look(&bench, HOUR_TICKS), "runs, absorption");
    assert_turns(&bench, HOUR_TICKS + MINUTE_TICKS, "runs, float");
    assert_string_equal(bench_look(&bench, HOUR_TICKS + MINUTE_TICKS + 1), "stopped");
}

/* Charger floats: its charger is off, it runs on; and it waits for no stage then. */
static void test_generator_remote(void **state)
{
    (void)state;
    begin_generator("run_min_min: 0, until: float");
    start_generator(8);
    bench.seen.may_charge = false;
    assert_string_equal(bench_look(&bench, HOUR_TICKS), "runs, its charger is off");
    assert_int_equal(bench_network(&bench, 0.0).source_count, 0);
    bench.seen.may_charge = true;
    assert_string_equal(bench_look(&bench, HOUR_TICKS + 8), "runs, bulk");
    bench.seen.may_charge = false;
    bench_look(&bench, HOUR_TICKS + 16);
    bench.seen.is_enabled = false;
    assert_string_equal(bench_look(&bench, HOUR_TICKS + 24), "stopped");

    begin_generator("charger_remote: none");
    start_generator(8);
    bench.seen.may_charge = false;
    assert_string_equal(bench_look(&bench, HOUR_TICKS), "runs, bulk");
}

/* Quiet hours: it stops at their beginning within its shortest run, and starts at their end if it is asked then. */
static void test_generator_hours(void **state)
{
    (void)state;
    begin_generator("hours: \"08:00-22:00\"");
    bench.seen.is_enabled = true;
    assert_string_equal(bench_look(&bench, HOUR_TICKS), "stopped");
    assert_turns(&bench, 8 * HOUR_TICKS, "starting");
    assert_turns(&bench, 8 * HOUR_TICKS + 20 * TICKS_PER_S, "runs, bulk");
    assert_turns(&bench, 22 * HOUR_TICKS, "stopped");
}

static void test_generator_faults(void **state)
{
    const struct scenario_word *faults = equipment_kinds[EQUIPMENT_GENERATOR]->faults;

    (void)state;
    begin_generator("run_min_min: 10");
    bench.seen.fault = faults[0].value;
    assert_string_equal(faults[0].text, "does_not_start");
    bench.seen.is_enabled = true;
    assert_string_equal(bench_look(&bench, 8), "starting");
    assert_turns(&bench, 8 + 20 * TICKS_PER_S, "does not start");
    assert_string_equal(bench_look(&bench, HOUR_TICKS), "does not start");
    bench.seen.is_enabled = false;
    assert_string_equal(bench_look(&bench, HOUR_TICKS + 8), "stopped");
    bench.seen.is_enabled = true;
    assert_string_equal(bench_look(&bench, HOUR_TICKS + 16), "starting");
    assert_int_equal(bench.state.count, 2);
    bench_look(&bench, HOUR_TICKS + 16 + 20 * TICKS_PER_S);
    bench.seen.fault = 0; /* mended, and asked still */
    assert_string_equal(bench_look(&bench, 2 * HOUR_TICKS), "stopped");
    assert_string_equal(bench_look(&bench, 2 * HOUR_TICKS + 8), "starting");
    bench_look(&bench, 3 * HOUR_TICKS);
    bench.seen.fault = faults[0].value; /* it runs already */
    assert_string_equal(bench_look(&bench, 3 * HOUR_TICKS + 8), "runs, bulk");
    bench.seen.fault = faults[1].value;
    assert_string_equal(faults[1].text, "dead");
    assert_string_equal(bench_look(&bench, 3 * HOUR_TICKS + 16), "dead");
    assert_int_equal(bench_network(&bench, 0.0).source_count, 0);
    bench.seen.fault = 0;
    assert_string_equal(bench_look(&bench, 3 * HOUR_TICKS + 24), "stopped");
}

/* ---- generator and Pre-alarm ---------------------------------------------------------------------- */

/* A small bank, a heavy load now and then, a nervous threshold of Pre-alarm; `run_min_min` is the question. */
static int generator_starts(double run_min_min, double *hours)
{
    static const char text[] =
        "title: t\n"
        "run: {duration: 12 h}\n"
        "bank: {battery: 12.8 V, capacity_ah: 100, state_of_charge_pct: 14, pre_alarm_mv: 3150}\n"
        "equipment:\n"
        "  - {name: genset, kind: generator, on: bank, control: pre_alarm, run_min_min: %g}\n"
        "loads:\n"
        "  - {name: pump, power_w: 300}\n";
    char made[sizeof text + 32];
    int64_t first = 0;
    int starts = 0;

    snprintf(made, sizeof made, text, run_min_min);
    equipment_run(&whole, made, false);
    starts = equipment_phases(&whole, "genset", "starting", 0, &first);
    assert_int_equal(whole.run.equipment[0].state.count, starts);
    *hours = (double)(whole.run.end_tick - first) / HOUR_TICKS;
    return starts;
}

static void test_generator_on_pre_alarm(void **state)
{
    double hours = 0.0;
    double nervous = 0.0;
    double calm = 0.0;

    (void)state;
    nervous = generator_starts(0.0, &hours) / hours;
    calm = generator_starts(60.0, &hours) / hours;
    print_message("starts an hour: %.2f without a shortest run, %.2f with one of an hour\n", nervous, calm);
    assert_true(nervous > 4.0);
    assert_true(calm <= 1.01);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_charger_stages),           cmocka_unit_test(test_part_of_a_tick),
        cmocka_unit_test(test_charger_hours_and_remote), cmocka_unit_test(test_charger_dead),
        cmocka_unit_test(test_charger_refused),          cmocka_unit_test(test_charger_without_remote),
        cmocka_unit_test(test_charger_gives_energy),     cmocka_unit_test(test_several_solar_chargers),
        cmocka_unit_test(test_generator_shortest_run),   cmocka_unit_test(test_generator_asked_for_a_moment),
        cmocka_unit_test(test_generator_until),          cmocka_unit_test(test_generator_remote),
        cmocka_unit_test(test_generator_hours),          cmocka_unit_test(test_generator_faults),
        cmocka_unit_test(test_generator_on_pre_alarm),
    };

    return cmocka_run_group_tests_name("chargers and generators", tests, NULL, NULL);
}
