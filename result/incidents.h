/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a reader of a run wants to know of first: each cut of Load with the warning before it, warnings without a cut, times
 * without Charger, those of frost by themselves, and faults of the terminals. In bounded memory: of each kind so many are kept. With
 * more, those that are nearest to the one before go; the first and the longest stay, and what is kept is spread over the whole run. All
 * are counted, and each that is kept knows how many are not between it and the next of its kind.
 */
#ifndef RESULT_INCIDENTS_H
#define RESULT_INCIDENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "result/takers.h"

/* How many of each kind are kept, and of all. */
enum {
    INCIDENTS_CUT_MAX = 400,
    INCIDENTS_WARNING_MAX = 80,
    INCIDENTS_CHARGER_MAX = 60,
    INCIDENTS_COLD_MAX = 40,
    INCIDENTS_FAULT_MAX = 20,
    INCIDENTS_MAX = INCIDENTS_CUT_MAX + INCIDENTS_WARNING_MAX + INCIDENTS_CHARGER_MAX + INCIDENTS_COLD_MAX +
                    INCIDENTS_FAULT_MAX
};

enum incident_kind {
    INCIDENT_CUT,     /* Load is cut (LOAD-8), or a start leaves it floating */
    INCIDENT_WARNING, /* Pre-alarm was high, and no cut followed */
    INCIDENT_CHARGER, /* Charger floats but for the remote, or a start leaves it floating; but for: */
    INCIDENT_COLD,    /* it floats because a cell is too cold (BAT-5), which is no fault */
    INCIDENT_FAULT,   /* a terminal does not follow (SAFE-4) */
    INCIDENT_KINDS
};

struct incident {
    enum incident_kind kind;
    int64_t from_tick; /* a cut: of its Pre-alarm, if there was one */
    struct system_edge begin;
    struct system_edge end; /* when it is over */
    bool is_over;
    bool is_of_run; /* what follows is known of it: */
    int64_t
        dark_ticks; /* Load floated with the system on (the totals' count), to the end of the run where it is not over */
    double charged_as; /* into the bank in that time */
    bool is_dark;      /* a cut: a load had no supply, */
    int64_t lit_ticks; /* first so long after its begin */
    int64_t
        after_ticks; /* a cut that is over: for so long after it a load that was fed before had no supply yet */
    struct takers takers; /* a cut by under-voltage or by the supply */
    bool is_misread;      /* a cut by an under-voltage that no cell had: a sensor is wrong */
    int source;           /* a cut that is over: the equipment that charges the bank, -1: none does */
    int64_t left_out;     /* between it and the next of its kind */
};

struct incidents {
    struct incident list[INCIDENTS_MAX]; /* in order of their begin */
    size_t count;
    int64_t counts[INCIDENT_KINDS];  /* of all, kept or not */
    int64_t starts[INCIDENT_KINDS];  /* those of them that are a start which leaves the output floating */
    int64_t charged[INCIDENT_KINDS]; /* those in which the bank was charged all the same */
    int64_t ticks[INCIDENT_KINDS];   /* how long those lasted that are over */
    int64_t dark_cuts;               /* in which a load had no supply */
    bool load_has_been_high;
    bool is_ever_charged; /* the bank was, in the run, by more than 0.01 Ah; known at its end */
    /* ---- this module's own */
    size_t kept[INCIDENT_KINDS];
    int64_t spacing_ticks[INCIDENT_KINDS]; /* those nearer to the one before are dropped; 0: none yet */
    size_t open[INCIDENT_KINDS];           /* 1 + the place of the one that is not over; 0: there is none */
    struct takers takers; /* while the batteries do not allow to discharge: when they ceased to */
    bool has_takers;
    bool is_cell_under; /* as they ceased to */
    bool is_discharge_allowed;
    struct system_edge off;           /* the remote floats Load; it is known later whether that was a cut */
    int64_t remote_cuts;              /* that have been told */
    bool was_fed[SCENARIO_LOADS_MAX]; /* each load, at the last cut */
    int64_t
        unfed_tick; /* the begin of the last cut, which is over while not all of these are fed again; -1: there is none */
    double given_j[SYSTEM_EQUIPMENT_MAX]; /* at the last cut */
};

void incidents_init(struct incidents *incidents);

/* Takes an edge, with the run as it was at it; NULL: before the first sample, or there is no run. */
void incidents_take(struct incidents *incidents, const struct system_edge *edge,
                    const struct system_run *run);

/* Looks at the run after a step: who takes from the bank as it ceases to allow that, and who has no supply in a cut. */
void incidents_look(struct incidents *incidents, const struct system_run *run);

/* Nothing follows: those that are not over last to now. */
void incidents_finish(struct incidents *incidents, const struct system_run *run);

/* How long it lasted in a run to `end_tick`: of a cut, as far as that is known, how long Load floated with the system on. */
int64_t incident_ticks(const struct incident *incident, int64_t end_tick);

/* The same, and how long a load had no supply after a cut. */
int64_t incident_ticks_to_supply(const struct incident *incident, int64_t end_tick);

/* How long all of a kind lasted in a run to `end_tick`. */
int64_t incidents_ticks(const struct incidents *incidents, enum incident_kind kind, int64_t end_tick);

/* Whether the bank was charged in its time, by more than 0.01 Ah. */
bool incident_has_charge(const struct incident *incident);

/* Whether it was not, though in the run it was: time that Charger has cost. Known at the end of the run. */
bool incident_is_uncharged(const struct incidents *incidents, const struct incident *incident);

/* The first of a kind, whether an edge or what a start left floating; NULL: there is none. */
const struct incident *incidents_first(const struct incidents *incidents, enum incident_kind kind);

/* How many times Charger was floated by anything but the remote, starts aside. */
int64_t incidents_charger_cuts(const struct incidents *incidents);

/* How many of a kind are not kept; and of all. */
int64_t incidents_left_out_of(const struct incidents *incidents, enum incident_kind kind);
int64_t incidents_left_out(const struct incidents *incidents);

#endif
