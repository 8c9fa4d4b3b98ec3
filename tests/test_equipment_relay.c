/* SPDX-License-Identifier: Apache-2.0 */
/* The relay by itself: its coil's voltages and times at their edges, its contact's ratings, each phase, each fault, what is refused. */
#include "tests/equipment_bench.h"

#define PORTS "kind: relay, from: bank, to: cabin, control: load"

static struct equipment_bench bench;

static void show_output(double output_v)
{
    bench.seen.output_v = output_v;
    bench_look_anew(&bench);
}

/* What its contact carries, as the network finds it at this tick. */
static void show_current(double link_a)
{
    bench.seen.link_a = link_a;
    bench_look_anew(&bench);
}

static double output_a(void)
{
    return bench.kind->output_a(bench.entry, &bench.state, bench.seen.tick);
}

static double told(const struct equipment_state *before)
{
    return bench.kind->amount(bench.entry, before, &bench.state, &bench.seen);
}

/* 75 % to pull in, 20 % to hold, of 12, 24 and 48 V. */
static void test_coil_voltages(void **state)
{
    const int series[] = {1, 2, 4};

    (void)state;
    for (int i = 0; i < 3; i++) {
        bench_begin_off(&bench, series[i], PORTS);
        bench_look_anew(&bench);
        assert_phase(&bench, "open");
        show_output(9.0 * series[i] - 0.001);
        bench_wait(&bench, SECONDS(10));
        assert_phase(&bench, "open");
        assert_false(bench_conducts(&bench));
        show_output(9.0 * series[i]);
        assert_phase(&bench, "closed");
        assert_true(bench_link(&bench).conductance_s == 1000.0);
        assert_false(bench_link(&bench).is_one_way);
        show_output(2.4 * series[i] + 1e-9);
        bench_wait(&bench, SECONDS(10));
        assert_phase(&bench, "closed");
        show_output(2.4 * series[i] - 0.001);
        assert_phase(&bench, "open");
        show_output(9.0 * series[i] - 0.001);
        assert_phase(&bench, "open");
    }
    bench_begin_off(&bench, 1, PORTS ", coil_mv: 6000, pull_in_pct: 50, drop_out_pct: 49");
    show_output(2.999);
    assert_phase(&bench, "open");
    show_output(3.0);
    assert_phase(&bench, "closed");
    show_output(2.939);
    assert_phase(&bench, "open");
}

/* The contact comes after the coil, to the nearest tick; less coil voltage in between starts it anew. */
static void test_operate_time(void **state)
{
    const struct {
        const char *keys;
        int64_t ticks;
    } cases[] = {
        {PORTS ", operate_ms: 62", 0}, {PORTS ", operate_ms: 63", 1}, {PORTS ", operate_ms: 1000", 8}};

    (void)state;
    for (int i = 0; i < 3; i++) {
        bench_begin_off(&bench, 1, cases[i].keys);
        bench_wait(&bench, 5);
        show_output(12.7);
        if (cases[i].ticks > 0) {
            assert_phase(&bench, "open");
            assert_turns_after(&bench, cases[i].ticks, "closed");
        }
        assert_phase(&bench, "closed");
        show_output(0.0);
        assert_phase(&bench, "open");
    }
    show_output(12.7);
    bench_wait(&bench, 7);
    show_output(8.9);
    show_output(12.7);
    assert_turns_after(&bench, 8, "closed");
}

/* What the output carries: at its edge already, before the relay has looked. */
static void test_coil_current(void **state)
{
    (void)state;
    bench_begin_off(&bench, 1, PORTS ", pull_in_a: 3.5, pull_in_ms: 126, hold_a: 0.13");
    bench_wait(&bench, 3);
    assert_true(output_a() == 3.5);
    show_output(12.7);
    assert_true(output_a() == 3.5);
    bench_wait(&bench, 1);
    assert_true(output_a() == 3.5);
    bench_wait(&bench, 1);
    assert_true(output_a() == 0.13);
    bench_wait(&bench, 100);
    assert_true(output_a() == 0.13);
    show_output(2.0); /* drops out with its output high, and pulls in anew */
    assert_phase(&bench, "open");
    assert_true(output_a() == 0.13);
    show_output(12.7);
    assert_true(output_a() == 3.5);
    bench_wait(&bench, 2);
    assert_true(output_a() == 0.13);
    bench_begin_off(&bench, 1, PORTS ", hold_a: 0.13"); /* a plain coil */
    assert_true(output_a() == 0.13);
    show_output(12.7);
    assert_true(output_a() == 0.13);
}

static void test_normally_closed(void **state)
{
    (void)state;
    bench_begin_off(&bench, 1, PORTS ", contact: normally_closed, operate_ms: 500");
    bench_look_anew(&bench);
    assert_phase(&bench, "closed");
    assert_true(bench_conducts(&bench));
    show_output(12.7);
    assert_turns_after(&bench, 4, "open");
    assert_false(bench_conducts(&bench));
    show_output(0.0);
    assert_phase(&bench, "closed");
}

/* Above what it is rated for, not at it; told once for each closing. */
static void test_ratings(void **state)
{
    struct equipment_state before;

    (void)state;
    bench_begin_off(&bench, 1, PORTS ", current_a_max: 50, making_a_max: 70");
    show_output(12.7);
    show_current(70.0);
    assert_phase(&bench, "closed");
    show_current(70.001);
    assert_phase(&bench, "closed onto # A, more than its contact is rated to make");
    assert_true(told(&bench.state) == 70.001);
    assert_true(bench_conducts(&bench));
    bench_wait(&bench, 1);
    show_current(500.0);
    assert_phase(&bench, "closed onto # A, more than its contact is rated to make");
    show_current(50.0);
    show_output(0.0);
    assert_phase(&bench, "open");
    show_current(0.0);
    show_output(12.7);
    bench_wait(&bench, 1);
    show_current(-50.0);
    assert_phase(&bench, "closed");
    show_current(-50.001);
    assert_phase(&bench, "closed, # A are more than its contact is rated for");
    assert_true(told(&bench.state) == 50.001);
    show_current(1.0);
    assert_phase(&bench, "closed, # A are more than its contact is rated for");
    show_current(60.0);
    before = bench.state;
    show_output(0.0);
    assert_phase(&bench, "opened under # A, more than its contact is rated for");
    assert_true(told(&before) == 60.0);
    assert_false(bench_conducts(&bench));
}

/* Each closing is a make and its bounces. */
static void test_bounces(void **state)
{
    (void)state;
    bench_begin_off(&bench, 1, PORTS ", bounces: 5");
    for (int i = 0; i < 3; i++) {
        bench_wait(&bench, 10);
        show_output(12.7);
        assert_int_equal(bench.state.count, 6);
        bench_wait(&bench, 10);
        assert_int_equal(bench.state.count, 6);
        show_output(0.0);
        assert_int_equal(bench.state.count, 0);
    }
    bench_begin_off(&bench, 1, PORTS ", contact: normally_closed");
    bench_look_anew(&bench);
    assert_phase(&bench, "closed");
    assert_int_equal(bench.state.count, 0); /* it was before */
    bench_wait(&bench, 10);
    show_output(12.7);
    show_output(0.0);
    assert_int_equal(bench.state.count, 4);
}

/* By itself only at the tick at which it closes, and only if the file says at how much. */
static void test_welds_by_itself(void **state)
{
    (void)state;
    bench_begin_off(&bench, 1, PORTS ", current_a_max: 50, weld_a: 300");
    show_output(12.7);
    show_current(300.0);
    assert_phase(&bench, "closed onto # A, more than its contact is rated to make");
    show_output(0.0);
    show_current(0.0);
    show_output(12.7);
    show_current(300.001);
    assert_phase(&bench, "closed onto # A and welded");
    show_output(0.0);
    bench_wait(&bench, 100);
    assert_phase(&bench, "closed onto # A and welded");
    assert_true(bench_conducts(&bench));
    bench.seen.is_mended = true; /* there is a new one */
    bench_look_anew(&bench);
    assert_phase(&bench, "open");
    bench_begin_off(&bench, 1, PORTS ", current_a_max: 50");
    show_output(12.7);
    show_current(100000.0);
    show_output(0.0);
    assert_false(bench_conducts(&bench));
}

static void test_faults(void **state)
{
    (void)state;
    bench_begin_off(&bench, 1, PORTS);
    bench_wait(&bench, 10);
    show_output(12.7);
    bench_show_fault(&bench, "stuck_open");
    assert_phase(&bench, "stuck open");
    assert_false(bench_conducts(&bench));
    assert_true(output_a() == 0.15);
    bench_show_fault(&bench, NULL);
    assert_phase(&bench, "closed");
    assert_int_equal(bench.state.count, 4);
    bench_show_fault(&bench, "welded");
    show_output(0.0);
    assert_phase(&bench, "welded closed");
    assert_true(bench_conducts(&bench));
    show_output(12.7);
    assert_true(output_a() == 0.15);
    bench_show_fault(&bench, NULL);
    assert_phase(&bench, "closed");
    assert_int_equal(bench.state.count, 4);
}

/* Half of 400 mH times the square of what the coil took, when the output floats; not when the coil drops out by itself. */
static void test_no_diode(void **state)
{
    struct equipment_state before;

    (void)state;
    bench_begin_off(&bench, 1, PORTS ", suppression: none, hold_a: 0.5");
    show_output(12.7);
    before = bench.state;
    show_output(0.0);
    assert_phase(&bench, "open; its coil, without a diode, left # mJ to the output's clamp");
    assert_true(told(&before) == 50.0);
    assert_false(bench_conducts(&bench));
    show_output(12.7);
    assert_phase(&bench, "closed");
    show_output(2.0);
    assert_phase(&bench, "open");
    bench_begin_off(&bench, 1, PORTS ", suppression: none, contact: normally_closed, coil_mh: 800");
    bench_look_anew(&bench);
    assert_phase(&bench, "closed");
    show_output(12.7);
    before = bench.state;
    show_output(0.0);
    assert_phase(&bench, "closed; its coil, without a diode, left # mJ to the output's clamp");
    assert_true(bench_conducts(&bench));
    assert_true(told(&before) == 0.5 * 800.0 * 0.15 * 0.15);
    show_current(100.001);
    assert_phase(&bench, "closed onto # A, more than its contact is rated to make");
}

static void test_refused(void **state)
{
    (void)state;
    assert_keys_refused("kind: relay, from: bank, to: cabin",
                        "x:9:5: a relay needs control: load or pre_alarm, which feeds its coil");
    assert_keys_refused(
        "kind: relay, from: bank, to: cabin, control: charger",
        ": Charger gives 10 mA and is not for coils; a relay takes load or pre_alarm (WIRE-1)");
    assert_keys_refused("kind: relay, from: bank, to: cabin, control: load_and_charger",
                        ": Charger gives 10 mA");
    assert_keys_refused(PORTS ", cable: non_inverting",
                        ": a cable with electronics feeds no coil; a relay takes wire");
    assert_keys_refused(PORTS ", input: low",
                        ": a coil needs a high level; contact: normally_closed turns a relay round");
    assert_keys_refused(PORTS ", drop_out_pct: 75", ": drop_out_pct is not below pull_in_pct");
    assert_keys_refused(PORTS ", weld_a: 99",
                        ": weld_a 99 is below making_a_max 100, the current that it may make");
    assert_keys_refused(PORTS ", pull_in_a: 3.5",
                        ": pull_in_a needs pull_in_ms above 0, for how long the coil takes it");
    assert_keys_refused(PORTS ", pull_in_a: 3.5, pull_in_ms: 0", ": pull_in_a needs pull_in_ms above 0");
    assert_keys_refused(PORTS ", hold_a: 0", ": hold_a 0 is outside 0.001..5 A");
    assert_keys_refused("kind: relay, from: bank, to: high, control: load", ": to is a bus of 24 V");
    bench_begin_off(&bench, 1, "kind: relay, from: bank, to: cabin, control: pre_alarm, weld_a: 100");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_coil_voltages),   cmocka_unit_test(test_operate_time),
        cmocka_unit_test(test_coil_current),    cmocka_unit_test(test_normally_closed),
        cmocka_unit_test(test_ratings),         cmocka_unit_test(test_bounces),
        cmocka_unit_test(test_welds_by_itself), cmocka_unit_test(test_faults),
        cmocka_unit_test(test_no_diode),        cmocka_unit_test(test_refused),
    };

    return cmocka_run_group_tests_name("relay", tests, NULL, NULL);
}
