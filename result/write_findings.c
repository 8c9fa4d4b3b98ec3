/* SPDX-License-Identifier: Apache-2.0 */
#include "result/write_findings.h"

#include <assert.h>

#include "result/json_string.h"

static void write_finding(const struct wiring_finding *finding, FILE *stream)
{
    assert(finding->rule != NULL && finding->line >= 0);
    fprintf(stream, "{\"id\":\"%s\",", finding->rule->id);
    if (finding->line > 0) {
        fprintf(stream, "\"line\":%d,", finding->line);
    }
    fputs("\"what\":", stream);
    write_json_string(stream, finding->what);
    fputs(",\"why\":", stream);
    write_json_string(stream, finding->rule->why);
    fputs(",\"instead\":", stream);
    write_json_string(stream, finding->rule->instead);
    fputc('}', stream);
}

void write_findings(const struct wiring_findings *findings, FILE *stream)
{
    assert(findings->count <= WIRING_FINDINGS_MAX);
    fprintf(stream, "\"findings_left_out\":%zu,\n\"findings\":[", findings->left_out);
    for (size_t i = 0; i < findings->count; i++) {
        fputs(i == 0 ? "\n" : ",\n", stream);
        write_finding(&findings->findings[i], stream);
    }
    fputs("\n],\n", stream);
}
