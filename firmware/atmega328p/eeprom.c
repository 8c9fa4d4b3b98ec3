/* SPDX-License-Identifier: Apache-2.0 */
#include "firmware/atmega328p/eeprom.h"

#include <avr/interrupt.h>
#include <avr/io.h>
#include <util/atomic.h>

/* The request stands for as long as the EEPROM is ready: it is asked for anew with each write. */
ISR(EE_READY_vect)
{
    EECR = 0u;
}

uint8_t eeprom_read(uint16_t address)
{
    EEAR = address;
    EECR = 1u << EERE;
    return EEDR;
}

void eeprom_write(uint16_t address, uint8_t value)
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

bool eeprom_is_busy(void)
{
    return (EECR & (1u << EEPE)) != 0u;
}
