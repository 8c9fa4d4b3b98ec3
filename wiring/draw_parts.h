/* SPDX-License-Identifier: Apache-2.0 */
/* The lower part of the wiring picture: bars, items and their wires, as the layout has placed them. */
#ifndef WIRING_DRAW_PARTS_H
#define WIRING_DRAW_PARTS_H

#include "wiring/draw_layout.h"

/* The bars with their names, and the items with their power wires. */
void draw_parts(struct draw_scene *scene, struct draw_layout *layout);

/*
 * The wires from the outputs of the device: `terminals` are where Load, Pre-alarm and Charger come out, downwards; from there each goes
 * to a level line of its own, the first at `y`, and on to the tracks of the columns; one that nothing is on is marked as open. DRAW_TRUNKS_PX is what these lines need.
 */
enum { DRAW_TRUNK_PX = 20, DRAW_TRUNKS_PX = DRAW_OUTPUTS * DRAW_TRUNK_PX };
void draw_controls(struct draw_scene *scene, struct draw_layout *layout, const struct draw_point *terminals,
                   int y);

#endif
