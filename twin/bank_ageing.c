/* SPDX-License-Identifier: Apache-2.0 */
/* The cells of a bank grow old: what they go through is looked at, and once in a while they age by it (twin/ageing.h). */
#include <assert.h>

#include "twin/bank_internal.h"

#define SECONDS_PER_DAY 86400.0
#define SECONDS_PER_HOUR 3600.0
#define LEAK_V 1.0 /* any cell above it has charge to lose */

/* ---- what they go through ------------------------------------------------------------------------- */

void bank_forget_stress(struct bank *b)
{
    struct bank_ageing *ageing = &b->ageing;

    ageing->seconds = 0.0;
    for (int i = 0; i < b->cell_count; i++) {
        ageing->calendar_s[i] = 0.0;
        ageing->resistance_s[i] = 0.0;
        ageing->temp_c_s[i] = 0.0;
        ageing->moved[i] = 0.0;
        ageing->moved_at_rate[i] = 0.0;
        ageing->z[i] = b->now->z[i];
        ageing->z_min[i] = b->now->z[i];
        ageing->z_max[i] = b->now->z[i];
    }
}

void bank_look_at_stress(struct bank *b, double seconds)
{
    struct bank_ageing *ageing = &b->ageing;

    assert(seconds > 0.0);
    ageing->seconds += seconds;
    for (int i = 0; i < b->cell_count; i++) {
        const double z = b->now->z[i];
        const double temp_c = b->now->temp_c[i];
        const double moved = z < ageing->z[i] ? ageing->z[i] - z : z - ageing->z[i];

        ageing->calendar_s[i] += seconds * ageing_calendar_per_day(&ageing->curve, z, temp_c);
        ageing->resistance_s[i] += seconds * ageing_resistance_per_day(z, temp_c);
        ageing->temp_c_s[i] += seconds * temp_c;
        ageing->moved[i] += moved;
        ageing->moved_at_rate[i] += moved * moved / seconds;
        ageing->z[i] = z;
        ageing->z_min[i] = z < ageing->z_min[i] ? z : ageing->z_min[i];
        ageing->z_max[i] = z > ageing->z_max[i] ? z : ageing->z_max[i];
    }
}

static struct ageing_stress stress_of(const struct bank_ageing *ageing, int i)
{
    const double moved = ageing->moved[i];

    return (struct ageing_stress){
        .days = ageing->seconds / SECONDS_PER_DAY,
        .calendar = ageing->calendar_s[i] / ageing->seconds,
        .resistance = ageing->resistance_s[i] / ageing->seconds,
        .temp_c = ageing->temp_c_s[i] / ageing->seconds,
        .cycles = 0.5 * moved,
        .depth = ageing->z_max[i] - ageing->z_min[i],
        .c_rate = moved > 0.0 ? ageing->moved_at_rate[i] / moved * SECONDS_PER_HOUR : 0.0,
    };
}

/* ---- self-discharge -------------------------------------------------------------------------------- */

void bank_limit_leaks(struct bank *b)
{
    for (int i = 0; i < b->cell_count; i++) {
        const double part = b->now->rest_v[i] / LEAK_V;

        b->parameters.leak_a[i] = b->ageing.as_new.leak_a[i] * (part < 0.0 ? 0.0 : (part > 1.0 ? 1.0 : part));
    }
}

/* ---- what it makes of them ------------------------------------------------------------------------ */

/* The cell's parameters, from the new cell's and how far it has aged. */
static void set_parameters(struct bank *b, int i)
{
    const struct bank_parameters *as_new = &b->ageing.as_new;
    const double left = 1.0 - ageing_loss(&b->ageing.cells[i]);
    const double grown = 1.0 + b->ageing.cells[i].resistance;

    b->parameters.per_coulomb[i] = as_new->per_coulomb[i] / left;
    b->parameters.coulombs[i] = as_new->coulombs[i] * left;
    b->parameters.r0_ohm[i] = as_new->r0_ohm[i] * grown;
    b->parameters.r2_ohm[i] = as_new->r2_ohm[i] * grown;
    b->parameters.exchange_a[i] = as_new->exchange_a[i] / grown;
    for (int k = 0; k < CELL_DIFFUSIONS; k++) {
        b->parameters.diffusion_per_a[k][i] = as_new->diffusion_per_a[k][i] / left;
    }
}

void bank_start_ageing(struct bank *b, bool used)
{
    struct bank_ageing *ageing = &b->ageing;

    ageing_curve_init(&ageing->curve);
    ageing->as_new = b->parameters;
    for (int i = 0; used && i < b->cell_count; i++) {
        ageing->cells[i] = ageing_used(&ageing->curve);
        set_parameters(b, i);
    }
}

void bank_age(struct bank *b)
{
    const double stored_j = bank_stored_j(b);

    assert(b->ageing.seconds > 0.0);
    for (int i = 0; i < b->cell_count; i++) {
        const struct ageing_stress stress = stress_of(&b->ageing, i);
        const double z = b->now->z[i];
        const double lacking_c = (1.0 - b->now->z[i]) / b->parameters.per_coulomb[i];

        ageing_add(&b->ageing.cells[i], &stress);
        set_parameters(b, i);
        b->now->z[i] = 1.0 - lacking_c * b->parameters.per_coulomb[i];
        if (b->now->z[i] < 0.0) { /* a cell that is empty has no more to lose */
            b->now->z[i] = z < 0.0 ? z : 0.0;
        }
    }
    b->energy.lost_j += stored_j - bank_stored_j(b);
    bank_forget_stress(b);
    bank_read_temperatures(b, b->now);
    bank_read_charges(b, b->now);
    bank_read_held(b, b->now);
}

/* ---- how old they are ----------------------------------------------------------------------------- */

struct bank_health bank_health(const struct bank *b)
{
    const double nominal_c = b->capacity_ah * 3600.0;
    struct bank_health health = {.capacity_min = 1e9};

    for (int i = 0; i < b->cell_count; i++) {
        const double capacity = 1.0 / (nominal_c * b->parameters.per_coulomb[i]);
        const double resistance = b->ageing.resistance_as_new[i] * (1.0 + b->ageing.cells[i].resistance);

        health.capacity_mean += capacity / b->cell_count;
        health.resistance_mean += resistance / b->cell_count;
        health.capacity_min = capacity < health.capacity_min ? capacity : health.capacity_min;
        health.resistance_max = resistance > health.resistance_max ? resistance : health.resistance_max;
    }
    return health;
}
