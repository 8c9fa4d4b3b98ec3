/* SPDX-License-Identifier: Apache-2.0 */
/* The board's pins by what they do, from its header. */
#ifndef SIMULATOR_PINS_H
#define SIMULATOR_PINS_H

#include <stdint.h>

struct pin {
    char port; /* 'B' to 'D' */
    uint8_t bit;
};

/* Pins that the part drives. */
enum driven_pin {
    DRIVEN_LOAD = 0,
    DRIVEN_PREALARM,
    DRIVEN_CHARGER,
    DRIVEN_LED_LOAD,
    DRIVEN_LED_FAULT,
    DRIVEN_OUTPUTS, /* those above are outputs or LEDs */
    DRIVEN_ATC = DRIVEN_OUTPUTS,
    DRIVEN_ATD,
    DRIVEN_NO_PREALARM,
    DRIVEN_DIVIDERS,
    DRIVEN_PINS
};

/* Pins that the part reads. */
enum fed_pin {
    FED_LOAD_BACK = 0,
    FED_PREALARM_BACK,
    FED_CHARGER_BACK,
    FED_ATC_RETURN,
    FED_ATD_RETURN,
    FED_NO_PREALARM_RETURN,
    FED_ADAPTER, /* its port is 0 on a board that has no such pin */
    FED_PINS
};

#define PINS_SWITCHED 3 /* Load, Pre-alarm and Charger, the first of either, have read-backs */
#define PINS_LOOPS 3    /* ATC, ATD, no-pre-alarm, from DRIVEN_ATC and from FED_ATC_RETURN on */

extern const struct pin pins_driven[DRIVEN_PINS];
extern const struct pin pins_fed[FED_PINS];

/* Names as in the commands: load, prealarm, charger, led_load, led_fault. */
extern const char *const pins_output_names[DRIVEN_OUTPUTS];

#endif
