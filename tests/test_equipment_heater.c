/* SPDX-License-Identifier: Apache-2.0 */
/* Heaters of the batteries: thermostat, what they wait for, and what their heat does to the bank. */
#include "tests/equipment_fixture.h"

#include "twin/cell.h"
#include "twin/system_internal.h"

static struct equipment_bench bench;
static struct equipment_run whole;

static void begin(const char *keys)
{
    char text[256];

    snprintf(text, sizeof text, "  - {name: heater, kind: heater, on: bank, power_w: 64, %s}\n", keys);
    bench_begin(&bench, text);
}

static const char *at_c(double temp_c, int64_t tick)
{
    bench.seen.cell_temp_c = temp_c;
    return bench_look(&bench, tick);
}

static void test_thermostat(void **state)
{
    (void)state;
    begin("on_below_c: 6");
    assert_string_equal(at_c(6.0, 0), "off");
    assert_int_equal(bench_network(&bench, 0.0).load_count, 0);
    assert_string_equal(at_c(5.999, 8), "heats");
    assert_string_equal(at_c(9.999, 16), "heats");
    assert_string_equal(at_c(10.0, 24), "off");
    assert_string_equal(at_c(6.0, 32), "off");
    begin("on_below_c: -10, off_above_c: -9.5");
    assert_string_equal(at_c(-10.0, 0), "off");
    assert_string_equal(at_c(-10.1, 8), "heats");
    assert_string_equal(at_c(-9.5, 16), "off");
}

/* 64 W at 12.8 V are 2.56 Ohm; its cable loses 2 % of that on top, so the network has it as one resistance. */
static void test_resistance(void **state)
{
    struct network network;

    (void)state;
    begin("on_below_c: 6");
    at_c(0.0, 0);
    network = bench_network(&bench, 0.0);
    assert_int_equal(network.load_count, 1);
    assert_true(network.loads[0].is_resistance);
    assert_near(network.loads[0].voltage_v_min / network.loads[0].current_a, 2.56, 1e-12);
    assert_near(network.loads[0].cable_ohm, 0.02 * 2.56, 1e-12);
    bench_begin(&bench, "  - {name: s, kind: charger, on: high}\n"
                        "  - {name: heater, kind: heater, on: high, power_w: 64}\n");
    at_c(0.0, 0);
    network = bench_network(&bench, 0.0);
    assert_near(network.loads[0].voltage_v_min / network.loads[0].current_a, 10.24, 1e-12);
}

static void test_what_it_waits_for(void **state)
{
    (void)state;
    begin("when: source, control: load");
    assert_string_equal(at_c(0.0, 0), "off");
    bench.seen.has_source = true;
    assert_string_equal(at_c(0.0, 8), "heats");
    bench.seen.is_enabled = false;
    assert_string_equal(at_c(0.0, 16), "off");
    bench.seen.is_enabled = true;
    bench.seen.has_source = false;
    assert_string_equal(at_c(0.0, 24), "off");
}

static void test_faults(void **state)
{
    (void)state;
    begin("on_below_c: 6");
    bench.seen.fault = bench.kind->faults[0].value;
    assert_string_equal(bench.kind->faults[0].text, "stuck_on");
    assert_string_equal(at_c(30.0, 0), "heats, its thermostat is stuck");
    assert_int_equal(bench_network(&bench, 0.0).load_count, 1);
    bench.seen.fault = bench.kind->faults[1].value;
    assert_string_equal(bench.kind->faults[1].text, "dead");
    assert_string_equal(at_c(-30.0, 8), "dead");
    assert_int_equal(bench_network(&bench, 0.0).load_count, 0);
    bench.seen.fault = 0;
    assert_string_equal(at_c(-30.0, 16), "heats");
}

static void test_refused(void **state)
{
    (void)state;
    assert_entry_refused("  - {name: h, kind: heater, on: bank, power_w: 50, off_above_c: 6}\n", "9:65",
                         "off_above_c 6 is not above on_below_c 6");
}

/* ---- whole runs ----------------------------------------------------------------------------------- */

struct warmth {
    double before_j;
    double cells_w; /* what the cells themselves give, over the last hour */
    double case_c;
};

static void note_warmth(void *self, const struct system_run *run)
{
    struct warmth *warmth = self;

    if (run->tick <= 23 * 3600 * TICKS_PER_S) {
        warmth->before_j = run->bank.energy.heat_j;
    }
    warmth->cells_w = (run->bank.energy.heat_j - warmth->before_j) / 3600.0;
    warmth->case_c = run->bank.now->case_c[1];
}

/* After a day each case is warmer than the air by half of what the heater gives, and its own cells, over its way to the air. */
static void test_it_warms_the_bank(void **state)
{
    static const char text[] =
        "title: t\n"
        "run: {duration: 1 day}\n"
        "bank: {battery: 12.8 V, capacity_ah: 100, parallel: 2, state_of_charge_pct: 90, spread: none}\n"
        "ambient: {mean_c: -20}\n"
        "equipment:\n"
        "  - {name: heater, kind: heater, on: bank, power_w: 60, on_below_c: 50, off_above_c: 60}\n";
    const double k_per_w = 3600.0 / (CELL_MASS_KG_PER_AH * CELL_HEAT_J_PER_KGK * 100.0 * 4.0 * 1.2);
    struct warmth warmth[2] = {{.case_c = 0.0}, {.case_c = 0.0}};
    double heater_w = 0.0;
    double volt = 0.0;

    (void)state;
    whole.sample = note_warmth;
    for (int i = 0; i < 2; i++) {
        whole.self = &warmth[i];
        equipment_run(&whole, text, i == 1);
    }
    whole.sample = NULL;
    volt = whole.run.bus.voltage_v;
    heater_w = 60.0 * (volt / 12.8) * (volt / 12.8) / (1.02 * 1.02);
    assert_near(system_equipment_heat_w(&whole.run), heater_w, 1e-9);
    assert_true(warmth[0].cells_w > 0.0 && warmth[0].cells_w < 0.1 * heater_w);
    assert_near(warmth[0].case_c, -20.0 + (heater_w + warmth[0].cells_w) / 2.0 * k_per_w, 0.1);
    assert_near(warmth[0].case_c, warmth[1].case_c, 0.002); /* long steps and those of 1 s */
}

/* Where it is on a charger's bus beside the bank, it heats while shore power is there, and Charger comes of it. */
static void test_on_a_bus_with_a_source(void **state)
{
    int64_t heats = 0;
    int64_t off = 0;
    int64_t charges = 0;

    (void)state;
    equipment_run(&whole,
                  "title: t\n"
                  "run: {duration: 1 day}\n"
                  "bank: {battery: 12.8 V, capacity_ah: 100, state_of_charge_pct: 50}\n"
                  "ambient: {mean_c: 2}\n"
                  "buses: [{name: quay}]\n"
                  "equipment:\n"
                  "  - {name: shore, kind: charger, on: quay, hours: \"06:00-08:00\"}\n"
                  "  - {name: protect, kind: battery_protect, from: quay, to: bank, control: charger}\n"
                  "  - {name: heater, kind: heater, on: quay, power_w: 60, when: source}\n",
                  false);
    assert_int_equal(equipment_phases(&whole, "heater", "heats", 0, &heats), 1);
    assert_int_equal(heats, 6 * 3600 * TICKS_PER_S);
    assert_int_equal(equipment_phases(&whole, "protect", "closed", 0, &charges), 1);
    assert_real_in((double)(charges - heats) / SBMS_TICKS_PER_S, 300.0, 7200.0);
    assert_int_equal(equipment_phases(&whole, "heater", "off", 0, &off), 1);
    assert_true(off <= 8 * 3600 * TICKS_PER_S);
    assert_true(whole.run.totals.charge_in_as > 3600.0);
}

/* A source that Charger has stopped is none: on the bank's bus such a heater never begins. */
static void test_no_source_while_charger_floats(void **state)
{
    (void)state;
    equipment_run(&whole,
                  "title: t\n"
                  "run: {duration: 6 h}\n"
                  "bank: {battery: 12.8 V, capacity_ah: 100, state_of_charge_pct: 50}\n"
                  "ambient: {mean_c: 2}\n"
                  "equipment:\n"
                  "  - {name: shore, kind: charger, on: bank, control: charger}\n"
                  "  - {name: heater, kind: heater, on: bank, power_w: 60, when: source}\n",
                  false);
    assert_int_equal(equipment_phases(&whole, "heater", "heats", 0, NULL), 0);
    assert_true(whole.run.totals.in_j == 0.0);
}

/* When it turns hangs on no length of step. */
static void test_turns_at_the_second(void **state)
{
    static const char text[] = "title: t\n"
                               "run: {duration: 1 day}\n"
                               "bank: {battery: 12.8 V, capacity_ah: 200, state_of_charge_pct: 90}\n"
                               "ambient: {mean_c: 0, day_c: 3}\n"
                               "equipment:\n"
                               "  - {name: heater, kind: heater, on: bank, power_w: 150}\n";
    int64_t ticks[2][3];

    (void)state;
    for (int i = 0; i < 2; i++) {
        equipment_run(&whole, text, i == 1);
        assert_true(equipment_phases(&whole, "heater", "off", 0, &ticks[i][0]) > 3);
        equipment_phases(&whole, "heater", "heats", 1, &ticks[i][1]);
        equipment_phases(&whole, "heater", "heats", 3, &ticks[i][2]);
    }
    for (int k = 0; k < 3; k++) {
        assert_real_in((double)(ticks[0][k] - ticks[1][k]), -32.0, 32.0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_thermostat),
        cmocka_unit_test(test_resistance),
        cmocka_unit_test(test_what_it_waits_for),
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_it_warms_the_bank),
        cmocka_unit_test(test_on_a_bus_with_a_source),
        cmocka_unit_test(test_no_source_while_charger_floats),
        cmocka_unit_test(test_turns_at_the_second),
    };

    return cmocka_run_group_tests_name("heaters", tests, NULL, NULL);
}
