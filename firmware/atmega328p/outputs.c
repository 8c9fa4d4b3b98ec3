/* SPDX-License-Identifier: Apache-2.0 */
#include "firmware/atmega328p/outputs.h"

#include "firmware/atmega328p/pin.h"
#include "firmware/atmega328p/zero.h"
#include "firmware/device/port.h"

/* The pins of port `letter` that are outputs all the time: outputs, LEDs, the dividers' supply, and the UART's TX (PD1), which
 * is low while the UART is off so that it never floats. The loops' drives are inputs but while sense.c drives one. */
#define TX_MASK 0x02u
#define DRIVEN(letter) \
    (PIN_ON(letter, BOARD_LOAD) | PIN_ON(letter, BOARD_PREALARM) | PIN_ON(letter, BOARD_CHARGER) | \
     PIN_ON(letter, BOARD_LED_LOAD) | PIN_ON(letter, BOARD_LED_FAULT) | PIN_ON(letter, BOARD_DIVIDERS) | \
     ((letter) == 'D' ? TX_MASK : 0u))

struct levels {
    uint8_t b;
    uint8_t c;
    uint8_t d;
};

/* Pin `name` is to be high. */
#define RAISE(levels, name) \
    do { \
        (levels).b |= PIN_ON('B', name); \
        (levels).c |= PIN_ON('C', name); \
        (levels).d |= PIN_ON('D', name); \
    } while (false)

/* Levels first: a pin that becomes an output must not pulse. */
static void set_pins(struct levels levels)
{
    PORTB = levels.b;
    PORTC = levels.c;
    PORTD = levels.d;
    DDRB = DRIVEN('B');
    DDRC = DRIVEN('C');
    DDRD = DRIVEN('D');
}

/* From timer 0, which may hold Load's and Pre-alarm's (outputs_have_their_pins()). */
static void take_pins_back(void)
{
    PRR &= (uint8_t) ~(1u << PRTIM0);
    TCCR0A = 0u;
    PRR |= (uint8_t)(1u << PRTIM0);
}

void outputs_float(void)
{
    zero_clear();
    take_pins_back();
    set_pins((struct levels){.b = 0u, .c = 0u, .d = 0u});
}

bool outputs_have_their_pins(void)
{
    const uint8_t saved = PRR;
    uint8_t taken = 0u;

    PRR = saved & (uint8_t) ~((1u << PRTIM0) | (1u << PRSPI) | (1u << PRTWI));
    taken = (uint8_t)(TCCR0A | TCCR0B | SPCR | (TWCR & (1u << TWEN)));
    PRR = saved;
    return taken == 0u;
}

void port_drive(const struct sbms_outputs *outputs)
{
    struct levels levels;

    zero_clear();
    levels = (struct levels){.b = 0u, .c = 0u, .d = 0u};
    if (outputs->load) {
        RAISE(levels, BOARD_LOAD);
    }
    if (outputs->prealarm) {
        RAISE(levels, BOARD_PREALARM);
    }
    if (outputs->charger) {
        RAISE(levels, BOARD_CHARGER);
    }
    if (outputs->led_load) {
        RAISE(levels, BOARD_LED_LOAD);
    }
    if (outputs->led_fault) {
        RAISE(levels, BOARD_LED_FAULT);
    }
    set_pins(levels);
}

struct port_terminals port_read_terminals(void)
{
    return (struct port_terminals){.load = PIN_IS_HIGH(BOARD_LOAD_BACK),
                                   .prealarm = PIN_IS_HIGH(BOARD_PREALARM_BACK),
                                   .charger = PIN_IS_HIGH(BOARD_CHARGER_BACK)};
}
