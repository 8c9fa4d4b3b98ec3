/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The control law a second time, written from the rules and not from core/: slow, plain, with 64-bit times
 * of when things happened where core/ counts. Tests compare the two tick by tick.
 */
#ifndef TESTS_REFERENCE_CONTROL_H
#define TESTS_REFERENCE_CONTROL_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "core/control.h" /* the types that go in and come out, and the names of the causes */

enum { REFERENCE_ATC, REFERENCE_ATD, REFERENCE_PRE, REFERENCE_REMOTE, REFERENCE_SUPPLY, REFERENCE_INPUTS };

struct reference_control {
    struct sbms_control_settings settings;
    uint64_t now;              /* ticks since the init */
    struct sbms_outputs shown; /* the outputs of the last tick */
    uint8_t fault;             /* as shown, 0 = none */
    uint64_t fault_from;       /* when it came */
    bool running;              /* SAFE-1 is over */
    bool raw[REFERENCE_INPUTS];
    uint64_t raw_since[REFERENCE_INPUTS]; /* the first tick at which raw was so */
    bool level[REFERENCE_INPUTS];
    bool chain_open;
    uint64_t prealarm_from; /* when pre-alarm rose */
    uint64_t atd_back_from; /* when ATD returned */
    bool cut;               /* Load floats because of an under-voltage cut */
    uint32_t cut_count;
    uint64_t high_supply_ticks; /* in a row at lockout_clear_mv */
};

/* Debounce of each input, to absent and to present (SAFE-2, SUP-3). */
static const uint64_t reference_debounce[REFERENCE_INPUTS][2] = {{2, 8}, {2, 8}, {2, 8}, {2, 2}, {2, 2}};

static inline void reference_init(struct reference_control *reference,
                                  const struct sbms_control_settings *settings)
{
    memset(reference, 0, sizeof *reference);
    reference->settings = *settings;
    for (int input = 0; input < REFERENCE_INPUTS; input++) {
        reference->raw_since[input] = 1;
    }
}

/* What a reset forgets; sampling starts at the next tick. */
static inline void reference_restart(struct reference_control *reference)
{
    const struct reference_control old = *reference;

    memset(reference, 0, sizeof *reference);
    reference->settings = old.settings;
    reference->now = old.now;
    for (int input = 0; input < REFERENCE_INPUTS; input++) {
        reference->raw_since[input] = old.now + 1;
    }
}

/* Samples the inputs with the thresholds that hold now (REM-1, REM-4, SUP-3). */
static inline void reference_sample(struct reference_control *reference, const struct sbms_inputs *inputs)
{
    const bool system_is_on = reference->running && reference->level[REFERENCE_REMOTE];
    const bool remote_on = inputs->remote_l_mv < 3500 || inputs->remote_h_mv > 2900;
    const bool remote_off = inputs->remote_l_mv >= 3550 && inputs->remote_h_mv <= 2850;
    const bool raw[REFERENCE_INPUTS] = {
        inputs->atc,
        inputs->atd,
        inputs->no_prealarm,
        system_is_on ? !remote_off : remote_on,
        inputs->vbat_mv >= (reference->running ? 7500 : 8000),
    };

    for (int input = 0; input < REFERENCE_INPUTS; input++) {
        if (raw[input] != reference->raw[input]) {
            reference->raw_since[input] = reference->now;
        }
        reference->raw[input] = raw[input];
    }
}

static inline bool reference_is_steady(const struct reference_control *reference, int input)
{
    const uint64_t ticks = reference->now - reference->raw_since[input] + 1;

    return ticks >= reference_debounce[input][reference->raw[input]];
}

static inline bool reference_all_absent(const bool *levels)
{
    return !levels[REFERENCE_ATC] && !levels[REFERENCE_ATD] && !levels[REFERENCE_PRE];
}

static inline bool reference_all_present(const bool *levels)
{
    return levels[REFERENCE_ATC] && levels[REFERENCE_ATD] && levels[REFERENCE_PRE];
}

/* SAFE-3 */
static inline void reference_chain(struct reference_control *reference, const bool *before)
{
    for (int input = REFERENCE_ATC; input <= REFERENCE_PRE; input++) {
        if (before[input] && !reference->level[input] && reference_all_present(before) &&
            reference_all_absent(reference->raw)) {
            reference->chain_open = true;
        }
    }
    for (int input = REFERENCE_ATC; input <= REFERENCE_PRE; input++) {
        if (reference->raw[input] && reference->level[input]) {
            reference->chain_open = false;
        }
    }
}

static inline bool reference_locked(const struct reference_control *reference)
{
    return reference->settings.lockout_retries > 0 &&
           reference->cut_count > reference->settings.lockout_retries;
}

/* LOAD-6: true at the tick at which a lock-out ends. */
static inline bool reference_supply_clears(struct reference_control *reference, int32_t vbat_mv)
{
    const bool was_locked = reference_locked(reference);

    if (vbat_mv >= reference->settings.lockout_clear_mv) {
        reference->high_supply_ticks++;
    } else {
        reference->high_supply_ticks = 0;
    }
    if (reference->high_supply_ticks >= 240) {
        reference->cut_count = 0;
    }
    return was_locked && !reference_locked(reference);
}

/* Sections 3 to 6 as a table of levels and times; the outputs that the rules ask for now. */
static inline struct sbms_outputs reference_law(struct reference_control *reference)
{
    const bool *level = reference->level;
    const bool was_high = reference->shown.load;
    struct sbms_outputs out = {.load = false};

    if (!level[REFERENCE_REMOTE]) { /* LOAD-4, PRE-5, REM-5 */
        reference->cut = false;
        reference->cut_count = 0;
        return out;
    }
    if (was_high) { /* LOAD-3 */
        const bool thirty_s = reference->shown.prealarm && reference->now - reference->prealarm_from >= 241;

        out.load = level[REFERENCE_ATD] || !thirty_s;
        if (!out.load) {
            reference->cut = true;
            reference->cut_count++;
        }
    } else { /* LOAD-2, LOAD-5, LOAD-6 */
        const bool delay_over =
            reference->now - reference->atd_back_from >= 8u * (uint64_t)reference->settings.reconnect_delay_s;

        out.load = level[REFERENCE_ATD] && (!reference->cut || (delay_over && !reference_locked(reference)));
        if (out.load) {
            reference->cut = false;
        }
    }
    out.prealarm = out.load && !(level[REFERENCE_ATD] && level[REFERENCE_PRE]); /* PRE-1 to PRE-4 */
    out.charger = level[REFERENCE_ATC];                                         /* CHG-1, CHG-2 */
    out.led_load = out.load;                                                    /* LED-1 */
    out.led_fault = !out.charger;                                               /* LED-2 */
    return out;
}

/* The causes of the edges from `reference->shown` to `out` (SAFE-7). */
static inline struct sbms_decision reference_causes(const struct reference_control *reference,
                                                    struct sbms_outputs out, const bool *before, bool first,
                                                    bool unlocked)
{
    const struct sbms_outputs was = reference->shown;
    const bool *level = reference->level;
    const bool remote_changed = before[REFERENCE_REMOTE] != level[REFERENCE_REMOTE];
    const bool atd_returned = !before[REFERENCE_ATD] && level[REFERENCE_ATD];
    const uint8_t remote = level[REFERENCE_REMOTE] ? SBMS_CAUSE_REMOTE_ON : SBMS_CAUSE_REMOTE_OFF;
    const uint8_t alarm = reference->chain_open   ? SBMS_CAUSE_CHAIN_OPEN
                          : !level[REFERENCE_ATD] ? SBMS_CAUSE_ATD_LOST
                                                  : SBMS_CAUSE_NO_PREALARM_LOST;
    struct sbms_decision decision = {.outputs = out};

    if (out.load != was.load) {
        decision.load_cause = first            ? SBMS_CAUSE_START_UP
                              : remote_changed ? remote
                              : !out.load      ? alarm
                              : atd_returned   ? SBMS_CAUSE_ATD_RETURNED
                              : unlocked       ? SBMS_CAUSE_LOCKOUT_CLEARED
                                               : SBMS_CAUSE_RECONNECT_DELAY;
    }
    if (out.prealarm != was.prealarm) {
        decision.prealarm_cause = first          ? SBMS_CAUSE_START_UP
                                  : out.prealarm ? alarm
                                  : !out.load    ? decision.load_cause
                                  : atd_returned ? SBMS_CAUSE_ATD_RETURNED
                                                 : SBMS_CAUSE_NO_PREALARM_RETURNED;
    }
    if (out.charger != was.charger || out.led_fault != was.led_fault) {
        decision.charger_cause = first                   ? SBMS_CAUSE_START_UP
                                 : remote_changed        ? remote
                                 : level[REFERENCE_ATC]  ? SBMS_CAUSE_ATC_RETURNED
                                 : reference->chain_open ? SBMS_CAUSE_CHAIN_OPEN
                                                         : SBMS_CAUSE_ATC_LOST;
    }
    return decision;
}

/* Everything floats, for one cause, and sampling starts anew at the next tick. */
static inline struct sbms_decision reference_float(struct reference_control *reference, uint8_t cause)
{
    const struct sbms_outputs was = reference->shown;
    struct sbms_decision decision = {.load_cause = was.load ? cause : SBMS_CAUSE_NONE,
                                     .prealarm_cause = was.prealarm ? cause : SBMS_CAUSE_NONE,
                                     .charger_cause = was.charger || was.led_fault ? cause : SBMS_CAUSE_NONE};

    reference_restart(reference);
    return decision;
}

/* LED-3; the fault itself is reported with Charger's cause, once (SAFE-7: every fault has a cause). */
static inline struct sbms_decision reference_fault(struct reference_control *reference, uint8_t fault)
{
    struct sbms_decision decision = {.load_cause = SBMS_CAUSE_NONE};
    uint64_t from = reference->fault_from;
    uint64_t place = 0;

    if (reference->fault != fault) {
        from = reference->now;
    }
    if (reference->fault == 0) {
        decision = reference_float(reference, SBMS_CAUSE_INTERNAL_FAULT);
        decision.charger_cause = SBMS_CAUSE_INTERNAL_FAULT;
    }
    reference->fault = fault;
    reference->fault_from = from;
    place = (reference->now - from) % (4u * (uint64_t)fault + 8u);
    decision.outputs.led_fault = place % 4 == 0 && place / 4 < fault;
    reference->shown = decision.outputs;
    return decision;
}

static inline struct sbms_decision reference_step(struct reference_control *reference,
                                                  const struct sbms_inputs *inputs)
{
    const bool first = !reference->running;
    struct sbms_decision decision = {.load_cause = SBMS_CAUSE_NONE};
    bool before[REFERENCE_INPUTS];
    bool steady = true;
    bool unlocked = false;

    reference->now++;
    if (inputs->fault != 0) {
        return reference_fault(reference, inputs->fault < 9 ? inputs->fault : 9);
    }
    if (reference->fault != 0) {
        return reference_float(reference, SBMS_CAUSE_START_UP);
    }
    if (first && inputs->vbat_mv < 8000) {
        return reference_float(reference, SBMS_CAUSE_NONE);
    }

    reference_sample(reference, inputs);
    memcpy(before, reference->level, sizeof before);
    for (int input = 0; input < REFERENCE_INPUTS; input++) {
        if (!reference_is_steady(reference, input)) {
            steady = false;
        } else {
            reference->level[input] = reference->raw[input];
        }
    }
    if (first && !steady) {
        memset(reference->level, 0, sizeof reference->level);
        return decision;
    }
    reference->running = true;
    if (!reference->level[REFERENCE_SUPPLY]) {
        return reference_float(reference, SBMS_CAUSE_SUPPLY_LOW);
    }
    if (!first) {
        reference_chain(reference, before);
        unlocked = reference_supply_clears(reference, inputs->vbat_mv);
    }
    if (!before[REFERENCE_ATD] && reference->level[REFERENCE_ATD]) {
        reference->atd_back_from = reference->now;
    }
    decision = reference_causes(reference, reference_law(reference), before, first, unlocked);
    if (decision.outputs.prealarm && !reference->shown.prealarm) {
        reference->prealarm_from = reference->now;
    }
    reference->shown = decision.outputs;
    return decision;
}

#endif
