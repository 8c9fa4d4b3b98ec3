/* SPDX-License-Identifier: Apache-2.0 */
/* Which loads run when by the clock: in their hours, with a chance drawn once a day from the seed, in their duty cycle; and with what power. */
#ifndef TWIN_SCHEDULE_H
#define TWIN_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

#include "twin/scenario.h"

#define SCHEDULE_DAY_TICKS 691200 /* 86400 s */

/*
 * Whether load `index` (from 0, below load_count) runs at `tick`, 0 or later. A window over midnight belongs
 * to the day on which it began. A duty cycle goes on whether its hours hold or not.
 */
bool schedule_load_runs(const struct scenario *described, int index, int64_t tick);

/* The power in W that it takes when it runs: of its profile at `tick`, or its own. */
double schedule_load_power_w(const struct scenario *described, int index, int64_t tick);

/* The first tick after `tick`, 0 or later, at which either of these may change for any load; at the latest the next midnight. */
int64_t schedule_next_tick(const struct scenario *described, int64_t tick);

/* A time in seconds, 0 to below 1e11, as a tick: the first one at or after it. */
int64_t schedule_tick_of(double seconds);

#endif
