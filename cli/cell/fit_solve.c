/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cell/fit_solve.h"

#include <assert.h>
#include <cminpack.h>
#include <stdlib.h>
#include <string.h>

#define PULL_MV 0.5         /* what a parameter costs that is one spread from its start */
#define NUDGE 1e-4          /* of a coordinate, for a derivative */
#define LEAST_GAIN 1e-4     /* a step that takes less of the squares, or of the coordinates, is the last */
#define FIRST_STEP_MV 100.0 /* what the first step may change, about */

struct problem {
    const struct fit_rows *rows;
    const struct fit_parameters *parameters;
    const double *origin; /* what MINPACK moves is the way from here */
    struct fit_state *states;
    struct fit_state *nudged;
    struct cell_curves *curves;
    double *at; /* coordinates */
};

/* ---- errors and their derivatives --------------------------------------------------------------- */

static void go_to(const struct problem *problem, const double *way)
{
    for (int i = 0; i < problem->parameters->count; i++) {
        problem->at[i] = problem->origin[i] + way[i];
    }
}

static double pull(const struct fit_parameter *parameter)
{
    return PULL_MV / parameter->spread;
}

static bool find_errors(const struct problem *problem, double *errors)
{
    const struct fit_rows *rows = problem->rows;
    const struct fit_parameters *parameters = problem->parameters;
    if (!fit_rows_run(rows, parameters, problem->at, problem->states)) {
        return false;
    }
    for (size_t i = 0; i < rows->count; i++) {
        errors[i] = rows->rows[i].weight * (problem->states[i].voltage_v - rows->rows[i].measured_v);
    }
    for (int i = 0; i < parameters->count; i++) {
        errors[rows->count + (size_t)i] =
            pull(&parameters->list[i]) * (problem->at[i] - parameters->list[i].start);
    }
    return true;
}

/* The voltages at the rows with one coordinate nudged, into `nudged`. The curves change no state, so theirs need no run. */
static bool nudge(const struct problem *problem, int parameter)
{
    const bool is_curve = parameter < problem->parameters->curve_count;
    const double kept = problem->at[parameter];
    bool done = true;
    problem->at[parameter] += NUDGE;
    if (is_curve) {
        struct cell_model model;
        fit_parameters_model(problem->parameters, problem->at, &model);
        cell_curves_init(problem->curves, &model);
        for (size_t i = 0; i < problem->rows->count; i++) {
            problem->nudged[i].voltage_v = fit_rows_voltage_v(&problem->states[i], problem->curves);
        }
    } else {
        done = fit_rows_run(problem->rows, problem->parameters, problem->at, problem->nudged);
    }
    problem->at[parameter] = kept;
    return done;
}

static bool find_derivatives(const struct problem *problem, double *jacobian, size_t rows_each)
{
    const struct fit_rows *rows = problem->rows;
    const struct fit_parameters *parameters = problem->parameters;
    if (!fit_rows_run(rows, parameters, problem->at, problem->states)) {
        return false;
    }
    for (int p = 0; p < parameters->count; p++) {
        double *column = jacobian + (size_t)p * rows_each;
        if (!nudge(problem, p)) {
            return false;
        }
        memset(column + rows->count, 0, (size_t)parameters->count * sizeof *column);
        for (size_t i = 0; i < rows->count; i++) {
            column[i] =
                rows->rows[i].weight * (problem->nudged[i].voltage_v - problem->states[i].voltage_v) / NUDGE;
        }
        column[rows->count + (size_t)p] = pull(&parameters->list[p]);
    }
    return true;
}

/* MINPACK's function: errors, or derivatives when flag is 2. Negative: it must end. */
static int evaluate(void *given, int error_count, int parameter_count, const double *way, double *errors,
                    double *jacobian, int rows_each, int flag)
{
    const struct problem *problem = given;
    (void)error_count;
    (void)parameter_count;
    go_to(problem, way);
    return (flag == 2 ? find_derivatives(problem, jacobian, (size_t)rows_each) : find_errors(problem, errors))
               ? 0
               : -1;
}

/* ---- the search --------------------------------------------------------------------------------- */

/* What MINPACK works in, in one piece. */
struct work {
    double *way;
    double *errors;
    double *jacobian;
    double *scale;
    double *qtf;
    double *work[3];
    double *work_errors;
};

static bool take_work(struct work *work, double *memory, size_t errors, size_t parameters)
{
    double **const short_ones[] = {&work->way,     &work->scale,   &work->qtf,
                                   &work->work[0], &work->work[1], &work->work[2]};
    if (memory == NULL) {
        return false;
    }
    work->jacobian = memory;
    work->errors = work->jacobian + errors * parameters;
    work->work_errors = work->errors + errors;
    memory = work->work_errors + errors;
    for (size_t i = 0; i < sizeof short_ones / sizeof short_ones[0]; i++) {
        *short_ones[i] = memory;
        memory += parameters;
    }
    return true;
}

static bool search(struct problem *problem, int runs_max, double *memory, int *pivots, double *squares)
{
    const int parameters = problem->parameters->count;
    const int errors = (int)problem->rows->count + parameters;
    struct work work;
    int runs = 0;
    int jacobians = 0;
    if (!take_work(&work, memory, (size_t)errors, (size_t)parameters) || pivots == NULL) {
        return false;
    }
    memset(work.way, 0, (size_t)parameters * sizeof *work.way);
    const int ended =
        lmder(evaluate, problem, errors, parameters, work.way, work.errors, work.jacobian, errors, LEAST_GAIN,
              LEAST_GAIN * 1e-3, 0.0, runs_max, work.scale, 1, FIRST_STEP_MV, 0, &runs, &jacobians, pivots,
              work.qtf, work.work[0], work.work[1], work.work[2], work.work_errors);
    assert(ended != 0); /* what it says of arguments that it cannot take */
    go_to(problem, work.way);
    *squares = 0.0;
    for (int i = 0; i < errors; i++) {
        *squares += work.errors[i] * work.errors[i];
    }
    return ended > 0;
}

bool fit_solve(const struct fit_rows *rows, const struct fit_parameters *parameters, int runs_max,
               double *coordinates, double *squares)
{
    const size_t count = (size_t)parameters->count;
    const size_t errors = rows->count + count;
    double origin[FIT_PARAMETERS_MAX];
    memcpy(origin, coordinates, count * sizeof *origin);
    struct problem problem = {
        .rows = rows,
        .parameters = parameters,
        .origin = origin,
        .states = malloc(rows->count * sizeof *problem.states),
        .nudged = malloc(rows->count * sizeof *problem.nudged),
        .curves = malloc(sizeof *problem.curves),
        .at = coordinates,
    };
    double *memory = malloc((errors * (count + 2) + 6 * count) * sizeof *memory);
    int *pivots = malloc(count * sizeof *pivots);
    const bool done = problem.states != NULL && problem.nudged != NULL && problem.curves != NULL &&
                      search(&problem, runs_max, memory, pivots, squares);
    free(pivots);
    free(memory);
    free(problem.curves);
    free(problem.nudged);
    free(problem.states);
    return done;
}
