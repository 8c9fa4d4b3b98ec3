/* SPDX-License-Identifier: Apache-2.0 */
#include "firmware/atmega328p/fault.h"

#include <avr/interrupt.h>

#include "firmware/atmega328p/outputs.h"

#define MAGIC 0xB6u

struct fault_carried fault_carry __attribute__((section(".noinit")));

static uint8_t sum(void)
{
    const uint8_t *bytes = (const uint8_t *)&fault_carry;
    uint8_t total = 0u;

    for (uint8_t i = 0u; i < sizeof fault_carry; i++) {
        total = (uint8_t)(total + bytes[i]);
    }
    return total;
}

bool fault_carry_is_good(void)
{
    return fault_carry.magic == MAGIC && sum() == 0u;
}

void fault_carry_seal(void)
{
    fault_carry.magic = MAGIC;
    fault_carry.check = (uint8_t)(fault_carry.check - sum());
}

void fault_restart(uint8_t fault)
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
