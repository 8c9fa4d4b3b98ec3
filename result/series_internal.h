/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the files that make result/series.h. */
#ifndef RESULT_SERIES_INTERNAL_H
#define RESULT_SERIES_INTERNAL_H

#include "result/series.h"

/* Makes room in two arrays for one item more than `count`. False: there is no memory, and what is in them is as it was. */
bool series_make_room(size_t count, size_t *room, void **first, size_t first_size, void **second,
                      size_t second_size);

/* The first sample of a minute. */
struct series_minute {
    int64_t number; /* -1: of none yet */
    struct series_sample sample;
};

/* Held at what a cell of a run that is not lost can have; in between a balancer may be switched on that a cell cannot feed. */
int16_t series_rounded_mv(float mv);

/* The slot of the sample of that number, one of the last SERIES_STEPS + 1 or the next. */
struct series_sample *series_slot(const struct series *series, int64_t number);

/* The last sample. */
const struct series_sample *series_now(const struct series *series);

/* Puts a row where its number belongs; one that is there takes the lower rank. */
void series_put_row(struct series *series, const struct series_sample *sample, int64_t number, int rank);

/* Keeps the sample if it is the first of its minute. */
void series_note_minute(struct series *series, const struct series_sample *sample, int64_t number);

/* The rows that a mark asks for behind it: of its own tick one, as things are when all of it has happened. */
void series_follow_mark(struct series *series, const struct series_sample *sample, int64_t number);

#endif
