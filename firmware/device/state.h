/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The control law's state, hardened: kept beside its inverse, checked before each step, and each step done twice. A bit
 * that flips, in memory or on the way, ends in a restart and never in a decision (SAFE-4).
 */
#ifndef FIRMWARE_DEVICE_STATE_H
#define FIRMWARE_DEVICE_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/control.h"

/* Begins anew, with `settings`, which sbms_control_check() must accept, and with what the port has retained over the reset.
 * Returns whether that says that Load was high: then the reset has cut it (LOAD-8). */
bool state_start(const struct sbms_control_settings *settings);

/*
 * One step of the law (sbms_control_step()) into `decision`. Returns false when the state no longer fits its
 * inverse, or the two runs of the step disagree; `decision` then means nothing, and the device is to be restarted.
 */
bool state_step(const struct sbms_inputs *inputs, struct sbms_decision *decision);

/* After a step: whether blue is lit (LED-4), the sbms_fault that red shows, and the outputs that do not follow. */
bool state_blue(void);
uint8_t state_fault(void);
struct sbms_output_faults state_output_faults(void);

/* Ticks since state_start(). */
uint32_t state_tick(void);

/* The debounced inputs, a bit each (SBMS_INPUT_...). */
uint8_t state_levels(void);

/* SAFE-1: whether Load and Charger have been decided since the last start, bit n = sbms_output n. */
uint8_t state_decided(void);

#endif
