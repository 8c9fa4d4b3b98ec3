/* SPDX-License-Identifier: Apache-2.0 */
/* The sums and extremes of a run, and what became of its expectations, as readable text. */
#ifndef RESULT_TOTALS_H
#define RESULT_TOTALS_H

#include <stdio.h>

#include "result/result.h"

/* Prints the totals, the expectations and the seed. `colour`: escape sequences are allowed. */
void totals_print(const struct run_result *result, bool colour, FILE *stream);

#endif
