/* SPDX-License-Identifier: Apache-2.0 */
/* The board that is built for: BOARD_HEADER is the file name of its header, given by the build. */
#ifndef FIRMWARE_ATMEGA328P_BOARD_H
#define FIRMWARE_ATMEGA328P_BOARD_H

#ifndef BOARD_HEADER
#error "the build names the board: -DBOARD_HEADER='\"firmware/atmega328p/board_product.h\"'"
#endif
#include BOARD_HEADER

/*
 * What a loop needs, in us, of its time constant: 1.7 of it to rise to 0.6 of the supply, where a pin reads high for sure, and
 * 1.0 of it to fall to 0.3, where it reads low for sure; with a reserve.
 */
#define BOARD_LOOP_TAU_US \
    (1L * BOARD_LOOP_SERIES_OHM * BOARD_LOOP_PULL_OHM / (1L * BOARD_LOOP_SERIES_OHM + BOARD_LOOP_PULL_OHM) * \
     BOARD_LOOP_PF / 1000000L)
#define BOARD_LOOP_CHARGE_US (BOARD_LOOP_TAU_US * 2)
#define BOARD_LOOP_DISCHARGE_US (BOARD_LOOP_TAU_US * 11 / 10)

/* ---- the terminals: from the resistors and the reference ------------------------------------------------------------ */

#define BOARD_TOLERANCE_PPM 25000 /* 1.5 % of the reference, 1 % of a divider (simulator/silicon.c) */
#define BOARD_NOISE_CODES 2
#define BOARD_CONTACT_OHM 500000 /* REM-2: still counts as joined */

/* Microvolts at a terminal for one code. */
#define BOARD_CODE_UV(name) \
    (1000LL * BOARD_VCC_MV * (1LL * name##_TOP_OHM + name##_BOTTOM_OHM) / (1024LL * name##_BOTTOM_OHM))

/* Millivolts at a terminal at `code`, at the least and at the most. */
#define BOARD_LEAST_MV(name, code) \
    (((code)-BOARD_NOISE_CODES) * BOARD_CODE_UV(name) / 1000 * (1000000 - BOARD_TOLERANCE_PPM) / 1000000)
#define BOARD_MOST_MV(name, code) \
    (((code) + BOARD_NOISE_CODES) * BOARD_CODE_UV(name) / 1000 * (1000000 + BOARD_TOLERANCE_PPM) / 1000000)

#define BOARD_L_OHM (1LL * BOARD_REMOTE_L_TOP_OHM + BOARD_REMOTE_L_BOTTOM_OHM)
#define BOARD_H_OHM (1LL * BOARD_REMOTE_H_TOP_OHM + BOARD_REMOTE_H_BOTTOM_OHM)
#define BOARD_JOINED_OHM \
    (BOARD_L_OHM * (BOARD_H_OHM + BOARD_CONTACT_OHM) / (BOARD_L_OHM + BOARD_H_OHM + BOARD_CONTACT_OHM))

/* An open L rests here, at the least; H here, at the least, when it is joined to it by BOARD_CONTACT_OHM. */
#define BOARD_L_OPEN_MV \
    (BOARD_REMOTE_L_BIAS_MV * BOARD_L_OHM / (BOARD_L_OHM + BOARD_REMOTE_L_BIAS_OHM) * \
     (1000000 - BOARD_TOLERANCE_PPM) / 1000000)
#define BOARD_H_JOINED_MV \
    (BOARD_REMOTE_L_BIAS_MV * BOARD_JOINED_OHM / (BOARD_JOINED_OHM + BOARD_REMOTE_L_BIAS_OHM) * \
     BOARD_H_OHM / (BOARD_H_OHM + BOARD_CONTACT_OHM) * (1000000 - BOARD_TOLERANCE_PPM) / 1000000)

/* The codes at which the law turns: L below 350 is on, from 355 on off (REM-4); H from 290 on on. */
#if BOARD_LEAST_MV(BOARD_REMOTE_L, 350) < 3500
#error "REM-1: an L below 3.5 V is not always on"
#endif
#if BOARD_MOST_MV(BOARD_REMOTE_L, 355) > BOARD_L_OPEN_MV
#error "REM-2: an open L is not always off"
#endif
#if BOARD_MOST_MV(BOARD_REMOTE_H, 290) > 2900
#error "REM-1: an H above 2.9 V is not always on"
#endif
#if BOARD_MOST_MV(BOARD_REMOTE_H, 290) > BOARD_H_JOINED_MV
#error "REM-2: joined terminals are not always on"
#endif

/* ---- the supply of the part -------------------------------------------------------------------------------------------- */

/* In mV: the lowest that the brown-out detector lets pass, by BODLEVEL, and the least at which the CPU works at its rate (data
 * sheet, "System and Reset Characteristics" and "Speed Grades"). */
#if (BOARD_FUSE_EXTENDED & 7) == 4
#define BOARD_BROWN_OUT_MV 4100
#elif (BOARD_FUSE_EXTENDED & 7) == 5
#define BOARD_BROWN_OUT_MV 2500
#elif (BOARD_FUSE_EXTENDED & 7) == 6
#define BOARD_BROWN_OUT_MV 1700
#else
#define BOARD_BROWN_OUT_MV 0
#endif
#if BOARD_CPU_HZ > 10000000
#define BOARD_CPU_MV (2700 + (BOARD_CPU_HZ - 10000000) / 1000 * 18 / 100)
#else
#define BOARD_CPU_MV (1800 + (BOARD_CPU_HZ - 4000000) / 1000 * 15 / 100)
#endif
#if BOARD_BROWN_OUT_MV < BOARD_CPU_MV
#error "the brown-out detector lets the CPU run below the voltage that its rate needs"
#endif

#endif
