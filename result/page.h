/* SPDX-License-Identifier: Apache-2.0 */
/* A page that needs no file beside it: one that is built in (result/assets.h), with its title, the plotting library and data filled in. */
#ifndef RESULT_PAGE_H
#define RESULT_PAGE_H

#include <stdio.h>

/* What is filled into a page. */
struct page_parts {
    const char *title;
    const char *markup; /* HTML for the place that a page may have for it; NULL: nothing */
    void (*write_data)(const void *data, FILE *stream); /* writes an expression of JavaScript: */
    const void *data;
};

/*
 * Writes `page` to `stream`: {{TITLE}} becomes the title, <!--{{MARKUP}}--> the markup, the places of uPlot's style and script these,
 * and that of the data the expression. Errors are left in the stream.
 */
void page_write(const char *page, const struct page_parts *parts, FILE *stream);

#endif
