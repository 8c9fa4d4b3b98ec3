/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The device's EEPROM as a file: raw, SBMS_EEPROM_BYTES bytes as avrdude reads and writes them with :r, or Intel hex as
 * with :i. Which of the two a file is, its content says, not its name. Any bytes are safe input.
 */
#ifndef CLI_RECORD_EEPROM_IMAGE_H
#define CLI_RECORD_EEPROM_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "core/record.h"

/* What a byte of an erased EEPROM reads. */
#define EEPROM_IMAGE_ERASED 0xFFu

/* The first thing that is wrong, counted from 1. */
struct eeprom_image_error {
    size_t line;
    size_t column;
    char message[160]; /* one line: what is wrong, and what would be right */
};

/*
 * Reads `size` bytes at `data` into `image`. Intel hex begins with ':'; its records may be data (00), the end (01), and
 * a base of 0 (02 and 04). Bytes that it does not give count as erased. Refused are a wrong checksum, an address outside
 * the EEPROM, a byte given twice, a missing end and anything after it. On failure fills `error`, returns false, and
 * `image` holds nothing of use.
 */
bool eeprom_image_read(const char *data, size_t size, uint8_t image[SBMS_EEPROM_BYTES],
                       struct eeprom_image_error *error);

/* Writes the `count` bytes at `address` as Intel hex, with its end. Errors are left in the stream. */
void eeprom_image_write_hex(FILE *stream, uint16_t address, const uint8_t *bytes, uint8_t count);

#endif
