/* SPDX-License-Identifier: Apache-2.0 */
/* A bank on its bus: now, and at the end of a step, linearly implicit (twin/bank.h). */
#include "twin/bank.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>

#include "twin/bank_internal.h"
#include "twin/real.h"

#define SERIES_MAX 0.2 /* of a hysteresis' turn; above it the exponential is called */

/* ---- now ---------------------------------------------------------------------------------------- */

/* A string by itself, behind the bank's cable: it needs one division, for which the next step waits. */
static struct network_store single_string(const struct bank *b)
{
    const double conductance_s = 1.0 / (b->sources.r_ohm[0] + b->cable_ohm);

    return (struct network_store){.conductance_s = conductance_s,
                                  .short_a = b->sources.emf_v[0] * conductance_s};
}

/* The strings side by side, behind the bank's cable. */
static struct network_store join_strings(struct bank *b)
{
    const struct bank_sources *sources = &b->sources;
    double conductance_s = 0.0;
    double short_a = 0.0;
    double behind_cable = 0.0;

    if (b->strings == 1) {
        b->store = single_string(b);
        return b->store;
    }
    for (int s = 0; s < b->strings; s++) {
        conductance_s += 1.0 / sources->r_ohm[s];
        short_a += sources->emf_v[s] / sources->r_ohm[s];
    }
    behind_cable = 1.0 / (1.0 + conductance_s * b->cable_ohm);
    b->store = (struct network_store){.conductance_s = conductance_s * behind_cable,
                                      .short_a = short_a * behind_cable};
    return b->store;
}

/* Gives each string its current in `state`, with the bank's node at `node_v`. */
static void share_current(const struct bank *b, struct bank_state *state, double node_v)
{
    const struct bank_sources *sources = &b->sources;
    const double bank_a = network_store_a(&b->store, node_v);
    const double terminal_v = node_v - b->cable_ohm * bank_a;

    if (b->strings == 1) {
        state->string_a[0] = bank_a;
        return;
    }
    for (int s = 0; s < b->strings; s++) {
        state->string_a[s] = (terminal_v - sources->emf_v[s]) / sources->r_ohm[s];
    }
}

static void add_string(struct bank *b, int s)
{
    const struct bank_state *now = b->now;
    double emf_v = 0.0;
    double r_ohm = b->series * b->board_ohm;

    for (int i = s * b->cells_per_string; i < (s + 1) * b->cells_per_string; i++) {
        emf_v += now->emf_v[i] - now->r0_ohm[i] * b->bleed_a[i];
        r_ohm += now->r0_ohm[i];
    }
    b->sources.emf_v[s] = emf_v;
    b->sources.r_ohm[s] = r_ohm;
}

struct network_store bank_now(struct bank *b)
{
    for (int i = 0; i < b->cell_count; i++) {
        b->bleed_a[i] = b->bleeding[i] ? b->balancing_a : 0.0;
    }
    for (int s = 0; s < b->strings; s++) {
        add_string(b, s);
    }
    return join_strings(b);
}

void bank_settle(struct bank *b, double node_v)
{
    share_current(b, b->now, node_v);
    for (int s = 0; s < b->strings; s++) {
        b->now->string_a_per_s[s] = 0.0;
    }
    bank_read_voltages(b, b->now);
}

/* What a straight line would turn the hysteresis by or to: it goes from -1 to 1 and no further. */
static inline double within_one(double turned)
{
    const double held = turned > -1.0 ? turned : -1.0;

    return held < 1.0 ? held : 1.0;
}

/* ---- a step at the current that the cells have now ------------------------------------------------ */

/*
 * The mean heat of each cell of string `s` over the step in W: resistive, relaxation, diffusion, hysteresis, entropy. The current is
 * taken in the middle of the line that it was on; at one that stays the relaxing voltages' means are exact; the rest is
 * taken at the step's beginning or middle. What the step before owes (twin/bank_energy.c) comes on top.
 */
static void heat_cells(const struct bank *restrict b, const struct bank_state *restrict now,
                       double *restrict heat_w, int first, int end, const struct bank_step *restrict step,
                       double rise_a)
{
    for (int i = first; i < end; i++) {
        const double cell_a = now->cell_a[i] + rise_a;
        const double half_dz = 0.5 * cell_a * step->seconds * b->parameters.per_coulomb[i];
        const double rest1_v = now->transfer_v[i];
        const double rest2_v = now->r2_ohm[i] * cell_a;
        const double v1_v = rest1_v + (now->v1_v[i] - rest1_v) * (1.0 - step->v1.ramp);
        const double v2_v = rest2_v + (now->v2_v[i] - rest2_v) * (1.0 - step->v2.ramp);
        const double turned = within_one(b->hysteresis_gamma * half_dz);
        const double h = now->h[i] + (turned < 0.0 ? (1.0 + now->h[i]) : (1.0 - now->h[i])) * turned;
        const double entropy_v_per_k = now->entropy_v_per_k[i] + now->entropy_slope[i] * half_dz;

        heat_w[i] = cell_a * (now->r0_ohm[i] * cell_a + v1_v + v2_v + now->ocv_v[i] - now->rest_v[i] +
                              now->hysteresis_v[i] * h + bank_kelvin(now->temp_c[i]) * entropy_v_per_k) +
                    b->heat_owed_j[i] * step->per_second;
    }
}

static void heat_string(struct bank *b, int s, const struct bank_step *step)
{
    heat_cells(b, b->now, b->heat_w, s * b->cells_per_string, (s + 1) * b->cells_per_string, step,
               0.5 * b->now->string_a_per_s[s] * step->seconds);
}

/*
 * The temperatures of one battery: exact for heats and an ambient that stay. Each cell is coupled to the case
 * and to each other cell alike, so that the mean and the case move together and each cell falls to the mean. The
 * board's heat goes into the case.
 */
static void warm_battery(struct bank *b, int battery, const struct bank_step *step, double ambient_c)
{
    const int n = b->cells_per_battery;
    const double battery_a = b->now->string_a[battery / b->series];
    const double board_w = b->board_ohm * battery_a * battery_a;
    const int first = battery * n;
    const double part = 1.0 / n; /* exact: 4 or 8 cells */
    const double *heat_w = &b->heat_w[first];
    const double *temp_c = &b->now->temp_c[first];
    double *next_c = &b->next->temp_c[first];
    double mean_w = 0.0;
    double mean_c = 0.0;

    for (int i = 0; i < n; i++) {
        mean_w += heat_w[i] * part;
        mean_c += temp_c[i] * part;
    }
    {
        const double rest_case_c = ambient_c + (n * mean_w + board_w + b->case_w) * b->r_case_ambient;

        const double rest_mean_c = rest_case_c + mean_w * b->r_cell_case;
        const double off_mean = mean_c - rest_mean_c;
        const double off_case = b->now->case_c[battery] - rest_case_c;
        const double next_mean_c = rest_mean_c + step->mean_mean * off_mean + step->mean_case * off_case;

        b->next->case_c[battery] = rest_case_c + step->case_mean * off_mean + step->case_case * off_case;
        for (int i = 0; i < n; i++) {
            const double rest = (heat_w[i] - mean_w) * b->cell_k_per_w;
            const double off = temp_c[i] - mean_c - rest;

            next_c[i] = next_mean_c + rest + step->cell_decay * off;
        }
    }
}

static void warm_batteries(struct bank *b, const struct bank_step *step, double ambient_c)
{
    for (int s = 0; s < b->strings; s++) {
        heat_string(b, s, step);
    }
    for (int battery = 0; battery < b->batteries; battery++) {
        warm_battery(b, battery, step, ambient_c + b->temp_offset_c[battery]);
    }
}

/* Exact but for the drift of the temperatures, of which it takes the mean, both states know theirs; for the charge
 * transfer, which costs most, the beginning. */
static void hold_current(struct bank *b, const struct bank_step *step)
{
    const struct bank_parameters *parameters = &b->parameters;
    const struct bank_state *now = b->now;
    struct bank_state *next = b->next;

    for (int i = 0; i < b->cell_count; i++) {
        const double cell_a = now->cell_a[i];
        const double r2_ohm = 0.5 * (now->r2_ohm[i] + next->r2_ohm[i]);
        const double leak_a = 0.5 * (now->leak_a[i] + next->leak_a[i]);
        const double moved_z = cell_a * step->seconds * parameters->per_coulomb[i];

        next->z[i] = now->z[i] + moved_z - leak_a * step->seconds * parameters->per_coulomb[i];
        next->v1_v[i] = step->v1.left * now->v1_v[i] + step->v1.gone * now->transfer_v[i];
        next->v2_v[i] = step->v2.left * now->v2_v[i] + step->v2.gone * r2_ohm * cell_a;
    }
    for (int k = 0; k < CELL_DIFFUSIONS; k++) {
        for (int i = 0; i < b->cell_count; i++) {
            const double per_a = 0.5 * (now->diffusion_per_a[k][i] + next->diffusion_per_a[k][i]);

            next->w[k][i] = step->w[k].left * now->w[k][i] + step->w[k].gone * per_a * now->cell_a[i];
        }
    }
}

/* 1 - e^(-x) by its series, 0 <= x <= SERIES_MAX */
static inline double fraction_gone(double x)
{
    const double third = x * (1.0 / 3.0); /* divisions take several times as long */
    const double fifth = x * (1.0 / 5.0);

    return x * (1.0 - 0.5 * x * (1.0 - third * (1.0 - 0.25 * x * (1.0 - fifth * (1.0 - 0.5 * third)))));
}

/* The hysteresis falls to the side to which the current goes; without a current it stays. */
static void turn_hysteresis(struct bank *b, const struct bank_step *step)
{
    const struct bank_state *now = b->now;
    struct bank_state *next = b->next;
    double turn[BANK_CELLS_MAX];
    double aim[BANK_CELLS_MAX];

    for (int i = 0; i < b->cell_count; i++) {
        const double cell_a = now->cell_a[i];
        const double moved_z = cell_a * step->seconds * b->parameters.per_coulomb[i];

        turn[i] = b->hysteresis_gamma * fabs(moved_z);
        aim[i] = cell_a > 0.0 ? 1.0 : (cell_a < 0.0 ? -1.0 : now->h[i]);
        next->h[i] = now->h[i] + (aim[i] - now->h[i]) * fraction_gone(turn[i]);
    }
    for (int i = 0; i < b->cell_count; i++) {
        if (turn[i] > SERIES_MAX) { /* in steps of minutes */
            next->h[i] = now->h[i] + (aim[i] - now->h[i]) * (1.0 - real_exp(-turn[i]));
        }
    }
}

void bank_hold(struct bank *b, const struct bank_step *step)
{
    hold_current(b, step);
    turn_hysteresis(b, step);
}

/* ---- a current that changes in a straight line ---------------------------------------------------- */

/* How steep a state's transfer_v is over the current. */
static inline double transfer_ohm(double cell_a, double exchange_a, double temp_c)
{
    return BANK_THERMAL_V_PER_K * bank_kelvin(temp_c) / sqrt(cell_a * cell_a + 4.0 * exchange_a * exchange_a);
}

static void find_bend(struct bank *b, const struct bank_step *step)
{
    const struct bank_parameters *parameters = &b->parameters;
    const struct bank_state *now = b->now;
    const struct bank_state *next = b->next;
    struct bank_bend *bend = &b->bend;

    for (int i = 0; i < b->cell_count; i++) {
        const double towards = now->cell_a[i] > 0.0 ? 1.0 - next->h[i] : 1.0 + next->h[i];
        const double z = 0.5 * step->seconds * parameters->per_coulomb[i];
        const double h = towards * b->hysteresis_gamma * z;
        const double w0 = next->diffusion_per_a[0][i] * step->w[0].ramp;
        const double w1 = next->diffusion_per_a[1][i] * step->w[1].ramp;

        bend->z[i] = z;
        bend->w[0][i] = w0;
        bend->w[1][i] = w1;
        bend->h[i] = h;
        bend->v1_ohm[i] = step->v1.ramp * transfer_ohm(now->cell_a[i], next->exchange_a[i], now->temp_c[i]);
        bend->v2_ohm[i] = step->v2.ramp * next->r2_ohm[i];
        bend->ohm[i] =
            next->slope_v[i] * (z + w0 + w1) + next->hysteresis_v[i] * h + bend->v1_ohm[i] + bend->v2_ohm[i];
    }
}

/* String `s` at the end of the step, its bend with it. */
static void add_string_end(struct bank *b, int s)
{
    const struct bank_state *next = b->next;
    const double held_a = b->now->string_a[s];
    double emf_v = 0.0;
    double r_ohm = b->series * b->board_ohm;

    for (int i = s * b->cells_per_string; i < (s + 1) * b->cells_per_string; i++) {
        emf_v += next->emf_v[i] - next->r0_ohm[i] * b->bleed_a[i] - b->bend.ohm[i] * held_a;
        r_ohm += next->r0_ohm[i] + b->bend.ohm[i];
    }
    b->sources.emf_v[s] = emf_v;
    b->sources.r_ohm[s] = r_ohm;
}

/* Adds what a string's change of current does beyond hold_current() and turn_hysteresis(). */
static void bend_cells(struct bank_state *restrict next, const struct bank_bend *restrict bend, int first,
                       int end, double change_a)
{
    for (int i = first; i < end; i++) {
        next->emf_v[i] += bend->ohm[i] * change_a;
        next->z[i] += bend->z[i] * change_a;
        next->w[0][i] += bend->w[0][i] * change_a;
        next->w[1][i] += bend->w[1][i] * change_a;
        next->h[i] = within_one(next->h[i] + bend->h[i] * change_a);
        next->v1_v[i] += bend->v1_ohm[i] * change_a;
        next->v2_v[i] += bend->v2_ohm[i] * change_a;
    }
}

void bank_warm(struct bank *b, double heat_w)
{
    assert(heat_w >= 0.0);
    b->case_w = heat_w / b->batteries;
}

const struct bank_step *bank_step_of(const struct bank *b, int ticks)
{
    assert(ticks >= 1 && ticks <= BANK_STEP_S_MAX * BANK_TICKS_PER_S);
    assert(ticks < BANK_TICKS_PER_S || ticks % BANK_TICKS_PER_S == 0);
    return &b->steps[ticks < BANK_TICKS_PER_S ? ticks - 1 : BANK_TICKS_PER_S - 2 + ticks / BANK_TICKS_PER_S];
}

struct network_store bank_try(struct bank *b, int ticks, double ambient_c)
{
    const struct bank_step *step = bank_step_of(b, ticks);

    warm_batteries(b, step, ambient_c);
    bank_read_temperatures(b, b->next);
    bank_hold(b, step);
    bank_read_charges(b, b->next);
    find_bend(b, step);
    for (int s = 0; s < b->strings; s++) {
        add_string_end(b, s);
    }
    b->tried = step;
    return join_strings(b);
}

void bank_conclude(struct bank *b, double node_v)
{
    share_current(b, b->next, node_v);
    for (int s = 0; s < b->strings; s++) {
        b->next->string_a_per_s[s] = (b->next->string_a[s] - b->now->string_a[s]) * b->tried->per_second;
        bend_cells(b->next, &b->bend, s * b->cells_per_string, (s + 1) * b->cells_per_string,
                   b->next->string_a[s] - b->now->string_a[s]);
    }
    bank_read_voltages(b, b->next);
}

double bank_current_bend_a(const struct bank *b)
{
    const double seconds = b->tried->seconds;
    double largest_a = 0.0;

    for (int s = 0; s < b->strings; s++) {
        const double bend_a = (b->next->string_a_per_s[s] - b->now->string_a_per_s[s]) * seconds;
        const double size_a = bend_a < 0.0 ? -bend_a : bend_a;

        if (size_a > largest_a) {
            largest_a = size_a;
        }
    }
    return largest_a;
}

double bank_voltage_change_v(const struct bank *b)
{
    double largest_v = 0.0;

    for (int i = 0; i < b->cell_count; i++) {
        const double size_v = fabs(b->next->cell_v[i] - b->now->cell_v[i]);

        largest_v = size_v > largest_v ? size_v : largest_v;
    }
    return largest_v;
}

void bank_accept(struct bank *b)
{
    struct bank_state *const before = b->now;

    b->now = b->next;
    b->next = before;
}
