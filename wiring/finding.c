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
