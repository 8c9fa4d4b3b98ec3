/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A Battery Protect in its mode for lithium batteries: a switch of MOSFETs that lets current go one way only. Its remote input off
 * opens it at once, and for 30 s whatever comes; after that it follows at once. After three returns it is locked out (E7)
 * until its battery has been above 13.0 V, 26.0 V for 24 V, for 30 s (manuals, read at second hand: the times of "off at
 * once", the 30 s and the three returns). Too much current opens it; it tries again after 5 s, and twice in vain is E1 (maker's
 * page). Own consumption 1.5 mA, or 1.4 mA on and 0.9 mA off (second hand).
 *
 * Not published, and chosen here: the three returns are counted since it last stayed closed for LASTING_S; E1 goes when its
 * input is off. Its own thresholds of voltage are not active in this mode.
 */
#include "core/control.h"
#include "twin/equipment.h"

#define DEAD_TICKS ((int64_t)30 * SBMS_TICKS_PER_S)
#define CLEAR_TICKS ((int64_t)30 * SBMS_TICKS_PER_S)
#define CLEAR_V 13.0 /* for each 12 V */
#define RETRY_TICKS ((int64_t)5 * SBMS_TICKS_PER_S)
#define RETURNS_MAX 3
#define TRIPS_MAX 2
#define ON_A 0.0014
#define OFF_A 0.0009

/* OFF is before it has ever been closed, WAITING after that. */
enum phase { OFF = 0, CLOSED, DEAD, WAITING, LOCKED_OUT, TRIPPED, FAILED, BROKEN_OPEN, BROKEN_CLOSED };

static const char *const phases[] = {"off",
                                     "closed",
                                     "off for 30 s",
                                     "off",
                                     "locked out (E7)",
                                     "off, too much current",
                                     "off, too much current again (E1)",
                                     "broken, open",
                                     "broken, closed",
                                     NULL};

static const struct scenario_word faults[] = {
    {"stuck_open", BROKEN_OPEN, "it opens and stays so"},
    {"stuck_closed", BROKEN_CLOSED, "its MOSFETs conduct whatever its input says"},
    {0}};

struct battery_protect {
    double current_a_max;
    double contact_mohm;
    double units; /* of 12 V */
};

static const struct scenario_row rows[] = {
    {.key = "current_a_max",
     NUMBER(1, 1000, "A"),
     OR("100"),
     IN(struct battery_protect, current_a_max),
     .help = "it trips above"},
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

    (void)to_units;
    (void)complaint;
    protect.units = from_units;
    equipment_set(entry, &protect, sizeof protect);
    return true;
}

/* Its returns are forgotten when its battery has been well for long enough; the timer runs for that. */
static struct equipment_state look_closed(const struct battery_protect *protect,
                                          const struct equipment_state *state,
                                          const struct equipment_seen *seen)
{
    struct equipment_state next =
        equipment_timed(state, state->count > 0 && seen->from_v > CLEAR_V * protect->units, seen->tick);

    if (!seen->is_enabled) {
        return equipment_in_phase(state, DEAD, seen->tick);
    }
    if (seen->link_a > protect->current_a_max) {
        next = equipment_in_phase(state, state->level >= TRIPS_MAX ? FAILED : TRIPPED, seen->tick);
        next.level = state->level + 1.0;
        return next;
    }
    if (equipment_has_lasted(&next, CLEAR_TICKS, seen->tick)) {
        next.count = 0;
        next.timer_tick = EQUIPMENT_NEVER;
    }
    if (seen->tick - state->phase_tick >= CLEAR_TICKS) {
        next.level = 0.0; /* it holds, so its trips are over */
    }
    return next;
}

/* Enabled again: another return, or one too many. */
static struct equipment_state returned(const struct equipment_state *state, int64_t tick)
{
    struct equipment_state next =
        equipment_in_phase(state, state->count >= RETURNS_MAX ? LOCKED_OUT : CLOSED, tick);

    next.count = state->count + (next.phase == CLOSED ? 1 : 0);
    return next;
}

static struct equipment_state look_locked_out(const struct battery_protect *protect,
                                              const struct equipment_state *state,
                                              const struct equipment_seen *seen)
{
    struct equipment_state next = equipment_timed(state, seen->from_v > CLEAR_V * protect->units, seen->tick);

    if (equipment_has_lasted(&next, CLEAR_TICKS, seen->tick)) {
        next = equipment_in_phase(state, seen->is_enabled ? CLOSED : OFF, seen->tick);
        next.count = 0;
    }
    return next;
}

static struct equipment_state look_tripped(const struct equipment_state *state,
                                           const struct equipment_seen *seen)
{
    const bool retries = state->phase == TRIPPED && seen->tick - state->phase_tick >= RETRY_TICKS;
    struct equipment_state next = *state;

    if (!seen->is_enabled) {
        next = equipment_in_phase(state, WAITING, seen->tick);
        next.level = 0.0;
    } else if (retries) {
        next = equipment_in_phase(state, CLOSED, seen->tick);
    }
    return next;
}

static struct equipment_state look_open(const struct equipment_state *state,
                                        const struct equipment_seen *seen)
{
    if (state->phase == DEAD && seen->tick - state->phase_tick < DEAD_TICKS) {
        return *state;
    }
    if (seen->is_enabled) {
        return state->phase == OFF ? equipment_in_phase(state, CLOSED, seen->tick)
                                   : returned(state, seen->tick);
    }
    return state->phase == DEAD ? equipment_in_phase(state, WAITING, seen->tick) : *state;
}

static struct equipment_state look(const struct scenario_equipment *entry,
                                   const struct equipment_state *state, const struct equipment_seen *seen)
{
    const struct battery_protect protect = settings_of(entry);

    if (seen->fault != 0) {
        return state->phase == seen->fault ? *state : equipment_in_phase(state, seen->fault, seen->tick);
    }
    switch (state->phase) {
    case CLOSED:
        return look_closed(&protect, state, seen);
    case LOCKED_OUT:
        return look_locked_out(&protect, state, seen);
    case TRIPPED:
    case FAILED:
        return look_tripped(state, seen);
    case BROKEN_OPEN:
    case BROKEN_CLOSED: /* mended */
        return equipment_in_phase(state, OFF, seen->tick);
    default:
        return look_open(state, seen);
    }
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
    case CLOSED:
        if (state->level > 0.0) {
            return state->phase_tick + CLEAR_TICKS;
        }
        return state->timer_tick == EQUIPMENT_NEVER ? INT64_MAX : state->timer_tick + CLEAR_TICKS;
    case LOCKED_OUT:
        return state->timer_tick == EQUIPMENT_NEVER ? INT64_MAX : state->timer_tick + CLEAR_TICKS;
    default:
        return INT64_MAX;
    }
}

static void add(const struct scenario_equipment *entry, const struct equipment_state *state,
                struct equipment_parts *parts)
{
    if (state->phase == CLOSED || state->phase == BROKEN_CLOSED) {
        equipment_add_link(parts, settings_of(entry).contact_mohm * 0.001, true);
    }
}

static double draw_a(const struct scenario_equipment *entry, const struct equipment_state *state)
{
    (void)entry;
    return state->phase == CLOSED ? ON_A : OFF_A;
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
    .next_tick = next_tick,
    .add = add,
    .draw_a = draw_a,
};
