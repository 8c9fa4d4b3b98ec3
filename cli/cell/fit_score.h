/* SPDX-License-Identifier: Apache-2.0 */
/* How far a fitted cell is from the logs: what it was fitted to, and the last third from a fit of the others. */
#ifndef CLI_CELL_FIT_SCORE_H
#define CLI_CELL_FIT_SCORE_H

#include "cli/cell/fit_cell.h"
#include "cli/cell/prediction.h"

#define FIT_VALIDATED_MV_MAX \
    20.0 /* twice the 11 mV by which `a123` misses the worst of its own runs, about */

enum fit_part {
    FIT_PART_ALL, /* the cell fitted to all rows, on all rows */
    FIT_PART_SEEN, /* the cell fitted to the first two thirds of each log, on the last, where those had been: */
    FIT_PART_NEW, /* and elsewhere */
    FIT_PART_COUNT
};

struct fit_scores {
    struct prediction_errors parts[FIT_PART_COUNT];  /* of all logs together */
    struct prediction_errors logs[FIT_LOGS_MAX];     /* of each, by the cell fitted to all rows */
    struct prediction_errors held_out[FIT_LOGS_MAX]; /* of its last third, by the other */
};

/*
 * Fills `scores`. The first two thirds have been where a row is if they went through its state of charge, to 2 %, in its direction: the
 * charge counted rises, or falls, and smaller turns than 5 % of the capacity do not count. False: no memory.
 */
bool fit_score(const struct fit_result *result, struct fit_scores *scores);

/*
 * Whether the cell may be called validated: fitted to all rows, it is at most FIT_VALIDATED_MV_MAX rms from them. Else the logs
 * are of something that the model is not, or what is said of them is wrong.
 */
bool fit_is_validated(const struct fit_scores *scores);

#endif
