/* SPDX-License-Identifier: Apache-2.0 */
#include "wiring/use.h"

#include <assert.h>
#include <string.h>

#include "core/control.h"

#define UNIT_V 12.8
#define LOWEST_PART \
    0.703125 /* as the twin has it without voltage_mv_min (docs/SCENARIOS.md): 9.0 V of 12.8 V */
#define CABLE_DROP_PART 0.02 /* likewise without cable_mohm */
#define WEEK_TICKS (HOURS_DAY_TICKS * HOURS_WEEK_DAYS)
#define INSTANTS_MAX 4096 /* more edges than 32 loads of eight windows have in a week */

static double nominal_v(const struct scenario *described, const struct scenario_load *load)
{
    return UNIT_V * scenario_bus_units(described, load->outlet > SCENARIO_BUSES_MAX ? 0 : load->outlet);
}

static double current_of(const struct scenario *described, const struct scenario_load *load, double power_w)
{
    const double volt = nominal_v(described, load);
    const double resistance_a = load->resistance_ohm > 0.0 ? volt / load->resistance_ohm : 0.0;

    return load->current_a + power_w / volt + resistance_a;
}

double use_power_w(const struct scenario_load *load)
{
    return load->profile != NULL ? load->profile->power_w_max : load->power_w;
}

double use_current_a(const struct scenario *described, const struct scenario_load *load)
{
    return current_of(described, load, use_power_w(load));
}

/* Of its hours alone, 0..1. */
static double part_of_week(const struct scenario *described, const struct scenario_load *load)
{
    int64_t tick = WEEK_TICKS; /* the second week has windows of the day before it */
    int64_t held = 0;

    if (load->hours.count == 0) {
        return 1.0;
    }
    while (tick < 2 * WEEK_TICKS) {
        const int64_t change = hours_next_tick(&load->hours, described->first_weekday, tick);
        const int64_t next = change < 2 * WEEK_TICKS ? change : 2 * WEEK_TICKS;

        assert(next > tick);
        held += hours_hold(&load->hours, described->first_weekday, tick) ? next - tick : 0;
        tick = next;
    }
    return (double)held / (double)WEEK_TICKS;
}

static double mean_power_w(const struct profile *profile)
{
    double sum = 0.0;

    for (int i = 0; i < profile->count; i++) {
        const int64_t end = i + 1 < profile->count ? profile->steps[i + 1].from_tick : profile->period_ticks;

        sum += profile->steps[i].power_w * (double)(end - profile->steps[i].from_tick);
    }
    return sum / (double)profile->period_ticks;
}

double use_mean_a(const struct scenario *described, const struct scenario_load *load)
{
    const double power_w = load->profile != NULL ? mean_power_w(load->profile) : load->power_w;

    return current_of(described, load, power_w) * part_of_week(described, load) * load->chance_pct * 0.01 *
           load->duty_pct * 0.01;
}

double use_lowest_v(const struct scenario *described, const struct scenario_load *load)
{
    if (load->resistance_ohm > 0.0) {
        return 0.0;
    }
    return load->voltage_mv_min > 0.0 ? load->voltage_mv_min * 0.001
                                      : LOWEST_PART * nominal_v(described, load);
}

double use_cable_ohm(const struct scenario *described, const struct scenario_load *load)
{
    const double current_a = use_current_a(described, load);

    if (load->cable_mohm > 0.0) {
        return load->cable_mohm * 0.001;
    }
    return current_a > 0.0 ? CABLE_DROP_PART * nominal_v(described, load) / current_a : 0.0;
}

/* ---- together ------------------------------------------------------------------------------------- */

static bool may_run(const struct scenario *described, int i, int64_t tick)
{
    const struct scenario_load *load = &described->loads[i];

    return load->chance_pct > 0.0 && load->duty_pct > 0.0 && use_current_a(described, load) > 0.0 &&
           hours_hold(&load->hours, described->first_weekday, tick);
}

/* Those at `tick`; the tick at which any load's hours begin or end. */
static int64_t instant_at(const struct scenario *described, int64_t tick, struct use_instant *instant)
{
    int64_t next = INT64_MAX;
    int64_t stops = tick + WEEK_TICKS;

    for (int i = 0; i < described->load_count; i++) {
        const int64_t change = hours_next_tick(&described->loads[i].hours, described->first_weekday, tick);

        instant->is_on[i] = may_run(described, i, tick);
        stops = instant->is_on[i] && change < stops ? change : stops;
        next = change < next ? change : next;
    }
    instant->seconds = (double)(stops - tick) / SBMS_TICKS_PER_S;
    return next;
}

void use_each_instant(const struct scenario *described,
                      void (*see)(void *self, const struct use_instant *instant), void *self)
{
    int64_t tick = WEEK_TICKS;
    int count = 0;

    while (tick < 2 * WEEK_TICKS) {
        struct use_instant instant = {.seconds = 0.0};
        const int64_t next = instant_at(described, tick, &instant);

        assert(next > tick && count < INSTANTS_MAX);
        see(self, &instant);
        tick = next;
        count++;
    }
}
