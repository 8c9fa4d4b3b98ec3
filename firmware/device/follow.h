/* SPDX-License-Identifier: Apache-2.0 */
/* Whether the three output terminals follow what they are driven to (SAFE-4). */
#ifndef FIRMWARE_DEVICE_FOLLOW_H
#define FIRMWARE_DEVICE_FOLLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "core/control.h"
#include "firmware/device/port.h"

#define FOLLOW_HIGH_TICKS 4u    /* driven high, low read: a short after 0.5 s; an inrush is over by then */
#define FOLLOW_FLOAT_TICKS 240u /* floating, high read: 30 s, for a capacitor on the terminal drains slowly */
#define FOLLOW_RETRY_TICKS \
    480u /* a short is looked for again after a minute: with all floating it cannot be seen */

/* At the start: all follow. */
void follow_start(void);

/*
 * Once a tick, before the new drive: compares `terminals` with what was `driven` at the tick before. Returns whether they
 * follow; false stays for FOLLOW_RETRY_TICKS after a short, and after a terminal that stays high until it is low.
 */
bool follow_check(const struct sbms_outputs *driven, const struct port_terminals *terminals);

#endif
