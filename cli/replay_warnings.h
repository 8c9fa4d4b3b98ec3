/* SPDX-License-Identifier: Apache-2.0 */
/* What `smallbms replay` tells on standard error where its answer would mislead (SPEC section 9). */
#ifndef CLI_REPLAY_WARNINGS_H
#define CLI_REPLAY_WARNINGS_H

#include <stdio.h>

#include "cli/cell_log.h"
#include "cli/stimulus.h"

/*
 * Looks through `stimulus`, just opened, whose columns fit `options` (cell_log_share()), and prints each kind of warning
 * once to `stream`, as NAME:LINE:COLUMN: warning: ..., with the number of the rows that it is about.
 */
void replay_warn(const struct stimulus *stimulus, const struct cell_log_options *options, const char *name,
                 FILE *stream);

#endif
