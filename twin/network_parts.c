/* SPDX-License-Identifier: Apache-2.0 */
/* What hangs on a node of a network: each part's current at a voltage, and where it bends. */
#include <math.h>

#include "twin/network_internal.h"
#include "twin/network_laws.h"

#define DEAD_V 1e-3 /* from here a node may fall to 0 at once: no load that is not low yet is below */

struct current network_into_low(const struct network *network, const struct attempt *attempt, int i,
                                double node_v)
{
    return attempt->has_converters && attempt->is_input[i]
               ? (struct current){0.0, 0.0}
               : network_into_resistance(&network->loads[i], node_v);
}

/* ---- all of them ---------------------------------------------------------------------------------- */

static void add_stores(const struct network *network, const struct attempt *attempt, struct balance *balance)
{
    for (int n = 0; n < network->node_count; n++) {
        const struct network_store *store = &network->stores[n];
        const double node_v = attempt->node_v[n];

        for (int m = 0; m < NETWORK_NODES_MAX; m++) { /* all of them: faster than those that there are */
            balance->slope_s[n][m] = 0.0;
        }
        balance->out_a[n] = network_store_a(store, node_v) + NETWORK_SMALLEST_S * node_v;
        balance->slope_s[n][n] = network_store_s(store, node_v) + NETWORK_SMALLEST_S;
    }
}

/* The power that load `i` takes at its terminals while it is not low. */
static inline double power_of(const struct network *network, const struct attempt *attempt, int i)
{
    return attempt->has_converters ? attempt->taken_w[i] : network->loads[i].power_w;
}

/* Load `i` is at `part` of its lowest voltage. */
static void note_low(struct balance *balance, int i, double part)
{
    if (balance->lowest < 0 || part < balance->lowest_part) {
        balance->lowest = i;
        balance->lowest_part = part;
    }
}

static void add_loads(const struct network *network, struct attempt *attempt, struct balance *balance)
{
    balance->lowest = -1;
    for (int i = 0; i < network->load_count; i++) {
        const struct network_load *load = &network->loads[i];
        const double node_v = attempt->node_v[load->node];
        struct current into;

        if (attempt->is_low[i]) {
            into = network_into_low(network, attempt, i, node_v);
        } else {
            const double power_w = power_of(network, attempt, i);
            const double load_v = network_terminal_v(load, power_w, node_v);

            if (load_v < load->voltage_v_min) {
                note_low(balance, i, load_v / load->voltage_v_min);
                continue;
            }
            into = network_into_load(load, power_w, load_v, node_v);
        }
        attempt->load[i] = into;
        balance->out_a[load->node] += into.a;
        balance->slope_s[load->node][load->node] += into.s;
    }
}

static void add_sources(const struct network *network, struct attempt *attempt, struct balance *balance)
{
    for (int i = 0; i < network->source_count; i++) {
        const struct network_source *source = &network->sources[i];
        const int n = source->node;
        struct current *out = &attempt->source[i];

        if (network_can_give(network, attempt, i)) {
            *out = network_out_of_source(source, attempt->node_v[n], &attempt->limit[i]);
        } else {
            *out = (struct current){0.0, 0.0};
            attempt->limit[i] = NETWORK_OFF;
        }
        balance->out_a[n] -= out->a;
        balance->slope_s[n][n] -= out->s * attempt->source_slopes;
    }
}

/* Whether source `i` is a converter that is on, and its input knows what it gives. */
static bool is_felt(const struct network *network, const struct attempt *attempt, int i)
{
    const struct network_source *source = &network->sources[i];

    return source->has_input && !attempt->is_low[source->input] && !attempt->is_apart[i];
}

/* What the converters' inputs take, once it is known what their outputs give. */
static void feed_converters(const struct network *network, struct attempt *attempt)
{
    for (int i = 0; i < network->source_count; i++) {
        const struct network_source *source = &network->sources[i];

        if (source->has_input) {
            const double source_a = attempt->source[i].a;
            const double source_v = attempt->node_v[source->node] + source->cable_ohm * source_a;
            const double given_w = is_felt(network, attempt, i) && source_v > 0.0 ? source_v * source_a : 0.0;

            attempt->taken_w[source->input] =
                network->loads[source->input].power_w + given_w / source->efficiency;
        }
    }
}

/* How the inputs' currents change with the voltages of the outputs' nodes. */
static void join_converters(const struct network *network, struct attempt *attempt, struct balance *balance)
{
    for (int i = 0; i < network->source_count; i++) {
        const struct network_source *source = &network->sources[i];

        attempt->input_s[i] = 0.0;
        if (is_felt(network, attempt, i)) {
            const struct network_load *load = &network->loads[source->input];
            const struct current out = attempt->source[i];
            const double source_v = attempt->node_v[source->node] + source->cable_ohm * out.a;
            const double w_per_v = out.a * (1.0 + source->cable_ohm * out.s) + source_v * out.s;
            const double drop_v = load->cable_ohm * attempt->load[source->input].a;

            if (source_v <= 0.0) {
                continue;
            }
            attempt->input_s[i] =
                w_per_v / (source->efficiency * (attempt->node_v[load->node] - 2.0 * drop_v));
            balance->slope_s[load->node][load->node] += attempt->input_s[i];
            if (load->node != source->node) {
                balance->slope_s[load->node][source->node] += attempt->input_s[i];
            }
        }
    }
}

static void add_links(const struct network *network, const struct attempt *attempt, struct balance *balance)
{
    for (int i = 0; i < network->link_count; i++) {
        const struct network_link *link = &network->links[i];
        const double s = link->conductance_s;
        const double a = (attempt->node_v[link->from] - attempt->node_v[link->to]) * s;

        if (attempt->is_blocked[i]) {
            continue;
        }
        balance->out_a[link->from] += a;
        balance->out_a[link->to] -= a;
        balance->slope_s[link->from][link->to] -= s;
        balance->slope_s[link->to][link->from] -= s;
    }
}

void network_take_balance(const struct network *network, struct attempt *attempt, struct balance *balance)
{
    add_stores(network, attempt, balance);
    add_sources(network, attempt, balance);
    if (attempt->has_converters) {
        feed_converters(network, attempt);
    }
    add_loads(network, attempt, balance);
    if (attempt->has_converters && balance->lowest < 0) {
        join_converters(network, attempt, balance);
    }
    add_links(network, attempt, balance);
}

/*
 * The load that bends most, of those on the nodes `is_there` that are not low: it is what cannot be fed. NETWORK_NOT_SOLVED: none
 * bends.
 */
static int steepest(const struct network *network, const struct attempt *attempt, const bool *is_there)
{
    double steepest_s = 0.0;
    int found = NETWORK_NOT_SOLVED;

    for (int i = 0; i < network->load_count; i++) {
        const struct network_load *load = &network->loads[i];
        const double power_w = power_of(network, attempt, i);
        const double node_v = attempt->node_v[load->node];
        const double load_v = network_terminal_v(load, power_w, node_v);

        if (!attempt->is_low[i] && is_there[load->node] && load_v > 0.0) {
            const double s = network_into_load(load, power_w, load_v, node_v).s;

            if (s < steepest_s) {
                steepest_s = s;
                found = i;
            }
        }
    }
    return found;
}

/* ---- a step --------------------------------------------------------------------------------------- */

/* The part of a fall from `above_v` over a bend that leads down to it; 1 where it does not lead there. */
static inline double part_to_bend(double part, double above_v, double down_v)
{
    /* down_v times the part so far: it is a division only where that leads over the bend */
    return above_v > 0.0 && down_v * part > above_v ? above_v / down_v : part;
}

/* The part to the first one-way link that begins to conduct or ceases to. */
static double part_to_links(const struct network *network, const struct attempt *attempt,
                            const double *fall_v, double part)
{
    for (int i = 0; i < network->link_count; i++) {
        const struct network_link *link = &network->links[i];

        if (link->is_one_way) {
            const double side = attempt->is_blocked[i] ? -1.0 : 1.0;

            part = part_to_bend(part, side * (attempt->node_v[link->from] - attempt->node_v[link->to]),
                                side * (fall_v[link->from] - fall_v[link->to]));
        }
    }
    return part;
}

double network_part_of_step(const struct network *network, const struct attempt *attempt,
                            const double *fall_v)
{
    double part = 1.0;

    for (int i = 0; i < network->source_count; i++) {
        const int n = network->sources[i].node;

        if (network_can_give(network, attempt, i)) {
            part = part_to_bend(part, attempt->node_v[n] - network->sources[i].voltage_v_max, fall_v[n]);
        }
    }
    for (int n = 0; n < network->node_count; n++) {
        if (network->stores[n].discharge_more_s > 0.0) {
            part = part_to_bend(part, attempt->node_v[n] - network_open_v(&network->stores[n]), fall_v[n]);
        }
        if (attempt->fall_max < 1.0 && attempt->node_v[n] > DEAD_V) {
            part = part_to_bend(part, attempt->fall_max * attempt->node_v[n], fall_v[n]);
        }
    }
    return attempt->has_one_way ? part_to_links(network, attempt, fall_v, part) : part;
}

/* Whether a voltage that has fallen by `fall_v` to `above_v` above a bend has not come over it. */
static bool is_on_same_side(double above_v, double fall_v)
{
    return fabs(above_v) <= NETWORK_TOUCH_V || (above_v > 0.0) == (above_v + fall_v > 0.0);
}

/* Whether no store has come over its bend. */
static bool stores_stand(const struct network *network, const struct attempt *attempt, const double *fall_v)
{
    bool are_good = true;

    for (int n = 0; n < network->node_count; n++) {
        if (network->stores[n].discharge_more_s > 0.0) {
            const double above_v = attempt->node_v[n] - network_open_v(&network->stores[n]);

            are_good = are_good && is_on_same_side(above_v, fall_v[n]);
        }
    }
    return are_good;
}

static bool loads_follow(const struct network *network, struct attempt *attempt, const double *fall_v)
{
    bool are_good = true;

    for (int i = 0; i < network->source_count && attempt->has_converters; i++) {
        const struct network_source *source = &network->sources[i];

        if (source->has_input) {
            attempt->load[source->input].a -= attempt->input_s[i] * fall_v[source->node];
        }
    }
    for (int i = 0; i < network->load_count; i++) {
        const struct network_load *load = &network->loads[i];
        struct current *into = &attempt->load[i];
        const double node_v = attempt->node_v[load->node];

        into->a -= into->s * fall_v[load->node];
        are_good =
            are_good && (attempt->is_low[i] ? is_on_same_side(node_v, fall_v[load->node])
                                            : node_v - load->cable_ohm * into->a >= load->voltage_v_min);
    }
    return are_good;
}

bool network_follow_slopes(const struct network *network, struct attempt *attempt, const double *fall_v)
{
    bool is_good = loads_follow(network, attempt, fall_v);

    for (int i = 0; i < network->source_count; i++) {
        const struct network_source *source = &network->sources[i];
        struct current *out = &attempt->source[i];

        out->a -= out->s * fall_v[source->node];
        is_good = is_good && network_stands(source, attempt->limit[i], attempt->node_v[source->node], out->a);
    }
    return is_good && stores_stand(network, attempt, fall_v);
}

bool network_turn_links(const struct network *network, struct attempt *attempt)
{
    bool has_turned = false;

    for (int i = 0; i < network->link_count && attempt->has_one_way; i++) {
        const struct network_link *link = &network->links[i];

        if (link->is_one_way) {
            const double along_v = attempt->node_v[link->from] - attempt->node_v[link->to];
            const bool is_blocked = along_v < -NETWORK_TOUCH_V;

            has_turned = has_turned || is_blocked != attempt->is_blocked[i];
            attempt->is_blocked[i] = is_blocked;
            attempt->is_forced[i] = false;
        }
    }
    return has_turned;
}

bool network_turn_a_link_ahead(const struct network *network, struct attempt *attempt, const double *fall_v)
{
    for (int i = 0; i < network->link_count && attempt->has_one_way; i++) {
        const struct network_link *link = &network->links[i];

        if (link->is_one_way) {
            const double along_v = attempt->node_v[link->from] - attempt->node_v[link->to];
            const double rise_v = fall_v[link->to] - fall_v[link->from];

            if (fabs(along_v) <= NETWORK_TOUCH_V && fabs(rise_v) > NETWORK_TOUCH_V &&
                (rise_v < 0.0) != attempt->is_blocked[i] && !attempt->is_forced[i]) {
                attempt->is_blocked[i] = !attempt->is_blocked[i];
                return true;
            }
        }
    }
    return false;
}

int network_culprit(const struct network *network, const struct attempt *attempt, const bool *is_there)
{
    for (int i = 0; i < network->source_count && attempt->has_converters; i++) {
        const struct network_source *source = &network->sources[i];

        if (is_felt(network, attempt, i) && is_there[source->node] &&
            is_there[network->loads[source->input].node]) {
            return source->input;
        }
    }
    return steepest(network, attempt, is_there);
}
