/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes the wiring picture as SVG. Every element has a class, for its colour and for tests that read it again: `box`, `wire`, `bus`,
 * `terminal`, `junction`, and so on. Colours are light, dark where the reader's system asks for it, and light on paper; in a page with
 * a switch of its own they are what `data-theme`, "light" or "dark", of an element around the picture says.
 */
#ifndef WIRING_DRAW_SVG_H
#define WIRING_DRAW_SVG_H

#include <stdio.h>

#include "wiring/draw_scene.h"

/* Errors are left in the stream. */
void draw_svg(const struct draw_scene *scene, FILE *stream);

#endif
