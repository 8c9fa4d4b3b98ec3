/* SPDX-License-Identifier: Apache-2.0 */
#include "twin/bus.h"

#include <assert.h>
#include <math.h>

/* V of  G V = J + current + power / V. */
static double voltage_at(double conductance_s, double short_a, double current_a, double power_w)
{
    const double b = short_a + current_a;
    const double square = b * b + 4.0 * conductance_s * power_w;
    const double voltage_v = (b + (square > 0.0 ? sqrt(square) : 0.0)) / (2.0 * conductance_s);

    return voltage_v > 1e-3 ? voltage_v : 1e-3;
}

struct bus_state bus_solve(double conductance_s, double short_a, const struct bus_demand *demand)
{
    struct bus_state bus = {.source_mode = BUS_SOURCE_OFF};

    assert(conductance_s > 0.0);
    assert(demand->load_w >= 0.0 && demand->load_a >= 0.0 && demand->source_w >= 0.0);
    assert(demand->source_a_max >= 0.0 && demand->source_v_max >= 0.0);
    if (demand->source_w > 0.0) {
        bus.source_mode = BUS_SOURCE_POWER;
    }
    bus.voltage_v = voltage_at(conductance_s, short_a, -demand->load_a, demand->source_w - demand->load_w);
    bus.source_a = demand->source_w / bus.voltage_v;
    if (bus.source_a > demand->source_a_max) {
        bus.source_mode = BUS_SOURCE_CURRENT;
        bus.source_a = demand->source_a_max;
        bus.voltage_v = voltage_at(conductance_s, short_a, bus.source_a - demand->load_a, -demand->load_w);
    }
    if (bus.source_mode != BUS_SOURCE_OFF && bus.voltage_v > demand->source_v_max) {
        const double held_v = demand->source_v_max;

        bus.source_mode = BUS_SOURCE_VOLTAGE;
        bus.voltage_v = held_v;
        bus.source_a = conductance_s * held_v - short_a + demand->load_a + demand->load_w / held_v;
        if (bus.source_a < 0.0) { /* the bank alone is above the set point */
            bus.source_a = 0.0;
            bus.voltage_v = voltage_at(conductance_s, short_a, -demand->load_a, -demand->load_w);
        }
    }
    bus.bank_a = conductance_s * bus.voltage_v - short_a;
    bus.load_a = bus.source_a - bus.bank_a; /* less than the demand where the bank cannot give it */
    if (bus.load_a < 0.0) {                 /* a bank below 0 V: docs/MODELS.md, "What is left out" */
        bus.load_a = 0.0;
    }
    return bus;
}
