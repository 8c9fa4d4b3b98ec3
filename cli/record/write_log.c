/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/record/write_log.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "result/wording.h"

#ifndef SMALLBMS_VERSION
#define SMALLBMS_VERSION "0.0.0" /* the build gives the real one */
#endif

/* The columns, in their order. */
enum field {
    FIELD_NUMBER,
    FIELD_BOOT,
    FIELD_SLOT,
    FIELD_T,
    FIELD_KIND,
    FIELD_RESET,
    FIELD_OUTPUT,
    FIELD_LEVEL,
    FIELD_CAUSE,
    FIELD_FAULT,
    FIELD_FAULT_WORD,
    FIELD_FAULT_COME,
    FIELD_HELD,
    FIELD_PREALARM_HELD,
    FIELD_LOAD,
    FIELD_PREALARM,
    FIELD_CHARGER,
    FIELD_VBAT,
    FIELD_SUPPLY, /* the inputs in the order of SBMS_INPUT_... */
    FIELD_REMOTE,
    FIELD_ATC,
    FIELD_ATD,
    FIELD_NO_PREALARM,
    FIELD_CUTS,
    FIELD_CHARGER_STOPS,
    FIELD_FAULTS,
    FIELD_MISSING,
    FIELD_TERMINAL,
    FIELD_SIGNAL,
    FIELD_COUNT
};

static const char *const names[FIELD_COUNT] = {
    [FIELD_NUMBER] = "number",
    [FIELD_BOOT] = "boot",
    [FIELD_SLOT] = "slot",
    [FIELD_T] = "t_s",
    [FIELD_KIND] = "kind",
    [FIELD_RESET] = "reset",
    [FIELD_OUTPUT] = "output",
    [FIELD_LEVEL] = "level",
    [FIELD_CAUSE] = "cause",
    [FIELD_FAULT] = "fault",
    [FIELD_FAULT_WORD] = "fault_word",
    [FIELD_FAULT_COME] = "fault_come",
    [FIELD_HELD] = "held_s",
    [FIELD_PREALARM_HELD] = "prealarm_s",
    [FIELD_LOAD] = "load",
    [FIELD_PREALARM] = "prealarm",
    [FIELD_CHARGER] = "charger",
    [FIELD_VBAT] = "vbat_mv",
    [FIELD_SUPPLY] = "supply",
    [FIELD_REMOTE] = "remote",
    [FIELD_ATC] = "atc",
    [FIELD_ATD] = "atd",
    [FIELD_NO_PREALARM] = "no_prealarm",
    [FIELD_CUTS] = "cuts",
    [FIELD_CHARGER_STOPS] = "charger_stops",
    [FIELD_FAULTS] = "faults",
    [FIELD_MISSING] = "missing",
    [FIELD_TERMINAL] = "terminal",
    [FIELD_SIGNAL] = "signal",
};

/* One field: a number or a word; neither when it has no meaning for its entry. */
struct value {
    char word[48];  /* "": none */
    int64_t number; /* -1: none */
    bool is_ticks;  /* `number` is ticks, to be written as seconds */
};

static void set_word(struct value *value, const char *word)
{
    assert(strlen(word) < sizeof value->word);
    snprintf(value->word, sizeof value->word, "%s", word);
}

/* ---- the fields --------------------------------------------------------------------------------- */

static void join_resets(uint8_t flags, char *text, size_t size)
{
    static const char *const words[] = {"power_on", "external", "brown_out", "watchdog"};
    size_t used = 0;
    assert(size > strlen("power_on+external+brown_out+watchdog"));
    snprintf(text, size, "none");
    for (size_t bit = 0; bit < sizeof words / sizeof words[0]; bit++) {
        if ((flags >> bit & 1u) != 0u) {
            used += (size_t)snprintf(text + used, size - used, "%s%s", used > 0 ? "+" : "", words[bit]);
        }
    }
}

static void take_boot_field(struct value *value, enum field field, const struct sbms_entry *decoded)
{
    assert(decoded->kind == SBMS_ENTRY_BOOT);
    if (field == FIELD_KIND) {
        set_word(value, "boot");
    } else if (field == FIELD_RESET) {
        join_resets(decoded->detail, value->word, sizeof value->word);
    } else if (field == FIELD_LEVEL) {
        value->number = decoded->high ? 1 : 0;
    }
}

static void set_output(struct value *value, uint8_t output)
{
    static const char *const outputs[SBMS_OUTPUT_COUNT] = {"load", "prealarm", "charger"};
    assert(output < SBMS_OUTPUT_COUNT);
    set_word(value, outputs[output]);
}

/* Of an edge, and of an output that stays floating. */
static void take_edge_field(struct value *value, enum field field, const struct sbms_entry *decoded)
{
    assert(decoded->kind == SBMS_ENTRY_EDGE || decoded->kind == SBMS_ENTRY_STAYS);
    switch (field) {
    case FIELD_KIND:
        set_word(value, decoded->kind == SBMS_ENTRY_EDGE ? "edge" : "stays");
        break;
    case FIELD_OUTPUT:
        set_output(value, decoded->output);
        break;
    case FIELD_LEVEL:
        value->number = decoded->high ? 1 : 0;
        break;
    case FIELD_CAUSE:
        set_word(value, sbms_cause_word(decoded->cause));
        break;
    default:
        if (field >= FIELD_SUPPLY && field <= FIELD_NO_PREALARM) {
            value->number = decoded->detail >> (unsigned)(field - FIELD_SUPPLY) & 1u;
        }
        break;
    }
}

/* SAFE-4: of an output that does not follow. */
static void take_terminal_field(struct value *value, enum field field, const struct sbms_entry *decoded)
{
    static const char *const terminals[SBMS_TERMINAL_COUNT] = {
        [SBMS_TERMINAL_UNKNOWN] = "", [SBMS_TERMINAL_SHORTED] = "shorted", [SBMS_TERMINAL_FED] = "fed"};
    assert(decoded->cause < SBMS_TERMINAL_COUNT);
    if (decoded->cause == SBMS_TERMINAL_UNKNOWN) {
        return;
    }
    if (field == FIELD_OUTPUT) {
        set_output(value, decoded->output);
    } else if (field == FIELD_TERMINAL) {
        set_word(value, terminals[decoded->cause]);
    }
}

static void take_fault_field(struct value *value, enum field field, const struct sbms_entry *decoded)
{
    assert(decoded->kind == SBMS_ENTRY_FAULT);
    assert(decoded->detail < SBMS_FAULT_COUNT);
    switch (field) {
    case FIELD_KIND:
        set_word(value, "fault");
        break;
    case FIELD_FAULT:
        value->number = decoded->detail;
        break;
    case FIELD_FAULT_WORD:
        set_word(value, sbms_fault_word(decoded->detail));
        break;
    case FIELD_FAULT_COME:
        value->number = decoded->high ? 1 : 0;
        break;
    default:
        if (decoded->detail == SBMS_FAULT_OUTPUT) {
            take_terminal_field(value, field, decoded);
        }
        break;
    }
}

/* SAFE-2 */
static void take_flicker_field(struct value *value, enum field field, const struct sbms_entry *decoded)
{
    assert(decoded->kind == SBMS_ENTRY_FLICKER);
    assert(decoded->detail >= SBMS_INPUT_ATC && decoded->detail < SBMS_INPUT_COUNT);
    if (field == FIELD_KIND) {
        set_word(value, "flicker");
    } else if (field == FIELD_FAULT_COME) {
        value->number = decoded->high ? 1 : 0;
    } else if (field == FIELD_SIGNAL) {
        set_word(value, names[FIELD_ATC + decoded->detail - SBMS_INPUT_ATC]);
    }
}

/* Fields that depend on the kind of the entry. */
static void take_kind_field(struct value *value, enum field field, const struct sbms_entry *decoded)
{
    switch (decoded->kind) {
    case SBMS_ENTRY_BOOT:
        take_boot_field(value, field, decoded);
        break;
    case SBMS_ENTRY_EDGE:
    case SBMS_ENTRY_STAYS:
        take_edge_field(value, field, decoded);
        break;
    case SBMS_ENTRY_FLICKER:
        take_flicker_field(value, field, decoded);
        break;
    default:
        take_fault_field(value, field, decoded);
        break;
    }
}

static void take_length(struct value *value, enum field field, const struct device_record_entry *entry)
{
    assert(field == FIELD_T || field == FIELD_HELD || field == FIELD_PREALARM_HELD);
    value->is_ticks = true;
    if (field == FIELD_T) {
        value->number = entry->tick;
    } else {
        value->number = field == FIELD_HELD ? entry->held_ticks : entry->prealarm_ticks;
    }
}

/* Counts, and what else each entry has. */
static bool take_count(struct value *value, enum field field, const struct device_record_entry *entry)
{
    const struct sbms_entry *decoded = &entry->decoded;
    const int64_t counts[FIELD_COUNT] = {
        [FIELD_NUMBER] = decoded->number,
        [FIELD_BOOT] = decoded->boot,
        [FIELD_SLOT] = entry->slot,
        [FIELD_LOAD] = decoded->outputs >> SBMS_OUTPUT_LOAD & 1u,
        [FIELD_PREALARM] = decoded->outputs >> SBMS_OUTPUT_PREALARM & 1u,
        [FIELD_CHARGER] = decoded->outputs >> SBMS_OUTPUT_CHARGER & 1u,
        [FIELD_VBAT] = (int64_t)decoded->vbat_cv * 10,
        [FIELD_CUTS] = decoded->cuts,
        [FIELD_CHARGER_STOPS] = decoded->charger_stops,
        [FIELD_FAULTS] = decoded->faults,
        [FIELD_MISSING] = entry->missing,
    };
    const bool is_count = field <= FIELD_SLOT || (field >= FIELD_LOAD && field <= FIELD_VBAT) ||
                          (field >= FIELD_CUTS && field <= FIELD_MISSING);
    if (is_count) {
        value->number = counts[field];
    }
    return is_count;
}

static struct value value_of(const struct device_record_entry *entry, enum field field)
{
    struct value value = {.number = -1};
    assert(entry->slot < SBMS_RECORD_SLOTS);
    if (field == FIELD_T || field == FIELD_HELD || field == FIELD_PREALARM_HELD) {
        take_length(&value, field, entry);
    } else if (!take_count(&value, field, entry)) {
        take_kind_field(&value, field, &entry->decoded);
    }
    return value;
}

static void write_number(const struct value *value, FILE *stream)
{
    if (value->is_ticks) {
        wording_write_seconds(stream, value->number);
    } else {
        fprintf(stream, "%" PRId64, value->number);
    }
}

/* ---- CSV ------------------------------------------------------------------------------------------ */

void write_log_csv(const struct device_record *record, FILE *stream)
{
    assert(record != NULL);
    assert(stream != NULL);
    for (int field = 0; field < FIELD_COUNT; field++) {
        fprintf(stream, "%s%s", field > 0 ? "," : "", names[field]);
    }
    fputc('\n', stream);
    for (size_t i = 0; i < record->count; i++) {
        for (int field = 0; field < FIELD_COUNT; field++) {
            const struct value value = value_of(&record->entries[i], (enum field)field);
            fputs(field > 0 ? "," : "", stream);
            if (value.word[0] != '\0') {
                fputs(value.word, stream);
            } else if (value.number >= 0) {
                write_number(&value, stream);
            }
        }
        fputc('\n', stream);
    }
}

/* ---- JSON ----------------------------------------------------------------------------------------- */

static void write_head(const struct device_record *record, FILE *stream)
{
    static const char *const stored[] = {
        [SBMS_STORED_GOOD] = "good", [SBMS_STORED_NONE] = "none", [SBMS_STORED_BAD] = "bad"};
    const unsigned warning_time_s =
        record->settings.warning_time_s != 0 ? record->settings.warning_time_s : SBMS_WARNING_TIME_S_DEFAULT;
    assert((size_t)record->stored < sizeof stored / sizeof stored[0]);
    assert(record->count <= SBMS_RECORD_SLOTS);
    fprintf(stream, "{\n\"format\":\"smallbms-log-1\",\n\"version\":\"%s\",\n", SMALLBMS_VERSION);
    fprintf(stream,
            "\"settings\":{\"stored\":\"%s\",\"warning_time_s\":%u,\"reconnect_delay_s\":%u,\"lockout_"
            "retries\":%u,"
            "\"lockout_clear_mv\":%" PRId32 "},\n",
            stored[record->stored], warning_time_s, record->settings.reconnect_delay_s,
            record->settings.lockout_retries, record->settings.lockout_clear_mv);
    fprintf(stream, "\"slots\":{\"records\":%zu,\"torn\":%zu,\"empty\":%zu},\n", record->count, record->torn,
            record->empty);
    if (record->count == 0) {
        fputs("\"life\":null,\n", stream);
        return;
    }
    const struct sbms_entry *newest = &record->entries[record->count - 1].decoded;
    fprintf(stream, "\"life\":{\"boots\":%u,\"cuts\":%u,\"charger_stops\":%u,\"faults\":%u},\n", newest->boot,
            newest->cuts, newest->charger_stops, newest->faults);
}

static void write_object(const struct device_record_entry *entry, FILE *stream)
{
    fputc('{', stream);
    for (int field = 0; field < FIELD_COUNT; field++) {
        const struct value value = value_of(entry, (enum field)field);
        assert(value.word[0] == '\0' || value.number == -1);
        fprintf(stream, "%s\"%s\":", field > 0 ? "," : "", names[field]);
        if (value.word[0] != '\0') {
            fprintf(stream, "\"%s\"", value.word);
        } else if (value.number >= 0) {
            write_number(&value, stream);
        } else {
            fputs("null", stream);
        }
    }
    fputc('}', stream);
}

void write_log_json(const struct device_record *record, FILE *stream)
{
    assert(record != NULL);
    assert(stream != NULL);
    write_head(record, stream);
    fputs("\"records\":[", stream);
    for (size_t i = 0; i < record->count; i++) {
        fputs(i > 0 ? ",\n" : "\n", stream);
        write_object(&record->entries[i], stream);
    }
    fputs("\n]\n}\n", stream);
}
