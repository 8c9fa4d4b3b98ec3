/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What one life of the program tells the next: why it ended. Kept in SRAM that a reset leaves alone, sealed, so that
 * what power-on leaves there is not taken for it. port_restart() of port.h fills it in.
 */
#ifndef FIRMWARE_ATMEGA328P_FAULT_H
#define FIRMWARE_ATMEGA328P_FAULT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/fault.h"

enum watchdog_test { WATCHDOG_UNTESTED = 0, WATCHDOG_IN_TEST, WATCHDOG_WORKS, WATCHDOG_FAILS };

struct fault_carried {
    uint8_t magic;
    uint8_t reset_flags; /* SBMS_RESET_... that began it all: the watchdog's test makes a reset of its own */
    uint8_t fault;       /* sbms_fault that ended the last life; 0 = none */
    uint8_t test;        /* watchdog_test */
    uint16_t test_ms;    /* how long the watchdog has not been fed, in ms of the CPU's clock */
    uint8_t lasting;     /* sbms_fault found at the start, in force until the next; 0 = none */
    uint8_t check;       /* makes the sum of all bytes 0 */
};

/* startup.S carries it past the test of the SRAM, with all of .noinit. */
extern struct fault_carried fault_carry;

/* Whether fault_carry is what fault_carry_seal() left. */
bool fault_carry_is_good(void);

/* To be called after each change of it. */
void fault_carry_seal(void);

#endif
