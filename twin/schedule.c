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

static bool drawn(const struct scenario *described, int index, int64_t day)
{
    const struct scenario_load *load = &described->loads[index];

    return load->chance_pct >= 100.0 ||
           real_random(described->seed, STREAM_LOAD_CHANCE, (uint64_t)index, (uint64_t)day + 1u) * 100.0 <
               load->chance_pct;
}

bool schedule_load_runs(const struct scenario *described, int index, int64_t tick)
{
    const int64_t day = tick / SCHEDULE_DAY_TICKS;
    const int64_t now = tick % SCHEDULE_DAY_TICKS;
    int64_t from = 0;
    int64_t to = 0;

    assert(index >= 0 && index < described->load_count && tick >= 0);
    from = (int64_t)described->loads[index].from_s * SBMS_TICKS_PER_S;
    to = (int64_t)described->loads[index].to_s * SBMS_TICKS_PER_S;
    if (from < to) {
        return now >= from && now < to && drawn(described, index, day);
    }
    if (now >= from) {
        return drawn(described, index, day);
    }
    return now < to && drawn(described, index, day - 1);
}

int64_t schedule_next_tick(const struct scenario *described, int64_t tick)
{
    const int64_t midnight = tick - tick % SCHEDULE_DAY_TICKS;
    int64_t next = midnight + SCHEDULE_DAY_TICKS;

    assert(tick >= 0);
    for (int i = 0; i < described->load_count; i++) {
        const int64_t from = midnight + (int64_t)described->loads[i].from_s * SBMS_TICKS_PER_S;
        const int64_t to = midnight + (int64_t)described->loads[i].to_s * SBMS_TICKS_PER_S;

        if (from > tick && from < next) {
            next = from;
        }
        if (to > tick && to < next) {
            next = to;
        }
    }
    assert(next > tick);
    return next;
}
