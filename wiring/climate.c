/* SPDX-License-Identifier: Apache-2.0 */
#include "wiring/climate.h"

#include <assert.h>
#include <math.h>

#include "twin/cell.h"
#include "twin/weather.h"

#define SLOT_S ((double)WEATHER_SLOT_TICKS / SBMS_TICKS_PER_S)
#define LAG_PART 0.153518 /* of the way to the air in a slot: 1 - e^(-600 s / 3600 s) */
#define LAG_S 3600.0

/* How much the batteries with the coldest surroundings are below the air. */
static double coldest_offset_c(const struct scenario_bank *bank)
{
    double coldest_c = 0.0;

    for (int i = 0; i < bank->difference_count; i++) {
        const struct scenario_difference *difference = &bank->differences[i];

        if (difference->cell == 0 && difference->temp_offset_c < coldest_c) {
            coldest_c = difference->temp_offset_c;
        }
    }
    return coldest_c;
}

/* Whether part `i` gives at all hours, whatever the weather and Charger are. */
static bool is_steady(const struct feed *feed, int i)
{
    const struct wiring_part *part = &feed->parts.parts[i];
    double power_w = 0.0;

    return part->facts.is_source && feed->works[i] && part->facts.hours.count == 0 &&
           part->entry.control == CONTROL_NONE && !part->facts.stops_with_charger &&
           !feed_sun_w(feed, i, 0, &power_w);
}

/* Whether what is steady, or a battery beside the bank, feeds `bus`. */
static bool is_fed_beside(const struct feed *feed, int bus, bool by_batteries)
{
    const struct wiring_way way = {.by_converters = true, .only = feed->works};
    bool is_fed = false;

    for (int i = 0; i < feed->parts.count; i++) {
        is_fed = is_fed || (is_steady(feed, i) &&
                            wiring_gets_to(&feed->parts, &way, feed->parts.parts[i].entry.to, bus));
    }
    for (int i = 1; by_batteries && i <= feed->described->bus_count; i++) {
        is_fed = is_fed ||
                 (wiring_bus_has_battery(feed->described, i) && wiring_gets_to(&feed->parts, &way, i, bus));
    }
    return is_fed;
}

/* Whether part `i` is a heater that works in the feed. One that needs a source has the bank's while that is charged. */
static bool heats(const struct feed *feed, int i)
{
    const struct wiring_part *part = &feed->parts.parts[i];
    const bool by_bank =
        feed->is_fed[part->entry.from] && !(part->facts.needs_source && feed->moment == FEED_WORKING);

    return feed_heats(feed, i) && feed->works[i] &&
           (by_bank || is_fed_beside(feed, part->entry.from, !part->facts.needs_source));
}

/* By how much they warm the batteries for ever. */
static double heated_k(const struct feed *feed)
{
    const struct scenario_bank *bank = &feed->described->bank;
    const double watt_per_k = CELL_MASS_KG_PER_AH * CELL_HEAT_J_PER_KGK * bank->capacity_ah * bank->cells *
                              bank->series * bank->parallel / LAG_S;
    double sum_w = 0.0;

    for (int i = 0; i < feed->parts.count; i++) {
        const struct wiring_part *part = &feed->parts.parts[i];

        if (heats(feed, i)) {
            sum_w += part->facts.from_a_max * WIRING_UNIT_V *
                     scenario_bus_units(feed->described, part->entry.from);
        }
    }
    return sum_w / watt_per_k;
}

/* The warmest at which one of them begins to heat; -60: there is none. */
static double held_c(const struct feed *feed)
{
    double warmest_c = CELL_TEMP_MIN_C;

    for (int i = 0; i < feed->parts.count; i++) {
        if (heats(feed, i)) {
            warmest_c = fmax(warmest_c, feed->parts.parts[i].facts.heats_below_c);
        }
    }
    return warmest_c;
}

/* ---- slots ---------------------------------------------------------------------------------------- */

int64_t climate_slots(const struct scenario *described)
{
    const double slots = described->duration_s / SLOT_S;
    const int64_t year = (int64_t)WEATHER_YEAR_DAYS * WEATHER_SLOTS_A_DAY;

    return slots < 1.0 ? 1 : slots < (double)year ? (int64_t)slots : year;
}

void climate_begin(const struct feed *feed, struct climate *climate)
{
    climate->described = feed->described;
    climate->warmer_k = heated_k(feed) + coldest_offset_c(&feed->described->bank);
    climate->battery_c = weather_ambient_c(feed->described, 0) + climate->warmer_k;
}

double climate_next_c(struct climate *climate, int64_t slot)
{
    assert(slot >= 0);
    climate->battery_c +=
        LAG_PART * (weather_ambient_c(climate->described, slot) + climate->warmer_k - climate->battery_c);
    return climate->battery_c;
}

double climate_coldest_c(const struct feed *feed)
{
    struct climate climate;

    climate_begin(feed, &climate);

    double coldest_c = climate.battery_c;

    for (int64_t slot = 0; slot < climate_slots(feed->described); slot++) {
        coldest_c = fmin(coldest_c, climate_next_c(&climate, slot));
    }
    return fmin(coldest_c, fmax(coldest_c - heated_k(feed), held_c(feed)));
}
