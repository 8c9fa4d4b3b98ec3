/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All rules, in the order of their numbers: ROW(12) is WIRE-12, which some file wiring/rules_*.c defines as wiring_rule_12. A new
 * rule is that and a row here, with two scenarios, tests/checks/WIRE-12.yaml and tests/checks/WIRE-12-nearly.yaml.
 */
#ifndef WIRING_RULES_H
#define WIRING_RULES_H

#include <stddef.h>

#include "wiring/finding.h"

#define WIRING_RULES(ROW) \
    ROW(1) \
    ROW(2) \
    ROW(3) \
    ROW(4) \
    ROW(5) \
    ROW(6) \
    ROW(7) \
    ROW(8) \
    ROW(9) \
    ROW(10) \
    ROW(11) \
    ROW(12) \
    ROW(13) \
    ROW(14) \
    ROW(15) \
    ROW(16) \
    ROW(17) \
    ROW(18) \
    ROW(19) \
    ROW(20) \
    ROW(21) \
    ROW(22) \
    ROW(23) \
    ROW(24) \
    ROW(25) \
    ROW(26) \
    ROW(27) \
    ROW(28)

#define WIRING_RULE_DECLARATION(number) extern const struct wiring_rule wiring_rule_##number;
WIRING_RULES(WIRING_RULE_DECLARATION)
#undef WIRING_RULE_DECLARATION

extern const struct wiring_rule *const wiring_rules[];
extern const size_t wiring_rule_count;

#endif
