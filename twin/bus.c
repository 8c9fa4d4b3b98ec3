/* SPDX-License-Identifier: Apache-2.0 */
#include "twin/bus.h"

struct bus_state bus_read(const struct network *network, const struct network_flow *flow)
{
    struct bus_state bus = {.voltage_v = flow->node_v[0], .charger_limit = NETWORK_OFF};

    for (int i = 0; i < network->load_count; i++) {
        const double load_a = flow->load_a[i];

        bus.load_a += load_a;
        bus.load_w += flow->load_v[i] * load_a;
        bus.cable_w += network->loads[i].cable_ohm * load_a * load_a;
    }
    for (int i = 0; i < network->source_count; i++) {
        const double source_a = flow->source_a[i];

        bus.source_a += source_a;
        bus.source_w += flow->source_v[i] * source_a;
        bus.cable_w += network->sources[i].cable_ohm * source_a * source_a;
    }
    for (int i = 0; i < network->link_count; i++) {
        bus.cable_w +=
            flow->link_a[i] * (flow->node_v[network->links[i].from] - flow->node_v[network->links[i].to]);
    }
    if (network->source_count > 0) {
        bus.charger_v = flow->source_v[0];
        bus.charger_limit = flow->source_limit[0];
    }
    bus.bank_a = bus.source_a - bus.load_a;
    return bus;
}
