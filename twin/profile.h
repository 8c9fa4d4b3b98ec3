/* SPDX-License-Identifier: Apache-2.0 */
/* A measured power over time that comes again and again, from the run's start on: constant from each step to the next. */
#ifndef TWIN_PROFILE_H
#define TWIN_PROFILE_H

#include <stdint.h>

#define PROFILE_STEPS_MAX 20000

struct profile_step {
    int64_t from_tick; /* from the beginning of the profile; the first is 0, and they do not fall */
    double power_w;    /* 0 or more */
};

struct profile {
    int64_t period_ticks; /* after which it comes again, above 0 and not before the last step */
    double power_w_max;
    int count; /* 1..PROFILE_STEPS_MAX */
    struct profile_step steps[];
};

/* Its power in W at `tick` of the run, 0 or later. Of steps that begin at the same tick the last counts. */
double profile_power_w(const struct profile *profile, int64_t tick);

/* The next tick after `tick`, 0 or later, at which a step begins. */
int64_t profile_next_tick(const struct profile *profile, int64_t tick);

#endif
