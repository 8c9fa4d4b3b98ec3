/* SPDX-License-Identifier: Apache-2.0 */
/* `smallbms log FILE`: the record and the settings of a device, read from an image of its EEPROM (SAFE-7). */
#ifndef CLI_LOG_H
#define CLI_LOG_H

/* The subcommand; see cli/command.h. */
int log_command(int argc, char **argv);

#endif
