/* SPDX-License-Identifier: Apache-2.0 */
#include "twin/cyrix.h"

#include <math.h>

#define CLOSED_MA 160.0 /* at 12 V */

const struct scenario_word cyrix_faults[] = {{"welded", CYRIX_WELDED, "its contact stays closed"},
                                             {"stuck_open", CYRIX_STUCK_OPEN, "its contact stays open"},
                                             {0}};

const struct scenario_row cyrix_rows[] = {
    {.key = "current_a_max",
     NUMBER(1, 1000, "A"),
     OR("120"),
     IN(struct cyrix, current_a_max),
     .help = "that its name has; more is told, nothing trips"},
    {.key = "contact_mohm",
     NUMBER(0.01, 100, "mOhm"),
     OR("1"),
     IN(struct cyrix, contact_mohm),
     .help = "closed, with its terminals"},
    {.key = "closed_ma",
     NUMBER(1, 1000, "mA"),
     COMPUTED("160 at 12 V, half of it at 24 V"),
     IN(struct cyrix, closed_ma),
     .help = "own consumption from `from`, closed"},
    {.key = "open_ma", NUMBER(0, 100, "mA"), OR("4"), IN(struct cyrix, open_ma), .help = "likewise, open"},
    {.key = "control_ma",
     NUMBER(0, 100, "mA"),
     OR("1"),
     IN(struct cyrix, control_ma),
     .help = "that its control input takes from the output"},
};
_Static_assert(sizeof cyrix_rows / sizeof cyrix_rows[0] == CYRIX_ROW_COUNT, "rows");

struct cyrix cyrix_settings(const struct scenario_equipment *entry)
{
    struct cyrix cyrix;

    equipment_settings(entry, &cyrix, sizeof cyrix);
    return cyrix;
}

bool cyrix_complete(struct scenario_equipment *entry, int from_units, int to_units,
                    struct equipment_complaint *complaint)
{
    struct cyrix cyrix = cyrix_settings(entry);

    cyrix.units = from_units;
    cyrix.closed_ma = equipment_filled(cyrix.closed_ma, CLOSED_MA / from_units);
    equipment_set(entry, &cyrix, sizeof cyrix);
    return equipment_joins_equals(from_units, to_units, complaint);
}

bool cyrix_is_closed(const struct equipment_state *state)
{
    return state->phase == CYRIX_CLOSED || state->phase == CYRIX_OVERLOADED;
}

bool cyrix_is_broken(const struct equipment_state *state, const struct equipment_seen *seen,
                     struct equipment_state *next)
{
    const bool was_broken = state->phase == CYRIX_WELDED || state->phase == CYRIX_STUCK_OPEN;

    if (seen->fault != 0) {
        *next = state->phase == seen->fault ? *state : equipment_in_phase(state, seen->fault, seen->tick);
    } else if (was_broken) { /* there is a new one */
        *next = (struct equipment_state){.phase_tick = seen->tick, .timer_tick = EQUIPMENT_NEVER};
    }
    return seen->fault != 0 || was_broken;
}

struct equipment_state cyrix_loaded(const struct cyrix *cyrix, const struct equipment_state *state,
                                    const struct equipment_seen *seen)
{
    struct equipment_state next = *state;

    if (fabs(seen->link_a) > cyrix->current_a_max) {
        next.phase = CYRIX_OVERLOADED;
    }
    return next;
}

void cyrix_add(const struct scenario_equipment *entry, const struct equipment_state *state,
               struct equipment_parts *parts)
{
    if (cyrix_is_closed(state) || state->phase == CYRIX_WELDED) {
        equipment_add_link(parts, cyrix_settings(entry).contact_mohm * 0.001, false);
    }
}

double cyrix_draw_a(const struct scenario_equipment *entry, const struct equipment_state *state)
{
    const struct cyrix cyrix = cyrix_settings(entry);

    return (cyrix_is_closed(state) ? cyrix.closed_ma : cyrix.open_ma) * 0.001;
}

double cyrix_output_a(const struct scenario_equipment *entry, const struct equipment_state *state,
                      int64_t tick)
{
    (void)state;
    (void)tick;
    return cyrix_settings(entry).control_ma * 0.001;
}

double cyrix_amount(const struct scenario_equipment *entry, const struct equipment_state *before,
                    const struct equipment_state *now, const struct equipment_seen *seen)
{
    (void)entry;
    (void)before;
    (void)now;
    return fabs(seen->link_a);
}

/* All close, open or both by what they see of voltages, and by the device's output. */
void cyrix_facts(const struct scenario_equipment *entry, struct equipment_facts *known)
{
    const struct cyrix cyrix = cyrix_settings(entry);

    known->output_a = cyrix.control_ma * 0.001;
    known->output_peak_a = known->output_a;
    known->is_contact = true;
    known->joins_both_ways = true;
    known->opens_by_itself = true;
    known->contact_a_max = cyrix.current_a_max;
    known->making_a_max = cyrix.current_a_max; /* nothing else is published (unverified) */
    known->contact_ohm = cyrix.contact_mohm * 0.001;
    known->draw_on_a = cyrix.closed_ma * 0.001;
    known->draw_off_a = cyrix.open_ma * 0.001;
}

void cyrix_facts_charging(const struct scenario_equipment *entry, struct equipment_facts *known)
{
    cyrix_facts(entry, known);
    known->closes_while_charged = true;
}
