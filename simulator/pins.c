/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/pins.h"

#include "firmware/atmega328p/board.h"

#define PIN(name) \
    { \
        name##_PORT, name##_BIT \
    }

const struct pin pins_driven[DRIVEN_PINS] = {
    [DRIVEN_LOAD] = PIN(BOARD_LOAD),           [DRIVEN_PREALARM] = PIN(BOARD_PREALARM),
    [DRIVEN_CHARGER] = PIN(BOARD_CHARGER),     [DRIVEN_LED_LOAD] = PIN(BOARD_LED_LOAD),
    [DRIVEN_LED_FAULT] = PIN(BOARD_LED_FAULT), [DRIVEN_ATC] = PIN(BOARD_ATC_DRIVE),
    [DRIVEN_ATD] = PIN(BOARD_ATD_DRIVE),       [DRIVEN_NO_PREALARM] = PIN(BOARD_NO_PREALARM_DRIVE),
    [DRIVEN_DIVIDERS] = PIN(BOARD_DIVIDERS),
};

const struct pin pins_fed[FED_PINS] = {
    [FED_LOAD_BACK] = PIN(BOARD_LOAD_BACK),       [FED_PREALARM_BACK] = PIN(BOARD_PREALARM_BACK),
    [FED_CHARGER_BACK] = PIN(BOARD_CHARGER_BACK), [FED_ATC_RETURN] = PIN(BOARD_ATC_RETURN),
    [FED_ATD_RETURN] = PIN(BOARD_ATD_RETURN),     [FED_NO_PREALARM_RETURN] = PIN(BOARD_NO_PREALARM_RETURN),
#if BOARD_HAS_ADAPTER_PIN
    [FED_ADAPTER] = PIN(BOARD_ADAPTER),
#endif
};

const char *const pins_output_names[DRIVEN_OUTPUTS] = {"load", "prealarm", "charger", "led_load",
                                                       "led_fault"};
