/* SPDX-License-Identifier: Apache-2.0 */
#include "twin/schedule.h"

#include <assert.h>

#include "twin/real.h"

enum { STREAM_LOAD_CHANCE = 201 };

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

bool schedule_load_runs(const struct scenario *described, int index, int64_t tick)
{
    const struct scenario_load *load = &described->loads[index];
    const int64_t today = tick / SCHEDULE_DAY_TICKS;
    bool runs = false;

    assert(index >= 0 && index < described->load_count && tick >= 0);
    if (load->chance_pct >= 100.0) {
        return hours_hold(&load->hours, described->first_weekday, tick);
    }
    for (int64_t day = today - 1; day <= today && !runs; day++) {
        runs = hours_hold_of_day(&load->hours, described->first_weekday, day, tick) &&
               is_drawn(described, index, day);
    }
    return runs;
}

int64_t schedule_next_tick(const struct scenario *described, int64_t tick)
{
    int64_t next =
        (tick / SCHEDULE_DAY_TICKS + 1) * SCHEDULE_DAY_TICKS; /* loads that run by chance are drawn anew */

    assert(tick >= 0);
    for (int i = 0; i < described->load_count; i++) {
        const int64_t of_load = hours_next_tick(&described->loads[i].hours, described->first_weekday, tick);

        next = of_load < next ? of_load : next;
    }
    assert(next > tick);
    return next;
}
