/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The mappings and lists of a scenario file: which keys are there, and every value at its place in the draft.
 */
#ifndef SCENARIO_MAPPING_H
#define SCENARIO_MAPPING_H

#include "scenario/reader.h"

/*
 * Reads the whole tree under `root` into reader->draft, in the schema's order, so that what others depend on
 * comes first. What is refused writes the error and returns false.
 */
bool scenario_read_top(struct scenario_reader *reader, const yaml_node_t *root);

/* Reads the section `cell` alone; the file's other keys must be known, and are not looked at. */
bool scenario_read_cell(struct scenario_reader *reader, const yaml_node_t *root);

#endif
