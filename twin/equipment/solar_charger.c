/* SPDX-License-Identifier: Apache-2.0 */
/* A solar panel and its charger. The section `solar` of a scenario is one of these, on the bank and controlled by Charger. */
#include "twin/charge.h"
#include "twin/equipment.h"
#include "twin/weather.h"

_Static_assert(offsetof(struct scenario_solar, charge) == 0, "charge_complete_entry()");

static const struct scenario_row rows[] = {
    {.key = "panel_w",
     NUMBER(0, 100000, "W"),
     REQUIRED,
     IN(struct scenario_solar, panel_w),
     .help = "peak power; 0: no charger"},
    {.key = "latitude_deg",
     NUMBER(-66, 66, "deg"),
     OR("45"),
     IN(struct scenario_solar, latitude_deg),
     .help = "north is positive"},
    {.key = "cloud_pct",
     NUMBER(0, 95, "%"),
     OR("30"),
     IN(struct scenario_solar, cloud_pct),
     .help = "mean loss to clouds"},
    {.key = "efficiency_pct",
     NUMBER(10, 100, "%"),
     OR("90"),
     IN(struct scenario_solar, efficiency_pct),
     .help = "of the panel's power that reaches the bus"},
    CHARGE_ROWS(struct scenario_solar, charge),
};

static struct scenario_solar settings_of(const struct scenario_equipment *entry)
{
    struct scenario_solar solar;

    equipment_settings(entry, &solar, sizeof solar);
    return solar;
}

/* `level` is what the panel gives after the charger's losses, in W. */
static void weather(const struct scenario_equipment *entry, const struct scenario *described, int64_t slot,
                    struct equipment_state *state)
{
    const struct scenario_solar solar = settings_of(entry);

    state->level = weather_solar_w(described, &solar, slot);
}

static void add(const struct scenario_equipment *entry, const struct equipment_state *state,
                struct equipment_parts *parts)
{
    const struct scenario_solar solar = settings_of(entry);

    equipment_add_source(parts, charge_source(&solar.charge, state, state->level));
}

static struct equipment_state look(const struct scenario_equipment *entry,
                                   const struct equipment_state *state, const struct equipment_seen *seen)
{
    const struct scenario_solar solar = settings_of(entry);

    return charge_look(&solar.charge, state, seen);
}

static int64_t next_tick(const struct scenario_equipment *entry, const struct equipment_state *state,
                         int first_weekday, int64_t tick)
{
    const struct scenario_solar solar = settings_of(entry);

    (void)first_weekday;
    (void)tick;
    return charge_next_tick(&solar.charge, state);
}

static void facts(const struct scenario_equipment *entry, struct equipment_facts *known)
{
    const struct scenario_solar solar = settings_of(entry);

    known->is_source = true;
    charge_facts(&solar.charge, known);
    known->power_w_max = solar.panel_w * solar.efficiency_pct * 0.01;
    known->to_a_max = solar.panel_w > 0.0 ? known->to_a_max : 0.0;
}

const struct equipment_kind equipment_solar_charger = {
    .help = "a panel and its charger; the section `solar` is one, on the bank, controlled by Charger",
    .ports = EQUIPMENT_ON,
    .is_controlled = true,
    .has_stages = true,
    .rows = rows,
    .row_count = sizeof rows / sizeof rows[0],
    .phases = charge_words,
    .complete = charge_complete_entry,
    .look = look,
    .next_tick = next_tick,
    .add = add,
    .facts = facts,
    .weather = weather,
};
