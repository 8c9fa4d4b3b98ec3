/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bank: strings in parallel, batteries in series, cells in a battery; their charge, relaxation, hysteresis,
 * temperature and balancing.
 *
 * Time goes in steps of 2^k ticks of 125 ms. A step is exact for a current that changes in a straight line;
 * the current at its end is solved together with what it does to the voltages (linearly implicit), so that a
 * stiff cell at the top of its curve does not force short steps. A step is tried and then accepted or
 * dropped.
 */
#ifndef TWIN_BANK_H
#define TWIN_BANK_H

#include <stdbool.h>
#include <stdint.h>

#include "twin/bus.h"
#include "twin/cell.h"

enum { BANK_STEP_MAX = 13 }; /* 2^13 ticks = 1024 s */

/* What changes of a cell. */
struct bank_cell {
    double z;    /* state of charge, not limited to 0..1 */
    double v1_v; /* RC branches */
    double v2_v;
    double h; /* hysteresis, -1..1 */
    double temp_c;
};

/* What it says at the present current. */
struct bank_reading {
    double emf_v; /* terminal voltage less R0 I */
    double r0_ohm;
    double slope_v;    /* dOCV/dz */
    double resistance; /* factor of the temperature */
    double leak_a;
    double entropy_v_per_k;
    double entropy_slope; /* its change over z */
    double hysteresis_v;
};

/* Everything that a length of step decides alone. */
struct bank_step {
    double seconds;
    double a1, g1, b1; /* branch 1: decay, answer to a straight line, 1 - decay */
    double a2, g2, b2;
    double cell_decay;                                 /* of a cell's temperature to the battery's mean */
    double mean_mean, mean_case, case_mean, case_case; /* of mean and case to their rest: a matrix */
};

struct bank {
    int cells_per_battery;
    int batteries;
    int strings; /* in parallel */
    int series;
    int cell_count;
    double capacity_ah; /* nominal, of one string */
    double balancing_a;
    double r_cell_case; /* K/W */
    double r_cell_cell;
    double r_case_ambient;
    double heat_capacity_j_per_k; /* of a cell */
    struct cell_curves curves;
    struct bank_step steps[BANK_STEP_MAX + 1];
    struct cell_parameters *parameters; /* cell_count */
    struct bank_cell *cells;            /* cell_count: now */
    struct bank_cell *next_cells;       /* at the end of the step that is tried */
    struct bank_reading *readings;
    struct bank_reading *next_readings;
    double *case_c; /* batteries */
    double *next_case_c;
    double *string_a; /* strings: current now, charging is positive */
    double *next_string_a;
    bool *bleeding; /* cell_count: the balancer is on */
};

/* ---- state (twin/bank.c) ---- */

/*
 * Makes the bank that `described` says, at rest: every cell and case at `ambient_c` (degC), no current, cells
 * spread by `seed`, all as many ampere-hours below full. Takes memory from the heap: false when there is
 * none, and then nothing is to be freed.
 */
bool bank_init(struct bank *made, const struct scenario_bank *described, uint64_t seed, double ambient_c);

/* Gives its memory back. */
void bank_free(struct bank *made);

/* The terminal voltage in V of cell `i` (from 0, over the whole bank), now or, with `next`, at the end of the step that
 * was tried. */
double bank_cell_v(const struct bank *b, int i, bool next);

/*
 * State of charge of the bank in percent: the mean of its cells, each of its own capacity; not limited to
 * 0..100.
 */
double bank_soc_pct(const struct bank *b);

/* ---- step (twin/bank_step.c) ---- */

/* Solves the bus now, at what `demand` asks: sets the strings' currents, nothing else. */
struct bus_state bank_solve(struct bank *b, const struct bus_demand *demand);

/*
 * Tries a step of 2^k ticks, k 0..BANK_STEP_MAX, with `demand` and `ambient_c` (degC) the same all along, and
 * gives the bus at its end. The present state stays; the next_... fields hold the end. May be tried again
 * with another k.
 */
struct bus_state bank_try(struct bank *b, int k, const struct bus_demand *demand, double ambient_c);

/* The largest change of a string's current over the step that was tried, in A, never negative. */
double bank_current_change_a(const struct bank *b);

/* Takes the step that was tried: its end is now. */
void bank_accept(struct bank *b);

/* ---- balancing (twin/bank_balance.c) ---- */

/*
 * What the balancers would decide now or, with `next`, at the end of the step that was tried: on above 3.50 V
 * and 10 mV above the battery's lowest cell, off below 3.48 V or within 5 mV. True when any is to change.
 */
bool bank_balancing_changes(const struct bank *b, bool next);

/* Lets the balancers decide now. The bus is to be solved again after a true. */
bool bank_balance(struct bank *b);

#endif
