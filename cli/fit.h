/* SPDX-License-Identifier: Apache-2.0 */
/* `smallbms fit`: a cell of the twin from logs of a measured cell or battery. */
#ifndef CLI_FIT_H
#define CLI_FIT_H

int fit_command(int argc, char **argv); /* see cli/command.h */

#endif
