/* SPDX-License-Identifier: Apache-2.0 */
#include "twin/hours.h"

#include <assert.h>

#define TICKS_PER_S (HOURS_DAY_TICKS / 86400)

/* One window on one day. */
struct span {
    int64_t begin;
    int64_t end; /* not in it */
};

static struct span span_of(const struct hours_window *window, int64_t day)
{
    const int64_t midnight = day * HOURS_DAY_TICKS;
    const int64_t end = midnight + window->to_s * TICKS_PER_S;

    return (struct span){
        .begin = midnight + window->from_s * TICKS_PER_S,
        .end = window->to_s > window->from_s ? end : end + HOURS_DAY_TICKS,
    };
}

int hours_weekday(int first_weekday, int64_t day)
{
    assert(first_weekday >= 0 && first_weekday < HOURS_WEEK_DAYS);
    assert(day >= -HOURS_WEEK_DAYS);
    return (int)((first_weekday + HOURS_WEEK_DAYS + day) % HOURS_WEEK_DAYS);
}

static bool is_on(const struct hours_window *window, int weekday)
{
    return ((window->weekdays >> weekday) & 1u) != 0u;
}

bool hours_hold_of_day(const struct hours *hours, int first_weekday, int64_t day, int64_t tick)
{
    bool holds = false;

    assert(hours->count >= 0 && hours->count <= HOURS_WINDOWS_MAX);
    assert(tick >= 0);
    if (hours->count == 0) {
        return tick >= day * HOURS_DAY_TICKS && tick < (day + 1) * HOURS_DAY_TICKS;
    }
    for (int i = 0; i < hours->count; i++) {
        const struct span span = span_of(&hours->windows[i], day);

        holds = holds || (tick >= span.begin && tick < span.end &&
                          is_on(&hours->windows[i], hours_weekday(first_weekday, day)));
    }
    return holds;
}

bool hours_hold(const struct hours *hours, int first_weekday, int64_t tick)
{
    const int64_t day = tick / HOURS_DAY_TICKS;

    return hours->count == 0 || hours_hold_of_day(hours, first_weekday, day, tick) ||
           hours_hold_of_day(hours, first_weekday, day - 1, tick);
}

/* The first begin or end of one window after `tick`, which is on day `day`. */
static int64_t next_of(const struct hours_window *window, int first_weekday, int64_t day, int64_t tick)
{
    int64_t d = day - 1; /* the one that may still go on */

    assert(window->weekdays != 0u && window->weekdays <= HOURS_EVERY_DAY);
    for (;; d++) {
        const struct span span = span_of(window, d);

        if (span.end > tick && is_on(window, hours_weekday(first_weekday, d))) {
            return span.begin > tick ? span.begin : span.end;
        }
    }
}

int64_t hours_next_tick(const struct hours *hours, int first_weekday, int64_t tick)
{
    int64_t next = INT64_MAX;

    assert(hours->count >= 0 && hours->count <= HOURS_WINDOWS_MAX);
    assert(tick >= 0);
    for (int i = 0; i < hours->count; i++) {
        const int64_t of_window = next_of(&hours->windows[i], first_weekday, tick / HOURS_DAY_TICKS, tick);

        next = of_window < next ? of_window : next;
    }
    return next;
}

double hours_part_of_week(const struct hours *hours, int first_weekday)
{
    const int64_t end_tick = 2 * HOURS_WEEK_TICKS;
    int64_t tick = HOURS_WEEK_TICKS; /* the second week has windows of the day before it */
    int64_t held = 0;

    while (tick < end_tick) {
        const int64_t change = hours_next_tick(hours, first_weekday, tick);
        const int64_t next = change < end_tick ? change : end_tick;

        assert(next > tick);
        held += hours_hold(hours, first_weekday, tick) ? next - tick : 0;
        tick = next;
    }
    return (double)held / (double)HOURS_WEEK_TICKS;
}
