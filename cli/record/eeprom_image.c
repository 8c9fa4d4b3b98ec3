/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/record/eeprom_image.h"

#include <assert.h>
#include <stdarg.h>
#include <string.h>

/* Types of a record of Intel hex. */
enum { HEX_DATA = 0, HEX_END = 1, HEX_SEGMENT_BASE = 2, HEX_LINEAR_BASE = 4 };

#define ADDRESS_COLUMN 3u /* where a field begins in a line, counted from 0 */
#define TYPE_COLUMN 7u
#define DATA_COLUMN 9u
#define DATA_MAX 255u

struct hex_record {
    uint8_t count;
    uint16_t address;
    uint8_t type;
    uint8_t data[DATA_MAX];
};

struct hex_reader {
    const char *start; /* of the line */
    const char *next;
    const char *end;
    size_t line;
    bool is_given[SBMS_EEPROM_BYTES];
    bool has_ended; /* the end record has been */
    uint8_t *image;
    struct eeprom_image_error *error;
};

/* Notes what is wrong at `place` of the line; always false. */
__attribute__((format(printf, 3, 4))) static bool refuse(struct hex_reader *reader, const char *place,
                                                         const char *format, ...)
{
    va_list arguments;
    assert(place >= reader->start);
    assert(place <= reader->end);
    reader->error->line = reader->line;
    reader->error->column = (size_t)(place - reader->start) + 1;
    va_start(arguments, format);
    vsnprintf(reader->error->message, sizeof reader->error->message, format, arguments);
    va_end(arguments);
    return false;
}

/* The value of a hexadecimal digit; 16 for anything else. */
static unsigned digit_value(char letter)
{
    static const char digits[] = "0123456789abcdef";
    const char lower = letter >= 'A' && letter <= 'F' ? (char)(letter - 'A' + 'a') : letter;
    const char *found = lower == '\0' ? NULL : strchr(digits, lower);
    return found == NULL ? 16u : (unsigned)(found - digits);
}

static bool read_byte(struct hex_reader *reader, uint8_t *byte)
{
    unsigned value = 0;
    for (int i = 0; i < 2; i++) {
        const unsigned digit = reader->next < reader->end ? digit_value(*reader->next) : 16u;
        if (digit > 15u) {
            return refuse(reader, reader->next,
                          "a hexadecimal digit should stand here; a record is two for each of its bytes");
        }
        value = value * 16u + digit;
        reader->next++;
    }
    *byte = (uint8_t)value;
    return true;
}

/* Reads from the colon to the checksum, which must be right. */
static bool read_record(struct hex_reader *reader, struct hex_record *record)
{
    uint8_t head[4] = {0};
    uint8_t sum = 0;
    uint8_t checksum = 0;
    assert(reader->next == reader->start);
    if (*reader->next != ':') {
        return refuse(reader, reader->next, "a record of Intel hex should begin here, with ':'");
    }
    reader->next++;
    for (size_t i = 0; i < sizeof head; i++) {
        if (!read_byte(reader, &head[i])) {
            return false;
        }
        sum = (uint8_t)(sum + head[i]);
    }
    *record =
        (struct hex_record){.count = head[0], .address = (uint16_t)(head[1] << 8 | head[2]), .type = head[3]};
    for (size_t i = 0; i < record->count; i++) {
        if (!read_byte(reader, &record->data[i])) {
            return false;
        }
        sum = (uint8_t)(sum + record->data[i]);
    }
    const char *place = reader->next;
    const uint8_t right = (uint8_t)(0u - sum);
    if (!read_byte(reader, &checksum)) {
        return false;
    }
    if (checksum != right) {
        return refuse(reader, place, "checksum %02X does not fit this record, %02X would", checksum, right);
    }
    return true;
}

/* Takes the line's end: LF, CRLF, or that of the file. */
static bool read_line_end(struct hex_reader *reader)
{
    const char *place = reader->next;
    assert(place > reader->start);
    if (place < reader->end && *place == '\r') {
        place++;
    }
    if (place < reader->end && *place != '\n') {
        return refuse(reader, reader->next, "the line should end here, after its checksum");
    }
    reader->next = place < reader->end ? place + 1 : place;
    return true;
}

static bool take_data(struct hex_reader *reader, const struct hex_record *record)
{
    assert(record->type == HEX_DATA);
    for (unsigned i = 0; i < record->count; i++) {
        const unsigned address = record->address + i;
        if (address >= SBMS_EEPROM_BYTES) {
            return refuse(reader, reader->start + ADDRESS_COLUMN,
                          "address %04X is outside the EEPROM, 0000 to %04X", address,
                          SBMS_EEPROM_BYTES - 1u);
        }
        if (reader->is_given[address]) {
            return refuse(reader, reader->start + ADDRESS_COLUMN,
                          "address %04X is given a second time, each must be given once", address);
        }
        reader->is_given[address] = true;
        reader->image[address] = record->data[i];
    }
    return true;
}

static bool take_record(struct hex_reader *reader, const struct hex_record *record)
{
    switch (record->type) {
    case HEX_DATA:
        return take_data(reader, record);
    case HEX_END:
        reader->has_ended = true;
        if (record->count != 0) {
            return refuse(reader, reader->start + 1, "the end record must hold no data: :00000001FF");
        }
        return true;
    case HEX_SEGMENT_BASE:
    case HEX_LINEAR_BASE:
        if (record->count != 2 || record->data[0] != 0 || record->data[1] != 0) {
            return refuse(reader, reader->start + DATA_COLUMN,
                          "a base other than 0000 leads outside the EEPROM");
        }
        return true;
    default:
        return refuse(reader, reader->start + TYPE_COLUMN,
                      "record type %02X has no meaning here, it must be 00, 01, 02 or 04", record->type);
    }
}

static bool read_hex(struct hex_reader *reader)
{
    struct hex_record record;
    while (reader->next < reader->end) {
        reader->start = reader->next;
        reader->line++;
        if (reader->has_ended) {
            return refuse(reader, reader->next,
                          "the file should end before this line: the end record has been");
        }
        if (!read_record(reader, &record) || !take_record(reader, &record) || !read_line_end(reader)) {
            return false;
        }
    }
    if (!reader->has_ended) {
        if (reader->next[-1] == '\n') { /* it should be on a line of its own */
            reader->start = reader->next;
            reader->line++;
        }
        return refuse(reader, reader->next, "the file ends without its end record :00000001FF");
    }
    return true;
}

/* Says whether every byte is one that a text may hold. */
static bool is_text(const char *data, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if ((data[i] < ' ' || data[i] > '~') && data[i] != '\r' && data[i] != '\n' && data[i] != '\t') {
            return false;
        }
    }
    return true;
}

/* Says whether these bytes, of a file of `file_size`, are Intel hex and no image that begins like it. */
static bool is_hex(const char *data, size_t size, size_t file_size)
{
    return size > 0 && data[0] == ':' && (file_size != SBMS_EEPROM_BYTES || is_text(data, size));
}

bool eeprom_image_read(const char *data, size_t size, uint8_t image[SBMS_EEPROM_BYTES],
                       struct eeprom_image_error *error)
{
    assert(data != NULL || size == 0);
    assert(image != NULL && error != NULL);
    const size_t file_size = size;
    if (size >= 3 && memcmp(data, "\xEF\xBB\xBF", 3) == 0 && is_hex(data + 3, size - 3, file_size)) {
        data += 3; /* a byte order mark, with which some editors begin a text */
        size -= 3;
    }
    struct hex_reader reader = {
        .start = data, .next = data, .end = data + size, .image = image, .error = error};
    if (is_hex(data, size, file_size)) {
        memset(image, (int)EEPROM_IMAGE_ERASED, SBMS_EEPROM_BYTES);
        return read_hex(&reader);
    }
    if (size != SBMS_EEPROM_BYTES) {
        reader.line = 1;
        return refuse(
            &reader, data,
            "%zu bytes that do not begin with ':'; an EEPROM image is Intel hex, or exactly %u bytes", size,
            SBMS_EEPROM_BYTES);
    }
    memcpy(image, data, SBMS_EEPROM_BYTES);
    return true;
}

void eeprom_image_write_hex(FILE *stream, uint16_t address, const uint8_t *bytes, uint8_t count)
{
    assert(stream != NULL);
    assert((unsigned)address + count <= SBMS_EEPROM_BYTES);
    uint8_t sum = (uint8_t)(count + (address >> 8) + (address & 0xFFu));
    fprintf(stream, ":%02X%04X%02X", count, address, HEX_DATA);
    for (unsigned i = 0; i < count; i++) {
        fprintf(stream, "%02X", bytes[i]);
        sum = (uint8_t)(sum + bytes[i]);
    }
    fprintf(stream, "%02X\n:00000001FF\n", (uint8_t)(0u - sum));
}
