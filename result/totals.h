/* SPDX-License-Identifier: Apache-2.0 */
/* The sums and extremes of a run, and what became of its expectations, as readable text. */
#ifndef RESULT_TOTALS_H
#define RESULT_TOTALS_H

#include <stdio.h>

#include "result/result.h"

enum { TOTALS_TEXT_SIZE = 512 /* room enough for the text of any row */ };

/* Takes one row, such as "energy", "5.06 kWh in from the charger, ..."; a label of "" goes on with the row before. */
typedef void (*totals_take)(void *self, const char *label, const char *text);

/* Tells all rows of a finished run in their order. */
void totals_rows(const struct run_result *result, totals_take take, void *self);

/* Prints the totals, the expectations and the seed. `colour`: escape sequences are allowed. */
void totals_print(const struct run_result *result, bool colour, FILE *stream);

#endif
