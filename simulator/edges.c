/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/edges.h"

void edges_forget(struct edges *edges)
{
    edges->count = 0;
    edges->lost = 0;
}

static void see_power_on(void *self, uint64_t value)
{
    (void)value;
    edges_forget(self);
}

static void see_pin(void *self, uint64_t pin)
{
    struct edges *edges = self;
    if (pin >= DRIVEN_OUTPUTS) {
        return;
    }
    if (edges->count == EDGES_MAX) {
        edges->lost++;
        return;
    }
    edges->edges[edges->count] =
        (struct edge){part_ns(edges->part), (uint8_t)pin, part_is_high(edges->part, (enum driven_pin)pin)};
    edges->count++;
}

void edges_make(struct edges *edges, struct part *part)
{
    edges->part = part;
    edges_forget(edges);
    part_observe(part,
                 (struct part_observer){edges, {[PART_POWER_ON] = see_power_on, [PART_PIN_MOVED] = see_pin}});
}
