/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the network (twin/network*.c) share with one another and with nobody else. */
#ifndef TWIN_NETWORK_INTERNAL_H
#define TWIN_NETWORK_INTERNAL_H

#include <math.h>

#include "twin/network.h"

#define NETWORK_TOUCH_V 1e-12  /* what is nearer to a bend than this may stand on either side of it */
#define NETWORK_TOUCH_A 1e-10  /* likewise of a source that gives nothing */
#define NETWORK_ROUNDING 1e-12 /* part of a limit by which rounding may exceed it */

#define NETWORK_CLOSE \
    2e-5 /* of a voltage: a round that moves it by no more leaves 4e-10 of a load's current wrong */

/* A current, and what each volt of its node adds to it. */
struct current {
    double a;
    double s;
};

/* What is being solved: the voltages so far, and on which side of its bends each part is. */
struct attempt {
    double node_v[NETWORK_NODES_MAX];
    double top_v[NETWORK_NODES_MAX]; /* none is above */
    double source_slopes;            /* 1, or what the steps from above take them for */
    double fall_max;                 /* the part of its voltage by which a node may fall in a round; 1: any */
    double close;        /* a round that moves no node by more than this part of its voltage is the last */
    bool is_from_above;  /* top_v is known */
    bool has_one_way;    /* there is a one-way link */
    bool has_converters; /* the next two lines and input_s are used with them alone */
    bool is_input[NETWORK_LOADS_MAX];    /* of a converter: when it is low, it is off */
    bool is_apart[NETWORK_SOURCES_MAX];  /* a converter whose input takes its idle power alone so far */
    bool is_low[NETWORK_LOADS_MAX];      /* it is a resistance, or off */
    bool is_blocked[NETWORK_LINKS_MAX];  /* a one-way link */
    bool is_forced[NETWORK_LINKS_MAX];   /* not to be blocked before the voltages have moved */
    double taken_w[NETWORK_LOADS_MAX];   /* power that each load takes at its terminals while it is not low */
    double input_s[NETWORK_SOURCES_MAX]; /* what a volt at a converter's output adds to its input's current */
    struct current load[NETWORK_LOADS_MAX]; /* into each at node_v, as the round before had it */
    struct current source[NETWORK_SOURCES_MAX];
    enum network_limit limit[NETWORK_SOURCES_MAX];
};

/*
 * What flows out of each node in all, and how that changes with each node's voltage; in the diagonal, with all voltages alike: what
 * goes to battery minus. So what is small there is not lost beside a link.
 */
struct balance {
    double out_a[NETWORK_NODES_MAX];
    double slope_s[NETWORK_NODES_MAX][NETWORK_NODES_MAX];
    int lowest; /* the load that is furthest below its lowest voltage and not taken for low; -1: none */
    double lowest_part; /* of that voltage, where it is */
};

enum { NETWORK_SOLVED = -1, NETWORK_NOT_SOLVED = -2 };

/* ---- simple ones (twin/network_quick.c) ---- */

/*
 * Solves a network of one or two nodes without converters, one-way links and stores with a bend, if nothing is low or comes over a
 * bend of its curve. False: it is none such, and only the flow's currents are lost.
 */
bool network_solve_quickly(const struct network *network, struct network_flow *flow);

/* ---- parts (twin/network_parts.c) ---- */

/* Whether source `i` gives anything below its voltage. */
static inline bool network_can_give(const struct network *network, const struct attempt *attempt, int i)
{
    const struct network_source *source = &network->sources[i];

    return source->power_w > 0.0 && !(source->has_input && attempt->is_low[source->input]);
}

/* What a store is at its node's voltage. */
static inline double network_store_s(const struct network_store *store, double node_v)
{
    const bool is_below = store->discharge_more_s > 0.0 && node_v <= network_open_v(store);

    return store->conductance_s + (is_below ? store->discharge_more_s : 0.0);
}

/* Fills `balance` with what all parts do at attempt->node_v, and the attempt's currents with it. */
void network_take_balance(const struct network *network, struct attempt *attempt, struct balance *balance);

/*
 * The part of a round's step (falls `fall_v` of the nodes) that may be gone: to the first source or store that begins to give on the
 * way down or one-way link that begins or ceases to, for there the current bends away from what the round has seen, and not so far
 * that a node falls by more than it may.
 */
double network_part_of_step(const struct network *network, const struct attempt *attempt,
                            const double *fall_v);

/*
 * After a round's step, without looking everything up again: each current follows its slope. False where a part has left its
 * side of a bend, or a load is below its lowest voltage: then this is not the solution yet.
 */
bool network_follow_slopes(const struct network *network, struct attempt *attempt, const double *fall_v);

/* Blocks one-way links against which the voltages stand, and opens those along which they do. True: one has changed. */
bool network_turn_links(const struct network *network, struct attempt *attempt);

/*
 * Where the voltages stand neither way, the step (falls `fall_v`) says it. True: the first link that it leads to the other side
 * has been turned, and the step is no longer right.
 */
bool network_turn_a_link_ahead(const struct network *network, struct attempt *attempt, const double *fall_v);

/* Into load `i`, which is low, from its node at `node_v`. */
struct current network_into_low(const struct network *network, const struct attempt *attempt, int i,
                                double node_v);

/*
 * What cannot be fed, of the loads on the nodes `is_there` that are not low: a converter that gives to where it takes from, or what
 * bends most. NETWORK_NOT_SOLVED: there is neither.
 */
int network_culprit(const struct network *network, const struct attempt *attempt, const bool *is_there);

/* ---- Newton's method (twin/network.c) ---- */

/* From where `attempt` is: NETWORK_SOLVED, a load that cannot be fed, or NETWORK_NOT_SOLVED. */
int network_refine(const struct network *network, struct attempt *attempt, int rounds);

/* The same, for where steps go to and fro over a bend: each is to leave less over than there was, and takes several balances. */
int network_search(const struct network *network, struct attempt *attempt, int rounds);

/* ---- from above (twin/network_descend.c) ---- */

/* From where no voltage can be: what cannot be fed is low from then on. */
void network_descend(const struct network *network, struct attempt *attempt);

/*
 * Where a load bends more than all else holds, nothing balances until something begins to give, or ceases to: one node goes to where
 * the nearest does, down from where it is overdrawn and up from where it is not. Asked of node `n` and those that it conducts
 * to; `is_there` is set for each of these. False: there is nothing on the way.
 */
bool network_go_to_next(const struct network *network, struct attempt *attempt, int n, bool *is_there);

/* The steps of the search from above, after a round of which `part` was gone. */
void network_limit_next_fall(struct attempt *attempt, const double *fall_v, double part, int count);

#endif
