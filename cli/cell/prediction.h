/* SPDX-License-Identifier: Apache-2.0 */
/* What a cell of the twin does with a measured cell's currents, and how far it is from what that cell did. */
#ifndef CLI_CELL_PREDICTION_H
#define CLI_CELL_PREDICTION_H

#include "cli/cell/measured_log.h"
#include "twin/cell_run.h"

#define PREDICTION_SCORED_V_MIN 2.50 /* rows below it are not scored: a battery has been cut long before */

enum prediction_region {
    REGION_ALL = 0,
    REGION_PLATEAU, /* measured 3.1 to 3.4 V */
    REGION_KNEE,    /* below 3.1 V */
    REGION_TOP,     /* above 3.4 V */
    REGION_REST,    /* less than 0.02 C */
    REGION_COUNT
};

/* Errors over the rows that are scored. */
struct prediction_errors {
    size_t rows[REGION_COUNT];
    double rms_mv[REGION_COUNT]; /* 0 where there is no row */
    double max_mv;
};

/* What a region is called: "plateau". */
const char *prediction_region_name(enum prediction_region region);

/*
 * Runs a cell of `model` from `start` on the log's currents and fills `predicted_v` (log->count). A log without
 * temperatures is at start->temp_c. False: no memory.
 */
bool prediction_run(const struct measured_log *log, const struct cell_model *model,
                    const struct cell_start *start, double *predicted_v);

/* The errors of `predicted_v` (log->count); `capacity_ah` says what a rest is. */
struct prediction_errors prediction_errors(const struct measured_log *log, const double *predicted_v,
                                           double capacity_ah);

/*
 * When the voltage, averaged over the last minute, is below `threshold_v` for the first time, in s: of the measured
 * voltages, or of `predicted_v` (log->count) where it is not NULL. Negative: never. The average, because in a drive
 * cycle the first sample below is decided by one dip.
 */
double prediction_time_below_s(const struct measured_log *log, const double *predicted_v, double threshold_v);

/* Whether a threshold is passed in the same bursts, and when in each. */
struct prediction_bursts {
    size_t measured;  /* bursts in which the average is below the threshold */
    size_t predicted; /* those in which the prediction says so */
    size_t both;
    double apart_s_max; /* in those with both, between the first times */
};

/*
 * The log burst by burst: a burst ends with a rest (less than 0.02 of `capacity_ah` in an hour) of five minutes or more. Each
 * burst is judged as prediction_time_below_s() judges a log.
 */
struct prediction_bursts prediction_bursts(const struct measured_log *log, const double *predicted_v,
                                           double capacity_ah, double threshold_v);

#endif
