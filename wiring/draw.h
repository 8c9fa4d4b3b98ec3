/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The wiring picture of a scenario: the device with its terminals, the chain, the bank, buses, switches, sources and loads, as
 * one SVG that an installer can wire from. Sources stand left of their bus, what they feed right of it; the parts are placed
 * by their connections alone, so the same scenario gives the same bytes everywhere.
 */
#ifndef WIRING_DRAW_H
#define WIRING_DRAW_H

#include <stdbool.h>
#include <stdio.h>

#include "twin/scenario.h"

/*
 * Writes the picture of `described`, which the reader has checked (scenario/file.h), to `stream`: one svg element with its
 * style, and no XML declaration, so that it can stand in a page too. Errors of writing are left in the stream. False: there
 * was not enough memory, and nothing has been written.
 */
bool draw_wiring(const struct scenario *described, FILE *stream);

#endif
