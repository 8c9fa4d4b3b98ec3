/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What comes out of each cable (sources: the cables' product pages, read through resellers; the levels of the inverting one are
 * unpublished):
 *
 *   cable            output high, 6 V or more   output floating
 *   a wire           high                       floating
 *   non-inverting    high                       floating          ASS030550320: on from about 6 V, 70 V at most
 *   pull-down        high                       pulled to minus   ASS030550220: an active pull-down, about 30 mA
 *   inverting        pulled to minus            floating          ASS030550100, ASS030550120
 */
#include "twin/control_input.h"

#define CABLE_V_MIN 6.0     /* of the non-inverting cable's input */
#define CHARGER_DROP_V 0.6  /* CHG-1 */
#define SWITCHED_DROP_V 0.1 /* LOAD-1, PRE-1 */
#define INPUT_HIGH_V 3.0    /* of the makers' H terminals: 2.9 to 3 V */

bool control_output_is_high(const struct scenario_equipment *entry, const struct sbms_outputs *outputs)
{
    switch (entry->control) {
    case CONTROL_LOAD:
        return outputs->load;
    case CONTROL_PRE_ALARM:
        return outputs->prealarm;
    case CONTROL_CHARGER:
        return outputs->charger;
    case CONTROL_LOAD_AND_CHARGER:
        return outputs->load && outputs->charger;
    default:
        return false;
    }
}

double control_output_v(const struct scenario_equipment *entry, const struct sbms_outputs *outputs,
                        double bus_v)
{
    const double drop_v = entry->control == CONTROL_CHARGER ? CHARGER_DROP_V : SWITCHED_DROP_V;

    return control_output_is_high(entry, outputs) && bus_v > drop_v ? bus_v - drop_v : 0.0;
}

/* Whether a high level comes out of the cable, with `level_v` at its beginning. */
static bool comes_high(enum scenario_cable cable, double level_v)
{
    switch (cable) {
    case CABLE_NON_INVERTING:
        return level_v >= CABLE_V_MIN;
    case CABLE_INVERTING:
        return false;
    default:
        return level_v >= INPUT_HIGH_V;
    }
}

/* Whether its end is pulled to minus. */
static bool comes_pulled_down(enum scenario_cable cable, double level_v)
{
    switch (cable) {
    case CABLE_PULL_DOWN:
        return level_v < INPUT_HIGH_V;
    case CABLE_INVERTING:
        return level_v >= INPUT_HIGH_V;
    default:
        return false;
    }
}

bool control_input_is_on_at(const struct scenario_equipment *entry, double level_v)
{
    if (entry->control == CONTROL_NONE) {
        return true;
    }
    return entry->input == INPUT_HIGH ? comes_high(entry->cable, level_v)
                                      : comes_pulled_down(entry->cable, level_v);
}

bool control_input_is_on(const struct scenario_equipment *entry, const struct sbms_outputs *outputs,
                         double bus_v)
{
    return control_input_is_on_at(entry, control_output_v(entry, outputs, bus_v));
}
