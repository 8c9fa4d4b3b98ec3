/* SPDX-License-Identifier: Apache-2.0 */
#include "result/result.h"

#include <assert.h>

#include "wiring/check.h"

/* half of the last digit of these figures in the totals */
#define SHOWN_C 0.05
#define SHOWN_C_RATE 0.005

void run_result_init(struct run_result *result, const struct scenario *described, const char *name,
                     const char *device, int64_t end_tick, struct series_buckets buckets)
{
    assert(end_tick > 0);
    *result =
        (struct run_result){.described = described, .name = name, .device = device, .end_tick = end_tick};
    wiring_check(described, &result->findings);
    recording_init(&result->recording, described, buckets);
    expectations_init(&result->expectations, described);
}

void run_result_free(struct run_result *result)
{
    recording_free(&result->recording);
}

static void take_edge(void *self, const struct system_edge *edge)
{
    struct run_result *result = self;
    recording_take_edge(&result->recording, edge);
    expectations_take_edge(&result->expectations, edge);
}

static void take_sample(void *self, const struct system_run *run)
{
    struct run_result *result = self;
    assert(run->described == result->described);
    recording_take_sample(&result->recording, run);
    expectations_take_sample(&result->expectations, run);
}

struct system_observer run_result_observer(struct run_result *result)
{
    return (struct system_observer){.self = result, .edge = take_edge, .sample = take_sample};
}

bool run_result_finish(struct run_result *result, const struct system_totals *totals)
{
    assert(totals->ticks <= result->end_tick);
    result->totals = totals;
    expectations_finish(&result->expectations, totals, result->end_tick);
    return recording_finish(&result->recording);
}

bool run_result_leaves_cell_range(const struct run_result *result)
{
    const struct cell_model *cell = cell_model_of(&result->described->bank);
    const struct system_totals *totals = result->totals;
    assert(totals != NULL);
    return cell->is_validated && (totals->temp_c_min < cell->temp_c_min - SHOWN_C ||
                                  totals->temp_c_max > cell->temp_c_max + SHOWN_C ||
                                  totals->discharge_c_max > cell->discharge_c_max + SHOWN_C_RATE ||
                                  totals->charge_c_max > cell->charge_c_max + SHOWN_C_RATE);
}
