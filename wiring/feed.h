/* SPDX-License-Identifier: Apache-2.0 */
/* What the bank feeds and what charges it at a moment, as far as the description tells: which equipment works, which buses hang together. */
#ifndef WIRING_FEED_H
#define WIRING_FEED_H

#include "wiring/parts.h"

/* Pre-alarm floats in each: before a cut nothing has to have called for it, and with the cut it ends (PRE-3). */
enum feed_moment {
    FEED_WORKING = 0, /* Load and Charger are high, and nothing charges */
    FEED_CHARGING,    /* the same, and something charges: what joins buses by that has joined them */
    FEED_CUT,         /* after a cut by under-voltage: of the outputs Charger alone is high */
    FEED_RECHARGE,    /* the same, and something charges */
    FEED_COLD,        /* Load is high and Charger floats, and something charges */
    FEED_COLD_CUT     /* after a cut by under-voltage all outputs float, and something charges */
};

struct feed {
    const struct scenario *described;
    enum feed_moment moment;
    struct wiring_parts parts;
    bool works[WIRING_PARTS_MAX];          /* a part's control lets it; a contact is closed */
    bool is_fed[WIRING_BUSES_MAX];         /* a bus, by the bank, through contacts and converters */
    bool is_joined[WIRING_BUSES_MAX];      /* the same, through contacts alone */
    bool gives[WIRING_BUSES_MAX];          /* what comes to this bus gets to the bank */
    bool gives_directly[WIRING_BUSES_MAX]; /* the same, through contacts alone */
};

/* Looks at `described`, which is kept by the caller. */
void feed_look(const struct scenario *described, enum feed_moment moment, struct feed *feed);

/* The voltage in mV of a bus of the bank's kind (0 is the bank's) with each cell at `cell_mv`. */
double feed_bus_mv(const struct scenario *described, int bus, double cell_mv);

/* Whether part `i` stops by itself before the cells are at their under-voltage setting. */
bool feed_stops_by_itself(const struct feed *feed, int i);

/* What part `i` gives to its outlet for ever, in W; 0: it has none. */
double feed_outlet_w_max(const struct feed *feed, int i);

/* Whether part `i` is a heater of the batteries. */
bool feed_heats(const struct feed *feed, int i);

/* Whether part `i` gives to a bus from which that gets to the bank, and takes it from no bus. */
bool feed_charges_bank(const struct feed *feed, int i);

/* Whether any does. */
bool feed_has_source(const struct feed *feed);

/* Whether part `i` gives to the bank what it does not have from it, through contacts alone: a source, or a converter from elsewhere. */
bool feed_brings(const struct feed *feed, int i);

/*
 * Calls `see` for each set of parts that by their hours and the sun may give at the same time: sources, and converters whose input has
 * one. `gives` has the numbers of the parts. The sun is up for a panel in those ten minutes of the day in which it is on any day of the
 * year. What Pre-alarm turns on may give, too. For feeds of FEED_CHARGING.
 */
void feed_each_mix(const struct feed *feed, void (*see)(void *self, const bool gives[WIRING_PARTS_MAX]),
                   void *self);

/* Whether part `i` lives of the weather; if so, what it can give in slot `slot` of the run (twin/weather.h), in W. */
bool feed_sun_w(const struct feed *feed, int i, int64_t slot, double *power_w);

#endif
