/* SPDX-License-Identifier: Apache-2.0 */
#include "twin/weather.h"

#include <assert.h>

#include "twin/calendar.h"
#include "twin/real.h"

#define SLOT_S (86400 / WEATHER_SLOTS_A_DAY)
#define HEIGHT_MIN 0.01 /* a lower sun gives nothing */

enum { STREAM_CLOUD_DAY = 101, STREAM_CLOUD_SLOT };

/* The middle of a slot. */
struct moment {
    double day; /* of a year of 365 days, with the part of the day: 0 is the midnight that begins 1 January */
    double midnight; /* the same of the midnight before it */
    double part;     /* of the day, 0 to 1 */
};

/* Without a date all years have 365 days. A leap year's 366 take as long as they do, and no day of them is like the next. */
static struct moment moment_of(const struct scenario *described, int64_t slot)
{
    const int64_t days = slot / WEATHER_SLOTS_A_DAY;
    int64_t before = (described->start_day_of_year - 1 + days) % 365;
    double scale = 1.0;
    struct moment moment;

    assert(slot >= 0);
    if (described->start_date > 0) {
        const struct calendar_date date = calendar_date(described->start_date - 1 + days);

        before = date.day_of_year - 1;
        scale = 365.0 / date.year_days;
    }
    moment.day = (double)before + ((double)(slot % WEATHER_SLOTS_A_DAY) + 0.5) / WEATHER_SLOTS_A_DAY;
    moment.midnight = real_floor(moment.day);
    moment.part = moment.day - moment.midnight;
    moment.day *= scale;
    moment.midnight *= scale;
    return moment;
}

double weather_ambient_c(const struct scenario *described, int64_t slot)
{
    const struct scenario_ambient *ambient = &described->ambient;
    const struct moment moment = moment_of(described, slot);
    const double coldest_day = 15.0;
    const double warmest_part = 15.0 / 24.0;

    return ambient->mean_c -
           ambient->season_c * real_cos(2.0 * REAL_PI * (moment.day - coldest_day) / 365.0) +
           ambient->day_c * real_cos(2.0 * REAL_PI * (moment.part - warmest_part));
}

/* The sine of the sun's height. */
static double sun_height(const struct scenario *described, const struct scenario_solar *solar, int64_t slot)
{
    const double radians = REAL_PI / 180.0;
    const struct moment moment = moment_of(described, slot);
    const double declination = -23.44 * radians * real_cos(2.0 * REAL_PI * (moment.midnight + 11.0) / 365.0);
    const double latitude = solar->latitude_deg * radians;
    const double hour_angle = 2.0 * REAL_PI * (moment.part - 0.5);

    return real_sin(latitude) * real_sin(declination) +
           real_cos(latitude) * real_cos(declination) * real_cos(hour_angle);
}

static double within(double value, double low, double high)
{
    return value < low ? low : (value > high ? high : value);
}

/* Clouds stay for days and flicker within them: a moving mean of three days' draws, and one of the slot. */
static double cloud_loss(const struct scenario *described, const struct scenario_solar *solar, int64_t slot)
{
    const uint64_t day = (uint64_t)(slot / WEATHER_SLOTS_A_DAY) + 2u;
    const double mean = solar->cloud_pct * 0.01;
    const double spread = 1.3 * mean * (1.0 - mean);
    const double draws = real_random_normal(described->seed, STREAM_CLOUD_DAY, day) +
                         0.75 * real_random_normal(described->seed, STREAM_CLOUD_DAY, day - 1u) +
                         0.5 * real_random_normal(described->seed, STREAM_CLOUD_DAY, day - 2u);
    const double day_loss = within(mean + spread * draws / 1.3463, 0.0, 0.97);
    const double flicker = real_random(described->seed, STREAM_CLOUD_SLOT, (uint64_t)slot, 0) - 0.5;

    return within(day_loss + 1.6 * day_loss * (1.0 - day_loss) * flicker, 0.0, 0.98);
}

double weather_solar_w(const struct scenario *described, const struct scenario_solar *solar, int64_t slot)
{
    const double height = sun_height(described, solar, slot);
    double clear_w_per_m2 = 0.0;

    if (solar->panel_w <= 0.0 || height <= HEIGHT_MIN) {
        return 0.0;
    }
    clear_w_per_m2 = 1098.0 * height * real_exp(-0.057 / height);
    return solar->panel_w * clear_w_per_m2 / 1000.0 * (1.0 - cloud_loss(described, solar, slot)) *
           solar->efficiency_pct * 0.01;
}

struct weather_daylight weather_daylight(const struct scenario *described, const struct scenario_solar *solar,
                                         int64_t day)
{
    struct weather_daylight light = {0, 0};
    int slots = 0;

    assert(day >= 0);
    for (int slot = 0; slot < WEATHER_SLOTS_A_DAY; slot++) {
        if (sun_height(described, solar, day * WEATHER_SLOTS_A_DAY + slot) > HEIGHT_MIN) {
            light.rise_s = slots == 0 ? slot * SLOT_S : light.rise_s;
            light.set_s = (slot + 1) * SLOT_S;
            slots++;
        }
    }
    return light;
}
