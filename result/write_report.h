/* SPDX-License-Identifier: Apache-2.0 */
/* A run as one self-contained HTML page: web/report/report.html with the plotting library, the wiring picture and the data in it. */
#ifndef RESULT_WRITE_REPORT_H
#define RESULT_WRITE_REPORT_H

#include <stdio.h>

#include "result/result.h"

/* Writes the page. Errors are left in the stream. */
void write_report(const struct run_result *result, FILE *stream);

#endif
