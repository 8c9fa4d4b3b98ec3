/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The quantities of a run in bounded memory, however long it is: the least, mean and greatest of each in even buckets, and rows
 * at the twin's own resolution around what a reader wants to see exactly. Between two samples a quantity moves on a straight line,
 * as the twin's own steps have it; two samples of one tick are before and after something that happened at it.
 */
#ifndef RESULT_SERIES_H
#define RESULT_SERIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "twin/chain.h"

enum {
    SERIES_BUCKETS = 4000,        /* at most in a run, unless asked otherwise */
    SERIES_BUCKETS_MAX = 1000000, /* the most that may be asked for */
    SERIES_BUCKET_S_MIN = 60,     /* the shortest, unless asked otherwise */
    /* Rows: so many, and for each day as many as two cuts have that are warned of. */
    SERIES_ROWS_BASE = 2600,
    SERIES_ROWS_A_DAY = 14,
    SERIES_ROWS_MAX = 105000,
    SERIES_ROW_CELLS_MAX = 1600000, /* cells in all rows: a bank of many has fewer rows */
    SERIES_STEPS = 8, /* samples in a row that are kept before and behind each mark, while there is room, */
    SERIES_MINUTES =
        9, /* and further ones, each twice as far from it as the one before, the first a minute */
    SERIES_MINUTES_ROOM = 1 << SERIES_MINUTES, /* of these minutes the first sample is known */
    SERIES_RANKS = 8,
    SERIES_DENSE = 60 /* marks that are kept however near they are to each other */
};

enum series_quantity {
    SERIES_BUS_MV,
    SERIES_BATTERY_A,  /* into the bank: charging is positive */
    SERIES_CHARGERS_A, /* of all but converters */
    SERIES_LOAD_A,
    SERIES_SOC_PCT,
    SERIES_TEMP_MIN_C, /* of the cells */
    SERIES_TEMP_MAX_C,
    SERIES_AMBIENT_C,
    SERIES_CELL_MIN_MV, /* the lowest of all cells */
    SERIES_CELL_MAX_MV,
    SERIES_CELL_SPREAD_MV, /* the highest minus the lowest */
    SERIES_LOAD,           /* 1 = high, 0 = floating; as a mean: the part of the time with it high */
    SERIES_PRE_ALARM,
    SERIES_CHARGER,
    SERIES_QUANTITIES
};

/* What a quantity is called where it is written, and with how many decimals. */
struct series_column {
    const char *key;
    int decimals;
};

extern const struct series_column series_columns[SERIES_QUANTITIES];

/* One instant. */
struct series_sample {
    int64_t tick;
    float values[SERIES_QUANTITIES];
    float cell_mv[CHAIN_CELLS_MAX];
};

/* A quantity in a bucket. */
struct series_range {
    float min;
    float mean;
    float max;
};

struct series_cell_range {
    int16_t min_mv;
    int16_t max_mv;
};

struct series_row {
    int64_t tick;
    int64_t number; /* of its sample: rows whose numbers follow each other have nothing between them */
    float values[SERIES_QUANTITIES];
    uint8_t rank;  /* 0: at a mark, or an extreme; of others the higher ones go first */
    bool is_major; /* at a mark that is kept before others */
};

/* Even lengths of time, at first of `ticks`; when there are `most` of them, two and two become one. */
struct series_buckets {
    int64_t ticks;
    size_t most;
};

/* Marks with rows, of all or of the major ones alone. */
struct series_marks {
    int64_t dense_ticks; /* in which no more than SERIES_DENSE are kept; 0: all are */
    size_t count;        /* kept, and the last of them, a ring: */
    int64_t ticks[SERIES_DENSE];
};

struct series {
    size_t cell_count;
    int64_t bucket_ticks;                  /* the length that they have come to */
    size_t bucket_count;                   /* the last may be shorter */
    struct series_range *ranges;           /* SERIES_QUANTITIES for each bucket */
    struct series_cell_range *cell_ranges; /* cell_count likewise */
    size_t row_count;
    struct series_row *rows; /* in order of time */
    int16_t *row_cells_mv;   /* cell_count for each row */
    bool failed;             /* no memory */
    /* ---- this module's own */
    size_t bucket_room;
    size_t bucket_most;
    size_t row_room;
    int64_t samples;                             /* taken, and the number of the next */
    struct series_sample *recent;                /* the last of them, a ring */
    int64_t begin_tick;                          /* of the bucket that is not full yet, and what is in it: */
    struct series_range open[SERIES_QUANTITIES]; /* but for the mean, */
    double sums[SERIES_QUANTITIES];              /* of which this is the integral over ticks */
    float open_cell_min[CHAIN_CELLS_MAX];
    float open_cell_max[CHAIN_CELLS_MAX];
    struct series_minute *minutes; /* the first sample of each, a ring of SERIES_MINUTES_ROOM */
    int64_t marked_tick;           /* the last mark; -1: none yet */
    int steps;                     /* taken behind it, and */
    int doublings;                 /* of the minute that the next further row is behind it */
    bool has_after;                /* the last row is the one behind what happened at it */
    int rank_max; /* rows of a higher rank have had to go; behind it whole marks, evenly over the time: */
    struct series_marks marks;
    struct series_marks major;
    float least[SERIES_QUANTITIES];
    float greatest[SERIES_QUANTITIES];
    bool extreme_is_new;
    struct series_extreme *extremes; /* the least and the greatest of each quantity */
};

/*
 * The buckets of a run of that length when nothing else is asked for: of 60 s at least, and short enough at first that a run which
 * is ended long before has thousands too. A whole one has hardly less than SERIES_BUCKETS, or as many as it has minutes.
 */
struct series_buckets series_buckets_of_run(int64_t run_s);

/* Buckets of `seconds`, at least 1, that stay as long as that. */
struct series_buckets series_buckets_of(int64_t seconds);

/* Prepares for a run of a bank of `cell_count` cells. `failed` tells that there was no memory. */
void series_init(struct series *series, size_t cell_count, struct series_buckets buckets);

void series_free(struct series *series);

/* Where to write the next sample, whose tick is not before the last one's and 0 of the first; NULL: there was no memory. */
struct series_sample *series_next(struct series *series);

/* Takes the sample that has been written there. */
void series_take(struct series *series);

/*
 * Something happens at the tick of the last sample: a row of it is kept, one of the last sample of this tick, and some before and
 * behind. Where there are too many marks, the densest have none; major ones go last.
 */
void series_mark(struct series *series, bool is_major);

/* The rows that a run may have by that tick. */
size_t series_rows_most(const struct series *series, int64_t tick);

/* Whether nothing lies between the row at `index` and the one before it but the straight line. */
bool series_row_is_joined(const struct series *series, size_t index);

/* The run has ended: closes the last bucket and puts the extremes among the rows. */
void series_finish(struct series *series);

#endif
