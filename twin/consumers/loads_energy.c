/* SPDX-License-Identifier: Apache-2.0 */
/* What loads take now, and have taken. */
#include <assert.h>

#include "twin/consumer.h"
#include "twin/run.h"

/* Its part of `sum`, of all that goes into its place in the network, as that was built. */
static double part_of(const struct system_run *run, int i, double sum)
{
    const struct network_load *load = &run->network.loads[run->load_place[i]];
    const double shared = load->power_w + load->current_a;

    return shared > 0.0 ? sum * run->load_own[i] / shared : 0.0;
}

static bool has_place(const struct system_run *run, int i)
{
    return run->load_place[i] >= 0 && run->load_place[i] < run->network.load_count;
}

/* What load `i` has taken since the network was built; its place, power and inrush are still as they were then. */
static double taken_j(const struct system_run *run, int i)
{
    const double seconds = (double)(run->tick - run->built_tick) / SBMS_TICKS_PER_S;

    if (run->load_place[i] == LOAD_ON_OUTLET) {
        return run->load_own[i] * seconds;
    }
    return has_place(run, i) ? part_of(run, i, run->place_j[run->load_place[i]]) : 0.0;
}

double loads_total_j(const struct system_run *run, int i)
{
    assert(i >= 0 && i < run->described->load_count);
    return run->totals.load_j[i] + taken_j(run, i);
}

double loads_power_w(const struct system_run *run, int i)
{
    const int place = run->load_place[i];

    assert(i < run->described->load_count);
    if (place == LOAD_ON_OUTLET || (has_place(run, i) && run->network.loads[place].power_w > 0.0)) {
        return run->load_own[i];
    }
    return has_place(run, i) ? part_of(run, i, run->flow->load_v[place] * run->flow->load_a[place]) : 0.0;
}

void loads_settle(struct system_run *run)
{
    for (int i = 0; i < run->described->load_count; i++) {
        run->totals.load_j[i] += taken_j(run, i);
    }
    for (int i = 0; i < run->network.load_count; i++) {
        run->place_j[i] = 0.0;
    }
    run->built_tick = run->tick;
}
