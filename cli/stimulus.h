/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads STIMULUS.csv, the input of `smallbms replay` (SPEC section 9).
 *
 * The reader works on the text where it lies, allocates nothing and never changes it: stimulus_open()
 * checks all of it, then stimulus_next() gives row after row and cannot fail. Any bytes are safe input.
 *
 * Beyond section 9: columns may come in any order; lines end in LF or CRLF, the last one may have no
 * end; a UTF-8 byte order mark is passed over; there are no quotes, no spaces, no comments. Millivolts,
 * tenths of a degree: whole numbers. `t_s`: digits, then perhaps a point and digits: no sign, no exponent;
 * what follows the ninth decimal is cut off.
 */
#ifndef CLI_STIMULUS_H
#define CLI_STIMULUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/battery.h"

#define STIMULUS_READINGS_MAX SBMS_BATTERY_READINGS_MAX        /* cells, and as many temperatures */
#define STIMULUS_COLUMNS_MAX (2u * STIMULUS_READINGS_MAX + 7u) /* no name may come twice */
#define STIMULUS_VBAT_MV_MAX 100000
#define STIMULUS_REMOTE_MV_MAX 100000 /* either side of battery minus */
#define STIMULUS_READING_MAX 32767    /* either side of 0; mV or tenths of a degree */

/* What a column that is absent takes. */
#define STIMULUS_VBAT_MV 12800
#define STIMULUS_REMOTE_L_OPEN_MV 5000 /* REM-2: an open L rests above 3500 */
#define STIMULUS_REMOTE_H_OPEN_MV 0    /* REM-2: an open H rests below 2900 */
#define STIMULUS_REMOTE_JOINED_MV 2500 /* both, in a log of readings: joined, which is on (REM-1) */

/* One row. It holds until the next. */
struct stimulus_row {
    size_t line;  /* in the file, from 1 */
    int64_t t_ns; /* 0 or more, not less than the row before */
    int32_t vbat_mv;
    int32_t remote_l_mv;
    int32_t remote_h_mv;
    bool atc;
    bool atd;
    bool no_prealarm;
    int16_t cell_mv[STIMULUS_READINGS_MAX]; /* cell_count of them; SBMS_READING_MISSING for an empty field */
    int16_t temp_dc[STIMULUS_READINGS_MAX]; /* temp_count of them, likewise */
};

/* What a column holds: a place in the table of names in stimulus.c, and which cell or temperature. */
struct stimulus_column {
    uint8_t kind;
    uint8_t number; /* counted from 0 */
};

/* An open stimulus. Fields above the line are the caller's to read, the others this module's own. */
struct stimulus {
    uint8_t cell_count;
    uint8_t temp_count;
    bool has_vbat;    /* vbat_mv is a column */
    bool has_remote;  /* remote_l_mv or remote_h_mv is one */
    bool has_signals; /* at least one of atc, atd, no_prealarm is a column; then there are no readings */
    int64_t first_ns; /* of the first row */
    int64_t last_ns;  /* of the last row */
    /* ---- */
    size_t line;      /* of the row before that one */
    const char *next; /* the row that stimulus_next() reads */
    const char *end;
    size_t column_count;
    struct stimulus_column columns[STIMULUS_COLUMNS_MAX];
};

/* The first thing that is wrong, counted from 1. */
struct stimulus_error {
    size_t line;
    size_t column;     /* in characters: where the field starts, or should */
    char message[240]; /* one line: what is wrong, and what would be right */
};

/*
 * Checks `size` bytes at `data` (not NULL), which must outlive `stimulus`, and makes it ready for the first row. On
 * failure fills `error` and returns false; `stimulus` is then of no use.
 */
bool stimulus_open(struct stimulus *stimulus, const char *data, size_t size, struct stimulus_error *error);

/* Whether there are readings of cells or temperatures among the columns. */
bool stimulus_is_measured(const struct stimulus *stimulus);

/* Reads the next row into `row`; false: there is none, and `row` is as it was. */
bool stimulus_next(struct stimulus *stimulus, struct stimulus_row *row);

#endif
