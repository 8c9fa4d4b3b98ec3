/* SPDX-License-Identifier: Apache-2.0 */
#include "core/control_internal.h"

#include <stddef.h>

/* ---- settings and reset ---------------------------------------------------------------------------- */

static bool lockout_is_in_range(const struct sbms_control_settings *settings)
{
    return settings->lockout_retries == 0u || (settings->lockout_clear_mv >= SBMS_LOCKOUT_CLEAR_MV_MIN &&
                                               settings->lockout_clear_mv <= SBMS_LOCKOUT_CLEAR_MV_MAX);
}

static bool warning_is_in_range(const struct sbms_control_settings *settings)
{
    return settings->warning_time_s == 0u || (settings->warning_time_s >= SBMS_WARNING_TIME_S_MIN &&
                                              settings->warning_time_s <= SBMS_WARNING_TIME_S_MAX);
}

enum sbms_settings_error sbms_control_check(const struct sbms_control_settings *settings)
{
    if (settings->reconnect_delay_s > SBMS_RECONNECT_DELAY_S_MAX) {
        return SBMS_SETTINGS_RECONNECT_DELAY;
    }
    if (settings->lockout_retries > SBMS_LOCKOUT_RETRIES_MAX) {
        return SBMS_SETTINGS_RETRIES;
    }
    if (!lockout_is_in_range(settings)) {
        return SBMS_SETTINGS_CLEAR_MV;
    }
    return warning_is_in_range(settings) ? SBMS_SETTINGS_OK : SBMS_SETTINGS_WARNING_TIME;
}

enum sbms_settings_error sbms_control_init(struct sbms_control *control,
                                           const struct sbms_control_settings *settings)
{
    enum sbms_settings_error error = SBMS_SETTINGS_OK;

    *control = (struct sbms_control){.tick = 0u};
    if (settings == NULL) {
        return error;
    }
    error = sbms_control_check(settings);
    if (error == SBMS_SETTINGS_OK) {
        control->settings = *settings;
    }
    return error;
}

/* ---- the modes of a tick ----------------------------------------------------------------------------- */

/* Everything floats at once and starts anew (SUP-3, SAFE-4): all is forgotten but time, settings and what is retained. */
static void float_all(struct sbms_control *control, const struct sbms_outputs *before, uint8_t cause,
                      struct sbms_decision *decision)
{
    if (before->load) {
        decision->load_cause = cause;
        sbms_internal_cut(control, false); /* LOAD-8 */
    }
    if (before->prealarm) {
        decision->prealarm_cause = cause;
    }
    if (before->charger || before->led_fault) {
        decision->charger_cause = cause;
    }
    control->law = (struct sbms_law){.levels = 0u};
}

/* A state that no run can reach: nothing that it says is to be trusted. */
static void step_impossible(struct sbms_control *control, const struct sbms_outputs *before,
                            struct sbms_decision *decision)
{
    control->settings = (struct sbms_control_settings){.reconnect_delay_s = 0u};
    control->retained = (struct sbms_retained){.load_is_high = 0u};
    float_all(control, before, SBMS_CAUSE_INTERNAL_FAULT, decision);
    decision->outputs = sbms_control_outputs(control);
}

/* SAFE-4, LED-3: a fault that floats everything. The remote is sampled, so that red is dark when it is off. */
static void step_faulty(struct sbms_control *control, const struct sbms_inputs *inputs,
                        const struct sbms_outputs *before, struct sbms_decision *decision)
{
    if (!sbms_internal_is_hard(control->law.fault)) {
        float_all(control, before, SBMS_CAUSE_INTERNAL_FAULT, decision);
        decision->charger_cause = SBMS_CAUSE_INTERNAL_FAULT; /* of the fault itself, too */
    }
    (void)sbms_internal_sample_remote(control, inputs);
    sbms_internal_off_step(control);
    sbms_internal_show(control, sbms_internal_fault_to_show(control, inputs));
}

/* SAFE-7: the fault that red begins or ceases to show has a cause, unless Charger's own edge has named one. */
static void name_shown_fault(uint8_t was, uint8_t is, struct sbms_decision *decision)
{
    const uint8_t fault = is != SBMS_FAULT_NONE ? is : was;

    if (was == is || decision->charger_cause != SBMS_CAUSE_NONE) {
        return;
    }
    decision->charger_cause =
        fault == SBMS_FAULT_REFERENCE ? SBMS_CAUSE_REFERENCE_FAULT : SBMS_CAUSE_OUTPUT_FAULT;
}

/* One tick of the red LED's fault. */
static void show_fault(struct sbms_control *control, uint8_t fault, struct sbms_decision *decision)
{
    const uint8_t fault_before = control->law.fault;

    sbms_internal_show(control, fault);
    name_shown_fault(fault_before, control->law.fault, decision);
}

/* Causes only where there is an edge: Pre-alarm's terminal has a short of its own (SAFE-4). */
static void name_prealarm(const struct sbms_outputs *before, const struct sbms_outputs *after,
                          struct sbms_decision *decision)
{
    if (before->prealarm == after->prealarm) {
        decision->prealarm_cause = SBMS_CAUSE_NONE;
    } else if (decision->prealarm_cause == SBMS_CAUSE_NONE) {
        decision->prealarm_cause = after->prealarm ? SBMS_CAUSE_OUTPUT_RETRY : SBMS_CAUSE_OUTPUT_FAULT;
    }
}

/* A new command has its own time to be followed. */
static void restart_following(struct sbms_control *control, uint8_t edges)
{
    for (uint8_t output = 0u; output < SBMS_OUTPUT_COUNT; output++) {
        if ((edges & SBMS_INTERNAL_BIT(output)) != 0u) {
            control->law.differ_ticks[output] = 0u;
        }
    }
}

static void step_running(struct sbms_control *control, const struct sbms_inputs *inputs,
                         const struct sbms_outputs *before, uint16_t waited_events,
                         struct sbms_decision *decision)
{
    const uint8_t high_before = sbms_internal_high_outputs(before);
    const uint16_t events = waited_events | sbms_internal_sample(control, inputs);
    struct sbms_outputs *after = &decision->outputs;
    uint8_t high = 0u;

    sbms_internal_off_step(control);
    sbms_internal_follow_step(control, inputs, high_before);
    sbms_internal_load_step(control, inputs, events, decision);
    sbms_internal_charger_step(control, before->charger, events, decision);
    *after = sbms_control_outputs(control);
    high = sbms_internal_high_outputs(after);
    name_prealarm(before, after, decision);
    sbms_internal_calm_step(control, high & high_before);
    if (high != high_before) {
        restart_following(control, high ^ high_before);
    }
    show_fault(control, sbms_internal_fault_to_show(control, inputs), decision);
    after->led_fault = sbms_internal_red_is_lit(control, after->charger);
}

/* Where nothing can be decided: all outputs float, by float_all() now or before. */
static void step_floating(struct sbms_control *control, const struct sbms_inputs *inputs,
                          const struct sbms_outputs *before, bool was_supplied,
                          struct sbms_decision *decision)
{
    if (sbms_internal_is_hard(inputs->fault)) {
        step_faulty(control, inputs, before, decision);
    } else if (sbms_internal_is_hard(control->law.fault)) {
        float_all(control, before, SBMS_CAUSE_START_UP, decision);
    } else if (was_supplied) {
        float_all(control, before, SBMS_CAUSE_SUPPLY_LOW, decision);
    } else { /* without supply nothing is sampled, and nothing goes on */
        show_fault(control, SBMS_FAULT_NONE, decision);
        control->law = (struct sbms_law){.levels = 0u};
    }
    decision->outputs = sbms_control_outputs(control);
}

static void step_possible(struct sbms_control *control, const struct sbms_inputs *inputs,
                          const struct sbms_outputs *before, struct sbms_decision *decision)
{
    const uint16_t events = sbms_internal_waits_step(control);
    const bool was_supplied = sbms_internal_is_present(control, SBMS_INPUT_SUPPLY);
    const bool is_faulty = sbms_internal_is_hard(inputs->fault) || sbms_internal_is_hard(control->law.fault);

    if (!is_faulty && sbms_internal_sample_supply(control, inputs)) {
        step_running(control, inputs, before, events, decision);
    } else {
        step_floating(control, inputs, before, was_supplied, decision);
    }
}

struct sbms_decision sbms_control_step(struct sbms_control *control, const struct sbms_inputs *inputs)
{
    const struct sbms_outputs before = sbms_control_outputs(control);
    struct sbms_decision decision = {.load_cause = SBMS_CAUSE_NONE};

    control->tick++;
    if (sbms_internal_state_is_possible(control, sbms_internal_high_outputs(&before))) {
        step_possible(control, inputs, &before, &decision);
    } else {
        step_impossible(control, &before, &decision);
    }
    control->retained.load_is_high = control->law.load_mode != SBMS_LOAD_FLOATING ? 1u : 0u;
    return decision;
}
