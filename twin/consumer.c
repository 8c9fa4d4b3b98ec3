/* SPDX-License-Identifier: Apache-2.0 */
#include "twin/consumer.h"

#include <assert.h>
#include <string.h>

#include "twin/run.h"

#define ELECTRONICS_V_MIN 3.0 /* below it, what draws small currents is a resistance */

#define CONSUMER_PLACE(id, name) [CONSUMER_##id] = &consumer_##name,
const struct consumer_kind *const consumer_kinds[CONSUMER_KIND_COUNT] = {CONSUMER_KINDS(CONSUMER_PLACE)};

void consumer_settings(const struct scenario *described, int id, void *settings, size_t size)
{
    assert(id >= 0 && id < CONSUMER_KIND_COUNT);
    assert(size <= SCENARIO_CONSUMER_SIZE);
    memcpy(settings, described->consumers[id].settings, size);
}

static bool is_fed(const struct system_run *run, enum consumer_feed feed)
{
    switch (feed) {
    case FEED_LOAD_OUTPUT:
        return run->outputs.load;
    case FEED_PRE_ALARM_OUTPUT:
        return run->outputs.prealarm;
    default:
        return true;
    }
}

static double draw_of(const struct system_run *run, const struct consumer_kind *kind)
{
    double draw_a = 0.0;

    if (kind->draw_a != NULL && is_fed(run, kind->feed)) {
        draw_a = kind->draw_a(run);
        assert(draw_a >= 0.0);
    }
    return draw_a;
}

/* Small currents, side by side at a bus: their cables are nothing to them. */
static void add_currents(const struct system_run *run, int node, struct network *network)
{
    double sum_a = 0.0;

    for (int id = 0; node == 0 && id < CONSUMER_KIND_COUNT; id++) {
        sum_a += draw_of(run, consumer_kinds[id]);
    }
    sum_a += run->equipment_a[node];
    if (sum_a > 0.0) {
        network->loads[network->load_count++] =
            (struct network_load){.node = node, .current_a = sum_a, .voltage_v_min = ELECTRONICS_V_MIN};
    }
}

void consumers_add(struct system_run *run, struct network *network)
{
    for (int id = 0; id < CONSUMER_KIND_COUNT; id++) {
        if (consumer_kinds[id]->add != NULL) {
            consumer_kinds[id]->add(run, network);
        }
    }
    for (int node = 0; node <= run->described->bus_count; node++) {
        add_currents(run, node, network);
    }
}

bool consumers_would_look(const struct system_run *run, const struct network_flow *flow)
{
    bool would = false;

    for (int id = 0; id < CONSUMER_KIND_COUNT; id++) {
        would =
            would || (consumer_kinds[id]->would_look != NULL && consumer_kinds[id]->would_look(run, flow));
    }
    return would;
}

bool consumers_look(struct system_run *run)
{
    bool has_changed = false;

    for (int id = 0; id < CONSUMER_KIND_COUNT; id++) {
        if (consumer_kinds[id]->look != NULL && consumer_kinds[id]->look(run)) {
            has_changed = true;
        }
    }
    return has_changed;
}

double consumers_output_a(const struct system_run *run, enum consumer_feed feed)
{
    double sum_a = 0.0;

    assert(feed != FEED_BUS);
    for (int id = 0; id < CONSUMER_KIND_COUNT; id++) {
        if (consumer_kinds[id]->feed == feed) {
            sum_a += draw_of(run, consumer_kinds[id]);
        }
    }
    return sum_a;
}

int64_t consumers_next_tick(const struct system_run *run)
{
    int64_t next = INT64_MAX;

    for (int id = 0; id < CONSUMER_KIND_COUNT; id++) {
        if (consumer_kinds[id]->next_tick != NULL) {
            const int64_t tick = consumer_kinds[id]->next_tick(run);

            assert(tick > run->tick);
            next = tick < next ? tick : next;
        }
    }
    return next;
}
