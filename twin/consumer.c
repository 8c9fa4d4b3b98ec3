/* SPDX-License-Identifier: Apache-2.0 */
#include "twin/consumer.h"

#include <assert.h>
#include <string.h>

#include "twin/run.h"

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

static struct consumer_draw draw_of(const struct system_run *run, const struct consumer_kind *kind)
{
    struct consumer_draw draw = {0.0, 0.0};

    if (is_fed(run, kind->feed)) {
        draw = kind->draw(run);
        assert(draw.power_w >= 0.0 && draw.current_a >= 0.0);
        assert(draw.power_w == 0.0 || kind->feed == FEED_BUS);
    }
    return draw;
}

void consumers_add(const struct system_run *run, struct bus_demand *demand)
{
    for (int id = 0; id < CONSUMER_KIND_COUNT; id++) {
        const struct consumer_draw draw = draw_of(run, consumer_kinds[id]);

        demand->load_w += draw.power_w;
        demand->load_a += draw.current_a;
    }
}

double consumers_output_a(const struct system_run *run, enum consumer_feed feed)
{
    double sum_a = 0.0;

    assert(feed != FEED_BUS);
    for (int id = 0; id < CONSUMER_KIND_COUNT; id++) {
        if (consumer_kinds[id]->feed == feed) {
            sum_a += draw_of(run, consumer_kinds[id]).current_a;
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
