/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/device_page.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "core/control.h"
#include "result/assets.h"
#include "result/json_string.h"
#include "result/page.h"
#include "result/page_markup.h"
#include "result/sentence.h"
#include "result/wording.h"
#include "result/write_json_edges.h"

#define STORY_SIZE 512

static const char *const output_words[] = {
    [EDGE_LOAD] = "Load", [EDGE_PRE_ALARM] = "Pre-alarm", [EDGE_CHARGER] = "Charger"};

void device_page_init(struct device_page *page, const char *kind, const char *title, const char *description)
{
    assert(page != NULL);
    *page = (struct device_page){
        .kind = kind, .title = title, .description = description, .wire_ticks = {-1, -1, -1}};
    edge_list_init(&page->edges);
    incidents_init(&page->incidents);
}

void device_page_free(struct device_page *page)
{
    assert(page != NULL);
    edge_list_free(&page->edges);
}

void device_page_edge(struct device_page *page, int64_t tick, enum system_edge_kind kind, bool on, bool stays,
                      uint8_t cause)
{
    const struct system_edge edge = {.tick = tick, .kind = kind, .on = on, .stays = stays, .cause = cause};
    assert(kind <= EDGE_CHARGER);
    const int64_t held = page->wire_ticks[kind] < 0 ? -1 : tick - page->wire_ticks[kind];
    edge_list_add(&page->edges, &edge, held);
    incidents_take(&page->incidents, &edge, NULL);
    page->wire_ticks[kind] = stays ? page->wire_ticks[kind] : tick;
}

void device_page_gap(struct device_page *page, int64_t tick)
{
    assert(page->gap_count < DEVICE_PAGE_NOTES_MAX); /* a record has fewer entries */
    page->gap_ticks[page->gap_count++] = tick;
}

void device_page_note(struct device_page *page, int64_t tick, const char *text)
{
    const struct system_edge edge = {.tick = tick, .kind = EDGE_EVENT, .on = true, .value = page->note_count};
    if (page->note_count < DEVICE_PAGE_NOTES_MAX) {
        snprintf(page->notes[page->note_count], DEVICE_PAGE_TEXT_SIZE, "%s", text);
        page->note_count++;
        edge_list_add(&page->edges, &edge, -1);
    }
}

/* ---- words -------------------------------------------------------------------------------------- */

static const char *cause_words(uint8_t cause)
{
    static const char *const words[SBMS_CAUSE_COUNT] = {
        [SBMS_CAUSE_START_UP] = "start-up",
        [SBMS_CAUSE_SUPPLY_LOW] = "supply low",
        [SBMS_CAUSE_REMOTE_ON] = "switched on",
        [SBMS_CAUSE_REMOTE_OFF] = "switched off",
        [SBMS_CAUSE_ATC_LOST] = "allowed-to-charge lost",
        [SBMS_CAUSE_ATC_RETURNED] = "allowed-to-charge back",
        [SBMS_CAUSE_ATD_LOST] = "allowed-to-discharge lost",
        [SBMS_CAUSE_ATD_RETURNED] = "allowed-to-discharge back",
        [SBMS_CAUSE_NO_PREALARM_LOST] = "no-pre-alarm lost",
        [SBMS_CAUSE_NO_PREALARM_RETURNED] = "no-pre-alarm back",
        [SBMS_CAUSE_CHAIN_OPEN] = "battery cable open: all three signals lost together",
        [SBMS_CAUSE_RECONNECT_DELAY] = "the reconnect delay is over",
        [SBMS_CAUSE_LOCKOUT_CLEARED] = "lock-out cleared",
        [SBMS_CAUSE_INTERNAL_FAULT] = "internal fault",
        [SBMS_CAUSE_HOLD_OFF] = "its wait after a cut is over",
        [SBMS_CAUSE_CHARGER_WAIT] = "its wait after a loss of allowed-to-charge is over",
        [SBMS_CAUSE_LOCKED_OUT] = "locked out",
        [SBMS_CAUSE_OUTPUT_FAULT] = "its terminal does not follow",
        [SBMS_CAUSE_OUTPUT_RETRY] = "tried again after a short",
        [SBMS_CAUSE_REFERENCE_FAULT] = "the reference is at fault, nothing can be measured",
    };
    assert(cause > SBMS_CAUSE_NONE && cause < SBMS_CAUSE_COUNT); /* who decodes or decides has seen to it */
    return words[cause];
}

const char *device_page_cause(uint8_t cause, bool stays)
{
    if (!stays) {
        return cause_words(cause);
    }
    switch (cause) { /* a wait that is over for an edge is not over there */
    case SBMS_CAUSE_RECONNECT_DELAY:
        return "the reconnect delay is not over";
    case SBMS_CAUSE_HOLD_OFF:
        return "its wait after a cut is not over";
    case SBMS_CAUSE_CHARGER_WAIT:
        return "its wait after a loss of allowed-to-charge is not over";
    default:
        return cause_words(cause);
    }
}

const char *device_page_edge_cause(enum system_edge_kind kind, bool on, uint8_t cause)
{
    const bool is_cut = cause == SBMS_CAUSE_ATD_LOST || cause == SBMS_CAUSE_CHAIN_OPEN;
    return kind == EDGE_PRE_ALARM && !on && is_cut ? "Load floats" : cause_words(cause);
}

static void edge_words(const void *of, const struct recording_edge *edge, char *text, size_t size)
{
    const struct device_page *page = of;
    const struct system_edge *one = &edge->edge;
    if (one->kind == EDGE_EVENT) {
        snprintf(text, size, "%s", page->notes[one->value]);
        return;
    }
    const char *what = one->stays ? "stays floating" : (one->on ? "high" : "floats");
    const char *cause = one->stays ? device_page_cause(one->cause, true)
                                   : device_page_edge_cause(one->kind, one->on, one->cause);
    if (edge->count > 1) {
        snprintf(text, size, "%s: %" PRId64 " edges until %s, high for %s; the first: %s, %s",
                 output_words[one->kind], edge->count, wording_instant(edge->until_tick).text,
                 wording_span(edge->high_ticks).text, what, cause);
    } else if (edge->held_ticks >= 0 && !one->stays) {
        snprintf(text, size, "%s %s: %s; it had %s for %s", output_words[one->kind], what, cause,
                 one->on ? "floated" : "been high", wording_span(edge->held_ticks).text);
    } else {
        snprintf(text, size, "%s %s: %s", output_words[one->kind], what, cause);
    }
}

/* Whether there is time of an unknown length in an incident. */
static bool has_gap(const struct device_page *page, const struct incident *incident)
{
    const int64_t end_tick = incident->is_over ? incident->end.tick : INT64_MAX;
    for (int i = 0; i < page->gap_count; i++) {
        if (page->gap_ticks[i] >= incident->begin.tick && page->gap_ticks[i] < end_tick) {
            return true;
        }
    }
    return false;
}

/* " for 2 min, until: switched on", " for at least 2 min, until: switched on", " for 2 min, to the end" */
static void length_words(const struct device_page *page, const struct incident *incident, char *text,
                         size_t size)
{
    const bool is_unknown = has_gap(page, incident);
    if (is_unknown && !incident->is_over) {
        snprintf(text, size, ", for how long is not recorded");
        return;
    }
    snprintf(text, size, " for %s%s, %s%s", is_unknown ? "at least " : "",
             wording_span(incident_ticks(incident, page->end_tick)).text,
             incident->is_over ? "until: " : "to the end",
             incident->is_over ? device_page_cause(incident->end.cause, false) : "");
}

/* "allowed-to-discharge lost; 30.5 s of warning; Load floated for 2 min, until: allowed-to-discharge back" */
static void incident_words(const struct device_page *page, const struct incident *incident, char *text,
                           size_t size)
{
    static const char *const floated[] = {[INCIDENT_CUT] = "Load floated",
                                          [INCIDENT_WARNING] = "warning without a cut: Pre-alarm was high",
                                          [INCIDENT_CHARGER] = "Charger floated",
                                          [INCIDENT_COLD] = "Charger floated",
                                          [INCIDENT_FAULT] = "a terminal did not follow"};
    char warning[64] = "";
    char length[STORY_SIZE / 2];
    if (incident->kind == INCIDENT_CUT && incident->begin.tick > incident->from_tick) {
        snprintf(warning, sizeof warning, "; %s of warning",
                 wording_span(incident->begin.tick - incident->from_tick).text);
    }
    length_words(page, incident, length, sizeof length);
    snprintf(text, size, "%s%s; %s%s", device_page_cause(incident->begin.cause, incident->begin.stays),
             warning, floated[incident->kind], length);
}

/* "Load was cut twice" and the like, where it was not cut too. */
static void add_cut_count(struct sentence *line, const struct incidents *incidents)
{
    const int64_t starts = incidents->starts[INCIDENT_CUT];
    const int64_t cuts = incidents->counts[INCIDENT_CUT] - starts;
    if (cuts == 0) {
        sentence_add(line, "Load was never %s", incidents->load_has_been_high ? "cut" : "high");
    } else if (cuts == 1) {
        sentence_add(line, "Load was cut once");
    } else {
        sentence_add(line, "Load was cut %" PRId64 " times", cuts);
    }
    if (starts == 1) {
        sentence_add(line, "%s a start left it floating", cuts == 0 ? ";" : ", and");
    } else if (starts > 1) {
        sentence_add(line, "%s %" PRId64 " starts left it floating", cuts == 0 ? ";" : ", and", starts);
    }
}

void device_page_story(const struct device_page *page, char *text, size_t size)
{
    const struct incidents *incidents = &page->incidents;
    const struct incident *first = incidents_first(incidents, INCIDENT_CUT);
    struct sentence line = sentence_in(text, size);
    add_cut_count(&line, incidents);
    if (first != NULL) {
        char words[STORY_SIZE];
        incident_words(page, first, words, sizeof words);
        sentence_add(&line, "%s%s, ", incidents->counts[INCIDENT_CUT] == 1 ? ": " : ". First: ",
                     wording_instant(first->begin.tick).text);
        sentence_add(&line, "%s", words);
    }
    sentence_add(&line, ".");
    if (incidents->counts[INCIDENT_WARNING] > 0) {
        sentence_add(&line, " Warnings without a cut: %" PRId64 "%s.", incidents->counts[INCIDENT_WARNING],
                     incidents->open[INCIDENT_WARNING] > 0 ? ", the last still high at the end" : "");
    }
    if (incidents->counts[INCIDENT_CHARGER] > 0) {
        sentence_add(&line, " Times without Charger: %" PRId64 ".", incidents->counts[INCIDENT_CHARGER]);
    }
}

/* ---- the page ----------------------------------------------------------------------------------- */

static void write_data(const void *data, FILE *stream)
{
    const struct device_page *page = data;
    const struct edge_words words = {edge_words, page};
    char text[STORY_SIZE];
    device_page_story(page, text, sizeof text);
    fprintf(stream, "{\"format\":\"smallbms-run-2\",\"version\":\"%s\",\"kind\":\"%s\",\n\"title\":",
            SMALLBMS_VERSION, page->kind);
    write_json_string(stream, page->title);
    fputs(",\n\"description\":", stream);
    write_json_string(stream, page->description);
    fputs(",\n\"story\":", stream);
    write_json_string(stream, text);
    fputs(",\n\"incidents\":[", stream);
    for (size_t i = 0; i < page->incidents.count; i++) {
        fputs(i == 0 ? "\n" : ",\n", stream);
        incident_words(page, &page->incidents.list[i], text, sizeof text);
        write_json_incident(&page->incidents.list[i], text, stream);
    }
    fputs("\n],\n", stream);
    write_json_edges_short(&page->edges, &words, stream);
    fputs("\"duration_s\":", stream);
    wording_write_seconds(stream, page->end_tick);
    fputs("}\n", stream);
}

static void write_story(const void *data, FILE *stream)
{
    const struct device_page *page = data;
    char story[STORY_SIZE];
    device_page_story(page, story, sizeof story);
    page_markup_heading(page->title, story, stream);
    page_markup_element("p", "description", page->description, stream);
    fputc('\n', stream);
}

static void write_tables(const void *data, FILE *stream)
{
    const struct device_page *page = data;
    const struct incidents *incidents = &page->incidents;
    if (incidents->count == 0) {
        return;
    }
    page_markup_begin_incidents(incidents, stream);
    for (size_t i = 0; i < incidents->count; i++) {
        char text[STORY_SIZE];
        incident_words(page, &incidents->list[i], text, sizeof text);
        page_markup_incident(incidents, &incidents->list[i],
                             wording_instant(incidents->list[i].begin.tick).text, text, stream);
    }
    page_markup_end_incidents(stream);
}

bool device_page_write(struct device_page *page, FILE *stream)
{
    const struct page_parts parts = {.title = page->title,
                                     .write_story = write_story,
                                     .write_tables = write_tables,
                                     .write_data = write_data,
                                     .data = page};
    edge_list_finish(&page->edges);
    incidents_finish(&page->incidents, NULL);
    if (!page->edges.failed) {
        page_write(asset_report_html, &parts, stream);
    }
    return !page->edges.failed;
}
