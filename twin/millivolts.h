/* SPDX-License-Identifier: Apache-2.0 */
/* The one way in which a measured quantity becomes a whole number: a voltage millivolts, and so on. */
#ifndef TWIN_MILLIVOLTS_H
#define TWIN_MILLIVOLTS_H

#include <assert.h>
#include <stdint.h>

/*
 * The whole number nearest to `value`, halves away from zero, so that -x gives the negative of x. |value| <
 * 2e9.
 */
static inline int32_t nearest_whole(double value)
{
    assert(value > -2e9 && value < 2e9); /* false for what is not a number, too */
    return (int32_t)(value < 0.0 ? value - 0.5 : value + 0.5);
}

/* `volts` in millivolts, rounded as above; |volts| < 2e6. */
static inline int32_t millivolts_of(double volts)
{
    return nearest_whole(volts * 1000.0);
}

#endif
