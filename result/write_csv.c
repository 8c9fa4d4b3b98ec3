/* SPDX-License-Identifier: Apache-2.0 */
#include "result/write_csv.h"

#include <assert.h>

#include "result/wording.h"

/* ---- edges -------------------------------------------------------------------------------------- */

#define OUTPUTS (EDGE_CHARGER + 1)

/* The outputs' edges at one instant. */
struct instant {
    const struct system_edge *edges[OUTPUTS]; /* NULL: it has none */
};

/* When the next edge of an output is, from number `*next` on, which comes to it; INT64_MAX: there is none. */
static int64_t next_edge_tick(const struct edge_list *edges, size_t *next)
{
    while (*next < edges->count && edges->edges[*next].edge.kind >= OUTPUTS) {
        (*next)++;
    }
    return *next < edges->count ? edges->edges[*next].edge.tick : INT64_MAX;
}

/* Takes the edges at `tick`, if the next, number `*next`, is one. */
static struct instant edges_at(const struct edge_list *edges, int64_t tick, size_t *next)
{
    struct instant instant = {{NULL}};
    for (; next_edge_tick(edges, next) == tick; (*next)++) {
        const struct system_edge *edge = &edges->edges[*next].edge;
        instant.edges[edge->kind] = edge;
    }
    return instant;
}

static void write_causes(FILE *stream, const struct instant *instant)
{
    for (int kind = EDGE_LOAD; kind < OUTPUTS; kind++) {
        const struct system_edge *edge = instant == NULL ? NULL : instant->edges[kind];
        fprintf(stream, ",%s",
                edge == NULL || edge->cause == SBMS_CAUSE_NONE ? "" : sbms_cause_word(edge->cause));
    }
}

/* ---- rows --------------------------------------------------------------------------------------- */

static void write_field(FILE *stream, double value, int decimals)
{
    fputc(',', stream);
    wording_write_number(stream, value, decimals);
}

/* "2026-03-03 05:12:40.125" */
static void write_end(const struct recording *recording, int64_t tick, FILE *stream)
{
    const int32_t start_date = recording->described->start_date;
    const int ms = (int)(tick % (int64_t)SBMS_TICKS_PER_S) * (int)SBMS_TICK_MS;
    if (start_date > 0) {
        fprintf(stream, ",%s %s.%03d", wording_date(start_date, tick).text, wording_clock(tick).text, ms);
    }
    fputc('\n', stream);
}

static void write_bucket(const struct recording *recording, size_t index, int64_t end_tick, FILE *stream)
{
    const struct series *series = &recording->series;
    const int64_t tick = (int64_t)index * series->bucket_ticks;
    const int64_t rest = end_tick - tick;
    wording_write_seconds(stream, tick);
    fputc(',', stream);
    wording_write_seconds(stream, rest < series->bucket_ticks ? rest : series->bucket_ticks);
    for (int quantity = 0; quantity < SERIES_LOAD; quantity++) {
        const struct series_range *range = &series->ranges[index * SERIES_QUANTITIES + (size_t)quantity];
        write_field(stream, range->min, series_columns[quantity].decimals);
        write_field(stream, range->mean, series_columns[quantity].decimals);
        write_field(stream, range->max, series_columns[quantity].decimals);
    }
    for (size_t i = 0; i < series->cell_count; i++) {
        const struct series_cell_range *range = &series->cell_ranges[index * series->cell_count + i];
        fprintf(stream, ",%d,%d", range->min_mv, range->max_mv);
    }
    for (int quantity = SERIES_LOAD; quantity < SERIES_QUANTITIES; quantity++) {
        write_field(stream, series->ranges[index * SERIES_QUANTITIES + (size_t)quantity].mean,
                    series_columns[quantity].decimals);
    }
    write_causes(stream, NULL);
    write_end(recording, tick, stream);
}

static void write_row(const struct recording *recording, size_t index, const struct instant *instant,
                      FILE *stream)
{
    const struct series *series = &recording->series;
    const struct series_row *row = &series->rows[index];
    wording_write_seconds(stream, row->tick);
    fputs(",0", stream);
    for (int quantity = 0; quantity < SERIES_LOAD; quantity++) {
        for (int part = 0; part < 3; part++) {
            write_field(stream, row->values[quantity], series_columns[quantity].decimals);
        }
    }
    for (size_t i = 0; i < series->cell_count; i++) {
        const int mv = series->row_cells_mv[index * series->cell_count + i];
        fprintf(stream, ",%d,%d", mv, mv);
    }
    for (int quantity = SERIES_LOAD; quantity < SERIES_QUANTITIES; quantity++) {
        write_field(stream, row->values[quantity], 0);
    }
    write_causes(stream, instant);
    write_end(recording, row->tick, stream);
}

/* Edges at an instant without a row: what became of these outputs, and why. */
static void write_edges(const struct recording *recording, int64_t tick, const struct instant *instant,
                        FILE *stream)
{
    wording_write_seconds(stream, tick);
    fputs(",0", stream);
    for (size_t i = 0; i < 3 * (size_t)SERIES_LOAD + 2 * recording->series.cell_count; i++) {
        fputc(',', stream);
    }
    for (int kind = EDGE_LOAD; kind < OUTPUTS; kind++) {
        const struct system_edge *edge = instant->edges[kind];
        fputs(edge == NULL ? "," : (edge->on ? ",1" : ",0"), stream);
    }
    write_causes(stream, instant);
    write_end(recording, tick, stream);
}

/* ---- the file ----------------------------------------------------------------------------------- */

static void write_header(const struct recording *recording, FILE *stream)
{
    fputs("t_s,span_s", stream);
    for (int quantity = 0; quantity < SERIES_LOAD; quantity++) {
        const char *key = series_columns[quantity].key;
        fprintf(stream, ",%s_min,%s_mean,%s_max", key, key, key);
    }
    for (size_t i = 0; i < recording->series.cell_count; i++) {
        fprintf(stream, ",cell%zu_mv_min,cell%zu_mv_max", i + 1, i + 1);
    }
    for (int quantity = SERIES_LOAD; quantity < SERIES_QUANTITIES; quantity++) {
        fprintf(stream, ",%s", series_columns[quantity].key);
    }
    fputs(",load_cause,prealarm_cause,charger_cause", stream);
    fputs(recording->described->start_date > 0 ? ",date_time\n" : "\n", stream);
}

/* Whether the row at `index` is the last of its tick: what happened at that has happened. */
static bool is_last_of_tick(const struct series *series, size_t index)
{
    return index + 1 == series->row_count || series->rows[index + 1].tick != series->rows[index].tick;
}

/* The rows before `end_tick` from number `*row` on, and the edges from number `*edge` on, in the order of time. */
static void write_instants(const struct recording *recording, int64_t end_tick, size_t *row, size_t *edge,
                           FILE *stream)
{
    const struct series *series = &recording->series;
    for (;;) {
        const int64_t row_tick = *row < series->row_count ? series->rows[*row].tick : INT64_MAX;
        const int64_t edge_tick = next_edge_tick(&recording->edges, edge);
        struct instant instant = {{NULL}};
        if (row_tick >= end_tick && edge_tick >= end_tick) {
            return;
        }
        if (edge_tick < row_tick) {
            instant = edges_at(&recording->edges, edge_tick, edge);
            write_edges(recording, edge_tick, &instant, stream);
            continue;
        }
        if (is_last_of_tick(series, *row)) {
            instant = edges_at(&recording->edges, row_tick, edge);
        }
        write_row(recording, (*row)++, &instant, stream);
    }
}

void write_csv(const struct run_result *result, FILE *stream)
{
    const struct recording *recording = &result->recording;
    const struct series *series = &recording->series;
    size_t row = 0;
    size_t edge = 0;
    write_header(recording, stream);
    for (size_t bucket = 0; bucket < series->bucket_count; bucket++) {
        const int64_t end_tick = bucket + 1 == series->bucket_count
                                     ? result->end_tick + 1
                                     : (int64_t)(bucket + 1) * series->bucket_ticks;
        write_bucket(recording, bucket, result->end_tick, stream);
        write_instants(recording, end_tick, &row, &edge, stream);
    }
}
