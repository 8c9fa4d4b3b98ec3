/* SPDX-License-Identifier: Apache-2.0 */
#include "wiring/draw_graph.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "twin/equipment.h"
#include "wiring/draw_setting.h"

/* ---- the scenario --------------------------------------------------------------------------------- */

int draw_equipment_count(const struct scenario *described)
{
    return described->equipment_count + (described->solar.panel_w > 0.0 ? 1 : 0);
}

struct scenario_equipment draw_equipment(const struct scenario *described, int number)
{
    const int index = number - (described->solar.panel_w > 0.0 ? 1 : 0);
    struct scenario_equipment solar = {.kind = EQUIPMENT_SOLAR_CHARGER, .control = CONTROL_CHARGER};

    assert(number >= 0 && index < described->equipment_count);
    if (index >= 0) {
        return described->equipment[index];
    }
    snprintf(solar.name, sizeof solar.name, "%s", equipment_name(described, number));
    equipment_set(&solar, &described->solar, sizeof described->solar);
    return solar;
}

const struct scenario_given *draw_given(const struct scenario *described, int number)
{
    const int index = number - (described->solar.panel_w > 0.0 ? 1 : 0);

    assert(number >= 0 && index < described->equipment_count);
    return index >= 0 ? &described->given.equipment[index] : &described->given.solar;
}

static bool is_behind_relay(const struct scenario_load *load)
{
    return load->outlet == 0 && load->behind == BEHIND_RELAY;
}

bool draw_has_load_relay(const struct scenario *described)
{
    bool is_used = described->lines.consumers[CONSUMER_LOAD_RELAY] > 0 &&
                   (draw_consumer_setting(described, CONSUMER_LOAD_RELAY, "hold_a") > 0.0 ||
                    draw_consumer_setting(described, CONSUMER_LOAD_RELAY, "pull_in_a") > 0.0);

    for (int i = 0; i < described->load_count; i++) {
        is_used = is_used || is_behind_relay(&described->loads[i]);
    }
    return is_used;
}

/* ---- bars ----------------------------------------------------------------------------------------- */

static void add_bar(struct draw_graph *graph, int number, bool is_outlet)
{
    assert(graph->bar_count < DRAW_BARS_MAX);
    graph->bars[graph->bar_count++] =
        (struct draw_bar){.number = number, .is_outlet = is_outlet, .parent = DRAW_NOWHERE};
}

static int find_bar(const struct draw_graph *graph, int number, bool is_outlet)
{
    for (int i = 0; i < graph->bar_count; i++) {
        if (graph->bars[i].number == number && graph->bars[i].is_outlet == is_outlet) {
            return i;
        }
    }
    return DRAW_NOWHERE;
}

/* The bar that a load is on. Outlets are numbered as `equipment` lists them, without the section `solar`. */
static int bar_of_load(const struct draw_graph *graph, const struct scenario_load *load)
{
    const int first = draw_equipment_count(graph->described) - graph->described->equipment_count;

    if (load->outlet >= SCENARIO_OUTLET_EQUIPMENT) {
        return find_bar(graph, first + load->outlet - SCENARIO_OUTLET_EQUIPMENT, true);
    }
    return is_behind_relay(load) ? find_bar(graph, DRAW_BAR_RELAY, false) : load->outlet;
}

static void add_bars(struct draw_graph *graph)
{
    const struct scenario *described = graph->described;
    const int first = draw_equipment_count(described) - described->equipment_count;
    bool has_relay = false;

    for (int bus = 0; bus <= described->bus_count; bus++) {
        add_bar(graph, bus, false);
    }
    for (int i = 0; i < described->load_count; i++) {
        has_relay = has_relay || is_behind_relay(&described->loads[i]);
    }
    if (has_relay) {
        add_bar(graph, DRAW_BAR_RELAY, false);
    }
    for (int i = 0; i < described->load_count; i++) {
        const int outlet = first + described->loads[i].outlet - SCENARIO_OUTLET_EQUIPMENT;

        if (outlet >= first && find_bar(graph, outlet, true) < 0) {
            add_bar(graph, outlet, true);
        }
    }
}

/* ---- items ---------------------------------------------------------------------------------------- */

static struct draw_item *add_item(struct draw_graph *graph, enum draw_what what, int number)
{
    struct draw_item *item = &graph->items[graph->item_count++];

    assert(graph->item_count <= DRAW_ITEMS_MAX);
    *item = (struct draw_item){.what = what,
                               .number = number,
                               .left = DRAW_NOWHERE,
                               .right = DRAW_NOWHERE,
                               .left_letter = -1,
                               .right_letter = -1};
    return item;
}

static void add_control(struct draw_item *item, enum draw_net net, const char *port, const char *cable)
{
    assert(item->control_count < DRAW_CONTROLS_MAX);
    item->controls[item->control_count++] = (struct draw_control){net, port, cable};
}

/* What turns it on. */
static const char *port_of(const struct scenario_equipment *entry)
{
    if (entry->kind == EQUIPMENT_RELAY) {
        return "coil";
    }
    if (entry->kind == EQUIPMENT_GENERATOR) {
        return entry->input == INPUT_HIGH ? "start" : "start, L";
    }
    return entry->input == INPUT_HIGH ? "H" : "L";
}

/* The outputs that turn it on, and the cables to its inputs. */
static void add_controls(struct draw_item *item, const struct scenario_equipment *entry)
{
    static const char *const cables[] = {"wire", "non-inverting", "pull-down", "inverting"};
    const char *port = port_of(entry);

    if (entry->control == CONTROL_LOAD || entry->control == CONTROL_LOAD_AND_CHARGER) {
        add_control(item, DRAW_LOAD, port, cables[entry->cable]);
    }
    if (entry->control == CONTROL_PRE_ALARM) {
        add_control(item, DRAW_PRE_ALARM, port, cables[entry->cable]);
    }
    if (entry->control == CONTROL_CHARGER || entry->control == CONTROL_LOAD_AND_CHARGER) {
        add_control(item, DRAW_CHARGER, port, cables[entry->cable]);
    }
    if (entry->kind == EQUIPMENT_GENERATOR && draw_setting(entry, "charger_remote") > 0.0) {
        add_control(item, DRAW_CHARGER, "charger", "wire");
    }
}

static bool is_source(const struct scenario_equipment *entry)
{
    return entry->kind == EQUIPMENT_SOLAR_CHARGER || entry->kind == EQUIPMENT_CHARGER ||
           entry->kind == EQUIPMENT_GENERATOR || entry->kind == EQUIPMENT_ALTERNATOR;
}

/* What it joins: true, with both bars, of a switch, a converter or an inverter with an outlet that is used. */
static bool joins(const struct draw_graph *graph, int number, int *from, int *to)
{
    const struct scenario_equipment entry = draw_equipment(graph->described, number);
    const int outlet = find_bar(graph, number, true);

    *from = entry.from;
    *to = outlet >= 0 ? outlet : entry.to;
    return outlet >= 0 || equipment_kinds[entry.kind]->ports == EQUIPMENT_FROM_TO;
}

/* Something that is on one bar alone: a source on its left, what takes from it on its right. */
static struct draw_item *add_leaf(struct draw_graph *graph, enum draw_what what, int number, int bar,
                                  bool is_left)
{
    struct draw_item *item = add_item(graph, what, number);

    item->at = bar;
    item->is_left = is_left;
    item->left = is_left ? DRAW_NOWHERE : bar;
    item->right = is_left ? bar : DRAW_NOWHERE;
    return item;
}

/* Between two bars of which one is the other's parent; or, with letters, left of `to` and right of `from`. */
static struct draw_item *add_joint(struct draw_graph *graph, enum draw_what what, int number, int from,
                                   int to)
{
    const struct draw_bar *bars = graph->bars;
    struct draw_item *item = add_item(graph, what, number);

    if (bars[from].parent == to || bars[to].parent == from) {
        const int child = bars[to].parent == from ? to : from;
        const int parent = child == to ? from : to;
        const bool is_right = bars[child].side == DRAW_RIGHT;

        item->at = child;
        item->is_left = is_right;
        item->left = is_right ? parent : child;
        item->right = is_right ? child : parent;
        return item;
    }
    item->at = to;
    item->is_left = true;
    item->right = to;
    item->left_letter = graph->letter_count++;
    struct draw_item *other = add_leaf(graph, DRAW_CONNECTOR, item->left_letter, from, false);
    other->left_letter = item->left_letter;
    return item;
}

static void add_equipment(struct draw_graph *graph)
{
    for (int number = 0; number < draw_equipment_count(graph->described); number++) {
        const struct scenario_equipment entry = draw_equipment(graph->described, number);
        struct draw_item *item = NULL;
        int from = 0;
        int to = 0;

        if (joins(graph, number, &from, &to)) {
            item = add_joint(graph, DRAW_EQUIPMENT, number, from, to);
        } else {
            item = add_leaf(graph, DRAW_EQUIPMENT, number, from, is_source(&entry));
        }
        add_controls(item, &entry);
    }
}

static void add_load_relay(struct draw_graph *graph)
{
    const int bar = find_bar(graph, DRAW_BAR_RELAY, false);
    struct draw_item *item = NULL;

    if (!draw_has_load_relay(graph->described)) {
        return;
    }
    if (bar >= 0) {
        item = add_joint(graph, DRAW_LOAD_RELAY, 0, 0, bar);
    } else {
        item = add_leaf(graph, DRAW_LOAD_RELAY, 0, 0, false);
        item->left = DRAW_NOWHERE;
    }
    add_control(item, DRAW_LOAD, "coil", "wire");
}

static void add_loads(struct draw_graph *graph)
{
    for (int i = 0; i < graph->described->load_count; i++) {
        const struct scenario_load *load = &graph->described->loads[i];
        struct draw_item *item = add_leaf(graph, DRAW_LOAD_BOX, i, bar_of_load(graph, load), false);

        if (load->until == UNTIL_PRE_ALARM) {
            add_control(item, DRAW_PRE_ALARM, "off", "wire");
        }
    }
}

static void add_items(struct draw_graph *graph)
{
    if (graph->described->lines.consumers[CONSUMER_PRE_ALARM_DEVICE] > 0 &&
        draw_consumer_setting(graph->described, CONSUMER_PRE_ALARM_DEVICE, "current_a") > 0.0) {
        struct draw_item *lamp = add_leaf(graph, DRAW_PRE_ALARM_DEVICE, 0, 0, true);

        lamp->right = DRAW_NOWHERE;
        add_control(lamp, DRAW_PRE_ALARM, "+", "wire");
    }
    add_load_relay(graph);
    add_equipment(graph);
    for (int bus = 1; bus <= graph->described->bus_count; bus++) {
        if (graph->described->buses[bus - 1].has_battery) {
            add_leaf(graph, DRAW_LEAD_ACID, bus, bus, true);
        }
    }
    add_loads(graph);
}

/* ---- trees ---------------------------------------------------------------------------------------- */

/* What feeds by itself: a bus with a battery or a source. */
static bool has_source(const struct draw_graph *graph, int bar)
{
    if (graph->bars[bar].is_outlet || graph->bars[bar].number < 1) {
        return false;
    }
    if (graph->described->buses[graph->bars[bar].number - 1].has_battery) {
        return true;
    }
    for (int number = 0; number < draw_equipment_count(graph->described); number++) {
        const struct scenario_equipment entry = draw_equipment(graph->described, number);

        if (entry.from == bar && is_source(&entry)) {
            return true;
        }
    }
    return false;
}

/* The connections: of equipment by its number, and behind it that of the load's relay. */
static bool connection(const struct draw_graph *graph, int index, int *from, int *to)
{
    if (index < draw_equipment_count(graph->described)) {
        return joins(graph, index, from, to);
    }
    *from = 0;
    *to = find_bar(graph, DRAW_BAR_RELAY, false);
    return *to >= 0;
}

static bool is_fed_from(const struct draw_graph *graph, int bar, int feeder)
{
    int from = 0;
    int to = 0;

    for (int i = 0; i <= draw_equipment_count(graph->described); i++) {
        if (connection(graph, i, &from, &to) && to == bar && (from == feeder || feeder < 0) && from != bar) {
            return true;
        }
    }
    return false;
}

static void place(struct draw_graph *graph, int bar, int parent, enum draw_side side)
{
    const int step = side == DRAW_LEFT ? -1 : 1;

    graph->bars[bar].parent = parent;
    graph->bars[bar].side = side;
    graph->bars[bar].layer = parent < 0 ? 0 : graph->bars[parent].layer + step;
    graph->bars[bar].is_placed = true;
}

/*
 * The bar that connection `index` puts left or right of `bar`, or -1: one that is not placed, and feeds it or is fed by it. What both
 * feeds it and is fed by it goes to the left only if it has a source.
 */
static int neighbour(const struct draw_graph *graph, int index, int bar, enum draw_side side)
{
    int from = 0;
    int to = 0;

    if (!connection(graph, index, &from, &to) || (side == DRAW_LEFT ? to : from) != bar) {
        return -1;
    }
    const int other = side == DRAW_LEFT ? from : to;
    const bool belongs = side == DRAW_RIGHT || has_source(graph, other) || !is_fed_from(graph, other, bar);
    return belongs && !graph->bars[other].is_placed ? other : -1;
}

/* Places all that feeds `root` left of it, or all that it feeds right of it, and so on from there. */
static void place_side(struct draw_graph *graph, int root, enum draw_side side)
{
    int queue[DRAW_BARS_MAX] = {root};
    int count = 1;

    for (int i = 0; i < count; i++) {
        for (int index = 0; index <= draw_equipment_count(graph->described); index++) {
            const int other = neighbour(graph, index, queue[i], side);

            if (other >= 0) {
                assert(count < DRAW_BARS_MAX);
                place(graph, other, queue[i], side);
                queue[count++] = other;
            }
        }
    }
}

/* The bar that is not placed and begins the next tree: one that nothing feeds, else the first; -1: all are placed. */
static int next_root(const struct draw_graph *graph)
{
    int root = -1;

    for (int bar = 0; bar < graph->bar_count; bar++) {
        if (graph->bars[bar].is_placed) {
            continue;
        }
        if (!is_fed_from(graph, bar, -1)) {
            return bar;
        }
        root = root < 0 ? bar : root;
    }
    return root;
}

void draw_graph(struct draw_graph *graph, const struct scenario *described)
{
    memset(graph, 0, sizeof *graph);
    graph->described = described;
    add_bars(graph);
    for (int root = 0; root >= 0; root = next_root(graph)) {
        place(graph, root, -1, DRAW_ROOT);
        place_side(graph, root, DRAW_LEFT);
        place_side(graph, root, DRAW_RIGHT);
    }
    add_items(graph);
    assert(graph->bar_count >= 1 && graph->bars[0].parent < 0);
}
