/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The edges of a run in bounded memory, however long it is. None is lost: one stands for itself, or is counted in an entry that
 * stands for many. Edges of an output that are denser than one a minute for an hour are one entry, with their number and how long
 * the output was high among them. Where there are still too many, the densest of what is left become entries of as many, and no more
 * of them than must; of all else the most frequent kinds are counted day by day, then over more days.
 */
#ifndef RESULT_EDGE_LIST_H
#define RESULT_EDGE_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "twin/run.h"

enum {
    EDGE_LIST_RAW_MAX = 65000,     /* entries before they are condensed */
    EDGE_LIST_OUTPUTS_MAX = 60000, /* of these, entries of Load, Pre-alarm and Charger */
    EDGE_LIST_OTHERS_MAX = 1000,
    /* In the end, of outputs: so many, and for each day as many as two cuts have that are warned of. */
    EDGE_LIST_OUTPUTS_BASE = 8000,
    EDGE_LIST_OUTPUTS_A_DAY = 8,
    EDGE_LIST_DENSE = 61 /* edges within an hour that are a dense stretch */
};

struct recording_edge {
    struct system_edge edge; /* of many: the first */
    int64_t held_ticks; /* how long its output or switch had been in the state before; -1: since the start */
    int64_t count;      /* 1; more: it stands for so many, from its tick */
    int64_t until_tick; /* to this one, with */
    int64_t high_ticks; /* an output's time high in between, and */
    bool last_on;       /* its state behind */
};

struct edge_list {
    struct recording_edge *edges;
    size_t count;
    int64_t
        dense_ticks; /* EDGE_LIST_DENSE in no longer a time than this are one entry, an hour; or longer, where there are too many */
    bool failed;     /* no memory */
    /* ---- this module's own */
    size_t room;
    uint16_t places[EDGE_LIST_RAW_MAX];
};

/* An empty list. */
void edge_list_init(struct edge_list *list);

void edge_list_free(struct edge_list *list);

/* Adds an edge that is not before the last one. `held_ticks` as above. */
void edge_list_add(struct edge_list *list, const struct system_edge *edge, int64_t held_ticks);

/* The run has ended: puts together what belongs together, and no more than it must. After it both kinds are within their limits. */
void edge_list_finish(struct edge_list *list);

/* Whether the edge is one of Load, Pre-alarm or Charger, and not a start that leaves one floating. */
bool edge_is_of_output(const struct system_edge *edge);

#endif
