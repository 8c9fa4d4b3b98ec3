/* SPDX-License-Identifier: Apache-2.0 */
#include "wiring/draw.h"

#include <assert.h>
#include <stdlib.h>

#include "wiring/draw_core.h"
#include "wiring/draw_facts.h"
#include "wiring/draw_legend.h"
#include "wiring/draw_parts.h"
#include "wiring/draw_svg.h"

enum {
    MARGIN_PX = 24,
    TITLE_LINES_MAX = 8,
    TITLE_WIDTH_MAX = 900,
    BELOW_TITLE_PX = 34, /* with room for the wire from H to battery plus */
    BUS_CABLE_PX = 28,   /* below the bank's positive: its cable turns to the bus here */
    MOVE_PX = 4,         /* the lower part moves by so much to keep wires apart, up to: */
    MOVE_PX_MAX = 600,
    TRUNKS_PX = 20 /* and from there to the wires of the outputs */
};

struct picture {
    struct draw_graph graph;
    struct draw_layout layout;
    struct draw_core core;
    struct draw_scene scene;
};

static int larger(int a, int b)
{
    return a > b ? a : b;
}

/* Returns where what follows may begin. */
static int draw_title(struct picture *picture, int y)
{
    char lines[TITLE_LINES_MAX][DRAW_LINE_SIZE];
    const int width = picture->scene.width - 2 * MARGIN_PX;
    const int count =
        draw_text_wrap(picture->scene.title, DRAW_TITLE, width < TITLE_WIDTH_MAX ? width : TITLE_WIDTH_MAX,
                       lines, TITLE_LINES_MAX);

    for (int i = 0; i < count; i++) {
        y += draw_line_px(DRAW_TITLE);
        draw_text(&picture->scene, DRAW_TITLE, DRAW_START, MARGIN_PX, y - 6, lines[i]);
    }
    return y + BELOW_TITLE_PX;
}

/* From the bank's positive to the top of its bus. */
static void draw_bank_cable(struct picture *picture)
{
    const struct scenario *described = picture->graph.described;
    const struct draw_bar_place *bar = &picture->layout.bars[0];
    const struct draw_point plus = picture->core.plus;
    const int turn_y = plus.y + BUS_CABLE_PX;
    const struct draw_point points[] = {
        {plus.x, plus.y}, {plus.x, turn_y}, {bar->x, turn_y}, {bar->x, bar->top}};
    char text[DRAW_LINE_SIZE];
    char cable[DRAW_CABLE_SIZE];

    draw_wire(&picture->scene, DRAW_POWER, points, 4);
    snprintf(text, sizeof text, "bank's cable, fuse, switch: %s",
             draw_cable_text(described->bank.cable_mohm, &described->given.bank.cable, cable, sizeof cable));
    draw_text(&picture->scene, DRAW_NOTE, DRAW_END, plus.x - 10, plus.y + 20, text);
}

/* The narrower of the two parts goes to where the bank's positive is above its bus, as far as the wider one lets it. */
static int shift(int own_x, int other_x, int room)
{
    const int wanted = other_x - own_x;

    return wanted < 0 ? 0 : wanted > room ? room : wanted;
}

/* Where the lower part begins: at `x` or as little right of it as keeps its upright wires apart from those of the outputs. */
static int apart(struct draw_layout *layout, int x, int core_x)
{
    for (int moved = x; moved <= x + MOVE_PX_MAX; moved += MOVE_PX) {
        bool is_apart = true;

        for (int output = 0; output < DRAW_TERMINALS; output++) {
            is_apart =
                is_apart && !draw_layout_is_close(layout, moved, core_x + draw_core_terminal_dx(output));
        }
        if (is_apart) {
            return moved;
        }
    }
    return x;
}

static void draw_all(struct picture *picture)
{
    const struct scenario *described = picture->graph.described;
    struct draw_layout *layout = &picture->layout;
    struct draw_core *core = &picture->core;

    draw_layout_measure(layout, &picture->graph);
    draw_core_measure(core, described);
    const int wider = larger(layout->width, core->width);
    const int bus_x = draw_layout_bank_x(layout);
    const int core_x = MARGIN_PX + shift(core->plus_dx, bus_x, wider - core->width);
    const int parts_x = apart(layout, MARGIN_PX + shift(bus_x, core->plus_dx, wider - layout->width), core_x);
    const int inner = larger(wider, parts_x + layout->width - MARGIN_PX);
    picture->scene.width = inner + 2 * MARGIN_PX;
    picture->scene.title = described->title;
    draw_core(&picture->scene, core, core_x, draw_title(picture, MARGIN_PX / 2));
    const int trunks_y = core->bottom + BUS_CABLE_PX + TRUNKS_PX;
    draw_layout_place(layout, parts_x, trunks_y + DRAW_TRUNKS_PX);
    draw_bank_cable(picture);
    draw_controls(&picture->scene, layout, core->terminals, trunks_y);
    draw_parts(&picture->scene, layout);
    picture->scene.height =
        draw_legend(&picture->scene, MARGIN_PX, layout->bottom + MARGIN_PX, inner) + MARGIN_PX;
    assert(picture->scene.width > 0 && picture->scene.height > layout->bottom);
}

bool draw_wiring(const struct scenario *described, FILE *stream)
{
    struct picture *picture = calloc(1, sizeof *picture);

    assert(described != NULL && stream != NULL);
    if (picture == NULL) {
        return false;
    }
    draw_graph(&picture->graph, described);
    draw_all(picture);
    draw_svg(&picture->scene, stream);
    free(picture);
    return true;
}
