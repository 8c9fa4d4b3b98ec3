/* SPDX-License-Identifier: Apache-2.0 */
/* What the maker lets a battery carry, by its voltage and capacity. Nothing acts by it: a run is warned about. */
#ifndef TWIN_BATTERY_LIMITS_H
#define TWIN_BATTERY_LIMITS_H

/* All in A, continuous. */
struct battery_limits {
    double discharge_a_max;
    double discharge_a_recommended;
    double charge_a_max;
    double charge_a_recommended;
};

/* Of a battery of 4 or 8 `cells` (12.8 or 25.6 V) and `capacity_ah`, above 0. */
struct battery_limits battery_limits_of(int cells, double capacity_ah);

#endif
