/* SPDX-License-Identifier: Apache-2.0 */
#include "result/json_string.h"

#include <assert.h>

void write_json_string(FILE *stream, const char *text)
{
    assert(text != NULL);
    fputc('"', stream);
    for (const char *at = text; *at != '\0'; at++) {
        unsigned char byte = (unsigned char)*at;
        if (byte == '"' || byte == '\\') {
            fprintf(stream, "\\%c", byte);
        } else if (byte < 0x20 || byte == '<' || byte == 0x7f) {
            fprintf(stream, "\\u%04x", byte);
        } else {
            fputc(byte, stream);
        }
    }
    fputc('"', stream);
}
