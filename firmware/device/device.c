/* SPDX-License-Identifier: Apache-2.0 */
#include "firmware/device/device.h"

#include "core/fault.h"
#include "core/record.h"
#include "firmware/device/faults.h"
#include "firmware/device/flicker.h"
#include "firmware/device/judge.h"
#include "firmware/device/port.h"
#include "firmware/device/record.h"
#include "firmware/device/settings.h"
#include "firmware/device/state.h"
#include "firmware/device/telemetry.h"

#define BIT(output) ((uint8_t)(1u << (output)))

struct sbms_decision decided;
uint8_t fault_found;

static struct sbms_inputs
    inputs;                 /* `fault` in it: the sbms_fault that the part shows, and not one of an output */
static bool is_measured;    /* this sample or the one before it means something (SAFE-2) */
static bool sample_is_good; /* the last one */
static bool clock_has_run;  /* since the start */
static uint8_t last_cause;  /* sbms_cause of the last edge */
static uint8_t outputs_before; /* as decided at the last tick, a bit each, sbms_output */
static uint8_t shorted_before; /* outputs with a fault at the last tick, a bit each (SAFE-4) */
static uint8_t fed_before;
static uint8_t decided_before; /* outputs that had been decided at the last tick, a bit each (SAFE-1) */

/* ---- the record ------------------------------------------------------------------------------------------------- */

static uint16_t vbat_cv(void)
{
    return (uint16_t)(inputs.vbat_mv / 10);
}

static void record(enum sbms_entry_kind kind, uint8_t detail, bool high)
{
    const struct sbms_entry entry = {.kind = (uint8_t)kind,
                                     .high = high,
                                     .outputs = outputs_before,
                                     .detail = detail,
                                     .tick = state_tick(),
                                     .vbat_cv = vbat_cv()};

    record_add(&entry);
}

/* The kind of what an output has done; SAFE-1: at the decision of a start, SUP-3's too, one that stays floating has an entry as
 * well. 0: nothing. */
static uint8_t kind_of(uint8_t bit, uint8_t outputs)
{
    if (((outputs ^ outputs_before) & bit) != 0u) {
        return SBMS_ENTRY_EDGE;
    }
    return (state_decided() & (uint8_t)~decided_before & bit) != 0u ? SBMS_ENTRY_STAYS : 0u;
}

static void add_edge(uint8_t kind, enum sbms_output output, uint8_t outputs, uint8_t cause)
{
    const struct sbms_entry entry = {.kind = kind,
                                     .cause = cause,
                                     .output = (uint8_t)output,
                                     .high = (outputs & BIT(output)) != 0u,
                                     .outputs = outputs,
                                     .detail = state_levels(),
                                     .tick = state_tick() - 1u, /* of the sample, which the law has counted */
                                     .vbat_cv = vbat_cv()};

    record_add(&entry);
}

static void record_edge(enum sbms_output output, uint8_t outputs, uint8_t cause)
{
    uint8_t kind = 0u;

    if (cause == SBMS_CAUSE_NONE) {
        return; /* nearly always */
    }
    kind = kind_of(BIT(output), outputs);
    if (kind == 0u) {
        return;
    }
    add_edge(kind, output, outputs, cause);
    last_cause = cause;
}

static void record_edges(void)
{
    const struct sbms_outputs *now = &decided.outputs;
    const uint8_t outputs = (uint8_t)((now->load ? BIT(SBMS_OUTPUT_LOAD) : 0u) |
                                      (now->prealarm ? BIT(SBMS_OUTPUT_PREALARM) : 0u) |
                                      (now->charger ? BIT(SBMS_OUTPUT_CHARGER) : 0u));

    record_edge(SBMS_OUTPUT_LOAD, outputs, decided.load_cause);
    record_edge(SBMS_OUTPUT_PREALARM, outputs, decided.prealarm_cause);
    record_edge(SBMS_OUTPUT_CHARGER, outputs, decided.charger_cause);
    outputs_before = outputs;
    decided_before = state_decided();
}

/* SAFE-7: the start and the end of a fault. */
static void record_fault(uint8_t fault)
{
    if (fault == inputs.fault) {
        return;
    }
    if (inputs.fault != SBMS_FAULT_NONE) {
        record(SBMS_ENTRY_FAULT, inputs.fault, false);
    }
    if (fault != SBMS_FAULT_NONE) {
        record(SBMS_ENTRY_FAULT, fault, true);
    }
}

/* SAFE-4, SAFE-7: likewise for the terminal of an output. */
static void record_terminal(uint8_t output, enum sbms_terminal_fault which, bool is_faulty)
{
    const struct sbms_entry entry = {.kind = SBMS_ENTRY_FAULT,
                                     .cause = (uint8_t)which,
                                     .output = output,
                                     .high = is_faulty,
                                     .outputs = outputs_before,
                                     .detail = SBMS_FAULT_OUTPUT,
                                     .tick = state_tick() - 1u,
                                     .vbat_cv = vbat_cv()};

    record_add(&entry);
}

/* `now` and `before`: outputs, a bit each. */
static void record_terminals(uint8_t now, uint8_t before, enum sbms_terminal_fault which)
{
    for (uint8_t output = 0u; output < SBMS_OUTPUT_COUNT; output++) {
        if (((now ^ before) & BIT(output)) != 0u) {
            record_terminal(output, which, (now & BIT(output)) != 0u);
        }
    }
}

static void record_output_faults(void)
{
    const struct sbms_output_faults faults = state_output_faults();

    if (faults.shorted == shorted_before && faults.fed == fed_before) {
        return;
    }
    record_terminals(faults.shorted, shorted_before, SBMS_TERMINAL_SHORTED);
    record_terminals(faults.fed, fed_before, SBMS_TERMINAL_FED);
    shorted_before = faults.shorted;
    fed_before = faults.fed;
}

/* SAFE-2: signals that flicker and so never return. */
static void record_flicker(void)
{
    const struct flicker_change change = flicker_tick(&inputs, state_levels());

    if ((change.begun | change.over) == 0u) {
        return;
    }
    for (uint8_t input = SBMS_INPUT_ATC; input < SBMS_INPUT_COUNT; input++) {
        if (((change.begun | change.over) & BIT(input)) != 0u) {
            record(SBMS_ENTRY_FLICKER, input, (change.begun & BIT(input)) != 0u);
        }
    }
}

/* ---- the phases of a tick --------------------------------------------------------------------------------------- */

static inline void pass(enum port_phase from, enum port_phase to)
{
    if (port_phase() != from) {
        port_restart(SBMS_FAULT_PROGRAM);
    }
    port_set_phase(to);
}

/* Whether the tick's clock is good. One that runs again after a start without it ends in a restart. */
static bool clock_is_good(void)
{
    const bool good = port_clock_is_good();

    if (!clock_has_run && good) {
        port_restart(SBMS_FAULT_NONE);
    }
    return good;
}

/* Everything that the part can tell: a sample of the inputs, and whether clock, outputs and converter are good. */
static void sense(struct port_sample *sample, struct faults_signs *signs)
{
    const bool clock_good = clock_is_good();
    const struct port_terminals terminals = port_read_terminals();

    signs->clock_good = clock_good;
    inputs.differing = judge_terminals(&decided.outputs, &terminals);
    port_sample(sample);
}

/* What the sample means, and the fault in force. */
static void judge(const struct port_sample *sample, struct faults_signs *signs)
{
    uint8_t fault = SBMS_FAULT_NONE;

    signs->converter_good = judge_sample(sample, &inputs);
    is_measured = signs->converter_good || sample_is_good;
    sample_is_good = signs->converter_good;
    fault = faults_in_force(signs);
    record_fault(fault);
    inputs.fault = fault;
}

static void decide(void)
{
    if (!state_step(&inputs, &decided)) {
        port_restart(SBMS_FAULT_MEMORY);
    }
    fault_found = state_fault();
}

/* SAFE-4: with a fault that floats everything in force it floats, whatever was decided, which should be the same. */
static void drive(void)
{
    struct sbms_outputs driven = {.led_fault = decided.outputs.led_fault};

    if (inputs.fault == SBMS_FAULT_NONE || inputs.fault == SBMS_FAULT_REFERENCE) {
        driven = decided.outputs;
        driven.led_load = state_blue(); /* LED-4 */
    }
    port_drive(&driven);
}

static void test_a_piece(void)
{
    const uint8_t fault = port_self_test();

    if (fault != SBMS_FAULT_NONE) {
        port_restart(fault);
    }
}

/* Once a second while someone listens. */
static void report(void)
{
    const struct telemetry_facts facts = {.uptime_s = state_tick() / SBMS_TICKS_PER_S,
                                          .vbat_cv = vbat_cv(),
                                          .is_measured = is_measured,
                                          .outputs = decided.outputs,
                                          .levels = state_levels(),
                                          .fault = fault_found,
                                          .cause = last_cause};

    telemetry_begin(&facts);
}

static void keep_reporting(void)
{
    if (!port_uart_is_wanted()) {
        telemetry_stop();
    } else if ((uint8_t)state_tick() % SBMS_TICKS_PER_S == 0u) {
        report();
    }
}

void device_tick(void)
{
    struct port_sample sample;
    struct faults_signs signs;

    pass(PORT_PHASE_WAITING, PORT_PHASE_SAMPLE);
    if (!port_is_intact()) {
        port_restart(SBMS_FAULT_REGISTER);
    }
    sense(&sample, &signs);
    judge(&sample, &signs);
    pass(PORT_PHASE_SAMPLE, PORT_PHASE_DECIDE);
    decide();
    pass(PORT_PHASE_DECIDE, PORT_PHASE_DRIVE);
    drive();
    pass(PORT_PHASE_DRIVE, PORT_PHASE_CHECK);
    record_edges();
    record_output_faults();
    record_flicker();
    record_tick(inputs.vbat_mv >= SBMS_SUPPLY_LOW_MV);
    test_a_piece();
    keep_reporting();
    if (port_phase() != PORT_PHASE_CHECK) {
        port_restart(SBMS_FAULT_PROGRAM);
    }
    port_feed_watchdog(); /* SAFE-5: here and nowhere else while the device runs */
    port_set_phase(PORT_PHASE_WAITING);
}

bool device_has_work(void)
{
    return record_has_work() || telemetry_has_work();
}

bool device_work(void)
{
    const bool recording = record_work();

    return telemetry_work() || recording;
}

/* ---- the start ---------------------------------------------------------------------------------------------------- */

static void forget(void)
{
    decided = (struct sbms_decision){.load_cause = SBMS_CAUSE_NONE};
    inputs = (struct sbms_inputs){.vbat_mv = 0};
    fault_found = SBMS_FAULT_NONE;
    last_cause = SBMS_CAUSE_NONE;
    outputs_before = 0u;
    shorted_before = 0u;
    fed_before = 0u;
    decided_before = 0u;
    is_measured = false;
    sample_is_good = false;
    flicker_start();
    faults_start();
    telemetry_start();
}

static void record_start(enum sbms_stored stored, bool load_was_high)
{
    record_init();
    record(SBMS_ENTRY_BOOT, port_reset_flags(), load_was_high);
    if (port_memory_has_failed()) {
        record(SBMS_ENTRY_FAULT, SBMS_FAULT_MEMORY, true);
    }
    if (stored == SBMS_STORED_BAD) {
        record(SBMS_ENTRY_FAULT, SBMS_FAULT_SETTINGS, true);
    }
}

void device_start(void)
{
    struct sbms_control_settings settings;
    enum sbms_stored stored = SBMS_STORED_NONE;
    bool was_high = false;

    port_start();
    forget();
    stored = settings_read(&settings);
    was_high = state_start(&settings);
    shorted_before = state_output_faults().shorted; /* a short that is remembered is not a new one (SAFE-4) */
    record_start(stored, was_high);
    clock_has_run = port_start_clock();
    port_set_phase(PORT_PHASE_WAITING);
}
