/* SPDX-License-Identifier: Apache-2.0 */
#include "wiring/finding.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

void wiring_report(struct wiring_findings *findings, const struct wiring_rule *rule, int line,
                   const char *format, ...)
{
    va_list arguments;

    assert(rule != NULL && line >= 0);
    assert(findings->count <= WIRING_FINDINGS_MAX);
    if (findings->count == WIRING_FINDINGS_MAX) {
        findings->left_out++;
        return;
    }
    struct wiring_finding *finding = &findings->findings[findings->count++];
    finding->rule = rule;
    finding->line = line;
    va_start(arguments, format);
    vsnprintf(finding->what, sizeof finding->what, format, arguments);
    va_end(arguments);
}

struct wiring_number wiring_number(double value, int digits)
{
    struct wiring_number number;
    double limit = 1.0;

    assert(value >= 0.0 && value <= 1e15);
    assert(digits >= 1 && digits <= 15);
    for (int i = 0; i < digits; i++) {
        limit *= 10.0;
    }
    if (value >= limit - 0.5) {
        snprintf(number.text, sizeof number.text, "%.0f", value);
    } else if (value > 0.0 && value < 0.001) {
        snprintf(number.text, sizeof number.text, "less than 0.001");
    } else {
        snprintf(number.text, sizeof number.text, "%.*g", digits, value);
    }
    return number;
}
