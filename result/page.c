/* SPDX-License-Identifier: Apache-2.0 */
#include "result/page.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "result/assets.h"
#include "wiring/markup.h"

/* What goes where in a page, in the order of the page. */
enum part {
    PART_TITLE,
    PART_CSS,
    PART_STORY,
    PART_TABLES,
    PART_MARKUP,
    PART_JS,
    PART_DATA,
    PART_ROWS,
    PART_COUNT
};

static const char *const placeholders[PART_COUNT] = {
    "{{TITLE}}",         "/*{{UPLOT_CSS}}*/", "<!--{{STORY}}-->", "<!--{{TABLES}}-->",
    "<!--{{MARKUP}}-->", "/*{{UPLOT_JS}}*/",  "/*{{DATA}}*/null", "/*{{ROWS}}*/null"};

static void write_part(enum part part, const struct page_parts *parts, FILE *stream)
{
    switch (part) {
    case PART_TITLE:
        markup_write(parts->title, stream);
        break;
    case PART_CSS:
        fwrite(asset_uplot_css, 1, asset_uplot_css_size, stream);
        break;
    case PART_STORY:
        parts->write_story(parts->data, stream);
        break;
    case PART_TABLES:
        parts->write_tables(parts->data, stream);
        break;
    case PART_MARKUP:
        fputs(parts->markup, stream);
        break;
    case PART_JS:
        fwrite(asset_uplot_js, 1, asset_uplot_js_size, stream);
        break;
    case PART_DATA:
        parts->write_data(parts->data, stream);
        break;
    default:
        assert(part == PART_ROWS);
        parts->write_rows(parts->data, stream);
        break;
    }
}

static bool is_given(enum part part, const struct page_parts *parts)
{
    return (part != PART_STORY || parts->write_story != NULL) &&
           (part != PART_TABLES || parts->write_tables != NULL) &&
           (part != PART_MARKUP || parts->markup != NULL) && (part != PART_ROWS || parts->write_rows != NULL);
}

void page_write(const char *page, const struct page_parts *parts, FILE *stream)
{
    const char *rest = page;
    assert(stream != NULL);
    for (int part = 0; part < PART_COUNT; part++) {
        const char *place = strstr(rest, placeholders[part]);
        if (place == NULL) {
            assert(!is_given((enum part)part, parts)); /* the page is built in */
            continue;
        }
        fwrite(rest, 1, (size_t)(place - rest), stream);
        if (is_given((enum part)part, parts)) {
            write_part((enum part)part, parts, stream);
        }
        rest = place + strlen(placeholders[part]);
    }
    fputs(rest, stream);
}
