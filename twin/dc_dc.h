/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What DC-DC converters and DC-DC chargers share: their input, with a voltage from which on they work and one below which they
 * stop, their efficiency, what they take for themselves, their remote input.
 */
#ifndef TWIN_DC_DC_H
#define TWIN_DC_DC_H

#include "twin/equipment.h"

/* A charger's stages on take the numbers from ON on (enum charge_stage). `level` is the timer of an input that is too low. */
enum dc_dc_phase { DC_DC_OFF = 0, DC_DC_ON, DC_DC_WAITS = 4, DC_DC_DEAD };

struct dc_dc {
    double efficiency_pct;
    double idle_ma;
    double standby_ma;
    double input_cable_mohm;
    double cut_in_mv; /* from here on it works after cut_in_s, and from ... */
    double cut_in_s;
    double cut_in_at_once_mv; /* ... here at once */
    double cut_out_mv;        /* below it stops after cut_out_s */
    double cut_out_s;
    int units; /* of 12 V, of the bus that feeds it */
};

/* The keys that are the same for all of them, of which `type` has the dc_dc as `member`. */
#define DC_DC_ROWS(type, member) \
    {.key = "efficiency_pct", \
     NUMBER(50, 100, "%"), \
     OR("87"), \
     IN(type, member.efficiency_pct), \
     .help = "of what it takes, beyond idle_ma, that it gives"}, \
        {.key = "idle_ma", \
         NUMBER(0, 10000, "mA"), \
         OR("80"), \
         IN(type, member.idle_ma), \
         .help = "what it takes while it is on and gives nothing"}, \
        {.key = "standby_ma", \
         NUMBER(0, 1000, "mA"), \
         OR("1"), \
         IN(type, member.standby_ma), \
         .help = "what it takes while it is off"}, \
    { \
        .key = "input_cable_mohm", CABLE(0.01, 1000), COMPUTED("1 % of the voltage at full output"), \
        IN(type, member.input_cable_mohm), .help = "from the bus that feeds it, both ways" \
    }

extern const struct scenario_word dc_dc_faults[];

/* What is filled in where the file has nothing, in mV for each 12.8 V of the bus that feeds it. */
struct dc_dc_defaults {
    double cut_in_mv;
    double cut_in_at_once_mv; /* 0: as cut_in_mv */
    double cut_out_mv;
};

/* Fills in what has a computed default, for `output_w` at full output, and says what does not fit. */
bool dc_dc_complete(struct dc_dc *settings, const struct dc_dc_defaults *defaults, int from_units,
                    double output_w, struct equipment_complaint *complaint);

/* What it is after it has looked at its input and its control; within its stages it stays where it is. */
struct equipment_state dc_dc_look(const struct dc_dc *settings, const struct equipment_state *state,
                                  const struct equipment_seen *seen);

/* Whether it works in `phase`. */
bool dc_dc_is_on(int phase);

/* The tick after `tick` at which dc_dc_look() may say something else by time alone; INT64_MAX: never. */
int64_t dc_dc_next_tick(const struct dc_dc *settings, const struct equipment_state *state, int64_t tick);

/* Adds it to the network while it is on; `output` but for its node and its input. */
void dc_dc_add(const struct dc_dc *settings, const struct equipment_state *state,
               struct network_source output, struct equipment_parts *parts);

/* What is known of its input, with `output_w` at full output. */
void dc_dc_facts(const struct dc_dc *settings, double output_w, struct equipment_facts *known);

/* What it takes while it is off, in A. */
double dc_dc_draw_a(const struct dc_dc *settings, const struct equipment_state *state);

#endif
