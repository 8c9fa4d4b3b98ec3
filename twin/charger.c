/* SPDX-License-Identifier: Apache-2.0 */
#include "twin/charger.h"

#include <assert.h>

static int64_t absorption_ticks(const struct scenario_solar *solar)
{
    return (int64_t)solar->absorption_s * SBMS_TICKS_PER_S;
}

double charger_limit_v(const struct charger *c, const struct scenario_solar *solar)
{
    assert(solar->float_mv <= solar->absorption_mv);
    return (c->stage == CHARGER_FLOAT ? solar->float_mv : solar->absorption_mv) * 0.001;
}

static struct charger in_stage(enum charger_stage stage, int64_t tick)
{
    return (struct charger){.stage = stage, .stage_tick = tick, .below_tick = -1};
}

static struct charger look_in_float(const struct charger *c, const struct scenario_solar *solar,
                                    const struct bus_state *bus, int64_t tick)
{
    const bool below = bus->charger_limit != NETWORK_BY_VOLTAGE && bus->charger_v < solar->float_mv * 0.001;
    struct charger next = *c;

    if (!below) {
        next.below_tick = -1;
    } else if (c->below_tick < 0) {
        next.below_tick = tick;
    } else if (tick - c->below_tick >= CHARGER_REBULK_TICKS) {
        next = in_stage(CHARGER_BULK, tick);
    }
    return next;
}

static struct charger look_in_absorption(const struct charger *c, const struct scenario_solar *solar,
                                         const struct bus_state *bus, int64_t tick)
{
    const bool at_tail = bus->charger_limit == NETWORK_BY_VOLTAGE && bus->source_a < solar->tail_a;

    return at_tail || tick - c->stage_tick >= absorption_ticks(solar) ? in_stage(CHARGER_FLOAT, tick) : *c;
}

struct charger charger_look(const struct charger *c, const struct scenario_solar *solar,
                            const struct bus_state *bus, bool enabled, int64_t tick)
{
    assert(tick >= c->stage_tick);
    if (!enabled) {
        return c->stage == CHARGER_OFF ? *c : in_stage(CHARGER_OFF, tick);
    }
    switch (c->stage) {
    case CHARGER_OFF:
        return in_stage(CHARGER_BULK, tick);
    case CHARGER_BULK:
        return bus->charger_limit == NETWORK_BY_VOLTAGE ? in_stage(CHARGER_ABSORPTION, tick) : *c;
    case CHARGER_ABSORPTION:
        return look_in_absorption(c, solar, bus, tick);
    case CHARGER_FLOAT:
    default:
        return look_in_float(c, solar, bus, tick);
    }
}

int64_t charger_deadline_tick(const struct charger *c, const struct scenario_solar *solar)
{
    if (c->stage == CHARGER_ABSORPTION) {
        return c->stage_tick + absorption_ticks(solar);
    }
    if (c->stage == CHARGER_FLOAT && c->below_tick >= 0) {
        return c->below_tick + CHARGER_REBULK_TICKS;
    }
    return INT64_MAX;
}
