/* SPDX-License-Identifier: Apache-2.0 */
#include "wiring/markup.h"

#include <assert.h>

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */

/* How many bytes at `text` are a character that XML does not have, or that shows what follows elsewhere than it stands; 0: none. */
static size_t unwanted_bytes(const char *text)
{
    const unsigned char *at = (const unsigned char *)text;

    if ((at[0] < ' ' && at[0] != '\n' && at[0] != '\t') || at[0] == 0x7F) {
        return 1;
    }
    if ((at[0] == 0xC2 && at[1] >= 0x80 && at[1] <= 0x9F) || (at[0] == 0xD8 && at[1] == 0x9C)) {
        return 2; /* U+0080 to U+009F, U+061C */
    }
    if (at[0] == 0xE2 &&
        ((at[1] == 0x80 && ((at[2] >= 0xA8 && at[2] <= 0xAE) || at[2] == 0x8E || at[2] == 0x8F)) ||
         (at[1] == 0x81 && at[2] >= 0xA6 && at[2] <= 0xA9))) {
        return 3; /* U+200E, U+200F, U+2028 to U+202E, U+2066 to U+2069 */
    }
    return 0;
}

void markup_write(const char *text, FILE *stream)
{
    assert(text != NULL);
    for (const char *at = text; *at != '\0'; at++) {
        const size_t unwanted = unwanted_bytes(at);

        if (unwanted > 0) {
            fputs(REPLACEMENT, stream);
            at += unwanted - 1;
            continue;
        }
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
