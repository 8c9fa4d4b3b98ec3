/* SPDX-License-Identifier: Apache-2.0 */
/* What buses and equipment must fit. */
#include <assert.h>
#include <string.h>
#include <strings.h>

#include "scenario/check.h"
#include "scenario/given.h"
#include "scenario/store.h"
#include "scenario/suggest.h"
#include "scenario/value.h"
#include "twin/equipment.h"

enum { FAULT_WORDS_MAX = 16 };

/* Whether `name` is taken by the bank, a bus before number `buses`, or an entry of equipment before `entries`. */
static bool is_taken(const struct scenario *draft, const char *name, int buses, int entries)
{
    bool is_one = strcmp(name, "bank") == 0;
    for (int i = 0; i < buses; i++) {
        is_one = is_one || strcmp(name, draft->buses[i].name) == 0;
    }
    for (int i = 0; i < entries; i++) {
        is_one = is_one || strcmp(name, draft->equipment[i].name) == 0;
    }
    return is_one;
}

static bool refuse_name(struct scenario_reader *reader, int group, const char *name)
{
    struct scenario_shown shown = scenario_reader_show(name);
    return scenario_reader_fail(reader, scenario_reader_value(reader, group, "name"),
                                "name %s is taken; buses and equipment need names of their own", shown.text);
}

bool scenario_check_bus(struct scenario_reader *reader, const yaml_node_t *place, struct scenario_bus *bus)
{
    const int index = (int)(bus - reader->draft->buses);
    const yaml_node_t *capacity = scenario_reader_value(reader, SCENARIO_BUS_ENTRY, "capacity_ah");
    if (is_taken(reader->draft, bus->name, index, 0)) {
        return refuse_name(reader, SCENARIO_BUS_ENTRY, bus->name);
    }
    if (bus->has_battery && capacity == NULL) {
        return scenario_reader_fail(reader, place, "a bus with a battery needs its capacity_ah");
    }
    if (!bus->has_battery && capacity != NULL) {
        return scenario_reader_fail(
            reader, capacity, "capacity_ah is for a bus with a battery; battery: lead_acid gives it one");
    }
    bus->units = bus->units == 0 ? scenario_bus_units(reader->draft, 0) : bus->units;
    return true;
}

/* What is sold under a name that is not its kind's, from the beginning of that name on. */
static const struct {
    const char *name;
    const char *kinds;
} trade_names[] = {
    {"contactor", "relay"},
    {"mppt", "solar_charger"},
    {"smartsolar", "solar_charger"},
    {"bluesolar", "solar_charger"},
    {"orion", "dc_dc_converter, which holds a voltage, or dc_dc_charger, which charges a battery"},
    {"cyrix", "cyrix_li_ct, cyrix_li_charge or cyrix_li_load"},
    {"protect", "battery_protect"},
    {"smart_battery_protect", "battery_protect"},
};

/* Refuses `kind` if it is such a name; of `cyrix_li_` and more there are kinds, of which one is the nearest. */
static bool check_trade_name(struct scenario_reader *reader, const yaml_node_t *kind)
{
    const char *text = yaml_tree_text(kind);
    const bool is_near = strncmp(text, "cyrix_li_", strlen("cyrix_li_")) == 0;
    for (size_t i = 0; !is_near && i < sizeof trade_names / sizeof trade_names[0]; i++) {
        if (strncasecmp(text, trade_names[i].name, strlen(trade_names[i].name)) == 0) {
            return scenario_reader_fail(reader, kind, "there is no kind %s; take %s",
                                        scenario_reader_show(text).text, trade_names[i].kinds);
        }
    }
    return true;
}

bool scenario_check_kind(struct scenario_reader *reader, const yaml_node_t *kind)
{
    static const char *const on_ve_bus[] = {"multi",  "quattro", "easysolar", "ve_bus",
                                            "ve.bus", "ve-bus",  "vebus"};
    for (size_t i = 0; kind->type == YAML_SCALAR_NODE && i < sizeof on_ve_bus / sizeof on_ve_bus[0]; i++) {
        if (strncasecmp(yaml_tree_text(kind), on_ve_bus[i], strlen(on_ve_bus[i])) == 0) {
            return scenario_reader_fail(
                reader, kind,
                "kind %s is on VE.Bus, which the device does not have; take an inverter "
                "with control: load and a charger with control: charger (docs/VEBUS.md, WIRE-11)",
                scenario_reader_show(yaml_tree_text(kind)).text);
        }
    }
    return kind->type != YAML_SCALAR_NODE || check_trade_name(reader, kind);
}

/* A cable or an input is of no use without an output at its other end. */
static bool check_control(struct scenario_reader *reader, int group, const struct scenario_equipment *entry)
{
    const char *const keys[] = {"cable", "input"};
    for (size_t i = 0; entry->control == CONTROL_NONE && i < sizeof keys / sizeof keys[0]; i++) {
        const yaml_node_t *value =
            scenario_row_find(group, keys[i]) == NULL ? NULL : scenario_reader_value(reader, group, keys[i]);
        if (value != NULL) {
            return scenario_reader_fail(reader, value, "%s needs control: load, pre_alarm or charger",
                                        keys[i]);
        }
    }
    return true;
}

/* Whether `key` of `group` is there and above 0. */
static bool is_above_0(const struct scenario_reader *reader, int group, const char *key)
{
    const yaml_node_t *value = scenario_reader_value(reader, group, key);
    double number = 0.0;
    return value != NULL && scenario_value_number(yaml_tree_text(value), &number) == SCENARIO_NUMBER_READ &&
           number > 0.0;
}

bool scenario_check_pull_in(struct scenario_reader *reader, int group)
{
    if (scenario_row_find(group, "pull_in_a") == NULL || !is_above_0(reader, group, "pull_in_a") ||
        is_above_0(reader, group, "pull_in_ms")) {
        return true;
    }
    return scenario_reader_fail(reader, scenario_reader_value(reader, group, "pull_in_a"),
                                "pull_in_a needs pull_in_ms above 0, for how long the coil takes it; a plain "
                                "coil takes hold_a alone");
}

bool scenario_check_equipment(struct scenario_reader *reader, const yaml_node_t *place,
                              struct scenario_equipment *entry)
{
    const struct scenario *draft = reader->draft;
    const struct equipment_kind *kind = equipment_kinds[entry->kind];
    const int group = SCENARIO_EQUIPMENT_KEYS + (int)entry->kind;
    const int index = (int)(entry - draft->equipment);
    struct equipment_complaint complaint;
    if (is_taken(draft, entry->name, draft->bus_count, index)) {
        return refuse_name(reader, SCENARIO_EQUIPMENT_ENTRY, entry->name);
    }
    if (kind->ports == EQUIPMENT_ON) {
        entry->to = entry->from;
    } else if (entry->from == entry->to) {
        return scenario_reader_fail(reader, scenario_reader_value(reader, group, "to"),
                                    "to is the bus that from is, too; it takes another");
    }
    if (!check_control(reader, group, entry) || !scenario_check_pull_in(reader, group)) {
        return false;
    }
    scenario_note_given(reader, group, kind->rows, kind->row_count, &reader->draft->given.equipment[index]);
    if (kind->complete != NULL && !kind->complete(entry, scenario_bus_units(draft, entry->from),
                                                  scenario_bus_units(draft, entry->to), &complaint)) {
        const yaml_node_t *at = scenario_reader_value(reader, group, complaint.key);
        return scenario_reader_fail(reader, at != NULL ? at : place, "%s", complaint.text);
    }
    return true;
}

bool scenario_check_equipment_fault(struct scenario_reader *reader, struct scenario_event *event)
{
    const int group = SCENARIO_EVENT_KEYS + EVENT_EQUIPMENT_FAULT;
    if (event->what != EVENT_EQUIPMENT_FAULT) {
        return true;
    }
    const struct scenario_equipment *entry = &reader->draft->equipment[event->equipment];
    const struct scenario_word *own = equipment_kinds[entry->kind]->faults;
    const yaml_node_t *place = scenario_reader_value(reader, group, "fault");
    struct scenario_word words[FAULT_WORDS_MAX] = {{0}};
    size_t count = 0;
    for (size_t i = 0; own != NULL && own[i].text != NULL; i++) {
        assert(count < FAULT_WORDS_MAX - 2);
        words[count++] = own[i];
    }
    words[count] = (struct scenario_word){"fuse_blown", EQUIPMENT_FUSE_BLOWN, NULL};
    const struct scenario_row row = {.key = "fault", WORD(words), IN(struct scenario_event, value)};
    return scenario_store(reader, &row, place, event->fault, event);
}

/* Finds the user of energy that is called like that; how many there are. */
static int find_user(const struct scenario *draft, const char *name, int *user)
{
    int found = 0;
    for (int i = 0; i < draft->load_count; i++) {
        if (strcmp(draft->loads[i].name, name) == 0) {
            *user = i;
            found++;
        }
    }
    for (int i = 0; i < draft->equipment_count; i++) {
        if (strcmp(draft->equipment[i].name, name) == 0) {
            *user = SCENARIO_LOADS_MAX + i;
            found++;
        }
    }
    return found;
}

static bool refuse_user(struct scenario_reader *reader, const yaml_node_t *place, const char *name, int found)
{
    const struct scenario *draft = reader->draft;
    const char *names[SCENARIO_LOADS_MAX + SCENARIO_EQUIPMENT_MAX];
    size_t count = 0;
    struct scenario_shown shown = scenario_reader_show(name);
    for (int i = 0; i < draft->load_count; i++) {
        names[count++] = draft->loads[i].name;
    }
    for (int i = 0; i < draft->equipment_count; i++) {
        names[count++] = draft->equipment[i].name;
    }
    if (found > 1) {
        return scenario_reader_fail(reader, place, "%d have the name %s; give each its own", found,
                                    shown.text);
    }
    const char *nearest = suggest_word(name, names, count);
    return scenario_reader_fail(reader, place, "there is no load and no equipment %s%s%s%s", shown.text,
                                nearest != NULL ? ", did you mean " : "", nearest != NULL ? nearest : "",
                                nearest != NULL ? "?" : "");
}

bool scenario_check_energy(struct scenario_reader *reader, const yaml_node_t *place,
                           struct scenario_expectation *expectation)
{
    const int group = SCENARIO_EXPECT_KEYS + EXPECT_ENERGY;
    const yaml_node_t *wh_max = scenario_reader_value(reader, group, "wh_max");
    const int found = find_user(reader->draft, expectation->name, &expectation->user);
    if (found != 1) {
        return refuse_user(reader, scenario_reader_value(reader, group, "name"), expectation->name, found);
    }
    if (wh_max == NULL && scenario_reader_value(reader, group, "wh_min") == NULL) {
        return scenario_reader_fail(reader, place, "energy needs wh_min, wh_max or both");
    }
    if (wh_max == NULL) {
        expectation->wh_max = EXPECT_WH_NONE;
    }
    if (expectation->wh_min > expectation->wh_max) {
        return scenario_reader_fail(reader, wh_max, "wh_max %.15g is below wh_min %.15g", expectation->wh_max,
                                    expectation->wh_min);
    }
    return true;
}

/* ---- what feeds a bus ------------------------------------------------------------------------------- */

/* Whether it is on one bus and gives to it. */
static bool is_source(const struct equipment_kind *kind)
{
    return kind->ports == EQUIPMENT_ON && kind->is_live == NULL && !kind->heats_bank;
}

/* Whether its contact lets current go either way. */
static bool joins_both_ways(enum equipment_id kind)
{
    return kind == EQUIPMENT_RELAY || kind == EQUIPMENT_CYRIX_LI_LOAD || kind == EQUIPMENT_CYRIX_LI_CT ||
           kind == EQUIPMENT_CYRIX_LI_CHARGE;
}

/* Marks what equipment feeds while some bus feeds it; whether that is more than before. */
static bool spread_feeding(const struct scenario *draft, bool *is_fed)
{
    bool is_more = false;
    for (int i = 0; i < draft->equipment_count; i++) {
        const struct scenario_equipment *entry = &draft->equipment[i];
        const bool was_fed = is_fed[entry->from] && is_fed[entry->to];
        is_fed[entry->to] =
            is_fed[entry->to] || is_fed[entry->from] || is_source(equipment_kinds[entry->kind]);
        is_fed[entry->from] = is_fed[entry->from] || (is_fed[entry->to] && joins_both_ways(entry->kind));
        is_more = is_more || (!was_fed && is_fed[entry->from] && is_fed[entry->to]);
    }
    return is_more;
}

/* Whether a load or equipment hangs on bus `bus`. */
static bool is_bus_used(const struct scenario *draft, int bus)
{
    bool is_so = false;
    for (int i = 0; i < draft->load_count; i++) {
        is_so = is_so || draft->loads[i].outlet == bus;
    }
    for (int i = 0; i < draft->equipment_count; i++) {
        is_so = is_so || draft->equipment[i].from == bus || draft->equipment[i].to == bus;
    }
    return is_so;
}

bool scenario_check_feeding(struct scenario_reader *reader)
{
    const struct scenario *draft = reader->draft;
    const yaml_node_t *buses = scenario_reader_value(reader, SCENARIO_TOP, "buses");
    bool is_fed[1 + SCENARIO_BUSES_MAX] = {true};
    for (int i = 0; i < draft->bus_count; i++) {
        is_fed[1 + i] = draft->buses[i].has_battery;
    }
    for (bool is_more = true; is_more;) {
        is_more = spread_feeding(draft, is_fed);
    }
    for (int i = 0; i < draft->bus_count; i++) {
        if (!is_fed[1 + i] && is_bus_used(draft, 1 + i)) {
            return scenario_reader_fail(
                reader, yaml_tree_item(reader->tree, buses, (size_t)i),
                "nothing feeds the bus %s; it takes a battery of its own, equipment that has it as to, or a "
                "source that is on it",
                scenario_reader_show(draft->buses[i].name).text);
        }
    }
    return true;
}

void scenario_leave_out_relay(struct scenario_reader *reader)
{
    struct scenario *draft = reader->draft;
    const bool has_section = scenario_reader_value(reader, SCENARIO_TOP, "load_relay") != NULL;
    bool is_used = draft->equipment_count == 0;
    for (int i = 0; i < draft->load_count; i++) {
        is_used = is_used || (draft->loads[i].outlet == 0 && draft->loads[i].behind == BEHIND_RELAY);
    }
    if (!has_section && !is_used) {
        draft->consumers[CONSUMER_LOAD_RELAY] = (struct scenario_consumer){.settings = {0}};
    }
}
