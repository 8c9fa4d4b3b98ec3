/* SPDX-License-Identifier: Apache-2.0 */
/* The DC bus of one instant: the strings of a bank, one charger with limits, and what the loads take. */
#ifndef TWIN_BUS_H
#define TWIN_BUS_H

/* What hangs on the bus beside the bank. Currents in A, powers in W, never negative. */
struct bus_demand {
    double load_w;       /* constant-power loads */
    double load_a;       /* constant-current loads */
    double source_w;     /* what the charger can deliver; 0 = none */
    double source_a_max; /* its current limit */
    double source_v_max; /* the voltage that it holds */
};

enum bus_source_mode { BUS_SOURCE_OFF = 0, BUS_SOURCE_POWER, BUS_SOURCE_CURRENT, BUS_SOURCE_VOLTAGE };

struct bus_state {
    double voltage_v;
    double source_a;
    double load_a; /* everything that the loads take */
    double bank_a; /* into the bank */
    enum bus_source_mode source_mode;
};

/*
 * Solves the bus against a bank seen as `conductance_s` (the strings' 1/R summed, in siemens, above 0) and
 * `short_a` (their E/R summed, in A). Closed form, no iteration. Loads of more power than the bank can give
 * pull the bus to the voltage of the greatest power.
 */
struct bus_state bus_solve(double conductance_s, double short_a, const struct bus_demand *demand);

#endif
