/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Windows of time that come again every week: on which weekdays, from when to when. One over midnight belongs to
 * the day on which it began. Time is ticks from the run's start, which is the midnight that begins day 1.
 */
#ifndef TWIN_HOURS_H
#define TWIN_HOURS_H

#include <stdbool.h>
#include <stdint.h>

enum { HOURS_WINDOWS_MAX = 8, HOURS_MONDAY = 0, HOURS_WEEK_DAYS = 7, HOURS_EVERY_DAY = 0x7F };

#define HOURS_DAY_TICKS INT64_C(691200) /* 86400 s */
#define HOURS_WEEK_TICKS (HOURS_WEEK_DAYS * HOURS_DAY_TICKS)

struct hours_window {
    uint8_t weekdays; /* bit 0 is Monday; at least one */
    int32_t from_s;   /* of the day, 0..86400 */
    int32_t to_s;     /* of the day, 0..86400; before from_s: over midnight; equal: for 24 h */
};

/* They may overlap. */
struct hours {
    int count; /* 0: always */
    struct hours_window windows[HOURS_WINDOWS_MAX];
};

/* The weekday of day `day` of the run, from 0 and at least -7; 0 is Monday. `first_weekday`: that of day 0, 0..6. */
int hours_weekday(int first_weekday, int64_t day);

/* Whether one of the windows holds at `tick`, 0 or later. A window of the day before the run counts. */
bool hours_hold(const struct hours *hours, int first_weekday, int64_t tick);

/* The same, of those windows alone which began on day `day` of the run, from -1; with a count of 0 that is the whole day. */
bool hours_hold_of_day(const struct hours *hours, int first_weekday, int64_t day, int64_t tick);

/* The first tick after `tick`, 0 or later, at which one begins or ends; INT64_MAX: never. */
int64_t hours_next_tick(const struct hours *hours, int first_weekday, int64_t tick);

/* The part of a week in which one of them holds, 0..1; 1 exactly where that is always. */
double hours_part_of_week(const struct hours *hours, int first_weekday);

#endif
