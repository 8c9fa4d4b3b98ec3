/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cell/fit_cell.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cell/fit_solve.h"
#include "cli/cell/prediction.h"

#define EARLY_SHARE (2.0 / 3.0)
#define RUNS_MAX 40
#define BOTH_WAYS_PCT_MIN 30.0 /* a log that goes so far both ways has a balance of its own */

/* ---- what the logs cover ------------------------------------------------------------------------ */

/* False: no memory. */
static bool cover(struct fit_result *result, bool *both_ways)
{
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
    return true;
}

/* ---- where it starts ----------------------------------------------------------------------------- */

/* A cell of the project, with what another knows where it has nothing: a number that is 0 can grow from there no more. */
static struct cell_model start_at(enum scenario_cell kind)
{
    const struct cell_model *other = &cell_models[CELL_A123];
    struct cell_model start = cell_models[kind];
    if (start.r0_ohm_ah[1].at_25 == 0.0) {
        start.r0_ohm_ah[1] = other->r0_ohm_ah[1];
        start.r0_ohm_ah[1].at_25 *= start.r0_ohm_ah[0].at_25 / other->r0_ohm_ah[0].at_25;
    }
    if (start.r2_ohm_ah.at_25 == 0.0) {
        start.r2_ohm_ah = other->r2_ohm_ah;
        start.tau2_s = other->tau2_s;
    }
    if (start.diffusion_h[1].at_25 == 0.0) {
        start.diffusion_h[1] = other->diffusion_h[1];
        start.diffusion_tau_s[1] = other->diffusion_tau_s[1];
    }
    return start;
}

/* The weighted squares of the errors of a cell as it is; negative: no memory. */
static double squares_of(const struct fit_rows *rows, const struct fit_coverage *coverage,
                         const struct cell_model *model)
{
    struct fit_parameters parameters;
    double coordinates[FIT_PARAMETERS_MAX];
    struct fit_state *states = malloc(rows->count * sizeof *states);
    double sum = -1.0;
    fit_parameters_init(&parameters, model, coverage);
    fit_parameters_start(&parameters, coordinates);
    if (states != NULL && fit_rows_run(rows, &parameters, coordinates, states)) {
        sum = 0.0;
        for (size_t i = 0; i < rows->count; i++) {
            const double error = rows->rows[i].weight * (states[i].voltage_v - rows->rows[i].measured_v);
            sum += error * error;
        }
    }
    free(states);
    return sum;
}

/* The parameters, at the cell of the project that is nearest. False: no memory. */
static bool start_at_nearest(struct fit_result *result)
{
    struct fit_rows rows;
    double least = INFINITY;
    if (!fit_rows_init(&rows, result->logs, result->log_count, 1.0)) {
        return false;
    }
    for (int kind = 0; kind < CELL_KIND_COUNT && least >= 0.0; kind++) {
        const struct cell_model model = start_at((enum scenario_cell)kind);
        const double squares = squares_of(&rows, &result->coverage, &model);
        if (squares < least) {
            least = squares;
            result->start = &cell_models[kind];
            fit_parameters_init(&result->parameters, &model, &result->coverage);
        }
    }
    fit_rows_free(&rows);
    return least >= 0.0;
}

/* ---- the steps ---------------------------------------------------------------------------------- */

/* A fit to the first `share` of each log. */
static bool solve(const struct fit_result *result, const struct fit_parameters *parameters, double share,
                  double *coordinates)
{
    struct fit_rows rows;
    if (!fit_rows_init(&rows, result->logs, result->log_count, share)) {
        return false;
    }
    const bool done = fit_solve(&rows, parameters, RUNS_MAX, coordinates);
    fit_rows_free(&rows);
    return done;
}

/* All rows, and with them what a log without a second known point counts while it charges. */
static bool solve_with_balance(struct fit_result *result, const bool *both_ways)
{
    struct fit_parameters parameters = result->parameters;
    double coordinates[FIT_PARAMETERS_MAX];
    for (size_t i = 0; i < result->log_count; i++) {
        const struct fit_log *log = &result->logs[i];
        result->is_balanced[i] = both_ways[i] && log->has_start + log->has_end + log->has_full < 2;
        if (result->is_balanced[i]) {
            fit_parameters_add_charged(&parameters, (int)i);
        }
    }
    fit_parameters_start(&parameters, coordinates);
    if (!solve(result, &parameters, 1.0, coordinates)) {
        return false;
    }
    for (size_t i = 0; i < result->log_count; i++) {
        result->charged_pct[i] = 100.0 * (fit_parameters_charged(&parameters, coordinates, (int)i) - 1.0);
    }
    memcpy(result->coordinates, coordinates, (size_t)result->parameters.count * sizeof *coordinates);
    return true;
}

static bool check_balance(const struct fit_result *result, struct fit_refusal *refusal)
{
    for (size_t i = 0; i < result->log_count; i++) {
        if (!fit_check_charged(&result->logs[i], result->charged_pct[i], refusal)) {
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
    fit_parameters_start(&result->parameters, early);
    if (!solve(result, &result->parameters, EARLY_SHARE, early) ||
        !solve(result, &result->parameters, 1.0, result->coordinates)) {
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
    bool both_ways[FIT_LOGS_MAX];
    assert(log_count > 0 && log_count <= FIT_LOGS_MAX);
    *result = (struct fit_result){.logs = logs, .log_count = log_count};
    if (!cover(result, both_ways) || !take_voltages(result)) {
        return FIT_NO_MEMORY;
    }
    if (!fit_check_coverage(&result->coverage, refusal)) {
        return FIT_REFUSED;
    }
    if (!start_at_nearest(result) || !solve_with_balance(result, both_ways)) {
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
