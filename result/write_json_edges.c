/* SPDX-License-Identifier: Apache-2.0 */
#include "result/write_json_edges.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "result/edge_text.h"
#include "result/json_string.h"
#include "result/page_markup.h"
#include "result/text_table.h"
#include "result/wording.h"

#define PARTS "; " /* between what an edge was and how long it had been otherwise */
#define KINDS_MAX 512

static void write_duration(FILE *stream, const char *key, int64_t ticks, const char *after)
{
    fprintf(stream, "\"%s\":", key);
    wording_write_seconds(stream, ticks);
    fputs(after, stream);
}

/* What it was, without when: the first keys of an object. */
static void write_kind(const struct system_edge *edge, FILE *stream)
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
    assert(edge->kind < sizeof words / sizeof words[0]);
    fprintf(stream, "\"what\":\"%s\",\"on\":%s", words[edge->kind], edge->on ? "true" : "false");
    if (edge->stays) {
        fputs(",\"stays\":true", stream);
    }
    if (edge->cause != SBMS_CAUSE_NONE) {
        fprintf(stream, ",\"cause\":\"%s\"", sbms_cause_word(edge->cause));
    }
}

static void write_edge(const struct recording_edge *edge, const char *text, FILE *stream)
{
    fputc('{', stream);
    write_duration(stream, "t_s", edge->edge.tick, ",");
    write_kind(&edge->edge, stream);
    fputc(',', stream);
    if (edge->count > 1) {
        fprintf(stream, "\"count\":%" PRId64 ",", edge->count);
        write_duration(stream, "until_s", edge->until_tick, ",");
        fprintf(stream, "\"last_on\":%s,", edge->last_on ? "true" : "false");
    }
    if (edge->count > 1 && edge_is_of_output(&edge->edge)) {
        write_duration(stream, "high_s", edge->high_ticks, ",");
    }
    fputs("\"text\":", stream);
    write_json_string(stream, text);
    fputc('}', stream);
}

void write_json_edges(const struct edge_list *list, const struct edge_words *words, FILE *stream)
{
    char text[EDGE_TEXT_SIZE];
    fputs("\"events\":[", stream);
    for (size_t i = 0; i < list->count; i++) {
        words->write(words->of, &list->edges[i], text, sizeof text);
        fputs(i == 0 ? "\n" : ",\n", stream);
        write_edge(&list->edges[i], text, stream);
    }
    fputs("\n],\n", stream);
}

/* ---- short, for a page -------------------------------------------------------------------------- */

/* What lists of numbers stand for. */
struct tables {
    struct system_edge kinds[KINDS_MAX];
    size_t kind_count;
    struct text_table texts;
};

/* The number of its kind; below 0: there are too many. */
static int kind_number(struct tables *tables, const struct system_edge *edge)
{
    for (size_t i = 0; i < tables->kind_count; i++) {
        const struct system_edge *kind = &tables->kinds[i];
        if (kind->kind == edge->kind && kind->on == edge->on && kind->stays == edge->stays &&
            kind->cause == edge->cause) {
            return (int)i;
        }
    }
    if (tables->kind_count == KINDS_MAX) {
        return -1;
    }
    tables->kinds[tables->kind_count] = *edge;
    return (int)tables->kind_count++;
}

/* Writes it as ticks since the event before, its kind, its text in one or two parts; false: there is no room for these. */
static bool write_short(struct tables *tables, const struct system_edge *edge, int64_t before_tick,
                        char *text, FILE *stream)
{
    char *cut = strstr(text, PARTS);
    const int kind = kind_number(tables, edge);
    int parts[2] = {-1, 0};
    if (cut != NULL) {
        *cut = '\0';
        parts[1] = text_table_number(&tables->texts, cut + strlen(PARTS));
    }
    parts[0] = text_table_number(&tables->texts, text);
    if (cut != NULL) {
        *cut = PARTS[0];
    }
    if (kind < 0 || parts[0] < 0 || parts[1] < 0) {
        return false;
    }
    fprintf(stream, "[%" PRId64 ",%d,%d", edge->tick - before_tick, kind, parts[0]);
    if (cut != NULL) {
        fprintf(stream, ",%d", parts[1]);
    }
    fputc(']', stream);
    return true;
}

static void write_tables(const struct tables *tables, FILE *stream)
{
    fputs("\n],\n\"event_kinds\":[", stream);
    for (size_t i = 0; i < tables->kind_count; i++) {
        fputs(i == 0 ? "\n{" : ",\n{", stream);
        write_kind(&tables->kinds[i], stream);
        fputc('}', stream);
    }
    fputs("\n],\n\"event_texts\":[", stream);
    for (size_t i = 0; i < tables->texts.count; i++) {
        fputs(i == 0 ? "\n" : ",\n", stream);
        write_json_string(stream, tables->texts.texts[i]);
    }
    fputs("\n],\n", stream);
}

void write_json_edges_short(const struct edge_list *list, const struct edge_words *words, FILE *stream)
{
    struct tables *tables = calloc(1, sizeof *tables);
    int64_t tick = 0;
    if (tables == NULL) {
        write_json_edges(list, words, stream);
        return;
    }
    fputs("\"events\":[", stream);
    for (size_t i = 0; i < list->count; i++) {
        const struct recording_edge *edge = &list->edges[i];
        char text[EDGE_TEXT_SIZE];
        words->write(words->of, edge, text, sizeof text);
        fputs(i == 0 ? "\n" : ",\n", stream);
        if (edge->count > 1 || !write_short(tables, &edge->edge, tick, text, stream)) {
            write_edge(edge, text, stream);
        }
        tick = edge->edge.tick;
    }
    write_tables(tables, stream);
    free(tables);
}

/* ---- incidents ---------------------------------------------------------------------------------- */

void write_json_incident(const struct incident *incident, const char *text, FILE *stream)
{
    fputc('{', stream);
    write_duration(stream, "from_s", incident->from_tick, ",");
    if (incident->kind == INCIDENT_CUT) {
        write_duration(stream, "cut_s", incident->begin.tick, ",");
    }
    if (incident->is_over) {
        write_duration(stream, "to_s", incident->end.tick, ",");
    } else {
        fputs("\"to_s\":null,", stream);
    }
    if (incident->kind == INCIDENT_CUT && incident->is_of_run) {
        write_duration(stream, "dark_s", incident->dark_ticks, ",");
    }
    if (incident->left_out > 0) {
        fprintf(stream, "\"left_out\":%" PRId64 ",", incident->left_out);
    }
    fprintf(stream, "\"kind\":\"%s\",", page_markup_incident_word(incident->kind));
    if (incident->begin.cause != SBMS_CAUSE_NONE) {
        fprintf(stream, "\"cause\":\"%s\",", sbms_cause_word(incident->begin.cause));
    }
    fputs("\"text\":", stream);
    write_json_string(stream, text);
    fputc('}', stream);
}
