/* SPDX-License-Identifier: Apache-2.0 */
/* The pins of the three outputs and the two LEDs (LOAD-1, PRE-1, CHG-1, LED-1, LED-2), of port.h. */
#ifndef FIRMWARE_ATMEGA328P_OUTPUTS_H
#define FIRMWARE_ATMEGA328P_OUTPUTS_H

/* All outputs float and both LEDs are dark, at once; makes each pin an input or an output as the board says. Callable at
 * any time, from any state. */
void outputs_float(void);

#endif
