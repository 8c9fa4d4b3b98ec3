/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/device_choice.h"

#include <assert.h>
#include <string.h>

#include "cli/command.h"
#include "scenario/suggest.h"

static bool is_avr(const struct device_choice *choice)
{
    assert(choice->name != NULL);
    return strcmp(choice->name, "avr") == 0;
}

bool device_choice_check(const struct device_choice *choice, const char *subcommand, const char *eeprom)
{
    static const char *const devices[] = {"native", "avr"};
    assert(subcommand != NULL);
    if (is_avr(choice)) {
        return true;
    }
    if (strcmp(choice->name, "native") == 0) {
        const char *given = choice->image != NULL    ? "--image"
                            : choice->corner != NULL ? "--corner"
                            : eeprom != NULL         ? "--eeprom"
                                                     : NULL;
        if (given != NULL) {
            command_usage_error(subcommand, "%s needs --device avr", given);
        }
        return given == NULL;
    }
    const char *nearest = suggest_word(choice->name, devices, sizeof devices / sizeof devices[0]);
    if (nearest != NULL) {
        command_usage_error(subcommand, "unknown device %s, did you mean %s?", choice->name, nearest);
    } else {
        command_usage_error(subcommand, "unknown device %s, it must be native or avr", choice->name);
    }
    return false;
}

bool device_choice_files(struct device_choice *choice, struct output_input inputs[DEVICE_CHOICE_FILES])
{
    inputs[0] = (struct output_input){NULL, "image"};
    inputs[1] = (struct output_input){NULL, "simulator"};
    if (!is_avr(choice)) {
        return true;
    }
    if (!simulator_process_files(choice->image, choice->files[1], choice->files[0],
                                 sizeof choice->files[0])) {
        return false;
    }
    inputs[0].path = choice->files[0];
    inputs[1].path = choice->files[1];
    return true;
}

bool device_choice_open(struct device_choice *choice, const struct sbms_control_settings *settings)
{
    const struct sbms_control_settings defaults = {.reconnect_delay_s = 0};
    if (is_avr(choice)) {
        if (!avr_device_start(&choice->avr, choice->image, choice->corner,
                              settings != NULL ? settings : &defaults)) {
            return false;
        }
        choice->device = avr_device_interface(&choice->avr);
        return true;
    }
    const enum sbms_settings_error refused = sbms_control_init(&choice->control, settings);
    assert(refused == SBMS_SETTINGS_OK);
    (void)refused;
    choice->device = device_native(&choice->control);
    return true;
}

struct device device_choice_device(const struct device_choice *choice)
{
    assert(choice->device.self != NULL);
    return choice->device;
}

bool device_choice_failed(const struct device_choice *choice)
{
    return is_avr(choice) && avr_device_failed(&choice->avr);
}

int device_choice_report(const struct device_choice *choice, const char *again)
{
    assert(device_choice_failed(choice));
    return avr_device_report(&choice->avr, again);
}

bool device_choice_read_eeprom(struct device_choice *choice, uint8_t image[SBMS_EEPROM_BYTES])
{
    assert(is_avr(choice));
    return avr_device_read_eeprom(&choice->avr, image);
}

void device_choice_close(struct device_choice *choice)
{
    assert(choice->device.self != NULL);
    if (is_avr(choice)) {
        avr_device_stop(&choice->avr);
    }
    choice->device.self = NULL;
}
