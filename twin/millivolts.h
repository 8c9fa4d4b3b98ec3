/* SPDX-License-Identifier: Apache-2.0 */
/* The one way in which a measured quantity becomes a whole number: a voltage millivolts, and so on. */
#ifndef TWIN_MILLIVOLTS_H
#define TWIN_MILLIVOLTS_H

#include <stdint.h>

/*
 * The whole number nearest to `value`, halves away from zero, so that -x gives the negative of x. It ends at -2e9 and 2e9; what is
 * not a number is -2e9. A run with such a value has left what it can tell (system_is_lost()), and ends.
 */
static inline int32_t nearest_whole(double value)
{
    const double held = value > -2e9 ? (value < 2e9 ? value : 2e9) : -2e9;

    return (int32_t)(held < 0.0 ? held - 0.5 : held + 0.5);
}

/* `volts` in millivolts, rounded and held as above. */
static inline int32_t millivolts_of(double volts)
{
    return nearest_whole(volts * 1000.0);
}

#endif
