/* SPDX-License-Identifier: Apache-2.0 */
/* Which loads run when: by their hours, with a chance drawn once a day from the seed. */
#ifndef TWIN_SCHEDULE_H
#define TWIN_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

#include "twin/scenario.h"

#define SCHEDULE_DAY_TICKS 691200 /* 86400 s */

/*
 * Whether load `index` (from 0, below load_count) runs at `tick`, 0 or later. A window over midnight belongs
 * to the day on which it began.
 */
bool schedule_load_runs(const struct scenario *described, int index, int64_t tick);

/* The first tick after `tick`, 0 or later, at which a load may start or stop; at the latest the next midnight. */
int64_t schedule_next_tick(const struct scenario *described, int64_t tick);

/* A time in seconds, 0 to below 1e11, as a tick: the first one at or after it. */
int64_t schedule_tick_of(double seconds);

#endif
