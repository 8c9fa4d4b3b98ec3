/* SPDX-License-Identifier: Apache-2.0 */
#include "wiring/draw_text.h"

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "wiring/finding.h"

#define ELLIPSIS "\xE2\x80\xA6"

struct style {
    int px;
    int line_px;
    bool is_bold;
};

static const struct style styles[DRAW_STYLE_COUNT] = {
    [DRAW_TITLE] = {20, 27, true},
    [DRAW_NAME] = {14, 18, true},
    [DRAW_PLAIN] = {13, 17, false},
    [DRAW_NOTE] = {12, 16, false},
};

/* Advance widths from the space to the tilde, in hundredths of the letters' height: measured in the fonts' files. */
static const uint8_t regular[] = {
    32, 40, 46, 84, 64, 95, 78, 28, 39,  39, 50, 84, 32, 36, 32, 34, 64, 64, 64, 64, 64, 64, 64, 64,
    64, 64, 34, 34, 84, 84, 84, 53, 100, 69, 69, 70, 77, 64, 58, 78, 76, 30, 30, 66, 56, 87, 75, 79,
    61, 79, 70, 64, 61, 74, 69, 99, 69,  61, 69, 39, 34, 39, 84, 50, 50, 62, 64, 55, 64, 62, 36, 64,
    64, 28, 28, 58, 28, 98, 64, 62, 64,  64, 42, 52, 40, 64, 60, 82, 60, 60, 53, 64, 34, 64, 84};
static const uint8_t bold[] = {
    35, 46, 52, 84, 70, 101, 88, 31,  46,  46, 53, 84, 38, 42, 38, 37, 70, 70, 70, 70, 70, 70,  70, 70,
    70, 70, 40, 40, 84, 84,  84, 58,  100, 78, 77, 74, 83, 69, 69, 82, 84, 38, 38, 78, 64, 100, 84, 85,
    74, 85, 77, 72, 69, 82,  78, 111, 77,  73, 73, 46, 37, 46, 84, 50, 50, 68, 72, 60, 72, 68,  44, 72,
    72, 35, 35, 67, 35, 105, 72, 69,  72,  72, 50, 60, 48, 72, 66, 93, 65, 66, 59, 72, 37, 72,  84};
static_assert(sizeof regular == '~' - ' ' + 1 && sizeof bold == sizeof regular, "a width for each letter");

int draw_style_px(enum draw_style style)
{
    assert((int)style >= 0 && style < DRAW_STYLE_COUNT);
    return styles[style].px;
}

int draw_line_px(enum draw_style style)
{
    assert((int)style >= 0 && style < DRAW_STYLE_COUNT);
    return styles[style].line_px;
}

/* How many bytes the character at `text` has; bytes that are no UTF-8 count one by one. */
static size_t character_bytes(const char *text)
{
    const uint8_t first = (uint8_t)text[0];
    const size_t wanted = first >= 0xF0u ? 4u : first >= 0xE0u ? 3u : first >= 0xC0u ? 2u : 1u;
    size_t bytes = 1;

    while (bytes < wanted && ((uint8_t)text[bytes] & 0xC0u) == 0x80u) {
        bytes++;
    }
    return bytes;
}

/* In hundredths of the letters' height. Of what is not ASCII: Latin, Greek and Cyrillic are up to 1, Han and pictures wider. */
static int character_width(const char *text, size_t bytes, bool is_bold)
{
    const uint8_t first = (uint8_t)text[0];

    static const int widths_of_bytes[] = {0, 100, 100, 112, 145};

    if (first >= ' ' && first <= '~') {
        return is_bold ? bold[first - ' '] : regular[first - ' '];
    }
    if (strncmp(text, "\xC2\xA0", 2) == 0) { /* a space without a break */
        return is_bold ? bold[0] : regular[0];
    }
    assert(bytes >= 1 && bytes <= 4);
    return widths_of_bytes[bytes];
}

/* The width of the first `size` bytes. */
static int part_px(const char *text, size_t size, enum draw_style style)
{
    int hundredths = 0;

    assert((int)style >= 0 && style < DRAW_STYLE_COUNT);
    for (size_t at = 0; at < size;) {
        const size_t bytes = character_bytes(text + at);

        hundredths += character_width(text + at, bytes, styles[style].is_bold);
        at += bytes;
    }
    return (hundredths * styles[style].px + 99) / 100;
}

int draw_text_px(const char *text, enum draw_style style)
{
    return part_px(text, strlen(text), style);
}

int draw_word_px(const char *text, enum draw_style style)
{
    int widest = 0;

    while (*text != '\0') {
        const size_t size = strcspn(text, " ");
        const int px = part_px(text, size, style);

        widest = px > widest ? px : widest;
        text += size;
        text += strspn(text, " ");
    }
    return widest;
}

/* How many bytes of `text` go on a line: whole words if one fits, else as many characters as fit, at least one. */
static size_t line_bytes(const char *text, enum draw_style style, int width_px)
{
    size_t fitting = 0;
    size_t words = 0;
    size_t at = 0;

    while (at < DRAW_LINE_SIZE - 8 && text[at] != '\0') {
        const size_t bytes = character_bytes(text + at);

        if (part_px(text, at + bytes, style) > width_px && at > 0) {
            break;
        }
        at += bytes;
        fitting = at;
        if (text[at] == ' ' || text[at] == '\0') {
            words = at;
        }
    }
    return words > 0 ? words : fitting;
}

/* Puts an ellipsis at the end of `line`, in place of as much as it takes. */
static void end_with_ellipsis(char *line, enum draw_style style, int width_px)
{
    size_t size = strlen(line);

    assert(size + sizeof ELLIPSIS <= DRAW_LINE_SIZE);
    strcpy(line + size, ELLIPSIS);
    while (size > 0 && draw_text_px(line, style) > width_px) {
        do {
            size--;
        } while (size > 0 && ((uint8_t)line[size] & 0xC0u) == 0x80u);
        strcpy(line + size, ELLIPSIS);
    }
}

int draw_text_wrap(const char *text, enum draw_style style, int width_px, char lines[][DRAW_LINE_SIZE],
                   int lines_max)
{
    int count = 0;

    assert(lines_max >= 1 && width_px > 0);
    text += strspn(text, " ");
    while (*text != '\0' && count < lines_max) {
        const size_t size = line_bytes(text, style, width_px);

        assert(size > 0 && size < DRAW_LINE_SIZE);
        memcpy(lines[count], text, size);
        lines[count][size] = '\0';
        count++;
        text += size;
        text += strspn(text, " ");
    }
    if (*text != '\0') {
        end_with_ellipsis(lines[count - 1], style, width_px);
    }
    return count;
}

const char *draw_mohm(double mohm, int digits, char *text, size_t size)
{
    const int unit = mohm < 1e3 ? 0 : mohm < 1e6 ? 1 : 2;
    static const double scales[] = {1.0, 1e-3, 1e-6};
    static const char *const units[] = {"m\xCE\xA9", "\xCE\xA9", "k\xCE\xA9"};

    snprintf(text, size, "%s %s", wiring_number(mohm * scales[unit], digits).text, units[unit]);
    return text;
}
