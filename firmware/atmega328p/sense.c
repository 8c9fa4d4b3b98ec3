/* SPDX-License-Identifier: Apache-2.0 */
#include "firmware/atmega328p/sense.h"

#include <avr/interrupt.h>

#include "firmware/atmega328p/clock.h"
#include "firmware/atmega328p/pin.h"

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

/* Bits of the loops' ends. */
#define END_ATC 1u
#define END_ATD 2u
#define END_NO_PREALARM 4u

/* Wakes the part when a conversion is done. */
EMPTY_INTERRUPT(ADC_vect)

static uint16_t convert(uint8_t channel)
{
    ADMUX = (uint8_t)((1u << REFS0) | channel);
    ADCSRA = (1u << ADEN) | (1u << ADSC) | (1u << ADIE) | PRESCALER;
    clock_idle_while(&ADCSRA, 1u << ADSC);
    return ADC;
}

static uint8_t ends(void)
{
    uint8_t bits = 0u;

    if (PIN_IS_HIGH(BOARD_ATC_RETURN)) {
        bits |= END_ATC;
    }
    if (PIN_IS_HIGH(BOARD_ATD_RETURN)) {
        bits |= END_ATD;
    }
    if (PIN_IS_HIGH(BOARD_NO_PREALARM_RETURN)) {
        bits |= END_NO_PREALARM;
    }
    return bits;
}

/* The lowest voltage that gives `code`, in mV. The remainder's part is divided by a multiplication, which is exact for
 * denominators up to 8: division would take a fifth of the tick's work. */
_Static_assert(BOARD_VBAT_DENOMINATOR <= 8, "DIVIDE() would not be exact");
_Static_assert(BOARD_REMOTE_L_DENOMINATOR <= 8, "DIVIDE() would not be exact");
_Static_assert(BOARD_REMOTE_H_DENOMINATOR <= 8, "DIVIDE() would not be exact");
#define DIVIDE(value, denominator) ((uint16_t)(((uint32_t)(value) * (65536u / (denominator) + 1u)) >> 16))
#define MILLIVOLTS(code, name) \
    ((int32_t)((uint32_t)(code) * (name##_NUMERATOR / name##_DENOMINATOR)) + \
     (int32_t)DIVIDE((code) * (uint16_t)(name##_NUMERATOR % name##_DENOMINATOR), name##_DENOMINATOR) + \
     name##_OFFSET_MV)

bool sense_sample(struct sbms_inputs *inputs)
{
    uint16_t band_gap_code = 0u;
    uint16_t vbat_code = 0u;
    uint16_t remote_l_code = 0u;
    uint16_t remote_h_code = 0u;
    uint8_t atc_ends = 0u;
    uint8_t atd_ends = 0u;
    uint8_t no_prealarm_ends = 0u;

    PRR &= (uint8_t) ~(1u << PRADC);
    DIDR0 = (1u << BOARD_VBAT_CHANNEL) | (1u << BOARD_REMOTE_L_CHANNEL) | (1u << BOARD_REMOTE_H_CHANNEL);
    PIN_HIGH(BOARD_DIVIDERS);

    PIN_HIGH(BOARD_ATC_DRIVE);       /* a loop settles while the converter works */
    (void)convert(CHANNEL_BAND_GAP); /* the first after power-up; the band gap settles */
    atc_ends = ends();
    PIN_LOW(BOARD_ATC_DRIVE);

    PIN_HIGH(BOARD_ATD_DRIVE);
    band_gap_code = convert(CHANNEL_BAND_GAP);
    atd_ends = ends();
    PIN_LOW(BOARD_ATD_DRIVE);

    PIN_HIGH(BOARD_NO_PREALARM_DRIVE);
    vbat_code = convert(BOARD_VBAT_CHANNEL);
    no_prealarm_ends = ends();
    PIN_LOW(BOARD_NO_PREALARM_DRIVE);

    remote_l_code = convert(BOARD_REMOTE_L_CHANNEL);
    remote_h_code = convert(BOARD_REMOTE_H_CHANNEL);

    PIN_LOW(BOARD_DIVIDERS);
    ADCSRA = 0u;
    PRR |= (uint8_t)(1u << PRADC);

    if (band_gap_code < BAND_GAP_CODE - BAND_GAP_TOLERANCE ||
        band_gap_code > BAND_GAP_CODE + BAND_GAP_TOLERANCE) {
        return false;
    }
    inputs->vbat_mv = MILLIVOLTS(vbat_code, BOARD_VBAT);
    inputs->remote_l_mv = MILLIVOLTS(remote_l_code, BOARD_REMOTE_L);
    inputs->remote_h_mv = MILLIVOLTS(remote_h_code, BOARD_REMOTE_H);
    const bool tied = (atc_ends & (uint8_t)~END_ATC) != 0u || (atd_ends & (uint8_t)~END_ATD) != 0u ||
                      (no_prealarm_ends & (uint8_t)~END_NO_PREALARM) != 0u;
    inputs->atc = !tied && atc_ends != 0u;
    inputs->atd = !tied && atd_ends != 0u;
    inputs->no_prealarm = !tied && no_prealarm_ends != 0u;
    return true;
}
