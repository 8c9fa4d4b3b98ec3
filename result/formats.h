/* SPDX-License-Identifier: Apache-2.0 */
/*
 * In which formats a run can be written: one row for each, in the order of the command's help. A new one is a file,
 * write_NAME.c, and a row.
 */
#ifndef RESULT_FORMATS_H
#define RESULT_FORMATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "result/result.h"

struct result_format {
    const char *name; /* of its option: "csv" */
    const char *help; /* what the option does, one line */
    bool needs_file;  /* it may not go to standard output */
    bool has_wiring;  /* it shows run_result's `wiring` */
    /* Writes `result`, which is finished. Errors are left in the stream. */
    void (*write)(const struct run_result *result, FILE *stream);
};

enum { RESULT_FORMATS_MAX = 8 };

extern const struct result_format result_formats[];
extern const size_t result_format_count; /* 1..RESULT_FORMATS_MAX */

#endif
