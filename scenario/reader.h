/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of the scenario reader (scenario/file.c, mapping.c, store.c, check.c) share: the file being
 * read, and how it is refused.
 */
#ifndef SCENARIO_READER_H
#define SCENARIO_READER_H

#include <stdbool.h>
#include <stddef.h>

#include "scenario/schema.h"
#include "scenario/yaml_tree.h"
#include "twin/scenario.h"

struct scenario_reader {
    const struct yaml_tree *tree;
    const char *file_name;
    char *error;
    size_t error_size;
    struct scenario *draft; /* what has been read so far */
    const yaml_node_t
        *values[SCENARIO_ROWS_MAX]; /* where the value of each row of the schema is, NULL: nowhere; for
                                                     lists those of the present entry */
};

/* A text from the file, made fit for a message. */
struct scenario_shown {
    char text[48];
};

/* Gives `text` as a message can hold it: on one line and not too long. */
struct scenario_shown scenario_reader_show(const char *text);

/* Writes the error "FILE:LINE:COLUMN: ..." for `place`; returns false. */
bool scenario_reader_fail(struct scenario_reader *reader, const yaml_node_t *place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same for `line` and `column`, from 1, of another file that the scenario names. */
bool scenario_reader_fail_in(struct scenario_reader *reader, const char *file_name, size_t line,
                             size_t column, const char *format, ...) __attribute__((format(printf, 5, 6)));

/* The place in `values` of `row`, which is one of the schema's. */
const yaml_node_t **scenario_reader_place(struct scenario_reader *reader, const struct scenario_row *row);

/* Where the value of `key` of `group` is; NULL: the key is not there. */
const yaml_node_t *scenario_reader_value(const struct scenario_reader *reader, int group, const char *key);

#endif
