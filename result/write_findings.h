/* SPDX-License-Identifier: Apache-2.0 */
/* What is wrong with the wiring, as JSON: for the result of a run, its page, and `smallbms check`. */
#ifndef RESULT_WRITE_FINDINGS_H
#define RESULT_WRITE_FINDINGS_H

#include <stdio.h>

#include "wiring/finding.h"

/* The keys `findings_left_out`, how many more there are, and `findings`, a list, each with a comma behind it. */
void write_findings(const struct wiring_findings *findings, FILE *stream);

#endif
