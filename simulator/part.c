/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/part.h"

#include <assert.h>
#include <string.h>

/* ---- observers ----------------------------------------------------------------------------------------------- */

void part_observe(struct part *part, struct part_observer observer)
{
    for (unsigned event = 0; event < PART_EVENTS; event++) {
        struct part_audience *audience = &part->audiences[event];
        if (observer.notice[event] != NULL) {
            assert(audience->count < PART_OBSERVERS);
            audience->notice[audience->count] = observer.notice[event];
            audience->self[audience->count] = observer.self;
            audience->count++;
        }
    }
}

void part_tell(const struct part *part, enum part_event event, uint64_t value)
{
    assert(event < PART_EVENTS);
    const struct part_audience *audience = &part->audiences[event];
    for (unsigned i = 0; i < audience->count; i++) {
        audience->notice[i](audience->self[i], value);
    }
}

/* ---- time ---------------------------------------------------------------------------------------------------- */

uint64_t part_ns(const struct part *part)
{
    assert(part->started);
    return sim_time_ns(&part->time, part->avr->cycle);
}

void part_call_at(struct part *part, uint64_t ns, avr_cycle_timer_t timer, void *param)
{
    uint64_t at = sim_time_cycle(&part->time, ns);
    uint64_t cycle = part->avr->cycle;
    avr_cycle_timer_register(part->avr, at > cycle ? at - cycle : 1, timer, param);
}

/* ---- registers ----------------------------------------------------------------------------------------------- */

static void write_watched(avr_t *avr, avr_io_addr_t address, uint8_t value, void *param)
{
    const struct part *part = param;
    const struct part_watched *watched = &part->watched[address];
    assert(watched->notify != NULL);
    watched->notify(watched->self, value);
    if (watched->write != NULL) {
        watched->write(avr, address, value, watched->param);
    } else {
        avr->data[address] = value;
    }
}

void part_watch_write(struct part *part, uint8_t address, part_watch notify, void *self)
{
    avr_t *avr = part->avr;
    struct part_watched *watched = &part->watched[address];
    assert(address >= 0x20);
    assert(watched->notify == NULL); /* one at most watches a register */
    watched->notify = notify;
    watched->self = self;
    watched->write = avr->io[AVR_DATA_TO_IO(address)].w.c;
    watched->param = avr->io[AVR_DATA_TO_IO(address)].w.param;
    part_own_write(part, address, write_watched, part);
}

void part_own_write(struct part *part, uint8_t address, avr_io_write_t write, void *param)
{
    assert(address >= 0x20);
    part->avr->io[AVR_DATA_TO_IO(address)].w.c = write;
    part->avr->io[AVR_DATA_TO_IO(address)].w.param = param;
}

avr_int_vector_t *part_vector(const struct part *part, uint8_t number)
{
    const avr_int_table_t *table = &part->avr->interrupts;
    unsigned i = 0;
    while (i < table->vector_count && table->vector[i]->vector != number) {
        i++;
    }
    assert(i < table->vector_count);
    return table->vector[i];
}

avr_io_t *part_module(const struct part *part, const char *kind, char name)
{
    avr_io_t *module = part->avr->io_port;
    while (module != NULL && (strcmp(module->kind, kind) != 0 ||
                              (name != '\0' && ((const avr_ioport_t *)module)->name != name))) {
        module = module->next;
    }
    assert(module != NULL);
    return module;
}

/* ---- pins ---------------------------------------------------------------------------------------------------- */

bool part_is_high(const struct part *part, enum driven_pin pin)
{
    assert(pin < DRIVEN_PINS);
    return ((part->levels >> pin) & 1u) != 0;
}

bool part_is_output(const struct part *part, enum driven_pin pin)
{
    assert(pin < DRIVEN_PINS);
    return ((part->outputs >> pin) & 1u) != 0;
}

/* simavr takes an outer pull for the level wherever it looks anew at a pin that is not driven. */
void part_feed_place(struct part *part, struct pin place, bool high)
{
    avr_ioport_t *port = part->ports[place.port - 'B'].module;
    uint8_t mask = (uint8_t)(1u << place.bit);
    assert(port->name == place.port);
    port->external.pull_mask |= mask;
    port->external.pull_value =
        (uint8_t)(high ? port->external.pull_value | mask : port->external.pull_value & ~mask);
    if ((part->avr->data[port->r_ddr] & mask) == 0) {
        avr_raise_irq(port->io.irq + IOPORT_IRQ_PIN0 + place.bit, high);
    }
}

void part_feed(struct part *part, enum fed_pin pin, bool high)
{
    part_feed_place(part, pins_fed[pin], high);
}

static void move(struct part *part, unsigned pin, bool high, bool output)
{
    bool moves = high != part_is_high(part, (enum driven_pin)pin);
    bool turns = output != part_is_output(part, (enum driven_pin)pin);
    part->levels ^= moves ? 1u << pin : 0u;
    part->outputs ^= turns ? 1u << pin : 0u;
    if (moves) {
        part_tell(part, PART_PIN_MOVED, pin);
    }
    if (turns) {
        part_tell(part, PART_PIN_TURNED, pin);
    }
}

/* A pin is high when it is an output and its port bit is set; else the outer pull-downs hold it low. */
static void look(struct part_port *port, unsigned bits, unsigned outputs)
{
    unsigned high = bits & outputs;
    unsigned changed = (high ^ port->high) | (outputs ^ port->outputs);
    port->high = high;
    port->outputs = outputs;
    for (unsigned pin = 0; pin < DRIVEN_PINS && changed != 0; pin++) {
        unsigned mask = 1u << pins_driven[pin].bit;
        if (pins_driven[pin].port == port->module->name && (changed & mask) != 0) {
            changed &= ~mask;
            move(port->part, pin, (high & mask) != 0, (outputs & mask) != 0);
        }
    }
}

/* `value` has been written to the port. */
static void see_level(avr_irq_t *irq, uint32_t value, void *param)
{
    struct part_port *port = param;
    (void)irq;
    look(port, value, port->part->avr->data[port->module->r_ddr]);
}

/* `value` is about to be written to the direction register, which still holds the old one. */
static void see_direction(avr_irq_t *irq, uint32_t value, void *param)
{
    struct part_port *port = param;
    (void)irq;
    look(port, port->part->avr->data[port->module->r_port], value);
}

/* simavr clears the registers without telling anyone, and its interrupts remember what they last told. */
void part_float_pins(struct part *part)
{
    for (unsigned i = 0; i < PART_PORTS; i++) {
        avr_ioport_t *port = part->ports[i].module;
        assert(part->avr->data[port->r_ddr] == 0);
        avr_raise_irq(port->io.irq + IOPORT_IRQ_REG_PORT, 0);
        avr_raise_irq(port->io.irq + IOPORT_IRQ_DIRECTION_ALL, 0);
        for (unsigned bit = 0; bit < 8; bit++) {
            avr_raise_irq(port->io.irq + IOPORT_IRQ_PIN0 + bit, 0);
        }
    }
    assert(part->levels == 0 && part->outputs == 0);
}

void part_make(struct part *part)
{
    for (unsigned i = 0; i < PART_PORTS; i++) {
        struct part_port *port = &part->ports[i];
        port->part = part;
        port->module = (avr_ioport_t *)part_module(part, "port", (char)('B' + (int)i));
        avr_irq_register_notify(port->module->io.irq + IOPORT_IRQ_REG_PORT, see_level, port);
        avr_irq_register_notify(port->module->io.irq + IOPORT_IRQ_DIRECTION_ALL, see_direction, port);
    }
}

/* ---- power --------------------------------------------------------------------------------------------------- */

void part_cut(struct part *part)
{
    assert(part->powered);
    part->power_fails = true;
    part->avr->state = cpu_Stopped;
}
