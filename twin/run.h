/* SPDX-License-Identifier: Apache-2.0 */
/* A run of a system as data: its state, its totals, the edges that it tells an observer. twin/system.h runs it. */
#ifndef TWIN_RUN_H
#define TWIN_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "twin/bank.h"
#include "twin/bus.h"
#include "twin/chain.h"
#include "twin/charger.h"
#include "twin/device.h"
#include "twin/scenario.h"

#define SYSTEM_OUTPUT_A_MAX 1.0 /* LOAD-1, PRE-1 */

enum system_edge_kind {
    EDGE_LOAD = 0,
    EDGE_PRE_ALARM,
    EDGE_CHARGER,
    EDGE_LED_LOAD,
    EDGE_LED_FAULT,
    EDGE_STAGE,        /* of the charger; value = charger_stage */
    EDGE_SWITCH,       /* the remote switch */
    EDGE_EVENT,        /* another event of the scenario; value = its index */
    EDGE_LOAD_CURRENT, /* Load output carries more than 1 A; value = mA */
    EDGE_PRE_ALARM_CURRENT
};

struct system_edge {
    int64_t tick;
    enum system_edge_kind kind;
    bool on;
    uint8_t cause;              /* sbms_cause of the first five kinds */
    struct chain_reason reason; /* the battery behind a lost signal */
    int64_t prealarm_ticks;     /* of a cut: how long Pre-alarm had been high */
    int64_t cut_ticks;          /* of a return: how long Load had floated; -1: it had not been high before */
    int value;
};

/* Sums and extremes from the start of the run to run->tick. */
struct system_totals {
    double in_j;  /* from the charger to the bus */
    double out_j; /* loads, coils, lamp and the device */
    double charge_in_as;
    double charge_out_as;
    int64_t load_ticks; /* time with the output high */
    int64_t prealarm_ticks;
    int64_t charger_ticks;
    int64_t on_ticks; /* time with the switch on */
    int64_t ticks;
    int cell_mv_min; /* as the terminals have it, sensors aside */
    int cell_mv_max;
    int cell_min; /* from 0, over the whole bank */
    int cell_max;
    int64_t cell_min_tick;
    int64_t cell_max_tick;
    double temp_c_min;
    double temp_c_max;
    double soc_pct_min;
    double soc_pct_max;
    double load_output_a_max;
    double prealarm_output_a_max;
    int64_t steps; /* taken by the bank */
};

struct system_run;

/* Who watches a run. Either function may be NULL. */
struct system_observer {
    void *self;
    void (*edge)(void *self, const struct system_edge *edge);
    /* After every step, and again at a tick whose edges have moved the bus. */
    void (*sample)(void *self, const struct system_run *run);
};

struct system_run {
    const struct scenario *described;
    struct device device;
    struct system_observer observer;
    int step_max; /* the longest step is 2^step_max ticks */
    int64_t tick;
    int64_t end_tick;
    struct bank bank;
    struct chain chain;
    struct charger charger;
    struct bus_state bus;
    struct bus_demand demand;
    struct sbms_inputs inputs;
    struct sbms_outputs outputs;
    bool switch_on;
    uint8_t fault;
    int32_t dip_mv; /* of the device's supply lead while tick < dip_end_tick */
    int64_t dip_end_tick;
    int64_t prealarm_since;
    int64_t load_since; /* the tick of Load's last edge, -1: none yet */
    int next_event;
    int64_t boundary_tick; /* the next tick at which the weather or an event of the scenario acts */
    int64_t
        consumer_tick; /* the next tick at which a consumer changes by itself; set when the bus is solved */
    double ambient_c;
    double solar_w;
    int step_wanted;
    bool moved; /* the bus is to be solved again */
    struct system_totals totals;
};

#endif
