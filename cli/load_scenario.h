/* SPDX-License-Identifier: Apache-2.0 */
/* The scenario that a subcommand is given, read with all files that it names. */
#ifndef CLI_LOAD_SCENARIO_H
#define CLI_LOAD_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/output.h"
#include "twin/scenario.h"

/*
 * Reads the scenario at `path`, or from standard input for "-", into `read`, for subcommand `name` that will write `outputs`. They
 * have been checked against `path` itself (cli/output.h); here no file that the scenario names may be one of them. On failure
 * prints one line that says why, holds nothing and returns false; else `read` is given back with scenario_file_free().
 */
bool load_scenario(const char *name, const char *path, const struct output *outputs, size_t count,
                   struct scenario *read);

#endif
