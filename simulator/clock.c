/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/clock.h"

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

void clock_begin(struct clock *clock, uint64_t cycle, uint32_t hz, int32_t crystal_ppm)
{
    assert(hz >= CLOCK_HZ_MIN && hz <= CLOCK_HZ_MAX);
    *clock = (struct clock){
        .hz = hz,
        .base_cycle = cycle,
        .crystal_chz = (uint32_t)(CLOCK_CRYSTAL_CHZ + CLOCK_CRYSTAL_CHZ * (int64_t)crystal_ppm / 1000000),
        .crystal_stopped = clock->crystal_stopped};
}

void clock_set_hz(struct clock *clock, uint64_t cycle, uint32_t hz)
{
    assert(hz >= CLOCK_HZ_MIN && hz <= CLOCK_HZ_MAX);
    assert(cycle >= clock->base_cycle);
    clock->base_ns = clock_ns(clock, cycle);
    clock->base_cycle = cycle;
    clock->hz = hz;
}

uint64_t clock_ns(const struct clock *clock, uint64_t cycle)
{
    assert(cycle >= clock->base_cycle);
    return clock->base_ns + convert(cycle - clock->base_cycle, clock->hz, NS_PER_S);
}

uint64_t clock_cycle(const struct clock *clock, uint64_t ns)
{
    if (ns <= clock->base_ns) {
        return clock->base_cycle;
    }
    return clock->base_cycle + convert_up(ns - clock->base_ns, NS_PER_S, clock->hz);
}

uint64_t clock_crystal(const struct clock *clock, uint64_t ns)
{
    assert(ns >= clock->crystal_base_ns);
    if (clock->crystal_stopped) {
        return clock->crystal_base;
    }
    return clock->crystal_base + convert(ns - clock->crystal_base_ns, NS_PER_100_S, clock->crystal_chz);
}

uint64_t clock_crystal_ns(const struct clock *clock, uint64_t periods)
{
    if (periods <= clock->crystal_base) {
        return clock->crystal_base_ns;
    }
    return clock->crystal_base_ns +
           convert_up(periods - clock->crystal_base, clock->crystal_chz, NS_PER_100_S);
}

void clock_stop_crystal(struct clock *clock, uint64_t ns, bool stopped)
{
    assert(ns >= clock->crystal_base_ns);
    clock->crystal_base = clock_crystal(clock, ns);
    clock->crystal_base_ns = ns;
    clock->crystal_stopped = stopped;
}
