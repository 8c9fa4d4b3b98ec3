/* SPDX-License-Identifier: Apache-2.0 */
/* `smallbms draw`: the wiring picture of a scenario. */
#ifndef CLI_DRAW_H
#define CLI_DRAW_H

int draw_command(int argc, char **argv); /* see cli/command.h */

#endif
