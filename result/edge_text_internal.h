/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the files that make result/edge_text.h. */
#ifndef RESULT_EDGE_TEXT_INTERNAL_H
#define RESULT_EDGE_TEXT_INTERNAL_H

#include "result/edge_text.h"
#include "result/sentence.h"

/* What the words of one edge are made from. */
struct edge_story {
    const struct scenario *described;
    const struct system_edge *edge;
    int64_t held_ticks;
};

/* Says an edge that is none of the three outputs'. */
void edge_text_say_other(struct sentence *sentence, const struct edge_story *story);

#endif
