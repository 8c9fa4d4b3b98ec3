/* SPDX-License-Identifier: Apache-2.0 */
#include "wiring/markup.h"

#include <assert.h>

void markup_write(const char *text, FILE *stream)
{
    assert(text != NULL);
    for (const char *at = text; *at != '\0'; at++) {
        switch (*at) {
        case '&':
            fputs("&amp;", stream);
            break;
        case '<':
            fputs("&lt;", stream);
            break;
        case '>':
            fputs("&gt;", stream);
            break;
        default:
            fputc(*at, stream);
            break;
        }
    }
}
