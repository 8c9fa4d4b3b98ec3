/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/log.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/device_page.h"
#include "cli/output.h"
#include "cli/read_file.h"
#include "cli/record/device_record.h"
#include "cli/record/eeprom_image.h"
#include "cli/record/write_log.h"
#include "cli/settings.h"
#include "result/wording.h"

#define LOG_FILE_SIZE_MAX ((size_t)1024 * 1024) /* Intel hex of a byte a line is 14 kB */

enum { OUTPUT_CSV, OUTPUT_JSON, OUTPUT_REPORT, OUTPUTS };

/* ---- words -------------------------------------------------------------------------------------- */

static void print_boot(const struct device_record_entry *entry, FILE *stream)
{
    static const char *const words[] = {"power-on", "external reset", "brown-out", "watchdog"};
    const struct sbms_entry *decoded = &entry->decoded;
    const char *before = "";
    assert(entry->begins_boot);
    fprintf(stream, "boot %u: ", decoded->boot);
    if (decoded->kind != SBMS_ENTRY_BOOT) {
        fputs("its beginning is not in the record\n", stream);
        return;
    }
    for (size_t bit = 0; bit < sizeof words / sizeof words[0]; bit++) {
        if ((decoded->detail >> bit & 1u) != 0u) {
            fprintf(stream, "%s%s", before, words[bit]);
            before = ", ";
        }
    }
    fputs(before[0] == '\0' ? "the program ran into its beginning" : "", stream);
    fputs(decoded->high ? "; Load was high until then" : "", stream);
    fputc('\n', stream);
}

/* How long the output had been otherwise, as far as it is known. */
static void print_held(const struct device_record_entry *entry, FILE *stream)
{
    const struct sbms_entry *decoded = &entry->decoded;
    assert(decoded->kind == SBMS_ENTRY_EDGE);
    assert(entry->held_ticks <= entry->tick);
    if (entry->prealarm_ticks >= 0) {
        fprintf(stream, "; pre-alarm for %s", wording_span(entry->prealarm_ticks).text);
    }
    if (entry->held_ticks < 0 ||
        (entry->held_ticks == entry->tick && decoded->cause == SBMS_CAUSE_START_UP)) {
        return;
    }
    if (entry->held_ticks == entry->tick) {
        fprintf(stream, "; it had floated since the boot");
    } else {
        fprintf(stream, "; it had %s for %s", decoded->high ? "floated" : "been high",
                wording_span(entry->held_ticks).text);
    }
}

static enum system_edge_kind edge_kind(uint8_t output)
{
    static const enum system_edge_kind kinds[SBMS_OUTPUT_COUNT] = {[SBMS_OUTPUT_LOAD] = EDGE_LOAD,
                                                                   [SBMS_OUTPUT_PREALARM] = EDGE_PRE_ALARM,
                                                                   [SBMS_OUTPUT_CHARGER] = EDGE_CHARGER};
    assert(output < SBMS_OUTPUT_COUNT); /* the decoder has seen to it */
    return kinds[output];
}

static const char *output_words(uint8_t output)
{
    static const char *const words[SBMS_OUTPUT_COUNT] = {"Load", "Pre-alarm", "Charger"};
    assert(output < SBMS_OUTPUT_COUNT); /* the decoder has seen to it */
    return words[output];
}

static void print_edge(const struct device_record_entry *entry, FILE *stream)
{
    const struct sbms_entry *decoded = &entry->decoded;
    fprintf(stream, "%s %s: %s", output_words(decoded->output), decoded->high ? "high" : "floats",
            device_page_edge_cause(edge_kind(decoded->output), decoded->high, decoded->cause));
    print_held(entry, stream);
}

/* How long what is gone has lasted, where that is known. */
static void print_lasted(const struct device_record_entry *entry, FILE *stream)
{
    if (entry->held_ticks >= 0) {
        fprintf(stream, "; it lasted %s", wording_span(entry->held_ticks).text);
    }
}

/* SAFE-2 */
static void print_flicker(const struct device_record_entry *entry, FILE *stream)
{
    static const char *const signals[SBMS_INPUT_COUNT] = {[SBMS_INPUT_ATC] = "allowed-to-charge",
                                                          [SBMS_INPUT_ATD] = "allowed-to-discharge",
                                                          [SBMS_INPUT_NO_PREALARM] = "no-pre-alarm"};
    const unsigned signal = entry->decoded.detail;
    assert(signal >= SBMS_INPUT_ATC && signal < SBMS_INPUT_COUNT); /* the decoder has seen to it */
    if (entry->decoded.high) {
        fprintf(stream, "Signal %s flickers: it comes again and again, and never for long enough to count",
                signals[signal]);
    } else {
        fprintf(stream, "Signal %s is back, it flickers no more", signals[signal]);
        print_lasted(entry, stream);
    }
}

/* SAFE-4: which output, and how it does not follow, or did not. */
static void print_terminal(const struct sbms_entry *decoded, FILE *stream)
{
    static const char *const words[SBMS_TERMINAL_COUNT][2] = {
        [SBMS_TERMINAL_UNKNOWN] = {"", ""},
        [SBMS_TERMINAL_SHORTED] = {"was shorted", "is shorted: low when it should be high"},
        [SBMS_TERMINAL_FED] = {"was fed from outside", "is fed from outside: high when it should float"},
    };
    assert(decoded->cause < SBMS_TERMINAL_COUNT);
    if (decoded->cause == SBMS_TERMINAL_UNKNOWN) {
        fprintf(stream, "an output %s its command", decoded->high ? "does not follow" : "did not follow");
    } else {
        fprintf(stream, "%s %s", output_words(decoded->output), words[decoded->cause][decoded->high ? 1 : 0]);
    }
}

static void print_fault(const struct device_record_entry *entry, FILE *stream)
{
    static const char *const words[SBMS_FAULT_COUNT] = {
        [SBMS_FAULT_NONE] = "",
        [SBMS_FAULT_MEMORY] = "a cell of the memory, or state that differs from its copy",
        [SBMS_FAULT_PROGRAM] = "the program's checksum",
        [SBMS_FAULT_CLOCK] = "crystal and RC oscillator differ, or the crystal stands",
        [SBMS_FAULT_REFERENCE] = "the converter's reading of the band gap",
        [SBMS_FAULT_OUTPUT] = "", /* print_terminal() */
        [SBMS_FAULT_WATCHDOG] = "the watchdog did not reset, or too early or too late",
        [SBMS_FAULT_STACK] = "the stack has grown into its guard",
        [SBMS_FAULT_SETTINGS] = "the stored settings are bad, the defaults are in force",
        [SBMS_FAULT_REGISTER] = "a peripheral's register was found changed",
    };
    const unsigned fault = entry->decoded.detail;
    assert(fault > SBMS_FAULT_NONE && fault < SBMS_FAULT_COUNT);
    fprintf(stream, "Fault %u, %s, ", fault, sbms_fault_word((uint8_t)fault));
    fputs(entry->decoded.high ? "has come: " : "is gone", stream);
    if (fault == SBMS_FAULT_OUTPUT) {
        fputs(entry->decoded.high ? "" : ": ", stream);
        print_terminal(&entry->decoded, stream);
    } else if (entry->decoded.high) {
        fputs(words[fault], stream);
    }
    if (!entry->decoded.high) {
        print_lasted(entry, stream);
    } else if (fault == SBMS_FAULT_SETTINGS) {
        fprintf(stream, "; red does not show it");
    } else {
        fprintf(stream, "; red blinks %u time%s", fault, fault == 1 ? "" : "s");
    }
}

/* SAFE-7: what was dropped before it. */
static void print_missing(unsigned missing)
{
    if (missing > 0) {
        printf("  %u %s%s not recorded: they came too fast\n", missing,
               missing == 1 ? "entry was" : "entries",
               missing == 1                    ? ""
               : missing < SBMS_RECORD_GAP_MAX ? " were"
                                               : " or more were");
    }
}

static void print_event(const struct device_record_entry *entry, FILE *stream)
{
    const struct sbms_entry *decoded = &entry->decoded;
    switch (decoded->kind) {
    case SBMS_ENTRY_EDGE:
        print_edge(entry, stream);
        break;
    case SBMS_ENTRY_STAYS:
        fprintf(stream, "%s stays floating: %s", output_words(decoded->output),
                device_page_cause(decoded->cause, true));
        break;
    case SBMS_ENTRY_FLICKER:
        print_flicker(entry, stream);
        break;
    default:
        assert(decoded->kind == SBMS_ENTRY_FAULT);
        print_fault(entry, stream);
        break;
    }
}

/* `time_width`: of the widest time. */
static void print_entry(const struct device_record_entry *entry, int time_width)
{
    const struct sbms_entry *decoded = &entry->decoded;
    print_missing(entry->missing);
    if (entry->begins_boot) {
        print_boot(entry, stdout);
    }
    if (decoded->kind == SBMS_ENTRY_BOOT) {
        return;
    }
    printf("  %*s  %8s  ", time_width, wording_since(entry->tick).text,
           wording_volts(decoded->vbat_cv * 10).text);
    print_event(entry, stdout);
    putchar('\n');
}

static void print_settings(const struct device_record *record)
{
    switch (record->stored) {
    case SBMS_STORED_GOOD:
        puts("Settings");
        break;
    case SBMS_STORED_NONE:
        puts("Settings: none stored, the defaults are in force");
        break;
    default:
        puts("Settings: bad (checksum, version or range), the defaults are in force");
        break;
    }
    settings_print(&record->settings, "  ", stdout);
}

static void print_log(const struct device_record *record)
{
    int time_width = 0;
    assert(record->count <= SBMS_RECORD_SLOTS);
    for (size_t i = 0; i < record->count; i++) {
        const int width = (int)strlen(wording_since(record->entries[i].tick).text);
        time_width = width > time_width ? width : time_width;
    }
    for (size_t i = 0; i < record->count; i++) {
        print_entry(&record->entries[i], time_width);
    }
    if (record->count == 0) {
        puts("no records");
    }
    putchar('\n');
    print_settings(record);
    if (record->count > 0) {
        const struct sbms_entry *newest = &record->entries[record->count - 1].decoded;
        printf("\nOver the device's life\n"
               "  boots          %5u\n"
               "  cuts           %5u   Load floated, and not by the remote\n"
               "  charger stops  %5u\n"
               "  faults         %5u\n",
               newest->boot, newest->cuts, newest->charger_stops, newest->faults);
    }
    assert(record->count + record->torn + record->empty == SBMS_RECORD_SLOTS);
    printf("\n%u slots: %zu record%s, %zu torn, %zu empty\n", SBMS_RECORD_SLOTS, record->count,
           record->count == 1 ? "" : "s", record->torn, record->empty);
}

/* ---- the page ----------------------------------------------------------------------------------- */

/* What is no edge, in the words of the log. False: there is no memory. */
static bool add_note(struct device_page *page, const struct device_record_entry *entry, int64_t tick,
                     bool is_boot)
{
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    if (stream == NULL) {
        return false;
    }
    if (is_boot) {
        print_boot(entry, stream);
    } else {
        print_event(entry, stream);
    }
    const bool is_good = fclose(stream) == 0;
    if (is_good) {
        text[strcspn(text, "\n")] = '\0';
        device_page_note(page, tick, text);
    }
    free(text);
    return is_good;
}

/* Adds what one entry tells. False: there is no memory. */
static bool add_entry(struct device_page *page, const struct device_record_entry *entry, int64_t tick)
{
    const struct sbms_entry *decoded = &entry->decoded;
    const bool stays = decoded->kind == SBMS_ENTRY_STAYS;
    if (decoded->kind == SBMS_ENTRY_EDGE || stays) {
        device_page_edge(page, tick, edge_kind(decoded->output), !stays && decoded->high, stays,
                         decoded->cause);
        return true;
    }
    return decoded->kind == SBMS_ENTRY_BOOT || add_note(page, entry, tick, false);
}

/* Adds all entries. The boots stand one behind the other, a second apart: how long the device was off is not recorded. */
static bool add_entries(struct device_page *page, const struct device_record *record)
{
    int64_t boot_tick = 0;
    bool is_good = true;
    for (size_t i = 0; is_good && i < record->count; i++) {
        const struct device_record_entry *entry = &record->entries[i];
        if (entry->begins_boot && i > 0) {
            device_page_gap(page, page->end_tick);
            boot_tick = page->end_tick + (int64_t)SBMS_TICKS_PER_S;
        }
        page->end_tick = boot_tick + entry->tick;
        is_good = (!entry->begins_boot || add_note(page, entry, page->end_tick, true)) &&
                  add_entry(page, entry, page->end_tick);
    }
    device_page_gap(page, page->end_tick); /* nor how long it has been as the last entry left it */
    page->end_tick += (int64_t)SBMS_TICKS_PER_S;
    return is_good;
}

static bool write_page(const struct device_record *record, FILE *stream)
{
    struct device_page page;
    device_page_init(&page, "log", "The record of a device",
                     "The last 45 events that the device has recorded. Times are since the first boot that "
                     "is kept; the boots stand "
                     "one behind the other, for how long the device was without supply is not recorded.");
    const bool is_good = add_entries(&page, record) && device_page_write(&page, stream);
    device_page_free(&page);
    return is_good;
}

/* ---- the command -------------------------------------------------------------------------------- */

static int tell(const struct device_record *record, struct output *outputs)
{
    FILE *csv = NULL;
    FILE *json = NULL;
    if (!output_open(outputs, OUTPUTS)) {
        return COMMAND_BAD_INPUT;
    }
    csv = output_stream(&outputs[OUTPUT_CSV]);
    json = output_stream(&outputs[OUTPUT_JSON]);
    assert(csv == NULL || csv != json);
    if (csv != NULL) {
        write_log_csv(record, csv);
    }
    if (json != NULL) {
        write_log_json(record, json);
    }
    if (output_stream(&outputs[OUTPUT_REPORT]) != NULL &&
        !write_page(record, output_stream(&outputs[OUTPUT_REPORT]))) {
        output_discard(outputs, OUTPUTS);
        return command_error("not enough memory");
    }
    if (!output_has_stdout(outputs, OUTPUTS)) {
        print_log(record);
    }
    return output_commit(outputs, OUTPUTS) ? COMMAND_DONE : COMMAND_BAD_INPUT;
}

static int log_file(const char *path, struct output *outputs)
{
    uint8_t image[SBMS_EEPROM_BYTES];
    struct eeprom_image_error error;
    struct device_record record;
    char *data = NULL;
    size_t size = 0;
    bool good = read_file(path, LOG_FILE_SIZE_MAX, &data, &size);
    if (good && !eeprom_image_read(data, size, image, &error)) {
        fprintf(stderr, "%s:%zu:%zu: %s\n", read_file_name(path), error.line, error.column, error.message);
        good = false;
    }
    free(data);
    if (!good) {
        return COMMAND_BAD_INPUT;
    }
    device_record_read(&record, image);
    return tell(&record, outputs);
}

static const char log_summary[] =
    "Reads the EEPROM of a device and prints the events that it has recorded, oldest\n"
    "first, each with its cause; then the settings and the counts over the device's life.\n"
    "FILE is what avrdude has read, raw (1024 bytes) or Intel hex, or - for standard\n"
    "input.\n";

static const char log_details[] =
    "To read a device's EEPROM, which changes nothing in it:\n"
    "  avrdude -c PROGRAMMER -p m328p -U eeprom:r:eeprom.hex:i\n"
    "\n"
    "Times are since the boot, in hours, minutes, seconds; then comes the supply. The\n"
    "record holds the last 45 events, so the oldest boot may lack its beginning. What\n"
    "came too fast is counted and not recorded; 700 stands for 700 or more. A torn slot is\n"
    "one that the power failed in while it was written. A cut is each time that Load\n"
    "floated for another cause than the remote, or was high when a reset came.\n"
    "\n"
    "CSV and JSON hold every field of every record, empty or null where it has no\n"
    "meaning: number, boot, slot, t_s (since the boot), kind (boot, edge, fault, stays,\n"
    "flicker), reset, output, level, cause, fault, fault_word, fault_come, held_s,\n"
    "prealarm_s, the outputs after it load, prealarm, charger, vbat_mv, the debounced\n"
    "inputs supply, remote, atc, atd, no_prealarm, the counts cuts, charger_stops, faults,\n"
    "and missing, terminal (shorted, fed), signal (that flickers).\n"
    "FILE may be - for standard output, which then carries nothing else; only --report\n"
    "needs a file.\n"
    "\n"
    "Exit status: 0 done, 2 bad usage, bad input, or a result could not be written.\n"
    "\n"
    "Examples:\n"
    "  smallbms log eeprom.hex\n"
    "  smallbms log --report device.html eeprom.hex\n"
    "  smallbms log --csv - eeprom.hex | column -s, -t\n";

int log_command(int argc, char **argv)
{
    struct output outputs[OUTPUTS] = {[OUTPUT_CSV] = {.name = "--csv"},
                                      [OUTPUT_JSON] = {.name = "--json"},
                                      [OUTPUT_REPORT] = {.name = "--report", .needs_file = true}};
    const struct command_option options[] = {
        {"csv", "FILE", &outputs[OUTPUT_CSV].path, NULL, "write the records as CSV"},
        {"json", "FILE", &outputs[OUTPUT_JSON].path, NULL, "write records, settings and counts as JSON"},
        {"report", "FILE", &outputs[OUTPUT_REPORT].path, NULL,
         "write a page with the outputs and events, HTML"},
    };
    const struct command command = {"log",       "FILE",  log_summary,
                                    log_details, options, sizeof options / sizeof options[0]};
    const char *path = NULL;
    size_t operand_count = 0;
    enum command_parsed parsed = command_parse(&command, argc, argv, &path, 1, &operand_count);
    if (parsed != COMMAND_PARSED) {
        return parsed == COMMAND_HELPED ? COMMAND_DONE : COMMAND_BAD_INPUT;
    }
    if (operand_count == 0) {
        return command_usage_error("log", "FILE is missing");
    }
    const struct output_input input = {path, "input"};
    if (!output_check("log", outputs, OUTPUTS, &input, 1)) {
        return COMMAND_BAD_INPUT;
    }
    return log_file(path, outputs);
}
