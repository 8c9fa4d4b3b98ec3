/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/replay.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/output.h"
#include "cli/read_file.h"
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
    bool is_measured;    /* signals come from `battery` */
    bool is_battery_due; /* readings may have changed since the battery's last sample */
    uint8_t conversion;  /* the battery's conversion counter: every sample is a new one */
    int64_t tick;        /* of the coming sample; 0 is at the first row's time */
    struct sbms_battery battery;
    struct sbms_battery_reading readings[2u * STIMULUS_READINGS_MAX];
    const struct device_choice *choice;
    struct device device; /* its */
    struct sbms_inputs inputs;
    struct sbms_outputs shown; /* as in the last row printed */
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

static void sample_battery(struct replay *replay)
{
    assert(replay->tick % SBMS_BATTERY_PERIOD_TICKS == 0); /* BAT-9 */
    replay->conversion++;
    struct sbms_battery_sample sample = {
        .cell_mv = replay->row.cell_mv,
        .temp_dc = replay->row.temp_dc,
        .cell_count = replay->stimulus->cell_count,
        .temp_count = replay->stimulus->temp_count,
        .conversion = replay->conversion,
    };
    struct sbms_signals signals = sbms_battery_step(&replay->battery, replay->readings, &sample);
    replay->inputs.atc = signals.atc;
    replay->inputs.atd = signals.atd;
    replay->inputs.no_prealarm = signals.no_prealarm;
    replay->is_battery_due = replay->battery.moved;
}

/* Brings the inputs up to the coming tick. */
static void update_inputs(struct replay *replay)
{
    while (replay->has_next && tick_of(replay, replay->next.t_ns) <= replay->tick) {
        replay->row = replay->next;
        replay->has_next = stimulus_next(replay->stimulus, &replay->next);
        replay->is_battery_due = replay->is_measured;
    }
    replay->inputs.vbat_mv = replay->row.vbat_mv;
    replay->inputs.remote_l_mv = replay->row.remote_l_mv;
    replay->inputs.remote_h_mv = replay->row.remote_h_mv;
    if (!replay->is_measured) {
        replay->inputs.atc = replay->row.atc;
        replay->inputs.atd = replay->row.atd;
        replay->inputs.no_prealarm = replay->row.no_prealarm;
    } else if (replay->is_battery_due && replay->tick % SBMS_BATTERY_PERIOD_TICKS == 0) {
        sample_battery(replay);
    }
}

/* The first tick after the coming one that may see other inputs, or the one after the last, `end`. A
 * battery whose counts stand still gives the same signals for the same readings, so it is not asked. */
static int64_t next_change(const struct replay *replay, int64_t end)
{
    int64_t change = end;
    if (replay->has_next && tick_of(replay, replay->next.t_ns) < change) {
        change = tick_of(replay, replay->next.t_ns);
    }
    int64_t period_ticks = SBMS_BATTERY_PERIOD_TICKS;
    int64_t sample = (replay->tick / period_ticks + 1) * period_ticks;
    if (replay->is_battery_due && sample < change) {
        change = sample;
    }
    return change;
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

/* Prints one row for each cause of this tick. */
static void print_decision(struct replay *replay, const struct sbms_decision *decision)
{
    uint8_t causes[PART_COUNT] = {
        [PART_CHARGER] = decision->charger_cause,
        [PART_LOAD] = decision->load_cause,
        [PART_PREALARM] = decision->prealarm_cause,
    };
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

void replay_run(struct stimulus *stimulus, const struct sbms_battery_settings *battery,
                const struct device_choice *choice, FILE *out)
{
    assert(stimulus != NULL);
    assert(battery != NULL);
    assert(out != NULL);
    struct replay replay = {
        .stimulus = stimulus, .choice = choice, .device = device_choice_device(choice), .out = out};
    replay.is_measured = stimulus->cell_count > 0 || stimulus->temp_count > 0;
    replay.is_battery_due = replay.is_measured;
    bool has_row = stimulus_next(stimulus, &replay.row);
    assert(has_row);
    replay.has_next = has_row && stimulus_next(stimulus, &replay.next);
    enum sbms_battery_error refused = sbms_battery_init(&replay.battery, battery);
    assert(refused == SBMS_BATTERY_OK);
    (void)refused;

    fputs("t_s,load,prealarm,charger,led_load,led_fault,cause\n", out);
    print_row(&replay, SBMS_CAUSE_START_UP);
    int64_t end = (stimulus->last_ns - stimulus->first_ns) / TICK_NS + 1;
    while (replay.tick < end && !device_choice_failed(choice)) {
        pass_ticks(&replay, end);
    }
}

/* ---- the command -------------------------------------------------------------------------------- */

struct replay_options {
    const char *path;
    struct device_choice device;
    struct output eeprom;
    const char *under_voltage_mv;
    const char *pre_alarm_mv;
    const char *low_temp_dc;
    char again[LINE_SIZE];
};

/* Reads one setting if it was given; `*given` then names it. Returns false, with a message printed, when it
 * is out of range (BAT-7). */
static bool read_setting(const char *name, const char *text, int min, int max, int16_t *setting,
                         const char **given)
{
    int64_t number = 0;
    if (text == NULL) {
        return true;
    }
    if (!command_parse_integer(text, min, max, &number)) {
        command_usage_error("replay", "--%s %s is outside the range, it must be a whole number %d to %d",
                            name, text, min, max);
        return false;
    }
    *setting = (int16_t)number;
    *given = name;
    return true;
}

/* BAT-7: nothing is clamped. */
static bool read_settings(const struct replay_options *options, struct sbms_battery_settings *battery,
                          const char **given)
{
    *battery = sbms_battery_defaults();
    bool good = read_setting("under-voltage-mv", options->under_voltage_mv, SBMS_UNDER_VOLTAGE_MV_MIN,
                             SBMS_UNDER_VOLTAGE_MV_MAX, &battery->under_voltage_mv, given) &&
                read_setting("pre-alarm-mv", options->pre_alarm_mv, SBMS_PRE_ALARM_MV_MIN,
                             SBMS_PRE_ALARM_MV_MAX, &battery->pre_alarm_mv, given) &&
                read_setting("low-temp-dc", options->low_temp_dc, SBMS_LOW_TEMP_DC_MIN, SBMS_LOW_TEMP_DC_MAX,
                             &battery->low_temp_dc, given);
    assert(!good || sbms_battery_check(battery) == SBMS_BATTERY_OK);
    return good;
}

/* Ends the run: the EEPROM in its place, and the exit code. */
static int finish(struct replay_options *options)
{
    uint8_t image[SBMS_EEPROM_BYTES];
    FILE *stream = output_stream(&options->eeprom);
    const bool is_good = !device_choice_failed(&options->device) &&
                         (stream == NULL || device_choice_read_eeprom(&options->device, image));
    const int written = command_finish_output();
    if (!is_good) {
        return device_choice_report(&options->device, options->again);
    }
    if (stream != NULL) {
        fwrite(image, 1, sizeof image, stream);
    }
    return written == COMMAND_DONE && !output_commit(&options->eeprom, 1) ? COMMAND_BAD_INPUT : written;
}

/* Runs what has been checked, and tells. */
static int replay_stimulus(struct stimulus *stimulus, struct replay_options *options,
                           const struct sbms_battery_settings *battery)
{
    int status = COMMAND_BAD_INPUT;
    if (!device_choice_open(&options->device, NULL)) {
        return COMMAND_BAD_INPUT;
    }
    if (output_open(&options->eeprom, 1)) {
        replay_run(stimulus, battery, &options->device, stdout);
        status = finish(options);
        output_discard(&options->eeprom, 1);
    }
    device_choice_close(&options->device);
    return status;
}

static int replay_text(struct replay_options *options, const char *data, size_t size,
                       const struct sbms_battery_settings *battery, const char *setting_given)
{
    struct stimulus stimulus;
    struct stimulus_error error;
    const char *name = read_file_name(options->path);
    if (!stimulus_open(&stimulus, data, size, &error)) {
        fprintf(stderr, "%s:%zu:%zu: %s\n", name, error.line, error.column, error.message);
        return COMMAND_BAD_INPUT;
    }
    if (setting_given != NULL && stimulus.cell_count == 0 && stimulus.temp_count == 0) {
        fprintf(stderr, "%s:1:1: no cell or temperature columns, --%s must come with measured readings\n",
                name, setting_given);
        return COMMAND_BAD_INPUT;
    }
    return replay_stimulus(&stimulus, options, battery);
}

/* Checks what the user wrote, reads the input and runs it. */
static int replay_checked(struct replay_options *options)
{
    const char *setting_given = NULL;
    struct sbms_battery_settings battery;
    char *data = NULL;
    size_t size = 0;
    int status = COMMAND_BAD_INPUT;
    if (!device_choice_check(&options->device, "replay", options->eeprom.path) ||
        !output_check("replay", &options->eeprom, 1, options->path, "stimulus") ||
        !read_settings(options, &battery, &setting_given)) {
        return COMMAND_BAD_INPUT;
    }
    if (read_file(options->path, STIMULUS_SIZE_MAX, &data, &size)) {
        status = replay_text(options, data, size, &battery, setting_given);
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
    "  vbat_mv                      supply; absent: 12800\n"
    "  remote_l_mv, remote_h_mv     remote terminals L and H; absent: open, which is off\n"
    "  atc, atd, no_prealarm        battery signals, 1 = present, 0 = lost; absent: 1\n"
    "  cell1_mv ... cellN_mv        or, instead of the signals, measured cells, and\n"
    "  temp1_dc ... tempN_dc        temperatures in tenths of a degree Celsius, N up to\n"
    "                               160; an empty field is a missing reading\n"
    "A row holds until the next one; of rows with the same t_s the later one counts.\n"
    "The first row's t_s is the reset. Inputs are sampled there and every 125 ms up to\n"
    "and with the last row's t_s, cells and temperatures every second.\n"
    "\n"
    "The output has a row at the start and one for every change: 1 = high or lit,\n"
    "0 = floating or dark. Changes at one time with different causes have a row each.\n"
    "\n"
    "With --device avr the control law runs beside the firmware, which must do at each\n"
    "tick what the law does.\n"
    "\n"
    "Exit status: 0 done, 1 firmware and law differ, 2 bad usage, bad input, or the output\n"
    "could not be written.\n"
    "\n"
    "Examples:\n"
    "  smallbms replay stimulus.csv\n"
    "  smallbms replay --pre-alarm-mv 3000 --low-temp-dc -50 cells.csv > edges.csv\n"
    "  printf 't_s,remote_l_mv,atd\\n0,0,1\\n5,0,0\\n60,0,0\\n' | smallbms replay -\n";

int replay_command(int argc, char **argv)
{
    struct replay_options given = {.device = {.name = "native"},
                                   .eeprom = {.name = "--eeprom", .needs_file = true}};
    const struct command_option options[] = {
        DEVICE_CHOICE_OPTIONS(&given.device, &given.eeprom.path),
        {"under-voltage-mv", "MV", &given.under_voltage_mv, NULL,
         "cells: ATD is lost below this, 2600 to 2800,\ndefault 2800"},
        {"pre-alarm-mv", "MV", &given.pre_alarm_mv, NULL,
         "cells: no-pre-alarm is lost below this, 2850 to 3150,\ndefault 3100"},
        {"low-temp-dc", "DC", &given.low_temp_dc, NULL,
         "temperatures: ATC is lost below this, tenths of a\ndegree, -200 to 200, default 50. These three "
         "are\n"
         "refused when the stimulus has neither cells nor\ntemperatures"},
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
