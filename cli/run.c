/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/run.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/check.h"
#include "cli/command.h"
#include "cli/device_choice.h"
#include "cli/interrupt.h"
#include "cli/load_scenario.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/read_file.h"
#include "result/formats.h"
#include "result/result.h"
#include "result/story.h"
#include "result/timeline.h"
#include "result/totals.h"
#include "result/wording.h"
#include "scenario/file.h"
#include "scenario/schema.h"
#include "scenario/value.h"
#include "twin/millivolts.h"
#include "twin/schedule.h"
#include "twin/system.h"
#include "wiring/draw.h"

#define RUN_PARTS 200 /* into which a run is cut, for the progress bar; always, so that it changes nothing */
#define SEED_MAX INT64_C(9007199254740991) /* what JSON holds exactly, as in scenario files */
#define SCENARIO_ENDING ".yaml"

#define OUTPUT_NAME_SIZE 32 /* "--report" */
#define LINE_SIZE 1024      /* of the command that shows a failure again */

#define OUTPUTS_MAX (RESULT_FORMATS_MAX + 1) /* every format, and the device's EEPROM */

/* What the user wrote. */
struct run_options {
    const char *path;
    const char *seed;
    const char *until;
    const char *interval_s;
    bool fixed_steps;
    bool quiet;
    bool verbose;
};

/* One run from beginning to end. */
struct run {
    struct run_options given;
    struct scenario described;
    int64_t end_tick;
    struct series_buckets buckets;
    bool data_to_stdout;
    struct output outputs[OUTPUTS_MAX]; /* of result_formats[], then eeprom_output() */
    struct device_choice device;
    uint8_t eeprom[SBMS_EEPROM_BYTES]; /* of the device in the end, when it is wanted */
    char again[LINE_SIZE];
    char name[SCENARIO_TEXT_SIZE]; /* of the scenario */
    struct run_result result;
    char *picture; /* of the wiring, if a format shows it */
    struct system_run system;
};

static size_t output_count(void)
{
    return result_format_count + 1;
}

static struct output *eeprom_output(struct run *run)
{
    return &run->outputs[result_format_count];
}

/* ---- reading what is wanted --------------------------------------------------------------------- */

static bool read_seed(struct run *run)
{
    int64_t seed = 0;
    if (run->given.seed == NULL) {
        return true;
    }
    if (!command_parse_integer(run->given.seed, 0, SEED_MAX, &seed)) {
        command_usage_error("run", "--seed %s must be a whole number, 0 to %" PRId64, run->given.seed,
                            SEED_MAX);
        return false;
    }
    run->described.seed = (uint64_t)seed;
    return true;
}

/* When the run ends: the scenario's own end, or earlier. */
static bool read_until(struct run *run)
{
    const char *until = run->given.until;
    double seconds = run->described.duration_s;
    assert(seconds > 0.0);
    if (until != NULL && !scenario_value_duration(until, &seconds) &&
        !scenario_value_instant(until, &seconds)) {
        command_usage_error(
            "run", "--until %s must be a time such as \"day 3 12:00\" or a length such as \"3 days\"", until);
        return false;
    }
    if (seconds <= 0.0 || seconds > run->described.duration_s) {
        command_usage_error("run", "--until %s is outside the run, which is %s s long", until,
                            wording_number(run->described.duration_s, 0).text);
        return false;
    }
    run->end_tick = schedule_tick_of(seconds);
    assert(run->end_tick > 0);
    return true;
}

static bool read_interval(struct run *run)
{
    int64_t run_s = (run->end_tick + SBMS_TICKS_PER_S - 1) / SBMS_TICKS_PER_S;
    int64_t interval_s = 0;
    int64_t shortest_s = run_s / SERIES_BUCKETS_MAX + 1;
    if (run->given.interval_s != NULL &&
        !command_parse_integer(run->given.interval_s, shortest_s, INT32_MAX, &interval_s)) {
        command_usage_error(
            "run", "--interval-s %s must be a whole number, %" PRId64 " to %d for a run of this length",
            run->given.interval_s, shortest_s, INT32_MAX);
        return false;
    }
    run->buckets =
        run->given.interval_s != NULL ? series_buckets_of(interval_s) : series_buckets_of_run(run_s);
    return true;
}

/* What a scenario says of the device itself, and the firmware can only find for itself. */
static bool is_of_device(enum scenario_event_what what)
{
    return what == EVENT_INTERNAL_FAULT || what == EVENT_OUTPUT_SHORTED || what == EVENT_OUTPUT_FED;
}

/* The firmware finds its own faults: a scenario cannot give it one. */
static bool check_events(const struct run *run)
{
    const bool is_avr = strcmp(run->device.name, "avr") == 0;
    assert(run->described.event_count <= SCENARIO_EVENTS_MAX);
    for (int i = 0; is_avr && i < run->described.event_count; i++) {
        const struct scenario_event *event = &run->described.events[i];
        const int64_t tick = schedule_tick_of(event->at_s);
        if (is_of_device(event->what) && tick < run->end_tick) {
            command_error("%s: the event %s at %s needs --device native: the firmware finds its own "
                          "faults, it cannot be told of one",
                          read_file_name(run->given.path),
                          scenario_group_name(scenario_group_variant(SCENARIO_EVENT, (int)event->what)),
                          wording_instant(tick).text);
            return false;
        }
    }
    return true;
}

/* ---- what is told ------------------------------------------------------------------------------- */

/* The scenario's name for the results: its file's without folder and ending. */
static const char *scenario_name(struct run *run)
{
    if (strcmp(run->given.path, "-") == 0) {
        return "standard input";
    }
    const char *slash = strrchr(run->given.path, '/');
    snprintf(run->name, sizeof run->name, "%s", slash == NULL ? run->given.path : slash + 1);
    size_t length = strlen(run->name);
    size_t ending = strlen(SCENARIO_ENDING);
    if (length > ending && strcmp(run->name + length - ending, SCENARIO_ENDING) == 0) {
        run->name[length - ending] = '\0';
    }
    return run->name;
}

static void print_readable(const struct run *run)
{
    struct timeline_style style = {.verbose = run->given.verbose,
                                   .colour = command_has_colour(stdout),
                                   .width = command_terminal_width(stdout)};
    char story[STORY_SIZE];
    const int unmet = story_unmet(&run->result);
    if (!run->given.quiet) {
        printf("%s\n\n", run->described.title);
    }
    if (run->result.is_cut_short) {
        printf("Cut short at %s. ", wording_instant(run->result.end_tick).text);
    }
    story_of(&run->result, story, sizeof story);
    wording_print_words(story, 0, 0, command_terminal_width(stdout), stdout);
    fputs("\n\n", stdout);
    if (unmet > 0) {
        printf("%s%d of %d expectations NOT MET%s\n\n", style.colour ? "\033[31m" : "", unmet,
               run->described.expectation_count, style.colour ? "\033[0m" : "");
    }
    check_print_first(&run->result.findings, run->given.quiet, stdout);
    if (!run->given.quiet) {
        timeline_print(&run->result.recording, &style, stdout);
        putchar('\n');
    }
    totals_print(&run->result, style.colour, stdout);
}

/* Draws the wiring into memory if a format that is wanted shows it. False: there is not enough. */
static bool draw_picture(struct run *run)
{
    bool is_wanted = false;
    size_t size = 0;
    for (size_t i = 0; i < result_format_count; i++) {
        is_wanted = is_wanted || (result_formats[i].has_wiring && run->outputs[i].path != NULL);
    }
    if (!is_wanted) {
        return true;
    }
    FILE *stream = open_memstream(&run->picture, &size);
    if (stream == NULL) {
        return false;
    }
    const bool is_drawn = draw_wiring(&run->described, stream) && ferror(stream) == 0;
    run->result.wiring = fclose(stream) == 0 ? run->picture : NULL;
    return is_drawn && run->result.wiring != NULL;
}

/* All that is told of a run which is done: on standard output, and in files. */
static bool write_outputs(struct run *run)
{
    assert(!device_choice_failed(&run->device));
    for (size_t i = 0; i < result_format_count; i++) {
        FILE *stream = output_stream(&run->outputs[i]);
        if (stream != NULL) {
            result_formats[i].write(&run->result, stream);
        }
    }
    FILE *stream = output_stream(eeprom_output(run));
    if (stream != NULL) {
        fwrite(run->eeprom, 1, sizeof run->eeprom, stream);
    }
    if (!run->data_to_stdout) {
        print_readable(run);
    }
    return output_commit(run->outputs, output_count());
}

/* Says which expectations failed, and whether the run was cut short; returns the exit code. */
static int report_expectations(const struct run *run)
{
    int code = run->result.is_cut_short ? COMMAND_INTERRUPTED : COMMAND_DONE;
    const char *name = strcmp(run->given.path, "-") == 0 ? "standard input" : run->given.path;
    for (int i = 0; i < run->described.expectation_count; i++) {
        char text[EXPECTATION_TEXT_SIZE];
        char detail[EXPECTATION_TEXT_SIZE];
        if (expectations_judge(&run->result.expectations, i, detail, sizeof detail) != EXPECTATION_UNMET) {
            continue;
        }
        expectations_text(&run->result.expectations, i, text, sizeof text);
        fprintf(stderr, "%s:%d: expectation not met: %s; observed: %s\n", name,
                run->described.expectations[i].line, text, detail);
        code = code == COMMAND_DONE ? COMMAND_UNMET : code;
    }
    if (run->result.is_cut_short) {
        fprintf(stderr, "smallbms: interrupted at %s of %s; all that is told is of the run until then\n",
                wording_instant(run->result.end_tick).text, wording_span(run->end_tick).text);
    }
    return code;
}

/* What the recording's limits have cut off of the wires, where they are written. */
static void report_left_out(const struct run *run)
{
    const size_t left_out = run->result.recording.changes_left_out;
    for (size_t i = 0; i < result_format_count && left_out > 0; i++) {
        if (strcmp(result_formats[i].name, "vcd") == 0 && run->outputs[i].path != NULL) {
            fprintf(stderr, "smallbms: the wires of --vcd hold the first %d changes, %zu are not in it\n",
                    RECORDING_WIRES_MAX, left_out);
        }
    }
}

/* ---- the run ------------------------------------------------------------------------------------ */

/* In whole seconds, so that long steps still fit. */
static int64_t part_ticks(const struct run *run)
{
    int64_t all_s = schedule_tick_of(run->described.duration_s) / SBMS_TICKS_PER_S;
    return (all_s / RUN_PARTS + 1) * (int64_t)SBMS_TICKS_PER_S;
}

static bool simulate(struct run *run)
{
    struct progress progress;
    struct system_observer observer;
    run_result_init(&run->result, &run->described, scenario_name(run), run->device.name, run->end_tick,
                    run->buckets);
    observer = run_result_observer(&run->result);
    observer.stops = interrupt_begin();
    if (!system_init(&run->system, &run->described, device_choice_device(&run->device), observer,
                     run->given.fixed_steps)) {
        return false;
    }
    progress_begin(&progress, run->end_tick, run->described.start_date);
    for (int64_t tick = 0; tick == run->system.tick && tick < run->end_tick &&
                           !device_choice_failed(&run->device) && !system_is_lost(&run->system);) {
        tick += part_ticks(run);
        tick = tick < run->end_tick ? tick : run->end_tick;
        system_run_to(&run->system, tick);
        progress_show(&progress, run->system.tick);
    }
    progress_end(&progress);
    if (interrupt_came() && run->system.tick < run->end_tick) {
        run->result.is_cut_short = true;
        run->result.end_tick = run->system.tick;
    }
    return run_result_finish(&run->result, &run->system.totals);
}

/* Where a run went that can go no further; returns the exit code. */
static int report_lost(const struct run *run)
{
    const struct system_totals *totals = &run->system.totals;
    const char *name = strcmp(run->given.path, "-") == 0 ? "standard input" : run->given.path;
    fprintf(stderr,
            "%s: %s: cells from %s to %s V and from %d to %d degC, which no battery has; its cells, loads "
            "and charger "
            "do not fit together\n",
            name, wording_instant(run->system.tick).text, wording_number(totals->cell_mv_min * 0.001, 1).text,
            wording_number(totals->cell_mv_max * 0.001, 1).text, (int)nearest_whole(totals->temp_c_min),
            (int)nearest_whole(totals->temp_c_max));
    return COMMAND_BAD_INPUT;
}

/* Runs and writes; everything that the user wrote has been checked. */
static int run_and_tell(struct run *run)
{
    if (!simulate(run)) {
        return command_error("not enough memory");
    }
    if (system_is_lost(&run->system)) {
        return report_lost(run);
    }
    const bool has_eeprom = eeprom_output(run)->path != NULL;
    if (device_choice_failed(&run->device) ||
        (has_eeprom && !device_choice_read_eeprom(&run->device, run->eeprom))) {
        return device_choice_report(&run->device, run->again);
    }
    if (!draw_picture(run)) {
        return command_error("not enough memory");
    }
    if (!write_outputs(run)) {
        return COMMAND_BAD_INPUT;
    }
    report_left_out(run);
    const int code = report_expectations(run);
    if (interrupt_came() && !run->result.is_cut_short) {
        fputs("smallbms: interrupted while the results were written; they are whole\n", stderr);
        return COMMAND_INTERRUPTED;
    }
    return code;
}

/* Reads and checks everything that the user wrote. */
static bool read_given(struct run *run)
{
    struct output_input inputs[1 + DEVICE_CHOICE_FILES] = {{run->given.path, "scenario"}};
    run->data_to_stdout = output_has_stdout(run->outputs, output_count());
    return device_choice_check(&run->device, "run", eeprom_output(run)->path) &&
           device_choice_files(&run->device, &inputs[1]) &&
           output_check("run", run->outputs, output_count(), inputs, sizeof inputs / sizeof inputs[0]) &&
           load_scenario("run", run->given.path, run->outputs, output_count(), &run->described) &&
           read_seed(run) && read_until(run) && read_interval(run) && check_events(run);
}

static int run_checked(struct run *run)
{
    int code = COMMAND_BAD_INPUT;
    assert(run->given.path != NULL);
    if (!read_given(run) || !device_choice_open(&run->device, &run->described.bms.settings)) {
        scenario_file_free(&run->described);
        return COMMAND_BAD_INPUT;
    }
    if (output_open(run->outputs, output_count())) {
        code = run_and_tell(run);
        output_discard(run->outputs, output_count());
        system_free(&run->system);
        run_result_free(&run->result);
        free(run->picture);
    }
    device_choice_close(&run->device);
    scenario_file_free(&run->described);
    return code;
}

/* ---- the command -------------------------------------------------------------------------------- */

static const char run_summary[] =
    "Runs a scenario: batteries, chargers, loads and the smallBMS between them, and\n"
    "prints what happened and why, then the totals. SCENARIO is a YAML file\n"
    "(docs/SCENARIOS.md), or - for standard input.\n";

static const char run_details[] =
    "FILE may be - for standard output, which then carries nothing else; only --report\n"
    "needs a file. No file is in its place before all are whole: on any failure an\n"
    "existing one stays as it was. TIME is a time of the run, \"day 3 12:00\", or a length,\n"
    "\"3 days\".\n"
    "\n"
    "battery_a is positive while the battery charges. Energy in is what the charger gives\n"
    "to the bus, energy out what loads and device take from it.\n"
    "\n"
    "With --device avr the control law runs beside the firmware, which must do at each\n"
    "tick what the law does.\n"
    "\n"
    "Ctrl-C ends the run where it is: what was computed until then is told and written,\n"
    "marked as cut short. A second one ends the command, and writes nothing.\n"
    "\n"
    "Exit status: 0 done, 1 the run failed an expectation of the scenario, or firmware and\n"
    "law differ, 2 bad usage, bad input, or a result could not be written, 130 Ctrl-C.\n"
    "\n"
    "Examples:\n"
    "  smallbms run scenarios/off-grid.yaml\n"
    "  smallbms run scenarios/off-grid.yaml --report off-grid.html\n"
    "  smallbms run --until \"day 3 12:00\" --seed 7 scenarios/off-grid.yaml\n"
    "  smallbms run scenarios/off-grid.yaml --csv - | head\n"
    "  smallbms run scenarios/off-grid.yaml --vcd off-grid.vcd && gtkwave off-grid.vcd\n";

/* The names of the outputs, "--csv" and so on, as messages have them. */
static void name_outputs(struct run *run, char names[][OUTPUT_NAME_SIZE])
{
    for (size_t i = 0; i < result_format_count; i++) {
        snprintf(names[i], OUTPUT_NAME_SIZE, "--%s", result_formats[i].name);
        run->outputs[i].name = names[i];
        run->outputs[i].needs_file = result_formats[i].needs_file;
    }
    eeprom_output(run)->name = "--eeprom";
}

/* The options of all formats into `options`; returns how many. */
static size_t format_options(struct run *run, struct command_option *options)
{
    for (size_t i = 0; i < result_format_count; i++) {
        options[i] = (struct command_option){result_formats[i].name, "FILE", &run->outputs[i].path, NULL,
                                             result_formats[i].help};
    }
    return result_format_count;
}

static enum command_parsed parse(struct run *run, int argc, char **argv, size_t *operand_count)
{
    struct run_options *given = &run->given;
    const struct command_option others[] = {
        {"interval-s", "N", &given->interval_s, NULL,
         "length of a bucket of CSV and JSON, in s; by default\nabout a 4000th of the run, at least 60"},
        {"seed", "N", &given->seed, NULL, "instead of the scenario's seed"},
        {"until", "TIME", &given->until, NULL, "end the run earlier"},
        DEVICE_CHOICE_OPTIONS(&run->device, &eeprom_output(run)->path),
        {"fixed-steps", NULL, NULL, &given->fixed_steps,
         "steps of 1 s at most, to check the long ones against"},
        {"verbose", NULL, NULL, &given->verbose, "the timeline with LEDs and charger stages"},
        {"quiet", NULL, NULL, &given->quiet, "no timeline, only the totals"},
    };
    struct command_option options[COMMAND_OPTIONS_MAX];
    size_t count = format_options(run, options);
    assert(count + sizeof others / sizeof others[0] <= COMMAND_OPTIONS_MAX);
    memcpy(options + count, others, sizeof others);
    count += sizeof others / sizeof others[0];
    const struct command command = {"run", "SCENARIO", run_summary, run_details, options, count};
    return command_parse(&command, argc, argv, &given->path, 1, operand_count);
}

int run_command(int argc, char **argv)
{
    char names[RESULT_FORMATS_MAX][OUTPUT_NAME_SIZE];
    struct run *run = calloc(1, sizeof *run);
    if (run == NULL) {
        return command_error("not enough memory");
    }
    run->device.name = "native";
    name_outputs(run, names);
    size_t operand_count = 0;
    int code = COMMAND_BAD_INPUT;
    enum command_parsed parsed = parse(run, argc, argv, &operand_count);
    if (parsed == COMMAND_HELPED) {
        code = COMMAND_DONE;
    } else if (parsed == COMMAND_PARSED && operand_count == 0) {
        code = command_usage_error("run", "no SCENARIO given");
    } else if (parsed == COMMAND_PARSED) {
        command_line(argc, argv, run->again, sizeof run->again);
        code = run_checked(run);
    }
    free(run);
    return code;
}
