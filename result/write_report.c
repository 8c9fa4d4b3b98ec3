/* SPDX-License-Identifier: Apache-2.0 */
#include "result/write_report.h"

#include <assert.h>
#include <string.h>

#include "result/assets.h"
#include "result/write_json.h"

static void write_title(const char *title, FILE *stream)
{
    assert(title != NULL);
    for (const char *at = title; *at != '\0'; at++) {
        switch (*at) {
        case '&':
            fputs("&amp;", stream);
            break;
        case '<':
            fputs("&lt;", stream);
            break;
        case '>':
            fputs("&gt;", stream);
            break;
        default:
            fputc(*at, stream);
            break;
        }
    }
}

/* What goes where in the page, in the order of the page. */
enum part { PART_TITLE, PART_CSS, PART_JS, PART_DATA, PART_COUNT };

static const char *const placeholders[PART_COUNT] = {"{{TITLE}}", "/*{{UPLOT_CSS}}*/", "/*{{UPLOT_JS}}*/",
                                                     "/*{{DATA}}*/null"};

static void write_part(const struct run_result *result, enum part part, FILE *stream)
{
    switch (part) {
    case PART_TITLE:
        write_title(result->described->title, stream);
        break;
    case PART_CSS:
        fwrite(asset_uplot_css, 1, asset_uplot_css_size, stream);
        break;
    case PART_JS:
        fwrite(asset_uplot_js, 1, asset_uplot_js_size, stream);
        break;
    default:
        write_json(result, stream);
        break;
    }
}

void write_report(const struct run_result *result, FILE *stream)
{
    const char *rest = asset_report_html;
    assert(stream != NULL);
    for (int part = 0; part < PART_COUNT; part++) {
        const char *place = strstr(rest, placeholders[part]);
        assert(place != NULL); /* the page is built in */
        fwrite(rest, 1, (size_t)(place - rest), stream);
        write_part(result, (enum part)part, stream);
        rest = place + strlen(placeholders[part]);
    }
    fputs(rest, stream);
}
