/* SPDX-License-Identifier: Apache-2.0 */
#include "result/totals.h"

#include <assert.h>
#include <inttypes.h>

#include "result/sentence.h"
#include "result/wording.h"
#include "twin/cell.h"

#define JOULES_PER_WH 3600.0
#define LABEL_WIDTH 16
#define BACK_J_MIN 180.0 /* 0.05 Wh: less would be told as nothing */
#define AS_PER_AH 3600.0
#define HEALTH_TICKS_MIN ((int64_t)30 * 86400 * SBMS_TICKS_PER_S)
#define HEALTH_CAPACITY_NEW 0.98 /* no cell of a new bank has less */

/* Who takes the rows, and the one that is being made. */
struct maker {
    const struct run_result *result;
    totals_take take;
    void *self;
    const char *label;
    char text[TOTALS_TEXT_SIZE];
    struct sentence sentence; /* in it */
};

static void end(struct maker *row)
{
    if (row->label != NULL) {
        row->take(row->self, row->label, row->text);
    }
    row->label = NULL;
}

/* Begins a row, and ends the one before. */
static void begin(struct maker *row, const char *label)
{
    end(row);
    row->label = label;
    row->sentence = sentence_in(row->text, sizeof row->text);
}

/* A part of the run, without showing a short cut as 100 %, nor a short pulse as 0 %. */
static struct wording percent_of(int64_t part, int64_t all)
{
    struct wording made;
    assert(part >= 0);
    assert(part <= all);
    double pct = all > 0 ? 100.0 * (double)part / (double)all : 0.0;
    if (part < all && pct > 99.9) {
        snprintf(made.text, sizeof made.text, "> 99.9");
        return made;
    }
    if (part > 0 && pct < 0.1) {
        snprintf(made.text, sizeof made.text, "< 0.1");
        return made;
    }
    return wording_number(pct, 1);
}

static void tell_part(struct maker *row, const char *label, int64_t ticks)
{
    begin(row, label);
    sentence_add(&row->sentence, "%s, %s %% of the time", wording_span(ticks).text,
                 percent_of(ticks, row->result->totals->ticks).text);
}

/* "; 3 cuts, and a start that left it floating": no start is a cut, for the output was not high before. */
static void tell_cuts(struct maker *row, int64_t cuts, int64_t starts)
{
    sentence_add(&row->sentence, "; %" PRId64 " cut%s", cuts, cuts == 1 ? "" : "s");
    if (starts == 1) {
        sentence_add(&row->sentence, ", and a start that left it floating");
    } else if (starts > 1) {
        sentence_add(&row->sentence, ", and %" PRId64 " starts that left it floating", starts);
    }
}

/* "3 cuts: 1 atd_lost, 2 supply_low" (LOAD-8) */
static void tell_load(struct maker *row)
{
    const struct system_totals *totals = row->result->totals;
    const char *before = ": ";
    tell_part(row, "Load high", totals->load_ticks);
    tell_cuts(row, system_cut_count(totals), row->result->recording.incidents.starts[INCIDENT_CUT]);
    for (uint8_t cause = 0; cause < SBMS_CAUSE_COUNT; cause++) {
        if (totals->load_cuts[cause] > 0) {
            sentence_add(&row->sentence, "%s%" PRId64 " %s", before, totals->load_cuts[cause],
                         sbms_cause_word(cause));
            before = ", ";
        }
    }
}

static void tell_prealarm(struct maker *row)
{
    const int64_t count = row->result->recording.prealarms;
    tell_part(row, "Pre-alarm high", row->result->totals->prealarm_ticks);
    sentence_add(&row->sentence, "; %" PRId64 " pre-alarm%s", count, count == 1 ? "" : "s");
}

static void tell_charger(struct maker *row)
{
    const struct incidents *incidents = &row->result->recording.incidents;
    tell_part(row, "Charger high", row->result->totals->charger_ticks);
    tell_cuts(row, incidents_charger_cuts(incidents),
              incidents->starts[INCIDENT_CHARGER] + incidents->starts[INCIDENT_COLD]);
}

/* In that time loads may have been fed all the same, by a contact that has welded: the story says when it was dark. */
static void tell_floating(struct maker *row)
{
    const struct system_totals *totals = row->result->totals;
    assert(totals->dark_waiting_ticks <= totals->dark_ticks);
    tell_part(row, "Load floated", totals->dark_ticks);
    sentence_add(&row->sentence, "%s", "; with the system on");
    if (totals->dark_waiting_ticks > 0) {
        sentence_add(&row->sentence, "; %s of it only for a wait",
                     wording_span(totals->dark_waiting_ticks).text);
    }
}

static void tell_cell(struct maker *row, const char *label, int mv, int cell, int64_t tick)
{
    int cells = row->result->described->bank.cells;
    assert(cell >= 0);
    assert(cells > 0);
    begin(row, label);
    sentence_add(&row->sentence, "%s V, battery %d cell %d, %s", wording_number(mv * 0.001, 3).text,
                 cell / cells + 1, cell % cells + 1,
                 wording_dated(row->result->described->start_date, tick).text);
}

/* "12.3 kWh in, 12.2 kWh out, 40 Wh back; 3 changes, 8 makes with bounce" */
static void tell_one_equipment(struct maker *row, const struct equipment_kind *kind, const char *name,
                               const struct equipment_totals *totals)
{
    begin(row, name);
    if (kind->ports == EQUIPMENT_FROM_TO) {
        sentence_add(&row->sentence, "%s in, ", wording_energy(totals->taken_j / JOULES_PER_WH).text);
        sentence_add(&row->sentence, "%s out", wording_energy(totals->given_j / JOULES_PER_WH).text);
    } else if (totals->given_j > 0.0) {
        sentence_add(&row->sentence, "%s given", wording_energy(totals->given_j / JOULES_PER_WH).text);
    } else if (totals->taken_j > 0.0) {
        sentence_add(&row->sentence, "%s taken", wording_energy(totals->taken_j / JOULES_PER_WH).text);
    } else {
        sentence_add(&row->sentence, "%s", "nothing given or taken");
    }
    if (totals->back_j >= BACK_J_MIN) {
        sentence_add(&row->sentence, ", %s back", wording_energy(totals->back_j / JOULES_PER_WH).text);
    }
    sentence_add(&row->sentence, "; %" PRId64 " change%s", totals->changes, totals->changes == 1 ? "" : "s");
    if (kind->counts_makes) {
        sentence_add(&row->sentence, ", %" PRId64 " make%s with bounce", totals->makes,
                     totals->makes == 1 ? "" : "s");
    }
}

/* The entries of `equipment`, and beside them the section `solar`, which alone is the sum. */
static void tell_equipment(struct maker *row)
{
    const struct scenario *described = row->result->described;
    const struct equipment_totals *totals = row->result->totals->equipment;
    const int first = described->solar.panel_w > 0.0 ? 1 : 0;
    if (first > 0 && described->equipment_count > 0) {
        tell_one_equipment(row, &equipment_solar_charger, equipment_name(described, 0), &totals[0]);
    }
    for (int i = 0; i < described->equipment_count; i++) {
        tell_one_equipment(row, equipment_kinds[described->equipment[i].kind], described->equipment[i].name,
                           &totals[first + i]);
    }
}

static void tell_sums(struct maker *row)
{
    const struct system_totals *totals = row->result->totals;
    assert(totals->in_j >= 0.0);
    assert(totals->out_j >= 0.0);
    begin(row, "energy");
    sentence_add(&row->sentence, "%s in from %s, ", wording_energy(totals->in_j / JOULES_PER_WH).text,
                 row->result->described->equipment_count > 0 ? "chargers" : "the charger");
    sentence_add(&row->sentence, "%s out to loads and device, ",
                 wording_energy(totals->out_j / JOULES_PER_WH).text);
    sentence_add(&row->sentence, "%s lost in cables", wording_energy(totals->cable_j / JOULES_PER_WH).text);
    if (totals->converter_j >= BACK_J_MIN) {
        sentence_add(&row->sentence, ", %s in converters",
                     wording_energy(totals->converter_j / JOULES_PER_WH).text);
    }
    tell_equipment(row);
    begin(row, "battery charge");
    sentence_add(&row->sentence, "%s Ah in, ", wording_number(totals->charge_in_as / AS_PER_AH, 1).text);
    sentence_add(&row->sentence, "%s Ah out", wording_number(totals->charge_out_as / AS_PER_AH, 1).text);
}

static void tell_ranges(struct maker *row)
{
    const struct system_totals *totals = row->result->totals;
    assert(totals->cell_mv_min <= totals->cell_mv_max);
    assert(totals->temp_c_min <= totals->temp_c_max);
    tell_cell(row, "lowest cell", totals->cell_mv_min, totals->cell_min, totals->cell_min_tick);
    tell_cell(row, "highest cell", totals->cell_mv_max, totals->cell_max, totals->cell_max_tick);
    begin(row, "state of charge");
    sentence_add(&row->sentence, "%s to ", wording_number(totals->soc_pct_min, 1).text);
    sentence_add(&row->sentence, "%s %%", wording_number(totals->soc_pct_max, 1).text);
    begin(row, "temperature");
    sentence_add(&row->sentence, "%s to ", wording_number(totals->temp_c_min, 1).text);
    sentence_add(&row->sentence, "%s degC", wording_number(totals->temp_c_max, 1).text);
    begin(row, "output currents");
    sentence_add(&row->sentence, "Load at most %s A, ", wording_number(totals->load_output_a_max, 2).text);
    sentence_add(&row->sentence, "Pre-alarm %s A; 1 A allowed each",
                 wording_number(totals->prealarm_output_a_max, 2).text);
}

/* What the strings carried beyond what is recommended for a battery; nothing where they never did. */
static void tell_strain(struct maker *row, const char *label, const struct system_strain *strain,
                        double recommended_a, double max_a)
{
    if (strain->recommended_ticks == 0) {
        return;
    }
    begin(row, label);
    sentence_add(&row->sentence, "above the recommended %s A of a battery for %s, ",
                 wording_number(recommended_a, recommended_a < 10.0 ? 1 : 0).text,
                 wording_span(strain->recommended_ticks).text);
    if (strain->max_ticks > 0) {
        sentence_add(&row->sentence,
                     "above its maximum of %s A for %s: ", wording_number(max_a, max_a < 10.0 ? 1 : 0).text,
                     wording_span(strain->max_ticks).text);
    } else {
        sentence_add(&row->sentence, "%s", "at most ");
    }
    sentence_add(&row->sentence, "%s A, string %d, ", wording_number(strain->string_a_max, 1).text,
                 strain->string + 1);
    sentence_add(&row->sentence, "%s", wording_dated(row->result->described->start_date, strain->tick).text);
}

static void tell_strains(struct maker *row)
{
    const struct scenario_bank *bank = &row->result->described->bank;
    const struct battery_limits limits = battery_limits_of(bank->cells, bank->capacity_ah);
    tell_strain(row, "charge current", &row->result->totals->charge, limits.charge_a_recommended,
                limits.charge_a_max);
    tell_strain(row, "discharge", &row->result->totals->discharge, limits.discharge_a_recommended,
                limits.discharge_a_max);
}

/* Of days there is nothing to say yet, unless the bank was old before. */
static bool has_aged(const struct system_totals *totals)
{
    return totals->ticks >= HEALTH_TICKS_MIN || totals->health.capacity_min < HEALTH_CAPACITY_NEW;
}

static void tell_health(struct maker *row)
{
    const struct bank_health *health = &row->result->totals->health;
    if (!has_aged(row->result->totals)) {
        return;
    }
    begin(row, "state of health");
    sentence_add(&row->sentence, "capacity %s %% of a new cell's, ",
                 wording_number(100.0 * health->capacity_mean, 1).text);
    sentence_add(&row->sentence, "the weakest %s %%; ", wording_number(100.0 * health->capacity_min, 1).text);
    sentence_add(&row->sentence, "resistance %s %%, ",
                 wording_number(100.0 * health->resistance_mean, 1).text);
    sentence_add(&row->sentence, "the highest %s %%", wording_number(100.0 * health->resistance_max, 1).text);
}

static void tell_cell_model(struct maker *row)
{
    const struct cell_model *model = cell_model_of(&row->result->described->bank);
    begin(row, "cells");
    sentence_add(&row->sentence, "%s%s", model->name,
                 model->is_validated ? "" : ": cell model not validated");
    if (run_result_leaves_cell_range(row->result)) {
        begin(row, "");
        sentence_add(&row->sentence, "measured at %s to ", wording_number(model->temp_c_min, 1).text);
        sentence_add(&row->sentence, "%s degC, ", wording_number(model->temp_c_max, 1).text);
        sentence_add(&row->sentence, "%s C out, ", wording_number(model->discharge_c_max, 2).text);
        sentence_add(&row->sentence, "%s C in; this run goes beyond",
                     wording_number(model->charge_c_max, 2).text);
    }
}

static void print_expectations(const struct run_result *result, bool colour, FILE *stream)
{
    static const char *const words[] = {"met", "NOT MET", "not reached"};
    static const char *const colours[] = {"\033[32m", "\033[31m", ""};
    if (result->described->expectation_count > 0) {
        fputs("\nExpectations\n", stream);
    }
    for (int i = 0; i < result->described->expectation_count; i++) {
        char text[EXPECTATION_TEXT_SIZE];
        char detail[EXPECTATION_TEXT_SIZE];
        enum expectation_verdict verdict =
            expectations_judge(&result->expectations, i, detail, sizeof detail);
        expectations_text(&result->expectations, i, text, sizeof text);
        assert(verdict <= EXPECTATION_NOT_REACHED);
        fprintf(stream, "  %s%-12s%s", colour ? colours[verdict] : "", words[verdict],
                colour ? "\033[0m" : "");
        fprintf(stream, "%s\n%14s%s\n", text, "", detail);
    }
}

void totals_rows(const struct run_result *result, totals_take take, void *self)
{
    const struct system_totals *totals = result->totals;
    struct maker row = {.result = result, .take = take, .self = self};
    assert(totals->ticks == result->end_tick);
    tell_sums(&row);
    tell_load(&row);
    tell_floating(&row);
    tell_prealarm(&row);
    tell_charger(&row);
    tell_part(&row, "system on", totals->on_ticks);
    tell_ranges(&row);
    tell_strains(&row);
    tell_health(&row);
    tell_cell_model(&row);
    end(&row);
}

/* Padded by characters, not by the bytes of its UTF-8, and with a space behind it however long it is. */
static void print_row(void *self, const char *label, const char *text)
{
    FILE *stream = self;
    int left = LABEL_WIDTH;
    for (const char *byte = label; *byte != '\0'; byte++) {
        left -= ((unsigned char)*byte & 0xC0u) != 0x80u ? 1 : 0;
    }
    fprintf(stream, "  %s%*s%s\n", label, left > 1 ? left : 1, "", text);
}

void totals_print(const struct run_result *result, bool colour, FILE *stream)
{
    assert(stream != NULL);
    fprintf(stream, "Totals of %s\n", wording_span(result->end_tick).text);
    totals_rows(result, print_row, stream);
    print_expectations(result, colour, stream);
    fprintf(stream, "\nSeed %" PRIu64 "; the same scenario and seed give the same run.\n",
            result->described->seed);
}
