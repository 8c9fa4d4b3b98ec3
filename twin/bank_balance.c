/* SPDX-License-Identifier: Apache-2.0 */
/* The passive balancers of a bank's batteries. */
#include "twin/bank.h"

#define BALANCE_ON_V 3.50
#define BALANCE_OFF_V 3.48
#define BALANCE_ON_ABOVE_LOWEST_V 0.010
#define BALANCE_OFF_ABOVE_LOWEST_V 0.005

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
