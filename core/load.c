/* SPDX-License-Identifier: Apache-2.0 */
/* The region of Load and Pre-alarm: section 3. */
#include "core/control_internal.h"

#define FIRST_WAIT_TICKS 40u   /* LOAD-8: 5 s */
#define SECOND_WAIT_TICKS 240u /* 30 s; each further step doubles it */

bool sbms_internal_is_locked_out(const struct sbms_control *control)
{
    return control->settings.lockout_retries != 0u &&
           control->retained.cuts > control->settings.lockout_retries;
}

uint16_t sbms_internal_reconnect_delay_ticks(const struct sbms_control *control)
{
    return (uint16_t)(control->settings.reconnect_delay_s * SBMS_TICKS_PER_S);
}

/* LOAD-3: 8.1 ticks a second are 8 of a clock that is 1.25 % fast; rounded up, and one for the sampling. */
uint16_t sbms_control_warning_ticks(const struct sbms_control_settings *settings)
{
    const uint16_t time_s =
        settings->warning_time_s != 0u ? settings->warning_time_s : SBMS_WARNING_TIME_S_DEFAULT;

    return (uint16_t)((81u * time_s + 9u) / 10u + 1u);
}

uint16_t sbms_internal_alarm_over_ticks(const struct sbms_control *control)
{
    return control->law.alarm_has_lost_atd != 0u ? SBMS_ALARM_OVER_ATD_TICKS : SBMS_ALARM_OVER_TICKS;
}

static bool atd_is_present(const struct sbms_control *control)
{
    return sbms_internal_is_present(control, SBMS_INPUT_ATD);
}

bool sbms_internal_alarm_is_on(const struct sbms_control *control)
{
    return !atd_is_present(control) || !sbms_internal_is_present(control, SBMS_INPUT_NO_PREALARM);
}

bool sbms_internal_delay_is_running(const struct sbms_control *control)
{
    return control->retained.is_tripped != 0u &&
           control->law.reconnect_ticks < sbms_internal_reconnect_delay_ticks(control);
}

bool sbms_internal_load_must_wait(const struct sbms_control *control)
{
    return sbms_internal_is_locked_out(control) || control->retained.load_wait_ticks > 0u ||
           control->retained.shorts[SBMS_OUTPUT_LOAD].wait_ticks > 0u ||
           sbms_internal_delay_is_running(control);
}

/* ---- causes ---------------------------------------------------------------------------------------- */

uint8_t sbms_internal_loss_cause(const struct sbms_control *control, uint8_t signal_cause)
{
    if (control->law.loss == SBMS_LOSS_SIGNAL) {
        return signal_cause;
    }
    return control->law.loss == SBMS_LOSS_CHAIN ? SBMS_CAUSE_CHAIN_OPEN : SBMS_CAUSE_REFERENCE_FAULT;
}

/* Why the alarm is on: the cause of a rising pre-alarm and of a cut. */
static uint8_t alarm_cause(const struct sbms_control *control)
{
    return sbms_internal_loss_cause(control, atd_is_present(control) ? SBMS_CAUSE_NO_PREALARM_LOST
                                                                     : SBMS_CAUSE_ATD_LOST);
}

/* Why Load stays floating at its start, the longest of its reasons first. */
static uint8_t load_floating_cause(const struct sbms_control *control)
{
    if (!sbms_internal_system_is_on(control)) {
        return SBMS_CAUSE_REMOTE_OFF;
    }
    if (!atd_is_present(control)) {
        return sbms_internal_loss_cause(control, SBMS_CAUSE_ATD_LOST);
    }
    if (sbms_internal_is_locked_out(control)) {
        return SBMS_CAUSE_LOCKED_OUT;
    }
    if (control->retained.shorts[SBMS_OUTPUT_LOAD].wait_ticks > 0u) {
        return SBMS_CAUSE_OUTPUT_FAULT;
    }
    return control->retained.load_wait_ticks > 0u ? SBMS_CAUSE_HOLD_OFF : SBMS_CAUSE_RECONNECT_DELAY;
}

/* Load rises: the last of its conditions that came true. */
static uint8_t load_return_cause(uint16_t events)
{
    if ((events & SBMS_EVENT_LOAD_START) != 0u) {
        return SBMS_CAUSE_START_UP;
    }
    if ((events & SBMS_EVENT_SYSTEM) != 0u) {
        return SBMS_CAUSE_REMOTE_ON;
    }
    if ((events & SBMS_EVENT_ATD) != 0u) {
        return SBMS_CAUSE_ATD_RETURNED;
    }
    if ((events & SBMS_EVENT_UNLOCKED) != 0u) {
        return SBMS_CAUSE_LOCKOUT_CLEARED;
    }
    if ((events & SBMS_EVENT_LOAD_WAITED) != 0u) {
        return SBMS_CAUSE_HOLD_OFF;
    }
    return (events & SBMS_EVENT_LOAD_RETRY) != 0u ? SBMS_CAUSE_OUTPUT_RETRY : SBMS_CAUSE_RECONNECT_DELAY;
}

/* ---- waiting --------------------------------------------------------------------------------------- */

/* LOAD-8: 5 s, 30 s, 1, 2, 4, 8, 16 min. */
static uint16_t wait_ticks_of(uint8_t step)
{
    uint16_t ticks = SECOND_WAIT_TICKS;

    if (step == 0u) {
        return FIRST_WAIT_TICKS;
    }
    for (uint8_t doubled = 1u; doubled < step; doubled++) {
        ticks += ticks;
    }
    return ticks;
}

void sbms_internal_cut(struct sbms_control *control, bool by_signal)
{
    struct sbms_retained *retained = &control->retained;
    const uint8_t step = by_signal && retained->load_step == 0u ? 1u : retained->load_step;

    retained->load_wait_ticks = wait_ticks_of(step);
    retained->load_step = step + 1u < SBMS_LOAD_STEPS ? (uint8_t)(step + 1u) : step;
    if (!by_signal) {
        return;
    }
    retained->is_tripped = 1u;
    if (retained->cuts <= SBMS_LOCKOUT_RETRIES_MAX) {
        retained->cuts++;
    }
}

bool sbms_internal_supply_clears(const struct sbms_control *control, const struct sbms_inputs *inputs)
{
    return control->settings.lockout_retries > 0u && !sbms_internal_is_blind(inputs) &&
           inputs->vbat_mv >= control->settings.lockout_clear_mv;
}

/* LOAD-6: one sample of the supply; true when it ends a lock-out. */
static bool lockout_step(struct sbms_control *control, const struct sbms_inputs *inputs)
{
    struct sbms_law *law = &control->law;
    const bool was_locked = sbms_internal_is_locked_out(control);

    if (!sbms_internal_supply_clears(control, inputs)) {
        law->clear_ticks = 0u;
        return false;
    }
    if (law->clear_ticks < SBMS_LOCKOUT_CLEAR_TICKS) {
        law->clear_ticks++;
    }
    if (law->clear_ticks < SBMS_LOCKOUT_CLEAR_TICKS) {
        return false;
    }
    control->retained.cuts = 0u;
    return was_locked;
}

/* LOAD-6: the delay runs from ATD's return, whatever else Load waits for. The tick of the return is not counted. */
static void reconnect_step(struct sbms_control *control, uint16_t events)
{
    if (!atd_is_present(control) || control->retained.is_tripped == 0u) {
        control->law.reconnect_ticks = 0u;
    } else if ((events & (SBMS_EVENT_ATD | SBMS_EVENT_LOAD_START)) == 0u &&
               sbms_internal_delay_is_running(control)) {
        control->law.reconnect_ticks++;
    }
}

/* ---- the modes of Load ------------------------------------------------------------------------------ */

static void forget_alarm(struct sbms_control *control)
{
    control->law.alarm_ticks = 0u;
    control->law.calm_ticks = 0u;
    control->law.alarm_has_lost_atd = 0u;
}

/* LOAD-3, LOAD-4, PRE-3, SAFE-4: Load floats now, and Pre-alarm with it. */
static void float_load(struct sbms_control *control, bool by_signal, uint8_t cause,
                       struct sbms_decision *decision)
{
    decision->load_cause = cause;
    decision->prealarm_cause = cause;
    control->law.load_mode = SBMS_LOAD_FLOATING;
    forget_alarm(control);
    sbms_internal_cut(control, by_signal);
}

/* LOAD-2, LOAD-5, LOAD-6, LOAD-8 */
static void load_when_floating(struct sbms_control *control, uint16_t events, struct sbms_decision *decision)
{
    if (!atd_is_present(control) || sbms_internal_load_must_wait(control)) {
        return;
    }
    decision->load_cause = load_return_cause(events);
    control->law.load_mode = SBMS_LOAD_HIGH;
    control->law.reconnect_ticks = 0u;
    control->retained.is_tripped = 0u;
}

/* PRE-2 */
static void load_when_high(struct sbms_control *control, uint16_t events, struct sbms_decision *decision)
{
    if (!sbms_internal_alarm_is_on(control)) {
        return;
    }
    control->law.load_mode = SBMS_LOAD_PRE_ALARM;
    control->law.alarm_has_lost_atd = (uint8_t)(atd_is_present(control) ? 0u : 1u);
    decision->prealarm_cause =
        (events & SBMS_EVENT_LOAD_START) != 0u ? (uint8_t)SBMS_CAUSE_START_UP : alarm_cause(control);
}

/* PRE-4: both signals are present. */
static void end_alarm_if_calm(struct sbms_control *control, struct sbms_decision *decision)
{
    if (control->law.calm_ticks < sbms_internal_alarm_over_ticks(control)) {
        control->law.calm_ticks++;
        return;
    }
    decision->prealarm_cause =
        control->law.alarm_has_lost_atd != 0u ? SBMS_CAUSE_ATD_RETURNED : SBMS_CAUSE_NO_PREALARM_RETURNED;
    control->law.load_mode = SBMS_LOAD_HIGH;
    forget_alarm(control);
}

/* LOAD-3, PRE-4 */
static void load_when_warned(struct sbms_control *control, struct sbms_decision *decision)
{
    const uint16_t warning_ticks = sbms_control_warning_ticks(&control->settings);

    if (control->law.alarm_ticks < warning_ticks) {
        control->law.alarm_ticks++;
    }
    if (!sbms_internal_alarm_is_on(control)) {
        end_alarm_if_calm(control, decision);
        return;
    }
    control->law.calm_ticks = 0u;
    if (atd_is_present(control)) {
        return;
    }
    control->law.alarm_has_lost_atd = 1u;
    if (control->law.alarm_ticks == warning_ticks) {
        float_load(control, true, alarm_cause(control), decision);
    }
}

/* The system is on, and Load may be high as far as its terminal goes. */
static void load_when_on(struct sbms_control *control, uint16_t events, struct sbms_decision *decision)
{
    if (control->law.load_mode == SBMS_LOAD_FLOATING) {
        load_when_floating(control, events, decision);
    } else if (control->law.load_mode == SBMS_LOAD_PRE_ALARM) {
        load_when_warned(control, decision);
    }
    if (control->law.load_mode == SBMS_LOAD_HIGH) {
        load_when_high(control, events, decision);
    }
}

/* What floats Load at once, whatever the batteries say: LOAD-4, SAFE-4. */
static uint8_t float_at_once_cause(const struct sbms_control *control)
{
    if (!sbms_internal_system_is_on(control)) {
        return SBMS_CAUSE_REMOTE_OFF;
    }
    return control->retained.shorts[SBMS_OUTPUT_LOAD].wait_ticks > 0u ? SBMS_CAUSE_OUTPUT_FAULT
                                                                      : SBMS_CAUSE_NONE;
}

void sbms_internal_load_step(struct sbms_control *control, const struct sbms_inputs *inputs,
                             uint16_t sampled_events, struct sbms_decision *decision)
{
    const uint8_t at_once_cause = float_at_once_cause(control);
    uint16_t events = sampled_events;

    if (lockout_step(control, inputs)) {
        events |= SBMS_EVENT_UNLOCKED;
    }
    if (!sbms_internal_is_decided(control, SBMS_REGION_LOAD)) {
        return;
    }
    reconnect_step(control, events);
    if (at_once_cause == SBMS_CAUSE_NONE) {
        load_when_on(control, events, decision);
    } else if (control->law.load_mode != SBMS_LOAD_FLOATING) {
        float_load(control, false, at_once_cause, decision);
    }
    if ((events & SBMS_EVENT_LOAD_START) != 0u && control->law.load_mode == SBMS_LOAD_FLOATING) {
        decision->load_cause = load_floating_cause(control);
    }
}
