/* SPDX-License-Identifier: Apache-2.0 */
#include "twin/profile.h"

#include <assert.h>

/* The last step that has begun `at` ticks after the profile did. */
static int step_at(const struct profile *profile, int64_t at)
{
    int low = 0;
    int high = profile->count; /* not begun yet, or the end */

    assert(profile->count >= 1 && profile->steps[0].from_tick == 0);
    assert(at >= 0 && at < profile->period_ticks);
    while (high - low > 1) {
        const int middle = low + (high - low) / 2;

        if (profile->steps[middle].from_tick <= at) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

double profile_power_w(const struct profile *profile, int64_t tick)
{
    return profile->steps[step_at(profile, tick % profile->period_ticks)].power_w;
}

int64_t profile_next_tick(const struct profile *profile, int64_t tick)
{
    const int64_t at = tick % profile->period_ticks;
    const int next = step_at(profile, at) + 1;

    return tick - at + (next < profile->count ? profile->steps[next].from_tick : profile->period_ticks);
}
