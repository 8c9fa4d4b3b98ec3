/* SPDX-License-Identifier: Apache-2.0 */
/* The quantities of a run in its JSON. */
#ifndef RESULT_WRITE_JSON_SERIES_H
#define RESULT_WRITE_JSON_SERIES_H

#include <stdio.h>

#include "result/recording.h"

/* Writes the key `series` (docs/RESULTS.md) and its object. Errors are left in the stream. */
void write_json_series(const struct recording *recording, FILE *stream);

#endif
