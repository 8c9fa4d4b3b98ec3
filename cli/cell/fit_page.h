/* SPDX-License-Identifier: Apache-2.0 */
/* A fit as a page of its own: plots of measured against fitted, the curves, the errors and the numbers. */
#ifndef CLI_CELL_FIT_PAGE_H
#define CLI_CELL_FIT_PAGE_H

#include <stdio.h>

#include "cli/cell/fit_score.h"

/* Writes the page to `stream`. Of long logs it has the lowest and the highest voltage of each of FIT_PAGE_BUCKETS parts. */
#define FIT_PAGE_BUCKETS 1500
void fit_page_write(const struct fit_result *result, const struct fit_scores *scores, FILE *stream);

#endif
