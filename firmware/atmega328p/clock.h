/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tick of 125 ms, sleep, and the check of one oscillator against the other (SAFE-4): port_start_clock() and
 * port_clock_is_good() of port.h.
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

/* Whether a tick has come since the last call. Interrupts must be off. */
bool clock_ticked(void);

/* CPU cycles in a 1024th of a second as measured last; CLOCK_CYCLES_NOMINAL without a watch crystal, or when it does not run. */
uint16_t clock_cycles(void);

/* Whether the timer's registers are still as port_start_clock() left them. */
bool clock_registers_are_intact(void);

/* The stack in clock_sleep(): two return addresses. */
#define CLOCK_SLEEP_SP (RAMEND - 4u)

/*
 * Sleeps until the next interrupt. To be called by main() alone, with interrupts off, returns with them on. `deep`: power-save where the
 * board has a watch crystal: only the tick wakes it. Otherwise idle. Always a call: tests let the part wake up elsewhere by
 * its return address.
 */
void clock_sleep(bool deep) __attribute__((noinline));

/* Idles while any bit of `mask` is set in the I/O register `reg`, whose clearing comes with an interrupt. */
void clock_idle_while(const volatile uint8_t *reg, uint8_t mask);

#endif
