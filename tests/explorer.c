/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Visits every state that the law can reach, from power-on, by every input of an instance, and checks each step. It is
 * compiled over a copy of core/ whose counters are short (tests/explorer.sh): the law is the shipped one, its times are not.
 *
 * Two kinds of instance. With `levels_are_free` the debouncers are passed over: before each step their counts are set so
 * that this step takes the level that the instance wants, and after it they are put to one place; whatever the
 * debouncers can do to the rest of the law is among that. The others have the debouncers as they are, one signal at a time.
 *
 * A state that breaks a claim is printed with the way to it from power-on, as the rows of a table in C.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/control_internal.h"

#define OPEN_L_MV 5000
#define CLEARS_MV 13000 /* lockout_clear_mv of the instances that have one */
#define CHOICES_MAX 1024u
#define HISTORY_SAMPLES 8u /* after so many samples a history may be any */
#define WORDS 3u
#define SKIP_TICKS_MAX 30u
#define STATES_MAX (1u << 26)

/* One way on from a state. */
struct choice {
    struct sbms_inputs inputs;
    bool resets;        /* a reset in which memory held, instead of a step */
    uint8_t level_bits; /* free levels: the signals that are present after this step */
    uint8_t decides;    /* free levels: bit n, region n decides now if it has not */
};

/* What an observer of the law remembers, beside its state. */
struct observer {
    uint8_t warned_ticks;       /* LOAD-3: Pre-alarm commanded high, without a gap, up to the warning time */
    uint8_t load_wait_ticks;    /* LOAD-8: until Load may be high again */
    uint8_t charger_wait_ticks; /* CHG-5 */
};

struct node {
    struct sbms_control control;
    struct observer observer;
};

struct instance {
    const char *name;
    const char *about;
    struct sbms_control_settings settings;
    bool levels_are_free;
    bool blinks; /* else the place in a blink is passed over too */
    bool resets;
    bool decides_free;       /* each region whenever it likes; else both at once */
    bool raw_differs;        /* free levels: the raw signal is free as well, as far as it can be */
    uint8_t free_signals;    /* a bit each, by input; the others are present */
    bool signals_together;   /* all free ones have the same level */
    uint8_t free_differing;  /* outputs whose terminals may differ */
    const int32_t *vbats_mv; /* ended by 0 */
    const uint8_t *faults;   /* ended by 255 */
};

#define BOTH_REGIONS (SBMS_INTERNAL_BIT(SBMS_REGION_CHARGER) | SBMS_INTERNAL_BIT(SBMS_REGION_LOAD))
#define ATC SBMS_INTERNAL_BIT(SBMS_INPUT_ATC)
#define ATD SBMS_INTERNAL_BIT(SBMS_INPUT_ATD)
#define NO_PREALARM SBMS_INTERNAL_BIT(SBMS_INPUT_NO_PREALARM)
#define CHAIN SBMS_INTERNAL_CHAIN
#define LOAD SBMS_INTERNAL_BIT(SBMS_OUTPUT_LOAD)
#define PREALARM SBMS_INTERNAL_BIT(SBMS_OUTPUT_PREALARM)
#define CHARGER SBMS_INTERNAL_BIT(SBMS_OUTPUT_CHARGER)

static const int32_t good_or_low[] = {12800, 7000, 0};
static const int32_t any_supply[] = {12800, 7800, 7000, 0};
static const int32_t clears_or_not[] = {12800, CLEARS_MV, 7000, 0};
static const int32_t good[] = {12800, 0};
static const uint8_t no_fault[] = {0, 255};
static const uint8_t faults[] = {0, SBMS_FAULT_MEMORY, SBMS_FAULT_REFERENCE, 255};
static const uint8_t more_faults[] = {0, 1, 2, SBMS_FAULT_REFERENCE, SBMS_FAULT_OUTPUT, 200, 255};

#define LOCKOUT \
    { \
        .lockout_retries = 1, .lockout_clear_mv = CLEARS_MV \
    }
#define DELAY \
    { \
        .reconnect_delay_s = 4 \
    }
#define DELAY_AND_LOCKOUT \
    { \
        .reconnect_delay_s = 4, .lockout_retries = 1, .lockout_clear_mv = CLEARS_MV \
    }

static const struct instance instances[] = {
    {.name = "load",
     .about = "Load and Pre-alarm",
     .levels_are_free = true,
     .resets = true,
     .decides_free = true,
     .free_signals = ATD | NO_PREALARM,
     .vbats_mv = good_or_low,
     .faults = faults},
    {.name = "delay",
     .about = "... with a reconnect delay",
     .settings = DELAY,
     .levels_are_free = true,
     .resets = true,
     .decides_free = true,
     .free_signals = ATD | NO_PREALARM,
     .vbats_mv = good_or_low,
     .faults = faults},
    {.name = "lockout",
     .about = "... with a delay and a lock-out",
     .settings = DELAY_AND_LOCKOUT,
     .levels_are_free = true,
     .resets = true,
     .decides_free = true,
     .free_signals = ATD | NO_PREALARM,
     .vbats_mv = clears_or_not,
     .faults = faults},
    {.name = "load_short",
     .about = "Load and Pre-alarm, Load's terminal shorted or fed",
     .levels_are_free = true,
     .resets = true,
     .free_signals = ATD | NO_PREALARM,
     .free_differing = LOAD,
     .vbats_mv = good_or_low,
     .faults = faults},
    {.name = "prealarm_short",
     .about = "... Pre-alarm's terminal",
     .levels_are_free = true,
     .resets = true,
     .free_signals = ATD | NO_PREALARM,
     .free_differing = PREALARM,
     .vbats_mv = good_or_low,
     .faults = faults},
    {.name = "charger",
     .about = "Charger, its terminal shorted or fed",
     .levels_are_free = true,
     .resets = true,
     .decides_free = true,
     .free_signals = ATC,
     .free_differing = CHARGER,
     .vbats_mv = good_or_low,
     .faults = faults},
    {.name = "shorts",
     .about = "Load and Pre-alarm, both terminals shorted or fed at once",
     .levels_are_free = true,
     .free_signals = ATD | NO_PREALARM,
     .free_differing = LOAD | PREALARM,
     .vbats_mv = good,
     .faults = no_fault},
    {.name = "regions",
     .about = "Load and Charger together",
     .settings = DELAY_AND_LOCKOUT,
     .levels_are_free = true,
     .resets = true,
     .decides_free = true,
     .free_signals = CHAIN,
     .vbats_mv = good_or_low,
     .faults = faults},
    {.name = "chain",
     .about = "... all signals as one, with raw levels and causes",
     .levels_are_free = true,
     .resets = true,
     .decides_free = true,
     .raw_differs = true,
     .signals_together = true,
     .free_signals = CHAIN,
     .vbats_mv = good_or_low,
     .faults = faults},
    {.name = "leds",
     .about = "faults and their blinks",
     .levels_are_free = true,
     .blinks = true,
     .free_signals = 0,
     .free_differing = PREALARM,
     .vbats_mv = good_or_low,
     .faults = more_faults},
    {.name = "atc",
     .about = "the debouncer of ATC",
     .free_signals = ATC,
     .vbats_mv = any_supply,
     .faults = faults},
    {.name = "atd",
     .about = "the debouncer of ATD",
     .free_signals = ATD,
     .vbats_mv = any_supply,
     .faults = no_fault},
    {.name = "no_prealarm",
     .about = "the debouncer of no-pre-alarm",
     .free_signals = NO_PREALARM,
     .vbats_mv = any_supply,
     .faults = no_fault},
    {.name = "together",
     .about = "the debouncers, all signals as one",
     .free_signals = CHAIN,
     .signals_together = true,
     .vbats_mv = good,
     .faults = faults},
};

/* ---- claims --------------------------------------------------------------------------------------------- */

/* One step, before and after, as the claims see it. */
struct transition {
    const struct choice *choice;
    struct node before;
    struct node after;
    struct sbms_decision decision;
    struct sbms_outputs outputs_before;
    const char *broken; /* the claim that does not hold, NULL = none */
};

static void claim(struct transition *t, bool holds, const char *text)
{
    if (!holds && t->broken == NULL) {
        t->broken = text;
    }
}

static bool is_present(const struct sbms_control *control, uint8_t input)
{
    return (control->law.levels & SBMS_INTERNAL_BIT(input)) != 0u;
}

static bool is_short(const struct sbms_control *control, enum sbms_output output)
{
    return control->retained.shorts[output].wait_ticks > 0u;
}

/* What the inputs of this step float everything for. */
static bool floats_all(const struct transition *t)
{
    return sbms_internal_is_hard(t->choice->inputs.fault) ||
           sbms_internal_is_hard(t->before.control.law.fault) ||
           !is_present(&t->after.control, SBMS_INPUT_SUPPLY);
}

/* LOAD-8's waits, and CHG-5's, as tests/explorer.sh has shortened them. */
static uint8_t load_wait_of(uint8_t step)
{
    static const uint8_t ticks[] = {2, 3, 6, 12};

    return ticks[step];
}

static uint8_t charger_wait_of(uint8_t step)
{
    static const uint8_t ticks[SBMS_CHARGER_STEPS] = {3, 3, 5};

    return ticks[step];
}

/* LOAD-3, LOAD-4, LOAD-8: why Load floats now, and what it has to wait. */
static void claim_cut(struct transition *t)
{
    const struct sbms_retained *retained = &t->before.control.retained;
    const struct sbms_retained *now = &t->after.control.retained;
    const bool at_once = floats_all(t) || !is_present(&t->after.control, SBMS_INPUT_REMOTE) ||
                         is_short(&t->after.control, SBMS_OUTPUT_LOAD);
    const uint8_t step = !at_once && retained->load_step == 0u ? 1u : retained->load_step;
    const uint8_t next = step + 1u < SBMS_LOAD_STEPS ? (uint8_t)(step + 1u) : step;

    if (!at_once) {
        claim(t, !is_present(&t->after.control, SBMS_INPUT_ATD), "LOAD-3: Load is cut with ATD present");
        claim(t, t->after.observer.warned_ticks >= sbms_control_warning_ticks(&t->after.control.settings),
              "LOAD-3: Load is cut before the warning time is over");
        claim(t, t->outputs_before.prealarm || is_short(&t->before.control, SBMS_OUTPUT_PREALARM),
              "LOAD-3: Load is cut without Pre-alarm");
    }
    t->after.observer.load_wait_ticks = load_wait_of(step);
    claim(t, now->load_step == next || now->load_step == 0u, "LOAD-8: a cut takes another step");
    claim(t, now->cuts <= retained->cuts + (at_once ? 0u : 1u),
          "LOAD-6: a cut that is not by ATD is counted");
}

static void count_down(uint8_t *ticks)
{
    if (*ticks > 0u) {
        (*ticks)--;
    }
}

/* What goes on by itself, before the claims are asked. */
static void observe(struct transition *t)
{
    struct observer *observer = &t->after.observer;
    const uint8_t warning_ticks = (uint8_t)sbms_control_warning_ticks(&t->after.control.settings);

    *observer = t->before.observer;
    if (t->before.control.law.load_mode == SBMS_LOAD_PRE_ALARM && observer->warned_ticks < warning_ticks) {
        observer->warned_ticks++;
    }
    count_down(&observer->load_wait_ticks);
    count_down(&observer->charger_wait_ticks);
}

static void claim_load(struct transition *t)
{
    const struct sbms_control *after = &t->after.control;
    const bool is_high = t->decision.outputs.load;

    if (t->outputs_before.load && !is_high) {
        claim_cut(t);
    }
    if (after->law.off_ticks == SBMS_OFF_CLEAR_TICKS) {
        t->after.observer.load_wait_ticks = 0u;
        t->after.observer.charger_wait_ticks = 0u;
    }
    if (!t->outputs_before.load && is_high) {
        claim(t, t->after.observer.load_wait_ticks == 0u, "LOAD-8: Load returns before its wait is over");
        claim(t, is_present(after, SBMS_INPUT_ATD), "LOAD-2: Load rises without ATD");
        claim(t, !sbms_internal_is_locked_out(&t->before.control) || after->retained.cuts == 0u,
              "LOAD-6: Load rises locked out");
    }
    if (is_high) {
        claim(t, !floats_all(t) && is_present(after, SBMS_INPUT_REMOTE),
              "LOAD-4: Load is high with the system off");
        claim(t, !is_short(after, SBMS_OUTPUT_LOAD), "SAFE-4: Load is high in the wait of its short");
    }
    claim(t, is_high || !t->decision.outputs.prealarm, "PRE-3: Pre-alarm without Load");
    claim(t,
          !is_high || is_present(after, SBMS_INPUT_ATD) ||
              t->after.observer.warned_ticks < sbms_control_warning_ticks(&after->settings),
          "LOAD-3: Load is high after the warning time with ATD lost");
    claim(t,
          !is_high || (is_present(after, SBMS_INPUT_ATD) && is_present(after, SBMS_INPUT_NO_PREALARM)) ||
              t->decision.outputs.prealarm || is_short(after, SBMS_OUTPUT_PREALARM),
          "PRE-2: a signal is lost and Pre-alarm floats");
    if (after->law.load_mode != SBMS_LOAD_PRE_ALARM) {
        t->after.observer.warned_ticks = 0u;
    }
}

static void claim_charger(struct transition *t)
{
    const struct sbms_control *after = &t->after.control;
    const struct observer *observer = &t->after.observer;
    const bool is_high = t->decision.outputs.charger;
    const bool may_be_high = after->law.samples[SBMS_REGION_CHARGER] == SBMS_START_SAMPLES &&
                             !floats_all(t) && is_present(after, SBMS_INPUT_REMOTE) &&
                             is_present(after, SBMS_INPUT_ATC);

    if (t->outputs_before.charger && !is_high && !floats_all(t) && is_present(after, SBMS_INPUT_REMOTE) &&
        !is_present(after, SBMS_INPUT_ATC)) {
        t->after.observer.charger_wait_ticks = charger_wait_of(t->before.control.retained.charger_step);
    }
    claim(t,
          is_high ==
              (may_be_high && observer->charger_wait_ticks == 0u && !is_short(after, SBMS_OUTPUT_CHARGER)),
          "CHG-1, CHG-5: Charger is high or floats against its rule");
}

static void claim_leds_and_causes(struct transition *t)
{
    const struct sbms_control *after = &t->after.control;
    const struct sbms_outputs *is = &t->decision.outputs;
    const struct sbms_outputs *was = &t->outputs_before;
    const bool starts_load = after->law.samples[SBMS_REGION_LOAD] == SBMS_START_SAMPLES &&
                             t->before.control.law.samples[SBMS_REGION_LOAD] != SBMS_START_SAMPLES;

    claim(t, is->led_load == is->load, "LED-1: blue is not Load");
    if (after->law.fault == SBMS_FAULT_NONE) {
        claim(t,
              is->led_fault == (is_present(after, SBMS_INPUT_REMOTE) && !is->charger &&
                                after->law.samples[SBMS_REGION_CHARGER] == SBMS_START_SAMPLES),
              "LED-2: red against its rule");
    } else {
        claim(t,
              !is->led_fault || !sbms_internal_remote_is_known(after) || is_present(after, SBMS_INPUT_REMOTE),
              "LED-3: red with the remote off");
    }
    claim(t,
          (is->load != was->load || (starts_load && !is->load)) ==
              (t->decision.load_cause != SBMS_CAUSE_NONE),
          "SAFE-7: an edge of Load without a cause, or a cause without an edge");
    claim(t, (is->prealarm != was->prealarm) == (t->decision.prealarm_cause != SBMS_CAUSE_NONE),
          "SAFE-7: an edge of Pre-alarm without a cause, or a cause without an edge");
    claim(t, is->charger == was->charger || t->decision.charger_cause != SBMS_CAUSE_NONE,
          "SAFE-7: an edge of Charger without a cause");
}

static bool outputs_equal(const struct sbms_outputs *a, const struct sbms_outputs *b)
{
    return a->load == b->load && a->prealarm == b->prealarm && a->charger == b->charger &&
           a->led_load == b->led_load && a->led_fault == b->led_fault;
}

static void claim_state(struct transition *t)
{
    const struct sbms_outputs outputs = sbms_control_outputs(&t->after.control);

    claim(t, sbms_internal_state_is_possible(&t->after.control, sbms_internal_high_outputs(&outputs)),
          "SAFE-4: a reachable state counts as impossible");
    if (!t->choice->resets) {
        claim(t, outputs_equal(&outputs, &t->decision.outputs), "the outputs are not those of the state");
    }
}

/* ---- a step -------------------------------------------------------------------------------------------- */

/* The history with which the next sample of an input takes the level that is wanted. */
static uint8_t history_before(const struct sbms_control *control, const struct choice *choice, uint8_t input,
                              bool decides)
{
    const uint8_t bit = SBMS_INTERNAL_BIT(input);
    const uint8_t region = input == SBMS_INPUT_ATC ? SBMS_REGION_CHARGER : SBMS_REGION_LOAD;
    const bool becomes_present = (choice->level_bits & bit) != 0u;

    if (!sbms_internal_is_decided(control, region) && !decides) { /* the last two differ: not steady */
        return (uint8_t)((sbms_internal_raw_signals(&choice->inputs) & bit) != 0u ? 0x00u : 0x01u);
    }
    if (is_present(control,
                   input)) { /* SAFE-3: while a loss is remembered it was absent at the last sample */
        return becomes_present && control->law.loss == SBMS_LOSS_SIGNAL ? 0xFFu : 0xFEu;
    }
    return becomes_present ? 0x7Fu : 0x00u;
}

static uint8_t signals_of(uint8_t regions)
{
    return (uint8_t)(((regions & SBMS_INTERNAL_BIT(SBMS_REGION_CHARGER)) != 0u ? ATC : 0u) |
                     ((regions & SBMS_INTERNAL_BIT(SBMS_REGION_LOAD)) != 0u ? ATD | NO_PREALARM : 0u));
}

static uint8_t undecided_regions(const struct sbms_control *control)
{
    return (uint8_t)((sbms_internal_is_decided(control, SBMS_REGION_CHARGER)
                          ? 0u
                          : SBMS_INTERNAL_BIT(SBMS_REGION_CHARGER)) |
                     (sbms_internal_is_decided(control, SBMS_REGION_LOAD)
                          ? 0u
                          : SBMS_INTERNAL_BIT(SBMS_REGION_LOAD)));
}

/* SAFE-1: at the last sample all decides that has not; before it only what is steady. */
static bool decides_at_the_end(const struct sbms_control *control, const struct choice *choice)
{
    const uint8_t undecided = undecided_regions(control);

    return undecided != 0u && (choice->decides & undecided) == undecided;
}

/* Sets the debouncers so that the next step takes the levels that are wanted. */
static void prepare(struct sbms_control *control, const struct choice *choice)
{
    struct sbms_law *law = &control->law;
    const bool is_on = sbms_internal_system_is_on(control);

    const bool is_supplied = is_present(control, SBMS_INPUT_SUPPLY);

    if (!is_supplied && !sbms_internal_is_hard(law->fault)) {
        return; /* the first sample decides nothing */
    }
    law->supply_is_low = is_supplied && choice->inputs.vbat_mv < SBMS_SUPPLY_LOW_MV;
    law->remote_differs = sbms_internal_remote_is_on(&choice->inputs, is_on) != is_on;
    if (!sbms_internal_remote_is_known(control)) {
        law->remote_samples = 1u;
    }
    if (!is_supplied || law->fault == SBMS_FAULT_REFERENCE) {
        return; /* histories are empty, and this sample is the first */
    }
    for (uint8_t input = SBMS_INPUT_ATC; input < SBMS_INPUT_COUNT; input++) {
        const uint8_t region = input == SBMS_INPUT_ATC ? SBMS_REGION_CHARGER : SBMS_REGION_LOAD;
        const bool decides = (choice->decides & SBMS_INTERNAL_BIT(region)) != 0u;

        law->history[input - SBMS_INPUT_ATC] = history_before(control, choice, input, decides);
        if (!sbms_internal_is_decided(control, region)) {
            law->samples[region] =
                decides_at_the_end(control, choice) ? SBMS_START_SAMPLES - 1u : HISTORY_SAMPLES;
        }
    }
}

/* Puts what is passed over to one place, that of a level that has long been so. */
static void settle(const struct instance *instance, struct sbms_control *control)
{
    struct sbms_law *law = &control->law;

    if (!instance->blinks) {
        law->blink_ticks = 0u;
    }
    control->tick = 0u;
    if (!instance->levels_are_free) {
        return;
    }
    law->supply_is_low = 0u;
    law->remote_differs = 0u;
    if (!sbms_internal_remote_is_known(control)) {
        law->remote_samples = 0u;
    }
    for (uint8_t input = SBMS_INPUT_ATC; input < SBMS_INPUT_COUNT; input++) {
        const uint8_t present = law->loss == SBMS_LOSS_SIGNAL ? 0xFFu : 0xFEu; /* SAFE-3 */

        law->history[input - SBMS_INPUT_ATC] = is_present(control, input) ? present : 0x00u;
    }
    for (uint8_t region = 0u; region < 2u; region++) {
        if (!sbms_internal_is_decided(control, region)) {
            law->samples[region] = 0u;
        }
    }
}

/* A choice that would do the same as another one, or that no debouncer can make. */
static bool is_idle(const struct instance *instance, const struct node *node, const struct choice *choice)
{
    const struct sbms_control *control = &node->control;
    const uint8_t undecided = undecided_regions(control);

    if (!instance->levels_are_free || choice->resets) {
        return false;
    }
    const uint8_t raw = sbms_internal_raw_signals(&choice->inputs);
    const uint8_t levels = control->law.levels;

    if ((choice->decides | undecided) != BOTH_REGIONS) {
        return true; /* a region that has decided: only the choice that has its bit */
    }
    if (control->law.loss != SBMS_LOSS_SIGNAL &&
        (choice->level_bits & levels & (uint8_t)~raw & CHAIN) != 0u) {
        return true; /* absent twice */
    }
    if (undecided == BOTH_REGIONS && choice->decides != 0u && choice->decides != BOTH_REGIONS &&
        (signals_of(choice->decides) & raw & (uint8_t)~choice->level_bits) != 0u) {
        return true; /* what is not steady decides with the other region, at the last sample */
    }
    /* a signal is lost while it is absent, and returns while it is present */
    return !sbms_internal_is_blind(&choice->inputs) &&
           (((uint8_t)~choice->level_bits & levels & raw & CHAIN) != 0u ||
            (choice->level_bits & (uint8_t)~levels & (uint8_t)~raw & CHAIN) != 0u);
}

static void reset(struct transition *t)
{
    const struct sbms_retained retained = t->before.control.retained;

    (void)sbms_control_init(&t->after.control, &t->before.control.settings);
    claim(t, sbms_control_restore(&t->after.control, &retained), "SUP-3: what a run leaves reads as garbage");
    t->after.observer = t->before.observer;
    t->after.observer.warned_ticks = 0u;
    if (retained.load_is_high != 0u) {
        t->after.observer.load_wait_ticks = (uint8_t)(load_wait_of(retained.load_step) + 1u);
    }
}

static void run_transition(const struct instance *instance, struct transition *t)
{
    t->broken = NULL;
    t->outputs_before = sbms_control_outputs(&t->before.control);
    t->after.control = t->before.control;
    if (t->choice->resets) {
        reset(t);
    } else {
        if (instance->levels_are_free) {
            prepare(&t->after.control, t->choice);
            claim(t,
                  sbms_internal_state_is_possible(&t->after.control,
                                                  sbms_internal_high_outputs(&t->outputs_before)),
                  "the explorer prepares an impossible state");
        }
        t->decision = sbms_control_step(&t->after.control, &t->choice->inputs);
        observe(t);
        claim_load(t);
        claim_charger(t);
        claim_leds_and_causes(t);
        claim_state(t);
    }
    settle(instance, &t->after.control);
    if (t->choice->resets || instance->levels_are_free) {
        const struct sbms_outputs outputs = sbms_control_outputs(&t->after.control);

        claim(t, sbms_internal_state_is_possible(&t->after.control, sbms_internal_high_outputs(&outputs)),
              "SAFE-4: a reachable state counts as impossible, its debouncers settled");
    }
}

/* Skipping quiet ticks is stepping them, from this state with these inputs held. */
static uint32_t claim_skip(struct transition *t)
{
    const struct sbms_inputs *inputs = &t->choice->inputs;
    const uint32_t quiet = sbms_control_quiet_ticks(&t->before.control, inputs);
    const uint32_t ticks = quiet < SKIP_TICKS_MAX ? quiet : SKIP_TICKS_MAX;
    const struct sbms_outputs outputs = sbms_control_outputs(&t->before.control);
    struct sbms_control skipped = t->before.control;
    struct sbms_control stepped = t->before.control;

    sbms_control_skip(&skipped, inputs, ticks);
    for (uint32_t i = 0; i < ticks; i++) {
        const struct sbms_decision decision = sbms_control_step(&stepped, inputs);

        claim(t, outputs_equal(&decision.outputs, &outputs), "an output changes in a quiet tick");
        claim(t, (decision.load_cause | decision.prealarm_cause | decision.charger_cause) == 0,
              "a quiet tick has a cause");
    }
    claim(t, memcmp(&skipped, &stepped, sizeof skipped) == 0, "skipping quiet ticks is not stepping them");
    return ticks;
}

/* CHG-2, CHG-4, LOAD-7: ATC does nothing to Load, and ATD and no-pre-alarm nothing to Charger. */
static void claim_apart(struct transition *t)
{
    struct sbms_control a = t->before.control;
    struct sbms_control b = t->before.control;
    struct choice other = *t->choice;

    other.inputs.atc = !other.inputs.atc;
    other.level_bits ^= ATC;
    prepare(&a, t->choice);
    prepare(&b, &other);
    struct sbms_decision x = sbms_control_step(&a, &t->choice->inputs);
    struct sbms_decision y = sbms_control_step(&b, &other.inputs);
    claim(t, x.outputs.load == y.outputs.load && x.outputs.prealarm == y.outputs.prealarm,
          "LOAD-7: ATC changes Load");
    b = t->before.control;
    other = *t->choice;
    other.inputs.atd = !other.inputs.atd;
    other.inputs.no_prealarm = !other.inputs.no_prealarm;
    other.level_bits ^= ATD | NO_PREALARM;
    prepare(&b, &other);
    y = sbms_control_step(&b, &other.inputs);
    claim(t, x.outputs.charger == y.outputs.charger, "CHG-2: ATD or no-pre-alarm changes Charger");
}

/* ---- states ---------------------------------------------------------------------------------------------- */

/* The bits of a state, one after the other. What does not fit its bits is not short, and ends the run. */
struct bits {
    uint64_t words[WORDS];
    unsigned at;
    bool reads;
};

static uint32_t pass_value(struct bits *bits, uint32_t value, unsigned count)
{
    uint32_t read = 0;

    if (!bits->reads && value >> count != 0u) {
        fprintf(stderr, "explorer: a value of %" PRIu32 " has more than %u bits\n", value, count);
        abort();
    }
    if (bits->at % 64u + count > 64u) {
        bits->at += 64u - bits->at % 64u;
    }
    if (bits->at + count > 64u * WORDS) {
        fprintf(stderr, "explorer: a state has more than %u words\n", WORDS);
        abort();
    }
    if (bits->reads) {
        read = (uint32_t)(bits->words[bits->at / 64u] >> bits->at % 64u) & ((1u << count) - 1u);
    } else {
        bits->words[bits->at / 64u] |= (uint64_t)value << bits->at % 64u;
    }
    bits->at += count;
    return bits->reads ? read : value;
}

/* One field of one or two bytes, either way. */
static void pass(struct bits *bits, void *field, size_t size, unsigned count)
{
    if (size == 1u) {
        *(uint8_t *)field = (uint8_t)pass_value(bits, *(uint8_t *)field, count);
    } else {
        *(uint16_t *)field = (uint16_t)pass_value(bits, *(uint16_t *)field, count);
    }
}

#define PASS(field, count) pass(bits, &(field), sizeof(field), (count))

static void pass_law(struct bits *bits, struct sbms_law *law)
{
    PASS(law->levels, 5);
    for (unsigned i = 0; i < 3; i++) {
        PASS(law->history[i], 8);
        PASS(law->differ_ticks[i], 3);
        PASS(law->high_ticks[i], 4);
    }
    PASS(law->samples[0], 4);
    PASS(law->samples[1], 4);
    PASS(law->remote_samples, 2);
    PASS(law->remote_differs, 1);
    PASS(law->supply_is_low, 1);
    PASS(law->loss, 2);
    PASS(law->load_mode, 2);
    PASS(law->alarm_has_lost_atd, 1);
    PASS(law->off_ticks, 2);
    PASS(law->clear_ticks, 2);
    PASS(law->fault, 4);
    PASS(law->blink_ticks, 5);
    PASS(law->alarm_ticks, 4);
    PASS(law->calm_ticks, 3);
    PASS(law->reconnect_ticks, 3);
}

static void pass_retained(struct bits *bits, struct sbms_retained *retained)
{
    PASS(retained->load_wait_ticks, 4);
    PASS(retained->charger_wait_ticks, 4);
    PASS(retained->load_step, 2);
    PASS(retained->charger_step, 2);
    PASS(retained->load_is_high, 1);
    PASS(retained->cuts, 3);
    PASS(retained->is_tripped, 1);
    for (unsigned i = 0; i < 3; i++) {
        PASS(retained->shorts[i].wait_ticks, 5);
        PASS(retained->shorts[i].step, 2);
        PASS(retained->shorts[i].is_shorted, 1);
    }
}

static void pass_node(struct bits *bits, struct node *node)
{
    pass_law(bits, &node->control.law);
    pass_retained(bits, &node->control.retained);
    PASS(node->observer.warned_ticks, 4);
    PASS(node->observer.load_wait_ticks, 4);
    PASS(node->observer.charger_wait_ticks, 3);
}

struct states {
    uint64_t (*words)[WORDS];
    uint32_t *parents;
    uint16_t *choices; /* the one that led here from the parent */
    uint32_t *table;   /* places in `words`, one more each; 0 = empty */
    uint32_t table_mask;
    uint32_t count;
    uint32_t room;
};

static void *get(void *old, size_t count, size_t size)
{
    void *memory = realloc(old, count * size);

    if (memory == NULL) {
        fprintf(stderr, "explorer: no memory\n");
        exit(1);
    }
    return memory;
}

static uint64_t hash_of(const uint64_t words[WORDS])
{
    uint64_t hash = 0;

    for (unsigned i = 0; i < WORDS; i++) {
        hash = (hash ^ words[i]) * UINT64_C(0x9E3779B97F4A7C15);
        hash ^= hash >> 29;
    }
    return hash;
}

/* The place in the table of a state, or of the room for it. */
static uint32_t *states_find(const struct states *states, const uint64_t words[WORDS])
{
    uint32_t place = (uint32_t)hash_of(words) & states->table_mask;

    while (states->table[place] != 0u &&
           memcmp(states->words[states->table[place] - 1u], words, sizeof states->words[0]) != 0) {
        place = (place + 1u) & states->table_mask;
    }
    return &states->table[place];
}

/* Makes room for `room` states, a power of two; the table has twice as many places. */
static void states_room(struct states *states, uint32_t room)
{
    if (room > STATES_MAX) {
        fprintf(stderr, "explorer: more than %u states\n", STATES_MAX);
        exit(1);
    }
    states->room = room;
    states->words = get(states->words, room, sizeof *states->words);
    states->parents = get(states->parents, room, sizeof *states->parents);
    states->choices = get(states->choices, room, sizeof *states->choices);
    states->table = get(states->table, 2u * (size_t)room, sizeof *states->table);
    states->table_mask = 2u * room - 1u;
    memset(states->table, 0, 2u * (size_t)room * sizeof *states->table);
    for (uint32_t i = 0; i < states->count; i++) {
        *states_find(states, states->words[i]) = i + 1u;
    }
}

/* Takes a state in, if it is new. */
static void states_add(struct states *states, const struct node *node, uint32_t parent, uint16_t choice)
{
    struct bits bits = {.reads = false};
    struct node copy = *node;
    uint32_t *found = NULL;

    pass_node(&bits, &copy);
    found = states_find(states, bits.words);
    if (*found != 0u) {
        return;
    }
    memcpy(states->words[states->count], bits.words, sizeof bits.words);
    states->parents[states->count] = parent;
    states->choices[states->count] = choice;
    states->count++;
    *found = states->count;
    if (states->count == states->room) {
        states_room(states, 2u * states->room);
    }
}

static void states_get(const struct states *states, uint32_t place, const struct instance *instance,
                       struct node *node)
{
    struct bits bits = {.reads = true};

    memcpy(bits.words, states->words[place], sizeof bits.words);
    memset(node, 0, sizeof *node);
    pass_node(&bits, node);
    node->control.settings = instance->settings;
}

/* ---- choices --------------------------------------------------------------------------------------------- */

struct choices {
    struct choice all[CHOICES_MAX];
    uint16_t count;
};

static void choices_add(struct choices *choices, struct choice choice)
{
    if (choices->count == CHOICES_MAX) {
        fprintf(stderr, "explorer: more than %u choices\n", CHOICES_MAX);
        exit(1);
    }
    choices->all[choices->count++] = choice;
}

/* Whether a choice with these would do the same as another: what is not looked at need not be free. */
static bool is_ignored(const struct instance *instance, const struct choice *choice)
{
    const struct sbms_inputs *inputs = &choice->inputs;
    const bool is_on = inputs->remote_l_mv != OPEN_L_MV;
    const bool is_good = inputs->vbat_mv == instance->vbats_mv[0];

    if (sbms_internal_is_blind(inputs)) { /* supply and remote keep their levels */
        return !is_on || !is_good;
    }
    if (sbms_internal_is_hard(inputs->fault)) { /* nothing but the remote; that starts with a good supply */
        return inputs->differing != 0u || (instance->levels_are_free && !is_good);
    }
    return instance->levels_are_free && inputs->vbat_mv < SBMS_SUPPLY_LOW_MV &&
           (!is_on || inputs->differing != 0u);
}

/* The signals and their levels; `base` has the rest. */
static void add_signals(struct choices *choices, const struct instance *instance, struct choice base)
{
    const bool is_sampled = !sbms_internal_is_blind(&base.inputs) &&
                            !sbms_internal_is_hard(base.inputs.fault) &&
                            !(instance->levels_are_free && base.inputs.vbat_mv < SBMS_SUPPLY_LOW_MV);

    for (uint8_t raw = 0; raw <= CHAIN; raw++) {
        const uint8_t free_bits = raw & instance->free_signals;

        if ((raw | instance->free_signals) != CHAIN || (!is_sampled && raw != CHAIN) ||
            (instance->signals_together && free_bits != 0u && free_bits != instance->free_signals)) {
            continue;
        }
        base.inputs.atc = (raw & ATC) != 0u;
        base.inputs.atd = (raw & ATD) != 0u;
        base.inputs.no_prealarm = (raw & NO_PREALARM) != 0u;
        base.level_bits = raw;
        choices_add(choices, base);
        if (instance->raw_differs && is_sampled) {
            base.level_bits = CHAIN & (uint8_t)~raw;
            choices_add(choices, base);
        }
    }
}

static void add_differing(struct choices *choices, const struct instance *instance, struct choice base)
{
    for (uint8_t differing = 0; differing < 8u; differing++) {
        base.inputs.differing = differing;
        if ((differing & (uint8_t)~instance->free_differing) == 0u && !is_ignored(instance, &base)) {
            add_signals(choices, instance, base);
        }
    }
}

static void add_remotes(struct choices *choices, const struct instance *instance, struct choice base)
{
    for (uint8_t on = 0; on < 2u; on++) {
        base.inputs.remote_l_mv = on != 0u ? 0 : OPEN_L_MV;
        for (base.decides = instance->decides_free ? 0u : BOTH_REGIONS; base.decides <= BOTH_REGIONS;
             base.decides++) {
            add_differing(choices, instance, base);
        }
    }
}

static void add_all(struct choices *choices, const struct instance *instance)
{
    choices->count = 0;
    if (instance->resets) {
        choices_add(choices, (struct choice){.resets = true});
    }
    for (const uint8_t *fault = instance->faults; *fault != 255u; fault++) {
        for (const int32_t *vbat_mv = instance->vbats_mv; *vbat_mv != 0; vbat_mv++) {
            add_remotes(choices, instance, (struct choice){.inputs = {.vbat_mv = *vbat_mv, .fault = *fault}});
        }
    }
}

/* ---- the visit ------------------------------------------------------------------------------------------- */

static void print_choice(const struct choice *choice, const struct node *after)
{
    const struct sbms_inputs *inputs = &choice->inputs;
    const struct sbms_law *law = &after->control.law;

    if (choice->resets) {
        printf("    {.resets = true},");
    } else {
        printf(
            "    {.inputs = {.vbat_mv = %" PRId32 ", .remote_l_mv = %" PRId32
            ", .atc = %d, .atd = %d, .no_prealarm = %d, .fault = %u, .differing = %u}, .level_bits = 0x%02X, "
            ".decides = %u},",
            inputs->vbat_mv, inputs->remote_l_mv, inputs->atc, inputs->atd, inputs->no_prealarm,
            inputs->fault, inputs->differing, choice->level_bits, choice->decides);
    }
    printf(" /* mode %u, levels 0x%02X, waits %u and %u */\n", law->load_mode, law->levels,
           after->control.retained.load_wait_ticks, after->control.retained.charger_wait_ticks);
}

static void print_path(const struct states *states, const struct choices *choices,
                       const struct instance *instance, uint32_t place)
{
    struct node node;

    if (place == 0u) {
        return;
    }
    print_path(states, choices, instance, states->parents[place]);
    states_get(states, place, instance, &node);
    print_choice(&choices->all[states->choices[place]], &node);
}

static void print_broken(const struct states *states, const struct choices *choices,
                         const struct instance *instance, uint32_t place, const struct transition *t)
{
    printf("explorer: %s: %s\n", instance->name, t->broken);
    printf("static const struct choice path[] = { /* from power-on; the last one breaks it */\n");
    print_path(states, choices, instance, place);
    print_choice(t->choice, &t->after);
    printf("};\n");
}

struct tally {
    uint64_t transitions;
    uint64_t skipped_ticks;
};

/* All choices from one state; false when one breaks a claim. */
static bool visit(struct states *states, const struct choices *choices, const struct instance *instance,
                  uint32_t place, struct tally *tally)
{
    struct transition t = {.choice = NULL};

    states_get(states, place, instance, &t.before);
    for (uint16_t i = 0; i < choices->count; i++) {
        t.choice = &choices->all[i];
        if (is_idle(instance, &t.before, t.choice)) {
            continue;
        }
        run_transition(instance, &t);
        tally->transitions++;
        if (!t.choice->resets) {
            tally->skipped_ticks += claim_skip(&t);
        }
        if (instance->free_signals == CHAIN && instance->levels_are_free && !instance->signals_together &&
            !t.choice->resets) {
            claim_apart(&t);
        }
        if (t.broken != NULL) {
            print_broken(states, choices, instance, place, &t);
            return false;
        }
        states_add(states, &t.after, place, i);
    }
    return true;
}

static bool explore(struct states *states, const struct instance *instance)
{
    static struct choices choices;
    struct tally tally = {.transitions = 0};
    struct node start = {.observer = {.warned_ticks = 0}};

    add_all(&choices, instance);
    states->count = 0;
    states_room(states, 1u << 16);
    if (sbms_control_init(&start.control, &instance->settings) != SBMS_SETTINGS_OK) {
        fprintf(stderr, "explorer: settings of %s\n", instance->name);
        return false;
    }
    states_add(states, &start, 0, 0);
    for (uint32_t place = 0; place < states->count; place++) {
        if (!visit(states, &choices, instance, place, &tally)) {
            return false;
        }
    }
    printf("explorer: %s (%s): %" PRIu32 " states, %" PRIu64 " transitions, %" PRIu64 " skipped ticks\n",
           instance->name, instance->about, states->count, tally.transitions, tally.skipped_ticks);
    return true;
}

int main(int count, char **names)
{
    struct states states = {.count = 0};
    bool all_hold = true;
    unsigned explored = 0;

    for (size_t i = 0; i < sizeof instances / sizeof instances[0]; i++) {
        bool wanted = count == 1;

        for (int name = 1; name < count; name++) {
            wanted = wanted || strcmp(names[name], instances[i].name) == 0;
        }
        if (wanted) {
            all_hold = explore(&states, &instances[i]) && all_hold;
            fflush(stdout);
            explored++;
        }
    }
    if (explored == 0u) {
        fprintf(stderr, "explorer: no such instance\n");
    }
    return all_hold && explored > 0u ? 0 : 1;
}
