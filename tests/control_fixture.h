/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tests of core/ share: a device on a bench, healthy inputs, a small random generator and the
 * numbers that a run takes from the environment.
 */
#ifndef TESTS_CONTROL_FIXTURE_H
#define TESTS_CONTROL_FIXTURE_H

/* cmocka.h needs these four before it */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/control.h"
#include "tests/environment.h"

/* ---- random numbers ----------------------------------------------------------------------------- */

/* splitmix64: every run is a function of its seed alone. */
struct test_random {
    uint64_t state;
};

static inline uint64_t random_next(struct test_random *random)
{
    uint64_t mixed = random->state += UINT64_C(0x9E3779B97F4A7C15);

    mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94D049BB133111EB);
    return mixed ^ (mixed >> 31);
}

/* 0 .. count - 1 */
static inline uint32_t random_below(struct test_random *random, uint32_t count)
{
    return (uint32_t)((random_next(random) >> 32) % count);
}

/* low .. high */
static inline int32_t random_between(struct test_random *random, int32_t low, int32_t high)
{
    return low + (int32_t)random_below(random, (uint32_t)(high - low) + 1u);
}

static inline bool random_chance(struct test_random *random, uint32_t one_in)
{
    return random_below(random, one_in) == 0u;
}

/* ---- inputs ------------------------------------------------------------------------------------- */

/* The three signals, for tables. */
enum test_signal { SIGNAL_ATC = 0, SIGNAL_ATD, SIGNAL_NO_PREALARM, SIGNAL_COUNT };

static inline void signal_set(struct sbms_inputs *inputs, enum test_signal signal, bool present)
{
    switch (signal) {
    case SIGNAL_ATC:
        inputs->atc = present;
        break;
    case SIGNAL_ATD:
        inputs->atd = present;
        break;
    default:
        inputs->no_prealarm = present;
        break;
    }
}

static inline bool signal_get(const struct sbms_inputs *inputs, enum test_signal signal)
{
    return signal == SIGNAL_ATC ? inputs->atc : signal == SIGNAL_ATD ? inputs->atd : inputs->no_prealarm;
}

#define L_OPEN_MV 5000 /* open L rests above 3.5 V */
#define H_OPEN_MV 1000 /* open H rests below 2.9 V */
#define L_ON_MV 0      /* L switched to battery minus */

static inline void remote_set(struct sbms_inputs *inputs, bool on)
{
    inputs->remote_l_mv = on ? L_ON_MV : L_OPEN_MV;
    inputs->remote_h_mv = H_OPEN_MV;
}

static inline struct sbms_inputs inputs_healthy(void)
{
    return (struct sbms_inputs){
        .vbat_mv = 12800,
        .remote_l_mv = L_ON_MV,
        .remote_h_mv = H_OPEN_MV,
        .atc = true,
        .atd = true,
        .no_prealarm = true,
        .fault = 0,
        .differing = 0,
    };
}

static inline bool outputs_equal(const struct sbms_outputs *a, const struct sbms_outputs *b)
{
    return a->load == b->load && a->prealarm == b->prealarm && a->charger == b->charger &&
           a->led_load == b->led_load && a->led_fault == b->led_fault;
}

static inline bool outputs_all_dark(const struct sbms_outputs *outputs)
{
    const struct sbms_outputs dark = {.load = false};

    return outputs_equal(outputs, &dark);
}

static inline bool decisions_equal(const struct sbms_decision *a, const struct sbms_decision *b)
{
    return outputs_equal(&a->outputs, &b->outputs) && a->load_cause == b->load_cause &&
           a->prealarm_cause == b->prealarm_cause && a->charger_cause == b->charger_cause;
}

static inline bool shorts_equal(const struct sbms_retained *a, const struct sbms_retained *b)
{
    for (int output = 0; output < SBMS_OUTPUT_COUNT; output++) {
        const struct sbms_short *x = &a->shorts[output];
        const struct sbms_short *y = &b->shorts[output];

        if (x->wait_ticks != y->wait_ticks || x->step != y->step || x->is_shorted != y->is_shorted) {
            return false;
        }
    }
    return true;
}

/* One row of a comparison: its name, and whether the two are equal. */
struct test_field {
    const char *name;
    bool equal;
};

static inline const char *first_unequal(const struct test_field *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!fields[i].equal) {
            return fields[i].name;
        }
    }
    return NULL;
}

#define SAME(member) \
    { \
#member, a->member == b->member \
    }
#define SAME_ARRAY(member) \
    { \
#member, memcmp(a->member, b->member, sizeof a->member) == 0 \
    }

static inline const char *settings_difference(const struct sbms_control_settings *a,
                                              const struct sbms_control_settings *b)
{
    const struct test_field fields[] = {SAME(reconnect_delay_s), SAME(lockout_retries), SAME(warning_time_s),
                                        SAME(lockout_clear_mv)};

    return first_unequal(fields, sizeof fields / sizeof fields[0]);
}

static inline const char *retained_difference(const struct sbms_retained *a, const struct sbms_retained *b)
{
    const struct test_field fields[] = {
        SAME(load_wait_ticks), SAME(charger_wait_ticks),
        SAME(load_step),       SAME(charger_step),
        SAME(load_is_high),    SAME(cuts),
        SAME(is_tripped),      {"shorts", shorts_equal(a, b)},
    };

    return first_unequal(fields, sizeof fields / sizeof fields[0]);
}

static inline const char *law_difference(const struct sbms_law *a, const struct sbms_law *b)
{
    const struct test_field fields[] = {
        SAME(levels),         SAME_ARRAY(history),   SAME_ARRAY(samples),
        SAME(remote_samples), SAME(remote_differs),  SAME(supply_is_low),
        SAME(loss),           SAME(load_mode),       SAME(alarm_has_lost_atd),
        SAME(off_ticks),      SAME(clear_ticks),     SAME_ARRAY(differ_ticks),
        SAME(fault),          SAME(blink_ticks),     SAME(alarm_ticks),
        SAME(calm_ticks),     SAME(reconnect_ticks), SAME_ARRAY(high_ticks),
    };

    return first_unequal(fields, sizeof fields / sizeof fields[0]);
}

#undef SAME
#undef SAME_ARRAY

/* Field by field: padding bytes may differ. NULL when equal, else the name of the first that is not. */
static inline const char *control_difference(const struct sbms_control *a, const struct sbms_control *b)
{
    const char *name = settings_difference(&a->settings, &b->settings);

    if (name == NULL) {
        name = retained_difference(&a->retained, &b->retained);
    }
    if (name == NULL) {
        name = law_difference(&a->law, &b->law);
    }
    return name == NULL && a->tick != b->tick ? "tick" : name;
}

/* ---- random stimuli: long holds, glitches, edges of thresholds ------------------------------------- */

/* What a random stimulus may touch. */
enum {
    STIMULUS_SIGNALS = 1u << 0,
    STIMULUS_REMOTE = 1u << 1,
    STIMULUS_SUPPLY = 1u << 2,
    STIMULUS_FAULT = 1u << 3,     /* SAFE-4: all that floats everything, and the reference */
    STIMULUS_DIFFERING = 1u << 4, /* SAFE-4: outputs that do not follow */
    STIMULUS_ALL = STIMULUS_SIGNALS | STIMULUS_REMOTE | STIMULUS_SUPPLY | STIMULUS_FAULT | STIMULUS_DIFFERING
};

static inline int32_t random_supply_mv(struct test_random *random, int32_t clear_mv)
{
    static const int32_t edges[] = {7500, 8000};

    if (random_chance(random, 3)) {
        return random_between(random, clear_mv - 1, clear_mv + 1);
    }
    if (random_chance(random, 2)) {
        return edges[random_below(random, 2)] + random_between(random, -1, 1);
    }
    return random_chance(random, 3) ? random_between(random, -1000, 70000) : 12800;
}

static inline void random_remote(struct test_random *random, struct sbms_inputs *inputs)
{
    static const int32_t l_edges[] = {3500, 3550, 3550};
    static const int32_t h_edges[] = {2900, 2850, 2850};

    remote_set(inputs, random_chance(random, 2));
    if (random_chance(random, 2)) {
        inputs->remote_l_mv = l_edges[random_below(random, 3)] + random_between(random, -1, 1);
    }
    if (random_chance(random, 2)) {
        inputs->remote_h_mv = h_edges[random_below(random, 3)] + random_between(random, -1, 1);
    }
    if (random_chance(random, 20)) {
        inputs->remote_l_mv = random_between(random, -70000, 70000);
        inputs->remote_h_mv = inputs->remote_l_mv;
    }
}

/* How long a sample is held: mostly short (1 to 9 ticks), at times past the warning time. */
static inline uint32_t random_hold_ticks(struct test_random *random)
{
    switch (random_below(random, 8)) {
    case 0:
    case 1:
    case 2:
        return (uint32_t)random_between(random, 1, 9);
    case 3:
    case 4:
        return (uint32_t)random_between(random, 1, 60);
    case 5:
        return (uint32_t)random_between(random, 235, 253);
    default:
        return (uint32_t)random_between(random, 1, 300);
    }
}

static inline void random_signals(struct test_random *random, struct sbms_inputs *inputs)
{
    const uint32_t pick = random_below(random, 16);

    if (pick == 0) { /* the chain is cut */
        inputs->atc = inputs->atd = inputs->no_prealarm = false;
    } else if (pick <= 3) { /* all is well */
        inputs->atc = inputs->atd = inputs->no_prealarm = true;
    } else if (pick <= 6) { /* under-voltage */
        inputs->atd = inputs->no_prealarm = false;
    } else {
        const enum test_signal signal = (enum test_signal)random_below(random, SIGNAL_COUNT);

        signal_set(inputs, signal, !signal_get(inputs, signal));
    }
}

/* SAFE-4: nothing is wrong most of the time; else the reference as often as all others together. */
static inline void random_fault(struct test_random *random, struct sbms_inputs *inputs)
{
    if (inputs->fault != SBMS_FAULT_NONE) {
        inputs->fault = random_chance(random, 2) ? SBMS_FAULT_NONE : inputs->fault;
    } else if (random_chance(random, 64)) {
        inputs->fault =
            random_chance(random, 2) ? SBMS_FAULT_REFERENCE : (uint8_t)random_between(random, 1, 10);
    }
}

/* Changes one thing; the supply and faults, which start everything anew, more rarely than the signals. */
static inline void random_change(struct test_random *random, struct sbms_inputs *inputs, uint32_t may_touch,
                                 int32_t clear_mv)
{
    const uint32_t pick = random_below(random, 24);

    if ((may_touch & STIMULUS_FAULT) != 0u) {
        random_fault(random, inputs);
    }
    if ((may_touch & STIMULUS_DIFFERING) != 0u && (inputs->differing != 0u || random_chance(random, 12))) {
        inputs->differing = (uint8_t)(random_chance(random, 2) ? 0u : random_below(random, 8));
    }
    if ((may_touch & STIMULUS_SUPPLY) != 0u) {
        if (inputs->vbat_mv < 8000 && random_chance(random, 2)) {
            inputs->vbat_mv = 12800;
        } else if (pick == 1 || pick == 2) {
            inputs->vbat_mv = random_supply_mv(random, clear_mv);
        }
    }
    if ((may_touch & STIMULUS_REMOTE) != 0u) {
        if (pick == 3) {
            random_remote(random, inputs);
        } else if (pick == 4) {
            remote_set(inputs, true);
        }
    }
    if ((may_touch & STIMULUS_SIGNALS) != 0u && pick > 4) {
        random_signals(random, inputs);
    }
}

/* ---- random stimuli tick by tick: contacts that flicker, terminals that are shorted or fed ------------- */

/* Something that is off for `off_ticks` of every `period_ticks`; a period of 0 is none. */
struct test_flicker {
    uint32_t touches; /* bit = test_signal; FLICKER_REMOTE, FLICKER_SUPPLY */
    uint32_t period_ticks;
    uint32_t off_ticks;
};

#define FLICKER_REMOTE (1u << SIGNAL_COUNT)
#define FLICKER_SUPPLY (2u << SIGNAL_COUNT)

/* How each terminal behaves; a bit = sbms_output. */
struct test_terminals {
    uint8_t shorted; /* low whatever is commanded */
    uint8_t fed;     /* high whatever is commanded */
};

struct test_stimulus {
    struct sbms_inputs inputs; /* without the flicker */
    struct test_flicker flicker;
    struct test_terminals terminals;
    uint32_t may_touch;
    int32_t clear_mv;
    uint32_t hold_ticks;     /* until something changes */
    uint32_t hold_ticks_max; /* of each hold; 0 = random_hold_ticks() */
    uint32_t tick;
};

static inline struct test_flicker random_flicker(struct test_random *random, uint32_t may_touch)
{
    /* one tick in eight, 2 in 10, every other one, a bouncing switch, 27 s of 31, 27 s on and 20 s off */
    static const uint32_t patterns[][2] = {
        {8, 1},  {10, 2}, {2, 1},   {3, 1},   {4, 1},    {5, 2},     {8, 4},     {9, 1},     {12, 3},
        {14, 6}, {20, 9}, {40, 32}, {48, 16}, {248, 32}, {248, 216}, {376, 160}, {376, 216}, {1000, 100}};
    const uint32_t pick = random_below(random, sizeof patterns / sizeof patterns[0]);
    struct test_flicker flicker = {.period_ticks = patterns[pick][0], .off_ticks = patterns[pick][1]};

    if ((may_touch & STIMULUS_SIGNALS) != 0u) {
        flicker.touches = random_below(random, 1u << SIGNAL_COUNT);
    }
    if ((may_touch & STIMULUS_REMOTE) != 0u && random_chance(random, 6)) {
        flicker.touches |= FLICKER_REMOTE;
    }
    if ((may_touch & STIMULUS_SUPPLY) != 0u && random_chance(random, 6)) {
        flicker.touches |= FLICKER_SUPPLY;
    }
    return flicker;
}

static inline void stimulus_start(struct test_stimulus *stimulus, uint32_t may_touch, int32_t clear_mv)
{
    *stimulus =
        (struct test_stimulus){.inputs = inputs_healthy(), .may_touch = may_touch, .clear_mv = clear_mv};
}

static inline void stimulus_change(struct test_random *random, struct test_stimulus *stimulus)
{
    random_change(random, &stimulus->inputs, stimulus->may_touch & ~(uint32_t)STIMULUS_DIFFERING,
                  stimulus->clear_mv);
    if (random_chance(random, 4)) {
        stimulus->flicker = random_chance(random, 2) ? random_flicker(random, stimulus->may_touch)
                                                     : (struct test_flicker){.touches = 0};
    }
    if ((stimulus->may_touch & STIMULUS_DIFFERING) != 0u && random_chance(random, 6)) {
        const uint8_t bits = (uint8_t)(random_chance(random, 2) ? 0u : random_below(random, 8));
        const bool is_short = random_chance(random, 2);

        stimulus->terminals =
            (struct test_terminals){.shorted = is_short ? bits : 0u, .fed = is_short ? 0u : bits};
    }
}

static inline void stimulus_flicker(const struct test_stimulus *stimulus, struct sbms_inputs *inputs)
{
    const struct test_flicker *flicker = &stimulus->flicker;

    if (flicker->period_ticks == 0u || stimulus->tick % flicker->period_ticks >= flicker->off_ticks) {
        return;
    }
    for (int signal = 0; signal < SIGNAL_COUNT; signal++) {
        if ((flicker->touches >> signal & 1u) != 0u) {
            signal_set(inputs, (enum test_signal)signal, false);
        }
    }
    if ((flicker->touches & FLICKER_REMOTE) != 0u) {
        remote_set(inputs, false);
    }
    if ((flicker->touches & FLICKER_SUPPLY) != 0u) {
        inputs->vbat_mv = (int32_t)(7000u + stimulus->tick % 2u * 700u);
    }
}

/* What the terminals say at a tick before which `outputs` were commanded (SAFE-4). */
static inline uint8_t terminals_differ(const struct test_terminals *terminals,
                                       const struct sbms_outputs *outputs)
{
    const uint32_t high =
        (outputs->load ? 1u : 0u) | (outputs->prealarm ? 2u : 0u) | (outputs->charger ? 4u : 0u);

    return (uint8_t)((terminals->shorted & high) | (terminals->fed & ~high));
}

/* The next tick's inputs; `outputs`: of the tick before. */
static inline struct sbms_inputs stimulus_next(struct test_random *random, struct test_stimulus *stimulus,
                                               const struct sbms_outputs *outputs)
{
    struct sbms_inputs inputs;

    if (stimulus->hold_ticks == 0u) {
        stimulus_change(random, stimulus);
        stimulus->hold_ticks = stimulus->hold_ticks_max == 0u
                                   ? random_hold_ticks(random)
                                   : random_below(random, stimulus->hold_ticks_max) + 1u;
    }
    stimulus->hold_ticks--;
    stimulus->tick++;
    inputs = stimulus->inputs;
    stimulus_flicker(stimulus, &inputs);
    inputs.differing = terminals_differ(&stimulus->terminals, outputs);
    return inputs;
}

static inline struct sbms_control_settings random_settings(struct test_random *random)
{
    static const uint16_t delays_s[] = {0, 0, 0, 1, 2, 5, 32, 60};
    static const int32_t clear_mv[] = {8000, 12800, 13200, 70000};
    struct sbms_control_settings settings = {.reconnect_delay_s = 0};

    settings.reconnect_delay_s = delays_s[random_below(random, 8)];
    settings.lockout_retries = (uint8_t)(random_chance(random, 2) ? 0u : random_below(random, 3));
    settings.lockout_clear_mv = clear_mv[random_below(random, 4)];
    settings.warning_time_s = random_chance(random, 4) ? (uint8_t)random_between(random, 30, 40) : 0u;
    return settings;
}

/* ---- one device on a bench ---------------------------------------------------------------------- */

struct test_bench {
    struct sbms_control control;
    struct sbms_inputs inputs;
    struct sbms_decision decision; /* of the last tick */
};

static inline void bench_reset(struct test_bench *bench, const struct sbms_control_settings *settings)
{
    bench->inputs = inputs_healthy();
    bench->decision = (struct sbms_decision){.load_cause = SBMS_CAUSE_NONE};
    assert_int_equal(sbms_control_init(&bench->control, settings), SBMS_SETTINGS_OK);
}

static inline const struct sbms_outputs *bench_step(struct test_bench *bench)
{
    bench->decision = sbms_control_step(&bench->control, &bench->inputs);
    return &bench->decision.outputs;
}

static inline bool has_cause(const struct sbms_decision *decision)
{
    return decision->load_cause != SBMS_CAUSE_NONE || decision->prealarm_cause != SBMS_CAUSE_NONE ||
           decision->charger_cause != SBMS_CAUSE_NONE;
}

/* Steps `ticks` times and requires that no output changes, and that nothing is reported. */
static inline void bench_hold(struct test_bench *bench, uint32_t ticks)
{
    const struct sbms_outputs before = sbms_control_outputs(&bench->control);

    for (uint32_t i = 0; i < ticks; i++) {
        const struct sbms_outputs *after = bench_step(bench);

        assert_true(outputs_equal(&before, after));
        assert_int_equal(bench->decision.load_cause, SBMS_CAUSE_NONE);
        assert_int_equal(bench->decision.prealarm_cause, SBMS_CAUSE_NONE);
        assert_int_equal(bench->decision.charger_cause, SBMS_CAUSE_NONE);
    }
}

/* Steps until an output changes, at most `limit` ticks; returns how many it took, limit + 1 = none did. */
static inline uint32_t bench_until_edge(struct test_bench *bench, uint32_t limit)
{
    const struct sbms_outputs before = sbms_control_outputs(&bench->control);

    for (uint32_t i = 1; i <= limit; i++) {
        if (!outputs_equal(&before, bench_step(bench))) {
            return i;
        }
    }
    return limit + 1u;
}

/* Steps until anything is reported, at most `limit` ticks; returns how many it took, limit + 1 = nothing was. */
static inline uint32_t bench_until_cause(struct test_bench *bench, uint32_t limit)
{
    for (uint32_t i = 1; i <= limit; i++) {
        bench_step(bench);
        if (has_cause(&bench->decision)) {
            return i;
        }
    }
    return limit + 1u;
}

static inline void bench_expect_(const struct test_bench *bench, bool load, bool prealarm, bool charger,
                                 bool red, const char *file, int line)
{
    const struct sbms_outputs *is = &bench->decision.outputs;
    const struct sbms_outputs want = {
        .load = load, .prealarm = prealarm, .charger = charger, .led_load = load, .led_fault = red};

    if (!outputs_equal(is, &want)) {
        print_error("%s:%d: load %d prealarm %d charger %d blue %d red %d, not %d %d %d %d %d\n", file, line,
                    is->load, is->prealarm, is->charger, is->led_load, is->led_fault, load, prealarm, charger,
                    load, red);
    }
    _assert_true(outputs_equal(is, &want), "outputs", file, line);
}

/* The outputs of the last tick; blue is always as Load (LED-1). */
#define bench_expect(bench, load, prealarm, charger, red) \
    bench_expect_(bench, load, prealarm, charger, red, __FILE__, __LINE__)

/* The causes of the last tick. */
#define bench_expect_causes(bench, load, prealarm, charger) \
    do { \
        assert_int_equal((bench)->decision.load_cause, load); \
        assert_int_equal((bench)->decision.prealarm_cause, prealarm); \
        assert_int_equal((bench)->decision.charger_cause, charger); \
    } while (0)

/* Resets, and starts with healthy inputs: eight ticks, the first at t = 0. */
static inline void bench_start(struct test_bench *bench, const struct sbms_control_settings *settings)
{
    bench_reset(bench, settings);
    bench_hold(bench, SBMS_RETURNED_TICKS - 1u);
    bench_step(bench);
    bench_expect(bench, 1, 0, 1, 0);
}

#endif
