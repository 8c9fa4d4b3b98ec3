/* SPDX-License-Identifier: Apache-2.0 */
#include "twin/chain.h"

#include <assert.h>

#include "twin/millivolts.h"

void chain_init(struct chain *c, const struct scenario_bank *described)
{
    *c = (struct chain){.batteries = described->series * described->parallel,
                        .cells_per_battery = described->cells};
    assert(c->batteries >= 1 && c->batteries <= SCENARIO_BATTERIES_MAX);
    for (int i = 0; i < c->batteries; i++) {
        const enum sbms_battery_error error = sbms_battery_init(&c->monitors[i], &described->settings);

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

void chain_read(const struct chain *c, const struct bank *b, bool next, struct chain_readings *readings)
{
    const struct bank_cell *cells = next ? b->next_cells : b->cells;

    assert(b->cell_count == c->batteries * c->cells_per_battery);
    for (int i = 0; i < b->cell_count; i++) {
        const struct chain_sensor *sensor = &c->cell_sensors[i];

        if (sensor->state == SENSOR_WORKS) {
            readings->cell_mv[i] = limited(millivolts_of(bank_cell_v(b, i, next)));
        } else {
            readings->cell_mv[i] = sensor->state == SENSOR_STUCK ? sensor->stuck_mv : SBMS_READING_MISSING;
        }
        readings->temp_dc[i] = c->temp_missing[i / c->cells_per_battery]
                                   ? SBMS_READING_MISSING
                                   : limited(nearest_whole(cells[i].temp_c * 10.0));
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

bool chain_would_change(const struct chain *c, const struct chain_readings *readings)
{
    for (int battery = 0; battery < c->batteries; battery++) {
        const struct sbms_battery_sample sample = sample_of(c, readings, battery);
        struct sbms_battery monitor = c->monitors[battery];

        (void)sbms_battery_step(&monitor, &sample);
        if (monitor.causes != c->monitors[battery].causes ||
            monitor.discharge_lost != c->monitors[battery].discharge_lost) {
            return true;
        }
    }
    return false;
}

/* The cell of the lowest or highest reading of a battery, from 1; 0 when there is none. */
static int extreme_cell(const int16_t *readings, int count, bool highest)
{
    int found = -1;

    for (int i = 0; i < count; i++) {
        if (readings[i] == SBMS_READING_MISSING) {
            continue;
        }
        if (found < 0 || (highest ? readings[i] > readings[found] : readings[i] < readings[found])) {
            found = i;
        }
    }
    return found + 1;
}

static int missing_cell(const int16_t *readings, int count)
{
    for (int i = 0; i < count; i++) {
        if (readings[i] == SBMS_READING_MISSING || readings[i] < SBMS_CELL_MV_PLAUSIBLE_MIN ||
            readings[i] > SBMS_CELL_MV_PLAUSIBLE_MAX) {
            return i + 1;
        }
    }
    return 0;
}

/* Why battery `battery` has lost a signal: the first of `causes`, in the order of their weight, in force. */
static struct chain_reason reason_of(const struct chain *c, const struct chain_readings *readings,
                                     int battery, uint8_t causes)
{
    static const uint8_t order[] = {SBMS_BATTERY_SENSOR,       SBMS_BATTERY_UNDER_VOLTAGE,
                                    SBMS_BATTERY_OVER_VOLTAGE, SBMS_BATTERY_HIGH_TEMP,
                                    SBMS_BATTERY_LOW_TEMP,     SBMS_BATTERY_PRE_ALARM};
    const int n = c->cells_per_battery;
    const int16_t *cell_mv = &readings->cell_mv[battery * n];
    const int16_t *temp_dc = &readings->temp_dc[battery * n];
    struct chain_reason reason = {.battery = battery + 1};

    for (unsigned i = 0; i < sizeof order && reason.cause == 0u; i++) {
        if ((c->monitors[battery].causes & causes & order[i]) != 0u) {
            reason.cause = order[i];
        }
    }
    switch (reason.cause) {
    case SBMS_BATTERY_SENSOR:
        reason.cell = missing_cell(cell_mv, n);
        reason.value = reason.cell > 0 ? cell_mv[reason.cell - 1] : SBMS_READING_MISSING;
        break;
    case SBMS_BATTERY_HIGH_TEMP:
    case SBMS_BATTERY_LOW_TEMP:
        reason.cell = extreme_cell(temp_dc, n, reason.cause == SBMS_BATTERY_HIGH_TEMP);
        reason.value = reason.cell > 0 ? temp_dc[reason.cell - 1] : SBMS_READING_MISSING;
        break;
    default:
        reason.cell = extreme_cell(cell_mv, n, reason.cause == SBMS_BATTERY_OVER_VOLTAGE);
        reason.value = reason.cell > 0 ? cell_mv[reason.cell - 1] : SBMS_READING_MISSING;
        break;
    }
    return reason;
}

static void join_signals(struct chain *c)
{
    c->all = (struct sbms_signals){.atc = !c->unplugged, .atd = !c->unplugged, .no_prealarm = !c->unplugged};
    for (int i = 0; i < c->batteries; i++) {
        c->all.atc = c->all.atc && c->signals[i].atc;
        c->all.atd = c->all.atd && c->signals[i].atd;
        c->all.no_prealarm = c->all.no_prealarm && c->signals[i].no_prealarm;
    }
}

/* Whether battery's sample is the one that takes a signal from the device: the next to lose it is not the first. */
static bool takes(bool *all, bool now)
{
    const bool taken = *all && !now;

    *all = *all && now;
    return taken;
}

static void sample_battery(struct chain *c, const struct chain_readings *readings, int battery)
{
    const struct sbms_battery_sample sample = sample_of(c, readings, battery);
    const struct sbms_signals now = sbms_battery_step(&c->monitors[battery], &sample);
    const uint8_t charge_causes =
        SBMS_BATTERY_SENSOR | SBMS_BATTERY_OVER_VOLTAGE | SBMS_BATTERY_HIGH_TEMP | SBMS_BATTERY_LOW_TEMP;
    const uint8_t discharge_causes = SBMS_BATTERY_SENSOR | SBMS_BATTERY_UNDER_VOLTAGE;

    c->conversions[battery] = sample.conversion;
    c->signals[battery] = now;
    if (takes(&c->all.atc, now.atc)) {
        c->atc_reason = reason_of(c, readings, battery, charge_causes);
    }
    if (takes(&c->all.atd, now.atd)) {
        c->atd_reason = reason_of(c, readings, battery, discharge_causes);
    }
    if (takes(&c->all.no_prealarm, now.no_prealarm)) {
        c->no_prealarm_reason = reason_of(c, readings, battery, discharge_causes | SBMS_BATTERY_PRE_ALARM);
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
    const struct chain_reason cable = {.battery = 0};

    c->unplugged = !plugged;
    if (!plugged && c->all.atc) {
        c->atc_reason = cable;
    }
    if (!plugged && c->all.atd) {
        c->atd_reason = cable;
    }
    if (!plugged && c->all.no_prealarm) {
        c->no_prealarm_reason = cable;
    }
    join_signals(c);
}
