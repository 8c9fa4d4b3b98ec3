/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A byte of the EEPROM in which startup.S, that has no SRAM to work with, notes that the SRAM failed. The next good start
 * makes a record of it and clears it. Numbers only.
 */
#ifndef FIRMWARE_ATMEGA328P_MARK_H
#define FIRMWARE_ATMEGA328P_MARK_H

#define MARK_ADDRESS 16 /* between the settings and the record */
#define MARK_MEMORY 0x4D
#define MARK_NONE 0xFF

#endif
