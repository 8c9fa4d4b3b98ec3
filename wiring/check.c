/* SPDX-License-Identifier: Apache-2.0 */
#include "wiring/check.h"

#include <assert.h>
#include <string.h>

#include "wiring/rules.h"

static void look(const struct scenario *described, const struct wiring_rule *rules, size_t count,
                 struct wiring_findings *findings)
{
    for (size_t i = 0; i < count; i++) {
        assert(rules[i].id != NULL && rules[i].why != NULL);
        if (rules[i].look != NULL) {
            rules[i].look(described, &rules[i], findings);
        }
    }
}

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
    look(described, wiring_rules_outputs, wiring_rules_outputs_count, findings);
    look(described, wiring_rules_battery, wiring_rules_battery_count, findings);
    sort(findings);
}
