/* SPDX-License-Identifier: Apache-2.0 */
/* The control law, rule by rule, at every threshold and delay. The comment over a test names its rules. */
#include "tests/control_fixture.h"

#define CUT_TICKS SBMS_PRE_ALARM_TICKS

/* Takes the running bench to a cut: ATD and no-pre-alarm lost, pre-alarm for 30 s, Load floating. */
static void bench_cut(struct test_bench *bench)
{
    bench->inputs.atd = bench->inputs.no_prealarm = false;
    assert_int_equal(bench_until_edge(bench, 10), 2);
    bench_expect(bench, 1, 1, 1, 0);
    assert_int_equal(bench_until_edge(bench, 1000), CUT_TICKS);
    bench_expect(bench, 0, 0, 1, 0);
}

/* ---- supply ------------------------------------------------------------------------------------- */

/* SUP-3: at start-up nothing counts below 8000 mV, at exactly 8000 mV it does. */
static void test_supply_start_threshold(void **state)
{
    struct test_bench bench;

    (void)state;
    for (int32_t vbat_mv = 7900; vbat_mv <= 8100; vbat_mv++) {
        bench_reset(&bench, NULL);
        bench.inputs.vbat_mv = vbat_mv;
        assert_int_equal(bench_until_edge(&bench, 100), vbat_mv < 8000 ? 101 : 8);
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
        assert_int_equal(bench_until_edge(&bench, 50), vbat_mv < 8000 ? 51 : 8);
        if (vbat_mv >= 8000) {
            bench_expect_causes(&bench, SBMS_CAUSE_START_UP, SBMS_CAUSE_NONE, SBMS_CAUSE_START_UP);
        }
    }
    for (uint32_t before = 1; before <= 7; before++) {
        bench_reset(&bench, NULL);
        bench_hold(&bench, before);
        bench.inputs.vbat_mv = 7999;
        bench_hold(&bench, 1);
        bench.inputs.vbat_mv = 8000;
        assert_int_equal(bench_until_edge(&bench, 50), 8);
    }
}

/* SUP-3, SAFE-2: one tick below 7500 mV leaves outputs and the running 30 s untouched; two do not. A low
 * supply floats a running pre-alarm too, and nothing of it is remembered. */
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
    bench.inputs.vbat_mv = INT32_MAX;
    assert_int_equal(bench_until_edge(&bench, 30), 8);
    bench_expect(&bench, 1, 1, 1, 0);
    bench_expect_causes(&bench, SBMS_CAUSE_START_UP, SBMS_CAUSE_START_UP, SBMS_CAUSE_START_UP);
    bench.inputs.atd = false;
    assert_int_equal(bench_until_edge(&bench, 1000), CUT_TICKS);
}

/* ---- start-up ----------------------------------------------------------------------------------- */

/* SAFE-1, SAFE-2, LOAD-5, CHG-1, LED-2, REM-5: for all levels at start, the first decision comes when the
 * slowest input has been steady, and is right at once. */
static void test_start_up_levels(void **state)
{
    struct test_bench bench;

    (void)state;
    for (uint32_t levels = 0; levels < 16; levels++) {
        const bool on = (levels & 8u) != 0u;
        const bool any_present = (levels & 7u) != 0u;

        bench_reset(&bench, NULL);
        remote_set(&bench.inputs, on);
        for (int signal = 0; signal < SIGNAL_COUNT; signal++) {
            signal_set(&bench.inputs, (enum test_signal)signal, (levels >> signal & 1u) != 0u);
        }
        assert_int_equal(bench_until_edge(&bench, 100), !on ? 101 : any_present ? 8 : 2);
        bench_expect(&bench, on && bench.inputs.atd, on && bench.inputs.atd && !bench.inputs.no_prealarm,
                     on && bench.inputs.atc, on && !bench.inputs.atc);
        bench_hold(&bench, 300);
    }
}

/* SAFE-1: an input that changes on the way to the start holds everything until it is steady; the outputs
 * come up once, together, and stay; within 1.5 s when nothing changes. */
static void test_start_up_unsteady(void **state)
{
    struct test_bench bench;

    (void)state;
    for (uint32_t at = 1; at <= 7; at++) {
        for (int signal = 0; signal < SIGNAL_COUNT; signal++) {
            /* present for `at` ticks, absent for one, present again */
            bench_reset(&bench, NULL);
            bench_hold(&bench, at);
            signal_set(&bench.inputs, (enum test_signal)signal, false);
            bench_hold(&bench, 1);
            signal_set(&bench.inputs, (enum test_signal)signal, true);
            assert_int_equal(bench_until_edge(&bench, 100), 8);
            bench_expect(&bench, 1, 0, 1, 0);
            /* absent for `at` ticks, then present */
            bench_reset(&bench, NULL);
            signal_set(&bench.inputs, (enum test_signal)signal, false);
            bench_hold(&bench, at);
            signal_set(&bench.inputs, (enum test_signal)signal, true);
            assert_int_equal(bench_until_edge(&bench, 100), 8);
            bench_expect(&bench, 1, 0, 1, 0);
        }
        /* the remote goes on at the last moment: two ticks, and not less than eight from the reset */
        bench_reset(&bench, NULL);
        remote_set(&bench.inputs, false);
        bench_hold(&bench, at);
        remote_set(&bench.inputs, true);
        assert_int_equal(bench_until_edge(&bench, 100), at <= 6 ? 8u - at : 2u);
        bench_expect(&bench, 1, 0, 1, 0);
    }
    assert_true(8u * SBMS_TICK_MS <= 1500u);
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
        bench_hold(&bench, 1);
        bench_step(&bench);
        bench_expect(&bench, signal != SIGNAL_ATD, signal == SIGNAL_NO_PREALARM, signal != SIGNAL_ATC,
                     signal == SIGNAL_ATC);
    }
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
            if (at_start != 0) {
                assert_int_equal(bench_until_edge(&bench, 50), 8);
            } else {
                bench_hold(&bench, 50);
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

/* ---- remote ------------------------------------------------------------------------------------- */

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

/* LOAD-4, PRE-5, LOAD-3: off at each tick of the 30 s floats Load at once, and on again gives a full 30 s. */
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
        bench_hold(&bench, at % 7);
        remote_set(&bench.inputs, true);
        assert_int_equal(bench_until_edge(&bench, 3), 2);
        bench_expect(&bench, 1, 1, 1, 0);
        bench.inputs.atd = false;
        assert_int_equal(bench_until_edge(&bench, 1000), CUT_TICKS);
        bench_expect(&bench, 0, 0, 1, 0);
    }
}

/* ---- load and pre-alarm ------------------------------------------------------------------------- */

/* LOAD-3, PRE-2, PRE-3: no-pre-alarm lost `lead` ticks before ATD: Load floats at the first tick at which
 * ATD is lost and pre-alarm has been high for 30 s, not one tick before or after. Runs through the places
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
    assert_true((CUT_TICKS - 1u) * SBMS_TICK_MS >= 30000u);
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

/* PRE-4, LOAD-3: both back before the cut, at every tick of the 30 s: pre-alarm floats, Load stays, and the
 * next time the 30 s are whole again. */
static void test_pre_alarm_ends_before_the_cut(void **state)
{
    struct test_bench bench;

    (void)state;
    for (uint32_t at = 0; at <= CUT_TICKS - 9; at++) {
        bench_start(&bench, NULL);
        bench.inputs.atd = bench.inputs.no_prealarm = false;
        assert_int_equal(bench_until_edge(&bench, 3), 2);
        bench_hold(&bench, at);
        bench.inputs.atd = bench.inputs.no_prealarm = true;
        assert_int_equal(bench_until_edge(&bench, 30), 8);
        bench_expect(&bench, 1, 0, 1, 0);
        bench_expect_causes(&bench, SBMS_CAUSE_NONE, SBMS_CAUSE_ATD_RETURNED, SBMS_CAUSE_NONE);
        bench.inputs.atd = false;
        assert_int_equal(bench_until_edge(&bench, 3), 2);
        bench_expect(&bench, 1, 1, 1, 0);
        assert_int_equal(bench_until_edge(&bench, 1000), CUT_TICKS);
        bench_expect(&bench, 0, 0, 1, 0);
    }
}

/* LOAD-3, PRE-4: back at the tick of the cut is in time; one tick later is not. */
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
        assert_int_equal(bench_until_edge(&bench, 30), 8 - late);
        bench_expect(&bench, !late, 0, 1, 0);
        if (late != 0) { /* it returns all the same, and Load with it */
            assert_int_equal(bench_until_edge(&bench, 30), 1);
        }
        bench_expect(&bench, 1, 0, 1, 0);
    }
}

/* PRE-4, LOAD-3: ATD returning alone changes nothing while no-pre-alarm is lost, and pre-alarm's time runs
 * on; no-pre-alarm returning alone neither; the last one back ends it and is the cause (SAFE-7). */
static void test_pre_alarm_ends_with_the_last_signal(void **state)
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
    assert_int_equal(bench_until_edge(&bench, 30), 8);
    bench_expect(&bench, 1, 0, 1, 0);
    bench_expect_causes(&bench, SBMS_CAUSE_NONE, SBMS_CAUSE_NO_PREALARM_RETURNED, SBMS_CAUSE_NONE);

    bench.inputs.atd = bench.inputs.no_prealarm = false;
    assert_int_equal(bench_until_edge(&bench, 3), 2);
    bench.inputs.no_prealarm = true;
    bench_hold(&bench, 200);
    bench.inputs.atd = true;
    assert_int_equal(bench_until_edge(&bench, 30), 8);
    bench_expect_causes(&bench, SBMS_CAUSE_NONE, SBMS_CAUSE_ATD_RETURNED, SBMS_CAUSE_NONE);

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

/* SAFE-2: each signal, at rest present or absent, with each glitch of 1 to 9 ticks: a loss counts at the
 * second tick, a return at the eighth, and anything shorter leaves no trace. */
static void test_signal_debounce(void **state)
{
    struct test_bench bench;

    (void)state;
    for (int signal = 0; signal < SIGNAL_COUNT; signal++) {
        for (uint32_t ticks = 1; ticks <= 9; ticks++) {
            for (int rest = 0; rest < 2; rest++) {
                const uint32_t debounce_ticks = rest != 0 ? 2 : 8;

                bench_reset(&bench, NULL);
                signal_set(&bench.inputs, (enum test_signal)signal, rest != 0);
                assert_int_equal(bench_until_edge(&bench, 30), 8);
                bench_hold(&bench, 20);
                for (int again = 0; again < 3; again++) {
                    signal_set(&bench.inputs, (enum test_signal)signal, rest == 0);
                    bench_hold(&bench, ticks < debounce_ticks ? ticks : debounce_ticks - 1);
                    if (ticks >= debounce_ticks) {
                        assert_int_equal(bench_until_edge(&bench, 2), 1);
                        bench_hold(&bench, ticks - debounce_ticks);
                        break;
                    }
                    signal_set(&bench.inputs, (enum test_signal)signal, rest != 0);
                    bench_hold(&bench, 1 + (uint32_t)again);
                }
            }
        }
    }
}

/* SAFE-2, LOAD-3: glitches of ATD shorter than its debounce, at each tick of the 30 s, do not move the cut. */
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

/* LOAD-6, BAT-3's consequence: with the defaults Load returns at the tick at which ATD has returned, after
 * any number of cuts. */
static void test_load_returns_every_time(void **state)
{
    struct test_bench bench;

    (void)state;
    bench_start(&bench, NULL);
    for (uint32_t cut = 0; cut < 300; cut++) {
        bench_cut(&bench);
        bench.inputs.no_prealarm = true;
        bench_hold(&bench, cut);
        bench.inputs.atd = true;
        assert_int_equal(bench_until_edge(&bench, 30), 8);
        bench_expect(&bench, 1, 0, 1, 0);
        bench_expect_causes(&bench, SBMS_CAUSE_ATD_RETURNED, SBMS_CAUSE_NONE, SBMS_CAUSE_NONE);
    }
}

/* LOAD-6: every reconnect delay of a spread, to the tick; ATD lost again one tick before starts it anew. */
static void test_reconnect_delay(void **state)
{
    struct test_bench bench;

    (void)state;
    for (uint16_t delay_s = 0; delay_s <= 3600; delay_s = (uint16_t)(delay_s + (delay_s < 70 ? 1 : 353))) {
        const struct sbms_control_settings settings = {.reconnect_delay_s = delay_s};

        bench_start(&bench, &settings);
        bench_cut(&bench);
        bench.inputs.atd = bench.inputs.no_prealarm = true;
        assert_int_equal(bench_until_edge(&bench, 40000), 8u + delay_s * 8u);
        bench_expect(&bench, 1, 0, 1, 0);
        bench_expect_causes(&bench, delay_s == 0 ? SBMS_CAUSE_ATD_RETURNED : SBMS_CAUSE_RECONNECT_DELAY,
                            SBMS_CAUSE_NONE, SBMS_CAUSE_NONE);
        bench_hold(&bench, 100);
        if (delay_s == 0) {
            continue;
        }
        bench_cut(&bench);
        bench.inputs.atd = bench.inputs.no_prealarm = true;
        bench_hold(&bench, 8u + delay_s * 8u - 2u);
        bench.inputs.atd = false; /* a glitch of one tick is none (SAFE-2) */
        bench_hold(&bench, 1);
        bench.inputs.atd = true;
        assert_int_equal(bench_until_edge(&bench, 30), 1);
        bench_expect(&bench, 1, 0, 1, 0);
        bench_cut(&bench);
        bench.inputs.atd = true;
        bench_hold(&bench, 8u + delay_s * 8u - 2u);
        bench.inputs.atd = false;
        bench_hold(&bench, 1);
        bench_step(&bench); /* two ticks are a loss, at the tick at which the delay would be over */
        bench_expect(&bench, 0, 0, 1, 0);
        bench.inputs.atd = true;
        assert_int_equal(bench_until_edge(&bench, 40000), 8u + delay_s * 8u);
    }
}

/* LOAD-6: the delay belongs to a cut: it holds neither the start, nor the remote, nor a first ATD back. */
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
    /* a cut, then off and on: forgotten */
    bench_cut(&bench);
    bench.inputs.atd = bench.inputs.no_prealarm = true;
    bench_hold(&bench, 100);
    remote_set(&bench.inputs, false);
    assert_int_equal(bench_until_edge(&bench, 3), 2);
    remote_set(&bench.inputs, true);
    assert_int_equal(bench_until_edge(&bench, 3), 2);
    bench_expect(&bench, 1, 0, 1, 0);
    bench_expect_causes(&bench, SBMS_CAUSE_REMOTE_ON, SBMS_CAUSE_NONE, SBMS_CAUSE_REMOTE_ON);
}

/* A bench whose `retries` are used up: Load floats though ATD is back. */
static void bench_lock_out(struct test_bench *bench, const struct sbms_control_settings *settings)
{
    bench_start(bench, settings);
    bench->inputs.vbat_mv = settings->lockout_clear_mv - 1;
    for (uint32_t cut = 0; cut <= settings->lockout_retries; cut++) {
        bench_cut(bench);
        bench->inputs.atd = bench->inputs.no_prealarm = true;
        if (cut < settings->lockout_retries) {
            assert_int_equal(bench_until_edge(bench, 30), 8);
            bench_expect(bench, 1, 0, 1, 0);
        }
    }
    bench_hold(bench, 2000);
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
            for (uint32_t cut = 0; cut <= retries; cut++) {
                bench_cut(&bench);
                bench.inputs.atd = bench.inputs.no_prealarm = true;
                assert_int_equal(bench_until_edge(&bench, 300), cut < retries ? 8 : 301);
            }
        }
    }
}

/* LOAD-6: a lock-out is also forgotten by off and on, and by a restart; the clearing counts while Load is
 * high too; a supply that stays high never locks out. */
static void test_lockout_forgotten(void **state)
{
    const struct sbms_control_settings settings = {.lockout_retries = 1, .lockout_clear_mv = 13200};
    struct test_bench bench;

    (void)state;
    bench_lock_out(&bench, &settings);
    remote_set(&bench.inputs, false);
    assert_int_equal(bench_until_edge(&bench, 3), 2);
    remote_set(&bench.inputs, true);
    assert_int_equal(bench_until_edge(&bench, 3), 2);
    bench_expect(&bench, 1, 0, 1, 0);
    bench_cut(&bench);
    bench.inputs.atd = bench.inputs.no_prealarm = true;
    assert_int_equal(bench_until_edge(&bench, 30), 8);

    bench_lock_out(&bench, &settings);
    bench.inputs.vbat_mv = 7000;
    assert_int_equal(bench_until_edge(&bench, 3), 2);
    bench.inputs.vbat_mv = 12800;
    assert_int_equal(bench_until_edge(&bench, 30), 8);
    bench_expect(&bench, 1, 0, 1, 0);

    for (uint32_t high_ticks = 239; high_ticks <= 241; high_ticks++) {
        bench_start(&bench, &settings);
        bench_cut(&bench);
        bench.inputs.atd = bench.inputs.no_prealarm = true;
        assert_int_equal(bench_until_edge(&bench, 30), 8);
        bench.inputs.vbat_mv = 13200;
        bench_hold(&bench, high_ticks);
        bench.inputs.vbat_mv = 12800;
        bench_cut(&bench);
        bench.inputs.atd = bench.inputs.no_prealarm = true;
        assert_int_equal(bench_until_edge(&bench, 300), high_ticks < 240 ? 301 : 8);
    }

    bench_start(&bench, &settings);
    bench.inputs.vbat_mv = 13200;
    for (uint32_t cut = 0; cut < 5; cut++) {
        bench_cut(&bench);
        bench.inputs.atd = bench.inputs.no_prealarm = true;
        assert_int_equal(bench_until_edge(&bench, 30), 8);
    }
}

/* LOAD-6, SAFE-7: delay and lock-out together: Load returns when both are over, and the cause is the last. */
static void test_lockout_and_delay(void **state)
{
    const struct sbms_control_settings settings = {
        .reconnect_delay_s = 60, .lockout_retries = 1, .lockout_clear_mv = 13200};
    struct test_bench bench;

    (void)state;
    for (int late = -1; late <= 1; late++) {
        bench_start(&bench, &settings);
        bench_cut(&bench);
        bench.inputs.atd = bench.inputs.no_prealarm = true;
        assert_int_equal(bench_until_edge(&bench, 1000), 8 + 480);
        bench_expect_causes(&bench, SBMS_CAUSE_RECONNECT_DELAY, SBMS_CAUSE_NONE, SBMS_CAUSE_NONE);
        bench_cut(&bench);
        bench.inputs.atd = bench.inputs.no_prealarm = true;
        bench_hold(&bench, (uint32_t)(248 + late)); /* cleared `late` ticks after the delay's end */
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

/* ---- charger, LEDs, chain ----------------------------------------------------------------------- */

/* CHG-1, CHG-3, CHG-4, LED-1, LED-2, SAFE-3, SAFE-7: all three signals lost, the sampling catching them up
 * to one tick apart in any order: Charger floats within 0.5 s without waiting, pre-alarm rises, Load floats
 * 30 s later, all with the cause chain_open. */
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
        assert_int_equal(bench.control.law.chain_open, 0);
        assert_int_not_equal(bench.decision.charger_cause, SBMS_CAUSE_CHAIN_OPEN);
        assert_int_not_equal(bench.decision.prealarm_cause, SBMS_CAUSE_CHAIN_OPEN);
        /* the last one goes two ticks later: an alarm that grew, not a cable */
        signal_set(&bench.inputs, (enum test_signal)kept, false);
        bench_step(&bench);
        bench_step(&bench);
        assert_int_equal(bench.control.law.chain_open, 0);
        assert_int_not_equal(bench.decision.charger_cause, SBMS_CAUSE_CHAIN_OPEN);
        assert_int_not_equal(bench.decision.prealarm_cause, SBMS_CAUSE_CHAIN_OPEN);
    }
    for (int back = 0; back < SIGNAL_COUNT; back++) {
        bench_start(&bench, NULL);
        bench.inputs.atc = bench.inputs.atd = bench.inputs.no_prealarm = false;
        bench_step(&bench);
        bench_step(&bench);
        assert_int_equal(bench.control.law.chain_open, 1);
        bench_hold(&bench, 20);
        signal_set(&bench.inputs, (enum test_signal)back, true);
        for (uint32_t tick = 1; tick < 8; tick++) {
            bench_step(&bench);
        }
        assert_int_equal(bench.control.law.chain_open, 1);
        bench_step(&bench);
        assert_int_equal(bench.control.law.chain_open, 0);
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
    assert_int_equal(bench.control.law.chain_open, 0);
    bench.inputs.no_prealarm = false;
    bench_step(&bench);
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
    bench.inputs.atc = bench.inputs.atd = bench.inputs.no_prealarm = true;
    assert_int_equal(bench_until_edge(&bench, 30), 8);
    bench_expect(&bench, 1, 0, 1, 0);
    bench_expect_causes(&bench, SBMS_CAUSE_ATD_RETURNED, SBMS_CAUSE_NONE, SBMS_CAUSE_ATC_RETURNED);
}

/* ---- faults ------------------------------------------------------------------------------------- */

/* LED-3, REM-5, SAFE-7: each fault floats all at once and blinks its number, with the remote on or off;
 * numbers above nine show nine. A changed fault starts its own count. */
static void test_fault_blinks(void **state)
{
    struct test_bench bench;

    (void)state;
    for (uint32_t fault = 1; fault <= 255; fault = fault == 10 ? 255 : fault + 1) {
        const uint32_t count = fault < 9 ? fault : 9;

        for (int on = 0; on < 2; on++) {
            bench_reset(&bench, NULL);
            remote_set(&bench.inputs, on != 0);
            for (uint32_t tick = 0; tick < 20; tick++) {
                bench_step(&bench);
            }
            bench_expect(&bench, on, 0, on, 0);
            for (int again = 0; again < 2; again++) {
                bench.inputs.fault = (uint8_t)fault;
                for (uint32_t tick = 0; tick < 3u * (4u * count + 8u); tick++) {
                    const uint32_t place = tick % (4u * count + 8u);

                    bench_step(&bench);
                    bench_expect(&bench, 0, 0, 0, place < 4u * count && place % 4u == 0u);
                    if (tick > 0) {
                        bench_expect_causes(&bench, SBMS_CAUSE_NONE, SBMS_CAUSE_NONE, SBMS_CAUSE_NONE);
                    } else if (again == 0) {
                        bench_expect_causes(&bench, on ? SBMS_CAUSE_INTERNAL_FAULT : SBMS_CAUSE_NONE,
                                            SBMS_CAUSE_NONE, SBMS_CAUSE_INTERNAL_FAULT);
                    }
                }
                bench.inputs.fault = fault == 1 ? 2 : 1;
                bench_step(&bench);
                bench_expect(&bench, 0, 0, 0, 1);
            }
        }
    }
}

/* LED-3, SAFE-1, SAFE-7: a fault during pre-alarm or while red is lit floats everything at once; when it is
 * gone the device starts up anew, with nothing remembered, and not before. */
static void test_fault_goes(void **state)
{
    const struct sbms_control_settings settings = {.reconnect_delay_s = 3600};
    struct test_bench bench;

    (void)state;
    for (uint32_t fault_ticks = 1; fault_ticks < 30; fault_ticks++) {
        bool lit = false;

        bench_start(&bench, &settings);
        bench_cut(&bench);
        bench.inputs.atd = true;
        bench.inputs.atc = false;
        assert_int_equal(bench_until_edge(&bench, 3), 2);
        bench.inputs.fault = 3;
        for (uint32_t tick = 0; tick < fault_ticks; tick++) {
            bench_step(&bench);
            assert_false(bench.decision.outputs.load || bench.decision.outputs.prealarm ||
                         bench.decision.outputs.charger || bench.decision.outputs.led_load);
            lit = bench.decision.outputs.led_fault;
        }
        bench.inputs.fault = 0;
        bench_step(&bench); /* the reset */
        bench_expect(&bench, 0, 0, 0, 0);
        bench_expect_causes(&bench, SBMS_CAUSE_NONE, SBMS_CAUSE_NONE,
                            lit ? SBMS_CAUSE_START_UP : SBMS_CAUSE_NONE);
        assert_int_equal(bench_until_edge(&bench, 100), 8);
        bench_expect(&bench, 1, 1, 0, 1);
        bench_expect_causes(&bench, SBMS_CAUSE_START_UP, SBMS_CAUSE_START_UP, SBMS_CAUSE_START_UP);
        bench.inputs.fault = 9;
        bench_step(&bench);
        bench_expect_causes(&bench, SBMS_CAUSE_INTERNAL_FAULT, SBMS_CAUSE_INTERNAL_FAULT,
                            SBMS_CAUSE_INTERNAL_FAULT);
        bench.inputs.vbat_mv = 0; /* a fault is shown whatever the supply says */
        bench_step(&bench);
        bench_expect(&bench, 0, 0, 0, 0);
        bench_hold(&bench, 2);
        bench_step(&bench);
        bench_expect(&bench, 0, 0, 0, 1);
    }
}

/* ---- counters ----------------------------------------------------------------------------------- */

/* SAFE-6: the tick counter across its wrap changes nothing: the same stimulus from ten places of it. */
static void test_tick_counter_wrap(void **state)
{
    static const uint32_t starts[] = {
        0, 254, 255, 65534, 65535, 1u << 24, (1u << 31) - 2u, 1u << 31, UINT32_MAX - 300u, UINT32_MAX};

    (void)state;
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
        const struct sbms_control_settings settings = {
            .reconnect_delay_s = 2, .lockout_retries = 1, .lockout_clear_mv = 13000};
        struct test_random random = {.state = i};
        struct test_bench plain;
        struct test_bench shifted;

        bench_reset(&plain, &settings);
        bench_reset(&shifted, &settings);
        shifted.control.tick = starts[i];
        for (uint32_t hold = 0; hold < 200; hold++) {
            random_change(&random, &plain.inputs, STIMULUS_ALL, 13000);
            shifted.inputs = plain.inputs;
            for (uint32_t tick = random_hold_ticks(&random); tick > 0; tick--) {
                bench_step(&plain);
                bench_step(&shifted);
                assert_true(decisions_equal(&plain.decision, &shifted.decision));
                assert_int_equal(shifted.control.tick, (uint32_t)(plain.control.tick + starts[i]));
            }
        }
    }
}

/* SAFE-6: no timer wraps: days in each mode, then one more change is still right to the tick. */
static void test_days(void **state)
{
    const struct sbms_control_settings settings = {
        .reconnect_delay_s = 3600, .lockout_retries = 1, .lockout_clear_mv = 13000};
    const uint32_t days = 3u * 86400u * SBMS_TICKS_PER_S;
    struct test_bench bench;

    (void)state;
    bench_start(&bench, &settings);
    assert_int_equal(bench.control.tick, 8);
    bench_hold(&bench, days);
    bench.inputs.no_prealarm = false;
    assert_int_equal(bench_until_edge(&bench, 3), 2);
    bench_hold(&bench, days);
    bench.inputs.atd = false;
    assert_int_equal(bench_until_edge(&bench, 3), 2);
    bench_expect(&bench, 0, 0, 1, 0);
    bench_hold(&bench, days);
    bench.inputs.atc = false;
    assert_int_equal(bench_until_edge(&bench, 3), 2);
    bench_hold(&bench, 65536);
    bench.inputs.atc = bench.inputs.no_prealarm = true;
    assert_int_equal(bench_until_edge(&bench, 30), 8);
    bench_hold(&bench, 65536);
    bench.inputs.atd = true;
    assert_int_equal(bench_until_edge(&bench, 40000), 8 + 28800);
    bench_cut(&bench); /* the second: locked out, the delay long over */
    bench.inputs.atd = true;
    bench_hold(&bench, days);
    bench.inputs.vbat_mv = 13000;
    assert_int_equal(bench_until_edge(&bench, 1000), 240);
    bench_hold(&bench, days);
    bench.inputs.fault = 7;
    bench_step(&bench);
    for (uint32_t tick = 1; tick <= 360000u; tick++) { /* whole periods of 36 ticks */
        bench_step(&bench);
        bench_expect(&bench, 0, 0, 0, tick % 36u < 28u && tick % 4u == 0u);
    }
}

/* ---- settings, causes, robustness --------------------------------------------------------------- */

static enum sbms_settings_error check(uint32_t delay_s, uint32_t retries, int32_t clear_mv)
{
    const struct sbms_control_settings settings = {.reconnect_delay_s = (uint16_t)delay_s,
                                                   .lockout_retries = (uint8_t)retries,
                                                   .lockout_clear_mv = clear_mv};

    return sbms_control_check(&settings);
}

/* LOAD-6, BAT-7: settings out of range are refused, at -1, 0 and +1; the clearing voltage matters only with
 * a lock-out. */
static void test_settings_ranges(void **state)
{
    (void)state;
    for (uint32_t delay_s = 0; delay_s <= UINT16_MAX; delay_s++) {
        assert_int_equal(check(delay_s, 0, 0),
                         delay_s <= 3600 ? SBMS_SETTINGS_OK : SBMS_SETTINGS_RECONNECT_DELAY);
    }
    for (uint32_t retries = 0; retries <= UINT8_MAX; retries++) {
        assert_int_equal(check(0, retries, 8000), retries <= 10 ? SBMS_SETTINGS_OK : SBMS_SETTINGS_RETRIES);
    }
    for (int32_t clear_mv = 7000; clear_mv <= 71000; clear_mv++) {
        assert_int_equal(check(0, 1, clear_mv),
                         clear_mv >= 8000 && clear_mv <= 70000 ? SBMS_SETTINGS_OK : SBMS_SETTINGS_CLEAR_MV);
    }
    assert_int_equal(check(0, 1, INT32_MIN), SBMS_SETTINGS_CLEAR_MV);
    assert_int_equal(check(0, 1, INT32_MAX), SBMS_SETTINGS_CLEAR_MV);
    assert_int_equal(check(0, 0, INT32_MIN), SBMS_SETTINGS_OK);
    assert_int_equal(check(3600, 10, 70000), SBMS_SETTINGS_OK);
}

/* LOAD-6, SAFE-1: refused settings leave the reset state with the defaults; NULL means the defaults; good
 * ones are kept. */
static void test_init(void **state)
{
    const struct sbms_control_settings bad[] = {
        {.reconnect_delay_s = 3601},
        {.lockout_retries = 11, .lockout_clear_mv = 12000},
        {.lockout_retries = 1, .lockout_clear_mv = 7999},
    };
    const enum sbms_settings_error errors[] = {SBMS_SETTINGS_RECONNECT_DELAY, SBMS_SETTINGS_RETRIES,
                                               SBMS_SETTINGS_CLEAR_MV};
    const struct sbms_control_settings good = {
        .reconnect_delay_s = 3600, .lockout_retries = 10, .lockout_clear_mv = 70000};
    struct sbms_control reset;
    struct sbms_control control;

    (void)state;
    memset(&reset, 0x55, sizeof reset);
    assert_int_equal(sbms_control_init(&reset, NULL), SBMS_SETTINGS_OK);
    assert_true(outputs_all_dark(&reset.law.outputs));
    assert_int_equal(reset.settings.reconnect_delay_s, 0);
    assert_int_equal(reset.settings.lockout_retries, 0);
    assert_int_equal(reset.law.started, 0);
    for (size_t i = 0; i < 3; i++) {
        memset(&control, 0xAA, sizeof control);
        assert_int_equal(sbms_control_init(&control, &bad[i]), errors[i]);
        assert_null(control_difference(&control, &reset));
    }
    assert_int_equal(sbms_control_init(&control, &good), SBMS_SETTINGS_OK);
    assert_int_equal(control.settings.reconnect_delay_s, 3600);
    assert_int_equal(control.settings.lockout_retries, 10);
    assert_int_equal(control.settings.lockout_clear_mv, 70000);
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
                                        "internal_fault"};

    (void)state;
    assert_int_equal(sizeof words / sizeof words[0], SBMS_CAUSE_COUNT);
    for (uint32_t cause = 0; cause <= UINT8_MAX; cause++) {
        assert_string_equal(sbms_cause_word((uint8_t)cause),
                            cause < SBMS_CAUSE_COUNT ? words[cause] : "none");
    }
}

/* ---- states that no run can reach ----------------------------------------------------------------- */

/* Spoils one field; false when there is no such field. */
static bool spoil(struct sbms_control *control, int field)
{
    switch (field) {
    case 0:
        control->settings.reconnect_delay_s = 3601;
        return true;
    case 1:
        control->settings.lockout_retries = 11;
        return true;
    case 2:
        control->settings.lockout_clear_mv = 7999;
        return true;
    case 3:
        control->law.load_mode = SBMS_LOAD_PRE_ALARM + 1;
        return true;
    case 4:
        control->law.prealarm_ticks = CUT_TICKS + 1u;
        return true;
    case 5:
        control->law.clear_ticks = 241;
        return true;
    case 6:
        control->law.reconnect_ticks = 2 * 8 + 1;
        return true;
    case 7:
        control->law.fault = 10;
        return true;
    default:
        control->law.run[field - 8] = 2u * SBMS_RETURNED_TICKS; /* the check looks at the bits */
        return field - 8 < SBMS_INPUT_COUNT - 1;
    }
}

/* SAFE-1, SAFE-7: a state that no run can reach, as after a flipped bit, floats everything at the next tick,
 * is told as an internal fault, is no time to skip, and ends with a whole start-up with the defaults. */
static void test_impossible_state(void **state)
{
    const struct sbms_control_settings settings = {
        .reconnect_delay_s = 2, .lockout_retries = 1, .lockout_clear_mv = 13200};
    struct test_bench bench;
    bool more = true;

    (void)state;
    for (int field = 0; more; field++) {
        bench_start(&bench, &settings);
        bench.inputs.no_prealarm = false;
        assert_int_equal(bench_until_edge(&bench, 3), 2);
        more = spoil(&bench.control, field);
        assert_int_equal(sbms_control_quiet_ticks(&bench.control, &bench.inputs), 0);
        bench_step(&bench);
        bench_expect(&bench, 0, 0, 0, 0);
        bench_expect_causes(&bench, SBMS_CAUSE_INTERNAL_FAULT, SBMS_CAUSE_INTERNAL_FAULT,
                            SBMS_CAUSE_INTERNAL_FAULT);
        assert_int_equal(bench.control.settings.reconnect_delay_s, 0);
        assert_int_equal(bench.control.settings.lockout_retries, 0);
        assert_int_equal(bench_until_edge(&bench, 30), 8);
        bench_expect(&bench, 1, 1, 1, 0);
        bench_expect_causes(&bench, SBMS_CAUSE_START_UP, SBMS_CAUSE_START_UP, SBMS_CAUSE_START_UP);
    }
}

/* SUP-3, SAFE-1: out of whatever bytes the state holds, a low supply and its return lead to a right start. */
static void test_any_state_recovers(void **state)
{
    struct test_random random = {.state = 1};
    struct test_bench bench;

    (void)state;
    for (uint32_t i = 0; i < 200000; i++) {
        struct sbms_law *law = &bench.control.law;
        uint8_t *const bytes[] = {&law->levels,      &law->run[0],         &law->run[1],  &law->run[2],
                                  &law->run[3],      &law->run[4],         &law->started, &law->chain_open,
                                  &law->load_mode,   &law->prealarm_ticks, &law->cuts,    &law->tripped,
                                  &law->clear_ticks, &law->blink_ticks,    &law->fault};

        bench_start(&bench, NULL);
        for (uint32_t spoilt = 0; spoilt < 4; spoilt++) {
            *bytes[random_below(&random, sizeof bytes / sizeof bytes[0])] = (uint8_t)random_next(&random);
        }
        law->reconnect_ticks = (uint16_t)(random_chance(&random, 2) ? 0u : random_next(&random));
        for (uint32_t tick = 0; tick < 10; tick++) {
            random_change(&random, &bench.inputs, STIMULUS_ALL, 13000);
            bench_step(&bench);
            assert_false(bench.decision.outputs.prealarm && !bench.decision.outputs.load);
        }
        bench.inputs = inputs_healthy();
        bench.inputs.vbat_mv = 7000;
        for (uint32_t tick = 0; tick < 4; tick++) {
            bench_step(&bench);
        }
        bench_expect(&bench, 0, 0, 0, 0);
        bench.inputs.vbat_mv = 12800;
        assert_int_equal(bench_until_edge(&bench, 30), 8);
        bench_expect(&bench, 1, 0, 1, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_supply_start_threshold),
        cmocka_unit_test(test_supply_low_threshold),
        cmocka_unit_test(test_supply_returns),
        cmocka_unit_test(test_supply_glitch),
        cmocka_unit_test(test_start_up_levels),
        cmocka_unit_test(test_start_up_unsteady),
        cmocka_unit_test(test_start_up_lost_at_the_end),
        cmocka_unit_test(test_load_stays_floating_without_atd),
        cmocka_unit_test(test_remote_thresholds),
        cmocka_unit_test(test_remote_joined),
        cmocka_unit_test(test_remote_debounce),
        cmocka_unit_test(test_remote_off_during_pre_alarm),
        cmocka_unit_test(test_cut_after_pre_alarm),
        cmocka_unit_test(test_cut_without_pre_alarm_signal),
        cmocka_unit_test(test_pre_alarm_ends_before_the_cut),
        cmocka_unit_test(test_return_at_the_cut),
        cmocka_unit_test(test_pre_alarm_ends_with_the_last_signal),
        cmocka_unit_test(test_signal_debounce),
        cmocka_unit_test(test_glitch_does_not_move_the_cut),
        cmocka_unit_test(test_load_returns_every_time),
        cmocka_unit_test(test_reconnect_delay),
        cmocka_unit_test(test_reconnect_delay_only_after_a_cut),
        cmocka_unit_test(test_lockout),
        cmocka_unit_test(test_lockout_forgotten),
        cmocka_unit_test(test_lockout_and_delay),
        cmocka_unit_test(test_atd_returns_as_the_lockout_ends),
        cmocka_unit_test(test_load_and_charger_are_independent),
        cmocka_unit_test(test_chain_open),
        cmocka_unit_test(test_not_chain_open),
        cmocka_unit_test(test_chain_closes),
        cmocka_unit_test(test_fault_blinks),
        cmocka_unit_test(test_fault_goes),
        cmocka_unit_test(test_tick_counter_wrap),
        cmocka_unit_test(test_days),
        cmocka_unit_test(test_settings_ranges),
        cmocka_unit_test(test_init),
        cmocka_unit_test(test_cause_words),
        cmocka_unit_test(test_impossible_state),
        cmocka_unit_test(test_any_state_recovers),
    };

    return cmocka_run_group_tests_name("control", tests, NULL, NULL);
}
