/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Board "nano": an Arduino Nano or Uno, for a trial on the bench. ATmega328P at 5 V with a 16 MHz crystal, so there is
 * no watch crystal: the tick comes from Timer1 and the part idles between ticks, which takes milliamperes. The names
 * are those of board_product.h; the pins' Arduino names are in docs/MANUAL.md.
 */
#ifndef FIRMWARE_ATMEGA328P_BOARD_NANO_H
#define FIRMWARE_ATMEGA328P_BOARD_NANO_H

#define BOARD_NAME "nano"

/* ---- clocks ------------------------------------------------------------------------------------------- */

#define BOARD_CPU_HZ 16000000
#define BOARD_HAS_WATCH_CRYSTAL 0 /* tick from Timer2 in power-save; 0: tick from Timer1 in idle */
#define BOARD_VCC_MV 5000         /* the converter's reference */

/* ---- outputs: high = the output is high, low = it floats (SUP-4: pulled down outside) ------------------------- */

#define BOARD_LOAD_PORT 'D'
#define BOARD_LOAD_BIT 5
#define BOARD_PREALARM_PORT 'D'
#define BOARD_PREALARM_BIT 6
#define BOARD_CHARGER_PORT 'D'
#define BOARD_CHARGER_BIT 7
#define BOARD_LED_LOAD_PORT 'B'
#define BOARD_LED_LOAD_BIT 0
#define BOARD_LED_FAULT_PORT 'B'
#define BOARD_LED_FAULT_BIT 1

/* what the output terminals are at, 1 = high */
#define BOARD_LOAD_BACK_PORT 'C'
#define BOARD_LOAD_BACK_BIT 3
#define BOARD_PREALARM_BACK_PORT 'C'
#define BOARD_PREALARM_BACK_BIT 4
#define BOARD_CHARGER_BACK_PORT 'C'
#define BOARD_CHARGER_BACK_BIT 5

/* ---- the chain's three loops: driven one at a time, read at their end, 1 = closed = present -------------------- */

#define BOARD_ATC_DRIVE_PORT 'B'
#define BOARD_ATC_DRIVE_BIT 2
#define BOARD_ATD_DRIVE_PORT 'B'
#define BOARD_ATD_DRIVE_BIT 3
#define BOARD_NO_PREALARM_DRIVE_PORT 'B'
#define BOARD_NO_PREALARM_DRIVE_BIT 4
#define BOARD_ATC_RETURN_PORT 'D'
#define BOARD_ATC_RETURN_BIT 2
#define BOARD_ATD_RETURN_PORT 'D'
#define BOARD_ATD_RETURN_BIT 3
#define BOARD_NO_PREALARM_RETURN_PORT 'D'
#define BOARD_NO_PREALARM_RETURN_BIT 4

#define BOARD_LOOP_SERIES_OHM 10000 /* between a drive and its wire */
#define BOARD_LOOP_PULL_OHM 30100   /* from a loop's end to battery minus */
#define BOARD_LOOP_PF 10000         /* at the end: 60 m of cable at 100 pF a metre, and the protection */

/* ---- dividers of Vbat, L and H: energised by one pin, read by the converter ------------------------------------ */

#define BOARD_DIVIDERS_PORT 'B'
#define BOARD_DIVIDERS_BIT 5
#define BOARD_VBAT_CHANNEL 0
#define BOARD_REMOTE_L_CHANNEL 1
#define BOARD_REMOTE_H_CHANNEL 2

/* Each terminal's divider; L is pulled up to a rail as well, so that it rests high when it is open. L's and H's need a buffer. */
#define BOARD_VBAT_TOP_OHM 137000
#define BOARD_VBAT_BOTTOM_OHM 10000
#define BOARD_REMOTE_L_TOP_OHM 1150000
#define BOARD_REMOTE_L_BOTTOM_OHM 1020000
#define BOARD_REMOTE_L_BIAS_OHM 330000
#define BOARD_REMOTE_L_BIAS_MV 5000
#define BOARD_REMOTE_H_TOP_OHM 1000000
#define BOARD_REMOTE_H_BOTTOM_OHM 1020000

/*
 * What the law takes a code for: CODE * NUMERATOR / DENOMINATOR + OFFSET millivolts, rounded down. The thresholds of the rules
 * (7500, 8000; 3500, 3550; above 2900, above 2850) fall on the step from one code to the next. The dividers of L and H are off
 * from that by a guard band, on purpose: board.h has it.
 */
#define BOARD_VBAT_NUMERATOR 500 /* 71.43 mV a code, 73.1 V at most (SUP-1, SUP-3) */
#define BOARD_VBAT_DENOMINATOR 7
#define BOARD_VBAT_OFFSET_MV 0
#define BOARD_REMOTE_L_NUMERATOR 10 /* 10.2 V at most, clamped beyond and below 0 (REM-3) */
#define BOARD_REMOTE_L_DENOMINATOR 1
#define BOARD_REMOTE_L_OFFSET_MV 0
#define BOARD_REMOTE_H_NUMERATOR 10
#define BOARD_REMOTE_H_DENOMINATOR 1
#define BOARD_REMOTE_H_OFFSET_MV 1 /* code 290 begins at 2901 mV: REM-1 is "above 2.9 V" */

/* ---- service header ------------------------------------------------------------------------------------------- */

#define BOARD_HAS_ADAPTER_PIN 0 /* the board's USB adapter is always there; TX is PD1 */

/* ---- flash ---------------------------------------------------------------------------------------------------- */

#define BOARD_BOOT_LOADER_BYTES 2048 /* at the end of the flash, left alone */

/* ---- fuses: 16 MHz crystal, watchdog always on, EEPROM kept, brown-out at 4.3 V; a boot loader leaves the board's own */

#define BOARD_FUSE_LOW 0xFF
#define BOARD_FUSE_HIGH 0xC7
#define BOARD_FUSE_EXTENDED 0xFC

#endif
