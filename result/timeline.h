/* SPDX-License-Identifier: Apache-2.0 */
/* What happened, printed: one line for each edge of a run, with its time (result/edge_text.h has the words). */
#ifndef RESULT_TIMELINE_H
#define RESULT_TIMELINE_H

#include <stdbool.h>
#include <stdio.h>

#include "result/recording.h"

enum { TIMELINE_LINES_MAX = 200 /* printed */ };

/* How timeline_print() prints. */
struct timeline_style {
    bool verbose;   /* LEDs and charger stages too */
    bool colour;    /* escape sequences are allowed */
    unsigned width; /* of the terminal, lines are broken there; 0: not broken */
};

/* Prints the first TIMELINE_LINES_MAX lines, each with its time, and how many more there are. */
void timeline_print(const struct recording *recording, const struct timeline_style *style, FILE *stream);

#endif
