/* SPDX-License-Identifier: Apache-2.0 */
#include "wiring/feed.h"

#include <assert.h>
#include <string.h>

#define CELLS_OF_A_UNIT 4 /* 12.8 V */

double feed_bus_mv(const struct scenario *described, int bus, double cell_mv)
{
    assert(bus >= 0 && bus <= described->bus_count);
    assert(cell_mv > 0.0);
    return cell_mv * CELLS_OF_A_UNIT * scenario_bus_units(described, bus);
}

static const struct wiring_part *part_of(const struct feed *feed, int i)
{
    assert(i >= 0 && i < feed->parts.count);
    return &feed->parts.parts[i];
}

bool feed_stops_by_itself(const struct feed *feed, int i)
{
    const struct wiring_part *part = part_of(feed, i);

    return part->facts.cut_out_mv >=
           feed_bus_mv(feed->described, part->entry.from, feed->described->bank.settings.under_voltage_mv);
}

/*
 * Whether its control lets it work. What Load controls is taken to stop with Load, whatever its cable, its input and its contact are:
 * WIRE-4 says when they are wrong. What Pre-alarm controls may well work while that floats.
 */
static bool is_let(const struct scenario *described, const struct wiring_part *part, enum feed_moment moment)
{
    const bool is_load_high = moment != FEED_CUT && moment != FEED_RECHARGE && moment != FEED_COLD_CUT;
    const bool is_charger_high = moment != FEED_COLD && moment != FEED_COLD_CUT;

    switch (part->entry.control) {
    case CONTROL_LOAD:
        return is_load_high;
    case CONTROL_LOAD_AND_CHARGER:
        return is_load_high && is_charger_high;
    case CONTROL_CHARGER:
        return is_charger_high;
    case CONTROL_PRE_ALARM:
        return wiring_works(described, part, false);
    default:
        return true;
    }
}

static bool does_work(const struct feed *feed, int i)
{
    const struct wiring_part *part = &feed->parts.parts[i];
    const bool is_uncharged = feed->moment == FEED_WORKING || feed->moment == FEED_CUT;

    if (part->facts.closes_while_charged && is_uncharged) {
        return false;
    }
    return is_let(feed->described, part, feed->moment) &&
           !(feed->moment == FEED_CUT && feed_stops_by_itself(feed, i));
}

void feed_look(const struct scenario *described, enum feed_moment moment, struct feed *feed)
{
    memset(feed, 0, sizeof *feed);
    feed->described = described;
    feed->moment = moment;
    wiring_parts_of(described, &feed->parts);
    for (int i = 0; i < feed->parts.count; i++) {
        feed->works[i] = does_work(feed, i);
    }
    const struct wiring_way contacts = {.only = feed->works};
    const struct wiring_way all = {.only = feed->works, .by_converters = true};

    wiring_spread(&feed->parts, &all, 0, feed->is_fed);
    wiring_spread(&feed->parts, &contacts, 0, feed->is_joined);
    for (int bus = 0; bus <= described->bus_count; bus++) {
        feed->gives[bus] = wiring_gets_to(&feed->parts, &all, bus, 0);
        feed->gives_directly[bus] = wiring_gets_to(&feed->parts, &contacts, bus, 0);
    }
}

double feed_outlet_w_max(const struct feed *feed, int i)
{
    const struct wiring_part *part = part_of(feed, i);

    if (part->facts.efficiency <= 0.0 || part->facts.charges) {
        return 0.0;
    }
    return (part->facts.from_a_max - part->facts.draw_on_a) * part->facts.efficiency * WIRING_UNIT_V *
           scenario_bus_units(feed->described, part->entry.from);
}

bool feed_heats(const struct feed *feed, int i)
{
    assert(i >= 0 && i < feed->parts.count);
    return equipment_kinds[feed->parts.parts[i].entry.kind]->heats_bank;
}

bool feed_charges_bank(const struct feed *feed, int i)
{
    const struct wiring_part *part = part_of(feed, i);

    return part->facts.is_source && part->facts.to_a_max > 0.0 && feed->gives[part->entry.to];
}

bool feed_has_source(const struct feed *feed)
{
    bool has = false;

    for (int i = 0; i < feed->parts.count; i++) {
        has = has || feed_charges_bank(feed, i);
    }
    return has;
}

bool feed_sun_w(const struct feed *feed, int i, int64_t slot, double *power_w)
{
    const struct scenario_equipment *entry = &part_of(feed, i)->entry;
    const struct equipment_kind *kind = equipment_kinds[entry->kind];
    struct equipment_state state = {.timer_tick = EQUIPMENT_NEVER};

    if (kind->weather == NULL) {
        return false;
    }
    kind->weather(entry, feed->described, slot, &state);
    *power_w = state.level;
    return true;
}
