/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of result/series.h, and what they share with its buckets. */
#include "result/series_internal.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "twin/millivolts.h"
#include "twin/run.h"

#define ROOM_START 64u
#define MARK_ROWS 8 /* of rank 0, seldom more than two */
#define GAP_START_TICKS ((int64_t)16 * SBMS_TICKS_PER_S)
#define MAJOR_GAP_SHARE 16 /* major marks may be so many times as near to each other */

/* ---- shared ------------------------------------------------------------------------------------- */

bool series_make_room(size_t count, size_t *room, void **first, size_t first_size, void **second,
                      size_t second_size)
{
    const size_t wanted = *room == 0 ? ROOM_START : *room + *room / 2;
    assert(count <= *room);
    if (count < *room) {
        return true;
    }
    void *larger = realloc(*first, wanted * first_size);
    if (larger == NULL) {
        return false;
    }
    *first = larger;
    larger = realloc(*second, wanted * second_size);
    if (larger == NULL) {
        return false;
    }
    *second = larger;
    *room = wanted;
    return true;
}

int16_t series_rounded_mv(float mv)
{
    const int32_t whole = nearest_whole((double)mv);
    return (int16_t)(whole < -SYSTEM_CELL_MV_MAX ? -SYSTEM_CELL_MV_MAX
                                                 : (whole > SYSTEM_CELL_MV_MAX ? SYSTEM_CELL_MV_MAX : whole));
}

struct series_sample *series_slot(const struct series *series, int64_t number)
{
    assert(number >= 0 && number <= series->samples && number + SERIES_RANKS + 1 >= series->samples);
    return &series->recent[number % (SERIES_RANKS + 1)];
}

const struct series_sample *series_now(const struct series *series)
{
    assert(series->samples > 0);
    return series_slot(series, series->samples - 1);
}

/* ---- rows --------------------------------------------------------------------------------------- */

static bool make_row_room(struct series *series)
{
    void *rows = series->rows;
    void *cells = series->row_cells_mv;
    series->failed =
        series->failed || !series_make_room(series->row_count, &series->row_room, &rows, sizeof *series->rows,
                                            &cells, series->cell_count * sizeof *series->row_cells_mv);
    series->rows = rows;
    series->row_cells_mv = cells;
    return !series->failed;
}

static void move_row(struct series *series, size_t from, size_t to)
{
    const size_t cells_size = series->cell_count * sizeof *series->row_cells_mv;
    assert(from < series->row_count);
    if (from != to) {
        series->rows[to] = series->rows[from];
        memmove(series->row_cells_mv + to * series->cell_count,
                series->row_cells_mv + from * series->cell_count, cells_size);
    }
}

/* Half as many samples around each mark. */
static void thin_ranks(struct series *series)
{
    size_t kept = 0;
    assert(series->rank_max > 0);
    series->rank_max /= 2;
    for (size_t i = 0; i < series->row_count; i++) {
        if (series->rows[i].rank <= series->rank_max) {
            move_row(series, i, kept++);
        }
    }
    series->row_count = kept;
}

/* Whether a mark at `tick` is far enough from the last of these. */
static bool is_apart(const struct series_marks *marks, int64_t tick)
{
    return marks->last_tick < 0 || tick - marks->last_tick >= marks->gap_ticks;
}

/* Whether a mark at `tick` is kept, which it then is. */
static bool keep_mark(struct series *series, int64_t tick, bool is_major)
{
    if (!is_apart(&series->marks, tick) && !(is_major && is_apart(&series->major, tick))) {
        return false;
    }
    series->marks.last_tick = tick;
    series->major.last_tick = is_major ? tick : series->major.last_tick;
    return true;
}

/* Fewer marks: those that are nearer to the one before than twice the gap have no rows any more. */
static void thin_marks(struct series *series)
{
    size_t kept = 0;
    size_t end = 0;
    assert(series->rank_max == 0);
    series->marks = (struct series_marks){
        series->marks.gap_ticks == 0 ? GAP_START_TICKS : 2 * series->marks.gap_ticks, -1};
    series->major = (struct series_marks){series->marks.gap_ticks / MAJOR_GAP_SHARE, -1};
    for (size_t i = 0; i < series->row_count; i = end) {
        bool is_major = false;
        for (end = i; end < series->row_count && series->rows[end].tick == series->rows[i].tick; end++) {
            is_major = is_major || series->rows[end].is_major;
        }
        if (keep_mark(series, series->rows[i].tick, is_major)) {
            for (size_t row = i; row < end; row++) {
                move_row(series, row, kept++);
            }
        }
    }
    series->row_count = kept;
}

static void write_row(struct series *series, size_t index, const struct series_sample *sample, int64_t number,
                      int rank)
{
    struct series_row *row = &series->rows[index];
    int16_t *cells_mv = series->row_cells_mv + index * series->cell_count;
    row->tick = sample->tick;
    row->number = number;
    row->rank = (uint8_t)rank;
    row->is_major = false;
    memcpy(row->values, sample->values, sizeof row->values);
    for (size_t i = 0; i < series->cell_count; i++) {
        cells_mv[i] = series_rounded_mv(sample->cell_mv[i]);
    }
}

/* Where a row of that number belongs: behind all of lower ones, and of itself. */
static size_t place_of(const struct series *series, int64_t number)
{
    size_t place = series->row_count;
    while (place > 0 && series->rows[place - 1].number > number) {
        place--;
    }
    return place;
}

void series_put_row(struct series *series, const struct series_sample *sample, int64_t number, int rank)
{
    const size_t place = place_of(series, number);
    assert(rank >= 0 && rank <= SERIES_RANKS);
    if (place > 0 && series->rows[place - 1].number == number) {
        uint8_t *has = &series->rows[place - 1].rank;
        *has = (uint8_t)(rank < *has ? rank : *has);
        return;
    }
    if (rank > series->rank_max || !make_row_room(series)) {
        return;
    }
    series->row_count++;
    for (size_t i = series->row_count - 1; i > place; i--) {
        move_row(series, i - 1, i);
    }
    write_row(series, place, sample, number, rank);
    while (series->row_count > SERIES_ROWS_MAX && series->rank_max > 0) {
        thin_ranks(series);
    }
}

/* The last sample, at which something happens, and those before it. */
static void put_mark(struct series *series)
{
    const int64_t number = series->samples - 1;
    for (int rank = SERIES_RANKS; rank > 0; rank--) {
        if (number >= rank) {
            series_put_row(series, series_slot(series, number - rank), number - rank, rank);
        }
    }
    series_put_row(series, series_now(series), number, 0);
    series->marked_tick = series_now(series)->tick;
    series->rank = 0;
    series->has_after = false;
}

void series_mark(struct series *series, bool is_major)
{
    if (series->failed) {
        return;
    }
    const int64_t tick = series_now(series)->tick;
    while (series->rank_max == 0 && series->row_count + MARK_ROWS > SERIES_ROWS_MAX) {
        thin_marks(series);
    }
    if (tick != series->marked_tick && keep_mark(series, tick, is_major)) {
        put_mark(series);
    }
    if (is_major && tick == series->marked_tick) {
        series->rows[series->row_count - 1].is_major = true;
        series->major.last_tick = tick;
    }
}

void series_follow_mark(struct series *series, const struct series_sample *sample, int64_t number)
{
    if (series->marked_tick < 0 || series->rank > SERIES_RANKS) {
        return;
    }
    if (sample->tick > series->marked_tick) {
        series->rank++;
    } else if (series->has_after) {
        series->row_count--;
    }
    series->has_after = sample->tick == series->marked_tick;
    if (series->rank <= SERIES_RANKS) {
        series_put_row(series, sample, number, series->rank);
    }
}

bool series_row_is_joined(const struct series *series, size_t index)
{
    assert(index < series->row_count);
    const struct series_row *row = &series->rows[index];
    return index > 0 && (row[-1].number + 1 == row->number || row[-1].tick == row->tick);
}
