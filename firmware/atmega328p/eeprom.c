/* SPDX-License-Identifier: Apache-2.0 */
#include "firmware/device/port.h"

#include <avr/interrupt.h>
#include <avr/io.h>
#include <util/atomic.h>

#include "firmware/atmega328p/mark.h"

/* The request stays for as long as the EEPROM is ready: it is asked for anew with each write. */
ISR(EE_READY_vect)
{
    EECR = 0u;
}

uint8_t port_eeprom_read(uint16_t address)
{
    EEAR = address;
    EECR = 1u << EERE;
    return EEDR;
}

void port_eeprom_write(uint16_t address, uint8_t value)
{
    EEAR = address;
    EEDR = value;
    ATOMIC_BLOCK(ATOMIC_RESTORESTATE)
    {
        EECR = 1u << EEMPE; /* erase and write */
        EECR |= 1u << EEPE; /* within four cycles of it */
    }
    EECR |= 1u << EERIE;
}

bool port_eeprom_is_busy(void)
{
    return (EECR & (1u << EEPE)) != 0u;
}

bool port_memory_has_failed(void)
{
    const bool failed = port_eeprom_read(MARK_ADDRESS) == MARK_MEMORY;

    if (failed) {
        port_eeprom_write(MARK_ADDRESS, MARK_NONE);
    }
    return failed;
}
