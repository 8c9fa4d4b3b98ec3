/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/timer2.h"

#include <assert.h>

#include "simulator/machine.h"

#define AS2 0x20u
#define BUSY 0x1Fu
#define ASSR_WRITABLE 0x60u
#define CS2 0x07u
#define WGM_CTC 0x02u /* WGM22:0 */
#define FLAG_OVERFLOW 0x01u
#define FLAG_COMPARE_A 0x02u
#define FLAG_COMPARE_B 0x04u
#define MAX 255u
#define BUSY_PERIODS 2u
#define VECTOR_COMPARE_A 7
#define VECTOR_COMPARE_B 8
#define VECTOR_OVERFLOW 9

static uint8_t *registers(const struct machine *machine)
{
    return machine->avr->data;
}

static bool is_asynchronous(const struct machine *machine)
{
    return (registers(machine)[REG_ASSR] & AS2) != 0;
}

/* Periods of the timer's clock so far. */
static uint64_t source(const struct machine *machine)
{
    if (is_asynchronous(machine)) {
        return clock_crystal(&machine->clock, machine_ns(machine));
    }
    return machine->avr->cycle;
}

/* 0: the timer stands. */
static unsigned prescaler(const struct machine *machine)
{
    static const uint16_t divisors[CS2 + 1] = {0, 1, 8, 32, 64, 128, 256, 1024};
    return divisors[registers(machine)[REG_TCCR2B] & CS2];
}

static unsigned top(const struct machine *machine)
{
    unsigned mode =
        (registers(machine)[REG_TCCR2A] & 0x03u) | ((registers(machine)[REG_TCCR2B] & 0x08u) >> 1);
    return mode == WGM_CTC ? registers(machine)[REG_OCR2A] : MAX;
}

/* The counter `steps` on from `count`: up to the top and round; from above the top up to MAX first. */
static uint8_t counted(unsigned count, uint64_t steps, unsigned top_count)
{
    assert(count <= MAX);
    assert(top_count <= MAX);
    if (count > top_count) {
        if (steps <= MAX - count) {
            return (uint8_t)(count + steps);
        }
        steps -= MAX - count + 1;
        count = 0;
    }
    return (uint8_t)((count + steps) % (top_count + 1));
}

void timer2_hold(struct machine *machine)
{
    struct timer2 *timer = &machine->timer2;
    unsigned divisor = prescaler(machine);
    uint64_t now = source(machine);
    assert(now >= timer->origin);
    if (divisor == 0) {
        timer->origin = now;
        return;
    }
    uint64_t steps = (now - timer->origin) / divisor;
    timer->count = counted(timer->count, steps, top(machine));
    timer->origin += steps * divisor;
}

/* Steps until the counter leaves `value`; `*steps` and `*leaves` keep the soonest. */
static void consider(const struct machine *machine, unsigned value, uint8_t flag, unsigned *steps,
                     uint8_t *leaves)
{
    unsigned count = machine->timer2.count;
    unsigned round = count > top(machine) ? MAX + 1 : top(machine) + 1;
    unsigned distance = value >= count ? value - count : round - count + value;
    assert(steps != NULL && leaves != NULL);
    if (value >= count ? value >= round : value > top(machine)) {
        return; /* never comes there */
    }
    if (distance + 1 < *steps) {
        *steps = distance + 1;
        *leaves = 0;
    }
    if (distance + 1 == *steps) {
        *leaves |= flag;
    }
}

static avr_cycle_count_t leave(avr_t *avr, avr_cycle_count_t when, void *param);

static void schedule(struct machine *machine)
{
    struct timer2 *timer = &machine->timer2;
    unsigned steps = UINT32_MAX;
    unsigned divisor = prescaler(machine);
    if (divisor == 0 || (is_asynchronous(machine) && machine->clock.crystal_stopped)) {
        avr_cycle_timer_cancel(machine->avr, leave, machine);
        return;
    }
    consider(machine, registers(machine)[REG_OCR2A], FLAG_COMPARE_A, &steps, &timer->leaves);
    consider(machine, registers(machine)[REG_OCR2B], FLAG_COMPARE_B, &steps, &timer->leaves);
    consider(machine, MAX, FLAG_OVERFLOW, &steps, &timer->leaves);
    assert(steps <= 2 * MAX + 2);
    uint64_t at = timer->origin + (uint64_t)steps * divisor;
    uint64_t ns =
        is_asynchronous(machine) ? clock_crystal_ns(&machine->clock, at) : clock_ns(&machine->clock, at);
    machine_call_at(machine, ns, leave);
}

static avr_cycle_count_t leave(avr_t *avr, avr_cycle_count_t when, void *param)
{
    struct machine *machine = param;
    uint8_t leaves = machine->timer2.leaves;
    assert(leaves != 0);
    (void)when;
    if ((leaves & FLAG_COMPARE_A) != 0) {
        avr_raise_interrupt(avr, machine_vector(machine, VECTOR_COMPARE_A));
    }
    if ((leaves & FLAG_COMPARE_B) != 0) {
        avr_raise_interrupt(avr, machine_vector(machine, VECTOR_COMPARE_B));
    }
    if ((leaves & FLAG_OVERFLOW) != 0) {
        avr_raise_interrupt(avr, machine_vector(machine, VECTOR_OVERFLOW));
    }
    timer2_hold(machine);
    schedule(machine);
    return 0;
}

/* ---- registers ---------------------------------------------------------------------------------------------- */

static avr_cycle_count_t end_busy(avr_t *avr, avr_cycle_count_t when, void *param)
{
    const struct machine *machine = param;
    assert(machine->avr == avr);
    (void)machine;
    (void)when;
    avr->data[REG_ASSR] &= (uint8_t)~BUSY;
    return 0;
}

static void schedule_busy(struct machine *machine)
{
    if ((registers(machine)[REG_ASSR] & BUSY) != 0 && !machine->clock.crystal_stopped) {
        machine_call_at(machine, clock_crystal_ns(&machine->clock, machine->timer2.busy_until), end_busy);
    } else {
        avr_cycle_timer_cancel(machine->avr, end_busy, machine);
    }
}

static void make_busy(struct machine *machine, avr_io_addr_t address)
{
    static const uint8_t bits[] = {0x02 /* TCCR2A */, 0x01 /* TCCR2B */, 0x10 /* TCNT2 */, 0x08 /* OCR2A */,
                                   0x04};
    assert(address >= REG_TCCR2A && address <= REG_OCR2B);
    if (!is_asynchronous(machine)) {
        return;
    }
    registers(machine)[REG_ASSR] |= bits[address - REG_TCCR2A];
    machine->timer2.busy_until = source(machine) + BUSY_PERIODS;
    schedule_busy(machine);
}

static void write_counting(avr_t *avr, avr_io_addr_t address, uint8_t value, void *param)
{
    struct machine *machine = param;
    timer2_hold(machine);
    avr->data[address] = value;
    if (address == REG_TCNT2) {
        machine->timer2.count = value;
    }
    if (address == REG_TCNT2 || address == REG_TCCR2B) {
        machine->timer2.origin = source(machine);
    }
    make_busy(machine, address);
    schedule(machine);
}

static void write_assr(avr_t *avr, avr_io_addr_t address, uint8_t value, void *param)
{
    struct machine *machine = param;
    assert(address == REG_ASSR);
    timer2_hold(machine);
    avr->data[address] = (uint8_t)((value & ASSR_WRITABLE) | (avr->data[address] & BUSY));
    if (!is_asynchronous(machine)) {
        avr->data[address] &= (uint8_t)~BUSY;
    }
    machine->timer2.origin = source(machine);
    schedule_busy(machine);
    schedule(machine);
}

/* A flag that is already there interrupts as soon as it is enabled. */
static void write_timsk2(avr_t *avr, avr_io_addr_t address, uint8_t value, void *param)
{
    static const uint8_t vectors[] = {VECTOR_OVERFLOW, VECTOR_COMPARE_A, VECTOR_COMPARE_B};
    assert(address == REG_TIMSK2);
    avr->data[address] = value & 0x07;
    for (unsigned i = 0; i < sizeof vectors; i++) {
        avr_int_vector_t *vector = machine_vector(param, vectors[i]);
        if ((value & (1u << i)) != 0 && avr_regbit_get(avr, vector->raised) != 0) {
            avr_raise_interrupt(avr, vector);
        }
    }
}

static uint8_t read_tcnt2(avr_t *avr, avr_io_addr_t address, void *param)
{
    assert(address == REG_TCNT2);
    timer2_hold(param);
    avr->data[address] = ((const struct machine *)param)->timer2.count;
    return avr->data[address];
}

void timer2_make(struct machine *machine)
{
    assert(machine->avr != NULL);
    for (uint8_t address = REG_TCCR2A; address <= REG_OCR2B; address++) {
        machine_own_write(machine, address, write_counting);
    }
    machine_own_write(machine, REG_ASSR, write_assr);
    machine_own_write(machine, REG_TIMSK2, write_timsk2);
    machine->avr->io[AVR_DATA_TO_IO(REG_TCNT2)].r.c = read_tcnt2;
    machine->avr->io[AVR_DATA_TO_IO(REG_TCNT2)].r.param = machine;
}

void timer2_reset(struct machine *machine)
{
    assert(registers(machine)[REG_TCCR2B] == 0);
    machine->timer2 = (struct timer2){.origin = source(machine)};
}

void timer2_go_on(struct machine *machine)
{
    assert(machine->powered);
    schedule(machine);
    schedule_busy(machine);
}
