/* SPDX-License-Identifier: Apache-2.0 */
/* What core/control.c and core/skip.c share. Not for callers: use core/control.h. */
#ifndef SBMS_CONTROL_INTERNAL_H
#define SBMS_CONTROL_INTERNAL_H

#include "core/control.h"

/* A mask of inputs, one bit each. */
#define SBMS_INTERNAL_BIT(input) ((uint8_t)(1u << (input)))
#define SBMS_INTERNAL_CHAIN \
    (SBMS_INTERNAL_BIT(SBMS_INPUT_ATC) | SBMS_INTERNAL_BIT(SBMS_INPUT_ATD) | \
     SBMS_INTERNAL_BIT(SBMS_INPUT_NO_PREALARM))

/* REM-1: the raw remote; the hysteresis is on the off side only, so that the on thresholds stay exact (REM-4). */
bool sbms_internal_remote_is_on(const struct sbms_inputs *inputs, bool was_on);

/* The raw levels of all inputs, a bit each, with the hystereses of the present state (SUP-3, REM-4). */
uint8_t sbms_internal_raw_levels(const struct sbms_control *control, const struct sbms_inputs *inputs);

/* SAFE-2: ticks in a row after which `input` counts as `present`. */
uint8_t sbms_internal_ticks_needed(uint8_t input, bool present);

/* SAFE-1: passes `ticks` before the start; true when every input has been steady for its debounce. */
bool sbms_internal_start_up(struct sbms_control *control, const struct sbms_inputs *inputs, uint8_t ticks);

/* LOAD-6: too many cuts, and the supply has not been up since. */
bool sbms_internal_locked_out(const struct sbms_control *control);

/* LOAD-6: passes `ticks` of supply at `vbat_mv`; true when that ends a lock-out. */
bool sbms_internal_lockout_step(struct sbms_control *control, int32_t vbat_mv, uint8_t ticks);

/* LOAD-6: the reconnect delay of the settings. */
uint16_t sbms_internal_reconnect_delay_ticks(const struct sbms_control *control);

/* LED-3: one tick lit and three dark for each count, then a pause. */
#define SBMS_INTERNAL_BLINK_TICKS 4u
#define SBMS_INTERNAL_BLINK_PAUSE_TICKS 8u

/* LED-3: whether `fault` (1..9) is lit at this place of its round of blinks. */
bool sbms_internal_blink_is_lit(uint8_t fault, uint8_t blink_ticks);

/* LED-3: the fault that is shown for the one that was found. */
uint8_t sbms_internal_shown_fault(const struct sbms_inputs *inputs);

/* The assertions on the state: false for one that no run of the law can reach. */
bool sbms_internal_state_is_possible(const struct sbms_control *control);

#endif
