/* SPDX-License-Identifier: Apache-2.0 */
/* Who gave and who used energy, day by day, in bounded memory: of a long run, two, four and more days together. */
#ifndef RESULT_ENERGY_DAYS_H
#define RESULT_ENERGY_DAYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "twin/run.h"

enum {
    ENERGY_DAYS_MAX = 400, /* spans that are kept */
    ENERGY_NAMES_MAX = SYSTEM_EQUIPMENT_MAX + SCENARIO_LOADS_MAX + 1
};

struct energy_days {
    int days;     /* that one span has */
    size_t count; /* spans; the last may be cut off by the run's end */
    size_t
        names; /* what is counted: what the equipment gave, in the order of the totals, each load, and all that is taken but by loads */
    float *wh; /* `names` for each span */
    /* ---- this module's own */
    int64_t due_tick;                  /* the midnight that ends the open span */
    double before_j[ENERGY_NAMES_MAX]; /* the same at its beginning */
    bool failed;                       /* no memory */
};

/* Before a run of `described`. `failed` tells that there was no memory. */
void energy_days_init(struct energy_days *days, const struct scenario *described);

void energy_days_free(struct energy_days *days);

/* Looks at the run after a step. */
void energy_days_take(struct energy_days *days, const struct system_run *run);

/* The run has ended. */
void energy_days_finish(struct energy_days *days, const struct system_run *run);

#endif
