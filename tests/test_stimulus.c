/* SPDX-License-Identifier: Apache-2.0 */
/* The reader of STIMULUS.csv: what it takes, what it refuses, and where it says that the fault is. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/command.h"
#include "cli/stimulus.h"
#include "scenario/suggest.h"

#define S ((int64_t)1000000000)

/* Opens a copy without a byte to spare, so that the address sanitizer sees a read beyond the end. */
static bool open_copy(struct stimulus *stimulus, char **copy, const char *text, size_t size,
                      struct stimulus_error *error)
{
    *copy = size == 0 ? NULL : malloc(size);
    if (size == 0) {
        return stimulus_open(stimulus, "", 0, error);
    }
    assert_non_null(*copy);
    memcpy(*copy, text, size);
    return stimulus_open(stimulus, *copy, size, error);
}

static void expect_refused_bytes(const char *text, size_t size, size_t line, size_t column, const char *word)
{
    struct stimulus stimulus;
    struct stimulus_error error;
    char *copy = NULL;
    bool opened = open_copy(&stimulus, &copy, text, size, &error);
    if (opened || error.line != line || error.column != column || strstr(error.message, word) == NULL) {
        fail_msg("%s\n---\nexpected a refusal at %zu:%zu with \"%s\", got %s at %zu:%zu: %s", text, line,
                 column, word, opened ? "none" : "one", error.line, error.column, error.message);
    }
    assert_null(strchr(error.message, '\n'));
    free(copy);
}

static void expect_refused(const char *text, size_t line, size_t column, const char *word)
{
    expect_refused_bytes(text, strlen(text), line, column, word);
}

/* Reads all rows of `text` into `rows` (room for `max`) and returns their number. */
static size_t read_rows(const char *text, struct stimulus_row *rows, size_t max, struct stimulus *stimulus)
{
    struct stimulus_error error;
    char *copy = NULL;
    size_t count = 0;
    if (!open_copy(stimulus, &copy, text, strlen(text), &error)) {
        fail_msg("%s\n---\nrefused at %zu:%zu: %s", text, error.line, error.column, error.message);
    }
    while (count < max && stimulus_next(stimulus, &rows[count])) {
        count++;
    }
    free(copy);
    return count;
}

static struct stimulus_row read_one(const char *text)
{
    struct stimulus stimulus;
    struct stimulus_row rows[2];
    assert_int_equal(read_rows(text, rows, 2, &stimulus), 1);
    return rows[0];
}

/* REM-2: open terminals rest on the off side of both thresholds. */
static void absent_columns_take_their_values(void **state)
{
    (void)state;
    struct stimulus_row row = read_one("t_s\n7\n");
    assert_true(row.t_ns == 7 * S);
    assert_int_equal(row.vbat_mv, 12800);
    assert_in_range(row.remote_l_mv, 3551, 70000);
    assert_true(row.remote_h_mv <= 2850);
    assert_true(row.atc && row.atd && row.no_prealarm);
}

/* REM-1: a log of readings without remote columns is on, the terminals joined; with one of them the other is open. */
static void readings_alone_are_on(void **state)
{
    (void)state;
    static const char *const texts[] = {"t_s,cell1_mv\n0,3300\n", "t_s,temp1_dc,vbat_mv\n0,250,12800\n"};
    for (size_t i = 0; i < 2; i++) {
        struct stimulus stimulus;
        struct stimulus_row row;
        assert_int_equal(read_rows(texts[i], &row, 1, &stimulus), 1);
        assert_true(row.remote_l_mv == row.remote_h_mv && row.remote_l_mv < 3500);
        assert_true(stimulus_is_measured(&stimulus));
        assert_false(stimulus.has_remote);
        assert_int_equal(stimulus.has_vbat, i == 1);
    }
    struct stimulus stimulus;
    struct stimulus_row row;
    assert_int_equal(read_rows("t_s,cell1_mv,remote_l_mv\n0,3300,5000\n", &row, 1, &stimulus), 1);
    assert_true(stimulus.has_remote);
    assert_true(row.remote_l_mv == 5000 && row.remote_h_mv <= 2850);
    assert_int_equal(read_rows("t_s,atc,remote_h_mv\n0,1,0\n", &row, 1, &stimulus), 1);
    assert_true(stimulus.has_remote && !stimulus_is_measured(&stimulus));
    assert_true(row.remote_l_mv >= 3550);
}

static void rows_know_their_line(void **state)
{
    (void)state;
    struct stimulus stimulus;
    struct stimulus_row rows[3];
    assert_int_equal(read_rows("\xEF\xBB\xBFt_s\r\n0\r\n0\r\n7", rows, 3, &stimulus), 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(rows[i].line, i + 2);
    }
}

/* What a log in volts has is refused with the number that would be right. */
static void cells_in_volts_are_refused(void **state)
{
    (void)state;
    expect_refused("t_s,cell1_mv\n0,3.31\n", 2, 3, "3310 for 3.31 V");
    expect_refused("t_s,cell1_mv\n0,5.0\n", 2, 3, "3310 for 3.31 V");
    expect_refused("t_s,cell1_mv\n0,5.01\n", 2, 3, "whole number -32767 to 32767");
    expect_refused("t_s,temp1_dc\n0,3.31\n", 2, 3, "whole number -32767 to 32767");
    struct stimulus stimulus;
    struct stimulus_error error;
    static const char not_volts[] = "t_s,cell1_mv\n0,3300.5\n";
    assert_false(stimulus_open(&stimulus, not_volts, sizeof not_volts - 1, &error));
    assert_null(strstr(error.message, "3.31"));
}

static void every_column_arrives_in_its_place(void **state)
{
    (void)state;
    struct stimulus_row row =
        read_one("no_prealarm,remote_h_mv,atd,t_s,vbat_mv,atc,remote_l_mv\n0,-70000,1,1.5,8000,0,69999\n");
    assert_true(row.t_ns == 3 * S / 2);
    assert_int_equal(row.vbat_mv, 8000);
    assert_int_equal(row.remote_l_mv, 69999);
    assert_int_equal(row.remote_h_mv, -70000);
    assert_false(row.atc);
    assert_true(row.atd);
    assert_false(row.no_prealarm);
}

/* BAT-6: an empty field is a reading that is missing, not a zero and not the reading before. */
static void readings_arrive_and_may_be_missing(void **state)
{
    (void)state;
    struct stimulus stimulus;
    struct stimulus_row rows[3];
    const char *text = "t_s,cell2_mv,temp1_dc,cell1_mv\n0,3301,-105,-32767\n1,,,32767\n2,0,,\n";
    assert_int_equal(read_rows(text, rows, 3, &stimulus), 3);
    assert_int_equal(stimulus.cell_count, 2);
    assert_int_equal(stimulus.temp_count, 1);
    assert_false(stimulus.has_signals);
    assert_int_equal(rows[0].cell_mv[0], -32767);
    assert_int_equal(rows[0].cell_mv[1], 3301);
    assert_int_equal(rows[0].temp_dc[0], -105);
    assert_int_equal(rows[1].cell_mv[0], 32767);
    assert_int_equal(rows[1].cell_mv[1], SBMS_READING_MISSING);
    assert_int_equal(rows[1].temp_dc[0], SBMS_READING_MISSING);
    assert_int_equal(rows[2].cell_mv[0], SBMS_READING_MISSING);
    assert_int_equal(rows[2].cell_mv[1], 0);
}

static void time_is_exact(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t t_ns;
    } cases[] = {
        {"0", 0},
        {"0.0", 0},
        {"000.125", 125000000},
        {"0.1", 100000000},
        {"0.000000001", 1},
        {"0.0000000019", 1}, /* cut off after nine decimals */
        {"1.999999999999999999999999999999", 1999999999},
        {"123456789.123456789", 123456789123456789},
        {"9000000000", 9000000000 * S},
        {"9000000000.000000000000", 9000000000 * S},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[100];
        snprintf(text, sizeof text, "t_s\n%s\n", cases[i].text);
        struct stimulus_row row = read_one(text);
        if (row.t_ns != cases[i].t_ns) {
            fail_msg("t_s %s was read as %lld ns", cases[i].text, (long long)row.t_ns);
        }
    }
}

static void time_that_is_none_is_refused(void **state)
{
    (void)state;
    static const char *const not_times[] = {"-1", "+1",  "1e3", ".5",       "5.",  "1.2.3", "0x10",  " 1",
                                            "1 ", "1,5", "",    "nan",      "inf", "--1",   "-0",    "1..2",
                                            ".",  "-",   "1s",  "\xC2\xB5", "1 2", "'1'",   "\"1\"", "1_0"};
    for (size_t i = 0; i < sizeof not_times / sizeof not_times[0]; i++) {
        char text[100];
        bool is_long = strcmp(not_times[i], "1,5") == 0;
        snprintf(text, sizeof text, "t_s\n0\n%s\n", not_times[i]);
        expect_refused(text, 3, is_long ? 3 : 1, is_long ? "long" : "not a time");
    }
    expect_refused("t_s\n9000000000.000000001\n", 2, 1, "0 to 9000000000");
    expect_refused("t_s\n9000000001\n", 2, 1, "does not fit");
    expect_refused("t_s\n99999999999999999999999999999999999999\n", 2, 1, "does not fit");
    expect_refused("t_s\n18446744073709551616\n", 2, 1, "does not fit");
}

static void time_may_stand_but_not_go_back(void **state)
{
    (void)state;
    struct stimulus stimulus;
    struct stimulus_row rows[4];
    assert_int_equal(read_rows("t_s\n1.5\n1.5\n1.500\n2", rows, 4, &stimulus), 4);
    assert_true(stimulus.first_ns == 3 * S / 2);
    assert_true(stimulus.last_ns == 2 * S);
    expect_refused("t_s,atc\n1.5,1\n1.499999999,1\n", 3, 1, "1.500000000 or more");
    expect_refused("atc,t_s\n1,10\n1,9\n", 3, 3, "goes back");
}

/* Every range at its ends and one beyond. */
static void numbers_outside_their_range_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *column;
        long min;
        long max;
    } cases[] = {
        {"vbat_mv", 0, 100000},      {"remote_l_mv", -100000, 100000}, {"remote_h_mv", -100000, 100000},
        {"cell1_mv", -32767, 32767}, {"temp1_dc", -32767, 32767},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[100];
        snprintf(text, sizeof text, "%s,t_s\n%ld,0\n", cases[i].column, cases[i].min);
        read_one(text);
        snprintf(text, sizeof text, "%s,t_s\n%ld,0\n", cases[i].column, cases[i].max);
        read_one(text);
        snprintf(text, sizeof text, "%s,t_s\n%ld,0\n", cases[i].column, cases[i].min - 1);
        expect_refused(text, 2, 1, cases[i].column);
        snprintf(text, sizeof text, "%s,t_s\n%ld,0\n", cases[i].column, cases[i].max + 1);
        expect_refused(text, 2, 1, "does not fit");
    }
    expect_refused("t_s,vbat_mv\n0,4294967296\n", 2, 3, "0 to 100000");
    expect_refused("t_s,cell1_mv\n0,18446744073709551616\n", 2, 3, "does not fit");
    expect_refused("t_s,cell1_mv\n0,-99999999999999999999999999\n", 2, 3, "does not fit");
}

static void numbers_that_are_none_are_refused(void **state)
{
    (void)state;
    static const char *const not_numbers[] = {"+1", "1.0", "1e3", "-",   "--1", " 1",    "1 ",   "0x1",
                                              "a",  "1-",  "nan", "\t1", "1;2", "\"1\"", "NULL", "N/A"};
    for (size_t i = 0; i < sizeof not_numbers / sizeof not_numbers[0]; i++) {
        char text[100];
        snprintf(text, sizeof text, "t_s,vbat_mv,cell1_mv\n0,1,1\n12.5,12800,%s\n", not_numbers[i]);
        expect_refused(text, 3, 12, "whole number");
    }
    expect_refused("t_s,vbat_mv,atc\n0,,1\n", 2, 3, "vbat_mv");
    expect_refused("t_s,remote_l_mv,atc\n0,,1\n", 2, 3, "remote_l_mv");
    expect_refused("t_s,cell1_mv\n,3300\n", 2, 1, "t_s");
}

static void signals_are_0_or_1(void **state)
{
    (void)state;
    static const char *const not_signals[] = {"2",  "-1", "",   "01", "1.0", "true",
                                              "00", " 1", "-0", "on", "+1"};
    static const char *const columns[] = {"atc", "atd", "no_prealarm"};
    for (size_t i = 0; i < sizeof not_signals / sizeof not_signals[0]; i++) {
        for (size_t j = 0; j < 3; j++) {
            char text[100];
            snprintf(text, sizeof text, "t_s,%s\n0,%s\n", columns[j], not_signals[i]);
            expect_refused(text, 2, 3, "must be 0 or 1");
        }
    }
}

static void rows_have_all_fields(void **state)
{
    (void)state;
    expect_refused("t_s,atc,atd\n0,1,1\n1,1\n", 3, 4, "short");
    expect_refused("t_s,atc,atd\n0,1,1\n1,1,1,1\n", 3, 7, "long");
    expect_refused("t_s,atc,atd\n0,1,1\n1,1,1,\n", 3, 7, "long");
    expect_refused("t_s,atc,atd\n0,1,1\n\n2,1,1\n", 3, 1, "short");
    expect_refused("t_s,atc\n0,1\n\n", 3, 1, "short");
    expect_refused("t_s\n0\n\n", 3, 1, "not a time");
    expect_refused("t_s,cell1_mv\n0\n", 2, 2, "short");
    expect_refused("t_s,atc\n0,1\n\r\n", 3, 1, "short");
    expect_refused("t_s\n0,\n", 2, 3, "long");
}

static void headers_that_are_wrong_are_refused(void **state)
{
    (void)state;
    expect_refused("", 1, 1, "header");
    expect_refused("\xEF\xBB\xBF", 1, 1, "header");
    expect_refused("\n", 1, 1, "without a name");
    expect_refused("t_s,\n0,1\n", 1, 5, "without a name");
    expect_refused("t_s,,atc\n0,1,1\n", 1, 5, "without a name");
    expect_refused("atc,atd\n1,1\n", 1, 1, "t_s is missing");
    expect_refused("cell1_mv\n3300\n", 1, 1, "t_s is missing");
    expect_refused("t_s,atcc\n0,1\n", 1, 5, "did you mean atc?");
    expect_refused("t_s,vbat\n0,1\n", 1, 5, "did you mean vbat_mv?");
    expect_refused("t_s, atc\n0,1\n", 1, 5, "did you mean atc?");
    expect_refused("T_S\n0\n", 1, 1, "did you mean t_s?");
    expect_refused("t_s,banana\n0,1\n", 1, 5, "known are");
    expect_refused("t_s,atc,atd,atc\n0,1,1,1\n", 1, 13, "twice");
    expect_refused("t_s,t_s\n0,0\n", 1, 5, "twice");
    expect_refused("t_s,cell1_mv,cell1_mv\n0,1,1\n", 1, 14, "twice");
    expect_refused("0,1,1\n", 1, 1, "unknown column");
    expect_refused("t_s\n", 2, 1, "no row");
    expect_refused("t_s", 2, 1, "no row");
    expect_refused("t_s\r\n", 2, 1, "no row");
}

static void numbers_of_readings_have_no_gap(void **state)
{
    (void)state;
    expect_refused("t_s,cell1_mv,cell3_mv\n0,1,1\n", 1, 14, "cell3_mv without cell2_mv");
    expect_refused("t_s,cell2_mv\n0,1\n", 1, 5, "cell2_mv without cell1_mv");
    expect_refused("t_s,cell5_mv,cell1_mv,cell4_mv,cell2_mv\n0,1,1,1,1\n", 1, 23,
                   "cell4_mv without cell3_mv");
    expect_refused("t_s,temp2_dc,cell1_mv,cell2_mv\n0,1,1,1\n", 1, 5, "temp2_dc without temp1_dc");
    expect_refused("t_s,cell0_mv\n0,1\n", 1, 5, "did you mean cell1_mv?");
    expect_refused("t_s,cell01_mv\n0,1\n", 1, 5, "did you mean cell1_mv?");
    expect_refused("t_s,cell_mv\n0,1\n", 1, 5, "did you mean cell1_mv?");
    expect_refused("t_s,cell1_dc\n0,1\n", 1, 5, "unknown column");
    expect_refused("t_s,temp1_mv\n0,1\n", 1, 5, "unknown column");
    expect_refused("t_s,cell-1_mv\n0,1\n", 1, 5, "unknown column");
    expect_refused("t_s,cell161_mv\n0,1\n", 1, 5, "cell160_mv");
    expect_refused("t_s,temp161_dc\n0,1\n", 1, 5, "temp160_dc");
    expect_refused("t_s,cell257_mv\n0,1\n", 1, 5, "cell160_mv");
    expect_refused("t_s,cell18446744073709551617_mv\n0,1\n", 1, 5, "cell160_mv");
}

static void readings_exclude_signals(void **state)
{
    (void)state;
    expect_refused("t_s,cell1_mv,atc\n0,1,1\n", 1, 14, "atc together with cell1_mv");
    expect_refused("t_s,no_prealarm,cell1_mv\n0,1,1\n", 1, 17, "cell1_mv together with no_prealarm");
    expect_refused("t_s,atd,temp1_dc\n0,1,1\n", 1, 9, "temp1_dc together with atd");
    expect_refused("temp1_dc,atd,t_s\n0,1,1\n", 1, 10, "atd together with temp1_dc");
    struct stimulus_row row = read_one("t_s,temp1_dc,vbat_mv,remote_l_mv,remote_h_mv\n0,1,2,3,4\n");
    assert_int_equal(row.temp_dc[0], 1);
    assert_int_equal(row.remote_h_mv, 4);
}

static void line_ends_and_byte_order_mark(void **state)
{
    (void)state;
    static const char *const same[] = {
        "t_s,atc\n0,1\n2,0\n",   "t_s,atc\r\n0,1\r\n2,0\r\n",       "t_s,atc\n0,1\n2,0",
        "t_s,atc\r\n0,1\n2,0\r", "\xEF\xBB\xBFt_s,atc\n0,1\n2,0\n", "\xEF\xBB\xBFt_s,atc\r\n0,1\r\n2,0",
    };
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        struct stimulus stimulus;
        struct stimulus_row rows[3];
        assert_int_equal(read_rows(same[i], rows, 3, &stimulus), 2);
        assert_true(rows[0].atc);
        assert_false(rows[1].atc);
        assert_true(rows[1].t_ns == 2 * S);
    }
    expect_refused("\xEF\xBB\xBFt_s,atx\n0,1\n", 1, 5, "unknown column");
    expect_refused("t_s,atc\n0,1\r\r\n", 2, 3, "0 or 1");
    expect_refused("t_s,atc\r0,1\r", 1, 5, "unknown column");
}

static void any_bytes_are_safe(void **state)
{
    (void)state;
    expect_refused_bytes("t_s,atc\n0,1\n1,\0\n", 16, 3, 3, "\"?\"");
    expect_refused_bytes("t_s,a\0c\n0,1\n", 12, 1, 5, "unknown column");
    expect_refused_bytes("\0", 1, 1, 1, "unknown column");
    expect_refused_bytes("t_s\n1\0", 6, 2, 1, "not a time");
    expect_refused("t_s\n\x1B[31m1\n", 2, 1, "\"?[31m1\"");
    expect_refused("\xFF\xFDt\n", 1, 1, "\"??t\"");
    expect_refused("\xFF\xFEt\n", 1, 1, "UTF-16");
    expect_refused("\xFE\xFF", 1, 1, "UTF-16");
    /* a line far longer than any that is right */
    size_t size = 1000000;
    char *text = malloc(size);
    assert_non_null(text);
    memset(text, '1', size);
    memcpy(text, "t_s,vbat_mv\n0,", 14);
    expect_refused_bytes(text, size, 2, 3, "1111...");
    memset(text, 'x', size);
    expect_refused_bytes(text, size, 1, 1, "xxx...");
    memset(text, ',', size);
    memcpy(text, "t_s\n0", 5);
    expect_refused_bytes(text, size, 2, 3, "long");
    free(text);
}

/* The largest chain, 20 batteries of 8 cells. */
static void as_many_readings_as_a_chain_has(void **state)
{
    (void)state;
    static char text[10000];
    size_t length = (size_t)snprintf(text, sizeof text, "t_s,vbat_mv,remote_l_mv,remote_h_mv");
    for (int i = 160; i >= 1; i--) {
        length += (size_t)snprintf(text + length, sizeof text - length, ",cell%d_mv,temp%d_dc", i, i);
    }
    length += (size_t)snprintf(text + length, sizeof text - length, "\n0,1,2,3");
    for (int i = 160; i >= 1; i--) {
        length += (size_t)snprintf(text + length, sizeof text - length, ",%d,%d", 3000 + i, -i);
    }
    assert_true(length < sizeof text);
    struct stimulus_row row = read_one(text);
    for (int i = 1; i <= 160; i++) {
        assert_int_equal(row.cell_mv[i - 1], 3000 + i);
        assert_int_equal(row.temp_dc[i - 1], -i);
    }
}

static void the_last_row_is_the_last(void **state)
{
    (void)state;
    struct stimulus stimulus;
    struct stimulus_error error;
    struct stimulus_row row;
    static const char text[] = "t_s\n0\n1\n";
    assert_true(stimulus_open(&stimulus, text, sizeof text - 1, &error));
    assert_true(stimulus_next(&stimulus, &row));
    assert_true(stimulus_next(&stimulus, &row));
    row.vbat_mv = 42;
    assert_false(stimulus_next(&stimulus, &row));
    assert_false(stimulus_next(&stimulus, &row));
    assert_int_equal(row.vbat_mv, 42);
}

static void suggestions_are_near(void **state)
{
    (void)state;
    static const char *const words[] = {"under-voltage-mv", "pre-alarm-mv", "run", "replay", "help"};
    size_t count = sizeof words / sizeof words[0];
    assert_string_equal(suggest_word("under-voltage", words, count), "under-voltage-mv");
    assert_string_equal(suggest_word("under_voltage_mv", words, count), "under-voltage-mv");
    assert_string_equal(suggest_word("rnu", words, count), "run");
    assert_string_equal(suggest_word("RUN", words, count), "run");
    assert_string_equal(suggest_word("repaly", words, count), "replay");
    assert_string_equal(suggest_word("rep", words, count), "replay");
    assert_string_equal(suggest_word("hepl", words, count), "help");
    assert_null(suggest_word("banana", words, count));
    assert_null(suggest_word("", words, count));
    assert_null(suggest_word("r", words, 0));
    char word[200];
    memset(word, 'r', sizeof word - 1);
    word[sizeof word - 1] = '\0';
    assert_null(suggest_word(word, words, count));
}

static void whole_numbers_of_options(void **state)
{
    (void)state;
    int64_t number = 7;
    static const char *const refused[] = {
        "", "-", "+1", " 1", "1 ", "1.0", "0x1", "1e1", "11", "-11", "99999999999999999999"};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        assert_false(command_parse_integer(refused[i], -10, 10, &number));
        assert_int_equal(number, 7);
    }
    assert_true(command_parse_integer("-10", -10, 10, &number));
    assert_int_equal(number, -10);
    assert_true(command_parse_integer("0010", -10, 10, &number));
    assert_int_equal(number, 10);
    assert_true(command_parse_integer("9223372036854775807", 0, INT64_MAX, &number));
    assert_true(number == INT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(absent_columns_take_their_values),
        cmocka_unit_test(readings_alone_are_on),
        cmocka_unit_test(rows_know_their_line),
        cmocka_unit_test(cells_in_volts_are_refused),
        cmocka_unit_test(every_column_arrives_in_its_place),
        cmocka_unit_test(readings_arrive_and_may_be_missing),
        cmocka_unit_test(time_is_exact),
        cmocka_unit_test(time_that_is_none_is_refused),
        cmocka_unit_test(time_may_stand_but_not_go_back),
        cmocka_unit_test(numbers_outside_their_range_are_refused),
        cmocka_unit_test(numbers_that_are_none_are_refused),
        cmocka_unit_test(signals_are_0_or_1),
        cmocka_unit_test(rows_have_all_fields),
        cmocka_unit_test(headers_that_are_wrong_are_refused),
        cmocka_unit_test(numbers_of_readings_have_no_gap),
        cmocka_unit_test(readings_exclude_signals),
        cmocka_unit_test(line_ends_and_byte_order_mark),
        cmocka_unit_test(any_bytes_are_safe),
        cmocka_unit_test(as_many_readings_as_a_chain_has),
        cmocka_unit_test(the_last_row_is_the_last),
        cmocka_unit_test(suggestions_are_near),
        cmocka_unit_test(whole_numbers_of_options),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
