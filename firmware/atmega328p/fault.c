/* SPDX-License-Identifier: Apache-2.0 */
#include "firmware/atmega328p/fault.h"

#include <avr/interrupt.h>

#include "firmware/atmega328p/outputs.h"
#include "firmware/device/port.h"

#define MAGIC 0xB6u

struct fault_carried fault_carry __attribute__((section(".noinit")));

static uint8_t sum(void)
{
    const struct fault_carried *c = &fault_carry;

    return (uint8_t)(c->magic + c->reset_flags + c->fault + c->test + (uint8_t)c->test_ms +
                     (uint8_t)(c->test_ms >> 8) + c->lasting + c->check);
}

bool fault_carry_is_good(void)
{
    return fault_carry.magic == MAGIC && sum() == 0u;
}

void fault_carry_seal(void)
{
    fault_carry.magic = MAGIC;
    fault_carry.check = (uint8_t)(fault_carry.check - sum());
    __asm__ __volatile__(
        "" ::
            : "memory"); /* in memory now: a reset may come that the compiler does not know of */
}

uint8_t port_reset_flags(void)
{
    return fault_carry.reset_flags;
}

uint8_t port_lasting_fault(void)
{
    return fault_carry.lasting;
}

uint8_t port_restart_fault(void)
{
    return fault_carry.fault;
}

void port_forget_restart_fault(void)
{
    fault_carry.fault = SBMS_FAULT_NONE;
    fault_carry_seal();
}

void port_restart(uint8_t fault)
{
    cli();
    outputs_float();
    if (fault_carry_is_good()) {
        fault_carry.fault = fault;
        fault_carry_seal();
    }
    for (;;) {
    }
}
