/* SPDX-License-Identifier: Apache-2.0 */
/* The passive balancers of a bank's batteries. */
#include "twin/bank.h"

#define BALANCE_ON_V 3.50
#define BALANCE_OFF_V 3.48
#define BALANCE_ON_ABOVE_LOWEST_V 0.010
#define BALANCE_OFF_ABOVE_LOWEST_V 0.005

static bool bleeds(bool bled, double cell_v, double lowest_v)
{
    if (bled) {
        return cell_v > BALANCE_OFF_V && cell_v - lowest_v > BALANCE_OFF_ABOVE_LOWEST_V;
    }
    return cell_v > BALANCE_ON_V && cell_v - lowest_v > BALANCE_ON_ABOVE_LOWEST_V;
}

static double lowest_cell_v(const double *cell_v, int count)
{
    double lowest_v = cell_v[0];

    for (int i = 1; i < count; i++) {
        lowest_v = cell_v[i] < lowest_v ? cell_v[i] : lowest_v;
    }
    return lowest_v;
}

/* Most of the time no cell is high enough to change anything, and then no battery needs a look. */
static bool is_idle(const struct bank *b, const struct bank_state *state)
{
    return !b->any_bleeding && state->cell_v_max <= BALANCE_ON_V;
}

bool bank_balancing_changes(const struct bank *b, bool next)
{
    const struct bank_state *state = bank_state_at(b, next);

    if (is_idle(b, state)) {
        return false;
    }
    for (int first = 0; first < b->cell_count; first += b->cells_per_battery) {
        const double lowest_v = lowest_cell_v(&state->cell_v[first], b->cells_per_battery);

        for (int i = first; i < first + b->cells_per_battery; i++) {
            if (bleeds(b->bleeding[i], state->cell_v[i], lowest_v) != b->bleeding[i]) {
                return true;
            }
        }
    }
    return false;
}

bool bank_balance(struct bank *b)
{
    bool changed = false;
    bool any = false;

    if (is_idle(b, b->now)) {
        return false;
    }
    for (int first = 0; first < b->cell_count; first += b->cells_per_battery) {
        const double lowest_v = lowest_cell_v(&b->now->cell_v[first], b->cells_per_battery);

        for (int i = first; i < first + b->cells_per_battery; i++) {
            const bool on = bleeds(b->bleeding[i], b->now->cell_v[i], lowest_v);

            changed = changed || on != b->bleeding[i];
            any = any || on;
            b->bleeding[i] = on;
        }
    }
    b->any_bleeding = any;
    return changed;
}
