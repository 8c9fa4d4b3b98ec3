/* SPDX-License-Identifier: Apache-2.0 */
/* The settings in EEPROM (LOAD-6); core/record.h says what they look like, `smallbms settings` writes them. */
#ifndef FIRMWARE_DEVICE_SETTINGS_H
#define FIRMWARE_DEVICE_SETTINGS_H

#include "core/record.h"

/* Reads them into `settings`: the defaults unless they are good (SBMS_STORED_...). */
enum sbms_stored settings_read(struct sbms_control_settings *settings);

#endif
