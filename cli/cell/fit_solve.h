/* SPDX-License-Identifier: Apache-2.0 */
/* The least squares of a fit, by MINPACK's Levenberg-Marquardt method (the library cminpack). */
#ifndef CLI_CELL_FIT_SOLVE_H
#define CLI_CELL_FIT_SOLVE_H

#include "cli/cell/fit_rows.h"

/*
 * Moves `coordinates` (parameters->count), from where they are, to where the weighted squares of the errors at the rows, and of
 * the way from the parameters' start, which weighs little, are least. Takes at most `runs_max` runs of the cell, Jacobians not counted.
 * Fills `*squares` with what is left of these squares, in mV^2. False: no memory.
 */
bool fit_solve(const struct fit_rows *rows, const struct fit_parameters *parameters, int runs_max,
               double *coordinates, double *squares);

#endif
