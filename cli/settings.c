/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/settings.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "cli/command.h"
#include "cli/device_settings.h"
#include "cli/output.h"
#include "cli/record/eeprom_image.h"
#include "core/record.h"
#include "result/wording.h"

enum { OUTPUT_HEX, OUTPUT_RAW, OUTPUTS };

/* ---- words -------------------------------------------------------------------------------------- */

void settings_print(const struct sbms_control_settings *settings, const char *indent, FILE *stream)
{
    const unsigned warning_time_s =
        settings->warning_time_s != 0 ? settings->warning_time_s : SBMS_WARNING_TIME_S_DEFAULT;
    assert(sbms_control_check(settings) == SBMS_SETTINGS_OK);
    assert(stream != NULL);
    fprintf(stream, "%sPre-alarm is high for at least %u s before Load is cut.\n", indent, warning_time_s);
    fprintf(stream,
            "%sAfter a cut Load waits, 5 s at first and up to 16 min when cuts follow one\n"
            "%sanother (LOAD-8).\n",
            indent, indent);
    if (settings->reconnect_delay_s > 0) {
        fprintf(stream, "%sIt also waits until allowed-to-discharge has been back for %s.\n", indent,
                wording_span((int64_t)settings->reconnect_delay_s * SBMS_TICKS_PER_S).text);
    }
    if (settings->lockout_retries == 0) {
        fprintf(stream, "%sThere is no lock-out: it returns after any number of cuts.\n", indent);
        return;
    }
    fprintf(stream,
            "%sIt returns %u time%s; the cut after that locks it out until the supply has stood\n"
            "%sat %s or more for 30 s, or the remote has been off for 1 s. Either forgets all cuts.\n",
            indent, settings->lockout_retries, settings->lockout_retries == 1 ? "" : "s", indent,
            wording_volts((int)settings->lockout_clear_mv).text);
}

static void print_how_to_flash(const struct output *outputs)
{
    const char *path = outputs[OUTPUT_HEX].path;
    if (outputs[OUTPUT_RAW].path != NULL) {
        printf("\n%s is an EEPROM with these settings and without a record, for the simulator.\n",
               outputs[OUTPUT_RAW].path);
    }
    if (path != NULL) {
        const char *quote =
            strspn(path, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-") == strlen(path)
                ? ""
                : "'";
        printf("\n%s holds bytes %u to %u of the EEPROM and no others, so the device keeps its\n"
               "event record. The settings take effect at the reset that ends this:\n\n"
               "  avrdude -c PROGRAMMER -p m328p -D -U %seeprom:w:%s:i%s\n",
               path, SBMS_SETTINGS_OFFSET, SBMS_SETTINGS_OFFSET + SBMS_SETTINGS_BYTES - 1u, quote, path,
               quote);
    }
}

/* ---- the command -------------------------------------------------------------------------------- */

static int write_settings(const struct sbms_control_settings *settings, struct output *outputs)
{
    uint8_t image[SBMS_EEPROM_BYTES];
    uint8_t *block = image + SBMS_SETTINGS_OFFSET;
    memset(image, (int)EEPROM_IMAGE_ERASED, sizeof image);
    sbms_settings_encode(settings, block);
    if (!output_open(outputs, OUTPUTS)) {
        return COMMAND_BAD_INPUT;
    }
    if (outputs[OUTPUT_HEX].path != NULL) {
        eeprom_image_write_hex(output_stream(&outputs[OUTPUT_HEX]), SBMS_SETTINGS_OFFSET, block,
                               SBMS_SETTINGS_BYTES);
    }
    if (outputs[OUTPUT_RAW].path != NULL) {
        fwrite(image, 1, sizeof image, output_stream(&outputs[OUTPUT_RAW]));
    }
    if (!output_commit(outputs, OUTPUTS)) {
        return COMMAND_BAD_INPUT;
    }
    if (!output_has_stdout(outputs, OUTPUTS)) { /* of files that are there, so not before */
        settings_print(settings, "", stdout);
        print_how_to_flash(outputs);
    }
    return command_finish_output();
}

static const char settings_summary[] =
    "Writes the device's settings as what goes into its EEPROM: Intel hex for avrdude, of\n"
    "the settings alone, so that flashing it leaves the event record as it is. Says what a\n"
    "device with these settings does. OUTPUT.hex may be - for standard output, which\n"
    "then carries nothing else.\n";

static const char settings_details[] =
    "What is not given is off. `smallbms log` shows the settings of a file that was\n"
    "written here, or that avrdude has read from a device.\n"
    "\n"
    "Exit status: 0 done, 2 bad usage, or a file could not be written.\n"
    "\n"
    "Examples:\n"
    "  smallbms settings --reconnect-delay-s 60 settings.hex\n"
    "  smallbms settings --lockout-retries 3 --lockout-clear-mv 13400 settings.hex\n"
    "  smallbms settings settings.hex      # 30 s, no delay, no lock-out\n";

int settings_command(int argc, char **argv)
{
    struct device_settings_options given = {0};
    struct output outputs[OUTPUTS] = {
        [OUTPUT_HEX] = {.name = "OUTPUT.hex"}, [OUTPUT_RAW] = {.name = "--raw"}};
    const struct command_option options[] = {
        DEVICE_SETTINGS_OPTIONS(&given),
        {"raw", "FILE", &outputs[OUTPUT_RAW].path, NULL,
         "also, or instead of OUTPUT.hex, write a whole EEPROM,\n1024 bytes, erased but for the settings"},
    };
    const struct command command = {"settings",       "OUTPUT.hex", settings_summary,
                                    settings_details, options,      sizeof options / sizeof options[0]};
    struct sbms_control_settings settings;
    size_t operand_count = 0;
    enum command_parsed parsed =
        command_parse(&command, argc, argv, &outputs[OUTPUT_HEX].path, 1, &operand_count);
    if (parsed != COMMAND_PARSED) {
        return parsed == COMMAND_HELPED ? COMMAND_DONE : COMMAND_BAD_INPUT;
    }
    if (operand_count == 0 && outputs[OUTPUT_RAW].path == NULL) {
        return command_usage_error("settings", "OUTPUT.hex is missing");
    }
    if (!device_settings_read(&given, "settings", &settings) ||
        !output_check("settings", outputs, OUTPUTS, NULL, 0)) {
        return COMMAND_BAD_INPUT;
    }
    return write_settings(&settings, outputs);
}
