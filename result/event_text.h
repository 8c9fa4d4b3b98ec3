/* SPDX-License-Identifier: Apache-2.0 */
/* An event of a scenario in words: "battery cable pulled", "supply lead at 6.00 V for 5 s". */
#ifndef RESULT_EVENT_TEXT_H
#define RESULT_EVENT_TEXT_H

#include <stddef.h>

#include "twin/scenario.h"

enum { EVENT_TEXT_SIZE = 128 /* room enough for any */ };

/* Writes what event `index` of `described` is into `text`, of at least EVENT_TEXT_SIZE. */
void event_text(const struct scenario *described, int index, char *text, size_t size);

/* What messages call an output: "Load", "Pre-alarm", "Charger". */
const char *event_output_name(enum scenario_output output);

#endif
