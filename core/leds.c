/* SPDX-License-Identifier: Apache-2.0 */
/* Section 6, and the outputs that follow from the state. */
#include "core/control_internal.h"

/* LED-3: whether `fault` (1..9) is lit at this place of its round of blinks. */
static bool blink_is_lit(uint8_t fault, uint8_t blink_ticks)
{
    return blink_ticks < fault * SBMS_INTERNAL_BLINK_TICKS && blink_ticks % SBMS_INTERNAL_BLINK_TICKS == 0u;
}

uint8_t sbms_control_blink_ticks(uint8_t fault)
{
    return (uint8_t)(fault * SBMS_INTERNAL_BLINK_TICKS + SBMS_INTERNAL_BLINK_PAUSE_TICKS);
}

uint8_t sbms_internal_fault_to_show(const struct sbms_control *control, const struct sbms_inputs *inputs)
{
    const struct sbms_output_faults faults = sbms_control_output_faults(control);

    if (sbms_internal_is_hard(inputs->fault) || sbms_internal_is_blind(inputs)) {
        return inputs->fault <= SBMS_FAULT_MAX ? inputs->fault : SBMS_FAULT_MAX;
    }
    return (faults.shorted | faults.fed) != 0u ? SBMS_FAULT_OUTPUT : SBMS_FAULT_NONE;
}

void sbms_internal_show(struct sbms_control *control, uint8_t fault)
{
    struct sbms_law *law = &control->law;

    if (law->fault != fault || fault == SBMS_FAULT_NONE) {
        law->fault = fault;
        law->blink_ticks = 0u;
        return;
    }
    law->blink_ticks++;
    if (law->blink_ticks >= sbms_control_blink_ticks(fault)) {
        law->blink_ticks = 0u;
    }
}

bool sbms_internal_red_is_lit(const struct sbms_control *control, bool charger)
{
    const struct sbms_law *law = &control->law;
    const bool is_on = sbms_internal_system_is_on(control);

    if (sbms_internal_remote_is_known(control) && !is_on) {
        return false;
    }
    if (law->fault != SBMS_FAULT_NONE) {
        return blink_is_lit(law->fault, law->blink_ticks);
    }
    return is_on && !charger && sbms_internal_is_decided(control, SBMS_REGION_CHARGER);
}

struct sbms_outputs sbms_control_outputs(const struct sbms_control *control)
{
    const uint8_t mode = control->law.load_mode;
    struct sbms_outputs outputs = {.load = mode != SBMS_LOAD_FLOATING};

    outputs.prealarm =
        mode == SBMS_LOAD_PRE_ALARM && control->retained.shorts[SBMS_OUTPUT_PREALARM].wait_ticks == 0u;
    outputs.charger = sbms_internal_is_decided(control, SBMS_REGION_CHARGER) &&
                      sbms_internal_charger_is_high(control); /* CHG-1, CHG-2 */
    outputs.led_load = outputs.load;                          /* LED-1 */
    outputs.led_fault = sbms_internal_red_is_lit(control, outputs.charger);
    return outputs;
}

uint8_t sbms_internal_high_outputs(const struct sbms_outputs *outputs)
{
    return (uint8_t)((outputs->load ? SBMS_INTERNAL_BIT(SBMS_OUTPUT_LOAD) : 0u) |
                     (outputs->prealarm ? SBMS_INTERNAL_BIT(SBMS_OUTPUT_PREALARM) : 0u) |
                     (outputs->charger ? SBMS_INTERNAL_BIT(SBMS_OUTPUT_CHARGER) : 0u));
}

/* LOAD-6, LOAD-8: with all else in place. A short's own wait is a fault, not one of these (SAFE-4). */
static bool load_waits(const struct sbms_control *control)
{
    return control->law.load_mode == SBMS_LOAD_FLOATING &&
           sbms_internal_is_decided(control, SBMS_REGION_LOAD) && sbms_internal_system_is_on(control) &&
           sbms_internal_is_present(control, SBMS_INPUT_ATD) &&
           control->retained.shorts[SBMS_OUTPUT_LOAD].wait_ticks == 0u;
}

/* LED-4 */
bool sbms_control_blue(const struct sbms_control *control)
{
    return control->law.load_mode != SBMS_LOAD_FLOATING ||
           ((uint8_t)control->tick % SBMS_LED_WAITING_TICKS == 0u && load_waits(control));
}

struct sbms_standing sbms_control_standing(const struct sbms_control *control)
{
    return (struct sbms_standing){
        .system_is_on = sbms_internal_system_is_on(control),
        .load_is_decided = sbms_internal_is_decided(control, SBMS_REGION_LOAD),
        .charger_is_decided = sbms_internal_is_decided(control, SBMS_REGION_CHARGER),
        .load_waits = load_waits(control),
        .faults = sbms_control_output_faults(control),
    };
}
