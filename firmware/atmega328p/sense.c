/* SPDX-License-Identifier: Apache-2.0 */
#include "firmware/atmega328p/sense.h"

#include <avr/interrupt.h>

#include "firmware/atmega328p/clock.h"
#include "firmware/atmega328p/pin.h"
#include "firmware/device/port.h"

/* The converter's clock is 125 kHz on every board. The first conversion after power-up takes nearly twice as long. */
#define CONVERSION_US 104
#if BOARD_CPU_HZ == 8000000
#define PRESCALER ((1u << ADPS2) | (1u << ADPS1))
#elif BOARD_CPU_HZ == 16000000
#define PRESCALER ((1u << ADPS2) | (1u << ADPS1) | (1u << ADPS0))
#else
#error "no prescaler for this BOARD_CPU_HZ gives the converter its 50 to 200 kHz"
#endif

#define CHANNEL_BAND_GAP 0x0Eu
#define CODE_MAX 1023
#define BAND_GAP_CODE ((uint16_t)((int32_t)SENSE_BAND_GAP_MV * CODE_MAX / BOARD_VCC_MV))
#define BAND_GAP_TOLERANCE ((uint16_t)(BAND_GAP_CODE * SENSE_BAND_GAP_PERCENT / 100u))

#define SCALE(name) \
    { \
        .numerator = name##_NUMERATOR, .denominator = name##_DENOMINATOR, .offset_mv = name##_OFFSET_MV \
    }

const struct port_scales port_scales = {
    .band_gap_code_min = BAND_GAP_CODE - BAND_GAP_TOLERANCE,
    .band_gap_code_max = BAND_GAP_CODE + BAND_GAP_TOLERANCE,
    .vbat = SCALE(BOARD_VBAT),
    .remote_l = SCALE(BOARD_REMOTE_L),
    .remote_h = SCALE(BOARD_REMOTE_H),
};

/* Wakes the part when a conversion is done. */
EMPTY_INTERRUPT(ADC_vect)

static uint16_t convert(uint8_t channel)
{
    ADMUX = (uint8_t)((1u << REFS0) | channel);
    ADCSRA = (1u << ADEN) | (1u << ADSC) | (1u << ADIE) | PRESCALER;
    clock_idle_while(&ADCSRA, 1u << ADSC);
    return ADC;
}

static struct port_loop_ends ends(void)
{
    return (struct port_loop_ends){.atc = PIN_IS_HIGH(BOARD_ATC_RETURN),
                                   .atd = PIN_IS_HIGH(BOARD_ATD_RETURN),
                                   .no_prealarm = PIN_IS_HIGH(BOARD_NO_PREALARM_RETURN)};
}

/*
 * A loop's drive is an output for as long as it drives. It charges the cable before the ends are read, and discharges it
 * before it lets go: through the pull-down alone the end would still be high while the next loop is read.
 */
#define LOOP_CHARGE(name) (PIN_OUTPUT(name), PIN_HIGH(name))
#define LOOP_DISCHARGE(name) (PIN_LOW(name))
#define LOOP_LEAVE(name) (PIN_LOW(name), PIN_INPUT(name))

/* How long that takes, in conversions, for a loop settles while the converter works. */
#define CHARGE_CONVERSIONS 2
#define DISCHARGE_CONVERSIONS 1
#define LATEST_US(us) ((us) * (100 + (int32_t)CLOCK_RC_PERCENT) / 100) /* on a CPU that is fast */

_Static_assert(LATEST_US(BOARD_LOOP_CHARGE_US) <= CHARGE_CONVERSIONS * CONVERSION_US,
               "a loop is driven for longer than two conversions");
_Static_assert(LATEST_US(BOARD_LOOP_DISCHARGE_US) <= DISCHARGE_CONVERSIONS * CONVERSION_US,
               "a loop is discharged for longer than a conversion");

static void wait_a_conversion(void)
{
    (void)convert(CHANNEL_BAND_GAP);
}

void port_sample(struct port_sample *sample)
{
    PRR &= (uint8_t) ~(1u << PRADC);
    DIDR0 = (1u << BOARD_VBAT_CHANNEL) | (1u << BOARD_REMOTE_L_CHANNEL) | (1u << BOARD_REMOTE_H_CHANNEL);
    PIN_HIGH(BOARD_DIVIDERS);

    LOOP_CHARGE(BOARD_ATC_DRIVE);
    wait_a_conversion(); /* the first after power-up, as long as two; the band gap settles */
    sample->with_atc = ends();
    LOOP_DISCHARGE(BOARD_ATC_DRIVE);
    sample->band_gap_code = convert(CHANNEL_BAND_GAP);
    LOOP_LEAVE(BOARD_ATC_DRIVE);

    LOOP_CHARGE(BOARD_ATD_DRIVE);
    sample->remote_l_code = convert(BOARD_REMOTE_L_CHANNEL);
    sample->remote_h_code = convert(BOARD_REMOTE_H_CHANNEL);
    sample->with_atd = ends();
    LOOP_DISCHARGE(BOARD_ATD_DRIVE);
    sample->vbat_code = convert(BOARD_VBAT_CHANNEL);
    LOOP_LEAVE(BOARD_ATD_DRIVE);
    PIN_LOW(BOARD_DIVIDERS);

    LOOP_CHARGE(BOARD_NO_PREALARM_DRIVE);
    wait_a_conversion();
    wait_a_conversion();
    sample->with_no_prealarm = ends();
    LOOP_LEAVE(BOARD_NO_PREALARM_DRIVE); /* until the next tick the pull-down has all the time it needs */

    ADCSRA = 0u;
    PRR |= (uint8_t)(1u << PRADC);
}
