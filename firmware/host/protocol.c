/* SPDX-License-Identifier: Apache-2.0 */
#include "firmware/host/protocol.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/fault.h"
#include "firmware/host/host.h"

#define LINE_BYTES 512
#define WORDS_MAX 7 /* one more than any command has */
#define TICKS_MAX 1000000000
#define MV_MAX 1000000
#define DECIMAL 10

/* A command's words, of which there are `count`; the others are "". */
struct line {
    const char *words[WORDS_MAX];
    int count;
};

struct protocol {
    FILE *output;
    FILE *uart; /* NULL: none */
    bool started;
};

/* ---- words ------------------------------------------------------------------------------------------------------ */

static void refuse(const struct protocol *protocol, const char *text)
{
    fprintf(protocol->output, "error %s\n", text);
}

static void accept(const struct protocol *protocol)
{
    fputs("ok\n", protocol->output);
}

static void split(char *text, struct line *line)
{
    char *rest = NULL;

    *line = (struct line){.count = 0};
    for (int i = 0; i < WORDS_MAX; i++) {
        const char *word = strtok_r(i == 0 ? text : NULL, " \r\n", &rest);
        line->words[i] = word == NULL ? "" : word;
        line->count += word == NULL ? 0 : 1;
    }
}

static bool read_number(const char *word, long min, long max, int32_t *number)
{
    char *end = NULL;
    long value = 0;

    errno = 0;
    value = strtol(word, &end, DECIMAL);
    if (end == word || *end != '\0' || errno != 0 || value < min || value > max) {
        return false;
    }
    *number = (int32_t)value;
    return true;
}

/* The place of `word` among the `count` of `names`; -1: it is none. */
static int find(const char *word, const char *const names[], int count)
{
    for (int i = 0; i < count; i++) {
        if (strcmp(word, names[i]) == 0) {
            return i;
        }
    }
    return -1;
}

/* VBAT_MV L_MV H_MV SSS, from word `first` on. */
static bool read_inputs(const struct line *line, int first)
{
    const char *signals = line->words[first + 3];
    int32_t mv[3];

    if (line->count != first + 4 || strlen(signals) != 3 || strspn(signals, "01") != 3) {
        return false;
    }
    for (int i = 0; i < 3; i++) {
        if (!read_number(line->words[first + i], -MV_MAX, MV_MAX, &mv[i])) {
            return false;
        }
    }
    host.vbat_mv = mv[0];
    host.remote_l_mv = mv[1];
    host.remote_h_mv = mv[2];
    host.present = (struct port_loop_ends){
        .atc = signals[0] == '1', .atd = signals[1] == '1', .no_prealarm = signals[2] == '1'};
    return true;
}

/* ---- power and time ----------------------------------------------------------------------------------------------- */

static void start(struct protocol *protocol, const struct line *line)
{
    if (line->count != 1) {
        refuse(protocol, "start takes nothing");
        return;
    }
    host_start(SBMS_RESET_POWER_ON);
    protocol->started = true;
    fputs("started 0\n", protocol->output);
}

static bool same_pins(const struct sbms_outputs *a, const struct sbms_outputs *b)
{
    return a->load == b->load && a->prealarm == b->prealarm && a->charger == b->charger &&
           a->led_load == b->led_load && a->led_fault == b->led_fault;
}

static void take_uart(const struct protocol *protocol)
{
    uint8_t bytes[HOST_UART_BYTES];
    const size_t count = host_take_uart(bytes);

    if (protocol->uart != NULL) {
        fwrite(bytes, 1, count, protocol->uart);
        fflush(protocol->uart);
    }
}

static void run(struct protocol *protocol, const struct line *line)
{
    const struct sbms_outputs before = host.pins;
    int32_t ticks = 0;
    int32_t passed = 0;

    if (!protocol->started) {
        refuse(protocol, "power is off: start");
        return;
    }
    if (!read_number(line->words[1], 1, TICKS_MAX, &ticks) || !read_inputs(line, 2)) {
        refuse(protocol, "run wants TICKS VBAT_MV L_MV H_MV SSS");
        return;
    }
    do {
        host_tick();
        take_uart(protocol);
        passed++;
    } while (passed < ticks && same_pins(&before, &host.pins));
    fprintf(protocol->output, "ran %" PRId32 " %d%d%d%d%d %u %u %u %u\n", passed, host.pins.load,
            host.pins.prealarm, host.pins.charger, host.pins.led_load, host.pins.led_fault,
            (unsigned)decided.load_cause, (unsigned)decided.prealarm_cause, (unsigned)decided.charger_cause,
            (unsigned)fault_found);
}

static void set(struct protocol *protocol, const struct line *line)
{
    if (!read_inputs(line, 1)) {
        refuse(protocol, "set wants VBAT_MV L_MV H_MV SSS");
        return;
    }
    accept(protocol);
}

static void reset(struct protocol *protocol, const struct line *line)
{
    static const char *const names[] = {"brownout", "external"};
    static const uint8_t flags[] = {SBMS_RESET_BROWN_OUT, SBMS_RESET_EXTERNAL};
    const int which = find(line->words[1], names, 2);

    if (line->count != 2 || which < 0 || !protocol->started) {
        refuse(protocol, "reset wants brownout or external, after start");
        return;
    }
    host_start(flags[which]);
    accept(protocol);
}

static void restarts(struct protocol *protocol, const struct line *line)
{
    if (line->count != 1) {
        refuse(protocol, "restarts takes nothing");
        return;
    }
    fprintf(protocol->output, "restarts %" PRIu32 "\n", host.restarts);
}

static void uart(struct protocol *protocol, const struct line *line)
{
    FILE *file = line->count == 2 ? fopen(line->words[1], "ab") : NULL;

    if (file == NULL) {
        refuse(protocol, "uart wants a FILE that can be written");
        return;
    }
    if (protocol->uart != NULL) {
        fclose(protocol->uart);
    }
    protocol->uart = file;
    host.listens = true;
    accept(protocol);
}

/* ---- faults --------------------------------------------------------------------------------------------------------- */

static bool fault_output(const struct line *line)
{
    static const char *const outputs[] = {"load", "prealarm", "charger"};
    static const char *const states[] = {"none", "low", "high"}; /* host_terminal */
    const int output = find(line->words[2], outputs, SBMS_OUTPUT_COUNT);
    const int state = find(line->words[3], states, 3);

    if (line->count != 4 || output < 0 || state < 0) {
        return false;
    }
    host.terminals[output] = (enum host_terminal)state;
    return true;
}

static bool fault_loop(const struct line *line)
{
    static const char *const loops[] = {"atc", "atd", "no_prealarm"};
    static const char *const states[] = {"none", "high"};
    bool *const ends[] = {&host.tied_high.atc, &host.tied_high.atd, &host.tied_high.no_prealarm};
    const int loop = find(line->words[2], loops, 3);
    const int state = find(line->words[3], states, 2);

    if (line->count != 4 || loop < 0 || state < 0) {
        return false;
    }
    *ends[loop] = state == 1;
    return true;
}

static bool fault_loops(const struct line *line)
{
    static const char *const states[] = {"none", "joined"};
    const int state = find(line->words[2], states, 2);

    if (line->count != 3 || state < 0) {
        return false;
    }
    host.loops_joined = state == 1;
    return true;
}

/* fault NAME NUMBER */
static bool fault_number(const struct line *line)
{
    static const char *const names[] = {"crystal", "register", "start", "piece", "reference"};
    static const long max[] = {1, 1, SBMS_FAULT_MAX, SBMS_FAULT_MAX, MV_MAX};
    const int which = find(line->words[1], names, 5);
    int32_t number = 0;

    if (line->count != 3 || which < 0 || !read_number(line->words[2], 0, max[which], &number)) {
        return false;
    }
    switch (which) {
    case 0:
        host.clock_stands = number == 1;
        break;
    case 1:
        host.register_changed = number == 1;
        break;
    case 2:
        host.found_at_start = (uint8_t)number;
        break;
    case 3:
        host.found_by_piece = (uint8_t)number;
        break;
    default:
        host.reference_mv = number;
        break;
    }
    return true;
}

static void fault(struct protocol *protocol, const struct line *line)
{
    static const char *const names[] = {"output", "loop", "loops"};
    static bool (*const faults[])(const struct line *line) = {fault_output, fault_loop, fault_loops};
    const int which = find(line->words[1], names, 3);

    if (!(which < 0 ? fault_number(line) : faults[which](line))) {
        refuse(protocol, "no such fault");
        return;
    }
    accept(protocol);
}

/* ---- the EEPROM ------------------------------------------------------------------------------------------------------ */

static bool load_eeprom(const char *path)
{
    uint8_t bytes[SBMS_EEPROM_BYTES + 1u];
    FILE *file = fopen(path, "rb");
    size_t count = 0;

    if (file == NULL) {
        return false;
    }
    count = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    if (count != SBMS_EEPROM_BYTES) {
        return false;
    }
    memcpy(host.eeprom, bytes, SBMS_EEPROM_BYTES);
    return true;
}

static bool save_eeprom(const char *path)
{
    FILE *file = fopen(path, "wb");
    bool whole = false;

    if (file == NULL) {
        return false;
    }
    whole = fwrite(host.eeprom, 1, SBMS_EEPROM_BYTES, file) == SBMS_EEPROM_BYTES;
    return fclose(file) == 0 && whole;
}

static void eeprom(struct protocol *protocol, const struct line *line)
{
    static const char *const verbs[] = {"load", "save"};
    static bool (*const moves[])(const char *path) = {load_eeprom, save_eeprom};
    const int which = find(line->words[1], verbs, 2);

    if (line->count != 3 || which < 0) {
        refuse(protocol, "eeprom wants load or save, and a FILE");
        return;
    }
    if (!moves[which](line->words[2])) {
        refuse(protocol, "the file cannot be used, or has not 1024 bytes");
        return;
    }
    accept(protocol);
}

static void poke(struct protocol *protocol, const struct line *line)
{
    int32_t address = 0;
    int32_t value = 0;

    if (line->count != 4 || strcmp(line->words[1], "eeprom") != 0 ||
        !read_number(line->words[2], 0, SBMS_EEPROM_BYTES - 1, &address) ||
        !read_number(line->words[3], 0, UINT8_MAX, &value)) {
        refuse(protocol, "poke wants eeprom ADDR VALUE");
        return;
    }
    host.eeprom[address] = (uint8_t)value;
    accept(protocol);
}

/* ---- lines ------------------------------------------------------------------------------------------------------------- */

static void answer(struct protocol *protocol, const struct line *line)
{
    static const struct {
        const char *name;
        void (*command)(struct protocol *protocol, const struct line *line);
    } commands[] = {{"start", start}, {"run", run},           {"set", set},
                    {"reset", reset}, {"restarts", restarts}, {"uart", uart},
                    {"fault", fault}, {"eeprom", eeprom},     {"poke", poke}};

    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (strcmp(line->words[0], commands[i].name) == 0) {
            commands[i].command(protocol, line);
            return;
        }
    }
    refuse(protocol, "no such command");
}

/* Whether `text` of `size` holds a whole line of text; reads on to the end of one that is longer. */
static bool is_whole(const char *text, size_t size, FILE *input)
{
    const size_t length = strlen(text);
    int next = 0;

    if ((length > 0 && text[length - 1] == '\n') || (length < size - 1 && feof(input))) {
        return true;
    }
    while (length == size - 1 && next != '\n' && next != EOF) {
        next = fgetc(input);
    }
    return false;
}

bool protocol_run(FILE *input, FILE *output)
{
    struct protocol protocol = {.output = output};
    char text[LINE_BYTES];
    bool written = true;

    host_make();
    while (written && fgets(text, sizeof text, input) != NULL) {
        struct line line;
        if (is_whole(text, sizeof text, input)) {
            split(text, &line);
            answer(&protocol, &line);
        } else {
            refuse(&protocol, "a line is text of at most 510 characters");
        }
        written = fflush(output) == 0;
    }
    if (protocol.uart != NULL) {
        fclose(protocol.uart);
    }
    return written;
}
