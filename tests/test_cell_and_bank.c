/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The numbers below the twin (twin/real.h), and the cells of a bank, against formulas written anew
 * (tests/reference_cell.h), closed solutions, and integrations with small steps.
 */
#include "tests/bank_bench.h"
#include "tests/reference_cell.h"
#include "tests/system_fixture.h"
#include "twin/bank_internal.h"
#include "twin/millivolts.h"
#include "twin/real.h"

#define CURRENT_A 20.0
/* nodes of the tables over temperature, so that their lines between nodes are exact */
#define COLD_C (-60.0 + 180.0 / 1024.0 * 228.0)
#define WARM_C (-60.0 + 180.0 / 1024.0 * 484.0)

/* ---- elementary functions --------------------------------------------------------------------------- */

static void test_exp(void **state)
{
    (void)state;
    for (int i = -700000; i <= 700000; i++) {
        const double x = i * 1e-3;

        if (fabs(real_exp(x) / exp(x) - 1.0) > 1e-14) {
            assert_near(real_exp(x) / exp(x), 1.0, 1e-14);
        }
    }
    assert_true(real_exp(0.0) == 1.0);
    assert_true(real_exp(1e9) == real_exp(700.0));
    assert_true(real_exp(-1e9) == real_exp(-700.0));
}

/* Near 1, where it is small, over what a cell asks for, and over all that it takes. */
static void test_log(void **state)
{
    struct test_random random = {.state = 9};

    (void)state;
    for (int i = 0; i < 400000; i++) {
        const double middle = exp(random_real(&random, -13.8, 13.8));
        const double near_1 = 1.0 + random_real(&random, -1e-3, 1e-3);
        const double any = exp(random_real(&random, -690.0, 709.0));

        assert_near(real_log(middle), log(middle), 1e-14);
        assert_near(real_log(near_1), log(near_1), 1e-17);
        assert_near(real_log(any) / log(any), 1.0, 1e-14);
    }
    for (int n = -900; n <= 1023; n++) { /* 2^n and its neighbours, where the exponent changes */
        const double power = ldexp(1.0, n);

        assert_near(real_log(power), n * log(2.0), 1e-13);
        assert_near(real_log(nextafter(power, 0.0)), n * log(2.0), 1e-13);
        assert_near(real_log(nextafter(power, INFINITY)), n * log(2.0), 1e-13);
    }
    assert_true(real_log(1.0) == 0.0);
}

static void test_asinh(void **state)
{
    struct test_random random = {.state = 10};

    (void)state;
    for (int i = 0; i < 400000; i++) {
        const double small = random_real(&random, -2.0, 2.0);
        const double large = exp(random_real(&random, -20.0, 20.7));
        const double huge = exp(random_real(&random, 20.7, 230.0));

        assert_near(real_asinh(small), asinh(small), 1e-14);
        assert_near(real_asinh(large), asinh(large), 1e-14);
        assert_near(real_asinh(huge) / asinh(huge), 1.0, 1e-14);
        assert_true(real_asinh(-large) == -real_asinh(large)); /* the two directions are alike */
    }
    assert_true(real_asinh(0.0) == 0.0);
}

/* Two at a time and one left over: the same bytes, whichever place a number has. */
static void test_asinh_each(void **state)
{
    struct test_random random = {.state = 11};
    double x[7];
    double value[7];

    (void)state;
    for (int i = 0; i < 20000; i++) {
        const int count = (int)random_below(&random, 8);

        for (int k = 0; k < count; k++) {
            x[k] = random_real(&random, -1.0, 1.0) * exp(random_real(&random, -20.0, 20.0));
        }
        real_asinh_each(x, value, count);
        for (int k = 0; k < count; k++) {
            assert_true(value[k] == real_asinh(x[k]));
        }
    }
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
    assert_int_equal(nearest_whole(1e300), 2000000000);
    assert_int_equal(nearest_whole(-INFINITY), -2000000000);
    assert_int_equal(nearest_whole(NAN), -2000000000);
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

/* ---- one bank for each test ---------------------------------------------------------------------------- */

static struct bank b;

static int free_bank(void **state)
{
    (void)state;
    bank_free(&b);
    return 0;
}

static const double no_current_a = 0.0;

static void advance(int steps, int k, double current_a, double ambient_c)
{
    for (int i = 0; i < steps; i++) {
        (void)bank_bench_try(&b, k, current_a, ambient_c);
        bank_accept(&b);
    }
}

/* Every temperature stays at the air's, whatever the heat, so that closed solutions hold. */
static void hold_temperature(void)
{
    b.r_case_ambient = 0.0;
    b.r_cell_case = 0.0;
    b.cell_k_per_w = 0.0;
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
        const double current_a = -(currents_a[i]);

        for (int k = 0; k <= BANK_BENCH_STEP_MAX; k += k == 0 ? 3 : 5) {
            make(&described, 1, 25.0);
            (void)bank_bench_settle(&b, current_a);
            advance(1 << (BANK_BENCH_STEP_MAX - k), k, current_a, 25.0);
            for (int cell = 0; cell < 4; cell++) {
                assert_near((0.5 - b.now->z[cell]) / (currents_a[i] * 1024.0 / 360000.0), 1.0,
                            i == 2 ? 1e-7 : 1e-10);
            }
        }
    }
}

static double within_part(double value, double part)
{
    return fabs(value) * part + 1e-15;
}

static const double relaxing_temps_c[] = {COLD_C, WARM_C};

/* A bank of such cells at a temperature that stays. */
static void make_relaxing(enum scenario_cell kind, double temp_c)
{
    struct scenario_bank described = without_leak(4, 1, 1);

    described.cell = kind;
    make(&described, 1, temp_c);
    hold_temperature();
}

/* What relaxes, in cell 0, after `grown_s` of discharge and then `fallen_s` of rest: x (1 - e^(-t/tau)) e^(-s/tau). */
static void check_relaxing(enum scenario_cell kind, double temp_c, double grown_s, double fallen_s,
                           double part)
{
    const struct reference_numbers *n = &reference_numbers[kind];
    double wanted = reference_transfer_v(kind, -CURRENT_A, 100.0, temp_c) * -expm1(-grown_s / n->tau1_s) *
                    exp(-fallen_s / n->tau1_s);

    assert_near(b.now->v1_v[0], wanted, within_part(wanted, part));
    wanted = reference_r2_ohm(kind, 100.0, temp_c) * -CURRENT_A * -expm1(-grown_s / n->tau2_s) *
             exp(-fallen_s / n->tau2_s);
    assert_near(b.now->v2_v[0], wanted, within_part(wanted, part));
    for (int k = 0; k < CELL_DIFFUSIONS; k++) {
        wanted = reference_w_per_a(kind, k, 100.0, temp_c) * -CURRENT_A * -expm1(-grown_s / n->w_tau_s[k]) *
                 exp(-fallen_s / n->w_tau_s[k]);
        assert_near(b.now->w[k][0], wanted, within_part(wanted, part));
    }
    for (int i = 1; i < 4; i++) {
        assert_true(b.now->v1_v[i] == b.now->v1_v[0] && b.now->v2_v[i] == b.now->v2_v[0] &&
                    b.now->w[0][i] == b.now->w[0][0] && b.now->w[1][i] == b.now->w[1][0]);
    }
}

/* Charge transfer, second branch and both diffusions: a current that stays and a rest, in one step and in thousands. */
static void test_relaxing_is_exact(void **state)
{
    const double current_a = -(CURRENT_A);

    (void)state;
    for (int kind = 0; kind < CELL_KIND_COUNT; kind++) {
        for (int t = 0; t < 2; t++) {
            const double temp_c = relaxing_temps_c[t];

            for (int k = 0; k <= BANK_BENCH_STEP_MAX; k++) {
                make_relaxing((enum scenario_cell)kind, temp_c);
                (void)bank_bench_settle(&b, current_a);
                advance(1 << (BANK_BENCH_STEP_MAX - k), k, current_a, temp_c);
                check_relaxing((enum scenario_cell)kind, temp_c, 1024.0, 0.0, 1e-10);
                (void)bank_bench_settle(&b, no_current_a);
                advance(1, 9, no_current_a, temp_c); /* 64 s */
                check_relaxing((enum scenario_cell)kind, temp_c, 1024.0, 64.0, 1e-9);
                assert_true(b.now->temp_c[0] == temp_c);
            }
        }
    }
}

/* One step of 2^k ticks over a current that goes in a straight line. */
static void go_straight(double from_a, double to_a, int k)
{
    const double first = -(from_a);
    const double last = -(to_a);

    (void)bank_bench_settle(&b, first);
    advance(1, k, last, b.now->temp_c[0]);
    assert_near(b.now->string_a[0], -to_a, 1e-9);
}

/* The same line in ticks. */
static void go_straight_in_ticks(double from_a, double to_a, int k)
{
    const double first = -(from_a);
    const int ticks = 1 << k;

    (void)bank_bench_settle(&b, first);
    for (int i = 1; i <= ticks; i++) {
        const double current_a = -(from_a + (to_a - from_a) * i / ticks);

        advance(1, 0, current_a, b.now->temp_c[0]);
    }
}

/* What is driven by a current that rises from a_a to b_a over `seconds` towards per_a times it: the closed solution. */
static double after_line(double per_a, double tau_s, double a_a, double b_a, double seconds)
{
    const double gone = -expm1(-seconds / tau_s);

    return per_a * (a_a * gone + (b_a - a_a) * (1.0 - gone * tau_s / seconds));
}

/* One step from 5 to 45 A, against the closed solutions and 8192 ticks: all that is linear is exact. */
static void test_straight_line_is_exact(void **state)
{
    (void)state;
    for (int kind = 0; kind < CELL_KIND_COUNT; kind++) {
        const enum scenario_cell cell = (enum scenario_cell)kind;
        const struct reference_numbers *n = &reference_numbers[kind];

        for (int ticks = 0; ticks < 2; ticks++) {
            double wanted = after_line(reference_r2_ohm(cell, 100.0, COLD_C), n->tau2_s, -5.0, -45.0, 1024.0);

            make_relaxing(cell, COLD_C);
            if (ticks == 0) {
                go_straight(5.0, 45.0, BANK_BENCH_STEP_MAX);
            } else {
                go_straight_in_ticks(5.0, 45.0, BANK_BENCH_STEP_MAX);
            }
            assert_near(b.now->z[0], 0.8 - 25.0 * 1024.0 / 360000.0, 1e-11);
            assert_near(b.now->v2_v[0], wanted, within_part(wanted, 1e-9));
            for (int k = 0; k < CELL_DIFFUSIONS; k++) {
                wanted =
                    after_line(reference_w_per_a(cell, k, 100.0, COLD_C), n->w_tau_s[k], -5.0, -45.0, 1024.0);
                assert_near(b.now->w[k][0], wanted, within_part(wanted, 1e-9));
            }
        }
    }
}

/* dv/dt = (u(I(t)) - v) / tau by Heun's rule in steps of 10 ms, u Butler and Volmer's law */
static double transfer_after_line(enum scenario_cell kind, double from_a, double to_a, double seconds,
                                  double temp_c)
{
    const double tau_s = reference_numbers[kind].tau1_s;
    const int steps = (int)(seconds * 100.0);
    double v = 0.0;

    for (int i = 0; i < steps; i++) {
        const double u0 = reference_transfer_v(kind, from_a + (to_a - from_a) * i / steps, 100.0, temp_c);
        const double u1 =
            reference_transfer_v(kind, from_a + (to_a - from_a) * (i + 1) / steps, 100.0, temp_c);
        const double rate0 = (u0 - v) / tau_s;
        const double rate1 = (u1 - v - 0.01 * rate0) / tau_s;

        v += 0.005 * (rate0 + rate1);
    }
    return v;
}

/* The charge transfer bends too: ticks follow it, a long step takes its slope at the step's beginning, which is
 * enough for a change that is small against the current (the twin's steps allow 2e-5 of it). */
static void test_charge_transfer_follows_the_straight_line(void **state)
{
    const double lines_a[][2] = {{40.0, 40.4}, {2.0, 2.05}, {0.0, -0.05}, {-60.0, -59.5}, {0.02, -0.02}};

    (void)state;
    for (int kind = 0; kind < CELL_KIND_COUNT; kind++) {
        for (int i = 0; i < 10; i++) {
            const enum scenario_cell cell = (enum scenario_cell)kind;
            const double *line = lines_a[i % 5];
            const double temp_c = relaxing_temps_c[i / 5];
            const double wanted = transfer_after_line(cell, -line[0], -line[1], 128.0, temp_c);
            const double held = reference_transfer_v(cell, -line[0], 100.0, temp_c) *
                                -expm1(-128.0 / reference_numbers[kind].tau1_s);

            make_relaxing(cell, temp_c);
            go_straight_in_ticks(line[0], line[1], 10);
            assert_near(b.now->v1_v[0], wanted, within_part(wanted - held, 2e-3));
            make_relaxing(cell, temp_c);
            go_straight(line[0], line[1], 10);
            assert_near(b.now->v1_v[0], wanted, within_part(wanted - held, 0.03));
        }
    }
}

/* What the bus was solved with is what the cells then say, of every state that bends: at a knee, for a small bend. */
static void test_voltage_follows_the_straight_line(void **state)
{
    (void)state;
    for (int kind = 0; kind < CELL_KIND_COUNT; kind++) {
        double bent_v = 0.0;
        double solved_v = 0.0;

        make_relaxing((enum scenario_cell)kind, COLD_C);
        for (int i = 0; i <= CELL_CHARGE_NODES; i++) { /* what bends with z beside the curve is left out */
            b.curves.charge[i].hysteresis_v = 0.02;
            b.curves.charge[i].entropy_v_per_k = 0.0;
        }
        b.now->z[0] = 0.04;
        bank_read_charges(&b, b.now);
        go_straight(1.0, 1.004, BANK_BENCH_STEP_MAX);
        bent_v = b.bend.ohm[0] * -0.004;
        solved_v = b.now->emf_v[0];
        bank_read_charges(&b, b.now);
        assert_near(b.now->emf_v[0], solved_v, within_part(bent_v, 3e-3));
    }
}

/* The hysteresis takes the bend to first order, wherever it begins. */
static void test_hysteresis_follows_the_straight_line(void **state)
{
    const double starts[] = {-0.8, 0.0, 0.8};
    const double seconds = 32.0;

    (void)state;
    for (int kind = 0; kind < CELL_KIND_COUNT; kind++) {
        const double gamma_per_as = reference_numbers[kind].gamma / 360000.0;

        for (int n = 0; n < 3; n++) {
            const double wanted = (starts[n] + 1.0) * exp(-gamma_per_as * 22.0 * seconds) - 1.0;
            const double held = (starts[n] + 1.0) * exp(-gamma_per_as * 20.0 * seconds) - 1.0;

            make_relaxing((enum scenario_cell)kind, WARM_C);
            b.now->h[0] = starts[n];
            go_straight_in_ticks(20.0, 24.0, 8);
            assert_near(b.now->h[0], wanted, 1e-5);
            make_relaxing((enum scenario_cell)kind, WARM_C);
            b.now->h[0] = starts[n];
            go_straight(20.0, 24.0, 8);
            assert_near(b.now->h[0], wanted, within_part(wanted - held, 0.03));
        }
    }
}

/* A current that comes within a second, and would turn the hysteresis in a straight line by more than all of it. */
static void test_hysteresis_goes_from_one_to_one(void **state)
{
    (void)state;
    for (int sign = -1; sign <= 1; sign += 2) {
        make_relaxing(CELL_PRISMATIC, WARM_C);
        b.hysteresis_gamma = 1000.0; /* twice what a scenario takes */
        b.board_ohm = 0.0;
        go_straight(0.0, sign * 1000.0, 3);
        assert_near(b.now->h[0], -sign, 1e-9);
    }
}

/* Of a step in which the hysteresis turns round at once the heat is that of where it goes. */
static void test_heat_of_a_hysteresis_that_turns_at_once(void **state)
{
    double heat_w[2] = {0.0, 0.0};

    (void)state;
    for (int part = 0; part < 2; part++) {
        make_relaxing(CELL_PRISMATIC, WARM_C);
        b.hysteresis_gamma = 1000.0;
        b.now->h[0] = 1.0;
        b.now->hysteresis_v[0] *= part;
        (void)bank_bench_settle(&b, -CURRENT_A);
        (void)bank_bench_try(&b, BANK_BENCH_STEP_MAX, -CURRENT_A, WARM_C);
        heat_w[part] = b.heat_w[0];
    }
    assert_near((heat_w[1] - heat_w[0]) / (CURRENT_A * b.now->hysteresis_v[0]), 1.0, 0.05);
}

/* h' = e h + (1 - e) sgn(I), e = exp(-gamma |dz|) */
static void test_hysteresis_follows_the_current(void **state)
{
    const double dz = CURRENT_A * 1024.0 / 360000.0;
    const double discharge = -(CURRENT_A);
    const double charge = -(-CURRENT_A / 10.0);

    (void)state;
    for (int kind = 0; kind < CELL_KIND_COUNT; kind++) {
        const double gamma = reference_numbers[kind].gamma;

        for (int k = 3; k <= BANK_BENCH_STEP_MAX; k += 5) {
            const int steps = 1 << (BANK_BENCH_STEP_MAX - k);
            double h = 0.0;

            make_relaxing((enum scenario_cell)kind, WARM_C);
            (void)bank_bench_settle(&b, discharge);
            advance(steps, k, discharge, WARM_C);
            h = -(1.0 - exp(-gamma * dz));
            assert_near(b.now->h[0], h, 1e-8);
            (void)bank_bench_settle(&b, charge);
            advance(steps, k, charge, WARM_C);
            h = 1.0 + (h - 1.0) * exp(-gamma * dz / 10.0);
            assert_near(b.now->h[0], h, 1e-8);
        }
    }
}

struct test_cell {
    double z;
    double w[CELL_DIFFUSIONS];
    double v1_v;
    double v2_v;
    double h;
    double temp_c;
};

/* Every cell as `cell` says, and the case as warm. */
static void set_all(const struct test_cell *cell)
{
    for (int i = 0; i < b.cell_count; i++) {
        b.now->z[i] = cell->z;
        b.now->w[0][i] = cell->w[0];
        b.now->w[1][i] = cell->w[1];
        b.now->v1_v[i] = cell->v1_v;
        b.now->v2_v[i] = cell->v2_v;
        b.now->h[i] = cell->h;
        b.now->temp_c[i] = cell->temp_c;
    }
    for (int i = 0; i < b.batteries; i++) {
        b.now->case_c[i] = cell->temp_c;
    }
}

/* Of a cell, everything given, after a tick that changes next to nothing. */
static double settled_cell_v(const struct test_cell *cell, double discharge_a)
{
    const double current_a = -(discharge_a);

    set_all(cell);
    advance(1, 0, current_a, cell->temp_c);
    set_all(cell);
    (void)bank_bench_settle(&b, current_a); /* the line is level */
    (void)bank_bench_try(&b, 0, current_a, cell->temp_c);
    return b.next->cell_v[0];
}

/* V = OCV(z + w) + M h + R0(T) I + v1 + v2 + dU/dT (T - 25), one term at a time */
static void check_terminal_voltage(enum scenario_cell kind, int tenth, double temp_c)
{
    const double z = 0.1 * tenth;
    const double rest_v = reference_ocv_v(kind, z) + reference_entropy[tenth] * (temp_c - 25.0);
    const double half_gap_v = reference_hysteresis_v(kind, z);
    struct test_cell cell = {.z = z, .temp_c = temp_c};
    double drop_v = 0.0;

    assert_near(settled_cell_v(&cell, 0.0), rest_v, 2e-6);
    drop_v = rest_v - settled_cell_v(&cell, 50.0) + b.next->v1_v[0] + b.next->v2_v[0];
    assert_near(drop_v, 50.0 * reference_r0_ohm(kind, 100.0, temp_c), 2e-4);
    cell.v1_v = 0.013;
    cell.v2_v = -0.029;
    assert_near(settled_cell_v(&cell, 0.0), rest_v - 0.016, 5e-5);
    cell.v1_v = cell.v2_v = 0.0;
    cell.w[0] = -0.03;
    cell.w[1] = 0.02;
    assert_near(settled_cell_v(&cell, 0.0) - rest_v,
                reference_ocv_v(kind, z - 0.01) - reference_ocv_v(kind, z), 1e-5);
    cell.w[0] = cell.w[1] = 0.0;
    cell.h = 1.0;
    assert_near(settled_cell_v(&cell, 0.0) - rest_v, half_gap_v, 1e-5);
    cell.h = -1.0;
    assert_near(settled_cell_v(&cell, 0.0) - rest_v, -half_gap_v, 1e-5);
}

static void test_terminal_voltage(void **state)
{
    const double temps_c[] = {-20.0, 0.0, 25.0, 45.0};
    struct scenario_bank described = without_leak(4, 1, 1);

    (void)state;
    for (int kind = 0; kind < CELL_KIND_COUNT; kind++) {
        described.cell = (enum scenario_cell)kind;
        make(&described, 1, 25.0);
        for (int tenth = 1; tenth <= 9; tenth++) {
            for (int t = 0; t < 4; t++) {
                check_terminal_voltage((enum scenario_cell)kind, tenth, temps_c[t]);
            }
        }
    }
}

/* A board of 800 mOhm Ah at 100 Ah is 8 mOhm, of each battery: between the cells and the bus, not in the cells. */
static void test_board_resistance(void **state)
{
    const double current_a = -(60.0);
    struct scenario_bank described = without_leak(4, 2, 2);
    double with_v = 0.0;
    double cell_v = 0.0;

    (void)state;
    make(&described, 1, 25.0);
    with_v = bank_bench_settle(&b, current_a);
    cell_v = b.now->cell_v[0];
    assert_near(with_v, 8.0 * cell_v - 30.0 * 2.0 * 0.008, 1e-9);
    described.board_mohm_ah = 0.0;
    make(&described, 1, 25.0);
    assert_near(bank_bench_settle(&b, current_a), 8.0 * cell_v, 1e-9);
    assert_near(b.now->cell_v[0], cell_v, 1e-12);
}

/* Outside the table the ends' values go on: nothing that resists falls below 0. */
static void test_temperatures_beyond_the_table(void **state)
{
    const double temps_c[][2] = {{-150.0, CELL_TEMP_MIN_C},
                                 {-61.0, CELL_TEMP_MIN_C},
                                 {121.0, CELL_TEMP_MAX_C},
                                 {400.0, CELL_TEMP_MAX_C}};

    (void)state;
    for (int kind = 0; kind < CELL_KIND_COUNT; kind++) {
        const enum scenario_cell cell = (enum scenario_cell)kind;

        for (int i = 0; i < 4; i++) {
            const double end_c = temps_c[i][1];
            const double exchange_a = reference_numbers[kind].exchange_a * 100.0 /
                                      reference_cold(reference_numbers[kind].exchange_energy, end_c);

            make_relaxing(cell, temps_c[i][0]);
            assert_near(b.now->r0_ohm[0] / reference_r0_ohm(cell, 100.0, end_c), 1.0, 1e-11);
            assert_near(b.now->exchange_a[0] / exchange_a, 1.0, 1e-11);
            assert_near(b.now->r2_ohm[0], reference_r2_ohm(cell, 100.0, end_c), 1e-15);
            assert_near(b.now->diffusion_per_a[0][0] / reference_w_per_a(cell, 0, 100.0, end_c), 1.0, 1e-11);
            assert_near(b.now->diffusion_per_a[1][0], reference_w_per_a(cell, 1, 100.0, end_c), 1e-12);
        }
    }
}

/* ---- temperature ------------------------------------------------------------------------------------------ */

struct temperatures {
    double cell_c[4];
    double case_c;
};

/* The equations of docs/MODELS.md for one battery of four cells of 100 Ah (2 kg each); heat_w: the cells', the board's. */
static struct temperatures thermal_rates(const struct temperatures *at, const double *heat_w,
                                         double ambient_c)
{
    const double cell_j_per_k = 2.0 * 1060.0;
    const double case_j_per_k = 0.2 * 4.0 * cell_j_per_k;
    struct temperatures rate = {.case_c =
                                    ((ambient_c - at->case_c) / b.r_case_ambient + heat_w[4]) / case_j_per_k};

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
    const double no_heat[5] = {0.0, 0.0, 0.0, 0.0, 0.0};
    const struct temperatures start = {.cell_c = {10.0, 20.0, 31.0, 47.0}, .case_c = 26.0};
    const struct scenario_bank described = without_leak(4, 1, 1);
    struct temperatures wanted = start;

    (void)state;
    make(&described, 1, 5.0);
    assert_near(b.heat_capacity_j_per_k, 2120.0, 1e-9);
    for (int i = 0; i < 40960; i++) {
        wanted = thermal_step(&wanted, no_heat, 5.0, 0.1);
    }
    for (int k = 0; k <= BANK_BENCH_STEP_MAX; k++) {
        make(&described, 1, 5.0);
        for (int i = 0; i < 4; i++) {
            b.now->temp_c[i] = start.cell_c[i];
        }
        b.now->case_c[0] = start.case_c;
        advance(4 << (BANK_BENCH_STEP_MAX - k), k, no_current_a, 5.0);
        for (int i = 0; i < 4; i++) {
            assert_near(b.now->temp_c[i], wanted.cell_c[i], 1e-5);
        }
        assert_near(b.now->case_c[0], wanted.case_c, 1e-5);
    }
}

/* A step of any length that there is leaves what as many ticks leave, of the temperatures and of what relaxes without a current. */
static void test_lengths_of_steps(void **state)
{
    const int lengths[] = {2, 3, 5, 7, 8, 3 * 8, 100 * 8, 129 * 8, 1023 * 8};
    const struct scenario_bank described = without_leak(4, 1, 1);

    (void)state;
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        struct bank_state ends[2];

        for (int is_whole = 0; is_whole <= 1; is_whole++) {
            const int ticks = is_whole != 0 ? lengths[i] : 1;

            make(&described, 1, 5.0);
            b.now->temp_c[0] = 40.0;
            b.now->case_c[0] = 20.0;
            b.now->v1_v[0] = 0.02;
            b.now->v2_v[0] = -0.01;
            b.now->w[0][0] = 0.01;
            b.now->w[1][0] = -0.02;
            (void)bank_bench_settle(&b, no_current_a);
            for (int n = 0; n < lengths[i] / ticks; n++) {
                bank_conclude(&b, bank_bench_node_v(bank_try(&b, ticks, 5.0), no_current_a));
                bank_accept(&b);
            }
            ends[is_whole] = *b.now;
        }
        assert_near(ends[1].v1_v[0], ends[0].v1_v[0], 1e-11);
        assert_near(ends[1].v2_v[0], ends[0].v2_v[0], 1e-11);
        assert_near(ends[1].w[0][0], ends[0].w[0][0], 1e-11);
        assert_near(ends[1].w[1][0], ends[0].w[1][0], 1e-11);
        assert_near(ends[1].case_c[0], ends[0].case_c[0], 1e-9);
        for (int cell = 0; cell < 4; cell++) {
            assert_near(ends[1].temp_c[cell], ends[0].temp_c[cell], 1e-9);
        }
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
    advance(3600, 3, no_current_a, 20.0);
    assert_real_in(b.now->temp_c[0] - 20.0, 10.0 * exp(-1.2), 10.0 * exp(-0.8));
}

/* I (R0 I + v1 + v2 + OCV(z + w) - OCV(z) + M h) + I T dU/dT, from what a tick does to the temperature. */
static void check_heat(enum scenario_cell kind, double discharge_a, const struct test_cell *cell)
{
    const double amps = -discharge_a; /* into the cell */
    const double diffusion_v =
        reference_ocv_v(kind, cell->z + cell->w[0] + cell->w[1]) - reference_ocv_v(kind, cell->z);
    const double wanted_w = amps * (reference_r0_ohm(kind, 100.0, 10.0) * amps + cell->v1_v + cell->v2_v +
                                    diffusion_v + reference_hysteresis_v(kind, cell->z) * cell->h) +
                            amps * 283.15 * reference_entropy[3];
    double heat_w = 0.0;

    (void)settled_cell_v(cell, discharge_a);
    heat_w = (b.next->temp_c[0] - 10.0) * 2120.0 / 0.125;
    assert_near(heat_w, wanted_w, 0.01 * fabs(wanted_w) + 0.02);
}

static void test_heat(void **state)
{
    const double currents_a[] = {80.0, -80.0};
    const struct test_cell cells[] = {
        {.z = 0.3, .temp_c = 10.0},
        {.z = 0.3, .v1_v = 0.051, .temp_c = 10.0},
        {.z = 0.3, .v2_v = -0.044, .temp_c = 10.0},
        {.z = 0.3, .h = 0.5, .temp_c = 10.0},
        {.z = 0.3, .w = {-0.15, 0.0}, .temp_c = 10.0},
        {.z = 0.3, .w = {0.0, -0.25}, .temp_c = 10.0},
        {.z = 0.3, .w = {-0.2, -0.06}, .v1_v = 0.011, .v2_v = -0.004, .h = -0.7, .temp_c = 10.0},
    };
    struct scenario_bank described = without_leak(4, 1, 1);

    (void)state;
    for (int kind = 0; kind < CELL_KIND_COUNT; kind++) {
        described.cell = (enum scenario_cell)kind;
        make(&described, 1, 10.0);
        for (int i = 0; i < 14; i++) {
            check_heat((enum scenario_cell)kind, currents_a[i % 2], &cells[i / 2]);
        }
    }
}

/* R I^2 of each battery's string goes into its own case, of 1696 J/K. */
static void test_heat_of_the_board(void **state)
{
    const double current_a = -(160.0);
    const struct scenario_bank described = without_leak(4, 1, 3);
    const double string_a[] = {-100.0, -40.0, -20.0};

    (void)state;
    make(&described, 1, 10.0);
    for (int i = 0; i < 3; i++) {
        b.now->string_a[i] = string_a[i];
    }
    (void)bank_bench_try(&b, 0, current_a, 10.0);
    for (int i = 0; i < 3; i++) {
        const double heat_w = (b.next->case_c[i] - 10.0) * 1696.0 / 0.125;

        assert_near(heat_w / (0.008 * string_a[i] * string_a[i]), 1.0, 0.001);
    }
}

static double heat_now_w(int i)
{
    const struct bank_state *now = b.now;
    const double amps = now->string_a[0];
    const double surface_z = now->z[i] + now->w[0][i] + now->w[1][i];

    return amps * (now->r0_ohm[i] * amps + now->v1_v[i] + now->v2_v[i] +
                   reference_ocv_v(CELL_PRISMATIC, surface_z) - reference_ocv_v(CELL_PRISMATIC, now->z[i]) +
                   now->hysteresis_v[i] * now->h[i] + (now->temp_c[i] + 273.15) * now->entropy_v_per_k[i]);
}

/* Half an hour of a heavy load: the bank's temperatures in steps of 1 s and of 16 s against the reference, which
 * takes the mean of the heat before and after each second. */
static void test_warming(void **state)
{
    const double current_a = -(100.0);
    const struct scenario_bank described = without_leak(4, 1, 1);
    struct temperatures wanted = {.cell_c = {15.0, 15.0, 15.0, 15.0}, .case_c = 15.0};

    (void)state;
    make(&described, 1, 15.0);
    b.parameters.r0_ohm[2] *= 3.0; /* a bad strap: one cell of the four is warmer */
    advance(1, 0, no_current_a, 15.0);
    (void)bank_bench_settle(&b, current_a);
    for (int i = 0; i < 1792; i++) {
        double heat_w[5] = {[4] = 0.008 * 100.0 * 100.0};

        for (int j = 0; j < 4; j++) {
            heat_w[j] = 0.5 * heat_now_w(j);
        }
        advance(1, 3, current_a, 15.0);
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
    advance(1, 0, no_current_a, 15.0);
    (void)bank_bench_settle(&b, current_a);
    advance(112, 7, current_a, 15.0);
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
    for (int k = BANK_BENCH_STEP_MAX; k >= 9; k -= 2) {
        const double step_s = bank_step_of(&b, 1 << k)->seconds;
        const double taken_s = floor(year_s / step_s) * step_s;

        make(&described, 1, 25.0);
        advance((int)(taken_s / step_s), k, no_current_a, 25.0);
        assert_near((0.8 - b.now->z[0]) / (wanted * taken_s / year_s), 1.0, 1e-4);
    }
    make(&described, 1, 25.0);
    advance(2 * 512, BANK_BENCH_STEP_MAX, no_current_a, 25.0);
    month = 0.8 - b.now->z[0];
    make(&described, 1, 25.0);
    advance(2 * 512 * 1024, 3, no_current_a, 25.0);
    assert_near((0.8 - b.now->z[0]) / month, 1.0, 1e-7); /* half an ulp of 0.8 a step is 5e-8 */
    make(&described, 1, 35.0);
    advance(2 * 512, BANK_BENCH_STEP_MAX, no_current_a, 35.0);
    assert_near((0.8 - b.now->z[0]) / month, 2.0, 1e-3);
}

/* ---- spread ------------------------------------------------------------------------------------------------ */

struct spread_sums {
    double count, x, y, xx, yy, xy, leak, leak_square;
};

/* What a cell has after ten years of use (docs/MODELS.md), of what it had and resisted when it was new. */
#define USED_CAPACITY 0.90991480
#define USED_RESISTANCE 1.20012457

/* A resistive cell is so in all that resists, a small one diffuses as a small one. */
static void add_spread(struct spread_sums *sums, enum scenario_cell kind, bool used)
{
    const struct reference_numbers *n = &reference_numbers[kind];
    const double r0_ohm = (n->r0_ohm[0] + n->r0_ohm[1]) / 100.0;

    for (int i = 0; i < b.cell_count; i++) {
        const struct bank_parameters *parameters = &b.parameters;
        const double q_ah = 1.0 / (3600.0 * parameters->per_coulomb[i]);
        const double left = used ? USED_CAPACITY : 1.0;
        const double x = log(q_ah / left / 100.0);
        const double resistance = parameters->r0_ohm[i] / r0_ohm;
        const double y = log(resistance / (used ? USED_RESISTANCE : 1.0));
        const double leak = log(parameters->leak_a[i] / (0.003 * q_ah / left / 730.0)); /* as it was new */

        assert_near(parameters->r2_ohm[i], resistance * n->r2_ohm / 100.0, 1e-12);
        assert_near(parameters->exchange_a[i] * resistance, n->exchange_a * 100.0, 1e-9);
        assert_near(parameters->diffusion_per_a[0][i] * q_ah, n->w_per_a[0], 1e-12);
        assert_near(parameters->diffusion_per_a[1][i] * q_ah, n->w_per_a[1], 1e-12);
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

static void check_spread(enum scenario_cell kind, enum scenario_spread spread, double capacity_sigma,
                         double resistance_sigma)
{
    struct scenario_bank described = bank_described(8, 1, 20);
    struct spread_sums sums = {.count = 0.0};
    double n = 0.0;

    described.cell = kind;
    described.spread = spread;
    for (uint64_t seed = 1; seed <= 30; seed++) {
        make(&described, seed, 25.0);
        add_spread(&sums, kind, spread == SPREAD_AGED);
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
    check_spread(CELL_PRISMATIC, SPREAD_NEW, 0.0025, 0.02);
    check_spread(CELL_A123, SPREAD_AGED, 0.06, 0.10);
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
        assert_near((1.0 - b.now->z[i]) / b.parameters.per_coulomb[i], 0.2 * 360000.0 * USED_CAPACITY, 1e-3);
        assert_true(b.now->h[i] == 0.0 && b.now->v1_v[i] == 0.0 && b.now->v2_v[i] == 0.0);
        assert_true(b.now->w[0][i] == 0.0 && b.now->w[1][i] == 0.0 && b.now->temp_c[i] == 12.0);
    }
    assert_near(bank_soc_pct(&b), 80.0, 1.0);
    described.soc_pct = 100.0;
    make(&described, 5, 12.0);
    for (int i = 0; i < b.cell_count; i++) {
        assert_true(b.now->z[i] == 1.0);
    }
    assert_true(bank_soc_pct(&b) == 100.0);
}

/* Small cells of a bank that is nearly empty would lack more than they hold. */
static void test_no_cell_starts_below_empty(void **state)
{
    struct scenario_bank described = bank_described(8, 2, 3);
    int empty = 0;

    (void)state;
    described.spread = SPREAD_AGED;
    described.soc_pct = 1.0;
    make(&described, 5, 12.0);
    for (int i = 0; i < b.cell_count; i++) {
        assert_true(b.now->z[i] >= 0.0);
        empty += b.now->z[i] == 0.0;
    }
    assert_true(empty > 0 && empty < b.cell_count);
}

/* What is empty has nothing to lose. */
static void test_empty_cells_leak_less(void **state)
{
    const struct scenario_bank described = bank_described(4, 1, 1);
    const double rest_v[] = {3.2, 1.0, 0.25, -2.0};
    const double parts[] = {1.0, 1.0, 0.25, 0.0};
    double leak_a = 0.0;

    (void)state;
    make(&described, 1, 25.0);
    for (int again = 0; again < 2; again++) { /* and all of it when it is charged again */
        for (int i = 0; i < 4; i++) {
            b.now->rest_v[i] = rest_v[again == 0 ? i : 0];
        }
        bank_limit_leaks(&b);
        bank_read_temperatures(&b, b.now);
        for (int i = 0; i < 4; i++) {
            leak_a = b.ageing.as_new.leak_a[i] * (again == 0 ? parts[i] : 1.0);
            assert_near(b.now->leak_a[i], leak_a, 1e-4 * leak_a + 1e-15); /* 25 degC is beside a node */
        }
    }
}

/* ---- strings ------------------------------------------------------------------------------------------------ */

static void check_strings(double bus_v, double bank_a, bool next)
{
    const struct bank_state *state = bank_state_at(&b, next);
    double sum_a = 0.0;

    for (int s = 0; s < b.strings; s++) {
        double sum_v = b.series * 0.008 * state->string_a[s]; /* the boards */

        for (int i = s * b.cells_per_string; i < (s + 1) * b.cells_per_string; i++) {
            sum_v += state->cell_v[i];
        }
        assert_near(sum_v, bus_v, next ? 1e-5 : 1e-9);
        sum_a += state->string_a[s];
    }
    assert_near(sum_a, bank_a, 1e-8);
}

/* The cells of a string and its boards add up to the bus, the strings' currents to the bank's; now and at a step's end. */
static void test_strings_add_up(void **state)
{
    const double currents_a[] = {0.0, 150.0, -60.0, 3.0};
    struct scenario_bank described = bank_described(4, 4, 3);

    (void)state;
    described.spread = SPREAD_AGED;
    make(&described, 3, 25.0);
    b.bleeding[7] = true;
    for (int i = 0; i < 4; i++) {
        const double current_a = -(currents_a[i]);
        double bus_v = bank_bench_settle(&b, current_a);

        check_strings(bus_v, -currents_a[i], false);
        for (int k = 0; k <= 10; k++) {
            bus_v = bank_bench_try(&b, k, current_a, 25.0);
            check_strings(bus_v, -currents_a[i], true);
        }
        bank_accept(&b);
    }
}

/* Equal strings but for their resistance: the current divides as 1 : 1/2 : 1/4. */
static void test_strings_share_by_resistance(void **state)
{
    const double current_a = -(70.0);
    struct scenario_bank described = without_leak(4, 1, 3);

    (void)state;
    described.board_mohm_ah = 0.0;
    make(&described, 3, 25.0);
    for (int i = 0; i < 12; i++) {
        b.parameters.r0_ohm[i] *= (double)(1 << (i / 4));
    }
    advance(1, 0, no_current_a, 25.0);
    (void)bank_bench_settle(&b, current_a);
    assert_near(b.now->string_a[0], -40.0, 1e-6);
    assert_near(b.now->string_a[1], -20.0, 1e-6);
    assert_near(b.now->string_a[2], -10.0, 1e-6);
    (void)bank_bench_try(&b, 3, current_a, 25.0);
    /* the first step leaves the level line by all that the current changes, the next one the first one's by less */
    assert_true(bank_current_bend_a(&b) > 1e-3);
    assert_near(bank_current_bend_a(&b), b.next->string_a[0] - b.now->string_a[0], 1e-12);
    {
        const double first_a = b.next->string_a[0] - b.now->string_a[0];

        bank_accept(&b);
        (void)bank_bench_try(&b, 4, current_a, 25.0);
        assert_near(bank_current_bend_a(&b), fabs(b.next->string_a[0] - b.now->string_a[0] - 2.0 * first_a),
                    1e-12);
        assert_true(bank_current_bend_a(&b) < 0.2 * first_a);
        (void)bank_bench_settle(&b, current_a); /* and the line is level again */
        (void)bank_bench_try(&b, 4, current_a, 25.0);
        assert_near(bank_current_bend_a(&b), b.next->string_a[0] - b.now->string_a[0], 1e-12);
    }
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
    bank_read_temperatures(&b, b.next); /* nothing has been tried: these were never read */
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
    const double current_a = -(-10.0);
    struct scenario_bank described = without_leak(4, 1, 1);

    (void)state;
    described.balancing_a = 2.0;
    described.soc_pct = 50.0;
    make(&described, 1, 25.0);
    b.bleeding[2] = true;
    (void)bank_bench_settle(&b, current_a);
    assert_near(b.now->cell_v[0] - b.now->cell_v[2], 2.0 * 0.0005, 1e-8);
    advance(100, 6, current_a, 25.0);
    assert_near(b.now->z[0] - 0.5, 10.0 * 800.0 / 360000.0, 1e-10);
    assert_near(b.now->z[2] - 0.5, 8.0 * 800.0 / 360000.0, 1e-10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exp),
        cmocka_unit_test(test_log),
        cmocka_unit_test(test_asinh),
        cmocka_unit_test(test_asinh_each),
        cmocka_unit_test(test_sin_and_cos),
        cmocka_unit_test(test_floor),
        cmocka_unit_test(test_millivolts),
        cmocka_unit_test(test_random_numbers),
        cmocka_unit_test(test_normal_numbers),
        cmocka_unit_test_teardown(test_charge_is_exact, free_bank),
        cmocka_unit_test_teardown(test_relaxing_is_exact, free_bank),
        cmocka_unit_test_teardown(test_straight_line_is_exact, free_bank),
        cmocka_unit_test_teardown(test_charge_transfer_follows_the_straight_line, free_bank),
        cmocka_unit_test_teardown(test_voltage_follows_the_straight_line, free_bank),
        cmocka_unit_test_teardown(test_hysteresis_follows_the_straight_line, free_bank),
        cmocka_unit_test_teardown(test_hysteresis_goes_from_one_to_one, free_bank),
        cmocka_unit_test_teardown(test_heat_of_a_hysteresis_that_turns_at_once, free_bank),
        cmocka_unit_test_teardown(test_hysteresis_follows_the_current, free_bank),
        cmocka_unit_test_teardown(test_terminal_voltage, free_bank),
        cmocka_unit_test_teardown(test_board_resistance, free_bank),
        cmocka_unit_test_teardown(test_temperatures_beyond_the_table, free_bank),
        cmocka_unit_test_teardown(test_temperatures_are_exact, free_bank),
        cmocka_unit_test_teardown(test_lengths_of_steps, free_bank),
        cmocka_unit_test_teardown(test_case_time_constant, free_bank),
        cmocka_unit_test_teardown(test_heat, free_bank),
        cmocka_unit_test_teardown(test_heat_of_the_board, free_bank),
        cmocka_unit_test_teardown(test_warming, free_bank),
        cmocka_unit_test_teardown(test_self_discharge, free_bank),
        cmocka_unit_test_teardown(test_spread, free_bank),
        cmocka_unit_test_teardown(test_cells_start_level_at_the_top, free_bank),
        cmocka_unit_test_teardown(test_no_cell_starts_below_empty, free_bank),
        cmocka_unit_test_teardown(test_empty_cells_leak_less, free_bank),
        cmocka_unit_test_teardown(test_strings_add_up, free_bank),
        cmocka_unit_test_teardown(test_strings_share_by_resistance, free_bank),
        cmocka_unit_test_teardown(test_balancing_thresholds, free_bank),
        cmocka_unit_test_teardown(test_bleeding_takes_charge, free_bank),
    };

    return cmocka_run_group_tests_name("cell and bank", tests, NULL, NULL);
}
