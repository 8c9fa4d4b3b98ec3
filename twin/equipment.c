/* SPDX-License-Identifier: Apache-2.0 */
#include "twin/equipment.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define EQUIPMENT_PLACE(id, name) [EQUIPMENT_##id] = &equipment_##name,
const struct equipment_kind *const equipment_kinds[EQUIPMENT_KIND_COUNT] = {EQUIPMENT_KINDS(EQUIPMENT_PLACE)};

/* ---- settings and states -------------------------------------------------------------------------- */

void equipment_settings(const struct scenario_equipment *entry, void *settings, size_t size)
{
    assert(size <= SCENARIO_EQUIPMENT_SIZE);
    memcpy(settings, entry->settings, size);
}

void equipment_set(struct scenario_equipment *entry, const void *settings, size_t size)
{
    assert(size <= SCENARIO_EQUIPMENT_SIZE);
    memcpy(entry->settings, settings, size);
}

double equipment_filled(double value, double otherwise)
{
    return value == 0.0 ? otherwise : value;
}

bool equipment_check_mv(const char *key, double voltage_mv, double low_mv, double high_mv, int units,
                        struct equipment_complaint *complaint)
{
    if (voltage_mv >= low_mv * units && voltage_mv <= high_mv * units) {
        return true;
    }
    complaint->key = key;
    snprintf(complaint->text, sizeof complaint->text, "%s %.15g is outside %.0f..%.0f mV on a bus of %.1f V",
             key, voltage_mv, low_mv * units, high_mv * units, 12.8 * units);
    return false;
}

bool equipment_check_below(const char *key, double mv, const char *than, double than_mv,
                           struct equipment_complaint *complaint)
{
    if (mv < than_mv) {
        return true;
    }
    complaint->key = key;
    snprintf(complaint->text, sizeof complaint->text, "%s %.15g is not below %s %.15g", key, mv, than,
             than_mv);
    return false;
}

bool equipment_joins_equals(int from_units, int to_units, struct equipment_complaint *complaint)
{
    if (from_units != to_units) {
        complaint->key = "to";
        snprintf(complaint->text, sizeof complaint->text,
                 "to is a bus of %d V and from one of %d V; a switch joins buses of one voltage",
                 12 * to_units, 12 * from_units);
    }
    return from_units == to_units;
}

bool equipment_same(const struct equipment_state *a, const struct equipment_state *b)
{
    return a->phase == b->phase && a->count == b->count && a->phase_tick == b->phase_tick &&
           a->timer_tick == b->timer_tick && a->level == b->level;
}

struct equipment_state equipment_in_phase(const struct equipment_state *state, int phase, int64_t tick)
{
    struct equipment_state next = *state;

    next.phase = phase;
    next.phase_tick = tick;
    next.timer_tick = EQUIPMENT_NEVER;
    return next;
}

struct equipment_state equipment_timed(const struct equipment_state *state, bool holds, int64_t tick)
{
    struct equipment_state next = *state;

    if (!holds) {
        next.timer_tick = EQUIPMENT_NEVER;
    } else if (state->timer_tick == EQUIPMENT_NEVER) {
        next.timer_tick = tick;
    }
    return next;
}

bool equipment_has_lasted(const struct equipment_state *state, int64_t ticks, int64_t tick)
{
    return state->timer_tick != EQUIPMENT_NEVER && tick - state->timer_tick >= ticks;
}

struct equipment_state equipment_level_timed(const struct equipment_state *state, bool holds, int64_t tick)
{
    struct equipment_state next = *state;

    if (!holds) {
        next.level = 0.0;
    } else if (state->level == 0.0) {
        next.level = (double)(tick + 1);
    }
    return next;
}

bool equipment_level_has_lasted(const struct equipment_state *state, int64_t ticks, int64_t tick)
{
    return state->level > 0.0 && tick + 1 - (int64_t)state->level >= ticks;
}

int64_t equipment_level_end(const struct equipment_state *state, int64_t ticks)
{
    return state->level > 0.0 ? (int64_t)state->level - 1 + ticks : INT64_MAX;
}

int64_t equipment_sooner(int64_t next, int64_t other, int64_t tick)
{
    return other > tick && other < next ? other : next;
}

/* ---- names ---------------------------------------------------------------------------------------- */

/* NULL: the section `solar`. */
static const struct scenario_equipment *entry_of(const struct scenario *described, int number)
{
    const int index = number - (described->solar.panel_w > 0.0 ? 1 : 0);

    assert(number >= 0 && index < described->equipment_count);
    return index < 0 ? NULL : &described->equipment[index];
}

const char *equipment_name(const struct scenario *described, int number)
{
    const struct scenario_equipment *entry = entry_of(described, number);

    return entry == NULL ? "Solar charger" : entry->name;
}

const char *equipment_phase_word(const struct scenario *described, int number, int phase)
{
    const struct scenario_equipment *entry = entry_of(described, number);
    const int kind = entry == NULL ? (int)EQUIPMENT_SOLAR_CHARGER : (int)entry->kind;

    return equipment_kinds[kind]->phases[phase];
}

/* ---- parts of the network ------------------------------------------------------------------------- */

void equipment_add_link(struct equipment_parts *parts, double ohm, bool is_one_way)
{
    struct network *network = parts->network;

    assert(ohm > 0.0 && network->link_count < NETWORK_LINKS_MAX);
    parts->places->link = network->link_count;
    network->links[network->link_count++] = (struct network_link){
        .from = parts->from_node, .to = parts->to_node, .conductance_s = 1.0 / ohm, .is_one_way = is_one_way};
}

void equipment_add_source(struct equipment_parts *parts, struct network_source source)
{
    struct network *network = parts->network;

    assert(network->source_count < NETWORK_SOURCES_MAX);
    source.node = parts->to_node;
    parts->places->source = network->source_count;
    network->sources[network->source_count++] = source;
}

void equipment_add_load(struct equipment_parts *parts, struct network_load load)
{
    struct network *network = parts->network;

    assert(network->load_count < NETWORK_LOADS_MAX);
    load.node = parts->from_node;
    parts->places->load = network->load_count;
    network->loads[network->load_count++] = load;
}

void equipment_add_converter(struct equipment_parts *parts, struct network_load input,
                             struct network_source source, double efficiency)
{
    equipment_add_load(parts, input);
    source.has_input = true;
    source.input = parts->places->load;
    source.efficiency = efficiency;
    equipment_add_source(parts, source);
}
