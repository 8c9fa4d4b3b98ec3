/* SPDX-License-Identifier: Apache-2.0 */
#include "firmware/device/follow.h"

static uint8_t low_ticks;    /* in a row that an output driven high has read low */
static uint8_t high_ticks;   /* in a row that a floating output has read high */
static uint16_t retry_ticks; /* what is left of the pause after a short */

void follow_start(void)
{
    low_ticks = 0u;
    high_ticks = 0u;
    retry_ticks = 0u;
}

/* One tick further while `differs`, up to `ticks_max`. */
static uint8_t count(uint8_t ticks, bool differs, uint8_t ticks_max)
{
    if (!differs) {
        return 0u;
    }
    return ticks < ticks_max ? (uint8_t)(ticks + 1u) : ticks_max;
}

static bool reads_low(const struct sbms_outputs *driven, const struct port_terminals *terminals)
{
    return (driven->load && !terminals->load) || (driven->prealarm && !terminals->prealarm) ||
           (driven->charger && !terminals->charger);
}

static bool reads_high(const struct sbms_outputs *driven, const struct port_terminals *terminals)
{
    return (!driven->load && terminals->load) || (!driven->prealarm && terminals->prealarm) ||
           (!driven->charger && terminals->charger);
}

bool follow_check(const struct sbms_outputs *driven, const struct port_terminals *terminals)
{
    low_ticks = count(low_ticks, reads_low(driven, terminals), FOLLOW_HIGH_TICKS);
    high_ticks = count(high_ticks, reads_high(driven, terminals), FOLLOW_FLOAT_TICKS);
    if (low_ticks == FOLLOW_HIGH_TICKS || retry_ticks > FOLLOW_RETRY_TICKS) {
        retry_ticks = FOLLOW_RETRY_TICKS; /* a flipped bit makes no longer pause */
    } else if (retry_ticks > 0u) {
        retry_ticks--;
    }
    return retry_ticks == 0u && high_ticks < FOLLOW_FLOAT_TICKS;
}
