/* SPDX-License-Identifier: Apache-2.0 */
/* The device's settings (LOAD-3, LOAD-6) as options of a subcommand: one reader, and one set of messages, for all that take them. */
#ifndef CLI_DEVICE_SETTINGS_H
#define CLI_DEVICE_SETTINGS_H

#include <stdbool.h>

#include "core/control.h"

/* What the user wrote; NULL: not given. */
struct device_settings_options {
    const char *warning_time_s;
    const char *reconnect_delay_s;
    const char *lockout_retries;
    const char *lockout_clear_mv;
};

/* Rows for a subcommand's table (cli/command.h). */
#define DEVICE_SETTINGS_OPTIONS(given) \
    {"warning-time-s", "S", &(given)->warning_time_s, NULL, \
     "Pre-alarm is high this long before Load is cut; 30 to\n120, default 30"}, \
        {"reconnect-delay-s", "S", &(given)->reconnect_delay_s, NULL, \
         "after a cut, Load returns this long after\nallowed-to-discharge does; 0 to 3600"}, \
        {"lockout-retries", "N", &(given)->lockout_retries, NULL, \
         "cuts after which Load returns by itself; the next\none locks it out; 0 (no lock-out) to 10"}, \
    { \
        "lockout-clear-mv", "MV", &(given)->lockout_clear_mv, NULL, \
            "supply that, held for 30 s, ends a lock-out; 8000 to\n70000; needed with --lockout-retries" \
    }

/*
 * Reads them into `settings`; what is not given is off. false: one is out of range, or they do not fit together; a
 * usage error of `subcommand` that names the range has been printed (BAT-7 for the device: nothing is clamped).
 */
bool device_settings_read(const struct device_settings_options *given, const char *subcommand,
                          struct sbms_control_settings *settings);

#endif
