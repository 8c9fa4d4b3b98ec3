/* SPDX-License-Identifier: Apache-2.0 */
/* From an output of the device through a cable to the input that turns a piece of equipment on or off. */
#ifndef TWIN_CONTROL_INPUT_H
#define TWIN_CONTROL_INPUT_H

#include <stdbool.h>

#include "core/control.h"
#include "twin/scenario.h"

/* Whether `entry` may work with these outputs, whose bus is at `bus_v` (V). True where nothing controls it. */
bool control_input_is_on(const struct scenario_equipment *entry, const struct sbms_outputs *outputs,
                         double bus_v);

/* The voltage of the output that controls `entry`, with the bus at `bus_v` (V); 0 while it floats, and where none does. */
double control_output_v(const struct scenario_equipment *entry, const struct sbms_outputs *outputs,
                        double bus_v);

/* control_input_is_on() with the output that controls `entry` at `level_v` (V), as control_output_v() has it. */
bool control_input_is_on_at(const struct scenario_equipment *entry, double level_v);

/* Whether the output that controls `entry` is high; false where none does. */
bool control_output_is_high(const struct scenario_equipment *entry, const struct sbms_outputs *outputs);

#endif
