/* SPDX-License-Identifier: Apache-2.0 */
#include "result/write_json.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "result/edge_text.h"
#include "result/json_string.h"
#include "result/story.h"
#include "result/totals.h"
#include "result/wording.h"
#include "result/write_findings.h"
#include "result/write_json_edges.h"
#include "result/write_json_series.h"
#include "twin/cell.h"
#include "twin/weather.h"

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
    write_text(stream, "format", "smallbms-run-2");
    write_text(stream, "version", SMALLBMS_VERSION);
    write_text(stream, "scenario", result->name);
    write_text(stream, "title", described->title);
    write_text(stream, "description", described->description);
    fprintf(stream, "\"seed\":%" PRIu64 ",\n", described->seed);
    write_duration(stream, "duration_s", result->end_tick, ",\n");
    fprintf(stream, "\"cut_short\":%s,\n", result->is_cut_short ? "true" : "false");
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

static void edge_words(const void *of, const struct recording_edge *edge, char *text, size_t size)
{
    const struct run_result *result = of;
    edge_text(result->described, edge, text, size);
}

static void write_edges(const struct run_result *result, bool is_page, FILE *stream)
{
    const struct edge_list *edges = &result->recording.edges;
    const struct edge_words words = {edge_words, result};
    write_duration(stream, "dense_window_s", edges->dense_ticks, ",\n");
    (is_page ? write_json_edges_short : write_json_edges)(edges, &words, stream);
}

static void write_incident(const struct run_result *result, const struct incident *incident, FILE *stream)
{
    char text[STORY_SIZE];
    story_incident(result, incident, text, sizeof text);
    write_json_incident(incident, text, stream);
}

static void write_incidents(const struct run_result *result, FILE *stream)
{
    const struct incidents *incidents = &result->recording.incidents;
    fprintf(stream, "\"incidents_left_out\":%" PRId64 ",\n\"incidents\":[", incidents_left_out(incidents));
    for (size_t i = 0; i < incidents->count; i++) {
        fputs(i == 0 ? "\n" : ",\n", stream);
        write_incident(result, &incidents->list[i], stream);
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
    const struct incidents *incidents = &result->recording.incidents;
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
    fprintf(stream, "\"load_starts\":%" PRId64 ",\n", incidents->starts[INCIDENT_CUT]);
    fprintf(stream, "\"prealarms\":%" PRId64 ",\n\"charger_cuts\":%" PRId64 ",\n",
            result->recording.prealarms, incidents_charger_cuts(incidents));
    fprintf(stream, "\"charger_starts\":%" PRId64 ",\n",
            incidents->starts[INCIDENT_CHARGER] + incidents->starts[INCIDENT_COLD]);
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

/* ---- energy, day by day ------------------------------------------------------------------------- */

/* In tenths of what came together so far, so that the numbers add up to the total however many and small they are. */
static void write_energy_of(const struct run_result *result, const char *name, size_t place,
                            const char *before, FILE *stream)
{
    const struct energy_days *days = &result->recording.energy;
    assert(place < days->names);
    fprintf(stream, "%s{\"name\":", before);
    write_json_string(stream, name);
    fputs(",\"wh\":[", stream);
    double sum_wh = 0.0;
    int64_t told = 0;
    for (size_t i = 0; i < days->count; i++) {
        sum_wh += days->wh[i * days->names + place];
        const int64_t tenths = (int64_t)(sum_wh * 10.0 + 0.5);
        fputs(i == 0 ? "" : ",", stream);
        wording_write_number(stream, 0.1 * (double)(tenths - told), 1);
        told = tenths;
    }
    fputs("]}", stream);
}

static void write_energy_days(const struct run_result *result, FILE *stream)
{
    const struct scenario *described = result->described;
    const struct energy_days *days = &result->recording.energy;
    const int first = described->solar.panel_w > 0.0 ? 1 : 0;
    const int count = described->equipment_count + first;
    const char *before = "\n";
    fprintf(stream, "\"energy\":{\"span_days\":%d,\"sources\":[", days->days);
    for (int i = 0; i < count; i++) {
        const bool is_source =
            i < first || equipment_kinds[described->equipment[i - first].kind]->ports != EQUIPMENT_FROM_TO;
        if (is_source && result->totals->equipment[i].given_j > 0.0) {
            write_energy_of(result, equipment_name(described, i), (size_t)i, before, stream);
            before = ",\n";
        }
    }
    fputs("\n],\"users\":[\n", stream);
    for (int i = 0; i < described->load_count; i++) {
        write_energy_of(result, described->loads[i].name, (size_t)count + (size_t)i, "", stream);
        fputs(",\n", stream);
    }
    write_energy_of(result, "device, coils, equipment", days->names - 1, "", stream);
    fputs("\n]},\n", stream);
}

/* The first panel of the system; false: it has none. */
static bool find_panel(const struct scenario *described, struct scenario_solar *panel)
{
    if (described->solar.panel_w > 0.0) {
        *panel = described->solar;
        return true;
    }
    for (int i = 0; i < described->equipment_count; i++) {
        if (equipment_kinds[described->equipment[i].kind] == &equipment_solar_charger) {
            equipment_settings(&described->equipment[i], panel, sizeof *panel);
            return true;
        }
    }
    return false;
}

/* The days' light, where there is a panel: of each day, or of each thirtieth of a long run. */
static void write_daylight(const struct run_result *result, FILE *stream)
{
    const int64_t days = (result->end_tick + DAY_TICKS - 1) / DAY_TICKS;
    const int64_t step = days <= ENERGY_DAYS_MAX ? 1 : 30;
    struct scenario_solar panel;
    const char *before = "\n";
    if (!find_panel(result->described, &panel)) {
        fputs("\"daylight\":null,\n", stream);
        return;
    }
    fputs("\"daylight\":[", stream);
    for (int64_t day = 0; day < days; day += step) {
        const struct weather_daylight light = weather_daylight(result->described, &panel, day);
        fprintf(stream, "%s{\"t_s\":%" PRId64 ",\"rise_s\":%d,\"set_s\":%d}", before, day * 86400,
                light.rise_s, light.set_s);
        before = ",\n";
    }
    fputs("\n],\n", stream);
}

/* ---- what is told ------------------------------------------------------------------------------- */

struct summary {
    FILE *stream;
    const char *before;
};

static void write_summary_row(void *self, const char *label, const char *text)
{
    struct summary *summary = self;
    fprintf(summary->stream, "%s{\"label\":", summary->before);
    write_json_string(summary->stream, label);
    fputs(",\"text\":", summary->stream);
    write_json_string(summary->stream, text);
    fputc('}', summary->stream);
    summary->before = ",\n";
}

/* The story, and the totals as they are printed. */
static void write_summary(const struct run_result *result, FILE *stream)
{
    char story[STORY_SIZE];
    struct summary summary = {stream, "\n"};
    story_of(result, story, sizeof story);
    write_text(stream, "story", story);
    fputs("\"summary\":[", stream);
    totals_rows(result, write_summary_row, &summary);
    fputs("\n],\n", stream);
}

static void write(const struct run_result *result, bool is_page, FILE *stream)
{
    assert(result != NULL);
    assert(stream != NULL);
    write_head(result, stream);
    write_summary(result, stream);
    write_findings(&result->findings, stream);
    write_incidents(result, stream);
    write_edges(result, is_page, stream);
    write_totals(result, stream);
    write_energies(result, stream);
    write_expectations(result, stream);
    write_energy_days(result, stream);
    write_daylight(result, stream);
    write_json_series(&result->recording, is_page, stream);
    fputs("}\n", stream);
}

void write_json(const struct run_result *result, FILE *stream)
{
    write(result, false, stream);
}

void write_json_of_page(const struct run_result *result, FILE *stream)
{
    write(result, true, stream);
}
