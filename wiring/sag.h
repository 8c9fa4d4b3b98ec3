/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Voltages at half charge and 25 degC while the bank alone feeds some loads: the twin's network, with the bank's cells as they are after
 * a current of some seconds or minutes.
 */
#ifndef WIRING_SAG_H
#define WIRING_SAG_H

#include "twin/network.h"
#include "wiring/feed.h"
#include "wiring/use.h"

struct sag {
    int load_place[SCENARIO_LOADS_MAX]; /* among the network's loads; -1: none */
    int part_place[WIRING_PARTS_MAX];   /* likewise of what a part takes */
    int link_place[WIRING_PARTS_MAX];   /* of a contact among its links */
    double bank_a;                      /* out of the bank */
    double cell_mv;                     /* of each cell at its terminals */
    double cells_v;                     /* what the cells of a string lose by the current */
    double boards_v;                    /* what the boards of a string lose */
    double cable_v;                     /* what the bank's cable loses */
    struct network network;
    struct network_flow flow;
};

/*
 * What `feed` (of FEED_WORKING) makes of the loads of `instant`, at the moment at which they have run for `seconds`, 0 or more: then
 * the cells' slower voltage has come up to that part.
 */
void sag_solve(const struct feed *feed, const struct use_instant *instant, double seconds, struct sag *sag);

/* What the loads of `instant` on the outlet of part `i` take, in W. */
double sag_outlet_w(const struct feed *feed, const struct use_instant *instant, int i);

/* A cell at rest after a discharge, in V, at state of charge `z` (0..1). */
double sag_rest_v(const struct scenario_bank *bank, double z);

#endif
