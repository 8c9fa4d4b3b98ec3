/* SPDX-License-Identifier: Apache-2.0 */
#include "result/takers.h"

#include <assert.h>
#include <string.h>

#include "result/wording.h"
#include "twin/consumer.h"

#define TENTHS_W 9.95      /* a power below it is told with a decimal, */
#define HUNDREDTHS_W 0.995 /* or two */
#define OWN_W_MIN 1.0      /* less that electronics take is of no account */
#define NAMED_SHARE 0.1    /* of what the largest takes: one that takes less is not named for that */
#define LITTLE_SHARE 0.002 /* and the only one left is, unless it takes less than that */

/* The bus, and what hangs on it, is fed by another battery. */
static bool has_own_battery(const struct scenario *described, int bus)
{
    assert(bus >= 0 && bus <= described->bus_count);
    return bus > 0 && described->buses[bus - 1].has_battery;
}

/* What goes through it from its bus `from` to `to`, in A; of a converter what it gives. */
static double through_a(const struct system_run *run, const struct system_equipment *one)
{
    if (one->kind->ports != EQUIPMENT_FROM_TO) {
        return 0.0;
    }
    if (one->places.link >= 0) {
        return run->flow->link_a[one->places.link];
    }
    return one->places.source >= 0 ? run->flow->source_a[one->places.source] : 0.0;
}

/*
 * The bank's own bus and those that current joins to it now, through contacts and converters: `is_fed` asks for those that it feeds,
 * of which none has another battery; else for those whose current comes to it.
 */
static void find_joined(const struct system_run *run, bool is_fed, bool *is_joined)
{
    is_joined[0] = true;
    for (bool has_spread = true; has_spread;) {
        has_spread = false;
        for (int i = 0; i < run->equipment_count; i++) {
            const struct system_equipment *one = &run->equipment[i];
            const double current_a = through_a(run, one);
            const bool is_forward = (current_a > 0.0) == is_fed;
            const int near = is_forward ? one->entry->from : one->entry->to;
            const int far = is_forward ? one->entry->to : one->entry->from;
            if (current_a != 0.0 && is_joined[near] && !is_joined[far] &&
                !(is_fed && has_own_battery(run->described, far))) {
                is_joined[far] = true;
                has_spread = true;
            }
        }
    }
}

static bool is_load_of_bank(const struct scenario *described, const bool *is_fed, int i)
{
    const int outlet = described->loads[i].outlet;
    return is_fed[outlet < SCENARIO_OUTLET_EQUIPMENT
                      ? outlet
                      : described->equipment[outlet - SCENARIO_OUTLET_EQUIPMENT].from];
}

/* What the other battery beside it takes through a contact, or by a converter. */
static double charging_w(const struct system_run *run, const struct system_equipment *one, const bool *is_fed)
{
    const int from = one->entry->from;
    const int to = one->entry->to;
    const double current_a = through_a(run, one);
    if (one->places.link >= 0 && current_a < 0.0) {
        return is_fed[to] && has_own_battery(run->described, from) ? -current_a * run->flow->node_v[to] : 0.0;
    }
    if (!is_fed[from] || !has_own_battery(run->described, to)) {
        return 0.0;
    }
    return one->places.link >= 0 ? current_a * run->flow->node_v[from]
                                 : run->flow->load_v[one->places.load] * run->flow->load_a[one->places.load];
}

/* What a piece takes for itself: a heater all, an inverter or a converter what it does not pass on to those that stand for themselves. */
static double own_w(const struct system_run *run, const struct system_equipment *one)
{
    const struct network_flow *flow = run->flow;
    double passed_w = 0.0;
    double taken_w = 0.0;
    if (one->places.load < 0) {
        return 0.0;
    }
    taken_w = flow->load_v[one->places.load] * flow->load_a[one->places.load];
    if (one->kind->is_live != NULL) {
        passed_w = run->outlet_w[one->entry - run->described->equipment];
    } else if (one->places.source >= 0) {
        passed_w = flow->source_v[one->places.source] * flow->source_a[one->places.source];
    }
    return taken_w - passed_w >= OWN_W_MIN ? taken_w - passed_w : 0.0;
}

static double equipment_w(const struct system_run *run, const struct system_equipment *one,
                          const bool *is_fed)
{
    const double charging = through_a(run, one) != 0.0 ? charging_w(run, one, is_fed) : 0.0;
    if (charging > 0.0) {
        return charging;
    }
    return is_fed[one->entry->from] ? own_w(run, one) : 0.0;
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
    bool is_fed[NETWORK_NODES_MAX] = {false};
    *takers = (struct takers){.new_load = -1};
    find_joined(run, true, is_fed);
    for (int i = 0; i < run->described->load_count; i++) {
        const double power_w = is_load_of_bank(run->described, is_fed, i) ? loads_power_w(run, i) : 0.0;
        const int64_t ticks = run->tick - run->load_on_tick[i];
        add(takers, i, power_w);
        if (power_w > takers->new_load_w && ticks <= (int64_t)TAKERS_NEW_S * SBMS_TICKS_PER_S) {
            takers->new_load_w = power_w;
            takers->new_load = i;
            takers->new_ticks = ticks;
        }
    }
    for (int i = 0; i < run->equipment_count; i++) {
        add(takers, SCENARIO_LOADS_MAX + i, equipment_w(run, &run->equipment[i], is_fed));
    }
}

/* The bus to which it gives now; -1: to none. */
static int gives_to(const struct system_run *run, const struct system_equipment *one)
{
    const double current_a = through_a(run, one);
    if (one->kind->ports == EQUIPMENT_FROM_TO) {
        return current_a > 0.0 ? one->entry->to : (current_a < 0.0 ? one->entry->from : -1);
    }
    return one->places.source >= 0 && run->flow->source_a[one->places.source] > 0.0 ? one->entry->to : -1;
}

/* Of those that join two buses, or of all others, the one that has given most. */
static int largest_giver(const struct system_run *run, const bool *gives, const double *given_j, bool joins)
{
    double most_j = 0.0;
    int largest = -1;
    for (int i = 0; i < run->equipment_count; i++) {
        const int bus = gives_to(run, &run->equipment[i]);
        const double here_j = run->totals.equipment[i].given_j - given_j[i];
        if ((run->equipment[i].kind->ports == EQUIPMENT_FROM_TO) == joins && bus >= 0 && gives[bus] &&
            (largest < 0 || here_j > most_j)) {
            most_j = here_j;
            largest = i;
        }
    }
    return largest;
}

int takers_charger(const struct system_run *run, const double *given_j)
{
    bool gives[NETWORK_NODES_MAX] = {false};
    assert(run != NULL && given_j != NULL);
    if (run->bus.bank_a <= 0.0) {
        return -1;
    }
    find_joined(run, false, gives);
    const int source = largest_giver(run, gives, given_j, false);
    return source >= 0 ? source : largest_giver(run, gives, given_j, true);
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

static struct wording seconds(int64_t ticks)
{
    return wording_number((double)ticks / SBMS_TICKS_PER_S, ticks < SBMS_TICKS_PER_S ? 1 : 0);
}

/* How many of the largest are named: all, where only one would be left of them and takes more than next to nothing. */
static int named_count(const struct takers *takers)
{
    const int known = takers->count < TAKERS_LARGEST ? takers->count : TAKERS_LARGEST;
    int named = 0;
    while (named < known && takers->largest_w[named] >= NAMED_SHARE * takers->largest_w[0]) {
        named++;
    }
    const bool is_last =
        takers->count - named == 1 && takers->largest_w[known - 1] >= LITTLE_SHARE * takers->largest_w[0];
    return is_last ? known : named;
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
            sentence_add(line, ", on for %s s", seconds(takers->new_ticks).text);
        }
        sentence_add(line, ")");
    }
    if (left > 0) {
        sentence_add(line, " and %d more (%s W)", left, watts(left_w).text);
    }
}
