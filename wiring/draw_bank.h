/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bank in the wiring picture: strings as rows, one below another and, if there are many, in several columns; batteries in
 * series along a row; the chain from battery to battery as they are counted, along the first string and then along the next.
 */
#ifndef WIRING_DRAW_BANK_H
#define WIRING_DRAW_BANK_H

#include "twin/scenario.h"
#include "wiring/draw_scene.h"

enum {
    DRAW_CHAIN_BACK_PX = 52, /* from the upper edge to the chain's way back to the device */
    DRAW_CHAIN_OUT_PX = 74   /* and to its way out, to the first battery */
};

/* Its size, and where from its left edge its positive comes out of the lower one; in px. */
struct draw_bank_size {
    int width;
    int height;
    int plus_dx;
};
struct draw_bank_size draw_bank_size(const struct scenario_bank *bank);

/* Draws it with its upper left corner at x and y. The chain's ends are at `chain_x`, at the device, left of x. */
void draw_bank(struct draw_scene *scene, const struct scenario_bank *bank, int x, int y, int chain_x);

#endif
