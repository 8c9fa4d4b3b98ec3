/* SPDX-License-Identifier: Apache-2.0 */
/* Edges and incidents in JSON (docs/RESULTS.md), of a run, a replay or a device's record, whoever has the words for them. */
#ifndef RESULT_WRITE_JSON_EDGES_H
#define RESULT_WRITE_JSON_EDGES_H

#include <stdio.h>

#include "result/edge_list.h"
#include "result/incidents.h"

/* Writes one as an object with `text`. Errors are left in the stream. */
void write_json_edge(const struct recording_edge *edge, const char *text, FILE *stream);
void write_json_incident(const struct incident *incident, const char *text, FILE *stream);

#endif
