/* SPDX-License-Identifier: Apache-2.0 */
/* A run as one JSON object, "format": "smallbms-run-1" (docs/RUN.md): for other programs and for the report. */
#ifndef CLI_WRITE_JSON_H
#define CLI_WRITE_JSON_H

#include <stdio.h>

#include "cli/run_result.h"

/*
 * Writes the object, pure ASCII but for what UTF-8 the scenario's own texts hold, and without any '<', so that it may
 * stand inside a script element. Errors are left in the stream.
 */
void write_json(const struct run_result *result, FILE *stream);

#endif
