/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The device's senses: the chain's three loops, and Vbat, L and H through the converter. All are energised only here.
 *
 * Each loop is driven alone while all three ends are read. A signal is present when its own end is high. An end that is
 * high while another loop is driven is tied to that one or to the supply, and nothing can be said of any: all three read
 * as lost.
 */
#ifndef FIRMWARE_ATMEGA328P_SENSE_H
#define FIRMWARE_ATMEGA328P_SENSE_H

#include <stdbool.h>

#include "core/control.h"

#define SENSE_BAND_GAP_MV 1100     /* nominal, against BOARD_VCC_MV */
#define SENSE_BAND_GAP_PERCENT 15u /* tolerated: 9 % of the band gap and what the supply may be off */

/*
 * Samples everything but `inputs->fault` into `inputs`; takes about 0.65 ms, most of it asleep. Returns false, with
 * `inputs` untouched, when the converter reads its band gap wrong, so that its other readings mean nothing (SAFE-4).
 * Needs interrupts on.
 */
bool sense_sample(struct sbms_inputs *inputs);

#endif
