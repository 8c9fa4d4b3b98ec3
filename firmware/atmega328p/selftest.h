/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the part itself: the program's CRC, the SRAM, the stack's guard (SAFE-4). startup.S tests all of the SRAM before
 * anything is in it. */
#ifndef FIRMWARE_ATMEGA328P_SELFTEST_H
#define FIRMWARE_ATMEGA328P_SELFTEST_H

#include <stdbool.h>
#include <stdint.h>

#include "firmware/atmega328p/limits.h"

/*
 * The program is the first SELFTEST_PROGRAM_BYTES of the flash, what is unused of it filled; its CRC follows, low byte
 * first. firmware/atmega328p/seal.py puts it there.
 */
#define SELFTEST_PROGRAM_BYTES (LIMIT_FLASH_BYTES - 2u)

#define SELFTEST_TURN_TICKS 4u       /* one tick of these for a piece of SRAM, one for a piece of program */
#define SELFTEST_PIECE_SRAM_BYTES 8u /* all of it in 256 turns, 128 s */
#define SELFTEST_PIECE_PROGRAM_BYTES 16u /* once through in 1024 turns, 512 s */

/* Reads the whole program; returns whether the CRC is right. */
bool selftest_program(void);

/*
 * Puts the guard under the stack. From then on port_self_test() of port.h looks at it at each tick, and tests the piece whose
 * turn it is: SBMS_FAULT_STACK, SBMS_FAULT_MEMORY, and SBMS_FAULT_PROGRAM after the last piece of a program whose CRC is
 * wrong.
 */
void selftest_start(void);

/* In startup.S: march test of the SELFTEST_PIECE_SRAM_BYTES at `address`, a multiple of it, whose contents stay. Uses no
 * SRAM, interrupts off. */
bool selftest_march(uint16_t address);

#endif
