/* SPDX-License-Identifier: Apache-2.0 */
/* A page that needs no file beside it: one that is built in (result/assets.h), with its title, the plotting library and data filled in. */
#ifndef RESULT_PAGE_H
#define RESULT_PAGE_H

#include <stdio.h>

/* What is filled into a page. A part of NULL leaves its place empty. */
struct page_parts {
    const char *title;
    const char *markup; /* HTML */
    void (*write_story)(const void *data,
                        FILE *stream); /* HTML: what comes first, and stands without a script */
    void (*write_tables)(const void *data, FILE *stream); /* the same: what comes last */
    void (*write_data)(const void *data, FILE *stream);   /* an expression of JavaScript */
    void (*write_rows)(const void *data, FILE *stream);   /* another, which a page reads later; of: */
    const void *data;
};

/*
 * Writes `page` to `stream`: {{TITLE}} becomes the title, <!--{{STORY}}-->, <!--{{TABLES}}--> and <!--{{MARKUP}}--> what is written
 * for them, the places of uPlot's style and script these, and those of the data and the rows the expressions. A page has the places of the parts
 * that are not NULL. Errors are left in the stream.
 */
void page_write(const char *page, const struct page_parts *parts, FILE *stream);

#endif
