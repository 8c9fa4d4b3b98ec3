/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A Cyrix-Li-Charge, from a charger (`from`) to the bank (`to`): it closes after 3 s of control input high, 13.0 V (26 or 52 V) or more
 * on the charger's side and 2 V or more on the battery's. It opens at once when its input floats. Each hour it opens to see whether the
 * charger is still there, and closes again after 3 s of 13.0 V (the maker's text through resellers; one for 24/48 V with 13.7 V,
 * two attempts and then 10 min is left out).
 *
 * Not published, and chosen here: the 2 V are for each 12 V; the 3 s begin anew when one of the three fails; the hour begins with each
 * closing. It is one-way in that only the charger's side closes it: the closed contact lets current back, without which there would be
 * nothing to test (inferred). A test that ends well is not told.
 */
#include "core/control.h"
#include "twin/cyrix.h"

#define CLOSE_TICKS ((int64_t)3 * SBMS_TICKS_PER_S)
#define TEST_TICKS ((int64_t)3600 * SBMS_TICKS_PER_S)
#define CHARGER_V 13.0 /* for each 12 V */
#define BATTERY_V 2.0  /* likewise */

/* Open, to test for the charger. */
enum phase { TESTING = CYRIX_OWN };

static const char *const phases[] = {CYRIX_WORDS, "closed", NULL};

static struct equipment_state look_open(const struct cyrix *cyrix, const struct equipment_state *state,
                                        const struct equipment_seen *seen)
{
    const bool is_there = seen->from_v >= CHARGER_V * cyrix->units && seen->to_v >= BATTERY_V * cyrix->units;
    struct equipment_state next = equipment_timed(state, is_there, seen->tick);

    if (equipment_has_lasted(&next, CLOSE_TICKS, seen->tick)) {
        return equipment_in_phase(state, CYRIX_CLOSED, seen->tick);
    }
    if (state->phase == TESTING && seen->tick - state->phase_tick >= CLOSE_TICKS) {
        next.phase = CYRIX_OPEN;
        next.phase_tick = seen->tick;
    }
    return next;
}

static struct equipment_state look(const struct scenario_equipment *entry,
                                   const struct equipment_state *state, const struct equipment_seen *seen)
{
    const struct cyrix cyrix = cyrix_settings(entry);
    struct equipment_state next;

    if (cyrix_is_broken(state, seen, &next)) {
        return next;
    }
    if (!seen->is_enabled) {
        next = equipment_timed(state, false, seen->tick);
        return state->phase == CYRIX_OPEN ? next : equipment_in_phase(state, CYRIX_OPEN, seen->tick);
    }
    if (!cyrix_is_closed(state)) {
        return look_open(&cyrix, state, seen);
    }
    if (seen->tick - state->phase_tick >= TEST_TICKS) {
        return equipment_in_phase(state, TESTING, seen->tick);
    }
    return cyrix_loaded(&cyrix, state, seen);
}

static int64_t next_tick(const struct scenario_equipment *entry, const struct equipment_state *state,
                         int first_weekday, int64_t tick)
{
    const int64_t closes = state->timer_tick == EQUIPMENT_NEVER ? INT64_MAX : state->timer_tick + CLOSE_TICKS;
    const int64_t tested = state->phase_tick + CLOSE_TICKS;

    (void)entry;
    (void)first_weekday;
    (void)tick;
    if (cyrix_is_closed(state)) {
        return state->phase_tick + TEST_TICKS;
    }
    return state->phase == TESTING && tested < closes ? tested : closes;
}

/* It closes when there is voltage on both of its sides: capacitors there are full. */
static void facts(const struct scenario_equipment *entry, struct equipment_facts *known)
{
    cyrix_facts_charging(entry, known);
    known->making_a_max = 0.0;
}

const struct equipment_kind equipment_cyrix_li_charge = {
    .help = "a Cyrix-Li-Charge: a relay between a charger and the bank",
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
    .facts = facts,
};
