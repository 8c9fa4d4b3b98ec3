/* SPDX-License-Identifier: Apache-2.0 */
/* `smallbms predict`: a cell of the twin on the currents of a measured cell's log. */
#ifndef CLI_PREDICT_H
#define CLI_PREDICT_H

int predict_command(int argc, char **argv); /* see cli/command.h */

#endif
