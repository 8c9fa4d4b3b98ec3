/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/stimulus.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "scenario/csv_field.h"
#include "scenario/suggest.h"

#define NS_PER_S 1000000000
#define NAME_SIZE 32

enum {
    KIND_T_S,
    KIND_VBAT,
    KIND_REMOTE_L,
    KIND_REMOTE_H,
    KIND_ATC,
    KIND_ATD,
    KIND_NO_PREALARM,
    KIND_CELL,
    KIND_TEMP
};
enum { KIND_COUNT = KIND_TEMP + 1 };

/* Names, and the ranges of whole numbers, in the order of the kinds. Readings have their number between
 * name and unit. */
static const struct {
    const char *name;
    const char *unit;
    int32_t min;
    int32_t max;
} kinds[KIND_COUNT] = {
    {"t_s", "", 0, 0},
    {"vbat_mv", "", 0, STIMULUS_VBAT_MV_MAX},
    {"remote_l_mv", "", -STIMULUS_REMOTE_MV_MAX, STIMULUS_REMOTE_MV_MAX},
    {"remote_h_mv", "", -STIMULUS_REMOTE_MV_MAX, STIMULUS_REMOTE_MV_MAX},
    {"atc", "", 0, 1},
    {"atd", "", 0, 1},
    {"no_prealarm", "", 0, 1},
    {"cell", "_mv", -STIMULUS_READING_MAX, STIMULUS_READING_MAX},
    {"temp", "_dc", -STIMULUS_READING_MAX, STIMULUS_READING_MAX},
};

/* A column's name as it must be written. */
struct name {
    char text[NAME_SIZE];
};

static bool is_reading(uint8_t kind)
{
    return kind == KIND_CELL || kind == KIND_TEMP;
}

static bool is_signal(uint8_t kind)
{
    return kind == KIND_ATC || kind == KIND_ATD || kind == KIND_NO_PREALARM;
}

static struct name name_of(struct stimulus_column column)
{
    assert(column.kind < KIND_COUNT);
    assert(column.number < STIMULUS_READINGS_MAX);
    struct name name;
    if (is_reading(column.kind)) {
        snprintf(name.text, sizeof name.text, "%s%d%s", kinds[column.kind].name, column.number + 1,
                 kinds[column.kind].unit);
    } else {
        snprintf(name.text, sizeof name.text, "%s", kinds[column.kind].name);
    }
    return name;
}

static bool fail(struct stimulus_error *error, size_t column, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Fills all of `error` but the line. Always false. */
static bool fail(struct stimulus_error *error, size_t column, const char *format, ...)
{
    assert(column >= 1);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    error->column = column;
    return false;
}

/* ---- the header --------------------------------------------------------------------------------- */

/* Reads "cell7_mv" with the names of `kind`; the number counts from 0 and may be too high. false: it is
 * not of that form. */
static bool read_reading_name(struct csv_piece field, uint8_t kind, int64_t *number)
{
    assert(is_reading(kind));
    size_t name_length = strlen(kinds[kind].name);
    size_t unit_length = strlen(kinds[kind].unit);
    if (field.length <= name_length + unit_length || memcmp(field.text, kinds[kind].name, name_length) != 0) {
        return false;
    }
    struct csv_piece digits = {field.text + name_length, field.length - name_length - unit_length};
    if (memcmp(digits.text + digits.length, kinds[kind].unit, unit_length) != 0 || digits.text[0] == '0') {
        return false;
    }
    if (csv_read_digits(digits, number) != digits.length) {
        return false;
    }
    *number -= 1;
    assert(*number >= 0);
    return true;
}

static bool refuse_name(struct csv_piece field, size_t place, struct stimulus_error *error)
{
    static const char *const names[] = {"t_s", "vbat_mv",     "remote_l_mv", "remote_h_mv", "atc",
                                        "atd", "no_prealarm", "cell1_mv",    "temp1_dc"};
    if (field.length == 0) {
        return fail(error, place, "a column without a name, a comma must stand between two names");
    }
    struct csv_shown shown = csv_show(field);
    const char *nearest = suggest_word(shown.text, names, sizeof names / sizeof names[0]);
    if (nearest != NULL) {
        return fail(error, place, "unknown column \"%s\", did you mean %s?", shown.text, nearest);
    }
    return fail(error, place,
                "unknown column \"%s\", known are t_s, vbat_mv, remote_l_mv, remote_h_mv, atc, atd, "
                "no_prealarm, cell1_mv ..., temp1_dc ...",
                shown.text);
}

/* Finds out what the column named `field` holds. */
static bool read_name(struct csv_piece field, size_t place, struct stimulus_column *column,
                      struct stimulus_error *error)
{
    for (uint8_t kind = 0; kind < KIND_COUNT; kind++) {
        int64_t number = 0;
        bool matches = is_reading(kind) ? read_reading_name(field, kind, &number)
                                        : field.length == strlen(kinds[kind].name) &&
                                              memcmp(field.text, kinds[kind].name, field.length) == 0;
        if (matches && number >= STIMULUS_READINGS_MAX) {
            return fail(error, place, "%s is beyond the limit, the last can be %s", csv_show(field).text,
                        name_of((struct stimulus_column){kind, STIMULUS_READINGS_MAX - 1}).text);
        }
        if (matches) {
            *column = (struct stimulus_column){kind, (uint8_t)number};
            return true;
        }
    }
    return refuse_name(field, place, error);
}

/* Checks the new column against those to its left. */
static bool check_column(const struct stimulus *stimulus, struct stimulus_column column, size_t place,
                         struct stimulus_error *error)
{
    assert(stimulus->column_count <= STIMULUS_COLUMNS_MAX);
    for (size_t i = 0; i < stimulus->column_count; i++) {
        struct stimulus_column other = stimulus->columns[i];
        if (other.kind == column.kind && other.number == column.number) {
            return fail(error, place, "%s comes twice, each column must come once", name_of(column).text);
        }
        if ((is_reading(column.kind) && is_signal(other.kind)) ||
            (is_signal(column.kind) && is_reading(other.kind))) {
            return fail(error, place, "%s together with %s, give either signals or cells and temperatures",
                        name_of(column).text, name_of(other).text);
        }
    }
    return true;
}

static bool has_column(const struct stimulus *stimulus, uint8_t kind, size_t number)
{
    for (size_t i = 0; i < stimulus->column_count; i++) {
        if (stimulus->columns[i].kind == kind && stimulus->columns[i].number == number) {
            return true;
        }
    }
    return false;
}

/* Checks what only the whole header shows: t_s is there, and the readings' numbers have no gap. */
static bool check_header(const struct stimulus *stimulus, struct csv_piece line, struct stimulus_error *error)
{
    assert(stimulus->column_count >= 1);
    assert(stimulus->column_count <= STIMULUS_COLUMNS_MAX);
    if (!has_column(stimulus, KIND_T_S, 0)) {
        return fail(error, 1, "column t_s is missing, the header must name it");
    }
    for (size_t i = 0; i < stimulus->column_count; i++) {
        struct stimulus_column column = stimulus->columns[i];
        if (column.number > 0 && !has_column(stimulus, column.kind, column.number - 1u)) {
            struct stimulus_column before = {column.kind, (uint8_t)(column.number - 1u)};
            return fail(error, csv_place_of_field(line, i) + 1,
                        "%s without %s, numbers must run from 1 without a gap", name_of(column).text,
                        name_of(before).text);
        }
    }
    return true;
}

static bool read_header(struct stimulus *stimulus, struct csv_piece line, struct stimulus_error *error)
{
    size_t count = csv_count_fields(line);
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        struct csv_piece field = csv_field_at(line, at);
        struct stimulus_column column = {0, 0};
        if (!read_name(field, at + 1, &column, error) || !check_column(stimulus, column, at + 1, error)) {
            return false;
        }
        assert(stimulus->column_count < STIMULUS_COLUMNS_MAX); /* there are no more different names */
        stimulus->columns[stimulus->column_count++] = column;
        stimulus->cell_count = (uint8_t)(stimulus->cell_count + (column.kind == KIND_CELL));
        stimulus->temp_count = (uint8_t)(stimulus->temp_count + (column.kind == KIND_TEMP));
        stimulus->has_signals = stimulus->has_signals || is_signal(column.kind);
        stimulus->has_vbat = stimulus->has_vbat || column.kind == KIND_VBAT;
        stimulus->has_remote =
            stimulus->has_remote || column.kind == KIND_REMOTE_L || column.kind == KIND_REMOTE_H;
        at += field.length + 1;
    }
    return check_header(stimulus, line, error);
}

/* ---- the rows ----------------------------------------------------------------------------------- */

static void store(struct stimulus_row *row, struct stimulus_column column, int32_t number)
{
    assert(column.kind != KIND_T_S);
    assert(number >= kinds[column.kind].min || number == SBMS_READING_MISSING);
    switch (column.kind) {
    case KIND_VBAT:
        row->vbat_mv = number;
        break;
    case KIND_REMOTE_L:
        row->remote_l_mv = number;
        break;
    case KIND_REMOTE_H:
        row->remote_h_mv = number;
        break;
    case KIND_ATC:
        row->atc = number == 1;
        break;
    case KIND_ATD:
        row->atd = number == 1;
        break;
    case KIND_NO_PREALARM:
        row->no_prealarm = number == 1;
        break;
    case KIND_CELL:
        row->cell_mv[column.number] = (int16_t)number;
        break;
    default:
        row->temp_dc[column.number] = (int16_t)number;
        break;
    }
}

static bool read_time(struct csv_piece field, size_t place, struct stimulus_row *row,
                      struct stimulus_error *error)
{
    int64_t t_ns = 0;
    if (!csv_read_seconds(field, &t_ns)) {
        return fail(error, place, "t_s \"%s\" is not a time, it must be seconds such as 12 or 12.125",
                    csv_show(field).text);
    }
    if (t_ns > CSV_SECONDS_MAX * NS_PER_S) {
        return fail(error, place, "t_s %s does not fit, it must be 0 to %" PRId64, csv_show(field).text,
                    (int64_t)CSV_SECONDS_MAX);
    }
    if (t_ns < row->t_ns) {
        return fail(error, place, "t_s goes back to %s, it must be %" PRId64 ".%09" PRId64 " or more",
                    csv_show(field).text, row->t_ns / NS_PER_S, row->t_ns % NS_PER_S);
    }
    row->t_ns = t_ns;
    return true;
}

/* Digits with a decimal point, a number from 0 to 5: what a log in volts has in its cell columns. */
static bool looks_like_volts(struct csv_piece field)
{
    int64_t value_ns = 0;
    return memchr(field.text, '.', field.length) != NULL && csv_read_seconds(field, &value_ns) &&
           value_ns <= 5 * (int64_t)NS_PER_S;
}

static bool refuse_number(struct csv_piece field, size_t place, struct stimulus_column column,
                          struct stimulus_error *error)
{
    const bool is_volts = column.kind == KIND_CELL && looks_like_volts(field);
    return fail(error, place, "%s is \"%s\", it must be a whole number %" PRId32 " to %" PRId32 "%s",
                name_of(column).text, csv_show(field).text, kinds[column.kind].min, kinds[column.kind].max,
                is_volts ? " of millivolts, 3310 for 3.31 V" : "");
}

static bool read_value(struct csv_piece field, size_t place, struct stimulus_column column,
                       struct stimulus_row *row, struct stimulus_error *error)
{
    assert(column.kind < KIND_COUNT);
    int32_t min = kinds[column.kind].min;
    int32_t max = kinds[column.kind].max;
    if (field.length == 0 && is_reading(column.kind)) {
        store(row, column, SBMS_READING_MISSING); /* BAT-6 */
        return true;
    }
    if (is_signal(column.kind) && (field.length != 1 || (field.text[0] != '0' && field.text[0] != '1'))) {
        return fail(error, place, "%s is \"%s\", it must be 0 or 1", name_of(column).text,
                    csv_show(field).text);
    }
    int64_t number = 0;
    if (!csv_read_whole(field, &number)) {
        return refuse_number(field, place, column, error);
    }
    if (number < min || number > max) {
        return fail(error, place, "%s %s does not fit, it must be %" PRId32 " to %" PRId32,
                    name_of(column).text, csv_show(field).text, min, max);
    }
    store(row, column, (int32_t)number);
    return true;
}

/* Reads the row in `line`. `row` holds the one before, or what start_row() gives. */
static bool read_row(const struct stimulus *stimulus, struct csv_piece line, struct stimulus_row *row,
                     struct stimulus_error *error)
{
    size_t count = csv_count_fields(line);
    if (count < stimulus->column_count) {
        return fail(error, line.length + 1, "the row is short, it has %zu of %zu fields and must have all",
                    count, stimulus->column_count);
    }
    if (count > stimulus->column_count) {
        return fail(error, csv_place_of_field(line, stimulus->column_count) + 1,
                    "the row is long, it has %zu fields and must have %zu", count, stimulus->column_count);
    }
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        struct csv_piece field = csv_field_at(line, at);
        struct stimulus_column column = stimulus->columns[i];
        bool good = column.kind == KIND_T_S ? read_time(field, at + 1, row, error)
                                            : read_value(field, at + 1, column, row, error);
        if (!good) {
            return false;
        }
        at += field.length + 1;
    }
    return true;
}

bool stimulus_is_measured(const struct stimulus *stimulus)
{
    assert(stimulus != NULL);
    return stimulus->cell_count > 0 || stimulus->temp_count > 0;
}

/* What columns that are absent take. */
static struct stimulus_row start_row(const struct stimulus *stimulus)
{
    const bool is_joined = stimulus_is_measured(stimulus) && !stimulus->has_remote;
    return (struct stimulus_row){
        .vbat_mv = STIMULUS_VBAT_MV,
        .remote_l_mv = is_joined ? STIMULUS_REMOTE_JOINED_MV : STIMULUS_REMOTE_L_OPEN_MV,
        .remote_h_mv = is_joined ? STIMULUS_REMOTE_JOINED_MV : STIMULUS_REMOTE_H_OPEN_MV,
        .atc = true,
        .atd = true,
        .no_prealarm = true,
    };
}

/* Reads every row once, so that stimulus_next() cannot fail. */
static bool check_rows(struct stimulus *stimulus, struct stimulus_error *error)
{
    const char *next = stimulus->next;
    struct csv_piece line;
    struct stimulus_row row = start_row(stimulus);
    bool is_first = true;
    while (csv_take_line(&next, stimulus->end, &line)) {
        error->line++;
        if (!read_row(stimulus, line, &row, error)) {
            return false;
        }
        if (is_first) {
            stimulus->first_ns = row.t_ns;
            is_first = false;
        }
        stimulus->last_ns = row.t_ns;
    }
    if (is_first) {
        error->line++;
        return fail(error, 1, "no row after the header, there must be at least one");
    }
    assert(stimulus->first_ns <= stimulus->last_ns);
    return true;
}

bool stimulus_open(struct stimulus *stimulus, const char *data, size_t size, struct stimulus_error *error)
{
    assert(stimulus != NULL);
    assert(error != NULL);
    assert(data != NULL);
    *stimulus = (struct stimulus){.line = 1, .next = data, .end = data + size};
    *error = (struct stimulus_error){.line = 1, .column = 1, .message = ""};
    if (!csv_skip_mark(&stimulus->next, stimulus->end)) {
        return fail(error, 1, "this is UTF-16, the file must be saved as UTF-8");
    }
    struct csv_piece line;
    if (!csv_take_line(&stimulus->next, stimulus->end, &line)) {
        return fail(error, 1,
                    "nothing here, the first line must be a header such as t_s,atc,atd,no_prealarm");
    }
    return read_header(stimulus, line, error) && check_rows(stimulus, error);
}

bool stimulus_next(struct stimulus *stimulus, struct stimulus_row *row)
{
    assert(stimulus != NULL);
    assert(row != NULL);
    struct csv_piece line;
    if (!csv_take_line(&stimulus->next, stimulus->end, &line)) {
        return false;
    }
    struct stimulus_error error;
    *row = start_row(stimulus);
    row->line = ++stimulus->line;
    bool good = read_row(stimulus, line, row, &error);
    assert(good); /* check_rows() has read it before */
    (void)good;
    return true;
}
