/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What random tests take from the environment: SEED, the first seed or the campaign's; RUNS, how many, from 1; DEPTH, "soak"
 * for all the way. Anything else there ends the program with one line that says what would be right.
 */
#ifndef TESTS_ENVIRONMENT_H
#define TESTS_ENVIRONMENT_H

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A whole number of at most 18 decimal digits, `min` or more; `otherwise` when it is not set. */
static inline uint64_t environment_number(const char *name, uint64_t min, uint64_t otherwise)
{
    const char *text = getenv(name);

    if (text == NULL) {
        return otherwise;
    }
    const size_t length = strlen(text);
    const uint64_t number = strtoull(text, NULL, 10);
    if (length == 0 || length > 18 || strspn(text, "0123456789") != length || number < min) {
        fprintf(stderr, "%s=%s: must be a whole number from %" PRIu64 " of at most 18 digits\n", name, text,
                min);
        exit(2);
    }
    return number;
}

static inline uint64_t environment_seed(uint64_t otherwise)
{
    return environment_number("SEED", 0, otherwise);
}

static inline uint64_t environment_runs(uint64_t otherwise)
{
    return environment_number("RUNS", 1, otherwise);
}

/* Whether campaigns go all the way; else they are samples. */
static inline bool environment_is_soak(void)
{
    const char *depth = getenv("DEPTH");

    if (depth != NULL && strcmp(depth, "soak") != 0) {
        fprintf(stderr, "DEPTH=%s: must be soak, or not set\n", depth);
        exit(2);
    }
    return depth != NULL;
}

#endif
