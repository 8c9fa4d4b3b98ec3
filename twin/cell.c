/* SPDX-License-Identifier: Apache-2.0 */
#include "twin/cell.h"

#include <assert.h>

#include "twin/real.h"

#define GAS_J_PER_MOLK 8.314462618
#define ZERO_C_K 273.15
#define SLOPE_BEYOND_MIN_V \
    5.0 /* a cell that is empty or full gets emptier or fuller by no more than a part of itself */

/* ---- curves over state of charge ----------------------------------------------------------------- */

/* A straight line between points; outside them the end values go on. */
static double line_between(const struct cell_point *points, int count, double z)
{
    int i = 0;

    if (z <= points[0].z) {
        return points[0].value;
    }
    if (z >= points[count - 1].z) {
        return points[count - 1].value;
    }
    while (z > points[i + 1].z) {
        i++;
    }
    return points[i].value +
           (points[i + 1].value - points[i].value) * (z - points[i].z) / (points[i + 1].z - points[i].z);
}

static double slope_after(const struct cell_point *points, int i)
{
    return (points[i + 1].value - points[i].value) / (points[i + 1].z - points[i].z);
}

/*
 * The slope of the curve at an inner point: the harmonic mean of the slopes beside it, weighted by their lengths
 * (Fritsch and Butland 1984), which keeps a cubic between rising points rising.
 */
static double slope_at(const struct cell_point *points, int count, int i)
{
    double before = 0.0;
    double after = 0.0;
    double length_before = 0.0;
    double length_after = 0.0;

    if (i == 0 || i == count - 1) {
        return slope_after(points, i == 0 ? 0 : count - 2);
    }
    before = slope_after(points, i - 1);
    after = slope_after(points, i);
    length_before = points[i].z - points[i - 1].z;
    length_after = points[i + 1].z - points[i].z;
    return 3.0 * (length_before + length_after) /
           ((2.0 * length_after + length_before) / before + (length_after + 2.0 * length_before) / after);
}

static double slope_beyond(const struct cell_point *points, int count, int i)
{
    const double slope = slope_at(points, count, i);

    return slope > SLOPE_BEYOND_MIN_V ? slope : SLOPE_BEYOND_MIN_V;
}

/* A cubic between rising points, rising everywhere; outside them the end's slope goes on, or a steeper one. */
static double cubic_between(const struct cell_point *points, int count, double z)
{
    int i = 0;

    if (z <= points[0].z) {
        return points[0].value + slope_beyond(points, count, 0) * (z - points[0].z);
    }
    if (z >= points[count - 1].z) {
        return points[count - 1].value + slope_beyond(points, count, count - 1) * (z - points[count - 1].z);
    }
    while (z > points[i + 1].z) {
        i++;
    }
    {
        const double length = points[i + 1].z - points[i].z;
        const double t = (z - points[i].z) / length;
        const double u = 1.0 - t;

        return u * u * ((1.0 + 2.0 * t) * points[i].value + t * length * slope_at(points, count, i)) +
               t * t * ((3.0 - 2.0 * t) * points[i + 1].value - u * length * slope_at(points, count, i + 1));
    }
}

/* Beyond the table its last lines go on: they are steep even where the points reach its ends. */
static void steepen_ends(struct cell_charge_node *nodes)
{
    const double rise_v = SLOPE_BEYOND_MIN_V * (CELL_Z_MAX - CELL_Z_MIN) / CELL_CHARGE_NODES;
    const double first_v = nodes[1].ocv_v - rise_v;
    const double last_v = nodes[CELL_CHARGE_NODES - 1].ocv_v + rise_v;

    nodes[0].ocv_v = nodes[0].ocv_v < first_v ? nodes[0].ocv_v : first_v;
    nodes[CELL_CHARGE_NODES].ocv_v =
        nodes[CELL_CHARGE_NODES].ocv_v > last_v ? nodes[CELL_CHARGE_NODES].ocv_v : last_v;
}

static void tabulate_charge(struct cell_curves *curves, const struct cell_model *model)
{
    /* published entropy curves (docs/MODELS.md), V/K at z = 0, 0.1 ... 1 */
    static const struct cell_point entropy[] = {
        {0.0, -4.9e-4}, {0.1, -1.64e-4}, {0.2, -1.18e-4}, {0.3, -4.4e-5}, {0.4, 9.8e-5}, {0.5, 1.10e-4},
        {0.6, 1.29e-4}, {0.7, 1.45e-4},  {0.8, 1.0e-4},   {0.9, 8.4e-5},  {1.0, 1.18e-4}};

    for (int i = 0; i <= CELL_CHARGE_NODES; i++) {
        const double z = CELL_Z_MIN + (CELL_Z_MAX - CELL_Z_MIN) * i / CELL_CHARGE_NODES;

        curves->charge[i] = (struct cell_charge_node){
            .ocv_v = cubic_between(model->ocv_v, model->ocv_count, z),
            .hysteresis_v = line_between(model->hysteresis_v, model->hysteresis_count, z),
            .entropy_v_per_k = line_between(entropy, (int)(sizeof entropy / sizeof entropy[0]), z),
        };
    }
    steepen_ends(curves->charge);
}

static double enthalpy_v(const struct cell_charge_node *node)
{
    return node->ocv_v - (25.0 + ZERO_C_K) * node->entropy_v_per_k;
}

static void integrate_charge(struct cell_curves *curves)
{
    const double width = (CELL_Z_MAX - CELL_Z_MIN) / CELL_CHARGE_NODES;

    curves->held[0] = (struct cell_held_node){0.0, enthalpy_v(&curves->charge[0])};
    for (int i = 1; i <= CELL_CHARGE_NODES; i++) {
        const struct cell_held_node *before = &curves->held[i - 1];
        const double here_v = enthalpy_v(&curves->charge[i]);

        curves->held[i] =
            (struct cell_held_node){before->held_v + 0.5 * width * (before->enthalpy_v + here_v), here_v};
    }
}

/* ---- curves over temperature --------------------------------------------------------------------- */

double cell_arrhenius(double j_per_mol, double temp_c)
{
    return real_exp(j_per_mol / GAS_J_PER_MOLK * (1.0 / (temp_c + ZERO_C_K) - 1.0 / (25.0 + ZERO_C_K)));
}

static void tabulate_temp(struct cell_curves *curves, const struct cell_model *model)
{
    const struct cell_activated *r0 = model->r0_ohm_ah;

    for (int i = 0; i <= CELL_TEMP_NODES; i++) {
        const double temp_c = CELL_TEMP_MIN_C + (CELL_TEMP_MAX_C - CELL_TEMP_MIN_C) * i / CELL_TEMP_NODES;
        struct cell_temp_node *node = &curves->temp[i];

        node->r0 = (r0[0].at_25 * cell_arrhenius(r0[0].j_per_mol, temp_c) +
                    r0[1].at_25 * cell_arrhenius(r0[1].j_per_mol,
                                                 temp_c < model->r0_cold_c ? model->r0_cold_c : temp_c)) /
                   (r0[0].at_25 + r0[1].at_25);
        node->exchange = 1.0 / cell_arrhenius(model->exchange_j_per_mol, temp_c);
        node->r2 = cell_arrhenius(model->r2_ohm_ah.j_per_mol, temp_c);
        for (int k = 0; k < CELL_DIFFUSIONS; k++) {
            node->diffusion[k] = cell_arrhenius(model->diffusion_h[k].j_per_mol, temp_c);
        }
        node->leak = real_exp(0.69314718055994531 * (temp_c - 25.0) / 10.0); /* doubled each 10 K */
    }
}

void cell_curves_init(struct cell_curves *curves, const struct cell_model *model)
{
    assert(model->ocv_count >= 2 && model->ocv_count <= CELL_POINTS_MAX);
    assert(model->hysteresis_count >= 2 && model->hysteresis_count <= CELL_POINTS_MAX);
    tabulate_charge(curves, model);
    integrate_charge(curves);
    tabulate_temp(curves, model);
}
