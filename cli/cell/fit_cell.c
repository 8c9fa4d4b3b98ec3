/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cell/fit_cell.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cell/fit_solve.h"
#include "cli/cell/fit_start.h"
#include "cli/cell/prediction.h"

#define EARLY_SHARE (2.0 / 3.0)
#define RUNS_MAX 40
#define BOTH_WAYS_PCT_MIN 30.0 /* a log that goes so far both ways has a balance of its own */

/* ---- what the logs cover ------------------------------------------------------------------------ */

/*
 * Whose balance the fit is to judge: that of a log which goes far both ways, and of two logs which go one way each. Of more logs it
 * cannot: it makes up for its own errors with their charges.
 */
static void choose_balanced(struct fit_result *result, const bool *both_ways)
{
    size_t unknown = 0; /* without a second point */
    for (size_t i = 0; i < result->log_count; i++) {
        const struct fit_log *log = &result->logs[i];
        const bool is_unknown = log->has_start + log->has_end + log->has_full < 2;
        result->is_balanced[i] = is_unknown && both_ways[i];
        unknown += is_unknown;
    }
    result->is_pair = result->log_count == 2 && unknown == 2 && !both_ways[0] && !both_ways[1];
    for (size_t i = 0; i < 2 && result->is_pair; i++) {
        result->is_balanced[i] = true;
    }
}

/* False: no memory. */
static bool cover(struct fit_result *result)
{
    bool both_ways[FIT_LOGS_MAX];
    result->coverage = fit_coverage_none();
    for (size_t i = 0; i < result->log_count; i++) {
        const struct fit_log *log = &result->logs[i];
        struct fit_coverage own = fit_coverage_none();
        double *soc_pct = malloc(log->log.count * sizeof *soc_pct);
        if (soc_pct == NULL) {
            return false;
        }
        fit_log_count_charge(log, soc_pct);
        fit_coverage_add(&own, log, soc_pct);
        fit_coverage_add(&result->coverage, log, soc_pct);
        both_ways[i] = fmin(own.risen_pct, own.fallen_pct) >= BOTH_WAYS_PCT_MIN;
        free(soc_pct);
    }
    choose_balanced(result, both_ways);
    return true;
}

/* ---- the steps ---------------------------------------------------------------------------------- */

/* A fit to the first `share` of each log; fills `*squares` with what is left. */
static bool solve(const struct fit_result *result, const struct fit_parameters *parameters, double share,
                  double *coordinates, double *squares)
{
    struct fit_rows rows;
    if (!fit_rows_init(&rows, result->logs, result->log_count, share)) {
        return false;
    }
    const bool done = fit_solve(&rows, parameters, RUNS_MAX, coordinates, squares);
    fit_rows_free(&rows);
    return done;
}

/* With what a log without a second known point counts. */
static struct fit_parameters with_shares(const struct fit_result *result,
                                         const struct fit_parameters *parameters)
{
    struct fit_parameters with = *parameters;
    for (size_t i = 0; i < result->log_count; i++) {
        if (result->is_balanced[i]) {
            fit_parameters_add_share(&with, result->is_pair ? FIT_COUNTED : FIT_CHARGED, (int)i);
        }
    }
    return with;
}

static void take_start(struct fit_result *result, const struct cell_model *start,
                       const struct fit_parameters *parameters, const double *coordinates)
{
    const struct fit_parameters with = with_shares(result, parameters);
    result->start = start;
    result->parameters = *parameters;
    memcpy(result->coordinates, coordinates, (size_t)parameters->count * sizeof *coordinates);
    for (size_t i = 0; i < result->log_count; i++) {
        result->counted_pct[i] = 100.0 * (fit_parameters_share(&with, coordinates, (int)i).risen - 1.0);
    }
}

/* All rows and the balance of the logs, from each cell of the project: the one that comes nearer is taken. */
static bool solve_with_balance(struct fit_result *result)
{
    double least = INFINITY;
    for (int kind = 0; kind < CELL_KIND_COUNT; kind++) {
        const struct cell_model start = fit_start((enum scenario_cell)kind);
        struct fit_parameters parameters;
        double coordinates[FIT_PARAMETERS_MAX];
        double squares = INFINITY;
        fit_parameters_init(&parameters, &start, &result->coverage);
        const struct fit_parameters with = with_shares(result, &parameters);
        fit_parameters_start(&with, coordinates);
        if (!solve(result, &with, 1.0, coordinates, &squares)) {
            return false;
        }
        if (squares < least) {
            least = squares;
            take_start(result, &cell_models[kind], &parameters, coordinates);
        }
    }
    return true;
}

/* What a log is apart from itself or, of two, from the other. */
static bool check_balance(struct fit_result *result, struct fit_refusal *refusal)
{
    const double *counted_pct = result->counted_pct;
    const size_t worse = result->log_count > 1 && fabs(counted_pct[1]) > fabs(counted_pct[0]) ? 1 : 0;
    if (result->is_pair) {
        result->mismatch_pct[0] = counted_pct[0] - counted_pct[1];
        result->mismatch_pct[1] = -result->mismatch_pct[0];
        return fit_check_mismatch(&result->logs[worse], result->mismatch_pct[worse], false, refusal);
    }
    for (size_t i = 0; i < result->log_count; i++) {
        result->mismatch_pct[i] = counted_pct[i];
        if (!fit_check_mismatch(&result->logs[i], counted_pct[i], true, refusal)) {
            return false;
        }
    }
    return true;
}

static bool predict(const struct fit_result *result, const struct cell_model *model,
                    double *const *voltages_v)
{
    for (size_t i = 0; i < result->log_count; i++) {
        struct cell_start start = result->logs[i].start;
        start.soc_pct = fmin(fmax(start.soc_pct, 0.0), 100.0);
        if (!prediction_run(&result->logs[i].log, model, &start, voltages_v[i])) {
            return false;
        }
    }
    return true;
}

static bool take_voltages(struct fit_result *result)
{
    for (size_t i = 0; i < result->log_count; i++) {
        const size_t count = result->logs[i].log.count;
        result->early_rows[i] = (size_t)ceil(EARLY_SHARE * (double)count);
        result->fitted_v[i] = malloc(count * sizeof(double));
        result->early_v[i] = malloc(count * sizeof(double));
        if (result->fitted_v[i] == NULL || result->early_v[i] == NULL) {
            return false;
        }
    }
    return true;
}

static void describe(struct fit_result *result)
{
    result->model.temp_c_min = result->coverage.temp_c_min;
    result->model.temp_c_max = result->coverage.temp_c_max;
    result->model.charge_c_max = result->coverage.charge_c_max;
    result->model.discharge_c_max = result->coverage.discharge_c_max;
}

/* What has passed the checks: the last third from the others, then all rows. */
static bool fit_and_predict(struct fit_result *result)
{
    double early[FIT_PARAMETERS_MAX];
    double squares = 0.0;
    fit_parameters_start(&result->parameters, early);
    if (!solve(result, &result->parameters, EARLY_SHARE, early, &squares) ||
        !solve(result, &result->parameters, 1.0, result->coordinates, &squares)) {
        return false;
    }
    fit_parameters_model(&result->parameters, early, &result->early);
    fit_parameters_model(&result->parameters, result->coordinates, &result->model);
    describe(result);
    return predict(result, &result->model, result->fitted_v) &&
           predict(result, &result->early, result->early_v);
}

enum fit_ended fit_cell(struct fit_result *result, const struct fit_log *logs, size_t log_count,
                        struct fit_refusal *refusal)
{
    assert(log_count > 0 && log_count <= FIT_LOGS_MAX);
    *result = (struct fit_result){.logs = logs, .log_count = log_count};
    if (!cover(result) || !take_voltages(result)) {
        return FIT_NO_MEMORY;
    }
    if (!fit_check_coverage(&result->coverage, refusal)) {
        return FIT_REFUSED;
    }
    if (!solve_with_balance(result)) {
        return FIT_NO_MEMORY;
    }
    if (!check_balance(result, refusal)) {
        return FIT_REFUSED;
    }
    return fit_and_predict(result) ? FIT_DONE : FIT_NO_MEMORY;
}

void fit_result_free(struct fit_result *result)
{
    for (size_t i = 0; i < result->log_count; i++) {
        free(result->fitted_v[i]);
        free(result->early_v[i]);
    }
    *result = (struct fit_result){.log_count = 0};
}
