/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the cells of a bank say (twin/bank_read.c): for twin/bank*.c and their test alone. Each fills arrays of a state,
 * `b->now` or `b->next`, from others of it.
 */
#ifndef TWIN_BANK_INTERNAL_H
#define TWIN_BANK_INTERNAL_H

#include "twin/bank.h"

#define BANK_THERMAL_V_PER_K (2.0 * 8.314462618 / 96485.33212) /* 2 R / F */

static inline double bank_kelvin(double temp_c)
{
    return temp_c + 273.15;
}

/*
 * A bank of one cell of `capacity_ah`, full, at 0 degC, for twin/cell_run.c: no balancer, no self-discharge and no heat. Memory as
 * bank_init().
 */
bool bank_init_cell(struct bank *made, const struct cell_model *model, double capacity_ah);

/* What a step of step->seconds leaves of what relaxes. */
void bank_prepare_decays(struct bank_step *step, const struct cell_model *model);

/* The cells at the end of a step in which each holds its cell_a: z, w, v1_v, v2_v and h of `b->next`, from `b->now` and what
 * the temperatures of both say. */
void bank_hold(struct bank *b, const struct bank_step *step);

/* From temp_c: r0_ohm, r2_ohm, exchange_a, diffusion_per_a, leak_a. */
void bank_read_temperatures(const struct bank *b, struct bank_state *state);

/*
 * From z and w: rest_v, ocv_v and its slope, hysteresis_v, entropy_v_per_k and its slope; with them, h, v1_v, v2_v and
 * temp_c: emf_v.
 */
void bank_read_charges(const struct bank *b, struct bank_state *state);

/* From string_a, the balancers, emf_v, r0_ohm, exchange_a and temp_c: cell_a, transfer_v, cell_v and the lowest and highest of these. */
void bank_read_voltages(const struct bank *b, struct bank_state *state);

/* From z: held_v (twin/bank_energy.c). */
void bank_read_held(const struct bank *b, struct bank_state *state);

/* The cells, as they have been made, are new, or used (ageing_used()); from now on they age. */
void bank_start_ageing(struct bank *b, bool used);

/* Nothing has been seen of what the cells go through; the next look is against how they stand now. */
void bank_forget_stress(struct bank *b);

#endif
