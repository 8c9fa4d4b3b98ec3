/* SPDX-License-Identifier: Apache-2.0 */
#include "twin/bank.h"

#include <assert.h>
#include <stdlib.h>

#include "twin/real.h"

#define TICK_S 0.125
#define CASE_TIME_CONSTANT_S 3600.0 /* of a whole battery to its surroundings */
#define CELL_TO_CASE_S 600.0        /* of a cell to the case */
#define CELL_TO_CELL_S 900.0        /* of a cell to a neighbour */
#define BALANCE_ON_V 3.50
#define BALANCE_OFF_V 3.48
#define BALANCE_ON_ABOVE_LOWEST_V 0.010
#define BALANCE_OFF_ABOVE_LOWEST_V 0.005

/* ---- making one ------------------------------------------------------------------------------------- */

enum { STREAM_CAPACITY = 1, STREAM_RESISTANCE, STREAM_LEAK };

static void spread_parts(struct bank *b, const struct scenario_bank *described, uint64_t seed)
{
    static const double capacity_sigma[] = {[SPREAD_NONE] = 0.0, [SPREAD_NEW] = 0.0025, [SPREAD_AGED] = 0.06};
    static const double resistance_sigma[] = {[SPREAD_NONE] = 0.0, [SPREAD_NEW] = 0.02, [SPREAD_AGED] = 0.10};
    const double correlation = -0.4;          /* a small cell is a resistive one */
    const double other = 0.91651513899116800; /* sqrt(1 - correlation^2) */
    const double leak_sigma = described->spread == SPREAD_NONE ? 0.0 : 0.5;
    const double hours_per_month = 730.0;

    for (int i = 0; i < b->cell_count; i++) {
        const uint64_t index = (uint64_t)i;
        const double n1 = real_random_normal(seed, STREAM_CAPACITY, index);
        const double n2 = correlation * n1 + other * real_random_normal(seed, STREAM_RESISTANCE, index);
        const double n3 = real_random_normal(seed, STREAM_LEAK, index);
        const double q_ah = described->capacity_ah * real_exp(capacity_sigma[described->spread] * n1);
        const double r = real_exp(resistance_sigma[described->spread] * n2) / described->capacity_ah;

        b->parts[i] = (struct bank_part){
            .per_coulomb = 1.0 / (3600.0 * q_ah),
            .r0_ohm = CELL_R0_OHM_AH * r,
            .r1_ohm = CELL_R1_OHM_AH * r,
            .r2_ohm = described->slow_resistance_mohm_ah * 0.001 * r,
            .leak_a = described->self_discharge_pct_per_month * 0.01 * q_ah / hours_per_month *
                      real_exp(leak_sigma * n3),
        };
    }
}

/* Full cells are level (the bank has been balanced): each lacks the same charge. */
static void charge_cells(struct bank *b, const struct scenario_bank *described, double ambient_c)
{
    const double lacking_c = (1.0 - described->soc_pct * 0.01) * described->capacity_ah * 3600.0;

    for (int i = 0; i < b->cell_count; i++) {
        b->cells[i] = (struct bank_cell){.z = 1.0 - lacking_c * b->parts[i].per_coulomb, .temp_c = ambient_c};
    }
    for (int i = 0; i < b->batteries; i++) {
        b->case_c[i] = ambient_c;
    }
}

/* e^(M t) of mean and case temperature for one tick, by its series; longer steps are squares of it. */
static void thermal_tick(const struct bank *b, struct bank_step *step)
{
    const double n = b->cells_per_battery;
    const double mm = -1.0 / (b->r_cell_case * b->heat_capacity_j_per_k);
    const double case_capacity = n * b->heat_capacity_j_per_k * 0.2; /* shell and terminals */
    const double cm = n / (b->r_cell_case * case_capacity);
    const double cc = -cm - 1.0 / (b->r_case_ambient * case_capacity);
    double term[4] = {1.0, 0.0, 0.0, 1.0};
    double sum[4] = {1.0, 0.0, 0.0, 1.0};

    for (int i = 1; i < 12; i++) {
        const double f = TICK_S / i;
        const double next[4] = {f * (mm * term[0] - mm * term[2]), f * (mm * term[1] - mm * term[3]),
                                f * (cm * term[0] + cc * term[2]), f * (cm * term[1] + cc * term[3])};

        for (int j = 0; j < 4; j++) {
            term[j] = next[j];
            sum[j] += next[j];
        }
    }
    step->mean_mean = sum[0];
    step->mean_case = sum[1];
    step->case_mean = sum[2];
    step->case_case = sum[3];
}

static void thermal_square(const struct bank_step *half, struct bank_step *step)
{
    step->mean_mean = half->mean_mean * half->mean_mean + half->mean_case * half->case_mean;
    step->mean_case = half->mean_mean * half->mean_case + half->mean_case * half->case_case;
    step->case_mean = half->case_mean * half->mean_mean + half->case_case * half->case_mean;
    step->case_case = half->case_mean * half->mean_case + half->case_case * half->case_case;
}

/* 1/tau of a cell's temperature against the battery's mean. */
static double cell_thermal_rate(const struct bank *b)
{
    return (1.0 / b->r_cell_case + b->cells_per_battery / b->r_cell_cell) / b->heat_capacity_j_per_k;
}

static void prepare_steps(struct bank *b)
{
    for (int k = 0; k <= BANK_STEP_MAX; k++) {
        struct bank_step *step = &b->steps[k];
        const double seconds = TICK_S * (double)(1 << k);

        step->seconds = seconds;
        step->a1 = real_exp(-seconds / CELL_TAU1_S);
        step->a2 = real_exp(-seconds / CELL_TAU2_S);
        step->b1 = 1.0 - step->a1;
        step->b2 = 1.0 - step->a2;
        step->g1 = 1.0 - step->b1 * CELL_TAU1_S / seconds;
        step->g2 = 1.0 - step->b2 * CELL_TAU2_S / seconds;
        step->cell_decay = real_exp(-seconds * cell_thermal_rate(b));
        if (k == 0) {
            thermal_tick(b, step);
        } else {
            thermal_square(&b->steps[k - 1], step);
        }
    }
}

static bool allocate(struct bank *b)
{
    const size_t cells = (size_t)b->cell_count;
    const size_t batteries = (size_t)b->batteries;
    const size_t strings = (size_t)b->strings;

    b->parts = calloc(cells, sizeof *b->parts);
    b->cells = calloc(cells, sizeof *b->cells);
    b->next_cells = calloc(cells, sizeof *b->next_cells);
    b->readings = calloc(cells, sizeof *b->readings);
    b->next_readings = calloc(cells, sizeof *b->next_readings);
    b->case_c = calloc(batteries, sizeof *b->case_c);
    b->next_case_c = calloc(batteries, sizeof *b->next_case_c);
    b->string_a = calloc(strings, sizeof *b->string_a);
    b->next_string_a = calloc(strings, sizeof *b->next_string_a);
    b->bleeding = calloc(cells, sizeof *b->bleeding);
    return b->parts != NULL && b->cells != NULL && b->next_cells != NULL && b->readings != NULL &&
           b->next_readings != NULL && b->case_c != NULL && b->next_case_c != NULL && b->string_a != NULL &&
           b->next_string_a != NULL && b->bleeding != NULL;
}

static void read_cells(const struct bank *b, const struct bank_cell *cells, struct bank_reading *readings);

bool bank_init(struct bank *made, const struct scenario_bank *described, uint64_t seed, double ambient_c)
{
    assert(described->cells == 4 || described->cells == 8);
    assert(described->series >= 1 && described->parallel >= 1);
    *made = (struct bank){
        .cells_per_battery = described->cells,
        .batteries = described->series * described->parallel,
        .strings = described->parallel,
        .series = described->series,
        .cell_count = described->cells * described->series * described->parallel,
        .capacity_ah = described->capacity_ah,
        .balancing_a = described->balancing_a,
        .heat_capacity_j_per_k = CELL_MASS_KG_PER_AH * CELL_HEAT_J_PER_KGK * described->capacity_ah,
    };
    made->r_cell_case = CELL_TO_CASE_S / made->heat_capacity_j_per_k;
    made->r_cell_cell = CELL_TO_CELL_S / made->heat_capacity_j_per_k;
    made->r_case_ambient =
        CASE_TIME_CONSTANT_S / (made->heat_capacity_j_per_k * made->cells_per_battery * 1.2);
    if (!allocate(made)) {
        bank_free(made);
        return false;
    }
    cell_curves_init(&made->curves, described->curve);
    spread_parts(made, described, seed);
    charge_cells(made, described, ambient_c);
    prepare_steps(made);
    read_cells(made, made->cells, made->readings);
    return true;
}

void bank_free(struct bank *made)
{
    free(made->parts);
    free(made->cells);
    free(made->next_cells);
    free(made->readings);
    free(made->next_readings);
    free(made->case_c);
    free(made->next_case_c);
    free(made->string_a);
    free(made->next_string_a);
    free(made->bleeding);
    *made = (struct bank){.cell_count = 0};
}

/* ---- what the cells say ------------------------------------------------------------------------------ */

/* The node below `value` and the part of the way to the next; outside the table the last slope goes on. */
static int place_in(double value, double low, double per_unit, int nodes, double *part)
{
    const double place = (value - low) * per_unit;
    const int node = place <= 0.0 ? 0 : (place >= nodes ? nodes - 1 : (int)place);

    *part = place - node;
    return node;
}

/* What the temperature says of a cell. */
static void read_temperature(const struct cell_curves *curves, const struct bank_part *part,
                             const struct bank_cell *cell, struct bank_reading *reading)
{
    const double per_c = CELL_TEMP_NODES / (CELL_TEMP_MAX_C - CELL_TEMP_MIN_C);
    double along = 0.0;
    const struct cell_temp_node *at =
        &curves->temp[place_in(cell->temp_c, CELL_TEMP_MIN_C, per_c, CELL_TEMP_NODES, &along)];

    reading->resistance = at->resistance + (at[1].resistance - at->resistance) * along;
    reading->leak_a = part->leak_a * (at->leak + (at[1].leak - at->leak) * along);
    reading->r0_ohm = part->r0_ohm * reading->resistance;
}

/* What its charge says, and with it the voltage. */
static void read_charge(const struct cell_curves *curves, const struct bank_cell *cell,
                        struct bank_reading *reading)
{
    const double per_z = CELL_CHARGE_NODES / (CELL_Z_MAX - CELL_Z_MIN);
    double along = 0.0;
    const struct cell_charge_node *at =
        &curves->charge[place_in(cell->z, CELL_Z_MIN, per_z, CELL_CHARGE_NODES, &along)];
    const double rise_v = at[1].ocv_v - at->ocv_v;
    const double inside = along < 0.0 ? 0.0 : (along > 1.0 ? 1.0 : along);

    reading->hysteresis_v = at->hysteresis_v + (at[1].hysteresis_v - at->hysteresis_v) * inside;
    reading->entropy_v_per_k = at->entropy_v_per_k + (at[1].entropy_v_per_k - at->entropy_v_per_k) * inside;
    reading->entropy_slope = (at[1].entropy_v_per_k - at->entropy_v_per_k) * per_z;
    reading->slope_v = rise_v * per_z;
    reading->emf_v = at->ocv_v + rise_v * along + reading->hysteresis_v * cell->h + cell->v1_v + cell->v2_v +
                     reading->entropy_v_per_k * (cell->temp_c - 25.0);
}

static void read_cells(const struct bank *b, const struct bank_cell *cells, struct bank_reading *readings)
{
    for (int i = 0; i < b->cell_count; i++) {
        read_temperature(&b->curves, &b->parts[i], &cells[i], &readings[i]);
        read_charge(&b->curves, &cells[i], &readings[i]);
    }
}

static double bleed_a(const struct bank *b, int i)
{
    return b->bleeding[i] ? b->balancing_a : 0.0;
}

double bank_cell_v(const struct bank *b, int i, bool next)
{
    const struct bank_reading *reading = next ? &b->next_readings[i] : &b->readings[i];
    const int string = i / (b->series * b->cells_per_battery);
    const double string_a = next ? b->next_string_a[string] : b->string_a[string];

    assert(i >= 0 && i < b->cell_count);
    return reading->emf_v + reading->r0_ohm * (string_a - bleed_a(b, i));
}

double bank_soc_pct(const struct bank *b)
{
    double sum = 0.0;

    for (int i = 0; i < b->cell_count; i++) {
        sum += b->cells[i].z;
    }
    return 100.0 * sum / b->cell_count;
}

/* ---- the bus ----------------------------------------------------------------------------------------- */

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
            emf_v += b->readings[i].emf_v - b->readings[i].r0_ohm * bleed_a(b, i);
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

/* ---- a step ------------------------------------------------------------------------------------------ */

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
    const struct bank_part *part = &b->parts[i];
    const struct bank_reading *now = &b->readings[i];
    const struct bank_cell *cell = &b->cells[i];
    struct bank_cell *next = &b->next_cells[i];
    const double cell_a = string_a - bleed_a(b, i);
    const double resistance = 0.5 * (now->resistance + b->next_readings[i].resistance);
    const double leak_a = 0.5 * (now->leak_a + b->next_readings[i].leak_a);
    const double moved_z = cell_a * step->seconds * part->per_coulomb;
    const double gone = fraction_gone(CELL_HYSTERESIS_GAMMA * (moved_z < 0.0 ? -moved_z : moved_z));

    next->z = cell->z + moved_z - leak_a * step->seconds * part->per_coulomb;
    next->v1_v = step->a1 * cell->v1_v + part->r1_ohm * resistance * step->b1 * cell_a;
    next->v2_v = step->a2 * cell->v2_v + part->r2_ohm * resistance * step->b2 * cell_a;
    next->h = cell->h + ((cell_a > 0.0 ? 1.0 : (cell_a < 0.0 ? -1.0 : cell->h)) - cell->h) * gone;
}

/*
 * The mean heat of a cell over the step in W: resistive, relaxation, hysteresis, entropy. At a current that
 * stays the branches' means are exact; the rest is taken in the middle of the step.
 */
static double heat_w(const struct bank *b, int i, const struct bank_step *step, double string_a)
{
    const struct bank_part *part = &b->parts[i];
    const struct bank_reading *now = &b->readings[i];
    const struct bank_cell *cell = &b->cells[i];
    const double cell_a = string_a - bleed_a(b, i);
    const double half_dz = 0.5 * cell_a * step->seconds * part->per_coulomb;
    const double rest1_v = part->r1_ohm * now->resistance * cell_a;
    const double rest2_v = part->r2_ohm * now->resistance * cell_a;
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
    const double rate = cell_thermal_rate(b) * b->heat_capacity_j_per_k;
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
    const struct bank_part *part = &b->parts[i];
    const struct bank_cell *next = &b->next_cells[i];
    const struct bank_reading *reading = &b->next_readings[i];
    const double cell_a = b->string_a[i / (b->series * b->cells_per_battery)] - bleed_a(b, i);
    const double towards = cell_a > 0.0 ? 1.0 - next->h : 1.0 + next->h;
    struct bend per_a = {.z = 0.5 * step->seconds * part->per_coulomb};

    per_a.h = towards * CELL_HYSTERESIS_GAMMA * per_a.z;
    per_a.ohm = reading->slope_v * per_a.z + reading->hysteresis_v * per_a.h +
                reading->resistance * (part->r1_ohm * step->g1 + part->r2_ohm * step->g2);
    return per_a;
}

/* Adds what a change of the current in a straight line does beyond hold_current(). */
static void bend_current(const struct bank *b, int i, const struct bank_step *step, double change_a)
{
    const struct bend per_a = bend_of(b, i, step);
    const struct bank_part *part = &b->parts[i];
    struct bank_cell *next = &b->next_cells[i];
    struct bank_reading *reading = &b->next_readings[i];

    reading->emf_v += per_a.ohm * change_a;
    next->z += per_a.z * change_a;
    next->h += per_a.h * change_a;
    next->v1_v += part->r1_ohm * reading->resistance * step->g1 * change_a;
    next->v2_v += part->r2_ohm * reading->resistance * step->g2 * change_a;
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

        read_temperature(&b->curves, &b->parts[i], &b->next_cells[i], &b->next_readings[i]);
        hold_current(b, i, step, held_a);
        read_charge(&b->curves, &b->next_cells[i], &b->next_readings[i]);
        line = bend_of(b, i, step).ohm;
        end.emf_v += next->emf_v - next->r0_ohm * bleed_a(b, i) - line * held_a;
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
    assert(b->strings <= SCENARIO_BATTERIES_MAX);
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

/* ---- balancing --------------------------------------------------------------------------------------- */

static bool bleeds(const struct bank *b, int i, double cell_v, double lowest_v)
{
    if (b->bleeding[i]) {
        return cell_v > BALANCE_OFF_V && cell_v - lowest_v > BALANCE_OFF_ABOVE_LOWEST_V;
    }
    return cell_v > BALANCE_ON_V && cell_v - lowest_v > BALANCE_ON_ABOVE_LOWEST_V;
}

static double lowest_cell_v(const struct bank *b, int battery, bool next)
{
    const int first = battery * b->cells_per_battery;
    double lowest_v = bank_cell_v(b, first, next);

    for (int i = first + 1; i < first + b->cells_per_battery; i++) {
        const double cell_v = bank_cell_v(b, i, next);

        if (cell_v < lowest_v) {
            lowest_v = cell_v;
        }
    }
    return lowest_v;
}

bool bank_balancing_changes(const struct bank *b, bool next)
{
    for (int battery = 0; battery < b->batteries; battery++) {
        const double lowest_v = lowest_cell_v(b, battery, next);
        const int first = battery * b->cells_per_battery;

        for (int i = first; i < first + b->cells_per_battery; i++) {
            if (bleeds(b, i, bank_cell_v(b, i, next), lowest_v) != b->bleeding[i]) {
                return true;
            }
        }
    }
    return false;
}

bool bank_balance(struct bank *b)
{
    bool changed = false;

    for (int battery = 0; battery < b->batteries; battery++) {
        const double lowest_v = lowest_cell_v(b, battery, false);
        const int first = battery * b->cells_per_battery;

        for (int i = first; i < first + b->cells_per_battery; i++) {
            const bool on = bleeds(b, i, bank_cell_v(b, i, false), lowest_v);

            changed = changed || on != b->bleeding[i];
            b->bleeding[i] = on;
        }
    }
    return changed;
}
