/* SPDX-License-Identifier: Apache-2.0 */
#include "twin/schedule.h"

#include <assert.h>
#include <stddef.h>

#include "twin/real.h"

enum { STREAM_LOAD_CHANCE = 201, STREAM_LOAD_PHASE };

int64_t schedule_tick_of(double seconds)
{
    assert(seconds >= 0.0 && seconds < 1e11);
    return -(int64_t)real_floor(-seconds * SBMS_TICKS_PER_S);
}

/* Whether a load that runs by chance does so in the windows that begin on `day`, from -1. */
static bool is_drawn(const struct scenario *described, int index, int64_t day)
{
    return real_random(described->seed, STREAM_LOAD_CHANCE, (uint64_t)index, (uint64_t)day + 1u) * 100.0 <
           described->loads[index].chance_pct;
}

/* A duty cycle. */
struct cycle {
    int64_t period_ticks; /* 0: there is none */
    int64_t on_ticks;     /* of it */
    int64_t into_ticks;   /* how far into a period a tick is */
};

/* Each load has a phase of its own, lest all start together. */
static struct cycle cycle_at(const struct scenario *described, int index, int64_t tick)
{
    const struct scenario_load *load = &described->loads[index];
    struct cycle cycle = {0};

    if (load->period_min > 0.0 && load->duty_pct < 100.0) {
        cycle.period_ticks = (int64_t)(load->period_min * 60.0 * SBMS_TICKS_PER_S + 0.5);
        cycle.on_ticks = (int64_t)((double)cycle.period_ticks * load->duty_pct * 0.01 + 0.5);
        cycle.into_ticks =
            (tick + (int64_t)(real_random(described->seed, STREAM_LOAD_PHASE, (uint64_t)index, 0) *
                              (double)cycle.period_ticks)) %
            cycle.period_ticks;
    }
    return cycle;
}

/* Whether it is within its hours, on a day that was drawn. */
static bool has_hours(const struct scenario *described, int index, int64_t tick)
{
    const struct scenario_load *load = &described->loads[index];
    const int64_t today = tick / SCHEDULE_DAY_TICKS;
    bool has = false;

    if (load->chance_pct >= 100.0) {
        return hours_hold(&load->hours, described->first_weekday, tick);
    }
    for (int64_t day = today - 1; day <= today && !has; day++) {
        has = hours_hold_of_day(&load->hours, described->first_weekday, day, tick) &&
              is_drawn(described, index, day);
    }
    return has;
}

bool schedule_load_runs(const struct scenario *described, int index, int64_t tick)
{
    struct cycle cycle;

    assert(index >= 0 && index < described->load_count && tick >= 0);
    cycle = cycle_at(described, index, tick);
    return (cycle.period_ticks == 0 || cycle.into_ticks < cycle.on_ticks) &&
           has_hours(described, index, tick);
}

double schedule_load_power_w(const struct scenario *described, int index, int64_t tick)
{
    const struct scenario_load *load = &described->loads[index];

    assert(index >= 0 && index < described->load_count && tick >= 0);
    return load->profile != NULL ? profile_power_w(load->profile, tick) : load->power_w;
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

int64_t schedule_next_tick(const struct scenario *described, int64_t tick)
{
    int64_t next =
        (tick / SCHEDULE_DAY_TICKS + 1) * SCHEDULE_DAY_TICKS; /* loads that run by chance are drawn anew */

    assert(tick >= 0);
    for (int i = 0; i < described->load_count; i++) {
        const struct scenario_load *load = &described->loads[i];
        const struct cycle cycle = cycle_at(described, i, tick);

        next = earlier(next, hours_next_tick(&load->hours, described->first_weekday, tick));
        if (cycle.period_ticks > 0) {
            const int64_t until = cycle.into_ticks < cycle.on_ticks ? cycle.on_ticks : cycle.period_ticks;

            next = earlier(next, tick - cycle.into_ticks + until);
        }
        if (load->profile != NULL) {
            next = earlier(next, profile_next_tick(load->profile, tick));
        }
    }
    assert(next > tick);
    return next;
}
