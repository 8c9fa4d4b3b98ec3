/* SPDX-License-Identifier: Apache-2.0 */
/* The region of the inputs: raw levels with their hystereses, start-up (SAFE-1), debounce (SAFE-2), open chain (SAFE-3). */
#include "core/control_internal.h"

#define ALL_PRESENT 0xFFu
#define LAST_FOUR 0x0Fu
#define LAST_TWO 0x03u

static bool is_low(const struct sbms_inputs *inputs)
{
    return inputs->vbat_mv < SBMS_SUPPLY_OK_MV;
}

bool sbms_internal_is_hard(uint8_t fault)
{
    return fault != SBMS_FAULT_NONE && fault != SBMS_FAULT_REFERENCE && fault != SBMS_FAULT_OUTPUT;
}

bool sbms_internal_is_blind(const struct sbms_inputs *inputs)
{
    return inputs->fault == SBMS_FAULT_REFERENCE;
}

/* ---- supply ---------------------------------------------------------------------------------------- */

bool sbms_internal_sample_supply(struct sbms_control *control, const struct sbms_inputs *inputs)
{
    struct sbms_law *law = &control->law;

    if (sbms_internal_is_blind(inputs)) {
        return true; /* SAFE-4: keeps its level */
    }
    if (!sbms_internal_is_present(control, SBMS_INPUT_SUPPLY)) {
        if (is_low(inputs)) {
            return false;
        }
        law->levels |= SBMS_INTERNAL_BIT(SBMS_INPUT_SUPPLY);
    }
    if (inputs->vbat_mv >= SBMS_SUPPLY_LOW_MV) {
        law->supply_is_low = 0u;
    } else if (law->supply_is_low == 0u) {
        law->supply_is_low = 1u; /* the first of two */
    } else {
        return false;
    }
    return true;
}

/* ---- remote ---------------------------------------------------------------------------------------- */

bool sbms_internal_remote_is_on(const struct sbms_inputs *inputs, bool was_on)
{
    if (inputs->remote_l_mv < SBMS_REMOTE_L_ON_MV || inputs->remote_h_mv > SBMS_REMOTE_H_ON_MV) {
        return true;
    }
    return was_on && (inputs->remote_l_mv < SBMS_REMOTE_L_ON_MV + SBMS_REMOTE_HYSTERESIS_MV ||
                      inputs->remote_h_mv > SBMS_REMOTE_H_ON_MV - SBMS_REMOTE_HYSTERESIS_MV);
}

/* SAFE-1: a remote that is not known yet; `remote_differs` holds its last sample. */
static void start_remote(struct sbms_control *control, const struct sbms_inputs *inputs)
{
    struct sbms_law *law = &control->law;
    const uint8_t sample = sbms_internal_remote_is_on(inputs, false) ? 1u : 0u;

    if (is_low(inputs)) {
        law->remote_samples = 0u;
        law->remote_differs = 0u;
        return;
    }
    if (law->remote_samples == 0u || law->remote_differs != sample) {
        law->remote_samples = 1u;
        law->remote_differs = sample;
        return;
    }
    law->remote_samples = SBMS_REMOTE_TICKS;
    law->remote_differs = 0u;
    if (sample != 0u) {
        law->levels |= SBMS_INTERNAL_BIT(SBMS_INPUT_REMOTE);
    }
}

uint16_t sbms_internal_sample_remote(struct sbms_control *control, const struct sbms_inputs *inputs)
{
    struct sbms_law *law = &control->law;
    const bool is_on = sbms_internal_system_is_on(control);

    if (!sbms_internal_remote_is_known(control)) {
        start_remote(control, inputs);
        return 0u;
    }
    if (sbms_internal_remote_is_on(inputs, is_on) == is_on) {
        law->remote_differs = 0u;
        return 0u;
    }
    if (law->remote_differs == 0u) {
        law->remote_differs = 1u; /* the first of two */
        return 0u;
    }
    law->remote_differs = 0u;
    law->levels ^= SBMS_INTERNAL_BIT(SBMS_INPUT_REMOTE);
    return SBMS_EVENT_SYSTEM;
}

/* ---- signals --------------------------------------------------------------------------------------- */

uint8_t sbms_internal_raw_signals(const struct sbms_inputs *inputs)
{
    uint8_t raw = 0u;

    if (sbms_internal_is_blind(inputs)) {
        return raw;
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

/* SAFE-2: at least two of the last four are absent. */
bool sbms_internal_is_lost(uint8_t history)
{
    const uint8_t absent = (uint8_t)~history & LAST_FOUR;

    return (absent & (uint8_t)(absent - 1u)) != 0u;
}

/* The region that listens to `input`. */
static inline uint8_t region_of(uint8_t input)
{
    return input == SBMS_INPUT_ATC ? SBMS_REGION_CHARGER : SBMS_REGION_LOAD;
}

/* SAFE-2: one sample of a signal; returns its bit when its level changes. */
static inline uint8_t sample_signal(struct sbms_control *control, uint8_t input, uint8_t raw, bool is_blind)
{
    struct sbms_law *law = &control->law;
    const uint8_t bit = SBMS_INTERNAL_BIT(input);
    uint8_t *history = &law->history[input - SBMS_INPUT_ATC];

    *history = is_blind ? 0u : (uint8_t)((uint8_t)(*history << 1) | ((raw & bit) != 0u ? 1u : 0u));
    if (!sbms_internal_is_decided(control, region_of(input))) {
        return 0u;
    }
    if ((law->levels & bit) != 0u ? !sbms_internal_is_lost(*history) : *history != ALL_PRESENT) {
        return 0u;
    }
    law->levels ^= bit;
    return bit;
}

/* ---- start-up -------------------------------------------------------------------------------------- */

/* SAFE-1: present in the last 8 samples, or absent in the last 2. */
static bool is_steady(const struct sbms_control *control, uint8_t input)
{
    const uint8_t history = control->law.history[input - SBMS_INPUT_ATC];

    return history == ALL_PRESENT ||
           (control->law.samples[region_of(input)] >= 2u && (history & LAST_TWO) == 0u);
}

static bool region_is_steady(const struct sbms_control *control, uint8_t region)
{
    if (!sbms_internal_remote_is_known(control)) {
        return false;
    }
    if (region == SBMS_REGION_CHARGER) {
        return is_steady(control, SBMS_INPUT_ATC);
    }
    return is_steady(control, SBMS_INPUT_ATD) && is_steady(control, SBMS_INPUT_NO_PREALARM);
}

/* A region's levels at its decision: what is not steady counts as lost, and the remote as off. */
static void decide_region(struct sbms_control *control, uint8_t region)
{
    struct sbms_law *law = &control->law;

    law->samples[region] = SBMS_START_SAMPLES;
    law->remote_samples =
        SBMS_REMOTE_TICKS; /* off, if it was not known: a last sample that was on differs from that */
    for (uint8_t input = SBMS_INPUT_ATC; input < SBMS_INPUT_COUNT; input++) {
        if (region_of(input) == region && law->history[input - SBMS_INPUT_ATC] == ALL_PRESENT) {
            law->levels = (uint8_t)(law->levels | SBMS_INTERNAL_BIT(input));
        }
    }
}

/* SAFE-1: a region before its decision; returns whether it decides now. */
static bool start_region(struct sbms_control *control, uint8_t region, const struct sbms_inputs *inputs)
{
    struct sbms_law *law = &control->law;

    if (is_low(inputs) || sbms_internal_is_blind(inputs)) {
        law->samples[region] = 0u;
        for (uint8_t input = SBMS_INPUT_ATC; input < SBMS_INPUT_COUNT; input++) {
            if (region_of(input) == region) {
                law->history[input - SBMS_INPUT_ATC] = 0u;
            }
        }
        return false;
    }
    law->samples[region]++;
    if (!region_is_steady(control, region) && law->samples[region] < SBMS_START_SAMPLES) {
        return false;
    }
    decide_region(control, region);
    return true;
}

/* ---- the open chain -------------------------------------------------------------------------------- */

/* SAFE-3: notes whether the signals are lost together, whichever of them the sampling caught first. `before`: the levels. */
static void watch_chain(struct sbms_control *control, uint8_t raw, uint8_t before, uint16_t events)
{
    struct sbms_law *law = &control->law;
    const uint8_t lost = before & (uint8_t)~law->levels & SBMS_INTERNAL_CHAIN;
    const bool starts = (events & (SBMS_EVENT_CHARGER_START | SBMS_EVENT_LOAD_START)) != 0u;
    const bool lost_together = lost != 0u && (before & SBMS_INTERNAL_CHAIN) == SBMS_INTERNAL_CHAIN;

    if (lost_together || starts) {
        law->loss = raw == 0u ? SBMS_LOSS_CHAIN : SBMS_LOSS_SIGNAL;
    }
    if ((law->levels & raw) != 0u) {
        law->loss = SBMS_LOSS_SIGNAL;
    }
}

/* Whether this sample of the signals changes nothing, which it nearly always does: all are present and have been. */
static bool all_stay_present(const struct sbms_control *control, uint8_t raw)
{
    const uint8_t *history = control->law.history;

    return raw == SBMS_INTERNAL_CHAIN && (history[0] & history[1] & history[2]) == ALL_PRESENT &&
           (control->law.levels & SBMS_INTERNAL_CHAIN) == SBMS_INTERNAL_CHAIN;
}

uint16_t sbms_internal_sample(struct sbms_control *control, const struct sbms_inputs *inputs)
{
    const bool is_blind = sbms_internal_is_blind(inputs);
    const uint8_t raw = sbms_internal_raw_signals(inputs);
    const uint8_t before = control->law.levels;
    uint16_t events = is_blind ? 0u : sbms_internal_sample_remote(control, inputs);

    if (all_stay_present(control, raw)) {
        control->law.loss = SBMS_LOSS_SIGNAL;
        return events;
    }
    events |= sample_signal(control, SBMS_INPUT_ATC, raw, is_blind);
    events |= sample_signal(control, SBMS_INPUT_ATD, raw, is_blind);
    events |= sample_signal(control, SBMS_INPUT_NO_PREALARM, raw, is_blind);
    if (!sbms_internal_is_decided(control, SBMS_REGION_CHARGER) &&
        start_region(control, SBMS_REGION_CHARGER, inputs)) {
        events |= SBMS_EVENT_CHARGER_START;
    }
    if (!sbms_internal_is_decided(control, SBMS_REGION_LOAD) &&
        start_region(control, SBMS_REGION_LOAD, inputs)) {
        events |= SBMS_EVENT_LOAD_START;
    }
    if (is_blind) {
        control->law.loss = SBMS_LOSS_REFERENCE;
    } else {
        watch_chain(control, raw, before, events);
    }
    return events;
}
