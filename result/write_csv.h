/* SPDX-License-Identifier: Apache-2.0 */
/* A run as CSV: one row for each point of the recording. */
#ifndef RESULT_WRITE_CSV_H
#define RESULT_WRITE_CSV_H

#include <stdio.h>

#include "result/result.h"

/*
 * Writes the header and the rows: at even intervals and at every edge of an output, of the switch, and of
 * the scenario's events, as things are after it. battery_a is positive while charging; the outputs are 1 =
 * high or lit, 0 = floating or dark. The three columns of causes have the sbms_cause of an edge at that row, or of an
 * output that a start leaves floating, and are empty otherwise. Errors are left in the stream.
 */
void write_csv(const struct run_result *result, FILE *stream);

#endif
