/* SPDX-License-Identifier: Apache-2.0 */
/* The legend of the wiring picture: what its lines and signs mean, those that it has. */
#ifndef WIRING_DRAW_LEGEND_H
#define WIRING_DRAW_LEGEND_H

#include "wiring/draw_scene.h"

/* Draws it from x and y on, at most `width` px wide. Returns its lower end. */
int draw_legend(struct draw_scene *scene, int x, int y, int width);

#endif
