/* SPDX-License-Identifier: Apache-2.0 */
#include "result/series_internal.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define SIDES 2 /* the least and the greatest */

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

struct series_buckets series_buckets_of_run(int64_t run_s)
{
    assert(run_s >= 0);
    const int64_t shortest = SERIES_BUCKET_S_MIN * (int64_t)SBMS_TICKS_PER_S;
    int64_t ticks = (run_s + SERIES_BUCKETS - 1) / SERIES_BUCKETS * (int64_t)SBMS_TICKS_PER_S;
    while (ticks >= 2 * shortest) {
        ticks = (ticks + 1) / 2;
    }
    return (struct series_buckets){ticks > shortest ? ticks : shortest, SERIES_BUCKETS};
}

struct series_buckets series_buckets_of(int64_t seconds)
{
    assert(seconds >= 1);
    return (struct series_buckets){seconds * (int64_t)SBMS_TICKS_PER_S, SIZE_MAX};
}

void series_init(struct series *series, size_t cell_count, struct series_buckets buckets)
{
    assert(cell_count >= 1 && cell_count <= CHAIN_CELLS_MAX);
    assert(buckets.ticks >= 1 && buckets.most >= 2);
    *series =
        (struct series){.cell_count = cell_count,
                        .bucket_ticks = buckets.ticks,
                        .bucket_most = buckets.most,
                        .marked_tick = -1,
                        .rank_max = SERIES_RANKS,
                        .recent = calloc(SERIES_STEPS + 1, sizeof *series->recent),
                        .minutes = calloc(SERIES_MINUTES_ROOM, sizeof *series->minutes),
                        .extremes = calloc((size_t)SERIES_QUANTITIES * SIDES, sizeof *series->extremes)};
    series->failed = series->recent == NULL || series->minutes == NULL || series->extremes == NULL;
}

void series_free(struct series *series)
{
    assert(series != NULL);
    free(series->ranges);
    free(series->cell_ranges);
    free(series->rows);
    free(series->row_cells_mv);
    free(series->recent);
    free(series->minutes);
    free(series->extremes);
    *series = (struct series){0};
}

static bool make_bucket_room(struct series *series)
{
    void *ranges = series->ranges;
    void *cells = series->cell_ranges;
    series->failed = series->failed || !series_make_room(series->bucket_count, &series->bucket_room, &ranges,
                                                         SERIES_QUANTITIES * sizeof *series->ranges, &cells,
                                                         series->cell_count * sizeof *series->cell_ranges);
    series->ranges = ranges;
    series->cell_ranges = cells;
    return !series->failed;
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
        cells[i].min_mv = series_rounded_mv(series->open_cell_min[i]);
        cells[i].max_mv = series_rounded_mv(series->open_cell_max[i]);
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

static void merge_cells(struct series_cell_range *into, const struct series_cell_range *other)
{
    into->min_mv = other->min_mv < into->min_mv ? other->min_mv : into->min_mv;
    into->max_mv = other->max_mv > into->max_mv ? other->max_mv : into->max_mv;
}

static void merge_ranges(struct series_range *into, const struct series_range *other)
{
    into->min = other->min < into->min ? other->min : into->min;
    into->mean = (into->mean + other->mean) / 2;
    into->max = other->max > into->max ? other->max : into->max;
}

/* Two buckets become one. They are full all, and the one that is open becomes longer. */
static void double_buckets(struct series *series)
{
    const size_t count = series->bucket_count / 2;
    assert(series->bucket_count % 2 == 0);
    assert(series->begin_tick == (int64_t)series->bucket_count * series->bucket_ticks);
    for (size_t i = 0; i < count * SERIES_QUANTITIES; i++) {
        const size_t from = i / SERIES_QUANTITIES * 2 * SERIES_QUANTITIES + i % SERIES_QUANTITIES;
        series->ranges[i] = series->ranges[from];
        merge_ranges(&series->ranges[i], &series->ranges[from + SERIES_QUANTITIES]);
    }
    for (size_t i = 0; i < count * series->cell_count; i++) {
        const size_t from = i / series->cell_count * 2 * series->cell_count + i % series->cell_count;
        series->cell_ranges[i] = series->cell_ranges[from];
        merge_cells(&series->cell_ranges[i], &series->cell_ranges[from + series->cell_count]);
    }
    series->bucket_count = count;
    series->bucket_ticks *= 2;
}

/* When the bucket that is open ends. If that is by `tick`, there is room for it. */
static int64_t end_of_bucket(struct series *series, int64_t tick)
{
    if (series->begin_tick + series->bucket_ticks <= tick && series->bucket_count == series->bucket_most) {
        double_buckets(series);
    }
    return series->begin_tick + series->bucket_ticks;
}

static void fill_buckets(struct series *series, const struct series_sample *next)
{
    struct series_sample from;
    int64_t end_tick = end_of_bucket(series, next->tick);
    if (next->tick < end_tick) {
        add_to_bucket(series, series_now(series), next);
        return;
    }
    from = *series_now(series);
    for (; end_tick <= next->tick && !series->failed; end_tick = end_of_bucket(series, next->tick)) {
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

/* ---- extremes ----------------------------------------------------------------------------------- */

static void set_extreme(struct series *series, struct series_extreme *extreme, int64_t number)
{
    extreme->number = number;
    extreme->has[0] = number > 0;
    if (number > 0) {
        extreme->samples[0] = *series_slot(series, number - 1);
    }
    extreme->samples[1] = *series_slot(series, number);
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
    return series->failed ? NULL : series_slot(series, series->samples);
}

void series_take(struct series *series)
{
    const int64_t number = series->samples;
    const struct series_sample *sample = series_slot(series, number);
    if (number == 0) {
        assert(sample->tick == 0);
        open_bucket(series, sample);
        series_put_row(series, sample, 0, 0);
    } else {
        assert(sample->tick >= series_now(series)->tick);
        fill_buckets(series, sample);
    }
    series_follow_mark(series, sample, number);
    if (series->extreme_is_new) {
        follow_extremes(series, sample, number);
    }
    series_note_minute(series, sample, number);
    series->samples++;
    if (number == 0 || is_beyond(series, sample)) {
        note_extremes(series, sample, number);
    }
}

void series_finish(struct series *series)
{
    if (series->failed || series->samples == 0) {
        return;
    }
    if (series_now(series)->tick > series->begin_tick) {
        if (series->bucket_count == series->bucket_most) {
            double_buckets(series);
        }
        close_bucket(series, series_now(series)->tick);
    }
    series_put_row(series, series_now(series), series->samples - 1, 0);
    for (size_t i = 0; i < (size_t)SERIES_LOAD * SIDES; i++) {
        const struct series_extreme *extreme = &series->extremes[i];
        for (int side = 0; side < 3; side++) {
            if (extreme->has[side]) {
                series_put_row(series, &extreme->samples[side], extreme->number + side - 1, 0);
            }
        }
    }
}
