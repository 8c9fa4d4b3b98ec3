/* SPDX-License-Identifier: Apache-2.0 */
/*
 * WIRE-17. The run's air, ten minutes at a time (twin/weather.h), a battery that follows it with a lag of an hour (docs/MODELS.md), and
 * its low-temperature limit with the hysteresis of BAT-5. A month counts when charging is barred for a third of the energy that its sun
 * would have brought or, where anything but the sun charges, for a third of its time. A heater of the batteries cures that.
 */
#include "wiring/cold.h"
#include "wiring/rules.h"

#include <assert.h>
#include <stdio.h>

#include "twin/calendar.h"
#include "twin/cell.h"
#include "twin/weather.h"
#include "wiring/feed.h"

#define SLOT_S 600.0
#define LAG_PART 0.153518 /* of the way to the air in a slot: 1 - e^(-600 s / 3600 s) */
#define LAG_S 3600.0
#define BARRED_PART_MIN (1.0 / 3.0) /* chosen: less than that a winter that is short of sun loses to clouds */

enum { SLOTS_A_DAY = 144, YEAR_DAYS = 365, MONTHS = 12 };

static const char *const month_names[MONTHS] = {"January",   "February", "March",    "April",
                                                "May",       "June",     "July",     "August",
                                                "September", "October",  "November", "December"};

struct month {
    double whole; /* of time, or of the sun's energy */
    double barred;
};

struct year {
    struct month months[MONTHS];
    double coldest_c; /* of a battery */
    int64_t coldest_slot;
};

/* ---- the air -------------------------------------------------------------------------------------- */

static int month_of(const struct scenario *described, int64_t slot)
{
    static const int ends[MONTHS] = {31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};
    const int64_t day = slot / SLOTS_A_DAY;
    int month = 0;

    if (described->start_date > 0) {
        return calendar_date(described->start_date - 1 + day).month - 1;
    }
    while (month < MONTHS - 1 && (described->start_day_of_year - 1 + day) % YEAR_DAYS >= ends[month]) {
        month++;
    }
    return month;
}

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

/* By how much the heaters that are not controlled by Charger warm the batteries for ever. */
static double heated_k(const struct feed *feed)
{
    const struct scenario_bank *bank = &feed->described->bank;
    const double watt_per_k = CELL_MASS_KG_PER_AH * CELL_HEAT_J_PER_KGK * bank->capacity_ah * bank->cells *
                              bank->series * bank->parallel / LAG_S;
    double sum_w = 0.0;

    for (int i = 0; i < feed->parts.count; i++) {
        const struct wiring_part *part = &feed->parts.parts[i];

        if (feed_heats(feed, i) && feed->works[i] && feed->is_fed[part->entry.from]) {
            sum_w += part->facts.from_a_max * WIRING_UNIT_V *
                     scenario_bus_units(feed->described, part->entry.from);
        }
    }
    return sum_w / watt_per_k;
}

/* ---- what the sun brings -------------------------------------------------------------------------- */

/* Whether nothing but the sun charges. */
static bool is_all_solar(const struct feed *feed)
{
    double power_w = 0.0;

    for (int i = 0; i < feed->parts.count; i++) {
        if (feed_charges_bank(feed, i) && !feed_sun_w(feed, i, 0, &power_w)) {
            return false;
        }
    }
    return true;
}

static double sun_w(const struct feed *feed, int64_t slot)
{
    double sum_w = 0.0;

    for (int i = 0; i < feed->parts.count; i++) {
        double power_w = 0.0;

        if (feed_charges_bank(feed, i) && feed_sun_w(feed, i, slot, &power_w)) {
            sum_w += power_w;
        }
    }
    return sum_w;
}

/* ---- months --------------------------------------------------------------------------------------- */

static int64_t slots_of(const struct scenario *described)
{
    const double slots = described->duration_s / SLOT_S;
    const int64_t year = (int64_t)YEAR_DAYS * SLOTS_A_DAY;

    return slots < 1.0 ? 1 : slots < (double)year ? (int64_t)slots : year;
}

static void go_through(const struct feed *feed, struct year *year)
{
    const struct scenario *described = feed->described;
    const double warmer_k = heated_k(feed) + coldest_offset_c(&described->bank);
    const double limit_c = 0.1 * described->bank.settings.low_temp_dc;
    const double back_c = limit_c + 0.1 * SBMS_LOW_TEMP_HYSTERESIS_DC;
    const bool by_sun = is_all_solar(feed);
    double battery_c = weather_ambient_c(described, 0) + warmer_k;
    bool is_barred = false;

    year->coldest_c = battery_c;
    for (int64_t slot = 0; slot < slots_of(described); slot++) {
        struct month *month = &year->months[month_of(described, slot)];
        const double weight = by_sun ? sun_w(feed, slot) : 1.0;

        battery_c += LAG_PART * (weather_ambient_c(described, slot) + warmer_k - battery_c);
        is_barred = battery_c < limit_c || (is_barred && battery_c < back_c);
        month->whole += weight;
        month->barred += is_barred ? weight : 0.0;
        if (battery_c < year->coldest_c) {
            year->coldest_c = battery_c;
            year->coldest_slot = slot;
        }
    }
}

static bool is_cold(const struct month *month)
{
    return month->whole > 0.0 && month->barred >= BARRED_PART_MIN * month->whole;
}

/* "January, February and March"; how many. */
static int name_months(const struct year *year, char *text, size_t size)
{
    int count = 0;
    int left = 0;
    size_t used = 0;

    for (int i = 0; i < MONTHS; i++) {
        left += is_cold(&year->months[i]) ? 1 : 0;
    }
    count = left;
    for (int i = 0; i < MONTHS && left > 0; i++) {
        if (is_cold(&year->months[i])) {
            used += (size_t)snprintf(text + used, size - used, "%s%s", month_names[i],
                                     left > 2    ? ", "
                                     : left == 2 ? " and "
                                                 : "");
            assert(used < size);
            left--;
        }
    }
    return count;
}

int cold_months(const struct feed *feed, char *text, size_t size)
{
    struct year year = {.coldest_c = 0.0};

    assert(size >= COLD_MONTHS_SIZE);
    go_through(feed, &year);
    return name_months(&year, text, size);
}

static double most_barred_pct(const struct year *year)
{
    double most = 0.0;

    for (int i = 0; i < MONTHS; i++) {
        const struct month *month = &year->months[i];

        if (is_cold(month) && month->barred / month->whole > most) {
            most = month->barred / month->whole;
        }
    }
    return most * 100.0;
}

static void look(const struct scenario *described, const struct wiring_rule *rule,
                 struct wiring_findings *findings)
{
    struct year year = {.coldest_c = 0.0};
    struct feed feed;
    char months[160];

    feed_look(described, FEED_CHARGING, &feed);
    if (!feed_has_source(&feed)) {
        return;
    }
    go_through(&feed, &year);
    if (name_months(&year, months, sizeof months) == 0) {
        return;
    }
    const int64_t slot = year.coldest_slot % SLOTS_A_DAY;

    wiring_report(findings, rule, described->lines.bank,
                  "in %s the cold bars charging for up to %.0f %% of %s: below %.1f degC, until there are "
                  "%.1f degC. The coldest is %.1f degC at %02d:%02d of day %d",
                  months, most_barred_pct(&year), is_all_solar(&feed) ? "what the sun brings" : "the time",
                  0.1 * described->bank.settings.low_temp_dc,
                  0.1 * (described->bank.settings.low_temp_dc + SBMS_LOW_TEMP_HYSTERESIS_DC), year.coldest_c,
                  (int)(slot / 6), (int)(slot % 6 * 10), (int)(year.coldest_slot / SLOTS_A_DAY) + 1);
}

const struct wiring_rule wiring_rule_17 = {
    .id = "WIRE-17",
    .title = "months in which the cold bars charging",
    .why =
        "A lithium battery must not be charged below its limit, and Charger floats until it is warmer. What "
        "the sources would give is lost, and the batteries run down with good chargers beside them.",
    .instead =
        "Bring the batteries into the warm, insulate them, or give them a heater that Charger does not "
        "control. One on Load heats no more after a cut, and then no charger may charge.",
    .source = "BAT-5: lost below the limit, back 2 degC above it; a third of a month is a finding",
    .look = look,
};
