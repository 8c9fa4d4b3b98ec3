/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a LiFePO4 cell is made of: the curves over state of charge and temperature, tabulated once.
 *
 *   V = OCV(z) + M(z) h + R0(T) I + v1 + v2 + dU/dT(z) (T - 25 degC)
 *
 * Two RC branches and one state of hysteresis. Parameters and their sources: docs/MODELS.md.
 */
#ifndef TWIN_CELL_H
#define TWIN_CELL_H

#include "twin/scenario.h"

enum { CELL_CHARGE_NODES = 8192, CELL_TEMP_NODES = 1024 };

#define CELL_Z_MIN (-0.03) /* the tables' ends; beyond them the last slope goes on */
#define CELL_Z_MAX 1.03
#define CELL_TEMP_MIN_C (-60.0)
#define CELL_TEMP_MAX_C 120.0

#define CELL_R0_OHM_AH 0.050 /* R0 * Q at 25 degC, straps included */
#define CELL_R1_OHM_AH 0.052 /* 0.045..0.060 */
#define CELL_TAU1_S 20.0     /* 10..30 */
#define CELL_TAU2_S 2000.0
#define CELL_HYSTERESIS_GAMMA 10.0
#define CELL_MASS_KG_PER_AH 0.020
#define CELL_HEAT_J_PER_KGK 1060.0 /* 1001..1130 */

struct cell_charge_node {
    double ocv_v;
    double hysteresis_v;    /* M, half the gap */
    double entropy_v_per_k; /* dU/dT */
};

struct cell_temp_node {
    double resistance; /* factor on the value at 25 degC */
    double leak;       /* factor on the self-discharge at 25 degC */
};

struct cell_curves {
    struct cell_charge_node charge[CELL_CHARGE_NODES + 1];
    struct cell_temp_node temp[CELL_TEMP_NODES + 1];
};

/* Fills the tables for one of the three curves of open-circuit voltage. */
void cell_curves_init(struct cell_curves *curves, enum scenario_curve curve);

/* The open-circuit voltage in V at state of charge `z` (above -0.2, below 1.2; full is 1), from the formula and
 * not from the table. */
double cell_ocv_v(enum scenario_curve curve, double z);

#endif
