/* SPDX-License-Identifier: Apache-2.0 */
/* What one part of a network does at a voltage, for twin/network*.c: it is asked for each part in each step of a run. */
#ifndef TWIN_NETWORK_LAWS_H
#define TWIN_NETWORK_LAWS_H

#include <math.h>

#include "twin/network_internal.h"

#define NETWORK_SMALLEST_S 1e-12 /* between a node and battery minus, so that none is without a voltage */

/* A load's terminals with its node at `node_v`, while it takes its current or `power_w`; below 0: it cannot. */
static inline double network_terminal_v(const struct network_load *load, double power_w, double node_v)
{
    double square = 0.0;

    if (power_w <= 0.0) {
        return node_v - load->cable_ohm * load->current_a;
    }
    if (load->cable_ohm <= 0.0) {
        return node_v > 0.0 ? node_v : -1.0;
    }
    square = node_v * node_v - 4.0 * load->cable_ohm * power_w;
    return square > 0.0 && node_v > 0.0 ? 0.5 * (node_v + sqrt(square)) : -1.0;
}

/* Into a load whose terminals are at `load_v`, which is above 0. The two divisions do not wait for one another. */
static inline struct current network_into_load(const struct network_load *load, double power_w, double load_v,
                                               double node_v)
{
    if (power_w <= 0.0) {
        return (struct current){load->current_a, 0.0};
    } else {
        const double bent_v = 2.0 * load_v - node_v; /* load_v less what the current drops in the cable */

        return (struct current){power_w / load_v, -power_w / (load_v * bent_v)};
    }
}

/* Into a load that is a resistance. */
static inline struct current network_into_resistance(const struct network_load *load, double node_v)
{
    const double nominal_a = load->power_w / load->voltage_v_min + load->current_a;
    const double s = nominal_a / (load->voltage_v_min + load->cable_ohm * nominal_a);

    return node_v > 0.0 ? (struct current){s * node_v, s} : (struct current){0.0, 0.0};
}

/* Out of a source that can give, into its node at `node_v`; `limit` is what it stands on. */
static inline struct current network_out_of_source(const struct network_source *source, double node_v,
                                                   enum network_limit *limit)
{
    struct current out = {source->current_a_max, 0.0};
    double source_v = node_v + source->cable_ohm * out.a;

    *limit = NETWORK_BY_CURRENT;
    if (source_v * out.a > source->power_w) {
        source_v = 0.5 * (node_v + sqrt(node_v * node_v + 4.0 * source->cable_ohm * source->power_w));
        out.a = source->power_w / source_v;
        out.s = -source->power_w / (source_v * (2.0 * source_v - node_v));
        *limit = NETWORK_BY_POWER;
    }
    if (source_v > source->voltage_v_max) {
        const bool is_above = node_v > source->voltage_v_max;
        const double per_ohm = 1.0 / source->cable_ohm;

        out.a = is_above ? 0.0 : (source->voltage_v_max - node_v) * per_ohm;
        out.s = is_above ? 0.0 : -per_ohm;
        *limit = NETWORK_BY_VOLTAGE;
    }
    return out;
}

/* Whether a source at `node_v` still stands on `limit` with `source_a`: beyond a bend of its curve a round has squared nothing. */
static inline bool network_stands(const struct network_source *source, enum network_limit limit,
                                  double node_v, double source_a)
{
    const double over = 1.0 + NETWORK_ROUNDING;
    const double source_v = node_v + source->cable_ohm * source_a;
    const bool is_within_power = source_v * source_a <= source->power_w * over;
    const bool is_within_voltage = source_v <= source->voltage_v_max * over;

    switch (limit) {
    case NETWORK_OFF:
        return true;
    case NETWORK_BY_POWER:
        return source_a <= source->current_a_max * over && is_within_voltage;
    case NETWORK_BY_CURRENT:
        return is_within_power && is_within_voltage;
    default:
        return source_a > 0.0
                   ? source_a <= source->current_a_max * over && is_within_power
                   : source_a >= -NETWORK_TOUCH_A && node_v >= source->voltage_v_max - NETWORK_TOUCH_V;
    }
}

#endif
