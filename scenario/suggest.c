/* SPDX-License-Identifier: Apache-2.0 */
#include "scenario/suggest.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#define WORD_LENGTH_MAX 64u /* longer words get no suggestion */

static char lower(char letter)
{
    return letter >= 'A' && letter <= 'Z' ? (char)(letter - 'A' + 'a') : letter;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static bool are_alike(char a, char b)
{
    return lower(a) == lower(b);
}

/* Whether the two letters that end at a[i - 1] are the other way round at b[j - 1]. */
static bool are_swapped(const char *a, size_t i, const char *b, size_t j)
{
    return i > 1 && j > 1 && are_alike(a[i - 1], b[j - 2]) && are_alike(a[i - 2], b[j - 1]);
}

/* Edits that turn `a` into `b`; a swap of neighbours counts as one (optimal string alignment). */
static size_t edit_distance(const char *a, const char *b)
{
    size_t length_a = strlen(a);
    size_t length_b = strlen(b);
    assert(length_a <= WORD_LENGTH_MAX && length_b <= WORD_LENGTH_MAX);
    size_t rows[3][WORD_LENGTH_MAX + 1] = {{0}}; /* those of the table that are still needed */
    for (size_t j = 0; j <= length_b; j++) {
        rows[0][j] = j;
    }
    for (size_t i = 1; i <= length_a; i++) {
        size_t *row = rows[i % 3];
        const size_t *above = rows[(i + 2) % 3];
        const size_t *before = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= length_b; j++) {
            size_t changed = above[j - 1] + (are_alike(a[i - 1], b[j - 1]) ? 0 : 1);
            row[j] = least(changed, least(above[j], row[j - 1]) + 1);
            if (are_swapped(a, i, b, j)) {
                row[j] = least(row[j], before[j - 2] + 1);
            }
        }
    }
    return rows[length_a % 3][length_b];
}

static bool is_beginning(const char *beginning, const char *word)
{
    size_t length = strlen(beginning);
    return length >= 2 && strncmp(beginning, word, length) == 0;
}

const char *suggest_word(const char *word, const char *const *candidates, size_t count)
{
    if (strlen(word) > WORD_LENGTH_MAX) {
        return NULL;
    }
    /* a third of the letters may be wrong, at least one */
    size_t limit = strlen(word) < 6 ? 1 : strlen(word) / 3;
    const char *nearest = NULL;
    size_t nearest_distance = limit + 1;
    for (size_t i = 0; i < count; i++) {
        if (strlen(candidates[i]) > WORD_LENGTH_MAX) {
            continue;
        }
        size_t distance = edit_distance(word, candidates[i]);
        if (distance > limit && is_beginning(word, candidates[i])) {
            distance = limit;
        }
        if (distance < nearest_distance) {
            nearest = candidates[i];
            nearest_distance = distance;
        }
    }
    return nearest;
}
