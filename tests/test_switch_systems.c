/* SPDX-License-Identifier: Apache-2.0 */
/* Switches in whole systems: what they and the device do to one another, and the cables between them. */
#include "scenario/file.h"
#include "tests/system_fixture.h"
#include "twin/equipment.h"
#include "twin/lead_acid.h"

#define BANK(series, ah, soc) \
    "bank: {battery: 12.8 V, series: " #series ", capacity_ah: " #ah ", state_of_charge_pct: " #soc "}\n"
#define SECONDS(s) ((int64_t)(s)*8)
#define NO_RELAY "load_relay: {pull_in_a: 0, hold_a: 0}\n"

static struct scenario described;
static struct test_record record;

typedef void (*watcher)(void *self, const struct system_run *run);

static struct system_totals run_text(const char *text, watcher sample)
{
    static struct system_run run;
    struct sbms_control control;
    struct system_totals totals;
    char error[SCENARIO_FILE_ERROR_SIZE];

    if (!scenario_file_read(text, strlen(text), "x.yaml", &described, error, sizeof error)) {
        fail_msg("%s\n%s", error, text);
    }
    record.count = 0;
    assert_int_equal(sbms_control_init(&control, &described.bms.settings), SBMS_SETTINGS_OK);
    assert_true(system_init(&run, &described, device_native(&control),
                            (struct system_observer){.self = &record, .edge = record_edge, .sample = sample},
                            false));
    system_run_to(&run, run.end_tick);
    totals = run.totals;
    system_free(&run);
    return totals;
}

/* The next edge from number `from` on at which equipment `number` is `word`; -1: none. */
static int find_word(int number, const char *word, int from)
{
    for (int i = from; i < record.count; i++) {
        const struct system_edge *edge = &record.edges[i];

        if ((edge->kind == EDGE_EQUIPMENT || edge->kind == EDGE_STAGE) && edge->value == number &&
            strcmp(equipment_phase_word(&described, number, edge->phase), word) == 0) {
            return i;
        }
    }
    return -1;
}

static int count_words(int number, const char *word)
{
    int count = 0;

    for (int i = find_word(number, word, 0); i >= 0; i = find_word(number, word, i + 1)) {
        count++;
    }
    return count;
}

/* The tick of the next one, which there must be. */
static int64_t tick_of(int number, const char *word, int from)
{
    const int i = find_word(number, word, from);

    if (i < 0) {
        fail_msg("equipment %d is never %s", number, word);
    }
    return record.edges[i].tick;
}

static int count_edges(enum system_edge_kind kind, bool on)
{
    int count = 0;

    for (int i = 0; i < record.count; i++) {
        count += record.edges[i].kind == kind && record.edges[i].on == on && !record.edges[i].stays ? 1 : 0;
    }
    return count;
}

/* ---- cables --------------------------------------------------------------------------------------- */

enum { NEVER, WHILE_HIGH, WHILE_FLOATING };

static int runs_when;

static void watch_charger(void *self, const struct system_run *run)
{
    const bool is_running = run->equipment[0].state.phase != 0;

    (void)self;
    if (run->tick > 8) {
        assert_int_equal(is_running, runs_when != NEVER && (run->outputs.load == (runs_when == WHILE_HIGH)));
    }
}

/* A charger through each cable into each input: through a wrong one it never runs, or just while it should not. Up to 58 V. */
static void test_cables(void **state)
{
    const struct {
        const char *keys;
        int runs_when;
    } cases[] = {
        {"cable: wire, input: high", WHILE_HIGH},          {"cable: wire, input: low", NEVER},
        {"cable: non_inverting, input: high", WHILE_HIGH}, {"cable: non_inverting, input: low", NEVER},
        {"cable: pull_down, input: high", WHILE_HIGH},     {"cable: pull_down, input: low", WHILE_FLOATING},
        {"cable: inverting, input: high", NEVER},          {"cable: inverting, input: low", WHILE_HIGH}};
    const char *const banks[] = {BANK(1, 100, 50), BANK(4, 100, 100)};
    char text[1024];

    (void)state;
    for (int i = 0; i < 16; i++) {
        snprintf(
            text, sizeof text,
            "title: t\nrun: {duration: 20 min}\n%sequipment: [{name: sun, kind: solar_charger, on: bank, "
            "panel_w: 50, control: load, %s}]\nloads: [{name: a, power_w: 5}]\n"
            "events: [{at: \"day 1 00:05\", what: switch_off}, {at: \"day 1 00:10\", what: switch_on}]\n",
            banks[i / 8], cases[i % 8].keys);
        runs_when = cases[i % 8].runs_when;
        (void)run_text(text, watch_charger);
        assert_int_equal(count_words(0, "bulk"), runs_when == NEVER ? 0 : 2);
    }
}

/* ---- Battery Protect ------------------------------------------------------------------------------ */

/* A short behind it: off at the tick of Load's edge, again after 5 s, twice. */
static void test_protect_trips_at_once(void **state)
{
    int64_t load_tick = 0;
    int64_t tick = 0;

    (void)state;
    (void)run_text(
        "title: t\nrun: {duration: 1 min}\n" NO_RELAY BANK(
            1, 400,
            80) "buses: [{name: cabin}]\n"
                "equipment: [{name: p, kind: battery_protect, from: bank, to: cabin, control: load}]\n"
                "loads: [{name: short, on: cabin, resistance_ohm: 0.01, cable_mohm: 0.01}]\n",
        NULL);
    load_tick = record.edges[record_find(&record, EDGE_LOAD, 0)].tick;
    assert_int_equal(tick_of(0, "closed", 0), load_tick);
    assert_int_equal(tick_of(0, "off, # A are too much", 0), load_tick);
    assert_true(record.edges[find_word(0, "off, # A are too much", 0)].amount > 273.0);
    assert_int_equal(count_words(0, "closed"), 3);
    assert_int_equal(count_words(0, "off, # A are too much"), 2);
    tick = tick_of(0, "off, # A are too much again (E1)", 0);
    assert_int_equal(tick, load_tick + 80);
    assert_int_equal(find_word(0, "closed", find_word(0, "off, # A are too much again (E1)", 0)), -1);
}

#define HEATER(soc, c, retries) \
    "title: t\nseed: 3\nrun: {duration: 14 h, start_day_of_year: 172}\n" NO_RELAY BANK( \
        1, 50, \
        soc) "ambient: {mean_c: " #c ", day_c: 18}\nsolar: {panel_w: 400, cloud_pct: 10}\n" retries \
             "buses: [{name: cabin}]\nequipment: [{name: p, kind: battery_protect, from: bank, to: cabin, " \
             "control: load, current_a_max: 220}]\nloads:\n" \
             "  - {name: heater, on: cabin, power_w: 900, voltage_mv_min: 6000, from: \"01:00\", to: " \
             "\"02:30\"}\n" \
             "  - {name: lights, on: cabin, power_w: 10, voltage_mv_min: 6000}\n"
#define PROTECT 1 /* the section `solar` is 0 */
#define RETRIES(n) "bms: {lockout_retries: " #n ", lockout_clear_mv: 13400}\n"

/* A load's inrush trips it at each try, until it is E1, and welds the contactor beside it, whose file says at how much. */
static void test_inrush(void **state)
{
    int64_t load_tick = 0;

    (void)state;
    (void)run_text(
        "title: t\nrun: {duration: 2 min}\n" NO_RELAY BANK(
            1, 200,
            80) "buses: [{name: cabin}, {name: deck}]\nequipment:\n"
                "  - {name: p, kind: battery_protect, from: bank, to: cabin, control: load}\n"
                "  - {name: r, kind: relay, from: bank, to: deck, control: load, weld_a: 300}\n"
                "loads:\n"
                "  - {name: a, on: cabin, power_w: 500, inrush_factor: 10, inrush_ms: 30, cable_mohm: 1}\n"
                "  - {name: b, on: deck, power_w: 500, inrush_factor: 10, inrush_ms: 30, cable_mohm: 1}\n"
                "events: [{at: \"day 1 00:01\", what: switch_off}]\n",
        NULL);
    load_tick = record.edges[record_find(&record, EDGE_LOAD, 0)].tick;
    assert_int_equal(tick_of(0, "off, # A are too much", 0), load_tick);
    assert_int_equal(tick_of(0, "off, # A are too much again (E1)", 0), load_tick + SECONDS(10));
    assert_int_equal(tick_of(1, "closed onto # A and welded", 0), load_tick);
    assert_true(record.edges[find_word(1, "closed onto # A and welded", 0)].amount > 300.0);
    assert_int_equal(find_word(1, "open", 0), -1);
}

/* The next edge of Load with that cause from number `from` on; -1: none. */
static int find_load(uint8_t cause, int from)
{
    for (int i = from; i < record.count; i++) {
        if (record.edges[i].kind == EDGE_LOAD && record.edges[i].cause == cause && !record.edges[i].stays) {
            return i;
        }
    }
    return -1;
}

/* The device after fewer returns, or the Battery Protect after its three: each ends by its own voltage. */
static void test_who_locks_out_first(void **state)
{
    int cleared = 0;
    int locked = 0;

    (void)state;
    (void)run_text(HEATER(35, -2, RETRIES(2)), NULL); /* the device, and the other never */
    assert_int_equal(count_edges(EDGE_LOAD, false), 3);
    assert_int_equal(count_words(PROTECT, "off for 30 s"), 3);
    assert_int_equal(count_words(PROTECT, "locked out (E7)"), 0);
    cleared = find_load(SBMS_CAUSE_LOCKOUT_CLEARED, 0);
    assert_true(cleared > 0);
    assert_int_equal(tick_of(PROTECT, "closed", cleared), record.edges[cleared].tick);

    (void)run_text(HEATER(35, -2, RETRIES(3)),
                   NULL); /* both at the fourth cut; 13.0 V come no later than 13.4 V */
    assert_int_equal(count_edges(EDGE_LOAD, false), 4);
    assert_int_equal(count_words(PROTECT, "locked out (E7)"), 1);
    locked = find_word(PROTECT, "locked out (E7)", 0);
    cleared = find_load(SBMS_CAUSE_LOCKOUT_CLEARED, locked);
    assert_true(cleared > 0);
    assert_true(tick_of(PROTECT, "off", locked) <= record.edges[cleared].tick);
    assert_int_equal(tick_of(PROTECT, "closed", locked), record.edges[cleared].tick);

    (void)run_text(HEATER(35, -2, ""), NULL); /* it alone: Load returns, and it waits for the sun */
    assert_int_equal(count_edges(EDGE_LOAD, false), 4);
    assert_int_equal(count_words(PROTECT, "locked out (E7)"), 1);
    locked = find_word(PROTECT, "locked out (E7)", 0);
    assert_true(tick_of(PROTECT, "closed", locked) >
                record.edges[find_load(SBMS_CAUSE_ATD_RETURNED, locked)].tick + SECONDS(3600));
}

/* The dead time is longer than a short turn of the switch, and never longer than the device's own wait after a cut (LOAD-6, LOAD-8). */
static void test_dead_time_and_the_devices_waits(void **state)
{
    int cut = 0;
    int high = 0;

    (void)state;
    (void)run_text(
        "title: t\nrun: {duration: 2 min}\n" NO_RELAY BANK(
            1, 100,
            80) "buses: [{name: cabin}]\n"
                "equipment: [{name: p, kind: battery_protect, from: bank, to: cabin, control: load}]\n"
                "loads: [{name: a, on: cabin, power_w: 5}]\n"
                "events: [{at: \"day 1 00:01\", what: switch_off}, {at: \"day 1 00:01:02\", what: "
                "switch_on}]\n",
        NULL);
    cut = find_load(SBMS_CAUSE_REMOTE_OFF, 0);
    high = find_load(SBMS_CAUSE_REMOTE_ON, cut);
    assert_int_equal(record.edges[high].tick - record.edges[cut].tick, SECONDS(2));
    assert_int_equal(tick_of(0, "closed", cut), record.edges[cut].tick + SECONDS(30));
    (void)run_text(HEATER(35, -2, "bms: {reconnect_delay_s: 60}\n"), NULL);
    high = find_load(SBMS_CAUSE_RECONNECT_DELAY, 0);
    assert_true(high > 0);
    for (; high >= 0; high = find_load(SBMS_CAUSE_RECONNECT_DELAY, high + 1)) {
        if (find_word(PROTECT, "locked out (E7)", 0) > high) {
            assert_int_equal(tick_of(PROTECT, "closed", high), record.edges[high].tick);
        }
    }
    assert_int_equal(count_words(PROTECT, "locked out (E7)"), 1);
}

/* A battery that rests above 13.0 V: E7 ends by itself within minutes, without a charge, and the heater is back with Load. */
static void test_lock_out_is_no_help_at_half_charge(void **state)
{
    int locked = 0;
    int closed = 0;

    (void)state;
    (void)run_text(HEATER(60, -8, ""), NULL);
    locked = find_word(PROTECT, "locked out (E7)", 0);
    closed = find_word(PROTECT, "closed", locked);
    assert_true(closed > 0);
    assert_true(tick_of(PROTECT, "off", locked) <= record.edges[locked].tick + SECONDS(300));
    assert_true(record.edges[closed].tick < SECONDS(9000)); /* before 02:30 */
    assert_true(find_word(PROTECT, "off for 30 s", closed) > 0);
}

/* ---- relays --------------------------------------------------------------------------------------- */

/* An economised coil that lets go at 8.4 V, on a bus that its own load pulls down: once a second. */
static void test_relay_on_a_sagging_bus(void **state)
{
    struct system_totals totals;

    (void)state;
    totals = run_text("title: t\nrun: {duration: 10 s}\n" NO_RELAY BANK(
                          1, 50, 50) "ambient: {mean_c: -20}\n"
                                     "buses: [{name: cabin}]\nequipment: [{name: r, kind: relay, from: bank, "
                                     "to: cabin, control: load, "
                                     "pull_in_a: 3, pull_in_ms: 100, drop_out_pct: 70, current_a_max: 500}]\n"
                                     "loads: [{name: winch, on: cabin, resistance_ohm: 0.05}]\n",
                      NULL);
    assert_int_equal(count_edges(EDGE_LOAD, false), 0);
    assert_int_equal(count_words(0, "open"), count_words(0, "closed"));
    assert_int_equal(totals.equipment[0].makes, 4 * count_words(0, "closed"));
    assert_in_range(count_words(0, "closed"), 8, 10);
}

static void watch_normally_closed(void *self, const struct system_run *run)
{
    (void)self;
    if (run->tick > 0) {
        assert_int_equal(run->equipment[0].places.link >= 0, !run->outputs.prealarm);
    }
}

/* A load that sheds: off while Pre-alarm is high, and back at the cut (PRE-3). */
static void test_load_that_sheds(void **state)
{
    (void)state;
    (void)run_text(
        "title: t\nrun: {duration: 8 h}\n" NO_RELAY BANK(
            1, 50, 30) "buses: [{name: galley}]\nequipment: [{name: r, kind: relay, from: bank, to: galley, "
                       "control: pre_alarm, contact: normally_closed}]\n"
                       "loads: [{name: fridge, on: galley, power_w: 60}, {name: light, power_w: 30}]\n",
        watch_normally_closed);
    assert_true(count_edges(EDGE_PRE_ALARM, true) > 0);
    assert_int_equal(count_edges(EDGE_LOAD, false), 1);
    assert_int_equal(count_words(0, "closed"), count_edges(EDGE_PRE_ALARM, false) + 1);
}

/* A contactor on Load that is welded: Load floats, and the bank goes on to be drained, far below the cut. */
static void test_welded_contactor(void **state)
{
    const char *const text = "title: t\nrun: {duration: 8 h}\n" NO_RELAY BANK(
        1, 50, 20) "buses: [{name: cabin}]\nequipment: [{name: c, kind: relay, from: bank, to: cabin, "
                   "control: load}]\n"
                   "loads: [{name: lamps, on: cabin, resistance_ohm: 2}]\n%s";
    char with_event[1024];
    struct system_totals totals;

    (void)state;
    snprintf(with_event, sizeof with_event, text, "");
    totals = run_text(with_event, NULL);
    assert_int_equal(count_edges(EDGE_LOAD, false), 1);
    assert_in_range(totals.cell_mv_min, 2700, 2800);
    snprintf(with_event, sizeof with_event, text,
             "events: [{at: \"day 1 00:10\", what: equipment_fault, name: c, fault: welded}]\n");
    totals = run_text(with_event, NULL);
    assert_int_equal(count_edges(EDGE_LOAD, false), 1);
    assert_true(totals.cell_mv_min < 1000);
    assert_int_equal(tick_of(0, "welded closed", 0), SECONDS(600));
    assert_int_equal(find_word(0, "open", 0), -1);
}

/* ---- Cyrix ---------------------------------------------------------------------------------------- */

/* A Charger that comes and goes at each loose sensor: the combiner opens with it and at no other time, and waits each time. */
static void test_combiner_under_a_charger_that_dithers(void **state)
{
    char text[8192];
    size_t used = 0;
    int64_t high_tick = -1;
    int opened = 0;

    (void)state;
    used = (size_t)snprintf(
        text, sizeof text,
        "title: t\nrun: {duration: 14 h, start_day_of_year: 172}\n" NO_RELAY BANK(
            1, 100, 60) "buses: [{name: starter, battery: lead_acid, capacity_ah: 95}]\nequipment:\n"
                        "  - {name: sun, kind: solar_charger, on: starter, panel_w: 900, current_a_max: 60, "
                        "cloud_pct: 0}\n"
                        "  - {name: c, kind: cyrix_li_ct, from: starter, to: bank, control: charger}\n"
                        "loads: [{name: light, power_w: 10}]\nevents:\n");
    for (int i = 0; i < 20; i++) {
        used += (size_t)snprintf(text + used, sizeof text - used,
                                 "  - {at: \"day 1 12:%02d:00\", what: temp_sensor_missing, battery: 1}\n"
                                 "  - {at: \"day 1 12:%02d:10\", what: sensors_mended, battery: 1}\n",
                                 3 * i, 3 * i);
    }
    (void)run_text(text, NULL);
    for (int i = 0; i < record.count; i++) {
        const struct system_edge *edge = &record.edges[i];

        if (edge->kind == EDGE_CHARGER) {
            high_tick = edge->on ? edge->tick : -1;
        } else if (edge->kind == EDGE_EQUIPMENT && edge->on) {
            assert_true(high_tick >= 0 && edge->tick >= high_tick + SECONDS(4));
        } else if (edge->kind == EDGE_EQUIPMENT && edge->tick > SECONDS(12 * 3600) &&
                   edge->tick < SECONDS(13 * 3600)) {
            assert_int_equal(record.edges[i - 1].kind, EDGE_LED_FAULT);
            assert_int_equal(record.edges[i - 2].kind, EDGE_CHARGER);
            assert_int_equal(record.edges[i - 2].tick, edge->tick);
            opened++;
        }
    }
    assert_true(opened >= 10);
    assert_int_equal(count_edges(EDGE_CHARGER, false), 20);
}

static double starter_soc_pct;

static void watch_starter(void *self, const struct system_run *run)
{
    (void)self;
    starter_soc_pct = lead_acid_soc_pct(&run->lead_acid[1]);
}

/* Both ways: a charger on the bank charges the starter battery through it; with its control floating it does not. */
static void test_combiner_charges_the_starter(void **state)
{
    const char *const text = "title: t\nrun: {duration: 16 h, start_day_of_year: 172}\n" NO_RELAY BANK(
        1, 100,
        80) "solar: {panel_w: 600, cloud_pct: 0}\n"
            "buses: [{name: starter, battery: lead_acid, capacity_ah: 95, state_of_charge_pct: 50}]\n"
            "equipment: [{name: c, kind: cyrix_li_ct, from: starter, to: bank, control: %s}]\nloads: []\n";
    char controlled[1024];

    (void)state;
    snprintf(controlled, sizeof controlled, text, "charger");
    (void)run_text(controlled, watch_starter);
    assert_true(starter_soc_pct > 80.0);
    snprintf(controlled, sizeof controlled, text, "pre_alarm");
    (void)run_text(controlled, watch_starter);
    assert_true(starter_soc_pct < 50.0);
    assert_int_equal(count_words(1, "closed"), 0);
}

struct tests_seen {
    int64_t open_since;
    int tests;
};

static struct tests_seen tests_seen;

/* How long its contact is open while the sun is there. */
static void watch_tests(void *self, const struct system_run *run)
{
    const bool is_open = run->equipment[1].places.link < 0;

    (void)self;
    if (is_open && tests_seen.open_since < 0) {
        tests_seen.open_since = run->tick;
    } else if (!is_open && tests_seen.open_since >= 0) {
        if (run->tick > SECONDS(8 * 3600)) {
            assert_int_equal(run->tick - tests_seen.open_since, SECONDS(3));
            tests_seen.tests++;
        }
        tests_seen.open_since = -1;
    }
}

/* Once an hour and 3 s, for 3 s; after the sun is gone it stays open within the hour. */
static void test_charge_relay_tests_each_hour(void **state)
{
    int opened = 0;

    (void)state;
    tests_seen = (struct tests_seen){.open_since = -1};
    (void)run_text(
        "title: t\nrun: {duration: 1 days, start_day_of_year: 172}\n" NO_RELAY BANK(
            1, 100, 40) "buses: [{name: charger}]\nequipment:\n"
                        "  - {name: sun, kind: solar_charger, on: charger, panel_w: 200, cloud_pct: 0}\n"
                        "  - {name: c, kind: cyrix_li_charge, from: charger, to: bank, control: charger}\n"
                        "loads: [{name: light, power_w: 10}]\n",
        watch_tests);
    assert_in_range(tests_seen.tests, 10, 13);
    assert_int_equal(count_words(1, "closed"), 1);
    opened = find_word(1, "open", 0);
    assert_in_range(record.edges[opened].tick, SECONDS(19 * 3600), SECONDS(21 * 3600 + 1800));
    assert_int_equal(find_word(1, "open", opened + 1), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cables),
        cmocka_unit_test(test_protect_trips_at_once),
        cmocka_unit_test(test_inrush),
        cmocka_unit_test(test_who_locks_out_first),
        cmocka_unit_test(test_dead_time_and_the_devices_waits),
        cmocka_unit_test(test_lock_out_is_no_help_at_half_charge),
        cmocka_unit_test(test_relay_on_a_sagging_bus),
        cmocka_unit_test(test_load_that_sheds),
        cmocka_unit_test(test_welded_contactor),
        cmocka_unit_test(test_combiner_under_a_charger_that_dithers),
        cmocka_unit_test(test_combiner_charges_the_starter),
        cmocka_unit_test(test_charge_relay_tests_each_hour),
    };

    return cmocka_run_group_tests_name("switches in systems", tests, NULL, NULL);
}
