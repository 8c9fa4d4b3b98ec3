/* SPDX-License-Identifier: Apache-2.0 */
#include "wiring/check.h"

#include <assert.h>
#include <string.h>

#include "wiring/rules.h"

#define WIRING_RULE_PLACE(number) &wiring_rule_##number,
const struct wiring_rule *const wiring_rules[] = {WIRING_RULES(WIRING_RULE_PLACE)};
const size_t wiring_rule_count = sizeof wiring_rules / sizeof wiring_rules[0];

static void swap(struct wiring_finding *a, struct wiring_finding *b)
{
    const struct wiring_finding kept = *a;

    *a = *b;
    *b = kept;
}

/* By lines; what is on one line stays in the order of the rules. */
static void sort(struct wiring_findings *findings)
{
    for (size_t i = 1; i < findings->count; i++) {
        for (size_t j = i; j > 0 && findings->findings[j - 1].line > findings->findings[j].line; j--) {
            swap(&findings->findings[j - 1], &findings->findings[j]);
        }
    }
}

void wiring_check(const struct scenario *described, struct wiring_findings *findings)
{
    memset(findings, 0, sizeof *findings);
    for (size_t i = 0; i < wiring_rule_count; i++) {
        assert(wiring_rules[i]->id != NULL && wiring_rules[i]->why != NULL);
        if (wiring_rules[i]->look != NULL) {
            wiring_rules[i]->look(described, wiring_rules[i], findings);
        }
    }
    sort(findings);
}
