/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/replay.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cell_options.h"
#include "cli/command.h"
#include "cli/device_settings.h"
#include "cli/output.h"
#include "cli/read_file.h"
#include "cli/replay_warnings.h"
#include "core/control.h"

#define NS_PER_MS 1000000
#define TICK_NS ((int64_t)SBMS_TICK_MS * NS_PER_MS)
#define STIMULUS_SIZE_MAX ((size_t)1024 * 1024 * 1024)
#define LINE_SIZE 1024 /* of the command that shows a failure again */

/* ---- the device and its inputs ------------------------------------------------------------------ */

struct replay {
    struct stimulus *stimulus;
    struct stimulus_row row;  /* in force at `tick` */
    struct stimulus_row next; /* the one after, when has_next */
    bool has_next;
    bool is_measured;   /* signals come from `cells` */
    bool is_sample_due; /* another sample of the cells may change something */
    bool is_stale;      /* at the last sample the row was older than readings may be */
    int64_t max_gap_ns; /* how old they may be; 0: they hold until the next row */
    int64_t tick;       /* of the coming sample; 0 is at the first row's time */
    struct cell_log cells;
    const struct device_choice *choice;
    struct device device; /* its */
    struct sbms_inputs inputs;
    struct sbms_outputs shown; /* as in the last row printed */
    struct device_page *page;  /* NULL: none */
    FILE *out;
};

/* The first tick at which a row of that time is in force. */
static int64_t tick_of(const struct replay *replay, int64_t t_ns)
{
    int64_t since_ns = t_ns - replay->stimulus->first_ns;
    assert(since_ns >= 0);
    int64_t tick = since_ns / TICK_NS + (since_ns % TICK_NS != 0 ? 1 : 0);
    return tick;
}

/* The first tick that is not before `tick` at which cells are sampled (BAT-9). */
static int64_t sample_tick_from(int64_t tick)
{
    const int64_t period_ticks = SBMS_BATTERY_PERIOD_TICKS;
    return (tick + period_ticks - 1) / period_ticks * period_ticks;
}

/* The first sample at which the row's readings are too old, when there is a limit; INT64_MAX: none of this run. */
static int64_t stale_tick(const struct replay *replay)
{
    assert(replay->max_gap_ns > 0);
    if (replay->max_gap_ns >= replay->stimulus->last_ns - replay->row.t_ns) {
        return INT64_MAX; /* not before the run ends; the sum below might not fit either */
    }
    return sample_tick_from(tick_of(replay, replay->row.t_ns + replay->max_gap_ns + 1));
}

static void sample_cells(struct replay *replay)
{
    replay->is_stale = replay->max_gap_ns > 0 && replay->tick >= stale_tick(replay);
    cell_log_sample(&replay->cells, &replay->row, replay->is_stale);
    replay->inputs.atc = replay->cells.signals.atc;
    replay->inputs.atd = replay->cells.signals.atd;
    replay->inputs.no_prealarm = replay->cells.signals.no_prealarm;
    replay->is_sample_due = replay->cells.moved;
}

/* The next sample from `tick` on that may change something; INT64_MAX: none before the next row. */
static int64_t next_sample(const struct replay *replay, int64_t tick)
{
    if (!replay->is_measured) {
        return INT64_MAX;
    }
    if (replay->is_sample_due) {
        return sample_tick_from(tick);
    }
    return replay->max_gap_ns > 0 && !replay->is_stale ? stale_tick(replay) : INT64_MAX;
}

/* Brings the inputs up to the coming tick. */
static void update_inputs(struct replay *replay)
{
    while (replay->has_next && tick_of(replay, replay->next.t_ns) <= replay->tick) {
        replay->row = replay->next;
        replay->has_next = stimulus_next(replay->stimulus, &replay->next);
        replay->is_sample_due = replay->is_measured;
    }
    replay->inputs.vbat_mv = replay->row.vbat_mv;
    replay->inputs.remote_l_mv = replay->row.remote_l_mv;
    replay->inputs.remote_h_mv = replay->row.remote_h_mv;
    if (!replay->is_measured) {
        replay->inputs.atc = replay->row.atc;
        replay->inputs.atd = replay->row.atd;
        replay->inputs.no_prealarm = replay->row.no_prealarm;
        return;
    }
    if (next_sample(replay, replay->tick) == replay->tick) {
        sample_cells(replay);
    }
    if (!replay->stimulus->has_vbat) {
        replay->inputs.vbat_mv = replay->cells.supply_mv;
    }
}

/* The first tick after the coming one that may see other inputs, or the one after the last, `end`. Batteries whose counts
 * stand still give the same signals for the same readings, so they are not asked. */
static int64_t next_change(const struct replay *replay, int64_t end)
{
    int64_t change = end;
    const int64_t sample = next_sample(replay, replay->tick + 1);
    if (replay->has_next && tick_of(replay, replay->next.t_ns) < change) {
        change = tick_of(replay, replay->next.t_ns);
    }
    return sample < change ? sample : change;
}

/* ---- what is printed ---------------------------------------------------------------------------- */

static void print_row(const struct replay *replay, uint8_t cause)
{
    assert(cause != SBMS_CAUSE_NONE); /* SAFE-7 */
    assert(cause < SBMS_CAUSE_COUNT);
    int64_t t_ns = replay->stimulus->first_ns + replay->tick * TICK_NS;
    int64_t t_ms = (t_ns + NS_PER_MS / 2) / NS_PER_MS;
    const struct sbms_outputs *shown = &replay->shown;
    fprintf(replay->out, "%" PRId64 ".%03" PRId64 ",%d,%d,%d,%d,%d,%s\n", t_ms / 1000, t_ms % 1000,
            shown->load, shown->prealarm, shown->charger, shown->led_load, shown->led_fault,
            sbms_cause_word(cause));
}

/* The outputs that have a cause of their own, in the order of their rows. */
enum { PART_CHARGER, PART_LOAD, PART_PREALARM, PART_COUNT };

/* Takes over one output and its LED. */
static void show_part(struct sbms_outputs *shown, const struct sbms_outputs *outputs, int part)
{
    if (part == PART_CHARGER) {
        shown->charger = outputs->charger;
        shown->led_fault = outputs->led_fault;
    } else if (part == PART_LOAD) {
        shown->load = outputs->load;
        shown->led_load = outputs->led_load;
    } else {
        shown->prealarm = outputs->prealarm;
    }
}

static bool same_outputs(const struct sbms_outputs *a, const struct sbms_outputs *b)
{
    return a->load == b->load && a->prealarm == b->prealarm && a->charger == b->charger &&
           a->led_load == b->led_load && a->led_fault == b->led_fault;
}

/* Tells the page which outputs change, before they are taken over. */
static void tell_page(const struct replay *replay, const struct sbms_decision *decision)
{
    const struct sbms_outputs *now = &decision->outputs;
    struct device_page *page = replay->page;
    if (replay->shown.charger != now->charger) {
        device_page_edge(page, replay->tick, EDGE_CHARGER, now->charger, false, decision->charger_cause);
    }
    if (replay->shown.load != now->load) {
        device_page_edge(page, replay->tick, EDGE_LOAD, now->load, false, decision->load_cause);
    }
    if (replay->shown.prealarm != now->prealarm) {
        device_page_edge(page, replay->tick, EDGE_PRE_ALARM, now->prealarm, false, decision->prealarm_cause);
    }
}

/* Prints one row for each cause of this tick. */
static void print_decision(struct replay *replay, const struct sbms_decision *decision)
{
    uint8_t causes[PART_COUNT] = {
        [PART_CHARGER] = decision->charger_cause,
        [PART_LOAD] = decision->load_cause,
        [PART_PREALARM] = decision->prealarm_cause,
    };
    if (replay->page != NULL) {
        tell_page(replay, decision);
    }
    for (int part = 0; part < PART_COUNT; part++) {
        uint8_t cause = causes[part];
        for (int other = part; other < PART_COUNT && cause != SBMS_CAUSE_NONE; other++) {
            if (causes[other] == cause) {
                show_part(&replay->shown, &decision->outputs, other);
                causes[other] = SBMS_CAUSE_NONE; /* done with */
            }
        }
        if (cause != SBMS_CAUSE_NONE) {
            print_row(replay, cause);
        }
    }
    replay->shown.led_fault = decision->outputs.led_fault;    /* a fault's blinking has no row */
    assert(same_outputs(&replay->shown, &decision->outputs)); /* SAFE-7: no other edge without a cause */
}

/* ---- the run ------------------------------------------------------------------------------------ */

/* Passes the coming tick, or at once as many as change nothing. */
static void pass_ticks(struct replay *replay, int64_t end)
{
    update_inputs(replay);
    int64_t span = next_change(replay, end) - replay->tick;
    assert(span >= 1);
    uint32_t quiet = span > 1 ? replay->device.quiet_ticks(replay->device.self, &replay->inputs) : 0;
    if (quiet > 0) {
        uint32_t ticks = span < quiet ? (uint32_t)span : quiet;
        replay->device.skip(replay->device.self, &replay->inputs, ticks);
        replay->tick += ticks;
        return;
    }
    struct sbms_decision decision = replay->device.step(replay->device.self, &replay->inputs);
    if (!device_choice_failed(replay->choice)) {
        print_decision(replay, &decision);
    }
    replay->tick++;
}

void replay_run(struct stimulus *stimulus, const struct cell_log_options *cells,
                const struct device_choice *choice, struct device_page *page, FILE *out)
{
    assert(stimulus != NULL);
    assert(cells != NULL);
    assert(out != NULL);
    struct replay replay = {.stimulus = stimulus,
                            .is_measured = stimulus_is_measured(stimulus),
                            .max_gap_ns = cells->max_gap_ns,
                            .choice = choice,
                            .device = device_choice_device(choice),
                            .page = page,
                            .out = out};
    bool has_row = stimulus_next(stimulus, &replay.row);
    assert(has_row);
    replay.has_next = has_row && stimulus_next(stimulus, &replay.next);
    if (replay.is_measured) {
        cell_log_init(&replay.cells, stimulus, cells);
        replay.is_sample_due = true;
    }

    fputs("t_s,load,prealarm,charger,led_load,led_fault,cause\n", out);
    print_row(&replay, SBMS_CAUSE_START_UP);
    int64_t end = (stimulus->last_ns - stimulus->first_ns) / TICK_NS + 1;
    while (replay.tick < end && !device_choice_failed(choice)) {
        pass_ticks(&replay, end);
    }
    if (page != NULL) {
        page->end_tick = end;
    }
}

/* ---- the command -------------------------------------------------------------------------------- */

enum { OUTPUT_EEPROM, OUTPUT_REPORT, OUTPUTS };

struct replay_options {
    const char *path;
    struct device_choice device;
    struct device_settings_options settings;
    struct cell_options cells;
    struct output outputs[OUTPUTS];
    char again[LINE_SIZE];
};

/* What has been read of them. */
struct replay_settings {
    struct sbms_control_settings device;
    struct cell_log_options cells;
    const char *given; /* the option that needs measured readings, if there is one */
};

/* Ends the run: the EEPROM and the page in their places, and the exit code. */
static int finish(struct replay_options *options, struct device_page *page)
{
    uint8_t image[SBMS_EEPROM_BYTES];
    FILE *eeprom = output_stream(&options->outputs[OUTPUT_EEPROM]);
    FILE *report = output_stream(&options->outputs[OUTPUT_REPORT]);
    const bool is_good = !device_choice_failed(&options->device) &&
                         (eeprom == NULL || device_choice_read_eeprom(&options->device, image));
    const int written = command_finish_output();
    if (!is_good) {
        return device_choice_report(&options->device, options->again);
    }
    if (eeprom != NULL) {
        fwrite(image, 1, sizeof image, eeprom);
    }
    if (report != NULL && !device_page_write(page, report)) {
        return command_error("not enough memory");
    }
    return written == COMMAND_DONE && !output_commit(options->outputs, OUTPUTS) ? COMMAND_BAD_INPUT : written;
}

/* Runs what has been checked, and tells. */
static int replay_stimulus(struct stimulus *stimulus, struct replay_options *options,
                           const struct replay_settings *settings)
{
    int status = COMMAND_BAD_INPUT;
    struct device_page page;
    if (!device_choice_open(&options->device, &settings->device)) {
        return COMMAND_BAD_INPUT;
    }
    if (output_open(options->outputs, OUTPUTS)) {
        const bool has_page = output_stream(&options->outputs[OUTPUT_REPORT]) != NULL;
        device_page_init(
            &page, "replay", read_file_name(options->path),
            "Recorded inputs, as the device decides on them. Times are since its reset, at the first row.");
        replay_run(stimulus, &settings->cells, &options->device, has_page ? &page : NULL, stdout);
        status = finish(options, &page);
        device_page_free(&page);
        output_discard(options->outputs, OUTPUTS);
    }
    device_choice_close(&options->device);
    return status;
}

/* Whether the options fit the columns; if not, it has been said why. */
static bool check_columns(const struct stimulus *stimulus, const struct replay_settings *settings,
                          const char *name)
{
    struct cell_log_layout layout;
    char message[240];
    if (!stimulus_is_measured(stimulus)) {
        if (settings->given != NULL) {
            fprintf(stderr, "%s:1:1: no cell or temperature columns, --%s must come with measured readings\n",
                    name, settings->given);
        }
        return settings->given == NULL;
    }
    if (settings->cells.cells_per_battery > 0 && stimulus->cell_count == 0) {
        fprintf(stderr, "%s:1:1: no cell columns, --cells-per-battery must come with measured cells\n", name);
        return false;
    }
    if (!cell_log_share(stimulus, settings->cells.cells_per_battery, &layout, message, sizeof message)) {
        fprintf(stderr, "%s:1:1: %s\n", name, message);
        return false;
    }
    return true;
}

static int replay_text(struct replay_options *options, const char *data, size_t size,
                       const struct replay_settings *settings)
{
    struct stimulus stimulus;
    struct stimulus_error error;
    const char *name = read_file_name(options->path);
    if (!stimulus_open(&stimulus, data, size, &error)) {
        fprintf(stderr, "%s:%zu:%zu: %s\n", name, error.line, error.column, error.message);
        return COMMAND_BAD_INPUT;
    }
    if (!check_columns(&stimulus, settings, name)) {
        return COMMAND_BAD_INPUT;
    }
    replay_warn(&stimulus, &settings->cells, name, stderr);
    return replay_stimulus(&stimulus, options, settings);
}

/* Checks what the user wrote, reads the input and runs it. */
static int replay_checked(struct replay_options *options)
{
    struct replay_settings settings = {.given = NULL};
    char *data = NULL;
    size_t size = 0;
    int status = COMMAND_BAD_INPUT;
    struct output_input inputs[1 + DEVICE_CHOICE_FILES] = {{options->path, "stimulus"}};
    if (!device_choice_check(&options->device, "replay", options->outputs[OUTPUT_EEPROM].path) ||
        !device_choice_files(&options->device, &inputs[1]) ||
        !output_check("replay", options->outputs, OUTPUTS, inputs, sizeof inputs / sizeof inputs[0]) ||
        !(cell_options_read(&options->cells, "replay", &settings.cells, &settings.given) &&
          device_settings_read(&options->settings, "replay", &settings.device))) {
        return COMMAND_BAD_INPUT;
    }
    if (read_file(options->path, STIMULUS_SIZE_MAX, &data, &size)) {
        status = replay_text(options, data, size, &settings);
    }
    free(data);
    return status;
}

static const char replay_summary[] =
    "Runs recorded inputs through the device and prints every change of the\n"
    "outputs with its cause, as CSV. STIMULUS.csv, of 1 GiB at most, may be - for\n"
    "standard input.\n";

static const char replay_details[] =
    "STIMULUS.csv has a header and rows of t_s (seconds, not decreasing) and any of\n"
    "  vbat_mv                      supply; absent: 12800, or the sum of the first\n"
    "                               battery's cells when it has four or more\n"
    "  remote_l_mv, remote_h_mv     remote terminals L and H; absent: open, which is\n"
    "                               off, or with cells or temperatures joined, on\n"
    "  atc, atd, no_prealarm        battery signals, 1 = present, 0 = lost; absent: 1\n"
    "  cell1_mv ... cellN_mv        or, instead of the signals, measured cells, and\n"
    "  temp1_dc ... tempN_dc        temperatures in tenths of a degree Celsius, N up to\n"
    "                               160; an empty field is a missing reading. With\n"
    "                               several batteries as many to each, in the order of\n"
    "                               their numbers; one temperature alone is every one's\n"
    "A row holds until the next one; of rows with the same t_s the later one counts.\n"
    "The first row's t_s is the reset. Inputs are sampled there and every 125 ms up to\n"
    "and with the last row's t_s, cells and temperatures every second.\n"
    "\n"
    "The output has a row at the start and one for every change: 1 = high or lit,\n"
    "0 = floating or dark. Changes at one time with different causes have a row each.\n"
    "\n"
    "Where the answer would mislead, a warning goes to standard error: a system that is\n"
    "off throughout, cells in another unit, a supply above 70 V, gaps of more than 10 min\n"
    "in a log of cells, a row that alone passes a limit and stands for more than 2 s.\n"
    "\n"
    "With --device avr the control law runs beside the firmware, which must do at each\n"
    "tick what the law does.\n"
    "\n"
    "Exit status: 0 done, 1 firmware and law differ, 2 bad usage, bad input, or the output\n"
    "could not be written.\n"
    "\n"
    "Examples:\n"
    "  smallbms replay stimulus.csv\n"
    "  smallbms replay --report edges.html stimulus.csv > edges.csv\n"
    "  smallbms replay --pre-alarm-mv 3000 --low-temp-dc -50 cells.csv > edges.csv\n"
    "  smallbms replay --cells-per-battery 4 --max-gap-s 30 two-batteries.csv\n"
    "  smallbms replay --reconnect-delay-s 60 --device avr cells.csv\n"
    "  printf 't_s,remote_l_mv,atd\\n0,0,1\\n5,0,0\\n60,0,0\\n' | smallbms replay -\n";

int replay_command(int argc, char **argv)
{
    struct replay_options given = {.device = {.name = "native"},
                                   .outputs = {[OUTPUT_EEPROM] = {.name = "--eeprom", .needs_file = true},
                                               [OUTPUT_REPORT] = {.name = "--report", .needs_file = true}}};
    const struct command_option options[] = {
        DEVICE_CHOICE_OPTIONS(&given.device, &given.outputs[OUTPUT_EEPROM].path),
        {"report", "FILE", &given.outputs[OUTPUT_REPORT].path, NULL,
         "write a page with the outputs and their edges, HTML"},
        CELL_OPTIONS(&given.cells),
        DEVICE_SETTINGS_OPTIONS(&given.settings),
    };
    const struct command command = {"replay",       "STIMULUS.csv", replay_summary,
                                    replay_details, options,        sizeof options / sizeof options[0]};
    size_t operand_count = 0;
    enum command_parsed parsed = command_parse(&command, argc, argv, &given.path, 1, &operand_count);
    if (parsed != COMMAND_PARSED) {
        return parsed == COMMAND_HELPED ? COMMAND_DONE : COMMAND_BAD_INPUT;
    }
    if (operand_count == 0) {
        return command_usage_error("replay", "STIMULUS.csv is missing");
    }
    command_line(argc, argv, given.again, sizeof given.again);
    return replay_checked(&given);
}
