/* SPDX-License-Identifier: Apache-2.0 */
/* The control law, rule by rule, at every threshold and delay. The comment over a test names its rules. Waits and tries
 * are in test_control_waits.c, flipped bits in test_control_state.c. */
#include "tests/control_bench.h"

/* ---- supply ----------------------------------------------------------------------------------- */

/* SUP-3: at start-up nothing counts below 8000 mV, at exactly 8000 mV it does. */
static void test_supply_start_threshold(void **state)
{
    struct test_bench bench;

    (void)state;
    for (int32_t vbat_mv = 7900; vbat_mv <= 8100; vbat_mv++) {
        bench_reset(&bench, NULL);
        bench.inputs.vbat_mv = vbat_mv;
        assert_int_equal(bench_until_cause(&bench, 100), vbat_mv < 8000 ? 101 : 8);
    }
}

/* SUP-3: running, everything floats at the second tick below 7500 mV; at exactly 7500 mV never. */
static void test_supply_low_threshold(void **state)
{
    struct test_bench bench;

    (void)state;
    for (int32_t vbat_mv = 7400; vbat_mv <= 8100; vbat_mv++) {
        bench_start(&bench, NULL);
        bench.inputs.vbat_mv = vbat_mv;
        assert_int_equal(bench_until_edge(&bench, 100), vbat_mv < 7500 ? 2 : 101);
        if (vbat_mv >= 7500) {
            continue;
        }
        bench_expect(&bench, 0, 0, 0, 0);
        bench_expect_causes(&bench, SBMS_CAUSE_SUPPLY_LOW, SBMS_CAUSE_NONE, SBMS_CAUSE_SUPPLY_LOW);
    }
}

/* SUP-3, SAFE-1, SAFE-7: after a low supply the device starts anew at 8000 mV, not at 7999 mV, and takes the
 * whole start-up time; a dip on the way starts the count again. */
static void test_supply_returns(void **state)
{
    struct test_bench bench;

    (void)state;
    for (int32_t vbat_mv = 7490; vbat_mv <= 8010; vbat_mv++) {
        bench_start(&bench, NULL);
        bench.inputs.vbat_mv = 7000;
        assert_int_equal(bench_until_edge(&bench, 3), 2);
        bench_hold(&bench, 100);
        bench.inputs.vbat_mv = vbat_mv;
        assert_int_equal(bench_until_cause(&bench, 50), vbat_mv < 8000 ? 51 : 8);
        if (vbat_mv >= 8000) {
            bench_expect(&bench, 1, 0, 1, 0);
            bench_expect_causes(&bench, SBMS_CAUSE_START_UP, SBMS_CAUSE_NONE, SBMS_CAUSE_START_UP);
        }
    }
    for (uint32_t before = 1; before <= 7; before++) {
        bench_reset(&bench, NULL);
        bench_hold(&bench, before);
        bench.inputs.vbat_mv = 7999;
        bench_hold(&bench, 1);
        bench.inputs.vbat_mv = 8000;
        assert_int_equal(bench_until_cause(&bench, 50), 8);
    }
}

/* SUP-3, SAFE-1: before the decision a second sample below 7500 mV forgets the first good one: 7.9 V does not count. */
static void test_supply_low_before_the_decision(void **state)
{
    struct test_bench bench;

    (void)state;
    bench_reset(&bench, NULL);
    bench_hold(&bench, 5);
    bench.inputs.vbat_mv = 7000;
    bench_hold(&bench, 2);
    bench.inputs.vbat_mv = 7900;
    bench_hold(&bench, 100);
    bench.inputs.vbat_mv = 8000;
    assert_int_equal(bench_until_cause(&bench, 50), 8);
    bench_expect(&bench, 1, 0, 1, 0);
}

/* SUP-3, SAFE-2: one tick below 7500 mV leaves outputs and the running warning time untouched; two do not. A low
 * supply floats a running pre-alarm too. */
static void test_supply_glitch(void **state)
{
    struct test_bench bench;

    (void)state;
    for (uint32_t at = 0; at < CUT_TICKS - 1u; at++) {
        bench_start(&bench, NULL);
        bench.inputs.atd = false;
        assert_int_equal(bench_until_edge(&bench, 3), 2);
        bench_hold(&bench, at);
        bench.inputs.vbat_mv = 0;
        bench_hold(&bench, 1);
        bench.inputs.vbat_mv = 12800;
        assert_int_equal(bench_until_edge(&bench, 1000), CUT_TICKS - at - 1u);
    }
    bench_start(&bench, NULL);
    bench.inputs.no_prealarm = false;
    assert_int_equal(bench_until_edge(&bench, 3), 2);
    bench.inputs.vbat_mv = INT32_MIN;
    bench_hold(&bench, 1);
    bench_step(&bench);
    bench_expect(&bench, 0, 0, 0, 0);
    bench_expect_causes(&bench, SBMS_CAUSE_SUPPLY_LOW, SBMS_CAUSE_SUPPLY_LOW, SBMS_CAUSE_SUPPLY_LOW);
    bench_hold(&bench, 100);
    bench.inputs.vbat_mv = INT32_MAX;
    assert_int_equal(bench_until_cause(&bench, 30), 8);
    bench_expect(&bench, 1, 1, 1, 0);
    bench_expect_causes(&bench, SBMS_CAUSE_START_UP, SBMS_CAUSE_START_UP, SBMS_CAUSE_START_UP);
    bench.inputs.atd = false;
    assert_int_equal(bench_until_edge(&bench, 1000), CUT_TICKS);
}

/* SUP-3, LOAD-8, SAFE-1: a low supply is a cut. Charger starts at once; Load's start has a row that says why it waits, and
 * the wait counts from the cut, not from the start. */
static void test_supply_low_is_a_cut(void **state)
{
    struct test_bench bench;

    (void)state;
    for (uint32_t low_ticks = 2; low_ticks < 50; low_ticks++) {
        bench_start(&bench, NULL);
        bench.inputs.vbat_mv = 7000;
        bench_hold(&bench, 1);
        bench_step(&bench);
        bench_hold(&bench, low_ticks - 2);
        bench.inputs.vbat_mv = 12800;
        assert_int_equal(bench_until_cause(&bench, 30), 8);
        if (low_ticks + 6 < 40) { /* of the 40 ticks, those since the cut */
            bench_expect(&bench, 0, 0, 1, 0);
            bench_expect_causes(&bench, SBMS_CAUSE_HOLD_OFF, SBMS_CAUSE_NONE, SBMS_CAUSE_START_UP);
            assert_int_equal(bench_until_cause(&bench, 100), 40 - (low_ticks + 6));
            bench_expect_causes(&bench, SBMS_CAUSE_HOLD_OFF, SBMS_CAUSE_NONE, SBMS_CAUSE_NONE);
        } else {
            bench_expect_causes(&bench, SBMS_CAUSE_START_UP, SBMS_CAUSE_NONE, SBMS_CAUSE_START_UP);
        }
        bench_expect(&bench, 1, 0, 1, 0);
    }
}

/* LOAD-8, SUP-3: 5 kW out of 50 Ah at -10 degC: the supply falls under the load, and recovers without it. In 3 min Load
 * closes at the start, after 5 s, 30 s and 60 s. */
static void test_supply_that_falls_under_load(void **state)
{
    struct test_bench bench;
    uint32_t closings = 0;

    (void)state;
    bench_reset(&bench, NULL);
    for (uint32_t tick = 0; tick < 180u * SBMS_TICKS_PER_S; tick++) {
        const bool was_high = bench.decision.outputs.load;

        bench.inputs.vbat_mv = was_high ? 7000 : 12000;
        bench_step(&bench);
        closings += !was_high && bench.decision.outputs.load ? 1u : 0u;
    }
    assert_int_equal(closings, 4);
}

/* ---- start-up --------------------------------------------------------------------------------- */

/* SAFE-1, SAFE-2, LOAD-5, CHG-1, CHG-4, LOAD-7, LED-2, REM-5: for all levels at start, each decision comes when its own
 * inputs have been steady, is right at once, and has a cause even where nothing changes. */
static void start_levels(uint32_t levels)
{
    const bool on = (levels & 8u) != 0u;
    struct test_bench bench;
    struct sbms_inputs *inputs = &bench.inputs;
    bool none = false;

    bench_reset(&bench, NULL);
    remote_set(inputs, on);
    for (int signal = 0; signal < SIGNAL_COUNT; signal++) {
        signal_set(inputs, (enum test_signal)signal, (levels >> signal & 1u) != 0u);
    }
    none = !inputs->atc && !inputs->atd && !inputs->no_prealarm;
    for (uint32_t tick = 1; tick <= 300; tick++) {
        const bool charger_decides = tick == (inputs->atc ? 8u : 2u);
        const bool load_decides = tick == (inputs->atd || inputs->no_prealarm ? 8u : 2u);
        const uint8_t charger_cause = !on           ? SBMS_CAUSE_REMOTE_OFF
                                      : inputs->atc ? SBMS_CAUSE_START_UP
                                      : none        ? SBMS_CAUSE_CHAIN_OPEN
                                                    : SBMS_CAUSE_ATC_LOST;
        const uint8_t load_cause = !on           ? SBMS_CAUSE_REMOTE_OFF
                                   : inputs->atd ? SBMS_CAUSE_START_UP
                                   : none        ? SBMS_CAUSE_CHAIN_OPEN
                                                 : SBMS_CAUSE_ATD_LOST;
        const bool warns = on && inputs->atd && !inputs->no_prealarm;

        bench_step(&bench);
        bench_expect(&bench, on && inputs->atd && tick >= 8, warns && tick >= 8,
                     on && inputs->atc && tick >= 8, on && !inputs->atc && tick >= 2);
        bench_expect_causes(&bench, load_decides ? load_cause : SBMS_CAUSE_NONE,
                            load_decides && warns ? SBMS_CAUSE_START_UP : SBMS_CAUSE_NONE,
                            charger_decides ? charger_cause : SBMS_CAUSE_NONE);
    }
}

static void test_start_up_levels(void **state)
{
    (void)state;
    for (uint32_t levels = 0; levels < 16; levels++) {
        start_levels(levels);
    }
    assert_true(8u * SBMS_TICK_MS <= 1500u);
}

/* SAFE-1, CHG-4, LOAD-7: a signal that is absent for one tick on the way holds its own region until it is steady, and not
 * the other; the outputs come up once and stay. */
static void test_start_up_unsteady(void **state)
{
    struct test_bench bench;

    (void)state;
    for (uint32_t at = 1; at <= 7; at++) {
        for (int signal = 0; signal < SIGNAL_COUNT; signal++) {
            const bool is_charger = signal == SIGNAL_ATC;

            bench_reset(&bench, NULL);
            bench_hold(&bench, at);
            signal_set(&bench.inputs, (enum test_signal)signal, false);
            if (at < 7) {
                bench_hold(&bench, 1);
                signal_set(&bench.inputs, (enum test_signal)signal, true);
                bench_hold(&bench, 6 - at);
            }
            bench_step(&bench); /* the eighth sample */
            bench_expect(&bench, is_charger, 0, !is_charger, 0);
            signal_set(&bench.inputs, (enum test_signal)signal, true);
            assert_int_equal(bench_until_cause(&bench, 100), at + 1);
            bench_expect(&bench, 1, 0, 1, 0);
            bench_expect_causes(&bench, is_charger ? SBMS_CAUSE_NONE : SBMS_CAUSE_START_UP, SBMS_CAUSE_NONE,
                                is_charger ? SBMS_CAUSE_START_UP : SBMS_CAUSE_NONE);
        }
        /* the remote goes on on the way: two ticks, and not less than eight from the reset */
        bench_reset(&bench, NULL);
        remote_set(&bench.inputs, false);
        bench_hold(&bench, at);
        remote_set(&bench.inputs, true);
        assert_int_equal(bench_until_edge(&bench, 100), at <= 6 ? 8u - at : 2u);
        bench_expect(&bench, 1, 0, 1, 0);
    }
}

/* SAFE-1: absent for some samples, then present: two are steady, and ATC is decided by them; one is nothing. ATD and
 * no-pre-alarm are decided together. */
static void test_start_up_absent_at_first(void **state)
{
    struct test_bench bench;

    (void)state;
    for (uint32_t absent = 1; absent <= 7; absent++) {
        bench_reset(&bench, NULL);
        bench.inputs.atc = false;
        if (absent >= 2) {
            assert_int_equal(bench_until_cause(&bench, 3), 2);
            bench_expect(&bench, 0, 0, 0, 1);
            bench_expect_causes(&bench, SBMS_CAUSE_NONE, SBMS_CAUSE_NONE, SBMS_CAUSE_ATC_LOST);
        }
        bench_hold(&bench, absent < 2 ? 1 : absent - 2);
        bench.inputs.atc = true;
        assert_int_equal(bench_until_cause(&bench, 30), 8 - absent); /* Load */
        bench_expect(&bench, 1, 0, 0, absent >= 2);
        assert_int_equal(bench_until_cause(&bench, 30), absent);
        bench_expect(&bench, 1, 0, 1, 0);
        bench_expect_causes(&bench, SBMS_CAUSE_NONE, SBMS_CAUSE_NONE,
                            absent >= 2 ? SBMS_CAUSE_ATC_RETURNED : SBMS_CAUSE_START_UP);
        for (int signal = SIGNAL_ATD; signal < SIGNAL_COUNT; signal++) {
            bench_reset(&bench, NULL);
            signal_set(&bench.inputs, (enum test_signal)signal, false);
            bench_hold(&bench, absent);
            signal_set(&bench.inputs, (enum test_signal)signal, true);
            assert_int_equal(bench_until_cause(&bench, 30), 8 - absent);
            bench_expect(&bench, 0, 0, 1, 0);
            assert_int_equal(bench_until_cause(&bench, 30), absent);
            bench_expect(&bench, 1, 0, 1, 0);
            bench_expect_causes(&bench, SBMS_CAUSE_START_UP, SBMS_CAUSE_NONE, SBMS_CAUSE_NONE);
        }
    }
}

/* SAFE-1, SAFE-2: a signal lost at the end of the start-up needs two ticks, then decides. */
static void test_start_up_lost_at_the_end(void **state)
{
    struct test_bench bench;

    (void)state;
    for (int signal = 0; signal < SIGNAL_COUNT; signal++) {
        bench_reset(&bench, NULL);
        bench_hold(&bench, 7);
        signal_set(&bench.inputs, (enum test_signal)signal, false);
        bench_step(&bench);
        bench_expect(&bench, signal == SIGNAL_ATC, 0, signal != SIGNAL_ATC, 0);
        bench_step(&bench);
        bench_expect(&bench, signal != SIGNAL_ATD, signal == SIGNAL_NO_PREALARM, signal != SIGNAL_ATC,
                     signal == SIGNAL_ATC);
    }
}

/* SAFE-1: a signal that is absent one tick in eight from the start is lost at the 25th sample, whatever the phase; it holds
 * its own region only, and comes back when it is whole. */
static void test_start_up_flicker(void **state)
{
    struct test_bench bench;

    (void)state;
    for (int signal = 0; signal < SIGNAL_COUNT; signal++) {
        for (uint32_t phase = 0; phase < 8; phase++) {
            const bool is_charger = signal == SIGNAL_ATC;

            bench_reset(&bench, NULL);
            for (uint32_t tick = 1; tick <= 100; tick++) {
                const bool is_decided = tick >= 25;

                signal_set(&bench.inputs, (enum test_signal)signal, (tick + phase) % 8u != 0u);
                bench_step(&bench);
                bench_expect(&bench, is_charger && tick >= 8, 0, !is_charger && tick >= 8,
                             is_charger && is_decided);
                if (tick == 25) {
                    bench_expect_causes(&bench, is_charger ? SBMS_CAUSE_NONE : SBMS_CAUSE_ATD_LOST,
                                        SBMS_CAUSE_NONE, is_charger ? SBMS_CAUSE_ATC_LOST : SBMS_CAUSE_NONE);
                }
                if (signal == SIGNAL_NO_PREALARM && tick == 24) {
                    break; /* Load may be high with it lost: below */
                }
            }
        }
    }
    bench_reset(&bench, NULL);
    for (uint32_t tick = 1; tick <= 25; tick++) {
        bench.inputs.no_prealarm = tick % 8u != 0u;
        bench_step(&bench);
        bench_expect(&bench, tick == 25, tick == 25, tick >= 8, 0);
    }
    bench_expect_causes(&bench, SBMS_CAUSE_START_UP, SBMS_CAUSE_START_UP, SBMS_CAUSE_NONE);
    assert_true((25u - 1u) * SBMS_TICK_MS == 3000u);
}

/* SAFE-1, REM-5: a remote that is never the same twice counts as off at the 25th sample; on in two ticks after it. */
static void test_start_up_remote_flicker(void **state)
{
    struct test_bench bench;

    (void)state;
    bench_reset(&bench, NULL);
    for (uint32_t tick = 1; tick <= 24; tick++) {
        remote_set(&bench.inputs, tick % 2u == 0u);
        bench_hold(&bench, 1);
    }
    remote_set(&bench.inputs, false);
    bench_step(&bench);
    bench_expect(&bench, 0, 0, 0, 0);
    bench_expect_causes(&bench, SBMS_CAUSE_REMOTE_OFF, SBMS_CAUSE_NONE, SBMS_CAUSE_REMOTE_OFF);
    remote_set(&bench.inputs, true);
    assert_int_equal(bench_until_cause(&bench, 9), 2);
    bench_expect(&bench, 1, 0, 1, 0);
    bench_expect_causes(&bench, SBMS_CAUSE_REMOTE_ON, SBMS_CAUSE_NONE, SBMS_CAUSE_REMOTE_ON);
}

/* SAFE-1, SAFE-2: the last sample before that decision is one of the two that turn the system on after it. */
static void test_start_up_remote_comes_at_the_end(void **state)
{
    struct test_bench bench;

    (void)state;
    bench_reset(&bench, NULL);
    for (uint32_t tick = 1; tick <= 24; tick++) {
        remote_set(&bench.inputs, tick % 2u != 0u);
        bench_hold(&bench, 1);
    }
    remote_set(&bench.inputs, true);
    bench_step(&bench);
    bench_expect(&bench, 0, 0, 0, 0);
    bench_expect_causes(&bench, SBMS_CAUSE_REMOTE_OFF, SBMS_CAUSE_NONE, SBMS_CAUSE_REMOTE_OFF);
    assert_int_equal(bench_until_cause(&bench, 9), 1);
    bench_expect(&bench, 1, 0, 1, 0);
}

/* SAFE-1: below 8.0 V an undecided region begins anew; a remote that is known stays known, and a region that has decided
 * goes on. */
static void test_start_up_dip_of_one_region(void **state)
{
    struct test_bench bench;

    (void)state;
    bench_reset(&bench, NULL);
    bench.inputs.atc = false; /* Charger's region decides at the second sample, Load's not */
    assert_int_equal(bench_until_cause(&bench, 9), 2);
    bench_hold(&bench, 4);
    bench.inputs.vbat_mv = 7999;
    remote_set(&bench.inputs, false);
    bench_hold(&bench, 1);
    remote_set(&bench.inputs, true);
    bench.inputs.vbat_mv = 8000;
    assert_int_equal(bench_until_cause(&bench, 30), 8);
    bench_expect(&bench, 1, 0, 0, 1);
    bench_expect_causes(&bench, SBMS_CAUSE_START_UP, SBMS_CAUSE_NONE, SBMS_CAUSE_NONE);
}

/* SAFE-1: a sample below 8.0 V begins all counts anew: the two absences, and the 25. */
static void test_start_up_dip_restarts_the_counts(void **state)
{
    struct test_bench bench;

    (void)state;
    bench_reset(&bench, NULL);
    bench_hold(&bench, 5);
    bench.inputs.vbat_mv = 7999;
    bench.inputs.atc = false;
    bench_hold(&bench, 1);
    bench.inputs.vbat_mv = 8000;
    assert_int_equal(bench_until_cause(&bench, 9), 2);
    bench_expect_causes(&bench, SBMS_CAUSE_NONE, SBMS_CAUSE_NONE, SBMS_CAUSE_ATC_LOST);

    bench_reset(&bench, NULL);
    for (uint32_t tick = 1; tick <= 20 + 1 + 25; tick++) {
        bench.inputs.vbat_mv = tick == 21 ? 7999 : 8000;
        bench.inputs.atc = bench.inputs.atd = tick % 4u != 0u;
        bench_step(&bench);
        assert_int_equal(has_cause(&bench.decision), tick == 46);
    }
    bench_expect_causes(&bench, SBMS_CAUSE_ATD_LOST, SBMS_CAUSE_NONE, SBMS_CAUSE_ATC_LOST);
}

/* LOAD-5: with ATD absent at start-up or when the system goes on, Load and pre-alarm float until it is
 * back, however long that takes, and nothing is warned. */
static void test_load_stays_floating_without_atd(void **state)
{
    struct test_bench bench;

    (void)state;
    for (int at_start = 0; at_start < 2; at_start++) {
        for (int pre_alarm = 0; pre_alarm < 2; pre_alarm++) {
            bench_reset(&bench, NULL);
            bench.inputs.atd = false;
            bench.inputs.no_prealarm = pre_alarm == 0;
            remote_set(&bench.inputs, at_start != 0);
            for (uint32_t tick = 0; tick < 50; tick++) {
                bench_step(&bench);
            }
            if (at_start == 0) {
                bench_expect(&bench, 0, 0, 0, 0);
                remote_set(&bench.inputs, true);
                assert_int_equal(bench_until_edge(&bench, 50), 2);
            }
            bench_expect(&bench, 0, 0, 1, 0);
            bench_hold(&bench, 1000);
            bench.inputs.atd = bench.inputs.no_prealarm = true;
            assert_int_equal(bench_until_edge(&bench, 50), 8);
            bench_expect(&bench, 1, 0, 1, 0);
            bench_expect_causes(&bench, SBMS_CAUSE_ATD_RETURNED, SBMS_CAUSE_NONE, SBMS_CAUSE_NONE);
        }
    }
}

/* ---- remote ----------------------------------------------------------------------------------- */

static bool remote_should_be_on(int32_t l_mv, int32_t h_mv, bool is_on)
{
    return is_on ? l_mv < 3550 || h_mv > 2850 : l_mv < 3500 || h_mv > 2900;
}

static void remote_check(int32_t l_mv, int32_t h_mv)
{
    struct test_bench bench;

    /* from off */
    bench_reset(&bench, NULL);
    remote_set(&bench.inputs, false);
    assert_int_equal(bench_until_cause(&bench, 20), 8);
    bench_hold(&bench, 20);
    bench.inputs.remote_l_mv = l_mv;
    bench.inputs.remote_h_mv = h_mv;
    assert_int_equal(bench_until_edge(&bench, 12), remote_should_be_on(l_mv, h_mv, false) ? 2 : 13);
    /* from on */
    bench_start(&bench, NULL);
    bench.inputs.remote_l_mv = l_mv;
    bench.inputs.remote_h_mv = h_mv;
    assert_int_equal(bench_until_edge(&bench, 12), remote_should_be_on(l_mv, h_mv, true) ? 13 : 2);
    /* from the reset: as from off */
    bench_reset(&bench, NULL);
    bench.inputs.remote_l_mv = l_mv;
    bench.inputs.remote_h_mv = h_mv;
    assert_int_equal(bench_until_edge(&bench, 12), remote_should_be_on(l_mv, h_mv, false) ? 8 : 13);
}

/* REM-1, REM-2, REM-4: every millivolt round the thresholds of L and of H, from on and from off, and with
 * the other terminal at each of its own thresholds. */
static void test_remote_thresholds(void **state)
{
    static const int32_t l_edges[] = {-70000, 3499, 3500, 3501, 3549, 3550, 3551, 70000};
    static const int32_t h_edges[] = {-70000, 2849, 2850, 2851, 2899, 2900, 2901, 70000};

    (void)state;
    for (int32_t l_mv = 3440; l_mv <= 3610; l_mv++) {
        remote_check(l_mv, H_OPEN_MV);
    }
    for (int32_t h_mv = 2790; h_mv <= 2960; h_mv++) {
        remote_check(L_OPEN_MV, h_mv);
    }
    for (size_t l = 0; l < 8; l++) {
        for (size_t h = 0; h < 8; h++) {
            remote_check(l_edges[l], h_edges[h]);
        }
    }
    remote_check(INT32_MIN, INT32_MIN);
    remote_check(INT32_MAX, INT32_MIN);
    remote_check(INT32_MIN, INT32_MAX);
    remote_check(INT32_MAX, INT32_MAX);
}

/* REM-1, REM-2: joined terminals are on at whatever voltage they rest; H at or above Vbat is on; open
 * terminals are off. */
static void test_remote_joined(void **state)
{
    struct test_bench bench;

    (void)state;
    for (int32_t mv = -1000; mv <= 6000; mv++) {
        remote_check(mv, mv);
    }
    for (int32_t mv = -70000; mv <= 70000; mv += 1000) {
        remote_check(mv, mv);
    }
    for (int32_t vbat_mv = 8000; vbat_mv <= 70000; vbat_mv += 1000) {
        bench_reset(&bench, NULL);
        bench.inputs.vbat_mv = bench.inputs.remote_h_mv = vbat_mv;
        bench.inputs.remote_l_mv = L_OPEN_MV;
        assert_int_equal(bench_until_edge(&bench, 12), 8);
        bench_expect(&bench, 1, 0, 1, 0);
    }
    remote_check(L_OPEN_MV, H_OPEN_MV);
}

/* REM-5, LOAD-4, SAFE-2: one tick of off changes nothing, two float everything and darken both LEDs; one
 * tick of on changes nothing. */
static void test_remote_debounce(void **state)
{
    struct test_bench bench;

    (void)state;
    for (int charging = 0; charging < 2; charging++) {
        bench_start(&bench, NULL);
        bench.inputs.atc = charging != 0;
        bench.inputs.no_prealarm = false;
        bench_step(&bench);
        bench_step(&bench);
        bench_expect(&bench, 1, 1, charging, !charging);
        for (uint32_t i = 0; i < 20; i++) {
            remote_set(&bench.inputs, false);
            bench_hold(&bench, 1);
            remote_set(&bench.inputs, true);
            bench_hold(&bench, 1 + i % 3);
        }
        remote_set(&bench.inputs, false);
        assert_int_equal(bench_until_edge(&bench, 5), 2);
        bench_expect(&bench, 0, 0, 0, 0);
        bench_expect_causes(&bench, SBMS_CAUSE_REMOTE_OFF, SBMS_CAUSE_REMOTE_OFF, SBMS_CAUSE_REMOTE_OFF);
        for (uint32_t i = 0; i < 20; i++) {
            remote_set(&bench.inputs, true);
            bench_hold(&bench, 1);
            remote_set(&bench.inputs, false);
            bench_hold(&bench, 1 + i % 3);
        }
        remote_set(&bench.inputs, true);
        assert_int_equal(bench_until_edge(&bench, 5), 2);
        bench_expect(&bench, 1, 1, charging, !charging);
        bench_expect_causes(&bench, SBMS_CAUSE_REMOTE_ON, SBMS_CAUSE_NO_PREALARM_LOST, SBMS_CAUSE_REMOTE_ON);
    }
}

/* LOAD-4, PRE-5, LOAD-3: off at each tick of the warning time floats Load at once, and on again gives the full time again. */
static void test_remote_off_during_pre_alarm(void **state)
{
    struct test_bench bench;

    (void)state;
    for (uint32_t at = 0; at <= CUT_TICKS; at++) {
        bench_start(&bench, NULL);
        bench.inputs.no_prealarm = false;
        assert_int_equal(bench_until_edge(&bench, 3), 2);
        bench_hold(&bench, at);
        remote_set(&bench.inputs, false);
        assert_int_equal(bench_until_edge(&bench, 3), 2);
        bench_expect(&bench, 0, 0, 0, 0);
        bench_hold(&bench, 6 + at % 7);
        remote_set(&bench.inputs, true);
        assert_int_equal(bench_until_edge(&bench, 3), 2);
        bench_expect(&bench, 1, 1, 1, 0);
        bench.inputs.atd = false;
        assert_int_equal(bench_until_edge(&bench, 1000), CUT_TICKS);
        bench_expect(&bench, 0, 0, 1, 0);
    }
}

/* LOAD-8, LOAD-4: a remote that was off for less than 1 s has cut Load, and Load waits; from 8 ticks of off on nothing is
 * remembered. Charger does not wait for Load. */
static void test_remote_off_for_a_second(void **state)
{
    struct test_bench bench;

    (void)state;
    for (uint32_t off_ticks = 2; off_ticks <= 12; off_ticks++) {
        bench_start(&bench, NULL);
        remote_set(&bench.inputs, false);
        bench_hold(&bench, 1);
        bench_step(&bench);
        bench_expect(&bench, 0, 0, 0, 0);
        bench_hold(&bench, off_ticks - 2);
        remote_set(&bench.inputs, true);
        assert_int_equal(bench_until_edge(&bench, 3), 2); /* off for off_ticks ticks of the level */
        bench_expect(&bench, off_ticks >= 8, 0, 1, 0);
        if (off_ticks < 8) {
            assert_int_equal(bench_until_edge(&bench, 100), 40 - off_ticks);
            bench_expect_causes(&bench, SBMS_CAUSE_HOLD_OFF, SBMS_CAUSE_NONE, SBMS_CAUSE_NONE);
        }
        bench_expect(&bench, 1, 0, 1, 0);
    }
}

/* LOAD-8: a switch that bounces at 1 Hz, on for half of it: Load closes seven times in half an hour, not 1800 times. */
static void test_remote_bounces(void **state)
{
    struct test_bench bench;
    uint32_t closings = 1;

    (void)state;
    bench_start(&bench, NULL);
    for (uint32_t tick = 0; tick < 1800u * SBMS_TICKS_PER_S; tick++) {
        const bool was_high = bench.decision.outputs.load;

        remote_set(&bench.inputs, tick % 8u < 4u);
        bench_step(&bench);
        closings += !was_high && bench.decision.outputs.load ? 1u : 0u;
    }
    assert_int_equal(closings, 7);
}

/* ---- load and pre-alarm ----------------------------------------------------------------------- */

/* LOAD-3, PRE-2, PRE-3: no-pre-alarm lost `lead` ticks before ATD: Load floats at the first tick at which
 * ATD is lost and pre-alarm has been high for the warning time, not one tick before or after. Runs through the places
 * where an 8-bit or a 16-bit counter would wrap (SAFE-6). */
static void test_cut_after_pre_alarm(void **state)
{
    static const uint32_t leads[] = {510,   511,   512,   513,   1023,  1024,
                                     65534, 65535, 65536, 65537, 65800, 131072};
    struct test_bench bench;

    (void)state;
    for (uint32_t i = 0; i < 600 + sizeof leads / sizeof leads[0]; i++) {
        const uint32_t lead = i < 600 ? i : leads[i - 600];

        bench_start(&bench, NULL);
        bench.inputs.no_prealarm = false;
        if (lead > 1) {
            assert_int_equal(bench_until_edge(&bench, 3), 2);
            bench_expect(&bench, 1, 1, 1, 0);
            bench_expect_causes(&bench, SBMS_CAUSE_NONE, SBMS_CAUSE_NO_PREALARM_LOST, SBMS_CAUSE_NONE);
            bench_hold(&bench, lead - 2);
            bench.inputs.atd = false;
            assert_int_equal(bench_until_edge(&bench, 1000), lead <= CUT_TICKS ? CUT_TICKS + 2 - lead : 2);
        } else {
            bench_hold(&bench, lead);
            bench.inputs.atd = false;
            assert_int_equal(bench_until_edge(&bench, 3), 2 - lead);
            bench_expect_causes(&bench, SBMS_CAUSE_NONE,
                                lead == 0 ? SBMS_CAUSE_ATD_LOST : SBMS_CAUSE_NO_PREALARM_LOST,
                                SBMS_CAUSE_NONE);
            assert_int_equal(bench_until_edge(&bench, 1000), CUT_TICKS);
        }
        bench_expect(&bench, 0, 0, 1, 0);
        bench_expect_causes(&bench, SBMS_CAUSE_ATD_LOST, SBMS_CAUSE_ATD_LOST, SBMS_CAUSE_NONE);
    }
}

/* LOAD-3: every warning time, to the tick: ceil(8 * T * 1.0125) + 1, which is T or more on a clock that is 1.25 % fast even
 * if the first of its ticks was none. */
static void test_warning_time(void **state)
{
    struct test_bench bench;

    (void)state;
    for (uint8_t time_s = 29; time_s <= 120; time_s++) {
        const struct sbms_control_settings settings = {.warning_time_s =
                                                           (uint8_t)(time_s == 29 ? 0 : time_s)};
        const uint32_t s = time_s == 29 ? 30 : time_s;
        const uint32_t ticks = (8u * s * 10125u + 9999u) / 10000u + 1u;

        assert_int_equal(sbms_control_warning_ticks(&settings), ticks);
        assert_true((ticks - 1u) * 10000u >= 8u * s * 10125u && (ticks - 2u) * 10000u < 8u * s * 10125u);
        bench_start(&bench, &settings);
        bench.inputs.atd = false;
        assert_int_equal(bench_until_edge(&bench, 3), 2);
        assert_int_equal(bench_until_edge(&bench, 2000), ticks);
        bench_expect(&bench, 0, 0, 1, 0);
    }
    assert_int_equal(sbms_control_warning_ticks(&(struct sbms_control_settings){.warning_time_s = 30}),
                     CUT_TICKS);
}

/* LOAD-1, LOAD-2, PRE-1, PRE-2, SAFE-7: a battery without a pre-alarm signal: ATD alone warns, then cuts. */
static void test_cut_without_pre_alarm_signal(void **state)
{
    struct test_bench bench;

    (void)state;
    bench_start(&bench, NULL);
    bench.inputs.atd = false;
    assert_int_equal(bench_until_edge(&bench, 3), 2);
    bench_expect(&bench, 1, 1, 1, 0);
    bench_expect_causes(&bench, SBMS_CAUSE_NONE, SBMS_CAUSE_ATD_LOST, SBMS_CAUSE_NONE);
    assert_int_equal(bench_until_edge(&bench, 1000), CUT_TICKS);
    bench_expect(&bench, 0, 0, 1, 0);
    bench_hold(&bench, 10000);
    bench.inputs.atd = true;
    assert_int_equal(bench_until_edge(&bench, 30), 8);
    bench_expect(&bench, 1, 0, 1, 0);
    bench_expect_causes(&bench, SBMS_CAUSE_ATD_RETURNED, SBMS_CAUSE_NONE, SBMS_CAUSE_NONE);
}

/* PRE-4, LOAD-3: no-pre-alarm lost alone for some time, then back: pre-alarm floats 10 s after the tick at which it counts
 * as present, and the next warning time is whole. */
static void test_pre_alarm_ends_after_10_s(void **state)
{
    struct test_bench bench;

    (void)state;
    for (uint32_t at = 0; at <= 2u * CUT_TICKS; at++) {
        bench_start(&bench, NULL);
        bench.inputs.no_prealarm = false;
        assert_int_equal(bench_until_edge(&bench, 3), 2);
        bench_hold(&bench, at);
        bench.inputs.no_prealarm = true;
        assert_int_equal(bench_until_edge(&bench, 1000), 8 + ALARM_OVER_TICKS);
        bench_expect(&bench, 1, 0, 1, 0);
        bench_expect_causes(&bench, SBMS_CAUSE_NONE, SBMS_CAUSE_NO_PREALARM_RETURNED, SBMS_CAUSE_NONE);
        bench_cut(&bench);
    }
}

/* PRE-4, LOAD-3: ATD was lost during the alarm, if only for a moment: 60 s, in which nothing is cut as long as ATD stays. */
static void test_pre_alarm_ends_after_60_s(void **state)
{
    struct test_bench bench;

    (void)state;
    for (uint32_t at = 0; at <= CUT_TICKS - 9; at++) {
        bench_start(&bench, NULL);
        bench.inputs.no_prealarm = at % 2 == 0;
        bench.inputs.atd = false;
        assert_int_equal(bench_until_edge(&bench, 3), 2);
        bench_hold(&bench, at);
        bench.inputs.atd = bench.inputs.no_prealarm = true;
        assert_int_equal(bench_until_edge(&bench, 1000), 8 + ATD_OVER_TICKS);
        bench_expect(&bench, 1, 0, 1, 0);
        bench_expect_causes(&bench, SBMS_CAUSE_NONE, SBMS_CAUSE_ATD_RETURNED, SBMS_CAUSE_NONE);
        bench_cut(&bench);
    }
}

/* PRE-4, LOAD-3: lost again before those 10 or 60 s are over, up to the last tick: the time has run on, and what is lost
 * starts them anew. One tick later it is another alarm. */
static void test_pre_alarm_runs_on(void **state)
{
    struct test_bench bench;

    (void)state;
    for (uint32_t lost_atd = 0; lost_atd < 2; lost_atd++) {
        const uint32_t over_ticks = lost_atd != 0 ? ATD_OVER_TICKS : ALARM_OVER_TICKS;

        for (uint32_t calm = over_ticks - 4; calm <= over_ticks + 1; calm++) {
            bench_start(&bench, NULL);
            bench.inputs.no_prealarm = false;
            bench.inputs.atd = lost_atd == 0;
            assert_int_equal(bench_until_edge(&bench, 3), 2);
            bench.inputs.atd = bench.inputs.no_prealarm = true;
            for (uint32_t tick = 0; tick < 8 + calm - 2;
                 tick++) { /* lost at tick `calm` after both are back */
                bench_step(&bench);
            }
            bench_expect(&bench, 1, 1, 1, 0);
            bench.inputs.atd = false;
            if (calm <= over_ticks) {
                const uint32_t alarm_ticks = 8 + calm;

                assert_int_equal(bench_until_edge(&bench, 1000),
                                 alarm_ticks >= CUT_TICKS ? 2 : CUT_TICKS - alarm_ticks + 2);
                bench_expect(&bench, 0, 0, 1, 0);
            } else {
                assert_int_equal(bench_until_edge(&bench, 3), 1);
                bench_expect(&bench, 1, 0, 1, 0);
                assert_int_equal(bench_until_edge(&bench, 3), 1);
                assert_int_equal(bench_until_edge(&bench, 1000), CUT_TICKS);
            }
        }
    }
}

/* PRE-4: a loss of no-pre-alarm alone counts the 60 s anew, if ATD was lost during this alarm; it does not for the next. */
static void test_pre_alarm_counts_anew(void **state)
{
    struct test_bench bench;

    (void)state;
    bench_start(&bench, NULL);
    bench.inputs.atd = false;
    assert_int_equal(bench_until_edge(&bench, 3), 2);
    bench.inputs.atd = true;
    bench_hold(&bench, 8 + ATD_OVER_TICKS - 2);
    bench.inputs.no_prealarm = false;
    bench_hold(&bench, 2);
    bench.inputs.no_prealarm = true;
    assert_int_equal(bench_until_edge(&bench, 1000), 8 + ATD_OVER_TICKS);
    bench_expect_causes(&bench, SBMS_CAUSE_NONE, SBMS_CAUSE_ATD_RETURNED, SBMS_CAUSE_NONE);
    bench.inputs.no_prealarm = false;
    assert_int_equal(bench_until_edge(&bench, 3), 2);
    bench.inputs.no_prealarm = true;
    assert_int_equal(bench_until_edge(&bench, 1000), 8 + ALARM_OVER_TICKS);
    bench_expect_causes(&bench, SBMS_CAUSE_NONE, SBMS_CAUSE_NO_PREALARM_RETURNED, SBMS_CAUSE_NONE);
}

/* PRE-4, LOAD-3: a load that pulses is cut at its second pulse: a cell at 1.0 V for 27 s of every 31 s, and for 27 s with
 * 20 s between. */
static void test_load_that_pulses_is_cut(void **state)
{
    static const uint32_t periods[] = {248, 376};
    struct test_bench bench;

    (void)state;
    for (size_t i = 0; i < sizeof periods / sizeof periods[0]; i++) {
        uint32_t cut_at = 0;

        bench_start(&bench, NULL);
        for (uint32_t tick = 1; tick <= 3u * periods[i] && cut_at == 0; tick++) {
            bench.inputs.atd = bench.inputs.no_prealarm = (tick - 1u) % periods[i] >= 216u;
            bench_step(&bench);
            if (bench.decision.load_cause != SBMS_CAUSE_NONE) {
                cut_at = tick;
                bench_expect(&bench, 0, 0, 1, 0);
                bench_expect_causes(&bench, SBMS_CAUSE_ATD_LOST, SBMS_CAUSE_ATD_LOST, SBMS_CAUSE_NONE);
            }
        }
        /* at once when ATD is lost for the second time: the time is over by then */
        assert_int_equal(cut_at, periods[i] + 2u);
    }
}

/* LOAD-3, PRE-4: ATD back at the tick of the cut is in time, and the alarm goes on for its 60 s; one tick later it is not,
 * and Load waits. */
static void test_return_at_the_cut(void **state)
{
    struct test_bench bench;

    (void)state;
    for (uint32_t late = 0; late < 2; late++) {
        bench_start(&bench, NULL);
        bench.inputs.atd = false;
        assert_int_equal(bench_until_edge(&bench, 3), 2);
        bench_hold(&bench, CUT_TICKS - 8 + late);
        bench.inputs.atd = true;
        if (late == 0) {
            assert_int_equal(bench_until_edge(&bench, 1000), 8 + ATD_OVER_TICKS);
        } else {
            assert_int_equal(bench_until_edge(&bench, 30), 7);
            bench_expect(&bench, 0, 0, 1, 0);
            assert_int_equal(bench_until_edge(&bench, 1000), 240);
            bench_expect_causes(&bench, SBMS_CAUSE_HOLD_OFF, SBMS_CAUSE_NONE, SBMS_CAUSE_NONE);
        }
        bench_expect(&bench, 1, 0, 1, 0);
    }
}

/* PRE-4, LOAD-3: ATD returning alone changes nothing while no-pre-alarm is lost, and pre-alarm's time runs
 * on; no-pre-alarm returning alone neither. */
static void test_one_signal_alone_ends_nothing(void **state)
{
    struct test_bench bench;

    (void)state;
    bench_start(&bench, NULL);
    bench.inputs.atd = bench.inputs.no_prealarm = false;
    assert_int_equal(bench_until_edge(&bench, 3), 2);
    bench_hold(&bench, 100);
    bench.inputs.atd = true;
    bench_hold(&bench, 10000);
    bench.inputs.no_prealarm = true;
    assert_int_equal(bench_until_edge(&bench, 1000), 8 + ATD_OVER_TICKS);
    bench_expect(&bench, 1, 0, 1, 0);

    bench.inputs.atd = bench.inputs.no_prealarm = false;
    assert_int_equal(bench_until_edge(&bench, 3), 2);
    bench.inputs.no_prealarm = true;
    bench_hold(&bench, 200);
    bench.inputs.atd = true;
    assert_int_equal(bench_until_edge(&bench, 1000), 8 + ATD_OVER_TICKS);

    /* ATD goes, comes back, and goes again while no-pre-alarm stays lost: the time is not interrupted */
    bench.inputs.atd = bench.inputs.no_prealarm = false;
    assert_int_equal(bench_until_edge(&bench, 3), 2);
    bench_hold(&bench, 100);
    bench.inputs.atd = true;
    bench_hold(&bench, 50);
    bench.inputs.atd = false;
    assert_int_equal(bench_until_edge(&bench, 1000), CUT_TICKS - 150);
    bench_expect(&bench, 0, 0, 1, 0);
}

/* ---- debounce --------------------------------------------------------------------------------- */

#define PATTERN_TICKS 13u

/* SAFE-2 said once more: the tick of `pattern` (bit n = sample n, 1 = present) at which a signal at `level` changes, after it
 * rested; 0 = none. */
static uint32_t changes_at(uint32_t pattern, bool level)
{
    for (uint32_t tick = 1; tick <= PATTERN_TICKS; tick++) {
        uint32_t absent_of_4 = 0;
        uint32_t present_of_8 = 0;

        for (uint32_t ago = 0; ago < 8; ago++) {
            const bool present = ago < tick ? (pattern >> (tick - 1u - ago) & 1u) != 0u : level;

            absent_of_4 += !present && ago < 4 ? 1u : 0u;
            present_of_8 += present ? 1u : 0u;
        }
        if (level ? absent_of_4 >= 2 : present_of_8 == 8) {
            return tick;
        }
    }
    return 0;
}

/* SAFE-2: each signal, present or absent, with every pattern of 13 samples: lost when absent in 2 of the last 4, back when
 * present in the last 8, and nothing else leaves a trace. */
static void test_signal_debounce(void **state)
{
    struct test_bench rested;
    struct test_bench bench;

    (void)state;
    for (int signal = 0; signal < SIGNAL_COUNT; signal++) {
        for (int level = 0; level < 2; level++) {
            bench_reset(&rested, NULL);
            signal_set(&rested.inputs, (enum test_signal)signal, level != 0);
            for (uint32_t tick = 0; tick < 30; tick++) {
                bench_step(&rested);
            }
            for (uint32_t pattern = 0; pattern < 1u << PATTERN_TICKS; pattern++) {
                const uint32_t at = changes_at(pattern, level != 0);

                bench = rested;
                for (uint32_t tick = 1; tick <= (at == 0 ? PATTERN_TICKS : at); tick++) {
                    signal_set(&bench.inputs, (enum test_signal)signal, (pattern >> (tick - 1u) & 1u) != 0u);
                    bench_step(&bench);
                    if (signal == SIGNAL_NO_PREALARM && level == 0) { /* its return shows 10 s later */
                        assert_false(has_cause(&bench.decision));
                    } else {
                        assert_int_equal(has_cause(&bench.decision), tick == at);
                    }
                }
            }
        }
    }
}

/* SAFE-2, LOAD-3: glitches of ATD shorter than its debounce, at each tick of the warning time, do not move the cut. */
static void test_glitch_does_not_move_the_cut(void **state)
{
    struct test_bench bench;

    (void)state;
    for (uint32_t at = 0; at < CUT_TICKS - 8; at++) {
        for (uint32_t ticks = 1; ticks <= 7; ticks++) {
            bench_start(&bench, NULL);
            bench.inputs.atd = bench.inputs.no_prealarm = false;
            assert_int_equal(bench_until_edge(&bench, 3), 2);
            bench_hold(&bench, at);
            bench.inputs.atd = bench.inputs.no_prealarm = true;
            bench_hold(&bench, ticks);
            bench.inputs.atd = bench.inputs.no_prealarm = false;
            assert_int_equal(bench_until_edge(&bench, 1000), CUT_TICKS - at - ticks);
        }
    }
}

/* SAFE-2, PRE-4: one absent tick in four neither ends nor restarts the 10 s. */
static void test_glitch_does_not_move_the_end_of_an_alarm(void **state)
{
    struct test_bench bench;

    (void)state;
    bench_start(&bench, NULL);
    bench.inputs.no_prealarm = false;
    assert_int_equal(bench_until_edge(&bench, 3), 2);
    bench.inputs.no_prealarm = true;
    bench_hold(&bench, 8);
    for (uint32_t tick = 1; tick < ALARM_OVER_TICKS; tick++) {
        bench.inputs.no_prealarm = tick % 4u != 1u;
        bench.inputs.atd = tick % 4u != 2u;
        bench_hold(&bench, 1);
    }
    bench.inputs.no_prealarm = bench.inputs.atd = true;
    assert_int_equal(bench_until_edge(&bench, 9), 1);
    bench_expect(&bench, 1, 0, 1, 0);
}

/* SAFE-2: ATC absent every other tick, for 10 min: Charger floats at the second absence, and stays so. */
static void test_half_dead_contact(void **state)
{
    struct test_bench bench;

    (void)state;
    bench_start(&bench, NULL);
    for (uint32_t tick = 1; tick <= 600u * SBMS_TICKS_PER_S; tick++) {
        bench.inputs.atc = tick % 2u == 0u;
        bench_step(&bench);
        bench_expect(&bench, 1, 0, tick < 3, tick >= 3);
    }
}

/* ---- charger, LEDs, chain --------------------------------------------------------------------- */

/* LOAD-7, CHG-2: all four combinations of a lost ATC with a Load that is high, warned or cut. */
static void test_load_and_charger_are_independent(void **state)
{
    struct test_bench bench;

    (void)state;
    /* ATC lost and back changes only Charger and red, in each mode of Load */
    for (int mode = 0; mode < 3; mode++) {
        bench_start(&bench, NULL);
        if (mode == 1) {
            bench.inputs.no_prealarm = false;
            assert_int_equal(bench_until_edge(&bench, 3), 2);
        } else if (mode == 2) {
            bench_cut(&bench); /* CHG-2: a battery cut off may charge */
        }
        bench.inputs.atc = false;
        assert_int_equal(bench_until_edge(&bench, 3), 2);
        bench_expect(&bench, mode != 2, mode == 1, 0, 1);
        bench_expect_causes(&bench, SBMS_CAUSE_NONE, SBMS_CAUSE_NONE, SBMS_CAUSE_ATC_LOST);
        bench_hold(&bench, 1000);
        bench.inputs.atc = true;
        assert_int_equal(bench_until_edge(&bench, 30), 8);
        bench_expect(&bench, mode != 2, mode == 1, 1, 0);
        bench_expect_causes(&bench, SBMS_CAUSE_NONE, SBMS_CAUSE_NONE, SBMS_CAUSE_ATC_RETURNED);
    }
}

/* CHG-1, CHG-3, CHG-4, LED-1, LED-2, SAFE-3, SAFE-7: all three signals lost, the sampling catching them up
 * to one tick apart in any order: Charger floats within 0.5 s without waiting, pre-alarm rises, Load floats after the warning
 * time, all with the cause chain_open. */
static void test_chain_open(void **state)
{
    struct test_bench bench;

    (void)state;
    for (uint32_t late = 0; late < 8; late++) { /* bit = this signal is caught one tick later */
        uint32_t charger_at = 0;
        uint32_t prealarm_at = 0;
        uint32_t load_at = 0;

        bench_start(&bench, NULL);
        for (uint32_t tick = 1; tick < 300; tick++) {
            for (int signal = 0; signal < SIGNAL_COUNT; signal++) {
                if (tick > (late >> signal & 1u)) {
                    signal_set(&bench.inputs, (enum test_signal)signal, false);
                }
            }
            bench_step(&bench);
            if (bench.decision.charger_cause != SBMS_CAUSE_NONE) {
                charger_at = tick;
                assert_int_equal(bench.decision.charger_cause, SBMS_CAUSE_CHAIN_OPEN);
            }
            if (bench.decision.prealarm_cause != SBMS_CAUSE_NONE) {
                prealarm_at = prealarm_at == 0 ? tick : prealarm_at;
                assert_int_equal(bench.decision.prealarm_cause, SBMS_CAUSE_CHAIN_OPEN);
            }
            if (bench.decision.load_cause != SBMS_CAUSE_NONE) {
                load_at = tick;
                assert_int_equal(bench.decision.load_cause, SBMS_CAUSE_CHAIN_OPEN);
            }
        }
        assert_int_equal(charger_at, 2 + (late & 1u));
        assert_true(charger_at * SBMS_TICK_MS <= 500);
        assert_int_equal(prealarm_at, (late & 6u) == 6u ? 3 : 2);
        assert_int_equal(load_at, prealarm_at + CUT_TICKS);
        bench_expect(&bench, 0, 0, 0, 1);
    }
}

/* SAFE-3: what is no open chain: two of the three; all three but not together; a chain that came back. */
static void test_not_chain_open(void **state)
{
    struct test_bench bench;

    (void)state;
    for (int kept = 0; kept < SIGNAL_COUNT; kept++) {
        bench_start(&bench, NULL);
        for (int signal = 0; signal < SIGNAL_COUNT; signal++) {
            signal_set(&bench.inputs, (enum test_signal)signal, signal == kept);
        }
        bench_step(&bench);
        bench_step(&bench);
        assert_int_equal(bench.control.law.loss, SBMS_LOSS_SIGNAL);
        assert_int_not_equal(bench.decision.charger_cause, SBMS_CAUSE_CHAIN_OPEN);
        assert_int_not_equal(bench.decision.prealarm_cause, SBMS_CAUSE_CHAIN_OPEN);
        /* the last one goes two ticks later: an alarm that grew, not a cable */
        signal_set(&bench.inputs, (enum test_signal)kept, false);
        bench_step(&bench);
        bench_step(&bench);
        assert_int_equal(bench.control.law.loss, SBMS_LOSS_SIGNAL);
        assert_int_not_equal(bench.decision.charger_cause, SBMS_CAUSE_CHAIN_OPEN);
        assert_int_not_equal(bench.decision.prealarm_cause, SBMS_CAUSE_CHAIN_OPEN);
    }
    for (int back = 0; back < SIGNAL_COUNT; back++) {
        bench_start(&bench, NULL);
        bench.inputs.atc = bench.inputs.atd = bench.inputs.no_prealarm = false;
        bench_step(&bench);
        bench_step(&bench);
        assert_int_equal(bench.control.law.loss, SBMS_LOSS_CHAIN);
        bench_hold(&bench, 20);
        signal_set(&bench.inputs, (enum test_signal)back, true);
        for (uint32_t tick = 1; tick < 8; tick++) {
            bench_step(&bench);
        }
        assert_int_equal(bench.control.law.loss, SBMS_LOSS_CHAIN);
        bench_step(&bench);
        assert_int_equal(bench.control.law.loss, SBMS_LOSS_SIGNAL);
    }
    /* one signal caught first, then the chain is back: only that one had been lost */
    bench_start(&bench, NULL);
    bench.inputs.atc = false;
    bench_step(&bench);
    bench.inputs.atd = bench.inputs.no_prealarm = false;
    bench_step(&bench);
    bench_expect_causes(&bench, SBMS_CAUSE_NONE, SBMS_CAUSE_NONE, SBMS_CAUSE_CHAIN_OPEN);
    bench.inputs.atd = bench.inputs.no_prealarm = true;
    bench_step(&bench);
    assert_int_equal(bench.control.law.loss, SBMS_LOSS_SIGNAL);
    bench.inputs.no_prealarm = false;
    bench_step(&bench);
    bench_expect_causes(&bench, SBMS_CAUSE_NONE, SBMS_CAUSE_NO_PREALARM_LOST, SBMS_CAUSE_NONE);
}

/* SAFE-3, SAFE-7: after an open chain all comes back together, Load because ATD returned. */
static void test_chain_closes(void **state)
{
    struct test_bench bench;

    (void)state;
    bench_start(&bench, NULL);
    bench.inputs.atc = bench.inputs.atd = bench.inputs.no_prealarm = false;
    bench_step(&bench);
    bench_step(&bench);
    bench_expect(&bench, 1, 1, 0, 1);
    bench_expect_causes(&bench, SBMS_CAUSE_NONE, SBMS_CAUSE_CHAIN_OPEN, SBMS_CAUSE_CHAIN_OPEN);
    assert_int_equal(bench_until_edge(&bench, 1000), CUT_TICKS);
    bench_hold(&bench, 240);
    bench.inputs.atc = bench.inputs.atd = bench.inputs.no_prealarm = true;
    assert_int_equal(bench_until_edge(&bench, 30), 8);
    bench_expect(&bench, 1, 0, 1, 0);
    bench_expect_causes(&bench, SBMS_CAUSE_ATD_RETURNED, SBMS_CAUSE_NONE, SBMS_CAUSE_ATC_RETURNED);
}

/* ---- faults that float everything ------------------------------------------------------------- */

/* LED-3, REM-5, SAFE-4, SAFE-7: each fault floats all at once and blinks its number; numbers above nine show nine. A changed
 * fault starts its own count. With the remote off red is dark once that is known, at the second tick. */
static void fault_blinks(uint32_t fault, int on)
{
    const uint32_t count = fault < 9 ? fault : 9;
    struct test_bench bench;

    bench_reset(&bench, NULL);
    remote_set(&bench.inputs, on != 0);
    for (uint32_t tick = 0; tick < 20; tick++) {
        bench_step(&bench);
    }
    bench_expect(&bench, on, 0, on, 0);
    for (int again = 0; again < 2; again++) {
        bench.inputs.fault = (uint8_t)fault;
        for (uint32_t tick = 0; tick < 3u * (4u * count + 8u); tick++) {
            const bool is_dark = on == 0 && (tick > 0 || again > 0);

            bench_step(&bench);
            bench_expect(&bench, 0, 0, 0, !is_dark && blink_is_lit(count, tick));
            if (tick > 0) {
                bench_expect_causes(&bench, SBMS_CAUSE_NONE, SBMS_CAUSE_NONE, SBMS_CAUSE_NONE);
            } else if (again == 0) {
                bench_expect_causes(&bench, on ? SBMS_CAUSE_INTERNAL_FAULT : SBMS_CAUSE_NONE, SBMS_CAUSE_NONE,
                                    SBMS_CAUSE_INTERNAL_FAULT);
            }
        }
        bench.inputs.fault = fault == 1 ? 2 : 1;
        bench_step(&bench);
        bench_expect(&bench, 0, 0, 0, on);
    }
    /* the switch is heard during the fault */
    remote_set(&bench.inputs, on == 0);
    for (uint32_t tick = 1; tick < 40; tick++) {
        bench_step(&bench);
        bench_expect(&bench, 0, 0, 0,
                     (tick < 2 ? on != 0 : on == 0) && blink_is_lit(fault == 1 ? 2 : 1, tick));
    }
}

static void test_fault_blinks(void **state)
{
    (void)state;
    for (uint32_t fault = 1; fault <= 255; fault = fault == 10 ? 255 : fault + 1) {
        if (fault != SBMS_FAULT_REFERENCE && fault != SBMS_FAULT_OUTPUT) {
            fault_blinks(fault, 0);
            fault_blinks(fault, 1);
        }
    }
}

/* LED-3, SAFE-1, SAFE-4, SAFE-7: a fault while red is lit floats everything at once; when it is gone the device starts up
 * anew, and not before. */
static void test_fault_goes(void **state)
{
    struct test_bench bench;

    (void)state;
    for (uint32_t fault_ticks = 1; fault_ticks < 30; fault_ticks++) {
        bool lit = false;

        bench_start(&bench, NULL);
        bench.inputs.atc = bench.inputs.no_prealarm = false;
        assert_int_equal(bench_until_edge(&bench, 3), 2);
        bench_expect(&bench, 1, 1, 0, 1);
        bench.inputs.fault = 3;
        for (uint32_t tick = 0; tick < fault_ticks; tick++) {
            bench_step(&bench);
            assert_false(bench.decision.outputs.load || bench.decision.outputs.prealarm ||
                         bench.decision.outputs.charger || bench.decision.outputs.led_load);
            lit = bench.decision.outputs.led_fault;
            if (tick == 0) {
                bench_expect_causes(&bench, SBMS_CAUSE_INTERNAL_FAULT, SBMS_CAUSE_INTERNAL_FAULT,
                                    SBMS_CAUSE_INTERNAL_FAULT);
            }
        }
        bench.inputs.fault = 0;
        bench_step(&bench); /* the reset */
        bench_expect(&bench, 0, 0, 0, 0);
        bench_expect_causes(&bench, SBMS_CAUSE_NONE, SBMS_CAUSE_NONE,
                            lit ? SBMS_CAUSE_START_UP : SBMS_CAUSE_NONE);
        assert_int_equal(bench_until_cause(&bench, 100), 2);
        bench_expect(&bench, 0, 0, 0, 1);
        bench_expect_causes(&bench, SBMS_CAUSE_NONE, SBMS_CAUSE_NONE, SBMS_CAUSE_ATC_LOST);
        assert_int_equal(bench_until_cause(&bench, 100), 6);
        bench_expect_causes(&bench, fault_ticks + 8 >= 40 ? SBMS_CAUSE_START_UP : SBMS_CAUSE_HOLD_OFF,
                            SBMS_CAUSE_NONE, SBMS_CAUSE_NONE);
        assert_int_equal(bench_until_load(&bench, 100), 40 - fault_ticks - 8);
        bench_expect(&bench, 1, 1, 0, 1);
        bench_expect_causes(&bench, SBMS_CAUSE_HOLD_OFF, SBMS_CAUSE_NO_PREALARM_LOST, SBMS_CAUSE_NONE);
    }
}

/* LED-3, SAFE-4: a fault is shown whatever the supply says. */
static void test_fault_is_shown_at_any_supply(void **state)
{
    struct test_bench bench;

    (void)state;
    bench_start(&bench, NULL);
    bench.inputs.fault = 9;
    bench.inputs.vbat_mv = 0;
    for (uint32_t tick = 0; tick < 100; tick++) {
        bench_step(&bench);
        bench_expect(&bench, 0, 0, 0, blink_is_lit(9, tick));
    }
}

/* LED-3, SAFE-1: during a fault, too, a sample below 8.0 V starts an unknown remote anew: red goes on until two good samples
 * in a row have said off. */
static void test_remote_in_a_fault_and_a_low_supply(void **state)
{
    struct test_bench bench;

    (void)state;
    bench_reset(&bench, NULL);
    bench.inputs.fault = 1;
    remote_set(&bench.inputs, false);
    for (uint32_t tick = 0; tick <= 24; tick++) {
        bench.inputs.vbat_mv = tick == 10 || tick == 12 ? 8000 : 7999;
        bench_step(&bench);
        bench_expect(&bench, 0, 0, 0, blink_is_lit(1, tick));
    }
    bench.inputs.vbat_mv = 8000;
    for (uint32_t tick = 25; tick <= 36; tick++) {
        bench_step(&bench);
        bench_expect(&bench, 0, 0, 0, 0);
    }
}

/* SAFE-2: the sample at which the remote becomes known is none of two that differ. */
static void test_remote_is_debounced_once_known(void **state)
{
    struct test_bench bench;

    (void)state;
    bench_reset(&bench, NULL);
    bench.inputs.atc = bench.inputs.atd = bench.inputs.no_prealarm = false;
    bench_step(&bench);
    bench_step(&bench);
    bench_expect(&bench, 0, 0, 0, 1);
    remote_set(&bench.inputs, false);
    bench_step(&bench);
    bench_expect(&bench, 0, 0, 0, 1);
    bench_step(&bench);
    bench_expect(&bench, 0, 0, 0, 0);
}

/* SAFE-3, SAFE-1: Charger has not decided when ATD is lost by two samples with a good one between, and at the last of them all
 * three are absent, below 8.0 V too: that is no open chain, for ATC never counted as present. */
static void test_not_chain_open_at_the_start(void **state)
{
    (void)state;
    for (int32_t vbat_mv = 7999; vbat_mv <= 8000; vbat_mv++) {
        struct test_bench bench;

        bench_reset(&bench, NULL);
        for (uint32_t sample = 1; sample <= 8; sample++) {
            bench.inputs.atc = sample % 4u != 0u;
            bench_step(&bench);
        }
        bench_expect(&bench, 1, 0, 0, 0);
        bench.inputs.atc = true;
        bench.inputs.atd = false;
        bench_step(&bench);
        bench.inputs.atd = true;
        bench_step(&bench);
        bench.inputs.atc = bench.inputs.atd = bench.inputs.no_prealarm = false;
        bench.inputs.vbat_mv = vbat_mv;
        bench_step(&bench);
        bench_expect(&bench, 1, 1, 0, 0);
        bench_expect_causes(&bench, SBMS_CAUSE_NONE, SBMS_CAUSE_ATD_LOST, SBMS_CAUSE_NONE);
    }
}

/* SAFE-4, SAFE-7: nothing can be measured, and then the supply is low: red ceases to show the reference, and says so once. */
static void test_reference_fault_ends_in_a_low_supply(void **state)
{
    struct test_bench bench;

    (void)state;
    bench_reset(&bench, NULL);
    bench.inputs.vbat_mv = 7000;
    bench.inputs.fault = SBMS_FAULT_REFERENCE;
    bench_step(&bench);
    bench_expect_causes(&bench, SBMS_CAUSE_NONE, SBMS_CAUSE_NONE, SBMS_CAUSE_REFERENCE_FAULT);
    bench.inputs.fault = SBMS_FAULT_NONE;
    bench_step(&bench);
    bench_expect(&bench, 0, 0, 0, 0);
    bench_expect_causes(&bench, SBMS_CAUSE_NONE, SBMS_CAUSE_NONE, SBMS_CAUSE_REFERENCE_FAULT);
    bench_step(&bench);
    assert_false(has_cause(&bench.decision));
}

/* SUP-3, SAFE-7: with the remote off nothing is seen when the supply falls, though a fed output was remembered. */
static void test_low_supply_with_the_remote_off(void **state)
{
    struct test_bench bench;

    (void)state;
    bench_start(&bench, NULL);
    remote_set(&bench.inputs, false);
    for (uint32_t tick = 0; tick < 300; tick++) {
        bench.inputs.differing = (uint8_t)(tick < 2 ? 0u : BIT_LOAD);
        bench_step(&bench);
    }
    assert_int_equal(sbms_control_output_faults(&bench.control).fed, BIT_LOAD);
    bench.inputs.vbat_mv = 7000;
    for (uint32_t tick = 0; tick < 3; tick++) {
        bench_step(&bench);
        bench_expect(&bench, 0, 0, 0, 0);
        assert_false(has_cause(&bench.decision));
    }
}

/* SAFE-4, LOAD-8: what is remembered is cleared by the remote off for 1 s during a fault, too. */
static void test_off_during_a_fault(void **state)
{
    struct test_bench bench;

    (void)state;
    for (uint32_t off_ticks = 8; off_ticks <= 10; off_ticks++) {
        bench_start(&bench, NULL);
        bench_cut(&bench);
        bench.inputs = inputs_healthy();
        bench.inputs.fault = SBMS_FAULT_CLOCK;
        remote_set(&bench.inputs, false);
        for (uint32_t tick = 0; tick < off_ticks; tick++) { /* known to be off at the second */
            bench_step(&bench);
        }
        bench.inputs = inputs_healthy();
        bench_step(&bench);
        assert_int_equal(bench_until_cause(&bench, 20), 8);
        bench_expect(&bench, off_ticks >= 9, 0, 1, 0);
    }
}

/* ---- SAFE-4: the reference -------------------------------------------------------------------- */

/* SAFE-4, LOAD-3, PRE-2, CHG-3, LED-3, SAFE-7: nothing can be measured: Charger floats at once, Pre-alarm rises at once, Load
 * floats after the warning time; whatever the inputs say. Red blinks four. */
static void test_reference_fault(void **state)
{
    struct test_bench bench;

    (void)state;
    bench_start(&bench, NULL);
    for (uint32_t tick = 0; tick <= CUT_TICKS + 100; tick++) {
        bench.inputs = (struct sbms_inputs){.vbat_mv = tick % 2 == 0 ? 0 : 70000,
                                            .remote_l_mv = L_OPEN_MV,
                                            .remote_h_mv = H_OPEN_MV,
                                            .atc = tick % 3 == 0,
                                            .atd = true,
                                            .no_prealarm = true,
                                            .fault = SBMS_FAULT_REFERENCE};
        bench_step(&bench);
        bench_expect(&bench, tick < CUT_TICKS, tick < CUT_TICKS, 0, blink_is_lit(4, tick));
        if (tick == 0) {
            bench_expect_causes(&bench, SBMS_CAUSE_NONE, SBMS_CAUSE_REFERENCE_FAULT,
                                SBMS_CAUSE_REFERENCE_FAULT);
        } else if (tick == CUT_TICKS) {
            bench_expect_causes(&bench, SBMS_CAUSE_REFERENCE_FAULT, SBMS_CAUSE_REFERENCE_FAULT,
                                SBMS_CAUSE_NONE);
        } else {
            assert_false(has_cause(&bench.decision));
        }
    }
    bench.inputs = inputs_healthy();
    bench_step(&bench);
    bench_expect(&bench, 0, 0, 0, 1); /* LED-2: the fault is over, Charger floats */
    bench_expect_causes(&bench, SBMS_CAUSE_NONE, SBMS_CAUSE_NONE, SBMS_CAUSE_REFERENCE_FAULT);
    assert_int_equal(bench_until_cause(&bench, 20), 7);
    bench_expect_causes(&bench, SBMS_CAUSE_NONE, SBMS_CAUSE_NONE, SBMS_CAUSE_ATC_RETURNED);
    assert_int_equal(bench_until_cause(&bench, 1000), 240 - 108);
    bench_expect_causes(&bench, SBMS_CAUSE_HOLD_OFF, SBMS_CAUSE_NONE, SBMS_CAUSE_NONE);
}

/* SAFE-4: the reference is off for 0.1 to 2 s: warned, and nothing is cut; its end is debounced like any return. */
static void test_short_reference_fault(void **state)
{
    struct test_bench bench;

    (void)state;
    for (uint32_t ticks = 1; ticks <= 16; ticks++) {
        bench_start(&bench, NULL);
        bench.inputs.fault = SBMS_FAULT_REFERENCE;
        for (uint32_t tick = 0; tick < ticks; tick++) {
            bench_step(&bench);
            bench_expect(&bench, 1, 1, 0, blink_is_lit(4, tick));
        }
        bench.inputs.fault = SBMS_FAULT_NONE;
        for (uint32_t tick = 0; tick < 40 - ticks; tick++) { /* CHG-5: 5 s from the loss */
            bench_step(&bench);
            bench_expect(&bench, 1, 1, 0, 1);
        }
        bench_step(&bench);
        bench_expect(&bench, 1, 1, 1, 0);
        bench_expect_causes(&bench, SBMS_CAUSE_NONE, SBMS_CAUSE_NONE, SBMS_CAUSE_CHARGER_WAIT);
        assert_int_equal(bench_until_cause(&bench, 1000), 8 + ATD_OVER_TICKS - (40 - ticks) - 1);
        bench_expect(&bench, 1, 0, 1, 0);
        bench_expect_causes(&bench, SBMS_CAUSE_NONE, SBMS_CAUSE_ATD_RETURNED, SBMS_CAUSE_NONE);
    }
}

/* SAFE-4, SAFE-1, LED-3: from the first tick on: nothing is decided, red says why; the start is whole afterwards. */
static void test_reference_fault_at_the_start(void **state)
{
    struct test_bench bench;

    (void)state;
    for (uint32_t before = 0; before < 8; before++) {
        bench_reset(&bench, NULL);
        bench_hold(&bench, before);
        bench.inputs.fault = SBMS_FAULT_REFERENCE;
        for (uint32_t tick = 0; tick < 100; tick++) {
            bench_step(&bench);
            bench_expect(&bench, 0, 0, 0, blink_is_lit(4, tick));
        }
        bench.inputs.fault = SBMS_FAULT_NONE;
        bench_step(&bench);
        bench_expect(&bench, 0, 0, 0, 0);
        bench_hold(&bench, 6);
        bench_step(&bench);
        bench_expect(&bench, 1, 0, 1, 0);
        bench_expect_causes(&bench, SBMS_CAUSE_START_UP, SBMS_CAUSE_NONE, SBMS_CAUSE_START_UP);
    }
}

/* SAFE-4, LED-3: with the remote off the reference's fault is dark, and the remote keeps its level. */
static void test_reference_fault_with_the_remote_off(void **state)
{
    struct test_bench bench;

    (void)state;
    bench_start(&bench, NULL);
    remote_set(&bench.inputs, false);
    for (uint32_t tick = 0; tick < 20; tick++) {
        bench_step(&bench);
    }
    bench.inputs = inputs_healthy(); /* whatever the remote reads now */
    bench.inputs.fault = SBMS_FAULT_REFERENCE;
    for (uint32_t tick = 0; tick < 100; tick++) {
        bench_step(&bench);
        bench_expect(&bench, 0, 0, 0, 0);
    }
}

/* ---- settings, causes, robustness ------------------------------------------------------------- */

static enum sbms_settings_error check(uint32_t delay_s, uint32_t retries, int32_t clear_mv,
                                      uint32_t warning_s)
{
    const struct sbms_control_settings settings = {.reconnect_delay_s = (uint16_t)delay_s,
                                                   .lockout_retries = (uint8_t)retries,
                                                   .lockout_clear_mv = clear_mv,
                                                   .warning_time_s = (uint8_t)warning_s};

    return sbms_control_check(&settings);
}

/* LOAD-3, LOAD-6, BAT-7: settings out of range are refused, at -1, 0 and +1; the clearing voltage matters only with
 * a lock-out. */
static void test_settings_ranges(void **state)
{
    (void)state;
    for (uint32_t delay_s = 0; delay_s <= UINT16_MAX; delay_s++) {
        assert_int_equal(check(delay_s, 0, 0, 0),
                         delay_s <= 3600 ? SBMS_SETTINGS_OK : SBMS_SETTINGS_RECONNECT_DELAY);
    }
    for (uint32_t retries = 0; retries <= UINT8_MAX; retries++) {
        assert_int_equal(check(0, retries, 8000, 0),
                         retries <= 10 ? SBMS_SETTINGS_OK : SBMS_SETTINGS_RETRIES);
    }
    for (int32_t clear_mv = 7000; clear_mv <= 71000; clear_mv++) {
        assert_int_equal(check(0, 1, clear_mv, 0),
                         clear_mv >= 8000 && clear_mv <= 70000 ? SBMS_SETTINGS_OK : SBMS_SETTINGS_CLEAR_MV);
    }
    for (uint32_t warning_s = 0; warning_s <= UINT8_MAX; warning_s++) {
        const bool in_range = warning_s == 0 || (warning_s >= 30 && warning_s <= 120);

        assert_int_equal(check(0, 0, 0, warning_s), in_range ? SBMS_SETTINGS_OK : SBMS_SETTINGS_WARNING_TIME);
    }
    assert_int_equal(check(0, 1, INT32_MIN, 0), SBMS_SETTINGS_CLEAR_MV);
    assert_int_equal(check(0, 1, INT32_MAX, 0), SBMS_SETTINGS_CLEAR_MV);
    assert_int_equal(check(0, 0, INT32_MIN, 0), SBMS_SETTINGS_OK);
    assert_int_equal(check(3600, 10, 70000, 120), SBMS_SETTINGS_OK);
}

/* LOAD-6, SAFE-1: refused settings leave the reset state with the defaults; NULL means the defaults; good
 * ones are kept. */
static void test_init(void **state)
{
    const struct sbms_control_settings bad[] = {
        {.reconnect_delay_s = 3601},
        {.lockout_retries = 11, .lockout_clear_mv = 12000},
        {.lockout_retries = 1, .lockout_clear_mv = 7999},
        {.warning_time_s = 29},
        {.warning_time_s = 121},
    };
    const enum sbms_settings_error errors[] = {SBMS_SETTINGS_RECONNECT_DELAY, SBMS_SETTINGS_RETRIES,
                                               SBMS_SETTINGS_CLEAR_MV, SBMS_SETTINGS_WARNING_TIME,
                                               SBMS_SETTINGS_WARNING_TIME};
    const struct sbms_control_settings good = {
        .reconnect_delay_s = 3600, .lockout_retries = 10, .lockout_clear_mv = 70000, .warning_time_s = 120};
    struct sbms_control reset;
    struct sbms_control control;
    struct sbms_outputs outputs;

    (void)state;
    memset(&reset, 0x55, sizeof reset);
    assert_int_equal(sbms_control_init(&reset, NULL), SBMS_SETTINGS_OK);
    outputs = sbms_control_outputs(&reset);
    assert_true(outputs_all_dark(&outputs));
    assert_null(
        settings_difference(&reset.settings, &(struct sbms_control_settings){.reconnect_delay_s = 0}));
    assert_null(retained_difference(&reset.retained, &(struct sbms_retained){.load_step = 0}));
    assert_null(law_difference(&reset.law, &(struct sbms_law){.levels = 0}));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        memset(&control, 0xAA, sizeof control);
        assert_int_equal(sbms_control_init(&control, &bad[i]), errors[i]);
        assert_null(control_difference(&control, &reset));
    }
    assert_int_equal(sbms_control_init(&control, &good), SBMS_SETTINGS_OK);
    assert_null(settings_difference(&control.settings, &good));
}

/* SAFE-7: the words are a contract, all different, and anything that is no cause is "none". */
static void test_cause_words(void **state)
{
    static const char *const words[] = {"none",
                                        "start_up",
                                        "supply_low",
                                        "remote_on",
                                        "remote_off",
                                        "atc_lost",
                                        "atc_returned",
                                        "atd_lost",
                                        "atd_returned",
                                        "no_prealarm_lost",
                                        "no_prealarm_returned",
                                        "chain_open",
                                        "reconnect_delay",
                                        "lockout_cleared",
                                        "internal_fault",
                                        "hold_off",
                                        "charger_wait",
                                        "locked_out",
                                        "output_fault",
                                        "output_retry",
                                        "reference_fault"};

    (void)state;
    assert_int_equal(sizeof words / sizeof words[0], SBMS_CAUSE_COUNT);
    for (uint32_t cause = 0; cause <= UINT8_MAX; cause++) {
        assert_string_equal(sbms_cause_word((uint8_t)cause),
                            cause < SBMS_CAUSE_COUNT ? words[cause] : "none");
    }
}

/* The outputs can be read at any time: they are those of the last decision (LED-4's flashes are not in them). */
static void test_outputs_can_be_read(void **state)
{
    const struct sbms_control_settings settings = {
        .reconnect_delay_s = 2, .lockout_retries = 1, .lockout_clear_mv = 13000, .warning_time_s = 31};
    struct test_random random = {.state = 1};
    struct test_stimulus stimulus;
    struct test_bench bench;

    (void)state;
    bench_reset(&bench, &settings);
    stimulus_start(&stimulus, STIMULUS_ALL, 13000);
    for (uint32_t tick = 0; tick < 200000; tick++) {
        struct sbms_outputs outputs;

        bench.inputs = stimulus_next(&random, &stimulus, &bench.decision.outputs);
        bench_step(&bench);
        outputs = sbms_control_outputs(&bench.control);
        assert_true(outputs_equal(&outputs, &bench.decision.outputs));
        assert_true(!outputs.load || sbms_control_blue(&bench.control));
        assert_null(
            settings_difference(&bench.control.settings, &settings)); /* lost where a state cannot be */
    }
}

/* Whether the system is on, Load and Charger are decided, and Load waits, one digit each. */
static void expect_standing(const struct test_bench *bench, unsigned expected)
{
    const struct sbms_standing is = sbms_control_standing(&bench->control);

    assert_int_equal((is.system_is_on ? 1000u : 0u) + (is.load_is_decided ? 100u : 0u) +
                         (is.charger_is_decided ? 10u : 0u) + (is.load_waits ? 1u : 0u),
                     expected);
}

/* SAFE-1, REM-1, LOAD-6, LOAD-8, SAFE-4: what explains outputs that stay: only a Load that would else be high waits. */
static void test_standing(void **state)
{
    struct test_bench bench;

    (void)state;
    bench_reset(&bench, NULL);
    expect_standing(&bench, 0);
    bench_hold(&bench, 2);
    expect_standing(&bench, 1000); /* the remote is known first */
    bench_hold(&bench, 5);
    bench_step(&bench);
    expect_standing(&bench, 1110);

    bench_cut_by(&bench, MEANS_ATD);
    expect_standing(&bench, 1110); /* ATD is lost: Load does not wait, it may not */
    bench_hold(&bench, 8);
    expect_standing(&bench, 1111);
    remote_set(&bench.inputs, false);
    bench_step(&bench);
    bench_step(&bench);
    expect_standing(&bench, 110);

    bench_start(&bench, NULL);
    bench.inputs.differing = BIT_LOAD; /* the wait of a short is a fault, and none of these */
    for (uint32_t tick = 0; tick < 4; tick++) {
        bench_step(&bench);
    }
    bench_expect(&bench, 0, 0, 1, 1);
    expect_standing(&bench, 1110);
    assert_int_equal(sbms_control_standing(&bench.control).faults.shorted, BIT_LOAD);

    bench.inputs = inputs_healthy();
    bench.inputs.vbat_mv = 7000;
    bench_step(&bench);
    bench_step(&bench);
    expect_standing(&bench, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_supply_start_threshold),
        cmocka_unit_test(test_supply_low_threshold),
        cmocka_unit_test(test_supply_returns),
        cmocka_unit_test(test_supply_low_before_the_decision),
        cmocka_unit_test(test_supply_glitch),
        cmocka_unit_test(test_supply_low_is_a_cut),
        cmocka_unit_test(test_supply_that_falls_under_load),
        cmocka_unit_test(test_start_up_levels),
        cmocka_unit_test(test_start_up_unsteady),
        cmocka_unit_test(test_start_up_absent_at_first),
        cmocka_unit_test(test_start_up_lost_at_the_end),
        cmocka_unit_test(test_start_up_flicker),
        cmocka_unit_test(test_start_up_remote_flicker),
        cmocka_unit_test(test_start_up_remote_comes_at_the_end),
        cmocka_unit_test(test_start_up_dip_of_one_region),
        cmocka_unit_test(test_start_up_dip_restarts_the_counts),
        cmocka_unit_test(test_load_stays_floating_without_atd),
        cmocka_unit_test(test_remote_thresholds),
        cmocka_unit_test(test_remote_joined),
        cmocka_unit_test(test_remote_debounce),
        cmocka_unit_test(test_remote_off_during_pre_alarm),
        cmocka_unit_test(test_remote_off_for_a_second),
        cmocka_unit_test(test_remote_bounces),
        cmocka_unit_test(test_cut_after_pre_alarm),
        cmocka_unit_test(test_warning_time),
        cmocka_unit_test(test_cut_without_pre_alarm_signal),
        cmocka_unit_test(test_pre_alarm_ends_after_10_s),
        cmocka_unit_test(test_pre_alarm_ends_after_60_s),
        cmocka_unit_test(test_pre_alarm_runs_on),
        cmocka_unit_test(test_pre_alarm_counts_anew),
        cmocka_unit_test(test_load_that_pulses_is_cut),
        cmocka_unit_test(test_return_at_the_cut),
        cmocka_unit_test(test_one_signal_alone_ends_nothing),
        cmocka_unit_test(test_signal_debounce),
        cmocka_unit_test(test_glitch_does_not_move_the_cut),
        cmocka_unit_test(test_glitch_does_not_move_the_end_of_an_alarm),
        cmocka_unit_test(test_half_dead_contact),
        cmocka_unit_test(test_load_and_charger_are_independent),
        cmocka_unit_test(test_chain_open),
        cmocka_unit_test(test_not_chain_open),
        cmocka_unit_test(test_chain_closes),
        cmocka_unit_test(test_fault_blinks),
        cmocka_unit_test(test_fault_goes),
        cmocka_unit_test(test_fault_is_shown_at_any_supply),
        cmocka_unit_test(test_remote_in_a_fault_and_a_low_supply),
        cmocka_unit_test(test_remote_is_debounced_once_known),
        cmocka_unit_test(test_not_chain_open_at_the_start),
        cmocka_unit_test(test_reference_fault_ends_in_a_low_supply),
        cmocka_unit_test(test_low_supply_with_the_remote_off),
        cmocka_unit_test(test_off_during_a_fault),
        cmocka_unit_test(test_reference_fault),
        cmocka_unit_test(test_short_reference_fault),
        cmocka_unit_test(test_reference_fault_at_the_start),
        cmocka_unit_test(test_reference_fault_with_the_remote_off),
        cmocka_unit_test(test_settings_ranges),
        cmocka_unit_test(test_init),
        cmocka_unit_test(test_cause_words),
        cmocka_unit_test(test_outputs_can_be_read),
        cmocka_unit_test(test_standing),
    };

    return cmocka_run_group_tests_name("control", tests, NULL, NULL);
}
