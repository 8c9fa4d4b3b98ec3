/* SPDX-License-Identifier: Apache-2.0 */
/* What happened in a run, in the words of its owner: the first line of everything that is told of it. */
#ifndef RESULT_STORY_H
#define RESULT_STORY_H

#include <stddef.h>

#include "result/result.h"

enum { STORY_SIZE = 1024 /* room enough for any */ };

/*
 * Writes the story of a finished run, one line, such as "Dark twice. First: day 3 18:37:09, hob (1500 W, on for 91 s) took
 * battery 1 cell 2 below 2.80 V; 5 min of warning; dark for 18 h 52 min, until the sun."
 */
void story_of(const struct run_result *result, char *text, size_t size);

/* One incident likewise, without its time. */
void story_incident(const struct run_result *result, const struct incident *incident, char *text,
                    size_t size);

/* How many expectations were not met. */
int story_unmet(const struct run_result *result);

#endif
