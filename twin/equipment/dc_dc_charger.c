/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A DC-DC charger, such as from a starter battery to the bank: bulk, absorption, float (twin/charge.h) from an input of which it
 * takes only while the engine runs (twin/dc_dc.h). It knows that by the voltage of its input, as the Orion-Tr Smart (manual: at
 * once above one voltage, after a delay above a lower one; off when it has been below a third for 1 min; the example there
 * has 13.1 V for that). The 14.0 V, the 13.3 V and their 2 min are as recalled (unverified). Where that voltage falls near
 * the third, the Orion takes less to hold it, and it tests from time to time what the voltage is without its current;
 * neither is done here.
 */
#include "twin/charge.h"
#include "twin/dc_dc.h"

static const struct dc_dc_defaults defaults = {
    .cut_in_mv = 13300.0, .cut_in_at_once_mv = 14000.0, .cut_out_mv = 13100.0};

static const char *const phases[] = {"off",  "bulk", "absorption", "float", "waits for its input",
                                     "dead", NULL};

struct charger {
    struct charge_settings charge;
    struct dc_dc input;
};

static const struct scenario_row rows[] = {
    {.key = "cut_in_mv",
     NUMBER(7500, 60000, "mV"),
     COMPUTED("13300 for each 12.8 V"),
     IN(struct charger, input.cut_in_mv),
     .help = "of the bus that feeds it: from there on it works after cut_in_s"},
    {.key = "cut_in_s", NUMBER(0, 3600, "s"), OR("120"), IN(struct charger, input.cut_in_s), .help = "that"},
    {.key = "cut_in_at_once_mv",
     NUMBER(7500, 60000, "mV"),
     COMPUTED("14000 for each 12.8 V, or cut_in_mv"),
     IN(struct charger, input.cut_in_at_once_mv),
     .help = "and from there on at once"},
    {.key = "cut_out_mv",
     NUMBER(7500, 60000, "mV"),
     COMPUTED("13100 for each 12.8 V"),
     IN(struct charger, input.cut_out_mv),
     .help = "at its input: below, it stops after cut_out_s"},
    {.key = "cut_out_s", NUMBER(0, 3600, "s"), OR("60"), IN(struct charger, input.cut_out_s), .help = "that"},
    DC_DC_ROWS(struct charger, input),
    CHARGE_ROWS(struct charger, charge),
};

static struct charger settings_of(const struct scenario_equipment *entry)
{
    struct charger charger;

    equipment_settings(entry, &charger, sizeof charger);
    return charger;
}

static bool complete(struct scenario_equipment *entry, int from_units, int to_units,
                     struct equipment_complaint *complaint)
{
    struct charger charger = settings_of(entry);
    const bool is_good =
        charge_complete(&charger.charge, to_units, complaint) &&
        dc_dc_complete(&charger.input, &defaults, from_units,
                       charger.charge.absorption_mv * 0.001 * charger.charge.current_a_max, complaint);

    equipment_set(entry, &charger, sizeof charger);
    return is_good;
}

static struct equipment_state look(const struct scenario_equipment *entry,
                                   const struct equipment_state *state, const struct equipment_seen *seen)
{
    const struct charger charger = settings_of(entry);
    const struct equipment_state fed = dc_dc_look(&charger.input, state, seen);
    struct equipment_seen on = *seen;

    if (fed.phase != state->phase || !dc_dc_is_on(fed.phase)) {
        return fed;
    }
    on.is_enabled = true;
    return charge_look(&charger.charge, &fed, &on);
}

static int64_t next_tick(const struct scenario_equipment *entry, const struct equipment_state *state,
                         int first_weekday, int64_t tick)
{
    const struct charger charger = settings_of(entry);
    const int64_t next = dc_dc_next_tick(&charger.input, state, tick);

    (void)first_weekday;
    return equipment_sooner(next, charge_next_tick(&charger.charge, state), tick);
}

static void add(const struct scenario_equipment *entry, const struct equipment_state *state,
                struct equipment_parts *parts)
{
    const struct charger charger = settings_of(entry);

    if (dc_dc_is_on(state->phase)) {
        dc_dc_add(&charger.input, state,
                  charge_source(&charger.charge, state, charge_ample_w(&charger.charge)), parts);
    }
}

static double draw_a(const struct scenario_equipment *entry, const struct equipment_state *state)
{
    const struct charger charger = settings_of(entry);

    return dc_dc_draw_a(&charger.input, state);
}

static void facts(const struct scenario_equipment *entry, struct equipment_facts *known)
{
    const struct charger charger = settings_of(entry);

    charge_facts(&charger.charge, known);
    known->needs_charged_input = true;
    dc_dc_facts(&charger.input, charger.charge.absorption_mv * 0.001 * charger.charge.current_a_max, known);
}

const struct equipment_kind equipment_dc_dc_charger = {
    .help = "a DC-DC charger, such as from a starter battery",
    .ports = EQUIPMENT_FROM_TO,
    .is_controlled = true,
    .rows = rows,
    .row_count = sizeof rows / sizeof rows[0],
    .phases = phases,
    .faults = dc_dc_faults,
    .complete = complete,
    .look = look,
    .next_tick = next_tick,
    .add = add,
    .draw_a = draw_a,
    .facts = facts,
};
