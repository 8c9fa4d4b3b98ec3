/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A log of a measured cell, as CSV: columns t_s, i_a, v and, if there, temp_c, in any order. i_a is the mean current until
 * the next row, charging is positive; v is the voltage at t_s, with that current. Lines that begin with # and empty lines are
 * skipped.
 */
#ifndef CLI_CELL_MEASURED_LOG_H
#define CLI_CELL_MEASURED_LOG_H

#include <stdbool.h>
#include <stddef.h>

struct measured_row {
    double t_s; /* rises from row to row */
    double current_a;
    double voltage_v;
    double temp_c; /* 0 in a log without the column */
};

struct measured_log {
    struct measured_row *rows;
    size_t count; /* at least 2 */
    bool has_temp;
};

struct measured_error {
    size_t line; /* from 1; 0: of the whole */
    size_t column;
    char message[256];
};

/*
 * Reads `size` bytes of CSV. On success the rows are to be given back by measured_log_free(). On failure fills `error`
 * and leaves nothing to free.
 */
bool measured_log_read(const char *data, size_t size, struct measured_log *log, struct measured_error *error);

/* The same for a log of a battery of `cells` in series: v is its voltage, and the rows get that of one cell. */
bool measured_log_read_battery(const char *data, size_t size, int cells, struct measured_log *log,
                               struct measured_error *error);

void measured_log_free(struct measured_log *log);

#endif
