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
#define BODS_BODSE 0x60u
#define SE 0x01u
#define SLEEP_MODE 0x0Eu
#define START_NS 65000000u /* the fuses' 65 ms from a reset to the first instruction */
#define START_NS_MAX 10000000000u
#define HALF_TICK_NS 62500000u
#define INTERRUPT_CYCLES 4u
#define WAKE_CYCLES 4u
#define OSCILLATOR_CYCLES 6u /* out of power-save */

/* ---- for the models ------------------------------------------------------------------------------------------- */

uint64_t machine_ns(const struct machine *machine)
{
    assert(machine->started);
    return clock_ns(&machine->clock, machine->avr->cycle);
}

static void write_watched(avr_t *avr, avr_io_addr_t address, uint8_t value, void *param)
{
    struct machine *machine = param;
    assert(address < REGISTERS);
    const struct machine_watched *watched = &machine->watched[address];
    assert(watched->notify != NULL);
    watched->notify(machine, value);
    if (watched->write != NULL) {
        watched->write(avr, address, value, watched->param);
    } else {
        avr->data[address] = value;
    }
}

void machine_watch_write(struct machine *machine, uint8_t address, machine_watch notify)
{
    avr_t *avr = machine->avr;
    struct machine_watched *watched = &machine->watched[address];
    assert(address >= 0x20);
    assert(watched->notify == NULL);
    watched->notify = notify;
    watched->write = avr->io[AVR_DATA_TO_IO(address)].w.c;
    watched->param = avr->io[AVR_DATA_TO_IO(address)].w.param;
    machine_own_write(machine, address, write_watched);
}

void machine_own_write(struct machine *machine, uint8_t address, avr_io_write_t write)
{
    assert(address >= 0x20);
    assert(write != NULL);
    machine->avr->io[AVR_DATA_TO_IO(address)].w.c = write;
    machine->avr->io[AVR_DATA_TO_IO(address)].w.param = machine;
}

avr_int_vector_t *machine_vector(const struct machine *machine, uint8_t number)
{
    const avr_int_table_t *table = &machine->avr->interrupts;
    unsigned i = 0;
    while (i < table->vector_count && table->vector[i]->vector != number) {
        i++;
    }
    assert(i < table->vector_count);
    return table->vector[i];
}

void machine_call_at(struct machine *machine, uint64_t ns, avr_cycle_timer_t timer)
{
    uint64_t at = clock_cycle(&machine->clock, ns);
    uint64_t cycle = machine->avr->cycle;
    assert(timer != NULL);
    avr_cycle_timer_register(machine->avr, at > cycle ? at - cycle : 1, timer, machine);
}

void machine_cut(struct machine *machine)
{
    assert(machine->powered);
    machine->power_fails = true;
    machine->avr->state = cpu_Stopped;
}

/* Ends simavr's run of instructions after this one. */
static void interrupt_run(struct machine *machine)
{
    assert(machine->avr != NULL);
    machine->avr->run_cycle_count = 0;
}

static void see_phase(struct machine *machine, uint8_t phase)
{
    audit_phase(machine, phase);
    stats_sample_stack(machine);
    if (phase == PHASE_SAMPLE) {
        stats_tick(machine);
    }
    if (phase == PHASE_WAITING && !machine->waits) {
        assert(machine->powered);
        machine->waits = true;
        stats_keep_sram(machine);
        interrupt_run(machine);
    }
}

/* BODS and BODSE clear themselves after three cycles, before anyone can read them in earnest. */
static void write_mcucr(avr_t *avr, avr_io_addr_t address, uint8_t value, void *param)
{
    assert(address == REG_MCUCR);
    assert(param != NULL);
    (void)param;
    avr->data[address] = value & (uint8_t)~BODS_BODSE;
}

/* ---- reset and power ------------------------------------------------------------------------------------------ */

static avr_cycle_count_t release(avr_t *avr, avr_cycle_count_t when, void *param)
{
    assert(param != NULL);
    (void)when;
    (void)param;
    avr->state = cpu_Running;
    return 0;
}

/* Everything that a reset does to the part, with MCUSR then at `mcusr`. */
static void do_reset(struct machine *machine, uint8_t mcusr)
{
    avr_t *avr = machine->avr;
    assert(mcusr != 0);
    avr_reset(avr);
    avr->data[REG_MCUSR] = mcusr;
    machine->reset_flags = 0;
    machine->waits = false;
    machine->power_fails = false;
    eeprom_reset(machine);
    uart_reset(machine);
    front_end_reset(machine);
    audit_reset(machine);
    stats_reset(machine);
    timer2_reset(machine);
    avr->state = cpu_Stopped;
    machine_call_at(machine, machine_ns(machine) + START_NS, release);
    watchdog_reset(machine);
    machine->watchdog.fed_ns += START_NS;
    watchdog_schedule(machine);
}

static void reset_now(struct machine *machine)
{
    uint8_t kept = machine->avr->data[REG_MCUSR] & 0x0Fu;
    assert(machine->reset_flags != 0);
    machine->stats.resets++;
    do_reset(machine, (uint8_t)((machine->reset_flags & RESET_POWER_ON) != 0 ? RESET_POWER_ON
                                                                             : kept | machine->reset_flags));
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
            machine->avr->data[address] = (uint8_t)(x >> 24);
        }
    }
    machine->seed = x;
}

static void lose_power(struct machine *machine)
{
    avr_t *avr = machine->avr;
    assert(machine->powered);
    avr_reset(avr); /* no timer goes on, no pin is driven */
    eeprom_reset(machine);
    uart_reset(machine);
    front_end_reset(machine);
    memset(avr->data, 0, SRAM_END);
    avr->state = cpu_Stopped;
    machine->powered = false;
    machine->power_fails = false;
    machine->reset_flags = 0;
    machine->waits = false;
}

/* ---- running -------------------------------------------------------------------------------------------------- */

/* SLEEP has been executed. */
static void fall_asleep(struct machine *machine)
{
    avr_t *avr = machine->avr;
    assert(avr->state == cpu_Sleeping);
    audit_sleep(machine);
    if ((avr->data[REG_SMCR] & SE) == 0) {
        avr->state = cpu_Running;
        return;
    }
    stats_slept(machine);
    if (avr->sreg[S_I] == 0) {
        avr->state = cpu_Stopped; /* nothing but the watchdog's reset ends it */
    }
}

static void run_instructions(struct machine *machine)
{
    avr_t *avr = machine->avr;
    assert(avr->state == cpu_Running);
    avr->pc = avr_run_one(avr); /* as many as fit before the next timer */
    if (machine->faults.stuck) {
        faults_hold(machine);
    }
    if (avr->state == cpu_Sleeping) {
        fall_asleep(machine);
    } else if (avr->state == cpu_Crashed || avr->state == cpu_Done) {
        audit_fail(machine, "the program has gone wild");
        avr->state = cpu_Stopped;
    } else if (machine->power_fails) {
        lose_power(machine);
    }
}

static void serve_interrupts(struct machine *machine)
{
    avr_t *avr = machine->avr;
    avr_flashaddr_t pc = avr->pc;
    assert(avr->interrupt_state != 0);
    avr_service_interrupts(avr);
    if (avr->pc != pc) {
        avr->cycle += INTERRUPT_CYCLES;
        stats_sample_stack(machine);
    }
}

static void wake(struct machine *machine)
{
    avr_t *avr = machine->avr;
    assert(avr->state == cpu_Running);
    stats_woke(machine);
    avr->cycle += WAKE_CYCLES + ((avr->data[REG_SMCR] & SLEEP_MODE) != 0 ? OSCILLATOR_CYCLES : 0);
}

/* Nothing is executed for `cycles`. */
static void pass(struct machine *machine, uint64_t cycles)
{
    avr_t *avr = machine->avr;
    assert(avr->state != cpu_Running);
    avr->cycle += cycles;
    if (avr->state == cpu_Sleeping && (avr->data[REG_SMCR] & SLEEP_MODE) == 0) {
        stats_idled(machine, cycles);
    }
}

/* One run of instructions, or one stretch of sleep, up to `end` at most (an instruction may reach beyond). */
static void step(struct machine *machine, uint64_t end)
{
    avr_t *avr = machine->avr;
    bool slept = avr->state == cpu_Sleeping;
    uint64_t left = end - avr->cycle;
    assert(left > 0);
    avr->run_cycle_limit = machine->faults.stuck ? 1 : left;
    uint64_t next = avr_cycle_timer_process(avr);
    if (machine->reset_flags != 0) {
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

static void run_until(struct machine *machine, uint64_t end)
{
    assert(machine->started);
    while (machine->avr->cycle < end && !(machine->stop_at_wait && machine->waits)) {
        step(machine, end);
    }
}

void machine_advance(struct machine *machine, uint64_t ns)
{
    assert(machine->started);
    machine->until_ns += ns;
    assert(machine->until_ns >= ns);
    run_until(machine, clock_cycle(&machine->clock, machine->until_ns));
}

void machine_reset(struct machine *machine, uint8_t flag)
{
    assert(machine->powered);
    assert(flag != 0);
    machine->reset_flags = flag;
    if (flag == RESET_POWER_ON) {
        fill_sram(machine);
    }
    reset_now(machine);
}

bool machine_start(struct machine *machine, uint64_t *us)
{
    avr_t *avr = machine->avr;
    assert(us != NULL);
    if (machine->powered) {
        lose_power(machine);
    }
    machine->started = true;
    machine->powered = true;
    avr->frequency = machine->hz;
    clock_begin(&machine->clock, avr->cycle, machine->hz);
    machine->front_end.edge_count = 0;
    machine->front_end.edges_lost = 0;
    machine->uart.bytes = 0;
    machine->eeprom.cut_in = 0;
    audit_begin(machine);
    stats_begin(machine);
    fill_sram(machine);
    do_reset(machine, RESET_POWER_ON);
    machine->stop_at_wait = true;
    run_until(machine, clock_cycle(&machine->clock, START_NS_MAX));
    machine->stop_at_wait = false;
    machine->until_ns = machine_ns(machine);
    if (!machine->waits) {
        return false;
    }
    *us = machine->until_ns / 1000;
    machine_advance(machine, HALF_TICK_NS);
    return true;
}

void machine_set_hz(struct machine *machine, uint32_t hz)
{
    assert(hz >= CLOCK_HZ_MIN && hz <= CLOCK_HZ_MAX);
    machine->hz = hz;
    if (!machine->powered) {
        return;
    }
    timer2_hold(machine);
    clock_set_hz(&machine->clock, machine->avr->cycle, hz);
    machine->avr->frequency = hz;
    watchdog_schedule(machine);
    timer2_go_on(machine);
}

void machine_stop_crystal(struct machine *machine, bool stopped)
{
    assert(machine->avr != NULL);
    if (!machine->powered) {
        machine->clock.crystal_stopped = stopped;
        return;
    }
    timer2_hold(machine);
    clock_stop_crystal(&machine->clock, machine_ns(machine), stopped);
    timer2_go_on(machine);
}

uint8_t machine_peek(const struct machine *machine, uint16_t address)
{
    assert(address < SRAM_END);
    return machine->avr->data[address];
}

/* ---- making --------------------------------------------------------------------------------------------------- */

static void say_nothing(struct avr_t *avr, const int level, const char *format, va_list arguments)
{
    assert(format != NULL);
    (void)avr;
    (void)level;
    (void)format;
    (void)arguments;
}

/* Gives the core memories that no address or program counter of a wild program leaves. */
static bool widen_memories(struct machine *machine)
{
    avr_t *avr = machine->avr;
    uint8_t *data = calloc(DATA_BYTES, 1);
    uint8_t *flash = malloc(FLASH_BYTES);
    assert(avr->ramend + 1u <= DATA_BYTES && avr->flashend + 1u == IMAGE_FLASH_BYTES);
    if (data == NULL || flash == NULL) {
        free(data);
        free(flash);
        return false;
    }
    memset(flash, 0xFF, FLASH_BYTES);
    memcpy(flash, machine->image.flash, IMAGE_FLASH_BYTES);
    free(avr->data);
    free(avr->flash);
    avr->data = data;
    avr->flash = flash;
    return true;
}

static void set_fuses(avr_t *avr)
{
    avr->fuse[AVR_FUSE_LOW] = BOARD_FUSE_LOW;
    avr->fuse[AVR_FUSE_HIGH] = BOARD_FUSE_HIGH;
    avr->fuse[AVR_FUSE_EXT] = BOARD_FUSE_EXTENDED;
    avr->lockbits = 0xFF;
}

bool machine_make(struct machine *machine, uint32_t hz, uint32_t seed, bool adapter)
{
    assert(hz >= CLOCK_HZ_MIN && hz <= CLOCK_HZ_MAX);
    assert(seed != 0);
    avr_global_logger_set(say_nothing);
    machine->avr = avr_make_mcu_by_name(MCU);
    machine->hz = hz;
    machine->seed = seed;
    if (machine->avr == NULL || avr_init(machine->avr) != 0 || !widen_memories(machine)) {
        return false;
    }
    machine->avr->frequency = hz;
    machine->avr->log = LOG_NONE;
    set_fuses(machine->avr);
    watchdog_make(machine);
    timer2_make(machine);
    eeprom_make(machine);
    uart_make(machine);
    front_end_make(machine, adapter);
    machine_watch_write(machine, REG_GPIOR0, see_phase);
    machine_watch_write(machine, REG_ADCSRA, stats_adc);
    machine_own_write(machine, REG_MCUCR, write_mcucr);
    machine->avr->state = cpu_Stopped;
    return true;
}

void machine_free(struct machine *machine)
{
    assert(machine != NULL);
    if (machine->uart.file != NULL) {
        fclose(machine->uart.file);
        machine->uart.file = NULL;
    }
    if (machine->avr != NULL) {
        avr_terminate(machine->avr);
        machine->avr = NULL;
    }
}
