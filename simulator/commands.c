/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/commands.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "simulator/machine.h"

#define STATS_BYTES 1024
#define US_MAX 100000000000000 /* three years */
#define TICKS_MAX 1000000000
#define MV_MAX 1000000

/* Offsets in sbms_decision: five outputs, then the causes. */
#define DECIDED_LOAD_CAUSE 5u
#define DECIDED_PREALARM_CAUSE 6u
#define DECIDED_CHARGER_CAUSE 7u

static bool read_inputs(char **words, struct front_inputs *inputs)
{
    int64_t mv[3];
    for (unsigned i = 0; i < 3; i++) {
        if (!line_number(words[i], -MV_MAX, MV_MAX, &mv[i])) {
            return false;
        }
    }
    const char *signals = words[3];
    if (strlen(signals) != PINS_LOOPS || strspn(signals, "01") != PINS_LOOPS) {
        return false;
    }
    *inputs = (struct front_inputs){
        .vbat_mv = (int32_t)mv[0], .remote_l_mv = (int32_t)mv[1], .remote_h_mv = (int32_t)mv[2]};
    for (unsigned i = 0; i < PINS_LOOPS; i++) {
        inputs->present[i] = signals[i] == '1';
    }
    return true;
}

static const char inputs_wanted[] = "inputs are VBAT_MV L_MV H_MV and three characters 0 or 1";

/* ---- power and time ------------------------------------------------------------------------------------------- */

static void write_outputs(const struct machine *machine, FILE *output)
{
    for (unsigned pin = 0; pin < DRIVEN_OUTPUTS; pin++) {
        fputc(part_is_high(&machine->part, (enum driven_pin)pin) ? '1' : '0', output);
    }
}

static const char *do_start(struct call *call)
{
    uint64_t us = 0;
    if (!machine_start(call->machine, &us)) {
        return "the image has not come to PHASE_WAITING within 10 s";
    }
    fprintf(call->output, "started %" PRIu64 "\n", us);
    return NULL;
}

static uint32_t output_levels(const struct machine *machine)
{
    return machine->part.levels & ((1u << DRIVEN_OUTPUTS) - 1u);
}

static const char *do_run(struct call *call)
{
    struct machine *machine = call->machine;
    struct front_inputs inputs;
    int64_t ticks = 0;
    int64_t passed = 0;
    if (!line_number(call->words[0], 1, TICKS_MAX, &ticks)) {
        return "TICKS is a number from 1 to 1000000000";
    }
    if (!read_inputs(call->words + 1, &inputs)) {
        return inputs_wanted;
    }
    if (!machine->part.started) {
        return line_no_power;
    }
    front_end_set(&machine->front_end, &inputs);
    uint64_t tick_ns = machine_tick_ns(machine);
    uint32_t before = output_levels(machine);
    while (passed < ticks && output_levels(machine) == before) {
        machine_advance(machine, tick_ns);
        passed++;
    }
    uint16_t decided = machine->image.decided;
    fprintf(call->output, "ran %" PRId64 " ", passed);
    write_outputs(machine, call->output);
    fprintf(call->output, " %u %u %u %u\n", machine_peek(machine, decided + DECIDED_LOAD_CAUSE),
            machine_peek(machine, decided + DECIDED_PREALARM_CAUSE),
            machine_peek(machine, decided + DECIDED_CHARGER_CAUSE),
            machine_peek(machine, machine->image.fault_found));
    return NULL;
}

static const char *do_set(struct call *call)
{
    struct front_inputs inputs;
    if (!read_inputs(call->words, &inputs)) {
        return inputs_wanted;
    }
    front_end_set(&call->machine->front_end, &inputs);
    return NULL;
}

static const char *do_advance(struct call *call)
{
    int64_t us = 0;
    if (!line_number(call->words[0], 0, US_MAX, &us)) {
        return "US is a number from 0 to 100000000000000";
    }
    if (!call->machine->part.started) {
        return line_no_power;
    }
    machine_advance(call->machine, (uint64_t)us * 1000u);
    fprintf(call->output, "at %" PRIu64 " ", part_ns(&call->machine->part) / 1000);
    write_outputs(call->machine, call->output);
    fputc('\n', call->output);
    return NULL;
}

static const char *do_reset(struct call *call)
{
    static const char *const names[] = {"power", "external", "brownout", NULL};
    static const uint8_t flags[] = {RESET_POWER_ON, RESET_EXTERNAL, RESET_BROWN_OUT};
    int kind = line_find(call->words[0], names);
    if (kind < 0) {
        return "a reset is brownout, external or power";
    }
    if (!call->machine->part.powered) {
        return line_no_power;
    }
    assert((size_t)kind < sizeof flags);
    machine_reset(call->machine, flags[kind]);
    return NULL;
}

static const char *do_cpu_hz(struct call *call)
{
    int64_t hz = 0;
    if (!line_number(call->words[0], SIM_TIME_HZ_MIN, SIM_TIME_HZ_MAX, &hz)) {
        return "HZ is a number from 1000000 to 20000000";
    }
    machine_set_hz(call->machine, (uint32_t)hz);
    return NULL;
}

/* ---- what was seen -------------------------------------------------------------------------------------------- */

static const char *do_edges(struct call *call)
{
    struct edges *edges = &call->machine->edges;
    fprintf(call->output, "edges %zu", edges->count);
    for (size_t i = 0; i < edges->count; i++) {
        const struct edge *edge = &edges->edges[i];
        fprintf(call->output, " %s:%d:%" PRIu64 ".%03u", pins_output_names[edge->pin], edge->high,
                edge->ns / 1000, (unsigned)(edge->ns % 1000));
    }
    if (edges->lost > 0) {
        fprintf(call->output, " lost=%zu", edges->lost);
    }
    fputc('\n', call->output);
    edges_forget(edges);
    return NULL;
}

static const char *do_stats(struct call *call)
{
    char text[STATS_BYTES];
    if (!call->machine->part.started) {
        return line_no_power;
    }
    stats_write(&call->machine->stats, text, sizeof text);
    fprintf(call->output, "stats %s\n", text);
    return NULL;
}

static const char *do_audit(struct call *call)
{
    const struct audit *audit = &call->machine->audit;
    if (!call->machine->part.started) {
        return line_no_power;
    }
    if (audit->breaches == 0) {
        fputs("audit ok\n", call->output);
    } else {
        fprintf(call->output, "audit %" PRIu64 " first: %s\n", audit->breaches, audit->first);
    }
    return NULL;
}

static const char *do_peek_sram(struct call *call)
{
    int64_t address = 0;
    if (!line_number(call->words[0], 0, SRAM_END - 1, &address)) {
        return "ADDR is a data address from 0 to 0x8FF";
    }
    fprintf(call->output, "value %u\n", machine_peek(call->machine, (uint16_t)address));
    return NULL;
}

static const char *do_uart(struct call *call)
{
    return uart_open(&call->machine->uart, call->words[0]) ? NULL : "the file cannot be written";
}

static const char *do_baud(struct call *call)
{
    if (!call->machine->part.started) {
        return line_no_power;
    }
    fprintf(call->output, "baud %" PRIu32 " %" PRIu64 "\n", uart_baud(&call->machine->uart),
            call->machine->uart.bytes);
    return NULL;
}

static const char *do_corner(struct call *call)
{
    const struct silicon *silicon = &call->machine->part.silicon;
    fprintf(call->output, "corner %s", silicon->name);
    for (unsigned quantity = 0; quantity < SILICON_QUANTITIES; quantity++) {
        fprintf(call->output, " %s=%" PRId32, silicon_name((enum silicon_quantity)quantity),
                silicon_value(silicon, (enum silicon_quantity)quantity));
    }
    fputc('\n', call->output);
    return NULL;
}

/* ---- the EEPROM ----------------------------------------------------------------------------------------------- */

static const char *do_eeprom_load(struct call *call)
{
    return eeprom_load(&call->machine->eeprom, call->words[0])
               ? NULL
               : "the file cannot be read or is not of 1024 bytes";
}

static const char *do_eeprom_save(struct call *call)
{
    return eeprom_save(&call->machine->eeprom, call->words[0]) ? NULL : "the file cannot be written";
}

static const char *do_poke_eeprom(struct call *call)
{
    int64_t address = 0;
    int64_t value = 0;
    if (!line_number(call->words[0], 0, EEPROM_BYTES - 1, &address)) {
        return "ADDR is an address from 0 to 1023";
    }
    if (!line_number(call->words[1], 0, 255, &value)) {
        return "VALUE is a number from 0 to 255";
    }
    call->machine->eeprom.bytes[address] = (uint8_t)value;
    return NULL;
}

const struct command commands[] = {
    {"start", NULL, 0, true, do_start},
    {"run", NULL, 5, true, do_run},
    {"set", NULL, 4, false, do_set},
    {"advance", NULL, 1, true, do_advance},
    {"reset", NULL, 1, false, do_reset},
    {"cpu-hz", NULL, 1, false, do_cpu_hz},
    {"edges", NULL, 0, true, do_edges},
    {"stats", NULL, 0, true, do_stats},
    {"audit", NULL, 0, true, do_audit},
    {"peek", "sram", 1, true, do_peek_sram},
    {"uart", NULL, 1, false, do_uart},
    {"baud", NULL, 0, true, do_baud},
    {"corner", NULL, 0, true, do_corner},
    {"eeprom", "load", 1, false, do_eeprom_load},
    {"eeprom", "save", 1, false, do_eeprom_save},
    {"poke", "eeprom", 2, false, do_poke_eeprom},
    {NULL, NULL, 0, false, NULL},
};
