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

/* Cell `i`: its capacity, and its resistance as a factor on that of a cell of the nominal capacity. */
static void make_cell(struct bank *b, int i, const struct cell_model *model, double q_ah, double resistance)
{
    struct bank_parameters *made = &b->parameters;
    const double per_ohm_ah = resistance / b->capacity_ah;

    b->ageing.resistance_as_new[i] = resistance;
    made->per_coulomb[i] = 1.0 / (3600.0 * q_ah);
    made->coulombs[i] = 3600.0 * q_ah;
    made->r0_ohm[i] = (model->r0_ohm_ah[0].at_25 + model->r0_ohm_ah[1].at_25) * per_ohm_ah;
    made->r2_ohm[i] = model->r2_ohm_ah.at_25 * per_ohm_ah;
    made->exchange_a[i] = model->exchange_per_h / per_ohm_ah;
    for (int k = 0; k < CELL_DIFFUSIONS; k++) {
        made->diffusion_per_a[k][i] = model->diffusion_h[k].at_25 / q_ah;
    }
}

/* What the scenario says of battery `battery`, from 0, or of one cell of it, -1: of all; NULL: nothing. */
static const struct scenario_difference *difference_of(const struct scenario_bank *described, int battery,
                                                       int cell)
{
    for (int k = 0; k < described->difference_count; k++) {
        const struct scenario_difference *difference = &described->differences[k];

        if (difference->battery == battery + 1 && difference->cell == cell + 1) {
            return difference;
        }
    }
    return NULL;
}

/*
 * A cell's own values, where it has none its battery's, where that has none the bank's. A state of charge of its own is -1 when it
 * has none.
 */
static struct scenario_difference cell_of(const struct scenario_bank *described, int battery, int cell)
{
    const struct scenario_difference *const sources[] = {difference_of(described, battery, -1),
                                                         difference_of(described, battery, cell)};
    struct scenario_difference made = {.capacity_pct = 100.0,
                                       .resistance_pct = 100.0,
                                       .soc_pct = sources[1] != NULL ? sources[1]->soc_pct : -1.0,
                                       .self_discharge_pct_per_month =
                                           described->self_discharge_pct_per_month};

    for (int k = 0; k < 2; k++) {
        const struct scenario_difference *source = sources[k];

        if (source != NULL) {
            made.capacity_pct = source->capacity_pct > 0.0 ? source->capacity_pct : made.capacity_pct;
            made.resistance_pct = source->resistance_pct > 0.0 ? source->resistance_pct : made.resistance_pct;
            made.self_discharge_pct_per_month = source->self_discharge_pct_per_month >= 0.0
                                                    ? source->self_discharge_pct_per_month
                                                    : made.self_discharge_pct_per_month;
        }
    }
    return made;
}

static void spread_cells(struct bank *b, const struct scenario_bank *described, uint64_t seed)
{
    static const double capacity_sigma[] = {[SPREAD_NONE] = 0.0, [SPREAD_NEW] = 0.0025, [SPREAD_AGED] = 0.06};
    static const double resistance_sigma[] = {[SPREAD_NONE] = 0.0, [SPREAD_NEW] = 0.02, [SPREAD_AGED] = 0.10};
    const double correlation = -0.4;          /* a small cell is a resistive one */
    const double other = 0.91651513899116800; /* sqrt(1 - correlation^2) */
    const double leak_sigma = described->spread == SPREAD_NONE ? 0.0 : 0.5;
    const double hours_per_month = 730.0;

    for (int i = 0; i < b->cell_count; i++) {
        const struct scenario_difference cell =
            cell_of(described, i / b->cells_per_battery, i % b->cells_per_battery);
        const uint64_t index = (uint64_t)i;
        const double n1 = real_random_normal(seed, STREAM_CAPACITY, index);
        const double n2 = correlation * n1 + other * real_random_normal(seed, STREAM_RESISTANCE, index);
        const double n3 = real_random_normal(seed, STREAM_LEAK, index);
        const double q_ah = described->capacity_ah * real_exp(capacity_sigma[described->spread] * n1) *
                            (cell.capacity_pct * 0.01);

        make_cell(b, i, cell_model_of(described), q_ah,
                  real_exp(resistance_sigma[described->spread] * n2) * (cell.resistance_pct * 0.01));
        b->parameters.leak_a[i] =
            cell.self_discharge_pct_per_month * 0.01 * q_ah / hours_per_month * real_exp(leak_sigma * n3);
    }
}

/* What each cell of a battery lacks: full cells are level (it has been balanced), so that is a part of what a cell of this age and
 * battery holds. In A s. */
static double lacking_of(const struct bank *b, const struct scenario_bank *described, int battery)
{
    const struct scenario_difference *own = difference_of(described, battery, -1);
    const double capacity_ah = described->capacity_ah * (1.0 - ageing_loss(&b->ageing.cells[0]));
    const double soc_pct = own != NULL && own->soc_pct >= 0.0 ? own->soc_pct : described->soc_pct;
    const double capacity_pct = own != NULL && own->capacity_pct > 0.0 ? own->capacity_pct : 100.0;

    return (1.0 - soc_pct * 0.01) * capacity_ah * 3600.0 * (capacity_pct * 0.01);
}

/* No cell lacks more than its own charge. */
static void charge_cells(struct bank *b, const struct scenario_bank *described, double ambient_c)
{
    for (int battery = 0; battery < b->batteries; battery++) {
        const struct scenario_difference *own = difference_of(described, battery, -1);
        const double lacking_c = lacking_of(b, described, battery);

        b->temp_offset_c[battery] = own != NULL ? own->temp_offset_c : 0.0;
        b->now->case_c[battery] = ambient_c + b->temp_offset_c[battery];
        for (int cell = 0; cell < b->cells_per_battery; cell++) {
            const int i = battery * b->cells_per_battery + cell;
            const double soc_pct = cell_of(described, battery, cell).soc_pct;
            const double z = soc_pct >= 0.0 ? soc_pct * 0.01 : 1.0 - lacking_c * b->parameters.per_coulomb[i];

            b->now->z[i] = z > 0.0 ? z : 0.0;
            b->now->temp_c[i] = b->now->case_c[battery];
        }
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

/* The two parts of `step` one after the other. */
static void thermal_product(const struct bank_step *a, const struct bank_step *b, struct bank_step *step)
{
    step->mean_mean = a->mean_mean * b->mean_mean + a->mean_case * b->case_mean;
    step->mean_case = a->mean_mean * b->mean_case + a->mean_case * b->case_case;
    step->case_mean = a->case_mean * b->mean_mean + a->case_case * b->case_mean;
    step->case_case = a->case_mean * b->mean_case + a->case_case * b->case_case;
}

/* By series where a step is short against `tau_s`: differences of numbers near 1 have few digits left. */
static struct bank_decay decay_over(double seconds, double tau_s)
{
    const double x = seconds / tau_s;
    struct bank_decay decay;

    if (x < 0.02) {
        decay.gone = x * (1.0 - x / 2.0 * (1.0 - x / 3.0 * (1.0 - x / 4.0 * (1.0 - x / 5.0))));
        decay.ramp = x / 2.0 * (1.0 - x / 3.0 * (1.0 - x / 4.0 * (1.0 - x / 5.0 * (1.0 - x / 6.0))));
    } else {
        decay.gone = 1.0 - real_exp(-x);
        decay.ramp = 1.0 - decay.gone / x;
    }
    decay.left = 1.0 - decay.gone;
    return decay;
}

void bank_prepare_decays(struct bank_step *step, const struct cell_model *model)
{
    step->v1 = decay_over(step->seconds, model->tau1_s);
    step->v2 = decay_over(step->seconds, model->tau2_s);
    for (int k = 0; k < CELL_DIFFUSIONS; k++) {
        step->w[k] = decay_over(step->seconds, model->diffusion_tau_s[k]);
    }
}

static void prepare_steps(struct bank *b, const struct cell_model *model)
{
    const int count = (int)(sizeof b->steps / sizeof b->steps[0]);

    for (int i = 0; i < count; i++) {
        struct bank_step *step = &b->steps[i];
        const int ticks = i < BANK_TICKS_PER_S ? i + 1 : (i - BANK_TICKS_PER_S + 2) * BANK_TICKS_PER_S;
        const double seconds = TICK_S * ticks;

        step->seconds = seconds;
        step->per_second = 1.0 / seconds;
        bank_prepare_decays(step, model);
        step->cell_decay = real_exp(-seconds * cell_thermal_rate(b));
        if (ticks == 1) {
            thermal_tick(b, step);
        } else {
            const int part =
                ticks < 2 * BANK_TICKS_PER_S ? ticks / 2 : ticks / 2 - ticks / 2 % BANK_TICKS_PER_S;

            thermal_product(bank_step_of(b, part), bank_step_of(b, ticks - part), step);
        }
    }
}

/* The states and what all cells share; false: no memory, and nothing is to be freed. */
static bool give_cells(struct bank *made, const struct cell_model *model)
{
    made->now = calloc(1, sizeof *made->now);
    made->next = calloc(1, sizeof *made->next);
    if (made->now == NULL || made->next == NULL) {
        bank_free(made);
        return false;
    }
    made->hysteresis_gamma = model->hysteresis_gamma;
    cell_curves_init(&made->curves, model);
    return true;
}

bool bank_init(struct bank *made, const struct scenario_bank *described, uint64_t seed, double ambient_c)
{
    const struct cell_model *model = cell_model_of(described);

    assert(described->cells == 4 || described->cells == 8);
    assert(described->series >= 1 && described->parallel >= 1);
    assert(described->series * described->parallel <= SCENARIO_BATTERIES_MAX);
    assert(described->capacity_ah > 0.0 && described->soc_pct >= 0.0 && described->soc_pct <= 100.0);
    assert(described->spread <= SPREAD_AGED && described->cell < CELL_KIND_COUNT);
    *made = (struct bank){
        .cells_per_battery = described->cells,
        .batteries = described->series * described->parallel,
        .strings = described->parallel,
        .series = described->series,
        .cells_per_string = described->cells * described->series,
        .cell_count = described->cells * described->series * described->parallel,
        .capacity_ah = described->capacity_ah,
        .balancing_a = described->balancing_a,
        .board_ohm = described->board_mohm_ah * 0.001 / described->capacity_ah,
        .cable_ohm = described->cable_mohm * 0.001,
        .heat_capacity_j_per_k = CELL_MASS_KG_PER_AH * CELL_HEAT_J_PER_KGK * described->capacity_ah,
    };
    made->r_cell_case = CELL_TO_CASE_S / made->heat_capacity_j_per_k;
    made->r_cell_cell = CELL_TO_CELL_S / made->heat_capacity_j_per_k;
    made->r_case_ambient =
        CASE_TIME_CONSTANT_S / (made->heat_capacity_j_per_k * made->cells_per_battery * 1.2);
    made->cell_k_per_w = 1.0 / (cell_thermal_rate(made) * made->heat_capacity_j_per_k);
    if (!give_cells(made, model)) {
        return false;
    }
    spread_cells(made, described, seed);
    bank_start_ageing(made, described->spread == SPREAD_AGED);
    charge_cells(made, described, ambient_c);
    bank_forget_stress(made);
    prepare_steps(made, model);
    bank_read_temperatures(made, made->now);
    bank_read_charges(made, made->now);
    bank_read_held(made, made->now);
    bank_read_voltages(made, made->now);
    return true;
}

bool bank_init_cell(struct bank *made, const struct cell_model *model, double capacity_ah)
{
    *made = (struct bank){
        .cells_per_battery = 1,
        .batteries = 1,
        .strings = 1,
        .series = 1,
        .cells_per_string = 1,
        .cell_count = 1,
        .capacity_ah = capacity_ah,
    };
    if (!give_cells(made, model)) {
        return false;
    }
    make_cell(made, 0, model, capacity_ah, 1.0);
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
