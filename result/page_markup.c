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

void page_markup_begin_incidents(size_t count, int64_t left_out, FILE *stream)
{
    static const char *const heads[] = {"When", "What", "What happened", "For", "Cause"};
    fprintf(stream, "<section class=\"card\" id=\"incidents\">\n<h2>Incidents <span class=\"count\">%zu",
            count);
    if (left_out > 0) {
        fprintf(stream, " and %" PRId64 " more, which are not listed", left_out);
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

void page_markup_incident(const struct incident *incident, const char *when, const char *text, FILE *stream)
{
    static const char *const words[] = {[INCIDENT_CUT] = "cut",
                                        [INCIDENT_WARNING] = "pre-alarm",
                                        [INCIDENT_CHARGER] = "no charging",
                                        [INCIDENT_COLD] = "too cold",
                                        [INCIDENT_FAULT] = "fault"};
    fprintf(stream, "<tr class=\"%s\">", page_markup_incident_word(incident->kind));
    page_markup_element("td", "when", when, stream);
    page_markup_element("td", "kind", words[incident->kind], stream);
    page_markup_element("td", "text", text, stream);
    page_markup_element("td", "for", length_of(incident).text, stream);
    fputs("<td class=\"cause\">", stream);
    if (incident->begin.cause != SBMS_CAUSE_NONE) {
        page_markup_element("code", NULL, sbms_cause_word(incident->begin.cause), stream);
    }
    fputs("</td></tr>\n", stream);
}
