/* SPDX-License-Identifier: Apache-2.0 */
/* Dates of the Gregorian calendar, counted in days from 2000-01-01, which is day 0. */
#ifndef TWIN_CALENDAR_H
#define TWIN_CALENDAR_H

#include <stdint.h>

enum {
    CALENDAR_YEAR_MIN = 2000,
    CALENDAR_YEAR_MAX = 2199 /* in which a run may start; it may go on beyond */
};

struct calendar_date {
    int year;
    int month;       /* 1..12 */
    int day;         /* 1..31 */
    int day_of_year; /* 1..366 */
    int year_days;   /* 365 or 366 */
    int weekday;     /* 0..6, 0 is Monday */
};

/* The number of the day, 0 or later; -1: there is no such date between CALENDAR_YEAR_MIN and CALENDAR_YEAR_MAX. */
int32_t calendar_day(int year, int month, int day);

/* The date of day `day`, 0 to 1000000. */
struct calendar_date calendar_date(int64_t day);

#endif
