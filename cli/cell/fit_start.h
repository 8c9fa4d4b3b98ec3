/* SPDX-License-Identifier: Apache-2.0 */
/* Where a fit starts, and where it stays when the logs say nothing: the cells that come with the project. */
#ifndef CLI_CELL_FIT_START_H
#define CLI_CELL_FIT_START_H

#include "twin/cell.h"

/*
 * A cell of the project as the start of a fit: its curves at the points that a fit moves, and a number that it does without,
 * which could not grow from 0, as the other cell has it.
 */
struct cell_model fit_start(enum scenario_cell kind);

#endif
