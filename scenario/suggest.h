/* SPDX-License-Identifier: Apache-2.0 */
/* "Did you mean ...?", for keys and words of a scenario and for options. */
#ifndef SCENARIO_SUGGEST_H
#define SCENARIO_SUGGEST_H

#include <stddef.h>

/*
 * The candidate that `word` most likely means: the nearest by letters changed, missing, added or swapped,
 * case not counted, or one that `word` begins. NULL when none is near. The first of equals wins.
 */
const char *suggest_word(const char *word, const char *const *candidates, size_t count);

#endif
