/* SPDX-License-Identifier: Apache-2.0 */
#include "twin/chain.h"

#include <assert.h>
#include <string.h>

#include "twin/millivolts.h"

void chain_init(struct chain *c, const struct scenario_bank *described)
{
    *c = (struct chain){.batteries = described->series * described->parallel,
                        .cells_per_battery = described->cells};
    assert(c->batteries >= 1 && c->batteries <= SCENARIO_BATTERIES_MAX);
    for (int i = 0; i < c->batteries; i++) {
        const enum sbms_battery_error error =
            sbms_battery_init(&c->monitors[i].battery, &described->settings);

        assert(error == SBMS_BATTERY_OK);
        c->signals[i] = (struct sbms_signals){.atc = true, .atd = true, .no_prealarm = true};
    }
    c->all = c->signals[0];
}

/* What fits a sensor's 16 bits, and is never the number that means "missing". */
static int16_t limited(int32_t reading)
{
    const int32_t limit = 32000;

    return (int16_t)(reading < -limit ? -limit : (reading > limit ? limit : reading));
}

static void read_voltages(const struct chain *c, const struct bank_state *state, int count,
                          struct chain_readings *readings)
{
    for (int i = 0; i < count; i++) {
        const struct chain_sensor *sensor = &c->cell_sensors[i];

        if (sensor->state == SENSOR_WORKS) {
            readings->cell_mv[i] = limited(millivolts_of(state->cell_v[i]));
        } else {
            readings->cell_mv[i] = sensor->state == SENSOR_STUCK ? sensor->stuck_mv : SBMS_READING_MISSING;
        }
    }
}

static void read_temperatures(const struct chain *c, const struct bank_state *state, int battery,
                              struct chain_readings *readings)
{
    const int first = battery * c->cells_per_battery;

    for (int i = first; i < first + c->cells_per_battery; i++) {
        readings->temp_dc[i] =
            c->temp_missing[battery] ? SBMS_READING_MISSING : limited(nearest_whole(state->temp_c[i] * 10.0));
    }
}

void chain_read(const struct chain *c, const struct bank *b, bool next, struct chain_readings *readings)
{
    const struct bank_state *state = bank_state_at(b, next);

    assert(b->cell_count == c->batteries * c->cells_per_battery);
    read_voltages(c, state, b->cell_count, readings);
    for (int battery = 0; battery < c->batteries; battery++) {
        read_temperatures(c, state, battery, readings);
    }
}

static struct sbms_battery_sample sample_of(const struct chain *c, const struct chain_readings *readings,
                                            int battery)
{
    const int first = battery * c->cells_per_battery;
    const uint8_t conversion = (uint8_t)(c->conversions[battery] + (c->frozen[battery] ? 0u : 1u));

    return (struct sbms_battery_sample){
        .cell_mv = &readings->cell_mv[first],
        .temp_dc = &readings->temp_dc[first],
        .cell_count = (uint8_t)c->cells_per_battery,
        .temp_count = (uint8_t)c->cells_per_battery,
        .conversion = conversion,
    };
}

/* Whether all readings are good and those of the last sample, which changed nothing: then neither does this one (core/battery.h). */
static bool repeats(const struct sbms_battery *battery, const struct sbms_battery_reading *readings,
                    const struct sbms_battery_sample *sample)
{
    const struct sbms_battery_reading *temps = &readings[sample->cell_count];
    bool same = battery->sampled && !battery->moved && sample->conversion != battery->conversion;

    for (int i = 0; i < sample->cell_count && same; i++) {
        same = readings[i].failures == 0u && readings[i].last_good == sample->cell_mv[i];
    }
    for (int i = 0; i < sample->temp_count && same; i++) {
        same = temps[i].failures == 0u && temps[i].last_good == sample->temp_dc[i];
    }
    return same;
}

bool chain_would_change(struct chain *c, const struct chain_readings *readings)
{
    for (int battery = 0; battery < c->batteries; battery++) {
        const struct sbms_battery_sample sample = sample_of(c, readings, battery);
        struct chain_tried *tried = &c->tried[battery];

        tried->battery = c->monitors[battery].battery;
        memcpy(tried->readings, c->monitors[battery].readings, sizeof tried->readings);
        if (repeats(&tried->battery, tried->readings, &sample)) {
            tried->battery.conversion = sample.conversion;
            continue;
        }
        (void)sbms_battery_step(&tried->battery, tried->readings, &sample);
        if (tried->battery.moved) {
            return true;
        }
    }
    return false;
}

void chain_take_tried(struct chain *c)
{
    for (int battery = 0; battery < c->batteries; battery++) {
        struct chain_monitor *monitor = &c->monitors[battery];
        const struct chain_tried *tried = &c->tried[battery];

        assert(!tried->battery.moved && tried->battery.causes == monitor->battery.causes);
        monitor->battery = tried->battery;
        memcpy(monitor->readings, tried->readings, sizeof monitor->readings);
        c->conversions[battery] = tried->battery.conversion;
    }
}

/* What a user wants to be told first: without a reading nothing else is known, and a warning is the least. */
static const uint8_t by_weight[SBMS_BATTERY_CAUSES] = {
    SBMS_BATTERY_CELL_SENSOR, SBMS_BATTERY_TEMP_SENSOR, SBMS_BATTERY_UNDER_VOLTAGE, SBMS_BATTERY_OVER_VOLTAGE,
    SBMS_BATTERY_HIGH_TEMP,   SBMS_BATTERY_LOW_TEMP,    SBMS_BATTERY_PRE_ALARM};

/* ---- reasons ------------------------------------------------------------------------------------ */

/* The cell, from 1, of the lowest or highest value that counts (BAT-6); 0 when there is none. */
static int extreme_cell(const struct sbms_battery_reading *readings, int count, bool highest)
{
    int found = -1;

    for (int i = 0; i < count; i++) {
        if (readings[i].failures >= SBMS_READING_FAILURES) {
            continue;
        }
        if (found < 0 || (highest ? readings[i].last_good > readings[found].last_good
                                  : readings[i].last_good < readings[found].last_good)) {
            found = i;
        }
    }
    return found + 1;
}

/* The first cell, from 1, whose reading is not there or outside its range; 0: all are there, but frozen. */
static int failed_cell(const int16_t *values, int count, int16_t low, int16_t high)
{
    for (int i = 0; i < count; i++) {
        if (values[i] < low || values[i] > high) {
            return i + 1;
        }
    }
    return 0;
}

/* What battery `battery` saw at this sample, which brought `cause`. */
static struct chain_reason reason_of(const struct chain *c, const struct chain_readings *readings,
                                     int battery, uint8_t cause)
{
    const int n = c->cells_per_battery;
    const int16_t *cell_mv = &readings->cell_mv[battery * n];
    const int16_t *temp_dc = &readings->temp_dc[battery * n];
    const struct sbms_battery_reading *cells = c->monitors[battery].readings;
    const struct sbms_battery_reading *temps = &cells[n];
    struct chain_reason reason = {.battery = battery + 1, .cause = cause, .value = SBMS_READING_MISSING};

    switch (cause) {
    case SBMS_BATTERY_CELL_SENSOR:
        reason.cell = failed_cell(cell_mv, n, SBMS_CELL_MV_PLAUSIBLE_MIN, SBMS_CELL_MV_PLAUSIBLE_MAX);
        reason.value = reason.cell > 0 ? cell_mv[reason.cell - 1] : SBMS_READING_MISSING;
        break;
    case SBMS_BATTERY_TEMP_SENSOR:
        if (!c->temp_missing[battery]) {
            reason.cell = failed_cell(temp_dc, n, SBMS_TEMP_DC_PLAUSIBLE_MIN, SBMS_TEMP_DC_PLAUSIBLE_MAX);
        }
        reason.value = reason.cell > 0 ? temp_dc[reason.cell - 1] : SBMS_READING_MISSING;
        break;
    case SBMS_BATTERY_HIGH_TEMP:
    case SBMS_BATTERY_LOW_TEMP:
        reason.cell = extreme_cell(temps, n, cause == SBMS_BATTERY_HIGH_TEMP);
        reason.value = temps[reason.cell - 1].last_good;
        break;
    default:
        reason.cell = extreme_cell(cells, n, cause == SBMS_BATTERY_OVER_VOLTAGE);
        reason.value = cells[reason.cell - 1].last_good;
        break;
    }
    return reason;
}

/* Of the causes in force that are among `causes`, the first in the order of their weight. */
static struct chain_reason heaviest_reason(const struct chain_monitor *monitor, unsigned causes)
{
    int i = 0;

    while (i < (int)SBMS_BATTERY_CAUSES && (monitor->battery.causes & causes & by_weight[i]) == 0u) {
        i++;
    }
    assert(i < (int)SBMS_BATTERY_CAUSES); /* no signal is lost without a cause */
    return monitor->reasons[i];
}

static bool still_holds(const struct chain *c, const struct chain_reason *reason, unsigned causes)
{
    return reason->battery == 0
               ? c->unplugged
               : (c->monitors[reason->battery - 1].battery.causes & reason->cause & causes) != 0u;
}

/*
 * What reaches the device of one signal, `present` or not, and why. A signal that stays absent keeps its reason as long
 * as that holds, and takes the next one then.
 */
static void join_signal(const struct chain *c, bool present, unsigned causes, bool *all,
                        struct chain_reason *reason)
{
    const bool is_told = !*all && still_holds(c, reason, causes);
    int battery = 0;

    *all = present;
    if (present || is_told) {
        return;
    }
    while (battery < c->batteries && (c->monitors[battery].battery.causes & causes) == 0u) {
        battery++;
    }
    assert(battery < c->batteries || c->unplugged);
    *reason = battery < c->batteries ? heaviest_reason(&c->monitors[battery], causes)
                                     : (struct chain_reason){.battery = 0};
}

/* Brings what reaches the device, and why, up to the batteries and the cable. */
static void join_signals(struct chain *c)
{
    struct sbms_signals all = {.atc = !c->unplugged, .atd = !c->unplugged, .no_prealarm = !c->unplugged};

    for (int i = 0; i < c->batteries; i++) {
        all = sbms_signals_join(all, c->signals[i]);
    }
    join_signal(c, all.atc, SBMS_BATTERY_TAKES_ATC, &c->all.atc, &c->atc_reason);
    join_signal(c, all.atd, SBMS_BATTERY_TAKES_ATD, &c->all.atd, &c->atd_reason);
    join_signal(c, all.no_prealarm, SBMS_BATTERY_TAKES_NO_PREALARM, &c->all.no_prealarm,
                &c->no_prealarm_reason);
}

/* ---- from outside ------------------------------------------------------------------------------- */

static void sample_battery(struct chain *c, const struct chain_readings *readings, int battery)
{
    const struct sbms_battery_sample sample = sample_of(c, readings, battery);
    struct chain_monitor *monitor = &c->monitors[battery];
    const unsigned before = monitor->battery.causes;

    c->conversions[battery] = sample.conversion;
    if (repeats(&monitor->battery, monitor->readings, &sample)) {
        monitor->battery.conversion = sample.conversion;
        return;
    }
    c->signals[battery] = sbms_battery_step(&monitor->battery, monitor->readings, &sample);
    for (unsigned i = 0; i < SBMS_BATTERY_CAUSES; i++) {
        if ((monitor->battery.causes & ~before & by_weight[i]) != 0u) {
            monitor->reasons[i] = reason_of(c, readings, battery, by_weight[i]);
        }
    }
}

void chain_sample(struct chain *c, const struct chain_readings *readings)
{
    for (int battery = 0; battery < c->batteries; battery++) {
        sample_battery(c, readings, battery);
    }
    join_signals(c);
}

void chain_plug(struct chain *c, bool plugged)
{
    c->unplugged = !plugged;
    join_signals(c);
}
