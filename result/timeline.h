/* SPDX-License-Identifier: Apache-2.0 */
/* What happened, in words: one line for each edge of a run, with its cause (SAFE-7). */
#ifndef RESULT_TIMELINE_H
#define RESULT_TIMELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "result/recording.h"

enum {
    TIMELINE_TEXT_SIZE = 256, /* room enough for the words of any edge */
    TIMELINE_LINES_MAX = 200  /* printed */
};

/*
 * Writes what `edge` of a run of `described` was into `text`, such as
 * "Load floats: battery 1 cell 3 below 2.80 V; pre-alarm for 41 min". What stands before the colon, or all if
 * there is none, is the edge; what follows is why, and how long it had been otherwise.
 */
void timeline_text(const struct scenario *described, const struct recording_edge *edge, char *text,
                   size_t size);

/* How timeline_print() prints. */
struct timeline_style {
    bool verbose;   /* LEDs and charger stages too */
    bool colour;    /* escape sequences are allowed */
    unsigned width; /* of the terminal, lines are broken there; 0: not broken */
};

/* Prints the first TIMELINE_LINES_MAX lines, each with its time, and how many more there are. */
void timeline_print(const struct recording *recording, const struct timeline_style *style, FILE *stream);

#endif
