/* SPDX-License-Identifier: Apache-2.0 */
/* The device of a run, as --device chooses it: core/ in this process, or the firmware's image in a simulated MCU. */
#ifndef CLI_DEVICE_CHOICE_H
#define CLI_DEVICE_CHOICE_H

#include <limits.h>
#include <stdbool.h>

#include "cli/avr/device.h"
#include "cli/output.h"

/* The options of every subcommand that runs a device; rows for its table (cli/command.h). */
#define DEVICE_CHOICE_OPTIONS(choice, eeprom) \
    {"device", "NAME", &(choice)->name, NULL, \
     "native (default): the control law in this process;\navr: the firmware in a simulated MCU"}, \
        {"image", "FILE.elf", &(choice)->image, NULL, "avr: another firmware than that of the build"}, \
        {"corner", "NAME", &(choice)->corner, NULL, \
         "avr: how far the simulated silicon is from what it\nshould be; smallbms-avr --help lists them"}, \
    { \
        "eeprom", "FILE", (eeprom), NULL, \
            "avr: write the device's EEPROM as it is in the end,\n1024 bytes, for smallbms log" \
    }

#define DEVICE_CHOICE_FILES 2u /* that a device can be made of */

struct device_choice {
    const char *name;   /* "native" or "avr", as given */
    const char *image;  /* as given; NULL: that of the build */
    const char *corner; /* as given; NULL: none that differs */
    /* ---- this module's own */
    char files[DEVICE_CHOICE_FILES][PATH_MAX];
    struct sbms_control control;
    struct avr_device avr;
    struct device device;
};

/*
 * Says whether the options fit together. `eeprom`: where the EEPROM shall be written, NULL for nowhere. If not, a usage
 * error of subcommand `subcommand` has been printed.
 */
bool device_choice_check(const struct device_choice *choice, const char *subcommand, const char *eeprom);

/*
 * Puts the files that the device is made of to `inputs`, for output_check() (cli/output.h); a native one is made of none. Their
 * paths stay in `choice`. On failure prints why and returns false.
 */
bool device_choice_files(struct device_choice *choice, struct output_input inputs[DEVICE_CHOICE_FILES]);

/*
 * Makes the device ready for its first tick, with `settings` (NULL: the defaults), in range. On failure prints why,
 * and there is nothing to close.
 */
bool device_choice_open(struct device_choice *choice, const struct sbms_control_settings *settings);

/* The device, as long as it is open. */
struct device device_choice_device(const struct device_choice *choice);

/* Says whether the device has failed: the run may end here, its results are void. A native one never does. */
bool device_choice_failed(const struct device_choice *choice);

/* Prints why it has failed and the command `again` that shows it again; returns the exit code. */
int device_choice_report(const struct device_choice *choice, const char *again);

/* Reads the EEPROM as it is now, of an avr device; false: the device has failed. */
bool device_choice_read_eeprom(struct device_choice *choice, uint8_t image[SBMS_EEPROM_BYTES]);

/* To be called when it has been opened. */
void device_choice_close(struct device_choice *choice);

#endif
