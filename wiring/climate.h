/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How cold the batteries get by the air that a scenario describes, before anything runs: the air ten minutes at a time (twin/weather.h), and
 * the battery with the coldest surroundings, which follows it with a lag of an hour (docs/MODELS.md).
 */
#ifndef WIRING_CLIMATE_H
#define WIRING_CLIMATE_H

#include <stdint.h>

#include "wiring/feed.h"

struct climate {
    const struct scenario *described;
    double warmer_k;  /* than the air for ever: by its place, and by the heaters that work in the feed */
    double battery_c; /* in the last slot */
};

/* Begins before slot 0 of the run, with batteries that are as warm as they stay in that air. */
void climate_begin(const struct feed *feed, struct climate *climate);

/* The battery's temperature in degC at the end of slot `slot`; slots come in their order, from 0. */
double climate_next_c(struct climate *climate, int64_t slot);

/* How many slots the run has, 1 or more; of its first year. */
int64_t climate_slots(const struct scenario *described);

/* The coldest in the run's first year, in degC. A heater with a thermostat holds no more than where it begins to heat. */
double climate_coldest_c(const struct feed *feed);

#endif
