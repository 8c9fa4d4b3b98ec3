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
 * What a run says first: a line for each finding, and which command tells why; nothing where there is none. `is_short`: only how
 * many. It does not name the scenario's file, so that a run tells the same whatever that is called.
 */
void check_print_first(const struct wiring_findings *findings, bool is_short, FILE *stream);

#endif
