/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Places of bars and items. Between two layers of bars, and outside of the outermost, is a column. In a column there are, from left to
 * right: room for what is written at the wires that come from the bar on its left, an upright track for each output of the device
 * that has business there, room for what is written at the wires from the tracks, the boxes, one below another, and room
 * for what is written at their wires to the bar on the right. So no wire meets a box or a text: wires to the left cross tracks only.
 */
#ifndef WIRING_DRAW_LAYOUT_H
#define WIRING_DRAW_LAYOUT_H

#include <stdbool.h>

#include "wiring/draw_graph.h"

enum {
    DRAW_LINES_MAX = 24,
    DRAW_COLUMNS_MAX = DRAW_BARS_MAX + 1,
    DRAW_OUTPUTS = DRAW_CHARGER - DRAW_LOAD + 1, /* those of the device */
    DRAW_TRACK_PX = 12,                          /* between tracks */
    DRAW_CONTROL_PX = 26,                        /* height of the row of one control in a box */
    DRAW_CONTROL_PORT_PX = 18,                   /* and down to where its wire goes in */
    DRAW_PORT_PX = 24 /* from what follows these rows to where power goes in and out */
};

struct draw_line {
    enum draw_style style;
    char text[DRAW_LINE_SIZE];
};

/* An item with its place. */
struct draw_place {
    int line_count;
    struct draw_line lines[DRAW_LINES_MAX];
    int y;
    int height;
    int port_y; /* where its wires go left and right */
};

struct draw_bar_place {
    int line_count;
    struct draw_line lines[DRAW_LINES_MAX];
    int label_y; /* upper edge of its name */
    int height;  /* from there, of all that is beside it, with its children */
    int x;
    int top;
    int bottom;
};

struct draw_column {
    int left_px;            /* room on the left */
    int stub_px;            /* room for what is written at the wires from the tracks */
    int box_px;             /* width of the boxes; 0: none */
    int right_px;           /* room on the right */
    bool has[DRAW_OUTPUTS]; /* a track for Load, Pre-alarm, Charger */
    int track_x[DRAW_OUTPUTS];
    int box_x;
    int end_x; /* where the next bars are */
};

struct draw_layout {
    const struct draw_graph *graph;
    int first_layer; /* of the bars on the right of the first column */
    int column_count;
    int width;
    int bottom; /* of all that has been placed */
    struct draw_column columns[DRAW_COLUMNS_MAX];
    struct draw_place places[DRAW_ITEMS_MAX];
    struct draw_bar_place bars[DRAW_BARS_MAX];
};

/* Breaks all texts and finds the columns and the width that they need. `graph` is kept by the caller. */
void draw_layout_measure(struct draw_layout *layout, const struct draw_graph *graph);

/* Gives everything its place, from x and y on, in px. */
void draw_layout_place(struct draw_layout *layout, int x, int y);

/* Whether an upright wire at `x` would come close to a track or to the wire of the bank's bus, if all is placed from `layout_x` on. */
bool draw_layout_is_close(struct draw_layout *layout, int layout_x, int x);

/* Where the bank's bus will be, from the left edge. */
int draw_layout_bank_x(const struct draw_layout *layout);

/* The column that an item is in. */
struct draw_column *draw_layout_column(struct draw_layout *layout, const struct draw_item *item);

/* Room that a box leaves around what is in it. */
enum { DRAW_PAD_PX = 10, DRAW_ROW_PX = 8 };

/* From the left edge of a column to where the wire at a letter begins. */
enum { DRAW_LETTER_END_PX = 2 * DRAW_LETTER_PX + 6 };

/* Where the text of an item begins in its box: behind its icon, if it has one. */
int draw_layout_text_x(const struct draw_layout *layout, const struct draw_item *item);

/* What stands in a box where a wire from an output goes in: "H", an arrow, "Load". Returns `text`, of `size` bytes. */
const char *draw_layout_port(const struct draw_control *control, char *text, size_t size);

#endif
