/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A heater of the batteries: a resistance around their cases with a thermostat on the coldest cell, so that charging may begin. What
 * it takes warms the cases, the same each. `when: source` is for one that may run only while something charges its bus: a
 * source that Charger has stopped is none. Its control is a switch in its supply.
 *
 * On below 6 degC and off from 10 degC on are chosen here: charging ends below 5 degC and begins again at 7 degC (BAT-5).
 */
#include <stdio.h>

#include "twin/cable.h"
#include "twin/equipment.h"

#define UNIT_V 12.8
#define LOW_V_PART 0.1 /* a resistance has no lowest voltage; the network wants one to name it by */

enum phase { OFF = 0, HEATS, STUCK_ON, DEAD };

static const char *const phases[] = {"off", "heats", "heats, its thermostat is stuck", "dead", NULL};

static const struct scenario_word faults[] = {
    {"stuck_on", STUCK_ON, "its thermostat does not open"}, {"dead", DEAD, "it takes nothing"}, {0}};

static const struct scenario_word whens[] = {
    {"always", 0, "from batteries, too"}, {"source", 1, "while a charger or the like gives to its bus"}, {0}};

struct heater {
    double power_w;
    double on_below_c;
    double off_above_c;
    double cable_mohm;
    int units;
    bool needs_source;
};

static const struct scenario_row rows[] = {
    {.key = "power_w",
     NUMBER(1, 10000, "W"),
     REQUIRED,
     IN(struct heater, power_w),
     .help = "of the resistance, at 12.8 V, 25.6 V or 51.2 V"},
    {.key = "on_below_c",
     NUMBER(-40, 60, "degC"),
     OR("6"),
     IN(struct heater, on_below_c),
     .help = "it heats when the coldest cell is below"},
    {.key = "off_above_c",
     NUMBER(-40, 60, "degC"),
     OR("10"),
     IN(struct heater, off_above_c),
     .help = "until it is here or above"},
    {.key = "when",
     WORD(whens),
     OR("always"),
     IN(struct heater, needs_source),
     .help = "what it may take its current from"},
    {.key = "cable_mohm",
     CABLE(0.01, 10000),
     COMPUTED("2 % of the voltage at power_w"),
     IN(struct heater, cable_mohm),
     .help = "to its bus, both ways"},
};

static struct heater settings_of(const struct scenario_equipment *entry)
{
    struct heater heater;

    equipment_settings(entry, &heater, sizeof heater);
    return heater;
}

static bool complete(struct scenario_equipment *entry, int from_units, int to_units,
                     struct equipment_complaint *complaint)
{
    struct heater heater = settings_of(entry);
    const double volt = UNIT_V * from_units;

    (void)to_units;
    heater.units = from_units;
    heater.cable_mohm =
        equipment_filled(heater.cable_mohm, cable_mohm_for(CABLE_LOAD_PART, volt, heater.power_w / volt));
    equipment_set(entry, &heater, sizeof heater);
    if (heater.on_below_c >= heater.off_above_c) {
        complaint->key = "off_above_c";
        snprintf(complaint->text, sizeof complaint->text, "off_above_c %.15g is not above on_below_c %.15g",
                 heater.off_above_c, heater.on_below_c);
        return false;
    }
    return true;
}

static struct equipment_state look(const struct scenario_equipment *entry,
                                   const struct equipment_state *state, const struct equipment_seen *seen)
{
    const struct heater heater = settings_of(entry);
    const bool is_cold = seen->cell_temp_c < (state->phase == HEATS ? heater.off_above_c : heater.on_below_c);
    const bool may_heat = seen->is_enabled && (seen->has_source || !heater.needs_source);
    int phase = is_cold && may_heat ? HEATS : OFF;

    if (seen->fault != 0) {
        phase = seen->fault;
    }
    return phase == state->phase ? *state : equipment_in_phase(state, phase, seen->tick);
}

static void add(const struct scenario_equipment *entry, const struct equipment_state *state,
                struct equipment_parts *parts)
{
    const struct heater heater = settings_of(entry);
    const double volt = UNIT_V * heater.units;

    if (state->phase == HEATS || state->phase == STUCK_ON) {
        equipment_add_load(parts, (struct network_load){.current_a = LOW_V_PART * heater.power_w / volt,
                                                        .voltage_v_min = LOW_V_PART * volt,
                                                        .cable_ohm = heater.cable_mohm * 0.001,
                                                        .is_resistance = true});
    }
}

static void facts(const struct scenario_equipment *entry, struct equipment_facts *known)
{
    const struct heater heater = settings_of(entry);

    known->from_a_max = heater.power_w / (UNIT_V * heater.units);
    known->heats_below_c = heater.on_below_c;
    known->heats_to_c = heater.off_above_c;
    known->needs_source = heater.needs_source;
    known->from_cable_ohm = heater.cable_mohm * 0.001;
    known->to_cable_ohm = known->from_cable_ohm;
}

const struct equipment_kind equipment_heater = {
    .help = "a heater of the batteries, so that they may be charged",
    .ports = EQUIPMENT_ON,
    .is_controlled = true,
    .heats_bank = true,
    .rows = rows,
    .row_count = sizeof rows / sizeof rows[0],
    .phases = phases,
    .faults = faults,
    .complete = complete,
    .look = look,
    .add = add,
    .facts = facts,
};
