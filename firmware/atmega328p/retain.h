/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the device remembers over a reset: port_retain() and port_retained() of port.h. It is kept in SRAM that a reset leaves
 * alone, twice, each time with its inverse, so that one of the two is whole at any instant, also while the other is being
 * written or its place tested. startup.S carries both past its test of the SRAM and reads RETAIN_BYTES here.
 */
#ifndef FIRMWARE_ATMEGA328P_RETAIN_H
#define FIRMWARE_ATMEGA328P_RETAIN_H

#define RETAIN_BYTES 28  /* of one, and of its inverse; both together are whole pieces of the running test */
#define RETAIN_MARK 0x36 /* the last of them; a test that was broken off leaves all of them the same */

#ifndef __ASSEMBLER__

#include <stdint.h>

struct retain_copy {
    uint8_t bytes[RETAIN_BYTES];
    uint8_t inverse[RETAIN_BYTES];
};

/* A piece of the running test of the SRAM holds no part of both. */
#define RETAIN_ALIGNMENT 8

extern struct retain_copy retain_copies[2] __attribute__((aligned(RETAIN_ALIGNMENT)));

/*
 * At each start, before anything else may end in a reset: makes both copies what the whole one of them is. When power was
 * gone, by startup_reset_flags, or when neither is whole, both are all 0: nothing is remembered.
 */
void retain_start(void);

#endif
#endif
