/* SPDX-License-Identifier: Apache-2.0 */
/* A cell fitted to measured logs, step by step. */
#ifndef CLI_CELL_FIT_CELL_H
#define CLI_CELL_FIT_CELL_H

#include "cli/cell/fit_parameters.h"

/* What comes out. Voltages are at every row of a log. */
struct fit_result {
    const struct fit_log *logs;
    size_t log_count;
    struct fit_coverage coverage;
    const struct cell_model *start; /* the cell of the project at which it started */
    struct fit_parameters parameters;
    double coordinates[FIT_PARAMETERS_MAX];
    struct cell_model model;           /* fitted to all rows */
    struct cell_model early;           /* fitted to the first two thirds of each log */
    size_t early_rows[FIT_LOGS_MAX];   /* how many those are */
    double *fitted_v[FIT_LOGS_MAX];    /* of `model` */
    double *early_v[FIT_LOGS_MAX];     /* of `early` */
    bool is_pair;                      /* two logs that go one way each, judged by one another */
    bool is_balanced[FIT_LOGS_MAX];    /* no second point is known: its balance was judged by the fit */
    double counted_pct[FIT_LOGS_MAX];  /* then: by how many % more it must count for the voltages to fit */
    double mismatch_pct[FIT_LOGS_MAX]; /* that, of a pair less what the other must */
};

enum fit_ended { FIT_DONE, FIT_REFUSED, FIT_NO_MEMORY };

/*
 * Fits a cell to logs that fit_check_log() has let pass. It starts at the cell of the project that is nearer to them, and where
 * they say nothing it stays there. Refuses (`refusal` says why) what they do not
 * cover, and a log whose counted charge is by more than FIT_MISMATCH_PCT_MAX not what the voltages say. Whatever comes out, give
 * it to fit_result_free().
 */
enum fit_ended fit_cell(struct fit_result *result, const struct fit_log *logs, size_t log_count,
                        struct fit_refusal *refusal);

void fit_result_free(struct fit_result *result);

#endif
