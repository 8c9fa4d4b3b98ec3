/* SPDX-License-Identifier: Apache-2.0 */
/* DC-DC converters and DC-DC chargers: their input, their stages, and whole runs of a van. */
#include "tests/equipment_fixture.h"

#define MINUTE_TICKS (60 * TICKS_PER_S)
#define HOUR_TICKS (60 * MINUTE_TICKS)

static struct equipment_bench bench;
static struct equipment_run whole;

static void begin(const char *kind, const char *keys)
{
    char text[256];

    snprintf(text, sizeof text, "  - {name: orion, kind: %s, from: starter, to: bank%s}\n", kind, keys);
    bench_begin(&bench, text);
}

/* Its input at `volt` with and without what it takes. */
static const char *at_v(double volt, int64_t tick)
{
    bench.seen.from_v = volt;
    bench.seen.load_v = volt;
    return bench_look(&bench, tick);
}

/* ---- converter ------------------------------------------------------------------------------------ */

static void test_converter_input(void **state)
{
    (void)state;
    begin("dc_dc_converter", "");
    assert_string_equal(at_v(11.999, 0), "waits for its input");
    assert_string_equal(at_v(11.999, 80), "waits for its input");
    assert_string_equal(at_v(12.0, 88), "on");
    assert_string_equal(at_v(10.5, 96), "on");
    assert_string_equal(at_v(10.499, 104), "waits for its input");
    assert_string_equal(at_v(13.0, 104), "waits for its input"); /* the voltage is back at once without it */
    assert_turns(&bench, 104 + 4 * TICKS_PER_S, "on");
    begin("dc_dc_converter", "");
    assert_string_equal(at_v(12.0, 0), "on");
}

static void test_converter_cut_out_after(void **state)
{
    (void)state;
    begin("dc_dc_converter", ", cut_in_mv: 13000, cut_out_mv: 12000, cut_out_s: 30");
    at_v(13.0, 0);
    assert_string_equal(at_v(11.9, 80), "on");
    assert_string_equal(at_v(12.0, 200), "on"); /* it begins anew */
    assert_string_equal(at_v(11.9, 240), "on");
    assert_turns(&bench, 240 + 30 * TICKS_PER_S, "waits for its input");
    begin("dc_dc_converter", ", cut_out_s: 0.3"); /* 2.4 ticks */
    at_v(13.0, 0);
    assert_string_equal(at_v(10.4, 80), "on");
    assert_turns(&bench, 83, "waits for its input");
}

/* An input that cannot feed it at all stops it without a delay. */
static void test_input_gives_way(void **state)
{
    (void)state;
    begin("dc_dc_converter", ", cut_out_s: 30");
    at_v(13.0, 0);
    bench.seen.is_low = true;
    assert_string_equal(at_v(12.5, 8), "waits for its input");
    bench.seen.is_low = false;
    assert_turns(&bench, 8 + 4 * TICKS_PER_S, "on");
}

/* It waits twice as long each time, 64 s at most, and 2 s again once it has lasted for a minute. */
static void test_input_gives_way_again(void **state)
{
    int64_t tick = 8;

    (void)state;
    begin("dc_dc_converter", "");
    at_v(13.0, 0);
    for (int i = 1; i < 8; i++) {
        const int64_t wait_ticks = (i < 5 ? 2 << i : 64) * TICKS_PER_S;

        at_v(10.0, tick);
        bench.seen.from_v = 13.0;
        bench.seen.load_v = 13.0;
        assert_turns(&bench, tick + wait_ticks, "on");
        tick += wait_ticks + 60 * TICKS_PER_S - 1;
    }
    at_v(10.0, tick + 1);
    bench.seen.from_v = 13.0;
    assert_turns(&bench, tick + 1 + 2 * TICKS_PER_S, "on");
}

/* Its remote input forgets how often that was; and a minute of low input begins anew with each start. */
static void test_what_a_start_forgets(void **state)
{
    (void)state;
    begin("dc_dc_converter", "");
    at_v(13.0, 0);
    at_v(10.0, 8);
    at_v(13.0, 80);
    at_v(10.0, 88);
    assert_int_equal(bench.state.count, 2);
    bench.seen.is_enabled = false;
    at_v(13.0, 96);
    assert_int_equal(bench.state.count, 0);

    begin("dc_dc_converter", ", cut_out_s: 30");
    at_v(13.0, 0);
    at_v(10.0, 8);
    assert_turns(&bench, 8 + 30 * TICKS_PER_S, "waits for its input");
    at_v(13.0, HOUR_TICKS);
    assert_string_equal(at_v(10.0, HOUR_TICKS + 8), "on");
    assert_turns(&bench, HOUR_TICKS + 8 + 30 * TICKS_PER_S, "waits for its input");
}

static void test_converter_remote_and_dead(void **state)
{
    (void)state;
    begin("dc_dc_converter", ", control: load, standby_ma: 2, idle_ma: 100");
    bench.seen.is_enabled = false;
    assert_string_equal(at_v(13.0, 0), "off");
    assert_near(bench.kind->draw_a(bench.entry, &bench.state), 0.002, 1e-15);
    bench.seen.is_enabled = true;
    assert_string_equal(at_v(13.0, 1), "on");
    assert_near(bench.kind->draw_a(bench.entry, &bench.state), 0.0, 0.0); /* it is its idle power */
    bench.seen.is_enabled = false;
    assert_string_equal(at_v(13.0, 2), "off");
    bench.seen.is_enabled = true;
    assert_string_equal(at_v(11.0, 3), "waits for its input");
    assert_near(bench.kind->draw_a(bench.entry, &bench.state), 0.002, 1e-15);
    bench.seen.fault = bench.kind->faults[0].value;
    assert_string_equal(at_v(13.0, 4), "dead");
    assert_near(bench.kind->draw_a(bench.entry, &bench.state), 0.0, 0.0);
    assert_int_equal(bench_network(&bench, 0.0).load_count, 0);
    bench.seen.fault = 0;
    assert_string_equal(at_v(13.0, 5), "off");
    assert_string_equal(at_v(13.0, 6), "on");
}

static void test_converter_parts(void **state)
{
    struct network network;

    (void)state;
    bench_begin(&bench, "  - {name: s, kind: charger, on: high}\n"
                        "  - {name: c, kind: dc_dc_converter, from: high, to: bank, current_a_max: 20, "
                        "output_mv: 13200, efficiency_pct: 90, idle_ma: 50}\n");
    assert_int_equal(bench_network(&bench, 0.0).source_count, 0);
    assert_string_equal(at_v(24.0, 0), "on");
    network = bench_network(&bench, 0.0);
    assert_int_equal(network.load_count, 1);
    assert_int_equal(network.source_count, 1);
    assert_true(network.sources[0].has_input);
    assert_near(network.sources[0].efficiency, 0.9, 1e-15);
    assert_near(network.sources[0].current_a_max, 20.0, 0.0);
    assert_near(network.sources[0].voltage_v_max, 13.2, 1e-12);
    assert_near(network.sources[0].cable_ohm, 0.132 / 20.0, 1e-12);
    assert_near(network.loads[0].power_w, 0.05 * 24.0, 1e-12);
    assert_near(network.loads[0].voltage_v_min, 14.0, 1e-12);
    /* 1 % of 25.6 V at 20 A of 13.2 V and 90 % */
    assert_near(network.loads[0].cable_ohm, 0.256 / (20.0 * 13.2 / 0.9 / 25.6), 1e-9);
}

static void test_refused(void **state)
{
    (void)state;
    assert_entry_refused("  - {name: c, kind: dc_dc_converter, from: high, to: bank, output_mv: 15001}\n",
                         "9:71", "output_mv 15001 is outside 10000..15000 mV on a bus of 12.8 V");
    assert_entry_refused("  - {name: c, kind: dc_dc_converter, from: high, to: bank, cut_in_mv: 30001}\n",
                         "9:71", "cut_in_mv 30001 is outside 15000..30000 mV on a bus of 25.6 V");
    assert_entry_refused("  - {name: c, kind: dc_dc_converter, from: starter, to: bank, cut_out_mv: 12000}\n",
                         "9:75", "cut_out_mv 12000 is not below cut_in_mv 12000");
    assert_entry_refused(
        "  - {name: c, kind: dc_dc_charger, from: starter, to: bank, cut_in_at_once_mv: 13299}\n", "9:80",
        "cut_in_at_once_mv 13299 is below cut_in_mv 13300");
    assert_entry_refused("  - {name: c, kind: dc_dc_charger, from: bank, to: bank}\n", "9:52",
                         "to is the bus that from is, too; it takes another");
}

/* ---- charger -------------------------------------------------------------------------------------- */

/* The engine: at once from 14.0 V on, from 13.3 V on after 2 min without a break. */
static void test_charger_engine_on(void **state)
{
    (void)state;
    begin("dc_dc_charger", "");
    assert_string_equal(at_v(13.299, 0), "waits for its input");
    assert_string_equal(at_v(14.0, 16), "bulk");
    begin("dc_dc_charger", "");
    assert_string_equal(at_v(13.999, 0), "waits for its input");
    assert_string_equal(at_v(13.3, 8), "waits for its input");
    assert_turns(&bench, 120 * TICKS_PER_S, "bulk");
    begin("dc_dc_charger", "");
    at_v(13.3, 0);
    at_v(13.299, 100 * TICKS_PER_S);
    assert_string_equal(at_v(13.3, 110 * TICKS_PER_S), "waits for its input");
    assert_turns(&bench, 230 * TICKS_PER_S, "bulk");
}

static void test_charger_engine_off(void **state)
{
    (void)state;
    begin("dc_dc_charger", "");
    at_v(14.0, 0);
    assert_string_equal(at_v(13.1, 8), "bulk");
    assert_int_equal(bench_next_tick(&bench, 8), INT64_MAX);
    assert_string_equal(at_v(13.099, 16), "bulk");
    assert_turns(&bench, 16 + MINUTE_TICKS, "waits for its input");
}

/* Its stages go their way while its input is low for less than a minute, and do not end that minute. */
static void test_charger_stages(void **state)
{
    (void)state;
    begin("dc_dc_charger", ", absorption_s: 600");
    at_v(14.0, 0);
    bench.seen.limit = NETWORK_BY_VOLTAGE;
    bench.seen.source_a = 20.0;
    assert_string_equal(at_v(13.0, 80), "absorption");
    assert_turns(&bench, 80 + MINUTE_TICKS, "waits for its input");
    at_v(14.0, HOUR_TICKS);
    assert_string_equal(at_v(14.0, HOUR_TICKS + 8), "absorption");
    assert_turns(&bench, HOUR_TICKS + 8 + 600 * TICKS_PER_S, "float");
    assert_near(bench_network(&bench, 0.0).sources[0].voltage_v_max, 13.5, 1e-12);
    bench.seen.limit = NETWORK_BY_CURRENT;
    bench.seen.source_v = 13.0;
    assert_string_equal(at_v(13.0, 2 * HOUR_TICKS), "float"); /* both timers begin */
    assert_int_equal(bench_next_tick(&bench, 2 * HOUR_TICKS), 2 * HOUR_TICKS + MINUTE_TICKS);
    at_v(14.0, 2 * HOUR_TICKS + 8);
    assert_turns(&bench, 2 * HOUR_TICKS + MINUTE_TICKS, "bulk");
}

static void test_charger_remote_and_dead(void **state)
{
    (void)state;
    begin("dc_dc_charger", ", control: charger");
    bench.seen.is_enabled = false;
    assert_string_equal(at_v(14.4, 0), "off");
    bench.seen.is_enabled = true;
    assert_string_equal(at_v(14.4, 8), "bulk");
    assert_int_equal(bench_network(&bench, 0.0).source_count, 1);
    bench.seen.is_enabled = false;
    assert_string_equal(at_v(14.4, 16), "off");
    assert_int_equal(bench_network(&bench, 0.0).source_count, 0);
    bench.seen.fault = bench.kind->faults[0].value;
    assert_string_equal(at_v(14.4, 24), "dead");
    assert_int_equal(bench_network(&bench, 0.0).source_count, 0);
}

/* ---- whole runs ----------------------------------------------------------------------------------- */

/* What is lost in a converter is what its efficiency and its idle power say. */
static void test_energy_of_a_converter(void **state)
{
    double cabin_j = 0.0;

    (void)state;
    equipment_run(
        &whole,
        "title: t\n"
        "run: {duration: 10 h}\n"
        "bank: {battery: 25.6 V, capacity_ah: 100, state_of_charge_pct: 90}\n"
        "bms: {on_ma: 0}\n"
        "load_relay: {hold_a: 0, pull_in_a: 0}\n"
        "buses: [{name: cabin, voltage: 12 V}]\n"
        "equipment:\n"
        "  - {name: conv, kind: dc_dc_converter, from: bank, to: cabin, efficiency_pct: 80, idle_ma: 100}\n"
        "loads: [{name: lamp, on: cabin, power_w: 50, cable_mohm: 0.01}]\n",
        false);
    cabin_j = whole.run.totals.out_j;
    assert_near(cabin_j, 50.0 * 36000.0, 1.0);
    /* the converter gives a little more than the lamp takes, by its output's cable */
    assert_near(whole.run.totals.converter_j, (0.25 * 50.0 * 1.0013 + 2.4) * 36000.0, 200.0);
}

/* A van: the DC-DC charger takes from the starter's bus while the engine runs, and leaves the starter battery alone else. */
static void run_van(bool fixed_steps)
{
    equipment_run(&whole,
                  "title: t\n"
                  "run: {duration: 2 days}\n"
                  "bank: {battery: 12.8 V, capacity_ah: 200, state_of_charge_pct: 50}\n"
                  "buses: [{name: starter, battery: lead_acid, capacity_ah: 95, state_of_charge_pct: 90}]\n"
                  "equipment:\n"
                  "  - {name: alternator, kind: alternator, on: starter, hours: \"08:00-10:00\"}\n"
                  "  - {name: orion, kind: dc_dc_charger, from: starter, to: bank, control: charger}\n"
                  "loads:\n"
                  "  - {name: fridge, power_w: 45}\n"
                  "  - {name: lights, on: starter, power_w: 120, from: \"08:00\", to: \"10:00\"}\n",
                  fixed_steps);
}

static void test_van(void **state)
{
    int64_t on[2] = {0, 0};
    int64_t off[2] = {0, 0};
    double starter_pct[2];

    (void)state;
    for (int i = 0; i < 2; i++) {
        run_van(i == 1);
        assert_int_equal(equipment_phases(&whole, "orion", "bulk", 0, &on[i]), 2);
        assert_int_equal(equipment_phases(&whole, "orion", "waits for its input", 1, &off[i]), 3);
        starter_pct[i] = lead_acid_soc_pct(&whole.run.lead_acid[1]);
        assert_near(whole.run.totals.charge_in_as / 3600.0, 2.0 * (60.0 - 7.0), 3.0);
        assert_true(starter_pct[i] > 95.0);
    }
    assert_int_equal(on[0],
                     8 * HOUR_TICKS); /* 14.0 V are there at once, with a starter battery nearly full */
    assert_real_in((double)off[0] / HOUR_TICKS, 10.0 + 1.0 / 60.0, 10.0 + 3.0 / 60.0);
    assert_int_equal(on[0], on[1]);
    assert_real_in((double)(off[0] - off[1]), -16.0, 16.0);
    assert_near(starter_pct[0], starter_pct[1], 0.01);
}

/* Too much for a starter battery without its engine: it gives way, again and again, and its energy still adds up. */
static void test_converter_on_a_weak_battery(void **state)
{
    (void)state;
    equipment_run(&whole,
                  "title: t\n"
                  "run: {duration: 4 h}\n"
                  "bank: {battery: 12.8 V, capacity_ah: 200, state_of_charge_pct: 50}\n"
                  "buses:\n"
                  "  - {name: starter, battery: lead_acid, capacity_ah: 5, state_of_charge_pct: 60}\n"
                  "  - {name: cabin, voltage: 24 V}\n"
                  "equipment:\n"
                  "  - {name: conv, kind: dc_dc_converter, from: starter, to: cabin, cut_in_mv: 11900, "
                  "cut_out_mv: 8000}\n"
                  "loads: [{name: winch, on: cabin, power_w: 450}]\n",
                  false);
    assert_true(equipment_phases(&whole, "conv", "on", 0, NULL) > 5);
    assert_true(lead_acid_soc_pct(&whole.run.lead_acid[1]) >= 0.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_converter_input),
        cmocka_unit_test(test_converter_cut_out_after),
        cmocka_unit_test(test_input_gives_way),
        cmocka_unit_test(test_input_gives_way_again),
        cmocka_unit_test(test_what_a_start_forgets),
        cmocka_unit_test(test_converter_remote_and_dead),
        cmocka_unit_test(test_converter_parts),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_charger_engine_on),
        cmocka_unit_test(test_charger_engine_off),
        cmocka_unit_test(test_charger_stages),
        cmocka_unit_test(test_charger_remote_and_dead),
        cmocka_unit_test(test_energy_of_a_converter),
        cmocka_unit_test(test_van),
        cmocka_unit_test(test_converter_on_a_weak_battery),
    };

    return cmocka_run_group_tests_name("DC-DC converters and chargers", tests, NULL, NULL);
}
