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
#define MINUTE_TICKS ((int64_t)60 * SBMS_TICKS_PER_S)
#define DAY_TICKS (1440 * MINUTE_TICKS)
#define DENSE_START_TICKS (60 * MINUTE_TICKS)
#define MAJOR_SHARE 16  /* major marks may be so many times as dense */
#define STEP_MINUTES 18 /* a step of the twin is shorter (BANK_STEP_S_MAX) */

/* What goes first when there is no room: of samples in a row the further ones, of minutes every other. */
static const int step_ranks[SERIES_STEPS] = {3, 5, 6, 6, 8, 8, 8, 8};
static const int minute_ranks[SERIES_MINUTES] = {4, 6, 3, 6, 2, 6, 1, 6, 2};

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
    assert(number >= 0 && number <= series->samples && number + SERIES_STEPS + 1 >= series->samples);
    return &series->recent[number % (SERIES_STEPS + 1)];
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

/* Whether fewer than SERIES_DENSE of these were kept in that time before `tick`. */
static bool is_calm(const struct series_marks *marks, int64_t tick, int64_t dense_ticks)
{
    return marks->count < SERIES_DENSE || tick - marks->ticks[marks->count % SERIES_DENSE] >= dense_ticks;
}

static void add_mark(struct series_marks *marks, int64_t tick)
{
    marks->ticks[marks->count++ % SERIES_DENSE] = tick;
}

/* Whether a mark at `tick` is kept, which it then is. */
static bool keep_mark(struct series *series, int64_t tick, bool is_major)
{
    if (!is_calm(&series->marks, tick, series->marks.dense_ticks) &&
        !(is_major && is_calm(&series->major, tick, series->major.dense_ticks))) {
        return false;
    }
    add_mark(&series->marks, tick);
    return true;
}

/* The rows of one tick. */
struct instant {
    size_t end; /* behind the last of them */
    bool is_mark;
    bool is_major;
};

static struct instant instant_at(const struct series *series, size_t first)
{
    struct instant found = {.end = first};
    for (; found.end < series->row_count && series->rows[found.end].tick == series->rows[first].tick;
         found.end++) {
        found.is_mark = found.is_mark || series->rows[found.end].rank == 0;
        found.is_major = found.is_major || series->rows[found.end].is_major;
    }
    return found;
}

/* Fewer marks: where they are dense for twice as long, those behind have no rows any more. */
static void thin_marks(struct series *series)
{
    const int64_t before = series->marks.dense_ticks;
    size_t kept = 0;
    struct instant one;
    series->marks = (struct series_marks){.dense_ticks = before == 0 ? DENSE_START_TICKS : 2 * before};
    series->major = (struct series_marks){.dense_ticks = series->marks.dense_ticks / MAJOR_SHARE};
    for (size_t i = 0; i < series->row_count; i = one.end) {
        one = instant_at(series, i);
        if (!one.is_mark || keep_mark(series, series->rows[i].tick, one.is_major)) {
            if (one.is_major) {
                add_mark(&series->major, series->rows[i].tick);
            }
            for (size_t row = i; row < one.end; row++) {
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
    size_t low = 0;
    size_t high = series->row_count;
    while (low < high) {
        const size_t middle = (low + high) / 2;
        if (series->rows[middle].number <= number) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

size_t series_rows_most(const struct series *series, int64_t tick)
{
    assert(series->cell_count >= 1);
    const size_t by_days = SERIES_ROWS_BASE + SERIES_ROWS_A_DAY * (size_t)(tick / DAY_TICKS);
    const size_t by_cells = SERIES_ROW_CELLS_MAX / series->cell_count;
    const size_t most = by_days < SERIES_ROWS_MAX ? by_days : SERIES_ROWS_MAX;
    return most < by_cells ? most : by_cells;
}

void series_put_row(struct series *series, const struct series_sample *sample, int64_t number, int rank)
{
    const size_t place = place_of(series, number);
    const size_t behind = series->row_count - place;
    assert(rank >= 0 && rank <= SERIES_RANKS);
    if (place > 0 && series->rows[place - 1].number == number) {
        uint8_t *has = &series->rows[place - 1].rank;
        *has = (uint8_t)(rank < *has ? rank : *has);
        return;
    }
    if (rank > series->rank_max || !make_row_room(series)) {
        return;
    }
    memmove(series->rows + place + 1, series->rows + place, behind * sizeof *series->rows);
    memmove(series->row_cells_mv + (place + 1) * series->cell_count,
            series->row_cells_mv + place * series->cell_count,
            behind * series->cell_count * sizeof *series->row_cells_mv);
    series->row_count++;
    write_row(series, place, sample, number, rank);
    while (series->rank_max > 0 &&
           series->row_count > series_rows_most(series, series->rows[series->row_count - 1].tick)) {
        if (series->marks.dense_ticks == 0) {
            thin_marks(series);
        } else {
            thin_ranks(series);
        }
    }
}

void series_note_minute(struct series *series, const struct series_sample *sample, int64_t number)
{
    struct series_minute *minute =
        &series->minutes[sample->tick / MINUTE_TICKS % (int64_t)SERIES_MINUTES_ROOM];
    if (number == 0 || minute->sample.tick / MINUTE_TICKS != sample->tick / MINUTE_TICKS) {
        minute->number = number;
        memcpy(&minute->sample, sample,
               offsetof(struct series_sample, cell_mv) + series->cell_count * sizeof *sample->cell_mv);
    }
}

/* Of the first samples of minutes the last that is not behind `tick`, in steps that are not longer than some minutes; NULL: there is none. */
static const struct series_minute *minute_at(const struct series *series, int64_t tick)
{
    for (int64_t minute = tick / MINUTE_TICKS; minute >= 0 && minute + STEP_MINUTES > tick / MINUTE_TICKS;
         minute--) {
        const struct series_minute *found = &series->minutes[minute % (int64_t)SERIES_MINUTES_ROOM];
        if (found->sample.tick / MINUTE_TICKS == minute && found->sample.tick <= tick) {
            return found;
        }
    }
    return NULL;
}

/* Of those before the last sample, back to the mark before. */
static void put_before(struct series *series, int64_t number)
{
    for (int doublings = SERIES_MINUTES - 1; doublings >= 0; doublings--) {
        const int64_t back = MINUTE_TICKS << doublings;
        const struct series_minute *minute = minute_at(series, series_now(series)->tick - back);
        if (minute != NULL && minute->sample.tick > series->marked_tick) {
            series_put_row(series, &minute->sample, minute->number, minute_ranks[doublings]);
        }
    }
    for (int steps = SERIES_STEPS; steps > 0; steps--) {
        if (number >= steps) {
            series_put_row(series, series_slot(series, number - steps), number - steps,
                           step_ranks[steps - 1]);
        }
    }
}

/* The last sample, at which something happens; if `has_context` those before and behind, too. */
static void put_mark(struct series *series, bool has_context)
{
    const int64_t number = series->samples - 1;
    if (has_context) {
        put_before(series, number);
    }
    series_put_row(series, series_now(series), number, 0);
    series->marked_tick = series_now(series)->tick;
    series->steps = has_context ? 0 : SERIES_STEPS;
    series->doublings = has_context ? 0 : SERIES_MINUTES;
    series->has_after = false;
}

/* The mark at the tick of the last sample is kept before others, if it has not had to go. */
static void raise_mark(struct series *series)
{
    struct series_row *last = &series->rows[series->row_count - 1];
    if (last->tick == series_now(series)->tick && !last->is_major) {
        last->is_major = true;
        add_mark(&series->major, last->tick);
    }
}

void series_mark(struct series *series, bool is_major)
{
    if (series->failed) {
        return;
    }
    const int64_t tick = series_now(series)->tick;
    while (series->rank_max == 0 && series->row_count + MARK_ROWS > series_rows_most(series, tick)) {
        thin_marks(series);
    }
    const bool has_context = is_major || is_calm(&series->marks, tick, DENSE_START_TICKS);
    if (tick != series->marked_tick && keep_mark(series, tick, is_major)) {
        put_mark(series, has_context);
    }
    if (is_major && tick == series->marked_tick) {
        raise_mark(series);
    }
}

void series_follow_mark(struct series *series, const struct series_sample *sample, int64_t number)
{
    int rank = SERIES_RANKS + 1;
    if (series->marked_tick < 0) {
        return;
    }
    if (sample->tick == series->marked_tick) {
        const bool has_after = series->has_after && series->rows[series->row_count - 1].tick == sample->tick;
        series->row_count -= has_after ? 1 : 0; /* unless it had to go */
        series->has_after = true;
        series_put_row(series, sample, number, 0);
        return;
    }
    if (series->steps < SERIES_STEPS) {
        rank = step_ranks[series->steps++];
    }
    for (; series->doublings < SERIES_MINUTES &&
           sample->tick - series->marked_tick >= MINUTE_TICKS << series->doublings;
         series->doublings++) {
        rank = minute_ranks[series->doublings] < rank ? minute_ranks[series->doublings] : rank;
    }
    if (rank <= SERIES_RANKS) {
        series_put_row(series, sample, number, rank);
    }
}

bool series_row_is_joined(const struct series *series, size_t index)
{
    assert(index < series->row_count);
    const struct series_row *row = &series->rows[index];
    return index > 0 && (row[-1].number + 1 == row->number || row[-1].tick == row->tick);
}
