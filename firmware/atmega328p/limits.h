/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an image may take: the one place of these limits. Read by the compiler, by build.sh for the linker, by seal.py,
 * stack.py and the tests. Decimal numbers only.
 */
#ifndef FIRMWARE_ATMEGA328P_LIMITS_H
#define FIRMWARE_ATMEGA328P_LIMITS_H

#define LIMIT_FLASH_BYTES 20480    /* the program, with the CRC that is its last two bytes */
#define LIMIT_SRAM_BYTES 1024      /* data with the deepest stack */
#define LIMIT_LAW_FLASH_BYTES 6912 /* the control law alone */
#define LIMIT_LAW_STATE_BYTES 96

#endif
