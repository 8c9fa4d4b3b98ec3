/* SPDX-License-Identifier: Apache-2.0 */
#include "wiring/draw_layout.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "wiring/draw_facts.h"

enum {
    TEXT_PX_MIN = 84,   /* of a box */
    TEXT_PX_MAX = 150,  /* beyond it a text is broken */
    BAR_TEXT_PX = 68,   /* room for a bar's name on each of its sides */
    LETTER_PX = 40,     /* room for a letter in place of a bar */
    SPACE_PX = 14,      /* between boxes, or up to a GRID_PX more */
    GRID_PX = 10,       /* wires of boxes are level at its multiples: their dots on a bar are one, or apart */
    MINUS_PX = 14,      /* more below a box with the sign of battery minus */
    LOAD_MINUS_PX = 24, /* right of a load's box */
    FIRST_PX = 10,      /* from the top of a bar to the first box beside it */
    BAR_PX_MIN = 30,    /* length of a bar */
    CLOSE_PX = 14,      /* nearer than that, two upright wires look like one */
    TREE_PX = 30        /* between trees */
};

static int larger(int a, int b)
{
    return a > b ? a : b;
}

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

static int on_grid(int px)
{
    return (px + GRID_PX - 1) / GRID_PX * GRID_PX;
}

struct draw_column *draw_layout_column(struct draw_layout *layout, const struct draw_item *item)
{
    const int layer = layout->graph->bars[item->at].layer + (item->is_left ? 0 : 1);
    const int column = layer - layout->first_layer;

    assert(column >= 0 && column < layout->column_count);
    return &layout->columns[column];
}

int draw_layout_text_x(const struct draw_layout *layout, const struct draw_item *item)
{
    enum draw_mark_kind icon = DRAW_ICON_BATTERY;

    if (item->what == DRAW_CONNECTOR) {
        return DRAW_PAD_PX + 2 * DRAW_LETTER_PX + 6;
    }
    return DRAW_PAD_PX + (draw_icon(layout->graph, item, &icon) ? DRAW_ICON_PX + DRAW_PAD_PX : 0);
}

/* ---- widths --------------------------------------------------------------------------------------- */

static void find_layers(struct draw_layout *layout)
{
    int first = 0;
    int last = 0;

    for (int i = 0; i < layout->graph->bar_count; i++) {
        first = smaller(first, layout->graph->bars[i].layer);
        last = larger(last, layout->graph->bars[i].layer);
    }
    layout->first_layer = first;
    layout->column_count = last - first + 2;
    assert(layout->column_count <= DRAW_COLUMNS_MAX);
}

/* The width of a box for its text: as wide as the text or, if that is too much, as wide as may be. */
static int natural_px(const struct draw_facts *facts)
{
    int px = TEXT_PX_MIN;

    for (int i = 0; i < facts->count; i++) {
        px = larger(px, draw_text_px(facts->rows[i].text, facts->rows[i].style));
    }
    return smaller(px, TEXT_PX_MAX);
}

const char *draw_layout_port(const struct draw_control *control, char *text, size_t size)
{
    static const char *const outputs[DRAW_OUTPUTS] = {"Load", "Pre-alarm", "Charger"};

    assert(control->net >= DRAW_LOAD && control->net <= DRAW_CHARGER);
    snprintf(text, size, "%s \xE2\x86\x90 %s", control->port, outputs[control->net - DRAW_LOAD]);
    return text;
}

static void widen_for(struct draw_layout *layout, const struct draw_item *item)
{
    struct draw_column *column = draw_layout_column(layout, item);
    struct draw_facts facts;
    char cable[DRAW_CABLE_SIZE];
    char port[64];

    draw_facts(layout->graph, item, &facts);
    column->box_px =
        larger(column->box_px, draw_layout_text_x(layout, item) + natural_px(&facts) + DRAW_PAD_PX);
    for (int c = 0; c < item->control_count; c++) {
        column->has[item->controls[c].net - DRAW_LOAD] = true;
        column->stub_px = larger(column->stub_px, draw_text_px(item->controls[c].cable, DRAW_NOTE) + 14);
        draw_layout_port(&item->controls[c], port, sizeof port);
        column->box_px = larger(column->box_px, draw_text_px(port, DRAW_NOTE) + 2 * DRAW_PAD_PX);
    }
    draw_cable(layout->graph, item, true, cable, sizeof cable);
    column->left_px = larger(column->left_px, draw_text_px(cable, DRAW_NOTE) + 14 +
                                                  (item->left_letter >= 0 ? DRAW_LETTER_END_PX : 0));
    draw_cable(layout->graph, item, false, cable, sizeof cable);
    column->right_px = larger(column->right_px, draw_text_px(cable, DRAW_NOTE) + 14);
    if (item->left_letter >= 0) {
        column->left_px = larger(column->left_px, LETTER_PX);
    }
    if (draw_has_minus(layout->graph, item) && item->what == DRAW_LOAD_BOX) {
        column->right_px = larger(column->right_px, LOAD_MINUS_PX + 8);
    }
}

static int column_px(const struct draw_column *column)
{
    int px = column->left_px + column->stub_px + column->box_px + column->right_px;

    for (int output = 0; output < DRAW_OUTPUTS; output++) {
        px += column->has[output] ? DRAW_TRACK_PX : 0;
    }
    return px;
}

static void break_lines(const struct draw_facts *facts, int width_px, struct draw_line *lines, int *count)
{
    char broken[DRAW_LINES_MAX][DRAW_LINE_SIZE];

    *count = 0;
    for (int i = 0; i < facts->count && *count < DRAW_LINES_MAX; i++) {
        const int added = draw_text_wrap(facts->rows[i].text, facts->rows[i].style, width_px, broken,
                                         DRAW_LINES_MAX - *count);

        for (int line = 0; line < added; line++) {
            lines[*count].style = facts->rows[i].style;
            memcpy(lines[*count].text, broken[line], sizeof broken[line]);
            (*count)++;
        }
    }
}

static int lines_px(const struct draw_line *lines, int count)
{
    int px = 0;

    for (int i = 0; i < count; i++) {
        px += draw_line_px(lines[i].style);
    }
    return px;
}

static void break_texts(struct draw_layout *layout)
{
    struct draw_facts facts;

    for (int i = 0; i < layout->graph->item_count; i++) {
        const struct draw_item *item = &layout->graph->items[i];
        struct draw_place *place = &layout->places[i];
        const int text_x = draw_layout_text_x(layout, item);
        const int least_px = item->what == DRAW_CONNECTOR ? 2 * DRAW_LETTER_PX
                             : text_x > DRAW_PAD_PX       ? DRAW_ICON_PX
                                                          : 0;

        draw_facts(layout->graph, item, &facts);
        break_lines(&facts, draw_layout_column(layout, item)->box_px - text_x - DRAW_PAD_PX, place->lines,
                    &place->line_count);
        place->height = item->control_count * DRAW_CONTROL_PX + 2 * DRAW_ROW_PX +
                        larger(least_px, lines_px(place->lines, place->line_count));
    }
    for (int i = 0; i < layout->graph->bar_count; i++) {
        draw_bar_facts(layout->graph, &layout->graph->bars[i], &facts);
        break_lines(&facts, i == 0 ? BAR_TEXT_PX - 8 : 2 * BAR_TEXT_PX - 8, layout->bars[i].lines,
                    &layout->bars[i].line_count);
    }
}

void draw_layout_measure(struct draw_layout *layout, const struct draw_graph *graph)
{
    memset(layout, 0, sizeof *layout);
    layout->graph = graph;
    find_layers(layout);
    for (int i = 0; i < layout->column_count; i++) {
        layout->columns[i].left_px = i > 0 ? BAR_TEXT_PX : 0;
        layout->columns[i].right_px = i + 1 < layout->column_count ? BAR_TEXT_PX : 0;
    }
    for (int i = 0; i < graph->item_count; i++) {
        widen_for(layout, &graph->items[i]);
    }
    for (int i = 0; i < layout->column_count; i++) {
        layout->width += column_px(&layout->columns[i]);
    }
    break_texts(layout);
    assert(layout->width > 0);
}

int draw_layout_bank_x(const struct draw_layout *layout)
{
    int x = 0;

    for (int i = 0; i <= layout->graph->bars[0].layer - layout->first_layer; i++) {
        x += column_px(&layout->columns[i]);
    }
    return x;
}

/* ---- places --------------------------------------------------------------------------------------- */

static void place_columns(struct draw_layout *layout, int x)
{
    for (int i = 0; i < layout->column_count; i++) {
        struct draw_column *column = &layout->columns[i];

        x += column->left_px;
        for (int output = 0; output < DRAW_OUTPUTS; output++) {
            column->track_x[output] = x;
            x += column->has[output] ? DRAW_TRACK_PX : 0;
        }
        x += column->stub_px;
        column->box_x = x;
        x += column->box_px + column->right_px;
        column->end_x = x;
    }
    for (int i = 0; i < layout->graph->bar_count; i++) {
        layout->bars[i].x = layout->columns[layout->graph->bars[i].layer - layout->first_layer].end_x;
    }
}

static bool is_close(int a, int b)
{
    return a - b < CLOSE_PX && b - a < CLOSE_PX;
}

bool draw_layout_is_close(struct draw_layout *layout, int layout_x, int x)
{
    bool close = false;

    place_columns(layout, layout_x);
    for (int i = 0; i < layout->column_count; i++) {
        for (int output = 0; output < DRAW_OUTPUTS; output++) {
            close =
                close || (layout->columns[i].has[output] && is_close(layout->columns[i].track_x[output], x));
        }
    }
    return close || is_close(layout->bars[0].x, x);
}

/* Makes a bar long enough for a wire at `y`. */
static void reach(struct draw_layout *layout, int bar, int y)
{
    if (bar != DRAW_NOWHERE) {
        layout->bars[bar].bottom = larger(layout->bars[bar].bottom, y + 12);
    }
}

/* From the upper edge of its box to where its wires go left and right. */
static int port_dy(const struct draw_layout *layout, int index)
{
    const struct draw_item *item = &layout->graph->items[index];

    if (item->what == DRAW_LOAD_BOX || item->what == DRAW_CONNECTOR) {
        return (item->control_count * DRAW_CONTROL_PX + layout->places[index].height) / 2;
    }
    return item->control_count * DRAW_CONTROL_PX + DRAW_PORT_PX;
}

/* What is left above its box, so that its wires are on the grid. */
static int above_px(const struct draw_layout *layout, int index)
{
    const int dy = port_dy(layout, index);

    return on_grid(dy) - dy;
}

/* The height that an item takes, with the space above and below it. */
static int item_px(const struct draw_layout *layout, int index)
{
    const struct draw_item *item = &layout->graph->items[index];
    const bool is_minus_below = item->what != DRAW_LOAD_BOX && draw_has_minus(layout->graph, item);

    return on_grid(above_px(layout, index) + layout->places[index].height + SPACE_PX +
                   (is_minus_below ? MINUS_PX : 0));
}

static void place_item(struct draw_layout *layout, int index, int y)
{
    const struct draw_item *item = &layout->graph->items[index];
    struct draw_place *place = &layout->places[index];

    place->y = y + above_px(layout, index);
    place->port_y = place->y + port_dy(layout, index);
    assert(place->port_y % GRID_PX == 0);
    reach(layout, item->left, place->port_y);
    reach(layout, item->right, place->port_y);
}

/* What stands beside a bar, one below another. */
enum stack {
    STACK_JOINTS, /* the items that join it to its parent */
    STACK_ITEMS,  /* the others */
    STACK_TREES   /* the bars that are its children, with all that is beside them */
};

/* Trees come last on the right, where they are long and the bar is shorter so; on the left, after the joints. */
static const enum stack stacks[][3] = {[DRAW_LEFT] = {STACK_JOINTS, STACK_TREES, STACK_ITEMS},
                                       [DRAW_RIGHT] = {STACK_JOINTS, STACK_ITEMS, STACK_TREES}};

static bool is_in(const struct draw_layout *layout, int index, int bar, enum draw_side side, enum stack stack)
{
    const struct draw_item *item = &layout->graph->items[index];
    const int parent = layout->graph->bars[bar].parent;
    const bool joins = parent >= 0 && (item->left == parent || item->right == parent);

    return item->at == bar && item->is_left == (side == DRAW_LEFT) && joins == (stack == STACK_JOINTS);
}

/* The height of what stands on one side of a bar; if `is_placed`, from `y` on, and it gets its places. */
static int side_px(struct draw_layout *layout, int bar, enum draw_side side, bool is_placed, int y)
{
    const struct draw_graph *graph = layout->graph;
    const int start = y;

    for (int s = 0; s < 3; s++) {
        const enum stack stack = stacks[side][s];

        for (int i = 0; i < graph->item_count && stack != STACK_TREES; i++) {
            if (is_in(layout, i, bar, side, stack)) {
                if (is_placed) {
                    place_item(layout, i, y);
                }
                y += item_px(layout, i);
            }
        }
        for (int i = 0; i < graph->bar_count && stack == STACK_TREES; i++) {
            if (graph->bars[i].parent == bar && graph->bars[i].side == side) {
                layout->bars[i].label_y = y;
                y += layout->bars[i].height;
            }
        }
    }
    return y - start;
}

static int name_px(const struct draw_bar_place *place)
{
    return on_grid(lines_px(place->lines, place->line_count) + DRAW_ROW_PX);
}

/* How high a bar's tree is; those of its children are known. */
static void measure_tree(struct draw_layout *layout, int bar)
{
    struct draw_bar_place *place = &layout->bars[bar];
    const int sides =
        larger(side_px(layout, bar, DRAW_LEFT, false, 0), side_px(layout, bar, DRAW_RIGHT, false, 0));

    place->height = name_px(place) + on_grid(larger(sides + FIRST_PX, BAR_PX_MIN + SPACE_PX));
}

/* Places a bar and what is beside it, and its children, at its `label_y`. */
static void place_tree(struct draw_layout *layout, int bar)
{
    struct draw_bar_place *place = &layout->bars[bar];

    place->top = place->label_y + name_px(place);
    place->bottom = place->top + BAR_PX_MIN;
    side_px(layout, bar, DRAW_LEFT, true, place->top + FIRST_PX);
    side_px(layout, bar, DRAW_RIGHT, true, place->top + FIRST_PX);
}

/* How far from its tree's root a bar is. */
static int depth(const struct draw_layout *layout, int bar)
{
    const int layer = layout->graph->bars[bar].layer;

    return layer < 0 ? -layer : layer;
}

void draw_layout_place(struct draw_layout *layout, int x, int y)
{
    const int bars = layout->graph->bar_count;

    y = on_grid(y);
    place_columns(layout, x);
    for (int level = bars; level >= 0; level--) { /* children first */
        for (int i = 0; i < bars; i++) {
            if (depth(layout, i) == level) {
                measure_tree(layout, i);
            }
        }
    }
    for (int i = 0; i < bars; i++) {
        if (layout->graph->bars[i].parent < 0) {
            layout->bars[i].label_y = y;
            y += layout->bars[i].height + TREE_PX;
        }
    }
    for (int level = 0; level <= bars; level++) { /* parents first */
        for (int i = 0; i < bars; i++) {
            if (depth(layout, i) == level) {
                place_tree(layout, i);
            }
        }
    }
    layout->bottom = y - TREE_PX;
}
