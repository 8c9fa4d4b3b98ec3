/* SPDX-License-Identifier: Apache-2.0 */
/* The firmware's ELF file: what goes into the flash, and where the symbols are that the simulator reads. */
#ifndef SIMULATOR_IMAGE_H
#define SIMULATOR_IMAGE_H

#include <stdbool.h>
#include <stdint.h>

#define IMAGE_FLASH_BYTES 32768u
#define IMAGE_ERROR_BYTES 256

struct image {
    uint8_t flash[IMAGE_FLASH_BYTES]; /* 0xFF where the file says nothing */
    uint16_t decided;                 /* data address of `decided`, an sbms_decision of 8 bytes */
    uint16_t fault_found;             /* data address of `fault_found`, one byte */
    uint16_t heap_start;              /* first data address that no variable uses */
    char error[IMAGE_ERROR_BYTES];    /* why it could not be read: one line, without its end */
};

/*
 * Reads the ELF file `path`. Returns false, with the reason in `image->error`, when it cannot be read, is not an
 * executable for AVR, does not fit the flash, or lacks a symbol of struct image.
 */
bool image_read(struct image *image, const char *path);

#endif
