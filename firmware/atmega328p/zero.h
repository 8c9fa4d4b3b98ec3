/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The compiler takes r1 for 0 everywhere, and nothing but a multiplication or an interrupt sets it anew: a bit that flips in it
 * would make every "false" of the rest of the tick a "true". It is cleared wherever one could reach a pin (SAFE-4).
 */
#ifndef FIRMWARE_ATMEGA328P_ZERO_H
#define FIRMWARE_ATMEGA328P_ZERO_H

static inline void zero_clear(void)
{
    __asm__ __volatile__("clr __zero_reg__" ::: "memory");
}

#endif
