/* SPDX-License-Identifier: Apache-2.0 */
/* A fit in words: errors, times, bounds, and how far it may be believed. */
#ifndef CLI_CELL_FIT_PRINT_H
#define CLI_CELL_FIT_PRINT_H

#include <stdio.h>

#include "cli/cell/fit_score.h"

void fit_print(const struct fit_result *result, const struct fit_scores *scores, FILE *stream);

#endif
