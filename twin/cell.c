/* SPDX-License-Identifier: Apache-2.0 */
#include "twin/cell.h"

#include <assert.h>
#include <stddef.h>

#include "twin/real.h"

/* The fits of docs/MODELS.md, p0 to p13. */
static const double fits[3][14] = {
    [CURVE_C100] = {3.2581, .030734, .39102, .001, .62839, .016718, .041871, .19945, .069529, .015419, .63438,
                    .02268, .28935, .0030418},
    [CURVE_26650] = {3.2586, .043693, .32888, .0014296, .59894, .035163, .032084, .26204, .096561, .012844,
                     .76691, .046102, .18296, .0038971},
    [CURVE_A123] = {3.2659, .055501, .43006, .0023787, .63942, .042154, .025647, .26863, .094078, .010309,
                    .69263, .075484, .21885, .016185},
};

static double fitted_ocv_v(const double *p, double z)
{
    return p[0] + p[1] * z - p[2] * real_exp(-z / p[3]) - p[4] * real_exp(-z / p[5]) +
           p[6] * real_tanh((z - p[7]) / p[8]) + p[9] * real_tanh((z - p[10]) / p[11]) +
           p[12] * real_exp((z - 1.0) / p[13]);
}

/*
 * Outside 0..1 the exponentials would run away: the curve goes on in a straight line, below 0 with the slope
 * that takes an empty cell to 0 V over 3 % and above 1 with the slope that it has at 1.
 */
double cell_ocv_v(enum scenario_curve curve, double z)
{
    const double *p = NULL;
    const double step = 1e-6;

    assert(curve <= CURVE_A123);
    assert(z > -0.2 && z < 1.2);
    p = fits[curve];
    if (z < 0.0) {
        return fitted_ocv_v(p, 0.0) * (1.0 + z / 0.03);
    }
    if (z > 1.0) {
        const double slope = (fitted_ocv_v(p, 1.0) - fitted_ocv_v(p, 1.0 - step)) / step;

        return fitted_ocv_v(p, 1.0) + slope * (z - 1.0);
    }
    return fitted_ocv_v(p, z);
}

/* Straight lines between nodes at z = 0, 0.1 ... 1; the end values go on outside. */
static double between_tenths(const double *nodes, double z)
{
    const double place = z <= 0.0 ? 0.0 : (z >= 1.0 ? 10.0 : z * 10.0);
    const int below = place >= 10.0 ? 9 : (int)place;

    return nodes[below] + (nodes[below + 1] - nodes[below]) * (place - below);
}

void cell_curves_init(struct cell_curves *curves, enum scenario_curve curve)
{
    static const double hysteresis_v[11] = {.012, .018, .025, .029, .024, .020, .017, .015, .014, .016, .016};
    static const double entropy[11] = {-4.9e-4, -1.64e-4, -1.18e-4, -4.4e-5, 9.8e-5, 1.10e-4,
                                       1.29e-4, 1.45e-4,  1.0e-4,   8.4e-5,  1.18e-4};
    const double activation_k = 21000.0 / 8.314462618; /* E_a / R */

    assert(curve <= CURVE_A123);
    for (int i = 0; i <= CELL_CHARGE_NODES; i++) {
        const double z = CELL_Z_MIN + (CELL_Z_MAX - CELL_Z_MIN) * i / CELL_CHARGE_NODES;

        curves->charge[i].ocv_v = cell_ocv_v(curve, z);
        curves->charge[i].hysteresis_v = between_tenths(hysteresis_v, z);
        curves->charge[i].entropy_v_per_k = between_tenths(entropy, z);
    }
    for (int i = 0; i <= CELL_TEMP_NODES; i++) {
        const double temp_c = CELL_TEMP_MIN_C + (CELL_TEMP_MAX_C - CELL_TEMP_MIN_C) * i / CELL_TEMP_NODES;
        const double arrhenius = real_exp(activation_k * (1.0 / (temp_c + 273.15) - 1.0 / 298.15));

        curves->temp[i].resistance = 0.3 + 0.7 * arrhenius;
        curves->temp[i].leak = real_exp(0.69314718055994531 * (temp_c - 25.0) / 10.0);
    }
}
