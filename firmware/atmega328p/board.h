/* SPDX-License-Identifier: Apache-2.0 */
/* The board that is built for: BOARD_HEADER is the file name of its header, given by the build. */
#ifndef FIRMWARE_ATMEGA328P_BOARD_H
#define FIRMWARE_ATMEGA328P_BOARD_H

#ifndef BOARD_HEADER
#error "the build names the board: -DBOARD_HEADER='\"firmware/atmega328p/board_product.h\"'"
#endif
#include BOARD_HEADER

/*
 * What a loop needs, in us, of its time constant: 1.3 of it to rise to 0.6 of the supply, where a pin reads high for sure, and
 * 1.0 of it to fall to 0.3, where it reads low for sure; with a reserve.
 */
#define BOARD_LOOP_TAU_US \
    (1L * BOARD_LOOP_SERIES_OHM * BOARD_LOOP_PULL_OHM / (1L * BOARD_LOOP_SERIES_OHM + BOARD_LOOP_PULL_OHM) * \
     BOARD_LOOP_PF / 1000000L)
#define BOARD_LOOP_CHARGE_US (BOARD_LOOP_TAU_US * 2)
#define BOARD_LOOP_DISCHARGE_US (BOARD_LOOP_TAU_US * 11 / 10)

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
