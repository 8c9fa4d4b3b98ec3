/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The result files of a subcommand, each asked for by an option or an operand: checked against one another and against
 * the input, opened before the work, so that one that cannot be written shows early, and all put in place at its end
 * (cli/write_file.h). "-" is standard output, which then carries nothing else.
 */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "cli/write_file.h"

#define OUTPUT_COUNT_MAX 8u /* of one subcommand */

struct output {
    const char *name;       /* "--csv", or of an operand, "OUTPUT.hex" */
    const char *path;       /* NULL: not wanted */
    bool needs_file;        /* "-" is refused */
    struct write_file file; /* while it is open */
};

/* A file that the subcommand reads. */
struct output_input {
    const char *path; /* NULL: none is given; "-": standard input */
    const char *word; /* what errors call it: "scenario" */
};

/*
 * Says whether the outputs may be written: each names a file, no two are one file whatever they call it, nor is one of them
 * standard output's or an input's. If not, a usage error of subcommand `name` has been printed.
 */
bool output_check(const char *name, const struct output *outputs, size_t count,
                  const struct output_input *inputs, size_t input_count);

/* Says whether one of them is standard output. */
bool output_has_stdout(const struct output *outputs, size_t count);

/* Opens every file. On failure prints why, leaves none open and returns false. */
bool output_open(struct output *outputs, size_t count);

/* The stream to write this output to: of the file, or stdout; NULL when it is not wanted. */
FILE *output_stream(const struct output *output);

/* Puts every file in its place, none before all that was written has arrived, also what was told on standard output. On
 * failure prints why, gives up those that are not in their place yet, and returns false. */
bool output_commit(struct output *outputs, size_t count);

/* Gives up the files that are open; nothing of them remains. */
void output_discard(struct output *outputs, size_t count);

#endif
