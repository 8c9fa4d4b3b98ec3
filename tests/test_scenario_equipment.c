/* SPDX-License-Identifier: Apache-2.0 */
/* Buses, equipment and what is on them in a scenario file: names, what is refused and where, what is filled in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scenario/file.h"
#include "twin/equipment.h"

#define MINIMAL \
    "title: t\nrun: {duration: 7 days}\nbank: {battery: 12.8 V, capacity_ah: 100, state_of_charge_pct: " \
    "50}\n"
#define BUSES "buses: [{name: side}, {name: starter, battery: lead_acid, capacity_ah: 95}]\n"
#define PROTECT "equipment: [{name: protect, kind: battery_protect, from: bank, to: side, control: load}]\n"

#define ONE_LOAD "loads: [{name: hob, power_w: 9}]\n"

static struct scenario result;
static char message[SCENARIO_FILE_ERROR_SIZE];

static bool is_read(const char *text)
{
    return scenario_file_read(text, strlen(text), "x.yaml", &result, message, sizeof message);
}

static void accept(const char *text)
{
    if (!is_read(text)) {
        fail_msg("refused: %s\n%s", message, text);
    }
}

static void refuse(const char *text, const char *error)
{
    assert_false(is_read(text));
    assert_string_equal(message, error);
}

static void test_what_arrives(void **state)
{
    (void)state;
    accept(
        MINIMAL BUSES PROTECT
        "loads: [{name: a, power_w: 1, on: side}, {name: b, power_w: 1, on: bank}, {name: c, power_w: 1}]\n");
    assert_int_equal(result.bus_count, 2);
    assert_string_equal(result.buses[0].name, "side");
    assert_int_equal(result.buses[0].units, 1);
    assert_false(result.buses[0].has_battery);
    assert_true(result.buses[1].has_battery);
    assert_true(result.buses[1].capacity_ah == 95.0 && result.buses[1].soc_pct == 100.0);
    assert_int_equal(result.equipment_count, 1);
    assert_int_equal(result.equipment[0].kind, EQUIPMENT_BATTERY_PROTECT);
    assert_int_equal(result.equipment[0].from, 0);
    assert_int_equal(result.equipment[0].to, 1);
    assert_int_equal(result.equipment[0].control, CONTROL_LOAD);
    assert_int_equal(result.loads[0].outlet, 1);
    assert_int_equal(result.loads[1].outlet, 0);
    assert_int_equal(result.loads[1].behind, BEHIND_BATTERY);
    assert_int_equal(result.loads[2].behind, BEHIND_RELAY);
    assert_int_equal(scenario_bus_units(&result, 0), 1);
    accept("title: t\nrun: {duration: 7 days}\nbank: {battery: 25.6 V, capacity_ah: 9, series: 2, "
           "state_of_charge_pct: 50}\nbuses: [{name: a}, {name: b, voltage: 12 V}]\n");
    assert_int_equal(result.buses[0].units, 4);
    assert_int_equal(result.buses[1].units, 1);
    assert_int_equal(scenario_bus_units(&result, 0), 4);
}

/* The order of the file's sections does not matter. */
static void test_sections_in_any_order(void **state)
{
    (void)state;
    accept("loads: [{name: a, power_w: 1, on: side}]\n" PROTECT BUSES MINIMAL);
    assert_int_equal(result.loads[0].outlet, 1);
}

static void test_buses_are_refused(void **state)
{
    (void)state;
    refuse(MINIMAL "buses: [{name: bank}]\n",
           "x.yaml:4:16: name bank is taken; buses and equipment need names of their own");
    refuse(MINIMAL "buses: [{name: a}, {name: a}]\n",
           "x.yaml:4:27: name a is taken; buses and equipment need names of their own");
    refuse(MINIMAL "buses: [{name: a, battery: lead_acid}]\n",
           "x.yaml:4:9: a bus with a battery needs its capacity_ah");
    refuse(MINIMAL "buses: [{name: a, capacity_ah: 5}]\n",
           "x.yaml:4:32: capacity_ah is for a bus with a battery; battery: lead_acid gives it one");
    refuse(MINIMAL "buses: [{name: a, battery: agm, capacity_ah: 5}]\n",
           "x.yaml:4:28: battery agm is none of lead_acid");
}

static void test_equipment_is_refused(void **state)
{
    (void)state;
    refuse(MINIMAL BUSES "equipment: [{name: side, kind: battery_protect, from: bank, to: side}]\n",
           "x.yaml:5:20: name side is taken; buses and equipment need names of their own");
    refuse(MINIMAL BUSES "equipment: [{name: a, kind: battery_protect, from: bank, to: sid}]\n",
           "x.yaml:5:62: to sid is unknown, did you mean side?");
    refuse(MINIMAL BUSES "equipment: [{name: a, kind: battery_protect, from: zzzzzz, to: side}]\n",
           "x.yaml:5:52: from zzzzzz is unknown; there are bank, side, starter");
    refuse(MINIMAL BUSES "equipment: [{name: a, kind: battery_protect, from: side, to: side}]\n",
           "x.yaml:5:62: to is the bus that from is, too; it takes another");
    refuse(MINIMAL BUSES
           "equipment: [{name: a, kind: battery_protect, from: bank, to: side, cable: inverting}]\n",
           "x.yaml:5:75: cable needs control: load, pre_alarm or charger");
    refuse(MINIMAL BUSES "equipment: [{name: a, kind: battery_protect, from: bank, to: side, panel_w: 4}]\n",
           "x.yaml:5:68: unknown key panel_w in battery_protect, which takes name, kind, from, to, control, "
           "cable, input, current_a_max, peak_a_max, contact_mohm");
    assert_false(is_read(MINIMAL "equipment: [{name: a, on: bank}]\n"));
    assert_non_null(strstr(message, "x.yaml:4:13: an entry of equipment needs kind: solar_charger"));
    refuse(MINIMAL
           "equipment: [{name: a, kind: solar_charger, on: bank, panel_w: 9, absorption_mv: 28400}]\n",
           "x.yaml:4:81: absorption_mv 28400 is outside 12000..15000 mV on a bus of 12.8 V");
    refuse(MINIMAL "equipment: [{name: a, kind: solar_charger, on: bank, panel_w: 9, float_mv: 14300}]\n",
           "x.yaml:4:76: float_mv 14300 is not below absorption_mv 14200");
}

/* A current that flows for no time is one that its author has expected to count, of either coil. */
static void test_pull_in_has_its_time(void **state)
{
    static const char needs[] =
        "pull_in_a needs pull_in_ms above 0, for how long the coil takes it; a plain coil takes hold_a alone";
    static const struct {
        const char *keys;
        bool is_good;
    } cases[] = {
        {"pull_in_a: 0.9", false},   {"pull_in_a: 0.9, pull_in_ms: 0", false},
        {"pull_in_a: 0.001", false}, {"pull_in_a: 0.9, pull_in_ms: 0.0", false},
        {"pull_in_ms: 100", true},   {"pull_in_a: 0.9, pull_in_ms: 0.1", true},
        {"pull_in_a: 0", true},      {"pull_in_ms: 100, pull_in_a: 0.9", true},
        {"pull_in_ms: 0", true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[512];
        char error[256];

        snprintf(text, sizeof text, MINIMAL "load_relay: {%s}\n", cases[i].keys);
        snprintf(error, sizeof error, "x.yaml:4:25: %s", needs);
        assert_int_equal(is_read(text), cases[i].is_good);
        assert_true(cases[i].is_good || strcmp(message, error) == 0);
        snprintf(text, sizeof text,
                 MINIMAL BUSES
                 "equipment: [{name: a, kind: relay, from: bank, to: side, control: load, %s}]\n",
                 cases[i].keys);
        snprintf(error, sizeof error, "x.yaml:5:84: %s", needs);
        assert_int_equal(is_read(text), cases[i].is_good);
        assert_true(cases[i].is_good || strcmp(message, error) == 0);
    }
}

/* What nothing can feed takes nothing for ever, which is a mistake of the file; a bus on which there is nothing does no harm. */
static void test_a_bus_is_fed(void **state)
{
    static const char fed[] =
        "; it takes a battery of its own, equipment that has it as to, or a source that is on it";
    static const struct {
        const char *entries; /* with the bus `starter`, which has a battery, beside `side` and `far` */
        const char *
            unfed; /* NULL: all that is used is fed; otherwise the name of the first that is not, and its place */
        const char *place;
    } cases[] = {
        {"loads: [{name: l, power_w: 9, on: starter}]\n", NULL, NULL},
        {"loads: [{name: l, power_w: 9, on: side}]\n", "side", "x.yaml:4:9"},
        {"loads: [{name: l, power_w: 9, on: far}]\n", "far", "x.yaml:4:23"},
        {"equipment: [{name: e, kind: inverter, on: side, power_w: 90}]\n", "side", "x.yaml:4:9"},
        {"equipment: [{name: e, kind: heater, on: far, power_w: 90}]\n", "far", "x.yaml:4:23"},
        {"equipment: [{name: e, kind: alternator, on: side}]\n", NULL, NULL},
        {"equipment: [{name: e, kind: solar_charger, on: side, panel_w: 9}]\n", NULL, NULL},
        {"equipment: [{name: e, kind: charger, on: side}]\n", NULL, NULL},
        {"equipment: [{name: e, kind: generator, on: side}]\n", NULL, NULL},
        {"equipment: [{name: e, kind: battery_protect, from: bank, to: side}]\n", NULL, NULL},
        {"equipment: [{name: e, kind: battery_protect, from: side, to: bank}]\n", "side", "x.yaml:4:9"},
        {"equipment: [{name: e, kind: dc_dc_converter, from: side, to: bank}]\n", "side", "x.yaml:4:9"},
        {"equipment: [{name: e, kind: cyrix_li_ct, from: side, to: bank}]\n", NULL, NULL},
        {"equipment: [{name: e, kind: relay, from: side, to: bank, control: load}]\n", NULL, NULL},
        {"equipment: [{name: e, kind: battery_protect, from: side, to: far}, "
         "{name: f, kind: dc_dc_charger, from: starter, to: side}]\n",
         NULL, NULL},
        {"equipment: [{name: e, kind: battery_protect, from: side, to: far}, "
         "{name: f, kind: battery_protect, from: far, to: side}]\n",
         "side", "x.yaml:4:9"},
        {"equipment: [{name: e, kind: relay, from: side, to: far, control: load}]\n", "side", "x.yaml:4:9"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[1024];
        char error[SCENARIO_FILE_ERROR_SIZE];

        snprintf(text, sizeof text, "%sbuses: [{name: side}, {name: far}, %s]\n%s", MINIMAL,
                 "{name: starter, battery: lead_acid, capacity_ah: 9}", cases[i].entries);
        if (cases[i].unfed == NULL) {
            accept(text);
            continue;
        }
        snprintf(error, sizeof error, "%s: nothing feeds the bus %s%s", cases[i].place, cases[i].unfed, fed);
        refuse(text, error);
    }
}

/* What it is sold as is no kind, and the message says which kind it is; what is near to one still has its suggestion. */
static void test_trade_names_are_refused(void **state)
{
    static const struct {
        const char *kind;
        const char *take;
    } names[] = {
        {"contactor", "relay"},
        {"Contactor", "relay"},
        {"mppt", "solar_charger"},
        {"MPPT 100/30", "solar_charger"},
        {"SmartSolar", "solar_charger"},
        {"bluesolar", "solar_charger"},
        {"orion", "dc_dc_converter, which holds a voltage, or dc_dc_charger, which charges a battery"},
        {"Orion-Tr", "dc_dc_converter, which holds a voltage, or dc_dc_charger, which charges a battery"},
        {"cyrix", "cyrix_li_ct, cyrix_li_charge or cyrix_li_load"},
        {"Cyrix-Li-ct", "cyrix_li_ct, cyrix_li_charge or cyrix_li_load"},
        {"protect", "battery_protect"},
        {"smart_battery_protect", "battery_protect"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char text[512];
        char error[512];

        snprintf(text, sizeof text, MINIMAL "equipment: [{name: a, kind: %s, on: bank}]\n", names[i].kind);
        snprintf(error, sizeof error, "x.yaml:4:29: there is no kind %s; take %s", names[i].kind,
                 names[i].take);
        refuse(text, error);
    }
    assert_false(is_read(MINIMAL "equipment: [{name: a, kind: cyrix_li_tc, from: bank, to: bank}]\n"));
    assert_non_null(strstr(message, "did you mean cyrix_li_ct?"));
    assert_false(is_read(MINIMAL "equipment: [{name: a, kind: batteryprotect, from: bank, to: bank}]\n"));
    assert_non_null(strstr(message, "did you mean battery_protect?"));
}

/* What is on VE.Bus has no place here, and the message says what has. */
static void test_ve_bus_is_refused(void **state)
{
    static const char *const kinds[] = {"multiplus", "quattro",      "ve_bus",  "ve_bus_bms", "easysolar",
                                        "multi",     "MultiPlus-II", "Quattro", "VE.Bus BMS", "EasySolar-II"};

    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        char text[512];
        char error[512];

        snprintf(text, sizeof text, MINIMAL "equipment: [{name: a, kind: %s, on: bank}]\n", kinds[i]);
        snprintf(error, sizeof error,
                 "x.yaml:4:29: kind %s is on VE.Bus, which the device does not have; take an inverter with "
                 "control: load and a charger with control: charger (docs/VEBUS.md, WIRE-11)",
                 kinds[i]);
        refuse(text, error);
    }
}

enum { LISTED = 13 };

/* A list of names that is too long ends with a whole one. */
static void test_long_lists_end_with_a_name(void **state)
{
    static const char name[] = "\xd0\xb7\xd0\xb0\xd1\x89\xd0\xb8\xd1\x82\xd0\xb0 with a long name too";
    char text[4096] = MINIMAL "equipment:\n";
    char error[2048] = "x.yaml:25:58: name frigde is unknown; there are ";

    (void)state;
    for (int i = 0; i < SCENARIO_EQUIPMENT_MAX; i++) {
        snprintf(text + strlen(text), sizeof text - strlen(text),
                 "  - {name: %s %02d, kind: charger, on: bank}\n", name, i);
    }
    strcat(text, "events: [{at: day 1 00:00, what: equipment_mended, name: frigde}]\n");
    for (int i = 0; i < LISTED; i++) {
        snprintf(error + strlen(error), sizeof error - strlen(error), "%s%s %02d", i == 0 ? "" : ", ", name,
                 i);
    }
    snprintf(error + strlen(error), sizeof error - strlen(error), " and %d more",
             SCENARIO_EQUIPMENT_MAX - LISTED);
    refuse(text, error);
}

static void test_loads_have_a_place(void **state)
{
    (void)state;
    refuse(MINIMAL BUSES PROTECT "loads: [{name: a, power_w: 1, on: sid}]\n",
           "x.yaml:6:35: on sid is unknown, did you mean side?");
    refuse(MINIMAL BUSES PROTECT "loads: [{name: a, power_w: 1, on: protect}]\n",
           "x.yaml:6:35: on protect is unknown; there are bank, side, starter");
    refuse(MINIMAL BUSES PROTECT "loads: [{name: a, power_w: 1, on: side, behind: relay}]\n",
           "x.yaml:6:35: on stands beside behind; a load takes one of them");
}

static void test_faults_are_those_of_the_kind(void **state)
{
    (void)state;
    accept(MINIMAL BUSES PROTECT
           "events: [{at: day 1 00:00, what: equipment_fault, name: protect, fault: stuck_open}, {at: day 2 "
           "00:00, what: equipment_mended, name: protect}]\n");
    assert_int_equal(result.events[0].equipment, 0);
    assert_int_equal(result.events[0].value, equipment_battery_protect.faults[0].value);
    refuse(MINIMAL BUSES PROTECT
           "events: [{at: day 1 00:00, what: equipment_fault, name: protect, fault: dead}]\n",
           "x.yaml:6:73: fault dead is none of stuck_open, stuck_closed or fuse_blown");
    refuse(MINIMAL BUSES PROTECT
           "events: [{at: day 1 00:00, what: equipment_fault, name: protec, fault: stuck_open}]\n",
           "x.yaml:6:57: name protec is unknown, did you mean protect?");
    refuse(MINIMAL "events: [{at: day 1 00:00, what: equipment_mended, name: a}]\n",
           "x.yaml:4:58: name a is unknown; there is no equipment");
    refuse(MINIMAL "equipment: [{name: sun, kind: solar_charger, on: bank, panel_w: 9}]\n"
                   "events: [{at: day 1 00:00, what: equipment_fault, name: sun, fault: dead}]\n",
           "x.yaml:5:69: fault dead is none of fuse_blown");
    accept(MINIMAL "equipment: [{name: sun, kind: solar_charger, on: bank, panel_w: 9}]\n"
                   "events: [{at: day 1 00:00, what: equipment_fault, name: sun, fault: fuse_blown}]\n");
    assert_int_equal(result.events[0].value, EQUIPMENT_FUSE_BLOWN);
}

static void test_energy_is_somebodys(void **state)
{
    (void)state;
    accept(MINIMAL BUSES PROTECT
           "loads: [{name: hob, power_w: 9, on: side}]\n"
           "expect: [{what: energy, name: hob, wh_min: 5}, {what: energy, name: protect, wh_max: 5}]\n");
    assert_int_equal(result.expectations[0].user, 0);
    assert_true(result.expectations[0].wh_max == EXPECT_WH_NONE);
    assert_int_equal(result.expectations[1].user, SCENARIO_LOADS_MAX);
    refuse(MINIMAL ONE_LOAD "expect: [{what: energy, name: hop, wh_min: 5}]\n",
           "x.yaml:5:31: there is no load and no equipment hop, did you mean hob?");
    refuse(MINIMAL ONE_LOAD "expect: [{what: energy, name: hob}]\n",
           "x.yaml:5:10: energy needs wh_min, wh_max or both");
    refuse(MINIMAL ONE_LOAD "expect: [{what: energy, name: hob, wh_min: 5, wh_max: 4}]\n",
           "x.yaml:5:55: wh_max 4 is below wh_min 5");
    refuse(MINIMAL "loads: [{name: a, power_w: 1}, {name: a, power_w: 1}]\n"
                   "expect: [{what: energy, name: a, wh_min: 5}]\n",
           "x.yaml:5:31: 2 have the name a; give each its own");
}

/* The relay on Load is there unless a system with equipment has neither its section nor a load behind it. */
static void test_relay_is_left_out(void **state)
{
    static const struct {
        const char *text;
        bool is_there;
    } cases[] = {
        {MINIMAL, true},
        {MINIMAL BUSES, true},
        {MINIMAL BUSES PROTECT, false},
        {MINIMAL BUSES PROTECT
         "loads: [{name: a, power_w: 1, on: side}, {name: b, power_w: 1, behind: battery}]\n",
         false},
        {MINIMAL BUSES PROTECT "loads: [{name: a, power_w: 1}]\n", true},
        {MINIMAL BUSES PROTECT "load_relay: {}\n", true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        static const struct scenario_consumer none;

        accept(cases[i].text);
        assert_int_equal(memcmp(&result.consumers[CONSUMER_LOAD_RELAY], &none, sizeof none) != 0,
                         cases[i].is_there);
    }
}

/* A cable is its resistance, or length and cross-section of copper: both ways, 17.24 mOhm mm2/m. */
static void test_cables_by_length(void **state)
{
    static const struct {
        const char *cable;
        double mohm; /* 0: it is refused */
    } cases[] = {{"3 m 16 mm2", 2 * 3 * 17.24 / 16},
                 {"0.5 m 2.5 mm2", 2 * 0.5 * 17.24 / 2.5},
                 {"6.5", 6.5},
                 {"3 m 16", 0},
                 {"3 m 16 mm", 0},
                 {"3m 16 mm2", 0},
                 {"16 mm2 3 m", 0},
                 {"3 m 0 mm2", 0},
                 {"-3 m 16 mm2", 0},
                 {"3 m 16 mm2 x", 0},
                 {"300000 m 0.5 mm2", 0}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[512];

        snprintf(text, sizeof text, MINIMAL "loads: [{name: a, power_w: 1, cable_mohm: %s}]\n",
                 cases[i].cable);
        assert_int_equal(is_read(text), cases[i].mohm > 0);
        if (cases[i].mohm > 0) {
            assert_true(result.loads[0].cable_mohm == cases[i].mohm);
        } else {
            assert_non_null(strstr(message, "4:43: cable_mohm "));
            assert_non_null(strstr(message, "0.01..10000 mOhm, or such as 3 m 16 mm2"));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_arrives),        cmocka_unit_test(test_sections_in_any_order),
        cmocka_unit_test(test_buses_are_refused),   cmocka_unit_test(test_equipment_is_refused),
        cmocka_unit_test(test_ve_bus_is_refused),   cmocka_unit_test(test_long_lists_end_with_a_name),
        cmocka_unit_test(test_a_bus_is_fed),        cmocka_unit_test(test_trade_names_are_refused),
        cmocka_unit_test(test_loads_have_a_place),  cmocka_unit_test(test_faults_are_those_of_the_kind),
        cmocka_unit_test(test_energy_is_somebodys), cmocka_unit_test(test_relay_is_left_out),
        cmocka_unit_test(test_cables_by_length),    cmocka_unit_test(test_pull_in_has_its_time),
    };

    return cmocka_run_group_tests_name("buses and equipment in a file", tests, NULL, NULL);
}
