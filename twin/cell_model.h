/* SPDX-License-Identifier: Apache-2.0 */
/* A kind of LiFePO4 cell as plain data, whatever its size. Equations and sources: docs/MODELS.md. */
#ifndef TWIN_CELL_MODEL_H
#define TWIN_CELL_MODEL_H

#include <stdbool.h>

enum {
    CELL_NAME_SIZE = 48, /* with its NUL */
    CELL_EVIDENCE_SIZE = 256,
    CELL_POINTS_MAX = 48,
    CELL_DIFFUSIONS = 2 /* states of diffusion */
};

#define CELL_Z_MIN (-0.05) /* between them a curve has its points; beyond, the last slope goes on */
#define CELL_Z_MAX 1.05

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
    char name[CELL_NAME_SIZE];
    char evidence[CELL_EVIDENCE_SIZE]; /* what it rests on, for people */
    bool is_validated;                 /* against measured runs of such a cell; between: */
    double temp_c_min;
    double temp_c_max;
    double discharge_c_max;                          /* the largest current out of it, of 1 Ah */
    double charge_c_max;                             /* and into it */
    struct cell_point ocv_v[CELL_POINTS_MAX];        /* both z and value rise */
    int ocv_count;                                   /* 0: no model */
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

#endif
