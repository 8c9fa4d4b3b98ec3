/* SPDX-License-Identifier: Apache-2.0 */
#include "wiring/draw_facts.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "twin/equipment.h"
#include "wiring/draw_setting.h"

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

static void add_ratings(struct draw_facts *facts, const struct scenario_equipment *entry)
{
    char line[DRAW_FACT_SIZE] = "";

    for (size_t i = 0; i < sizeof ratings / sizeof ratings[0]; i++) {
        const double number = draw_setting(entry, ratings[i].key);

        if (!isnan(number)) {
            char digits[32];
            char words[64];

            draw_number(number * ratings[i].scale, digits, sizeof digits);
            snprintf(words, sizeof words, ratings[i].format, digits);
            append(line, sizeof line, words);
        }
    }
    if (line[0] != '\0') {
        add(facts, DRAW_PLAIN, "%s", line);
    }
}

/* What an economised coil takes at first, and then. */
static void add_coil(struct draw_facts *facts, double pull_in_a, double pull_in_ms, double hold_a)
{
    char then[32];

    if (pull_in_ms > 0.0) {
        char first[32];

        add(facts, DRAW_PLAIN, "coil takes %s" SPACE "A, then" SPACE "%s" SPACE "A",
            draw_number(pull_in_a, first, sizeof first), draw_number(hold_a, then, sizeof then));
    } else {
        add(facts, DRAW_PLAIN, "coil takes %s" SPACE "A", draw_number(hold_a, then, sizeof then));
    }
}

static void add_relay(struct draw_facts *facts, const struct scenario_equipment *entry)
{
    add_coil(facts, draw_setting(entry, "pull_in_a"), draw_setting(entry, "pull_in_ms"),
             draw_setting(entry, "hold_a"));
    add(facts, DRAW_PLAIN, "%s; %s",
        draw_setting(entry, "contact") > 0.0 ? "normally closed" : "normally open",
        draw_setting(entry, "suppression") > 0.0 ? "coil without a diode" : "coil with a diode");
}

static void equipment_facts(const struct draw_graph *graph, const struct draw_item *item,
                            struct draw_facts *facts)
{
    const struct scenario *described = graph->described;
    const struct scenario_equipment entry = draw_equipment(described, item->number);

    add(facts, DRAW_NAME, "%s", entry.name);
    if (!is_same_word(entry.name, kinds[entry.kind].words)) {
        add(facts, DRAW_PLAIN, "%s", kinds[entry.kind].words);
    }
    if (entry.from != entry.to) {
        add(facts, DRAW_PLAIN, "%s" ARROW "%s", bus_name(described, entry.from),
            bus_name(described, entry.to));
    }
    add_ratings(facts, &entry);
    if (entry.kind == EQUIPMENT_RELAY) {
        add_relay(facts, &entry);
    }
    if (entry.control == CONTROL_NONE) {
        add(facts, DRAW_NOTE, "no control wire");
    }
}

static void load_relay_facts(const struct draw_graph *graph, const struct draw_item *item,
                             struct draw_facts *facts)
{
    const struct scenario *described = graph->described;

    add(facts, DRAW_NAME, "Load relay");
    if (item->control_count > 0) {
        add_coil(facts, draw_consumer_setting(described, CONSUMER_LOAD_RELAY, "pull_in_a"),
                 draw_consumer_setting(described, CONSUMER_LOAD_RELAY, "pull_in_ms"),
                 draw_consumer_setting(described, CONSUMER_LOAD_RELAY, "hold_a"));
        add(facts, DRAW_PLAIN, "normally open; the coil needs a diode");
    } else {
        add(facts, DRAW_PLAIN, "switched by Load, takes nothing");
    }
    if (item->left == DRAW_NOWHERE) {
        add(facts, DRAW_NOTE, "nothing behind its contact");
    }
}

/* ---- loads, batteries ----------------------------------------------------------------------------- */

static void load_facts(const struct draw_graph *graph, const struct draw_item *item, struct draw_facts *facts)
{
    const struct scenario_load *load = &graph->described->loads[item->number];
    char number[32];

    add(facts, DRAW_NAME, "%s", load->name);
    if (load->profile != NULL) {
        add(facts, DRAW_PLAIN, "up to %s W", draw_number(load->profile->power_w_max, number, sizeof number));
    } else if (load->resistance_ohm > 0.0) {
        add(facts, DRAW_PLAIN, "%s \xCE\xA9", draw_number(load->resistance_ohm, number, sizeof number));
    } else if (load->current_a > 0.0) {
        add(facts, DRAW_PLAIN, "%s A", draw_number(load->current_a, number, sizeof number));
    } else {
        add(facts, DRAW_PLAIN, "%s W", draw_number(load->power_w, number, sizeof number));
    }
    if (load->until == UNTIL_PRE_ALARM) {
        add(facts, DRAW_NOTE, "sheds at Pre-alarm");
    }
}

static void lead_acid_facts(const struct draw_graph *graph, const struct draw_item *item,
                            struct draw_facts *facts)
{
    const struct scenario_bus *bus = &graph->described->buses[item->number - 1];
    char number[32];

    add(facts, DRAW_NAME, "Lead-acid battery");
    add(facts, DRAW_PLAIN, "%d V, %s Ah", 12 * bus->units,
        draw_number(bus->capacity_ah, number, sizeof number));
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
    char number[32];

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
        add(facts, DRAW_NAME, "Lamp or buzzer");
        add(facts, DRAW_PLAIN, "%s A",
            draw_number(draw_consumer_setting(graph->described, CONSUMER_PRE_ALARM_DEVICE, "current_a"),
                        number, sizeof number));
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

static double cable_mohm(const struct draw_graph *graph, const struct draw_item *item, bool is_left)
{
    if (item->what == DRAW_LOAD_BOX) {
        return is_left ? graph->described->loads[item->number].cable_mohm : NAN;
    }
    if (item->what != DRAW_EQUIPMENT) {
        return NAN;
    }
    const struct scenario_equipment entry = draw_equipment(graph->described, item->number);
    if (equipment_kinds[entry.kind]->ports ==
        EQUIPMENT_ON) { /* a source's to its right, others' to their left */
        const bool has_left = item->left != DRAW_NOWHERE || item->left_letter >= 0;
        return is_left == has_left ? draw_setting(&entry, "cable_mohm") : NAN;
    }
    const bool from_is_left = item->left == entry.from || item->left_letter >= 0;
    return draw_setting(&entry, from_is_left == is_left ? "input_cable_mohm" : "cable_mohm");
}

void draw_cable(const struct draw_graph *graph, const struct draw_item *item, bool is_left, char *text,
                size_t size)
{
    const double mohm = cable_mohm(graph, item, is_left);

    assert(size > 0);
    text[0] = '\0';
    if (mohm > 0.0) { /* not of a NAN */
        draw_mohm(mohm, text, size);
    }
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

bool draw_has_fuse(const struct draw_graph *graph, const struct draw_item *item)
{
    const struct scenario *described = graph->described;
    const int index = item->number - (draw_equipment_count(described) - described->equipment_count);

    for (int i = 0; item->what == DRAW_EQUIPMENT && i < described->event_count; i++) {
        const struct scenario_event *event = &described->events[i];

        if (event->what == EVENT_EQUIPMENT_FAULT && event->equipment == index &&
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
