/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/timer2.h"

#include <assert.h>

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

static uint8_t *registers(const struct timer2 *timer)
{
    return timer->part->avr->data;
}

static bool is_asynchronous(const struct timer2 *timer)
{
    return (registers(timer)[REG_ASSR] & AS2) != 0;
}

/* Periods of the timer's clock so far. */
static uint64_t source(const struct timer2 *timer)
{
    if (is_asynchronous(timer)) {
        return sim_time_crystal(&timer->part->time, part_ns(timer->part));
    }
    return timer->part->avr->cycle;
}

/* 0: the timer is stopped. */
static unsigned prescaler(const struct timer2 *timer)
{
    static const uint16_t divisors[CS2 + 1] = {0, 1, 8, 32, 64, 128, 256, 1024};
    return divisors[registers(timer)[REG_TCCR2B] & CS2];
}

static unsigned top(const struct timer2 *timer)
{
    unsigned mode = (registers(timer)[REG_TCCR2A] & 0x03u) | ((registers(timer)[REG_TCCR2B] & 0x08u) >> 1);
    return mode == WGM_CTC ? registers(timer)[REG_OCR2A] : MAX;
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

void timer2_hold(struct timer2 *timer)
{
    unsigned divisor = prescaler(timer);
    uint64_t now = source(timer);
    assert(now >= timer->origin);
    if (divisor == 0) {
        timer->origin = now;
        return;
    }
    uint64_t steps = (now - timer->origin) / divisor;
    timer->count = counted(timer->count, steps, top(timer));
    timer->origin += steps * divisor;
}

/* Steps until the counter leaves `value`; `*steps` and `*leaves` keep the soonest. */
static void consider(const struct timer2 *timer, unsigned value, uint8_t flag, unsigned *steps,
                     uint8_t *leaves)
{
    unsigned count = timer->count;
    unsigned round = count > top(timer) ? MAX + 1 : top(timer) + 1;
    unsigned distance = value >= count ? value - count : round - count + value;
    if (value >= count ? value >= round : value > top(timer)) {
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

static void schedule(struct timer2 *timer)
{
    unsigned steps = UINT32_MAX;
    unsigned divisor = prescaler(timer);
    if (divisor == 0 || (is_asynchronous(timer) && timer->part->time.crystal_stopped)) {
        avr_cycle_timer_cancel(timer->part->avr, leave, timer);
        return;
    }
    consider(timer, registers(timer)[REG_OCR2A], FLAG_COMPARE_A, &steps, &timer->leaves);
    consider(timer, registers(timer)[REG_OCR2B], FLAG_COMPARE_B, &steps, &timer->leaves);
    consider(timer, MAX, FLAG_OVERFLOW, &steps, &timer->leaves);
    assert(steps <= 2 * MAX + 2);
    uint64_t at = timer->origin + (uint64_t)steps * divisor;
    uint64_t ns = is_asynchronous(timer) ? sim_time_crystal_ns(&timer->part->time, at)
                                         : sim_time_ns(&timer->part->time, at);
    part_call_at(timer->part, ns, leave, timer);
}

static avr_cycle_count_t leave(avr_t *avr, avr_cycle_count_t when, void *param)
{
    struct timer2 *timer = param;
    uint8_t leaves = timer->leaves;
    assert(leaves != 0);
    (void)when;
    if ((leaves & FLAG_COMPARE_A) != 0) {
        avr_raise_interrupt(avr, part_vector(timer->part, VECTOR_COMPARE_A));
    }
    if ((leaves & FLAG_COMPARE_B) != 0) {
        avr_raise_interrupt(avr, part_vector(timer->part, VECTOR_COMPARE_B));
    }
    if ((leaves & FLAG_OVERFLOW) != 0) {
        avr_raise_interrupt(avr, part_vector(timer->part, VECTOR_OVERFLOW));
    }
    timer2_hold(timer);
    schedule(timer);
    return 0;
}

/* ---- the crystal -------------------------------------------------------------------------------------------- */

static void set_crystal(struct timer2 *timer)
{
    timer2_hold(timer);
    sim_time_stop_crystal(&timer->part->time, part_ns(timer->part), timer->broken || timer->starting);
    timer2_go_on(timer);
}

static avr_cycle_count_t end_start(avr_t *avr, avr_cycle_count_t when, void *param)
{
    struct timer2 *timer = param;
    assert(timer->starting);
    (void)avr;
    (void)when;
    timer->starting = false;
    set_crystal(timer);
    return 0;
}

/* From now on it takes its time before it makes its first period. */
static void start_crystal(struct timer2 *timer)
{
    struct part *part = timer->part;
    uint64_t start_ns = (uint64_t)silicon_value(&part->silicon, SILICON_CRYSTAL_START_MS) * 1000000u;
    if (start_ns > 0) {
        timer->starting = true;
        part_call_at(part, part_ns(part) + start_ns, end_start, timer);
        set_crystal(timer);
    }
}

/* ---- registers ---------------------------------------------------------------------------------------------- */

static avr_cycle_count_t end_busy(avr_t *avr, avr_cycle_count_t when, void *param)
{
    (void)when;
    (void)param;
    avr->data[REG_ASSR] &= (uint8_t)~BUSY;
    return 0;
}

static void schedule_busy(struct timer2 *timer)
{
    if ((registers(timer)[REG_ASSR] & BUSY) != 0 && !timer->part->time.crystal_stopped) {
        part_call_at(timer->part, sim_time_crystal_ns(&timer->part->time, timer->busy_until), end_busy,
                     timer);
    } else {
        avr_cycle_timer_cancel(timer->part->avr, end_busy, timer);
    }
}

static void make_busy(struct timer2 *timer, avr_io_addr_t address)
{
    static const uint8_t bits[] = {0x02 /* TCCR2A */, 0x01 /* TCCR2B */, 0x10 /* TCNT2 */, 0x08 /* OCR2A */,
                                   0x04};
    assert(address >= REG_TCCR2A && address <= REG_OCR2B);
    if (!is_asynchronous(timer)) {
        return;
    }
    registers(timer)[REG_ASSR] |= bits[address - REG_TCCR2A];
    timer->busy_until = source(timer) + BUSY_PERIODS;
    schedule_busy(timer);
}

static void write_counting(avr_t *avr, avr_io_addr_t address, uint8_t value, void *param)
{
    struct timer2 *timer = param;
    timer2_hold(timer);
    avr->data[address] = value;
    if (address == REG_TCNT2) {
        timer->count = value;
    }
    if (address == REG_TCNT2 || address == REG_TCCR2B) {
        timer->origin = source(timer);
    }
    make_busy(timer, address);
    schedule(timer);
}

static void write_assr(avr_t *avr, avr_io_addr_t address, uint8_t value, void *param)
{
    struct timer2 *timer = param;
    bool was_asynchronous = is_asynchronous(timer);
    timer2_hold(timer);
    avr->data[address] = (uint8_t)((value & ASSR_WRITABLE) | (avr->data[address] & BUSY));
    if (!is_asynchronous(timer)) {
        avr->data[address] &= (uint8_t)~BUSY;
    }
    timer->origin = source(timer);
    if (is_asynchronous(timer) && !was_asynchronous) {
        start_crystal(timer);
    }
    schedule_busy(timer);
    schedule(timer);
}

/* A flag that is already there interrupts as soon as it is enabled. */
static void write_timsk2(avr_t *avr, avr_io_addr_t address, uint8_t value, void *param)
{
    const struct timer2 *timer = param;
    static const uint8_t vectors[] = {VECTOR_OVERFLOW, VECTOR_COMPARE_A, VECTOR_COMPARE_B};
    avr->data[address] = value & 0x07;
    for (unsigned i = 0; i < sizeof vectors; i++) {
        avr_int_vector_t *vector = part_vector(timer->part, vectors[i]);
        if ((value & (1u << i)) != 0 && avr_regbit_get(avr, vector->raised) != 0) {
            avr_raise_interrupt(avr, vector);
        }
    }
}

static uint8_t read_tcnt2(avr_t *avr, avr_io_addr_t address, void *param)
{
    struct timer2 *timer = param;
    timer2_hold(timer);
    avr->data[address] = timer->count;
    return avr->data[address];
}

void timer2_make(struct timer2 *timer, struct part *part)
{
    *timer = (struct timer2){.part = part};
    for (uint8_t address = REG_TCCR2A; address <= REG_OCR2B; address++) {
        part_own_write(part, address, write_counting, timer);
    }
    part_own_write(part, REG_ASSR, write_assr, timer);
    part_own_write(part, REG_TIMSK2, write_timsk2, timer);
    part->avr->io[AVR_DATA_TO_IO(REG_TCNT2)].r.c = read_tcnt2;
    part->avr->io[AVR_DATA_TO_IO(REG_TCNT2)].r.param = timer;
}

void timer2_reset(struct timer2 *timer)
{
    assert(registers(timer)[REG_TCCR2B] == 0);
    timer->starting = false;
    if (timer->part->time.crystal_stopped != timer->broken) {
        sim_time_stop_crystal(&timer->part->time, part_ns(timer->part), timer->broken);
    }
    timer->count = 0;
    timer->origin = source(timer);
    timer->leaves = 0;
    timer->busy_until = 0;
}

void timer2_go_on(struct timer2 *timer)
{
    assert(timer->part->powered);
    schedule(timer);
    schedule_busy(timer);
}

void timer2_break_crystal(struct timer2 *timer, bool broken)
{
    timer->broken = broken;
    if (!timer->part->powered) {
        return; /* the next reset sees it */
    }
    if (!broken && is_asynchronous(timer)) {
        start_crystal(timer);
    }
    set_crystal(timer);
}
