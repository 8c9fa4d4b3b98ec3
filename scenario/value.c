/* SPDX-License-Identifier: Apache-2.0 */
#include "scenario/value.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#define EXACT_MAX ((int64_t)1 << 53) /* every whole number up to here is a double */
#define DIGITS_MAX 15                /* so many digits, divided by a power of ten, round once */
#define MINUTE_S 60
#define HOUR_S 3600
#define DAY_S 86400
#define YEAR_S (365 * DAY_S)
#define DAY_MAX 36501 /* the midnight that ends 100 years */

static bool is_digit(char letter)
{
    return letter >= '0' && letter <= '9';
}

/* Adds the digits at `text` to `*value`, which stops growing beyond EXACT_MAX; returns how many. */
static size_t read_digits(const char *text, int64_t *value)
{
    assert(*value >= 0);
    size_t length = 0;
    for (; is_digit(text[length]); length++) {
        if (*value <= EXACT_MAX) {
            *value = *value * 10 + (text[length] - '0');
        }
    }
    return length;
}

/* Reads digits without a sign or a needless zero in front; returns how many letters, 0: there is no number. */
static size_t read_unsigned(const char *text, double *number, bool *is_exact)
{
    int64_t digits = 0;
    size_t length = read_digits(text, &digits);
    size_t decimals = 0;
    if (length == 0 || (length > 1 && text[0] == '0')) {
        return 0;
    }
    size_t whole = length;
    if (text[length] == '.') {
        decimals = read_digits(text + length + 1, &digits);
        if (decimals == 0) {
            return 0;
        }
        length += 1 + decimals;
    }
    *is_exact = decimals == 0 || whole + decimals <= DIGITS_MAX;
    double divisor = 1;
    for (size_t i = 0; i < decimals && *is_exact; i++) {
        divisor *= 10;
    }
    *number = (double)digits / divisor;
    return length;
}

enum scenario_number scenario_value_number(const char *text, double *number)
{
    bool negative = text[0] == '-';
    bool is_exact = false;
    double magnitude = 0;
    size_t length = read_unsigned(text + (negative ? 1 : 0), &magnitude, &is_exact);
    if (length == 0 || text[length + (negative ? 1 : 0)] != '\0') {
        return SCENARIO_NUMBER_BAD;
    }
    if (!is_exact) {
        return SCENARIO_NUMBER_LONG;
    }
    *number = negative && magnitude > 0 ? -magnitude : magnitude; /* there is one zero only */
    return SCENARIO_NUMBER_READ;
}

bool scenario_value_duration(const char *text, double *seconds)
{
    static const struct {
        const char *name;
        int32_t seconds;
    } units[] = {{"s", 1},        {"min", MINUTE_S}, {"h", HOUR_S},    {"day", DAY_S},
                 {"days", DAY_S}, {"year", YEAR_S},  {"years", YEAR_S}};
    bool is_exact = false;
    double number = 0;
    size_t length = read_unsigned(text, &number, &is_exact);
    if (length == 0 || !is_exact) {
        return false;
    }
    const char *unit = text + length + (text[length] == ' ' ? 1 : 0);
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (strcmp(unit, units[i].name) == 0) {
            *seconds = number * units[i].seconds;
            return true;
        }
    }
    return false;
}

/* Reads two digits, 00 to `max`; -1: there are none. */
static int32_t read_pair(const char *text, int32_t max)
{
    assert(max > 0 && max < 100);
    if (!is_digit(text[0]) || !is_digit(text[1])) {
        return -1;
    }
    int32_t number = (text[0] - '0') * 10 + (text[1] - '0');
    return number <= max ? number : -1;
}

/* Reads "hh:mm" at the start of `text` into seconds; -1: it is none. */
static int32_t read_time(const char *text)
{
    int32_t hours = read_pair(text, 24);
    if (hours < 0 || text[2] != ':') {
        return -1;
    }
    int32_t minutes = read_pair(text + 3, 59);
    int32_t seconds = hours * HOUR_S + minutes * MINUTE_S;
    return minutes >= 0 && seconds <= DAY_S ? seconds : -1;
}

bool scenario_value_time_of_day(const char *text, int32_t *seconds)
{
    int32_t time_s = read_time(text);
    if (time_s < 0 || text[5] != '\0') {
        return false;
    }
    *seconds = time_s;
    return true;
}

/* Reads "day N " at the start of `text`; returns N, -1: it is none, and where it ends. */
static int64_t read_day(const char *text, const char **end)
{
    static const char prefix[] = "day ";
    if (strncmp(text, prefix, sizeof prefix - 1) != 0 || text[sizeof prefix - 1] == '0') {
        return -1;
    }
    const char *digits = text + sizeof prefix - 1;
    int64_t day = 0;
    const char *after = digits + read_digits(digits, &day);
    if (day < 1 || day > DAY_MAX || *after != ' ') {
        return -1;
    }
    *end = after + 1;
    return day;
}

/* Reads ":ss" or nothing; -1: it is neither. */
static int32_t read_seconds(const char *text)
{
    if (text[0] == '\0') {
        return 0;
    }
    int32_t seconds = text[0] == ':' ? read_pair(text + 1, 59) : -1;
    return seconds >= 0 && text[3] == '\0' ? seconds : -1;
}

bool scenario_value_instant(const char *text, double *seconds)
{
    const char *time = text;
    int64_t day = read_day(text, &time);
    int32_t time_s = day < 0 ? -1 : read_time(time);
    if (time_s < 0 || time_s == DAY_S) {
        return false;
    }
    int32_t second = read_seconds(time + sizeof "hh:mm" - 1);
    if (second < 0) {
        return false;
    }
    *seconds = (double)(day - 1) * DAY_S + time_s + second;
    return true;
}
