/* SPDX-License-Identifier: Apache-2.0 */
/* The batteries of a run: the bank on node 0, and a lead-acid one on each bus that has one. */
#include <assert.h>

#include "twin/system_internal.h"

#define BEND_MAX_A_PER_AH 0.000006 /* a string's current may leave its line by this much ... */
#define BEND_MAX_PART 0.000003     /* ... or by this part of it */
#define VOLTAGE_CHANGE_MAX_V 0.002 /* and a cell's voltage may move by this much */
#define LEAD_ACID_CHANGE_MAX 0.002 /* a lead-acid battery may move by this part of its capacity */

/* The first node after `n` with a lead-acid battery; beyond the last bus: there is none. */
static int next_lead_acid(const struct system_run *run, int n)
{
    do {
        n++;
    } while (n <= run->described->bus_count && run->lead_acid[n].capacity_as <= 0.0);
    return n;
}

void system_batteries_init(struct system_run *run)
{
    const struct scenario *described = run->described;

    for (int i = 0; i < described->bus_count; i++) {
        if (described->buses[i].has_battery) {
            run->lead_acid[i + 1] = lead_acid_made(&described->buses[i]);
            assert(run->lead_acid[i + 1].capacity_as > 0.0); /* by which it is known */
        }
    }
}

void system_batteries_put(struct system_run *run)
{
    struct network_store *stores = run->network.stores;

    for (int n = 1; n < run->network.node_count; n++) {
        stores[n] = (struct network_store){.conductance_s = 0.0};
    }
    stores[0] = bank_now(&run->bank);
    for (int n = next_lead_acid(run, 0); n <= run->described->bus_count; n = next_lead_acid(run, n)) {
        stores[n] = lead_acid_now(&run->lead_acid[n]);
    }
}

void system_batteries_settle(struct system_run *run)
{
    bank_settle(&run->bank, run->flow->node_v[0]);
    for (int n = next_lead_acid(run, 0); n <= run->described->bus_count; n = next_lead_acid(run, n)) {
        lead_acid_settle(&run->lead_acid[n], &run->network.stores[n], run->flow->node_v[n]);
    }
}

void system_batteries_try(struct system_run *run, int ticks)
{
    struct network_store *stores = run->network.stores;
    const double seconds = bank_step_of(&run->bank, ticks)->seconds;

    stores[0] = bank_try(&run->bank, ticks, run->ambient_c);
    for (int n = next_lead_acid(run, 0); n <= run->described->bus_count; n = next_lead_acid(run, n)) {
        stores[n] = lead_acid_try(&run->lead_acid[n], seconds);
    }
}

void system_batteries_conclude(struct system_run *run)
{
    const double seconds = run->bank.tried->seconds;

    bank_conclude(&run->bank, run->flow_end->node_v[0]);
    for (int n = next_lead_acid(run, 0); n <= run->described->bus_count; n = next_lead_acid(run, n)) {
        lead_acid_conclude(&run->lead_acid[n], &run->network.stores[n], run->flow_end->node_v[n], seconds);
    }
}

static double bend_allowed_a(const struct system_run *run)
{
    const double bank_a = run->bus.bank_a < 0.0 ? -run->bus.bank_a : run->bus.bank_a;
    const double by_part_a = BEND_MAX_PART * bank_a / run->bank.strings;
    const double by_size_a = BEND_MAX_A_PER_AH * run->bank.capacity_ah;

    return by_part_a > by_size_a ? by_part_a : by_size_a;
}

double system_batteries_strain(const struct system_run *run)
{
    const double by_current = bank_current_bend_a(&run->bank) / bend_allowed_a(run);
    const double by_voltage = bank_voltage_change_v(&run->bank) / VOLTAGE_CHANGE_MAX_V;
    double strain = by_current > by_voltage ? by_current : by_voltage;

    for (int n = next_lead_acid(run, 0); n <= run->described->bus_count; n = next_lead_acid(run, n)) {
        const double by_charge = lead_acid_change(&run->lead_acid[n]) / LEAD_ACID_CHANGE_MAX;

        strain = by_charge > strain ? by_charge : strain;
    }
    return strain;
}

void system_batteries_accept(struct system_run *run)
{
    bank_add_energy(&run->bank);
    bank_accept(&run->bank);
    for (int n = next_lead_acid(run, 0); n <= run->described->bus_count; n = next_lead_acid(run, n)) {
        lead_acid_accept(&run->lead_acid[n]);
    }
}

double system_lead_acid_gain_j(const struct system_run *run)
{
    double sum_j = 0.0;

    for (int n = next_lead_acid(run, 0); n <= run->described->bus_count; n = next_lead_acid(run, n)) {
        sum_j += lead_acid_stored_j(&run->lead_acid[n]) - run->lead_acid[n].stored_start_j;
    }
    return sum_j;
}
