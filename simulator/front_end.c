/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/front_end.h"

#include <assert.h>
#include <string.h>

#include "firmware/atmega328p/board.h"
#include "simulator/machine.h"

#define CODE_MAX 1023
#define CHANNELS 8
#define CHANNEL_MASK 0x0Fu
#define CHANNEL_BAND_GAP 14
#define CHANNEL_GROUND 15

struct pin {
    char port;
    uint8_t bit;
};

#define PIN(name) \
    { \
        name##_PORT, name##_BIT \
    }

static const struct pin driven[FRONT_PINS] = {
    [FRONT_LOAD] = PIN(BOARD_LOAD),           [FRONT_PREALARM] = PIN(BOARD_PREALARM),
    [FRONT_CHARGER] = PIN(BOARD_CHARGER),     [FRONT_LED_LOAD] = PIN(BOARD_LED_LOAD),
    [FRONT_LED_FAULT] = PIN(BOARD_LED_FAULT), [FRONT_ATC_DRIVE] = PIN(BOARD_ATC_DRIVE),
    [FRONT_ATD_DRIVE] = PIN(BOARD_ATD_DRIVE), [FRONT_NO_PREALARM_DRIVE] = PIN(BOARD_NO_PREALARM_DRIVE),
    [FRONT_DIVIDERS] = PIN(BOARD_DIVIDERS),
};

static const struct pin backs[FRONT_SWITCHED] = {PIN(BOARD_LOAD_BACK), PIN(BOARD_PREALARM_BACK),
                                                 PIN(BOARD_CHARGER_BACK)};

static const struct pin returns[FRONT_LOOPS] = {PIN(BOARD_ATC_RETURN), PIN(BOARD_ATD_RETURN),
                                                PIN(BOARD_NO_PREALARM_RETURN)};

const char *const front_output_names[FRONT_OUTPUTS] = {"load", "prealarm", "charger", "led_load",
                                                       "led_fault"};

bool front_end_is_high(const struct machine *machine, enum front_pin pin)
{
    assert(pin < FRONT_PINS);
    return ((machine->front_end.levels >> pin) & 1u) != 0;
}

/* ---- pins that are fed ---------------------------------------------------------------------------------------- */

/* simavr takes an outer pull for the level wherever it looks anew at a pin that is not driven. */
static void feed(struct machine *machine, struct pin pin, bool high)
{
    avr_ioport_t *port = machine->front_end.ports[pin.port - 'B'].module;
    uint8_t mask = (uint8_t)(1u << pin.bit);
    assert(pin.bit < 8);
    assert(port != NULL && port->name == pin.port);
    port->external.pull_mask |= mask;
    port->external.pull_value =
        (uint8_t)(high ? port->external.pull_value | mask : port->external.pull_value & ~mask);
    if ((machine->avr->data[port->r_ddr] & mask) == 0) {
        avr_raise_irq(port->io.irq + IOPORT_IRQ_PIN0 + pin.bit, high);
    }
}

static void feed_returns(struct machine *machine)
{
    const struct front_end *front = &machine->front_end;
    bool high[FRONT_LOOPS];
    bool any = false;
    for (unsigned i = 0; i < FRONT_LOOPS; i++) {
        bool driven_high = front_end_is_high(machine, (enum front_pin)(FRONT_ATC_DRIVE + i));
        high[i] = front->loop_high[i] || (driven_high && front->inputs.present[i]);
        any = any || high[i];
    }
    for (unsigned i = 0; i < FRONT_LOOPS; i++) {
        feed(machine, returns[i], front->loops_joined ? any : high[i]);
    }
}

static void feed_back(struct machine *machine, unsigned output)
{
    enum front_stuck stuck = machine->front_end.back[output];
    assert(output < FRONT_SWITCHED);
    bool high = stuck == FRONT_FOLLOWS ? front_end_is_high(machine, (enum front_pin)output)
                                       : stuck == FRONT_STUCK_HIGH;
    feed(machine, backs[output], high);
}

void front_end_update(struct machine *machine)
{
    assert(machine->avr != NULL);
    for (unsigned i = 0; i < FRONT_SWITCHED; i++) {
        feed_back(machine, i);
    }
    feed_returns(machine);
#if BOARD_HAS_ADAPTER_PIN
    feed(machine, (struct pin)PIN(BOARD_ADAPTER), machine->front_end.adapter);
#endif
}

/* ---- pins that are driven ------------------------------------------------------------------------------------- */

static void keep_edge(struct machine *machine, enum front_pin pin, bool high)
{
    struct front_end *front = &machine->front_end;
    assert(pin < FRONT_OUTPUTS);
    if (front->edge_count == FRONT_EDGES) {
        front->edges_lost++;
        return;
    }
    front->edges[front->edge_count] = (struct front_edge){machine_ns(machine), (uint8_t)pin, high};
    front->edge_count++;
}

static void move(struct machine *machine, enum front_pin pin, bool high)
{
    assert(pin < FRONT_PINS);
    assert(high != front_end_is_high(machine, pin));
    machine->front_end.levels ^= 1u << pin;
    stats_pin(machine, pin, high);
    if (pin < FRONT_OUTPUTS) {
        keep_edge(machine, pin, high);
    }
    if (pin < FRONT_SWITCHED) {
        audit_output(machine, pin, high);
        feed_back(machine, pin);
    } else if (pin >= FRONT_ATC_DRIVE && pin < FRONT_DIVIDERS) {
        feed_returns(machine);
    }
}

/* A pin is high when it is an output and its port bit is set; else the outer pull-downs hold it low. */
static void look(struct machine *machine, char port, unsigned high_bits)
{
    for (unsigned pin = 0; pin < FRONT_PINS; pin++) {
        bool high = ((high_bits >> driven[pin].bit) & 1u) != 0;
        if (driven[pin].port == port && high != front_end_is_high(machine, (enum front_pin)pin)) {
            assert(port >= 'B' && port <= 'D');
            move(machine, (enum front_pin)pin, high);
        }
    }
}

/* `value` has been written to the port. */
static void see_level(avr_irq_t *irq, uint32_t value, void *param)
{
    const struct front_port *port = param;
    assert(port->module != NULL);
    (void)irq;
    look(port->machine, port->module->name, value & port->machine->avr->data[port->module->r_ddr]);
}

/* `value` is about to be written to the direction register, which still holds the old one. */
static void see_direction(avr_irq_t *irq, uint32_t value, void *param)
{
    const struct front_port *port = param;
    assert(port->module != NULL);
    (void)irq;
    look(port->machine, port->module->name, value & port->machine->avr->data[port->module->r_port]);
}

/* simavr clears the registers without telling anyone, and its interrupts remember what they last told. */
static void reset_port(struct machine *machine, avr_ioport_t *port)
{
    assert(machine->avr->data[port->r_ddr] == 0);
    avr_raise_irq(port->io.irq + IOPORT_IRQ_REG_PORT, 0);
    avr_raise_irq(port->io.irq + IOPORT_IRQ_DIRECTION_ALL, 0);
    for (unsigned bit = 0; bit < 8; bit++) {
        avr_raise_irq(port->io.irq + IOPORT_IRQ_PIN0 + bit, 0);
    }
}

void front_end_reset(struct machine *machine)
{
    /* a low level on INT0 or INT1 would be polled at every cycle; a reset asks for it anew */
    avr_extint_set_strict_lvl_trig(machine->avr, 0, 0);
    avr_extint_set_strict_lvl_trig(machine->avr, 1, 0);
    for (unsigned i = 0; i < FRONT_PORTS; i++) {
        reset_port(machine, machine->front_end.ports[i].module);
    }
    assert(machine->front_end.levels == 0);
    front_end_update(machine);
}

/* ---- the converter -------------------------------------------------------------------------------------------- */

static int code_of(int32_t mv, int32_t numerator, int32_t denominator, int32_t offset_mv)
{
    int64_t above = (int64_t)mv - offset_mv;
    assert(numerator > 0 && denominator > 0);
    if (above < 0) {
        return 0;
    }
    int64_t code = ((above + 1) * denominator - 1) / numerator;
    return code > CODE_MAX ? CODE_MAX : (int)code;
}

#define CODE_OF(mv, name) code_of(mv, name##_NUMERATOR, name##_DENOMINATOR, name##_OFFSET_MV)

/* The voltage from which simavr makes exactly `code`. */
static uint32_t converter_mv(int code)
{
    assert(code >= 0);
    assert(code <= CODE_MAX);
    return (uint32_t)((code * BOARD_VCC_MV + CODE_MAX - 1) / CODE_MAX);
}

static int channel_code(const struct machine *machine, unsigned channel)
{
    const struct front_inputs *inputs = &machine->front_end.inputs;
    assert(channel <= CHANNEL_MASK);
    if (!front_end_is_high(machine, FRONT_DIVIDERS)) {
        return 0;
    }
    switch (channel) {
    case BOARD_VBAT_CHANNEL:
        return CODE_OF(inputs->vbat_mv, BOARD_VBAT);
    case BOARD_REMOTE_L_CHANNEL:
        return CODE_OF(inputs->remote_l_mv, BOARD_REMOTE_L);
    case BOARD_REMOTE_H_CHANNEL:
        return CODE_OF(inputs->remote_h_mv, BOARD_REMOTE_H);
    default:
        return 0;
    }
}

static void see_conversion(avr_irq_t *irq, uint32_t value, void *param)
{
    struct machine *machine = param;
    const struct front_end *front = &machine->front_end;
    unsigned channel = machine->avr->data[REG_ADMUX] & CHANNEL_MASK;
    bool stuck = front->adc_code >= 0;
    uint32_t mv = converter_mv(stuck ? front->adc_code : channel_code(machine, channel));
    assert(front->adc != NULL);
    (void)irq;
    (void)value;
    if (channel < CHANNELS) {
        avr_raise_irq(front->adc->io.irq + ADC_IRQ_ADC0 + channel, mv);
    } else if (channel == CHANNEL_BAND_GAP) {
        front->adc->muxmode[channel].src = (stuck ? mv : front->reference_mv) & 0x1FFFu;
    } else if (channel == CHANNEL_GROUND) {
        front->adc->muxmode[channel].src = (stuck ? mv : 0) & 0x1FFFu;
    }
}

/* ---- connecting ------------------------------------------------------------------------------------------------- */

/* simavr's module of that kind; with `name`, the port of that name. */
static avr_io_t *find_module(const avr_t *avr, const char *kind, char name)
{
    avr_io_t *module = avr->io_port;
    while (module != NULL && (strcmp(module->kind, kind) != 0 ||
                              (name != '\0' && ((const avr_ioport_t *)module)->name != name))) {
        module = module->next;
    }
    assert(module != NULL);
    assert(module->irq != NULL);
    return module;
}

void front_end_make(struct machine *machine, bool adapter)
{
    struct front_end *front = &machine->front_end;
    *front = (struct front_end){.adapter = adapter, .adc_code = -1, .reference_mv = FRONT_REFERENCE_MV};
    for (unsigned i = 0; i < FRONT_PORTS; i++) {
        struct front_port *port = &front->ports[i];
        port->machine = machine;
        port->module = (avr_ioport_t *)find_module(machine->avr, "port", (char)('B' + (int)i));
        avr_irq_register_notify(port->module->io.irq + IOPORT_IRQ_REG_PORT, see_level, port);
        avr_irq_register_notify(port->module->io.irq + IOPORT_IRQ_DIRECTION_ALL, see_direction, port);
    }
    front->adc = (avr_adc_t *)find_module(machine->avr, "adc", '\0');
    avr_irq_register_notify(front->adc->io.irq + ADC_IRQ_OUT_TRIGGER, see_conversion, machine);
    machine->avr->vcc = BOARD_VCC_MV;
    machine->avr->avcc = BOARD_VCC_MV;
    assert(machine->avr->aref == 0);
}
