/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cable that a part of a system has where its file names none. It is as thick as it must be to lose a small part of the voltage
 * at the part's nominal current; docs/MODELS.md has the parts.
 */
#ifndef TWIN_CABLE_H
#define TWIN_CABLE_H

#define CABLE_MAIN_PART 0.01 /* of the bank, of what charges, and of what leads from bus to bus */
#define CABLE_LOAD_PART 0.02 /* of what only takes; 3 % is the most that is usual on boats */

/* Both ways together, in Ohm, with `part` of `volts` left in it at `current_a`, which is above 0. */
static inline double cable_ohm_for(double part, double volts, double current_a)
{
    return part * volts / current_a;
}

/* The same in mOhm. */
static inline double cable_mohm_for(double part, double volts, double current_a)
{
    return cable_ohm_for(part, volts, current_a) * 1000.0;
}

#endif
