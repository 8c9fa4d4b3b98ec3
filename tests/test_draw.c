/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The wiring picture (wiring/draw.h) as a reader sees it: of every scenario of the project, of random ones, and of the largest that a file
 * may describe, with names that are hard to write. RUNS (200) random ones, from SEED (1) on.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>

#include "scenario/file.h"
#include "tests/control_fixture.h"
#include "tests/drawing.h"
#include "tests/environment.h"
#include "tests/random_scenario.h"
#include "twin/equipment.h"
#include "wiring/draw.h"
#include "wiring/draw_setting.h"
#include "wiring/markup.h"

static struct scenario described;
static struct drawing drawing;

/* The picture as text, which the caller frees. */
static char *draw(void)
{
    char *svg = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&svg, &size);

    assert_non_null(stream);
    assert_true(draw_wiring(&described, stream));
    assert_int_equal(fclose(stream), 0);
    return svg;
}

static int equipment_count(void)
{
    return described.equipment_count + (described.solar.panel_w > 0.0 ? 1 : 0);
}

/* Everything is there once, and is called by its name. */
static void check_once(void)
{
    int boxes = 2; /* the device, the bank */

    for (int i = 0; i < equipment_count(); i++, boxes++) {
        assert_int_equal(drawing_count(&drawing, "equipment", i), 1);
        assert_true(drawing_says(&drawing, equipment_name(&described, i)));
    }
    for (int i = 0; i < described.load_count; i++, boxes++) {
        assert_int_equal(drawing_count(&drawing, "consumer", i), 1);
        assert_true(drawing_says(&drawing, described.loads[i].name));
    }
    for (int i = 0; i < described.bank.series * described.bank.parallel; i++, boxes++) {
        assert_int_equal(drawing_count(&drawing, "battery", i + 1), 1);
    }
    for (int bus = 1; bus <= described.bus_count; bus++) {
        assert_int_equal(drawing_count(&drawing, "lead-acid", bus), described.buses[bus - 1].has_battery);
        assert_true(drawing_says(&drawing, described.buses[bus - 1].name));
        boxes += described.buses[bus - 1].has_battery ? 1 : 0;
    }
    assert_int_equal(drawing_count(&drawing, "device", 0), 1);
    for (int i = 0; i < drawing.box_count; i++) {
        const char *what = drawing.boxes[i].what;

        boxes += strcmp(what, "connector") == 0 || strcmp(what, "load-relay") == 0 ||
                         strcmp(what, "pre-alarm-device") == 0
                     ? 1
                     : 0;
    }
    assert_int_equal(drawing.box_count, boxes);
}

/* A letter is there twice, or not at all. */
static void check_letters(void)
{
    int letters[26] = {0};

    for (int i = 0; i < drawing.text_count; i++) {
        if (strcmp(drawing.texts[i].style, "letter-text") == 0) {
            letters[drawing.texts[i].text[0] - 'A']++;
        }
    }
    for (int i = 0; i < 26; i++) {
        assert_true(letters[i] == 0 || letters[i] == 2);
    }
}

/* ---- what is joined to what ----------------------------------------------------------------------- */

/* That the wires from the sides of a box go to these buses, in any order, and no others. */
static void check_buses(const char *what, int number, int one, int other)
{
    int buses[4] = {0};
    const struct drawing_box *box = drawing_box(&drawing, what, number);
    const int count = drawing_buses_of(&drawing, box, buses, 4);
    const bool is_single = other == DRAWING_NOWHERE;
    const bool is_right = is_single ? count == 1 && buses[0] == one
                                    : count == 2 && ((buses[0] == one && buses[1] == other) ||
                                                     (buses[0] == other && buses[1] == one));

    if (!is_right) {
        fail_msg("%s %d: %d wires, to %d and %d, not to %d and %d", what, number, count, buses[0], buses[1],
                 one, other);
    }
}

static void check_controls(const char *what, int number, int load, int pre_alarm, int charger)
{
    const struct drawing_box *box = drawing_box(&drawing, what, number);

    assert_int_equal(drawing_controls_of(&drawing, box, "load"), load);
    assert_int_equal(drawing_controls_of(&drawing, box, "pre-alarm"), pre_alarm);
    assert_int_equal(drawing_controls_of(&drawing, box, "charger"), charger);
}

static bool is_outlet_used(int entry)
{
    bool is_used = false;

    for (int i = 0; i < described.load_count; i++) {
        is_used = is_used || described.loads[i].outlet == SCENARIO_OUTLET_EQUIPMENT + entry;
    }
    return is_used;
}

/* Of a generator, whose charger has an input of its own. */
static bool has_charger_remote(const struct scenario_equipment *entry)
{
    return entry->kind == EQUIPMENT_GENERATOR && draw_setting(entry, "charger_remote") > 0.0;
}

static void check_equipment(void)
{
    const int first = equipment_count() - described.equipment_count;

    if (first > 0) {
        check_buses("equipment", 0, 0, DRAWING_NOWHERE);
        check_controls("equipment", 0, 0, 0, 1);
    }
    for (int i = 0; i < described.equipment_count; i++) {
        const struct scenario_equipment *entry = &described.equipment[i];
        const bool is_both = entry->control == CONTROL_LOAD_AND_CHARGER;
        const int other = is_outlet_used(i) ? DRAWING_OUTLET + first + i
                          : equipment_kinds[entry->kind]->ports == EQUIPMENT_FROM_TO ? entry->to
                                                                                     : DRAWING_NOWHERE;

        check_buses("equipment", first + i, entry->from, other);
        check_controls("equipment", first + i, entry->control == CONTROL_LOAD || is_both,
                       entry->control == CONTROL_PRE_ALARM,
                       (entry->control == CONTROL_CHARGER || is_both ? 1 : 0) +
                           (has_charger_remote(entry) ? 1 : 0));
    }
}

static bool is_behind_relay(const struct scenario_load *load)
{
    return load->outlet == 0 && load->behind == BEHIND_RELAY;
}

/* The relay and the lamp of the outputs: there if the file has them, and each with its wire. */
static void check_own_consumers(void)
{
    const int *lines = described.lines.consumers;
    bool has_relay = lines[CONSUMER_LOAD_RELAY] > 0 &&
                     (draw_consumer_setting(&described, CONSUMER_LOAD_RELAY, "hold_a") > 0.0 ||
                      draw_consumer_setting(&described, CONSUMER_LOAD_RELAY, "pull_in_a") > 0.0);
    const bool has_lamp = lines[CONSUMER_PRE_ALARM_DEVICE] > 0 &&
                          draw_consumer_setting(&described, CONSUMER_PRE_ALARM_DEVICE, "current_a") > 0.0;

    for (int i = 0; i < described.load_count; i++) {
        has_relay = has_relay || is_behind_relay(&described.loads[i]);
    }
    assert_int_equal(drawing_count(&drawing, "load-relay", 0), has_relay);
    assert_int_equal(drawing_count(&drawing, "pre-alarm-device", 0), has_lamp);
    if (has_relay) {
        check_controls("load-relay", 0, 1, 0, 0);
    }
    if (has_lamp) {
        check_controls("pre-alarm-device", 0, 0, 1, 0);
    }
}

/* How many texts of the picture are `text`, and nothing else. */
static int count_texts(const char *text)
{
    int count = 0;

    for (int i = 0; i < drawing.text_count; i++) {
        count += strcmp(drawing.texts[i].text, text) == 0 ? 1 : 0;
    }
    return count;
}

/* An output that no wire is on is marked as open; so is the remote terminal that is not used. */
static void check_open(void)
{
    static const char *const nets[] = {"load", "pre-alarm", "charger"};
    int open = described.remote.wiring == WIRING_JOINED ? 0 : 1;

    for (int i = 0; i < 3; i++) {
        bool is_used = false;

        for (int wire = 0; wire < drawing.wire_count; wire++) {
            is_used = is_used || strcmp(drawing.wires[wire].net, nets[i]) == 0;
        }
        open += is_used ? 0 : 1;
    }
    assert_int_equal(count_texts("open"), open);
}

/* Plus of the bank comes from beside the first string's plus or above that, minus is below the last string's minus. */
static void check_diagonal(void)
{
    const struct rectangle bank = drawing_box(&drawing, "bank", 0)->place;
    const int series = described.bank.series;
    const struct rectangle first = drawing_box(&drawing, "battery", series)->place;
    const struct rectangle last =
        drawing_box(&drawing, "battery", series * (described.bank.parallel - 1) + 1)->place;
    int signs = 0;
    int ways_out = 0;

    for (int i = 0; i < drawing.mark_count; i++) {
        const struct drawing_mark *mark = &drawing.marks[i];

        if (strcmp(mark->what, "sign") == 0 && mark->x > bank.left && mark->x < bank.right &&
            mark->y > bank.top && mark->y < bank.bottom) {
            assert_true(mark->x > last.left - 40.0 && mark->x < last.left && mark->y > last.bottom);
            signs++;
        }
    }
    for (int i = 0; i < drawing.wire_count; i++) {
        const struct drawing_wire *wire = &drawing.wires[i];
        const int end = wire->count - 1;

        if (strcmp(wire->net, "power") == 0 && wire->y[end] == bank.bottom) {
            assert_true(wire->x[0] > first.right && wire->x[0] < first.right + 60.0);
            assert_true(wire->y[0] <= (first.top + first.bottom) / 2.0);
            ways_out++;
        }
    }
    assert_int_equal(signs, 1);
    assert_int_equal(ways_out, 1);
    assert_true(drawing_hangs_together_in(&drawing, "minus", &bank));
    assert_true(described.bank.series > 1 || drawing_hangs_together_in(&drawing, "power", &bank));
}

static void check_joined(void)
{
    static const char *const nets[] = {"load", "pre-alarm", "charger", "supply"};
    const int first = equipment_count() - described.equipment_count;

    check_equipment();
    check_own_consumers();
    check_open();
    check_diagonal();
    for (int i = 0; i < described.load_count; i++) {
        const struct scenario_load *load = &described.loads[i];
        const int bus = load->outlet >= SCENARIO_OUTLET_EQUIPMENT
                            ? DRAWING_OUTLET + first + load->outlet - SCENARIO_OUTLET_EQUIPMENT
                        : load->outlet > 0               ? load->outlet
                        : load->behind == BEHIND_BATTERY ? 0
                                                         : -1;

        check_buses("consumer", i, bus, DRAWING_NOWHERE);
        check_controls("consumer", i, 0, load->until == UNTIL_PRE_ALARM, 0);
        if (bus == -1) {
            check_buses("load-relay", 0, 0, -1);
        }
    }
    for (int bus = 1; bus <= described.bus_count; bus++) {
        if (described.buses[bus - 1].has_battery) {
            check_buses("lead-acid", bus, bus, DRAWING_NOWHERE);
        }
    }
    for (int i = 0; i < 4; i++) {
        assert_true(drawing_hangs_together(&drawing, nets[i]));
    }
}

/* Draws what has been read into `described`; `name` is what a failure names. */
static void check_picture(const char *name)
{
    char *svg = draw();
    char *again = draw();

    assert_string_equal(svg, again);
    drawing_read(&drawing, svg);
    drawing_check(&drawing);
    if (drawing.error[0] != '\0') {
        fail_msg("%s: %s", name, drawing.error);
    }
    check_once();
    check_letters();
    check_joined();
    free(svg);
    free(again);
}

/* ---- what is written ------------------------------------------------------------------------------ */

#define HEAD \
    "title: t\nrun: {duration: 2 h}\nbank: {battery: 12.8 V, capacity_ah: 50.125, state_of_charge_pct: 80"

/* Draws and checks the picture of `text`. */
static void draw_text_of(const char *text)
{
    char error[SCENARIO_FILE_ERROR_SIZE];

    if (!scenario_file_read(text, strlen(text), "x", &described, error, sizeof error)) {
        fail_msg("%s\n%s", error, text);
    }
    check_picture(text);
    scenario_file_free(&described);
}

static void test_written(void **state)
{
    static const struct {
        const char *text;
        const char *said; /* as often as: */
        int count;
    } cases[] = {
        /* cables: as the file gives them, defaults in brackets */
        {HEAD "}\n", "bank's cable, fuse, switch: (2.55 m\xCE\xA9)", 1},
        {HEAD ", cable_mohm: 1.23456}\n", "bank's cable, fuse, switch: 1.23456 m\xCE\xA9", 1},
        {HEAD ", cable_mohm: 0.75 m 35 mm2}\n", "bank's cable, fuse, switch: 0.75 m, 35 mm\xC2\xB2", 1},
        {HEAD "}\nloads: [{name: a, power_w: 5, cable_mohm: 12 m 2.5 mm2}]\n", "12 m, 2.5 mm\xC2\xB2", 1},
        {HEAD "}\nsolar: {panel_w: 300, cable_mohm: 4 m 10 mm2}\n", "4 m, 10 mm\xC2\xB2", 1},
        {HEAD "}\nsolar: {panel_w: 300}\n", "(4.27 m\xCE\xA9)", 1},
        {HEAD "}\nequipment: [{name: i, kind: inverter, on: bank, power_w: 800, cable_mohm: 5}]\n",
         "5 m\xCE\xA9", 1},
        {HEAD "}\nequipment: [{name: i, kind: inverter, on: bank, power_w: 800}]\n", "(3.77 m\xCE\xA9)", 1},
        {HEAD "}\nbuses: [{name: s, battery: lead_acid, capacity_ah: 90}]\nequipment: [{name: d, kind: "
              "dc_dc_charger, "
              "from: s, to: bank, input_cable_mohm: 6 m 16 mm2, cable_mohm: 2 m 25 mm2}]\n",
         "6 m, 16 mm\xC2\xB2", 1},
        {HEAD "}\nbuses: [{name: s, battery: lead_acid, capacity_ah: 90}]\nequipment: [{name: d, kind: "
              "dc_dc_charger, "
              "from: s, to: bank, input_cable_mohm: 6 m 16 mm2, cable_mohm: 2 m 25 mm2}]\n",
         "2 m, 25 mm\xC2\xB2", 1},
        /* the second way round a ring: at both ends of the letter */
        {HEAD "}\nbuses: [{name: a}, {name: b}]\nequipment:\n"
              "  - {name: c, kind: relay, from: bank, to: a, control: load}\n"
              "  - {name: d, kind: relay, from: bank, to: b, control: load}\n"
              "  - {name: e, kind: dc_dc_converter, from: a, to: b, input_cable_mohm: 6 m 16 mm2, "
              "cable_mohm: 2 m 25 mm2}\n",
         "6 m, 16 mm\xC2\xB2", 2},
        /* ratings: the same */
        {HEAD "}\nequipment: [{name: c, kind: charger, on: bank, current_a_max: 17.125}]\n",
         "17.125\xC2\xA0"
         "A",
         1},
        {HEAD "}\nequipment: [{name: c, kind: charger, on: bank, absorption_mv: 14213.3}]\n",
         "absorption\xC2\xA0"
         "14.2133\xC2\xA0V",
         1},
        {HEAD "}\nbms: {supply_fuse_a: 2.0625}\n", "2.0625 A fuse", 1},
        {HEAD "}\n", "12.8 V 50.12 Ah", 1},
        {HEAD "}\nload_relay: {hold_a: 0.15}\n",
         "coil takes 0.15\xC2\xA0"
         "A",
         1},
        {HEAD "}\nloads: [{name: a, power_w: 5}]\n",
         "(coil takes 0.15\xC2\xA0"
         "A)",
         1},
        /* a section that says other things only, and a coil of which one current is a default */
        {HEAD "}\nload_relay: {suppression: none}\nloads: [{name: a, power_w: 5}]\n",
         "(coil takes 0.15\xC2\xA0"
         "A)",
         1},
        {HEAD "}\nload_relay: {pull_in_a: 0.75, pull_in_ms: 100}\nloads: [{name: a, power_w: 5}]\n",
         "then\xC2\xA0(0.15\xC2\xA0"
         "A)",
         1},
        {HEAD "}\nload_relay: {pull_in_ms: 100, hold_a: 0.125}\nloads: [{name: a, power_w: 5}]\n",
         "coil takes (0.2\xC2\xA0"
         "A),",
         1},
        {HEAD "}\nbuses: [{name: a}]\nequipment: [{name: c, kind: relay, from: bank, to: a, control: load, "
              "pull_in_a: 0.75, pull_in_ms: 100}]\n",
         "coil takes 0.75\xC2\xA0"
         "A,",
         1},
        {HEAD "}\npre_alarm_device: {current_a: 0.125}\n",
         "0.125\xC2\xA0"
         "A",
         1},
        {HEAD "}\npre_alarm_device: {}\n",
         "(0.02\xC2\xA0"
         "A)",
         1},
        {HEAD "}\nload_relay: {pull_in_a: 0, hold_a: 0}\nloads: [{name: a, power_w: 5}]\n",
         "coil takes 0\xC2\xA0"
         "A",
         1},
        {HEAD
         "}\nbuses: [{name: a}]\nequipment: [{name: c, kind: relay, from: bank, to: a, control: load}]\n",
         "(normally open)", 1},
        {HEAD "}\nbuses: [{name: a}]\nequipment: [{name: c, kind: relay, from: bank, to: a, control: load, "
              "contact: normally_open, suppression: none}]\n",
         "coil without a diode", 1},
        /* outputs */
        {HEAD "}\n", "open", 3},
        {HEAD "}\npre_alarm_device: {current_a: 0.02}\n", "open", 2},
        {HEAD "}\npre_alarm_device: {current_a: 0}\n", "open", 3},
        {HEAD
         "}\nequipment: [{name: i, kind: inverter, on: bank, power_w: 800, control: load_and_charger}]\n",
         "on only while Load and", 1},
        {HEAD "}\nequipment: [{name: i, kind: inverter, on: bank, power_w: 800, control: load}]\n",
         "on only while Load and", 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        draw_text_of(cases[i].text);
        if (count_texts(cases[i].said) != cases[i].count) {
            fail_msg("\"%s\" is there %d times, not %d:\n%s", cases[i].said, count_texts(cases[i].said),
                     cases[i].count, cases[i].text);
        }
    }
}

/* A fuse is close to the bus that feeds the cable, on the side where the equipment is. */
static void test_fuses(void **state)
{
    static const struct {
        const char *equipment;
        int bus; /* of the fuse; 0 is the bank's */
    } cases[] = {
        {"kind: charger, on: bank", 0},
        {"kind: inverter, on: bank, power_w: 500", 0},
        {"kind: charger, on: s", 1},
        {"kind: alternator, on: s", 1},
        {"kind: dc_dc_charger, from: s, to: bank", 1},
        {"kind: dc_dc_charger, from: bank, to: s", 0},
        {"kind: battery_protect, from: bank, to: c", 0},
        {"kind: battery_protect, from: s, to: c", 1}, /* by a letter: there is another way to c */
    };
    char text[1024];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int fuses = 0;

        snprintf(text, sizeof text,
                 HEAD "}\nbuses: [{name: s, battery: lead_acid, capacity_ah: 90}, {name: c}]\nequipment:\n"
                      "  - {name: r, kind: relay, from: bank, to: c, control: load}\n"
                      "  - {name: q, kind: cyrix_li_ct, from: s, to: bank}\n"
                      "  - {name: e, %s}\nevents: [{at: \"day 1 01:00:00\", what: equipment_fault, "
                      "name: e, fault: fuse_blown}]\n",
                 cases[i].equipment);
        draw_text_of(text);
        for (int mark = 0; mark < drawing.mark_count; mark++) {
            const struct drawing_mark *fuse = &drawing.marks[mark];

            for (int bus = 0; strcmp(fuse->what, "fuse") == 0 && bus < drawing.bus_count; bus++) {
                const bool is_near = fabs(drawing.buses[bus].x - fuse->x) < 30.0 &&
                                     drawing.buses[bus].top < fuse->y && fuse->y < drawing.buses[bus].bottom;

                fuses += is_near && drawing.buses[bus].number == cases[i].bus ? 1 : 0;
            }
        }
        if (fuses != 1) {
            fail_msg("%d fuses at bus %d: %s", fuses, cases[i].bus, cases[i].equipment);
        }
        assert_int_equal(count_texts("fuse"), 2); /* and one in the legend */
    }
}

/* What a text may not do to the text around it. */
static void test_markup(void **state)
{
    static const struct {
        const char *text;
        const char *written;
    } cases[] = {
        {"a<b>&c", "a&lt;b&gt;&amp;c"},
        {"a\tb\nc", "a\tb\nc"},
        {"\x01"
         "a\x1b[31m\x7f",
         "\xEF\xBF\xBD"
         "a\xEF\xBF\xBD[31m\xEF\xBF\xBD"},
        {"\xC2\x80"
         "a\xC2\x9F"
         "b\xC2\xA0"
         "c\xD8\x9C"
         "d\xD8\x9D",
         "\xEF\xBF\xBD"
         "a\xEF\xBF\xBD"
         "b\xC2\xA0"
         "c\xEF\xBF\xBD"
         "d\xD8\x9D"},
        {"\xE2\x80\x8D\xE2\x80\x8E\xE2\x80\x8F\xE2\x80\x90",
         "\xE2\x80\x8D\xEF\xBF\xBD\xEF\xBF\xBD\xE2\x80\x90"},
        {"\xE2\x80\xA7\xE2\x80\xA8\xE2\x80\xAE\xE2\x80\xAF",
         "\xE2\x80\xA7\xEF\xBF\xBD\xEF\xBF\xBD\xE2\x80\xAF"},
        {"\xE2\x81\xA5\xE2\x81\xA6\xE2\x81\xA9\xE2\x81\xAA",
         "\xE2\x81\xA5\xEF\xBF\xBD\xEF\xBF\xBD\xE2\x81\xAA"},
        {"\xEF\xBF\xBC\xEF\xBF\xBE\xEF\xBF\xBF\xEF\xBE\xBF",
         "\xEF\xBF\xBC\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBE\xBF"},
        {"\xEF\xBF", "\xEF\xBF"},
        {"\xE2\x80", "\xE2\x80"}, /* the end of a text that was cut */
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *written = NULL;
        size_t size = 0;
        FILE *stream = open_memstream(&written, &size);

        assert_non_null(stream);
        markup_write(cases[i].text, stream);
        assert_int_equal(fclose(stream), 0);
        assert_string_equal(written, cases[i].written);
        free(written);
    }
}

/* ---- scenarios of the project --------------------------------------------------------------------- */

static void test_scenarios(void **state)
{
    DIR *folder = opendir(PROJECT_ROOT "/scenarios");
    char error[SCENARIO_FILE_ERROR_SIZE];
    char path[512];
    int count = 0;

    (void)state;
    assert_non_null(folder);
    for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        if (strstr(entry->d_name, ".yaml") == NULL) {
            continue;
        }
        snprintf(path, sizeof path, PROJECT_ROOT "/scenarios/%s", entry->d_name);
        if (!scenario_file_load(path, &described, error, sizeof error)) {
            fail_msg("%s", error);
        }
        check_picture(entry->d_name);
        scenario_file_free(&described);
        count++;
    }
    closedir(folder);
    assert_true(count > 30);
}

/* ---- random ones ---------------------------------------------------------------------------------- */

static void test_random(void **state)
{
    static char text[RANDOM_SCENARIO_SIZE];
    static uint8_t data[4096];
    const uint64_t runs = environment_runs(200);
    char error[SCENARIO_FILE_ERROR_SIZE];
    uint64_t drawn = 0;

    (void)state;
    for (uint64_t i = 0; i < runs; i++) {
        const uint64_t seed = environment_seed(1) + i;
        struct test_random random = {.state = seed};
        struct random_bytes bytes = {data, sizeof data, 0};
        char name[48];

        for (size_t byte = 0; byte < sizeof data; byte++) {
            data[byte] = (uint8_t)random_below(&random, 256);
        }
        random_scenario(&bytes, 1, text);
        if (scenario_file_read(text, strlen(text), "x", &described, error, sizeof error)) {
            snprintf(name, sizeof name, "SEED=%llu RUNS=1", (unsigned long long)seed);
            check_picture(name);
            scenario_file_free(&described);
            drawn++;
        }
    }
    assert_true(drawn * 2 >= runs);
}

/* ---- large ones, with hard names ------------------------------------------------------------------ */

enum { LARGE_SIZE = 65536 };

/* Names of up to 47 bytes: signs of XML, no spaces at all, wide and narrow letters, letters of several bytes. */
static void put_name(char *name, size_t size, unsigned number)
{
    static const char *const names[] = {
        "<a & b> \\\"c\\\" %u",
        "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW %u",
        "iiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiii %u",
        "a name of many words that goes on and on %u",
        "Kühlschrank und Bordküche für Öfen %u",
        "\xE5\x86\xB7\xE8\x94\xB5\xE5\xBA\xAB\xE3\x81\xA8\xE7\x85\xA7\xE6\x98\x8E %u",
        "&amp;lt; ]]> -- %u",
        "x%u",
    };

    snprintf(name, size, names[number % 8u], number);
}

static size_t put_entry(char *text, size_t size, const char *format, unsigned number)
{
    char name[96];

    put_name(name, sizeof name, number);
    return (size_t)snprintf(text, size, format, name);
}

/* Of the bank, 0, or one of the other buses, by the same names. */
static const char *bus_of(uint32_t number, char *name, size_t size)
{
    if (number == 0) {
        return "bank";
    }
    put_name(name, size, 100 + number);
    return name;
}

static size_t put_equipment(struct test_random *random, unsigned number, uint32_t buses, char *text,
                            size_t size)
{
    static const char *const kinds[] = {"solar_charger, panel_w: 300",
                                        "charger",
                                        "alternator",
                                        "heater, power_w: 60",
                                        "inverter, power_w: 900",
                                        "generator",
                                        "battery_protect",
                                        "relay",
                                        "cyrix_li_ct",
                                        "dc_dc_converter",
                                        "dc_dc_charger",
                                        "cyrix_li_load"};
    static const char *const controls[] = {"load", "pre_alarm", "charger", "load_and_charger"};
    static const char *const cables[] = {"", ", cable: inverting, input: low", ", cable: non_inverting",
                                         ", cable: pull_down"};
    const uint32_t kind = random_below(random, buses > 0 ? 12 : 6);
    const uint32_t from = random_below(random, buses + 1);
    const uint32_t to = (from + 1 + random_below(random, buses > 0 ? buses : 1)) % (buses + 1);
    const bool is_relay = kind == 7;
    char one[96];
    char other[96];
    size_t used = put_entry(text, size, "  - {name: \"%s\", kind: ", number);

    used += (size_t)snprintf(text + used, size - used, "%s", kinds[kind]);
    if (kind < 6) {
        used += (size_t)snprintf(text + used, size - used, ", on: \"%s\"", bus_of(from, one, sizeof one));
    } else {
        used += (size_t)snprintf(text + used, size - used, ", from: \"%s\", to: \"%s\"",
                                 bus_of(from, one, sizeof one), bus_of(to, other, sizeof other));
    }
    if (is_relay || random_below(random, 4) > 0) {
        used += (size_t)snprintf(text + used, size - used, ", control: %s%s",
                                 controls[random_below(random, is_relay ? 2 : 4)],
                                 is_relay ? "" : cables[random_below(random, 4)]);
    }
    return used + (size_t)snprintf(text + used, size - used, "}\n");
}

/* Where a load is: behind the relay, at the battery, on a bus, or on the outlet of one of the pieces of equipment. */
static size_t put_place(struct test_random *random, uint32_t buses, const bool *has_outlet,
                        unsigned equipment, char *text, size_t size)
{
    const unsigned outlet = random_below(random, equipment + 1);
    char name[96];

    if (outlet < equipment && has_outlet[outlet]) {
        put_name(name, sizeof name, outlet);
        return (size_t)snprintf(text, size, ", on: \"%s\"", name);
    }
    if (random_below(random, 3) > 0) {
        return (size_t)snprintf(text, size, ", on: \"%s\"",
                                bus_of(random_below(random, buses + 1), name, sizeof name));
    }
    return (size_t)snprintf(text, size, ", behind: %s", random_below(random, 2) == 0 ? "relay" : "battery");
}

/* A system of as many things as `part` says, in eighths of what a file may have; with part 8 it is full. */
static void put_large(struct test_random *random, unsigned part, char *text, size_t size)
{
    static const char *const banks[] = {
        "battery: 12.8 V, series: 4, parallel: %u", "battery: 12.8 V, series: 1, parallel: %u",
        "battery: 25.6 V, series: 2, parallel: %u", "battery: 12.8 V, series: 3, parallel: %u"};
    static const unsigned strings_max[] = {5, 20, 10, 6};
    static const char *const wirings[] = {"joined", "l_to_minus", "h_to_plus"};
    const unsigned bank = random_below(random, 4);
    const uint32_t buses = SCENARIO_BUSES_MAX * part / 8;
    const unsigned equipment = SCENARIO_EQUIPMENT_MAX * part / 8;
    bool has_outlet[SCENARIO_EQUIPMENT_MAX] = {false};
    size_t used = put_entry(
        text, size, "title: \"%s\"\nrun: {duration: 1 h}\nbank: {capacity_ah: 330, state_of_charge_pct: 50, ",
        random_below(random, 8));

    used += (size_t)snprintf(text + used, size - used, banks[bank], 1 + (strings_max[bank] - 1) * part / 8);
    used += (size_t)snprintf(text + used, size - used, "}\nremote: {wiring: %s, contact_kohm: %u}\n",
                             wirings[random_below(random, 3)], random_below(random, 2) * 470);
    used += (size_t)snprintf(
        text + used, size - used, "%sbms: {supply_fuse_a: 0.5}\nload_relay: {hold_a: 0.2}\nbuses:%s\n",
        random_below(random, 2) == 0 ? "solar: {panel_w: 400}\n" : "", buses == 0 ? " []" : "");
    for (unsigned i = 1; i <= buses; i++) {
        used += put_entry(text + used, size - used, "  - {name: \"%s\"", 100 + i);
        used += (size_t)snprintf(text + used, size - used, "%s}\n",
                                 random_below(random, 2) == 0 ? ", battery: lead_acid, capacity_ah: 95" : "");
    }
    used += (size_t)snprintf(text + used, size - used, "equipment:%s\n", equipment == 0 ? " []" : "");
    for (unsigned i = 0; i < equipment; i++) {
        const size_t start = used;

        used += put_equipment(random, i, buses, text + used, size - used);
        has_outlet[i] = strstr(text + start, "kind: inverter") != NULL;
    }
    used += (size_t)snprintf(text + used, size - used, "loads:\n");
    for (unsigned i = 0; i < SCENARIO_LOADS_MAX * part / 8 + 1 && i < SCENARIO_LOADS_MAX; i++) {
        used += put_entry(text + used, size - used, "  - {name: \"%s\", power_w: 45", 200 + i);
        used += put_place(random, buses, has_outlet, equipment, text + used, size - used);
        used += (size_t)snprintf(text + used, size - used, "%s}\n",
                                 random_below(random, 4) == 0 ? ", until: pre_alarm" : "");
    }
    assert_true(used < size);
}

static void test_large(void **state)
{
    static char text[LARGE_SIZE];
    const uint64_t runs = environment_runs(200);
    char error[SCENARIO_FILE_ERROR_SIZE];
    uint64_t full = 0;

    (void)state;
    for (uint64_t i = 0; i < runs; i++) {
        const uint64_t seed = environment_seed(1) + i;
        struct test_random random = {.state = seed};
        const unsigned part = (unsigned)(seed % 9);
        char name[48];

        put_large(&random, part, text, sizeof text);
        if (!scenario_file_read(text, strlen(text), "x", &described, error, sizeof error)) {
            if (strstr(error, "bus") == NULL) { /* such as one that nothing feeds */
                fail_msg("SEED=%llu: %s\n%s", (unsigned long long)seed, error, text);
            }
            continue;
        }
        snprintf(name, sizeof name, "SEED=%llu RUNS=1", (unsigned long long)seed);
        check_picture(name);
        scenario_file_free(&described);
        full += part == 8 ? 1 : 0;
    }
    assert_true(runs < 9 || full > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_written),   cmocka_unit_test(test_fuses),  cmocka_unit_test(test_markup),
        cmocka_unit_test(test_scenarios), cmocka_unit_test(test_random), cmocka_unit_test(test_large),
    };

    return cmocka_run_group_tests_name("draw", tests, NULL, NULL);
}
