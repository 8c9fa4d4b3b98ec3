/* SPDX-License-Identifier: Apache-2.0 */
/* How cells age (twin/ageing.h, twin/bank_ageing.c), against the published formulas, written here anew with <math.h>. */
#include "tests/system_fixture.h"

#include "twin/ageing.h"
#include "twin/bank_internal.h"
#include "twin/weather.h"

#define SLOT_S 600.0

/* ---- the published formulas ------------------------------------------------------------------------- */

/* Graphite against lithium in V: Safari and Delacourt, J. Electrochem. Soc. 158 (2011) A562. */
static double reference_anode_v(double soc)
{
    const double x = 8.5e-3 + soc * (0.78 - 8.5e-3);

    return 0.6379 + 0.5416 * exp(-305.5309 * x) + 0.044 * tanh(-(x - 0.1958) / 0.1088) -
           0.1978 * tanh((x - 1.0571) / 0.0854) - 0.6875 * tanh((x + 0.0117) / 0.0529) -
           0.0175 * tanh((x - 0.5692) / 0.0875);
}

static double reference_calendar_loss(double soc, double temp_c, double days)
{
    const double kelvin = temp_c + 273.15;

    return 8.37e4 * exp(-5.21e3 / kelvin) * exp(-3.56e3 * reference_anode_v(soc) / kelvin) * pow(days, 0.526);
}

/* With the second share of the law over the temperature, which the twin leaves out: it is e^-487 at 45 degC. */
static double reference_cycle_loss(double depth, double c_rate, double temp_c, double cycles)
{
    const double kelvin = temp_c + 273.15;

    return (4.38e-8 + 1.55e-8 * depth + 1.68e-7 * c_rate) * (exp(2.19e3 / kelvin) + exp(-1.55e5 / kelvin)) *
           pow(cycles, 0.828);
}

static double reference_resistance(double soc, double temp_c, double days)
{
    return 3.4194e-10 * 86400.0 * days * exp(-71827.0 / 8.3144 * (1.0 / (temp_c + 273.15) - 1.0 / 298.15)) *
           (-3.3903 * (soc - 0.5) * (soc - 0.5) + 1.5604);
}

static double reference_cycle_resistance(double depth, double c_rate, double cycles)
{
    return (-0.002 * c_rate + 0.0021) * (6.8477 * pow(depth - 0.5, 3.0) + 0.91882) * cycles / 100.0;
}

/* ---- the laws --------------------------------------------------------------------------------------- */

static struct ageing_curve curve;

static int prepare_curve(void **state)
{
    (void)state;
    ageing_curve_init(&curve);
    return 0;
}

static struct ageing_stress rest_at(double soc, double temp_c, double days)
{
    return (struct ageing_stress){.days = days,
                                  .calendar = ageing_calendar_per_day(&curve, soc, temp_c),
                                  .resistance = ageing_resistance_per_day(soc, temp_c),
                                  .temp_c = temp_c};
}

/* The same days in one step, in steps of a day, and in steps that grow: the published curve to 0.1 %, which the table of the graphite's voltage is good for. */
static void check_rest(double soc, double temp_c, int days)
{
    const double loss = reference_calendar_loss(soc, temp_c, days);
    const double resistance = reference_resistance(soc, temp_c, days);
    const struct ageing_stress whole = rest_at(soc, temp_c, days);
    const struct ageing_stress daily = rest_at(soc, temp_c, 1.0);
    struct ageing at_once = {.calendar = 0.0};
    struct ageing by_days = {.calendar = 0.0};
    struct ageing unevenly = {.calendar = 0.0};
    double done = 0.0;

    ageing_add(&at_once, &whole);
    for (int i = 0; i < days; i++) {
        ageing_add(&by_days, &daily);
    }
    for (double step = 0.01; done < days; step *= 1.7) {
        const struct ageing_stress stress = rest_at(soc, temp_c, fmin(step, days - done));

        ageing_add(&unevenly, &stress);
        done += stress.days;
    }
    assert_near(ageing_loss(&at_once) / loss, 1.0, 1e-3);
    assert_near(ageing_loss(&by_days) / loss, 1.0, 1e-3);
    assert_near(ageing_loss(&unevenly) / loss, 1.0, 1e-3);
    assert_near(at_once.resistance / resistance, 1.0, 1e-9);
    assert_near(by_days.resistance / resistance, 1.0, 1e-9);
    assert_near(unevenly.resistance / resistance, 1.0, 1e-9);
}

static void test_rest(void **state)
{
    static const double socs[] = {0.0, 0.003, 0.02, 0.1, 0.25, 0.5, 0.77, 1.0};
    static const double temps_c[] = {-40.0, -10.0, 10.0, 25.0, 45.0, 60.0};
    static const int days[] = {1, 30, 365, 3650};

    (void)state;
    for (int s = 0; s < 8; s++) {
        for (int t = 0; t < 6; t++) {
            for (int d = 0; d < 4; d++) {
                check_rest(socs[s], temps_c[t], days[d]);
            }
        }
    }
}

static void check_cycles(double depth, double c_rate, double temp_c, double cycles)
{
    struct ageing_stress stress = {.temp_c = temp_c, .cycles = cycles, .depth = depth, .c_rate = c_rate};
    struct ageing at_once = {.calendar = 0.0};
    struct ageing by_parts = {.calendar = 0.0};

    ageing_add(&at_once, &stress);
    stress.cycles = cycles / 1000.0;
    for (int i = 0; i < 1000; i++) {
        ageing_add(&by_parts, &stress);
    }
    assert_near(ageing_loss(&at_once) / reference_cycle_loss(depth, c_rate, temp_c, cycles), 1.0, 1e-9);
    assert_near(ageing_loss(&by_parts) / reference_cycle_loss(depth, c_rate, temp_c, cycles), 1.0, 1e-9);
    assert_near(by_parts.resistance / reference_cycle_resistance(depth, c_rate, cycles), 1.0, 1e-9);
}

static void test_cycles(void **state)
{
    (void)state;
    for (double depth = 0.1; depth < 1.05; depth += 0.3) {
        for (double c_rate = 0.0; c_rate <= 1.0; c_rate += 0.25) {
            check_cycles(depth, c_rate, 10.0, 3000.0);
            check_cycles(depth, c_rate, 25.0, 500.0);
            check_cycles(depth, c_rate, 45.0, 10.0);
        }
    }
}

/*
 * A stress that changes: the law's own differential equation dq/dt = k p (q / k)^((p - 1) / p), in small steps from the first
 * hour on, agrees with the sum, in which the order of the days does not matter.
 */
static void test_a_stress_that_changes(void **state)
{
    const double power = 0.526;
    const int steps_a_day = 200;
    struct ageing forward = {.calendar = 0.0};
    struct ageing backward = {.calendar = 0.0};
    double loss = reference_calendar_loss(0.6, 5.0, 1.0);

    (void)state;
    for (int day = 0; day < 730; day++) {
        const double temp_c = 20.0 - 15.0 * cos(2.0 * 3.14159265358979 * day / 365.0);
        const double soc = 0.6 + 0.3 * sin(day * 0.7);
        const struct ageing_stress stress = rest_at(soc, temp_c, 1.0);
        const struct ageing_stress other =
            rest_at(0.6 + 0.3 * sin((729 - day) * 0.7),
                    20.0 - 15.0 * cos(2.0 * 3.14159265358979 * (729 - day) / 365.0), 1.0);
        const double k = reference_calendar_loss(soc, temp_c, 1.0);

        ageing_add(&forward, &stress);
        ageing_add(&backward, &other);
        for (int i = 0; day > 0 && i < steps_a_day; i++) {
            loss += k * power * pow(loss / k, (power - 1.0) / power) / steps_a_day;
        }
    }
    assert_near(ageing_loss(&forward) / loss, 1.0, 1e-3);
    assert_near(ageing_loss(&backward) / ageing_loss(&forward), 1.0, 1e-12);
}

/* ---- at the edges of what is known ------------------------------------------------------------------ */

static void test_held_at_the_edges(void **state)
{
    (void)state;
    assert_true(ageing_calendar_per_day(&curve, -0.3, 25.0) == ageing_calendar_per_day(&curve, 0.0, 25.0));
    assert_true(ageing_calendar_per_day(&curve, 1.3, 25.0) == ageing_calendar_per_day(&curve, 1.0, 25.0));
    assert_true(ageing_calendar_per_day(&curve, 0.5, -60.0) == ageing_calendar_per_day(&curve, 0.5, -40.0));
    assert_true(ageing_calendar_per_day(&curve, 0.5, 120.0) == ageing_calendar_per_day(&curve, 0.5, 60.0));
    assert_true(ageing_resistance_per_day(-0.3, 25.0) == ageing_resistance_per_day(0.0, 25.0));
    assert_true(ageing_resistance_per_day(1.3, 25.0) == ageing_resistance_per_day(1.0, 25.0));
    assert_true(ageing_resistance_per_day(0.5, -60.0) == ageing_resistance_per_day(0.5, -40.0));
    assert_true(ageing_resistance_per_day(0.5, 120.0) == ageing_resistance_per_day(0.5, 60.0));
    assert_true(ageing_cycles_per_cycle(1.5, 0.5, 25.0) == ageing_cycles_per_cycle(1.0, 0.5, 25.0));
    assert_true(ageing_cycles_per_cycle(0.5, 4.0, 25.0) == ageing_cycles_per_cycle(0.5, 1.0, 25.0));
    assert_true(ageing_cycles_per_cycle(0.5, 0.5, -40.0) == ageing_cycles_per_cycle(0.5, 0.5, 10.0));
    assert_true(ageing_cycles_per_cycle(0.5, 0.5, 60.0) == ageing_cycles_per_cycle(0.5, 0.5, 45.0));
    assert_true(ageing_resistance_per_cycle(0.5, 4.0) == ageing_resistance_per_cycle(0.5, 1.0));
}

/* What is warmer or fuller ages faster by time, what is deeper or faster by cycles; nothing grows young. */
static void test_which_way(void **state)
{
    (void)state;
    for (double temp_c = -40.0; temp_c < 60.0; temp_c += 5.0) {
        for (double soc = 0.0; soc < 1.0; soc += 0.05) {
            const double here = ageing_calendar_per_day(&curve, soc, temp_c);

            assert_true(here > 0.0 && ageing_resistance_per_day(soc, temp_c) > 0.0);
            assert_true(ageing_calendar_per_day(&curve, soc, temp_c + 5.0) > here);
            assert_true(ageing_calendar_per_day(&curve, soc + 0.05, temp_c) > here);
            assert_true(ageing_resistance_per_day(soc, temp_c + 5.0) >
                        ageing_resistance_per_day(soc, temp_c));
        }
    }
    for (double depth = 0.0; depth <= 1.0; depth += 0.1) {
        for (double c_rate = 0.0; c_rate <= 1.0; c_rate += 0.1) {
            const double here = ageing_cycles_per_cycle(depth, c_rate, 20.0);

            assert_true(here > 0.0 && ageing_resistance_per_cycle(depth, c_rate) > 0.0);
            assert_true(depth > 0.9 || ageing_cycles_per_cycle(depth + 0.1, c_rate, 20.0) > here);
            assert_true(c_rate > 0.9 || ageing_cycles_per_cycle(depth, c_rate + 0.1, 20.0) > here);
        }
    }
}

static void test_never_younger(void **state)
{
    struct test_random random = {.state = environment_seed(1)};
    struct ageing cell = {.calendar = 0.0};
    double loss = 0.0;

    (void)state;
    for (int i = 0; i < 100000; i++) {
        const double soc = random_real(&random, -0.1, 1.1);
        const double temp_c = random_real(&random, -60.0, 100.0);
        struct ageing_stress stress = rest_at(soc, temp_c, random_real(&random, 0.0, 3.0));
        const struct ageing before = cell;

        stress.cycles = random_real(&random, 0.0, 4.0);
        stress.depth = random_real(&random, 0.0, 1.5);
        stress.c_rate = random_real(&random, 0.0, 5.0);
        ageing_add(&cell, &stress);
        assert_true(cell.calendar >= before.calendar && cell.cycles >= before.cycles);
        assert_true(cell.resistance >= before.resistance);
        assert_true(ageing_loss(&cell) >= loss && ageing_loss(&cell) <= AGEING_LOSS_MAX);
        loss = ageing_loss(&cell);
    }
    assert_true(loss == AGEING_LOSS_MAX); /* four hundred years, most of them hot */
}

/* ---- a bank ----------------------------------------------------------------------------------------- */

static struct bank b;

static void make(const struct scenario_bank *described, double temp_c)
{
    assert_true(bank_init(&b, described, 3, temp_c));
}

/* Holds a bank at its state for so many days, looked at every `look_s`. */
static void hold(int days, double look_s)
{
    for (int day = 0; day < days; day++) {
        for (double s = 0.0; s < DAY_S - 1.0; s += look_s) {
            bank_look_at_stress(&b, look_s);
        }
        bank_age(&b);
    }
}

/* The parameters of an aged cell are those of a new one, changed by its loss and its resistance. */
static void test_parameters(void **state)
{
    struct scenario_bank described = bank_described(4, 2, 2);
    struct bank_parameters before;
    double before_ohm[16];

    (void)state;
    described.spread = SPREAD_NEW;
    described.cell = CELL_A123; /* has a v2 and two diffusions */
    described.soc_pct = 100.0;
    make(&described, 35.0);
    before = b.parameters;
    memcpy(before_ohm, b.now->r0_ohm, sizeof before_ohm);
    hold(100, SLOT_S);
    for (int i = 0; i < b.cell_count; i++) {
        const double left = 1.0 - reference_calendar_loss(1.0, 35.0, 100.0);
        const double grown = 1.0 + reference_resistance(1.0, 35.0, 100.0);

        assert_true(b.now->z[i] == 1.0);
        assert_near(before.per_coulomb[i] / b.parameters.per_coulomb[i], left, 1e-6);
        assert_near(b.parameters.r0_ohm[i] / before.r0_ohm[i], grown, 1e-9);
        assert_near(b.parameters.r2_ohm[i] / before.r2_ohm[i], grown, 1e-9);
        assert_near(before.exchange_a[i] / b.parameters.exchange_a[i], grown, 1e-9);
        assert_near(before.diffusion_per_a[0][i] / b.parameters.diffusion_per_a[0][i], left, 1e-6);
        assert_near(before.diffusion_per_a[1][i] / b.parameters.diffusion_per_a[1][i], left, 1e-6);
        assert_true(b.parameters.leak_a[i] == before.leak_a[i]);
        assert_near(b.now->r0_ohm[i] / before_ohm[i], grown, 1e-9); /* and the state has heard of it */
    }
    bank_free(&b);
}

/* What each cell lacks to be full stays in ampere-hours, whatever it has and loses; a level bank stays level. A cell that is empty
 * has no more to lose. */
static void test_charge_that_is_lacking(void **state)
{
    struct scenario_bank described = bank_described(8, 1, 2);

    (void)state;
    described.spread = SPREAD_AGED;
    for (double soc_pct = 0.0; soc_pct <= 100.0; soc_pct += 12.5) {
        double lacking_as[16];

        described.soc_pct = soc_pct;
        make(&described, 40.0);
        b.now->z[3] = 1.004; /* overcharged */
        for (int i = 0; i < b.cell_count; i++) {
            lacking_as[i] = (1.0 - b.now->z[i]) / b.parameters.per_coulomb[i];
        }
        hold(30, SLOT_S);
        for (int i = 0; i < b.cell_count; i++) {
            if (b.now->z[i] == 0.0) {
                assert_true((1.0 - b.now->z[i]) / b.parameters.per_coulomb[i] <= lacking_as[i]);
                assert_true(soc_pct < 12.0);
            } else {
                assert_near((1.0 - b.now->z[i]) / b.parameters.per_coulomb[i], lacking_as[i], 1e-6);
            }
            assert_true(b.now->z[i] <= 1.0 || i == 3);
        }
        bank_free(&b);
    }
}

/* How often it is looked at does not matter for what stays. */
static void test_looks(void **state)
{
    struct scenario_bank described = bank_described(4, 1, 1);
    double capacity = 0.0;

    (void)state;
    described.soc_pct = 100.0;
    make(&described, 30.0);
    hold(20, SLOT_S);
    capacity = bank_health(&b).capacity_min;
    assert_near(capacity, 1.0 - reference_calendar_loss(1.0, 30.0, 20.0), 1e-6);
    bank_free(&b);
    make(&described, 30.0);
    hold(20, 6.0 * SLOT_S);
    assert_near(bank_health(&b).capacity_min, capacity, 1e-12);
    bank_free(&b);
}

/* A day between 30 % and 80 %, down at 0.25 C for 2 h, up at 0.125 C for 4 h, at rest otherwise. */
static void go_through_a_day(void)
{
    for (int slot = 0; slot < 144; slot++) {
        const double rate = slot < 12 ? -0.25 : (slot >= 60 && slot < 84 ? 0.125 : 0.0);

        for (int i = 0; i < b.cell_count; i++) {
            b.now->z[i] += rate * SLOT_S / 3600.0;
        }
        bank_look_at_stress(&b, SLOT_S);
    }
}

static void test_a_day_of_use(void **state)
{
    const double c_rate = (0.5 * 0.25 + 0.5 * 0.125) / 1.0; /* by the charge that moved */
    struct scenario_bank described = bank_described(4, 1, 1);
    double loss = 0.0;

    (void)state;
    make(&described, 20.0);
    go_through_a_day();
    bank_age(&b);
    loss = reference_cycle_loss(0.5, c_rate, 20.0, 0.5);
    assert_near(pow(b.ageing.cells[1].cycles, 0.828) / loss, 1.0, 1e-6);
    /* by time between that of 30 % and of 80 % */
    assert_real_in(pow(b.ageing.cells[1].calendar, 0.526), reference_calendar_loss(0.3, 20.0, 1.0),
                   reference_calendar_loss(0.8, 20.0, 1.0));
    assert_near(b.ageing.cells[1].resistance,
                reference_resistance(0.5, 20.0, 1.0) + reference_cycle_resistance(0.5, c_rate, 0.5),
                0.2 * reference_resistance(0.5, 20.0, 1.0));
    assert_near(bank_health(&b).capacity_mean, 1.0 - ageing_loss(&b.ageing.cells[1]), 1e-12);
    bank_free(&b);
}

/* `spread: aged` begins after ten years: docs/MODELS.md says at what, and what is left. */
static void test_a_used_bank(void **state)
{
    const double days = 3650.0;
    const double left =
        1.0 - reference_calendar_loss(0.5, 25.0, days) - reference_cycle_loss(0.5, 0.1, 25.0, 0.5 * days);
    const double grown =
        1.0 + reference_resistance(0.5, 25.0, days) + reference_cycle_resistance(0.5, 0.1, 0.5 * days);
    struct scenario_bank described = bank_described(8, 1, 20);
    struct bank_health health;

    (void)state;
    described.spread = SPREAD_AGED;
    make(&described, 25.0);
    health = bank_health(&b);
    assert_near(health.capacity_mean, left * exp(0.06 * 0.06 / 2.0), 0.015);
    assert_near(health.resistance_mean, grown * exp(0.10 * 0.10 / 2.0), 0.03);
    assert_true(health.capacity_min < health.capacity_mean - 0.06);
    assert_true(health.resistance_max > health.resistance_mean + 0.10);
    assert_near(reference_calendar_loss(0.5, 25.0, days), 0.0370, 0.00005); /* docs/MODELS.md, and the next */
    assert_near(reference_cycle_loss(0.5, 0.1, 25.0, 0.5 * days), 0.0531, 0.00005);
    assert_near(left, 0.9099, 0.00005);
    assert_near(grown, 1.200, 0.0005);
    bank_free(&b);
    described.spread = SPREAD_NEW;
    make(&described, 25.0);
    health = bank_health(&b);
    assert_near(health.capacity_mean, 1.0, 0.001);
    assert_near(health.resistance_mean, 1.0, 0.01);
    bank_free(&b);
}

/* What docs/MODELS.md says of the smaller cell's loss (Naumann's laws), to show how far published cells differ. */
static void test_another_cell(void **state)
{
    const double by_time = 1.2571e-5 * 0.60225 * sqrt(3650.0 * 86400.0);
    const double by_cycles =
        0.01 * (0.0971 + 0.0630 * 0.1) * (4.0253 * pow(0.5 - 0.6, 3.0) + 1.0923) * sqrt(1825.0);

    (void)state;
    assert_near(by_time, 0.134, 0.0005);
    assert_near(by_cycles, 0.048, 0.0005);
}

/* ---- a system --------------------------------------------------------------------------------------- */

static struct system_run run;

static struct bank_health health_after(const struct scenario *described, bool fixed_steps, double stop_s)
{
    struct sbms_control control;
    struct bank_health health;

    (void)sbms_control_init(&control, &described->bms.settings);
    assert_true(system_init(&run, described, device_native(&control), (struct system_observer){.self = NULL},
                            fixed_steps));
    if (stop_s > 0.0) {
        for (double s = stop_s; s < described->duration_s; s += stop_s) {
            system_run_to(&run, (int64_t)(s * SBMS_TICKS_PER_S));
        }
    }
    system_run_to(&run, run.end_tick);
    health = run.totals.health;
    system_free(&run);
    return health;
}

/* The length of the steps does not matter, nor where a run is halted on its way; and a day begins to count at its end. */
static void test_a_system(void **state)
{
    struct scenario described = scenario_off_grid(1, 1);
    struct bank_health as_new;
    struct bank_health long_steps;
    struct bank_health fixed_steps;
    struct bank_health halted;

    (void)state;
    described.duration_s = DAY_S;
    as_new = health_after(&described, false, 0.0);
    described.duration_s = 5.0 * DAY_S + 1.0;
    long_steps = health_after(&described, false, 0.0);
    fixed_steps = health_after(&described, true, 0.0);
    halted = health_after(&described, false, 5000.125);
    assert_true(as_new.capacity_mean - long_steps.capacity_mean > 0.0003);
    assert_true(long_steps.resistance_mean - as_new.resistance_mean > 0.0001);
    assert_near(fixed_steps.capacity_mean, long_steps.capacity_mean, 1e-7);
    assert_near(fixed_steps.resistance_mean, long_steps.resistance_mean, 1e-7);
    assert_near(halted.capacity_mean, long_steps.capacity_mean, 1e-7);
}

/* Ten days of a full bank that nothing takes anything from: the published curve. */
static void test_a_system_at_rest(void **state)
{
    struct scenario described = scenario_quiet();
    struct bank_health health;

    (void)state;
    described.duration_s = 10.0 * DAY_S + 1.0;
    described.ambient.mean_c = 35.0;
    described.bank.soc_pct = 100.0;
    described.bank.self_discharge_pct_per_month = 0.0;
    described.load_count = 0;
    set_bms(&described, 0.0, 0.0, 0.0);
    set_relay(&described, 0.0, 0.0, 0.0);
    health = health_after(&described, false, 0.0);
    assert_near((1.0 - health.capacity_mean) / reference_calendar_loss(1.0, 35.0, 10.0), 1.0, 1e-5);
    assert_near((health.resistance_mean - 1.0) / reference_resistance(1.0, 35.0, 10.0), 1.0, 1e-5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rest),
        cmocka_unit_test(test_cycles),
        cmocka_unit_test(test_a_stress_that_changes),
        cmocka_unit_test(test_held_at_the_edges),
        cmocka_unit_test(test_which_way),
        cmocka_unit_test(test_never_younger),
        cmocka_unit_test(test_parameters),
        cmocka_unit_test(test_charge_that_is_lacking),
        cmocka_unit_test(test_looks),
        cmocka_unit_test(test_a_day_of_use),
        cmocka_unit_test(test_a_used_bank),
        cmocka_unit_test(test_another_cell),
        cmocka_unit_test(test_a_system),
        cmocka_unit_test(test_a_system_at_rest),
    };

    return cmocka_run_group_tests(tests, prepare_curve, NULL);
}
