/* SPDX-License-Identifier: Apache-2.0 */
/* `smallbms run`: runs a scenario and tells what happened; `smallbms run --help` is its manual. */
#ifndef CLI_RUN_H
#define CLI_RUN_H

/* See cli/command.h. */
int run_command(int argc, char **argv);

#endif
