/* SPDX-License-Identifier: Apache-2.0 */
#include "result/formats.h"

#include <assert.h>

#include "result/write_csv.h"
#include "result/write_json.h"
#include "result/write_report.h"
#include "result/write_vcd.h"

const struct result_format result_formats[] = {
    {"csv", "write the quantities as CSV", false, false, write_csv},
    {"vcd", "write the signals as VCD, for GTKWave", false, false, write_vcd},
    {"report", "write a page with plots and the wiring, HTML", true, true, write_report},
    {"json", "write everything as JSON", false, false, write_json},
};
const size_t result_format_count = sizeof result_formats / sizeof result_formats[0];

static_assert(sizeof result_formats / sizeof result_formats[0] <= RESULT_FORMATS_MAX, "RESULT_FORMATS_MAX");
