/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a load's measured profile (twin/profile.h) from a CSV file that a scenario names (docs/SCENARIOS.md, "loads"). */
#ifndef SCENARIO_PROFILE_FILE_H
#define SCENARIO_PROFILE_FILE_H

#include "scenario/reader.h"
#include "twin/profile.h"

enum { PROFILE_FILE_SIZE_MAX = 1024 * 1024 /* bytes */ };

/*
 * Reads the file `name`, whose path is relative to the folder of the scenario, or to the working directory where the scenario is
 * read from standard input. The caller frees the profile with free(). NULL: the error is written, for `place` in the scenario where
 * the file cannot be read, and for a place in the CSV file where it is wrong.
 */
struct profile *profile_file_read(struct scenario_reader *reader, const yaml_node_t *place, const char *name);

#endif
