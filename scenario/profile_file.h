/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a load's measured profile (twin/profile.h) from a CSV file that a scenario names (docs/SCENARIOS.md, "loads"). */
#ifndef SCENARIO_PROFILE_FILE_H
#define SCENARIO_PROFILE_FILE_H

#include "scenario/reader.h"
#include "twin/profile.h"

enum { PROFILE_FILE_SIZE_MAX = 1024 * 1024 /* bytes */ };

/*
 * Puts the path of the profile `name`, as it stands in the scenario at `scenario`, to `path`: relative to the folder of the
 * scenario, or to the working directory where the scenario is read from standard input ("-"). False: it is too long, and errno
 * says so.
 */
bool profile_file_path(const char *scenario, const char *name, char *path, size_t size);

/*
 * Reads the file `name`, at the path that profile_file_path() gives. The caller frees the profile with free(). NULL: the error is written, for `place` in the scenario where
 * the file cannot be read, and for a place in the CSV file where it is wrong.
 */
struct profile *profile_file_read(struct scenario_reader *reader, const yaml_node_t *place, const char *name);

#endif
