/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/machine.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "firmware/atmega328p/board.h"
#include "firmware/atmega328p/phase.h"

#define MCU "atmega328p"
#define DATA_BYTES (0x10000u + 0x100u) /* whatever address a wild program makes, it stays inside */
#define FLASH_BYTES 0x20000u
#define REG_MCUCR 0x55
#define BODS 0x40u
#define BODS_BODSE 0x60u
#define BODS_CYCLES \
    4u /* from the write that sets it to the end of SLEEP: it is set for the three after the write */
#define SE 0x01u
#define SLEEP_MODE 0x0Eu
#define START_NS 65000000u /* the fuses' 65 ms from a reset to the first instruction */
#define START_NS_MAX 10000000000u
#define HALF_TICK_NS 62500000u
#define TICKS_PER_S 8u
#define NS_PER_S UINT64_C(1000000000)
#define US_PER_S 1000000u
#define INTERRUPT_CYCLES 4u
#define WAKE_CYCLES 4u
#define OSCILLATOR_CYCLES 6u /* out of power-save */

/* ---- what is watched ------------------------------------------------------------------------------------------- */

static void tell_phase(void *self, uint8_t phase)
{
    part_tell(self, PART_PHASE, phase);
}

static void tell_converter(void *self, uint8_t adcsra)
{
    part_tell(self, PART_CONVERTER, adcsra);
}

/* The image waits for the first time: simavr's run of instructions ends after this one. */
static void see_phase(void *self, uint64_t phase)
{
    struct machine *machine = self;
    if (phase == PHASE_WAITING && !machine->waits) {
        machine->waits = true;
        machine->part.avr->run_cycle_count = 0;
    }
}

static void see_reset(void *self, uint64_t value)
{
    struct machine *machine = self;
    (void)value;
    machine->waits = false;
    machine->bod_off = false;
}

/* BODS and BODSE clear themselves after three cycles, before anyone can read them in earnest. */
static void write_mcucr(avr_t *avr, avr_io_addr_t address, uint8_t value, void *param)
{
    struct machine *machine = param;
    if ((value & BODS_BODSE) == BODS) {
        machine->bod_cycle = avr->cycle;
    }
    avr->data[address] = value & (uint8_t)~BODS_BODSE;
}

/* ---- reset and power ------------------------------------------------------------------------------------------ */

static avr_cycle_count_t release(avr_t *avr, avr_cycle_count_t when, void *param)
{
    (void)when;
    (void)param;
    avr->state = cpu_Running;
    return 0;
}

/* The models and the pins, at a reset and when the power goes. */
static void reset_models(struct machine *machine)
{
    /* a low level on INT0 or INT1 would be polled at every cycle; a reset asks for it anew */
    avr_extint_set_strict_lvl_trig(machine->part.avr, 0, 0);
    avr_extint_set_strict_lvl_trig(machine->part.avr, 1, 0);
    eeprom_reset(&machine->eeprom);
    uart_reset(&machine->uart);
    part_float_pins(&machine->part);
    if (!machine->bare) {
        front_end_reset(&machine->front_end);
    }
}

/* Everything that a reset does to the part, with MCUSR then at `mcusr`; `had_power`: before it. */
static void do_reset(struct machine *machine, uint8_t mcusr, bool had_power)
{
    struct part *part = &machine->part;
    assert(mcusr != 0);
    avr_reset(part->avr);
    part->avr->data[REG_MCUSR] = mcusr;
    part->reset_flags = 0;
    part->power_fails = false;
    reset_models(machine);
    part_tell(part, PART_RESET, had_power);
    timer2_reset(&machine->timer2);
    part->avr->state = cpu_Stopped;
    uint64_t runs_ns = part_ns(part) + silicon_watchdog_ns(&part->silicon, START_NS);
    part_call_at(part, runs_ns, release, machine);
    watchdog_reset(&machine->watchdog, runs_ns);
}

static void reset_now(struct machine *machine)
{
    uint8_t flags = machine->part.reset_flags;
    uint8_t kept = machine->part.avr->data[REG_MCUSR] & 0x0Fu;
    do_reset(machine, (flags & RESET_POWER_ON) != 0 ? RESET_POWER_ON : (uint8_t)(kept | flags), true);
}

/* What SRAM and registers hold after power-on: anything (xorshift). */
static void fill_sram(struct machine *machine)
{
    uint32_t x = machine->seed;
    assert(x != 0);
    for (unsigned address = 0; address < SRAM_END; address++) {
        x ^= x << 13;
        x ^= x >> 17;
        x ^= x << 5;
        if (address < 32 || address >= SRAM_START) {
            machine->part.avr->data[address] = (uint8_t)(x >> 24);
        }
    }
    machine->seed = x;
}

static void lose_power(struct machine *machine)
{
    struct part *part = &machine->part;
    assert(part->powered);
    avr_reset(part->avr); /* no timer goes on, no pin is driven */
    reset_models(machine);
    memset(part->avr->data, 0, SRAM_END);
    part->avr->state = cpu_Stopped;
    part->powered = false;
    part->power_fails = false;
    part->reset_flags = 0;
    machine->waits = false;
}

/* ---- running -------------------------------------------------------------------------------------------------- */

static bool is_in_power_save(const avr_t *avr)
{
    return (avr->data[REG_SMCR] & SLEEP_MODE) != 0;
}

/* SLEEP has been executed. */
static void fall_asleep(struct machine *machine)
{
    avr_t *avr = machine->part.avr;
    assert(avr->state == cpu_Sleeping);
    part_tell(&machine->part, PART_SLEEP, 0);
    if ((avr->data[REG_SMCR] & SE) == 0) {
        avr->state = cpu_Running;
        return;
    }
    machine->bod_off = avr->cycle - machine->bod_cycle <= BODS_CYCLES;
    if (is_in_power_save(avr) && !machine->bod_off) {
        part_tell(&machine->part, PART_BREACH, BREACH_DETECTOR_ON);
    }
    part_tell(&machine->part, PART_ASLEEP, 0);
    if (avr->sreg[S_I] == 0) {
        avr->state = cpu_Stopped; /* nothing but the watchdog's reset ends it */
    }
}

static void run_instructions(struct machine *machine)
{
    avr_t *avr = machine->part.avr;
    avr->pc = avr_run_one(avr); /* as many as fit before the next timer */
    if (machine->faults.stuck) {
        faults_hold(&machine->faults);
    }
    if (avr->state == cpu_Sleeping) {
        fall_asleep(machine);
    } else if (avr->state == cpu_Crashed || avr->state == cpu_Done) {
        part_tell(&machine->part, PART_BREACH, BREACH_WILD);
        avr->state = cpu_Stopped;
    } else if (machine->part.power_fails) {
        lose_power(machine);
    }
}

/* After SEI and RETI simavr lets two instructions pass before it serves what is pending, and the part one: with SEI, SLEEP, CLI in a
 * loop an interrupt that is pending would never be served. */
static void serve_interrupts(struct machine *machine)
{
    avr_t *avr = machine->part.avr;
    avr_flashaddr_t pc = avr->pc;
    if (avr->interrupt_state < -1) {
        avr->interrupt_state = -1;
    }
    avr_service_interrupts(avr);
    if (avr->pc != pc) {
        avr->cycle += INTERRUPT_CYCLES;
        part_tell(&machine->part, PART_INTERRUPT, 0);
    }
}

static void wake(struct machine *machine)
{
    const struct part *part = &machine->part;
    avr_t *avr = part->avr;
    assert(avr->state == cpu_Running);
    if (machine->bod_off && is_in_power_save(avr)) {
        avr->cycle += (uint64_t)silicon_value(&part->silicon, SILICON_WAKE_US) * part->time.hz / US_PER_S;
    }
    part_tell(part, PART_WAKE, 0);
    avr->cycle += WAKE_CYCLES + (is_in_power_save(avr) ? OSCILLATOR_CYCLES : 0);
}

/* Nothing is executed for `cycles`. */
static void pass(struct machine *machine, uint64_t cycles)
{
    avr_t *avr = machine->part.avr;
    avr->cycle += cycles;
    if (avr->state == cpu_Sleeping && !is_in_power_save(avr)) {
        part_tell(&machine->part, PART_IDLE, cycles);
    }
}

/* One run of instructions, or one stretch of sleep, up to `end` at most (an instruction may reach beyond). */
static void step(struct machine *machine, uint64_t end)
{
    avr_t *avr = machine->part.avr;
    bool slept = avr->state == cpu_Sleeping;
    uint64_t left = end - avr->cycle;
    assert(avr->cycle < end);
    avr->run_cycle_limit = machine->faults.stuck ? 1 : left;
    uint64_t next = avr_cycle_timer_process(avr);
    if (machine->part.reset_flags != 0) {
        reset_now(machine);
        return;
    }
    if (slept && avr->state == cpu_Running) {
        wake(machine);
    }
    if (avr->interrupt_state != 0 && avr->state != cpu_Stopped) {
        serve_interrupts(machine);
    }
    if (avr->state == cpu_Running) {
        run_instructions(machine);
    } else {
        pass(machine, avr->cycle_timers.timer != NULL && next < left ? next : left);
    }
}

static void run_until(struct machine *machine, uint64_t ns)
{
    uint64_t end = sim_time_cycle(&machine->part.time, ns);
    while (machine->part.avr->cycle < end && !(machine->stop_at_wait && machine->waits)) {
        step(machine, end);
    }
}

void machine_advance(struct machine *machine, uint64_t ns)
{
    assert(machine->part.started);
    assert(machine->until_ns <= UINT64_MAX - ns);
    machine->until_ns += ns;
    run_until(machine, machine->until_ns);
}

void machine_reset(struct machine *machine, uint8_t flag)
{
    assert(machine->part.powered);
    assert(flag != 0);
    machine->part.reset_flags = flag;
    if (flag == RESET_POWER_ON) {
        fill_sram(machine);
    }
    reset_now(machine);
}

void machine_power_on(struct machine *machine)
{
    struct part *part = &machine->part;
    if (part->powered) {
        lose_power(machine);
    }
    part->started = true;
    part->powered = true;
    part->avr->frequency = machine->hz;
    sim_time_begin(&part->time, part->avr->cycle, machine->hz,
                   silicon_value(&part->silicon, SILICON_CRYSTAL_PPM));
    machine->uart.bytes = 0;
    machine->eeprom.cut_in = 0;
    part_tell(part, PART_POWER_ON, 0);
    fill_sram(machine);
    do_reset(machine, RESET_POWER_ON, false);
    machine->until_ns = 0;
}

bool machine_start(struct machine *machine, uint64_t *us)
{
    const struct part *part = &machine->part;
    machine_power_on(machine);
    machine->stop_at_wait = true;
    run_until(machine, START_NS_MAX);
    machine->stop_at_wait = false;
    machine->until_ns = part_ns(part);
    if (!machine->waits) {
        return false;
    }
    *us = machine->until_ns / 1000;
    machine_advance(machine, HALF_TICK_NS);
    return true;
}

uint64_t machine_tick_ns(const struct machine *machine)
{
    const struct part *part = &machine->part;
    assert(part->started);
    if (BOARD_HAS_WATCH_CRYSTAL) {
        return SIM_TIME_CRYSTAL_CHZ / TICKS_PER_S * NS_PER_S / part->time.crystal_chz;
    }
    uint32_t hz = silicon_cpu_hz(&part->silicon, BOARD_CPU_HZ, true);
    return BOARD_CPU_HZ / TICKS_PER_S * NS_PER_S / hz;
}

void machine_set_hz(struct machine *machine, uint32_t hz)
{
    struct part *part = &machine->part;
    assert(hz >= SIM_TIME_HZ_MIN && hz <= SIM_TIME_HZ_MAX);
    machine->hz = hz;
    if (!part->powered) {
        return;
    }
    timer2_hold(&machine->timer2);
    sim_time_set_hz(&part->time, part->avr->cycle, hz);
    part->avr->frequency = hz;
    watchdog_schedule(&machine->watchdog);
    timer2_go_on(&machine->timer2);
}

uint8_t machine_peek(const struct machine *machine, uint16_t address)
{
    assert(address < SRAM_END);
    return machine->part.avr->data[address];
}

/* ---- making --------------------------------------------------------------------------------------------------- */

static void say_nothing(struct avr_t *avr, const int level, const char *format, va_list arguments)
{
    (void)avr;
    (void)level;
    (void)format;
    (void)arguments;
}

/* Gives the core memories that no address or program counter of a wild program leaves. */
static bool widen_memories(avr_t *avr, const struct image *image)
{
    uint8_t *data = calloc(DATA_BYTES, 1);
    uint8_t *flash = malloc(FLASH_BYTES);
    assert(avr->ramend + 1u <= DATA_BYTES && avr->flashend + 1u == IMAGE_FLASH_BYTES);
    if (data == NULL || flash == NULL) {
        free(data);
        free(flash);
        return false;
    }
    memset(flash, 0xFF, FLASH_BYTES);
    memcpy(flash, image->flash, IMAGE_FLASH_BYTES);
    free(avr->data);
    free(avr->flash);
    avr->data = data;
    avr->flash = flash;
    return true;
}

static avr_t *make_core(const struct image *image)
{
    avr_global_logger_set(say_nothing);
    avr_t *avr = avr_make_mcu_by_name(MCU);
    if (avr == NULL || avr_init(avr) != 0 || !widen_memories(avr, image)) {
        return NULL;
    }
    avr->log = LOG_NONE;
    avr->fuse[AVR_FUSE_LOW] = BOARD_FUSE_LOW;
    avr->fuse[AVR_FUSE_HIGH] = BOARD_FUSE_HIGH;
    avr->fuse[AVR_FUSE_EXT] = BOARD_FUSE_EXTENDED;
    avr->lockbits = 0xFF;
    avr->state = cpu_Stopped;
    return avr;
}

/* Observers first, so that they see what the front end does when a pin moves after the pin itself. */
static void make_models(struct machine *machine, const struct machine_options *options)
{
    struct part *part = &machine->part;
    part_make(part);
    stats_make(&machine->stats, part, machine->image.heap_start);
    edges_make(&machine->edges, part);
    audit_make(&machine->audit, part, &machine->uart);
    part_observe(part, (struct part_observer){machine, {[PART_PHASE] = see_phase, [PART_RESET] = see_reset}});
    watchdog_make(&machine->watchdog, part);
    timer2_make(&machine->timer2, part);
    eeprom_make(&machine->eeprom, part);
    uart_make(&machine->uart, part);
    if (!machine->bare) {
        front_end_make(&machine->front_end, part, options->seed, options->adapter);
    }
    faults_make(&machine->faults, part, &machine->watchdog);
    part_watch_write(part, REG_GPIOR0, tell_phase, part);
    part_watch_write(part, REG_ADCSRA, tell_converter, part);
    part_own_write(part, REG_MCUCR, write_mcucr, machine);
}

const char *machine_make(struct machine *machine, const struct machine_options *options)
{
    struct part *part = &machine->part;
    if (!silicon_read(&part->silicon, options->corner)) {
        return "there is no such corner";
    }
    part->avr = make_core(&machine->image);
    if (part->avr == NULL) {
        return "libsimavr does not make an ATmega328P, or there is no memory";
    }
    machine->hz = options->hz != 0 ? options->hz
                                   : silicon_cpu_hz(&part->silicon, BOARD_CPU_HZ, !BOARD_HAS_WATCH_CRYSTAL);
    machine->seed = options->seed;
    machine->bare = options->bare;
    assert(machine->hz >= SIM_TIME_HZ_MIN && machine->hz <= SIM_TIME_HZ_MAX);
    part->avr->frequency = machine->hz;
    make_models(machine, options);
    return NULL;
}

void machine_free(struct machine *machine)
{
    uart_close(&machine->uart);
    if (machine->part.avr != NULL) {
        avr_terminate(machine->part.avr);
        machine->part.avr = NULL;
    }
}
