/* SPDX-License-Identifier: Apache-2.0 */
/* Alternators: regulator, speed, heat, load dump; and one that an ATC cuts off again and again. */
#include "tests/equipment_fixture.h"

#define HOUR_TICKS (3600 * TICKS_PER_S)
#define LOOK_TICKS (30 * TICKS_PER_S)

static struct equipment_bench bench;
static struct equipment_run whole;

static void begin(const char *keys)
{
    char text[256];

    snprintf(text, sizeof text, "  - {name: alternator, kind: alternator, on: starter, %s}\n", keys);
    bench_begin(&bench, text);
}

static struct network_source source_now(void)
{
    const struct network network = bench_network(&bench, 0.0);

    assert_int_equal(network.source_count, 1);
    return network.sources[0];
}

static bool gives(void)
{
    return bench_network(&bench, 0.0).source_count == 1;
}

/* ---- regulator, speed, hours ---------------------------------------------------------------------- */

static void test_regulator(void **state)
{
    (void)state;
    begin("current_a_max: 100");
    assert_false(gives());
    assert_string_equal(bench_look(&bench, 0), "charges");
    assert_near(source_now().voltage_v_max, 14.2, 1e-12);
    assert_near(source_now().current_a_max, 100.0, 0.0);
    assert_true(source_now().power_w > 14.2 * 100.0);
    assert_near(source_now().cable_ohm, 0.128 / 100.0, 1e-12);
    begin("voltage_mv: 14400, cable_mohm: 7");
    bench_look(&bench, 0);
    assert_near(source_now().voltage_v_max, 14.4, 1e-12);
    assert_near(source_now().cable_ohm, 0.007, 1e-15);
    bench_begin(&bench, "  - {name: alternator, kind: alternator, on: high}\n");
    bench_look(&bench, 0);
    assert_near(source_now().voltage_v_max, 28.4, 1e-12);
}

static void test_hours_and_idle(void **state)
{
    (void)state;
    begin("current_a_max: 100, idle_pct: 30, hours: \"01:00-02:00\", idle_hours: \"00:00-01:10\"");
    assert_string_equal(bench_look(&bench, 0), "off");
    assert_turns(&bench, HOUR_TICKS, "charges, engine idles");
    assert_near(source_now().current_a_max, 30.0, 1e-12);
    bench_look(&bench, HOUR_TICKS + 600 * TICKS_PER_S - LOOK_TICKS + 1);
    assert_turns(&bench, HOUR_TICKS + 600 * TICKS_PER_S, "charges");
    assert_near(source_now().current_a_max, 100.0, 1e-12);
    bench_look(&bench, 2 * HOUR_TICKS - LOOK_TICKS + 1);
    assert_turns(&bench, 2 * HOUR_TICKS, "off");
    assert_false(gives());
}

static void test_field(void **state)
{
    (void)state;
    begin("control: charger");
    bench.seen.is_enabled = false;
    assert_string_equal(bench_look(&bench, 0), "off");
    bench.seen.is_enabled = true;
    assert_string_equal(bench_look(&bench, 8), "charges");
    bench.seen.backed_a = 50.0;
    bench.seen.is_backed = false; /* field and battery go at once: no load dump */
    bench.seen.is_enabled = false;
    assert_string_equal(bench_look(&bench, 16), "off");
    assert_int_equal(bench.state.count, 0);
}

static void test_dead(void **state)
{
    (void)state;
    begin("current_a_max: 100");
    bench_look(&bench, 0);
    bench.seen.fault = bench.kind->faults[0].value;
    assert_string_equal(bench_look(&bench, 8), "dead");
    assert_false(gives());
    assert_string_equal(bench_look(&bench, 16), "dead");
    bench.seen.fault = 0;
    assert_string_equal(bench_look(&bench, 24), "off");
    assert_string_equal(bench_look(&bench, 32), "charges");
}

static void test_refused(void **state)
{
    (void)state;
    assert_entry_refused("  - {name: a, kind: alternator, on: starter, voltage_mv: 15001}\n", "9:58",
                         "voltage_mv 15001 is outside 13500..15000 mV on a bus of 12.8 V");
    assert_entry_refused("  - {name: a, kind: alternator, on: high, voltage_mv: 26999}\n", "9:55",
                         "voltage_mv 26999 is outside 27000..30000 mV on a bus of 25.6 V");
}

/* ---- heat ----------------------------------------------------------------------------------------- */

/* Seconds until it is called `word` at `current_a`, looked at each second from `tick` on. */
static double seconds_until(const char *word, double current_a, int64_t *tick)
{
    const int64_t begin_tick = *tick;

    bench.seen.source_a = current_a;
    while (strcmp(bench_look(&bench, *tick), word) != 0) {
        *tick += TICKS_PER_S;
        assert_true(*tick - begin_tick < HOUR_TICKS);
    }
    return (double)(*tick - begin_tick) / SBMS_TICKS_PER_S;
}

/* Full output overheats it after 5 min, from cold; at half of it it cools, and is hot again sooner. */
static void test_heat(void **state)
{
    int64_t tick = 0;

    (void)state;
    begin("current_a_max: 100");
    assert_near(seconds_until("too hot: half its current", 100.0, &tick), 300.0, 1.0);
    assert_near(source_now().current_a_max, 50.0, 1e-12);
    /* from 1 towards 2.54 / 4 to 0.8; then from 0.8 towards 2.54 to 1 */
    assert_near(seconds_until("charges", 50.0, &tick), 478.0, 2.0);
    assert_near(source_now().current_a_max, 100.0, 1e-12);
    assert_near(seconds_until("too hot: half its current", 100.0, &tick), 73.0, 2.0);
}

/* What it can hold for ever: 62 % of its full output at speed, 44 % at idle. */
static void test_heat_that_lasts(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++) {
        static const double currents_a[] = {62.0, 63.5, 44.0, 45.0};
        static const char *const hot[] = {NULL, "too hot: half its current", NULL,
                                          "too hot, engine idles: half its current"};
        int64_t tick = 0;
        const char *word = NULL;

        begin(i < 2 ? "current_a_max: 100" : "current_a_max: 100, idle_hours: \"00:00-24:00\"");
        bench.seen.source_a = currents_a[i];
        for (tick = 0; tick < 3 * HOUR_TICKS; tick += TICKS_PER_S) {
            word = bench_look(&bench, tick);
        }
        assert_string_equal(word, hot[i] != NULL ? hot[i] : (i < 2 ? "charges" : "charges, engine idles"));
    }
}

/* While it stands it cools, though nobody looks. */
static void test_heat_goes(void **state)
{
    int64_t tick = 0;

    (void)state;
    begin("current_a_max: 100, control: charger");
    seconds_until("too hot: half its current", 100.0, &tick);
    bench.seen.is_enabled = false;
    assert_string_equal(bench_look(&bench, tick + 8), "off");
    assert_int_equal(bench_next_tick(&bench, tick + 8), INT64_MAX);
    bench.seen.is_enabled = true;
    tick += HOUR_TICKS;
    assert_string_equal(bench_look(&bench, tick), "charges");
    assert_near(bench.state.level, exp(-(3600.0 - 1.0) / 600.0), 1e-3);
    assert_near(seconds_until("too hot: half its current", 100.0, &tick), 300.0, 3.0);
}

/* It looks each 30 s by itself, and the heat of a winding does not hang on how often it is looked at. */
static void test_heat_by_looks(void **state)
{
    double level = 0.0;

    (void)state;
    begin("current_a_max: 100");
    bench.seen.source_a = 80.0;
    bench_look(&bench, 0);
    assert_int_equal(bench_next_tick(&bench, 0), LOOK_TICKS);
    for (int64_t tick = 0; tick <= 10 * LOOK_TICKS; tick += LOOK_TICKS) {
        bench_look(&bench, tick);
    }
    level = bench.state.level;
    assert_near(level, 0.64, 1e-9); /* (80/100)^2 of what full output has after 5 min */
    begin("current_a_max: 100");
    bench.seen.source_a = 80.0;
    for (int64_t tick = 0; tick <= 10 * LOOK_TICKS; tick += TICKS_PER_S) {
        bench_look(&bench, tick);
    }
    assert_near(bench.state.level, level, 1e-12);
}

static void test_burns_out(void **state)
{
    int64_t tick = 0;

    (void)state;
    begin("current_a_max: 100, overheats: burns_out");
    assert_near(seconds_until("dead: burnt out", 100.0, &tick), 535.2, 1.0);
    assert_false(gives());
    assert_string_equal(bench_look(&bench, tick + HOUR_TICKS), "dead: burnt out");
    bench.seen.is_mended = true; /* a new one, which is cold */
    bench.seen.source_a = 0.0;
    assert_string_equal(bench_look(&bench, tick + HOUR_TICKS + 8), "off");
    bench.seen.is_mended = false;
    assert_string_equal(bench_look(&bench, tick + HOUR_TICKS + 16), "charges");
    assert_near(bench.state.level, 0.0, 0.0);
}

/* ---- load dump ------------------------------------------------------------------------------------ */

static void lose_battery(double current_a)
{
    bench_look(&bench, 0);
    bench.seen.source_a = current_a;
    bench.seen.backed_a = current_a;
    bench_look(&bench, 8);
    bench.seen.source_a = 1.0;
    bench.seen.is_backed = false;
}

static void test_load_dump_words(void **state)
{
    (void)state;
    begin("is_clamped: true");
    lose_battery(40.0);
    assert_string_equal(bench_look(&bench, 16), "load dump of # A, clamped at 35 V");
    begin("is_clamped: false");
    lose_battery(40.0);
    assert_string_equal(bench_look(&bench, 16), "load dump of # A, 79 to 101 V");
    bench_begin(&bench, "  - {name: a, kind: alternator, on: high, is_clamped: false}\n");
    lose_battery(40.0);
    assert_string_equal(bench_look(&bench, 16), "load dump of # A, 151 to 202 V");
    bench_begin(&bench, "  - {name: a, kind: alternator, on: high}\n");
    lose_battery(40.0);
    assert_string_equal(bench_look(&bench, 16), "load dump of # A");
}

/* It takes 0.4 s and a rest; then it feeds what is left on its bus, until a battery is back. */
static void test_load_dump_survived(void **state)
{
    (void)state;
    begin("is_clamped: true");
    lose_battery(5.0);
    bench_look(&bench, 16);
    assert_int_equal(bench.state.count, 1);
    assert_true(gives());
    assert_turns(&bench, 20, "runs without a battery");
    assert_true(gives());
    assert_string_equal(bench_look(&bench, 80), "runs without a battery");
    bench.seen.is_backed = true;
    assert_string_equal(bench_look(&bench, 88), "charges");
    bench.seen.backed_a = 80.0;
    bench.seen.is_backed = false;
    bench_look(&bench, 96);
    assert_int_equal(bench.state.count, 2);
    bench.seen.is_backed = true; /* back within the dump */
    assert_turns(&bench, 100, "charges");
}

static void test_load_dump_breaks(void **state)
{
    (void)state;
    begin("survives_load_dump: false");
    lose_battery(60.0);
    bench_look(&bench, 16);
    assert_turns(&bench, 20, "dead: its diodes broke in a load dump");
    assert_false(gives());
    bench.seen.is_backed = true;
    assert_string_equal(bench_look(&bench, HOUR_TICKS), "dead: its diodes broke in a load dump");
    bench.seen.is_mended = true;
    assert_string_equal(bench_look(&bench, HOUR_TICKS + 8), "off");
}

/* In a run: the event alone, without a fault before it, and once. */
static void test_burnt_out_and_mended(void **state)
{
    int64_t tick = 0;

    (void)state;
    equipment_run(&whole,
                  "title: t\n"
                  "run: {duration: 2 h}\n"
                  "bank: {battery: 12.8 V, capacity_ah: 300, state_of_charge_pct: 10}\n"
                  "equipment: [{name: a, kind: alternator, on: bank, overheats: burns_out}]\n"
                  "loads: []\n"
                  "events: [{at: \"day 1 01:00\", what: equipment_mended, name: a}]\n",
                  false);
    assert_int_equal(equipment_phases(&whole, "a", "dead: burnt out", 1, &tick), 2);
    assert_in_range(tick, HOUR_TICKS + 500 * TICKS_PER_S, HOUR_TICKS + 600 * TICKS_PER_S);
    assert_int_equal(equipment_phases(&whole, "a", "charges", 1, &tick), 2);
    assert_in_range(tick, HOUR_TICKS, HOUR_TICKS + 2 * TICKS_PER_S);
}

static void test_no_load_dump(void **state)
{
    (void)state;
    begin("is_clamped: true");
    lose_battery(4.999); /* too little */
    assert_string_equal(bench_look(&bench, 16), "runs without a battery");
    assert_int_equal(bench.state.count, 0);
    begin("hours: \"01:00-02:00\"");
    bench.seen.is_backed = false;
    bench.seen.backed_a = 0.0;
    assert_string_equal(bench_look(&bench, HOUR_TICKS), "runs without a battery"); /* it never had one */
    bench.seen.backed_a = 60.0;                                                    /* of long ago */
    assert_string_equal(bench_look(&bench, HOUR_TICKS + 8), "runs without a battery");
    begin("control: load");
    bench.seen.is_enabled = false;
    bench_look(&bench, 0);
    bench.seen.backed_a = 60.0;
    bench.seen.is_backed = false;
    bench.seen.is_enabled = true;
    assert_string_equal(bench_look(&bench, 8), "runs without a battery");
}

/* ---- whole runs ----------------------------------------------------------------------------------- */

/* A bank kept about the limit of ATC by a heater, the alternator behind a switch that Charger opens. */
static int dumps_an_hour(const char *engine_bus, double *an_hour)
{
    static const char text[] =
        "title: t\n"
        "run: {duration: 5 h}\n"
        "bank: {battery: 12.8 V, capacity_ah: 200, state_of_charge_pct: 20}\n"
        "ambient: {mean_c: -10}\n"
        "buses: [%s]\n"
        "equipment:\n"
        "  - {name: alternator, kind: alternator, on: engine, current_a_max: 60, hours: \"01:00-05:00\"}\n"
        "  - {name: protect, kind: battery_protect, from: engine, to: bank, control: charger}\n"
        "  - {name: heater, kind: heater, on: bank, power_w: 350, on_below_c: 4, off_above_c: 8}\n"
        "loads: [{name: ignition, on: engine, power_w: 60, from: \"01:00\", to: \"05:00\"}]\n";
    char made[sizeof text + 80];

    snprintf(made, sizeof made, text, engine_bus);
    equipment_run(&whole, made, false);
    *an_hour = whole.run.equipment[0].state.count / 4.0;
    return equipment_phases(&whole, "alternator", "load dump of # A, clamped at 35 V", 0, NULL);
}

/* Each cut of Charger while it charges is one load dump, in the same tick; a starter battery takes them all away. */
static void test_alternator_under_an_atc_that_dithers(void **state)
{
    double an_hour = 0.0;
    int dumps = dumps_an_hour("{name: engine}", &an_hour);
    int cuts = 0;
    int amounts = 0;

    (void)state;
    assert_in_range(dumps, 3, 20);
    assert_near(an_hour, dumps / 4.0, 0.0);
    for (int i = 0; i < whole.record.count; i++) {
        const struct system_edge *edge = &whole.record.edges[i];

        if (edge->kind == EDGE_EQUIPMENT &&
            strchr(equipment_phase_word(&whole.described, edge->value, edge->phase), '#') != NULL) {
            assert_real_in(edge->amount, 5.0, 60.0);
            amounts++;
        }
        if (edge->kind == EDGE_CHARGER && !edge->on && edge->tick > HOUR_TICKS) {
            int64_t tick = 0;

            equipment_phases(&whole, "alternator", "load dump of # A, clamped at 35 V", cuts++, &tick);
            assert_int_equal(tick, edge->tick);
        }
    }
    assert_int_equal(cuts, dumps);
    assert_int_equal(amounts, dumps);
    print_message("load dumps an hour: %.2f\n", an_hour);
    dumps = dumps_an_hour("{name: engine, battery: lead_acid, capacity_ah: 95}", &an_hour);
    assert_int_equal(dumps, 0);
    assert_true(equipment_phases(&whole, "protect", "closed", 0, NULL) > 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_regulator),
        cmocka_unit_test(test_hours_and_idle),
        cmocka_unit_test(test_field),
        cmocka_unit_test(test_dead),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_heat),
        cmocka_unit_test(test_heat_that_lasts),
        cmocka_unit_test(test_heat_goes),
        cmocka_unit_test(test_heat_by_looks),
        cmocka_unit_test(test_burns_out),
        cmocka_unit_test(test_load_dump_words),
        cmocka_unit_test(test_load_dump_survived),
        cmocka_unit_test(test_load_dump_breaks),
        cmocka_unit_test(test_burnt_out_and_mended),
        cmocka_unit_test(test_no_load_dump),
        cmocka_unit_test(test_alternator_under_an_atc_that_dithers),
    };

    return cmocka_run_group_tests_name("alternators", tests, NULL, NULL);
}
