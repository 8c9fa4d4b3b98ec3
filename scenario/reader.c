/* SPDX-License-Identifier: Apache-2.0 */
#include "scenario/reader.h"

#include <assert.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct scenario_shown scenario_reader_show(const char *text)
{
    static const char ellipsis[] = "...";
    struct scenario_shown shown = {{0}};
    const size_t room = sizeof shown.text - sizeof ellipsis;
    size_t length = strlen(text);
    bool is_cut = length > room;
    if (is_cut) {
        length = room;
        while (length > 0 && ((uint8_t)text[length] & 0xC0u) == 0x80u) { /* not within a letter */
            length--;
        }
    }
    memcpy(shown.text, text, length);
    for (size_t i = 0; i < length; i++) {
        shown.text[i] = shown.text[i] == '\n' ? ' ' : shown.text[i];
    }
    assert(length + sizeof ellipsis <= sizeof shown.text);
    memcpy(shown.text + length, is_cut ? ellipsis : "", is_cut ? sizeof ellipsis : 1);
    return shown;
}

static void write_error(struct scenario_reader *reader, const char *file_name, size_t line, size_t column,
                        const char *format, va_list arguments)
{
    assert(reader->error_size > 0);
    int used = snprintf(reader->error, reader->error_size, "%s:%zu:%zu: ", file_name, line, column);
    assert(used > 0);
    if ((size_t)used < reader->error_size) {
        vsnprintf(reader->error + used, reader->error_size - (size_t)used, format, arguments);
    }
}

bool scenario_reader_fail(struct scenario_reader *reader, const yaml_node_t *place, const char *format, ...)
{
    va_list arguments;
    assert(place != NULL);
    va_start(arguments, format);
    write_error(reader, reader->file_name, place->start_mark.line + 1, place->start_mark.column + 1, format,
                arguments);
    va_end(arguments);
    return false;
}

bool scenario_reader_fail_in(struct scenario_reader *reader, const char *file_name, size_t line,
                             size_t column, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    write_error(reader, file_name, line, column, format, arguments);
    va_end(arguments);
    return false;
}

const yaml_node_t **scenario_reader_place(struct scenario_reader *reader, const struct scenario_row *row)
{
    const struct scenario_schema *schema = scenario_schema();
    assert(row >= schema->rows && row < schema->rows + schema->count);
    return &reader->values[row - schema->rows];
}

const yaml_node_t *scenario_reader_value(const struct scenario_reader *reader, int group, const char *key)
{
    const struct scenario_row *row = scenario_row_find(group, key);
    assert(row != NULL);
    return reader->values[row - scenario_schema()->rows];
}
