/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Newton's method from where the voltages are expected, which takes a round or two. When a load turns out to be below its lowest
 * voltage, the network is solved again from above, where no voltage can be: what falls below its lowest voltage on the way
 * down is a resistance from then on.
 */
#include "twin/network.h"

#include <assert.h>
#include <math.h>

enum { ROUNDS_MAX = 200 };

#define CLOSE_V 3e-5     /* a round squares what is missing: after one that moves by this, 1e-10 V are */
#define SMALLEST_S 1e-12 /* between a node and battery minus, so that none is without a voltage */

/* A current, and what each volt of its node adds to it. */
struct current {
    double a;
    double s;
};

/* ---- what hangs on a node ------------------------------------------------------------------------- */

/* A load's terminals with its node at `node_v`, while it takes its power or current; below 0: it cannot. */
static inline double terminal_v(const struct network_load *load, double node_v)
{
    const double square = node_v * node_v - 4.0 * load->cable_ohm * load->power_w;

    if (load->power_w <= 0.0) {
        return node_v - load->cable_ohm * load->current_a;
    }
    return square > 0.0 && node_v > 0.0 ? 0.5 * (node_v + sqrt(square)) : -1.0;
}

/* Into a load whose terminals are at `load_v`, which is above 0. */
static inline struct current into_load(const struct network_load *load, double load_v)
{
    const double power_a = load->power_w / load_v;

    return (struct current){load->current_a + power_a, -power_a / (load_v - load->cable_ohm * power_a)};
}

/* Into a load that is a resistance, from its node at `node_v`. */
static struct current into_resistance(const struct network_load *load, double node_v)
{
    const double nominal_a = load->power_w / load->voltage_v_min + load->current_a;
    const double s = nominal_a / (load->voltage_v_min + load->cable_ohm * nominal_a);

    return node_v > 0.0 ? (struct current){s * node_v, s} : (struct current){0.0, 0.0};
}

/* Out of a source, into its node at `node_v`; `limit` is what it stands on. */
static inline struct current out_of_source(const struct network_source *source, double node_v,
                                           enum network_limit *limit)
{
    const double held_a = (source->voltage_v_max - node_v) / source->cable_ohm;
    struct current out = {source->current_a_max, 0.0};

    if (source->power_w <= 0.0 || held_a < 0.0) {
        *limit = source->power_w > 0.0 ? NETWORK_BY_VOLTAGE : NETWORK_OFF;
        return (struct current){0.0, 0.0};
    }
    *limit = NETWORK_BY_CURRENT;
    if ((node_v + source->cable_ohm * out.a) * out.a > source->power_w) {
        const double source_v =
            0.5 * (node_v + sqrt(node_v * node_v + 4.0 * source->cable_ohm * source->power_w));

        out.a = source->power_w / source_v;
        out.s = -out.a / (source_v + source->cable_ohm * out.a);
        *limit = NETWORK_BY_POWER;
    }
    if (held_a < out.a) {
        out = (struct current){held_a, -1.0 / source->cable_ohm};
        *limit = NETWORK_BY_VOLTAGE;
    }
    return out;
}

/* ---- all of it ------------------------------------------------------------------------------------ */

/* What is being solved: the voltages so far, and what is a resistance. */
struct attempt {
    double node_v[NETWORK_NODES_MAX];
    double source_slopes; /* 1, or what the steps from above take them for */
    double fall_max;      /* the part of its voltage by which a node may fall in a round; 1: any */
    bool is_resistance[NETWORK_LOADS_MAX];
    struct current load[NETWORK_LOADS_MAX]; /* into each at node_v, as the round before had it */
    struct current source[NETWORK_SOURCES_MAX];
    enum network_limit limit[NETWORK_SOURCES_MAX];
};

/* What flows out of each node in all, and how that changes with each node's voltage. */
struct balance {
    double out_a[NETWORK_NODES_MAX];
    double slope_s[NETWORK_NODES_MAX][NETWORK_NODES_MAX];
    int lowest; /* the load that is furthest below its lowest voltage and no resistance; -1: none */
};

static void add_loads(const struct network *network, struct attempt *attempt, struct balance *balance)
{
    double lowest_part = 1.0; /* of its lowest voltage */

    balance->lowest = -1;
    for (int i = 0; i < network->load_count; i++) {
        const struct network_load *load = &network->loads[i];
        const double node_v = attempt->node_v[load->node];
        struct current *into = &attempt->load[i];

        if (attempt->is_resistance[i]) {
            *into = into_resistance(load, node_v);
        } else {
            const double load_v = terminal_v(load, node_v);

            if (load_v < load->voltage_v_min * lowest_part) {
                lowest_part = load_v / load->voltage_v_min;
                balance->lowest = i;
                *into = (struct current){0.0, 0.0};
                continue;
            }
            *into = into_load(load, load_v);
        }
        balance->out_a[load->node] += into->a;
        balance->slope_s[load->node][load->node] += into->s;
    }
}

static void add_sources(const struct network *network, struct attempt *attempt, struct balance *balance)
{
    for (int i = 0; i < network->source_count; i++) {
        const int n = network->sources[i].node;

        attempt->source[i] = out_of_source(&network->sources[i], attempt->node_v[n], &attempt->limit[i]);
        balance->out_a[n] -= attempt->source[i].a;
        balance->slope_s[n][n] -= attempt->source[i].s * attempt->source_slopes;
    }
}

static void add_links(const struct network *network, const struct attempt *attempt, struct balance *balance)
{
    for (int i = 0; i < network->link_count; i++) {
        const struct network_link *link = &network->links[i];
        const double s = link->conductance_s;
        const double a = (attempt->node_v[link->from] - attempt->node_v[link->to]) * s;

        balance->out_a[link->from] += a;
        balance->out_a[link->to] -= a;
        balance->slope_s[link->from][link->from] += s;
        balance->slope_s[link->to][link->to] += s;
        balance->slope_s[link->from][link->to] -= s;
        balance->slope_s[link->to][link->from] -= s;
    }
}

static void take_balance(const struct network *network, struct attempt *attempt, struct balance *balance)
{
    for (int n = 0; n < network->node_count; n++) {
        const struct network_store *store = &network->stores[n];

        for (int m = 0; m < network->node_count; m++) {
            balance->slope_s[n][m] = 0.0;
        }
        balance->out_a[n] = (store->conductance_s + SMALLEST_S) * attempt->node_v[n] - store->short_a;
        balance->slope_s[n][n] = store->conductance_s + SMALLEST_S;
    }
    add_loads(network, attempt, balance);
    add_sources(network, attempt, balance);
    add_links(network, attempt, balance);
}

/* Solves slope_s x = out_a in place: x is left in out_a. False: a voltage would fall as the current into it rises. */
static bool eliminate(struct balance *balance, int count)
{
    for (int n = 0; n < count; n++) { /* without exchange of rows: the diagonal is the largest in each */
        const double pivot = balance->slope_s[n][n];

        if (!(pivot > 0.0)) {
            return false;
        }
        for (int below = n + 1; below < count; below++) {
            const double factor = balance->slope_s[below][n] / pivot;

            for (int m = n + 1; m < count; m++) {
                balance->slope_s[below][m] -= factor * balance->slope_s[n][m];
            }
            balance->out_a[below] -= factor * balance->out_a[n];
        }
    }
    for (int n = count - 1; n >= 0; n--) {
        for (int m = n + 1; m < count; m++) {
            balance->out_a[n] -= balance->slope_s[n][m] * balance->out_a[m];
        }
        balance->out_a[n] /= balance->slope_s[n][n];
    }
    return true;
}

/*
 * The part of a round's step that may be gone: to the first source on the way down that begins to give, for there its current bends
 * away from what the round has seen, and not so far that a node falls by more than it may.
 */
static double part_of_step(const struct network *network, const struct attempt *attempt,
                           const struct balance *balance)
{
    double part = 1.0;

    for (int i = 0; i < network->source_count; i++) {
        const struct network_source *source = &network->sources[i];
        const double above_v = attempt->node_v[source->node] - source->voltage_v_max;
        const double down_v = balance->out_a[source->node];

        if (source->power_w > 0.0 && above_v > 0.0 && down_v > above_v) {
            part = fmin(part, above_v / down_v);
        }
    }
    for (int n = 0; attempt->fall_max < 1.0 && n < network->node_count; n++) {
        const double fall_v = attempt->fall_max * attempt->node_v[n];

        if (fall_v > 0.0 && balance->out_a[n] > fall_v) {
            part = fmin(part, fall_v / balance->out_a[n]);
        }
    }
    return part;
}

/* Whether a source at `node_v` still stands on `limit` with `source_a`: beyond a bend of its curve a round has squared nothing. */
static bool stands(const struct network_source *source, enum network_limit limit, double node_v,
                   double source_a)
{
    const double source_v = node_v + source->cable_ohm * source_a;
    const bool is_within_power = source_v * source_a <= source->power_w;
    const bool is_within_voltage = source_v <= source->voltage_v_max;

    switch (limit) {
    case NETWORK_OFF:
        return true;
    case NETWORK_BY_POWER:
        return source_a <= source->current_a_max && is_within_voltage;
    case NETWORK_BY_CURRENT:
        return is_within_power && is_within_voltage;
    default:
        return source_a > 0.0 ? source_a <= source->current_a_max && is_within_power
                              : source_a == 0.0 && node_v >= source->voltage_v_max;
    }
}

/*
 * After a round's step, without looking everything up again: each current follows its slope. False where a source has left its
 * limit, or a load is below its lowest voltage: then this is not the solution yet.
 */
static bool follow_slopes(const struct network *network, struct attempt *attempt, const double *fallen_v)
{
    bool is_good = true;

    for (int i = 0; i < network->load_count; i++) {
        const struct network_load *load = &network->loads[i];
        struct current *into = &attempt->load[i];

        into->a -= into->s * fallen_v[load->node];
        is_good = is_good && (attempt->is_resistance[i] ||
                              attempt->node_v[load->node] - load->cable_ohm * into->a >= load->voltage_v_min);
    }
    for (int i = 0; i < network->source_count; i++) {
        const struct network_source *source = &network->sources[i];
        struct current *out = &attempt->source[i];

        out->a -= out->s * fallen_v[source->node];
        is_good = is_good && stands(source, attempt->limit[i], attempt->node_v[source->node], out->a);
    }
    return is_good;
}

enum { SOLVED = -1, NOT_SOLVED = -2 };

/* The load that bends most, of those that are no resistance: it is what cannot be fed. NOT_SOLVED: none bends. */
static int steepest(const struct network *network, const struct attempt *attempt)
{
    double steepest_s = 0.0;
    int found = NOT_SOLVED;

    for (int i = 0; i < network->load_count; i++) {
        const struct network_load *load = &network->loads[i];
        const double load_v = terminal_v(load, attempt->node_v[load->node]);

        if (!attempt->is_resistance[i] && load_v > 0.0 && into_load(load, load_v).s < steepest_s) {
            steepest_s = into_load(load, load_v).s;
            found = i;
        }
    }
    return found;
}

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

/* After a round of which `part` was gone. */
static void limit_next_fall(struct attempt *attempt, const struct balance *balance, double part, int count)
{
    double largest = 0.0; /* part of its voltage by which a node has fallen */

    for (int n = 0; attempt->fall_max < 1.0 && n < count; n++) {
        const double fall_v = part * balance->out_a[n];

        if (attempt->node_v[n] > 0.0) {
            largest = fmax(largest, fall_v / (attempt->node_v[n] + fall_v));
        }
    }
    if (attempt->fall_max < 1.0) {
        limit_fall(attempt, 2.0 * largest);
    }
}

/*
 * Where a load bends more than all else holds, nothing balances from here on down, until a source begins to give: its node goes there.
 * False: there is none below.
 */
static bool fall_to_sources(const struct network *network, struct attempt *attempt)
{
    bool has_fallen = false;

    for (int i = 0; i < network->source_count; i++) {
        const struct network_source *source = &network->sources[i];

        if (source->power_w > 0.0 && attempt->node_v[source->node] > source->voltage_v_max) {
            attempt->node_v[source->node] = source->voltage_v_max;
            has_fallen = true;
        }
    }
    return has_fallen;
}

/* Newton's method from where `attempt` is: SOLVED, a load that cannot be fed, or NOT_SOLVED. */
static int refine(const struct network *network, struct attempt *attempt, int rounds)
{
    for (int round = 0; round < rounds; round++) {
        struct balance balance;
        double part = 1.0;
        bool is_close = true;

        take_balance(network, attempt, &balance);
        if (balance.lowest >= 0) {
            return balance.lowest;
        }
        if (!eliminate(&balance, network->node_count)) {
            if (fall_to_sources(network, attempt)) {
                continue;
            }
            return steepest(network, attempt);
        }
        part = part_of_step(network, attempt, &balance);
        for (int n = 0; n < network->node_count; n++) {
            attempt->node_v[n] -= part * balance.out_a[n];
            is_close = is_close && fabs(balance.out_a[n]) <= CLOSE_V;
        }
        if (is_close && part == 1.0 && follow_slopes(network, attempt, balance.out_a)) {
            return SOLVED;
        }
        limit_next_fall(attempt, &balance, part, network->node_count);
    }
    return NOT_SOLVED;
}

/* ---- from above ----------------------------------------------------------------------------------- */

/* No voltage is above the highest that anything holds. */
static double top_v(const struct network *network)
{
    double top = 0.0;

    for (int n = 0; n < network->node_count; n++) {
        if (network->stores[n].conductance_s > 0.0) {
            top = fmax(top, network->stores[n].short_a / network->stores[n].conductance_s);
        }
    }
    for (int i = 0; i < network->source_count; i++) {
        top = network->sources[i].power_w > 0.0 ? fmax(top, network->sources[i].voltage_v_max) : top;
    }
    return top;
}

static int refine_from_top(const struct network *network, struct attempt *attempt)
{
    const double top = top_v(network);
    int outcome = NOT_SOLVED;

    for (int n = 0; n < network->node_count; n++) {
        attempt->node_v[n] = top;
    }
    limit_fall(attempt, FALL_MAX);
    outcome = refine(network, attempt, ROUNDS_MAX);
    attempt->source_slopes = 1.0;
    attempt->fall_max = 1.0;
    outcome = outcome == SOLVED ? refine(network, attempt, ROUNDS_MAX) : outcome;
    return outcome == NOT_SOLVED ? steepest(network, attempt) : outcome;
}

/* A resistance that is not below its lowest voltage after all, because others are resistances now; -1: none. */
static int risen(const struct network *network, const struct attempt *attempt)
{
    for (int i = 0; i < network->load_count; i++) {
        const struct network_load *load = &network->loads[i];
        const double node_v = attempt->node_v[load->node];

        if (attempt->is_resistance[i] && !load->is_resistance &&
            node_v - load->cable_ohm * into_resistance(load, node_v).a >= load->voltage_v_min) {
            return i;
        }
    }
    return -1;
}

static void descend(const struct network *network, struct attempt *attempt)
{
    bool has_risen[NETWORK_LOADS_MAX] = {false};

    for (int i = 0; i < network->load_count; i++) {
        attempt->is_resistance[i] = network->loads[i].is_resistance;
    }
    for (int turn = 0; turn <= 3 * network->load_count; turn++) {
        const int low = refine_from_top(network, attempt);
        const int high = low == SOLVED ? risen(network, attempt) : -1;

        if (low >= 0) {
            attempt->is_resistance[low] = true;
        } else if (high >= 0 && !has_risen[high]) {
            attempt->is_resistance[high] = false;
            has_risen[high] = true;
        } else {
            assert(low == SOLVED);
            return;
        }
    }
    assert(false); /* each load becomes a resistance twice at most, and rises once */
}

/* ---- outcome -------------------------------------------------------------------------------------- */

static void read_flow(const struct network *network, const struct attempt *attempt, struct network_flow *flow)
{
    flow->is_low = false;
    for (int n = 0; n < network->node_count; n++) {
        flow->node_v[n] = attempt->node_v[n];
    }
    for (int i = 0; i < network->load_count; i++) {
        const struct network_load *load = &network->loads[i];

        flow->load_a[i] = attempt->load[i].a;
        flow->load_v[i] = attempt->node_v[load->node] - load->cable_ohm * attempt->load[i].a;
        flow->is_low = flow->is_low || (attempt->is_resistance[i] && !load->is_resistance);
    }
    for (int i = 0; i < network->source_count; i++) {
        const struct network_source *source = &network->sources[i];

        flow->source_a[i] = attempt->source[i].a;
        flow->source_v[i] = attempt->node_v[source->node] + source->cable_ohm * attempt->source[i].a;
        flow->source_limit[i] = attempt->limit[i];
    }
    for (int i = 0; i < network->link_count; i++) {
        const struct network_link *link = &network->links[i];

        flow->link_a[i] = (attempt->node_v[link->from] - attempt->node_v[link->to]) * link->conductance_s;
    }
}

void network_solve(const struct network *network, struct network_flow *flow)
{
    struct attempt attempt;

    attempt.source_slopes = 1.0;
    attempt.fall_max = 1.0;
    assert(network->node_count >= 1 && network->node_count <= NETWORK_NODES_MAX);
    assert(network->load_count <= NETWORK_LOADS_MAX && network->source_count <= NETWORK_SOURCES_MAX);
    for (int i = 0; i < network->source_count; i++) {
        assert(network->sources[i].cable_ohm > 0.0);
    }
    for (int n = 0; n < network->node_count; n++) {
        attempt.node_v[n] = flow->node_v[n];
    }
    for (int i = 0; i < network->load_count; i++) {
        attempt.is_resistance[i] = network->loads[i].is_resistance;
    }
    if (refine(network, &attempt, 10) != SOLVED) {
        descend(network, &attempt);
    }
    read_flow(network, &attempt, flow);
}
