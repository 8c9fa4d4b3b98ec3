/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The off-grid system of the first figure of the product's datasheet: bank, solar charger, consumers, switch,
 * and the device that decides.
 *
 * One tick is 125 ms. At a tick the world acts (schedule, sensors, charger), then the device samples, decides
 * and drives, and what it drives takes effect at once. Between ticks the bank moves, in steps as long as
 * nothing can happen; what happens inside a step is found by halving it, down to the second in which the
 * batteries and the charger look, and to the tick of the device.
 */
#ifndef TWIN_SYSTEM_H
#define TWIN_SYSTEM_H

#include <stdbool.h>
#include <stdint.h>

#include "twin/run.h"

/*
 * Prepares a run of `described` (kept by the caller) with the device `dev`. `fixed_steps`: no step longer
 * than 1 s, to check the long ones against. False when there is no memory for the bank.
 */
bool system_init(struct system_run *run, const struct scenario *described, struct device dev,
                 struct system_observer observer, bool fixed_steps);

/*
 * Runs from run->tick up to `tick`, which is not before it, or to the end of the scenario if that is earlier. Ends where the run
 * is lost, or its observer stops it.
 */
void system_run_to(struct system_run *run, int64_t tick);

/* Where the run's energy has gone so far (twin/system_energy.c). */
struct system_energy system_energy(const struct system_run *run);

/*
 * Whether a cell has come to where nothing can be told of it: beyond what a battery's readings hold in 16 bits, which is 32 V either
 * way and 3200 degC, or below -273 degC. The run has then ended at run->tick, and its totals say where. Only a cell of a
 * scenario's own with numbers that no cell has is known to come there.
 */
bool system_is_lost(const struct system_run *run);

/*
 * Gives the memory back. Asserts that the energy of the run adds up: what is left over is at most 1 ppm of its throughput (and
 * 0.1 J).
 */
void system_free(struct system_run *run);

#endif
