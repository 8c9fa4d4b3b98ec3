/* SPDX-License-Identifier: Apache-2.0 */
#include "firmware/device/flicker.h"

#define BIT(input) ((uint8_t)(1u << (input)))

static uint8_t present_ticks[SBMS_SIGNAL_COUNT]; /* since the signal was lost, up to FLICKER_TICKS */

void flicker_start(void)
{
    for (uint8_t signal = 0u; signal < SBMS_SIGNAL_COUNT; signal++) {
        present_ticks[signal] = 0u;
    }
}

static uint8_t present_now(const struct sbms_inputs *inputs)
{
    return (uint8_t)((inputs->atc ? BIT(SBMS_INPUT_ATC) : 0u) | (inputs->atd ? BIT(SBMS_INPUT_ATD) : 0u) |
                     (inputs->no_prealarm ? BIT(SBMS_INPUT_NO_PREALARM) : 0u));
}

/* A tick in which a lost signal is present; whether it is the one at which it flickers. */
static bool count_tick(uint8_t *ticks)
{
    if (*ticks >= FLICKER_TICKS) {
        return false;
    }
    (*ticks)++;
    return *ticks == FLICKER_TICKS;
}

/* A signal that has returned; whether it had flickered. */
static bool end_count(uint8_t *ticks)
{
    const bool flickered = *ticks >= FLICKER_TICKS;

    *ticks = 0u;
    return flickered;
}

struct flicker_change flicker_tick(const struct sbms_inputs *inputs, uint8_t levels)
{
    const uint8_t present = present_now(inputs);
    struct flicker_change change = {.begun = 0u};

    if ((levels & BIT(SBMS_INPUT_SUPPLY)) == 0u || inputs->fault == SBMS_FAULT_REFERENCE) {
        return change;
    }
    for (uint8_t signal = 0u; signal < SBMS_SIGNAL_COUNT; signal++) {
        const uint8_t bit = BIT(SBMS_INPUT_ATC + signal);

        if ((levels & bit) != 0u) {
            change.over |= (uint8_t)(end_count(&present_ticks[signal]) ? bit : 0u);
        } else if ((present & bit) != 0u) {
            change.begun |= (uint8_t)(count_tick(&present_ticks[signal]) ? bit : 0u);
        }
    }
    return change;
}
