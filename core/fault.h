/* SPDX-License-Identifier: Apache-2.0 */
/* The internal faults of the device (SAFE-4) and the number that each blinks on the red LED (LED-3). */
#ifndef SBMS_FAULT_H
#define SBMS_FAULT_H

#include <stdint.h>

enum sbms_fault {
    SBMS_FAULT_NONE = 0,
    SBMS_FAULT_MEMORY = 1,    /* a cell of the SRAM, or state that differs from its inverse */
    SBMS_FAULT_PROGRAM = 2,   /* the program's CRC */
    SBMS_FAULT_CLOCK = 3,     /* the crystal does not run, or crystal and RC oscillator differ too much */
    SBMS_FAULT_REFERENCE = 4, /* the converter's reading of the band gap */
    SBMS_FAULT_OUTPUT = 5,    /* an output that does not follow its command */
    SBMS_FAULT_WATCHDOG = 6,  /* the watchdog did not reset the part, or too early or too late */
    SBMS_FAULT_STACK = 7,     /* the stack has grown into its guard */
    SBMS_FAULT_SETTINGS = 8,  /* the settings in EEPROM are bad: recorded, defaults in force, not shown */
    SBMS_FAULT_REGISTER = 9,  /* a peripheral's register was found changed */
    SBMS_FAULT_COUNT
};

/* The stable lower-case word for `fault`; "none" for SBMS_FAULT_NONE and for anything that is not a fault. */
const char *sbms_fault_word(uint8_t fault);

#endif
