/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Newton's method from where the voltages are expected, which takes a round or two. When a load turns out to be below its lowest
 * voltage, the network is solved again from above (twin/network_descend.c).
 */
#include "twin/network.h"

#include <assert.h>
#include <math.h>

#include "twin/network_internal.h"

#define CLOSE 5e-7           /* a round squares what is missing */
#define CLOSE_CONVERTER 1e-9 /* whose cable may make much of its output's voltage */
#define CLOSE_V 1e-9         /* where there is next to no voltage */
#define NEAR_V 3e-5

enum { ROUNDS = 10, ROUNDS_A_BEND = 2, HALVINGS_MAX = 40 };

enum { REGULAR = -1 };

/* What a volt at node `n` alone adds to what flows out of it, into the nodes after it and to battery minus. */
static inline double pivot_of(const struct balance *balance, int n, int count)
{
    double sum_s = balance->slope_s[n][n];

    for (int m = n + 1; m < count; m++) {
        sum_s -= balance->slope_s[n][m];
    }
    return sum_s;
}

/* Takes node `n` out of the equation of node `other` after it. */
static inline void take_out(struct balance *balance, int n, int other, double pivot_s, int count)
{
    const double factor = balance->slope_s[other][n] / pivot_s;

    balance->out_a[other] -= factor * balance->out_a[n];
    balance->slope_s[other][other] -= factor * balance->slope_s[n][n];
    for (int m = n + 1; m < count; m++) {
        if (m != other) {
            balance->slope_s[other][m] -= factor * balance->slope_s[n][m];
        }
    }
}

/*
 * Solves the equations in place: the falls of the nodes are left in out_a. REGULAR, or the node at which it turns out that a voltage
 * would fall as the current into it rises. Without exchange of rows: but for converters, the diagonal is the largest.
 */
static inline int eliminate(struct balance *balance, int count)
{
    double pivots_s[NETWORK_NODES_MAX];

    for (int n = 0; n < count; n++) {
        pivots_s[n] = pivot_of(balance, n, count);
        if (!(pivots_s[n] > 0.0)) {
            return n;
        }
        for (int other = n + 1; other < count; other++) {
            if (balance->slope_s[other][n] != 0.0) {
                take_out(balance, n, other, pivots_s[n], count);
            }
        }
    }
    for (int n = count - 1; n >= 0; n--) {
        for (int m = n + 1; m < count; m++) {
            balance->out_a[n] -= balance->slope_s[n][m] * balance->out_a[m];
        }
        balance->out_a[n] /= pivots_s[n];
    }
    return REGULAR;
}

/* A node's voltage where it may be; what nothing holds flies off: a current into nothing. */
static inline double held_down(const struct attempt *attempt, int n, double node_v)
{
    const double top_v = attempt->is_from_above ? attempt->top_v[n] : NETWORK_VOLTAGE_V_MAX;

    return node_v > top_v ? top_v : node_v;
}

/* Goes `part` of the step; true: it was so short that the next would change nothing. */
static inline bool step(const struct network *network, struct attempt *attempt, const struct balance *balance,
                        double part)
{
    bool is_close = part == 1.0;

    for (int n = 0; n < network->node_count; n++) {
        const double node_v = attempt->node_v[n] - part * balance->out_a[n];

        is_close = is_close && fabs(balance->out_a[n]) <= attempt->close * fabs(node_v) + CLOSE_V;
        attempt->node_v[n] = held_down(attempt, n, node_v);
        is_close = is_close && node_v - attempt->node_v[n] <= CLOSE_V;
    }
    return is_close;
}

enum { STEP = -3, MOVED = -4 };

/* What is to be done where node `bent` bends more than all else holds. */
static int go_on(const struct network *network, struct attempt *attempt, int bent)
{
    bool is_there[NETWORK_NODES_MAX] = {false};

    return network_go_to_next(network, attempt, bent, is_there) ? MOVED
                                                                : network_culprit(network, attempt, is_there);
}

/*
 * What is to be done from the voltages of a balance that was taken: a STEP of the falls that are left in its out_a; nothing, for something
 * has MOVED; or what network_refine() returns.
 */
static inline int find_step(const struct network *network, struct attempt *attempt, struct balance *balance)
{
    int bent = REGULAR;

    if (balance->lowest >= 0) {
        return balance->lowest;
    }
    bent = eliminate(balance, network->node_count);
    if (bent != REGULAR) {
        return go_on(network, attempt, bent);
    }
    return attempt->has_one_way && network_turn_a_link_ahead(network, attempt, balance->out_a) ? MOVED : STEP;
}

int network_refine(const struct network *network, struct attempt *attempt, int rounds)
{
    for (int round = 0; round < rounds; round++) {
        struct balance balance;
        int next = STEP;

        network_take_balance(network, attempt, &balance);
        next = find_step(network, attempt, &balance);
        if (next == STEP) {
            const double part = network_part_of_step(network, attempt, balance.out_a);
            const bool is_close = step(network, attempt, &balance, part);
            const bool has_turned = attempt->has_one_way && network_turn_links(network, attempt);

            if (is_close && !has_turned && network_follow_slopes(network, attempt, balance.out_a)) {
                return NETWORK_SOLVED;
            }
            network_limit_next_fall(attempt, balance.out_a, part, network->node_count);
        } else if (next != MOVED) {
            return next;
        }
    }
    return NETWORK_NOT_SOLVED;
}

/* What is left over at all nodes, in A, whichever way. */
static double left_over_a(const struct balance *balance, int count)
{
    double sum_a = 0.0;

    for (int n = 0; n < count; n++) {
        sum_a += fabs(balance->out_a[n]);
    }
    return sum_a;
}

/* Goes the step, or that half, quarter ... of it which leaves less over, and takes the balance there. */
static void step_to_less(const struct network *network, struct attempt *attempt, struct balance *balance,
                         double left_a)
{
    const struct balance whole = *balance;
    const struct attempt before = *attempt;
    double part = network_part_of_step(network, attempt, whole.out_a);

    for (int halving = 0; halving < HALVINGS_MAX; halving++) {
        *attempt = before;
        (void)step(network, attempt, &whole, part);
        (void)network_turn_links(network, attempt);
        network_take_balance(network, attempt, balance);
        if (balance->lowest < 0 && left_over_a(balance, network->node_count) < left_a) {
            return;
        }
        part *= 0.5;
    }
}

int network_search(const struct network *network, struct attempt *attempt, int rounds)
{
    struct balance balance;

    network_take_balance(network, attempt, &balance);
    for (int round = 0; round < rounds; round++) {
        const double left_a = left_over_a(&balance, network->node_count);
        const int next = find_step(network, attempt, &balance);

        if (next == STEP) {
            double largest_v = 0.0;

            for (int n = 0; n < network->node_count; n++) {
                largest_v = fmax(largest_v, fabs(balance.out_a[n]));
            }
            if (largest_v < NEAR_V) {
                return network_refine(network, attempt, ROUNDS);
            }
            step_to_less(network, attempt, &balance, left_a);
        } else if (next == MOVED) {
            network_take_balance(network, attempt, &balance);
        } else {
            return next;
        }
    }
    return NETWORK_NOT_SOLVED;
}

/* ---- outcome -------------------------------------------------------------------------------------- */

static void read_loads(const struct network *network, const struct attempt *attempt,
                       struct network_flow *flow)
{
    flow->is_low = false;
    for (int i = 0; i < network->load_count; i++) {
        const struct network_load *load = &network->loads[i];

        const double load_a = attempt->load[i].a > 0.0 ? attempt->load[i].a : 0.0;

        flow->load_a[i] = load_a;
        flow->load_v[i] = attempt->node_v[load->node] - load->cable_ohm * load_a;
        flow->load_is_low[i] = attempt->is_low[i] && !load->is_resistance;
        flow->is_low = flow->is_low || flow->load_is_low[i];
    }
}

static void read_flow(const struct network *network, const struct attempt *attempt, struct network_flow *flow)
{
    for (int n = 0; n < network->node_count; n++) {
        flow->node_v[n] = attempt->node_v[n];
    }
    read_loads(network, attempt, flow);
    for (int i = 0; i < network->source_count; i++) {
        const struct network_source *source = &network->sources[i];
        const double source_a = attempt->source[i].a > 0.0 ? attempt->source[i].a : 0.0;

        flow->source_a[i] = source_a;
        flow->source_v[i] = attempt->node_v[source->node] + source->cable_ohm * source_a;
        flow->source_limit[i] = attempt->limit[i];
    }
    for (int i = 0; i < network->link_count; i++) {
        const struct network_link *link = &network->links[i];
        const double along_v = attempt->node_v[link->from] - attempt->node_v[link->to];
        const bool is_none = link->is_one_way && along_v < 0.0; /* blocked, or a rounding from it */

        flow->link_a[i] = is_none ? 0.0 : along_v * link->conductance_s;
    }
}

/* ---- beginning ------------------------------------------------------------------------------------ */

static void begin_converters(const struct network *network, struct attempt *attempt)
{
    for (int i = 0; i < network->load_count; i++) {
        attempt->is_input[i] = false;
        attempt->taken_w[i] = network->loads[i].power_w;
    }
    for (int i = 0; i < network->source_count; i++) {
        const struct network_source *source = &network->sources[i];

        attempt->is_apart[i] = false;
        if (source->has_input) {
            assert(source->input >= 0 && source->input < network->load_count);
            assert(source->efficiency > 0.0 && source->efficiency <= 1.0);
            assert(!attempt->is_input[source->input] && network->loads[source->input].current_a == 0.0);
            attempt->is_input[source->input] = true;
        }
    }
    attempt->close = CLOSE_CONVERTER;
}

/* Returns how many rounds it may take. */
static int begin_links(const struct network *network, struct attempt *attempt)
{
    int one_way_count = 0;

    for (int i = 0; i < network->link_count; i++) {
        attempt->is_blocked[i] = false;
        attempt->is_forced[i] = false;
        one_way_count += network->links[i].is_one_way ? 1 : 0;
    }
    attempt->has_one_way = one_way_count > 0;
    (void)network_turn_links(network, attempt);
    return ROUNDS + ROUNDS_A_BEND * one_way_count;
}

void network_solve(const struct network *network, struct network_flow *flow)
{
    struct attempt attempt;

    assert(network->node_count >= 1 && network->node_count <= NETWORK_NODES_MAX);
    assert(network->load_count <= NETWORK_LOADS_MAX && network->source_count <= NETWORK_SOURCES_MAX);
    assert(network->link_count <= NETWORK_LINKS_MAX);
    if (network_solve_quickly(network, flow)) {
        return;
    }
    attempt.source_slopes = 1.0;
    attempt.fall_max = 1.0;
    attempt.close = CLOSE;
    attempt.is_from_above = false;
    attempt.has_converters = false;
    for (int n = 0; n < network->node_count; n++) {
        attempt.node_v[n] = flow->node_v[n];
    }
    for (int i = 0; i < network->load_count; i++) {
        attempt.is_low[i] = network->loads[i].is_resistance;
    }
    for (int i = 0; i < network->source_count; i++) {
        assert(network->sources[i].cable_ohm > 0.0);
        attempt.has_converters = attempt.has_converters || network->sources[i].has_input;
    }
    if (attempt.has_converters) {
        begin_converters(network, &attempt);
    }
    if (network_refine(network, &attempt, begin_links(network, &attempt)) != NETWORK_SOLVED) {
        network_descend(network, &attempt);
    }
    read_flow(network, &attempt, flow);
}
