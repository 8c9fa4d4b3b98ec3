/* SPDX-License-Identifier: Apache-2.0 */
#include "result/timeline.h"

#include <assert.h>
#include <string.h>

#include "result/edge_text.h"
#include "result/wording.h"

static bool is_shown(const struct system_edge *edge, bool verbose)
{
    assert(edge->kind <= EDGE_OUTPUT_FAULT);
    return verbose ||
           (edge->kind != EDGE_LED_LOAD && edge->kind != EDGE_LED_FAULT && edge->kind != EDGE_STAGE);
}

/* The escape sequence that starts an edge, "" for none. */
static const char *colour_of(const struct system_edge *edge)
{
    switch (edge->kind) {
    case EDGE_LOAD:
    case EDGE_CHARGER:
        return edge->on ? "\033[32m" : "\033[31m";
    case EDGE_PRE_ALARM:
        return edge->on ? "\033[33m" : "";
    case EDGE_LOAD_CURRENT:
    case EDGE_PRE_ALARM_CURRENT:
    case EDGE_OUTPUT_FAULT:
        return "\033[33m";
    default:
        return "";
    }
}

static void print_line(const struct recording *recording, const struct recording_edge *edge, int time_width,
                       const struct timeline_style *style, FILE *stream)
{
    char text[EDGE_TEXT_SIZE];
    assert(time_width > 0);
    edge_text(recording->described, edge, text, sizeof text);
    const char *colour = style->colour ? colour_of(&edge->edge) : "";
    size_t head = colour[0] == '\0' ? 0 : strcspn(text, ":"); /* coloured, and too short to be broken */
    size_t indent = (size_t)time_width + 2;
    fprintf(stream, "%-*s  ", time_width,
            wording_dated(recording->described->start_date, edge->edge.tick).text);
    if (head > 0) {
        fprintf(stream, "%s%.*s\033[0m", colour, (int)head, text);
    }
    wording_print_words(text + head, indent + head, indent, style->width, stream);
    fputc('\n', stream);
}

void timeline_print(const struct recording *recording, const struct timeline_style *style, FILE *stream)
{
    size_t shown = 0;
    size_t more = 0;
    assert(stream != NULL);
    assert(style != NULL);
    int time_width = 0;
    for (size_t i = 0; i < recording->edges.count; i++) {
        const struct recording_edge *edge = &recording->edges.edges[i];
        int width = (int)strlen(wording_dated(recording->described->start_date, edge->edge.tick).text);
        time_width = width > time_width ? width : time_width;
    }
    for (size_t i = 0; i < recording->edges.count; i++) {
        const struct recording_edge *edge = &recording->edges.edges[i];
        if (!is_shown(&edge->edge, style->verbose)) {
            continue;
        }
        if (shown < TIMELINE_LINES_MAX) {
            print_line(recording, edge, time_width, style, stream);
            shown++;
        } else {
            more++;
        }
    }
    if (more > 0) {
        fprintf(stream, "... and %zu more; --csv or --json has them\n", more);
    }
}
