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
    page_write(asset_report_html, result->described->title, write_data, result, stream);
}
