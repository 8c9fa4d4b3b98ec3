/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The upper part of the wiring picture, which every system has: the remote switch, the device with its terminals, and the bank
 * with the chain of M8 cables from the device through all batteries and back.
 */
#ifndef WIRING_DRAW_CORE_H
#define WIRING_DRAW_CORE_H

#include "twin/scenario.h"
#include "wiring/draw_scene.h"

enum { DRAW_TERMINALS = DRAW_CHARGER - DRAW_LOAD + 1 };

struct draw_core {
    const struct scenario *described;
    int width;
    int plus_dx; /* from its left edge to where the bank's positive comes out */
    /* its place, of draw_core() */
    struct draw_point plus; /* where the device's supply joins the bank's positive, which comes from above */
    struct draw_point terminals[DRAW_TERMINALS]; /* Load, Pre-alarm, Charger */
    int bottom;                                  /* of all, wires included */
};

/* How wide it is. `described` is kept by the caller. */
void draw_core_measure(struct draw_core *core, const struct scenario *described);

/* Where the output `output` comes out, from 0, Load: from its left edge. */
int draw_core_terminal_dx(int output);

/* Draws it with its upper left corner at x and y. */
void draw_core(struct draw_scene *scene, struct draw_core *core, int x, int y);

#endif
