/* SPDX-License-Identifier: Apache-2.0 */
#include "twin/lead_acid.h"

#include <assert.h>

/*
 * For each 12 V. Open-circuit voltages of a flooded battery at rest, 11.9 V nearly empty and 12.7 V full, and some 5 mOhm for 100 Ah are
 * what makers and text books give (unverified). Over its last 3 % the voltage goes to 0, so that an empty one gives nothing.
 * The resistance to take through is chosen so that 14.4 V drive 1 % of the capacity into a full one, and half of it in an hour
 * into one that is half full.
 */
#define LOW_PART 0.03
#define LOW_V 11.9
#define LOW_TIMES 40.0 /* as much does a change of charge count there */
#define FULL_V 12.7
#define GIVE_OHM_AH 0.5
#define TAKE_OHM_AH 1.67 /* divided by the part that is missing, and 1 % */
#define MISSING_PART_MIN 0.01
#define MONTH_S (365.0 / 12.0 * 86400.0)
#define AS_PER_AH 3600.0

/* How the open-circuit voltage of 12 V rises with the part of its capacity that is in it. */
static double slope_v(double part)
{
    return part < LOW_PART ? LOW_V / LOW_PART : (FULL_V - LOW_V) / (1.0 - LOW_PART);
}

static double open_v(const struct lead_acid *battery)
{
    const double part = battery->charge_as / battery->capacity_as;

    return battery->units *
           (part < LOW_PART ? slope_v(part) * part : LOW_V + slope_v(part) * (part - LOW_PART));
}

struct lead_acid lead_acid_made(const struct scenario_bus *bus)
{
    struct lead_acid battery = {
        .units = bus->units,
        .capacity_as = bus->capacity_ah * AS_PER_AH,
        .leak_per_s = bus->self_discharge_pct_per_month * 0.01 / MONTH_S,
    };

    battery.charge_as = bus->soc_pct * 0.01 * battery.capacity_as;
    battery.stored_start_j = lead_acid_stored_j(&battery);
    return battery;
}

/* Behind `open`, with `rise_ohm` more than its own resistances: what the charge of a step raises it by. */
static struct network_store store(const struct lead_acid *battery, double open, double rise_ohm)
{
    const double ohm_per_ohm_ah = battery->units * AS_PER_AH / battery->capacity_as;
    const double missing = 1.0 - battery->charge_as / battery->capacity_as + MISSING_PART_MIN;
    const double give_ohm = GIVE_OHM_AH * ohm_per_ohm_ah + rise_ohm;
    const double take_ohm = give_ohm + TAKE_OHM_AH * ohm_per_ohm_ah / missing;

    return (struct network_store){
        .conductance_s = 1.0 / take_ohm,
        .short_a = open / take_ohm,
        .discharge_more_s = 1.0 / give_ohm - 1.0 / take_ohm,
    };
}

static double current_into(const struct network_store *as, double node_v)
{
    const double above_v = node_v - as->short_a / as->conductance_s;

    return above_v * (above_v < 0.0 ? as->conductance_s + as->discharge_more_s : as->conductance_s);
}

struct network_store lead_acid_now(const struct lead_acid *battery)
{
    return store(battery, open_v(battery), 0.0);
}

void lead_acid_settle(struct lead_acid *battery, const struct network_store *now, double node_v)
{
    battery->current_a = current_into(now, node_v);
}

/* The open-circuit voltage at the end is that of the charge then: half of it comes from the current now, half from the one then. */
struct network_store lead_acid_try(const struct lead_acid *battery, double seconds)
{
    const double v_per_as =
        battery->units * slope_v(battery->charge_as / battery->capacity_as) / battery->capacity_as;
    const double half_ohm = 0.5 * seconds * v_per_as;
    const double open = open_v(battery) + half_ohm * battery->current_a;

    return store(battery, open > 0.0 ? open : 0.0, half_ohm); /* a step that is too long for it is dropped */
}

void lead_acid_conclude(struct lead_acid *battery, const struct network_store *then, double node_v,
                        double seconds)
{
    const double leak_as = battery->leak_per_s * battery->charge_as * seconds;
    double charge_as = 0.0;

    battery->tried_current_a = current_into(then, node_v);
    charge_as =
        battery->charge_as + 0.5 * seconds * (battery->current_a + battery->tried_current_a) - leak_as;
    charge_as = charge_as > battery->capacity_as ? battery->capacity_as : charge_as; /* the rest is gas */
    battery->tried_charge_as = charge_as < 0.0 ? 0.0 : charge_as;
}

void lead_acid_accept(struct lead_acid *battery)
{
    battery->charge_as = battery->tried_charge_as;
    battery->current_a = battery->tried_current_a;
}

double lead_acid_change(const struct lead_acid *battery)
{
    const double part = (battery->tried_charge_as - battery->charge_as) / battery->capacity_as;
    const double size = part < 0.0 ? -part : part;

    return battery->tried_charge_as < LOW_PART * battery->capacity_as ? LOW_TIMES * size : size;
}

double lead_acid_soc_pct(const struct lead_acid *battery)
{
    return 100.0 * battery->charge_as / battery->capacity_as;
}

double lead_acid_stored_j(const struct lead_acid *battery)
{
    const double part = battery->charge_as / battery->capacity_as;
    const double low = part < LOW_PART ? part : LOW_PART;
    const double high = part - low;

    return battery->units * battery->capacity_as *
           (0.5 * LOW_V / LOW_PART * low * low + high * (LOW_V + 0.5 * slope_v(part) * high));
}
