/* SPDX-License-Identifier: Apache-2.0 */
/* The terminals L and H with the switch in each of the three wirings that REM-1 allows. */
#ifndef TWIN_REMOTE_H
#define TWIN_REMOTE_H

#include <stdint.h>

#include "twin/scenario.h"

#define REMOTE_BIAS_MV 5000.0   /* behind the resistor that pulls an open L up, above 3.5 V (REM-2) */
#define REMOTE_PULL_KOHM 1000.0 /* L to the bias, H to battery minus */

struct remote_voltages {
    int32_t l_mv;
    int32_t h_mv;
};

/*
 * The voltages of both terminals with the switch `closed` or open, at `vbat_mv` (mV); fractions of a
 * millivolt are cut off.
 */
struct remote_voltages remote_terminals(const struct scenario_remote *remote, bool closed, int32_t vbat_mv);

#endif
