/* SPDX-License-Identifier: Apache-2.0 */
/* How far a cell of the twin is from a measured one (cli/cell/prediction.h), by logs that are made by hand. */
#include "tests/system_fixture.h"

#include "cli/cell/prediction.h"

enum { ROWS_MAX = 400 };

static struct measured_row rows[ROWS_MAX];
static double predicted_v[ROWS_MAX];
static struct measured_log made = {.rows = rows};

static void start_log(bool has_temp)
{
    made.count = 0;
    made.has_temp = has_temp;
}

/* A row `seconds` after the last. */
static void add_row(double seconds, double current_a, double voltage_v)
{
    const double before_s = made.count > 0 ? rows[made.count - 1].t_s : 0.0;

    assert_true(made.count < ROWS_MAX);
    rows[made.count++] =
        (struct measured_row){.t_s = before_s + seconds, .current_a = current_a, .voltage_v = voltage_v};
}

/* ---- errors ----------------------------------------------------------------------------------------- */

/* A row with a current of 1 C that is predicted `error_mv` too high. */
static void add_error(double current_a, double voltage_v, double error_mv)
{
    add_row(1.0, current_a, voltage_v);
    predicted_v[made.count - 1] = voltage_v + 0.001 * error_mv;
}

static void check_region(const struct prediction_errors *errors, enum prediction_region region, size_t count,
                         double rms_mv)
{
    assert_int_equal(errors->rows[region], count);
    assert_near(errors->rms_mv[region], rms_mv, 1e-9);
}

static void test_errors_by_region(void **state)
{
    struct prediction_errors errors;

    (void)state;
    start_log(false);
    add_error(-10.0, 3.20, 3.0); /* plateau: 3 and -4 */
    add_error(-10.0, 3.30, -4.0);
    add_error(-10.0, 3.00, 12.0); /* knee: 12, 0, -9 */
    add_error(-10.0, 2.60, 0.0);
    add_error(-10.0, 2.50, -9.0);
    add_error(10.0, 3.45, 5.0);    /* top */
    add_error(-10.0, 2.49, 500.0); /* below what is scored */
    errors = prediction_errors(&made, predicted_v, 10.0);
    check_region(&errors, REGION_ALL, 6, sqrt((9.0 + 16.0 + 144.0 + 81.0 + 25.0) / 6.0));
    check_region(&errors, REGION_PLATEAU, 2, sqrt(12.5));
    check_region(&errors, REGION_KNEE, 3, sqrt(75.0));
    check_region(&errors, REGION_TOP, 1, 5.0);
    check_region(&errors, REGION_REST, 0, 0.0);
    assert_near(errors.max_mv, 12.0, 1e-9);
}

/* The plateau has both its ends; a rest is below 0.02 C either way, and of its own region too. */
static void test_borders_of_the_regions(void **state)
{
    struct prediction_errors errors;

    (void)state;
    start_log(false);
    add_error(-10.0, 3.1, 1.0);
    add_error(-10.0, 3.4, 1.0);
    add_error(-10.0, 3.1 - 1e-9, 2.0);
    add_error(-10.0, 3.4 + 1e-9, 3.0);
    add_error(0.0, 3.3, 7.0);
    add_error(0.199, 3.0, 7.0);
    add_error(-0.199, 3.5, 7.0);
    add_error(0.2, 3.3, 1.0);
    add_error(-0.2, 3.3, 1.0);
    add_error(0.0, 2.4, 100.0);
    errors = prediction_errors(&made, predicted_v, 10.0);
    assert_int_equal(errors.rows[REGION_ALL], 9);
    check_region(&errors, REGION_PLATEAU, 5, sqrt((4.0 + 49.0) / 5.0));
    check_region(&errors, REGION_KNEE, 2, sqrt((4.0 + 49.0) / 2.0));
    check_region(&errors, REGION_TOP, 2, sqrt((9.0 + 49.0) / 2.0));
    check_region(&errors, REGION_REST, 3, 7.0);
}

/* Nothing that is scored: no row, no error, and no division by none. */
static void test_no_row_is_no_error(void **state)
{
    struct prediction_errors errors;

    (void)state;
    start_log(false);
    add_error(0.0, 2.4, 100.0);
    add_error(0.0, 0.0, -100.0);
    errors = prediction_errors(&made, predicted_v, 10.0);
    for (int region = 0; region < REGION_COUNT; region++) {
        check_region(&errors, (enum prediction_region)region, 0, 0.0);
    }
    assert_true(errors.max_mv == 0.0);
}

static void test_region_names(void **state)
{
    (void)state;
    assert_string_equal(prediction_region_name(REGION_ALL), "all");
    assert_string_equal(prediction_region_name(REGION_PLATEAU), "plateau");
    assert_string_equal(prediction_region_name(REGION_KNEE), "knee");
    assert_string_equal(prediction_region_name(REGION_TOP), "top");
    assert_string_equal(prediction_region_name(REGION_REST), "rest");
}

/* ---- when the voltage is low ------------------------------------------------------------------------ */

static double time_below_s(double threshold_v)
{
    double kept_v[ROWS_MAX];
    const double measured_s = prediction_time_below_s(&made, NULL, threshold_v);

    for (size_t i = 0; i < made.count;
         i++) { /* the predicted ones are looked at in the same way, and alone */
        predicted_v[i] = rows[i].voltage_v;
        kept_v[i] = rows[i].voltage_v;
        rows[i].voltage_v = 9.0;
    }
    assert_true(prediction_time_below_s(&made, predicted_v, threshold_v) == measured_s);
    for (size_t i = 0; i < made.count; i++) {
        rows[i].voltage_v = kept_v[i];
    }
    return measured_s;
}

/* 3.3 V until 200 s, then 3.0 V, in seconds: the mean over a minute is at 3.1 V after 40 of 60 s. */
static void test_a_minutes_mean(void **state)
{
    (void)state;
    start_log(false);
    for (int second = 0; second <= 320; second++) {
        add_row(second == 0 ? 0.0 : 1.0, -1.0, second < 200 ? 3.3 : 3.0);
    }
    assert_near(time_below_s(3.1001), 240.0, 1e-9);
    assert_near(time_below_s(3.0999), 241.0, 1e-9);
    assert_near(time_below_s(3.2999), 201.0, 1e-9);
    assert_near(time_below_s(3.0001), 260.0, 1e-9);
    assert_near(time_below_s(3.4), 60.0, 1e-9); /* below from the start: once there is a minute */
    assert_true(time_below_s(3.0 - 1e-6) < 0.0);
}

/* A dip of 20 s to 2.5 V in 3.3 V is a mean of 3.033 V. */
static void test_a_dip_is_not_the_first_sample(void **state)
{
    (void)state;
    start_log(false);
    for (int second = 0; second <= 300; second++) {
        add_row(second == 0 ? 0.0 : 1.0, -1.0, second >= 150 && second < 170 ? 2.5 : 3.3);
    }
    assert_true(time_below_s(3.03) < 0.0);
    assert_near(time_below_s(3.04), 170.0, 1e-9);
}

/* Rows are as long as they are: the mean is over time, and a long row is a minute by itself. */
static void test_uneven_rows(void **state)
{
    (void)state;
    start_log(false);
    add_row(1000.0, -1.0, 3.3);
    add_row(30.0, -1.0, 2.0);
    add_row(30.0, -1.0, 3.2); /* 3.3 and 2.0 for 30 s each: 2.65 V */
    add_row(90.0, -1.0, 2.6); /* 3.2 for 90 s */
    add_row(600.0, -1.0, 3.0);
    assert_near(time_below_s(2.66), 1060.0, 1e-9);
    assert_near(time_below_s(2.64), 1750.0, 1e-9);
    assert_true(time_below_s(2.59) < 0.0);
}

static void test_less_than_a_minute_is_never(void **state)
{
    (void)state;
    start_log(false);
    add_row(0.0, -1.0, 1.0);
    add_row(59.0, -1.0, 1.0);
    assert_true(time_below_s(3.0) < 0.0);
    add_row(1.0, -1.0, 1.0);
    assert_near(time_below_s(3.0), 60.0, 1e-9);
}

/* ---- bursts ----------------------------------------------------------------------------------------- */

/* `seconds` at a current, measured and predicted. */
static void add_span(int seconds, double current_a, double measured_v, double foreseen_v)
{
    for (int i = 0; i < seconds; i += 10) {
        add_row(made.count == 0 ? 0.0 : 10.0, current_a, measured_v);
        predicted_v[made.count - 1] = foreseen_v;
    }
}

static void check_bursts(size_t measured, size_t predicted, size_t both, double apart_s)
{
    const struct prediction_bursts bursts = prediction_bursts(&made, predicted_v, 10.0, 3.1);
    assert_int_equal(bursts.measured, measured);
    assert_int_equal(bursts.predicted, predicted);
    assert_int_equal(bursts.both, both);
    assert_near(bursts.apart_s_max, apart_s, 1e-9);
}

/* Three bursts of 10 A: low in both, in the measurement, in the prediction; 0.19 A is a rest, 0.2 A none. */
static void test_each_burst_by_itself(void **state)
{
    (void)state;
    start_log(false);
    add_span(300, -10.0, 3.3, 3.3);
    add_span(30, -10.0, 3.0, 3.3); /* 30 s before the other */
    add_span(300, -10.0, 3.0, 3.0);
    add_span(300, -0.19, 3.2, 3.2);
    add_span(300, -10.0, 3.0, 3.2);
    add_span(300, 0.19, 3.2, 3.2);
    add_span(300, -10.0, 3.2, 3.0);
    check_bursts(2, 2, 1, 30.0);
    start_log(false);
    add_span(300, -10.0, 3.0, 3.2);
    add_span(300, -0.2, 3.2, 3.2);
    add_span(300, -10.0, 3.2, 3.0);
    check_bursts(1, 1, 1, 580.0); /* one burst: the first times, far apart */
    start_log(false);
    add_span(300, -10.0, 3.0, 3.2);
    add_span(290, 0.0, 3.2, 3.2); /* too short a rest */
    add_span(300, -10.0, 3.2, 3.0);
    check_bursts(1, 1, 1, 570.0);
}

static void test_no_burst(void **state)
{
    (void)state;
    start_log(false);
    add_span(1000, 0.0, 3.2, 3.2);
    check_bursts(0, 0, 0, 0.0);
}

/* ---- a run ------------------------------------------------------------------------------------------ */

/* A row's current flows until the next row; its voltage is with that current, before it has done anything. */
static void check_run(bool has_temp, double start_c)
{
    const double temps_c[] = {30.0, 20.0, 5.0, 10.0};
    const struct cell_start start = {
        .capacity_ah = 2.0, .soc_pct = 90.0, .hysteresis = 1.0, .temp_c = start_c};
    struct cell_start wanted_start = start;
    struct cell_run wanted;

    start_log(has_temp);
    add_row(5.0, -1.0, 3.3);
    add_row(60.0, 2.0, 3.3);
    add_row(0.5, 0.0, 3.3);
    add_row(3600.0, -0.5, 3.3);
    for (int i = 0; i < 4; i++) {
        rows[i].temp_c = has_temp ? temps_c[i] : 0.0;
    }
    wanted_start.temp_c = has_temp ? 30.0 : start_c;
    assert_true(cell_run_init(&wanted, &cell_models[CELL_A123], &wanted_start));
    assert_true(prediction_run(&made, &cell_models[CELL_A123], &start, predicted_v));
    assert_true(predicted_v[0] == cell_run_voltage_v(&wanted, -1.0));
    cell_run_go(&wanted, 60.0, -1.0, has_temp ? 20.0 : start_c);
    assert_true(predicted_v[1] == cell_run_voltage_v(&wanted, 2.0));
    cell_run_go(&wanted, 0.5, 2.0, has_temp ? 5.0 : start_c);
    assert_true(predicted_v[2] == cell_run_voltage_v(&wanted, 0.0));
    cell_run_go(&wanted, 3600.0, 0.0, has_temp ? 10.0 : start_c);
    assert_true(predicted_v[3] == cell_run_voltage_v(&wanted, -0.5));
    cell_run_free(&wanted);
}

static void test_run(void **state)
{
    (void)state;
    check_run(true, -40.0); /* which the log's own first temperature replaces */
    check_run(false, 25.0);
    check_run(false, -10.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_errors_by_region),
        cmocka_unit_test(test_borders_of_the_regions),
        cmocka_unit_test(test_no_row_is_no_error),
        cmocka_unit_test(test_region_names),
        cmocka_unit_test(test_a_minutes_mean),
        cmocka_unit_test(test_a_dip_is_not_the_first_sample),
        cmocka_unit_test(test_uneven_rows),
        cmocka_unit_test(test_less_than_a_minute_is_never),
        cmocka_unit_test(test_each_burst_by_itself),
        cmocka_unit_test(test_no_burst),
        cmocka_unit_test(test_run),
    };

    return cmocka_run_group_tests_name("prediction", tests, NULL, NULL);
}
