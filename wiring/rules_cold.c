/* SPDX-License-Identifier: Apache-2.0 */
/*
 * WIRE-17. The batteries' temperature (wiring/climate.h), and their low-temperature limit with the hysteresis of BAT-5: over the whole year
 * where the scenario says how the air changes with the season, else over the run alone, since a mean of a week in March says
 * nothing of July. A month counts when charging is barred for a third of the energy that its sun
 * would have brought or, where anything but the sun charges, for a third of its time. A heater of the batteries cures that.
 */
#include "wiring/cold.h"
#include "wiring/rules.h"

#include <assert.h>
#include <stdio.h>

#include "twin/calendar.h"
#include "twin/weather.h"
#include "wiring/climate.h"

#define BARRED_PART_MIN (1.0 / 3.0) /* chosen: less than that a winter that is short of sun loses to clouds */

enum { MONTHS = 12 };

static const char *const month_names[MONTHS] = {"January",   "February", "March",    "April",
                                                "May",       "June",     "July",     "August",
                                                "September", "October",  "November", "December"};

struct month {
    double whole; /* of time, or of the sun's energy */
    double barred;
    bool is_run; /* the run comes to it */
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
    const int64_t day = slot / WEATHER_SLOTS_A_DAY;
    int month = 0;

    if (described->start_date > 0) {
        return calendar_date(described->start_date - 1 + day).month - 1;
    }
    while (month < MONTHS - 1 &&
           (described->start_day_of_year - 1 + day) % WEATHER_YEAR_DAYS >= ends[month]) {
        month++;
    }
    return month;
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

/* Those that are looked at: the run's, or a year where the air of all seasons is known. */
static int64_t slots_of(const struct scenario *described)
{
    return described->ambient.season_c > 0.0 ? (int64_t)WEATHER_YEAR_DAYS * WEATHER_SLOTS_A_DAY
                                             : climate_slots(described);
}

static void go_through(const struct feed *feed, struct year *year)
{
    const struct scenario *described = feed->described;
    const double limit_c = 0.1 * described->bank.settings.low_temp_dc;
    const double back_c = limit_c + 0.1 * SBMS_LOW_TEMP_HYSTERESIS_DC;
    const bool by_sun = is_all_solar(feed);
    struct climate climate;
    bool is_barred = false;

    climate_begin(feed, &climate);
    year->coldest_c = climate.battery_c;
    for (int64_t slot = 0; slot < slots_of(described); slot++) {
        struct month *month = &year->months[month_of(described, slot)];
        const double weight = by_sun ? sun_w(feed, slot) : 1.0;
        const double battery_c = climate_next_c(&climate, slot);

        is_barred = battery_c < limit_c || (is_barred && battery_c < back_c);
        month->is_run = month->is_run || slot < climate_slots(described);
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

/* Whether the run comes to all of them, or to none. */
static bool are_run(const struct year *year, bool all)
{
    int count = 0;
    int run = 0;

    for (int i = 0; i < MONTHS; i++) {
        count += is_cold(&year->months[i]) ? 1 : 0;
        run += is_cold(&year->months[i]) && year->months[i].is_run ? 1 : 0;
    }
    return all ? run == count : run > 0;
}

/* "at 06:50 of day 3", or of a month that the run does not come to. */
static void name_coldest(const struct scenario *described, const struct year *year, char *text, size_t size)
{
    const int slot = (int)(year->coldest_slot % WEATHER_SLOTS_A_DAY);
    size_t used = (size_t)snprintf(text, size, "at %02d:%02d ", slot / 6, slot % 6 * 10);

    assert(used < size);
    if (year->coldest_slot < climate_slots(described)) {
        snprintf(text + used, size - used, "of day %d", (int)(year->coldest_slot / WEATHER_SLOTS_A_DAY) + 1);
    } else {
        snprintf(text + used, size - used, "in %s", month_names[month_of(described, year->coldest_slot)]);
    }
}

static void look(const struct scenario *described, const struct wiring_rule *rule,
                 struct wiring_findings *findings)
{
    struct year year = {.coldest_c = 0.0};
    struct feed feed;
    char months[160];
    char coldest[48];

    feed_look(described, FEED_CHARGING, &feed);
    if (!feed_has_source(&feed)) {
        return;
    }
    go_through(&feed, &year);
    if (name_months(&year, months, sizeof months) == 0) {
        return;
    }
    name_coldest(described, &year, coldest, sizeof coldest);
    wiring_report(findings, rule, described->lines.bank,
                  "in %s the cold bars charging for up to %.0f %% of %s: below %.1f degC, until there are "
                  "%.1f degC. The coldest is %.1f degC %s%s",
                  months, most_barred_pct(&year), is_all_solar(&feed) ? "what the sun brings" : "the time",
                  0.1 * described->bank.settings.low_temp_dc,
                  0.1 * (described->bank.settings.low_temp_dc + SBMS_LOW_TEMP_HYSTERESIS_DC), year.coldest_c,
                  coldest,
                  are_run(&year, true)    ? ""
                  : are_run(&year, false) ? ". The run does not come to all of these months"
                                          : ". The run does not come to these months");
}

const struct wiring_rule wiring_rule_17 = {
    .id = "WIRE-17",
    .title = "months in which the cold bars charging",
    .why =
        "A lithium battery must not be charged below its limit, and Charger floats until it is warmer. What "
        "the sources would give is lost, and the batteries run down with good chargers beside them.",
    .instead =
        "Bring the batteries into the warm, insulate them, or give them a heater on a supply that neither "
        "Charger nor a cut of Load takes away: a starter battery's, the mains'. One on Load heats no more "
        "after a cut, and then no charger may charge (WIRE-20).",
    .source = "BAT-5: lost below the limit, back 2 degC above it; a third of a month is a finding; of the "
              "whole year where the scenario has season_c, else of the run",
    .look = look,
};
