/* SPDX-License-Identifier: Apache-2.0 */
/* A line of the protocol, in words: what every command is given, and how it reads them. */
#ifndef SIMULATOR_LINE_H
#define SIMULATOR_LINE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define LINE_WORDS_MAX 8

struct machine;

struct call {
    struct machine *machine;
    FILE *output;
    char **words; /* after the command's own, as many as it wants */
};

/* A row of a table of commands. The table ends with a row whose `first` is NULL. */
struct command {
    const char *first;
    const char *second; /* NULL: the command is one word */
    int wanted;         /* words after it */
    bool answers;       /* itself, rather than with "ok" */
    const char *(*run)(
        struct call *call); /* returns why it cannot be done; NULL: it has answered, or "ok" will do */
};

/* What a command says that needs power. */
extern const char line_no_power[];

/* Splits `line` at blanks into `words`, LINE_WORDS_MAX at most; returns how many there are, LINE_WORDS_MAX + 1 when there
 * are more. */
int line_split(char *line, char **words);

/* Reads a decimal number, or a hexadecimal one after 0x, from `min` to `max`. */
bool line_number(const char *word, int64_t min, int64_t max, int64_t *value);

/* The place of `word` among `names`, which a NULL ends; -1: it is none of them. */
int line_find(const char *word, const char *const *names);

#endif
