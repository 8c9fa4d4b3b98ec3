/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a scenario file (docs/SCENARIOS.md) into a scenario (twin/scenario.h).
 *
 * Nothing is guessed and nothing is clamped (BAT-7): an unknown or repeated key, a value of the wrong kind
 * or out of its range, a missing key, or keys that contradict one another refuse the file, with one line
 * that names the place and what would be right. Any bytes are safe input.
 */
#ifndef SCENARIO_FILE_H
#define SCENARIO_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "twin/scenario.h"

enum {
    SCENARIO_FILE_SIZE_MAX = 1024 * 1024, /* bytes of a scenario file */
    SCENARIO_FILE_ERROR_SIZE = 768        /* room enough for any error */
};

/*
 * Reads `size` bytes at `data`. `file_name` is what errors call it. On failure writes one line without a
 * line end, "FILE:LINE:COLUMN: what is wrong, and what would be right", to `error` (cut to `error_size`,
 * at least 1), returns false and leaves `out` as it was. What was read is given back with scenario_file_free().
 */
bool scenario_file_read(const char *data, size_t size, const char *file_name, struct scenario *out,
                        char *error, size_t error_size);

/* The same for the file at `path`, or for standard input when that is "-". A file that cannot be read is an
 * error "PATH: why". */
bool scenario_file_load(const char *path, struct scenario *out, char *error, size_t error_size);

/* Gives back what a scenario that was read holds beside its plain data: the profiles of its loads. It has none then. */
void scenario_file_free(struct scenario *read);

/* The section `cell` alone, of a file that may have more of a scenario or nothing else; likewise. */
bool scenario_file_load_cell(const char *path, struct cell_model *out, char *error, size_t error_size);

#endif
