/* SPDX-License-Identifier: Apache-2.0 */
#include "result/write_csv.h"

#include <assert.h>

#include "result/wording.h"
#include "twin/millivolts.h"

static void write_field(FILE *stream, double value, int decimals)
{
    fputc(',', stream);
    wording_write_number(stream, value, decimals);
}

/* The causes of the outputs' edges at one row. */
struct row_causes {
    uint8_t load;
    uint8_t prealarm;
    uint8_t charger;
};

/* Takes the edges at `tick`, the next being number `*next`, which is moved on. Those of ticks without a row are passed. */
static struct row_causes causes_at(const struct recording *recording, int64_t tick, size_t *next)
{
    struct row_causes causes = {SBMS_CAUSE_NONE, SBMS_CAUSE_NONE, SBMS_CAUSE_NONE};
    for (; *next < recording->edge_count && recording->edges[*next].edge.tick <= tick; (*next)++) {
        const struct system_edge *edge = &recording->edges[*next].edge;
        if (edge->tick < tick) {
            continue;
        }
        if (edge->kind == EDGE_LOAD) {
            causes.load = edge->cause;
        } else if (edge->kind == EDGE_PRE_ALARM) {
            causes.prealarm = edge->cause;
        } else if (edge->kind == EDGE_CHARGER) {
            causes.charger = edge->cause;
        }
    }
    return causes;
}

static void write_cause(FILE *stream, uint8_t cause)
{
    fprintf(stream, ",%s", cause == SBMS_CAUSE_NONE ? "" : sbms_cause_word(cause));
}

/* "2026-03-03 05:12:40.125" */
static void write_date_and_time(FILE *stream, int32_t start_date, int64_t tick)
{
    const int ms = (int)(tick % (int64_t)SBMS_TICKS_PER_S) * (int)SBMS_TICK_MS;
    fprintf(stream, ",%s %s.%03d", wording_date(start_date, tick).text, wording_clock(tick).text, ms);
}

static void write_row(const struct recording *recording, size_t index, struct row_causes causes, FILE *stream)
{
    const struct recording_point *point = &recording->points[index];
    const int16_t *cells = recording_cells(recording, index);
    wording_write_seconds(stream, point->tick);
    write_field(stream, millivolts_of((double)point->bus_v), 0);
    write_field(stream, point->battery_a, 3);
    write_field(stream, point->solar_a, 3);
    write_field(stream, point->load_a, 3);
    write_field(stream, point->soc_pct, 2);
    write_field(stream, point->temp_min_c, 2);
    write_field(stream, point->temp_max_c, 2);
    write_field(stream, point->ambient_c, 2);
    for (size_t i = 0; i < recording->cell_count; i++) {
        fprintf(stream, ",%d", cells[i]);
    }
    const struct sbms_outputs *outputs = &point->outputs;
    assert(outputs->led_load == outputs->load); /* LED-1 */
    fprintf(stream, ",%d,%d,%d,%d,%d", outputs->load, outputs->prealarm, outputs->charger, outputs->led_load,
            outputs->led_fault);
    write_cause(stream, causes.load);
    write_cause(stream, causes.prealarm);
    write_cause(stream, causes.charger);
    if (recording->described->start_date > 0) {
        write_date_and_time(stream, recording->described->start_date, point->tick);
    }
    fputc('\n', stream);
}

void write_csv(const struct run_result *result, FILE *stream)
{
    const struct recording *recording = &result->recording;
    size_t next_edge = 0;
    fputs("t_s,bus_mv,battery_a,solar_a,load_a,soc_pct,temp_min_c,temp_max_c,ambient_c", stream);
    for (size_t i = 0; i < recording->cell_count; i++) {
        fprintf(stream, ",cell%zu_mv", i + 1);
    }
    fputs(",load,prealarm,charger,led_load,led_fault,load_cause,prealarm_cause,charger_cause", stream);
    fputs(recording->described->start_date > 0 ? ",date_time\n" : "\n", stream);
    for (size_t i = 0; i < recording->point_count; i++) {
        write_row(recording, i, causes_at(recording, recording->points[i].tick, &next_edge), stream);
    }
}
