/* SPDX-License-Identifier: Apache-2.0 */
/* The Battery Protect by itself: each time and each threshold at its edges, each phase, each fault, what is refused. */
#include "tests/equipment_bench.h"

#define KEYS "kind: battery_protect, from: bank, to: cabin, control: load"

static struct equipment_bench bench;

/* Closed at tick 0, its battery at `from_v`. */
static void start(int series, double from_v)
{
    bench_begin_off(&bench, series, KEYS);
    bench.seen.from_v = from_v;
    bench.seen.is_enabled = true;
    bench_look_anew(&bench);
    assert_phase(&bench, "closed");
}

static void show_enabled(bool is_enabled)
{
    bench.seen.is_enabled = is_enabled;
    bench_look_anew(&bench);
}

/* Off and on again: another attempt. */
static void attempt(void)
{
    show_enabled(false);
    assert_phase(&bench, "off for 30 s");
    show_enabled(true);
    assert_turns_after(&bench, SECONDS(30), "closed");
}

static void test_first_closing(void **state)
{
    (void)state;
    bench_begin_off(&bench, 1, KEYS);
    bench_look_anew(&bench);
    assert_phase(&bench, "off");
    assert_false(bench_conducts(&bench));
    bench_wait(&bench, SECONDS(100));
    assert_phase(&bench, "off");
    assert_true(bench.kind->draw_a(bench.entry, &bench.state) == 0.0009);
    show_enabled(true);
    assert_phase(&bench, "closed");
    assert_true(bench_link(&bench).is_one_way);
    assert_true(bench_link(&bench).conductance_s == 1000.0);
    assert_true(bench.kind->draw_a(bench.entry, &bench.state) == 0.0014);
}

/* Off at once; on again not before 30 s, then at once. */
static void test_dead_time(void **state)
{
    (void)state;
    start(1, 12.9);
    show_enabled(false);
    assert_phase(&bench, "off for 30 s");
    assert_false(bench_conducts(&bench));
    bench_wait(&bench, 8);
    show_enabled(true);
    assert_turns_after(&bench, SECONDS(30) - 8, "closed");
    show_enabled(false);
    assert_turns_after(&bench, SECONDS(30), "off");
    bench_wait(&bench, 1);
    show_enabled(true);
    assert_phase(&bench, "closed");
}

/* Three attempts, and the cut after the third locks it out; 13.0 V is not above 13.0 V. */
static void test_lock_out(void **state)
{
    const int series[] = {1, 2, 4};

    (void)state;
    for (int i = 0; i < 3; i++) {
        start(series[i], 13.0 * series[i]);
        bench_wait(&bench, SECONDS(40));
        for (int k = 0; k < 3; k++) {
            attempt();
        }
        show_enabled(false);
        assert_phase(&bench, "locked out (E7)");
        show_enabled(true);
        bench_wait(&bench, SECONDS(1000));
        assert_phase(&bench, "locked out (E7)");
        bench.seen.from_v = 13.0 * series[i] + 0.001;
        bench_look_anew(&bench);
        bench_wait(&bench, SECONDS(30) - 1);
        bench.seen.from_v = 13.0 * series[i];
        bench_look_anew(&bench); /* a tick too early: it starts anew */
        bench.seen.from_v += 0.001;
        bench_look_anew(&bench);
        assert_turns_after(&bench, SECONDS(30), "closed");
        bench.seen.from_v = 12.0 * series[i];
        for (int k = 0; k < 3; k++) { /* and has three again */
            attempt();
        }
        show_enabled(false);
        assert_phase(&bench, "locked out (E7)");
    }
}

/* The lock-out ends with the input off, too; then the next closing is the first. */
static void test_lock_out_ends_while_off(void **state)
{
    (void)state;
    start(1, 12.8);
    for (int k = 0; k < 3; k++) {
        attempt();
    }
    show_enabled(false);
    bench.seen.from_v = 13.4;
    bench_look_anew(&bench);
    assert_turns_after(&bench, SECONDS(30), "off");
    assert_int_equal(bench.state.count, 0);
    bench.seen.from_v = 12.9;
    show_enabled(true);
    assert_phase(&bench, "closed");
    for (int k = 0; k < 3; k++) {
        attempt();
    }
    show_enabled(false);
    assert_phase(&bench, "locked out (E7)");
}

/* Closed and above 13.0 V for 30 s: attempts are forgotten; a tick less and they are not. */
static void test_attempts_are_forgotten(void **state)
{
    (void)state;
    start(1, 12.8);
    attempt();
    attempt();
    bench.seen.from_v = 13.001;
    bench_look_anew(&bench);
    bench_wait(&bench, SECONDS(30) - 1);
    assert_int_equal(bench.state.count, 3);
    bench_wait(&bench, 1);
    assert_int_equal(bench.state.count, 1);
    bench.seen.from_v = 12.8;
    for (int k = 0; k < 3; k++) {
        attempt();
    }
    show_enabled(false);
    assert_phase(&bench, "locked out (E7)");
}

/* Above the peak, 600/220 of 100 A, at once; again after 5 s, and after two attempts in vain E1. */
static void test_short_circuit(void **state)
{
    const double peak_a = 600.0 / 220.0 * 100.0;

    (void)state;
    start(1, 12.8);
    bench.seen.link_a = 100.0; /* not above its rating */
    bench_look_anew(&bench);
    bench_wait(&bench, SECONDS(60));
    assert_phase(&bench, "closed");
    bench.seen.link_a = peak_a;
    bench_look_anew(&bench);
    assert_phase(&bench, "closed, # A for 30 s at most");
    bench.seen.link_a = peak_a + 0.001;
    bench_look_anew(&bench);
    assert_phase(&bench, "off, # A are too much");
    for (int k = 0; k < 2; k++) {
        bench.seen.link_a = 0.0;
        assert_turns_after(&bench, SECONDS(5), "closed");
        bench.seen.link_a = 1000.0;
        bench_look_anew(&bench);
        assert_phase(&bench, k == 0 ? "off, # A are too much" : "off, # A are too much again (E1)");
    }
    bench.seen.link_a = 0.0;
    assert_false(bench_conducts(&bench));
    bench_wait(&bench, SECONDS(1000));
    assert_phase(&bench, "off, # A are too much again (E1)");
    show_enabled(false); /* which ends it, with the dead time */
    show_enabled(true);
    assert_turns_after(&bench, SECONDS(30), "closed");
    bench.seen.link_a = 1000.0;
    bench_look_anew(&bench);
    assert_phase(&bench, "off, # A are too much");
}

/* A try that holds for 30 s is one; trips before it are forgotten. */
static void test_trips_are_forgotten(void **state)
{
    (void)state;
    start(1, 12.8);
    for (int k = 0; k < 3; k++) {
        bench.seen.link_a = 1000.0;
        bench_look_anew(&bench);
        assert_phase(&bench, "off, # A are too much");
        bench.seen.link_a = 50.0;
        assert_turns_after(&bench, SECONDS(5), "closed");
        assert_true(bench.state.level == 1.0);
        bench_wait(&bench, SECONDS(30) - 1);
        assert_true(bench.state.level == 1.0);
        bench_wait(&bench, 1);
        assert_true(bench.state.level == 0.0);
    }
}

/* Above its rating for 30 s. */
static void test_overload(void **state)
{
    (void)state;
    start(1, 12.8);
    bench.seen.link_a = 100.001;
    bench_look_anew(&bench);
    assert_phase(&bench, "closed, # A for 30 s at most");
    assert_true(bench_conducts(&bench));
    assert_true(bench.kind->draw_a(bench.entry, &bench.state) == 0.0014);
    bench_wait(&bench, SECONDS(30) - 1);
    bench.seen.link_a = 100.0;
    bench_look_anew(&bench);
    assert_phase(&bench, "closed");
    bench.seen.link_a = 150.0;
    bench_look_anew(&bench);
    assert_turns_after(&bench, SECONDS(30), "off, # A are too much");
    assert_true(bench.kind->amount(bench.entry, &bench.state, &bench.state, &bench.seen) == 150.0);
    bench.seen.link_a = 0.0;
    show_enabled(false);
    assert_phase(&bench, "off for 30 s");
}

/* Above 16, 32, 64 V at once, and back at once. */
static void test_over_voltage(void **state)
{
    const int series[] = {1, 2, 4};

    (void)state;
    for (int i = 0; i < 3; i++) {
        start(series[i], 16.0 * series[i]);
        bench_wait(&bench, SECONDS(1));
        assert_phase(&bench, "closed");
        bench.seen.from_v = 16.0 * series[i] + 0.001;
        bench_look_anew(&bench);
        assert_phase(&bench, "off, voltage too high");
        assert_false(bench_conducts(&bench));
        bench_wait(&bench, SECONDS(100));
        assert_phase(&bench, "off, voltage too high");
        bench.seen.from_v = 16.0 * series[i];
        bench_look_anew(&bench);
        assert_phase(&bench, "closed");
        assert_int_equal(bench.state.count, 1); /* no attempt */
        bench.seen.from_v += 0.001;
        bench_look_anew(&bench);
        show_enabled(false);
        assert_phase(&bench, "off for 30 s");
        show_enabled(true);
        assert_turns_after(&bench, SECONDS(30), "off"); /* not into that voltage */
        bench_wait(&bench, SECONDS(1));
        assert_phase(&bench, "off");
        bench.seen.from_v -= 0.001;
        bench_look_anew(&bench);
        assert_phase(&bench, "closed");
    }
}

/* Below 6 V it cannot work. */
static void test_supply(void **state)
{
    (void)state;
    start(1, 6.0);
    bench_wait(&bench, SECONDS(1));
    assert_phase(&bench, "closed");
    bench.seen.from_v = 5.999;
    bench_look_anew(&bench);
    assert_turns_after(&bench, SECONDS(30), "off");
    bench.seen.from_v = 6.0;
    bench_look_anew(&bench);
    assert_phase(&bench, "closed");
}

static void test_faults(void **state)
{
    (void)state;
    start(1, 12.8);
    attempt();
    bench_show_fault(&bench, "stuck_open");
    assert_phase(&bench, "broken, open");
    assert_false(bench_conducts(&bench));
    bench_wait(&bench, SECONDS(100));
    bench_show_fault(&bench, "stuck_closed");
    assert_phase(&bench, "broken, closed");
    show_enabled(false);
    bench_wait(&bench, SECONDS(100));
    assert_phase(&bench, "broken, closed");
    assert_true(bench_link(&bench).is_one_way);
    bench_show_fault(&bench, NULL);
    assert_phase(&bench, "off");
    assert_int_equal(bench.state.count, 0);
    show_enabled(true);
    assert_phase(&bench, "closed");
}

static void test_refused(void **state)
{
    (void)state;
    assert_keys_refused(KEYS ", current_a_max: 0.5", "current_a_max 0.5 is outside 1..1000 A");
    assert_keys_refused(KEYS ", peak_a_max: 20000", "peak_a_max 20000 is outside 1..10000 A");
    assert_keys_refused(
        "kind: battery_protect, from: bank, to: high, control: load",
        "x:9:55: to is a bus of 24 V and from one of 12 V; a switch joins buses of one voltage");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_closing),
        cmocka_unit_test(test_dead_time),
        cmocka_unit_test(test_lock_out),
        cmocka_unit_test(test_lock_out_ends_while_off),
        cmocka_unit_test(test_attempts_are_forgotten),
        cmocka_unit_test(test_short_circuit),
        cmocka_unit_test(test_trips_are_forgotten),
        cmocka_unit_test(test_overload),
        cmocka_unit_test(test_over_voltage),
        cmocka_unit_test(test_supply),
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_refused),
    };

    return cmocka_run_group_tests_name("battery protect", tests, NULL, NULL);
}
