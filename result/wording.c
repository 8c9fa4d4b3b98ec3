/* SPDX-License-Identifier: Apache-2.0 */
#include "result/wording.h"

#include <assert.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "core/control.h"
#include "twin/calendar.h"

#define DAY_S 86400
#define HOUR_S 3600
#define MINUTE_S 60
#define LARGEST 9e12 /* a number that leaves room for its decimals */

struct wording wording_clock(int64_t tick)
{
    struct wording made;
    assert(tick >= 0);
    int in_day = (int)(tick / (int64_t)SBMS_TICKS_PER_S % DAY_S);
    snprintf(made.text, sizeof made.text, "%02d:%02d:%02d", in_day / HOUR_S, in_day / MINUTE_S % 60,
             in_day % 60);
    return made;
}

struct wording wording_instant(int64_t tick)
{
    struct wording made;
    int64_t day = tick / ((int64_t)DAY_S * SBMS_TICKS_PER_S) + 1;
    int length = snprintf(made.text, sizeof made.text, "day %" PRId64 " %s", day, wording_clock(tick).text);
    assert(length > 0 && (size_t)length < sizeof made.text);
    (void)length;
    return made;
}

struct wording wording_date(int32_t start_date, int64_t tick)
{
    struct wording made;
    assert(start_date > 0);
    struct calendar_date date = calendar_date(start_date - 1 + tick / ((int64_t)DAY_S * SBMS_TICKS_PER_S));
    int length = snprintf(made.text, sizeof made.text, "%04d-%02d-%02d", date.year, date.month, date.day);
    assert(length > 0 && (size_t)length < sizeof made.text);
    (void)length;
    return made;
}

struct wording wording_dated(int32_t start_date, int64_t tick)
{
    static const char *const weekdays[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    struct wording made = wording_instant(tick);
    if (start_date == 0) {
        return made;
    }
    struct calendar_date date = calendar_date(start_date - 1 + tick / ((int64_t)DAY_S * SBMS_TICKS_PER_S));
    size_t used = strlen(made.text);
    int length = snprintf(made.text + used, sizeof made.text - used, " (%s %s)", weekdays[date.weekday],
                          wording_date(start_date, tick).text);
    assert(length > 0 && (size_t)length < sizeof made.text - used);
    (void)length;
    return made;
}

struct wording wording_since(int64_t tick)
{
    struct wording made;
    int64_t days = tick / ((int64_t)DAY_S * SBMS_TICKS_PER_S);
    int ms = (int)(tick % (int64_t)SBMS_TICKS_PER_S) * (int)SBMS_TICK_MS;
    if (days == 0) {
        snprintf(made.text, sizeof made.text, "%.20s.%03d", wording_clock(tick).text, ms);
    } else {
        snprintf(made.text, sizeof made.text, "%" PRId64 " d %.20s.%03d", days, wording_clock(tick).text, ms);
    }
    return made;
}

/* Two units, the smaller left out when it is nothing. */
static struct wording two_units(int64_t large, const char *large_unit, int64_t small, const char *small_unit)
{
    struct wording made;
    assert(large >= 0 && small >= 0);
    if (small == 0) {
        snprintf(made.text, sizeof made.text, "%" PRId64 " %s", large, large_unit);
    } else {
        snprintf(made.text, sizeof made.text, "%" PRId64 " %s %" PRId64 " %s", large, large_unit, small,
                 small_unit);
    }
    return made;
}

struct wording wording_span(int64_t ticks)
{
    assert(ticks >= 0);
    int64_t seconds = (ticks + SBMS_TICKS_PER_S / 2) / SBMS_TICKS_PER_S;
    int64_t minutes = (seconds + MINUTE_S / 2) / MINUTE_S;
    int64_t hours = (seconds + HOUR_S / 2) / HOUR_S;
    if (seconds < 120) {
        struct wording made;
        bool is_whole = ticks % SBMS_TICKS_PER_S == 0;
        snprintf(made.text, sizeof made.text, "%.40s s",
                 wording_number((double)ticks / SBMS_TICKS_PER_S, is_whole ? 0 : 1).text);
        return made;
    }
    if (seconds < 10 * MINUTE_S) {
        return two_units(seconds / MINUTE_S, "min", seconds % MINUTE_S, "s");
    }
    if (minutes < 2 * 24 * 60) {
        return minutes < 60 ? two_units(minutes, "min", 0, "")
                            : two_units(minutes / 60, "h", minutes % 60, "min");
    }
    return two_units(hours / 24, "d", hours % 24, "h");
}

int64_t wording_scale(int decimals)
{
    int64_t scale = 1;
    assert(decimals >= 0 && decimals <= 6);
    for (int i = 0; i < decimals; i++) {
        scale *= 10;
    }
    return scale;
}

int64_t wording_scaled(double value, int decimals)
{
    const double scaled = value * (double)wording_scale(decimals);
    assert(value > -LARGEST && value < LARGEST);
    return scaled < 0.0 ? -(int64_t)(0.5 - scaled) : (int64_t)(scaled + 0.5);
}

struct wording wording_number(double value, int decimals)
{
    struct wording made;
    const int64_t scale = wording_scale(decimals);
    const int64_t scaled = wording_scaled(value, decimals);
    const int64_t whole = scaled < 0 ? -scaled : scaled;
    const char *sign = scaled < 0 ? "-" : "";
    if (decimals == 0) {
        snprintf(made.text, sizeof made.text, "%s%" PRId64, sign, whole);
    } else {
        snprintf(made.text, sizeof made.text, "%s%" PRId64 ".%0*" PRId64, sign, whole / scale, decimals,
                 whole % scale);
    }
    return made;
}

struct wording wording_volts(int mv)
{
    struct wording made;
    assert(mv > -1000000 && mv < 1000000);
    snprintf(made.text, sizeof made.text, "%.40s V", wording_number(mv * 0.001, mv % 10 == 0 ? 2 : 3).text);
    return made;
}

struct wording wording_degrees(int dc)
{
    struct wording made;
    assert(dc > -100000 && dc < 100000);
    snprintf(made.text, sizeof made.text, "%.40s degC", wording_number(dc * 0.1, 1).text);
    return made;
}

struct wording wording_energy(double wh)
{
    struct wording made;
    if (wh >= 1000000.0) {
        snprintf(made.text, sizeof made.text, "%.40s MWh", wording_number(wh * 0.000001, 2).text);
    } else if (wh >= 1000.0) {
        snprintf(made.text, sizeof made.text, "%.40s kWh", wording_number(wh * 0.001, 2).text);
    } else {
        snprintf(made.text, sizeof made.text, "%.40s Wh", wording_number(wh, wh < 100.0 ? 1 : 0).text);
    }
    return made;
}

void wording_write_number(FILE *stream, double value, int decimals)
{
    assert(stream != NULL);
    fputs(wording_number(value, decimals).text, stream);
}

void wording_write_seconds(FILE *stream, int64_t tick)
{
    assert(stream != NULL);
    assert(tick >= 0);
    int64_t ms = tick * (int64_t)SBMS_TICK_MS;
    fprintf(stream, "%" PRId64 ".%03" PRId64, ms / 1000, ms % 1000);
}

void wording_print_words(const char *text, size_t column, size_t indent, unsigned width, FILE *stream)
{
    bool breaks = width > indent + 20;
    assert(column >= indent);
    while (*text != '\0') {
        size_t spaces = strspn(text, " ");
        size_t word = spaces + strcspn(text + spaces, " ");
        if (breaks && column > indent && column + word > width) {
            fprintf(stream, "\n%*s", (int)indent, "");
            column = indent;
            text += spaces;
            word -= spaces;
        }
        fprintf(stream, "%.*s", (int)word, text);
        column += word;
        text += word;
    }
}
