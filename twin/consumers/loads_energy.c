/* SPDX-License-Identifier: Apache-2.0 */
/* What loads take now, and have taken. */
#include <assert.h>

#include "twin/consumer.h"
#include "twin/run.h"

/* What load `i` has taken since the network was built; its place, power and inrush are still as they were then. */
static double taken_j(const struct system_run *run, int i)
{
    const int place = run->load_place[i];
    const double seconds = (double)(run->tick - run->built_tick) / SBMS_TICKS_PER_S;
    double shared = 0.0;

    if (place == LOAD_ON_OUTLET) {
        return run->load_own[i] * seconds;
    }
    if (place >= 0 && place < run->network.load_count) {
        shared = run->network.loads[place].power_w + run->network.loads[place].current_a;
    }
    return shared > 0.0 ? run->place_j[place] * run->load_own[i] / shared : 0.0;
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
    if (place == LOAD_ON_OUTLET) {
        return run->load_own[i];
    }
    if (place < 0 || place >= run->network.load_count) {
        return 0.0;
    }
    return run->load_own[i] * (run->network.loads[place].power_w > 0.0 ? 1.0 : run->flow->load_v[place]);
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
