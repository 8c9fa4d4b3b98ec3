/* SPDX-License-Identifier: Apache-2.0 */
/* The commands of power and time, of what was seen, and of the EEPROM (simulator/protocol.h). */
#ifndef SIMULATOR_COMMANDS_H
#define SIMULATOR_COMMANDS_H

#include "simulator/line.h"

extern const struct command commands[];

#endif
