/* SPDX-License-Identifier: Apache-2.0 */
/* One edge of a run in words, with its cause (SAFE-7). */
#ifndef RESULT_EDGE_TEXT_H
#define RESULT_EDGE_TEXT_H

#include <stddef.h>

#include "result/edge_list.h"

enum { EDGE_TEXT_SIZE = 384 /* room enough for the words of any edge */ };

/*
 * Writes what `edge` of a run of `described` was into `text`, such as
 * "Load floats: battery 1 cell 3 below 2.80 V; pre-alarm for 41 min". What is before the colon, or all if
 * there is none, is the edge; what follows is why, and how long it had been otherwise. Of an entry that stands for many
 * it says how many, until when, and what the first was.
 */
void edge_text(const struct scenario *described, const struct recording_edge *edge, char *text, size_t size);

/* Only why: of an edge of Load, Pre-alarm or Charger what stands behind the colon, without how long. */
void edge_cause_text(const struct scenario *described, const struct system_edge *edge, char *text,
                     size_t size);

#endif
