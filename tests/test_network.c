/* SPDX-License-Identifier: Apache-2.0 */
/* The DC network: Kirchhoff's laws on random ones, each thing's own law, by hand, and at the edges of what can be fed. */
#include "tests/system_fixture.h"
#include "twin/network.h"

/* ---- laws ------------------------------------------------------------------------------------------ */

static void check_load(const struct network_load *load, double node_v, double load_v, double load_a)
{
    assert_near(node_v - load_v, load->cable_ohm * load_a, 1e-9);
    assert_true(load_a >= 0.0);
    if (load_v >= load->voltage_v_min) {
        assert_near(load_a, load->current_a + load->power_w / load_v, 1e-9 * load_a + 1e-12);
    } else if (node_v > 0.0) { /* a resistance */
        const double ohm = load->voltage_v_min / (load->current_a + load->power_w / load->voltage_v_min);

        assert_near(load_v / load_a / ohm, 1.0, 1e-9);
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
        assert_true(source->power_w == 0.0 && source_a == 0.0);
        break;
    case NETWORK_BY_POWER:
        assert_near(source_a * source_v / source->power_w, 1.0, 1e-9);
        break;
    case NETWORK_BY_CURRENT:
        assert_near(source_a, source->current_a_max, 1e-9);
        break;
    case NETWORK_BY_VOLTAGE:
    default:
        assert_true(source_a == 0.0 ? source_v >= source->voltage_v_max * (1.0 - 1e-9)
                                    : fabs(source_v - source->voltage_v_max) < 1e-9);
        break;
    }
}

/* What is left over at a node, in A, and what flows there in all. */
static double left_over(const struct network *network, const struct network_flow *flow, int n, double *flows)
{
    const double store_a = network->stores[n].conductance_s * flow->node_v[n] - network->stores[n].short_a;
    double sum_a = store_a;

    *flows = fabs(store_a) + fabs(network->stores[n].short_a);
    for (int i = 0; i < network->load_count; i++) {
        sum_a += network->loads[i].node == n ? flow->load_a[i] : 0.0;
        *flows += network->loads[i].node == n ? flow->load_a[i] : 0.0;
    }
    for (int i = 0; i < network->source_count; i++) {
        sum_a -= network->sources[i].node == n ? flow->source_a[i] : 0.0;
    }
    for (int i = 0; i < network->link_count; i++) {
        const double link_a = flow->link_a[i];

        assert_near(link_a / network->links[i].conductance_s,
                    flow->node_v[network->links[i].from] - flow->node_v[network->links[i].to], 1e-9);
        sum_a += network->links[i].from == n ? link_a : (network->links[i].to == n ? -link_a : 0.0);
        *flows += network->links[i].from == n || network->links[i].to == n ? fabs(link_a) : 0.0;
    }
    return sum_a;
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
        check_load(&network->loads[i], flow->node_v[network->loads[i].node], flow->load_v[i],
                   flow->load_a[i]);
    }
    for (int i = 0; i < network->source_count; i++) {
        check_source(&network->sources[i], flow, i);
    }
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

static void test_laws_of_random_networks(void **state)
{
    struct test_random random = {.state = 3};
    int low = 0;
    int limits[4] = {0, 0, 0, 0};

    (void)state;
    for (int i = 0; i < 60000; i++) {
        const struct network network = random_network(&random);
        struct network_flow flow = {.is_low = false};
        struct network_flow again = {.is_low = false};

        network_solve(&network, &flow);
        check_laws(&network, &flow);
        low += flow.is_low;
        for (int s = 0; s < network.source_count; s++) {
            limits[flow.source_limit[s]]++;
        }
        for (int n = 0; n < network.node_count; n++) { /* from near by, the same comes out */
            again.node_v[n] = flow.node_v[n] * 1.001;
        }
        network_solve(&network, &again);
        for (int n = 0; n < network.node_count && !flow.is_low; n++) {
            assert_near(again.node_v[n], flow.node_v[n], 1e-8);
        }
    }
    assert_true(low > 1000);
    for (int limit = 0; limit < 4; limit++) {
        assert_true(limits[limit] > 1000);
    }
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
    assert_near(flow.source_v[0] * (flow.source_v[0] - 12.0) / 0.012, 125.0, 1e-9);
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

        network.loads[0].power_w = fed_w - 1e-9 * pow(1.01, i);
        network_solve(&network, &flow);
        assert_false(flow.is_low);
        network.loads[0].power_w = low_w + 1e-9 * pow(1.01, i);
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
        cmocka_unit_test(test_the_highest_solution),
        cmocka_unit_test(test_limits_of_a_source),
        cmocka_unit_test(test_a_load_that_cannot_be_fed),
        cmocka_unit_test(test_the_edge_of_what_can_be_fed),
        cmocka_unit_test(test_a_charger_that_gives_below_the_bank),
        cmocka_unit_test(test_a_bank_below_0_v),
        cmocka_unit_test(test_all_falls_to_0_v),
    };

    return cmocka_run_group_tests_name("network", tests, NULL, NULL);
}
