/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The firmware's image as a device (twin/device.h): it runs in a simulated MCU, in another process (cli/avr/simulator_process.h).
 *
 * An image cannot say for how long nothing will happen, so the control law runs beside it with the same inputs, and
 * answers that. It also holds the image to account: an output, an LED or a cause that is not the law's at the same tick,
 * or that moves while the law says that all is quiet, ends the run. So does a simulator that does not answer. A device
 * function has no way to say so: from then on the law alone answers, and whoever runs the device asks
 * avr_device_failed().
 */
#ifndef CLI_AVR_DEVICE_H
#define CLI_AVR_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/avr/simulator_process.h"
#include "core/record.h"
#include "twin/device.h"

/* What can go wrong in a run. */
enum avr_device_failure {
    AVR_DEVICE_GOOD,
    AVR_DEVICE_DIFFERS, /* the image did not do what the law says */
    AVR_DEVICE_BROKEN   /* the simulator ended, or did not keep to the protocol */
};

/* All of it is this module's own. */
struct avr_device {
    struct simulator_process simulator;
    struct sbms_control law;
    struct sbms_outputs outputs; /* of the image, after the last tick */
    uint8_t fault;               /* of the image, then */
    int64_t tick;                /* ticks passed since the reset */
    enum avr_device_failure failure;
    char message[SIMULATOR_PROCESS_LINE_SIZE]; /* why */
};

/*
 * Starts the simulator with the image at `image` (NULL: that of the build, firmware/smallbms-product.elf beside the
 * command), at the corner `corner` (cli/avr/simulator_process.h) and with `settings`, in range, in its EEPROM; it is then about to take its first sample. On failure prints
 * why, leaves nothing running and returns false. To be stopped after use.
 */
bool avr_device_start(struct avr_device *avr, const char *image, const char *corner,
                      const struct sbms_control_settings *settings);

/* The device that it is, as long as `avr` is running. `inputs.fault` is not looked at: the image finds its own. */
struct device avr_device_interface(struct avr_device *avr);

/* Says whether image and law have parted, or the simulator broke. */
bool avr_device_failed(const struct avr_device *avr);

/* Prints why, if it has failed. `again`: the command that shows it again. Returns an exit code of cli/command.h. */
int avr_device_report(const struct avr_device *avr, const char *again);

/* Reads the simulated device's EEPROM as it is now. On failure the device has failed, and the result is false. */
bool avr_device_read_eeprom(struct avr_device *avr, uint8_t image[SBMS_EEPROM_BYTES]);

/* Ends the simulator, whatever it does, and leaves nothing of it. May be called again, and on one that is all zero. */
void avr_device_stop(struct avr_device *avr);

#endif
