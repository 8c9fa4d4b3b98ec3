/* SPDX-License-Identifier: Apache-2.0 */
/* What a fit refuses, what it counts, and that it gives a known cell back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cell/fit_cell.h"
#include "cli/cell/fit_score.h"
#include "cli/cell/fit_start.h"

#define CAPACITY_AH 3.0
#define ROWS_MAX 4000
#define STEP_S 30.0

/* A log of a cell of `model`, as it comes. */
struct made {
    struct fit_log log;
    struct measured_row rows[ROWS_MAX];
    struct cell_run run;
    double soc_pct[ROWS_MAX];
};

static void begin(struct made *made, const struct cell_model *model, double soc_pct)
{
    made->log = (struct fit_log){.name = "log", .has_start = true};
    made->log.log.rows = made->rows;
    made->log.log.count = 0;
    made->log.start = (struct cell_start){.capacity_ah = CAPACITY_AH, .soc_pct = soc_pct, .temp_c = 25.0};
    fit_log_find_start(&made->log);
    assert_true(cell_run_init(&made->run, model, &made->log.start));
}

/* Steps at a current, in C; it is written into the log `counted` times as large. */
static void go(struct made *made, double c_rate, int steps, double counted)
{
    const double current_a = c_rate * CAPACITY_AH;
    for (int i = 0; i < steps; i++) {
        const size_t row = made->log.log.count++;
        assert_true(row < ROWS_MAX);
        made->rows[row] = (struct measured_row){STEP_S * (double)row, current_a * counted,
                                                cell_run_voltage_v(&made->run, current_a), 25.0};
        cell_run_go(&made->run, STEP_S, current_a, 25.0);
    }
}

static void end(struct made *made)
{
    cell_run_free(&made->run);
    fit_log_count_charge(&made->log, made->soc_pct);
}

/* From full to 4 % by pulses, rest, and full again; what is charged is written `counted` times as large. */
static void make_cycle(struct made *made, const struct cell_model *model, double counted)
{
    begin(made, model, 100.0);
    for (int burst = 0; burst < 17; burst++) { /* 5.7 % each */
        go(made, -0.5, 10, 1.0);
        go(made, -2.0, 1, 1.0);
        go(made, 0.5, 2, counted);
        go(made, -0.25, 2, 1.0);
        go(made, -0.15, 2, 1.0);
        go(made, 0.0, 10, 1.0);
    }
    go(made, 0.0, 120, 1.0);
    while (made->run.bank.now->z[0] < 0.9985) {
        go(made, 0.25, 1, counted);
    }
    go(made, 0.0, 60, 1.0);
    end(made);
}

/* ---- checks ------------------------------------------------------------------------------------- */

static struct made made;
static struct fit_refusal refusal;

static void refuses(const struct fit_log *log, const char *words)
{
    fit_log_count_charge(log, made.soc_pct);
    assert_false(fit_check_log(log, made.soc_pct, &refusal));
    if (strstr(refusal.message, words) == NULL) {
        fail_msg("no '%s' in '%s'", words, refusal.message);
    }
}

static void counts_the_charge(void **state)
{
    (void)state;
    begin(&made, &cell_models[CELL_A123], 100.0);
    go(&made, -0.5, 120, 1.0); /* an hour */
    go(&made, 0.0, 1, 1.0);
    end(&made);
    assert_float_equal(made.soc_pct[120], 50.0, 1e-9);
    assert_float_equal(fit_log_soc_pct_at(&made.log, 1800.0), 75.0, 1e-9);
    assert_float_equal(fit_log_soc_pct_at(&made.log, 1e9), 50.0, 1e-9);
    assert_float_equal(made.log.start.hysteresis, 1.0, 0.0);
    made.log.has_start = false;
    made.log.has_full = true;
    made.log.full_at_s = 1800.0;
    fit_log_find_start(&made.log);
    assert_float_equal(made.log.start.soc_pct, 125.0, 1e-9);
}

static void refuses_a_balance_that_is_not_kept(void **state)
{
    (void)state;
    make_cycle(&made, &cell_models[CELL_A123], 1.0);
    struct fit_log log = made.log;
    assert_true(fit_check_log(&log, made.soc_pct, &refusal));
    log.has_end = true;
    log.end_soc_pct = made.soc_pct[log.log.count - 1] - 0.49;
    assert_true(fit_check_log(&log, made.soc_pct, &refusal));
    log.end_soc_pct = made.soc_pct[log.log.count - 1] - 0.51;
    refuses(&log, "not 0.51 %");
    log = made.log;
    log.has_full = true;
    log.full_at_s = 600.0;
    refuses(&log, "where it was full");
    log = made.log;
    log.start.capacity_ah *= 0.95;
    refuses(&log, "it must stay within 0 to 100 %");
}

static void refuses_what_is_no_log_of_a_cell(void **state)
{
    (void)state;
    make_cycle(&made, &cell_models[CELL_A123], 1.0);
    for (size_t i = 0; i < made.log.log.count; i++) {
        made.rows[i].current_a *= -1.0;
    }
    refuses(&made.log, "charging must be positive");
    for (size_t i = 0; i < made.log.log.count; i++) {
        made.rows[i].voltage_v /= 4.0;
    }
    refuses(&made.log, "--cells");
    for (size_t i = 0; i < made.log.log.count; i++) {
        made.rows[i].voltage_v = 3.3;
    }
    refuses(&made.log, "stays within 0 mV");
    make_cycle(&made, &cell_models[CELL_A123], 1.0);
    for (size_t i = 5; i < made.log.log.count; i++) {
        made.rows[i].t_s += 3600.0;
    }
    refuses(&made.log, "one row");
}

static void refuses_one_direction_and_too_little_depth(void **state)
{
    (void)state;
    const struct {
        double fallen_pct;
        double risen_pct;
        const char *words;
    } cases[] = {{97.0, 2.0, "a charge is missing"},
                 {2.0, 97.0, "a discharge is missing"},
                 {79.0, 79.0, "too little depth"},
                 {80.0, 80.0, NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fit_coverage coverage = fit_coverage_none();
        coverage.fallen_pct = cases[i].fallen_pct;
        coverage.risen_pct = cases[i].risen_pct;
        const bool passes = fit_check_coverage(&coverage, &refusal);
        assert_int_equal(passes, cases[i].words == NULL);
        assert_true(passes || strstr(refusal.message, cases[i].words) != NULL);
    }
}

static void covers_what_the_log_has(void **state)
{
    (void)state;
    make_cycle(&made, &cell_models[CELL_A123], 1.0);
    struct fit_coverage coverage = fit_coverage_none();
    fit_coverage_add(&coverage, &made.log, made.soc_pct);
    assert_float_equal(coverage.discharge_c_max, 2.0, 0.011);
    assert_float_equal(coverage.charge_c_max, 0.5, 0.011);
    assert_float_equal(coverage.temp_c_min, 25.0, 0.0);
    assert_true(coverage.fallen_pct > 90.0 && coverage.risen_pct > 90.0);
}

/* ---- parameters --------------------------------------------------------------------------------- */

/* Whatever the coordinates are, a number stays within its bounds and the curve rises. */
static void keeps_the_bounds(void **state)
{
    (void)state;
    static struct fit_parameters parameters;
    const struct cell_model start = fit_start(CELL_A123);
    struct fit_coverage coverage = fit_coverage_none();
    coverage.soc_pct_min = 0.0;
    coverage.soc_pct_max = 100.0;
    coverage.temp_c_min = 0.0;
    coverage.temp_c_max = 40.0;
    fit_parameters_init(&parameters, &start, &coverage);
    for (int far = -1; far <= 1; far += 2) {
        double coordinates[FIT_PARAMETERS_MAX];
        struct cell_model model;
        fit_parameters_start(&parameters, coordinates);
        for (int i = 0; i < parameters.count; i++) {
            coordinates[i] += 100.0 * far;
        }
        fit_parameters_model(&parameters, coordinates, &model);
        for (int i = 0; i + 1 < model.ocv_count; i++) {
            assert_true(model.ocv_v[i + 1].value > model.ocv_v[i].value);
        }
        assert_true(model.ocv_v[0].value >= -1.0 && model.ocv_v[model.ocv_count - 1].value <= 5.0);
        assert_true(model.tau1_s >= 2.0 && model.tau1_s <= 600.0);
        assert_true(model.r0_ohm_ah[0].at_25 >= 0.001 && model.r0_ohm_ah[0].at_25 <= 1.0);
        assert_int_equal(fit_parameters_on_bound(&parameters.list[0], coordinates[0]), far);
    }
}

static void starts_where_it_says(void **state)
{
    (void)state;
    static struct fit_parameters parameters;
    const struct cell_model start = fit_start(CELL_A123);
    struct fit_coverage coverage = fit_coverage_none();
    double coordinates[FIT_PARAMETERS_MAX];
    struct cell_model model;
    coverage.soc_pct_min = 0.0;
    coverage.soc_pct_max = 100.0;
    coverage.temp_c_min = coverage.temp_c_max = 25.0;
    fit_parameters_init(&parameters, &start, &coverage);
    fit_parameters_start(&parameters, coordinates);
    fit_parameters_model(&parameters, coordinates, &model);
    for (int i = 0; i < model.ocv_count; i++) {
        assert_float_equal(model.ocv_v[i].value, start.ocv_v[i].value, 1e-9);
    }
    assert_float_equal(model.r0_ohm_ah[0].at_25, start.r0_ohm_ah[0].at_25, 1e-9);
    assert_false(parameters.temps);
}

/* ---- fits --------------------------------------------------------------------------------------- */

static struct cell_model another_cell(void)
{
    struct cell_model model = cell_models[CELL_A123];
    model.r0_ohm_ah[0].at_25 *= 1.5;
    model.r0_ohm_ah[1].at_25 *= 1.5;
    model.exchange_per_h *= 0.7;
    model.diffusion_h[0].at_25 *= 1.3;
    for (int i = 0; i < model.ocv_count; i++) {
        model.ocv_v[i].value += 0.01;
    }
    for (int i = 0; i < model.hysteresis_count; i++) {
        model.hysteresis_v[i].value *= 1.4;
    }
    return model;
}

static void gives_a_cell_back(void **state)
{
    (void)state;
    static struct fit_result result;
    static struct fit_scores scores;
    const struct cell_model model = another_cell();
    make_cycle(&made, &model, 1.0);
    assert_int_equal(fit_cell(&result, &made.log, 1, &refusal), FIT_DONE);
    assert_true(fit_score(&result, &scores));
    print_message("rms %.2f mV, held out %.2f mV, R0 %.4f, kappa1 %.4f, charge %+.2f %%\n",
                  scores.parts[FIT_PART_ALL].rms_mv[REGION_ALL],
                  scores.parts[FIT_PART_SEEN].rms_mv[REGION_ALL], result.model.r0_ohm_ah[0].at_25,
                  result.model.diffusion_h[0].at_25, result.mismatch_pct[0]);
    assert_true(scores.parts[FIT_PART_ALL].rms_mv[REGION_ALL] < 1.0);
    assert_true(fabs(result.model.r0_ohm_ah[0].at_25 / model.r0_ohm_ah[0].at_25 - 1.0) < 0.03);
    assert_true(fabs(result.model.exchange_per_h / model.exchange_per_h - 1.0) < 0.15);
    assert_true(fabs(result.mismatch_pct[0]) < 0.3);
    fit_result_free(&result);
}

static void finds_what_is_counted_amiss(void **state)
{
    (void)state;
    static struct fit_result result;
    make_cycle(&made, &cell_models[CELL_A123], 0.975);
    assert_int_equal(fit_cell(&result, &made.log, 1, &refusal), FIT_REFUSED);
    print_message("%s\n", refusal.message);
    assert_non_null(strstr(refusal.message, "counted while it charges is"));
    assert_true(result.mismatch_pct[0] > 1.5 && result.mismatch_pct[0] < 3.5);
    fit_result_free(&result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_the_charge),
        cmocka_unit_test(refuses_a_balance_that_is_not_kept),
        cmocka_unit_test(refuses_what_is_no_log_of_a_cell),
        cmocka_unit_test(refuses_one_direction_and_too_little_depth),
        cmocka_unit_test(covers_what_the_log_has),
        cmocka_unit_test(keeps_the_bounds),
        cmocka_unit_test(starts_where_it_says),
        cmocka_unit_test(gives_a_cell_back),
        cmocka_unit_test(finds_what_is_counted_amiss),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
