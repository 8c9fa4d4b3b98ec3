/* SPDX-License-Identifier: Apache-2.0 */
/* The quantities of a run in its JSON. */
#ifndef RESULT_WRITE_JSON_SERIES_H
#define RESULT_WRITE_JSON_SERIES_H

#include <stdio.h>

#include "result/recording.h"

/* Writes the key `series` (docs/RESULTS.md) and its object, for a page without its rows. Errors are left in the stream. */
void write_json_series(const struct recording *recording, bool is_page, FILE *stream);

/* The object of its rows as a page has it, each list short. */
void write_json_rows_short(const struct recording *recording, FILE *stream);

#endif
