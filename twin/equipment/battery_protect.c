/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A Battery Protect in its mode for lithium batteries: a switch of MOSFETs that lets current go one way only.
 *
 * From the maker's page of the Smart Battery Protect: its remote input off opens it at once, and for 30 s whatever comes; after
 * that it follows at once. After three attempts to close again it stays off until its battery has been above 13.0 V, 26.0 V
 * for 24 V, for 30 s. A short circuit is tried again every 5 s, and after two attempts it shows E1. Thresholds of low voltage are not
 * active in this mode. At second hand: E7 for the lock-out; off at once above 16 V, 32 or 64 V, and back without a delay; works from 6 V
 * on; 1.4 mA on and 0.9 mA off; 600 A for 30 s of the model for 220 A.
 *
 * Not published, and chosen here: attempts are forgotten when it has been closed and above 13.0 V for 30 s; the lock-out begins at the cut
 * that follows the third attempt. A peak of any model is to its rating as that of the largest; above its peak, and after 30 s above its
 * rating, it trips; trips are forgotten when it has been closed and below its rating for 30 s; E1 goes when its input is
 * off. Below 6 V it is as with its input off. What the maker calls "at once" is at the same tick. Current from its load side, which
 * damages a real one, is blocked.
 */
#include "core/control.h"
#include "twin/equipment.h"

#define DEAD_TICKS ((int64_t)30 * SBMS_TICKS_PER_S)
#define CLEAR_TICKS ((int64_t)30 * SBMS_TICKS_PER_S)
#define CLEAR_V 13.0 /* for each 12 V */
#define OVER_V 16.0  /* likewise */
#define WORKING_V 6.0
#define PEAK_TICKS ((int64_t)30 * SBMS_TICKS_PER_S)
#define PEAK_PART (600.0 / 220.0)
#define RETRY_TICKS ((int64_t)5 * SBMS_TICKS_PER_S)
#define CLOSINGS_MAX 4 /* the first, and three attempts */
#define TRIPS_MAX 2    /* after which it is tried again */
#define ON_A 0.0014
#define OFF_A 0.0009

/* Of a state `count` is how often it has closed by its input since its battery was well, `level` how often it has tripped in a row. */
enum phase {
    OFF = 0,
    CLOSED,
    OVERLOADED,
    DEAD,
    LOCKED_OUT,
    OVER_VOLTAGE,
    TRIPPED,
    FAILED,
    BROKEN_OPEN,
    BROKEN_CLOSED
};

static const char *const phases[] = {"off",
                                     "closed",
                                     "closed, # A for 30 s at most",
                                     "off for 30 s",
                                     "locked out (E7)",
                                     "off, voltage too high",
                                     "off, # A are too much",
                                     "off, # A are too much again (E1)",
                                     "broken, open",
                                     "broken, closed",
                                     NULL};

static const struct scenario_word faults[] = {
    {"stuck_open", BROKEN_OPEN, "it opens and stays so"},
    {"stuck_closed", BROKEN_CLOSED, "its MOSFETs conduct whatever its input says"},
    {0}};

struct battery_protect {
    double current_a_max;
    double peak_a_max;
    double contact_mohm;
    double units; /* of 12 V */
};

static const struct scenario_row rows[] = {
    {.key = "current_a_max",
     NUMBER(1, 1000, "A"),
     OR("100"),
     IN(struct battery_protect, current_a_max),
     .help = "that its name has; above it for 30 s it trips"},
    {.key = "peak_a_max",
     NUMBER(1, 10000, "A"),
     COMPUTED("600/220 of current_a_max"),
     IN(struct battery_protect, peak_a_max),
     .help = "above it, it trips at once"},
    {.key = "contact_mohm",
     NUMBER(0.01, 100, "mOhm"),
     OR("1"),
     IN(struct battery_protect, contact_mohm),
     .help = "closed, with its terminals"},
};

static struct battery_protect settings_of(const struct scenario_equipment *entry)
{
    struct battery_protect protect;

    equipment_settings(entry, &protect, sizeof protect);
    return protect;
}

static bool complete(struct scenario_equipment *entry, int from_units, int to_units,
                     struct equipment_complaint *complaint)
{
    struct battery_protect protect = settings_of(entry);

    protect.units = from_units;
    protect.peak_a_max = equipment_filled(protect.peak_a_max, PEAK_PART * protect.current_a_max);
    equipment_set(entry, &protect, sizeof protect);
    return equipment_joins_equals(from_units, to_units, complaint);
}

/* ---- looking -------------------------------------------------------------------------------------- */

static bool is_on(const struct equipment_seen *seen)
{
    return seen->is_enabled && seen->from_v >= WORKING_V;
}

static bool is_over_voltage(const struct battery_protect *protect, const struct equipment_seen *seen)
{
    return seen->from_v > OVER_V * protect->units;
}

/* By its input: another attempt. */
static struct equipment_state closed(const struct equipment_state *state, int64_t tick)
{
    struct equipment_state next = equipment_in_phase(state, CLOSED, tick);

    next.count++;
    return next;
}

static struct equipment_state cut(const struct equipment_state *state, int64_t tick)
{
    struct equipment_state next =
        equipment_in_phase(state, state->count >= CLOSINGS_MAX ? LOCKED_OUT : DEAD, tick);

    next.level = 0.0;
    return next;
}

static struct equipment_state tripped(const struct equipment_state *state, int64_t tick)
{
    struct equipment_state next =
        equipment_in_phase(state, state->level >= TRIPS_MAX ? FAILED : TRIPPED, tick);

    next.level = state->level + 1.0;
    return next;
}

/* Closed, and below its rating: its attempts and its trips are forgotten in time. */
static struct equipment_state settled(const struct battery_protect *protect,
                                      const struct equipment_state *state, const struct equipment_seen *seen)
{
    struct equipment_state next =
        equipment_timed(state, state->count > 1 && seen->from_v > CLEAR_V * protect->units, seen->tick);

    if (equipment_has_lasted(&next, CLEAR_TICKS, seen->tick)) {
        next.count = 1;
        next.timer_tick = EQUIPMENT_NEVER;
    }
    if (seen->tick - state->phase_tick >= PEAK_TICKS) {
        next.level = 0.0;
    }
    return next;
}

static struct equipment_state look_closed(const struct battery_protect *protect,
                                          const struct equipment_state *state,
                                          const struct equipment_seen *seen)
{
    const bool is_overloaded = seen->link_a > protect->current_a_max;

    if (!is_on(seen)) {
        return cut(state, seen->tick);
    }
    if (is_over_voltage(protect, seen)) {
        return equipment_in_phase(state, OVER_VOLTAGE, seen->tick);
    }
    if (seen->link_a > protect->peak_a_max) {
        return tripped(state, seen->tick);
    }
    if (is_overloaded && state->phase == OVERLOADED) {
        return seen->tick - state->phase_tick >= PEAK_TICKS ? tripped(state, seen->tick) : *state;
    }
    if (is_overloaded != (state->phase == OVERLOADED)) {
        return equipment_in_phase(state, is_overloaded ? OVERLOADED : CLOSED, seen->tick);
    }
    return settled(protect, state, seen);
}

static struct equipment_state look_locked_out(const struct battery_protect *protect,
                                              const struct equipment_state *state,
                                              const struct equipment_seen *seen)
{
    struct equipment_state next = equipment_timed(state, seen->from_v > CLEAR_V * protect->units, seen->tick);

    if (equipment_has_lasted(&next, CLEAR_TICKS, seen->tick)) {
        next = equipment_in_phase(state, OFF, seen->tick);
        next.count = 0;
        return is_on(seen) && !is_over_voltage(protect, seen) ? closed(&next, seen->tick) : next;
    }
    return next;
}

/* Off by what it has seen itself. */
static struct equipment_state look_tripped(const struct battery_protect *protect,
                                           const struct equipment_state *state,
                                           const struct equipment_seen *seen)
{
    const bool returns = (state->phase == OVER_VOLTAGE && !is_over_voltage(protect, seen)) ||
                         (state->phase == TRIPPED && seen->tick - state->phase_tick >= RETRY_TICKS);

    if (!is_on(seen)) {
        return cut(state, seen->tick);
    }
    return returns ? equipment_in_phase(state, CLOSED, seen->tick) : *state;
}

static struct equipment_state look_off(const struct battery_protect *protect,
                                       const struct equipment_state *state, const struct equipment_seen *seen)
{
    if (state->phase == DEAD && seen->tick - state->phase_tick < DEAD_TICKS) {
        return *state;
    }
    if (is_on(seen) && !is_over_voltage(protect, seen)) {
        return closed(state, seen->tick);
    }
    return state->phase == DEAD ? equipment_in_phase(state, OFF, seen->tick) : *state;
}

static struct equipment_state look_whole(const struct battery_protect *protect,
                                         const struct equipment_state *state,
                                         const struct equipment_seen *seen)
{
    switch (state->phase) {
    case CLOSED:
    case OVERLOADED:
        return look_closed(protect, state, seen);
    case LOCKED_OUT:
        return look_locked_out(protect, state, seen);
    case OVER_VOLTAGE:
    case TRIPPED:
    case FAILED:
        return look_tripped(protect, state, seen);
    default:
        return look_off(protect, state, seen);
    }
}

static struct equipment_state look(const struct scenario_equipment *entry,
                                   const struct equipment_state *state, const struct equipment_seen *seen)
{
    const struct battery_protect protect = settings_of(entry);

    if (seen->fault != 0) {
        return state->phase == seen->fault ? *state : equipment_in_phase(state, seen->fault, seen->tick);
    }
    if (state->phase == BROKEN_OPEN || state->phase == BROKEN_CLOSED) { /* there is a new one */
        return (struct equipment_state){
            .phase = OFF, .phase_tick = seen->tick, .timer_tick = EQUIPMENT_NEVER};
    }
    return look_whole(&protect, state, seen);
}

static double amount(const struct scenario_equipment *entry, const struct equipment_state *before,
                     const struct equipment_state *now, const struct equipment_seen *seen)
{
    (void)entry;
    (void)before;
    (void)now;
    return seen->link_a;
}

/* ---- time and the network ------------------------------------------------------------------------- */

static int64_t timer_end(const struct equipment_state *state)
{
    return state->timer_tick == EQUIPMENT_NEVER ? INT64_MAX : state->timer_tick + CLEAR_TICKS;
}

static int64_t next_tick(const struct scenario_equipment *entry, const struct equipment_state *state,
                         int first_weekday, int64_t tick)
{
    (void)entry;
    (void)first_weekday;
    (void)tick;
    switch (state->phase) {
    case DEAD:
        return state->phase_tick + DEAD_TICKS;
    case TRIPPED:
        return state->phase_tick + RETRY_TICKS;
    case OVERLOADED:
        return state->phase_tick + PEAK_TICKS;
    case CLOSED: /* its timer runs no longer than it is closed */
        return state->level > 0.0 ? state->phase_tick + PEAK_TICKS : timer_end(state);
    case LOCKED_OUT:
        return timer_end(state);
    default:
        return INT64_MAX;
    }
}

static bool conducts(const struct equipment_state *state)
{
    return state->phase == CLOSED || state->phase == OVERLOADED || state->phase == BROKEN_CLOSED;
}

static void add(const struct scenario_equipment *entry, const struct equipment_state *state,
                struct equipment_parts *parts)
{
    if (conducts(state)) {
        equipment_add_link(parts, settings_of(entry).contact_mohm * 0.001, true);
    }
}

static double draw_a(const struct scenario_equipment *entry, const struct equipment_state *state)
{
    (void)entry;
    return state->phase == CLOSED || state->phase == OVERLOADED ? ON_A : OFF_A;
}

static void facts(const struct scenario_equipment *entry, struct equipment_facts *known)
{
    const struct battery_protect protect = settings_of(entry);

    known->is_contact = true;
    known->opens_by_itself = true;
    known->contact_a_max = protect.current_a_max;
    known->overload_s = (double)PEAK_TICKS / SBMS_TICKS_PER_S;
    known->trip_a_max = protect.peak_a_max;
    known->contact_ohm = protect.contact_mohm * 0.001;
    known->draw_on_a = ON_A;
    known->draw_off_a = OFF_A;
}

const struct equipment_kind equipment_battery_protect = {
    .help = "a Battery Protect in its mode for lithium batteries",
    .ports = EQUIPMENT_FROM_TO,
    .is_controlled = true,
    .rows = rows,
    .row_count = sizeof rows / sizeof rows[0],
    .phases = phases,
    .faults = faults,
    .complete = complete,
    .look = look,
    .amount = amount,
    .next_tick = next_tick,
    .add = add,
    .draw_a = draw_a,
    .facts = facts,
};
