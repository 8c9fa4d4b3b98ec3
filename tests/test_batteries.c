/* SPDX-License-Identifier: Apache-2.0 */
/* Batteries and cells that differ from the others of their bank, and currents beyond what a battery may carry. */
#include "tests/bank_bench.h"
#include "tests/system_fixture.h"
#include "twin/battery_limits.h"

static struct test_record record;

/* ---- what differs at the start --------------------------------------------------------------------------- */

static struct bank bank;

/* Makes two strings of two batteries of 12.8 V, at 60 % and 15 degC, with those differences. */
static void make(int count, const struct scenario_difference *differences, enum scenario_spread spread)
{
    struct scenario_bank described = bank_described(4, 2, 2);

    described.soc_pct = 60.0;
    described.spread = spread;
    described.difference_count = count;
    for (int i = 0; i < count; i++) {
        described.differences[i] = differences[i];
    }
    assert_true(bank_init(&bank, &described, 7, 15.0));
}

static double capacity_ah(int cell)
{
    return bank.parameters.coulombs[cell] / 3600.0;
}

static void test_a_battery_differs(void **state)
{
    static const struct scenario_difference third = {.battery = 3,
                                                     .capacity_pct = 90.0,
                                                     .resistance_pct = 120.0,
                                                     .soc_pct = 70.0,
                                                     .self_discharge_pct_per_month = 3.0,
                                                     .temp_offset_c = -5.0};
    struct bank_parameters plain;

    (void)state;
    make(0, NULL, SPREAD_AGED);
    plain = bank.parameters;
    bank_free(&bank);
    make(1, &third, SPREAD_AGED);
    for (int i = 0; i < 16; i++) {
        const bool differs = i >= 8 && i < 12;

        assert_near(bank.parameters.coulombs[i] / plain.coulombs[i], differs ? 0.9 : 1.0, 1e-12);
        assert_near(bank.parameters.r0_ohm[i] / plain.r0_ohm[i], differs ? 1.2 : 1.0, 1e-12);
        assert_near(bank.parameters.r2_ohm[i], plain.r2_ohm[i] * (differs ? 1.2 : 1.0), 1e-12);
        assert_near(plain.exchange_a[i] / bank.parameters.exchange_a[i], differs ? 1.2 : 1.0, 1e-12);
        assert_near(bank.parameters.leak_a[i] / plain.leak_a[i], differs ? 9.0 : 1.0,
                    1e-9); /* 3.0 / 0.3 * 0.9 */
        assert_near(bank.now->temp_c[i], differs ? 10.0 : 15.0, 0.0);
    }
    assert_near(bank.now->case_c[2], 10.0, 0.0);
    assert_near(bank.now->case_c[3], 15.0, 0.0);
    bank_free(&bank);
}

/* A battery's cells are level: each lacks as much of what its battery holds as the state of charge says. */
static void test_state_of_charge_of_a_battery(void **state)
{
    static const struct scenario_difference two[] = {
        {.battery = 2, .soc_pct = 70.0, .self_discharge_pct_per_month = -1.0},
        {.battery = 3, .capacity_pct = 80.0, .soc_pct = -1.0, .self_discharge_pct_per_month = -1.0}};

    (void)state;
    make(2, two, SPREAD_NEW);
    for (int i = 0; i < 16; i++) {
        const double lacking_ah = (1.0 - bank.now->z[i]) * capacity_ah(i);

        assert_near(lacking_ah, i / 4 == 1 ? 30.0 : (i / 4 == 2 ? 32.0 : 40.0), 1e-9);
    }
    bank_free(&bank);
}

/* A cell's own values stand in for its battery's, those for the bank's. */
static void test_a_cell_differs(void **state)
{
    static const struct scenario_difference both[] = {
        {.battery = 4, .cell = 2, .capacity_pct = 80.0, .soc_pct = -1.0, .self_discharge_pct_per_month = 1.2},
        {.battery = 4,
         .capacity_pct = 90.0,
         .resistance_pct = 150.0,
         .soc_pct = 50.0,
         .self_discharge_pct_per_month = -1.0},
        {.battery = 4, .cell = 4, .soc_pct = 20.0, .self_discharge_pct_per_month = -1.0},
        {.battery = 1, .cell = 1, .soc_pct = 0.0, .self_discharge_pct_per_month = 0.0}};
    static struct bank_parameters plain;

    (void)state;
    make(0, NULL, SPREAD_NONE);
    plain = bank.parameters;
    bank_free(&bank);
    make(4, both, SPREAD_NONE);
    for (int i = 12; i < 16; i++) {
        assert_near(bank.parameters.coulombs[i] / plain.coulombs[i], i == 13 ? 0.8 : 0.9, 1e-12);
        assert_near(bank.parameters.r0_ohm[i] / plain.r0_ohm[i], 1.5, 1e-12);
        assert_near(bank.parameters.leak_a[i] / plain.leak_a[i], i == 13 ? 3.2 : 0.9, 1e-9);
    }
    assert_near((1.0 - bank.now->z[12]) * capacity_ah(12), 45.0, 1e-9);
    assert_near((1.0 - bank.now->z[13]) * capacity_ah(13), 45.0,
                1e-9);                      /* level with the others of its battery */
    assert_near(bank.now->z[15], 0.2, 0.0); /* its own, of its own capacity */
    assert_near(bank.now->z[0], 0.0, 0.0);
    assert_near(bank.parameters.leak_a[0], 0.0, 0.0);
    assert_near(bank.now->z[1], 0.6, 1e-12);
    bank_free(&bank);
}

/* A battery whose place is 8 degC colder gets there, and stays there; without an offset it stays at the air's. */
static void test_a_colder_place_stays_colder(void **state)
{
    static const struct scenario_difference cold = {
        .battery = 1, .soc_pct = -1.0, .self_discharge_pct_per_month = -1.0, .temp_offset_c = -8.0};

    (void)state;
    make(1, &cold, SPREAD_NONE);
    for (int step = 0; step < 200; step++) {
        bank_bench_settle(&bank, 0.0);
        bank_bench_try(&bank, 10, 0.0, 25.0);
        bank_accept(&bank);
    }
    assert_near(bank.now->temp_c[0], 17.0, 0.1);
    assert_near(bank.now->temp_c[4], 25.0, 0.1);
    bank_free(&bank);
}

/* ---- what it does to a run ------------------------------------------------------------------------------- */

/* A battery that is fuller than the one beside it charges it: current goes round though nothing is on the bus. */
static void test_a_fuller_string_charges_the_other(void **state)
{
    static struct system_run run;
    struct scenario described = scenario_quiet();
    struct sbms_control control;

    (void)state;
    described.duration_s = 86400.0;
    described.bank = bank_described(4, 1, 2);
    described.bank.soc_pct = 30.0;
    described.bank.difference_count = 1;
    described.bank.differences[0] =
        (struct scenario_difference){.battery = 2, .soc_pct = 95.0, .self_discharge_pct_per_month = -1.0};
    described.load_count = 0;
    assert_int_equal(sbms_control_init(&control, NULL), SBMS_SETTINGS_OK);
    assert_true(system_init(&run, &described, device_native(&control), (struct system_observer){0}, false));
    system_run_to(&run, 8);
    assert_true(run.bank.now->string_a[0] > 1.0 && run.bank.now->string_a[1] < -1.0);
    system_run_to(&run, run.end_tick);
    assert_true(run.bank.now->z[0] > 0.35 && run.bank.now->z[4] < 0.90);
    system_free(&run); /* the energy adds up */
}

/* The weakest cell decides: with one at 20 % in a bank at 60 % Load is cut when a third of the charge has gone. */
static void test_the_lowest_cell_decides(void **state)
{
    struct scenario described = scenario_quiet();
    struct system_totals level;
    struct system_totals uneven;

    (void)state;
    described.duration_s = 40.0 * 3600.0;
    described.bank.soc_pct = 60.0;
    level = run_recorded(&described, false, &record);
    described.bank.difference_count = 1;
    described.bank.differences[0] = (struct scenario_difference){
        .battery = 1, .cell = 3, .soc_pct = 20.0, .self_discharge_pct_per_month = -1.0};
    uneven = run_recorded(&described, false, &record);
    assert_near((double)uneven.load_ticks / (double)level.load_ticks, 20.0 / 60.0, 0.02);
    assert_int_equal(uneven.cell_min, 2);
}

/* ---- what a battery may carry ---------------------------------------------------------------------------- */

static void check_limits(int cells, double ah, double discharge, double recommended, double charge,
                         double charge_recommended)
{
    const struct battery_limits limits = battery_limits_of(cells, ah);

    assert_near(limits.discharge_a_max, discharge, 1e-9);
    assert_near(limits.discharge_a_recommended, recommended, 1e-9);
    assert_near(limits.charge_a_max, charge, 1e-9);
    assert_near(limits.charge_a_recommended, charge_recommended, 1e-9);
}

static void test_limits(void **state)
{
    (void)state;
    check_limits(4, 50.0, 100.0, 50.0, 100.0, 30.0);
    check_limits(4, 100.0, 200.0, 100.0, 200.0, 50.0);
    check_limits(4, 160.0, 320.0, 160.0, 320.0, 80.0);
    check_limits(4, 180.0, 360.0, 180.0, 360.0, 90.0);
    check_limits(4, 200.0, 400.0, 200.0, 400.0, 100.0);
    check_limits(4, 330.0, 400.0, 300.0, 400.0, 150.0);
    check_limits(8, 100.0, 200.0, 100.0, 200.0, 50.0);
    check_limits(8, 200.0, 400.0, 200.0, 400.0, 100.0);
    check_limits(4, 75.0, 150.0, 75.0, 150.0, 40.0); /* between two */
    check_limits(4, 265.0, 400.0, 250.0, 400.0, 125.0);
    check_limits(8, 150.0, 300.0, 150.0, 300.0, 75.0);
    check_limits(4, 5.0, 10.0, 5.0, 10.0, 3.0); /* beyond the ends */
    check_limits(8, 10.0, 20.0, 10.0, 20.0, 5.0);
    check_limits(4, 1000.0, 400.0, 300.0, 400.0, 150.0);
    check_limits(8, 300.0, 400.0, 200.0, 400.0, 100.0);
}

/* A current from 00:10:00 to 00:11:00 out of a bank of 12.8 V, 100 Ah, `parallel` strings; 0.2 A of it are the device's and the coil's. */
static struct system_totals drawn(double current_a, int parallel)
{
    struct scenario described = scenario_quiet();

    described.duration_s = 1200.0;
    described.bank = bank_described(4, 1, parallel);
    described.loads[0] = (struct scenario_load){.name = "l",
                                                .current_a = current_a,
                                                .chance_pct = 100.0,
                                                .voltage_mv_min = 5000.0,
                                                .hours = {1, {{HOURS_EVERY_DAY, 600, 660}}},
                                                .behind = BEHIND_BATTERY};
    return run_recorded(&described, false, &record);
}

static void test_currents_beyond_the_limits(void **state)
{
    struct system_totals totals = drawn(99.0, 1);

    (void)state;
    assert_int_equal(totals.discharge.recommended_ticks, 0);
    assert_near(totals.discharge.string_a_max, 0.0, 0.0);
    totals = drawn(101.0, 1);
    assert_int_equal(totals.discharge.recommended_ticks, 480);
    assert_int_equal(totals.discharge.max_ticks, 0);
    assert_near(totals.discharge.string_a_max, 101.0, 0.3);
    assert_int_equal(totals.discharge.string, 0);
    assert_real_in((double)totals.discharge.tick, 4800.0, 5280.0);
    totals = drawn(199.0, 1);
    assert_int_equal(totals.discharge.max_ticks, 0);
    totals = drawn(201.0, 1);
    assert_int_equal(totals.discharge.recommended_ticks, 480);
    assert_int_equal(totals.discharge.max_ticks, 480);
    assert_near(totals.discharge.string_a_max, 201.0, 0.3);
    totals = drawn(199.0, 2); /* each string has its share */
    assert_int_equal(totals.discharge.recommended_ticks, 0);
    totals = drawn(202.0, 2);
    assert_int_equal(totals.discharge.recommended_ticks, 480);
    assert_int_equal(totals.charge.recommended_ticks, 0);
}

/* A load of constant power takes the more the lower the voltage is: it is largest when it ends. */
static void test_when_it_was_largest(void **state)
{
    struct scenario described = scenario_quiet();
    struct system_totals totals;

    (void)state;
    described.duration_s = 1200.0;
    described.loads[0] = (struct scenario_load){.name = "l",
                                                .power_w = 1800.0,
                                                .chance_pct = 100.0,
                                                .hours = {1, {{HOURS_EVERY_DAY, 300, 400}}},
                                                .behind = BEHIND_BATTERY};
    totals = run_recorded(&described, false, &record);
    assert_int_equal(totals.discharge.recommended_ticks, 800);
    assert_int_equal(totals.discharge.tick, 3200);
}

/* Of two strings the one that is fuller carries more, and is named; the other one is charged by it beyond nothing. */
static void test_the_string_is_named(void **state)
{
    struct scenario described = scenario_quiet();
    struct system_totals totals;

    (void)state;
    described.bank = bank_described(4, 1, 3);
    described.bank.difference_count = 1;
    described.bank.differences[0] = (struct scenario_difference){
        .battery = 2, .resistance_pct = 50.0, .soc_pct = -1.0, .self_discharge_pct_per_month = -1.0};
    described.loads[0] = (struct scenario_load){.name = "l",
                                                .current_a = 295.0,
                                                .chance_pct = 100.0,
                                                .voltage_mv_min = 5000.0,
                                                .behind = BEHIND_BATTERY};
    totals = run_recorded(&described, false, &record);
    assert_true(totals.discharge.recommended_ticks > 0);
    assert_int_equal(totals.discharge.string, 1);
}

/* Charging has limits of its own, half of the others: 60 A of sun into 100 Ah are above the 50 A that are recommended. */
static void test_charging_beyond_the_limits(void **state)
{
    struct scenario described = scenario_quiet();
    struct system_totals totals;

    (void)state;
    described.duration_s = 86400.0;
    described.bank.soc_pct = 20.0;
    described.solar.panel_w = 20000.0;
    described.solar.cloud_pct = 0.0;
    described.solar.charge.current_a_max = 60.0;
    described.solar.charge.absorption_mv = 15000.0; /* lest it is the voltage that limits */
    described.load_count = 0;
    totals = run_recorded(&described, false, &record);
    assert_true(totals.charge.recommended_ticks > 8 * 600);
    assert_int_equal(totals.charge.max_ticks, 0);
    assert_real_in(totals.charge.string_a_max, 59.0, 60.0);
    assert_int_equal(totals.discharge.recommended_ticks, 0);
    described.solar.charge.current_a_max = 50.0;
    totals = run_recorded(&described, false, &record);
    assert_int_equal(totals.charge.recommended_ticks, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_battery_differs),
        cmocka_unit_test(test_state_of_charge_of_a_battery),
        cmocka_unit_test(test_a_cell_differs),
        cmocka_unit_test(test_a_colder_place_stays_colder),
        cmocka_unit_test(test_a_fuller_string_charges_the_other),
        cmocka_unit_test(test_the_lowest_cell_decides),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_currents_beyond_the_limits),
        cmocka_unit_test(test_when_it_was_largest),
        cmocka_unit_test(test_the_string_is_named),
        cmocka_unit_test(test_charging_beyond_the_limits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
