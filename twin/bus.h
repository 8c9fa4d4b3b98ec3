/* SPDX-License-Identifier: Apache-2.0 */
/* The bus that the bank feeds, at one instant: what those who watch a run and the device see of the network. */
#ifndef TWIN_BUS_H
#define TWIN_BUS_H

#include "twin/network.h"

/* Powers add up: source_w is load_w, cable_w, converter_w, store_w and what goes into the bank. */
struct bus_state {
    double voltage_v;
    double source_a;    /* out of all sources but converters */
    double load_a;      /* into all loads but converters: coils, lamp and the device too */
    double bank_a;      /* into the bank */
    double source_w;    /* at the sources' terminals */
    double load_w;      /* at the loads' terminals */
    double cable_w;     /* what is left in cables and contacts, the bank's own aside */
    double converter_w; /* into converters less what they give */
    double store_w;     /* into the stores of nodes other than the bus */
};

/* Adds up what `flow` says of `network`, whose node 0 is the bus, with the bank. */
struct bus_state bus_read(const struct network *network, const struct network_flow *flow);

#endif
