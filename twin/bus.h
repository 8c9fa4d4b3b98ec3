/* SPDX-License-Identifier: Apache-2.0 */
/* The bus that the bank feeds, at one instant: what those who watch a run, the device and the charger see of the network. */
#ifndef TWIN_BUS_H
#define TWIN_BUS_H

#include "twin/network.h"

struct bus_state {
    double voltage_v;
    double source_a;  /* out of the charger */
    double load_a;    /* into all loads, coils, lamp and the device */
    double bank_a;    /* into the bank */
    double charger_v; /* at the charger's terminals */
    double source_w;  /* out of the charger */
    double load_w;    /* into what takes from the bus, at its terminals */
    double cable_w;   /* what is left in cables and contacts, the bank's own aside */
    enum network_limit charger_limit;
};

/* Adds up what `flow` says of `network`, whose node 0 the bus is and whose first source the charger. */
struct bus_state bus_read(const struct network *network, const struct network_flow *flow);

#endif
