/* SPDX-License-Identifier: Apache-2.0 */
/* Pins by the names of the board header: PIN_HIGH(BOARD_LOAD) and the others. All of it folds into single instructions. */
#ifndef FIRMWARE_ATMEGA328P_PIN_H
#define FIRMWARE_ATMEGA328P_PIN_H

#include <avr/io.h>

#include "firmware/atmega328p/board.h"

#define PIN_MASK(name) ((uint8_t)(1u << name##_BIT))
#define PIN_PORT(name) (*(name##_PORT == 'B' ? &PORTB : name##_PORT == 'C' ? &PORTC : &PORTD))
#define PIN_DIRECTION(name) (*(name##_PORT == 'B' ? &DDRB : name##_PORT == 'C' ? &DDRC : &DDRD))
#define PIN_LEVELS(name) (*(name##_PORT == 'B' ? &PINB : name##_PORT == 'C' ? &PINC : &PIND))

#define PIN_HIGH(name) (PIN_PORT(name) |= PIN_MASK(name))
#define PIN_LOW(name) (PIN_PORT(name) &= (uint8_t)~PIN_MASK(name))
#define PIN_OUTPUT(name) (PIN_DIRECTION(name) |= PIN_MASK(name))
#define PIN_INPUT(name) (PIN_DIRECTION(name) &= (uint8_t)~PIN_MASK(name))
#define PIN_IS_HIGH(name) ((PIN_LEVELS(name) & PIN_MASK(name)) != 0u)

/* The bit of pin `name` in a mask of port `letter`: 0 when the pin is on another one. */
#define PIN_ON(letter, name) (name##_PORT == (letter) ? PIN_MASK(name) : 0u)

#endif
