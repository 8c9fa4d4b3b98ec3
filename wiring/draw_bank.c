/* SPDX-License-Identifier: Apache-2.0 */
#include "wiring/draw_bank.h"

#include <assert.h>
#include <stdio.h>

enum {
    ROWS_MAX = 5,
    BATTERY_WIDTH = 112,
    BATTERY_HEIGHT = 48,
    SERIES_PX = 24,     /* between batteries of a string */
    MINUS_RAIL_PX = 26, /* from the edge to the negative rail of a column of strings */
    RAIL_PX = 24,       /* and on to the first battery */
    PLUS_RAIL_PX = 36,  /* from the last battery to the positive rail; the chain turns half way */
    COLUMN_END_PX = 30, /* and on to the next column; the chain turns half way */
    FIRST_ROW_PX = 96,  /* to the upper edge of the first string */
    ROW_PX = 84,        /* from string to string */
    LINK_LANE_PX = 10,  /* above a battery: the chain to its neighbour */
    RUN_LANE_PX = 22,   /* above a string: the chain to its first battery */
    SOCKET_PX = 20,     /* M8 sockets: from the side of a battery */
    PLUS_LANE_PX = 34,  /* below the last row: the positive rails come together */
    BELOW_ROWS_PX = 46
};

struct grid {
    int series;
    int strings;
    int rows; /* strings in a column */
    int columns;
    int column_px;
};

static struct grid grid_of(const struct scenario_bank *bank)
{
    struct grid grid = {.series = bank->series, .strings = bank->parallel};

    assert(bank->series >= 1 && bank->parallel >= 1);
    grid.columns = (bank->parallel + ROWS_MAX - 1) / ROWS_MAX;
    grid.rows = (bank->parallel + grid.columns - 1) / grid.columns;
    grid.column_px = MINUS_RAIL_PX + RAIL_PX + bank->series * BATTERY_WIDTH + (bank->series - 1) * SERIES_PX +
                     PLUS_RAIL_PX + COLUMN_END_PX;
    return grid;
}

struct draw_bank_size draw_bank_size(const struct scenario_bank *bank)
{
    const struct grid grid = grid_of(bank);

    return (struct draw_bank_size){
        .width = grid.columns * grid.column_px,
        .height = FIRST_ROW_PX + (grid.rows - 1) * ROW_PX + BATTERY_HEIGHT + BELOW_ROWS_PX,
        .plus_dx = grid.column_px - COLUMN_END_PX,
    };
}

/* ---- where things are ----------------------------------------------------------------------------- */

struct bank_place {
    struct grid grid;
    int x;
    int y;
};

static int column_x(const struct bank_place *place, int string)
{
    return place->x + string / place->grid.rows * place->grid.column_px;
}

static int string_y(const struct bank_place *place, int string)
{
    return place->y + FIRST_ROW_PX + string % place->grid.rows * ROW_PX;
}

/* The left edge of a battery, from 0. */
static int battery_x(const struct bank_place *place, int battery)
{
    const int string = battery / place->grid.series;

    return column_x(place, string) + MINUS_RAIL_PX + RAIL_PX +
           battery % place->grid.series * (BATTERY_WIDTH + SERIES_PX);
}

static int battery_y(const struct bank_place *place, int battery)
{
    return string_y(place, battery / place->grid.series);
}

static int plus_x(const struct bank_place *place, int string)
{
    return column_x(place, string) + place->grid.column_px - COLUMN_END_PX;
}

static int last_row_bottom(const struct bank_place *place)
{
    return place->y + FIRST_ROW_PX + (place->grid.rows - 1) * ROW_PX + BATTERY_HEIGHT;
}

/* ---- batteries and power -------------------------------------------------------------------------- */

static void draw_battery(struct draw_scene *scene, const struct scenario_bank *bank, int number, int x, int y)
{
    char text[DRAW_LINE_SIZE];
    char capacity[32];

    draw_box(scene, (struct draw_box){DRAW_BATTERY, number, x, y, BATTERY_WIDTH, BATTERY_HEIGHT});
    snprintf(text, sizeof text, "Battery %d", number);
    draw_text(scene, DRAW_PLAIN, DRAW_MIDDLE, x + BATTERY_WIDTH / 2, y + 20, text);
    snprintf(text, sizeof text, "%s V %s Ah", bank->cells == 8 ? "25.6" : "12.8",
             draw_number(bank->capacity_ah, capacity, sizeof capacity));
    draw_text(scene, DRAW_NOTE, DRAW_MIDDLE, x + BATTERY_WIDTH / 2, y + 39, text);
    draw_mark(scene, DRAW_TERMINAL, x, y + BATTERY_HEIGHT / 2, 0);
    draw_mark(scene, DRAW_TERMINAL, x + BATTERY_WIDTH, y + BATTERY_HEIGHT / 2, 0);
    draw_mark(scene, DRAW_TERMINAL, x + SOCKET_PX, y, 0);
    draw_mark(scene, DRAW_TERMINAL, x + BATTERY_WIDTH - SOCKET_PX, y, 0);
    draw_text(scene, DRAW_PLAIN, DRAW_START, x + 6, y + 20, "\xE2\x88\x92");
    draw_text(scene, DRAW_PLAIN, DRAW_END, x + BATTERY_WIDTH - 6, y + 20, "+");
}

/* A string with its ends at the rails of its column. */
static void draw_string(struct draw_scene *scene, const struct bank_place *place, int string)
{
    const int series = place->grid.series;
    const int y = string_y(place, string) + BATTERY_HEIGHT / 2;
    int from = column_x(place, string) + MINUS_RAIL_PX;
    const bool is_first = string % place->grid.rows == 0;

    for (int i = 0; i <= series; i++) {
        const int to = i < series ? battery_x(place, string * series + i) : plus_x(place, string);
        const struct draw_point points[] = {{from, y}, {to, y}};

        draw_wire(scene, i == 0 ? DRAW_NEGATIVE : DRAW_POWER, points, 2);
        from = to + BATTERY_WIDTH;
    }
    if (!is_first) { /* the rails begin at the first string of a column and go on below the last */
        draw_mark(scene, DRAW_JUNCTION, plus_x(place, string), y, 0);
        draw_mark(scene, DRAW_JUNCTION, column_x(place, string) + MINUS_RAIL_PX, y, 0);
    }
}

/* The rails of the column that begins with `string`, and the ways to battery minus and out of the bank. */
static void draw_rails(struct draw_scene *scene, const struct bank_place *place, int string)
{
    const int minus_x = column_x(place, string) + MINUS_RAIL_PX;
    const int top = string_y(place, string) + BATTERY_HEIGHT / 2;
    const int lane = last_row_bottom(place) + PLUS_LANE_PX;
    const int minus_y = last_row_bottom(place) + 4;
    const bool is_first = string == 0;
    const struct draw_point minus[] = {{minus_x, top}, {minus_x, minus_y}};
    const struct draw_point plus[] = {
        {plus_x(place, string), top},
        {plus_x(place, string), is_first ? last_row_bottom(place) + BELOW_ROWS_PX : lane}};

    draw_wire(scene, DRAW_NEGATIVE, minus, 2);
    draw_mark(scene, DRAW_MINUS, minus_x, minus_y, 0);
    draw_wire(scene, DRAW_POWER, plus, 2);
    if (is_first && place->grid.columns > 1) {
        const struct draw_point together[] = {{plus_x(place, 0), lane},
                                              {plus_x(place, place->grid.strings - 1), lane}};

        draw_mark(scene, DRAW_JUNCTION, plus_x(place, 0), lane, 0);
        draw_wire(scene, DRAW_POWER, together, 2);
    } else if (!is_first && string + place->grid.rows < place->grid.strings) {
        draw_mark(scene, DRAW_JUNCTION, plus_x(place, string), lane, 0);
    }
}

/* ---- the chain ------------------------------------------------------------------------------------ */

/* From a battery's second socket to the first one of the next. */
static void draw_link(struct draw_scene *scene, const struct bank_place *place, int battery)
{
    const int out_x = battery_x(place, battery) + BATTERY_WIDTH - SOCKET_PX;
    const int in_x = battery_x(place, battery + 1) + SOCKET_PX;
    const int out_y = battery_y(place, battery);
    const int in_y = battery_y(place, battery + 1);
    const int string = battery / place->grid.series;
    const int next = (battery + 1) / place->grid.series;
    int turn_x = plus_x(place, string) - PLUS_RAIL_PX / 2;

    if (string == next) {
        const struct draw_point points[] = {
            {out_x, out_y}, {out_x, out_y - LINK_LANE_PX}, {in_x, in_y - LINK_LANE_PX}, {in_x, in_y}};

        draw_wire(scene, DRAW_CHAIN, points, 4);
        return;
    }
    if (next % place->grid.rows == 0) {
        turn_x = plus_x(place, string) + COLUMN_END_PX / 2;
    }
    const struct draw_point points[] = {{out_x, out_y},
                                        {out_x, out_y - LINK_LANE_PX},
                                        {turn_x, out_y - LINK_LANE_PX},
                                        {turn_x, in_y - RUN_LANE_PX},
                                        {in_x, in_y - RUN_LANE_PX},
                                        {in_x, in_y}};
    draw_wire(scene, DRAW_CHAIN, points, 6);
}

static void draw_chain(struct draw_scene *scene, const struct bank_place *place, int chain_x)
{
    const int last = place->grid.series * place->grid.strings - 1;
    const int in_x = battery_x(place, 0) + SOCKET_PX;
    const int out_x = battery_x(place, last) + BATTERY_WIDTH - SOCKET_PX;
    const int out_y = battery_y(place, last);
    const int turn_x = plus_x(place, last / place->grid.series) + COLUMN_END_PX / 2;
    const struct draw_point first[] = {{chain_x, place->y + DRAW_CHAIN_OUT_PX},
                                       {in_x, place->y + DRAW_CHAIN_OUT_PX},
                                       {in_x, battery_y(place, 0)}};
    const struct draw_point back[] = {{out_x, out_y},
                                      {out_x, out_y - LINK_LANE_PX},
                                      {turn_x, out_y - LINK_LANE_PX},
                                      {turn_x, place->y + DRAW_CHAIN_BACK_PX},
                                      {chain_x, place->y + DRAW_CHAIN_BACK_PX}};

    draw_wire(scene, DRAW_CHAIN, first, 3);
    for (int battery = 0; battery < last; battery++) {
        draw_link(scene, place, battery);
    }
    draw_wire(scene, DRAW_CHAIN, back, 5);
}

/* ---- all of it ------------------------------------------------------------------------------------ */

static void draw_bank_title(struct draw_scene *scene, const struct scenario_bank *bank, int x, int y)
{
    char text[DRAW_LINE_SIZE];
    char volts[32];
    char capacity[32];

    snprintf(text, sizeof text, "Bank, %s V, %s Ah",
             draw_number(3.2 * bank->cells * bank->series, volts, sizeof volts),
             draw_number(bank->capacity_ah * bank->parallel, capacity, sizeof capacity));
    draw_text(scene, DRAW_NAME, DRAW_START, x, y + 20, text);
    if (bank->series * bank->parallel == 1) {
        snprintf(text, sizeof text, "one battery");
    } else {
        snprintf(text, sizeof text, "%d in series, %d in parallel", bank->series, bank->parallel);
    }
    draw_text(scene, DRAW_PLAIN, DRAW_START, x, y + 38, text);
}

void draw_bank(struct draw_scene *scene, const struct scenario_bank *bank, int x, int y, int chain_x)
{
    const struct bank_place place = {grid_of(bank), x, y};
    const struct draw_bank_size size = draw_bank_size(bank);

    assert(chain_x < x);
    draw_box(scene, (struct draw_box){DRAW_BANK, 0, x, y, size.width, size.height});
    draw_bank_title(scene, bank, x + 12, y);
    for (int string = 0; string < place.grid.strings; string++) {
        draw_string(scene, &place, string);
        if (string % place.grid.rows == 0) {
            draw_rails(scene, &place, string);
        }
    }
    draw_chain(scene, &place, chain_x);
    for (int i = 0; i < bank->series * bank->parallel; i++) {
        draw_battery(scene, bank, i + 1, battery_x(&place, i), battery_y(&place, i));
    }
    draw_mark(scene, DRAW_TERMINAL, x + size.plus_dx, y + size.height, 0);
}
