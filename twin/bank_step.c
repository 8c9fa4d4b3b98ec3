/* SPDX-License-Identifier: Apache-2.0 */
/* A bank on its bus: now, and at the end of a step, linearly implicit (twin/bank.h). */
#include "twin/bank.h"

#include <assert.h>
#include <stddef.h>

#include "twin/bank_internal.h"
#include "twin/real.h"

/* ---- now ---------------------------------------------------------------------------------------- */

struct bus_state bank_solve(struct bank *b, const struct bus_demand *demand)
{
    const int per_string = b->series * b->cells_per_battery;
    double conductance_s = 0.0;
    double short_a = 0.0;
    struct bus_state bus;

    for (int s = 0; s < b->strings; s++) {
        double emf_v = 0.0;
        double r_ohm = 0.0;

        for (int i = s * per_string; i < (s + 1) * per_string; i++) {
            emf_v += b->readings[i].emf_v - b->readings[i].r0_ohm * bank_bleed_a(b, i);
            r_ohm += b->readings[i].r0_ohm;
        }
        b->next_string_a[s] = emf_v; /* room for the two numbers until the voltage is known */
        b->string_a[s] = r_ohm;
        conductance_s += 1.0 / r_ohm;
        short_a += emf_v / r_ohm;
    }
    bus = bus_solve(conductance_s, short_a, demand);
    for (int s = 0; s < b->strings; s++) {
        b->string_a[s] = (bus.voltage_v - b->next_string_a[s]) / b->string_a[s];
    }
    return bus;
}

/* ---- a step ------------------------------------------------------------------------------------- */

/* 1 - e^(-x), x >= 0: by its series where it is short. */
static double fraction_gone(double x)
{
    if (x > 0.2) {
        return 1.0 - real_exp(-x);
    }
    return x * (1.0 - x / 2.0 * (1.0 - x / 3.0 * (1.0 - x / 4.0 * (1.0 - x / 5.0 * (1.0 - x / 6.0)))));
}

/* The step at the current that the cell has now: exact but for the drift of its temperature, of which it takes
 * the mean; both readings know theirs. */
static void hold_current(const struct bank *b, int i, const struct bank_step *step, double string_a)
{
    const struct cell_parameters *parameters = &b->parameters[i];
    const struct bank_reading *now = &b->readings[i];
    const struct bank_cell *cell = &b->cells[i];
    struct bank_cell *next = &b->next_cells[i];
    const double cell_a = string_a - bank_bleed_a(b, i);
    const double resistance = 0.5 * (now->resistance + b->next_readings[i].resistance);
    const double leak_a = 0.5 * (now->leak_a + b->next_readings[i].leak_a);
    const double moved_z = cell_a * step->seconds * parameters->per_coulomb;
    const double gone = fraction_gone(CELL_HYSTERESIS_GAMMA * (moved_z < 0.0 ? -moved_z : moved_z));

    next->z = cell->z + moved_z - leak_a * step->seconds * parameters->per_coulomb;
    next->v1_v = step->a1 * cell->v1_v + parameters->r1_ohm * resistance * step->b1 * cell_a;
    next->v2_v = step->a2 * cell->v2_v + parameters->r2_ohm * resistance * step->b2 * cell_a;
    next->h = cell->h + ((cell_a > 0.0 ? 1.0 : (cell_a < 0.0 ? -1.0 : cell->h)) - cell->h) * gone;
}

/*
 * The mean heat of a cell over the step in W: resistive, relaxation, hysteresis, entropy. At a current that
 * stays the branches' means are exact; the rest is taken in the middle of the step.
 */
static double heat_w(const struct bank *b, int i, const struct bank_step *step, double string_a)
{
    const struct cell_parameters *parameters = &b->parameters[i];
    const struct bank_reading *now = &b->readings[i];
    const struct bank_cell *cell = &b->cells[i];
    const double cell_a = string_a - bank_bleed_a(b, i);
    const double half_dz = 0.5 * cell_a * step->seconds * parameters->per_coulomb;
    const double rest1_v = parameters->r1_ohm * now->resistance * cell_a;
    const double rest2_v = parameters->r2_ohm * now->resistance * cell_a;
    const double v1_v = rest1_v + (cell->v1_v - rest1_v) * (1.0 - step->g1);
    const double v2_v = rest2_v + (cell->v2_v - rest2_v) * (1.0 - step->g2);
    const double turned = CELL_HYSTERESIS_GAMMA * half_dz;
    const double h = cell->h + (turned < 0.0 ? (1.0 + cell->h) : (1.0 - cell->h)) * turned;
    const double entropy_v_per_k = now->entropy_v_per_k + now->entropy_slope * half_dz;

    return cell_a * (now->r0_ohm * cell_a + v1_v + v2_v + now->hysteresis_v * h +
                     (cell->temp_c + 273.15) * entropy_v_per_k);
}

/*
 * The temperatures of one battery: exact for heats and an ambient that stay. Each cell is coupled to the case
 * and to each other cell alike, so that the mean and the case move together and each cell falls to the mean.
 */
static void warm_battery(struct bank *b, int battery, const struct bank_step *step, double string_a,
                         double ambient_c)
{
    const int n = b->cells_per_battery;
    const int first = battery * n;
    const double rate = bank_cell_thermal_rate(b) * b->heat_capacity_j_per_k;
    double heats_w[SCENARIO_CELLS_MAX] = {0.0};
    double mean_w = 0.0;
    double mean_c = 0.0;

    for (int i = 0; i < n; i++) {
        heats_w[i] = heat_w(b, first + i, step, string_a);
        mean_w += heats_w[i] / n;
        mean_c += b->cells[first + i].temp_c / n;
    }
    {
        const double rest_case_c = ambient_c + n * mean_w * b->r_case_ambient;
        const double rest_mean_c = rest_case_c + mean_w * b->r_cell_case;
        const double off_mean = mean_c - rest_mean_c;
        const double off_case = b->case_c[battery] - rest_case_c;
        const double next_mean_c = rest_mean_c + step->mean_mean * off_mean + step->mean_case * off_case;

        b->next_case_c[battery] = rest_case_c + step->case_mean * off_mean + step->case_case * off_case;
        for (int i = 0; i < n; i++) {
            const double rest = (heats_w[i] - mean_w) / rate;
            const double off = b->cells[first + i].temp_c - mean_c - rest;

            b->next_cells[first + i].temp_c = next_mean_c + rest + step->cell_decay * off;
        }
    }
}

/* What each ampere that the string's current has risen by at the end adds to a cell's state and voltage. */
struct bend {
    double z;
    double h;
    double ohm;
};

static struct bend bend_of(const struct bank *b, int i, const struct bank_step *step)
{
    const struct cell_parameters *parameters = &b->parameters[i];
    const struct bank_cell *next = &b->next_cells[i];
    const struct bank_reading *reading = &b->next_readings[i];
    const double cell_a = b->string_a[i / (b->series * b->cells_per_battery)] - bank_bleed_a(b, i);
    const double towards = cell_a > 0.0 ? 1.0 - next->h : 1.0 + next->h;
    struct bend per_a = {.z = 0.5 * step->seconds * parameters->per_coulomb};

    per_a.h = towards * CELL_HYSTERESIS_GAMMA * per_a.z;
    per_a.ohm = reading->slope_v * per_a.z + reading->hysteresis_v * per_a.h +
                reading->resistance * (parameters->r1_ohm * step->g1 + parameters->r2_ohm * step->g2);
    return per_a;
}

/* Adds what a change of the current in a straight line does beyond hold_current(). */
static void bend_current(const struct bank *b, int i, const struct bank_step *step, double change_a)
{
    const struct bend per_a = bend_of(b, i, step);
    const struct cell_parameters *parameters = &b->parameters[i];
    struct bank_cell *next = &b->next_cells[i];
    struct bank_reading *reading = &b->next_readings[i];

    reading->emf_v += per_a.ohm * change_a;
    next->z += per_a.z * change_a;
    next->h += per_a.h * change_a;
    next->v1_v += parameters->r1_ohm * reading->resistance * step->g1 * change_a;
    next->v2_v += parameters->r2_ohm * reading->resistance * step->g2 * change_a;
}

struct string_end {
    double emf_v;
    double r_ohm;
};

static struct string_end try_string(struct bank *b, int s, const struct bank_step *step, double ambient_c)
{
    const int per_string = b->series * b->cells_per_battery;
    const double held_a = b->string_a[s];
    struct string_end end = {0.0, 0.0};

    for (int battery = s * b->series; battery < (s + 1) * b->series; battery++) {
        warm_battery(b, battery, step, held_a, ambient_c);
    }
    for (int i = s * per_string; i < (s + 1) * per_string; i++) {
        const struct bank_reading *next = &b->next_readings[i];
        double line = 0.0;

        bank_read_temperature(&b->curves, &b->parameters[i], &b->next_cells[i], &b->next_readings[i]);
        hold_current(b, i, step, held_a);
        bank_read_charge(&b->curves, &b->next_cells[i], &b->next_readings[i]);
        line = bend_of(b, i, step).ohm;
        end.emf_v += next->emf_v - next->r0_ohm * bank_bleed_a(b, i) - line * held_a;
        end.r_ohm += next->r0_ohm + line;
    }
    return end;
}

struct bus_state bank_try(struct bank *b, int k, const struct bus_demand *demand, double ambient_c)
{
    const int per_string = b->series * b->cells_per_battery;
    const struct bank_step *step = NULL;
    struct string_end ends[SCENARIO_BATTERIES_MAX];
    double conductance_s = 0.0;
    double short_a = 0.0;
    struct bus_state bus;

    assert(k >= 0 && k <= BANK_STEP_MAX);
    assert(b->strings <= SCENARIO_BATTERIES_MAX); /* the room of `ends` */
    step = &b->steps[k];
    for (int s = 0; s < b->strings; s++) {
        ends[s] = try_string(b, s, step, ambient_c);
        conductance_s += 1.0 / ends[s].r_ohm;
        short_a += ends[s].emf_v / ends[s].r_ohm;
    }
    bus = bus_solve(conductance_s, short_a, demand);
    for (int s = 0; s < b->strings; s++) {
        b->next_string_a[s] = (bus.voltage_v - ends[s].emf_v) / ends[s].r_ohm;
        for (int i = s * per_string; i < (s + 1) * per_string; i++) {
            bend_current(b, i, step, b->next_string_a[s] - b->string_a[s]);
        }
    }
    return bus;
}

double bank_current_change_a(const struct bank *b)
{
    double largest_a = 0.0;

    for (int s = 0; s < b->strings; s++) {
        const double change_a = b->next_string_a[s] - b->string_a[s];
        const double size_a = change_a < 0.0 ? -change_a : change_a;

        if (size_a > largest_a) {
            largest_a = size_a;
        }
    }
    return largest_a;
}

static void swap_cells(struct bank_cell **a, struct bank_cell **b)
{
    struct bank_cell *const kept = *a;

    *a = *b;
    *b = kept;
}

void bank_accept(struct bank *b)
{
    struct bank_reading *const readings = b->readings;
    double *const case_c = b->case_c;
    double *const string_a = b->string_a;

    swap_cells(&b->cells, &b->next_cells);
    b->readings = b->next_readings;
    b->next_readings = readings;
    b->case_c = b->next_case_c;
    b->next_case_c = case_c;
    b->string_a = b->next_string_a;
    b->next_string_a = string_a;
}
