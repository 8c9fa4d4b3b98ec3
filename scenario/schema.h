/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every key that a scenario file may hold (twin/scenario_row.h): one table, joined from the rows of the
 * file's own sections (scenario/schema_rows.c) and those of each kind of consumer (twin/consumer.h).
 *
 * It drives the reader (scenario/file.h), its messages, the reference in docs/SCENARIOS.md and the tests.
 * Adding a key is adding a row.
 */
#ifndef SCENARIO_SCHEMA_H
#define SCENARIO_SCHEMA_H

#include <stddef.h>

#include "scenario/schema_rows.h"
#include "twin/scenario.h"
#include "twin/scenario_row.h"

enum {
    SCENARIO_ROWS_MAX = 480,  /* of the schema */
    SCENARIO_RANGE_SIZE = 512 /* room for scenario_row_range() */
};

struct scenario_schema {
    size_t count;
    struct scenario_row rows[SCENARIO_ROWS_MAX]; /* of one group in the order of the reference */
};

/* The schema. It is joined at the first call, which must not be made from two threads at once. */
const struct scenario_schema *scenario_schema(void);

/* What a message calls the group: "bank", "a load", "supply_dip". */
const char *scenario_group_name(int group);

/* The row by whose value an entry of `group` takes more keys: `what`, or `kind` for equipment; NULL: it has none. */
const struct scenario_row *scenario_variant_row(int group);

/* The group of keys that an entry of `group` takes besides its own when that is `value`; -1: none. */
int scenario_group_variant(int group, int value);

/* The row of `key` in `group`; NULL: there is none. */
const struct scenario_row *scenario_row_find(int group, const char *key);

/*
 * Writes what `row` accepts into `text`, for messages and for the reference: "2600..2800 mV",
 * "joined, l_to_minus or h_to_plus", "\"00:00\"..\"24:00\"". Cut to `size`, at least 1. Returns `text`.
 */
const char *scenario_row_range(const struct scenario_row *row, char *text, size_t size);

#endif
