/* SPDX-License-Identifier: Apache-2.0 */
/* A lead-acid battery: what it is at rest, what it gives and takes, and whole runs in which energy may not come from nowhere. */
#include "tests/equipment_fixture.h"

#include "twin/lead_acid.h"

static struct equipment_run whole;

static struct lead_acid made(int units, double capacity_ah, double soc_pct, double leak_pct)
{
    const struct scenario_bus bus = {.units = units,
                                     .has_battery = true,
                                     .capacity_ah = capacity_ah,
                                     .soc_pct = soc_pct,
                                     .self_discharge_pct_per_month = leak_pct};

    return lead_acid_made(&bus);
}

/* ---- by itself ------------------------------------------------------------------------------------ */

static void test_open_circuit_voltage(void **state)
{
    static const double table[][2] = {{100.0, 12.7}, {51.5, 12.3}, {3.0, 11.9}, {1.5, 5.95}, {0.0, 0.0}};

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        for (int units = 1; units <= 4; units *= 2) {
            const struct lead_acid battery = made(units, 95.0, table[i][0], 4.0);
            const struct network_store store = lead_acid_now(&battery);

            assert_near(network_open_v(&store), units * table[i][1], 1e-9);
            assert_near(lead_acid_soc_pct(&battery), table[i][0], 1e-12);
        }
    }
}

/* 5 mOhm to give through at 12 V and 100 Ah, more to take through, the more the fuller it is. */
static void test_resistance_both_ways(void **state)
{
    static const double soc_pct[] = {0.0, 50.0, 90.0, 100.0};
    static const double take_mohm[] = {5.0 + 16.7 / 1.01, 5.0 + 16.7 / 0.51, 5.0 + 16.7 / 0.11,
                                       5.0 + 16.7 / 0.01};

    (void)state;
    for (int i = 0; i < 4; i++) {
        for (int units = 1; units <= 2; units++) {
            for (int size = 1; size <= 2; size++) {
                const struct lead_acid battery = made(units, 100.0 * size, soc_pct[i], 4.0);
                const struct network_store store = lead_acid_now(&battery);
                const double open_v = network_open_v(&store);

                assert_near(network_store_a(&store, open_v + 0.1) * take_mohm[i] * 0.001 * units / size, 0.1,
                            1e-9);
                assert_near(network_store_a(&store, open_v - 0.1) * 0.005 * units / size, -0.1, 1e-9);
            }
        }
    }
}

/* What its resistances are chosen for: 14.4 V drive 1 % of its capacity into a full one, half of it in an hour into a half full one. */
static void test_what_it_takes(void **state)
{
    const struct lead_acid full = made(1, 100.0, 100.0, 4.0);
    const struct lead_acid half = made(1, 100.0, 50.0, 4.0);
    const struct network_store full_store = lead_acid_now(&full);
    const struct network_store half_store = lead_acid_now(&half);

    (void)state;
    assert_near(network_store_a(&full_store, 14.4), 1.0, 0.05);
    assert_near(network_store_a(&half_store, 14.4), 50.0, 10.0);
}

static void test_empty_gives_nothing(void **state)
{
    const struct lead_acid battery = made(1, 95.0, 0.0, 4.0);
    const struct network_store store = lead_acid_now(&battery);

    (void)state;
    for (double volt = 0.0; volt < 15.0; volt += 0.25) {
        assert_true(network_store_a(&store, volt) >= 0.0);
    }
}

/* However long a step is, and whatever current it began with: it ends empty at the least. */
static void test_no_step_goes_below_empty(void **state)
{
    (void)state;
    for (double seconds = 0.125; seconds < 200.0; seconds *= 2.0) {
        struct lead_acid battery = made(1, 95.0, 0.01, 4.0);

        battery.current_a = -500.0;
        const struct network_store store = lead_acid_try(&battery, seconds);

        lead_acid_conclude(&battery, &store, 0.0, seconds);
        assert_true(battery.tried_charge_as >= 0.0);
    }
}

/* What is stored is the voltage at rest over the charge, from empty. */
static void test_stored_energy(void **state)
{
    double sum_j = 0.0;
    double before_v = 0.0;

    (void)state;
    for (int i = 0; i <= 10000; i++) {
        const struct lead_acid battery = made(2, 95.0, i * 0.01, 4.0);
        const struct network_store store = lead_acid_now(&battery);
        const double open_v = network_open_v(&store);

        if (i > 0) {
            sum_j += 0.5 * (before_v + open_v) * 95.0 * 3600.0 * 0.0001;
        }
        before_v = open_v;
        assert_near(lead_acid_stored_j(&battery), sum_j, 1e-9 * 95.0 * 3600.0 * 24.0);
    }
}

/* Constant current for an hour, out and in, in steps of 1 s and of 32 s: charge is what flowed, energy goes down to heat. */
static void test_steps(void **state)
{
    static const double currents_a[] = {-30.0, 10.0};

    (void)state;
    for (int c = 0; c < 2; c++) {
        double volt[2];

        for (int coarse = 0; coarse < 2; coarse++) {
            const double seconds = coarse == 1 ? 32.0 : 1.0;
            struct lead_acid battery = made(1, 95.0, 60.0, 0.0);
            const struct network_store begin = lead_acid_now(&battery);
            struct network_store store = begin;

            battery.current_a = currents_a[c];
            for (double s = 0.0; s < 3200.0; s += seconds) {
                store = lead_acid_try(&battery, seconds);
                volt[coarse] = network_open_v(&store);
                volt[coarse] += currents_a[c] /
                                (store.conductance_s + (currents_a[c] < 0.0 ? store.discharge_more_s : 0.0));
                lead_acid_conclude(&battery, &store, volt[coarse], seconds);
                assert_near(battery.tried_current_a, currents_a[c], 1e-9);
                lead_acid_accept(&battery);
                if (currents_a[c] < 0.0) { /* what was foreseen of its voltage is so */
                    const struct network_store now = lead_acid_now(&battery);

                    assert_near(network_store_a(&now, volt[coarse]), currents_a[c], 1e-6);
                }
            }
            assert_near(battery.charge_as, 0.6 * 95.0 * 3600.0 + currents_a[c] * 3200.0, 1e-4);
        }
        assert_near(volt[0], volt[1], 0.005);
    }
}

/* ---- whole runs ----------------------------------------------------------------------------------- */

struct watch {
    double heat_j;  /* so far */
    double least_w; /* of any step, over its time */
    double charge_min_as;
    double charge_max_as;
    int64_t tick;
};

/* What went in and is not there is heat, and never less than before: energy does not come from nowhere. */
static void watch_heat(void *self, const struct system_run *run)
{
    struct watch *watch = self;
    double stored_j = 0.0;
    double heat_j = 0.0;

    for (int n = 1; n <= run->described->bus_count; n++) {
        const struct lead_acid *battery = &run->lead_acid[n];

        if (battery->capacity_as > 0.0) {
            stored_j += lead_acid_stored_j(battery) - battery->stored_start_j;
            watch->charge_min_as = fmin(watch->charge_min_as, battery->charge_as);
            watch->charge_max_as = fmax(watch->charge_max_as, battery->charge_as / battery->capacity_as);
        }
    }
    heat_j = run->totals.lead_acid_j - stored_j;
    if (run->tick > watch->tick) {
        const double seconds = (double)(run->tick - watch->tick) / SBMS_TICKS_PER_S;

        watch->least_w = fmin(watch->least_w, (heat_j - watch->heat_j) / seconds);
    }
    watch->heat_j = heat_j;
    watch->tick = run->tick;
}

static struct watch run_watched(const char *text, bool fixed_steps)
{
    struct watch watch = {.charge_min_as = 1e9};

    whole.sample = watch_heat;
    whole.self = &watch;
    equipment_run(&whole, text, fixed_steps);
    whole.sample = NULL;
    return watch;
}

static const char bank_text[] = "title: t\n"
                                "run: {duration: 2 days}\n"
                                "bank: {battery: 12.8 V, capacity_ah: 100, state_of_charge_pct: 50}\n";

/* A lamp that is a resistance empties it: the voltage falls to nothing, its charge does not fall below it. */
static void test_a_resistance_empties_it(void **state)
{
    char text[1024];
    struct watch watch;
    double volt[2];

    (void)state;
    snprintf(text, sizeof text,
             "%sbuses: [{name: starter, battery: lead_acid, capacity_ah: 20, state_of_charge_pct: 50}]\n"
             "loads: [{name: lamp, on: starter, resistance_ohm: 2}]\n",
             bank_text);
    for (int i = 0; i < 2; i++) {
        watch = run_watched(text, i == 1);
        volt[i] = whole.run.flow->node_v[1];
        assert_true(watch.charge_min_as >= 0.0);
        assert_true(watch.least_w >= -1e-3);
        assert_near(whole.run.lead_acid[1].charge_as, 0.0, 100.0);
    }
    assert_real_in(volt[0], 0.0, 0.5);
    assert_near(volt[0], volt[1], 0.01);
}

/* Loads of constant power and current, for more than it has: they drop out, and it has given no more than it had. */
static void test_loads_empty_it(void **state)
{
    char text[1024];
    struct watch watch;

    (void)state;
    snprintf(text, sizeof text,
             "%sbuses: [{name: starter, battery: lead_acid, capacity_ah: 10, state_of_charge_pct: 30}]\n"
             "loads:\n"
             "  - {name: pump, on: starter, power_w: 150}\n"
             "  - {name: radio, on: starter, current_a: 3}\n",
             bank_text);
    watch = run_watched(text, false);
    assert_true(watch.charge_min_as >= 0.0);
    assert_true(watch.least_w >= -1e-3);
    assert_true(-whole.run.totals.lead_acid_j < whole.run.lead_acid[1].stored_start_j);
    assert_true(lead_acid_soc_pct(&whole.run.lead_acid[1]) < 5.0);
}

/* An engine's mornings and a lamp's nights: the same with steps of 1 s and with long ones, and never more than full. */
static void test_cycles(void **state)
{
    char text[1024];
    double soc_pct[2];
    double in_j[2];

    (void)state;
    snprintf(text, sizeof text,
             "%sbuses: [{name: starter, battery: lead_acid, capacity_ah: 95, state_of_charge_pct: 70}]\n"
             "equipment: [{name: a, kind: alternator, on: starter, hours: \"07:00-10:00\"}]\n"
             "loads: [{name: lamp, on: starter, power_w: 60, from: \"18:00\", to: \"23:00\"}]\n",
             bank_text);
    for (int i = 0; i < 2; i++) {
        const struct watch watch = run_watched(text, i == 1);

        assert_true(watch.least_w >= -1e-3);
        assert_true(watch.charge_max_as <= 1.0);
        assert_true(watch.charge_max_as > 0.97);
        soc_pct[i] = lead_acid_soc_pct(&whole.run.lead_acid[1]);
        in_j[i] = whole.run.totals.in_j;
    }
    assert_near(soc_pct[0], soc_pct[1], 0.02);
    assert_near(in_j[0], in_j[1], 0.0005 * in_j[1]);
}

/* Overcharged it takes 1 % of its capacity and keeps none of it. */
static void test_overcharge_is_gas(void **state)
{
    char text[1024];

    (void)state;
    snprintf(text, sizeof text,
             "%sbuses: [{name: starter, battery: lead_acid, capacity_ah: 100}]\n"
             "equipment: [{name: a, kind: alternator, on: starter, voltage_mv: 14400}]\n",
             bank_text);
    run_watched(text, false);
    assert_near(lead_acid_soc_pct(&whole.run.lead_acid[1]), 100.0, 1e-3);
    assert_near(whole.run.totals.lead_acid_j, 14.4 * 1.0 * 172800.0, 0.03 * 14.4 * 172800.0);
}

static void test_self_discharge(void **state)
{
    (void)state;
    run_watched(
        "title: t\n"
        "run: {duration: 365 days}\n"
        "bank: {battery: 12.8 V, capacity_ah: 100, state_of_charge_pct: 50}\n"
        "buses: [{name: starter, battery: lead_acid, capacity_ah: 95, self_discharge_pct_per_month: 4}]\n",
        false);
    assert_near(lead_acid_soc_pct(&whole.run.lead_acid[1]), 100.0 * exp(-0.48), 0.01);
}

/* Two of them of another charge, joined: the fuller gives, neither makes energy, and they end at one voltage. */
static void test_two_joined(void **state)
{
    char text[1024];
    struct watch watch;

    (void)state;
    snprintf(text, sizeof text,
             "%sbuses:\n"
             "  - {name: a, battery: lead_acid, capacity_ah: 95, state_of_charge_pct: 100}\n"
             "  - {name: b, battery: lead_acid, capacity_ah: 50, state_of_charge_pct: 2}\n"
             "equipment: [{name: p, kind: battery_protect, from: a, to: b, current_a_max: 1000}]\n",
             bank_text);
    watch = run_watched(text, false);
    assert_true(watch.least_w >= -1e-3);
    assert_near(whole.run.flow->node_v[1], whole.run.flow->node_v[2], 0.05);
    assert_true(lead_acid_soc_pct(&whole.run.lead_acid[2]) > 30.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_open_circuit_voltage),
        cmocka_unit_test(test_resistance_both_ways),
        cmocka_unit_test(test_what_it_takes),
        cmocka_unit_test(test_empty_gives_nothing),
        cmocka_unit_test(test_no_step_goes_below_empty),
        cmocka_unit_test(test_stored_energy),
        cmocka_unit_test(test_steps),
        cmocka_unit_test(test_a_resistance_empties_it),
        cmocka_unit_test(test_loads_empty_it),
        cmocka_unit_test(test_cycles),
        cmocka_unit_test(test_overcharge_is_gas),
        cmocka_unit_test(test_self_discharge),
        cmocka_unit_test(test_two_joined),
    };

    return cmocka_run_group_tests_name("lead-acid batteries", tests, NULL, NULL);
}
