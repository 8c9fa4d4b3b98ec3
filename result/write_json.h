/* SPDX-License-Identifier: Apache-2.0 */
/* A run as one JSON object, for other programs and for the report page: docs/RESULTS.md has each of its keys. */
#ifndef RESULT_WRITE_JSON_H
#define RESULT_WRITE_JSON_H

#include <stdio.h>

#include "result/result.h"

/*
 * Writes the object, pure ASCII but for what UTF-8 the scenario's own texts hold, and without any '<', so that it may
 * be put inside a script element. Errors are left in the stream.
 */
void write_json(const struct run_result *result, FILE *stream);

/* The same in fewer bytes, for web/report/: its edges are short, and it has no rows (docs/RESULTS.md). */
void write_json_of_page(const struct run_result *result, FILE *stream);

#endif
