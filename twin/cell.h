/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a LiFePO4 cell is made of: numbers that scale with its capacity (struct cell_model), and the curves over
 * state of charge and temperature that are tabulated from them once.
 *
 *   V = OCV(z + w1 + w2) + M(z) h + R0(T) I + v1 + v2 + dU/dT(z) (T - 25 degC)
 *
 * Two states of diffusion w, which are charges; two voltages v that relax, of which the first follows a current
 * as a charge transfer does (Butler and Volmer's law, the two directions alike); one state of hysteresis.
 * Equations, sources and measured errors: docs/MODELS.md.
 */
#ifndef TWIN_CELL_H
#define TWIN_CELL_H

#include "twin/scenario.h"

enum {
    CELL_POINTS_MAX = 48,
    CELL_CHARGE_NODES = 8192,
    CELL_TEMP_NODES = 1024,
    CELL_DIFFUSIONS = 2 /* states of diffusion */
};

#define CELL_Z_MIN (-0.05) /* the tables' ends; beyond them the last slope goes on */
#define CELL_Z_MAX 1.05
#define CELL_TEMP_MIN_C (-60.0) /* beyond them the ends' values go on */
#define CELL_TEMP_MAX_C 120.0
#define CELL_MASS_KG_PER_AH 0.020
#define CELL_HEAT_J_PER_KGK 1060.0 /* 1001..1130 */

/* A point of a curve over state of charge. */
struct cell_point {
    double z;
    double value;
};

/* A number at 25 degC that changes with the temperature by Arrhenius' law: its energy in J/mol, 0: not at all. */
struct cell_activated {
    double at_25;
    double j_per_mol;
};

/* A kind of cell. What depends on its size is given for 1 Ah. */
struct cell_model {
    const char *name;
    const char *evidence;                     /* what it rests on, for people */
    bool is_validated;                        /* against measured runs of such a cell */
    struct cell_point ocv_v[CELL_POINTS_MAX]; /* both z and value rise */
    int ocv_count;
    struct cell_point hysteresis_v[CELL_POINTS_MAX]; /* M, half the gap */
    int hysteresis_count;
    struct cell_activated r0_ohm_ah[2]; /* two shares: with one energy none fits from -15 to 45 degC */
    double r0_cold_c;      /* below it the second share stays as it is there: nothing is known of it */
    double exchange_per_h; /* exchange current of the charge transfer, of 1 Ah; falls in the cold: */
    double exchange_j_per_mol;
    double tau1_s;
    struct cell_activated r2_ohm_ah;
    double tau2_s;
    struct cell_activated diffusion_h[CELL_DIFFUSIONS]; /* w at rest with a current: this times I / Q */
    double diffusion_tau_s[CELL_DIFFUSIONS];
    double hysteresis_gamma;
};

struct cell_charge_node {
    double ocv_v;
    double hysteresis_v;
    double entropy_v_per_k; /* dU/dT */
};

/* Factors on the values at 25 degC. */
struct cell_temp_node {
    double r0;
    double exchange;
    double r2;
    double diffusion[CELL_DIFFUSIONS];
    double leak; /* of the self-discharge */
};

struct cell_curves {
    struct cell_charge_node charge[CELL_CHARGE_NODES + 1];
    struct cell_temp_node temp[CELL_TEMP_NODES + 1];
};

/* The cells that come with the project (twin/cell_models.c). */
extern const struct cell_model cell_models[CELL_KIND_COUNT];

/* Fills the tables for `model`. */
void cell_curves_init(struct cell_curves *curves, const struct cell_model *model);

#endif
