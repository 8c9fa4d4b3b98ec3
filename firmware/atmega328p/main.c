/* SPDX-License-Identifier: Apache-2.0 */
/* The part's own: its start, what of it must not change, and the loop that sleeps until the device has something to do. */
#include <avr/interrupt.h>
#include <avr/io.h>

#include "core/fault.h"
#include "firmware/atmega328p/clock.h"
#include "firmware/atmega328p/fault.h"
#include "firmware/atmega328p/outputs.h"
#include "firmware/atmega328p/phase.h"
#include "firmware/atmega328p/retain.h"
#include "firmware/atmega328p/selftest.h"
#include "firmware/atmega328p/uart.h"
#include "firmware/atmega328p/watchdog.h"
#include "firmware/atmega328p/zero.h"
#include "firmware/device/device.h"
#include "firmware/device/port.h"

#define MCUCR_STEADY ((uint8_t) ~((1u << BODS) | (1u << BODSE))) /* these two come and go with each sleep */

/* phase.h has them for startup.S and the simulators. */
_Static_assert(PORT_PHASE_WAITING == PHASE_WAITING && PORT_PHASE_SAMPLE == PHASE_SAMPLE &&
                   PORT_PHASE_DECIDE == PHASE_DECIDE && PORT_PHASE_DRIVE == PHASE_DRIVE &&
                   PORT_PHASE_CHECK == PHASE_CHECK,
               "the phases of port.h and phase.h");

/* An interrupt that nobody asked for. */
ISR(BADISR_vect)
{
    port_restart(SBMS_FAULT_REGISTER);
}

uint8_t port_phase(void)
{
    return GPIOR0;
}

void port_set_phase(enum port_phase phase)
{
    GPIOR0 = (uint8_t)phase;
    zero_clear();
}

bool port_is_intact(void)
{
    return fault_carry_is_good() && clock_registers_are_intact() && watchdog_is_armed() &&
           uart_receiver_is_disabled() && outputs_have_their_pins() && CLKPR == 0u &&
           (MCUCR & MCUCR_STEADY) == 0u;
}

void port_start(void)
{
    outputs_float();
    ACSR = 1u << ACD;
    PRR = (1u << PRTWI) | (1u << PRTIM0) | (1u << PRSPI) | (1u << PRUSART0) | (1u << PRADC);
    retain_start();
    watchdog_start();
    selftest_start();
    fault_carry.lasting = SBMS_FAULT_NONE;
    if (fault_carry.test == WATCHDOG_FAILS) {
        fault_carry.lasting = SBMS_FAULT_WATCHDOG;
    } else if (!selftest_program()) {
        fault_carry.lasting = SBMS_FAULT_PROGRAM;
    }
    fault_carry_seal();
    watchdog_feed_floating();
}

/* Calls of their own, so that main() keeps nothing on the stack or in a register from one tick to the next: a bit that
 * flips there would stay until the next start. */
static void __attribute__((noinline)) start(void)
{
    device_start();
}

static void __attribute__((noinline)) tick(void)
{
    device_tick();
}

static bool __attribute__((noinline)) is_done(void)
{
    return !device_work();
}

/* For the same reason. */
static inline void forget_registers(void)
{
    __asm__ __volatile__("clr __zero_reg__" ::
                             : "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "r13",
                               "r14", "r15", "r16", "r17", "memory");
}

/* (OS_main: it pushes nothing.) */
int __attribute__((OS_main)) main(void)
{
    start();
    for (;;) {
        const bool may_sleep_deep = !device_has_work() || is_done();

        forget_registers();
        cli();
        if (!clock_ticked()) {
            clock_sleep(may_sleep_deep);
            cli();
            if (!clock_ticked()) {
                sei();
                continue;
            }
        }
        sei();
        tick();
    }
}
