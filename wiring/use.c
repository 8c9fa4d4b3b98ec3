/* SPDX-License-Identifier: Apache-2.0 */
#include "wiring/use.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "core/control.h"
#include "twin/schedule.h"
#include "wiring/parts.h"

#define LOWEST_PART \
    0.703125 /* as the twin has it without voltage_mv_min (docs/SCENARIOS.md): 9.0 V of 12.8 V */
#define CABLE_DROP_PART 0.02 /* likewise without cable_mohm */
#define WEEK_S 604800.0
#define LASTING_S 60.0    /* what is on for less at a time is left out for another look at the others */
#define INSTANTS_MAX 4096 /* more edges than 32 loads of eight windows have in a week */

static double nominal_v(const struct scenario *described, const struct scenario_load *load)
{
    return WIRING_UNIT_V *
           scenario_bus_units(described, load->outlet > SCENARIO_BUSES_MAX ? 0 : load->outlet);
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

static double mean_power_w(const struct profile *profile)
{
    double sum = 0.0;

    for (int i = 0; i < profile->count; i++) {
        const int64_t end = i + 1 < profile->count ? profile->steps[i + 1].from_tick : profile->period_ticks;

        sum += profile->steps[i].power_w * (double)(end - profile->steps[i].from_tick);
    }
    return sum / (double)profile->period_ticks;
}

/* ---- by hand -------------------------------------------------------------------------------------- */

static bool is_by_hand(const struct scenario_event *event)
{
    return event->what == EVENT_LOAD_ON || event->what == EVENT_LOAD_OFF;
}

/* The last event that switches load `i` up to `tick`; NULL: its clock alone has switched it. */
static const struct scenario_event *last_by_hand(const struct scenario *described, int i, int64_t tick)
{
    const struct scenario_event *last = NULL;

    for (int k = 0; k < described->event_count; k++) {
        const struct scenario_event *event = &described->events[k];

        if (is_by_hand(event) && event->load == i && schedule_tick_of(event->at_s) <= tick) {
            last = event;
        }
    }
    return last;
}

static int number_of(const struct scenario *described, const struct scenario_load *load)
{
    assert(load >= described->loads && load < described->loads + described->load_count);
    return (int)(load - described->loads);
}

/* Whether it is switched on by hand at `tick`. */
static bool is_held_on(const struct scenario *described, int i, int64_t tick)
{
    const struct scenario_event *last = last_by_hand(described, i, tick);

    return last != NULL && last->what == EVENT_LOAD_ON;
}

/* ---- on average ----------------------------------------------------------------------------------- */

double use_mean_a(const struct scenario *described, const struct scenario_load *load)
{
    const double power_w = load->profile != NULL ? mean_power_w(load->profile) : load->power_w;

    if (is_held_on(described, number_of(described, load), INT64_MAX)) {
        return current_of(described, load, power_w);
    }
    return current_of(described, load, power_w) * hours_part_of_week(&load->hours, described->first_weekday) *
           load->chance_pct * 0.01 * load->duty_pct * 0.01;
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

/* When a look at a week's clock is taken: before anything is switched by hand, or in the run with what is so by then. */
struct week {
    int64_t from_tick;
    int64_t to_tick;
    bool is_by_clock;
};

static bool may_run(const struct scenario *described, const struct scenario_load *load)
{
    return load->chance_pct > 0.0 && load->duty_pct > 0.0 && use_current_a(described, load) > 0.0;
}

bool use_ever_runs(const struct scenario *described, const struct scenario_load *load)
{
    bool is_on = may_run(described, load);

    for (int k = 0; k < described->event_count; k++) {
        const struct scenario_event *event = &described->events[k];

        is_on = is_on || (event->what == EVENT_LOAD_ON && event->load == number_of(described, load) &&
                          use_current_a(described, load) > 0.0);
    }
    return is_on;
}

/* For how long a load is on at a time, its hours aside, in s. */
static double burst_s(const struct scenario_load *load)
{
    const bool is_cycled = load->duty_pct < 100.0 && load->period_min > 0.0;

    return is_cycled ? load->period_min * 60.0 * load->duty_pct * 0.01 : WEEK_S;
}

/* From `tick` until the event that switches load `i` off by hand; a week: none does. */
static double until_off_s(const struct scenario *described, int i, int64_t tick)
{
    for (int k = 0; k < described->event_count; k++) {
        const struct scenario_event *event = &described->events[k];
        const int64_t at_tick = schedule_tick_of(event->at_s);

        if (event->what == EVENT_LOAD_OFF && event->load == i && at_tick > tick) {
            return fmin((double)(at_tick - tick) / SBMS_TICKS_PER_S, WEEK_S);
        }
    }
    return WEEK_S;
}

/* For how long load `i` is on at `tick`, and at a time whatever its hours are, in s; 0 and 0: it is off. */
struct on {
    double lasts_s;
    double burst_s;
};

static struct on by_clock(const struct scenario *described, int i, int64_t tick)
{
    const struct scenario_load *load = &described->loads[i];
    const int64_t change = hours_next_tick(&load->hours, described->first_weekday, tick);
    const double hours_s =
        change < tick + HOURS_WEEK_TICKS ? (double)(change - tick) / SBMS_TICKS_PER_S : WEEK_S;

    if (!may_run(described, load) || !hours_hold(&load->hours, described->first_weekday, tick)) {
        return (struct on){0.0, 0.0};
    }
    return (struct on){fmin(hours_s, burst_s(load)), burst_s(load)};
}

static struct on on_at(const struct scenario *described, const struct week *week, int i, int64_t tick)
{
    const struct scenario_event *last = week->is_by_clock ? NULL : last_by_hand(described, i, tick);

    if (last == NULL) {
        return by_clock(described, i, tick);
    }
    if (last->what == EVENT_LOAD_OFF || use_current_a(described, &described->loads[i]) <= 0.0) {
        return (struct on){0.0, 0.0};
    }
    return (struct on){until_off_s(described, i, tick),
                       until_off_s(described, i, schedule_tick_of(last->at_s))};
}

/* Those at `tick` that are on for `burst_s_min` at a time or longer. */
static struct use_instant instant_at(const struct scenario *described, const struct week *week, int64_t tick,
                                     double burst_s_min)
{
    struct use_instant instant = {.seconds = WEEK_S};

    for (int i = 0; i < described->load_count; i++) {
        const struct on on = on_at(described, week, i, tick);

        instant.is_on[i] = on.lasts_s > 0.0 && on.burst_s >= burst_s_min;
        instant.inrush[i] = 1.0;
        instant.seconds = instant.is_on[i] ? fmin(instant.seconds, on.lasts_s) : instant.seconds;
    }
    return instant;
}

/* A run knows no time shorter than a tick. */
static double inrush_s(const struct scenario_load *load)
{
    const double ticks = (double)schedule_tick_of(load->inrush_ms * 0.001);

    return fmax(ticks, 1.0) / SBMS_TICKS_PER_S;
}

static struct use_instant lasting_at(const struct scenario *described, const struct week *week, int64_t tick,
                                     double seconds)
{
    struct use_instant instant = {.seconds = WEEK_S, .is_brief = seconds < LASTING_S};

    for (int i = 0; i < described->load_count; i++) {
        const struct scenario_load *load = &described->loads[i];
        const struct on on = on_at(described, week, i, tick);

        instant.is_on[i] = on.lasts_s > 0.0 && on.lasts_s >= seconds;
        instant.inrush[i] = inrush_s(load) >= seconds ? fmax(load->inrush_factor, 1.0) : 1.0;
        instant.seconds = instant.is_on[i] ? fmin(instant.seconds, on.lasts_s) : instant.seconds;
    }
    return instant;
}

/* The tick after `tick` at which any load's hours begin or end. */
static int64_t next_tick(const struct scenario *described, int64_t tick)
{
    int64_t next = INT64_MAX;

    for (int i = 0; i < described->load_count; i++) {
        const int64_t change = hours_next_tick(&described->loads[i].hours, described->first_weekday, tick);

        next = change < next ? change : next;
    }
    return next;
}

/* Who looks at what: at all loads and then at those that last, or at those alone that are on for `seconds` from there on. */
struct look {
    void (*see)(void *self, const struct use_instant *instant);
    void *self;
    bool is_lasting;
    double seconds;
};

static void see_at(const struct scenario *described, const struct week *week, int64_t tick,
                   const struct look *look)
{
    if (look->is_lasting) {
        const struct use_instant instant = lasting_at(described, week, tick, look->seconds);

        look->see(look->self, &instant);
        return;
    }
    const struct use_instant all = instant_at(described, week, tick, 0.0);
    const struct use_instant lasting = instant_at(described, week, tick, LASTING_S);

    look->see(look->self, &all);
    if (memcmp(all.is_on, lasting.is_on, sizeof all.is_on) != 0) {
        look->see(look->self, &lasting);
    }
}

static void go_through(const struct scenario *described, const struct week *week, const struct look *look)
{
    int64_t tick = week->from_tick;
    int count = 0;

    while (tick < week->to_tick) {
        const int64_t next = next_tick(described, tick);

        assert(next > tick && count < INSTANTS_MAX);
        see_at(described, week, tick, look);
        tick = next;
        count++;
    }
}

/* Until the next load is switched by hand after `tick`, but a week at most: after that the clock says nothing new. */
static int64_t end_of_week(const struct scenario *described, int64_t tick)
{
    int64_t end = tick + HOURS_WEEK_TICKS;

    for (int k = 0; k < described->event_count; k++) {
        const int64_t at_tick = schedule_tick_of(described->events[k].at_s);

        if (is_by_hand(&described->events[k]) && at_tick > tick && at_tick < end) {
            end = at_tick;
        }
    }
    return end;
}

static bool is_any_held_on(const struct scenario *described, int64_t tick)
{
    bool is_on = false;

    for (int i = 0; i < described->load_count; i++) {
        is_on = is_on || is_held_on(described, i, tick);
    }
    return is_on;
}

static void look_through(const struct scenario *described, const struct look *look)
{
    /* The second week has windows of the day before it. */
    const struct week clock = {
        .from_tick = HOURS_WEEK_TICKS, .to_tick = 2 * HOURS_WEEK_TICKS, .is_by_clock = true};
    int64_t seen_tick = -1;

    go_through(described, &clock, look);
    for (int k = 0; k < described->event_count; k++) {
        const int64_t tick = schedule_tick_of(described->events[k].at_s);
        const struct week week = {.from_tick = tick, .to_tick = end_of_week(described, tick)};

        if (is_by_hand(&described->events[k]) && tick > seen_tick && is_any_held_on(described, tick)) {
            go_through(described, &week, look);
            seen_tick = tick;
        }
    }
}

void use_each_instant(const struct scenario *described,
                      void (*see)(void *self, const struct use_instant *instant), void *self)
{
    const struct look look = {.see = see, .self = self};

    look_through(described, &look);
}

void use_each_lasting(const struct scenario *described, double seconds,
                      void (*see)(void *self, const struct use_instant *instant), void *self)
{
    const struct look look = {.see = see, .self = self, .is_lasting = true, .seconds = seconds};

    assert(seconds >= 0.0);
    look_through(described, &look);
}
