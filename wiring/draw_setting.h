/* SPDX-License-Identifier: Apache-2.0 */
/* Settings of equipment and consumers by their keys: what the files of the kinds keep to themselves, as numbers. */
#ifndef WIRING_DRAW_SETTING_H
#define WIRING_DRAW_SETTING_H

#include <stdbool.h>

#include "twin/scenario.h"

/*
 * A number among the settings of a piece of equipment, or of the kind CONSUMER_... of a scenario, by its key. Words and booleans are
 * numbers too: their values. NAN: the kind has no such key.
 */
double draw_setting(const struct scenario_equipment *entry, const char *key);

/* Whether the file has `key` of a piece of equipment, of which it says `given`; else the setting is a default. */
bool draw_is_given(const struct scenario_equipment *entry, const struct scenario_given *given,
                   const char *key);

double draw_consumer_setting(const struct scenario *described, int kind, const char *key);

/* Whether the file has `key` of the consumer CONSUMER_... that is a section; else the setting is a default. */
bool draw_consumer_is_given(const struct scenario *described, int kind, const char *key);

#endif
