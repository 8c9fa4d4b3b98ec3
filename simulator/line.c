/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/line.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

const char line_no_power[] = "no power: start first";

int line_split(char *line, char **words)
{
    int count = 0;
    char *rest = line + strspn(line, " \t\r\n");
    while (*rest != '\0' && count < LINE_WORDS_MAX) {
        words[count++] = rest;
        rest += strcspn(rest, " \t\r\n");
        if (*rest != '\0') {
            *rest++ = '\0';
        }
        rest += strspn(rest, " \t\r\n");
    }
    return *rest == '\0' ? count : LINE_WORDS_MAX + 1;
}

bool line_number(const char *word, int64_t min, int64_t max, int64_t *value)
{
    char *end = NULL;
    bool hexadecimal = word[0] == '0' && word[1] == 'x';
    assert(min <= max);
    errno = 0;
    long long number = strtoll(word, &end, hexadecimal ? 16 : 10);
    if (end == word || *end != '\0' || errno != 0 || number < min || number > max) {
        return false;
    }
    *value = number;
    return true;
}

int line_find(const char *word, const char *const *names)
{
    for (int i = 0; names[i] != NULL; i++) {
        if (strcmp(word, names[i]) == 0) {
            return i;
        }
    }
    return -1;
}
