/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A battery charger on shore or grid power: bulk, absorption, float (twin/charge.h). Its control is its remote input; one without
 * a remote input, `control: none`, nothing can stop. What it takes from the grid is of no account here; what it gives to its
 * bus is.
 */
#include "twin/charge.h"
#include "twin/equipment.h"

enum { DEAD = CHARGE_FLOAT + 1 };

static const char *const phases[] = {"off", "bulk", "absorption", "float", "dead", NULL};

static const struct scenario_word faults[] = {{"dead", DEAD, "it gives nothing"}, {0}};

struct charger {
    struct charge_settings charge;
    struct hours hours; /* with shore power */
};
_Static_assert(offsetof(struct charger, charge) == 0, "charge_complete_entry()");

static const struct scenario_row rows[] = {
    CHARGE_ROWS(struct charger, charge),
    {.key = "hours",
     HOURS,
     OPTIONAL,
     IN(struct charger, hours),
     .help = "when shore or grid power is there; without it, always"},
};

static struct charger settings_of(const struct scenario_equipment *entry)
{
    struct charger charger;

    equipment_settings(entry, &charger, sizeof charger);
    return charger;
}

static struct equipment_state look(const struct scenario_equipment *entry,
                                   const struct equipment_state *state, const struct equipment_seen *seen)
{
    const struct charger charger = settings_of(entry);
    struct equipment_seen fed = *seen;

    if (seen->fault != 0) {
        return state->phase == DEAD ? *state : equipment_in_phase(state, DEAD, seen->tick);
    }
    if (state->phase == DEAD) { /* mended */
        return equipment_in_phase(state, CHARGE_OFF, seen->tick);
    }
    fed.is_enabled = seen->is_enabled && hours_hold(&charger.hours, seen->first_weekday, seen->tick);
    return charge_look(&charger.charge, state, &fed);
}

static int64_t next_tick(const struct scenario_equipment *entry, const struct equipment_state *state,
                         int first_weekday, int64_t tick)
{
    const struct charger charger = settings_of(entry);
    const int64_t next = equipment_sooner(INT64_MAX, charge_next_tick(&charger.charge, state), tick);

    return equipment_sooner(next, hours_next_tick(&charger.hours, first_weekday, tick), tick);
}

static void add(const struct scenario_equipment *entry, const struct equipment_state *state,
                struct equipment_parts *parts)
{
    const struct charger charger = settings_of(entry);

    if (state->phase != DEAD) {
        equipment_add_source(parts, charge_source(&charger.charge, state, charge_ample_w(&charger.charge)));
    }
}

static void facts(const struct scenario_equipment *entry, struct equipment_facts *known)
{
    const struct charger charger = settings_of(entry);

    known->is_source = true;
    charge_facts(&charger.charge, known);
    known->hours = charger.hours;
}

const struct equipment_kind equipment_charger = {
    .help = "a battery charger on shore or grid power",
    .ports = EQUIPMENT_ON,
    .is_controlled = true,
    .rows = rows,
    .row_count = sizeof rows / sizeof rows[0],
    .phases = phases,
    .faults = faults,
    .complete = charge_complete_entry,
    .look = look,
    .next_tick = next_tick,
    .add = add,
    .facts = facts,
};
