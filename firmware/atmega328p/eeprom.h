/* SPDX-License-Identifier: Apache-2.0 */
/* The EEPROM, a byte at a time. A write takes 3.4 ms and goes on by itself; tests stand in for this file. */
#ifndef FIRMWARE_ATMEGA328P_EEPROM_H
#define FIRMWARE_ATMEGA328P_EEPROM_H

#include <stdbool.h>
#include <stdint.h>

/* The byte at `address`, 0..1023. No write may be going on. */
uint8_t eeprom_read(uint16_t address);

/* Starts to write `value` at `address`, 0..1023, and asks for an interrupt when it is done. No write may be going on. */
void eeprom_write(uint16_t address, uint8_t value);

/* Whether a write is going on: the part must not go deeper than idle. */
bool eeprom_is_busy(void);

#endif
