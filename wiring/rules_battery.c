/* SPDX-License-Identifier: Apache-2.0 */
/* Batteries, currents, voltages, cables and the cold. */
#include "wiring/rules.h"

#include "twin/equipment.h"

const struct wiring_rule wiring_rules_battery[] = {{0}};

const size_t wiring_rules_battery_count = 0;
