/* SPDX-License-Identifier: Apache-2.0 */
/* Inverters: low battery, overload, supply and inrush, and whole runs in which they trip. */
#include "tests/equipment_fixture.h"

#define HOUR_TICKS (3600 * TICKS_PER_S)
#define WAIT_TICKS (30 * TICKS_PER_S)

static struct equipment_bench bench;
static struct equipment_run whole;

static void begin(const char *keys)
{
    char text[256];

    snprintf(text, sizeof text, "  - {name: inverter, kind: inverter, on: bank, power_w: 1000%s}\n", keys);
    bench_begin(&bench, text);
}

/* Its terminals at `volt`, with `outlet_w` wanted. */
static const char *at(double volt, double outlet_w, int64_t tick)
{
    bench.seen.from_v = volt;
    bench.seen.load_v = volt;
    bench.seen.outlet_w = outlet_w;
    return bench_look(&bench, tick);
}

/* ---- what it takes -------------------------------------------------------------------------------- */

static void test_what_it_takes(void **state)
{
    struct network network;

    (void)state;
    begin(", standby_ma: 3, control: load");
    bench.seen.is_enabled = false;
    assert_string_equal(at(12.8, 0.0, 0), "off");
    assert_int_equal(bench_network(&bench, 500.0).load_count, 0);
    assert_near(bench.kind->draw_a(bench.entry, &bench.state), 0.003, 1e-15);
    bench.seen.is_enabled = true;
    assert_string_equal(at(12.8, 0.0, 1), "on");
    network = bench_network(&bench, 460.0);
    assert_int_equal(network.load_count, 1);
    assert_near(network.loads[0].voltage_v_min, 0.75 * 9.3, 1e-12); /* it looks before the network gives up */
    assert_near(network.loads[0].power_w, 510.0, 1e-9);             /* 460 W over 92 %, 10 W without a load */
    assert_near(network.loads[0].cable_ohm, 0.02 * 12.8 * 12.8 * 0.92 / 1000.0, 1e-12);
    assert_near(bench.kind->draw_a(bench.entry, &bench.state), 0.0, 0.0);
    begin(", efficiency_pct: 80, no_load_w: 25, cable_mohm: 2");
    at(12.8, 0.0, 0);
    network = bench_network(&bench, 400.0);
    assert_near(network.loads[0].power_w, 525.0, 1e-9);
    assert_near(network.loads[0].cable_ohm, 0.002, 1e-15);
}

static void test_dead(void **state)
{
    (void)state;
    begin("");
    at(12.8, 0.0, 0);
    bench.seen.fault = bench.kind->faults[0].value;
    assert_string_equal(at(12.8, 0.0, 8), "dead");
    assert_int_equal(bench_network(&bench, 100.0).load_count, 0);
    assert_near(bench.kind->draw_a(bench.entry, &bench.state), 0.0, 0.0);
    bench.seen.fault = 0;
    assert_string_equal(at(12.8, 0.0, 16), "off");
    assert_string_equal(at(12.8, 0.0, 24), "on");
}

static void test_refused(void **state)
{
    (void)state;
    assert_entry_refused("  - {name: i, kind: inverter, on: bank, power_w: 100, cut_out_mv: 11000}\n", "9:67",
                         "cut_out_mv 11000 is not below restart_mv 10900");
    assert_entry_refused("  - {name: i, kind: inverter, on: bank, power_w: 100, restart_mv: 14000}\n", "9:67",
                         "restart_mv 14000 is not below charge_detect_mv 14000");
    assert_entry_refused("  - {name: i, kind: inverter, on: high, power_w: 100, cut_out_mv: 9300}\n", "9:67",
                         "cut_out_mv 9300 is outside 16000..32000 mV on a bus of 25.6 V");
    assert_entry_refused("  - {name: i, kind: inverter, on: bank, power_w: 100, peak_w: 99}\n", "9:63",
                         "peak_w 99 is below power_w 100");
}

/* ---- low battery ---------------------------------------------------------------------------------- */

static void test_low_battery(void **state)
{
    (void)state;
    begin("");
    at(12.8, 0.0, 0);
    assert_string_equal(at(9.3, 100.0, 400), "on");
    assert_string_equal(at(9.299, 100.0, 408), "off: low battery");
    bench.seen.from_v = 10.899;
    assert_string_equal(bench_look(&bench, 408 + WAIT_TICKS), "off: low battery");
    bench.seen.from_v = 10.9;
    assert_string_equal(bench_look(&bench, 408 + WAIT_TICKS + 8), "on");
    assert_int_equal(bench.state.count, 1);
    begin("");
    at(12.8, 0.0, 0);
    at(9.0, 100.0, 400);
    bench.seen.from_v = 13.0; /* at once, but it waits */
    assert_turns(&bench, 400 + WAIT_TICKS, "on");
}

/* A voltage at which it cannot be fed is low, too. */
static void test_cannot_be_fed(void **state)
{
    (void)state;
    begin("");
    at(12.8, 0.0, 0);
    bench.seen.is_low = true;
    assert_string_equal(at(12.0, 100.0, 8), "off: low battery");
}

/* Trips at once after each restart until it stays off; `low` or by overload. */
static int64_t trip_until_it_stays(bool low)
{
    const char *const off = low ? "off: low battery" : "off: overload";
    int64_t tick = 400;

    at(12.8, 0.0, 0);
    for (int i = 0; i < 3; i++) {
        if (!low) {
            at(12.8, 2001.0, tick - 2);
        }
        assert_string_equal(at(low ? 9.0 : 12.8, low ? 0.0 : 2001.0, tick), off);
        bench.seen.from_v = 12.8;
        bench.seen.load_v = 12.8;
        bench.seen.outlet_w = 0.0;
        assert_turns(&bench, tick + WAIT_TICKS, "on");
        assert_int_equal(bench.state.count, i + 1);
        tick += WAIT_TICKS + 8;
    }
    if (!low) {
        at(12.8, 2001.0, tick - 2);
    }
    at(low ? 9.0 : 12.8, low ? 0.0 : 2001.0, tick);
    return tick;
}

static void test_stays_off_low(void **state)
{
    int64_t tick = 0;

    (void)state;
    begin("");
    tick = trip_until_it_stays(true);
    assert_string_equal(at(13.999, 0.0, tick + HOUR_TICKS), "stays off: low battery after three restarts");
    at(14.0, 0.0, tick + 2 * HOUR_TICKS);
    at(13.999, 0.0, tick + 2 * HOUR_TICKS + 8); /* 30 s without a break */
    at(14.0, 0.0, tick + 3 * HOUR_TICKS);
    assert_turns(&bench, tick + 3 * HOUR_TICKS + WAIT_TICKS, "on");
    assert_int_equal(bench.state.count, 0);
    begin(", control: load");
    tick = trip_until_it_stays(true);
    bench.seen.is_enabled = false;
    assert_string_equal(at(12.8, 0.0, tick + 8), "off");
    bench.seen.is_enabled = true;
    assert_string_equal(at(12.8, 0.0, tick + 9), "on");
    assert_int_equal(bench.state.count, 0);
}

/* A restart that has lasted for 30 s begins the count anew; one that has not, by a tick, does not. */
static void test_a_restart_that_lasts(void **state)
{
    (void)state;
    for (int late = 0; late < 2; late++) {
        begin("");
        at(12.8, 0.0, 0);
        at(9.0, 0.0, 400);
        bench.seen.from_v = 12.8;
        assert_turns(&bench, 400 + WAIT_TICKS, "on");
        assert_int_equal(bench_next_tick(&bench, 400 + WAIT_TICKS), 400 + 2 * WAIT_TICKS);
        bench.state.count = 3;
        assert_string_equal(at(9.0, 0.0, 400 + 2 * WAIT_TICKS - 1 + late),
                            late == 1 ? "off: low battery" : "stays off: low battery after three restarts");
    }
    begin("");
    at(12.8, 0.0, 0);
    bench.state.count = 3;
    assert_string_equal(at(12.8, 0.0, WAIT_TICKS - 1), "on");
    assert_int_equal(bench.state.count, 3);
    assert_string_equal(at(12.8, 0.0, WAIT_TICKS), "on");
    assert_int_equal(bench.state.count, 0);
}

/* ---- overload ------------------------------------------------------------------------------------- */

static void test_overload(void **state)
{
    (void)state;
    begin("");
    at(12.8, 0.0, 0);
    assert_string_equal(at(12.8, 1000.0, 8), "on");
    assert_string_equal(at(12.8, 1000.0, HOUR_TICKS), "on");
    assert_string_equal(at(12.8, 1000.1, HOUR_TICKS + 8), "on");
    assert_turns(&bench, HOUR_TICKS + 8 + 5 * TICKS_PER_S, "off: overload");
    bench.seen.outlet_w = 0.0;
    assert_turns(&bench, HOUR_TICKS + 8 + 35 * TICKS_PER_S, "on");

    begin(", peak_s: 10");
    at(12.8, 0.0, 0);
    at(12.8, 1500.0, 8);
    at(12.8, 900.0, 8 + 10 * TICKS_PER_S - 1); /* a tick before */
    at(12.8, 2000.0, 200);
    assert_turns(&bench, 200 + 10 * TICKS_PER_S, "off: overload");

    begin(", peak_s: 0.3"); /* 2.4 ticks */
    at(12.8, 0.0, 0);
    assert_string_equal(at(12.8, 1500.0, 8), "on");
    assert_turns(&bench, 10, "on"); /* it looks again, to no end */
    assert_turns(&bench, 11, "off: overload");

    begin("");
    at(12.8, 0.0, 0);
    assert_string_equal(at(12.8, 2000.0, 8), "on");
    assert_turns(&bench, 10, "on"); /* it looks again, to no end */
    at(12.8, 0.0, 16);
    assert_string_equal(at(12.8, 2000.1, 17), "on"); /* an inrush, for a tick */
    assert_string_equal(at(12.8, 100.0, 18), "on");
    assert_string_equal(at(12.8, 2000.1, 24), "on");
    assert_turns(&bench, 26, "off: overload");
    begin(", peak_w: 1000");
    at(12.8, 0.0, 0);
    at(12.8, 1000.1, 9);
    assert_turns(&bench, 11, "off: overload");
}

static void test_stays_off_overload(void **state)
{
    int64_t tick = 0;

    (void)state;
    begin(", control: load");
    tick = trip_until_it_stays(false);
    assert_string_equal(at(14.4, 0.0, tick + HOUR_TICKS), "stays off: overload after three restarts");
    assert_string_equal(at(14.4, 0.0, tick + 2 * HOUR_TICKS), "stays off: overload after three restarts");
    bench.seen.is_enabled = false;
    assert_string_equal(at(12.8, 0.0, tick + 2 * HOUR_TICKS + 8), "off");
    bench.seen.is_enabled = true;
    assert_string_equal(at(12.8, 0.0, tick + 2 * HOUR_TICKS + 9), "on");
}

/* ---- supply --------------------------------------------------------------------------------------- */

static void test_supply_and_inrush(void **state)
{
    struct network network;

    (void)state;
    begin("");
    assert_string_equal(at(3.199, 0.0, 0), "no supply");
    assert_int_equal(bench_network(&bench, 0.0).load_count, 0);
    assert_string_equal(at(6.4, 0.0, 79), "no supply"); /* for 10 s at least */
    assert_int_equal(bench_next_tick(&bench, 79), 80);
    assert_string_equal(at(6.399, 0.0, 80), "no supply");
    assert_string_equal(at(6.4, 0.0, 80), "charges its capacitors");
    network = bench_network(&bench, 0.0);
    assert_near(network.loads[0].current_a, 5.0 * 1000.0 / 0.92 / 12.8, 1e-9);
    assert_string_equal(at(1.0, 0.0, 80), "charges its capacitors"); /* in that tick it sags, and goes on */
    assert_int_equal(bench_next_tick(&bench, 80), 81);
    assert_string_equal(at(12.8, 0.0, 81), "on");
    assert_string_equal(at(3.1, 0.0, 88), "no supply");
    bench.seen.is_enabled = false;
    assert_string_equal(at(12.8, 0.0, 88 + 79), "no supply");
    assert_string_equal(at(12.8, 0.0, 88 + 80), "charges its capacitors");
    assert_string_equal(at(12.8, 0.0, 88 + 81), "off");

    begin(", has_precharge: true");
    at(0.0, 0.0, 0);
    assert_string_equal(at(12.8, 0.0, 80), "on");
    begin(", inrush_a: 77");
    at(0.0, 0.0, 0);
    at(12.8, 0.0, 80);
    assert_near(bench_network(&bench, 0.0).loads[0].current_a, 77.0, 0.0);
}

/* It pulls its supply down to nothing by itself: that is a low battery, with its wait and its restarts. */
static void test_pulls_its_supply_down(void **state)
{
    (void)state;
    begin("");
    assert_string_equal(at(12.8, 0.0, 0), "on");
    bench.seen.load_a = 50.0;
    bench.seen.is_enabled = false; /* by the level that is gone, too */
    assert_string_equal(at(1.0, 0.0, 80), "off: low battery");
    bench.seen.is_enabled = true;
    bench.seen.load_a = 0.0;
    bench.seen.from_v = 12.8;
    assert_turns(&bench, 80 + 30 * TICKS_PER_S, "on");
    assert_int_equal(bench.state.count, 1);
    assert_string_equal(at(1.0, 0.0, 400), "no supply"); /* somebody else's doing */
}

/* ---- whole runs ----------------------------------------------------------------------------------- */

/* One that is far too big for what feeds it, and one that empties a bank by its standby: neither goes on and off all the time. */
static void test_on_what_cannot_feed_it(void **state)
{
    static const char *const runs[] = {
        "bank: {battery: 12.8 V, capacity_ah: 100, state_of_charge_pct: 50, cable_mohm: 1000}\n"
        "loads: []\n"
        "equipment: [{name: e, kind: inverter, on: bank, control: load, power_w: 70000, has_precharge: "
        "true}]\n",
        "bank: {battery: 12.8 V, capacity_ah: 10, state_of_charge_pct: 0}\n"
        "loads: []\n"
        "equipment: [{name: e, kind: inverter, on: bank, control: pre_alarm, power_w: 100, standby_ma: "
        "1000}]\n"};

    (void)state;
    for (int i = 0; i < 2; i++) {
        char text[512];

        snprintf(text, sizeof text, "title: t\nrun: {duration: 6 h}\n%s", runs[i]);
        equipment_run(&whole, text, false);
        assert_in_range(whole.run.totals.equipment[0].changes, 1, 60);
    }
}

static int64_t load_off_tick(void)
{
    int i = record_find(&whole.record, EDGE_LOAD, 0);

    while (whole.record.edges[i].on) {
        i = record_find(&whole.record, EDGE_LOAD, i + 1);
    }
    return whole.record.edges[i].tick;
}

/* Three kinds of input: a wire from Load, an inverting cable to one that wants minus, and one that wants both outputs. */
static void test_three_kinds_of_input(void **state)
{
    static const char text[] =
        "title: t\n"
        "run: {duration: 1 h}\n"
        "bank: {battery: 12.8 V, capacity_ah: 100, state_of_charge_pct: 50}\n"
        "ambient: {mean_c: %d}\n"
        "equipment:\n"
        "  - {name: wire, kind: inverter, on: bank, power_w: 300, control: load}\n"
        "  - {name: minus, kind: inverter, on: bank, power_w: 300, control: load, cable: inverting, input: "
        "low}\n"
        "  - {name: both, kind: inverter, on: bank, power_w: 300, control: load_and_charger}\n"
        "  - {name: wrong, kind: inverter, on: bank, power_w: 300, control: load, input: low}\n"
        "events: [{at: \"day 1 00:30\", what: switch_off}]\n";
    char made[sizeof text + 16];

    (void)state;
    for (int warm = 0; warm < 2; warm++) {
        snprintf(made, sizeof made, text, warm * 20);
        equipment_run(&whole, made, false);
        for (int i = 0; i < 3; i++) {
            static const char *const names[] = {"wire", "minus", "both"};
            const int wanted = i < 2 || warm == 1 ? 1 : 0;
            int64_t off = 0;

            assert_int_equal(equipment_phases(&whole, names[i], "on", 0, NULL), wanted);
            assert_int_equal(equipment_phases(&whole, names[i], "off", 0, &off), wanted);
            assert_true(wanted == 0 || off == load_off_tick());
        }
        assert_int_equal(equipment_phases(&whole, "wrong", "on", 0, NULL), 0);
    }
}

/* What an inverter takes for a load on its outlet. */
static void test_energy(void **state)
{
    (void)state;
    equipment_run(
        &whole,
        "title: t\n"
        "run: {duration: 5 h}\n"
        "bank: {battery: 25.6 V, capacity_ah: 100, state_of_charge_pct: 90}\n"
        "bms: {on_ma: 0}\n"
        "load_relay: {hold_a: 0, pull_in_a: 0}\n"
        "equipment: [{name: i, kind: inverter, on: bank, power_w: 600, efficiency_pct: 90, no_load_w: 5}]\n"
        "loads: [{name: freezer, on: i, power_w: 90}]\n",
        false);
    assert_near(whole.run.totals.out_j, 105.0 * 5.0 * 3600.0, 1.0);
}

/* The kettle: three restarts and off for good, each trip at once and each restart after 30 s; the same with steps of 1 s. */
static void test_trips_at_each_kettle(void **state)
{
    int64_t trips[2][4];

    (void)state;
    for (int i = 0; i < 2; i++) {
        equipment_run(
            &whole,
            "title: t\n"
            "run: {duration: 10 h}\n"
            "bank: {battery: 12.8 V, capacity_ah: 100, state_of_charge_pct: 70}\n"
            "ambient: {mean_c: 8}\n"
            "equipment:\n"
            "  - {name: i, kind: inverter, on: bank, control: load, power_w: 2000, cut_out_mv: 10500, "
            "restart_mv: 12000, cable_mohm: 4}\n"
            "loads:\n"
            "  - {name: lamp, on: i, power_w: 15}\n"
            "  - {name: kettle, on: i, power_w: 1700, from: \"07:00\", to: \"07:04\"}\n",
            i == 1);
        assert_int_equal(equipment_phases(&whole, "i", "off: low battery", 0, &trips[i][0]), 3);
        assert_int_equal(equipment_phases(&whole, "i", "on", 3, &trips[i][1]), 4);
        assert_int_equal(
            equipment_phases(&whole, "i", "stays off: low battery after three restarts", 0, &trips[i][2]), 1);
        equipment_phases(&whole, "i", "off: low battery", 2, &trips[i][3]);
        assert_int_equal(trips[i][0], 7 * HOUR_TICKS);
        assert_int_equal(trips[i][1], trips[i][3] + WAIT_TICKS);
        assert_real_in((double)(trips[i][2] - trips[i][1]), 0.0, (double)WAIT_TICKS);
        assert_int_equal(system_cut_count(&whole.run.totals), 0);
        assert_real_in(whole.run.totals.load_j[0] / 15.0, 7.0 * 3600.0 - 2.0,
                       7.01 * 3600.0); /* the lamp goes with it */
    }
    for (int k = 0; k < 4; k++) {
        assert_int_equal(trips[0][k], trips[1][k]);
    }
}

/* Behind a Battery Protect, which its maker forbids: the capacitors trip it, twice in vain, and pre-charge does not. */
static void test_inrush_trips_a_protect(void **state)
{
    static const char text[] = "title: t\n"
                               "run: {duration: 10 min}\n"
                               "bank: {battery: 12.8 V, capacity_ah: 200, state_of_charge_pct: 70}\n"
                               "buses: [{name: cabin}]\n"
                               "equipment:\n"
                               "  - {name: i, kind: inverter, on: cabin, power_w: 1000, has_precharge: %s}\n"
                               "  - {name: p, kind: battery_protect, from: bank, to: cabin, control: load}\n";
    char made[sizeof text + 16];

    (void)state;
    snprintf(made, sizeof made, text, "false");
    equipment_run(&whole, made, false);
    assert_int_equal(equipment_phases(&whole, "i", "charges its capacitors", 0, NULL), 3);
    assert_int_equal(equipment_phases(&whole, "p", "off, # A are too much", 0, NULL), 2);
    assert_int_equal(equipment_phases(&whole, "p", "off, # A are too much again (E1)", 0, NULL), 1);
    snprintf(made, sizeof made, text, "true");
    equipment_run(&whole, made, false);
    assert_int_equal(equipment_phases(&whole, "p", "off, # A are too much", 0, NULL), 0);
    assert_int_equal(equipment_phases(&whole, "i", "on", 0, NULL), 1);
}

/* Its fuse blows for an hour: it takes nothing, its outlet is dead, and with another it begins anew. */
static void test_fuse_blown(void **state)
{
    (void)state;
    equipment_run(&whole,
                  "title: t\nrun: {duration: 3 h}\n"
                  "bank: {battery: 12.8 V, capacity_ah: 200, state_of_charge_pct: 80}\n"
                  "equipment: [{name: inverter, kind: inverter, on: bank, power_w: 1000, no_load_w: 10}]\n"
                  "loads: [{name: lamp, on: inverter, power_w: 92}]\n"
                  "events:\n"
                  "  - {at: day 1 01:00, what: equipment_fault, name: inverter, fault: fuse_blown}\n"
                  "  - {at: day 1 02:00, what: equipment_mended, name: inverter}\n",
                  false);
    assert_near(whole.run.totals.load_j[0], 2.0 * 3600.0 * 92.0, 2.0 * 92.0); /* it looks within a second */
    assert_near(whole.run.totals.equipment[0].taken_j, 2.0 * 3600.0 * (10.0 + 100.0), 400.0);
    assert_int_equal(equipment_phases(&whole, "inverter", "on", 1, NULL), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_it_takes),
        cmocka_unit_test(test_dead),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_low_battery),
        cmocka_unit_test(test_cannot_be_fed),
        cmocka_unit_test(test_stays_off_low),
        cmocka_unit_test(test_a_restart_that_lasts),
        cmocka_unit_test(test_overload),
        cmocka_unit_test(test_stays_off_overload),
        cmocka_unit_test(test_supply_and_inrush),
        cmocka_unit_test(test_pulls_its_supply_down),
        cmocka_unit_test(test_on_what_cannot_feed_it),
        cmocka_unit_test(test_three_kinds_of_input),
        cmocka_unit_test(test_energy),
        cmocka_unit_test(test_trips_at_each_kettle),
        cmocka_unit_test(test_inrush_trips_a_protect),
        cmocka_unit_test(test_fuse_blown),
    };

    return cmocka_run_group_tests_name("inverters", tests, NULL, NULL);
}
