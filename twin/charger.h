/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The stages of a solar charger: bulk, absorption, float, as docs/MODELS.md has them. It looks once a second;
 * the Charger output is its remote on/off.
 */
#ifndef TWIN_CHARGER_H
#define TWIN_CHARGER_H

#include <stdbool.h>
#include <stdint.h>

#include "twin/bus.h"
#include "twin/scenario.h"

#define CHARGER_REBULK_TICKS 480 /* below float for 1 min */

enum charger_stage { CHARGER_OFF = 0, CHARGER_BULK, CHARGER_ABSORPTION, CHARGER_FLOAT };

struct charger {
    enum charger_stage stage;
    int64_t stage_tick; /* when the stage began */
    int64_t below_tick; /* since when the bus is below float, -1: it is not */
};

/* The voltage in V that it holds at most in its present stage. */
double charger_limit_v(const struct charger *c, const struct scenario_solar *solar);

/*
 * What it is after it has looked at `tick`, which is not before its stage began. `bus` is what it sees;
 * `enabled` is its remote input.
 */
struct charger charger_look(const struct charger *c, const struct scenario_solar *solar,
                            const struct bus_state *bus, bool enabled, int64_t tick);

/* The tick at which it acts though nothing else changes; INT64_MAX: never. */
int64_t charger_deadline_tick(const struct charger *c, const struct scenario_solar *solar);

#endif
