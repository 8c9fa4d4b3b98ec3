/* SPDX-License-Identifier: Apache-2.0 */
#include "result/series.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "twin/millivolts.h"
#include "twin/run.h"

#define ROOM_START 64u
#define SIDES 2     /* the least and the greatest */
#define MARK_ROWS 8 /* of rank 0, seldom more than two */

const struct series_column series_columns[SERIES_QUANTITIES] = {
    [SERIES_BUS_MV] = {"bus_mv", 0},
    [SERIES_BATTERY_A] = {"battery_a", 3},
    [SERIES_CHARGERS_A] = {"chargers_a", 3},
    [SERIES_LOAD_A] = {"load_a", 3},
    [SERIES_SOC_PCT] = {"soc_pct", 2},
    [SERIES_TEMP_MIN_C] = {"temp_min_c", 2},
    [SERIES_TEMP_MAX_C] = {"temp_max_c", 2},
    [SERIES_AMBIENT_C] = {"ambient_c", 2},
    [SERIES_CELL_MIN_MV] = {"cell_min_mv", 0},
    [SERIES_CELL_MAX_MV] = {"cell_max_mv", 0},
    [SERIES_CELL_SPREAD_MV] = {"cell_spread_mv", 0},
    [SERIES_LOAD] = {"load", 4},
    [SERIES_PRE_ALARM] = {"prealarm", 4},
    [SERIES_CHARGER] = {"charger", 4},
};

/* Where a quantity was at its least or greatest, and the samples beside that one. */
struct series_extreme {
    int64_t number; /* of the middle one */
    bool has[3];
    struct series_sample samples[3];
};

/* ---- memory ------------------------------------------------------------------------------------- */

int64_t series_bucket_s(int64_t run_s)
{
    assert(run_s >= 0);
    const int64_t bucket_s = (run_s + SERIES_BUCKETS - 1) / SERIES_BUCKETS;
    return bucket_s > SERIES_BUCKET_S_MIN ? bucket_s : SERIES_BUCKET_S_MIN;
}

void series_init(struct series *series, size_t cell_count, int64_t bucket_ticks)
{
    assert(cell_count >= 1 && cell_count <= CHAIN_CELLS_MAX);
    assert(bucket_ticks >= 1);
    *series =
        (struct series){.cell_count = cell_count,
                        .bucket_ticks = bucket_ticks,
                        .marked_tick = -1,
                        .rank = SERIES_RANKS + 1,
                        .rank_max = SERIES_RANKS,
                        .recent = calloc(SERIES_RANKS + 1, sizeof *series->recent),
                        .extremes = calloc((size_t)SERIES_QUANTITIES * SIDES, sizeof *series->extremes)};
    series->failed = series->recent == NULL || series->extremes == NULL;
}

void series_free(struct series *series)
{
    assert(series != NULL);
    free(series->ranges);
    free(series->cell_ranges);
    free(series->rows);
    free(series->row_cells_mv);
    free(series->recent);
    free(series->extremes);
    *series = (struct series){0};
}

/* Makes room in two arrays for one item more than `count`. False: there is no memory, and what is in them is as it was. */
static bool make_room(size_t count, size_t *room, void **first, size_t first_size, void **second,
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

static bool make_bucket_room(struct series *series)
{
    void *ranges = series->ranges;
    void *cells = series->cell_ranges;
    series->failed = series->failed || !make_room(series->bucket_count, &series->bucket_room, &ranges,
                                                  SERIES_QUANTITIES * sizeof *series->ranges, &cells,
                                                  series->cell_count * sizeof *series->cell_ranges);
    series->ranges = ranges;
    series->cell_ranges = cells;
    return !series->failed;
}

static bool make_row_room(struct series *series)
{
    void *rows = series->rows;
    void *cells = series->row_cells_mv;
    series->failed =
        series->failed || !make_room(series->row_count, &series->row_room, &rows, sizeof *series->rows,
                                     &cells, series->cell_count * sizeof *series->row_cells_mv);
    series->rows = rows;
    series->row_cells_mv = cells;
    return !series->failed;
}

/* Held at what a cell of a run that is not lost can have; in between a balancer may be switched on that a cell cannot feed. */
static int16_t rounded_mv(float mv)
{
    const int32_t whole = nearest_whole((double)mv);
    return (int16_t)(whole < -SYSTEM_CELL_MV_MAX ? -SYSTEM_CELL_MV_MAX
                                                 : (whole > SYSTEM_CELL_MV_MAX ? SYSTEM_CELL_MV_MAX : whole));
}

/* The slot of the sample of that number, one of the last SERIES_RANKS + 1 or the next. */
static struct series_sample *slot_of(const struct series *series, int64_t number)
{
    assert(number >= 0 && number <= series->samples && number + SERIES_RANKS + 1 >= series->samples);
    return &series->recent[number % (SERIES_RANKS + 1)];
}

static const struct series_sample *now_of(const struct series *series)
{
    assert(series->samples > 0);
    return slot_of(series, series->samples - 1);
}

/* ---- buckets ------------------------------------------------------------------------------------ */

static void open_bucket(struct series *series, const struct series_sample *first)
{
    series->begin_tick = first->tick;
    for (int q = 0; q < SERIES_QUANTITIES; q++) {
        series->open[q] = (struct series_range){first->values[q], 0.0f, first->values[q]};
        series->sums[q] = 0.0;
    }
    memcpy(series->open_cell_min, first->cell_mv, series->cell_count * sizeof *first->cell_mv);
    memcpy(series->open_cell_max, first->cell_mv, series->cell_count * sizeof *first->cell_mv);
}

/* Takes what lies between two samples of the bucket that is open. */
static void add_to_bucket(struct series *series, const struct series_sample *from,
                          const struct series_sample *to)
{
    const double half_ticks = 0.5 * (double)(to->tick - from->tick);
    for (int q = 0; q < SERIES_QUANTITIES; q++) {
        struct series_range *open = &series->open[q];
        const float value = to->values[q];
        series->sums[q] += half_ticks * ((double)from->values[q] + (double)value);
        open->min = value < open->min ? value : open->min;
        open->max = value > open->max ? value : open->max;
    }
    for (size_t i = 0; i < series->cell_count; i++) {
        const float mv = to->cell_mv[i];
        series->open_cell_min[i] = mv < series->open_cell_min[i] ? mv : series->open_cell_min[i];
        series->open_cell_max[i] = mv > series->open_cell_max[i] ? mv : series->open_cell_max[i];
    }
}

static void close_bucket(struct series *series, int64_t end_tick)
{
    assert(end_tick > series->begin_tick);
    if (!make_bucket_room(series)) {
        return;
    }
    const double ticks = (double)(end_tick - series->begin_tick);
    struct series_range *ranges = series->ranges + series->bucket_count * SERIES_QUANTITIES;
    struct series_cell_range *cells = series->cell_ranges + series->bucket_count * series->cell_count;
    for (int q = 0; q < SERIES_QUANTITIES; q++) {
        const float mean = (float)(series->sums[q] / ticks);
        ranges[q] = series->open[q];
        ranges[q].mean = mean < ranges[q].min ? ranges[q].min : (mean > ranges[q].max ? ranges[q].max : mean);
    }
    for (size_t i = 0; i < series->cell_count; i++) {
        cells[i].min_mv = rounded_mv(series->open_cell_min[i]);
        cells[i].max_mv = rounded_mv(series->open_cell_max[i]);
    }
    series->bucket_count++;
}

/* What is at `tick`, on the way from one sample to the next. */
static void look_between(const struct series *series, const struct series_sample *from,
                         const struct series_sample *to, int64_t tick, struct series_sample *at)
{
    assert(tick > from->tick && tick <= to->tick);
    const float share = (float)((double)(tick - from->tick) / (double)(to->tick - from->tick));
    at->tick = tick;
    for (int q = 0; q < SERIES_QUANTITIES; q++) {
        at->values[q] = from->values[q] + (to->values[q] - from->values[q]) * share;
    }
    for (size_t i = 0; i < series->cell_count; i++) {
        at->cell_mv[i] = from->cell_mv[i] + (to->cell_mv[i] - from->cell_mv[i]) * share;
    }
}

static void fill_buckets(struct series *series, const struct series_sample *next)
{
    struct series_sample from;
    int64_t end_tick = series->begin_tick + series->bucket_ticks;
    if (next->tick < end_tick) {
        add_to_bucket(series, now_of(series), next);
        return;
    }
    from = *now_of(series);
    for (; end_tick <= next->tick; end_tick += series->bucket_ticks) {
        struct series_sample at = from;
        if (end_tick > from.tick) {
            look_between(series, &from, next, end_tick, &at);
        }
        add_to_bucket(series, &from, &at);
        close_bucket(series, end_tick);
        open_bucket(series, &at);
        from = at;
    }
    add_to_bucket(series, &from, next);
}

/* ---- rows --------------------------------------------------------------------------------------- */

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

static void write_row(struct series *series, size_t index, const struct series_sample *sample, int64_t number,
                      int rank)
{
    struct series_row *row = &series->rows[index];
    int16_t *cells_mv = series->row_cells_mv + index * series->cell_count;
    row->tick = sample->tick;
    row->number = number;
    row->rank = (uint8_t)rank;
    memcpy(row->values, sample->values, sizeof row->values);
    for (size_t i = 0; i < series->cell_count; i++) {
        cells_mv[i] = rounded_mv(sample->cell_mv[i]);
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

/* Puts a row where its number belongs; one that is there takes the lower rank. */
static void put_row(struct series *series, const struct series_sample *sample, int64_t number, int rank)
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

void series_mark(struct series *series)
{
    const int64_t number = series->samples - 1;
    if (series->failed || now_of(series)->tick == series->marked_tick) {
        return;
    }
    for (int rank = SERIES_RANKS; rank > 0; rank--) {
        if (number >= rank) {
            put_row(series, slot_of(series, number - rank), number - rank, rank);
        }
    }
    put_row(series, now_of(series), number, 0);
    series->marked_tick = now_of(series)->tick;
    series->rank = 0;
    series->has_after = false;
}

bool series_is_full(const struct series *series)
{
    return series->rank_max == 0 && series->row_count + MARK_ROWS > SERIES_ROWS_MAX;
}

void series_keep(struct series *series, const int64_t *ticks, size_t count)
{
    size_t kept = 0;
    size_t next = 0;
    for (size_t i = 0; i < series->row_count; i++) {
        const struct series_row *row = &series->rows[i];
        while (next < count && ticks[next] < row->tick) {
            assert(next + 1 == count || ticks[next] <= ticks[next + 1]);
            next++;
        }
        if (row->rank == 0 && next < count && ticks[next] == row->tick) {
            move_row(series, i, kept++);
        }
    }
    series->row_count = kept;
}

/* The rows that a mark asks for behind it: of its own tick one, as things are when all of it has happened. */
static void follow_mark(struct series *series, const struct series_sample *sample, int64_t number)
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
        put_row(series, sample, number, series->rank);
    }
}

/* ---- extremes ----------------------------------------------------------------------------------- */

static void set_extreme(struct series *series, struct series_extreme *extreme, int64_t number)
{
    extreme->number = number;
    extreme->has[0] = number > 0;
    if (number > 0) {
        extreme->samples[0] = *slot_of(series, number - 1);
    }
    extreme->samples[1] = *slot_of(series, number);
    extreme->has[1] = true;
    extreme->has[2] = false;
    series->extreme_is_new = true;
}

static void note_extremes(struct series *series, const struct series_sample *sample, int64_t number)
{
    for (size_t q = 0; q < SERIES_LOAD; q++) {
        if (number == 0 || sample->values[q] < series->least[q]) {
            series->least[q] = sample->values[q];
            set_extreme(series, &series->extremes[SIDES * q], number);
        }
        if (number == 0 || sample->values[q] > series->greatest[q]) {
            series->greatest[q] = sample->values[q];
            set_extreme(series, &series->extremes[SIDES * q + 1], number);
        }
    }
}

/* The sample behind an extreme. */
static void follow_extremes(struct series *series, const struct series_sample *sample, int64_t number)
{
    series->extreme_is_new = false;
    for (size_t i = 0; i < (size_t)SERIES_LOAD * SIDES; i++) {
        struct series_extreme *extreme = &series->extremes[i];
        if (extreme->has[1] && extreme->number == number - 1) {
            extreme->samples[2] = *sample;
            extreme->has[2] = true;
        }
    }
}

/* Whether the sample goes beyond all before it; the one question of these that is asked of every sample. */
static bool is_beyond(const struct series *series, const struct series_sample *sample)
{
    bool is_so = false;
    for (int q = 0; q < SERIES_LOAD; q++) {
        is_so |= sample->values[q] < series->least[q] || sample->values[q] > series->greatest[q];
    }
    return is_so;
}

/* ---- the run ------------------------------------------------------------------------------------ */

struct series_sample *series_next(struct series *series)
{
    return series->failed ? NULL : slot_of(series, series->samples);
}

void series_take(struct series *series)
{
    const int64_t number = series->samples;
    const struct series_sample *sample = slot_of(series, number);
    if (number == 0) {
        assert(sample->tick == 0);
        open_bucket(series, sample);
        put_row(series, sample, 0, 0);
    } else {
        assert(sample->tick >= now_of(series)->tick);
        fill_buckets(series, sample);
    }
    follow_mark(series, sample, number);
    if (series->extreme_is_new) {
        follow_extremes(series, sample, number);
    }
    series->samples++;
    if (number == 0 || is_beyond(series, sample)) {
        note_extremes(series, sample, number);
    }
}

bool series_row_is_joined(const struct series *series, size_t index)
{
    assert(index < series->row_count);
    const struct series_row *row = &series->rows[index];
    return index > 0 && (row[-1].number + 1 == row->number || row[-1].tick == row->tick);
}

void series_finish(struct series *series)
{
    if (series->failed || series->samples == 0) {
        return;
    }
    if (now_of(series)->tick > series->begin_tick) {
        close_bucket(series, now_of(series)->tick);
    }
    put_row(series, now_of(series), series->samples - 1, 0);
    for (size_t i = 0; i < (size_t)SERIES_LOAD * SIDES; i++) {
        const struct series_extreme *extreme = &series->extremes[i];
        for (int side = 0; side < 3; side++) {
            if (extreme->has[side]) {
                put_row(series, &extreme->samples[side], extreme->number + side - 1, 0);
            }
        }
    }
}
