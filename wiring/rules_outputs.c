/* SPDX-License-Identifier: Apache-2.0 */
/* What hangs on the outputs, and what they control. */
#include "wiring/rules.h"

#include "twin/equipment.h"

const struct wiring_rule wiring_rules_outputs[] = {{0}};

const size_t wiring_rules_outputs_count = 0;
