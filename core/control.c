/* SPDX-License-Identifier: Apache-2.0 */
#include "core/control_internal.h"

#include <stddef.h>

/* What happened at this tick, for the regions and for the causes: the inputs whose level changed, and: */
#define EVENT_SYSTEM SBMS_INTERNAL_BIT(SBMS_INPUT_REMOTE)
#define EVENT_ATC SBMS_INTERNAL_BIT(SBMS_INPUT_ATC)
#define EVENT_ATD SBMS_INTERNAL_BIT(SBMS_INPUT_ATD)
#define EVENT_START ((uint8_t)0x40u)    /* the first decision after a reset */
#define EVENT_UNLOCKED ((uint8_t)0x80u) /* a lock-out ended */

/* ---- settings and reset ---------------------------------------------------------------------------- */

enum sbms_settings_error sbms_control_check(const struct sbms_control_settings *settings)
{
    if (settings->reconnect_delay_s > SBMS_RECONNECT_DELAY_S_MAX) {
        return SBMS_SETTINGS_RECONNECT_DELAY;
    }
    if (settings->lockout_retries > SBMS_LOCKOUT_RETRIES_MAX) {
        return SBMS_SETTINGS_RETRIES;
    }
    if (settings->lockout_retries == 0u) {
        return SBMS_SETTINGS_OK;
    }
    if (settings->lockout_clear_mv < SBMS_LOCKOUT_CLEAR_MV_MIN ||
        settings->lockout_clear_mv > SBMS_LOCKOUT_CLEAR_MV_MAX) {
        return SBMS_SETTINGS_CLEAR_MV;
    }
    return SBMS_SETTINGS_OK;
}

/* SAFE-1: forgets everything but the time and the settings; all outputs float. */
static void reset(struct sbms_control *control)
{
    control->law = (struct sbms_law){.levels = 0u};
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

/* ---- region: load and pre-alarm (section 3) ---------------------------------------------------------- */

bool sbms_internal_locked_out(const struct sbms_control *control)
{
    return control->settings.lockout_retries != 0u && control->law.cuts > control->settings.lockout_retries;
}

/* LOAD-6: passes `ticks` of supply; true when that ends a lock-out. */
bool sbms_internal_lockout_step(struct sbms_control *control, int32_t vbat_mv, uint8_t ticks)
{
    bool was_locked = false;

    if (control->settings.lockout_retries == 0u) {
        return false;
    }
    was_locked = sbms_internal_locked_out(control);
    if (vbat_mv < control->settings.lockout_clear_mv) {
        control->law.clear_ticks = 0u;
        return false;
    }
    if (ticks < (uint8_t)(SBMS_LOCKOUT_CLEAR_TICKS - control->law.clear_ticks)) {
        control->law.clear_ticks = (uint8_t)(control->law.clear_ticks + ticks);
        return false;
    }
    control->law.clear_ticks = SBMS_LOCKOUT_CLEAR_TICKS;
    control->law.cuts = 0u;
    return was_locked;
}

uint16_t sbms_internal_reconnect_delay_ticks(const struct sbms_control *control)
{
    return (uint16_t)(control->settings.reconnect_delay_s * SBMS_TICKS_PER_S);
}

/* Section 1: of a device that has started. */
static bool system_is_on(const struct sbms_control *control)
{
    return sbms_internal_is_present(control, SBMS_INPUT_REMOTE);
}

/* SBMS_CAUSE_NONE when neither a reset nor the remote explains an edge of this tick. */
static uint8_t system_cause(const struct sbms_control *control, uint8_t events)
{
    if ((events & EVENT_START) != 0u) {
        return SBMS_CAUSE_START_UP;
    }
    if ((events & EVENT_SYSTEM) == 0u) {
        return SBMS_CAUSE_NONE;
    }
    return system_is_on(control) ? SBMS_CAUSE_REMOTE_ON : SBMS_CAUSE_REMOTE_OFF;
}

static uint8_t load_return_cause(const struct sbms_control *control, uint8_t events)
{
    const uint8_t cause = system_cause(control, events);

    if (cause != SBMS_CAUSE_NONE) {
        return cause;
    }
    if ((events & EVENT_ATD) != 0u) {
        return SBMS_CAUSE_ATD_RETURNED;
    }
    return (events & EVENT_UNLOCKED) != 0u ? SBMS_CAUSE_LOCKOUT_CLEARED : SBMS_CAUSE_RECONNECT_DELAY;
}

/* Why the alarm is on: the cause of a rising pre-alarm and of a cut. */
static uint8_t alarm_cause(const struct sbms_control *control)
{
    if (control->law.chain_open != 0u) {
        return SBMS_CAUSE_CHAIN_OPEN;
    }
    return !sbms_internal_is_present(control, SBMS_INPUT_ATD) ? SBMS_CAUSE_ATD_LOST
                                                              : SBMS_CAUSE_NO_PREALARM_LOST;
}

/* PRE-2: ATD lost warns too, for batteries without a pre-alarm signal and for a fast sag. */
static bool alarm_is_on(const struct sbms_control *control)
{
    return !sbms_internal_is_present(control, SBMS_INPUT_ATD) ||
           !sbms_internal_is_present(control, SBMS_INPUT_NO_PREALARM);
}

static void load_float(struct sbms_control *control, struct sbms_decision *decision, uint8_t cause)
{
    if (control->law.load_mode != SBMS_LOAD_FLOATING) {
        decision->load_cause = cause;
    }
    if (control->law.load_mode == SBMS_LOAD_PRE_ALARM) {
        decision->prealarm_cause = cause; /* PRE-3 */
    }
    control->law.load_mode = SBMS_LOAD_FLOATING;
}

/* LOAD-6: ATD is present after a cut; true while Load has to wait. The tick of its return is not counted. */
static bool load_must_wait(struct sbms_control *control, uint8_t events)
{
    const uint16_t delay_ticks = sbms_internal_reconnect_delay_ticks(control);

    if ((events & EVENT_ATD) == 0u && control->law.reconnect_ticks < delay_ticks) {
        control->law.reconnect_ticks++;
    }
    return control->law.reconnect_ticks < delay_ticks || sbms_internal_locked_out(control);
}

/* LOAD-2, LOAD-5, LOAD-6 */
static void load_when_floating(struct sbms_control *control, uint8_t events, struct sbms_decision *decision)
{
    if (!sbms_internal_is_present(control, SBMS_INPUT_ATD)) {
        control->law.reconnect_ticks = 0u;
        return;
    }
    if (control->law.tripped != 0u && load_must_wait(control, events)) {
        return;
    }
    decision->load_cause = load_return_cause(control, events);
    control->law.load_mode = SBMS_LOAD_HIGH;
    control->law.tripped = 0u;
}

/* LOAD-3: the 30 s are over and ATD is still lost. */
static void cut(struct sbms_control *control, struct sbms_decision *decision)
{
    load_float(control, decision, alarm_cause(control));
    control->law.tripped = 1u;
    control->law.reconnect_ticks = 0u;
    if (control->law.cuts <= SBMS_LOCKOUT_RETRIES_MAX) {
        control->law.cuts++;
    }
}

/* PRE-2 */
static void load_when_high(struct sbms_control *control, uint8_t events, struct sbms_decision *decision)
{
    if (!alarm_is_on(control)) {
        return;
    }
    control->law.load_mode = SBMS_LOAD_PRE_ALARM;
    control->law.prealarm_ticks = 0u;
    decision->prealarm_cause =
        (events & EVENT_START) != 0u ? (uint8_t)SBMS_CAUSE_START_UP : alarm_cause(control);
}

/* LOAD-3, PRE-4 */
static void load_when_warned(struct sbms_control *control, uint8_t events, struct sbms_decision *decision)
{
    if (control->law.prealarm_ticks < SBMS_PRE_ALARM_TICKS) {
        control->law.prealarm_ticks++;
    }
    if (!alarm_is_on(control)) {
        control->law.load_mode = SBMS_LOAD_HIGH;
        decision->prealarm_cause =
            (events & EVENT_ATD) != 0u ? SBMS_CAUSE_ATD_RETURNED : SBMS_CAUSE_NO_PREALARM_RETURNED;
    } else if (!sbms_internal_is_present(control, SBMS_INPUT_ATD) &&
               control->law.prealarm_ticks == SBMS_PRE_ALARM_TICKS) {
        cut(control, decision);
    }
}

static void load_step(struct sbms_control *control, uint8_t events, struct sbms_decision *decision)
{
    if (!system_is_on(control)) { /* LOAD-4, PRE-5 */
        load_float(control, decision, SBMS_CAUSE_REMOTE_OFF);
        control->law.tripped = 0u;
        control->law.cuts = 0u;
        return;
    }
    if (control->law.load_mode == SBMS_LOAD_FLOATING) {
        load_when_floating(control, events, decision);
    } else if (control->law.load_mode == SBMS_LOAD_PRE_ALARM) {
        load_when_warned(control, events, decision);
    }
    if (control->law.load_mode == SBMS_LOAD_HIGH) {
        load_when_high(control, events, decision);
    }
}

/* ---- region: charger (section 4) and LEDs (section 6) ------------------------------------------------ */

static uint8_t charger_cause(const struct sbms_control *control, uint8_t events)
{
    const uint8_t cause = system_cause(control, events);

    if (cause != SBMS_CAUSE_NONE) {
        return cause;
    }
    if (sbms_internal_is_present(control, SBMS_INPUT_ATC)) {
        return SBMS_CAUSE_ATC_RETURNED;
    }
    return control->law.chain_open != 0u ? SBMS_CAUSE_CHAIN_OPEN : SBMS_CAUSE_ATC_LOST;
}

/* CHG-1, CHG-2, LED-1, LED-2; the load's region has decided before. */
static void drive(struct sbms_control *control)
{
    const bool on = system_is_on(control);
    const bool charger = on && sbms_internal_is_present(control, SBMS_INPUT_ATC);

    control->law.outputs.load = control->law.load_mode != SBMS_LOAD_FLOATING;
    control->law.outputs.prealarm = control->law.load_mode == SBMS_LOAD_PRE_ALARM;
    control->law.outputs.charger = charger;
    control->law.outputs.led_load = control->law.outputs.load;
    control->law.outputs.led_fault = on && !charger;
}

/* ---- the modes of a tick ----------------------------------------------------------------------------- */

static void decide(struct sbms_control *control, uint8_t events, struct sbms_decision *decision)
{
    const uint8_t charger_events =
        system_is_on(control) ? EVENT_START | EVENT_SYSTEM | EVENT_ATC : EVENT_SYSTEM;

    load_step(control, events, decision);
    drive(control);
    if ((events & charger_events) != 0u) { /* then, and only then, Charger or red has an edge */
        decision->charger_cause = charger_cause(control, events);
    }
}

/* Everything floats at once and starts anew: SUP-3, SAFE-4, a state that cannot be. */
static void float_all(struct sbms_control *control, uint8_t cause, struct sbms_decision *decision)
{
    const struct sbms_outputs *before = &control->law.outputs;

    if (before->load) {
        decision->load_cause = cause;
    }
    if (before->prealarm) {
        decision->prealarm_cause = cause;
    }
    if (before->charger || before->led_fault) {
        decision->charger_cause = cause;
    }
    reset(control);
}

bool sbms_internal_start_up(struct sbms_control *control, const struct sbms_inputs *inputs, uint8_t ticks)
{
    const uint8_t raw = sbms_internal_raw_levels(control, inputs);
    bool steady = true;

    if ((raw & SBMS_INTERNAL_BIT(SBMS_INPUT_SUPPLY)) == 0u) { /* SUP-3 */
        reset(control);
        return false;
    }
    for (uint8_t input = 0u; input < SBMS_INPUT_COUNT; input++) {
        const uint8_t bit = SBMS_INTERNAL_BIT(input);
        const uint8_t ticks_needed = sbms_internal_ticks_needed(input, (raw & bit) != 0u);
        const uint8_t run = ((raw ^ control->law.levels) & bit) != 0u ? 0u : control->law.run[input];
        const bool enough = ticks >= (uint8_t)(ticks_needed - run);

        control->law.run[input] = enough ? ticks_needed : (uint8_t)(run + ticks);
        if (!enough) {
            steady = false;
        }
    }
    control->law.levels = raw;
    return steady;
}

static void step_starting(struct sbms_control *control, const struct sbms_inputs *inputs,
                          struct sbms_decision *decision)
{
    if (!sbms_internal_start_up(control, inputs, 1u)) {
        return;
    }
    control->law.started = 1u;
    for (uint8_t input = 0u; input < SBMS_INPUT_COUNT; input++) {
        control->law.run[input] = 0u;
    }
    decide(control, EVENT_START, decision);
}

static void step_running(struct sbms_control *control, const struct sbms_inputs *inputs,
                         struct sbms_decision *decision)
{
    const uint8_t raw = sbms_internal_raw_levels(control, inputs);
    uint8_t events = sbms_internal_debounce(control, raw);

    if (!sbms_internal_is_present(control, SBMS_INPUT_SUPPLY)) {
        float_all(control, SBMS_CAUSE_SUPPLY_LOW, decision);
        return;
    }
    sbms_internal_watch_chain(control, raw, events);
    if (sbms_internal_lockout_step(control, inputs->vbat_mv, 1u)) {
        events |= EVENT_UNLOCKED;
    }
    decide(control, events, decision);
}

uint8_t sbms_control_blink_ticks(uint8_t fault)
{
    return (uint8_t)(fault * SBMS_INTERNAL_BLINK_TICKS + SBMS_INTERNAL_BLINK_PAUSE_TICKS);
}

bool sbms_internal_blink_is_lit(uint8_t fault, uint8_t blink_ticks)
{
    return blink_ticks < fault * SBMS_INTERNAL_BLINK_TICKS && blink_ticks % SBMS_INTERNAL_BLINK_TICKS == 0u;
}

uint8_t sbms_internal_shown_fault(const struct sbms_inputs *inputs)
{
    return inputs->fault <= SBMS_FAULT_MAX ? inputs->fault : SBMS_FAULT_MAX;
}

/* SAFE-4, LED-3: `inputs->fault` is not 0. */
static void step_faulty(struct sbms_control *control, const struct sbms_inputs *inputs,
                        struct sbms_decision *decision)
{
    const uint8_t fault = sbms_internal_shown_fault(inputs);

    if (control->law.fault == 0u) {
        float_all(control, SBMS_CAUSE_INTERNAL_FAULT, decision);
        decision->charger_cause = SBMS_CAUSE_INTERNAL_FAULT; /* of the first blink, too */
    }
    if (control->law.fault == fault) {
        control->law.blink_ticks = (uint8_t)(control->law.blink_ticks + 1u);
        if (control->law.blink_ticks >= sbms_control_blink_ticks(fault)) {
            control->law.blink_ticks = 0u;
        }
    } else {
        control->law.fault = fault;
        control->law.blink_ticks = 0u;
    }
    control->law.outputs.led_fault = sbms_internal_blink_is_lit(fault, control->law.blink_ticks);
}

bool sbms_internal_state_is_possible(const struct sbms_control *control)
{
    if (sbms_internal_runs(control) >= 2u * SBMS_RETURNED_TICKS ||
        control->law.load_mode > SBMS_LOAD_PRE_ALARM) {
        return false;
    }
    return control->law.fault <= SBMS_FAULT_MAX && control->law.prealarm_ticks <= SBMS_PRE_ALARM_TICKS &&
           control->law.clear_ticks <= SBMS_LOCKOUT_CLEAR_TICKS &&
           control->law.reconnect_ticks <= sbms_internal_reconnect_delay_ticks(control) &&
           sbms_control_check(&control->settings) == SBMS_SETTINGS_OK;
}

struct sbms_decision sbms_control_step(struct sbms_control *control, const struct sbms_inputs *inputs)
{
    struct sbms_decision decision = {.load_cause = SBMS_CAUSE_NONE};

    control->tick++;
    if (!sbms_internal_state_is_possible(control)) {
        control->settings = (struct sbms_control_settings){.reconnect_delay_s = 0u};
        float_all(control, SBMS_CAUSE_INTERNAL_FAULT, &decision);
    } else if (inputs->fault != 0u) {
        step_faulty(control, inputs, &decision);
    } else if (control->law.fault != 0u) {
        float_all(control, SBMS_CAUSE_START_UP, &decision);
    } else if (control->law.started != 0u) {
        step_running(control, inputs, &decision);
    } else {
        step_starting(control, inputs, &decision);
    }
    decision.outputs = control->law.outputs;
    return decision;
}
