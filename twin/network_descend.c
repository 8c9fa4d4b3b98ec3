/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A network solved from above, where no voltage can be: what falls below its lowest voltage on the way down is a resistance from
 * then on, or off. What a converter's output needs does not hang on its input; so outputs come first and the inputs learn
 * afterwards what they have to take, lest a converter be off because of what it needed on the way.
 */
#include <assert.h>
#include <math.h>

#include "twin/network_internal.h"

enum { ROUNDS_MAX = 200, RESTART_ROUNDS = 30 };

/* ---- how far a round may fall --------------------------------------------------------------------- */

/*
 * A search from above must not go below the solution, lest a load be taken for low that is not. A load's current bends so that it
 * does not. A source of constant power bends the other way: over a fall by a part x of its voltage it rises by 1 / (1 - x)
 * times what its slope says. So a round may fall by FALL_MAX, and by twice what the round before fell by: near the edge of what can be
 * fed, where falls are short, slopes are nearly their own.
 */
#define FALL_MAX 0.2
#define FALL_MIN 1e-6

static void limit_fall(struct attempt *attempt, double fall)
{
    attempt->fall_max = fmax(fmin(fall, FALL_MAX), FALL_MIN);
    attempt->source_slopes = 1.0 / (1.0 - attempt->fall_max);
}

void network_limit_next_fall(struct attempt *attempt, const double *fall_v, double part, int count)
{
    double largest = 0.0; /* part of its voltage by which a node has fallen */

    for (int n = 0; attempt->fall_max < 1.0 && n < count; n++) {
        const double fallen_v = part * fall_v[n];

        if (attempt->node_v[n] > 0.0) {
            largest = fmax(largest, fallen_v / (attempt->node_v[n] + fallen_v));
        }
    }
    if (attempt->fall_max < 1.0) {
        limit_fall(attempt, 2.0 * largest);
    }
}

/* ---- where nothing balances ------------------------------------------------------------------------ */

/* Sets `is_there` for node `n` and all to which links that conduct lead from there. */
static void find_joined(const struct network *network, const struct attempt *attempt, int n, bool *is_there)
{
    is_there[n] = true;
    for (int turn = 1; turn < network->node_count; turn++) {
        for (int i = 0; i < network->link_count; i++) {
            const struct network_link *link = &network->links[i];

            if (!attempt->is_blocked[i] && is_there[link->from] != is_there[link->to]) {
                is_there[link->from] = true;
                is_there[link->to] = true;
            }
        }
    }
}

/* The shortest way of a node to where something begins or ceases to give. */
struct way {
    double rise; /* 1: up, -1: down */
    double by_v;
    double to_v;
    int node; /* -1: there is none */
};

static void consider(struct way *shortest, const struct attempt *attempt, int node, double to_v)
{
    const double by_v = shortest->rise * (to_v - attempt->node_v[node]);

    if (by_v > 0.0 && (shortest->node < 0 || by_v < shortest->by_v)) {
        shortest->by_v = by_v;
        shortest->to_v = to_v;
        shortest->node = node;
    }
}

/* A link that is blocked where nothing drives it either way conducts until the voltages have moved. */
static void consider_links(struct way *shortest, const struct network *network, struct attempt *attempt,
                           const bool *is_there)
{
    for (int i = 0; i < network->link_count; i++) {
        const struct network_link *link = &network->links[i];

        if (attempt->is_blocked[i] && is_there[link->to]) {
            const double against_v = attempt->node_v[link->to] - attempt->node_v[link->from];

            if (against_v <= NETWORK_TOUCH_V && shortest->rise < 0.0) { /* it is there already */
                *shortest = (struct way){-1.0, 0.0, attempt->node_v[link->to], link->to};
                attempt->is_blocked[i] = false;
                attempt->is_forced[i] = true;
                return;
            }
            consider(shortest, attempt, link->to, attempt->node_v[link->from]);
        }
        if (attempt->is_blocked[i] && is_there[link->from]) {
            consider(shortest, attempt, link->from, attempt->node_v[link->to]);
        }
    }
}

/* Whether more flows out of the nodes `is_there` than into them. */
static bool is_overdrawn(const struct network *network, struct attempt *attempt, const bool *is_there)
{
    struct balance balance;
    double sum_a = 0.0;

    network_take_balance(network, attempt, &balance);
    for (int n = 0; n < network->node_count; n++) {
        sum_a += is_there[n] ? balance.out_a[n] : 0.0;
    }
    return sum_a > 0.0;
}

bool network_go_to_next(const struct network *network, struct attempt *attempt, int n, bool *is_there)
{
    struct way shortest = {.node = -1};

    find_joined(network, attempt, n, is_there);
    shortest.rise = is_overdrawn(network, attempt, is_there) ? -1.0 : 1.0;
    for (int i = 0; i < network->source_count; i++) {
        if (is_there[network->sources[i].node] && network_can_give(network, attempt, i)) {
            consider(&shortest, attempt, network->sources[i].node, network->sources[i].voltage_v_max);
        }
    }
    for (int m = 0; m < network->node_count; m++) {
        if (is_there[m] && network->stores[m].discharge_more_s > 0.0) {
            consider(&shortest, attempt, m, network_open_v(&network->stores[m]));
        }
    }
    consider_links(&shortest, network, attempt, is_there);
    if (shortest.node < 0) {
        return false;
    }
    if (shortest.by_v > 0.0) {
        attempt->node_v[shortest.node] = shortest.to_v;
        (void)network_turn_links(network, attempt);
    }
    return true;
}

/* ---- from the top --------------------------------------------------------------------------------- */

/* No node's voltage is above the highest that anything holds from which something may flow there. */
static void find_tops(const struct network *network, struct attempt *attempt)
{
    double *top_v = attempt->top_v;

    attempt->is_from_above = true;
    for (int n = 0; n < network->node_count; n++) {
        const bool has_store = network->stores[n].conductance_s > 0.0;

        top_v[n] = has_store ? fmax(0.0, network_open_v(&network->stores[n])) : 0.0;
    }
    for (int i = 0; i < network->source_count; i++) {
        if (network_can_give(network, attempt, i)) {
            double *top = &top_v[network->sources[i].node];

            *top = fmax(*top, network->sources[i].voltage_v_max);
        }
    }
    for (int turn = 1; turn < network->node_count; turn++) {
        for (int i = 0; i < network->link_count; i++) {
            const struct network_link *link = &network->links[i];

            top_v[link->to] = fmax(top_v[link->to], top_v[link->from]);
            if (!link->is_one_way) {
                top_v[link->from] = top_v[link->to];
            }
        }
    }
}

/* What cannot be fed even there is low. */
static void begin_at_top(const struct network *network, struct attempt *attempt)
{
    find_tops(network, attempt);
    for (int n = 0; n < network->node_count; n++) {
        attempt->node_v[n] = attempt->top_v[n];
    }
    for (int i = 0; i < network->load_count; i++) {
        if (attempt->top_v[network->loads[i].node] < network->loads[i].voltage_v_min) {
            attempt->is_low[i] = true;
        }
    }
    for (int i = 0; i < network->source_count && attempt->has_converters; i++) {
        attempt->is_apart[i] = network->sources[i].has_input;
    }
    network_turn_links(network, attempt);
}

/* Lets the converters' inputs take what the outputs have been found to need. False: they do so already. */
static bool join_converters(const struct network *network, struct attempt *attempt)
{
    bool has_joined = false;

    for (int i = 0; i < network->source_count && attempt->has_converters; i++) {
        has_joined = has_joined || attempt->is_apart[i];
        attempt->is_apart[i] = false;
    }
    return has_joined;
}

static int refine_from_top(const struct network *network, struct attempt *attempt)
{
    bool is_there[NETWORK_NODES_MAX];
    int outcome = NETWORK_NOT_SOLVED;

    begin_at_top(network, attempt);
    do {
        limit_fall(attempt, FALL_MAX);
        outcome = network_refine(network, attempt, ROUNDS_MAX);
        attempt->source_slopes = 1.0;
        attempt->fall_max = 1.0;
        if (outcome < 0) { /* solved, or near it: parts of a voltage lead to 0 V in no number of rounds */
            outcome = network_refine(network, attempt, ROUNDS_MAX);
        }
        if (outcome == NETWORK_NOT_SOLVED) {
            outcome = network_search(network, attempt, ROUNDS_MAX);
        }
    } while (outcome == NETWORK_SOLVED && join_converters(network, attempt));
    for (int n = 0; n < network->node_count; n++) {
        is_there[n] = true;
    }
    return outcome == NETWORK_NOT_SOLVED ? network_culprit(network, attempt, is_there) : outcome;
}

/* ---- what is low ---------------------------------------------------------------------------------- */

static bool is_an_input(const struct attempt *attempt, int i)
{
    return attempt->has_converters && attempt->is_input[i];
}

/* A resistance that is not below its lowest voltage after all, because others are low now; -1: none. */
static int risen(const struct network *network, const struct attempt *attempt)
{
    for (int i = 0; i < network->load_count; i++) {
        const struct network_load *load = &network->loads[i];
        const double node_v = attempt->node_v[load->node];

        if (attempt->is_low[i] && !load->is_resistance && !is_an_input(attempt, i) &&
            node_v - load->cable_ohm * network_into_low(network, attempt, i, node_v).a >=
                load->voltage_v_min) {
            return i;
        }
    }
    return -1;
}

static void forget_rises_of_loads(const struct network *network, const struct attempt *attempt,
                                  bool *has_risen)
{
    for (int i = 0; i < network->load_count; i++) {
        has_risen[i] = has_risen[i] && attempt->is_input[i];
    }
}

/* Tries each converter that is off once more, with all else as it has become; true: one of them can be fed after all. */
static bool restart_a_converter(const struct network *network, struct attempt *attempt, bool *has_risen)
{
    for (int i = 0; i < network->source_count; i++) {
        const struct network_source *source = &network->sources[i];

        if (source->has_input && attempt->is_low[source->input] && !has_risen[source->input]) {
            struct attempt trial = *attempt;

            has_risen[source->input] = true;
            trial.is_low[source->input] = false;
            find_tops(network, &trial);
            if (network_refine(network, &trial, RESTART_ROUNDS) == NETWORK_SOLVED) {
                *attempt = trial;
                forget_rises_of_loads(network, attempt, has_risen);
                return true;
            }
        }
    }
    return false;
}

/* The input of a converter that is on, -1: none. */
static int an_input(const struct network *network, const struct attempt *attempt)
{
    for (int i = 0; i < network->source_count; i++) {
        if (network->sources[i].has_input && !attempt->is_low[network->sources[i].input]) {
            return network->sources[i].input;
        }
    }
    return -1;
}

/* From the top, until what is low is known; false: one more of these turns is needed. */
static bool settle_lows(const struct network *network, struct attempt *attempt, bool *has_risen)
{
    int low = refine_from_top(network, attempt);

    if (low == NETWORK_NOT_SOLVED) {
        low = an_input(network, attempt);
        assert(low >= 0); /* without a converter something bends, or it is solved */
    }
    if (low >= 0) {
        attempt->is_low[low] = true;
        return false;
    }
    do {
        const int high = risen(network, attempt);

        if (high >= 0 && !has_risen[high]) {
            attempt->is_low[high] = false;
            has_risen[high] = true;
            return false;
        }
    } while (restart_a_converter(network, attempt, has_risen));
    return true;
}

void network_descend(const struct network *network, struct attempt *attempt)
{
    bool has_risen[NETWORK_LOADS_MAX] = {false};
    int turn = 0;

    for (int i = 0; i < network->load_count; i++) {
        attempt->is_low[i] = network->loads[i].is_resistance;
    }
    while (!settle_lows(network, attempt, has_risen)) {
        turn++;
        /* each becomes low twice at most and rises once, and again after each converter that is back */
        assert(turn <= 3 * network->load_count * (network->source_count + 1));
    }
}
