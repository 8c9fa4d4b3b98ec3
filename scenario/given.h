/* SPDX-License-Identifier: Apache-2.0 */
/* Notes what a scenario's file says itself, beside its defaults, for those who show it (struct scenario_given). */
#ifndef SCENARIO_GIVEN_H
#define SCENARIO_GIVEN_H

#include "scenario/reader.h"

/*
 * Notes in `given` which of `rows` (at most 32, or none) the mapping of `group` that has just been read has, and how its cables
 * are given: `cable_mohm` and `input_cable_mohm`, where the group has such keys.
 */
void scenario_note_given(const struct scenario_reader *reader, int group, const struct scenario_row *rows,
                         size_t count, struct scenario_given *given);

#endif
