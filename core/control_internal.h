/* SPDX-License-Identifier: Apache-2.0 */
/* What core/control.c, core/inputs.c and core/skip.c share. Not for callers: use core/control.h. */
#ifndef SBMS_CONTROL_INTERNAL_H
#define SBMS_CONTROL_INTERNAL_H

#include "core/control.h"

/* A mask of inputs, one bit each. */
#define SBMS_INTERNAL_BIT(input) ((uint8_t)(1u << (input)))
#define SBMS_INTERNAL_CHAIN \
    (SBMS_INTERNAL_BIT(SBMS_INPUT_ATC) | SBMS_INTERNAL_BIT(SBMS_INPUT_ATD) | \
     SBMS_INTERNAL_BIT(SBMS_INPUT_NO_PREALARM))

/* The debounced level of one input. */
static inline bool sbms_internal_is_present(const struct sbms_control *control, uint8_t input)
{
    return (control->law.levels & SBMS_INTERNAL_BIT(input)) != 0u;
}

/* REM-1: the raw remote; the hysteresis is on the off side only, so that the on thresholds stay exact (REM-4). */
bool sbms_internal_remote_is_on(const struct sbms_inputs *inputs, bool was_on);

/* The raw levels of all inputs, a bit each, with the hystereses of the present state (SUP-3, REM-4). */
uint8_t sbms_internal_raw_levels(const struct sbms_control *control, const struct sbms_inputs *inputs);

/* SAFE-2: ticks in a row after which `input` counts as `present`. */
uint8_t sbms_internal_ticks_needed(uint8_t input, bool present);

/* The bits of all runs: 0 when no input is on its way, and none above 15 when every run is in range. */
uint8_t sbms_internal_runs(const struct sbms_control *control);

/* SAFE-2 for everything that a running device listens to; returns the inputs whose level changes now, a bit each. */
uint8_t sbms_internal_debounce(struct sbms_control *control, uint8_t raw);

/*
 * SAFE-3: notes whether the three signals are lost together, whichever of them the sampling caught first. `raw`: the levels of this
 * tick; `changed`: what sbms_internal_debounce() said of it.
 */
void sbms_internal_watch_chain(struct sbms_control *control, uint8_t raw, uint8_t changed);

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
