/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A LiFePO4 cell of a model (twin/cell_model.h): the curves over state of charge and temperature that are tabulated from it
 * once.
 *
 *   V = OCV(z + w1 + w2) + M(z) h + R0(T) I + v1 + v2 + dU/dT(z) (T - 25 degC)
 *
 * Two states of diffusion w, which are charges; two voltages v that relax, of which the first follows a current
 * as a charge transfer does (Butler and Volmer's law, the two directions alike); one state of hysteresis.
 * Equations, sources and measured errors: docs/MODELS.md.
 */
#ifndef TWIN_CELL_H
#define TWIN_CELL_H

#include "twin/cell_model.h"
#include "twin/scenario.h"

enum { CELL_CHARGE_NODES = 8192, CELL_TEMP_NODES = 1024 };

#define CELL_TEMP_MIN_C (-60.0) /* beyond them the ends' values go on */
#define CELL_TEMP_MAX_C 120.0
#define CELL_MASS_KG_PER_AH 0.020
#define CELL_HEAT_J_PER_KGK 1060.0 /* 1001..1130 */

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

/* What a cell of 1 C holds, in J, and each further coulomb adds to it: the enthalpy of its reaction at 25 degC. */
struct cell_held_node {
    double held_v;     /* enthalpy_v over z, from the first node to this one */
    double enthalpy_v; /* OCV - (298.15 K) dU/dT */
};

struct cell_curves {
    struct cell_held_node held[CELL_CHARGE_NODES + 1];
    struct cell_charge_node charge[CELL_CHARGE_NODES + 1];
    struct cell_temp_node temp[CELL_TEMP_NODES + 1];
};

/* The cells that come with the project (twin/cell_models.c). */
extern const struct cell_model cell_models[CELL_KIND_COUNT];

/* What the cells of `bank` are: its own model if it has one, else the one that it names. */
const struct cell_model *cell_model_of(const struct scenario_bank *bank);

/* e^(E/R (1/T - 1/298.15 K)) of an energy in J/mol: above 1 in the cold. */
double cell_arrhenius(double j_per_mol, double temp_c);

/* Fills the tables for `model`. */
void cell_curves_init(struct cell_curves *curves, const struct cell_model *model);

/* What a cell of 1 C holds at state of charge `z`, in J, above what it holds at the first node. */
static inline double cell_held_v(const struct cell_curves *curves, double z)
{
    const double width = (CELL_Z_MAX - CELL_Z_MIN) / CELL_CHARGE_NODES;
    const double place = (z - CELL_Z_MIN) * (CELL_CHARGE_NODES / (CELL_Z_MAX - CELL_Z_MIN));
    const double from_first = place > 0.0 ? place : 0.0;
    const int node = (int)(from_first < CELL_CHARGE_NODES - 1 ? from_first : CELL_CHARGE_NODES - 1);
    const struct cell_held_node *at = &curves->held[node];
    const double along = place - node;
    const double rise_v = at[1].enthalpy_v - at->enthalpy_v;

    return at->held_v + width * along * (at->enthalpy_v + 0.5 * rise_v * along);
}

#endif
