/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the cells of a bank say (twin/bank_read.c): for twin/bank*.c and their test alone. Each fills arrays of a state,
 * `b->now` or `b->next`, from others of it.
 */
#ifndef TWIN_BANK_INTERNAL_H
#define TWIN_BANK_INTERNAL_H

#include "twin/bank.h"

/* From temp_c: resistance, r0_ohm, leak_a. */
void bank_read_temperatures(const struct bank *b, struct bank_state *state);

/* From z: ocv_v and its slope, hysteresis_v, entropy_v_per_k and its slope; with them, h, v1_v, v2_v and temp_c: emf_v. */
void bank_read_charges(const struct bank *b, struct bank_state *state);

/* From string_a, the balancers, emf_v and r0_ohm: cell_a, cell_v and the lowest and highest of these. */
void bank_read_voltages(const struct bank *b, struct bank_state *state);

#endif
