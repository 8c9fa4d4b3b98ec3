/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cell/measured_log.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/csv_field.h"
#include "scenario/suggest.h"

enum { COLUMN_T_S, COLUMN_I_A, COLUMN_V, COLUMN_TEMP_C, COLUMNS };

static const char *const names[COLUMNS] = {"t_s", "i_a", "v", "temp_c"};

/* What a column may hold: beyond it, a log has other units. */
static const struct {
    double min;
    double max;
    const char *what;
} columns[COLUMNS] = {
    {0.0, 1e10, "seconds"},
    {-1e5, 1e5, "amperes"},
    {-10.0, 10.0, "volts of one cell"},
    {-60.0, 120.0, "degC"},
};

struct reader {
    const char *next;
    const char *end;
    size_t line; /* the one taken last */
    int fields;
    int column_of[COLUMNS]; /* the field with it, -1: none */
    int cells;              /* in series */
    struct measured_error *error;
};

static bool fail(struct reader *reader, size_t column, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Always false. */
static bool fail(struct reader *reader, size_t column, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reader->error->message, sizeof reader->error->message, format, arguments);
    va_end(arguments);
    reader->error->line = reader->line;
    reader->error->column = column;
    return false;
}

/* The next line that is no comment and not empty. */
static bool take_line(struct reader *reader, struct csv_piece *line)
{
    while (csv_take_line(&reader->next, reader->end, line)) {
        reader->line++;
        if (line->length > 0 && line->text[0] != '#') {
            return true;
        }
    }
    return false;
}

/* ---- the header --------------------------------------------------------------------------------- */

static int column_named(struct csv_piece field)
{
    for (int c = 0; c < COLUMNS; c++) {
        if (field.length == strlen(names[c]) && memcmp(field.text, names[c], field.length) == 0) {
            return c;
        }
    }
    return -1;
}

static bool read_name(struct reader *reader, struct csv_piece field, size_t place)
{
    const int column = column_named(field);
    double number = 0.0;
    if (column < 0 && csv_read_decimal(field, &number)) {
        return fail(reader, place, "a number, the first line must be a header such as t_s,i_a,v");
    }
    if (column < 0) {
        const struct csv_shown shown = csv_show(field);
        const char *nearest = suggest_word(shown.text, names, COLUMNS);
        return fail(reader, place, "unknown column \"%s\", %s%s", shown.text,
                    nearest != NULL ? "did you mean " : "known are t_s, i_a, v, temp_c",
                    nearest != NULL ? nearest : "");
    }
    if (reader->column_of[column] >= 0) {
        return fail(reader, place, "%s comes twice, each column must come once", names[column]);
    }
    reader->column_of[column] = reader->fields;
    return true;
}

static bool read_header(struct reader *reader)
{
    struct csv_piece line;
    size_t at = 0;
    if (!csv_skip_mark(&reader->next, reader->end)) {
        reader->line = 1;
        return fail(reader, 1, "this is UTF-16, the file must be saved as UTF-8");
    }
    if (!take_line(reader, &line)) {
        reader->line += reader->line == 0;
        return fail(reader, 1, "nothing here, the first line must be a header such as t_s,i_a,v");
    }
    for (size_t count = csv_count_fields(line); (size_t)reader->fields < count; reader->fields++) {
        const struct csv_piece field = csv_field_at(line, at);
        if (!read_name(reader, field, at + 1)) {
            return false;
        }
        at += field.length + 1;
    }
    for (int c = 0; c < COLUMN_TEMP_C; c++) {
        if (reader->column_of[c] < 0) {
            return fail(reader, 1, "column %s is missing, the header must name t_s, i_a and v", names[c]);
        }
    }
    return true;
}

/* ---- the rows ----------------------------------------------------------------------------------- */

static bool read_field(struct reader *reader, int column, struct csv_piece field, size_t place,
                       double *number)
{
    if (!csv_read_decimal(field, number)) {
        return fail(reader, place, "%s is \"%s\", it must be a number", names[column], csv_show(field).text);
    }
    const int cells = column == COLUMN_V ? reader->cells : 1;
    if (*number < cells * columns[column].min || *number > cells * columns[column].max) {
        return fail(reader, place, "%s %s does not fit, it must be %g to %g %s", names[column],
                    csv_show(field).text, cells * columns[column].min, cells * columns[column].max,
                    cells > 1 ? "volts of the cells in series" : columns[column].what);
    }
    *number /= cells;
    return true;
}

static bool read_row(struct reader *reader, struct csv_piece line, struct measured_row *row)
{
    const size_t count = csv_count_fields(line);
    double numbers[COLUMNS] = {0.0};
    if (count != (size_t)reader->fields) {
        return fail(reader, 1, "the row has %zu fields, it must have the header's %d", count, reader->fields);
    }
    for (int c = 0; c < COLUMNS; c++) {
        if (reader->column_of[c] >= 0) {
            const size_t at = csv_place_of_field(line, (size_t)reader->column_of[c]);
            if (!read_field(reader, c, csv_field_at(line, at), at + 1, &numbers[c])) {
                return false;
            }
        }
    }
    *row = (struct measured_row){numbers[COLUMN_T_S], numbers[COLUMN_I_A], numbers[COLUMN_V],
                                 numbers[COLUMN_TEMP_C]};
    return true;
}

static bool read_rows(struct reader *reader, struct measured_log *log, size_t room)
{
    struct csv_piece line;
    while (take_line(reader, &line)) {
        struct measured_row *row = &log->rows[log->count];
        assert(log->count < room);
        (void)room;
        if (!read_row(reader, line, row)) {
            return false;
        }
        if (log->count > 0 && !(row->t_s > row[-1].t_s)) {
            return fail(reader, csv_place_of_field(line, (size_t)reader->column_of[COLUMN_T_S]) + 1,
                        "t_s does not rise, it must be more than %.15g", row[-1].t_s);
        }
        log->count++;
    }
    if (log->count < 2) {
        return fail(reader, 1, "%zu rows, there must be at least two", log->count);
    }
    return true;
}

static size_t count_lines(const char *data, size_t size)
{
    size_t count = 1;
    for (size_t i = 0; i < size; i++) {
        count += data[i] == '\n';
    }
    return count;
}

bool measured_log_read_battery(const char *data, size_t size, int cells, struct measured_log *log,
                               struct measured_error *error)
{
    const size_t lines = count_lines(data, size);
    struct reader reader = {.next = data, .end = data + size, .cells = cells, .error = error};
    *log = (struct measured_log){.rows = malloc(lines * sizeof *log->rows)};
    *error = (struct measured_error){.line = 0};
    for (int c = 0; c < COLUMNS; c++) {
        reader.column_of[c] = -1;
    }
    if (log->rows == NULL) {
        reader.line = 0;
        return fail(&reader, 0, "no memory for %zu rows", lines);
    }
    if (!read_header(&reader) || !read_rows(&reader, log, lines)) {
        measured_log_free(log);
        return false;
    }
    log->has_temp = reader.column_of[COLUMN_TEMP_C] >= 0;
    return true;
}

bool measured_log_read(const char *data, size_t size, struct measured_log *log, struct measured_error *error)
{
    return measured_log_read_battery(data, size, 1, log, error);
}

void measured_log_free(struct measured_log *log)
{
    free(log->rows);
    *log = (struct measured_log){.count = 0};
}
