/* SPDX-License-Identifier: Apache-2.0 */
#include "wiring/feed.h"

#include <assert.h>
#include <string.h>

#include "twin/weather.h"

#define CELLS_OF_A_UNIT 4 /* 12.8 V */

enum { SUN_DAYS = 5 /* one in so many days is looked at */ };

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

/* ---- what gives together -------------------------------------------------------------------------- */

bool feed_brings(const struct feed *feed, int i)
{
    const struct wiring_part *part = part_of(feed, i);
    const bool is_of_bank = !part->facts.is_source && feed->is_joined[part->entry.from];

    return part->facts.charges && feed->gives_directly[part->entry.to] && !is_of_bank;
}

/* By the days of a year: whether the sun is up for the panel of part `i` in this slot of a day. */
static bool is_sunny(const struct feed *feed, int i, int slot_of_day)
{
    double power_w = 0.0;

    for (int64_t day = 0; day < WEATHER_YEAR_DAYS && power_w <= 0.0; day += SUN_DAYS) {
        if (!feed_sun_w(feed, i, day * WEATHER_SLOTS_A_DAY + slot_of_day, &power_w)) {
            return true; /* it needs none */
        }
    }
    return power_w > 0.0;
}

static bool may_work(const struct feed *feed, int i)
{
    return feed->works[i] || feed->parts.parts[i].entry.control == CONTROL_PRE_ALARM;
}

static bool has_hours(const struct feed *feed, int i, int64_t tick)
{
    return hours_hold(&feed->parts.parts[i].facts.hours, feed->described->first_weekday, tick);
}

/* Whether one of those that give brings current to `bus`. */
static bool is_charged(const struct feed *feed, const bool gives[WIRING_PARTS_MAX], int bus)
{
    const struct wiring_way way = {.only = feed->works};
    bool is = false;

    for (int i = 0; i < feed->parts.count && !is; i++) {
        is = gives[i] && wiring_gets_to(&feed->parts, &way, feed->parts.parts[i].entry.to, bus);
    }
    return is;
}

/* Those that give at `tick`, in whose slot of the day the sun is up where `is_up` says so. */
static void mix_at(const struct feed *feed, const bool is_up[WIRING_PARTS_MAX], int64_t tick,
                   bool gives[WIRING_PARTS_MAX])
{
    bool sources[WIRING_PARTS_MAX] = {false};

    for (int i = 0; i < feed->parts.count; i++) {
        sources[i] =
            feed->parts.parts[i].facts.is_source && may_work(feed, i) && is_up[i] && has_hours(feed, i, tick);
        gives[i] = sources[i];
    }
    for (int i = 0; i < feed->parts.count; i++) {
        const struct wiring_part *part = &feed->parts.parts[i];

        if (part->facts.charges && !part->facts.is_source && may_work(feed, i)) {
            gives[i] = !part->facts.needs_charged_input || is_charged(feed, sources, part->entry.from);
        }
    }
}

/* The tick after `tick` at which hours of any part begin or end, or the next slot of the weather. */
static int64_t next_tick(const struct feed *feed, int64_t tick)
{
    int64_t next = (tick / WEATHER_SLOT_TICKS + 1) * WEATHER_SLOT_TICKS;

    for (int i = 0; i < feed->parts.count; i++) {
        const int64_t change =
            hours_next_tick(&feed->parts.parts[i].facts.hours, feed->described->first_weekday, tick);

        next = change < next ? change : next;
    }
    return next;
}

void feed_each_mix(const struct feed *feed, void (*see)(void *self, const bool gives[WIRING_PARTS_MAX]),
                   void *self)
{
    bool is_up[WEATHER_SLOTS_A_DAY][WIRING_PARTS_MAX];
    bool before[WIRING_PARTS_MAX] = {false};
    int64_t tick = HOURS_WEEK_TICKS; /* the second week has windows of the day before it */

    assert(feed->moment == FEED_CHARGING);
    for (int slot = 0; slot < WEATHER_SLOTS_A_DAY; slot++) {
        for (int i = 0; i < feed->parts.count; i++) {
            is_up[slot][i] = is_sunny(feed, i, slot);
        }
    }
    while (tick < 2 * HOURS_WEEK_TICKS) {
        const int64_t next = next_tick(feed, tick);
        bool gives[WIRING_PARTS_MAX] = {false};

        assert(next > tick);
        mix_at(feed, is_up[tick / WEATHER_SLOT_TICKS % WEATHER_SLOTS_A_DAY], tick, gives);
        if (tick == HOURS_WEEK_TICKS || memcmp(gives, before, sizeof before) != 0) {
            see(self, gives);
            memcpy(before, gives, sizeof before);
        }
        tick = next;
    }
}
