/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A cell's numbers and formulas, as docs/MODELS.md has them, written here anew. Of twin/cell.h only the points of the
 * curves over state of charge are used.
 */
#ifndef TESTS_REFERENCE_CELL_H
#define TESTS_REFERENCE_CELL_H

#include <math.h>

#include "twin/cell.h"

/* What is given for 1 Ah at 25 degC, and the energies in J/mol of its change with the temperature. */
struct reference_numbers {
    double r0_ohm[2], r0_energy[2];
    double exchange_a, exchange_energy;
    double tau1_s;
    double r2_ohm, r2_energy;
    double tau2_s;
    double w_per_a[2], w_energy[2], w_tau_s[2];
    double gamma;
};

static const struct reference_numbers reference_numbers[CELL_KIND_COUNT] = {
    [CELL_PRISMATIC] = {.r0_ohm = {0.050, 0.0},
                        .r0_energy = {18000.0, 0.0},
                        .exchange_a = 0.171,
                        .exchange_energy = 45000.0,
                        .tau1_s = 70.0,
                        .tau2_s = 2000.0,
                        .w_per_a = {0.17, 0.0},
                        .w_energy = {38000.0, 0.0},
                        .w_tau_s = {4500.0, 4500.0},
                        .gamma = 50.0},
    [CELL_A123] = {.r0_ohm = {0.02325, 0.0002328},
                   .r0_energy = {17210.0, 90000.0},
                   .exchange_a = 1.141,
                   .exchange_energy = 50540.0,
                   .tau1_s = 83.98,
                   .r2_ohm = 0.2550,
                   .r2_energy = 12900.0,
                   .tau2_s = 30000.0,
                   .w_per_a = {0.06329, 0.2022},
                   .w_energy = {0.0, 20980.0},
                   .w_tau_s = {4140.0, 150000.0},
                   .gamma = 200.0},
};

/* V/K at z = 0, 0.1 ... 1, of every cell. */
static const double reference_entropy[11] = {-4.9e-4, -1.64e-4, -1.18e-4, -4.4e-5, 9.8e-5, 1.10e-4,
                                             1.29e-4, 1.45e-4,  1.0e-4,   8.4e-5,  1.18e-4};

/* ---- over temperature --------------------------------------------------------------------------- */

/* Arrhenius' law: what a resistance of that energy is multiplied by; 1 at 25 degC. */
static inline double reference_cold(double energy, double temp_c)
{
    return exp(energy / 8.314462618 * (1.0 / (273.15 + temp_c) - 1.0 / 298.15));
}

static inline double reference_r0_ohm(enum scenario_cell kind, double capacity_ah, double temp_c)
{
    const struct reference_numbers *n = &reference_numbers[kind];

    return (n->r0_ohm[0] * reference_cold(n->r0_energy[0], temp_c) +
            n->r0_ohm[1] * reference_cold(n->r0_energy[1], temp_c < -15.0 ? -15.0 : temp_c)) /
           capacity_ah;
}

static inline double reference_r2_ohm(enum scenario_cell kind, double capacity_ah, double temp_c)
{
    const struct reference_numbers *n = &reference_numbers[kind];

    return n->r2_ohm * reference_cold(n->r2_energy, temp_c) / capacity_ah;
}

/* State of diffusion `k` at rest with 1 A. */
static inline double reference_w_per_a(enum scenario_cell kind, int k, double capacity_ah, double temp_c)
{
    const struct reference_numbers *n = &reference_numbers[kind];

    return n->w_per_a[k] * reference_cold(n->w_energy[k], temp_c) / capacity_ah;
}

/* Butler and Volmer's law: I = I0 (e^(F v / 2 R T) - e^(-F v / 2 R T)), for v. */
static inline double reference_transfer_v(enum scenario_cell kind, double current_a, double capacity_ah,
                                          double temp_c)
{
    const struct reference_numbers *n = &reference_numbers[kind];
    const double exchange_a = n->exchange_a * capacity_ah / reference_cold(n->exchange_energy, temp_c);
    const double unit_v = 2.0 * 8.314462618 * (273.15 + temp_c) / 96485.33212;

    return unit_v * asinh(0.5 * current_a / exchange_a);
}

/* ---- over state of charge ------------------------------------------------------------------------ */

/* Number of the point below z, at least 0 and not the last. */
static inline int reference_point_below(const struct cell_point *points, int count, double z)
{
    int i = 0;

    for (int j = 0; j < count - 1; j++) {
        i = points[j].z < z ? j : i;
    }
    return i;
}

static inline double reference_secant(const struct cell_point *points, int i)
{
    return (points[i].value - points[i + 1].value) / (points[i].z - points[i + 1].z);
}

/* Slope at an inner point: the weighted harmonic mean of its neighbours'; at the ends that of the last piece. */
static inline double reference_slope(const struct cell_point *points, int count, int i)
{
    double left = 0.0;
    double right = 0.0;
    double weight = 0.0; /* of the left one: more if the right piece is longer */

    if (i == 0 || i == count - 1) {
        return reference_secant(points, i == 0 ? 0 : i - 1);
    }
    left = reference_secant(points, i - 1);
    right = reference_secant(points, i);
    weight = (1.0 + (points[i + 1].z - points[i].z) / (points[i + 1].z - points[i - 1].z)) / 3.0;
    return 1.0 / (weight / left + (1.0 - weight) / right);
}

/* Hermite's cubic between the points; a straight line outside them. */
static inline double reference_cubic(const struct cell_point *points, int count, double z)
{
    const int i = reference_point_below(points, count, z);
    const double length = points[i + 1].z - points[i].z;
    const double s = (z - points[i].z) / length;
    const double low = points[i].value;
    const double rise = points[i + 1].value - low;
    const double m0 = length * reference_slope(points, count, i);
    const double m1 = length * reference_slope(points, count, i + 1);

    if (s < 0.0) {
        return low + m0 * s;
    }
    if (s > 1.0) {
        return low + rise + m1 * (s - 1.0);
    }
    return low + s * (m0 + s * (3.0 * rise - 2.0 * m0 - m1 + s * (m0 + m1 - 2.0 * rise)));
}

static inline double reference_ocv_v(enum scenario_cell kind, double z)
{
    return reference_cubic(cell_models[kind].ocv_v, cell_models[kind].ocv_count, z);
}

/* Half the gap; straight lines between points, the end values outside. */
static inline double reference_hysteresis_v(enum scenario_cell kind, double z)
{
    const struct cell_point *points = cell_models[kind].hysteresis_v;
    const int i = reference_point_below(points, cell_models[kind].hysteresis_count, z);
    const double along = fmin(fmax((z - points[i].z) / (points[i + 1].z - points[i].z), 0.0), 1.0);

    return points[i].value * (1.0 - along) + points[i + 1].value * along;
}

#endif
