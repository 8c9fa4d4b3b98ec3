/* SPDX-License-Identifier: Apache-2.0 */
#include "result/energy_days.h"

#include <assert.h>
#include <stdlib.h>

#include "twin/consumer.h"

#define DAY_TICKS ((int64_t)86400 * SBMS_TICKS_PER_S)
#define JOULES_PER_WH 3600.0

static size_t equipment_count_of(const struct scenario *described)
{
    return (size_t)described->equipment_count + (described->solar.panel_w > 0.0 ? 1u : 0u);
}

void energy_days_init(struct energy_days *days, const struct scenario *described)
{
    const size_t names = equipment_count_of(described) + (size_t)described->load_count + 1;
    assert(names <= ENERGY_NAMES_MAX);
    *days = (struct energy_days){.days = 1, .names = names, .due_tick = DAY_TICKS};
    days->wh = calloc(ENERGY_DAYS_MAX * names, sizeof *days->wh);
    days->failed = days->wh == NULL;
}

void energy_days_free(struct energy_days *days)
{
    assert(days != NULL);
    free(days->wh);
    *days = (struct energy_days){0};
}

/* Returns how many there are. */
static size_t look(const struct system_run *run, double *total_j)
{
    const size_t equipment_count = equipment_count_of(run->described);
    double loads_j = 0.0;
    size_t name = 0;
    for (size_t i = 0; i < equipment_count; i++) {
        total_j[name++] = run->totals.equipment[i].given_j;
    }
    for (int i = 0; i < run->described->load_count; i++) {
        total_j[name] = loads_total_j(run, i);
        loads_j += total_j[name++];
    }
    total_j[name++] = run->totals.out_j - loads_j;
    return name;
}

/* Puts each two spans together. */
static void merge(struct energy_days *days)
{
    assert(days->count == ENERGY_DAYS_MAX);
    for (size_t i = 0; i < ENERGY_DAYS_MAX / 2; i++) {
        for (size_t name = 0; name < days->names; name++) {
            days->wh[i * days->names + name] =
                days->wh[2 * i * days->names + name] + days->wh[(2 * i + 1) * days->names + name];
        }
    }
    days->count = ENERGY_DAYS_MAX / 2;
    days->days *= 2;
}

static void close_span(struct energy_days *days, const struct system_run *run)
{
    double total_j[ENERGY_NAMES_MAX];
    const size_t names = look(run, total_j);
    assert(names == days->names);
    for (size_t name = 0; name < names; name++) {
        days->wh[days->count * days->names + name] =
            (float)((total_j[name] - days->before_j[name]) / JOULES_PER_WH);
        days->before_j[name] = total_j[name];
    }
    days->count++;
    if (days->count == ENERGY_DAYS_MAX) {
        merge(days);
    }
}

void energy_days_take(struct energy_days *days, const struct system_run *run)
{
    if (run->tick >= days->due_tick && !days->failed) {
        close_span(days, run);
        days->due_tick += days->days * DAY_TICKS;
    }
}

void energy_days_finish(struct energy_days *days, const struct system_run *run)
{
    if (!days->failed && run->tick + days->days * DAY_TICKS > days->due_tick) {
        close_span(days, run);
    }
}
