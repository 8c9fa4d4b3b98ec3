/* SPDX-License-Identifier: Apache-2.0 */
/* Many equal ticks at once. Quiet are those ticks in which a step does nothing but count: passing them is adding. */
#include "core/control_internal.h"

#define BLINK SBMS_INTERNAL_BLINK_TICKS

static uint32_t lower(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* Ticks before a count that is at `now` and goes up gets to `end`, which is beyond, and where something happens. */
static uint32_t before(uint32_t now, uint32_t end)
{
    return end - now - 1u;
}

static uint8_t high_outputs(const struct sbms_control *control)
{
    const struct sbms_outputs outputs = sbms_control_outputs(control);

    return sbms_internal_high_outputs(&outputs);
}

/* A count that is at `now`, `ticks` later: it stays at `end`. */
static uint32_t up_to(uint32_t now, uint32_t ticks, uint32_t end)
{
    return now + lower(ticks, end - now);
}

/* ---- what has settled: a step with these inputs leaves it as it is -------------------------------------- */

static bool remote_is_settled(const struct sbms_control *control, const struct sbms_inputs *inputs)
{
    const bool is_on = sbms_internal_system_is_on(control);

    return sbms_internal_remote_is_known(control) && control->law.remote_differs == 0u &&
           sbms_internal_remote_is_on(inputs, is_on) == is_on;
}

static bool signals_are_settled(const struct sbms_control *control, uint8_t raw)
{
    for (uint8_t input = SBMS_INPUT_ATC; input < SBMS_INPUT_COUNT; input++) {
        const uint8_t settled = (raw & SBMS_INTERNAL_BIT(input)) != 0u ? 0xFFu : 0u;

        if (control->law.history[input - SBMS_INPUT_ATC] != settled) {
            return false;
        }
    }
    return true;
}

static bool regions_are_settled(const struct sbms_control *control)
{
    return sbms_internal_is_decided(control, SBMS_REGION_CHARGER) &&
           sbms_internal_is_decided(control, SBMS_REGION_LOAD);
}

static bool outputs_are_settled(const struct sbms_control *control, const struct sbms_inputs *inputs)
{
    for (uint8_t output = 0u; output < SBMS_OUTPUT_COUNT; output++) {
        if (control->law.differ_ticks[output] > 0u && (inputs->differing & SBMS_INTERNAL_BIT(output)) == 0u) {
            return false;
        }
    }
    return true;
}

static bool supply_is_settled(const struct sbms_control *control, const struct sbms_inputs *inputs)
{
    return sbms_internal_is_present(control, SBMS_INPUT_SUPPLY) && inputs->vbat_mv >= SBMS_SUPPLY_LOW_MV &&
           control->law.supply_is_low == 0u;
}

static bool running_is_settled(const struct sbms_control *control, const struct sbms_inputs *inputs)
{
    if (!outputs_are_settled(control, inputs) ||
        control->law.fault != sbms_internal_fault_to_show(control, inputs)) {
        return false;
    }
    if (sbms_internal_is_blind(inputs)) {
        return true; /* as the step before was, which shows in the fault, so that all of it has come to rest */
    }
    return supply_is_settled(control, inputs) && remote_is_settled(control, inputs) &&
           regions_are_settled(control) && signals_are_settled(control, sbms_internal_raw_signals(inputs));
}

/* ---- how many ticks are quiet ------------------------------------------------------------------------ */

/* Ticks before the red LED changes: a blink is one tick, and the pause follows the last. */
static uint32_t fault_quiet(const struct sbms_control *control)
{
    const uint8_t place = control->law.blink_ticks;
    const uint8_t fault = control->law.fault;
    uint8_t last_blink = 0u;

    if (fault == SBMS_FAULT_NONE) {
        return SBMS_TICKS_FOREVER;
    }
    last_blink = (uint8_t)((fault - 1u) * BLINK);
    if (place > last_blink) {
        return before(place, sbms_control_blink_ticks(fault));
    }
    return place % BLINK == 0u ? 0u : before(place % BLINK, BLINK);
}

static uint32_t off_quiet(const struct sbms_control *control)
{
    const uint8_t off_ticks = control->law.off_ticks;

    return off_ticks > 0u && off_ticks < SBMS_OFF_CLEAR_TICKS ? before(off_ticks, SBMS_OFF_CLEAR_TICKS)
                                                              : SBMS_TICKS_FOREVER;
}

/* A wait that goes down. */
static uint32_t wait_quiet(uint16_t wait_ticks)
{
    return wait_ticks > 0u ? before(0u, wait_ticks) : SBMS_TICKS_FOREVER;
}

static uint32_t waits_quiet(const struct sbms_control *control)
{
    uint32_t quiet = lower(wait_quiet(control->retained.load_wait_ticks),
                           wait_quiet(control->retained.charger_wait_ticks));

    for (uint8_t output = 0u; output < SBMS_OUTPUT_COUNT; output++) {
        quiet = lower(quiet, wait_quiet(control->retained.shorts[output].wait_ticks));
    }
    return quiet;
}

/* LOAD-6 */
static uint32_t clear_quiet(const struct sbms_control *control, const struct sbms_inputs *inputs)
{
    if (!sbms_internal_supply_clears(control, inputs)) {
        return SBMS_TICKS_FOREVER;
    }
    if (control->law.clear_ticks < SBMS_LOCKOUT_CLEAR_TICKS) {
        return before(control->law.clear_ticks, SBMS_LOCKOUT_CLEAR_TICKS);
    }
    return control->retained.cuts > 0u ? 0u : SBMS_TICKS_FOREVER;
}

static bool delay_is_counting(const struct sbms_control *control)
{
    return sbms_internal_is_present(control, SBMS_INPUT_ATD) && sbms_internal_delay_is_running(control);
}

/* LOAD-3, PRE-4: before a cut, or the end of an alarm. */
static uint32_t alarm_quiet(const struct sbms_control *control)
{
    const struct sbms_law *law = &control->law;

    if (law->load_mode != SBMS_LOAD_PRE_ALARM) {
        return SBMS_TICKS_FOREVER;
    }
    if (!sbms_internal_alarm_is_on(control)) {
        return (uint32_t)sbms_internal_alarm_over_ticks(control) - law->calm_ticks;
    }
    return sbms_internal_is_present(control, SBMS_INPUT_ATD)
               ? SBMS_TICKS_FOREVER
               : before(law->alarm_ticks, sbms_control_warning_ticks(&control->settings));
}

static uint32_t load_quiet(const struct sbms_control *control, const struct sbms_inputs *inputs)
{
    uint32_t quiet = lower(alarm_quiet(control), clear_quiet(control, inputs));

    if (delay_is_counting(control)) {
        quiet =
            lower(quiet, before(control->law.reconnect_ticks, sbms_internal_reconnect_delay_ticks(control)));
    }
    return quiet;
}

/* LOAD-8, CHG-5, SAFE-4: before an output that is high holds, or goes a step back. */
static uint32_t calm_quiet(uint16_t high_ticks, bool is_shorted)
{
    if (is_shorted) {
        return before(high_ticks, SBMS_SHORT_HELD_TICKS);
    }
    return before(high_ticks % SBMS_CALM_TICKS, SBMS_CALM_TICKS);
}

static uint32_t output_quiet(const struct sbms_control *control, const struct sbms_inputs *inputs,
                             uint8_t output, bool is_high)
{
    const uint8_t differ_ticks = control->law.differ_ticks[output];
    uint32_t quiet = SBMS_TICKS_FOREVER;

    if (is_high && sbms_internal_has_steps(control, output)) {
        quiet =
            calm_quiet(control->law.high_ticks[output], control->retained.shorts[output].is_shorted != 0u);
    }
    if ((inputs->differing & SBMS_INTERNAL_BIT(output)) != 0u && differ_ticks < SBMS_FED_TICKS) {
        quiet = lower(quiet, before(differ_ticks, is_high ? SBMS_SHORT_TICKS : SBMS_FED_TICKS));
    }
    return quiet;
}

static uint32_t running_quiet(const struct sbms_control *control, const struct sbms_inputs *inputs)
{
    const uint8_t high = high_outputs(control);
    uint32_t quiet = lower(load_quiet(control, inputs), lower(off_quiet(control), fault_quiet(control)));

    for (uint8_t output = 0u; output < SBMS_OUTPUT_COUNT; output++) {
        quiet = lower(quiet, output_quiet(control, inputs, output, (high & SBMS_INTERNAL_BIT(output)) != 0u));
    }
    return quiet;
}

/* A fault that floats everything samples the remote, and blinks. */
static uint32_t hard_quiet(const struct sbms_control *control, const struct sbms_inputs *inputs)
{
    if (control->law.fault != sbms_internal_fault_to_show(control, inputs) ||
        !remote_is_settled(control, inputs)) {
        return 0u;
    }
    return lower(off_quiet(control), fault_quiet(control));
}

/* Without supply nothing is sampled. */
static bool is_unsupplied(const struct sbms_control *control, const struct sbms_inputs *inputs)
{
    return !sbms_internal_is_present(control, SBMS_INPUT_SUPPLY) && !sbms_internal_is_blind(inputs) &&
           inputs->vbat_mv < SBMS_SUPPLY_OK_MV;
}

/* Whether these inputs leave a device with all well as it is, for ever. */
static bool all_stays_well(const struct sbms_control *control, const struct sbms_inputs *inputs)
{
    return inputs->fault == SBMS_FAULT_NONE && inputs->differing == 0u &&
           sbms_internal_raw_signals(inputs) == SBMS_INTERNAL_CHAIN &&
           inputs->vbat_mv >= SBMS_SUPPLY_LOW_MV && sbms_internal_remote_is_on(inputs, true) &&
           !sbms_internal_supply_clears(control, inputs);
}

/* Of a state that a run can reach. */
static uint32_t possible_quiet(const struct sbms_control *control, const struct sbms_inputs *inputs)
{
    const uint32_t waits = waits_quiet(control);

    if (sbms_internal_is_hard(inputs->fault)) {
        return lower(waits, hard_quiet(control, inputs));
    }
    if (is_unsupplied(control, inputs)) { /* a fault of the reference is forgotten first */
        return control->law.fault == SBMS_FAULT_NONE ? waits : 0u;
    }
    return running_is_settled(control, inputs) ? lower(waits, running_quiet(control, inputs)) : 0u;
}

uint32_t sbms_control_quiet_ticks(const struct sbms_control *control, const struct sbms_inputs *inputs)
{
    if (sbms_internal_all_is_well(control) && all_stays_well(control, inputs)) { /* nearly always */
        return sbms_control_check(&control->settings) == SBMS_SETTINGS_OK ? SBMS_TICKS_FOREVER : 0u;
    }
    return sbms_internal_state_is_possible(control, high_outputs(control)) ? possible_quiet(control, inputs)
                                                                           : 0u;
}

/* ---- passing them ------------------------------------------------------------------------------------ */

static void wait_pass(uint16_t *wait_ticks, uint32_t ticks)
{
    if (*wait_ticks > 0u) {
        *wait_ticks = (uint16_t)(*wait_ticks - ticks);
    }
}

static void waits_pass(struct sbms_control *control, uint32_t ticks)
{
    wait_pass(&control->retained.load_wait_ticks, ticks);
    wait_pass(&control->retained.charger_wait_ticks, ticks);
    for (uint8_t output = 0u; output < SBMS_OUTPUT_COUNT; output++) {
        wait_pass(&control->retained.shorts[output].wait_ticks, ticks);
    }
}

static void leds_pass(struct sbms_control *control, uint32_t ticks)
{
    struct sbms_law *law = &control->law;

    if (law->off_ticks > 0u) {
        law->off_ticks = (uint8_t)up_to(law->off_ticks, ticks, SBMS_OFF_CLEAR_TICKS);
    }
    if (law->fault != SBMS_FAULT_NONE) {
        law->blink_ticks = (uint8_t)((law->blink_ticks + ticks) % sbms_control_blink_ticks(law->fault));
    }
}

static void load_pass(struct sbms_control *control, const struct sbms_inputs *inputs, uint32_t ticks)
{
    struct sbms_law *law = &control->law;

    if (law->load_mode == SBMS_LOAD_PRE_ALARM) {
        law->alarm_ticks =
            (uint16_t)up_to(law->alarm_ticks, ticks, sbms_control_warning_ticks(&control->settings));
        if (!sbms_internal_alarm_is_on(control)) {
            law->calm_ticks = (uint16_t)(law->calm_ticks + ticks);
        }
    }
    if (delay_is_counting(control)) {
        law->reconnect_ticks = (uint16_t)(law->reconnect_ticks + ticks);
    }
    if (sbms_internal_supply_clears(control, inputs)) {
        law->clear_ticks = (uint8_t)up_to(law->clear_ticks, ticks, SBMS_LOCKOUT_CLEAR_TICKS);
    } else {
        law->clear_ticks = 0u;
    }
}

static void running_pass(struct sbms_control *control, const struct sbms_inputs *inputs, uint32_t ticks)
{
    const uint8_t high = high_outputs(control);

    load_pass(control, inputs, ticks);
    for (uint8_t output = 0u; output < SBMS_OUTPUT_COUNT; output++) {
        const uint8_t bit = SBMS_INTERNAL_BIT(output);
        uint8_t *differ_ticks = &control->law.differ_ticks[output];

        if ((high & bit) != 0u && sbms_internal_has_steps(control, output)) {
            control->law.high_ticks[output] = (uint16_t)(control->law.high_ticks[output] + ticks);
        }
        if ((inputs->differing & bit) != 0u) {
            *differ_ticks = (uint8_t)up_to(*differ_ticks, ticks, SBMS_FED_TICKS);
        }
    }
}

void sbms_control_skip(struct sbms_control *control, const struct sbms_inputs *inputs, uint32_t ticks)
{
    if (ticks == 0u) {
        return;
    }
    control->tick += ticks;
    waits_pass(control, ticks);
    leds_pass(control, ticks);
    if (!sbms_internal_is_hard(inputs->fault) && !is_unsupplied(control, inputs)) {
        running_pass(control, inputs, ticks);
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

static bool same_signals(const struct sbms_inputs *a, const struct sbms_inputs *b)
{
    return a->atc == b->atc && a->atd == b->atd && a->no_prealarm == b->no_prealarm;
}

bool sbms_control_same(const struct sbms_control *control, const struct sbms_inputs *a,
                       const struct sbms_inputs *b)
{
    if (!same_signals(a, b) || a->fault != b->fault || a->differing != b->differing) {
        return false;
    }
    return same_remote(a, b) && same_side(a->vbat_mv, b->vbat_mv, SBMS_SUPPLY_LOW_MV) &&
           same_side(a->vbat_mv, b->vbat_mv, SBMS_SUPPLY_OK_MV) &&
           same_side(a->vbat_mv, b->vbat_mv, control->settings.lockout_clear_mv);
}
