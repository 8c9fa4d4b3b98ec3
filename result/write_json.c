/* SPDX-License-Identifier: Apache-2.0 */
#include "result/write_json.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "result/edge_text.h"
#include "result/json_string.h"
#include "result/wording.h"
#include "result/write_findings.h"
#include "twin/cell.h"
#include "twin/millivolts.h"

#define JSON_CELLS_MAX 16u /* with more only the lowest and the highest are written */
#define SECONDS_PER_HOUR 3600.0
#define DAY_TICKS ((int64_t)86400 * SBMS_TICKS_PER_S)

/* ---- pieces ------------------------------------------------------------------------------------- */

static void write_key(FILE *stream, const char *key)
{
    assert(strpbrk(key, "\"\\<") == NULL);
    fprintf(stream, "\"%s\":", key);
}

static void write_text(FILE *stream, const char *key, const char *text)
{
    write_key(stream, key);
    write_json_string(stream, text);
    fputs(",\n", stream);
}

/* A key and a number; `after` follows. */
static void write_figure(FILE *stream, const char *key, double value, int decimals, const char *after)
{
    write_key(stream, key);
    wording_write_number(stream, value, decimals);
    fputs(after, stream);
}

static void write_duration(FILE *stream, const char *key, int64_t ticks, const char *after)
{
    write_key(stream, key);
    wording_write_seconds(stream, ticks);
    fputs(after, stream);
}

/* ---- head --------------------------------------------------------------------------------------- */

static void write_thresholds(const struct run_result *result, FILE *stream)
{
    const struct sbms_battery_settings *settings = &result->described->bank.settings;
    assert(sbms_battery_check(settings) == SBMS_BATTERY_OK);
    write_key(stream, "thresholds");
    fprintf(stream,
            "{\"under_voltage_mv\":%d,\"pre_alarm_mv\":%d,\"discharge_return_mv\":%d,"
            "\"over_voltage_mv\":%d,\"over_voltage_clear_mv\":%d,\"low_temp_dc\":%d,\"high_temp_dc\":%d},\n",
            settings->under_voltage_mv, settings->pre_alarm_mv, SBMS_DISCHARGE_RETURN_MV,
            SBMS_OVER_VOLTAGE_MV, SBMS_OVER_VOLTAGE_CLEAR_MV, settings->low_temp_dc, SBMS_HIGH_TEMP_DC);
}

static void write_head(const struct run_result *result, FILE *stream)
{
    const struct scenario *described = result->described;
    const struct cell_model *cell = cell_model_of(&described->bank);
    fputs("{\n", stream);
    write_text(stream, "format", "smallbms-run-1");
    write_text(stream, "version", SMALLBMS_VERSION);
    write_text(stream, "scenario", result->name);
    write_text(stream, "title", described->title);
    write_text(stream, "description", described->description);
    fprintf(stream, "\"seed\":%" PRIu64 ",\n", described->seed);
    write_duration(stream, "duration_s", result->end_tick, ",\n");
    if (described->start_date > 0) {
        write_text(stream, "start", wording_date(described->start_date, 0).text);
    }
    fprintf(stream, "\"start_day_of_year\":%d,\n", described->start_day_of_year);
    write_text(stream, "device", result->device);
    write_text(stream, "cell", cell->name);
    fprintf(stream, "\"cell_validated\":%s,\n", cell->is_validated ? "true" : "false");
    fprintf(stream, "\"cell_range_left\":%s,\n", run_result_leaves_cell_range(result) ? "true" : "false");
    write_thresholds(result, stream);
}

/* ---- edges -------------------------------------------------------------------------------------- */

static void write_edge(const struct run_result *result, const struct recording_edge *edge, FILE *stream)
{
    static const char *const words[] = {
        [EDGE_LOAD] = "load",
        [EDGE_PRE_ALARM] = "prealarm",
        [EDGE_CHARGER] = "charger",
        [EDGE_LED_LOAD] = "led_load",
        [EDGE_LED_FAULT] = "led_fault",
        [EDGE_STAGE] = "stage",
        [EDGE_EQUIPMENT] = "equipment",
        [EDGE_SWITCH] = "switch",
        [EDGE_EVENT] = "event",
        [EDGE_LOAD_CURRENT] = "warning",
        [EDGE_PRE_ALARM_CURRENT] = "warning",
        [EDGE_OUTPUT_FAULT] = "fault",
        [EDGE_DROP] = "drop",
    };
    char text[EDGE_TEXT_SIZE];
    assert(edge->edge.kind < sizeof words / sizeof words[0]);
    edge_text(result->described, edge, text, sizeof text);
    fputc('{', stream);
    write_duration(stream, "t_s", edge->edge.tick, ",");
    fprintf(stream, "\"day\":%" PRId64 ",\"clock\":\"%s\",", edge->edge.tick / DAY_TICKS + 1,
            wording_clock(edge->edge.tick).text);
    if (result->described->start_date > 0) {
        fprintf(stream, "\"date\":\"%s\",",
                wording_date(result->described->start_date, edge->edge.tick).text);
    }
    fprintf(stream, "\"what\":\"%s\",\"on\":%s,", words[edge->edge.kind], edge->edge.on ? "true" : "false");
    if (edge->edge.stays) {
        fputs("\"stays\":true,", stream);
    }
    if (edge->edge.cause != SBMS_CAUSE_NONE) {
        fprintf(stream, "\"cause\":\"%s\",", sbms_cause_word(edge->edge.cause));
    }
    write_key(stream, "text");
    write_json_string(stream, text);
    fputc('}', stream);
}

static void write_edges(const struct run_result *result, FILE *stream)
{
    const struct recording *recording = &result->recording;
    assert(recording->edge_count <= RECORDING_EDGES_MAX);
    fprintf(stream, "\"events_left_out\":%zu,\n\"events\":[", recording->edges_left_out);
    for (size_t i = 0; i < recording->edge_count; i++) {
        fputs(i == 0 ? "\n" : ",\n", stream);
        write_edge(result, &recording->edges[i], stream);
    }
    fputs("\n],\n", stream);
}

/* ---- totals and expectations -------------------------------------------------------------------- */

static void write_cell(const struct run_result *result, const char *key, int mv, int cell, int64_t tick,
                       FILE *stream)
{
    int cells = result->described->bank.cells;
    assert(cells > 0);
    assert(cell >= 0);
    write_key(stream, key);
    fprintf(stream, "{\"mv\":%d,\"battery\":%d,\"cell\":%d,", mv, cell / cells + 1, cell % cells + 1);
    write_duration(stream, "t_s", tick, "},\n");
}

/* LOAD-8 */
static void write_cuts(const struct system_totals *totals, FILE *stream)
{
    const char *before = "";
    fprintf(stream, "\"load_cuts\":%" PRId64 ",\n", system_cut_count(totals));
    write_key(stream, "load_cuts_by_cause");
    fputc('{', stream);
    for (uint8_t cause = 0; cause < SBMS_CAUSE_COUNT; cause++) {
        if (totals->load_cuts[cause] > 0) {
            fprintf(stream, "%s\"%s\":%" PRId64, before, sbms_cause_word(cause), totals->load_cuts[cause]);
            before = ",";
        }
    }
    fputs("},\n", stream);
}

/* A direction of the strings' currents against what a battery may carry. */
static void write_strain(const char *key, const struct system_strain *strain, double recommended_a,
                         double max_a, FILE *stream)
{
    write_key(stream, key);
    fputc('{', stream);
    write_figure(stream, "recommended_a", recommended_a, 3, ",");
    write_figure(stream, "max_a", max_a, 3, ",");
    write_duration(stream, "above_recommended_s", strain->recommended_ticks, ",");
    if (strain->recommended_ticks > 0) {
        write_figure(stream, "string_a_max", strain->string_a_max, 3, ",");
        fprintf(stream, "\"string\":%d,", strain->string + 1);
        write_duration(stream, "t_s", strain->tick, ",");
    }
    write_duration(stream, "above_max_s", strain->max_ticks, "},\n");
}

static void write_strains(const struct run_result *result, FILE *stream)
{
    const struct scenario_bank *bank = &result->described->bank;
    const struct battery_limits limits = battery_limits_of(bank->cells, bank->capacity_ah);
    write_strain("charge_current", &result->totals->charge, limits.charge_a_recommended, limits.charge_a_max,
                 stream);
    write_strain("discharge_current", &result->totals->discharge, limits.discharge_a_recommended,
                 limits.discharge_a_max, stream);
}

static void write_health(const struct bank_health *health, FILE *stream)
{
    write_figure(stream, "capacity_mean_pct", 100.0 * health->capacity_mean, 3, ",\n");
    write_figure(stream, "capacity_min_pct", 100.0 * health->capacity_min, 3, ",\n");
    write_figure(stream, "resistance_mean_pct", 100.0 * health->resistance_mean, 3, ",\n");
    write_figure(stream, "resistance_max_pct", 100.0 * health->resistance_max, 3, ",\n");
}

/* By name: first what is in `equipment`, with the section `solar` before it, then the loads. */
static void write_energies(const struct run_result *result, FILE *stream)
{
    const struct scenario *described = result->described;
    const struct system_totals *totals = result->totals;
    const int count = described->equipment_count + (described->solar.panel_w > 0.0 ? 1 : 0);
    fputs("\"equipment\":[", stream);
    for (int i = 0; i < count; i++) {
        const struct equipment_totals *one = &totals->equipment[i];
        fputs(i == 0 ? "\n{\"name\":" : ",\n{\"name\":", stream);
        write_json_string(stream, equipment_name(described, i));
        fputc(',', stream);
        write_figure(stream, "taken_wh", one->taken_j / SECONDS_PER_HOUR, 3, ",");
        write_figure(stream, "given_wh", one->given_j / SECONDS_PER_HOUR, 3, ",");
        write_figure(stream, "back_wh", one->back_j / SECONDS_PER_HOUR, 3, ",");
        fprintf(stream, "\"changes\":%" PRId64 ",\"makes\":%" PRId64 "}", one->changes, one->makes);
    }
    fputs("\n],\n\"loads\":[", stream);
    for (int i = 0; i < described->load_count; i++) {
        fputs(i == 0 ? "\n{\"name\":" : ",\n{\"name\":", stream);
        write_json_string(stream, described->loads[i].name);
        fputc(',', stream);
        write_figure(stream, "taken_wh", totals->load_j[i] / SECONDS_PER_HOUR, 3, "}");
    }
    fputs("\n],\n", stream);
}

static void write_totals(const struct run_result *result, FILE *stream)
{
    const struct system_totals *totals = result->totals;
    const struct recording_counts *counts = &result->recording.counts;
    assert(totals->ticks == result->end_tick);
    assert(totals->cell_mv_min <= totals->cell_mv_max);
    fputs("\"totals\":{\n", stream);
    write_figure(stream, "energy_in_wh", totals->in_j / SECONDS_PER_HOUR, 3, ",\n");
    write_figure(stream, "energy_out_wh", totals->out_j / SECONDS_PER_HOUR, 3, ",\n");
    write_figure(stream, "energy_cables_wh", totals->cable_j / SECONDS_PER_HOUR, 3, ",\n");
    write_figure(stream, "energy_converters_wh", totals->converter_j / SECONDS_PER_HOUR, 3, ",\n");
    write_figure(stream, "charge_in_ah", totals->charge_in_as / SECONDS_PER_HOUR, 3, ",\n");
    write_figure(stream, "charge_out_ah", totals->charge_out_as / SECONDS_PER_HOUR, 3, ",\n");
    write_duration(stream, "load_on_s", totals->load_ticks, ",\n");
    write_duration(stream, "prealarm_s", totals->prealarm_ticks, ",\n");
    write_duration(stream, "charger_on_s", totals->charger_ticks, ",\n");
    write_duration(stream, "system_on_s", totals->on_ticks, ",\n");
    write_duration(stream, "dark_s", totals->dark_ticks, ",\n");
    write_duration(stream, "dark_waiting_s", totals->dark_waiting_ticks, ",\n");
    write_cell(result, "cell_mv_min", totals->cell_mv_min, totals->cell_min, totals->cell_min_tick, stream);
    write_cell(result, "cell_mv_max", totals->cell_mv_max, totals->cell_max, totals->cell_max_tick, stream);
    write_figure(stream, "temp_c_min", totals->temp_c_min, 2, ",\n");
    write_figure(stream, "temp_c_max", totals->temp_c_max, 2, ",\n");
    write_figure(stream, "soc_min_pct", totals->soc_pct_min, 2, ",\n");
    write_figure(stream, "soc_max_pct", totals->soc_pct_max, 2, ",\n");
    write_strains(result, stream);
    write_health(&totals->health, stream);
    write_cuts(totals, stream);
    fprintf(stream, "\"prealarms\":%" PRId64 ",\n\"charger_cuts\":%" PRId64 ",\n", counts->prealarms,
            counts->charger_cuts);
    write_figure(stream, "load_output_a_max", totals->load_output_a_max, 3, ",\n");
    write_figure(stream, "prealarm_output_a_max", totals->prealarm_output_a_max, 3, "\n},\n");
}

static void write_expectation(const struct run_result *result, int index, FILE *stream)
{
    char text[EXPECTATION_TEXT_SIZE];
    char detail[EXPECTATION_TEXT_SIZE];
    enum expectation_verdict verdict =
        expectations_judge(&result->expectations, index, detail, sizeof detail);
    expectations_text(&result->expectations, index, text, sizeof text);
    assert(verdict <= EXPECTATION_NOT_REACHED);
    fputs("{\"text\":", stream);
    write_json_string(stream, text);
    static const char *const words[] = {"true", "false", "null"};
    fprintf(stream, ",\"met\":%s,\"detail\":", words[verdict]);
    write_json_string(stream, detail);
    fputc('}', stream);
}

static void write_expectations(const struct run_result *result, FILE *stream)
{
    fputs("\"expectations\":[", stream);
    for (int i = 0; i < result->described->expectation_count; i++) {
        fputs(i == 0 ? "\n" : ",\n", stream);
        write_expectation(result, i, stream);
    }
    fputs("\n],\n", stream);
}

/* ---- series ------------------------------------------------------------------------------------- */

enum column {
    COLUMN_BUS,
    COLUMN_BATTERY,
    COLUMN_SOLAR,
    COLUMN_LOAD_A,
    COLUMN_SOC,
    COLUMN_TEMP_MIN,
    COLUMN_TEMP_MAX,
    COLUMN_AMBIENT,
    COLUMN_LOAD,
    COLUMN_PREALARM,
    COLUMN_CHARGER,
    COLUMN_COUNT
};

static const struct {
    const char *key;
    int decimals;
} columns[COLUMN_COUNT] = {
    [COLUMN_BUS] = {"bus_mv", 0},          [COLUMN_BATTERY] = {"battery_a", 3},
    [COLUMN_SOLAR] = {"solar_a", 3},       [COLUMN_LOAD_A] = {"load_a", 3},
    [COLUMN_SOC] = {"soc_pct", 2},         [COLUMN_TEMP_MIN] = {"temp_c", 2},
    [COLUMN_TEMP_MAX] = {"temp_max_c", 2}, [COLUMN_AMBIENT] = {"ambient_c", 2},
    [COLUMN_LOAD] = {"load", 0},           [COLUMN_PREALARM] = {"prealarm", 0},
    [COLUMN_CHARGER] = {"charger", 0},
};

static void collect(const struct recording_point *point, double values[COLUMN_COUNT])
{
    values[COLUMN_BUS] = millivolts_of((double)point->bus_v);
    values[COLUMN_BATTERY] = point->battery_a;
    values[COLUMN_SOLAR] = point->solar_a;
    values[COLUMN_LOAD_A] = point->load_a;
    values[COLUMN_SOC] = point->soc_pct;
    values[COLUMN_TEMP_MIN] = point->temp_min_c;
    values[COLUMN_TEMP_MAX] = point->temp_max_c;
    values[COLUMN_AMBIENT] = point->ambient_c;
    values[COLUMN_LOAD] = point->outputs.load ? 1.0 : 0.0;
    values[COLUMN_PREALARM] = point->outputs.prealarm ? 1.0 : 0.0;
    values[COLUMN_CHARGER] = point->outputs.charger ? 1.0 : 0.0;
}

static void write_column(const struct recording *recording, int column, FILE *stream)
{
    write_key(stream, columns[column].key);
    for (size_t i = 0; i < recording->point_count; i++) {
        double values[COLUMN_COUNT];
        collect(&recording->points[i], values);
        fputc(i == 0 ? '[' : ',', stream);
        wording_write_number(stream, values[column], columns[column].decimals);
    }
    fputs("],\n", stream);
}

static void write_times(const struct recording *recording, FILE *stream)
{
    assert(recording->point_count > 0);
    write_duration(stream, "interval_s", recording->interval_ticks, ",\n");
    write_key(stream, "t_s");
    for (size_t i = 0; i < recording->point_count; i++) {
        fputc(i == 0 ? '[' : ',', stream);
        wording_write_seconds(stream, recording->points[i].tick);
    }
    fputs("],\n", stream);
}

/* The series of one cell, or of the lowest (-1) or highest (-2). */
static void write_cell_series(const struct recording *recording, int cell, FILE *stream)
{
    int per_battery = recording->described->bank.cells;
    assert(cell >= -2 && cell < (int)recording->cell_count);
    assert(per_battery > 0);
    if (cell >= 0) {
        fprintf(stream, "{\"name\":\"battery %d cell %d\",\"mv\":", cell / per_battery + 1,
                cell % per_battery + 1);
    } else {
        fprintf(stream, "{\"name\":\"%s cell\",\"mv\":", cell == -1 ? "lowest" : "highest");
    }
    for (size_t i = 0; i < recording->point_count; i++) {
        int range[2];
        recording_cell_range(recording, i, &range[0], &range[1]);
        int mv = cell >= 0 ? recording_cells(recording, i)[cell] : range[cell == -1 ? 0 : 1];
        fprintf(stream, "%c%d", i == 0 ? '[' : ',', mv);
    }
    fputs("]}", stream);
}

static void write_series(const struct recording *recording, FILE *stream)
{
    assert(recording->cell_count > 0);
    fputs("\"series\":{\n", stream);
    write_times(recording, stream);
    for (int column = 0; column < COLUMN_COUNT; column++) {
        write_column(recording, column, stream);
    }
    fputs("\"cells\":[\n", stream);
    if (recording->cell_count > JSON_CELLS_MAX) {
        write_cell_series(recording, -1, stream);
        fputs(",\n", stream);
        write_cell_series(recording, -2, stream);
    } else {
        for (int cell = 0; cell < (int)recording->cell_count; cell++) {
            fputs(cell == 0 ? "" : ",\n", stream);
            write_cell_series(recording, cell, stream);
        }
    }
    fprintf(stream, "\n],\n\"points_left_out\":%zu\n}\n}\n", recording->points_left_out);
}

void write_json(const struct run_result *result, FILE *stream)
{
    assert(result != NULL);
    assert(stream != NULL);
    write_head(result, stream);
    write_findings(&result->findings, stream);
    write_edges(result, stream);
    write_totals(result, stream);
    write_energies(result, stream);
    write_expectations(result, stream);
    write_series(&result->recording, stream);
}
