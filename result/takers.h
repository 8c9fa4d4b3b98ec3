/* SPDX-License-Identifier: Apache-2.0 */
/* Who takes from the bank at an instant, and who charges it, for the sentence that tells of a cut. */
#ifndef RESULT_TAKERS_H
#define RESULT_TAKERS_H

#include "result/sentence.h"
#include "twin/run.h"

enum {
    TAKERS_LARGEST = 3,
    TAKERS_NEW_S = 120 /* what came on so shortly before is named with it */
};

/*
 * Loads on the bank's bus, on buses that it feeds now and that have no battery of their own, and on inverters there; heaters; what
 * inverters and converters lose; and what charges another battery. Less than 1 W that one of them loses is of no account.
 */
struct takers {
    int count;
    double all_w;
    int largest[TAKERS_LARGEST]; /* loads, and from SCENARIO_LOADS_MAX on equipment */
    double largest_w[TAKERS_LARGEST];
    int new_load; /* the largest of the loads that had come on within TAKERS_NEW_S; -1: none had */
    double new_load_w;
    int64_t new_ticks; /* how long before */
};

/* As the run is now. */
void takers_note(struct takers *takers, const struct system_run *run);

/*
 * Who charges the bank now: of the equipment whose current comes to it the one that has given most beyond `given_j`, one for each.
 * A contact or a converter only where nothing else does. -1: the bank is not charged.
 */
int takers_charger(const struct system_run *run, const double *given_j);

/*
 * "hob (1500 W), pump (60 W, on for 32 s) and 4 more (97 W)": those that take a tenth of what the largest takes, and the one that is
 * new; nothing where nobody takes anything.
 */
void takers_add(struct sentence *line, const struct scenario *described, const struct takers *takers);

#endif
