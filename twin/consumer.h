/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What takes current from the bus. One kind of consumer is one file in twin/consumers/, which holds all about
 * it: its keys in a scenario file, how much it draws, and when it changes by itself.
 */
#ifndef TWIN_CONSUMER_H
#define TWIN_CONSUMER_H

#include <stddef.h>
#include <stdint.h>

#include "twin/bus.h"
#include "twin/consumer_kinds.h"
#include "twin/scenario.h"
#include "twin/scenario_row.h"

struct system_run;

/* What feeds it. An output of the device feeds nothing while it floats; a run tells of one that carries over 1 A. */
enum consumer_feed { FEED_BUS = 0, FEED_LOAD_OUTPUT, FEED_PRE_ALARM_OUTPUT };

/* What it takes, never negative. */
struct consumer_draw {
    double power_w;   /* whatever the voltage is; 0 for what an output feeds */
    double current_a; /* whatever the voltage is */
};

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
    const char *one_of[2]; /* the file must give one of these two keys and not both; NULL: no such rule */
    enum consumer_feed feed;
    /* What it draws at run->tick; asked whenever something has moved the bus, and while its feed is on. */
    struct consumer_draw (*draw)(const struct system_run *run);
    /*
     * The next tick after run->tick at which draw() may say something else though outputs, switch, weather
     * and events stay as they are; INT64_MAX: never. NULL is the same as never. One that watches a voltage or
     * a temperature names the tick at which it looks again; each tick that is named ends a step of the bank.
     */
    int64_t (*next_tick)(const struct system_run *run);
};

#define CONSUMER_DECLARATION(id, name) extern const struct consumer_kind consumer_##name;
CONSUMER_KINDS(CONSUMER_DECLARATION)
#undef CONSUMER_DECLARATION

/* All kinds, in the order of twin/consumer_kinds.h. */
extern const struct consumer_kind *const consumer_kinds[CONSUMER_KIND_COUNT];

/* Copies the settings of kind `id` (CONSUMER_...) into its struct, of `size` bytes. */
void consumer_settings(const struct scenario *described, int id, void *settings, size_t size);

/* Adds what all consumers draw at run->tick to `demand`. */
void consumers_add(const struct system_run *run, struct bus_demand *demand);

/* What the output `feed` carries at run->tick, in A. */
double consumers_output_a(const struct system_run *run, enum consumer_feed feed);

/* The earliest next_tick() of all, after run->tick; INT64_MAX: none. */
int64_t consumers_next_tick(const struct system_run *run);

#endif
