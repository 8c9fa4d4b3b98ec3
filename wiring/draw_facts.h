/* SPDX-License-Identifier: Apache-2.0 */
/* What the wiring picture says of each thing in words: kind, ratings, cables. The numbers are the scenario's. */
#ifndef WIRING_DRAW_FACTS_H
#define WIRING_DRAW_FACTS_H

#include <stdbool.h>
#include <stddef.h>

#include "wiring/draw_graph.h"

enum { DRAW_FACTS_MAX = 8, DRAW_FACT_SIZE = 320 };

/* Paragraphs, which the layout breaks into lines. */
struct draw_facts {
    int count;
    struct {
        enum draw_style style;
        char text[DRAW_FACT_SIZE];
    } rows[DRAW_FACTS_MAX];
};

/* What the box of `item` says. */
void draw_facts(const struct draw_graph *graph, const struct draw_item *item, struct draw_facts *facts);

/* Name and voltage of a bar. */
void draw_bar_facts(const struct draw_graph *graph, const struct draw_bar *bar, struct draw_facts *facts);

/* What is written at the wire from its left or right side: the resistance of its cable; "" where the scenario has none. */
void draw_cable(const struct draw_graph *graph, const struct draw_item *item, bool is_left, char *text,
                size_t size);

/* The icon in its box; false: it has none. */
bool draw_icon(const struct draw_graph *graph, const struct draw_item *item, enum draw_mark_kind *icon);

/* Whether the scenario names a fuse in the cable of a piece of equipment: one that an event blows. */
bool draw_has_fuse(const struct draw_graph *graph, const struct draw_item *item);

/* Whether battery minus goes to it. */
bool draw_has_minus(const struct draw_graph *graph, const struct draw_item *item);

#endif
