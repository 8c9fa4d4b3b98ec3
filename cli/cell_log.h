/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The batteries of a log of measured cells: each judges its own cells and temperatures by core/battery.h, and any of
 * them opens a signal for all (BAT-8).
 *
 * Cells and temperatures go to the batteries in the order of their numbers, as many to each; one temperature
 * alone is every battery's.
 */
#ifndef CLI_CELL_LOG_H
#define CLI_CELL_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/stimulus.h"
#include "core/battery.h"

#define CELL_LOG_SUPPLY_CELLS_MIN 4       /* fewer are no battery that could feed the device */
#define CELL_LOG_GAP_TOLD_NS 600000000000 /* 10 min */

/* How the log is to be read. */
struct cell_log_options {
    struct sbms_battery_settings settings; /* in range */
    uint8_t cells_per_battery;             /* 0: all cells are one battery */
    int64_t max_gap_ns; /* a reading that is older is missing; 0: it holds until the next */
};

/* How the columns are shared out. */
struct cell_log_layout {
    uint8_t batteries; /* 1..SBMS_BATTERIES_MAX */
    uint8_t cells;     /* of each */
    uint8_t temps;     /* of each */
    bool is_temp_shared;
};

struct cell_log {
    struct cell_log_layout layout;
    uint8_t conversion; /* every sample is a new one */
    struct sbms_battery batteries[SBMS_BATTERIES_MAX];
    struct sbms_battery_reading readings[2u * STIMULUS_READINGS_MAX];
    /* ---- the caller's to read */
    struct sbms_signals signals; /* at the device */
    int32_t supply_mv; /* the sum of the first battery's values as they stand (BAT-6), or STIMULUS_VBAT_MV */
    bool moved;        /* another sample of the same readings may change something */
};

/* Shares the columns out; false: they do not fit, and `message` says what would be right in one line. */
bool cell_log_share(const struct stimulus *stimulus, uint8_t cells_per_battery,
                    struct cell_log_layout *layout, char *message, size_t size);

/* Before the first sample, of a stimulus that is measured and whose columns fit. */
void cell_log_init(struct cell_log *log, const struct stimulus *stimulus,
                   const struct cell_log_options *options);

/* One sample of every battery (BAT-9), of `row`; `is_stale`: all its readings are missing by now. */
void cell_log_sample(struct cell_log *log, const struct stimulus_row *row, bool is_stale);

#endif
