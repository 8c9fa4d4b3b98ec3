/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What loads take by the clock of a week and by hand: on average, and which of them together. Chances and duty cycles may all fall
 * together. By hand is what the events load_on and load_off make of a load: from then on its hours, chance and duty cycle count no more.
 */
#ifndef WIRING_USE_H
#define WIRING_USE_H

#include <stdbool.h>

#include "twin/scenario.h"

/*
 * What `load` takes at 12.8 V for each 12 V of the bank's or its own bus, in A: at most, or its mean over the week; without an end
 * where it is switched on by hand and stays so. `load` is one of those of `described`.
 */
double use_current_a(const struct scenario *described, const struct scenario_load *load);
double use_mean_a(const struct scenario *described, const struct scenario_load *load);

/* Whether it ever takes anything, by the clock or by hand. */
bool use_ever_runs(const struct scenario *described, const struct scenario_load *load);

/* Its power in W, at most; 0 of one of current or resistance. */
double use_power_w(const struct scenario_load *load);

/* Below this it drops out, in V at its terminals; 0: it has no such voltage. */
double use_lowest_v(const struct scenario *described, const struct scenario_load *load);

/* Its cable in Ohm. */
double use_cable_ohm(const struct scenario *described, const struct scenario_load *load);

/* Some loads that may run together. */
struct use_instant {
    bool is_on[SCENARIO_LOADS_MAX];
    double inrush[SCENARIO_LOADS_MAX]; /* on what each of them takes; 1: none */
    double seconds; /* until the first of them stops, by the clock or by its duty cycle; a week: never */
    bool is_brief;  /* the set may be there for moments alone */
};

/*
 * Calls `see` for each set of loads that the week's clock puts together, at least once, and for each that it makes with what is
 * switched on by hand at some time of the run; and once more without those that are on for seconds at a time, for what the others do
 * in the long run.
 */
void use_each_instant(const struct scenario *described,
                      void (*see)(void *self, const struct use_instant *instant), void *self);

/*
 * The same for the sets of those that take what they take for `seconds` at a time or longer, 0 or more: their inrush is in it where
 * that lasts as long. All of a set start together when their hours begin, or when what feeds them comes on.
 */
void use_each_lasting(const struct scenario *described, double seconds,
                      void (*see)(void *self, const struct use_instant *instant), void *self);

#endif
