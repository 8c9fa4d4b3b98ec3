/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the wiring picture shows of a scenario, before it has places: bars (the buses, what is behind the load's relay, outlets of
 * inverters), and items, each with the bars that its wires go to. Bars form trees from the bank's: what feeds a bar stands left
 * of it, what it feeds right of it. A connection that no tree has, because it closes a ring or joins two bars of one parent, becomes a
 * pair of letters.
 */
#ifndef WIRING_DRAW_GRAPH_H
#define WIRING_DRAW_GRAPH_H

#include <stdbool.h>

#include "twin/scenario.h"
#include "wiring/draw_scene.h"

enum {
    DRAW_BARS_MAX = 1 + SCENARIO_BUSES_MAX + 1 + SCENARIO_EQUIPMENT_MAX,
    /* sources and switches, twice where a letter stands for a connection; lead-acid batteries, the relay, the lamp */
    DRAW_ITEMS_MAX = 2 * (SCENARIO_EQUIPMENT_MAX + 2) + SCENARIO_LOADS_MAX + SCENARIO_BUSES_MAX + 2,
    DRAW_CONTROLS_MAX = 3, /* two that turn it on, and the charger of a generator */
    DRAW_BAR_RELAY = -1    /* as the number of a bar: behind the load's relay */
};

enum draw_side { DRAW_ROOT = 0, DRAW_LEFT, DRAW_RIGHT };

struct draw_bar {
    int number;          /* of its bus, or of the equipment whose outlet it is, from 0; or DRAW_BAR_RELAY */
    bool is_outlet;      /* of an inverter */
    int parent;          /* a bar; -1 of a root */
    enum draw_side side; /* of its parent */
    int layer;           /* 0 of a root, less to the left */
    bool is_placed;
    /* its place */
    int x;
    int top;
    int bottom;
};

/* One wire from an output of the device to an item. */
struct draw_control {
    enum draw_net net;
    const char *port;  /* what it goes to, such as "H" */
    const char *cable; /* "wire" */
};

enum { DRAW_NOWHERE = -1 };

/* A box of the picture, left or right of a bar. */
struct draw_item {
    enum draw_what what;
    int number;       /* as boxes have it */
    int at;           /* the bar that it is beside */
    bool is_left;     /* of that bar */
    int left;         /* the bar that the wire from its left side goes to, or DRAW_NOWHERE */
    int right;        /* the same on its right */
    int left_letter;  /* instead of a bar, from 0; -1: none */
    int right_letter; /* likewise */
    int control_count;
    struct draw_control controls[DRAW_CONTROLS_MAX];
};

struct draw_graph {
    const struct scenario *described;
    int bar_count;
    int item_count;
    int letter_count;
    struct draw_bar bars[DRAW_BARS_MAX]; /* the bank's is 0 */
    struct draw_item items[DRAW_ITEMS_MAX];
};

/* Finds what there is of `described`, which is kept by the caller, and how it hangs together. */
void draw_graph(struct draw_graph *graph, const struct scenario *described);

/* How many pieces of equipment there are, the section `solar` included, and one of them by its number (twin/equipment.h). */
int draw_equipment_count(const struct scenario *described);
struct scenario_equipment draw_equipment(const struct scenario *described, int number);

/* What the file says itself of one of them. */
const struct scenario_given *draw_given(const struct scenario *described, int number);

/* Whether the file says that the output Load has the relay or contactor of the section `load_relay`: it has that section, with a coil, or loads behind it. */
bool draw_has_load_relay(const struct scenario *described);

#endif
