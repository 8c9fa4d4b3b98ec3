/* SPDX-License-Identifier: Apache-2.0 */
#include "result/write_json_edges.h"

#include <assert.h>
#include <inttypes.h>

#include "result/json_string.h"
#include "result/page_markup.h"
#include "result/wording.h"

static void write_duration(FILE *stream, const char *key, int64_t ticks, const char *after)
{
    fprintf(stream, "\"%s\":", key);
    wording_write_seconds(stream, ticks);
    fputs(after, stream);
}

void write_json_edge(const struct recording_edge *edge, const char *text, FILE *stream)
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
    assert(edge->edge.kind < sizeof words / sizeof words[0]);
    fputc('{', stream);
    write_duration(stream, "t_s", edge->edge.tick, ",");
    fprintf(stream, "\"what\":\"%s\",\"on\":%s,", words[edge->edge.kind], edge->edge.on ? "true" : "false");
    if (edge->count > 1) {
        fprintf(stream, "\"count\":%" PRId64 ",", edge->count);
        write_duration(stream, "until_s", edge->until_tick, ",");
        fprintf(stream, "\"last_on\":%s,", edge->last_on ? "true" : "false");
    }
    if (edge->count > 1 && edge_is_of_output(&edge->edge)) {
        write_duration(stream, "high_s", edge->high_ticks, ",");
    }
    if (edge->edge.stays) {
        fputs("\"stays\":true,", stream);
    }
    if (edge->edge.cause != SBMS_CAUSE_NONE) {
        fprintf(stream, "\"cause\":\"%s\",", sbms_cause_word(edge->edge.cause));
    }
    fputs("\"text\":", stream);
    write_json_string(stream, text);
    fputc('}', stream);
}

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
