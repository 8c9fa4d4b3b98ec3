/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/fault_commands.h"

#include <assert.h>
#include <string.h>

#include "simulator/machine.h"

/* ---- faults inside -------------------------------------------------------------------------------------------- */

static const char bit_wanted[] = "BIT is a number from 0 to 7";

/* Reads ADDR in the SRAM and BIT. */
static const char *read_cell(char **words, int64_t *address, int64_t *bit)
{
    if (!line_number(words[0], SRAM_START, SRAM_END - 1, address)) {
        return "ADDR is an address from 0x100 to 0x8FF";
    }
    return line_number(words[1], 0, 7, bit) ? NULL : bit_wanted;
}

static const char *do_flip_sram(struct call *call)
{
    int64_t address = 0;
    int64_t bit = 0;
    const char *error = read_cell(call->words, &address, &bit);
    if (error == NULL && !call->machine->part.powered) {
        error = line_no_power;
    }
    if (error == NULL) {
        faults_flip(&call->machine->faults, (uint16_t)address, (unsigned)bit);
    }
    return error;
}

static const char *do_flip_flash(struct call *call)
{
    int64_t address = 0;
    int64_t bit = 0;
    if (!line_number(call->words[0], 0, IMAGE_FLASH_BYTES - 1, &address)) {
        return "ADDR is an address from 0 to 0x7FFF";
    }
    if (!line_number(call->words[1], 0, 7, &bit)) {
        return bit_wanted;
    }
    faults_flip_flash(&call->machine->faults, (uint16_t)address, (unsigned)bit);
    return NULL;
}

static const char *do_flip_reg(struct call *call)
{
    int64_t number = 0;
    int64_t bit = 0;
    if (!line_number(call->words[0], 0, 31, &number)) {
        return "N is a number from 0 to 31";
    }
    if (!line_number(call->words[1], 0, 7, &bit)) {
        return bit_wanted;
    }
    if (!call->machine->part.powered) {
        return line_no_power;
    }
    faults_flip(&call->machine->faults, (uint16_t)number, (unsigned)bit);
    return NULL;
}

static const char *do_flip_sreg(struct call *call)
{
    int64_t bit = 0;
    if (!line_number(call->words[0], 0, 7, &bit)) {
        return bit_wanted;
    }
    if (!call->machine->part.powered) {
        return line_no_power;
    }
    faults_flip_sreg(&call->machine->faults, (unsigned)bit);
    return NULL;
}

static const char *do_flip_sp(struct call *call)
{
    int64_t bit = 0;
    if (!line_number(call->words[0], 0, 15, &bit)) {
        return "BIT is a number from 0 to 15";
    }
    if (!call->machine->part.powered) {
        return line_no_power;
    }
    faults_flip_sp(&call->machine->faults, (unsigned)bit);
    return NULL;
}

static const char *do_flip_io(struct call *call)
{
    int64_t address = 0;
    int64_t bit = 0;
    if (!line_number(call->words[0], 0x20, 0xFF, &address)) {
        return "ADDR is an address from 0x20 to 0xFF";
    }
    if (!line_number(call->words[1], 0, 7, &bit)) {
        return bit_wanted;
    }
    if (!call->machine->part.powered) {
        return line_no_power;
    }
    return faults_flip_io(&call->machine->faults, (uint8_t)address, (unsigned)bit)
               ? NULL
               : "that register holds no state";
}

static const char *do_stick_sram(struct call *call)
{
    int64_t address = 0;
    int64_t bit = 0;
    int64_t value = 0;
    const char *error = read_cell(call->words, &address, &bit);
    if (error == NULL && !line_number(call->words[2], 0, 1, &value)) {
        error = "VALUE is 0 or 1";
    }
    if (error == NULL) {
        faults_stick(&call->machine->faults, (uint16_t)address, (uint8_t)(1u << bit), value == 1);
    }
    return error;
}

static const char *do_stick_none(struct call *call)
{
    faults_stick(&call->machine->faults, 0, 0, false);
    return NULL;
}

static const char *do_fault_wdt(struct call *call)
{
    int64_t on = 0;
    if (!line_number(call->words[0], 0, 1, &on)) {
        return "0 or 1";
    }
    call->machine->watchdog.never_fires = on == 1;
    if (call->machine->part.powered) {
        watchdog_schedule(&call->machine->watchdog);
    }
    return NULL;
}

static const char *do_cut(struct call *call)
{
    int64_t writes = 0;
    if (!line_number(call->words[0], 1, INT32_MAX, &writes)) {
        return "N is a number from 1";
    }
    if (!call->machine->part.powered) {
        return line_no_power;
    }
    call->machine->eeprom.cut_in = (uint32_t)writes;
    call->machine->eeprom.cut_number = (uint32_t)writes;
    return NULL;
}

/* ---- faults outside ------------------------------------------------------------------------------------------- */

static const char *do_fault_crystal(struct call *call)
{
    int64_t on = 0;
    if (!line_number(call->words[0], 0, 1, &on)) {
        return "0 or 1";
    }
    timer2_break_crystal(&call->machine->timer2, on == 1);
    return NULL;
}

static const char *do_fault_adc(struct call *call)
{
    int64_t code = -1;
    if (strcmp(call->words[0], "none") != 0 && !line_number(call->words[0], 0, 1023, &code)) {
        return "N is a number from 0 to 1023, or none";
    }
    call->machine->front_end.adc_code = (int)code;
    return NULL;
}

static const char *do_fault_reference(struct call *call)
{
    int64_t mv = 0;
    if (!line_number(call->words[0], 0, 5000, &mv)) {
        return "MV is a number from 0 to 5000";
    }
    call->machine->front_end.reference_mv = (uint32_t)mv;
    return NULL;
}

static const char *do_fault_output(struct call *call)
{
    static const char *const outputs[] = {"load", "prealarm", "charger", NULL};
    static const char *const kinds[] = {"none", "low", "high", NULL}; /* enum front_stuck */
    int output = line_find(call->words[0], outputs);
    int kind = line_find(call->words[1], kinds);
    if (output < 0 || kind < 0) {
        return "fault output load|prealarm|charger low|high|none";
    }
    assert(output < PINS_SWITCHED);
    call->machine->front_end.back[output] = (enum front_stuck)kind;
    front_end_update(&call->machine->front_end);
    return NULL;
}

static const char *do_fault_loop(struct call *call)
{
    static const char *const loops[] = {"atc", "atd", "no_prealarm", NULL};
    static const char *const kinds[] = {"none", "high", NULL};
    int loop = line_find(call->words[0], loops);
    int kind = line_find(call->words[1], kinds);
    if (loop < 0 || kind < 0) {
        return "fault loop atc|atd|no_prealarm high|none";
    }
    assert(loop < PINS_LOOPS);
    call->machine->front_end.loop_high[loop] = kind == 1;
    front_end_update(&call->machine->front_end);
    return NULL;
}

static const char *do_fault_cable(struct call *call)
{
    int64_t pf = 0;
    if (!line_number(call->words[0], 0, 1000000, &pf)) {
        return "PF is a number from 0 to 1000000";
    }
    call->machine->part.silicon.values[SILICON_LOOP_PF] = (int32_t)pf;
    return NULL;
}

static const char *do_fault_loops(struct call *call)
{
    static const char *const kinds[] = {"none", "joined", NULL};
    int kind = line_find(call->words[0], kinds);
    if (kind < 0) {
        return "fault loops joined|none";
    }
    call->machine->front_end.loops_joined = kind == 1;
    front_end_update(&call->machine->front_end);
    return NULL;
}

const struct command fault_commands[] = {
    {"flip", "sram", 2, false, do_flip_sram},
    {"flip", "flash", 2, false, do_flip_flash},
    {"flip", "reg", 2, false, do_flip_reg},
    {"flip", "sreg", 1, false, do_flip_sreg},
    {"flip", "sp", 1, false, do_flip_sp},
    {"flip", "io", 2, false, do_flip_io},
    {"stick", "sram", 3, false, do_stick_sram},
    {"stick", "none", 0, false, do_stick_none},
    {"cut", NULL, 1, false, do_cut},
    {"fault", "wdt", 1, false, do_fault_wdt},
    {"fault", "crystal", 1, false, do_fault_crystal},
    {"fault", "adc", 1, false, do_fault_adc},
    {"fault", "reference", 1, false, do_fault_reference},
    {"fault", "output", 2, false, do_fault_output},
    {"fault", "loop", 2, false, do_fault_loop},
    {"fault", "loops", 1, false, do_fault_loops},
    {"fault", "cable", 1, false, do_fault_cable},
    {NULL, NULL, 0, false, NULL},
};
