/* SPDX-License-Identifier: Apache-2.0 */
/* The law's memory, at every step: the waits of LOAD-8 and CHG-5, LOAD-6, the tries of SAFE-4, and what outlives a reset. */
#include "tests/control_bench.h"

/* ---- LOAD-8 ----------------------------------------------------------------------------------- */

/* LOAD-8, SUP-3, SAFE-4: whatever cuts Load, nine times in a row: 5 s, 30 s, 1, 2, 4, 8, 16 min and no further, to the tick;
 * by ATD, chain or reference the first of these is left out. A return that had to wait says hold_off. */
static void test_load_waits(void **state)
{
    struct test_bench bench;

    (void)state;
    for (int means = 0; means < MEANS_COUNT; means++) {
        bench_start(&bench, NULL);
        for (uint32_t cut = 0; cut < 8; cut++) {
            bench_cut_by(&bench, (enum means)means);
            assert_int_equal(bench_until_load(&bench, 10000),
                             load_waits[cut + (is_by_signal((enum means)means) ? 1u : 0u)]);
            assert_int_equal(bench.decision.load_cause, SBMS_CAUSE_HOLD_OFF);
            bench_hold(&bench, 3);
        }
    }
}

/* LOAD-8: cuts of both kinds share the steps: ATD takes the second step only where it finds the first. */
static void test_load_waits_of_mixed_cuts(void **state)
{
    struct test_bench bench;

    (void)state;
    bench_start(&bench, NULL);
    bench_cut_by(&bench, MEANS_REMOTE);
    assert_int_equal(bench_until_load(&bench, 10000), 40);
    bench_cut_by(&bench, MEANS_ATD);
    assert_int_equal(bench_until_load(&bench, 10000), 240);
    bench_cut_by(&bench, MEANS_SUPPLY);
    assert_int_equal(bench_until_load(&bench, 10000), 480);
    bench_cut_by(&bench, MEANS_CHAIN);
    assert_int_equal(bench_until_load(&bench, 10000), 960);
}

/* LOAD-8: ATD back after the wait returns Load at once, because of ATD; the wait's end and ATD's return at one tick too. */
static void test_load_wait_and_atd(void **state)
{
    struct test_bench bench;

    (void)state;
    for (uint32_t back = 225; back <= 240; back++) { /* ATD is absent for so many ticks after the cut */
        bench_start(&bench, NULL);
        bench_cut(&bench);
        bench_hold(&bench, back);
        bench.inputs.atd = bench.inputs.no_prealarm = true;
        assert_int_equal(bench_until_edge(&bench, 1000), back <= 232 ? 240 - back : 8);
        bench_expect(&bench, 1, 0, 1, 0);
        bench_expect_causes(&bench, back < 232 ? SBMS_CAUSE_HOLD_OFF : SBMS_CAUSE_ATD_RETURNED,
                            SBMS_CAUSE_NONE, SBMS_CAUSE_NONE);
    }
}

/* Four cuts, so that the next one finds the fifth step; Load high for `high_ticks` after its return, then that cut: it takes
 * the step that is `steps` further back. */
static void steps_back(uint32_t high_ticks, uint32_t steps)
{
    struct test_bench bench;

    bench_start(&bench, NULL);
    for (uint32_t cut = 0; cut < 4; cut++) {
        bench_cut_by(&bench, MEANS_FAULT);
        assert_int_equal(bench_until_load(&bench, 10000), load_waits[cut]);
    }
    bench_hold(&bench, high_ticks);
    bench_cut_by(&bench, MEANS_FAULT);
    assert_int_equal(bench_until_load(&bench, 10000), load_waits[4 - steps]);
}

/* LOAD-8: each 10 min of Load high go one step back, to the first and no further; one tick less does not. */
static void test_load_steps_back(void **state)
{
    (void)state;
    steps_back(0, 0);
    for (uint32_t rests = 1; rests <= 4; rests++) {
        steps_back(rests * CALM_TICKS - 1, rests - 1);
        steps_back(rests * CALM_TICKS, rests);
    }
    steps_back(10 * CALM_TICKS, 4);
}

/* LOAD-8: a gap starts the 10 min anew. */
static void test_load_steps_back_only_without_a_gap(void **state)
{
    struct test_bench bench;

    (void)state;
    bench_start(&bench, NULL);
    for (uint32_t cut = 0; cut < 5; cut++) {
        bench_cut_by(&bench, MEANS_FAULT);
        assert_int_equal(bench_until_load(&bench, 10000), load_waits[cut]);
        bench_hold(&bench, CALM_TICKS - 1);
    }
}

/* LOAD-8: the wait runs on below 7.5 V, in a fault and with the remote off for less than 1 s; Charger never waits for it. */
static void test_load_wait_runs_on(void **state)
{
    struct test_bench bench;

    (void)state;
    bench_start(&bench, NULL);
    bench_cut(&bench);
    bench.inputs = inputs_healthy();
    bench.inputs.vbat_mv = 5000;
    for (uint32_t tick = 0; tick < 50; tick++) {
        bench_step(&bench);
    }
    bench.inputs = inputs_healthy();
    bench.inputs.fault = SBMS_FAULT_MEMORY;
    for (uint32_t tick = 0; tick < 50; tick++) {
        bench_step(&bench);
    }
    bench.inputs = inputs_healthy();
    bench_step(&bench); /* the reset */
    assert_int_equal(bench_until_cause(&bench, 20), 8);
    bench_expect(&bench, 0, 0, 1, 0);
    bench_expect_causes(&bench, SBMS_CAUSE_HOLD_OFF, SBMS_CAUSE_NONE, SBMS_CAUSE_START_UP);
    remote_set(&bench.inputs, false);
    for (uint32_t tick = 0; tick < 5; tick++) {
        bench_step(&bench);
    }
    remote_set(&bench.inputs, true);
    assert_int_equal(bench_until_load(&bench, 1000), 240 - 50 - 50 - 1 - 8 - 5);
    assert_int_equal(bench.decision.load_cause, SBMS_CAUSE_HOLD_OFF);
}

/* LOAD-8, LED-4: while Load waits with ATD present, blue is lit one tick in 16; led_load stays dark. */
static void test_blue_flashes_while_load_waits(void **state)
{
    struct test_bench bench;
    uint32_t flashes = 0;

    (void)state;
    bench_start(&bench, NULL);
    assert_true(sbms_control_blue(&bench.control));
    bench_cut(&bench);
    for (uint32_t tick = 0; tick < 64; tick++) {
        bench_step(&bench);
        assert_false(sbms_control_blue(&bench.control)); /* ATD is lost */
    }
    bench.inputs = inputs_healthy();
    bench_hold(&bench, 8);
    for (uint32_t tick = 0; tick < 160; tick++) {
        bench_hold(&bench, 1);
        assert_false(bench.decision.outputs.led_load);
        flashes += sbms_control_blue(&bench.control) ? 1u : 0u;
    }
    assert_int_equal(flashes, 10);
    remote_set(&bench.inputs, false);
    for (uint32_t tick = 0; tick < 20; tick++) {
        bench_step(&bench);
        assert_true(tick == 0 || !sbms_control_blue(&bench.control));
    }
}

/* ---- LOAD-6 ----------------------------------------------------------------------------------- */

/* LOAD-6, LOAD-8, SAFE-7: every reconnect delay of a spread, to the tick, beside the wait of 30 s; what ends last is the
 * cause. ATD lost again starts it anew, a glitch does not. */
static void test_reconnect_delay(void **state)
{
    struct test_bench bench;

    (void)state;
    for (uint16_t delay_s = 0; delay_s <= 3600; delay_s = (uint16_t)(delay_s + (delay_s < 70 ? 1 : 353))) {
        const struct sbms_control_settings settings = {.reconnect_delay_s = delay_s};
        const uint32_t delay_ticks = 8u + delay_s * 8u;

        bench_start(&bench, &settings);
        bench_cut(&bench);
        bench.inputs.atd = bench.inputs.no_prealarm = true;
        assert_int_equal(bench_until_edge(&bench, 40000), delay_ticks > 240 ? delay_ticks : 240);
        bench_expect(&bench, 1, 0, 1, 0);
        bench_expect_causes(&bench, delay_ticks > 240 ? SBMS_CAUSE_RECONNECT_DELAY : SBMS_CAUSE_HOLD_OFF,
                            SBMS_CAUSE_NONE, SBMS_CAUSE_NONE);
        if (delay_s == 0) {
            continue;
        }
        bench_off_and_on(&bench);
        bench_cut(&bench);
        bench_hold(&bench, 240); /* LOAD-8's wait is over */
        bench.inputs.atd = bench.inputs.no_prealarm = true;
        bench_hold(&bench, delay_ticks - 2u);
        bench.inputs.atd = false; /* a glitch of one tick is none (SAFE-2) */
        bench_hold(&bench, 1);
        bench.inputs.atd = true;
        assert_int_equal(bench_until_edge(&bench, 30), 1);
        bench_expect(&bench, 1, 0, 1, 0);
        bench_expect_causes(&bench, SBMS_CAUSE_RECONNECT_DELAY, SBMS_CAUSE_NONE, SBMS_CAUSE_NONE);
        bench_off_and_on(&bench);
        bench_cut(&bench);
        bench_hold(&bench, 240);
        bench.inputs.atd = true;
        bench_hold(&bench, delay_ticks - 2u);
        bench.inputs.atd = false;
        bench_hold(&bench, 2); /* two ticks are a loss, at the tick at which the delay would be over */
        bench.inputs.atd = true;
        bench.inputs.no_prealarm = true;
        assert_int_equal(bench_until_edge(&bench, 40000), delay_ticks);
    }
}

/* LOAD-6, SUP-3: the delay runs whatever the remote does for less than 1 s; a low supply starts it anew at Load's start. */
static void test_reconnect_delay_and_remote_and_supply(void **state)
{
    const struct sbms_control_settings settings = {.reconnect_delay_s = 100};
    struct test_bench bench;

    (void)state;
    bench_start(&bench, &settings);
    bench_cut(&bench);
    bench.inputs.atd = bench.inputs.no_prealarm = true;
    bench_hold(&bench, 400);
    remote_set(&bench.inputs, false);
    for (uint32_t tick = 0; tick < 7; tick++) {
        bench_step(&bench);
    }
    remote_set(&bench.inputs, true);
    bench_step(&bench);
    bench_step(&bench);
    bench_expect(&bench, 0, 0, 1, 0);
    assert_int_equal(bench_until_edge(&bench, 1000), 8 + 800 - 400 - 9);
    bench_expect_causes(&bench, SBMS_CAUSE_RECONNECT_DELAY, SBMS_CAUSE_NONE, SBMS_CAUSE_NONE);

    bench_off_and_on(&bench);
    bench_cut(&bench);
    bench.inputs.atd = bench.inputs.no_prealarm = true;
    bench_hold(&bench, 700);
    bench_dip(&bench);
    assert_int_equal(bench_until_cause(&bench, 9), 7);
    bench_expect_causes(&bench, SBMS_CAUSE_RECONNECT_DELAY, SBMS_CAUSE_NONE, SBMS_CAUSE_START_UP);
    assert_int_equal(bench_until_edge(&bench, 1000), 800);
    bench_expect_causes(&bench, SBMS_CAUSE_RECONNECT_DELAY, SBMS_CAUSE_NONE, SBMS_CAUSE_NONE);
}

/* LOAD-6: the delay belongs to a cut by ATD or chain: it holds neither the start, nor the remote, nor a first ATD back, nor a
 * cut by a fault; the remote off for 1 s forgets it. */
static void test_reconnect_delay_only_after_a_cut(void **state)
{
    const struct sbms_control_settings settings = {.reconnect_delay_s = 3600};
    struct test_bench bench;

    (void)state;
    bench_start(&bench, &settings);
    remote_set(&bench.inputs, false);
    assert_int_equal(bench_until_edge(&bench, 3), 2);
    bench.inputs.atd = false;
    bench_hold(&bench, 20);
    remote_set(&bench.inputs, true);
    assert_int_equal(bench_until_edge(&bench, 3), 2);
    bench_expect(&bench, 0, 0, 1, 0);
    bench.inputs.atd = true;
    assert_int_equal(bench_until_edge(&bench, 30), 8);
    bench_expect(&bench, 1, 0, 1, 0);
    bench_cut_by(&bench, MEANS_FAULT);
    assert_int_equal(bench_until_load(&bench, 1000), 40);
    /* a cut, then off and on: forgotten */
    bench_cut(&bench);
    bench.inputs.atd = bench.inputs.no_prealarm = true;
    bench_hold(&bench, 100);
    bench_off_and_on(&bench);
    bench_expect(&bench, 1, 0, 1, 0);
    bench_expect_causes(&bench, SBMS_CAUSE_REMOTE_ON, SBMS_CAUSE_NONE, SBMS_CAUSE_REMOTE_ON);
}

/* A bench whose `retries` are used up: Load floats though ATD is back and LOAD-8's wait is over. */
static void bench_lock_out(struct test_bench *bench, const struct sbms_control_settings *settings)
{
    bench_start(bench, settings);
    bench->inputs.vbat_mv = settings->lockout_clear_mv - 1;
    for (uint32_t cut = 0; cut <= settings->lockout_retries; cut++) {
        bench_cut(bench);
        if (cut < settings->lockout_retries) {
            bench_return(bench);
        }
    }
    bench->inputs.atd = bench->inputs.no_prealarm = true;
    bench_hold(bench, 8000);
    bench_expect(bench, 0, 0, 1, 0);
}

/* LOAD-6: every number of retries; a locked-out Load returns after 240 ticks at the clearing voltage, at
 * -1, 0 and +1 mV and -1, 0 and +1 ticks, and the cuts are forgotten then. */
static void test_lockout(void **state)
{
    struct test_bench bench;

    (void)state;
    for (uint8_t retries = 1; retries <= 10; retries++) {
        const struct sbms_control_settings settings = {.lockout_retries = retries, .lockout_clear_mv = 13200};

        for (int32_t off_mv = 0; off_mv <= 1; off_mv++) {
            bench_lock_out(&bench, &settings);
            bench.inputs.vbat_mv = 13200 + off_mv;
            bench_hold(&bench, 239);
            bench.inputs.vbat_mv = 13199; /* one tick too few, then one tick of low */
            bench_hold(&bench, 1);
            bench.inputs.vbat_mv = 13200 + off_mv;
            assert_int_equal(bench_until_edge(&bench, 1000), 240);
            bench_expect(&bench, 1, 0, 1, 0);
            bench_expect_causes(&bench, SBMS_CAUSE_LOCKOUT_CLEARED, SBMS_CAUSE_NONE, SBMS_CAUSE_NONE);
            bench.inputs.vbat_mv = 13199;
            for (uint32_t cut = 0; cut < retries; cut++) {
                bench_cut(&bench);
                bench_return(&bench);
            }
            bench_cut(&bench);
            bench.inputs.atd = bench.inputs.no_prealarm = true;
            bench_hold(&bench, 8000);
        }
    }
}

/* LOAD-6: chain and reference count, other cuts do not. */
static void test_lockout_counts(void **state)
{
    const struct sbms_control_settings settings = {.lockout_retries = 1, .lockout_clear_mv = 13200};
    struct test_bench bench;

    (void)state;
    for (int means = 0; means < MEANS_COUNT; means++) {
        bench_start(&bench, &settings);
        bench_cut_by(&bench, (enum means)means);
        bench_until_load(&bench, 10000);
        bench_expect(&bench, 1, 0, 1, 0);
        bench_cut_by(&bench, (enum means)means);
        assert_int_equal(bench_until_load(&bench, 10000) > 10000u, is_by_signal((enum means)means));
    }
}

/* LOAD-6: without a lock-out cuts are counted to eleven, one more than any lock-out allows, and go on at that. */
static void test_cuts_without_a_lockout(void **state)
{
    struct test_bench bench;

    (void)state;
    bench_start(&bench, NULL);
    for (uint32_t cut = 1; cut <= 14; cut++) {
        bench_cut(&bench);
        assert_int_equal(bench.control.retained.cuts, cut < 11 ? cut : 11);
        bench_return(&bench);
        bench_expect_causes(&bench, SBMS_CAUSE_HOLD_OFF, SBMS_CAUSE_NONE, SBMS_CAUSE_NONE);
    }
}

/* LOAD-6, SUP-3: a lock-out is forgotten by the remote off for 1 s, not by less, not by a low supply and not by a fault; at
 * such a start it is the cause. The clearing counts while Load is high too; a supply that stays high never locks out. */
static void test_lockout_forgotten(void **state)
{
    const struct sbms_control_settings settings = {.lockout_retries = 1, .lockout_clear_mv = 13200};
    struct test_bench bench;

    (void)state;
    bench_lock_out(&bench, &settings);
    remote_set(&bench.inputs, false);
    for (uint32_t tick = 0; tick < 8; tick++) {
        bench_step(&bench); /* the level is off for 7 ticks, and at the next one raw is on */
    }
    remote_set(&bench.inputs, true);
    bench_step(&bench);
    bench_expect(&bench, 0, 0, 0, 0);
    bench_step(&bench);
    bench_expect(&bench, 1, 0, 1, 0); /* 8 ticks of the level: cleared */

    bench_lock_out(&bench, &settings);
    remote_set(&bench.inputs, false);
    for (uint32_t tick = 0; tick < 7; tick++) {
        bench_step(&bench);
    }
    remote_set(&bench.inputs, true);
    bench_step(&bench);
    bench_step(&bench);
    bench_expect(&bench, 0, 0, 1, 0);
    bench_hold(&bench, 8000);

    bench_dip(&bench);
    assert_int_equal(bench_until_cause(&bench, 30), 7);
    bench_expect(&bench, 0, 0, 1, 0);
    bench_expect_causes(&bench, SBMS_CAUSE_LOCKED_OUT, SBMS_CAUSE_NONE, SBMS_CAUSE_START_UP);
    bench.inputs.fault = SBMS_FAULT_STACK;
    bench_step(&bench);
    bench.inputs.fault = SBMS_FAULT_NONE;
    bench_step(&bench);
    assert_int_equal(bench_until_cause(&bench, 30), 8);
    bench_expect_causes(&bench, SBMS_CAUSE_LOCKED_OUT, SBMS_CAUSE_NONE, SBMS_CAUSE_START_UP);
    bench.inputs.vbat_mv = 13200;
    assert_int_equal(bench_until_edge(&bench, 1000), 240);

    for (uint32_t high_ticks = 239; high_ticks <= 241; high_ticks++) {
        bench_start(&bench, &settings);
        bench_cut(&bench);
        bench_return(&bench);
        bench.inputs.vbat_mv = 13200;
        bench_hold(&bench, high_ticks);
        bench.inputs.vbat_mv = 12800;
        bench_cut(&bench);
        bench.inputs.atd = bench.inputs.no_prealarm = true;
        assert_int_equal(bench_until_edge(&bench, 8000), high_ticks < 240 ? 8001 : 480);
    }

    bench_start(&bench, &settings);
    bench.inputs.vbat_mv = 13200;
    for (uint32_t cut = 0; cut < 5; cut++) {
        bench_cut(&bench);
        bench_return(&bench);
    }
}

/* LOAD-6, SAFE-7: delay, lock-out and wait together: Load returns when all are over, and the cause is the last. */
static void test_lockout_and_delay(void **state)
{
    const struct sbms_control_settings settings = {
        .reconnect_delay_s = 120, .lockout_retries = 1, .lockout_clear_mv = 13200};
    struct test_bench bench;

    (void)state;
    for (int late = -1; late <= 1; late++) {
        bench_start(&bench, &settings);
        bench_cut(&bench);
        assert_int_equal(bench_return(&bench), 8 + 960);
        bench_expect_causes(&bench, SBMS_CAUSE_RECONNECT_DELAY, SBMS_CAUSE_NONE, SBMS_CAUSE_NONE);
        bench_cut(&bench);
        bench.inputs.atd = bench.inputs.no_prealarm = true;
        bench_hold(&bench, (uint32_t)(728 + late)); /* cleared `late` ticks after the delay's end */
        bench.inputs.vbat_mv = 13200;
        assert_int_equal(bench_until_edge(&bench, 1000), late < 0 ? 241 : 240);
        bench_expect(&bench, 1, 0, 1, 0);
        bench_expect_causes(&bench, late < 0 ? SBMS_CAUSE_RECONNECT_DELAY : SBMS_CAUSE_LOCKOUT_CLEARED,
                            SBMS_CAUSE_NONE, SBMS_CAUSE_NONE);
    }
}

/* LOAD-6, SAFE-7: ATD returns in the tick -1, 0 or +1 of the end of a lock-out: whichever is last is the cause, and
 * ATD at the same tick. */
static void test_atd_returns_as_the_lockout_ends(void **state)
{
    const struct sbms_control_settings settings = {.lockout_retries = 1, .lockout_clear_mv = 13200};
    struct test_bench bench;

    (void)state;
    for (int late = -1; late <= 1; late++) {
        bench_lock_out(&bench, &settings);
        bench.inputs.atd = false;
        bench_hold(&bench, 20);
        bench.inputs.vbat_mv = 13200;
        bench_hold(&bench, (uint32_t)(232 + late));
        bench.inputs.atd = true;
        assert_int_equal(bench_until_edge(&bench, 300), late < 0 ? 9 : 8);
        bench_expect(&bench, 1, 0, 1, 0);
        bench_expect_causes(&bench, late < 0 ? SBMS_CAUSE_LOCKOUT_CLEARED : SBMS_CAUSE_ATD_RETURNED,
                            SBMS_CAUSE_NONE, SBMS_CAUSE_NONE);
    }
}

/* ---- CHG-5 ------------------------------------------------------------------------------------ */

/* Charger, which is high, is lost by ATC, which is back at once. Returns the ticks from the loss to the return. */
static uint32_t bench_lose_charger(struct test_bench *bench)
{
    bench->inputs.atc = false;
    assert_int_equal(bench_until_edge(bench, 3), 2);
    bench_expect(bench, 1, 0, 0, 1);
    bench->inputs.atc = true;
    return bench_until_edge(bench, 1000);
}

/* CHG-5: Charger returns 5, 5, then 60 s after each loss, to the tick, and says that it waited. */
static void test_charger_waits(void **state)
{
    static const uint32_t waits[] = {40, 40, 480, 480, 480};
    struct test_bench bench;

    (void)state;
    bench_start(&bench, NULL);
    for (uint32_t loss = 0; loss < 5; loss++) {
        assert_int_equal(bench_lose_charger(&bench), waits[loss]);
        bench_expect(&bench, 1, 0, 1, 0);
        bench_expect_causes(&bench, SBMS_CAUSE_NONE, SBMS_CAUSE_NONE, SBMS_CAUSE_CHARGER_WAIT);
    }
}

/* CHG-5, SAFE-7: ATC's return before, at and after the end of the wait. */
static void test_charger_wait_and_atc(void **state)
{
    struct test_bench bench;

    (void)state;
    for (uint32_t absent = 30; absent <= 34; absent++) { /* back to a level 8 ticks later */
        bench_start(&bench, NULL);
        bench.inputs.atc = false;
        assert_int_equal(bench_until_edge(&bench, 3), 2);
        bench_hold(&bench, absent);
        bench.inputs.atc = true;
        assert_int_equal(bench_until_edge(&bench, 100), absent <= 32 ? 40 - absent : 8);
        bench_expect_causes(&bench, SBMS_CAUSE_NONE, SBMS_CAUSE_NONE,
                            absent < 32 ? SBMS_CAUSE_CHARGER_WAIT : SBMS_CAUSE_ATC_RETURNED);
    }
}

/* CHG-5: each 10 min of Charger high go one step back; the remote off for 1 s clears, less does not and is no loss; a low
 * supply keeps step and wait, and is no loss. */
static void test_charger_steps_back(void **state)
{
    struct test_bench bench;

    (void)state;
    for (uint32_t short_of = 0; short_of < 2; short_of++) {
        bench_start(&bench, NULL);
        bench_lose_charger(&bench);
        bench_lose_charger(&bench);
        bench_hold(&bench, CALM_TICKS - 1 - short_of);
        assert_int_equal(bench_lose_charger(&bench), short_of != 0 ? 480 : 40);
        bench_hold(&bench, 2u * CALM_TICKS);
        assert_int_equal(bench_lose_charger(&bench), 40);
    }
    bench_start(&bench, NULL);
    bench_lose_charger(&bench);
    bench_lose_charger(&bench);
    remote_set(&bench.inputs, false);
    for (uint32_t tick = 0; tick < 4; tick++) {
        bench_step(&bench);
    }
    remote_set(&bench.inputs, true);
    bench_step(&bench);
    bench_step(&bench);
    bench_expect(&bench, 0, 0, 1, 0);
    for (uint32_t tick = 0; tick < 40; tick++) {
        bench_step(&bench);
    }
    assert_int_equal(bench_lose_charger(&bench), 480);
    bench_off_and_on(&bench);
    assert_int_equal(bench_lose_charger(&bench), 40);
}

/* CHG-5: the step of a single loss goes back as well: two more losses then take 5 s each. */
static void test_charger_step_of_one_loss(void **state)
{
    struct test_bench bench;

    (void)state;
    bench_start(&bench, NULL);
    assert_int_equal(bench_lose_charger(&bench), 40);
    for (uint32_t tick = 0; tick < CALM_TICKS; tick++) {
        bench_step(&bench);
    }
    assert_int_equal(bench_lose_charger(&bench), 40);
    assert_int_equal(bench_lose_charger(&bench), 40);
    assert_int_equal(bench_lose_charger(&bench), 480);
}

/* CHG-5, SUP-3: step and wait outlive a low supply; at such a start it is the cause. */
static void test_charger_wait_outlives_a_low_supply(void **state)
{
    struct test_bench bench;

    (void)state;
    bench_start(&bench, NULL);
    bench_lose_charger(&bench);
    bench_lose_charger(&bench);
    bench.inputs.atc = false;
    assert_int_equal(bench_until_edge(&bench, 3), 2);
    bench.inputs.atc = true;
    bench_hold(&bench, 200);
    bench_dip(&bench);
    assert_int_equal(bench_until_cause(&bench, 9), 7);
    bench_expect(&bench, 0, 0, 0, 1);
    bench_expect_causes(&bench, SBMS_CAUSE_HOLD_OFF, SBMS_CAUSE_NONE, SBMS_CAUSE_CHARGER_WAIT);
    assert_int_equal(bench_until_load(&bench, 100), 40 - 1 - 7);
    assert_int_equal(bench_until_edge(&bench, 1000), 480 - 200 - 2 - 40);
    bench_expect(&bench, 1, 0, 1, 0);
    bench_expect_causes(&bench, SBMS_CAUSE_NONE, SBMS_CAUSE_NONE, SBMS_CAUSE_CHARGER_WAIT);
}

/* CHG-5, SAFE-2: ATC absent 2 ticks in 10 never is back for eight in a row and a contact that is absent 2 ticks in 11 closes
 * Charger once a minute, not 49 times. */
static void test_charger_does_not_chatter(void **state)
{
    struct test_bench bench;

    (void)state;
    for (uint32_t period = 9; period <= 20; period++) {
        uint32_t closings = 0;

        bench_start(&bench, NULL);
        for (uint32_t tick = 1; tick <= 600u * SBMS_TICKS_PER_S; tick++) {
            const bool was_high = bench.decision.outputs.charger;

            bench.inputs.atc = tick % period >= 2u;
            bench_step(&bench);
            closings += !was_high && bench.decision.outputs.charger ? 1u : 0u;
        }
        assert_int_equal(closings > 0, period >= 10);
        assert_true(closings <= 12);
    }
}

/* ---- SAFE-4: outputs that do not follow ------------------------------------------------------- */

/* One tick at which the terminals of `terminals` are shorted or fed. */
static void bench_step_terminals(struct test_bench *bench, const struct test_terminals *terminals)
{
    bench->inputs.differing = terminals_differ(terminals, &bench->decision.outputs);
    bench_step(bench);
}

/* SAFE-4, LOAD-3, LED-3, SAFE-7: Charger is shorted, for hours: it alone floats, at the fourth tick at which it does not
 * follow; it is tried after 1, 2, 4 ... 64 min and no later, each try the 0.5 s that it takes to be seen. */
static void test_shorted_charger(void **state)
{
    static const uint32_t minutes[] = {1, 2, 4, 8, 16, 32, 64, 64, 64};
    const struct test_terminals terminals = {.shorted = BIT_CHARGER};
    struct test_bench bench;

    (void)state;
    bench_start(&bench, NULL);
    for (size_t try = 0; try < sizeof minutes / sizeof minutes[0]; try++) {
        for (uint32_t tick = 1; tick <= 4; tick++) {
            bench_step_terminals(&bench, &terminals);
            assert_int_equal(bench.decision.outputs.charger, tick < 4);
        }
        assert_int_equal(bench.decision.charger_cause, SBMS_CAUSE_OUTPUT_FAULT);
        assert_int_equal(sbms_control_output_faults(&bench.control).shorted, BIT_CHARGER);
        for (uint32_t tick = 1; tick <= minutes[try] * MINUTE_TICKS; tick++) {
            assert_false(bench.decision.outputs.charger);
            bench_step_terminals(&bench, &terminals);
            assert_true(bench.decision.outputs.load && !bench.decision.outputs.prealarm);
        }
        assert_true(bench.decision.outputs.charger);
        assert_int_equal(bench.decision.charger_cause, SBMS_CAUSE_OUTPUT_RETRY);
        assert_int_equal(sbms_control_output_faults(&bench.control).shorted, BIT_CHARGER);
    }
}

/* SAFE-4, LED-3: red blinks five from the short until a try has held for 8 ticks. Three ticks, or a gap, are no short; what
 * counts is the command of the tick before. */
static void test_short_is_shown(void **state)
{
    struct test_bench bench;

    (void)state;
    bench_start(&bench, NULL);
    for (uint32_t i = 0; i < 20; i++) {
        bench.inputs.differing = BIT_LOAD | BIT_CHARGER;
        bench_hold(&bench, 3);
        bench.inputs.differing = 0;
        bench_hold(&bench, 1);
    }
    bench.inputs.differing = BIT_CHARGER;
    assert_int_equal(bench_until_edge(&bench, 9), 4);
    bench_expect(&bench, 1, 0, 0, 1);
    bench.inputs.differing = 0;
    for (uint32_t tick = 1; tick < MINUTE_TICKS; tick++) {
        bench_step(&bench);
        bench_expect(&bench, 1, 0, 0, blink_is_lit(5, tick));
        assert_false(has_cause(&bench.decision));
    }
    for (uint32_t tick = MINUTE_TICKS; tick < MINUTE_TICKS + 8; tick++) {
        bench_step(&bench);
        bench_expect(&bench, 1, 0, 1, blink_is_lit(5, tick));
        bench_expect_causes(&bench, SBMS_CAUSE_NONE, SBMS_CAUSE_NONE,
                            tick == MINUTE_TICKS ? SBMS_CAUSE_OUTPUT_RETRY : SBMS_CAUSE_NONE);
    }
    bench_step(&bench);
    bench_expect(&bench, 1, 0, 1, 0);
    bench_expect_causes(&bench, SBMS_CAUSE_NONE, SBMS_CAUSE_NONE, SBMS_CAUSE_OUTPUT_FAULT);
    assert_int_equal(sbms_control_output_faults(&bench.control).shorted, 0);
}

/* SAFE-4: 30 min high start the waits anew, one tick less does not. */
static void test_short_is_forgotten_after_30_min(void **state)
{
    struct test_bench bench;

    (void)state;
    for (uint32_t more = 0; more < 2; more++) {
        bench_start(&bench, NULL);
        bench.inputs.differing = BIT_CHARGER;
        assert_int_equal(bench_until_edge(&bench, 9), 4);
        bench.inputs.differing = 0;
        for (uint32_t tick = 0; tick < MINUTE_TICKS + 14400 - 4 + more; tick++) {
            bench_step(&bench);
        }
        bench.inputs.differing = BIT_CHARGER;
        for (uint32_t tick = 0; tick < 4;
             tick++) { /* the last of them is 14400 + more ticks after the return */
            assert_true(bench.decision.outputs.charger);
            bench_step(&bench);
        }
        bench.inputs.differing = 0;
        for (uint32_t tick = 1; tick <= (more != 0 ? 1u : 2u) * MINUTE_TICKS; tick++) {
            assert_false(bench.decision.outputs.charger);
            bench_step(&bench);
        }
        assert_true(bench.decision.outputs.charger);
    }
}

/* SAFE-4: the remote off for 1 s forgets a short, and tries at once. */
static void test_short_is_forgotten_by_off(void **state)
{
    struct test_bench bench;

    (void)state;
    bench_start(&bench, NULL);
    bench.inputs.differing = BIT_CHARGER | BIT_LOAD;
    assert_int_equal(bench_until_edge(&bench, 9), 4);
    bench_expect(&bench, 0, 0, 0, 1);
    bench.inputs.differing = 0;
    bench_off_and_on(&bench);
    bench_expect(&bench, 1, 0, 1, 0);
    assert_int_equal(sbms_control_output_faults(&bench.control).shorted, 0);
}

/* SAFE-4, LOAD-8, PRE-3, LED-1: a short of Load is a cut: Pre-alarm floats with it, blue is dark, and Load waits for the
 * longer of the two waits; it does not count for the lock-out. Charger is untouched. */
static void test_shorted_load(void **state)
{
    struct test_bench bench;

    (void)state;
    bench_start(&bench, NULL);
    bench.inputs.no_prealarm = false;
    assert_int_equal(bench_until_edge(&bench, 3), 2);
    bench.inputs.differing = BIT_LOAD;
    assert_int_equal(bench_until_edge(&bench, 9), 4);
    bench_expect(&bench, 0, 0, 1, 1);
    bench_expect_causes(&bench, SBMS_CAUSE_OUTPUT_FAULT, SBMS_CAUSE_OUTPUT_FAULT, SBMS_CAUSE_OUTPUT_FAULT);
    bench.inputs.differing = 0;
    for (uint32_t tick = 1; tick < MINUTE_TICKS; tick++) {
        bench_step(&bench);
        bench_expect(&bench, 0, 0, 1, blink_is_lit(5, tick));
        assert_false(sbms_control_blue(&bench.control));
    }
    bench_step(&bench);
    assert_true(bench.decision.outputs.load && bench.decision.outputs.prealarm);
    bench_expect_causes(&bench, SBMS_CAUSE_OUTPUT_RETRY, SBMS_CAUSE_NO_PREALARM_LOST, SBMS_CAUSE_NONE);

    /* five cuts before: the wait of 8 min is longer than the minute */
    bench_start(&bench, NULL);
    for (uint32_t cut = 0; cut < 5; cut++) {
        bench_cut_by(&bench, MEANS_FAULT);
        assert_int_equal(bench_until_load(&bench, 10000), load_waits[cut]);
    }
    bench_hold(&bench, 10);
    bench.inputs.differing = BIT_LOAD;
    for (uint32_t tick = 0; tick < 4; tick++) {
        bench_step(&bench);
    }
    bench.inputs.differing = 0;
    assert_int_equal(bench_until_load(&bench, 10000), load_waits[5]);
    assert_int_equal(bench.decision.load_cause, SBMS_CAUSE_HOLD_OFF);
    assert_int_equal(bench.control.retained.cuts, 0);
}

/* SAFE-4, LOAD-3: a shorted buzzer stops neither the warning time nor the cut: the alarm goes on while Pre-alarm floats for
 * a minute and is tried again; an alarm's end ends that too. */
static void test_shorted_prealarm(void **state)
{
    const struct test_terminals terminals = {.shorted = BIT_PREALARM};
    struct test_bench bench;

    (void)state;
    bench_start(&bench, NULL);
    bench.inputs.atd = false;
    for (uint32_t tick = 1; tick < CUT_TICKS + 2; tick++) {
        bench_step_terminals(&bench, &terminals);
        assert_true(bench.decision.outputs.load);
        assert_int_equal(bench.decision.outputs.prealarm, tick >= 2 && tick < 6);
        assert_int_equal(bench.decision.prealarm_cause, tick == 2   ? SBMS_CAUSE_ATD_LOST
                                                        : tick == 6 ? SBMS_CAUSE_OUTPUT_FAULT
                                                                    : SBMS_CAUSE_NONE);
    }
    bench_step_terminals(&bench, &terminals);
    assert_false(bench.decision.outputs.load);
    bench_expect_causes(&bench, SBMS_CAUSE_ATD_LOST, SBMS_CAUSE_NONE, SBMS_CAUSE_NONE);

    bench_start(&bench, NULL);
    bench.inputs.no_prealarm = false;
    for (uint32_t tick = 1; tick <= 2u * MINUTE_TICKS; tick++) { /* tried after a minute, and shorted again */
        const uint32_t retry_at = 6 + MINUTE_TICKS;
        const bool is_high = (tick >= 2 && tick < 6) || (tick >= retry_at && tick < retry_at + 4);

        bench_step_terminals(&bench, &terminals);
        assert_int_equal(bench.decision.outputs.prealarm, is_high);
        assert_int_equal(bench.decision.prealarm_cause, tick == 2          ? SBMS_CAUSE_NO_PREALARM_LOST
                                                        : tick == retry_at ? SBMS_CAUSE_OUTPUT_RETRY
                                                        : tick == 6 || tick == retry_at + 4
                                                            ? SBMS_CAUSE_OUTPUT_FAULT
                                                            : SBMS_CAUSE_NONE);
    }
    bench.inputs.no_prealarm = true; /* over without an edge, and the next alarm is held by the wait, too */
    bench.inputs.differing = 0;
    for (uint32_t tick = 0; tick < 100; tick++) {
        bench_step(&bench);
        assert_true(bench.decision.outputs.load && !bench.decision.outputs.prealarm);
    }
    bench.inputs.atd = false;
    for (uint32_t tick = 1; tick < CUT_TICKS + 2; tick++) {
        bench_step(&bench);
        assert_true(bench.decision.outputs.load && !bench.decision.outputs.prealarm);
    }
    bench_step(&bench);
    assert_false(bench.decision.outputs.load);
}

/* SAFE-4, SUP-3: shorts outlive a low supply: step, wait, and what red shows; at such a start it is the cause. */
static void test_short_outlives_a_low_supply(void **state)
{
    struct test_bench bench;

    (void)state;
    bench_start(&bench, NULL);
    bench.inputs.differing = BIT_CHARGER | BIT_LOAD;
    assert_int_equal(bench_until_edge(&bench, 9), 4);
    bench.inputs.differing = 0;
    for (uint32_t tick = 0; tick < 100; tick++) {
        bench_step(&bench);
    }
    bench_dip(&bench);
    for (uint32_t tick = 0; tick < 7; tick++) {
        assert_int_equal(bench.decision.load_cause, SBMS_CAUSE_NONE);
        bench_step(&bench);
    }
    bench_expect_causes(&bench, SBMS_CAUSE_OUTPUT_FAULT, SBMS_CAUSE_NONE, SBMS_CAUSE_OUTPUT_FAULT);
    for (uint32_t tick = 0; tick < MINUTE_TICKS - 100 - 3 - 7; tick++) {
        assert_false(bench.decision.outputs.load || bench.decision.outputs.charger);
        bench_step(&bench);
    }
    assert_true(bench.decision.outputs.load && bench.decision.outputs.charger);
    bench_expect_causes(&bench, SBMS_CAUSE_OUTPUT_RETRY, SBMS_CAUSE_NONE, SBMS_CAUSE_OUTPUT_RETRY);
    bench.inputs.differing = BIT_CHARGER;
    for (uint32_t tick = 0; tick < 4; tick++) {
        bench_step(&bench);
    }
    assert_false(bench.decision.outputs.charger);
    bench.inputs.differing = 0;
    for (uint32_t tick = 0; tick < 2u * MINUTE_TICKS; tick++) {
        assert_false(bench.decision.outputs.charger);
        bench_step(&bench);
    }
    assert_true(bench.decision.outputs.charger);
}

/* SAFE-4: after a cut Load's terminal is fed from outside: shown after 30 s, and nothing else changes, for a day; when Load
 * is to be high, or the terminal is low, it is over. One tick that follows counts anew. */
static void test_fed_output(void **state)
{
    struct test_bench bench;

    (void)state;
    bench_start(&bench, NULL);
    bench_cut(&bench);
    bench.inputs.differing = BIT_LOAD | BIT_PREALARM;
    bench_hold(&bench, 239);
    bench.inputs.differing = 0;
    bench_hold(&bench, 1);
    bench.inputs.differing = BIT_LOAD | BIT_PREALARM;
    bench_hold(&bench, 239);
    bench_step(&bench);
    bench_expect(&bench, 0, 0, 1, 1);
    bench_expect_causes(&bench, SBMS_CAUSE_NONE, SBMS_CAUSE_NONE, SBMS_CAUSE_OUTPUT_FAULT);
    assert_int_equal(sbms_control_output_faults(&bench.control).fed, BIT_LOAD | BIT_PREALARM);
    assert_int_equal(sbms_control_output_faults(&bench.control).shorted, 0);
    for (uint32_t tick = 1; tick < 86400u * SBMS_TICKS_PER_S; tick++) {
        bench_step(&bench);
        bench_expect(&bench, 0, 0, 1, blink_is_lit(5, tick));
    }
    bench.inputs.differing = BIT_PREALARM;
    bench_step(&bench);
    assert_int_equal(sbms_control_output_faults(&bench.control).fed, BIT_PREALARM);
    bench.inputs.differing = 0;
    bench_step(&bench);
    bench_expect(&bench, 0, 0, 1, 0);
    bench_expect_causes(&bench, SBMS_CAUSE_NONE, SBMS_CAUSE_NONE, SBMS_CAUSE_OUTPUT_FAULT);
    bench.inputs.differing = BIT_LOAD;
    for (uint32_t tick = 0; tick < 300; tick++) {
        bench_step(&bench);
    }
    bench.inputs.atd = bench.inputs.no_prealarm = true;
    for (uint32_t tick = 0; tick < 8; tick++) {
        bench_step(&bench);
    }
    bench.inputs.differing = 0;
    bench_expect(&bench, 1, 0, 1, 0);
    assert_int_equal(sbms_control_output_faults(&bench.control).fed, 0);
    bench_hold(&bench, 20);
}

/* SAFE-4, SUP-3: 30 s are in a row: with nothing measured from the first tick on, then a low supply, then a good one, they
 * begin with the good one. */
static void test_fed_output_before_the_start(void **state)
{
    struct test_bench bench;

    (void)state;
    bench_reset(&bench, NULL);
    bench.inputs.atd = false;
    bench.inputs.differing = BIT_LOAD;
    bench.inputs.fault = SBMS_FAULT_REFERENCE;
    for (uint32_t tick = 0; tick < 200; tick++) {
        bench_step(&bench);
        assert_int_equal(sbms_control_output_faults(&bench.control).fed, 0);
    }
    bench.inputs.fault = SBMS_FAULT_NONE;
    bench.inputs.vbat_mv = 7000;
    for (uint32_t tick = 0; tick < 100; tick++) {
        bench_step(&bench);
    }
    bench.inputs.vbat_mv = 12800;
    for (uint32_t tick = 0; tick < 239; tick++) {
        bench_step(&bench);
        assert_int_equal(sbms_control_output_faults(&bench.control).fed, 0);
    }
    bench_step(&bench);
    assert_int_equal(sbms_control_output_faults(&bench.control).fed, BIT_LOAD);
}

/* ---- over a reset ----------------------------------------------------------------------------- */

/* LOAD-8: what is remembered goes on after a reset; the mark is a cut, whose wait counts from the first sample. */
static void test_restore(void **state)
{
    struct test_bench before;
    struct test_bench after;

    (void)state;
    for (uint32_t step = 0; step < 7; step++) { /* reset while Load is high, at each step */
        bench_start(&before, NULL);
        for (uint32_t cut = 0; cut < step; cut++) {
            bench_cut_by(&before, MEANS_FAULT);
            bench_until_load(&before, 10000);
        }
        assert_int_equal(before.control.retained.load_is_high, 1);
        bench_reset(&after, NULL);
        assert_true(sbms_control_restore(&after.control, &before.control.retained));
        bench_hold(&after, 7);
        bench_step(&after);
        bench_expect(&after, 0, 0, 1, 0);
        bench_expect_causes(&after, SBMS_CAUSE_HOLD_OFF, SBMS_CAUSE_NONE, SBMS_CAUSE_START_UP);
        assert_int_equal(bench_until_load(&after, 10000), load_waits[step] + 1 - 8);
        bench_cut_by(&after, MEANS_FAULT);
        assert_int_equal(bench_until_load(&after, 10000), load_waits[step + 1]);
    }
    /* reset during a wait: no new cut, the rest of the wait */
    bench_start(&before, NULL);
    bench_cut(&before);
    bench_hold(&before, 100);
    assert_int_equal(before.control.retained.load_is_high, 0);
    bench_reset(&after, NULL);
    assert_true(sbms_control_restore(&after.control, &before.control.retained));
    assert_int_equal(bench_until_load(&after, 1000), 140);
    /* nothing remembered */
    bench_reset(&after, NULL);
    assert_true(sbms_control_restore(&after.control, &(struct sbms_retained){.load_step = 0}));
    assert_int_equal(bench_until_load(&after, 1000), 8);
}

/* LOAD-6, CHG-5, SAFE-4: lock-out, Charger's wait and the tries of a short go on after a reset. */
static void test_restore_of_the_rest(void **state)
{
    const struct sbms_control_settings settings = {.lockout_retries = 1, .lockout_clear_mv = 13200};
    struct test_bench before;
    struct test_bench after;

    (void)state;
    bench_lock_out(&before, &settings);
    bench_reset(&after, &settings);
    assert_true(sbms_control_restore(&after.control, &before.control.retained));
    assert_int_equal(bench_until_cause(&after, 9), 8);
    bench_expect_causes(&after, SBMS_CAUSE_LOCKED_OUT, SBMS_CAUSE_NONE, SBMS_CAUSE_START_UP);

    bench_start(&before, NULL);
    bench_lose_charger(&before);
    bench_lose_charger(&before);
    before.inputs.atc = false;
    assert_int_equal(bench_until_edge(&before, 3), 2);
    before.inputs.differing = BIT_LOAD;
    assert_int_equal(bench_until_edge(&before, 9), 4);
    bench_reset(&after, NULL);
    assert_true(sbms_control_restore(&after.control, &before.control.retained));
    for (uint32_t tick = 0; tick < 8; tick++) {
        bench_step(&after);
    }
    bench_expect_causes(&after, SBMS_CAUSE_OUTPUT_FAULT, SBMS_CAUSE_NONE, SBMS_CAUSE_CHARGER_WAIT);
    for (uint32_t tick = 8; tick < 480; tick++) {
        assert_int_equal(after.decision.outputs.charger, tick >= 476);
        assert_false(after.decision.outputs.load);
        bench_step(&after);
    }
    assert_true(after.decision.outputs.load && after.decision.outputs.charger);
}

/* LOAD-8, CHG-5, SAFE-4: each set of steps that a reset can find, by itself: 30 min high take back those of Load and Charger,
 * and leave that of Pre-alarm, which floats. */
static void test_each_set_of_steps_is_forgotten(void **state)
{
    (void)state;
    for (uint8_t set = 0; set < 32; set++) {
        const struct sbms_retained steps = {
            .load_step = set & 1u,
            .charger_step = set >> 1 & 1u,
            .shorts = {{.step = set >> 2 & 1u}, {.step = set >> 3 & 1u}, {.step = set >> 4}}};
        struct test_bench bench;

        bench_reset(&bench, NULL);
        assert_true(sbms_control_restore(&bench.control, &steps));
        for (uint32_t tick = 0; tick < 8u + 3u * CALM_TICKS; tick++) {
            bench_step(&bench);
        }
        bench_expect(&bench, 1, 0, 1, 0);
        assert_int_equal(bench.control.retained.load_step, 0);
        assert_int_equal(bench.control.retained.charger_step, 0);
        assert_int_equal(bench.control.retained.shorts[SBMS_OUTPUT_LOAD].step, 0);
        assert_int_equal(bench.control.retained.shorts[SBMS_OUTPUT_PREALARM].step, set >> 3 & 1);
        assert_int_equal(bench.control.retained.shorts[SBMS_OUTPUT_CHARGER].step, 0);
    }
}

/* LOAD-6: cuts are counted up to one more than any lock-out allows, and no further. */
static void test_cuts_are_counted_to_the_end(void **state)
{
    const struct sbms_retained most = {.cuts = SBMS_LOCKOUT_RETRIES_MAX + 1};
    struct test_bench bench;

    (void)state;
    bench_reset(&bench, NULL);
    assert_true(sbms_control_restore(&bench.control, &most));
    assert_int_equal(bench_until_load(&bench, 10), 8);
    bench_cut(&bench);
    assert_int_equal(bench.control.retained.cuts, SBMS_LOCKOUT_RETRIES_MAX + 1);
    assert_int_equal(bench_return(&bench), load_waits[1]); /* no state that counts as impossible */
}

/* LOAD-6, SAFE-4: the 30 s of a supply that ends a lock-out start anew where nothing can be measured. */
static void test_lockout_is_not_cleared_by_what_is_not_measured(void **state)
{
    const struct sbms_control_settings settings = {.lockout_retries = 1, .lockout_clear_mv = 13000};
    const struct sbms_retained locked = {.cuts = 2, .is_tripped = 1};
    struct test_bench bench;

    (void)state;
    bench_reset(&bench, &settings);
    assert_true(sbms_control_restore(&bench.control, &locked));
    bench.inputs.vbat_mv = 13000;
    for (uint32_t tick = 0; tick < 239; tick++) {
        bench_step(&bench);
        assert_false(bench.decision.outputs.load);
    }
    bench.inputs.fault = SBMS_FAULT_REFERENCE;
    bench_step(&bench);
    bench.inputs.fault = SBMS_FAULT_NONE;
    assert_int_equal(bench_until_load(&bench, 1000), 240);
}

/* LED-4, SAFE-1: what a device says of itself: which region has decided, and that Load waits, which it does with ATD present
 * alone, whatever no-pre-alarm says, and never when it is high. */
static void test_standing(void **state)
{
    struct test_bench bench;

    (void)state;
    for (int region = 0; region < 2; region++) {
        bench_reset(&bench, NULL);
        bench.inputs.atc = region != 0;
        bench.inputs.atd = bench.inputs.no_prealarm = region == 0;
        bench_step(&bench);
        bench_step(&bench);
        assert_int_equal(sbms_control_standing(&bench.control).charger_is_decided, region == 0);
        assert_int_equal(sbms_control_standing(&bench.control).load_is_decided, region == 1);
    }
    bench_start(&bench, NULL);
    assert_false(sbms_control_standing(&bench.control).load_waits);
    bench_cut(&bench);
    for (int atd = 0; atd < 2; atd++) {
        uint32_t flashes = 0;

        bench.inputs.atd = atd != 0;
        bench.inputs.no_prealarm = atd == 0;
        bench_hold(&bench, 8);
        assert_int_equal(sbms_control_standing(&bench.control).load_waits, atd);
        for (uint32_t tick = 0; tick < 32; tick++) {
            bench_step(&bench);
            flashes += sbms_control_blue(&bench.control) ? 1u : 0u;
        }
        assert_int_equal(flashes, 2 * atd);
    }
}

/* SAFE-4: one tick at which a terminal follows starts the 0.5 s of each output anew, by itself. */
static void test_short_is_in_a_row_of_each_output(void **state)
{
    (void)state;
    for (uint8_t output = SBMS_OUTPUT_LOAD; output < SBMS_OUTPUT_COUNT; output++) {
        struct test_bench bench;

        bench_start(&bench, NULL);
        bench.inputs.no_prealarm = false;
        assert_int_equal(bench_until_edge(&bench, 3), 2);
        bench_expect(&bench, 1, 1, 1, 0);
        for (uint32_t tick = 0; tick < 20; tick++) {
            bench.inputs.differing = (uint8_t)(tick % 4u == 3u ? 0u : 1u << output);
            bench_step(&bench);
            bench_expect(&bench, 1, 1, 1, 0);
        }
    }
}

/* SAFE-1: a wait that ends at the tick of the decision is none; its last tick is one, and names what stays floating. */
static void test_waits_that_end_at_the_start(void **state)
{
    (void)state;
    for (uint16_t left = 0; left <= 2; left++) {
        const uint16_t ticks = (uint16_t)(8u + left); /* the decision is made at the eighth sample */
        const struct sbms_short of_output = {.wait_ticks = ticks, .step = 1, .is_shorted = 1};
        const struct sbms_retained waits = {
            .load_wait_ticks = ticks, .load_step = 1, .charger_wait_ticks = ticks, .charger_step = 1};
        const struct sbms_retained tries = {.shorts = {of_output, of_output, of_output}};
        struct test_bench bench;

        bench_reset(&bench, NULL);
        assert_true(sbms_control_restore(&bench.control, &waits));
        bench_hold(&bench, 7);
        bench_step(&bench);
        bench_expect_causes(&bench, left == 0 ? SBMS_CAUSE_START_UP : SBMS_CAUSE_HOLD_OFF, SBMS_CAUSE_NONE,
                            left == 0 ? SBMS_CAUSE_START_UP : SBMS_CAUSE_CHARGER_WAIT);
        bench_reset(&bench, NULL);
        assert_true(sbms_control_restore(&bench.control, &tries));
        for (uint32_t sample = 0; sample < 8; sample++) {
            bench_step(&bench);
        }
        bench_expect_causes(&bench, left == 0 ? SBMS_CAUSE_START_UP : SBMS_CAUSE_OUTPUT_FAULT,
                            SBMS_CAUSE_NONE, left == 0 ? SBMS_CAUSE_START_UP : SBMS_CAUSE_OUTPUT_FAULT);
    }
}

/* LOAD-8: values that no run leaves are garbage and read as none: one field after the other beyond its range. */
static void test_restore_of_garbage(void **state)
{
    const struct sbms_retained garbage[] = {
        {.load_wait_ticks = 7682, .load_step = 6},
        {.load_wait_ticks = UINT16_MAX, .load_step = 6},
        {.charger_wait_ticks = 481, .charger_step = 2},
        {.load_step = 7},
        {.charger_step = 3},
        {.load_is_high = 2},
        {.cuts = 12},
        {.is_tripped = 2},
        {.shorts[0] = {.wait_ticks = 30721, .step = 6, .is_shorted = 1}},
        {.shorts[1] = {.step = 7}},
        {.shorts[2] = {.step = 1, .is_shorted = 2}},
        {.shorts[2] = {.wait_ticks = 480}},                        /* a wait without a short */
        {.shorts[2] = {.is_shorted = 1}},                          /* a short without a step */
        {.load_wait_ticks = 40},                                   /* ... without a step */
        {.load_is_high = 1, .load_wait_ticks = 1, .load_step = 1}, /* high while it has to wait */
        {.load_is_high = 1, .is_tripped = 1},                      /* high while it has not returned */
        {.charger_wait_ticks = 40},
        {.shorts[1] = {.wait_ticks = 480, .step = 1}}, /* a wait and a step, and no short */
    };
    struct sbms_retained noise;
    struct test_random random = {.state = 1};
    struct test_bench bench;

    (void)state;
    for (size_t i = 0; i < sizeof garbage / sizeof garbage[0]; i++) {
        bench_reset(&bench, NULL);
        assert_false(sbms_control_restore(&bench.control, &garbage[i]));
        assert_int_equal(bench_until_load(&bench, 1000), 8);
        bench_expect(&bench, 1, 0, 1, 0);
    }
    for (uint32_t i = 0; i < 10000; i++) {
        for (size_t byte = 0; byte < sizeof noise; byte++) {
            ((uint8_t *)&noise)[byte] = (uint8_t)random_next(&random);
        }
        bench_reset(&bench, NULL);
        if (!sbms_control_restore(&bench.control, &noise)) {
            assert_int_equal(bench_until_load(&bench, 1000), 8);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_load_waits),
        cmocka_unit_test(test_load_waits_of_mixed_cuts),
        cmocka_unit_test(test_load_wait_and_atd),
        cmocka_unit_test(test_load_steps_back),
        cmocka_unit_test(test_load_steps_back_only_without_a_gap),
        cmocka_unit_test(test_load_wait_runs_on),
        cmocka_unit_test(test_blue_flashes_while_load_waits),
        cmocka_unit_test(test_reconnect_delay),
        cmocka_unit_test(test_reconnect_delay_and_remote_and_supply),
        cmocka_unit_test(test_reconnect_delay_only_after_a_cut),
        cmocka_unit_test(test_lockout),
        cmocka_unit_test(test_lockout_counts),
        cmocka_unit_test(test_cuts_without_a_lockout),
        cmocka_unit_test(test_lockout_forgotten),
        cmocka_unit_test(test_lockout_and_delay),
        cmocka_unit_test(test_atd_returns_as_the_lockout_ends),
        cmocka_unit_test(test_charger_waits),
        cmocka_unit_test(test_charger_wait_and_atc),
        cmocka_unit_test(test_charger_steps_back),
        cmocka_unit_test(test_charger_wait_outlives_a_low_supply),
        cmocka_unit_test(test_charger_does_not_chatter),
        cmocka_unit_test(test_shorted_charger),
        cmocka_unit_test(test_short_is_shown),
        cmocka_unit_test(test_short_is_forgotten_after_30_min),
        cmocka_unit_test(test_short_is_forgotten_by_off),
        cmocka_unit_test(test_shorted_load),
        cmocka_unit_test(test_shorted_prealarm),
        cmocka_unit_test(test_short_outlives_a_low_supply),
        cmocka_unit_test(test_fed_output),
        cmocka_unit_test(test_fed_output_before_the_start),
        cmocka_unit_test(test_restore),
        cmocka_unit_test(test_restore_of_the_rest),
        cmocka_unit_test(test_each_set_of_steps_is_forgotten),
        cmocka_unit_test(test_cuts_are_counted_to_the_end),
        cmocka_unit_test(test_lockout_is_not_cleared_by_what_is_not_measured),
        cmocka_unit_test(test_standing),
        cmocka_unit_test(test_short_is_in_a_row_of_each_output),
        cmocka_unit_test(test_charger_step_of_one_loss),
        cmocka_unit_test(test_waits_that_end_at_the_start),
        cmocka_unit_test(test_restore_of_garbage),
    };

    return cmocka_run_group_tests_name("control_waits", tests, NULL, NULL);
}
