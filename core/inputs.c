/* SPDX-License-Identifier: Apache-2.0 */
/* The region of the inputs: raw levels with their hystereses, SAFE-2's debounce, SAFE-3's open chain. */
#include "core/control_internal.h"

bool sbms_internal_remote_is_on(const struct sbms_inputs *inputs, bool was_on)
{
    if (inputs->remote_l_mv < SBMS_REMOTE_L_ON_MV || inputs->remote_h_mv > SBMS_REMOTE_H_ON_MV) {
        return true;
    }
    return was_on && (inputs->remote_l_mv < SBMS_REMOTE_L_ON_MV + SBMS_REMOTE_HYSTERESIS_MV ||
                      inputs->remote_h_mv > SBMS_REMOTE_H_ON_MV - SBMS_REMOTE_HYSTERESIS_MV);
}

static bool supply_is_ok(const struct sbms_inputs *inputs, bool was_ok)
{
    return inputs->vbat_mv >= SBMS_SUPPLY_OK_MV || (was_ok && inputs->vbat_mv >= SBMS_SUPPLY_LOW_MV);
}

uint8_t sbms_internal_raw_levels(const struct sbms_control *control, const struct sbms_inputs *inputs)
{
    const bool was_on = control->law.started != 0u && sbms_internal_is_present(control, SBMS_INPUT_REMOTE);
    uint8_t raw = 0u;

    if (supply_is_ok(inputs, control->law.started != 0u)) {
        raw |= SBMS_INTERNAL_BIT(SBMS_INPUT_SUPPLY);
    }
    if (sbms_internal_remote_is_on(inputs, was_on)) {
        raw |= SBMS_INTERNAL_BIT(SBMS_INPUT_REMOTE);
    }
    if (inputs->atc) {
        raw |= SBMS_INTERNAL_BIT(SBMS_INPUT_ATC);
    }
    if (inputs->atd) {
        raw |= SBMS_INTERNAL_BIT(SBMS_INPUT_ATD);
    }
    if (inputs->no_prealarm) {
        raw |= SBMS_INTERNAL_BIT(SBMS_INPUT_NO_PREALARM);
    }
    return raw;
}

uint8_t sbms_internal_ticks_needed(uint8_t input, bool present)
{
    if (input == SBMS_INPUT_SUPPLY) {
        return SBMS_SUPPLY_TICKS;
    }
    if (input == SBMS_INPUT_REMOTE) {
        return SBMS_REMOTE_TICKS;
    }
    return present ? SBMS_RETURNED_TICKS : SBMS_LOST_TICKS;
}

uint8_t sbms_internal_runs(const struct sbms_control *control)
{
    const uint8_t *run = control->law.run;

    return run[0] | run[1] | run[2] | run[3] | run[4];
}

uint8_t sbms_internal_debounce(struct sbms_control *control, uint8_t raw)
{
    const uint8_t differs = raw ^ control->law.levels;
    uint8_t changed = 0u;

    if ((differs | sbms_internal_runs(control)) == 0u) {
        return changed; /* nearly always */
    }
    for (uint8_t input = 0u; input < SBMS_INPUT_COUNT; input++) {
        const uint8_t bit = SBMS_INTERNAL_BIT(input);

        control->law.run[input] = (differs & bit) != 0u ? (uint8_t)(control->law.run[input] + 1u) : 0u;
        if (control->law.run[input] >= sbms_internal_ticks_needed(input, (raw & bit) != 0u)) {
            control->law.run[input] = 0u;
            changed |= bit;
        }
    }
    control->law.levels ^= changed;
    return changed;
}

void sbms_internal_watch_chain(struct sbms_control *control, uint8_t raw, uint8_t changed)
{
    const uint8_t levels_before = control->law.levels ^ changed;

    if ((changed & SBMS_INTERNAL_CHAIN) != 0u &&
        (levels_before & SBMS_INTERNAL_CHAIN) == SBMS_INTERNAL_CHAIN) {
        control->law.chain_open = (raw & SBMS_INTERNAL_CHAIN) == 0u ? 1u : 0u;
    }
    if ((control->law.levels & raw & SBMS_INTERNAL_CHAIN) != 0u) {
        control->law.chain_open = 0u;
    }
}
