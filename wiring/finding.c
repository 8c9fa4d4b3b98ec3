/* SPDX-License-Identifier: Apache-2.0 */
#include "wiring/finding.h"

#include <assert.h>
#include <math.h>
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
    const double size = fabs(value);
    double limit = 1.0;

    assert(size <= 1e15);
    assert(digits >= 1 && digits <= WIRING_DIGITS_MAX);
    for (int i = 0; i < digits; i++) {
        limit *= 10.0;
    }
    if (size >= limit - 0.5) {
        snprintf(number.text, sizeof number.text, "%.0f", value);
    } else if (size > 0.0 && size < 0.001) {
        snprintf(number.text, sizeof number.text, "%sless than 0.001", value < 0.0 ? "minus " : "");
    } else {
        snprintf(number.text, sizeof number.text, "%.*g", digits, value);
    }
    return number;
}
