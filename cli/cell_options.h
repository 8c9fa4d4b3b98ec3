/* SPDX-License-Identifier: Apache-2.0 */
/* The options that say how measured cells and temperatures are read, BAT-1, BAT-2, BAT-5. */
#ifndef CLI_CELL_OPTIONS_H
#define CLI_CELL_OPTIONS_H

#include <stdbool.h>

#include "cli/cell_log.h"

/* What the user wrote; NULL: not given. */
struct cell_options {
    const char *under_voltage_mv;
    const char *pre_alarm_mv;
    const char *low_temp_dc;
    const char *cells_per_battery;
    const char *max_gap_s;
};

/* Their rows in a subcommand's table of options (cli/command.h). */
#define CELL_OPTIONS(options) \
    {"under-voltage-mv", "MV", &(options)->under_voltage_mv, NULL, \
     "cells: ATD is lost below this, 2600 to 2800,\ndefault 2800"}, \
        {"pre-alarm-mv", "MV", &(options)->pre_alarm_mv, NULL, \
         "cells: no-pre-alarm is lost below this, 2850 to 3150,\ndefault 3100"}, \
        {"low-temp-dc", "DC", &(options)->low_temp_dc, NULL, \
         "temperatures: ATC is lost below this, tenths of a\ndegree, -200 to 200, default 50"}, \
        {"cells-per-battery", "N", &(options)->cells_per_battery, NULL, \
         "cells: so many are one battery, which judges by itself;\ndefault: all of them"}, \
    { \
        "max-gap-s", "S", &(options)->max_gap_s, NULL, \
            "a reading that is older is missing; default: it holds\nuntil the next. These five are " \
            "refused when the\nstimulus has neither cells nor temperatures" \
    }

/*
 * Reads them into `read`; `*given` is the last that was given, or untouched. False, with a message printed, when one is out of range:
 * nothing is clamped (BAT-7).
 */
bool cell_options_read(const struct cell_options *options, const char *subcommand,
                       struct cell_log_options *read, const char **given);

#endif
