/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the cells of a bank say: for twin/bank*.c alone. Inline, because a step reads every cell, and is tried
 * more often than it is taken.
 */
#ifndef TWIN_BANK_INTERNAL_H
#define TWIN_BANK_INTERNAL_H

#include "twin/bank.h"

/*
 * The node below `value` and how far it is on the way to the next, 0..1; outside the table the last slope
 * goes on.
 */
static inline int bank_place_in(double value, double low, double per_unit, int nodes, double *along)
{
    const double place = (value - low) * per_unit;
    const int node = place <= 0.0 ? 0 : (place >= nodes ? nodes - 1 : (int)place);

    *along = place - node;
    return node;
}

/* What the temperature says of a cell. */
static inline void bank_read_temperature(const struct cell_curves *curves,
                                         const struct cell_parameters *parameters,
                                         const struct bank_cell *cell, struct bank_reading *reading)
{
    const double per_c = CELL_TEMP_NODES / (CELL_TEMP_MAX_C - CELL_TEMP_MIN_C);
    double along = 0.0;
    const struct cell_temp_node *at =
        &curves->temp[bank_place_in(cell->temp_c, CELL_TEMP_MIN_C, per_c, CELL_TEMP_NODES, &along)];

    reading->resistance = at->resistance + (at[1].resistance - at->resistance) * along;
    reading->leak_a = parameters->leak_a * (at->leak + (at[1].leak - at->leak) * along);
    reading->r0_ohm = parameters->r0_ohm * reading->resistance;
}

/* What its charge says, and with it the voltage. */
static inline void bank_read_charge(const struct cell_curves *curves, const struct bank_cell *cell,
                                    struct bank_reading *reading)
{
    const double per_z = CELL_CHARGE_NODES / (CELL_Z_MAX - CELL_Z_MIN);
    double along = 0.0;
    const struct cell_charge_node *at =
        &curves->charge[bank_place_in(cell->z, CELL_Z_MIN, per_z, CELL_CHARGE_NODES, &along)];
    const double rise_v = at[1].ocv_v - at->ocv_v;
    const double inside = along < 0.0 ? 0.0 : (along > 1.0 ? 1.0 : along);

    reading->hysteresis_v = at->hysteresis_v + (at[1].hysteresis_v - at->hysteresis_v) * inside;
    reading->entropy_v_per_k = at->entropy_v_per_k + (at[1].entropy_v_per_k - at->entropy_v_per_k) * inside;
    reading->entropy_slope = (at[1].entropy_v_per_k - at->entropy_v_per_k) * per_z;
    reading->slope_v = rise_v * per_z;
    reading->emf_v = at->ocv_v + rise_v * along + reading->hysteresis_v * cell->h + cell->v1_v + cell->v2_v +
                     reading->entropy_v_per_k * (cell->temp_c - 25.0);
}

/* What the balancer of cell `i` takes, in A. */
static inline double bank_bleed_a(const struct bank *b, int i)
{
    return b->bleeding[i] ? b->balancing_a : 0.0;
}

/* 1/tau of a cell's temperature against the battery's mean. */
static inline double bank_cell_thermal_rate(const struct bank *b)
{
    return (1.0 / b->r_cell_case + b->cells_per_battery / b->r_cell_cell) / b->heat_capacity_j_per_k;
}

#endif
