/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/protocol.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "simulator/machine.h"

#define LINE_BYTES 1024
#define WORDS_MAX 8
#define STATS_BYTES 1024
#define TICK_NS 125000000u
#define US_MAX 100000000000000 /* three years */
#define TICKS_MAX 1000000000
#define MV_MAX 1000000

/* Offsets in sbms_decision: five outputs, then the causes. */
#define DECIDED_LOAD_CAUSE 5u
#define DECIDED_PREALARM_CAUSE 6u
#define DECIDED_CHARGER_CAUSE 7u

struct call {
    struct machine *machine;
    FILE *output;
    char **words; /* after the command's own, as many as it wants */
};

/* What a command says when it cannot be done; NULL: it has answered, or "ok" will do. */
typedef const char *(*command)(struct call *call);

/* ---- reading -------------------------------------------------------------------------------------------------- */

static bool read_number(const char *word, int64_t min, int64_t max, int64_t *value)
{
    char *end = NULL;
    bool hexadecimal = word[0] == '0' && word[1] == 'x';
    assert(min <= max);
    assert(value != NULL);
    errno = 0;
    long long number = strtoll(word, &end, hexadecimal ? 16 : 10);
    if (end == word || *end != '\0' || errno != 0 || number < min || number > max) {
        return false;
    }
    *value = number;
    return true;
}

/* The place of `word` among `names`, which a NULL ends; -1: it is none of them. */
static int find_word(const char *word, const char *const *names)
{
    assert(word != NULL);
    assert(names != NULL);
    for (int i = 0; names[i] != NULL; i++) {
        if (strcmp(word, names[i]) == 0) {
            return i;
        }
    }
    return -1;
}

static bool read_inputs(char **words, struct front_inputs *inputs)
{
    int64_t mv[3];
    for (unsigned i = 0; i < 3; i++) {
        if (!read_number(words[i], -MV_MAX, MV_MAX, &mv[i])) {
            return false;
        }
    }
    const char *signals = words[3];
    if (strlen(signals) != FRONT_LOOPS || strspn(signals, "01") != FRONT_LOOPS) {
        return false;
    }
    *inputs = (struct front_inputs){
        .vbat_mv = (int32_t)mv[0], .remote_l_mv = (int32_t)mv[1], .remote_h_mv = (int32_t)mv[2]};
    for (unsigned i = 0; i < FRONT_LOOPS; i++) {
        assert(signals[i] == '0' || signals[i] == '1');
        inputs->present[i] = signals[i] == '1';
    }
    return true;
}

static const char inputs_wanted[] = "inputs are VBAT_MV L_MV H_MV and three characters 0 or 1";
static const char no_power[] = "no power: start first";

static void set_inputs(struct machine *machine, const struct front_inputs *inputs)
{
    assert(inputs != NULL);
    machine->front_end.inputs = *inputs;
    front_end_update(machine);
}

/* ---- power and time ------------------------------------------------------------------------------------------- */

static void write_outputs(const struct machine *machine, FILE *output)
{
    assert(output != NULL);
    for (unsigned pin = 0; pin < FRONT_OUTPUTS; pin++) {
        fputc(front_end_is_high(machine, (enum front_pin)pin) ? '1' : '0', output);
    }
}

static const char *do_start(struct call *call)
{
    uint64_t us = 0;
    assert(call->machine != NULL);
    if (!machine_start(call->machine, &us)) {
        return "the image has not come to PHASE_WAITING within 10 s";
    }
    fprintf(call->output, "started %" PRIu64 "\n", us);
    return NULL;
}

static uint32_t output_levels(const struct machine *machine)
{
    assert(machine != NULL);
    return machine->front_end.levels & ((1u << FRONT_OUTPUTS) - 1u);
}

static const char *do_run(struct call *call)
{
    struct machine *machine = call->machine;
    struct front_inputs inputs;
    int64_t ticks = 0;
    int64_t passed = 0;
    if (!read_number(call->words[0], 1, TICKS_MAX, &ticks)) {
        return "TICKS is a number from 1 to 1000000000";
    }
    if (!read_inputs(call->words + 1, &inputs)) {
        return inputs_wanted;
    }
    if (!machine->started) {
        return no_power;
    }
    set_inputs(machine, &inputs);
    uint32_t before = output_levels(machine);
    while (passed < ticks && output_levels(machine) == before) {
        machine_advance(machine, TICK_NS);
        passed++;
    }
    assert(passed >= 1);
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
    assert(call->words != NULL);
    if (!read_inputs(call->words, &inputs)) {
        return inputs_wanted;
    }
    set_inputs(call->machine, &inputs);
    return NULL;
}

static const char *do_advance(struct call *call)
{
    int64_t us = 0;
    assert(call->words != NULL);
    if (!read_number(call->words[0], 0, US_MAX, &us)) {
        return "US is a number from 0 to 100000000000000";
    }
    if (!call->machine->started) {
        return no_power;
    }
    machine_advance(call->machine, (uint64_t)us * 1000u);
    fprintf(call->output, "at %" PRIu64 " ", machine_ns(call->machine) / 1000);
    write_outputs(call->machine, call->output);
    fputc('\n', call->output);
    return NULL;
}

static const char *do_reset(struct call *call)
{
    static const char *const names[] = {"power", "external", "brownout", NULL};
    static const uint8_t flags[] = {RESET_POWER_ON, RESET_EXTERNAL, RESET_BROWN_OUT};
    int kind = find_word(call->words[0], names);
    if (kind < 0) {
        return "a reset is brownout, external or power";
    }
    if (!call->machine->powered) {
        return no_power;
    }
    assert((size_t)kind < sizeof flags);
    machine_reset(call->machine, flags[kind]);
    return NULL;
}

static const char *do_cpu_hz(struct call *call)
{
    int64_t hz = 0;
    assert(call->words != NULL);
    if (!read_number(call->words[0], CLOCK_HZ_MIN, CLOCK_HZ_MAX, &hz)) {
        return "HZ is a number from 1000000 to 20000000";
    }
    machine_set_hz(call->machine, (uint32_t)hz);
    return NULL;
}

/* ---- what was seen -------------------------------------------------------------------------------------------- */

static const char *do_edges(struct call *call)
{
    struct front_end *front = &call->machine->front_end;
    assert(front->edge_count <= FRONT_EDGES);
    fprintf(call->output, "edges %zu", front->edge_count);
    for (size_t i = 0; i < front->edge_count; i++) {
        const struct front_edge *edge = &front->edges[i];
        assert(edge->pin < FRONT_OUTPUTS);
        fprintf(call->output, " %s:%d:%" PRIu64 ".%03u", front_output_names[edge->pin], edge->high,
                edge->ns / 1000, (unsigned)(edge->ns % 1000));
    }
    if (front->edges_lost > 0) {
        fprintf(call->output, " lost=%zu", front->edges_lost);
    }
    fputc('\n', call->output);
    front->edge_count = 0;
    front->edges_lost = 0;
    return NULL;
}

static const char *do_stats(struct call *call)
{
    char text[STATS_BYTES];
    assert(call->output != NULL);
    if (!call->machine->started) {
        return no_power;
    }
    stats_write(call->machine, text, sizeof text);
    fprintf(call->output, "stats %s\n", text);
    return NULL;
}

static const char *do_audit(struct call *call)
{
    const struct audit *audit = &call->machine->audit;
    assert(call->output != NULL);
    if (!call->machine->started) {
        return no_power;
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
    assert(call->words != NULL);
    if (!read_number(call->words[0], 0, SRAM_END - 1, &address)) {
        return "ADDR is a data address from 0 to 0x8FF";
    }
    fprintf(call->output, "value %u\n", machine_peek(call->machine, (uint16_t)address));
    return NULL;
}

static const char *do_uart(struct call *call)
{
    assert(call->words != NULL);
    return uart_open(call->machine, call->words[0]) ? NULL : "the file cannot be written";
}

static const char *do_baud(struct call *call)
{
    assert(call->output != NULL);
    if (!call->machine->started) {
        return no_power;
    }
    fprintf(call->output, "baud %" PRIu32 " %" PRIu64 "\n", uart_baud(call->machine),
            call->machine->uart.bytes);
    return NULL;
}

/* ---- faults inside -------------------------------------------------------------------------------------------- */

static const char bit_wanted[] = "BIT is a number from 0 to 7";

/* Reads ADDR in the SRAM and BIT. */
static const char *read_cell(char **words, int64_t *address, int64_t *bit)
{
    assert(address != NULL);
    if (!read_number(words[0], SRAM_START, SRAM_END - 1, address)) {
        return "ADDR is an address from 0x100 to 0x8FF";
    }
    return read_number(words[1], 0, 7, bit) ? NULL : bit_wanted;
}

static const char *do_flip_sram(struct call *call)
{
    int64_t address = 0;
    int64_t bit = 0;
    const char *error = read_cell(call->words, &address, &bit);
    if (error == NULL && !call->machine->powered) {
        error = no_power;
    }
    if (error == NULL) {
        assert(address >= SRAM_START);
        faults_flip(call->machine, (uint16_t)address, (unsigned)bit);
    }
    return error;
}

static const char *do_flip_flash(struct call *call)
{
    int64_t address = 0;
    int64_t bit = 0;
    assert(call->words != NULL);
    if (!read_number(call->words[0], 0, IMAGE_FLASH_BYTES - 1, &address)) {
        return "ADDR is an address from 0 to 0x7FFF";
    }
    if (!read_number(call->words[1], 0, 7, &bit)) {
        return bit_wanted;
    }
    faults_flip_flash(call->machine, (uint16_t)address, (unsigned)bit);
    return NULL;
}

static const char *do_flip_reg(struct call *call)
{
    int64_t number = 0;
    int64_t bit = 0;
    assert(call->words != NULL);
    if (!read_number(call->words[0], 0, 31, &number)) {
        return "N is a number from 0 to 31";
    }
    if (!read_number(call->words[1], 0, 7, &bit)) {
        return bit_wanted;
    }
    if (!call->machine->powered) {
        return no_power;
    }
    faults_flip(call->machine, (uint16_t)number, (unsigned)bit);
    return NULL;
}

static const char *do_flip_sreg(struct call *call)
{
    int64_t bit = 0;
    assert(call->words != NULL);
    if (!read_number(call->words[0], 0, 7, &bit)) {
        return bit_wanted;
    }
    if (!call->machine->powered) {
        return no_power;
    }
    faults_flip_sreg(call->machine, (unsigned)bit);
    return NULL;
}

static const char *do_flip_sp(struct call *call)
{
    int64_t bit = 0;
    assert(call->words != NULL);
    if (!read_number(call->words[0], 0, 15, &bit)) {
        return "BIT is a number from 0 to 15";
    }
    if (!call->machine->powered) {
        return no_power;
    }
    faults_flip_sp(call->machine, (unsigned)bit);
    return NULL;
}

static const char *do_flip_io(struct call *call)
{
    int64_t address = 0;
    int64_t bit = 0;
    assert(call->words != NULL);
    if (!read_number(call->words[0], 0x20, 0xFF, &address)) {
        return "ADDR is an address from 0x20 to 0xFF";
    }
    if (!read_number(call->words[1], 0, 7, &bit)) {
        return bit_wanted;
    }
    if (!call->machine->powered) {
        return no_power;
    }
    return faults_flip_io(call->machine, (uint8_t)address, (unsigned)bit) ? NULL
                                                                          : "that register holds no state";
}

static const char *do_stick_sram(struct call *call)
{
    int64_t address = 0;
    int64_t bit = 0;
    int64_t value = 0;
    const char *error = read_cell(call->words, &address, &bit);
    if (error == NULL && !read_number(call->words[2], 0, 1, &value)) {
        error = "VALUE is 0 or 1";
    }
    if (error == NULL) {
        assert(address >= SRAM_START);
        call->machine->faults = (struct faults){true, (uint16_t)address, (uint8_t)(1u << bit), value == 1};
        faults_hold(call->machine);
    }
    return error;
}

static const char *do_stick_none(struct call *call)
{
    assert(call->machine != NULL);
    call->machine->faults.stuck = false;
    return NULL;
}

static const char *do_fault_wdt(struct call *call)
{
    int64_t on = 0;
    assert(call->words != NULL);
    if (!read_number(call->words[0], 0, 1, &on)) {
        return "0 or 1";
    }
    call->machine->watchdog.never_fires = on == 1;
    if (call->machine->powered) {
        watchdog_schedule(call->machine);
    }
    return NULL;
}

static const char *do_cut(struct call *call)
{
    int64_t writes = 0;
    assert(call->words != NULL);
    if (!read_number(call->words[0], 1, INT32_MAX, &writes)) {
        return "N is a number from 1";
    }
    if (!call->machine->powered) {
        return no_power;
    }
    call->machine->eeprom.cut_in = (uint32_t)writes;
    call->machine->eeprom.cut_number = (uint32_t)writes;
    return NULL;
}

/* ---- faults outside ------------------------------------------------------------------------------------------- */

static const char *do_fault_crystal(struct call *call)
{
    struct machine *machine = call->machine;
    int64_t on = 0;
    assert(call->words != NULL);
    if (!read_number(call->words[0], 0, 1, &on)) {
        return "0 or 1";
    }
    machine_stop_crystal(machine, on == 1);
    return NULL;
}

static const char *do_fault_adc(struct call *call)
{
    int64_t code = -1;
    assert(call->words != NULL);
    if (strcmp(call->words[0], "none") != 0 && !read_number(call->words[0], 0, 1023, &code)) {
        return "N is a number from 0 to 1023, or none";
    }
    call->machine->front_end.adc_code = (int)code;
    return NULL;
}

static const char *do_fault_reference(struct call *call)
{
    int64_t mv = 0;
    assert(call->words != NULL);
    if (!read_number(call->words[0], 0, 5000, &mv)) {
        return "MV is a number from 0 to 5000";
    }
    call->machine->front_end.reference_mv = (uint32_t)mv;
    return NULL;
}

static const char *do_fault_output(struct call *call)
{
    static const char *const outputs[] = {"load", "prealarm", "charger", NULL};
    static const char *const kinds[] = {"none", "low", "high", NULL}; /* enum front_stuck */
    int output = find_word(call->words[0], outputs);
    int kind = find_word(call->words[1], kinds);
    if (output < 0 || kind < 0) {
        return "fault output load|prealarm|charger low|high|none";
    }
    assert(output < FRONT_SWITCHED);
    call->machine->front_end.back[output] = (enum front_stuck)kind;
    front_end_update(call->machine);
    return NULL;
}

static const char *do_fault_loop(struct call *call)
{
    static const char *const loops[] = {"atc", "atd", "no_prealarm", NULL};
    static const char *const kinds[] = {"none", "high", NULL};
    int loop = find_word(call->words[0], loops);
    int kind = find_word(call->words[1], kinds);
    if (loop < 0 || kind < 0) {
        return "fault loop atc|atd|no_prealarm high|none";
    }
    assert(loop < FRONT_LOOPS);
    call->machine->front_end.loop_high[loop] = kind == 1;
    front_end_update(call->machine);
    return NULL;
}

static const char *do_fault_loops(struct call *call)
{
    static const char *const kinds[] = {"none", "joined", NULL};
    int kind = find_word(call->words[0], kinds);
    if (kind < 0) {
        return "fault loops joined|none";
    }
    assert(kind <= 1);
    call->machine->front_end.loops_joined = kind == 1;
    front_end_update(call->machine);
    return NULL;
}

/* ---- the EEPROM ----------------------------------------------------------------------------------------------- */

bool protocol_load_eeprom(struct machine *machine, const char *path)
{
    uint8_t bytes[EEPROM_BYTES + 1];
    FILE *file = fopen(path, "rb");
    assert(machine != NULL);
    if (file == NULL) {
        return false;
    }
    bool good = fread(bytes, 1, sizeof bytes, file) == EEPROM_BYTES && ferror(file) == 0;
    fclose(file);
    if (good) {
        memcpy(machine->eeprom.bytes, bytes, EEPROM_BYTES);
    }
    return good;
}

static const char *do_eeprom_load(struct call *call)
{
    assert(call->words != NULL);
    return protocol_load_eeprom(call->machine, call->words[0])
               ? NULL
               : "the file cannot be read or is not of 1024 bytes";
}

static const char *do_eeprom_save(struct call *call)
{
    FILE *file = fopen(call->words[0], "wb");
    assert(call->machine != NULL);
    if (file == NULL) {
        return "the file cannot be written";
    }
    bool good = fwrite(call->machine->eeprom.bytes, 1, EEPROM_BYTES, file) == EEPROM_BYTES;
    return (fclose(file) == 0 && good) ? NULL : "the file cannot be written";
}

static const char *do_poke_eeprom(struct call *call)
{
    int64_t address = 0;
    int64_t value = 0;
    assert(call->words != NULL);
    if (!read_number(call->words[0], 0, EEPROM_BYTES - 1, &address)) {
        return "ADDR is an address from 0 to 1023";
    }
    if (!read_number(call->words[1], 0, 255, &value)) {
        return "VALUE is a number from 0 to 255";
    }
    call->machine->eeprom.bytes[address] = (uint8_t)value;
    return NULL;
}

/* ---- lines ---------------------------------------------------------------------------------------------------- */

struct entry {
    const char *first;
    const char *second; /* NULL: the command is one word */
    int wanted;         /* words after it */
    bool answers;       /* itself, rather than with "ok" */
    command command;
};

static const struct entry entries[] = {
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
    {"eeprom", "load", 1, false, do_eeprom_load},
    {"eeprom", "save", 1, false, do_eeprom_save},
    {"poke", "eeprom", 2, false, do_poke_eeprom},
};
#define ENTRIES (sizeof entries / sizeof entries[0])

/* Splits `line` at blanks; returns how many words there are, WORDS_MAX + 1 when there are more than fit. */
static int split(char *line, char **words)
{
    int count = 0;
    char *rest = line + strspn(line, " \t\r\n");
    assert(words != NULL);
    while (*rest != '\0' && count < WORDS_MAX) {
        words[count++] = rest;
        rest += strcspn(rest, " \t\r\n");
        if (*rest != '\0') {
            *rest++ = '\0';
        }
        rest += strspn(rest, " \t\r\n");
    }
    assert(count <= WORDS_MAX);
    return *rest == '\0' ? count : WORDS_MAX + 1;
}

/* `word` is NULL beyond the end of the line. */
static bool is_word(const char *word, const char *name)
{
    assert(name != NULL);
    return word != NULL && strcmp(word, name) == 0;
}

static const struct entry *find_entry(char **words)
{
    assert(words != NULL);
    for (size_t i = 0; i < ENTRIES; i++) {
        const struct entry *entry = &entries[i];
        assert(entry->command != NULL);
        if (is_word(words[0], entry->first) && (entry->second == NULL || is_word(words[1], entry->second))) {
            return entry;
        }
    }
    return NULL;
}

static void refuse(FILE *output, const char *error)
{
    assert(error != NULL);
    fprintf(output, "error %s\n", error);
}

static void answer(struct machine *machine, char *line, FILE *output)
{
    char *words[WORDS_MAX] = {NULL};
    int count = split(line, words);
    const struct entry *entry = find_entry(words);
    if (entry == NULL) {
        refuse(output, count == 0 ? "an empty line" : "no such command");
        return;
    }
    int own = entry->second == NULL ? 1 : 2;
    if (count != own + entry->wanted) {
        refuse(output, "the command takes another number of words");
        return;
    }
    assert(own + entry->wanted <= WORDS_MAX);
    struct call call = {machine, output, words + own};
    const char *error = entry->command(&call);
    if (error != NULL) {
        refuse(output, error);
    } else if (!entry->answers) {
        fputs("ok\n", output);
    }
}

/* Reads the rest of a line that was too long. */
static void skip_line(FILE *input)
{
    int character = fgetc(input);
    assert(input != NULL);
    while (character != '\n' && character != EOF) {
        character = fgetc(input);
    }
}

bool protocol_run(struct machine *machine, FILE *input, FILE *output)
{
    char line[LINE_BYTES];
    bool good = true;
    assert(machine != NULL);
    assert(input != NULL && output != NULL);
    while (good && fgets(line, sizeof line, input) != NULL) {
        if (strlen(line) == sizeof line - 1 && line[sizeof line - 2] != '\n') {
            skip_line(input);
            refuse(output, "the line is too long");
        } else {
            answer(machine, line, output);
        }
        good = fflush(output) == 0;
    }
    return good;
}
