/* SPDX-License-Identifier: Apache-2.0 */
#include "scenario/csv_field.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NS_PER_S 1000000000
#define DECIMALS 9             /* of seconds that count */
#define NUMBER_HUGE 1000000000 /* beyond every range: reading a number stops growing here */

struct csv_shown csv_show(struct csv_piece field)
{
    assert(field.text != NULL);
    struct csv_shown shown = {{0}};
    for (size_t i = 0; i < field.length && i < CSV_SHOWN_LENGTH; i++) {
        char letter = field.text[i];
        shown.text[i] = letter < ' ' || letter > '~' ? '?' : letter;
    }
    if (field.length > CSV_SHOWN_LENGTH) {
        memcpy(shown.text + CSV_SHOWN_LENGTH, "...", 4);
    }
    return shown;
}

bool csv_skip_mark(const char **text, const char *end)
{
    const size_t size = (size_t)(end - *text);
    if (size >= 2 && (memcmp(*text, "\xFF\xFE", 2) == 0 || memcmp(*text, "\xFE\xFF", 2) == 0)) {
        return false;
    }
    if (size >= 3 && memcmp(*text, "\xEF\xBB\xBF", 3) == 0) {
        *text += 3;
    }
    return true;
}

bool csv_take_line(const char **next, const char *end, struct csv_piece *line)
{
    assert(*next <= end);
    if (*next == end) {
        return false;
    }
    const char *line_end = memchr(*next, '\n', (size_t)(end - *next));
    const char *after = line_end == NULL ? end : line_end + 1;
    if (line_end == NULL) {
        line_end = end;
    }
    if (line_end > *next && line_end[-1] == '\r') {
        line_end--;
    }
    *line = (struct csv_piece){*next, (size_t)(line_end - *next)};
    *next = after;
    return true;
}

struct csv_piece csv_field_at(struct csv_piece line, size_t at)
{
    assert(at <= line.length);
    const char *start = line.text + at;
    const char *comma = memchr(start, ',', line.length - at);
    size_t length = comma == NULL ? line.length - at : (size_t)(comma - start);
    return (struct csv_piece){start, length};
}

size_t csv_count_fields(struct csv_piece line)
{
    size_t count = 1;
    for (size_t at = csv_field_at(line, 0).length; at < line.length;
         at += 1 + csv_field_at(line, at + 1).length) {
        count++;
    }
    return count;
}

size_t csv_place_of_field(struct csv_piece line, size_t index)
{
    assert(index < csv_count_fields(line));
    size_t at = 0;
    for (size_t i = 0; i < index; i++) {
        at += csv_field_at(line, at).length + 1;
    }
    return at;
}

static bool is_digit(char letter)
{
    return letter >= '0' && letter <= '9';
}

/* Reads digits from the start of `text` into `*number`, which stops growing beyond `limit`; returns how many. */
static size_t read_digits(struct csv_piece text, int64_t limit, int64_t *number)
{
    assert(limit <= INT64_MAX / 20);
    assert(number != NULL);
    int64_t value = 0;
    size_t length = 0;
    for (; length < text.length && is_digit(text.text[length]); length++) {
        if (value <= limit) {
            value = value * 10 + (text.text[length] - '0');
        }
    }
    *number = value;
    return length;
}

size_t csv_read_digits(struct csv_piece text, int64_t *number)
{
    return read_digits(text, NUMBER_HUGE, number);
}

bool csv_read_whole(struct csv_piece field, int64_t *number)
{
    bool negative = field.length > 0 && field.text[0] == '-';
    struct csv_piece digits = {field.text + (negative ? 1 : 0), field.length - (negative ? 1 : 0)};
    int64_t value = 0;
    if (digits.length == 0 || csv_read_digits(digits, &value) != digits.length) {
        return false;
    }
    *number = negative ? -value : value;
    return true;
}

bool csv_read_seconds(struct csv_piece field, int64_t *t_ns)
{
    assert(t_ns != NULL);
    int64_t seconds = 0;
    size_t length = read_digits(field, CSV_SECONDS_MAX, &seconds);
    int64_t fraction_ns = 0;
    if (length == 0) {
        return false;
    }
    if (length < field.length) {
        struct csv_piece decimals = {field.text + length + 1, field.length - length - 1};
        int64_t ignored = 0;
        if (field.text[length] != '.' || decimals.length == 0 ||
            read_digits(decimals, 1, &ignored) != decimals.length) {
            return false;
        }
        for (size_t i = 0; i < DECIMALS; i++) {
            fraction_ns = fraction_ns * 10 + (i < decimals.length ? decimals.text[i] - '0' : 0);
        }
    }
    if (seconds > CSV_SECONDS_MAX) {
        seconds = CSV_SECONDS_MAX + 1;
    }
    *t_ns = seconds * NS_PER_S + fraction_ns;
    return true;
}

bool csv_read_decimal(struct csv_piece field, double *number)
{
    char text[CSV_DECIMAL_LENGTH_MAX + 1u];
    char *end = NULL;
    if (field.length == 0 || field.length > CSV_DECIMAL_LENGTH_MAX) {
        return false;
    }
    memcpy(text, field.text, field.length);
    text[field.length] = '\0';
    if (strspn(text, "+-.0123456789eE") < field.length) {
        return false;
    }
    *number = strtod(text, &end);
    return *end == '\0' && isfinite(*number);
}
