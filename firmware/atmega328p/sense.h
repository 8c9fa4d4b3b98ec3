/* SPDX-License-Identifier: Apache-2.0 */
/* The numbers of the sampling, which sense.c does as port_sample() of port.h asks. Numbers only. */
#ifndef FIRMWARE_ATMEGA328P_SENSE_H
#define FIRMWARE_ATMEGA328P_SENSE_H

#define SENSE_BAND_GAP_MV 1100     /* nominal, against BOARD_VCC_MV */
#define SENSE_BAND_GAP_PERCENT 15u /* tolerated: 9 % of the band gap and what the supply may be off */

#endif
