/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random stimuli against what must always hold: small monitors on raw inputs and outputs, a second control
 * law written from the rules, and pairs of runs that must agree. RUNS (100000) of each, from
 * SEED (1) on.
 */
#include "tests/control_fixture.h"
#include "tests/reference_control.h"

#define TICKS_MAX 1000u
#define ALL_CAUSES_RUNS 20000u /* that many show every cause */
#define CALM_TICKS 20u         /* healthy at the beginning of a pair of runs, so that both are up */

static const char *program = "test_properties";

/* ---- runs and their seeds ----------------------------------------------------------------------- */

typedef void run_function(uint64_t seed);

static void fail_run(uint64_t seed, uint32_t tick, const char *property)
{
    print_error("tick %" PRIu32 ": %s\n", tick, property);
    print_error("replay: SEED=%" PRIu64 " RUNS=1 %s\n", seed, program);
    fail();
}

static void run_all(run_function *run)
{
    const char *variant = getenv("SMALLBMS_VARIANT");
    const bool is_whole = variant == NULL || strcmp(variant, "release") == 0;
    const uint64_t runs = environment_runs(is_whole ? 5u * ALL_CAUSES_RUNS : ALL_CAUSES_RUNS);

    for (uint64_t i = 0; i < runs; i++) {
        run(environment_seed(1) + i);
    }
}

/* ---- the monitors ------------------------------------------------------------------------------- */

/* What the monitors remember: for how many ticks, this one included, something has been so. */
struct monitor {
    uint32_t tick;
    struct sbms_outputs before; /* the outputs of the tick before */
    uint8_t fault_before;       /* the fault of the tick before */
    uint32_t present[3];        /* raw signals, ATC, ATD, no-pre-alarm */
    uint32_t absent[3];
    uint32_t remote_on;     /* beyond the on thresholds */
    uint32_t remote_off;    /* beyond the off thresholds */
    uint32_t remote_not_on; /* short of the on thresholds */
    uint32_t supply_low;    /* below 7500 mV */
    uint32_t supply_good;   /* at 8000 mV or more */
    uint32_t since_reset;   /* samples since the reset */
    uint32_t prealarm_high; /* ticks in a row at which pre-alarm was high, up to the one before */
    uint32_t up;            /* ticks since the start-up was over, 0 = it is not */
    uint32_t load_high;     /* ticks in a row at which Load was high, up to the one before */
};

static uint32_t count_if(bool holds, uint32_t so_far)
{
    return holds ? so_far + 1u : 0u;
}

/* Forgets what was seen before a reset: steady times count from it. */
static void monitor_reset(struct monitor *watch)
{
    for (int signal = 0; signal < SIGNAL_COUNT; signal++) {
        watch->present[signal] = watch->absent[signal] = 0;
    }
    watch->remote_on = watch->remote_off = watch->remote_not_on = watch->supply_good = 0;
    watch->since_reset = watch->up = 0;
}

static bool monitor_is_steady(const struct monitor *watch)
{
    for (int signal = 0; signal < SIGNAL_COUNT; signal++) {
        if (watch->present[signal] < 8 && watch->absent[signal] < 2) {
            return false;
        }
    }
    return (watch->remote_on >= 2 || watch->remote_not_on >= 2) && watch->supply_good >= 2;
}

static void monitor_see(struct monitor *watch, const struct sbms_inputs *inputs)
{
    watch->tick++;
    if (inputs->fault != 0 || watch->fault_before != 0 || (watch->up == 0 && inputs->vbat_mv < 8000)) {
        monitor_reset(watch);
        watch->supply_low = 0;
        return;
    }
    watch->since_reset++;
    for (int signal = 0; signal < SIGNAL_COUNT; signal++) {
        const bool present = signal_get(inputs, (enum test_signal)signal);

        watch->present[signal] = count_if(present, watch->present[signal]);
        watch->absent[signal] = count_if(!present, watch->absent[signal]);
    }
    watch->remote_on = count_if(inputs->remote_l_mv < 3500 || inputs->remote_h_mv > 2900, watch->remote_on);
    watch->remote_not_on =
        count_if(!(inputs->remote_l_mv < 3500 || inputs->remote_h_mv > 2900), watch->remote_not_on);
    watch->remote_off =
        count_if(inputs->remote_l_mv >= 3550 && inputs->remote_h_mv <= 2850, watch->remote_off);
    watch->supply_low = count_if(inputs->vbat_mv < 7500, watch->supply_low);
    watch->supply_good = count_if(inputs->vbat_mv >= 8000, watch->supply_good);
    if (watch->supply_low >= 2) {
        monitor_reset(watch);
    } else if (watch->up > 0 || monitor_is_steady(watch)) {
        watch->up++;
    }
}

/* LOAD-1, LED-1, LED-2, PRE-1, PRE-3, REM-5, SUP-3, SAFE-1: what outputs may be together. NULL when all hold. */
static const char *check_outputs(const struct monitor *watch, const struct sbms_inputs *inputs,
                                 const struct sbms_outputs *out)
{
    if (out->led_load != out->load) {
        return "blue is not as Load (LED-1)";
    }
    if (out->prealarm && !out->load) {
        return "pre-alarm is high while Load floats (PRE-3)";
    }
    if (inputs->fault != 0) {
        return out->load || out->prealarm || out->charger ? "an output is high in a fault (LED-3)" : NULL;
    }
    if (watch->up == 0 && !outputs_all_dark(out)) {
        return "an output is up before every input was steady, or with a low supply (SAFE-1, SUP-3)";
    }
    if (watch->remote_off >= 2 && !outputs_all_dark(out)) {
        return "an output is up with the remote off (REM-5)";
    }
    if (out->led_fault && out->charger) {
        return "red is lit while Charger is high (LED-2)";
    }
    if (watch->up > 0 && watch->remote_on >= 2 && out->led_fault == out->charger) {
        return "red is not lit exactly while Charger floats (LED-2)";
    }
    if (out->load && !out->charger && !out->led_fault) {
        return "the system is on, Charger floats and red is dark (LED-2)";
    }
    return NULL;
}

/* CHG-1, CHG-3: Charger as ATC, within 0.5 s and no more than its debounce. */
static const char *check_charger(const struct monitor *watch, const struct sbms_outputs *out)
{
    if (out->charger && watch->absent[SIGNAL_ATC] >= 4) {
        return "Charger is high though ATC has been lost for 0.5 s (CHG-3)";
    }
    if (out->charger && !watch->before.charger && watch->present[SIGNAL_ATC] < 8 && watch->remote_on > 2) {
        return "Charger rose though ATC had not been present for 8 ticks (SAFE-2)";
    }
    if (!out->charger && watch->up > 0 && watch->remote_on >= 2 && watch->present[SIGNAL_ATC] >= 8) {
        return "Charger floats though the system is on and ATC present (CHG-1)";
    }
    return NULL;
}

/* LOAD-2 to LOAD-6, SAFE-1: when Load may and must fall and rise. */
static const char *check_load(const struct monitor *watch, const struct sbms_inputs *inputs,
                              const struct sbms_outputs *out, const struct sbms_control_settings *settings)
{
    const bool excused = inputs->fault != 0 || watch->up == 0 || watch->remote_off >= 2;
    const uint32_t back_ticks = 8u + 8u * settings->reconnect_delay_s;

    if (watch->before.load && !out->load && !excused) {
        if (watch->prealarm_high < 241) {
            return "Load was cut without 30 s of pre-alarm (LOAD-3)";
        }
        if (watch->present[SIGNAL_ATD] >= 8) {
            return "Load was cut with ATD present (LOAD-3)";
        }
    }
    if (watch->before.load && watch->load_high < 2 && !out->load && inputs->fault == 0 && watch->up == 2) {
        return "Load pulsed at the start (SAFE-1)";
    }
    if (out->load && !watch->before.load && watch->present[SIGNAL_ATD] == 0 && watch->up == 1) {
        return "Load rose at the start without ATD (LOAD-5)";
    }
    if (out->load && watch->absent[SIGNAL_ATD] >= 2 && watch->prealarm_high >= 241) {
        return "Load is high though ATD is lost and the 30 s are over (LOAD-3)";
    }
    if (!out->load && watch->up > 0 && watch->remote_on >= 2 && settings->lockout_retries == 0 &&
        watch->present[SIGNAL_ATD] >= back_ticks) {
        return "Load floats though ATD is back (LOAD-2, LOAD-6)";
    }
    return NULL;
}

/* PRE-1, PRE-2, PRE-4, PRE-5 */
static const char *check_prealarm(const struct monitor *watch, const struct sbms_outputs *out)
{
    const bool lost = watch->absent[SIGNAL_ATD] >= 2 || watch->absent[SIGNAL_NO_PREALARM] >= 2;

    if (out->load && !out->prealarm && lost) {
        return "pre-alarm floats in an alarm (PRE-2)";
    }
    if (out->prealarm && watch->present[SIGNAL_ATD] >= 8 && watch->present[SIGNAL_NO_PREALARM] >= 8) {
        return "pre-alarm is high though both signals are back (PRE-4)";
    }
    return NULL;
}

/* SAFE-7: an edge has a cause, and a cause has an edge; a fault that comes is one by itself. */
static const char *check_causes(const struct monitor *watch, const struct sbms_inputs *inputs,
                                const struct sbms_decision *now)
{
    const struct sbms_outputs *before = &watch->before;
    const struct sbms_outputs *after = &now->outputs;
    const bool red_edge = before->led_fault != after->led_fault;
    const bool fault_comes = inputs->fault != 0 && watch->fault_before == 0;
    const bool blinking = inputs->fault != 0 && !fault_comes;

    if ((before->load != after->load) != (now->load_cause != SBMS_CAUSE_NONE)) {
        return "Load's edge and its cause do not go together (SAFE-7)";
    }
    if ((before->prealarm != after->prealarm) != (now->prealarm_cause != SBMS_CAUSE_NONE)) {
        return "pre-alarm's edge and its cause do not go together (SAFE-7)";
    }
    if (blinking ? now->charger_cause != SBMS_CAUSE_NONE
                 : (before->charger != after->charger || red_edge || fault_comes) !=
                       (now->charger_cause != SBMS_CAUSE_NONE)) {
        return "Charger's edge and its cause do not go together (SAFE-7)";
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
    const char *broken = NULL;

    monitor_see(watch, inputs);
    broken = check_outputs(watch, inputs, out);
    if (broken == NULL) {
        broken = check_charger(watch, out);
    }
    if (broken == NULL) {
        broken = check_load(watch, inputs, out, settings);
    }
    if (broken == NULL) {
        broken = check_prealarm(watch, out);
    }
    if (broken == NULL) {
        broken = check_causes(watch, inputs, now);
    }
    if (broken != NULL) {
        fail_run(seed, watch->tick - 1u, broken);
    }
    watch->prealarm_high = count_if(out->prealarm, watch->prealarm_high);
    watch->load_high = count_if(out->load, watch->load_high);
    watch->before = *out;
    watch->fault_before = inputs->fault;
}

/* One random stimulus of everything, past the monitors. */
static void run_monitors(uint64_t seed)
{
    struct test_random random = {.state = seed};
    const struct sbms_control_settings settings = random_settings(&random);
    const uint32_t ticks = (uint32_t)random_between(&random, 300, (int32_t)TICKS_MAX);
    const uint32_t may_touch = random_chance(&random, 2) ? STIMULUS_ALL : STIMULUS_SIGNALS | STIMULUS_REMOTE;
    struct sbms_inputs inputs = inputs_healthy();
    struct monitor watch = {.tick = 0};
    struct sbms_control control;
    uint32_t hold = 0;

    assert_int_equal(sbms_control_init(&control, &settings), SBMS_SETTINGS_OK);
    for (uint32_t tick = 0; tick < ticks; tick++) {
        struct sbms_decision decision;

        if (hold == 0) {
            random_change(&random, &inputs, may_touch, settings.lockout_clear_mv);
            hold = random_hold_ticks(&random);
        }
        hold--;
        decision = sbms_control_step(&control, &inputs);
        monitor_step(&watch, seed, &inputs, &decision, &settings);
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

/* The same stimuli through core/ and the reference: outputs and causes, tick by tick. Every other run is
 * kept to the remote on and few signals, for long enough to be cut, delayed and locked out. */
static void run_reference(uint64_t seed)
{
    struct test_random random = {.state = seed};
    const struct sbms_control_settings settings = random_settings(&random);
    const bool is_long = random_chance(&random, 8);
    const uint32_t ticks = is_long ? 4u * TICKS_MAX : (uint32_t)random_between(&random, 200, 800);
    const uint32_t may_touch = random_chance(&random, 2)
                                   ? STIMULUS_ALL
                                   : STIMULUS_SIGNALS | (random_chance(&random, 2) ? STIMULUS_SUPPLY : 0u);
    struct sbms_inputs inputs = inputs_healthy();
    struct reference_control reference;
    struct sbms_control control;
    uint32_t hold = 0;

    reference_init(&reference, &settings);
    assert_int_equal(sbms_control_init(&control, &settings), SBMS_SETTINGS_OK);
    for (uint32_t tick = 0; tick < ticks; tick++) {
        struct sbms_decision is;
        struct sbms_decision should_be;

        if (hold == 0) {
            random_change(&random, &inputs, may_touch, settings.lockout_clear_mv);
            if (is_long && random_chance(&random, 2)) { /* cut, then back */
                inputs.atd = !inputs.atd;
            }
            hold = is_long ? (uint32_t)random_between(&random, 1, 260) : random_hold_ticks(&random);
        }
        hold--;
        is = sbms_control_step(&control, &inputs);
        should_be = reference_step(&reference, &inputs);
        if (!decisions_equal(&is, &should_be)) {
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

static uint32_t make_stimulus(struct test_random *random)
{
    const uint32_t ticks = (uint32_t)random_between(random, 300, (int32_t)TICKS_MAX);
    struct sbms_inputs inputs = inputs_healthy();
    uint32_t hold = CALM_TICKS;

    for (uint32_t tick = 0; tick < ticks; tick++) {
        if (hold == 0) {
            random_change(random, &inputs, STIMULUS_SIGNALS | STIMULUS_REMOTE, 13000);
            hold = random_hold_ticks(random);
        }
        hold--;
        stimulus[tick] = inputs;
        altered[tick] = inputs;
    }
    return ticks;
}

/* Runs both and returns the first tick at which a chosen output differs, or `ticks`. */
static uint32_t first_difference(uint32_t ticks, const struct sbms_control_settings *settings, bool load,
                                 bool charger)
{
    struct sbms_control a;
    struct sbms_control b;

    assert_int_equal(sbms_control_init(&a, settings), SBMS_SETTINGS_OK);
    assert_int_equal(sbms_control_init(&b, settings), SBMS_SETTINGS_OK);
    for (uint32_t tick = 0; tick < ticks; tick++) {
        const struct sbms_outputs x = sbms_control_step(&a, &stimulus[tick]).outputs;
        const struct sbms_outputs y = sbms_control_step(&b, &altered[tick]).outputs;

        if (load && (x.load != y.load || x.prealarm != y.prealarm || x.led_load != y.led_load)) {
            return tick;
        }
        if (charger && (x.charger != y.charger || x.led_fault != y.led_fault)) {
            return tick;
        }
    }
    return ticks;
}

/* Replaces one signal from CALM_TICKS on: by its opposite, or by noise of its own. */
static void alter_signal(struct test_random *random, uint32_t ticks, enum test_signal signal)
{
    const bool flip = random_chance(random, 2);
    bool level = true;
    uint32_t hold = 0;

    for (uint32_t tick = CALM_TICKS; tick < ticks; tick++) {
        if (hold == 0) {
            level = !level;
            hold = random_hold_ticks(random);
        }
        hold--;
        signal_set(&altered[tick], signal, flip ? !signal_get(&stimulus[tick], signal) : level);
    }
}

static void run_independence(uint64_t seed)
{
    struct test_random random = {.state = seed};
    const struct sbms_control_settings settings = random_settings(&random);
    uint32_t ticks = make_stimulus(&random);

    alter_signal(&random, ticks, SIGNAL_ATC);
    if (first_difference(ticks, &settings, true, false) != ticks) {
        fail_run(seed, first_difference(ticks, &settings, true, false),
                 "ATC moved Load or pre-alarm (LOAD-7)");
    }

    ticks = make_stimulus(&random);
    alter_signal(&random, ticks, SIGNAL_ATD);
    alter_signal(&random, ticks, SIGNAL_NO_PREALARM);
    if (first_difference(ticks, &settings, false, true) != ticks) {
        fail_run(seed, first_difference(ticks, &settings, false, true),
                 "ATD or no-pre-alarm moved Charger (CHG-2)");
    }
}

/* True when `signal` rests at one level from nine ticks before the glitch to one after it. */
static bool signal_rests(uint32_t from, uint32_t to, enum test_signal signal)
{
    for (uint32_t tick = from - 9u; tick <= to; tick++) {
        if (signal_get(&stimulus[tick], signal) != signal_get(&stimulus[from], signal)) {
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

    if (from + length >= ticks || !signal_rests(from, from + length, signal)) {
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

/* Puts short glitches on whatever rests, some on all three signals at once; at least 20 ticks apart. */
static void run_glitches(uint64_t seed)
{
    struct test_random random = {.state = seed};
    struct sbms_control_settings settings = random_settings(&random);
    const uint32_t ticks = make_stimulus(&random);
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
    different = first_difference(ticks, &settings, true, true);
    if (different != ticks) {
        fail_run(seed, different, "a glitch shorter than its debounce changed an output (SAFE-2)");
    }
}

/* ---- the tests ---------------------------------------------------------------------------------- */

/* SUP-3, LOAD-1, LOAD-2, LOAD-3, LOAD-4, LOAD-5, LOAD-6, PRE-1, PRE-2, PRE-3, PRE-4, PRE-5, CHG-1, CHG-3,
 * REM-5, LED-1, LED-2, LED-3, SAFE-1, SAFE-7 */
static void test_monitors(void **state)
{
    (void)state;
    run_all(run_monitors);
}

/* All of sections 2 to 7 that core/ carries out: LOAD-6 with its delay and lock-out, SAFE-3's causes, LED-3's
 * blinking, REM-1 and REM-4 at the edge of each threshold. */
static void test_reference(void **state)
{
    (void)state;
    run_all(run_reference);
    for (uint8_t cause = 0; cause < SBMS_CAUSE_COUNT && environment_runs(ALL_CAUSES_RUNS) >= ALL_CAUSES_RUNS;
         cause++) {
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

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_monitors),
        cmocka_unit_test(test_reference),
        cmocka_unit_test(test_independence),
        cmocka_unit_test(test_glitches),
    };

    if (count > 0) {
        program = arguments[0];
    }
    return cmocka_run_group_tests_name("properties", tests, NULL, NULL);
}
