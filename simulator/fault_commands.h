/* SPDX-License-Identifier: Apache-2.0 */
/* The commands that do faults to the part and to its surroundings (simulator/protocol.h). */
#ifndef SIMULATOR_FAULT_COMMANDS_H
#define SIMULATOR_FAULT_COMMANDS_H

#include "simulator/line.h"

extern const struct command fault_commands[];

#endif
