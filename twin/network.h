/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A DC network of one instant: nodes, and what hangs on them. Stores (a battery seen as a voltage behind a resistance) and
 * sources feed it, loads take from it, links join two nodes, converters take at one node and give at another. Everything but a
 * store and a link has a cable of its own between its terminals and its node. Voltages are against battery minus.
 */
#ifndef TWIN_NETWORK_H
#define TWIN_NETWORK_H

#include <stdbool.h>

enum { NETWORK_NODES_MAX = 8, NETWORK_LOADS_MAX = 64, NETWORK_SOURCES_MAX = 24, NETWORK_LINKS_MAX = 24 };

#define NETWORK_VOLTAGE_V_MAX 1000.0 /* of stores and sources */

/*
 * A battery on a node: into it flows conductance_s times the node's voltage, less short_a. Below the voltage at which nothing flows
 * the conductance may be greater about the same voltage (lead-acid gives more easily than it takes).
 */
struct network_store {
    double conductance_s; /* 0: none */
    double short_a;
    double discharge_more_s; /* 0 or more */
};

/* At which nothing flows; of a store that is there. */
static inline double network_open_v(const struct network_store *store)
{
    return store->short_a / store->conductance_s;
}

/* Into a store's node at `node_v`, in A. */
static inline double network_store_a(const struct network_store *store, double node_v)
{
    const double held_a = store->conductance_s * node_v - store->short_a;
    double above_v = 0.0;

    if (store->discharge_more_s <= 0.0 || held_a >= 0.0) {
        return held_a;
    }
    above_v = node_v - network_open_v(store);
    return above_v < 0.0 ? held_a + store->discharge_more_s * above_v : held_a;
}

/*
 * What takes a power or a current whatever its voltage is, and below voltage_v_min is a resistance: that which takes just as
 * much there.
 */
struct network_load {
    int node;
    double power_w; /* 0 or more; this or the next, the other is 0 */
    double current_a;
    double voltage_v_min; /* above 0, at its terminals */
    double cable_ohm;     /* 0 or more */
    bool is_resistance;   /* at any voltage, and never low */
};

/*
 * What gives a power, but at most its current, and at most its voltage; it takes nothing back. With an input it is a converter: a
 * load of constant power, whose own power_w it takes when it gives nothing, takes what it gives on top, over the
 * efficiency. Where that load cannot be fed, both are off: it takes nothing, not even a resistance's current.
 */
struct network_source {
    int node;
    double power_w;       /* at most, at its terminals; 0: off */
    double current_a_max; /* above 0 */
    double voltage_v_max; /* that it holds at its terminals, above 0 */
    double cable_ohm;     /* above 0 */
    bool has_input;
    int input;         /* place among the loads; no other source's */
    double efficiency; /* above 0, at most 1 */
};

/* A closed contact, a cable or, one way, what an ideal diode does behind a resistance. */
struct network_link {
    int from;
    int to;
    double conductance_s; /* above 0 */
    bool is_one_way;      /* nothing flows to `from` */
};

struct network {
    int node_count;
    int load_count;
    int source_count;
    int link_count;
    struct network_store stores[NETWORK_NODES_MAX]; /* of each node */
    struct network_load loads[NETWORK_LOADS_MAX];
    struct network_source sources[NETWORK_SOURCES_MAX];
    struct network_link links[NETWORK_LINKS_MAX];
};

enum network_limit { NETWORK_OFF = 0, NETWORK_BY_POWER, NETWORK_BY_CURRENT, NETWORK_BY_VOLTAGE };

/* What the network does. */
struct network_flow {
    double node_v[NETWORK_NODES_MAX];
    double load_a[NETWORK_LOADS_MAX];
    double load_v[NETWORK_LOADS_MAX]; /* at its terminals */
    double source_a[NETWORK_SOURCES_MAX];
    double source_v[NETWORK_SOURCES_MAX];
    enum network_limit source_limit[NETWORK_SOURCES_MAX];
    double link_a[NETWORK_LINKS_MAX];    /* 0 of one that is blocked */
    bool load_is_low[NETWORK_LOADS_MAX]; /* below its lowest voltage, where it is not a resistance at any */
    bool is_low;                         /* one of them is */
};

/*
 * Finds the voltages at which all currents add up to nothing at every node, to the last bits of a double; what each part takes or
 * gives at its voltage is met to 1e-9 of it, from 1 V on. Of several solutions (a load of constant power can have two) it is the one
 * with the highest voltages, from which loads fall below their lowest voltages in turn: of 3369 random networks with a low load and two
 * to eight sources on a weak bank none has a load that could stand (tests/test_network.c). With converters and one-way links
 * across each other one of some 7000 has. A converter that could be fed from where it gives to may be off.
 *
 * A node that nothing feeds is at 0 V. A store's short_a may be negative (a bank below 0 V, from which then nothing flows).
 * `flow->node_v` holds voltages to begin with, such as those of the step before; 0: none.
 */
void network_solve(const struct network *network, struct network_flow *flow);

#endif
