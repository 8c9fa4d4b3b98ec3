/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cell/fit_score.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#define TURN_PCT 5.0
#define BIN_PCT 2.0
#define BINS 64 /* from below empty on */
#define BIN_OFFSET 6.0

/* Where the rows of all first two thirds have been: falling, rising. */
struct been {
    bool bins[2][BINS];
};

static size_t bin_of(double soc_pct)
{
    return (size_t)fmin(fmax((soc_pct + BIN_OFFSET) / BIN_PCT, 0.0), BINS - 1);
}

/* The way that a log goes first. */
static struct fit_way first_way(const double *soc_pct, size_t count)
{
    struct fit_way way = {soc_pct[0], false};
    for (size_t i = 1; i < count; i++) {
        if (fabs(soc_pct[i] - soc_pct[0]) > TURN_PCT) {
            way.rises = soc_pct[i] > soc_pct[0];
            return way;
        }
    }
    return way;
}

/* Rows that are gathered to be scored together. Currents are those of 1 Ah. */
struct heap {
    struct measured_log log;
    double *predicted_v;
};

static bool heap_init(struct heap *heap, size_t rows)
{
    assert(rows > 0);
    *heap = (struct heap){.log = {.rows = malloc(rows * sizeof *heap->log.rows)},
                          .predicted_v = malloc(rows * sizeof *heap->predicted_v)};
    return heap->log.rows != NULL && heap->predicted_v != NULL;
}

static void heap_free(struct heap *heap)
{
    free(heap->log.rows);
    free(heap->predicted_v);
}

static void heap_add(struct heap *heap, const struct fit_log *log, size_t row, double predicted_v)
{
    struct measured_row *added = &heap->log.rows[heap->log.count];
    *added = log->log.rows[row];
    added->current_a /= log->start.capacity_ah;
    heap->predicted_v[heap->log.count++] = predicted_v;
}

/* Goes through a log: with `heaps` NULL where its first two thirds are, else to put each row where it belongs. */
static bool go_through(const struct fit_result *result, size_t log, struct been *been, struct heap *heaps)
{
    const struct fit_log *from = &result->logs[log];
    double *soc_pct = malloc(from->log.count * sizeof *soc_pct);
    if (soc_pct == NULL) {
        return false;
    }
    fit_log_count_charge(from, soc_pct);
    struct fit_way way = first_way(soc_pct, from->log.count);
    for (size_t i = 0; i < from->log.count; i++) {
        const bool is_early = i < result->early_rows[log];
        fit_way_follow(&way, soc_pct[i]);
        bool *bin = &been->bins[way.rises][bin_of(soc_pct[i])];
        if (heaps == NULL && is_early) {
            *bin = true;
        } else if (heaps != NULL) {
            heap_add(&heaps[FIT_PART_ALL], from, i, result->fitted_v[log][i]);
            if (!is_early) {
                heap_add(&heaps[*bin ? FIT_PART_SEEN : FIT_PART_NEW], from, i, result->early_v[log][i]);
            }
        }
    }
    free(soc_pct);
    return true;
}

static void score_logs(const struct fit_result *result, struct fit_scores *scores)
{
    for (size_t i = 0; i < result->log_count; i++) {
        const struct fit_log *log = &result->logs[i];
        struct measured_log late = log->log;
        late.rows += result->early_rows[i];
        late.count -= result->early_rows[i];
        scores->logs[i] = prediction_errors(&log->log, result->fitted_v[i], log->start.capacity_ah);
        scores->held_out[i] =
            prediction_errors(&late, result->early_v[i] + result->early_rows[i], log->start.capacity_ah);
    }
}

static bool score_parts(const struct fit_result *result, struct heap *heaps, struct fit_scores *scores)
{
    struct been been = {{{false}}};
    for (size_t i = 0; i < 2 * result->log_count; i++) { /* each once, then each again */
        const size_t log = i % result->log_count;
        if (!go_through(result, log, &been, i < result->log_count ? NULL : heaps)) {
            return false;
        }
    }
    for (int part = 0; part < FIT_PART_COUNT; part++) {
        scores->parts[part] = prediction_errors(&heaps[part].log, heaps[part].predicted_v, 1.0);
    }
    return true;
}

bool fit_score(const struct fit_result *result, struct fit_scores *scores)
{
    struct heap heaps[FIT_PART_COUNT];
    size_t rows = 0;
    bool done = true;
    for (size_t i = 0; i < result->log_count; i++) {
        rows += result->logs[i].log.count;
    }
    for (int part = 0; part < FIT_PART_COUNT; part++) {
        done = heap_init(&heaps[part], rows) && done;
    }
    done = done && score_parts(result, heaps, scores);
    for (int part = 0; part < FIT_PART_COUNT; part++) {
        heap_free(&heaps[part]);
    }
    score_logs(result, scores);
    return done;
}

bool fit_is_validated(const struct fit_scores *scores)
{
    return scores->parts[FIT_PART_ALL].rms_mv[REGION_ALL] <= FIT_VALIDATED_MV_MAX;
}
