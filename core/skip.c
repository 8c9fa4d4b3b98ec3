/* SPDX-License-Identifier: Apache-2.0 */
#include "core/control_internal.h"

static uint32_t lower(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static uint32_t higher(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

static bool atd_is_present(const struct sbms_control *control)
{
    return sbms_internal_is_present(control, SBMS_INPUT_ATD);
}

/* ---- how many ticks are quiet ------------------------------------------------------------------------ */

/* Ticks until an input's level counts, the last one counted: the running device's rule and, with `starting`,
 * the one before the start, where equal samples are counted. */
static uint32_t debounce_left(const struct sbms_control *control, uint8_t input, uint8_t raw, bool starting)
{
    const uint8_t bit = SBMS_INTERNAL_BIT(input);
    const bool differs = ((raw ^ control->law.levels) & bit) != 0u;
    const uint8_t run = differs != starting ? control->law.run[input] : 0u;

    return (uint32_t)sbms_internal_ticks_needed(input, (raw & bit) != 0u) - run;
}

static uint32_t starting_quiet(const struct sbms_control *control, uint8_t raw)
{
    uint32_t left = 1u; /* the start itself takes a tick */

    if ((raw & SBMS_INTERNAL_BIT(SBMS_INPUT_SUPPLY)) == 0u) {
        return SBMS_TICKS_FOREVER;
    }
    for (uint8_t input = 0u; input < SBMS_INPUT_COUNT; input++) {
        left = higher(left, debounce_left(control, input, raw, true));
    }
    return left - 1u;
}

/* Ticks before the red LED changes: a blink is one tick, and the pause follows the last. */
static uint32_t fault_quiet(const struct sbms_control *control)
{
    const uint8_t place = control->law.blink_ticks;
    const uint8_t period_ticks = sbms_control_blink_ticks(control->law.fault);
    const uint8_t last_blink = (uint8_t)((control->law.fault - 1u) * SBMS_INTERNAL_BLINK_TICKS);

    if (place > last_blink) {
        return (uint32_t)period_ticks - place - 1u;
    }
    if (place % SBMS_INTERNAL_BLINK_TICKS == 0u) {
        return 0u;
    }
    return SBMS_INTERNAL_BLINK_TICKS - 1u - place % SBMS_INTERNAL_BLINK_TICKS;
}

/* Ticks before Load returns from an under-voltage cut, ATD being back (LOAD-6). */
static uint32_t return_quiet(const struct sbms_control *control, const struct sbms_inputs *inputs)
{
    uint32_t left = (uint32_t)sbms_internal_reconnect_delay_ticks(control) - control->law.reconnect_ticks;

    if (control->law.tripped == 0u || !atd_is_present(control)) {
        return SBMS_TICKS_FOREVER;
    }
    if (sbms_internal_locked_out(control)) {
        if (inputs->vbat_mv < control->settings.lockout_clear_mv) {
            return SBMS_TICKS_FOREVER;
        }
        left = higher(left, (uint32_t)SBMS_LOCKOUT_CLEAR_TICKS - control->law.clear_ticks);
    }
    return left > 0u ? left - 1u : 0u;
}

/* Ticks before a pre-alarm's 30 s are over with ATD lost (LOAD-3). */
static uint32_t cut_quiet(const struct sbms_control *control)
{
    if (control->law.load_mode != SBMS_LOAD_PRE_ALARM || atd_is_present(control)) {
        return SBMS_TICKS_FOREVER;
    }
    if (control->law.prealarm_ticks >= SBMS_PRE_ALARM_TICKS) {
        return 0u;
    }
    return SBMS_PRE_ALARM_TICKS - (uint32_t)control->law.prealarm_ticks - 1u;
}

static uint32_t running_quiet(const struct sbms_control *control, const struct sbms_inputs *inputs,
                              uint8_t raw)
{
    uint32_t quiet = lower(cut_quiet(control), return_quiet(control, inputs));

    for (uint8_t input = 0u; input < SBMS_INPUT_COUNT; input++) {
        if (((raw ^ control->law.levels) & SBMS_INTERNAL_BIT(input)) != 0u) {
            quiet = lower(quiet, debounce_left(control, input, raw, false) - 1u);
        }
    }
    return quiet;
}

uint32_t sbms_control_quiet_ticks(const struct sbms_control *control, const struct sbms_inputs *inputs)
{
    const uint8_t raw = sbms_internal_raw_levels(control, inputs);

    if (!sbms_internal_state_is_possible(control) ||
        control->law.fault != sbms_internal_shown_fault(inputs)) {
        return 0u;
    }
    if (control->law.fault != 0u) {
        return fault_quiet(control);
    }
    return control->law.started != 0u ? running_quiet(control, inputs, raw) : starting_quiet(control, raw);
}

/* ---- passing them ------------------------------------------------------------------------------------ */

static void load_pass(struct sbms_control *control, uint32_t ticks)
{
    if (control->law.load_mode == SBMS_LOAD_PRE_ALARM) {
        const uint32_t left = SBMS_PRE_ALARM_TICKS - (uint32_t)control->law.prealarm_ticks;

        control->law.prealarm_ticks = (uint8_t)(control->law.prealarm_ticks + lower(ticks, left));
    } else if (control->law.tripped != 0u && atd_is_present(control)) {
        const uint32_t left =
            (uint32_t)sbms_internal_reconnect_delay_ticks(control) - control->law.reconnect_ticks;

        control->law.reconnect_ticks = (uint16_t)(control->law.reconnect_ticks + lower(ticks, left));
    }
}

static void running_pass(struct sbms_control *control, const struct sbms_inputs *inputs, uint32_t ticks)
{
    const uint8_t raw = sbms_internal_raw_levels(control, inputs);

    for (uint8_t input = 0u; input < SBMS_INPUT_COUNT; input++) {
        const bool differs = ((raw ^ control->law.levels) & SBMS_INTERNAL_BIT(input)) != 0u;

        control->law.run[input] = differs ? (uint8_t)(control->law.run[input] + ticks) : 0u;
    }
    if ((control->law.levels & raw & SBMS_INTERNAL_CHAIN) != 0u) {
        control->law.chain_open = 0u;
    }
    (void)sbms_internal_lockout_step(control, inputs->vbat_mv, (uint8_t)lower(ticks, UINT8_MAX));
    load_pass(control, ticks);
}

void sbms_control_skip(struct sbms_control *control, const struct sbms_inputs *inputs, uint32_t ticks)
{
    if (ticks == 0u) {
        return;
    }
    control->tick += ticks;
    if (control->law.fault != 0u) {
        const uint32_t period_ticks = sbms_control_blink_ticks(control->law.fault);

        control->law.blink_ticks = (uint8_t)((control->law.blink_ticks + ticks) % period_ticks);
    } else if (control->law.started != 0u) {
        running_pass(control, inputs, ticks);
    } else {
        (void)sbms_internal_start_up(control, inputs, (uint8_t)lower(ticks, UINT8_MAX));
    }
}

/* ---- equal inputs ------------------------------------------------------------------------------------ */

static bool same_side(int32_t a_mv, int32_t b_mv, int32_t threshold_mv)
{
    return (a_mv < threshold_mv) == (b_mv < threshold_mv);
}

static bool same_remote(const struct sbms_inputs *a, const struct sbms_inputs *b)
{
    return sbms_internal_remote_is_on(a, false) == sbms_internal_remote_is_on(b, false) &&
           sbms_internal_remote_is_on(a, true) == sbms_internal_remote_is_on(b, true);
}

bool sbms_control_same(const struct sbms_control *control, const struct sbms_inputs *a,
                       const struct sbms_inputs *b)
{
    if (a->atc != b->atc || a->atd != b->atd || a->no_prealarm != b->no_prealarm || a->fault != b->fault) {
        return false;
    }
    return same_remote(a, b) && same_side(a->vbat_mv, b->vbat_mv, SBMS_SUPPLY_LOW_MV) &&
           same_side(a->vbat_mv, b->vbat_mv, SBMS_SUPPLY_OK_MV) &&
           same_side(a->vbat_mv, b->vbat_mv, control->settings.lockout_clear_mv);
}
