/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A Cyrix-Li-ct, which joins a starter battery and the bank while one of them is charged. It closes with its control input high and, on one
 * of its terminals, 13.4 V for 120 s, 13.7 V for 30 s or more than 13.9 V for 4 s. It opens below 13.3 V after 10 s, below 13.2 V at
 * once, and at once when its input floats. All of it twice at 24 V (the maker's text through resellers). Current goes either way. An
 * alarm of its LED at second hand: a terminal below 2 V, or above 16 V.
 *
 * Not published, and chosen here: with voltages in more than one of these bands the parts of their times add up; below 13.4 V that is
 * forgotten; while closed it looks at the higher terminal, too; it is open during that alarm. What the maker says of the trend of the
 * voltage is not modelled, nor is its start assist, whose texts contradict one another.
 */
#include <math.h>

#include "core/control.h"
#include "twin/cyrix.h"

#define LOW_V 13.4 /* for each 12 V, as all of these */
#define MIDDLE_V 13.7
#define HIGH_V 13.9
#define FALLING_V 13.3
#define RELEASE_V 13.2
#define ALARM_LOW_V 2.0
#define ALARM_HIGH_V 16.0
#define FALLING_TICKS ((int64_t)10 * SBMS_TICKS_PER_S)
#define WHOLE_PARTS \
    ((int64_t)120 * SBMS_TICKS_PER_S) /* of the time to close, at a part a tick in the lowest band */

/* Of a state `count` is the part of the time to close that went by in other bands. */
enum phase { LOW = CYRIX_OWN, MIDDLE, HIGH };

/* The bands are not told. */
static const char *const phases[] = {CYRIX_WORDS, "open", "open", "open", NULL};

/* The parts of a tick in each band: 120, 30 and 4 s make the whole. */
static int64_t parts_of(int phase)
{
    return phase == HIGH ? 30 : phase == MIDDLE ? 4 : 1;
}

/* The band in which the voltage is; CYRIX_OPEN: in none. */
static int band_of(double high_v)
{
    if (high_v > HIGH_V) {
        return HIGH;
    }
    if (high_v >= MIDDLE_V) {
        return MIDDLE;
    }
    return high_v >= LOW_V ? (int)LOW : (int)CYRIX_OPEN;
}

static struct equipment_state look_closed(const struct cyrix *cyrix, const struct equipment_state *state,
                                          const struct equipment_seen *seen, double high_v)
{
    const struct equipment_state next = equipment_timed(state, high_v < FALLING_V, seen->tick);

    if (high_v < RELEASE_V || equipment_has_lasted(&next, FALLING_TICKS, seen->tick)) {
        return equipment_in_phase(state, CYRIX_OPEN, seen->tick);
    }
    return cyrix_loaded(cyrix, &next, seen);
}

static struct equipment_state look_open(const struct equipment_state *state,
                                        const struct equipment_seen *seen, double high_v)
{
    const int band = band_of(high_v);
    const int64_t here =
        state->phase == CYRIX_OPEN ? 0 : (seen->tick - state->phase_tick) * parts_of(state->phase);
    struct equipment_state next = *state;

    if (state->phase != CYRIX_OPEN && band != CYRIX_OPEN && state->count + here >= WHOLE_PARTS) {
        next = equipment_in_phase(state, CYRIX_CLOSED, seen->tick);
        next.count = 0;
    } else if (band != state->phase) {
        next = equipment_in_phase(state, band, seen->tick);
        next.count = band == CYRIX_OPEN ? 0 : (int)(state->count + here);
    }
    return next;
}

static struct equipment_state look(const struct scenario_equipment *entry,
                                   const struct equipment_state *state, const struct equipment_seen *seen)
{
    const struct cyrix cyrix = cyrix_settings(entry);
    const double high_v = fmax(seen->from_v, seen->to_v) / cyrix.units;
    const double low_v = fmin(seen->from_v, seen->to_v) / cyrix.units;
    struct equipment_state next;

    if (cyrix_is_broken(state, seen, &next)) {
        return next;
    }
    if (!seen->is_enabled || low_v < ALARM_LOW_V || high_v > ALARM_HIGH_V) {
        next = state->phase == CYRIX_OPEN ? *state : equipment_in_phase(state, CYRIX_OPEN, seen->tick);
        next.count = 0;
        return next;
    }
    return cyrix_is_closed(state) ? look_closed(&cyrix, state, seen, high_v) : look_open(state, seen, high_v);
}

static int64_t next_tick(const struct scenario_equipment *entry, const struct equipment_state *state,
                         int first_weekday, int64_t tick)
{
    (void)entry;
    (void)first_weekday;
    (void)tick;
    if (state->phase >= (int)LOW) {
        const int64_t parts = parts_of(state->phase);

        return state->phase_tick + (WHOLE_PARTS - state->count + parts - 1) / parts;
    }
    return state->timer_tick == EQUIPMENT_NEVER ? INT64_MAX : state->timer_tick + FALLING_TICKS;
}

const struct equipment_kind equipment_cyrix_li_ct = {
    .help = "a Cyrix-Li-ct: joins a starter battery and the bank while one of them is charged",
    .ports = EQUIPMENT_FROM_TO,
    .is_controlled = true,
    .rows = cyrix_rows,
    .row_count = CYRIX_ROW_COUNT,
    .phases = phases,
    .faults = cyrix_faults,
    .complete = cyrix_complete,
    .look = look,
    .amount = cyrix_amount,
    .next_tick = next_tick,
    .add = cyrix_add,
    .draw_a = cyrix_draw_a,
    .output_a = cyrix_output_a,
    .facts = cyrix_facts_charging,
};
