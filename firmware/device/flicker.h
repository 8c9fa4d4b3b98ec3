/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signals that flicker and so never return (SAFE-2): a contact that is half dead. Such a signal is lost for good and looks
 * like one that is simply absent, so the record names it.
 */
#ifndef FIRMWARE_DEVICE_FLICKER_H
#define FIRMWARE_DEVICE_FLICKER_H

#include <stdint.h>

#include "core/control.h"

#define FLICKER_TICKS 80u /* in which a lost signal was present, 10 s in all, without a return between them */

/* Signals for which it begins or ends at this tick: bit n = input n (SBMS_INPUT_...). */
struct flicker_change {
    uint8_t begun;
    uint8_t over; /* the signal has returned */
};

/* At the start: none flickers. */
void flicker_start(void);

/*
 * Once a tick, after the law's step. `inputs`: the tick's sample; `levels`: the debounced levels after it. Nothing counts
 * while the supply is too low or a fault is in force: then no level follows its signal.
 */
struct flicker_change flicker_tick(const struct sbms_inputs *inputs, uint8_t levels);

#endif
