/* SPDX-License-Identifier: Apache-2.0 */
/* `smallbms check`: names what is wrong with the wiring of a scenario before anything is bought or runs. */
#ifndef CLI_CHECK_H
#define CLI_CHECK_H

#include <stdbool.h>
#include <stdio.h>

#include "wiring/finding.h"

/* The subcommand (cli/command.h). */
int check_command(int argc, char **argv);

/*
 * What a run of the scenario at `path` says first: a line for each finding, and which command tells why; nothing where there is none.
 * `is_short`: only how many.
 */
void check_print_first(const struct wiring_findings *findings, const char *path, bool is_short, FILE *stream);

#endif
