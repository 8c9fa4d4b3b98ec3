/* SPDX-License-Identifier: Apache-2.0 */
#include "twin/ageing.h"

#include <assert.h>

#include "twin/real.h"

#define ZERO_C_K 273.15

/* Capacity by time, parts of 1 and days: k = e^(ln p1 - (p2 + p3 Ua) / T) (NREL, 250 Ah). */
#define CALENDAR_LN 11.334994256477566 /* ln 8.37e4 */
#define CALENDAR_K 5210.0
#define CALENDAR_K_PER_V 3560.0
#define CALENDAR_POWER 0.526

/* Capacity by cycles, parts of 1 and equivalent full cycles: k = (p4 + p5 depth + p6 C) e^(p7 / T) (NREL, 250 Ah). */
#define CYCLES_AT_0 4.38e-8
#define CYCLES_PER_DEPTH 1.55e-8
#define CYCLES_PER_C 1.68e-7
#define CYCLES_K 2190.0
#define CYCLES_POWER 0.828

/* Resistance by time, parts of 1 (Naumann, 3 Ah). */
#define RESISTANCE_PER_DAY (3.4194e-10 * 86400.0) /* at 25 degC */
#define RESISTANCE_K (71827.0 / 8.3144)
#define RESISTANCE_HALF_FULL 1.5604
#define RESISTANCE_CURVED 3.3903

/* Resistance by equivalent full cycles (Naumann, 3 Ah). */
#define RESISTANCE_CYCLE_AT_0 0.000021
#define RESISTANCE_CYCLE_PER_C (-0.000020)
#define RESISTANCE_DEPTH_HALF 0.91882
#define RESISTANCE_DEPTH_CUBED 6.8477

static double within(double value, double low, double high)
{
    return value < low ? low : (value > high ? high : value);
}

static double power(double value, double exponent)
{
    return value > 1e-290 ? real_exp(exponent * real_log(value)) : 0.0;
}

static double kelvin_within(double temp_c, double low_c, double high_c)
{
    return within(temp_c, low_c, high_c) + ZERO_C_K;
}

/* ---- capacity ------------------------------------------------------------------------------------- */

static double tanh_of(double x)
{
    return 1.0 - 2.0 / (real_exp(2.0 * x) + 1.0);
}

/* The graphite against lithium, in V (Safari and Delacourt 2011), whose filling goes with the cell's state of charge. */
static double anode_v(double soc)
{
    const double x = 0.0085 + soc * (0.78 - 0.0085);

    return 0.6379 + 0.5416 * real_exp(-305.5309 * x) + 0.044 * tanh_of((0.1958 - x) / 0.1088) -
           0.1978 * tanh_of((x - 1.0571) / 0.0854) - 0.6875 * tanh_of((x + 0.0117) / 0.0529) -
           0.0175 * tanh_of((x - 0.5692) / 0.0875);
}

void ageing_curve_init(struct ageing_curve *curve)
{
    for (int i = 0; i <= AGEING_NODES; i++) {
        curve->kelvin[i] = CALENDAR_K + CALENDAR_K_PER_V * anode_v((double)i / AGEING_NODES);
    }
}

double ageing_calendar_per_day(const struct ageing_curve *curve, double soc, double temp_c)
{
    const double place = within(soc, 0.0, 1.0) * AGEING_NODES;
    const int node = place >= AGEING_NODES ? AGEING_NODES - 1 : (int)place;
    const double kelvin =
        curve->kelvin[node] + (curve->kelvin[node + 1] - curve->kelvin[node]) * (place - node);

    return real_exp((CALENDAR_LN - kelvin / kelvin_within(temp_c, -40.0, 60.0)) / CALENDAR_POWER);
}

double ageing_cycles_per_cycle(double depth, double c_rate, double temp_c)
{
    const double use =
        CYCLES_AT_0 + CYCLES_PER_DEPTH * within(depth, 0.0, 1.0) + CYCLES_PER_C * within(c_rate, 0.0, 1.0);

    return power(use * real_exp(CYCLES_K / kelvin_within(temp_c, 10.0, 45.0)), 1.0 / CYCLES_POWER);
}

/* ---- resistance ----------------------------------------------------------------------------------- */

double ageing_resistance_per_day(double soc, double temp_c)
{
    const double off_half = within(soc, 0.0, 1.0) - 0.5;
    const double per_kelvin = 1.0 / kelvin_within(temp_c, -40.0, 60.0) - 1.0 / (25.0 + ZERO_C_K);

    return RESISTANCE_PER_DAY * (RESISTANCE_HALF_FULL - RESISTANCE_CURVED * off_half * off_half) *
           real_exp(-RESISTANCE_K * per_kelvin);
}

double ageing_resistance_per_cycle(double depth, double c_rate)
{
    const double off_half = within(depth, 0.0, 1.0) - 0.5;

    return (RESISTANCE_CYCLE_AT_0 + RESISTANCE_CYCLE_PER_C * within(c_rate, 0.0, 1.0)) *
           (RESISTANCE_DEPTH_HALF + RESISTANCE_DEPTH_CUBED * off_half * off_half * off_half);
}

/* ---- a cell --------------------------------------------------------------------------------------- */

void ageing_add(struct ageing *cell, const struct ageing_stress *stress)
{
    assert(stress->days >= 0.0 && stress->calendar >= 0.0);
    assert(stress->resistance >= 0.0 && stress->cycles >= 0.0);
    cell->calendar += stress->days * stress->calendar;
    cell->cycles += stress->cycles * ageing_cycles_per_cycle(stress->depth, stress->c_rate, stress->temp_c);
    cell->resistance += stress->days * stress->resistance +
                        stress->cycles * ageing_resistance_per_cycle(stress->depth, stress->c_rate);
}

double ageing_loss(const struct ageing *cell)
{
    return within(power(cell->calendar, CALENDAR_POWER) + power(cell->cycles, CYCLES_POWER), 0.0,
                  AGEING_LOSS_MAX);
}

struct ageing ageing_used(const struct ageing_curve *curve)
{
    const double days = 3650.0;
    const double soc = 0.5;
    const double temp_c = 25.0;
    const double depth = 0.5;
    const struct ageing_stress stress = {
        .days = days,
        .calendar = ageing_calendar_per_day(curve, soc, temp_c),
        .resistance = ageing_resistance_per_day(soc, temp_c),
        .temp_c = temp_c,
        .cycles = days * depth, /* one such cycle a day */
        .depth = depth,
        .c_rate = 0.1,
    };
    struct ageing used = {.calendar = 0.0};

    ageing_add(&used, &stress);
    return used;
}
