/* SPDX-License-Identifier: Apache-2.0 */
#include "wiring/draw_parts.h"

#include <assert.h>

#include "wiring/draw_facts.h"

enum {
    LABEL_DY = 6,
    MINUS_DX = 18,
    LOAD_MINUS_DX = 14,
    LOAD_MINUS_DY = 8,
    FUSE_DX = 24,
    FUSE_DY = 5,
    OPEN_DY = 18
};

static enum draw_net net_of(const struct draw_layout *layout, int bar)
{
    return bar >= 0 && layout->graph->bars[bar].is_outlet ? DRAW_OUTLET : DRAW_POWER;
}

/* ---- bars ----------------------------------------------------------------------------------------- */

/* Its name above it; that of the bank's, which the wire from the bank comes down to, on both sides of the wire. */
static void draw_bar_name(struct draw_scene *scene, const struct draw_bar_place *place, bool is_bank)
{
    int y = place->label_y;

    for (int i = 0; i < place->line_count; i++) {
        const struct draw_line *line = &place->lines[i];
        const bool is_name = line->style == DRAW_NAME;

        y += draw_line_px(line->style);
        if (is_bank) {
            draw_text(scene, line->style, is_name ? DRAW_END : DRAW_START, place->x + (is_name ? -10 : 10),
                      place->label_y + draw_line_px(DRAW_NAME) - 2, line->text);
        } else {
            draw_text(scene, line->style, DRAW_MIDDLE, place->x, y - 3, line->text);
        }
    }
}

static void draw_bars(struct draw_scene *scene, const struct draw_layout *layout)
{
    for (int i = 0; i < layout->graph->bar_count; i++) {
        const struct draw_bar *bar = &layout->graph->bars[i];
        const struct draw_bar_place *place = &layout->bars[i];

        draw_bus(scene, (struct draw_bus){place->x, place->top, place->bottom, bar->is_outlet, bar->number});
        draw_bar_name(scene, place, i == 0);
    }
}

/* ---- items ---------------------------------------------------------------------------------------- */

static void draw_inside(struct draw_scene *scene, const struct draw_layout *layout, int index, int x)
{
    const struct draw_item *item = &layout->graph->items[index];
    const struct draw_place *place = &layout->places[index];
    const int rows_y = place->y + item->control_count * DRAW_CONTROL_PX;
    int y = rows_y + DRAW_ROW_PX;
    enum draw_mark_kind icon = DRAW_ICON_BATTERY;

    if (draw_icon(layout->graph, item, &icon)) {
        draw_mark(scene, icon, x + DRAW_PAD_PX, y, 0);
    }
    if (item->what == DRAW_CONNECTOR) {
        draw_mark(scene, DRAW_LETTER, x + DRAW_PAD_PX + DRAW_LETTER_PX, place->port_y, item->number);
    }
    for (int i = 0; i < place->line_count; i++) {
        const struct draw_line *line = &place->lines[i];

        y += draw_line_px(line->style);
        draw_text(scene, line->style, DRAW_START, x + draw_layout_text_x(layout, item), y - 4, line->text);
    }
    for (int c = 0; c < item->control_count; c++) {
        char port[64];

        draw_layout_port(&item->controls[c], port, sizeof port);
        draw_text(scene, DRAW_NOTE, DRAW_START, x + DRAW_PAD_PX, place->y + c * DRAW_CONTROL_PX + 22, port);
    }
}

/* What is written at a wire, around `x`: its cable, above it; and the fuse in it, close to the bar at `bar_x` that feeds it. */
static void draw_wire_words(struct draw_scene *scene, const struct draw_layout *layout, int index,
                            bool is_left, int x, int bar_x)
{
    const struct draw_item *item = &layout->graph->items[index];
    const int y = layout->places[index].port_y;
    const int fuse_x = bar_x + (is_left ? FUSE_DX : -FUSE_DX);
    char text[DRAW_CABLE_SIZE];
    int above = LABEL_DY;

    if (draw_has_fuse(layout->graph, item, is_left)) {
        draw_mark(scene, DRAW_FUSE, fuse_x, y, 0);
        draw_text(scene, DRAW_NOTE, DRAW_MIDDLE, fuse_x, y + 20, "fuse");
        above += FUSE_DY;
    }
    draw_cable(layout->graph, item, is_left, text, sizeof text);
    draw_text(scene, DRAW_NOTE, DRAW_MIDDLE, x, y - above, text);
}

/* Between the box's left side, at `box_x`, and the bar or letter that it goes to. */
static void draw_left_wire(struct draw_scene *scene, const struct draw_layout *layout, int index,
                           const struct draw_column *column)
{
    const struct draw_item *item = &layout->graph->items[index];
    const int y = layout->places[index].port_y;
    int start_x = column->box_x - column->stub_px - column->left_px;

    for (int output = 0; output < DRAW_OUTPUTS; output++) {
        start_x -= column->has[output] ? DRAW_TRACK_PX : 0;
    }
    const int middle_x = start_x + column->left_px / 2;
    if (item->left >= 0) {
        const struct draw_point points[] = {{column->box_x, y}, {start_x, y}};

        draw_wire(scene, net_of(layout, item->left), points, 2);
        draw_mark(scene, DRAW_JUNCTION, start_x, y, 0);
        draw_mark(scene, DRAW_TERMINAL, column->box_x, y, 0);
        draw_wire_words(scene, layout, index, true, middle_x, start_x);
    } else if (item->left_letter >= 0) {
        const struct draw_point points[] = {{column->box_x, y}, {start_x + DRAW_LETTER_END_PX, y}};

        draw_wire(scene, DRAW_POWER, points, 2);
        draw_mark(scene, DRAW_LETTER, start_x + DRAW_LETTER_PX + 6, y, item->left_letter);
        draw_mark(scene, DRAW_TERMINAL, column->box_x, y, 0);
        draw_wire_words(scene, layout, index, true,
                        (start_x + DRAW_LETTER_END_PX + start_x + column->left_px) / 2, start_x);
    }
}

static void draw_right_wire(struct draw_scene *scene, const struct draw_layout *layout, int index,
                            const struct draw_column *column)
{
    const struct draw_item *item = &layout->graph->items[index];
    const int y = layout->places[index].port_y;
    const int box_end = column->box_x + column->box_px;
    const struct draw_point points[] = {{box_end, y}, {column->end_x, y}};

    if (item->right >= 0) {
        draw_wire(scene, net_of(layout, item->right), points, 2);
        draw_mark(scene, DRAW_JUNCTION, column->end_x, y, 0);
        draw_mark(scene, DRAW_TERMINAL, box_end, y, 0);
        draw_wire_words(scene, layout, index, false, (box_end + column->end_x) / 2, column->end_x);
    }
}

static void draw_minus_sign(struct draw_scene *scene, const struct draw_layout *layout, int index,
                            const struct draw_column *column)
{
    const struct draw_item *item = &layout->graph->items[index];
    const struct draw_place *place = &layout->places[index];
    const int end_x = column->box_x + column->box_px;

    if (!draw_has_minus(layout->graph, item)) {
        return;
    }
    if (item->what == DRAW_LOAD_BOX) {
        const struct draw_point points[] = {{end_x, place->port_y},
                                            {end_x + LOAD_MINUS_DX, place->port_y},
                                            {end_x + LOAD_MINUS_DX, place->port_y + LOAD_MINUS_DY}};

        draw_wire(scene, DRAW_NEGATIVE, points, 3);
        draw_mark(scene, DRAW_MINUS, points[2].x, points[2].y, 0);
        draw_mark(scene, DRAW_TERMINAL, end_x, place->port_y, 0);
    } else {
        const struct draw_point points[] = {{end_x - MINUS_DX, place->y + place->height},
                                            {end_x - MINUS_DX, place->y + place->height + 6}};

        draw_wire(scene, DRAW_NEGATIVE, points, 2);
        draw_mark(scene, DRAW_MINUS, points[1].x, points[1].y, 0);
        draw_mark(scene, DRAW_TERMINAL, points[0].x, points[0].y, 0);
    }
}

void draw_parts(struct draw_scene *scene, struct draw_layout *layout)
{
    draw_bars(scene, layout);
    for (int i = 0; i < layout->graph->item_count; i++) {
        const struct draw_item *item = &layout->graph->items[i];
        const struct draw_column *column = draw_layout_column(layout, item);

        draw_box(scene, (struct draw_box){item->what, item->number, column->box_x, layout->places[i].y,
                                          column->box_px, layout->places[i].height});
        draw_inside(scene, layout, i, column->box_x);
        draw_left_wire(scene, layout, i, column);
        draw_right_wire(scene, layout, i, column);
        draw_minus_sign(scene, layout, i, column);
    }
}

/* ---- outputs of the device ------------------------------------------------------------------------ */

/* From the track of a column to an item's port; at the lowest one the track ends. Returns the lowest y so far. */
static int draw_taps(struct draw_scene *scene, struct draw_layout *layout, const struct draw_column *column,
                     enum draw_net net, bool is_drawn, int lowest)
{
    const int x = column->track_x[net - DRAW_LOAD];

    for (int i = 0; i < layout->graph->item_count; i++) {
        const struct draw_item *item = &layout->graph->items[i];

        for (int c = 0; c < item->control_count; c++) {
            const int y = layout->places[i].y + c * DRAW_CONTROL_PX + DRAW_CONTROL_PORT_PX;
            const struct draw_point points[] = {{x, y}, {column->box_x, y}};

            if (draw_layout_column(layout, item) != column || item->controls[c].net != net) {
                continue;
            }
            if (!is_drawn) {
                lowest = y > lowest ? y : lowest;
                continue;
            }
            draw_wire(scene, net, points, 2);
            draw_mark(scene, DRAW_TERMINAL, column->box_x, y, 0);
            if (y != lowest) {
                draw_mark(scene, DRAW_JUNCTION, x, y, 0);
            }
            draw_text(scene, DRAW_NOTE, DRAW_MIDDLE, column->box_x - column->stub_px / 2, y - 6,
                      item->controls[c].cable);
        }
    }
    return lowest;
}

/* The tracks of an output, from its level line at `y` on; and from how far left to how far right that goes. */
static void draw_tracks(struct draw_scene *scene, struct draw_layout *layout, enum draw_net net, int y,
                        int *left_x, int *right_x)
{
    for (int i = 0; i < layout->column_count; i++) {
        const struct draw_column *column = &layout->columns[i];
        const int x = column->track_x[net - DRAW_LOAD];

        if (column->has[net - DRAW_LOAD]) {
            const int lowest = draw_taps(scene, layout, column, net, false, y);
            const struct draw_point points[] = {{x, y}, {x, lowest}};

            draw_wire(scene, net, points, 2);
            draw_taps(scene, layout, column, net, true, lowest);
            *left_x = x < *left_x ? x : *left_x;
            *right_x = x > *right_x ? x : *right_x;
        }
    }
}

static void draw_trunk_junctions(struct draw_scene *scene, const struct draw_layout *layout,
                                 enum draw_net net, int y, int left_x, int right_x)
{
    for (int i = 0; i < layout->column_count; i++) {
        const int x = layout->columns[i].track_x[net - DRAW_LOAD];

        if (layout->columns[i].has[net - DRAW_LOAD] && x > left_x && x < right_x) {
            draw_mark(scene, DRAW_JUNCTION, x, y, 0);
        }
    }
}

void draw_controls(struct draw_scene *scene, struct draw_layout *layout, const struct draw_point *terminals,
                   int y)
{
    for (int output = 0; output < DRAW_OUTPUTS; output++, y += DRAW_TRUNK_PX) {
        const enum draw_net net = (enum draw_net)(DRAW_LOAD + output);
        const struct draw_point terminal = terminals[output];
        int left_x = terminal.x;
        int right_x = terminal.x;
        bool is_used = false;

        for (int i = 0; i < layout->column_count; i++) {
            is_used = is_used || layout->columns[i].has[output];
        }
        if (!is_used) {
            draw_text(scene, DRAW_NOTE, DRAW_MIDDLE, terminal.x, terminal.y + OPEN_DY, "open");
            continue;
        }
        draw_tracks(scene, layout, net, y, &left_x, &right_x);
        const struct draw_point down[] = {terminal, {terminal.x, y}};
        const struct draw_point trunk[] = {{left_x, y}, {right_x, y}};
        draw_wire(scene, net, down, 2);
        draw_wire(scene, net, trunk, 2);
        draw_trunk_junctions(scene, layout, net, y, left_x, right_x);
        if (terminal.x > left_x && terminal.x < right_x) {
            draw_mark(scene, DRAW_JUNCTION, terminal.x, y, 0);
        }
    }
}
