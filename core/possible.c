/* SPDX-License-Identifier: Apache-2.0 */
/* The assertions on the state of the law: what every run keeps true at the end of each tick. */
#include "core/control_internal.h"

#define HISTORY_SAMPLES 8u

static bool is_one_bit(uint8_t value)
{
    return value <= 1u;
}

/* Nothing of what LOAD-6, LOAD-8, CHG-5 and SAFE-4 remember, but LOAD-8's mark, which is as told. */
static bool nothing_is_retained(const struct sbms_retained *retained, uint8_t load_is_high)
{
    uint8_t steps = retained->load_step | retained->charger_step | retained->cuts | retained->is_tripped;
    uint16_t waits = retained->load_wait_ticks | retained->charger_wait_ticks;

    for (uint8_t output = 0u; output < SBMS_OUTPUT_COUNT; output++) {
        steps |= (uint8_t)(retained->shorts[output].step | retained->shorts[output].is_shorted);
        waits |= retained->shorts[output].wait_ticks;
    }
    return (steps | waits) == 0u && retained->load_is_high == load_is_high;
}

/* ---- inputs ----------------------------------------------------------------------------------------- */

/* SAFE-2: whether any four samples in a row of a history have lost their signal. */
static bool has_been_lost(uint8_t history)
{
    const uint8_t absent = (uint8_t)~history;
    const uint8_t absent_before =
        (uint8_t)((uint8_t)(absent << 1) | (uint8_t)(absent << 2) | (uint8_t)(absent << 3));

    return (absent & absent_before) != 0u;
}

/* SAFE-2: a level fits its history: all of it has been seen since the signal returned. SAFE-1: before a decision no more has been
 * seen than was sampled. */
static inline bool signal_is_possible(const struct sbms_control *control, uint8_t input, uint8_t region)
{
    const uint8_t history = control->law.history[input - SBMS_INPUT_ATC];

    if (sbms_internal_is_present(control, input)) {
        return sbms_internal_is_decided(control, region) && !has_been_lost(history);
    }
    if (sbms_internal_is_decided(control, region)) {
        return history != 0xFFu;
    }
    return control->law.samples[region] >= HISTORY_SAMPLES || history >> control->law.samples[region] == 0;
}

static bool signals_are_possible(const struct sbms_control *control)
{
    return signal_is_possible(control, SBMS_INPUT_ATC, SBMS_REGION_CHARGER) &&
           signal_is_possible(control, SBMS_INPUT_ATD, SBMS_REGION_LOAD) &&
           signal_is_possible(control, SBMS_INPUT_NO_PREALARM, SBMS_REGION_LOAD);
}

/* LOAD-6, LOAD-8, CHG-5, SAFE-4: 1 s of the remote off has cleared what they remember. */
static bool off_is_possible(const struct sbms_control *control)
{
    const uint8_t off_ticks = control->law.off_ticks;

    return off_ticks < SBMS_OFF_CLEAR_TICKS ||
           (off_ticks == SBMS_OFF_CLEAR_TICKS && nothing_is_retained(&control->retained, 0u));
}

static bool remote_is_possible(const struct sbms_control *control)
{
    const struct sbms_law *law = &control->law;
    const bool is_on = sbms_internal_system_is_on(control);

    if (law->remote_samples > SBMS_REMOTE_TICKS || !is_one_bit(law->remote_differs)) {
        return false;
    }
    if (!sbms_internal_remote_is_known(control)) {
        return !is_on && law->off_ticks == 0u && (law->remote_samples > 0u || law->remote_differs == 0u);
    }
    return is_on == (law->off_ticks == 0u) && off_is_possible(control);
}

/* SAFE-1, SUP-3: what the start-up has counted. */
static bool start_is_possible(const struct sbms_control *control)
{
    const struct sbms_law *law = &control->law;
    const uint8_t charger = law->samples[SBMS_REGION_CHARGER];
    const uint8_t load = law->samples[SBMS_REGION_LOAD];

    if (charger > SBMS_START_SAMPLES || load > SBMS_START_SAMPLES || !is_one_bit(law->supply_is_low)) {
        return false;
    }
    if (!sbms_internal_is_present(control, SBMS_INPUT_SUPPLY)) {
        return (charger | load | law->supply_is_low) == 0u;
    }
    if (charger < SBMS_START_SAMPLES && load < SBMS_START_SAMPLES) {
        return charger == load;
    }
    return sbms_internal_remote_is_known(control);
}

/* SAFE-3: what took the signals is forgotten when one is seen again. */
static bool loss_is_possible(const struct sbms_law *law)
{
    if (law->loss == SBMS_LOSS_SIGNAL) {
        return true;
    }
    for (uint8_t signal = 0u; signal < SBMS_SIGNAL_COUNT; signal++) {
        if ((law->history[signal] & 1u) != 0u &&
            (law->levels & SBMS_INTERNAL_BIT(SBMS_INPUT_ATC + signal)) != 0u) {
            return false;
        }
    }
    return law->loss <= SBMS_LOSS_REFERENCE;
}

static bool inputs_are_possible(const struct sbms_control *control)
{
    return control->law.levels < SBMS_INTERNAL_BIT(SBMS_INPUT_COUNT) && loss_is_possible(&control->law) &&
           remote_is_possible(control) && start_is_possible(control) && signals_are_possible(control);
}

/* ---- Load and Pre-alarm ------------------------------------------------------------------------------ */

/* PRE-4: both signals are back, for as long as it takes to end the alarm, at most. */
static bool calm_is_possible(const struct sbms_control *control)
{
    const uint16_t calm_ticks = control->law.calm_ticks;

    if (sbms_internal_alarm_is_on(control)) {
        return calm_ticks == 0u;
    }
    return calm_ticks > 0u && calm_ticks <= sbms_internal_alarm_over_ticks(control);
}

/* LOAD-3: with ATD lost the warning is not over, for Load would have been cut. */
static bool warning_is_possible(const struct sbms_control *control)
{
    const struct sbms_law *law = &control->law;
    const uint16_t warning_ticks = sbms_control_warning_ticks(&control->settings);

    if (sbms_internal_is_present(control, SBMS_INPUT_ATD)) {
        return law->alarm_ticks <= warning_ticks && is_one_bit(law->alarm_has_lost_atd);
    }
    return law->alarm_ticks < warning_ticks && law->alarm_has_lost_atd == 1u;
}

static bool alarm_is_possible(const struct sbms_control *control)
{
    const struct sbms_law *law = &control->law;

    if (law->load_mode != SBMS_LOAD_PRE_ALARM) {
        return (law->alarm_ticks | law->calm_ticks | law->alarm_has_lost_atd) == 0u;
    }
    return calm_is_possible(control) && warning_is_possible(control);
}

/* LOAD-2: nothing but ATD can keep Load from being high. */
static bool load_may_be_high(const struct sbms_control *control)
{
    return sbms_internal_is_decided(control, SBMS_REGION_LOAD) && sbms_internal_system_is_on(control) &&
           !sbms_internal_load_must_wait(control);
}

/* Load is high exactly when it may be, but for an alarm that holds it. */
static bool mode_is_possible(const struct sbms_control *control)
{
    const uint8_t mode = control->law.load_mode;
    const bool may_be_high = load_may_be_high(control);

    if (control->retained.load_is_high != (mode != SBMS_LOAD_FLOATING ? 1u : 0u)) {
        return false;
    }
    if (mode == SBMS_LOAD_FLOATING) {
        return !may_be_high || !sbms_internal_is_present(control, SBMS_INPUT_ATD);
    }
    if (mode == SBMS_LOAD_PRE_ALARM) {
        return may_be_high;
    }
    return mode == SBMS_LOAD_HIGH && may_be_high && !sbms_internal_alarm_is_on(control);
}

/* LOAD-6 */
static bool delays_are_possible(const struct sbms_control *control)
{
    const struct sbms_law *law = &control->law;

    if (law->clear_ticks > (control->settings.lockout_retries == 0u ? 0u : SBMS_LOCKOUT_CLEAR_TICKS) ||
        law->reconnect_ticks > sbms_internal_reconnect_delay_ticks(control)) {
        return false;
    }
    return law->reconnect_ticks == 0u ||
           (control->retained.is_tripped != 0u && sbms_internal_is_present(control, SBMS_INPUT_ATD));
}

/* ---- outputs ----------------------------------------------------------------------------------------- */

/* SAFE-4, LOAD-8, CHG-5 */
static inline bool output_is_possible(const struct sbms_control *control, uint8_t output, bool is_high)
{
    const struct sbms_law *law = &control->law;

    if (law->differ_ticks[output] > (is_high ? SBMS_SHORT_TICKS - 1u : SBMS_FED_TICKS) ||
        law->high_ticks[output] >= (control->retained.shorts[output].is_shorted != 0u
                                        ? SBMS_SHORT_HELD_TICKS
                                        : SBMS_SHORT_CALM_TICKS)) {
        return false;
    }
    return law->high_ticks[output] == 0u || (is_high && sbms_internal_has_steps(control, output));
}

static bool outputs_are_possible(const struct sbms_control *control, uint8_t high)
{
    return output_is_possible(control, SBMS_OUTPUT_LOAD,
                              (high & SBMS_INTERNAL_BIT(SBMS_OUTPUT_LOAD)) != 0u) &&
           output_is_possible(control, SBMS_OUTPUT_PREALARM,
                              (high & SBMS_INTERNAL_BIT(SBMS_OUTPUT_PREALARM)) != 0u) &&
           output_is_possible(control, SBMS_OUTPUT_CHARGER,
                              (high & SBMS_INTERNAL_BIT(SBMS_OUTPUT_CHARGER)) != 0u);
}

/* ---- faults ------------------------------------------------------------------------------------------ */

/* SAFE-4: a fault that floats everything has forgotten all but the remote. What is not here needs a level or a decision. */
static bool all_is_forgotten(const struct sbms_law *law)
{
    uint8_t rest = law->levels & (uint8_t)~SBMS_INTERNAL_BIT(SBMS_INPUT_REMOTE);

    for (uint8_t signal = 0u; signal < SBMS_SIGNAL_COUNT; signal++) {
        rest |= law->history[signal];
    }
    for (uint8_t output = 0u; output < SBMS_OUTPUT_COUNT; output++) {
        rest |= law->differ_ticks[output];
    }
    return (rest | law->samples[SBMS_REGION_CHARGER] | law->samples[SBMS_REGION_LOAD] | law->loss |
            law->clear_ticks) == 0u;
}

static bool start_is_anew(uint8_t samples)
{
    return samples == 0u || samples == SBMS_START_SAMPLES;
}

/* SAFE-4: a tick at which nothing could be measured. */
static bool reference_is_possible(const struct sbms_law *law)
{
    return start_is_anew(law->samples[SBMS_REGION_CHARGER]) &&
           start_is_anew(law->samples[SBMS_REGION_LOAD]) && (law->levels & SBMS_INTERNAL_CHAIN) == 0u &&
           (law->history[0] | law->history[1] | law->history[2]) == 0u && law->clear_ticks == 0u &&
           law->loss == SBMS_LOSS_REFERENCE;
}

/* SUP-3: nothing is sampled. A reference that is lost shows none the less, and terminals are looked at then. */
static bool without_supply_is_possible(const struct sbms_law *law)
{
    if (law->remote_samples != 0u) {
        return false;
    }
    return law->fault == SBMS_FAULT_REFERENCE || (law->fault == SBMS_FAULT_NONE && all_is_forgotten(law));
}

/* LED-3 */
static bool fault_is_possible(const struct sbms_control *control)
{
    const struct sbms_law *law = &control->law;

    if (law->fault > SBMS_FAULT_MAX ||
        law->blink_ticks >= (law->fault == SBMS_FAULT_NONE ? 1u : sbms_control_blink_ticks(law->fault))) {
        return false;
    }
    if (sbms_internal_is_hard(law->fault)) {
        return all_is_forgotten(law);
    }
    return (law->fault != SBMS_FAULT_REFERENCE || reference_is_possible(law)) &&
           (sbms_internal_is_present(control, SBMS_INPUT_SUPPLY) || without_supply_is_possible(law));
}

/* ---- the state of nearly always ---------------------------------------------------------------------- */

static bool everything_is_decided(const struct sbms_law *law)
{
    return law->samples[SBMS_REGION_CHARGER] == SBMS_START_SAMPLES &&
           law->samples[SBMS_REGION_LOAD] == SBMS_START_SAMPLES && law->remote_samples == SBMS_REMOTE_TICKS;
}

static bool nothing_is_counted(const struct sbms_law *law)
{
    const uint8_t counts = law->remote_differs | law->supply_is_low | law->loss | law->alarm_has_lost_atd |
                           law->off_ticks | law->clear_ticks | law->fault | law->blink_ticks |
                           law->differ_ticks[SBMS_OUTPUT_LOAD] | law->differ_ticks[SBMS_OUTPUT_PREALARM] |
                           law->differ_ticks[SBMS_OUTPUT_CHARGER];

    return (counts | law->alarm_ticks | law->calm_ticks | law->reconnect_ticks |
            law->high_ticks[SBMS_OUTPUT_LOAD] | law->high_ticks[SBMS_OUTPUT_PREALARM] |
            law->high_ticks[SBMS_OUTPUT_CHARGER]) == 0u;
}

bool sbms_internal_all_is_well(const struct sbms_control *control)
{
    const struct sbms_law *law = &control->law;

    return (law->history[0] & law->history[1] & law->history[2]) == 0xFFu &&
           law->levels == SBMS_INTERNAL_BIT(SBMS_INPUT_COUNT) - 1u && everything_is_decided(law) &&
           law->load_mode == SBMS_LOAD_HIGH && nothing_is_counted(law) &&
           nothing_is_retained(&control->retained, 1u);
}

/* All the rest. */
static bool each_part_is_possible(const struct sbms_control *control, uint8_t high)
{
    return inputs_are_possible(control) && mode_is_possible(control) && alarm_is_possible(control) &&
           delays_are_possible(control) && outputs_are_possible(control, high) && fault_is_possible(control);
}

bool sbms_internal_state_is_possible(const struct sbms_control *control, uint8_t high)
{
    if (sbms_control_check(&control->settings) != SBMS_SETTINGS_OK) {
        return false;
    }
    if (sbms_internal_all_is_well(control)) { /* known in a fraction of the time of the rest, twice a tick */
        return true;
    }
    return sbms_internal_retained_is_possible(&control->retained) && each_part_is_possible(control, high);
}
