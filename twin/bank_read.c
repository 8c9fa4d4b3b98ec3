/* SPDX-License-Identifier: Apache-2.0 */
/* What the cells of a bank say: tables and formulas, each over all cells. */
#include "twin/bank_internal.h"
#include "twin/real.h"

/*
 * The node below `value` and how far it is on the way to the next, 0..1; outside the table the last slope
 * goes on.
 */
static inline int place_in(double value, double low, double per_unit, int nodes, double *along)
{
    const double place = (value - low) * per_unit;
    const double from_first = place > 0.0 ? place : 0.0;
    const int node = (int)(from_first < nodes - 1 ? from_first : nodes - 1);

    *along = place - node;
    return node;
}

/* Held at 0 to 1. */
static inline double within_step(double along)
{
    const double held = along > 0.0 ? along : 0.0;

    return held < 1.0 ? held : 1.0;
}

void bank_read_temperatures(const struct bank *b, struct bank_state *state)
{
    const double per_c = CELL_TEMP_NODES / (CELL_TEMP_MAX_C - CELL_TEMP_MIN_C);

    for (int i = 0; i < b->cell_count; i++) {
        double beyond = 0.0;
        const struct cell_temp_node *at =
            &b->curves.temp[place_in(state->temp_c[i], CELL_TEMP_MIN_C, per_c, CELL_TEMP_NODES, &beyond)];
        /* the ends' values go on: a slope that goes on would end below 0 */
        const double along = within_step(beyond);

        state->r0_ohm[i] = b->parameters.r0_ohm[i] * (at->r0 + (at[1].r0 - at->r0) * along);
        state->r2_ohm[i] = b->parameters.r2_ohm[i] * (at->r2 + (at[1].r2 - at->r2) * along);
        state->exchange_a[i] =
            b->parameters.exchange_a[i] * (at->exchange + (at[1].exchange - at->exchange) * along);
        for (int k = 0; k < CELL_DIFFUSIONS; k++) {
            state->diffusion_per_a[k][i] =
                b->parameters.diffusion_per_a[k][i] *
                (at->diffusion[k] + (at[1].diffusion[k] - at->diffusion[k]) * along);
        }
        state->leak_a[i] = b->parameters.leak_a[i] * (at->leak + (at[1].leak - at->leak) * along);
    }
}

/* The curve at the surface. */
static void look_surfaces_up(const struct bank *b, struct bank_state *state)
{
    const double per_z = CELL_CHARGE_NODES / (CELL_Z_MAX - CELL_Z_MIN);

    for (int i = 0; i < b->cell_count; i++) {
        const double surface_z = state->z[i] + state->w[0][i] + state->w[1][i];
        double along = 0.0;
        const struct cell_charge_node *at =
            &b->curves.charge[place_in(surface_z, CELL_Z_MIN, per_z, CELL_CHARGE_NODES, &along)];
        const double rise_v = at[1].ocv_v - at->ocv_v;

        state->ocv_v[i] = at->ocv_v + rise_v * along;
        state->slope_v[i] = rise_v * per_z;
    }
}

/* What the whole of the charge says. */
static void look_charges_up(const struct bank *b, struct bank_state *state)
{
    const double per_z = CELL_CHARGE_NODES / (CELL_Z_MAX - CELL_Z_MIN);

    for (int i = 0; i < b->cell_count; i++) {
        double along = 0.0;
        const struct cell_charge_node *at =
            &b->curves.charge[place_in(state->z[i], CELL_Z_MIN, per_z, CELL_CHARGE_NODES, &along)];
        const double inside = within_step(along);

        state->rest_v[i] = at->ocv_v + (at[1].ocv_v - at->ocv_v) * along;
        state->hysteresis_v[i] = at->hysteresis_v + (at[1].hysteresis_v - at->hysteresis_v) * inside;
        state->entropy_v_per_k[i] =
            at->entropy_v_per_k + (at[1].entropy_v_per_k - at->entropy_v_per_k) * inside;
        state->entropy_slope[i] = (at[1].entropy_v_per_k - at->entropy_v_per_k) * per_z;
    }
}

void bank_read_charges(const struct bank *b, struct bank_state *state)
{
    look_surfaces_up(b, state);
    look_charges_up(b, state);
    for (int i = 0; i < b->cell_count; i++) {
        state->emf_v[i] = state->ocv_v[i] + state->hysteresis_v[i] * state->h[i] + state->v1_v[i] +
                          state->v2_v[i] + state->entropy_v_per_k[i] * (state->temp_c[i] - 25.0);
    }
}

static void find_extremes(struct bank_state *state, int count)
{
    double lowest_v = state->cell_v[0];
    double highest_v = state->cell_v[0];

    for (int i = 1; i < count; i++) {
        lowest_v = state->cell_v[i] < lowest_v ? state->cell_v[i] : lowest_v;
        highest_v = state->cell_v[i] > highest_v ? state->cell_v[i] : highest_v;
    }
    state->cell_v_min = lowest_v;
    state->cell_v_max = highest_v;
}

/* Of cells `first` to `end`, whose string carries `string_a`. */
static void read_string(const struct bank *restrict b, struct bank_state *restrict state, int first, int end,
                        double string_a)
{
    for (int i = first; i < end; i++) {
        const double cell_a = string_a - b->bleed_a[i];

        state->cell_a[i] = cell_a;
        state->cell_v[i] = state->emf_v[i] + state->r0_ohm[i] * cell_a;
    }
}

/* Butler and Volmer's law, turned round. */
static void read_transfers(const struct bank *b, struct bank_state *state)
{
    double part[BANK_CELLS_MAX];
    double thermal[BANK_CELLS_MAX];

    for (int i = 0; i < b->cell_count; i++) {
        part[i] = state->cell_a[i] / (2.0 * state->exchange_a[i]);
    }
    real_asinh_each(part, thermal, b->cell_count);
    for (int i = 0; i < b->cell_count; i++) {
        state->transfer_v[i] = BANK_THERMAL_V_PER_K * bank_kelvin(state->temp_c[i]) * thermal[i];
    }
}

void bank_read_voltages(const struct bank *b, struct bank_state *state)
{
    for (int s = 0; s < b->strings; s++) {
        read_string(b, state, s * b->cells_per_string, (s + 1) * b->cells_per_string, state->string_a[s]);
    }
    read_transfers(b, state);
    find_extremes(state, b->cell_count);
}
