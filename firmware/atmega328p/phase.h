/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the image is in its cycle: a number that main.c keeps in the I/O register GPIOR0. The watchdog is fed only when
 * every phase has been passed in order (SAFE-5). The simulator reads it too. Numbers only.
 */
#ifndef FIRMWARE_ATMEGA328P_PHASE_H
#define FIRMWARE_ATMEGA328P_PHASE_H

#define PHASE_RESET 0x00    /* what a reset leaves */
#define PHASE_STARTING 0x35 /* start-up tests */
#define PHASE_WAITING 0x5A  /* all done, fed: asleep until the next tick; written at the end of each cycle */
#define PHASE_SAMPLE 0xA1   /* a tick has come: checking the state, sampling */
#define PHASE_DECIDE 0xB2   /* sampled: the law's step */
#define PHASE_DRIVE 0xC3    /* decided: driving the pins */
#define PHASE_CHECK 0xD4    /* driven: recording and testing */

#endif
