/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Single values of a scenario file: from their text into the field that the schema's row names. A function
 * that refuses a value writes the error and returns false.
 */
#ifndef SCENARIO_STORE_H
#define SCENARIO_STORE_H

#include <stdint.h>

#include "scenario/reader.h"

/*
 * Stores what `text` says as the value of `row` (not a MAPPING or LIST), at the row's offset from `base`.
 * `node`: where the text is in the file; NULL for a default, which is never refused.
 */
bool scenario_store(struct scenario_reader *reader, const struct scenario_row *row, const yaml_node_t *node,
                    const char *text, void *base);

/*
 * Reads the value `node` of `row` and stores it as above: it must be a scalar, with quotes only where the row
 * takes text.
 */
bool scenario_read_scalar(struct scenario_reader *reader, const struct scenario_row *row,
                          const yaml_node_t *node, void *base);

/* Puts a whole number into an integer of `size` bytes (1, 2, 4 or 8), or into a bool. */
void scenario_store_whole(void *field, size_t size, int64_t value);

/* Whether the scalar `node` is one of YAML's ways to write that there is nothing. */
bool scenario_is_nothing(const yaml_node_t *node);

#endif
