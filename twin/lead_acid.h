/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A lead-acid battery on a bus of its own, enough for a starter battery: an open-circuit voltage that goes with the charge, a
 * resistance to give through, and one to take through that grows as it fills (docs/MODELS.md).
 */
#ifndef TWIN_LEAD_ACID_H
#define TWIN_LEAD_ACID_H

#include "twin/network.h"
#include "twin/scenario.h"

struct lead_acid {
    double units; /* of 12 V */
    double capacity_as;
    double leak_per_s; /* self-discharge, of its capacity */
    double charge_as;  /* 0 to capacity_as */
    double current_a;  /* into it, at the end of the last step */
    double tried_current_a;
    double tried_charge_as;
    double stored_start_j; /* what it held at the start */
};

/* A battery of `bus`, which has one. */
struct lead_acid lead_acid_made(const struct scenario_bus *bus);

/* What the network sees of it now. */
struct network_store lead_acid_now(const struct lead_acid *battery);

/* Its current once the network with `now`, of lead_acid_now(), is solved with its node at `node_v`. */
void lead_acid_settle(struct lead_acid *battery, const struct network_store *now, double node_v);

/* What the network sees of it at the end of a step of `seconds`, over which its current goes on a line. */
struct network_store lead_acid_try(const struct lead_acid *battery, double seconds);

/* Ends the step that was tried, with `then` of lead_acid_try() and its node at `node_v`; lead_acid_accept() makes it so. */
void lead_acid_conclude(struct lead_acid *battery, const struct network_store *then, double node_v,
                        double seconds);
void lead_acid_accept(struct lead_acid *battery);

/*
 * The part of its capacity by which the step that was tried moves it; forty times that where it is nearly empty, and the voltage falls
 * fast.
 */
double lead_acid_change(const struct lead_acid *battery);

double lead_acid_soc_pct(const struct lead_acid *battery);

/* The energy in it, in J, from empty. */
double lead_acid_stored_j(const struct lead_acid *battery);

#endif
