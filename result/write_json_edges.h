/* SPDX-License-Identifier: Apache-2.0 */
/* Edges and incidents in JSON (docs/RESULTS.md), of a run, a replay or a device's record, whoever has the words for them. */
#ifndef RESULT_WRITE_JSON_EDGES_H
#define RESULT_WRITE_JSON_EDGES_H

#include <stdio.h>

#include "result/edge_list.h"
#include "result/incidents.h"

/* Who has the words of an edge: writes them into `text`. */
struct edge_words {
    void (*write)(const void *of, const struct recording_edge *edge, char *text, size_t size);
    const void *of;
};

/* Writes the list as `"events":[...]`, an object for each. Errors are left in the stream. */
void write_json_edges(const struct edge_list *list, const struct edge_words *words, FILE *stream);

/* The same for a page: an edge that stands for itself is a list of numbers, and what is often said is written once. */
void write_json_edges_short(const struct edge_list *list, const struct edge_words *words, FILE *stream);

void write_json_incident(const struct incident *incident, const char *text, FILE *stream);

#endif
