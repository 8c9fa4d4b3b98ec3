/* SPDX-License-Identifier: Apache-2.0 */
/* Months in which the cold bars charging (WIRE-17, wiring/rules_cold.c). */
#ifndef WIRING_COLD_H
#define WIRING_COLD_H

#include <stddef.h>

#include "wiring/feed.h"

enum { COLD_MONTHS_SIZE = 160 }; /* all of them, with the NUL */

/*
 * Writes those months of the run into `text`, of `size` bytes, at least COLD_MONTHS_SIZE: "January and February". Warmed by those heaters
 * alone that work in `feed`, on a bus that is fed there. How many they are; 0: none, and nothing is written.
 */
int cold_months(const struct feed *feed, char *text, size_t size);

#endif
