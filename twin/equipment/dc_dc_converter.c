/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A DC-DC converter that holds a voltage, such as one from 24 V to 12 V for a cabin's loads (twin/dc_dc.h). It gives nothing back. An
 * input lock-out and a voltage of restart are settings of the Orion-Tr (manual); the 10.5 V and 12.0 V here, and the 12.5 V
 * of its output, are chosen here.
 */
#include "twin/cable.h"
#include "twin/dc_dc.h"

#define OUTPUT_MV 12500.0 /* for each 12 V */
#define OUTPUT_MV_MIN 10000.0
#define OUTPUT_MV_MAX 15000.0
#define AMPLE 2.0 /* its power does not limit it */

static const struct dc_dc_defaults defaults = {.cut_in_mv = 12000.0, .cut_out_mv = 10500.0};

/* Those of a charger's stages are not taken. */
static const char *const phases[] = {"off", "on", "", "", "waits for its input", "dead", NULL};

struct converter {
    struct dc_dc input;
    double output_mv;
    double current_a_max;
    double cable_mohm;
};

static const struct scenario_row rows[] = {
    {.key = "output_mv",
     NUMBER(10000, 60000, "mV"),
     COMPUTED("12500 for each 12.8 V"),
     IN(struct converter, output_mv),
     .help = "that it holds; 10000..15000 for each 12.8 V"},
    {.key = "current_a_max",
     NUMBER(0.1, 1000, "A"),
     OR("30"),
     IN(struct converter, current_a_max),
     .help = "that it gives"},
    {.key = "cable_mohm",
     CABLE(0.01, 1000),
     COMPUTED("1 % of the voltage at current_a_max"),
     IN(struct converter, cable_mohm),
     .help = "to the bus that it feeds, both ways"},
    {.key = "cut_in_mv",
     NUMBER(7500, 60000, "mV"),
     COMPUTED("12000 for each 12.8 V"),
     IN(struct converter, input.cut_in_mv),
     .help = "of the bus that feeds it: it works from there on"},
    {.key = "cut_out_mv",
     NUMBER(7500, 60000, "mV"),
     COMPUTED("10500 for each 12.8 V"),
     IN(struct converter, input.cut_out_mv),
     .help = "at its input: below, it stops"},
    {.key = "cut_out_s",
     NUMBER(0, 3600, "s"),
     OR("0"),
     IN(struct converter, input.cut_out_s),
     .help = "after so long"},
    DC_DC_ROWS(struct converter, input),
};

static struct converter settings_of(const struct scenario_equipment *entry)
{
    struct converter converter;

    equipment_settings(entry, &converter, sizeof converter);
    return converter;
}

static bool complete(struct scenario_equipment *entry, int from_units, int to_units,
                     struct equipment_complaint *complaint)
{
    struct converter converter = settings_of(entry);
    bool is_good = false;

    converter.output_mv = equipment_filled(converter.output_mv, OUTPUT_MV * to_units);
    converter.cable_mohm =
        equipment_filled(converter.cable_mohm, cable_mohm_for(CABLE_MAIN_PART, converter.output_mv * 0.001,
                                                              converter.current_a_max));
    is_good = equipment_check_mv("output_mv", converter.output_mv, OUTPUT_MV_MIN, OUTPUT_MV_MAX, to_units,
                                 complaint) &&
              dc_dc_complete(&converter.input, &defaults, from_units,
                             converter.output_mv * 0.001 * converter.current_a_max, complaint);
    equipment_set(entry, &converter, sizeof converter);
    return is_good;
}

static struct equipment_state look(const struct scenario_equipment *entry,
                                   const struct equipment_state *state, const struct equipment_seen *seen)
{
    const struct converter converter = settings_of(entry);

    return dc_dc_look(&converter.input, state, seen);
}

static int64_t next_tick(const struct scenario_equipment *entry, const struct equipment_state *state,
                         int first_weekday, int64_t tick)
{
    const struct converter converter = settings_of(entry);

    (void)first_weekday;
    return dc_dc_next_tick(&converter.input, state, tick);
}

static void add(const struct scenario_equipment *entry, const struct equipment_state *state,
                struct equipment_parts *parts)
{
    const struct converter converter = settings_of(entry);
    const double output_v = converter.output_mv * 0.001;
    const struct network_source output = {.power_w = AMPLE * output_v * converter.current_a_max,
                                          .current_a_max = converter.current_a_max,
                                          .voltage_v_max = output_v,
                                          .cable_ohm = converter.cable_mohm * 0.001};

    dc_dc_add(&converter.input, state, output, parts);
}

static double draw_a(const struct scenario_equipment *entry, const struct equipment_state *state)
{
    const struct converter converter = settings_of(entry);

    return dc_dc_draw_a(&converter.input, state);
}

static void facts(const struct scenario_equipment *entry, struct equipment_facts *known)
{
    const struct converter converter = settings_of(entry);

    known->charges = true;
    known->to_a_max = converter.current_a_max;
    known->to_mv_max = converter.output_mv;
    known->to_cable_ohm = converter.cable_mohm * 0.001;
    dc_dc_facts(&converter.input, converter.output_mv * 0.001 * converter.current_a_max, known);
}

const struct equipment_kind equipment_dc_dc_converter = {
    .help = "a DC-DC converter that holds a voltage",
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
