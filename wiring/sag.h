/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Voltages while the bank alone feeds some loads: the twin's network, with the bank's cells as they are after a current of some seconds
 * or minutes.
 */
#ifndef WIRING_SAG_H
#define WIRING_SAG_H

#include "twin/network.h"
#include "wiring/feed.h"
#include "wiring/use.h"

/* What the bank and the converters are. */
struct sag_state {
    double z;             /* state of charge, 0..1 */
    double temp_c;        /* of the cells, -60..120 */
    double seconds;       /* for so long the loads have run; 0 or more */
    bool converters_give; /* whatever they are asked for, to see what that is */
};

struct sag {
    int load_place[SCENARIO_LOADS_MAX]; /* among the network's loads; -1: none */
    int part_place[WIRING_PARTS_MAX];   /* likewise of what a part takes */
    int link_place[WIRING_PARTS_MAX];   /* of a contact among its links */
    int source_place[WIRING_PARTS_MAX]; /* of a converter among its sources */
    double bank_a;                      /* out of the bank */
    double cell_mv;                     /* of each cell at its terminals */
    double cells_v;                     /* what the cells of a string lose by the current */
    double boards_v;                    /* what the boards of a string lose */
    double cable_v;                     /* what the bank's cable loses */
    struct network network;
    struct network_flow flow;
};

/* Half charge and 25 degC, at once. */
extern const struct sag_state sag_usual;

/*
 * What `feed` (of FEED_WORKING) makes of the loads of `instant` in `state`: after its seconds the cells' slower voltage has come up to that
 * part. An inverter gives no more than its power, or for a moment than what stops it (WIRE-25).
 */
void sag_solve(const struct feed *feed, const struct use_instant *instant, const struct sag_state *state,
               struct sag *sag);

/*
 * The same where the cells are at `cell_mv` with their current: finds the state of charge at which they are that, into `state->z`; 0: at
 * none so low, 1: not even when they are full.
 */
void sag_solve_at(const struct feed *feed, const struct use_instant *instant, double cell_mv,
                  struct sag_state *state, struct sag *sag);

/* What the loads of `instant` on the outlet of part `i` take, in W. */
double sag_outlet_w(const struct feed *feed, const struct use_instant *instant, int i);

/* A cell at rest after a discharge, in V, at state of charge `z` (0..1). */
double sag_rest_v(const struct scenario_bank *bank, double z);

#endif
