/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of the file's own sections, for scenario/schema.c alone, which puts those of the consumers between them. */
#ifndef SCENARIO_SCHEMA_ROWS_H
#define SCENARIO_SCHEMA_ROWS_H

#include "twin/scenario_row.h"

/* The sections of the top up to the consumers'. */
extern const struct scenario_row schema_first_rows[];
extern const size_t schema_first_count;

/* The sections of the top after them, then the keys of all sections. */
extern const struct scenario_row schema_last_rows[];
extern const size_t schema_last_count;

#endif
