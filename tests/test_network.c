/* SPDX-License-Identifier: Apache-2.0 */
/* The DC network: Kirchhoff's laws on random ones, each thing's own law, by hand, and at the edges of what can be fed. */
#include "tests/environment.h"
#include "tests/system_fixture.h"
#include "twin/bus.h"
#include "twin/network.h"

/* ---- laws ------------------------------------------------------------------------------------------ */

static int taken_for_low; /* loads that are low though they have their voltage */

/* The converter that load `i` feeds; NULL: none. */
static const struct network_source *converter_of(const struct network *network, int i)
{
    for (int n = 0; n < network->source_count; n++) {
        if (network->sources[n].has_input && network->sources[n].input == i) {
            return &network->sources[n];
        }
    }
    return NULL;
}

/* A converter takes what it gives over its efficiency and its own, or is off. */
static void check_converter(const struct network *network, const struct network_flow *flow, int i)
{
    const struct network_source *source = converter_of(network, i);
    const double out_w =
        flow->source_v[source - network->sources] * flow->source_a[source - network->sources];
    const double given_w = out_w > 0.0 ? out_w : 0.0; /* into a node below 0 V, nothing */
    const double takes_w = network->loads[i].power_w + given_w / source->efficiency;

    if (flow->load_is_low[i]) {
        assert_true(flow->load_a[i] == 0.0 && given_w == 0.0);
    } else {
        assert_true(flow->load_v[i] >= network->loads[i].voltage_v_min);
        assert_near(flow->load_a[i] * flow->load_v[i], takes_w, 1e-9 * takes_w + 1e-9);
    }
}

static void check_load(const struct network *network, const struct network_flow *flow, int i)
{
    const struct network_load *load = &network->loads[i];
    const double node_v = flow->node_v[load->node];
    const double load_v = flow->load_v[i];
    const double load_a = flow->load_a[i];

    assert_near(node_v - load_v, load->cable_ohm * load_a, 1e-9);
    assert_true(load_a >= 0.0);
    if (converter_of(network, i) != NULL) {
        check_converter(network, flow, i);
    } else if (!flow->load_is_low[i] && !load->is_resistance) {
        assert_true(load_v >= load->voltage_v_min);
        assert_near(load_a, load->current_a + load->power_w / load_v, 1e-9 * load_a + 1e-12);
    } else if (node_v > 0.0 && load->current_a + load->power_w > 0.0) {
        const double ohm = load->voltage_v_min / (load->current_a + load->power_w / load->voltage_v_min);

        assert_near(load_a * ohm, load_v, 1e-9 * load_v + 1e-9);
        taken_for_low += !load->is_resistance && load_v >= load->voltage_v_min;
    } else {
        assert_true(load_a == 0.0);
    }
}

static void check_source(const struct network_source *source, const struct network_flow *flow, int i)
{
    const double source_a = flow->source_a[i];
    const double source_v = flow->source_v[i];

    assert_near(source_v - flow->node_v[source->node], source->cable_ohm * source_a, 1e-9);
    assert_true(source_a >= 0.0 && source_a <= source->current_a_max * (1.0 + 1e-12));
    assert_true(source_a * source_v <= source->power_w * (1.0 + 1e-9));
    assert_true(source_a == 0.0 || source_v <= source->voltage_v_max * (1.0 + 1e-9));
    switch (flow->source_limit[i]) {
    case NETWORK_OFF:
        assert_true(source->power_w == 0.0 || (source->has_input && flow->load_is_low[source->input]));
        assert_true(source_a == 0.0);
        break;
    case NETWORK_BY_POWER:
        assert_near(source_a * source_v / source->power_w, 1.0, source_v < 1.0 ? 1e-4 : 1e-9);
        break;
    case NETWORK_BY_CURRENT:
        assert_near(source_a, source->current_a_max, 1e-9);
        break;
    case NETWORK_BY_VOLTAGE:
    default:
        assert_true(source_a < 1e-9 ? source_v >= source->voltage_v_max * (1.0 - 1e-9)
                                    : fabs(source_v - source->voltage_v_max) < 1e-9);
        break;
    }
}

/* What is left over at a node, in A, and what flows there in all. */
static double left_over(const struct network *network, const struct network_flow *flow, int n, double *flows)
{
    const struct network_store *store = &network->stores[n];
    const double held_a = store->conductance_s * flow->node_v[n] - store->short_a;
    const double more_a =
        held_a < 0.0 ? store->discharge_more_s * (flow->node_v[n] - store->short_a / store->conductance_s)
                     : 0.0;
    const double store_a = held_a + more_a;
    double sum_a = store_a;

    *flows = fabs(store_a) + fabs(store->short_a);
    for (int i = 0; i < network->load_count; i++) {
        sum_a += network->loads[i].node == n ? flow->load_a[i] : 0.0;
        *flows += network->loads[i].node == n ? flow->load_a[i] : 0.0;
    }
    for (int i = 0; i < network->source_count; i++) {
        sum_a -= network->sources[i].node == n ? flow->source_a[i] : 0.0;
        *flows += network->sources[i].node == n ? flow->source_a[i] : 0.0;
    }
    for (int i = 0; i < network->link_count; i++) {
        const double link_a = flow->link_a[i];

        sum_a += network->links[i].from == n ? link_a : (network->links[i].to == n ? -link_a : 0.0);
        *flows += network->links[i].from == n || network->links[i].to == n ? fabs(link_a) : 0.0;
    }
    return sum_a;
}

static void check_link(const struct network *network, const struct network_flow *flow, int i)
{
    const struct network_link *link = &network->links[i];
    const double along_v = flow->node_v[link->from] - flow->node_v[link->to];

    if (link->is_one_way && along_v <= 0.0) {
        assert_true(flow->link_a[i] == 0.0);
    } else {
        assert_near(flow->link_a[i] / link->conductance_s, along_v, 1e-11);
        assert_true(!link->is_one_way || flow->link_a[i] >= 0.0);
    }
}

/* What comes in goes out, is stored or is lost, for the whole network. */
static void check_power(const struct network *network, const struct network_flow *flow)
{
    const struct bus_state bus = bus_read(network, flow);
    const double bank_w = bus.bank_a * bus.voltage_v;
    const double flows_w =
        bus.source_w + bus.load_w + bus.cable_w + bus.converter_w + fabs(bus.store_w) + fabs(bank_w);

    assert_true(bus.source_a >= 0.0 && bus.load_a >= 0.0 && bus.cable_w >= 0.0);
    assert_true(bus.converter_w >= -1e-9 * flows_w - 1e-9);
    assert_near(bus.source_w, bus.load_w + bus.cable_w + bus.converter_w + bus.store_w + bank_w,
                1e-9 * flows_w + 1e-7);
    assert_near(bus.bank_a, network->stores[0].conductance_s * bus.voltage_v - network->stores[0].short_a,
                1e-8 * fabs(bus.bank_a) + 1e-8);
}

static void check_laws(const struct network *network, const struct network_flow *flow)
{
    for (int n = 0; n < network->node_count; n++) {
        double flows_a = 0.0;
        const double left_a = left_over(network, flow, n, &flows_a);

        assert_true(isfinite(flow->node_v[n]));
        assert_near(left_a, 0.0, 1e-8 * flows_a + 1e-9);
    }
    for (int i = 0; i < network->load_count; i++) {
        check_load(network, flow, i);
    }
    for (int i = 0; i < network->source_count; i++) {
        check_source(&network->sources[i], flow, i);
    }
    for (int i = 0; i < network->link_count; i++) {
        check_link(network, flow, i);
    }
    check_power(network, flow);
}

/* ---- random ones ----------------------------------------------------------------------------------- */

static double log_real(struct test_random *random, double low, double high)
{
    return low * pow(high / low, random_real(random, 0.0, 1.0));
}

static struct network_load random_load(struct test_random *random, int nodes, double emf_v)
{
    const bool is_power = random_chance(random, 2);

    return (struct network_load){
        .node = (int)random_below(random, (uint32_t)nodes),
        .power_w = is_power ? log_real(random, 0.01, 5000.0) : 0.0,
        .current_a = is_power ? 0.0 : log_real(random, 0.001, 300.0),
        .voltage_v_min = emf_v * random_real(random, 0.02, 1.0),
        .cable_ohm = random_chance(random, 4) ? 0.0 : log_real(random, 1e-5, 1.0),
    };
}

static struct network_source random_source(struct test_random *random, int nodes, double emf_v)
{
    return (struct network_source){
        .node = (int)random_below(random, (uint32_t)nodes),
        .power_w = random_chance(random, 4) ? 0.0 : log_real(random, 0.1, 5000.0),
        .current_a_max = log_real(random, 0.1, 200.0),
        .voltage_v_max = emf_v * random_real(random, 0.9, 1.2),
        .cable_ohm = log_real(random, 1e-5, 0.1),
    };
}

/* A bank on the first node, the others in a chain behind it, the last sometimes with a battery of its own. */
static struct network random_network(struct test_random *random)
{
    const double emf_v = random_real(random, 8.0, 58.0);
    const double conductance_s = log_real(random, 1.0, 2000.0);
    struct network made = {.node_count = 1 + (int)random_below(random, 4)};

    made.stores[0] = (struct network_store){.conductance_s = conductance_s, .short_a = conductance_s * emf_v};
    for (int n = 1; n < made.node_count; n++) {
        made.links[made.link_count++] = (struct network_link){.from = (int)random_below(random, (uint32_t)n),
                                                              .to = n,
                                                              .conductance_s = log_real(random, 10.0, 1e4)};
    }
    if (made.node_count > 1 && random_chance(random, 3)) {
        made.stores[made.node_count - 1] = (struct network_store){
            .conductance_s = 50.0, .short_a = 50.0 * emf_v * random_real(random, 0.8, 1.1)};
    }
    for (int i = (int)random_below(random, 6); i > 0; i--) {
        made.loads[made.load_count++] = random_load(random, made.node_count, emf_v);
    }
    for (int i = (int)random_below(random, 3); i > 0; i--) {
        made.sources[made.source_count++] = random_source(random, made.node_count, emf_v);
    }
    return made;
}

/* A node by itself changes nothing, but that the network is no longer solved as a simple one (twin/network_quick.c). */
static void check_in_full(const struct network *network, const struct network_flow *begin,
                          const struct network_flow *flow)
{
    struct network wider = *network;
    struct network_flow again = *begin;

    wider.node_count = 3;
    again.node_v[2] = 0.0;
    network_solve(&wider, &again);
    assert_int_equal(again.is_low, flow->is_low);
    for (int n = 0; n < network->node_count; n++) {
        assert_near(again.node_v[n], flow->node_v[n], 1e-6);
    }
    for (int i = 0; i < network->load_count; i++) {
        assert_near(again.load_a[i], flow->load_a[i], 1e-6 * flow->load_a[i] + 1e-9);
        assert_near(again.load_v[i], flow->load_v[i], 1e-6);
        assert_int_equal(again.load_is_low[i], flow->load_is_low[i]);
    }
    for (int i = 0; i < network->source_count; i++) {
        assert_near(again.source_a[i], flow->source_a[i], 1e-6 * flow->source_a[i] + 1e-4);
        assert_int_equal(again.source_limit[i], flow->source_limit[i]);
    }
}

static void test_laws_of_random_networks(void **state)
{
    struct test_random random = {.state = 3};
    int low = 0;
    int limits[4] = {0, 0, 0, 0};

    (void)state;
    for (int i = 0; i < 60000; i++) {
        const struct network network = random_network(&random);
        struct network_flow flow = {.is_low = false};
        struct network_flow begin = {.is_low = false};
        struct network_flow again;

        network_solve(&network, &flow);
        check_laws(&network, &flow);
        low += flow.is_low;
        for (int s = 0; s < network.source_count; s++) {
            limits[flow.source_limit[s]]++;
        }
        for (int n = 0; n < network.node_count; n++) { /* from near by, the same comes out */
            begin.node_v[n] = flow.node_v[n] * 1.001;
        }
        again = begin;
        network_solve(&network, &again);
        if (network.node_count <= 2) {
            check_laws(&network, &again);
            check_in_full(&network, &begin, &again);
        }
        for (int n = 0; n < network.node_count && !flow.is_low; n++) {
            assert_near(again.node_v[n], flow.node_v[n], 1e-7);
        }
    }
    assert_true(low > 1000);
    for (int limit = 0; limit < 4; limit++) {
        assert_true(limits[limit] > 1000);
    }
}

/* ---- random ones with all parts -------------------------------------------------------------------- */

/* Feeds source `i` through a new load on any node but its own. */
static void make_converter(struct test_random *random, struct network *made, int i, double emf_v)
{
    struct network_source *source = &made->sources[i];

    source->has_input = true;
    source->efficiency = random_chance(random, 4) ? 1.0 : random_real(random, 0.5, 1.0);
    source->input = made->load_count++;
    made->loads[source->input] = (struct network_load){
        .node = (source->node + 1 + (int)random_below(random, (uint32_t)made->node_count - 1u)) %
                made->node_count,
        .power_w = random_chance(random, 3) ? 0.0 : log_real(random, 0.01, 50.0),
        .voltage_v_min = emf_v * random_real(random, 0.3, 0.95),
        .cable_ohm = random_chance(random, 4) ? 0.0 : log_real(random, 1e-4, 0.1),
    };
}

static struct network_link random_link(struct test_random *random, int nodes)
{
    const int from = (int)random_below(random, (uint32_t)nodes);

    return (struct network_link){
        .from = from,
        .to = (from + 1 + (int)random_below(random, (uint32_t)nodes - 1u)) % nodes,
        .conductance_s = log_real(random, 5.0, 1e4),
        .is_one_way = random_chance(random, 2),
    };
}

/* Two to eight nodes, some without anything that feeds them. */
static struct network random_mixture(struct test_random *random)
{
    const double emf_v = random_real(random, 8.0, 58.0);
    struct network made = {.node_count = 2 + (int)random_below(random, 7)};

    for (int n = 0; n < made.node_count; n++) {
        if (n == 0 || random_chance(random, 3)) {
            const double s = log_real(random, 1.0, 2000.0);
            const double open_v = random_chance(random, 20) ? -1.0 : emf_v * random_real(random, 0.7, 1.1);

            made.stores[n] = (struct network_store){
                .conductance_s = s,
                .short_a = s * open_v,
                .discharge_more_s =
                    n > 0 && random_chance(random, 2) ? s * random_real(random, 0.0, 3.0) : 0.0};
        }
    }
    for (int i = (int)random_below(random, 2u * (uint32_t)made.node_count); i > 0; i--) {
        made.links[made.link_count++] = random_link(random, made.node_count);
    }
    for (int i = (int)random_below(random, 9); i > 0; i--) {
        made.loads[made.load_count] = random_load(random, made.node_count, emf_v);
        made.loads[made.load_count].is_resistance = random_chance(random, 8);
        made.loads[made.load_count++].power_w *= random_chance(random, 10) ? 0.0 : 1.0;
    }
    for (int i = (int)random_below(random, 9); i > 0; i--) {
        made.sources[made.source_count] = random_source(random, made.node_count, emf_v);
        if (random_chance(random, 2)) {
            make_converter(random, &made, made.source_count, emf_v);
        }
        made.source_count++;
    }
    return made;
}

struct seen {
    int low;
    int blocked;
    int open; /* one-way links that carry a current */
    int on;   /* converters that give something */
    int off;
    int giving_more; /* stores below their bend */
};

static void note(struct seen *seen, const struct network *network, const struct network_flow *flow)
{
    seen->low += flow->is_low;
    for (int i = 0; i < network->link_count; i++) {
        seen->blocked += network->links[i].is_one_way && flow->link_a[i] == 0.0;
        seen->open += network->links[i].is_one_way && flow->link_a[i] > 0.0;
    }
    for (int i = 0; i < network->source_count; i++) {
        seen->on += network->sources[i].has_input && flow->source_a[i] > 0.0;
        seen->off += network->sources[i].has_input && flow->load_is_low[network->sources[i].input];
    }
    for (int n = 0; n < network->node_count; n++) {
        const struct network_store *store = &network->stores[n];

        seen->giving_more +=
            store->discharge_more_s > 0.0 && store->conductance_s * flow->node_v[n] < store->short_a;
    }
}

static void test_laws_of_random_mixtures(void **state)
{
    struct test_random random = {.state = environment_seed(5)};
    struct seen seen = {.low = 0};

    (void)state;
    taken_for_low = 0;
    for (uint64_t i = environment_runs(40000); i > 0; i--) {
        const struct network network = random_mixture(&random);
        struct network_flow flow = {.is_low = false};
        struct network_flow again = {.is_low = false};

        network_solve(&network, &flow);
        check_laws(&network, &flow);
        note(&seen, &network, &flow);
        for (int n = 0; n < network.node_count; n++) { /* from near by, the same comes out */
            again.node_v[n] = flow.node_v[n] * 1.001;
        }
        network_solve(&network, &again);
        check_laws(&network, &again);
        for (int n = 0; n < network.load_count && !flow.is_low;
             n++) { /* a node without a current may be anywhere */
            assert_near(again.load_a[n], flow.load_a[n], 1e-6 * flow.load_a[n] + 1e-7);
        }
    }
    assert_true(seen.low > 1000 && seen.blocked > 1000 && seen.open > 1000 && seen.on > 1000 &&
                seen.off > 1000 && seen.giving_more > 1000);
    assert_true(taken_for_low < seen.low / 500); /* twin/network.h */
    print_message("of %d networks with a low load, %d loads were taken for low\n", seen.low, taken_for_low);
}

/* ---- one node, searched in small steps -------------------------------------------------------------- */

/* What flows out of the one node at `node_v`. */
static double out_of_one_a(const struct network *network, double node_v)
{
    double out_a = network->stores[0].conductance_s * node_v - network->stores[0].short_a;

    for (int i = 0; i < network->load_count;
         i++) { /* by halving: the current at which load and cable agree */
        const struct network_load *load = &network->loads[i];
        double low_v = 0.0; /* of the terminals; there the load takes less than the cable brings */
        double high_v = node_v;

        for (int k = 0; k < 200; k++) {
            const double v = 0.5 * (low_v + high_v);
            const double ohm = load->voltage_v_min / (load->current_a + load->power_w / load->voltage_v_min);
            const double takes_a = v < load->voltage_v_min ? v / ohm : load->current_a + load->power_w / v;
            const double brings_a = (node_v - v) / (load->cable_ohm > 0.0 ? load->cable_ohm : 1e-12);

            if (takes_a > brings_a) {
                high_v = v;
            } else {
                low_v = v;
            }
        }
        out_a += low_v < load->voltage_v_min
                     ? low_v / (load->voltage_v_min / (load->current_a + load->power_w / load->voltage_v_min))
                     : load->current_a + load->power_w / low_v;
    }
    return out_a;
}

/* The highest voltage at which nothing is left over is found: no higher one is there. */
static void test_the_highest_solution(void **state)
{
    struct test_random random = {.state = 11};
    int low = 0;

    (void)state;
    for (int i = 0; i < 400; i++) {
        struct network network = {.node_count = 1};
        struct network_flow flow = {.is_low = false};
        const double emf_v = random_real(&random, 10.0, 15.0);
        bool is_passed = false;

        network.stores[0] = (struct network_store){.conductance_s = 20.0, .short_a = 20.0 * emf_v};
        network.load_count = 2;
        network.loads[0] = random_load(&random, 1, emf_v);
        network.loads[1] = random_load(&random, 1, emf_v);
        network_solve(&network, &flow);
        low += flow.is_low;
        for (double node_v = emf_v; node_v > flow.node_v[0] + 0.02 * emf_v; node_v -= 0.001 * emf_v) {
            is_passed = is_passed || out_of_one_a(&network, node_v) < -1e-6;
        }
        assert_false(is_passed);
    }
    assert_true(low > 20);
}

/* ---- several nodes and sources, from above ----------------------------------------------------------- */

/* Into a load with its node at `node_v`: by halving, the current at which it and its cable agree. */
static double searched_load_a(const struct network_load *load, double node_v)
{
    const double ohm = load->voltage_v_min / (load->current_a + load->power_w / load->voltage_v_min);
    double low_v = 0.0;
    double high_v = node_v;

    for (int k = 0; k < 50; k++) {
        const double v = 0.5 * (low_v + high_v);
        const double takes_a = v < load->voltage_v_min ? v / ohm : load->current_a + load->power_w / v;

        *(takes_a * load->cable_ohm > node_v - v ? &high_v : &low_v) = v;
    }
    return low_v < load->voltage_v_min ? low_v / ohm : load->current_a + load->power_w / low_v;
}

/* Out of a source, likewise. */
static double searched_source_a(const struct network_source *source, double node_v)
{
    double low_a = 0.0;
    double high_a = node_v < source->voltage_v_max ? source->current_a_max : 0.0;

    for (int k = 0; k < 50 && source->power_w > 0.0; k++) {
        const double a = 0.5 * (low_a + high_a);
        const double v = node_v + source->cable_ohm * a;

        *(v * a > source->power_w || v > source->voltage_v_max ? &high_a : &low_a) = a;
    }
    return low_a;
}

/* What flows out of node `n` at `node_v`, with the others at `other_v`. */
static double searched_out_a(const struct network *network, int n, double node_v, const double *other_v)
{
    double out_a = network->stores[n].conductance_s * node_v - network->stores[n].short_a;

    for (int i = 0; i < network->load_count; i++) {
        out_a += network->loads[i].node == n ? searched_load_a(&network->loads[i], node_v) : 0.0;
    }
    for (int i = 0; i < network->source_count; i++) {
        out_a -= network->sources[i].node == n ? searched_source_a(&network->sources[i], node_v) : 0.0;
    }
    for (int i = 0; i < network->link_count; i++) {
        const struct network_link *link = &network->links[i];

        if (link->from == n || link->to == n) {
            out_a += (node_v - other_v[link->from == n ? link->to : link->from]) * link->conductance_s;
        }
    }
    return out_a;
}

enum { SEARCH_SWEEPS = 100000 };

/*
 * The highest solution, in small steps from `top_v`: each node in turn goes down as long as more flows out of it than into it, which
 * never leads below that solution, for what the others are at is never below it.
 */
static void search_from_above(const struct network *network, double top_v, double *node_v)
{
    double step_v = 5e-4 * top_v;
    int sweeps = 0;

    for (int n = 0; n < network->node_count; n++) {
        node_v[n] = top_v;
    }
    while (step_v > 1e-6 * top_v && sweeps < SEARCH_SWEEPS) {
        bool has_moved = false;

        for (int n = 0; n < network->node_count; n++) {
            while (node_v[n] > step_v && searched_out_a(network, n, node_v[n] - step_v, node_v) > 0.0) {
                node_v[n] -= step_v;
                has_moved = true;
            }
        }
        step_v *= has_moved ? 1.0 : 0.5;
        sweeps++;
    }
    assert_true(sweeps < SEARCH_SWEEPS);
}

/* One to three nodes on a weak bank, two to eight sources, stiff links. */
static struct network random_weak_network(struct test_random *random, double emf_v)
{
    const double conductance_s = log_real(random, 0.1, 50.0);
    struct network made = {.node_count = 1 + (int)random_below(random, 3)};

    made.stores[0] = (struct network_store){.conductance_s = conductance_s, .short_a = conductance_s * emf_v};
    for (int n = 1; n < made.node_count; n++) {
        made.links[made.link_count++] = (struct network_link){.from = (int)random_below(random, (uint32_t)n),
                                                              .to = n,
                                                              .conductance_s = log_real(random, 1.0, 50.0)};
    }
    for (int i = 1 + (int)random_below(random, 5); i > 0; i--) {
        made.loads[made.load_count++] = random_load(random, made.node_count, emf_v);
    }
    for (int i = 2 + (int)random_below(random, 7); i > 0; i--) {
        made.sources[made.source_count++] = random_source(random, made.node_count, emf_v);
    }
    return made;
}

/* No load is low that could stand: the search from above ends nowhere far above what was found. */
static void test_nothing_is_low_that_could_stand(void **state)
{
    struct test_random random = {.state = environment_seed(17)};
    int low = 0;
    int wrong = 0;

    (void)state;
    for (uint64_t i = environment_runs(40000) / 100 + 1; i > 0;
         i--) { /* each takes a hundred times as long */
        const double emf_v = random_real(&random, 10.0, 15.0);
        const struct network network = random_weak_network(&random, emf_v);
        struct network_flow flow = {.is_low = false};
        double node_v[NETWORK_NODES_MAX];
        bool is_wrong = false;

        network_solve(&network, &flow);
        if (flow.is_low) {
            search_from_above(&network, 1.2 * emf_v, node_v);
            for (int n = 0; n < network.node_count; n++) {
                is_wrong = is_wrong || node_v[n] > flow.node_v[n] + 0.02 * emf_v;
            }
            low++;
            wrong += is_wrong;
        }
    }
    print_message("of %d networks with a low load, %d could have stood higher\n", low, wrong);
    assert_true(low > 0);
    assert_true(wrong * 500 <= low); /* twin/network.h */
}

/* ---- by hand ---------------------------------------------------------------------------------------- */

/* 12 V behind 10 mOhm; each limit of the source in turn. */
static void test_limits_of_a_source(void **state)
{
    struct network network = {.node_count = 1, .source_count = 1};
    struct network_flow flow = {.is_low = false};

    (void)state;
    network.stores[0] = (struct network_store){.conductance_s = 100.0, .short_a = 1200.0};
    network.sources[0] = (struct network_source){
        .power_w = 125.0, .current_a_max = 50.0, .voltage_v_max = 14.2, .cable_ohm = 0.002};
    network_solve(&network, &flow);
    assert_int_equal(flow.source_limit[0], NETWORK_BY_POWER);
    assert_near(flow.source_v[0] * (flow.source_v[0] - 12.0) / 0.012, 125.0, 1e-7);
    network.sources[0].power_w = 5000.0;
    network_solve(&network, &flow);
    assert_int_equal(flow.source_limit[0], NETWORK_BY_CURRENT);
    assert_near(flow.node_v[0], 12.5, 1e-12);
    assert_near(flow.source_v[0], 12.6, 1e-12);
    network.sources[0].voltage_v_max = 12.48;
    network.loads[network.load_count++] =
        (struct network_load){.current_a = 3.0, .voltage_v_min = 9.0, .cable_ohm = 0.01};
    network_solve(&network, &flow);
    assert_int_equal(flow.source_limit[0], NETWORK_BY_VOLTAGE);
    assert_near(flow.source_a[0], (12.48 - (12.0 - 0.03)) / 0.012, 1e-9);
    network.sources[0].voltage_v_max = 11.9; /* below what the bank holds under this load: nothing flows */
    network_solve(&network, &flow);
    assert_int_equal(flow.source_limit[0], NETWORK_BY_VOLTAGE);
    assert_true(flow.source_a[0] == 0.0);
    assert_near(flow.node_v[0], 11.97, 1e-11);
}

/* More than the bank can give: below its lowest voltage the load is a resistance, of 6 V for 1 kW. */
static void test_a_load_that_cannot_be_fed(void **state)
{
    struct network network = {.node_count = 1, .load_count = 1};
    struct network_flow flow = {.is_low = false};

    (void)state;
    network.stores[0] = (struct network_store){.conductance_s = 10.0,
                                               .short_a = 120.0}; /* 12 V behind 0.1 Ohm: 360 W at most */
    network.loads[0] = (struct network_load){.power_w = 359.0, .voltage_v_min = 6.0};
    network_solve(&network, &flow);
    assert_false(flow.is_low);
    assert_near(flow.node_v[0] * 10.0 * (12.0 - flow.node_v[0]), 359.0, 1e-6);
    network.loads[0].power_w = 1000.0;
    network_solve(&network, &flow);
    assert_true(flow.is_low);
    assert_near(flow.node_v[0], 12.0 * 0.036 / 0.136, 1e-9);
    assert_near(flow.load_a[0], 12.0 / 0.136, 1e-9);
}

/* A source of constant power all but carries a load of constant power: up to the edge it is fed, from there on it is low. */
static void test_the_edge_of_what_can_be_fed(void **state)
{
    struct network network = {.node_count = 2, .load_count = 1, .source_count = 1, .link_count = 1};
    double fed_w = 6700.0;
    double low_w = 6800.0;

    (void)state;
    network.stores[0] = (struct network_store){.conductance_s = 1.127, .short_a = 58.64};
    network.sources[0] = (struct network_source){
        .power_w = 7110.0, .current_a_max = 1000.0, .voltage_v_max = 56.8, .cable_ohm = 0.024};
    network.links[0] = (struct network_link){.from = 0, .to = 1, .conductance_s = 1000.0};
    network.loads[0] = (struct network_load){.node = 1, .voltage_v_min = 1.3, .cable_ohm = 0.007};
    for (int i = 0; i < 60; i++) { /* by halving, to the last bits */
        struct network_flow flow = {.is_low = false};

        network.loads[0].power_w = 0.5 * (fed_w + low_w);
        network_solve(&network, &flow);
        check_laws(&network, &flow);
        *(flow.is_low ? &low_w : &fed_w) = network.loads[0].power_w;
    }
    assert_real_in(fed_w, 6782.36, 6782.38); /* where the least of what flows out of the bus is 0 */
    assert_real_in(low_w - fed_w, 0.0, 1e-6);
    for (int i = 1; i <= 2000; i++) { /* and neither side of it has a hole */
        struct network_flow flow = {.is_low = false};
        struct network_flow beyond = {.is_low = false};

        network.loads[0].power_w = fed_w - 1e-9 * pow(1.01, i);
        network_solve(&network, &flow);
        assert_false(flow.is_low);
        network.loads[0].power_w = low_w + 1e-9 * pow(1.01, i);
        network_solve(&network, &beyond);
        assert_true(beyond.is_low);
        network.loads[0].power_w +=
            1e-8 * low_w; /* from where it was fed, it is so until a power is missed by 1e-9 */
        network_solve(&network, &flow);
        assert_true(flow.is_low);
    }
}

/* What the bank alone cannot feed, a charger feeds, though it gives nothing yet at the bank's own voltage. */
static void test_a_charger_that_gives_below_the_bank(void **state)
{
    struct network network = {.node_count = 2, .load_count = 1, .source_count = 1, .link_count = 1};
    struct network_flow flow = {.is_low = false};

    (void)state;
    network.stores[0] = (struct network_store){.conductance_s = 1.0, .short_a = 13.4}; /* 45 W at most */
    network.links[0] = (struct network_link){.from = 0, .to = 1, .conductance_s = 1000.0};
    network.loads[0] = (struct network_load){.node = 1, .power_w = 200.0, .voltage_v_min = 9.0};
    network.sources[0] = (struct network_source){
        .power_w = 3000.0, .current_a_max = 200.0, .voltage_v_max = 13.3, .cable_ohm = 0.001};
    network_solve(&network, &flow);
    check_laws(&network, &flow);
    assert_false(flow.is_low);
    assert_int_equal(flow.source_limit[0], NETWORK_BY_VOLTAGE);
    assert_real_in(flow.node_v[0], 13.28, 13.29);
    network.sources[0].current_a_max = 1.0; /* and with too little of it nothing does */
    network_solve(&network, &flow);
    check_laws(&network, &flow);
    assert_true(flow.is_low);
}

/* From nothing nothing comes: a bank at or below 0 V gives no current, whatever asks for it. */
static void test_a_bank_below_0_v(void **state)
{
    (void)state;
    for (int tenths = -200; tenths <= 0; tenths++) {
        struct network network = {.node_count = 2, .load_count = 2, .link_count = 1};
        struct network_flow flow = {.node_v = {12.0, 12.0}};

        network.stores[0] = (struct network_store){.conductance_s = 100.0, .short_a = 10.0 * tenths};
        network.links[0] = (struct network_link){.from = 0, .to = 1, .conductance_s = 1000.0};
        network.loads[0] = (struct network_load){.current_a = 10.0, .voltage_v_min = 3.0};
        network.loads[1] =
            (struct network_load){.node = 1, .power_w = 1e4, .voltage_v_min = 9.0, .cable_ohm = 0.01};
        network_solve(&network, &flow);
        assert_near(flow.node_v[0], 0.1 * tenths, 1e-9);
        assert_true(flow.load_a[0] == 0.0 && flow.load_a[1] == 0.0);
    }
}

/* ---- one way ---------------------------------------------------------------------------------------- */

/* 12 V on node 0, and what `other_v` makes of node 1 behind an ideal diode of 10 S. */
static struct network_flow flow_one_way(double other_v, double begin_v, bool is_turned)
{
    struct network network = {.node_count = 2, .load_count = 1, .link_count = 1};
    struct network_flow flow = {.node_v = {begin_v, begin_v}};

    network.stores[0] = (struct network_store){.conductance_s = 100.0, .short_a = 1200.0};
    network.stores[1] = (struct network_store){.conductance_s = 100.0, .short_a = 100.0 * other_v};
    network.links[0] = (struct network_link){
        .from = is_turned ? 1 : 0, .to = is_turned ? 0 : 1, .conductance_s = 10.0, .is_one_way = true};
    network.loads[0] = (struct network_load){.current_a = 1.0, .voltage_v_min = 1.0};
    network_solve(&network, &flow);
    check_laws(&network, &flow);
    return flow;
}

/* The bend is where the voltages are alike: 11.99 V. */
static void test_a_one_way_link(void **state)
{
    const double begin_v[] = {0.0, 5.0, 12.0, 20.0};

    (void)state;
    for (int i = 0; i < 4; i++) {
        for (int k = -300; k <= 300; k++) {
            const double other_v = 11.99 + 0.01 * k;
            const double diode_a = (11.99 - other_v) / (0.02 + 0.1);
            const struct network_flow flow = flow_one_way(other_v, begin_v[i], false);
            const struct network_flow back = flow_one_way(other_v, begin_v[i], true);

            if (k == 0) { /* a rounding on either side */
                assert_near(flow.link_a[0], 0.0, 1e-9);
                continue;
            }
            assert_near(flow.link_a[0], k < 0 ? diode_a : 0.0, 1e-9);
            assert_near(back.link_a[0], k > 0 ? -diode_a : 0.0, 1e-9);
            assert_true((flow.link_a[0] == 0.0) == (k > 0) && (back.link_a[0] == 0.0) == (k < 0));
        }
    }
}

/* A node that only a one-way link feeds, and one that it cannot feed. */
static void test_nodes_behind_one_way_links(void **state)
{
    (void)state;
    for (int bank = 0; bank < 3; bank++) { /* in any order */
        const int fed = (bank + 1) % 3;
        const int dark = (bank + 2) % 3;
        struct network network = {.node_count = 3, .load_count = 2, .link_count = 2};
        struct network_flow flow = {.is_low = false};

        network.stores[bank] = (struct network_store){.conductance_s = 100.0, .short_a = 1200.0};
        network.links[0] =
            (struct network_link){.from = bank, .to = fed, .conductance_s = 10.0, .is_one_way = true};
        network.links[1] =
            (struct network_link){.from = dark, .to = bank, .conductance_s = 10.0, .is_one_way = true};
        network.loads[0] = (struct network_load){.node = fed, .power_w = 50.0, .voltage_v_min = 9.0};
        network.loads[1] = (struct network_load){.node = dark, .power_w = 50.0, .voltage_v_min = 9.0};
        network_solve(&network, &flow);
        check_laws(&network, &flow);
        assert_near(flow.link_a[0] * (12.0 - 0.11 * flow.link_a[0]), 50.0, 1e-9);
        assert_false(flow.load_is_low[0]);
        assert_true(flow.load_is_low[1] && flow.is_low);
        assert_true(flow.node_v[dark] == 0.0 && flow.link_a[1] == 0.0 && flow.load_a[1] == 0.0);
    }
}

/* ---- a store that gives more easily than it takes --------------------------------------------------- */

static void test_a_store_with_a_bend(void **state)
{
    (void)state;
    for (int milliamperes = -20000; milliamperes <= 20000; milliamperes += 7) {
        const double out_a = 0.001 * milliamperes;
        struct network network = {.node_count = 2, .load_count = 1, .source_count = 1};
        struct network_flow flow = {.node_v = {12.0, 12.0}};

        network.stores[0] = (struct network_store){.conductance_s = 1.0, .short_a = 12.0};
        network.stores[1] =
            (struct network_store){.conductance_s = 20.0, .short_a = 20.0 * 12.6, .discharge_more_s = 80.0};
        network.loads[0] = (struct network_load){.node = 1, .current_a = 25.0 + out_a, .voltage_v_min = 1.0};
        network.sources[0] = (struct network_source){
            .node = 1, .power_w = 1e4, .current_a_max = 25.0, .voltage_v_max = 50.0, .cable_ohm = 0.001};
        network_solve(&network, &flow);
        check_laws(&network, &flow);
        assert_near(flow.node_v[1], 12.6 - out_a / (out_a > 0.0 ? 100.0 : 20.0), 1e-9);
    }
}

/* ---- converters -------------------------------------------------------------------------------------- */

/* 24 V behind 10 mOhm, a converter to 12 V of 20 A at most, and what takes 10 A there; on the nodes as given. */
static struct network made_converter(int bank, int out)
{
    struct network network = {.node_count = 2, .load_count = 2, .source_count = 1};

    network.stores[bank] = (struct network_store){.conductance_s = 100.0, .short_a = 2400.0};
    network.loads[0] = (struct network_load){.node = out, .current_a = 10.0, .voltage_v_min = 9.0};
    network.loads[1] =
        (struct network_load){.node = bank, .power_w = 5.0, .voltage_v_min = 18.0, .cable_ohm = 0.01};
    network.sources[0] = (struct network_source){.node = out,
                                                 .power_w = 1000.0,
                                                 .current_a_max = 20.0,
                                                 .voltage_v_max = 12.0,
                                                 .cable_ohm = 0.005,
                                                 .has_input = true,
                                                 .input = 1,
                                                 .efficiency = 0.9};
    return network;
}

static void test_a_converter(void **state)
{
    (void)state;
    for (int bank = 0; bank < 2; bank++) {
        const int out = 1 - bank;
        struct network network = made_converter(bank, out);
        struct network_flow flow = {.is_low = false};

        network_solve(&network, &flow);
        check_laws(&network, &flow);
        assert_near(flow.source_v[0], 12.0, 1e-9);
        assert_near(flow.source_a[0], 10.0, 1e-9);
        assert_near(flow.load_a[1] * flow.load_v[1], 5.0 + 120.0 / 0.9, 1e-9);
        assert_near(flow.node_v[bank], 24.0 - 0.01 * flow.load_a[1], 1e-9);
        network.loads[0].current_a =
            25.0; /* more than it gives: the load is a resistance, and it stands on its current */
        network_solve(&network, &flow);
        check_laws(&network, &flow);
        assert_true(flow.load_is_low[0] && !flow.load_is_low[1]);
        assert_int_equal(flow.source_limit[0], NETWORK_BY_CURRENT);
        assert_near(flow.node_v[out], 20.0 * 9.0 / 25.0, 1e-9);
        network.loads[0].current_a = 0.0; /* and nothing takes anything: it takes its own */
        network_solve(&network, &flow);
        check_laws(&network, &flow);
        assert_near(flow.load_a[1] * flow.load_v[1], 5.0, 1e-8);
        network.loads[1].power_w = 0.0;
        network_solve(&network, &flow);
        check_laws(&network, &flow);
        assert_near(flow.load_a[1], 0.0, 1e-9);
        assert_false(flow.is_low);
    }
}

/* Below its lowest voltage it is off to the last bit, at any voltage of the bank; above, it gives all. */
static void test_a_converter_at_its_lowest_voltage(void **state)
{
    int on = 0;

    (void)state;
    for (int millivolts = -1000; millivolts <= 24000; millivolts += 25) {
        struct network network = made_converter(0, 1);
        struct network_flow flow = {.is_low = false};
        const double open_v = 0.001 * millivolts;
        /* what its terminals have with 138.3 W, behind 20 mOhm; a little more or less decides */
        const double square = open_v * open_v - 4.0 * 0.02 * (5.0 + 120.0 / 0.9);
        const double terminal_v = open_v > 0.0 && square > 0.0 ? 0.5 * (open_v + sqrt(square)) : 0.0;

        network.stores[0].short_a = 100.0 * open_v;
        network_solve(&network, &flow);
        check_laws(&network, &flow);
        assert_int_equal(flow.load_is_low[1], terminal_v < 18.0);
        if (flow.load_is_low[1]) {
            assert_true(flow.load_a[1] == 0.0 && flow.source_a[0] == 0.0 && flow.node_v[1] == 0.0);
        } else {
            assert_near(flow.source_a[0], 10.0, 1e-9);
            on++;
        }
    }
    assert_int_equal(on, 234);
}

/* From the bank to A to B and on to C, each order of the nodes: what each takes is what the next needs. */
static void test_a_chain_of_converters(void **state)
{
    const int orders[6][4] = {{0, 1, 2, 3}, {3, 2, 1, 0}, {1, 0, 3, 2},
                              {2, 3, 0, 1}, {1, 2, 3, 0}, {3, 0, 2, 1}};

    (void)state;
    for (int order = 0; order < 6; order++) {
        struct network network = {.node_count = 4};
        struct network_flow flow = {.is_low = false};
        double needs_w = 100.0;

        network.stores[orders[order][0]] = (struct network_store){.conductance_s = 500.0, .short_a = 6400.0};
        for (int i = 0; i < 3; i++) {
            network.loads[i] =
                (struct network_load){.node = orders[order][i], .power_w = 1.0 + i, .voltage_v_min = 9.0};
            network.sources[i] = (struct network_source){.node = orders[order][i + 1],
                                                         .power_w = 500.0,
                                                         .current_a_max = 30.0,
                                                         .voltage_v_max = 12.0 + 12.0 * i,
                                                         .cable_ohm = 1e-6,
                                                         .has_input = true,
                                                         .input = i,
                                                         .efficiency = 0.8 + 0.05 * i};
        }
        network.load_count = 4;
        network.source_count = 3;
        network.loads[3] =
            (struct network_load){.node = orders[order][3], .power_w = 100.0, .voltage_v_min = 9.0};
        network_solve(&network, &flow);
        check_laws(&network, &flow);
        assert_false(flow.is_low);
        for (int i = 2; i >= 0; i--) {
            needs_w = 1.0 + i + (needs_w + 1e-6 * flow.source_a[i] * flow.source_a[i]) / (0.8 + 0.05 * i);
            assert_near(flow.load_a[i] * flow.load_v[i], needs_w, 1e-7);
        }
        network.loads[3].power_w = 1e4; /* the last can give 500 W: what it feeds is low, and it is not */
        network_solve(&network, &flow);
        check_laws(&network, &flow);
        assert_true(flow.load_is_low[3] && !flow.load_is_low[2] && !flow.load_is_low[1] &&
                    !flow.load_is_low[0]);
    }
}

/*
 * A converter feeds a battery that another one drains. While the drain is not known it holds its voltage, and as it becomes known it
 * would have to give far more than it can, and than the bank can feed; in the end it gives its current.
 */
static void test_a_converter_between_a_bank_and_a_drain(void **state)
{
    struct network network = {.node_count = 3, .load_count = 3, .source_count = 2};
    struct network_flow flow = {.is_low = false};

    (void)state;
    network.stores[0] = (struct network_store){.conductance_s = 10.0, .short_a = 120.0}; /* 360 W at most */
    network.stores[1] = (struct network_store){.conductance_s = 20.0, .short_a = 20.0 * 13.9};
    network.loads[0] = (struct network_load){.node = 0, .voltage_v_min = 10.0};
    network.loads[1] = (struct network_load){.node = 1, .voltage_v_min = 9.0};
    network.loads[2] = (struct network_load){.node = 2, .power_w = 570.0, .voltage_v_min = 40.0};
    network.sources[0] = (struct network_source){.node = 1,
                                                 .power_w = 1000.0,
                                                 .current_a_max = 10.0,
                                                 .voltage_v_max = 14.0,
                                                 .cable_ohm = 0.001,
                                                 .has_input = true,
                                                 .input = 0,
                                                 .efficiency = 0.9};
    network.sources[1] = (struct network_source){.node = 2,
                                                 .power_w = 1000.0,
                                                 .current_a_max = 20.0,
                                                 .voltage_v_max = 48.0,
                                                 .cable_ohm = 0.001,
                                                 .has_input = true,
                                                 .input = 1,
                                                 .efficiency = 0.95};
    network_solve(&network, &flow);
    check_laws(&network, &flow);
    assert_false(flow.is_low);
    assert_int_equal(flow.source_limit[0], NETWORK_BY_CURRENT);
}

/* Two converters that only feed each other give nothing: nothing comes from nothing. */
static void test_converters_in_a_circle(void **state)
{
    struct network network = {.node_count = 3, .load_count = 3, .source_count = 2};
    struct network_flow flow = {.node_v = {12.0, 12.0, 12.0}};

    (void)state;
    network.stores[0] = (struct network_store){.conductance_s = 100.0, .short_a = 1200.0};
    for (int i = 0; i < 2; i++) {
        network.loads[i] = (struct network_load){.node = 1 + i, .power_w = 1.0, .voltage_v_min = 9.0};
        network.sources[i] = (struct network_source){.node = 2 - i,
                                                     .power_w = 500.0,
                                                     .current_a_max = 30.0,
                                                     .voltage_v_max = 12.0,
                                                     .cable_ohm = 0.01,
                                                     .has_input = true,
                                                     .input = i,
                                                     .efficiency = 0.95};
    }
    network.loads[2] = (struct network_load){.node = 1, .power_w = 10.0, .voltage_v_min = 9.0};
    network_solve(&network, &flow);
    check_laws(&network, &flow);
    assert_true(flow.load_is_low[0] && flow.load_is_low[1] && flow.load_is_low[2]);
    assert_true(flow.source_a[0] == 0.0 && flow.source_a[1] == 0.0 && flow.load_a[2] == 0.0);
}

/* Everything is at 0 V in the end, from where it was with all on: it is found, not only come nearer to. */
static void test_all_falls_to_0_v(void **state)
{
    (void)state;
    for (int nodes = 1; nodes <= 3; nodes++) {
        for (int cells = 0; cells < 4; cells++) {
            struct network network = {.node_count = nodes, .load_count = nodes};
            struct network_flow flow = {.node_v = {12.0, 12.0, 12.0}};

            network.stores[0] =
                (struct network_store){.conductance_s = 100.0, .short_a = cells == 3 ? 1e-3 : -0.1 * cells};
            for (int n = 0; n < nodes; n++) {
                network.loads[n] = (struct network_load){.node = n,
                                                         .current_a = 1.0,
                                                         .voltage_v_min = 9.0,
                                                         .cable_ohm = 0.01,
                                                         .is_resistance = n > 0};
            }
            for (int n = 1; n < nodes; n++) { /* converters in a circle */
                network.loads[network.load_count++] = (struct network_load){
                    .node = n - 1, .power_w = 1.0, .voltage_v_min = 7.0, .cable_ohm = 0.01};
                network.sources[network.source_count++] =
                    (struct network_source){.node = n,
                                            .power_w = 1e3,
                                            .current_a_max = 30.0,
                                            .voltage_v_max = 14.0,
                                            .cable_ohm = 0.01,
                                            .has_input = true,
                                            .input = network.load_count - 1,
                                            .efficiency = 0.9};
            }
            network_solve(&network, &flow);
            for (int n = 1; n < nodes; n++) {
                assert_near(flow.node_v[n], 0.0, 1e-9);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_laws_of_random_networks),
        cmocka_unit_test(test_laws_of_random_mixtures),
        cmocka_unit_test(test_the_highest_solution),
        cmocka_unit_test(test_nothing_is_low_that_could_stand),
        cmocka_unit_test(test_limits_of_a_source),
        cmocka_unit_test(test_a_load_that_cannot_be_fed),
        cmocka_unit_test(test_the_edge_of_what_can_be_fed),
        cmocka_unit_test(test_a_charger_that_gives_below_the_bank),
        cmocka_unit_test(test_a_bank_below_0_v),
        cmocka_unit_test(test_all_falls_to_0_v),
        cmocka_unit_test(test_a_one_way_link),
        cmocka_unit_test(test_nodes_behind_one_way_links),
        cmocka_unit_test(test_a_store_with_a_bend),
        cmocka_unit_test(test_a_converter),
        cmocka_unit_test(test_a_converter_at_its_lowest_voltage),
        cmocka_unit_test(test_a_chain_of_converters),
        cmocka_unit_test(test_a_converter_between_a_bank_and_a_drain),
        cmocka_unit_test(test_converters_in_a_circle),
    };

    return cmocka_run_group_tests_name("network", tests, NULL, NULL);
}
