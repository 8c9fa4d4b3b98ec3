/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Times, lengths of time and quantities in words, the same bytes on every machine and in every locale.
 * Each function returns a short text by value.
 */
#ifndef RESULT_WORDING_H
#define RESULT_WORDING_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct wording {
    char text[48];
};

/* "day 3 05:12:40"; the day that starts at tick 0 is day 1. */
struct wording wording_instant(int64_t tick);

/* The same with its date, where day 1 has one (struct scenario's `start_date`): "day 3 05:12:40 (Tue 2026-03-03)". */
struct wording wording_dated(int32_t start_date, int64_t tick);

/* The date alone, where day 1 has one: "2026-03-03". */
struct wording wording_date(int32_t start_date, int64_t tick);

/* Only the time of day of that: "05:12:40". */
struct wording wording_clock(int64_t tick);

/* How long after a beginning, to the tick: "05:12:40.125", and from a day on "2 d 05:12:40.125". */
struct wording wording_since(int64_t tick);

/* "30.1 s", "4 min 12 s", "41 min", "17 h 3 min", "3 d 4 h" */
struct wording wording_span(int64_t ticks);

/* A number with `decimals` (0..6) of them, rounded to the nearest as the machine holds it, halves away from zero; never "-0". */
struct wording wording_number(double value, int decimals);

/* A threshold or reading in V, with a third decimal only where it is needed: "2.80 V", "2.795 V". */
struct wording wording_volts(int mv);

/* Tenths of a degree: "4.9 degC". */
struct wording wording_degrees(int dc);

/* An energy with the unit that suits it: "3.1 Wh", "420 Wh", "3.42 kWh", "8.08 MWh". */
struct wording wording_energy(double wh);

/* Such a number times wording_scale() of its decimals, a whole one: below 0 or not as it is written. */
int64_t wording_scaled(double value, int decimals);
int64_t wording_scale(int decimals);

/* wording_number() straight to `stream`. */
void wording_write_number(FILE *stream, double value, int decimals);

/*
 * Prints words, starting at `column`; a line that would get wider than `width` goes on below, `indent` in.
 * A width of 0, or one that leaves no room, breaks nothing.
 */
void wording_print_words(const char *text, size_t column, size_t indent, unsigned width, FILE *stream);

/* A tick as seconds with three decimals. */
void wording_write_seconds(FILE *stream, int64_t tick);

#endif
