/* SPDX-License-Identifier: Apache-2.0 */
/* Input files, whole in memory. */
#ifndef CLI_READ_FILE_H
#define CLI_READ_FILE_H

#include <stdbool.h>
#include <stddef.h>

/* What errors call the input at `path`: the path, or "<stdin>" for "-". */
const char *read_file_name(const char *path);

/*
 * Reads the file at `path`, or what is left of standard input for "-". It must be smaller than `size_max` bytes, so that
 * an endless pipe does not take the machine's memory. On failure prints one line that says why and returns false;
 * `*data` is to be freed in any case.
 */
bool read_file(const char *path, size_t size_max, char **data, size_t *size);

#endif
