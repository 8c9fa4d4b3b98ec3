/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/sim_time.h"

#include <assert.h>
#include <stddef.h>

#define NS_PER_S UINT64_C(1000000000)
#define NS_PER_100_S (100 * NS_PER_S)

/* `count` in `from` units a time as `to` units of it, rounded down; in two parts, for the product would not fit 64 bits. */
static uint64_t convert(uint64_t count, uint64_t from, uint64_t to)
{
    assert(from > 0 && to <= UINT64_MAX / from); /* the remainder's product fits */
    return count / from * to + count % from * to / from;
}

static uint64_t convert_up(uint64_t count, uint64_t from, uint64_t to)
{
    assert(from > 0 && to <= UINT64_MAX / from); /* the remainder's product fits */
    return count / from * to + (count % from * to + from - 1) / from;
}

void sim_time_begin(struct sim_time *time, uint64_t cycle, uint32_t hz, int32_t crystal_ppm)
{
    assert(hz >= SIM_TIME_HZ_MIN && hz <= SIM_TIME_HZ_MAX);
    *time =
        (struct sim_time){.hz = hz,
                          .base_cycle = cycle,
                          .crystal_chz = (uint32_t)(SIM_TIME_CRYSTAL_CHZ +
                                                    SIM_TIME_CRYSTAL_CHZ * (int64_t)crystal_ppm / 1000000),
                          .crystal_stopped = time->crystal_stopped};
}

void sim_time_set_hz(struct sim_time *time, uint64_t cycle, uint32_t hz)
{
    assert(hz >= SIM_TIME_HZ_MIN && hz <= SIM_TIME_HZ_MAX);
    assert(cycle >= time->base_cycle);
    time->base_ns = sim_time_ns(time, cycle);
    time->base_cycle = cycle;
    time->hz = hz;
}

uint64_t sim_time_ns(const struct sim_time *time, uint64_t cycle)
{
    assert(cycle >= time->base_cycle);
    return time->base_ns + convert(cycle - time->base_cycle, time->hz, NS_PER_S);
}

uint64_t sim_time_cycle(const struct sim_time *time, uint64_t ns)
{
    if (ns <= time->base_ns) {
        return time->base_cycle;
    }
    return time->base_cycle + convert_up(ns - time->base_ns, NS_PER_S, time->hz);
}

uint64_t sim_time_crystal(const struct sim_time *time, uint64_t ns)
{
    assert(ns >= time->crystal_base_ns);
    if (time->crystal_stopped) {
        return time->crystal_base;
    }
    return time->crystal_base + convert(ns - time->crystal_base_ns, NS_PER_100_S, time->crystal_chz);
}

uint64_t sim_time_crystal_ns(const struct sim_time *time, uint64_t periods)
{
    if (periods <= time->crystal_base) {
        return time->crystal_base_ns;
    }
    return time->crystal_base_ns + convert_up(periods - time->crystal_base, time->crystal_chz, NS_PER_100_S);
}

void sim_time_stop_crystal(struct sim_time *time, uint64_t ns, bool stopped)
{
    assert(ns >= time->crystal_base_ns);
    time->crystal_base = sim_time_crystal(time, ns);
    time->crystal_base_ns = ns;
    time->crystal_stopped = stopped;
}
