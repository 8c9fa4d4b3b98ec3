/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The network of most steps: a bus, what is behind its relay, loads that have their voltage, and no bend on the way from the step
 * before. It is Newton's method of twin/network.c without all else.
 */
#include <math.h>

#include "twin/network_internal.h"
#include "twin/network_laws.h"

#define CLOSE 3e-5           /* of a voltage, and ... */
#define CLOSE_V 1e-9         /* ... where there is next to none */
#define POWER_PART_MAX 4e-10 /* of a power, by which it may be missed */

enum { NODES = 2, ROUNDS = 4 };

struct quick {
    double node_v[NODES];
    double out_a[NODES]; /* and, once they are found, the falls */
    double ground_s[NODES];
    double link_s;
    struct current load[NETWORK_LOADS_MAX];
    struct current source[NETWORK_SOURCES_MAX];
    enum network_limit limit[NETWORK_SOURCES_MAX];
};

/* False, as in the next two: the network is not a simple one. */
static inline bool add_stores(const struct network *network, struct quick *quick)
{
    bool is_simple = true;

    for (int n = 0; n < network->node_count; n++) {
        const struct network_store *store = &network->stores[n];
        const double node_v = quick->node_v[n];

        quick->out_a[n] = store->conductance_s * node_v - store->short_a + NETWORK_SMALLEST_S * node_v;
        quick->ground_s[n] = store->conductance_s + NETWORK_SMALLEST_S;
        is_simple = is_simple && store->discharge_more_s <= 0.0;
    }
    return is_simple;
}

static inline bool add_sources(const struct network *network, struct quick *quick)
{
    bool is_simple = true;

    for (int i = 0; i < network->source_count; i++) {
        const struct network_source *source = &network->sources[i];

        quick->source[i] = (struct current){0.0, 0.0};
        quick->limit[i] = NETWORK_OFF;
        is_simple = is_simple && !source->has_input;
        if (source->power_w > 0.0) {
            const int n = source->node;

            quick->source[i] = network_out_of_source(source, quick->node_v[n], &quick->limit[i]);
            quick->out_a[n] -= quick->source[i].a;
            quick->ground_s[n] -= quick->source[i].s;
        }
    }
    return is_simple;
}

static inline bool add_links(const struct network *network, struct quick *quick)
{
    bool is_simple = true;

    quick->link_s = 0.0;
    for (int i = 0; i < network->link_count; i++) {
        const struct network_link *link = &network->links[i];
        const double a = (quick->node_v[link->from] - quick->node_v[link->to]) * link->conductance_s;

        quick->out_a[link->from] += a;
        quick->out_a[link->to] -= a;
        quick->link_s += link->conductance_s;
        is_simple = is_simple && !link->is_one_way;
    }
    return is_simple;
}

/* Adds load `i`, which takes a power or is a resistance; false: it is below its lowest voltage. */
static inline bool add_load(const struct network_load *load, struct quick *quick, int i)
{
    const double node_v = quick->node_v[load->node];
    struct current into;

    if (load->is_resistance) {
        into = network_into_resistance(load, node_v);
    } else {
        const double load_v = network_terminal_v(load, load->power_w, node_v);

        if (load_v < load->voltage_v_min) {
            return false;
        }
        into = network_into_load(load, load->power_w, load_v, node_v);
    }
    quick->load[i] = into;
    quick->out_a[load->node] += into.a;
    quick->ground_s[load->node] += into.s;
    return true;
}

static inline bool add_loads(const struct network *network, struct quick *quick)
{
    bool are_fed = true;

    for (int i = 0; i < network->load_count && are_fed; i++) {
        const struct network_load *load = &network->loads[i];

        if (load->power_w > 0.0 || load->is_resistance) {
            are_fed = add_load(load, quick, i);
        } else { /* whether it has its voltage is seen in the end */
            quick->load[i] = (struct current){load->current_a, 0.0};
            quick->out_a[load->node] += load->current_a;
        }
    }
    return are_fed;
}

/* Finds the falls, by Cramer's rule. False: a voltage would fall as the current into it rises. */
static inline bool find_falls(struct quick *quick, int count)
{
    if (count == 1) {
        quick->out_a[0] /= quick->ground_s[0];
        return quick->ground_s[0] > 0.0;
    } else {
        const double first_s = quick->ground_s[0] + quick->link_s;
        const double second_s = quick->ground_s[1] + quick->link_s;
        const double determinant =
            quick->ground_s[0] * second_s +
            quick->link_s * quick->ground_s[1]; /* nothing small beside a link is lost */
        const double per = 1.0 / determinant;
        const double first_a = quick->out_a[0];
        const double second_a = quick->out_a[1];

        quick->out_a[0] = (second_s * first_a + quick->link_s * second_a) * per;
        quick->out_a[1] = (first_s * second_a + quick->link_s * first_a) * per;
        return first_s > 0.0 && determinant > 0.0;
    }
}

/* Whether a source begins to give on the way. */
static inline bool is_bend_on_way(const struct network *network, const struct quick *quick)
{
    bool is_on_way = false;

    for (int i = 0; i < network->source_count; i++) {
        const struct network_source *source = &network->sources[i];
        const double above_v = quick->node_v[source->node] - source->voltage_v_max;

        is_on_way =
            is_on_way || (source->power_w > 0.0 && above_v > 0.0 && quick->out_a[source->node] > above_v);
    }
    return is_on_way;
}

/* Goes the step; false: it was so long that what follows from it says nothing. */
static inline bool step(const struct network *network, struct quick *quick)
{
    bool is_close = true;

    for (int n = 0; n < network->node_count; n++) {
        quick->node_v[n] -= quick->out_a[n];
        is_close = is_close && fabs(quick->out_a[n]) <= CLOSE * fabs(quick->node_v[n]) + CLOSE_V;
    }
    return is_close;
}

/* Whether a power is met by a current that has followed its slope; if all are, no further round is needed. */
static inline bool is_met(double power_w, double is_w)
{
    return fabs(is_w - power_w) <= POWER_PART_MAX * power_w;
}

/* After a step each current follows its slope. False: a part has left its side of a bend, or its power is not met yet. */
static inline bool follow_loads(const struct network *network, const struct quick *quick,
                                struct network_flow *flow)
{
    bool is_good = true;

    for (int i = 0; i < network->load_count; i++) {
        const struct network_load *load = &network->loads[i];
        const double node_v = quick->node_v[load->node];
        const double load_a = quick->load[i].a - quick->load[i].s * quick->out_a[load->node];
        const double load_v = node_v - load->cable_ohm * load_a;

        flow->load_a[i] = load_a;
        flow->load_v[i] = load_v;
        flow->load_is_low[i] = false;
        if (load->is_resistance) {
            is_good = is_good && node_v > 0.0 && node_v + quick->out_a[load->node] > 0.0;
        } else {
            is_good = is_good && load_v >= load->voltage_v_min &&
                      (load->power_w <= 0.0 || is_met(load->power_w, load_a * load_v));
        }
    }
    return is_good;
}

static inline bool follow_sources(const struct network *network, const struct quick *quick,
                                  struct network_flow *flow)
{
    bool is_good = true;

    for (int i = 0; i < network->source_count; i++) {
        const struct network_source *source = &network->sources[i];
        const double node_v = quick->node_v[source->node];
        const double source_a = quick->source[i].a - quick->source[i].s * quick->out_a[source->node];
        const double source_v = node_v + source->cable_ohm * source_a;

        flow->source_a[i] = source_a;
        flow->source_v[i] = source_v;
        flow->source_limit[i] = quick->limit[i];
        is_good = is_good && source_a >= 0.0 && network_stands(source, quick->limit[i], node_v, source_a) &&
                  (quick->limit[i] != NETWORK_BY_POWER || is_met(source->power_w, source_a * source_v));
    }
    return is_good;
}

static void read_nodes(const struct network *network, const struct quick *quick, struct network_flow *flow)
{
    flow->is_low = false;
    for (int n = 0; n < network->node_count; n++) {
        flow->node_v[n] = quick->node_v[n];
    }
    for (int i = 0; i < network->link_count; i++) {
        const struct network_link *link = &network->links[i];

        flow->link_a[i] = (quick->node_v[link->from] - quick->node_v[link->to]) * link->conductance_s;
    }
}

/* False: the network is not a simple one, or a load is low. */
static inline bool add_all(const struct network *network, struct quick *quick)
{
    return add_stores(network, quick) && add_sources(network, quick) && add_loads(network, quick) &&
           add_links(network, quick);
}

static bool is_of_one_or_two(const struct network *network)
{
    return network->node_count == 1 || network->node_count == NODES;
}

bool network_solve_quickly(const struct network *network, struct network_flow *flow)
{
    struct quick quick;

    if (!is_of_one_or_two(network)) {
        return false;
    }
    for (int n = 0; n < network->node_count; n++) {
        quick.node_v[n] = flow->node_v[n];
    }
    for (int round = 0; round < ROUNDS; round++) {
        if (!add_all(network, &quick) || !find_falls(&quick, network->node_count) ||
            is_bend_on_way(network, &quick)) {
            return false;
        }
        if (step(network, &quick) && follow_loads(network, &quick, flow) &&
            follow_sources(network, &quick, flow)) {
            read_nodes(network, &quick, flow);
            return true;
        }
    }
    return false;
}
