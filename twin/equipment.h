/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stands between the buses and on them: chargers, switches, converters. One kind is one file in twin/equipment/, which
 * holds all about it: its keys in a scenario file, what it does in the network, and when it changes. It is a machine of
 * phases: it looks, and is in another phase or not; what it has seen and what it is are plain data.
 */
#ifndef TWIN_EQUIPMENT_H
#define TWIN_EQUIPMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "twin/equipment_kinds.h"
#include "twin/network.h"
#include "twin/scenario.h"
#include "twin/scenario_row.h"

/* What one piece of equipment is at an instant. What each kind makes of it is its own matter, but for 0 at the start. */
struct equipment_state {
    int phase;          /* of the kind's own; 0 to begin with */
    int count;          /* such as returns in a row */
    int64_t phase_tick; /* when the phase began */
    int64_t timer_tick; /* since when a condition holds; EQUIPMENT_NEVER: it does not, as to begin with */
    double level;       /* such as the sun's power, or a temperature */
};

#define EQUIPMENT_NEVER INT64_MIN

/* The fault that every kind may have: its fuse is blown, so that it is not there, and begins anew with another. */
enum { EQUIPMENT_FUSE_BLOWN = 1000 };

/* What it sees when it looks. */
struct equipment_seen {
    int64_t tick;
    int first_weekday; /* for hours_hold() */
    double from_v;     /* its bus, or the one that feeds it */
    double to_v;       /* the bus that it feeds; else the same */
    double link_a;     /* through its contact, towards `to` */
    double source_a;
    double source_v; /* at its terminals */
    enum network_limit limit;
    double load_a; /* what it takes, at its terminals */
    double load_v;
    double outlet_w; /* what the loads on its outlet want now */
    bool is_low;     /* what it takes is below its lowest voltage */
    bool is_enabled; /* what controls it lets it work; nothing does: true */
    double output_v; /* of the output that controls it; 0 while that floats */
    bool is_backed;  /* its bus has a battery, by itself or through closed contacts */
    double backed_a; /* what its source gave when the network was last built anew on a bus with a battery */
    bool has_source; /* something gives to its bus that is no battery, nor fed by batteries alone */
    bool may_charge; /* Charger is high, whatever controls it */
    double cell_temp_c; /* of the bank's coldest cell; only of a kind that heats_bank */
    int fault;          /* that an event has put into it, one of its kind's words; 0: none */
    bool is_mended;     /* an event has mended it since it looked last: what it has broken by itself, too */
};

/* Where its parts are in the network; -1: it has none there. */
struct equipment_places {
    int link;
    int source;
    int load;
};

/* Where a kind adds its parts. */
struct equipment_parts {
    struct network *network;
    struct equipment_places *places;
    int from_node;
    int to_node;
    double outlet_w; /* what the loads on its outlet want now */
};

/* Its contact from `from` to `to`, closed; `ohm` above 0. */
void equipment_add_link(struct equipment_parts *parts, double ohm, bool is_one_way);

/* A source on the node `to`; `source` but for its node. */
void equipment_add_source(struct equipment_parts *parts, struct network_source source);

/* What it takes from the node `from`; `load` but for its node. */
void equipment_add_load(struct equipment_parts *parts, struct network_load load);

/* Both, of which the source is fed by the load with `efficiency` (0..1). */
void equipment_add_converter(struct equipment_parts *parts, struct network_load input,
                             struct network_source source, double efficiency);

/* Which keys of those that all kinds share one takes. */
enum equipment_ports { EQUIPMENT_ON = 0, EQUIPMENT_FROM_TO };

/* Why the settings of one do not fit: the key, and what is wrong with it. */
struct equipment_complaint {
    const char *key;
    char text[160];
};

/*
 * What is known of one before anything runs, for whoever looks at the wiring (wiring/): with its buses at 12.8 V for each 12 V, and 0
 * or false for what it does not have. Consumers on the device's outputs have these too (twin/consumer.h).
 */
struct equipment_facts {
    double output_a;           /* from the output that controls it, steady, at most */
    double output_peak_a;      /* the same when that goes high: pull-in */
    bool has_coil;             /* the output feeds a coil */
    bool has_diode;            /* across that coil */
    double coil_mv;            /* what that coil is made for; 0: not known */
    double pull_in_mv;         /* at which it pulls in */
    bool works_while_floating; /* its control turns it off, as the coil of a normally closed relay */
    bool is_source;            /* gives to `to` what comes from no bus: sun, mains, fuel, engine */
    bool charges;              /* gives to `to`, whatever from */
    bool stops_with_charger;   /* what it gives ends while Charger floats, whatever its control is */
    bool stops_when_told;      /* a generator that stops when its control asks no longer, but for: */
    double run_min_min;        /* its shortest run, in min */
    bool runs_on;              /* a generator that has a shortest run, or runs until something */
    bool is_alternator;        /* breaks when it loses its battery while it charges */
    bool burns_out;            /* an alternator that too much current destroys */
    double to_a_max;           /* it gives to `to` at most */
    double power_w_max;        /* and not more than that; 0: its current alone limits it */
    double to_mv_max;          /* that it holds at its terminals to `to` */
    double to_cable_ohm;       /* of its cable to `to`; the same as that to `from` when it has one */
    bool is_contact;           /* a switch between `from` and `to` */
    bool joins_both_ways;      /* its contact carries current both ways */
    bool opens_by_itself;      /* it can open though its control is high, as by a voltage or an overload */
    bool closes_while_charged; /* its contact stays open unless something charges one of its buses */
    double contact_a_max;      /* that it may carry */
    double making_a_max;       /* onto which it may close; 0: not known, or it closes onto voltage alone */
    double overload_s;     /* a contact, an inverter: more than its rating stops it after this; 0: nothing */
    double trip_a_max;     /* a contact: more opens it at once; 0: nothing does */
    double trip_w_max;     /* an inverter: more on its outlet stops it at once; 0: nothing does */
    double trip_s;         /* but not what is shorter */
    struct hours hours;    /* a source: when it can give; without any: always */
    double contact_ohm;    /* closed */
    bool has_capacitors;   /* at its input, that charge with a rush of current when they are connected */
    double inrush_a;       /* that current */
    double draw_on_a;      /* its electronics take from `from` while its control is high or it has none */
    double draw_off_a;     /* the same while its control floats */
    double from_a_max;     /* it takes from `from` at most, working */
    double from_cable_ohm; /* of its cable to `from` */
    double efficiency;     /* what it gives of what it takes beyond draw_on_a, 0..1 */
    double heats_below_c;  /* a heater: it may heat when the coldest cell is below */
    double heats_to_c;     /* and goes on until it is at this */
    bool needs_charged_input; /* it works only while something charges its bus `from` */
    bool needs_source;        /* a heater: only while a source gives to its bus */
    double cut_out_mv;        /* below it stops by itself; at its terminals to `from` */
    double restart_mv;        /* above it starts again by itself; of the bus `from` */
};

struct equipment_kind {
    const char *help;
    enum equipment_ports ports;
    bool is_controlled; /* takes `control`, `cable` and `input` */
    bool heats_bank;    /* what its load takes warms the bank's cases */
    bool
        counts_makes; /* `count` is how often its contact has made since it closed, for the totals; 0 while it is open */
    bool has_stages; /* its phases are a charger's stages, which only a long timeline tells */
    const struct scenario_row
        *rows; /* offsets into the kind's own struct of at most SCENARIO_EQUIPMENT_SIZE bytes */
    size_t row_count;
    /*
     * What the timeline says it is in each, ending with NULL; a `#` stands for amount(). Between phases with the same words nothing
     * is told.
     */
    const char *const *phases;
    const struct scenario_word *faults; /* that events may put into it, values from 1 on; NULL: none */
    /*
     * Fills in what has a computed default (it is 0 when it is not in the file) and says what does not fit, with true for a good one.
     * `to_units` are those of 12 V of the bus it feeds, `from_units` of the one which feeds it.
     */
    bool (*complete)(struct scenario_equipment *entry, int from_units, int to_units,
                     struct equipment_complaint *complaint);
    /* What it is after it has looked. It is asked once a second, at each tick that next_tick() names, and when its control changes. */
    struct equipment_state (*look)(const struct scenario_equipment *entry,
                                   const struct equipment_state *state, const struct equipment_seen *seen);
    /* The number for a `#` in the words of the phase that it is now in, which look() has just brought; may be NULL. */
    double (*amount)(const struct scenario_equipment *entry, const struct equipment_state *before,
                     const struct equipment_state *now, const struct equipment_seen *seen);
    /*
     * The next tick after `tick` at which look() may say something else by time alone; INT64_MAX: never. May be NULL. What gathers by
     * what it sees, such as heat by a current, it cannot name: that is found by asking at the end of a step, to the second.
     */
    int64_t (*next_tick)(const struct scenario_equipment *entry, const struct equipment_state *state,
                         int first_weekday, int64_t tick);
    /* Whether its outlet has power; NULL without an outlet. */
    bool (*is_live)(const struct equipment_state *state);
    /* Adds what it is to the network; may be NULL. */
    void (*add)(const struct scenario_equipment *entry, const struct equipment_state *state,
                struct equipment_parts *parts);
    /* What its electronics take from the bus `from`, in A; may be NULL. */
    double (*draw_a)(const struct scenario_equipment *entry, const struct equipment_state *state);
    /* What its coil or input takes from the output that controls it while that is high, in A; may be NULL. */
    double (*output_a)(const struct scenario_equipment *entry, const struct equipment_state *state,
                       int64_t tick);
    /* Says what is `known` of it, in facts that are all 0 and false; may be NULL: nothing. */
    void (*facts)(const struct scenario_equipment *entry, struct equipment_facts *known);
    /* At the start and with each slot of the weather: sets what depends on it; may be NULL. */
    void (*weather)(const struct scenario_equipment *entry, const struct scenario *described, int64_t slot,
                    struct equipment_state *state);
};

#define EQUIPMENT_DECLARATION(id, name) extern const struct equipment_kind equipment_##name;
EQUIPMENT_KINDS(EQUIPMENT_DECLARATION)
#undef EQUIPMENT_DECLARATION

/* All kinds, in the order of twin/equipment_kinds.h. */
extern const struct equipment_kind *const equipment_kinds[EQUIPMENT_KIND_COUNT];

/*
 * The equipment of a run has numbers: that of the section `solar`, if there is one, is 0, and the entries of `equipment` follow.
 * Its name, and what it is in `phase`.
 */
const char *equipment_name(const struct scenario *described, int number);
const char *equipment_phase_word(const struct scenario *described, int number, int phase);

/* Copies the settings of `entry` into its kind's struct, of `size` bytes; and back. */
void equipment_settings(const struct scenario_equipment *entry, void *settings, size_t size);
void equipment_set(struct scenario_equipment *entry, const void *settings, size_t size);

/* `value` or, where it is 0 because the file does not have it, `otherwise`. For complete(). */
double equipment_filled(double value, double otherwise);

/*
 * Whether `voltage_mv` is within `low_mv` to `high_mv` for each 12.8 V of a bus of `units` of them; else complains of `key`. For
 * complete().
 */
bool equipment_check_mv(const char *key, double voltage_mv, double low_mv, double high_mv, int units,
                        struct equipment_complaint *complaint);

/* Whether the voltage of `key` is below that of `than`, both in mV; else complains of `key`. For complete(). */
bool equipment_check_below(const char *key, double mv, const char *than, double than_mv,
                           struct equipment_complaint *complaint);

/* For switches: whether both buses have the same voltage; otherwise says what is wrong. */
bool equipment_joins_equals(int from_units, int to_units, struct equipment_complaint *complaint);

/* Whether two states are the same in every field. */
bool equipment_same(const struct equipment_state *a, const struct equipment_state *b);

/* `state` in another phase, from `tick` on, with its timer stopped. */
struct equipment_state equipment_in_phase(const struct equipment_state *state, int phase, int64_t tick);

/* `state` with its timer running since `tick`, or longer, while `holds`; and stopped while it does not. */
struct equipment_state equipment_timed(const struct equipment_state *state, bool holds, int64_t tick);

/* Whether the timer has run for `ticks` at `tick`. */
bool equipment_has_lasted(const struct equipment_state *state, int64_t ticks, int64_t tick);

/* The same with `level` as a second timer: 0, or 1 more than the tick since which something holds. */
struct equipment_state equipment_level_timed(const struct equipment_state *state, bool holds, int64_t tick);
bool equipment_level_has_lasted(const struct equipment_state *state, int64_t ticks, int64_t tick);

/* When that second timer has run for `ticks`; INT64_MAX: it does not run. */
int64_t equipment_level_end(const struct equipment_state *state, int64_t ticks);

/* The earlier of `next` and `other`, where a tick that is not after `tick` does not count: for next_tick(). */
int64_t equipment_sooner(int64_t next, int64_t other, int64_t tick);

#endif
