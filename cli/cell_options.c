/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cell_options.h"

#include <assert.h>
#include <inttypes.h>
#include <stddef.h>

#include "cli/command.h"

#define NS_PER_S 1000000000
#define MAX_GAP_S_MAX 1000000000 /* 30 years */

/* Reads one setting of the cells if it was given. Returns false, with a message printed, when it is out of range: nothing
 * is clamped (BAT-7). */
static bool read_setting(const char *subcommand, const char *name, const char *text, int64_t min, int64_t max,
                         int64_t *setting, const char **given)
{
    if (text == NULL) {
        return true;
    }
    if (!command_parse_integer(text, min, max, setting)) {
        command_usage_error(subcommand,
                            "--%s %s is outside the range, it must be a whole number %" PRId64 " to %" PRId64,
                            name, text, min, max);
        return false;
    }
    *given = name;
    return true;
}

bool cell_options_read(const struct cell_options *options, const char *subcommand,
                       struct cell_log_options *read, const char **given)
{
    struct sbms_battery_settings battery = sbms_battery_defaults();
    int64_t under_voltage_mv = battery.under_voltage_mv;
    int64_t pre_alarm_mv = battery.pre_alarm_mv;
    int64_t low_temp_dc = battery.low_temp_dc;
    int64_t cells = 0;
    int64_t max_gap_s = 0;
    if (!read_setting(subcommand, "under-voltage-mv", options->under_voltage_mv, SBMS_UNDER_VOLTAGE_MV_MIN,
                      SBMS_UNDER_VOLTAGE_MV_MAX, &under_voltage_mv, given) ||
        !read_setting(subcommand, "pre-alarm-mv", options->pre_alarm_mv, SBMS_PRE_ALARM_MV_MIN,
                      SBMS_PRE_ALARM_MV_MAX, &pre_alarm_mv, given) ||
        !read_setting(subcommand, "low-temp-dc", options->low_temp_dc, SBMS_LOW_TEMP_DC_MIN,
                      SBMS_LOW_TEMP_DC_MAX, &low_temp_dc, given) ||
        !read_setting(subcommand, "cells-per-battery", options->cells_per_battery, 1, STIMULUS_READINGS_MAX,
                      &cells, given) ||
        !read_setting(subcommand, "max-gap-s", options->max_gap_s, 1, MAX_GAP_S_MAX, &max_gap_s, given)) {
        return false;
    }
    battery.under_voltage_mv = (int16_t)under_voltage_mv;
    battery.pre_alarm_mv = (int16_t)pre_alarm_mv;
    battery.low_temp_dc = (int16_t)low_temp_dc;
    assert(sbms_battery_check(&battery) == SBMS_BATTERY_OK);
    *read = (struct cell_log_options){
        .settings = battery, .cells_per_battery = (uint8_t)cells, .max_gap_ns = max_gap_s * NS_PER_S};
    return true;
}
