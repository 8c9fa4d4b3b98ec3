/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows that a fit looks at: of each log the first ones, thinned where there are too many; and what a cell of a model is at
 * each of them.
 */
#ifndef CLI_CELL_FIT_ROWS_H
#define CLI_CELL_FIT_ROWS_H

#include "cli/cell/fit_parameters.h"
#include "twin/cell.h"

#define FIT_ROWS_MAX 24000 /* looked at: beyond, one of each few rows is */

struct fit_row {
    size_t row;
    double weight;
    double measured_v;
};

/* A cell at a row: its voltage, and of what it is made. The curves act on nothing else of it. */
struct fit_state {
    double surface_z;
    double z;
    double h;
    double other_v; /* all but OCV and hysteresis */
    double voltage_v;
};

struct fit_rows {
    const struct fit_log *logs;
    size_t log_count;
    size_t last_row[FIT_LOGS_MAX];  /* how many rows of each log are run */
    size_t first[FIT_LOGS_MAX + 1]; /* where its rows begin in `rows` */
    struct fit_row *rows;
    size_t count;
};

/*
 * Chooses rows among the first `share` (above 0, up to 1) of each log. Each log weighs the same, whatever its number of rows,
 * and rows at voltages that a battery does not reach less. False: no memory, and nothing is to be freed.
 */
bool fit_rows_init(struct fit_rows *rows, const struct fit_log *logs, size_t log_count, double share);

void fit_rows_free(struct fit_rows *rows);

/*
 * Runs a cell of the parameters' model at `coordinates` through the logs and fills states[rows->count]; `curves` takes
 * the model's. False: no memory.
 */
bool fit_rows_run(const struct fit_rows *rows, const struct fit_parameters *parameters,
                  const double *coordinates, struct fit_state *states);

/* The voltage of a cell in `state` with other curves. */
double fit_rows_voltage_v(const struct fit_state *state, const struct cell_curves *curves);

#endif
