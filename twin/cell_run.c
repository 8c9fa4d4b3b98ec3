/* SPDX-License-Identifier: Apache-2.0 */
#include "twin/cell_run.h"

#include <assert.h>

#include "twin/bank_internal.h"

bool cell_run_init(struct cell_run *made, const struct cell_model *model, const struct cell_start *start)
{
    assert(start->capacity_ah > 0.0 && start->soc_pct >= 0.0 && start->soc_pct <= 100.0);
    assert(start->hysteresis >= -1.0 && start->hysteresis <= 1.0);
    *made = (struct cell_run){.model = model};
    if (!bank_init_cell(&made->bank, model, start->capacity_ah)) {
        return false;
    }
    made->bank.now->z[0] = start->soc_pct * 0.01;
    made->bank.now->h[0] = start->hysteresis;
    made->bank.now->temp_c[0] = start->temp_c;
    bank_read_temperatures(&made->bank, made->bank.now);
    bank_read_charges(&made->bank, made->bank.now);
    return true;
}

void cell_run_free(struct cell_run *made)
{
    bank_free(&made->bank);
}

double cell_run_voltage_v(const struct cell_run *run, double current_a)
{
    return run->bank.now->emf_v[0] + run->bank.now->r0_ohm[0] * current_a;
}

void cell_run_go(struct cell_run *run, double seconds, double current_a, double temp_c)
{
    struct bank *b = &run->bank;

    assert(seconds > 0.0);
    if (seconds != run->step.seconds) {
        run->step.seconds = seconds;
        bank_prepare_decays(&run->step, run->model);
    }
    b->now->string_a[0] = current_a;
    bank_read_voltages(b, b->now);
    b->next->temp_c[0] = temp_c;
    bank_read_temperatures(b, b->next);
    bank_hold(b, &run->step);
    bank_read_charges(b, b->next);
    bank_accept(b);
}
