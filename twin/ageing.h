/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How an LFP cell with graphite ages: what it loses of its capacity and what its resistance gains, by time and by use.
 *
 * Capacity: two power laws, of time and of cycles, whose losses add up (NREL's model of a 250 Ah cell). Resistance: two
 * straight lines (Naumann's model of a 3 Ah cell). Sources, figures and limits: docs/MODELS.md, "Ageing".
 *
 * A loss that follows k t^p under a stress that stays is loss^(1/p) = k^(1/p) t: a sum over time. These sums are the state,
 * so it is exact for a stress that changes too, whatever the steps in which it is added up, if the speed at which a cell
 * ages depends on the loss that it has reached and not on its years.
 */
#ifndef TWIN_AGEING_H
#define TWIN_AGEING_H

enum { AGEING_NODES = 1024 };

#define AGEING_LOSS_MAX 0.8 /* of the capacity: no law holds that far, and a cell has to keep some */

/* How far a cell has aged. All of a new one is 0; none ever falls. */
struct ageing {
    double calendar;   /* its loss by time, to the power of 1/p */
    double cycles;     /* its loss by cycles, likewise */
    double resistance; /* what it has gained, as a part of the new cell's */
};

/* What a cell has been through over a while. */
struct ageing_stress {
    double days;
    double calendar;   /* mean of ageing_calendar_per_day() */
    double resistance; /* mean of ageing_resistance_per_day() */
    double temp_c;     /* mean */
    double cycles;     /* equivalent full ones: charge in and out, over twice the capacity */
    double depth;      /* highest less lowest state of charge, 0..1 */
    double c_rate;     /* mean over the charge that went in and out, in 1/h */
};

/* What the graphite's voltage makes of the calendar's law over the state of charge. */
struct ageing_curve {
    double kelvin[AGEING_NODES + 1]; /* the law is e^(... - this / T) */
};

void ageing_curve_init(struct ageing_curve *curve);

/* How fast `calendar` grows, a day, at state of charge `soc` and `temp_c` (degC); held at 0..1 and at -40..60 degC. */
double ageing_calendar_per_day(const struct ageing_curve *curve, double soc, double temp_c);

/* How fast `resistance` grows by time, a day; held likewise. */
double ageing_resistance_per_day(double soc, double temp_c);

/* How `cycles` grows for an equivalent full cycle; held at a depth of 0..1, at 0..1 C and at 10..45 degC. */
double ageing_cycles_per_cycle(double depth, double c_rate, double temp_c);

/* How `resistance` grows for an equivalent full cycle; held likewise. */
double ageing_resistance_per_cycle(double depth, double c_rate);

/* Lets a cell go through `stress`. */
void ageing_add(struct ageing *cell, const struct ageing_stress *stress);

/* What a cell has lost of its capacity, as a part of the new cell's: 0..AGEING_LOSS_MAX. */
double ageing_loss(const struct ageing *cell);

/* A cell that has been used for ten years, as docs/MODELS.md says of `spread: aged`. */
struct ageing ageing_used(const struct ageing_curve *curve);

#endif
