/* SPDX-License-Identifier: Apache-2.0 */
#include "result/sentence.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

struct sentence sentence_in(char *text, size_t size)
{
    assert(text != NULL && size > 0);
    text[0] = '\0';
    return (struct sentence){text, size, 0};
}

void sentence_add(struct sentence *sentence, const char *format, ...)
{
    va_list arguments;
    assert(sentence->used < sentence->size);
    va_start(arguments, format);
    const int length =
        vsnprintf(sentence->text + sentence->used, sentence->size - sentence->used, format, arguments);
    va_end(arguments);
    assert(length >= 0);
    const size_t left = sentence->size - sentence->used - 1;
    sentence->used += (size_t)length < left ? (size_t)length : left;
}
