/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The batteries' own monitors and the cable that joins them: core/battery.h for each battery, once a second,
 * through sensors that may fail, and the three signals that reach the device (BAT-8: any battery opens a
 * signal for all; SAFE-3: a pulled cable opens all three).
 */
#ifndef TWIN_CHAIN_H
#define TWIN_CHAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "core/battery.h"
#include "twin/bank.h"

enum { CHAIN_CELLS_MAX = SCENARIO_BATTERIES_MAX * SCENARIO_CELLS_MAX };

/* What keeps a signal from the device: the first that took it, or, once that is gone, another that still does. */
struct chain_reason {
    int battery; /* from 1; 0 = the cable */
    int cell; /* from 1: of the lowest or highest reading, or the one that failed; 0 = none, or all of them */
    uint8_t cause; /* one SBMS_BATTERY_... */
    int value;     /* the reading that brought the cause, in mV or 0.1 degC */
};

enum chain_sensor_state { SENSOR_WORKS = 0, SENSOR_MISSING, SENSOR_STUCK };

struct chain_sensor {
    enum chain_sensor_state state;
    int16_t stuck_mv;
};

/* The cells as the sensors see them at one instant. */
struct chain_readings {
    int16_t cell_mv[CHAIN_CELLS_MAX];
    int16_t temp_dc[CHAIN_CELLS_MAX];
};

/* One battery's monitor. */
struct chain_monitor {
    struct sbms_battery battery;
    struct sbms_battery_reading readings[2 * SCENARIO_CELLS_MAX];
    struct chain_reason reasons[SBMS_BATTERY_CAUSES]; /* of each cause's last coming into force */
};

/* What of it a sample that is tried changes. */
struct chain_tried {
    struct sbms_battery battery;
    struct sbms_battery_reading readings[2 * SCENARIO_CELLS_MAX];
};

struct chain {
    int batteries;
    int cells_per_battery;
    struct chain_monitor monitors[SCENARIO_BATTERIES_MAX];
    struct chain_tried tried[SCENARIO_BATTERIES_MAX];
    struct sbms_signals signals[SCENARIO_BATTERIES_MAX];
    struct chain_sensor cell_sensors[CHAIN_CELLS_MAX];
    bool temp_missing[SCENARIO_BATTERIES_MAX];
    bool frozen[SCENARIO_BATTERIES_MAX];
    uint8_t conversions[SCENARIO_BATTERIES_MAX];
    bool unplugged;
    struct sbms_signals all;        /* at the device */
    struct chain_reason atc_reason; /* of each signal: what holds it, or held it last */
    struct chain_reason atd_reason;
    struct chain_reason no_prealarm_reason;
};

/* All sensors work, the cable is plugged, nothing has been sampled. The settings must be in range (BAT-7). */
void chain_init(struct chain *c, const struct scenario_bank *described);

/*
 * Reads the sensors of the bank that `c` was made for, now or, with `next`, at the end of the step that it is
 * trying: in mV and tenths of a degC, the nearest, at most 32000 either way.
 */
void chain_read(const struct chain *c, const struct bank *b, bool next, struct chain_readings *readings);

/* Tries a sample of `readings`: whether it would change a signal, a cause behind one, or a count towards either. */
bool chain_would_change(struct chain *c, const struct chain_readings *readings);

/* Takes the sample: once a second (BAT-9). */
void chain_sample(struct chain *c, const struct chain_readings *readings);

/* The same as chain_sample() with the readings that were tried last, which would change nothing. */
void chain_take_tried(struct chain *c);

/* Plugs or unplugs the cable. */
void chain_plug(struct chain *c, bool plugged);

#endif
