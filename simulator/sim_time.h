/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Simulated time. simavr counts CPU cycles; this turns them into nanoseconds since power-on and into periods of the
 * watch crystal, both from absolute counts, so nothing drifts. The CPU's rate may change on the way.
 */
#ifndef SIMULATOR_SIM_TIME_H
#define SIMULATOR_SIM_TIME_H

#include <stdbool.h>
#include <stdint.h>

#define SIM_TIME_CRYSTAL_CHZ 3276800u /* of a watch crystal, in hundredths of a hertz */
#define SIM_TIME_HZ_MIN 1000000u
#define SIM_TIME_HZ_MAX 20000000u

struct sim_time {
    uint32_t hz;          /* of the CPU, as it really runs */
    uint64_t base_cycle;  /* at this cycle ... */
    uint64_t base_ns;     /* ... it was so late */
    uint32_t crystal_chz; /* of the watch crystal, as it really runs, in hundredths of a hertz */
    bool crystal_stopped;
    uint64_t crystal_base_ns; /* then the crystal had ... */
    uint64_t crystal_base;    /* ... made so many periods */
};

/* Makes `cycle` the time 0, at `hz`, with a crystal that is off by `crystal_ppm`; it keeps running or stopped as it is. */
void sim_time_begin(struct sim_time *time, uint64_t cycle, uint32_t hz, int32_t crystal_ppm);

/* Changes the CPU's rate from `cycle` on. */
void sim_time_set_hz(struct sim_time *time, uint64_t cycle, uint32_t hz);

/* Nanoseconds since power-on at `cycle`, rounded down. */
uint64_t sim_time_ns(const struct sim_time *time, uint64_t cycle);

/* The first cycle that is not before `ns`. */
uint64_t sim_time_cycle(const struct sim_time *time, uint64_t ns);

/* Periods that the crystal has made by `ns`. */
uint64_t sim_time_crystal(const struct sim_time *time, uint64_t ns);

/* When the crystal, if it is running, ends its period number `periods`, in ns. */
uint64_t sim_time_crystal_ns(const struct sim_time *time, uint64_t periods);

/* Stops the crystal, or lets it run again, from `ns` on. */
void sim_time_stop_crystal(struct sim_time *time, uint64_t ns, bool stopped);

#endif
