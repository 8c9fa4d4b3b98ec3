/* SPDX-License-Identifier: Apache-2.0 */
/* A progress bar on stderr, while a run takes long enough to be waited for, and only on a terminal. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
    bool allowed; /* stderr is a terminal */
    bool drawn;   /* there is a bar to be wiped away */
    int64_t all;  /* of the whole */
    int64_t begun_ms;
    int64_t next_ms; /* when to draw again */
};

/* Starts with nothing of `all` (at least 1) done. */
void progress_begin(struct progress *progress, int64_t all);

/* Shows that `done` of it is. */
void progress_show(struct progress *progress, int64_t done);

/* Wipes the bar away. */
void progress_end(struct progress *progress);

#endif
