/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What takes current from the bus. One kind of consumer is one file in twin/consumers/, which holds all about
 * it: its keys in a scenario file, how much it draws, and when it changes by itself.
 */
#ifndef TWIN_CONSUMER_H
#define TWIN_CONSUMER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "twin/consumer_kinds.h"
#include "twin/network.h"
#include "twin/scenario.h"
#include "twin/scenario_row.h"

struct system_run;
struct equipment_facts;

/* What feeds it. An output of the device feeds nothing while it floats; a run tells of one that carries over 1 A. */
enum consumer_feed { FEED_BUS = 0, FEED_LOAD_OUTPUT, FEED_PRE_ALARM_OUTPUT };

struct consumer_kind {
    /*
     * Its section of the scenario file: a MAPPING of single keys or a LIST. Only `key`, without `help`: its
     * rows are the first of a section that scenario/schema.c has already.
     */
    struct scenario_row section;
    const char *entry; /* how messages call an entry of a list; NULL for a mapping */
    /*
     * The keys of the section. Offsets are into the kind's own struct of settings, of at most
     * SCENARIO_CONSUMER_SIZE bytes and private to its file, or into the list's entry. Where the section is
     * not in the file, keys with a default have it and all others are 0: the kind must then draw nothing (or
     * what its defaults say) and name no next tick.
     */
    const struct scenario_row *rows;
    size_t row_count;
    const char
        *one_of[8]; /* the file must give just one of these keys, which end with NULL; no key: no such rule */
    enum consumer_feed feed;
    /* The current that it draws at run->tick, in A; asked whenever something has moved the bus, and while its feed is on. NULL:
     * the next says it. */
    double (*draw_a)(const struct system_run *run);
    /* Adds what it is at run->tick to the network, of which node 0 is the bus; NULL: a current. */
    void (*add)(struct system_run *run, struct network *network);
    /* Whether look() would change anything with `flow`. NULL: there is no look(). */
    bool (*would_look)(const struct system_run *run, const struct network_flow *flow);
    /* Once a second: what is below its lowest voltage drops out, what has dropped out may come back; true: the bus is to be solved again. */
    bool (*look)(struct system_run *run);
    /*
     * The next tick after run->tick at which draw() may say something else though outputs, switch, weather
     * and events stay as they are; INT64_MAX: never. NULL is the same as never. One that watches a voltage or
     * a temperature names the tick at which it looks again; each tick that is named ends a step of the bank.
     */
    int64_t (*next_tick)(const struct system_run *run);
    /* As of equipment (twin/equipment.h): what is `known` of one that an output feeds, or of the device itself; may be NULL. */
    void (*facts)(const struct scenario *described, struct equipment_facts *known);
};

#define CONSUMER_DECLARATION(id, name) extern const struct consumer_kind consumer_##name;
CONSUMER_KINDS(CONSUMER_DECLARATION)
#undef CONSUMER_DECLARATION

/* All kinds, in the order of twin/consumer_kinds.h. */
extern const struct consumer_kind *const consumer_kinds[CONSUMER_KIND_COUNT];

/* Copies the settings of kind `id` (CONSUMER_...) into its struct, of `size` bytes. */
void consumer_settings(const struct scenario *described, int id, void *settings, size_t size);

/* Adds all consumers at run->tick to the network, of which node 0 is the bus. */
void consumers_add(struct system_run *run, struct network *network);

/* What each kind's would_look() and look() do, for all. */
bool consumers_would_look(const struct system_run *run, const struct network_flow *flow);
bool consumers_look(struct system_run *run);

/* Lets the clock act on loads, and those on outlets start and stop, before equipment is added to the network. */
void loads_begin(struct system_run *run);

/* Gives each load its share of what has gone into the network since it was built, before it is built anew or read. */
void loads_settle(struct system_run *run);

/* What load `i` (0 .. load_count - 1) has taken up to now, in J. */
double loads_total_j(const struct system_run *run, int i);

/* What it takes now, in W, of a constant power what it wants to take; 0 while it is off. */
double loads_power_w(const struct system_run *run, int i);

/* Whether it has a supply now, on or off. */
bool loads_is_fed(const struct system_run *run, int i);

/* What the output `feed` carries for consumers at run->tick, in A. */
double consumers_output_a(const struct system_run *run, enum consumer_feed feed);

/* The earliest next_tick() of all, after run->tick; INT64_MAX: none. */
int64_t consumers_next_tick(const struct system_run *run);

#endif
