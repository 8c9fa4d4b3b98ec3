/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a device's EEPROM: refused with a place and one line of reason, or decoded and written. And any records, with
 * right CRCs, in any slots: decoded, ordered and written, with nothing made up.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "cli/record/device_record.h"
#include "cli/record/eeprom_image.h"
#include "cli/record/write_log.h"

#define RECORD_SEED_BYTES 12u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_log(const struct device_record *log)
{
    assert(log->count + log->torn + log->empty == SBMS_RECORD_SLOTS);
    for (size_t i = 0; i < log->count; i++) {
        const struct device_record_entry *entry = &log->entries[i];
        assert(entry->slot < SBMS_RECORD_SLOTS);
        assert(entry->tick >= entry->decoded.tick);
        assert(entry->held_ticks >= -1 && entry->held_ticks <= entry->tick);
        assert(entry->prealarm_ticks >= -1 && entry->prealarm_ticks <= entry->tick);
        assert(i > 0 || entry->begins_boot);
        assert(entry->begins_boot || entry->decoded.boot == log->entries[i - 1].decoded.boot);
    }
}

static void read_and_write(const uint8_t image[SBMS_EEPROM_BYTES])
{
    static FILE *nowhere = NULL;
    struct device_record log;
    if (nowhere == NULL) {
        nowhere = fopen("/dev/null", "w");
        assert(nowhere != NULL);
    }
    device_record_read(&log, image);
    check_log(&log);
    write_log_csv(&log, nowhere);
    write_log_json(&log, nowhere);
}

/* Records out of the bytes: sealed, so that the decoder takes those that can be. */
static void make_image(const uint8_t *data, size_t size, uint8_t image[SBMS_EEPROM_BYTES])
{
    memset(image, (int)EEPROM_IMAGE_ERASED, SBMS_EEPROM_BYTES);
    for (size_t at = 0; at + RECORD_SEED_BYTES <= size; at += RECORD_SEED_BYTES) {
        const uint8_t *seed = data + at;
        const struct sbms_entry record = {.kind = (uint8_t)(seed[1] % 7u),
                                          .cause = (uint8_t)(seed[2] % (SBMS_CAUSE_COUNT + 1u)),
                                          .output = (uint8_t)(seed[3] % 4u),
                                          .high = (seed[3] & 0x80u) != 0u,
                                          .outputs = (uint8_t)(seed[3] >> 3),
                                          .detail = seed[4],
                                          .tick = (uint32_t)seed[5] << (seed[6] % 25u),
                                          .vbat_cv = seed[7],
                                          .boot = (uint16_t)(seed[8] - 4u),
                                          .number = (uint16_t)(seed[9] | seed[10] << 8),
                                          .cuts = seed[11]};
        sbms_entry_encode(&record,
                          image + SBMS_RECORD_OFFSET + seed[0] % SBMS_RECORD_SLOTS * SBMS_ENTRY_BYTES);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t image[SBMS_EEPROM_BYTES];
    struct eeprom_image_error error;
    if (eeprom_image_read(size == 0 ? "" : (const char *)data, size, image, &error)) {
        read_and_write(image);
    } else {
        assert(error.line >= 1 && error.column >= 1);
        assert(error.message[0] != '\0' && strchr(error.message, '\n') == NULL);
    }
    make_image(data, size, image);
    read_and_write(image);
    return 0;
}
