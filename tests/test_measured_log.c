/* SPDX-License-Identifier: Apache-2.0 */
/* The reader of a measured cell's log: what it takes, what it refuses, and where it says that the fault is. */
#include "tests/control_fixture.h"

#include "cli/cell/measured_log.h"

/* Reads a copy without a byte to spare, so that the address sanitizer sees a read beyond the end. */
static bool read_copy(const char *text, size_t size, struct measured_log *log, struct measured_error *error)
{
    char *copy = malloc(size + (size == 0));
    bool good = false;
    assert_non_null(copy);
    memcpy(copy, text, size);
    good = measured_log_read(copy, size, log, error);
    free(copy);
    return good;
}

static void expect_refused_bytes(const char *text, size_t size, size_t line, size_t column, const char *words)
{
    struct measured_log log;
    struct measured_error error;
    const bool taken = read_copy(text, size, &log, &error);
    if (taken || error.line != line || error.column != column || strstr(error.message, words) == NULL) {
        fail_msg("%s\n---\nexpected a refusal at %zu:%zu with \"%s\", got %s at %zu:%zu: %s", text, line,
                 column, words, taken ? "none" : "one", error.line, error.column, error.message);
    }
    assert_null(strchr(error.message, '\n'));
    assert_null(log.rows);
    assert_int_equal(log.count, 0);
}

static void expect_refused(const char *text, size_t line, size_t column, const char *words)
{
    expect_refused_bytes(text, strlen(text), line, column, words);
}

static void accept(const char *text, struct measured_log *log)
{
    struct measured_error error;
    if (!read_copy(text, strlen(text), log, &error)) {
        fail_msg("%s\n---\nrefused at %zu:%zu: %s", text, error.line, error.column, error.message);
    }
}

static void expect_row(const struct measured_row *row, double t_s, double current_a, double voltage_v,
                       double temp_c)
{
    assert_true(row->t_s == t_s && row->current_a == current_a && row->voltage_v == voltage_v &&
                row->temp_c == temp_c);
}

/* ---- what it takes ------------------------------------------------------------------------------ */

static void rows_arrive(void **state)
{
    struct measured_log log;
    (void)state;
    accept("t_s,i_a,v,temp_c\n0,-1.5,3.3,25\n0.5,2e0,3.31,-4.25\n1E1,+3,-0.5,0\n", &log);
    assert_int_equal(log.count, 3);
    assert_true(log.has_temp);
    expect_row(&log.rows[0], 0.0, -1.5, 3.3, 25.0);
    expect_row(&log.rows[1], 0.5, 2.0, 3.31, -4.25);
    expect_row(&log.rows[2], 10.0, 3.0, -0.5, 0.0);
    measured_log_free(&log);
    assert_null(log.rows);
}

static void columns_come_in_any_order(void **state)
{
    static const char *const texts[] = {
        "temp_c,v,t_s,i_a\n25,3.3,0,-1.5\n24,3.2,7,1\n",
        "v,i_a,temp_c,t_s\n3.3,-1.5,25,0\n3.2,1,24,7\n",
        "i_a,t_s,v,temp_c\n-1.5,0,3.3,25\n1,7,3.2,24\n",
    };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct measured_log log;
        accept(texts[i], &log);
        assert_int_equal(log.count, 2);
        expect_row(&log.rows[0], 0.0, -1.5, 3.3, 25.0);
        expect_row(&log.rows[1], 7.0, 1.0, 3.2, 24.0);
        measured_log_free(&log);
    }
}

/* Line ends of both kinds or none at the end, a mark of UTF-8, comments before, between and behind. */
static void texts_of_all_kinds_are_the_same(void **state)
{
    static const char *const texts[] = {
        "t_s,i_a,v\n0,1,3.3\n5,-1,3.2\n",
        "t_s,i_a,v\n0,1,3.3\n5,-1,3.2",
        "t_s,i_a,v\r\n0,1,3.3\r\n5,-1,3.2\r\n",
        "t_s,i_a,v\r\n0,1,3.3\n5,-1,3.2\r\n",
        "\xEF\xBB\xBFt_s,i_a,v\n0,1,3.3\n5,-1,3.2\n",
        "\xEF\xBB\xBF# by hand\r\nt_s,i_a,v\r\n0,1,3.3\r\n5,-1,3.2\r\n",
        "# a\n#\nt_s,i_a,v\n# 0,9,9\n0,1,3.3\n#,,\n5,-1,3.2\n# end\n",
        "\n# a\nt_s,i_a,v\n\r\n0,1,3.3\n\n5,-1,3.2\n\n",
        "# a\n#\nt_s,i_a,v\n# 0,9,9\n0,1,3.3\n#,,\n5,-1,3.2\n# end",
    };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct measured_log log;
        accept(texts[i], &log);
        assert_int_equal(log.count, 2);
        assert_false(log.has_temp);
        expect_row(&log.rows[0], 0.0, 1.0, 3.3, 0.0);
        expect_row(&log.rows[1], 5.0, -1.0, 3.2, 0.0);
        measured_log_free(&log);
    }
}

static void ends_of_the_ranges_are_taken(void **state)
{
    const char *text = "t_s,i_a,v,temp_c\n0,-1e5,-10,-60\n1e10,1e5,10,120\n";
    struct measured_log log;
    (void)state;
    accept(text, &log);
    expect_row(&log.rows[0], 0.0, -1e5, -10.0, -60.0);
    expect_row(&log.rows[1], 1e10, 1e5, 10.0, 120.0);
    measured_log_free(&log);
}

/* ---- what it refuses ---------------------------------------------------------------------------- */

static void headers_that_do_not_fit(void **state)
{
    (void)state;
    expect_refused("", 1, 1, "nothing here, the first line must be a header");
    expect_refused("\xEF\xBB\xBF", 1, 1, "nothing here");
    expect_refused("# a\n# b\n", 2, 1, "nothing here");
    expect_refused("\xFF\xFEt", 1, 1, "this is UTF-16");
    expect_refused("\n\n", 2, 1, "nothing here, the first line must be a header");
    expect_refused("t_s,i_a\n0,1\n1,1\n", 1, 1, "column v is missing, the header must name t_s, i_a and v");
    expect_refused("v,t_s,temp_c\n", 1, 1, "column i_a is missing");
    expect_refused("# x\nv,i_a\n", 2, 1, "column t_s is missing");
    expect_refused("t_s,i_a,v,i_a\n", 1, 11, "i_a comes twice, each column must come once");
    expect_refused("t_s,t_s\n", 1, 5, "t_s comes twice");
    expect_refused("t_s,i_a,v,temp_c,temp_c\n", 1, 18, "temp_c comes twice");
    expect_refused("t_s,ia,v\n", 1, 5, "unknown column \"ia\", did you mean i_a");
    expect_refused("t_s,i_a,v,temp_f\n", 1, 11, "unknown column \"temp_f\", did you mean temp_c");
    expect_refused("t_s,i_a,v,humidity\n", 1, 11,
                   "unknown column \"humidity\", known are t_s, i_a, v, temp_c");
    expect_refused("t_s,i_a,v,\n", 1, 11, "unknown column \"\"");
    expect_refused(",t_s,i_a,v\n", 1, 1, "unknown column \"\"");
    expect_refused("t_s;i_a;v\n", 1, 1, "unknown column \"t_s;i_a;v\"");
    expect_refused("t_s, i_a,v\n", 1, 5, "unknown column \" i_a\"");
    expect_refused("T_S,i_a,v\n", 1, 1, "unknown column \"T_S\"");
    expect_refused("0,1,3.3\n1,1,3.3\n", 1, 1, "a number, the first line must be a header such as t_s,i_a,v");
    expect_refused("\x1B[31m\n", 1, 1, "unknown column \"?[31m\"");
}

static void rows_that_do_not_fit(void **state)
{
    (void)state;
    expect_refused("t_s,i_a,v\n", 1, 1, "0 rows, there must be at least two");
    expect_refused("t_s,i_a,v\n# 0,1,3\n", 2, 1, "0 rows, there must be at least two");
    expect_refused("t_s,i_a,v\n0,1,3.3\n", 2, 1, "1 rows, there must be at least two");
    expect_refused("t_s,i_a,v\n0,1,3.3\n1,1\n", 3, 1, "the row has 2 fields, it must have the header's 3");
    expect_refused("t_s,i_a,v\n0,1,3.3,25\n", 2, 1, "the row has 4 fields, it must have the header's 3");
    expect_refused("t_s,i_a,v\n0,1,3.3\n\n1,x,3.3\n\n", 4, 3,
                   "i_a is \"x\""); /* an empty line is skipped, and counted */
}

static void fields_that_are_no_number(void **state)
{
    static const char *const fields[] = {
        "",      "x",     "1x",    "1 ",    " 1",
        "NaN",   "nan",   "inf",   "1e",    "--1",
        "0x1",   "1.2.3", ".",     "-",     "e5",
        "1e999", "1;2",   "\"1\"", "1e400", "00000000000000000000000000000000000000001"};
    (void)state;
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        char text[128];
        snprintf(text, sizeof text, "# x\nt_s,i_a,v\n0,1,3.3\n1,%s,3.3\n", fields[i]);
        expect_refused(text, 4, 3, "i_a is \"");
        expect_refused(text, 4, 3, "\", it must be a number");
        snprintf(text, sizeof text, "t_s,i_a,v\n0,1,3.3\n1,10,%s", fields[i]);
        expect_refused(text, 3, 6, "v is \"");
        snprintf(text, sizeof text, "v,i_a,t_s\n3,1,%s\n", fields[i]);
        expect_refused(text, 2, 5, "t_s is \"");
    }
    expect_refused_bytes("t_s,i_a,v\n0,1\0,3.3\n", 19, 2, 3, "i_a is \"1?\", it must be a number");
}

static void numbers_out_of_range(void **state)
{
    (void)state;
    expect_refused("t_s,i_a,v\n-1,1,3.3\n", 2, 1, "t_s -1 does not fit, it must be 0 to 1e+10 seconds");
    expect_refused("t_s,i_a,v\n1.1e10,1,3.3\n", 2, 1, "t_s 1.1e10 does not fit");
    expect_refused("t_s,i_a,v\n0,1e6,3.3\n", 2, 3,
                   "i_a 1e6 does not fit, it must be -100000 to 100000 amperes");
    expect_refused("t_s,i_a,v\n0,-1e300,3.3\n", 2, 3, "i_a -1e300 does not fit");
    expect_refused("t_s,i_a,v\n0,1,3300\n", 2, 5,
                   "v 3300 does not fit, it must be -10 to 10 volts of one cell");
    expect_refused("t_s,i_a,v,temp_c\n0,1,3.3,298.15\n", 2, 9,
                   "temp_c 298.15 does not fit, it must be -60 to 120");
    expect_refused("t_s,i_a,v,temp_c\n0,1,3.3,-60.1\n", 2, 9, "temp_c -60.1 does not fit");
}

static void times_that_do_not_rise(void **state)
{
    (void)state;
    expect_refused("t_s,i_a,v\n5,1,3.3\n5,1,3.3\n", 3, 1, "t_s does not rise, it must be more than 5");
    expect_refused("t_s,i_a,v\n0,1,3.3\n7,1,3.3\n6.9,1,3.3\n", 4, 1, "it must be more than 7");
    expect_refused("v,i_a,t_s\n3.3,1,1234567.125\n3.3,1,1234567\n", 3, 7, "it must be more than 1234567.125");
}

/* ---- anything ----------------------------------------------------------------------------------- */

static bool rows_are_in_range(const struct measured_log *log)
{
    bool good = log->count >= 2;
    for (size_t i = 0; i < log->count; i++) {
        const struct measured_row *row = &log->rows[i];
        good = good && row->t_s >= 0.0 && row->t_s <= 1e10 && (i == 0 || row->t_s > row[-1].t_s) &&
               row->current_a >= -1e5 && row->current_a <= 1e5 && row->voltage_v >= -10.0 &&
               row->voltage_v <= 10.0 && row->temp_c >= -60.0 && row->temp_c <= 120.0;
    }
    return good;
}

/* Some bytes of a good text are others, and some of its end are missing; true: the reader did right. */
static bool try_changed(struct test_random random)
{
    static const char good[] =
        "\xEF\xBB\xBF# x\r\nt_s,i_a,v,temp_c\n0,1,3.3,25\n1.5,-1e1,3.2,25\n3,0,3.25,26";
    static const char letters[] = "0123456789.,+-eE#\r\n tx_siavNn\"\xEF";
    char text[sizeof good];
    uint32_t size = sizeof good - 1;
    struct measured_log log;
    struct measured_error error;
    bool is_right = false;
    memcpy(text, good, sizeof good);
    for (uint32_t change = 1 + random_below(&random, 3); change > 0; change--) {
        text[random_below(&random, size)] = letters[random_below(&random, sizeof letters - 1)];
    }
    size -= random_chance(&random, 16) ? random_below(&random, size) : 0;
    if (!read_copy(text, size, &log, &error)) {
        return error.line >= 1 && error.line <= 16 && error.column >= 1 && error.column <= size + 1 &&
               strlen(error.message) > 4 && strlen(error.message) < 200;
    }
    is_right = rows_are_in_range(&log);
    measured_log_free(&log);
    return is_right;
}

/* Anything is refused with a place in the text, or taken with every number in its range. */
static void bytes_at_random(void **state)
{
    const uint64_t first = environment_seed(1);
    const uint64_t runs = environment_runs(200000);
    (void)state;
    for (uint64_t seed = first; seed < first + runs; seed++) {
        if (!try_changed((struct test_random){.state = seed})) {
            fail_msg("replay: SEED=%" PRIu64 " RUNS=1 test_measured_log", seed);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_arrive),
        cmocka_unit_test(columns_come_in_any_order),
        cmocka_unit_test(texts_of_all_kinds_are_the_same),
        cmocka_unit_test(ends_of_the_ranges_are_taken),
        cmocka_unit_test(headers_that_do_not_fit),
        cmocka_unit_test(rows_that_do_not_fit),
        cmocka_unit_test(fields_that_are_no_number),
        cmocka_unit_test(numbers_out_of_range),
        cmocka_unit_test(times_that_do_not_rise),
        cmocka_unit_test(bytes_at_random),
    };
    return cmocka_run_group_tests_name("measured log", tests, NULL, NULL);
}
