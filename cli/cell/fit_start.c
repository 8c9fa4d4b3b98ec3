/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cell/fit_start.h"

/* Closer where the curve of one cell or the other is steep or bends. */
static const double ocv_z[] = {-0.05, -0.018, -0.012, -0.006, 0.0,   0.002, 0.005, 0.009, 0.013, 0.018,
                               0.025, 0.033,  0.043,  0.055,  0.07,  0.09,  0.115, 0.15,  0.19,  0.23,
                               0.27,  0.31,   0.36,   0.42,   0.48,  0.54,  0.59,  0.62,  0.645, 0.67,
                               0.7,   0.74,   0.79,   0.84,   0.88,  0.92,  0.95,  0.97,  0.982, 0.99,
                               0.993, 0.996,  0.998,  1.0,    1.003, 1.008, 1.02};
static const double hysteresis_z[] = {0.0, 0.03, 0.07, 0.12, 0.2, 0.3,  0.4,
                                      0.5, 0.6,  0.7,  0.8,  0.9, 0.96, 1.0};

#define OCV_POINTS ((int)(sizeof ocv_z / sizeof ocv_z[0]))
#define HYSTERESIS_POINTS ((int)(sizeof hysteresis_z / sizeof hysteresis_z[0]))

static void take_points(struct cell_model *start, const struct cell_curves *curves)
{
    const double per_z = CELL_CHARGE_NODES / (CELL_Z_MAX - CELL_Z_MIN);
    for (int i = 0; i < OCV_POINTS; i++) {
        const double place = (ocv_z[i] - CELL_Z_MIN) * per_z;
        const struct cell_charge_node *at = &curves->charge[(int)place];
        start->ocv_v[i] =
            (struct cell_point){ocv_z[i], at->ocv_v + (at[1].ocv_v - at->ocv_v) * (place - (int)place)};
    }
    for (int i = 0; i < HYSTERESIS_POINTS; i++) {
        const double place = (hysteresis_z[i] - CELL_Z_MIN) * per_z;
        start->hysteresis_v[i] =
            (struct cell_point){hysteresis_z[i], curves->charge[(int)place].hysteresis_v};
    }
    start->ocv_count = OCV_POINTS;
    start->hysteresis_count = HYSTERESIS_POINTS;
}

struct cell_model fit_start(enum scenario_cell kind)
{
    _Static_assert(OCV_POINTS <= CELL_POINTS_MAX, "the points of a curve");
    const struct cell_model *other = &cell_models[CELL_A123];
    struct cell_model start = cell_models[kind];
    struct cell_curves curves;
    cell_curves_init(&curves, &start);
    take_points(&start, &curves);
    if (start.r0_ohm_ah[1].at_25 == 0.0) {
        start.r0_ohm_ah[1] = other->r0_ohm_ah[1];
        start.r0_ohm_ah[1].at_25 *= start.r0_ohm_ah[0].at_25 / other->r0_ohm_ah[0].at_25;
    }
    if (start.r2_ohm_ah.at_25 == 0.0) {
        start.r2_ohm_ah = other->r2_ohm_ah;
        start.tau2_s = other->tau2_s;
    }
    if (start.diffusion_h[1].at_25 == 0.0) {
        start.diffusion_h[1] = other->diffusion_h[1];
        start.diffusion_tau_s[1] = other->diffusion_tau_s[1];
    }
    return start;
}
