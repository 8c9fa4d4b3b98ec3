/* SPDX-License-Identifier: Apache-2.0 */
/* An observer: edges of outputs and LEDs since they were last asked for. */
#ifndef SIMULATOR_EDGES_H
#define SIMULATOR_EDGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "simulator/part.h"

#define EDGES_MAX 1024 /* kept for the command `edges` */

struct edge {
    uint64_t ns;
    uint8_t pin; /* enum driven_pin */
    bool high;
};

struct edges {
    const struct part *part;
    struct edge edges[EDGES_MAX];
    size_t count;
    size_t lost; /* that found no room */
};

/* Begins to observe. */
void edges_make(struct edges *edges, struct part *part);

void edges_forget(struct edges *edges);

#endif
