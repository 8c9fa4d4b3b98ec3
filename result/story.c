/* SPDX-License-Identifier: Apache-2.0 */
#include "result/story.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "result/edge_text.h"
#include "result/sentence.h"
#include "result/wording.h"

/* "once", "twice", "17 times" */
static struct wording times_of(int64_t count)
{
    struct wording made;
    static const char *const words[] = {"never", "once", "twice"};
    if (count >= 0 && count <= 2) {
        snprintf(made.text, sizeof made.text, "%s", words[count]);
    } else {
        snprintf(made.text, sizeof made.text, "%" PRId64 " times", count);
    }
    return made;
}

/* ---- a cut -------------------------------------------------------------------------------------- */

static bool is_by_under_voltage(const struct system_edge *edge)
{
    return edge->cause == SBMS_CAUSE_ATD_LOST && edge->reason.battery > 0 &&
           edge->reason.cause == SBMS_BATTERY_UNDER_VOLTAGE;
}

/* "hob (1500 W, on for 32 s) and fridge (45 W) took battery 1 cell 2 below 2.80 V" */
static void add_cause(struct sentence *line, const struct run_result *result, const struct incident *cut)
{
    const struct scenario *described = result->described;
    char cause[EDGE_TEXT_SIZE];
    edge_cause_text(described, &cut->begin, cause, sizeof cause);
    if (!is_by_under_voltage(&cut->begin) || cut->begin.stays) {
        sentence_add(line, "%s%s", cut->begin.stays ? "Load stays floating: " : "", cause);
        return;
    }
    if (cut->takers.count == 0) {
        sentence_add(line, "%s, with all loads off", cause);
        return;
    }
    takers_add(line, described, &cut->takers);
    sentence_add(line, " took %s", cause);
}

/* "until the sun" */
static void add_end(struct sentence *line, const struct run_result *result, const struct incident *cut)
{
    const struct scenario *described = result->described;
    const struct system_edge *end = &cut->end;
    const bool has_charge = end->cause == SBMS_CAUSE_ATD_RETURNED && end->reason.battery > 0 &&
                            end->reason.cause != SBMS_BATTERY_CELL_SENSOR;
    char cause[EDGE_TEXT_SIZE];
    edge_cause_text(described, end, cause, sizeof cause);
    if (!has_charge) {
        sentence_add(line, ", until: %s", cause);
    } else if (cut->source < 0) {
        sentence_add(line, ", until the cells had recovered by themselves");
    } else {
        const int first = described->solar.panel_w > 0.0 ? 1 : 0;
        const bool is_sun =
            cut->source < first ||
            equipment_kinds[described->equipment[cut->source - first].kind] == &equipment_solar_charger;
        sentence_add(line, is_sun ? ", until the sun" : ", until %s charged",
                     equipment_name(described, cut->source)); /* the sun has no need of a name */
    }
}

static void add_warning(struct sentence *line, const struct incident *cut)
{
    const int64_t warned_ticks = cut->begin.prealarm_ticks;
    const bool is_to_be_warned = cut->begin.cause == SBMS_CAUSE_ATD_LOST ||
                                 cut->begin.cause == SBMS_CAUSE_CHAIN_OPEN ||
                                 cut->begin.cause == SBMS_CAUSE_REFERENCE_FAULT;
    if (cut->begin.stays || !is_to_be_warned) {
        return;
    }
    if (warned_ticks > 0) {
        sentence_add(line, "; %s of warning", wording_span(warned_ticks).text);
    } else {
        sentence_add(line, "; no warning");
    }
}

static void add_cut(struct sentence *line, const struct run_result *result, const struct incident *cut)
{
    add_cause(line, result, cut);
    add_warning(line, cut);
    sentence_add(line, "; dark for %s", wording_span(incident_ticks(cut, result->end_tick)).text);
    if (cut->is_over) {
        add_end(line, result, cut);
    } else {
        sentence_add(line, ", to the end of the run");
    }
}

/* ---- other incidents ---------------------------------------------------------------------------- */

static void add_span(struct sentence *line, const struct run_result *result, const struct incident *incident)
{
    sentence_add(line, "%s, for %s", incident->is_over ? "" : ", to the end of the run",
                 wording_span(incident_ticks(incident, result->end_tick)).text);
}

void story_incident(const struct run_result *result, const struct incident *incident, char *text, size_t size)
{
    struct sentence line = sentence_in(text, size);
    char cause[EDGE_TEXT_SIZE] = "";
    static const char *const words[] = {[INCIDENT_WARNING] = "warning without a cut: ",
                                        [INCIDENT_CHARGER] = "no charging: ",
                                        [INCIDENT_COLD] = "too cold to charge: "};
    if (incident->kind == INCIDENT_CUT) {
        add_cut(&line, result, incident);
        return;
    }
    if (incident->kind == INCIDENT_FAULT) {
        const struct recording_edge edge = {.edge = incident->begin, .held_ticks = -1, .count = 1};
        edge_text(result->described, &edge, cause, sizeof cause);
        sentence_add(&line, "%s", cause);
    } else {
        edge_cause_text(result->described, &incident->begin, cause, sizeof cause);
        sentence_add(&line, "%s%s", words[incident->kind], cause);
    }
    add_span(&line, result, incident);
}

/* ---- the run ------------------------------------------------------------------------------------ */

static const struct incident *first_of(const struct run_result *result, enum incident_kind kind)
{
    const struct incidents *incidents = &result->recording.incidents;
    for (size_t i = 0; i < incidents->count; i++) {
        if (incidents->list[i].kind == kind) {
            return &incidents->list[i];
        }
    }
    return NULL;
}

static const struct incident *longest_cut(const struct run_result *result)
{
    const struct incidents *incidents = &result->recording.incidents;
    const struct incident *longest = NULL;
    for (size_t i = 0; i < incidents->count; i++) {
        const struct incident *one = &incidents->list[i];
        if (one->kind == INCIDENT_CUT && (longest == NULL || incident_ticks(one, result->end_tick) >
                                                                 incident_ticks(longest, result->end_tick))) {
            longest = one;
        }
    }
    return longest;
}

static void add_cuts(struct sentence *line, const struct run_result *result)
{
    const int64_t count = result->recording.incidents.counts[INCIDENT_CUT];
    const int32_t start_date = result->described->start_date;
    const struct incident *first = first_of(result, INCIDENT_CUT);
    const struct incident *longest = longest_cut(result);
    if (count == 0) {
        sentence_add(line, "Load was never cut.");
        return;
    }
    assert(first != NULL);
    sentence_add(line, "Dark %s%s%s, ", times_of(count).text, count > 1 ? ". First: " : ": ",
                 wording_dated(start_date, first->begin.tick).text);
    add_cut(line, result, first);
    sentence_add(line, ".");
    if (longest != first) {
        sentence_add(line, " Longest: %s, ", wording_dated(start_date, longest->begin.tick).text);
        sentence_add(line, "for %s.", wording_span(incident_ticks(longest, result->end_tick)).text);
    }
}

static void add_others(struct sentence *line, const struct run_result *result)
{
    const int64_t *counts = result->recording.incidents.counts;
    const struct incident *charger = first_of(result, INCIDENT_CHARGER);
    if (counts[INCIDENT_WARNING] > 0) {
        sentence_add(line, " %" PRId64 " warning%s without a cut.", counts[INCIDENT_WARNING],
                     counts[INCIDENT_WARNING] == 1 ? "" : "s");
    }
    if (counts[INCIDENT_CHARGER] > 0) {
        sentence_add(line, " No charging %s", times_of(counts[INCIDENT_CHARGER]).text);
        if (charger != NULL) {
            char cause[EDGE_TEXT_SIZE];
            edge_cause_text(result->described, &charger->begin, cause, sizeof cause);
            sentence_add(line, "%s %s, %s", counts[INCIDENT_CHARGER] == 1 ? ":" : "; first:",
                         wording_dated(result->described->start_date, charger->begin.tick).text, cause);
        }
        sentence_add(line, ".");
    }
    if (counts[INCIDENT_COLD] > 0) {
        const int64_t ticks = incidents_ticks(&result->recording.incidents, INCIDENT_COLD, result->end_tick);
        sentence_add(line, " Too cold to charge %s, for ", times_of(counts[INCIDENT_COLD]).text);
        sentence_add(line, "%s%s.", wording_span(ticks).text, counts[INCIDENT_COLD] > 1 ? " in all" : "");
    }
    if (counts[INCIDENT_FAULT] > 0) {
        sentence_add(line, " A terminal did not follow, %s.", times_of(counts[INCIDENT_FAULT]).text);
    }
}

void story_of(const struct run_result *result, char *text, size_t size)
{
    struct sentence line = sentence_in(text, size);
    add_cuts(&line, result);
    add_others(&line, result);
}

int story_unmet(const struct run_result *result)
{
    int count = 0;
    for (int i = 0; i < result->described->expectation_count; i++) {
        char detail[EXPECTATION_TEXT_SIZE];
        count +=
            expectations_judge(&result->expectations, i, detail, sizeof detail) == EXPECTATION_UNMET ? 1 : 0;
    }
    return count;
}
