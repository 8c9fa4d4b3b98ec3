/* SPDX-License-Identifier: Apache-2.0 */
#include "result/write_json_series.h"

#include <limits.h>

#include "result/wording.h"

#define JSON_CELL_BUCKETS_MAX 40000u /* of all cells together */
#define JSON_ROW_CELLS_MAX 16u       /* with more, rows have the lowest and the highest alone */

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
    fputs("},\n", stream);
}

static void write_row_column(const struct series *series, int quantity, FILE *stream)
{
    fprintf(stream, ",\n\"%s\":[", series_columns[quantity].key);
    for (size_t i = 0; i < series->row_count; i++) {
        fputs(i == 0 ? "" : ",", stream);
        wording_write_number(stream, series->rows[i].values[quantity],
                             is_output(quantity) ? 0 : series_columns[quantity].decimals);
    }
    fputc(']', stream);
}

static void write_row_cells(const struct series *series, FILE *stream)
{
    fputs(",\n\"cells_mv\":[", stream);
    for (size_t cell = 0; cell < series->cell_count; cell++) {
        fputs(cell == 0 ? "\n[" : ",\n[", stream);
        for (size_t i = 0; i < series->row_count; i++) {
            fprintf(stream, "%s%d", i == 0 ? "" : ",", series->row_cells_mv[i * series->cell_count + cell]);
        }
        fputc(']', stream);
    }
    fputs("\n]", stream);
}

static void write_rows(const struct series *series, FILE *stream)
{
    fputs("\"rows\":{\"t_s\":[", stream);
    for (size_t i = 0; i < series->row_count; i++) {
        fputs(i == 0 ? "" : ",", stream);
        wording_write_seconds(stream, series->rows[i].tick);
    }
    fputs("],\n\"joined\":[", stream);
    for (size_t i = 0; i < series->row_count; i++) {
        fprintf(stream, "%s%d", i == 0 ? "" : ",", series_row_is_joined(series, i));
    }
    fputc(']', stream);
    for (int quantity = 0; quantity < SERIES_QUANTITIES; quantity++) {
        write_row_column(series, quantity, stream);
    }
    if (series->cell_count <= JSON_ROW_CELLS_MAX) {
        write_row_cells(series, stream);
    }
    fputs("}\n", stream);
}

void write_json_series(const struct recording *recording, FILE *stream)
{
    fputs("\"series\":{\n", stream);
    write_buckets(&recording->series, stream);
    write_cells(recording, stream);
    write_rows(&recording->series, stream);
    fputs("}\n", stream);
}
