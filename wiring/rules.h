/* SPDX-License-Identifier: Apache-2.0 */
/* All rules, in the order of their numbers; one file of rules a subject. */
#ifndef WIRING_RULES_H
#define WIRING_RULES_H

#include <stddef.h>

#include "wiring/finding.h"

/* Of what hangs on the outputs, and of what they control. */
extern const struct wiring_rule wiring_rules_outputs[];
extern const size_t wiring_rules_outputs_count;

/* Of batteries, currents, voltages, cables and the cold. */
extern const struct wiring_rule wiring_rules_battery[];
extern const size_t wiring_rules_battery_count;

#endif
