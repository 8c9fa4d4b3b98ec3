/* SPDX-License-Identifier: Apache-2.0 */
#include "wiring/parts.h"

#include <assert.h>
#include <string.h>

#include "twin/consumer.h"
#include "twin/control_input.h"

/* ---- parts ---------------------------------------------------------------------------------------- */

static void add_part(struct wiring_parts *parts, const char *name, int line,
                     const struct scenario_equipment *entry)
{
    const struct equipment_kind *kind = equipment_kinds[entry->kind];
    struct wiring_part *part = &parts->parts[parts->count];

    assert(parts->count < WIRING_PARTS_MAX);
    parts->count++;
    part->name = name;
    part->line = line;
    part->entry = *entry;
    if (kind->facts != NULL) {
        kind->facts(entry, &part->facts);
    }
}

static void add_consumer(const struct scenario *described, int id, struct equipment_facts *known)
{
    if (consumer_kinds[id]->facts != NULL) {
        consumer_kinds[id]->facts(described, known);
    }
}

void wiring_parts_of(const struct scenario *described, struct wiring_parts *parts)
{
    memset(parts, 0, sizeof *parts);
    if (described->solar.panel_w > 0.0) {
        struct scenario_equipment solar = {.kind = EQUIPMENT_SOLAR_CHARGER, .control = CONTROL_CHARGER};

        equipment_set(&solar, &described->solar, sizeof described->solar);
        add_part(parts, equipment_name(described, 0), described->lines.solar, &solar);
    }
    for (int i = 0; i < described->equipment_count; i++) {
        add_part(parts, described->equipment[i].name, described->lines.equipment[i],
                 &described->equipment[i]);
    }
    add_consumer(described, CONSUMER_LOAD_RELAY, &parts->load_relay);
    add_consumer(described, CONSUMER_BMS, &parts->bms);
    if (described->lines.consumers[CONSUMER_PRE_ALARM_DEVICE] > 0) {
        add_consumer(described, CONSUMER_PRE_ALARM_DEVICE, &parts->pre_alarm_device);
    }
}

const char *wiring_output_word(enum scenario_control control)
{
    static const char *const words[] = {[CONTROL_NONE] = "nothing",
                                        [CONTROL_LOAD] = "Load",
                                        [CONTROL_PRE_ALARM] = "Pre-alarm",
                                        [CONTROL_CHARGER] = "Charger",
                                        [CONTROL_LOAD_AND_CHARGER] = "Load and Charger"};

    assert((size_t)control < sizeof words / sizeof words[0]);
    return words[control];
}

const char *wiring_bus_name(const struct scenario *described, int bus)
{
    assert(bus >= 0 && bus <= described->bus_count);
    return bus == 0 ? "bank" : described->buses[bus - 1].name;
}

bool wiring_bus_has_battery(const struct scenario *described, int bus)
{
    assert(bus >= 0 && bus <= described->bus_count);
    return bus == 0 || described->buses[bus - 1].has_battery;
}

bool wiring_is_on(enum scenario_control control, enum scenario_control output)
{
    assert(output == CONTROL_LOAD || output == CONTROL_PRE_ALARM || output == CONTROL_CHARGER);
    return control == output || (control == CONTROL_LOAD_AND_CHARGER && output != CONTROL_PRE_ALARM);
}

bool wiring_works(const struct scenario *described, const struct wiring_part *part, bool is_high)
{
    const struct sbms_outputs outputs = {.load = is_high, .prealarm = is_high, .charger = is_high};
    const double bus_v = WIRING_UNIT_V * scenario_bus_units(described, 0);

    return control_input_is_on(&part->entry, &outputs, bus_v) != part->facts.works_while_floating;
}

int wiring_enters_from(const struct wiring_part *part)
{
    if (part->entry.from == part->entry.to) {
        return 0;
    }
    if (part->entry.to == 0) {
        return part->entry.from;
    }
    return part->entry.from == 0 && part->facts.is_contact && part->facts.joins_both_ways ? part->entry.to
                                                                                          : 0;
}

double wiring_given_a(const struct scenario *described, const struct wiring_part *part)
{
    const double by_power_a =
        part->facts.power_w_max / (WIRING_UNIT_V * scenario_bus_units(described, part->entry.to));

    return part->facts.power_w_max > 0.0 && by_power_a < part->facts.to_a_max ? by_power_a
                                                                              : part->facts.to_a_max;
}

/* ---- ways of current ------------------------------------------------------------------------------ */

/* Whether `part` lets current through, from `from` to `to` or the other way round. */
static bool lets_through(const struct wiring_part *part, const struct wiring_way *way, bool backwards)
{
    const bool is_open = part == way->without_part ||
                         (way->without != CONTROL_NONE && wiring_is_on(part->entry.control, way->without));

    if (is_open || part->entry.from == part->entry.to) {
        return false;
    }
    if (part->facts.is_contact) {
        return !backwards || part->facts.joins_both_ways || way->backwards_too;
    }
    return way->by_converters && !backwards;
}

static bool goes_on(const struct wiring_way *way, int bus)
{
    return bus != 0 || !way->not_beyond_bank;
}

/* Whether current that is on one of the buses of part `i` gets through it to the other one. */
static bool passes(const struct wiring_parts *parts, const struct wiring_way *way, int i, bool backwards)
{
    const struct wiring_part *part = &parts->parts[i];
    const int first = backwards ? part->entry.to : part->entry.from;

    return (way->only == NULL || way->only[i]) && goes_on(way, first) && lets_through(part, way, backwards);
}

void wiring_spread(const struct wiring_parts *parts, const struct wiring_way *way, int bus,
                   bool reached[WIRING_BUSES_MAX])
{
    assert(bus >= 0 && bus < WIRING_BUSES_MAX);
    memset(reached, 0, WIRING_BUSES_MAX * sizeof reached[0]);
    reached[bus] = true;
    for (int round = 1; round < WIRING_BUSES_MAX; round++) { /* no way goes through more */
        for (int i = 0; i < parts->count; i++) {
            const int from = parts->parts[i].entry.from;
            const int to = parts->parts[i].entry.to;
            const bool forth = reached[from] && passes(parts, way, i, false);
            const bool back = reached[to] && passes(parts, way, i, true);

            reached[to] = reached[to] || forth;
            reached[from] = reached[from] || back;
        }
    }
}

bool wiring_gets_to(const struct wiring_parts *parts, const struct wiring_way *way, int bus, int other)
{
    bool reached[WIRING_BUSES_MAX];

    assert(other >= 0 && other < WIRING_BUSES_MAX);
    wiring_spread(parts, way, bus, reached);
    return reached[other];
}

bool wiring_gets_to_battery(const struct scenario *described, const struct wiring_parts *parts,
                            const struct wiring_way *way, int bus)
{
    bool reached[WIRING_BUSES_MAX];
    bool gets_there = false;

    wiring_spread(parts, way, bus, reached);
    for (int i = 0; i <= described->bus_count; i++) {
        gets_there = gets_there || (reached[i] && wiring_bus_has_battery(described, i));
    }
    return gets_there;
}
