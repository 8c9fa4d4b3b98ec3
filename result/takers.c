/* SPDX-License-Identifier: Apache-2.0 */
#include "result/takers.h"

#include <assert.h>
#include <string.h>

#include "result/wording.h"
#include "twin/consumer.h"

#define TENTHS_W 10.0    /* a power below it is told with a decimal, */
#define HUNDREDTHS_W 1.0 /* or two */
#define NAMED_SHARE 0.1  /* of what the largest takes: one that takes less is not named for that */

/* The bus, and what hangs on it, is fed by another battery. */
static bool has_own_battery(const struct scenario *described, int bus)
{
    assert(bus >= 0 && bus <= described->bus_count);
    return bus > 0 && described->buses[bus - 1].has_battery;
}

static bool is_load_of_bank(const struct scenario *described, int i)
{
    const int outlet = described->loads[i].outlet;
    const int bus = outlet < SCENARIO_OUTLET_EQUIPMENT
                        ? outlet
                        : described->equipment[outlet - SCENARIO_OUTLET_EQUIPMENT].from;
    return !has_own_battery(described, bus);
}

/* What a heater takes, or what takes for another battery; an inverter's loads stand for themselves. */
static double equipment_w(const struct system_run *run, const struct system_equipment *one)
{
    const struct scenario_equipment *entry = one->entry;
    const bool joins = one->kind->ports == EQUIPMENT_FROM_TO;
    if (has_own_battery(run->described, entry->from) || one->kind->is_live != NULL ||
        (joins && !has_own_battery(run->described, entry->to))) {
        return 0.0;
    }
    if (one->places.load >= 0) {
        return run->flow->load_v[one->places.load] * run->flow->load_a[one->places.load];
    }
    return joins && one->places.link >= 0
               ? run->flow->node_v[entry->from] * run->flow->link_a[one->places.link]
               : 0.0;
}

/* Counts one in. */
static void add(struct takers *takers, int who, double power_w)
{
    if (power_w <= 0.0) {
        return;
    }
    takers->count++;
    takers->all_w += power_w;
    for (int i = 0; i < TAKERS_LARGEST; i++) {
        if (power_w > takers->largest_w[i]) {
            const int smaller = takers->largest[i];
            const double smaller_w = takers->largest_w[i];
            takers->largest[i] = who;
            takers->largest_w[i] = power_w;
            who = smaller;
            power_w = smaller_w;
        }
    }
}

void takers_note(struct takers *takers, const struct system_run *run)
{
    assert(takers != NULL && run != NULL);
    *takers = (struct takers){.new_load = -1};
    for (int i = 0; i < run->described->load_count; i++) {
        const double power_w = is_load_of_bank(run->described, i) ? loads_power_w(run, i) : 0.0;
        const int64_t ticks = run->tick - run->load_on_tick[i];
        add(takers, i, power_w);
        if (power_w > takers->new_load_w && ticks <= (int64_t)TAKERS_NEW_S * SBMS_TICKS_PER_S) {
            takers->new_load_w = power_w;
            takers->new_load = i;
            takers->new_ticks = ticks;
        }
    }
    for (int i = 0; i < run->equipment_count; i++) {
        add(takers, SCENARIO_LOADS_MAX + i, equipment_w(run, &run->equipment[i]));
    }
}

static const char *name_of(const struct scenario *described, int who)
{
    return who < SCENARIO_LOADS_MAX ? described->loads[who].name
                                    : equipment_name(described, who - SCENARIO_LOADS_MAX);
}

static struct wording watts(double power_w)
{
    return wording_number(power_w, power_w < HUNDREDTHS_W ? 2 : (power_w < TENTHS_W ? 1 : 0));
}

/* How many of the largest are named: all, where only one would be left of them. */
static int named_count(const struct takers *takers)
{
    const int known = takers->count < TAKERS_LARGEST ? takers->count : TAKERS_LARGEST;
    int named = 0;
    while (named < known && takers->largest_w[named] >= NAMED_SHARE * takers->largest_w[0]) {
        named++;
    }
    return takers->count - named == 1 ? known : named;
}

void takers_add(struct sentence *line, const struct scenario *described, const struct takers *takers)
{
    const int largest = named_count(takers);
    bool is_new_named = takers->new_load < 0;
    double left_w = takers->all_w;
    int left = takers->count;
    for (int i = 0; i < largest || (i == largest && !is_new_named); i++) {
        const int who = i < largest ? takers->largest[i] : takers->new_load;
        const double power_w = i < largest ? takers->largest_w[i] : takers->new_load_w;
        left--;
        left_w -= power_w;
        sentence_add(line, "%s%s (%s W", i == 0 ? "" : (left == 0 ? " and " : ", "), name_of(described, who),
                     watts(power_w).text);
        if (who == takers->new_load) {
            is_new_named = true;
            sentence_add(line, ", on for %s s",
                         wording_number((double)takers->new_ticks / SBMS_TICKS_PER_S, 0).text);
        }
        sentence_add(line, ")");
    }
    if (left > 0) {
        sentence_add(line, " and %d more (%s W)", left, watts(left_w).text);
    }
}
