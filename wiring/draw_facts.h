/* SPDX-License-Identifier: Apache-2.0 */
/* What the wiring picture says of each thing in words: kind, ratings, cables. The numbers are the scenario's. */
#ifndef WIRING_DRAW_FACTS_H
#define WIRING_DRAW_FACTS_H

#include <stdbool.h>
#include <stddef.h>

#include "wiring/draw_graph.h"

enum { DRAW_FACTS_MAX = 10, DRAW_FACT_SIZE = 512, DRAW_CABLE_SIZE = 64 };

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

/*
 * What is written at a cable of `mohm`, of which the file says `given`: "3 m, 16 mm²" or "0.64 mΩ" as there, a default in brackets,
 * "(0.64 mΩ)"; "" where `mohm` is 0 or no number. Into `text` of `size` bytes, which is returned.
 */
const char *draw_cable_text(double mohm, const struct scenario_cable_given *given, char *text, size_t size);

/*
 * Whether the wire from its left or right side goes to what feeds it: the bank or a battery of the bus that it is on, the bus `from`.
 * There a cable has its fuse.
 */
bool draw_is_feed(const struct draw_graph *graph, const struct draw_item *item, bool is_left);

/* What is written at the wire from its left or right side; "" where the scenario has no cable there. */
void draw_cable(const struct draw_graph *graph, const struct draw_item *item, bool is_left, char *text,
                size_t size);

/* The icon in its box; false: it has none. */
bool draw_icon(const struct draw_graph *graph, const struct draw_item *item, enum draw_mark_kind *icon);

/* Whether the scenario names a fuse in the wire from its left or right side: one that an event blows, in the cable of equipment. */
bool draw_has_fuse(const struct draw_graph *graph, const struct draw_item *item, bool is_left);

/* Whether battery minus goes to it. */
bool draw_has_minus(const struct draw_graph *graph, const struct draw_item *item);

#endif
