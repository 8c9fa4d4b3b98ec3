/* SPDX-License-Identifier: Apache-2.0 */
/* The pins of the three outputs and the two LEDs (LOAD-1, PRE-1, CHG-1, LED-1, LED-2), of port.h. */
#ifndef FIRMWARE_ATMEGA328P_OUTPUTS_H
#define FIRMWARE_ATMEGA328P_OUTPUTS_H

#include <stdbool.h>

/* All outputs float and both LEDs are dark, at once; makes each pin an input or an output as the board says. Callable at
 * any time, from any state. */
void outputs_float(void);

/* Whether no peripheral that the device never uses has taken a pin from its port: timer 0 (PD5 and PD6, Load and Pre-alarm), SPI
 * (PB2 to PB5) and TWI (PC4 and PC5) do so as soon as a bit of theirs is set. They keep it while PRR stops their clock, and their
 * registers cannot be read then (ATmega328P, power reduction register; unverified): their clock is on meanwhile. Timers 1 and 2 are
 * clock.h's, the UART is uart.h's. */
bool outputs_have_their_pins(void);

#endif
