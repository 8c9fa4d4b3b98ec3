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

enum { REFERENCE_ATC, REFERENCE_ATD, REFERENCE_PRE, REFERENCE_SIGNALS };
enum { REFERENCE_CHARGER_REGION, REFERENCE_LOAD_REGION, REFERENCE_REGIONS };
enum { REFERENCE_FOLLOWS_LOAD, REFERENCE_FOLLOWS_PREALARM, REFERENCE_FOLLOWS_CHARGER, REFERENCE_OUTPUTS };
enum reference_loss { REFERENCE_LOSS_SIGNAL, REFERENCE_LOSS_CHAIN, REFERENCE_LOSS_REFERENCE };

/* A time that never was. */
#define REFERENCE_NEVER UINT64_C(0)

/* SAFE-4: an output that did not go high. */
struct reference_short {
    bool is_shorted;
    int step;
    uint64_t free_from; /* the first tick at which it may be high again */
};

/* What SUP-3 and a reset leave: LOAD-6, LOAD-8, CHG-5, SAFE-4. */
struct reference_memory {
    int load_step;
    uint64_t load_free_from;
    int charger_step;
    uint64_t charger_free_from;
    uint64_t cuts; /* LOAD-6: by ATD or chain */
    bool is_tripped;
    struct reference_short shorts[REFERENCE_OUTPUTS];
};

/* One battery signal. */
struct reference_signal {
    bool raw;
    bool level;
    uint64_t sampled_from; /* the first sample that counts */
    uint64_t absent_at[2]; /* the last sample at which it was absent, and the one before */
    uint64_t level_since;  /* when the level became what it is */
};

struct reference_control {
    struct sbms_control_settings settings;
    uint64_t now; /* ticks since the init */
    struct reference_memory memory;

    struct sbms_outputs shown; /* the outputs of the last tick */
    uint8_t fault;             /* LED-3: as shown, 0 = none */
    uint64_t fault_from;       /* when it came */
    bool in_hard_fault;

    bool supply_has_been_good; /* SAFE-1: the first sample has come */
    bool supply_was_low;       /* at the last tick */

    bool remote_is_known;
    bool remote_on;
    uint64_t remote_off_from;
    bool remote_raw;
    uint64_t
        remote_raw_from; /* the first of the samples in a row that are as the last, REFERENCE_NEVER = no sample */

    struct reference_signal signals[REFERENCE_SIGNALS];
    bool decided[REFERENCE_REGIONS];
    enum reference_loss loss;

    bool in_alarm;
    bool alarm_lost_atd;
    uint64_t alarm_from;
    uint64_t calm_from; /* PRE-4: both signals are back since, REFERENCE_NEVER = they are not */

    uint64_t supply_clears_from; /* LOAD-6: at lockout_clear_mv since */
    uint64_t high_from[REFERENCE_OUTPUTS];
    uint64_t differs_from[REFERENCE_OUTPUTS];
};

/* What happened at this tick, for the causes. */
struct reference_events {
    bool remote_changed;
    bool decides[REFERENCE_REGIONS];
    bool returned[REFERENCE_SIGNALS];
    bool lockout_cleared;
    bool shorts[REFERENCE_OUTPUTS]; /* a short was found */
};

/* ---- reset --------------------------------------------------------------------------------------- */

static inline void reference_init(struct reference_control *reference,
                                  const struct sbms_control_settings *settings)
{
    memset(reference, 0, sizeof *reference);
    reference->settings = *settings;
}

/* SAFE-1: forgets all but the time, the settings and what survives a reset. */
static inline void reference_restart(struct reference_control *reference)
{
    const struct reference_control old = *reference;

    reference_init(reference, &old.settings);
    reference->now = old.now;
    reference->memory = old.memory;
}

/* ---- LOAD-8 and CHG-5: waits ---------------------------------------------------------------------- */

/* LOAD-8: a cut now. */
static inline void reference_cut(struct reference_control *reference, bool by_atd)
{
    static const uint64_t waits_s[] = {5, 30, 60, 120, 240, 480, 960};
    struct reference_memory *memory = &reference->memory;

    if (by_atd && memory->load_step == 0) {
        memory->load_step = 1;
    }
    memory->load_free_from = reference->now + 8 * waits_s[memory->load_step];
    if (memory->load_step < 6) {
        memory->load_step++;
    }
    if (by_atd) {
        memory->cuts++;
        memory->is_tripped = true;
    }
}

/* CHG-5: a loss now. */
static inline void reference_charger_lost(struct reference_control *reference)
{
    static const uint64_t waits_s[] = {5, 5, 60};
    struct reference_memory *memory = &reference->memory;

    memory->charger_free_from = reference->now + 8 * waits_s[memory->charger_step];
    if (memory->charger_step < 2) {
        memory->charger_step++;
    }
}

/* After reference_init(): a reset in which memory held and that found Load's mark as told (LOAD-8). */
static inline void reference_restore(struct reference_control *reference, bool load_was_high)
{
    if (load_was_high) {
        reference->now++; /* the wait counts from the first sample */
        reference_cut(reference, false);
        reference->now--;
    }
}

/* The output has been high, without a gap, for a multiple of `ticks` after the tick at which it rose. */
static inline bool reference_is_calm(const struct reference_control *reference, int output, uint64_t ticks)
{
    const uint64_t from = reference->high_from[output];

    return from != REFERENCE_NEVER && reference->now > from && (reference->now - from) % ticks == 0;
}

/* LOAD-8, CHG-5, SAFE-4: what a time of rest gives back, once the outputs of this tick are decided. */
static inline void reference_rest(struct reference_control *reference)
{
    struct reference_memory *memory = &reference->memory;

    if (reference_is_calm(reference, REFERENCE_FOLLOWS_LOAD, 4800) && memory->load_step > 0) {
        memory->load_step--;
    }
    if (reference_is_calm(reference, REFERENCE_FOLLOWS_CHARGER, 4800) && memory->charger_step > 0) {
        memory->charger_step--;
    }
    for (int output = 0; output < REFERENCE_OUTPUTS; output++) {
        if (reference_is_calm(reference, output, 14400)) {
            memory->shorts[output].step = 0;
        }
        if (reference_is_calm(reference, output, 8)) {
            memory->shorts[output].is_shorted = false;
        }
    }
}

/* ---- supply and remote ---------------------------------------------------------------------------- */

/* SUP-3, SAFE-1: true at the tick at which everything floats for a low supply. */
static inline bool reference_supply(struct reference_control *reference, int32_t vbat_mv)
{
    const bool is_low = vbat_mv < 7500;
    const bool falls = reference->supply_has_been_good && is_low && reference->supply_was_low;

    reference->supply_was_low = is_low;
    if (vbat_mv >= 8000) {
        reference->supply_has_been_good = true;
    }
    return falls;
}

/* REM-1, REM-4, SAFE-1, SAFE-2. A remote that is not known yet begins anew below 8.0 V. */
static inline void reference_remote(struct reference_control *reference, const struct sbms_inputs *inputs)
{
    const bool on = inputs->remote_l_mv < 3500 || inputs->remote_h_mv > 2900;
    const bool off = inputs->remote_l_mv >= 3550 && inputs->remote_h_mv <= 2850;
    const bool raw = reference->remote_is_known && reference->remote_on ? !off : on;

    if (inputs->vbat_mv < 8000 && !reference->remote_is_known) {
        reference->remote_raw_from = REFERENCE_NEVER;
        return;
    }
    if (reference->remote_raw_from == REFERENCE_NEVER || raw != reference->remote_raw) {
        reference->remote_raw = raw;
        reference->remote_raw_from = reference->now;
    }
    if (reference->now - reference->remote_raw_from + 1 < 2) {
        return;
    }
    if (!raw && (!reference->remote_is_known || reference->remote_on)) {
        reference->remote_off_from = reference->now;
    }
    reference->remote_is_known = true;
    reference->remote_on = raw;
}

static inline bool reference_is_off(const struct reference_control *reference)
{
    return reference->remote_is_known && !reference->remote_on;
}

static inline bool reference_is_on(const struct reference_control *reference)
{
    return reference->remote_is_known && reference->remote_on;
}

/* LOAD-6, LOAD-8, CHG-5, SAFE-4: the remote off for 1 s forgets everything. */
static inline void reference_off_clears(struct reference_control *reference)
{
    if (reference_is_off(reference) && reference->now - reference->remote_off_from + 1 >= 8) {
        memset(&reference->memory, 0, sizeof reference->memory);
    }
}

/* ---- the signals ---------------------------------------------------------------------------------- */

static inline void reference_sample(struct reference_control *reference, struct reference_signal *signal,
                                    bool raw)
{
    signal->raw = raw;
    if (signal->sampled_from == REFERENCE_NEVER) {
        signal->sampled_from = reference->now;
    }
    if (!raw) {
        signal->absent_at[1] = signal->absent_at[0];
        signal->absent_at[0] = reference->now;
    }
}

/* The samples of this signal begin anew at the next one that counts. */
static inline void reference_forget(struct reference_signal *signal)
{
    signal->sampled_from = REFERENCE_NEVER;
    signal->absent_at[0] = signal->absent_at[1] = REFERENCE_NEVER;
}

/* Present in the last 8 samples. */
static inline bool reference_is_present(const struct reference_control *reference,
                                        const struct reference_signal *signal)
{
    return signal->sampled_from != REFERENCE_NEVER && reference->now - signal->sampled_from + 1 >= 8 &&
           (signal->absent_at[0] == REFERENCE_NEVER || reference->now - signal->absent_at[0] >= 8);
}

/* SAFE-2: absent in 2 of the last `ticks`. */
static inline bool reference_is_absent(const struct reference_control *reference,
                                       const struct reference_signal *signal, uint64_t ticks)
{
    return signal->absent_at[1] != REFERENCE_NEVER && reference->now - signal->absent_at[1] < ticks;
}

static inline bool reference_is_steady(const struct reference_control *reference,
                                       const struct reference_signal *signal)
{
    return reference_is_present(reference, signal) || reference_is_absent(reference, signal, 2);
}

static inline void reference_set_level(struct reference_control *reference, int signal, bool level,
                                       struct reference_events *events)
{
    struct reference_signal *it = &reference->signals[signal];

    if (it->level != level) {
        it->level = level;
        it->level_since = reference->now;
        events->returned[signal] = level;
    }
}

static inline void reference_region_signals(int region, int *first, int *last)
{
    *first = region == REFERENCE_CHARGER_REGION ? REFERENCE_ATC : REFERENCE_ATD;
    *last = region == REFERENCE_CHARGER_REGION ? REFERENCE_ATC : REFERENCE_PRE;
}

/* SAFE-1: one tick of a region that is undecided. */
static inline void reference_start(struct reference_control *reference, int region,
                                   struct reference_events *events)
{
    bool steady = reference->remote_is_known;
    uint64_t samples = 0;
    int first;
    int last;

    reference_region_signals(region, &first, &last);
    for (int signal = first; signal <= last; signal++) {
        steady = steady && reference_is_steady(reference, &reference->signals[signal]);
        samples = reference->now - reference->signals[signal].sampled_from + 1;
    }
    if (!steady && samples < 25) {
        return;
    }
    if (!reference->remote_is_known) { /* unsteady to the end: as off */
        reference->remote_is_known = true;
        reference->remote_off_from = reference->now;
    }
    for (int signal = first; signal <= last; signal++) {
        reference_set_level(reference, signal, reference_is_present(reference, &reference->signals[signal]),
                            events);
    }
    reference->decided[region] = true;
    events->decides[region] = true;
}

/* SAFE-2 of a region that is decided. */
static inline void reference_debounce(struct reference_control *reference, int region,
                                      struct reference_events *events)
{
    int first;
    int last;

    reference_region_signals(region, &first, &last);
    for (int signal = first; signal <= last; signal++) {
        const struct reference_signal *it = &reference->signals[signal];

        if (it->level && reference_is_absent(reference, it, 4)) {
            reference_set_level(reference, signal, false, events);
        } else if (!it->level && reference_is_present(reference, it)) {
            reference_set_level(reference, signal, true, events);
        }
    }
}

/* Samples the signals of one region; below 8.0 V an undecided one begins anew (SAFE-1). */
static inline void reference_region(struct reference_control *reference, int region,
                                    const struct sbms_inputs *inputs, struct reference_events *events)
{
    const bool raw[REFERENCE_SIGNALS] = {inputs->atc, inputs->atd, inputs->no_prealarm};
    const bool counts = reference->decided[region] || inputs->vbat_mv >= 8000;
    int first;
    int last;

    reference_region_signals(region, &first, &last);
    for (int signal = first; signal <= last; signal++) {
        if (counts) {
            reference_sample(reference, &reference->signals[signal], raw[signal]);
        } else {
            reference_forget(&reference->signals[signal]);
        }
    }
    if (reference->decided[region]) {
        reference_debounce(reference, region, events);
    } else if (counts) {
        reference_start(reference, region, events);
    }
}

/* SAFE-3: what took the signals; `before`: the levels of the last tick. A chain that is open at a decision is one, too. */
static inline void reference_watch_loss(struct reference_control *reference, const bool *before,
                                        const struct sbms_inputs *inputs,
                                        const struct reference_events *events)
{
    const bool decides = events->decides[REFERENCE_CHARGER_REGION] || events->decides[REFERENCE_LOAD_REGION];
    const struct reference_signal *signals = reference->signals;
    const bool raw[REFERENCE_SIGNALS] = {inputs->atc, inputs->atd, inputs->no_prealarm};
    const bool all_before = before[REFERENCE_ATC] && before[REFERENCE_ATD] && before[REFERENCE_PRE];
    const bool none_raw = !raw[REFERENCE_ATC] && !raw[REFERENCE_ATD] && !raw[REFERENCE_PRE];

    if (decides) { /* a start looks at all three anew */
        reference->loss = REFERENCE_LOSS_SIGNAL;
    }
    for (int signal = 0; signal < REFERENCE_SIGNALS; signal++) {
        if (none_raw && (decides || (all_before && !signals[signal].level))) {
            reference->loss = REFERENCE_LOSS_CHAIN;
        }
    }
    for (int signal = 0; signal < REFERENCE_SIGNALS; signal++) {
        if (signals[signal].level && (raw[signal] || reference->loss == REFERENCE_LOSS_REFERENCE)) {
            reference->loss = REFERENCE_LOSS_SIGNAL;
        }
    }
}

/* SAFE-4: nothing can be measured. */
static inline void reference_lose_reference(struct reference_control *reference,
                                            struct reference_events *events)
{
    for (int signal = 0; signal < REFERENCE_SIGNALS; signal++) {
        reference_forget(&reference->signals[signal]);
        reference_set_level(reference, signal, false, events);
    }
    reference->loss = REFERENCE_LOSS_REFERENCE;
    reference->supply_clears_from = REFERENCE_NEVER;
}

/* ---- LOAD-6 --------------------------------------------------------------------------------------- */

static inline bool reference_locked(const struct reference_control *reference)
{
    return reference->settings.lockout_retries > 0 &&
           reference->memory.cuts > reference->settings.lockout_retries;
}

/* One tick of supply; notes the end of a lock-out. */
static inline void reference_supply_clears(struct reference_control *reference, int32_t vbat_mv,
                                           struct reference_events *events)
{
    const bool was_locked = reference_locked(reference);

    if (reference->settings.lockout_retries == 0 || vbat_mv < reference->settings.lockout_clear_mv) {
        reference->supply_clears_from = REFERENCE_NEVER;
        return;
    }
    if (reference->supply_clears_from == REFERENCE_NEVER) {
        reference->supply_clears_from = reference->now;
    }
    if (reference->now - reference->supply_clears_from + 1 >= 240) {
        reference->memory.cuts = 0;
    }
    events->lockout_cleared = was_locked && !reference_locked(reference);
}

/* The tick at which the reconnect delay is over, if ATD stays present. */
static inline uint64_t reference_delay_end(const struct reference_control *reference)
{
    return reference->signals[REFERENCE_ATD].level_since +
           8 * (uint64_t)reference->settings.reconnect_delay_s;
}

static inline bool reference_delay_holds(const struct reference_control *reference)
{
    return reference->memory.is_tripped && reference->now < reference_delay_end(reference);
}

/* ---- SAFE-4: outputs that do not follow ------------------------------------------------------------- */

static inline bool reference_was_high(const struct reference_control *reference, int output)
{
    return output == REFERENCE_FOLLOWS_LOAD       ? reference->shown.load
           : output == REFERENCE_FOLLOWS_PREALARM ? reference->shown.prealarm
                                                  : reference->shown.charger;
}

static inline bool reference_short_holds(const struct reference_control *reference, int output)
{
    return reference->now < reference->memory.shorts[output].free_from;
}

/* Before the first good supply nothing is watched, unless it cannot be measured. */
static inline void reference_watch_terminals(struct reference_control *reference,
                                             const struct sbms_inputs *inputs,
                                             struct reference_events *events)
{
    const bool is_watched = reference->supply_has_been_good || inputs->fault == SBMS_FAULT_REFERENCE;

    for (int output = 0; output < REFERENCE_OUTPUTS; output++) {
        struct reference_short *it = &reference->memory.shorts[output];

        if ((inputs->differing >> output & 1u) == 0u || !is_watched) {
            reference->differs_from[output] = REFERENCE_NEVER;
            continue;
        }
        if (reference->differs_from[output] == REFERENCE_NEVER) {
            reference->differs_from[output] = reference->now;
        }
        if (reference_was_high(reference, output) &&
            reference->now - reference->differs_from[output] + 1 >= 4) {
            events->shorts[output] = true;
            it->is_shorted = true;
            it->free_from = reference->now + (UINT64_C(480) << it->step);
            it->step += it->step < 6 ? 1 : 0;
        }
    }
}

/* Fed from outside: floating now and before, with a high terminal for 30 s. */
static inline bool reference_is_fed(const struct reference_control *reference, int output, bool is_high)
{
    return !is_high && !reference_was_high(reference, output) &&
           reference->differs_from[output] != REFERENCE_NEVER &&
           reference->now - reference->differs_from[output] + 1 >= 240;
}

/* ---- Load and Pre-alarm ---------------------------------------------------------------------------- */

static inline uint64_t reference_warning_ticks(const struct reference_control *reference)
{
    const uint64_t s = reference->settings.warning_time_s == 0 ? 30 : reference->settings.warning_time_s;

    return (8 * s * 10125 + 9999) / 10000 + 1;
}

static inline uint8_t reference_loss_cause(const struct reference_control *reference, uint8_t otherwise)
{
    return reference->loss == REFERENCE_LOSS_CHAIN       ? SBMS_CAUSE_CHAIN_OPEN
           : reference->loss == REFERENCE_LOSS_REFERENCE ? SBMS_CAUSE_REFERENCE_FAULT
                                                         : otherwise;
}

static inline uint8_t reference_alarm_cause(const struct reference_control *reference)
{
    return reference_loss_cause(reference, reference->signals[REFERENCE_ATD].level
                                               ? SBMS_CAUSE_NO_PREALARM_LOST
                                               : SBMS_CAUSE_ATD_LOST);
}

/* SAFE-1: why Load stays floating at its decision. */
static inline uint8_t reference_load_stays(const struct reference_control *reference, bool none_raw)
{
    if (!reference_is_on(reference)) {
        return SBMS_CAUSE_REMOTE_OFF;
    }
    if (!reference->signals[REFERENCE_ATD].level) {
        return none_raw ? SBMS_CAUSE_CHAIN_OPEN : SBMS_CAUSE_ATD_LOST;
    }
    if (reference_locked(reference)) {
        return SBMS_CAUSE_LOCKED_OUT;
    }
    if (reference_short_holds(reference, REFERENCE_FOLLOWS_LOAD)) {
        return SBMS_CAUSE_OUTPUT_FAULT;
    }
    return reference->now < reference->memory.load_free_from ? SBMS_CAUSE_HOLD_OFF
                                                             : SBMS_CAUSE_RECONNECT_DELAY;
}

static inline uint8_t reference_load_rises(const struct reference_control *reference,
                                           const struct reference_events *events)
{
    if (events->decides[REFERENCE_LOAD_REGION]) {
        return SBMS_CAUSE_START_UP;
    }
    if (events->remote_changed) {
        return SBMS_CAUSE_REMOTE_ON;
    }
    if (events->returned[REFERENCE_ATD]) {
        return SBMS_CAUSE_ATD_RETURNED;
    }
    if (events->lockout_cleared) {
        return SBMS_CAUSE_LOCKOUT_CLEARED;
    }
    if (reference->now == reference->memory.load_free_from) {
        return SBMS_CAUSE_HOLD_OFF;
    }
    return reference->now == reference->memory.shorts[REFERENCE_FOLLOWS_LOAD].free_from
               ? SBMS_CAUSE_OUTPUT_RETRY
               : SBMS_CAUSE_RECONNECT_DELAY;
}

/* LOAD-2 to LOAD-8: whether Load is high now; its cause goes to `decision`. */
static inline bool reference_load(struct reference_control *reference, const struct reference_events *events,
                                  struct sbms_decision *decision)
{
    const bool was_high = reference->shown.load;
    const bool atd = reference->signals[REFERENCE_ATD].level;

    if (!reference->decided[REFERENCE_LOAD_REGION]) {
        return false;
    }
    if (!was_high) {
        const bool rises = reference_is_on(reference) && atd && !reference_locked(reference) &&
                           !reference_delay_holds(reference) &&
                           reference->now >= reference->memory.load_free_from &&
                           !reference_short_holds(reference, REFERENCE_FOLLOWS_LOAD);

        if (rises) {
            decision->load_cause = reference_load_rises(reference, events);
            reference->memory.is_tripped = false;
        }
        return rises;
    }
    if (!reference_is_on(reference)) { /* LOAD-4 */
        decision->load_cause = SBMS_CAUSE_REMOTE_OFF;
        reference_cut(reference, false);
        return false;
    }
    if (events->shorts[REFERENCE_FOLLOWS_LOAD]) { /* SAFE-4 */
        decision->load_cause = SBMS_CAUSE_OUTPUT_FAULT;
        reference_cut(reference, false);
        return false;
    }
    if (!atd && reference->in_alarm &&
        reference->now - reference->alarm_from >= reference_warning_ticks(reference)) { /* LOAD-3 */
        decision->load_cause = reference_alarm_cause(reference);
        reference_cut(reference, true);
        return false;
    }
    return true;
}

/* PRE-2, PRE-4: whether an alarm is on, with Load as decided. True at the tick at which PRE-4 ends it. */
static inline bool reference_alarm(struct reference_control *reference, bool load)
{
    const bool atd = reference->signals[REFERENCE_ATD].level;
    const bool both = atd && reference->signals[REFERENCE_PRE].level;

    if (!load) { /* PRE-3 */
        reference->in_alarm = false;
        return false;
    }
    if (!reference->in_alarm) {
        if (!both) {
            reference->in_alarm = true;
            reference->alarm_from = reference->now;
            reference->alarm_lost_atd = !atd;
            reference->calm_from = REFERENCE_NEVER;
        }
        return false;
    }
    reference->alarm_lost_atd = reference->alarm_lost_atd || !atd;
    if (!both) {
        reference->calm_from = REFERENCE_NEVER;
        return false;
    }
    if (reference->calm_from == REFERENCE_NEVER) {
        reference->calm_from = reference->now;
    }
    if (reference->now - reference->calm_from >= (reference->alarm_lost_atd ? 480u : 80u)) {
        reference->in_alarm = false;
        return true;
    }
    return false;
}

static inline bool reference_prealarm(struct reference_control *reference, bool load,
                                      const struct reference_events *events, struct sbms_decision *decision)
{
    const bool had_alarm = reference->in_alarm;
    const bool is_over = reference_alarm(reference, load);
    const bool is_high = reference->in_alarm && !reference_short_holds(reference, REFERENCE_FOLLOWS_PREALARM);

    if (is_high == reference->shown.prealarm) {
        return is_high;
    }
    if (is_high) {
        decision->prealarm_cause = had_alarm ? SBMS_CAUSE_OUTPUT_RETRY
                                   : events->decides[REFERENCE_LOAD_REGION]
                                       ? SBMS_CAUSE_START_UP
                                       : reference_alarm_cause(reference);
    } else if (!load) {
        decision->prealarm_cause = decision->load_cause;
    } else if (is_over) {
        decision->prealarm_cause =
            reference->alarm_lost_atd ? SBMS_CAUSE_ATD_RETURNED : SBMS_CAUSE_NO_PREALARM_RETURNED;
    } else {
        decision->prealarm_cause = SBMS_CAUSE_OUTPUT_FAULT;
    }
    return is_high;
}

/* ---- Charger and red ------------------------------------------------------------------------------- */

static inline uint8_t reference_charger_stays(const struct reference_control *reference, bool none_raw)
{
    if (!reference_is_on(reference)) {
        return SBMS_CAUSE_REMOTE_OFF;
    }
    if (!reference->signals[REFERENCE_ATC].level) {
        return none_raw ? SBMS_CAUSE_CHAIN_OPEN : SBMS_CAUSE_ATC_LOST;
    }
    return reference_short_holds(reference, REFERENCE_FOLLOWS_CHARGER) ? SBMS_CAUSE_OUTPUT_FAULT
                                                                       : SBMS_CAUSE_CHARGER_WAIT;
}

static inline uint8_t reference_charger_rises(const struct reference_control *reference,
                                              const struct reference_events *events)
{
    if (events->decides[REFERENCE_CHARGER_REGION]) {
        return SBMS_CAUSE_START_UP;
    }
    if (events->remote_changed) {
        return SBMS_CAUSE_REMOTE_ON;
    }
    if (events->returned[REFERENCE_ATC]) {
        return SBMS_CAUSE_ATC_RETURNED;
    }
    return reference->now == reference->memory.charger_free_from ? SBMS_CAUSE_CHARGER_WAIT
                                                                 : SBMS_CAUSE_OUTPUT_RETRY;
}

static inline bool reference_charger(struct reference_control *reference,
                                     const struct reference_events *events, struct sbms_decision *decision)
{
    const bool was_high = reference->shown.charger;
    const bool atc = reference->signals[REFERENCE_ATC].level;
    const bool is_high = reference->decided[REFERENCE_CHARGER_REGION] && reference_is_on(reference) && atc &&
                         reference->now >= reference->memory.charger_free_from &&
                         !reference_short_holds(reference, REFERENCE_FOLLOWS_CHARGER);

    if (is_high && !was_high) {
        decision->charger_cause = reference_charger_rises(reference, events);
    } else if (was_high && !is_high) {
        if (!reference_is_on(reference)) {
            decision->charger_cause = SBMS_CAUSE_REMOTE_OFF;
        } else if (!atc) {
            decision->charger_cause = reference_loss_cause(reference, SBMS_CAUSE_ATC_LOST);
            reference_charger_lost(reference);
        } else {
            decision->charger_cause = SBMS_CAUSE_OUTPUT_FAULT;
        }
    }
    return is_high;
}

/* LED-3: whether `fault` is lit now. */
static inline bool reference_blinks(const struct reference_control *reference)
{
    const uint64_t fault = reference->fault;
    const uint64_t place = (reference->now - reference->fault_from) % (4 * fault + 8);

    return place % 4 == 0 && place / 4 < fault;
}

static inline void reference_show(struct reference_control *reference, uint8_t fault)
{
    if (reference->fault != fault) {
        reference->fault = fault;
        reference->fault_from = reference->now;
    }
}

static inline uint8_t reference_fault_cause(uint8_t fault)
{
    return fault == SBMS_FAULT_REFERENCE ? SBMS_CAUSE_REFERENCE_FAULT : SBMS_CAUSE_OUTPUT_FAULT;
}

/* The fault that red shows beside running outputs: the reference before the outputs. */
static inline uint8_t reference_soft_fault(const struct reference_control *reference,
                                           const struct sbms_inputs *inputs, const struct sbms_outputs *out)
{
    const bool high[REFERENCE_OUTPUTS] = {out->load, out->prealarm, out->charger};

    if (inputs->fault == SBMS_FAULT_REFERENCE) {
        return SBMS_FAULT_REFERENCE;
    }
    for (int output = 0; reference->supply_has_been_good && output < REFERENCE_OUTPUTS; output++) {
        if (reference->memory.shorts[output].is_shorted ||
            reference_is_fed(reference, output, high[output])) {
            return SBMS_FAULT_OUTPUT;
        }
    }
    return SBMS_FAULT_NONE;
}

/* LED-1 to LED-3, and the causes of what red shows. */
static inline void reference_leds(struct reference_control *reference, const struct sbms_inputs *inputs,
                                  const struct reference_events *events, struct sbms_decision *decision)
{
    struct sbms_outputs *out = &decision->outputs;
    const uint8_t fault_before = reference->fault;

    reference_show(reference, reference_soft_fault(reference, inputs, out));
    out->led_load = out->load;
    if (reference->fault != 0) {
        out->led_fault = !reference_is_off(reference) && reference_blinks(reference);
    } else {
        out->led_fault =
            reference->decided[REFERENCE_CHARGER_REGION] && reference_is_on(reference) && !out->charger;
    }
    if (decision->charger_cause != SBMS_CAUSE_NONE) {
        return;
    }
    if (events->remote_changed && reference->decided[REFERENCE_CHARGER_REGION]) {
        decision->charger_cause = reference_is_on(reference) ? SBMS_CAUSE_REMOTE_ON : SBMS_CAUSE_REMOTE_OFF;
    } else if (reference->fault != fault_before) {
        decision->charger_cause =
            reference_fault_cause(reference->fault != 0 ? reference->fault : fault_before);
    }
}

/* ---- one tick -------------------------------------------------------------------------------------- */

/* Everything floats, for one cause, and sampling starts anew at the next tick. */
static inline struct sbms_decision reference_float(struct reference_control *reference, uint8_t cause)
{
    const struct sbms_outputs was = reference->shown;
    struct sbms_decision decision = {.load_cause = was.load ? cause : SBMS_CAUSE_NONE,
                                     .prealarm_cause = was.prealarm ? cause : SBMS_CAUSE_NONE,
                                     .charger_cause = was.charger || was.led_fault ? cause : SBMS_CAUSE_NONE};

    if (was.load) { /* LOAD-8 */
        reference_cut(reference, false);
    }
    reference_restart(reference);
    return decision;
}

/* SAFE-4: a fault that floats everything. It is reported with Charger's cause, once (SAFE-7). */
static inline struct sbms_decision reference_hard_fault(struct reference_control *reference,
                                                        const struct sbms_inputs *inputs)
{
    struct sbms_decision decision = {.load_cause = SBMS_CAUSE_NONE};

    if (!reference->in_hard_fault) {
        decision = reference_float(reference, SBMS_CAUSE_INTERNAL_FAULT);
        decision.charger_cause = SBMS_CAUSE_INTERNAL_FAULT;
    }
    reference->in_hard_fault = true;
    reference_remote(reference, inputs);
    reference_off_clears(reference);
    reference_show(reference, inputs->fault < 9 ? inputs->fault : 9);
    decision.outputs.led_fault = !reference_is_off(reference) && reference_blinks(reference);
    return decision;
}

/* The inputs of a tick without a hard fault. False when the supply is low now (SUP-3). */
static inline bool reference_see(struct reference_control *reference, const struct sbms_inputs *inputs,
                                 struct reference_events *events)
{
    const bool was_on = reference_is_on(reference);
    bool before[REFERENCE_SIGNALS];

    for (int signal = 0; signal < REFERENCE_SIGNALS; signal++) {
        before[signal] = reference->signals[signal].level;
    }
    if (inputs->fault == SBMS_FAULT_REFERENCE) {
        reference_lose_reference(reference, events);
        reference_off_clears(reference);
        return true;
    }
    if (reference_supply(reference, inputs->vbat_mv)) {
        return false;
    }
    reference_remote(reference, inputs);
    events->remote_changed = was_on != reference_is_on(reference);
    reference_off_clears(reference);
    reference_supply_clears(reference, inputs->vbat_mv, events);
    for (int region = 0; region < REFERENCE_REGIONS; region++) {
        reference_region(reference, region, inputs, events);
    }
    reference_watch_loss(reference, before, inputs, events);
    return true;
}

/* SAFE-1: the causes of what stays floating at its decision. */
static inline void reference_stays(const struct reference_control *reference,
                                   const struct sbms_inputs *inputs, const struct reference_events *events,
                                   struct sbms_decision *decision)
{
    const bool none_raw = !inputs->atc && !inputs->atd && !inputs->no_prealarm;

    if (events->decides[REFERENCE_LOAD_REGION] && !decision->outputs.load) {
        decision->load_cause = reference_load_stays(reference, none_raw);
    }
    if (events->decides[REFERENCE_CHARGER_REGION] && !decision->outputs.charger) {
        decision->charger_cause = reference_charger_stays(reference, none_raw);
    }
}

/* When each output rose, and when its terminal began to differ from this command. */
static inline void reference_note(struct reference_control *reference, const struct sbms_outputs *out)
{
    const bool high[REFERENCE_OUTPUTS] = {out->load, out->prealarm, out->charger};

    for (int output = 0; output < REFERENCE_OUTPUTS; output++) {
        if (high[output] == reference_was_high(reference, output)) {
            continue;
        }
        reference->high_from[output] = high[output] ? reference->now : REFERENCE_NEVER;
        reference->differs_from[output] = REFERENCE_NEVER;
    }
}

static inline struct sbms_decision reference_run(struct reference_control *reference,
                                                 const struct sbms_inputs *inputs)
{
    struct reference_events events = {.remote_changed = false};
    struct sbms_decision decision = {.load_cause = SBMS_CAUSE_NONE};

    if (!reference_see(reference, inputs, &events)) {
        return reference_float(reference, SBMS_CAUSE_SUPPLY_LOW);
    }
    reference_watch_terminals(reference, inputs, &events);
    decision.outputs.load = reference_load(reference, &events, &decision);
    decision.outputs.prealarm = reference_prealarm(reference, decision.outputs.load, &events, &decision);
    decision.outputs.charger = reference_charger(reference, &events, &decision);
    reference_stays(reference, inputs, &events, &decision);
    reference_note(reference, &decision.outputs);
    reference_rest(reference);
    reference_leds(reference, inputs, &events, &decision);
    return decision;
}

static inline struct sbms_decision reference_step(struct reference_control *reference,
                                                  const struct sbms_inputs *inputs)
{
    struct sbms_decision decision;

    reference->now++;
    if (inputs->fault != SBMS_FAULT_NONE && inputs->fault != SBMS_FAULT_REFERENCE &&
        inputs->fault != SBMS_FAULT_OUTPUT) { /* that output alone: `differing` tells which */
        decision = reference_hard_fault(reference, inputs);
    } else if (reference->in_hard_fault) {
        decision = reference_float(reference, SBMS_CAUSE_START_UP);
    } else {
        decision = reference_run(reference, inputs);
    }
    reference->shown = decision.outputs;
    return decision;
}

#endif
