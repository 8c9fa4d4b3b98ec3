/* SPDX-License-Identifier: Apache-2.0 */
/* A measured log that a cell is fitted to: with its capacity, and what is known of its charge. */
#ifndef CLI_CELL_FIT_LOG_H
#define CLI_CELL_FIT_LOG_H

#include "cli/cell/measured_log.h"
#include "twin/cell_run.h"

#define FIT_LOGS_MAX 16

struct fit_log {
    const char *name;        /* as messages have it */
    struct measured_log log; /* of one cell: the voltage of a battery is divided */
    struct cell_start start; /* at the first row */
    bool has_start;          /* the state of charge at the first row is known */
    bool has_end;            /* that at the last row is */
    double end_soc_pct;      /* then this */
    bool has_full;           /* it was full at a time */
    double full_at_s;        /* then this */
};

/*
 * The state of charge in percent that the counted charge gives at `t_s`, from start.soc_pct on; before the first row that of the
 * first, after the last that of the last.
 */
double fit_log_soc_pct_at(const struct fit_log *log, double t_s);

/* What row `i` adds to it in `seconds`, in percent. */
double fit_log_added_pct(const struct fit_log *log, size_t i, double seconds);

/*
 * Fills soc_pct[log.count] with the state of charge at each row.
 */
void fit_log_count_charge(const struct fit_log *log, double *soc_pct);

/* The way that a count of charge goes, falling at first; turns smaller than 5 % of the capacity do not count. */
struct fit_way {
    double extreme_pct; /* the farthest that it went its way */
    bool rises;
};

/* Follows the count to `soc_pct`. A turn is seen when it has gone its 5 %. */
void fit_way_follow(struct fit_way *way, double soc_pct);

/*
 * Where the state of charge at the first row is not known, finds it from the time at which the cell was full; with it the
 * hysteresis there: a full cell was charged last, an empty one discharged, of another nobody knows.
 */
void fit_log_find_start(struct fit_log *log);

#endif
