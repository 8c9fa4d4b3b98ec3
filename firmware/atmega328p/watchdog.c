/* SPDX-License-Identifier: Apache-2.0 */
#include "firmware/atmega328p/watchdog.h"

#include <avr/interrupt.h>
#include <avr/io.h>
#include <util/delay_basic.h>

#include "core/record.h"
#include "firmware/atmega328p/board.h"
#include "firmware/atmega328p/fault.h"
#include "firmware/atmega328p/outputs.h"
#include "firmware/device/port.h"

#define ARMED ((1u << WDE) | (1u << WDP2)) /* 250 ms */
#define SHORT ((1u << WDE) | (1u << WDP1)) /* 64 ms */
#define LOOPS_PER_MS (BOARD_CPU_HZ / 4000) /* of _delay_loop_2(), four cycles each */
#define POWER_FLAGS (SBMS_RESET_POWER_ON | SBMS_RESET_EXTERNAL | SBMS_RESET_BROWN_OUT)

uint8_t startup_reset_flags __attribute__((section(".noinit")));

static inline void feed(void)
{
    __asm__ __volatile__("wdr" ::: "memory");
}

void port_feed_watchdog(void)
{
    feed();
}

void watchdog_feed_floating(void)
{
    outputs_float();
    feed();
}

static void set_period(uint8_t value)
{
    feed();
    WDTCSR = (1u << WDCE) | (1u << WDE);
    WDTCSR = value; /* within four cycles */
    feed();
}

bool watchdog_is_armed(void)
{
    return WDTCSR == ARMED;
}

/* Counts how long it takes to reset the part; comes back only if it does not. */
static void force_time_out(void)
{
    fault_carry = (struct fault_carried){.reset_flags = startup_reset_flags, .test = WATCHDOG_IN_TEST};
    fault_carry_seal();
    set_period(SHORT);
    while (fault_carry.test_ms < WATCHDOG_TEST_MS_GIVE_UP) {
        _delay_loop_2(LOOPS_PER_MS);
        fault_carry.test_ms++;
        fault_carry_seal();
    }
    set_period(ARMED);
    fault_carry.test = WATCHDOG_FAILS;
}

void watchdog_start(void)
{
    const bool was_power = (startup_reset_flags & POWER_FLAGS) != 0u;

    if (was_power || !fault_carry_is_good()) {
        force_time_out();
    } else if (fault_carry.test == WATCHDOG_IN_TEST) {
        const uint16_t ms = fault_carry.test_ms;

        fault_carry.test =
            ms >= WATCHDOG_TEST_MS_MIN && ms <= WATCHDOG_TEST_MS_MAX ? WATCHDOG_WORKS : WATCHDOG_FAILS;
    } else {
        fault_carry.reset_flags = startup_reset_flags;
    }
    fault_carry_seal();
}
