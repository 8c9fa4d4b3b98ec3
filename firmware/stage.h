/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the image is in its cycle: a number that main.c keeps in the I/O register GPIOR0. The watchdog is fed only when
 * every stage has been passed in order (SAFE-5). The simulator reads it too. Numbers only.
 */
#ifndef STAGE_H
#define STAGE_H

#define STAGE_RESET 0x00    /* what a reset leaves */
#define STAGE_STARTING 0x35 /* start-up tests */
#define STAGE_WAITING 0x5A  /* all done, fed: asleep until the next tick; written at the end of each cycle */
#define STAGE_SAMPLE 0xA1   /* a tick has come: checking the state, sampling */
#define STAGE_DECIDE 0xB2   /* sampled: the law's step */
#define STAGE_DRIVE 0xC3    /* decided: driving the pins */
#define STAGE_CHECK 0xD4    /* driven: recording and testing */

#endif
