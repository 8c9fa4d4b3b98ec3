/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sun, clouds and air: constant over slots of ten minutes, drawn from the seed and the slot's number alone.
 */
#ifndef TWIN_WEATHER_H
#define TWIN_WEATHER_H

#include "twin/scenario.h"

#define WEATHER_SLOT_TICKS 4800 /* 10 min */

enum { WEATHER_SLOTS_A_DAY = 144, WEATHER_YEAR_DAYS = 365 };

/* Air temperature in degC in slot `slot` of the run (0 = its first ten minutes; not negative). */
double weather_ambient_c(const struct scenario *described, int64_t slot);

/* Power in W that `solar` can bring to its bus in that slot. Clear sky: Haurwitz 1945. */
double weather_solar_w(const struct scenario *described, const struct scenario_solar *solar, int64_t slot);

/* When the panel begins and ends to give something under a clear sky on that day of the run (0 = its first), in s of the day; the same: never. */
struct weather_daylight {
    int rise_s;
    int set_s;
};

struct weather_daylight weather_daylight(const struct scenario *described, const struct scenario_solar *solar,
                                         int64_t day);

#endif
