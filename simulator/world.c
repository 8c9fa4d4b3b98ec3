/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/world.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "firmware/atmega328p/board.h"
#include "firmware/atmega328p/phase.h"
#include "simulator/circuit.h"

#define CODE_MAX 1023
#define CODES 1024.0
#define CHANNELS 8
#define CHANNEL_MASK 0x0Fu
#define CHANNEL_BAND_GAP 14
#define MUX_MV_MASK 0x1FFFu
#define PRESCALER_MASK 7u
#define HELD_CLOCKS_X2 3u        /* twice the converter's clocks from a start until it holds its input ... */
#define FIRST_HELD_CLOCKS_X2 27u /* ... in the first conversion */
#define ADEN 0x80u
#define SLEEP_MODE 0x0Eu
#define READS_HIGH 0.6
#define READS_LOW 0.3
#define PULL_UP_ON (40.0 / 35000.0) /* of the pin's 40 Ohm */

static const struct circuit_watch no_watch = {.vector = CIRCUIT_NONE};

avr_t *world_avr(const struct world *world)
{
    return world->machine->part.avr;
}

double world_supply(const struct world *world)
{
    return circuit_volt(world->supply_vector);
}

void world_tell(const struct world *world, const char *words)
{
    fprintf(world->events, "%.9f %s\n", (double)circuit_ns() / 1e9, words);
}

/* Brings the circuit to an instant of the part. */
void world_reach(struct world *world, uint64_t ns)
{
    assert(!world->skip.is_on);
    world->failed = !circuit_reach(ns - world->skip.behind_ns, no_watch) || world->failed;
}

static void reach_now(struct world *world)
{
    world->instants++;
    world_reach(world, part_ns(&world->machine->part));
}

/* ---- ticks that are skipped ------------------------------------------------------------------------------------ */

void world_take(struct world *world, double ampere)
{
    if (!world->skip.is_on) {
        reach_now(world);
        circuit_drive(world->current_source, ampere, 0);
    }
}

void world_end_skip(struct world *world)
{
    bool was_on = world->skip.is_on;
    uint64_t ns = skip_end(&world->skip);
    if (!was_on) {
        return;
    }
    fprintf(world->events, "%.9f skipped %.9f\n", (double)circuit_ns() / 1e9, (double)ns / 1e9);
    if (world_avr(world)->state == cpu_Running) {
        world_take(world, ACTIVE_A);
    }
}

static void see_phase(void *self, uint64_t phase)
{
    struct world *world = self;
    if (phase == PHASE_WAITING) {
        skip_wait(&world->skip, part_ns(&world->machine->part));
    }
}

static void record(struct world *world, uint16_t where, uint16_t value)
{
    skip_record(&world->skip, (struct skip_read){where, value}, part_ns(&world->machine->part));
}

/* ---- pins ----------------------------------------------------------------------------------------------------- */

/* At each instant that is solved: how each pin reads. */
static void see_solved(void *self)
{
    struct world *world = self;
    double volt = world_supply(world);
    for (unsigned i = 0; i < PART_PORTS * WORLD_PINS; i++) {
        struct world_pin *pin = &world->ports[i / WORLD_PINS].pins[i % WORLD_PINS];
        if (pin->vector != CIRCUIT_NONE) {
            double at = circuit_volt(pin->vector);
            pin->high = at > READS_HIGH * volt || (pin->high && at > READS_LOW * volt);
        }
    }
}

/* A port's register is being read. */
static uint8_t read_port(avr_t *avr, avr_io_addr_t address, void *param)
{
    struct world_port *port = param;
    struct part *part = &port->world->machine->part;
    if (port->world->skip.is_on) {
        return (uint8_t)skip_repeat(&port->world->skip, address);
    }
    reach_now(port->world);
    for (uint8_t bit = 0; bit < WORLD_PINS; bit++) {
        uint8_t mask = (uint8_t)(1u << bit);
        if (port->pins[bit].vector != CIRCUIT_NONE && (avr->data[port->module->r_ddr] & mask) == 0) {
            part_feed_place(part, (struct pin){port->module->name, bit}, port->pins[bit].high);
            /* simavr has put there what a skipped tick has read, and is told of changes alone */
            avr->data[address] =
                (uint8_t)(port->pins[bit].high ? avr->data[address] | mask : avr->data[address] & ~mask);
        }
    }
    uint8_t value = port->read != NULL ? port->read(avr, address, port->param) : avr->data[address];
    record(port->world, address, value);
    return value;
}

/* A port has been given `bits`, of which those in `outputs` are driven. */
static void drive(struct world_port *port, unsigned bits, unsigned outputs)
{
    unsigned high = bits & outputs;
    if ((((high ^ port->high) | (outputs ^ port->outputs)) & ~port->sampling) != 0) {
        skip_disturb(&port->world->skip);
        world_end_skip(port->world);
    }
    port->high = high;
    port->outputs = outputs;
    if (port->world->skip.is_on) {
        return;
    }
    reach_now(port->world);
    for (unsigned bit = 0; bit < WORLD_PINS; bit++) {
        const struct world_pin *pin = &port->pins[bit];
        bool is_output = ((outputs >> bit) & 1u) != 0;
        bool is_set = ((bits >> bit) & 1u) != 0;
        if (pin->on != CIRCUIT_NONE) {
            circuit_drive(pin->level, is_set ? 1.0 : 0.0, 0);
            circuit_drive(pin->on, is_output ? 1.0 : is_set ? PULL_UP_ON : 0.0, 0);
        }
    }
}

static void see_level(avr_irq_t *irq, uint32_t value, void *param)
{
    struct world_port *port = param;
    (void)irq;
    drive(port, value, world_avr(port->world)->data[port->module->r_ddr]);
}

/* `value` is about to be written to the direction register. */
static void see_direction(avr_irq_t *irq, uint32_t value, void *param)
{
    struct world_port *port = param;
    (void)irq;
    drive(port, world_avr(port->world)->data[port->module->r_port], value);
}

static bool make_port(struct world *world, unsigned number)
{
    struct world_port *port = &world->ports[number];
    avr_t *avr = world_avr(world);
    char name[] = "vpb0_level";
    bool any = false;
    port->world = world;
    port->module = (avr_ioport_t *)part_module(&world->machine->part, "port", (char)('B' + (int)number));
    for (unsigned bit = 0; bit < WORLD_PINS; bit++) {
        struct world_pin *pin = &port->pins[bit];
        snprintf(name, sizeof name, "vp%c%u_on", 'b' + (int)number, bit);
        pin->on = circuit_source(name);
        snprintf(name, sizeof name, "vp%c%u_level", 'b' + (int)number, bit);
        pin->level = circuit_source(name);
        pin->vector = CIRCUIT_NONE;
        if ((pin->on == CIRCUIT_NONE) != (pin->level == CIRCUIT_NONE)) {
            return false;
        }
        any = any || pin->on != CIRCUIT_NONE;
    }
    for (unsigned pin = DRIVEN_ATC; pin <= DRIVEN_DIVIDERS; pin++) {
        port->sampling |= pins_driven[pin].port == port->module->name ? 1u << pins_driven[pin].bit : 0u;
    }
    avr_irq_register_notify(port->module->io.irq + IOPORT_IRQ_REG_PORT, see_level, port);
    avr_irq_register_notify(port->module->io.irq + IOPORT_IRQ_DIRECTION_ALL, see_direction, port);
    port->read = avr->io[AVR_DATA_TO_IO(port->module->r_pin)].r.c;
    port->param = avr->io[AVR_DATA_TO_IO(port->module->r_pin)].r.param;
    avr->io[AVR_DATA_TO_IO(port->module->r_pin)].r.c = read_port;
    avr->io[AVR_DATA_TO_IO(port->module->r_pin)].r.param = port;
    return any;
}

/* ---- the converter -------------------------------------------------------------------------------------------- */

/* Of the node that the channel is on. */
static int code_of(const struct world *world, double volt)
{
    double reference = circuit_volt(world->reference_vector);
    double code = reference > 0.0 ? floor(volt / reference * CODES) : 0.0;
    return code < 0.0 ? 0 : code > CODE_MAX ? CODE_MAX : (int)code;
}

/* The voltage from which simavr makes exactly `code`. */
static uint32_t converter_mv(int code)
{
    assert(code >= 0 && code <= CODE_MAX);
    return (uint32_t)((code * BOARD_VCC_MV + CODE_MAX - 1) / CODE_MAX);
}

/* What the converter reads of a channel, now. */
static int convert(struct world *world, unsigned channel)
{
    if (world->skip.is_on) {
        return skip_repeat(&world->skip, (uint16_t)(REGISTERS + channel));
    }
    reach_now(world);
    int code = 0;
    if (channel == CHANNEL_BAND_GAP) {
        code = code_of(world, silicon_value(&world->machine->part.silicon, SILICON_BAND_GAP_MV) / 1000.0);
    } else if (channel < CHANNELS && world->ports['C' - 'B'].pins[channel].vector != CIRCUIT_NONE) {
        code = code_of(world, circuit_volt(world->ports['C' - 'B'].pins[channel].vector));
    }
    record(world, (uint16_t)(REGISTERS + channel), (uint16_t)code);
    return code;
}

/* The converter holds its input. */
static avr_cycle_count_t hold(avr_t *avr, avr_cycle_count_t when, void *param)
{
    struct world *world = param;
    unsigned channel = avr->data[REG_ADMUX] & CHANNEL_MASK;
    uint32_t mv = converter_mv(convert(world, channel));
    (void)when;
    if (channel < CHANNELS) {
        avr_raise_irq(world->adc->io.irq + ADC_IRQ_ADC0 + channel, mv);
    } else {
        world->adc->muxmode[channel].src = mv & MUX_MV_MASK;
    }
    return 0;
}

static void see_conversion(avr_irq_t *irq, uint32_t value, void *param)
{
    struct world *world = param;
    avr_t *avr = world_avr(world);
    unsigned prescaler = avr->data[REG_ADCSRA] & PRESCALER_MASK;
    unsigned clocks_x2 = world->adc->first != 0 ? FIRST_HELD_CLOCKS_X2 : HELD_CLOCKS_X2;
    (void)irq;
    (void)value;
    assert(prescaler > 0);
    avr_cycle_timer_register(avr, clocks_x2 << (prescaler - 1u), hold, world);
}

/* ---- what it takes -------------------------------------------------------------------------------------------- */

static double converter_a(const struct world *world)
{
    return (world_avr(world)->data[REG_ADCSRA] & ADEN) != 0 ? CONVERTER_A : 0.0;
}

static void see_asleep(void *self, uint64_t value)
{
    struct world *world = self;
    bool deep = (world_avr(world)->data[REG_SMCR] & SLEEP_MODE) != 0;
    (void)value;
    world_take(world, (deep ? SLEEP_A : IDLE_A) + converter_a(world));
    if (deep && circuit_is_still()) {
        skip_begin(&world->skip);
    }
}

/* The detector is on from here, whatever it has missed. */
static void see_wake(void *self, uint64_t value)
{
    struct world *world = self;
    (void)value;
    world_take(world, ACTIVE_A + converter_a(world));
    if (!world->skip.is_on && world_supply(world) < world->brown_out_v) {
        world->machine->part.reset_flags |= RESET_BROWN_OUT;
        world_avr(world)->run_cycle_count = 0;
    }
}

/* ---- making --------------------------------------------------------------------------------------------------- */

bool world_make(struct world *world, struct machine *machine, double brown_out_v, FILE *events)
{
    struct part *part = &machine->part;
    *world = (struct world){.machine = machine,
                            .events = events,
                            .supply_vector = CIRCUIT_NONE,
                            .reference_vector = CIRCUIT_NONE,
                            .current_source = circuit_source("vmcu"),
                            .brown_out_v = brown_out_v};
    world->adc = (avr_adc_t *)part_module(part, "adc", '\0');
    avr_irq_register_notify(world->adc->io.irq + ADC_IRQ_OUT_TRIGGER, see_conversion, world);
    part->avr->vcc = BOARD_VCC_MV;
    part->avr->avcc = BOARD_VCC_MV;
    part_observe(part, (struct part_observer){world,
                                              {[PART_ASLEEP] = see_asleep,
                                               [PART_WAKE] = see_wake,
                                               [PART_PHASE] = see_phase,
                                               [PART_RESET] = world_see_reset}});
    bool all = world->current_source != CIRCUIT_NONE;
    for (unsigned i = 0; i < PART_PORTS; i++) {
        all = make_port(world, i) && all;
    }
    return all;
}

bool world_connect(struct world *world, const char *name, const char *vector)
{
    int found = circuit_vector(vector);
    if (found == CIRCUIT_NONE) {
        return false;
    }
    if (strcmp(name, "VCC") == 0) {
        world->supply_vector = found;
    } else if (strcmp(name, "AREF") == 0) {
        world->reference_vector = found;
    } else if (strlen(name) == 3 && name[0] == 'P' && name[1] >= 'B' && name[1] <= 'D' && name[2] >= '0' &&
               name[2] <= '7') {
        world->ports[name[1] - 'B'].pins[name[2] - '0'].vector = found;
    } else {
        return false;
    }
    return true;
}

bool world_begin(struct world *world)
{
    if (world->supply_vector == CIRCUIT_NONE || world->reference_vector == CIRCUIT_NONE) {
        return false;
    }
    circuit_observe(see_solved, world);
    world->held = true;
    world->forgot = true;
    world->flag = RESET_BROWN_OUT;
    machine_power_on(world->machine);
    world_take(world, IN_RESET_A);
    return true;
}
