/* SPDX-License-Identifier: Apache-2.0 */
#include "result/write_report.h"

#include "result/assets.h"
#include "result/page.h"
#include "result/write_json.h"

static void write_data(const void *data, FILE *stream)
{
    write_json(data, stream);
}

void write_report(const struct run_result *result, FILE *stream)
{
    const struct page_parts parts = {result->described->title, result->wiring, write_data, result};
    page_write(asset_report_html, &parts, stream);
}
