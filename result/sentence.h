/* SPDX-License-Identifier: Apache-2.0 */
/* A text that grows in a buffer of its caller and never overflows it. */
#ifndef RESULT_SENTENCE_H
#define RESULT_SENTENCE_H

#include <stddef.h>

struct sentence {
    char *text;
    size_t size; /* at least 1 */
    size_t used;
};

/* An empty text in `text`. */
struct sentence sentence_in(char *text, size_t size);

/* Adds what printf() would print, as far as there is room. */
__attribute__((format(printf, 2, 3))) void sentence_add(struct sentence *sentence, const char *format, ...);

#endif
