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

bool feed_stops_by_itself(const struct feed *feed, int i)
{
    const struct wiring_part *part = &feed->parts.parts[i];

    assert(i >= 0 && i < feed->parts.count);
    return part->facts.cut_out_mv >=
           feed_bus_mv(feed->described, part->entry.from, feed->described->bank.settings.under_voltage_mv);
}

/*
 * Whether its control lets it work. What Load controls is taken to stop with Load, whatever its cable, its input and its contact are:
 * WIRE-4 says when they are wrong.
 */
static bool is_let(const struct wiring_part *part, enum feed_moment moment)
{
    switch (part->entry.control) {
    case CONTROL_LOAD:
    case CONTROL_LOAD_AND_CHARGER:
        return moment != FEED_CUT;
    case CONTROL_PRE_ALARM:
        return part->facts.works_while_floating;
    default:
        return true; /* Charger is high, or nothing controls it */
    }
}

static bool does_work(const struct feed *feed, int i)
{
    const struct wiring_part *part = &feed->parts.parts[i];

    if (part->facts.closes_while_charged && feed->moment != FEED_CHARGING) {
        return false;
    }
    return is_let(part, feed->moment) && !(feed->moment == FEED_CUT && feed_stops_by_itself(feed, i));
}

enum way { WAY_OUT = 0, WAY_OUT_BY_CONTACTS, WAY_IN, WAY_IN_BY_CONTACTS };

/* Whether current goes through it from `from` to `to`, as through a contact or a converter. */
static bool carries(const struct feed *feed, int i, enum way way)
{
    const struct equipment_facts *facts = &feed->parts.parts[i].facts;
    const bool is_converter = facts->charges && !facts->is_source;

    return feed->works[i] && (facts->is_contact || (is_converter && (way == WAY_OUT || way == WAY_IN)));
}

static bool carries_back(const struct feed *feed, int i)
{
    const struct equipment_facts *facts = &feed->parts.parts[i].facts;

    return feed->works[i] && facts->is_contact && facts->joins_both_ways;
}

/* Lets it be so at `last` where it is at `first`; false: nothing new. */
static bool pass(bool is_open, const bool *first, bool *last)
{
    const bool is_new = is_open && *first && !*last;

    *last = *last || is_new;
    return is_new;
}

/* Lets `is_so` spread by what stands between two buses; false: it is so nowhere else. */
static bool spread_once(const struct feed *feed, enum way way, bool *is_so)
{
    const bool backwards = way == WAY_IN || way == WAY_IN_BY_CONTACTS;
    bool has_spread = false;

    for (int i = 0; i < feed->parts.count; i++) {
        const struct scenario_equipment *entry = &feed->parts.parts[i].entry;
        bool *first = &is_so[backwards ? entry->to : entry->from];
        bool *last = &is_so[backwards ? entry->from : entry->to];

        has_spread = pass(carries(feed, i, way), first, last) || has_spread;
        has_spread = pass(carries_back(feed, i), last, first) || has_spread;
    }
    return has_spread;
}

static void spread(const struct feed *feed, enum way way, bool *is_so)
{
    is_so[0] = true;
    while (spread_once(feed, way, is_so)) {
    }
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
    spread(feed, WAY_OUT, feed->is_fed);
    spread(feed, WAY_OUT_BY_CONTACTS, feed->is_joined);
    spread(feed, WAY_IN, feed->gives);
    spread(feed, WAY_IN_BY_CONTACTS, feed->gives_directly);
}

bool feed_heats(const struct feed *feed, int i)
{
    assert(i >= 0 && i < feed->parts.count);
    return equipment_kinds[feed->parts.parts[i].entry.kind]->heats_bank;
}

bool feed_charges_bank(const struct feed *feed, int i)
{
    const struct wiring_part *part = &feed->parts.parts[i];

    assert(i >= 0 && i < feed->parts.count);
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

bool feed_solar(const struct feed *feed, int i, struct scenario_solar *solar)
{
    const struct scenario_equipment *entry = &feed->parts.parts[i].entry;

    assert(i >= 0 && i < feed->parts.count);
    if (entry->kind != EQUIPMENT_SOLAR_CHARGER) {
        return false;
    }
    equipment_settings(entry, solar, sizeof *solar);
    return solar->panel_w > 0.0;
}
