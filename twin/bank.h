/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bank: strings in parallel, batteries in series, cells in a battery; their charge, relaxation, hysteresis,
 * temperature and balancing.
 *
 * Time goes in steps of ticks of 125 ms. A step is exact for a current that changes in a straight line;
 * the current at its end is solved together with what it does to the voltages (linearly implicit), so that a
 * stiff cell at the top of its curve does not force short steps. A step is tried and then accepted or
 * dropped.
 */
#ifndef TWIN_BANK_H
#define TWIN_BANK_H

#include <stdbool.h>
#include <stdint.h>

#include "twin/ageing.h"
#include "twin/cell.h"
#include "twin/network.h"

enum {
    BANK_STEP_S_MAX = 1024, /* a step is as long at most */
    BANK_TICKS_PER_S = (int)SBMS_TICKS_PER_S,
    BANK_CELLS_MAX = SCENARIO_BATTERIES_MAX * SCENARIO_CELLS_MAX
};

/*
 * The bank at one instant. There is an array for each quantity, with a place for each cell over the whole bank
 * unless it says otherwise, so that each formula is one loop.
 */
struct bank_state {
    /* what a step changes */
    double z[BANK_CELLS_MAX];                  /* state of charge, not limited to 0..1 */
    double w[CELL_DIFFUSIONS][BANK_CELLS_MAX]; /* what the surface is ahead of it */
    double v1_v[BANK_CELLS_MAX];               /* of the charge transfer */
    double v2_v[BANK_CELLS_MAX];
    double h[BANK_CELLS_MAX]; /* hysteresis, -1..1 */
    double temp_c[BANK_CELLS_MAX];
    double case_c[SCENARIO_BATTERIES_MAX];   /* batteries */
    double string_a[SCENARIO_BATTERIES_MAX]; /* strings; charging is positive */
    double
        string_a_per_s[SCENARIO_BATTERIES_MAX]; /* how it changed over the last step; 0 after bank_settle() */
    /* what the temperature says */
    double r0_ohm[BANK_CELLS_MAX];
    double r2_ohm[BANK_CELLS_MAX];
    double exchange_a[BANK_CELLS_MAX];
    double diffusion_per_a[CELL_DIFFUSIONS][BANK_CELLS_MAX]; /* w at rest with a current */
    double leak_a[BANK_CELLS_MAX];
    /* what the state of charge says */
    double rest_v[BANK_CELLS_MAX];  /* open-circuit voltage once the diffusion has come to rest */
    double ocv_v[BANK_CELLS_MAX];   /* as the surface has it */
    double slope_v[BANK_CELLS_MAX]; /* dOCV/dz there */
    double hysteresis_v[BANK_CELLS_MAX];
    double entropy_v_per_k[BANK_CELLS_MAX];
    double entropy_slope[BANK_CELLS_MAX]; /* its change over z */
    /* what both and the current say */
    double emf_v[BANK_CELLS_MAX];      /* terminal voltage less R0 I */
    double cell_a[BANK_CELLS_MAX];     /* into the cell: its string's current less what its balancer takes */
    double transfer_v[BANK_CELLS_MAX]; /* where it drives v1_v */
    double cell_v[BANK_CELLS_MAX];     /* at its terminals */
    double held_v[BANK_CELLS_MAX];     /* what z holds: cell_held_v(); of `next` since bank_add_energy() */
    double cell_v_min;                 /* the lowest and the highest of them */
    double cell_v_max;
};

/* What makes one cell differ from another. */
struct bank_parameters {
    double per_coulomb
        [BANK_CELLS_MAX]; /* 1 / (3600 Q), Q in Ah: what a coulomb changes of the state of charge */
    double coulombs[BANK_CELLS_MAX]; /* 3600 Q, what it holds from empty to full */
    double r0_ohm[BANK_CELLS_MAX];   /* at 25 degC, like the others */
    double r2_ohm[BANK_CELLS_MAX];
    double exchange_a[BANK_CELLS_MAX];
    double diffusion_per_a[CELL_DIFFUSIONS][BANK_CELLS_MAX];
    double leak_a[BANK_CELLS_MAX]; /* self-discharge */
};

/* How the cells age; a place for each. */
struct bank_ageing {
    struct bank_parameters as_new;
    double resistance_as_new[BANK_CELLS_MAX]; /* against a cell without spread */
    struct ageing cells[BANK_CELLS_MAX];
    struct ageing_curve curve;
    /* since they aged last */
    double seconds;
    double calendar_s[BANK_CELLS_MAX]; /* ageing_calendar_per_day() over time */
    double resistance_s[BANK_CELLS_MAX];
    double temp_c_s[BANK_CELLS_MAX];
    double moved[BANK_CELLS_MAX];         /* states of charge, in and out */
    double moved_at_rate[BANK_CELLS_MAX]; /* the same, times the rate at which, in 1/s */
    double z[BANK_CELLS_MAX];             /* as it was looked at last, its lowest and its highest */
    double z_min[BANK_CELLS_MAX];
    double z_max[BANK_CELLS_MAX];
};

/* What is left of a bank, against a new cell of the nominal capacity: 1 is new. */
struct bank_health {
    double capacity_mean;
    double capacity_min;
    double resistance_mean; /* of the cells themselves, without the batteries' boards */
    double resistance_max;
};

/* What each ampere that a string's current has risen by at the end of a step adds to a cell. */
struct bank_bend {
    double z[BANK_CELLS_MAX];
    double w[CELL_DIFFUSIONS][BANK_CELLS_MAX];
    double h[BANK_CELLS_MAX];
    double v1_ohm[BANK_CELLS_MAX];
    double v2_ohm[BANK_CELLS_MAX];
    double ohm[BANK_CELLS_MAX]; /* V/A */
};

/* Each string as the bus sees it: its voltage without a current, and what an ampere adds to it. */
struct bank_sources {
    double emf_v[SCENARIO_BATTERIES_MAX];
    double r_ohm[SCENARIO_BATTERIES_MAX];
};

/* What a length of step makes of a state that relaxes: what is left, what is gone, the answer to a straight line. */
struct bank_decay {
    double left;
    double gone;
    double ramp;
};

/* Everything that a length of step decides alone. */
struct bank_step {
    double seconds;
    double per_second; /* 1 / seconds */
    struct bank_decay v1;
    struct bank_decay v2;
    struct bank_decay w[CELL_DIFFUSIONS];
    double cell_decay;                                 /* of a cell's temperature to the battery's mean */
    double mean_mean, mean_case, case_mean, case_case; /* of mean and case to their rest: a matrix */
};

/* Where the energy has gone that went into the bank, from its start on, in J. */
struct bank_energy {
    double heat_j;  /* of cells and boards */
    double lost_j;  /* by self-discharge, balancers and ageing */
    double cable_j; /* in the bank's cable */
    double moved_j; /* not gone: what went into strings and out of them, added up whatever its sign */
};

struct bank {
    int cells_per_battery; /* 4 or 8 */
    int batteries;
    int strings; /* in parallel */
    int series;
    int cells_per_string;
    int cell_count;
    double capacity_ah; /* nominal, of one string */
    double balancing_a;
    double r_cell_case; /* K/W */
    double r_cell_cell;
    double r_case_ambient;
    double heat_capacity_j_per_k; /* of a cell */
    double cell_k_per_w;          /* of a cell to the battery's mean */
    double board_ohm;             /* of a battery, beside its cells */
    double cable_ohm;             /* of the bank to its bus */
    double case_w;                /* that warms each battery's case from outside (bank_warm()) */
    double temp_offset_c[SCENARIO_BATTERIES_MAX]; /* of each battery's surroundings against the air */
    double hysteresis_gamma;
    struct cell_curves curves;
    struct bank_step
        steps[BANK_TICKS_PER_S - 1 + BANK_STEP_S_MAX]; /* of 1 to 7 ticks, then of whole seconds */
    struct bank_parameters parameters;
    struct bank_ageing ageing;
    struct bank_state *now;
    struct bank_state *next;            /* at the end of the step that is tried */
    const struct bank_step *tried;      /* its length */
    struct bank_bend bend;              /* of that step */
    double heat_w[BANK_CELLS_MAX];      /* each cell's, its mean over that step */
    double heat_owed_j[BANK_CELLS_MAX]; /* what the steps so far have warmed a cell too little by */
    struct bank_energy energy;
    struct bank_sources sources;
    struct network_store store;    /* what they are together, behind the cable */
    bool bleeding[BANK_CELLS_MAX]; /* the balancer is on */
    bool any_bleeding;
    double bleed_a[BANK_CELLS_MAX]; /* what it takes since the bus was solved last */
};

/* ---- state (twin/bank.c) ---- */

/*
 * Makes the bank that `described` says, at rest: every cell and case at `ambient_c` (degC) and its battery's offset, no current,
 * cells spread by `seed`, those of a battery as many ampere-hours below full, but none below empty, unless one says otherwise. Takes memory from the heap: false
 * when there is none, and then nothing is to be freed.
 */
bool bank_init(struct bank *made, const struct scenario_bank *described, uint64_t seed, double ambient_c);

/* Gives its memory back. */
void bank_free(struct bank *made);

/* The state now or, with `next`, at the end of the step that was tried. */
static inline const struct bank_state *bank_state_at(const struct bank *b, bool next)
{
    return next ? b->next : b->now;
}

/*
 * State of charge of the bank in percent: the mean of its cells, each of its own capacity; not limited to
 * 0..100.
 */
double bank_soc_pct(const struct bank *b);

/* ---- energy (twin/bank_energy.c) ---- */

/*
 * What the cells hold beyond what they held at a state of charge of 0, in J: the enthalpy of the reaction at 25 degC,
 * OCV - (298.15 K) dU/dT, over the charge. What relaxes holds nothing: its energy is heat as soon as it goes in.
 */
double bank_stored_j(const struct bank *b);

/* What the steps so far have warmed the bank too little by, in J; the next step does it. */
double bank_heat_owed_j(const struct bank *b);

/* Adds the step that was tried to b->energy; before bank_accept(). */
void bank_add_energy(struct bank *b);

/* ---- step (twin/bank_step.c) ---- */

/* What a step of `ticks` ticks, as bank_try() takes it, decides alone. */
const struct bank_step *bank_step_of(const struct bank *b, int ticks);

/* What the bank is to its node now, with the balancers as they are. bank_settle() is to follow. */
struct network_store bank_now(struct bank *b);

/* The node is at `node_v`, in V: sets the currents and the voltages that hang on them, nothing else. */
void bank_settle(struct bank *b, double node_v);

/* From the next step on `heat_w` (W, for the whole bank) goes into the batteries' cases from outside, the same into each. */
void bank_warm(struct bank *b, double heat_w);

/*
 * Tries a step of `ticks` ticks, 1 to 7 or a multiple of 8 up to BANK_STEP_S_MAX seconds, with the air at `ambient_c` (degC) all along,
 * and says what the bank is to its node at its end; bank_conclude() is to follow. The present state stays; `next` holds the end. May
 * be tried again with another length.
 */
struct network_store bank_try(struct bank *b, int ticks, double ambient_c);

/* The node is at `node_v`, in V, at the end of the step that was tried. */
void bank_conclude(struct bank *b, double node_v);

/*
 * How far a string's current is, in A, at the end of the step that was tried from where the line of the step
 * before it would have led: the largest of the strings, never negative. A step is exact for a straight line, so this is what
 * is not known of it. After bank_settle() the line is level.
 */
double bank_current_bend_a(const struct bank *b);

/* How far a cell's voltage moves over the step that was tried, in V: the largest of all, never negative. */
double bank_voltage_change_v(const struct bank *b);

/* Takes the step that was tried: its end is now. */
void bank_accept(struct bank *b);

/* ---- balancing (twin/bank_balance.c) ---- */

/*
 * What the balancers would decide now or, with `next`, at the end of the step that was tried: on above 3.50 V
 * and 10 mV above the battery's lowest cell, off below 3.48 V or within 5 mV. True when any is to change.
 */
bool bank_balancing_changes(const struct bank *b, bool next);

/* Lets the balancers decide now. The bus is to be solved again after a true. */
bool bank_balance(struct bank *b);

/* ---- ageing (twin/bank_ageing.c) ---- */

/*
 * Looks at how the cells stand, `seconds` (above 0) after the look before it or, the first time, after the bank was made. What
 * happens between two looks is taken as even, so they are to be as close as a consumer's or the sun's changes.
 */
void bank_look_at_stress(struct bank *b, double seconds);

/*
 * Lets each cell lose as much by itself as it has to lose: below 1 V at rest its self-discharge is less, and there is none at 0 V
 * and below. To be called as often as bank_look_at_stress(): what a cell leaks in ten minutes is little.
 */
void bank_limit_leaks(struct bank *b);

/*
 * Ages the cells by what was seen since they aged last. What a cell lacks to be full stays the same in ampere-hours; what it
 * loses of its capacity is gone from what it could have given. The bus is to be solved again.
 */
void bank_age(struct bank *b);

/* How old the bank is. */
struct bank_health bank_health(const struct bank *b);

#endif
