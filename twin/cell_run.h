/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One cell alone at currents and temperatures that are given, as a log of a measured cell gives them. The formulas
 * are the bank's.
 */
#ifndef TWIN_CELL_RUN_H
#define TWIN_CELL_RUN_H

#include "twin/bank.h"

struct cell_run {
    struct bank bank; /* of one cell */
    const struct cell_model *model;
    struct bank_step step; /* of the length that was asked for last */
};

/* Where a cell starts, at rest. */
struct cell_start {
    double capacity_ah;
    double soc_pct;    /* 0..100 */
    double hysteresis; /* -1 (discharged to here) .. 1 (charged to here) */
    double temp_c;
};

/* Makes a cell of `model` (kept by the caller). Takes memory from the heap: false when there is none, and then nothing is to be
 * freed. */
bool cell_run_init(struct cell_run *made, const struct cell_model *model, const struct cell_start *start);

/* Gives its memory back. */
void cell_run_free(struct cell_run *made);

/* The terminal voltage in V now, with `current_a` into the cell. */
double cell_run_voltage_v(const struct cell_run *run, double current_a);

/* Goes on for `seconds`, above 0, with `current_a` into the cell, to `temp_c` (degC) at the end. */
void cell_run_go(struct cell_run *run, double seconds, double current_a, double temp_c);

#endif
