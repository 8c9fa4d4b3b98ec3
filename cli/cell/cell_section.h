/* SPDX-License-Identifier: Apache-2.0 */
/* A cell's model as the section `cell` of a scenario (docs/SCENARIOS.md). */
#ifndef CLI_CELL_CELL_SECTION_H
#define CLI_CELL_CELL_SECTION_H

#include <stdio.h>

#include "twin/cell_model.h"

/*
 * Writes the section to `file`. Its numbers are rounded to nine digits and 14 decimals, and the scenario's reader takes what is written for
 * every model whose numbers are in the ranges of the section. Errors are the stream's, for the caller to look at.
 */
void cell_section_write(FILE *file, const struct cell_model *model);

#endif
