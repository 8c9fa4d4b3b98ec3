/* SPDX-License-Identifier: Apache-2.0 */
/* The three Cyrix relays by themselves: each time and each threshold at its edges, each phase, each fault, what is refused. */
#include "tests/equipment_bench.h"

#define PORTS "from: cabin, to: bank, control: charger"
#define LOADS "kind: cyrix_li_load, from: bank, to: cabin, control: load"

static struct equipment_bench bench;

static void show(double from_v, double to_v)
{
    bench.seen.from_v = from_v;
    bench.seen.to_v = to_v;
    bench_look_anew(&bench);
}

static void show_enabled(bool is_enabled)
{
    bench.seen.is_enabled = is_enabled;
    bench_look_anew(&bench);
}

/* ---- what all have -------------------------------------------------------------------------------- */

static void test_currents(void **state)
{
    (void)state;
    for (int series = 1; series <= 2; series++) {
        bench_begin_off(&bench, series, LOADS);
        assert_true(bench.kind->draw_a(bench.entry, &bench.state) == 0.004);
        assert_true(bench.kind->output_a(bench.entry, &bench.state, 0) == 0.001);
        show_enabled(true);
        bench_wait(&bench, SECONDS(30));
        assert_phase(&bench, "closed");
        assert_true(bench.kind->draw_a(bench.entry, &bench.state) == 0.16 / series);
        assert_true(bench_link(&bench).conductance_s == 1000.0);
        assert_false(bench_link(&bench).is_one_way);
    }
}

/* Either way, told once until it opens; nothing trips. */
static void test_overload(void **state)
{
    (void)state;
    bench_begin_off(&bench, 1, LOADS);
    show_enabled(true);
    bench_wait(&bench, SECONDS(30));
    bench.seen.link_a = -120.0;
    bench_look_anew(&bench);
    assert_phase(&bench, "closed");
    bench.seen.link_a = -120.001;
    bench_look_anew(&bench);
    assert_phase(&bench, "closed, # A are more than its name has");
    assert_true(bench.kind->amount(bench.entry, &bench.state, &bench.state, &bench.seen) == 120.001);
    assert_true(bench_conducts(&bench));
    bench.seen.link_a = 0.0;
    bench_wait(&bench, SECONDS(100));
    assert_phase(&bench, "closed, # A are more than its name has");
    show_enabled(false);
    assert_phase(&bench, "open");
}

static void test_faults(void **state)
{
    const char *const kinds[] = {LOADS, "kind: cyrix_li_ct, " PORTS, "kind: cyrix_li_charge, " PORTS};

    (void)state;
    for (int i = 0; i < 3; i++) {
        bench_begin_off(&bench, 1, kinds[i]);
        show_enabled(true);
        show(14.2, 14.2);
        bench_wait(&bench, SECONDS(30));
        assert_phase(&bench, "closed");
        bench_show_fault(&bench, "stuck_open");
        assert_phase(&bench, "stuck open");
        assert_false(bench_conducts(&bench));
        bench_wait(&bench, SECONDS(4000));
        bench_show_fault(&bench, "welded");
        show_enabled(false);
        show(0.0, 0.0);
        assert_phase(&bench, "welded closed");
        assert_true(bench_conducts(&bench));
        bench_wait(&bench, SECONDS(4000));
        bench_show_fault(&bench, NULL);
        assert_phase(&bench, "open");
    }
}

static void test_refused(void **state)
{
    (void)state;
    assert_keys_refused(LOADS ", current_a_max: 0", ": current_a_max 0 is outside 1..1000 A");
    assert_keys_refused(LOADS ", control_ma: 101", ": control_ma 101 is outside 0..100 mA");
    assert_keys_refused("kind: cyrix_li_load, from: bank, to: high, control: load", ": to is a bus of 24 V");
    assert_keys_refused("kind: cyrix_li_ct, from: bank, to: high", ": to is a bus of 24 V");
    assert_keys_refused("kind: cyrix_li_charge, from: high, to: bank",
                        ": to is a bus of 12 V and from one of 24 V");
}

/* ---- Li-load -------------------------------------------------------------------------------------- */

static void test_load_waits(void **state)
{
    (void)state;
    bench_begin_off(&bench, 1, LOADS);
    bench_look_anew(&bench);
    bench_wait(&bench, SECONDS(100));
    assert_phase(&bench, "open");
    show_enabled(true);
    assert_phase(&bench, "waits for 30 s");
    bench_wait(&bench, SECONDS(30) - 1);
    show_enabled(false);
    assert_phase(&bench, "open");
    show_enabled(true); /* anew */
    assert_turns_after(&bench, SECONDS(30), "closed");
    show_enabled(false);
    assert_phase(&bench, "open");
    assert_false(bench_conducts(&bench));
}

static void attempt_load(void)
{
    show_enabled(false);
    assert_phase(&bench, "open");
    show_enabled(true);
    assert_turns_after(&bench, SECONDS(30), "closed");
}

static void close_load(int series, double from_v)
{
    bench_begin_off(&bench, series, LOADS);
    bench.seen.from_v = from_v;
    show_enabled(true);
    assert_turns_after(&bench, SECONDS(30), "closed");
}

static void test_load_locks_out(void **state)
{
    const int series[] = {1, 2, 4};

    (void)state;
    for (int i = 0; i < 3; i++) {
        close_load(series[i], 13.0 * series[i]);
        bench_wait(&bench, SECONDS(40));
        for (int k = 0; k < 3; k++) {
            attempt_load();
        }
        show_enabled(false);
        assert_phase(&bench, "locked out");
        show_enabled(true);
        bench_wait(&bench, SECONDS(1000));
        assert_phase(&bench, "locked out");
        bench.seen.from_v += 0.001;
        bench_look_anew(&bench);
        bench_wait(&bench, SECONDS(30) - 1);
        bench.seen.from_v -= 0.001; /* a tick too early: it starts anew */
        bench_look_anew(&bench);
        bench.seen.from_v += 0.001;
        bench_look_anew(&bench);
        assert_turns_after(&bench, SECONDS(30), "closed");
        assert_int_equal(bench.state.count, 1);
    }
    bench.seen.from_v = 12.0;
    for (int k = 0; k < 3; k++) {
        attempt_load();
    }
    show_enabled(false);
    assert_phase(&bench, "locked out");
    bench.seen.from_v = 60.0;
    bench_look_anew(&bench);
    assert_turns_after(&bench, SECONDS(30), "open");
    assert_int_equal(bench.state.count, 0);
}

static void test_load_forgets(void **state)
{
    (void)state;
    close_load(1, 12.8);
    attempt_load();
    attempt_load();
    bench.seen.from_v = 13.001;
    bench_look_anew(&bench);
    bench_wait(&bench, SECONDS(30) - 1);
    assert_int_equal(bench.state.count, 3);
    bench_wait(&bench, 1);
    assert_int_equal(bench.state.count, 1);
}

/* ---- Li-ct ---------------------------------------------------------------------------------------- */

static void ct(int series)
{
    bench_begin_off(&bench, series, "kind: cyrix_li_ct, " PORTS);
    show_enabled(true);
}

/* The table, for 12, 24 and 48 V, by the one terminal or by the other. */
static void test_ct_closes(void **state)
{
    const struct {
        double voltage_v;
        double seconds; /* 0: never */
    } table[] = {{13.399, 0.0}, {13.4, 120.0}, {13.699, 120.0}, {13.7, 30.0},
                 {13.9, 30.0},  {13.901, 4.0}, {16.0, 4.0},     {16.001, 0.0}};
    const int series[] = {1, 2, 4};

    (void)state;
    for (int i = 0; i < 3; i++) {
        for (int k = 0; k < 2 * 8; k++) {
            const double high_v = table[k / 2].voltage_v * series[i];

            ct(series[i]);
            show(k % 2 == 0 ? high_v : 12.0 * series[i], k % 2 == 0 ? 12.0 * series[i] : high_v);
            assert_phase(&bench, "open");
            assert_false(bench_conducts(&bench));
            if (table[k / 2].seconds > 0.0) {
                assert_turns_after(&bench, SECONDS(table[k / 2].seconds), "closed");
                assert_true(bench_conducts(&bench));
            } else {
                bench_wait(&bench, SECONDS(1000));
                assert_phase(&bench, "open");
            }
        }
    }
}

/* Half of each time: they add up, upwards and downwards; what falls below 13.4 V begins anew. */
static void test_ct_bands_add_up(void **state)
{
    (void)state;
    ct(1);
    show(13.5, 12.8);
    bench_wait(&bench, SECONDS(60));
    show(13.8, 12.8);
    assert_turns_after(&bench, SECONDS(15), "closed");
    ct(1);
    show(14.0, 12.8);
    bench_wait(&bench, SECONDS(1));
    show(13.5, 12.8);
    bench_wait(&bench, SECONDS(30));
    show(13.8, 12.8);
    assert_turns_after(&bench, SECONDS(15), "closed");
    ct(1);
    show(13.5, 12.8);
    bench_wait(&bench, SECONDS(120) - 1);
    show(14.0, 12.8); /* less than a whole tick is left */
    assert_phase(&bench, "open");
    assert_turns_after(&bench, 1, "closed");
    ct(1);
    show(13.5, 12.8);
    bench_wait(&bench, SECONDS(119));
    show(13.399, 12.8);
    show(13.5, 12.8);
    assert_turns_after(&bench, SECONDS(120), "closed");
}

static void ct_closed(int series)
{
    ct(series);
    show(14.0 * series, 12.8 * series);
    assert_turns_after(&bench, SECONDS(4), "closed");
}

/* Below 13.3 V after 10 s, below 13.2 V at once, by the higher of both. */
static void test_ct_opens(void **state)
{
    const int series[] = {1, 2, 4};

    (void)state;
    for (int i = 0; i < 3; i++) {
        ct_closed(series[i]);
        show(13.3 * series[i], 13.0 * series[i]);
        bench_wait(&bench, SECONDS(1000));
        assert_phase(&bench, "closed");
        show(13.299 * series[i], 13.0 * series[i]);
        bench_wait(&bench, SECONDS(10) - 1);
        show(13.0 * series[i], 13.3 * series[i]);
        show(13.0 * series[i], 13.2 * series[i]);
        assert_turns_after(&bench, SECONDS(10), "open");
        ct_closed(series[i]);
        show(13.2 * series[i], 13.199 * series[i]);
        assert_phase(&bench, "closed");
        show(13.199 * series[i], 13.199 * series[i]);
        assert_phase(&bench, "open");
        assert_false(bench_conducts(&bench));
    }
}

/* Its control floats: open at once, and while it does. An overloaded one too. */
static void test_ct_control(void **state)
{
    (void)state;
    ct_closed(1);
    bench.seen.link_a = 200.0;
    bench_look_anew(&bench);
    show_enabled(false);
    assert_phase(&bench, "open");
    bench.seen.link_a = 0.0;
    bench_wait(&bench, SECONDS(1000));
    assert_phase(&bench, "open");
    show_enabled(true);
    bench_wait(&bench, SECONDS(3));
    show_enabled(false);
    show_enabled(true); /* anew */
    assert_turns_after(&bench, SECONDS(4), "closed");
}

/* A terminal below 2 V or above 16 V: it stays open, and opens. */
static void test_ct_alarm(void **state)
{
    (void)state;
    ct(2);
    show(28.0, 3.999);
    bench_wait(&bench, SECONDS(1000));
    assert_phase(&bench, "open");
    show(28.0, 4.0);
    assert_turns_after(&bench, SECONDS(4), "closed");
    show(32.0, 28.0);
    assert_phase(&bench, "closed");
    show(32.001, 28.0);
    assert_phase(&bench, "open");
}

/* ---- Li-Charge ------------------------------------------------------------------------------------ */

static void charge(int series, bool is_enabled, double from_v, double to_v)
{
    bench_begin_off(&bench, series, "kind: cyrix_li_charge, " PORTS);
    bench.seen.from_v = from_v;
    bench.seen.to_v = to_v;
    show_enabled(is_enabled);
    assert_phase(&bench, "open");
}

static void test_charge_closes(void **state)
{
    const int series[] = {1, 2, 4};

    (void)state;
    for (int i = 0; i < 3; i++) {
        charge(series[i], true, 13.0 * series[i], 2.0 * series[i]);
        assert_turns_after(&bench, SECONDS(3), "closed");
        assert_true(bench_conducts(&bench));
        charge(series[i], true, 12.999 * series[i], 13.4 * series[i]);
        bench_wait(&bench, SECONDS(100));
        assert_phase(&bench, "open");
        charge(series[i], true, 14.2 * series[i], 1.999 * series[i]);
        bench_wait(&bench, SECONDS(100));
        assert_phase(&bench, "open");
        charge(series[i], false, 14.2 * series[i], 13.0 * series[i]);
        bench_wait(&bench, SECONDS(100));
        assert_phase(&bench, "open");
        show_enabled(true);
        bench_wait(&bench, SECONDS(3) - 1);
        show(12.9 * series[i], 13.0 * series[i]); /* a tick too early: it starts anew */
        show(13.0 * series[i], 13.0 * series[i]);
        bench_wait(&bench, SECONDS(3) - 1);
        show_enabled(false);
        show_enabled(true);
        assert_turns_after(&bench, SECONDS(3), "closed");
    }
}

static void test_charge_control(void **state)
{
    (void)state;
    charge(1, true, 14.2, 13.0);
    assert_turns_after(&bench, SECONDS(3), "closed");
    show(10.0, 10.0); /* no voltage opens it */
    bench_wait(&bench, SECONDS(100));
    assert_phase(&bench, "closed");
    show_enabled(false);
    assert_phase(&bench, "open");
    assert_false(bench_conducts(&bench));
}

/* Each hour, counted from each closing, also of one that carries too much. */
static void test_charge_hourly_test(void **state)
{
    (void)state;
    charge(1, true, 14.2, 13.0);
    assert_turns_after(&bench, SECONDS(3), "closed");
    for (int k = 0; k < 3; k++) {
        bench.seen.link_a = k == 1 ? 200.0 : 0.0;
        bench_look_anew(&bench);
        bench_wait(&bench, SECONDS(3600) - 1);
        assert_true(bench_conducts(&bench));
        bench_wait(&bench, 1);
        assert_false(bench_conducts(&bench));
        assert_phase(&bench, "closed"); /* to the timeline */
        bench.seen.link_a = 0.0;
        bench_look_anew(&bench);
        bench_wait(&bench, SECONDS(3) - 1);
        assert_false(bench_conducts(&bench));
        bench_wait(&bench, 1);
        assert_true(bench_conducts(&bench));
    }
    bench_wait(&bench, SECONDS(3600));
    show(0.0, 13.3); /* the charger was gone */
    assert_phase(&bench, "closed");
    assert_turns_after(&bench, SECONDS(3), "open");
    bench_wait(&bench, SECONDS(10000));
    show(13.0, 13.3);
    assert_turns_after(&bench, SECONDS(3), "closed");
    bench_wait(&bench, SECONDS(3600));
    show_enabled(false); /* during the test */
    assert_phase(&bench, "open");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_currents),
        cmocka_unit_test(test_overload),
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_load_waits),
        cmocka_unit_test(test_load_locks_out),
        cmocka_unit_test(test_load_forgets),
        cmocka_unit_test(test_ct_closes),
        cmocka_unit_test(test_ct_bands_add_up),
        cmocka_unit_test(test_ct_opens),
        cmocka_unit_test(test_ct_control),
        cmocka_unit_test(test_ct_alarm),
        cmocka_unit_test(test_charge_closes),
        cmocka_unit_test(test_charge_control),
        cmocka_unit_test(test_charge_hourly_test),
    };

    return cmocka_run_group_tests_name("cyrix", tests, NULL, NULL);
}
