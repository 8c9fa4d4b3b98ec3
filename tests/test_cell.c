/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A cell's curves (twin/cell.h) against formulas written anew (tests/reference_cell.h), and one cell alone
 * (twin/cell_run.h) against itself in other steps and against a bank of such cells.
 */
#include "tests/bank_bench.h"
#include "tests/reference_cell.h"
#include "tests/system_fixture.h"
#include "twin/bank_internal.h"
#include "twin/cell_run.h"

static struct cell_curves curves;

static double node_z(int i)
{
    return CELL_Z_MIN + (CELL_Z_MAX - CELL_Z_MIN) * i / CELL_CHARGE_NODES;
}

static double node_c(int i)
{
    return CELL_TEMP_MIN_C + (CELL_TEMP_MAX_C - CELL_TEMP_MIN_C) * i / CELL_TEMP_NODES;
}

/* ---- open-circuit voltage --------------------------------------------------------------------------- */

static void test_points_rise(void **state)
{
    (void)state;
    for (int kind = 0; kind < CELL_KIND_COUNT; kind++) {
        const struct cell_model *model = &cell_models[kind];

        for (int i = 1; i < model->ocv_count; i++) {
            assert_true(model->ocv_v[i].z > model->ocv_v[i - 1].z);
            assert_true(model->ocv_v[i].value > model->ocv_v[i - 1].value);
        }
        for (int i = 1; i < model->hysteresis_count; i++) {
            assert_true(model->hysteresis_v[i].z > model->hysteresis_v[i - 1].z);
            assert_true(model->hysteresis_v[i].value > 0.0);
        }
    }
}

static void test_table_is_the_cubic(void **state)
{
    (void)state;
    for (int kind = 0; kind < CELL_KIND_COUNT; kind++) {
        cell_curves_init(&curves, &cell_models[kind]);
        for (int i = 0; i <= CELL_CHARGE_NODES; i++) {
            assert_near(curves.charge[i].ocv_v, reference_ocv_v((enum scenario_cell)kind, node_z(i)), 1e-12);
        }
    }
}

/* Rising everywhere, beyond the points too: full cells are charged to more than 3.75 V, empty ones fall below 2 V. */
static void test_voltage_rises(void **state)
{
    (void)state;
    for (int kind = 0; kind < CELL_KIND_COUNT; kind++) {
        cell_curves_init(&curves, &cell_models[kind]);
        for (int i = 1; i <= CELL_CHARGE_NODES; i++) {
            assert_true(curves.charge[i].ocv_v > curves.charge[i - 1].ocv_v);
        }
        assert_true(curves.charge[0].ocv_v < 2.0);
        assert_true(curves.charge[CELL_CHARGE_NODES].ocv_v > 3.75);
    }
}

/* What docs/MODELS.md says that the cells are at: a few points of each, typed in again. */
static void test_rest_voltages(void **state)
{
    (void)state;
    assert_near(reference_ocv_v(CELL_PRISMATIC, 0.0), 2.1467, 1e-12);
    assert_near(reference_ocv_v(CELL_PRISMATIC, 0.037), 3.0995, 1e-12);
    assert_near(reference_ocv_v(CELL_PRISMATIC, 0.5), 3.2999, 1e-12);
    assert_near(reference_ocv_v(CELL_PRISMATIC, 1.0), 3.6355, 1e-12);
    assert_near(reference_ocv_v(CELL_A123, 0.0), 2.3993, 1e-12);
    assert_near(reference_ocv_v(CELL_A123, 0.055), 3.0560, 1e-12);
    assert_near(reference_ocv_v(CELL_A123, 0.6), 3.3104, 1e-12);
    assert_near(reference_ocv_v(CELL_A123, 1.0), 3.5511, 1e-12);
}

/* The straight lines between the nodes against the curve, in the middle of each, where they miss it most. */
static void test_lines_follow_the_curve(void **state)
{
    (void)state;
    for (int kind = 0; kind < CELL_KIND_COUNT; kind++) {
        cell_curves_init(&curves, &cell_models[kind]);
        for (int i = 0; i < CELL_CHARGE_NODES; i++) {
            const double z = node_z(i) + 0.5 * (CELL_Z_MAX - CELL_Z_MIN) / CELL_CHARGE_NODES;
            const double line_v = 0.5 * (curves.charge[i].ocv_v + curves.charge[i + 1].ocv_v);
            const bool is_steep = z < 0.004 || z > 0.998;

            assert_near(line_v, reference_ocv_v((enum scenario_cell)kind, z), is_steep ? 2e-3 : 1e-4);
        }
    }
}

enum { MADE_POINTS = 24 };

/* A model whose points are on nodes of the table, with pieces and rises of very different sizes. */
static void make_points(struct cell_model *model, int *nodes, struct test_random *random)
{
    int node = 100;
    double volts = random_real(random, 0.0, 2.0);

    *model = cell_models[CELL_PRISMATIC];
    model->ocv_count = MADE_POINTS;
    for (int i = 0; i < MADE_POINTS; i++) {
        nodes[i] = node;
        model->ocv_v[i] = (struct cell_point){node_z(node), volts};
        node += 1 + (int)pow(10.0, random_real(random, 0.0, 2.5));
        volts += pow(10.0, random_real(random, -5.0, 0.0));
    }
    assert_true(node < CELL_CHARGE_NODES);
}

/* Through each point, between its neighbours everywhere, and never falling. */
static void test_cubic_keeps_to_its_points(void **state)
{
    static struct cell_model model;
    struct test_random random = {.state = 5};
    int nodes[MADE_POINTS];

    (void)state;
    for (int n = 0; n < 200; n++) {
        make_points(&model, nodes, &random);
        cell_curves_init(&curves, &model);
        for (int i = 0; i < MADE_POINTS; i++) {
            assert_near(curves.charge[nodes[i]].ocv_v, model.ocv_v[i].value, 1e-14);
        }
        for (int i = 1; i < MADE_POINTS; i++) {
            for (int node = nodes[i - 1] + 1; node <= nodes[i]; node++) {
                const double volts = curves.charge[node].ocv_v;

                assert_real_in(volts, model.ocv_v[i - 1].value, model.ocv_v[i].value + 1e-14);
                assert_true(volts >= curves.charge[node - 1].ocv_v);
            }
        }
    }
}

/* Beyond its table a flat curve is steep, wherever its points end: a cell of 3.2 V is at 0 V before it lacks its charge twice. */
static void test_flat_ends_get_steep(void **state)
{
    static struct cell_model model;
    const double ends[2][2] = {{0.0, 1.0}, {CELL_Z_MIN, CELL_Z_MAX}};
    const double node_length = (CELL_Z_MAX - CELL_Z_MIN) / CELL_CHARGE_NODES;

    (void)state;
    for (int i = 0; i < 2; i++) {
        model = cell_models[CELL_PRISMATIC];
        model.ocv_v[0] = (struct cell_point){ends[i][0], 3.2};
        model.ocv_v[1] = (struct cell_point){ends[i][1], 3.3};
        model.ocv_count = 2;
        cell_curves_init(&curves, &model);
        assert_near((curves.charge[1].ocv_v - curves.charge[0].ocv_v) / node_length, 5.0, 1e-9);
        assert_near((curves.charge[CELL_CHARGE_NODES].ocv_v - curves.charge[CELL_CHARGE_NODES - 1].ocv_v) /
                        node_length,
                    5.0, 1e-9);
        assert_near(curves.charge[CELL_CHARGE_NODES / 2].ocv_v, 3.25, 1e-9);
    }
}

/* Outside the points the slope of the last piece goes on, without a step, where it is steep enough. */
static void test_ends_go_on(void **state)
{
    static struct cell_model model;
    struct test_random random = {.state = 6};
    int nodes[MADE_POINTS];

    (void)state;
    make_points(&model, nodes, &random);
    cell_curves_init(&curves, &model);
    for (int node = 0; node < nodes[0]; node++) {
        const double slope =
            (model.ocv_v[1].value - model.ocv_v[0].value) / (model.ocv_v[1].z - model.ocv_v[0].z);

        assert_near(curves.charge[node].ocv_v,
                    model.ocv_v[0].value + fmax(slope, 5.0) * (node_z(node) - model.ocv_v[0].z), 1e-12);
    }
    for (int node = nodes[MADE_POINTS - 1]; node <= CELL_CHARGE_NODES; node++) {
        const struct cell_point *last = &model.ocv_v[MADE_POINTS - 1];
        const double slope = (last->value - last[-1].value) / (last->z - last[-1].z);

        assert_near(curves.charge[node].ocv_v, last->value + fmax(slope, 5.0) * (node_z(node) - last->z),
                    1e-12);
    }
}

/* ---- the other curves ------------------------------------------------------------------------------- */

static void test_hysteresis_and_entropy(void **state)
{
    (void)state;
    for (int kind = 0; kind < CELL_KIND_COUNT; kind++) {
        cell_curves_init(&curves, &cell_models[kind]);
        for (int i = 0; i <= CELL_CHARGE_NODES; i++) {
            const double tenths = fmin(fmax(node_z(i) * 10.0, 0.0), 10.0);
            const int below = tenths < 10.0 ? (int)tenths : 9;
            const double entropy =
                reference_entropy[below] +
                (tenths - below) * (reference_entropy[below + 1] - reference_entropy[below]);

            assert_near(curves.charge[i].hysteresis_v,
                        reference_hysteresis_v((enum scenario_cell)kind, node_z(i)), 1e-14);
            assert_near(curves.charge[i].entropy_v_per_k, entropy, 1e-15);
        }
    }
    assert_near(reference_hysteresis_v(CELL_PRISMATIC, 0.3), 0.029, 1e-14);
    assert_near(reference_hysteresis_v(CELL_PRISMATIC, 0.0), 0.012, 1e-14);
    assert_near(reference_hysteresis_v(CELL_A123, 0.3), 0.0192, 1e-14);
    assert_near(reference_hysteresis_v(CELL_A123, 1.0), 0.0300, 1e-14);
}

static void test_temperature_curves(void **state)
{
    (void)state;
    for (int kind = 0; kind < CELL_KIND_COUNT; kind++) {
        const enum scenario_cell cell = (enum scenario_cell)kind;
        const struct reference_numbers *n = &reference_numbers[kind];

        cell_curves_init(&curves, &cell_models[kind]);
        for (int i = 0; i <= CELL_TEMP_NODES; i++) {
            const double temp_c = node_c(i);
            const struct cell_temp_node *node = &curves.temp[i];

            assert_near(node->r0 * reference_r0_ohm(cell, 1.0, 25.0) / reference_r0_ohm(cell, 1.0, temp_c),
                        1.0, 1e-12);
            assert_near(node->exchange * reference_cold(n->exchange_energy, temp_c), 1.0, 1e-12);
            assert_near(node->r2 / reference_cold(n->r2_energy, temp_c), 1.0, 1e-12);
            assert_near(node->diffusion[0] / reference_cold(n->w_energy[0], temp_c), 1.0, 1e-12);
            assert_near(node->diffusion[1] / reference_cold(n->w_energy[1], temp_c), 1.0, 1e-12);
            assert_near(node->leak / pow(2.0, (temp_c - 25.0) / 10.0), 1.0, 1e-12);
        }
    }
    assert_near(reference_transfer_v(CELL_PRISMATIC, 1e-3, 1.0, 25.0), 0.150e-3, 1e-6);
}

/* ---- one cell alone --------------------------------------------------------------------------------- */

static struct cell_run runs[2];

static void start_run(struct cell_run *run, int kind, double soc_pct, double temp_c)
{
    const struct cell_start start = {
        .capacity_ah = 100.0, .soc_pct = soc_pct, .hysteresis = 0.25, .temp_c = temp_c};

    assert_true(cell_run_init(run, &cell_models[kind], &start));
}

static void check_same(const struct cell_run *run, const struct bank_state *wanted, double within)
{
    const struct bank_state *now = run->bank.now;

    assert_near(now->z[0], wanted->z[0], within);
    assert_near(now->w[0][0], wanted->w[0][0], within);
    assert_near(now->w[1][0], wanted->w[1][0], within);
    assert_near(now->v1_v[0], wanted->v1_v[0], within);
    assert_near(now->v2_v[0], wanted->v2_v[0], within);
    assert_near(now->h[0], wanted->h[0], 10.0 * within);
    assert_near(now->temp_c[0], wanted->temp_c[0], within);
}

/* At a temperature that stays, one step of 100 s is a hundred of 1 s, and both are one of 33 s and 100 of 0.67 s. */
static void test_run_is_exact_in_any_step(void **state)
{
    const double currents_a[] = {-80.0, -1.0, 0.0, 35.0};
    const double temps_c[] = {-15.0, 25.0, 45.0};

    (void)state;
    for (int kind = 0; kind < CELL_KIND_COUNT; kind++) {
        for (int i = 0; i < 12; i++) {
            const double current_a = currents_a[i % 4];
            const double temp_c = temps_c[i / 4];

            start_run(&runs[0], kind, 60.0, temp_c);
            start_run(&runs[1], kind, 60.0, temp_c);
            for (int second = 0; second < 100; second++) {
                cell_run_go(&runs[1], 1.0, current_a, temp_c);
            }
            cell_run_go(&runs[0], 100.0, current_a, temp_c);
            check_same(&runs[0], runs[1].bank.now, 1e-9);
            cell_run_go(&runs[0], 33.0, 0.0, temp_c);
            cell_run_go(&runs[0], 67.0, -current_a, temp_c);
            cell_run_go(&runs[1], 33.0, 0.0, temp_c);
            for (int part = 0; part < 100; part++) {
                cell_run_go(&runs[1], 0.67, -current_a, temp_c);
            }
            check_same(&runs[0], runs[1].bank.now, 1e-9);
            assert_near(cell_run_voltage_v(&runs[0], 10.0), cell_run_voltage_v(&runs[1], 10.0), 1e-8);
            cell_run_free(&runs[0]);
            cell_run_free(&runs[1]);
        }
    }
}

/* Closed solutions, after an hour and after a rest of 20 minutes. */
static void test_run_is_the_closed_solution(void **state)
{
    const double temp_c = -60.0 + 180.0 / 1024.0 * 400.0; /* a node of the table */
    const double current_a = -30.0;
    static struct bank_state wanted_state;

    (void)state;
    for (int kind = 0; kind < CELL_KIND_COUNT; kind++) {
        const enum scenario_cell cell = (enum scenario_cell)kind;
        const struct reference_numbers *n = &reference_numbers[kind];
        struct bank_state *wanted = &wanted_state;

        start_run(&runs[0], kind, 70.0, temp_c);
        cell_run_go(&runs[0], 3600.0, current_a, temp_c);
        cell_run_go(&runs[0], 1200.0, 0.0, temp_c);
        wanted->z[0] = 0.4;
        for (int k = 0; k < CELL_DIFFUSIONS; k++) {
            wanted->w[k][0] = reference_w_per_a(cell, k, 100.0, temp_c) * current_a *
                              -expm1(-3600.0 / n->w_tau_s[k]) * exp(-1200.0 / n->w_tau_s[k]);
        }
        wanted->v1_v[0] = reference_transfer_v(cell, current_a, 100.0, temp_c) * -expm1(-3600.0 / n->tau1_s) *
                          exp(-1200.0 / n->tau1_s);
        wanted->v2_v[0] = reference_r2_ohm(cell, 100.0, temp_c) * current_a * -expm1(-3600.0 / n->tau2_s) *
                          exp(-1200.0 / n->tau2_s);
        wanted->h[0] = 1.25 * exp(-n->gamma * 0.3) - 1.0;
        wanted->temp_c[0] = temp_c;
        check_same(&runs[0], wanted, 1e-12);
        cell_run_free(&runs[0]);
    }
}

/* The voltage at the start, of a cell at rest: OCV + M h + dU/dT (T - 25) and R0 I. */
static void test_run_starts_at_rest(void **state)
{
    (void)state;
    for (int kind = 0; kind < CELL_KIND_COUNT; kind++) {
        const enum scenario_cell cell = (enum scenario_cell)kind;
        const double rest_v = reference_ocv_v(cell, 0.5) + 0.25 * reference_hysteresis_v(cell, 0.5) +
                              reference_entropy[5] * -35.0;

        start_run(&runs[0], kind, 50.0, -10.0);
        assert_near(cell_run_voltage_v(&runs[0], 0.0), rest_v, 1e-6);
        assert_near(cell_run_voltage_v(&runs[0], -40.0) - rest_v,
                    -40.0 * reference_r0_ohm(cell, 100.0, -10.0), 2e-5);
        cell_run_free(&runs[0]);
    }
}

/* At temperatures that change, a step takes the mean of what both ends say; of the charge transfer what its beginning says. */
static void test_run_takes_the_mean_of_a_step(void **state)
{
    const double cold_c = -60.0 + 180.0 / 1024.0 * 256.0; /* nodes of the table */
    const double warm_c = -60.0 + 180.0 / 1024.0 * 512.0;
    const double w_per_a = 0.5 * (reference_w_per_a(CELL_A123, 1, 100.0, cold_c) +
                                  reference_w_per_a(CELL_A123, 1, 100.0, warm_c));
    const double r2_ohm =
        0.5 * (reference_r2_ohm(CELL_A123, 100.0, cold_c) + reference_r2_ohm(CELL_A123, 100.0, warm_c));
    const double exchange_a = 114.1 / reference_cold(reference_numbers[CELL_A123].exchange_energy, cold_c);
    const double transfer_v =
        2.0 * 8.314462618 * (cold_c + 273.15) / 96485.33212 * asinh(20.0 / (2.0 * exchange_a));
    const struct bank_state *now = NULL;

    (void)state;
    start_run(&runs[0], CELL_A123, 50.0, cold_c);
    cell_run_go(&runs[0], 1000.0, 20.0, warm_c);
    now = runs[0].bank.now;
    assert_near(now->w[1][0] / (20.0 * w_per_a * -expm1(-1000.0 / 150000.0)), 1.0, 1e-10);
    assert_near(now->v2_v[0] / (20.0 * r2_ohm * -expm1(-1000.0 / 30000.0)), 1.0, 1e-10);
    assert_near(now->v1_v[0] / (transfer_v * -expm1(-1000.0 / 83.98)), 1.0, 1e-10);
    assert_true(now->temp_c[0] == warm_c);
    cell_run_free(&runs[0]);
}

/* A cell alone, at a bank's current and at the temperatures that its cells come to, is one of the bank's. */
static void test_run_is_a_cell_of_a_bank(void **state)
{
    static struct bank bank;
    struct scenario_bank described = bank_described(4, 1, 1);

    (void)state;
    described.self_discharge_pct_per_month = 0.0;
    for (int kind = 0; kind < CELL_KIND_COUNT; kind++) {
        const double currents_a[] = {-90.0, 0.0, 50.0};

        described.cell = (enum scenario_cell)kind;
        described.soc_pct = 60.0;
        assert_true(bank_init(&bank, &described, 1, 5.0));
        start_run(&runs[0], kind, 60.0, 5.0);
        for (int i = 0; i < 4; i++) {
            bank.now->h[i] = 0.25;
        }
        for (int second = 0; second < 1800; second++) {
            const int part = second / 600;

            if (second % 600 == 0) {
                (void)bank_bench_settle(&bank, currents_a[part]);
            }
            (void)bank_bench_try(&bank, 3, currents_a[part], 5.0);
            bank_accept(&bank);
            cell_run_go(&runs[0], 1.0, currents_a[part], bank.now->temp_c[0]);
        }
        assert_true(bank.now->temp_c[0] > 5.5);
        check_same(&runs[0], bank.now, 1e-9);
        assert_near(cell_run_voltage_v(&runs[0], 50.0), bank.now->cell_v[0], 1e-9);
        cell_run_free(&runs[0]);
        bank_free(&bank);
    }
}

/* What a log may hold (cli/cell/measured_log.h) gives a number, however wrong it is for the cell. */
static void test_run_takes_anything(void **state)
{
    const double currents_a[] = {-1e5, 1e5, 0.0, 1e-9};
    const double temps_c[] = {CELL_TEMP_MIN_C, CELL_TEMP_MAX_C};
    struct test_random random = {.state = 8};

    (void)state;
    for (int kind = 0; kind < CELL_KIND_COUNT; kind++) {
        const struct cell_start start = {.capacity_ah = 0.1, .soc_pct = 50.0, .temp_c = 25.0};

        assert_true(cell_run_init(&runs[0], &cell_models[kind], &start));
        for (int i = 0; i < 2000; i++) {
            cell_run_go(&runs[0], pow(10.0, random_real(&random, -6.0, 10.0)),
                        currents_a[random_below(&random, 4)], temps_c[random_below(&random, 2)]);
            assert_true(isfinite(cell_run_voltage_v(&runs[0], 1.0)));
            assert_real_in(runs[0].bank.now->h[0], -1.0, 1.0);
        }
        cell_run_free(&runs[0]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_points_rise),
        cmocka_unit_test(test_table_is_the_cubic),
        cmocka_unit_test(test_voltage_rises),
        cmocka_unit_test(test_rest_voltages),
        cmocka_unit_test(test_lines_follow_the_curve),
        cmocka_unit_test(test_cubic_keeps_to_its_points),
        cmocka_unit_test(test_ends_go_on),
        cmocka_unit_test(test_flat_ends_get_steep),
        cmocka_unit_test(test_hysteresis_and_entropy),
        cmocka_unit_test(test_temperature_curves),
        cmocka_unit_test(test_run_is_exact_in_any_step),
        cmocka_unit_test(test_run_is_the_closed_solution),
        cmocka_unit_test(test_run_starts_at_rest),
        cmocka_unit_test(test_run_takes_the_mean_of_a_step),
        cmocka_unit_test(test_run_is_a_cell_of_a_bank),
        cmocka_unit_test(test_run_takes_anything),
    };

    return cmocka_run_group_tests_name("cell", tests, NULL, NULL);
}
