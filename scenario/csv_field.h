/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines, fields and numbers of a CSV text, read where they are: nothing is copied or changed, and any bytes are safe. There are no
 * quotes and no spaces.
 */
#ifndef SCENARIO_CSV_FIELD_H
#define SCENARIO_CSV_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CSV_SECONDS_MAX 9000000000 /* 285 years, and fits int64_t in ns */
#define CSV_DECIMAL_LENGTH_MAX 40u /* letters of a decimal number */
#define CSV_SHOWN_LENGTH 24        /* letters of a field that a message repeats */

/* A piece of the text: a line without its end, or a field. */
struct csv_piece {
    const char *text;
    size_t length;
};

/* A field made fit for a message. */
struct csv_shown {
    char text[CSV_SHOWN_LENGTH + 4];
};

/* `field` for a message: a long one is cut, letters that a terminal would not print are '?'. */
struct csv_shown csv_show(struct csv_piece field);

/* Moves `*text` behind the byte order mark of UTF-8 that it may begin with, as some editors write it; false: it begins with that of
 * UTF-16. */
bool csv_skip_mark(const char **text, const char *end);

/* Takes the line at `*next`, its LF or CRLF not included, and moves `*next` behind it; false at the end of the text. */
bool csv_take_line(const char **next, const char *end, struct csv_piece *line);

/* The field that starts `at` letters into the line. The next one, if there is one, starts behind its comma. */
struct csv_piece csv_field_at(struct csv_piece line, size_t at);

/* How many fields the line has, at least one. */
size_t csv_count_fields(struct csv_piece line);

/* Where the field number `index`, from 0 to below csv_count_fields(), starts in the line, in letters. */
size_t csv_place_of_field(struct csv_piece line, size_t index);

/* Reads the digits that `text` begins with into `*number`, which stops growing beyond 1e9; returns how many. */
size_t csv_read_digits(struct csv_piece text, int64_t *number);

/* Reads a whole number with an optional '-'; false: it is none. One that is huge gives another beyond +-1e9. */
bool csv_read_whole(struct csv_piece field, int64_t *number);

/* Reads seconds, digits with an optional point and digits, into nanoseconds; what follows the ninth decimal is cut off. False: it is no such
 * thing. Seconds beyond CSV_SECONDS_MAX give more than that. */
bool csv_read_seconds(struct csv_piece field, int64_t *t_ns);

/* Reads a finite decimal number, with an exponent or without; false: it is none. */
bool csv_read_decimal(struct csv_piece field, double *number);

#endif
