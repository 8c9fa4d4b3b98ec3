/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is kept of a run, in bounded memory however long it is: its edges (result/edge_list.h), its quantities
 * (result/series.h), its incidents (result/incidents.h), who gave and used energy on each day, and the levels of its wires.
 */
#ifndef RESULT_RECORDING_H
#define RESULT_RECORDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "result/edge_list.h"
#include "result/energy_days.h"
#include "result/incidents.h"
#include "result/series.h"
#include "twin/run.h"

enum { RECORDING_WIRES_MAX = 100000 /* changes of wires kept */ };

/* Everything that is either on or off. */
enum recording_wire {
    WIRE_LOAD,
    WIRE_PRE_ALARM,
    WIRE_CHARGER,
    WIRE_LED_LOAD,
    WIRE_LED_FAULT,
    WIRE_ATC,
    WIRE_ATD,
    WIRE_NO_PREALARM,
    WIRE_REMOTE,
    WIRE_COUNT
};

struct recording_change {
    int64_t tick;
    uint8_t wire; /* enum recording_wire */
    bool on;
};

struct recording {
    const struct scenario *described;
    struct edge_list edges; /* blinking of the red LED is in `changes` only */
    struct series series;
    struct incidents incidents;
    struct energy_days energy;
    struct recording_change *changes;
    size_t change_count;
    size_t changes_left_out; /* after the last that is kept */
    int64_t prealarms;       /* Pre-alarm goes high, but for the tries of one that is shorted (SAFE-4) */
    /* ---- this module's own */
    const struct system_run *run; /* since the first sample */
    size_t change_room;
    bool failed; /* no memory for changes */
    bool wires[WIRE_COUNT];
    int64_t wire_ticks[WIRE_COUNT]; /* of the last change; -1: none yet */
    int64_t tick;                   /* of the last sample; -1: none yet */
};

/* Prepares a recording of a run of `described` (kept by the caller). */
void recording_init(struct recording *recording, const struct scenario *described,
                    struct series_buckets buckets);

void recording_free(struct recording *recording);

/* What a run tells its observer (twin/run.h). */
void recording_take_edge(struct recording *recording, const struct system_edge *edge);
void recording_take_sample(struct recording *recording, const struct system_run *run);

/* The run has ended. False: there was not enough memory to record it. */
bool recording_finish(struct recording *recording);

#endif
