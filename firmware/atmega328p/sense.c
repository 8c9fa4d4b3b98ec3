/* SPDX-License-Identifier: Apache-2.0 */
#include "firmware/atmega328p/sense.h"

#include <avr/interrupt.h>

#include "firmware/atmega328p/clock.h"
#include "firmware/atmega328p/pin.h"
#include "firmware/device/port.h"

/* The converter's clock is 125 kHz on every board: a conversion takes 104 us, the first after power-up 200 us. */
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

/* A loop's drive is an output for as long as it drives. */
#define LOOP_DRIVE(name) (PIN_OUTPUT(name), PIN_HIGH(name))
#define LOOP_LEAVE(name) (PIN_LOW(name), PIN_INPUT(name))

void port_sample(struct port_sample *sample)
{
    PRR &= (uint8_t) ~(1u << PRADC);
    DIDR0 = (1u << BOARD_VBAT_CHANNEL) | (1u << BOARD_REMOTE_L_CHANNEL) | (1u << BOARD_REMOTE_H_CHANNEL);
    PIN_HIGH(BOARD_DIVIDERS);

    LOOP_DRIVE(BOARD_ATC_DRIVE);     /* a loop settles while the converter works */
    (void)convert(CHANNEL_BAND_GAP); /* the first after power-up; the band gap settles */
    sample->with_atc = ends();
    LOOP_LEAVE(BOARD_ATC_DRIVE);

    LOOP_DRIVE(BOARD_ATD_DRIVE);
    sample->band_gap_code = convert(CHANNEL_BAND_GAP);
    sample->with_atd = ends();
    LOOP_LEAVE(BOARD_ATD_DRIVE);

    LOOP_DRIVE(BOARD_NO_PREALARM_DRIVE);
    sample->vbat_code = convert(BOARD_VBAT_CHANNEL);
    sample->with_no_prealarm = ends();
    LOOP_LEAVE(BOARD_NO_PREALARM_DRIVE);

    sample->remote_l_code = convert(BOARD_REMOTE_L_CHANNEL);
    sample->remote_h_code = convert(BOARD_REMOTE_H_CHANNEL);

    PIN_LOW(BOARD_DIVIDERS);
    ADCSRA = 0u;
    PRR |= (uint8_t)(1u << PRADC);
}
