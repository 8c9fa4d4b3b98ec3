/* SPDX-License-Identifier: Apache-2.0 */
#include "core/battery.h"

#include <stddef.h>

/* What one sample says: the extremes of the readings that are there, and whether all of them are good. */
struct extremes {
    int16_t min;
    int16_t max;
    bool good;
};

struct sbms_battery_settings sbms_battery_defaults(void)
{
    return (struct sbms_battery_settings){
        .under_voltage_mv = SBMS_UNDER_VOLTAGE_MV_DEFAULT,
        .pre_alarm_mv = SBMS_PRE_ALARM_MV_DEFAULT,
        .low_temp_dc = SBMS_LOW_TEMP_DC_DEFAULT,
        .has_pre_alarm = true,
    };
}

static bool in_range(int16_t value, int16_t low, int16_t high)
{
    return value >= low && value <= high;
}

enum sbms_battery_error sbms_battery_check(const struct sbms_battery_settings *settings)
{
    if (!in_range(settings->under_voltage_mv, SBMS_UNDER_VOLTAGE_MV_MIN, SBMS_UNDER_VOLTAGE_MV_MAX)) {
        return SBMS_BATTERY_BAD_UNDER_VOLTAGE;
    }
    if (!in_range(settings->pre_alarm_mv, SBMS_PRE_ALARM_MV_MIN, SBMS_PRE_ALARM_MV_MAX)) {
        return SBMS_BATTERY_BAD_PRE_ALARM;
    }
    if (!in_range(settings->low_temp_dc, SBMS_LOW_TEMP_DC_MIN, SBMS_LOW_TEMP_DC_MAX)) {
        return SBMS_BATTERY_BAD_LOW_TEMP;
    }
    return SBMS_BATTERY_OK;
}

enum sbms_battery_error sbms_battery_init(struct sbms_battery *battery,
                                          const struct sbms_battery_settings *settings)
{
    enum sbms_battery_error error = SBMS_BATTERY_OK;

    *battery = (struct sbms_battery){.settings = sbms_battery_defaults()};
    if (settings == NULL) {
        return error;
    }
    error = sbms_battery_check(settings);
    if (error == SBMS_BATTERY_OK) {
        battery->settings = *settings;
    }
    return error;
}

/* BAT-6: a reading that is there but not plausible fails the sample and still counts in min and max. */
static struct extremes find_extremes(const int16_t *readings, uint8_t count, int16_t low, int16_t high)
{
    struct extremes found = {.min = INT16_MAX, .max = INT16_MIN, .good = true};

    for (uint8_t i = 0u; i < count; i++) {
        const int16_t reading = readings[i];

        if (reading == SBMS_READING_MISSING) {
            found.good = false;
            continue;
        }
        if (!in_range(reading, low, high)) {
            found.good = false;
        }
        if (reading < found.min) {
            found.min = reading;
        }
        if (reading > found.max) {
            found.max = reading;
        }
    }
    return found;
}

/* A cause with hysteresis: set when `set`, kept until `clear`. */
static void latch(struct sbms_battery *battery, uint8_t cause, bool set, bool clear)
{
    if (set) {
        battery->causes |= cause;
    } else if (clear) {
        battery->causes = (uint8_t)(battery->causes & (uint8_t)~cause);
    }
}

/* BAT-1 to BAT-4; `cells.good` or not: without all readings nothing that is held clears. */
static void judge_cells(struct sbms_battery *battery, struct extremes cells, bool good)
{
    const bool all_charged = good && cells.min >= SBMS_DISCHARGE_RETURN_MV;

    latch(battery, SBMS_BATTERY_UNDER_VOLTAGE, cells.min < battery->settings.under_voltage_mv, all_charged);
    latch(battery, SBMS_BATTERY_PRE_ALARM,
          battery->settings.has_pre_alarm && cells.min < battery->settings.pre_alarm_mv, all_charged);
    latch(battery, SBMS_BATTERY_OVER_VOLTAGE, cells.max > SBMS_OVER_VOLTAGE_MV,
          good && cells.max < SBMS_OVER_VOLTAGE_CLEAR_MV);
    latch(battery, SBMS_BATTERY_SENSOR, !good, good);

    if ((battery->causes & (SBMS_BATTERY_UNDER_VOLTAGE | SBMS_BATTERY_SENSOR)) != 0u) {
        battery->discharge_lost = true;
    } else if (all_charged) {
        battery->discharge_lost = false; /* BAT-3 */
    }
}

/* BAT-5 */
static void judge_temperatures(struct sbms_battery *battery, struct extremes temps, bool good)
{
    const int16_t low_dc = battery->settings.low_temp_dc;

    latch(battery, SBMS_BATTERY_HIGH_TEMP, temps.max > SBMS_HIGH_TEMP_DC,
          good && temps.max <= SBMS_HIGH_TEMP_CLEAR_DC);
    latch(battery, SBMS_BATTERY_LOW_TEMP, temps.min < low_dc,
          good && temps.min >= low_dc + SBMS_LOW_TEMP_HYSTERESIS_DC);
}

static struct sbms_signals signals_of(const struct sbms_battery *battery)
{
    const uint8_t charge_causes =
        SBMS_BATTERY_OVER_VOLTAGE | SBMS_BATTERY_HIGH_TEMP | SBMS_BATTERY_LOW_TEMP | SBMS_BATTERY_SENSOR;
    const bool warned = battery->discharge_lost || (battery->causes & SBMS_BATTERY_PRE_ALARM) != 0u;

    return (struct sbms_signals){
        .atc = (battery->causes & charge_causes) == 0u,
        .atd = !battery->discharge_lost,
        .no_prealarm = !battery->settings.has_pre_alarm || !warned, /* BAT-2 */
    };
}

struct sbms_signals sbms_battery_step(struct sbms_battery *battery, const struct sbms_battery_sample *sample)
{
    const struct extremes cells = find_extremes(sample->cell_mv, sample->cell_count,
                                                SBMS_CELL_MV_PLAUSIBLE_MIN, SBMS_CELL_MV_PLAUSIBLE_MAX);
    const struct extremes temps = find_extremes(sample->temp_dc, sample->temp_count,
                                                SBMS_TEMP_DC_PLAUSIBLE_MIN, SBMS_TEMP_DC_PLAUSIBLE_MAX);
    const bool frozen = battery->sampled && sample->conversion == battery->conversion;
    const bool good = cells.good && temps.good && !frozen;

    battery->sampled = true;
    battery->conversion = sample->conversion;
    judge_cells(battery, cells, good);
    judge_temperatures(battery, temps, good);
    return signals_of(battery);
}
