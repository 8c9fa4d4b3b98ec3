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

static void write_row(const struct recording *recording, size_t index, FILE *stream)
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
    fprintf(stream, ",%d,%d,%d,%d,%d\n", outputs->load, outputs->prealarm, outputs->charger,
            outputs->led_load, outputs->led_fault);
}

void write_csv(const struct run_result *result, FILE *stream)
{
    const struct recording *recording = &result->recording;
    fputs("t_s,bus_mv,battery_a,solar_a,load_a,soc_pct,temp_min_c,temp_max_c,ambient_c", stream);
    for (size_t i = 0; i < recording->cell_count; i++) {
        fprintf(stream, ",cell%zu_mv", i + 1);
    }
    fputs(",load,prealarm,charger,led_load,led_fault\n", stream);
    for (size_t i = 0; i < recording->point_count; i++) {
        write_row(recording, i, stream);
    }
}
