/* SPDX-License-Identifier: Apache-2.0 */
/* A run as CSV: its buckets and its rows (result/series.h), in the order of time. */
#ifndef RESULT_WRITE_CSV_H
#define RESULT_WRITE_CSV_H

#include <stdio.h>

#include "result/result.h"

/*
 * Writes the header and the lines. One with a span_s above 0 is a bucket from t_s on: of each quantity the least, the mean and the
 * greatest, of each cell the least and the greatest, and the part of the time with an output high. One with 0 is an instant, its
 * three values the same and the outputs 1 = high, 0 = floating; two of one t_s are before and after an edge, and the later one has
 * its cause (sbms_cause), which is that of an output that a start leaves floating, too. battery_a is positive while charging. Errors
 * are left in the stream.
 */
void write_csv(const struct run_result *result, FILE *stream);

#endif
