/* SPDX-License-Identifier: Apache-2.0 */
#include "wiring/markup.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */

/* U+0000 to U+001F without tab and line end, U+007F. */
static bool is_control(unsigned char byte)
{
    return byte == 0x7F || (byte < ' ' && byte != '\n' && byte != '\t');
}

/* A character of three bytes, E2, `second`, and from `first_third` to `last_third`. */
static bool is_between(const unsigned char *at, unsigned second, unsigned first_third, unsigned last_third)
{
    return at[0] == 0xE2 && at[1] == second && at[2] >= first_third && at[2] <= last_third;
}

/* U+200E, U+200F, U+2028 to U+202E, U+2066 to U+2069. */
static bool is_direction(const unsigned char *at)
{
    return is_between(at, 0x80, 0x8E, 0x8F) || is_between(at, 0x80, 0xA8, 0xAE) ||
           is_between(at, 0x81, 0xA6, 0xA9);
}

/* U+FFFE, U+FFFF. */
static bool is_no_character(const unsigned char *at)
{
    return at[0] == 0xEF && at[1] == 0xBF && at[2] >= 0xBE;
}

/* How many bytes at `text` are a character that XML does not have, or that shows what follows elsewhere than it stands; 0: none. */
static size_t unwanted_bytes(const char *text)
{
    const unsigned char *at = (const unsigned char *)text;

    if (is_control(at[0])) {
        return 1;
    }
    if ((at[0] == 0xC2 && at[1] >= 0x80 && at[1] <= 0x9F) || (at[0] == 0xD8 && at[1] == 0x9C)) {
        return 2; /* U+0080 to U+009F, U+061C */
    }
    return is_direction(at) || is_no_character(at) ? 3 : 0;
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
