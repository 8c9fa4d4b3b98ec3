/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What `smallbms check` finds: in each file of tests/checks/ and scenarios/ just what its first comment lines say,
 *
 *   # finds nothing
 *   # finds: WIRE-3 line 17, WIRE-8
 *   # refused: WIRE-13
 *
 * for each rule in tests/checks/WIRE-n.yaml that one alone, and nothing in tests/checks/WIRE-n-nearly.yaml, which is as near as the rule
 * allows. docs/CHECKS.md holds all rules: `test_checks --document` prints what it must hold.
 */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scenario/file.h"
#include "tests/files.h"
#include "twin/consumer.h"
#include "wiring/check.h"
#include "wiring/parts.h"
#include "wiring/rules.h"

#define TEXT_SIZE 65536u
#define WORDS_SIZE 2048u
#define CHECKS PROJECT_ROOT "/tests/checks/"

static struct scenario described;
static struct wiring_findings findings;
static char message[SCENARIO_FILE_ERROR_SIZE];

/* ---- what a file says, and what is so ------------------------------------------------------------- */

/* The id at the end of a message, behind the name of the file, which may have one too; "": none. */
static const char *last_id(const char *text)
{
    const char *id = text + strlen(text);

    for (const char *at = strstr(text, "WIRE-"); at != NULL; at = strstr(at + 1, "WIRE-")) {
        id = at;
    }
    return id;
}

/* Into `words`, in the words of a file's comment, what is found in the file at `path`. */
static void find(const char *path, char *words)
{
    size_t length = 0;

    if (!scenario_file_load(path, &described, message, sizeof message)) {
        const char *id = last_id(message);

        snprintf(words, WORDS_SIZE, "refused: %.*s", (int)strcspn(id, ")"), id);
        return;
    }
    wiring_check(&described, &findings);
    scenario_file_free(&described);
    snprintf(words, WORDS_SIZE, "finds nothing");
    for (size_t i = 0; i < findings.count && length < WORDS_SIZE; i++) {
        const struct wiring_finding *finding = &findings.findings[i];

        length += (size_t)snprintf(words + length, WORDS_SIZE - length, "%s%s", i == 0 ? "finds: " : ", ",
                                   finding->rule->id);
        if (finding->line > 0 && length < WORDS_SIZE) {
            length += (size_t)snprintf(words + length, WORDS_SIZE - length, " line %d", finding->line);
        }
    }
    assert_true(length < WORDS_SIZE);
}

/* What the first comment lines of the file at `path` say is found; false: nothing that is known. */
static bool say(const char *path, char *words)
{
    static const char *const heads[] = {"finds: ", "finds nothing", "refused: "};
    static char text[TEXT_SIZE];

    assert_true(files_read(path, text, sizeof text));
    for (char *line = text; *line == '#';) {
        const size_t size = strcspn(line, "\n");
        const char after = line[size];

        line[size] = '\0';
        for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
            const char *found = strstr(line, heads[i]);

            if (found != NULL) {
                snprintf(words, WORDS_SIZE, "%s", found);
                return true;
            }
        }
        line[size] = after;
        line += size + (after == '\n');
    }
    return false;
}

static size_t compare(const char *pattern)
{
    glob_t found;
    char is[WORDS_SIZE];
    char says[WORDS_SIZE];
    size_t wrong = 0;

    assert_int_equal(glob(pattern, 0, NULL, &found), 0);
    assert_true(found.gl_pathc > 0);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        const char *path = found.gl_pathv[i];

        find(path, is);
        if (!say(path, says)) {
            print_error("%s: no comment at its head says what is found; put there: # %s\n", path, is);
            wrong++;
        } else if (strcmp(is, says) != 0) {
            print_error("%s: says \"%s\", but it is \"%s\" %s\n", path, says, is,
                        strncmp(is, "refused", 7) == 0 ? message : "");
            wrong++;
        }
    }
    globfree(&found);
    return wrong;
}

static void each_file_says_what_is_found(void **state)
{
    (void)state;
    assert_int_equal(compare(CHECKS "*.yaml"), 0);
}

static void each_scenario_says_what_is_found(void **state)
{
    (void)state;
    assert_int_equal(compare(PROJECT_ROOT "/scenarios/*.yaml"), 0);
}

/* ---- rules ---------------------------------------------------------------------------------------- */

/* Whether all that is found there is this one rule, or the reader refuses it by that. */
static bool is_only(const char *words, const char *id)
{
    if (strncmp(words, "refused: ", 9) == 0) {
        return strcmp(words + 9, id) == 0;
    }
    for (size_t i = 0; i < findings.count; i++) {
        if (strcmp(findings.findings[i].rule->id, id) != 0) {
            return false;
        }
    }
    return findings.count > 0;
}

static void each_rule_has_a_scenario_that_breaks_it_and_one_that_nearly_does(void **state)
{
    char path[512];
    char words[WORDS_SIZE];

    (void)state;
    for (size_t i = 0; i < wiring_rule_count; i++) {
        const char *id = wiring_rules[i]->id;

        snprintf(path, sizeof path, CHECKS "%s.yaml", id);
        find(path, words);
        if (!is_only(words, id) || (wiring_rules[i]->look == NULL) != (strncmp(words, "refused", 7) == 0)) {
            fail_msg("%s: should break %s and no other rule: %s", path, id, words);
        }
        snprintf(path, sizeof path, CHECKS "%s-nearly.yaml", id);
        find(path, words);
        if (strcmp(words, "finds nothing") != 0) {
            fail_msg("%s: should break no rule: %s %s", path, words, message);
        }
    }
}

static void no_published_wiring_is_a_mistake(void **state)
{
    glob_t found;
    char words[WORDS_SIZE];

    (void)state;
    assert_int_equal(glob(CHECKS "published-*.yaml", 0, NULL, &found), 0);
    assert_true(found.gl_pathc >= 15);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        find(found.gl_pathv[i], words);
        if (strcmp(words, "finds nothing") != 0) {
            fail_msg("%s: %s", found.gl_pathv[i], words);
        }
    }
    globfree(&found);
}

static void ids_are_unique_and_rules_say_everything(void **state)
{
    (void)state;
    for (size_t i = 0; i < wiring_rule_count; i++) {
        const struct wiring_rule *rule = wiring_rules[i];

        assert_int_equal(strncmp(rule->id, "WIRE-", 5), 0);
        assert_true(i == 0 || atoi(wiring_rules[i - 1]->id + 5) < atoi(rule->id + 5));
        assert_true(strlen(rule->title) > 10 && rule->title[strlen(rule->title) - 1] != '.');
        assert_true(strlen(rule->why) > 40 && rule->why[strlen(rule->why) - 1] == '.');
        assert_true(strlen(rule->instead) > 40 && rule->instead[strlen(rule->instead) - 1] == '.');
        assert_true(strlen(rule->source) > 10);
    }
}

static void numbers_have_no_exponent(void **state)
{
    (void)state;
    assert_string_equal(wiring_number(93.14, 3).text, "93.1");
    assert_string_equal(wiring_number(999.4, 3).text, "999");
    assert_string_equal(wiring_number(999.5, 3).text, "1000");
    assert_string_equal(wiring_number(12340.0, 4).text, "12340");
    assert_string_equal(wiring_number(112.0, 2).text, "112");
    assert_string_equal(wiring_number(0.3, 3).text, "0.3");
    assert_string_equal(wiring_number(0.0, 3).text, "0");
    assert_string_equal(wiring_number(0.00001, 3).text, "less than 0.001");
    assert_string_equal(wiring_number(1e15, 15).text, "1000000000000000");
    assert_string_equal(wiring_number(0.00123, 3).text, "0.00123");
    assert_string_equal(wiring_number(-0.3, 3).text, "-0.3");
    assert_string_equal(wiring_number(-999.5, 3).text, "-1000");
    assert_string_equal(wiring_number(-0.00001, 3).text, "minus less than 0.001");
    assert_string_equal(wiring_number(2.2345, WIRING_DIGITS_MAX).text, "2.2345");
    assert_string_equal(wiring_number(14213.3 * 0.001, WIRING_DIGITS_MAX).text, "14.2133");
}

static void what_does_not_fit_is_cut_or_counted(void **state)
{
    char name[2 * WIRING_TEXT_SIZE];

    (void)state;
    memset(&findings, 0, sizeof findings);
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    for (int i = 0; i < WIRING_FINDINGS_MAX + 3; i++) {
        wiring_report(&findings, wiring_rules[0], i, "%s", name);
    }
    assert_int_equal(findings.count, WIRING_FINDINGS_MAX);
    assert_int_equal(findings.left_out, 3);
    assert_int_equal(strlen(findings.findings[0].what), WIRING_TEXT_SIZE - 1);
}

/* ---- facts ---------------------------------------------------------------------------------------- */

/* One of each kind; what it says when it is asked before a run is what it does in one. */
static const char one_of_each[] =
    "title: t\nrun: {duration: 1 days}\nbank: {battery: 12.8 V, capacity_ah: 100, state_of_charge_pct: 50}\n"
    "buses: [{name: b}]\n"
    "solar: {panel_w: 100, current_a_max: 7}\n"
    "load_relay:\n  pull_in_a: 0.9\n  pull_in_ms: 100\n  hold_a: 0.2\n"
    "pre_alarm_device: {current_a: 0.03}\n"
    "bms: {on_ma: 3, low_cell_ma: 2}\n"
    "equipment:\n"
    "  - {name: s, kind: solar_charger, on: b, panel_w: 100, current_a_max: 8, cable_mohm: 5}\n"
    "  - {name: p, kind: battery_protect, from: bank, to: b, current_a_max: 65}\n"
    "  - {name: c, kind: charger, on: b, current_a_max: 9, hours: \"08:00-09:00\"}\n"
    "  - {name: g, kind: generator, on: b, current_a_max: 10, hours: \"08:00-09:00, 10:00-11:00\"}\n"
    "  - {name: n, kind: generator, on: b, charger_remote: none}\n"
    "  - {name: r, kind: relay, from: bank, to: b, control: load, pull_in_ms: 0, suppression: "
    "none}\n"
    "  - {name: cl, kind: cyrix_li_load, from: bank, to: b, control_ma: 2}\n"
    "  - {name: cc, kind: cyrix_li_ct, from: bank, to: b, closed_ma: 50, open_ma: 3}\n"
    "  - {name: ch, kind: cyrix_li_charge, from: b, to: bank}\n"
    "  - {name: a, kind: alternator, on: b, current_a_max: 70, hours: \"08:00-09:00\"}\n"
    "  - {name: dv, kind: dc_dc_converter, from: bank, to: b, output_mv: 12000, current_a_max: 10, idle_ma: "
    "0}\n"
    "  - {name: dc, kind: dc_dc_charger, from: b, to: bank, current_a_max: 20, standby_ma: 2}\n"
    "  - {name: i, kind: inverter, on: bank, power_w: 1000, efficiency_pct: 100, no_load_w: 12.8, "
    "standby_ma: 4}\n"
    "  - {name: h, kind: heater, on: bank, power_w: 128}\n";

static struct wiring_parts parts;

static const struct equipment_facts *facts_of(const char *name)
{
    for (int i = 0; i < parts.count; i++) {
        if (strcmp(parts.parts[i].name, name) == 0) {
            return &parts.parts[i].facts;
        }
    }
    fail_msg("no part %s", name);
    return NULL;
}

static bool is_near(double value, double expected)
{
    return value > expected - 1e-6 && value < expected + 1e-6;
}

static void take_apart(void)
{
    if (!scenario_file_read(one_of_each, strlen(one_of_each), "x.yaml", &described, message,
                            sizeof message)) {
        fail_msg("%s", message);
    }
    wiring_parts_of(&described, &parts);
}

static void every_kind_says_what_is_known_of_it(void **state)
{
    (void)state;
    take_apart();
    assert_int_equal(parts.count, described.equipment_count + 1);
    assert_int_equal(parts.parts[0].line, 5);
    assert_int_equal(parts.parts[1].line, 13);
    assert_int_equal(described.lines.bank, 3);
    assert_int_equal(described.lines.consumers[CONSUMER_LOAD_RELAY], 6); /* of its key */
    assert_int_equal(described.lines.consumers[CONSUMER_PRE_ALARM_DEVICE], 10);
    assert_int_equal(described.lines.bms, 11);
    assert_int_equal(described.lines.buses[0], 4);
    for (int kind = 0; kind < EQUIPMENT_KIND_COUNT; kind++) {
        assert_non_null(equipment_kinds[kind]->facts);
    }
    assert_true(facts_of("Solar charger")->is_source && is_near(facts_of("Solar charger")->to_a_max, 7));
    assert_true(facts_of("s")->charges && is_near(facts_of("s")->to_cable_ohm, 0.005));
    assert_true(facts_of("p")->is_contact && !facts_of("p")->joins_both_ways &&
                facts_of("p")->opens_by_itself);
    assert_true(is_near(facts_of("p")->contact_a_max, 65));
    assert_true(facts_of("c")->is_source && is_near(facts_of("c")->to_a_max, 9));
    assert_true(facts_of("g")->is_source && facts_of("g")->stops_with_charger);
    assert_false(facts_of("n")->stops_with_charger);
    assert_true(facts_of("r")->has_coil && !facts_of("r")->has_diode && facts_of("r")->joins_both_ways);
    assert_true(is_near(facts_of("r")->output_peak_a, 0.15)); /* no pull-in time: its hold current */
    assert_true(is_near(facts_of("r")->making_a_max, 100) &&
                is_near(facts_of("i")->inrush_a, 5 * 1000 / 12.8));
    assert_true(is_near(facts_of("cl")->output_a, 0.002) && facts_of("cl")->is_contact);
    assert_true(is_near(facts_of("cc")->draw_on_a, 0.05) && is_near(facts_of("cc")->draw_off_a, 0.003));
    assert_true(facts_of("ch")->is_contact && !facts_of("ch")->is_source);
    assert_true(facts_of("a")->is_alternator && facts_of("a")->is_source &&
                is_near(facts_of("a")->to_a_max, 70));
    assert_true(facts_of("dv")->charges && !facts_of("dv")->is_source && !facts_of("dv")->is_contact);
    assert_true(is_near(facts_of("dv")->from_a_max, 120.0 / 0.87 / 12.8));
    assert_true(is_near(facts_of("dc")->to_a_max, 20) && is_near(facts_of("dc")->draw_off_a, 0.002));
    assert_true(facts_of("i")->has_capacitors && is_near(facts_of("i")->from_a_max, 1012.8 / 12.8));
    assert_true(is_near(facts_of("i")->draw_on_a, 1.0) && is_near(facts_of("i")->draw_off_a, 0.004));
    assert_true(is_near(facts_of("i")->cut_out_mv, 9300) && is_near(facts_of("i")->restart_mv, 10900));
    assert_true(is_near(facts_of("h")->from_a_max, 10));
}

/* What the rules about voltages and the cold ask. */
static void every_kind_says_its_voltages(void **state)
{
    (void)state;
    take_apart();
    assert_true(is_near(facts_of("s")->to_mv_max, 14200) && is_near(facts_of("a")->to_mv_max, 14200));
    assert_true(is_near(facts_of("dv")->to_mv_max, 12000) && is_near(facts_of("dc")->to_mv_max, 14200));
    assert_true(is_near(facts_of("dv")->efficiency, 0.87) && is_near(facts_of("i")->efficiency, 1.0));
    assert_true(facts_of("cc")->closes_while_charged && facts_of("ch")->closes_while_charged);
    assert_false(facts_of("cl")->closes_while_charged || facts_of("p")->closes_while_charged);
    assert_true(facts_of("dc")->needs_charged_input && !facts_of("dv")->needs_charged_input);
    assert_true(is_near(facts_of("h")->heats_below_c, 6) && !facts_of("h")->needs_source);
    assert_false(facts_of("a")->burns_out);
    assert_true(is_near(facts_of("s")->power_w_max, 90) && is_near(facts_of("c")->power_w_max, 0));
}

/* What the rules about ratings ask. */
static void every_kind_says_what_stops_it(void **state)
{
    (void)state;
    take_apart();
    assert_true(is_near(facts_of("p")->overload_s, 30) &&
                is_near(facts_of("p")->trip_a_max, 65 * 600.0 / 220));
    assert_true(is_near(facts_of("i")->overload_s, 5) && is_near(facts_of("i")->trip_w_max, 2000));
    assert_true(is_near(facts_of("i")->trip_s, 0.25));
    assert_true(is_near(facts_of("r")->overload_s, 0) && is_near(facts_of("r")->trip_a_max, 0));
    assert_true(is_near(facts_of("cl")->making_a_max, 120) && is_near(facts_of("cc")->making_a_max, 120));
    assert_true(is_near(facts_of("ch")->making_a_max, 0)); /* it closes onto voltage alone */
    assert_int_equal(facts_of("c")->hours.count, 1);
    assert_int_equal(facts_of("g")->hours.count, 2);
    assert_int_equal(facts_of("a")->hours.count, 1);
    assert_int_equal(facts_of("n")->hours.count, 0);
}

static void sections_on_outputs_say_what_is_known_of_them(void **state)
{
    (void)state;
    take_apart();
    assert_true(parts.load_relay.has_coil && is_near(parts.load_relay.output_peak_a, 0.9));
    assert_true(is_near(parts.load_relay.output_a, 0.2));
    assert_true(is_near(parts.pre_alarm_device.output_a, 0.03));
    assert_true(is_near(parts.bms.draw_on_a, 0.003) && is_near(parts.bms.draw_off_a, 0.002));
}

/* What a kind says of its output and its own consumption is what its state says in a run. */
static void facts_are_what_a_run_has(void **state)
{
    const struct equipment_state off = {.timer_tick = EQUIPMENT_NEVER};

    (void)state;
    take_apart();
    for (int i = 0; i < parts.count; i++) {
        const struct scenario_equipment *entry = &parts.parts[i].entry;
        const struct equipment_kind *kind = equipment_kinds[entry->kind];
        const struct equipment_facts *facts = &parts.parts[i].facts;
        const double output_a = kind->output_a != NULL ? kind->output_a(entry, &off, 0) : 0.0;
        const double draw_a = kind->draw_a != NULL ? kind->draw_a(entry, &off) : 0.0;

        assert_true(is_near(facts->output_peak_a, output_a));
        assert_true(is_near(facts->draw_off_a, draw_a));
    }
}

/* ---- the document --------------------------------------------------------------------------------- */

static size_t write_rule(const struct wiring_rule *rule, char *text, size_t size)
{
    return (size_t)snprintf(text, size,
                            "### %s\n\n%c%s.\n\n- Why: %s\n- Instead: %s\n- Source: %s.\n- Scenarios: "
                            "[%s.yaml](../tests/checks/%s.yaml) %s it, "
                            "[%s-nearly.yaml](../tests/checks/%s-nearly.yaml) nearly does.\n\n",
                            rule->id,
                            rule->title[0] >= 'a' && rule->title[0] <= 'z' ? rule->title[0] - 'a' + 'A'
                                                                           : rule->title[0],
                            rule->title + 1, rule->why, rule->instead, rule->source, rule->id, rule->id,
                            rule->look == NULL ? "is refused by" : "breaks", rule->id, rule->id);
}

static void write_rules(char *text, size_t size)
{
    size_t length = 0;

    for (size_t i = 0; i < wiring_rule_count; i++) {
        length += write_rule(wiring_rules[i], text + length, size - length);
        assert_true(length < size);
    }
    text[length - 1] = '\0'; /* no empty line at its end */
}

static void the_document_has_all_rules(void **state)
{
    static char wanted[TEXT_SIZE];
    static char has[TEXT_SIZE];

    (void)state;
    write_rules(wanted, sizeof wanted);
    assert_true(files_read(PROJECT_ROOT "/docs/CHECKS.md", has, sizeof has));
    if (strstr(has, wanted) == NULL) {
        fail_msg("docs/CHECKS.md does not hold what the rules say; put there what build/tests/test_checks "
                 "--document prints");
    }
}

int main(int argc, char **argv)
{
    static char text[TEXT_SIZE];
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_file_says_what_is_found),
        cmocka_unit_test(each_scenario_says_what_is_found),
        cmocka_unit_test(each_rule_has_a_scenario_that_breaks_it_and_one_that_nearly_does),
        cmocka_unit_test(no_published_wiring_is_a_mistake),
        cmocka_unit_test(ids_are_unique_and_rules_say_everything),
        cmocka_unit_test(numbers_have_no_exponent),
        cmocka_unit_test(what_does_not_fit_is_cut_or_counted),
        cmocka_unit_test(every_kind_says_what_is_known_of_it),
        cmocka_unit_test(every_kind_says_its_voltages),
        cmocka_unit_test(every_kind_says_what_stops_it),
        cmocka_unit_test(sections_on_outputs_say_what_is_known_of_them),
        cmocka_unit_test(facts_are_what_a_run_has),
        cmocka_unit_test(the_document_has_all_rules),
    };

    if (argc == 2 && strcmp(argv[1], "--document") == 0) {
        write_rules(text, sizeof text);
        fputs(text, stdout);
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
