/* SPDX-License-Identifier: Apache-2.0 */
#include "twin/battery_limits.h"

#include <assert.h>

struct model {
    double capacity_ah;
    struct battery_limits limits;
};

/*
 * The maker's Lithium Battery Smart, for discharge and charge the continuous maximum and what is recommended, from its technical
 * data (read in the maker's own page, confidence A: victronenergy.com/media/pg/Lithium_Battery_Smart/en/technical-data.html). What
 * is between two models goes in a straight line; below the smallest it goes with the capacity, and above the largest it stays: no
 * such models are published, that is ours. The older ones of 25.6 V with 60, 90 and 300 Ah are not in that table.
 */
static const struct model models_12_v[] = {
    {50.0, {100.0, 50.0, 100.0, 30.0}},    {100.0, {200.0, 100.0, 200.0, 50.0}},
    {160.0, {320.0, 160.0, 320.0, 80.0}},  {180.0, {360.0, 180.0, 360.0, 90.0}},
    {200.0, {400.0, 200.0, 400.0, 100.0}}, {330.0, {400.0, 300.0, 400.0, 150.0}},
};
static const struct model models_25_v[] = {
    {100.0, {200.0, 100.0, 200.0, 50.0}},
    {200.0, {400.0, 200.0, 400.0, 100.0}},
};

/* `low` and `part` of the way from it to `high`. */
static struct battery_limits between(const struct battery_limits *low, const struct battery_limits *high,
                                     double part)
{
    return (struct battery_limits){
        .discharge_a_max = low->discharge_a_max + part * (high->discharge_a_max - low->discharge_a_max),
        .discharge_a_recommended = low->discharge_a_recommended +
                                   part * (high->discharge_a_recommended - low->discharge_a_recommended),
        .charge_a_max = low->charge_a_max + part * (high->charge_a_max - low->charge_a_max),
        .charge_a_recommended =
            low->charge_a_recommended + part * (high->charge_a_recommended - low->charge_a_recommended),
    };
}

static struct battery_limits look_up(const struct model *models, int count, double capacity_ah)
{
    static const struct battery_limits none = {0.0, 0.0, 0.0, 0.0};
    int above = 0;

    while (above < count && models[above].capacity_ah < capacity_ah) {
        above++;
    }
    if (above == 0) {
        return between(&none, &models[0].limits, capacity_ah / models[0].capacity_ah);
    }
    if (above == count) {
        return models[count - 1].limits;
    }
    return between(&models[above - 1].limits, &models[above].limits,
                   (capacity_ah - models[above - 1].capacity_ah) /
                       (models[above].capacity_ah - models[above - 1].capacity_ah));
}

struct battery_limits battery_limits_of(int cells, double capacity_ah)
{
    assert(cells == 4 || cells == 8);
    assert(capacity_ah > 0.0);
    return cells == 4 ? look_up(models_12_v, sizeof models_12_v / sizeof models_12_v[0], capacity_ah)
                      : look_up(models_25_v, sizeof models_25_v / sizeof models_25_v[0], capacity_ah);
}
