/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The device: wakes on the tick, samples, takes one step of the law, drives, records, tests a piece of itself, feeds the
 * watchdog, sleeps.
 */
#include <avr/interrupt.h>
#include <avr/io.h>

#include "core/control.h"
#include "core/fault.h"
#include "core/record.h"
#include "firmware/atmega328p/clock.h"
#include "firmware/atmega328p/eeprom.h"
#include "firmware/atmega328p/fault.h"
#include "firmware/atmega328p/log.h"
#include "firmware/atmega328p/mark.h"
#include "firmware/atmega328p/outputs.h"
#include "firmware/atmega328p/phase.h"
#include "firmware/atmega328p/selftest.h"
#include "firmware/atmega328p/sense.h"
#include "firmware/atmega328p/settings.h"
#include "firmware/atmega328p/state.h"
#include "firmware/atmega328p/telemetry.h"
#include "firmware/atmega328p/watchdog.h"

#define REFERENCE_TICKS 2u /* SAFE-2's habit: one bad reading leaves everything as it is */

#define MCUCR_STEADY ((uint8_t) ~((1u << BODS) | (1u << BODSE))) /* these two come and go with each sleep */

/* What the simulator and a debugger read. */
struct sbms_decision decided;
uint8_t fault_found; /* sbms_fault in force */

static struct sbms_inputs inputs;
static bool clock_runs;       /* since the start */
static uint8_t reference_bad; /* ticks in a row */
static uint8_t late_ticks;    /* for which the fault that ended the last life is still to be shown (LED-3) */
static uint8_t last_cause;
static uint8_t outputs_before; /* a bit each, sbms_output */

/* An interrupt that nobody asked for. */
ISR(BADISR_vect)
{
    fault_restart(SBMS_FAULT_REGISTER);
}

static void pass(uint8_t from, uint8_t to)
{
    if (GPIOR0 != from) {
        fault_restart(SBMS_FAULT_PROGRAM);
    }
    GPIOR0 = to;
}

/* ---- the record ------------------------------------------------------------------------------------------- */

static uint16_t vbat_cv(void)
{
    return (uint16_t)((uint32_t)inputs.vbat_mv / 10u);
}

static void record(uint8_t kind, uint8_t detail, bool high)
{
    const struct sbms_entry event = {.kind = kind,
                                     .high = high,
                                     .outputs = outputs_before,
                                     .detail = detail,
                                     .tick = state_tick(),
                                     .vbat_cv = vbat_cv()};

    log_add(&event);
}

static void record_edge(uint8_t output, uint8_t outputs, uint8_t cause)
{
    const struct sbms_entry event = {.kind = SBMS_ENTRY_EDGE,
                                     .cause = cause,
                                     .output = output,
                                     .high = (outputs & (1u << output)) != 0u,
                                     .outputs = outputs,
                                     .detail = state_levels(),
                                     .tick = state_tick() - 1u, /* of the sample, which the law has counted */
                                     .vbat_cv = vbat_cv()};

    log_add(&event);
    last_cause = cause;
}

static void record_edges(void)
{
    const uint8_t causes[SBMS_OUTPUT_COUNT] = {decided.load_cause, decided.prealarm_cause,
                                               decided.charger_cause};
    const uint8_t outputs = (uint8_t)((decided.outputs.load ? 1u << SBMS_OUTPUT_LOAD : 0u) |
                                      (decided.outputs.prealarm ? 1u << SBMS_OUTPUT_PREALARM : 0u) |
                                      (decided.outputs.charger ? 1u << SBMS_OUTPUT_CHARGER : 0u));

    for (uint8_t output = 0u; output < SBMS_OUTPUT_COUNT; output++) {
        if (((outputs ^ outputs_before) & (1u << output)) != 0u) {
            record_edge(output, outputs, causes[output]);
        }
    }
    outputs_before = outputs;
}

/* ---- a tick ----------------------------------------------------------------------------------------------- */

/* What must not go on with a decision: everything starts from a reset. */
static void check_integrity(void)
{
    if (!fault_carry_is_good() || !clock_registers_are_intact() || !watchdog_is_armed() ||
        !telemetry_is_deaf() || CLKPR != 0u || (MCUCR & MCUCR_STEADY) != 0u) {
        fault_restart(SBMS_FAULT_REGISTER);
    }
}

/* Samples; false after REFERENCE_TICKS in a row in which the converter could not be trusted. Until then the last good
 * inputs hold. */
static bool sense(void)
{
    if (sense_sample(&inputs)) {
        reference_bad = 0u;
    } else if (reference_bad < REFERENCE_TICKS) {
        reference_bad++;
    }
    return reference_bad < REFERENCE_TICKS;
}

/* The fault that ended the last life, for one round of its blinks: a restart has mended it, and it is to be seen. */
static uint8_t late_fault(void)
{
    const uint8_t fault = fault_carry.fault;

    if (late_ticks > 0u) {
        late_ticks--;
    }
    if (late_ticks == 0u) {
        fault_carry.fault = SBMS_FAULT_NONE;
        fault_carry_seal();
    }
    return fault;
}

/* Whether the crystal runs and agrees with the RC oscillator. One that runs again after a start without it ends in a restart. */
static bool clock_is_good(void)
{
    const bool good = clock_check();

    if (!clock_runs && good) {
        fault_restart(SBMS_FAULT_NONE);
    }
    return clock_runs && good;
}

/* Samples; returns the fault in force: what floats the outputs while the law goes on (SAFE-4). */
static uint8_t look_for_faults(void)
{
    const bool clock_good = clock_is_good();
    const bool following = outputs_follow();
    const bool reference_good = sense();

    if (fault_carry.lasting != SBMS_FAULT_NONE) {
        return fault_carry.lasting;
    }
    if (fault_carry.fault != SBMS_FAULT_NONE) {
        return late_fault();
    }
    if (!clock_good) {
        return SBMS_FAULT_CLOCK;
    }
    if (!reference_good) {
        return SBMS_FAULT_REFERENCE;
    }
    return following ? SBMS_FAULT_NONE : SBMS_FAULT_OUTPUT;
}

static void sample(void)
{
    const uint8_t fault = look_for_faults();

    if (fault != fault_found && fault_found != SBMS_FAULT_NONE) {
        record(SBMS_ENTRY_FAULT, fault_found, false);
    }
    if (fault != fault_found && fault != SBMS_FAULT_NONE) {
        record(SBMS_ENTRY_FAULT, fault, true);
    }
    fault_found = fault;
    inputs.fault = fault;
}

static void report(void)
{
    const struct telemetry_facts facts = {.vbat_cv = vbat_cv(),
                                          .outputs = decided.outputs,
                                          .levels = state_levels(),
                                          .fault = fault_found,
                                          .cause = last_cause};

    telemetry_begin(&facts);
}

static void test_piece(void)
{
    const uint8_t fault = selftest_piece();

    if (fault != SBMS_FAULT_NONE) {
        fault_restart(fault);
    }
}

static void tick(void)
{
    pass(PHASE_WAITING, PHASE_SAMPLE);
    check_integrity();
    sample();
    pass(PHASE_SAMPLE, PHASE_DECIDE);
    if (!state_step(&inputs, &decided)) {
        fault_restart(SBMS_FAULT_MEMORY);
    }
    pass(PHASE_DECIDE, PHASE_DRIVE);
    outputs_drive(&decided.outputs, fault_found);
    pass(PHASE_DRIVE, PHASE_CHECK);
    record_edges();
    test_piece();
    if (!telemetry_is_wanted()) {
        telemetry_stop();
    } else if (state_tick() % SBMS_TICKS_PER_S == 0u) {
        report();
    }
    if (GPIOR0 != PHASE_CHECK) {
        fault_restart(SBMS_FAULT_PROGRAM);
    }
    watchdog_feed(); /* SAFE-5: here and nowhere else while the device runs */
    GPIOR0 = PHASE_WAITING;
}

/* ---- the start -------------------------------------------------------------------------------------------- */

static void record_start(enum sbms_stored stored)
{
    record(SBMS_ENTRY_BOOT, fault_carry.reset_flags, false);
    if (fault_carry.fault != SBMS_FAULT_NONE) {
        late_ticks = sbms_control_blink_ticks(fault_carry.fault);
    }
    if (eeprom_read(MARK_ADDRESS) == MARK_MEMORY) {
        record(SBMS_ENTRY_FAULT, SBMS_FAULT_MEMORY, true);
        eeprom_write(MARK_ADDRESS, MARK_NONE);
    }
    if (stored == SBMS_STORED_BAD) {
        record(SBMS_ENTRY_FAULT, SBMS_FAULT_SETTINGS, true);
    }
    fault_carry_seal();
}

static void start(void)
{
    struct sbms_control_settings settings;
    enum sbms_stored stored = SBMS_STORED_NONE;

    outputs_float();
    ACSR = 1u << ACD;
    PRR = (1u << PRTWI) | (1u << PRTIM0) | (1u << PRSPI) | (1u << PRUSART0) | (1u << PRADC);
    watchdog_start();
    selftest_guard_stack();
    fault_carry.lasting = SBMS_FAULT_NONE; /* record_start() seals it */
    if (fault_carry.test == WATCHDOG_FAILS) {
        fault_carry.lasting = SBMS_FAULT_WATCHDOG;
    } else if (!selftest_program()) {
        fault_carry.lasting = SBMS_FAULT_PROGRAM;
    }
    watchdog_feed_floating();
    stored = settings_read(&settings);
    state_init(&settings);
    log_init();
    record_start(stored);
    watchdog_feed_floating();
    clock_runs = clock_start();
    watchdog_feed_floating();
    GPIOR0 = PHASE_WAITING;
}

/* Nothing that a register holds outlives a sleep: a bit that flips there would stay until the next start. */
static inline void forget_registers(void)
{
    __asm__ __volatile__("clr __zero_reg__" ::
                             : "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "r13",
                               "r14", "r15", "r16", "r17", "memory");
}

int main(void)
{
    start();
    for (;;) {
        const bool busy = log_work() | telemetry_work();

        forget_registers();
        cli();
        if (clock_ticked()) {
            sei();
            tick();
        } else {
            clock_sleep(!busy);
        }
    }
}
