/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/front_end.h"

#include <assert.h>

#include "firmware/atmega328p/board.h"

#define CODE_MAX 1023
#define CHANNELS 8
#define CHANNEL_MASK 0x0Fu
#define CHANNEL_BAND_GAP 14
#define CHANNEL_GROUND 15
#define MUX_MV_MASK 0x1FFFu
#define PPM 1000000

/* ---- pins that are fed ---------------------------------------------------------------------------------------- */

static enum fed_pin end_of(const struct front_loop *loop)
{
    return (enum fed_pin)(FED_ATC_RETURN + loop->number);
}

static avr_cycle_count_t arrive(avr_t *avr, avr_cycle_count_t when, void *param)
{
    const struct front_loop *loop = param;
    (void)avr;
    (void)when;
    part_feed(loop->front->part, end_of(loop), loop->high);
    return 0;
}

/* From now on the end tends to `high`: its pin follows when the capacitor's voltage has come so far. */
static void turn(struct front_loop *loop, bool high, bool driven)
{
    struct part *part = loop->front->part;
    const struct silicon *silicon = &part->silicon;
    if (high == loop->high && driven == loop->driven) {
        return;
    }
    if (!part->powered || silicon_value(silicon, SILICON_LOOP_PF) == 0) {
        loop->driven = driven;
        if (high != loop->high) {
            loop->high = high;
            part_feed(part, end_of(loop), high);
        }
        return;
    }
    uint64_t now = part_ns(part);
    uint64_t passed = now > loop->since_ns ? now - loop->since_ns : 0;
    loop->volt = silicon_loop_volt(silicon, loop->volt, loop->high, loop->driven, passed);
    loop->since_ns = now;
    loop->high = high;
    loop->driven = driven;
    uint64_t takes = silicon_loop_ns(silicon, loop->volt, high, driven);
    part_call_at(part, now + takes, arrive, loop);
}

static void feed_returns(struct front_end *front)
{
    bool high[PINS_LOOPS];
    bool driven[PINS_LOOPS];
    bool any = false;
    for (unsigned i = 0; i < PINS_LOOPS; i++) {
        enum driven_pin drive = (enum driven_pin)(DRIVEN_ATC + i);
        bool present = front->inputs.present[i];
        high[i] = front->loop_high[i] || (part_is_high(front->part, drive) && present);
        driven[i] = front->loop_high[i] || (part_is_output(front->part, drive) && present);
        any = any || high[i];
    }
    for (unsigned i = 0; i < PINS_LOOPS; i++) {
        bool joined = front->loops_joined;
        turn(&front->loops[i], joined ? any : high[i], joined || driven[i]);
    }
}

static void feed_back(const struct front_end *front, unsigned output)
{
    enum front_stuck stuck = front->back[output];
    bool high = stuck == FRONT_FOLLOWS ? part_is_high(front->part, (enum driven_pin)output)
                                       : stuck == FRONT_STUCK_HIGH;
    part_feed(front->part, (enum fed_pin)(FED_LOAD_BACK + output), high);
}

void front_end_update(struct front_end *front)
{
    for (unsigned i = 0; i < PINS_SWITCHED; i++) {
        feed_back(front, i);
    }
    feed_returns(front);
#if BOARD_HAS_ADAPTER_PIN
    part_feed(front->part, FED_ADAPTER, front->adapter);
#endif
}

void front_end_set(struct front_end *front, const struct front_inputs *inputs)
{
    front->inputs = *inputs;
    front_end_update(front);
}

/* A reset lasts longer than any loop takes. */
static void discharge(struct front_end *front)
{
    for (unsigned i = 0; i < PINS_LOOPS; i++) {
        front->loops[i] = (struct front_loop){.front = front, .number = i};
        part_feed(front->part, end_of(&front->loops[i]), false);
    }
}

void front_end_reset(struct front_end *front)
{
    assert(front->part->levels == 0);
    discharge(front);
    front_end_update(front);
}

/* A drive has moved, or has become an output or an input. */
static void see_drive(struct front_end *front, uint64_t pin)
{
    if (pin >= DRIVEN_ATC && pin < DRIVEN_DIVIDERS) {
        feed_returns(front);
    }
}

static void see_moved(void *self, uint64_t pin)
{
    if (pin < PINS_SWITCHED) {
        feed_back(self, (unsigned)pin);
    }
    see_drive(self, pin);
}

static void see_turned(void *self, uint64_t pin)
{
    see_drive(self, pin);
}

/* ---- the converter -------------------------------------------------------------------------------------------- */

/* `value` as a divider that is off and a supply that is off make it appear. */
static int64_t off(const struct silicon *silicon, int64_t value, int64_t divider_ppm)
{
    int64_t supply_ppm = silicon_value(silicon, SILICON_SUPPLY_PPM);
    return value * (PPM + divider_ppm) / (PPM + supply_ppm);
}

static int noise(struct front_end *front)
{
    int32_t codes = silicon_value(&front->part->silicon, SILICON_NOISE_CODES);
    if (codes == 0) {
        return 0;
    }
    front->random ^= front->random << 13;
    front->random ^= front->random >> 17;
    front->random ^= front->random << 5;
    return (int)((front->random >> 8) % (2u * (uint32_t)codes + 1u)) - codes;
}

static int clamped(int64_t code)
{
    return code < 0 ? 0 : code > CODE_MAX ? CODE_MAX : (int)code;
}

/* By the board's resistors. */
static int code_of_divider(struct front_end *front, int32_t mv, int64_t code_uv)
{
    const struct silicon *silicon = &front->part->silicon;
    int64_t seen = off(silicon, mv, silicon_value(silicon, SILICON_DIVIDER_PPM));
    return seen < 0 ? 0 : clamped(seen * 1000 / code_uv + noise(front));
}

/* As the law reads it. */
static int code_of(struct front_end *front, int32_t mv, int32_t numerator, int32_t denominator,
                   int32_t offset_mv)
{
    const struct silicon *silicon = &front->part->silicon;
    int64_t above = off(silicon, mv, silicon_value(silicon, SILICON_DIVIDER_PPM)) - offset_mv;
    if (above < 0) {
        return 0;
    }
    return clamped(((above + 1) * denominator - 1) / numerator + noise(front));
}

#define CODE_OF(front, mv, name) \
    (silicon_value(&(front)->part->silicon, SILICON_GUARD_PERCENT) > 0 \
         ? code_of_divider(front, mv, BOARD_CODE_UV(name)) \
         : code_of(front, mv, name##_NUMERATOR, name##_DENOMINATOR, name##_OFFSET_MV))

/* The voltage from which simavr makes exactly `code`. */
static uint32_t converter_mv(int code)
{
    assert(code >= 0 && code <= CODE_MAX);
    return (uint32_t)((code * BOARD_VCC_MV + CODE_MAX - 1) / CODE_MAX);
}

static int channel_code(struct front_end *front, unsigned channel)
{
    if (!part_is_high(front->part, DRIVEN_DIVIDERS)) {
        return 0;
    }
    switch (channel) {
    case BOARD_VBAT_CHANNEL:
        return CODE_OF(front, front->inputs.vbat_mv, BOARD_VBAT);
    case BOARD_REMOTE_L_CHANNEL:
        return CODE_OF(front, front->inputs.remote_l_mv, BOARD_REMOTE_L);
    case BOARD_REMOTE_H_CHANNEL:
        return CODE_OF(front, front->inputs.remote_h_mv, BOARD_REMOTE_H);
    default:
        return 0;
    }
}

static uint32_t band_gap_mv(struct front_end *front)
{
    int64_t mv = off(&front->part->silicon, front->reference_mv, 0) + noise(front) * BOARD_VCC_MV / CODE_MAX;
    return mv < 0 ? 0u : (uint32_t)mv;
}

static void see_conversion(avr_irq_t *irq, uint32_t value, void *param)
{
    struct front_end *front = param;
    unsigned channel = front->part->avr->data[REG_ADMUX] & CHANNEL_MASK;
    bool stuck = front->adc_code >= 0;
    uint32_t mv = converter_mv(stuck ? front->adc_code : channel_code(front, channel));
    (void)irq;
    (void)value;
    if (channel < CHANNELS) {
        avr_raise_irq(front->adc->io.irq + ADC_IRQ_ADC0 + channel, mv);
    } else if (channel == CHANNEL_BAND_GAP) {
        front->adc->muxmode[channel].src = (stuck ? mv : band_gap_mv(front)) & MUX_MV_MASK;
    } else if (channel == CHANNEL_GROUND) {
        front->adc->muxmode[channel].src = (stuck ? mv : 0) & MUX_MV_MASK;
    }
}

/* ---- connecting ----------------------------------------------------------------------------------------------- */

void front_end_make(struct front_end *front, struct part *part, uint32_t seed, bool adapter)
{
    assert(seed != 0);
    *front = (struct front_end){.part = part,
                                .adapter = adapter,
                                .random = seed,
                                .adc_code = -1,
                                .reference_mv = (uint32_t)silicon_value(&part->silicon, SILICON_BAND_GAP_MV)};
    discharge(front);
    part_observe(
        part, (struct part_observer){front, {[PART_PIN_MOVED] = see_moved, [PART_PIN_TURNED] = see_turned}});
    front->adc = (avr_adc_t *)part_module(part, "adc", '\0');
    avr_irq_register_notify(front->adc->io.irq + ADC_IRQ_OUT_TRIGGER, see_conversion, front);
    part->avr->vcc = BOARD_VCC_MV;
    part->avr->avcc = BOARD_VCC_MV;
    assert(part->avr->aref == 0);
}
