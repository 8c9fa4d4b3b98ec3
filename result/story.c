/* SPDX-License-Identifier: Apache-2.0 */
#include "result/story.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "result/edge_text.h"
#include "result/sentence.h"
#include "result/wording.h"

#define LIT_FIRST_TICKS (60 * SBMS_TICKS_PER_S) /* for so long a load may go on unnoticed */

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

static bool is_by_supply(const struct system_edge *edge)
{
    return edge->cause == SBMS_CAUSE_SUPPLY_LOW;
}

/* "hob (1500 W, on for 32 s) and fridge (45 W) took battery 1 cell 2 below 2.80 V" */
static void add_cause(struct sentence *line, const struct run_result *result, const struct incident *cut)
{
    const struct scenario *described = result->described;
    const bool has_takers = cut->takers.count > 0;
    char cause[EDGE_TEXT_SIZE];
    edge_cause_text(described, &cut->begin, cause, sizeof cause);
    if (cut->begin.stays) {
        sentence_add(line, "Load stays floating: %s", cause);
    } else if (is_by_under_voltage(&cut->begin) && cut->is_misread) {
        sentence_add(line, "%s, by a wrong reading", cause);
    } else if (is_by_under_voltage(&cut->begin) && !has_takers) {
        sentence_add(line, "%s, with all loads off", cause);
    } else if (has_takers && (is_by_under_voltage(&cut->begin) || is_by_supply(&cut->begin))) {
        takers_add(line, described, &cut->takers);
        sentence_add(line, " took %s%s", is_by_supply(&cut->begin) ? "the " : "", cause);
    } else {
        sentence_add(line, "%s", cause);
    }
}

/* Whether it is the sun that gives, which has no need of a name. */
static bool is_sun(const struct scenario *described, int source)
{
    const int first = described->solar.panel_w > 0.0 ? 1 : 0;
    return source < first ||
           equipment_kinds[described->equipment[source - first].kind] == &equipment_solar_charger;
}

/* "until the sun" */
static void add_end(struct sentence *line, const struct run_result *result, const struct incident *cut)
{
    const struct scenario *described = result->described;
    const struct system_edge *end = &cut->end;
    const bool has_charge = end->cause == SBMS_CAUSE_ATD_RETURNED && end->reason.battery > 0 &&
                            end->reason.cause != SBMS_BATTERY_CELL_SENSOR && !cut->is_misread;
    char cause[EDGE_TEXT_SIZE];
    edge_cause_text(described, end, cause, sizeof cause);
    if (!has_charge) {
        sentence_add(line, ", until: %s", cause);
    } else if (cut->source < 0) {
        sentence_add(line, ", until the cells had recovered by themselves");
    } else if (is_sun(described, cut->source)) {
        sentence_add(line, ", until the sun");
    } else {
        sentence_add(line, ", until %s charged", equipment_name(described, cut->source));
    }
}

/* `has_start`: with the time at which the warning began. */
static void add_warning(struct sentence *line, const struct run_result *result, const struct incident *cut,
                        bool has_start)
{
    const int64_t warned_ticks = cut->begin.prealarm_ticks;
    const bool is_to_be_warned = cut->begin.cause == SBMS_CAUSE_ATD_LOST ||
                                 cut->begin.cause == SBMS_CAUSE_CHAIN_OPEN ||
                                 cut->begin.cause == SBMS_CAUSE_REFERENCE_FAULT;
    if (cut->begin.stays || !is_to_be_warned) {
        return;
    }
    if (warned_ticks <= 0) {
        sentence_add(line, "; no warning");
        return;
    }
    sentence_add(line, "; %s of warning", wording_span(warned_ticks).text);
    if (has_start) {
        sentence_add(line, ", from %s",
                     wording_dated(result->described->start_date, cut->begin.tick - warned_ticks).text);
    }
}

/* "dark for 17 h 49 min"; what no load has noticed, or none at first, is not called dark. */
static void add_darkness(struct sentence *line, const struct run_result *result, const struct incident *cut)
{
    const int64_t dark_ticks = incident_ticks(cut, result->end_tick);
    const int64_t off_ticks =
        (cut->is_over ? cut->end.tick : result->end_tick) - cut->begin.tick - dark_ticks;
    const bool is_lit_first = cut->is_dark && cut->lit_ticks > LIT_FIRST_TICKS;
    sentence_add(line, "; %s for %s", cut->is_dark && !is_lit_first ? "dark" : "Load floated",
                 wording_span(dark_ticks).text);
    if (off_ticks >= SBMS_TICKS_PER_S) {
        sentence_add(line, ", and switched off for %s", wording_span(off_ticks).text);
    }
    if (is_lit_first) {
        sentence_add(line, ", with all loads fed for %s of it", wording_span(cut->lit_ticks).text);
    } else if (!cut->is_dark && result->described->load_count > 0) {
        sentence_add(line, ", with all loads fed");
    }
}

/* "; a load had no supply for 9 h 36 min more" */
static void add_after(struct sentence *line, const struct incident *cut)
{
    if (cut->after_ticks > LIT_FIRST_TICKS) {
        sentence_add(line, "; a load had no supply for %s more", wording_span(cut->after_ticks).text);
    }
}

static void add_cut(struct sentence *line, const struct run_result *result, const struct incident *cut,
                    bool has_start)
{
    add_cause(line, result, cut);
    add_warning(line, result, cut, has_start);
    add_darkness(line, result, cut);
    if (cut->is_over) {
        add_end(line, result, cut);
        add_after(line, cut);
    } else {
        sentence_add(line, ", to the end of the run");
    }
}

/* ---- other incidents ---------------------------------------------------------------------------- */

/* "; the bank was charged all the same", where that is not said by the word before */
static void add_charged(struct sentence *line, int64_t charged, int64_t count)
{
    if (charged == count) {
        sentence_add(line, "; the bank was charged all the same");
    } else if (charged > 0) {
        sentence_add(line, "; the bank was charged in %" PRId64 " of them all the same", charged);
    }
}

static void add_span(struct sentence *line, const struct run_result *result, const struct incident *incident)
{
    sentence_add(line, "%s, for %s", incident->is_over ? "" : ", to the end of the run",
                 wording_span(incident_ticks(incident, result->end_tick)).text);
    if (incident->kind == INCIDENT_WARNING && incident->is_over &&
        incident->end.cause == SBMS_CAUSE_REMOTE_OFF) {
        sentence_add(line, ", until it was switched off");
    }
    if (incident->kind == INCIDENT_COLD) {
        add_charged(line, incident_has_charge(incident) ? 1 : 0, 1);
    }
}

static const char *word_of(const struct run_result *result, const struct incident *incident)
{
    switch (incident->kind) {
    case INCIDENT_WARNING:
        return incident->is_over ? "warning without a cut: " : "warning, still high: ";
    case INCIDENT_COLD:
        return "too cold to charge: ";
    default:
        return incident_is_uncharged(&result->recording.incidents, incident) ? "no charging: "
                                                                             : "Charger floated: ";
    }
}

void story_incident(const struct run_result *result, const struct incident *incident, char *text, size_t size)
{
    struct sentence line = sentence_in(text, size);
    char cause[EDGE_TEXT_SIZE] = "";
    if (incident->kind == INCIDENT_CUT) {
        add_cut(&line, result, incident, true);
        return;
    }
    if (incident->kind == INCIDENT_FAULT) {
        const struct recording_edge edge = {.edge = incident->begin, .held_ticks = -1, .count = 1};
        edge_text(result->described, &edge, cause, sizeof cause);
        sentence_add(&line, "%s", cause);
    } else {
        edge_cause_text(result->described, &incident->begin, cause, sizeof cause);
        sentence_add(&line, "%s%s", word_of(result, incident), cause);
    }
    add_span(&line, result, incident);
}

/* ---- the run ------------------------------------------------------------------------------------ */

static const struct incident *longest_cut(const struct run_result *result)
{
    const struct incidents *incidents = &result->recording.incidents;
    const struct incident *longest = NULL;
    for (size_t i = 0; i < incidents->count; i++) {
        const struct incident *one = &incidents->list[i];
        if (one->kind == INCIDENT_CUT &&
            (longest == NULL || incident_ticks_to_supply(one, result->end_tick) >
                                    incident_ticks_to_supply(longest, result->end_tick))) {
            longest = one;
        }
    }
    return longest;
}

/* "3 times, 1 of them at a start", which is no cut, for the output was not high: the totals count it by itself, too. */
static void add_times(struct sentence *line, const struct run_result *result, enum incident_kind kind)
{
    const struct incidents *incidents = &result->recording.incidents;
    sentence_add(line, " %s", times_of(incidents->counts[kind]).text);
    if (incidents->starts[kind] == incidents->counts[kind]) {
        sentence_add(line, ", at a start");
    } else if (incidents->starts[kind] > 0) {
        sentence_add(line, ", %" PRId64 " of them at a start", incidents->starts[kind]);
    }
}

static void add_no_cut(struct sentence *line, const struct run_result *result)
{
    const struct system_totals *totals = result->totals;
    if (totals->load_ticks > 0) {
        sentence_add(line, "Load was never cut.");
    } else {
        sentence_add(line, "Load was never high%s.",
                     totals->on_ticks == 0 ? ": the system was switched off" : "");
    }
}

static void add_cuts(struct sentence *line, const struct run_result *result)
{
    const int64_t count = result->recording.incidents.counts[INCIDENT_CUT];
    const int64_t dark_count = result->recording.incidents.dark_cuts;
    const int32_t start_date = result->described->start_date;
    const struct incident *first = incidents_first(&result->recording.incidents, INCIDENT_CUT);
    const struct incident *longest = longest_cut(result);
    if (count == 0) {
        add_no_cut(line, result);
        return;
    }
    assert(first != NULL);
    sentence_add(line, "%s", dark_count == count ? "Dark" : "Load floated");
    add_times(line, result, INCIDENT_CUT);
    if (dark_count > 0 && dark_count < count) {
        sentence_add(line, ", dark %s", times_of(dark_count).text);
    }
    sentence_add(line, "%s%s, ", count > 1 ? ". First: " : ": ",
                 wording_dated(start_date, first->begin.tick).text);
    add_cut(line, result, first, false);
    sentence_add(line, ".");
    if (longest != first) {
        sentence_add(line, " Longest: %s, ", wording_dated(start_date, longest->begin.tick).text);
        sentence_add(line, "for %s%s", wording_span(incident_ticks(longest, result->end_tick)).text,
                     longest->is_dark || dark_count == 0 ? "" : ", with all loads fed");
        add_after(line, longest);
        sentence_add(line, ".");
    }
}

/* "2 warnings without a cut, the last still high at the end." */
static void add_warnings(struct sentence *line, const struct run_result *result)
{
    const struct incidents *incidents = &result->recording.incidents;
    const int64_t count = incidents->counts[INCIDENT_WARNING];
    if (count > 0) {
        sentence_add(line, " %" PRId64 " warning%s without a cut", count, count == 1 ? "" : "s");
        if (incidents->open[INCIDENT_WARNING] > 0) {
            sentence_add(line, ", %sstill high at the end", count == 1 ? "" : "the last ");
        }
        sentence_add(line, ".");
    }
}

/* "No charging" only where nothing came into the bank, though in the run something does: Charger does not stop everything. */
static void add_charger(struct sentence *line, const struct run_result *result)
{
    const struct incidents *incidents = &result->recording.incidents;
    const int64_t count = incidents->counts[INCIDENT_CHARGER];
    const struct incident *first = incidents_first(incidents, INCIDENT_CHARGER);
    if (first != NULL) {
        char cause[EDGE_TEXT_SIZE];
        edge_cause_text(result->described, &first->begin, cause, sizeof cause);
        const int64_t charged = incidents->charged[INCIDENT_CHARGER];
        sentence_add(line, "%s",
                     charged > 0 || !incidents->is_ever_charged ? " Charger floated" : " No charging");
        add_times(line, result, INCIDENT_CHARGER);
        sentence_add(line, "%s %s, %s", count == 1 ? ":" : "; first:",
                     wording_dated(result->described->start_date, first->begin.tick).text, cause);
        add_charged(line, charged, count);
        sentence_add(line, ".");
    }
}

static void add_others(struct sentence *line, const struct run_result *result)
{
    const struct incidents *incidents = &result->recording.incidents;
    const int64_t *counts = incidents->counts;
    add_warnings(line, result);
    add_charger(line, result);
    if (counts[INCIDENT_COLD] > 0) {
        const int64_t ticks = incidents_ticks(incidents, INCIDENT_COLD, result->end_tick);
        sentence_add(line, " Too cold to charge");
        add_times(line, result, INCIDENT_COLD);
        sentence_add(line, ", for %s%s", wording_span(ticks).text,
                     counts[INCIDENT_COLD] > 1 ? " in all" : "");
        add_charged(line, incidents->charged[INCIDENT_COLD], counts[INCIDENT_COLD]);
        sentence_add(line, ".");
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
