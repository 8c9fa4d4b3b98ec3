/* SPDX-License-Identifier: Apache-2.0 */
/* `smallbms settings OUTPUT.hex`: makes the settings (LOAD-6) into what is flashed into the device's EEPROM. */
#ifndef CLI_SETTINGS_H
#define CLI_SETTINGS_H

#include <stdio.h>

#include "core/control.h"

/* Prints in words what a device with `settings`, in range, does; each line begins with `indent`. */
void settings_print(const struct sbms_control_settings *settings, const char *indent, FILE *stream);

/* The subcommand; see cli/command.h. */
int settings_command(int argc, char **argv);

#endif
