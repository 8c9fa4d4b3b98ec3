/* SPDX-License-Identifier: Apache-2.0 */
/* Where the energy goes that goes into a bank. What a step has foreseen of
 * its heat and what it was are set off against each other here, so that energy neither comes from nowhere nor goes there. */
#include <math.h>

#include "twin/bank.h"
#include "twin/bank_internal.h"

double bank_stored_j(const struct bank *b)
{
    const double at_0_v = cell_held_v(&b->curves, 0.0);
    double sum_j = 0.0;

    for (int i = 0; i < b->cell_count; i++) {
        sum_j += (cell_held_v(&b->curves, b->now->z[i]) - at_0_v) * b->parameters.coulombs[i];
    }
    return sum_j;
}

void bank_read_held(const struct bank *b, struct bank_state *state)
{
    for (int i = 0; i < b->cell_count; i++) {
        state->held_v[i] = cell_held_v(&b->curves, state->z[i]);
    }
}

double bank_heat_owed_j(const struct bank *b)
{
    double sum_j = 0.0;

    for (int i = 0; i < b->cell_count; i++) {
        sum_j += b->heat_owed_j[i];
    }
    return sum_j;
}

/* What went into cell `i` over the step that was tried and did not stay: it has become heat. */
static inline double heat_of_cell_j(const struct bank *b, int i, double seconds, double lost_w)
{
    const struct bank_state *now = b->now;
    const struct bank_state *next = b->next;
    const double in_w = 0.5 * (now->cell_v[i] * now->cell_a[i] + next->cell_v[i] * next->cell_a[i]);
    const double held_v = next->held_v[i] - now->held_v[i];

    return (in_w - lost_w) * seconds - held_v * b->parameters.coulombs[i];
}

static void add_cells(struct bank *b)
{
    const struct bank_state *now = b->now;
    struct bank_state *next = b->next;
    const double seconds = b->tried->seconds;
    double lost_w = 0.0;
    double heat_w = 0.0;

    for (int i = 0; i < b->cell_count; i++) {
        const double held_v = 0.5 * (now->rest_v[i] + next->rest_v[i]) -
                              0.5 * bank_kelvin(25.0) * (now->entropy_v_per_k[i] + next->entropy_v_per_k[i]);
        const double leak_w = 0.5 * (now->leak_a[i] + next->leak_a[i]) * held_v;

        lost_w += leak_w + 0.5 * b->bleed_a[i] * (now->cell_v[i] + next->cell_v[i]);
        heat_w += b->heat_w[i];
        next->held_v[i] = cell_held_v(&b->curves, next->z[i]);
        b->heat_owed_j[i] += heat_of_cell_j(b, i, seconds, leak_w) - b->heat_w[i] * seconds;
    }
    b->energy.lost_j += lost_w * seconds;
    b->energy.heat_j += heat_w * seconds;
}

/* A board is warmed as the step's first current has it; what its last one makes of it is owed to the battery's first cell. */
static void add_boards(struct bank *b)
{
    const double seconds = b->tried->seconds;

    for (int battery = 0; battery < b->batteries; battery++) {
        const int s = battery / b->series;
        const double before_w = b->board_ohm * b->now->string_a[s] * b->now->string_a[s];
        const double after_w = b->board_ohm * b->next->string_a[s] * b->next->string_a[s];

        b->energy.heat_j += before_w * seconds;
        b->heat_owed_j[battery * b->cells_per_battery] += 0.5 * (after_w - before_w) * seconds;
    }
}

void bank_add_energy(struct bank *b)
{
    const double seconds = b->tried->seconds;
    double moved_w = 0.0;
    double before_a = 0.0;
    double after_a = 0.0;

    add_cells(b);
    add_boards(b);
    for (int s = 0; s < b->strings; s++) {
        moved_w += fabs(0.5 * (b->now->string_a[s] + b->next->string_a[s]) * b->sources.emf_v[s]);
        before_a += b->now->string_a[s];
        after_a += b->next->string_a[s];
    }
    b->energy.moved_j += moved_w * seconds;
    b->energy.cable_j += 0.5 * b->cable_ohm * (before_a * before_a + after_a * after_a) * seconds;
}
