/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a cell can be fitted to logs at all, and what they cover: how far a fit may be believed. */
#ifndef CLI_CELL_FIT_CHECK_H
#define CLI_CELL_FIT_CHECK_H

#include "cli/cell/fit_log.h"

#define FIT_MISMATCH_PCT_MAX 0.5 /* of the capacity: how far charges may be from one another */
#define FIT_DEPTH_PCT_MIN 80.0   /* what is to be discharged in one go, and charged in one go */

struct fit_coverage {
    double soc_pct_min;
    double soc_pct_max;
    double fallen_pct; /* the most that a log falls without rising above where it began to: "in one go" */
    double risen_pct;
    double temp_c_min;
    double temp_c_max;
    double
        charge_c_max; /* the largest current that was exceeded for a minute in all, of the capacity in an hour */
    double discharge_c_max;
};

struct fit_refusal {
    char message[512];
};

/*
 * Checks one log by itself: that the charge counted stays between empty and full and is what the other points that are known say
 * (within FIT_MISMATCH_PCT_MAX of the capacity), that no row is so long that its charge is a guess, that the voltage is a
 * LiFePO4 cell's and rises with the current. `soc_pct` (log->count) are fit_log_count_charge()'s. False: `refusal` says
 * what is wrong and what would be right.
 */
bool fit_check_log(const struct fit_log *log, const double *soc_pct, struct fit_refusal *refusal);

/* Checks that the voltage rises with the current, as fit_check_log() does, once `board_mohm_ah` has been taken off. */
bool fit_check_board(const struct fit_log *log, const double *soc_pct, double board_mohm_ah,
                     struct fit_refusal *refusal);

/*
 * Checks a log's balance as a fit has found it: `mismatch_pct` is by how many % more the log should count, while it charges if it
 * goes both ways, for the voltages to fit.
 */
bool fit_check_mismatch(const struct fit_log *log, double mismatch_pct, bool both_ways,
                        struct fit_refusal *refusal);

/* Adds a log to what is covered; the first one to a coverage that is fit_coverage_none(). */
void fit_coverage_add(struct fit_coverage *coverage, const struct fit_log *log, const double *soc_pct);

struct fit_coverage fit_coverage_none(void);

/* Checks that the logs together say enough: a discharge and a charge, each over FIT_DEPTH_PCT_MIN of the capacity. */
bool fit_check_coverage(const struct fit_coverage *coverage, struct fit_refusal *refusal);

#endif
