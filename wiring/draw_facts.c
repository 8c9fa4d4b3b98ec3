/* SPDX-License-Identifier: Apache-2.0 */
#include "wiring/draw_facts.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "twin/equipment.h"
#include "wiring/draw_setting.h"
#include "wiring/finding.h"

#define ARROW " \xE2\x86\x92 "

struct kind {
    const char *words;
    enum draw_mark_kind icon;
};

static const struct kind kinds[EQUIPMENT_KIND_COUNT] = {
    [EQUIPMENT_SOLAR_CHARGER] = {"Solar charger", DRAW_ICON_SUN},
    [EQUIPMENT_BATTERY_PROTECT] = {"Battery Protect", DRAW_ICON_PROTECT},
    [EQUIPMENT_CHARGER] = {"Mains charger", DRAW_ICON_CHARGER},
    [EQUIPMENT_GENERATOR] = {"Generator with charger", DRAW_ICON_GENERATOR},
    [EQUIPMENT_RELAY] = {"Relay", DRAW_ICON_RELAY},
    [EQUIPMENT_CYRIX_LI_LOAD] = {"Cyrix-Li-load", DRAW_ICON_COMBINER},
    [EQUIPMENT_CYRIX_LI_CT] = {"Cyrix-Li-ct", DRAW_ICON_COMBINER},
    [EQUIPMENT_CYRIX_LI_CHARGE] = {"Cyrix-Li-Charge", DRAW_ICON_COMBINER},
    [EQUIPMENT_ALTERNATOR] = {"Alternator", DRAW_ICON_ALTERNATOR},
    [EQUIPMENT_DC_DC_CONVERTER] = {"DC-DC converter", DRAW_ICON_DC_DC},
    [EQUIPMENT_DC_DC_CHARGER] = {"DC-DC charger", DRAW_ICON_DC_DC},
    [EQUIPMENT_INVERTER] = {"Inverter", DRAW_ICON_INVERTER},
    [EQUIPMENT_HEATER] = {"Battery heater", DRAW_ICON_HEATER},
};

#define SPACE "\xC2\xA0" /* at which no line is broken */

/* What a rating is called, in the order in which a box says it. Voltages are in mV, as their keys say. */
static const struct rating {
    const char *key;
    const char *format;
    double scale;
} ratings[] = {
    {"panel_w", "panels" SPACE "%s" SPACE "W", 1.0},
    {"power_w", "%s" SPACE "W", 1.0},
    {"current_a_max", "%s" SPACE "A", 1.0},
    {"absorption_mv", "absorption" SPACE "%s" SPACE "V", 0.001},
    {"float_mv", "float" SPACE "%s" SPACE "V", 0.001},
    {"voltage_mv", "%s" SPACE "V", 0.001},
    {"output_mv", "%s" SPACE "V", 0.001},
    {"coil_mv", "coil" SPACE "%s" SPACE "V", 0.001},
};

static void add(struct draw_facts *facts, enum draw_style style, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void add(struct draw_facts *facts, enum draw_style style, const char *format, ...)
{
    va_list arguments;

    assert(facts->count < DRAW_FACTS_MAX);
    facts->rows[facts->count].style = style;
    va_start(arguments, format);
    vsnprintf(facts->rows[facts->count].text, DRAW_FACT_SIZE, format, arguments);
    va_end(arguments);
    facts->count++;
}

static const char *bus_name(const struct scenario *described, int bus)
{
    return bus == 0 ? "bank" : described->buses[bus - 1].name;
}

/* Whether two texts are the same but for capitals of ASCII. */
static bool is_same_word(const char *a, const char *b)
{
    while (*a != '\0' && *b != '\0' && (*a == *b || (*a ^ *b) == ' ')) {
        a++;
        b++;
    }
    return *a == *b;
}

/* ---- equipment ------------------------------------------------------------------------------------ */

/* Appends ", words" to a line that has something, else the words. */
static void append(char *line, size_t size, const char *words)
{
    const size_t used = strlen(line);

    snprintf(line + used, size - used, "%s%s", used > 0 ? ", " : "", words);
}

/* The ratings that the file has or, in brackets, those that are defaults. */
static void add_ratings(struct draw_facts *facts, const struct scenario_equipment *entry,
                        const struct scenario_given *given, bool are_given)
{
    char line[DRAW_FACT_SIZE] = "";

    for (size_t i = 0; i < sizeof ratings / sizeof ratings[0]; i++) {
        const double number = draw_setting(entry, ratings[i].key);

        if (!isnan(number) && draw_is_given(entry, given, ratings[i].key) == are_given) {
            char words[64];

            snprintf(words, sizeof words, ratings[i].format,
                     wiring_number(number * ratings[i].scale, WIRING_DIGITS_MAX).text);
            append(line, sizeof line, words);
        }
    }
    if (line[0] != '\0') {
        add(facts, are_given ? DRAW_PLAIN : DRAW_NOTE, are_given ? "%s" : "(%s)", line);
    }
}

/* A current, and whether the file has it. */
struct current {
    double amps;
    bool is_given;
};

/* "0.15 A", in brackets if it is a default that stands beside something that is none. */
static void write_current(const struct current *current, bool has_brackets, char *text, size_t size)
{
    const bool is_bracketed = has_brackets && !current->is_given;

    snprintf(text, size, "%s%s" SPACE "A%s", is_bracketed ? "(" : "",
             wiring_number(current->amps, WIRING_DIGITS_MAX).text, is_bracketed ? ")" : "");
}

/* What a coil takes, and an economised one at first, and then. */
static void add_coil(struct draw_facts *facts, const struct current *pull_in, double pull_in_ms,
                     const struct current *hold)
{
    const bool has_two = pull_in_ms > 0.0;
    const bool is_given = hold->is_given || (has_two && pull_in->is_given);
    char first[64];
    char then[64];

    write_current(pull_in, is_given, first, sizeof first);
    write_current(hold, is_given, then, sizeof then);
    add(facts, is_given ? DRAW_PLAIN : DRAW_NOTE, "%scoil takes %s%s%s%s", is_given ? "" : "(",
        has_two ? first : "", has_two ? ", then" SPACE : "", then, is_given ? "" : ")");
}

/* One of two words for a setting, in brackets if it is a default. */
static void add_either(struct draw_facts *facts, const struct scenario_equipment *entry,
                       const struct scenario_given *given, const char *key, const char *zero,
                       const char *other)
{
    const char *word = draw_setting(entry, key) > 0.0 ? other : zero;

    if (draw_is_given(entry, given, key)) {
        add(facts, DRAW_PLAIN, "%s", word);
    } else {
        add(facts, DRAW_NOTE, "(%s)", word);
    }
}

static void add_relay(struct draw_facts *facts, const struct scenario_equipment *entry,
                      const struct scenario_given *given)
{
    const struct current pull_in = {draw_setting(entry, "pull_in_a"),
                                    draw_is_given(entry, given, "pull_in_a")};
    const struct current hold = {draw_setting(entry, "hold_a"), draw_is_given(entry, given, "hold_a")};

    add_coil(facts, &pull_in, draw_setting(entry, "pull_in_ms"), &hold);
    add_either(facts, entry, given, "contact", "normally open", "normally closed");
    add_either(facts, entry, given, "suppression", "coil with a diode", "coil without a diode");
}

static void equipment_facts(const struct draw_graph *graph, const struct draw_item *item,
                            struct draw_facts *facts)
{
    const struct scenario *described = graph->described;
    const struct scenario_equipment entry = draw_equipment(described, item->number);
    const struct scenario_given *given = draw_given(described, item->number);

    add(facts, DRAW_NAME, "%s", entry.name);
    if (!is_same_word(entry.name, kinds[entry.kind].words)) {
        add(facts, DRAW_PLAIN, "%s", kinds[entry.kind].words);
    }
    if (entry.from != entry.to) {
        add(facts, DRAW_PLAIN, "%s" ARROW "%s", bus_name(described, entry.from),
            bus_name(described, entry.to));
    }
    add_ratings(facts, &entry, given, true);
    add_ratings(facts, &entry, given, false);
    if (entry.kind == EQUIPMENT_RELAY) {
        add_relay(facts, &entry, given);
    }
    if (entry.control == CONTROL_NONE) {
        add(facts, DRAW_NOTE, "no control wire");
    } else if (entry.control == CONTROL_LOAD_AND_CHARGER) {
        add(facts, DRAW_NOTE, "on only while Load and Charger are both high");
    }
}

static struct current consumer_current(const struct scenario *described, int kind, const char *key)
{
    return (struct current){draw_consumer_setting(described, kind, key),
                            draw_consumer_is_given(described, kind, key)};
}

static void load_relay_facts(const struct draw_graph *graph, const struct draw_item *item,
                             struct draw_facts *facts)
{
    const struct scenario *described = graph->described;
    const struct current pull_in = consumer_current(described, CONSUMER_LOAD_RELAY, "pull_in_a");
    const struct current hold = consumer_current(described, CONSUMER_LOAD_RELAY, "hold_a");

    add(facts, DRAW_NAME, "Load relay");
    add_coil(facts, &pull_in, draw_consumer_setting(described, CONSUMER_LOAD_RELAY, "pull_in_ms"), &hold);
    add(facts, DRAW_PLAIN, "normally open; the coil needs a diode");
    if (item->left == DRAW_NOWHERE) {
        add(facts, DRAW_NOTE, "nothing behind its contact");
    }
}

static void pre_alarm_device_facts(const struct scenario *described, struct draw_facts *facts)
{
    const struct current current = consumer_current(described, CONSUMER_PRE_ALARM_DEVICE, "current_a");
    char text[64];

    write_current(&current, true, text, sizeof text);
    add(facts, DRAW_NAME, "Lamp or buzzer");
    add(facts, current.is_given ? DRAW_PLAIN : DRAW_NOTE, "%s", text);
}

/* ---- loads, batteries ----------------------------------------------------------------------------- */

static void load_facts(const struct draw_graph *graph, const struct draw_item *item, struct draw_facts *facts)
{
    const struct scenario_load *load = &graph->described->loads[item->number];

    add(facts, DRAW_NAME, "%s", load->name);
    if (load->profile != NULL) {
        add(facts, DRAW_PLAIN, "profile %s, at most %s" SPACE "W", load->profile_name,
            wiring_number(load->profile->power_w_max, WIRING_DIGITS_MAX).text);
    } else if (load->resistance_ohm > 0.0) {
        add(facts, DRAW_PLAIN, "%s" SPACE "\xCE\xA9",
            wiring_number(load->resistance_ohm, WIRING_DIGITS_MAX).text);
    } else if (load->current_a > 0.0) {
        add(facts, DRAW_PLAIN, "%s" SPACE "A", wiring_number(load->current_a, WIRING_DIGITS_MAX).text);
    } else {
        add(facts, DRAW_PLAIN, "%s" SPACE "W", wiring_number(load->power_w, WIRING_DIGITS_MAX).text);
    }
    if (load->until == UNTIL_PRE_ALARM) {
        add(facts, DRAW_NOTE, "sheds at Pre-alarm");
    }
}

static void lead_acid_facts(const struct draw_graph *graph, const struct draw_item *item,
                            struct draw_facts *facts)
{
    const struct scenario_bus *bus = &graph->described->buses[item->number - 1];

    add(facts, DRAW_NAME, "Lead-acid battery");
    add(facts, DRAW_PLAIN, "%d V, %s Ah", 12 * bus->units,
        wiring_number(bus->capacity_ah, WIRING_DIGITS_MAX).text);
}

static void connector_facts(const struct draw_graph *graph, const struct draw_item *item,
                            struct draw_facts *facts)
{
    for (int i = 0; i < graph->item_count; i++) {
        const struct draw_item *other = &graph->items[i];

        if (other->what != DRAW_CONNECTOR && other->left_letter == item->number) {
            add(facts, DRAW_PLAIN, "to %s",
                other->what == DRAW_LOAD_RELAY ? "the load relay"
                                               : equipment_name(graph->described, other->number));
        }
    }
}

void draw_facts(const struct draw_graph *graph, const struct draw_item *item, struct draw_facts *facts)
{
    facts->count = 0;
    switch (item->what) {
    case DRAW_EQUIPMENT:
        equipment_facts(graph, item, facts);
        break;
    case DRAW_LOAD_BOX:
        load_facts(graph, item, facts);
        break;
    case DRAW_LEAD_ACID:
        lead_acid_facts(graph, item, facts);
        break;
    case DRAW_LOAD_RELAY:
        load_relay_facts(graph, item, facts);
        break;
    case DRAW_PRE_ALARM_DEVICE:
        pre_alarm_device_facts(graph->described, facts);
        break;
    default:
        assert(item->what == DRAW_CONNECTOR);
        connector_facts(graph, item, facts);
        break;
    }
    assert(facts->count > 0);
}

void draw_bar_facts(const struct draw_graph *graph, const struct draw_bar *bar, struct draw_facts *facts)
{
    facts->count = 0;
    if (bar->is_outlet) {
        add(facts, DRAW_NAME, "%s", equipment_name(graph->described, bar->number));
        add(facts, DRAW_NOTE, "outlet, AC");
        return;
    }
    if (bar->number == DRAW_BAR_RELAY) {
        add(facts, DRAW_NAME, "switched");
        add(facts, DRAW_NOTE, "%d V", 12 * scenario_bus_units(graph->described, 0));
        return;
    }
    add(facts, DRAW_NAME, "%s", bus_name(graph->described, bar->number));
    add(facts, DRAW_NOTE, "%d V", 12 * scenario_bus_units(graph->described, bar->number));
}

/* ---- what is beside a box ------------------------------------------------------------------------- */

/* A cable of the file: its resistance, and how the file gives that. */
struct cable {
    double mohm; /* 0: there is none, or nothing is known of it */
    const struct scenario_cable_given *given;
};

/* The equipment whose connection a box without a number of its own goes on with; -1: that of the load's relay. */
static int behind_letter(const struct draw_graph *graph, const struct draw_item *connector)
{
    for (int i = 0; i < graph->item_count; i++) {
        const struct draw_item *item = &graph->items[i];

        if (item->what == DRAW_EQUIPMENT && item->left_letter == connector->left_letter) {
            return item->number;
        }
    }
    return -1;
}

bool draw_is_feed(const struct draw_graph *graph, const struct draw_item *item, bool is_left)
{
    if (item->what == DRAW_CONNECTOR) {
        return is_left;
    }
    if (item->what == DRAW_LOAD_RELAY) {
        return is_left == (item->left == 0 || item->left_letter >= 0);
    }
    if (item->what != DRAW_EQUIPMENT || item->left_letter >= 0) {
        return is_left == (item->left != DRAW_NOWHERE || item->left_letter >= 0);
    }
    const struct scenario_equipment entry = draw_equipment(graph->described, item->number);
    return is_left == (item->left == entry.from);
}

static struct cable cable_of(const struct draw_graph *graph, const struct draw_item *item, bool is_left)
{
    const struct scenario *described = graph->described;
    const bool is_feed = draw_is_feed(graph, item, is_left);

    if (item->what == DRAW_LOAD_BOX && is_feed) {
        return (struct cable){described->loads[item->number].cable_mohm,
                              &described->given.loads[item->number].cable};
    }
    const int number = item->what == DRAW_EQUIPMENT   ? item->number
                       : item->what == DRAW_CONNECTOR ? behind_letter(graph, item)
                                                      : -1;
    if (number < 0) {
        return (struct cable){0.0, NULL};
    }
    const struct scenario_equipment entry = draw_equipment(described, number);
    const struct scenario_given *given = draw_given(described, number);
    const bool is_single = equipment_kinds[entry.kind]->ports == EQUIPMENT_ON;
    if (is_feed && !is_single) {
        return (struct cable){draw_setting(&entry, "input_cable_mohm"), &given->input_cable};
    }
    if (is_feed == is_single) {
        return (struct cable){draw_setting(&entry, "cable_mohm"), &given->cable};
    }
    return (struct cable){0.0, NULL};
}

const char *draw_cable_text(double mohm, const struct scenario_cable_given *given, char *text, size_t size)
{
    char ohm[40];

    assert(size > 0);
    text[0] = '\0';
    if (!(mohm > 0.0)) { /* or a NAN */
        return text;
    }
    assert(given != NULL);
    if (given->section_mm2 > 0.0) {
        snprintf(text, size, "%s m, %s mm\xC2\xB2", wiring_number(given->length_m, WIRING_DIGITS_MAX).text,
                 wiring_number(given->section_mm2, WIRING_DIGITS_MAX).text);
        return text;
    }
    draw_mohm(mohm, given->is_given ? WIRING_DIGITS_MAX : 3, ohm, sizeof ohm);
    snprintf(text, size, given->is_given ? "%s" : "(%s)", ohm);
    return text;
}

void draw_cable(const struct draw_graph *graph, const struct draw_item *item, bool is_left, char *text,
                size_t size)
{
    const struct cable cable = cable_of(graph, item, is_left);

    draw_cable_text(cable.mohm, cable.given, text, size);
}

bool draw_icon(const struct draw_graph *graph, const struct draw_item *item, enum draw_mark_kind *icon)
{
    *icon = DRAW_ICON_BATTERY;
    switch (item->what) {
    case DRAW_EQUIPMENT: {
        const struct scenario_equipment entry = draw_equipment(graph->described, item->number);

        *icon = kinds[entry.kind].icon;
        if (entry.kind == EQUIPMENT_RELAY && draw_setting(&entry, "contact") > 0.0) {
            *icon = DRAW_ICON_RELAY_CLOSED;
        }
        return true;
    }
    case DRAW_LEAD_ACID:
        return true;
    case DRAW_LOAD_RELAY:
        *icon = DRAW_ICON_RELAY;
        return true;
    case DRAW_PRE_ALARM_DEVICE:
        *icon = DRAW_ICON_LAMP;
        return true;
    default:
        return false;
    }
}

bool draw_has_fuse(const struct draw_graph *graph, const struct draw_item *item, bool is_left)
{
    const struct scenario *described = graph->described;
    const int first = draw_equipment_count(described) - described->equipment_count;
    const int number = item->what == DRAW_EQUIPMENT && item->left_letter < 0 ? item->number
                       : item->what == DRAW_CONNECTOR                        ? behind_letter(graph, item)
                                                                             : -1;

    for (int i = 0; number >= 0 && draw_is_feed(graph, item, is_left) && i < described->event_count; i++) {
        const struct scenario_event *event = &described->events[i];

        if (event->what == EVENT_EQUIPMENT_FAULT && first + event->equipment == number &&
            event->value == EQUIPMENT_FUSE_BLOWN) {
            return true;
        }
    }
    return false;
}

bool draw_has_minus(const struct draw_graph *graph, const struct draw_item *item)
{
    if (item->what == DRAW_CONNECTOR) {
        return false;
    }
    return item->what != DRAW_LOAD_BOX || !graph->bars[item->at].is_outlet;
}
