/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An inverter, with an outlet for loads of mains voltage. It takes what they want over its efficiency, and its own no-load power on
 * top; off, its standby current. Its control is its remote input, through whatever cable. It is the Phoenix's, as its
 * manual has it (read): below its low battery shut-down it is off for at least 30 s, and until its battery is above the restart level;
 * after too much power it is off for 30 s; after three restarts in a row, none of which has lasted for 30 s, it stays off until its
 * remote input is off, and after a low battery also until it has seen the charge detect level for 30 s. 9.3, 10.9 and 14.0 V
 * for each 12 V are the maker's defaults (page of the VE.Direct inverters; 18.6, 21.8, 28.0 at 24 V; for 48 V it has 37.2, 36.6
 * and 56.0, of which the second is below the first: 43.6 here).
 *
 * Chosen here, for what is not published: it goes off at once below the shut-down level, it holds more than its power for 5 s and gives no more than twice
 * that, for 0.25 s (the manual: the output's voltage falls, and when the current is too much continuously it stops), and both kinds of restart are counted together. As recalled (unverified): 92 %, and 1 % of its power without
 * a load. Too high a voltage does not stop it, and it has no ECO mode.
 *
 * Its capacitors are full as long as there is voltage at its terminals. They are empty when that is below a quarter of the nominal one,
 * and half of it is a supply again: an empty bank's voltage comes back when nothing is taken from it. What pulls its own supply down so
 * far has gone through the shut-down level on the way, and is off by that. What then comes first charges them, and without a pre-charge that is inrush_a for a tick: more energy than a capacitor
 * takes, which does it within 1 ms or so, but enough for what trips by a current.
 *
 * `count` is its restarts in a row; timer_tick runs while it gives too much, or while it stays off and could come back.
 */
#include <math.h>
#include <stdio.h>

#include "core/control.h"
#include "twin/cable.h"
#include "twin/equipment.h"
#include "twin/schedule.h"

#define CUT_OUT_MV 9300.0 /* for each 12 V */
#define RESTART_MV 10900.0
#define DETECT_MV 14000.0
#define LEVEL_MV_MIN 8000.0
#define LEVEL_MV_MAX 16000.0
#define UNIT_V 12.8
#define EMPTY_V 3.2
#define GONE_TICKS \
    ((int64_t)10 * SBMS_TICKS_PER_S) /* a supply that was gone counts again then at the earliest (chosen) */
#define SUPPLY_V 6.4                 /* of one whose capacitors are empty */
#define LOWEST_PART 0.75 /* of its shut-down level: below, it is a resistance until it has looked */
#define OFF_TICKS ((int64_t)30 * SBMS_TICKS_PER_S)
#define LASTING_TICKS ((int64_t)30 * SBMS_TICKS_PER_S)
#define RESTARTS_MAX 3
#define PEAK_FACTOR 2.0
#define PEAK_TICKS 2 /* a motor's inrush is there for one */
#define INRUSH_FACTOR 5.0
#define NO_LOAD_PART 0.01
#define INRUSH_V_MIN 0.1

enum phase { OFF = 0, ON, LOW, STAYS_LOW, OVERLOADED, STAYS_OVERLOADED, EMPTY, INRUSH, DEAD };

static const char *const phases[] = {"off",
                                     "on",
                                     "off: low battery",
                                     "stays off: low battery after three restarts",
                                     "off: overload",
                                     "stays off: overload after three restarts",
                                     "no supply",
                                     "charges its capacitors",
                                     "dead",
                                     NULL};

static const struct scenario_word faults[] = {{"dead", DEAD, "it gives nothing and takes nothing"}, {0}};

struct inverter {
    double power_w;
    double peak_w;
    double peak_s;
    double efficiency_pct;
    double no_load_w;
    double standby_ma;
    double cut_out_mv;
    double restart_mv;
    double charge_detect_mv;
    double cable_mohm;
    double inrush_a;
    int units;
    bool has_precharge;
};

static const struct scenario_row rows[] = {
    {.key = "power_w",
     NUMBER(10, 100000, "W"),
     REQUIRED,
     IN(struct inverter, power_w),
     .help = "that it gives for ever"},
    {.key = "peak_w",
     NUMBER(10, 200000, "W"),
     COMPUTED("twice power_w"),
     IN(struct inverter, peak_w),
     .help = "that it gives for a moment; more stops it after 0.25 s"},
    {.key = "peak_s",
     NUMBER(0, 3600, "s"),
     OR("5"),
     IN(struct inverter, peak_s),
     .help = "more than power_w stops it after so long"},
    {.key = "efficiency_pct",
     NUMBER(50, 100, "%"),
     OR("92"),
     IN(struct inverter, efficiency_pct),
     .help = "of what it takes, beyond no_load_w, that it gives"},
    {.key = "no_load_w",
     NUMBER(0, 1000, "W"),
     COMPUTED("1 % of power_w"),
     IN(struct inverter, no_load_w),
     .help = "what it takes for itself while it is on"},
    {.key = "standby_ma",
     NUMBER(0, 1000, "mA"),
     OR("1"),
     IN(struct inverter, standby_ma),
     .help = "what it takes while it is off"},
    {.key = "cut_out_mv",
     NUMBER(8000, 64000, "mV"),
     COMPUTED("9300 for each 12.8 V"),
     IN(struct inverter, cut_out_mv),
     .help = "at its terminals: below, it is off for 30 s or longer"},
    {.key = "restart_mv",
     NUMBER(8000, 64000, "mV"),
     COMPUTED("10900 for each 12.8 V"),
     IN(struct inverter, restart_mv),
     .help = "from there on it comes back, three times in a row at most"},
    {.key = "charge_detect_mv",
     NUMBER(8000, 64000, "mV"),
     COMPUTED("14000 for each 12.8 V"),
     IN(struct inverter, charge_detect_mv),
     .help = "30 s of it bring it back after that, too"},
    {.key = "cable_mohm",
     CABLE(0.01, 1000),
     COMPUTED("2 % of the voltage at power_w"),
     IN(struct inverter, cable_mohm),
     .help = "to its bus, both ways"},
    {.key = "inrush_a",
     NUMBER(0.1, 10000, "A"),
     COMPUTED("five times its current at power_w"),
     IN(struct inverter, inrush_a),
     .help = "for a tick, when its supply comes and its capacitors are empty"},
    {.key = "has_precharge",
     BOOLEAN,
     OR("false"),
     IN(struct inverter, has_precharge),
     .help = "a resistor charges them first: no inrush"},
};

static struct inverter settings_of(const struct scenario_equipment *entry)
{
    struct inverter inverter;

    equipment_settings(entry, &inverter, sizeof inverter);
    return inverter;
}

static bool check_levels(const struct inverter *inverter, struct equipment_complaint *complaint)
{
    const int units = inverter->units;

    return equipment_check_mv("cut_out_mv", inverter->cut_out_mv, LEVEL_MV_MIN, LEVEL_MV_MAX, units,
                              complaint) &&
           equipment_check_mv("restart_mv", inverter->restart_mv, LEVEL_MV_MIN, LEVEL_MV_MAX, units,
                              complaint) &&
           equipment_check_mv("charge_detect_mv", inverter->charge_detect_mv, LEVEL_MV_MIN, LEVEL_MV_MAX,
                              units, complaint) &&
           equipment_check_below("cut_out_mv", inverter->cut_out_mv, "restart_mv", inverter->restart_mv,
                                 complaint) &&
           equipment_check_below("restart_mv", inverter->restart_mv, "charge_detect_mv",
                                 inverter->charge_detect_mv, complaint);
}

static bool complete(struct scenario_equipment *entry, int from_units, int to_units,
                     struct equipment_complaint *complaint)
{
    struct inverter inverter = settings_of(entry);
    const double volt = UNIT_V * from_units;
    const double full_a = inverter.power_w / (inverter.efficiency_pct * 0.01 * volt);

    (void)to_units;
    inverter.units = from_units;
    inverter.peak_w = equipment_filled(inverter.peak_w, PEAK_FACTOR * inverter.power_w);
    inverter.no_load_w = equipment_filled(inverter.no_load_w, NO_LOAD_PART * inverter.power_w);
    inverter.cut_out_mv = equipment_filled(inverter.cut_out_mv, CUT_OUT_MV * from_units);
    inverter.restart_mv = equipment_filled(inverter.restart_mv, RESTART_MV * from_units);
    inverter.charge_detect_mv = equipment_filled(inverter.charge_detect_mv, DETECT_MV * from_units);
    inverter.cable_mohm =
        equipment_filled(inverter.cable_mohm, cable_mohm_for(CABLE_LOAD_PART, volt, full_a));
    inverter.inrush_a = equipment_filled(inverter.inrush_a, INRUSH_FACTOR * full_a);
    equipment_set(entry, &inverter, sizeof inverter);
    if (inverter.peak_w < inverter.power_w) {
        complaint->key = "peak_w";
        snprintf(complaint->text, sizeof complaint->text, "peak_w %.15g is below power_w %.15g",
                 inverter.peak_w, inverter.power_w);
        return false;
    }
    return check_levels(&inverter, complaint);
}

/* ---- phases --------------------------------------------------------------------------------------- */

/* It stops by itself: for a while, or for good where that was once too often. */
static struct equipment_state stopped(const struct equipment_state *state, bool is_low, int64_t tick)
{
    const bool is_last = state->count >= RESTARTS_MAX && tick - state->phase_tick < LASTING_TICKS;

    if (is_low) {
        return equipment_in_phase(state, is_last ? STAYS_LOW : LOW, tick);
    }
    return equipment_in_phase(state, is_last ? STAYS_OVERLOADED : OVERLOADED, tick);
}

static struct equipment_state look_on(const struct inverter *inverter, const struct equipment_state *state,
                                      const struct equipment_seen *seen)
{
    struct equipment_state next = equipment_timed(state, seen->outlet_w > inverter->power_w, seen->tick);
    const int64_t peak_ticks = schedule_tick_of(inverter->peak_s);

    if (seen->is_low || seen->load_v < inverter->cut_out_mv * 0.001) {
        return stopped(state, true, seen->tick);
    }
    if (equipment_has_lasted(&next, seen->outlet_w > inverter->peak_w ? PEAK_TICKS : peak_ticks,
                             seen->tick)) {
        return stopped(state, false, seen->tick);
    }
    if (seen->tick - state->phase_tick >= LASTING_TICKS) {
        next.count = 0;
    }
    return next;
}

static struct equipment_state restarted(const struct equipment_state *state, int count, int64_t tick)
{
    struct equipment_state next = equipment_in_phase(state, ON, tick);

    next.count = count;
    return next;
}

static struct equipment_state look_stopped(const struct inverter *inverter,
                                           const struct equipment_state *state,
                                           const struct equipment_seen *seen)
{
    const bool has_waited = seen->tick - state->phase_tick >= OFF_TICKS;
    struct equipment_state next;

    switch (state->phase) {
    case LOW:
        return has_waited && seen->from_v >= inverter->restart_mv * 0.001
                   ? restarted(state, state->count + 1, seen->tick)
                   : *state;
    case OVERLOADED:
        return has_waited ? restarted(state, state->count + 1, seen->tick) : *state;
    case STAYS_LOW:
        next = equipment_timed(state, seen->from_v >= inverter->charge_detect_mv * 0.001, seen->tick);
        return equipment_has_lasted(&next, OFF_TICKS, seen->tick) ? restarted(&next, 0, seen->tick) : next;
    default:
        return *state;
    }
}

static struct equipment_state turned(const struct equipment_state *state, const struct equipment_seen *seen)
{
    return seen->is_enabled ? restarted(state, 0, seen->tick) : equipment_in_phase(state, OFF, seen->tick);
}

static bool has_supply(const struct inverter *inverter, const struct equipment_state *state,
                       const struct equipment_seen *seen)
{
    if (state->phase == EMPTY) {
        return seen->from_v >= SUPPLY_V * inverter->units && seen->tick - state->phase_tick >= GONE_TICKS;
    }
    return seen->from_v >= EMPTY_V * inverter->units;
}

/* Without one. What pulls it down by itself is off by that: its remote input, which then sees no level any more, comes too late. */
static struct equipment_state look_unfed(const struct equipment_state *state,
                                         const struct equipment_seen *seen)
{
    if (state->phase == ON && seen->load_a > 0.0) {
        return stopped(state, true, seen->tick);
    }
    return state->phase == EMPTY ? *state : equipment_in_phase(state, EMPTY, seen->tick);
}

/* With a supply, and its capacitors full. */
static struct equipment_state look_fed(const struct inverter *inverter, const struct equipment_state *state,
                                       const struct equipment_seen *seen)
{
    if (!seen->is_enabled) {
        return state->phase == OFF ? *state : equipment_in_phase(state, OFF, seen->tick);
    }
    if (state->phase == OFF) {
        return restarted(state, 0, seen->tick);
    }
    return state->phase == ON ? look_on(inverter, state, seen) : look_stopped(inverter, state, seen);
}

static struct equipment_state look(const struct scenario_equipment *entry,
                                   const struct equipment_state *state, const struct equipment_seen *seen)
{
    const struct inverter inverter = settings_of(entry);

    if (seen->fault != 0) {
        return state->phase == DEAD ? *state : equipment_in_phase(state, DEAD, seen->tick);
    }
    if (state->phase == DEAD) { /* mended */
        return equipment_in_phase(state, OFF, seen->tick);
    }
    if (state->phase == INRUSH) {
        return seen->tick > state->phase_tick ? turned(state, seen) : *state;
    }
    if (!has_supply(&inverter, state, seen)) {
        return look_unfed(state, seen);
    }
    if (state->phase == EMPTY) {
        return inverter.has_precharge ? turned(state, seen) : equipment_in_phase(state, INRUSH, seen->tick);
    }
    return look_fed(&inverter, state, seen);
}

static int64_t next_on(const struct equipment_state *state, int64_t peak_ticks, int64_t tick)
{
    int64_t next = INT64_MAX;

    if (state->timer_tick != EQUIPMENT_NEVER) {
        next = equipment_sooner(next, state->timer_tick + PEAK_TICKS, tick);
        next = equipment_sooner(next, state->timer_tick + peak_ticks, tick);
    }
    return state->count > 0 ? equipment_sooner(next, state->phase_tick + LASTING_TICKS, tick) : next;
}

static int64_t next_tick(const struct scenario_equipment *entry, const struct equipment_state *state,
                         int first_weekday, int64_t tick)
{
    const struct inverter inverter = settings_of(entry);
    const bool runs = state->timer_tick != EQUIPMENT_NEVER;

    (void)first_weekday;
    switch (state->phase) {
    case ON:
        return next_on(state, schedule_tick_of(inverter.peak_s), tick);
    case LOW:
    case OVERLOADED:
        return equipment_sooner(INT64_MAX, state->phase_tick + OFF_TICKS, tick);
    case STAYS_LOW:
        return runs ? state->timer_tick + OFF_TICKS : INT64_MAX;
    case INRUSH:
        return state->phase_tick + 1;
    case EMPTY:
        return equipment_sooner(INT64_MAX, state->phase_tick + GONE_TICKS, tick);
    default:
        return INT64_MAX;
    }
}

static bool is_live(const struct equipment_state *state)
{
    return state->phase == ON;
}

/* ---- in the network ------------------------------------------------------------------------------- */

static void add(const struct scenario_equipment *entry, const struct equipment_state *state,
                struct equipment_parts *parts)
{
    const struct inverter inverter = settings_of(entry);
    struct network_load load = {.voltage_v_min = LOWEST_PART * inverter.cut_out_mv * 0.001,
                                .cable_ohm = inverter.cable_mohm * 0.001};

    if (state->phase == ON) {
        load.power_w =
            inverter.no_load_w + fmin(parts->outlet_w, inverter.peak_w) / (inverter.efficiency_pct * 0.01);
        equipment_add_load(parts, load);
    } else if (state->phase == INRUSH) {
        load.current_a = inverter.inrush_a;
        load.voltage_v_min = INRUSH_V_MIN;
        equipment_add_load(parts, load);
    }
}

static double draw_a(const struct scenario_equipment *entry, const struct equipment_state *state)
{
    const bool is_off = state->phase != ON && state->phase != INRUSH && state->phase != EMPTY;

    return is_off && state->phase != DEAD ? settings_of(entry).standby_ma * 0.001 : 0.0;
}

static void facts(const struct scenario_equipment *entry, struct equipment_facts *known)
{
    const struct inverter inverter = settings_of(entry);
    const double volt = UNIT_V * inverter.units;

    known->has_capacitors = !inverter.has_precharge;
    known->inrush_a = inverter.has_precharge ? 0.0 : inverter.inrush_a;
    known->draw_on_a = inverter.no_load_w / volt;
    known->draw_off_a = inverter.standby_ma * 0.001;
    known->from_a_max = (inverter.no_load_w + inverter.power_w / (inverter.efficiency_pct * 0.01)) / volt;
    known->efficiency = inverter.efficiency_pct * 0.01;
    known->overload_s = inverter.peak_s;
    known->trip_w_max = inverter.peak_w;
    known->trip_s = (double)PEAK_TICKS / SBMS_TICKS_PER_S;
    known->from_cable_ohm = inverter.cable_mohm * 0.001;
    known->to_cable_ohm = known->from_cable_ohm;
    known->cut_out_mv = inverter.cut_out_mv;
    known->restart_mv = inverter.restart_mv;
}

const struct equipment_kind equipment_inverter = {
    .help = "an inverter, on whose outlet loads may be",
    .ports = EQUIPMENT_ON,
    .is_controlled = true,
    .rows = rows,
    .row_count = sizeof rows / sizeof rows[0],
    .phases = phases,
    .faults = faults,
    .complete = complete,
    .look = look,
    .next_tick = next_tick,
    .is_live = is_live,
    .add = add,
    .draw_a = draw_a,
    .facts = facts,
};
