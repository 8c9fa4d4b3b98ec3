/* SPDX-License-Identifier: Apache-2.0 */
#include "twin/calendar.h"

#include <assert.h>
#include <stdbool.h>

#define FIRST_WEEKDAY 5 /* 2000-01-01 was a Saturday */
#define DAY_MAX 1000000
#define DAYS_IN_400_YEARS 146097

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int month_days(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    assert(month >= 1 && month <= 12);
    return days[month - 1] + (month == 2 && is_leap(year) ? 1 : 0);
}

/* The number of the first day of `year`. */
static int64_t first_day(int year)
{
    const int64_t years = year - CALENDAR_YEAR_MIN;

    assert(years >= 0);
    return years * 365 + (years + 3) / 4 - (years + 99) / 100 + (years + 399) / 400;
}

int32_t calendar_day(int year, int month, int day)
{
    int64_t number = 0;

    if (year < CALENDAR_YEAR_MIN || year > CALENDAR_YEAR_MAX || month < 1 || month > 12 || day < 1 ||
        day > month_days(year, month)) {
        return -1;
    }
    number = first_day(year) + day - 1;
    for (int before = 1; before < month; before++) {
        number += month_days(year, before);
    }
    return (int32_t)number;
}

struct calendar_date calendar_date(int64_t day)
{
    int year = CALENDAR_YEAR_MIN + (int)(day * 400 / DAYS_IN_400_YEARS);
    int month = 1;
    int64_t left = 0;

    assert(day >= 0 && day <= DAY_MAX);
    while (first_day(year) > day) { /* the mean length of a year is a little short, or long, at first */
        year--;
    }
    while (first_day(year + 1) <= day) {
        year++;
    }
    left = day - first_day(year);
    while (left >= month_days(year, month)) {
        left -= month_days(year, month);
        month++;
    }
    return (struct calendar_date){
        .year = year,
        .month = month,
        .day = (int)left + 1,
        .day_of_year = (int)(day - first_day(year)) + 1,
        .year_days = is_leap(year) ? 366 : 365,
        .weekday = (int)((day + FIRST_WEEKDAY) % 7),
    };
}
