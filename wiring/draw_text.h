/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How wide a text is in the wiring picture, and where it breaks. The font is the reader's own, so widths are those of the
 * widest that is usual for pages (DejaVu Sans): a text never takes more room than it was given.
 */
#ifndef WIRING_DRAW_TEXT_H
#define WIRING_DRAW_TEXT_H

#include <stddef.h>

enum { DRAW_LINE_SIZE = 128 }; /* bytes of a line, with its NUL */

/* What a text is for; its size, weight and colour follow. */
enum draw_style { DRAW_TITLE = 0, DRAW_NAME, DRAW_PLAIN, DRAW_NOTE, DRAW_STYLE_COUNT };

/* Height of the letters of a style, and of its lines, in px. */
int draw_style_px(enum draw_style style);
int draw_line_px(enum draw_style style);

/* The room that `text`, UTF-8, takes on a line, in px. */
int draw_text_px(const char *text, enum draw_style style);

/* The room that its longest word takes, in px: what it cannot be narrower than without a break in a word. */
int draw_word_px(const char *text, enum draw_style style);

/*
 * Breaks `text` into lines of at most `width_px`, between words where it can, else between letters. Returns how many there are;
 * `lines` has room for `lines_max`, at least 1, and what does not fit into that many ends with an ellipsis.
 */
int draw_text_wrap(const char *text, enum draw_style style, int width_px, char lines[][DRAW_LINE_SIZE],
                   int lines_max);

/*
 * A resistance, of a value in mOhm, with `digits` significant digits (wiring/finding.h): "0.64 mΩ", "1.2 Ω", "470 kΩ"; into `text` of
 * `size` bytes, which is returned.
 */
const char *draw_mohm(double mohm, int digits, char *text, size_t size);

#endif
