/* SPDX-License-Identifier: Apache-2.0 */
#include "firmware/atmega328p/clock.h"

#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/sleep.h>

#include "core/control.h"
#include "core/fault.h"
#include "firmware/atmega328p/board.h"
#include "firmware/atmega328p/watchdog.h"
#include "firmware/device/port.h"

_Static_assert(CLOCK_RC_PERCENT == WATCHDOG_CPU_PERCENT, "the watchdog's test allows for the same");

/* Timer1 as a tick: CPU clock / 64. */
#define TIMER1_TICK_TOP ((uint16_t)(BOARD_CPU_HZ / 64 / 1000 * SBMS_TICK_MS - 1))
#define TIMER1_TICK_CONTROL ((1u << WGM12) | (1u << CS11) | (1u << CS10))

#define IDLE (1u << SE)
#define POWER_SAVE ((1u << SE) | (1u << SM1) | (1u << SM0))

static volatile bool ticked;

bool clock_ticked(void)
{
    const bool was = ticked;

    ticked = false;
    return was;
}

static void start_timer1(void)
{
    PRR &= (uint8_t) ~(1u << PRTIM1);
    TCCR1B = 0u;
    TCNT1 = 0u;
    OCR1A = TIMER1_TICK_TOP;
    TIMSK1 = 1u << OCIE1A;
    TCCR1B = TIMER1_TICK_CONTROL;
}

static bool timer1_is_intact(void)
{
    return TCCR1A == 0u && TCCR1B == TIMER1_TICK_CONTROL && OCR1A == TIMER1_TICK_TOP &&
           TIMSK1 == (1u << OCIE1A) && (PRR & (1u << PRTIM1)) == 0u;
}

ISR(TIMER1_COMPA_vect)
{
    ticked = true;
}

/* Until the next interrupt; with interrupts off before and after. SMCR is set. */
static inline void idle(void)
{
    sei(); /* takes effect after the next instruction: no interrupt comes before the sleep */
    sleep_cpu();
    cli();
}

/* A stack pointer that flipped in the sleep must not find a return address. */
static inline void check_stack_pointer(void)
{
    if (SP != CLOCK_SLEEP_SP) {
        SP = RAMEND;
        port_restart(SBMS_FAULT_REGISTER);
    }
}

void clock_idle_while(const volatile uint8_t *reg, uint8_t mask)
{
    SMCR = IDLE;
    cli();
    while ((*reg & mask) != 0u) {
        idle();
    }
    sei();
    SMCR = 0u;
}

#if BOARD_HAS_WATCH_CRYSTAL

/* Timer2: 32768 Hz / 32 = 1024 Hz, 128 counts a tick. */
#define TIMER2_TOP 127u
#define TIMER2_CONTROL_A (1u << WGM21)
#define TIMER2_CONTROL_B ((1u << CS21) | (1u << CS20))
#define TIMER2_BUSY ((1u << TCN2UB) | (1u << OCR2AUB) | (1u << OCR2BUB) | (1u << TCR2AUB) | (1u << TCR2BUB))
#define START_COUNTS 16u /* over which the oscillators are compared at the start: 15.6 ms */

#define BAD_CHECKS_MAX 2u
#define CYCLES_MIN ((uint16_t)(CLOCK_CYCLES_NOMINAL * (100u - CLOCK_RC_PERCENT) / 100u))
#define CYCLES_MAX ((uint16_t)(CLOCK_CYCLES_NOMINAL * (100u + CLOCK_RC_PERCENT) / 100u))

static uint16_t cycles;           /* CPU cycles in a count of Timer2 */
static volatile uint16_t seen_at; /* Timer1 at compare match B */
static volatile bool seen;
static uint8_t check_ticks;
static uint8_t bad_checks; /* in a row */
static bool on_rc;         /* the crystal does not run: the tick is Timer1's */
static bool woken_by_tick; /* no work of the tick before has delayed the handling of this one */

ISR(TIMER2_COMPA_vect)
{
    ticked = true;
}

/* At the ticks at which the oscillators are compared. */
ISR(TIMER2_COMPB_vect)
{
    seen_at = TCNT1;
    seen = true;
}

static bool in_range(uint16_t value)
{
    return value >= CYCLES_MIN && value <= CYCLES_MAX;
}

/* Waits until Timer2 has taken its registers and has counted on from 0; at most CLOCK_CRYSTAL_MS. */
static bool wait_for_crystal(void)
{
    for (uint16_t ms = 0u; ms < CLOCK_CRYSTAL_MS; ms++) {
        watchdog_feed_floating();
        TCNT1 = 0u;
        while (TCNT1 < BOARD_CPU_HZ / 1000) {
            if ((ASSR & TIMER2_BUSY) == 0u && TCNT2 != 0u) {
                return true;
            }
        }
    }
    return false;
}

/* The crystal against the RC oscillator, over START_COUNTS. Timer1 counts cycles / 8 here. */
static bool oscillators_agree(void)
{
    uint8_t count = 0u;
    uint16_t eighths = 0u;

    TCCR1B = 1u << CS11;
    count = TCNT2;
    TCNT1 = 0u;
    while (((uint8_t)(TCNT2 - count) & TIMER2_TOP) < START_COUNTS) {
        eighths = TCNT1;
        if (eighths > START_COUNTS * (CYCLES_MAX / 8u)) {
            return false;
        }
    }
    watchdog_feed_floating();
    cycles = (uint16_t)(eighths / (START_COUNTS / 8u));
    return in_range(cycles);
}

static bool start(void)
{
    PRR &= (uint8_t) ~((1u << PRTIM1) | (1u << PRTIM2));
    TIMSK2 = 0u;
    ASSR = 1u << AS2;
    TCNT2 = 0u;
    OCR2A = TIMER2_TOP;
    OCR2B = 0u;
    TCCR2A = TIMER2_CONTROL_A;
    TCCR2B = TIMER2_CONTROL_B;
    TCCR1A = 0u;
    TCCR1B = 1u << CS10;
    on_rc = !wait_for_crystal();
    if (on_rc) {
        start_timer1();
        return false;
    }
    if (!oscillators_agree()) {
        bad_checks = BAD_CHECKS_MAX; /* until port_clock_is_good() finds otherwise */
    }
    TCCR1B = 1u << CS10; /* for port_clock_is_good() */
    TCNT2 = 0u;
    while ((ASSR & TIMER2_BUSY) != 0u) { /* the crystal runs: at most two of its periods */
    }
    TIFR2 = (1u << OCF2A) | (1u << OCF2B);
    TIMSK2 = 1u << OCIE2A;
    return true;
}

/* Without the crystal's tick: it counts when Timer2 has come round in each of a second's ticks. */
static bool crystal_is_back(void)
{
    if ((TIFR2 & (1u << OCF2A)) == 0u) {
        check_ticks = 0u;
    } else if (check_ticks < SBMS_TICKS_PER_S) {
        check_ticks++;
    }
    TIFR2 = 1u << OCF2A;
    return check_ticks == SBMS_TICKS_PER_S;
}

/* Timer1, which counts the CPU's cycles, when Timer2 leaves `count`. A crystal that stops here is the watchdog's. */
static uint16_t cycle_at_end_of(uint8_t count)
{
    OCR2B = count;
    seen = false;
    while (!seen) {
        idle();
    }
    return seen_at;
}

/* Between two matches while the part is awake: each wakes it from idle, in the same few cycles. The match that woke it
 * from power-save does not count, for the part takes 60 us from there to its first instruction. To be called within 0.9 ms of the
 * tick: the end of count 0 comes but once in each. */
static void compare_oscillators(void)
{
    uint16_t from = 0u;

    TIFR2 = 1u << OCF2B;
    TIMSK2 = (1u << OCIE2A) | (1u << OCIE2B);
    SMCR = IDLE;
    cli();
    from = cycle_at_end_of(0u);
    cycles = (uint16_t)(cycle_at_end_of(1u) - from);
    OCR2B = 0u; /* taken within two of the crystal's periods, long before the next sleep */
    sei();
    SMCR = 0u;
    TIMSK2 = 1u << OCIE2A;
}

bool port_clock_is_good(void)
{
    if (on_rc) {
        return crystal_is_back();
    }
    if (check_ticks < CLOCK_CHECK_TICKS) {
        check_ticks++;
    }
    if (check_ticks >= CLOCK_CHECK_TICKS && woken_by_tick) { /* else at the next tick */
        check_ticks = 0u;
        compare_oscillators();
        if (in_range(cycles)) {
            bad_checks = 0u;
        } else if (bad_checks < BAD_CHECKS_MAX) {
            bad_checks++;
        }
    }
    return bad_checks < BAD_CHECKS_MAX;
}

uint16_t clock_cycles(void)
{
    return cycles != 0u ? cycles : CLOCK_CYCLES_NOMINAL;
}

static bool timer2_is_intact(void)
{
    return TCCR2A == TIMER2_CONTROL_A && TCCR2B == TIMER2_CONTROL_B && OCR2A == TIMER2_TOP && OCR2B == 0u &&
           TIMSK2 == (1u << OCIE2A) && (ASSR & (uint8_t)~TIMER2_BUSY) == (1u << AS2);
}

/* Timer1 while it counts the CPU's cycles. */
static bool counter_is_intact(void)
{
    return TCCR1A == 0u && TCCR1B == (1u << CS10) && TIMSK1 == 0u;
}

bool clock_registers_are_intact(void)
{
    return on_rc ? timer1_is_intact() : timer2_is_intact() && counter_is_intact();
}

/*
 * The detector takes 20 uA; it is on again before the next instruction. BODS holds for three cycles only, so nothing may
 * come between its setting and SLEEP: a compiler that puts a jump there leaves the detector on.
 */
static inline void sleep_without_brown_out_detector(void)
{
    __asm__ __volatile__(
        "out %[mcucr], %[unlock]\n\t"
        "out %[mcucr], %[off]\n\t"
        "sei\n\t"
        "sleep"
        :
        : [mcucr] "I"(_SFR_IO_ADDR(MCUCR)), [unlock] "r"((uint8_t)((1u << BODS) | (1u << BODSE))),
          [off] "r"((uint8_t)(1u << BODS))
        : "memory");
}

void clock_sleep(bool deep)
{
    if (deep && !on_rc) {
        SMCR = POWER_SAVE;
        sleep_without_brown_out_detector();
    } else {
        SMCR = IDLE;
        sei();
        sleep_cpu();
    }
    SMCR = 0u;
    woken_by_tick = ticked;
    check_stack_pointer();
}

#else /* the CPU's own crystal makes the tick, and there is nothing to compare it with */

static bool start(void)
{
    start_timer1();
    return true;
}

bool port_clock_is_good(void)
{
    return true;
}

uint16_t clock_cycles(void)
{
    return CLOCK_CYCLES_NOMINAL;
}

bool clock_registers_are_intact(void)
{
    return timer1_is_intact();
}

void clock_sleep(bool deep)
{
    (void)deep;
    SMCR = IDLE;
    sei();
    sleep_cpu();
    SMCR = 0u;
    check_stack_pointer();
}

#endif

bool port_start_clock(void)
{
    bool runs = false;

    watchdog_feed_floating();
    runs = start();
    watchdog_feed_floating();
    return runs;
}
