/* SPDX-License-Identifier: Apache-2.0 */
/* A page that needs no file beside it: one that is built in (result/assets.h), with its title, the plotting library and data filled in. */
#ifndef RESULT_PAGE_H
#define RESULT_PAGE_H

#include <stdio.h>

/*
 * Writes `page` to `stream`: {{TITLE}} becomes `title`, the places of uPlot's style and script these, and that of the data what
 * `write_data` writes of `data`, an expression of JavaScript.
 */
void page_write(const char *page, const char *title, void (*write_data)(const void *data, FILE *stream),
                const void *data, FILE *stream);

#endif
