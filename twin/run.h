/* SPDX-License-Identifier: Apache-2.0 */
/* A run of a system as data: its state, its totals, the edges that it tells an observer. twin/system.h runs it. */
#ifndef TWIN_RUN_H
#define TWIN_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "twin/bank.h"
#include "twin/battery_limits.h"
#include "twin/bus.h"
#include "twin/chain.h"
#include "twin/device.h"
#include "twin/equipment.h"
#include "twin/lead_acid.h"
#include "twin/scenario.h"

#define SYSTEM_OUTPUT_A_MAX 1.0 /* LOAD-1, PRE-1 */

#define SYSTEM_CELL_MV_MAX 32000 /* either way; a run that leaves it or these is lost (twin/system.h) */
#define SYSTEM_CELL_TEMP_C_MIN (-273.0)
#define SYSTEM_CELL_TEMP_C_MAX 3200.0

enum system_edge_kind {
    EDGE_LOAD = 0,
    EDGE_PRE_ALARM,
    EDGE_CHARGER,
    EDGE_LED_LOAD,
    EDGE_LED_FAULT,
    EDGE_STAGE,        /* a charger is in another stage; value = its number among the run's equipment */
    EDGE_EQUIPMENT,    /* another piece of equipment is in another phase; likewise */
    EDGE_SWITCH,       /* the remote switch */
    EDGE_EVENT,        /* another event of the scenario; value = its index */
    EDGE_LOAD_CURRENT, /* Load output carries more than 1 A; value = mA */
    EDGE_PRE_ALARM_CURRENT,
    EDGE_DROP, /* a load drops out by its own lowest voltage, or is back; value = its index */
    EDGE_OUTPUT_FAULT /* the device finds that a terminal does not follow, or follows again (SAFE-4); value: sbms_output */
};

struct system_edge {
    int64_t tick;
    enum system_edge_kind kind;
    bool on;
    uint8_t cause;  /* sbms_cause of the first five kinds */
    bool stays;     /* of Load and Charger: no edge, but a start that leaves it floating (SAFE-1) */
    bool is_short;  /* of EDGE_OUTPUT_FAULT: it cannot go high; otherwise it is fed */
    bool with_load; /* of Pre-alarm: it floats because Load does (PRE-3) */
    uint8_t loss;   /* of the first three kinds: sbms_cause by which Load or Charger last floated, or
                                   Pre-alarm last rose; that of a return */
    struct chain_reason reason; /* the battery behind a lost signal */
    int64_t prealarm_ticks;     /* of a cut: how long Pre-alarm had been high, 0: it was not */
    int64_t cut_ticks;          /* of a return: how long Load had floated; -1: it had not been high before */
    int value;
    int phase;     /* of equipment */
    double amount; /* for a `#` in the words of that phase */
};

enum { SYSTEM_EQUIPMENT_MAX = SCENARIO_EQUIPMENT_MAX + 1 }; /* with the section `solar` */

/* What one piece of equipment has done. */
struct equipment_totals {
    double taken_j;  /* from its bus, or from `from` through a contact */
    double given_j;  /* to the bus that it feeds; through a contact likewise */
    double back_j;   /* through a contact towards `from` */
    int64_t changes; /* of phase */
    int64_t makes;   /* of a contact that bounces, with its bounces */
};

/* How the strings' currents stood to what a battery may carry (twin/battery_limits.h), in one direction. */
struct system_strain {
    int64_t recommended_ticks; /* with any string above what is recommended */
    int64_t max_ticks;         /* with any above the continuous maximum */
    double string_a_max;       /* the largest of those above what is recommended; 0: there was none */
    int string;                /* in which, from 0 */
    int64_t tick;              /* and when */
};

/* Sums and extremes from the start of the run to run->tick. */
struct system_totals {
    double in_j;        /* from chargers to their buses */
    double out_j;       /* loads, coils, lamp and the device */
    double cable_j;     /* left in their cables, in contacts and in the chargers' */
    double converter_j; /* left in converters */
    double lead_acid_j; /* into lead-acid batteries */
    double charge_in_as;
    double charge_out_as;
    int64_t load_ticks; /* time with the output high */
    int64_t prealarm_ticks;
    int64_t charger_ticks;
    int64_t on_ticks;           /* time with the switch on */
    int64_t dark_ticks;         /* of it, with Load floating */
    int64_t dark_waiting_ticks; /* of that, with nothing missing but the end of a wait (LOAD-6, LOAD-8) */
    int64_t load_cuts[SBMS_CAUSE_COUNT]; /* LOAD-8's cuts, each under its sbms_cause */
    int64_t ticks;
    int cell_mv_min; /* as the terminals have it, sensors aside */
    int cell_mv_max;
    int cell_min; /* from 0, over the whole bank */
    int cell_max;
    int64_t cell_min_tick;
    int64_t cell_max_tick;
    double temp_c_min;
    double temp_c_max;
    double charge_c_max; /* into a string, of its nominal capacity in an hour */
    double discharge_c_max;
    struct system_strain charge;
    struct system_strain discharge;
    double soc_pct_min;
    double soc_pct_max;
    int64_t soc_min_tick;
    int64_t soc_max_tick;
    double load_output_a_max;
    double prealarm_output_a_max;
    double load_j[SCENARIO_LOADS_MAX]; /* into each; on an inverter's outlet at its plug */
    struct equipment_totals equipment[SYSTEM_EQUIPMENT_MAX];
    int64_t steps;             /* taken by the bank */
    struct bank_health health; /* as it was made or, later, at the last midnight */
};

/* All cuts of Load, whatever their cause (LOAD-8). */
static inline int64_t system_cut_count(const struct system_totals *totals)
{
    int64_t count = 0;

    for (int cause = 0; cause < (int)SBMS_CAUSE_COUNT; cause++) {
        count += totals->load_cuts[cause];
    }
    return count;
}

/* Where the energy of a run came from and where it went, from its start on, in J. */
struct system_energy {
    double in_j;         /* out of the chargers */
    double out_j;        /* into what takes from the buses */
    double cables_j;     /* left in cables and contacts */
    double stored_j;     /* in the cells and lead-acid batteries, against the start */
    double heat_j;       /* of cells, boards, lead-acid batteries and converters */
    double lost_j;       /* by self-discharge, balancers and ageing */
    double left_over_j;  /* in less all others: 0, but for what steps of finite length make of it */
    double throughput_j; /* what flowed in all, whichever way, between the bank's strings too */
};

/* One piece of equipment in a run. */
struct system_equipment {
    const struct scenario_equipment *entry;
    const struct equipment_kind *kind; /* of the entry */
    struct equipment_state state;
    struct equipment_places places;
    double backed_a; /* what its source gave, when the network was built anew, while its bus had a battery */
    int fault;
    bool is_mended; /* by an event, and has not looked since */
};

enum { LOAD_OFF = -1, LOAD_ON_OUTLET = -2 };

struct system_run;

/* Who watches a run. Either function may be NULL. */
struct system_observer {
    void *self;
    void (*edge)(void *self, const struct system_edge *edge);
    /* After every step, and again at a tick whose edges have moved the bus. */
    void (*sample)(void *self, const struct system_run *run);
    const volatile int
        *stops; /* once it is not 0, the run ends after its next step; NULL: nothing stops it */
};

struct system_run {
    const struct scenario *described;
    struct device device;
    struct system_observer observer;
    int step_s_max; /* the longest step */
    int64_t tick;
    int64_t end_tick;
    struct bank bank;
    struct chain chain;
    int equipment_count;
    struct system_equipment equipment[SYSTEM_EQUIPMENT_MAX];
    struct scenario_equipment solar;               /* the section `solar` as an entry */
    struct lead_acid lead_acid[NETWORK_NODES_MAX]; /* of each bus that has one */
    bool node_is_fed[NETWORK_NODES_MAX];           /* something gives to it */
    bool node_is_backed[NETWORK_NODES_MAX];        /* a battery takes from it */
    bool node_has_source[NETWORK_NODES_MAX];       /* something but a battery gives to it */
    int64_t equipment_tick; /* the next tick at which a piece of equipment looks by itself */
    struct bus_state bus;
    struct network network;                 /* as it is since the bus was solved last */
    struct network_flow flows[2];           /* flow and flow_end: */
    struct network_flow *flow;              /* in it, now */
    double node_v_per_s[NETWORK_NODES_MAX]; /* over the last step; 0 after the bus was solved anew */
    struct network_flow *flow_end;          /* at the end of the step that was tried */
    int load_place[SCENARIO_LOADS_MAX];  /* of each load among the network's, or LOAD_OFF, LOAD_ON_OUTLET */
    double load_own[SCENARIO_LOADS_MAX]; /* power or current of each there */
    double outlet_w[SCENARIO_EQUIPMENT_MAX]; /* what loads want on the outlet of each entry of `equipment` */
    double equipment_a[NETWORK_NODES_MAX];   /* what the electronics of equipment take from each node */
    double place_j[NETWORK_LOADS_MAX];       /* into each of the network's, since: */
    int64_t built_tick;                      /* when the network was built */
    int loads_dropped;                       /* how many of: */
    bool load_dropped[SCENARIO_LOADS_MAX];   /* by its own lowest voltage */
    int64_t load_wait_ticks[SCENARIO_LOADS_MAX]; /* how long it waits, or waited last; 0: it never has */
    int64_t load_back_tick[SCENARIO_LOADS_MAX];  /* when it tries again at the earliest, or did last */
    int64_t load_clock_tick;                     /* until when the clock says of the loads what is in: */
    bool load_runs[SCENARIO_LOADS_MAX];
    double load_power_w[SCENARIO_LOADS_MAX];
    int load_forced[SCENARIO_LOADS_MAX];          /* by an event: 1 on, -1 off; 0: the clock has its say */
    bool load_takes[SCENARIO_LOADS_MAX];          /* since the bus was solved last */
    int64_t load_on_tick[SCENARIO_LOADS_MAX];     /* when it started last */
    int64_t load_inrush_tick[SCENARIO_LOADS_MAX]; /* until when its inrush goes on */
    int64_t inrush_tick;                          /* the last of them */
    struct sbms_inputs inputs;
    struct sbms_outputs outputs;
    struct sbms_standing standing;
    bool switch_on;
    uint8_t fault;
    uint8_t shorted;                   /* terminals that cannot go high, bit n = sbms_output n (SAFE-4) */
    uint8_t fed;                       /* terminals that are high whatever the device does */
    uint8_t losses[SBMS_OUTPUT_COUNT]; /* system_edge's `loss` of each output */
    int32_t dip_mv;                    /* of the device's supply lead while tick < dip_end_tick */
    int64_t dip_end_tick;
    int64_t prealarm_since;
    int64_t load_since; /* the tick of Load's last edge, -1: none yet */
    int64_t
        off_since; /* since when the remote has floated Load, -1: it has not, or it is known whether that was a cut */
    int next_event;
    int64_t boundary_tick; /* the next tick at which the weather or an event of the scenario acts */
    int64_t
        consumer_tick; /* the next tick at which a consumer changes by itself; set when the bus is solved */
    struct battery_limits limits; /* of each battery */
    double stored_start_j;        /* in the bank when the run began */
    double soc_pct;               /* of the bank */
    double ambient_c;
    int step_wanted_s; /* as long a step as the bend of the last ones allows */
    int64_t
        looked_tick; /* the end of a step at which nothing that looks would change; -1: it has not looked */
    bool moved;      /* the bus is to be solved again */
    struct system_totals totals;
};

#endif
