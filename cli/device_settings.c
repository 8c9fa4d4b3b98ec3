/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/device_settings.h"

#include <assert.h>
#include <inttypes.h>
#include <stddef.h>

#include "cli/command.h"

/* One setting: its option and its range; `number` stays as it is when the option is not given. */
struct setting {
    const char *name;
    const char *text;
    int64_t min;
    int64_t max;
    int64_t *number;
};

static bool read_setting(const struct setting *setting, const char *subcommand)
{
    if (setting->text == NULL ||
        command_parse_integer(setting->text, setting->min, setting->max, setting->number)) {
        return true;
    }
    command_usage_error(subcommand,
                        "--%s %s is outside the range, it must be a whole number %" PRId64 " to %" PRId64,
                        setting->name, setting->text, setting->min, setting->max);
    return false;
}

/* A lock-out needs to know what clears it, and what clears it needs a lock-out. */
static bool check_lockout(int64_t retries, bool has_clear_mv, const char *subcommand)
{
    if (retries > 0 && !has_clear_mv) {
        command_usage_error(subcommand, "--lockout-retries %" PRId64 " needs --lockout-clear-mv MV, %d to %d",
                            retries, SBMS_LOCKOUT_CLEAR_MV_MIN, SBMS_LOCKOUT_CLEAR_MV_MAX);
        return false;
    }
    if (retries == 0 && has_clear_mv) {
        command_usage_error(subcommand,
                            "--lockout-clear-mv without a lock-out, which takes --lockout-retries 1 to %u",
                            SBMS_LOCKOUT_RETRIES_MAX);
        return false;
    }
    return true;
}

bool device_settings_read(const struct device_settings_options *given, const char *subcommand,
                          struct sbms_control_settings *settings)
{
    assert(given != NULL);
    assert(settings != NULL);
    int64_t warning_s = 0;
    int64_t delay_s = 0;
    int64_t retries = 0;
    int64_t clear_mv = 0;
    const struct setting table[] = {
        {"warning-time-s", given->warning_time_s, SBMS_WARNING_TIME_S_MIN, SBMS_WARNING_TIME_S_MAX,
         &warning_s},
        {"reconnect-delay-s", given->reconnect_delay_s, 0, SBMS_RECONNECT_DELAY_S_MAX, &delay_s},
        {"lockout-retries", given->lockout_retries, 0, SBMS_LOCKOUT_RETRIES_MAX, &retries},
        {"lockout-clear-mv", given->lockout_clear_mv, SBMS_LOCKOUT_CLEAR_MV_MIN, SBMS_LOCKOUT_CLEAR_MV_MAX,
         &clear_mv},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        if (!read_setting(&table[i], subcommand)) {
            return false;
        }
    }
    if (!check_lockout(retries, given->lockout_clear_mv != NULL, subcommand)) {
        return false;
    }
    *settings = (struct sbms_control_settings){
        .reconnect_delay_s = (uint16_t)delay_s,
        .lockout_retries = (uint8_t)retries,
        .warning_time_s = (uint8_t)warning_s,
        .lockout_clear_mv = (int32_t)clear_mv,
    };
    assert(sbms_control_check(settings) == SBMS_SETTINGS_OK);
    return true;
}
