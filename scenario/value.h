/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers and times as a scenario file writes them, from text. No locale has a say, nothing is rounded twice:
 * the same text gives the same bits everywhere. A function that fails leaves its result untouched.
 */
#ifndef SCENARIO_VALUE_H
#define SCENARIO_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "twin/hours.h"

enum scenario_number {
    SCENARIO_NUMBER_READ,
    SCENARIO_NUMBER_BAD, /* it is none */
    SCENARIO_NUMBER_LONG /* more than 15 digits: it could not be held exactly */
};

/*
 * Reads a decimal number: an optional '-', digits without a leading zero, perhaps a point and digits. No
 * exponent, no '+', no "inf", no hexadecimal. Whole numbers up to 2^53 are read, whatever their length.
 */
enum scenario_number scenario_value_number(const char *text, double *number);

/* Reads a length of time, a number and one of s, min, h, day, days, year, years (of 365 days), into seconds. */
bool scenario_value_duration(const char *text, double *seconds);

/* Reads a time of day, "hh:mm" or "hh:mm:ss" from "00:00" to "24:00", the hour with one digit or two, into seconds. */
bool scenario_value_time_of_day(const char *text, int32_t *seconds);

/*
 * Reads up to HOURS_WINDOWS_MAX windows, a comma between them, each "hh:mm-hh:mm" with perhaps seconds and perhaps weekdays
 * in front: "mon-fri 07:00-07:30:15, sat 18:00-01:00, tue,fri-sun 9:00-10:00". From a later weekday to an earlier one is over Sunday; a
 * window starts before 24:00. NULL: they are read; otherwise the window in `text` that is none, or is one too many.
 */
const char *scenario_value_hours(const char *text, struct hours *hours);

/* Reads a date of the years 2000 to 2199, "2026-03-01", into the number of its day, 1 for 2000-01-01. */
bool scenario_value_date(const char *text, int32_t *date);

/* Reads "day N hh:mm" or "day N hh:mm:ss", N from 1 to 36501, into seconds from the start of day 1. */
bool scenario_value_instant(const char *text, double *seconds);

/*
 * Reads a cable of copper by its length one way and its cross-section, "3 m 16 mm2" or "0.5 m 6 mm2", into the resistance of both
 * ways in mOhm at 20 degC (17.24 mOhm mm2/m). False: it is none.
 */
bool scenario_value_cable(const char *text, double *mohm);

/* Reads the same into its length one way in m and its cross-section in mm2. False: it is none, and both may have been written to. */
bool scenario_value_cable_size(const char *text, double *length_m, double *section_mm2);

#endif
