/* SPDX-License-Identifier: Apache-2.0 */
#include "firmware/atmega328p/outputs.h"

#include "core/record.h"
#include "firmware/atmega328p/pin.h"

/* The pins of port `letter` that are driven: outputs, LEDs, those that sense.c moves, and the UART's TX (PD1),
 * which is low while the UART is off so that it never floats. */
#define TX_MASK 0x02u
#define DRIVEN(letter) \
    (PIN_ON(letter, BOARD_LOAD) | PIN_ON(letter, BOARD_PREALARM) | PIN_ON(letter, BOARD_CHARGER) | \
     PIN_ON(letter, BOARD_LED_LOAD) | PIN_ON(letter, BOARD_LED_FAULT) | PIN_ON(letter, BOARD_ATC_DRIVE) | \
     PIN_ON(letter, BOARD_ATD_DRIVE) | PIN_ON(letter, BOARD_NO_PREALARM_DRIVE) | \
     PIN_ON(letter, BOARD_DIVIDERS) | ((letter) == 'D' ? TX_MASK : 0u))

#define BIT(output) ((uint8_t)(1u << (output)))

/* Bits of commands[]: sbms_output, and the LEDs above them. */
#define BIT_LED_LOAD BIT(SBMS_OUTPUT_COUNT)
#define BIT_LED_FAULT BIT(SBMS_OUTPUT_COUNT + 1)
#define OUTPUT_BITS (BIT(SBMS_OUTPUT_COUNT) - 1u)

/* The bits of port `letter` that `command` asks for. */
#define LEVELS(letter, command) \
    (uint8_t)((((command)&BIT(SBMS_OUTPUT_LOAD)) != 0u ? PIN_ON(letter, BOARD_LOAD) : 0u) | \
              (((command)&BIT(SBMS_OUTPUT_PREALARM)) != 0u ? PIN_ON(letter, BOARD_PREALARM) : 0u) | \
              (((command)&BIT(SBMS_OUTPUT_CHARGER)) != 0u ? PIN_ON(letter, BOARD_CHARGER) : 0u) | \
              (((command)&BIT_LED_LOAD) != 0u ? PIN_ON(letter, BOARD_LED_LOAD) : 0u) | \
              (((command)&BIT_LED_FAULT) != 0u ? PIN_ON(letter, BOARD_LED_FAULT) : 0u))

static uint8_t commanded;    /* the outputs' bits, as driven last */
static uint8_t low_ticks;    /* in a row that an output commanded high has read low */
static uint8_t high_ticks;   /* in a row that an output commanded to float has read high */
static uint16_t retry_ticks; /* what is left of the pause after a short */

/* Levels first: a pin that becomes an output must not pulse. */
static void command(uint8_t bits)
{
    PORTB = LEVELS('B', bits);
    PORTC = LEVELS('C', bits);
    PORTD = LEVELS('D', bits);
    DDRB = DRIVEN('B');
    DDRC = DRIVEN('C');
    DDRD = DRIVEN('D');
    commanded = bits & OUTPUT_BITS;
}

void outputs_float(void)
{
    command(0u);
}

void outputs_drive(const struct sbms_outputs *outputs, uint8_t fault)
{
    uint8_t bits = 0u;

    if (outputs->led_fault) {
        bits |= BIT_LED_FAULT;
    }
    if (fault == 0u) {
        if (outputs->load) {
            bits |= BIT(SBMS_OUTPUT_LOAD);
        }
        if (outputs->prealarm) {
            bits |= BIT(SBMS_OUTPUT_PREALARM);
        }
        if (outputs->charger) {
            bits |= BIT(SBMS_OUTPUT_CHARGER);
        }
        if (outputs->led_load) {
            bits |= BIT_LED_LOAD;
        }
    }
    command(bits);
}

static uint8_t terminals(void)
{
    uint8_t bits = 0u;

    if (PIN_IS_HIGH(BOARD_LOAD_BACK)) {
        bits |= BIT(SBMS_OUTPUT_LOAD);
    }
    if (PIN_IS_HIGH(BOARD_PREALARM_BACK)) {
        bits |= BIT(SBMS_OUTPUT_PREALARM);
    }
    if (PIN_IS_HIGH(BOARD_CHARGER_BACK)) {
        bits |= BIT(SBMS_OUTPUT_CHARGER);
    }
    return bits;
}

/* One tick further while `differs`, up to `ticks_max`. */
static uint8_t count(uint8_t ticks, bool differs, uint8_t ticks_max)
{
    if (!differs) {
        return 0u;
    }
    return ticks < ticks_max ? (uint8_t)(ticks + 1u) : ticks_max;
}

bool outputs_follow(void)
{
    const uint8_t read = terminals();

    low_ticks = count(low_ticks, (commanded & (uint8_t)~read) != 0u, OUTPUTS_HIGH_TICKS);
    high_ticks = count(high_ticks, ((uint8_t)~commanded & read) != 0u, OUTPUTS_FLOAT_TICKS);
    if (low_ticks == OUTPUTS_HIGH_TICKS || retry_ticks > OUTPUTS_RETRY_TICKS) {
        retry_ticks = OUTPUTS_RETRY_TICKS; /* a flipped bit makes no longer pause */
    } else if (retry_ticks > 0u) {
        retry_ticks--;
    }
    return retry_ticks == 0u && high_ticks < OUTPUTS_FLOAT_TICKS;
}
