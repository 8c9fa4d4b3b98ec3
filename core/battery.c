/* SPDX-License-Identifier: Apache-2.0 */
#include "core/battery.h"

#include <stddef.h>

/* The limits' places among the counts; bit 1 << place is the limit's cause. */
enum { UNDER_VOLTAGE, PRE_ALARM, OVER_VOLTAGE, HIGH_TEMP, LOW_TEMP };

struct extremes {
    int16_t min; /* INT16_MAX and INT16_MIN when there is no value: neither passes a limit */
    int16_t max;
};

/* What one sample says about the readings of one kind. */
struct judged {
    struct extremes fresh; /* of those that are good now */
    struct extremes stood; /* of the last good values that stand for those that are not (BAT-6) */
    bool stands;           /* there is such a value */
    bool failed;           /* one has failed so often that it takes its signals */
    bool moved;            /* a count of failures has changed */
};

/* How a sample looks at one limit. */
struct verdict {
    bool passed;  /* a value that is good now is beyond it */
    bool stood;   /* a value that only stands is */
    bool cleared; /* all values are good now, and far enough on the other side */
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

/* ---- the readings, each by itself (BAT-6) ------------------------------------------------------- */

static void widen(struct extremes *extremes, int16_t value)
{
    if (value < extremes->min) {
        extremes->min = value;
    }
    if (value > extremes->max) {
        extremes->max = value;
    }
}

static void note_good(struct judged *judged, struct sbms_battery_reading *reading, int16_t value)
{
    judged->moved = judged->moved || reading->failures != 0u;
    reading->last_good = value;
    reading->failures = 0u;
    widen(&judged->fresh, value);
}

static void note_failed(struct judged *judged, struct sbms_battery_reading *reading)
{
    if (reading->failures < SBMS_READING_FAILURES) {
        reading->failures++;
        judged->moved = true;
    }
    if (reading->failures < SBMS_READING_FAILURES) {
        judged->stands = true;
        widen(&judged->stood, reading->last_good);
    } else {
        judged->failed = true;
    }
}

/* The readings of one kind. A value outside low..high has failed, and so have all when the sensor is frozen. */
static struct judged judge_readings(struct sbms_battery_reading *readings, const int16_t *values,
                                    uint8_t count, struct extremes range, bool frozen)
{
    const struct extremes none = {.min = INT16_MAX, .max = INT16_MIN};
    struct judged judged = {.fresh = none, .stood = none};

    for (uint8_t i = 0u; i < count; i++) {
        if (!frozen && in_range(values[i], range.min, range.max)) {
            note_good(&judged, &readings[i], values[i]);
        } else {
            note_failed(&judged, &readings[i]);
        }
    }
    return judged;
}

static bool all_good(const struct judged *judged)
{
    return !judged->stands && !judged->failed;
}

/* ---- the limits (BAT-9) ------------------------------------------------------------------------- */

/*
 * Counts towards the loss while the limit's cause is not in force, towards the return while it is. A value that only
 * stands leaves a count towards a loss where it is, and ends one towards a return (BAT-6).
 */
static void judge_limit(struct sbms_battery *battery, uint8_t limit, struct verdict verdict,
                        uint8_t samples_to_return)
{
    const uint8_t cause = (uint8_t)(1u << limit);
    const bool in_force = (battery->causes & cause) != 0u;
    uint8_t count = battery->counts[limit];

    if (in_force ? verdict.cleared : verdict.passed) {
        count++;
    } else if (!verdict.stood) {
        count = 0u;
    }
    if (count >= (in_force ? samples_to_return : SBMS_BATTERY_LIMIT_SAMPLES)) {
        battery->causes ^= cause;
        count = 0u;
    }
    battery->counts[limit] = count;
}

static struct verdict below(const struct judged *judged, int16_t limit, int16_t return_at, bool known)
{
    return (struct verdict){
        .passed = judged->fresh.min < limit,
        .stood = judged->stood.min < limit,
        .cleared = known && judged->fresh.min >= return_at,
    };
}

static struct verdict above(const struct judged *judged, int16_t limit, int16_t return_at, bool known)
{
    return (struct verdict){
        .passed = judged->fresh.max > limit,
        .stood = judged->stood.max > limit,
        .cleared = known && judged->fresh.max <= return_at,
    };
}

/* BAT-1, BAT-3, BAT-4. `known`: each cell has a good reading, and no value of any kind only stands. */
static void judge_cells(struct sbms_battery *battery, const struct judged *cells, bool known)
{
    judge_limit(battery, UNDER_VOLTAGE,
                below(cells, battery->settings.under_voltage_mv, SBMS_DISCHARGE_RETURN_MV, known),
                SBMS_BATTERY_LIMIT_SAMPLES);
    judge_limit(battery, OVER_VOLTAGE,
                above(cells, SBMS_OVER_VOLTAGE_MV, SBMS_OVER_VOLTAGE_CLEAR_MV - 1, known),
                SBMS_BATTERY_LIMIT_SAMPLES);
}

/* BAT-5 */
static void judge_temperatures(struct sbms_battery *battery, const struct judged *temps, bool known)
{
    const int16_t low_dc = battery->settings.low_temp_dc;

    judge_limit(battery, HIGH_TEMP, above(temps, SBMS_HIGH_TEMP_DC, SBMS_HIGH_TEMP_CLEAR_DC, known),
                SBMS_BATTERY_LIMIT_SAMPLES);
    judge_limit(battery, LOW_TEMP,
                below(temps, low_dc, (int16_t)(low_dc + SBMS_LOW_TEMP_HYSTERESIS_DC), known),
                SBMS_BATTERY_LIMIT_SAMPLES);
}

static void end_causes(struct sbms_battery *battery, uint8_t causes)
{
    battery->causes = (uint8_t)(battery->causes & (uint8_t)~causes);
}

/* BAT-6: what a failure takes, until all readings have been good for long enough. */
static void judge_sensors(struct sbms_battery *battery, const struct judged *cells,
                          const struct judged *temps)
{
    const uint8_t sensors = SBMS_BATTERY_CELL_SENSOR | SBMS_BATTERY_TEMP_SENSOR;

    if (cells->failed) {
        battery->causes |= SBMS_BATTERY_CELL_SENSOR;
    }
    if (temps->failed) {
        battery->causes |= SBMS_BATTERY_TEMP_SENSOR;
    }
    if ((battery->causes & sensors) == 0u || !all_good(cells) || !all_good(temps)) {
        battery->good_samples = 0u;
        return;
    }
    battery->good_samples++;
    if (battery->good_samples >= SBMS_SENSOR_RETURN_SAMPLES) {
        end_causes(battery, sensors);
        battery->good_samples = 0u;
    }
}

/*
 * BAT-2, BAT-3. `charged`: ATD's limit has returned at this sample, and no-pre-alarm's returns with it. While ATD is
 * lost the last sample of no-pre-alarm's own return is not counted, so that it comes with ATD at the earliest.
 */
static void judge_pre_alarm(struct sbms_battery *battery, const struct judged *cells, bool known,
                            bool charged)
{
    const int16_t setting_mv = battery->settings.pre_alarm_mv;
    const struct verdict verdict =
        below(cells, setting_mv, (int16_t)(setting_mv + SBMS_PRE_ALARM_HYSTERESIS_MV), known);
    const bool atd_lost = (battery->causes & SBMS_BATTERY_TAKES_ATD) != 0u;

    if (!battery->settings.has_pre_alarm) {
        return;
    }
    if (charged) {
        end_causes(battery, SBMS_BATTERY_PRE_ALARM);
        battery->counts[PRE_ALARM] = 0u;
    } else if (!(atd_lost && verdict.cleared &&
                 battery->counts[PRE_ALARM] + 1u >= SBMS_PRE_ALARM_RETURN_SAMPLES)) {
        judge_limit(battery, PRE_ALARM, verdict, SBMS_PRE_ALARM_RETURN_SAMPLES);
    }
}

/* All rules on one sample. A value that stands, of whatever kind, ends every count towards a return (BAT-6). */
static void judge(struct sbms_battery *battery, const struct judged *cells, const struct judged *temps)
{
    const bool stands = cells->stands || temps->stands;
    const bool cells_known = !stands && !cells->failed;
    const bool was_under = (battery->causes & SBMS_BATTERY_UNDER_VOLTAGE) != 0u;

    judge_cells(battery, cells, cells_known);
    judge_temperatures(battery, temps, !stands && !temps->failed);
    judge_sensors(battery, cells, temps);
    judge_pre_alarm(battery, cells, cells_known,
                    was_under && (battery->causes & SBMS_BATTERY_UNDER_VOLTAGE) == 0u);
}

/* ---- the sample --------------------------------------------------------------------------------- */

/* BAT-9: the first sample counts as often as any rule asks, so all counts stand one short of it. */
static void begin(struct sbms_battery *battery, struct sbms_battery_reading *readings, uint32_t count)
{
    for (uint32_t i = 0u; i < count; i++) {
        readings[i] = (struct sbms_battery_reading){.failures = SBMS_READING_FAILURES - 1u};
    }
    for (uint8_t limit = 0u; limit < SBMS_BATTERY_LIMITS; limit++) {
        battery->counts[limit] = SBMS_BATTERY_LIMIT_SAMPLES - 1u;
    }
}

/* Whether this sample, the first or after `before`, has changed a cause or a count but those of failures. */
static bool has_moved(const struct sbms_battery *battery, const struct sbms_battery *before)
{
    bool moved = !before->sampled || battery->causes != before->causes ||
                 battery->good_samples != before->good_samples;

    for (uint8_t limit = 0u; limit < SBMS_BATTERY_LIMITS; limit++) {
        moved = moved || battery->counts[limit] != before->counts[limit];
    }
    return moved;
}

static struct sbms_signals signals_of(const struct sbms_battery *battery)
{
    const uint8_t causes = battery->causes;

    return (struct sbms_signals){
        .atc = (causes & SBMS_BATTERY_TAKES_ATC) == 0u,
        .atd = (causes & SBMS_BATTERY_TAKES_ATD) == 0u,
        .no_prealarm = !battery->settings.has_pre_alarm || (causes & SBMS_BATTERY_TAKES_NO_PREALARM) == 0u,
    };
}

struct sbms_signals sbms_battery_step(struct sbms_battery *battery, struct sbms_battery_reading *readings,
                                      const struct sbms_battery_sample *sample)
{
    const struct extremes cell_range = {SBMS_CELL_MV_PLAUSIBLE_MIN, SBMS_CELL_MV_PLAUSIBLE_MAX};
    const struct extremes temp_range = {SBMS_TEMP_DC_PLAUSIBLE_MIN, SBMS_TEMP_DC_PLAUSIBLE_MAX};
    const bool frozen = sample->conversion == battery->conversion;
    const struct sbms_battery before = *battery;

    if (!battery->sampled) {
        begin(battery, readings, (uint32_t)sample->cell_count + sample->temp_count);
    }
    const struct judged cells =
        judge_readings(readings, sample->cell_mv, sample->cell_count, cell_range, frozen);
    const struct judged temps = judge_readings(&readings[sample->cell_count], sample->temp_dc,
                                               sample->temp_count, temp_range, frozen);

    judge(battery, &cells, &temps);
    battery->moved = cells.moved || temps.moved || has_moved(battery, &before);
    battery->sampled = true;
    battery->conversion = sample->conversion;
    return signals_of(battery);
}

struct sbms_signals sbms_signals_join(struct sbms_signals a, struct sbms_signals b)
{
    return (struct sbms_signals){
        .atc = a.atc && b.atc, .atd = a.atd && b.atd, .no_prealarm = a.no_prealarm && b.no_prealarm};
}
