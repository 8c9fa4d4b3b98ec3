/* SPDX-License-Identifier: Apache-2.0 */
#include "firmware/device/settings.h"

#include "firmware/device/port.h"

enum sbms_stored settings_read(struct sbms_control_settings *settings)
{
    uint8_t bytes[SBMS_SETTINGS_BYTES];

    for (uint8_t i = 0u; i < SBMS_SETTINGS_BYTES; i++) {
        bytes[i] = port_eeprom_read((uint16_t)(SBMS_SETTINGS_OFFSET + i));
    }
    return sbms_settings_decode(bytes, settings);
}
