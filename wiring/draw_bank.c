/* SPDX-License-Identifier: Apache-2.0 */
#include "wiring/draw_bank.h"

#include <assert.h>
#include <stdio.h>

#include "wiring/finding.h"

enum {
    ROWS_MAX = 5,
    BATTERY_WIDTH = 112,
    BATTERY_HEIGHT = 48,
    SERIES_PX = 24,     /* between batteries of a string */
    MINUS_RAIL_PX = 26, /* from the edge to the negative rail of a column of strings */
    RAIL_PX = 24,       /* and on to the first battery */
    PLUS_RAIL_PX = 34,  /* from the last battery to the positive rail; the chain turns at: */
    LINK_TURN_PX = 18,
    PLUS_OUT_PX = 14,   /* from the rail to where the first string's positive goes out of the bank */
    COLUMN_END_PX = 30, /* and on to the next column; the chain turns half way */
    FIRST_ROW_PX = 96,  /* to the upper edge of the first string */
    ROW_PX = 84,        /* from string to string */
    LINK_LANE_PX = 10,  /* above a battery: the chain to its neighbour */
    RUN_LANE_PX = 22,   /* above a string: the chain to its first battery */
    SOCKET_PX = 20,     /* M8 sockets: from the side of a battery */
    MINUS_LANE_PX = 12, /* below the last row: the negative rails come together */
    PLUS_LANE_PX = 62,  /* from the upper edge: and the positive ones, between the two ways of the chain */
    SIGN_PX = 4,        /* below the last row: the sign of battery minus */
    LANE_SIGN_PX = 9,   /* or below the lane */
    BELOW_ROWS_PX = 46,
    CAPACITY_DIGITS = 4 /* a battery has no room for more */
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
                     PLUS_RAIL_PX + PLUS_OUT_PX + COLUMN_END_PX;
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

/* Where the positive goes out of the bank, for a string of the first column; and where its column has its positive rail. */
static int bank_plus_x(const struct bank_place *place, int string)
{
    return column_x(place, string) + place->grid.column_px - COLUMN_END_PX;
}

static int plus_x(const struct bank_place *place, int string)
{
    return bank_plus_x(place, string) - PLUS_OUT_PX;
}

static int minus_x(const struct bank_place *place, int string)
{
    return column_x(place, string) + MINUS_RAIL_PX;
}

static int row_y(const struct bank_place *place, int string)
{
    return string_y(place, string) + BATTERY_HEIGHT / 2;
}

static int last_row_bottom(const struct bank_place *place)
{
    return place->y + FIRST_ROW_PX + (place->grid.rows - 1) * ROW_PX + BATTERY_HEIGHT;
}

/* ---- batteries and power -------------------------------------------------------------------------- */

static void draw_battery(struct draw_scene *scene, const struct scenario_bank *bank, int number, int x, int y)
{
    char text[DRAW_LINE_SIZE];

    draw_box(scene, (struct draw_box){DRAW_BATTERY, number, x, y, BATTERY_WIDTH, BATTERY_HEIGHT});
    snprintf(text, sizeof text, "Battery %d", number);
    draw_text(scene, DRAW_PLAIN, DRAW_MIDDLE, x + BATTERY_WIDTH / 2, y + 20, text);
    snprintf(text, sizeof text, "%s V %s Ah", bank->cells == 8 ? "25.6" : "12.8",
             wiring_number(bank->capacity_ah, CAPACITY_DIGITS).text);
    draw_text(scene, DRAW_NOTE, DRAW_MIDDLE, x + BATTERY_WIDTH / 2, y + 39, text);
    draw_mark(scene, DRAW_TERMINAL, x, y + BATTERY_HEIGHT / 2, 0);
    draw_mark(scene, DRAW_TERMINAL, x + BATTERY_WIDTH, y + BATTERY_HEIGHT / 2, 0);
    draw_mark(scene, DRAW_TERMINAL, x + SOCKET_PX, y, 0);
    draw_mark(scene, DRAW_TERMINAL, x + BATTERY_WIDTH - SOCKET_PX, y, 0);
    draw_text(scene, DRAW_PLAIN, DRAW_START, x + 6, y + 20, "\xE2\x88\x92");
    draw_text(scene, DRAW_PLAIN, DRAW_END, x + BATTERY_WIDTH - 6, y + 20, "+");
}

static int last_of_column(const struct bank_place *place, int string)
{
    const int last = string - string % place->grid.rows + place->grid.rows - 1;

    return last < place->grid.strings ? last : place->grid.strings - 1;
}

/* A string with its ends at the rails of its column; in one column the first one's positive goes on to where the bank's comes out. */
static void draw_string(struct draw_scene *scene, const struct bank_place *place, int string)
{
    const int series = place->grid.series;
    const int y = row_y(place, string);
    const bool goes_out = string == 0 && place->grid.columns == 1;
    const int end_x = goes_out ? bank_plus_x(place, 0) : plus_x(place, string);
    int from = minus_x(place, string);

    for (int i = 0; i <= series; i++) {
        const int to = i < series ? battery_x(place, string * series + i) : end_x;
        const struct draw_point points[] = {{from, y}, {to, y}};

        draw_wire(scene, i == 0 ? DRAW_NEGATIVE : DRAW_POWER, points, 2);
        from = to + BATTERY_WIDTH;
    }
}

/* Of the column that begins with `string`, with a dot at each of its strings that the rail passes. */
static void draw_rail(struct draw_scene *scene, const struct bank_place *place, int string, enum draw_net net,
                      int x, int top, int bottom)
{
    const struct draw_point points[] = {{x, top}, {x, bottom}};

    draw_wire(scene, net, points, 2);
    for (int i = string; i <= last_of_column(place, string); i++) {
        if (top < row_y(place, i) && row_y(place, i) < bottom) {
            draw_mark(scene, DRAW_JUNCTION, x, row_y(place, i), 0);
        }
    }
}

/* Along which the rails of several columns come together: from the first column's to the last one's. */
static void draw_lane(struct draw_scene *scene, const struct bank_place *place, enum draw_net net,
                      int (*x_of)(const struct bank_place *place, int string), int y)
{
    const int last = place->grid.strings - 1;
    const struct draw_point points[] = {{x_of(place, 0), y}, {x_of(place, last), y}};

    draw_wire(scene, net, points, 2);
    for (int string = place->grid.rows; last_of_column(place, string) < last; string += place->grid.rows) {
        draw_mark(scene, DRAW_JUNCTION, x_of(place, string), y, 0);
    }
}

/*
 * The rails, and the ways out of the bank: of plus at the first string, of minus at the last one, so that the current of each string
 * goes through as much cable as that of any other. So it is in each column: plus at its upper end, minus at its lower one.
 */
static void draw_rails(struct draw_scene *scene, const struct bank_place *place)
{
    const int strings = place->grid.strings;
    const bool has_lanes = place->grid.columns > 1;
    const int bottom = last_row_bottom(place);
    const int minus_y = bottom + (has_lanes ? MINUS_LANE_PX : SIGN_PX);
    const int sign_y = has_lanes ? minus_y + LANE_SIGN_PX : minus_y;
    const int sign_x = minus_x(place, strings - 1);

    for (int string = 0; string < strings; string += place->grid.rows) {
        const bool has_sign = string + place->grid.rows >= strings;

        draw_rail(scene, place, string, DRAW_NEGATIVE, minus_x(place, string), row_y(place, string),
                  has_sign ? sign_y : minus_y);
        draw_rail(scene, place, string, DRAW_POWER, plus_x(place, string),
                  has_lanes ? place->y + PLUS_LANE_PX : row_y(place, string),
                  row_y(place, last_of_column(place, string)));
    }
    if (has_lanes) {
        draw_lane(scene, place, DRAW_NEGATIVE, minus_x, minus_y);
        draw_mark(scene, DRAW_JUNCTION, sign_x, minus_y, 0);
        draw_lane(scene, place, DRAW_POWER, plus_x, place->y + PLUS_LANE_PX);
    } else if (strings > 1) {
        draw_mark(scene, DRAW_JUNCTION, plus_x(place, 0), row_y(place, 0), 0);
    }
    draw_mark(scene, DRAW_MINUS, sign_x, sign_y, 0);
}

/* Down and out of the bank: from the first string or, in several columns, from the lane close to it. */
static void draw_plus_out(struct draw_scene *scene, const struct bank_place *place)
{
    const bool has_lanes = place->grid.columns > 1;
    const int x = bank_plus_x(place, 0);
    const int top = has_lanes ? place->y + PLUS_LANE_PX : row_y(place, 0);
    const struct draw_point points[] = {{x, top}, {x, last_row_bottom(place) + BELOW_ROWS_PX}};

    draw_wire(scene, DRAW_POWER, points, 2);
    if (has_lanes) {
        draw_mark(scene, DRAW_JUNCTION, x, top, 0);
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
    int turn_x = plus_x(place, string) - PLUS_RAIL_PX + LINK_TURN_PX;

    if (string == next) {
        const struct draw_point points[] = {
            {out_x, out_y}, {out_x, out_y - LINK_LANE_PX}, {in_x, in_y - LINK_LANE_PX}, {in_x, in_y}};

        draw_wire(scene, DRAW_CHAIN, points, 4);
        return;
    }
    if (next % place->grid.rows == 0) {
        turn_x = bank_plus_x(place, string) + COLUMN_END_PX / 2;
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
    const int turn_x = bank_plus_x(place, last / place->grid.series) + COLUMN_END_PX / 2;
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

    snprintf(text, sizeof text, "Bank, %s V, %s Ah",
             wiring_number(3.2 * bank->cells * bank->series, WIRING_DIGITS_MAX).text,
             wiring_number(bank->capacity_ah * bank->parallel, CAPACITY_DIGITS).text);
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
    }
    draw_rails(scene, &place);
    draw_plus_out(scene, &place);
    draw_chain(scene, &place, chain_x);
    for (int i = 0; i < bank->series * bank->parallel; i++) {
        draw_battery(scene, bank, i + 1, battery_x(&place, i), battery_y(&place, i));
    }
    draw_mark(scene, DRAW_TERMINAL, x + size.plus_dx, y + size.height, 0);
}
