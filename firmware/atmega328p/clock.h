/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tick of 125 ms, sleep, and the check of one oscillator against the other (SAFE-4).
 *
 * With a watch crystal the tick comes from Timer2, which counts 1024 Hz, and between ticks the part is in power-save. The
 * CPU's RC oscillator is measured against it. Without one the tick comes from Timer1 on the CPU's crystal.
 */
#ifndef FIRMWARE_ATMEGA328P_CLOCK_H
#define FIRMWARE_ATMEGA328P_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#define CLOCK_RC_PERCENT 15u   /* tolerated between RC and crystal: 10 % of the RC, and measuring */
#define CLOCK_CRYSTAL_MS 1500u /* a watch crystal starts within a second */
#define CLOCK_CHECK_TICKS 8u   /* the oscillators are compared once a second */
#define CLOCK_CYCLES_NOMINAL (BOARD_CPU_HZ / 1024) /* CPU cycles in a 1024th of a second */

/*
 * Starts the tick; returns whether the crystal runs. When it does not, the tick comes from the CPU's oscillator instead, for
 * a device that shows its fault. Whether the oscillators agree, clock_check() says from the first tick on. Feeds the
 * watchdog while it waits for the crystal. The first tick comes 125 ms later.
 */
bool clock_start(void);

/* Whether a tick has come since the last call. Interrupts must be off. */
bool clock_ticked(void);

/*
 * Once a tick, right after clock_ticked(): goes on with the comparison of the oscillators. Returns whether they agree.
 * After a clock_start() that failed: whether the crystal has been running for a second, which is the time to restart.
 */
bool clock_check(void);

/* CPU cycles in a 1024th of a second as measured last; CLOCK_CYCLES_NOMINAL without a watch crystal. */
uint16_t clock_cycles(void);

/* Whether the timer's registers are still as clock_start() left them. */
bool clock_registers_are_intact(void);

/*
 * Sleeps until the next interrupt. To be called with interrupts off, returns with them on. `deep`: power-save where the
 * board has a watch crystal: only the tick wakes it. Otherwise idle.
 */
void clock_sleep(bool deep);

/* Idles while any bit of `mask` is set in the I/O register `reg`, whose clearing comes with an interrupt. */
void clock_idle_while(const volatile uint8_t *reg, uint8_t mask);

#endif
