/* SPDX-License-Identifier: Apache-2.0 */
#include "scenario/value.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "twin/calendar.h"

#define EXACT_MAX ((int64_t)1 << 53) /* every whole number up to here is a double */
#define DIGITS_MAX 15                /* so many digits, divided by a power of ten, round once */
#define COPPER_MOHM_MM2_PER_M 17.24  /* annealed copper at 20 degC, IEC 60028; strands and terminals aside */
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

/* Reads "hh:mm" or "h:mm" at the start of `text` into seconds, and where it ends; -1: it is none. */
static int32_t read_time(const char *text, const char **end)
{
    const bool is_short = is_digit(text[0]) && text[1] == ':';
    int32_t hours = is_short ? text[0] - '0' : read_pair(text, 24);
    const char *colon = text + (is_short ? 1 : 2);
    if (hours < 0 || *colon != ':') {
        return -1;
    }
    int32_t minutes = read_pair(colon + 1, 59);
    int32_t seconds = hours * HOUR_S + minutes * MINUTE_S;
    if (minutes < 0 || seconds > DAY_S) {
        return -1;
    }
    *end = colon + sizeof ":mm" - 1;
    return seconds;
}

/* The same with perhaps ":ss", up to 24:00. */
static int32_t read_time_of_day(const char *text, const char **end)
{
    int32_t time_s = read_time(text, end);
    if (time_s < 0 || **end != ':') {
        return time_s;
    }
    int32_t second = read_pair(*end + 1, 59);
    *end += sizeof ":ss" - 1;
    return second >= 0 && time_s + second <= DAY_S ? time_s + second : -1;
}

bool scenario_value_time_of_day(const char *text, int32_t *seconds)
{
    const char *end = text;
    int32_t time_s = read_time_of_day(text, &end);
    if (time_s < 0 || *end != '\0') {
        return false;
    }
    *seconds = time_s;
    return true;
}

/* ---- windows ------------------------------------------------------------------------------------ */

/* Reads "mon" at the start of `text`: 0 is Monday; -1: it is none. */
static int read_weekday(const char *text)
{
    static const char names[HOURS_WEEK_DAYS][4] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
    for (int day = 0; day < HOURS_WEEK_DAYS; day++) {
        if (strncmp(text, names[day], 3) == 0) {
            return day;
        }
    }
    return -1;
}

/* Reads "mon" or "mon-fri" at the start of `text`, and where it ends, as bits; 0: it is neither. */
static unsigned read_span_of_days(const char *text, const char **end)
{
    int first = read_weekday(text);
    bool is_span = first >= 0 && text[3] == '-';
    int last = is_span ? read_weekday(text + 4) : first;
    if (first < 0 || last < 0) {
        return 0;
    }
    unsigned days = 1u << last;
    for (int day = first; day != last; day = (day + 1) % HOURS_WEEK_DAYS) {
        days |= 1u << day;
    }
    *end = text + (is_span ? 7 : 3);
    return days;
}

/* Behind a comma, and the space that may follow it. */
static const char *after_comma(const char *comma)
{
    assert(*comma == ',');
    return comma + 1 + (comma[1] == ' ' ? 1 : 0);
}

/* Reads "mon ", "mon-fri " or such with commas between them at the start of `text`, or nothing, as bits; 0: it is none of these. */
static uint8_t read_weekdays(const char *text, const char **end)
{
    *end = text;
    if (is_digit(text[0])) {
        return HOURS_EVERY_DAY;
    }
    unsigned days = 0;
    for (;;) {
        unsigned more = read_span_of_days(*end, end);
        days |= more;
        if (more == 0 || (**end != ',' && **end != ' ')) {
            return 0;
        }
        if (**end == ' ') {
            *end += 1;
            return (uint8_t)days;
        }
        *end = after_comma(*end);
    }
}

/* Reads one window at the start of `text`, and where it ends; it starts before 24:00. */
static bool read_window(const char *text, struct hours_window *window, const char **end)
{
    window->weekdays = read_weekdays(text, end);
    window->from_s = window->weekdays != 0 ? read_time_of_day(*end, end) : -1;
    if (window->from_s < 0 || window->from_s == DAY_S || **end != '-') {
        return false;
    }
    window->to_s = read_time_of_day(*end + 1, end);
    return window->to_s >= 0 && (**end == '\0' || **end == ',');
}

const char *scenario_value_hours(const char *text, struct hours *hours)
{
    struct hours read = {.count = 0};
    const char *start = text;
    for (;;) {
        const char *end = start;
        if (read.count == HOURS_WINDOWS_MAX || !read_window(start, &read.windows[read.count], &end)) {
            return start;
        }
        read.count++;
        if (*end == '\0') {
            *hours = read;
            return NULL;
        }
        start = after_comma(end);
    }
}

/* ---- times of the run --------------------------------------------------------------------------- */

bool scenario_value_date(const char *text, int32_t *date)
{
    int32_t century = read_pair(text, 99);
    int32_t year = century < 0 ? -1 : read_pair(text + 2, 99);
    int32_t month = year < 0 || text[4] != '-' ? -1 : read_pair(text + 5, 12);
    int32_t day = month < 0 || text[7] != '-' ? -1 : read_pair(text + 8, 31);
    int32_t number = day < 0 || text[10] != '\0' ? -1 : calendar_day(century * 100 + year, month, day);
    if (number < 0) {
        return false;
    }
    *date = number + 1;
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
    int32_t time_s = day < 0 ? -1 : read_time(time, &time);
    if (time_s < 0 || time_s == DAY_S) {
        return false;
    }
    int32_t second = read_seconds(time);
    if (second < 0) {
        return false;
    }
    *seconds = (double)(day - 1) * DAY_S + time_s + second;
    return true;
}

/* A number at `text` up to the word `unit`, which follows after a space; where it ends, NULL: there is none. */
static const char *read_measure(const char *text, const char *unit, double *value)
{
    char number[32];
    size_t length = strcspn(text, " ");
    if (length == 0 || length >= sizeof number || text[length] != ' ' ||
        strncmp(text + length + 1, unit, strlen(unit)) != 0) {
        return NULL;
    }
    memcpy(number, text, length);
    number[length] = '\0';
    if (scenario_value_number(number, value) != SCENARIO_NUMBER_READ || !(*value > 0)) {
        return NULL;
    }
    return text + length + 1 + strlen(unit);
}

bool scenario_value_cable_size(const char *text, double *length_m, double *section_mm2)
{
    const char *rest = read_measure(text, "m", length_m);
    if (rest == NULL || *rest != ' ') {
        return false;
    }
    rest = read_measure(rest + 1, "mm2", section_mm2);
    return rest != NULL && *rest == '\0';
}

bool scenario_value_cable(const char *text, double *mohm)
{
    double length_m = 0;
    double section_mm2 = 0;
    if (!scenario_value_cable_size(text, &length_m, &section_mm2)) {
        return false;
    }
    *mohm = 2.0 * COPPER_MOHM_MM2_PER_M * length_m / section_mm2;
    return true;
}
