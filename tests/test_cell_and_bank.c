/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The numbers below the twin (twin/real.h), the cell's curves and the bank, against formulas written here
 * anew, closed solutions, and integrations with small steps.
 */
#include "tests/system_fixture.h"
#include "twin/bank_internal.h"
#include "twin/millivolts.h"
#include "twin/real.h"

#define CURRENT_A 20.0

/* ---- elementary functions --------------------------------------------------------------------------- */

static void test_exp_and_tanh(void **state)
{
    (void)state;
    for (int i = -700000; i <= 700000; i++) {
        const double x = i * 1e-3;

        if (fabs(real_exp(x) / exp(x) - 1.0) > 1e-14) {
            assert_near(real_exp(x) / exp(x), 1.0, 1e-14);
        }
        if (fabs(real_tanh(x * 0.03) - tanh(x * 0.03)) > 1e-14) {
            assert_near(real_tanh(x * 0.03), tanh(x * 0.03), 1e-14);
        }
    }
    assert_true(real_exp(0.0) == 1.0);
    assert_true(real_exp(1e9) == real_exp(700.0));
    assert_true(real_exp(-1e9) == real_exp(-700.0));
}

static void test_sin_and_cos(void **state)
{
    struct test_random random = {.state = 1};

    (void)state;
    for (int i = 0; i < 200000; i++) {
        const double near_x = random_real(&random, -100.0, 100.0);
        const double far_x = random_real(&random, -999990.0, 999990.0);

        assert_near(real_sin(near_x), sin(near_x), 1e-13);
        assert_near(real_cos(near_x), cos(near_x), 1e-13);
        assert_near(real_sin(far_x), sin(far_x), 1e-10);
        assert_near(real_cos(far_x), cos(far_x), 2e-10);
    }
}

static void test_floor(void **state)
{
    struct test_random random = {.state = 2};
    const double exact[] = {0.0, 1.0, -1.0, 0.5, -0.5, -1e-300, 1e-300, 4503599627370497.0, -8.5e15};

    (void)state;
    for (size_t i = 0; i < sizeof exact / sizeof exact[0]; i++) {
        assert_true(real_floor(exact[i]) == floor(exact[i]));
    }
    for (int i = 0; i < 200000; i++) {
        const double x = random_real(&random, -1.0, 1.0) * pow(10.0, random_real(&random, -3.0, 15.0));

        assert_true(real_floor(x) == floor(x));
    }
}

/* Nearest, halves away from zero, the same on both sides of it. */
static void test_millivolts(void **state)
{
    struct test_random random = {.state = 3};

    (void)state;
    assert_int_equal(millivolts_of(0.0), 0);
    assert_int_equal(millivolts_of(3.2004), 3200);
    assert_int_equal(millivolts_of(0.0005), 1);
    assert_int_equal(millivolts_of(-0.0005), -1);
    assert_int_equal(millivolts_of(-0.0014), -1);
    assert_int_equal(millivolts_of(-2.7996), -2800);
    assert_int_equal(nearest_whole(-1999999999.4), -1999999999);
    for (int i = 0; i < 200000; i++) {
        const double volts = random_real(&random, -70.0, 70.0);

        assert_near(millivolts_of(volts), volts * 1000.0, 0.5);
        assert_int_equal(millivolts_of(-volts), -millivolts_of(volts));
    }
}

static void test_random_numbers(void **state)
{
    const int draws = 500000;
    double sum = 0.0;
    double square = 0.0;
    double neighbours = 0.0;
    double before = 0.5;

    (void)state;
    for (int i = 0; i < draws; i++) {
        const double x = real_random(7, 3, (uint64_t)i, 0);

        assert_true(x >= 0.0 && x < 1.0);
        sum += x;
        square += (x - 0.5) * (x - 0.5);
        neighbours += (x - 0.5) * (before - 0.5);
        before = x;
    }
    /* five times the statistical error of each */
    assert_near(sum / draws, 0.5, 5.0 * 0.2887 / sqrt(draws));
    assert_near(square / draws, 1.0 / 12.0, 5.0 * 0.0745 / sqrt(draws));
    assert_near(neighbours / draws, 0.0, 5.0 / 12.0 / sqrt(draws));

    assert_true(real_random(1, 2, 3, 4) == real_random(1, 2, 3, 4));
    assert_true(real_random(2, 2, 3, 4) != real_random(1, 2, 3, 4));
    assert_true(real_random(1, 3, 3, 4) != real_random(1, 2, 3, 4));
    assert_true(real_random(1, 2, 4, 4) != real_random(1, 2, 3, 4));
    assert_true(real_random(1, 2, 3, 5) != real_random(1, 2, 3, 4));
    assert_true(real_random(1, 2, 3, 4) != real_random(4, 3, 2, 1));
}

static void test_normal_numbers(void **state)
{
    const int draws = 200000;
    double sum = 0.0;
    double square = 0.0;
    int beyond_two = 0;

    (void)state;
    for (int i = 0; i < draws; i++) {
        const double x = real_random_normal(11, 5, (uint64_t)i);

        assert_true(x > -6.0 && x < 6.0);
        sum += x;
        square += x * x;
        beyond_two += x > 2.0 || x < -2.0;
    }
    assert_near(sum / draws, 0.0, 5.0 / sqrt(draws));
    assert_near(square / draws, 1.0, 5.0 * 1.4142 / sqrt(draws));
    assert_near((double)beyond_two / draws, 0.0455, 0.003);
}

/* ---- curves ----------------------------------------------------------------------------------------- */

/* The fits and dU/dT as docs/MODELS.md has them, typed in again. */
static const double fit[3][14] = {
    {3.2581, .030734, .39102, .001, .62839, .016718, .041871, .19945, .069529, .015419, .63438, .02268,
     .28935, .0030418},
    {3.2586, .043693, .32888, .0014296, .59894, .035163, .032084, .26204, .096561, .012844, .76691, .046102,
     .18296, .0038971},
    {3.2659, .055501, .43006, .0023787, .63942, .042154, .025647, .26863, .094078, .010309, .69263, .075484,
     .21885, .016185},
};
static const double entropy_at_tenths[11] = {-4.9e-4, -1.64e-4, -1.18e-4, -4.4e-5, 9.8e-5, 1.10e-4,
                                             1.29e-4, 1.45e-4,  1.0e-4,   8.4e-5,  1.18e-4};

static double fit_v(int curve, double z)
{
    const double *p = fit[curve];

    return p[0] + p[1] * z - p[2] * exp(-z / p[3]) - p[4] * exp(-z / p[5]) + p[6] * tanh((z - p[7]) / p[8]) +
           p[9] * tanh((z - p[10]) / p[11]) + p[12] * exp((z - 1.0) / p[13]);
}

static void test_rest_voltages(void **state)
{
    (void)state;
    assert_near(cell_ocv_v(CURVE_C100, 0.037), 3.10, 0.035); /* the fit's worst: its own empty end */
    assert_near(cell_ocv_v(CURVE_C100, 0.009), 2.80, 0.035);
    assert_near(cell_ocv_v(CURVE_C100, 0.98), 3.346, 0.001);
    assert_near(cell_ocv_v(CURVE_C100, 1.0), 3.636, 0.001);
    for (int curve = 0; curve < 3; curve++) {
        for (int i = 0; i <= 1000; i++) {
            assert_near(cell_ocv_v((enum scenario_curve)curve, i * 1e-3), fit_v(curve, i * 1e-3), 1e-12);
        }
    }
}

/* Rising and finite beyond both ends: 3.75 V needs more than 100 %, an empty cell goes far below 2 V. */
static void test_curve_is_monotone(void **state)
{
    (void)state;
    for (int curve = 0; curve < 3; curve++) {
        double before_v = cell_ocv_v((enum scenario_curve)curve, -0.0301);

        for (int i = -3000; i <= 103000; i++) {
            const double v = cell_ocv_v((enum scenario_curve)curve, i * 1e-5);

            assert_true(isfinite(v));
            if (i * 1e-5 < 0.0 ||
                i * 1e-5 > 0.1) { /* between them a set may dip by less than its own error */
                assert_true(v >= before_v);
            }
            assert_true(v > before_v - 1e-5);
            before_v = v;
        }
        assert_true(cell_ocv_v((enum scenario_curve)curve, 1.03) > 3.75);
        assert_real_in(cell_ocv_v((enum scenario_curve)curve, -0.03), -0.5, 2.0);
        assert_near(cell_ocv_v((enum scenario_curve)curve, -1e-9),
                    cell_ocv_v((enum scenario_curve)curve, 0.0), 1e-6);
        assert_near(cell_ocv_v((enum scenario_curve)curve, 1.0 + 1e-9),
                    cell_ocv_v((enum scenario_curve)curve, 1.0), 1e-5);
    }
}

static struct cell_curves curves;

/* The straight lines between the nodes against the curve, in the middle of each, where they miss it most. */
static void test_table_follows_the_curve(void **state)
{
    (void)state;
    for (int curve = 0; curve < 3; curve++) {
        cell_curves_init(&curves, (enum scenario_curve)curve);
        for (int i = 0; i < CELL_CHARGE_NODES; i++) {
            const double z = CELL_Z_MIN + (CELL_Z_MAX - CELL_Z_MIN) * (i + 0.5) / CELL_CHARGE_NODES;
            const double line_v = 0.5 * (curves.charge[i].ocv_v + curves.charge[i + 1].ocv_v);

            if (z > 0.004 && z < 0.9998) { /* 2.5 V to 3.62 V */
                assert_near(line_v, cell_ocv_v((enum scenario_curve)curve, z), 1e-4);
            } else {
                assert_near(line_v, cell_ocv_v((enum scenario_curve)curve, z), 0.01);
            }
        }
    }
}

static int node_at(double z)
{
    return (int)((z - CELL_Z_MIN) / (CELL_Z_MAX - CELL_Z_MIN) * CELL_CHARGE_NODES + 0.5);
}

static void test_hysteresis_and_entropy(void **state)
{
    int widest = 0;

    (void)state;
    cell_curves_init(&curves, CURVE_C100);
    for (int i = node_at(0.0); i <= node_at(1.0); i++) {
        const double z = CELL_Z_MIN + (CELL_Z_MAX - CELL_Z_MIN) * i / CELL_CHARGE_NODES;

        assert_real_in(curves.charge[i].hysteresis_v, 0.012, 0.029);
        if (z > 0.8) {
            assert_real_in(curves.charge[i].hysteresis_v, 0.012, 0.020);
        }
        if (curves.charge[i].hysteresis_v > curves.charge[widest].hysteresis_v) {
            widest = i;
        }
    }
    assert_real_in(widest, node_at(0.25), node_at(0.35));
    for (int tenth = 0; tenth <= 10; tenth++) {
        assert_near(curves.charge[node_at(tenth * 0.1)].entropy_v_per_k, entropy_at_tenths[tenth], 3e-7);
    }
}

static double resistance_at(double temp_c)
{
    return 0.3 + 0.7 * exp(21000.0 / 8.314462618 * (1.0 / (temp_c + 273.15) - 1.0 / 298.15));
}

static void test_temperature_curves(void **state)
{
    (void)state;
    cell_curves_init(&curves, CURVE_C100);
    for (int i = 0; i <= CELL_TEMP_NODES; i++) {
        const double temp_c = CELL_TEMP_MIN_C + (CELL_TEMP_MAX_C - CELL_TEMP_MIN_C) * i / CELL_TEMP_NODES;

        assert_near(curves.temp[i].resistance / resistance_at(temp_c), 1.0, 1e-12);
        assert_near(curves.temp[i].leak / pow(2.0, (temp_c - 25.0) / 10.0), 1.0, 1e-12);
    }
    assert_near(resistance_at(25.0), 1.0, 1e-12);
}

/* ---- one bank for each test ---------------------------------------------------------------------------- */

static struct bank b;

static int free_bank(void **state)
{
    (void)state;
    bank_free(&b);
    return 0;
}

static const struct bus_demand no_demand = {.load_a = 0.0};

/* Discharges with `amps`, or charges when they are negative, whatever the voltage. */
static struct bus_demand constant_current(double amps)
{
    if (amps >= 0.0) {
        return (struct bus_demand){.load_a = amps};
    }
    return (struct bus_demand){.source_w = 1e9, .source_a_max = -amps, .source_v_max = 1e6};
}

static void advance(int steps, int k, const struct bus_demand *demand, double ambient_c)
{
    for (int i = 0; i < steps; i++) {
        (void)bank_try(&b, k, demand, ambient_c);
        bank_accept(&b);
    }
}

/* Takes the influence of temperature on resistance and leak away, so that closed solutions hold. */
static void flatten_temperature(void)
{
    for (int i = 0; i <= CELL_TEMP_NODES; i++) {
        b.curves.temp[i] = (struct cell_temp_node){.resistance = 1.0, .leak = 1.0};
    }
    advance(1, 0, &no_demand, 25.0);
}

static void make(const struct scenario_bank *described, uint64_t seed, double ambient_c)
{
    bank_free(&b);
    assert_true(bank_init(&b, described, seed, ambient_c));
}

static struct scenario_bank without_leak(int cells, int series, int parallel)
{
    struct scenario_bank described = bank_described(cells, series, parallel);

    described.self_discharge_pct_per_month = 0.0;
    return described;
}

/* ---- charge and voltage -------------------------------------------------------------------------------- */

/* Q dz/dt = I / 3600: nothing is lost, in steps of any length. */
static void test_charge_is_exact(void **state)
{
    const double currents_a[] = {CURRENT_A, -CURRENT_A, 0.001};
    struct scenario_bank described = without_leak(4, 1, 1);

    (void)state;
    described.soc_pct = 50.0;
    for (int i = 0; i < 3; i++) {
        const struct bus_demand demand = constant_current(currents_a[i]);

        for (int k = 0; k <= BANK_STEP_MAX; k += k == 0 ? 3 : 5) {
            make(&described, 1, 25.0);
            (void)bank_solve(&b, &demand);
            advance(1 << (BANK_STEP_MAX - k), k, &demand, 25.0);
            for (int cell = 0; cell < 4; cell++) {
                assert_near((0.5 - b.now->z[cell]) / (currents_a[i] * 1024.0 / 360000.0), 1.0,
                            i == 2 ? 1e-7 : 1e-10);
            }
        }
    }
}

/* v = R I (1 - e^(-t/tau)), and its decay, in one step and in thousands. */
static void test_branches_are_exact(void **state)
{
    const double wanted1_v = 0.052 / 100.0 * -CURRENT_A * -expm1(-1024.0 / 20.0);
    const double wanted2_v = 0.075 / 100.0 * -CURRENT_A * -expm1(-1024.0 / 2000.0);
    const struct bus_demand demand = constant_current(CURRENT_A);
    const struct scenario_bank described = without_leak(4, 1, 1);

    (void)state;
    for (int k = 0; k <= BANK_STEP_MAX; k++) {
        make(&described, 1, 25.0);
        flatten_temperature();
        (void)bank_solve(&b, &demand);
        advance(1 << (BANK_STEP_MAX - k), k, &demand, 25.0);
        for (int cell = 0; cell < 4; cell++) {
            assert_near(b.now->v1_v[cell] / wanted1_v, 1.0, k < 3 ? 1e-11 : 1e-12);
            assert_near(b.now->v2_v[cell] / wanted2_v, 1.0, k < 3 ? 1e-11 : 1e-12);
        }
        (void)bank_solve(&b, &no_demand);
        advance(1, 9, &no_demand, 25.0); /* 64 s */
        assert_near(b.now->v1_v[0] / (wanted1_v * exp(-64.0 / 20.0)), 1.0, 1e-9);
        assert_near(b.now->v2_v[0] / (wanted2_v * exp(-64.0 / 2000.0)), 1.0, 1e-9);
    }
}

/* One step over a current that goes in a straight line from 5 to 45 A, against 8192 little ones. */
static void test_straight_line_is_exact(void **state)
{
    const struct bus_demand first = constant_current(5.0);
    const struct bus_demand last = constant_current(45.0);
    const struct scenario_bank described = without_leak(4, 1, 1);
    double once_z = 0.0;
    double once1_v = 0.0;
    double once2_v = 0.0;

    (void)state;
    make(&described, 1, 25.0);
    flatten_temperature();
    (void)bank_solve(&b, &first);
    advance(1, BANK_STEP_MAX, &last, 25.0);
    once_z = b.now->z[0];
    once1_v = b.now->v1_v[0];
    once2_v = b.now->v2_v[0];
    assert_near(b.now->string_a[0], -45.0, 1e-9);

    make(&described, 1, 25.0);
    flatten_temperature();
    (void)bank_solve(&b, &first);
    for (int i = 1; i <= 8192; i++) {
        const struct bus_demand demand = constant_current(5.0 + 40.0 * i / 8192.0);

        advance(1, 0, &demand, 25.0);
    }
    assert_near(once_z, 0.8 - 25.0 * 1024.0 / 360000.0, 1e-12);
    assert_near(b.now->z[0], once_z, 1e-12);
    assert_near(b.now->v1_v[0] / once1_v, 1.0, 1e-10);
    assert_near(b.now->v2_v[0] / once2_v, 1.0, 1e-10);
}

/* The hysteresis takes the same bend to first order, wherever it begins. */
static void test_hysteresis_follows_the_straight_line(void **state)
{
    const double starts[] = {-0.8, 0.0, 0.8};
    const struct bus_demand first = constant_current(20.0);
    const struct bus_demand last = constant_current(24.0);
    const struct scenario_bank described = without_leak(4, 1, 1);

    (void)state;
    for (int n = 0; n < 3; n++) {
        double once = 0.0;

        make(&described, 1, 25.0);
        b.now->h[0] = starts[n];
        (void)bank_solve(&b, &first);
        advance(1, 10, &last, 25.0);
        once = b.now->h[0];
        make(&described, 1, 25.0);
        b.now->h[0] = starts[n];
        (void)bank_solve(&b, &first);
        for (int i = 1; i <= 1024; i++) {
            const struct bus_demand demand = constant_current(20.0 + 4.0 * i / 1024.0);

            advance(1, 0, &demand, 25.0);
        }
        assert_near(b.now->h[0], (starts[n] + 1.0) * exp(-10.0 * 22.0 * 128.0 / 360000.0) - 1.0, 1e-5);
        assert_near(once, b.now->h[0], 1.5e-3); /* all of the bend is 0.007 * (1 + h) */
    }
}

/* Both branches grow with the cold as R0 does: long after the current has begun, at a battery that stays cold. */
static void test_branches_in_the_cold(void **state)
{
    const struct bus_demand demand = constant_current(1.0);
    const struct scenario_bank described = without_leak(4, 1, 1);

    (void)state;
    make(&described, 1, -20.0);
    (void)bank_solve(&b, &demand);
    advance(30, 12, &demand, -20.0); /* 15360 s */
    assert_near(b.now->v1_v[0] / (-0.00052 * resistance_at(-20.0)), 1.0, 0.005);
    assert_near(b.now->v2_v[0] / (-0.00075 * resistance_at(-20.0)), 1.0, 0.005);
}

/* h' = e h + (1 - e) sgn(I), e = exp(-gamma |dz|) */
static void test_hysteresis_follows_the_current(void **state)
{
    const double dz = CURRENT_A * 1024.0 / 360000.0;
    const struct bus_demand discharge = constant_current(CURRENT_A);
    const struct bus_demand charge = constant_current(-CURRENT_A);
    const struct scenario_bank described = without_leak(4, 1, 1);

    (void)state;
    for (int k = 3; k <= BANK_STEP_MAX; k += 5) {
        const int steps = 1 << (BANK_STEP_MAX - k);
        double h = 0.0;

        make(&described, 1, 25.0);
        (void)bank_solve(&b, &discharge);
        advance(steps, k, &discharge, 25.0);
        h = -(1.0 - exp(-10.0 * dz));
        assert_near(b.now->h[0], h, 1e-6);
        (void)bank_solve(&b, &charge);
        advance(steps, k, &charge, 25.0);
        h = 1.0 + (h - 1.0) * exp(-10.0 * dz);
        assert_near(b.now->h[0], h, 1e-6);
        assert_real_in(h, 0.0, 1.0);
    }
}

struct test_cell {
    double z;
    double v1_v;
    double v2_v;
    double h;
    double temp_c;
};

/* Every cell as `cell` says. */
static void set_all(const struct test_cell *cell)
{
    for (int i = 0; i < b.cell_count; i++) {
        b.now->z[i] = cell->z;
        b.now->v1_v[i] = cell->v1_v;
        b.now->v2_v[i] = cell->v2_v;
        b.now->h[i] = cell->h;
        b.now->temp_c[i] = cell->temp_c;
    }
}

/* Of a cell, everything given, after a tick that changes next to nothing. */
static double settled_cell_v(const struct test_cell *cell, double discharge_a)
{
    const struct bus_demand demand = constant_current(discharge_a);

    set_all(cell);
    for (int i = 0; i < b.batteries; i++) {
        b.now->case_c[i] = cell->temp_c;
    }
    advance(1, 0, &demand, cell->temp_c);
    set_all(cell);
    (void)bank_try(&b, 0, &demand, cell->temp_c);
    return b.next->cell_v[0];
}

/* V = OCV + M h + R0(T) I + v1 + v2 + dU/dT (T - 25), one term at a time and all at once */
static void test_terminal_voltage(void **state)
{
    const struct scenario_bank described = without_leak(4, 1, 1);
    const double temps_c[] = {-20.0, 0.0, 25.0, 45.0};

    (void)state;
    make(&described, 1, 25.0);
    for (int tenth = 1; tenth <= 9; tenth++) {
        const double z = 0.1 * tenth;

        for (int t = 0; t < 4; t++) {
            const double entropy_v = entropy_at_tenths[tenth] * (temps_c[t] - 25.0);
            struct test_cell cell = {.z = z, .temp_c = temps_c[t]};
            double drop_v = 0.0;
            double up_v = 0.0;

            assert_near(settled_cell_v(&cell, 0.0), fit_v(0, z) + entropy_v, 2e-5);
            drop_v = fit_v(0, z) + entropy_v - settled_cell_v(&cell, 50.0);
            drop_v += b.next->v1_v[0] + b.next->v2_v[0];
            assert_near(drop_v, 50.0 * 0.050 / 100.0 * resistance_at(temps_c[t]), 5e-5);
            cell.v1_v = 0.013;
            cell.v2_v = -0.029;
            assert_near(settled_cell_v(&cell, 0.0), fit_v(0, z) + entropy_v - 0.016, 1e-4);
            cell.v1_v = cell.v2_v = 0.0;
            cell.h = 1.0;
            up_v = settled_cell_v(&cell, 0.0) - fit_v(0, z) - entropy_v;
            assert_near(up_v, b.curves.charge[node_at(z)].hysteresis_v, 2e-4);
            cell.h = -1.0;
            assert_near(settled_cell_v(&cell, 0.0) - fit_v(0, z) - entropy_v, -up_v, 1e-4);
        }
    }
}

/* ---- temperature ------------------------------------------------------------------------------------------ */

struct temperatures {
    double cell_c[4];
    double case_c;
};

/* The equations of docs/MODELS.md for one battery of four cells of 100 Ah (2 kg each). */
static struct temperatures thermal_rates(const struct temperatures *at, const double *heat_w,
                                         double ambient_c)
{
    const double cell_j_per_k = 2.0 * 1060.0;
    const double case_j_per_k = 0.2 * 4.0 * cell_j_per_k;
    struct temperatures rate = {.case_c = (ambient_c - at->case_c) / b.r_case_ambient / case_j_per_k};

    for (int i = 0; i < 4; i++) {
        const double to_case_w = (at->cell_c[i] - at->case_c) / b.r_cell_case;
        double to_cells_w = 0.0;

        for (int j = 0; j < 4; j++) {
            to_cells_w += (at->cell_c[i] - at->cell_c[j]) / b.r_cell_cell;
        }
        rate.cell_c[i] = (heat_w[i] - to_case_w - to_cells_w) / cell_j_per_k;
        rate.case_c += to_case_w / case_j_per_k;
    }
    return rate;
}

/* A step of Heun's rule. */
static struct temperatures thermal_step(const struct temperatures *at, const double *heat_w, double ambient_c,
                                        double seconds)
{
    const struct temperatures now = thermal_rates(at, heat_w, ambient_c);
    struct temperatures next = *at;
    struct temperatures then;

    for (int i = 0; i < 4; i++) {
        next.cell_c[i] += seconds * now.cell_c[i];
    }
    next.case_c += seconds * now.case_c;
    then = thermal_rates(&next, heat_w, ambient_c);
    for (int i = 0; i < 4; i++) {
        next.cell_c[i] = at->cell_c[i] + 0.5 * seconds * (now.cell_c[i] + then.cell_c[i]);
    }
    next.case_c = at->case_c + 0.5 * seconds * (now.case_c + then.case_c);
    return next;
}

/* A battery of uneven cells falls to the air's temperature: long steps, ticks and the reference agree. */
static void test_temperatures_are_exact(void **state)
{
    const double no_heat[4] = {0.0, 0.0, 0.0, 0.0};
    const struct temperatures start = {.cell_c = {10.0, 20.0, 31.0, 47.0}, .case_c = 26.0};
    const struct scenario_bank described = without_leak(4, 1, 1);
    struct temperatures wanted = start;

    (void)state;
    make(&described, 1, 5.0);
    assert_near(b.heat_capacity_j_per_k, 2120.0, 1e-9);
    for (int i = 0; i < 40960; i++) {
        wanted = thermal_step(&wanted, no_heat, 5.0, 0.1);
    }
    for (int k = 0; k <= BANK_STEP_MAX; k++) {
        make(&described, 1, 5.0);
        for (int i = 0; i < 4; i++) {
            b.now->temp_c[i] = start.cell_c[i];
        }
        b.now->case_c[0] = start.case_c;
        advance(4 << (BANK_STEP_MAX - k), k, &no_demand, 5.0);
        for (int i = 0; i < 4; i++) {
            assert_near(b.now->temp_c[i], wanted.cell_c[i], 1e-5);
        }
        assert_near(b.now->case_c[0], wanted.case_c, 1e-5);
    }
}

/* With the cells that heat it, a whole battery takes about an hour to its surroundings. */
static void test_case_time_constant(void **state)
{
    const struct scenario_bank described = without_leak(4, 1, 1);

    (void)state;
    make(&described, 1, 20.0);
    for (int i = 0; i < 4; i++) {
        b.now->temp_c[i] = 30.0;
    }
    b.now->case_c[0] = 30.0;
    advance(3600, 3, &no_demand, 20.0);
    assert_real_in(b.now->temp_c[0] - 20.0, 10.0 * exp(-1.2), 10.0 * exp(-0.8));
}

/* I (R0 I + v1 + v2 + M h) + I T dU/dT, from what a tick does to the temperature. */
static void test_heat(void **state)
{
    const struct scenario_bank described = without_leak(4, 1, 1);
    const double currents_a[] = {80.0, -80.0};
    const struct test_cell cell = {.z = 0.3, .v1_v = 0.011, .v2_v = -0.004, .h = 0.5, .temp_c = 10.0};

    (void)state;
    for (int i = 0; i < 2; i++) {
        const double amps = -currents_a[i]; /* into the cell */
        double wanted_w = 0.0;
        double heat_w = 0.0;

        make(&described, 1, 10.0);
        (void)settled_cell_v(&cell, currents_a[i]);
        wanted_w = amps * (0.0005 * resistance_at(10.0) * amps + 0.011 - 0.004 + 0.029 * 0.5) +
                   amps * 283.15 * -4.4e-5;
        heat_w = (b.next->temp_c[0] - 10.0) * 2120.0 / 0.125;
        assert_near(heat_w / wanted_w, 1.0, 0.01);
    }
}

static double heat_now_w(int i)
{
    const struct bank_state *now = b.now;
    const double amps = now->string_a[0];

    return amps * (now->r0_ohm[i] * amps + now->v1_v[i] + now->v2_v[i] + now->hysteresis_v[i] * now->h[i] +
                   (now->temp_c[i] + 273.15) * now->entropy_v_per_k[i]);
}

/* Half an hour of a heavy load: the bank's temperatures in steps of 1 s and of 16 s against the reference, which
 * takes the mean of the heat before and after each second. */
static void test_warming(void **state)
{
    const struct bus_demand demand = constant_current(100.0);
    const struct scenario_bank described = without_leak(4, 1, 1);
    struct temperatures wanted = {.cell_c = {15.0, 15.0, 15.0, 15.0}, .case_c = 15.0};

    (void)state;
    make(&described, 1, 15.0);
    b.parameters.r0_ohm[2] *= 3.0; /* a bad strap: one cell of the four is warmer */
    advance(1, 0, &no_demand, 15.0);
    (void)bank_solve(&b, &demand);
    for (int i = 0; i < 1792; i++) {
        double heat_w[4];

        for (int j = 0; j < 4; j++) {
            heat_w[j] = 0.5 * heat_now_w(j);
        }
        advance(1, 3, &demand, 15.0);
        for (int j = 0; j < 4; j++) {
            heat_w[j] += 0.5 * heat_now_w(j);
        }
        wanted = thermal_step(&wanted, heat_w, 15.0, 1.0);
    }
    assert_true(wanted.cell_c[0] > 17.0 && wanted.cell_c[2] > wanted.cell_c[0] + 0.5);
    for (int i = 0; i < 4; i++) {
        assert_near(b.now->temp_c[i], wanted.cell_c[i], 5e-3);
    }
    make(&described, 1, 15.0);
    b.parameters.r0_ohm[2] *= 3.0;
    advance(1, 0, &no_demand, 15.0);
    (void)bank_solve(&b, &demand);
    advance(112, 7, &demand, 15.0);
    for (int i = 0; i < 4; i++) {
        assert_near(b.now->temp_c[i], wanted.cell_c[i], 0.05);
    }
}

/* ---- self-discharge ---------------------------------------------------------------------------------------- */

/* 0.3 % a month, of which a year of seconds must not lose any to rounding. */
static void test_self_discharge(void **state)
{
    const struct scenario_bank described = bank_described(4, 1, 1);
    const double year_s = 8760.0 * 3600.0;
    const double wanted = 12.0 * 0.003;
    double month = 0.0;

    (void)state;
    make(&described, 1, 25.0);
    for (int k = BANK_STEP_MAX; k >= 9; k -= 2) {
        const double taken_s = floor(year_s / b.steps[k].seconds) * b.steps[k].seconds;

        make(&described, 1, 25.0);
        advance((int)(taken_s / b.steps[k].seconds), k, &no_demand, 25.0);
        assert_near((0.8 - b.now->z[0]) / (wanted * taken_s / year_s), 1.0, 1e-4);
    }
    make(&described, 1, 25.0);
    advance(2 * 512, BANK_STEP_MAX, &no_demand, 25.0);
    month = 0.8 - b.now->z[0];
    make(&described, 1, 25.0);
    advance(2 * 512 * 1024, 3, &no_demand, 25.0);
    assert_near((0.8 - b.now->z[0]) / month, 1.0, 1e-7); /* half an ulp of 0.8 a step is 5e-8 */
    make(&described, 1, 35.0);
    advance(2 * 512, BANK_STEP_MAX, &no_demand, 35.0);
    assert_near((0.8 - b.now->z[0]) / month, 2.0, 1e-3);
}

/* ---- spread ------------------------------------------------------------------------------------------------ */

struct spread_sums {
    double count, x, y, xx, yy, xy, leak, leak_square;
};

static void add_spread(struct spread_sums *sums)
{
    for (int i = 0; i < b.cell_count; i++) {
        const struct bank_parameters *parameters = &b.parameters;
        const double q_ah = 1.0 / (3600.0 * parameters->per_coulomb[i]);
        const double x = log(q_ah / 100.0);
        const double y = log(parameters->r0_ohm[i] / 0.0005);
        const double leak = log(parameters->leak_a[i] / (0.003 * q_ah / 730.0));

        assert_near(parameters->r1_ohm[i] / parameters->r0_ohm[i], 52.0 / 50.0, 1e-9);
        assert_near(parameters->r2_ohm[i] / parameters->r0_ohm[i], 75.0 / 50.0, 1e-9);
        sums->count += 1.0;
        sums->x += x;
        sums->y += y;
        sums->xx += x * x;
        sums->yy += y * y;
        sums->xy += x * y;
        sums->leak += leak;
        sums->leak_square += leak * leak;
    }
}

static void check_spread(enum scenario_spread spread, double capacity_sigma, double resistance_sigma)
{
    struct scenario_bank described = bank_described(8, 1, 20);
    struct spread_sums sums = {.count = 0.0};
    double n = 0.0;

    described.spread = spread;
    for (uint64_t seed = 1; seed <= 30; seed++) {
        make(&described, seed, 25.0);
        add_spread(&sums);
    }
    n = sums.count;
    assert_near(sums.x / n, 0.0, 5.0 * capacity_sigma / sqrt(n));
    assert_near(sums.y / n, 0.0, 5.0 * resistance_sigma / sqrt(n));
    assert_near(sqrt(sums.xx / n) / capacity_sigma, 1.0, 5.0 / sqrt(2.0 * n));
    assert_near(sqrt(sums.yy / n) / resistance_sigma, 1.0, 5.0 / sqrt(2.0 * n));
    assert_near(sums.xy / n / (capacity_sigma * resistance_sigma), -0.4, 5.0 / sqrt(n));
    assert_near(sums.leak / n, 0.0, 5.0 * 0.5 / sqrt(n));
    assert_near(sqrt(sums.leak_square / n) / 0.5, 1.0, 5.0 / sqrt(2.0 * n));
}

static void test_spread(void **state)
{
    const struct scenario_bank described = bank_described(4, 2, 2);

    (void)state;
    check_spread(SPREAD_NEW, 0.0025, 0.02);
    check_spread(SPREAD_AGED, 0.06, 0.10);
    make(&described, 1, 25.0);
    for (int i = 0; i < b.cell_count; i++) {
        assert_near(b.parameters.per_coulomb[i] * 360000.0, 1.0, 1e-12);
        assert_near(b.parameters.r0_ohm[i], 0.0005, 1e-15);
        assert_near(b.parameters.leak_a[i], 0.3 / 730.0, 1e-12);
    }
}

/* A balanced bank: full cells are level, so at any charge each lacks the same. */
static void test_cells_start_level_at_the_top(void **state)
{
    struct scenario_bank described = bank_described(8, 2, 3);

    (void)state;
    described.spread = SPREAD_AGED;
    make(&described, 5, 12.0);
    for (int i = 0; i < b.cell_count; i++) {
        assert_near((1.0 - b.now->z[i]) / b.parameters.per_coulomb[i], 0.2 * 360000.0, 1e-6);
        assert_true(b.now->h[i] == 0.0 && b.now->v1_v[i] == 0.0 && b.now->temp_c[i] == 12.0);
    }
    assert_near(bank_soc_pct(&b), 80.0, 1.0);
    described.soc_pct = 100.0;
    make(&described, 5, 12.0);
    for (int i = 0; i < b.cell_count; i++) {
        assert_true(b.now->z[i] == 1.0);
    }
    assert_true(bank_soc_pct(&b) == 100.0);
}

/* ---- strings ------------------------------------------------------------------------------------------------ */

static void check_strings(const struct bus_state *bus, bool next)
{
    const struct bank_state *state = bank_state_at(&b, next);
    double sum_a = 0.0;

    for (int s = 0; s < b.strings; s++) {
        double sum_v = 0.0;

        for (int i = s * b.cells_per_string; i < (s + 1) * b.cells_per_string; i++) {
            sum_v += state->cell_v[i];
        }
        assert_near(sum_v, bus->voltage_v, next ? 1e-5 : 1e-9);
        sum_a += state->string_a[s];
    }
    assert_near(sum_a, bus->bank_a, 1e-8);
}

/* The cells of a string add up to the bus, the strings' currents to the bank's; now and at a step's end. */
static void test_strings_add_up(void **state)
{
    const double currents_a[] = {0.0, 150.0, -60.0, 3.0};
    struct scenario_bank described = bank_described(4, 4, 3);

    (void)state;
    described.spread = SPREAD_AGED;
    make(&described, 3, 25.0);
    b.bleeding[7] = true;
    for (int i = 0; i < 4; i++) {
        const struct bus_demand demand = constant_current(currents_a[i]);
        struct bus_state bus = bank_solve(&b, &demand);

        assert_near(bus.bank_a, -currents_a[i], 1e-8);
        check_strings(&bus, false);
        for (int k = 0; k <= 10; k++) {
            bus = bank_try(&b, k, &demand, 25.0);
            assert_near(bus.bank_a, -currents_a[i], 1e-8);
            check_strings(&bus, true);
        }
        bank_accept(&b);
    }
}

/* Equal strings but for their resistance: the current divides as 1 : 1/2 : 1/4. */
static void test_strings_share_by_resistance(void **state)
{
    const struct scenario_bank described = without_leak(4, 1, 3);
    const struct bus_demand demand = constant_current(70.0);

    (void)state;
    make(&described, 3, 25.0);
    for (int i = 0; i < 12; i++) {
        b.parameters.r0_ohm[i] *= (double)(1 << (i / 4));
    }
    advance(1, 0, &no_demand, 25.0);
    (void)bank_solve(&b, &demand);
    assert_near(b.now->string_a[0], -40.0, 1e-6);
    assert_near(b.now->string_a[1], -20.0, 1e-6);
    assert_near(b.now->string_a[2], -10.0, 1e-6);
    (void)bank_try(&b, 3, &demand, 25.0);
    assert_true(bank_current_change_a(&b) > 1e-3);
    assert_near(bank_current_change_a(&b), b.next->string_a[0] - b.now->string_a[0], 1e-12);
}

/* ---- balancing ---------------------------------------------------------------------------------------------- */

/* The voltages of the first battery's cells, as its monitor has them. */
static void set_cells(double a_v, double b_v, double c_v, double d_v)
{
    const double cells_v[4] = {a_v, b_v, c_v, d_v};

    for (int i = 0; i < 4; i++) {
        b.now->emf_v[i] = b.next->emf_v[i] = cells_v[i];
    }
    bank_read_voltages(&b, b.now);
    bank_read_voltages(&b, b.next);
}

static bool balances(double highest_v, double lowest_v)
{
    const bool before = b.bleeding[2];
    bool would = false;
    bool did = false;

    set_cells(lowest_v, lowest_v, highest_v, lowest_v);
    would = bank_balancing_changes(&b, false);
    assert_true(would == bank_balancing_changes(&b, true));
    did = bank_balance(&b);
    assert_true(did == would);
    assert_true(did == (before != b.bleeding[2]));
    assert_true(!b.bleeding[0] && !b.bleeding[1] && !b.bleeding[3]);
    return b.bleeding[2];
}

/* On above 3.50 V and 10 mV above the battery's lowest, off below 3.48 V or within 5 mV. */
static void test_balancing_thresholds(void **state)
{
    const struct scenario_bank described = without_leak(4, 1, 2);

    (void)state;
    make(&described, 1, 25.0);
    for (int i = 4; i < 8; i++) { /* another battery, lower: no concern of the first */
        b.now->emf_v[i] = b.next->emf_v[i] = 3.30;
    }
    assert_false(balances(3.4999, 3.40));
    assert_true(balances(3.5001, 3.40));
    assert_true(balances(3.4801, 3.40));
    assert_false(balances(3.4799, 3.40));
    assert_false(balances(3.4999, 3.40));
    assert_false(balances(3.6000, 3.5901));
    assert_true(balances(3.6000, 3.5899));
    assert_true(balances(3.6000, 3.5949));
    assert_false(balances(3.6000, 3.5951));
    assert_false(balances(3.6000, 3.5901));
    set_cells(3.6, 3.6, 3.6, 3.6); /* high against the other battery, level in its own */
    assert_false(bank_balancing_changes(&b, false));
    set_cells(3.4, 3.6, 3.6, 3.4);
    assert_true(bank_balance(&b));
    assert_true(b.bleeding[1] && b.bleeding[2] && !b.bleeding[0]);
}

/* A bleeding cell loses balancing_a beside its string's current, and no other cell does. */
static void test_bleeding_takes_charge(void **state)
{
    const struct bus_demand demand = constant_current(-10.0);
    struct scenario_bank described = without_leak(4, 1, 1);

    (void)state;
    described.balancing_a = 2.0;
    described.soc_pct = 50.0;
    make(&described, 1, 25.0);
    b.bleeding[2] = true;
    (void)bank_solve(&b, &demand);
    assert_near(b.now->cell_v[0] - b.now->cell_v[2], 2.0 * 0.0005, 1e-8);
    advance(100, 6, &demand, 25.0);
    assert_near(b.now->z[0] - 0.5, 10.0 * 800.0 / 360000.0, 1e-10);
    assert_near(b.now->z[2] - 0.5, 8.0 * 800.0 / 360000.0, 1e-10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exp_and_tanh),
        cmocka_unit_test(test_sin_and_cos),
        cmocka_unit_test(test_floor),
        cmocka_unit_test(test_millivolts),
        cmocka_unit_test(test_random_numbers),
        cmocka_unit_test(test_normal_numbers),
        cmocka_unit_test(test_rest_voltages),
        cmocka_unit_test(test_curve_is_monotone),
        cmocka_unit_test(test_table_follows_the_curve),
        cmocka_unit_test(test_hysteresis_and_entropy),
        cmocka_unit_test(test_temperature_curves),
        cmocka_unit_test_teardown(test_charge_is_exact, free_bank),
        cmocka_unit_test_teardown(test_branches_are_exact, free_bank),
        cmocka_unit_test_teardown(test_straight_line_is_exact, free_bank),
        cmocka_unit_test_teardown(test_branches_in_the_cold, free_bank),
        cmocka_unit_test_teardown(test_hysteresis_follows_the_straight_line, free_bank),
        cmocka_unit_test_teardown(test_hysteresis_follows_the_current, free_bank),
        cmocka_unit_test_teardown(test_terminal_voltage, free_bank),
        cmocka_unit_test_teardown(test_temperatures_are_exact, free_bank),
        cmocka_unit_test_teardown(test_case_time_constant, free_bank),
        cmocka_unit_test_teardown(test_heat, free_bank),
        cmocka_unit_test_teardown(test_warming, free_bank),
        cmocka_unit_test_teardown(test_self_discharge, free_bank),
        cmocka_unit_test_teardown(test_spread, free_bank),
        cmocka_unit_test_teardown(test_cells_start_level_at_the_top, free_bank),
        cmocka_unit_test_teardown(test_strings_add_up, free_bank),
        cmocka_unit_test_teardown(test_strings_share_by_resistance, free_bank),
        cmocka_unit_test_teardown(test_balancing_thresholds, free_bank),
        cmocka_unit_test_teardown(test_bleeding_takes_charge, free_bank),
    };

    return cmocka_run_group_tests_name("cell and bank", tests, NULL, NULL);
}
