/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random stimuli against what must always hold: small monitors on raw inputs and outputs, a second control
 * law written from the rules, pairs of runs that must agree, and an adversary who wants Load and Charger to chatter. RUNS
 * (40000) of each, from SEED (1) on.
 */
#include "tests/control_fixture.h"
#include "tests/reference_control.h"

#define TICKS_MAX 1000u
#define ALL_CAUSES_RUNS 20000u /* that many show every cause */
#define CALM_TICKS 20u         /* healthy at the beginning of a pair of runs, so that both are up */
#define HOUR_TICKS (3600u * SBMS_TICKS_PER_S)
#define LOAD_CLOSINGS_MAX 11u    /* LOAD-8: in any hour */
#define CHARGER_CLOSINGS_MAX 63u /* CHG-5's consequence: 5, 5, then 60 s after each loss */
#define LONG_RUN_ONE_IN 400u     /* such a run takes hours */
#define LONG_RUN_TICKS (3u * HOUR_TICKS)
#define LONG_HOLD_TICKS 9000u /* more than the 10 min that give a step back */

static const char *program = "test_properties";

/* ---- runs and their seeds ----------------------------------------------------------------------- */

typedef void run_function(uint64_t seed);

static void fail_run(uint64_t seed, uint32_t tick, const char *property)
{
    print_error("tick %" PRIu32 ": %s\n", tick, property);
    print_error("replay: SEED=%" PRIu64 " RUNS=1 %s\n", seed, program);
    fail();
}

static uint64_t runs_wanted(void)
{
    const char *variant = getenv("SMALLBMS_VARIANT");
    const bool is_whole = variant == NULL || strcmp(variant, "release") == 0;

    return environment_runs(is_whole ? ALL_CAUSES_RUNS : ALL_CAUSES_RUNS / 5u);
}

static void run_all(run_function *run)
{
    const uint64_t runs = runs_wanted();

    for (uint64_t i = 0; i < runs; i++) {
        run(environment_seed(1) + i);
    }
}

/* Runs that take hours each. */
static void run_some(run_function *run)
{
    const uint64_t runs = runs_wanted() / LONG_RUN_ONE_IN + 1u;

    for (uint64_t i = 0; i < runs; i++) {
        run(environment_seed(1) + i);
    }
}

/* ---- the monitors: what they remember --------------------------------------------------------------- */

enum { REGION_CHARGER = 0, REGION_LOAD, REGION_COUNT };

/* For how many samples, this one included, something has been so. */
struct monitor {
    uint32_t tick;
    struct sbms_outputs before;     /* the outputs of the tick before */
    uint8_t fault_before;           /* the fault of the tick before */
    uint32_t history[SIGNAL_COUNT]; /* a bit each sample, 1 = present, newest in bit 0 */
    uint32_t present[SIGNAL_COUNT]; /* in a row */
    uint32_t samples[REGION_COUNT]; /* SAFE-1 */
    bool decided[REGION_COUNT];
    bool decides[REGION_COUNT]; /* at this tick */
    uint32_t remote_on;         /* beyond the on thresholds */
    uint32_t remote_off;        /* beyond the off thresholds */
    uint32_t remote_not_on;     /* short of the on thresholds */
    bool remote_is_known;
    bool is_off;
    uint32_t off_ticks;  /* that the remote has counted as off, where that is certain */
    uint32_t supply_low; /* below 7500 mV */
    bool supply_has_been_good;
    uint32_t prealarm_high;     /* ticks in a row at which pre-alarm was high, up to the one before */
    uint32_t both_present;      /* ticks since ATD or no-pre-alarm last counted as lost */
    uint32_t load_differs;      /* ticks in a row at which Load's terminal did not follow its command */
    bool has_differed;          /* any terminal, ever */
    uint32_t load_fell_at;      /* LOAD-8: the last cut that the remote has not cleared, 0 = none */
    uint32_t load_last_fell_at; /* ... whatever the remote has cleared */
    uint32_t load_wait_ticks;   /* ... and the least wait after it */
    uint32_t charger_fell_at;   /* CHG-5: likewise, the last loss */
    bool charger_has_fallen;
    uint32_t closings;                     /* of Load, since the remote last cleared */
    uint32_t closed_at[LOAD_CLOSINGS_MAX]; /* the last ones, in turn */
};

static uint32_t count_if(bool holds, uint32_t so_far)
{
    return holds ? so_far + 1u : 0u;
}

static bool fault_is_hard(uint8_t fault)
{
    return fault != SBMS_FAULT_NONE && fault != SBMS_FAULT_REFERENCE && fault != SBMS_FAULT_OUTPUT;
}

/* SAFE-2: absent in 2 of the last 4 samples. */
static bool is_lost(const struct monitor *watch, enum test_signal signal)
{
    uint32_t absences = 0;

    for (uint32_t ago = 0; ago < 4; ago++) {
        absences += (watch->history[signal] >> ago & 1u) == 0u ? 1u : 0u;
    }
    return absences >= 2;
}

static void monitor_forget_signal(struct monitor *watch, int signal)
{
    watch->history[signal] = UINT32_MAX;
    watch->present[signal] = 0;
}

/* Forgets what was seen before a reset: steady times count from it. */
static void monitor_reset(struct monitor *watch)
{
    for (int signal = 0; signal < SIGNAL_COUNT; signal++) {
        monitor_forget_signal(watch, signal);
    }
    for (int region = 0; region < REGION_COUNT; region++) {
        watch->samples[region] = 0;
        watch->decided[region] = watch->decides[region] = false;
    }
    watch->remote_on = watch->remote_off = watch->remote_not_on = watch->off_ticks = watch->supply_low = 0;
    watch->remote_is_known = watch->is_off = watch->supply_has_been_good = false;
}

/* SAFE-1: below 8.0 V a remote that is not known yet begins anew. */
static void monitor_remote(struct monitor *watch, const struct sbms_inputs *inputs)
{
    const bool on = inputs->remote_l_mv < 3500 || inputs->remote_h_mv > 2900;

    if (!watch->remote_is_known && inputs->vbat_mv < 8000) {
        watch->remote_on = watch->remote_off = watch->remote_not_on = 0;
        return;
    }

    watch->remote_on = count_if(on, watch->remote_on);
    watch->remote_not_on = count_if(!on, watch->remote_not_on);
    watch->remote_off =
        count_if(inputs->remote_l_mv >= 3550 && inputs->remote_h_mv <= 2850, watch->remote_off);
    if (watch->remote_on >= 2 || watch->remote_not_on >= 2) {
        watch->remote_is_known = true;
    }
}

/* SAFE-1: the signals of one region. */
static void monitor_region(struct monitor *watch, int region, const struct sbms_inputs *inputs)
{
    const int first = region == REGION_CHARGER ? SIGNAL_ATC : SIGNAL_ATD;
    const int last = region == REGION_CHARGER ? SIGNAL_ATC : SIGNAL_NO_PREALARM;
    bool steady = watch->remote_is_known;

    watch->decides[region] = false;
    if (!watch->decided[region] && inputs->vbat_mv < 8000) {
        watch->samples[region] = 0;
        for (int signal = first; signal <= last; signal++) {
            monitor_forget_signal(watch, signal);
        }
        return;
    }
    for (int signal = first; signal <= last; signal++) {
        const bool present = signal_get(inputs, (enum test_signal)signal);

        watch->present[signal] = count_if(present, watch->present[signal]);
        watch->history[signal] = watch->history[signal] << 1 | (present ? 1u : 0u);
        steady = steady && (watch->present[signal] >= 8 || (watch->history[signal] & 3u) == 0u);
    }
    if (!watch->decided[region]) {
        watch->samples[region]++;
        watch->decided[region] = watch->decides[region] = steady || watch->samples[region] == 25;
        watch->is_off = watch->is_off || (watch->decided[region] && !watch->remote_is_known);
        watch->remote_is_known = watch->remote_is_known || watch->decided[region];
    }
}

/* SAFE-4: not a sample of supply or remote, so their samples before and after are in a row. */
static void monitor_lose_reference(struct monitor *watch)
{
    for (int signal = 0; signal < SIGNAL_COUNT; signal++) {
        monitor_forget_signal(watch, signal);
    }
    for (int region = 0; region < REGION_COUNT; region++) {
        watch->samples[region] = watch->decided[region] ? watch->samples[region] : 0u;
        watch->decides[region] = false;
    }
}

/* A sample that the rules count. */
static void monitor_sample(struct monitor *watch, const struct sbms_inputs *inputs)
{
    watch->supply_low = count_if(inputs->vbat_mv < 7500, watch->supply_low);
    watch->supply_has_been_good = watch->supply_has_been_good || inputs->vbat_mv >= 8000;
    if (!watch->supply_has_been_good || watch->supply_low >= 2) {
        monitor_reset(watch);
        return;
    }
    monitor_remote(watch, inputs);
    for (int region = 0; region < REGION_COUNT; region++) {
        monitor_region(watch, region, inputs);
    }
}

/* The remote has been off for 1 s: no wait holds any more. */
static void monitor_off_clears(struct monitor *watch)
{
    watch->load_fell_at = watch->charger_fell_at = watch->closings = 0;
}

static void monitor_see(struct monitor *watch, const struct sbms_inputs *inputs)
{
    watch->tick++;
    watch->has_differed = watch->has_differed || inputs->differing != 0u;
    if (fault_is_hard(inputs->fault)) {
        if (!fault_is_hard(watch->fault_before)) {
            monitor_reset(watch);
        }
        monitor_remote(watch, inputs);
    } else if (fault_is_hard(watch->fault_before)) {
        monitor_reset(watch);
    } else if (inputs->fault == SBMS_FAULT_REFERENCE) {
        monitor_lose_reference(watch);
    } else {
        monitor_sample(watch, inputs);
    }
    if (watch->remote_on >= 2 || !watch->remote_is_known) {
        watch->is_off = false;
    } else if (watch->remote_not_on >= 2) {
        watch->is_off = true; /* at the latest now; between the thresholds it may still be on */
    }
    watch->off_ticks = count_if(watch->is_off, watch->off_ticks);
    if (watch->off_ticks >= 8) {
        monitor_off_clears(watch);
    }
    watch->both_present = is_lost(watch, SIGNAL_ATD) || is_lost(watch, SIGNAL_NO_PREALARM) ||
                                  inputs->fault == SBMS_FAULT_REFERENCE
                              ? 0u
                              : watch->both_present + 1u;
    watch->load_differs = count_if(watch->before.load && (inputs->differing & 1u) != 0u, watch->load_differs);
}

/* ---- the monitors: what must hold ------------------------------------------------------------------- */

/* LED-3 may blink: what red shows is left to the reference. */
static bool red_may_blink(const struct monitor *watch, const struct sbms_inputs *inputs)
{
    return inputs->fault != SBMS_FAULT_NONE || watch->fault_before != SBMS_FAULT_NONE || watch->has_differed;
}

/* SAFE-1, SUP-3, REM-5, SAFE-4, LED-3: where nothing may be high. NULL when all holds. */
static const char *check_floating(const struct monitor *watch, const struct sbms_inputs *inputs,
                                  const struct sbms_outputs *out)
{
    const bool off_is_known =
        fault_is_hard(inputs->fault) || watch->decided[REGION_CHARGER] || watch->decided[REGION_LOAD];

    if (fault_is_hard(inputs->fault) && (out->load || out->prealarm || out->charger)) {
        return "an output is high in a fault that floats everything (SAFE-4)";
    }
    if (!watch->decided[REGION_LOAD] && (out->load || out->prealarm)) {
        return "Load or pre-alarm is high before its decision, or with a low supply (SAFE-1, SUP-3)";
    }
    if (!watch->decided[REGION_CHARGER] && out->charger) {
        return "Charger is high before its decision, or with a low supply (SAFE-1, SUP-3)";
    }
    if (!watch->decided[REGION_CHARGER] && out->led_fault && !red_may_blink(watch, inputs)) {
        return "red is lit before Charger's decision (SAFE-1)";
    }
    if (watch->remote_off >= 2 && (out->load || out->prealarm || out->charger)) {
        return "an output is high with the remote off (REM-5)";
    }
    if (watch->remote_off >= 2 && off_is_known && (out->led_load || out->led_fault)) {
        return "an LED is lit with the remote off (REM-5)";
    }
    return NULL;
}

/* LOAD-1, LED-1, LED-2, PRE-1, PRE-3: what outputs may be together. */
static const char *check_outputs(const struct monitor *watch, const struct sbms_inputs *inputs,
                                 const struct sbms_outputs *out)
{
    if (out->led_load != out->load) {
        return "blue is not as Load (LED-1)";
    }
    if (out->prealarm && !out->load) {
        return "pre-alarm is high while Load floats (PRE-3)";
    }
    if (red_may_blink(watch, inputs)) {
        return NULL;
    }
    if (out->led_fault && out->charger) {
        return "red is lit while Charger is high (LED-2)";
    }
    if (watch->decided[REGION_CHARGER] && (watch->remote_on >= 2 || out->load) &&
        out->led_fault == out->charger) {
        return "red is not lit exactly while Charger floats (LED-2)";
    }
    return NULL;
}

/* CHG-1, CHG-3, CHG-5, SAFE-2 */
static const char *check_charger(struct monitor *watch, const struct sbms_inputs *inputs,
                                 const struct sbms_outputs *out)
{
    const bool must_be_high =
        watch->decided[REGION_CHARGER] && watch->remote_on >= 2 && !watch->has_differed && inputs->fault == 0;

    if (out->charger && (is_lost(watch, SIGNAL_ATC) || inputs->fault == SBMS_FAULT_REFERENCE)) {
        return "Charger is high though ATC is lost (CHG-3, SAFE-2, SAFE-4)";
    }
    if (out->charger && watch->decides[REGION_CHARGER] && watch->present[SIGNAL_ATC] < 8) {
        return "Charger rose at the start though ATC had not been present for 8 samples (SAFE-1)";
    }
    if (out->charger && !watch->before.charger && watch->charger_fell_at != 0 &&
        watch->tick - watch->charger_fell_at < 40) {
        return "Charger returned within 5 s of a loss (CHG-5)";
    }
    if (!out->charger && must_be_high && watch->present[SIGNAL_ATC] >= 8 + 480) {
        return "Charger floats though the system is on and ATC has been present for a minute (CHG-1, CHG-5)";
    }
    if (!out->charger && must_be_high && watch->present[SIGNAL_ATC] >= 8 && !watch->charger_has_fallen) {
        return "Charger floats without a loss before (CHG-1)";
    }
    if (watch->before.charger && !out->charger && watch->decided[REGION_CHARGER] && watch->remote_off < 2 &&
        (is_lost(watch, SIGNAL_ATC) || inputs->fault == SBMS_FAULT_REFERENCE)) {
        watch->charger_fell_at = watch->tick;
        watch->charger_has_fallen = true;
    }
    return NULL;
}

/* LOAD-3 as a number of ticks, with a clock that is up to 1.25 % fast. */
static uint32_t warning_ticks(const struct sbms_control_settings *settings)
{
    const double s = settings->warning_time_s == 0 ? 30.0 : settings->warning_time_s;
    const double ticks = 8.0 * s * 1.0125;
    const uint32_t whole = (uint32_t)ticks;

    return (ticks > (double)whole ? whole + 1u : whole) + 1u;
}

/* LOAD-3, LOAD-8: Load falls at this tick. */
static const char *check_load_falls(struct monitor *watch, const struct sbms_inputs *inputs,
                                    const struct sbms_control_settings *settings)
{
    const bool is_excused = fault_is_hard(inputs->fault) || !watch->decided[REGION_LOAD] ||
                            watch->remote_off >= 2 || watch->load_differs >= 4;

    watch->load_fell_at = watch->load_last_fell_at = watch->tick;
    watch->load_wait_ticks = is_excused ? 40u : 240u;
    if (is_excused) {
        return NULL;
    }
    if (watch->prealarm_high < warning_ticks(settings) && !watch->has_differed) {
        return "Load was cut without the warning time (LOAD-3)";
    }
    return watch->present[SIGNAL_ATD] >= 8 ? "Load was cut with ATD present (LOAD-3)" : NULL;
}

/* LOAD-5, LOAD-8, SAFE-1: Load rises at this tick. */
static const char *check_load_rises(struct monitor *watch)
{
    const uint32_t slot = watch->closings % LOAD_CLOSINGS_MAX;
    const bool too_often =
        watch->closings >= LOAD_CLOSINGS_MAX && watch->tick - watch->closed_at[slot] < HOUR_TICKS;

    watch->closed_at[slot] = watch->tick;
    watch->closings++;
    if (too_often) {
        return "Load closed 12 times in an hour (LOAD-8)";
    }
    if (watch->load_fell_at != 0 && watch->tick - watch->load_fell_at < watch->load_wait_ticks) {
        return "Load returned before the first wait after a cut was over (LOAD-8)";
    }
    return watch->decides[REGION_LOAD] && watch->present[SIGNAL_ATD] < 8
               ? "Load rose at the start though ATD had not been present for 8 samples (LOAD-5, SAFE-1)"
               : NULL;
}

/* LOAD-2, LOAD-6, LOAD-8: the longest that Load may float with ATD back. */
static bool load_must_be_high(const struct monitor *watch, const struct sbms_inputs *inputs,
                              const struct sbms_control_settings *settings)
{
    const bool has_waited = watch->load_last_fell_at == 0 || watch->tick - watch->load_last_fell_at >= 7680u;
    const uint32_t delay_ticks = watch->load_last_fell_at == 0 ? 0u : 8u * settings->reconnect_delay_s;

    return watch->decided[REGION_LOAD] && watch->remote_on >= 2 && settings->lockout_retries == 0 &&
           !watch->has_differed && inputs->fault == 0 && has_waited &&
           watch->present[SIGNAL_ATD] >=
               25 + delay_ticks; /* after a reset the delay runs from Load's decision */
}

static const char *check_load(struct monitor *watch, const struct sbms_inputs *inputs,
                              const struct sbms_outputs *out, const struct sbms_control_settings *settings)
{
    if (watch->before.load && !out->load) {
        const char *broken = check_load_falls(watch, inputs, settings);

        if (watch->off_ticks >= 8) {
            watch->load_fell_at = 0;
        }
        return broken;
    }
    if (!watch->before.load && out->load) {
        const char *broken = check_load_rises(watch);

        if (broken != NULL) {
            return broken;
        }
    }
    if (out->load && (is_lost(watch, SIGNAL_ATD) || inputs->fault == SBMS_FAULT_REFERENCE) &&
        watch->prealarm_high >= warning_ticks(settings)) {
        return "Load is high though ATD is lost and the warning time is over (LOAD-3)";
    }
    return !out->load && load_must_be_high(watch, inputs, settings)
               ? "Load floats though ATD is back and every wait is over (LOAD-2, LOAD-6, LOAD-8)"
               : NULL;
}

/* PRE-1, PRE-2, PRE-4 */
static const char *check_prealarm(const struct monitor *watch, const struct sbms_outputs *out)
{
    if (watch->has_differed) {
        return NULL;
    }
    if (out->load && !out->prealarm && watch->both_present == 0) {
        return "pre-alarm floats in an alarm (PRE-2)";
    }
    if (out->load && watch->before.prealarm && !out->prealarm && watch->both_present < 80) {
        return "pre-alarm fell though a signal was lost less than 10 s ago (PRE-4)";
    }
    if (out->prealarm && watch->present[SIGNAL_ATD] >= 8 + 480 &&
        watch->present[SIGNAL_NO_PREALARM] >= 8 + 480) {
        return "pre-alarm is high though both signals have been back for a minute (PRE-4)";
    }
    return NULL;
}

/* SAFE-1, SAFE-7: an edge has a cause, and a cause has an edge, a first decision, or a fault. */
static const char *check_causes(const struct monitor *watch, const struct sbms_inputs *inputs,
                                const struct sbms_decision *now)
{
    const struct sbms_outputs *before = &watch->before;
    const struct sbms_outputs *after = &now->outputs;
    const bool charger_edge = before->charger != after->charger;
    const bool red_edge = before->led_fault != after->led_fault;
    const bool hard_fault_comes = fault_is_hard(inputs->fault) && !fault_is_hard(watch->fault_before);
    const bool charger_reports = charger_edge || watch->decides[REGION_CHARGER] || hard_fault_comes;

    if ((before->load != after->load || watch->decides[REGION_LOAD]) !=
        (now->load_cause != SBMS_CAUSE_NONE)) {
        return "Load's edge or decision and its cause do not go together (SAFE-1, SAFE-7)";
    }
    if ((before->prealarm != after->prealarm) != (now->prealarm_cause != SBMS_CAUSE_NONE)) {
        return "pre-alarm's edge and its cause do not go together (SAFE-7)";
    }
    if (charger_reports && now->charger_cause == SBMS_CAUSE_NONE) {
        return "Charger has no cause (SAFE-1, SAFE-7)";
    }
    if (!red_may_blink(watch, inputs) &&
        (charger_reports || red_edge) != (now->charger_cause != SBMS_CAUSE_NONE)) {
        return "Charger's edge or decision and its cause do not go together (SAFE-1, SAFE-7)";
    }
    if (now->load_cause >= SBMS_CAUSE_COUNT || now->prealarm_cause >= SBMS_CAUSE_COUNT ||
        now->charger_cause >= SBMS_CAUSE_COUNT) {
        return "a cause is none that has a name (SAFE-7)";
    }
    return NULL;
}

static void monitor_step(struct monitor *watch, uint64_t seed, const struct sbms_inputs *inputs,
                         const struct sbms_decision *now, const struct sbms_control_settings *settings)
{
    const struct sbms_outputs *out = &now->outputs;
    const char *broken[6];

    monitor_see(watch, inputs);
    broken[0] = check_floating(watch, inputs, out);
    broken[1] = check_outputs(watch, inputs, out);
    broken[2] = check_charger(watch, inputs, out);
    broken[3] = check_load(watch, inputs, out, settings);
    broken[4] = check_prealarm(watch, out);
    broken[5] = check_causes(watch, inputs, now);
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        if (broken[i] != NULL) {
            fail_run(seed, watch->tick - 1u, broken[i]);
        }
    }
    watch->prealarm_high = count_if(out->prealarm, watch->prealarm_high);
    watch->before = *out;
    watch->fault_before = inputs->fault;
}

static void monitor_start(struct monitor *watch)
{
    *watch = (struct monitor){.tick = 0};
    monitor_reset(watch);
}

/* ---- random stimuli ---------------------------------------------------------------------------------- */

/* What a run is made of. Every other one is kept to few things, for long enough to be cut, delayed and locked out. */
struct plan {
    struct sbms_control_settings settings;
    struct test_stimulus stimulus;
    uint32_t ticks;
};

static void plan_run(struct plan *plan, struct test_random *random)
{
    static const uint32_t may_touch[] = {
        STIMULUS_ALL,
        STIMULUS_ALL,
        STIMULUS_SIGNALS,
        STIMULUS_SIGNALS | STIMULUS_REMOTE,
        STIMULUS_SIGNALS | STIMULUS_SUPPLY,
        STIMULUS_SIGNALS | STIMULUS_FAULT,
        STIMULUS_SIGNALS | STIMULUS_DIFFERING,
        STIMULUS_SIGNALS | STIMULUS_REMOTE | STIMULUS_SUPPLY,
    };
    const bool takes_hours = random_chance(random, LONG_RUN_ONE_IN);

    plan->settings = random_settings(random);
    stimulus_start(&plan->stimulus, may_touch[random_below(random, 8)], plan->settings.lockout_clear_mv);
    plan->ticks = random_chance(random, 8) ? 4u * TICKS_MAX : (uint32_t)random_between(random, 200, 800);
    if (takes_hours) {
        plan->ticks = LONG_RUN_TICKS;
        plan->stimulus.hold_ticks_max = random_chance(random, 2) ? LONG_HOLD_TICKS : LONG_HOLD_TICKS / 10u;
    }
}

/* One random stimulus of everything, past the monitors. */
static void run_monitors(uint64_t seed)
{
    struct test_random random = {.state = seed};
    struct plan plan;
    struct monitor watch;
    struct sbms_control control;
    struct sbms_decision decision = {.load_cause = SBMS_CAUSE_NONE};

    plan_run(&plan, &random);
    monitor_start(&watch);
    assert_int_equal(sbms_control_init(&control, &plan.settings), SBMS_SETTINGS_OK);
    for (uint32_t tick = 0; tick < plan.ticks; tick++) {
        const struct sbms_inputs inputs = stimulus_next(&random, &plan.stimulus, &decision.outputs);

        decision = sbms_control_step(&control, &inputs);
        monitor_step(&watch, seed, &inputs, &decision, &plan.settings);
    }
}

/* ---- the second control law --------------------------------------------------------------------- */

/* How often core/ gave each cause, so that a stimulus that never gets there is noticed. */
static uint64_t seen_causes[SBMS_CAUSE_COUNT];

static void print_decision(const char *name, const struct sbms_decision *decision)
{
    const struct sbms_outputs *out = &decision->outputs;

    print_error("%s: load %d %s, prealarm %d %s, charger %d %s, blue %d, red %d\n", name, out->load,
                sbms_cause_word(decision->load_cause), out->prealarm,
                sbms_cause_word(decision->prealarm_cause), out->charger,
                sbms_cause_word(decision->charger_cause), out->led_load, out->led_fault);
}

static void print_inputs(const struct sbms_inputs *inputs)
{
    print_error("inputs: %" PRId32 " mV, L %" PRId32 ", H %" PRId32
                ", atc %d atd %d no_prealarm %d, fault %u, "
                "differing %u\n",
                inputs->vbat_mv, inputs->remote_l_mv, inputs->remote_h_mv, inputs->atc, inputs->atd,
                inputs->no_prealarm, inputs->fault, inputs->differing);
}

/* The same stimuli through core/ and the reference: outputs and causes, tick by tick. */
static void run_reference(uint64_t seed)
{
    struct test_random random = {.state = seed};
    struct plan plan;
    struct reference_control reference;
    struct sbms_control control;
    struct sbms_decision is = {.load_cause = SBMS_CAUSE_NONE};

    plan_run(&plan, &random);
    reference_init(&reference, &plan.settings);
    assert_int_equal(sbms_control_init(&control, &plan.settings), SBMS_SETTINGS_OK);
    if (random_chance(&random, 16)) { /* LOAD-8: a reset that finds Load's mark */
        const struct sbms_retained retained = {.load_is_high = 1};

        assert_true(sbms_control_restore(&control, &retained));
        reference_restore(&reference, true);
    }
    for (uint32_t tick = 0; tick < plan.ticks; tick++) {
        const struct sbms_inputs inputs = stimulus_next(&random, &plan.stimulus, &is.outputs);
        struct sbms_decision should_be;

        is = sbms_control_step(&control, &inputs);
        should_be = reference_step(&reference, &inputs);
        if (!decisions_equal(&is, &should_be)) {
            print_inputs(&inputs);
            print_decision("core", &is);
            print_decision("reference", &should_be);
            fail_run(seed, tick, "core/ and the reference differ");
        }
        seen_causes[is.load_cause]++;
        seen_causes[is.prealarm_cause]++;
        seen_causes[is.charger_cause]++;
    }
}

/* ---- pairs of runs ------------------------------------------------------------------------------ */

static struct sbms_inputs stimulus[TICKS_MAX];
static struct sbms_inputs altered[TICKS_MAX];

/* Without the runs' own outputs: terminals that differ do so in both. Healthy for `calm_ticks` at the beginning. */
static uint32_t make_stimulus(struct test_random *random, uint32_t may_touch, uint32_t calm_ticks)
{
    const struct sbms_outputs nothing = {.load = false};
    const uint32_t ticks = (uint32_t)random_between(random, 300, (int32_t)TICKS_MAX);
    struct test_stimulus source;

    stimulus_start(&source, may_touch, 13000);
    source.hold_ticks = calm_ticks;
    for (uint32_t tick = 0; tick < ticks; tick++) {
        stimulus[tick] = stimulus_next(random, &source, &nothing);
        altered[tick] = stimulus[tick];
    }
    return ticks;
}

/* What is compared. */
enum { COMPARE_LOAD = 1, COMPARE_CHARGER = 2, COMPARE_RED = 4, COMPARE_ALL = 7 };

static bool outputs_differ(const struct sbms_outputs *x, const struct sbms_outputs *y, uint32_t what)
{
    if ((what & COMPARE_LOAD) != 0u &&
        (x->load != y->load || x->prealarm != y->prealarm || x->led_load != y->led_load)) {
        return true;
    }
    if ((what & COMPARE_CHARGER) != 0u && x->charger != y->charger) {
        return true;
    }
    return (what & COMPARE_RED) != 0u && x->led_fault != y->led_fault;
}

/* Runs both and returns the first tick at which a chosen output differs, or `ticks`. */
static uint32_t first_difference(uint32_t ticks, const struct sbms_control_settings *settings, uint32_t what)
{
    struct sbms_control a;
    struct sbms_control b;

    assert_int_equal(sbms_control_init(&a, settings), SBMS_SETTINGS_OK);
    assert_int_equal(sbms_control_init(&b, settings), SBMS_SETTINGS_OK);
    for (uint32_t tick = 0; tick < ticks; tick++) {
        const struct sbms_outputs x = sbms_control_step(&a, &stimulus[tick]).outputs;
        const struct sbms_outputs y = sbms_control_step(&b, &altered[tick]).outputs;

        if (outputs_differ(&x, &y, what)) {
            return tick;
        }
    }
    return ticks;
}

/* Replaces one signal: by its opposite, or by noise of its own. */
static void alter_signal(struct test_random *random, uint32_t ticks, enum test_signal signal)
{
    const bool flip = random_chance(random, 2);
    bool level = random_chance(random, 2);
    uint32_t hold = 0;

    for (uint32_t tick = 0; tick < ticks; tick++) {
        if (hold == 0) {
            level = !level;
            hold = random_hold_ticks(random);
        }
        hold--;
        signal_set(&altered[tick], signal, flip ? !signal_get(&stimulus[tick], signal) : level);
    }
}

/* From the first sample on, with whatever supply, faults and terminals. Red shows what a Load does that does not follow
 * (LED-3), so it is compared only where all follow. */
static void run_independence(uint64_t seed)
{
    struct test_random random = {.state = seed};
    const struct sbms_control_settings settings = random_settings(&random);
    const bool follow = random_chance(&random, 2);
    const uint32_t may_touch = follow ? STIMULUS_ALL & ~(uint32_t)STIMULUS_DIFFERING : (uint32_t)STIMULUS_ALL;
    uint32_t ticks = make_stimulus(&random, may_touch, 0);
    uint32_t different;

    alter_signal(&random, ticks, SIGNAL_ATC);
    different = first_difference(ticks, &settings, COMPARE_LOAD);
    if (different != ticks) {
        fail_run(seed, different, "ATC moved Load or pre-alarm (LOAD-7)");
    }
    ticks = make_stimulus(&random, may_touch, 0);
    alter_signal(&random, ticks, SIGNAL_ATD);
    alter_signal(&random, ticks, SIGNAL_NO_PREALARM);
    different = first_difference(ticks, &settings, follow ? COMPARE_CHARGER | COMPARE_RED : COMPARE_CHARGER);
    if (different != ticks) {
        fail_run(seed, different, "ATD or no-pre-alarm moved Charger (CHG-2, CHG-4)");
    }
}

/* True when `signal` rests at one level from nine ticks before the glitch to three after it. */
static bool signal_rests(uint32_t from, uint32_t to, enum test_signal signal)
{
    for (uint32_t tick = from - 9u; tick <= to; tick++) {
        if (signal_get(&altered[tick], signal) != signal_get(&stimulus[from], signal)) {
            return false;
        }
    }
    return true;
}

static void add_signal_glitch(struct test_random *random, uint32_t from, uint32_t ticks,
                              enum test_signal signal)
{
    const bool rest = signal_get(&stimulus[from], signal);
    const uint32_t length = rest ? 1u : (uint32_t)random_between(random, 1, 7);

    if (from + length + 3u >= ticks || !signal_rests(from, from + length + 2u, signal)) {
        return;
    }
    for (uint32_t tick = from; tick < from + length; tick++) {
        signal_set(&altered[tick], signal, !rest);
    }
}

static bool remote_is(const struct sbms_inputs *inputs, bool on)
{
    return on ? inputs->remote_l_mv < 3500 || inputs->remote_h_mv > 2900
              : inputs->remote_l_mv >= 3550 && inputs->remote_h_mv <= 2850;
}

static void add_remote_glitch(uint32_t at)
{
    for (int on = 0; on < 2; on++) {
        bool rests = true;

        for (uint32_t tick = at - 3u; tick <= at + 1u; tick++) {
            rests = rests && remote_is(&stimulus[tick], on != 0);
        }
        if (rests) {
            remote_set(&altered[at], on == 0);
        }
    }
}

/* Puts short glitches on whatever rests, some on all three signals at once; at least 9 ticks apart. */
static void run_glitches(uint64_t seed)
{
    struct test_random random = {.state = seed};
    struct sbms_control_settings settings = random_settings(&random);
    const uint32_t ticks = make_stimulus(&random, STIMULUS_SIGNALS | STIMULUS_REMOTE, CALM_TICKS);
    uint32_t different = 0;

    settings.lockout_retries = 0; /* its clearing voltage is not debounced */
    for (uint32_t at = CALM_TICKS; at + 10u < ticks; at += (uint32_t)random_between(&random, 9, 60)) {
        const uint32_t kind = random_below(&random, 6);

        if (kind == 5) {
            altered[at].vbat_mv = random_between(&random, -100, 7499);
        } else if (kind == 4) {
            add_remote_glitch(at);
        }
        for (int signal = 0; signal < SIGNAL_COUNT; signal++) {
            if (kind == 3 || (int)kind == signal) {
                add_signal_glitch(&random, at, ticks, (enum test_signal)signal);
            }
        }
    }
    different = first_difference(ticks, &settings, COMPARE_ALL);
    if (different != ticks) {
        fail_run(seed, different, "a glitch shorter than its debounce changed an output (SAFE-2)");
    }
}

/* ---- an adversary -------------------------------------------------------------------------------------- */

enum attack {
    ATTACK_ATD,
    ATTACK_REMOTE,
    ATTACK_SUPPLY,
    ATTACK_FAULT,
    ATTACK_SHORT,
    ATTACK_REFERENCE,
    ATTACK_COUNT
};

/* One tick of an attack on a Load that is high. */
static void attack_load(struct sbms_inputs *inputs, enum attack attack)
{
    switch (attack) {
    case ATTACK_ATD:
        inputs->atd = false;
        break;
    case ATTACK_REMOTE:
        remote_set(inputs, false);
        break;
    case ATTACK_SUPPLY:
        inputs->vbat_mv = 7000;
        break;
    case ATTACK_FAULT:
        inputs->fault = SBMS_FAULT_CLOCK;
        break;
    case ATTACK_SHORT:
        inputs->differing = 1u << SBMS_OUTPUT_LOAD;
        break;
    case ATTACK_REFERENCE:
        inputs->fault = SBMS_FAULT_REFERENCE;
        break;
    default:
        break;
    }
}

/* LOAD-8: cuts Load as soon as it is high, by one means or by all of them in turn, at times after the 10 min that give a
 * step back, for six hours. The monitor counts the closings. */
static void run_load_attack(uint64_t seed)
{
    struct test_random random = {.state = seed};
    const struct sbms_control_settings settings = {.reconnect_delay_s = 0};
    const bool is_mixed = random_chance(&random, 2);
    const uint32_t rest_one_in = random_chance(&random, 2) ? 4u : 1000u;
    enum attack attack = (enum attack)random_below(&random, ATTACK_COUNT);
    uint32_t rest_ticks = 0;
    uint32_t closings = 0;
    struct monitor watch;
    struct sbms_control control;
    struct sbms_decision decision = {.load_cause = SBMS_CAUSE_NONE};

    monitor_start(&watch);
    assert_int_equal(sbms_control_init(&control, &settings), SBMS_SETTINGS_OK);
    for (uint32_t tick = 0; tick < 6u * HOUR_TICKS; tick++) {
        struct sbms_inputs inputs = inputs_healthy();
        const bool was_high = decision.outputs.load;

        if (was_high && rest_ticks == 0) {
            attack_load(&inputs, attack);
        }
        rest_ticks -= rest_ticks > 0 ? 1u : 0u;
        decision = sbms_control_step(&control, &inputs);
        monitor_step(&watch, seed, &inputs, &decision, &settings);
        if (!was_high && decision.outputs.load) {
            closings++;
            attack = is_mixed ? (enum attack)random_below(&random, ATTACK_COUNT) : attack;
            rest_ticks =
                random_chance(&random, rest_one_in) ? (uint32_t)random_between(&random, 4700, 5000) : 0u;
        }
    }
    if (closings < 8) {
        fail_run(seed, 0, "the adversary has not closed Load often enough to see anything");
    }
}

/* CHG-5: takes ATC away as soon as Charger is high, and gives it back at once: the bound is reached and kept. */
static void run_charger_attack(uint64_t seed)
{
    struct test_random random = {.state = seed};
    const uint32_t rest_one_in = random_chance(&random, 2) ? 16u : 1000000u;
    uint32_t closed_at[CHARGER_CLOSINGS_MAX] = {0};
    uint32_t closings = 0;
    uint32_t rest_ticks = 0;
    struct sbms_control control;
    struct sbms_decision decision = {.load_cause = SBMS_CAUSE_NONE};

    assert_int_equal(sbms_control_init(&control, NULL), SBMS_SETTINGS_OK);
    for (uint32_t tick = 1; tick < 3u * HOUR_TICKS; tick++) {
        struct sbms_inputs inputs = inputs_healthy();
        const bool was_high = decision.outputs.charger;

        inputs.atc = !was_high || rest_ticks > 0;
        rest_ticks -= rest_ticks > 0 ? 1u : 0u;
        decision = sbms_control_step(&control, &inputs);
        if (was_high || !decision.outputs.charger) {
            continue;
        }
        if (closings >= CHARGER_CLOSINGS_MAX &&
            tick - closed_at[closings % CHARGER_CLOSINGS_MAX] < HOUR_TICKS) {
            fail_run(seed, tick, "Charger closed 64 times in an hour (CHG-5)");
        }
        closed_at[closings % CHARGER_CLOSINGS_MAX] = tick;
        closings++;
        rest_ticks = random_chance(&random, rest_one_in) ? 4801u : 0u;
    }
    if (rest_one_in == 1000000u && closings < 170u) {
        fail_run(seed, 0, "Charger returned later than CHG-5 asks");
    }
}

/* ---- the tests ---------------------------------------------------------------------------------- */

/* SUP-3, LOAD-1, LOAD-2, LOAD-3, LOAD-4, LOAD-5, LOAD-6, LOAD-8, PRE-1, PRE-2, PRE-3, PRE-4, PRE-5, CHG-1, CHG-3, CHG-5,
 * REM-5, LED-1, LED-2, LED-3, SAFE-1, SAFE-2, SAFE-4, SAFE-7 */
static void test_monitors(void **state)
{
    (void)state;
    run_all(run_monitors);
}

/* All of sections 2 to 7 that core/ carries out: LOAD-6 with its delay and lock-out, the waits of LOAD-8 and CHG-5, SAFE-3's
 * causes, SAFE-4's faults and tries, LED-3's blinking, REM-1 and REM-4 at the edge of each threshold. */
static void test_reference(void **state)
{
    (void)state;
    run_all(run_reference);
    for (uint8_t cause = 0; cause < SBMS_CAUSE_COUNT && runs_wanted() >= ALL_CAUSES_RUNS; cause++) {
        if (seen_causes[cause] == 0) {
            print_error("no run has shown %s\n", sbms_cause_word(cause));
        }
        assert_int_not_equal(seen_causes[cause], 0);
    }
}

/* LOAD-7, CHG-2, CHG-4 */
static void test_independence(void **state)
{
    (void)state;
    run_all(run_independence);
}

/* SAFE-2 */
static void test_glitches(void **state)
{
    (void)state;
    run_all(run_glitches);
}

/* LOAD-8 */
static void test_load_attack(void **state)
{
    (void)state;
    run_some(run_load_attack);
}

/* CHG-5 */
static void test_charger_attack(void **state)
{
    (void)state;
    run_some(run_charger_attack);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_monitors),     cmocka_unit_test(test_reference),
        cmocka_unit_test(test_independence), cmocka_unit_test(test_glitches),
        cmocka_unit_test(test_load_attack),  cmocka_unit_test(test_charger_attack),
    };

    if (count > 0) {
        program = arguments[0];
    }
    return cmocka_run_group_tests_name("properties", tests, NULL, NULL);
}
