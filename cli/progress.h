/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A line on stderr that says how far a run is, while it takes long enough to be waited for, and only on a terminal: a bar, the
 * simulated day and how long it still takes. It never takes more than a line of the terminal as it is at the moment.
 */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
    bool allowed;       /* stderr is a terminal */
    bool drawn;         /* there is a bar to be wiped away */
    int64_t all;        /* ticks of the whole */
    int32_t start_date; /* of its first day (struct scenario) */
    int64_t begun_ms;
    int64_t next_ms; /* when to draw again */
};

/* Starts with none of `all` ticks (at least 1) done. */
void progress_begin(struct progress *progress, int64_t all, int32_t start_date);

/* Shows that `done` of them are. */
void progress_show(struct progress *progress, int64_t done);

/* Wipes the line away. */
void progress_end(struct progress *progress);

#endif
