/* SPDX-License-Identifier: Apache-2.0 */
/* The three outputs, the two LEDs, and whether the outputs follow (LOAD-1, PRE-1, CHG-1, LED-1, LED-2, SAFE-4). */
#ifndef FIRMWARE_ATMEGA328P_OUTPUTS_H
#define FIRMWARE_ATMEGA328P_OUTPUTS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/control.h"

#define OUTPUTS_HIGH_TICKS 4u /* high commanded, low read: a short after 0.5 s; an inrush is over by then */
#define OUTPUTS_FLOAT_TICKS \
    240u /* float commanded, high read: 30 s, for a capacitor on the terminal drains slowly */
#define OUTPUTS_RETRY_TICKS \
    480u /* a short is looked for again after a minute: with all floating it cannot be seen */

/* All outputs float and both LEDs are dark, at once; makes each pin an input or an output as the board says. Callable at
 * any time, from any state. */
void outputs_float(void);

/* Drives outputs and LEDs, and sets every port register anew. `outputs`: as decided. `fault`: sbms_fault in force;
 * with any but 0 the outputs float whatever `outputs` says (SAFE-4). */
void outputs_drive(const struct sbms_outputs *outputs, uint8_t fault);

/*
 * Once a tick, before the new drive: compares the terminals with the commands of the tick before. Returns whether they
 * follow; false stays for OUTPUTS_RETRY_TICKS after a short, and after a terminal that stays high until it is low.
 */
bool outputs_follow(void);

#endif
