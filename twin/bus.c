/* SPDX-License-Identifier: Apache-2.0 */
#include "twin/bus.h"

static void read_loads(struct bus_state *bus, const struct network *network, const struct network_flow *flow)
{
    double sum_a = 0.0;
    double sum_w = 0.0;
    double cable_w = 0.0;

    for (int i = 0; i < network->load_count; i++) {
        const double load_a = flow->load_a[i];

        sum_a += load_a;
        sum_w += flow->load_v[i] * load_a;
        cable_w += network->loads[i].cable_ohm * load_a * load_a;
    }
    bus->load_a = sum_a;
    bus->load_w = sum_w;
    bus->cable_w = cable_w;
}

static bool has_converters(const struct network *network)
{
    bool has = false;

    for (int i = 0; i < network->source_count; i++) {
        has = has || network->sources[i].has_input;
    }
    return has;
}

/* A converter takes nothing to outside. */
static void read_inputs(struct bus_state *bus, const struct network *network, const struct network_flow *flow)
{
    bool is_input[NETWORK_LOADS_MAX] = {false};

    for (int i = 0; i < network->source_count; i++) {
        if (network->sources[i].has_input) {
            is_input[network->sources[i].input] = true;
        }
    }
    bus->load_a = 0.0;
    bus->load_w = 0.0;
    for (int i = 0; i < network->load_count; i++) {
        const double load_a = flow->load_a[i];
        const double load_w = flow->load_v[i] * load_a;

        if (is_input[i]) {
            bus->bank_a -= load_a;
            bus->converter_w += load_w;
        } else {
            bus->load_a += load_a;
            bus->load_w += load_w;
        }
    }
}

/* Nor does it give anything from there. */
static void read_sources(struct bus_state *bus, const struct network *network,
                         const struct network_flow *flow)
{
    for (int i = 0; i < network->source_count; i++) {
        const double source_a = flow->source_a[i];
        const double source_w = flow->source_v[i] * source_a;

        bus->cable_w += network->sources[i].cable_ohm * source_a * source_a;
        if (network->sources[i].has_input) {
            bus->bank_a += source_a;
            bus->converter_w -= source_w;
        } else {
            bus->source_a += source_a;
            bus->source_w += source_w;
        }
    }
}

struct bus_state bus_read(const struct network *network, const struct network_flow *flow)
{
    struct bus_state bus = {.voltage_v = flow->node_v[0]};

    read_loads(&bus, network, flow);
    if (has_converters(network)) {
        read_inputs(&bus, network, flow);
    }
    read_sources(&bus, network, flow);
    for (int i = 0; i < network->link_count; i++) {
        bus.cable_w +=
            flow->link_a[i] * (flow->node_v[network->links[i].from] - flow->node_v[network->links[i].to]);
    }
    bus.bank_a +=
        bus.source_a - bus.load_a; /* what flows nowhere else: without either it is 0, not a rounding */
    for (int n = 1; n < network->node_count; n++) {
        if (network->stores[n].conductance_s > 0.0) {
            const double store_a = network_store_a(&network->stores[n], flow->node_v[n]);

            bus.bank_a -= store_a;
            bus.store_w += flow->node_v[n] * store_a;
        }
    }
    return bus;
}
