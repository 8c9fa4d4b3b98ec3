/* SPDX-License-Identifier: Apache-2.0 */
/* The watchdog (SAFE-5): 250 ms on its own oscillator, reset only. startup.S arms it before anything else. */
#ifndef FIRMWARE_ATMEGA328P_WATCHDOG_H
#define FIRMWARE_ATMEGA328P_WATCHDOG_H

#include <stdbool.h>
#include <stdint.h>

/* What the test at power-on tolerates of the watchdog's 64 ms, in ms of the CPU's clock: 41 to 106, for either oscillator
 * may be off. */
#define WATCHDOG_TEST_MS 64u
#define WATCHDOG_PERCENT 30u     /* of the watchdog's oscillator */
#define WATCHDOG_CPU_PERCENT 15u /* of the CPU's: CLOCK_RC_PERCENT */
#define WATCHDOG_TEST_MS_MIN \
    (WATCHDOG_TEST_MS * (100u - WATCHDOG_CPU_PERCENT) / (100u + WATCHDOG_PERCENT)) /* rounded down */
#define WATCHDOG_TEST_MS_MAX \
    (WATCHDOG_TEST_MS * (100u + WATCHDOG_CPU_PERCENT) / (100u - WATCHDOG_PERCENT) + 1u) /* rounded up */
#define WATCHDOG_TEST_MS_GIVE_UP 250u

/* MCUSR as startup.S found it. */
extern uint8_t startup_reset_flags;

/*
 * Proves at power-on that the watchdog resets the part, and when, by letting it time out once: does not return from that,
 * but ends in the reset. After it, and after any other start, returns with the watchdog armed and fault_carry filled in:
 * `reset_flags` of what began it all, `test` WATCHDOG_WORKS or WATCHDOG_FAILS, `fault` of the life before.
 */
void watchdog_start(void);

/* In start-up tests that take long: floats all outputs first, so that a program that ran astray into one of these cannot
 * keep anything high. */
void watchdog_feed_floating(void);

/* Whether it is still armed with its 250 ms. */
bool watchdog_is_armed(void);

#endif
