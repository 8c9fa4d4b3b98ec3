/* SPDX-License-Identifier: Apache-2.0 */
#include "result/text_table.h"

#include <assert.h>
#include <string.h>

/* FNV-1a */
static uint32_t hash_of(const char *text)
{
    uint32_t hash = UINT32_C(2166136261);
    for (const char *at = text; *at != '\0'; at++) {
        hash = (hash ^ (uint8_t)*at) * UINT32_C(16777619);
    }
    return hash;
}

int text_table_number(struct text_table *table, const char *text)
{
    assert(strlen(text) < EDGE_TEXT_SIZE);
    assert(table->count <= TEXT_TABLE_MAX);
    size_t slot = hash_of(text) % TEXT_TABLE_SLOTS;
    while (table->slots[slot] != 0) {
        const int number = table->slots[slot] - 1;
        if (strcmp(table->texts[number], text) == 0) {
            return number;
        }
        slot = (slot + 1) % TEXT_TABLE_SLOTS;
    }
    if (table->count == TEXT_TABLE_MAX) {
        return -1;
    }
    strcpy(table->texts[table->count], text);
    table->slots[slot] = (uint16_t)++table->count;
    return (int)table->count - 1;
}
