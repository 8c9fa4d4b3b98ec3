/* SPDX-License-Identifier: Apache-2.0 */
/* Texts by number, each of them once, in bounded memory. */
#ifndef RESULT_TEXT_TABLE_H
#define RESULT_TEXT_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "result/edge_text.h"

enum { TEXT_TABLE_MAX = 2048, TEXT_TABLE_SLOTS = 2 * TEXT_TABLE_MAX };

struct text_table {
    char texts[TEXT_TABLE_MAX][EDGE_TEXT_SIZE];
    size_t count;
    /* ---- this module's own */
    uint16_t slots[TEXT_TABLE_SLOTS]; /* a number plus 1, at its text's hash or behind it; 0: free */
};

/* The number of the text, below EDGE_TEXT_SIZE bytes, which is put into the table if it is not there; below 0: it is full. */
int text_table_number(struct text_table *table, const char *text);

#endif
