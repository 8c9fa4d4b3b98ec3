/* SPDX-License-Identifier: Apache-2.0 */
/* Texts in SVG and HTML. */
#ifndef WIRING_MARKUP_H
#define WIRING_MARKUP_H

#include <stdio.h>

/*
 * Writes `text`, UTF-8, as it stands in an element; an attribute would need its quotes written otherwise, too. Control characters,
 * those that change the direction of writing, and U+FFFE and U+FFFF, which XML does not have, become U+FFFD.
 */
void markup_write(const char *text, FILE *stream);

#endif
