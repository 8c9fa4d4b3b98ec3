/* SPDX-License-Identifier: Apache-2.0 */
#include "result/totals.h"

#include <assert.h>
#include <inttypes.h>

#include "result/wording.h"
#include "twin/cell.h"

#define JOULES_PER_WH 3600.0
#define LABEL_WIDTH 16
#define BACK_J_MIN 180.0 /* 0.05 Wh: less would be told as nothing */
#define AS_PER_AH 3600.0
#define HEALTH_TICKS_MIN ((int64_t)30 * 86400 * SBMS_TICKS_PER_S)
#define HEALTH_CAPACITY_NEW 0.98 /* no cell of a new bank has less */

/* Padded by characters, not by the bytes of its UTF-8, and with a space behind it however long it is. */
static void print_label(const char *label, FILE *stream)
{
    int left = LABEL_WIDTH;
    for (const char *byte = label; *byte != '\0'; byte++) {
        left -= ((unsigned char)*byte & 0xC0u) != 0x80u ? 1 : 0;
    }
    fprintf(stream, "  %s%*s", label, left > 1 ? left : 1, "");
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

static void print_part(const struct run_result *result, const char *label, int64_t ticks, FILE *stream)
{
    print_label(label, stream);
    fprintf(stream, "%-13s%6s %%", wording_span(ticks).text, percent_of(ticks, result->totals->ticks).text);
}

/* `one`: what is counted, NULL for nothing. */
static void print_time(const struct run_result *result, const char *label, int64_t ticks, int64_t count,
                       const char *one, FILE *stream)
{
    print_part(result, label, ticks, stream);
    if (one != NULL) {
        fprintf(stream, "   %" PRId64 " %s%s", count, one, count == 1 ? "" : "s");
    }
    fputc('\n', stream);
}

/* "3 cuts: 1 atd_lost, 2 supply_low" (LOAD-8) */
static void print_load(const struct run_result *result, FILE *stream)
{
    const struct system_totals *totals = result->totals;
    const int64_t count = system_cut_count(totals);
    const char *before = ": ";
    print_part(result, "Load high", totals->load_ticks, stream);
    fprintf(stream, "   %" PRId64 " cut%s", count, count == 1 ? "" : "s");
    for (uint8_t cause = 0; cause < SBMS_CAUSE_COUNT; cause++) {
        if (totals->load_cuts[cause] > 0) {
            fprintf(stream, "%s%" PRId64 " %s", before, totals->load_cuts[cause], sbms_cause_word(cause));
            before = ", ";
        }
    }
    fputc('\n', stream);
}

static void print_dark(const struct run_result *result, FILE *stream)
{
    const struct system_totals *totals = result->totals;
    assert(totals->dark_waiting_ticks <= totals->dark_ticks);
    print_part(result, "dark", totals->dark_ticks, stream);
    fputs("   system on, Load floating", stream);
    if (totals->dark_waiting_ticks > 0) {
        fprintf(stream, "; %s of it only for a wait", wording_span(totals->dark_waiting_ticks).text);
    }
    fputc('\n', stream);
}

static void print_cell(const struct run_result *result, const char *label, int mv, int cell, int64_t tick,
                       FILE *stream)
{
    int cells = result->described->bank.cells;
    assert(cell >= 0);
    assert(cells > 0);
    print_label(label, stream);
    fprintf(stream, "%s V, battery %d cell %d, %s\n", wording_number(mv * 0.001, 3).text, cell / cells + 1,
            cell % cells + 1, wording_dated(result->described->start_date, tick).text);
}

/* "12.3 kWh in, 12.2 kWh out, 40 Wh back; 3 changes, 8 makes with bounce" */
static void print_one_equipment(const struct equipment_kind *kind, const char *name,
                                const struct equipment_totals *totals, FILE *stream)
{
    print_label(name, stream);
    if (kind->ports == EQUIPMENT_FROM_TO) {
        fprintf(stream, "%s in, ", wording_energy(totals->taken_j / JOULES_PER_WH).text);
        fprintf(stream, "%s out", wording_energy(totals->given_j / JOULES_PER_WH).text);
    } else if (totals->given_j > 0.0) {
        fprintf(stream, "%s given", wording_energy(totals->given_j / JOULES_PER_WH).text);
    } else if (totals->taken_j > 0.0) {
        fprintf(stream, "%s taken", wording_energy(totals->taken_j / JOULES_PER_WH).text);
    } else {
        fputs("nothing given or taken", stream);
    }
    if (totals->back_j >= BACK_J_MIN) {
        fprintf(stream, ", %s back", wording_energy(totals->back_j / JOULES_PER_WH).text);
    }
    fprintf(stream, "; %" PRId64 " change%s", totals->changes, totals->changes == 1 ? "" : "s");
    if (kind->counts_makes) {
        fprintf(stream, ", %" PRId64 " make%s with bounce", totals->makes, totals->makes == 1 ? "" : "s");
    }
    fputc('\n', stream);
}

/* The entries of `equipment`, and beside them the section `solar`, which alone is the sum. */
static void print_equipment(const struct run_result *result, FILE *stream)
{
    const struct scenario *described = result->described;
    const struct equipment_totals *totals = result->totals->equipment;
    const int first = described->solar.panel_w > 0.0 ? 1 : 0;
    if (first > 0 && described->equipment_count > 0) {
        print_one_equipment(&equipment_solar_charger, equipment_name(described, 0), &totals[0], stream);
    }
    for (int i = 0; i < described->equipment_count; i++) {
        print_one_equipment(equipment_kinds[described->equipment[i].kind], described->equipment[i].name,
                            &totals[first + i], stream);
    }
}

static void print_sums(const struct run_result *result, FILE *stream)
{
    const struct system_totals *totals = result->totals;
    assert(totals->in_j >= 0.0);
    assert(totals->out_j >= 0.0);
    print_label("energy", stream);
    fprintf(stream, "%s in from %s, ", wording_energy(totals->in_j / JOULES_PER_WH).text,
            result->described->equipment_count > 0 ? "chargers" : "the charger");
    fprintf(stream, "%s out to loads and device, ", wording_energy(totals->out_j / JOULES_PER_WH).text);
    fprintf(stream, "%s lost in cables", wording_energy(totals->cable_j / JOULES_PER_WH).text);
    if (totals->converter_j >= BACK_J_MIN) {
        fprintf(stream, ", %s in converters", wording_energy(totals->converter_j / JOULES_PER_WH).text);
    }
    fputc('\n', stream);
    print_equipment(result, stream);
    print_label("battery charge", stream);
    fprintf(stream, "%s Ah in, ", wording_number(totals->charge_in_as / AS_PER_AH, 1).text);
    fprintf(stream, "%s Ah out\n", wording_number(totals->charge_out_as / AS_PER_AH, 1).text);
}

static void print_ranges(const struct run_result *result, FILE *stream)
{
    const struct system_totals *totals = result->totals;
    assert(totals->cell_mv_min <= totals->cell_mv_max);
    assert(totals->temp_c_min <= totals->temp_c_max);
    print_cell(result, "lowest cell", totals->cell_mv_min, totals->cell_min, totals->cell_min_tick, stream);
    print_cell(result, "highest cell", totals->cell_mv_max, totals->cell_max, totals->cell_max_tick, stream);
    print_label("state of charge", stream);
    fprintf(stream, "%s to ", wording_number(totals->soc_pct_min, 1).text);
    fprintf(stream, "%s %%\n", wording_number(totals->soc_pct_max, 1).text);
    print_label("temperature", stream);
    fprintf(stream, "%s to ", wording_number(totals->temp_c_min, 1).text);
    fprintf(stream, "%s degC\n", wording_number(totals->temp_c_max, 1).text);
    print_label("output currents", stream);
    fprintf(stream, "Load at most %s A, ", wording_number(totals->load_output_a_max, 2).text);
    fprintf(stream, "Pre-alarm %s A; 1 A allowed each\n",
            wording_number(totals->prealarm_output_a_max, 2).text);
}

/* What the strings carried beyond what is recommended for a battery; nothing where they never did. */
static void print_strain(const struct run_result *result, const char *label,
                         const struct system_strain *strain, double recommended_a, double max_a, FILE *stream)
{
    if (strain->recommended_ticks == 0) {
        return;
    }
    print_label(label, stream);
    fprintf(stream, "above the recommended %s A of a battery for %s, ",
            wording_number(recommended_a, recommended_a < 10.0 ? 1 : 0).text,
            wording_span(strain->recommended_ticks).text);
    if (strain->max_ticks > 0) {
        fprintf(stream,
                "above its maximum of %s A for %s: ", wording_number(max_a, max_a < 10.0 ? 1 : 0).text,
                wording_span(strain->max_ticks).text);
    } else {
        fputs("at most ", stream);
    }
    fprintf(stream, "%s A, string %d, ", wording_number(strain->string_a_max, 1).text, strain->string + 1);
    fprintf(stream, "%s\n", wording_dated(result->described->start_date, strain->tick).text);
}

static void print_strains(const struct run_result *result, FILE *stream)
{
    const struct scenario_bank *bank = &result->described->bank;
    const struct battery_limits limits = battery_limits_of(bank->cells, bank->capacity_ah);
    print_strain(result, "charge current", &result->totals->charge, limits.charge_a_recommended,
                 limits.charge_a_max, stream);
    print_strain(result, "discharge", &result->totals->discharge, limits.discharge_a_recommended,
                 limits.discharge_a_max, stream);
}

/* Of days there is nothing to say yet, unless the bank was old before. */
static bool has_aged(const struct system_totals *totals)
{
    return totals->ticks >= HEALTH_TICKS_MIN || totals->health.capacity_min < HEALTH_CAPACITY_NEW;
}

static void print_health(const struct run_result *result, FILE *stream)
{
    const struct bank_health *health = &result->totals->health;
    if (!has_aged(result->totals)) {
        return;
    }
    print_label("state of health", stream);
    fprintf(stream, "capacity %s %% of a new cell's, ",
            wording_number(100.0 * health->capacity_mean, 1).text);
    fprintf(stream, "the weakest %s %%; ", wording_number(100.0 * health->capacity_min, 1).text);
    fprintf(stream, "resistance %s %%, ", wording_number(100.0 * health->resistance_mean, 1).text);
    fprintf(stream, "the highest %s %%\n", wording_number(100.0 * health->resistance_max, 1).text);
}

static void print_cell_model(const struct run_result *result, FILE *stream)
{
    const struct cell_model *model = cell_model_of(&result->described->bank);
    print_label("cells", stream);
    fprintf(stream, "%s%s\n", model->name, model->is_validated ? "" : ": cell model not validated");
    if (run_result_leaves_cell_range(result)) {
        print_label("", stream);
        fprintf(stream, "measured at %s to ", wording_number(model->temp_c_min, 1).text);
        fprintf(stream, "%s degC, ", wording_number(model->temp_c_max, 1).text);
        fprintf(stream, "%s C out, ", wording_number(model->discharge_c_max, 2).text);
        fprintf(stream, "%s C in; this run goes beyond\n", wording_number(model->charge_c_max, 2).text);
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

void totals_print(const struct run_result *result, bool colour, FILE *stream)
{
    const struct system_totals *totals = result->totals;
    const struct recording_counts *counts = &result->recording.counts;
    assert(stream != NULL);
    assert(totals->ticks == result->end_tick);
    fprintf(stream, "Totals of %s\n", wording_span(result->end_tick).text);
    print_sums(result, stream);
    print_load(result, stream);
    print_dark(result, stream);
    print_time(result, "Pre-alarm high", totals->prealarm_ticks, counts->prealarms, "pre-alarm", stream);
    print_time(result, "Charger high", totals->charger_ticks, counts->charger_cuts, "cut", stream);
    print_time(result, "system on", totals->on_ticks, 0, NULL, stream);
    print_ranges(result, stream);
    print_strains(result, stream);
    print_health(result, stream);
    print_cell_model(result, stream);
    print_expectations(result, colour, stream);
    fprintf(stream, "\nSeed %" PRIu64 "; the same scenario and seed give the same run.\n",
            result->described->seed);
}
