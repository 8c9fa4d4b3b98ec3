/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is kept of a run, in bounded memory however long it is: its edges, the levels of its wires, and its
 * quantities at even intervals and at every edge. What comes after a limit is counted but not kept.
 */
#ifndef RESULT_RECORDING_H
#define RESULT_RECORDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "twin/run.h"

enum {
    RECORDING_EDGES_MAX = 20000,       /* kept */
    RECORDING_WIRES_MAX = 100000,      /* changes of wires kept */
    RECORDING_EDGE_POINTS_MAX = 15000, /* points kept beside those at intervals */
    RECORDING_ROWS_MAX = 1000000,      /* points at intervals, the most that may be asked for */
    RECORDING_INTERVALS = 5000,        /* in a run, unless asked otherwise */
    RECORDING_INTERVAL_S_MIN = 60      /* likewise */
};

/* The quantities of one instant; recording_cells() gives its cells. */
struct recording_point {
    int64_t tick;
    float bus_v;
    float battery_a; /* into the bank: charging is positive */
    float solar_a;
    float load_a;
    float soc_pct;
    float temp_min_c; /* of the cells */
    float temp_max_c;
    float ambient_c;
    struct sbms_outputs outputs;
};

struct recording_edge {
    struct system_edge edge;
    int64_t held_ticks; /* how long its output or switch had been in the state before; -1: since the start */
};

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

struct recording_counts {
    int64_t prealarms;    /* Pre-alarm goes high, but for the tries of one that is shorted (SAFE-4) */
    int64_t charger_cuts; /* Charger floats by anything but the remote, as Load's cuts do */
};

struct recording {
    const struct scenario *described;
    size_t cell_count;
    int64_t interval_ticks;
    struct recording_edge *edges; /* blinking of the red LED is in `changes` only */
    size_t edge_count;
    size_t edges_left_out;
    struct recording_change *changes;
    size_t change_count;
    size_t changes_left_out;
    struct recording_point *points;
    int16_t *cells; /* cell_count for each point, in mV */
    size_t point_count;
    size_t points_left_out;
    struct recording_counts counts;
    /* ---- this module's own */
    size_t edge_points;
    size_t edge_room;
    size_t change_room;
    size_t point_room;
    int64_t due_tick; /* of the next point at an interval */
    bool is_watching; /* there has been a sample */
    bool failed;      /* no memory */
    bool wires[WIRE_COUNT];
    int64_t wire_ticks[WIRE_COUNT]; /* of the last change; -1: none yet */
    struct recording_point now;
    float cell_mv_now[CHAIN_CELLS_MAX];
};

/* Prepares a recording of a run of `described` (kept by the caller), `interval_ticks` of at least 1. */
void recording_init(struct recording *recording, const struct scenario *described, int64_t interval_ticks);

void recording_free(struct recording *recording);

/* The even interval for a run of that length, in s, when none is asked for. */
int64_t recording_interval_s(int64_t run_s);

/* What a run tells its observer (twin/run.h). */
void recording_take_edge(struct recording *recording, const struct system_edge *edge);
void recording_take_sample(struct recording *recording, const struct system_run *run);

/* The cells of point `index`, in mV. */
const int16_t *recording_cells(const struct recording *recording, size_t index);

/* The lowest and the highest of them. */
void recording_cell_range(const struct recording *recording, size_t index, int *lowest_mv, int *highest_mv);

#endif
