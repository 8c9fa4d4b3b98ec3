/* SPDX-License-Identifier: Apache-2.0 */
/* The balance of energy of a run. */
#include "twin/system_internal.h"

struct system_energy system_energy(const struct system_run *run)
{
    const struct system_totals *totals = &run->totals;
    const struct bank_energy *bank = &run->bank.energy;
    const double lead_acid_j = system_lead_acid_gain_j(run);
    struct system_energy energy = {
        .in_j = totals->in_j,
        .out_j = totals->out_j,
        .cables_j = totals->cable_j + bank->cable_j,
        .stored_j = bank_stored_j(&run->bank) - run->stored_start_j + lead_acid_j,
        .heat_j = bank->heat_j + bank_heat_owed_j(&run->bank) + totals->converter_j + totals->lead_acid_j -
                  lead_acid_j,
        .lost_j = bank->lost_j,
    };

    energy.left_over_j =
        energy.in_j - energy.out_j - energy.cables_j - energy.stored_j - energy.heat_j - energy.lost_j;
    energy.throughput_j = energy.in_j + energy.out_j + bank->moved_j + energy.lost_j;
    return energy;
}
