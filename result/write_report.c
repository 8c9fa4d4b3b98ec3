/* SPDX-License-Identifier: Apache-2.0 */
#include "result/write_report.h"

#include <assert.h>
#include <inttypes.h>

#include "result/assets.h"
#include "result/page.h"
#include "result/page_markup.h"
#include "result/sentence.h"
#include "result/story.h"
#include "result/totals.h"
#include "result/wording.h"
#include "result/write_json.h"
#include "result/write_json_series.h"
#include "wiring/markup.h"

#define JOULES_PER_WH 3600.0
#define TITLE_SIZE (SCENARIO_TEXT_SIZE + 64)

static void write_data(const void *data, FILE *stream)
{
    write_json_of_page(data, stream);
}

static void write_rows(const void *data, FILE *stream)
{
    const struct run_result *result = data;
    write_json_rows_short(&result->recording, stream);
}

/* ---- what comes first --------------------------------------------------------------------------- */

static void write_banner(const struct run_result *result, FILE *stream)
{
    const int unmet = story_unmet(result);
    const int all = result->described->expectation_count;
    if (unmet == 0) {
        return;
    }
    fprintf(stream,
            "<div class=\"banner\" role=\"region\" aria-label=\"Expectations not met\">\n"
            "<strong>%d of %d expectations NOT met</strong>\n<ul>\n",
            unmet, all);
    for (int i = 0; i < all; i++) {
        char detail[EXPECTATION_TEXT_SIZE];
        if (expectations_judge(&result->expectations, i, detail, sizeof detail) == EXPECTATION_UNMET) {
            char text[EXPECTATION_TEXT_SIZE];
            expectations_text(&result->expectations, i, text, sizeof text);
            fputs("<li>", stream);
            markup_write(text, stream);
            fputc(' ', stream);
            page_markup_element("small", NULL, detail, stream);
            fputs("</li>\n", stream);
        }
    }
    fputs("</ul>\n</div>\n", stream);
}

static void write_story(const void *data, FILE *stream)
{
    const struct run_result *result = data;
    char story[STORY_SIZE];
    story_of(result, story, sizeof story);
    page_markup_heading(result->described->title, story, stream);
    if (result->is_cut_short) {
        fprintf(stream, "<p class=\"cut-short\">Cut short: the run was interrupted after %s.</p>\n",
                wording_span(result->end_tick).text);
    }
    write_banner(result, stream);
    if (result->described->description[0] != '\0') {
        page_markup_element("p", "description", result->described->description, stream);
        fputc('\n', stream);
    }
}

/* ---- tables ------------------------------------------------------------------------------------- */

static void write_cell(const char *class, const char *text, FILE *stream)
{
    page_markup_element("td", class, text, stream);
}

static void write_incidents(const struct run_result *result, FILE *stream)
{
    const struct incidents *incidents = &result->recording.incidents;
    const int32_t start_date = result->described->start_date;
    if (incidents->count == 0) {
        return;
    }
    page_markup_begin_incidents(incidents, stream);
    for (size_t i = 0; i < incidents->count; i++) {
        const struct incident *one = &incidents->list[i];
        char text[STORY_SIZE];
        story_incident(result, one, text, sizeof text);
        page_markup_incident(incidents, one, wording_dated(start_date, one->begin.tick).text, text, stream);
    }
    page_markup_end_incidents(stream);
}

static void write_expectation(const struct run_result *result, int index, FILE *stream)
{
    static const char *const classes[] = {"met", "unmet", "open"};
    static const char *const words[] = {"met", "NOT met", "open"};
    char text[EXPECTATION_TEXT_SIZE];
    char detail[EXPECTATION_TEXT_SIZE];
    const enum expectation_verdict verdict =
        expectations_judge(&result->expectations, index, detail, sizeof detail);
    assert(verdict <= EXPECTATION_NOT_REACHED);
    expectations_text(&result->expectations, index, text, sizeof text);
    fprintf(stream, "<li><span class=\"badge %s\">%s</span><span>", classes[verdict], words[verdict]);
    markup_write(text, stream);
    page_markup_element("small", NULL, detail, stream);
    fputs("</span></li>\n", stream);
}

static void write_expectations(const struct run_result *result, FILE *stream)
{
    const int count = result->described->expectation_count;
    int met = 0;
    if (count == 0) {
        return;
    }
    for (int i = 0; i < count; i++) {
        char detail[EXPECTATION_TEXT_SIZE];
        met += expectations_judge(&result->expectations, i, detail, sizeof detail) == EXPECTATION_MET ? 1 : 0;
    }
    fprintf(stream,
            "<section class=\"card\" id=\"expectations\">\n<h2>Expectations <span class=\"count\">%d of %d "
            "met</span></h2>\n"
            "<ul class=\"expect\">\n",
            met, count);
    for (int i = 0; i < count; i++) {
        write_expectation(result, i, stream);
    }
    fputs("</ul>\n</section>\n", stream);
}

static void write_total(void *self, const char *label, const char *text)
{
    FILE *stream = self;
    fputs("<div>", stream);
    page_markup_element("dt", NULL, label, stream);
    page_markup_element("dd", NULL, text, stream);
    fputs("</div>\n", stream);
}

static void write_totals(const struct run_result *result, FILE *stream)
{
    fprintf(stream,
            "<section class=\"card\" id=\"totals\">\n<h2>Totals <span class=\"count\">of %s</span></h2>\n"
            "<dl class=\"summary\">\n",
            wording_span(result->end_tick).text);
    totals_rows(result, write_total, stream);
    fputs("</dl>\n</section>\n", stream);
}

static void write_energy(double joules, FILE *stream)
{
    write_cell("number", wording_energy(joules / JOULES_PER_WH).text, stream);
}

static void write_loads(const struct run_result *result, FILE *stream)
{
    const struct scenario *described = result->described;
    if (described->load_count == 0) {
        return;
    }
    fputs("<table class=\"energy\" aria-label=\"Energy of loads\">\n<thead><tr><th "
          "scope=\"col\">Load</th><th scope=\"col\" "
          "class=\"number\">Energy</th></tr></thead>\n<tbody>\n",
          stream);
    for (int i = 0; i < described->load_count; i++) {
        fputs("<tr>", stream);
        write_cell(NULL, described->loads[i].name, stream);
        write_energy(result->totals->load_j[i], stream);
        fputs("</tr>\n", stream);
    }
    fputs("</tbody>\n</table>\n", stream);
}

static void write_equipment(const struct run_result *result, FILE *stream)
{
    static const char *const heads[] = {"Given", "Taken", "Back", "Changes", "Makes"};
    const struct scenario *described = result->described;
    const int first = described->solar.panel_w > 0.0 ? 1 : 0;
    const int count = first + described->equipment_count;
    if (count == 0) {
        return;
    }
    fputs("<table class=\"energy\" aria-label=\"Energy of equipment\">\n<thead><tr><th "
          "scope=\"col\">Equipment</th>",
          stream);
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        fprintf(stream, "<th scope=\"col\" class=\"number\">%s</th>", heads[i]);
    }
    fputs("</tr></thead>\n<tbody>\n", stream);
    for (int i = 0; i < count; i++) {
        const struct equipment_totals *one = &result->totals->equipment[i];
        fputs("<tr>", stream);
        write_cell(NULL, equipment_name(described, i), stream);
        write_energy(one->given_j, stream);
        write_energy(one->taken_j, stream);
        write_energy(one->back_j, stream);
        fprintf(stream, "<td class=\"number\">%" PRId64 "</td><td class=\"number\">", one->changes);
        if (i >= first && equipment_kinds[described->equipment[i - first].kind]->counts_makes) {
            fprintf(stream, "%" PRId64, one->makes);
        } else {
            fputs("&ndash;", stream);
        }
        fputs("</td></tr>\n", stream);
    }
    fputs("</tbody>\n</table>\n", stream);
}

static void write_tables(const void *data, FILE *stream)
{
    const struct run_result *result = data;
    write_incidents(result, stream);
    write_expectations(result, stream);
    write_totals(result, stream);
    fputs("<section class=\"card\" id=\"users\">\n<h2>Energy by name</h2>\n", stream);
    write_loads(result, stream);
    write_equipment(result, stream);
    fputs("</section>\n", stream);
}

/* What a tab of the browser has to say before its name: "1 of 2 NOT met, cut short - A week". */
static void write_title(const struct run_result *result, char *text, size_t size)
{
    const int unmet = story_unmet(result);
    struct sentence title = sentence_in(text, size);
    if (unmet > 0) {
        sentence_add(&title, "%d of %d NOT met", unmet, result->described->expectation_count);
    }
    if (result->is_cut_short) {
        sentence_add(&title, "%s", unmet > 0 ? ", cut short" : "Cut short");
    }
    if (unmet > 0 || result->is_cut_short) {
        sentence_add(&title, "%s", " \xe2\x80\x93 ");
    }
    sentence_add(&title, "%s", result->described->title);
}

void write_report(const struct run_result *result, FILE *stream)
{
    char title[TITLE_SIZE];
    write_title(result, title, sizeof title);
    const struct page_parts parts = {.title = title,
                                     .markup = result->wiring,
                                     .write_story = write_story,
                                     .write_tables = write_tables,
                                     .write_data = write_data,
                                     .write_rows = write_rows,
                                     .data = result};
    page_write(asset_report_html, &parts, stream);
}
