/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A described system as its rules want it: all equipment with its facts, the section `solar` among it, and which bus gets
 * current from which.
 */
#ifndef WIRING_PARTS_H
#define WIRING_PARTS_H

#include <stdbool.h>

#include "twin/equipment.h"
#include "twin/scenario.h"

#define WIRING_UNIT_V 12.8 /* nominal, of a bus for each 12 V */

enum {
    WIRING_PARTS_MAX = SCENARIO_EQUIPMENT_MAX + 1,
    WIRING_BUSES_MAX = SCENARIO_BUSES_MAX + 1 /* 0 is the bank's */
};

/* A piece of equipment. */
struct wiring_part {
    const char *name;
    int line;                        /* of the file */
    struct scenario_equipment entry; /* of the section `solar`: as it would stand in `equipment` */
    struct equipment_facts facts;
};

struct wiring_parts {
    int count;
    struct wiring_part parts[WIRING_PARTS_MAX]; /* in the order of their numbers (twin/equipment.h) */
    struct equipment_facts load_relay;          /* of the sections; all 0 where there is none */
    struct equipment_facts pre_alarm_device;
    struct equipment_facts bms;
};

/* "Load", "Charger", "Load and Charger": the output that controls a part; "nothing" for none. */
const char *wiring_output_word(enum scenario_control control);

/* Takes `described` apart. Its texts are kept by the caller. */
void wiring_parts_of(const struct scenario *described, struct wiring_parts *parts);

/* What a bus is called: "bank", or its name. */
const char *wiring_bus_name(const struct scenario *described, int bus);

/* Whether a bus has a battery: the bank's has, others may have one of lead and acid. */
bool wiring_bus_has_battery(const struct scenario *described, int bus);

/* Whether `control` says that the output `output` (CONTROL_LOAD, CONTROL_PRE_ALARM or CONTROL_CHARGER) turns it on, alone or with another. */
bool wiring_is_on(enum scenario_control control, enum scenario_control output);

/*
 * Whether `part` works while the outputs that control it are high, or else all float: through its cable, its input, and its contact, which
 * may be closed just then. True where nothing controls it.
 */
bool wiring_works(const struct scenario *described, const struct wiring_part *part, bool is_high);

/* The bus beyond `part` from which current enters the bank's through it; 0: it joins none to the bank's, or lets none in. */
int wiring_enters_from(const struct wiring_part *part);

/* What a part gives to its bus `to` at most, in A, at the nominal voltage of that: a solar charger no more than its panel. */
double wiring_given_a(const struct scenario *described, const struct wiring_part *part);

/* How current may go from bus to bus: through every switch, and */
struct wiring_way {
    bool by_converters;            /* through DC-DC converters and chargers, too */
    bool backwards_too;            /* through one-way switches against their direction, too */
    bool not_beyond_bank;          /* the bank's bus ends it */
    enum scenario_control without; /* not through what this output controls; CONTROL_NONE: through all */
    const struct wiring_part *without_part; /* nor through this one; NULL: through all */
    const bool
        *only; /* through those parts alone for which this is true, by their numbers; NULL: through all */
};

/* Sets for each bus whether current that begins on `bus` gets there; it gets to `bus`. */
void wiring_spread(const struct wiring_parts *parts, const struct wiring_way *way, int bus,
                   bool reached[WIRING_BUSES_MAX]);

/* Whether it gets to the bus `other`. */
bool wiring_gets_to(const struct wiring_parts *parts, const struct wiring_way *way, int bus, int other);

/* Whether current that begins on `bus` gets to one with a battery. */
bool wiring_gets_to_battery(const struct scenario *described, const struct wiring_parts *parts,
                            const struct wiring_way *way, int bus);

#endif
