/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Passing many ticks at once is the same as stepping them one by one, field by field, and "the same inputs"
 * are. Seeds follow until 8,000,000 ticks are stepped, or RUNS of them from SEED on.
 */
#include "tests/control_fixture.h"

static const char *program = "test_skip";

static void fail_run(uint64_t seed, uint32_t tick, const char *what)
{
    print_error("tick %" PRIu32 ": %s\n", tick, what);
    print_error("replay: SEED=%" PRIu64 " RUNS=1 %s\n", seed, program);
    fail();
}

static uint64_t ticks_to_step(void)
{
    const char *variant = getenv("SMALLBMS_VARIANT");
    const bool is_whole = variant == NULL || strcmp(variant, "release") == 0;

    return is_whole ? 8000000 : 1000000;
}

/* ---- skipping ----------------------------------------------------------------------------------- */

struct skip_tally {
    uint64_t seed;
    uint64_t stepped; /* ticks so far */
    uint64_t held;    /* ticks of the runs */
    uint64_t passed;  /* of them, those that the law would have passed at once */
    uint64_t asked;   /* how often the quiet ticks were asked for */
    uint64_t forever; /* ... and the answer was that nothing will ever change */
};

/* Some settings of LOAD-6 are long: the whole range of delays here. */
static struct sbms_control_settings skip_settings(struct test_random *random)
{
    struct sbms_control_settings settings = random_settings(random);

    if (random_chance(random, 4)) {
        settings.reconnect_delay_s = (uint16_t)random_below(random, 3601);
    }
    return settings;
}

/* From `control`, with `inputs`: `ticks` at once and one by one leave the same state and move no output. */
static void check_skip(struct skip_tally *tally, const struct sbms_control *control,
                       const struct sbms_inputs *inputs, uint32_t ticks)
{
    struct sbms_control skipped = *control;
    struct sbms_control stepped = *control;
    const struct sbms_outputs before = sbms_control_outputs(control);
    const char *difference = NULL;

    sbms_control_skip(&skipped, inputs, ticks);
    for (uint32_t i = 0; i < ticks; i++) {
        const struct sbms_decision decision = sbms_control_step(&stepped, inputs);

        if (!outputs_equal(&decision.outputs, &before)) {
            fail_run(tally->seed, control->tick + i, "an output changed in a quiet tick");
        }
        if (decision.load_cause != SBMS_CAUSE_NONE || decision.prealarm_cause != SBMS_CAUSE_NONE ||
            decision.charger_cause != SBMS_CAUSE_NONE) {
            fail_run(tally->seed, control->tick + i, "a quiet tick has a cause");
        }
    }
    tally->stepped += ticks;
    difference = control_difference(&skipped, &stepped);
    if (difference != NULL) {
        print_error("skipping %" PRIu32 " ticks leaves another %s than stepping\n", ticks, difference);
        fail_run(tally->seed, control->tick, "skipping is not stepping");
    }
}

/* One random run: now and then skipped in pieces, and stepped between. */
static void run_skip(struct skip_tally *tally, uint64_t seed)
{
    struct test_random random = {.state = seed};
    const struct sbms_control_settings settings = skip_settings(&random);
    const bool is_long = settings.reconnect_delay_s > 60;
    struct sbms_inputs inputs = inputs_healthy();
    struct sbms_control control;

    tally->seed = seed;
    assert_int_equal(sbms_control_init(&control, &settings), SBMS_SETTINGS_OK);
    if (random_chance(&random, 4)) {
        control.tick = UINT32_MAX - random_below(&random, 5000); /* SAFE-6: its wrap, too */
    }
    for (uint32_t hold = 0; hold < 100; hold++) {
        uint32_t left =
            is_long && random_chance(&random, 4) ? random_below(&random, 30000) : random_hold_ticks(&random);

        random_change(&random, &inputs, STIMULUS_ALL, settings.lockout_clear_mv);
        tally->held += left;
        while (left > 0) {
            const uint32_t quiet = sbms_control_quiet_ticks(&control, &inputs);
            uint32_t ticks = quiet < left ? quiet : left;

            tally->asked++;
            tally->forever += quiet == SBMS_TICKS_FOREVER;
            if (random_chance(&random, 2)) { /* in part: quiet ticks may be passed in any pieces */
                ticks = random_below(&random, ticks + 1u);
            }
            tally->passed += ticks;
            check_skip(tally, &control, &inputs, ticks);
            sbms_control_skip(&control, &inputs, ticks);
            left -= ticks;
            if (left > 0) { /* past the end of the quiet, or within it */
                (void)sbms_control_step(&control, &inputs);
                left--;
            }
        }
    }
}

/* SAFE-6, LOAD-3, LOAD-6, LOAD-8, CHG-5, PRE-4, SUP-3, SAFE-4, LED-3 and all others that time decides: skipping is stepping,
 * and most of the time of a run with held inputs can be skipped. */
static void test_skip_is_step(void **state)
{
    const uint64_t wanted = ticks_to_step();
    struct skip_tally tally = {.seed = 0};

    (void)state;
    for (uint64_t i = 0; environment_runs(0) > 0 ? i < environment_runs(0) : tally.stepped < wanted; i++) {
        run_skip(&tally, environment_seed(1) + i);
    }
    print_message("skip: %" PRIu64 " ticks stepped, %" PRIu64 " of %" PRIu64 " to be skipped, %" PRIu64
                  " answers, %" PRIu64 " without end\n",
                  tally.stepped, tally.passed, tally.held, tally.asked, tally.forever);
    if (tally.stepped < 1000000u) {
        return; /* RUNS are too few to say how often */
    }
    assert_true(tally.forever * 4000 > tally.stepped);
    assert_true(tally.passed * 10 > tally.held * 7);
}

/* ---- small runs ---------------------------------------------------------------------------------- */

#define SMALL_INPUTS_MAX 40u

/* A few samples of each kind, each with the remote on and off. */
static uint32_t small_inputs(struct sbms_inputs *all)
{
    static const uint8_t faults[] = {SBMS_FAULT_MEMORY, SBMS_FAULT_REFERENCE, SBMS_FAULT_OUTPUT, 200};
    static const int32_t supplies_mv[] = {7499, 7500, 7999, 8000, 13000};
    uint32_t count = 0;

    for (int on = 0; on < 2; on++) {
        struct sbms_inputs plain = inputs_healthy();

        remote_set(&plain, on != 0);
        all[count++] = plain;
        for (int lost = 0; lost <= SIGNAL_COUNT; lost++) { /* each alone, and all */
            all[count] = plain;
            for (int signal = 0; signal < SIGNAL_COUNT; signal++) {
                signal_set(&all[count], (enum test_signal)signal, lost != signal && lost != SIGNAL_COUNT);
            }
            count++;
        }
        for (size_t i = 0; i < sizeof faults; i++) {
            all[count] = plain;
            all[count++].fault = faults[i];
        }
        for (size_t i = 0; i < sizeof supplies_mv / sizeof supplies_mv[0]; i++) {
            all[count] = plain;
            all[count++].vbat_mv = supplies_mv[i];
        }
        for (uint8_t differing = 1; differing <= 4; differing = (uint8_t)(2 * differing)) {
            all[count] = plain;
            all[count++].differing = differing;
        }
        all[count] = plain;
        all[count].vbat_mv = 7000;
        all[count++].fault = SBMS_FAULT_REFERENCE;
    }
    assert_true(count <= SMALL_INPUTS_MAX);
    return count;
}

/* Three samples, each held for some ticks. */
static void run_small(struct skip_tally *tally, const struct sbms_inputs *inputs[3], const uint32_t held[3])
{
    const struct sbms_control_settings settings = {
        .reconnect_delay_s = 1, .lockout_retries = 1, .lockout_clear_mv = 13000};
    struct sbms_control control;

    (void)sbms_control_init(&control, &settings);
    for (size_t i = 0; i < 3; i++) {
        for (uint32_t tick = 0; tick < held[i]; tick++) {
            const uint32_t quiet = sbms_control_quiet_ticks(&control, inputs[i]);

            check_skip(tally, &control, inputs[i], quiet < 6u ? quiet : 1u);
            (void)sbms_control_step(&control, inputs[i]);
        }
    }
}

/* SAFE-1, SAFE-2, SAFE-4: from power-on, each sample for each of some first ticks, then each other one, then a third: at every
 * tick skipping is stepping. Here are the starts, the first of two samples and the faults that come with power, which a
 * random run seldom has. */
static void test_small_runs(void **state)
{
    static const uint32_t first_ticks[] = {1, 2, 5, 8, 26};
    static const uint32_t then_ticks[] = {1, 3, 12};
    struct sbms_inputs inputs[SMALL_INPUTS_MAX];
    const uint32_t count = small_inputs(inputs);
    struct test_random random = {.state = 1};
    struct skip_tally tally = {.seed = 0};

    (void)state;
    for (uint32_t run = 0; run < count * count * 15u; run++) {
        const uint32_t kind = run / count / count;
        const struct sbms_inputs *first = &inputs[run % count];
        const struct sbms_inputs *held[3] = {first, &inputs[run / count % count], first};
        const uint32_t ticks[3] = {first_ticks[kind % 5u], then_ticks[kind / 5u], 12};

        if (random_chance(&random, 2)) {
            held[2] = &inputs[random_below(&random, count)];
        }
        run_small(&tally, held, ticks);
    }
}

/* SAFE-1: a sample below 8.0 V takes back what a region has counted: it has not decided, though all signals have long been
 * absent. */
static void test_undecided_is_not_settled(void **state)
{
    struct skip_tally tally = {.seed = 0};

    (void)state;
    for (uint32_t run = 0; run < 8u * 5u; run++) {
        struct sbms_inputs first = inputs_healthy();
        struct sbms_inputs none = first;
        struct sbms_inputs low;

        for (int signal = 0; signal < SIGNAL_COUNT; signal++) {
            signal_set(&first, (enum test_signal)signal, (run >> signal & 1u) != 0u);
            signal_set(&none, (enum test_signal)signal, false);
        }
        low = none;
        low.vbat_mv = 7999;
        run_small(&tally, (const struct sbms_inputs *[3]){&first, &low, &none},
                  (const uint32_t[3]){1u + run / 8u, 1u, 30u});
    }
}

/* ---- states that last --------------------------------------------------------------------------- */

/* Nothing can change for ever: in each of these a year passes in one call. */
static void expect_forever(const struct sbms_control *control, const struct sbms_inputs *inputs)
{
    const struct sbms_outputs before = sbms_control_outputs(control);
    struct sbms_control later = *control;
    struct sbms_outputs after;

    assert_int_equal(sbms_control_quiet_ticks(control, inputs), SBMS_TICKS_FOREVER);
    sbms_control_skip(&later, inputs, 365u * 86400u * SBMS_TICKS_PER_S);
    assert_int_equal(later.tick, (uint32_t)(control->tick + 365u * 86400u * SBMS_TICKS_PER_S));
    after = sbms_control_outputs(&later);
    assert_true(outputs_equal(&before, &after));
    assert_int_equal(sbms_control_quiet_ticks(&later, inputs), SBMS_TICKS_FOREVER);
    sbms_control_skip(&later, inputs, SBMS_TICKS_FOREVER);
    assert_int_equal(sbms_control_quiet_ticks(&later, inputs), SBMS_TICKS_FOREVER);
}

/* Steps until what was sampled has settled, then expects that `quiet` ticks come, passes them, and steps once more. */
static void expect_quiet(struct test_bench *bench, uint32_t settling, uint32_t quiet)
{
    for (uint32_t tick = 0; tick < settling; tick++) {
        bench_step(bench);
    }
    assert_int_equal(sbms_control_quiet_ticks(&bench->control, &bench->inputs), quiet);
    sbms_control_skip(&bench->control, &bench->inputs, quiet);
    assert_int_equal(sbms_control_quiet_ticks(&bench->control, &bench->inputs), 0);
    bench_step(bench);
}

/* LOAD-2, PRE-2, LOAD-3, LOAD-6, LOAD-8, REM-5, SUP-3, SAFE-1: healthy, warned, cut, off and without supply are quiet for ever,
 * and the ticks before each are named exactly. */
static void test_lasting_states(void **state)
{
    const struct sbms_control_settings settings = {
        .reconnect_delay_s = 3600, .lockout_retries = 1, .lockout_clear_mv = 13400};
    struct test_bench bench;

    (void)state;
    bench_start(&bench, &settings);
    expect_forever(&bench.control, &bench.inputs);

    bench.inputs.no_prealarm = false;
    bench_hold(&bench, 1);
    for (uint32_t tick = 0; tick < 7; tick++) {
        bench_step(&bench);
    }
    bench_expect(&bench, 1, 1, 1, 0);
    expect_forever(&bench.control, &bench.inputs);

    bench.inputs.atd =
        false; /* the warning is 244 ticks from the second sample of the loss; 8 have passed, 2 more here */
    expect_quiet(&bench, 8, 244u - 14u - 1u);
    bench_expect(&bench, 0, 0, 1, 0);
    expect_quiet(&bench, 0, 240u - 1u); /* LOAD-8: the wait of 30 s */
    expect_forever(&bench.control, &bench.inputs);

    bench.inputs.atd = bench.inputs.no_prealarm = true;
    expect_quiet(&bench, 8, 28799); /* LOAD-6: an hour from ATD's return */
    bench_expect(&bench, 1, 0, 1, 0);
    bench_expect_causes(&bench, SBMS_CAUSE_RECONNECT_DELAY, SBMS_CAUSE_NONE, SBMS_CAUSE_NONE);
    expect_quiet(&bench, 0, 4799); /* LOAD-8: 10 min take a step back, and again */
    expect_quiet(&bench, 0, 4799);
    expect_forever(&bench.control, &bench.inputs);

    remote_set(&bench.inputs, false);
    bench_hold(&bench, 1);
    expect_quiet(&bench, 1, 6); /* off for 1 s */
    expect_forever(&bench.control, &bench.inputs);
    bench.inputs.vbat_mv = 7000;
    bench_step(&bench);
    bench_step(&bench);
    expect_forever(&bench.control, &bench.inputs);
    for (uint8_t fault = 0; fault <= SBMS_FAULT_REFERENCE;
         fault++) { /* what a fault leaves is forgotten first */
        bench.inputs.fault = fault;
        bench_step(&bench);
        bench.inputs.fault = SBMS_FAULT_NONE;
        if (fault != SBMS_FAULT_NONE) {
            assert_int_equal(sbms_control_quiet_ticks(&bench.control, &bench.inputs), 0);
            bench_step(&bench);
        }
        expect_forever(&bench.control, &bench.inputs);
    }
}

/* SAFE-2, SUP-3, REM-1, LOAD-6, SAFE-4: a device with all well is quiet for ever, and not once any one input is another. */
static void test_all_well(void **state)
{
    const struct sbms_control_settings settings = {.lockout_retries = 1, .lockout_clear_mv = 13400};
    struct test_bench bench;
    struct sbms_inputs other[8];

    (void)state;
    bench_start(&bench, &settings);
    expect_forever(&bench.control, &bench.inputs);
    for (size_t i = 0; i < 8; i++) {
        other[i] = bench.inputs;
    }
    other[0].atc = false;
    other[1].atd = false;
    other[2].no_prealarm = false;
    other[3].vbat_mv = 7499;
    other[4].vbat_mv = 13400;
    other[5].differing = 1u << SBMS_OUTPUT_LOAD;
    other[6].fault = SBMS_FAULT_REFERENCE;
    remote_set(&other[7], false);
    for (size_t i = 0; i < 8; i++) {
        assert_in_range(sbms_control_quiet_ticks(&bench.control, &other[i]), 0, 240);
    }
    bench.control.settings.warning_time_s = 1; /* what no run leaves */
    assert_int_equal(sbms_control_quiet_ticks(&bench.control, &bench.inputs), 0);
}

/* LOAD-6: a locked-out Load is quiet for ever while the supply stays low, and for 240 ticks while it is up. */
static void test_lasting_lockout(void **state)
{
    const struct sbms_control_settings settings = {.lockout_retries = 1, .lockout_clear_mv = 13400};
    struct test_bench bench;

    (void)state;
    bench_start(&bench, &settings);
    for (uint32_t cut = 0; cut < 2; cut++) {
        bench.inputs.atd = bench.inputs.no_prealarm = false;
        for (uint32_t tick = 0; tick < 2u + 244u; tick++) {
            bench_step(&bench);
        }
        bench_expect(&bench, 0, 0, 1, 0);
        bench.inputs.atd = bench.inputs.no_prealarm = true;
        for (uint32_t tick = 0; tick < 480; tick++) {
            bench_step(&bench);
        }
        bench_expect(&bench, cut == 0, 0, 1, 0);
    }
    expect_forever(&bench.control, &bench.inputs);
    bench.inputs.vbat_mv = 13400;
    expect_quiet(&bench, 100, 139);
    bench_expect(&bench, 1, 0, 1, 0);
    bench_expect_causes(&bench, SBMS_CAUSE_LOCKOUT_CLEARED, SBMS_CAUSE_NONE, SBMS_CAUSE_NONE);

    bench_start(&bench, &settings); /* without a cut the supply has nothing to clear after its 240 ticks */
    bench.inputs.vbat_mv = 13400;
    for (uint32_t tick = 0; tick < 240; tick++) {
        assert_int_equal(sbms_control_quiet_ticks(&bench.control, &bench.inputs), 239u - tick);
        bench_step(&bench);
    }
    expect_forever(&bench.control, &bench.inputs);
}

/* PRE-4, CHG-5, SAFE-4: the calm end of an alarm, Charger's wait, and each wait of a short. */
static void test_lasting_waits(void **state)
{
    struct test_bench bench;

    (void)state;
    bench_start(&bench, NULL);
    bench.inputs.no_prealarm = false;
    for (uint32_t tick = 0; tick < 20; tick++) {
        bench_step(&bench);
    }
    bench.inputs.no_prealarm = true;
    expect_quiet(&bench, 8, 79); /* 10 s from the tick at which it counts as present */
    bench_expect(&bench, 1, 0, 1, 0);

    bench_start(&bench, NULL);
    bench.inputs.atc = false;
    for (uint32_t tick = 0; tick < 2; tick++) {
        bench_step(&bench);
    }
    bench.inputs.atc = true;
    expect_quiet(&bench, 8, 40u - 8u - 1u);
    bench_expect_causes(&bench, SBMS_CAUSE_NONE, SBMS_CAUSE_NONE, SBMS_CAUSE_CHARGER_WAIT);

    bench_start(&bench, NULL);
    bench.inputs.differing = 1u << SBMS_OUTPUT_CHARGER;
    expect_quiet(&bench, 0, 3); /* 0.5 s */
    bench_expect_causes(&bench, SBMS_CAUSE_NONE, SBMS_CAUSE_NONE, SBMS_CAUSE_OUTPUT_FAULT);
    assert_true(sbms_control_quiet_ticks(&bench.control, &bench.inputs) < 480u); /* red blinks */
}

/* LED-3: every place of every fault's blinking: the quiet ends where red changes, to the tick. */
static void test_blinking(void **state)
{
    struct test_bench bench;

    (void)state;
    for (uint8_t fault = 1; fault <= 10; fault++) {
        bench_start(&bench, NULL);
        bench.inputs.fault = fault == SBMS_FAULT_OUTPUT ? SBMS_FAULT_NONE : fault;
        bench.inputs.differing = fault == SBMS_FAULT_OUTPUT ? 1u << SBMS_OUTPUT_CHARGER : 0u;
        for (uint32_t tick = 0; tick < 400; tick++) { /* past the cut that a lost reference ends in */
            bench_step(&bench);
        }
        for (uint32_t tick = 0; tick < 100; tick++) {
            const uint32_t quiet = sbms_control_quiet_ticks(&bench.control, &bench.inputs);
            struct test_bench ahead = bench;
            struct sbms_control skipped = bench.control;

            assert_int_equal(bench_until_edge(&ahead, 100), quiet + 1u);
            ahead = bench;
            bench_hold(&ahead, quiet);
            sbms_control_skip(&skipped, &bench.inputs, quiet);
            assert_null(control_difference(&skipped, &ahead.control));
            bench_step(&bench);
        }
    }
}

/* SUP-3, SAFE-2: the tick after one sample of a low supply is not quiet, nor is the first of a supply that has come. */
static void test_supply_that_has_not_settled(void **state)
{
    struct test_bench bench;

    (void)state;
    bench_start(&bench, NULL);
    bench.inputs.vbat_mv = 7499;
    bench_hold(&bench, 1);
    bench.inputs.vbat_mv = 7500;
    assert_int_equal(sbms_control_quiet_ticks(&bench.control, &bench.inputs), 0);
    bench_hold(&bench, 1);
    expect_forever(&bench.control, &bench.inputs);
    bench_reset(&bench, NULL);
    bench.inputs.vbat_mv = 7999;
    expect_forever(&bench.control, &bench.inputs);
    bench.inputs.vbat_mv = 8000;
    assert_int_equal(sbms_control_quiet_ticks(&bench.control, &bench.inputs), 0);
}

/* SUP-3, SAFE-4: a low supply that has never been enough is not seen while the reference is faulty: what floats and is high
 * is counted then. */
static void test_reference_fault_without_supply(void **state)
{
    struct test_bench bench;

    (void)state;
    bench_reset(&bench, NULL);
    bench.inputs.vbat_mv = 7000;
    bench_step(&bench);
    bench.inputs.fault = SBMS_FAULT_REFERENCE;
    bench.inputs.differing = 1u << SBMS_OUTPUT_CHARGER;
    for (uint32_t tick = 0; tick < 4u * (4u + 2u); tick++) { /* two rounds of blinks, to the tick */
        const uint32_t quiet = sbms_control_quiet_ticks(&bench.control, &bench.inputs);
        struct sbms_control skipped = bench.control;

        sbms_control_skip(&skipped, &bench.inputs, quiet);
        bench_hold(&bench, quiet);
        assert_null(control_difference(&skipped, &bench.control));
        bench_step(&bench);
    }
    assert_in_range(bench.control.law.differ_ticks[SBMS_OUTPUT_CHARGER], 24, 240);
}

/* ---- equal inputs ------------------------------------------------------------------------------- */

/* `a` moved a little, or a lot, to the other side of something or not. */
static struct sbms_inputs random_neighbour(struct test_random *random, const struct sbms_inputs *a,
                                           int32_t clear_mv)
{
    struct sbms_inputs b = *a;

    if (random_chance(random, 16)) {
        b.differing ^= (uint8_t)(1u << random_below(random, SBMS_OUTPUT_COUNT));
    }
    switch (random_below(random, 8)) {
    case 0:
        signal_set(&b, (enum test_signal)random_below(random, SIGNAL_COUNT), random_chance(random, 2));
        break;
    case 1:
    case 2:
        random_remote(random, &b);
        break;
    case 3:
        b.fault = (uint8_t)random_below(random, 12);
        break;
    case 4:
        b.vbat_mv += random_between(random, -2, 2);
        break;
    default:
        b.vbat_mv = random_supply_mv(random, clear_mv);
        break;
    }
    return b;
}

/* Steps both for as long as the first is quiet, and the tick after. */
static void check_same(uint64_t seed, const struct sbms_control *control, const struct sbms_inputs *a,
                       const struct sbms_inputs *b, uint32_t ticks)
{
    struct sbms_control with_a = *control;
    struct sbms_control with_b = *control;

    for (uint32_t i = 0; i < ticks; i++) {
        const struct sbms_decision x = sbms_control_step(&with_a, a);
        const struct sbms_decision y = sbms_control_step(&with_b, b);

        if (!decisions_equal(&x, &y) || control_difference(&with_a, &with_b) != NULL) {
            fail_run(seed, control->tick + i, "inputs that are called the same are not");
        }
    }
}

static void run_same(uint64_t seed, uint64_t *same_count, uint64_t *missed_count)
{
    struct test_random random = {.state = seed};
    const struct sbms_control_settings settings = skip_settings(&random);
    struct sbms_inputs inputs = inputs_healthy();
    struct sbms_control control;

    assert_int_equal(sbms_control_init(&control, &settings), SBMS_SETTINGS_OK);
    for (uint32_t hold = 0; hold < 100; hold++) {
        random_change(&random, &inputs, STIMULUS_ALL, settings.lockout_clear_mv);
        for (uint32_t left = random_hold_ticks(&random) % 32u; left > 0; left--) {
            const struct sbms_inputs other = random_neighbour(&random, &inputs, settings.lockout_clear_mv);

            assert_true(sbms_control_same(&control, &inputs, &inputs));
            if (sbms_control_same(&control, &inputs, &other)) {
                const uint32_t quiet = sbms_control_quiet_ticks(&control, &inputs);

                assert_int_equal(sbms_control_quiet_ticks(&control, &other), quiet);
                assert_true(sbms_control_same(&control, &other, &inputs));
                check_same(seed, &control, &inputs, &other, quiet < 300 ? quiet + 1 : 2);
                ++*same_count;
            } else {
                ++*missed_count;
            }
            (void)sbms_control_step(&control, &inputs);
        }
    }
}

/* REM-1, REM-4, SUP-3, LOAD-6: inputs that are called the same give the same decisions and states. */
static void test_same_inputs(void **state)
{
    const uint64_t runs = environment_runs(1u + ticks_to_step() / 4000u);
    uint64_t same_count = 0;
    uint64_t missed_count = 0;

    (void)state;
    for (uint64_t i = 0; i < runs; i++) {
        run_same(environment_seed(1) + i, &same_count, &missed_count);
    }
    if (runs < 100u) {
        return;
    }
    assert_true(same_count > 100 * runs);
    assert_true(missed_count > 100 * runs);
}

/* SUP-3, REM-1, REM-4, LOAD-6: a drift that crosses nothing is no change; one millivolt over a threshold is. */
static void test_same_thresholds(void **state)
{
    const struct sbms_control_settings settings = {.lockout_retries = 1, .lockout_clear_mv = 13200};
    struct sbms_inputs a = inputs_healthy();
    struct sbms_inputs b = a;
    struct test_bench bench;

    (void)state;
    bench_start(&bench, &settings);
    for (a.vbat_mv = 6000; a.vbat_mv < 15000; a.vbat_mv++) {
        b.vbat_mv = a.vbat_mv + 1;
        if (b.vbat_mv == 7500 || b.vbat_mv == 13200) {
            assert_false(sbms_control_same(&bench.control, &a, &b));
        } else if (b.vbat_mv != 8000) { /* matters before the start only */
            assert_true(sbms_control_same(&bench.control, &a, &b));
        }
    }
    a = b = inputs_healthy();
    for (a.remote_l_mv = -70000; a.remote_l_mv < 70000; a.remote_l_mv++) {
        b.remote_l_mv = a.remote_l_mv + 1;
        if (b.remote_l_mv == 3550) {
            assert_false(sbms_control_same(&bench.control, &a, &b));
        } else if (b.remote_l_mv != 3500) { /* matters while off only */
            assert_true(sbms_control_same(&bench.control, &a, &b));
        }
    }
    a = b = inputs_healthy();
    a.remote_l_mv = b.remote_l_mv = L_OPEN_MV;
    for (a.remote_h_mv = -70000; a.remote_h_mv < 70000; a.remote_h_mv++) {
        b.remote_h_mv = a.remote_h_mv + 1;
        if (a.remote_h_mv == 2850) {
            assert_false(sbms_control_same(&bench.control, &a, &b));
        } else if (a.remote_h_mv != 2900) {
            assert_true(sbms_control_same(&bench.control, &a, &b));
        }
    }
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_small_runs),
        cmocka_unit_test(test_undecided_is_not_settled),
        cmocka_unit_test(test_skip_is_step),
        cmocka_unit_test(test_lasting_states),
        cmocka_unit_test(test_all_well),
        cmocka_unit_test(test_lasting_lockout),
        cmocka_unit_test(test_lasting_waits),
        cmocka_unit_test(test_blinking),
        cmocka_unit_test(test_supply_that_has_not_settled),
        cmocka_unit_test(test_reference_fault_without_supply),
        cmocka_unit_test(test_same_inputs),
        cmocka_unit_test(test_same_thresholds),
    };

    if (count > 0) {
        program = arguments[0];
    }
    return cmocka_run_group_tests_name("skip", tests, NULL, NULL);
}
