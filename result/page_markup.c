/* SPDX-License-Identifier: Apache-2.0 */
#include "result/page_markup.h"

#include <assert.h>
#include <inttypes.h>

#include "result/wording.h"
#include "wiring/markup.h"

void page_markup_element(const char *tag, const char *class, const char *text, FILE *stream)
{
    assert(tag != NULL);
    fprintf(stream, "<%s", tag);
    if (class != NULL) {
        fprintf(stream, " class=\"%s\"", class);
    }
    fputc('>', stream);
    markup_write(text, stream);
    fprintf(stream, "</%s>", tag);
}

void page_markup_heading(const char *title, const char *story, FILE *stream)
{
    page_markup_element("h1", NULL, title, stream);
    fputc('\n', stream);
    page_markup_element("p", "story", story, stream);
    fputc('\n', stream);
}

/* "12 cuts" */
static struct wording number_of(enum incident_kind kind, int64_t count)
{
    static const char *const words[] = {[INCIDENT_CUT] = "cut",
                                        [INCIDENT_WARNING] = "pre-alarm",
                                        [INCIDENT_CHARGER] = "time without Charger",
                                        [INCIDENT_COLD] = "time too cold",
                                        [INCIDENT_FAULT] = "fault"};
    static const char *const many[] = {[INCIDENT_CUT] = "cuts",
                                       [INCIDENT_WARNING] = "pre-alarms",
                                       [INCIDENT_CHARGER] = "times without Charger",
                                       [INCIDENT_COLD] = "times too cold",
                                       [INCIDENT_FAULT] = "faults"};
    struct wording made;
    snprintf(made.text, sizeof made.text, "%" PRId64 " %s", count, count == 1 ? words[kind] : many[kind]);
    return made;
}

void page_markup_begin_incidents(const struct incidents *incidents, FILE *stream)
{
    static const char *const heads[] = {"When", "What", "What happened", "For", "Cause"};
    const char *before = "; not listed: ";
    fprintf(stream, "<section class=\"card\" id=\"incidents\">\n<h2>Incidents <span class=\"count\">%zu",
            incidents->count);
    for (int i = 0; i < INCIDENT_KINDS; i++) {
        const enum incident_kind kind = (enum incident_kind)i;
        if (incidents_left_out_of(incidents, kind) > 0) {
            fprintf(stream, "%s%s", before, number_of(kind, incidents_left_out_of(incidents, kind)).text);
            before = ", ";
        }
    }
    fputs("</span></h2>\n<table class=\"incidents\" aria-label=\"Incidents\">\n<thead><tr>", stream);
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        fprintf(stream, "<th scope=\"col\">%s</th>", heads[i]);
    }
    fputs("</tr></thead>\n<tbody>\n", stream);
}

void page_markup_end_incidents(FILE *stream)
{
    fputs("</tbody>\n</table>\n</section>\n", stream);
}

const char *page_markup_incident_word(enum incident_kind kind)
{
    static const char *const words[] = {[INCIDENT_CUT] = "cut",
                                        [INCIDENT_WARNING] = "prealarm",
                                        [INCIDENT_CHARGER] = "charger",
                                        [INCIDENT_COLD] = "cold",
                                        [INCIDENT_FAULT] = "fault"};
    assert(kind < INCIDENT_KINDS);
    return words[kind];
}

/* How long it lasted, in words. */
static struct wording length_of(const struct incident *incident)
{
    struct wording made;
    if (incident->is_over) {
        return wording_span(incident_ticks(incident, incident->end.tick));
    }
    snprintf(made.text, sizeof made.text, "to the end");
    return made;
}

static const char *kind_word(const struct incidents *incidents, const struct incident *incident)
{
    static const char *const words[] = {[INCIDENT_CUT] = "cut",
                                        [INCIDENT_WARNING] = "pre-alarm",
                                        [INCIDENT_CHARGER] = "Charger floats",
                                        [INCIDENT_COLD] = "too cold",
                                        [INCIDENT_FAULT] = "fault"};
    const bool is_uncharged =
        incident->kind == INCIDENT_CHARGER && incident_is_uncharged(incidents, incident);
    return is_uncharged ? "no charging" : words[incident->kind];
}

void page_markup_incident(const struct incidents *incidents, const struct incident *incident,
                          const char *when, const char *text, FILE *stream)
{
    fprintf(stream, "<tr class=\"%s\">", page_markup_incident_word(incident->kind));
    page_markup_element("td", "when", when, stream);
    page_markup_element("td", "kind", kind_word(incidents, incident), stream);
    fputs("<td class=\"text\">", stream);
    markup_write(text, stream);
    if (incident->left_out > 0) {
        fprintf(stream, " <small>%s behind it not listed</small>",
                number_of(incident->kind, incident->left_out).text);
    }
    fputs("</td>", stream);
    page_markup_element("td", "for", length_of(incident).text, stream);
    fputs("<td class=\"cause\">", stream);
    if (incident->begin.cause != SBMS_CAUSE_NONE) {
        page_markup_element("code", NULL, sbms_cause_word(incident->begin.cause), stream);
    }
    fputs("</td></tr>\n", stream);
}
