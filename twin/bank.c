/* SPDX-License-Identifier: Apache-2.0 */
/* The state of a bank: making it, its memory, what its cells say. */
#include "twin/bank.h"

#include <assert.h>
#include <stdlib.h>

#include "twin/bank_internal.h"
#include "twin/real.h"

#define TICK_S 0.125
#define CASE_TIME_CONSTANT_S 3600.0 /* of a whole battery to its surroundings */
#define CELL_TO_CASE_S 600.0        /* of a cell to the case */
#define CELL_TO_CELL_S 900.0        /* of a cell to a neighbour */

/* ---- making one --------------------------------------------------------------------------------- */

enum { STREAM_CAPACITY = 1, STREAM_RESISTANCE, STREAM_LEAK };

static void spread_cells(struct bank *b, const struct scenario_bank *described, uint64_t seed)
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

        b->parameters.per_coulomb[i] = 1.0 / (3600.0 * q_ah);
        b->parameters.r0_ohm[i] = CELL_R0_OHM_AH * r;
        b->parameters.r1_ohm[i] = CELL_R1_OHM_AH * r;
        b->parameters.r2_ohm[i] = described->slow_resistance_mohm_ah * 0.001 * r;
        b->parameters.leak_a[i] = described->self_discharge_pct_per_month * 0.01 * q_ah / hours_per_month *
                                  real_exp(leak_sigma * n3);
    }
}

/* Full cells are level (the bank has been balanced): each lacks the same charge. */
static void charge_cells(struct bank *b, const struct scenario_bank *described, double ambient_c)
{
    const double lacking_c = (1.0 - described->soc_pct * 0.01) * described->capacity_ah * 3600.0;

    for (int i = 0; i < b->cell_count; i++) {
        b->now->z[i] = 1.0 - lacking_c * b->parameters.per_coulomb[i];
        b->now->temp_c[i] = ambient_c;
    }
    for (int i = 0; i < b->batteries; i++) {
        b->now->case_c[i] = ambient_c;
    }
}

/* 1/tau of a cell's temperature against the battery's mean. */
static double cell_thermal_rate(const struct bank *b)
{
    return (1.0 / b->r_cell_case + b->cells_per_battery / b->r_cell_cell) / b->heat_capacity_j_per_k;
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

bool bank_init(struct bank *made, const struct scenario_bank *described, uint64_t seed, double ambient_c)
{
    assert(described->cells == 4 || described->cells == 8);
    assert(described->series >= 1 && described->parallel >= 1);
    assert(described->series * described->parallel <= SCENARIO_BATTERIES_MAX);
    assert(described->capacity_ah > 0.0 && described->soc_pct >= 0.0 && described->soc_pct <= 100.0);
    assert(described->spread <= SPREAD_AGED);
    *made = (struct bank){
        .cells_per_battery = described->cells,
        .batteries = described->series * described->parallel,
        .strings = described->parallel,
        .series = described->series,
        .cells_per_string = described->cells * described->series,
        .cell_count = described->cells * described->series * described->parallel,
        .capacity_ah = described->capacity_ah,
        .balancing_a = described->balancing_a,
        .heat_capacity_j_per_k = CELL_MASS_KG_PER_AH * CELL_HEAT_J_PER_KGK * described->capacity_ah,
    };
    made->r_cell_case = CELL_TO_CASE_S / made->heat_capacity_j_per_k;
    made->r_cell_cell = CELL_TO_CELL_S / made->heat_capacity_j_per_k;
    made->r_case_ambient =
        CASE_TIME_CONSTANT_S / (made->heat_capacity_j_per_k * made->cells_per_battery * 1.2);
    made->cell_w_per_k = cell_thermal_rate(made) * made->heat_capacity_j_per_k;
    made->now = calloc(1, sizeof *made->now);
    made->next = calloc(1, sizeof *made->next);
    if (made->now == NULL || made->next == NULL) {
        bank_free(made);
        return false;
    }
    cell_curves_init(&made->curves, described->curve);
    spread_cells(made, described, seed);
    charge_cells(made, described, ambient_c);
    prepare_steps(made);
    bank_read_temperatures(made, made->now);
    bank_read_charges(made, made->now);
    bank_read_voltages(made, made->now);
    return true;
}

void bank_free(struct bank *made)
{
    free(made->now);
    free(made->next);
    *made = (struct bank){.cell_count = 0};
}

/* ---- reading it --------------------------------------------------------------------------------- */

double bank_soc_pct(const struct bank *b)
{
    double sum = 0.0;

    for (int i = 0; i < b->cell_count; i++) {
        sum += b->now->z[i];
    }
    return 100.0 * sum / b->cell_count;
}
