/* SPDX-License-Identifier: Apache-2.0 */
#include "result/write_json_series.h"

#include <inttypes.h>
#include <limits.h>

#include "result/wording.h"

#define JSON_CELL_BUCKETS_MAX 40000u /* of all cells together */
#define JSON_ROW_CELLS_MAX 16u       /* with more, rows have the lowest and the highest alone */
#define LETTER_DIGITS 32u            /* a letter has a digit of base 32, and whether another follows */
#define SAME 1u /* of differences the one that is none: how many numbers like the last follow */
#define SAME_MIN 3u

static void write_bucket_length(int64_t ticks, const char *after, FILE *stream)
{
    fputs("\"bucket_s\":", stream);
    wording_write_seconds(stream, ticks);
    fputs(after, stream);
}

static bool is_output(int quantity)
{
    return quantity >= SERIES_LOAD;
}

enum range_part { PART_MIN, PART_MEAN, PART_MAX };

static void write_part(const struct series *series, int quantity, enum range_part part, FILE *stream)
{
    static const char *const words[] = {[PART_MIN] = "min", [PART_MEAN] = "mean", [PART_MAX] = "max"};
    fprintf(stream, "\"%s\":", words[part]);
    for (size_t i = 0; i < series->bucket_count; i++) {
        const struct series_range *range = &series->ranges[i * SERIES_QUANTITIES + (size_t)quantity];
        fputc(i == 0 ? '[' : ',', stream);
        wording_write_number(stream,
                             part == PART_MIN ? range->min : (part == PART_MEAN ? range->mean : range->max),
                             series_columns[quantity].decimals);
    }
    fputs(series->bucket_count == 0 ? "[]" : "]", stream);
}

static void write_buckets(const struct series *series, FILE *stream)
{
    write_bucket_length(series->bucket_ticks, ",\n", stream);
    fprintf(stream, "\"count\":%zu,\n\"buckets\":{", series->bucket_count);
    for (int quantity = 0; quantity < SERIES_QUANTITIES; quantity++) {
        fprintf(stream, "%s\"%s\":{", quantity == 0 ? "\n" : ",\n", series_columns[quantity].key);
        if (!is_output(quantity)) {
            write_part(series, quantity, PART_MIN, stream);
            fputs(",\n", stream);
        }
        write_part(series, quantity, PART_MEAN, stream);
        if (!is_output(quantity)) {
            fputs(",\n", stream);
            write_part(series, quantity, PART_MAX, stream);
        }
        fputc('}', stream);
    }
    fputs("\n},\n", stream);
}

/* The least or the greatest of a cell in `step` buckets from `first` on. */
static int cell_extreme(const struct series *series, size_t cell, size_t first, size_t step, bool is_max)
{
    int found = is_max ? INT_MIN : INT_MAX;
    for (size_t i = first; i < first + step && i < series->bucket_count; i++) {
        const struct series_cell_range *range = &series->cell_ranges[i * series->cell_count + cell];
        if (is_max) {
            found = range->max_mv > found ? range->max_mv : found;
        } else {
            found = range->min_mv < found ? range->min_mv : found;
        }
    }
    return found;
}

static void write_cell_part(const struct series *series, size_t step, bool is_max, FILE *stream)
{
    fprintf(stream, ",\n\"%s_mv\":[", is_max ? "max" : "min");
    for (size_t cell = 0; cell < series->cell_count; cell++) {
        fputs(cell == 0 ? "\n[" : ",\n[", stream);
        for (size_t i = 0; i < series->bucket_count; i += step) {
            fprintf(stream, "%s%d", i == 0 ? "" : ",", cell_extreme(series, cell, i, step, is_max));
        }
        fputc(']', stream);
    }
    fputs("\n]", stream);
}

/* Each cell by itself, in as many buckets as stay within JSON_CELL_BUCKETS_MAX of all cells. */
static void write_cells(const struct recording *recording, FILE *stream)
{
    const struct series *series = &recording->series;
    const int cells = recording->described->bank.cells;
    size_t step = 1;
    while (series->bucket_count / step * series->cell_count > JSON_CELL_BUCKETS_MAX) {
        step *= 2;
    }
    fputs("\"cells\":{", stream);
    write_bucket_length(series->bucket_ticks * (int64_t)step, ",", stream);
    fprintf(stream, "\"count\":%zu,\"names\":[", (series->bucket_count + step - 1) / step);
    for (int cell = 0; cell < (int)series->cell_count; cell++) {
        fprintf(stream, "%s\"battery %d cell %d\"", cell == 0 ? "" : ",", cell / cells + 1, cell % cells + 1);
    }
    fputc(']', stream);
    write_cell_part(series, step, false, stream);
    write_cell_part(series, step, true, stream);
    fputc('}', stream);
}

/* ---- rows --------------------------------------------------------------------------------------- */

/* How a list of rows is written: in full, or short for a page. */
struct row_list {
    FILE *stream;
    bool is_short;
    bool is_begun;
    int64_t before; /* the number before, short, and */
    uint64_t same;  /* how many like it are not written yet */
};

/* In digits of base 32, the lowest first, in letters of base64: one that is not the last is 32 more. */
static void write_letters(uint64_t number, FILE *stream)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (; number >= LETTER_DIGITS; number /= LETTER_DIGITS) {
        fputc(letters[number % LETTER_DIGITS + LETTER_DIGITS], stream);
    }
    fputc(letters[number], stream);
}

static void write_same(struct row_list *list)
{
    if (list->same >= SAME_MIN) {
        write_letters(SAME, list->stream);
        write_letters(list->same, list->stream);
    } else {
        for (uint64_t i = 0; i < list->same; i++) {
            write_letters(0, list->stream);
        }
    }
    list->same = 0;
}

/* As the difference to the one before, twice, and 1 more where it is below 0. */
static void write_short(struct row_list *list, int64_t number)
{
    const int64_t step = number - list->before;
    list->before = number;
    if (step == 0) {
        list->same++;
        return;
    }
    write_same(list);
    write_letters(step < 0 ? 2u * (uint64_t)-step + 1u : 2u * (uint64_t)step, list->stream);
}

static void begin_list(struct row_list *list, int64_t per_unit)
{
    if (list->is_short) {
        fprintf(list->stream, "[%" PRId64 ",\"", per_unit);
    } else {
        fputc('[', list->stream);
    }
    list->is_begun = false;
    list->before = 0;
}

static void end_list(struct row_list *list)
{
    write_same(list);
    fputs(list->is_short ? "\"]" : "]", list->stream);
}

static void separate(struct row_list *list)
{
    fputs(list->is_begun ? "," : "", list->stream);
    list->is_begun = true;
}

static void write_whole(struct row_list *list, int64_t number)
{
    if (list->is_short) {
        write_short(list, number);
    } else {
        separate(list);
        fprintf(list->stream, "%" PRId64, number);
    }
}

static void write_times(const struct series *series, struct row_list *list)
{
    fputs("{\"t_s\":", list->stream);
    begin_list(list, (int64_t)SBMS_TICKS_PER_S);
    for (size_t i = 0; i < series->row_count; i++) {
        if (list->is_short) {
            write_short(list, series->rows[i].tick);
        } else {
            separate(list);
            wording_write_seconds(list->stream, series->rows[i].tick);
        }
    }
    end_list(list);
    fputs(",\n\"joined\":", list->stream);
    begin_list(list, 1);
    for (size_t i = 0; i < series->row_count; i++) {
        write_whole(list, series_row_is_joined(series, i) ? 1 : 0);
    }
    end_list(list);
}

static void write_row_column(const struct series *series, int quantity, struct row_list *list)
{
    const int decimals = is_output(quantity) ? 0 : series_columns[quantity].decimals;
    fprintf(list->stream, ",\n\"%s\":", series_columns[quantity].key);
    begin_list(list, wording_scale(decimals));
    for (size_t i = 0; i < series->row_count; i++) {
        const double value = series->rows[i].values[quantity];
        if (list->is_short) {
            write_short(list, wording_scaled(value, decimals));
        } else {
            separate(list);
            wording_write_number(list->stream, value, decimals);
        }
    }
    end_list(list);
}

static void write_row_cells(const struct series *series, struct row_list *list)
{
    fputs(",\n\"cells_mv\":[", list->stream);
    for (size_t cell = 0; cell < series->cell_count; cell++) {
        fputs(cell == 0 ? "\n" : ",\n", list->stream);
        begin_list(list, 1);
        for (size_t i = 0; i < series->row_count; i++) {
            write_whole(list, series->row_cells_mv[i * series->cell_count + cell]);
        }
        end_list(list);
    }
    fputs("\n]", list->stream);
}

static void write_rows(const struct series *series, bool is_short, FILE *stream)
{
    struct row_list list = {.stream = stream, .is_short = is_short};
    write_times(series, &list);
    for (int quantity = 0; quantity < SERIES_QUANTITIES; quantity++) {
        write_row_column(series, quantity, &list);
    }
    if (series->cell_count <= JSON_ROW_CELLS_MAX) {
        write_row_cells(series, &list);
    }
    fputs("}\n", stream);
}

void write_json_series(const struct recording *recording, bool is_page, FILE *stream)
{
    fputs("\"series\":{\n", stream);
    write_buckets(&recording->series, stream);
    write_cells(recording, stream);
    if (!is_page) {
        fputs(",\n\"rows\":", stream);
        write_rows(&recording->series, false, stream);
    }
    fputs("}\n", stream);
}

void write_json_rows_short(const struct recording *recording, FILE *stream)
{
    write_rows(&recording->series, true, stream);
}
