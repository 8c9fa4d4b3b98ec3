/* SPDX-License-Identifier: Apache-2.0 */
/* SAFE-4: outputs whose terminals do not follow. A short floats that output alone; one that is fed is only shown. */
#include "core/control_internal.h"

#define FIRST_TRY_TICKS 480u /* a minute; each further step doubles it */

static void find_short(struct sbms_control *control, uint8_t output)
{
    struct sbms_short *of_output = &control->retained.shorts[output];

    of_output->wait_ticks = (uint16_t)(FIRST_TRY_TICKS << of_output->step);
    of_output->is_shorted = 1u;
    if (of_output->step + 1u < SBMS_SHORT_STEPS) {
        of_output->step++;
    }
    control->law.differ_ticks[output] = 0u;
}

/* Whether every terminal follows and has followed, which is nearly always. */
static bool all_follow(const struct sbms_control *control, const struct sbms_inputs *inputs)
{
    const uint8_t *differ_ticks = control->law.differ_ticks;

    return (inputs->differing | differ_ticks[SBMS_OUTPUT_LOAD] | differ_ticks[SBMS_OUTPUT_PREALARM] |
            differ_ticks[SBMS_OUTPUT_CHARGER]) == 0u;
}

void sbms_internal_follow_step(struct sbms_control *control, const struct sbms_inputs *inputs, uint8_t high)
{
    if (all_follow(control, inputs)) {
        return;
    }
    for (uint8_t output = 0u; output < SBMS_OUTPUT_COUNT; output++) {
        const uint8_t bit = SBMS_INTERNAL_BIT(output);
        uint8_t *differ_ticks = &control->law.differ_ticks[output];

        if ((inputs->differing & bit) == 0u) {
            *differ_ticks = 0u;
            continue;
        }
        if (*differ_ticks < SBMS_FED_TICKS) {
            (*differ_ticks)++;
        }
        if ((high & bit) != 0u && *differ_ticks >= SBMS_SHORT_TICKS) {
            find_short(control, output);
        }
    }
}

struct sbms_output_faults sbms_control_output_faults(const struct sbms_control *control)
{
    struct sbms_output_faults faults = {.shorted = 0u};

    for (uint8_t output = 0u; output < SBMS_OUTPUT_COUNT; output++) {
        if (control->retained.shorts[output].is_shorted != 0u) {
            faults.shorted = (uint8_t)(faults.shorted | SBMS_INTERNAL_BIT(output));
        }
        if (control->law.differ_ticks[output] >= SBMS_FED_TICKS) {
            faults.fed = (uint8_t)(faults.fed | SBMS_INTERNAL_BIT(output));
        }
    }
    return faults;
}
