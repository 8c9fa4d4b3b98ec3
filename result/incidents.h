/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a reader of a run wants to know of first: each cut of Load with the warning before it, warnings without a cut, times
 * without Charger, those of frost by themselves, and faults of the terminals. In bounded memory: with too many, the cuts stay, of these the
 * first and the longest, and the rest is counted.
 */
#ifndef RESULT_INCIDENTS_H
#define RESULT_INCIDENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "result/takers.h"

enum { INCIDENTS_MAX = 600 /* kept */ };

enum incident_kind {
    INCIDENT_CUT,     /* Load floats but for the remote, or a start leaves it floating */
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
    struct takers takers; /* of a cut */
    int source; /* of a cut that is over: the equipment that gave most while Load floated; -1: none */
};

struct incidents {
    struct incident list[INCIDENTS_MAX]; /* in order of their begin */
    size_t count;
    int64_t counts[INCIDENT_KINDS]; /* of all, kept or not */
    int64_t ticks[INCIDENT_KINDS];  /* how long those lasted that are over */
    /* ---- this module's own */
    size_t
        open[INCIDENT_KINDS]; /* 1 + the place of the one that is not over; 0: there is none that is kept */
    struct system_edge prealarm; /* its rise, while it is high: */
    bool is_warning;
    int64_t
        floats_tick; /* at which Load floated last: a Pre-alarm that ends with it was the warning of that cut */
    double given_j[SYSTEM_EQUIPMENT_MAX]; /* at the last cut */
};

void incidents_init(struct incidents *incidents);

/* Takes an edge, with the run as it was at it; NULL: before the first sample. */
void incidents_take(struct incidents *incidents, const struct system_edge *edge,
                    const struct system_run *run);

/* How long it lasted in a run to `end_tick`: of a cut, how long Load floated. */
int64_t incident_ticks(const struct incident *incident, int64_t end_tick);

/* How long all of a kind lasted in a run to `end_tick`. */
int64_t incidents_ticks(const struct incidents *incidents, enum incident_kind kind, int64_t end_tick);

/* How many are not kept. */
int64_t incidents_left_out(const struct incidents *incidents);

#endif
