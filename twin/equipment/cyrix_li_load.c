/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A Cyrix-Li-load, between bank and loads: it opens at once when its control input floats, and closes 30 s after it is high again. After
 * three attempts it stays open until the battery has been above 13.0 V, 26.0 or 52.0 V, for 30 s (the maker's text through
 * resellers).
 *
 * Not published, and chosen here: the first closing waits 30 s, too; attempts are forgotten when it has been closed and above 13.0 V for
 * 30 s; the lock-out begins at the cut that follows the third attempt, and when it ends with the input high it closes at once. It
 * looks at `from`.
 */
#include "core/control.h"
#include "twin/cyrix.h"

#define WAIT_TICKS ((int64_t)30 * SBMS_TICKS_PER_S)
#define CLEAR_TICKS ((int64_t)30 * SBMS_TICKS_PER_S)
#define CLEAR_V 13.0   /* for each 12 V */
#define CLOSINGS_MAX 4 /* the first, and three attempts */

/* Of a state `count` is how often it has closed since the battery was well. */
enum phase { WAITING = CYRIX_OWN, LOCKED_OUT };

static const char *const phases[] = {CYRIX_WORDS, "waits for 30 s", "locked out", NULL};

static struct equipment_state closed(const struct equipment_state *state, int count, int64_t tick)
{
    struct equipment_state next = equipment_in_phase(state, CYRIX_CLOSED, tick);

    next.count = count;
    return next;
}

static struct equipment_state look_closed(const struct cyrix *cyrix, const struct equipment_state *state,
                                          const struct equipment_seen *seen)
{
    struct equipment_state next =
        equipment_timed(state, state->count > 1 && seen->from_v > CLEAR_V * cyrix->units, seen->tick);

    if (!seen->is_enabled) {
        return equipment_in_phase(state, state->count >= CLOSINGS_MAX ? (int)LOCKED_OUT : (int)CYRIX_OPEN,
                                  seen->tick);
    }
    if (equipment_has_lasted(&next, CLEAR_TICKS, seen->tick)) {
        next.count = 1;
        next.timer_tick = EQUIPMENT_NEVER;
    }
    return cyrix_loaded(cyrix, &next, seen);
}

static struct equipment_state look_locked_out(const struct cyrix *cyrix, const struct equipment_state *state,
                                              const struct equipment_seen *seen)
{
    struct equipment_state next = equipment_timed(state, seen->from_v > CLEAR_V * cyrix->units, seen->tick);

    if (equipment_has_lasted(&next, CLEAR_TICKS, seen->tick)) {
        next = seen->is_enabled ? closed(state, 1, seen->tick)
                                : equipment_in_phase(state, CYRIX_OPEN, seen->tick);
        next.count = seen->is_enabled ? 1 : 0;
    }
    return next;
}

static struct equipment_state look_open(const struct equipment_state *state,
                                        const struct equipment_seen *seen)
{
    if (!seen->is_enabled) {
        return state->phase == CYRIX_OPEN ? *state : equipment_in_phase(state, CYRIX_OPEN, seen->tick);
    }
    if (state->phase == CYRIX_OPEN) {
        return equipment_in_phase(state, WAITING, seen->tick);
    }
    return seen->tick - state->phase_tick >= WAIT_TICKS ? closed(state, state->count + 1, seen->tick)
                                                        : *state;
}

static struct equipment_state look(const struct scenario_equipment *entry,
                                   const struct equipment_state *state, const struct equipment_seen *seen)
{
    const struct cyrix cyrix = cyrix_settings(entry);
    struct equipment_state next;

    if (cyrix_is_broken(state, seen, &next)) {
        return next;
    }
    if (cyrix_is_closed(state)) {
        return look_closed(&cyrix, state, seen);
    }
    return state->phase == LOCKED_OUT ? look_locked_out(&cyrix, state, seen) : look_open(state, seen);
}

static int64_t next_tick(const struct scenario_equipment *entry, const struct equipment_state *state,
                         int first_weekday, int64_t tick)
{
    (void)entry;
    (void)first_weekday;
    (void)tick;
    if (state->phase == WAITING) {
        return state->phase_tick + WAIT_TICKS;
    }
    return state->timer_tick == EQUIPMENT_NEVER ? INT64_MAX : state->timer_tick + CLEAR_TICKS;
}

const struct equipment_kind equipment_cyrix_li_load = {
    .help = "a Cyrix-Li-load: a relay for loads, which locks out after three attempts",
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
    .facts = cyrix_facts,
};
